"""Where a number came from: the terms that add up to one cell, and the cells that each of them was made of.

``dW2[1, 0] = Σ_s a1[s, 1]·delta2[s, 0]``: one term per example, largest first. Every factor is a cell of another
array, with an origin of its own, until the trail ends at an input, a target or what the batch began with.

The arithmetic is that of ``expression.py``, spread out: sums become terms, constants coefficients. What is added here
is which of two numbers a name means. A weight is read at the start of a batch and written at its end, so a factor says
whether it is the array as it stands or ``old``, as it was when the batch began.
"""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from engine.expression import (
    Cell,
    Difference,
    Exponential,
    Function,
    Magnitude,
    Negative,
    Node,
    Number,
    Positive,
    Product,
    Quotient,
    Square,
    Sum,
    expression,
)
from engine.lesson import Lesson
from engine.program import Phase, Program, Step, input_of
from engine.tensors import Array, plane
from engine.trainer import Position

NOTHING: Mapping[str, Array] = MappingProxyType({})


class Kind(enum.StrEnum):
    """What a number is."""

    STEP = "step"
    """A Step of this batch computed it."""
    PENDING = "pending"
    """A Step of this batch will compute it."""
    GONE = "gone"
    """A Step of this batch computed it, but what it was computed from is no longer kept."""
    INPUT = "input"
    ONE = "one"
    """The input that is always 1 and carries the biases of the first layer."""
    TARGET = "target"
    INITIAL = "initial"
    """A parameter or velocity that no update has changed."""
    LEFT = "left"
    """A parameter or velocity as the update of the batch before left it."""


# ---- what an origin is made of ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Factor:
    """A cell that a term reads.

    Attributes
    ----------
    cell : (row, column) in the array as it is stored; a vector is one row.
    value : the number read there.
    old : whether it is the array as it was when the batch began; it has been updated since.
    """

    name: str
    cell: tuple[int, int]
    value: float
    old: bool = False


@dataclass(frozen=True)
class Term:
    """One of the numbers that add up to a cell.

    Attributes
    ----------
    factors : every cell that it reads, in order of appearance. In a plain product ``value`` is ``coefficient`` times
        their values; otherwise ``node`` says what is done with them.
    coefficient : the constants in it: 1/m, eta, a sign.
    node : the whole term, coefficient included, as ``expression.pieces`` writes it.
    """

    factors: tuple[Factor, ...]
    coefficient: float
    value: float
    node: Node


@dataclass(frozen=True)
class Symbol:
    """An array in a formula, and which of its cells: ``[1, 0]``, ``[s, 0]``, or nothing for the loss."""

    name: str
    indices: str


Formula = tuple[str | Symbol, ...]


@dataclass(frozen=True)
class Origin:
    """Where a cell came from.

    Attributes
    ----------
    step : the Step that wrote it, or that will; None where the trail ends.
    formula : the Step's formula for this very cell; a sum runs over the letter s (examples) or i (units). Empty where
        the trail ends.
    terms : largest magnitude first; empty but for Kind.STEP.
    total : the terms added up.
    over : where the cell is not the total but something divided by it (softmax), that something.
    tolerance : by how much rounding alone may let ``result`` and ``value`` differ.
    """

    name: str
    cell: tuple[int, int]
    old: bool
    kind: Kind
    step: Step | None
    value: float
    formula: Formula = ()
    terms: tuple[Term, ...] = ()
    total: float = 0.0
    over: float | None = None
    tolerance: float = 0.0

    @property
    def result(self) -> float:
        """What the terms come to."""
        if self.over is None:
            return self.total
        return self.over / self.total if self.total else math.nan

    @property
    def difference(self) -> float:
        """The cell less what its terms come to; 0 where both are equally not finite."""
        if not math.isfinite(self.value) and not math.isfinite(self.result):
            return 0.0
        return self.value - self.result

    @property
    def agrees(self) -> bool:
        """Whether the terms add up to the cell, but for rounding."""
        return abs(self.difference) <= self.tolerance

    @property
    def magnitude(self) -> float:
        """The magnitudes of all terms added up: what each one's share is taken of."""
        return _finite_sum(abs(term.value) for term in self.terms)


