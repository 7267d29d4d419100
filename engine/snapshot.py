"""Snapshot: everything the interface shows at one Position, frozen."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from engine.breakpoints import Breakpoint, Breakpoints
from engine.data import Dataset
from engine.gradcheck import GradientCheck
from engine.health import HealthSeries, LayerHealth, health
from engine.history import Change, Entry, LineInfo, RunLog
from engine.instruments import WatchReading
from engine.last_batches import Approach, Ledger
from engine.lesson import Lesson
from engine.metrics import Metrics
from engine.probe import Probe
from engine.program import Program, Step
from engine.pytorch import devices
from engine.tensors import Array, Tensors
from engine.trainer import Halt, Position, Trainer

MOST_MARKS = 60


class State(enum.StrEnum):
    """What the engine is doing. LOOKING: it trains on, and the user stands somewhere in the past of the run."""

    PREPARING = "preparing"
    FAILED = "failed"
    PAUSED = "paused"
    RUNNING = "running"
    LOOKING = "looking"
    HALTED = "halted"


@dataclass(frozen=True)
class Answer:
    """What the net said to an x that the user asked about, with the parameters it had then.

    ``output`` is None where there is none; ``error`` then says why in one sentence.
    """

    x: tuple[float, ...]
    output: tuple[float, ...] | None
    error: str = ""

    @staticmethod
    def to(x: tuple[float, ...], trainer: Trainer) -> Answer:
        """Ask a trainer's net."""
        wanted = trainer.lesson.network.sizes[0]
        if len(x) != wanted:
            return Answer(x, None, f"The net takes {wanted:,} numbers, not {len(x):,}.")
        if not np.isfinite(x).all():
            return Answer(x, None, "Every number must be finite.")
        with np.errstate(over="ignore"):  # beyond the dtype it becomes infinite, and so does the output
            row = np.array([x], trainer.lesson.run.dtype)
        if trainer.lesson.network.bias == "input-column":
            row = np.concatenate([row, np.ones((1, 1), row.dtype)], axis=1)
        output = trainer.forward(row)[0]
        if not np.isfinite(output).all():
            return Answer(x, None, "The output is not a finite number.")
        return Answer(x, tuple(map(float, output)))


@dataclass(frozen=True)
class Refusal:
    """What the engine would not do, in one sentence; ``number`` counts them, so that each is told once."""

    number: int = 0
    text: str = ""


