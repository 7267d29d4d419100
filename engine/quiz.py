"""Predict, then reveal: a question about one cell that the coming Step will write, and what a wrong answer tells.

The question is asked before the Step is done. Its true value is found by the Step's own operations (``ops.py``) on
the arrays as they stand, without writing to them. Beside it stand the values that typical mistakes lead to: an answer
that agrees with one of them says which factor is wrong.
"""

from __future__ import annotations

import ast
import enum
import math
import operator
import re
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from engine import ops
from engine.executors import Rates, steering_numbers
from engine.expression import Cell, Expression, expression, label, slope
from engine.lesson import Lesson
from engine.program import Phase, Program, Step, input_of
from engine.tensors import Array, Tensors, plane
from engine.trainer import Halt, Position

MOST_TERMS = 12  # products in a sum that somebody may want to work out by hand
FEW_TERMS = 4  # where its numbers have to be looked for in a matrix of more rows or columns than SURVEYED
SURVEYED = 64
TRIES = 32  # cells that are compared before one is asked about
CUT = 0.25  # how often a question about a ReLU is one whose answer is 0
LEAST_FIGURES, MOST_FIGURES = 2, 6  # significant figures that an answer needs
SHORT = 5  # figures of an exact value that needs no allowance: what it was made from is just as short
ALLOWANCE = 2e-3  # of other values: who reads rounded numbers off the screen finds a rounded result
NOISE = 1e-6  # of a value: what rounding in single precision does to it
NOTHING = 1e-9  # below it, 0 is a right answer
MOST_EXAMPLES = 16  # in larger batches another example's value agrees with anything by chance
SHOWN_TERMS = 6  # of a sum that is worked out
LONGEST = 200  # characters of an answer


class Kind(enum.StrEnum):
    """What is wrong with an answer. ``Mistake.number`` is named in brackets."""

    SLOPE = "slope"  # the slope of the activation (or of the logarithm) is left out [the slope]
    EXTRA_SLOPE = "extra slope"  # multiplied by a slope that cancels with the loss [the slope]
    DIAGONAL = "diagonal"  # of softmax's Jacobian only the diagonal a (1 - a) was used [a (1 - a)]
    LOSS_SLOPE = "loss slope"  # the error a - y in place of the slope of this loss [a - y]
    TRANSPOSE = "transpose"  # W in place of W^T, or the rows and columns of a gradient swapped
    NEW_WEIGHTS = "new weights"  # the weights as they will be after this batch's update
    RATE = "rate"  # the learning rate is left out [the rate]
    MOMENTUM = "momentum"  # the old velocity is left out [gamma]
    DECAY = "decay"  # the old velocity is not multiplied by gamma [gamma]
    OTHER_FORM = "other form"  # the learning rate used as the other form of momentum has it [the rate]
    OLD_VELOCITY = "old velocity"  # the velocity as it was before this batch [that velocity]
    UNCHANGED = "unchanged"  # the value before the update
    CHANGE = "change"  # only what is taken away, not what is left
    BIAS = "bias"  # the bias is left out [the bias]
    UNAPPLIED = "unapplied"  # the value before the activation or the logarithm, in place of the one after
    NORMALISE = "normalise"  # e^z not divided by the sum of all of them
    HALF = "half"  # the factor 1/2 of the loss is left out
    FACTOR = "factor"  # one factor of a product is left out [that factor], or of every product of a sum [nan]
    SIGN = "sign"
    MEAN = "mean"  # divided by the number of examples, where a sum is meant [m]
    SUM = "sum"  # not divided by the number of examples [m]
    EXAMPLE = "example"  # the value of another example of the batch [its row]
    ONE_EXAMPLE = "one example"  # what one example adds, in place of all of them [its row]
    FIGURES = "figures"  # right as far as it goes, but rounded too much to tell
    UNREADABLE = "unreadable"  # no number


# Some agree with the value by chance: other examples, and products with a factor near 1. No answer needs more figures
# on their account.
CHANCY = (Kind.EXAMPLE, Kind.ONE_EXAMPLE, Kind.FACTOR)


