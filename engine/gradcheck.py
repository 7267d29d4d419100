"""Gradient check: every dW and db of a batch against two independent oracles.

Central differences move one parameter at a time and watch the loss; they know nothing of backpropagation.
``torch.autograd`` differentiates the same net, written once more in plain torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.executors import Rates, executor_for
from engine.lesson import Lesson
from engine.tensors import Array, Tensors
from engine.trainer import Trainer

TOLERANCE_AUTOGRAD = 1e-6
TOLERANCE_DIFFERENCE = 1e-5
ALL_CELLS = 2000  # arrays up to this many cells are differenced whole, larger ones by a sample
SAMPLE = 200
STEPS = (2.0**-10, 2.0**-13, 2.0**-17, 2.0**-20)
"""Relative steps of the differences. Halving once and extrapolating leaves an error of order step^4, so the best step
is near eps^(1/5) = 7e-4; the smaller ones serve where the loss bends sharply or a kink is near."""

EPS = float(np.finfo(np.float64).eps)
NUDGES, MARGIN = 8, 8.0  # how often rounding is measured, and how much more than measured it is taken to be


class GradientCheckError(ValueError):
    """The gradients cannot be checked here: the loss of the batch or a gradient is not a finite number."""


@dataclass(frozen=True)
class ArrayCheck:
    """How far one gradient is from its oracles.

    Attributes
    ----------
    name : ``dW1``, ``db1`` …
    cells : size of the array. Autograd compares them all.
    compared : how many of them differences could compare.
    kinks : cells not compared by differences, because a relu, a leaky relu or the l1 loss has its kink between the
        two points of even the smallest step: there the loss has two slopes, one to each side, and no derivative.
    max_rel_error_difference, max_rel_error_autograd : largest relative error; the latter None without torch.
    """

    name: str
    cells: int
    compared: int
    kinks: int
    max_rel_error_difference: float
    max_rel_error_autograd: float | None

    @property
    def ok(self) -> bool:
        """Whether both errors are within tolerance."""
        autograd = self.max_rel_error_autograd
        near = autograd is None or autograd <= TOLERANCE_AUTOGRAD
        return near and self.max_rel_error_difference <= TOLERANCE_DIFFERENCE


@dataclass(frozen=True)
class GradientCheck:
    """The check of every gradient of a batch, in the order dW1 db1 dW2 db2 …"""

    arrays: tuple[ArrayCheck, ...]

    @property
    def ok(self) -> bool:
        """Whether every array is."""
        return all(array.ok for array in self.arrays)


def check_gradients(trainer: Trainer) -> GradientCheck:
    """Check the gradients of the present batch at the present parameters. The trainer is not touched.

    The trainer's Program runs on a float64 copy: a float64 lesson with its own executor, a float32 lesson with the
    numpy executor. Learning rate and momentum play no part.

    With ``optimizer.bias_gradient = "mean"`` the lesson's db is by intent not the gradient of the loss but that
    gradient divided by the number of examples m; it is then compared with the oracles' gradient / m.

    The relative error of a cell is |a - b| / max(|a|, |b|, floor). The floor is 1e-4 of the array's largest cell, or
    more where rounding alone, as measured by nudging the numbers, would otherwise count as an error: near a minimum
    a - y is nothing but rounding, and so is every gradient made from it.

    Raises
    ------
    GradientCheckError : there is nothing to compare, because training has diverged.
    """
    net = _Copy(trainer)
    gradients, loss = net.gradients()
    rounding, loss_rounding = net.rounding(gradients, loss)
    autograd = _autograd_gradients(trainer.lesson, net.tensors)
    checks = []
    for name, gradient in gradients.items():
        mean = name.startswith("db") and trainer.lesson.optimizer.bias_gradient == "mean"
        factor = 1 / net.tensors.batch if mean else 1.0
        least = 1e-4 * float(np.abs(gradient).max())
        cells = _cells_to_compare(gradient.size)
        slopes, steps = net.slopes(name.removeprefix("d"), cells, least / factor)
        counted = steps > 0
        resolution = rounding[name] + factor * loss_rounding / steps[counted]
        error_difference = _relative_error(
            gradient.reshape(-1)[cells[counted]],
            factor * slopes[counted],
            np.maximum(least, resolution / (TOLERANCE_DIFFERENCE / 4)),
        )
        error_autograd = None
        if autograd is not None:
            floor = np.maximum(least, rounding[name] / (TOLERANCE_AUTOGRAD / 4))
            error_autograd = _relative_error(gradient, factor * autograd[name], floor)
        compared = int(counted.sum())
        checks.append(
            ArrayCheck(name, gradient.size, compared, len(cells) - compared, error_difference, error_autograd)
        )
    return GradientCheck(tuple(checks))


def _cells_to_compare(size: int) -> Array:
    if size <= ALL_CELLS:
        return np.arange(size)
    return np.sort(np.random.default_rng(size).choice(size, SAMPLE, replace=False))


def _relative_error(ours: Array, theirs: Array, floor: Array) -> float:
    size = np.maximum(np.maximum(np.abs(ours), np.abs(theirs)), floor)
    error = np.abs(ours - theirs)
    return float(np.max(np.divide(error, size, out=error, where=error != 0), initial=0.0))  # 0 / 0: both are 0


class _Copy:
    """The net at one batch in float64, free to be moved about."""

    def __init__(self, trainer: Trainer) -> None:
        source, lesson = trainer.tensors, trainer.lesson
        self._program = trainer.program
        self.tensors = Tensors(source.layout, source.vector.astype(np.float64), source.batch)
        executor = lesson.run.executor if lesson.run.dtype == "float64" else "numpy"
        self._executor = executor_for(executor, self._program)
        self._rates = Rates.of(lesson, source.batch)
        _, self._loss_step, self._last_step, _ = self._program.phase_ends
        kinked = ("relu", "leaky_relu")
        self._kinked = [f"z{k}" for k in range(1, lesson.layers + 1) if lesson.activation(k) in kinked]
        self._output = f"a{lesson.layers}" if lesson.loss.name == "l1" else None

    def gradients(self) -> tuple[dict[str, Array], float]:
        """dW1 db1 … by the Program's own steps, and the loss."""
        self._run(1, self._loss_step)
        return self._gradients_of_forward(), float(self.tensors["loss"])

    def _gradients_of_forward(self) -> dict[str, Array]:
        self._run(self._loss_step + 1, self._last_step)
        writes = (s.write for s in self._program.steps[self._loss_step : self._last_step])
        names = {name for name in writes if not name.startswith("delta")}
        return {name: self.tensors[name].copy() for name in self.tensors if name in names}

    def _run(self, first: int, last: int) -> None:
        failed = self._executor.run_steps(self.tensors, first, last, self._rates)
        if failed is not None:
            raise GradientCheckError(
                f"{self._program.steps[failed - 1].write} is not a finite number, so there are no gradients to check"
            )

    def rounding(self, gradients: dict[str, Array], loss: float) -> tuple[dict[str, float], float]:
        """How far rounding alone may move each gradient and the loss.

        That is how far they do move when every number that enters the forward steps, and every number that enters the
        backward steps, is nudged by a few units in the last place: the largest of some random nudges, since a single
        one may happen to cancel, and a margin for other ways to compute.
        """
        kept = self.tensors.vector.copy()
        random = np.random.default_rng(0)
        moved, loss_moved = dict.fromkeys(gradients, 0.0), EPS * abs(loss)
        for _ in range(NUDGES):
            self.tensors.vector *= 1 + 4 * EPS * random.standard_normal(kept.shape)
            self._run(1, self._loss_step)
            loss_moved = max(loss_moved, abs(float(self.tensors["loss"]) - loss))
            self.tensors.vector *= 1 + 4 * EPS * random.standard_normal(kept.shape)
            nudged = self._gradients_of_forward()
            self.tensors.vector[:] = kept
            for name, gradient in gradients.items():
                moved[name] = max(moved[name], float(np.abs(nudged[name] - gradient).max()))
        return {name: MARGIN * distance for name, distance in moved.items()}, MARGIN * loss_moved

    def slopes(self, name: str, cells: Array, least: float) -> tuple[Array, Array]:
        """Central differences of the loss by some cells of a parameter, and the step each took (0 at a kink)."""
        first = next(step.index for step in self._program.steps if name in step.reads)
        found = np.array([self._slope(name, first, int(cell), least) for cell in cells])
        self._loss(first)  # what lies behind the parameter, as it was
        return found[:, 0], found[:, 1]

    def _slope(self, name: str, first: int, cell: int, least: float) -> tuple[float, float]:
        flat = self.tensors[name].reshape(-1)
        was = float(flat[cell])

        def at(value: float) -> tuple[float, bytes]:
            flat[cell] = value
            return self._loss(first), self._sides()

        try:
            slope, taken = 0.0, 0.0
            for step in STEPS:
                h = step * max(1.0, abs(was))
                (up, side_up), (down, side_down) = at(was + h), at(was - h)
                if side_up != side_down:
                    continue
                whole = (up - down) / ((was + h) - (was - h))
                h /= 2
                half = (at(was + h)[0] - at(was - h)[0]) / ((was + h) - (was - h))
                slope, taken = (4 * half - whole) / 3, h
                if abs(half - whole) <= 1e-4 * max(abs(slope), least):
                    break
            return slope, taken
        finally:
            flat[cell] = was

    def _loss(self, first: int) -> float:
        """The loss after the forward steps from ``first`` on: those before it do not depend on what moved."""
        failed = self._executor.run_steps(self.tensors, first, self._loss_step, self._rates)
        return float(self.tensors["loss"]) if failed is None else np.nan

    def _sides(self) -> bytes:
        """On which side of its kink each value of a kinked function lies; alike at two points: smooth between."""
        sides = [self.tensors[name] > 0 for name in self._kinked]
        if self._output is not None:
            sides.append(self.tensors[self._output] > self.tensors["y"])
        return b"".join(np.packbits(side).tobytes() for side in sides)


