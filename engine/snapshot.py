"""Snapshot: everything the interface shows at one Position, frozen."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.history import Change
from engine.lesson import Lesson
from engine.metrics import Metrics
from engine.program import Program, Step
from engine.tensors import Tensors
from engine.trainer import Halt, Position, Trainer


class State(enum.StrEnum):
    """What the engine is doing."""

    PREPARING = "preparing"
    FAILED = "failed"
    PAUSED = "paused"
    RUNNING = "running"
    HALTED = "halted"


@dataclass(frozen=True)
class Snapshot:
    """A read-only picture of a run. Nothing in it changes after it was taken.

    Attributes
    ----------
    generation : counts resets and opened lessons; an older generation is dropped.
    lesson : with the values the engine really used in this batch.
    wanted : changes that wait for the next batch, by key.
    tensors : every array; ``pending`` names those this batch has yet to compute.
    batches : number of finished batches, the length of the per-batch series to be shown.
    tests : number of evaluations so far.
    rate : batches per second while running, else 0.
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
    changes: tuple[Change, ...]
    wanted: Mapping[str, Any]
    halt: Halt | None
    image_shape: tuple[int, int] | None
    examples: int
    batches_per_epoch: int
    rate: float = 0.0

    @staticmethod
    def of(trainer: Trainer, generation: int, state: State, rate: float = 0.0) -> Snapshot:
        """Copy what the interface needs from a trainer."""
        return Snapshot(
            generation=generation,
            state=state if trainer.halt is None else State.HALTED,
            lesson=trainer.lesson,
            program=trainer.program,
            position=trainer.position,
            tensors=trainer.tensors.frozen(),
            pending=trainer.program.pending(trainer.position.step),
            metrics=trainer.metrics,
            batches=len(trainer.metrics.loss),
            tests=len(trainer.metrics.test_accuracy),
            changes=trainer.log.changes,
            wanted=trainer.wanted,
            halt=trainer.halt,
            image_shape=trainer.dataset.image_shape,
            examples=trainer.examples,
            batches_per_epoch=trainer.batches_per_epoch,
            rate=rate,
        )

    @property
    def step(self) -> Step | None:
        """The Step just done, or None at the very start of a batch."""
        return self.program.steps[self.position.step - 1] if self.position.step else None

    @property
    def next_step(self) -> Step:
        """The Step that comes next, in this batch or the following one."""
        return self.program.steps[self.position.step % len(self.program)]


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
