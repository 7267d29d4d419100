"""The fields of a lesson's keys. Which field a key gets follows from its type and from what its section declares."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, QUrl, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from engine.lesson import parse_override
from gui.numbers import exact
from gui.theme import mono_font, ui_font
from gui.views.build_words import hint, key_name, rule
from gui.views.words import tr

HEIGHT = 30
WIDTH = 210
NARROW = 84  # of a number where there is little room

Values = dict[str, Any]
"""Values by dotted key, as a lesson file has them; what cannot be read as a number stands there as text."""


class Part(QWidget):
    """Something in the form that holds the values of some keys, and says below itself what is wrong with them.

    Attributes
    ----------
    keys : dotted keys whose values stand here, and nowhere else.
    concerned : whether something is wrong that has to do with them, here or together with another field.

    Signals
    -------
    changed() : the user changed a value.
    """

    changed = Signal()

    def __init__(self, keys: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keys = keys
        self.concerned = False
        self._fault = QLabel(self)
        self._fault.setObjectName("fault")
        self._fault.setWordWrap(True)
        self._fault.setFont(ui_font(12))
        self._fault.setTextFormat(Qt.TextFormat.PlainText)
        self._fault.hide()
        self._quiet = False
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        self.column.addWidget(self._fault)

    def values(self) -> Values:
        """The value of each key."""
        raise NotImplementedError

    def show_values(self, values: Values) -> None:
        """Show other values. Keys that are not this part's may be among them."""
        raise NotImplementedError

    def explain(self, rule: str = "") -> None:
        """Say in the tool tip what the first of the keys does, and what rule its values follow."""
        note = "\n".join(text for text in (hint(self.keys[0]), rule) if text)
        self.setToolTip(note)
        self.setAccessibleDescription(note)

    def narrow(self) -> None:
        """Take as little room as the values need; what is wrong here is framed, and said by whoever has room for it."""
        self._quiet = True

    def mark(self, sentence: str, concerned: Collection[str]) -> None:
        """Say what is wrong.

        Parameters
        ----------
        sentence : what is said here, or nothing.
        concerned : those of its keys that have to do with what is wrong, here or elsewhere.
        """
        self.concerned = bool(concerned)
        self._fault.setText(sentence)
        self._fault.setVisible(bool(sentence) and not self._quiet)
        self.frame(wrong=bool(sentence))

    def frame(self, *, wrong: bool) -> None:
        """Frame the lines here as wrong, or as right."""
        dress(self, "wrong", wrong)

    @property
    def fault(self) -> str:
        """What is said to be wrong here."""
        return self._fault.text()

    def focus_first(self) -> None:
        """Put the cursor where the value is changed."""
        self.setFocus()


class TextLine(QLineEdit):
    """A line to type in."""

    def __init__(self, name: str, parent: QWidget | None = None, *, mono: bool = True) -> None:
        super().__init__(parent)
        self.setFont(mono_font(13) if mono else ui_font(13))
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(name)


