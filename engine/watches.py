"""Watches: expressions over the arrays of a batch, such as ``abs(dW1).max()`` or ``norm(delta2)/norm(delta3)``.

An expression is translated, part by part, into calls of NumPy; what is not in the short lists below is refused before
anything is computed. No text is ever handed to the interpreter, so nothing that a file contains can run.
"""

from __future__ import annotations

import ast
import re
from collections import ChainMap
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from engine.lesson import Lesson
from engine.tensors import Array, Layout, Tensors, oriented

SCALARS = ("learning_rate", "momentum", "batch", "epoch")
"""Names that are not arrays of the net but may stand in a watch."""

MAX_LENGTH = 500  # characters
MAX_NESTING = 40
MAX_CELLS = 10_000_000  # that an operation may make of smaller arrays
MAX_PRODUCTS = 100_000_000  # multiplications of one matrix product
MAX_EXPONENT = 100.0


class WatchError(ValueError):
    """An expression that cannot be watched. The message is one sentence: what, where in the text, what is allowed."""


Evaluate = Callable[[Mapping[str, Array]], Any]  # a part of the expression, as what it does


@dataclass(frozen=True)
class Watch:
    """An expression over the arrays of a lesson. Two are equal when their texts are.

    Calculation is in double precision, whatever the lesson's dtype. Division by zero and the like give inf or nan.
    A comparison gives 1 where it holds and 0 elsewhere.

    Attributes
    ----------
    text : the expression, as it was typed.
    needs : names of what it reads.

    Raises
    ------
    WatchError : the text is no such expression; ``Watch.parse`` also looks at the names in it.

    Examples
    --------
    >>> Watch("abs(dW1).max()").number({"dW1": np.array([[1.0, -3.0]])})
    3.0
    """

    text: str
    needs: frozenset[str] = field(init=False, compare=False, repr=False)
    _evaluate: Evaluate = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        text = self.text.strip(" \t\r\n") if isinstance(self.text, str) else ""
        object.__setattr__(self, "text", text)
        tree = _tree(text)
        reader = _Reader(text)
        object.__setattr__(self, "_evaluate", reader.read(tree))
        object.__setattr__(self, "needs", frozenset(reader.names))

    @staticmethod
    def parse(text: str, names: Collection[str]) -> Watch:
        """A Watch that reads nothing but ``names``: those of a lesson's arrays, and ``SCALARS``.

        Raises
        ------
        WatchError : no expression of the kind allowed, or one that reads a name that is not there.
        """
        watch = Watch(text)
        for name in sorted(watch.needs.difference(names), key=lambda name: _place(watch.text, name)):
            where = _place(watch.text, name) + 1
            raise WatchError(f"Character {where}: there is no array {_short(name)}; there are {_listed(names)}.")
        return watch

    def value(self, arrays: Mapping[str, Array]) -> float | Array:
        """The value now: a float where the result is a single number without shape, else an array of its own.

        Raises
        ------
        WatchError : the arrays have no such cell, their shapes do not go together, or the result is too large.
        """
        with np.errstate(all="ignore"):
            result = np.array(self._evaluate(arrays))  # a copy: a view would change with the net
        return float(result) if result.ndim == 0 else result

    def number(self, arrays: Mapping[str, Array]) -> float:
        """The value now, where it is one number, of whatever shape.

        Raises
        ------
        WatchError : as ``value``, or the result has more than one cell.
        """
        result = np.asarray(self.value(arrays))
        if result.size != 1:
            raise WatchError(
                f"{_short(self.text)} is {_shape(result)} numbers, not one; pick a cell as in W1[0, 1], "
                "or take .max(), .mean() or norm(…) of it."
            )
        return float(result.reshape(()))

    def describe(self, arrays: Mapping[str, Array]) -> str:
        """The value now as short text: a number, or shape, least and largest of an array."""
        return _described(np.asarray(self.value(arrays)))

    def shown(self, arrays: Mapping[str, Array], pending: Collection[str] = frozenset()) -> float | str | None:
        """What a panel shows now: the number; None while the batch has yet to compute what it needs; else a text.

        The text describes an array that is not one number, or says why there is no value. Nothing is raised.
        """
        if not self.needs.isdisjoint(pending):
            return None
        try:
            value = self.value(arrays)
        except WatchError as error:
            return str(error)
        return float(np.reshape(value, ())) if np.size(value) == 1 else _described(np.asarray(value))


