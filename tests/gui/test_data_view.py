"""The data view: what is on screen is what the net says, and a hidden panel asks nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.lesson import Lesson
from engine.snapshot import Snapshot, State
from engine.trainer import Trainer
from gui.theme import DARK, LIGHT, Theme, contrast, mono_font, ui_font
from gui.views import data_outputs, data_points
from gui.views.data_browse import ANY, PITCH, certainty
from gui.views.data_curve import FittedCurve
from gui.views.data_images import Images
from gui.views.data_outputs import Outputs
from gui.views.data_points import paint_upwards
from gui.views.data_surface import GRIDS, Surface
from gui.views.data_table import Table
from gui.views.data_view import DataView
from tests.gui.conftest import OpenWindow
from tests.gui.driven import Driven, digits_lesson
from tests.gui.painted import texts_of

WAIT = 10_000
SQUARE = [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]


@pytest.fixture
def view(qtbot: QtBot) -> DataView:
    view = DataView()
    qtbot.addWidget(view)
    view.apply_theme(LIGHT)
    view.resize(616, 440)
    with qtbot.waitExposed(view):
        view.show()
    return view


def points(
    sizes: list[int], x: Any, y: Any, W: list[Any], b: list[Any], output: str = "identity", **network: Any
) -> Lesson:
    """A lesson on points with known weights."""
    table = {
        "format": 1,
        "id": "known",
        "title": "Known weights",
        "network": {"sizes": sizes, "output": output, **network},
        "init": {"scheme": "explicit", "W": W, "b": b},
        "data": {"source": "points", "x": x, "y": y, "batch_size": len(x)},
    }
    return Lesson.from_table(table)


def snapshot_of(lesson: Lesson, batches: int = 0, state: State = State.PAUSED) -> Snapshot:
    trainer = Trainer(lesson)
    done = 0
    while done < batches:
        done += trainer.run(batches=batches - done)
    return Snapshot.of(trainer, 1, state)


def trained(batches: int = 400) -> Snapshot:
    return snapshot_of(digits_lesson(**{"evaluation.examples": 0}), batches)


def linear() -> Lesson:
    """The output is sigmoid(4 x0 - 4 x1): it decides on the diagonal x0 = x1."""
    y = [[0.0], [0.0], [1.0], [1.0]]
    return points([2, 1], SQUARE, y, [[[4.0], [-4.0]]], [[0.0]], "sigmoid")


def surface_of(view: DataView) -> Surface:
    assert isinstance(view.page, Surface)
    return view.page


def images_of(view: DataView) -> Images:
    assert isinstance(view.page, Images)
    return view.page


def colour_at(image: QImage, plot: Surface, x: float, y: float) -> QColor:
    at = plot.place(x, y)
    return image.pixelColor(at.toPoint())


def around(image: QImage, at: QPointF) -> list[QColor]:
    """The colours of 5 x 5 pixels around a place."""
    return [image.pixelColor(at.toPoint() + QPoint(x, y)) for x in range(-2, 3) for y in range(-2, 3)]


def plain_outputs(snapshot: Snapshot) -> np.ndarray:
    """What the digits' net says to all test images, written out."""
    a = snapshot.dataset.test_x.astype(np.float32) / np.float32(16)
    for k in (1, 2):
        a = 1 / (1 + np.exp(-(a @ snapshot.tensors[f"W{k}"] + snapshot.tensors[f"b{k}"])))
    return a


def browse(view: DataView, qtbot: QtBot, snapshot: Snapshot, page: int = 1) -> Images:
    view.show_snapshot(snapshot)
    images = images_of(view)
    images.show_page(page)
    qtbot.waitUntil(lambda: images.asking.outputs is not None and not images.asking.busy, timeout=WAIT)
    return images


# ---- which page ------------------------------------------------------------------------------------------------------


def test_the_page_follows_the_data(view: DataView) -> None:
    view.show_snapshot(snapshot_of(linear()))
    assert isinstance(view.page, Surface)
    view.show_snapshot(snapshot_of(points([1, 1], [[0.0], [1.0]], [[0.0], [1.0]], [[[1.0]]], [[0.0]])))
    assert isinstance(view.page, FittedCurve)
    view.show_snapshot(snapshot_of(digits_lesson()))
    assert isinstance(view.page, Images)
    view.show_snapshot(snapshot_of(points([3, 1], [[0.0, 1.0, 2.0]], [[1.0]], [[[1.0]] * 3], [[0.0]])))
    assert isinstance(view.page, Table)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("size", [(616, 440), (490, 318)])
def test_every_page_fits_both_sizes(qtbot: QtBot, view: DataView, theme: Theme, size: tuple[int, int]) -> None:
    view.resize(*size)
    view.apply_theme(theme)
    lessons = [linear(), digits_lesson(), Lesson.load("toy-bias")]
    for snapshot in map(snapshot_of, lessons):
        view.show_snapshot(snapshot)
        for page in range(3 if snapshot.image_shape else 1):
            if isinstance(view.page, Images):
                view.page.show_page(page)
            view.grab()
            assert (view.width(), view.height()) == size
            shown = [w for w in view.findChildren(QWidget) if w.isVisible() and w.parent() is view.page]
            assert all(view.page.rect().contains(w.geometry()) for w in shown)


