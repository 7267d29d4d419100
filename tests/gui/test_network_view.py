"""The network view against Snapshots: what is painted, what is said of it, and what clicks do."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from engine.lesson import Lesson
from engine.snapshot import Snapshot, State
from engine.trainer import Trainer
from gui.theme import DARK, LIGHT, Theme, colours, diverging_table, image_table
from gui.views.network_canvas import Cells, Hit, peak, round_scale, short
from gui.views.network_view import NetworkView
from tests.gui.painted import count, count_around, near, texts_of, with_values

DIGITS = {"run.executor": "numpy"}


def toy(steps: int, **overrides: object) -> Snapshot:
    trainer = Trainer(Lesson.load("toy-bias", {key.replace("__", "."): value for key, value in overrides.items()}))
    for _ in range(steps):
        trainer.step()
    return Snapshot.of(trainer, 1, State.PAUSED)


def points(sizes: list[int], steps: int = 0, examples: int = 3, **overrides: object) -> Snapshot:
    rng = np.random.default_rng(0)
    table = {
        "network__sizes": sizes,
        "data__x": rng.normal(size=(examples, sizes[0])).tolist(),
        "data__y": rng.normal(size=(examples, sizes[-1])).tolist(),
        "data__batch_size": examples,
        "init__scheme": "normal",
        "init__std": 0.3,
    }
    return toy(steps, **(table | overrides))


def digits(steps: int, batches: int = 20, **overrides: object) -> Snapshot:
    table = {key.replace("__", "."): value for key, value in overrides.items()}
    trainer = Trainer(Lesson.load("digits-sigmoid", DIGITS | table))
    trainer.run(batches)
    for _ in range(steps):
        trainer.step()
    return Snapshot.of(trainer, 1, State.PAUSED)


@pytest.fixture
def view(qtbot: QtBot) -> NetworkView:
    view = NetworkView()
    qtbot.addWidget(view)
    view.apply_theme(LIGHT)
    view.resize(984, 400)
    return view


def paint(view: NetworkView, snapshot: Snapshot | None = None) -> QImage:
    if snapshot is not None:
        view.show_snapshot(snapshot)
    return view.grab().toImage()


def find(view: NetworkView, start: str) -> Hit:
    """What is painted whose tooltip begins so."""
    for hit in view._hits:
        at = hit.where.center() if isinstance(hit.where, QRectF) else hit.where.pointAt(0.5)
        if hit.tip(at).startswith(start):
            return hit
    raise AssertionError(f"nothing says {start!r}")


def centre(view: NetworkView, start: str) -> QPointF:
    where = find(view, start).where
    return where.center() if isinstance(where, QRectF) else where.pointAt(0.4)


# ---- the graph -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_coins_take_the_colour_of_their_values(view: NetworkView, theme: Theme) -> None:
    view.apply_theme(theme)
    image = paint(view, toy(12))  # a1 = 1.5, a3 = 3.25; delta2 = 1.125, delta3 = 2.25; delta1 pending
    table = diverging_table(theme)

    def colour(value: float, scale: float) -> QColor:
        return QColor.fromRgb(int(colours(np.array([value]), -scale, scale, table)[0]))

    side = QPointF(-24, 0)
    for node, a, delta in (("Layer 1, node 0", 1.5, None), ("Layer 2, node 0", 2.75, 1.125)):
        at = centre(view, node)
        assert near(image, at + side + QPointF(0, -5), colour(a, 3.25))
        below = theme.q("sunken") if delta is None else colour(delta, 2.25)
        assert near(image, at + side + QPointF(0, 5), below)


def test_the_numbers_on_the_coins_are_the_values(view: NetworkView, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the activation, below the error, on the pill the bias; an input has one number, and the loss its own."""
    values = {"x": [[2.0, -3.0]], "a1": [[1.5, -0.25, 0.0]], "a2": [[-0.119, 4.75]], "a3": [[3.25]],
              "delta1": [[0.5, -1.125, 0.0]], "delta2": [[-0.75, 0.3]], "delta3": [[2.25]],
              "b1": [0.5, -0.625, 0.1], "b2": [-0.4, 0.0], "b3": [-1.75], "loss": 2.53125}  # fmt: skip
    view.show_snapshot(with_values(toy(22), **values))
    texts = texts_of(view, monkeypatch)

    def numbers(start: str) -> list[float]:
        """Those painted inside something, from above."""
        where = find(view, start).where
        assert isinstance(where, QRectF)
        inside = sorted((t for t in texts if where.contains(t.box.center())), key=lambda t: t.box.center().y())
        return [float(t.text) for t in inside if t.text.strip("-").replace(".", "", 1).isdigit()]

    assert [numbers(f"Input, node {i}") for i in (0, 1)] == [[2.0], [-3.0]]
    for k in (1, 2, 3):
        for i, (a, delta) in enumerate(zip(values[f"a{k}"][0], values[f"delta{k}"][0], strict=True)):
            assert numbers(f"Layer {k}, node {i}") == pytest.approx([a, delta], abs=0.006)
            assert numbers(f"Bias of layer {k}, node {i}") == [values[f"b{k}"][i]]
    assert 2.53125 in numbers("half squared error")