class Nothing(enum.StrEnum):
    """Why there is no question."""

    HALTED = "halted"
    BATCH_DONE = "batch done"  # the next one's examples are not known yet
    PASSED_ON = "passed on"  # the identity
    NOT_FINITE = "not finite"  # training is about to diverge
    LONG = "long"  # every sum has more than MOST_TERMS products, or FEW_TERMS
    UNSEEN = "unseen"  # the update changes nothing in MOST_FIGURES figures


@dataclass(frozen=True)
class Mistake:
    """A value that a typical mistake leads to; ``number`` is the factor in question (``Kind`` says which) or nan.

    Of a factor that is left out, ``missing`` is its name and ``kept`` that of the other, which stands alone; empty
    where more than one other is left. A name is an array's, with the cell's place where there is one: ``delta2[1]``.
    """

    kind: Kind
    value: float
    number: float = math.nan
    kept: str = ""
    missing: str = ""


@dataclass(frozen=True)
class Question:
    """What will one cell be?

    Attributes
    ----------
    step : the coming Step.
    cell : which cell of the array that it writes.
    place : its indices as the lesson writes them, ``[0, 1]``; empty for the loss.
    value : what it will be.
    figures : significant figures that an answer needs.
    allowance : how far an answer may be away however many figures it has.
    mistakes : the likeliest first, each with a value of its own.
    worked : the complete arithmetic.
    """

    step: Step
    cell: Cell
    place: str
    value: float
    figures: int
    allowance: float
    mistakes: tuple[Mistake, ...]
    worked: Expression


