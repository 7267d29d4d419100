"""The Step inspector: formula with numbers, the arithmetic of a cell, the code, the gradient check's verdict."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QPoint, QPointF, QRectF, QSettings, QSizeF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from engine.expression import Cell
from engine.formula import Look, latex
from engine.gradcheck import ArrayCheck, GradientCheck, Verdict
from engine.lesson import Lesson
from engine.listing import Dialect, listing
from engine.program import Phase, Program
from engine.snapshot import Snapshot, State
from engine.tensors import Tensors
from engine.trainer import Trainer
from gui import formulas
from gui.numbers import exact, significant
from gui.theme import DARK, LIGHT, THEMES
from gui.views.inspector_code import shapes_in
from gui.views.inspector_formula import MARGIN, FormulaPage
from gui.views.inspector_numbers import Box, Item, Laid, Layouter, Symbol, picked
from gui.views.inspector_view import InspectorView
from tests.engine.nets import points
from tests.gui.conftest import OpenWindow
from tests.gui.driven import Driven, digits_lesson

NO_TORCH = "PyTorch could not be loaded: No module named 'torch'"
PANEL = {"1600x1000": (616, 440), "1280x800": (490, 330)}


class Inspector:
    """The panel by itself, and a Trainer that walks."""

    def __init__(self, lesson: Lesson, size: tuple[int, int], settings: QSettings) -> None:
        formulas.load()
        self.trainer = Trainer(lesson)
        self.view = InspectorView(settings)
        self.view.apply_theme(LIGHT)
        self.view.resize(*size)
        self.view.show()
        self.show()

    @property
    def page(self) -> FormulaPage:
        return self.view.page

    @property
    def laid(self) -> Laid:
        laid = self.page._laid
        assert laid is not None
        return laid

    def show(self, **changes: object) -> Snapshot:
        snapshot = replace(Snapshot.of(self.trainer, 1, State.PAUSED), **changes)
        self.view.show_snapshot(snapshot)
        for _ in range(3):  # a sentence of two lines leaves the page less room, that is arranged anew
            QApplication.processEvents()
        return snapshot

    def step(self) -> Snapshot:
        self.trainer.step()
        return self.show()

    def to(self, write: str) -> Snapshot:
        while (step := self.trainer.step()).write != write:
            assert step.index < len(self.trainer.program), f"no step writes {write}"
        return self.show()


@pytest.fixture
def inspector(qapp: QApplication, settings: QSettings) -> Iterator[object]:
    """A function that makes an Inspector."""
    made: list[Inspector] = []

    def make(lesson: Lesson | str = "toy-bias", size: tuple[int, int] = PANEL["1600x1000"]) -> Inspector:
        made.append(Inspector(Lesson.load(lesson) if isinstance(lesson, str) else lesson, size, settings))
        return made[-1]

    yield make
    for one in made:
        one.view.close()
        shiboken6.delete(one.view)


def ink(box: Box) -> QRectF:
    """What a box covers: its matrix or the place of its sign."""
    return box.body if box.item.values is not None else QRectF(box.symbol.x(), box.symbol.y() - 4, 2, 2)


def faults(one: Inspector) -> list[str]:
    """What overlaps or sticks out."""
    width, found = one.page.width() - 2 * MARGIN, []
    matrices = [box for box in one.laid.boxes if box.item.values is not None]
    for box in matrices:
        name = box.item.part.array
        if box.body.left() < 0 or box.body.right() > width + 1:
            found.append(f"{name} sticks out: {box.body} in {width}")
        for row in box.rows:
            for column in box.columns:
                if row is not None and column is not None:
                    cell = box.cell_box(row, column)
                    assert cell is not None
                    if not box.body.adjusted(-1, -1, 1, 1).contains(cell):
                        found.append(f"a cell of {name} is not in it")
    for a, b in combinations(matrices, 2):
        if (a.body & b.body).isValid():
            found.append(f"{a.item.part.array} and {b.item.part.array} overlap")
    for run in one.page.line.written.runs if one.page.line.written else ():
        if run.box.right() > width + 1:
            found.append(f"{run.text!r} sticks out")
    line = one.page.line
    if line.least_height > line.height() or line.geometry().bottom() >= line.parentWidget().height():
        found.append(f"{one.page.text_summary()} is cut")
    viewport = one.page.parentWidget()
    if one.page.minimumHeight() > viewport.height():
        found.append(f"{one.page.minimumHeight()} px of {viewport.height()}: it scrolls")
    return found


LESSONS = {
    "toy-bias": lambda: Lesson.load("toy-bias"),
    "digits-sigmoid": digits_lesson,
    "momentum": lambda: Lesson.load("toy-bias", {"optimizer.momentum": 0.9, "loss.reduction": "mean"}),
}


@pytest.mark.parametrize("size", PANEL.values(), ids=PANEL)
@pytest.mark.parametrize("lesson", LESSONS)
def test_at_every_step_everything_fits_without_a_scroll_bar(inspector, lesson: str, size: tuple[int, int]) -> None:
    one = inspector(LESSONS[lesson](), size)
    found = [f"at the start: {fault}" for fault in faults(one)]
    for step in one.trainer.program.steps:
        one.step()
        found += [f"{step}: {fault}" for fault in faults(one)]
    assert found == []


@pytest.mark.parametrize("size", PANEL.values(), ids=PANEL)
def test_separate_nodes_too(inspector, size: tuple[int, int]) -> None:
    """Fractions, a Jacobian and its other way."""
    lesson = Lesson.from_table(
        points([12, 8, 10], 7, activation="relu", output="softmax", loss="cross_entropy", reduction="mean")
    ).with_value("network.nodes", "separate")
    one = inspector(lesson, size)
    found = []
    for step in one.trainer.program.steps:
        one.step()
        found += [f"{step}: {fault}" for fault in faults(one)]
    assert found == []


@pytest.mark.parametrize("orientation", ["row", "column"])
@pytest.mark.parametrize("size", PANEL.values(), ids=PANEL)
def test_the_jacobian_is_shown_whole_as_a_heatmap(inspector, size: tuple[int, int], orientation: str) -> None:
    """All ten rows and columns in colours of their own, with its other way, and nothing scrolls."""
    table = points([12, 8, 10], 7, activation="relu", output="softmax", loss="cross_entropy", reduction="mean")
    lesson = Lesson.from_table(table).with_values({"network.nodes": "separate", "run.orientation": orientation})
    one = inspector(lesson, size)
    one.to("delta2")
    assert faults(one) == []
    (box,) = [box for box in one.laid.boxes if box.item.part.look is Look.JACOBIAN]
    assert (box.rows, box.columns) == (tuple(range(10)), tuple(range(10)))
    assert min(box.cell) >= 5
    assert box.body.size() == QSizeF(10 * box.cell[0], 10 * box.cell[1])
    picture = one.page.grab().toImage()
    values = box.item.values
    assert values is not None
    at = [box.cell_box(*np.unravel_index(i, values.shape)) for i in (values.argmax(), values.argmin())]
    warm, cold = (picture.pixelColor((cell.center() + one.page._origin).toPoint()) for cell in at)
    assert warm.red() > warm.blue()
    assert cold.blue() > cold.red()
    cell = box.cell_box(3, 4)
    said = one.page.value_text(cell.center() + one.page._origin)
    assert said == f"diag(a2) − a2a2ᵀ[3, 4] = {exact(values[3, 4])}"
    other_way = any("differs by" in box.item.note for box in one.laid.boxes)
    assert other_way == (size == PANEL["1600x1000"]), "there is room for it, or not beside two lines of arithmetic"


def test_up_to_six_classes_the_jacobian_has_its_numbers(inspector) -> None:
    table = points([3, 6], 4, output="softmax", loss="cross_entropy", network={"nodes": "separate"})
    one = inspector(Lesson.from_table(table))
    one.to("delta1")
    (box,) = [box for box in one.laid.boxes if box.item.part.look is Look.JACOBIAN]
    assert not box.item.heat


def test_above_wide_matrices_brackets_stay_with_their_symbols(inspector) -> None:
    """L = ½ Σ(a₃ − y)², not ½ Σ(   a₃   −   y   )²."""
    one = inspector("toy-bias")
    one.to("loss")
    measure = one.page._layouter((5,))._symbol_of
    scale = one.laid.sizes.symbol

    def edges(box: Box) -> tuple[float, float]:
        ink = measure(box.item.part.latex)
        left = box.symbol.x() + ink.left * scale
        return left, left + ink.width * scale

    _, _, half, total, a, minus, y, square = map(edges, one.laid.boxes)
    assert [round(right[0] - left[1]) for left, right in ((half, total), (total, a), (y, square))] == [1, 1, 1]
    assert a[1] + 1 < minus[0]
    assert minus[1] + 1 < y[0]


def test_what_goes_on_below_is_pointed_at(inspector) -> None:
    table = points([12, 8, 10], 7, output="softmax", loss="cross_entropy")
    table["network"]["nodes"] = "separate"
    one = inspector(Lesson.from_table(table), (490, 280))
    assert not one.view._scroll.more.isVisible()
    one.to("delta2")
    assert one.view._scroll.more.isVisible()
    bar = one.view._scroll.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert not one.view._scroll.more.isVisible()


@pytest.mark.parametrize("height", [200, 280])
def test_the_result_is_in_sight_however_low_the_panel(inspector, height: int) -> None:
    """Where the formula scrolls, the line that works out a cell does not."""
    table = points([12, 8, 10], 7, output="softmax", loss="cross_entropy")
    table["network"]["nodes"] = "separate"
    one = inspector(Lesson.from_table(table), (490, height))
    scrolled = False
    for _ in one.trainer.program.steps:
        one.step()
        line = one.page.line
        assert line.written.runs[-1].token == "write"
        result = line.written.runs[-1].box.translated(line.x() + MARGIN, line.y() + 8)
        assert QRectF(one.view._scroll.rect()).contains(result)
        assert line.y() >= one.page.parentWidget().geometry().bottom()
        scrolled |= one.page.minimumHeight() > one.page.parentWidget().height()
    assert scrolled
    at = line.written.runs[-1].box.center() + QPointF(MARGIN, 8)
    assert line.value_text(at).startswith("b2[0] = ")
    assert line.value_text(QPointF(1, 1)) == ""


def test_the_first_picture_has_the_line_too(qapp: QApplication, settings: QSettings, monkeypatch) -> None:
    """Also where formulas could not be drawn before, and the window is hidden by now."""
    trainer = Trainer(Lesson.load("toy-bias"))
    for _ in range(3):
        trainer.step()
    view = InspectorView(settings)
    view.apply_theme(LIGHT)
    view.resize(*PANEL["1280x800"])
    view.show()
    with monkeypatch.context() as patch:
        patch.setattr(formulas, "ready", lambda widget: False)
        view.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
        QApplication.processEvents()
    formulas.load()
    view.hide()
    picture = view.grab().toImage()
    line = view.page.line
    assert line.written is not None
    corner = line.mapTo(view, QPoint(MARGIN, 8))
    colours = {picture.pixelColor(corner.x() + x, corner.y() + y).name() for x in range(200) for y in range(16)}
    assert len(colours) > 10
    shiboken6.delete(view)


def test_a_comparison_without_room_keeps_its_verdict(inspector) -> None:
    """Its matrix is left out, the distance stays."""
    found = {}
    for size in PANEL.values():
        one = inspector("toy-bias", size if size == PANEL["1600x1000"] else (490, 200))
        snapshot = one.to("dW1")
        one.show(autograd={"dW1": snapshot.tensors["dW1"]})
        (card,) = [box.item for box in one.laid.boxes if box.item.note == "torch.autograd"]
        assert "differs by 0" in [box.item.note for box in one.laid.boxes]
        found[size] = card.values is not None
    assert list(found.values()) == [True, False]


@pytest.mark.parametrize("lesson", ["toy-bias", "digits-sigmoid"])
def test_a_step_is_arranged_once(inspector, lesson: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where its sentence takes more lines than the one before."""
    one = inspector(LESSONS[lesson](), PANEL["1280x800"])
    made: list[object] = []
    best = Layouter.best
    monkeypatch.setattr(Layouter, "best", lambda *arguments: (made.append(arguments), best(*arguments))[1])
    heights = set()
    for _ in one.trainer.program.steps:
        one.step()
        heights.add(one.page.parentWidget().height())
    assert len(heights) > 1
    assert len(made) == len(one.trainer.program)


