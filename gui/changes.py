"""What the user did in a run, in the order of its batches: thousands of entries, of which a picture shows some."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from engine.history import Change, Entry, RunLog

RATE_KEY = "optimizer.learning_rate"

AnyEntry = TypeVar("AnyEntry", bound=Entry)


class Changes(NamedTuple):
    """The entries of a run log in the order of their batches.

    Attributes
    ----------
    rates : changes of the learning rate.
    others : all other changes.
    marks : all but those of the rate: other changes, and typed cells.
    """

    log: RunLog | None
    rates: Sequence[Change]
    others: Sequence[Change]
    marks: Sequence[Entry]

    @staticmethod
    def of(log: RunLog | None) -> Changes:
        """Those of a log, or none."""
        changes = () if log is None else log.changes
        rates = [change for change in changes if change.key == RATE_KEY]
        others = [change for change in changes if change.key != RATE_KEY]
        marks = () if log is None else (e for e in log.entries if not (isinstance(e, Change) and e.key == RATE_KEY))
        return Changes(log, rates, others, sorted(marks, key=_batch))


def newest(entries: Sequence[AnyEntry], low: float, high: float, apart: float) -> list[AnyEntry]:
    """Of entries in the order of their batches those from ``low`` to ``high``, the newest first; of those that are less
    than ``apart`` batches from a newer one none. Of thousands only those are looked at that are found.
    """
    found: list[AnyEntry] = []
    while (entry := last_until(entries, high)) is not None and entry.batch >= low:
        found.append(entry)
        high = entry.batch - apart
    return found


def oldest(entries: Sequence[AnyEntry], high: float, apart: float) -> Iterator[AnyEntry]:
    """The same from the first on up to ``high``: each at least ``apart`` batches from the one before."""
    place = 0
    while place < len(entries) and entries[place].batch <= high:
        yield entries[place]
        place = max(place + 1, bisect_left(entries, entries[place].batch + apart, key=_batch))


def last_until(entries: Sequence[AnyEntry], batch: float) -> AnyEntry | None:
    """The last entry before which a batch up to this one begins, or None."""
    place = bisect_right(entries, batch, key=_batch)
    return entries[place - 1] if place else None


def _batch(entry: Entry) -> int:
    return entry.batch
