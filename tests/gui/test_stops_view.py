"""The panel of breakpoints and watches: what it shows, what it lets one type, and what it asks the engine for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engine.breakpoints import (
    QUANTITIES,
    AtBatch,
    AtStep,
    Breakpoint,
    Condition,
    Crosses,
    NonFinite,
    SignChange,
    WatchCrosses,
    with_added,
    with_enabled,
    with_hit,
)
from engine.instruments import WatchReading
from engine.lesson import Lesson
from engine.snapshot import Snapshot, State
from engine.trainer import Trainer
from gui.theme import DARK, LIGHT, palette
from gui.views.stops_forms import BreakpointForm, WatchForm
from gui.views.stops_parts import MOST_POINTS, Check, Field, Sparkline
from gui.views.stops_rows import Row
from gui.views.stops_view import StopsView, sentence
from gui.views.stops_words import quantity_name
from gui.wish import Wish
from tests.gui.driven import WAIT, digits_lesson

Series = tuple[str, Any, Any]
CONDITIONS: tuple[Condition, ...] = (
    AtStep(9),
    AtBatch(4217),
    Crosses("loss", "<", 0.1),
    Crosses("gradient_norm", ">", 10.0, 2),
    NonFinite(),
    SignChange("W2", 1, 0),
    WatchCrosses("abs(dW1).max()", ">", 0.5),
)


def numbered(*conditions: Condition) -> tuple[Breakpoint, ...]:
    found: tuple[Breakpoint, ...] = ()
    for condition in conditions:
        found = with_added(found, condition)
    return found


def snapshot_of(lesson: Lesson | str = "toy-bias", steps: int = 22) -> Snapshot:
    trainer = Trainer(Lesson.load(lesson) if isinstance(lesson, str) else lesson)
    trainer.run_to(steps)
    return Snapshot.of(trainer, 1, State.PAUSED)


def told(
    snapshot: Snapshot, breakpoints: tuple[Breakpoint, ...] = (), watches: tuple[Series, ...] = (), **others: Any
) -> Snapshot:
    """The Snapshot as the engine sends it with these."""
    return replace(snapshot, breakpoints=breakpoints, watches=tuple(WatchReading(*one) for one in watches), **others)


class Panel:
    """A StopsView on a screen, and what it has asked for."""

    def __init__(self, view: StopsView, snapshot: Snapshot) -> None:
        self.view = view
        self.start = snapshot
        self.breakpoints: list[tuple[Breakpoint, ...]] = []
        self.watches: list[tuple[str, ...]] = []
        view.breakpoints_changed.connect(self.breakpoints.append)
        view.watches_changed.connect(self.watches.append)

    def tell(self, *args: Any, **kwargs: Any) -> None:
        self.view.show_snapshot(told(self.start, *args, **kwargs))
        QApplication.processEvents()

    @property
    def rows(self) -> list[Row]:
        rows = [row for row in self.view.findChildren(Row) if row.isVisible()]
        return sorted(rows, key=lambda row: row.mapTo(self.view, row.rect().topLeft()).y())

    @property
    def words(self) -> list[str]:
        return [row.accessibleName() for row in self.rows]

    def choose(self, kind: str, form: BreakpointForm | None = None) -> BreakpointForm:
        form = form or self.view.point_form
        form.kind.setCurrentIndex(form.kind.findData(kind))
        assert form.kind.currentData() == kind
        return form

    def type(self, field: QLineEdit, text: str, key: Qt.Key | None = Qt.Key.Key_Return) -> None:
        field.setFocus()
        field.selectAll()
        field.insert(text)  # as pasted: not every letter has a key
        if key is not None:
            QTest.keyClick(field, key)
        QApplication.processEvents()

    def fault(self) -> str:
        faults = [label for label in self.view.findChildren(QLabel, "fault") if label.isVisible()]
        assert len(faults) <= 1
        return faults[0].text() if faults else ""

    def press(self, key: Qt.Key, on: QWidget | None = None) -> None:
        QTest.keyClick(on or QApplication.focusWidget(), key)
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


OpenPanel = Callable[..., Panel]


@pytest.fixture
def open_panel(qtbot: QtBot, qapp: QApplication) -> Iterator[OpenPanel]:
    """A function that shows the panel of a lesson."""
    views: list[StopsView] = []

    def open_one(lesson: Lesson | str = "toy-bias", steps: int = 22, size: tuple[int, int] = (616, 440)) -> Panel:
        view = StopsView()
        views.append(view)
        view.resize(*size)
        view.apply_theme(LIGHT)
        with qtbot.waitExposed(view):
            view.show()
        view.activateWindow()
        qtbot.waitUntil(view.isActiveWindow, timeout=WAIT)
        panel = Panel(view, snapshot_of(lesson, steps))
        panel.tell()
        return panel

    yield open_one
    for view in views:
        shiboken6.delete(view)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def panel(open_panel: OpenPanel) -> Panel:
    """On toy-bias, at the end of its first batch, without breakpoints or watches."""
    return open_panel()


# ---- what is shown ---------------------------------------------------------------------------------------------------


def test_every_condition_has_its_sentence_the_engine_s_own_in_english() -> None:
    for condition in CONDITIONS:
        assert sentence(condition) == condition.text
    assert all(quantity_name(quantity) for quantity in QUANTITIES)
    assert sentence(Crosses("loss", "<", 1e-6)) == "loss below 1e-6", "as numbers are written everywhere"
    assert sentence(WatchCrosses("norm(W1)", ">", 1.25e-10)) == "norm(W1) above 1.25e-10"


def test_a_snapshot_that_knows_of_no_stops_shows_empty_lists(open_panel: OpenPanel) -> None:
    panel = open_panel()
    panel.view.show_snapshot(panel.start)
    assert panel.rows == []
    hints = [label.text() for label in panel.view.findChildren(QLabel, "hint") if label.isVisible()]
    assert hints[0].startswith("None yet. Run goes on until you pause it")
    assert hints[1].startswith("None yet. An expression")


def test_breakpoints_are_listed_with_their_hits(panel: Panel) -> None:
    points = with_enabled(numbered(*CONDITIONS), 2, False)
    points = with_hit(with_hit(with_hit(points, 3), 3), 4)
    panel.tell(points)
    assert panel.words == [
        "after step 9",
        "at the start of batch 4,217, disabled",
        "loss below 0.1, hit 2 times",
        "gradient norm of layer 2 above 10, hit once",
        "a value is no finite number",
        "W2[1, 0] changes sign",
        "abs(dW1).max() above 0.5",
    ]
    boxes = [row.findChild(Check).isChecked() for row in panel.rows]
    assert boxes == [True, False, True, True, True, True, True]


def test_the_one_that_stopped_the_run_here_is_marked(panel: Panel) -> None:
    points = with_hit(numbered(AtStep(9), NonFinite()), 1)
    panel.tell(points, stopped=points[0])
    assert panel.words == ["after step 9, stopped here", "a value is no finite number"]
    panel.tell(points, stopped=None)
    assert panel.words[0] == "after step 9, hit once"


def test_the_one_that_stopped_the_run_here_is_brought_into_sight_once(open_panel: OpenPanel) -> None:
    panel = open_panel(size=(490, 318))
    points = numbered(*(AtStep(step) for step in range(1, 20)))
    panel.tell(points)
    row, scroll = panel.rows[15], panel.view._scroll

    def place() -> QRect:
        return QRect(row.mapTo(scroll.viewport(), QPoint(0, 0)), row.size())

    QApplication.processEvents()
    assert not scroll.viewport().rect().intersects(place())
    panel.tell(with_hit(points, points[15].id), stopped=points[15])
    assert scroll.viewport().rect().contains(place())
    scroll.verticalScrollBar().setValue(0)
    panel.tell(with_hit(points, points[15].id), stopped=points[15])
    assert scroll.verticalScrollBar().value() == 0, "where the user wants to be"


def test_what_is_being_typed_outlives_a_change_of_the_program(panel: Panel) -> None:
    form = panel.choose("gradient_norm")
    form.relation.setCurrentIndex(form.relation.findData("<"))
    form.layer.setCurrentIndex(2)
    form.value.setText("0.")
    with_momentum = snapshot_of(panel.start.lesson.with_value("optimizer.momentum", 0.5))
    panel.view.show_snapshot(told(with_momentum))
    assert form.step.count() == len(with_momentum.program)
    fields = (form.kind.currentData(), form.layer.currentData(), form.relation.currentData(), form.value.text())
    assert fields == ("gradient_norm", 2, "<", "0.")


def test_what_another_lesson_cannot_hit_is_said_on_its_row(panel: Panel) -> None:
    points = numbered(Crosses("train_accuracy", ">", 0.9), AtStep(99))
    panel.tell(points)
    assert panel.words == ["training accuracy above 0.9, not in this lesson", "after step 99, not in this lesson"]
    assert "steps 1 to 22" in panel.rows[1].toolTip()


def test_watches_show_numbers_what_is_pending_arrays_and_faults(panel: Panel) -> None:
    panel.tell(
        watches=(
            ("loss", 2.53125, np.array([3.0, 2.53125])),
            ("norm(dW1)", None, np.array([])),
            ("W1", "2 x 3, min 0.5, max 0.5", np.array([])),
            ("W9", "There is no array W9 in this lesson.", np.array([])),
            ("0/0", float("nan"), np.array([np.nan])),
        )
    )
    assert panel.words == [
        "loss: 2.53125",
        "norm(dW1): pending",
        "W1: 2 x 3, min 0.5, max 0.5",
        "W9: Character 1: there is no array W9; there are W1–W3, b1–b3, dW1–dW3, db1–db3, vW1–vW3, vb1–vb3, x, y, "
        "z1–z3, a1–a3, delta1–delta3, loss, learning_rate, momentum, batch, epoch.",
        "0/0: nan",
    ]
    assert "loss = 2.53125" in panel.rows[0].toolTip()


def test_values_change_in_their_rows(panel: Panel) -> None:
    panel.tell(watches=(("loss", 1.5, [1.5]),))
    row = panel.rows[0]
    panel.tell(watches=(("loss", 0.25, [1.5, 0.25]),))
    assert panel.rows == [row]
    assert panel.words == ["loss: 0.25"]
    assert row.findChild(Sparkline).values.tolist() == [1.5, 0.25]


def test_a_curve_keeps_its_last_300_values_and_has_gaps_where_there_is_none(panel: Panel) -> None:
    values = np.linspace(5, 1, 1000)
    values[990:995] = np.nan
    panel.tell(watches=(("loss", 1.0, values),))
    curve = panel.rows[0].findChild(Sparkline)
    np.testing.assert_array_equal(curve.values, values[-MOST_POINTS:])
    first, second = curve._runs()
    assert len(first) == MOST_POINTS - 10
    assert len(second) == 5
    assert first[0].y() < second[-1].y(), "from the largest down to the least"
    assert "300 values" in curve.toolTip()


@pytest.mark.parametrize(
    "values", [[], [1.0], [2.0, 2.0], [np.nan], [np.inf, -np.inf], [-1.7e308, 1.7e308, 0], [5e-324]]
)
def test_any_series_can_be_drawn(panel: Panel, values: list[float]) -> None:
    panel.tell(watches=(("loss", 1.0, np.array(values)),))
    curve = panel.rows[0].findChild(Sparkline)
    for run in curve._runs():
        for point in run:
            assert 0 <= point.x() <= curve.width()
            assert 0 <= point.y() <= curve.height()
    curve.grab()


def test_nothing_is_built_for_a_panel_that_nobody_sees(open_panel: OpenPanel) -> None:
    panel = open_panel()
    panel.view.hide()
    panel.tell(numbered(AtStep(9)))
    assert panel.view.findChildren(Row) == []
    panel.view.show()
    QApplication.processEvents()
    assert panel.words == ["after step 9"]


# ---- adding ----------------------------------------------------------------------------------------------------------


def test_only_what_the_lesson_has_is_offered(open_panel: OpenPanel) -> None:
    def kinds(lesson: Lesson | str) -> list[str]:
        box = open_panel(lesson).view.point_form.kind
        return [box.itemData(i) for i in range(box.count())]

    always = {"loss", "batch", "step", "gradient_norm", "update_ratio", "sign", "watch", "non_finite"}
    assert set(kinds("toy-bias")) == always
    assert set(kinds(digits_lesson())) == always | {"train_accuracy", "test_accuracy", "saturated_share"}


def test_each_kind_shows_the_fields_that_it_has(panel: Panel) -> None:
    form = panel.view.point_form
    expected: dict[str, tuple[QWidget, ...]] = {
        "loss": (form.relation, form.value),
        "batch": (form.batch,),
        "step": (form.step,),
        "gradient_norm": (form.layer, form.relation, form.value),
        "sign": (form.array, form.row, form.column),
        "watch": (form.watch, form.relation, form.value),
        "non_finite": (),
    }
    for kind, fields in expected.items():
        panel.choose(kind)
        shown = {w for w in form.findChildren(QLineEdit) + form.findChildren(QComboBox) if w.isVisible()}
        assert shown - {form.kind} == set(fields), kind


def test_enter_adds_a_breakpoint_of_each_kind(panel: Panel) -> None:
    form = panel.choose("loss")
    assert form.relation.currentData() == "<", "a loss is wanted low"
    panel.type(form.value, "0.25")
    form = panel.choose("gradient_norm")
    assert form.relation.currentData() == ">"
    form.layer.setCurrentIndex(2)
    panel.type(form.value, "1e2")
    panel.type(panel.choose("batch").batch, "4,217")
    form = panel.choose("step")
    form.step.setCurrentIndex(form.step.findData(9))
    panel.press(Qt.Key.Key_Return, form.step)
    form = panel.choose("sign")
    form.array.setCurrentIndex(form.array.findData("W2"))
    panel.type(form.row, "1", None)
    panel.type(form.column, "2")
    form = panel.choose("watch")
    panel.type(form.watch, "abs(dW1).max()", None)
    panel.type(form.value, "0,5")
    panel.choose("non_finite")
    panel.press(Qt.Key.Key_Return, form.kind)
    assert panel.breakpoints[-1] == numbered(
        Crosses("loss", "<", 0.25),
        Crosses("gradient_norm", ">", 100.0, 2),
        AtBatch(4217),
        AtStep(9),
        SignChange("W2", 1, 2),
        WatchCrosses("abs(dW1).max()", ">", 0.5),
        NonFinite(),
    )
    assert [len(points) for points in panel.breakpoints] == [1, 2, 3, 4, 5, 6, 7]
    assert len(panel.rows) == 7, "shown at once, whatever the engine is busy with"


def test_a_share_may_be_typed_in_per_cent(open_panel: OpenPanel) -> None:
    panel = open_panel(digits_lesson())
    panel.type(panel.choose("train_accuracy").value, "95 %")
    assert panel.breakpoints == [numbered(Crosses("train_accuracy", ">", 0.95))]


@pytest.mark.parametrize(
    ("kind", "field", "text", "says"),
    [
        ("loss", "value", "", "Value: type a number"),
        ("loss", "value", "low", "Value: type a number"),
        ("loss", "value", "1_0", "Value: type a number"),
        ("loss", "value", "nan", "Value: type a number"),
        ("batch", "batch", "0", "The batch must be a whole number from 1, not 0."),
        ("batch", "batch", "4.5", "Batch: type a whole number, such as 1,000."),
        ("batch", "batch", "٣", "Batch: type a whole number"),
        ("sign", "row", "-1", "Row, from 0: type a whole number"),
        ("watch", "watch", "", "Type an expression over the arrays"),
        ("watch", "watch", "W1.shape", "Character 3: .shape is not known here"),
        ("watch", "watch", "W1", "W1 is 3 x 2 numbers, not one"),
    ],
)
def test_what_will_not_do_is_refused_in_place(panel: Panel, kind: str, field: str, text: str, says: str) -> None:
    form = panel.choose(kind)
    if kind == "watch":
        form.value.setText("1")
    wrong: Field = getattr(form, field)
    panel.type(wrong, text)
    assert panel.fault().startswith(says)
    assert wrong.marked
    assert wrong.hasFocus()
    assert wrong.text() == text
    assert panel.breakpoints == []
    QTest.keyClicks(wrong, "1")
    assert not wrong.marked
    assert panel.fault() == "", "it is being mended"


def test_a_cell_that_is_not_there_is_refused_with_those_that_are(panel: Panel) -> None:
    form = panel.choose("sign")
    panel.type(form.column, "0", None)
    panel.type(form.row, "7")
    assert panel.fault() == "There is no W1[7, 0]: rows go from 0 to 2, columns from 0 to 1."


def test_the_same_breakpoint_is_not_added_twice(panel: Panel) -> None:
    panel.tell(numbered(Crosses("loss", "<", 0.1)))
    panel.type(panel.choose("loss").value, ".1")
    assert panel.fault() == "There is a breakpoint for that already: number 1."
    assert panel.breakpoints == []


def test_enter_adds_a_watch_and_refuses_what_cannot_be_watched(panel: Panel) -> None:
    field = panel.view.watch_form.field
    panel.type(field, "norm(dW1) / norm(W1)")
    panel.type(field, " loss ")
    assert panel.watches == [("norm(dW1) / norm(W1)",), ("norm(dW1) / norm(W1)", "loss")]
    assert field.text() == ""
    for text, says in (
        ("loss", "loss is watched already."),
        ("W2[9,9]", "There is no [9,9] in 2 x 3"),
        ("__import__('os')", "Character 12: the sign “'” has no meaning here"),
        ("", "Type an expression"),
    ):
        panel.type(field, text)
        assert panel.fault().startswith(says)
        assert field.marked
        assert field.text() == text
    assert len(panel.watches) == 2


# ---- changing --------------------------------------------------------------------------------------------------------


def test_a_click_on_the_box_or_the_space_bar_switches_a_breakpoint(panel: Panel) -> None:
    points = numbered(AtStep(9), NonFinite())
    panel.tell(points)
    QTest.mouseClick(panel.rows[0].findChild(Check), Qt.MouseButton.LeftButton)
    assert panel.breakpoints == [with_enabled(points, 1, False)]
    assert not panel.rows[0].findChild(Check).isChecked()
    panel.press(Qt.Key.Key_Space, panel.rows[1])
    assert panel.breakpoints[-1] == with_enabled(with_enabled(points, 1, False), 2, False)


def test_delete_removes_the_selected_row_and_the_next_is_selected(panel: Panel) -> None:
    points = numbered(AtStep(9), AtStep(10), AtStep(11))
    panel.tell(points, (("loss", 1.0, []), ("norm(W1)", 1.0, [])))
    panel.rows[1].setFocus()
    panel.press(Qt.Key.Key_Delete)
    assert panel.breakpoints == [(points[0], points[2])]
    assert panel.rows[1].hasFocus()
    assert panel.words[1] == "after step 11"
    panel.press(Qt.Key.Key_Delete)
    panel.press(Qt.Key.Key_Delete)
    assert panel.breakpoints[-1] == ()
    assert panel.view.point_form.kind.hasFocus(), "none is left"
    panel.rows[1].setFocus()
    panel.press(Qt.Key.Key_Delete)
    assert panel.watches == [("loss",)]
    assert panel.rows[0].hasFocus()


def test_the_cross_deletes(panel: Panel) -> None:
    panel.tell(numbered(AtStep(9)), (("loss", 1.0, []),))
    for row in panel.rows:
        QTest.mouseClick(row.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert panel.breakpoints == [()]
    assert panel.watches == [()]


def test_a_breakpoint_is_changed_in_its_place(panel: Panel) -> None:
    points = with_hit(numbered(AtStep(9), Crosses("loss", "<", 0.1)), 2)
    panel.tell(points)
    panel.press(Qt.Key.Key_Return, panel.rows[1])
    form = next(f for f in panel.view.findChildren(BreakpointForm) if f is not panel.view.point_form)
    assert (form.kind.currentData(), form.relation.currentData(), form.value.text()) == ("loss", "<", "0.1")
    panel.type(form.value, "soon")
    assert panel.fault().startswith("Value: type a number")
    assert panel.breakpoints == [], "the old value is kept"
    panel.type(form.value, "0.05")
    assert panel.breakpoints == [(points[0], Breakpoint(2, Crosses("loss", "<", 0.05)))]
    assert panel.words == ["after step 9", "loss below 0.05"]
    assert panel.rows[1].hasFocus()


@pytest.mark.parametrize("condition", CONDITIONS)
def test_what_is_opened_for_change_and_left_as_it_is_stays_the_same(panel: Panel, condition: Condition) -> None:
    panel.tell(numbered(condition))
    QTest.mouseDClick(panel.rows[0], Qt.MouseButton.LeftButton)
    form = next(f for f in panel.view.findChildren(BreakpointForm) if f is not panel.view.point_form)
    assert form.condition() == condition
    panel.press(Qt.Key.Key_Return, form.kind)
    assert panel.breakpoints == []
    assert panel.words == [condition.text]


def test_a_watch_is_changed_in_its_place_and_escape_gives_up(panel: Panel) -> None:
    panel.tell(watches=(("loss", 1.0, []), ("norm(W1)", 1.0, [])))

    def edit() -> Field:
        panel.press(Qt.Key.Key_F2, panel.rows[0])
        return next(f for f in panel.view.findChildren(WatchForm) if f is not panel.view.watch_form).field

    field = edit()
    assert field.text() == "loss"
    panel.type(field, "norm(W1)")
    assert panel.fault() == "norm(W1) is watched already."
    panel.type(field, "W9", Qt.Key.Key_Escape)
    assert panel.words == ["loss: 1", "norm(W1): 1"]
    assert panel.rows[0].hasFocus()
    assert panel.watches == []
    panel.type(edit(), "loss * 2")
    assert panel.watches == [("loss * 2", "norm(W1)")]
    assert panel.rows[0].hasFocus()


def test_snapshots_that_come_while_something_is_typed_leave_it_alone(panel: Panel) -> None:
    points = numbered(Crosses("loss", "<", 0.1))
    panel.tell(points, (("loss", 1.0, [1.0]),))
    panel.press(Qt.Key.Key_Return, panel.rows[0])
    form = next(f for f in panel.view.findChildren(BreakpointForm) if f is not panel.view.point_form)
    panel.type(form.value, "0.0", None)
    panel.type(panel.view.watch_form.field, "norm(", None)
    panel.tell(with_hit(points, 1), (("loss", 0.5, [1.0, 0.5]),))
    assert form.isVisible()
    assert form.value.text() == "0.0"
    assert panel.view.watch_form.field.text() == "norm("


# ---- the engine's answers --------------------------------------------------------------------------------------------


def test_an_old_snapshot_does_not_undo_what_was_just_added(panel: Panel) -> None:
    field = panel.view.watch_form.field
    panel.type(field, "loss")
    panel.type(field, "norm(W1)")
    panel.tell()
    assert panel.words == ["loss: pending", "norm(W1): pending"], "sent before it heard of either"
    panel.tell(watches=(("loss", 1.0, []),))
    assert panel.words == ["loss: 1", "norm(W1): pending"], "sent between the two"
    panel.tell(watches=(("loss", 1.0, []), ("norm(W1)", 2.0, [])))
    assert panel.words == ["loss: 1", "norm(W1): 2"]
    panel.tell(watches=(("loss", 1.0, []),))
    assert panel.words == ["loss: 1"], "changed elsewhere"


def test_hits_are_shown_while_a_change_is_under_way(panel: Panel) -> None:
    points = numbered(AtStep(9), NonFinite())
    panel.tell(points)
    panel.press(Qt.Key.Key_Space, panel.rows[1])
    panel.tell(with_hit(points, 1), state=State.RUNNING)
    assert panel.words == ["after step 9, hit once", "a value is no finite number, disabled"]


def test_a_lesson_opened_anew_ends_all_waiting(panel: Panel) -> None:
    panel.type(panel.view.watch_form.field, "loss")
    panel.tell(generation=2)
    assert panel.words == []


def test_a_wish_is_kept_until_it_is_answered() -> None:
    wish: Wish[int] = Wish(0, lambda value: value)
    wish.change(1)
    wish.change(2)
    assert [wish.hear(0), wish.value] == [False, 2]
    assert [wish.hear(1), wish.value] == [False, 2]
    assert [wish.hear(2), wish.value] == [True, 2]
    assert [wish.hear(5), wish.value] == [True, 5]
    wish.change(6)
    assert [wish.hear(9), wish.value] == [True, 9], "nobody here has asked for that: it counts"


# ---- keys, names, look -----------------------------------------------------------------------------------------------


def test_tab_goes_down_the_panel(panel: Panel) -> None:
    panel.tell(numbered(AtStep(9), NonFinite()), (("loss", 1.0, []),))
    form = panel.choose("loss")
    rows = panel.rows
    rows[0].setFocus()
    seen = []
    for _ in range(9):
        seen.append(QApplication.focusWidget())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    watch = panel.view.watch_form
    assert seen == [*rows[:2], form.kind, form.relation, form.value, form.button, rows[2], watch.field, watch.button]


def test_while_there_is_nothing_yet_tab_comes_to_a_button_after_its_fields(panel: Panel) -> None:
    form, watch = panel.choose("loss"), panel.view.watch_form
    form.kind.setFocus()
    seen = []
    for _ in range(6):
        seen.append(QApplication.focusWidget())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert seen == [form.kind, form.relation, form.value, form.button, watch.field, watch.button]


def test_arrow_keys_go_from_row_to_row(panel: Panel) -> None:
    panel.tell(numbered(AtStep(9)), (("loss", 1.0, []),))
    panel.rows[0].setFocus()
    panel.press(Qt.Key.Key_Down)
    assert panel.rows[1].hasFocus()
    panel.press(Qt.Key.Key_Down)
    assert panel.rows[1].hasFocus()
    panel.press(Qt.Key.Key_Up)
    assert panel.rows[0].hasFocus()


def test_a_key_can_lead_here(panel: Panel) -> None:
    panel.view.focus_new()
    assert panel.view.point_form.kind.hasFocus()
    panel.view.focus_new_watch()
    assert panel.view.watch_form.field.hasFocus()


def test_everything_one_can_use_has_a_name(panel: Panel) -> None:
    panel.tell(numbered(*CONDITIONS), (("loss", 1.0, [1.0]),))
    for kind in (QAbstractButton, QLineEdit, QComboBox, Row, Sparkline):
        for widget in panel.view.findChildren(kind):
            assert widget.accessibleName(), widget


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("width", [490, 616])
def test_nothing_is_cut_or_lies_over_another(open_panel: OpenPanel, theme: Any, width: int, qapp: QApplication) -> None:
    before = qapp.palette()
    qapp.setPalette(palette(theme))
    try:
        panel = open_panel(digits_lesson(), size=(width, 300))
        panel.view.apply_theme(theme)
        watches = (("norm(delta2)/norm(delta1)", -1.235e-10, np.arange(9.0)), ("a2", "10 x 10, min 0, max 1", []))
        panel.tell(numbered(*CONDITIONS), watches)
        form = panel.view.point_form
        for index in range(form.kind.count()):
            form.kind.setCurrentIndex(index)
            QApplication.processEvents()
            parts = [w for w in form.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)]
            _check_places([w for w in parts if w.isVisible() and w.accessibleName()], form)
        for row in panel.rows:
            parts = row.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
            _check_places([w for w in parts if w.isVisible()], row)
        for above, below in zip(panel.rows, panel.rows[1:], strict=False):
            top = below.mapTo(panel.view, below.rect().topLeft()).y()
            assert above.mapTo(panel.view, above.rect().bottomLeft()).y() < top
        row = next(row for row in panel.rows if row.accessibleName().startswith("norm("))
        assert [label.text() for label in row.findChildren(QLabel)] == ["norm(delta2)/norm(delta1)", "-1.235e-10"]
        surface = QColor(theme.surface).rgb()
        assert panel.view.grab().toImage().pixel(6, 60) == surface
    finally:
        qapp.setPalette(before)


@pytest.mark.parametrize("lesson", ["toy-bias", "digits"])
def test_one_of_each_is_in_sight_in_the_smallest_window(open_panel: OpenPanel, lesson: str) -> None:
    panel = open_panel(digits_lesson() if lesson == "digits" else lesson, size=(490, 318))
    points = with_hit(numbered(Crosses("gradient_norm", ">", 10.0, 2)), 1)
    panel.tell(points, (("norm(delta2)/norm(delta1)", 1.5, np.arange(9.0)),), stopped=points[0])
    assert not panel.view._scroll.verticalScrollBar().isVisible()
    last = panel.view._note
    assert last.isVisible()
    assert last.mapTo(panel.view, last.rect().bottomLeft()).y() < panel.view.height()


def _check_places(parts: list[QWidget], inside: QWidget) -> None:
    for part in parts:
        assert inside.rect().contains(part.geometry()), (part.accessibleName(), part.geometry(), inside.rect())
        for other in parts:
            assert part is other or not part.geometry().intersects(other.geometry()), part.accessibleName()


def test_a_ticked_box_is_red(panel: Panel) -> None:
    panel.tell(numbered(AtStep(9)))
    box = panel.rows[0].findChild(Check)
    assert box.grab().toImage().pixel(6, 17) == QColor(LIGHT.err).rgb()
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    assert box.grab().toImage().pixel(6, 17) == QColor(LIGHT.surface).rgb()
