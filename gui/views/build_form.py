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

from engine.files import at_home
from engine.lesson import DataSpec, Lesson, absolute, elsewhere
from engine.lesson_file import ONLY_WITH, applies
from gui.said import said
from gui.views.build_advice import Advice, advice, told
from gui.views.build_check import Answer, File, Question, answer, as_table, at_once, listed, meaning, nested
from gui.views.build_fields import Part, PathField, TextField, Values, field_for
from gui.views.build_layers import ACTIVATION, OUTPUT, SIZES, LayersField
from gui.views.build_numbers import MOST, NumbersPart
from gui.views.build_picture import NetShape
from gui.views.build_points import PointsField
from gui.views.build_weights import WeightsField
from gui.views.build_words import id_of, keys_in
from gui.views.build_work import Latest

MANY = 2_000  # numbers in tables: more are checked in another thread, after a pause in typing
PAUSE = 250  # milliseconds
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
NUMBERS = ("init.W", "init.b", "data.x", "data.y")
"""Those of them whose values are numbers in tuples, as a lesson has them; elsewhere lists stand for tuples."""
RANDOM = ("init.rng", "init.seed")
"""What draws random numbers: the start, except of these schemes, and the order of the examples."""
FIXED = ("constant", "explicit")


class Fault(NamedTuple):
    """What is wrong: a sentence, and the keys that it names."""

    sentence: str
    keys: tuple[str, ...]

    @property
    def key(self) -> str | None:
        """The first of the keys, at whose field the sentence is said."""
        return self.keys[0] if self.keys else None


