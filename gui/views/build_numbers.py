"""Tables to type or paste numbers into: explicit weights and biases, and the points of the data."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui.theme import LIGHT, Theme, mono_font, ui_font
from gui.views.build_fields import Choice, Part, Values, dress, number_text, read_number
from gui.views.build_paste import PasteError, Rows, parse

MOST = 200_000  # cells that can be typed or pasted; a file with more would be too large to be read
CELL_WIDTH, CELL_HEIGHT = 72, 26
FEW = 2  # columns that have room beside each other wherever a table stands

Index = QModelIndex | QPersistentModelIndex
Namer = Callable[[int], str]
Cell = float | str
"""A number, or what was typed and is none."""


class Grid:
    """Cells of a matrix. Those outside of its present shape are kept, in case it grows again."""

    def __init__(self) -> None:
        self.rows, self.columns = 0, 0
        self._cells: dict[tuple[int, int], Cell] = {}

    def take(self, matrix: Sequence[Sequence[Cell]]) -> None:
        """Become a matrix."""
        self.rows, self.columns = len(matrix), max(map(len, matrix), default=0)
        self._cells = {(i, j): value for i, row in enumerate(matrix) for j, value in enumerate(row) if value != ""}

    def __getitem__(self, at: tuple[int, int]) -> Cell:
        return self._cells.get(at, "")

    def __setitem__(self, at: tuple[int, int], value: Cell) -> None:
        if value == "":
            self._cells.pop(at, None)
        else:
            self._cells[at] = value

    def drop_row(self, row: int) -> None:
        """Take one row out; those below move up."""
        self._cells = {(i - (i > row), j): value for (i, j), value in self._cells.items() if i != row}
        self.rows -= 1

    @property
    def missing(self) -> int:
        """Cells of the shape that are empty."""
        known = sum(i < self.rows and j < self.columns for i, j in self._cells)
        return self.rows * self.columns - known

    def matrix(self) -> list[list[Cell]]:
        """All cells, row by row."""
        return [[self._cells.get((i, j), "") for j in range(self.columns)] for i in range(self.rows)]


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
        for i, cells in enumerate(block):
            for j, value in enumerate(cells):
                grid, at = self._place(row + i, column + j)
                grid[at] = value
        last = self.index(row + len(block) - 1, column + len(block[0]) - 1)
        self.dataChanged.emit(self.index(row, column), last)

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
            for index in self.selectedIndexes():
                self.grid.put(index.row(), index.column(), (("",),))
            self.grid.edited.emit()
        else:
            super().keyPressEvent(event)

    def _copy(self) -> None:
        chosen = {(index.row(), index.column()) for index in self.selectedIndexes()}
        if chosen:
            rows, columns = (range(min(part), max(part) + 1) for part in zip(*chosen, strict=True))
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
        chosen = [(index.row(), index.column()) for index in self.selectedIndexes()]
        return (min(i for i, _ in chosen), min(j for _, j in chosen)) if chosen else (0, 0)


class NumbersPart(Part):
    """A part of tables with a line of buttons above and a remark below."""

    def __init__(self, keys: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(keys, parent)
        self.line = QHBoxLayout()
        self.line.setSpacing(6)
        self.line.addStretch(1)
        self.note = QLabel(self)
        self.note.setObjectName("note")
        self.note.setWordWrap(True)
        self.note.setFont(ui_font(12))
        self.column.insertLayout(0, self.line)
        self.column.insertWidget(1, self.note)

    def button(self, text: str, clicked: Callable[[], object]) -> QPushButton:
        """One more button."""
        made = QPushButton(text, self)
        made.setAutoDefault(False)
        made.clicked.connect(lambda: clicked())
        self.line.insertWidget(self.line.count() - 1, made)
        return made

    def say(self, text: str, *, wrong: bool = False) -> None:
        """Remark on what was pasted."""
        self.note.setText(text)
        self.note.setVisible(bool(text))
        dress(self.note, "kind", "err" if wrong else "")

    @property
    def count(self) -> int:
        """How many numbers are asked for."""
        raise NotImplementedError

    @property
    def missing(self) -> str:
        """A sentence on what has not been typed yet, or nothing."""
        raise NotImplementedError

    def read(self, *, flat: bool = False) -> Rows | None:
        """The clipboard's numbers; where it has none, that is said."""
        try:
            return parse(QGuiApplication.clipboard().text(), flat=flat)
        except PasteError as error:
            self.say(str(error), wrong=True)
            return None

    def apply_theme(self, theme: Theme) -> None:
        """Colours of the cells that are wrong."""
        for view in self.findChildren(GridView):
            view.grid.theme = theme
            view.viewport().update()


