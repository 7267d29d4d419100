"""What the parts of the form have in common that hold tables of numbers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from gui.theme import Theme, ui_font
from gui.views.build_fields import Part, dress
from gui.views.build_grid import GridView
from gui.views.build_paste import PasteError, Rows, parse

MOST = 200_000  # cells that can be typed or pasted; a file with more would be too large to be read


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

    def narrow(self) -> None:
        pass  # it has the width of the form anywhere, and says below itself what is wrong

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
