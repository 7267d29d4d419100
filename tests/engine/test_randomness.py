"""Initial parameters and the order of examples."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.lesson import Lesson
from engine.randomness import Randomness
from engine.tensors import Tensors
from tests.engine.nets import points

PRINTED_B2 = [0.3078, -1.9857, 1.0512, 1.5122, -1.0199, -0.7402, -1.3111, 0.6142, -0.6474, 0.1758]
BOTH = pytest.mark.parametrize("rng", ["numpy", "torch"])


def initial(sizes: list[int], dtype: str = "float64", bias: Any = True, **init: Any) -> Tensors:
    table = points(sizes, 1, bias=bias, init=init, run={"dtype": dtype})
    lesson = Lesson.from_table(table)
    tensors = Tensors.zeros(lesson, 1)
    Randomness(lesson).fill(tensors)
    return tensors


def test_document_000_draws_b2_as_it_prints_it() -> None:
    """N(0,1) for w1, b1, w2, b2 in this order from torch.manual_seed(777)."""
    lesson = Lesson.load("mnist-sigmoid-777")
    tensors = Tensors.zeros(lesson, 1)
    Randomness(lesson).fill(tensors)
    assert np.round(tensors["b2"].astype(float), 4).tolist() == PRINTED_B2
    torch.manual_seed(777)
    for name, shape in (("W1", (784, 30)), ("b1", (30,)), ("W2", (30, 10)), ("b2", (10,))):
        drawn = torch.nn.init.normal_(torch.empty(shape))
        assert np.array_equal(tensors[name], drawn.numpy()), name


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_torch_linear_is_torch_nn_linear(dtype: str) -> None:
    tensors = initial([5, 7, 3], dtype, scheme="torch_linear", rng="torch", seed=42)
    torch.manual_seed(42)
    for k, layer in enumerate((torch.nn.Linear(5, 7), torch.nn.Linear(7, 3)), start=1):
        if dtype == "float32":  # the default dtype, in which the library draws
            assert np.array_equal(tensors[f"W{k}"], layer.weight.detach().numpy().T)
            assert np.array_equal(tensors[f"b{k}"], layer.bias.detach().numpy())
    bound = 1 / math.sqrt(5)
    assert np.abs(tensors["W1"]).max() <= bound
    assert np.abs(tensors["b1"]).max() <= bound


SCHEMES = {  # scheme: (reach or None, variance) of W1 for 200 inputs and 300 outputs
    "xavier_normal": (None, 2 / 500),
    "xavier_uniform": (math.sqrt(6 / 500), 2 / 500),
    "kaiming_normal": (None, 2 / 200),
    "kaiming_uniform": (math.sqrt(6 / 200), 2 / 200),
    "torch_linear": (1 / math.sqrt(200), 1 / 600),
    "normal": (None, 1.0),
    "uniform": (1.0, 1 / 3),
}


@BOTH
@pytest.mark.parametrize("scheme", SCHEMES)
def test_reach_and_variance(scheme: str, rng: str) -> None:
    tensors = initial([200, 300, 1], scheme=scheme, std=1.0, rng=rng, seed=3)
    reach, variance = SCHEMES[scheme]
    W = tensors["W1"]
    assert W.shape == (200, 300)
    assert abs(W.mean()) < 5 * math.sqrt(variance / W.size)
    assert W.var() == pytest.approx(variance, rel=0.03)
    if reach is not None:
        assert reach * 0.99 < np.abs(W).max() <= reach
    if scheme.startswith(("xavier", "kaiming")):
        assert not tensors["b1"].any(), "these schemes leave biases 0"
    else:
        assert tensors["b1"].std() > 0


@BOTH
def test_mean_std_low_and_high(rng: str) -> None:
    normal = initial([100, 100], scheme="normal", mean=5.0, std=0.1, rng=rng)["W1"]
    assert normal.mean() == pytest.approx(5, abs=0.01)
    assert normal.std() == pytest.approx(0.1, rel=0.05)
    uniform = initial([100, 100], scheme="uniform", low=2.0, high=3.0, rng=rng)["W1"]
    assert 2 <= uniform.min() < 2.01 < 2.99 < uniform.max() <= 3


def test_constant_and_explicit() -> None:
    constant = initial([2, 3, 1], scheme="constant", value=0.25)
    assert set(constant.parameters.tolist()) == {0.25}
    W, b = [[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[7.0], [8.0], [9.0]]], [[0.1, 0.2, 0.3], [0.4]]
    explicit = initial([2, 3, 1], scheme="explicit", W=W, b=b)
    assert explicit["W1"].tolist() == W[0]
    assert explicit["W2"].tolist() == W[1]
    assert [explicit["b1"].tolist(), explicit["b2"].tolist()] == b
    column = initial([1, 1], bias="input-column", scheme="explicit", W=[[[1.0], [2.0]]], b=[])
    assert column["W1"].tolist() == [[1.0], [2.0]], "the second row weighs the column of ones"


@BOTH
def test_the_seed_decides(rng: str) -> None:
    def draw(seed: int) -> list[float]:
        return initial([4, 5, 2], scheme="normal", rng=rng, seed=seed).parameters.tolist()

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)


def test_the_global_generators_are_neither_read_nor_moved() -> None:
    torch.manual_seed(5)
    np.random.seed(5)
    torch_before, numpy_before = torch.get_rng_state(), np.random.get_state()[1].tolist()
    first = initial([4, 5], scheme="normal", rng="torch", seed=1).parameters.tolist()
    initial([4, 5], scheme="normal", rng="numpy", seed=1)
    assert torch.equal(torch.get_rng_state(), torch_before)
    assert np.random.get_state()[1].tolist() == numpy_before
    torch.rand(3)
    assert initial([4, 5], scheme="normal", rng="torch", seed=1).parameters.tolist() == first


def orders(rng: str, epochs: int, **data: Any) -> list[list[int]]:
    lesson = Lesson.from_table(points([1, 1], 50, init={"rng": rng, "seed": 7}, data={"batch_size": 10, **data}))
    randomness = Randomness(lesson)
    randomness.fill(Tensors.zeros(lesson, 10))
    return [randomness.order(epoch, 50).tolist() for epoch in range(1, epochs + 1)]


@BOTH
def test_each_epoch_has_its_own_order_of_all_examples(rng: str) -> None:
    found = orders(rng, 5, shuffle=True)
    assert all(sorted(order) == list(range(50)) for order in found)
    assert len({tuple(order) for order in found}) == 5
    assert found == orders(rng, 5, shuffle=True)
    assert orders(rng, 3) == [list(range(50))] * 3, "unshuffled: file order"


def test_torch_order_is_the_legacy_dataloaders() -> None:
    """Per epoch one 64-bit draw, then randperm, from the generator that drew the parameters."""
    torch.manual_seed(7)
    torch.nn.init.normal_(torch.empty((1, 1), dtype=torch.float64), std=0.8)
    torch.nn.init.normal_(torch.empty(1, dtype=torch.float64), std=0.8)
    expected = []
    for _ in range(3):
        torch.empty((), dtype=torch.int64).random_()
        expected.append(torch.randperm(50).tolist())
    assert orders("torch", 3, shuffle=True) == expected


def test_the_printed_values_are_those_of_the_reference() -> None:
    reference = Path(__file__).resolve().parents[3] / "shared" / "reference" / "seed_values.json"
    if not reference.is_file():
        pytest.skip(f"no {reference} here")
    assert json.loads(reference.read_text())["000_ab747d709b0fd632.txt"]["printed_b2"] == PRINTED_B2