def sources(origin: Origin) -> dict[str, tuple[tuple[int, int], ...]]:
    """The cells that an origin reads, by array, each once."""
    found: dict[str, dict[tuple[int, int], None]] = {}
    for term in origin.terms:
        for factor in term.factors:
            found.setdefault(factor.name, {})[factor.cell] = None
    return {name: tuple(cells) for name, cells in found.items()}


# ---- the origin of a cell ---------------------------------------------------------------------------------------


def origin(
    name: str,
    cell: tuple[int, int],
    tensors: Mapping[str, Array],
    program: Program,
    lesson: Lesson,
    position: Position,
    start: Mapping[str, Array] = NOTHING,
    *,
    old: bool = False,
) -> Origin:
    """Where one cell of an array came from.

    Parameters
    ----------
    cell : (row, column) in the array as it is stored; a vector is one row, the loss (0, 0).
    tensors : the arrays as they are at ``position``.
    lesson : with the values in force in this batch.
    start : parameters and velocities as they were when this batch began. Without those that have been updated since,
        what was computed from them is Kind.GONE.
    old : ask for a parameter or velocity as it was when the batch began.

    Raises
    ------
    KeyError, IndexError : there is no such array or cell.
    """
    row, column = cell
    done = _done(program, position)
    written = next((step for step in program.steps if step.write == name), None)
    array = start.get(name, tensors[name]) if old else tensors[name]
    value = float(plane(array)[row, column])
    if name in program.pending(position.step):
        return Origin(name, cell, old, Kind.PENDING, written, value)
    if written is None or old or name not in done:
        kind = _kind_of_end(name, column, lesson, position)
        return Origin(name, cell, old, kind, None, value)
    updated = frozenset(n for n in done if program.steps[done[n] - 1].phase is Phase.UPDATE)
    earlier = _earlier(written, updated)
    if any(read not in start for read in earlier):
        return Origin(name, cell, old, Kind.GONE, written, value)
    before = {read: start[read] for read in earlier}
    node = expression(written, lesson, tensors, before, row, column).right
    if node is None:
        raise AssertionError(f"no arithmetic for {written.op}")
    with np.errstate(all="ignore"):  # a diverged run is explained too
        return _Terms(written, lesson, tensors, earlier, row, column).origin(value, node)


def _done(program: Program, position: Position) -> dict[str, int]:
    """Index of the Step that wrote each array, of those written so far in this batch."""
    return {step.write: step.index for step in program.steps[: position.step]}


def _kind_of_end(name: str, column: int, lesson: Lesson, position: Position) -> Kind:
    if name == "x":
        carries_bias = lesson.network.bias == "input-column" and column == lesson.width_in(1) - 1
        return Kind.ONE if carries_bias else Kind.INPUT
    if name == "y":
        return Kind.TARGET
    return Kind.INITIAL if position.batch == 1 else Kind.LEFT


def _earlier(step: Step, updated: frozenset[str]) -> frozenset[str]:
    """What a Step read that has been overwritten since."""
    if step.phase is Phase.UPDATE:
        return frozenset({step.write})  # the others, a gradient or the new velocity, are as it read them
    return updated.intersection(step.reads)


# ---- an expression spread out into terms ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Raw:
    """A product on its way to become a Term: the coefficient, and what it is multiplied by."""

    coefficient: float = 1.0
    parts: tuple[Node, ...] = ()

    def times(self, factor: float) -> _Raw:
        return replace(self, coefficient=self.coefficient * factor)


def _constant(node: Node) -> bool:
    return isinstance(node, Number) and node.cell is None and not node.name


def _spread(node: Node, *, top: bool = True) -> list[_Raw]:
    """The terms of a sum. A difference is two terms where it is all there is, and one number within a longer sum."""
    match node:
        case Number(value) if _constant(node):
            return [_Raw(value)]
        case Sum(terms):
            return [raw for term in terms for raw in _spread(term, top=False)]
        case Difference(left, right) if top:
            return _spread(left, top=False) + [raw.times(-1.0) for raw in _spread(right, top=False)]
        case Negative(of):
            return [raw.times(-1.0) for raw in _spread(of, top=top)]
        case Quotient(over, Number(value) as under) if _constant(under):
            return [raw.times(1 / value) for raw in _spread(over, top=top)]
        case Product(factors):
            constants = [factor.value for factor in factors if isinstance(factor, Number) and _constant(factor)]
            others = [factor for factor in factors if not _constant(factor)]
            alone = top and len(others) == 1
            raws = [_Raw(math.prod(constants))]
            for factor in others:
                inner = _spread(factor, top=alone)
                raws = [_Raw(r.coefficient * s.coefficient, r.parts + s.parts) for r in raws for s in inner]
            return raws
        case _:
            return [_Raw(parts=(node,))]