def test_the_matrices_are_the_arrays_of_the_step(inspector) -> None:
    one = inspector()
    snapshot = one.to("dW2")
    shown = {box.item.part.array: box.item.values for box in one.laid.boxes if box.item.values is not None}
    assert set(shown) == {"dW2", "delta2", "a1"}
    np.testing.assert_array_equal(shown["dW2"], snapshot.tensors["dW2"].T)  # the toy is written in columns
    np.testing.assert_array_equal(shown["delta2"] @ shown["a1"], shown["dW2"])
    assert one.laid.whole


def test_large_matrices_keep_their_ends_and_the_chosen_cell(inspector) -> None:
    one = inspector(digits_lesson())
    one.step()
    one.page.choose(4, 17)
    box = one.page.box_of("z1")
    assert {4, 17} <= {*box.rows, *box.columns}
    assert not one.laid.whole
    weights = one.page.box_of("W1")
    assert 17 in weights.columns
    assert 29 in weights.columns


@pytest.mark.parametrize(
    ("count", "most", "wanted", "shown"),
    [
        (3, 6, (), (0, 1, 2)),
        (6, 6, (5,), (0, 1, 2, 3, 4, 5)),
        (30, 6, (), (0, 1, 2, None, 27, 28, 29)),
        (30, 6, (12,), (0, 1, None, 12, None, 27, 28, 29)),
        (30, 2, (29,), (0, None, 29)),
        (30, 2, (7,), (None, 7, None, 29)),
        (30, 1, (), (0, None)),
        (30, 1, (29,), (None, 29)),
        (10, 3, (8, 1, 4), (None, 1, None, 4, None, 8, None)),
        (10, 4, (8, 1), (0, 1, None, 8, 9)),
        (4, 3, (2,), (0, None, 2, 3)),
    ],
)
def test_what_is_left_out(count: int, most: int, wanted: tuple[int, ...], shown: tuple[int | None, ...]) -> None:
    found = picked(count, most, wanted)
    assert [index for index in found if index is not None] == sorted(index for index in shown if index is not None)
    assert found == shown


