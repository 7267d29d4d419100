"""The gradient check in the window: a key, a table beside it, and red when a derivative is wrong."""

from __future__ import annotations

import re
import threading
import time
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QTableWidget

from engine import ops
from engine.gradcheck import Note, Verdict
from engine.lesson import Lesson
from gui.theme import DARK, LIGHT
from gui.views.check_view import CheckDialog, sentence, verdict_text
from tests.gui.conftest import OpenWindow
from tests.gui.driven import WAIT, Driven, digits_lesson

STEP, GRADIENT, CELL, HERE, DIFFERENCES, AUTOGRAD, ERROR, CELLS, VERDICT = range(9)


def table_of(driven: Driven) -> CheckDialog:
    """The open table."""
    dialog = driven.window.checks
    assert dialog is not None
    assert dialog.isVisible()
    return dialog


def checked(driven: Driven) -> CheckDialog:
    """Press the key; the table when the check is there."""
    driven.act("check")
    driven.wait_for(lambda s: s.check is not None and not s.check.loading_torch)
    return table_of(driven)


def rows(dialog: CheckDialog) -> list[list[str]]:
    grid = dialog.findChild(QTableWidget)
    return [[grid.item(row, column).text() for column in range(grid.columnCount())] for row in range(grid.rowCount())]


def badge(dialog: CheckDialog) -> str:
    return next(label.text() for label in dialog.findChildren(QLabel) if label.accessibleName() == "Result")


def says(dialog: CheckDialog) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


def test_a_key_opens_a_row_for_every_backward_step(toy: Driven) -> None:
    toy.after("finish_batch")
    dialog = checked(toy)
    assert not dialog.isModal()
    assert badge(dialog) == "✓ 9 of 9 gradients verified"
    assert "batch 1, after step 22" in says(dialog)
    found = rows(dialog)
    assert [(row[STEP], row[GRADIENT]) for row in found[:4]] == [("8", "δ3"), ("9", "∂W3"), ("10", "∂b3"), ("11", "δ2")]
    assert {row[VERDICT] for row in found} == {"✓ verified"}
    assert found[0][CELL : ERROR - 1] == ["[0, 0]", "2.25", "2.25"], "document 004"
    assert found[1][HERE] == found[1][AUTOGRAD] == "6.1875"
    assert found[4][CELLS] == "6 / 6"
    assert {row[ERROR] for row in found} == {"0"}
    assert "the loss is a line or a parabola" in says(dialog), "0 looks too good where nothing explains it"


def test_it_says_how_many_cells_each_oracle_has_compared(open_window: OpenWindow) -> None:
    """Differences take a sample of a large array, autograd compares all of it."""
    driven = open_window(digits_lesson(**{"network.sizes": [64, 40, 10]}))
    driven.wait_for(lambda s: s.lesson.network.sizes[1] == 40)
    driven.after("finish_batch")
    found = {row[GRADIENT]: row[CELLS] for row in rows(checked(driven))}
    assert found["∂b2"] == "10 / 10"
    assert re.fullmatch(r"\d+ / 2,560; autograd: all", found["∂W1"])


def test_every_column_is_explained(toy: Driven) -> None:
    toy.after("finish_batch")
    grid = checked(toy).findChild(QTableWidget)
    tips = {grid.horizontalHeaderItem(column).toolTip() for column in range(grid.columnCount())}
    assert len(tips - {""}) == grid.columnCount()