def test_pending_values_are_not_shown(view: NetworkView) -> None:
    old = toy(22 + 1)  # second batch: every array still holds the first batch's numbers
    assert np.all(old.tensors["a3"] != 0)
    assert "a3" in old.pending
    image = paint(view, old)
    at = centre(view, "Layer 3, node 0")
    for dy in (-5, 5):
        assert near(image, at + QPointF(-24, dy), LIGHT.q("sunken"))
    tip = view.tip_at(at)
    assert "a: not computed yet" in tip
    assert str(old.tensors["a3"][0, 0]) not in tip
    changed = with_values(old, a3=9.0, delta3=-7.0, delta1=5.0, loss=123.0)
    assert paint(view, changed) == image, "a pending number has left a trace"


def test_what_the_step_reads_is_dashed_and_what_it_writes_is_solid(view: NetworkView) -> None:
    image = paint(view, toy(12))  # dW2 = a1^T delta2
    read, write = LIGHT.q("read"), LIGHT.q("write")
    column = QRectF(centre(view, "Layer 1, node 0") - QPointF(40, 40), QSize(80, 40))
    assert count(image, column, read) > 40
    assert count(image, column, write) == 0
    edge = centre(view, "Layer 1 node 0 → layer 2 node 0")
    assert count(image, QRectF(edge - QPointF(8, 12), QSize(16, 24)), write) > 5
    other = centre(view, "Input node 0 → layer 1 node 0")
    assert count(image, QRectF(other - QPointF(8, 12), QSize(16, 24)), write) == 0
    assert view.tip_at(centre(view, "this step reads a1")) == "this step reads a1"
    assert view.tip_at(centre(view, "this step writes ∂W2"))


def test_nothing_is_outlined_before_the_first_step(view: NetworkView) -> None:
    image = paint(view, toy(0))
    for token in ("read", "write"):
        assert count(image, QRectF(image.rect()), LIGHT.q(token)) == 0


def test_the_error_flows_back_only_where_it_has_been(view: NetworkView) -> None:
    bwd = LIGHT.q("bwd")

    def arrows(steps: int, box: str) -> bool:
        image = paint(view, toy(steps))
        return count(image, QRectF(centre(view, box) - QPointF(40, 20), QSize(80, 40)), bwd) > 5

    edge = "Layer 2 node 0 → layer 3 node 0"
    assert not arrows(7, edge), "forward and loss: no arrows"
    assert not arrows(8, edge), "delta3 only: the error has not passed W3"
    assert arrows(11, edge), "delta2 has been computed"
    assert not arrows(18, edge), "the update phase has none"


