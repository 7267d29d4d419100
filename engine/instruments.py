"""Instruments: what hangs on a run to be read off it, live and over time: watches, layer health, the rate probe."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.health import HealthSeries, LayerHealth, health
from engine.lesson import LessonError
from engine.metrics import Series, Values
from engine.probe import Probe, ProbeError, probe
from engine.program import END
from engine.tensors import Array
from engine.trainer import Trainer
from engine.watches import Watch, WatchError, arrays_of, names_of

if TYPE_CHECKING:
    from engine.snapshot import Snapshot

PAST = 64
"""Readings of the past that are made up for, where a run was passed through in one go or a watch came later."""


class WatchReading(NamedTuple):
    """A watch, its value now, and its values so far, one a picture.

    Attributes
    ----------
    value : a number; None while it is pending; a text where there is no number.
    """

    text: str
    value: float | str | None
    series: Values


class _PastReading(NamedTuple):
    batch: int
    health: tuple[LayerHealth, ...]
    watches: tuple[float | str | None, ...]


class Instruments:
    """Reads watches and layer health off a Trainer, and keeps what was read, one reading a picture.

    A reading belongs to a batch of a line of the run. Where the run is rewritten, later readings are forgotten.
    """

    def __init__(self) -> None:
        self._watches: tuple[Watch, ...] = ()
        self._series: dict[str, tuple[Series, Series]] = {}
        self._health: HealthSeries | None = None
        self._of: tuple[int, int] | None = None  # generation and line that the readings belong to
        self._gaps: tuple[int, list[int]] | None = None  # finished batches, and those among them to be read again
        self._tried: set[int] = set()  # those that were
        self._probe: tuple[object, Probe | None, str] | None = None

    @property
    def watched(self) -> tuple[str, ...]:
        """What is watched."""
        return tuple(watch.text for watch in self._watches)

    def watch(self, texts: tuple[str, ...], trainer: Trainer) -> None:
        """Watch these expressions from now on.

        Raises
        ------
        LessonError : one of them cannot be watched; nothing changes.
        """
        try:
            self._watches = tuple(Watch.parse(text, names_of(tuple(trainer.tensors))) for text in texts)
        except WatchError as error:
            raise LessonError(str(error)) from None
        self._series = {w.text: self._series.get(w.text, (Series(), Series())) for w in self._watches}
        self._look_again()

    def forget_watched(self) -> None:
        """Begin the curves of the watches anew: their texts mean something else now."""
        self._series = {watch.text: (Series(), Series()) for watch in self._watches}
        self._look_again()

    def _look_again(self) -> None:
        self._gaps, self._tried = None, set()

    def begin(self, trainer: Trainer) -> None:
        """A new lesson, or the start again: watches that the lesson cannot have are dropped."""
        names = set(names_of(tuple(trainer.tensors)))
        self._watches = tuple(watch for watch in self._watches if watch.needs <= names)
        self._of = None

    def note(self, trainer: Trainer, generation: int) -> None:
        """Keep a reading of the watches after a finished batch, if it is the newest yet."""
        of = generation, trainer.history.line.number
        if of != self._of or self._health is None:
            self._of = of
            self._look_again()
            self._series = {watch.text: (Series(), Series()) for watch in self._watches}
            self._health = HealthSeries(trainer.lesson.layers)
        if not trainer.batch_done:
            return
        batch = trainer.position.batch
        for watch in self._watches:
            batches, values = self._series[watch.text]
            value = watch.shown(_arrays(trainer))
            if isinstance(value, float) and is_newest(batch, batches.values()):
                values.extend(value)
                batches.extend(batch)

    def note_health(self, stand: Trainer | Snapshot, generation: int, line: int) -> None:
        """Keep the layer health of a finished batch, if it is the newest yet.

        Parameters
        ----------
        stand : where it is; a Snapshot that has been drawn knows it already.
        generation, line : of the run that ``stand`` belongs to.
        """
        assert self._health is not None
        batch = stand.position.batch
        if (generation, line) == self._of and stand.batch_done and is_newest(batch, self._health.batches()):
            rows = health(stand.tensors, stand.lesson) if isinstance(stand, Trainer) else stand.health
            self._health.append(batch, rows)

    def lacks(self, trainer: Trainer) -> bool:
        """Whether there are batches of the past whose readings are still to be made up for."""
        if self._health is None:
            return False
        finished = trainer.history.line.finished
        if self._gaps is None or self._gaps[0] != finished:
            apart = 1 << max(0, -(-finished // PAST) - 1).bit_length()  # a power of 2: what was read stays of use
            wanted = {1, *range(apart, finished + 1, apart)} - self._tried if finished else set()
            known = [self._health.batches(), *(batches.values() for batches, _ in self._series.values())]
            self._gaps = (
                finished,
                sorted(wanted.difference(set.intersection(*(set(there.tolist()) for there in known)))),
            )
        return bool(self._gaps[1])

    def make_up(self, trainer: Trainer, seconds: float) -> bool:
        """Read batches of the past, by going there on the side, for so long; returns whether all are read now."""
        if not self.lacks(trainer) or self._gaps is None:
            return False
        end, gaps, other = time.monotonic() + seconds, self._gaps[1], trainer.observer()
        found: list[_PastReading] = []
        while gaps and time.monotonic() < end:
            batch = gaps.pop(0)
            other.seek(batch, END)
            arrays = _arrays(other)
            shown = tuple(watch.shown(arrays) for watch in self._watches)
            found.append(_PastReading(batch, health(other.tensors, other.lesson), shown))
        self._tried.update(reading.batch for reading in found)
        self._insert(found, trainer.lesson.layers)
        return not gaps

    def _insert(self, found: list[_PastReading], layers: int) -> None:
        """Put readings in their places; those that are known already stay."""
        assert self._health is not None
        known, earlier = set(self._health.batches().tolist()), HealthSeries(layers)
        for reading in found:
            if reading.batch not in known:
                earlier.append(reading.batch, reading.health)
        self._health = self._health.merged(earlier)
        for number, watch in enumerate(self._watches):
            batches, values = self._series[watch.text]
            known = set(batches.values().tolist())
            new = [(r.batch, r.watches[number]) for r in found if r.batch not in known]
            numbers = np.array([(batch, value) for batch, value in new if isinstance(value, float)]).reshape(-1, 2)
            both = np.concatenate([np.stack([batches.values(), values.values()], axis=1), numbers])
            both = both[np.argsort(both[:, 0], kind="stable")]
            self._series[watch.text] = placed = Series(), Series()
            placed[0].extend(both[:, 0])
            placed[1].extend(both[:, 1])

    def read(self, trainer: Trainer) -> Mapping[str, Any]:
        """What a Snapshot of a trainer shows of them."""
        step, arrays = trainer.position.step, _arrays(trainer)
        pending = trainer.program.pending(step)
        readings = []
        for watch in self._watches:
            batches, values = self._series[watch.text]
            shown = watch.shown(arrays, pending)
            readings.append(WatchReading(watch.text, shown, values.values(0, len(batches))))
        return {"watches": tuple(readings), "health_series": self._health}

    def probe(self, trainer: Trainer) -> tuple[Probe | None, str]:
        """The probe of the learning rate where the trainer stands, or why there is none."""
        key = trainer.position, trainer.lesson, trainer.history.line.number, trainer.log.entries
        if self._probe is None or self._probe[0] != key:
            try:
                made: Probe | None = probe(
                    trainer.lesson,
                    trainer.program,
                    trainer.tensors,
                    trainer.start_parameters,
                    trainer.start_velocities,
                    trainer.position.step,
                )
                self._probe = key, made, ""
            except ProbeError as error:
                self._probe = key, None, str(error)
        return self._probe[1], self._probe[2]


def _arrays(trainer: Trainer) -> Mapping[str, Array]:
    at = trainer.position
    return arrays_of(trainer.tensors, trainer.lesson, at.batch, at.epoch)


def is_newest(batch: int, batches: Values) -> bool:
    """Whether a batch comes after all that were read."""
    return not len(batches) or batch > batches[-1]
