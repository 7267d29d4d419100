"""The form of a lesson: one field for each key, wherever it stands, and one check of them all together."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.lesson import FORMAT, DataSpec, Lesson, LessonError
from engine.lesson_file import ONLY_WITH, applies
from gui.views.build_fields import Part, PathField, TextField, Values, field_for
from gui.views.build_layers import ACTIVATION, OUTPUT, SIZES, LayersField
from gui.views.build_numbers import MOST, NumbersPart
from gui.views.build_picture import NetShape
from gui.views.build_points import PointsField
from gui.views.build_weights import WeightsField
from gui.views.build_words import id_of, keys_in

MANY = 2_000  # numbers in tables: checking more takes longer than a frame, and waits for a pause in typing
PAUSE = 250  # milliseconds
WHERE = "lesson"  # begins every sentence of the check, and is cut off
MOST_IN_TITLE = 7  # widths

SECTIONS: dict[str, type] = {
    name: kind for name, kind in typing.get_type_hints(Lesson).items() if dataclasses.is_dataclass(kind)
}
"""Sections of the lesson file, each with its dataclass."""

TABLES: tuple[tuple[tuple[str, ...], type[Part]], ...] = (
    ((SIZES, ACTIVATION, OUTPUT), LayersField),
    (("init.W", "init.b"), WeightsField),
    (("data.x", "data.y"), PointsField),
)
"""Keys that stand in a field of their own kind, several in one. These fields take the width of their place."""


class Fault(NamedTuple):
    """What is wrong: a sentence, and the keys that it names."""

    sentence: str
    keys: tuple[str, ...]

    @property
    def key(self) -> str | None:
        """The first of the keys, at whose field the sentence is said."""
        return self.keys[0] if self.keys else None


class Change(NamedTuple):
    """A key whose value is another than that of the lesson shown."""

    key: str
    old: Any
    new: Any


def keys_of(section: str) -> list[str]:
    """The keys of a section as a form lists them: the first, what belongs to its value, then the others."""
    first, *others = (f.name for f in dataclasses.fields(SECTIONS[section]))
    others.sort(key=lambda name: (name != "path", f"{section}.{name}" not in ONLY_WITH))
    return [f"{section}.{name}" for name in (first, *others)]


class LessonForm(QObject):
    """The values of a lesson that is being put together, checked with every change.

    A key has one field, which is made when it is first placed; one that is placed nowhere keeps its value.

    Parameters
    ----------
    window : on which it opens the dialogs that look for files.

    Attributes
    ----------
    window : see above.
    parts : fields by dotted key.
    faults : all that is wrong; while ``busy``, what was wrong before.

    Signals
    -------
    edited() : the user changed a value.
    changed() : values are others, whoever changed them.
    checked() : the values have been checked; ``lesson`` and ``faults`` say what came of it.
    csv_wanted() : the user wants to choose a CSV; what comes of it is given to ``set_data``.
    """

    edited = Signal()
    changed = Signal()
    checked = Signal()
    csv_wanted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.window = window
        self.parts: dict[str, Part] = {}
        self.faults: tuple[Fault, ...] = ()
        self._lesson: Lesson | None = None
        self._kept: Values = {}  # of all keys; those with a field have their value there
        self._shown: Values = {}  # as they were when the lesson was put in
        self._choices: dict[str, Any] = {}  # the values without those of tables, as a table
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._check)

    # ---- fields ------------------------------------------------------------------------------------------------------

    def place(self, key: str, parent: QWidget) -> Part:
        """The field of a key, made here if it is not anywhere yet."""
        if key not in self.parts:
            part = self._made(key, parent)
            for own in part.keys:
                self.parts[own] = part
            part.changed.connect(self._edit)
            if isinstance(part, PathField):
                part.wanted.connect(self._want_data)
        return self.parts[key]

    def _made(self, key: str, parent: QWidget) -> Part:
        section, _, name = key.rpartition(".")
        if not section:
            return TextField(key, parent)
        for keys, kind in TABLES:
            if key in keys:
                return kind(parent)
        declared = next(f for f in dataclasses.fields(SECTIONS[section]) if f.name == name)
        return field_for(key, declared, typing.get_type_hints(SECTIONS[section])[name], parent)

    @property
    def each(self) -> list[Part]:
        """Every field once."""
        return list(dict.fromkeys(self.parts.values()))

    def used(self, part: Part) -> bool:
        """Whether a field means something beside the values of the others."""
        return applies(part.keys[0], self._choices)

    @property
    def layers(self) -> LayersField:
        """The field of the net's layers."""
        return typing.cast(LayersField, self.parts[SIZES])

    # ---- values ------------------------------------------------------------------------------------------------------

    @property
    def values(self) -> Values:
        """What stands in it, by dotted key; title and id are "" as long as they are made up."""
        return self._values()

    def _values(self, *, tables: bool = True) -> Values:
        values = dict(self._kept)
        for part in self.each:
            if tables or not isinstance(part, NumbersPart):
                values |= part.values()
        return values

    def table(self) -> dict[str, Any]:
        """What stands in it, shaped like a lesson file, without the keys that mean nothing beside the others."""
        values = self.values
        values["title"] = values["title"] or self._title(values[SIZES])
        values["id"] = values["id"] or id_of(values["title"])
        full = nested(values)
        return {"format": FORMAT, **nested({key: value for key, value in values.items() if applies(key, full)})}

    def put(self, values: Values) -> None:
        """Show other values; keys that are not among them keep theirs."""
        self._take(values)
        self._change()

    def _take(self, values: Values) -> None:
        self._kept |= values
        for part in self.each:
            part.show_values(values)

    def show_lesson(self, lesson: Lesson) -> None:
        """Put a lesson in. Of a shipped one only its content: id and title are made up anew."""
        self._take(self.values_of(lesson))
        self._change(anew=True)

    def values_of(self, lesson: Lesson) -> Values:
        """The values that a lesson puts into the form."""
        values = flat({key: value for key, value in lesson.to_table().items() if key != "format"})
        if lesson.id in Lesson.shipped():
            return values | {"id": "", "title": "", "source": lesson.id}
        if lesson.title == self._title(list(lesson.network.sizes)):  # made up once, and would be wrong of another net
            values["title"] = ""
            values["id"] = "" if lesson.id == id_of(lesson.title) else lesson.id
        return values

    def follow(self, before: Lesson, now: Lesson) -> None:
        """The lesson shown has changed a little: take its new values over, except where the user has put others."""
        old, new, values = self.values_of(before), self.values_of(now), self.values
        news = {key: value for key, value in new.items() if value != old[key]}
        untouched = {key: value for key, value in news.items() if values[key] == self._shown[key]}
        self._shown |= news
        self.put(untouched)

    def changes(self) -> list[Change]:
        """Where the form differs from the lesson that was put in."""
        values = self.values
        full = nested(values)
        return [
            Change(key, self._shown[key], value)
            for key, value in values.items()
            if value != self._shown[key] and applies(key, full)
        ]

    def revert(self) -> None:
        """Back to the lesson that was put in."""
        self.put(self._shown)

    def set_data(self, data: Mapping[str, Any]) -> None:
        """Take over keys of the ``data`` section, as they come from the dialog for a CSV; the others stay.

        A key ``sizes`` among them, (n_in, n_out), makes input and output of the net as wide.
        """
        sizes = data.get("sizes")
        values = {f"data.{key}": _listed(value) for key, value in data.items() if key != "sizes"}
        if unknown := sorted(set(values) - set(self._kept)):
            raise ValueError(f"no keys of a lesson: {unknown}")
        self._take(values)
        if sizes is None:
            self._edit()
        else:
            self.layers.fit(*sizes)

    def _title(self, sizes: list[Any]) -> str:
        """The title of a net that has none."""
        return self.tr("My net {shape}").format(shape=shape_text(sizes))

    # ---- checking ----------------------------------------------------------------------------------------------------

    @property
    def lesson(self) -> Lesson | None:
        """The lesson that the values make, or None while something is wrong."""
        if self._pause.isActive():
            self._pause.stop()
            self._check()
        return self._lesson

    @property
    def ready(self) -> bool:
        """Whether nothing is wrong, and that has been checked."""
        return self._lesson is not None

    @property
    def busy(self) -> bool:
        """Whether the check waits for a pause in typing."""
        return self._pause.isActive()

    @Slot()
    def _edit(self) -> None:
        self._change()
        self.edited.emit()

    def _change(self, *, anew: bool = False) -> None:
        """Follow a change: what is shown at once, what is wrong at once or after a pause where that takes longer."""
        small = self._fit()
        if anew:
            self._shown = self.values
        self._lesson = None
        if small:
            self._pause.stop()
        else:
            self._pause.start()
        self.changed.emit()
        if small:
            self._check()

    def _fit(self) -> bool:
        """Fit the tables to the net, and what is made up to the values; whether the numbers in tables are few."""
        values = self._values(tables=False)
        self._choices = nested(values)
        sizes = values[SIZES]
        if all(type(n) is int and n >= 1 for n in sizes) and len(sizes) > 1:
            for part in self.each:
                if isinstance(part, WeightsField):
                    turned = values["run.orientation"] == "column"
                    part.fit_net(sizes, values["network.bias"], turned=turned)
                elif isinstance(part, PointsField):
                    part.fit_net(sizes[0], sizes[-1])
        title = values["title"] or self._title(sizes)
        for key, text in (("title", title), ("id", id_of(title))):
            if isinstance(part := self.parts.get(key), TextField):
                part.stand_in(text)
        counts = (part.count for part in self.each if isinstance(part, NumbersPart) and self.used(part))
        return sum(count for count in counts if count <= MOST) <= MANY  # too many are not looked at

    @Slot()
    def _check(self) -> None:
        """Have all values checked, and say at each field what is wrong there."""
        self._lesson = None
        tables = [part for part in self.each if isinstance(part, NumbersPart) and self.used(part) and part.missing]
        missing = [Fault(part.missing, part.keys) for part in tables]
        open_keys = {key for part in tables for key in part.keys}
        faults: list[Fault] = []
        try:
            lesson = Lesson.from_table(self.table(), where=WHERE)
        except LessonError as error:
            sentences = [sentence.removeprefix(f"{WHERE}: ") for sentence in error.faults]
            found = [Fault(sentence, keys_in(sentence, self._kept.keys())) for sentence in sentences]
            faults = [fault for fault in found if fault.key not in open_keys]
        else:
            self._lesson = None if missing else lesson
        self.faults = (*faults, *missing)
        named = {key for fault in self.faults for key in fault.keys}
        for part in self.each:
            sentences = [fault.sentence for fault in self.faults if fault.key in part.keys]
            part.mark("\n".join(sentences), named.intersection(part.keys))
        self.checked.emit()

    @property
    def shape(self) -> NetShape:
        """The net, as far as it can be read."""
        values = self._values(tables=False)
        sizes = tuple(n if type(n) is int and n >= 1 else None for n in values[SIZES])
        hidden = [row.activation.currentText() for row in self.layers.hidden]
        return NetShape(sizes, (*hidden, values[OUTPUT]), values["network.bias"])

    @property
    def number_bytes(self) -> int:
        """Bytes of one parameter."""
        return np.dtype(self._choices["run"]["dtype"]).itemsize

    # ---- data --------------------------------------------------------------------------------------------------------

    @property
    def fitting(self) -> tuple[int, int] | None:
        """Widths of input and output that the data ask for, if the net is wrong there."""
        if not any(fault.key == SIZES and "data.source" in fault.sentence for fault in self.faults):
            return None
        data, sizes = self._choices["data"], self.layers.values()[SIZES]
        settings = {key: data[key] for key in ("classes", "image_size") if applies(f"data.{key}", self._choices)}
        if (widths := DataSpec(data["source"], **settings).widths) is None:
            return None
        n_in, outputs = widths
        return n_in, sizes[-1] if not outputs or sizes[-1] in outputs else outputs[-1]

    def fit_net(self) -> None:
        """Give the net the widths of the data."""
        if (widths := self.fitting) is not None:
            self.layers.fit(*widths)

    @Slot()
    def _want_data(self) -> None:
        """A file or a folder for ``data.path``."""
        if self._choices["data"]["source"] == "csv":
            self.csv_wanted.emit()
            return
        chooser = QFileDialog(self.window, self.tr("Folder with a folder of images per class"))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.fileSelected.connect(lambda folder: self.set_data({"path": str(Path(folder))}))
        chooser.open()


def nested(values: Values) -> dict[str, Any]:
    """``{"loss.name": …}`` as ``{"loss": {"name": …}}``."""
    table: dict[str, Any] = {}
    for key, value in values.items():
        section, _, name = key.rpartition(".")
        (table.setdefault(section, {}) if section else table)[name] = value
    return table


def flat(table: dict[str, Any]) -> Values:
    """The other way round."""
    found: Values = {}
    for name, value in table.items():
        found |= {f"{name}.{key}": part for key, part in value.items()} if isinstance(value, dict) else {name: value}
    return found


def _listed(value: Any) -> Any:
    """Tuples as the lists that a file has."""
    return [_listed(item) for item in value] if isinstance(value, tuple | list) else value


def shape_text(sizes: Collection[Any]) -> str:
    """Widths as in 784-30-10; of many, some are left out."""
    shown = list(sizes)
    if len(shown) > MOST_IN_TITLE:
        shown = [*shown[: MOST_IN_TITLE - 2], "…", shown[-1]]
    return "-".join(map(str, shown))
