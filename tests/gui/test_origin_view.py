"""Where a number came from, as the panel tells it: trail, terms, sum, images; by mouse and by keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.last_batches import Ledger, ledger
from engine.lesson import Lesson
from engine.program import END
from engine.provenance import Kind
from engine.snapshot import Snapshot, State
from engine.trainer import Trainer
from gui import step_text
from gui.theme import DARK, LIGHT, THEMES
from gui.views.origin_ledger import parameter_of
from gui.views.origin_text import MARGIN, Place
from gui.views.origin_view import LOW, PATIENCE, OriginView
from tests.gui.driven import WAIT, Driven, digits_lesson

SIZES = {"1600x1000": (616, 370), "1280x800": (490, 300)}


class Panel:
    """The panel by itself, a Trainer that walks, and what the panel has said to other views."""

    def __init__(self, lesson: Lesson, size: tuple[int, int] = SIZES["1600x1000"]) -> None:
        self.trainer = Trainer(lesson)
        self.view = OriginView()
        self.sources: list[dict[str, Any]] = []
        self.cells: list[tuple[str, Any]] = []
        self.asked: list[tuple[str, tuple[int, int]]] = []
        self.places: list[tuple[int, int]] = []
        self.ledger: Ledger | None = None
        self.state = State.PAUSED
        self.view.sources_shown.connect(self.sources.append)
        self.view.cell_chosen.connect(lambda name, cell: self.cells.append((name, cell)))
        self.view.ledger_wanted.connect(lambda name, cell: self.asked.append((name, cell)))
        self.view.place_wanted.connect(lambda step, batch: self.places.append((step, batch)))
        self.view.apply_theme(LIGHT)
        self.view.resize(*size)
        self.view.show()

    @property
    def snapshot(self) -> Snapshot:
        return replace(Snapshot.of(self.trainer, 1, self.state), ledger=self.ledger)

    def answer(self) -> None:
        """Do what the panel has asked for last, as the engine does: look up the ledger, go to the place."""
        if self.places:
            step, batch = self.places.pop()
            self.trainer.seek(batch, step)
            self.show()
        if self.asked:
            self.ledger = ledger(self.trainer, *self.asked.pop())
            self.asked.clear()
        self.show()

    def click_row(self, row: int) -> None:
        """Scroll to a row of the ledger and click it."""
        self.view.list.reveal_tail(0, round(self.view.ledger.row_box(row).bottom()))
        at = self.view.ledger.row_box(row).center().toPoint()
        assert self.view.list.viewport().rect().contains(self.view.ledger.mapToParent(at))
        QTest.mouseClick(self.view.ledger, Qt.MouseButton.LeftButton, pos=at)

    def show(self, name: str = "", cell: tuple[int, int] = (0, 0)) -> None:
        self.view.show_snapshot(self.snapshot)
        if name:
            self.view.show_cell(name, cell)
        QApplication.processEvents()

    @property
    def text(self) -> str:
        return self.view.text_summary()

    @property
    def place(self) -> Place:
        assert self.view.place is not None
        return self.view.place

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.view, key, modifier)

    def click_factor(self, row: int, name: str) -> None:
        """Click the name of a factor in a row."""
        assert self.view.shown is not None
        factor = next(f for f in self.view.shown.terms[row].factors if f.name == name)
        box = self.view.list.link_box(row, factor)
        assert box.width() > 4
        QTest.mouseClick(self.view.list.viewport(), Qt.MouseButton.LeftButton, pos=box.center().toPoint())


@pytest.fixture
def panel(qtbot: QtBot) -> Callable[..., Panel]:
    """A function that opens the panel on a lesson."""

    def make(
        lesson: Lesson | str = "toy-bias", *, size: tuple[int, int] = SIZES["1600x1000"], batches: int = 1
    ) -> Panel:
        made = Panel(Lesson.load(lesson) if isinstance(lesson, str) else lesson, size)
        qtbot.addWidget(made.view)
        for _ in range(batches):
            made.trainer.finish_batch()
        made.show()
        qtbot.waitExposed(made.view)
        return made

    return make


def test_before_a_cell_is_chosen_it_says_what_to_do(panel: Callable[..., Panel]) -> None:
    found = panel()
    assert found.text.startswith("Click a number in the matrices")
    assert found.view.shown is None
    assert not found.view.back.isEnabled()
    assert found.sources == []


def test_the_documents_numbers_in_words(panel: Callable[..., Panel]) -> None:
    found = panel()
    found.show("dW2", (0, 1))
    assert found.text.splitlines() == [
        "∂W2[1, 0]",
        "The one example of this batch gives its input times its error.",
        "∂W2[1, 0] = δ2[1]·a1[0]",
        "δ2[1]·a1[0] = 1.125·1.5 = 1.6875, 100 %",
        "1 term = ∂W2[1, 0] = 1.6875 ✓",
    ]
    found.show("delta1", (0, 2))
    assert found.text.splitlines()[2:] == [
        "δ1[2] = Σi W2[i, 2]·δ2[i]",
        "W2[0, 2] old·δ2[0] = 0.5·1.125 = 0.5625, 50 %",
        "W2[1, 2] old·δ2[1] = 0.5·1.125 = 0.5625, 50 %",
        "2 terms = δ1[2] = 1.125 ✓",
    ]
    assert found.view.accessibleDescription() == found.text


def test_a_trail_from_an_updated_weight_to_the_input_and_back_by_keys(panel: Callable[..., Panel]) -> None:
    found = panel()
    found.show("W2", (0, 1))
    found.view.list.setFocus()
    names = []
    for _ in range(3):
        row = {"W2": 1, "dW2": 0, "a1": 0, "z1": 0}[found.place.name]
        for _ in range(row):
            found.key(Qt.Key.Key_Down)
        found.key(Qt.Key.Key_Home if row == 0 else Qt.Key.Key_End)
        if found.place.name == "dW2":
            found.key(Qt.Key.Key_Right)  # the second factor, a1
        found.key(Qt.Key.Key_Return)
        names.append((found.place.name, found.place.cell))
    assert names == [("dW2", (0, 1)), ("a1", (0, 0)), ("z1", (0, 0))]
    assert found.text.splitlines()[0] == "W2[1, 0] › ∂W2[1, 0] › a1[0] › z1[0]"
    found.key(Qt.Key.Key_Right)
    found.key(Qt.Key.Key_Return)
    assert (found.place.name, found.place.cell) == ("x", (0, 0))
    assert "An input of example 0. The trail ends here." in found.text
    assert "x[0] = 1" in found.text
    found.key(Qt.Key.Key_Backspace)
    assert found.place.name == "z1"
    found.key(Qt.Key.Key_Backspace)
    assert found.place.name == "a1"
    found.key(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert found.place.name == "z1"
    for _ in range(5):
        found.key(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert found.place.name == "W2"
    assert len(found.view.trail) == 5
    assert found.view.forward.isEnabled()
    assert not found.view.back.isEnabled()


def test_a_click_on_a_factor_follows_it_and_the_old_weight_is_told_from_the_new(panel: Callable[..., Panel]) -> None:
    found = panel()
    found.show("W2", (0, 1))
    found.click_factor(0, "W2")
    assert found.place == Place("W2", (0, 1), old=True)
    assert "An initial value" in found.text
    assert "W2[1, 0] before its update = 0.5" in found.text
    found.view.back.click()
    found.click_factor(1, "dW2")
    found.click_factor(0, "delta2")
    found.click_factor(0, "W3")
    assert found.view.trail == (
        Place("W2", (0, 1)),
        Place("dW2", (0, 1)),
        Place("delta2", (0, 1)),
        Place("W3", (1, 0), old=True),
    )
    assert "W3[0, 1] before its update = 0.5" in found.text


def test_crumbs_are_links(panel: Callable[..., Panel]) -> None:
    found = panel()
    found.show("dW2", (0, 1))
    found.click_factor(0, "delta2")
    found.click_factor(0, "delta3")
    crumbs = found.view._crumbs
    assert crumbs.toolTip() == found.view._equation.toolTip() == step_text.how_counted() != ""
    for index in (0, 2, 1):
        QTest.mouseClick(crumbs, Qt.MouseButton.LeftButton, pos=crumbs.box(index).center().toPoint())
        assert found.place == found.view.trail[index]
    assert len(found.view.trail) == 3


def test_a_long_trail_keeps_the_present_cell_in_sight(panel: Callable[..., Panel]) -> None:
    found = panel(size=SIZES["1280x800"])
    found.show("W1", (0, 1))
    for name in ("dW1", "delta1", "delta2", "delta3", "a3", "z3", "a2", "z2", "a1", "z1", "x"):
        assert found.view.shown is not None
        found.view.follow(next(f for t in found.view.shown.terms for f in t.factors if f.name == name))
        crumbs = found.view._crumbs
        box = crumbs.box(len(found.view.trail) - 1)
        assert box.width() > 4
        assert box.left() >= MARGIN
        assert box.right() <= crumbs.width() - MARGIN
    assert crumbs.box(0).isEmpty()
    found.view.go_back()
    assert not crumbs.box(len(found.view.trail) - 2).isEmpty()


def test_what_it_tells_other_views(panel: Callable[..., Panel]) -> None:
    found = panel()
    found.show("delta1", (0, 2))
    assert found.cells == [("delta1", (0, 2))]
    assert found.sources == [{"delta2": ((0, 0), (0, 1)), "W2": ((2, 0), (2, 1))}]
    found.show()  # the same once more: nothing new to say
    assert len(found.sources) == len(found.cells) == 1
    found.click_factor(0, "W2")
    assert found.cells[-1] == ("W2", (2, 0))
    assert found.sources[-1] == {}


def test_a_click_elsewhere_on_a_source_goes_on_and_on_another_cell_begins_anew(panel: Callable[..., Panel]) -> None:
    found = panel()
    found.show("delta1", (0, 2))
    found.view.show_cell("W2", (2, 1))
    assert found.view.trail == (Place("delta1", (0, 2)), Place("W2", (2, 1), old=True))
    found.view.show_cell("z3", (0, 0))
    assert found.view.trail == (Place("z3", (0, 0)),)


def test_it_follows_the_steps_and_says_what_is_pending(panel: Callable[..., Panel]) -> None:
    found = panel(batches=0)
    found.show("dW2", (0, 1))
    step = next(s for s in found.trainer.program.steps if s.write == "dW2")
    assert f"Not computed yet in this batch: step {step.index} will do it." in found.text
    assert "∂W2[1, 0]: pending" in found.text
    found.trainer.run_to(step.index)
    found.show()
    assert "1 term = ∂W2[1, 0] = 1.6875 ✓" in found.text
    found.trainer.finish_batch()
    found.trainer.finish_batch()
    found.show()
    gradient = float(found.trainer.tensors["dW2"][0, 1])
    assert f"= {gradient:.6g}".replace("-", "−") in found.text
    found.trainer.reset()
    found.show("W2", (0, 1))
    assert "An initial value" in found.text
    found.trainer.finish_batch()
    found.trainer.step()
    found.show()
    assert "As the update of batch 1 left it." in found.text


def test_another_lesson_ends_the_trail_and_a_hidden_panel_catches_up(panel: Callable[..., Panel]) -> None:
    found = panel()
    found.show("dW2", (0, 1))
    found.view.hide()
    found.trainer.finish_batch()
    found.show()
    found.view.show()
    assert found.view.shown is not None
    assert found.view.shown.value == found.trainer.tensors["dW2"][0, 1]
    found.trainer = Trainer(digits_lesson())
    found.show()
    assert found.view.place is None
    assert found.sources[-1] == {}
    assert found.text.startswith("Click a number")


def test_a_running_engine_is_followed_now_and_then_and_the_pause_always(panel: Callable[..., Panel]) -> None:
    found = panel()
    found.show("dW2", (0, 1))
    value = found.view.shown.value
    found.trainer.finish_batch()
    found.view._next_live = float("inf")
    found.view.show_snapshot(replace(found.snapshot, state=State.RUNNING, start={}))
    assert found.view.shown.value == value
    found.view._next_live = 0.0
    found.view.show_snapshot(replace(found.snapshot, state=State.RUNNING, start={}))
    assert found.view.shown.value != value
    found.view._next_live = float("inf")
    found.trainer.finish_batch()
    found.show()
    assert found.view.shown.value == found.trainer.tensors["dW2"][0, 1]
    found.view.show_cell("W2", (0, 1))
    found.view._next_live = 0.0
    found.view.show_snapshot(replace(found.snapshot, state=State.RUNNING, start={}))
    assert found.view.shown.kind is Kind.GONE
    assert "Pause to see it" in found.text


# ---- the last batches -------------------------------------------------------------------------------------------


def moving(**more: Any) -> Lesson:
    """The toy with momentum in PyTorch's form: γ = 0.5, η = 0.1."""
    known = {"optimizer.momentum": 0.5, "optimizer.momentum_form": "torch", "optimizer.learning_rate": 0.1}
    return Lesson.load("toy-bias", {**known, **more})


