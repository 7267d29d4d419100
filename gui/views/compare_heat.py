"""The difference of an array of two runs as a heatmap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from engine.tensors import Array
from gui import matrix
from gui.axis import number
from gui.matrix_text import CopyMenu, Matrix
from gui.theme import colours
from gui.views.plot import Diagram

MARGIN = 16.0
SCALE_HEIGHT = 34.0  # of the colour bar and its numbers
MOST_CELL = (72.0, 40.0)  # a small matrix does not fill the panel
BAR = 160.0


class HeatMap(Diagram):
    """A matrix coloured from -scale to scale; the cell under the pointer, or that the arrow keys choose, is read out.

    Signals
    -------
    pointed(int, int) : row and column of the cell that is read out; -1, -1 for none.
    """

    pointed = Signal(int, int)
    moves: ClassVar[Mapping[int, float]] = {**Diagram.moves, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Difference as a heatmap: arrow keys read its cells"))
        CopyMenu(self, self.to_copy)
        self._values: Array | None = None
        self._scale = 1.0
        self._in_place = self._name = ""
        self._cell: tuple[int, int] | None = None

    def sizeHint(self) -> QSize:
        return QSize(340, 360)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 200)

    def show_values(self, values: Array | None, note: str = "", name: str = "") -> None:
        """Show the difference of the arrays of a name as a matrix (rows, columns), or in its place a note."""
        if values is None or self._values is None or values.shape != self._values.shape:
            self._cell = None
        self._values, self._in_place, self._name = values, note, name
        if values is not None:
            fits = self.box.width() / values.shape[1] >= matrix.MIN_CELL[0]
            self._scale = matrix.scale_for(values) if fits else matrix.heat_scale(values)
        self.redraw()

    def to_copy(self, at: QPointF | None = None) -> Matrix | None:
        """The matrix, for the clipboard."""
        return None if self._values is None else (self._name, self._values, "row", True)

    def note(self) -> str:
        return self._in_place if self._values is None else ""

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

    def point_at(self, at: QPointF | None) -> bool:
        box = self.box
        if at is not None and self._values is not None and box.contains(at):
            rows, columns = self._values.shape
            row = int((at.y() - box.top()) / box.height() * rows)
            column = int((at.x() - box.left()) / box.width() * columns)
            self._read(min(row, rows - 1), min(column, columns - 1))
        return False

    def go(self, by: float, key: int) -> None:
        if self._values is None:
            return
        rows, columns = self._values.shape
        if self._cell is None:
            self._read(0, 0)
            return
        row, column = self._cell
        upright = key in (Qt.Key.Key_Up, Qt.Key.Key_Down)
        down, right = (by, 0.0) if upright else (0.0, by)
        self._read(int(min(max(row + down, 0), rows - 1)), int(min(max(column + right, 0), columns - 1)))

    def _read(self, row: int, column: int) -> None:
        if self._cell != (row, column):
            self._cell = row, column
            self.redraw_over()
            self.pointed.emit(row, column)

    # ---- painting ----------------------------------------------------------------------------------------------------

    def paint_still(self, painter: QPainter) -> None:
        if self._values is not None:
            matrix.paint(painter, self.box, self._values, self._scale, self._theme)
            self._paint_scale(painter)

    def paint_over(self, painter: QPainter) -> None:
        if self._values is not None and self._cell is not None:
            ring = matrix.cell_box(self.box, self._values.shape, *self._cell)
            matrix.paint_ring(painter, ring, self._theme, "accent")

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
            self.centred(painter, x, y + 22, text, self._tick_font, "text3")