@dataclass(frozen=True)
class Verdict:
    """What is to be said about an answer.

    Attributes
    ----------
    right : whether it agrees with ``expected`` to the figures typed.
    kind : what is wrong; None if nothing is, or if nothing typical leads to such a value.
    given : the answer as a number, nan if it is none.
    number, kept, missing : the mistake's factor in question (``Kind`` says which) or nan, and names, as ``Mistake`` has
        them.
    """

    right: bool
    kind: Kind | None
    expected: float
    given: float
    number: float = math.nan
    kept: str = ""
    missing: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is an answer at all: what cannot be read or is too coarse to tell may be typed anew."""
        return self.kind not in (Kind.FIGURES, Kind.UNREADABLE)


@dataclass(frozen=True)
class Score:
    """Questions asked and answered right, and how many of the last ones in a row."""

    asked: int = 0
    right: int = 0
    streak: int = 0

    def after(self, right: bool) -> Score:
        """The score with one question more."""
        return Score(self.asked + 1, self.right + right, self.streak + 1 if right else 0)


class Standing(Protocol):
    """Where a run stands: a Trainer or a Snapshot.

    A Mapping ``start`` of parameters and velocities by name, as they were when the batch began, is used where there
    is one.
    """

    @property
    def lesson(self) -> Lesson: ...
    @property
    def program(self) -> Program: ...
    @property
    def position(self) -> Position: ...
    @property
    def tensors(self) -> Tensors: ...
    @property
    def halt(self) -> Halt | None: ...


# ---- asking ----------------------------------------------------------------------------------------------------


def question(state: Standing, rng: np.random.Generator) -> Question | Nothing:
    """A question about the coming Step: a cell that is not 0 and in which mistakes tell themselves apart, at random.

    Where nobody could work out a value, the reason.
    """
    coming = _Coming.of(state)
    if isinstance(coming, Nothing):
        return coming
    found = [asked for cell in coming.candidates(rng) if (asked := coming.ask(*cell)) is not None]
    if not found:
        return Nothing.UNSEEN if coming.step.phase is Phase.UPDATE else Nothing.LONG
    return min(found, key=_difficulty)


def question_at(state: Standing, cell: Cell) -> Question | None:
    """The question about one cell that the coming Step will write; None where there is none."""
    coming = _Coming.of(state)
    if isinstance(coming, Nothing) or coming.step.write != cell.name:
        return None
    rows, columns = coming.after.shape
    return coming.ask(cell.row, cell.column) if cell.row < rows and cell.column < columns else None


def _difficulty(asked: Question) -> tuple[bool, int, int]:
    """How much a cell says: less is better."""
    typical = [m.value for m in asked.mistakes if m.kind not in CHANCY]
    alike = len(typical) - len({_rounded(value, asked.figures) for value in typical})
    return (asked.value == 0, asked.figures, alike)


class _Coming:
    """The coming Step, done on the side."""

    def __init__(self, state: Standing, step: Step) -> None:
        self.step, self.lesson = step, state.lesson
        self.tensors = state.tensors
        self.start: Mapping[str, Array] = getattr(state, "start", {})
        self.m = len(state.tensors["y"])
        self.rates = Rates.of(state.lesson, self.m)
        self.stages: list[Array] = []
        self.found: dict[str, Array] = {}
        with np.errstate(all="ignore"):  # what is not finite is found by its value
            for call in step.calls:
                result = self.compute(call.op, *(self.found.get(name, self.tensors[name]) for name in call.reads))
                there = self.tensors[call.write]
                self.found[call.write] = np.asarray(result, there.dtype).reshape(there.shape)
                self.stages.append(plane(self.found[call.write]))
        self.after = self.stages[-1]
        self.before = {step.write: self.tensors[step.write]} if step.write in step.reads else {}
        self.arrays = ChainMap(self.found, dict(self.tensors))

    @staticmethod
    def of(state: Standing) -> _Coming | Nothing:
        if state.halt is not None:
            return Nothing.HALTED
        if state.position.step >= len(state.program):
            return Nothing.BATCH_DONE
        step = state.program.steps[state.position.step]
        if step.op in ("identity", "identity_backward"):
            return Nothing.PASSED_ON
        coming = _Coming(state, step)
        return coming if np.isfinite(coming.after).all() else Nothing.NOT_FINITE

    def compute(self, op: Callable[..., Any], *reads: Array) -> Any:
        return op(*reads, **steering_numbers(op, self.rates))

    def wide(self, name: str) -> Array:
        """An array as a matrix, before the Step."""
        return plane(self.tensors[name])

    def at(self, name: str, row: int, column: int) -> float:
        return float(self.wide(name)[row, column])

    # ---- which cell ------------------------------------------------------------------------------------------------

    def candidates(self, rng: np.random.Generator) -> list[tuple[int, int]]:
        """Some cells, at random, whose sums are short; those that are not 0, or that change, if there are any.

        Now and then those that ReLU has cut to 0: there alone can its slope be forgotten.
        """
        read = [self.wide(name) for name in self.step.reads]
        plain = all(max(array.shape) <= SURVEYED for array in read)
        short = self.terms() <= (MOST_TERMS if plain else FEW_TERMS)
        news = np.abs(self.after - plane(self.before.get(self.step.write, np.zeros(()))))
        present = short & (news > NOTHING * news.max())
        cut = short & self.cut()
        if cut.any() and rng.random() < CUT:
            present = cut
        cells = np.flatnonzero(present if present.any() else short)
        if len(cells) > TRIES:
            cells = rng.choice(cells, TRIES, replace=False)
        rng.shuffle(cells)
        width = self.after.shape[1]
        return [divmod(int(cell), width) for cell in cells]

    def cut(self) -> Array:
        """Which cells ReLU, or its slope, has made 0."""
        if self.lesson.activation(self.step.layer) != "relu":
            return np.zeros_like(self.after, dtype=bool)
        match self.step.op:
            case "relu" | "relu_backward":
                source = self.wide(self.step.reads[0])
            case "hidden_delta":
                source = self.stages[0]
            case _:
                source = self.after
        return np.asarray((source != 0) & (self.after == 0))

    def terms(self) -> Array:
        """How many products, other than 0, each cell is the sum of."""
        k, op = self.step.layer, self.step.op
        count: Any
        match op:
            case "affine" | "linear":
                count = _products(self.wide(input_of(k)), self.wide(f"W{k}"))
            case "hidden_delta" | "backward_through_weights":
                count = _products(self.wide(f"delta{k + 1}"), self.wide(f"W{k + 1}").T)
            case "weight_gradient":
                count = _products(self.wide(input_of(k)).T, self.wide(f"delta{k}"))
            case "bias_gradient" | "bias_gradient_mean":
                count = _present(self.wide(f"delta{k}")).sum(axis=0, keepdims=True)
            case "softmax" | "softmax_epsilon" | "softmax_backward_jacobian":
                count = self.after.shape[1]
            case "output_delta" if self.lesson.activation(k) == "softmax":
                count = self.after.shape[1]
            case "negative_log_likelihood":
                count = np.count_nonzero(self.wide("y"))
            case _:
                count = self.wide("y").size if self.step.phase is Phase.LOSS else 1
        return np.broadcast_to(count, self.after.shape)

    # ---- the question ----------------------------------------------------------------------------------------------

    def ask(self, row: int, column: int) -> Question | None:
        value = float(self.after[row, column])
        with np.errstate(all="ignore"):
            mistakes = tuple(self.distinct(value, self.mistakes(row, column, value)))
        typical = [m for m in mistakes if m.kind not in CHANCY]
        exact = _figures_of(value, self.after.dtype)
        figures = min(exact, _figures_apart(value, [m.value for m in typical]))
        old = float(plane(self.before.get(self.step.write, self.after))[row, column])
        if old != value and _alike(value, old, MOST_FIGURES):
            return None
        nearest = min((abs(m.value - value) for m in typical), default=math.inf)
        allowance = min((NOISE if exact <= SHORT else ALLOWANCE) * abs(value), nearest / 4)
        worked = expression(self.step, self.lesson, self.arrays, self.before, row, column, SHOWN_TERMS)
        place = label(worked.cell, self.lesson.run.orientation, self.tensors[self.step.write].shape)
        return Question(self.step, worked.cell, place, value, figures, allowance, mistakes, worked)

    @staticmethod
    def distinct(value: float, mistakes: Iterator[Mistake]) -> Iterator[Mistake]:
        """Those with a value of their own."""
        known = [value]
        for mistake in mistakes:
            other = mistake.value
            if math.isfinite(other) and not any(math.isclose(other, v, rel_tol=1e-7, abs_tol=1e-12) for v in known):
                known.append(other)
                yield mistake

    # ---- mistakes --------------------------------------------------------------------------------------------------

    def mistakes(self, row: int, column: int, value: float) -> Iterator[Mistake]:
        match self.step.phase:
            case Phase.FORWARD:
                yield from self.forward(row, column, value)
            case Phase.LOSS:
                yield from self.loss(value)
            case Phase.BACKWARD:
                yield from self.backward(row, column, value)
            case Phase.UPDATE:
                yield from self.update(row, column)
        if self.tensors.layout.places[self.step.write].rows == 0 and self.m <= MOST_EXAMPLES:  # a row per example
            for other in range(self.m):
                if other != row:
                    yield Mistake(Kind.EXAMPLE, float(self.after[other, column]), other)

    def forward(self, row: int, column: int, value: float) -> Iterator[Mistake]:
        k, op = self.step.layer, self.step.op
        if op not in ("affine", "linear"):
            yield from self.activation(row, column)
            return
        a_in, W = self.wide(input_of(k)), self.wide(f"W{k}")
        b = self.at(f"b{k}", 0, column) if op == "affine" else 0.0
        if op == "affine":
            yield Mistake(Kind.BIAS, value - b, b)
        elif k == 1 and self.lesson.network.bias == "input-column":
            ones = float(a_in[row, -1] * W[-1, column])
            yield Mistake(Kind.BIAS, value - ones, ones)
        if W.shape[0] == W.shape[1]:
            yield Mistake(Kind.TRANSPOSE, float(a_in[row] @ W[column]) + b)
        yield Mistake(Kind.SIGN, -value)
        yield from self.lone_factors(self.row(input_of(k), row), self.column(f"W{k}", column), plus=b)

    def activation(self, row: int, column: int) -> Iterator[Mistake]:
        read = self.wide(self.step.reads[0])[row : row + 1]
        z = read.astype(np.float64)
        yield Mistake(Kind.UNAPPLIED, float(z[0, column]))
        if self.step.op in ("softmax", "softmax_epsilon"):
            yield Mistake(Kind.NORMALISE, float(np.exp(z[0, column])))
            yield Mistake(Kind.NORMALISE, float(np.exp(z[0, column] - z.max())))
        if self.step.op == "log":
            yield Mistake(Kind.SIGN, -float(self.after[row, column]))
        else:  # the sign in the exponent: e^z where e^-z is meant
            yield Mistake(Kind.SIGN, float(self.compute(self.step.calls[0].op, -z)[0, column]))

    def loss(self, value: float) -> Iterator[Mistake]:
        if self.step.op == "half_squared_error":
            yield Mistake(Kind.HALF, 2 * value)
        yield Mistake(Kind.SIGN, -value)
        yield self.other_reduction(value, self.lesson.loss.reduction)

    def other_reduction(self, value: float, reduction: str) -> Mistake:
        if reduction == "mean":
            return Mistake(Kind.SUM, value * self.m, self.m)
        return Mistake(Kind.MEAN, value / self.m, self.m)

    def backward(self, row: int, column: int, value: float) -> Iterator[Mistake]:
        op = self.step.op
        match op:
            case "weight_gradient":
                yield from self.weight_gradient(row, column, value)
                return
            case "bias_gradient" | "bias_gradient_mean":
                yield Mistake(Kind.SIGN, -value)
                yield self.other_reduction(value, "sum" if op == "bias_gradient" else "mean")
                yield from self.single(self.wide(f"delta{self.step.layer}")[:, column])
                return
            case "output_error":
                yield from self.extra_slope(row, column, value)
            case "output_delta" | "output_gradient":
                yield from self.output(row, column)
            case "hidden_delta" | "backward_through_weights":
                yield from self.through_weights(row, column)
            case "log_backward":
                a = self.at(f"a{self.step.layer}", row, column) + ops.EPSILON
                yield Mistake(Kind.SLOPE, self.at("dlogp", row, column), 1 / a)
            case _ if op.endswith(("_backward", "_jacobian")):
                yield from self.without_slope(self.wide(f"da{self.step.layer}"), row, column)
        yield Mistake(Kind.SIGN, -value)
        if op.startswith("output") or op == "negative_log_likelihood_gradient":
            yield self.other_reduction(value, self.lesson.gradient_reduction)

    def weight_gradient(self, row: int, column: int, value: float) -> Iterator[Mistake]:
        k = self.step.layer
        a_in, delta = self.wide(input_of(k))[:, row], self.wide(f"delta{k}")[:, column]
        if row < self.after.shape[1] and column < self.after.shape[0]:
            yield Mistake(Kind.TRANSPOSE, float(self.after[column, row]))
        if k > 1:
            yield Mistake(Kind.UNAPPLIED, float(self.wide(f"z{k - 1}")[:, row] @ delta))
        yield Mistake(Kind.SIGN, -value)
        yield self.other_reduction(value, "sum")
        yield from self.single(a_in * delta)
        yield from self.lone_factors(self.column(input_of(k), row), self.column(f"delta{k}", column))

    def single(self, terms: Array) -> Iterator[Mistake]:
        """What each example adds to a sum over the batch."""
        if 1 < self.m <= MOST_EXAMPLES:
            yield from (Mistake(Kind.ONE_EXAMPLE, float(term), s) for s, term in enumerate(terms) if term)

    def row(self, name: str, row: int) -> tuple[list[Cell], Array]:
        """The cells of a row of an array, and their values."""
        values = self.wide(name)[row].astype(np.float64)
        return [Cell(name, row, column) for column in range(len(values))], values

    def column(self, name: str, column: int) -> tuple[list[Cell], Array]:
        """The cells of a column of an array, and their values."""
        values = self.wide(name)[:, column].astype(np.float64)
        return [Cell(name, row, column) for row in range(len(values))], values

    def place_of(self, cell: Cell) -> str:
        """The indices of a cell as the lesson writes them."""
        return label(cell, self.lesson.run.orientation, self.tensors[cell.name].shape)

    def lone_factors(
        self,
        left: tuple[list[Cell], Array],
        right: tuple[list[Cell], Array],
        times: float = 1.0,
        plus: float = 0.0,
        more: bool = False,
    ) -> Iterator[Mistake]:
        """What becomes of ``sum left * right * times + plus`` where left or right is left out of every product.

        Of a single product the cells are named, of several the arrays. ``more``: ``times`` is a factor besides, so that
        nothing stands alone.
        """
        there = np.flatnonzero((left[1] != 0) & (right[1] != 0))
        for (kept, values), (missing, others) in ((left, right), (right, left)):
            if len(there) == 1:
                i = int(there[0])
                names = [cell.name + self.place_of(cell) for cell in (kept[i], missing[i])]
                value, number = float(values[i]), float(others[i])
            else:
                names = [kept[0].name, missing[0].name]
                value, number = float(values.sum()), math.nan
            alone = "" if more or plus else names[0]
            yield Mistake(Kind.FACTOR, value * times + plus, number, alone, names[1])

    def slope_at(self, row: int, column: int) -> float:
        """phi'(z) of a cell; of softmax the diagonal of its Jacobian."""
        k = self.step.layer
        if self.lesson.activation(k) == "softmax":
            a = self.at(f"a{k}", row, column)
            return a * (1 - a)
        cell = {name: self.wide(name)[row : row + 1, column : column + 1] for name in (f"z{k}", f"a{k}")}
        return float(slope(self.lesson, k, cell)[0, 0])

    def without_slope(self, g: Array, row: int, column: int) -> Iterator[Mistake]:
        """delta found from g = dL/da, but without phi'(z), or with a part of it."""
        before, here = float(g[row, column]), self.slope_at(row, column)
        yield Mistake(Kind.SLOPE, before, here)
        if self.lesson.activation(self.step.layer) == "softmax":
            yield Mistake(Kind.DIAGONAL, before * here, here)
        else:
            yield Mistake(
                Kind.FACTOR,
                here,
                before,
                missing=f"da{self.step.layer}{self.place_of(Cell(self.step.write, row, column))}",
            )

    def extra_slope(self, row: int, column: int, value: float) -> Iterator[Mistake]:
        here = self.slope_at(row, column)
        yield Mistake(Kind.EXTRA_SLOPE, value * here, here)
        if self.lesson.activation(self.step.layer) == "softmax":
            through: Any = ops.softmax_backward
            a = self.wide(f"a{self.step.layer}")[row : row + 1]
            yield Mistake(Kind.EXTRA_SLOPE, float(through(self.after[row : row + 1], a)[0, column]), here)

    def output(self, row: int, column: int) -> Iterator[Mistake]:
        k = self.step.layer
        if self.step.op == "output_delta":
            yield from self.without_slope(self.stages[0], row, column)
        if self.lesson.loss.name in ("mse", "l1") and self.lesson.activation(k) != "softmax":
            error = self.at(f"a{k}", row, column) - self.at("y", row, column)
            rest = self.slope_at(row, column) if self.step.op == "output_delta" else 1.0
            yield Mistake(Kind.LOSS_SLOPE, error * self.rates.gradient_share * rest, error)

    def through_weights(self, row: int, column: int) -> Iterator[Mistake]:
        k = self.step.layer
        delta, W = self.wide(f"delta{k + 1}")[row].astype(np.float64), self.wide(f"W{k + 1}")
        rest = 1.0
        if self.step.op == "hidden_delta":
            rest = self.slope_at(row, column)
            yield Mistake(Kind.SLOPE, float(self.stages[0][row, column]), rest)
        if W.shape[0] == W.shape[1]:
            yield Mistake(Kind.TRANSPOSE, float(delta @ W[:, column]) * rest)
        yield Mistake(Kind.NEW_WEIGHTS, float(delta @ self.updated(f"W{k + 1}", column)) * rest)
        sloped = self.step.op == "hidden_delta" and self.lesson.activation(k) != "identity"
        yield from self.lone_factors(
            self.row(f"delta{k + 1}", row), self.row(f"W{k + 1}", column), times=rest, more=sloped
        )

    def updated(self, name: str, row: int) -> Array:
        """A row of the weights as this batch's update will leave it."""
        W, dW, v = (self.wide(prefix + name)[row].astype(np.float64) for prefix in ("", "d", "v"))
        eta, gamma = self.rates.learning_rate, self.rates.momentum
        classic = self.lesson.optimizer.momentum_form == "classic"
        return np.asarray(W - (gamma * v + eta * dW) if classic else W - eta * (gamma * v + dW))

    def update(self, row: int, column: int) -> Iterator[Mistake]:
        eta, gamma = self.rates.learning_rate, self.rates.momentum
        old, change = (self.at(name, row, column) for name in self.step.reads)
        match self.step.op:
            case "velocity_torch" | "velocity_classic":
                factor = eta if self.step.op == "velocity_classic" else 1.0
                yield Mistake(Kind.MOMENTUM, factor * change, gamma)
                yield Mistake(Kind.DECAY, old + factor * change, gamma)
                other = Kind.RATE if self.step.op == "velocity_classic" else Kind.OTHER_FORM
                yield Mistake(other, gamma * old + change * (1.0 if other is Kind.RATE else eta), eta)
                yield Mistake(Kind.SIGN, gamma * old - factor * change)
                yield Mistake(Kind.UNCHANGED, old)
            case "sgd" | "subtract":
                factor = eta if self.step.op == "sgd" else 1.0
                other = Kind.RATE if self.step.op == "sgd" else Kind.OTHER_FORM
                yield Mistake(other, old - change * (1.0 if other is Kind.RATE else eta), eta)
                yield Mistake(Kind.SIGN, old + factor * change)
                yield Mistake(Kind.CHANGE, factor * change)
                yield Mistake(Kind.CHANGE, -factor * change)
                yield Mistake(Kind.UNCHANGED, old)
                yield from self.without_momentum(row, column, old, factor)

    def without_momentum(self, row: int, column: int, old: float, factor: float) -> Iterator[Mistake]:
        name, v = self.step.reads
        if not v.startswith("v"):
            return
        plain = self.at(f"d{name}", row, column)
        yield Mistake(Kind.MOMENTUM, old - self.rates.learning_rate * plain, self.rates.momentum)
        if v in self.start:
            past = float(plane(self.start[v])[row, column])
            yield Mistake(Kind.OLD_VELOCITY, old - factor * past, past)


