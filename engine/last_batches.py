"""What the last batches did: to one parameter, momentum and all; and on the way to where a run diverged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from engine.lesson import Lesson, LessonError
from engine.metrics import Values
from engine.program import END
from engine.tensors import Array, plane
from engine.trainer import Trainer

LEDGER_BATCHES = 20
APPROACH_BATCHES = 50
CALM_BATCHES = 20  # that a run is offered to go back after it diverged


@dataclass(frozen=True)
class LedgerRow:
    """What one batch did to one parameter.

    Attributes
    ----------
    old_velocity, new_velocity : before and after the batch; 0 without momentum.
    change : the parameter after the batch less before it. It is -eta times the gradient without momentum, -eta times
        the new velocity in PyTorch's form, minus the new velocity in the classic one.
    learning_rate, momentum : in force in this batch.
    """

    batch: int
    gradient: float
    old_velocity: float
    new_velocity: float
    change: float
    learning_rate: float
    momentum: float


@dataclass(frozen=True)
class Ledger:
    """What the last batches did to one parameter, the newest last."""

    name: str
    cell: tuple[int, int]
    rows: tuple[LedgerRow, ...]


@dataclass(frozen=True)
class Approach:
    """How a run came to diverge: per batch of the last ones, the norm of each layer's gradient and the loss.

    Attributes
    ----------
    batches : (n,), their numbers.
    losses : (n,).
    gradients : (n, layers), Euclidean norms of dW, as ``engine.health`` has them.
    parameters : (n, layers), of W and b together, after the batch.
    """

    batches: Values
    losses: Values
    gradients: Values
    parameters: Values


def ledger(trainer: Trainer, name: str, cell: tuple[int, int]) -> Ledger:
    """What the last finished batches did to a parameter's cell; the trainer stays where it is.

    Raises
    ------
    LessonError : there is no such parameter, or it has no such cell.
    """
    return Ledger(name, cell, tuple(ledger_rows(trainer, name, cell)))


def ledger_rows(trainer: Trainer, name: str, cell: tuple[int, int]) -> Iterator[LedgerRow]:
    """The rows of a ledger, one after another: each is a batch that is gone through again.

    Raises
    ------
    LessonError : there is no such parameter, or it has no such cell.
    """
    known = name in trainer.tensors and name[0] in "Wbv"
    if not known or not all(0 <= i < n for i, n in zip(cell, plane(trainer.tensors[name]).shape, strict=True)):
        raise LessonError(f"{name}[{cell[0]}, {cell[1]}] is no cell of a parameter")
    last = trainer.position.batch - int(not trainer.batch_done)
    return _rows(trainer.observer(), name, cell, range(max(1, last - LEDGER_BATCHES + 1), last + 1))


def _rows(other: Trainer, name: str, cell: tuple[int, int], batches: range) -> Iterator[LedgerRow]:
    for batch in batches:
        other.seek(batch, END)
        yield ledger_row(name, cell, batch, other.start, other.tensors, other.lesson)


def ledger_row(
    name: str,
    cell: tuple[int, int],
    batch: int,
    start: Mapping[str, Array],
    tensors: Mapping[str, Array],
    lesson: Lesson,
) -> LedgerRow:
    """One row of the ledger of a parameter's cell.

    Parameters
    ----------
    name : a parameter: ``W2``, ``b1``.
    start : parameters and velocities when the batch began.
    tensors : every array after the batch.
    lesson : with the values in force in this batch.
    """

    def number(arrays: Mapping[str, Array], which: str) -> float:
        return float(np.atleast_2d(arrays[which])[cell])

    optimizer = lesson.optimizer
    moving = optimizer.momentum > 0
    return LedgerRow(
        batch,
        number(tensors, f"d{name}"),
        number(start, f"v{name}") if moving else 0.0,
        number(tensors, f"v{name}") if moving else 0.0,
        number(tensors, name) - number(start, name),
        optimizer.learning_rate,
        optimizer.momentum,
    )


def approach(trainer: Trainer) -> Approach:
    """The norms of the last batches before where the trainer stands; it stays there."""
    other, layers = trainer.observer(), range(1, trainer.lesson.layers + 1)
    last = trainer.history.line.finished
    batches = range(max(1, last - APPROACH_BATCHES + 1), last + 1)
    losses, gradients, parameters = [], [], []
    for batch in batches:
        other.seek(batch, END)
        losses.append(float(other.tensors["loss"]))
        gradients.append([_norm(other, f"dW{k}") for k in layers])
        parameters.append([_norm(other, f"W{k}", f"b{k}") for k in layers])
    shape = len(losses), len(layers)
    return Approach(
        np.array(batches, float),
        np.array(losses),
        np.array(gradients, float).reshape(shape),
        np.array(parameters, float).reshape(shape),
    )


def _norm(trainer: Trainer, *names: str) -> float:
    parts = [trainer.tensors[name].astype(np.float64).ravel() for name in names if name in trainer.tensors]
    vector = np.concatenate(parts)
    top = float(np.abs(vector).max())
    return (
        top * float(np.linalg.norm(vector / top)) if 0 < top < np.inf else top
    )  # squares would overflow from 1e154 on
