"""Breakpoints: where Run stops. Conditions are data; what has been hit and what was true before are data too."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from engine.health import ENDS, dead_share, gradient_norm, saturated_share, update_ratio
from engine.lesson import Lesson
from engine.metrics import Metrics
from engine.program import Program
from engine.tensors import Array, Tensors, oriented
from engine.watches import SCALARS, Watch, WatchError, arrays_of, shapes_of

SERIES_QUANTITIES = ("loss", "train_accuracy", "test_accuracy")
"""Read from the series of the run: a burst of many batches finds where they cross."""
LAYER_QUANTITIES = ("gradient_norm", "update_ratio", "dead_share", "saturated_share")
"""Of one layer or of all; read from the arrays after each batch."""
QUANTITIES = (*SERIES_QUANTITIES, *LAYER_QUANTITIES)
RELATIONS = ("<", ">")
SHARES = ("train_accuracy", "test_accuracy", "dead_share", "saturated_share")
LARGEST = 2**53  # of the whole numbers, so that a file of any kind keeps them

_WORDS = {
    "loss": "loss",
    "train_accuracy": "training accuracy",
    "test_accuracy": "test accuracy",
    "gradient_norm": "gradient norm",
    "update_ratio": "update/weight ratio",
    "dead_share": "share of dead units",
    "saturated_share": "share of saturated activations",
    "<": "below",
    ">": "above",
}


class BreakpointError(ValueError):
    """A breakpoint that cannot be. The message is one sentence for the user: what, and what is allowed."""


@dataclass(frozen=True)
class AtStep:
    """Stop when this Step, of whatever batch, is done; 1 for the first."""

    kind: ClassVar[str] = "step"
    step: int

    def __post_init__(self) -> None:
        _check_whole("step", self.step, 1)

    @property
    def text(self) -> str:
        """A plain sentence."""
        return f"after step {self.step}"

    def validate(self, lesson: Lesson) -> None:
        """See that the condition can come true in a lesson.

        Raises
        ------
        BreakpointError : it cannot.
        """
        steps = len(Program.of(lesson))
        if self.step > steps:
            raise BreakpointError(f"There is no step {self.step}; a batch of this lesson has steps 1 to {steps}.")


@dataclass(frozen=True)
class AtBatch:
    """Stop when this batch begins, before its first Step; batches count from 1 through the whole run."""

    kind: ClassVar[str] = "batch"
    batch: int

    def __post_init__(self) -> None:
        _check_whole("batch", self.batch, 1)

    @property
    def text(self) -> str:
        """A plain sentence."""
        return f"at the start of batch {self.batch:,}"

    def validate(self, lesson: Lesson) -> None:
        """A run has no last batch: every number will do."""


@dataclass(frozen=True)
class Crosses:
    """Stop after the batch in which a quantity comes to be above or below a value.

    Attributes
    ----------
    quantity : of ``QUANTITIES``. The gradient norm is that of all gradients, a share is that of all units of the kind,
        the update ratio the largest of any layer; with ``layer``, those of the layer.
    relation : ``"<"`` or ``">"``.
    value : a finite number; shares and accuracies go from 0 to 1.
    layer : 1 … K, for ``LAYER_QUANTITIES`` only, or None.
    """

    kind: ClassVar[str] = "crosses"
    quantity: str
    relation: str
    value: float
    layer: int | None = None

    def __post_init__(self) -> None:
        _check_choice("quantity", self.quantity, QUANTITIES)
        _check_choice("relation", self.relation, RELATIONS)
        object.__setattr__(self, "value", _finite(self.value))
        if self.quantity in SHARES and not 0 <= self.value <= 1:
            words = _WORDS[self.quantity]
            raise BreakpointError(f"The {words} cannot cross {self.value:g}; it goes from 0 to 1.")
        if self.layer is not None:
            _check_whole("layer", self.layer, 1)
            if self.quantity not in LAYER_QUANTITIES:
                raise BreakpointError(f"The {_WORDS[self.quantity]} is that of the whole net; it has no layer.")

    @property
    def text(self) -> str:
        """A plain sentence."""
        of = f" of layer {self.layer}" if self.layer is not None else ""
        return f"{_WORDS[self.quantity]}{of} {_WORDS[self.relation]} {self.value:g}"

    def validate(self, lesson: Lesson) -> None:
        """See that the lesson has the layer and that the quantity means something there.

        Raises
        ------
        BreakpointError : it does not.
        """
        if self.quantity.endswith("accuracy") and not lesson.classes:
            raise BreakpointError("This lesson has no classes, so there is no accuracy; stop at its loss instead.")
        if self.quantity == "test_accuracy" and lesson.evaluation.examples == 0:
            raise BreakpointError("This lesson measures no test accuracy: its evaluation.examples is 0.")
        if self.layer is not None:
            _check_layer(self.layer, lesson)
        wanted = {"dead_share": ("relu",), "saturated_share": tuple(ENDS)}.get(self.quantity)
        layers = range(1, lesson.layers + 1) if self.layer is None else (self.layer,)
        if wanted is not None and not any(lesson.activation(k) in wanted for k in layers):
            where = "No layer of this lesson is" if self.layer is None else f"Layer {self.layer} of this lesson is not"
            raise BreakpointError(f"{where} {' or '.join(wanted)}, so there is no {_WORDS[self.quantity]}.")

    def holds(self, value: float) -> bool:
        """Whether a value lies on the side; nan lies on neither."""
        return value < self.value if self.relation == "<" else value > self.value

    def measure(self, tensors: Tensors, lesson: Lesson) -> float:
        """One of ``LAYER_QUANTITIES`` after a batch; nan where no layer has it."""
        if self.quantity == "gradient_norm":
            return gradient_norm(tensors, self.layer)
        layers = range(1, lesson.layers + 1) if self.layer is None else (self.layer,)
        if self.quantity == "update_ratio":
            return max(update_ratio(tensors, lesson, k) for k in layers)
        share: Callable[[Tensors, Lesson, int], float] = (
            dead_share if self.quantity == "dead_share" else saturated_share
        )
        shares = [(share(tensors, lesson, k), lesson.network.sizes[k]) for k in layers]
        known = [(value, units) for value, units in shares if not math.isnan(value)]
        units = sum(units for _, units in known)
        return sum(value * n for value, n in known) / units if units else math.nan


@dataclass(frozen=True)
class NonFinite:
    """Stop at the first value that is no finite number. Training stops there by itself; this counts and marks it."""

    kind: ClassVar[str] = "non_finite"

    @property
    def text(self) -> str:
        """A plain sentence."""
        return "a value is no finite number"

    def validate(self, lesson: Lesson) -> None:
        """Any lesson may diverge."""


@dataclass(frozen=True)
class SignChange:
    """Stop after the batch in which a cell has changed from positive to negative or back, perhaps by way of 0.

    Attributes
    ----------
    array : a name, ``W2``; ``row``, ``column`` count from 0 as the lesson writes the array: in column
        form W is n_out x n_in, examples are columns, and a vector is one.
    """

    kind: ClassVar[str] = "sign"
    array: str
    row: int
    column: int

    def __post_init__(self) -> None:
        if not isinstance(self.array, str) or not self.array.isidentifier() or len(self.array) > 40:
            raise BreakpointError("The array of a sign change must be a name such as W2.")
        _check_whole("row", self.row, 0)
        _check_whole("column", self.column, 0)

    @property
    def text(self) -> str:
        """A plain sentence."""
        return f"{self.array}[{self.row}, {self.column}] changes sign"

    def validate(self, lesson: Lesson) -> None:
        """See that a full batch has the cell.

        Raises
        ------
        BreakpointError : it has not.
        """
        arrays = {name: array for name, array in shapes_of(lesson).items() if name not in SCALARS}
        if self.array not in arrays:
            raise BreakpointError(f"There is no array {self.array}; there are {', '.join(arrays)}.")
        rows, columns = np.atleast_2d(arrays[self.array]).shape
        if self.row >= rows or self.column >= columns:
            raise BreakpointError(
                f"There is no {self.array}[{self.row}, {self.column}]: rows go from 0 to {rows - 1:,}, "
                f"columns from 0 to {columns - 1:,}."
            )

    def sign(self, tensors: Mapping[str, Array], lesson: Lesson) -> int:
        """-1, 0 or 1; 0 also where there is no number, as in a shorter last batch."""
        if self.array not in tensors:
            return 0
        array = oriented(tensors[self.array], lesson.run.orientation)
        if self.row >= array.shape[0] or self.column >= array.shape[1]:
            return 0
        value = float(array[self.row, self.column])
        return int(value > 0) - int(value < 0)


@dataclass(frozen=True)
class WatchCrosses:
    """Stop after the batch in which a watched number comes to be above or below a value."""

    kind: ClassVar[str] = "watch"
    watch: str
    relation: str
    value: float

    def __post_init__(self) -> None:
        _check_choice("relation", self.relation, RELATIONS)
        object.__setattr__(self, "value", _finite(self.value))
        if not isinstance(self.watch, str):
            raise BreakpointError("The watch must be an expression such as abs(dW1).max().")
        try:
            object.__setattr__(self, "watch", self._watch.text)
        except WatchError as error:
            raise BreakpointError(str(error)) from None

    @cached_property
    def _watch(self) -> Watch:
        return Watch(self.watch)

    @property
    def text(self) -> str:
        """A plain sentence."""
        return f"{self.watch} {_WORDS[self.relation]} {self.value:g}"

    def validate(self, lesson: Lesson) -> None:
        """See that the lesson has the arrays, and that the expression is one number of them.

        Raises
        ------
        BreakpointError : it is not.
        """
        shapes = shapes_of(lesson)
        try:
            Watch.parse(self.watch, shapes).number(shapes)
        except WatchError as error:
            raise BreakpointError(str(error)) from None

    def holds(self, arrays: Mapping[str, Array]) -> bool:
        """Whether the number lies on the side; not where it cannot be had."""
        try:
            value = self._watch.number(arrays)
        except WatchError:
            return False
        return value < self.value if self.relation == "<" else value > self.value


Condition = AtStep | AtBatch | Crosses | NonFinite | SignChange | WatchCrosses
_KINDS: Mapping[str, type[Condition]] = {
    kind.kind: kind for kind in (AtStep, AtBatch, Crosses, NonFinite, SignChange, WatchCrosses)
}


@dataclass(frozen=True)
class Breakpoint:
    """A condition with its number, whether it is enabled, and how often it has stopped the run."""

    id: int
    condition: Condition
    enabled: bool = True
    hits: int = 0

    def __post_init__(self) -> None:
        _check_whole("id", self.id, 1)
        _check_whole("hits", self.hits, 0)
        if type(self.enabled) is not bool:
            raise BreakpointError("enabled must be true or false.")

    @property
    def text(self) -> str:
        """The condition as a plain sentence."""
        return self.condition.text

    def as_dict(self) -> dict[str, str | int | float]:
        """Strings, numbers, true and false, by name; ``from_dict`` reads them back."""
        table: dict[str, str | int | float] = {name: getattr(self, name) for name in _OWN}
        table["kind"] = self.condition.kind
        values = {f.name: getattr(self.condition, f.name) for f in fields(self.condition)}
        return table | {name: value for name, value in values.items() if value is not None}

    @staticmethod
    def from_dict(table: Mapping[str, Any]) -> Breakpoint:
        """Read what ``as_dict`` has written, and nothing else.

        Raises
        ------
        BreakpointError : something is missing, unknown, of another type or out of range.
        """
        if not isinstance(table, Mapping):
            raise BreakpointError("A breakpoint must be a table of names and values.")
        name = table.get("kind")
        if not isinstance(name, str) or name not in _KINDS:
            raise BreakpointError(f"The kind of a breakpoint must be one of {', '.join(_KINDS)}, not {_shown(name)}.")
        parts = {f.name: f.default is not MISSING for f in fields(_KINDS[name])}
        for key in table:
            if key not in ("kind", *_OWN, *parts):
                raise BreakpointError(f"A breakpoint of kind {name} has no {str(key)[:40]}.")
        for key, optional in ({key: False for key in _OWN} | parts).items():
            if key not in table and not optional:
                raise BreakpointError(f"A breakpoint of kind {name} lacks its {key}.")
        condition = _KINDS[name](**{key: table[key] for key in parts if key in table})
        return Breakpoint(condition=condition, **{key: table[key] for key in _OWN})


_OWN = ("id", "enabled", "hits")
Breakpoints = tuple[Breakpoint, ...]


# ---- what can be done with them ------------------------------------------------------------------------------------


def with_added(breakpoints: Breakpoints, condition: Condition) -> Breakpoints:
    """One more, enabled, with a number of its own.

    Raises
    ------
    BreakpointError : there is one with this condition.
    """
    _check_new(breakpoints, condition)
    return (*breakpoints, Breakpoint(max((b.id for b in breakpoints), default=0) + 1, condition))


def with_step_toggled(breakpoints: Breakpoints, step: int) -> Breakpoints:
    """A breakpoint on a Step where there is none, none where there is one; one that is disabled is enabled."""
    there = next((b for b in breakpoints if b.condition == AtStep(step)), None)
    if there is None:
        return with_added(breakpoints, AtStep(step))
    return without(breakpoints, there.id) if there.enabled else with_enabled(breakpoints, there.id, True)


def turned(breakpoints: Breakpoints) -> Breakpoints:
    """The same cells under the names that they have in the other orientation."""
    return tuple(
        replace(b, condition=SignChange(c.array, c.column, c.row)) if isinstance(c := b.condition, SignChange) else b
        for b in breakpoints
    )


def steps_of(breakpoints: Iterable[Breakpoint]) -> dict[int, bool]:
    """The Steps that have a breakpoint, and whether it is enabled."""
    return {b.condition.step: b.enabled for b in breakpoints if isinstance(b.condition, AtStep)}


def with_condition(breakpoints: Breakpoints, number: int, condition: Condition) -> Breakpoints:
    """Breakpoint ``number`` with another condition; its hits count anew.

    Raises
    ------
    BreakpointError : another one has this condition.
    """
    _check_new([b for b in breakpoints if b.id != number], condition)
    return tuple(
        replace(b, condition=condition, hits=0) if b.id == number and b.condition != condition else b
        for b in breakpoints
    )


def with_enabled(breakpoints: Breakpoints, number: int, enabled: bool) -> Breakpoints:
    """Breakpoint ``number`` enabled or disabled."""
    return tuple(replace(b, enabled=enabled) if b.id == number else b for b in breakpoints)


def without(breakpoints: Breakpoints, number: int) -> Breakpoints:
    """All but breakpoint ``number``."""
    return tuple(b for b in breakpoints if b.id != number)


def with_hit(breakpoints: Breakpoints, number: int) -> Breakpoints:
    """Breakpoint ``number`` hit once more."""
    return tuple(replace(b, hits=b.hits + 1) if b.id == number else b for b in breakpoints)


def with_hits_of(wanted: Breakpoints, present: Breakpoints) -> Breakpoints:
    """What the user wants, with the hits that the engine has counted meanwhile."""
    counted = {(b.id, b.condition): b.hits for b in present}
    return tuple(replace(b, hits=counted.get((b.id, b.condition), b.hits)) for b in wanted)


def _check_new(others: Iterable[Breakpoint], condition: Condition) -> None:
    for other in others:
        if other.condition == condition:
            raise BreakpointError(f"There is a breakpoint for that already: number {other.id}.")


# ---- where to stop ---------------------------------------------------------------------------------------------------


def needs_arrays(condition: Condition) -> bool:
    """Whether it has to look at the arrays after every batch, so that a burst is one batch.

    The others are read from the series of the run, from the Position, or, non-finite values, from the halt that the
    executor makes by itself.
    """
    if isinstance(condition, Crosses):
        return condition.quantity in LAYER_QUANTITIES
    return isinstance(condition, SignChange | WatchCrosses)


def next_step(breakpoints: Iterable[Breakpoint], done: int) -> int | None:
    """The first Step after ``done`` steps of a batch at which to stop, or None in the rest of it."""
    steps = (b.condition.step for b in breakpoints if b.enabled and isinstance(b.condition, AtStep))
    return min((step for step in steps if step > done), default=None)


def next_batch(breakpoints: Iterable[Breakpoint], batch: int) -> int | None:
    """The first batch after ``batch`` at whose start to stop: a burst may go to the one before."""
    batches = (b.condition.batch for b in breakpoints if b.enabled and isinstance(b.condition, AtBatch))
    return min((wanted for wanted in batches if wanted > batch), default=None)


def at_step(breakpoints: Iterable[Breakpoint], step: int) -> Breakpoint | None:
    """The breakpoint on this Step, if there is one that is enabled."""
    return _enabled(breakpoints, AtStep(step)) if step else None


def at_halt(breakpoints: Iterable[Breakpoint]) -> Breakpoint | None:
    """The breakpoint on non-finite values, if there is one that is enabled; for when the Trainer has halted."""
    return _enabled(breakpoints, NonFinite())


def _enabled(breakpoints: Iterable[Breakpoint], condition: Condition) -> Breakpoint | None:
    return next((b for b in breakpoints if b.enabled and b.condition == condition), None)


def first_hit(
    breakpoints: Iterable[Breakpoint], metrics: Metrics, first: int, last: int, *, begun: bool = False
) -> tuple[int, Breakpoint] | None:
    """The first batch of ``first`` … ``last`` that an enabled breakpoint on series or batches stops at, and which.

    A quantity is hit when it crosses, not while it lies beyond: the batch before did not satisfy the condition, or
    there is no batch before (of the test accuracy: the evaluation before). So Run goes on after a stop. Nan satisfies
    nothing. A breakpoint on the batch itself comes before others in it, these in their order. Conditions that need
    arrays, and those on Steps and non-finite values, are passed over.

    Parameters
    ----------
    metrics : with the series up to batch ``last``.
    first, last : batches, counted from 1, both included.
    begun : whether batch ``first`` had begun before, so that a stop at its start lies behind.
    """
    hits: list[tuple[int, int, int, Breakpoint]] = []
    for order, point in enumerate(breakpoints):
        condition = point.condition
        if not point.enabled:
            continue
        if isinstance(condition, AtBatch):
            if first + begun <= condition.batch <= last:
                hits.append((condition.batch, 0, order, point))
        elif isinstance(condition, Crosses) and condition.quantity in SERIES_QUANTITIES:
            batch = _first_crossing(condition, metrics, first, last)
            if batch is not None:
                hits.append((batch, 1, order, point))
    if not hits:
        return None
    batch, _, _, point = min(hits, key=lambda hit: hit[:3])
    return batch, point


def _first_crossing(condition: Crosses, metrics: Metrics, first: int, last: int) -> int | None:
    if condition.quantity == "test_accuracy":
        batches = metrics.test_batch.values(0, len(metrics.test_accuracy))
        start, end = (int(np.searchsorted(batches, batch)) for batch in (first, last + 1))
        values = metrics.test_accuracy.values(0, end)
    else:
        series = metrics.loss if condition.quantity == "loss" else metrics.train_accuracy
        batches = None
        start, end = first - 1, min(last, len(series))
        values = series.values(0, end)
    before = max(0, start - 1)
    span = values[before:end]
    holds = span < condition.value if condition.relation == "<" else span > condition.value
    crossed = holds.copy()
    crossed[1:] &= ~holds[:-1]
    crossed[: start - before] = False
    if not crossed.any():
        return None
    index = before + int(crossed.argmax())
    return index + 1 if batches is None else int(batches[index])


@dataclass(frozen=True)
class Stops:
    """Breakpoints that look at arrays, with what was so after the batch before. Nothing in it changes.

    Attributes
    ----------
    breakpoints : all of them.
    memory : of conditions that need arrays: of a sign change the last sign that was not 0, of the others whether they
        held (1) or not (0).
    """

    breakpoints: Breakpoints = ()
    memory: Mapping[Condition, int] = field(default_factory=dict)

    @cached_property
    def looking(self) -> bool:
        """Whether any enabled one needs the arrays after every batch."""
        return any(b.enabled and needs_arrays(b.condition) for b in self.breakpoints)

    def with_breakpoints(self, breakpoints: Breakpoints) -> Stops:
        """The same for other breakpoints; what is known of conditions that stay is kept."""
        kept = {b.condition for b in breakpoints if b.enabled}
        return Stops(breakpoints, {c: seen for c, seen in self.memory.items() if c in kept})

    def forget(self) -> Stops:
        """The same without memory: for when the run goes on from elsewhere than it was."""
        return replace(self, memory={})

    def look(self, tensors: Tensors, lesson: Lesson, batch: int, epoch: int) -> Stops:
        """Take note of how things are after a finished batch, without stopping: where Run sets out from."""
        return self.after_batch(tensors, lesson, batch, epoch)[0]

    def look_at_start(self, start: Mapping[str, Array], lesson: Lesson) -> Stops:
        """Take note of the signs with which a batch began: of its parameters and velocities, the rest is not known."""
        conditions = (p.condition for p in self.breakpoints if p.enabled)
        signs = {c: c.sign(start, lesson) for c in conditions if isinstance(c, SignChange)}
        return replace(self, memory={c: sign for c, sign in signs.items() if sign})

    def after_batch(self, tensors: Tensors, lesson: Lesson, batch: int, epoch: int) -> tuple[Stops, Breakpoint | None]:
        """Look at the arrays of a finished batch.

        As in ``first_hit``, a condition is hit when it comes to hold: it did not after the batch before, or nothing is
        known of that one. A sign change needs a sign to change from.

        Returns
        -------
        The Stops that remember this batch, and the first breakpoint hit, or None. Hits are not counted here.
        """
        memory: dict[Condition, int] = {}
        hit: Breakpoint | None = None
        arrays = arrays_of(tensors, lesson, batch, epoch)
        for point in self.breakpoints:
            condition = point.condition
            if not point.enabled or not needs_arrays(condition):
                continue
            before = self.memory.get(condition)
            now, crossed = _seen(condition, before, tensors, lesson, arrays)
            memory[condition] = now
            if crossed and hit is None:
                hit = point
        return replace(self, memory=memory), hit


def _seen(
    condition: Condition, before: int | None, tensors: Tensors, lesson: Lesson, arrays: Mapping[str, Array]
) -> tuple[int, bool]:
    """What to remember of a condition, and whether it is hit."""
    match condition:
        case SignChange():
            sign = condition.sign(tensors, lesson)
            return sign or before or 0, bool(before and sign == -before)
        case Crosses():
            holds = condition.holds(condition.measure(tensors, lesson))
        case WatchCrosses():
            holds = condition.holds(arrays)
        case _:
            raise TypeError(f"{condition.kind} does not look at arrays")
    return int(holds), holds and not before


# ---- checks ----------------------------------------------------------------------------------------------------------


def _check_whole(name: str, value: object, least: int) -> None:
    if type(value) is not int or not least <= value <= LARGEST:
        raise BreakpointError(f"The {name} must be a whole number from {least}, not {_shown(value)}.")


def _finite(value: object) -> float:
    """A finite float; a whole number will do, since some writers drop the point of 1.0."""
    if type(value) in (int, float):
        try:
            number = float(value)  # type: ignore[arg-type]
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
    raise BreakpointError(f"The value must be a finite number such as 0.1, not {_shown(value)}.")


def _check_choice(name: str, value: object, allowed: Sequence[str]) -> None:
    if not isinstance(value, str) or value not in allowed:
        raise BreakpointError(f"The {name} must be one of {', '.join(allowed)}, not {_shown(value)}.")


def _check_layer(layer: int, lesson: Lesson) -> None:
    if layer > lesson.layers:
        raise BreakpointError(f"There is no layer {layer}; this lesson has layers 1 to {lesson.layers}.")


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f"“{value[:40]}”"
    if isinstance(value, bool | int | float) and (isinstance(value, float) or abs(value) <= LARGEST):
        return str(value)
    return "so large a number" if isinstance(value, int) else f"a {type(value).__name__}"