def test_edge_colour_is_the_sign_and_width_the_magnitude(view: NetworkView) -> None:
    snapshot = with_values(toy(0), W3=[[0.9], [-0.1]])
    image = paint(view, snapshot)

    def thickness(start: str, token: str) -> int:
        at = centre(view, start)
        return count(image, QRectF(at - QPointF(1, 10), QSize(3, 20)), LIGHT.q(token))

    assert thickness("Layer 2 node 0 → layer 3 node 0", "pos") >= 8
    assert thickness("Layer 2 node 0 → layer 3 node 0", "neg") == 0
    assert thickness("Layer 2 node 1 → layer 3 node 0", "pos") == 0


def test_every_bias_has_its_number_in_the_smallest_window(view: NetworkView) -> None:
    view.resize(788, 292)  # the panel of the smallest window
    snapshot = toy(22)
    image = paint(view, snapshot)
    places = [(k, i) for k, n in ((1, 3), (2, 2), (3, 1)) for i in range(n)]
    nodes = {(k, i): find(view, f"Layer {k}, node {i}").where for k, i in places}
    for k, i in places:
        pill = find(view, f"Bias of layer {k}, node {i}").where
        assert isinstance(pill, QRectF)
        assert QRectF(view.rect()).contains(pill)
        assert count(image, pill, LIGHT.q("pos")) > 10  # its outline: the biases are positive
        inside = image.copy(pill.adjusted(16, 3, -6, -3).toRect())
        dark = [
            inside.pixelColor(x, y).lightness() < 128 for x in range(inside.width()) for y in range(inside.height())
        ]
        assert sum(dark) > 10  # its number
        for where, node in nodes.items():
            assert isinstance(node, QRectF)
            assert not pill.intersects(node), (k, i, where)  # below its own coin too
            assert all(other == where or not node.intersects(nodes[other]) for other in places), where


def test_tooltips_have_every_figure(view: NetworkView) -> None:
    snapshot = with_values(toy(22), a2=[[0.1 + 0.2, -0.11875]], W2=1 / 3)
    paint(view, snapshot)
    assert "a = 0.30000000000000004" in view.tip_at(centre(view, "Layer 2, node 0"))
    assert "a = -0.11875" in view.tip_at(centre(view, "Layer 2, node 1"))
    assert "W = 0.3333333333333333" in view.tip_at(centre(view, "Layer 1 node 0 → layer 2 node 0"))
    assert f"b = {snapshot.tensors['b2'][1]}" in view.tip_at(centre(view, "Bias of layer 2, node 1"))
    assert f"L = {snapshot.tensors['loss']}" in view.tip_at(centre(view, "half squared error"))
    assert view.tip_at(QPointF(2, 398)) == ""


def test_a_click_on_a_node_tells_which(qtbot: QtBot, view: NetworkView) -> None:
    paint(view, toy(12))
    at = centre(view, "Layer 2, node 1").toPoint()
    with qtbot.waitSignal(view.unit_selected) as signal:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert signal.args == [2, 1]
    assert view.selected == (2, 1)


def test_a_click_on_the_caption_shows_the_next_example(qtbot: QtBot, view: NetworkView) -> None:
    snapshot = points([2, 3, 1], 8)
    paint(view, snapshot)
    shown = []
    for _ in range(4):
        shown.append(view.sample)
        first = centre(view, "Input, node 0")
        assert view.tip_at(first).endswith(f"x = {snapshot.tensors['x'][view.sample, 0]}")
        chip = centre(view, "Click to show the next").toPoint()
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=chip)
        paint(view)
    assert shown == [0, 1, 2, 0]


def test_a_shorter_batch_shows_its_last_example(view: NetworkView) -> None:
    trainer = Trainer(
        Lesson.load("toy-bias", {"data.x": [[1.0, 2.0]] * 3, "data.y": [[1.0]] * 3, "data.batch_size": 2})
    )
    view.sample = 1
    paint(view, Snapshot.of(trainer, 1, State.PAUSED))
    assert view.sample == 1
    trainer.run(1)
    trainer.step()
    assert trainer.tensors.batch == 1
    paint(view, Snapshot.of(trainer, 1, State.PAUSED))
    assert view.sample == 0


