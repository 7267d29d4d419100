"""What rows and forms of the stops are made of: field, box, sparkline, a text in one line."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QSizePolicy, QWidget

from gui import axis
from gui.theme import LIGHT, mono_font

MOST_POINTS = 300  # of a sparkline
CURVE_WIDTH = 96

Floats = npt.NDArray[np.float64]


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
        dress(self, "wrong", wrong)


def dress(widget: QWidget, name: str, value: object) -> None:
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
