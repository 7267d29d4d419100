"""The other executors compute what the plain one does, to rounding; compiled kernels are kept usable on disk."""

from __future__ import annotations

import builtins
import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import executors, ops, pytorch, torch_executor
from engine.executors import executor_for
from engine.lesson import EXECUTORS, Lesson, LessonError, Run
from engine.program import Program
from engine.torch_executor import TorchExecutor
from engine.trainer import Trainer
from tests.engine.nets import Table, points, random_nets
from tests.engine.second_device import NAME, SecondDevice

pytestmark = pytest.mark.usefixtures("one_loop")


@settings(max_examples=60)
@given(random_nets(), st.sampled_from(("compiled", "torch")))
def test_executors_agree_to_rounding(table: Table, other: str) -> None:
    both = []
    for name in ("numpy", other):
        trainer = Trainer(Lesson.from_table({**table, "run": {"executor": name}}))
        trainer.run(1)
        both.append(trainer)
    plain, compared = both
    for name in plain.tensors:
        a, b = plain.tensors[name], compared.tensors[name]
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12 * (1 + np.abs(a).max()), err_msg=name)


@pytest.mark.parametrize("executor", EXECUTORS)
def test_float32_stays_float32(executor: str) -> None:
    table = points([2, 30, 2], 4, activation="sigmoid", run={"executor": executor, "dtype": "float32"})
    trainer = Trainer(Lesson.from_table(table))
    trainer.run(3)
    assert trainer.tensors.vector.dtype == np.float32
    assert trainer.forward(trainer.tensors["x"]).dtype == np.float32


@pytest.mark.parametrize("lesson", ["mnist-sigmoid-777", "mnist-deep"])
@pytest.mark.parametrize(
    ("other", "device"), [("compiled", "cpu"), ("torch", "cpu"), ("torch", "cuda"), ("torch", "mps")]
)
def test_200_batches_of_mnist_agree_to_float32_rounding(lesson: str, other: str, device: str, mnist_dir: Path) -> None:
    """Rounding grows as training goes on, hence a thousand times the rounding of one operation."""
    if device not in pytorch.devices():
        pytest.skip(f"{pytorch.DEVICES[device]}: the torch executor on it is not tested here")
    both = []
    for name, where in (("numpy", "cpu"), (other, device)):
        overrides = {"run.executor": name, "run.device": where, "evaluation.examples": 0}
        trainer = Trainer(Lesson.load(lesson, overrides), data_dir=mnist_dir)
        assert trainer.run(200) == 200
        both.append(trainer)
    plain, compared = both
    reach = 1000 * np.finfo(np.float32).eps
    np.testing.assert_allclose(compared.tensors.parameters, plain.tensors.parameters, rtol=reach, atol=reach)
    np.testing.assert_allclose(compared.metrics.loss.values(), plain.metrics.loss.values(), rtol=10 * reach, atol=reach)


OTHER_DEVICE_LESSONS = {
    "toy-bias": Lesson.load("toy-bias"),
    "toy-torch": Lesson.load("toy-torch"),
    "digits-sigmoid": Lesson.load("digits-sigmoid"),
    "xor": Lesson.load("xor"),
    "separate nodes": Lesson.from_table(
        points([3, 5, 4], 6, output="softmax", loss="cross_entropy", network={"nodes": "separate"})
    ),
}


