"""Explicit weights and biases, typed or pasted: a matrix and a vector for each layer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.theme import ui_font
from gui.views.build_fields import Choice, Values
from gui.views.build_grid import CELL_WIDTH, Grid, GridView
from gui.views.build_numbers import MOST, NumbersPart
from gui.views.build_paste import Rows


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
        self.paste_button.setToolTip(
            self.tr("The numbers of the clipboard, as a spreadsheet, CSV, LaTeX or Python has them")
        )
        self.turned_button.setToolTip(self.tr("Rows of the text become columns"))
        self.zero_button = self.button(self.tr("Fill with 0"), self._fill)
        self.zero_button.setToolTip(self.tr("Put 0 into every cell that is empty, in all layers"))
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
        letter, k = self._open or ("W", self.layer.currentIndex() + 1)
        self.layer.setCurrentIndex(k - 1)
        (self.weights if letter == "W" else self.biases).setFocus()

    @property
    def _open(self) -> tuple[str, int] | None:
        """The first table in which something is missing: W or b, and its layer, from 1."""
        for k in range(self._layers):
            if self._weights[k].missing:
                return "W", k + 1
            if self._with_bias and self._biases[k].missing:
                return "b", k + 1
        return None

    def values(self) -> Values:
        if self._too_many:
            return {"init.W": (), "init.b": ()}
        weights = tuple(grid.matrix() for grid in self._weights[: self._layers])
        biases = tuple(grid.matrix()[0] for grid in self._biases[: self._layers]) if self._with_bias else ()
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
        if not values.keys().isdisjoint(self.keys):
            self.forget()

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
        if self._open is None:
            return ""
        letter, k = self._open
        missing = (self._weights if letter == "W" else self._biases)[k - 1].missing
        text = self.tr("{name}: type or paste its numbers; still missing: {n}.")
        return text.format(name=f"{letter}{k}", n=f"{missing:,}")

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
            grid.fill(0.0)
        self._show_layer()
        self.changed.emit()

    def paste(self, *, turned: bool = False) -> None:
        """Take numbers from the clipboard: all of the table, or a part of it from the selected cell on."""
        view, k = self._target, self.layer.currentIndex()
        if view is self.biases and not self._with_bias:
            view = self.weights
        if not self._too_many:
            self.read(lambda block: self._put(view, k, block, turned=turned), flat=view is self.biases)

    def _put(self, view: GridView, k: int, block: Rows, *, turned: bool) -> None:
        """Write what was read into the table of a layer."""
        self.layer.setCurrentIndex(min(k, self._layers - 1))
        if k >= self._layers or self._too_many:
            return
        name = f"{'W' if view is self.weights else 'b'}{k + 1}"
        if turned if view is self.weights else self._turned:
            block = tuple(zip(*block, strict=True))
        rows, columns = view.grid.shape
        given = len(block), len(block[0])
        row, column = (0, 0) if given == (rows, columns) else view.corner
        if row + given[0] > rows or column + given[1] > columns:
            text = self.tr("{name} is {rows} × {columns} here (rows × columns), the text {r} × {c}: it does not fit.")
            text = text.format(name=name, rows=rows, columns=columns, r=given[0], c=given[1])
            turns = given == (columns, rows) and view is self.weights
            self.say(text + (" " + self.tr("Turned, it does.") if turns else ""), wrong=True)
            if turns:
                self.offer(
                    self.tr("Turn it"), lambda: self._put(view, k, tuple(zip(*block, strict=True)), turned=False)
                )
            return
        view.grid.put(row, column, block)
        text = self.tr("{name}: {n} of {all} numbers pasted.")
        self.say(text.format(name=name, n=f"{given[0] * given[1]:,}", all=f"{rows * columns:,}"))
        if (next_one := self._open) is not None and "{}{}".format(*next_one) != name:
            self.offer(self.tr("Go to {name}").format(name="{}{}".format(*next_one)), self.focus_first)
        self.changed.emit()
