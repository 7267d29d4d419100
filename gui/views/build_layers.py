"""The layers of a net as a list: width and activation of each, to be added, taken away and moved."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from engine.lesson import MAX_WIDTH, Network
from gui.theme import ui_font
from gui.views.build_fields import HEIGHT, Choice, Part, TextLine, Values, dress, number_text, read_number
from gui.views.build_words import hint

SIZES, ACTIVATION, OUTPUT = "network.sizes", "network.activation", "network.output"
KEYS = (SIZES, ACTIVATION, OUTPUT)
LOW = 26  # the height of a row where there is little room


def _allowed(name: str) -> tuple[str, ...]:
    return next(f.metadata["allowed"] for f in dataclasses.fields(Network) if f.name == name)


class LayerRow(QWidget):
    """One layer: its name, its width, its activation, and buttons for those between input and output."""

    def __init__(self, parent: QWidget, activations: tuple[str, ...], *, hidden: bool) -> None:
        super().__init__(parent)
        self.name = QLabel(self)
        self.name.setFont(ui_font(13))
        self.name.setMinimumWidth(64)
        self.width_line = TextLine("", self)
        self.width_line.setFixedWidth(80)
        self.activation = Choice("", self)
        self.activation.setFixedWidth(128)
        self.activation.addItems(activations)
        self.activation.setVisible(bool(activations))
        self.activation.setToolTip(hint(ACTIVATION if hidden else OUTPUT))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.name, self.width_line, self.activation):
            row.addWidget(widget)
        self.up, self.down, self.away = (QToolButton(self) for _ in range(3))
        for button, sign in ((self.up, "↑"), (self.down, "↓"), (self.away, "×")):
            button.setText(sign)
            button.setFont(ui_font(15))
            button.setFixedSize(HEIGHT - 2, HEIGHT - 2)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setVisible(hidden)
            row.addWidget(button)
        row.addStretch(1)

    def narrow(self) -> None:
        """Take little room."""
        self.name.setMinimumWidth(52)
        self.width_line.setFixedWidth(60)
        self.activation.setFixedWidth(112)
        self.layout().setSpacing(4)
        for widget in (self.width_line, self.activation, self.up, self.down, self.away):
            widget.setFixedHeight(LOW)
        for button in (self.up, self.down, self.away):
            button.setFixedWidth(LOW - 4)

    def call(self, name: str) -> None:
        """Name the layer, for eye and ear."""
        self.name.setText(name)
        self.width_line.setAccessibleName(self.tr("Width, {layer}").format(layer=name))
        self.width_line.setToolTip(hint(SIZES))
        self.activation.setAccessibleName(self.tr("Activation, {layer}").format(layer=name))
        for button, text in (
            (self.up, self.tr("Move {layer} up")),
            (self.down, self.tr("Move {layer} down")),
            (self.away, self.tr("Remove {layer}")),
        ):
            button.setToolTip(text.format(layer=name))
            button.setAccessibleName(text.format(layer=name))


class LayersField(Part):
    """``network.sizes``, ``network.activation`` and ``network.output`` in one list.

    Activations of the hidden layers are one name in the file where they are all the same, unless the lesson that was
    shown had a list.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(KEYS, parent)
        self._as_list = False
        self._narrow = False
        self._only = "identity"  # the name that a net without hidden layers keeps
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self._rows.setContentsMargins(0, 0, 0, 4)
        self.column.insertLayout(0, self._rows)
        self.add_button = QPushButton(self.tr("Add a layer"), self)
        self.add_button.setAutoDefault(False)
        self.add_button.clicked.connect(self._add)
        self.column.insertWidget(1, self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.input = LayerRow(self, (), hidden=False)
        self.output = LayerRow(self, _allowed("output"), hidden=False)
        self.hidden: list[LayerRow] = []
        for row in (self.input, self.output):
            self._rows.addWidget(row)
            self._watch(row)

    def narrow(self) -> None:
        self._narrow = True  # and yet says below itself what is wrong
        self._rows.setSpacing(3)
        for row in self.rows:
            row.narrow()

    def mark(self, sentence: str, concerned: Collection[str]) -> None:
        super().mark(sentence, concerned)
        sizes = self.values()[SIZES]
        odd = [type(n) is not int or not 1 <= n <= MAX_WIDTH for n in sizes]
        dress(self, "wrong", bool(sentence) and not any(odd))
        for row, wrong in zip(self.rows, odd, strict=True):
            dress(row.width_line, "wrong", wrong)
        for row in (*self.hidden, self.output):
            dress(row.name, "wrong", (OUTPUT if row is self.output else ACTIVATION) in concerned)

    def focus_first(self) -> None:
        self.input.width_line.setFocus()

    @property
    def rows(self) -> list[LayerRow]:
        """From the input to the output."""
        return [self.input, *self.hidden, self.output]

    def values(self) -> Values:
        names = [row.activation.currentText() for row in self.hidden]
        activation: Any = names
        if not self._as_list:
            if not names:
                activation = self._only
            elif len(set(names)) == 1:
                activation = names[0]
        return {
            SIZES: [read_number(row.width_line.text()) for row in self.rows],
            ACTIVATION: activation,
            OUTPUT: self.output.activation.currentText(),
        }

    def show_values(self, values: Values) -> None:
        if SIZES in values:
            sizes = list(values[SIZES])
            while len(self.hidden) > len(sizes) - 2:
                self._drop(self.hidden[-1])
            while len(self.hidden) < len(sizes) - 2:
                self._insert(len(self.hidden))
            for row, size in zip(self.rows, sizes, strict=True):
                row.width_line.setText(number_text(size))
        if ACTIVATION in values:
            activation = values[ACTIVATION]
            self._as_list = not isinstance(activation, str)
            self._only = activation if isinstance(activation, str) else self._only
            names = [activation] * len(self.hidden) if isinstance(activation, str) else activation
            for row, name in zip(self.hidden, names, strict=True):
                self._choose(row, name)
        if OUTPUT in values:
            self._choose(self.output, values[OUTPUT])
        self._name()

    def fit(self, n_in: int, n_out: int) -> None:
        """Give input and output other widths."""
        self.input.width_line.setText(str(n_in))
        self.output.width_line.setText(str(n_out))
        self.changed.emit()

    # ---- the list ----------------------------------------------------------------------------------------------------

    def _choose(self, row: LayerRow, name: str) -> None:
        with QSignalBlocker(row.activation):
            row.activation.setCurrentText(name)

    def _watch(self, row: LayerRow) -> None:
        row.width_line.textEdited.connect(self.changed)
        row.activation.currentIndexChanged.connect(self.changed)

    def _insert(self, at: int) -> LayerRow:
        row = LayerRow(self, _allowed("activation"), hidden=True)
        if self._narrow:
            row.narrow()
        self.hidden.insert(at, row)
        self._rows.insertWidget(at + 1, row)
        self._watch(row)
        row.up.clicked.connect(lambda: self._move(row, -1))
        row.down.clicked.connect(lambda: self._move(row, 1))
        row.away.clicked.connect(lambda: self._remove(row))
        return row

    def _drop(self, row: LayerRow) -> None:
        self.hidden.remove(row)
        self._rows.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _add(self) -> None:
        """One more hidden layer before the output, like the one before it."""
        before = self.hidden[-1] if self.hidden else None
        row = self._insert(len(self.hidden))
        row.width_line.setText(before.width_line.text() if before else "3")
        self._choose(row, before.activation.currentText() if before else self._only)
        self._name()
        row.width_line.setFocus()
        row.width_line.selectAll()
        self.changed.emit()

    def _remove(self, row: LayerRow) -> None:
        at = self.hidden.index(row)
        self._only = row.activation.currentText() if len(self.hidden) == 1 else self._only
        self._drop(row)
        self._name()
        (self.hidden[min(at, len(self.hidden) - 1)].away if self.hidden else self.add_button).setFocus()
        self.changed.emit()

    def _move(self, row: LayerRow, by: int) -> None:
        at = self.hidden.index(row) + by
        self.hidden.remove(row)
        self.hidden.insert(at, row)
        self._rows.removeWidget(row)
        self._rows.insertWidget(at + 1, row)
        self._name()
        for button in (row.up, row.down) if by < 0 else (row.down, row.up):
            if button.isEnabled():
                button.setFocus()
                break
        self.changed.emit()

    def _name(self) -> None:
        """Name the rows, keep the tabulator's way in their order, and allow the moves that there are."""
        self.input.call(self.tr("Input"))
        self.output.call(self.tr("Output"))
        for k, row in enumerate(self.hidden, start=1):
            row.call(self.tr("Layer {k}").format(k=k))
            row.up.setEnabled(k > 1)
            row.down.setEnabled(k < len(self.hidden))
        way = [widget for row in self.rows for widget in (row.width_line, row.activation, row.up, row.down, row.away)]
        for before, after in zip(way, [*way[1:], self.add_button], strict=True):
            QWidget.setTabOrder(before, after)
