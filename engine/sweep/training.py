"""One run of a sweep, as a process of its own makes it: a plain table goes in, a plain table comes out."""

from __future__ import annotations

import dataclasses
import importlib
import math
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.data import DataError, Dataset, load_dataset
from engine.executors import executor_for
from engine.lesson import DataSpec, Lesson, LessonError
from engine.metrics import Values
from engine.program import Program
from engine.sweep.grid import MOST_BATCHES
from engine.sweep.on_disk import state_of
from engine.trainer import Trainer

CURVE_POINTS = 200  # of a run's loss that are kept
TAIL = 10  # a mean at the end is taken over the last 1/TAIL of the batches

Order = dict[str, Any]
"""What a worker is given: ``lesson`` (a table), ``batches`` or ``epochs``, ``data_dir``; it returns a table, too."""


def check_data(
    lessons: Iterable[Lesson], data_dir: Path | None = None, go_on: Callable[[], bool] = lambda: True
) -> None:
    """Refuse runs none of which can be made, because of what only the data or the executor can tell.

    What is wrong with some of them is left to these: others look no further than the first that can be made. Data that
    differ in nothing that could be refused are read once.

    Parameters
    ----------
    go_on : asked before each reading; where it says no, the rest is not looked at.

    Raises
    ------
    LessonError : data do not fit the net, the loss or the batches, or what an executor needs is missing.
    DataError : data cannot be had.
    """
    known, missing = set[object](), set[object]()
    refusal: LessonError | DataError | None = None
    try:
        for lesson in lessons:
            data = dataclasses.replace(lesson.data, seed=0, noise=0.0, shuffle=False)
            source = (_as_read(data), lesson.network.sizes[-1])
            kind = (data, lesson.network.sizes, lesson.network.bias, lesson.loss.name, lesson.run, lesson.evaluation)
            if kind in known or source in missing:
                continue
            if not go_on():
                return
            known.add(kind)
            try:
                _check(lesson, data_dir)
            except (LessonError, DataError) as error:
                refusal = refusal or error
                if isinstance(error, DataError):
                    missing.add(source)
            else:
                return
        if refusal is not None:
            raise refusal
    finally:
        _dataset.cache_clear()


def _check(lesson: Lesson, data_dir: Path | None) -> None:
    dataset = _dataset_of(lesson, data_dir)
    lesson.check_fit(dataset)
    executor_for(lesson.run, Program.of(lesson))
    if lesson.data.drop_last and len(dataset.train_x) < lesson.data.batch_size:
        Trainer(lesson, dataset)  # says what is wrong


def train(
    lesson: Lesson, batches: int | None = None, data_dir: Path | None = None, *, epochs: int | None = None
) -> dict[str, Any]:
    """One run from its beginning: what a ``Result`` says of it, but for ``digest`` and ``values``.

    The test examples are asked once, at the end.

    Parameters
    ----------
    batches, epochs : how long it is, in one or the other.
    """
    began = time.perf_counter()
    quiet = lesson.with_value("evaluation.every", MOST_BATCHES + 1)
    dataset = _dataset_of(lesson, data_dir)
    trainer = Trainer(quiet, dataset, checkpoint_bytes=0)
    length = batches if epochs is None else epochs * trainer.batches_per_epoch
    assert length is not None
    trainer.run(length)
    losses = trainer.metrics.loss.values()
    tail = max(1, len(losses) // TAIL)
    right, total = trainer.evaluate() if lesson.evaluation.examples != 0 and trainer.halt is None else (0, 0)
    return {
        "batches": len(losses),
        "loss": _last(losses[-1:]),
        "mean_loss": _last(losses[-tail:]),
        "train_accuracy": _last(trainer.metrics.train_accuracy.values()[-tail:]),
        "test_accuracy": right / total if total else None,
        "test_loss": _last(np.array([trainer.test_loss()])) if trainer.halt is None else None,
        "halted": "" if trainer.halt is None else str(trainer.halt),
        "seconds": time.perf_counter() - began,
        "curve": thinned(losses),
    }


def _dataset_of(lesson: Lesson, data_dir: Path | None) -> Dataset:
    return _dataset(_as_read(lesson.data), lesson.network.sizes[-1], data_dir, state_of(lesson.data))


def _as_read(data: DataSpec) -> DataSpec:
    """The same without what only says how examples are dealt out once they are read."""
    return dataclasses.replace(data, batch_size=1, shuffle=False, drop_last=False, normalize="none")


@lru_cache(maxsize=2)
def _dataset(data: DataSpec, outputs: int, data_dir: Path | None, state: str) -> Dataset:
    """The data of all runs of a worker, until the ``state`` of their files is another: reading MNIST takes as long as a
    short run.
    """
    points = {"points_x": data.x or None, "points_y": data.y or None}
    return load_dataset(data.source, **points, data_dir=data_dir, spec=data, outputs=outputs)


def _last(values: Values) -> float | None:
    """Their mean, scaled so that very large numbers do not overflow; None where it is no number."""
    if not len(values):
        return None
    top = float(np.abs(values).max())
    if not math.isfinite(top):
        return None
    return top * float((values / top).mean()) if top > 0 else 0.0


def thinned(losses: Values) -> list[tuple[int, float]]:
    """(last batch, mean) of groups of equally many batches, at most ``CURVE_POINTS``; the last group may be smaller."""
    size = max(1, math.ceil(len(losses) / CURVE_POINTS))
    ends = [min(begin + size, len(losses)) for begin in range(0, len(losses), size)]
    means = ((end, _last(losses[begin:end])) for begin, end in zip([0, *ends], ends, strict=False))
    return [(end, mean) for end, mean in means if mean is not None]


def work(order: Order) -> dict[str, Any]:
    """What a worker does: ``train`` by one thread. Faults of the lesson or the data come back as ``error``."""
    threadpoolctl = importlib.import_module("threadpoolctl")
    threadpoolctl.threadpool_limits(1)  # side by side, more threads in each only wait for each other
    folder = None if order["data_dir"] is None else Path(order["data_dir"])
    try:
        return train(Lesson.from_table(order["lesson"]), order["batches"], folder, epochs=order["epochs"])
    except (LessonError, DataError) as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "there is not enough memory for this lesson"}