SLOPED = ("hidden_delta", "output_delta")


class _Terms:
    """Makes the Origin of one cell from its expression."""

    def __init__(
        self,
        step: Step,
        lesson: Lesson,
        tensors: Mapping[str, Array],
        earlier: frozenset[str],
        row: int,
        column: int,
    ) -> None:
        self.step, self.lesson, self.tensors, self.earlier = step, lesson, tensors, earlier
        self.row, self.column = row, column

    def origin(self, value: float, node: Node) -> Origin:
        over: Node | None = None
        slope: tuple[Number, Node] | None = None
        if self.step.op in ("softmax", "softmax_epsilon") and isinstance(node, Quotient):
            over, node = node.over, node.under
        elif self.sloped:
            node, slope = self.without_slope(node)
        raws = _spread(node)
        terms = [self.term(raw, slope, i) for i, raw in enumerate(raws)]
        total = float(np.sum([term.value for term, _ in terms]))
        error = _finite_sum(e for _, e in terms)
        # the worst order of additions errs by n roundings, any real one by some multiple of their root
        error += min(len(terms), 4 * math.sqrt(len(terms))) * _finite_sum(abs(term.value) for term, _ in terms)
        found = _worth(over) if over is not None else None
        if found is not None and total:
            result, own = found.value / total, found.error / abs(total)
            error = own + abs(result) * error / abs(total) + abs(result)
        number = np.finfo(self.tensors[self.step.write].dtype)
        return Origin(
            self.step.write,
            (self.row, self.column),
            False,
            Kind.STEP,
            self.step,
            value,
            formula(self.step, self.lesson, self.tensors, self.row, self.column),
            tuple(sorted((term for term, _ in terms), key=_rank)),
            total,
            found.value if found is not None else None,
            float(number.eps) * (error + self.unsaid()) + (len(terms) + 4) * float(number.tiny),
        )

    # ---- slopes ----------------------------------------------------------------------------------------------------

    @property
    def activation(self) -> str:
        return self.lesson.activation(self.step.layer)

    @property
    def through_softmax(self) -> bool:
        jacobian = self.step.op == "softmax_backward_jacobian"
        return jacobian or (self.step.op == "output_delta" and self.activation == "softmax")

    @property
    def sloped(self) -> bool:
        """Whether the Step multiplies by the slope of the layer's activation, cell by cell."""
        op = self.step.op
        return (op in SLOPED or op == f"{self.activation}_backward") and self.activation not in ("softmax", "identity")

    def without_slope(self, node: Node) -> tuple[Node, tuple[Number, Node]]:
        """What is multiplied by the slope; and the slope as one number, and written out."""
        k = self.step.layer
        match self.activation, node:
            case "sigmoid" | "tanh" | "relu", Product((factor, *rest)):
                inner, slope = factor, rest[0] if len(rest) == 1 else Product(tuple(rest))
            case "softplus", Quotient(factor, under):
                inner, slope = factor, Quotient(Number(1.0), under)
            case "leaky_relu", _:
                z = float(self.tensors[f"z{k}"][self.row, self.column])
                inner = node if z > 0 or not isinstance(node, Quotient) else node.over
                slope = Function(STEEPNESS, (Number(z, Cell(f"z{k}", self.row, self.column)),))
            case _:
                raise AssertionError(f"no slope of {self.activation} in {self.step.op}")
        return inner, (Number(_worth(slope).value, name=f"{self.activation}′(z)"), slope)

    # ---- one term --------------------------------------------------------------------------------------------------

    def term(self, raw: _Raw, slope: tuple[Number, Node] | None, index: int) -> tuple[Term, float]:
        """A Term, and the bound of its rounding error in units of the dtype's precision."""
        written = raw.parts if slope is None else (*raw.parts, slope[0])
        read = raw.parts if slope is None else (*raw.parts, slope[1])
        worths = [_worth(part) for part in read]
        value = raw.coefficient * math.prod(worth.value for worth in worths)
        error = (len(worths) + 1) * abs(value)
        for i, worth in enumerate(worths):
            others = math.prod(other.value for j, other in enumerate(worths) if j != i)
            error += worth.error * abs(raw.coefficient * others)
        numbers = [number for part in read for number in _read(part)]
        if self.through_softmax:
            a = f"a{self.step.layer}"
            for j in dict.fromkeys((index, self.column)):
                place = Cell(a, self.row, j)
                numbers.append(Number(float(self.tensors[a][self.row, j]), place))
        factors = dict.fromkeys(self.factor(number) for number in numbers)
        return Term(tuple(factors), raw.coefficient, value, self.written(raw.coefficient, written)), error

    def factor(self, number: Number) -> Factor:
        cell = number.cell
        if cell is None:
            raise AssertionError("a number that was not read")
        return Factor(cell.name, (cell.row, cell.column), number.value, cell.name in self.earlier)

    def written(self, coefficient: float, parts: tuple[Node, ...]) -> Node:
        """The coefficient where it is not 1, by its letter where it has one, and the rest."""
        if not parts:
            return Number(coefficient)
        letter = self.letter(parts[0])
        if letter or abs(coefficient) != 1:
            size = Number(abs(coefficient), name=letter)
            parts = (Negative(size) if coefficient < 0 else size, *parts)
        elif coefficient < 0:
            parts = (Negative(parts[0]), *parts[1:])
        return parts[0] if len(parts) == 1 else Product(parts)

    def letter(self, first: Node) -> str:
        """The letter for the coefficient of an update's term."""
        if not isinstance(first, Number) or first.cell is None:
            return ""
        kept = first.cell.name == self.step.write
        match self.step.op:
            case "velocity_torch":
                return "γ" if kept else ""
            case "velocity_classic":
                return "γ" if kept else "η"
            case "sgd":
                return "" if kept else "η"
            case _:
                return ""

    def unsaid(self) -> float:
        """Rounding of what the executors compute in another way than the expression says."""
        if self.through_softmax:  # a (g - g a), where the expression has the Jacobian's entries
            a = np.abs(self.tensors[f"a{self.step.layer}"][self.row].astype(np.float64))
            if self.step.op == "output_delta":  # no loss is steeper than 2 |a - y| or 1
                g = 2 * (a + np.abs(self.tensors["y"][self.row])) + 1
            else:
                g = np.abs(self.tensors[f"da{self.step.layer}"][self.row].astype(np.float64))
            return float((len(a) + 3) * a[self.column] * (g[self.column] + (g * a).sum()))
        if self.step.op != "cross_entropy":  # log sum e^z - y z, where the expression has y log p
            return 0.0
        z = self.tensors[self.step.reads[0]].astype(np.float64)
        share = 1.0 if self.lesson.loss.reduction == "sum" else 1 / len(z)
        rows = 2 * np.abs(z).max(axis=1) + math.log(z.shape[1])
        return float(share * (z.shape[1] + len(z) + 4) * rows.sum())


