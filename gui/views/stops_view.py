"""Where Run stops, and what is watched: breakpoints and watches, each a list with a line to add to it."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from itertools import pairwise
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.breakpoints import (
    LAYER_QUANTITIES,
    QUANTITIES,
    SHARES,
    AtBatch,
    AtStep,
    Breakpoint,
    BreakpointError,
    Breakpoints,
    Condition,
    Crosses,
    NonFinite,
    SignChange,
    WatchCrosses,
    with_added,
    with_condition,
    with_enabled,
    with_hits_of,
    without,
)
from engine.lesson import Lesson
from engine.snapshot import Snapshot
from engine.watches import Watch, WatchError, shapes_of
from gui import axis, symbols
from gui.theme import LIGHT, Theme, mono_font, ui_font
from gui.views.panel import PanelHeader

MARGIN = 16
ROW = 30  # height of a row
MOST_POINTS = 300  # of a sparkline
EXAMPLE = "abs(dW1).max()"
COUNT_WIDTH, VALUE_WIDTH, CURVE_WIDTH, WIDE = 92, 84, 96, 212

Floats = npt.NDArray[np.float64]
T = TypeVar("T")


def tr(text: str) -> str:
    """Translate in the empty context, where lupdate files what stands in no class."""
    return QCoreApplication.translate("", text)


def quantity_name(quantity: str) -> str:
    """One of the engine's ``QUANTITIES`` in words."""
    names = {
        "loss": tr("loss"),
        "train_accuracy": tr("training accuracy"),
        "test_accuracy": tr("test accuracy"),
        "gradient_norm": tr("gradient norm"),
        "update_ratio": tr("update/weight ratio"),
        "dead_share": tr("share of dead units"),
        "saturated_share": tr("share of saturated activations"),
    }
    return names[quantity]


def sentence(condition: Condition) -> str:
    """Where a breakpoint stops, as a sentence."""
    match condition:
        case AtStep():
            return tr("after step {step}").format(step=condition.step)
        case AtBatch():
            return tr("at the start of batch {batch}").format(batch=f"{condition.batch:,}")
        case NonFinite():
            return tr("a value is no finite number")
        case SignChange():
            cell = f"{condition.array}[{condition.row}, {condition.column}]"
            return tr("{cell} changes sign").format(cell=cell)
        case Crosses():
            what = quantity_name(condition.quantity)
            if condition.layer is not None:
                what = tr("{quantity} of layer {k}").format(quantity=what, k=condition.layer)
        case WatchCrosses():
            what = condition.watch
    text = tr("{quantity} below {value}") if condition.relation == "<" else tr("{quantity} above {value}")
    return text.format(quantity=what, value=f"{condition.value:g}")


# ---- small parts -----------------------------------------------------------------------------------------------------


