"""What a sweep varies: keys and their values, as they are typed, and all the runs that they make."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
import math
import re
import tomllib
import typing
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from engine.data.sources import FULL_SCALE
from engine.lesson import SETTINGS, Lesson, LessonError
from engine.sweep.on_disk import state_of
from engine.trainer import value_of

MOST_RUNS = 1_000
MOST_BATCHES = 1_000_000_000
MOST_EPOCHS = 1_000_000
RANGE = re.compile(r"([^:]+):([^:]+):\s*(\d{1,9})\s*(?::\s*(lin|log)\s*)?")
DIGITS = 6  # of the values between the ends of a range, which are easier to read and to type again


class SweepError(LessonError):
    """A sweep that cannot be made or cannot go on. The message is one sentence for the user."""


# ---- keys and values ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """A key of the lesson that takes a single value.

    Attributes
    ----------
    name : dotted, as in ``optimizer.learning_rate``.
    numeric, whole : whether its value is a number, and a whole one.
    choices : all values that it may have, where they are few.
    """

    name: str
    numeric: bool
    whole: bool
    choices: tuple[Any, ...] = ()


@cache
def varied_keys() -> Mapping[str, Key]:
    """Every key that can be varied, in the order of the lesson file: numbers, choices, and true or false."""
    keys = {}
    sections = ((name, hint) for name, hint in typing.get_type_hints(Lesson).items() if dataclasses.is_dataclass(hint))
    for section, kind in sections:
        hints = typing.get_type_hints(kind)
        for field in dataclasses.fields(typing.cast(Any, kind)):
            name, hint = f"{section}.{field.name}", hints[field.name]
            choices = tuple(field.metadata.get("allowed", (False, True) if hint is bool else ()))
            if hint in (int, float):
                keys[name] = Key(name, True, hint is int)
            elif len(choices) > 1:
                keys[name] = Key(name, False, False, choices)
    return keys


@dataclass(frozen=True)
class Axis:
    """A key and the values it takes in turn."""

    key: str
    values: tuple[Any, ...]


def parse_vary(text: str) -> Axis:
    """Read ``KEY=VALUES``.

    VALUES is a range or a list. The range ``0.001:1:8`` is 8 values from 0.001 to 1, both included: evenly spaced on a
    logarithmic scale where both ends are above 0, on a linear one otherwise; ``0.1:0.9:5:lin`` (or ``:log``) says
    which. Values between the ends are rounded to 6 digits; a key that takes whole numbers has them rounded to those,
    each once. The list is separated by commas: ``init.seed=1,2,3``, ``network.activation=tanh,relu``,
    ``network.sizes=[2,3,1],[2,8,1]``.

    Raises
    ------
    SweepError : it is neither, the key is none, or there are too many values.

    Examples
    --------
    >>> parse_vary("optimizer.learning_rate=0.001:1:4")
    Axis(key='optimizer.learning_rate', values=(0.001, 0.01, 0.1, 1.0))
    """
    key, equals, values = (part.strip() for part in text.partition("="))
    if not equals or not key or not values:
        raise SweepError(f"--vary {short(text)}: write KEY=VALUES, for example optimizer.learning_rate=0.001:1:8")
    return Axis(key, parse_values(key, values))


def parse_values(key: str, text: str) -> tuple[Any, ...]:
    """The values of ``parse_vary`` for a key; the key itself is looked up when a Sweep is made.

    Raises
    ------
    SweepError : as there.
    """
    known = varied_keys().get(key)
    if known is not None and known.numeric and ":" in text:
        return _range(known, text)
    if "#" in text or "\n" in text:  # TOML would take them for the end
        raise SweepError(f"{key}: {short(text)}: a value has no # and no line break")
    try:
        values = tomllib.loads(f"values = [{text}]")["values"]
    except (ValueError, RecursionError):
        values = [_value(part.strip()) for part in text.split(",")]
    values = [float(v) if known and known.numeric and not known.whole and type(v) is int else v for v in values]
    if not values or any(value == "" for value in values):
        raise SweepError(f"{key}: {short(text)} has an empty value; separate values by single commas")
    if len(values) > MOST_RUNS:
        raise SweepError(f"{key}: {len(values):,} values are too many; a sweep has at most {MOST_RUNS:,} runs")
    doubled = next((v for i, v in enumerate(values) if any(_same(v, w) for w in values[:i])), None)
    if doubled is not None:
        raise SweepError(f"{key}: {short(str(doubled))} is given twice")
    return tuple(values)


def asked_for(key: str, text: str) -> int:
    """How many values a text asks for; a range of whole numbers may ask for more than there are different ones.

    Examples
    --------
    >>> asked_for("init.seed", "1:3:9"), parse_values("init.seed", "1:3:9")
    (9, (1, 2, 3))
    """
    known, match = varied_keys().get(key), RANGE.fullmatch(text)
    return int(match[3]) if known is not None and known.numeric and match else len(parse_values(key, text))


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return text


def _range(key: Key, text: str) -> tuple[Any, ...]:
    wrong = SweepError(
        f"{key.name}: {short(text)} is no range; write FROM:TO:COUNT, for example 0.001:1:8, or FROM:TO:COUNT:lin"
    )
    match = RANGE.fullmatch(text)
    if match is None:
        raise wrong
    try:
        low, high, count = float(match[1]), float(match[2]), int(match[3])
    except ValueError:
        raise wrong from None
    if not (math.isfinite(low) and math.isfinite(high)) or low == high:
        raise SweepError(f"{key.name}: {short(text)}: the ends of a range must be two different finite numbers")
    if not 2 <= count <= MOST_RUNS:
        raise SweepError(f"{key.name}: {short(text)}: a range has 2 to {MOST_RUNS:,} values")
    positive = low > 0 and high > 0
    if match[4] == "log" and not positive:
        raise SweepError(f"{key.name}: {short(text)}: a logarithmic range needs both ends above 0")
    spaced = np.geomspace if positive and match[4] != "lin" else np.linspace
    with np.errstate(all="ignore"):  # of ends that are as far apart as numbers go
        between = spaced(low, high, count)[1:-1].tolist()
    values = [low, *(float(f"{v:.{DIGITS}g}") for v in between), high]
    if len(set(values)) < count:
        values = [low, *between, high]
    return tuple(dict.fromkeys(map(round, values))) if key.whole else tuple(values)


def short(text: str) -> str:
    """What was typed, in quotes, the end of a long one left out."""
    return repr(text if len(text) <= 60 else text[:57] + "...")


def shown_value(value: Any) -> str:
    """A value of a key as a lesson file or ``--vary`` has it, without quotes."""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, list) else str(value)


# ---- the runs ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """One run of a sweep.

    Attributes
    ----------
    index : its place in the sweep.
    values : of the varied keys, in the order of the axes.
    lesson : what is trained.
    digest : of the lesson, of what the files are like that it learns from (``state_of``), and of its length; two runs
        that have it in common have the same result.
    """

    index: int
    values: Mapping[str, Any]
    lesson: Lesson
    digest: str


@dataclass(frozen=True)
class Sweep:
    """All combinations of the axes' values, each trained for the same length; the last axis runs fastest.

    Attributes
    ----------
    batches, epochs : the length, in one or the other, which is None where it is not. In batches a run with twice the
        batch size sees twice as many examples; in epochs each sees all of them equally often.

    Examples
    --------
    >>> axes = [parse_vary("optimizer.learning_rate=0.01:1:3"), parse_vary("init.seed=1,2")]
    >>> len(Sweep.of(Lesson.load("toy-bias"), axes, batches=50).runs)
    6
    """

    lesson: Lesson
    axes: tuple[Axis, ...]
    batches: int | None
    epochs: int | None
    runs: tuple[Run, ...]

    @staticmethod
    def of(lesson: Lesson, axes: Sequence[Axis], batches: int | None = None, epochs: int | None = None) -> Sweep:
        """Check everything before anything runs.

        Raises
        ------
        SweepError : no axis, a key twice, more than ``MOST_RUNS`` runs, or a length out of range or in neither or both.
        LessonError : a value that the lesson cannot have; the message names it.
        """
        if not axes:
            raise SweepError("a sweep needs a key to vary, for example optimizer.learning_rate=0.001:1:8")
        keys = [axis.key for axis in axes]
        doubled = next((key for i, key in enumerate(keys) if key in keys[:i]), None)
        if doubled is not None:
            raise SweepError(f"{doubled} is varied twice; give all its values at once")
        count = math.prod(len(axis.values) for axis in axes)
        if count > MOST_RUNS:
            raise SweepError(f"these values make {count:,} runs; a sweep has at most {MOST_RUNS:,}")
        if (batches is None) == (epochs is None):
            raise SweepError("a sweep is so many batches long, or so many epochs")
        for name, length, most in (("batches", batches, MOST_BATCHES), ("epochs", epochs, MOST_EPOCHS)):
            if length is not None and not 1 <= length <= most:
                raise SweepError(f"{name} = {length}: allowed are 1 to {most:,}")
        told: object = batches if epochs is None else {"epochs": epochs}
        runs, states = [], dict[tuple[str, str], str]()
        for index, values in enumerate(itertools.product(*(axis.values for axis in axes))):
            chosen = dict(zip(keys, values, strict=True))
            varied = lesson.with_values(chosen)
            source = (varied.data.source, varied.data.path)
            if source not in states:
                states[source] = state_of(varied.data)
            runs.append(Run(index, chosen, varied, _digest(varied, told, states[source])))
        return Sweep(lesson, tuple(axes), batches, epochs, tuple(runs))

    @property
    def examples_differ(self) -> bool:
        """Whether runs see more examples than others, because they have as many batches of another size."""
        return self.batches is not None and any(axis.key == "data.batch_size" for axis in self.axes)


NEEDED: Mapping[str, tuple[str, tuple[Any, ...]]] = {
    "init.value": ("init.scheme", ("constant",)),
    **dict.fromkeys(("init.mean", "init.std"), ("init.scheme", ("normal",))),
    **dict.fromkeys(("init.low", "init.high"), ("init.scheme", ("uniform",))),
    "loss.gradient": ("loss.reduction", ("mean",)),
    "run.device": ("run.executor", ("torch",)),
    "data.normalize": ("data.source", tuple(FULL_SCALE)),
    **{f"data.{name}": ("data.source", sources) for name, sources in SETTINGS.items()},
}
"""Keys that count only where another one has a certain value: which, and the values."""
UNSEEN = ("evaluation.every", "evaluation.running", "run.autograd", "run.orientation")
"""Keys that say what is measured or shown during a run, and change nothing of its course and its end."""


def counts(key: str, lesson: Lesson, varied: Collection[str] = ()) -> bool:
    """Whether another value of a key can make another run of the lesson.

    Parameters
    ----------
    varied : keys that have other values in some runs, so that what only counts together with them does.

    Examples
    --------
    >>> toy = Lesson.load("toy-bias")  # all weights begin with the same number
    >>> counts("init.value", toy), counts("init.std", toy), counts("init.std", toy, ["init.scheme"])
    (True, False, True)
    """
    if key in UNSEEN:
        return False
    if key in NEEDED:
        other, values = NEEDED[key]
        return other in varied or value_of(lesson, other) in values
    if key == "optimizer.momentum_form":
        return "optimizer.momentum" in varied or lesson.optimizer.momentum > 0
    if key == "network.activation":
        return lesson.layers > 1 or "network.sizes" in varied
    if key.startswith("evaluation."):
        return lesson.classes
    return True


def seed_matters(lesson: Lesson, axes: Sequence[Axis] = ()) -> bool:
    """Whether another ``init.seed`` makes another run of the lesson, or of one that the axes make of it.

    It does not where the weights are written in the lesson, or all the same, and the examples keep their order.
    """
    varied = {axis.key: axis.values for axis in axes}
    schemes = varied.get("init.scheme", (lesson.init.scheme,))
    return any(varied.get("data.shuffle", (lesson.data.shuffle,))) or not set(schemes) <= {"constant", "explicit"}


def _digest(lesson: Lesson, length: object, state: str) -> str:
    table = {key: value for key, value in lesson.to_table().items() if key not in ("title", "source")}
    told = [table, length, state] if state else [table, length]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