def _finite_sum(values: Iterable[float]) -> float:
    return float(sum(value for value in values if math.isfinite(value)))


def _rank(term: Term) -> float:
    """Sorts the largest magnitude first, and before it what is no number at all."""
    return -math.inf if math.isnan(term.value) else -abs(term.value)


def _read(node: Node) -> list[Number]:
    """Every number in a tree that was read from a cell."""
    match node:
        case Number(_, cell):
            return [node] if cell is not None else []
        case Sum(parts) | Product(parts) | Function(_, parts):
            return [number for part in parts for number in _read(part)]
        case Difference(left, right) | Quotient(left, right):
            return _read(left) + _read(right)
        case _:
            return _read(node.of)


# ---- what a tree comes to, and how far rounding can have led from it --------------------------------------------

STEEPNESS = "slope"
"""The slope of leaky ReLU as a function of z, which ``expression.py`` has no need to write."""


@dataclass(frozen=True)
class _Worth:
    """A value, and the bound of its rounding error in units of the dtype's precision, to first order."""

    value: float
    error: float


def _worth(node: Node) -> _Worth:
    match node:
        case Number(value, cell):
            return _Worth(value, 0.0 if cell is not None else abs(value))
        case Sum(terms):
            parts = [_worth(term) for term in terms]
            spread = sum(abs(part.value) for part in parts)
            return _Worth(sum(part.value for part in parts), sum(part.error for part in parts) + len(parts) * spread)
        case Difference(left, right):
            a, b = _worth(left), _worth(right)
            return _Worth(a.value - b.value, a.error + b.error + abs(a.value - b.value))
        case Product(factors):
            product = _Worth(1.0, 0.0)
            for factor in factors:
                f = _worth(factor)
                value = product.value * f.value
                product = _Worth(value, product.error * abs(f.value) + f.error * abs(product.value) + abs(value))
            return product
        case Quotient(over, under):
            a, b = _worth(over), _worth(under)
            if b.value == 0:
                return _Worth(math.nan if a.value == 0 else math.copysign(math.inf, a.value), math.inf)
            value = a.value / b.value
            return _Worth(value, (a.error + abs(value) * b.error) / abs(b.value) + abs(value))
        case Negative(of):
            inner = _worth(of)
            return _Worth(-inner.value, inner.error)
        case Square(of):
            inner = _worth(of)
            square = inner.value * inner.value
            return _Worth(square, 2 * abs(inner.value) * inner.error + square)
        case Exponential(of):
            inner = _worth(of)
            value = float(np.exp(inner.value))
            return _Worth(value, value * (inner.error + 2))
        case Magnitude(of):
            inner = _worth(of)
            return _Worth(abs(inner.value), inner.error)
        case Positive(of):
            return _Worth(float(_worth(of).value > 0), 0.0)
        case Function("log", (Sum((Number(1.0, None), Exponential(of))),)):  # without overflow, as logaddexp has it
            inner = _worth(of)
            value = float(np.logaddexp(0, inner.value))
            return _Worth(value, inner.error + 2 * abs(value))
        case Function(name, (of,)):
            return _function(name, _worth(of))
        case Function("max", (left, right)):
            a, b = _worth(left), _worth(right)
            return _Worth(float(np.maximum(a.value, b.value)), max(a.error, b.error))
    raise AssertionError(f"no value for {node}")