# ---- a cell worked out -----------------------------------------------------------------------------------------------


def test_the_arithmetic_of_the_chosen_cell(inspector) -> None:
    one = inspector()
    one.to("z2")
    assert one.page.text_summary() == "z2[0] = 0.5·1.5 + 0.5·1.5 + 0.5·1.5 + 0.5 = 2.75"
    cell = one.page.cell_box(Cell("z2", 0, 1))
    assert cell is not None
    QTest.mouseClick(one.page, Qt.MouseButton.LeftButton, pos=cell.center().toPoint())
    assert one.page.text_summary().startswith("z2[1] = ")
    assert one.page.accessibleDescription() == one.page.text_summary()
    one.page.setFocus()
    QTest.keyClick(one.page, Qt.Key.Key_Up)
    assert one.page.chosen == Cell("z2", 0, 0)
    QTest.keyClick(one.page, Qt.Key.Key_Up)  # already at the top
    assert one.page.chosen == Cell("z2", 0, 0)


@pytest.mark.parametrize(("orientation", "row", "column"), [("row", 1, 2), ("column", 2, 1)])
def test_arrow_keys_go_where_they_point(inspector, orientation: str, row: int, column: int) -> None:
    one = inspector(digits_lesson(**{"run.orientation": orientation}))
    one.step()
    one.page.choose(0, 0)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(one.page, key)
    assert one.page.chosen == Cell("z1", row, column)  # as stored: rows are examples


def test_a_cell_that_is_always_zero_is_not_the_one_that_is_worked_out_first(inspector) -> None:
    one = inspector(digits_lesson())
    snapshot = one.to("dW1")
    gradient = snapshot.tensors["dW1"]
    assert gradient[0, 0] == 0
    cell = one.page.chosen
    assert abs(gradient[cell.row, cell.column]) == np.abs(gradient).max()