class Field(QLineEdit):
    """A line to type in, framed in red while what stands in it has been refused."""

    def __init__(self, name: str, hint: str = "", width: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(mono_font(13))
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setFixedHeight(28)
        if width:
            self.setFixedWidth(width)
        self.textEdited.connect(lambda: self.mark(False))

    @property
    def marked(self) -> bool:
        """Whether what stands here was refused."""
        return bool(self.property("wrong"))

    def mark(self, wrong: bool) -> None:
        """Frame the field, or no longer."""
        _dress(self, "wrong", wrong)


def _dress(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at."""
    if value != widget.property(name):
        widget.setProperty(name, value)
        for part in (widget, *widget.findChildren(QLabel)):
            part.style().unpolish(part)
            part.style().polish(part)


class Check(QCheckBox):
    """A box filled in the breakpoints' red while it is ticked."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self.setFixedSize(24, 24)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the row has the focus, and its space bar does the same

    def hitButton(self, at: Any) -> bool:
        return bool(self.rect().contains(at))

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(4.5, 4.5, 15, 15)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if not self.isChecked():
                painter.setPen(QPen(self.theme.q("ctl"), 1))
                painter.setBrush(self.theme.q("surface"))
                painter.drawRoundedRect(box, 3, 3)
                return
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.q("err"))
            painter.drawRoundedRect(box.adjusted(-0.5, -0.5, 0.5, 0.5), 3, 3)
            pen = QPen(self.theme.q("onphase"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolyline([QPointF(8.2, 12.2), QPointF(11, 15), QPointF(16, 9.4)])


class Sparkline(QWidget):
    """The last values as a curve without axes, from their least to their largest; what is not finite is a gap."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self._values: Floats = np.empty(0)
        self.setFixedSize(CURVE_WIDTH, 22)

    def show_values(self, values: npt.ArrayLike) -> None:
        """Take over a series; only its end is drawn."""
        new = np.asarray(values, np.float64).reshape(-1)[-MOST_POINTS:]
        if np.array_equal(new, self._values, equal_nan=True):
            return
        self._values = new.copy()
        known = new[np.isfinite(new)]
        text = ""
        if known.size:
            text = self.tr("{n} values, from {low} to {high}").format(
                n=new.size, low=axis.number(float(known.min())), high=axis.number(float(known.max()))
            )
        self.setToolTip(text)
        self.setAccessibleDescription(text)
        self.update()

    @property
    def values(self) -> Floats:
        """What is drawn."""
        return self._values

    def paintEvent(self, event: QPaintEvent) -> None:
        runs = self._runs()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.theme.q("line2"), 1))
            painter.drawLine(QPointF(0, self.height() - 0.5), QPointF(self.width(), self.height() - 0.5))
            painter.setPen(QPen(self.theme.q("fwd"), 1.25))
            for run in runs:
                painter.drawPolyline(QPolygonF(run))
            if runs:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self.theme.q("text"))
                painter.drawEllipse(runs[-1][-1], 2, 2)

    def _runs(self) -> list[list[QPointF]]:
        """Points of each unbroken stretch."""
        known = np.isfinite(self._values)
        if not known.any():
            return []
        finite = np.where(known, self._values, 0.0)
        low, high = float(self._values[known].min()), float(self._values[known].max())
        half = high / 2 - low / 2  # halves, so that no difference overflows
        share = (finite / 2 - low / 2) / half if half > 0 else np.full(finite.shape, 0.5)
        pad, last = 3.0, max(1, self._values.size - 1)
        x = pad + np.arange(self._values.size) * ((self.width() - 2 * pad) / last)
        y = pad + (1 - share) * (self.height() - 2 * pad - 1)
        runs: list[list[QPointF]] = [[]]
        for i in range(self._values.size):
            if known[i]:
                runs[-1].append(QPointF(float(x[i]), float(y[i])))
            elif runs[-1]:
                runs.append([])
        return [run for run in runs if run]


class Elided(QLabel):
    """A text in one line that ends in an ellipsis where room is short."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._full = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, text: str) -> None:
        """Show a text."""
        if text != self._full:
            self._full = text
            self.setAccessibleName(text)
            self._fit()

    @property
    def full(self) -> str:
        """The whole text."""
        return self._full

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, self.width()))


# ---- rows ------------------------------------------------------------------------------------------------------------


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
        _dress(self, "look", look)


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
        _dress(self.value, "look", look)


# ---- what is typed ---------------------------------------------------------------------------------------------------


class Form(QWidget):
    """Fields, a button, and below them why what was typed will not do. Enter is the button, Escape gives up.

    Signals
    -------
    submitted() : what is typed is to be taken.
    cancelled() : it is not.
    """

    submitted = Signal()
    cancelled = Signal()

    def __init__(self, button: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.line = QHBoxLayout()
        self.line.setSpacing(6)
        self.button = QPushButton(button, self)
        self.button.setFont(ui_font(12.5, 500))
        self.button.setFixedHeight(28)
        self.button.setAccessibleName(name)
        self.button.clicked.connect(self.submitted)
        self.line.addWidget(self.button)
        self.fault = QLabel(self)
        self.fault.setObjectName("fault")
        self.fault.setWordWrap(True)
        self.fault.setFont(ui_font(12))
        self.fault.setTextFormat(Qt.TextFormat.PlainText)
        self.fault.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 3, 0, 3)
        column.setSpacing(4)
        column.addLayout(self.line)
        column.addWidget(self.fault)

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        """Put a field before the button."""
        self.line.insertWidget(self.line.count() - 1, widget, stretch)
        if isinstance(widget, Field):
            widget.textEdited.connect(lambda: self.say(""))

    def say(self, text: str) -> None:
        """Why it will not do; nothing: it is being mended."""
        self.fault.setText(text)
        self.fault.setAccessibleName(text)
        self.fault.setVisible(bool(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submitted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)


class WatchForm(Form):
    """A line for an expression."""

    def __init__(self, button: str, parent: QWidget) -> None:
        super().__init__(button, self.tr("Add watch"), parent)
        self.field = Field(self.tr("Watch expression"), EXAMPLE, 0, self)
        self.add(self.field, 1)

    def refuse(self, text: str) -> None:
        """Say why, and stay."""
        self.say(text)
        self.field.mark(True)
        self.field.setFocus()


class BreakpointForm(Form):
    """A chooser of the kind, and the fields that this kind has."""

    def __init__(self, button: str, parent: QWidget) -> None:
        super().__init__(button, self.tr("Add breakpoint"), parent)
        self._lesson: Lesson | None = None
        self.kind = self._combo(self.tr("Kind of breakpoint"))
        self.step = self._combo(self.tr("Step"))
        self.layer = self._combo(self.tr("Layer"))
        self.array = self._combo(self.tr("Array"))
        self.relation = self._combo(self.tr("Below or above"))
        self.relation.addItem(self.tr("below"), "<")
        self.relation.addItem(self.tr("above"), ">")
        self.watch = Field(self.tr("Expression"), EXAMPLE, 0, self)
        self.row = Field(self.tr("Row, from 0"), self.tr("row"), 64, self)
        self.column = Field(self.tr("Column, from 0"), self.tr("column"), 74, self)
        self.batch = Field(self.tr("Batch"), "1,000", 110, self)
        self.value = Field(self.tr("Value"), "0.1", 76, self)
        self._gap = QWidget(self)
        order = (self.kind, self.step, self.batch, self.layer, self.array, self.row, self.column, self.watch)
        for widget in (*order, self.relation, self.value):
            self.add(widget, int(widget is self.watch))
        self.line.insertWidget(self.line.count() - 1, self._gap, 1)
        self.kind.currentIndexChanged.connect(self._choose_kind)
        self._choose_kind()

    def _combo(self, name: str) -> QComboBox:
        combo = QComboBox(self)
        combo.setFont(ui_font(13))
        combo.setFixedHeight(28)
        combo.setAccessibleName(name)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        return combo

    # ---- what there is to choose -------------------------------------------------------------------------------------

    def offer(self, snapshot: Snapshot) -> None:
        """Fill the choosers with what the lesson has; what was chosen stays where it can."""
        lesson, chosen = snapshot.lesson, self.kind.currentData()
        self._lesson = lesson
        self._fill(self.kind, [(text, kind) for kind, text in _kinds().items() if _possible(kind, lesson)])
        steps = [(f"{step.index}  {symbols.plain(step.write)}", step.index) for step in snapshot.program.steps]
        self._fill(self.step, steps)
        layers = [
            (self.tr("all layers"), None),
            *((self.tr("layer {k}").format(k=k), k) for k in range(1, lesson.layers + 1)),
        ]
        self._fill(self.layer, layers)
        self._fill(self.array, [(name, name) for name in snapshot.tensors])
        if self.kind.currentData() != chosen:
            self._choose_kind()

    def _fill(self, combo: QComboBox, items: Collection[tuple[str, object]]) -> None:
        before = combo.currentData()
        with QSignalBlocker(combo):
            combo.clear()
            for text, data in items:
                combo.addItem(text, data)
            combo.setCurrentIndex(max(0, combo.findData(before)))

    @Slot()
    def _choose_kind(self) -> None:
        kind = self.kind.currentData()
        crosses = kind in QUANTITIES
        shown = {
            self.step: kind == "step",
            self.batch: kind == "batch",
            self.layer: kind in LAYER_QUANTITIES,
            self.array: kind == "sign",
            self.row: kind == "sign",
            self.column: kind == "sign",
            self.watch: kind == "watch",
            self.relation: crosses or kind == "watch",
            self.value: crosses or kind == "watch",
            self._gap: kind != "watch",
        }
        for widget, visible in shown.items():
            widget.setVisible(visible)
        if crosses:
            below = kind == "loss"
            self.relation.setCurrentIndex(self.relation.findData("<" if below else ">"))
            self.value.setPlaceholderText(_EXAMPLES[kind])
        for field in self._fields:
            field.mark(False)
        self.say("")

    @property
    def _fields(self) -> tuple[Field, ...]:
        return (self.batch, self.row, self.column, self.watch, self.value)

    # ---- from a condition and back -----------------------------------------------------------------------------------

    def show_condition(self, condition: Condition) -> None:
        """Put a condition into the fields."""
        kind = condition.quantity if isinstance(condition, Crosses) else condition.kind
        if self.kind.findData(kind) < 0:
            self.kind.addItem(_kinds()[kind], kind)  # of another lesson, but it is what is being changed
        self.kind.setCurrentIndex(self.kind.findData(kind))
        match condition:
            case AtStep():
                self.step.setCurrentIndex(self.step.findData(condition.step))
            case AtBatch():
                self.batch.setText(str(condition.batch))
            case SignChange():
                self.array.setCurrentIndex(self.array.findData(condition.array))
                self.row.setText(str(condition.row))
                self.column.setText(str(condition.column))
            case Crosses():
                self.layer.setCurrentIndex(max(0, self.layer.findData(condition.layer)))
            case WatchCrosses():
                self.watch.setText(condition.watch)
        if isinstance(condition, Crosses | WatchCrosses):
            self.relation.setCurrentIndex(self.relation.findData(condition.relation))
            self.value.setText(f"{condition.value:.12g}")

    def condition(self) -> Condition | None:
        """What the fields say, or None when they say nothing possible: then a sentence tells why."""
        kind = self.kind.currentData()
        if kind is None or self._lesson is None:
            return None
        try:
            condition = self._read(kind)
            condition.validate(self._lesson)
        except BreakpointError as error:
            self.refuse(str(error), self._blamed(kind))
            return None
        except _UnreadableError as error:
            self.refuse(str(error), error.field)
            return None
        return condition

    def refuse(self, text: str, field: Field | None = None) -> None:
        """Say why, frame the field, and stay."""
        self.say(text)
        if field is not None:
            field.mark(True)
            field.setFocus()

    def clear(self) -> None:
        """Empty the fields for the next."""
        for field in self._fields:
            field.clear()
            field.mark(False)
        self.say("")

    def _blamed(self, kind: str) -> Field | None:
        """The field that is wrong when the condition as a whole is."""
        own = {"sign": self.row, "watch": self.watch, "batch": self.batch}
        return own.get(kind, self.value if kind in QUANTITIES else None)

    def _read(self, kind: str) -> Condition:
        if kind == "step":
            return AtStep(self.step.currentData())
        if kind == "batch":
            return AtBatch(self._whole(self.batch))
        if kind == "non_finite":
            return NonFinite()
        if kind == "sign":
            return SignChange(self.array.currentData(), self._whole(self.row), self._whole(self.column))
        if kind == "watch":
            return WatchCrosses(self.watch.text(), self.relation.currentData(), self._number(kind))
        layer = self.layer.currentData() if kind in LAYER_QUANTITIES else None
        return Crosses(kind, self.relation.currentData(), self._number(kind), layer)

    def _whole(self, field: Field) -> int:
        text = field.text().strip().replace(",", "").replace(" ", "")
        if text.isascii() and text.isdigit() and len(text) < 16:
            return int(text)
        what = self.tr("{name}: type a whole number, such as {example}.")
        raise _UnreadableError(what.format(name=field.accessibleName(), example=field.placeholderText()), field)

    def _number(self, kind: str) -> float:
        text = self.value.text().strip().replace(",", ".")
        scale = 1.0
        if kind in SHARES and text.endswith("%"):
            text, scale = text[:-1], 100.0
        try:
            value = float(text) / scale if text.isascii() and "_" not in text else math.nan
        except ValueError:
            value = math.nan
        if math.isfinite(value):
            return value
        what = self.tr("Value: type a number, such as 0.1 or 1e-3.")
        raise _UnreadableError(what, self.value)


class _UnreadableError(Exception):
    """A field does not hold what it should."""

    def __init__(self, text: str, field: Field) -> None:
        super().__init__(text)
        self.field = field


_EXAMPLES = {
    "loss": "0.1",
    "train_accuracy": "0.95",
    "test_accuracy": "0.95",
    "gradient_norm": "10",
    "update_ratio": "0.1",
    "dead_share": "0.5",
    "saturated_share": "0.5",
}


def _kinds() -> dict[str, str]:
    """What one can stop at, in the order offered."""
    return {
        "loss": tr("Loss"),
        "train_accuracy": tr("Training accuracy"),
        "test_accuracy": tr("Test accuracy"),
        "batch": tr("Batch"),
        "step": tr("Step"),
        "gradient_norm": tr("Gradient norm"),
        "update_ratio": tr("Update ratio"),
        "dead_share": tr("Dead units"),
        "saturated_share": tr("Saturated units"),
        "sign": tr("Sign of a cell"),
        "watch": tr("Expression"),
        "non_finite": tr("Not finite"),
    }


def _possible(kind: str, lesson: Lesson) -> bool:
    """Whether a lesson has such a thing at all."""
    if kind not in QUANTITIES:
        return True
    try:
        Crosses(kind, ">", 0.5).validate(lesson)
    except BreakpointError:
        return False
    return True


# ---- what the user has changed and the engine does not know yet ------------------------------------------------------


class Wish(Generic[T]):
    """The user's latest wish, until the engine's answer has caught up with it.

    Several changes may be under way at once. What a Snapshot says counts when it is the answer to the last of them, or
    something that nobody here has asked for.
    """

    def __init__(self, start: T, key: Callable[[T], object]) -> None:
        self.value = start
        self._key = key
        self._heard: object = key(start)
        self._sent: list[object] = []

    def change(self, value: T) -> None:
        """The user wants this."""
        self.value = value
        self._sent.append(self._key(value))

    def hear(self, value: T) -> bool:
        """The engine says this; whether it is what counts now."""
        key = self._key(value)
        if key in self._sent:
            del self._sent[: self._sent.index(key) + 1]
        elif key != self._heard:
            self._sent.clear()
        self._heard = key
        if not self._sent:
            self.value = value
        return not self._sent

    def forget(self) -> None:
        """Nothing is under way any more."""
        self._sent.clear()


def _definitions(points: Breakpoints) -> object:
    return tuple((point.id, point.condition, point.enabled) for point in points)


# ---- the panel -------------------------------------------------------------------------------------------------------


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
        self._note = self._hint(
            self.tr("Cells are [row, column] from 0, as stored: W1[input, unit], a1[example, unit].")
        )
        column.addWidget(self._note)
        column.addStretch(1)
        self._scroll.setWidget(content)

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
        points: Breakpoints = tuple(getattr(snapshot, "breakpoints", ()))
        watches = tuple(getattr(snapshot, "watches", ()))
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
        offered = (snapshot.program, snapshot.lesson.evaluation.examples == 0)
        if offered != self._offered:
            self._offered = offered
            self._faults.clear()
            self.point_form.offer(snapshot)
        self._note.setVisible(snapshot.lesson.run.orientation == "column")
        self._show_points(snapshot)
        self._show_watches(snapshot)

    def _show_points(self, snapshot: Snapshot) -> None:
        points = self._points.value
        stopped: Breakpoint | None = getattr(snapshot, "stopped", None)
        if list(self._point_rows) != [point.id for point in points]:
            self._arrange(self._point_rows, self._point_list, [p.id for p in points], BreakpointRow, self._wire_point)
        self._no_points.setVisible(not points)
        for point in points:
            row = self._point_rows[point.id]
            row.show_point(point, self._fault_of(point, snapshot), stopped is not None and stopped.id == point.id)
        on = sum(point.enabled for point in points)
        if stopped is not None:
            caption = self.tr("stopped: {text}").format(text=sentence(stopped.condition))
        elif points and on < len(points):
            caption = self.tr("{on} of {n} enabled").format(on=on, n=len(points))
        else:
            caption = ""
        self._header.set_caption(caption)

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
                self._faults[key] = str(error)
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
            self.point_form.refuse(str(error))
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
            form.refuse(str(error))
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
            form.refuse(str(error))
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
        self.setStyleSheet(
            f"QScrollArea {{ background: {theme.surface}; border: none; border-top: 1px solid {theme.line}; }}"
            f"#page {{ background: {theme.surface}; }}"
            f"QLabel {{ color: {theme.text}; background: transparent; }}"
            f"#hint, #count {{ color: {theme.text3}; }}"
            f"#row {{ background: transparent; border: 2px solid transparent; border-radius: 4px; }}"
            f"#row:hover {{ background: {theme.bg}; }}"
            f"#row:focus {{ border-color: {theme.focus}; }}"
            f"#row[look=off] QLabel {{ color: {theme.text3}; }}"
            f"#row[look=stopped] {{ background: {theme.errsoft}; }}"
            f"#row[look=stopped] #count {{ color: {theme.err}; }}"
            f"QLabel[look=pending] {{ color: {theme.text3}; }}"
            f"QLabel[look=fault] {{ color: {theme.err}; }}"
            f"#fault {{ background: {theme.errsoft}; color: {theme.err}; border-radius: 4px; padding: 5px 8px; }}"
            f"QLineEdit {{ background: {theme.surface}; color: {theme.text}; border: 1px solid {theme.ctl};"
            " border-radius: 4px; padding: 0 5px; }"
            f"QLineEdit:focus {{ border: 2px solid {theme.focus}; padding: 0 4px; }}"
            f"QLineEdit[wrong=true] {{ border: 2px solid {theme.err}; padding: 0 4px; }}"
            f"QToolButton {{ color: {theme.text3}; background: transparent; border: none; border-radius: 4px; }}"
            f"QToolButton:hover {{ color: {theme.err}; background: {theme.line}; }}"
            f"QPushButton {{ background: {theme.bg}; color: {theme.text}; border: 1px solid {theme.ctl};"
            " border-radius: 5px; padding: 0 12px; }"
            f"QPushButton:hover {{ background: {theme.line}; }}"
            f"QPushButton:pressed {{ background: {theme.line2}; }}"
            f"QPushButton:focus {{ border: 2px solid {theme.focus}; padding: 0 11px; }}"
        )
        self._scroll.verticalScrollBar().setStyleSheet(
            "QScrollBar { background: transparent; width: 12px; margin: 0; }"
            f"QScrollBar::handle {{ background: {theme.line2}; border-radius: 4px; margin: 2px; min-height: 32px; }}"
            f"QScrollBar::handle:hover {{ background: {theme.ctl}; }}"
            "QScrollBar::add-line, QScrollBar::sub-line { height: 0; }"
            "QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }"
        )
        self._wear(self._scroll.widget())

    def _wear(self, part: QWidget) -> None:
        """The theme for what is painted by hand."""
        for widget in part.findChildren(QWidget):
            if isinstance(widget, Check | Sparkline):
                widget.theme = self._theme
                widget.update()