class KeyChange(NamedTuple):
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
    advice : what is allowed and yet worth a word; while ``busy``, that on what stood here before.

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
        self.advice: tuple[Advice, ...] = ()
        self._lesson: Lesson | None = None
        self._file: File | None = None  # that was read last
        self._kept: Values = {}  # of all keys; those with a field have their value there
        self._shown: Values = {}  # as they were when the lesson was put in
        self._choices: dict[str, Any] = {}  # the values without those of tables, as a table
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._check)
        self._beside = Latest(self)
        self._beside.done.connect(self._take_answer)

    # ---- fields ------------------------------------------------------------------------------------------------------

    def place(self, key: str, parent: QWidget) -> Part:
        """The field of a key, made here if it is not anywhere yet."""
        if key not in self.parts:
            part = self._made(key, parent)
            if not part.toolTip():
                part.explain()
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
        key, choices = part.keys[0], self._choices
        drawn = choices["init"]["scheme"] not in FIXED or choices["data"]["shuffle"]
        return applies(key, choices) and (drawn or key not in RANDOM)

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
        return as_table(self._meant())

    def _meant(self) -> Values:
        values = self.values
        values["title"] = values["title"] or self._title(values[SIZES])
        values["id"] = values["id"] or id_of(values["title"])
        values["data.path"] = absolute(values["data.path"], Path())
        return meaning(values)

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
        self._file = None
        self._take(self.values_of(lesson))
        self._change(anew=True)

    def values_of(self, lesson: Lesson) -> Values:
        """The values that a lesson puts into the form."""
        values = flat(lesson)
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

    def changes(self) -> list[KeyChange]:
        """Where the form differs from the lesson that was put in."""
        values = self.values
        full = nested(values)
        return [
            KeyChange(key, self._shown[key], value)
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
        values = {f"data.{key}": listed(value) for key, value in data.items() if key != "sizes"}
        if unknown := sorted(set(values) - set(self._kept)):
            raise ValueError(f"no keys of a lesson: {unknown}")
        self._take(values)
        self._file = None  # what is in it may be another since it was read
        if sizes is None:
            self._edit()
        else:
            self.layers.fit(*sizes)

    def look_again(self) -> None:
        """The form is shown again: a CSV may be another since it was read."""
        if self._file is not None:
            self._file = None
            self._change()

    def _title(self, sizes: list[Any]) -> str:
        """The title of a net that has none."""
        return self.tr("My net {shape}").format(shape=shape_text(sizes))

    # ---- checking ----------------------------------------------------------------------------------------------------

    @property
    def lesson(self) -> Lesson | None:
        """The lesson that the values make, or None while something is wrong, or ``busy``."""
        return self._lesson

    @property
    def busy(self) -> bool:
        """Whether the check waits for a pause in typing, or is done in another thread."""
        return self._pause.isActive() or self._beside.busy

    @Slot()
    def _edit(self) -> None:
        self._change()
        self.edited.emit()

    def _change(self, *, anew: bool = False) -> None:
        """Follow a change: what is shown at once, what is wrong at once or after a pause where that takes longer."""
        few = self._fit()
        if anew:
            self._shown = self.values
        self._lesson = None
        self._beside.forget()
        question = Question(self._meant(), self._file) if few else None
        quick = question is not None and at_once(question)
        if quick:
            self._pause.stop()
        else:
            self._pause.start()
        self.changed.emit()
        if quick:
            self._take_answer(answer(question))

    def _fit(self) -> bool:
        """Fit the tables to the net, and what is made up to the values. Returns whether numbers in tables are few."""
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
        """Have all values checked in another thread."""
        question = Question(self._meant(), self._file)
        self._beside.ask(lambda: answer(question))

    @Slot(object)
    def _take_answer(self, found: Answer) -> None:
        """Say at each field what is wrong there."""
        tables = [part for part in self.each if isinstance(part, NumbersPart) and self.used(part) and part.missing]
        missing = [Fault(part.missing, part.keys) for part in tables]
        open_keys = {key for part in tables for key in part.keys}
        # the keys are looked for in the engine's own words, before it is said in those of the window
        faults = [Fault(said(fault), self._keys_in(fault, found.file)) for fault in found.faults]
        self.faults = (*(fault for fault in faults if fault.key not in open_keys), *missing)
        self._lesson = None if self.faults else found.lesson
        self._file = found.file or self._file
        self.advice = () if missing else advice(self._choices, found)
        named = {key for fault in self.faults for key in fault.keys}
        for part in self.each:
            sentences = [fault.sentence for fault in self.faults if fault.key in part.keys]
            part.mark("\n".join(sentences), named.intersection(part.keys))
            if isinstance(part, PathField):
                part.tell(told(found.file))
        self.checked.emit()

    def _keys_in(self, sentence: str, file: File | None) -> tuple[str, ...]:
        """The keys that a sentence has to do with; one on a file names none of them if it is about the file itself."""
        found = keys_in(sentence, self._kept.keys())
        return found or (("data.path",) if file is not None and sentence == file.fault else ())

    def take(self, given: Collection[Advice]) -> None:
        """Do what some of the advice comes to."""
        self._take({key: value for one in given for key, value in one.values.items()})
        self._edit()

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
        known = not any((fault.key or "").startswith("data.") for fault in self.faults)
        wrong = any(fault.key == SIZES for fault in self.faults)
        if not (known and wrong) or (widths := self._widths()) is None:
            return None
        sizes = self.layers.values()[SIZES]
        n_in, outputs = widths
        fit = n_in, sizes[-1] if not outputs or sizes[-1] in outputs else outputs[-1]
        return fit if fit != (sizes[0], sizes[-1]) else None

    @property
    def fitting_text(self) -> str:
        """The widths of the net, with those that fit."""
        assert self.fitting is not None
        (n_in, n_out), sizes = self.fitting, self.layers.values()[SIZES]
        return shape_text([n_in, *sizes[1:-1], n_out])

    def _widths(self) -> tuple[int, tuple[int, ...]] | None:
        """Inputs, and the numbers of outputs that fit (none: not known), as far as the data are known."""
        data = self._choices["data"]
        if data["source"] == "csv":
            dataset = None if self._file is None else self._file.dataset
            if dataset is None:
                return None
            classes = len(dataset.class_names)
            return dataset.train_x.shape[1], (1, 2) if classes == 2 else (classes or dataset.train_y.shape[1],)
        settings = {key: data[key] for key in ("classes", "image_size") if applies(f"data.{key}", self._choices)}
        for value in settings.values():
            if not all(type(n) is int for n in (value if isinstance(value, list) else [value])):
                return None
        return DataSpec(data["source"], **settings).widths

    def fit_net(self) -> None:
        """Give the net the widths of the data."""
        if (widths := self.fitting) is not None:
            self.layers.fit(*widths)

    @property
    def csv(self) -> Path | None:
        """The CSV that is named, if it is one that may be opened."""
        path = self.values["data.path"]
        named = self._choices["data"]["source"] == "csv" and path and not elsewhere(path)
        return at_home(absolute(path, Path())) if named else None

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


def flat(lesson: Lesson) -> Values:
    """The values of a lesson by dotted key, as its file has them, but tables of numbers as they are."""
    found: Values = {}
    for name, part in vars(lesson).items():
        section = vars(part) if dataclasses.is_dataclass(part) else {"": part}
        found |= {f"{name}.{key}".strip("."): value for key, value in section.items()}
    del found["format"]
    return {key: value if key in NUMBERS else listed(value) for key, value in found.items()}


def shape_text(sizes: Collection[Any]) -> str:
    """Widths as in 784-30-10; of many, some are left out."""
    shown = list(sizes)
    if len(shown) > MOST_IN_TITLE:
        shown = [*shown[: MOST_IN_TITLE - 2], "…", shown[-1]]
    return "-".join(map(str, shown))