def numbers_of(found: Panel) -> list[tuple[float, ...]]:
    """The ledger's rows as they can be read."""
    table = found.view.ledger
    return [tuple(float(cell.replace("−", "-")) for cell in table.cells(row)) for row in table.rows]


def test_which_parameter_an_array_belongs_to() -> None:
    names = ("W2", "vW2", "dW2", "b1", "db1", "vb1", "delta2", "da1", "a1", "x", "y", "loss", "dlogp")
    assert [parameter_of(name) for name in names] == ["W2", "W2", "W2", "b1", "b1", "b1", *[None] * 7]


@pytest.mark.parametrize("name", ["W2", "dW2", "vW2"])
def test_the_ledger_of_a_cell_as_the_arrays_had_it_batch_by_batch(name: str, panel: Callable[..., Panel]) -> None:
    found = panel(moving(), batches=0)
    seen, weight, velocity = [], float(found.trainer.tensors["W2"][0, 1]), 0.0
    for _ in range(4):
        found.trainer.finish_batch()
        gradient, new = (float(found.trainer.tensors[n][0, 1]) for n in ("dW2", "W2"))
        seen.insert(0, (gradient, velocity, 0.5 * velocity + gradient, new - weight))
        weight, velocity = new, 0.5 * velocity + gradient
    found.show(name, (0, 1))
    assert found.asked == [("W2", (0, 1))]
    assert found.view.ledger.rows == ()
    found.answer()
    assert found.view.ledger.headings() == ("gradient", "old velocity", "new velocity", "change")
    assert [row.batch for row in found.view.ledger.rows] == [4, 3, 2, 1]
    assert numbers_of(found) == [pytest.approx(row, rel=1e-4) for row in seen]
    for gradient, old, new, change in numbers_of(found):
        assert new == pytest.approx(0.5 * old + gradient, rel=1e-4)
        assert change == pytest.approx(-0.1 * new, rel=1e-4)
    lines = found.text.splitlines()
    assert lines[lines.index("Last batches") + 4].startswith("batch 1: gradient 1.6875, old velocity 0, new velocity 1")
    assert found.asked == [], "once is enough"


