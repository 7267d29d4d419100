"""Every gradient of random nets against torch.autograd and against central differences of textbook formulas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from engine.lesson import Lesson
from engine.trainer import Trainer
from tests.engine.nets import (
    Table,
    autograd,
    difference,
    layer_names,
    parameters_of,
    points,
    random_nets,
    with_gradient_of,
)

EVERY_OPERATION = ["identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus"]


def check(table: Table) -> None:
    trainer = Trainer(Lesson.from_table(table))
    parameters = parameters_of(table, trainer.tensors)
    x, y = np.array(table["data"]["x"]), np.array(table["data"]["y"])
    trainer.finish_phase()
    trainer.finish_phase()
    trainer.finish_phase()
    # in separate nodes softmax has an epsilon of 1e-12 beside its sum, which its Jacobian leaves out
    separate = table["network"].get("nodes") == "separate"
    exact, least = (1e-10, 1e-10) if separate else (1e-12, 1e-14)
    np.testing.assert_allclose(trainer.tensors["loss"], autograd(table, parameters, x, y)[0], rtol=exact, atol=least)
    table = with_gradient_of(table)
    loss, gradients = autograd(table, parameters, x, y)
    kinked = {"relu", "leaky_relu"} & set(layer_names(table)) or table["loss"]["name"] == "l1"
    for name, gradient in gradients.items():
        # 000 and 001 average the bias gradient where they sum the weight gradient
        mean = name.startswith("b") and table.get("optimizer", {}).get("bias_gradient") == "mean"
        expected = gradient / len(x) if mean else gradient
        ours = trainer.tensors[f"d{name}"]
        largest = np.abs(expected).max()
        np.testing.assert_allclose(ours, expected, rtol=1e-6, atol=1e-9 * largest + least)
        if not kinked:
            slopes = difference(table, parameters, x, y, name, h=1e-3) / (len(x) if mean else 1)
            np.testing.assert_allclose(ours, slopes, rtol=1e-6, atol=1e-6 * largest + 1e-11 * (1 + abs(loss)))


@settings(max_examples=150)
@given(random_nets())
def test_random_nets(table: Table) -> None:
    check(table)


@settings(max_examples=40)
@given(random_nets())
@pytest.mark.usefixtures("one_loop")
def test_random_nets_compiled(table: Table) -> None:
    table["run"] = {"executor": "compiled"}
    check(table)


@settings(max_examples=100)
@given(random_nets())
def test_random_nets_in_torch(table: Table) -> None:
    table["run"] = {"executor": "torch"}
    check(table)


@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
def test_away_from_their_kinks_kinked_nets_have_the_slope_of_their_loss(activation: str, reduction: str) -> None:
    """The nets that differences are not asked about above, at points where no kink is near."""
    table = points([3, 4, 2], 5, seed=3, activation=activation, loss="l1", reduction=reduction)
    trainer = Trainer(Lesson.from_table(table))
    parameters = parameters_of(table, trainer.tensors)
    trainer.finish_phase()
    near = min(np.abs(trainer.tensors["z1"]).min(), np.abs(trainer.tensors["a2"] - trainer.tensors["y"]).min())
    assert near > 1e-3, "another seed, please: this one lies on a kink"
    trainer.finish_phase()
    trainer.finish_phase()
    x, y = np.array(table["data"]["x"]), np.array(table["data"]["y"])
    for name in parameters:
        slopes = difference(table, parameters, x, y, name, h=1e-5)
        np.testing.assert_allclose(trainer.tensors[f"d{name}"], slopes, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("executor", ["numpy", "compiled"])
@pytest.mark.usefixtures("one_loop")
def test_one_net_of_every_activation(executor: str) -> None:
    sizes = [3, 4, 3, 5, 4, 3, 4, 2]
    check(points(sizes, 6, seed=1, activation=EVERY_OPERATION, output="softmax", run={"executor": executor}))


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_fused_losses_stay_exact_where_probabilities_round_to_0_and_1(output: str) -> None:
    """Logits of +-800: the textbook formula takes the logarithm of 0, the loss is 800 all the same."""
    loss = "cross_entropy" if output == "softmax" else "binary_cross_entropy"
    table = points(
        [1, 2], 1, output=output, loss=loss, bias=False, init={"scheme": "explicit", "W": [[[800.0, -800.0]]]}
    )
    table["data"].update(x=[[1.0]], y=[[0.0, 1.0]])
    trainer = Trainer(Lesson.from_table(table))
    trainer.finish_batch()
    assert trainer.halt is None
    assert trainer.metrics.loss.values()[0] == 1600.0
    assert trainer.tensors["dW1"].tolist() == [[1.0, -1.0]]