@pytest.mark.parametrize("lesson", OTHER_DEVICE_LESSONS.values(), ids=OTHER_DEVICE_LESSONS)
def test_no_operation_mixes_devices(lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a device that there need not be: all of a burst, and each step, happens there, and comes back."""
    monkeypatch.setattr(torch_executor, "require_device", lambda _: None)
    # PyTorch puts no numbers on this device by itself, as it does on the others
    monkeypatch.setattr(TorchExecutor, "_tensor", lambda _, array: torch.tensor(array).to(NAME))
    here, there = (Trainer(lesson.with_value("run.executor", "torch")) for _ in range(2))
    there._executor = TorchExecutor(there.program, NAME)
    with SecondDevice() as device:
        there.run(3)
        moved = device.moved
        there.step()
        assert 0 < moved < device.moved
        there.finish_batch()
    monkeypatch.undo()
    here.run(4)
    assert there.tensors.vector.tobytes() == here.tensors.vector.tobytes()
    assert there.metrics.loss.values().tolist() == here.metrics.loss.values().tolist()


def test_a_device_that_is_not_here_is_refused_and_cpu_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pytorch, "devices", lambda: ("cpu",))
    lesson = Lesson.load("toy-torch", {"run.device": "cuda"})
    with pytest.raises(LessonError, match=r'run.device = "cuda".*allowed here: cpu'):
        Trainer(lesson)
    trainer = Trainer(Lesson.load("toy-torch"))
    with pytest.raises(LessonError, match="finds no CUDA device"):
        trainer.set("run.device", "cuda")
    assert trainer.wanted == {}


@pytest.mark.parametrize("error", [ImportError("No module named 'torch'"), OSError("libc10.so: wrong ELF class")])
def test_without_pytorch_the_torch_executor_says_so(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str, *rest: Any) -> Any:
        if name == "torch":
            raise error
        return real(name, *rest)

    real = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", broken)
    trainer = Trainer(Lesson.load("toy"))
    with pytest.raises(LessonError, match=r'run.executor = "torch": PyTorch could not.*"numpy" and "compiled"'):
        trainer.set("run.executor", "torch")
    with pytest.raises(LessonError, match=r'toy-torch: init.rng = "torch": PyTorch could not.*init.rng = "numpy"'):
        Trainer(Lesson.load("toy-torch"))
    Trainer(Lesson.load("toy-torch", {"init.rng": "numpy", "run.executor": "numpy"})).run(3)
    trainer.step()
    assert trainer.position.step == 1


def test_the_executor_may_change_during_a_run() -> None:
    switched, plain = (Trainer(Lesson.load("toy-bias")) for _ in range(2))
    plain.run(6)
    for executor in EXECUTORS:
        switched.set("run.executor", executor)
        switched.run(2)
    np.testing.assert_allclose(switched.tensors.vector, plain.tensors.vector, rtol=1e-12)
    assert [(c.batch, c.new) for c in switched.log.changes] == [(3, "compiled"), (5, "torch")]


def test_a_burst_measures_what_stepping_measures() -> None:
    lesson = Lesson.load("digits-sigmoid", {"run.dtype": "float64", "run.executor": "numpy"})
    stepped, burst = Trainer(lesson), Trainer(lesson)
    for _ in range(30 * len(stepped.program)):
        stepped.step()
    burst.run(30)
    right = []
    for batch in range(30):
        replay = Trainer(lesson)
        replay.run(batch)
        replay.finish_phase()
        if batch:
            assert replay.position.batch == batch + 1
        right.append(float((replay.tensors["a2"].argmax(1) == replay.tensors["y"].argmax(1)).mean()))
        if batch == 4:
            break
    assert stepped.metrics.train_accuracy.values(0, len(right)).tolist() == right
    assert np.array_equal(stepped.metrics.train_accuracy.values(), burst.metrics.train_accuracy.values())
    assert np.array_equal(stepped.metrics.loss.values(), burst.metrics.loss.values())


def test_a_kernel_is_compiled_once_and_then_read_from_disk() -> None:
    program = Program.of(Lesson.load("toy-bias"))
    executor_for(Run(executor="compiled"), program)
    module = executors.kernel(executors.OPERATIONS)
    assert module.run.stats.cache_hits or module.run.stats.cache_misses
    assert executors.kernel(executors.OPERATIONS) is module
    assert module.__name__ in sys.modules
    assert importlib.util.find_spec("numba") is not None


def test_without_a_folder_to_keep_them_kernels_are_compiled_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda _: "/dev/null")
    module = executors.kernel.__wrapped__((ops.sgd,))
    assert "cannot be kept" in caplog.text
    assert module.sgd(1.0, 0.5, 0.1) == 0.95


PRODUCTS = {
    ops.affine: ["np.dot(a_in, W, product)", "add_row(product, b)"],
    ops.linear: ["np.dot(a_in, W, product)"],
    ops.backward_through_weights: ["np.dot(delta, W.T, product)"],
    ops.weight_gradient: ["np.dot(a_in.T, delta, product)"],
}


def test_every_operation_has_its_branch_in_the_kernel() -> None:
    source = executors.kernel_source(executors.OPERATIONS)
    branches = re.split(r"(?:el)?if opcode == \d+:\n", source)[1:]
    for op, branch in zip(executors.OPERATIONS, branches, strict=True):
        if op in PRODUCTS:  # written where they belong
            assert [line.strip() for line in branch.splitlines() if "product, " in line or ", product)" in line] == (
                PRODUCTS[op]
            )
        else:
            assert f"= {op.__name__}(" in branch or f"put(out, {op.__name__}(" in branch


def scale_then_multiply(a_in, W):  # type: ignore[no-untyped-def]
    """z = 2 a_in W"""
    return 2 * a_in @ W


def multiply_then_scale(a_in, W, b):  # type: ignore[no-untyped-def]
    """z = a_in W + 2 b"""
    return a_in @ W + 2 * b


def test_what_is_more_than_a_product_is_no_product() -> None:
    assert {op for op in executors.OPERATIONS if executors.matrix_product(op)} == set(PRODUCTS)
    assert executors.matrix_product(multiply_then_scale) is None
    assert executors.matrix_product(scale_then_multiply) == ("2 * a_in", "W", None)  # a factor may be any formula