def test_without_momentum_there_are_no_velocities(panel: Callable[..., Panel], qtbot: QtBot) -> None:
    found = panel(batches=2)
    found.show("b2", (0, 1))
    found.answer()
    assert found.view.ledger.headings() == ("gradient", "change")
    for gradient, change in numbers_of(found):
        assert change == pytest.approx(-0.1 * gradient, rel=1e-4)
    found.trainer.set("optimizer.momentum", 0.5)
    found.trainer.finish_batch()
    found.show()
    qtbot.waitUntil(lambda: found.asked != [], timeout=WAIT)
    found.answer()
    assert found.view.ledger.cells(found.view.ledger.rows[1])[1:3] == ("–", "–"), "that batch had none"


def test_the_ledger_is_asked_for_when_it_is_another_and_seen(panel: Callable[..., Panel], qtbot: QtBot) -> None:
    found = panel(batches=2)
    found.show("a1")
    assert found.asked == []
    found.view.hide()
    found.show("W2", (0, 1))
    assert found.asked == []
    found.view.show()
    assert found.asked == [("W2", (0, 1))]
    found.answer()
    found.trainer.step()
    found.show("dW2", (0, 1))
    qtbot.wait(2 * PATIENCE)
    assert found.asked == [], "of the same cell, and no other batch is finished"
    assert [row.batch for row in found.view.ledger.rows] == [2, 1]
    found.state = State.RUNNING
    found.view._next_live = 0.0
    found.trainer.finish_batch()
    found.show()
    assert found.asked == []
    assert found.view.ledger.isHidden()
    found.state = State.PAUSED
    for _ in range(3):
        found.trainer.step()
        found.show()
    assert found.asked == [], "one walks on"
    qtbot.waitUntil(lambda: found.asked != [], timeout=WAIT)
    assert found.asked == [("W2", (0, 1))]
    assert [row.batch for row in found.view.ledger.rows] == [2, 1], "known facts until the answer is there"
    found.answer()
    assert [row.batch for row in found.view.ledger.rows] == [3, 2, 1]
    found.trainer.seek(2, 1)
    found.show()
    assert [row.batch for row in found.view.ledger.rows] == [1], "what is still to come is not of the last batches"


