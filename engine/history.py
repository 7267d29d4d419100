"""History: what the user did during a run, and the way back to any batch of it.

Lesson, seed and run log determine every number of a run. Checkpoints only shorten the way: the state at the start of a
batch is the nearest checkpoint before it and the batches in between once more.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from engine.lesson import Lesson
from engine.metrics import Metrics
from engine.tensors import Array


@dataclass(frozen=True)
class Change:
    """``key`` of the lesson became ``new`` before batch ``batch``."""

    batch: int
    key: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Edit:
    """A cell of an array was typed: from batch ``batch`` on for a parameter, in that batch alone for x and y.

    ``old`` is what the batch would have begun with. ``part``: it was done together with the entry before it, and is
    undone with it.
    """

    batch: int
    array: str
    row: int
    column: int
    old: float
    new: float
    part: bool = False

    @property
    def of_parameter(self) -> bool:
        """Whether a weight or a bias was typed, and not an example."""
        return self.array[0] in "Wb"


Entry = Change | Edit


@dataclass(frozen=True)
class RunLog:
    """The lesson as it was opened, and what the user did since, in the order it was done."""

    lesson: Lesson
    entries: tuple[Entry, ...] = ()

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Changes of the lesson, in the order of their batches."""
        return tuple(sorted((e for e in self.entries if isinstance(e, Change)), key=lambda change: change.batch))

    @cached_property
    def _by_batch(self) -> dict[int, list[Entry]]:
        """The entries of each batch that has any, in the order they were done; batches in order."""
        found: dict[int, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.batch, []).append(entry)
        return dict(sorted(found.items()))

    @cached_property
    def _batches(self) -> tuple[int, ...]:
        return tuple(self._by_batch)

    def changes_at(self, batch: int) -> tuple[Change, ...]:
        """What changes before a batch."""
        return tuple(e for e in self._by_batch.get(batch, ()) if isinstance(e, Change))

    def edits_at(self, batch: int) -> tuple[Edit, ...]:
        """What was typed for a batch."""
        return tuple(e for e in self._by_batch.get(batch, ()) if isinstance(e, Edit))

    def next_after(self, batch: int) -> int | None:
        """The first batch after ``batch`` before which something changes."""
        place = bisect_right(self._batches, batch)
        return self._batches[place] if place < len(self._batches) else None

    def with_change(self, batch: int, key: str, old: Any, new: Any) -> RunLog:
        """The log with one change more; one of the same key before the same batch takes the place of the first."""
        first = next((c for c in self.changes_at(batch) if c.key == key), None)
        kept = tuple(e for e in self.entries if e is not first)
        old = old if first is None else first.old
        return replace(self, entries=kept if old == new else (*kept, Change(batch, key, old, new)))

    def with_edits(self, edits: Sequence[Edit]) -> RunLog:
        """The log with some more, done together; one of the same cell and batch takes the place of the first."""
        places = {(e.batch, e.array, e.row, e.column) for e in edits}
        first = {}
        kept = []
        for entry in self.entries:
            if isinstance(entry, Edit) and (place := (entry.batch, entry.array, entry.row, entry.column)) in places:
                first[place] = entry.old
            else:
                kept.append(entry)
        new = (
            replace(e, old=first.get((e.batch, e.array, e.row, e.column), e.old), part=number > 0)
            for number, e in enumerate(edits)
        )
        return replace(self, entries=(*kept, *new))

    def without_last(self) -> RunLog:
        """The log without what was done last."""
        entries = list(self.entries)
        while entries:
            last = entries.pop()
            before = entries[-1] if entries else None
            if not (isinstance(last, Edit) and last.part and isinstance(before, Edit) and before.batch == last.batch):
                break
        return replace(self, entries=tuple(entries))

    def before(self, batch: int) -> RunLog:
        """What was done before a batch began to change."""
        return replace(self, entries=tuple(e for e in self.entries if e.batch < batch))

    def until(self, batch: int) -> RunLog:
        """The same with what changes before ``batch`` itself."""
        return self.before(batch + 1)


