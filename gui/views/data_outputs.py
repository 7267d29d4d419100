"""What the net says to all test examples, found in another thread, so that the window never waits for it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.predict import as_inputs, confusion, forward, surest, wrong_first
from engine.snapshot import Snapshot, State
from gui.background import Job

Array = npt.NDArray[Any]

SLICE = 0.002  # seconds that a slice is to take: so long it takes at most until a round that is given up has ended
FIRST = 16  # examples of the first slice, before any time is known
MOST = 256  # of one slice, however fast the net is: beyond, fetching memory takes longer than the products
REST = 3.0  # seconds between two rounds through the examples while the run goes on
TURN = 0.02  # seconds between two slices while the run goes on: the window and the engine want to compute
POLL = 10  # milliseconds between two looks at the other thread
LONGEST = 1.0  # seconds that the end of the window waits for it


@dataclass(frozen=True, eq=False)
class Outputs:
    """What the net said to every test example, or to every training example where there are none to test.

    Attributes
    ----------
    snapshot : with the parameters that were asked.
    values : (n, n_out), in the lesson's dtype.
    """

    snapshot: Snapshot
    values: Array

    @property
    def tested(self) -> bool:
        """Whether these are test examples."""
        return bool(len(self.snapshot.dataset.test_x))

    @property
    def x(self) -> Array:
        """(n, n_in) inputs in the source's own units."""
        dataset = self.snapshot.dataset
        return dataset.test_x if self.tested else dataset.train_x

    @property
    def y(self) -> Array:
        """(n, n_out) targets."""
        dataset = self.snapshot.dataset
        return dataset.test_y if self.tested else dataset.train_y

    @cached_property
    def labels(self) -> Array | None:
        """(n,) true classes, or None where there are no classes."""
        dataset = self.snapshot.dataset
        return dataset.test_labels if self.tested else dataset.train_labels

    @cached_property
    def finite(self) -> bool:
        """Whether every output is a finite number."""
        return bool(np.isfinite(self.values).all())

    @cached_property
    def _surest(self) -> tuple[Array, Array]:
        return surest(self.values)

    @property
    def predicted(self) -> Array:
        """(n,) predicted classes."""
        return self._surest[0]

    @property
    def confidence(self) -> Array:
        """(n,) the output of the predicted class; of a single output, how near it is to that class."""
        return self._surest[1]

    @property
    def said(self) -> Array:
        """(n,) the output of the predicted class as the net gives it, also where it gives one for two classes."""
        return self.values[:, 0] if self.values.shape[1] == 1 else self.confidence

    @cached_property
    def order(self) -> Array:
        """(n,) indices: wrong ones first, most confident first; without classes the largest error first."""
        if self.labels is None:
            return np.argsort(-self.errors, kind="stable")
        return wrong_first(self.labels, self.predicted, self.confidence)

    def prepare(self) -> None:
        """Find what a view asks for first, where nobody waits for it."""
        if self.finite:
            self.order  # noqa: B018 - it is kept

    @cached_property
    def errors(self) -> Array:
        """(n,) sum over the outputs of |output - target|."""
        return np.abs(self.values.astype(np.float64) - self.y).sum(axis=1)

    @cached_property
    def confusion(self) -> Array:
        """(classes, classes) how often a class, by row, was taken for one, by column."""
        assert self.labels is not None
        return confusion(self.labels, self.predicted, max(2, self.values.shape[1]))


class _Round(Job[Outputs | None]):
    """Once through all examples, in a thread that knows nothing of Qt; one that was given up finds nothing.

    Parameters
    ----------
    snapshot : whose net is asked.
    turn : seconds of rest between two slices.
    """

    def __init__(self, snapshot: Snapshot, turn: float) -> None:
        self.snapshot, self.turn = snapshot, turn
        self._given_up = threading.Event()
        super().__init__(self._ask, "asking")

    @property
    def given_up(self) -> bool:
        """Whether nobody wants it any more."""
        return self._given_up.is_set()

    def give_up(self) -> None:
        """End it after the slice, or the sorting, that it is at; nobody waits for that."""
        self._given_up.set()

    def _ask(self) -> Outputs | None:
        snapshot, values, done, count = self.snapshot, list[Array](), 0, FIRST
        inputs = Outputs(snapshot, np.empty(0)).x
        while done < len(inputs):
            begun = time.perf_counter()
            raw = inputs[done : done + count]
            x = as_inputs(raw, snapshot.lesson, snapshot.dataset)
            values.append(forward(snapshot.program, snapshot.tensors, x))
            done += len(raw)
            spent = time.perf_counter() - begun
            count = min(max(1, int(count * min(2.0, SLICE / max(spent, 1e-6)))), MOST)
            if self._given_up.wait(self.turn):
                return None
        outputs = Outputs(snapshot, np.concatenate(values))
        outputs.prepare()
        return outputs