def test_no_row_of_another_cell_nor_of_another_course_of_the_run_is_shown(panel: Callable[..., Panel]) -> None:
    found = panel(batches=3)
    found.show("W2", (0, 1))
    found.answer()
    assert found.view.ledger.isVisible()
    found.view.show_cell("W3", (1, 0))
    assert found.view.ledger.isHidden()
    assert "Last batches" not in found.text
    found.show()
    assert found.view.ledger.isHidden(), "the Snapshot still has that of W2"
    found.answer()
    before = found.view.ledger.rows
    found.trainer.edit("W3", 1, 0, 2.0)  # begins a batch, of the same line
    found.trainer.seek(2, 5)
    found.trainer.edit("W3", 1, 0, 1.0)  # and this one another line
    found.trainer.seek(2, END)
    for _ in range(2):
        found.show()
        assert found.view.ledger.isHidden(), "what the Snapshot has was looked up before"
    found.answer()
    rows = found.view.ledger.rows
    assert [row.batch for row in rows] == [2, 1]
    assert rows[1] == before[-1]
    assert rows[0] != before[1]


def test_a_click_on_a_row_goes_there_and_the_way_back_returns(panel: Callable[..., Panel]) -> None:
    found = panel(moving(), batches=5)
    found.trainer.step()
    found.show("dW2", (0, 1))
    assert "pending" in found.text
    found.answer()
    found.click_row(2)
    assert found.places == [(END, 3)]
    found.answer()
    assert found.trainer.position.batch == 3
    assert found.view.trail == (Place("dW2", (0, 1)), Place("dW2", (0, 1)))
    assert found.text.splitlines()[0] == "∂W2[1, 0] › ∂W2[1, 0] batch 3"
    assert "✓" in found.text
    found.click_row(2)  # batch 1; the one before was only passed through
    found.answer()
    assert found.trainer.position.batch == 1
    assert len(found.view.trail) == 2
    found.click_row(0)
    assert found.places == [], "one is there already"
    found.click_factor(0, "delta2")
    found.view.back.click()
    assert found.places == [], "in the same batch"
    found.view.back.click()
    assert found.places == [(1, 6)]
    found.answer()
    assert (found.trainer.position.batch, found.trainer.position.step) == (6, 1)
    assert "pending" in found.text
    found.view.forward.click()
    found.view.forward.click()
    assert found.places == [(END, 1)]
    found.answer()
    assert found.place == Place("delta2", (0, 1))
    found.trainer.finish_batch()
    found.show()
    assert "batch 1" not in found.text.splitlines()[0], "gone elsewhere by other means: every cell is this batch's"
    found.view.back.click()
    assert found.places == []


