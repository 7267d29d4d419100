"""Recording: a run as a file. The lesson, what the user did, and where they were determine every number of it.

A file is JSON: readable, versioned, and data alone. Nothing in it is ever executed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

from engine.breakpoints import Breakpoint, BreakpointError, Breakpoints
from engine.files import finite, read_at_most, write_atomically
from engine.history import Change, Edit, Entry, RunLog
from engine.lesson import Init, Lesson, LessonError
from engine.tensors import Layout, Tensors
from engine.trainer import LIVE_KEYS, SHOWN_KEYS, Position, value_of
from engine.watches import Watch, WatchError, shapes_of

FORMAT = 1
SUFFIX = ".backstep"
MAX_BYTES = 32 * 2**20
MAX_ENTRIES = 100_000
MAX_CHANGES = 10_000  # of them that are no edits: each is a lesson of its own to check
MAX_WATCHES = 100
MAX_LAYOUT = 32
MAX_TEXT = 4096
LARGEST = 10**9  # of batches and of places


class RecordingError(LessonError):
    """A file that is no recording. The message is one sentence: which file, what, what is allowed."""


class Standing(Protocol):
    """A run and where it stands: a Trainer or a Snapshot."""

    @property
    def log(self) -> RunLog: ...
    @property
    def lesson(self) -> Lesson: ...
    @property
    def position(self) -> Position: ...
    @property
    def tensors(self) -> Tensors: ...


@dataclass(frozen=True)
class Recording:
    """A run and where the user was in it.

    Attributes
    ----------
    log : the lesson as it was opened, and the user's changes and edits.
    batch, step : where the user stood.
    digest : SHA-256 of the parameters there, in hexadecimal; "" where it is not known.
    breakpoints, watches : as they were set.
    layout : how the window was arranged, as texts by name; what they mean is the window's own affair.
    """

    log: RunLog
    batch: int
    step: int
    digest: str = ""
    breakpoints: Breakpoints = ()
    watches: tuple[str, ...] = ()
    layout: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(
        run: Standing,
        breakpoints: Breakpoints = (),
        watches: tuple[str, ...] = (),
        layout: Mapping[str, str] = MappingProxyType({}),
    ) -> Recording:
        """Record where a run stands."""
        at, log = run.position, run.log
        # breakpoints and watches name cells as they are shown; all of these keys are of the section ``run``
        shown = {key.removeprefix("run."): value_of(run.lesson, key) for key in SHOWN_KEYS}
        log = replace(log, lesson=replace(log.lesson, run=replace(log.lesson.run, **shown)))
        return Recording(log, at.batch, at.step, digest_of(run), breakpoints, watches, dict(layout))

    def text(self) -> str:
        """The file's content: JSON, a line for each section of the lesson, each row of its data and each entry."""
        table = {
            "backstep": FORMAT,
            "lesson": {name: _table(part) if is_dataclass(part) else part for name, part in _items(self.log.lesson)},
            "log": [{"kind": _kind(entry), **vars(entry)} for entry in self.log.entries],  # there may be 100,000
            "batch": self.batch,
            "step": self.step,
            "digest": self.digest,
            "breakpoints": [point.as_dict() for point in self.breakpoints],
            "watches": list(self.watches),
            "layout": dict(self.layout),
        }
        return _written(table)

    def save(self, path: Path) -> None:
        """Write the file whole or not at all.

        Raises
        ------
        RecordingError : ``load`` would not read it back: it is beyond a limit, or has text that is no UTF-8, as a path
            to data may be.
        OSError : it cannot be written; an old file is untouched.
        """
        where, entries = str(path), self.log.entries
        _check_counts(where, len(entries), sum(isinstance(e, Change) for e in entries), len(self.watches))
        _check_layout(where, self.layout)
        _whole({"batch": self.batch}, "batch", 1, where)
        try:
            content = self.text().encode()
        except UnicodeEncodeError as error:
            around = error.object[max(0, error.start - 20) : error.end + 20]
            raise RecordingError(
                f"{where}: cannot be saved: {around!r} has a character that no file can have; of a path to data, each "
                "folder's name must be UTF-8"
            ) from error
        if len(content) > MAX_BYTES:
            raise RecordingError(
                f"{where}: would have {len(content) / 2**20:.1f} MB; the most a recording may have is "
                f"{MAX_BYTES / 2**20:g} MB"
            )
        write_atomically(path, content)

    @staticmethod
    def load(path: Path) -> Recording:
        """Read and check a file.

        Raises
        ------
        RecordingError : it cannot be read, or is no recording of this format.
        """
        try:
            content = read_at_most(path, MAX_BYTES)
        except (OSError, ValueError) as error:
            raise RecordingError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
        if len(content) > MAX_BYTES:
            raise RecordingError(f"{path}: larger than {MAX_BYTES // 2**20} MB, the most a recording may have")
        try:
            table = json.loads(content.decode("utf-8"), parse_constant=_refuse_constant, parse_float=finite)
            json.dumps(table, ensure_ascii=False).encode()  # half characters, which no text can hold, are refused
        except (ValueError, RecursionError) as error:  # ValueError: also text that is not UTF-8
            raise RecordingError(f"{path}: is not a recording: {error}") from error
        return _read(table, str(path))