def test_of_outputs_the_true_class_of_the_example_shown_is_worked_out_first(inspector) -> None:
    table = points([5, 10], 4, output="softmax", loss="cross_entropy")
    table["network"]["nodes"] = "separate"
    table["data"]["y"] = np.eye(10)[[3, 7, 1, 0]].tolist()
    one = inspector(Lesson.from_table(table))
    for write in ("da1", "delta1"):
        one.to(write)
        assert one.page.chosen == Cell(write, 0, 3)
    one.view.show_example(2)
    assert one.page.chosen == Cell("delta1", 2, 1)
    assert one.page.text_summary().startswith("δ1[2, 1] = ")
    one.page.choose(0, 5)
    one.view.show_example(1)
    assert one.page.chosen == Cell("delta1", 1, 7)


def test_what_is_nothing_beside_the_others_is_not_worked_out_first(inspector) -> None:
    table = points([2, 3], 2, activation="identity", output="identity", loss="half_squared_error")
    one = inspector(Lesson.from_table(table))
    one.to("z1")
    snapshot = one.show()
    vector = snapshot.tensors.vector.copy()
    small = type(snapshot.tensors)(snapshot.tensors.layout, vector, snapshot.tensors.batch)
    small["z1"][:] = [[5e-172, 2.0, -3.0], [1.0, 100.0, 1.0]]
    one.show(tensors=small)
    assert one.page.chosen == Cell("z1", 0, 2)


def test_the_exact_value_on_hover(inspector, monkeypatch: pytest.MonkeyPatch) -> None:
    one = inspector()
    one.to("z2")
    box = one.page.box_of("W2").cell_box(0, 1)
    assert box is not None
    at = box.center() + one.page._origin
    assert one.page.value_text(at) == "W2[0, 1] = 0.5"
    event = QHelpEvent(QHelpEvent.Type.ToolTip, at.toPoint(), one.page.mapToGlobal(at.toPoint()))
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _, text, *rest: told.append(text))
    assert QApplication.sendEvent(one.page, event)
    assert told == ["W2[0, 1] = 0.5\nLayers count from 1, rows and columns of a cell from 0."]
    assert one.page.value_text(QPointF(1, 1)) == ""


# ---- updates ---------------------------------------------------------------------------------------------------------


def test_an_update_shows_what_was_before(inspector) -> None:
    one = inspector()
    one.trainer.finish_phase()
    one.trainer.finish_phase()
    one.trainer.finish_phase()
    old = one.trainer.tensors["W1"].copy()
    snapshot = one.to("W1")
    written, before = (box.item.values for box in one.laid.boxes if box.item.part.array == "W1")
    np.testing.assert_array_equal(before, old.T)
    np.testing.assert_array_equal(written, snapshot.tensors["W1"].T)
    assert one.page.text_summary().startswith("W1[0, 0] = W1[0, 0] − 0.1·∂W1[0, 0] = 0.5 − 0.1·")


def test_where_the_old_values_are_gone_only_the_result_is_shown(inspector) -> None:
    one = inspector()
    one.to("b3")
    one.show(before={})
    assert [box.item.part.array for box in one.laid.boxes if box.item.values is not None] == ["b3"]
    assert any("only while you step" in box.item.note for box in one.laid.boxes)
    value = one.trainer.tensors["b3"][0]
    assert one.page.text_summary() == f"b3[0] = {value:g}"


@pytest.mark.parametrize("size", [*PANEL.values(), (490, 300)])
def test_that_the_old_values_are_gone_is_in_sight_below_a_whole_formula(inspector, size: tuple[int, int]) -> None:
    """``W2 = W2 - eta dL/dW2`` is set as ever: what stands below it does not pull its parts about."""
    one = inspector(Lesson.from_table(points([20, 15, 10], 7, output="softmax", loss="cross_entropy")), size)
    for write in ("W1", "b1", "W2", "b2"):
        one.to(write)
        snapshot = one.show(before={})
        assert one.laid.boxes[0].item.part.latex == latex(snapshot.step, snapshot.lesson)
        assert one.page.minimumHeight() <= one.page.parentWidget().height(), write
        (note,) = (box for box in one.laid.boxes if box.item.note)
        place = note.sign if note.sign is not None else note.symbol
        right = place.x() + one.page._note_width(note.item.note)
        assert right <= one.page.width() - 2 * MARGIN
        assert place.y() <= one.page.parentWidget().height()


@pytest.mark.parametrize("nodes", ["layers", "separate"])
@pytest.mark.parametrize("worst", [np.inf, np.nan, 1.7e308, -1.7e308])
def test_a_diverged_run_is_shown_at_every_step(inspector, worst: float, nodes: str) -> None:
    table = points([3, 4, 3], 2, activation="sigmoid", output="softmax", loss="cross_entropy")
    table["network"]["nodes"] = nodes
    one = inspector(Lesson.from_table(table))
    for step in one.trainer.program.steps:
        one.trainer.step()
        snapshot = Snapshot.of(one.trainer, 1, State.HALTED)
        vector = snapshot.tensors.vector.copy()
        vector[::2] = worst
        broken = type(snapshot.tensors)(snapshot.tensors.layout, vector, snapshot.tensors.batch)
        one.view.show_snapshot(replace(snapshot, tensors=broken))
        one.view.grab()
        assert one.page.text_summary(), step


# ---- comparisons -----------------------------------------------------------------------------------------------------


def test_autograd_stands_beside_the_derived_gradient(inspector) -> None:
    one = inspector()
    snapshot = one.to("dW2")
    theirs = snapshot.tensors["dW2"] + np.array([[0, 0], [0, 2e-9], [0, 0]])
    one.show(autograd={"dW2": theirs})
    (card,) = [box for box in one.laid.boxes if box.item.note == "torch.autograd"]
    np.testing.assert_array_equal(card.item.values, theirs.T)
    assert "differs by 2e-9" in [box.item.note for box in one.laid.boxes]
    one.show(autograd={"dW1": snapshot.tensors["dW1"]})
    assert not [box for box in one.laid.boxes if box.item.note]


