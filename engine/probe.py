"""What would this learning rate do: the loss of the present batch after its update, as a function of the rate."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine import ops
from engine.executors import Rates, steering_numbers
from engine.lesson import Lesson
from engine.program import Call, Phase, Program
from engine.tensors import Array, Tensors

Floats = npt.NDArray[np.float64]

REACH = 1000.0  # from eta / REACH to eta * REACH
FURTHER = 3  # decades more, on the side where what is looked for was not met
PER_DECADE = (1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8)
BETWEEN = (1.12, 1.4, 1.8, 2.24, 2.8, 3.55, 4.5, 5.6, 7.1, 9)  # where the curve bends
LEAST, MOST = 1e-300, 1e300
VELOCITY: Callable[..., Array] = ops.velocity_torch
MOVE: Callable[..., Array] = ops.sgd  # start - rate * direction, of parameters and of what is linear in them
GOLDEN = (math.sqrt(5) - 1) / 2
REFINE_BEST, REFINE_RISE = 20, 16  # evaluations: the rates are then known to better than 1e-4


class ProbeError(ValueError):
    """There is nothing to probe here; the message says why in one sentence."""


@dataclass(frozen=True, eq=False)
class Probe:
    """The loss of one batch after an update at each of many learning rates.

    Attributes
    ----------
    rates, losses, predicted : (n,) float64, read-only, rates ascending. ``losses`` is the loss of the same batch after
        the update; inf where it is no finite number. ``predicted`` is what the gradient foresees, a straight line.
    present_rate, present_loss, present_predicted : at the rate in force, computed by the very Steps of the Program.
    base_loss : before the update.
    slope : of the straight line, dL / d eta: minus |g|^2 where the update goes along the gradient.
    best_rate, best_loss : where the loss is least, None and ``base_loss`` where no rate tried lowers it.
    rise_rate : beyond ``best_rate`` the loss is above ``base_loss`` from here on; None where it is at no rate tried.
    """

    rates: Floats
    losses: Floats
    predicted: Floats
    present_rate: float
    present_loss: float
    present_predicted: float
    base_loss: float
    slope: float
    best_rate: float | None
    best_loss: float
    rise_rate: float | None

    @property
    def falls_to_the_end(self) -> bool:
        """Whether the best rate is the largest one tried: a larger one may be better still."""
        return bool(self.best_rate == self.rates[-1])


def ready_at(program: Program) -> int:
    """Index of the Step with which all gradients of a batch are there, and a probe can be made."""
    return max(step.index for step in program.steps if step.phase is Phase.BACKWARD)


def probe(lesson: Lesson, program: Program, tensors: Tensors, start: Array, velocities: Array, done: int) -> Probe:
    """Try learning rates on the present batch. Nothing that is handed over is changed.

    The weights go where the update would take them, from ``start``: along minus the gradient, or with momentum along
    minus the new velocity, gamma v + dW (PyTorch's form), or by gamma v and then along minus the gradient (the
    classic form, in which the rate scales the gradient alone). The gradients are the lesson's own, as ``dW`` and
    ``db`` hold them; the straight line is drawn with the slope of the loss that is shown, which differs by a factor
    where a lesson takes the gradient of the sum and shows the mean, or averages its bias gradient.

    Parameters
    ----------
    tensors : with the batch in ``x`` and ``y`` and its gradients.
    start : (n,), all parameters as they were at the start of the batch.
    velocities : (n,), all velocities as they were at the start of the batch; without momentum not looked at.
    done : how many Steps of the batch are done.

    Raises
    ------
    ProbeError : gradients are pending, or a gradient or the loss is no finite number.
    """
    missing = ready_at(program) - done
    if missing > 0:
        raise ProbeError(f"The gradients of this batch are not complete: {missing} steps are still to come.")
    if not np.isfinite(tensors.gradients).all():
        raise ProbeError("A gradient is no longer a finite number, so there is no direction to go in.")
    net = _Net(lesson, program, tensors, start, velocities)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        base = net.loss_before()
        if not math.isfinite(base):
            raise ProbeError("The loss of this batch is no longer a finite number.")
        return _probe(net, base, lesson.optimizer.learning_rate)


def _probe(net: _Net, base: float, eta: float) -> Probe:
    drift, slope = net.first_order()
    blur = net.eps * abs(base)
    curve = _Curve(net.loss_at)
    low, high = max(eta / REACH, LEAST), min(eta * REACH, MOST)
    curve.add(_round_rates(low, high))
    present = net.loss_after(eta)
    curve.losses[eta] = present
    if slope < 0:
        for _ in range(FURTHER):  # every rate so far raises the loss, or the largest is the best
            if curve.best[1] >= base - blur and low > LEAST:
                low, before = max(low / 10, LEAST), low
                curve.add(_round_rates(low, before))
            elif curve.best[0] == max(curve.losses) and high < MOST:
                high, before = min(high * 10, MOST), high
                curve.add(_round_rates(before, high))
    best, rise = None, None
    if curve.best[1] < base - blur:
        curve.add(_round_rates(*curve.bend(base), BETWEEN))
        best = curve.refine_best()
        rise = curve.refine_rise(best, base + blur)
    rates = np.array(sorted(curve.losses))
    losses = np.array([curve.losses[rate] for rate in rates.tolist()])
    predicted = base + drift + slope * rates
    for array in (rates, losses, predicted):
        array.flags.writeable = False
    best_loss = base if best is None else curve.losses[best]
    line = base + drift + slope * eta
    return Probe(rates, losses, predicted, eta, present, line, base, slope, best, best_loss, rise)


def _round_rates(low: float, high: float, leads: Sequence[float] = PER_DECADE) -> list[float]:
    """Ten round numbers a decade, from low to high."""
    decades = range(math.floor(math.log10(low)), math.floor(math.log10(high)) + 1)
    rates = [float(f"{lead}e{k}") for k in decades for lead in leads]
    return [rate for rate in rates if low <= rate <= high]


class _Curve:
    """Losses by rate, each computed once; what is found by refining joins the rest, the way there does not."""

    def __init__(self, loss_at: Callable[[float], float]) -> None:
        self._loss_at = loss_at
        self.losses: dict[float, float] = {}

    def add(self, rates: list[float]) -> None:
        for rate in rates:
            if rate not in self.losses:
                self.losses[rate] = self._loss_at(rate)

    @property
    def best(self) -> tuple[float, float]:
        """(rate, loss) where the loss is least."""
        return min(self.losses.items(), key=lambda item: (item[1], item[0]))

    def bend(self, base: float) -> tuple[float, float]:
        """The rates between which the loss falls and rises again: from a tenth of the best to twice the first above."""
        best, rates = self.best[0], sorted(self.losses)
        above = next((rate for rate in rates if rate > best and self.losses[rate] > base), best)
        return max(best / 10, rates[0]), min(2 * above, rates[-1])

    def refine_best(self) -> float:
        """Golden sections of the interval round the best, in the logarithm of the rate."""
        rates, (best, least) = sorted(self.losses), self.best
        i = rates.index(best)
        if i == len(rates) - 1:
            return best
        left, right = math.log(rates[max(i - 1, 0)]), math.log(rates[i + 1])
        inner = [right - GOLDEN * (right - left), left + GOLDEN * (right - left)]
        values = [self._loss_at(math.exp(x)) for x in inner]
        for _ in range(REFINE_BEST):
            if values[0] <= values[1]:
                right, inner[1], values[1] = inner[1], inner[0], values[0]
                inner[0] = right - GOLDEN * (right - left)
                values[0] = self._loss_at(math.exp(inner[0]))
            else:
                left, inner[0], values[0] = inner[0], inner[1], values[1]
                inner[1] = left + GOLDEN * (right - left)
                values[1] = self._loss_at(math.exp(inner[1]))
        value, x = min(zip(values, inner, strict=True))
        if value < least:
            best = math.exp(x)
            self.losses[best] = value
        return best

    def refine_rise(self, best: float, level: float) -> float | None:
        """Bisect the first interval beyond the best in which the loss gets above a level."""
        rates = [rate for rate in sorted(self.losses) if rate >= best]
        above = next((i for i, rate in enumerate(rates) if self.losses[rate] > level), None)
        if above is None:
            return None
        left, right = math.log(rates[above - 1]), math.log(rates[above])
        value = self.losses[rates[above]]
        for _ in range(REFINE_RISE):
            middle = (left + right) / 2
            loss = self._loss_at(math.exp(middle))
            if loss > level:
                right, value = middle, loss
            else:
                left = middle
        rate = math.exp(right)
        self.losses.setdefault(rate, value)
        return rate


class _Net:
    """The batch, and the way its update goes: start - shift - eta * direction."""

    def __init__(self, lesson: Lesson, program: Program, tensors: Tensors, start: Array, velocities: Array) -> None:
        self._lesson, self._program, self._tensors, self._start = lesson, program, tensors, start
        self._velocities, self._layout = velocities, tensors.layout
        self._rates = Rates.of(lesson, tensors.batch)
        self._calls = _calls(program, Phase.FORWARD, Phase.LOSS)
        self.eps = 8 * float(np.finfo(start.dtype).eps)  # of a loss, below which a difference is rounding
        gradients, optimizer = tensors.gradients, lesson.optimizer
        self._shift, self._direction = np.zeros_like(start), gradients
        if optimizer.momentum > 0 and optimizer.momentum_form == "torch":
            self._direction = VELOCITY(velocities, gradients, optimizer.momentum)
        elif optimizer.momentum > 0:
            self._shift = optimizer.momentum * velocities
        self._reuse_first_layer()

    def _reuse_first_layer(self) -> None:
        """z1 is a line in eta, as x W + b is one in W and b: two products serve all rates."""
        origin = self._start - self._shift
        first, *self._others = self._calls
        x, *names = first.reads
        self._z, self._dz = (
            first.op(self._tensors[x], *(parameters[name] for name in names))
            for parameters in (self._named(origin), self._named(self._direction))
        )
        self._written = first.write
        count = sum(self._tensors[name].size for name in names)
        self._rest = [name for name in self._layout.places if self._is_parameter(name) and name not in names]
        self._tail = origin[count:], self._direction[count:], count

    def _is_parameter(self, name: str) -> bool:
        return self._layout.places[name].offset < self._layout.parameters

    def _named(self, parameters: Array) -> Tensors:
        """Weights and biases of one vector, by name."""
        return Tensors(self._layout, parameters, self._tensors.batch)

    def loss_before(self) -> float:
        """At the start of the batch."""
        return self._run(self._calls, self._arrays(self._start))

    def loss_after(self, rate: float) -> float:
        """After the Program's own update at a rate."""
        arrays = self._arrays(self._start)
        for prefix, vector in (("d", self._tensors.gradients), ("v", self._velocities)):
            named = self._named(vector)
            arrays |= {prefix + name: named[name] for name in self._layout.places if self._is_parameter(name)}
        calls = [*_calls(self._program, Phase.UPDATE), *self._calls]
        return self._run(calls, arrays, replace(self._rates, learning_rate=rate))

    def loss_at(self, rate: float) -> float:
        """The same to rounding, and several times as fast."""
        origin, direction, count = self._tail
        moved = np.empty(count + len(origin), origin.dtype)
        moved[count:] = MOVE(origin, direction, rate)
        named = self._named(moved)
        arrays = {name: named[name] for name in self._rest}
        arrays |= {"x": self._tensors["x"], "y": self._tensors["y"]}
        arrays[self._written] = MOVE(self._z, self._dz, rate)
        return self._run(self._others, arrays)

    def _arrays(self, parameters: Array) -> dict[str, Array]:
        named = self._named(parameters)
        arrays = {name: named[name] for name in self._layout.places if self._is_parameter(name)}
        return arrays | {"x": self._tensors["x"], "y": self._tensors["y"]}

    def _run(self, calls: list[Call], arrays: dict[str, Array], rates: Rates | None = None) -> float:
        """Run calls on arrays of their own; the loss, inf where it is no finite number."""
        for call in calls:
            reads = (arrays[name] for name in call.reads)
            arrays[call.write] = call.op(*reads, **steering_numbers(call.op, rates or self._rates))
        loss = float(arrays["loss"])
        return loss if math.isfinite(loss) else math.inf

    def first_order(self) -> tuple[float, float]:
        """(drift, slope) of the straight line base + drift + slope * eta."""
        factor = self._rates.share / self._rates.gradient_share
        gradients = self._tensors.gradients.astype(np.float64) * factor
        if self._lesson.optimizer.bias_gradient == "mean":
            named = self._named(gradients)
            for k in range(1, self._lesson.layers + 1):
                if self._lesson.has_bias(k):
                    named[f"b{k}"][...] *= self._tensors.batch
        return -float(gradients @ self._shift), -float(gradients @ self._direction)


def _calls(program: Program, *phases: Phase) -> list[Call]:
    return [call for step in program.steps if step.phase in phases for call in step.calls]
