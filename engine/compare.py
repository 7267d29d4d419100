"""Runs in lock-step: the same batches, one thing different, and where they part."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from engine.lesson import DataSpec, Lesson, LessonError
from engine.metrics import Metrics, Series, Values
from engine.program import END
from engine.tensors import Array
from engine.trainer import Halt, Trainer

LEAST_RUNS, MOST_RUNS = 2, 4
PARAMETERS = "parameters"
"""In place of an array's name: all weights and biases together."""
STATE = "Wbv"  # what arrays begin with that belong to the run and not to a batch
PIECE = 64  # batches that are compared between two looks at whether to go on


class CompareError(LessonError):
    """Runs that cannot be compared in this way. The message is one sentence for the user."""


class Batches(enum.Enum):
    """What the runs have in common.

    SAME : batch n consists of the same examples in all of them, as it does when each is run alone.
    HELD : the same; alone, some would take the examples in another order, because that comes from the seed, or from
        PyTorch's stream after the initial draws. Here they take the first run's.
    DIFFERENT : they differ in a key of ``data`` other than ``normalize``, which leaves the examples what they are.
    """

    SAME = enum.auto()
    HELD = enum.auto()
    DIFFERENT = enum.auto()


@dataclass(frozen=True)
class Facts:
    """What is the same in all runs and what is not.

    Attributes
    ----------
    batches : whether batch n is the same everywhere.
    keys : the keys that make the batches different, if they are.
    same_start : whether all start from the same weights and biases; None where their shapes differ.
    """

    batches: Batches
    keys: tuple[str, ...]
    same_start: bool | None


class _Follower(Trainer):
    """A Trainer that takes the examples in another one's order. What else is random in it is its own.

    So are the targets of a net with another number of outputs: for two classes one column or two.
    """

    def __init__(self, lesson: Lesson, first: Trainer, data_dir: Path | None) -> None:
        self._first = first
        self.own_order_differs = False
        as_many = lesson.network.sizes[-1] == first.lesson.network.sizes[-1]
        super().__init__(lesson, first.dataset if as_many else None, data_dir)
        if not as_many:
            return
        kept = (lesson.run.dtype, lesson.data.normalize, lesson.network.bias == "input-column")
        if kept == (first.lesson.run.dtype, first.lesson.data.normalize, first.lesson.network.bias == "input-column"):
            self._x, self._y = first._x, first._y  # MNIST takes hundreds of megabytes

    def reset(self, seed: int | None = None) -> None:
        super().reset(seed)
        own, first = self._randomness, self._first._randomness
        self.own_order_differs = not np.array_equal(own.order(1, self.examples), first.order(1, self.examples))
        self._randomness = first
        self._load_batch()