# ---- numbers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "chars", "text"),
    [
        (1.5, 5, "1.5"),
        (2.53125, 9, "2.53125"),
        (-0.11875, 6, "-0.119"),
        (-0.11875, 4, "-.12"),
        (0.000123456, 6, "1.2e-4"),
        (1234567.0, 6, "1.23e6"),
        (0.0, 3, "0"),
        (float("nan"), 5, "nan"),
        (float("-inf"), 5, "-inf"),
    ],
)
def test_short_numbers(value: float, chars: int, text: str) -> None:
    assert short(value, chars) == text


@pytest.mark.parametrize("chars", range(5, 10))
def test_short_numbers_fit_and_stay_near(chars: int) -> None:
    rng = np.random.default_rng(1)
    for value in rng.normal(size=300) * 10.0 ** rng.integers(-6, 7, 300):
        text = short(value, chars)
        assert len(text) <= chars or len(text) <= 6, text
        assert float(text) == pytest.approx(value, rel=0.5)


def test_scales() -> None:
    assert round_scale(0.5) == 1
    assert round_scale(1.0) == 2
    assert round_scale(4.9) == 5
    assert round_scale(5e-324) > 0
    assert peak([None, np.array([np.nan, -3.0, np.inf])]) == 3
    assert peak([np.zeros(3)]) == 1