class WeightsField(NumbersPart):
    """``init.W`` and ``init.b``: a matrix and a vector per layer, shown as the lesson shows them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(("init.W", "init.b"), parent)
        self._weights: list[Grid] = []
        self._biases: list[Grid] = []
        self._shape: object = None
        self._layers, self._with_bias, self._turned, self._ones = 0, True, False, False
        self.layer = Choice(self.tr("Layer whose weights are shown"), self)
        self.layer.currentIndexChanged.connect(self._show_layer)
        self.line.insertWidget(0, self.layer)
        self.paste_button = self.button(self.tr("Paste"), self.paste)
        self.turned_button = self.button(self.tr("Paste turned"), lambda: self.paste(turned=True))
        self.turned_button.setToolTip(self.tr("Rows of the text become columns"))
        self.zero_button = self.button(self.tr("Rest = 0"), self._fill)
        self.zero_button.setToolTip(self.tr("Put 0 into every cell that is empty"))
        self._caption, self._bias_caption = QLabel(self), QLabel(self)
        self.weights, self.biases = GridView(self), GridView(self)
        self.biases.setAccessibleName(self.tr("Biases"))
        self._target = self.weights
        self._tables = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._tables.setContentsMargins(0, 4, 0, 0)
        for caption, view in ((self._caption, self.weights), (self._bias_caption, self.biases)):
            caption.setFont(ui_font(12))
            caption.setFixedHeight(20)
            column = QVBoxLayout()
            column.setSpacing(3)
            column.addWidget(caption)
            column.addWidget(view)
            column.addStretch(1)
            self._tables.addLayout(column)
            view.grid.edited.connect(self.changed)
            view.paste_wanted.connect(self.paste)
            view.focused.connect(lambda view=view: self._aim(view))
        self.column.insertLayout(1, self._tables)
        self.say("")

    def focus_first(self) -> None:
        """To the first table in which something is missing, or the one that is shown."""
        for k in range(self._layers):
            missing = self._weights[k].missing
            if missing or (self._with_bias and self._biases[k].missing):
                self.layer.setCurrentIndex(k)
                (self.weights if missing else self.biases).setFocus()
                return
        self.weights.setFocus()

    def values(self) -> Values:
        if self._too_many:
            return {"init.W": [], "init.b": []}
        weights = [grid.matrix() for grid in self._weights[: self._layers]]
        biases = [grid.matrix()[0] for grid in self._biases[: self._layers]] if self._with_bias else []
        return {"init.W": weights, "init.b": biases}

    def show_values(self, values: Values) -> None:
        for key, kept in (("init.W", self._weights), ("init.b", self._biases)):
            if key in values:
                kept.clear()
                for given in values[key]:
                    grid = Grid()
                    grid.take(given if key == "init.W" else [given])
                    kept.append(grid)
        if "init.W" in values:
            with QSignalBlocker(self.layer):
                self.layer.setCurrentIndex(0)
            self._target = self.weights
        self._shape = None  # the tables fit again with the next net
        self.say("")

    def fit_net(self, sizes: Sequence[int], bias: object, *, turned: bool) -> None:
        """The shapes that a net's weights have, and whether (n_out, n_in) is shown."""
        shape = (tuple(sizes), bias, turned)
        if shape == self._shape:
            return
        self._shape = shape
        inputs = [sizes[0] + (bias == "input-column"), *sizes[1:-1]]
        self._with_bias, self._turned, self._ones = bias is True, turned, bias == "input-column"
        self._layers = len(inputs)
        for kept in (self._weights, self._biases):
            kept.extend(Grid() for _ in range(self._layers - len(kept)))
        for k, (n_in, n_out) in enumerate(zip(inputs, sizes[1:], strict=True)):
            self._weights[k].rows, self._weights[k].columns = n_in, n_out
            self._biases[k].rows, self._biases[k].columns = 1, n_out
        at = max(0, min(self.layer.currentIndex(), self._layers - 1))
        with QSignalBlocker(self.layer):
            self.layer.clear()
            self.layer.addItems([self.tr("Layer {k}").format(k=k) for k in range(1, self._layers + 1)])
            self.layer.setCurrentIndex(at)
        self._show_layer()

    @property
    def count(self) -> int:
        return sum(grid.rows * grid.columns for grid in self._weights[: self._layers])

    @property
    def _too_many(self) -> bool:
        return self.count > MOST

    @property
    def missing(self) -> str:
        if self._too_many:
            return self.tr("This net has too many weights to be typed: {n} at most.").format(n=f"{MOST:,}")
        for letter, kept in (("W", self._weights), ("b", self._biases if self._with_bias else [])):
            for k, grid in enumerate(kept[: self._layers], start=1):
                if grid.missing:
                    return self.tr("{name}: type or paste its numbers; still missing: {n}.").format(
                        name=f"{letter}{k}", n=f"{grid.missing:,}"
                    )
        return ""

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def _aim(self, view: GridView) -> None:
        self._target = view

    def _show_layer(self) -> None:
        k = self.layer.currentIndex()
        if k < 0:
            return
        W, b = self._weights[k], self._biases[k]
        shown = not self._too_many
        for part in (self._caption, self.weights, self.layer, self.paste_button, self.turned_button, self.zero_button):
            part.setVisible(shown)
        for part in (self._bias_caption, self.biases):
            part.setVisible(shown and self._with_bias)
        if not shown:
            self.say("")
            return
        n_in, last = W.rows, self.tr("ones")
        ones = self._ones and k == 0

        def source(i: int) -> str:
            return last if ones and i == n_in - 1 else self.tr("from {i}").format(i=i + 1)

        def target(j: int) -> str:
            return self.tr("to {j}").format(j=j + 1)

        rows, columns = (target, source) if self._turned else (source, target)
        self.weights.grid.show_grids((W,), rows, columns, turned=self._turned)
        names = (f"b{k + 1}".format, target)
        self.biases.grid.show_grids((b,), *(reversed(names) if self._turned else names), turned=self._turned)
        self._tables.setDirection(
            QBoxLayout.Direction.LeftToRight if self._turned else QBoxLayout.Direction.TopToBottom
        )
        fixed = CELL_WIDTH + self.biases.verticalHeader().sizeHint().width() + 18
        self.biases.setMaximumWidth(fixed if self._turned else 16_777_215)
        self.weights.take_room(8)
        self.biases.take_room(8)
        shape = self.tr("outputs × inputs") if self._turned else self.tr("inputs × outputs")
        rows_shown, columns_shown = self.weights.grid.shape
        self._caption.setText(f"W{k + 1}   {rows_shown} × {columns_shown}  ({shape})")
        self._bias_caption.setText(f"b{k + 1}   {b.columns}")
        self.weights.setAccessibleName(self._caption.text())

    # ---- what the user does ------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        kept = [*self._weights, *(self._biases if self._with_bias else [])]
        for grid in kept if not self._too_many else []:
            for i in range(grid.rows):
                for j in range(grid.columns):
                    if grid[i, j] == "":
                        grid[i, j] = 0.0
        self._show_layer()
        self.changed.emit()

    def paste(self, *, turned: bool = False) -> None:
        """Take numbers from the clipboard: all of the table, or a part of it from the selected cell on."""
        view, k = self._target, self.layer.currentIndex()
        if view is self.biases and not self._with_bias:
            view = self.weights
        name = f"{'W' if view is self.weights else 'b'}{k + 1}"
        block = self.read(flat=view is self.biases)
        if block is None or self._too_many:
            return
        if turned if view is self.weights else self._turned:
            block = tuple(zip(*block, strict=True))
        rows, columns = view.grid.shape
        given = len(block), len(block[0])
        row, column = (0, 0) if given == (rows, columns) else view.corner
        if row + given[0] > rows or column + given[1] > columns:
            text = self.tr("{name} is {rows} × {columns} here (rows × columns), the text {r} × {c}: it does not fit.")
            text = text.format(name=name, rows=rows, columns=columns, r=given[0], c=given[1])
            if given == (columns, rows) and view is self.weights:
                text += " " + self.tr("Turned, it does.")
            self.say(text, wrong=True)
            return
        view.grid.put(row, column, block)
        text = self.tr("{name}: {n} of {all} numbers pasted.")
        self.say(text.format(name=name, n=f"{given[0] * given[1]:,}", all=f"{rows * columns:,}"))
        self.changed.emit()