def test_without_pytorch_its_place_says_why(inspector) -> None:
    one = inspector("toy-torch")
    one.to("dW2")
    one.show(no_torch=NO_TORCH)
    assert "torch.autograd: PyTorch could not be loaded" in [box.item.note for box in one.laid.boxes]
    one.to("W2")
    one.show(no_torch=NO_TORCH)
    assert not [box for box in one.laid.boxes if box.item.note], "an update has no gradient"


@pytest.mark.parametrize("size", [*PANEL.values(), (300, 440), (220, 440)])
def test_what_torch_cannot_say_stands_below_the_formula(inspector, size: tuple[int, int]) -> None:
    """Never beside a factor, in lines no longer than the panel is wide."""
    one = inspector(Lesson.load("toy-torch", {"init.rng": "numpy", "run.executor": "numpy"}), size)
    found = []
    for step in one.trainer.program.steps:
        one.trainer.step()
        if step.phase is not Phase.BACKWARD:
            continue
        one.show(no_torch=NO_TORCH)
        notes = [box for box in one.laid.boxes if box.item.note]
        assert " ".join(box.item.note for box in notes) == "torch.autograd: PyTorch could not be loaded"
        lowest = max(ink(box).bottom() for box in one.laid.boxes if not box.item.note)
        right = one.page.width() - 2 * MARGIN
        for above, box in pairwise([None, *notes]):
            top = box.symbol.y() - 12  # of letters 12 px high
            found += [f"{step}: beside {above and above.item.note}"] if above and top < above.symbol.y() else []
            found += [f"{step}: {top} among numbers down to {lowest}"] if top < lowest else []
            sticks_out = box.sign is not None or box.symbol.x() + one.page._note_width(box.item.note) > right
            found += [f"{step}: {box.item.note} sticks out"] if sticks_out else []
        found += [f"{step}: {fault}" for fault in faults(one)] if size in PANEL.values() else []
        assert (len(notes) > 1) == (size == (220, 440))
    assert found == []


@pytest.mark.parametrize("size", PANEL.values(), ids=PANEL)
def test_autograd_has_room(inspector, size: tuple[int, int]) -> None:
    one = inspector(Lesson.load("toy-torch", {"run.executor": "numpy"}), size)
    found = []
    for step in one.trainer.program.steps:
        one.trainer.step()
        if step.phase is Phase.BACKWARD:
            one.show(autograd={step.write: one.trainer.tensors[step.write] * 1.0000001})
            found += [f"{step}: {fault}" for fault in faults(one)]
    assert found == []


def test_the_jacobian_of_softmax_and_its_other_way(inspector) -> None:
    table = points([3, 10], 4, output="softmax", loss="cross_entropy")
    table["network"]["nodes"] = "separate"
    one = inspector(Lesson.from_table(table))
    snapshot = one.to("delta1")
    one.page.choose(2, 5)
    (jacobian,) = [box for box in one.laid.boxes if box.item.part.look is Look.JACOBIAN]
    a = snapshot.tensors["a1"][2]
    np.testing.assert_allclose(jacobian.item.values, np.diag(a) - np.outer(a, a), atol=1e-15)
    assert jacobian.item.shared == (None, 5)
    g = snapshot.tensors["da1"][2]
    largest = int(np.abs(g * jacobian.item.values[:, 5]).argmax())
    assert largest in one.page.box_of("da1").columns
    assert one.page.box_of("delta1").item.shared == (0, 5)
    *_, vector, distance = one.laid.boxes
    np.testing.assert_allclose(vector.item.values[0], snapshot.tensors["delta1"][2], atol=1e-14)
    assert float(distance.item.note.rpartition(" ")[2]) < 1e-14


def separate(sizes: list[int], orientation: str = "row") -> Lesson:
    """Softmax through its Jacobian, four examples."""
    table = points(sizes, 4, output="softmax", loss="cross_entropy")
    table["network"]["nodes"] = "separate"
    return Lesson.from_table(table).with_value("run.orientation", orientation)


@pytest.mark.parametrize("size", [*PANEL.values(), (490, 280)])
@pytest.mark.parametrize("classes", [3, 10])
@pytest.mark.parametrize("orientation", ["row", "column"])
def test_the_product_with_a_jacobian_can_be_redone(inspector, orientation: str, classes: int, size) -> None:
    """1 x 10 = 1 x 10 times 10 x 10, of the example that is looked at, whichever it is."""
    one = inspector(separate([5, classes], orientation), size)
    snapshot = one.to("delta1")
    for example, shows in ((2, lambda: one.page.choose(2, 1)), (3, lambda: one.view.show_example(3))):
        shows()
        (jacobian,) = [box.item.values for box in one.laid.boxes if box.item.part.look is Look.JACOBIAN]
        written, g = one.page.box_of("delta1"), one.page.box_of("da1").item.values
        vector = (1, classes) if orientation == "row" else (classes, 1)
        assert (written.item.shape, g.shape, jacobian.shape) == (vector, vector, (classes, classes))
        np.testing.assert_allclose(written.item.values.ravel(), snapshot.tensors["delta1"][example], rtol=0)
        product = g @ jacobian if orientation == "row" else jacobian @ g
        np.testing.assert_allclose(product, written.item.values, atol=1e-14)
        assert one.page.cell_box(one.page.chosen) is not None