@pytest.mark.parametrize("n", [1, 2, 7, 30, 257, 4096, 65_536])
@pytest.mark.parametrize("size", [(100, 300), (7, 200), (3, 3)])
def test_every_value_has_a_cell_inside_the_box(n: int, size: tuple[int, int]) -> None:
    box = QRectF(10, 20, *size)
    cells = Cells.fit(n, box)
    for index in {0, n // 2, n - 1}:
        rect = cells.rect(index)
        assert box.adjusted(-1, -1, 1, 1).contains(rect)
        found = cells.index_at(rect.center())
        assert found is not None
        assert found <= index < found + cells.per


# ---- images ----------------------------------------------------------------------------------------------------


def test_a_click_on_a_unit_tells_which(qtbot: QtBot, view: NetworkView) -> None:
    paint(view, digits(9))
    at = centre(view, "Layer 1, unit 17").toPoint()
    with qtbot.waitSignal(view.unit_selected) as signal:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert signal.args == [1, 17]
    snapshot = view._snapshot
    assert snapshot is not None
    paint(view)
    weight = str(snapshot.tensors["W2"][17, 3])
    assert f"W = {weight}" in view.tip_at(centre(view, "Layer 1 unit 17 → layer 2 unit 3"))


def test_unit_images_are_columns_of_the_first_weights(view: NetworkView) -> None:
    W = np.zeros((64, 30))
    W[:, 4] = -2.0
    W[:32, 5] = 2.0  # upper half only
    image = paint(view, with_values(digits(0), W1=W))
    table = diverging_table(LIGHT)
    low, zero, high = (QColor.fromRgb(int(c)) for c in colours(np.array([-2.0, 0, 2]), -2, 2, table))
    four, five = find(view, "Layer 1, unit 4").where, find(view, "Layer 1, unit 5").where
    assert isinstance(four, QRectF)
    assert isinstance(five, QRectF)
    quarter = QPointF(0, five.height() / 4)
    assert near(image, four.center() - quarter, low)
    assert near(image, five.center() - quarter, high)
    assert near(image, five.center() + quarter / 2, zero)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("sample", [0, 3, 9])
def test_the_input_is_the_example_that_is_shown(view: NetworkView, sample: int, theme: Theme) -> None:
    view.apply_theme(theme)
    snapshot = digits(0)
    x = snapshot.tensors["x"][sample].reshape(8, 8)
    assert (x.min(), x.max()) == (0, 1), "from black to white"
    view.sample = sample
    image, box = paint(view, snapshot), find(view, "Input, row").where
    assert isinstance(box, QRectF)
    expected = colours(x, 0.0, 1.0, image_table(theme))
    for (row, column), rgb in np.ndenumerate(expected):
        at = box.topLeft() + QPointF((column + 0.5) * box.width() / 8, (row + 0.5) * box.height() / 8)
        assert near(image, at, QColor.fromRgb(int(rgb))), (row, column)


@pytest.mark.parametrize("sample", [0, 3])
def test_a_bar_of_the_output_is_as_full_as_its_activation(
    view: NetworkView, sample: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = digits(4)
    a2 = np.linspace(0.05, 0.95, 10)[np.random.default_rng(2).permutation(10)]
    a2 = np.stack([np.roll(a2, example) for example in range(10)])
    snapshot = with_values(snapshot, a2=a2)
    view.sample = sample
    image = paint(view, snapshot)
    texts = texts_of(view, monkeypatch)
    truth = int(snapshot.tensors["y"][sample].argmax())
    for digit in range(10):
        row = find(view, f"Output {digit} ").where
        assert isinstance(row, QRectF)
        line = QRectF(row.left(), row.center().y() - 0.5, row.width(), 1)
        full = count(image, line, LIGHT.q("accent" if digit == truth else "fwd"))
        empty = count(image, line, LIGHT.q("line"))
        assert full + empty > 50
        assert full / (full + empty) == pytest.approx(a2[sample, digit], abs=0.03), digit
        assert f"{snapshot.tensors['a2'][sample, digit]:.2f}" in [t.text for t in texts if row.contains(t.box.center())]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_what_the_step_reads_and_writes_is_outlined_among_images_too(view: NetworkView, theme: Theme) -> None:
    """Around the input image and around the outputs, at every step."""
    view.apply_theme(theme)
    read, write = theme.q("read"), theme.q("write")
    program = digits(0).program
    for step in program.steps:
        image = paint(view, digits(step.index))
        box = find(view, "Input, row").where
        assert isinstance(box, QRectF)
        assert (count_around(image, box, read) > 60) == ("x" in step.reads), step
        assert count_around(image, box, write) == 0, step
        rows = [find(view, f"Output {digit} ").where for digit in (0, 9)]
        outputs = QRectF(rows[0].topLeft(), rows[1].bottomRight())
        last = {"z2", "a2", "delta2", "b2", "db2"}
        assert (count_around(image, outputs, write) > 60) == (step.write in last), step
        assert (count_around(image, outputs, read) > 60) == bool(last & set(step.reads)), step


def test_a_bias_in_an_input_column_is_no_pixel(view: NetworkView) -> None:
    snapshot = digits(3, network__bias="input-column")
    assert snapshot.tensors["W1"].shape == (65, 30)
    before = paint(view, snapshot)
    W = snapshot.tensors["W1"].copy()
    W[64] = 1e6
    assert paint(view, with_values(snapshot, W1=W)) == before


def test_a_click_on_a_thumbnail_shows_that_example(qtbot: QtBot, view: NetworkView) -> None:
    snapshot = digits(15)
    paint(view, snapshot)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=centre(view, "Example 4, ").toPoint())
    assert view.sample == 3
    paint(view)
    label = snapshot.tensors["y"][3].argmax()
    assert view.tip_at(centre(view, f"Output {label} ")).endswith("the true label")
    assert f"true label {label}" in view.text_summary()
    assert "a = " + str(snapshot.tensors["a2"][3, 7]) in view.tip_at(centre(view, "Output 7 "))


def test_wrong_examples_are_marked_only_when_outputs_are_known(view: NetworkView) -> None:
    err = LIGHT.q("err")
    known, pending = digits(4, batches=1), digits(3, batches=1)
    assert "a2" in pending.pending
    assert (known.tensors["a2"].argmax(1) != known.tensors["y"].argmax(1)).any()
    image = paint(view, known)
    assert count(image, QRectF(image.rect()), err) > 20
    image = paint(view, pending)
    assert count(image, QRectF(image.rect()), err) == 0


def test_pending_outputs_show_neither_bar_nor_number(view: NetworkView) -> None:
    snapshot = digits(1)
    image = paint(view, snapshot)
    changed = with_values(snapshot, a1=0.77, a2=0.5, delta1=1.0, delta2=-1.0, loss=8.0, z2=3.0)
    assert paint(view, changed) == image
    assert "a: not computed yet" in view.tip_at(centre(view, "Output 3 "))


def test_a_small_error_of_an_example_looks_small_beside_its_batch(view: NetworkView) -> None:
    snapshot = digits(9)
    assert not {"delta1", "delta2"} & snapshot.pending
    hidden, output = (np.zeros_like(snapshot.tensors[name]) for name in ("delta1", "delta2"))
    hidden[0, 4], hidden[1, 4] = -1e-9, -0.5
    output[0, 6], output[1, 6] = -1e-9, -0.5
    changed = with_values(snapshot, delta1=hidden, delta2=output)
    for example, index in ((0, 128), (1, 0)):  # the middle of the colours, their low end
        view.sample = example
        image = paint(view, changed)
        colour = QColor.fromRgb(int(diverging_table(LIGHT)[index]))
        row, unit = find(view, "Output 6 ").where, find(view, "Layer 1, unit 4").where
        assert isinstance(row, QRectF)
        assert isinstance(unit, QRectF)
        assert near(image, QPointF(row.right() - 17, row.center().y()), colour)
        assert near(image, unit.bottomRight() - QPointF(3, 2), colour)


def test_the_true_label_is_outlined(view: NetworkView) -> None:
    snapshot = digits(4)
    image = paint(view, snapshot)
    label = int(snapshot.tensors["y"][0].argmax())
    for digit in range(10):
        row = find(view, f"Output {digit} ").where
        assert isinstance(row, QRectF)
        assert (count(image, row, LIGHT.q("oksoft")) > 100) == (digit == label)


# ---- whatever comes --------------------------------------------------------------------------------------------

ODD: dict[str, Callable[[], Snapshot]] = {
    "one layer": lambda: points([1, 1], 3),
    "one wide layer": lambda: points([65_536, 1], 4, examples=1),
    "wide hidden layer": lambda: points([2, 65_536, 2], 5, examples=2),
    "twelve a layer": lambda: points([12, 12, 12], 9),
    "deep": lambda: points([2, *[3] * 30, 1], 60),
    "no bias": lambda: points([2, 3, 1], 5, network__bias=False),
    "input column": lambda: points([2, 3, 1], 5, network__bias="input-column"),
    "momentum": lambda: points([2, 3, 1], 14, optimizer__momentum=0.9),
    "digits, one layer": lambda: digits(3, network__sizes=[64, 10]),
    "digits, deep": lambda: digits(12, network__sizes=[64, 300, 48, 12, 10]),
    "digits, one unit": lambda: digits(9, network__sizes=[64, 1, 10]),
    "digits, tanh": lambda: digits(9, network__activation="tanh"),
}


@pytest.mark.parametrize("name", ODD)
def test_paints_at_every_size(view: NetworkView, name: str) -> None:
    snapshot = ODD[name]()
    for size in ((984, 400), (640, 330), (200, 120), (40, 30), (1, 1)):
        view.resize(*size)
        paint(view, snapshot)
        for x in range(0, size[0], 37):
            view.tip_at(QPointF(x, size[1] / 2))
    assert view.accessibleDescription()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e308, -1e308, 5e-324])
