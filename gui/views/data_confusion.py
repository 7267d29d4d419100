"""The confusion matrix: what was taken for what, as numbers in coloured cells that can be opened."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.theme import LEVELS, LIGHT, Theme, mono_font, number_colour, positive_table, ui_font
from gui.views.data_points import paint_upwards

Array = npt.NDArray[Any]

TOP = 34.0  # names of the predicted classes
LEFT, WIDEST = 30.0, 90.0  # what stands left of the names of the true classes; the widest of them
SUMS = 116.0  # the true class's number of examples and its share that is right
NUMBER = (22.0, 13.0)  # a smaller cell shows no number


class Confusion(QWidget):
    """True classes by row, predicted ones by column. Arrow keys move the ring, Enter opens a cell.

    Signals
    -------
    opened(int, int) : the true and the predicted class of a cell.
    """

    opened = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Confusion matrix: arrow keys move, Enter opens a cell's images"))
        self._theme = LIGHT
        self._counts: Array | None = None
        self._names: tuple[str, ...] = ()
        self._name_width = 0.0
        self._cell = (0, 0)
        self._pointed: tuple[int, int] | None = None

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 160)

    def show_counts(self, counts: Array | None, names: tuple[str, ...]) -> None:
        """Show (classes, classes) counts; None while there are none."""
        self._counts, self._names = counts, names
        metrics = QFontMetricsF(ui_font(12, 600))
        self._name_width = min(WIDEST, max((metrics.horizontalAdvance(name) for name in names), default=0.0) + 8)
        if counts is not None:
            self._cell = (min(self._cell[0], len(counts) - 1), min(self._cell[1], len(counts) - 1))
            self.setAccessibleDescription(self.text_of(self._cell))
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def text_of(self, cell: tuple[int, int]) -> str:
        """A cell in words."""
        assert self._counts is not None
        true, predicted = cell
        count, whole = int(self._counts[cell]), int(self._counts[true].sum())
        text = self.tr("{count} of {whole} examples of {true} were taken for {predicted}")
        if true == predicted:
            text = self.tr("{count} of {whole} examples of {true} were recognised")
        return text.format(
            count=f"{count:,}", whole=f"{whole:,}", true=self._names[true], predicted=self._names[predicted]
        )

    # ---- places ------------------------------------------------------------------------------------------------------

    def _box(self) -> QRectF:
        """Where the cells are."""
        left = LEFT + self._name_width
        return QRectF(left, TOP, max(20.0, self.width() - left - SUMS), max(20.0, self.height() - TOP - 8))

    def cell_box(self, true: int, predicted: int) -> QRectF:
        """Where a cell is."""
        assert self._counts is not None
        box, n = self._box(), len(self._counts)
        return QRectF(
            box.left() + predicted * box.width() / n,
            box.top() + true * box.height() / n,
            box.width() / n,
            box.height() / n,
        )

    def _cell_at(self, at: QPointF) -> tuple[int, int] | None:
        box = self._box()
        if self._counts is None or not box.contains(at):
            return None
        n = len(self._counts)
        row, column = (at.y() - box.top()) / box.height() * n, (at.x() - box.left()) / box.width() * n
        return min(int(row), n - 1), min(int(column), n - 1)

    # ---- mouse and keyboard ------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pointed = self._cell_at(event.position())
        if pointed != self._pointed:
            self._pointed = pointed
            self.setCursor(Qt.CursorShape.ArrowCursor if pointed is None else Qt.CursorShape.PointingHandCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._pointed = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._cell = cell
            self.opened.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        if self._counts is not None and event.key() in moves:
            down, right = moves[Qt.Key(event.key())]
            last = len(self._counts) - 1
            self._cell = (min(max(self._cell[0] + down, 0), last), min(max(self._cell[1] + right, 0), last))
            self.setAccessibleDescription(self.text_of(self._cell))
            self.update()
        elif self._counts is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(*self._cell)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self._cell_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.text_of(cell) if cell is not None else "", self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # ---- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self._theme.q("surface"))
        if self._counts is None:
            return
        self._paint_cells(painter, self._counts)
        self._paint_names(painter, self._counts)
        ring = self._pointed or (self._cell if self.hasFocus() else None)
        if ring is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for width, token in ((4, "surface"), (2, "focus" if self.hasFocus() else "text")):
                painter.setPen(QPen(self._theme.q(token), width))
                painter.drawRect(self.cell_box(*ring))

    def _paint_cells(self, painter: QPainter, counts: Array) -> None:
        """Square roots of shares of a row as colours: few that are wrong are to be seen beside many that are right."""
        table = positive_table(self._theme)
        shares = np.sqrt(counts / np.maximum(counts.max(axis=1, keepdims=True), 1))
        rgb = table[np.minimum(shares * LEVELS, LEVELS - 1).astype(np.intp)]
        first = self.cell_box(0, 0)
        font = mono_font(11 if first.height() < 24 else 12)
        wide = QFontMetricsF(font).horizontalAdvance(str(counts.max()))
        numbers = first.width() >= max(NUMBER[0], wide + 2) and first.height() >= NUMBER[1]
        painter.setFont(font)
        for row in range(len(counts)):
            for column in range(len(counts)):
                cell = self.cell_box(row, column).adjusted(0.5, 0.5, -0.5, -0.5)
                colour = QColor.fromRgb(int(rgb[row, column]))
                painter.fillRect(cell, colour)
                if numbers and counts[row, column]:
                    painter.setPen(number_colour(self._theme, colour))
                    painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, str(counts[row, column]))
        painter.setPen(QPen(self._theme.q("line2"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self._box())

    def _paint_names(self, painter: QPainter, counts: Array) -> None:
        box, font = self._box(), ui_font(12, 600)
        metrics, small = QFontMetricsF(font), ui_font(11)
        centre = Qt.AlignmentFlag.AlignCenter
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        sums = counts.sum(axis=1)
        every = max(1, int(np.ceil(12 / self.cell_box(0, 0).height())))
        for i, name in enumerate(self._names):
            across, down = self.cell_box(0, i), self.cell_box(i, 0)
            painter.setPen(self._theme.q("text2"))
            painter.setFont(font)
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, across.width() - 2)
            painter.drawText(QRectF(across.left(), TOP - 17, across.width(), 16), centre, shown)
            if i % every:
                continue
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, self._name_width - 6)
            painter.drawText(QRectF(0, down.top(), box.left() - 7, down.height()), right, shown)
            painter.setFont(mono_font(11))
            painter.drawText(QRectF(box.right(), down.top(), 46, down.height()), right, f"{sums[i]:,}")
            share = f"{100 * counts[i, i] / sums[i]:.1f} %" if sums[i] else "–"
            painter.drawText(QRectF(box.right() + 46, down.top(), 54, down.height()), right, share)
        painter.setFont(small)
        painter.setPen(self._theme.q("text3"))
        painter.drawText(QRectF(box.left(), 0, box.width(), 16), centre, self.tr("predicted class"))
        painter.drawText(QRectF(box.right(), TOP - 17, 46, 16), right, self.tr("sum"))
        painter.drawText(QRectF(box.right() + 46, TOP - 17, 54, 16), right, self.tr("right"))
        paint_upwards(painter, QPointF(12, box.center().y()), self.tr("true class"))