def _autograd_gradients(lesson: Lesson, tensors: Tensors) -> dict[str, Array] | None:
    """The gradients of the same net written in plain torch, or None where torch cannot be imported."""
    try:
        import torch
    except (ImportError, OSError):  # OSError: a library of torch that does not load
        return None
    activations: dict[str, Any] = {
        "identity": lambda z: z,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "leaky_relu": torch.nn.functional.leaky_relu,
        "softplus": lambda z: torch.logaddexp(z, torch.zeros_like(z)),
        "softmax": lambda z: torch.softmax(z, 1),
    }

    def leaf(name: str) -> Any:
        return torch.tensor(tensors[name], requires_grad=True)

    layers = range(1, lesson.layers + 1)
    parameters = {
        f"{kind}{k}": leaf(f"{kind}{k}") for k in layers for kind in "Wb" if kind == "W" or lesson.has_bias(k)
    }
    x, y = leaf("x"), leaf("y")
    a = z = x
    for k in layers:
        z = a @ parameters[f"W{k}"]
        if lesson.has_bias(k):
            z = z + parameters[f"b{k}"]
        a = activations[lesson.activation(k)](z)
    losses: dict[str, Any] = {
        "half_squared_error": lambda: (a - y).square().sum(1) / 2,
        "mse": lambda: (a - y).square().mean(1),
        "l1": lambda: (a - y).abs().sum(1),
        "cross_entropy": lambda: -(y * torch.log_softmax(z, 1)).sum(1),
        "binary_cross_entropy": lambda: torch.nn.functional.binary_cross_entropy_with_logits(
            z, y, reduction="none"
        ).sum(1),
    }
    per_example = losses[lesson.loss.name]()
    loss = per_example.sum() if lesson.loss.reduction == "sum" else per_example.mean()
    found = torch.autograd.grad(loss, list(parameters.values()))
    return {f"d{name}": gradient.numpy() for name, gradient in zip(parameters, found, strict=True)}
