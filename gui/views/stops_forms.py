"""The lines in which a breakpoint or a watch is typed, and what is said of what cannot be taken."""

from __future__ import annotations

import math
from collections.abc import Collection

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.breakpoints import (
    LAYER_QUANTITIES,
    QUANTITIES,
    SHARES,
    AtBatch,
    AtStep,
    BreakpointError,
    Condition,
    Crosses,
    NonFinite,
    SignChange,
    WatchCrosses,
)
from engine.lesson import Lesson
from engine.snapshot import Snapshot
from gui import symbols
from gui.said import said
from gui.theme import ui_font
from gui.views.stops_parts import Field
from gui.views.words import tr

EXAMPLE = "abs(dW1).max()"


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
            self.refuse(said(str(error)), self._blamed(kind))
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