def _present(array: Array) -> Array:
    return np.asarray(array != 0, np.float32)


def _products(left: Array, right: Array) -> Array:
    """How many products, other than 0, each cell of left @ right is the sum of."""
    with np.errstate(invalid="ignore"):  # BLAS may raise the flag over numbers it reads beyond an edge and never uses
        count: Array = _present(left) @ _present(right)
    return count


# ---- judging ---------------------------------------------------------------------------------------------------


def judge(asked: Question, typed: str | float) -> Verdict:
    """Compare an answer with the true value and, failing that, with what typical mistakes lead to.

    A number counts to the figures typed: 1.1 is right for 1.125, 1.14 is not. Arithmetic such as ``9/8`` or
    ``2.25*0.5`` counts as it is.
    """
    found = read(str(typed))
    if found is None:
        return Verdict(False, Kind.UNREADABLE, asked.value, math.nan)
    given, figures = found

    def verdict(kind: Kind | None, *, right: bool = False) -> Verdict:
        return Verdict(right, kind, asked.value, given)

    def mistaken(m: Mistake) -> Verdict:
        return Verdict(False, m.kind, asked.value, given, m.number, m.kept, m.missing)

    if _agrees(given, figures, asked.value, asked.figures, asked.allowance):
        return verdict(None, right=True)
    same = [m for m in asked.mistakes if math.isclose(given, m.value, rel_tol=NOISE)]
    if same:
        return mistaken(min(same, key=lambda m: abs(given - m.value)))
    if figures is not None and abs(given - asked.value) <= _half_unit(given, asked.value, figures):
        return verdict(Kind.FIGURES)
    for mistake in asked.mistakes:
        if _agrees(given, figures, mistake.value, LEAST_FIGURES, NOISE * abs(mistake.value)):
            return mistaken(mistake)
    return verdict(None)


