"""History: what the user did during a run. Lesson, seed and this log determine every number of the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.lesson import Lesson


@dataclass(frozen=True)
class Change:
    """``key`` of the lesson became ``new`` before batch ``batch``."""

    batch: int
    key: str
    old: Any
    new: Any


@dataclass(frozen=True)
class RunLog:
    """The lesson as it was opened, and the changes made since, in order."""

    lesson: Lesson
    changes: tuple[Change, ...] = ()

    def with_change(self, change: Change) -> RunLog:
        """The log with one change more; a second change of one key before the same batch replaces the first."""
        last = self.changes[-1] if self.changes else None
        if last is not None and (last.batch, last.key) == (change.batch, change.key):
            merged = Change(change.batch, change.key, last.old, change.new)
            return RunLog(self.lesson, (*self.changes[:-1], merged))
        return RunLog(self.lesson, (*self.changes, change))