OVERHEAD = 400  # bytes of a checkpoint besides its numbers


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state between two batches: before ``batch``, and before what changes there.

    Attributes
    ----------
    lesson : in force in the batch before.
    parameters : all of them as one vector.
    velocities : the same of the velocities; None where they are all zero.
    """

    batch: int
    lesson: Lesson
    parameters: Array
    velocities: Array | None

    @property
    def bytes(self) -> int:
        """What it takes in memory."""
        return OVERHEAD + self.parameters.nbytes + (0 if self.velocities is None else self.velocities.nbytes)


@dataclass
class Line:
    """One course of a run. A change in the past begins another; the old one is kept and can be returned to.

    Attributes
    ----------
    number : from 0, in the order they came about.
    parent : the line this one left, or None.
    begins : the first batch that is its own.
    log, metrics : of the whole course, from batch 1.
    checkpoints : in the order of their batches; the first stands before batch 1.
    """

    number: int
    parent: int | None
    begins: int
    log: RunLog
    metrics: Metrics
    checkpoints: list[Checkpoint] = field(default_factory=list)

    @property
    def finished(self) -> int:
        """How many batches it has finished."""
        return len(self.metrics.loss)

    def checkpoint_before(self, batch: int) -> Checkpoint:
        """The last checkpoint at or before a batch."""
        return self.checkpoints[bisect_right(self.checkpoints, batch, key=lambda c: c.batch) - 1]

    def keep(self, checkpoint: Checkpoint) -> None:
        """Take a checkpoint in; one of the same batch is the same."""
        place = bisect_right(self.checkpoints, checkpoint.batch, key=lambda c: c.batch)
        if place == 0 or self.checkpoints[place - 1].batch != checkpoint.batch:
            self.checkpoints.insert(place, checkpoint)

    def thin(self) -> None:
        """Give up every second checkpoint of the older three quarters, never the first."""
        old = len(self.checkpoints) * 3 // 4
        self.checkpoints[:] = [c for i, c in enumerate(self.checkpoints) if i >= old or i % 2 == 0]


@dataclass(frozen=True)
class LineInfo:
    """What the interface shows of a Line."""

    number: int
    parent: int | None
    begins: int
    finished: int
    entries: tuple[Entry, ...]


def parting(lines: Sequence[LineInfo], one: int, other: int) -> int:
    """The first batch that two lines do not have in common: the numbers of the lines are given."""
    by_number = {line.number: line for line in lines}

    def way(number: int | None) -> list[LineInfo]:
        found = []
        while number is not None:
            found.append(by_number[number])
            number = found[-1].parent
        return found

    ways = way(one), way(other)
    shared = {line.number for line in ways[0]} & {line.number for line in ways[1]}
    return min((line.begins for path in ways for line in path if line.number not in shared), default=1)


MEGABYTES = 256


class History:
    """The lines of a run and the memory their checkpoints may take.

    Parameters
    ----------
    lesson : as it was opened.
    start : the state before batch 1.
    limit : bytes that all checkpoints may take together. Older ones are thinned out when it is reached.
    """

    def __init__(self, lesson: Lesson, start: Checkpoint, limit: int) -> None:
        self._limit = limit
        self.line = Line(0, None, 1, RunLog(lesson), Metrics.empty(), [start])
        self.lines = [self.line]
        self._bytes = start.bytes

    @property
    def limit(self) -> int:
        """Bytes that all checkpoints may take together."""
        return self._limit

    @limit.setter
    def limit(self, most: int) -> None:
        self._limit = most
        self._thin()

    def keep(self, checkpoint: Checkpoint) -> None:
        """Take a checkpoint into the present line, and thin out old ones where there are too many."""
        self.line.keep(checkpoint)
        self._bytes += checkpoint.bytes
        if self._bytes > self.limit:
            self._thin()

    @property
    def bytes(self) -> int:
        """What all checkpoints take; those that lines have in common count once."""
        return sum({id(c): c.bytes for line in self.lines for c in line.checkpoints}.values())

    def _thin(self) -> None:
        self._bytes = self.bytes
        by_age = [line for line in self.lines if line is not self.line] + [self.line]
        while self._bytes > self.limit and any(len(line.checkpoints) > 2 for line in by_age):
            for line in by_age:
                if self._bytes > self.limit:
                    line.thin()
                    self._bytes = self.bytes

    def rewrite(self, batch: int, log: RunLog) -> None:
        """From batch ``batch`` on things go as another log says.

        What the present line has recorded from there on stays as it is, in a line of its own. A line that went that
        way before is returned to: undoing a change brings its old future back.
        """
        line = self.line
        there = [n for n in self.lines if n is not line and n.finished >= batch and n.log.until(batch) == log]
        if there:
            self.line = max(there, key=lambda n: n.finished)
            return
        if line.finished < batch:
            line.log = log
            return
        kept = [c for c in line.checkpoints if c.batch <= batch]
        number = len(self.lines)
        self.line = Line(number, line.number, batch, log, line.metrics.until(batch - 1), kept)
        self.lines.append(self.line)

    def infos(self) -> tuple[LineInfo, ...]:
        """All lines, for the interface."""
        return tuple(LineInfo(n.number, n.parent, n.begins, n.finished, n.log.entries) for n in self.lines)