class Choice(QComboBox):
    """A box to choose from, which the wheel that scrolls the page leaves alone."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(ui_font(13))
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(name)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ChoiceField(Part):
    """One of the values that are allowed for a key."""

    def __init__(self, key: str, allowed: tuple[object, ...], parent: QWidget | None = None) -> None:
        super().__init__((key,), parent)
        self.box = Choice(key_name(key), self)
        self.box.setFixedWidth(WIDTH)
        words = {True: tr("yes"), False: tr("no")}
        for value in allowed:
            self.box.addItem(words[value] if isinstance(value, bool) else str(value), value)
        self.box.currentIndexChanged.connect(self.changed)
        self.column.insertWidget(0, self.box)
        self.setFocusProxy(self.box)

    def narrow(self) -> None:
        super().narrow()
        self.box.setFixedWidth(min(self.box.sizeHint().width(), WIDTH))

    def values(self) -> Values:
        return {self.keys[0]: self.box.currentData()}

    def show_values(self, values: Values) -> None:
        if self.keys[0] in values:
            with QSignalBlocker(self.box):
                found = [i for i in range(self.box.count()) if self.box.itemData(i) == values[self.keys[0]]]
                self.box.setCurrentIndex(found[0] if found else -1)


class TextField(Part):
    """Any text; what stands in for it is shown as long as nothing is typed."""

    def __init__(self, key: str, parent: QWidget | None = None, width: int = 0) -> None:
        super().__init__((key,), parent)
        self.line = TextLine(key_name(key), self, mono=False)
        if width:
            self.line.setFixedWidth(width)
        self.line.textEdited.connect(self.changed)
        self.column.insertWidget(0, self.line)
        self.setFocusProxy(self.line)

    def values(self) -> Values:
        return {self.keys[0]: self.line.text()}

    def show_values(self, values: Values) -> None:
        if self.keys[0] in values:
            self.line.setText(str(values[self.keys[0]]))

    def stand_in(self, text: str) -> None:
        """What the lesson has as long as nothing is typed."""
        self.line.setPlaceholderText(text)


class PathField(TextField):
    """A path, with a button to look for it, and a remark on what is there.

    Signals
    -------
    wanted() : the button.
    """

    wanted = Signal()

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(key, parent, WIDTH)
        self.choose_button = QPushButton(self.tr("Choose…"), self)
        self.choose_button.setToolTip(self.tr("Look for the data, and see what will be made of them"))
        self.choose_button.setAutoDefault(False)
        self.choose_button.clicked.connect(lambda: self.wanted.emit())
        self.column.insertWidget(1, self.choose_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.note = QLabel(self)
        self.note.setObjectName("note")
        self.note.setWordWrap(True)
        self.note.setFont(ui_font(12))
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.hide()
        self.column.insertWidget(2, self.note)

    def values(self) -> Values:
        return {self.keys[0]: path_of(self.line.text())}

    def tell(self, text: str) -> None:
        """Remark on what is there."""
        self.note.setText(text)
        self.note.setVisible(bool(text))


def path_of(text: str) -> str:
    """A path as it was typed or pasted: as a file manager copies it, in quotes or as an address, too."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    return QUrl(text).toLocalFile() if text.startswith("file://") else text


class NumberField(Part):
    """A number as it is typed, or a value in the notation of the file where a key takes something else."""

    def __init__(self, key: str, kind: object, parent: QWidget | None = None) -> None:
        super().__init__((key,), parent)
        self._kind = kind
        self.line = TextLine(key_name(key), self)
        self.line.setFixedWidth(WIDTH)
        self.line.textEdited.connect(self.changed)
        self.column.insertWidget(0, self.line)
        self.setFocusProxy(self.line)

    def narrow(self) -> None:
        super().narrow()
        self.line.setFixedWidth(NARROW)

    def values(self) -> Values:
        text = self.line.text().strip()
        return {self.keys[0]: read_number(text) if self._kind in (int, float) else _read(text)}

    def show_values(self, values: Values) -> None:
        if self.keys[0] in values:
            value = values[self.keys[0]]
            plain = self._kind in (int, float) or (isinstance(value, str) and _read(value) == value)
            self.line.setText(number_text(value) if plain else json.dumps(value, ensure_ascii=False))


def _read(text: str) -> object:
    """A value in the notation of the file; what is none is a text."""
    return parse_override(f"value={text}")[1]


def read_number(text: str) -> int | float | str:
    """What was typed as a number, with a point or a comma in it; the text itself where it is none."""
    text = text.strip()
    for kind in (int, float):
        try:
            return kind(text.replace(",", "."))
        except ValueError:  # of another form, or of more digits than Python reads
            continue
    return text


def number_text(value: object) -> str:
    """A value as it is typed: a number as short as it can be without another value, a text as it is."""
    if isinstance(value, float):
        return exact(value)
    return str(value)


def field_for(key: str, declared: dataclasses.Field[Any], kind: object, parent: QWidget) -> Part:
    """The field of a key.

    Parameters
    ----------
    key : dotted.
    declared : its field in the section's dataclass; ``allowed`` among its metadata are the values to choose from.
    kind : its type.
    """
    allowed = declared.metadata.get("allowed")
    made: Part
    if allowed or kind is bool:
        made = ChoiceField(key, tuple(allowed or (True, False)), parent)
    elif key == "data.path":
        made = PathField(key, parent)
    elif kind is str:
        made = TextField(key, parent, WIDTH)
    else:
        made = NumberField(key, kind, parent)
    made.explain(f"{key} {rule(declared)}".strip())
    return made


def dress(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet looks at, also for the widgets in it."""
    if value != widget.property(name):
        widget.setProperty(name, value)
        for part in (widget, *widget.findChildren(QWidget)):
            part.style().unpolish(part)
            part.style().polish(part)
