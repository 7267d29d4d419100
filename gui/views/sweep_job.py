"""The thread in which a sweep is waited for, so that the window never does."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.lesson import Lesson
from engine.sweep import Axis, Result, Sweep, check_data, run_sweep
from gui.views.study_job import StudyJob

Runner = Callable[..., Generator[Result, None, None]]
"""A function such as `run_sweep`."""


@dataclass(frozen=True)
class Wish:
    """A sweep that is asked for: what is varied, for so many batches or epochs, and where.

    ``dask`` None: on this machine.
    """

    lesson: Lesson
    axes: tuple[Axis, ...]
    batches: int | None
    epochs: int | None
    jobs: int | None
    dask: str | None
    data_dir: Path | None


class SweepJob(StudyJob):
    """One sweep under way.

    Attributes
    ----------
    sweep : once its lessons and their data are checked.
    """

    def __init__(self, wish: Wish, known: Collection[str], run: Runner = run_sweep) -> None:
        super().__init__("sweep")
        self.sweep: Sweep | None = None
        self._wish, self._known, self._run = wish, known, run
        self._results: deque[Result] = deque()

    def take(self) -> Sequence[Result]:
        """The results that have come since this was asked last."""
        return [self._results.popleft() for _ in range(len(self._results))]

    def _work(self) -> None:
        wish = self._wish
        sweep = Sweep.of(wish.lesson, wish.axes, wish.batches, wish.epochs)
        if wish.dask is None:
            check_data((run.lesson for run in sweep.runs), wish.data_dir, lambda: not self.cancelled.is_set())
        self.sweep = sweep
        places = {"jobs": wish.jobs, "dask": wish.dask, "data_dir": wish.data_dir, "cancelled": self.cancelled}
        with contextlib.closing(self._run(sweep, self._known, **places)) as results:
            for result in results:
                self._results.append(result)