@pytest.mark.parametrize(("orientation", "place"), [("row", "[2, 5]"), ("column", "[5, 2]")])
def test_a_cell_of_one_example_is_a_cell_of_the_batch(inspector, orientation: str, place: str) -> None:
    """Hovered, clicked and copied; the vector form's row like the one above it."""
    one = inspector(separate([3, 10], orientation), (616, 640))
    snapshot = one.to("delta1")
    one.page.choose(2, 5)
    value = float(snapshot.tensors["delta1"][2, 5])
    at = one.page.cell_box(Cell("delta1", 2, 5)).center()
    assert one.page.value_text(at) == f"δ1{place} = {exact(value)}"
    assert one.page.text_summary().startswith(f"δ1{place} = ")
    assert one.page.accessibleDescription() == one.page.text_summary()
    g = one.page.box_of("da1")
    shown = (0, 5) if orientation == "row" else (5, 0)
    text = one.page.value_text(g.cell_box(*shown).center() + one.page._origin)
    assert text == f"∂a1{place} = {exact(float(snapshot.tensors['da1'][2, 5]))}"
    assert one.page.cell_box(Cell("delta1", 3, 5)) is None, "another example is not there"
    name, copied, _ = one.page.matrix_at(at)
    assert (name, copied.ravel().tolist()) == ("delta1", snapshot.tensors["delta1"][2].tolist())
    assert one.page.matrix_at(None)[1].shape == (4, 10), "by the keys all of it"
    for box in [box for box in one.laid.boxes if box.item.part.array == "delta1" and box.item.values is not None]:
        column = next(i for i in (box.columns if orientation == "row" else box.rows) if i not in (None, 5))
        clicked = box.cell_box(*((0, column) if orientation == "row" else (column, 0)))
        QTest.mouseClick(one.page, Qt.MouseButton.LeftButton, pos=(clicked.center() + one.page._origin).toPoint())
        assert one.page.chosen == Cell("delta1", 2, column)
        one.page.choose(2, 5)
    back, on = (Qt.Key.Key_Up, Qt.Key.Key_Right) if orientation == "row" else (Qt.Key.Key_Left, Qt.Key.Key_Down)
    QTest.keyClick(one.page, back)
    QTest.keyClick(one.page, on)
    assert one.page.chosen == Cell("delta1", 1, 6)
    assert one.page.box_of("delta1").item.values.ravel().tolist() == snapshot.tensors["delta1"][1].tolist()


def test_autograds_numbers_are_of_the_same_example(inspector) -> None:
    one = inspector(separate([3, 10]))
    snapshot = one.to("delta1")
    one.page.choose(2, 5)
    theirs = snapshot.tensors["delta1"].copy()
    theirs[2, 7] += 0.25
    one.show(autograd={"delta1": theirs})
    (card,) = [box.item for box in one.laid.boxes if box.item.note == "torch.autograd"]
    assert card.values.tolist() == [theirs[2].tolist()]
    assert "differs by 0.25" in [box.item.note for box in one.laid.boxes]


def test_all_ten_numbers_of_an_example_are_shown_where_there_is_room(inspector) -> None:
    one = inspector(separate([5, 10]), (1700, 440))
    one.to("delta1")
    vectors = [box for box in one.laid.boxes if box.item.part.look is Look.EXAMPLE]
    assert [box.columns for box in vectors] == [tuple(range(10))] * 3
    assert faults(one) == []


def sure_and_wrong(one: Inspector) -> None:
    """Classes 4 and 6 are as likely, 6 is true, the others are nothing: one term comes to every error."""
    snapshot = one.to("delta1")
    small = type(snapshot.tensors)(snapshot.tensors.layout, snapshot.tensors.vector.copy(), snapshot.tensors.batch)
    small["a1"][0] = [0, 0, 0, 0, 0.5, 0, 0.5, 0, 0, 0]
    small["da1"][0] = [0, 0, 0, 0, 0, 0, -2, 0, 0, 0]
    small["delta1"][0] = [0, 0, 0, 0, 0.5, 0, -0.5, 0, 0, 0]
    small["y"][0] = np.eye(10)[6]
    one.show(tensors=small)


def test_of_an_example_the_largest_numbers_are_shown_before_the_ends(inspector) -> None:
    one = inspector(separate([5, 10]), PANEL["1280x800"])
    sure_and_wrong(one)
    assert one.page.chosen == Cell("delta1", 0, 6)
    for name in ("delta1", "da1"):
        assert {4, 6} <= {*one.page.box_of(name).columns}


def test_a_comparison_that_is_only_named_keeps_its_distance(inspector) -> None:
    """The words about it do not touch its symbol."""
    one = inspector(separate([5, 10]), PANEL["1280x800"])
    sure_and_wrong(one)
    card, distance = one.laid.boxes[-2:]
    assert card.item.part.array == "delta1"
    assert card.item.values is None
    assert distance.item.note == "differs by 0"
    sign = one.page._layouter((5,))._symbol_of(card.item.part.latex)
    right = card.symbol.x() + (sign.left + sign.width) * one.laid.sizes.symbol
    assert distance.symbol.x() - right >= 5


# ---- digits, code ----------------------------------------------------------------------------------------------------


def test_digits_are_chosen_and_remembered(inspector, settings: QSettings) -> None:
    one = inspector(digits_lesson())
    one.step()
    assert one.page.digits is None
    assert one.view.digits.accessibleName()
    assert one.view.digits.focusPolicy() & Qt.FocusPolicy.TabFocus
    action = next(a for a in one.view.digits.menu().actions() if a.data() == 2)
    action.trigger()
    assert (one.page.digits, one.laid.sizes.digits) == (2, 2)
    assert one.view.digits.text() == action.text()
    number = one.page.text_summary().rpartition("= ")[2].replace("−", "-")
    assert float(number) == float(f"{one.trainer.tensors['z1'][0, 0]:.2g}")
    again = inspector()
    assert again.page.digits == 2
    settings.setValue("inspector/digits", "many")
    assert inspector().page.digits is None