# ---- hidden ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lesson", [linear(), digits_lesson()], ids=["points", "images"])
def test_a_hidden_panel_does_nothing(
    qtbot: QtBot, view: DataView, monkeypatch: pytest.MonkeyPatch, lesson: Lesson
) -> None:
    asked: list[int] = []
    for module in (data_points, data_outputs):
        whole = module.forward
        monkeypatch.setattr(module, "forward", lambda *args, whole=whole: asked.append(1) or whole(*args))
    first, second = snapshot_of(lesson), snapshot_of(lesson, 3)
    view.show_snapshot(first)
    if isinstance(view.page, Images):
        browse(view, qtbot, first)
    assert asked
    view.hide()
    asked.clear()
    view.show_snapshot(second)
    view.apply_theme(DARK)
    view.resize(490, 318)
    qtbot.wait(50)
    assert not asked
    view.show()
    qtbot.waitUntil(lambda: bool(asked), timeout=WAIT)
    if isinstance(view.page, Images):
        images = view.page
        qtbot.waitUntil(lambda: images.asking.outputs is not None, timeout=WAIT)
        assert images.asking.outputs.snapshot is second


# ---- two inputs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_sides_of_a_known_boundary_have_the_colours_of_their_classes(view: DataView, theme: Theme) -> None:
    view.apply_theme(theme)
    view.show_snapshot(snapshot_of(linear()))
    plot = surface_of(view)
    image = plot.grab().toImage()
    for x, y in [(0.5, -0.4), (0.2, -0.6), (0.9, 0.3), (-0.1, -0.8)]:
        above, below = colour_at(image, plot, x, y), colour_at(image, plot, y, x)
        assert above.red() > above.blue() + 20, "the output is above 0.5 where x0 > x1: warm"
        assert below.blue() > below.red() + 20
    for d in (-0.6, 0.1, 0.4):
        on_line = [contrast(found, theme.q("surface")) for found in around(image, plot.place(d, d))]
        assert max(on_line) > 3, "a line stands where it decides"


def test_of_several_classes_the_likeliest_has_its_colour(view: DataView) -> None:
    """Logits x0, x1 and -x0 - x1: the classes meet in the middle."""
    W, b = [[[9.0, 0.0, -9.0], [0.0, 9.0, -9.0]]], [[0.0, 0.0, 0.0]]
    x, y = [[1.0, -0.9], [-0.9, 1.0], [-1.0, -1.0]], [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    view.show_snapshot(snapshot_of(points([2, 3], x, y, W, b, "softmax")))
    plot = surface_of(view)
    image = plot.grab().toImage()
    for place, token in (((0.8, 0.0), "neg"), ((0.0, 0.8), "pos"), ((-0.6, -0.6), "upd")):
        found, wanted = colour_at(image, plot, *place), LIGHT.q(token)
        assert found.hueF() == pytest.approx(wanted.hueF(), abs=0.06)


def test_of_several_numbers_the_one_that_is_chosen_has_the_colours(view: DataView) -> None:
    """The outputs are 3 x0 and 3 x1: warm to the right, or above."""
    y = [[3 * a, 3 * b] for a, b in SQUARE[:-1]] + [[2.0, 1.0]]
    view.show_snapshot(snapshot_of(points([2, 2], SQUARE, y, [[[3.0, 0.0], [0.0, 3.0]]], [[0.0, 0.0]])))
    plot = surface_of(view)
    assert [plot.outputs.itemText(i) for i in range(plot.outputs.count())] == ["ŷ[0]", "ŷ[1]"]
    for output, key in ((0, None), (1, Qt.Key.Key_Down)):
        plot.outputs.setFocus(Qt.FocusReason.TabFocusReason)
        if key is not None:
            QTest.keyClick(plot.outputs, key)
        assert plot.output == output
        image = plot.grab().toImage()
        right, above = colour_at(image, plot, 0.8, -0.5), colour_at(image, plot, -0.5, 0.8)
        warm, cold = (right, above) if output == 0 else (above, right)
        assert warm.red() > warm.blue() + 20
        assert cold.blue() > cold.red() + 20
        QTest.mouseMove(plot, plot.place(0.3, -0.2).toPoint())
        x, said = plot.readout().removeprefix("x = (").split(f")   ŷ[{output}] = ")
        assert float(said) == pytest.approx(3 * float(x.split(", ")[output]), rel=1e-12)
        QTest.mouseMove(plot, plot.place(*SQUARE[3]).toPoint())
        assert f"y[{output}] = {y[3][output]}  ŷ[{output}] = 3.0" in plot.readout()
    view.show_snapshot(snapshot_of(linear()))
    assert plot.output == 0
    assert plot.outputs.isHidden(), "there is one"


def test_of_several_numbers_the_one_that_is_chosen_has_the_curve(view: DataView) -> None:
    x, y = [[-1.0], [0.0], [1.0]], [[-2.0, 100.0], [0.0, 130.0], [2.0, 100.0]]
    view.show_snapshot(snapshot_of(points([1, 2], x, y, [[[2.0, 0.0]]], [[0.0, 120.0]])))
    plot = view.page
    assert isinstance(plot, FittedCurve)
    for output, heights in ((0, [-2, 0, 2]), (1, [100, 130, 100])):
        plot.outputs.setCurrentIndex(output)
        assert [plot.value(QPointF(*place))[1] for place in plot._places()] == pytest.approx(
            heights, rel=0.02, abs=0.02
        )
        image, curve = plot.grab().toImage(), LIGHT.q("loss")
        at = plot.place(0.5, 1.0 if output == 0 else 120.0)
        assert curve in around(image, at)


def test_hovering_reads_inputs_and_output_exactly(view: DataView) -> None:
    view.show_snapshot(snapshot_of(linear()))
    plot = surface_of(view)
    QTest.mouseMove(plot, plot.place(0.3, -0.2).toPoint())
    text = plot.readout()
    x, said = text.removeprefix("x = (").split(")   ŷ = ")
    x0, x1 = map(float, x.split(", "))
    assert (x0, x1) == pytest.approx((0.3, -0.2), abs=0.02)
    assert float(said) == pytest.approx(1 / (1 + np.exp(-(4 * x0 - 4 * x1))), rel=1e-12)


def test_clicking_a_point_asks_for_its_example(qtbot: QtBot, view: DataView) -> None:
    view.show_snapshot(snapshot_of(linear()))
    plot = surface_of(view)
    wanted: list[int] = []
    view.example_wanted.connect(wanted.append)
    for index, (x, y) in enumerate(SQUARE):
        QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=plot.place(x, y).toPoint())
        assert wanted[-1] == index
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=plot.place(0, 0.5).toPoint())
    assert len(wanted) == 4
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Right)
    QTest.keyClick(plot, Qt.Key.Key_Return)
    assert wanted[4:] == [0]
    assert plot.readout().startswith("Example 0: x = (-1.0, -1.0)  y = 0  ŷ = 0.5")


