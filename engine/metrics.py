"""Metrics: one lossless number per batch, readable from another thread while it grows."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]


class Series:
    """A growable row of float64. One thread appends; any thread may read.

    What has been appended never changes, so a reader's view needs no lock: growing copies into a larger buffer
    and swaps (buffer, length) as one reference.
    """

    def __init__(self) -> None:
        self._state: tuple[Values, int] = (np.empty(1024), 0)

    def __len__(self) -> int:
        return self._state[1]

    def extend(self, values: npt.ArrayLike) -> None:
        """Append values, in order."""
        new = np.atleast_1d(np.asarray(values, dtype=np.float64))
        buffer, length = self._state
        end = length + len(new)
        if end > len(buffer):
            grown = np.empty(max(end, len(buffer) * 3 // 2))
            grown[:length] = buffer[:length]
            buffer = grown
        buffer[length:end] = new
        self._state = (buffer, end)

    def values(self, first: int = 0, last: int | None = None) -> Values:
        """Read-only view of elements first … last-1 (default: all so far)."""
        buffer, length = self._state
        view = buffer[first : length if last is None else min(last, length)]
        view.flags.writeable = False
        return view


def by_batch(after: Series, values: Series) -> dict[float, float]:
    """What was measured now and then, by the batch after which it was; ``values`` grows after ``after``."""
    count = len(values)
    return dict(zip(after.values(0, count).tolist(), values.values(0, count).tolist(), strict=True))


AFTER = dict.fromkeys(("test_batch", "test_accuracy"), "test_batch")
AFTER |= dict.fromkeys(("running_batch", "running_loss"), "running_batch")
AFTER |= dict.fromkeys(("test_loss_batch", "test_loss"), "test_loss_batch")
"""Series of Metrics that have a value now and then, by name: the one that says after which batches."""


@dataclass(frozen=True)
class Metrics:
    """The series of a run. Element i of the per-batch series belongs to batch i + 1.

    Attributes
    ----------
    loss, epoch, learning_rate : per batch.
    train_accuracy : share of the batch classified rightly, before its update (NaN without classes), per batch.
    prediction : first output of the batch's first example, per batch: what a one-output regression shows.
    test_batch, test_accuracy : an entry per evaluation: after which batch, share right of the test examples.
    test_loss_batch, test_loss : the same where there is no accuracy, of numbers or of one output: after which batch,
        loss of the test examples on the scale of a batch's.
    running_batch, running_loss : an entry per ``evaluation.running`` batches of an epoch: the last of them, their mean
        loss, as document 002 prints it. What is left at the end of an epoch is not counted.
    """

    loss: Series
    epoch: Series
    learning_rate: Series
    train_accuracy: Series
    prediction: Series
    test_batch: Series
    test_accuracy: Series
    running_batch: Series
    running_loss: Series
    test_loss_batch: Series
    test_loss: Series

    @staticmethod
    def empty() -> Metrics:
        return Metrics(*(Series() for _ in fields(Metrics)))

    def until(self, batch: int) -> Metrics:
        """A copy of what was measured up to a batch, which grows by itself."""
        cut = Metrics.empty()
        for name, series in vars(self).items():
            after = vars(self)[AFTER[name]].values() if name in AFTER else None
            vars(cut)[name].extend(series.values(0, batch if after is None else int((after <= batch).sum())))
        return cut

    def rows(self) -> list[tuple[Any, ...]]:
        """(batch, epoch, loss, train_accuracy, test_accuracy, learning_rate) per batch, None where not measured."""
        # series grow one after the other, the loss and the test accuracy last: up to their lengths all are there
        count = len(self.loss)
        tests = by_batch(self.test_batch, self.test_accuracy)
        per_batch = (self.epoch, self.loss, self.train_accuracy, self.learning_rate)
        columns = zip(*(series.values(0, count).tolist() for series in per_batch), strict=True)
        return [
            (i, int(epoch), loss, None if accuracy != accuracy else accuracy, tests.get(i), rate)
            for i, (epoch, loss, accuracy, rate) in enumerate(columns, start=1)
        ]
