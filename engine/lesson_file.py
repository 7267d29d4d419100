"""A Lesson as a TOML file: what was put together in the window becomes a file like any other."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.files import write_atomically
from engine.lesson import MAX_FILE_BYTES, SETTINGS, Lesson, LessonError

ONLY_WITH: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "init.value": ("init.scheme", ("constant",)),
    "init.mean": ("init.scheme", ("normal",)),
    "init.std": ("init.scheme", ("normal",)),
    "init.low": ("init.scheme", ("uniform",)),
    "init.high": ("init.scheme", ("uniform",)),
    "init.W": ("init.scheme", ("explicit",)),
    "init.b": ("init.scheme", ("explicit",)),
    **{f"data.{key}": ("data.source", sources) for key, sources in SETTINGS.items()},
}
"""Keys that mean something only while another key has one of some values: key to (other key, values)."""

SAID = (
    "network.activation",
    "network.output",
    "network.bias",
    "init.scheme",
    "loss.name",
    "loss.reduction",
    "optimizer.name",
    "optimizer.learning_rate",
    "data.source",
    "data.batch_size",
    "run.dtype",
    "run.executor",
    "run.orientation",
)
"""Keys that are written even where they are at their default, because whoever reads the file looks for them."""

INDENT = "    "


def save(lesson: Lesson, path: Path) -> None:
    """Write a lesson file that `Lesson.load` reads back as an equal Lesson.

    Data in the file's own folder, or in one below, are named from there, so that the folder can be passed on.

    Parameters
    ----------
    lesson : what to write.
    path : of the file; its folder exists. An older file there is replaced as a whole, or stays as it was.

    Raises
    ------
    LessonError : the file would be larger than a lesson file may be, or a text in it cannot be written as UTF-8.
    OSError : the folder is missing or not writable, or the disk is full.
    """
    try:
        content = text_of(_beside(lesson, path.parent)).encode("utf-8")
    except UnicodeEncodeError as error:
        around = error.object[max(0, error.start - 20) : error.end + 20]
        raise LessonError(f"{path}: {around!r} holds a character that no file can have") from error
    if len(content) > MAX_FILE_BYTES:
        raise LessonError(
            f"{path}: would have {len(content) / 2**20:.1f} MB; the most a lesson file may have is "
            f"{MAX_FILE_BYTES // 2**20} MB"
        )
    write_atomically(path, content)


def text_of(lesson: Lesson) -> str:
    """The text of a lesson's file.

    A key is written if it is not at its default, if it is one that a reader looks for (`SAID`), or if it belongs to
    the scheme or the data source that is chosen (`ONLY_WITH`). A matrix has a line per row.
    """
    table = lesson.to_table()
    head = [
        _line(f.name, table[f.name])
        for f in dataclasses.fields(Lesson)
        if not isinstance(table[f.name], dict) and (f.default is dataclasses.MISSING or table[f.name] != f.default)
    ]
    parts = ["\n".join(head)]
    for f in dataclasses.fields(Lesson):
        section = table[f.name]
        if isinstance(section, dict):
            lines = _section(f.name, getattr(lesson, f.name), table)
            if lines:
                parts.append("\n".join([f"[{f.name}]", *lines]))
    return "\n\n".join(parts) + "\n"


def _beside(lesson: Lesson, folder: Path) -> Lesson:
    """The lesson with a path to its data that starts in a folder, where they are in it."""
    data, folder = Path(lesson.data.path), folder.absolute()
    if not data.is_absolute() or not data.is_relative_to(folder):
        return lesson
    return dataclasses.replace(lesson, data=dataclasses.replace(lesson.data, path=data.relative_to(folder).as_posix()))


def applies(key: str, table: Mapping[str, Any]) -> bool:
    """Whether a dotted key means something in a lesson's table (nested dictionaries, shaped like the file)."""
    if key not in ONLY_WITH:
        return True
    other, values = ONLY_WITH[key]
    section, name = other.split(".")
    return table.get(section, {}).get(name) in values


def _section(name: str, section: Any, table: Mapping[str, Any]) -> list[str]:
    lines = []
    for f in dataclasses.fields(section):
        key, value = f"{name}.{f.name}", table[name][f.name]
        chosen = key in ONLY_WITH and applies(key, table) and value != []
        if getattr(section, f.name) != f.default or key in SAID or chosen:
            lines.append(_line(f.name, value))
    return lines


def _line(key: str, value: Any) -> str:
    return f"{key} = {_written(value)}"


def _written(value: Any, depth: int = 0) -> str:
    """A TOML value. A list of lists has an item per line, so that a matrix looks like one."""
    import tomlkit  # when a lesson is saved, and not when the window opens

    if isinstance(value, list) and value and isinstance(value[0], list):
        pad = INDENT * depth
        items = "".join(f"{pad}{INDENT}{_written(item, depth + 1)},\n" for item in value)
        return f"[\n{items}{pad}]"
    return str(tomlkit.item(value).as_string())
