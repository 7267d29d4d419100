"""The compiled executor computes what the plain one does, to rounding, and leaves its kernels usable on disk."""

from __future__ import annotations

import importlib.util
import sys

import numpy as np
import pytest
from hypothesis import given, settings

from engine import executors
from engine.executors import executor_for
from engine.lesson import Lesson
from engine.program import Program
from engine.trainer import Trainer
from tests.engine.nets import Table, points, random_nets

pytestmark = pytest.mark.usefixtures("one_loop")


@settings(max_examples=60)
@given(random_nets())
def test_numpy_and_compiled_agree_to_rounding(table: Table) -> None:
    both = []
    for name in ("numpy", "compiled"):
        trainer = Trainer(Lesson.from_table({**table, "run": {"executor": name}}))
        trainer.finish_batch()
        both.append(trainer)
    plain, compiled = both
    for name in plain.tensors:
        a, b = plain.tensors[name], compiled.tensors[name]
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12 * (1 + np.abs(a).max()), err_msg=name)


def test_float32_stays_float32() -> None:
    for name in ("numpy", "compiled"):
        table = points([2, 30, 2], 4, activation="sigmoid", run={"executor": name, "dtype": "float32"})
        trainer = Trainer(Lesson.from_table(table))
        trainer.run(3)
        assert trainer.tensors.vector.dtype == np.float32
        assert trainer.forward(trainer.tensors["x"]).dtype == np.float32


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
    executor_for("compiled", program)
    module = executors.kernel(executors.OPERATIONS)
    assert module.run.stats.cache_hits or module.run.stats.cache_misses
    assert executors.kernel(executors.OPERATIONS) is module
    assert module.__name__ in sys.modules
    assert importlib.util.find_spec("numba") is not None


def test_every_operation_has_its_branch_in_the_kernel() -> None:
    source = executors.kernel_source(executors.OPERATIONS)
    for op in executors.OPERATIONS:
        assert f"= {op.__name__}(" in source or f"put(out, {op.__name__}(" in source