def _function(name: str, inner: _Worth) -> _Worth:
    x = inner.value
    match name:
        case "log":
            value = float(np.log(x))
            return _Worth(value, (inner.error / abs(x) if x else math.inf) + 2 * abs(value))
        case "tanh":
            return _Worth(math.tanh(x), inner.error + 2 * abs(math.tanh(x)))
        case "sign":
            return _Worth(float(np.sign(x)), 0.0)
        case "slope":
            return _Worth(1.0 if x > 0 else 0.01, 0.01)
    raise AssertionError(f"no value for {name}")


# ---- the formula of a cell --------------------------------------------------------------------------------------


def formula(step: Step, lesson: Lesson, tensors: Mapping[str, Array], row: int, column: int) -> Formula:
    """A Step's formula for one cell, in the lesson's orientation: ``dW2[1, 0] = Σ_s a1[s, 1]·delta2[s, 0]``."""
    return _Formula(step, lesson, tensors, row, column).write()


def indices(name: str, row: int | str, column: int | str, orientation: str, shape: tuple[int, ...]) -> str:
    """Indices of a cell as ``expression.label`` writes them; a letter may stand for any of them."""
    if not shape:
        return ""
    if (len(shape) == 1 or (orientation == "column" and shape[0] == 1)) and not name.lstrip("dv").startswith("W"):
        return f"[{column}]"
    return f"[{column}, {row}]" if orientation == "column" else f"[{row}, {column}]"


