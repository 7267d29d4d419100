"""What the parts of the form have in common that hold tables of numbers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from gui.theme import Theme, ui_font
from gui.views.build_fields import Part, dress
from gui.views.build_grid import GridView
from gui.views.build_paste import PasteError, Rows, parse
from gui.views.build_work import Latest

MOST = 200_000  # cells that can be typed or pasted; a file with more would be too large to be read

SHORT = 20_000  # characters: a longer text is read in another thread


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
        self.offer_button = QPushButton(self)
        self.offer_button.setAutoDefault(False)
        self.offer_button.clicked.connect(lambda: self._offered())
        self._offered: Callable[[], object] = lambda: None
        remark = QHBoxLayout()
        remark.setSpacing(8)
        remark.addWidget(self.note, 1)
        remark.addWidget(self.offer_button, 0, Qt.AlignmentFlag.AlignTop)
        self.column.insertLayout(0, self.line)
        self.column.insertLayout(1, remark)
        self._reading = Latest(self)
        self._reading.done.connect(self._take_read)
        self._then: Callable[[Rows], object] = lambda rows: None

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
        self.offer_button.hide()

    def forget(self) -> None:
        """Other numbers are shown: a text that is being read has been meant for those before."""
        self._reading.forget()
        self.say("")

    def offer(self, text: str, what: Callable[[], object]) -> None:
        """Offer something beside the remark, until there is another one."""
        self.offer_button.setText(text)
        self.offer_button.show()
        self._offered = what

    def narrow(self) -> None:
        pass  # it has the width of the form anywhere, and says below itself what is wrong

    def frame(self, *, wrong: bool) -> None:
        pass  # the cells show themselves what is wrong in them

    @property
    def count(self) -> int:
        """How many numbers are asked for."""
        raise NotImplementedError

    @property
    def missing(self) -> str:
        """A sentence on what has not been typed yet, or nothing."""
        raise NotImplementedError

    def read(self, then: Callable[[Rows], object], *, flat: bool = False) -> None:
        """Take the clipboard's numbers, those of a long text a little later; where it has none, that is said."""
        text = QGuiApplication.clipboard().text()
        self._then = then
        self._reading.forget()
        if len(text) <= SHORT:
            self._take_read(_parsed(text, flat))
        else:
            self.say(self.tr("Reading…"))
            self._reading.ask(lambda: _parsed(text, flat))

    @Slot(object)
    def _take_read(self, found: Rows | str) -> None:
        if isinstance(found, str):
            self.say(found, wrong=True)
        else:
            self._then(found)

    def apply_theme(self, theme: Theme) -> None:
        """Colours of the cells that are wrong."""
        for view in self.findChildren(GridView):
            view.grid.theme = theme
            view.viewport().update()


def _parsed(text: str, flat: bool) -> Rows | str:
    """The numbers of a text, or a sentence on what is wrong with it."""
    try:
        return parse(text, flat=flat)
    except PasteError as error:
        return str(error)