def digest_of(run: Standing) -> str:
    """SHA-256 of the parameters as they are now."""
    import hashlib  # OpenSSL comes with it, for which no start should wait

    return hashlib.sha256(np.ascontiguousarray(run.tensors.parameters).tobytes()).hexdigest()


_line = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _written(value: Any, depth: int = 0) -> str:
    """JSON in which tables, and lists of lists or of tables, have a line per item.

    The encoder of ``json`` that indents by itself is many times slower, seconds for the largest lessons.
    """
    pad = "\n" + " " * (depth + 1)
    end = "\n" + " " * depth
    if isinstance(value, dict) and value and depth < 3:
        return f"{{{pad}{f',{pad}'.join(f'{_line(k)}: {_written(v, depth + 1)}' for k, v in value.items())}{end}}}"
    if isinstance(value, list | tuple) and value and isinstance(value[0], dict | list | tuple):
        return f"[{pad}{f',{pad}'.join(map(_line, value))}{end}]"
    return _line(value)


def _items(record: Any) -> Iterator[tuple[str, Any]]:
    return ((f.name, getattr(record, f.name)) for f in fields(record))


def _table(record: Any) -> dict[str, Any]:
    """A dataclass of plain values as a table; ``asdict`` would copy every number of it."""
    return dict(_items(record))


def _kind(entry: Entry) -> str:
    return "edit" if isinstance(entry, Edit) else "change"


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number that a recording may have")


PARTS: Mapping[str, type] = {
    "backstep": int, "lesson": dict, "log": list, "batch": int, "step": int, "digest": str, "breakpoints": list,
    "watches": list, "layout": dict,
}  # fmt: skip


def _read(table: Any, where: str) -> Recording:
    if not isinstance(table, dict) or "backstep" not in table:
        raise RecordingError(f"{where}: is not a recording of Backstep")
    if table["backstep"] != FORMAT:
        raise RecordingError(f"{where}: has format {table['backstep']!r}; this version reads format {FORMAT}")
    if set(table) != set(PARTS):
        odd = ", ".join(sorted(set(table) ^ set(PARTS)))
        raise RecordingError(f"{where}: a recording has {', '.join(PARTS)}, and this file differs in: {odd}")
    for name, kind in PARTS.items():
        if type(table[name]) is not kind:
            raise RecordingError(f"{where}: {name} must be {_NAMES[kind]}, not {type(table[name]).__name__}")
    try:
        lesson = Lesson.from_table(table["lesson"], where=f"{where}: lesson")
    except LessonError as error:
        raise RecordingError(str(error)) from error
    except (RecursionError, TypeError) as error:
        raise RecordingError(f"{where}: lesson: {error}") from error
    changes = sum(isinstance(entry, dict) and "key" in entry for entry in table["log"])
    _check_counts(where, len(table["log"]), changes, len(table["watches"]))
    entries = _entries(table["log"], lesson, where)
    batch, step = _whole(table, "batch", 1, where), _whole(table, "step", 0, where)
    try:
        breakpoints = tuple(Breakpoint.from_dict(point) for point in table["breakpoints"])
        shapes = shapes_of(lesson)
        watches = tuple(Watch.parse(text, shapes).text for text in table["watches"])
    except (BreakpointError, WatchError) as error:
        raise RecordingError(f"{where}: {error}") from error
    _check_layout(where, table["layout"])
    return Recording(RunLog(lesson, entries), batch, step, table["digest"], breakpoints, watches, table["layout"])


def _check_counts(where: str, entries: int, changes: int, watches: int) -> None:
    for what, count, most in (
        ("changes", entries, MAX_ENTRIES),
        ("changes of the lesson", changes, MAX_CHANGES),
        ("watches", watches, MAX_WATCHES),
    ):
        if count > most:
            raise RecordingError(f"{where}: {count:,} {what}; a recording has at most {most:,}")


def _check_layout(where: str, layout: Mapping[Any, Any]) -> None:
    texts = [*layout, *layout.values()]
    if len(layout) > MAX_LAYOUT or not all(isinstance(text, str) and len(text) <= MAX_TEXT for text in texts):
        raise RecordingError(f"{where}: layout must be at most {MAX_LAYOUT} texts of at most {MAX_TEXT:,} characters")


