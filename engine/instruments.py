"""Instruments: what hangs on a run to be read off it, live and over time: watches, layer health, the rate probe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from engine.health import HealthSeries, health
from engine.lesson import LessonError
from engine.metrics import Series, Values
from engine.probe import Probe, ProbeError, probe
from engine.tensors import Array
from engine.trainer import Trainer
from engine.watches import Watch, WatchError, arrays_of, names_of


class WatchReading(NamedTuple):
    """A watch, its value now, and its values so far, one a picture.

    Attributes
    ----------
    value : a number; None while it is pending; a text where there is no number.
    """

    text: str
    value: float | str | None
    series: Values


class Instruments:
    """Reads watches and layer health off a Trainer, and keeps what was read, one reading a picture.

    A reading belongs to a batch of a line of the run. Where the run is rewritten, later readings are forgotten.
    """

    def __init__(self) -> None:
        self._watches: tuple[Watch, ...] = ()
        self._series: dict[str, tuple[Series, Series]] = {}
        self._health: HealthSeries | None = None
        self._of: tuple[int, int] | None = None  # generation and line that the readings belong to
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

    def forget_watched(self) -> None:
        """Begin the curves of the watches anew: their texts mean something else now."""
        self._series = {watch.text: (Series(), Series()) for watch in self._watches}

    def begin(self, trainer: Trainer) -> None:
        """A new lesson, or the start again: watches that the lesson cannot have are dropped."""
        names = set(names_of(tuple(trainer.tensors)))
        self._watches = tuple(watch for watch in self._watches if watch.needs <= names)
        self._of = None

    def note(self, trainer: Trainer, generation: int) -> None:
        """Keep a reading of a finished batch, if it is the newest yet."""
        of = generation, trainer.history.line.number
        if of != self._of or self._health is None:
            self._of = of
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
        if is_newest(batch, self._health.batches()):
            self._health.append(batch, health(trainer.tensors, trainer.lesson))

    def read(self, trainer: Trainer) -> Mapping[str, Any]:
        """What a Snapshot of a trainer shows of them."""
        step, arrays = trainer.position.step, _arrays(trainer)
        pending = trainer.program.pending(step)
        readings = []
        for watch in self._watches:
            batches, values = self._series[watch.text]
            shown = watch.shown(arrays, pending)
            readings.append(WatchReading(watch.text, shown, values.values(0, len(batches))))
        rows = health(trainer.tensors, trainer.lesson, trainer.program, step)
        return {"watches": tuple(readings), "health": rows, "health_series": self._health}

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
