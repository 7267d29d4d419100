"""Layer health: what the arrays of one batch say about how each layer learns.

Everything here is a function of the arrays as they stand; nothing is remembered but in ``HealthSeries``.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from engine.lesson import Lesson
from engine.metrics import Series, Values
from engine.program import Phase, Program
from engine.tensors import Array, Tensors

NEAR_END = 0.02  # so near an end of its range an activation hardly answers: sigmoid' < 0.02, tanh' < 0.04
ENDS = {"sigmoid": (NEAR_END, 1 - NEAR_END), "tanh": (NEAR_END - 1, 1 - NEAR_END)}

SATURATED = 0.3  # shares and factors from which a remark is made
DEAD = 0.4
DEAD_BATCH = 8  # in a smaller batch, units that are off for all of it are nothing unusual
FOLD = 10.0
FAST, SLOW = 0.1, 1e-5

TINY = 1e-30  # squares below it lose digits in float32


# ---- one number ------------------------------------------------------------------------------------------------


def gradient_norm(tensors: Tensors, layer: int | None = None) -> float:
    """Euclidean norm of the weights' gradient dW_k of a layer; for ``None``, of all gradients, biases too."""
    return _norm(tensors.gradients if layer is None else tensors[f"dW{layer}"])


def update_ratio(tensors: Tensors, lesson: Lesson, layer: int, updated: Collection[str] | None = None) -> float:
    """``|dW| / |W|``: the change of the layer's weights by this batch's update, over the weights before it.

    The change is eta dW, or with momentum what the velocity makes of it: eta (gamma v + dW) in PyTorch's form,
    gamma v + eta dW in the classic one.

    Parameters
    ----------
    updated : which of the arrays (``W1``, ``vW1`` …) this batch's update has already written; by default all of them,
        as when the batch is finished.

    Returns
    -------
    The ratio; 0 where neither is anything, inf where the weights were all zero, nan where they are no numbers.
    """
    W, dW = tensors[f"W{layer}"], tensors[f"dW{layer}"]
    eta, gamma = lesson.optimizer.learning_rate, lesson.optimizer.momentum
    parts: tuple[tuple[float, Array], ...] = ((1.0, dW),)  # the update is scale times the sum of factor times array
    scale = eta
    if gamma > 0:
        v, classic = tensors[f"vW{layer}"], lesson.optimizer.momentum_form == "classic"
        made = updated is None or f"vW{layer}" in updated
        parts = ((1.0, v),) if made else ((gamma, v), (eta if classic else 1.0, dW))
        scale = 1.0 if classic else eta
    back = scale if updated is None or f"W{layer}" in updated else 0.0  # W + back * step: the weights before
    squares = [f * f * _dot(array, array) for f, array in parts]
    step = sum(squares) + 2 * sum(f * g * _dot(a, b) for (f, a), (g, b) in combinations(parts, 2))
    before = _dot(W, W) + back * (2 * sum(f * _dot(W, array) for f, array in parts) + back * step if back else 0.0)
    known = TINY < before < math.inf and TINY < step < math.inf and step > 1e-3 * sum(squares)
    return scale * math.sqrt(step / before) if known else _plain_ratio(W, parts, scale, back)


def _plain_ratio(W: Array, parts: Sequence[tuple[float, Array]], scale: float, back: float) -> float:
    """The ratio term by term, where squares leave the range of the dtype or cancel."""
    with np.errstate(over="ignore", invalid="ignore"):
        step: Array = np.sum([f * array.astype(np.float64) for f, array in parts], axis=0)
        moved, weights = scale * _norm(step), _norm(W.astype(np.float64) + back * step)
    return moved / weights if weights > 0 else 0.0 if moved == 0 else math.inf if moved > 0 else math.nan


def dead_share(tensors: Tensors, lesson: Lesson, layer: int) -> float:
    """Share of a relu layer's units whose activation is exactly 0 for every example of the batch; else nan."""
    if lesson.activation(layer) != "relu":
        return math.nan
    a = tensors[f"a{layer}"]
    alive: float = np.count_nonzero(a.any(axis=0)) / a.shape[1]
    return 1 - alive


