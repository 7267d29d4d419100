"""Everything random in a run, from one seed: initial parameters, then the order of examples in each epoch."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from engine.lesson import Lesson
from engine.pytorch import NoTorchError, load_torch
from engine.tensors import Array, Tensors

# A draw: (shape, first, second) -> array. For normal: mean and std; for uniform: low and high.
Draw = Callable[[tuple[int, ...], float, float], Array]


class Randomness:
    """The random numbers of one run of a lesson.

    With ``init.rng = "numpy"``: PCG64 seeded with ``seed`` for the parameters and with (seed, epoch) for the order.
    With ``"torch"``: the stream of PyTorch's CPU generator after ``manual_seed(seed)``, as document 000 uses it:
    W1 b1 W2 b2 …, then per epoch one 64-bit draw and ``randperm`` (what its DataLoader drew at the time).
    """

    def __init__(self, lesson: Lesson) -> None:
        self._lesson = lesson
        self._orders: dict[int, Array] = {}
        self._states: dict[int, Any] = {}  # PyTorch's generator before it draws the order of an epoch
        self._torch: Any = None
        if lesson.init.rng == "torch":
            try:
                torch = load_torch()
            except NoTorchError as error:
                raise NoTorchError(
                    f'{lesson.id}: init.rng = "torch": {error}. init.rng = "numpy" does without it, and starts from '
                    "other numbers"
                ) from error
            self._torch = torch.Generator().manual_seed(lesson.init.seed)

    @cached_property
    def _numpy(self) -> np.random.Generator:
        """NumPy's, made when first drawn from: numpy.random takes as long to import as a small lesson to open."""
        return np.random.default_rng(self._lesson.init.seed)

    def fill(self, tensors: Tensors) -> None:
        """Give the parameters their initial values, in the order W1 b1 W2 b2 …"""
        with np.errstate(over="ignore"):  # a draw too large for the dtype is found by the first step that reads it
            for k in range(1, self._lesson.layers + 1):
                self._fill_layer(k, tensors)

    def _fill_layer(self, k: int, tensors: Tensors) -> None:
        init, W = self._lesson.init, tensors[f"W{k}"]
        b = tensors[f"b{k}"] if self._lesson.has_bias(k) else np.empty(0, W.dtype)
        fan_in, fan_out = W.shape
        bound = 1 / math.sqrt(fan_in)
        match init.scheme:
            case "constant":
                W[...] = b[...] = init.value
            case "normal":
                W[...], b[...] = (
                    self._normal(W.shape, init.mean, init.std),
                    self._normal(b.shape, init.mean, init.std),
                )
            case "uniform":
                W[...], b[...] = (
                    self._uniform(W.shape, init.low, init.high),
                    self._uniform(b.shape, init.low, init.high),
                )
            case "xavier_normal":  # Glorot and Bengio 2010
                W[...] = self._normal(W.shape, 0.0, math.sqrt(2 / (fan_in + fan_out)))
            case "xavier_uniform":
                reach = math.sqrt(6 / (fan_in + fan_out))
                W[...] = self._uniform(W.shape, -reach, reach)
            case "kaiming_normal":  # He et al. 2015, gain of ReLU
                W[...] = self._normal(W.shape, 0.0, math.sqrt(2 / fan_in))
            case "kaiming_uniform":
                reach = math.sqrt(6 / fan_in)
                W[...] = self._uniform(W.shape, -reach, reach)
            case "torch_linear":  # torch.nn.Linear, which stores and draws W as (n_out, n_in)
                W[...] = self._uniform((fan_out, fan_in), -bound, bound).T
                b[...] = self._uniform(b.shape, -bound, bound)
            case "explicit":
                W[...] = init.W[k - 1]
                b[...] = init.b[k - 1] if b.size else 0

    def _normal(self, shape: tuple[int, ...], mean: float, std: float) -> Array:
        if self._torch is None:
            return self._numpy.normal(mean, std, shape)
        return self._draw_torch("normal_", shape, mean, std)

    def _uniform(self, shape: tuple[int, ...], low: float, high: float) -> Array:
        if self._torch is None:
            return self._numpy.uniform(low, high, shape)
        return self._draw_torch("uniform_", shape, low, high)

    def _draw_torch(self, method: str, shape: tuple[int, ...], first: float, second: float) -> Array:
        torch = load_torch()
        empty = torch.empty(shape, dtype=getattr(torch, self._lesson.run.dtype))
        drawn: Array = getattr(empty, method)(first, second, generator=self._torch).numpy()
        return drawn

    def order(self, epoch: int, examples: int) -> Array:
        """Which example comes when in an epoch (1, 2, …): int64, (examples,)."""
        if not self._lesson.data.shuffle:
            return np.arange(examples)
        if epoch not in self._orders:
            newest = dict(list(self._orders.items())[-1:])  # two at a time: where the run is, and where one looks back
            self._orders = {**newest, epoch: self._draw_order(epoch, examples)}
        return self._orders[epoch]

    def _draw_order(self, epoch: int, examples: int) -> Array:
        if self._torch is None:
            return np.random.default_rng([self._lesson.init.seed, epoch]).permutation(examples)
        torch = load_torch()
        self._states.setdefault(1, self._torch.get_state())
        for drawn in range(min(epoch, max(self._states)), epoch + 1):  # an epoch that was skipped is drawn, too
            self._torch.set_state(self._states[drawn])
            torch.empty((), dtype=torch.int64).random_(generator=self._torch)
            order: Array = torch.randperm(examples, generator=self._torch).numpy()
            self._states.setdefault(drawn + 1, self._torch.get_state())
        return order