def names_of(tensors: Collection[str]) -> tuple[str, ...]:
    """All that a watch may read: the arrays' names and ``SCALARS``."""
    return (*tensors, *SCALARS)


def arrays_of(tensors: Tensors, lesson: Lesson, batch: int, epoch: int) -> Mapping[str, Array]:
    """What watches read, by name: the arrays as the lesson writes them, without a copy, and ``SCALARS``."""
    rates = lesson.optimizer
    scalars = dict(zip(SCALARS, (rates.learning_rate, rates.momentum, batch, epoch), strict=True))
    return ChainMap({name: np.array(value, np.float64) for name, value in scalars.items()}, as_written(tensors, lesson))  # type: ignore[arg-type]


def as_written(arrays: Mapping[str, Array], lesson: Lesson) -> Mapping[str, Array]:
    """Arrays as the lesson writes them: as stored, or in column form turned. Cells are named as they are shown."""
    if lesson.run.orientation == "row":
        return arrays
    return {name: oriented(array, "column") if array.ndim else array for name, array in arrays.items()}


def shapes_of(lesson: Lesson) -> Mapping[str, Array]:
    """Zeros in the shapes of a lesson's full batch, without their memory: to see whether a watch goes with them."""
    examples = lesson.data.known_examples or lesson.data.batch_size  # of others there are more than a batch takes
    layout = Layout.of(lesson, min(lesson.data.batch_size, examples))
    nothing = np.zeros((), lesson.run.dtype)
    shapes = {name: place.shape(layout.capacity)[2 - place.dimensions :] for name, place in layout.places.items()}
    arrays: dict[str, Array] = {name: np.broadcast_to(nothing, shape) for name, shape in shapes.items()}
    return dict(as_written(arrays, lesson)) | dict.fromkeys(SCALARS, nothing)


# ---- from text to tree -----------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r" *(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|\*\*|//|==|!=|<=|>=|[-+*/%@<>()\[\],:.=])"
)
_GREEK = {"δ": "delta", "𝛿": "delta", "∂": "d", "η": "learning_rate", "γ": "momentum", "²": "**2", "·": "*", "×": "*"}