def test_from_key_to_result_it_takes_a_tenth_of_a_second(toy: Driven) -> None:
    toy.after("finish_batch")
    checked(toy)
    times = []
    for _ in range(3):
        toy.after("finish_batch")
        began = time.perf_counter()
        checked(toy)
        times.append(time.perf_counter() - began)
    assert min(times) < 0.2, "0.06 s where nothing else runs"


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_wrong_derivative_turns_it_red(open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch, dtype: str) -> None:
    right = ops.sigmoid_backward
    monkeypatch.setitem(ops.ACTIVATIONS, "sigmoid", (ops.sigmoid, lambda g, a: 1.01 * right(g, a)))
    lesson = Lesson.load("toy-bias", {"network.activation": "sigmoid", "run.dtype": dtype})
    broken = open_window(lesson)
    broken.wait_for(lambda s: s.lesson == lesson)
    broken.after("finish_batch")
    dialog = checked(broken)
    assert badge(dialog) == "✗ 6 of 9 gradients WRONG, the first is δ2"
    marks = {row[GRADIENT]: row[VERDICT] for row in rows(dialog)}
    assert {name for name, mark in marks.items() if mark == "✗ WRONG"} == {"δ2", "∂W2", "∂b2", "δ1", "∂W1", "∂b1"}
    grid = dialog.findChild(QTableWidget)
    assert grid.currentRow() == 3, "the first wrong one is chosen"
    for theme, name in ((LIGHT, "light"), (DARK, "dark")):
        broken.act(f"theme_{name}")
        assert grid.item(3, VERDICT).foreground().color() == theme.q("err")
        assert grid.item(3, HERE).background().color() == theme.q("errsoft")
        assert grid.item(0, VERDICT).foreground().color() == theme.q("ok")


