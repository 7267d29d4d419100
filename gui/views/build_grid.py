"""A table of numbers that are typed, pasted and copied, and the matrices that stand in it."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from gui.theme import LIGHT, Theme, mono_font, ui_font
from gui.views.build_fields import number_text, read_number

CELL_WIDTH, CELL_HEIGHT = 72, 26
FEW = 2  # columns that have room beside each other wherever a table stands

Index = QModelIndex | QPersistentModelIndex
Namer = Callable[[int], str]
Cell = float | str
"""A number, or what was typed and is none."""
Row = tuple[Cell, ...]


class Grid:
    """Cells of a matrix. Those outside of its present shape are kept, in case it grows again.

    What ``matrix`` gives never changes: another thread may read it.
    """

    def __init__(self) -> None:
        self.rows, self.columns = 0, 0
        self._cells: list[Row] = []  # as many, and as long, as anything was ever in
        self._made: tuple[int, int, tuple[Row, ...]] = 0, 0, ()
        self._missing = 0

    def take(self, matrix: Sequence[Sequence[Cell]]) -> None:
        """Become a matrix."""
        self.rows, self.columns = len(matrix), max(map(len, matrix), default=0)
        self._cells = [tuple(row) for row in matrix]
        self._forget()

    def __getitem__(self, at: tuple[int, int]) -> Cell:
        i, j = at
        return self._cells[i][j] if i < len(self._cells) and j < len(self._cells[i]) else ""

    def put(self, row: int, column: int, block: Sequence[Sequence[Cell]]) -> None:
        """Write a block of cells with its upper left corner here."""
        self._cells.extend(() for _ in range(row + len(block) - len(self._cells)))
        for i, cells in enumerate(block, start=row):
            old = self._cells[i]
            before = old[:column] + ("",) * (column - len(old))
            self._cells[i] = (*before, *cells, *old[column + len(cells) :])
        self._forget()

    def fill(self, value: Cell) -> None:
        """Write a value into every cell of the shape that is empty."""
        for i, row in enumerate(self.matrix()):
            if "" in row:
                self.put(i, 0, [[value if cell == "" else cell for cell in row]])

    def drop(self, rows: Collection[int]) -> None:
        """Take rows of the shape out; those below move up."""
        self._cells = [cells for i, cells in enumerate(self._cells) if i not in rows]
        self.rows -= len(rows)
        self._forget()

    @property
    def missing(self) -> int:
        """Cells of the shape that are empty."""
        self.matrix()
        return self._missing

    def matrix(self) -> tuple[Row, ...]:
        """All cells, row by row."""
        rows, columns, made = self._made
        if (rows, columns) != (self.rows, self.columns):
            kept = (row if len(row) == self.columns else row[: self.columns] for row in self._cells[: self.rows])
            made = tuple(row + ("",) * (self.columns - len(row)) for row in kept)
            made += (("",) * self.columns,) * (self.rows - len(made))
            self._made = self.rows, self.columns, made
            self._missing = sum(row.count("") for row in made)
        return made

    def _forget(self) -> None:
        self._made = -1, -1, ()


class GridModel(QAbstractTableModel):
    """One or two Grids side by side as a table; ``turned`` shows rows as columns.

    Signals
    -------
    edited() : the user changed cells.
    """

    edited = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self._grids: tuple[Grid, ...] = ()
        self._turned = False
        self._heads: tuple[Namer, Namer] = (str, str)

    def show_grids(self, grids: tuple[Grid, ...], rows: Namer, columns: Namer, *, turned: bool = False) -> None:
        """Show Grids that have as many rows. ``rows`` and ``columns`` name those that are shown, from 0."""
        self.beginResetModel()
        self._grids, self._turned, self._heads = grids, turned, (columns, rows)
        self.endResetModel()

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns as they are shown."""
        return self.rowCount(), self.columnCount()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return self._across if self._turned else self._down

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return self._down if self._turned else self._across

    @property
    def _down(self) -> int:
        return self._grids[0].rows if self._grids else 0

    @property
    def _across(self) -> int:
        return sum(grid.columns for grid in self._grids)

    def _place(self, row: int, column: int) -> tuple[Grid, tuple[int, int]]:
        if self._turned:
            row, column = column, row
        for grid in self._grids[:-1]:
            if column < grid.columns:
                return grid, (row, column)
            column -= grid.columns
        return self._grids[-1], (row, column)

    def cell(self, row: int, column: int) -> Cell:
        """What stands in a cell, as it is shown."""
        grid, at = self._place(row, column)
        return grid[at]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        value = self.cell(index.row(), index.column())
        wrong = isinstance(value, str) or not math.isfinite(value)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return number_text(value)
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.BackgroundRole if wrong and value != "":
                return self.theme.q("errsoft")
            case Qt.ItemDataRole.ForegroundRole if wrong:
                return self.theme.q("err")
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        self.put(index.row(), index.column(), ((_cell(str(value)),),))
        self.edited.emit()
        return True

    def put(self, row: int, column: int, block: Sequence[Sequence[Cell]]) -> None:
        """Write a block of cells with its upper left corner here; it fits."""
        last = self.index(row + len(block) - 1, column + len(block[0]) - 1)
        first = self.index(row, column)
        if self._turned:
            row, column, block = column, row, list(zip(*block, strict=True))
        for grid in self._grids:
            width = min(len(block[0]), grid.columns - column) if column < grid.columns else 0
            if width > 0:
                grid.put(row, column, [cells[:width] for cells in block])
                block = [cells[width:] for cells in block]
            column = max(column - grid.columns, 0)
        self.dataChanged.emit(first, last)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._heads[orientation == Qt.Orientation.Vertical](section)