class _Formula:
    def __init__(self, step: Step, lesson: Lesson, tensors: Mapping[str, Array], row: int, column: int) -> None:
        self.step, self.lesson, self.tensors, self.row, self.column = step, lesson, tensors, row, column

    def at(self, name: str, row: int | str, column: int | str) -> Symbol:
        return Symbol(name, indices(name, row, column, self.lesson.run.orientation, self.tensors[name].shape))

    def here(self, name: str) -> Symbol:
        return self.at(name, self.row, self.column)

    def write(self) -> Formula:
        equals = " := " if self.step.phase is Phase.UPDATE else " = "
        return (self.here(self.step.write), equals, *self.right())

    def share(self, reduction: str) -> Formula:
        m = len(self.tensors["y"])
        return () if reduction == "sum" or m == 1 else (f" / {m}",)

    def sum_over(
        self, letter: str, count: int, left: Callable[[int | str], Formula], right: Callable[[int | str], Formula]
    ) -> Formula:
        """Products added up over a letter; a single one is written without the sign of the sum."""
        at: int | str = letter if count > 1 else 0
        first, second = left(at), right(at)
        if self.lesson.run.orientation == "column":
            first, second = second, first
        return self.summed(letter, count, (*first, "·", *second))

    def summed(self, letter: str, count: int, term: Formula) -> Formula:
        return (f"Σ{letter} ", *term) if count > 1 else term

    def slope(self) -> Formula:
        k = self.step.layer
        name = self.lesson.activation(k)
        return () if name == "identity" else (f"{name}′(", self.here(f"z{k}"), ")·")

    def back(self) -> Formula:
        k = self.step.layer + 1
        count = self.tensors[f"delta{k}"].shape[1]
        return self.sum_over(
            "i",
            count,
            lambda i: (self.at(f"delta{k}", self.row, i),),
            lambda i: (self.at(f"W{k}", self.column, i),),
        )

    def loss_slope(self, column: int | str, *, bracketed: bool = True) -> Formula:
        """dL/da of one output; ``bracketed`` where something is multiplied by it."""
        k = self.lesson.layers
        a, y = self.at(f"a{k}", self.row, column), self.at("y", self.row, column)
        share = self.share(self.lesson.gradient_reduction)
        match self.lesson.loss.name:
            case "half_squared_error":
                return ("(", a, " − ", y, ")", *share) if share or bracketed else (a, " − ", y)
            case "mse":
                return ("2·(", a, " − ", y, f") / {self.tensors['y'].shape[1]}", *share)
            case "l1":
                return ("sign(", a, " − ", y, ")", *share)
        raise AssertionError(f"no formula for the slope of {self.lesson.loss.name}")

    def through_softmax(self, g: Callable[[int | str], Formula]) -> Formula:
        count = self.tensors["y"].shape[1]
        return self.sum_over(
            "i",
            count,
            g,
            lambda i: (
                f"J[{self.column}, {i}]" if self.lesson.run.orientation == "column" else f"J[{i}, {self.column}]",
            ),
        )

    def right(self) -> Formula:
        k, op, row, column = self.step.layer, self.step.op, self.row, self.column
        match op:
            case "affine" | "linear":
                a, W = input_of(k), f"W{k}"
                products = self.sum_over(
                    "i", len(self.tensors[W]), lambda i: (self.at(a, row, i),), lambda i: (self.at(W, i, column),)
                )
                return products if op == "linear" else (*products, " + ", self.at(f"b{k}", 0, column))
            case "softmax" | "softmax_epsilon":
                z = f"z{k}"
                epsilon = " + ε" if op == "softmax_epsilon" else ""
                return ("exp ", self.here(z), " / (Σi exp ", self.at(z, row, "i"), f"{epsilon})")
            case "hidden_delta":
                return (*self.slope(), *self.back())
            case "backward_through_weights":
                return self.back()
            case "output_error":
                share = self.share(self.lesson.gradient_reduction)
                error = (self.here(f"a{k}"), " − ", self.here("y"))
                return ("(", *error, ")", *share) if share else error
            case "output_gradient":
                return self.loss_slope(column, bracketed=False)
            case "output_delta":
                if self.lesson.activation(k) == "softmax":
                    return self.through_softmax(self.loss_slope)
                slope = self.slope()
                return (*slope, *self.loss_slope(column, bracketed=bool(slope)))
            case "softmax_backward_jacobian":
                return self.through_softmax(lambda i: (self.at(self.step.reads[0], row, i),))
            case "weight_gradient":
                a, delta = input_of(k), f"delta{k}"
                m = len(self.tensors[delta])
                return self.sum_over("s", m, lambda s: (self.at(a, s, row),), lambda s: (self.at(delta, s, column),))
            case "bias_gradient" | "bias_gradient_mean":
                delta = f"delta{k}"
                m = len(self.tensors[delta])
                summed = self.summed("s", m, (self.at(delta, "s" if m > 1 else 0, column),))
                return (*summed, f" / {m}") if op == "bias_gradient_mean" and m > 1 else summed
            case "log":
                return ("log(", self.here(f"a{k}"), " + ε)")
            case "log_backward":
                return (self.here("dlogp"), " / (", self.here(f"a{k}"), " + ε)")
            case "negative_log_likelihood_gradient":
                return ("−", self.here("y"), *self.share(self.lesson.gradient_reduction))
            case "sgd":
                return (self.here(self.step.write), " − η·", self.here(self.step.reads[1]))
            case "subtract":
                return (self.here(self.step.write), " − ", self.here(self.step.reads[1]))
            case "velocity_torch":
                return ("γ·", self.here(self.step.write), " + ", self.here(self.step.reads[1]))
            case "velocity_classic":
                return ("γ·", self.here(self.step.write), " + η·", self.here(self.step.reads[1]))
        if op.endswith("_backward"):
            return (*self.slope(), self.here(f"da{k}"))
        if self.step.write == "loss":
            return self.loss()
        return (self.here(f"z{k}"),) if op == "identity" else (f"{op}(", self.here(f"z{k}"), ")")

    def loss(self) -> Formula:
        k, (m, n) = self.step.layer, self.tensors["y"].shape
        share = self.share(self.lesson.loss.reduction)
        summed = "Σs,i " if m > 1 and n > 1 else "Σs " if m > 1 else "Σi " if n > 1 else ""
        row: int | str = "s" if m > 1 else 0
        column: int | str = "i" if n > 1 else 0
        y, a, z = (self.at(name, row, column) for name in ("y", f"a{k}", f"z{k}"))
        match self.step.op:
            case "half_squared_error":
                return (f"½ {summed}(", a, " − ", y, ")²", *share)
            case "mse":
                mean = (f" / {n}",) if n > 1 else ()
                return (f"{summed}(", a, " − ", y, ")²", *mean, *share)
            case "l1":
                return (f"{summed}|", a, " − ", y, "|", *share)
            case "cross_entropy":
                return (f"−{summed}", y, "·log ", a, *share)
            case "negative_log_likelihood":
                return (f"−{summed}", y, "·", self.at("logp", row, column), *share)
            case "binary_cross_entropy":
                return (f"{summed}(log(1 + exp ", z, ") − ", y, "·", z, ")", *share)
        raise AssertionError(f"no formula for {self.step.op}")


