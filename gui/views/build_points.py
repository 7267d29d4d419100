"""The points of the data, typed or pasted: inputs and targets of each example in a row."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from gui.theme import ui_font
from gui.views.build_fields import Values
from gui.views.build_grid import Grid, GridView
from gui.views.build_numbers import MOST, NumbersPart
from gui.views.build_paste import Rows


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
        self.paste_button.setToolTip(
            self.tr("The numbers of the clipboard, as a spreadsheet, CSV, LaTeX or Python has them")
        )
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
            return {"data.x": (), "data.y": ()}
        return {"data.x": self._x.matrix(), "data.y": self._y.matrix()}

    def show_values(self, values: Values) -> None:
        for key, grid in (("data.x", self._x), ("data.y", self._y)):
            if key in values:
                columns = grid.columns
                grid.take(values[key])
                grid.columns = grid.columns or columns
        if not values.keys().isdisjoint(self.keys):
            self.forget()
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
        parts = self.table.selectionModel().selection()
        chosen = {row for part in parts for row in range(part.top(), part.bottom() + 1)} or {self._x.rows - 1}
        self._x.drop(chosen)
        self._y.drop(chosen)
        self._show()
        self.changed.emit()

    def paste(self) -> None:
        """Take examples from the clipboard: all of them where the text has all columns, or a block of cells."""
        self.read(self._put)

    def _put(self, block: Rows) -> None:
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
