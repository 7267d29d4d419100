"""The thread in which a sweep is waited for, so that the window never does."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections import deque
from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.lesson import Lesson, LessonError
from engine.sweep import Axis, Result, Sweep, run_sweep

_log = logging.getLogger(__name__)

Runner = Callable[..., Generator[Result, None, None]]
"""A function such as `run_sweep`."""


@dataclass(frozen=True)
class Wish:
    """A sweep that is asked for: what is varied, for how long, and where. ``dask`` None: on this machine."""

    lesson: Lesson
    axes: tuple[Axis, ...]
    batches: int
    jobs: int | None
    dask: str | None
    data_dir: Path | None


class SweepJob:
    """One sweep under way: the thread writes, the dialog reads.

    Attributes
    ----------
    sweep : once its lessons are checked.
    fault : why it could not be made or could not go on, in a sentence, or "".
    """

    def __init__(self, wish: Wish, known: Collection[str], run: Runner = run_sweep) -> None:
        self.sweep: Sweep | None = None
        self.fault = ""
        self.cancelled = threading.Event()
        self._results: deque[Result] = deque()
        self._thread = threading.Thread(target=self._work, args=(wish, known, run), name="sweep")
        self._thread.start()

    def take(self) -> Sequence[Result]:
        """The results that have come since this was asked last."""
        return [self._results.popleft() for _ in range(len(self._results))]

    def ended(self) -> bool:
        """Whether nothing more comes."""
        if self._thread.is_alive():
            return False
        self._thread.join()
        return True

    def _work(self, wish: Wish, known: Collection[str], run: Runner) -> None:
        try:
            self.sweep = Sweep.of(wish.lesson, wish.axes, wish.batches)
            places = {"jobs": wish.jobs, "dask": wish.dask, "data_dir": wish.data_dir, "cancelled": self.cancelled}
            with contextlib.closing(run(self.sweep, known, **places)) as results:
                for result in results:
                    self._results.append(result)
        except LessonError as error:
            self.fault = str(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the dialog shows it
            _log.exception("the sweep failed")
            self.fault = f"{type(error).__name__}: {error}"