def _tree(text: str) -> ast.expr:
    """The expression as Python reads it; nothing but numbers, names and a few signs comes as far as its parser."""
    if not text:
        raise WatchError("Type an expression over the arrays, such as abs(dW1).max().")
    if len(text) > MAX_LENGTH:
        raise WatchError(f"The expression has {len(text):,} characters; {MAX_LENGTH} are allowed.")
    _check_characters(text)
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        where = min(error.offset or 1, len(text))
        raise WatchError(
            f"Character {where}: {_short(text[where - 1 :])} cannot be read here; write an expression such as "
            "norm(dW1) / norm(W1)."
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise WatchError(f"The expression is nested deeper than {MAX_NESTING} levels.") from None
    level, depth = [tree], 0
    while level:  # not by recursion: it may be hundreds deep
        depth += 1
        if depth > MAX_NESTING:
            raise WatchError(f"The expression is nested deeper than {MAX_NESTING} levels; take it apart.")
        level = [child for node in level for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    return tree


def _check_characters(text: str) -> None:
    at, after_number = 0, False
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            wrong = text[at:].lstrip(" ")[:1]
            where = text.index(wrong, at) + 1
            shown = f"“{wrong}”" if wrong.isprintable() else f"with code {ord(wrong)}"
            signs = "allowed are letters a to z, digits and + - * / % @ . , : ( ) [ ] < > = !"
            hint = f"write {_GREEK[wrong]}" if wrong in _GREEK else signs
            raise WatchError(f"Character {where}: the sign {shown} has no meaning here; {hint}.")
        joined = token[0][0] != " " and after_number
        if joined and (token["name"] or token["number"]):
            raise WatchError(
                f"Character {at + 1}: a sign is missing after the number; write numbers as in 0.5 or 1e-3."
            )
        after_number, at = token["number"] is not None, token.end()


# ---- from tree to what it does -------------------------------------------------------------------------------------


def _double(value: Any) -> Array:
    return np.asarray(value, np.float64)


def _largest_index(value: Array, axis: int | None) -> Any:
    return _double(np.argmax(value, axis=axis))


def _norm(value: Array, axis: int | None) -> Any:
    """Euclidean, of all cells together; scaled, so that squares stay within the range of a double."""
    value = np.abs(_double(value))
    largest = value.max(axis=axis, keepdims=True)
    scale = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
    return np.sqrt(np.square(value / scale).sum(axis=axis)) * scale.reshape(np.squeeze(scale, axis=axis).shape)


Reduction = Callable[[Array, "int | None"], Any]

REDUCTIONS: Mapping[str, Reduction] = {
    "max": lambda value, axis: value.max(axis=axis),
    "min": lambda value, axis: value.min(axis=axis),
    "sum": lambda value, axis: value.sum(axis=axis, dtype=np.float64),
    "mean": lambda value, axis: value.mean(axis=axis, dtype=np.float64),
    "std": lambda value, axis: value.std(axis=axis, dtype=np.float64),
    "argmax": _largest_index,
}
"""As functions and as methods, with ``axis`` if wanted."""

FUNCTIONS: Mapping[str, Callable[[Array], Any]] = {
    "abs": np.abs,
    "sqrt": lambda value: np.sqrt(value, dtype=np.float64),
    "exp": lambda value: np.exp(value, dtype=np.float64),
    "log": lambda value: np.log(value, dtype=np.float64),
}
"""Cell by cell; ``norm`` is the one function that reduces and is no method."""

CALLABLE = (*FUNCTIONS, "norm", *REDUCTIONS)

_BINARY: Mapping[type[ast.operator], Callable[[Array, Array], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.FloorDiv: np.floor_divide,
    ast.Mod: np.remainder,
    ast.Pow: np.power,
    ast.MatMult: np.matmul,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Array, Array], Any]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}


class _Reader:
    """Translates a tree; ``names`` collects what it reads. Every kind of node is named here or refused."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: set[str] = set()

    def read(self, node: ast.expr) -> Evaluate:
        match node:
            case ast.Constant():
                constant = self._number(node)
                return lambda arrays: constant
            case ast.Name():
                return self._name(node)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
                inner, sign = self.read(node.operand), -1.0 if isinstance(node.op, ast.USub) else 1.0
                return lambda arrays: sign * _double(inner(arrays))
            case ast.BinOp():
                return self._binary(node)
            case ast.Compare():
                return self._comparison(node)
            case ast.Call():
                return self._call(node)
            case ast.Attribute():
                if node.attr != "T":
                    raise self._error(node, f".{node.attr} is not known here", f"after a value can come .T, {_METHODS}")
                inner = self.read(node.value)
                return lambda arrays: inner(arrays).T
            case ast.Subscript():
                return self._cell(node)
        what = _KINDS.get(type(node), "this")
        raise self._error(node, f"{what} is not known here", "write arithmetic over arrays, as in norm(dW1) / norm(W1)")

    def _number(self, node: ast.Constant) -> Array:
        if type(node.value) not in (int, float):
            raise self._error(node, f"{_short(str(node.value))} is no number", "write numbers as in 0.5 or 1e-3")
        try:
            number = float(node.value)  # type: ignore[arg-type]
        except OverflowError:
            number = np.inf
        if not np.isfinite(number):
            raise self._error(node, "this number is too large", "numbers go up to 1.8e308")
        return np.array(number)

    def _name(self, node: ast.Name) -> Evaluate:
        name = node.id
        self.names.add(name)

        def look(arrays: Mapping[str, Array]) -> Array:
            try:
                return np.asarray(arrays[name])
            except KeyError:
                raise WatchError(f"There is no array {name} in this lesson.") from None

        return look

    def _binary(self, node: ast.BinOp) -> Evaluate:
        operation = _BINARY.get(type(node.op))
        if operation is None:
            raise self._error(node, "this sign has no meaning here", "calculate with + - * / // % ** and @")
        if isinstance(node.op, ast.Pow):
            self._check_exponent(node.right)
        left, right = self.read(node.left), self.read(node.right)
        check = self._check_product if isinstance(node.op, ast.MatMult) else self._check_shapes

        def compute(arrays: Mapping[str, Array]) -> Any:
            a, b = left(arrays), right(arrays)
            check(a, b)
            return operation(_double(a), _double(b))

        return compute

    def _check_exponent(self, node: ast.expr) -> None:
        number = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd) else node
        allowed = f"an exponent is a number from -{MAX_EXPONENT:g} to {MAX_EXPONENT:g}, and exp(…) is there too"
        if not isinstance(number, ast.Constant):
            raise self._error(node, "this exponent is not a plain number", allowed)
        if abs(self._number(number)) > MAX_EXPONENT:
            raise self._error(node, "this exponent is too large", allowed)

    def _comparison(self, node: ast.Compare) -> Evaluate:
        parts = [self.read(part) for part in (node.left, *node.comparators)]
        operations = [_COMPARISONS.get(type(op)) for op in node.ops]
        if None in operations:
            raise self._error(node, "this comparison is not known here", "compare with < <= > >= == and !=")

        def compute(arrays: Mapping[str, Array]) -> Any:
            values = [part(arrays) for part in parts]
            result = np.array(1.0)
            for (a, b), operation in zip(pairwise(values), operations, strict=True):
                self._check_shapes(a, b)
                holds = operation(a, b).astype(np.float64)  # type: ignore[misc]
                self._check_shapes(result, holds)
                result = result * holds
            return result

        return compute

    def _call(self, node: ast.Call) -> Evaluate:
        axis = self._axis(node)
        if isinstance(node.func, ast.Attribute):
            name = node.func.attr
            if name not in REDUCTIONS:
                raise self._error(node.func, f".{name}(…) is not known here", f"after a value can come .T, {_METHODS}")
            if node.args:
                raise self._error(node.args[0], f".{name}() takes nothing but axis", "write axis=0 or axis=1")
            return self._reduction(self.read(node.func.value), name, REDUCTIONS[name], axis)
        if not isinstance(node.func, ast.Name):
            raise self._error(node.func, "this cannot be called", f"functions are {', '.join(CALLABLE)}")
        name = node.func.id
        if name not in CALLABLE:
            raise self._error(node.func, f"there is no function {_short(name)}", f"functions are {', '.join(CALLABLE)}")
        if len(node.args) != 1:
            raise self._error(node, f"{name} takes one value, not {len(node.args)}", f"write {name}(W1)")
        inner = self.read(node.args[0])
        if name in FUNCTIONS:
            if axis is not None:
                raise self._error(node, f"{name} works cell by cell", "only what reduces an array takes an axis")
            function = FUNCTIONS[name]
            return lambda arrays: function(inner(arrays))
        return self._reduction(inner, name, _norm if name == "norm" else REDUCTIONS[name], axis)

    def _axis(self, node: ast.Call) -> int | None:
        if not node.keywords:
            return None
        keyword = node.keywords[0]
        if len(node.keywords) > 1 or keyword.arg != "axis":
            raise self._error(node, "only axis can be named in a call", "write axis=0 or axis=1")
        axis = self._whole(keyword.value, "axis is a whole number")
        if axis not in (-2, -1, 0, 1):
            raise self._error(
                keyword.value, f"there is no axis {axis}", "axis 0 runs down a column, axis 1 along a row"
            )
        return axis

    def _reduction(self, inner: Evaluate, name: str, function: Reduction, axis: int | None) -> Evaluate:
        def compute(arrays: Mapping[str, Array]) -> Any:
            value = inner(arrays)
            if axis is not None and not -value.ndim <= axis < value.ndim:
                raise WatchError(f"{name} along axis {axis} in {_short(self.text)}: {_shape(value)} has no such axis.")
            return np.asarray(function(value, axis))

        return compute

    def _cell(self, node: ast.Subscript) -> Evaluate:
        inner = self.read(node.value)
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        index = tuple(self._index(part) for part in parts)
        if not index:
            raise self._error(node, "there is no cell in these brackets", "a cell is [row, column], counted from 0")
        text = self.text[node.slice.col_offset : node.slice.end_col_offset]

        def compute(arrays: Mapping[str, Array]) -> Any:
            value = inner(arrays)
            try:
                picked = np.asarray(value[index])
            except IndexError:
                raise WatchError(f"There is no [{text}] in {_shape(value)}; rows and columns count from 0.") from None
            if picked.size == 0:
                raise WatchError(f"[{text}] picks no cell of {_shape(value)}; rows and columns count from 0.")
            return picked

        return compute

    def _index(self, node: ast.expr) -> int | slice:
        allowed = "an index is a whole number or a range as in 0:3"
        if not isinstance(node, ast.Slice):
            return self._whole(node, allowed)
        low, high, step = (part and self._whole(part, allowed) for part in (node.lower, node.upper, node.step))
        if step == 0:
            raise self._error(node, "a range cannot go on by 0", "leave the step out, or take 1 or 2")
        return slice(low, high, step)

    def _whole(self, node: ast.expr, allowed: str) -> int:
        sign, number = 1, node
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            sign, number = -1, node.operand
        if not isinstance(number, ast.Constant) or type(number.value) is not int:
            raise self._error(node, "this is not a whole number", allowed)
        return sign * number.value

    def _check_shapes(self, a: Array, b: Array) -> None:
        try:
            shape = np.broadcast_shapes(a.shape, b.shape)
        except ValueError:
            raise WatchError(
                f"{_shape(a)} and {_shape(b)} do not go together in {_short(self.text)}; shapes must be "
                "equal, or one a row, a column or a number."
            ) from None
        self._check_size(shape, a, b)

    def _check_product(self, a: Array, b: Array) -> None:
        if a.ndim == 0 or b.ndim == 0 or a.shape[-1] != b.shape[-2 if b.ndim == 2 else -1]:
            raise WatchError(
                f"{_shape(a)} @ {_shape(b)} in {_short(self.text)}: the columns of the left must be as many as "
                "the rows of the right."
            )
        shape = (*a.shape[:-1], *(b.shape[1:]))
        self._check_size(shape, a, b)
        if np.prod(shape, dtype=float) * a.shape[-1] > MAX_PRODUCTS:
            raise WatchError(f"{_shape(a)} @ {_shape(b)} in {_short(self.text)} takes too long for every batch.")

    def _check_size(self, shape: tuple[int, ...], a: Array, b: Array) -> None:
        """Refuse what is large and larger than what it is made of."""
        size = int(np.prod(shape, dtype=object))
        if size > max(MAX_CELLS, a.size, b.size):
            raise WatchError(f"{_short(self.text)} makes {size:,} numbers; {MAX_CELLS:,} are allowed.")

    def _error(self, node: ast.expr, what: str, allowed: str) -> WatchError:
        where = (node.value.end_col_offset or 0) if isinstance(node, ast.Attribute) else node.col_offset
        return WatchError(f"Character {where + 1}: {what}; {allowed}.")


_METHODS = ", ".join(f".{name}()" for name in REDUCTIONS)
_KINDS: Mapping[type[ast.expr], str] = {
    ast.Lambda: "a function of one's own",
    ast.IfExp: "a choice",
    ast.BoolOp: "a combination with and, or",
    ast.UnaryOp: "a combination with not",
    ast.Tuple: "a list",
    ast.List: "a list",
    ast.ListComp: "a list",
    ast.GeneratorExp: "a list",
    ast.Starred: "a list",
}


# ---- words -----------------------------------------------------------------------------------------------------------


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _shape(value: Array) -> str:
    return " x ".join(map(str, value.shape)) or "a number"


def _described(value: Array) -> str:
    if value.size == 1:
        return f"{float(value.reshape(())):.6g}"
    return f"{_shape(value)}, min {float(value.min()):.4g}, max {float(value.max()):.4g}"


def _place(text: str, name: str) -> int:
    """Where a name stands in an expression."""
    found = re.search(rf"\b{re.escape(name)}\b", text)
    return found.start() if found is not None else 0


def _listed(names: Collection[str]) -> str:
    """Names in few words: the layers' numbers drawn together, as in W1–W3."""
    layers: dict[str, list[int]] = {}
    for name in names:
        letters = name.rstrip("0123456789")
        layers.setdefault(letters, []).append(int(name[len(letters) :] or 0))
    return ", ".join(
        f"{base}{min(n)}–{base}{max(n)}" if len(n) > 1 else f"{base}{n[0] or ''}" for base, n in layers.items()
    )
