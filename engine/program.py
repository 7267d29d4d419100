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
        self.add(Phase.FORWARD, k, name, title, Call(ops.ACTIVATIONS[name][0], (z,), a))

    def loss(self) -> None:
        K, name = self.lesson.layers, self.lesson.loss.name
        if name in ops.FUSED_LOSSES:
            call = Call(ops.FUSED_LOSSES[name][0], (f"z{K}", "y"), "loss")
        else:
            call = Call(ops.LOSSES[name][0], (f"a{K}", "y"), "loss")
        self.add(Phase.LOSS, K, name, f"loss = {name}({call.reads[0]}, y)", call)

    def backward(self, k: int) -> None:
        z, a, delta, name = f"z{k}", f"a{k}", f"delta{k}", self.lesson.activation(k)
        loss = self.lesson.loss.name
        slope = "" if name == "identity" else f" * {name}'({z})"
        backward: Any = ops.ACTIVATIONS[name][1]
        named = {"g": delta, "z": z, "a": a}
        through_activation = Call(backward, tuple(named[p] for p in inspect.signature(backward).parameters), delta)
        if k < self.lesson.layers:
            W, after = f"W{k + 1}", f"delta{k + 1}"
            start = Call(ops.backward_through_weights, (after, W), delta)
            title = f"{delta} = ({after} {W}^T){slope}" if slope else f"{delta} = {after} {W}^T"
            self.add(Phase.BACKWARD, k, "hidden_delta", title, start, through_activation)
        elif loss in ops.FUSED_LOSSES:
            call = Call(ops.output_error, (a, "y"), delta)
            mean = self.lesson.loss.reduction == "mean"
            title = f"{delta} = ({a} - y) / m" if mean else f"{delta} = {a} - y"
            self.add(Phase.BACKWARD, k, "output_error", title, call)
        else:
            start = Call(ops.LOSSES[loss][1], (a, "y"), delta)
            title = f"{delta} = dL/d{a}{slope}"
            self.add(Phase.BACKWARD, k, "output_delta", title, start, through_activation)
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
