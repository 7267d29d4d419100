"""One cell of what a Step writes, as the complete arithmetic with the present numbers.

``z2[1] = 0.5·1.5 + 0.5·1.5 + 0.5·1.5 + 0.5 = 2.75``: a small tree of numbers and operations. Every number that was
read knows its place, so that an interface can point at it. Long sums keep their first and last terms that are
something beside the largest; how many were left out and what they add up to is part of the sum, so the text still
works out.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from engine import ops
from engine.lesson import Lesson
from engine.program import Step, input_of
from engine.tensors import Array, plane

NOTHING = 1e-9  # of the largest term

# ---- the tree --------------------------------------------------------------------------------------------------


class Cell(NamedTuple):
    """A place in an array as it is stored: rows are examples, W is n_in x n_out, a vector is one row."""

    name: str
    row: int
    column: int


class Number(NamedTuple):
    """A number; ``cell`` is where it was read, None for a constant or a value found on the way.

    ``name`` is what the formula calls a value found on the way.
    """

    value: float
    cell: Cell | None = None
    name: str = ""


class Sum(NamedTuple):
    """Terms added up. ``rest`` = (how many, their sum) are the terms left out after the first ``head`` terms."""

    terms: tuple[Node, ...]
    rest: tuple[int, float] | None = None
    head: int = 0


class Difference(NamedTuple):
    left: Node
    right: Node


class Product(NamedTuple):
    factors: tuple[Node, ...]


class Quotient(NamedTuple):
    over: Node
    under: Node


class Negative(NamedTuple):
    of: Node


class Square(NamedTuple):
    of: Node


class Exponential(NamedTuple):
    of: Node


class Function(NamedTuple):
    """``name`` of its arguments: log, tanh, sign, max."""

    name: str
    of: tuple[Node, ...]


class Magnitude(NamedTuple):
    of: Node


class Positive(NamedTuple):
    """[z > 0]: 1 where it is, else 0."""

    of: Node


Node = (
    Number | Sum | Difference | Product | Quotient | Negative | Square | Exponential | Function | Magnitude | Positive
)


class Expression(NamedTuple):
    """``cell = right = value``. ``right`` is None where the numbers that were read are gone."""

    cell: Cell
    value: float
    right: Node | None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every place that is read, in order of appearance."""
        return tuple(dict.fromkeys(_cells(self.right))) if self.right is not None else ()


def _cells(node: Node) -> list[Cell]:
    if isinstance(node, Number):
        return [node.cell] if node.cell else []
    return [cell for part in _parts(node) for cell in _cells(part)]


def _parts(node: Node) -> tuple[Node, ...]:
    match node:
        case Number():
            return ()
        case Sum(terms):
            return terms
        case Difference(left, right):
            return (left, right)
        case Product(factors):
            return factors
        case Quotient(over, under):
            return (over, under)
        case Function(_, of):
            return of
        case _:
            return (node.of,)


# ---- as text ---------------------------------------------------------------------------------------------------


class Piece(NamedTuple):
    """A bit of the written expression. ``raised`` stands as an exponent; ``rest`` counts the terms it stands for.

    ``found`` : a number found on the way that the formula has a name for.
    """

    text: str
    cell: Cell | None = None
    raised: bool = False
    rest: int = 0
    found: bool = False


SUM, PRODUCT, POWER, ATOM = range(4)  # how strongly a node holds together


def pieces(node: Node, write: Callable[[float], str], name: Callable[[Cell], str] | None = None) -> tuple[Piece, ...]:
    """A node written out, left to right.

    Parameters
    ----------
    write : a number as text; a leading ``-`` becomes a true minus.
    name : given, a number that was read is written as its place, ``W2[1, 0]``, instead of its value.
    """
    out: list[Piece] = []
    _write(node, SUM, False, out, lambda v: write(v).replace("-", "−"), name)
    return tuple(out)


def _strength(node: Node) -> int:
    match node:
        case Sum(terms, rest):
            return SUM if len(terms) + (rest is not None) > 1 else _strength(terms[0]) if terms else ATOM
        case Difference():
            return SUM
        case Product() | Quotient() | Negative():
            return PRODUCT
        case Square() | Exponential():
            return POWER
        case _:
            return ATOM