def test_the_ledger_by_keys(panel: Callable[..., Panel]) -> None:
    found = panel(moving(), size=SIZES["1280x800"], batches=9)
    found.show("W2", (0, 1))
    found.answer()
    found.view.list.setFocus()
    found.key(Qt.Key.Key_Tab)
    table, seen = found.view.ledger, found.view.list.viewport().rect()
    assert table.hasFocus()
    for key, row in ((Qt.Key.Key_End, 8), (Qt.Key.Key_Up, 7), (Qt.Key.Key_Home, 0), (Qt.Key.Key_Down, 1)):
        found.key(key)
        assert table.row == row
        box = table.row_box(row).toRect().translated(table.pos())
        assert seen.top() <= box.top()
        assert box.bottom() <= seen.bottom() + 1
    assert table.accessibleDescription().startswith("batch 8: gradient")
    found.key(Qt.Key.Key_Return)
    assert found.places == [(END, 8)]
    found.answer()
    assert table.hasFocus()
    found.key(Qt.Key.Key_Backspace)
    assert found.places == [(len(found.trainer.program), 9)]


def test_many_terms_scroll_with_their_sum_in_sight_and_the_ledger_after_it(panel: Callable[..., Panel]) -> None:
    found = panel(digits_lesson(**{"data.batch_size": 32}), size=SIZES["1280x800"], batches=3)
    found.show("dW2", (3, 1))
    found.answer()
    terms, total, table = found.view.list, found.view._sum, found.view.ledger
    height = terms.viewport().height()
    assert total.geometry().bottom() == height - 1
    assert table.y() >= height
    assert terms.row_box(terms.visible_rows()[-1]).top() < total.y()
    at = terms.row_box(terms.visible_rows()[-1] + 1).center()
    assert terms._at(QPointF(60, at.y())) == (-1, None), "what the sum stands over is not clicked"
    terms.verticalScrollBar().setValue(terms.verticalScrollBar().maximum())
    QApplication.processEvents()
    assert table.geometry().bottom() == height - 1
    assert total.geometry().bottom() + 1 == table.y()
    assert total.y() == round(terms.row_box(31).bottom())
    terms.select(0)
    assert terms.row_box(0).top() >= 0


