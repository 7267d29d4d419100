"""Program: the ordered Steps of one batch, built once from a lesson. The timeline shows this list."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine import ops
from engine.lesson import Lesson

END = 2**30
"""A step beyond all steps: the end of a batch."""


class Phase(enum.StrEnum):
    """The four parts of a batch."""

    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


@dataclass(frozen=True)
class Call:
    """``write = op(*reads)``: one operation of ``ops.py`` on named arrays."""

    op: Callable[..., Any]
    reads: tuple[str, ...]
    write: str


@dataclass(frozen=True)
class Step:
    """The smallest thing that happens.

    Attributes
    ----------
    index : 1 for the first step of the batch.
    phase, layer : where it belongs; layer 1 … K (the loss belongs to layer K).
    op : what it does, a name: ``affine``, ``sigmoid``, ``hidden_delta``, ``weight_gradient``, ``sgd`` …
    title : the formula in plain text, in the orientation in which arrays are stored.
    reads, write : names of arrays.
    calls : the operations that compute it, in order; every one writes ``write``.
    """

    index: int
    phase: Phase
    layer: int
    op: str
    title: str
    reads: tuple[str, ...]
    write: str
    calls: tuple[Call, ...]

    @property
    def writes(self) -> tuple[str, ...]:
        """The arrays written: always one."""
        return (self.write,)

    def __str__(self) -> str:
        return f"{self.index} {self.phase}, layer {self.layer}: {self.title}"


@dataclass(frozen=True)
class Program:
    """The Steps of one batch in order, and what follows from their order."""

    steps: tuple[Step, ...]

    @staticmethod
    def of(lesson: Lesson) -> Program:
        """Build the Program of a lesson: forward 1 … K, loss, backward K … 1, update 1 … K."""
        builder = _Builder(lesson)
        for k in range(1, lesson.layers + 1):
            builder.forward(k)
        builder.loss()
        for k in range(lesson.layers, 0, -1):
            builder.backward(k)
        for k in range(1, lesson.layers + 1):
            builder.update(k)
        return Program(tuple(builder.steps))

    def __len__(self) -> int:
        return len(self.steps)

    @cached_property
    def phase_ends(self) -> tuple[int, ...]:
        """Indices of the last step of each phase."""
        following = (*self.steps[1:], None)
        return tuple(s.index for s, n in zip(self.steps, following, strict=True) if n is None or n.phase != s.phase)

    @cached_property
    def _written_at(self) -> dict[str, int]:
        return {s.write: s.index for s in self.steps if s.phase is not Phase.UPDATE}

    def pending(self, done: int) -> frozenset[str]:
        """Names of the arrays that the batch has yet to compute when ``done`` steps are done.

        Parameters and velocities are never pending: until their update they hold their present value.
        """
        return frozenset(name for name, index in self._written_at.items() if index > done)


def input_of(layer: int) -> str:
    """Name of what layer k receives: ``x`` or ``a{k-1}``."""
    return "x" if layer == 1 else f"a{layer - 1}"


class _Builder:
    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        self.steps: list[Step] = []

    def add(self, phase: Phase, layer: int, op: str, title: str, *calls: Call) -> None:
        write = calls[-1].write
        reads = dict.fromkeys(name for call in calls for name in call.reads if name != write or len(calls) == 1)
        step = Step(len(self.steps) + 1, phase, layer, op, title, tuple(reads), write, calls)
        self.steps.append(step)

    def forward(self, k: int) -> None:
        a_in, W, b, z, a = input_of(k), f"W{k}", f"b{k}", f"z{k}", f"a{k}"
        if self.lesson.has_bias(k):
            self.add(Phase.FORWARD, k, "affine", f"{z} = {a_in} {W} + {b}", Call(ops.affine, (a_in, W, b), z))
        else:
            self.add(Phase.FORWARD, k, "linear", f"{z} = {a_in} {W}", Call(ops.linear, (a_in, W), z))
        name = self.lesson.activation(k)
        title = f"{a} = {z}" if name == "identity" else f"{a} = {name}({z})"
        op = self._activation(k)[0]
        self.add(Phase.FORWARD, k, op.__name__, title, Call(op, (z,), a))
        if k == self.lesson.layers and self._log_node:
            self.add(Phase.FORWARD, k, "log", f"logp = log({a} + {ops.EPSILON:g})", Call(ops.log, (a,), "logp"))

    def _activation(self, k: int) -> tuple[Callable[..., Any], Callable[..., Any]]:
        """The activation of a layer and its derivative."""
        name = self.lesson.activation(k)
        if name == "softmax" and self.lesson.separate:
            return ops.softmax_epsilon, ops.softmax_backward_jacobian
        pair: tuple[Any, Any] = ops.ACTIVATIONS[name]
        return pair

    @property
    def _log_node(self) -> bool:
        """Whether cross-entropy is taken apart into logarithm and negative log-likelihood."""
        return self.lesson.separate and self.lesson.loss.name == "cross_entropy"

    def loss(self) -> None:
        K, name = self.lesson.layers, self.lesson.loss.name
        if self._log_node:
            call = Call(ops.negative_log_likelihood, ("logp", "y"), "loss")
        elif name in ops.FUSED_LOSSES:
            call = Call(ops.FUSED_LOSSES[name][0], (f"z{K}", "y"), "loss")
        else:
            call = Call(ops.LOSSES[name][0], (f"a{K}", "y"), "loss")
        self.add(Phase.LOSS, K, call.op.__name__, f"loss = {call.op.__name__}({call.reads[0]}, y)", call)

    def backward(self, k: int) -> None:
        if k == self.lesson.layers and self.lesson.loss.name in ops.FUSED_LOSSES and not self._log_node:
            self._output_error(k)
        elif self.lesson.separate:
            self._separate_delta(k)
        else:
            self._delta(k)
        self._parameter_gradients(k)

    def _output_error(self, k: int) -> None:
        """The output layer's delta where loss and activation cancel to a difference."""
        a, delta = f"a{k}", f"delta{k}"
        mean = self.lesson.gradient_reduction == "mean"
        title = f"{delta} = ({a} - y) / m" if mean else f"{delta} = {a} - y"
        self.add(Phase.BACKWARD, k, "output_error", title, Call(ops.output_error, (a, "y"), delta))

    def _through_activation(self, k: int, g: str) -> Call:
        """delta from g = dL/da."""
        backward = self._activation(k)[1]
        named = {"g": g, "z": f"z{k}", "a": f"a{k}"}
        return Call(backward, tuple(named[p] for p in inspect.signature(backward).parameters), f"delta{k}")

    def _slope(self, k: int) -> str:
        name = self.lesson.activation(k)
        return "" if name == "identity" else f" * {name}'(z{k})"

    def _delta(self, k: int) -> None:
        """The delta of a layer in one Step: dL/da, then through the activation."""
        delta, slope = f"delta{k}", self._slope(k)
        if k < self.lesson.layers:
            W, after = f"W{k + 1}", f"delta{k + 1}"
            start = Call(ops.backward_through_weights, (after, W), delta)
            title = f"{delta} = ({after} {W}^T){slope}" if slope else f"{delta} = {after} {W}^T"
            op = "hidden_delta"
        else:
            start = Call(ops.LOSSES[self.lesson.loss.name][1], (f"a{k}", "y"), delta)
            a = f"a{k}"
            if self.lesson.activation(k) == "softmax":
                slope = f" (diag({a}) - {a} {a}^T)"
            title, op = f"{delta} = dL/dz{k} = dL/d{a}{slope}", "output_delta"
        self.add(Phase.BACKWARD, k, op, title, start, self._through_activation(k, delta))

    def _separate_delta(self, k: int) -> None:
        """A Step for every operation on the way from the loss, or from the layer above, to delta."""
        a, da = f"a{k}", f"da{k}"
        if k < self.lesson.layers:
            W, after = f"W{k + 1}", f"delta{k + 1}"
            call = Call(ops.backward_through_weights, (after, W), da)
            self.add(Phase.BACKWARD, k, "backward_through_weights", f"{da} = {after} {W}^T", call)
        elif self._log_node:
            mean = self.lesson.gradient_reduction == "mean"
            call = Call(ops.negative_log_likelihood_gradient, ("y",), "dlogp")
            title = "dlogp = -y / m" if mean else "dlogp = -y"
            self.add(Phase.BACKWARD, k, "negative_log_likelihood_gradient", title, call)
            title = f"{da} = dlogp / ({a} + {ops.EPSILON:g})"
            self.add(Phase.BACKWARD, k, "log_backward", title, Call(ops.log_backward, ("dlogp", a), da))
        else:
            call = Call(ops.LOSSES[self.lesson.loss.name][1], (a, "y"), da)
            self.add(Phase.BACKWARD, k, "output_gradient", f"{da} = dL/d{a}", call)
        through = self._through_activation(k, da)
        title = f"delta{k} = {da}{self._slope(k)}"
        if through.op is ops.softmax_backward_jacobian:
            title = f"delta{k} = {da} (diag({a}) - {a} {a}^T)"
        self.add(Phase.BACKWARD, k, through.op.__name__, title, through)

    def _parameter_gradients(self, k: int) -> None:
        delta = f"delta{k}"
        a_in, dW, db = input_of(k), f"dW{k}", f"db{k}"
        call = Call(ops.weight_gradient, (a_in, delta), dW)
        self.add(Phase.BACKWARD, k, "weight_gradient", f"{dW} = {a_in}^T {delta}", call)
        if self.lesson.has_bias(k):
            mean = self.lesson.optimizer.bias_gradient == "mean"
            op = ops.bias_gradient_mean if mean else ops.bias_gradient
            title = f"{db} = {'mean' if mean else 'sum'} of {delta} over the batch"
            self.add(Phase.BACKWARD, k, op.__name__, title, Call(op, (delta,), db))

    def update(self, k: int) -> None:
        optimizer = self.lesson.optimizer
        for W in (f"W{k}", f"b{k}") if self.lesson.has_bias(k) else (f"W{k}",):
            dW, v = f"d{W}", f"v{W}"
            if optimizer.momentum == 0:
                self.add(Phase.UPDATE, k, "sgd", f"{W} = {W} - eta {dW}", Call(ops.sgd, (W, dW), W))
            elif optimizer.momentum_form == "torch":
                call = Call(ops.velocity_torch, (v, dW), v)
                self.add(Phase.UPDATE, k, "velocity_torch", f"{v} = gamma {v} + {dW}", call)
                self.add(Phase.UPDATE, k, "sgd", f"{W} = {W} - eta {v}", Call(ops.sgd, (W, v), W))
            else:
                call = Call(ops.velocity_classic, (v, dW), v)
                self.add(Phase.UPDATE, k, "velocity_classic", f"{v} = gamma {v} + eta {dW}", call)
                self.add(Phase.UPDATE, k, "subtract", f"{W} = {W} - {v}", Call(ops.subtract, (W, v), W))