def _write(
    node: Node,
    least: int,
    raised: bool,
    out: list[Piece],
    write: Callable[[float], str],
    name: Callable[[Cell], str] | None,
) -> None:
    """Append a node to ``out``, in brackets if it holds together less than ``least`` demands."""

    def put(text: str, cell: Cell | None = None, rest: int = 0, *, found: bool = False) -> None:
        out.append(Piece(text, cell, raised, rest, found))

    def inner(part: Node, least: int, *, up: bool = raised) -> None:
        _write(part, least, up, out, write, name)

    bracketed = _strength(node) < least
    if bracketed:
        put("(")
    match node:
        case Number(value, cell, known):
            if cell is not None and name is not None:
                put(name(cell), cell)
            elif known and name is not None:
                put(known, found=True)
            else:
                text = write(value)
                put(f"({text})" if text.startswith("−") and least > SUM else text, cell, found=bool(known))
        case Sum(terms, rest, head):
            bits: list[Node | None] = list(terms)
            if rest is not None:
                bits.insert(head, None)
            for i, bit in enumerate(bits):
                if i:
                    put(" + ")
                if bit is not None:
                    inner(bit, PRODUCT)
                elif rest is not None:
                    text = write(rest[1])
                    put(f"({text})" if text.startswith("−") else text, rest=rest[0])
            if not bits:
                put("0")
        case Difference(left, right):
            inner(left, SUM)
            put(" − ")
            inner(right, PRODUCT)
        case Product(factors):
            for i, factor in enumerate(factors):
                if i:
                    put("·")
                inner(factor, POWER if isinstance(factor, Quotient) else PRODUCT)
        case Quotient(over, under):
            inner(over, POWER if isinstance(over, Quotient) else PRODUCT)
            put(" / ")
            inner(under, POWER)
        case Negative(of):
            put("−")
            inner(of, POWER)
        case Square(of):
            inner(of, ATOM)
            out.append(Piece("2", None, True))
        case Exponential(of):
            put("e")
            inner(of, SUM, up=True)
        case Function(function, arguments):
            put(f"{function}(")
            for i, argument in enumerate(arguments):
                if i:
                    put(", ")
                inner(argument, SUM)
            put(")")
        case Magnitude(of):
            put("|")
            inner(of, SUM)
            put("|")
        case Positive(of):
            put("[")
            inner(of, SUM)
            put(" > 0]")
    if bracketed:
        put(")")


# ---- of a Step -------------------------------------------------------------------------------------------------


def expression(
    step: Step,
    lesson: Lesson,
    tensors: Mapping[str, Array],
    before: Mapping[str, Array],
    row: int,
    column: int,
    terms: int | None = None,
) -> Expression:
    """How a Step found one cell of what it writes.

    Parameters
    ----------
    tensors : the arrays after the Step.
    before : what the Step overwrote, as it was (an update); without it the expression has only its value.
    row, column : the cell, in the array as it is stored.
    terms : most terms that a sum writes out; None writes them all.
    """
    cell = Cell(step.write, row, column)
    value = float(plane(tensors[step.write])[row, column])
    if step.write in step.reads and step.write not in before:
        return Expression(cell, value, None)
    with np.errstate(all="ignore"):  # a diverged run is written out too
        return Expression(cell, value, _Writer(step, lesson, tensors, before, terms).right(row, column))


def slope(lesson: Lesson, layer: int, tensors: Mapping[str, Array]) -> Array:
    """phi'(z) of a layer, cell by cell (not for softmax, whose cells depend on each other)."""
    z, a = tensors[f"z{layer}"], tensors[f"a{layer}"]
    name, one = lesson.activation(layer), np.ones_like(z)
    if name == "identity":
        return one
    derivative: Any = ops.ACTIVATIONS[name][1]
    by_output = "a" in inspect.signature(derivative).parameters
    slopes: Array = derivative(one, a if by_output else z)
    return slopes


