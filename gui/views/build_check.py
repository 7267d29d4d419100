"""What comes of what stands in the form: a lesson, or all that is wrong; of a CSV, too, what is in the file.

Nothing here is a widget's, so that it can be worked out in another thread.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

from engine.data import DataError, Dataset, load_dataset
from engine.lesson import FORMAT, DataSpec, Lesson, LessonError
from engine.lesson_check import equal_layers
from engine.lesson_file import applies
from gui.views.words import tr

_log = logging.getLogger(__name__)

WHERE = "lesson"  # begins every sentence of the check, and is cut off
DATA = "data"  # likewise those on the data alone
QUICK = 20_000  # inputs of a file that are held against a lesson at once
DEALING = ("batch_size", "shuffle", "drop_last", "normalize")
"""Keys of ``data`` that have to do with batches and not with what is in a file."""


class Wanted(NamedTuple):
    """A file with data, how it is read, and whether two classes are one column."""

    spec: DataSpec
    single: bool


class File(NamedTuple):
    """What is known of a file: what is in it, or why it cannot be read."""

    wanted: Wanted
    dataset: Dataset | None
    fault: str


class Question(NamedTuple):
    """What is to be checked.

    Attributes
    ----------
    values : by dotted key, those left out that mean nothing beside the others.
    file : the file that was read last.
    """

    values: Mapping[str, Any]
    file: File | None


class Answer(NamedTuple):
    """What came of it.

    Attributes
    ----------
    lesson : None if something is wrong.
    faults : sentences on what is wrong.
    file : what is known of the file now; None of data that do not come from one.
    equal : hidden layers whose units start equal and stay so.
    """

    lesson: Lesson | None
    faults: tuple[str, ...]
    file: File | None
    equal: tuple[int, ...]


def answer(question: Question) -> Answer:
    """Check values as the reader of a lesson's file does; a CSV that they name is read, if it is not known yet."""
    table = as_table(question.values)
    lesson: Lesson | None = None
    file: File | None = None
    faults: tuple[str, ...] = ()
    try:
        lesson = Lesson.from_table(table, where=WHERE)
    except LessonError as error:
        faults = bare(error, WHERE)
    if (wanted := file_of(question.values)) is not None:
        file = _known(question.file, wanted) or _read(wanted)
        if file.dataset is None:
            faults = (*faults, file.fault)
        elif lesson is not None:
            try:
                lesson.check_fit(file.dataset)
            except LessonError as error:
                faults = bare(error, lesson.id)
    return Answer(None if faults else lesson, faults, file, () if lesson is None else equal_layers(lesson))


def at_once(question: Question) -> bool:
    """Whether no file has to be read, and none is so large that looking at it takes longer than a picture."""
    if (wanted := file_of(question.values)) is None:
        return True
    file = _known(question.file, wanted)
    return file is not None and file.dataset is not None and file.dataset.train_x.size <= QUICK


def _known(file: File | None, wanted: Wanted) -> File | None:
    """The file that was read last, if it is the one that is wanted; what could not be read is tried again."""
    if file is None or file.dataset is None or file.wanted.spec != wanted.spec:
        return None
    two = len(file.dataset.class_names) == 2
    return None if two and file.wanted.single != wanted.single else file


def file_of(values: Mapping[str, Any]) -> Wanted | None:
    """The CSV that values name, if all is right that has to do with how it is read."""
    if values["data.source"] != "csv":
        return None
    parts = {key: value for key, value in values.items() if key.startswith("data.")}
    others = {f"data.{f.name}": f.default for f in dataclasses.fields(DataSpec) if f.name in DEALING}
    head = {"format": FORMAT, "id": DATA, "title": DATA, "network.sizes": [1, 1]}
    try:
        spec = Lesson.from_table(as_table(head | parts | others)).data
    except LessonError:
        return None
    return Wanted(spec, values["network.sizes"][-1] == 1)


def _read(wanted: Wanted) -> File:
    try:
        dataset = load_dataset(wanted.spec.source, spec=wanted.spec, outputs=1 if wanted.single else None)
    except DataError as error:
        return File(wanted, None, str(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, the form says it
        _log.error("reading %s failed", wanted.spec.path, exc_info=error)
        text = tr("{path} could not be read: {error}")
        return File(wanted, None, text.format(path=wanted.spec.path, error=error or type(error).__name__))
    return File(wanted, dataset, "")


def bare(error: LessonError, where: str) -> tuple[str, ...]:
    """The sentences on what is wrong, without the lesson's name at their beginning."""
    return tuple(sentence.removeprefix(f"{where}: ") for sentence in error.faults)


# ---- values and tables -----------------------------------------------------------------------------------------------


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """``{"loss.name": …}`` as ``{"loss": {"name": …}}``."""
    table: dict[str, Any] = {}
    for key, value in values.items():
        section, _, name = key.rpartition(".")
        (table.setdefault(section, {}) if section else table)[name] = value
    return table


def meaning(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without those that mean nothing beside the others."""
    full = nested(values)
    return {key: value for key, value in values.items() if applies(key, full)}


def as_table(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as a lesson's file has them."""
    return {"format": FORMAT, **nested({key: listed(value) for key, value in values.items()})}


def listed(value: Any) -> Any:
    """Tuples as the lists that a file has."""
    return [listed(item) for item in value] if isinstance(value, tuple | list) else value
