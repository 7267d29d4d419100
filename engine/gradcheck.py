"""Gradient check: the gradients of a batch, as they stand there to be seen, against two independent oracles.

Central differences move one number of the forward pass at a time (a weight at the start of the batch, a z right after
the Step that wrote it) and watch the loss; they know nothing of backpropagation. ``torch.autograd`` differentiates the
same net, written once more in plain torch (``engine/autograd.py``).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine import differences
from engine.autograd import autograd_gradients
from engine.differences import MARGIN, Differences, Slope
from engine.executors import NumpyExecutor, Rates, steering_numbers
from engine.lesson import Lesson
from engine.ops import EPSILON
from engine.program import Phase, Step
from engine.pytorch import NoTorchError
from engine.tensors import Array, Tensors
from engine.trainer import Position, Trainer

TOLERANCE_AUTOGRAD = 1e-6
TOLERANCE_DIFFERENCE = differences.TOLERANCE
ALL_CELLS = 2000  # arrays up to this many cells are differenced whole, larger ones by a sample
SAMPLE = 200
BUDGET = 0.8  # seconds, about, for the differences of a whole check; large nets get fewer cells instead
NUDGES = 8  # how often rounding is measured


class GradientCheckError(ValueError):
    """The gradients cannot be checked here; the message says why in one sentence."""


class Verdict(enum.StrEnum):
    """What came of a comparison."""

    VERIFIED = "verified"
    INCOMPARABLE = "not comparable"
    WRONG = "WRONG"
    PENDING = "not computed yet"


class Note(enum.StrEnum):
    """What is worth knowing about a comparison, in the words of the command line."""

    KINK = "at a kink, where the chain rule need not give a slope of the loss"
    SUBGRADIENT = "at a kink: the gradient lies between the slopes to either side, a subgradient"
    OFF = "the ReLU is off, so nothing flows through it"
    ROUNDING = "as near as rounding lets one tell"
    FLIPPED = "a value lies within rounding of a kink, on one side here and on the other there"
    SUM = "the oracles times the batch size: the lesson shows the mean loss but takes the gradient of the sum"
    MEAN = "the oracles divided by the batch size: the lesson averages its bias gradient"
    EPSILON = "the probability is below the 1e-12 added in the logarithm, which sets the slope"
    NO_GRADIENT = "the lesson computes no such gradient; the oracles do"
    UNUSED = "the loss does not depend on it"
    NOT_FINITE = "not a finite number"


@dataclass(frozen=True)
class CellCheck:
    """One cell of a gradient against its oracles, which carry the factor of their ``ArrayCheck``.

    Attributes
    ----------
    analytic : the value that the lesson computed; None where it computes none, or has yet to.
    difference : the central difference; None at a kink, and where the loss near by is not a finite number.
    slopes : the slopes to the left and to the right, where they differ.
    autograd : None without torch.
    error_difference, error_autograd : relative errors; None where there is nothing to compare.
    """

    cell: tuple[int, ...]
    analytic: float | None
    difference: float | None
    slopes: tuple[float, float] | None
    autograd: float | None
    error_difference: float | None
    error_autograd: float | None
    verdict: Verdict
    notes: tuple[Note, ...] = ()

    @property
    def error(self) -> float | None:
        """The larger of the two relative errors."""
        return max((e for e in (self.error_difference, self.error_autograd) if e is not None), default=None)


@dataclass(frozen=True)
class ArrayCheck:
    """How far one gradient is from its oracles.

    Attributes
    ----------
    name : of the gradient: ``dW1``, ``db1``, ``delta1``, ``da1``, ``dlogp``, ``dx``.
    by : what it is the gradient by: ``W1``, ``b1``, ``z1`` …
    step : index of the Step that writes it, 0 where none does.
    cells : size of the array. Autograd compares them all.
    compared : how many of them differences compared.
    kinks : cells not compared by differences, because a relu, a leaky relu or the l1 loss has its kink between the
        two points of even a small step: there the loss has two slopes, one to each side, and no derivative.
    max_rel_error_difference, max_rel_error_autograd : largest relative error; None where nothing was compared: at
        kinks, where the lesson computes no such gradient, and by autograd without torch.
    factor : what the oracles were multiplied by, where the lesson by intent uses another gradient than the loss's.
    sample : the cell asked for, or else the worst of those that are wrong, or else the largest.
    """

    name: str
    by: str
    step: int
    cells: int
    compared: int = 0
    kinks: int = 0
    max_rel_error_difference: float | None = None
    max_rel_error_autograd: float | None = None
    verdict: Verdict = Verdict.PENDING
    notes: tuple[Note, ...] = ()
    factor: float = 1.0
    sample: CellCheck | None = None

    @property
    def ok(self) -> bool:
        """Whether it is not wrong."""
        return self.verdict is not Verdict.WRONG


@dataclass(frozen=True)
class GradientCheck:
    """What a check found, in the order of the backward Steps.

    Attributes
    ----------
    position : where it was made.
    asked : the array and cell asked for, or None for the gradients of every backward Step.
    no_torch : why there is no column of autograd, in one sentence, or nothing.
    loading_torch : whether that column is still to come.
    error : why nothing could be checked, in one sentence, or nothing.
    """

    position: Position
    arrays: tuple[ArrayCheck, ...] = ()
    asked: tuple[str, tuple[int, int] | None] | None = None
    no_torch: str = ""
    loading_torch: bool = False
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return all(array.ok for array in self.arrays)

    def of(self, name: str) -> ArrayCheck | None:
        """The check of an array, by its own name or by what it is the gradient by."""
        return next((array for array in self.arrays if name in (array.name, array.by)), None)


def check_gradients(
    trainer: Trainer,
    array: str | None = None,
    cell: tuple[int, int] | None = None,
    torch: bool = True,
    stop: Callable[[], bool] = lambda: False,
) -> GradientCheck:
    """Check the gradients of the present batch as the trainer holds them. The trainer is not touched.

    They are held against the loss of the batch at the parameters with which the batch began, in float64, wherever in
    the batch the trainer stands. Learning rate and momentum play no part.

    With ``loss.gradient = "sum"`` the lesson's gradients are by intent those of the sum over the batch while its loss
    is the mean, and with ``optimizer.bias_gradient = "mean"`` its db are the gradient divided by the number of
    examples. The oracles are then multiplied by what is known to lie between, which ``ArrayCheck.factor`` says.

    The relative error of a cell is |a - b| / max(|a|, |b|, floor). The floor is 1e-4 of the array's largest cell for
    the verdict and for what is told of one that is wrong, else 1/100 of it; it is at least the square root of the
    smallest number, below which products underflow. The verdict allows for more where rounding alone, as measured by
    nudging the numbers by units of the lesson's dtype, makes an error as large: near a minimum a - y is nothing but
    rounding, and so is every gradient made from it.

    Of a gradient that this batch has yet to compute there is what the oracles find.

    Parameters
    ----------
    trainer : where it stands.
    array : only this one. The name of a gradient, or of what it is the gradient by: ``dW1`` and ``W1``, ``delta2`` and
        ``z2``, ``da1`` and ``a1``, ``x``. Default: what the backward Steps write.
    cell : only this cell of it, as it is stored; ``(0, j)`` or ``(j, 0)`` for cell j of a bias.
    torch : False leaves autograd out.
    stop : asked between cells whether to give up, which ends in a GradientCheckError.

    Raises
    ------
    GradientCheckError : there is nothing to compare, because training has diverged, or no such array or cell.
    """
    net = _Net(trainer, stop)
    asked = None if array is None else (array, cell)
    if array is None:
        names = [step.write for step in trainer.program.steps if step.phase is Phase.BACKWARD]
    else:
        names = [net.gradient_name(array)]
    if trainer.halt is not None and all(map(net.pending, names)):
        raise GradientCheckError(_no_gradients(trainer.halt.array))
    no_torch = ""
    net.run_forward()
    if torch:
        try:
            net.ask_torch()
        except NoTorchError as error:
            no_torch = str(error)
    counts = net.affordable(names)
    rows = [net.check(name, counts[name], cell) for name in names]
    return GradientCheck(trainer.position, tuple(rows), asked, no_torch)


def present_autograd(trainer: Trainer) -> dict[str, Array]:
    """Gradients of the present batch by torch.autograd, in the lesson's dtype, of the loss whose gradient it takes.

    Raises
    ------
    NoTorchError : there is no torch to ask.
    """
    net = _at_start(trainer, trainer.tensors.vector.dtype)
    return autograd_gradients(trainer.lesson, net, trainer.lesson.gradient_reduction)


def _at_start(trainer: Trainer, dtype: Any) -> Tensors:
    """A copy of all arrays, with the parameters as the batch found them."""
    source = trainer.tensors
    copy = Tensors(source.layout, source.vector.astype(dtype), source.batch)
    copy.parameters[:] = trainer.start_parameters
    return copy


def _errors(ours: Array, theirs: Array, floor: Any) -> Array:
    """Relative errors; 0 / 0 is 0."""
    size = np.maximum(np.maximum(np.abs(ours), np.abs(theirs)), floor)
    error: Array = np.abs(ours - theirs)
    np.divide(error, size, out=error, where=error != 0)
    return error


def _error(ours: float | None, theirs: float | None, floor: float) -> float | None:
    """The relative error of one cell; None where there is nothing to compare."""
    return None if ours is None or theirs is None else float(_errors(np.array([ours]), np.array([theirs]), floor)[0])


def _no_gradients(name: str) -> str:
    return f"{name} is not a finite number, so there are no gradients to check"


def _by(name: str) -> str:
    """What an array is the gradient by: ``z2`` of ``delta2``, ``W1`` of ``dW1``; other names as they are."""
    return re.sub(r"^delta", "z", re.sub(r"^d(?=[Wbax]|logp)", "", name))


def _first_reader(steps: tuple[Step, ...], name: str) -> int:
    return next(step.index for step in steps if name in step.reads)


def _striking(cell: CellCheck) -> tuple[bool, float, bool, float]:
    """Orders cells by how much they deserve to be shown: wrong ones by their error, others by their size."""
    wrong = cell.verdict is Verdict.WRONG
    value: float = next((v for v in (cell.analytic, cell.autograd, cell.difference) if v is not None), 0.0)
    return wrong, (cell.error or 0.0) if wrong else 0.0, cell.verdict is Verdict.VERIFIED, abs(value)


# Said of an array as soon as they are true of one of its cells.
_RARE = (Note.KINK, Note.SUBGRADIENT, Note.FLIPPED, Note.EPSILON)


class _Net:
    """The net at one batch in float64, free to be moved about, beside what the trainer holds."""

    def __init__(self, trainer: Trainer, stop: Callable[[], bool]) -> None:
        self._stop = stop
        self.lesson: Lesson = trainer.lesson
        self.program = trainer.program
        self.shown = trainer.tensors
        self.tensors = _at_start(trainer, np.float64)
        self.autograd: Mapping[str, Array] | None = None
        self._pending = trainer.program.pending(trainer.position.step)
        self._executor = NumpyExecutor(self.program)
        self._rates = Rates.of(self.lesson, self.shown.batch)
        _, self._loss_step, self._last_step, _ = self.program.phase_ends
        self._eps = float(np.finfo(self.shown.vector.dtype).eps)
        self._tiny = float(np.finfo(self.shown.vector.dtype).tiny) ** 0.5  # products of such numbers underflow
        kinked = ("relu", "leaky_relu")
        self._kinked = [f"z{k}" for k in range(1, self.lesson.layers + 1) if self.lesson.activation(k) in kinked]
        self._output = f"a{self.lesson.layers}" if self.lesson.loss.name == "l1" else None
        self._written = {s.write: s.index for s in self.program.steps if s.phase is not Phase.UPDATE}
        self._loss, self._loss_rounding, self._flipped = 0.0, 0.0, False
        self._rounding: dict[str, float] = {}

    # ---- names -------------------------------------------------------------------------------------------------

    def gradient_name(self, name: str) -> str:
        """``dW1`` of ``W1`` and of itself."""
        found = re.fullmatch(r"(?:d(?=W|b|a|x|logp)|)(W|b|z|delta|a|x|logp)(\d*)", name)
        if found is None or _by(name) not in self.shown:
            raise GradientCheckError(
                f"{name} has no gradient to check" if name in self.shown else f"this lesson has no array {name}"
            )
        letter, layer = found.groups()
        return f"delta{layer}" if letter in ("z", "delta") else f"d{letter}{layer}"

    def _hidden_in(self, name: str) -> Step | None:
        """The Step that computes a da on its way to delta, where da is no array of its own."""
        if name in self.shown or not re.fullmatch(r"da\d+", name):
            return None
        step = self.program.steps[self._written[f"delta{name[2:]}"] - 1]
        return step if len(step.calls) > 1 else None

    def pending(self, name: str) -> bool:
        """Whether this batch has yet to compute it."""
        step = self._hidden_in(name)
        return (step.write if step else name if name in self.shown else "loss") in self._pending

    def row(self, name: str) -> ArrayCheck:
        """What is known of a gradient before it is compared."""
        step = self._hidden_in(name)
        index = step.index if step else self._written.get(name, 0)
        return ArrayCheck(name, _by(name), index, self.tensors[_by(name)].size)

    def _factor(self, name: str) -> float:
        """What lies between the gradient of the loss shown and the lesson's, by its intent."""
        factor = float(self.tensors.batch) if self._sum_of_mean else 1.0
        return factor / self.tensors.batch if self._averaged(name) else factor

    @property
    def _sum_of_mean(self) -> bool:
        return self.lesson.gradient_reduction != self.lesson.loss.reduction

    def _averaged(self, name: str) -> bool:
        return name.startswith("db") and self.lesson.optimizer.bias_gradient == "mean"

    # ---- before the comparison ---------------------------------------------------------------------------------

    def run_forward(self) -> None:
        """Bring the copy to the end of the loss, and measure what rounding does."""
        self._run(1, self._loss_step)
        self._loss = float(self.tensors["loss"])
        self._flipped = self._sides(self.shown) != self._sides(self.tensors)
        self._measure_rounding()

    def ask_torch(self) -> None:
        """Have autograd differentiate the loss."""
        self.autograd = autograd_gradients(self.lesson, self.tensors, self.lesson.loss.reduction)

    def _run(self, first: int, last: int) -> None:
        failed = self._executor.run_steps(self.tensors, first, last, self._rates)
        if failed is not None:
            raise GradientCheckError(_no_gradients(self.program.steps[failed - 1].write))

    def _measure_rounding(self) -> None:
        """How far rounding alone may move each gradient and the loss.

        That is how far they do move when every number that enters the forward steps, and every number that enters or
        leaves a backward step, is nudged by a few units in the last place: the largest of some random nudges, since a
        single one may happen to cancel, and a margin for other ways to compute. The lesson's numbers are rounded in
        its dtype; the loss that is differenced always in float64. A nudge over a kink is no rounding and does not
        count: then only the backward steps are nudged, each number on its side of zero.
        """
        tensors, kept = self.tensors, self.tensors.vector.copy()
        random, sides = np.random.default_rng(0), self._sides(self.tensors)
        forward = [s.write for s in self.program.steps[: self._loss_step]]
        parameters = [name for name in tensors if re.match("[Wb]", name)]
        entering = ["x", "y", *parameters]
        precision = float(np.finfo(np.float64).eps)
        has_epsilon = self.lesson.separate and self.lesson.network.output == "softmax"
        nodes_eps = max(self._eps, EPSILON) if has_epsilon else self._eps
        self._loss_rounding = precision * self._loss_terms()

        def nudge(names: Iterable[str], eps: float) -> None:
            for name in names:
                array = tensors[name]
                array *= 1 + 8 * eps * (random.random(array.shape) - 0.5)

        right = self._backward(lambda name: None)
        moved = dict.fromkeys(right, 0.0)

        for _ in range(NUDGES if tensors.vector.size < 200_000 else 2):  # among many cells some are unlucky at once
            nudge(entering, precision)
            for step in self.program.steps[: self._loss_step - 1]:
                self._run(step.index, step.index)
                nudge([step.write], precision)  # a saturated value hides what entered, and is rounded all the same
            self._run(self._loss_step, self._loss_step)
            self._loss_rounding = max(self._loss_rounding, abs(float(tensors["loss"]) - self._loss))
            if self._eps != precision:
                tensors.vector[:] = kept
                nudge(entering, self._eps)
                self._run(1, self._loss_step)
            if self._sides(tensors) != sides:
                tensors.vector[:] = kept
            nudge([*parameters, *forward], nodes_eps)
            for name, gradient in self._backward(lambda name: nudge([name], nodes_eps)).items():
                moved[name] = max(moved[name], float(np.abs(gradient - right[name]).max(initial=0.0)))
            tensors.vector[:] = kept
        self._rounding = {name: MARGIN * distance for name, distance in moved.items()}
        self._loss_rounding *= MARGIN

    def _loss_terms(self) -> float:
        """About the sum of the sizes of the terms that make the loss, near 0 though the loss may be.

        Cross-entropies subtract y.z, or y.logp, from what is nearly the same; the terms of the others are not
        negative.
        """
        name = self.lesson.loss.name
        if not name.endswith("cross_entropy"):
            return abs(self._loss)
        logits = self.tensors["logp" if "logp" in self.tensors else f"z{self.lesson.layers}"]
        return abs(self._loss) + 2 * self._rates.share * float(np.abs(self.tensors["y"] * logits).sum())

    def _backward(self, written: Callable[[str], None]) -> dict[str, Array]:
        """Everything the backward Steps compute, da inside a Step of delta too; ``written`` hears of each array."""
        found: dict[str, Array] = {}
        for step in self.program.steps[self._loss_step : self._last_step]:
            if len(step.calls) > 1:
                found[f"da{step.layer}"] = self._first_call(step, self.tensors)
            self._run(step.index, step.index)
            written(step.write)
            found[step.write] = self.tensors[step.write].copy()
        return found

    def _first_call(self, step: Step, tensors: Mapping[str, Array]) -> Array:
        call = step.calls[0]
        value: Array = call.op(*(tensors[name] for name in call.reads), **steering_numbers(call.op, self._rates))
        return value

    # ---- the comparison ----------------------------------------------------------------------------------------

    def _analytic(self, name: str) -> Array | None:
        """The gradient as the lesson has it, or None where it computes none, or has yet to."""
        if self.pending(name):
            return None
        step = self._hidden_in(name)
        if step is not None:
            layer = step.layer + 1  # the weights it reads, as the batch found them
            start = {f"W{layer}": self.tensors[f"W{layer}"]} if layer <= self.lesson.layers else {}
            return self._first_call(step, {**self.shown, **start}).astype(np.float64)
        return self.shown[name].astype(np.float64) if name in self._written else None

    def affordable(self, names: list[str]) -> dict[str, int]:
        """How many cells of each gradient are differenced: all or a sample, fewer where that would take too long."""
        price = {name: 5 * self._cost(_by(name)) for name in names}
        sizes = {name: self.tensors[_by(name)].size for name in names}
        wanted = {name: size if size <= ALL_CELLS else SAMPLE for name, size in sizes.items()}
        counts, left = {}, BUDGET
        for rank, name in enumerate(sorted(names, key=lambda name: price[name] * wanted[name])):
            share = left / (len(names) - rank)  # what a cheap array leaves over goes to the dearer ones
            counts[name] = min(wanted[name], max(2, int(share / price[name])))
            left -= counts[name] * price[name]
        return counts

    def check(self, name: str, count: int, only: tuple[int, int] | None) -> ArrayCheck:
        """Compare one gradient, or one cell of it."""
        row, by = self.row(name), _by(name)
        moved = self.tensors[by]
        analytic = self._analytic(name)
        if analytic is not None and not np.isfinite(analytic).all():
            notes: tuple[Note, ...] = (Note.NOT_FINITE,)
            return replace(row, verdict=Verdict.INCOMPARABLE, notes=notes)
        factor = self._factor(name)
        theirs = None
        if self.autograd is not None:
            gradient = self.autograd.get(name)
            theirs = np.zeros(moved.shape) if gradient is None else factor * gradient
        ours = analytic if analytic is not None else theirs
        rounding = self._rounding.get(name, 0.0)
        largest = 0.0 if ours is None else float(np.abs(ours).max(initial=0.0))
        least, told = max(self._tiny, 1e-4 * largest), max(self._tiny, 1e-2 * largest)
        judged_autograd = None
        if theirs is not None and analytic is not None:
            floor = max(least, rounding / (TOLERANCE_AUTOGRAD / 4))
            judged_autograd = _errors(analytic, theirs, floor).reshape(-1)
        cells = (
            self._cells(by, ours, judged_autograd, count) if only is None else np.array([self._flat(name, moved, only)])
        )
        first = self._written[by] + 1 if by in self._written else _first_reader(self.program.steps, by)
        slopes = self._slopes(by, first, cells, least / factor)
        judged = [
            self._judge(name, int(cell), slope, analytic, theirs, judged_autograd, least, told)
            for cell, slope in zip(cells, slopes, strict=True)
        ]
        verdicts = {one.verdict for one in judged}
        if self.pending(name):
            verdict = Verdict.PENDING
        elif Verdict.WRONG in verdicts:
            verdict = Verdict.WRONG
        elif Verdict.VERIFIED in verdicts:
            verdict = Verdict.VERIFIED
        else:
            verdict = Verdict.INCOMPARABLE
        sample = max(judged, key=_striking)
        errors = [one.error_difference for one in judged if one.error_difference is not None]
        worst_autograd = None
        if theirs is not None and analytic is not None:
            floor = least if verdict is Verdict.WRONG else told
            error_autograd = _errors(analytic, theirs, floor).reshape(-1)
            worst_autograd = float((error_autograd if only is None else error_autograd[cells]).max(initial=0.0))
        rare = [note for one in judged for note in one.notes if note in _RARE]
        kinks = sum(slope.sides is not None for slope in slopes)
        return replace(
            row,
            compared=sum(slope.value is not None for slope in slopes),
            kinks=kinks,
            max_rel_error_difference=max(errors, default=None),
            max_rel_error_autograd=worst_autograd,
            verdict=verdict,
            notes=tuple(dict.fromkeys((*self._array_notes(name, analytic), *sample.notes, *rare))),
            factor=factor,
            sample=sample,
        )

    def _flat(self, name: str, moved: Array, cell: tuple[int, int]) -> int:
        vector = (1, moved.size) if cell[0] == 0 else (moved.size, 1)
        rows, columns = (int(n) for n in (moved.shape if moved.ndim == 2 else vector))
        if not (0 <= cell[0] < rows and 0 <= cell[1] < columns):
            raise GradientCheckError(f"{name} has no cell {cell}: it is {' × '.join(map(str, moved.shape))}")
        return cell[0] * columns + cell[1]

    def _cells(self, by: str, ours: Array | None, error: Array | None, count: int) -> Array:
        """Which cells to difference, the same ones each time. Half of a sample is not 0, if possible."""
        size = self.tensors[by].size
        if count >= size:
            return np.arange(size)
        order = np.random.default_rng(size).permutation(size)
        alive = order if ours is None else order[ours.reshape(-1)[order] != 0]
        chosen = alive[: (count + 1) // 2]
        others = np.ones(size, bool)
        others[chosen] = False
        chosen = np.concatenate([chosen, order[others[order]][: count - len(chosen)]])
        if error is not None and error.max() > TOLERANCE_AUTOGRAD and error.argmax() not in chosen:
            chosen[-1] = error.argmax()  # what autograd objects to is looked at closely
        return np.sort(chosen)

    def _cost(self, by: str) -> float:
        """About how many seconds a loss takes from an array on."""
        cost, m = 0.0, self.tensors.batch
        first = self._written.get(by) or _first_reader(self.program.steps, by) - int(by == "x")
        for step in self.program.steps[first : self._loss_step]:
            written = self.tensors[step.write].size
            inner = sum(self.tensors[name].size for name in step.reads if name.startswith("W"))
            cost += 1e-5 + 5e-9 * written + 1e-10 * m * inner
        return cost

    def _judge(
        self,
        name: str,
        cell: int,
        slope: Slope,
        analytic: Array | None,
        theirs: Array | None,
        judged_autograd: Array | None,
        least: float,
        told: float,
    ) -> CellCheck:
        factor, notes = self._factor(name), []
        ours = None if analytic is None else float(analytic.reshape(-1)[cell])
        torchs = None if theirs is None else float(theirs.reshape(-1)[cell])
        difference = None if slope.value is None else factor * slope.value
        sides = None if slope.sides is None else (factor * slope.sides[0], factor * slope.sides[1])
        by_autograd = None if judged_autograd is None else float(judged_autograd[cell])
        blur = self._rounding.get(name, 0.0) + factor * slope.blur
        floor = max(least, blur / (TOLERANCE_DIFFERENCE / 4))
        verdict = Verdict.INCOMPARABLE
        if self.pending(name):
            verdict = Verdict.PENDING
        elif ours is None:
            notes.append(Note.NO_GRADIENT)
        elif difference is not None:
            by_difference = float(_errors(np.array([ours]), np.array([difference]), floor)[0])
            wrong = by_difference > TOLERANCE_DIFFERENCE or (by_autograd or 0.0) > TOLERANCE_AUTOGRAD
            if not wrong:
                verdict = Verdict.VERIFIED
                if ours != difference and blur / (TOLERANCE_DIFFERENCE / 4) > max(abs(ours), abs(difference)):
                    notes.append(Note.ROUNDING)
            elif self._flipped:
                notes.append(Note.FLIPPED)
            elif slope.at_kink and (by_autograd or 0.0) <= TOLERANCE_AUTOGRAD:
                # Where two leaky ReLUs in a row bend at once, the chain rule takes one slope of each.
                notes.append(Note.KINK)
            else:
                verdict = Verdict.WRONG
        elif sides is not None:
            slack = TOLERANCE_DIFFERENCE * max(abs(sides[0]), abs(sides[1]), floor)
            between = min(sides) - slack <= ours <= max(sides) + slack
            agreed = (by_autograd or 0.0) <= TOLERANCE_AUTOGRAD
            if between and agreed and by_autograd is not None:
                verdict = Verdict.VERIFIED
            elif not (between or agreed or self._flipped):
                verdict = Verdict.WRONG  # no slope of the loss, and not what autograd takes there either
            notes.append(Note.SUBGRADIENT if between else Note.KINK)
        else:
            notes.append(Note.NOT_FINITE)
        notes.extend(self._cell_notes(name, cell, ours))
        told = least if verdict is Verdict.WRONG else told
        where = np.unravel_index(cell, self.tensors[_by(name)].shape)
        return CellCheck(
            tuple(int(i) for i in where), ours, difference, sides, torchs,
            _error(ours, difference, told), _error(ours, torchs, told), verdict, tuple(notes),
        )  # fmt: skip

    def _array_notes(self, name: str, analytic: Array | None) -> list[Note]:
        notes = []
        if self._sum_of_mean:
            notes.append(Note.SUM)
        if self._averaged(name):
            notes.append(Note.MEAN)
        if analytic is None and self.autograd is not None and name not in self.autograd:
            notes.append(Note.UNUSED)
        return notes

    def _cell_notes(self, name: str, cell: int, ours: float | None) -> list[Note]:
        """Why a gradient is what it is: behind a ReLU that is off, or in the reach of the logarithm's epsilon."""
        notes = []
        found = re.search(r"\d+$", name)
        layer = int(found[0]) if found else self.lesson.layers
        if ours == 0 and self.lesson.activation(layer) == "relu" and not name.startswith("da"):
            z = self.tensors[f"z{layer}"]
            column = z[:, cell % z.shape[1]] if name.startswith(("dW", "db")) else z.reshape(-1)[cell]
            if np.all(column < 0):
                notes.append(Note.OFF)
        if name in (f"da{self.lesson.layers}", f"delta{self.lesson.layers}") and "logp" in self.tensors:
            a, y = (self.tensors[n].reshape(-1)[cell] for n in (f"a{self.lesson.layers}", "y"))
            if y != 0 and a < EPSILON:
                notes.append(Note.EPSILON)
        return notes

    # ---- central differences -----------------------------------------------------------------------------------

    def _slopes(self, by: str, first: int, cells: Array, least: float) -> list[Slope]:
        """Central differences of the loss by some cells of an array, whose readers begin with Step ``first``."""
        kept = self.tensors.vector.copy()
        found = []
        for cell in cells:
            if self._stop():
                raise GradientCheckError("the check was stopped")
            found.append(self._slope(by, first, int(cell), least))
        self.tensors.vector[:] = kept  # what lies behind the array, as it was
        return found

    def _slope(self, by: str, first: int, cell: int, least: float) -> Slope:
        flat = self.tensors[by].reshape(-1)
        was = float(flat[cell])
        reader = self.program.steps[first - 1]
        column = cell % self.tensors[reader.write].shape[1] if by[0] in "Wb" else None

        def at(value: float) -> tuple[float, bytes]:
            flat[cell] = value
            if column is not None:
                self._weigh(reader, column)
            behind = first if column is None else first + 1
            failed = self._executor.run_steps(self.tensors, behind, self._loss_step, self._rates)
            return (float(self.tensors["loss"]), self._sides(self.tensors)) if failed is None else (np.nan, b"")

        try:
            return Differences(at, self._loss, self._loss_rounding, least).slope(was)
        finally:
            flat[cell] = was
            if column is not None:
                self._weigh(reader, column)

    def _weigh(self, step: Step, unit: int) -> None:
        """Run a weighted sum for one unit alone: a weight or bias reaches no other, and a layer may have hundreds."""
        (call,) = step.calls
        a_in, *parameters = (self.tensors[name] for name in call.reads)
        mine = [parameter[..., unit : unit + 1] for parameter in parameters]
        self.tensors[call.write][:, unit : unit + 1] = call.op(a_in, *mine)

    def _sides(self, tensors: Tensors) -> bytes:
        """On which side of its kink each value of a kinked function lies; alike at two points: smooth between."""
        sides = [tensors[name] > 0 for name in self._kinked]
        if self._output is not None:
            a, y = tensors[self._output], tensors["y"]
            sides += [a > y, a < y]
        return b"".join(np.packbits(side).tobytes() for side in sides)
