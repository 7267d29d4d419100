"""The PyTorch twin finds the gradients of everything that is computed on the way to the loss."""

from __future__ import annotations

import builtins
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.autograd import autograd_gradients
from engine.gradcheck import present_autograd
from engine.lesson import Lesson
from engine.pytorch import NoTorchError, load_torch, torch_is_loaded
from engine.trainer import Trainer
from tests.engine.nets import NUMPY, Table, layer_names, points, random_nets, with_column

H = 1e-4


def numpy_run(table: Table, tensors: Any, moved: str, array: np.ndarray) -> float:
    """The loss by the formulas of a textbook, with one of its arrays replaced on the way."""

    def pass_on(name: str, value: np.ndarray) -> np.ndarray:
        return array if name == moved else value

    separate = table["network"].get("nodes") == "separate"
    a = z = pass_on("x", with_column(table, np.array(table["data"]["x"])))
    for k, name in enumerate(layer_names(table), start=1):
        b = tensors.get(f"b{k}")
        z = a @ pass_on(f"W{k}", tensors[f"W{k}"]) + (0 if b is None else pass_on(f"b{k}", b))
        z = pass_on(f"z{k}", z)
        a = pass_on(f"a{k}", NUMPY[name](z))
    y, n_out = np.array(table["data"]["y"]), a.shape[1]
    if table["loss"]["name"] == "cross_entropy":
        logp = np.log(a + 1e-12) if separate else z - np.log(np.exp(z).sum(1, keepdims=True))
        total = -(y * pass_on("logp", logp)).sum()
    elif table["loss"]["name"] == "binary_cross_entropy":
        total = (np.log1p(np.exp(z)) - y * z).sum()
    else:
        total = {
            "half_squared_error": ((a - y) ** 2).sum() / 2,
            "mse": ((a - y) ** 2).sum() / n_out,
            "l1": np.abs(a - y).sum(),
        }[table["loss"]["name"]]
    return float(total / (len(y) if table["loss"]["reduction"] == "mean" else 1))


@settings(max_examples=40)
@given(random_nets(), st.sampled_from(("layers", "separate")))
def test_every_gradient_is_the_slope_of_the_loss(table: Table, nodes: str) -> None:
    table["network"]["nodes"] = nodes
    trainer = Trainer(Lesson.from_table(table))
    for _ in range(2):
        trainer.finish_phase()
    tensors = trainer.tensors
    kinked = [f"z{k}" for k, name in enumerate(layer_names(table), start=1) if "relu" in name]
    distances = [np.abs(tensors[name]).min() for name in kinked]
    if table["loss"]["name"] == "l1":
        distances.append(np.abs(tensors[f"a{trainer.lesson.layers}"] - tensors["y"]).min())
    if min(distances, default=1.0) < 50 * H:
        return  # a difference would run over a kink
    found = autograd_gradients(trainer.lesson, tensors, table["loss"]["reduction"])
    names = {name: "z" + name[5:] if name.startswith("delta") else name[1:] for name in found}
    assert {"dx", "dW1", "delta1"} <= set(found)
    assert ("dlogp" in found) == (nodes == "separate" and table["loss"]["name"] == "cross_entropy")
    for gradient, name in names.items():
        array = tensors[name]
        assert found[gradient].shape == array.shape
        cell = np.unravel_index(array.size // 2, array.shape)
        h = H * (array[cell] if name == f"a{trainer.lesson.layers}" and "dlogp" in found else 1.0)
        losses = []
        for side in (-2, -1, 1, 2):
            moved = array.copy()
            moved[cell] += side * h
            losses.append(numpy_run(table, tensors, name, moved))
        slope = (losses[0] - 8 * losses[1] + 8 * losses[2] - losses[3]) / (12 * h)
        assert found[gradient][cell] == pytest.approx(slope, rel=1e-5, abs=1e-7), gradient


def test_the_toy_by_hand() -> None:
    """Document 004: x = (1, 1), every weight and bias 0.5, target 1, output 3.25."""
    found = autograd_gradients((lesson := Lesson.load("toy-bias")), Trainer(lesson).tensors, "sum")
    assert found["delta3"].tolist() == found["da3"].tolist() == [[2.25]]
    assert found["dW3"].tolist() == [[2.25 * 2.75], [2.25 * 2.75]]
    assert found["da2"].tolist() == [[1.125, 1.125]]
    assert found["delta1"].tolist() == [[1.125, 1.125, 1.125]]
    assert found["dx"].tolist() == [[1.6875, 1.6875]]


def test_the_gradients_of_a_batch_stay_its_own_when_its_parameters_have_changed() -> None:
    table = points([3, 4, 2], 5, seed=1)
    trainer = Trainer(Lesson.from_table(table))
    first = present_autograd(trainer)
    for _ in range(len(trainer.program)):
        trainer.step()
        for name, gradient in present_autograd(trainer).items():
            assert np.array_equal(gradient, first[name])
    trainer.step()
    assert not np.array_equal(present_autograd(trainer)["dW1"], first["dW1"])


def test_they_come_in_the_dtype_of_the_lesson_and_of_the_loss_whose_gradient_it_takes() -> None:
    table = points([3, 4, 2], 5, seed=1, reduction="mean", run={"dtype": "float32"})
    mean = present_autograd(Trainer(Lesson.from_table(table)))
    table["loss"]["gradient"] = "sum"
    total = present_autograd(Trainer(Lesson.from_table(table)))
    assert {array.dtype for array in (*mean.values(), *total.values())} == {np.dtype("float32")}
    for name, gradient in mean.items():
        assert total[name] == pytest.approx(5 * gradient, rel=1e-5)


def test_a_torch_that_does_not_load_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def broken(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "torch":
            raise RuntimeError("operator torchvision::nms\n does not exist")
        return real(name, *args, **kwargs)

    assert torch_is_loaded()
    monkeypatch.delitem(sys.modules, "torch")
    monkeypatch.setattr(builtins, "__import__", broken)
    assert not torch_is_loaded()
    with pytest.raises(NoTorchError, match=r"^PyTorch could not be loaded: operator torchvision::nms does not exist$"):
        load_torch()