@pytest.mark.parametrize("make", [lambda: toy(22), lambda: points([3, 40, 2], 12), lambda: digits(15)])
def test_non_finite_and_huge_values_are_painted(view: NetworkView, make: Callable[[], Snapshot], bad: float) -> None:
    snapshot = make()
    names = [n for n in snapshot.tensors if n != "y"]
    with np.errstate(over="ignore"):
        for name in names:
            array = snapshot.tensors[name].copy()
            array.flat[0] = bad
            paint(view, with_values(snapshot, **{name: array}))
        paint(view, with_values(snapshot, **dict.fromkeys(names, bad)))


def test_a_value_that_is_no_number_says_so_on_a_neutral_coin(view: NetworkView) -> None:
    image = paint(view, with_values(toy(22), a2=[[np.nan, 2.0]]))
    at = centre(view, "Layer 2, node 0")
    assert near(image, at + QPointF(-24, -5), LIGHT.q("line"))
    assert "a = nan" in view.tip_at(at)
    assert "nan" not in view.tip_at(centre(view, "Layer 2, node 1"))


def test_paints_before_any_snapshot(view: NetworkView) -> None:
    assert paint(view).pixelColor(QPoint(5, 5)) == LIGHT.q("surface")
    assert view.text_summary()


def test_says_in_words_what_is_shown(view: NetworkView) -> None:
    paint(view, toy(12))
    words = view.accessibleDescription()
    assert view.accessibleName() == "Network"
    for part in ("2-3-2-1", "Input 1, 1", "Outputs 3.25", "target 1", "Loss 2.53125", "step 12 of 22", "writes ∂W2"):
        assert part in words
    view.show_snapshot(dataclasses.replace(toy(22), state=State.RUNNING))
    assert view.accessibleDescription() == words, "not rewritten while running"