class LockStep:
    """Two to four runs that have always finished the same batches.

    Parameters
    ----------
    lessons : of the runs; the first is the one that the others are compared with.
    data_dir : where image sets lie.

    Attributes
    ----------
    lessons : as given.
    facts : what they have in common.

    Raises
    ------
    CompareError : too few lessons, or too many.
    LessonError, DataError : as Trainer.

    Examples
    --------
    >>> lesson = Lesson.load("toy-bias")
    >>> pair = LockStep([lesson, lesson.with_value("optimizer.learning_rate", 0.01)])
    >>> pair.advance(20)
    20
    >>> parted(pair.largest("parameters"), 0.1)
    1
    >>> pair.difference("W1", batch=20).shape
    (2, 3)
    """

    def __init__(self, lessons: Sequence[Lesson], data_dir: Path | None = None) -> None:
        if not LEAST_RUNS <= len(lessons) <= MOST_RUNS:
            raise CompareError(f"{len(lessons)} runs cannot be compared; allowed are {LEAST_RUNS} to {MOST_RUNS}")
        self.lessons = tuple(lessons)
        first = Trainer(lessons[0], data_dir=data_dir)
        keys = _different_batches(lessons)
        self._trainers: list[Trainer] = [first]
        for lesson in lessons[1:]:
            self._trainers.append(Trainer(lesson, data_dir=data_dir) if keys else _Follower(lesson, first, data_dir))
        held = any(isinstance(t, _Follower) and t.own_order_differs for t in self._trainers)
        batches = Batches.DIFFERENT if keys else Batches.HELD if held else Batches.SAME
        self.facts = Facts(batches, keys, self._same_start())
        self._walks: dict[tuple[str, int, int], _Walk] = {}

    def _same_start(self) -> bool | None:
        first, *others = self._trainers
        if any(_shapes(t, "Wb") != _shapes(first, "Wb") for t in others):
            return None
        return all(np.array_equal(t.tensors.parameters, first.tensors.parameters) for t in others)

    # ---- going on --------------------------------------------------------------------------------------------

    @property
    def holds_interpreter(self) -> bool:
        """Whether one of them is trained in plain Python, which lets no other thread go on meanwhile."""
        return any(trainer.holds_interpreter for trainer in self._trainers)

    def prepare(self) -> None:
        """Do what the first batch would otherwise wait for."""
        for trainer in self._trainers:
            trainer.prepare()

    @property
    def batches(self) -> int:
        """How many batches all of them have finished."""
        return min(len(trainer.metrics.loss) for trainer in self._trainers)

    @property
    def halts(self) -> tuple[Halt | None, ...]:
        """Why each run stopped, or None; once one has, none goes on."""
        return tuple(trainer.halt for trainer in self._trainers)

    def advance(self, batches: int) -> int:
        """Train so many batches more in every run, until one of them diverges. Returns how many all have finished."""
        before = self.batches
        if any(trainer.halt is not None for trainer in self._trainers):
            return 0
        goal = before + batches
        for trainer in self._trainers:
            trainer.run(goal - len(trainer.metrics.loss))
            goal = min(goal, len(trainer.metrics.loss))
        return self.batches - before

    def metrics(self, run: int) -> Metrics:
        """What was measured in a run, as long as it went on; ``batches`` says how far all have come."""
        return self._trainers[run].metrics

    def losses(self, run: int) -> Values:
        """The loss of each batch that all runs have finished."""
        return self.metrics(run).loss.values(0, self.batches)

    def accuracies(self, run: int) -> Values:
        """The share of each batch classified rightly, before its update; NaN without classes."""
        return self.metrics(run).train_accuracy.values(0, self.batches)

    # ---- comparing -------------------------------------------------------------------------------------------

    def arrays(self, one: int = 0, other: int = 1) -> tuple[str, ...]:
        """Names of the arrays whose difference can be taken."""
        names = [name for name in self._trainers[one].tensors if not self._refusal(name, one, other)]
        return tuple(names)

    def _refusal(self, array: str, one: int, other: int) -> str:
        """Why an array of two runs cannot be compared, or nothing."""
        a, b = self._trainers[one], self._trainers[other]
        for run, trainer in ((one, a), (other, b)):
            if array not in trainer.tensors:
                return f"run {run + 1} has no array {array}"
            if array[0] == "v" and trainer.lesson.optimizer.momentum == 0:
                return f"{array} is not computed in run {run + 1}, which has no momentum"
        if self.facts.batches is Batches.DIFFERENT and array[0] not in STATE:
            keys = " and ".join(self.facts.keys)
            return f"{array} belongs to a batch, and {keys} make the batches of the runs different"
        shapes = [(place.rows, place.columns) for place in (t.tensors.layout.places[array] for t in (a, b))]
        if shapes[0] != shapes[1]:
            return "{} is {} x {} in run {} and {} x {} in run {}".format(
                array, *shapes[0], one + 1, *shapes[1], other + 1
            )
        return ""

    def _checked(self, array: str, one: int, other: int) -> tuple[str, ...]:
        """The names that are meant, all of which can be compared."""
        names = (array,)
        if array == PARAMETERS:
            both = [*self._trainers[one].tensors, *self._trainers[other].tensors]
            names = tuple(dict.fromkeys(name for name in both if name[0] in "Wb"))
        for name in names:
            refusal = self._refusal(name, one, other)
            if refusal:
                raise CompareError(refusal)
        return names

    def difference(self, array: str, batch: int | None = None, one: int = 0, other: int = 1) -> Array:
        """An array of one run less that of another, after a batch that all have finished (None: the last), float64.

        Raises
        ------
        CompareError : there is no such array in both, its shapes differ, it belongs to batches that differ, or the
            batch is not finished.
        """
        self._checked(array, one, other)
        batch = self.batches if batch is None else batch
        if not 1 <= batch <= self.batches:
            raise CompareError(f"batch {batch:,} is not finished; the runs have {self.batches:,}")
        arrays = []
        for trainer in (self._trainers[one], self._trainers[other]):
            looking = trainer.observer()
            looking.seek(batch, END)
            arrays.append(looking.tensors[array].astype(np.float64))
        with np.errstate(over="ignore"):
            difference: Array = arrays[0] - arrays[1]
        return difference

    def largest(
        self,
        array: str,
        one: int = 0,
        other: int = 1,
        go_on: Callable[[int], bool] = lambda batch: True,
    ) -> Values:
        """The largest \\|difference\\| after each batch that all have finished.

        That of the loss is at hand; for any other array both runs are gone through once more, and remembered.

        Parameters
        ----------
        array : its name, or ``PARAMETERS``.
        go_on : asked now and then with the batch one is at; where it says no, the result ends there.

        Raises
        ------
        CompareError : as ``difference``.
        """
        names = self._checked(array, one, other)
        if array == "loss":
            with np.errstate(over="ignore"):
                return np.abs(self.losses(one) - self.losses(other))
        walk = self._walk(names, array, one, other)
        while len(walk.largest) < self.batches and go_on(len(walk.largest)):
            walk.go_on(min(PIECE, self.batches - len(walk.largest)))
        return walk.largest.values(0, self.batches)

    def _walk(self, names: tuple[str, ...], array: str, one: int, other: int) -> _Walk:
        key = (array, one, other)
        if key not in self._walks:
            self._walks[key] = _Walk(names, self._trainers[one], self._trainers[other])
        return self._walks[key]


