"""A positive number as a field and a logarithmic slider, for the learning rate."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QSlider, QToolTip, QWidget

from gui.theme import Theme, mono_font

LOW, HIGH = 1e-5, 10.0  # reach of the slider; the field takes any positive finite number
TICKS_PER_DECADE = 50
MARKED = 3000  # milliseconds for which a refusal shows
MOST = 1e6  # beyond, nothing is learnt in any net, and float32 soon ends
STEP = 10**0.1  # one wheel notch or arrow key: ten to a decade


def tidy(value: float) -> float:
    """Three significant digits, so that stepping shows 0.126 and not 0.12589254."""
    return float(f"{value:.3g}")


class RateField(QAbstractSpinBox):
    """A number > 0. Wrong text is refused in place: the old value stays and a sentence says what is allowed.

    Signals
    -------
    value_changed(float) : the user chose a new value.
    refused(str) : what was typed is not allowed, with the sentence.
    """

    value_changed = Signal(float)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = 0.1
        self._theme: Theme | None = None
        self._wrong = QTimer(self)
        self._wrong.setSingleShot(True)
        self._wrong.setInterval(MARKED)
        self._wrong.timeout.connect(self.update)
        self.setKeyboardTracking(False)
        self.setFont(mono_font(13, 500))
        self.lineEdit().setText("0.1")
        self.lineEdit().textEdited.connect(self._clear_error)
        self.editingFinished.connect(self._take_text)
        self.setAccessibleName(self.tr("Learning rate"))

    def value(self) -> float:
        return self._value

    def set_value(self, value: float) -> None:
        """Show a value that came from elsewhere; text being typed is left alone."""
        if value != self._value and not (self.hasFocus() and self._typed()):
            self._value = value
            self._show()

    def _show(self) -> None:
        self.lineEdit().setText(f"{self._value:.6g}")

    def _typed(self) -> bool:
        return self.lineEdit().text() != f"{self._value:.6g}"

    @Slot()
    def _clear_error(self) -> None:
        self._mark(False)

    @Slot()
    def _take_text(self) -> None:
        if not self._typed():
            return
        text = self.lineEdit().text().strip()
        sentence = self._fault(text)
        if sentence:
            self._show()
            self._mark(True)
            QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), sentence, self)
            self.refused.emit(sentence)
            return
        self._value = float(text.replace(",", "."))
        self._show()
        self.value_changed.emit(self._value)

    def _fault(self, text: str) -> str:
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            value = math.nan
        if 0 < value <= MOST:
            return ""
        sentence = self.tr("Learning rate {text}: must be above 0 and at most 1e6, such as 0.05 or 1e-3; {old} stays.")
        return sentence.format(text=f"“{text[:30]}”", old=f"{self._value:g}")

    def _mark(self, wrong: bool) -> None:
        """Frame the field for a while: what it shows by then is right again."""
        if wrong:
            self._wrong.start()
        else:
            self._wrong.stop()
        self.update()

    @property
    def marked(self) -> bool:
        """Whether what was typed last has just been refused."""
        return self._wrong.isActive()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)  # in the style of all fields: a style sheet's border would shrink its buttons
        if self.marked and self._theme is not None:
            with QPainter(self) as painter:
                painter.setPen(QPen(self._theme.q("err"), 2))
                painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def stepBy(self, steps: int) -> None:
        self._take_text()
        value = tidy(self._value * STEP**steps)
        if not 0 < value <= MOST:
            return  # at the end of what is a learning rate
        self._value = value
        self._show()
        self._mark(False)
        self.value_changed.emit(self._value)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        return QAbstractSpinBox.StepEnabledFlag.StepUpEnabled | QAbstractSpinBox.StepEnabledFlag.StepDownEnabled

    def validate(self, text: str, position: int) -> object:
        return QValidator.State.Acceptable, text, position


class LogSlider(QSlider):
    """A slider whose position is the logarithm of a value between LOW and HIGH."""

    value_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        decades = round(math.log10(HIGH / LOW))
        self.setRange(0, decades * TICKS_PER_DECADE)
        self.setSingleStep(TICKS_PER_DECADE // 10)
        self.setPageStep(TICKS_PER_DECADE)
        self.setTickInterval(TICKS_PER_DECADE)
        self.setAccessibleName(self.tr("Learning rate, logarithmic"))
        self._showing = False
        self.valueChanged.connect(self._moved)

    def show_value(self, value: float) -> None:
        """Move the handle without asking for a change."""
        if self.isSliderDown():
            return
        self._showing = True
        clipped = min(max(value, LOW), HIGH)
        self.setValue(round(math.log10(clipped / LOW) * TICKS_PER_DECADE))
        self._showing = False

    @Slot(int)
    def _moved(self, ticks: int) -> None:
        if not self._showing:
            self.value_chosen.emit(tidy(LOW * 10 ** (ticks / TICKS_PER_DECADE)))