@dataclass(frozen=True)
class Snapshot:
    """A read-only picture of a run. Nothing in it changes after it was taken.

    Attributes
    ----------
    generation : counts resets and opened lessons; an older generation is dropped.
    dataset : all examples, in the source's own units; its arrays are read-only.
    lesson : with the values the engine really used in this batch.
    wanted : changes that wait for the next batch, by key.
    tensors : every array; ``pending`` names those this batch has yet to compute.
    batches : number of finished batches, the length of the per-batch series to be shown; the Position may be before.
    tests : number of evaluations so far.
    devices : what ``run.device`` may be here; known once PyTorch computes.
    log : the lesson as it was opened, and what the user did in this line of the run.
    line, lines : the number of this line, and all lines.
    checkpoints : before which batches the state is kept; some of them, evenly, where there are many.
    start : W, b and v by name as they were when the present batch began; empty while running.
    live : where training is while the user looks back (``state`` is LOOKING), else None.
    rate : batches per second while running, else 0.
    before : the array that the Step just done overwrote, as it was: W, b or v in the update phase, else nothing.
    refusal : the last wish that the engine could not grant, a device that is not here for example.
    answer : to the last Ask since the lesson was opened or reset, or None.
    check : the gradient check asked for at this very Position, or None.
    autograd : gradients of the batch by torch.autograd, by the names of ours; None while running, or where the
        lesson does not want them (``run.autograd``), or without torch: ``no_torch`` then says why.
    breakpoints, stopped : where to stop, and the breakpoint that stopped the run here, or None.
    hits : the batches in which breakpoints have stopped it.
    watches : as they are read here; their series and that of the layer health are kept where training is.
    probe : of the learning rate, if asked for at this very Position; ``no_probe`` says why there is none.
    ledger : what the last batches did to the cell last asked for.
    approach : how the run came to diverge, where it did.
    """

    generation: int
    state: State
    lesson: Lesson
    program: Program
    position: Position
    tensors: Tensors
    pending: frozenset[str]
    metrics: Metrics
    batches: int
    tests: int
    log: RunLog
    line: int
    lines: tuple[LineInfo, ...]
    checkpoints: tuple[int, ...]
    start: Mapping[str, Array]
    wanted: Mapping[str, Any]
    halt: Halt | None
    dataset: Dataset
    image_shape: tuple[int, int] | None
    examples: int
    test_examples: int
    batches_per_epoch: int
    live: Position | None = None
    devices: tuple[str, ...] = ("cpu",)
    rate: float = 0.0
    before: Mapping[str, Array] = field(default_factory=dict)
    refusal: Refusal = Refusal()
    answer: Answer | None = None
    check: GradientCheck | None = None
    autograd: Mapping[str, Array] | None = None
    no_torch: str = ""
    breakpoints: Breakpoints = ()
    stopped: Breakpoint | None = None
    hits: tuple[int, ...] = ()
    watches: tuple[WatchReading, ...] = ()
    health_series: HealthSeries | None = None
    probe: Probe | None = None
    no_probe: str = ""
    ledger: Ledger | None = None
    approach: Approach | None = None

    @staticmethod
    def of(trainer: Trainer, generation: int, state: State, rate: float = 0.0) -> Snapshot:
        """Copy what the interface needs from a trainer."""
        still = state is not State.RUNNING or trainer.halt is not None
        start = {name: _frozen(array) for name, array in trainer.start.items()} if still else {}
        return Snapshot(
            generation=generation,
            state=state if trainer.halt is None else State.HALTED,
            lesson=trainer.lesson,
            program=trainer.program,
            position=trainer.position,
            tensors=trainer.frozen(),
            pending=trainer.program.pending(trainer.position.step),
            metrics=trainer.metrics,
            **_of_the_run(trainer),
            start=start,
            wanted=trainer.wanted,
            halt=trainer.halt,
            dataset=trainer.dataset,
            image_shape=trainer.dataset.image_shape,
            examples=trainer.examples,
            test_examples=len(trainer.dataset.test_x),
            batches_per_epoch=trainer.batches_per_epoch,
            devices=devices() if trainer.lesson.run.executor == "torch" else ("cpu",),
            rate=rate,
            before={name: _frozen(array) for name, array in trainer.before.items()},
        )

    def with_the_run_of(self, trainer: Trainer) -> Snapshot:
        """The same place, with what has been added to the run since."""
        return replace(self, **_of_the_run(trainer))

    def shows(self, trainer: Trainer, generation: int) -> bool:
        """Whether a new picture of a trainer that stands in its past would look the same, but for what was measured."""
        same = (self.generation, self.position, self.line) == (
            generation,
            trainer.position,
            trainer.history.line.number,
        )
        return same and self.state is State.LOOKING and self.lesson is trainer.lesson

    @property
    def batch_done(self) -> bool:
        """Whether every step of the batch is done, and none of them stopped training."""
        return self.halt is None and self.position.step == len(self.program)

    @cached_property
    def health(self) -> tuple[LayerHealth, ...]:
        """How each layer learns; read by whoever first wants it, since it walks through all parameters."""
        return health(self.tensors, self.lesson, self.program, self.position.step)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What the user did in this line of the run, in order."""
        return self.log.entries

    @property
    def changes(self) -> tuple[Change, ...]:
        """Those that are changes of a key."""
        return self.log.changes

    @property
    def step(self) -> Step | None:
        """The Step just done, or None at the very start of a batch."""
        return self.program.steps[self.position.step - 1] if self.position.step else None

    @property
    def next_step(self) -> Step:
        """The Step that comes next, in this batch or the following one."""
        return self.program.steps[self.position.step % len(self.program)]


def _of_the_run(trainer: Trainer) -> dict[str, Any]:
    """What a Snapshot says of the run as a whole, wherever the trainer stands in it."""
    line = trainer.history.line
    kept = line.checkpoints[:: 1 + len(line.checkpoints) // MOST_MARKS]
    return {
        "batches": line.finished,
        "tests": len(line.metrics.test_accuracy),
        "log": line.log,
        "line": line.number,
        "lines": trainer.history.infos(),
        "checkpoints": tuple(checkpoint.batch for checkpoint in kept),
    }


def _frozen(array: Array) -> Array:
    copy = array.copy()
    copy.flags.writeable = False
    return copy


@dataclass(frozen=True)
class Notice:
    """In place of a Snapshot while a lesson is being prepared (PREPARING) or could not be (FAILED).

    ``cause`` is the error of a failed preparation, for the interface to offer what helps.
    """

    generation: int
    state: State
    lesson: Lesson
    text: str
    cause: Exception | None = field(default=None, compare=False)
