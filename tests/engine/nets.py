"""Random nets for hypothesis, and what they compute, written down once more in plain NumPy and in plain torch.

Nothing here comes from the engine's mathematics: these are the oracles that it is held against.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

Table = dict[str, Any]
Arrays = dict[str, np.ndarray]

HIDDEN = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus")
OUTPUTS = ("identity", "sigmoid", "tanh", "softmax")
PLAIN_LOSSES = ("half_squared_error", "mse", "l1")
ENDS = [(output, loss) for output in OUTPUTS for loss in PLAIN_LOSSES]
ENDS += [("softmax", "cross_entropy"), ("sigmoid", "binary_cross_entropy")]
INPUT_COLUMN = "input-column"


def points(
    sizes: list[int],
    examples: int,
    *,
    seed: int = 0,
    activation: str | list[str] = "tanh",
    output: str = "identity",
    loss: str = "half_squared_error",
    reduction: str = "sum",
    bias: bool | str = True,
    **sections: Table,
) -> Table:
    """A lesson on random points with random explicit-scale weights; sections override single keys."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(examples, sizes[0]))
    y = random.uniform(0.05, 0.95, size=(examples, sizes[-1]))
    if loss == "cross_entropy":
        y /= y.sum(axis=1, keepdims=True)
    table: Table = {
        "format": 1,
        "id": "random",
        "title": "Random net",
        "network": {"sizes": list(sizes), "activation": activation, "output": output, "bias": bias},
        "init": {"scheme": "normal", "std": 0.8, "seed": seed},
        "loss": {"name": loss, "reduction": reduction},
        "optimizer": {"learning_rate": 0.05},
        "data": {"source": "points", "x": x.tolist(), "y": y.tolist(), "batch_size": examples},
    }
    for section, values in sections.items():
        table.setdefault(section, {}).update(copy.deepcopy(values))
    return table


@st.composite
def random_nets(draw: st.DrawFn) -> Table:
    """Lessons with 1 to 5 layers of 1 to 6 units, of every activation, output, loss, reduction and kind of bias."""
    depth = draw(st.integers(1, 5))
    sizes = draw(st.lists(st.integers(1, 6), min_size=depth + 1, max_size=depth + 1))
    hidden = draw(st.lists(st.sampled_from(HIDDEN), min_size=depth - 1, max_size=depth - 1))
    output, loss = draw(st.sampled_from(ENDS))
    table = points(
        sizes,
        draw(st.integers(1, 7)),
        seed=draw(st.integers(0, 2**32 - 1)),
        activation=hidden,
        output=output,
        loss=loss,
        reduction=draw(st.sampled_from(("sum", "mean"))),
        bias=draw(st.sampled_from((True, False, INPUT_COLUMN))),
        optimizer={"bias_gradient": draw(st.sampled_from(("same", "mean")))},
    )
    table["network"]["nodes"] = draw(st.sampled_from(("layers", "separate")))
    table["loss"]["gradient"] = draw(st.sampled_from(("same", "sum")))
    return table


def epsilon_of(table: Table) -> float:
    """What document 003 adds to the softmax's denominator and inside the logarithm, in its form of separate nodes."""
    return 1e-12 if table["network"].get("nodes") == "separate" else 0.0


def with_gradient_of(table: Table) -> Table:
    """The lesson with the reduction of the loss whose gradient is taken."""
    if table["loss"].get("gradient", "same") == "same":
        return table
    return {**table, "loss": {**table["loss"], "reduction": "sum"}}


def layer_names(table: Table) -> list[str]:
    """Activations of layer 1 … K."""
    network = table["network"]
    hidden = network["activation"]
    between = len(network["sizes"]) - 2
    return [*([hidden] * between if isinstance(hidden, str) else hidden), network["output"]]


def parameters_of(table: Table, tensors: Any) -> Arrays:
    """Copies of W1 b1 W2 b2 …"""
    names = []
    for k in range(1, len(table["network"]["sizes"])):
        names += [f"W{k}", f"b{k}"] if table["network"]["bias"] is True else [f"W{k}"]
    return {name: tensors[name].copy() for name in names}