def saturated_share(tensors: Tensors, lesson: Lesson, layer: int) -> float:
    """Share of the activations, by example and unit, within 0.02 of an end of sigmoid or tanh; nan for others."""
    ends = ENDS.get(lesson.activation(layer))
    if ends is None:
        return math.nan
    a = tensors[f"a{layer}"]
    return int(np.count_nonzero(a <= ends[0]) + np.count_nonzero(a >= ends[1])) / a.size


def _dot(a: Array, b: Array) -> float:
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.dot(a.reshape(-1), b.reshape(-1)))


def _norm(array: Array) -> float:
    """Euclidean norm, right also where the squares leave the range of the dtype."""
    square = _dot(array, array)
    if TINY < square < math.inf:
        return math.sqrt(square)
    largest = float(np.abs(array).max())
    if largest == 0 or not math.isfinite(largest):
        return largest
    scaled = array.astype(np.float64) / largest
    return largest * math.sqrt(_dot(scaled, scaled))


# ---- all layers ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LayerHealth:
    """How a layer learns from a batch; nan for what its activation cannot be, and what the batch has yet to compute.

    Attributes
    ----------
    layer : 1 … K.
    gradient_norm, update_ratio, dead, saturated : what the functions of those names return.
    """

    layer: int
    gradient_norm: float
    update_ratio: float
    dead: float
    saturated: float


MEASURES = ("gradient_norm", "update_ratio", "dead", "saturated")


def health(tensors: Tensors, lesson: Lesson, program: Program | None = None, done: int = 0) -> tuple[LayerHealth, ...]:
    """The health of every layer, 1 … K.

    Parameters
    ----------
    tensors : as they stand.
    program, done : the lesson's Program and how many of its Steps are done; what the batch has yet to compute is then
        nan, and an update that is still to come is foreseen. Without a program the batch counts as finished.
    """
    pending: Collection[str] = program.pending(done) if program is not None else ()
    updated = None
    if program is not None and done < len(program):
        updated = frozenset(step.write for step in program.steps[:done] if step.phase is Phase.UPDATE)
    return tuple(_of_layer(tensors, lesson, k, pending, updated) for k in range(1, lesson.layers + 1))


def _of_layer(
    tensors: Tensors, lesson: Lesson, layer: int, pending: Collection[str], updated: Collection[str] | None
) -> LayerHealth:
    gradients = f"dW{layer}" not in pending
    outputs = f"a{layer}" not in pending
    return LayerHealth(
        layer,
        gradient_norm(tensors, layer) if gradients else math.nan,
        update_ratio(tensors, lesson, layer, updated) if gradients else math.nan,
        dead_share(tensors, lesson, layer) if outputs else math.nan,
        saturated_share(tensors, lesson, layer) if outputs else math.nan,
    )


# ---- what is off -----------------------------------------------------------------------------------------------


class Ailment(enum.StrEnum):
    """What can be off about a layer, or about all of them."""

    NOT_FINITE = "a norm is no finite number"
    SATURATED = "a share of a hidden layer's activations is at an end of its range"
    DEAD = "a share of a layer's units is off for the whole batch"
    NO_GRADIENT = "no gradient arrives, though one left the layer above"
    SHRINKING = "gradients shrink on the way back, by a factor per layer"
    GROWING = "gradients grow on the way back, by a factor per layer"
    FAST = "one update changes the weights by a large part of their size"
    SLOW = "one update hardly changes the weights"


_MEASURE = {
    Ailment.SATURATED: "saturated",
    Ailment.DEAD: "dead",
    Ailment.FAST: "update_ratio",
    Ailment.SLOW: "update_ratio",
}


@dataclass(frozen=True)
class Remark:
    """Something off: in which layer (0: in all of them together), and the share, factor or ratio that shows it."""

    ailment: Ailment
    layer: int
    value: float

    @property
    def warning(self) -> bool:
        """Whether it needs seeing to; slow updates are also what the end of training looks like."""
        return self.ailment is not Ailment.SLOW

    @property
    def measure(self) -> str:
        """Which of ``MEASURES`` shows it."""
        return _MEASURE.get(self.ailment, "gradient_norm")