class PointsField(NumbersPart):
    """``data.x`` and ``data.y`` in one table, a row per example."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(("data.x", "data.y"), parent)
        self._x, self._y = Grid(), Grid()
        self._count = QLabel(self)
        self._count.setFont(ui_font(12))
        self.add_button = self.button(self.tr("Add example"), self._add)
        self.remove_button = self.button(self.tr("Remove"), self._remove)
        self.remove_button.setToolTip(self.tr("Take the selected examples out"))
        self.paste_button = self.button(self.tr("Paste"), self.paste)
        self.line.addWidget(self._count)
        self.table = GridView(self)
        self.table.setAccessibleName(self.tr("Points: inputs and targets"))
        self.table.grid.edited.connect(self.changed)
        self.table.paste_wanted.connect(self.paste)
        self.column.insertWidget(1, self.table)
        self.say("")

    def focus_first(self) -> None:
        self.table.setFocus()

    def values(self) -> Values:
        if self._too_many:
            return {"data.x": [], "data.y": []}
        return {"data.x": self._x.matrix(), "data.y": self._y.matrix()}

    def show_values(self, values: Values) -> None:
        for key, grid in (("data.x", self._x), ("data.y", self._y)):
            if key in values:
                columns = grid.columns
                grid.take(values[key])
                grid.columns = grid.columns or columns
        self.say("")
        self._show()

    def fit_net(self, n_in: int, n_out: int) -> None:
        """As many columns as the net has inputs and outputs."""
        if (self._x.columns, self._y.columns) != (n_in, n_out):
            self._x.columns, self._y.columns = n_in, n_out
            self._show()

    @property
    def count(self) -> int:
        return self._x.rows * (self._x.columns + self._y.columns)

    @property
    def _too_many(self) -> bool:
        return self.count > MOST

    @property
    def missing(self) -> str:
        if self._too_many:
            return self.tr("These are too many numbers to be typed: {n} at most.").format(n=f"{MOST:,}")
        if not self._x.rows:
            return self.tr("There are no points yet: add an example, or paste some.")
        if n := self._x.missing + self._y.missing:
            return self.tr("Points: type or paste their numbers; still missing: {n}.").format(n=f"{n:,}")
        return ""

    def _show(self) -> None:
        n_in = self._x.columns

        def column(j: int) -> str:
            return f"x{j + 1}" if j < n_in else f"y{j - n_in + 1}"

        self._y.rows = self._x.rows = max(self._x.rows, self._y.rows)
        shown = () if self._too_many else (self._x, self._y)
        row, at = self.table.corner
        self.table.grid.show_grids(shown, lambda i: f"{i + 1}", column)
        self.table.setCurrentIndex(self.table.grid.index(row, at))
        self.table.take_room(8)
        self._count.setText(self.tr("Examples: {n}").format(n=f"{self._x.rows:,}"))
        self.remove_button.setEnabled(self._x.rows > 0)

    def _add(self) -> None:
        self._x.rows += 1
        self._show()
        self.table.setCurrentIndex(self.table.grid.index(self._x.rows - 1, 0))
        self.table.setFocus()
        self.changed.emit()

    def _remove(self) -> None:
        """Take out the rows that are selected, or the last one."""
        chosen = {index.row() for index in self.table.selectedIndexes()} or {self._x.rows - 1}
        for row in sorted(chosen, reverse=True):
            self._x.drop_row(row)
            self._y.drop_row(row)
        self._show()
        self.changed.emit()

    def paste(self) -> None:
        """Take examples from the clipboard: all of them where the text has all columns, or a block of cells."""
        block = self.read()
        if block is None:
            return
        n_in, n_out = self._x.columns, self._y.columns
        rows, columns = len(block), len(block[0])
        row, column = self.table.corner
        if columns == n_in + n_out:
            self._x.take([line[:n_in] for line in block])
            self._y.take([line[n_in:] for line in block])
        elif column + columns > n_in + n_out:
            text = self.tr("An example has {n} numbers here, {x} of x and {y} of y; rows of the text have {c}.")
            self.say(text.format(n=n_in + n_out, x=n_in, y=n_out, c=columns), wrong=True)
            return
        else:
            self._x.rows = max(self._x.rows, row + rows)
            self._show()
            self.table.grid.put(row, column, block)
        self._show()
        self.say(self.tr("Pasted: {r} × {c} numbers.").format(r=f"{rows:,}", c=columns))
        self.changed.emit()