@pytest.mark.parametrize("size", PANEL.values(), ids=PANEL)
@pytest.mark.parametrize("lesson", LESSONS)
def test_a_number_has_the_same_digits_in_the_matrix_and_in_the_line(inspector, lesson: str, size) -> None:
    one = inspector(LESSONS[lesson](), size)
    for step in one.trainer.program.steps:
        one.step()
        cell = one.page.chosen
        value = float(np.atleast_2d(one.trainer.tensors[step.write])[cell.row, cell.column])
        shown = significant(value, one.laid.sizes.digits)
        assert one.page.text_summary().rpartition("= ")[2].replace("−", "-") == shown, step


def test_the_code_marks_the_line_of_the_step(inspector) -> None:
    one = inspector()
    lesson = one.trainer.lesson
    for _ in range(len(one.trainer.program)):
        snapshot = one.step()
        strip = one.view.code
        assert strip.code.marked == listing(lesson, "numpy").line_of(snapshot.step)
        block = strip.code.document().findBlockByNumber(strip.code.marked)
        place = strip.code.blockBoundingGeometry(block).translated(strip.code.contentOffset())
        assert QRectF(strip.code.viewport().rect()).contains(place.center())
    assert strip.code.toPlainText() + "\n" == listing(lesson, "numpy").text


def test_shapes_stand_at_the_end_of_a_product(inspector) -> None:
    """By hand, of a 2-3-2-1 net in column form: W2 is 2 x 3, delta2 2 x 1, a1 3 x 1."""
    one = inspector()
    expected = {"z2": "(2, 3) @ (3, 1)", "dW2": "(2, 1) @ (1, 3)", "delta1": "(3, 2) @ (2, 1)", "db2": "", "W2": ""}
    for step in one.trainer.program.steps:
        one.step()
        if step.write in expected:
            assert one.view.code.code.note == expected[step.write]
    one.view.code.choose("torch")
    one.trainer.seek(1)
    one.to("z2")
    assert one.view.code.code.note == "(1, 3) @ (3, 2)", "there examples are rows"


@pytest.mark.parametrize("dialect", ["numpy", "torch"])
@pytest.mark.parametrize("lesson", ["toy-bias", "xor", "digits-sigmoid", "mnist-deep", "mnist-numpy-autodiff"])
def test_shapes_of_a_product_go_together(lesson: str, dialect: Dialect) -> None:
    made = Lesson.load(lesson)
    tensors, column = Tensors.zeros(made, made.data.batch_size), dialect == "numpy" and lesson == "toy-bias"
    program, seen = Program.of(made), 0
    for line in listing(made, dialect, whole=False).lines:
        if (note := shapes_in(line.text, tensors, column)) and line.steps:
            rows, inner, as_many, columns = map(int, re.findall(r"\d+", note))
            assert inner == as_many
            written = tensors[program.steps[line.steps[0] - 1].write].shape
            assert line.text.lstrip().startswith("da") or sorted(written) == sorted((rows, columns)), line.text
            seen += 1
    assert seen >= made.layers


def test_a_note_is_left_out_where_the_line_needs_the_room(inspector) -> None:
    one = inspector()
    one.to("delta1")
    code = one.view.code.code

    def ink() -> int:
        picture = code.viewport().grab().toImage()
        line = round(code.blockBoundingGeometry(code.document().findBlockByNumber(code.marked)).center().y())
        rows = range(line - 6, line + 6)
        bwd = QColor(LIGHT.bwd).rgb()
        offset = round(code.contentOffset().y())
        return sum(picture.pixel(x, y + offset) == bwd for x in range(picture.width()) for y in rows)

    assert ink() > 10
    one.view.resize(300, one.view.height())
    QApplication.processEvents()
    assert ink() == 0


def test_the_dialect_is_switched_and_remembered_and_the_script_copied(inspector) -> None:
    one = inspector()
    one.to("z1")
    strip = one.view.code
    QTest.mouseClick(strip.dialect_buttons["torch"], Qt.MouseButton.LeftButton)
    assert strip.code.toPlainText() + "\n" == listing(one.trainer.lesson, "torch").text
    QTest.mouseClick(strip.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == listing(one.trainer.lesson, "torch").text
    assert inspector().view.code.dialect == "torch"
    for button in (*strip.dialect_buttons.values(), strip.copy):
        assert button.accessibleName()


# ---- the badge -------------------------------------------------------------------------------------------------------


def test_the_badge_stands_only_at_gradients(inspector) -> None:
    one = inspector()
    with_badge = []
    for _ in range(len(one.trainer.program)):
        step = one.step().step
        if one.view.badge.isVisible():
            with_badge.append(step.write)
    assert with_badge == ["delta3", "dW3", "db3", "delta2", "dW2", "db2", "delta1", "dW1", "db1"]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("verdict", "token"), [(Verdict.VERIFIED, "ok"), (Verdict.INCOMPARABLE, "warn"), (Verdict.WRONG, "err")]
)
def test_the_badge_shows_the_verdict(inspector, verdict: Verdict, token: str, theme: str) -> None:
    one = inspector()
    one.view.apply_theme(THEMES[theme])
    one.to("dW2")
    assert one.view.badge.text() == "not checked"
    check = ArrayCheck("dW2", "W2", 12, cells=6, compared=5, kinks=1, verdict=verdict, max_rel_error_difference=3e-9)
    one.show(check=GradientCheck(one.trainer.position, (check,)))
    badge = one.view.badge
    assert verdict.value.lower() in badge.text().lower()
    assert "5 of 6" in badge.toolTip()
    assert badge.toolTip() == badge.accessibleDescription()
    assert THEMES[theme].q(token).name() in badge.styleSheet()
    one.show(check=GradientCheck(one.trainer.position, (replace(check, name="dW1"),)))
    assert badge.text() == "not checked"