def test_a_test_point_is_hollow_and_is_no_training_example(view: DataView) -> None:
    snapshot = snapshot_of(linear())
    data = snapshot.dataset
    tested = replace(data, test_x=np.array([[0.0, -0.5]]), test_y=np.array([[1.0]]))
    snapshot = replace(snapshot, dataset=tested, test_examples=1)
    view.show_snapshot(snapshot)
    plot = surface_of(view)
    image = plot.grab().toImage()
    assert colour_at(image, plot, 0.0, -0.5) == LIGHT.q("surface")
    assert colour_at(image, plot, 1.0, -1.0) == LIGHT.q("pos")
    wanted: list[int] = []
    view.example_wanted.connect(wanted.append)
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=plot.place(0.0, -0.5).toPoint())
    assert not wanted


def test_the_grid_follows_the_time_that_asking_takes(view: DataView) -> None:
    view.show_snapshot(snapshot_of(linear()))
    plot = surface_of(view)
    for _ in GRIDS:
        plot._adapt(1.0)
    assert plot.grid == GRIDS[0]
    plot._adapt(0.004)
    assert plot.grid == GRIDS[0]
    for _ in GRIDS:
        plot._adapt(0.0001)
    assert plot.grid == GRIDS[-1]


def test_a_net_that_has_diverged_is_said_to(view: DataView) -> None:
    W = [[[1e200], [1e200]], [[1e200]]]
    lesson = points([2, 1, 1], SQUARE, [[0.0]] * 3 + [[1.0]], W, [[0.0], [0.0]])
    view.show_snapshot(snapshot_of(lesson))
    assert surface_of(view)._broken
    view.grab()


def test_standardised_inputs_are_read_in_their_own_units(view: DataView) -> None:
    """x0 is a length around 100 and x1 one around 5; the net sees both around 0."""
    snapshot = snapshot_of(linear())
    mean, deviation = np.array([100.0, 5.0]), np.array([20.0, 0.5])
    data = replace(snapshot.dataset, standardised=(mean, deviation), feature_names=("length", "width"))
    view.show_snapshot(replace(snapshot, dataset=data))
    plot = surface_of(view)
    assert plot.example_at(plot.place(120.0, 4.5)) == 2
    QTest.mouseMove(plot, plot.place(110.0, 5.1).toPoint())
    x, said = plot.readout().removeprefix("x = (").split(")   ŷ = ")
    x0, x1 = map(float, x.split(", "))
    assert (x0, x1) == pytest.approx((110, 5.1), abs=0.2)
    z = 4 * (x0 - 100) / 20 - 4 * (x1 - 5) / 0.5
    assert float(said) == pytest.approx(1 / (1 + np.exp(-z)), rel=1e-9)


