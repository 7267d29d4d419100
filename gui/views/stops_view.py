"""Where Run stops, and what is watched: breakpoints and watches, each a list with a line to add to it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import pairwise
from typing import Any

import numpy.typing as npt
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from engine.breakpoints import (
    Breakpoint,
    BreakpointError,
    Breakpoints,
    with_added,
    with_condition,
    with_enabled,
    with_hits_of,
    without,
)
from engine.snapshot import Snapshot
from engine.watches import Watch, WatchError, shapes_of
from gui.said import said
from gui.theme import LIGHT, Theme, ui_font
from gui.views.panel import PanelHeader
from gui.views.stops_forms import BreakpointForm, Form, WatchForm
from gui.views.stops_look import scroll_bar, style_sheet
from gui.views.stops_parts import Check, Sparkline
from gui.views.stops_rows import BreakpointRow, Row, WatchRow
from gui.views.stops_words import sentence
from gui.wish import Wish

__all__ = ["StopsView", "sentence"]
MARGIN = 16


class StopsView(QWidget):
    """Panel with the breakpoints and the watches.

    Of the Snapshot it reads ``breakpoints``, ``stopped`` and ``watches``.

    Signals
    -------
    breakpoints_changed(tuple) : the user wants these Breakpoints.
    watches_changed(tuple) : the user wants these texts watched.
    """

    breakpoints_changed = Signal(object)
    watches_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Breakpoints and watches"))
        self._theme = LIGHT
        self._snapshot: Snapshot | None = None
        self._points: Wish[Breakpoints] = Wish((), _definitions)
        self._texts: Wish[tuple[str, ...]] = Wish((), lambda texts: texts)
        self._told: dict[str, tuple[float | str | None, npt.ArrayLike]] = {}
        self._faults: dict[object, str] = {}
        self._offered: object = None
        self._hit: int | None = None  # the breakpoint whose row says that it stopped the run here
        self._point_rows: dict[int, BreakpointRow] = {}
        self._watch_rows: dict[str, WatchRow] = {}
        self._editor: tuple[object, Form] | None = None  # what is being changed, and where
        self._header = PanelHeader(self.tr("Breakpoints and watches"), self)
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setAccessibleName(self.tr("Breakpoints and watches"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(self._scroll, 1)
        self._build()

    def sizeHint(self) -> QSize:
        return QSize(480, 300)

    def _build(self) -> None:
        content = QWidget()
        content.setObjectName("page")
        column = QVBoxLayout(content)
        column.setContentsMargins(MARGIN, 8, MARGIN, 12)
        column.setSpacing(2)
        column.addWidget(self._heading(self.tr("Breakpoints")))
        self._no_points = self._hint(self.tr("None yet. Run goes on until you pause it, or stops where you say here."))
        column.addWidget(self._no_points)
        self._point_list = QVBoxLayout()
        self._point_list.setSpacing(0)
        column.addLayout(self._point_list)
        self.point_form = BreakpointForm(self.tr("Add"), content)
        self.point_form.submitted.connect(self._add_point)
        column.addWidget(self.point_form)
        column.addSpacing(10)
        column.addWidget(self._heading(self.tr("Watches")))
        self._no_watches = self._hint(self.tr("None yet. An expression over the arrays becomes a number and a curve."))
        column.addWidget(self._no_watches)
        self._watch_list = QVBoxLayout()
        self._watch_list.setSpacing(0)
        column.addLayout(self._watch_list)
        self.watch_form = WatchForm(self.tr("Add"), content)
        self.watch_form.submitted.connect(self._add_watch)
        column.addWidget(self.watch_form)
        self._note = self._hint(self.tr("Cells are [row, column], counted from 0 in the matrices as they are shown."))
        column.addWidget(self._note)
        column.addStretch(1)
        self._scroll.setWidget(content)
        self._order_tabs()

    def _heading(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setObjectName("heading")
        label.setFont(ui_font(13, 600))
        return label

    def _hint(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setObjectName("hint")
        label.setFont(ui_font(12))
        label.setWordWrap(True)
        label.setContentsMargins(0, 2, 0, 2)
        return label

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show breakpoints with their hits, and watches with their values."""
        previous, self._snapshot = self._snapshot, snapshot
        if previous is None or previous.generation != snapshot.generation:
            self._points.forget()
            self._texts.forget()
        points, watches = snapshot.breakpoints, snapshot.watches
        if not self._points.hear(points):
            self._points.value = with_hits_of(self._points.value, points)
        self._texts.hear(tuple(text for text, _, _ in watches))
        self._told = {text: (value, series) for text, value, series in watches}
        if self.isVisible():
            self._show()

    def _show(self) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return
        lesson = snapshot.lesson
        offered = (snapshot.program, lesson.evaluation.examples == 0, lesson.run.orientation)
        if offered != self._offered:
            self._offered = offered
            self._faults.clear()
            self.point_form.offer(snapshot)
        self._show_points(snapshot)
        self._show_watches(snapshot)

    def _show_points(self, snapshot: Snapshot) -> None:
        points = self._points.value
        stopped = snapshot.stopped
        if list(self._point_rows) != [point.id for point in points]:
            self._arrange(self._point_rows, self._point_list, [p.id for p in points], BreakpointRow, self._wire_point)
        self._no_points.setVisible(not points)
        for point in points:
            row = self._point_rows[point.id]
            row.show_point(point, self._fault_of(point, snapshot), stopped is not None and stopped.id == point.id)
        on = sum(point.enabled for point in points)
        some = self.tr("{on} of {n} enabled").format(on=on, n=len(points))
        self._header.set_caption(some if on < len(points) else "")
        hit = stopped.id if stopped is not None else None
        if hit != self._hit and hit in self._point_rows:
            self._scroll.ensureWidgetVisible(self._point_rows[hit], 0, 8)
        self._hit = hit

    def _show_watches(self, snapshot: Snapshot) -> None:
        texts = self._texts.value
        if list(self._watch_rows) != list(texts):
            self._arrange(self._watch_rows, self._watch_list, list(texts), WatchRow, self._wire_watch)
        self._no_watches.setVisible(not texts)
        for text in texts:
            value, series = self._told.get(text, (None, ()))
            self._watch_rows[text].show_watch(text, value, self._fault_of(text, snapshot), series)

    def _fault_of(self, what: Breakpoint | str, snapshot: Snapshot) -> str:
        """Why a breakpoint or watch means nothing in this lesson; asked once."""
        key = what if isinstance(what, str) else what.condition
        if key not in self._faults:
            try:
                if isinstance(what, str):
                    self._try_watch(what, snapshot)
                else:
                    what.condition.validate(snapshot.lesson)
                self._faults[key] = ""
            except (WatchError, BreakpointError) as error:
                self._faults[key] = said(str(error))
        return self._faults[key]

    def _try_watch(self, text: str, snapshot: Snapshot) -> Watch:
        """Read an expression and see whether the shapes of the lesson's arrays go together in it.

        Raises
        ------
        WatchError : it cannot be read, or not be calculated in this lesson.
        """
        shapes = shapes_of(snapshot.lesson)
        watch = Watch.parse(text, shapes)
        watch.value(shapes)
        return watch

    # ---- rows --------------------------------------------------------------------------------------------------------

    def _arrange(
        self,
        rows: dict[Any, Any],
        layout: QVBoxLayout,
        keys: list[Any],
        kind: type[Row],
        wire: Callable[[Any, Any], None],
    ) -> None:
        """Make a row for every key, in this order; the focus stays where it is, or goes to the next row."""
        focused = next((i for i, row in enumerate(rows.values()) if row.hasFocus()), None)
        self._end_edit()
        for key in [key for key in rows if key not in keys]:
            row = rows.pop(key)
            layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        for index, key in enumerate(keys):
            if key not in rows:
                rows[key] = kind(self._scroll.widget())
                wire(key, rows[key])
                self._wear(rows[key])
            if layout.indexOf(rows[key]) != index:
                layout.removeWidget(rows[key])
                layout.insertWidget(index, rows[key])
            rows[key] = rows.pop(key)
        self._order_tabs()
        if focused is not None and not any(row.hasFocus() for row in rows.values()):
            if rows:
                list(rows.values())[min(focused, len(rows) - 1)].setFocus()
            else:
                (self.point_form.kind if rows is self._point_rows else self.watch_form.field).setFocus()

    def _order_tabs(self) -> None:
        """Down the panel, whatever was made when."""
        form = self.point_form
        fields = (form.kind, form.step, form.batch, form.layer, form.array, form.row, form.column, form.watch)
        chain = [*self._point_rows.values(), *fields, form.relation, form.value, form.button]
        chain += [*self._watch_rows.values(), self.watch_form.field, self.watch_form.button]
        for first, second in pairwise(chain):
            QWidget.setTabOrder(first, second)

    def _wire_point(self, number: int, row: BreakpointRow) -> None:
        row.delete.connect(lambda: self._change_points(without(self._points.value, number)))
        row.edit.connect(lambda: self._edit_point(number))
        row.toggle.connect(lambda: self._toggle(number))
        row.go.connect(lambda by: self._go(row, by))

    def _wire_watch(self, text: str, row: WatchRow) -> None:
        row.delete.connect(lambda: self._change_watches(tuple(t for t in self._texts.value if t != text)))
        row.edit.connect(lambda: self._edit_watch(text))
        row.go.connect(lambda by: self._go(row, by))

    def _go(self, row: Row, by: int) -> None:
        rows: list[Row] = [*self._point_rows.values(), *self._watch_rows.values()]
        index = rows.index(row) + by
        if 0 <= index < len(rows):
            rows[index].setFocus()
            self._scroll.ensureWidgetVisible(rows[index], 0, 8)

    # ---- what the user does ------------------------------------------------------------------------------------------

    def focus_new(self) -> None:
        """Put the cursor where a breakpoint is added."""
        self.point_form.kind.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_new_watch(self) -> None:
        """Put the cursor where a watch is added."""
        self.watch_form.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._scroll.ensureWidgetVisible(self.watch_form, 0, 8)

    def _change_points(self, points: Breakpoints) -> None:
        self._points.change(points)
        self._show()
        self.breakpoints_changed.emit(points)

    def _change_watches(self, texts: tuple[str, ...]) -> None:
        self._texts.change(texts)
        self._show()
        self.watches_changed.emit(texts)

    def _toggle(self, number: int) -> None:
        point = next(point for point in self._points.value if point.id == number)
        self._change_points(with_enabled(self._points.value, number, not point.enabled))

    @Slot()
    def _add_point(self) -> None:
        condition = self.point_form.condition()
        if condition is None:
            return
        try:
            points = with_added(self._points.value, condition)
        except BreakpointError as error:
            self.point_form.refuse(said(str(error)))
            return
        self.point_form.clear()
        self._change_points(points)

    @Slot()
    def _add_watch(self) -> None:
        text = self._checked_watch(self.watch_form, self._texts.value)
        if text is not None:
            self.watch_form.field.clear()
            self.watch_form.say("")
            self._change_watches((*self._texts.value, text))

    def _checked_watch(self, form: WatchForm, others: Collection[str]) -> str | None:
        """What is typed, if it can be watched; else a sentence says why not."""
        if self._snapshot is None:
            return None
        try:
            text = self._try_watch(form.field.text(), self._snapshot).text
        except WatchError as error:
            form.refuse(said(str(error)))
            return None
        if text in others:
            form.refuse(self.tr("{text} is watched already.").format(text=text))
            return None
        return text

    # ---- changing a row in place -------------------------------------------------------------------------------------

    def _begin_edit(self, key: object, row: Row, layout: QVBoxLayout, form: Form, first: QWidget) -> None:
        self._end_edit()
        self._editor = (key, form)
        form.cancelled.connect(self._cancel_edit)
        layout.insertWidget(layout.indexOf(row), form)
        row.hide()
        self._wear(form)
        form.show()
        QWidget.setTabOrder(row, first)
        first.setFocus()

    @Slot()
    def _cancel_edit(self) -> None:
        if self._editor is not None:
            key = self._editor[0]
            self._end_edit()
            row = self._point_rows.get(key) if isinstance(key, int) else self._watch_rows.get(str(key))
            if row is not None:
                row.setFocus()

    def _end_edit(self) -> None:
        if self._editor is None:
            return
        (key, form), self._editor = self._editor, None
        row = self._point_rows.get(key) if isinstance(key, int) else self._watch_rows.get(str(key))
        if row is not None:
            row.show()
        form.hide()
        form.deleteLater()

    def _edit_point(self, number: int) -> None:
        if self._snapshot is None:
            return
        point = next(point for point in self._points.value if point.id == number)
        form = BreakpointForm(self.tr("Change"), self._scroll.widget())
        form.offer(self._snapshot)
        form.show_condition(point.condition)
        form.submitted.connect(lambda: self._take_point(number, form))
        self._begin_edit(number, self._point_rows[number], self._point_list, form, form.kind)

    def _take_point(self, number: int, form: BreakpointForm) -> None:
        condition = form.condition()
        if condition is None:
            return
        try:
            points = with_condition(self._points.value, number, condition)
        except BreakpointError as error:
            form.refuse(said(str(error)))
            return
        self._cancel_edit()
        if points != self._points.value:
            self._change_points(points)

    def _edit_watch(self, text: str) -> None:
        form = WatchForm(self.tr("Change"), self._scroll.widget())
        form.field.setText(text)
        form.field.selectAll()
        form.submitted.connect(lambda: self._take_watch(text, form))
        self._begin_edit(text, self._watch_rows[text], self._watch_list, form, form.field)

    def _take_watch(self, old: str, form: WatchForm) -> None:
        new = self._checked_watch(form, [text for text in self._texts.value if text != old])
        if new is None:
            return
        self._cancel_edit()
        if new != old:
            index = self._texts.value.index(old)
            self._change_watches((*self._texts.value[:index], new, *self._texts.value[index + 1 :]))
            self._watch_rows[new].setFocus()

    # ---- look --------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()

    def text_summary(self) -> str:
        """The breakpoints and watches as text, a line each."""
        rows = [*self._point_rows.values(), *self._watch_rows.values()]
        return "\n".join(row.accessibleName() for row in rows)

    def apply_theme(self, theme: Theme) -> None:
        """Put the panel into a theme's colours."""
        self._theme = theme
        self._header.apply_theme(theme)
        self.setStyleSheet(style_sheet(theme))
        self._scroll.verticalScrollBar().setStyleSheet(scroll_bar(theme))
        self._wear(self._scroll.widget())

    def _wear(self, part: QWidget) -> None:
        """The theme for what is painted by hand."""
        for widget in part.findChildren(QWidget):
            if isinstance(widget, Check | Sparkline):
                widget.theme = self._theme
                widget.update()


def _definitions(points: Breakpoints) -> object:
    return tuple((point.id, point.condition, point.enabled) for point in points)