def test_the_same_snapshot_is_painted_from_the_same_images(view: NetworkView) -> None:
    paint(view, digits(9))
    made = dict(view._images._made)
    view.repaint()
    paint(view)
    assert made
    assert all(view._images._made[key] is image for key, image in made.items())
    view.apply_theme(DARK)
    paint(view)
    assert all(view._images._made[key] is not image for key, image in made.items())


@pytest.mark.parametrize("make", [lambda: toy(12), lambda: digits(9)])
def test_a_repaint_is_quick(view: NetworkView, make: Callable[[], Snapshot]) -> None:
    paint(view, make())
    times = []
    for _ in range(10):
        start = time.perf_counter()
        paint(view)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.03  # a few milliseconds on a quiet machine


def test_a_large_batch_is_shown_page_by_page(qtbot: QtBot, view: NetworkView) -> None:
    paint(view, digits(0, data__batch_size=25))
    seen = []
    for _ in range(4):
        seen.append(view.sample)
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=centre(view, "Click to show the next examples").toPoint())
        paint(view)
    assert seen == [0, 10, 20, 0]


# ---- copying -----------------------------------------------------------------------------------------------------


def copied(view: NetworkView, start: str, form: str) -> str | None:
    """What a right click on something and a choice put on the clipboard; None where no menu opens."""
    at = centre(view, start).toPoint()
    QGuiApplication.sendEvent(view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.mapToGlobal(at)))
    menu = QApplication.activePopupWidget()
    if not isinstance(menu, QMenu):
        return None
    next(action for action in menu.actions() if action.objectName() == f"copy_{form}").trigger()
    menu.close()
    QGuiApplication.sendPostedEvents(menu, QEvent.Type.DeferredDelete)
    return QGuiApplication.clipboard().text()


def test_the_array_behind_what_is_drawn_is_copied(view: NetworkView) -> None:
    paint(view, with_values(toy(22), W2=[[1, 2], [3, 4], [5, 6]], dW2=[[7, 8], [9, 10], [11, 12]], b1=[0.5, 0.25, -1]))
    assert copied(view, "Bias of layer 1, node 2", "tsv") == "0.5\n0.25\n-1\n"  # the lesson's vectors are columns
    assert copied(view, "Layer 1 node 0 → layer 2 node 1", "tsv") == "7\t9\t11\n8\t10\t12\n"  # known: the gradient
    assert copied(view, "half squared error", "tsv") is not None
    paint(view, with_values(toy(3), W2=[[1, 2], [3, 4], [5, 6]]))
    assert copied(view, "Layer 1 node 0 → layer 2 node 1", "tsv") == "1\t3\t5\n2\t4\t6\n"
    assert copied(view, "half squared error", "tsv") is None  # pending: the batch has no loss yet