def _cell(text: str) -> Cell:
    value = read_number(text)
    try:
        return value if isinstance(value, str) else float(value)
    except OverflowError:
        return text


class GridView(QTableView):
    """A table in which Ctrl+V pastes, Ctrl+C copies, Delete empties, and the tabulator leads on.

    Signals
    -------
    paste_wanted() : Ctrl+V.
    focused() : it has the focus now.
    """

    paste_wanted = Signal()
    focused = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.grid = GridModel(self)
        self.setModel(self.grid)
        self.setFont(mono_font(13))
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setFont(ui_font(11))
            header.setHighlightSections(False)
        self.horizontalHeader().setDefaultSectionSize(CELL_WIDTH)
        self.verticalHeader().setDefaultSectionSize(CELL_HEIGHT)
        self.verticalHeader().setMinimumSectionSize(CELL_HEIGHT)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)

    def take_room(self, most: int) -> None:
        """As high as the rows are, up to so many, and the bar below where columns are many."""
        rows = min(max(self.grid.rowCount(), 1), most)
        bar = 14 if self.grid.columnCount() > FEW else 4
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows * CELL_HEIGHT + bar)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            for part in self.selectionModel().selection():
                self.grid.put(part.top(), part.left(), [("",) * part.width()] * part.height())
            self.grid.edited.emit()
        else:
            super().keyPressEvent(event)

    def _copy(self) -> None:
        if parts := list(self.selectionModel().selection()):
            rows = range(min(part.top() for part in parts), max(part.bottom() for part in parts) + 1)
            columns = range(min(part.left() for part in parts), max(part.right() for part in parts) + 1)
            lines = ("\t".join(number_text(self.grid.cell(i, j)) for j in columns) for i in rows)
            QGuiApplication.clipboard().setText("\n".join(lines))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.grid.rowCount() and self.grid.columnCount():
            self.setCurrentIndex(self.grid.index(0, 0))
        self.focused.emit()

    @property
    def corner(self) -> tuple[int, int]:
        """The upper left cell of what is selected."""
        parts = list(self.selectionModel().selection())
        return (min(part.top() for part in parts), min(part.left() for part in parts)) if parts else (0, 0)
