"""The difference of an array of two runs as a heatmap."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.tensors import Array
from gui import matrix
from gui.axis import number
from gui.theme import LIGHT, Theme, colours, mono_font, ui_font
from gui.views.sweep_look import paint_text, use_line, width_of

MARGIN = 16.0
SCALE_HEIGHT = 34.0  # of the colour bar and its numbers
MOST_CELL = (72.0, 40.0)  # a small matrix does not fill the panel
BAR = 160.0


class HeatMap(QWidget):
    """A matrix coloured from -scale to scale; the cell under the pointer, or that the arrow keys choose, is read out.

    Signals
    -------
    pointed(int, int) : row and column of the cell that is read out; -1, -1 for none.
    """

    pointed = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Difference as a heatmap: arrow keys read its cells"))
        self._theme: Theme = LIGHT
        self._values: Array | None = None
        self._scale = 1.0
        self._note = ""
        self._cell: tuple[int, int] | None = None
        self.apply_theme(LIGHT)

    def sizeHint(self) -> QSize:
        return QSize(340, 360)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 200)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours and fonts of a theme."""
        self._theme = theme
        self._font = mono_font(11)
        self.update()

    def show_values(self, values: Array | None, note: str = "") -> None:
        """Show a matrix (rows, columns), or in its place a note."""
        if values is None or self._values is None or values.shape != self._values.shape:
            self._cell = None
        self._values, self._note = values, note
        if values is not None:
            fits = self.box.width() / values.shape[1] >= matrix.MIN_CELL[0]
            self._scale = matrix.scale_for(values) if fits else matrix.heat_scale(values)
        self.update()

    @property
    def values(self) -> Array | None:
        """What is shown."""
        return self._values

    @property
    def cell(self) -> tuple[int, int] | None:
        """The cell that is read out."""
        return self._cell

    @property
    def box(self) -> QRectF:
        """The place of the matrix."""
        free = QRectF(MARGIN, MARGIN, self.width() - 2 * MARGIN, self.height() - 2 * MARGIN - SCALE_HEIGHT)
        if self._values is None:
            return free
        rows, columns = self._values.shape
        width, height = min(free.width(), MOST_CELL[0] * columns), min(free.height(), MOST_CELL[1] * rows)
        return QRectF(free.center().x() - width / 2, free.top(), width, height)

    # ---- mouse and keyboard ------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        box, at = self.box, event.position()
        if self._values is None or not box.contains(at):
            return
        rows, columns = self._values.shape
        row, column = (
            int((at.y() - box.top()) / box.height() * rows),
            int((at.x() - box.left()) / box.width() * columns),
        )
        self._point_at(min(row, rows - 1), min(column, columns - 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
        if self._values is None or event.key() not in moves:
            super().keyPressEvent(event)
            return
        rows, columns = self._values.shape
        down, right = moves[Qt.Key(event.key())] if self._cell is not None else (0, 0)
        row, column = self._cell or (0, 0)
        self._point_at(min(max(row + down, 0), rows - 1), min(max(column + right, 0), columns - 1))

    def _point_at(self, row: int, column: int) -> None:
        if self._cell != (row, column):
            self._cell = row, column
            self.update()
            self.pointed.emit(row, column)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # ---- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.q("surface"))
        if self.hasFocus():
            use_line(painter, theme, "focus", 2)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        if self._values is None:
            painter.setFont(ui_font(13))
            painter.setPen(theme.q("text3"))
            box = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._note)
            return
        box = self.box
        matrix.paint(painter, box, self._values, self._scale, theme)
        if self._cell is not None:
            matrix.paint_ring(painter, matrix.cell_box(box, self._values.shape, *self._cell), theme, "accent")
        self._paint_scale(painter)

    def _paint_scale(self, painter: QPainter) -> None:
        """The colours and what they mean, below."""
        theme, y = self._theme, self.height() - MARGIN - 18
        left = self.width() / 2 - BAR / 2
        strip = np.linspace(-self._scale, self._scale, 64)[None, :]
        table, _ = matrix.table_for(strip, theme, unsigned=False)
        image = matrix.to_image(colours(strip, -self._scale, self._scale, table))
        painter.drawImage(QRectF(left, y, BAR, 8), image)
        texts = ((f"-{number(self._scale, 3)}", left), ("0", left + BAR / 2), (number(self._scale, 3), left + BAR))
        for text, x in texts:
            at = QPointF(x - width_of(text, self._font) / 2, y + 22)
            paint_text(painter, theme, at, text, self._font, "text3")
