"""The PyTorch twin of a lesson: the same net written once more in plain torch, differentiated by torch.autograd.

Nothing of ``ops.py`` is used here, neither its formulas nor its derivatives: that is what makes the twin an oracle.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.lesson import Lesson
from engine.pytorch import load_torch
from engine.tensors import Array

EPSILON = 1e-12  # what the separate nodes of softmax and logarithm add, as document 003 has it


def autograd_gradients(lesson: Lesson, arrays: Mapping[str, Array], reduction: str) -> dict[str, Array]:
    """Gradients of a batch's loss by every parameter and everything computed on the way.

    Parameters
    ----------
    lesson : which net and loss.
    arrays : x, y, W1, b1 …: the batch and the parameters. Their dtype is the one torch computes in.
    reduction : ``sum`` or ``mean`` over the batch.

    Returns
    -------
    The gradients by the names of ours: dW1, db1 …, delta1 (dL/dz1), da1 …, dx, and with a logarithm as a node of its
    own dlogp; in the order in which backpropagation comes to them. What the loss does not depend on is left out, as the
    softmax output where the loss is taken of z.

    Raises
    ------
    NoTorchError : there is no torch to ask.
    """
    torch = load_torch()
    gradients: dict[str, Array] = {}

    def node(name: str, value: Any) -> Any:
        """Have the gradient by a tensor noted as backpropagation passes it: torch keeps none but those of leaves."""
        value.register_hook(lambda gradient: gradients.__setitem__(name, gradient.numpy()))
        return value

    def leaf(name: str) -> Any:
        return node(f"d{name}", torch.tensor(arrays[name], requires_grad=True))

    activations: dict[str, Any] = {
        "identity": lambda z: z,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "leaky_relu": torch.nn.functional.leaky_relu,
        "softplus": lambda z: torch.logaddexp(z, torch.zeros_like(z)),
        "softmax": lambda z: torch.softmax(z, 1),
    }
    if lesson.separate:
        activations["softmax"] = lambda z: _softmax_with_epsilon(torch, z)
    a, y = leaf("x"), torch.tensor(arrays["y"])
    z = a
    for k in range(1, lesson.layers + 1):
        z = a @ leaf(f"W{k}")
        if lesson.has_bias(k):
            z = z + leaf(f"b{k}")
        z = node(f"delta{k}", z)
        a = node(f"da{k}", activations[lesson.activation(k)](z))
    losses: dict[str, Any] = {
        "half_squared_error": lambda: (a - y).square().sum(1) / 2,
        "mse": lambda: (a - y).square().mean(1),
        "l1": lambda: (a - y).abs().sum(1),
        "cross_entropy": lambda: -(y * torch.log_softmax(z, 1)).sum(1),
        "binary_cross_entropy": lambda: torch.nn.functional.binary_cross_entropy_with_logits(
            z, y, reduction="none"
        ).sum(1),
    }
    if lesson.separate:
        losses["cross_entropy"] = lambda: -(y * node("dlogp", torch.log(a + EPSILON))).sum(1)
    per_example = losses[lesson.loss.name]()
    loss = per_example.sum() if reduction == "sum" else per_example.mean()
    loss.backward()
    return gradients


def _softmax_with_epsilon(torch: Any, z: Any) -> Any:
    e = torch.exp(z - z.max(1, keepdim=True).values.detach())
    return e / (e.sum(1, keepdim=True) + EPSILON)
