"""The rows of the two lists: a breakpoint with its hits, a watch with its curve and value."""

from __future__ import annotations

import math

import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from engine.breakpoints import Breakpoint
from gui import axis
from gui.said import said
from gui.theme import mono_font, ui_font
from gui.views.stops_parts import Check, Elided, Sparkline, dress
from gui.views.stops_words import sentence

ROW = 30  # height of a row
COUNT_WIDTH, VALUE_WIDTH, WIDE = 92, 84, 212


class Row(QFrame):
    """A line of a list. The focus is the selection; keys do what the mouse does.

    Signals
    -------
    delete(), edit(), toggle() : the user wants it deleted, changed, switched.
    go(int) : the focus is to go up (-1) or down (1).
    """

    delete = Signal()
    edit = Signal()
    toggle = Signal()
    go = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("row")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(ROW)
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(2, 0, 0, 0)
        self.line.setSpacing(8)

    def add_delete(self, name: str) -> None:
        """The button at the right end."""
        button = QToolButton(self)
        button.setText("✕")
        button.setFixedSize(24, 24)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAccessibleName(name)
        button.setToolTip(self.tr("Delete (Del)"))
        button.clicked.connect(self.delete)
        self.line.addWidget(button)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.delete.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_F2:
                self.edit.emit()
            case Qt.Key.Key_Space:
                self.toggle.emit()
            case Qt.Key.Key_Up:
                self.go.emit(-1)
            case Qt.Key.Key_Down:
                self.go.emit(1)
            case _:
                super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.edit.emit()


class BreakpointRow(Row):
    """Whether it is enabled, what it stops at, how often it has."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.check = Check(self)
        self.check.clicked.connect(self.toggle)
        self.text = Elided(self)
        self.text.setFont(ui_font(13))
        self.count = QLabel(self)
        self.count.setObjectName("count")
        self.count.setFont(ui_font(12))
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.count.setMinimumWidth(COUNT_WIDTH)
        self.line.setSpacing(6)
        for widget in (self.check, self.text, self.count):
            self.line.addWidget(widget, int(widget is self.text))
        self.add_delete(self.tr("Delete breakpoint"))

    def show_point(self, point: Breakpoint, fault: str, stopped: bool) -> None:
        """Take over a breakpoint; ``fault`` says why it cannot be hit in this lesson."""
        words = sentence(point.condition)
        self.text.say(words)
        self.check.setChecked(point.enabled)
        self.check.setAccessibleName(self.tr("Enabled: {text}").format(text=words))
        if stopped:
            count = self.tr("stopped here")
        elif fault:
            count = self.tr("not in this lesson")
        elif point.hits:
            count = self.tr("hit once") if point.hits == 1 else self.tr("hit {n} times").format(n=f"{point.hits:,}")
        else:
            count = ""
        if self.count.text() != count:
            self.count.setText(count)
        off = "" if point.enabled else self.tr("disabled")
        self.setAccessibleName(", ".join(part for part in (words, off, count) if part))
        self.setToolTip(fault or self.tr("Double-click or Enter: change. Space: enable or disable. Del: delete."))
        look = "stopped" if stopped else "off" if not point.enabled or fault else ""
        dress(self, "look", look)


class WatchRow(Row):
    """An expression, how it went, and what it is now."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = Elided(self)
        self.text.setFont(mono_font(13))
        self.curve = Sparkline(self)
        self.value = Elided(self)
        self.value.setFont(mono_font(13, 500))
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.value.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.value.setFixedWidth(VALUE_WIDTH)
        self.line.setContentsMargins(6, 0, 0, 0)
        for widget in (self.text, self.curve, self.value):
            self.line.addWidget(widget, int(widget is self.text))
        self.add_delete(self.tr("Delete watch"))

    def show_watch(self, text: str, value: float | str | None, fault: str, series: npt.ArrayLike) -> None:
        """Take over the expression and its value: a number, None where it is yet to be computed, or a text."""
        self.text.say(text)
        self.curve.show_values(series)
        self.curve.setAccessibleName(self.tr("Curve of {text}").format(text=text))
        look = "number"
        if isinstance(value, str):
            value = said(value)
        if fault:
            shown, look = self.tr("no value"), "fault"
        elif value is None:
            shown, look = self.tr("pending"), "pending"
        elif isinstance(value, str):
            shown, look = value, "pending"
        else:
            shown = axis.number(float(value)) if not math.isnan(value) else "nan"
        wide = isinstance(value, str) and not fault  # shape, least and largest take the room of the curve
        self.curve.setVisible(not wide)
        self.value.setFixedWidth(WIDE if wide else VALUE_WIDTH)
        self.value.setFont(mono_font(13, 500) if look == "number" else ui_font(12))
        self.value.say(shown)
        self.setAccessibleName(f"{text}: {fault or shown}")
        exact = "" if value is None or isinstance(value, str) else f"{text} = {float(value)!r}"
        tip = fault or (value if isinstance(value, str) else exact) or self.tr("This batch has yet to compute it.")
        self.setToolTip(tip + "\n" + self.tr("Double-click or Enter: change. Del: delete."))
        dress(self.value, "look", look)