@pytest.mark.parametrize(("width", "figures"), [(800, 15), (490, 4)])
def test_the_output_that_is_read_is_not_cut(
    view: DataView, width: int, figures: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = [[-0.4934999101896999, 1.0676548700600699], [0.1234567890123456, -0.9876543210987654]]
    view.show_snapshot(snapshot_of(points([2, 1], x, [[0.0], [1.0]], [[[1.1], [0.3]]], [[0.1]], "sigmoid")))
    view.resize(width, 318)
    plot = surface_of(view)
    QTest.mouseMove(plot, plot.place(*x[0]).toPoint())
    (line,) = {text.text for text in texts_of(plot, monkeypatch) if text.text.startswith("Example 0:")}
    assert plot.readout().startswith(f"Example 0: x = ({x[0][0]}, {x[0][1]})"), "whoever cannot see it has every figure"
    said = float(line.split("ŷ = ")[1])
    expected = 1 / (1 + np.exp(-(1.1 * x[0][0] + 0.3 * x[0][1] + 0.1)))
    assert said == pytest.approx(expected, rel=10.0**-figures, abs=0)
    assert QFontMetricsF(plot._read_font).horizontalAdvance(line) <= plot.width() - 24


@pytest.mark.parametrize("inputs", [1, 2])
def test_keys_go_from_example_to_example_and_paint_no_net_anew(
    inputs: int, qtbot: QtBot, view: DataView, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = [row[:inputs] for row in [[-1.0, 0.5], [0.0, -0.5], [1.0, 0.0]]]
    view.show_snapshot(snapshot_of(points([inputs, 1], x, [[0.0], [1.0], [0.5]], [[[1.0]] * inputs], [[0.0]])))
    plot = view.page
    assert isinstance(plot, data_points.Plot)
    painted = []
    real = type(plot)._paint_net
    monkeypatch.setattr(type(plot), "_paint_net", lambda plot, painter: (painted.append(1), real(plot, painter)))
    plot.activateWindow()
    plot.setFocus()
    qtbot.waitUntil(plot.hasFocus, timeout=WAIT)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    plot.grab()
    painted.clear()
    for key, example in ((Qt.Key.Key_Down, 1), (Qt.Key.Key_End, 2), (Qt.Key.Key_Right, 0), (Qt.Key.Key_Up, 2)):
        QTest.keyClick(plot, key)
        assert plot.readout().startswith(f"Example {example}:"), key
        assert plot.accessibleDescription() == plot.readout()
    QTest.keyClick(plot, Qt.Key.Key_Home)
    plot.grab()
    assert len(painted) <= 1, "once, to be kept as a picture"
    wanted: list[int] = []
    plot.example_wanted.connect(wanted.append)
    QTest.keyClick(plot, Qt.Key.Key_Return)
    assert wanted == [0]
    view.show_snapshot(snapshot_of(points([inputs, 1], x, [[0.0], [1.0], [0.5]], [[[9.0]] * inputs], [[0.0]])))
    painted.clear()
    plot.grab()
    assert painted, "another net is another picture"


@pytest.mark.parametrize("inputs", [2, 3])
def test_standardised_inputs_have_the_figures_of_the_file(qtbot: QtBot, view: DataView, inputs: int) -> None:
    """0.2 and not 0.19999999999999996."""
    cells = np.array([[0.2, 0.1, 0.4], [1.7, 4.9, 0.3], [0.3, 2.2, 0.7]])[:, :inputs]
    mean, deviation = cells.mean(axis=0), cells.std(axis=0)
    x = (cells - mean) / deviation
    assert not np.array_equal(x * deviation + mean, cells)
    snapshot = snapshot_of(points([inputs, 1], x.tolist(), [[0.0]] * 3, [[[1.0]] * inputs], [[0.0]]))
    view.show_snapshot(replace(snapshot, dataset=replace(snapshot.dataset, standardised=(mean, deviation))))
    page = view.page
    if isinstance(page, Table):
        qtbot.waitUntil(lambda: page.asking.outputs is not None, timeout=WAIT)
        shown = {page.model.row(i)[-inputs:] for i in range(3)}
    else:
        assert isinstance(page, Surface)
        shown = {tuple(row) for row in page._points.x.tolist()}
    assert shown == {tuple(row) for row in cells.tolist()}


# ---- one input -------------------------------------------------------------------------------------------------------


def test_the_curve_goes_where_the_net_says(view: DataView) -> None:
    """y = 2 x - 1."""
    x = [[-1.0], [0.0], [0.7], [2.0]]
    view.show_snapshot(snapshot_of(points([1, 1], x, [[-3.0], [0.5], [1.0], [3.0]], [[[2.0]]], [[-1.0]])))
    plot = view.page
    assert isinstance(plot, FittedCurve)
    image = plot.grab().toImage()
    for x0 in (-0.5, 0.3, 1.2):
        at = plot.place(x0, 2 * x0 - 1)
        assert min(found.blue() for found in around(image, at)) < 60, "ochre"
        assert min(found.blue() for found in around(image, at - QPointF(0, 12))) > 200
    assert image.pixelColor(plot.place(0.0, 0.5).toPoint()) == LIGHT.q("fwd"), "targets stand where they are"
    QTest.mouseMove(plot, plot.place(1.0, -2.0).toPoint())
    x0, said = plot.readout().removeprefix("x = ").split("   ŷ = ")
    assert float(said) == pytest.approx(2 * float(x0) - 1, rel=1e-12)


# ---- images: drawing -------------------------------------------------------------------------------------------------


def draw(pad: QWidget, *shares: tuple[float, float]) -> None:
    places = [QPointF(x * pad.width(), y * pad.height()).toPoint() for x, y in shares]
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(pad, place)
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=places[-1])


def test_a_drawing_is_fitted_asked_and_handed_on(view: DataView) -> None:
    snapshot = trained()
    view.show_snapshot(snapshot)
    page = images_of(view).draw
    handed: list[np.ndarray] = []
    view.drawn.connect(handed.append)
    assert page.image is None
    assert not page.run_button.isEnabled()
    draw(page.pad, (0.5, 0.2), (0.5, 0.8))
    image = page.image
    assert image is not None
    assert image.shape == (8, 8)
    assert image[:, 3:5].sum() == image.sum() > 0, "an upright stroke stands in the middle"
    a = image.reshape(1, -1).astype(np.float32) / np.float32(16)
    for k in (1, 2):
        a = 1 / (1 + np.exp(-(a @ snapshot.tensors[f"W{k}"] + snapshot.tensors[f"b{k}"])))
    np.testing.assert_allclose(page.outputs, a[0], rtol=1e-5)
    QTest.mouseClick(page.run_button, Qt.MouseButton.LeftButton)
    np.testing.assert_array_equal(handed[0], image.reshape(-1))
    assert handed[0].dtype == np.float64
    later = snapshot_of(digits_lesson(**{"evaluation.examples": 0}), 500)
    before = np.array(page.outputs)
    view.show_snapshot(later)
    assert not np.array_equal(page.outputs, before), "the same drawing is asked again"


def test_where_images_are_dark_on_light_so_is_a_drawing(view: DataView) -> None:
    snapshot = trained(1)
    view.show_snapshot(replace(snapshot, dataset=replace(snapshot.dataset, train_x=16 - snapshot.dataset.train_x)))
    page = images_of(view).draw
    draw(page.pad, (0.5, 0.2), (0.5, 0.8))
    assert page.image is not None
    assert page.image[0, 0] == 16, "nothing is drawn in the corner"
    assert page.image[:, 3:5].max() < 16


def test_strokes_are_taken_back_and_cleared(view: DataView) -> None:
    view.show_snapshot(trained(1))
    page = images_of(view).draw
    draw(page.pad, (0.5, 0.2), (0.5, 0.8))
    first = page.image
    draw(page.pad, (0.2, 0.5), (0.8, 0.5))
    assert not np.array_equal(page.image, first)
    QTest.mouseClick(page.undo_button, Qt.MouseButton.LeftButton)
    np.testing.assert_array_equal(page.image, first)
    QTest.keyClick(page.pad, Qt.Key.Key_Delete)
    assert page.image is None
    assert page.outputs is None


def test_a_drawing_stays_while_other_snapshots_come_and_goes_with_other_data(view: DataView) -> None:
    view.show_snapshot(trained(1))
    page = images_of(view).draw
    draw(page.pad, (0.5, 0.2), (0.5, 0.8))
    view.show_snapshot(snapshot_of(linear()))
    view.show_snapshot(trained(2))
    assert len(page.pad.strokes) == 1
    assert page.image is not None


# ---- images: browsing and counting -----------------------------------------------------------------------------------


def test_browsing_begins_with_the_wrong_ones(qtbot: QtBot, view: DataView) -> None:
    snapshot = trained()
    images = browse(view, qtbot, snapshot)
    outputs = plain_outputs(snapshot)
    predicted, labels = outputs.argmax(axis=1), snapshot.dataset.test_labels
    right = predicted == labels
    order = np.argsort(-outputs.max(axis=1), kind="stable")
    expected = [*order[~right[order]], *order[right[order]]]
    assert 0 < (~right).sum() < 300
    assert images.browse.shown.tolist() == expected
    true, said = int(labels[expected[0]]), int(predicted[expected[0]])
    images.browse.choose(true, said)
    both = [i for i in expected if labels[i] == true and predicted[i] == said]
    assert images.browse.shown.tolist() == both
    images.browse.choose(ANY, said)
    assert images.browse.shown.tolist() == [i for i in expected if predicted[i] == said]
    assert "batch 400" in images._caption.text()


def test_the_matrix_counts_and_its_cells_open_their_images(qtbot: QtBot, view: DataView) -> None:
    snapshot = trained()
    images = browse(view, qtbot, snapshot, page=2)
    predicted, labels = plain_outputs(snapshot).argmax(axis=1), snapshot.dataset.test_labels
    counts = np.zeros((10, 10), int)
    for true, said in zip(labels, predicted, strict=True):
        counts[true, said] += 1
    np.testing.assert_array_equal(images.confusion._counts, counts)
    assert f"{100 * (labels == predicted).mean():.2f} % right" in images._caption.text()
    true, said = (int(i) for i in np.argwhere((counts > 0) & ~np.eye(10, dtype=bool))[0])
    QTest.mouseClick(
        images.confusion, Qt.MouseButton.LeftButton, pos=images.confusion.cell_box(true, said).center().toPoint()
    )
    assert images.browse.isVisible()
    assert sorted(images.browse.shown) == np.flatnonzero((labels == true) & (predicted == said)).tolist()


def test_outputs_near_one_can_be_told_apart(qapp: QApplication) -> None:
    """Float32 as the net gives them, the largest first; each in the 66 pixels below its image."""
    outputs = np.array([1.0, 0.9999999, 0.99998, 0.999972, 0.9997, 0.99951, 0.5], np.float32)
    texts = [certainty(float(output)) for output in outputs]
    assert texts == ["1.0000", "1−1.2e-7", "1−2.0e-5", "1−2.8e-5", "0.9997", "0.9995", "0.5000"]
    assert max(QFontMetricsF(mono_font(11)).horizontalAdvance(text) for text in texts) <= PITCH[0] - 4
    assert certainty(-0.25) == "−0.2500"


@pytest.mark.parametrize(
    ("scale", "examples", "says"),
    [
        ("raw", 100, "scaled as in training (the accuracy curve tests the first 100, with raw values)"),
        ("raw", -1, "scaled as in training (the accuracy curve tests raw values)"),
        ("same", 100, "the accuracy curve tests the first 100"),
        ("same", -1, "300 test examples"),
        ("raw", 0, "300 test examples"),
    ],
)
@pytest.mark.parametrize("width", [490, 616])
def test_why_the_curve_has_another_accuracy_is_said_and_has_room(
    qtbot: QtBot, view: DataView, scale: str, examples: int, says: str, width: int
) -> None:
    snapshot = snapshot_of(digits_lesson(**{"evaluation.examples": examples, "evaluation.scale": scale}), 1)
    view.resize(width, 318)
    for page in (1, 2):
        images = browse(view, qtbot, snapshot, page)
        label = images._caption
        assert label.text().endswith(says)
        QApplication.sendPostedEvents()
        assert label.isVisible()
        assert label.height() >= label.heightForWidth(label.width()) > 0
    images.show_page(0)
    assert not label.isVisible()


@pytest.mark.parametrize(("name", "upright"), [("true class", False), ("真实类别", True)])
def test_chinese_stands_upright_beside_an_axis(qapp: QApplication, name: str, upright: bool) -> None:
    """Of a turned character the ink differs from that of an upright one."""

    def ink(paint: Callable[[QPainter], None]) -> np.ndarray:
        image = QImage(200, 200, QImage.Format.Format_Grayscale8)
        image.fill(Qt.GlobalColor.white)
        with QPainter(image) as painter:
            painter.setFont(ui_font(24))
            paint(painter)
        dark = np.frombuffer(image.constBits(), np.uint8).reshape(200, image.bytesPerLine())[:, :200] < 128
        rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
        return dark[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]

    written = ink(lambda painter: paint_upwards(painter, QPointF(100, 100), name))
    assert written.shape[0] > 2 * written.shape[1], "it runs along the axis"
    last = ink(lambda painter: painter.drawText(100, 100, name[-1]))
    low, wide = last.shape if upright else last.T.shape
    found = written[-low:] if upright else written[:low]
    assert found.shape[0] == low
    middle = (found.shape[1] - wide) // 2
    same = max(
        (found[:, max(0, middle + shift) :][:, :wide] == (last if upright else np.rot90(last))).mean()
        for shift in range(-3, 4)
        if found[:, max(0, middle + shift) :][:, :wide].shape[1] == wide
    )
    assert same > 0.9


def test_an_image_is_opened_in_the_pad(qtbot: QtBot, view: DataView) -> None:
    snapshot = trained()
    images = browse(view, qtbot, snapshot)
    first = int(images.browse.shown[0])
    images.browse.sheet.setFocus()
    QTest.keyClick(images.browse.sheet, Qt.Key.Key_Return)
    assert images.draw.isVisible()
    np.testing.assert_array_equal(images.draw.image.ravel(), snapshot.dataset.test_x[first])
    np.testing.assert_allclose(images.draw.outputs, plain_outputs(snapshot)[first], rtol=1e-4)


def test_a_run_that_goes_on_is_asked_now_and_then(
    qtbot: QtBot, view: DataView, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest between two rounds is longer than the test: only where the run stands still is it asked at once."""
    monkeypatch.setattr(data_outputs, "REST", 3600.0)
    trainer = Trainer(digits_lesson(**{"evaluation.examples": 0}))
    trainer.run(batches=1)
    first = Snapshot.of(trainer, 1, State.PAUSED)
    trainer.run(batches=1)
    second = Snapshot.of(trainer, 1, State.PAUSED)
    images = browse(view, qtbot, replace(first, state=State.RUNNING))
    images.show_snapshot(replace(second, state=State.RUNNING))
    qtbot.wait(50)
    assert images.asking.outputs.snapshot.position.batch == 1
    assert "batch 1 " in images._caption.text()
    images.show_snapshot(second)
    qtbot.waitUntil(lambda: images.asking.outputs.snapshot is second, timeout=WAIT)
    assert "batch 2 " in images._caption.text()


class Slow:
    """Keeps the other thread at a place until ``go_on`` is set; which threads came there."""

    def __init__(self, real: Callable[..., Any]) -> None:
        self.begun, self.go_on, self.real = threading.Event(), threading.Event(), real
        self.threads: list[threading.Thread] = []

    def __call__(self, *args: Any) -> Any:
        self.threads.append(threading.current_thread())
        self.begun.set()
        assert self.go_on.wait(WAIT / 1000)
        return self.real(*args)


@pytest.mark.parametrize("place", ["asking", "sorting"])
def test_a_round_is_given_up_when_nobody_looks(
    place: str, qtbot: QtBot, view: DataView, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does the window wait until the thread has noticed, which takes longest where it sorts all examples."""
    slow = Slow(data_outputs.forward if place == "asking" else Outputs.prepare)
    if place == "asking":
        monkeypatch.setattr(data_outputs, "forward", slow)
    else:
        monkeypatch.setattr(Outputs, "prepare", lambda outputs: slow(outputs))
    snapshot = trained(1)
    view.show_snapshot(snapshot)
    images = images_of(view)
    images.show_page(1)
    assert slow.begun.wait(WAIT / 1000)
    assert images.asking.busy
    assert slow.threads[0] is not threading.main_thread(), "the window does not wait for it"
    view.hide()
    assert not images.asking.busy
    assert slow.threads[0].is_alive(), "nobody waited"
    view.show()
    slow.go_on.set()
    qtbot.waitUntil(lambda: images.asking.outputs is not None, timeout=WAIT)
    assert not slow.threads[0].is_alive()
    assert len(set(slow.threads)) == 2, "what was given up is asked again"
    np.testing.assert_allclose(images.asking.outputs.values, plain_outputs(snapshot), rtol=1e-4)


def test_of_a_net_that_was_overtaken_nothing_is_shown(
    qtbot: QtBot, view: DataView, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(Outputs.prepare)
    monkeypatch.setattr(Outputs, "prepare", lambda outputs: slow(outputs))
    first, second = trained(1), trained(2)
    second = replace(second, dataset=first.dataset)
    view.show_snapshot(first)
    images = images_of(view)
    images.show_page(1)
    assert slow.begun.wait(WAIT / 1000)
    view.show_snapshot(second)  # a step further: it returns although the thread stands still
    answers: list[Snapshot] = []
    images.asking.answered.connect(lambda: answers.append(images.asking.outputs.snapshot))
    slow.go_on.set()
    qtbot.waitUntil(lambda: bool(answers), timeout=WAIT)
    assert answers == [second]


def test_what_cannot_be_asked_is_told_once(qtbot: QtBot, view: DataView, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise MemoryError("no room")

    monkeypatch.setattr(data_outputs, "forward", broken)
    snapshot = trained(1)
    view.show_snapshot(snapshot)
    images = images_of(view)
    with qtbot.captureExceptions() as errors:
        images.show_page(1)
        qtbot.waitUntil(lambda: bool(errors), timeout=WAIT)
        images.show_snapshot(replace(snapshot, rate=1.0))
        assert not images.asking.busy
    assert [str(error) for _, error, _ in errors] == ["no room"]


def test_looking_back_at_one_place_asks_nothing_anew(view: DataView, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the run goes on elsewhere, a Snapshot of the place comes with every picture."""
    asked = []
    real = data_points.forward
    monkeypatch.setattr(data_points, "forward", lambda *args: (asked.append(1), real(*args))[1])
    back = replace(snapshot_of(linear(), 1), state=State.LOOKING)
    view.show_snapshot(back)
    count = len(asked)
    assert count > 0
    for _ in range(5):
        view._next_live = 0.0  # there would be time
        view.show_snapshot(replace(back, batches=back.batches + 1))
    assert len(asked) == count
    elsewhere = replace(snapshot_of(linear(), 2), state=State.LOOKING)
    view.show_snapshot(replace(elsewhere, dataset=back.dataset, lesson=back.lesson))
    assert len(asked) > count


def test_stepping_without_an_update_asks_nothing(qtbot: QtBot, view: DataView) -> None:
    trainer = Trainer(digits_lesson(**{"evaluation.examples": 0}))
    images = browse(view, qtbot, Snapshot.of(trainer, 1, State.PAUSED))
    trainer.step()
    view.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    assert not images.asking.busy


def test_one_output_for_two_classes_is_counted_too(qtbot: QtBot, view: DataView) -> None:
    """Even digits are class 0, odd ones 1, as a CSV or a folder of two classes gives them."""
    data = snapshot_of(digits_lesson()).dataset
    assert data.train_labels is not None
    assert data.test_labels is not None
    train, test = data.train_labels % 2, data.test_labels % 2
    W = np.random.default_rng(0).normal(size=(64, 1)) / 40
    lesson = points([64, 1], data.train_x[:5].tolist(), [[0.0]] * 5, [W.tolist()], [[0.1]], "sigmoid")
    changed = replace(
        data,
        train_y=train[:, None],
        test_y=test[:, None],
        train_labels=train,
        test_labels=test,
        class_names=("even", "odd"),
    )
    snapshot = replace(snapshot_of(lesson), dataset=changed, image_shape=(8, 8), test_examples=300)
    images = browse(view, qtbot, snapshot, page=2)
    said = data.test_x @ W[:, 0] + 0.1 > 0
    expected = [[((test == i) & (said == j)).sum() for j in (0, 1)] for i in (0, 1)]
    assert images.confusion._counts.tolist() == expected
    assert images.names == ("even", "odd")
    view.grab()
    images.show_page(1)
    sheet, order = images.browse.sheet, images.browse.shown
    output = 1 / (1 + np.exp(-(data.test_x @ W[:, 0] + 0.1)))
    wrong = (output > 0.5) != test
    distance = np.abs(output - 0.5)
    assert order.tolist() == sorted(range(300), key=lambda i: (not wrong[i], -distance[i]))
    for place in (0, 299):
        i = int(order[place])
        text = sheet.text_of(place)
        assert f"Image {i}: {('even', 'odd')[test[i]]}. The net says {('even', 'odd')[int(output[i] > 0.5)]}, " in text
        number = float(text.rstrip(".").split()[-1])
        assert number == pytest.approx(output[i], rel=1e-9), "the output itself, for either class"
    assert "the furthest from 0.5 first" in images._caption.text()


# ---- other data ------------------------------------------------------------------------------------------------------


def test_other_data_are_a_table_with_the_worst_first(qtbot: QtBot, view: DataView) -> None:
    x = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    lesson = points([3, 1], x, [[1.0], [5.5], [2.0]], [[[1.0], [2.0], [4.0]]], [[0.5]])
    view.show_snapshot(snapshot_of(lesson))
    table = view.page
    assert isinstance(table, Table)
    qtbot.waitUntil(lambda: table.asking.outputs is not None, timeout=WAIT)
    rows = [table.model.row(i) for i in range(table.model.rowCount())]
    assert rows == [(1, 5.5, 2.5, 3.0, 0, 1, 0), (2, 2.0, 4.5, 2.5, 0, 0, 1), (0, 1.0, 1.5, 0.5, 1, 0, 0)]
    assert "3 training examples" in table._sentence.text()


# ---- in the window ---------------------------------------------------------------------------------------------------


def test_an_input_of_ones_own_runs_forward_step_by_step_and_goes_with_undo(digits: Driven) -> None:
    digits.act("finish_batch")
    digits.wait_for_step(len(digits.now.program))
    digits.window.network.sample = 3
    mine = np.arange(64.0) / 4
    digits.window.explanation.show_panel("data").drawn.emit(mine)
    there = digits.wait_for(lambda s: s.position.batch == 2 and len(s.entries) > 10)
    there = digits.wait_for_step(0, 2)
    assert there.tensors["x"][3] == pytest.approx(mine / 16, rel=1e-6)  # the lesson scales to 0 to 1
    assert "taken the place of example 4" in digits.window.messages.text
    digits.activate()
    digits.act("step")
    stepped = digits.wait_for_step(1, 2)
    z = stepped.tensors["x"][3] @ stepped.tensors["W1"] + stepped.tensors["b1"]
    assert stepped.tensors["z1"][3] == pytest.approx(z, rel=1e-4, abs=1e-5)
    digits.act("undo")
    back = digits.wait_for(lambda s: not s.entries)
    assert not np.allclose(back.tensors["x"][3], mine / 16)


def test_a_point_leads_to_its_example_if_it_is_in_the_batch(open_window: OpenWindow) -> None:
    driven = open_window(points([2, 1], SQUARE, [[0.0]] * 4, [[[1.0], [1.0]]], [[0.0]]))
    driven.wait_for_step(0)
    data = driven.window.explanation.show_panel("data")
    data.example_wanted.emit(2)
    assert driven.window.network.sample == 2
    driven.window.bridge.edit_row("x", 2, (5.0, 5.0))
    driven.wait_for(lambda s: bool(s.entries))
    driven.window.network.sample = 0
    data.example_wanted.emit(2)
    assert driven.window.network.sample == 0
    assert "Example 3 of the data is not in this batch." in driven.window.messages.text