class Asking(QObject):
    """Asks the net of the latest Snapshot for all outputs, in another thread.

    While a run goes on it asks again every few seconds; one that stands still is asked once, and again only when a
    parameter has changed.

    Signals
    -------
    answered() : ``outputs`` are new.
    """

    answered = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.outputs: Outputs | None = None
        self._wanted: Snapshot | None = None
        self._round: _Round | None = None  # also one that was given up and has yet to end
        self._failed: Snapshot | None = None  # what could not be asked
        self._rested = 0.0  # when the next round may begin
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)
        last = self._last = list[_Round]()

        def end(*_: object) -> None:
            for under_way in last:
                under_way.give_up()
                under_way.wait(LONGEST)

        self.destroyed.connect(end)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Outputs of this Snapshot are wanted."""
        self._wanted = snapshot
        if self.outputs is not None and _other_data(self.outputs.snapshot, snapshot):
            self.outputs = None
            self._rested = 0.0
            self.answered.emit()
        if self._round is None:
            self._begin()
            return
        asked = self._round.snapshot
        if _other_data(asked, snapshot) or self._overtaken(asked, snapshot):
            self._round.give_up()
        else:
            self._round.turn = self._turn
        self._timer.start(POLL)

    def _overtaken(self, asked: Snapshot, snapshot: Snapshot) -> bool:
        """Whether the run stands still, and elsewhere than when it was asked."""
        return snapshot.state is not State.RUNNING and not same_parameters(asked, snapshot)

    @property
    def busy(self) -> bool:
        """Whether a round is under way."""
        return self._round is not None and not self._round.given_up

    def stop(self) -> None:
        """Nobody is looking: ask nothing more until the next Snapshot is shown."""
        self._timer.stop()
        if self._round is not None:
            self._round.give_up()
        self._wanted = None

    def _begin(self) -> None:
        snapshot = self._wanted
        known = (self._failed, self.outputs.snapshot if self.outputs is not None else None)
        if snapshot is None or any(one is not None and same_parameters(one, snapshot) for one in known):
            return
        left = self._rested - time.monotonic()
        if snapshot.state is State.RUNNING and left > 0:
            self._timer.start(int(1000 * left) + 1)
            return
        self._round = _Round(snapshot, self._turn)
        self._last[:] = [self._round]
        self._timer.start(POLL)

    @Slot()
    def _go_on(self) -> None:
        under_way = self._round
        if under_way is not None and not under_way.ended():
            self._timer.start(POLL)
            return
        self._round = None
        if under_way is None or under_way.given_up:
            self._begin()
        elif under_way.error is not None:
            self._failed = under_way.snapshot
            raise under_way.error  # whoever reports errors tells it
        else:
            self.outputs = under_way.found
            self._rested = time.monotonic() + REST
            self.answered.emit()
            self._begin()

    @property
    def _turn(self) -> float:
        return TURN if self._wanted is not None and self._wanted.state is State.RUNNING else 0.0


def _other_data(a: Snapshot, b: Snapshot) -> bool:
    return a.dataset is not b.dataset or a.lesson.network != b.lesson.network or a.lesson.data != b.lesson.data


def same_parameters(a: Snapshot, b: Snapshot) -> bool:
    """Whether the nets of two Snapshots say the same to the same examples."""
    if a is b:
        return True
    return not _other_data(a, b) and np.array_equal(a.tensors.parameters, b.tensors.parameters, equal_nan=True)