def _agrees(given: float, figures: int | None, value: float, needed: int, allowance: float) -> bool:
    """Whether a number of so many figures (None: of all) is a value, rounded no more than needed."""
    if given == 0 or value == 0:
        return max(abs(given), abs(value)) < NOTHING
    if abs(given - value) <= min(allowance, NOISE * abs(value)):
        return True
    if figures is None:
        return abs(given - value) <= allowance
    return figures >= needed and abs(given - value) <= max(allowance, _half_unit(given, value, figures))


def _half_unit(given: float, value: float, figures: int) -> float:
    """Half a unit of the last figure, and a little for the way numbers are stored.

    The unit is that of the smaller number: 0.991 is 0.99 to two figures, not 1.0.
    """
    smaller = min(abs(given), abs(value))
    if smaller == 0:
        return 0.0
    place = math.floor(math.log10(smaller)) - figures + 1
    return 0.5 * 10.0 ** max(place, -320) * (1 + 1e-9) + 1e-15 * abs(given)


def _rounded(value: float, figures: int) -> str:
    return f"{value:.{figures - 1}e}"


def _alike(a: float, b: float, figures: int) -> bool:
    return _rounded(a, figures) == _rounded(b, figures)


def _figures_apart(value: float, others: list[float]) -> int:
    """Significant figures that tell a value from others."""
    for figures in range(LEAST_FIGURES, MOST_FIGURES):
        if not any(_alike(value, other, figures) for other in others):
            return figures
    return MOST_FIGURES


