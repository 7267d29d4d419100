"""The thread in which runs are compared: it trains them, then answers what is asked of their difference."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.compare import PARAMETERS, Facts, LockStep
from engine.lesson import Lesson, LessonError
from engine.metrics import Values
from engine.tensors import Array
from gui.views.study_job import StudyJob

REFRESH = 0.1  # seconds between two pictures, and the longest that a wish waits
TURN = 0.010  # seconds in which runs in plain Python hold the interpreter, and the window can do nothing …
BREATH = 0.008  # … and that are its own after them


@dataclass(frozen=True)
class Course:
    """How far the runs have come.

    Attributes
    ----------
    losses, accuracies : of each run, as many as ``batches``; accuracies are NaN without classes.
    halts : why each stopped, or "".
    arrays : whose difference can be taken, for each run but the first; empty while they run.
    finished : whether they go no further.
    """

    facts: Facts
    batches: int
    losses: tuple[Values, ...]
    accuracies: tuple[Values, ...]
    halts: tuple[str, ...]
    arrays: tuple[tuple[str, ...], ...]
    finished: bool


@dataclass(frozen=True)
class Look:
    """What is asked: an array of the first run less that of another, after a batch."""

    array: str
    batch: int
    other: int


@dataclass(frozen=True)
class Seen:
    """The answer to a Look.

    Attributes
    ----------
    difference : the array, float64; None where it is asked of all parameters together.
    largest : the largest absolute difference after each batch, as far as it is known.
    complete : whether it is known of all.
    fault : why it cannot be answered, or "".
    """

    look: Look
    difference: Array | None
    largest: Values
    complete: bool
    fault: str = ""


class CompareJob(StudyJob):
    """Runs in lock-step.

    Attributes
    ----------
    course, seen : the latest; replaced, never changed.
    """

    def __init__(self, lessons: Sequence[Lesson], batches: int, data_dir: Path | None) -> None:
        super().__init__("compare")
        self.course: Course | None = None
        self.seen: Seen | None = None
        self._lessons, self._batches, self._data_dir = lessons, batches, data_dir
        self._closed = threading.Event()
        self._wishes: queue.SimpleQueue[Look | None] = queue.SimpleQueue()

    def look(self, look: Look) -> None:
        """Ask; only what was asked last is answered."""
        self._wishes.put(look)

    def close(self) -> None:
        super().close()
        self._closed.set()
        self._wishes.put(None)

    def _work(self) -> None:
        lock = LockStep(self._lessons, self._data_dir)
        if not self.cancelled.is_set():
            lock.prepare()
        self._train(lock, self._batches)
        self._answer(lock)

    def _train(self, lock: LockStep, batches: int) -> None:
        piece, seconds = 1, TURN if lock.holds_interpreter else REFRESH
        while not self.cancelled.is_set() and lock.batches < batches:
            began = time.perf_counter()
            done = lock.advance(min(piece, batches - lock.batches))
            if any(lock.halts):
                break
            piece = max(1, min(2 * piece, int(done * seconds / max(1e-6, time.perf_counter() - began))))
            self._publish(lock, finished=False)
            _give_way(lock)
        self._publish(lock, finished=True)

    def _publish(self, lock: LockStep, finished: bool) -> None:
        runs = range(len(lock.lessons))
        arrays = tuple(lock.arrays(0, run) for run in runs[1:]) if finished else ()
        self.course = Course(
            lock.facts,
            lock.batches,
            tuple(lock.losses(run) for run in runs),
            tuple(lock.accuracies(run) for run in runs),
            tuple("" if halt is None else str(halt) for halt in lock.halts),
            arrays,
            finished,
        )

    def _answer(self, lock: LockStep) -> None:
        while not self._closed.is_set():
            look = self._wishes.get()
            while not self._wishes.empty():  # what was asked before it matters no more
                look = self._wishes.get()
            if look is not None:
                self._see(lock, look)

    def _see(self, lock: LockStep, look: Look) -> None:
        nothing = np.empty(0)
        try:
            difference = None if look.array == PARAMETERS else lock.difference(look.array, look.batch, 0, look.other)
            while True:
                until = time.perf_counter() + REFRESH

                def go_on(batch: int, until: float = until) -> bool:
                    _give_way(lock)
                    return time.perf_counter() < until and not self._interrupted

                largest = lock.largest(look.array, 0, look.other, go_on)
                complete = len(largest) == lock.batches
                self.seen = Seen(look, difference, largest, complete)
                if complete or self._interrupted:
                    return
        except LessonError as error:
            self.seen = Seen(look, None, nothing, True, str(error))

    @property
    def _interrupted(self) -> bool:
        return self._closed.is_set() or not self._wishes.empty()


def _give_way(lock: LockStep) -> None:
    """Let the window have the interpreter for a while, where runs have held it."""
    if lock.holds_interpreter:
        time.sleep(BREATH)