_NAMES = {int: "a whole number", dict: "a table", list: "a list", str: "text"}
_CHANGE = {"kind", "batch", "key", "old", "new"}
_EDIT = {"kind", "batch", "array", "row", "column", "old", "new", "part"}


def _entries(items: list[Any], lesson: Lesson, where: str) -> tuple[Entry, ...]:
    """The log's entries, each checked against the lesson as it is by then."""
    entries: list[Entry] = []
    layout, last, changing = Layout.of(lesson, lesson.data.batch_size), 1, _Changing(lesson)
    for number, item in enumerate(items, 1):
        place = f"{where}: change {number}"
        if not isinstance(item, dict) or set(item) not in (_CHANGE, _EDIT):
            raise RecordingError(f"{place}: has to have {', '.join(sorted(_CHANGE))} or {', '.join(sorted(_EDIT))}")
        batch = _whole(item, "batch", last, place)
        last = batch
        if item["kind"] == "change" and set(item) == _CHANGE:
            if item["key"] not in LIVE_KEYS:
                raise RecordingError(f"{place}: {item['key']!r} cannot change during a run")
            if type(item["old"]) not in (str, bool, int, float):
                raise RecordingError(f"{place}: old must be a number, a text, true or false")
            try:
                changing.take(item["key"], item["new"])
            except (LessonError, TypeError) as error:
                raise RecordingError(f"{place}: {error}") from error
            entries.append(Change(batch, item["key"], item["old"], item["new"]))
        elif item["kind"] == "edit" and set(item) == _EDIT:
            entries.append(_edit(item, batch, layout, place))
        else:
            raise RecordingError(f"{place}: kind must be change or edit, with what belongs to it")
    return tuple(entries)


class _Changing:
    """A lesson of which one of ``LIVE_KEYS`` after the other changes, without building it anew for each change.

    Building takes the time of a whole lesson, seconds where that has many examples; a recording may have thousands of
    changes. What the keys may be does not depend on the examples or on the initial weights, so a lesson without them is
    checked. The numbers a key may have are an interval, so what lies between two that it may have needs no check.
    """

    def __init__(self, lesson: Lesson) -> None:
        few = replace(lesson.data, x=lesson.data.x[:1], y=lesson.data.y[:1], batch_size=1)
        self._lesson = replace(lesson, init=Init(), data=few)
        self._checked: dict[tuple[Lesson, str, type, str], Lesson] = {}
        self._between: dict[str, tuple[float, float]] = {}

    def take(self, key: str, new: Any) -> None:
        """Let a key have another value.

        Raises
        ------
        LessonError, TypeError : it may not.
        """
        if type(value_of(self._lesson, key)) is float and type(new) in (int, float):
            low, high = self._between.get(key, (math.inf, -math.inf))
            if not low <= new <= high:
                self._lesson.with_value(key, new)
                self._between[key] = min(low, new), max(high, new)
            return
        state = (self._lesson, key, type(new), repr(new))  # 1, 1.0 and true are equal, and not all allowed
        if state not in self._checked:
            self._checked[state] = self._lesson.with_value(key, new)
        self._lesson = self._checked[state]


def _edit(item: dict[str, Any], batch: int, layout: Layout, place: str) -> Edit:
    array = item["array"]
    if not isinstance(array, str) or array not in layout.places or array[0] not in "Wbxy":
        raise RecordingError(f"{place}: {array!r} is no array that can be typed")
    rows, columns = layout.places[array].shape(layout.capacity)
    row, column = _whole(item, "row", 0, place), _whole(item, "column", 0, place)
    if row >= rows or column >= columns:
        raise RecordingError(f"{place}: {array}[{row}, {column}] does not exist: {array} is {rows} x {columns}")
    numbers = [item[name] for name in ("old", "new")]
    try:
        old, new = (float(n) if type(n) in (int, float) else math.nan for n in numbers)
    except OverflowError:
        old = new = math.nan
    if not (math.isfinite(old) and math.isfinite(new)):
        raise RecordingError(f"{place}: old and new must be finite numbers")
    if type(item["part"]) is not bool:
        raise RecordingError(f"{place}: part must be true or false")
    return Edit(batch, array, row, column, old, new, item["part"])


def _whole(table: dict[str, Any], name: str, least: int, where: str) -> int:
    value = table[name]
    if type(value) is not int or not least <= value <= LARGEST:
        raise RecordingError(f"{where}: {name} must be a whole number from {least} on, not {value!r}")
    return value