class _Writer:
    """Writes the right side for one Step; methods named like the Steps' ops or by what they stand for."""

    def __init__(
        self, step: Step, lesson: Lesson, tensors: Mapping[str, Array], before: Mapping[str, Array], terms: int | None
    ) -> None:
        self.step, self.lesson, self.terms = step, lesson, terms
        names = (*step.reads, f"z{step.layer}", f"a{step.layer}", "y")
        self.arrays = {name: plane(before.get(name, tensors[name])) for name in names}

    def at(self, name: str, row: int, column: int) -> Number:
        return Number(float(self.arrays[name][row, column]), Cell(name, row, column))

    def wide(self, name: str, row: int | None = None, column: int | None = None) -> Array:
        """A row, a column or all of an array in double precision, in which sums are taken."""
        array = self.arrays[name]
        part = array[row] if row is not None else array[:, column] if column is not None else array
        return part.astype(np.float64)

    def sum_of(self, values: Array, make: Callable[[int], Node]) -> Sum:
        """The terms ``make(i)`` added up, those left out by ``values``, what each comes to."""
        count, most = len(values), self.terms
        if most is None or count <= most:
            return Sum(tuple(make(i) for i in range(count)))
        head, tail = most - most // 2, most // 2
        magnitudes = np.abs(values)
        nothing = magnitudes.max() * NOTHING
        present = np.flatnonzero(magnitudes > nothing if np.isfinite(nothing) else values)
        if len(present) <= most:
            shown, head = present, min(head, len(present))
        else:
            shown = np.concatenate([present[:head], present[len(present) - tail :]])
        rest = (count - len(shown), float(np.delete(values, shown).sum()))
        return Sum(tuple(make(int(i)) for i in shown), rest, head)

    def dot(self, left: Callable[[int], Number], right: Callable[[int], Number], values: Array) -> Sum:
        """Products added up; ``values`` is what each comes to. In column form their factors change places."""
        if self.lesson.run.orientation == "column":
            left, right = right, left
        return self.sum_of(values, lambda i: Product((left(i), right(i))))

    # ---- the shares and slopes that several ops use ---------------------------------------------------------------

    def shared(self, node: Node, reduction: str) -> Node:
        """A node divided by m where the batch is averaged."""
        return node if reduction == "sum" else Quotient(node, Number(float(len(self.arrays["y"]))))

    def loss_slope(self, row: int, column: int) -> Node:
        """dL/da of one output."""
        k, reduction = self.lesson.layers, self.lesson.gradient_reduction
        error = Difference(self.at(f"a{k}", row, column), self.at("y", row, column))
        match self.lesson.loss.name:
            case "half_squared_error":
                return self.shared(error, reduction)
            case "mse":
                outputs = Number(float(self.arrays["y"].shape[1]))
                return self.shared(Quotient(Product((Number(2.0), error)), outputs), reduction)
            case "l1":
                return self.shared(Function("sign", (error,)), reduction)
        raise AssertionError(f"no arithmetic for the slope of {self.lesson.loss.name}")

    def times_slope(self, factor: Node, row: int, column: int) -> Node:
        """A node times phi'(z), in the terms in which ``ops.py`` computes it."""
        k = self.step.layer
        a, z = f"a{k}", f"z{k}"
        one = Number(1.0)
        match self.lesson.activation(k):
            case "identity":
                return factor
            case "sigmoid":
                return Product((factor, self.at(a, row, column), Difference(one, self.at(a, row, column))))
            case "tanh":
                return Product((factor, Difference(one, Square(self.at(a, row, column)))))
            case "relu":
                return Product((factor, Positive(self.at(z, row, column))))
            case "leaky_relu":
                here = self.at(z, row, column)
                return factor if here.value > 0 else Quotient(factor, Number(100.0))
            case "softplus":
                decay = Sum((one, Exponential(Negative(self.at(z, row, column)))))
                return Quotient(factor, decay)
        raise AssertionError(f"no arithmetic for the slope of {self.lesson.activation(k)}")

    def through_softmax(self, g: Array, make: Callable[[int], Node], row: int, column: int) -> Node:
        """sum_i g_i J_ij with the Jacobian J = diag(a) - a a^T, where ``make(i)`` writes g_i."""
        jacobian: Any = ops.softmax_jacobian
        entries = jacobian(self.wide(f"a{self.step.layer}", row))[:, column]
        turned = self.lesson.run.orientation == "column"

        def term(i: int) -> Node:
            place = (column, i) if turned else (i, column)
            entry = Number(float(entries[i]), name=f"J[{place[0]}, {place[1]}]")
            return Product((entry, make(i)) if turned else (make(i), entry))

        return self.sum_of(g * entries, term)

    # ---- the right side --------------------------------------------------------------------------------------------

    def right(self, row: int, column: int) -> Node:
        k, op = self.step.layer, self.step.op
        match op:
            case "affine" | "linear":
                return self.weighted_sum(row, column)
            case "hidden_delta":
                return self.times_slope(self.back_through_weights(row, column), row, column)
            case "backward_through_weights":
                return self.back_through_weights(row, column)
            case "output_error":
                error = Difference(self.at(f"a{k}", row, column), self.at("y", row, column))
                return self.shared(error, self.lesson.gradient_reduction)
            case "output_gradient":
                return self.loss_slope(row, column)
            case "output_delta":
                return self.output_delta(row, column)
            case "weight_gradient":
                left, right = input_of(k), f"delta{k}"
                return self.dot(
                    lambda s: self.at(left, s, row),
                    lambda s: self.at(right, s, column),
                    self.wide(left, column=row) * self.wide(right, column=column),
                )
            case "bias_gradient" | "bias_gradient_mean":
                delta = f"delta{k}"
                total = self.sum_of(self.wide(delta, column=column), lambda s: self.at(delta, s, column))
                if op == "bias_gradient":
                    return total
                return Quotient(total, Number(float(len(self.arrays[delta]))))
            case "log":
                return Function("log", (Sum((self.at(self.step.reads[0], row, column), Number(ops.EPSILON))),))
            case "log_backward":
                g, a = self.step.reads
                return Quotient(self.at(g, row, column), Sum((self.at(a, row, column), Number(ops.EPSILON))))
            case "negative_log_likelihood_gradient":
                return Negative(self.shared(self.at("y", row, column), self.lesson.gradient_reduction))
            case "softmax_backward_jacobian":
                g = self.step.reads[0]
                return self.through_softmax(self.wide(g, row), lambda i: self.at(g, row, i), row, column)
            case "sgd" | "subtract" | "velocity_torch" | "velocity_classic":
                return self.update(row, column)
        if op.endswith("_backward"):
            return self.times_slope(self.at(f"da{k}", row, column), row, column)
        if self.step.write == "loss":
            return self.loss()
        return self.activation(row, column)

    def weighted_sum(self, row: int, column: int) -> Node:
        k = self.step.layer
        a_in, W = input_of(k), f"W{k}"
        products = self.dot(
            lambda i: self.at(a_in, row, i),
            lambda i: self.at(W, i, column),
            self.wide(a_in, row) * self.wide(W, column=column),
        )
        if self.step.op == "linear":
            return products
        return Sum((*products.terms, self.at(f"b{k}", 0, column)), products.rest, products.head)

    def back_through_weights(self, row: int, column: int) -> Sum:
        W, delta = f"W{self.step.layer + 1}", f"delta{self.step.layer + 1}"
        return self.dot(
            lambda i: self.at(delta, row, i),
            lambda i: self.at(W, column, i),
            self.wide(delta, row) * self.wide(W, column),
        )

    def output_delta(self, row: int, column: int) -> Node:
        if self.lesson.activation(self.step.layer) != "softmax":
            return self.times_slope(self.loss_slope(row, column), row, column)
        a, y = (self.wide(name, row) for name in (f"a{self.step.layer}", "y"))
        error = np.sign(a - y) if self.lesson.loss.name == "l1" else a - y  # up to a factor that no zero depends on
        g = error * (2 / len(y) if self.lesson.loss.name == "mse" else 1.0)
        if self.lesson.gradient_reduction == "mean":
            g = g / len(self.arrays["y"])
        return self.through_softmax(g, lambda i: self.loss_slope(row, i), row, column)

    def activation(self, row: int, column: int) -> Node:
        z = self.step.reads[0]
        here = self.at(z, row, column)
        match self.step.op:
            case "identity":
                return here
            case "sigmoid":
                return Quotient(Number(1.0), Sum((Number(1.0), Exponential(Negative(here)))))
            case "tanh":
                return Function("tanh", (here,))
            case "relu":
                return Function("max", (here, Number(0.0)))
            case "leaky_relu":
                return here if here.value > 0 else Quotient(here, Number(100.0))
            case "softplus":
                return Function("log", (Sum((Number(1.0), Exponential(here))),))
            case "softmax" | "softmax_epsilon":
                return self.softmax(row, column)
        raise AssertionError(f"no arithmetic for {self.step.op}")

    def softmax(self, row: int, column: int) -> Node:
        z = self.step.reads[0]
        logits = self.wide(z, row)
        top = self.at(z, row, int(logits.argmax()))

        def grown(i: int) -> Node:
            return Exponential(Difference(self.at(z, row, i), top))

        total = self.sum_of(np.exp(logits - top.value), grown)
        if self.step.op == "softmax_epsilon":
            total = Sum((*total.terms, Number(ops.EPSILON)), total.rest, total.head)
        return Quotient(grown(column), total)

    def loss(self) -> Node:
        first, reduction = self.step.reads[0], self.lesson.loss.reduction
        values, y = self.wide(first), self.wide("y")
        columns = y.shape[1]

        def cells(i: int) -> tuple[Number, Number]:
            return self.at(first, *divmod(i, columns)), self.at("y", *divmod(i, columns))

        def squared(i: int) -> Node:
            return Square(Difference(*cells(i)))

        match self.step.op:
            case "half_squared_error":
                total = Quotient(self.sum_of(((values - y) ** 2).ravel(), squared), Number(2.0))
                return self.shared(total, reduction)
            case "mse":
                total = Quotient(self.sum_of(((values - y) ** 2).ravel(), squared), Number(float(columns)))
                return self.shared(total, reduction)
            case "l1":
                far = self.sum_of(np.abs(values - y).ravel(), lambda i: Magnitude(Difference(*cells(i))))
                return self.shared(far, reduction)
            case "cross_entropy":
                return Negative(self.shared(self.log_shares(values, y), reduction))
            case "negative_log_likelihood":
                kept = np.flatnonzero(y)
                told = self.sum_of((values * y).ravel()[kept], lambda i: Product(cells(int(kept[i]))[::-1]))
                return Negative(self.shared(told, reduction))
            case "binary_cross_entropy":

                def surprise(i: int) -> Node:
                    z, target = cells(i)
                    return Difference(Function("log", (Sum((Number(1.0), Exponential(z))),)), Product((target, z)))

                return self.shared(self.sum_of((np.logaddexp(0, values) - y * values).ravel(), surprise), reduction)
        raise AssertionError(f"no arithmetic for {self.step.op}")

    def log_shares(self, z: Array, y: Array) -> Sum:
        """Sum of y log p over the classes with y other than 0; p, the softmax of z, is found on the way."""
        shifted = z - z.max(axis=1, keepdims=True)
        log_p = (shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))).ravel()
        kept = np.flatnonzero(y)
        columns = y.shape[1]

        def term(i: int) -> Node:
            cell, known = int(kept[i]), float(log_p[kept[i]])
            p = math.exp(known)
            place = Cell(f"a{self.step.layer}", *divmod(cell, columns))
            told: Node = Function("log", (Number(p, place),)) if p > 0 else Number(known)
            return Product((self.at("y", *divmod(cell, columns)), told))

        return self.sum_of(log_p[kept] * y.ravel()[kept], term)

    def update(self, row: int, column: int) -> Node:
        optimizer = self.lesson.optimizer
        old, change = (self.at(name, row, column) for name in self.step.reads)
        eta, gamma = Number(optimizer.learning_rate), Number(optimizer.momentum)
        match self.step.op:
            case "sgd":
                return Difference(old, Product((eta, change)))
            case "subtract":
                return Difference(old, change)
            case "velocity_torch":
                return Sum((Product((gamma, old)), change))
            case "velocity_classic":
                return Sum((Product((gamma, old)), Product((eta, change))))
        raise AssertionError(f"no arithmetic for {self.step.op}")


def label(cell: Cell, orientation: str, shape: tuple[int, ...]) -> str:
    """The indices of a cell as the lesson's arrays take them: ``[row, column]``, in what is a list or a column ``[1]``.

    ``shape`` is the array's as stored. A matrix of weights has two indices even where it is one row or one column.
    """
    if not shape:
        return ""
    column = len(shape) == 1 or (orientation == "column" and shape[0] == 1)
    if column and not cell.name.lstrip("dv").startswith("W"):
        return f"[{max(cell.row, cell.column)}]"
    indices = (cell.column, cell.row) if orientation == "column" else (cell.row, cell.column)
    return f"[{indices[0]}, {indices[1]}]"