# ---- what the batch began with ----------------------------------------------------------------------------------


def test_what_the_batch_before_left_is_followed_into_its_update(panel: Callable[..., Panel]) -> None:
    found = panel(batches=3)
    found.show("W2", (0, 1))
    assert found.view.link.isHidden()
    found.click_factor(0, "W2")
    assert "As the update of batch 2 left it." in found.text
    assert "Go to batch 2" in found.text
    left = found.view.shown.value
    QTest.mouseClick(found.view.link, Qt.MouseButton.LeftButton)
    assert found.places == [(END, 2)]
    found.answer()
    assert found.place == Place("W2", (0, 1))
    assert found.view.shown.kind is Kind.STEP
    assert found.view.shown.value == left, "the very number, and now its terms"
    assert found.text.splitlines()[0] == "W2[1, 0] › W2[1, 0] old › W2[1, 0] batch 2"
    found.click_factor(1, "dW2")
    found.click_factor(0, "delta2")
    assert found.trainer.position.batch == 2


def test_a_trail_of_updates_by_keys_to_the_initial_value_and_back(panel: Callable[..., Panel]) -> None:
    found = panel(batches=3)
    found.trainer.step()
    found.show("W2", (0, 1))
    found.view.setFocus()
    for batch in (3, 2, 1):
        found.key(Qt.Key.Key_Return)  # to that batch
        found.answer()
        assert found.trainer.position.batch == batch
        assert found.view.list.hasFocus()
        found.key(Qt.Key.Key_Home)
        found.key(Qt.Key.Key_Return)  # its old value
    assert "An initial value" in found.text
    assert found.view.link.isHidden()
    steps = []
    while found.view.back.isEnabled():
        found.key(Qt.Key.Key_Backspace)
        found.answer()
        steps.append(found.trainer.position.batch)
    assert steps == [1, 2, 2, 3, 3, 4]
    assert found.trainer.position.step == 1


def test_a_typed_number_is_said_to_be_typed(panel: Callable[..., Panel]) -> None:
    found = panel(batches=2)
    found.trainer.step()
    found.trainer.edit("W2", 0, 1, -0.25)
    found.trainer.edit("b1", 0, 2, 1e-6)
    before = float(found.trainer.log.entries[0].old)
    found.show("W2", (0, 1))
    text = f"Typed before batch 3: {before:.6g} → -0.25.".replace("-", "−")
    assert text in found.text
    assert found.view.link.isHidden()
    found.show("b1", (0, 2))
    assert "→ 1e−6." in found.text
    found.show("b1", (0, 1))
    assert "As the update of batch 2 left it." in found.text, "the cell beside it was not typed"
    found.trainer.finish_batch()
    found.show("W2", (0, 1))
    assert "learning rate" in found.text
    found.click_factor(0, "W2")
    assert text in found.text
    found.trainer.step()
    found.show("W2", (0, 1))
    assert "As the update of batch 3 left it." in found.text
    found.trainer.seek(2, 1)
    found.show()
    assert "As the update of batch 1 left it." in found.text, "it is yet to be typed"


def test_a_number_typed_before_the_first_batch(panel: Callable[..., Panel]) -> None:
    found = panel(batches=0)
    found.trainer.edit("W1", 1, 2, 3.0)
    found.show("W1", (1, 2))
    assert "Typed before batch 1: 0.5 → 3." in found.text