class _Walk:
    """Two runs gone through once more side by side, and how far apart they were after each batch."""

    def __init__(self, names: tuple[str, ...], one: Trainer, other: Trainer) -> None:
        self._names = names
        self._pair = one, other
        self._walkers = one.observer(), other.observer()
        for walker in self._walkers:
            walker.seek(1, 0)
        self.largest = Series()

    def go_on(self, batches: int) -> None:
        """Compare so many batches more."""
        found = np.empty(batches)
        for i in range(batches):
            for walker in self._walkers:
                walker.burst(1)
            found[i] = max(self._largest(name) for name in self._names)
        self.largest.extend(found)

    def _largest(self, name: str) -> float:
        a, b = (walker.tensors[name] for walker in self._walkers)
        with np.errstate(over="ignore"):
            return float(np.abs(np.subtract(a, b, dtype=np.float64)).max())


def parted(largest: Values, amount: float) -> int | None:
    """The first batch after which runs differ by more than an amount; None where they do not so far.

    Parameters
    ----------
    largest : of ``LockStep.largest``.
    amount : with 0, the first batch after which they are not equal to the last bit.
    """
    beyond = np.flatnonzero(largest > amount)
    return int(beyond[0]) + 1 if len(beyond) else None


def _different_batches(lessons: Sequence[Lesson]) -> tuple[str, ...]:
    """The keys that make batch n other examples in some of the lessons: all of the data but their scale."""
    names = (field.name for field in fields(DataSpec) if field.name != "normalize")
    return tuple(f"data.{name}" for name in names if len({getattr(lesson.data, name) for lesson in lessons}) > 1)


def _shapes(trainer: Trainer, letters: str) -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in trainer.tensors.items() if name[0] in letters}