def test_a_wrong_derivative_turns_the_inspectors_badge_red(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = ops.sigmoid_backward
    lesson = Lesson.load("toy-bias", {"network.activation": "sigmoid"})
    driven = open_window(lesson)
    driven.wait_for(lambda s: s.lesson == lesson)
    seen = []
    for backward in (lambda g, a: 1.01 * right(g, a), right):
        monkeypatch.setitem(ops.ACTIVATIONS, "sigmoid", (ops.sigmoid, backward))
        driven.window.bridge.reset()
        driven.wait_for_step(0)
        driven.window.bridge.run_to(11)  # delta2, the first that goes through the derivative
        driven.wait_for_step(11)
        chip = driven.window.inspector.badge
        driven.click(chip)
        driven.wait_for(lambda s: s.check is not None and not s.check.loading_torch)
        for theme, name in ((LIGHT, "light"), (DARK, "dark")):
            driven.act(f"theme_{name}")
            words = (theme.q("err").name(), theme.q("ok").name())
            seen.append((chip.text(), *(word in chip.styleSheet() for word in words)))
    assert seen == [("✗ WRONG", True, False)] * 2 + [("✓ verified", False, True)] * 2


def test_before_the_backward_phase_it_says_what_to_do(toy: Driven) -> None:
    dialog = checked(toy)
    assert badge(dialog) == "Not computed yet in this batch; differences and autograd say what is to come"
    assert {row[VERDICT] for row in rows(dialog)} == {"not computed yet"}
    delta3 = rows(dialog)[0]
    assert (delta3[3], float(delta3[4]), float(delta3[5])) == ("–", 2.25, 2.25), "document 004: 3.25 - 1"
    for _ in range(9):
        toy.after("step")
    checked(toy)
    assert badge(dialog) == "✓ 2 of 9 gradients verified"


def test_the_table_says_when_the_run_has_moved_on(toy: Driven) -> None:
    toy.after("finish_batch")
    dialog = checked(toy)
    assert "moved on" not in says(dialog)
    toy.after("step")
    assert "batch 1, after step 22 · the run has moved on" in says(dialog)
    assert badge(dialog) == "✓ 9 of 9 gradients verified", "what was found then still holds"


@pytest.mark.parametrize("way", ["click", "Return"])
def test_a_row_leads_to_its_step(toy: Driven, way: str) -> None:
    for _ in range(3):
        toy.after("finish_phase")
    dialog = checked(toy)
    toy.act("reset")
    toy.wait_for(lambda s: s.position.step == 0)
    grid = dialog.findChild(QTableWidget)
    if way == "click":
        place = grid.visualItemRect(grid.item(3, HERE)).center()
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    else:
        grid.setCurrentCell(3, 0)
        toy.press("Return", grid)
    snapshot = toy.wait_for_step(11)
    assert snapshot.step is not None
    assert snapshot.step.write == "delta2"


def test_the_windows_keys_work_in_it_and_escape_closes_it(toy: Driven) -> None:
    toy.after("finish_batch")
    dialog = checked(toy)
    dialog.activateWindow()
    toy.qtbot.waitUntil(dialog.isActiveWindow, timeout=WAIT)
    toy.press("F10", dialog)
    toy.wait_for_step(1, batch=2)
    count = len(toy.shown)
    toy.press("Ctrl+K", dialog)
    toy.wait_for(lambda s: len(toy.shown) > count and s.check is not None)
    toy.press("Escape", dialog)
    assert not dialog.isVisible()
    toy.activate()
    toy.after("step")
    assert not dialog.isVisible()
    assert checked(toy) is dialog


def test_it_is_copied_as_text(toy: Driven) -> None:
    toy.after("finish_batch")
    dialog = checked(toy)
    grid = dialog.findChild(QTableWidget)
    grid.setFocus()
    toy.press("Ctrl+C", grid)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "✓ 9 of 9 gradients verified  batch 1, after step 22"
    assert lines[1].split("\t")[:3] == ["Step", "Gradient", "Cell"]
    assert lines[2].split("\t")[:4] == ["8", "δ3", "[0, 0]", "2.25"]
    assert len(lines) == 11


def ask(driven: Driven, what: str, cell: str = "") -> CheckDialog:
    """Choose what to check and press Enter in the field for the cell."""
    dialog = table_of(driven)
    box, field = dialog.findChild(QComboBox), dialog.findChild(QLineEdit)
    box.setCurrentIndex(box.findText(what))
    assert field.isEnabled() == (what != "every backward step")
    field.setText(cell)
    driven.press("Return", field)
    return dialog


def test_any_cell_as_the_window_writes_it(toy: Driven) -> None:
    """The toy writes z = W x + b: W1 is 3 × 2 on the screen and 2 × 3 in store."""
    for _ in range(3):
        toy.after("finish_phase")
    dialog = checked(toy)
    for shown, turned, stored in (("2, 1", "column", (1, 2)), ("1, 2", "row", (1, 2))):
        if toy.now.lesson.run.orientation != turned:
            toy.after("orientation")
        before = toy.now.check
        ask(toy, "by W1", shown)
        check = toy.wait_for(lambda s, before=before: s.check is not before).check
        assert check is not None
        assert check.asked == ("W1", stored)
        (row,) = rows(dialog)
        assert (row[GRADIENT], row[CELL], row[CELLS]) == ("∂W1", f"[{shown}]", "1 / 6")
    for bad in ("3, 0", "0, 2, 1", "-1, 0", "a, b", "7"):
        ask(toy, "by W1", bad)
        assert "A cell is two whole numbers" in badge(dialog)


def test_a_check_of_one_cell_that_others_ask_for_does_not_open_the_table(toy: Driven) -> None:
    toy.after("finish_batch")
    toy.window.bridge.check("W1", (0, 0))
    toy.wait_for(lambda s: s.check is not None)
    assert toy.window.checks is None
    toy.window.bridge.check()
    toy.wait_for(lambda s: s.check is not None and s.check.asked is None)
    assert table_of(toy)


def test_what_the_lesson_does_not_compute_is_not_comparable(toy: Driven) -> None:
    toy.after("finish_batch")
    dialog = checked(toy)
    ask(toy, "by x")
    toy.wait_for(lambda s: s.check is not None and s.check.asked == ("x", None))
    (row,) = rows(dialog)
    assert (row[STEP], row[GRADIENT], row[HERE], row[VERDICT]) == ("–", "∂x", "–", "– not comparable")
    assert row[DIFFERENCES] == row[AUTOGRAD] == "1.6875"
    assert sentence(Note.NO_GRADIENT) in says(dialog)


def test_a_diverged_run_is_said_to_have_nothing_to_check(toy: Driven) -> None:
    toy.window.toolbar.rate_chosen.emit(1e6)
    toy.act("run")
    toy.wait_for(lambda snapshot: snapshot.halt is not None)
    dialog = checked(toy)
    assert "there are no gradients to check" in badge(dialog)
    assert rows(dialog) == []


def test_while_torch_loads_the_differences_stand_there(toy: Driven, monkeypatch: pytest.MonkeyPatch) -> None:
    loading = threading.Event()
    monkeypatch.setattr("engine.worker.torch_is_loaded", lambda: False)
    monkeypatch.setattr("engine.worker.load_torch", lambda: loading.wait(20))
    toy.after("finish_batch")
    toy.act("check")
    toy.wait_for(lambda s: s.check is not None and s.check.loading_torch)
    dialog = table_of(toy)
    assert "loading PyTorch…" in says(dialog)
    assert {row[AUTOGRAD] for row in rows(dialog)} == {"…"}
    assert rows(dialog)[0][DIFFERENCES] == "2.25"
    loading.set()
    toy.wait_for(lambda s: s.check is not None and not s.check.loading_torch)
    assert "loading PyTorch…" not in says(dialog)
    assert rows(dialog)[0][AUTOGRAD] == "2.25"


def test_without_torch_the_reason_stands_there(toy: Driven, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.pytorch import NoTorchError

    def missing(*_: Any) -> Any:
        raise NoTorchError("PyTorch could not be loaded: No module named 'torch'")

    monkeypatch.setattr("engine.gradcheck.autograd_gradients", missing)
    toy.after("finish_batch")
    dialog = checked(toy)
    assert "PyTorch could not be loaded: No module named 'torch'" in says(dialog)
    assert {row[AUTOGRAD] for row in rows(dialog)} == {"–"}
    assert badge(dialog) == "✓ 9 of 9 gradients verified"


def test_document_003s_gradient_check_as_a_table_against_torch_sign_and_all(open_window: OpenWindow) -> None:
    """The document prints +1/p beside PyTorch's -1/p. Here both columns carry the minus."""
    overrides: dict[str, object] = {"data.source": "digits", "run.executor": "numpy", "data.normalize": "none"}
    lesson = Lesson.load("mnist-numpy-autodiff", overrides)
    driven = open_window(lesson)
    driven.wait_for(lambda s: s.lesson.id == lesson.id)
    driven.after("finish_batch")
    dialog = checked(driven)
    found = {row[GRADIENT]: row for row in rows(dialog)}
    assert list(found) == ["∂log p", "∂a2", "δ2", "∂W2", "∂a1", "δ1", "∂W1"]
    assert found["∂log p"][HERE] == found["∂log p"][AUTOGRAD] == "-1"
    assert found["∂a2"][HERE].startswith("-")
    assert {row[VERDICT] for row in found.values()} == {"✓ verified"}
    assert sentence(Note.SUM) in dialog.as_text()


def test_every_column_has_room(open_window: OpenWindow) -> None:
    driven = open_window(digits_lesson())
    driven.wait_for(lambda s: s.lesson.id == "digits-sigmoid")
    driven.after("finish_batch")
    dialog = checked(driven)
    grid = dialog.findChild(QTableWidget)
    last = grid.visualItemRect(grid.item(0, VERDICT))
    assert grid.viewport().rect().contains(last.topRight() + QPoint(-1, 1))
    assert grid.horizontalScrollBar().maximum() == 0


def test_every_verdict_and_note_has_words() -> None:
    assert len({verdict_text(verdict) for verdict in Verdict}) == len(Verdict)
    assert len({sentence(note) for note in Note}) == len(Note)