def test_pressing_the_badge_checks_the_gradient(toy: Driven) -> None:
    toy.act("finish_phase")
    toy.wait_for_step(6)
    toy.window.bridge.run_to(9)
    toy.wait_for_step(9)
    assert toy.window.inspector.badge.text() == "not checked"
    toy.click(toy.window.inspector.badge)
    toy.wait_for(lambda s: s.check is not None)
    assert "verified" in toy.window.inspector.badge.text().lower()


# ---- the window ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1280, 800), (1600, 1000)])
@pytest.mark.parametrize("lesson", ["toy-bias", "digits-sigmoid"])
def test_nothing_scrolls_in_the_window(lesson: str, size: tuple[int, int], open_window: OpenWindow) -> None:
    driven = open_window(LESSONS[lesson](), size=size)
    steps = len(driven.wait_for(lambda s: s.lesson.id == lesson).program)
    formulas.load()
    page = driven.window.inspector.page
    scrolled = []
    for step in range(1, steps + 1):
        driven.after("step")
        driven.wait_for_step(step)
        for _ in range(3):
            QApplication.processEvents()
        if page.minimumHeight() > page.parentWidget().height():
            scrolled.append(f"{driven.now.step}: {page.minimumHeight()} of {page.parentWidget().height()} px")
    assert scrolled == []
    driven.act("theme_dark")
    picture = driven.window.inspector.grab().toImage()
    assert picture.pixelColor(2, 60) == DARK.q("surface")


def test_while_it_runs_the_results_are_shown(toy: Driven) -> None:
    formulas.load()
    toy.run_past(2)
    toy.pause()
    page = toy.window.inspector.page
    assert page.text_summary().startswith(("b3[0] = ", "z", "a", "L", "δ", "∂", "W", "b"))


# ---- speed -----------------------------------------------------------------------------------------------------------


def test_a_new_step_is_drawn_within_50_ms_and_again_within_5(inspector, qtbot: QtBot) -> None:
    """The best of some: another process may take the processor at any time."""
    one = inspector(digits_lesson())
    one.view.show_snapshot(Snapshot.of(one.trainer, 1, State.PAUSED))
    qtbot.waitUntil(lambda: not formulas._queue._formulas, timeout=10_000)
    first, again = [], []
    for _ in range(len(one.trainer.program)):
        one.trainer.step()
        snapshot = Snapshot.of(one.trainer, 1, State.PAUSED)
        start = time.perf_counter()
        one.view.show_snapshot(snapshot)
        one.page.repaint()
        drawn = time.perf_counter()
        one.page.repaint()
        first.append(drawn - start)
        again.append(time.perf_counter() - drawn)
    assert sorted(first)[len(first) // 2] < 0.05
    assert min(again) < 0.005


# ---- the arrangement alone -------------------------------------------------------------------------------------------


def test_an_arrangement_never_overlaps_whatever_its_matrices() -> None:
    """Random formulas, random room; every symbol is 20 by 20."""
    random = np.random.default_rng(3)

    def symbol(latex: str) -> Symbol:
        return Symbol(0, 15, 20, 20) if latex.strip("\\, ") else Symbol(0, 0, 0, 0)

    from engine.formula import Part

    for _ in range(60):
        items = []
        for i in range(random.integers(1, 5)):
            if i:
                items.append(Item(Part(" + ")))
            shape = random.integers(1, 40, size=2)
            items.append(Item(Part("W", "W1"), random.normal(size=shape), "read"))
        width, height = float(random.integers(300, 800)), float(random.integers(100, 500))
        layouter = Layouter(symbol, lambda text: 7.0 * len(text), 0.6, (5, 4, 3))
        laid = layouter.best([items], width, height)
        bodies = [box.body for box in laid.boxes if box.item.values is not None]
        assert all(not (a & b).isValid() for a, b in combinations(bodies, 2))
        assert all(body.left() >= 0 and body.right() <= width for body in bodies)
        assert all(body.bottom() <= laid.height for body in bodies)


def test_points_of_a_page_without_a_snapshot_say_nothing(qapp: QApplication) -> None:
    page = FormulaPage()
    assert page.value_text(QPointF(QPoint(5, 5))) == ""
    assert page.chosen is None
    shiboken6.delete(page)


def test_the_code_of_a_lesson_on_a_table_is_shown_without_a_look_into_the_file(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    table = tmp_path / "flowers.csv"
    table.write_text("long;wide;kind\n" + "".join(f"{i},5;{i % 3};{'ab'[i % 2]}\n" for i in range(40)))
    driven = open_window(Lesson.load("moons", {"data.source": "csv", "data.path": str(table)}))
    driven.wait_for_step(0)
    code = driven.window.inspector.code
    before = code.code.toPlainText()
    assert "delimiter=';'" in before  # as it was found in the file
    table.unlink()
    driven.window.bridge.set("optimizer.learning_rate", 0.25)
    driven.after("finish_batch")
    driven.after("step")
    assert code.code.toPlainText() == before.replace("learning_rate = 0.5", "learning_rate = 0.25")