def findings(rows: Sequence[LayerHealth], lesson: Lesson) -> tuple[Remark, ...]:
    """What is off, the gravest ailment first and each with all its layers; nothing where all is well.

    A saturated output layer is no finding: outputs near 0 and 1 are what a classifier is trained for. That no gradient
    is left in any layer is none either: nothing is wrong with the answers then.
    """
    limits = {Ailment.NOT_FINITE: math.inf, Ailment.SATURATED: SATURATED, Ailment.DEAD: DEAD}
    if lesson.data.batch_size < DEAD_BATCH:
        del limits[Ailment.DEAD]
    found = [
        Remark(ailment, row.layer, value)
        for ailment, least in limits.items()
        for row in (rows[:-1] if ailment is Ailment.SATURATED else rows)
        if (value := getattr(row, _MEASURE.get(ailment, "gradient_norm"))) >= least
    ]
    found += _through_layers(rows)
    ratios = [(row.layer, row.update_ratio) for row in rows]
    found += [Remark(Ailment.FAST, layer, ratio) for layer, ratio in ratios if ratio >= FAST]
    return (*found, *(Remark(Ailment.SLOW, layer, ratio) for layer, ratio in ratios if 0 < ratio < SLOW))


def remarks(rows: Sequence[LayerHealth], lesson: Lesson) -> tuple[Remark, ...]:
    """``findings``, of each ailment the worst layer alone: what is worth a sentence."""
    worst: dict[Ailment, Remark] = {}
    for remark in findings(rows, lesson):
        known = worst.setdefault(remark.ailment, remark)
        if (remark.value < known.value) if remark.ailment is Ailment.SLOW else (remark.value > known.value):
            worst[remark.ailment] = remark
    return tuple(worst.values())


def _through_layers(rows: Sequence[LayerHealth]) -> list[Remark]:
    """How the gradients' norms change on the way from the last layer to the first."""
    norms = [row.gradient_norm for row in rows]
    if len(norms) < 2 or not all(map(math.isfinite, norms)) or norms[-1] == 0:
        return []
    silent = [row.layer for row in rows if row.gradient_norm == 0]
    if silent:
        return [Remark(Ailment.NO_GRADIENT, max(silent), 0.0)]
    fold = (norms[-1] / norms[0]) ** (1 / (len(norms) - 1))
    if fold >= FOLD:
        return [Remark(Ailment.SHRINKING, 0, fold)]
    return [Remark(Ailment.GROWING, 0, 1 / fold)] if fold <= 1 / FOLD else []


# ---- over time -------------------------------------------------------------------------------------------------


class HealthSeries:
    """Every measure of every layer over time, lossless. One thread appends; any thread may read."""

    def __init__(self, layers: int) -> None:
        self._batch = Series()
        self._measures = {(k, name): Series() for k in range(1, layers + 1) for name in MEASURES}

    def __len__(self) -> int:
        return len(self._batch)

    def append(self, batch: int, rows: Sequence[LayerHealth]) -> None:
        """Take the measures of a batch; batches come in ascending order."""
        for row in rows:
            for name in MEASURES:
                self._measures[row.layer, name].extend(getattr(row, name))
        self._batch.extend(batch)  # the last, so that what it counts is all there

    def merged(self, other: HealthSeries) -> HealthSeries:
        """The entries of both, in the order of their batches; they have none in common."""
        order = np.argsort(np.concatenate([self.batches(), other.batches()]), kind="stable")
        both = HealthSeries(len(self._measures) // len(MEASURES))
        for (layer, name), series in both._measures.items():
            series.extend(np.concatenate([self.values(layer, name), other.values(layer, name)])[order])
        both._batch.extend(np.concatenate([self.batches(), other.batches()])[order])
        return both

    def until(self, batch: int) -> int:
        """How many entries are of batches up to this one."""
        return int(np.searchsorted(self._batch.values(), batch, side="right"))

    def batches(self, first: int = 0, last: int | None = None) -> Values:
        """Numbers of the batches of entries first … last-1 (default: all so far)."""
        return self._batch.values(first, last)

    def values(self, layer: int, measure: str, first: int = 0, last: int | None = None) -> Values:
        """A measure (``MEASURES``) of a layer, of the same entries as ``batches``."""
        return self._measures[layer, measure].values(first, len(self) if last is None else min(last, len(self)))