def test_in_the_window_a_click_leads_into_the_batch_before_and_a_row_to_any_other(toy: Driven) -> None:
    toy.window.bridge.run_to(5, 4)
    toy.wait_for_step(5, 4)
    view = toy.window.explanation.panel("origin")
    toy.window._show_origin("W2", (0, 1))
    toy.qtbot.waitUntil(lambda: [row.batch for row in view.ledger.rows] == [3, 2, 1], timeout=WAIT)
    left = view.shown.value
    toy.click(view.link)
    toy.wait_for_step(22, 3)
    assert (view.shown.kind, view.shown.value) == (Kind.STEP, left)
    toy.qtbot.waitUntil(lambda: view.ledger.rows[0].batch == 3, timeout=WAIT)
    toy.click(view.ledger, view.ledger.row_box(1).center().toPoint())
    toy.wait_for_step(22, 2)
    assert view.place == Place("W2", (0, 1))
    toy.press("Backspace", view.list)
    toy.wait_for_step(5, 4)
    assert view.shown.kind is Kind.LEFT


def test_the_network_shows_the_example_that_is_spoken_of(digits: Driven) -> None:
    digits.act("finish_batch")
    done = digits.wait_for_step(len(digits.now.program))
    products = done.tensors["a1"][:, 3] * done.tensors["delta2"][:, 4]
    largest = [int(s) for s in np.argsort(-np.abs(products), kind="stable")]
    network = digits.window.network
    digits.window._show_origin("dW2", (3, 4))
    assert network.sample == 0, "nothing was chosen yet"
    terms = digits.window.explanation.panel("origin").list
    for row in (1, 0, 2):
        digits.click(terms.viewport(), terms.row_box(row).center().toPoint())
        assert network.sample == largest[row]
    digits.window._show_origin("z2", (5, 1))
    assert network.sample == 5
    digits.window._show_origin("W2", (7, 1))
    assert network.sample == 5, "a weight belongs to no example"


# ---- images -----------------------------------------------------------------------------------------------------


def test_the_examples_that_pushed_most_and_their_images(panel: Callable[..., Panel]) -> None:
    found = panel(digits_lesson(**{"data.batch_size": 32}), batches=3)
    found.show("dW2", (3, 1))
    tensors = found.trainer.tensors
    products = tensors["a1"][:, 3] * tensors["delta2"][:, 1]
    order = np.argsort(-products)
    strip = found.view._strip
    assert not strip.isHidden()
    assert [push.sample for push in strip.up] == [s for s in order[:5] if products[s] > 0]
    assert [push.sample for push in strip.down] == [s for s in order[::-1][:5] if products[s] < 0]
    push, box = strip._boxes[0]
    shown = strip.grab().toImage()
    x = tensors["x"][push.sample].reshape(8, 8)
    r, c = np.unravel_index(x.argmax(), x.shape)
    ink = shown.pixelColor(int(box.x() + (c + 0.5) * box.width() / 8), int(box.y() + (r + 0.5) * box.height() / 8))
    assert ink.lightness() < 128  # where the digit is brightest there is ink
    found.view.list.select(0)
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip._boxes[-1][1].center().toPoint())
    chosen = found.view.shown.terms[found.view.list.row]
    assert {f.cell[0] for f in chosen.factors} == {strip._boxes[-1][0].sample}
    assert found.view.list.row in found.view.list.visible_rows()
    eta = found.trainer.lesson.optimizer.learning_rate
    found.show("W2", (3, 1))
    assert strip.up[0].value == pytest.approx(-eta * products.min())
    found.show("z1", (3, 1))
    assert strip.isHidden()


def test_in_a_low_panel_the_list_needs_the_room(panel: Callable[..., Panel]) -> None:
    found = panel(digits_lesson(), size=(490, LOW - 1))
    found.show("dW2", (3, 1))
    assert found.view._strip.isHidden()
    found.view.resize(490, LOW)
    QApplication.processEvents()
    assert not found.view._strip.isHidden()


def test_a_pixel_is_shown_in_its_image(panel: Callable[..., Panel]) -> None:
    found = panel(digits_lesson())
    found.show("x", (2, 19))
    assert "A pixel of example 2: row 2, column 3. The trail ends here." in found.text
    without = found.view._end.grab().toImage()
    found.show("x", (2, 20))
    assert found.view._end.grab().toImage() != without