def _figures_of(value: float, dtype: np.dtype[Any]) -> int:
    """Significant figures that write a value in full, but for what rounding has left in its last places."""
    digits = 6 if dtype == np.float32 else 12
    mantissa = _rounded(abs(value), digits).partition("e")[0]
    return max(1, len(mantissa.replace(".", "").rstrip("0")))


# ---- reading ---------------------------------------------------------------------------------------------------

_WRITTEN = str.maketrans(
    {
        **{sign: "-" for sign in "−–－"},
        **{sign: "*" for sign in "×·⋅∙＊"},
        **{sign: "/" for sign in "÷⁄∕／"},
        **{chr(ord("０") + digit): str(digit) for digit in range(10)},
        **{"＋": "+", "（": "(", "）": ")", "．": ".", "，": ".", ",": ".", "^": "**"},
    }
)
_NUMBER = re.compile(r"[+-]?(?P<digits>[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_ARITHMETIC = re.compile(r"[0-9.eE+\-*/() ]+")
_OPERATIONS: dict[type[ast.operator], Callable[[float, float], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def read(text: str) -> tuple[float, int | None] | None:
    """What was typed as (value, significant figures); no figures for arithmetic, None for what is no finite number.

    Arithmetic is numbers with ``+ - * / **`` and brackets; ``×``, ``·``, ``÷``, ``^`` and full-width signs are
    understood too, and a comma for the decimal point.
    """
    plain = text.strip().translate(_WRITTEN)
    if len(plain) > LONGEST:
        return None
    number = _NUMBER.fullmatch(plain)
    if number is not None:
        value = float(plain)
        digits = number["digits"].replace(".", "")
        return (value, max(1, len(digits.lstrip("0")))) if math.isfinite(value) else None
    if not _ARITHMETIC.fullmatch(plain):
        return None
    try:
        value = _value(ast.parse(plain.strip(), mode="eval").body)
    except (SyntaxError, ValueError, TypeError, ArithmeticError, RecursionError, MemoryError):
        return None
    return (value, None) if math.isfinite(value) else None


def _value(node: ast.expr) -> float:
    """Arithmetic worked out in floating point, which no power can make long.

    Raises
    ------
    ValueError : anything but numbers and the four operations, powers and signs.
    ArithmeticError, TypeError : a division by 0, a result too large, the root of a negative number.
    """
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.UnaryOp(op=ast.USub(), operand=of):
            return -_value(of)
        case ast.UnaryOp(op=ast.UAdd(), operand=of):
            return _value(of)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            result = _OPERATIONS[type(op)](_value(left), _value(right))
            if not isinstance(result, float):
                raise TypeError("a root of a negative number")
            return result
    raise ValueError("not arithmetic")