# ---- who pushed a weight ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Push:
    """What one example of the batch does to a weight or to its gradient; ``sample`` is its row in the batch."""

    sample: int
    value: float


def pushes(name: str, cell: tuple[int, int], tensors: Mapping[str, Array], lesson: Lesson) -> tuple[Push, ...]:
    """How far each example of the batch pushes a cell, most upwards first.

    The gradient of a weight is the sum of per-example outer products ``a_in[s, i]·delta[s, j]``; delta already has the
    1/m of a mean loss. Of a gradient (``dW2``, ``db2``) these are the terms, of a parameter (``W2``, ``b2``) they are
    taken times -eta: how far the update moves it on the example's account.

    Parameters
    ----------
    tensors : with the deltas of this batch.

    Returns
    -------
    One Push for every example; nothing for arrays that are neither parameters nor their gradients.
    """
    match = re.fullmatch(r"(d?)([Wb])(\d+)", name)
    if match is None:
        return ()
    gradient, letter, layer = match.groups()
    row, column = cell
    delta = tensors[f"delta{layer}"][:, column].astype(np.float64)
    if letter == "W":
        values = tensors[input_of(int(layer))][:, row] * delta
    elif lesson.optimizer.bias_gradient == "mean":
        values = delta / len(delta)
    else:
        values = delta
    if not gradient:
        values = -lesson.optimizer.learning_rate * values
    return tuple(Push(int(s), float(values[s])) for s in np.argsort(-values, kind="stable"))