# ---- many terms -------------------------------------------------------------------------------------------------


def test_only_rows_in_sight_are_written(panel: Callable[..., Panel]) -> None:
    found = panel(digits_lesson(**{"data.batch_size": 500, "network.sizes": [64, 30, 10]}))
    found.show("dW2", (3, 1))
    view = found.view
    assert len(view.shown.terms) == 500
    assert len(view._shown.lines) < 60
    view.list.setFocus()
    found.key(Qt.Key.Key_End)
    QApplication.processEvents()
    assert view.list.row == 499
    assert view.list.visible_rows()[-1] == 499
    last = view.list.row_box(499)
    assert last.bottom() <= view.list.viewport().height() + 0.5
    assert len(view._shown.lines) < 100
    found.key(Qt.Key.Key_PageUp)
    assert view.list.row < 499
    assert view.list.row in view.list.visible_rows()
    assert "500 terms = ∂W2[3, 1]" in found.text
    assert view.accessibleDescription() == found.text  # the rows now in sight, not the first ones


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("nodes", ["layers", "separate"])
def test_every_array_has_its_page_and_nothing_is_wider_than_the_panel(
    nodes: str, size: tuple[int, int], panel: Callable[..., Panel]
) -> None:
    softmax = {"network.output": "softmax", "loss.name": "cross_entropy", "optimizer.momentum": 0.5}
    found = panel(digits_lesson(**softmax, **{"network.nodes": nodes}), size=size, batches=2)
    seen = set()
    for step in found.trainer.program.steps:
        found.show(step.write)
        assert found.view.shown.agrees, step
        sentence = found.text.splitlines()[1]
        assert sentence.endswith("."), step
        assert "{" not in sentence
        seen.add(sentence)
        columns = found.view.list.columns
        names, numbers = found.view._shown.written(0)
        start = columns.names if columns.tall else columns.numbers
        assert start + numbers.width <= columns.value - 60, step
        assert columns.names + names.width <= (columns.value - 60 if columns.tall else columns.numbers), step
        line = found.view._sum.line()
        assert found.view._sum.grab().width() == size[0]
        assert line.width < columns.value
    assert len(seen) >= 8


def test_a_sum_that_does_not_come_to_the_cell_is_said_to(panel: Callable[..., Panel]) -> None:
    found = panel()
    found.trainer.tensors["dW2"][0, 1] += 1e-3
    found.show("dW2", (0, 1))
    assert "✗ the terms come to 1.6875" in found.text


# ---- themes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", THEMES)
def test_the_ground_is_the_themes_surface_everywhere(name: str, panel: Callable[..., Panel]) -> None:
    theme = THEMES[name]
    found = panel(digits_lesson(), size=(616, 370))
    found.view.apply_theme(theme)
    for cell in ("", "dW2", "W2", "x"):
        found.show(cell, (1, 1))
        picture: QImage = found.view.grab().toImage()
        edge = [picture.pixelColor(1, y).name() for y in range(2, picture.height() - 2)]
        assert set(edge) <= {theme.q("surface").name()}, cell


def test_bars_say_the_sign(panel: Callable[..., Panel]) -> None:
    found = panel()
    for theme in (LIGHT, DARK):
        found.view.apply_theme(theme)
        found.show("delta3")  # 3.25 - 1
        rows = [found.view.list.row_box(i).center().y() for i in range(2)]
        bar = found.view.list.columns.bar
        picture = found.view.list.viewport().grab().toImage()
        assert picture.pixelColor(round(bar.center().x() + 10), round(rows[0])) == theme.q("pos")
        assert picture.pixelColor(round(bar.center().x() - 5), round(rows[1])) == theme.q("neg")


def test_a_tooltip_says_the_exact_number(panel: Callable[..., Panel]) -> None:
    found = panel()
    found.show("W2", (0, 1))
    terms = found.view.list
    factor = found.view.shown.terms[1].factors[0]
    row, link = terms._at(QPointF(terms.link_box(1, factor).center()))
    assert (row, link) == (1, factor)
    assert terms._at(QPointF(QPoint(50, 4000))) == (-1, None)