def with_column(table: Table, x: np.ndarray) -> np.ndarray:
    """Inputs with the column of ones where the lesson asks for it."""
    return np.hstack([x, np.ones((len(x), 1))]) if table["network"]["bias"] == INPUT_COLUMN else x


# ---- plain NumPy ------------------------------------------------------------------------------------------------


def _softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


NUMPY = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.maximum(z, 0.01 * z),
    "softplus": lambda z: np.log1p(np.exp(z)),
    "softmax": _softmax,
}


def numpy_loss(table: Table, parameters: Arrays, x: np.ndarray, y: np.ndarray) -> float:
    """The loss of a batch by the formulas as textbooks give them."""
    a, epsilon = with_column(table, x), epsilon_of(table)
    for k, name in enumerate(layer_names(table), start=1):
        a = NUMPY[name](a @ parameters[f"W{k}"] + parameters.get(f"b{k}", 0))
    per_example = {
        "half_squared_error": lambda: 0.5 * ((a - y) ** 2).sum(1),
        "mse": lambda: ((a - y) ** 2).mean(1),
        "l1": lambda: np.abs(a - y).sum(1),
        "cross_entropy": lambda: -(y * np.log(a + epsilon)).sum(1),
        "binary_cross_entropy": lambda: -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum(1),
    }[table["loss"]["name"]]()
    return float(per_example.sum() if table["loss"]["reduction"] == "sum" else per_example.mean())


def difference(table: Table, parameters: Arrays, x: np.ndarray, y: np.ndarray, name: str, h: float) -> np.ndarray:
    """Central differences of the loss by every cell of one parameter, of fourth order."""
    slopes = np.empty(parameters[name].shape)
    moved = {**parameters, name: parameters[name].copy()}
    for cell in np.ndindex(slopes.shape):
        was = moved[name][cell]
        losses = {}
        for n in (-2, -1, 1, 2):
            moved[name][cell] = was + n * h
            losses[n] = numpy_loss(table, moved, x, y)
        moved[name][cell] = was
        slopes[cell] = (8 * (losses[1] - losses[-1]) - (losses[2] - losses[-2])) / (12 * h)
    return slopes


# ---- plain torch ------------------------------------------------------------------------------------------------

TORCH = {
    "identity": torch.nn.Identity(),
    "sigmoid": torch.nn.Sigmoid(),
    "tanh": torch.nn.Tanh(),
    "relu": torch.nn.ReLU(),
    "leaky_relu": torch.nn.LeakyReLU(0.01),
    "softplus": torch.nn.Softplus(threshold=700),
    "softmax": torch.nn.Softmax(dim=1),
}


def torch_loss(table: Table, parameters: dict[str, torch.Tensor], x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The loss of a batch by torch's own losses."""
    a = z = x
    for k, name in enumerate(layer_names(table), start=1):
        z = a @ parameters[f"W{k}"]
        if f"b{k}" in parameters:
            z = z + parameters[f"b{k}"]
        a = TORCH[name](z)
    epsilon = epsilon_of(table)
    functional = torch.nn.functional
    per_output = {
        "half_squared_error": lambda: functional.mse_loss(a, y, reduction="none").sum(1) / 2,
        "mse": lambda: functional.mse_loss(a, y, reduction="none").mean(1),
        "l1": lambda: functional.l1_loss(a, y, reduction="none").sum(1),
        "cross_entropy": lambda: (
            -(y * torch.log(a + epsilon)).sum(1) if epsilon else functional.cross_entropy(z, y, reduction="none")
        ),
        "binary_cross_entropy": lambda: functional.binary_cross_entropy_with_logits(z, y, reduction="none").sum(1),
    }[table["loss"]["name"]]()
    return per_output.sum() if table["loss"]["reduction"] == "sum" else per_output.mean()


def autograd(table: Table, parameters: Arrays, x: np.ndarray, y: np.ndarray) -> tuple[float, Arrays]:
    """Loss and gradients (by parameter name) of a batch, in float64."""
    leaves = {name: torch.tensor(array, dtype=torch.float64, requires_grad=True) for name, array in parameters.items()}
    loss = torch_loss(table, leaves, torch.tensor(with_column(table, x)), torch.tensor(y))
    loss.backward()
    return loss.item(), {name: leaf.grad.numpy() for name, leaf in leaves.items()}
