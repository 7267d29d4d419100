"""The gradient check accepts right gradients wherever training stands, and notices wrong ones."""

from __future__ import annotations

import builtins
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import ops
from engine.gradcheck import (
    ALL_CELLS,
    SAMPLE,
    TOLERANCE_AUTOGRAD,
    TOLERANCE_DIFFERENCE,
    GradientCheckError,
    check_gradients,
)
from engine.lesson import Lesson
from engine.trainer import Trainer
from tests.engine.nets import Table, points, random_nets


@settings(max_examples=100)
@given(random_nets(), st.integers(0, 30))
def test_right_gradients_are_right(table: Table, batches: int) -> None:
    trainer = Trainer(Lesson.from_table(table))
    trainer.run(batches)
    if trainer.halt is not None:
        return
    try:
        result = check_gradients(trainer)
    except GradientCheckError:
        trainer.finish_batch()
        assert trainer.halt is not None, "only what is about to diverge cannot be checked"
        return
    assert result.ok, result
    names = [name for name in trainer.tensors if name.startswith(("dW", "db"))]
    assert [array.name for array in result.arrays] == names
    for array in result.arrays:
        assert array.cells == trainer.tensors[array.name].size
        assert array.compared + array.kinks == array.cells
        assert array.max_rel_error_autograd is not None


@pytest.mark.parametrize("lesson", ["toy", "toy-bias"])
@pytest.mark.parametrize("batches", [0, 1, 10, 50, 200, 2000])
def test_also_where_training_has_arrived_and_gradients_are_only_rounding(lesson: str, batches: int) -> None:
    trainer = Trainer(Lesson.load(lesson))
    trainer.run(batches)
    assert check_gradients(trainer).ok


@pytest.mark.parametrize("step", range(23))
def test_the_trainer_is_not_touched_wherever_it_stands(step: int) -> None:
    trainer = Trainer(Lesson.load("toy-bias"))
    for _ in range(step):
        trainer.step()
    before, position = trainer.tensors.vector.copy(), trainer.position
    assert check_gradients(trainer).ok
    assert np.array_equal(trainer.tensors.vector, before)
    assert trainer.position == position
    assert len(trainer.metrics.loss) == int(step == 22)


WRONG = {  # operation: a mistake one makes
    "weight_gradient": lambda a_in, delta: a_in.T @ delta * 1.001,
    "bias_gradient": lambda delta: delta.mean(axis=0),
    "backward_through_weights": lambda delta, W: delta @ np.abs(W.T),
    "tanh_backward": lambda g, a: g * (1 - a),
    "half_squared_error_gradient": lambda a, y, share: share * 2 * (a - y),
}


@pytest.mark.parametrize("op", WRONG)
def test_a_wrong_formula_is_noticed_by_both_oracles(op: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table = points([3, 4, 2], 5, seed=1)
    assert check_gradients(Trainer(Lesson.from_table(table))).ok
    if op == "tanh_backward":
        monkeypatch.setitem(ops.ACTIVATIONS, "tanh", (ops.tanh, WRONG[op]))
    elif op == "half_squared_error_gradient":
        monkeypatch.setitem(ops.LOSSES, "half_squared_error", (ops.half_squared_error, WRONG[op]))
    else:
        monkeypatch.setattr(ops, op, WRONG[op])
    result = check_gradients(Trainer(Lesson.from_table(table)))
    assert not result.ok
    wrong = [array for array in result.arrays if not array.ok]
    for array in wrong:
        assert array.max_rel_error_difference > TOLERANCE_DIFFERENCE
        assert array.max_rel_error_autograd is not None
        assert array.max_rel_error_autograd > TOLERANCE_AUTOGRAD


def test_one_wrong_cell_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def nearly(a_in: Any, delta: Any) -> Any:
        right = a_in.T @ delta
        right[0, 0] *= 1 + 1e-3
        return right

    monkeypatch.setattr(ops, "weight_gradient", nearly)
    assert not check_gradients(Trainer(Lesson.from_table(points([3, 4, 2], 5, seed=1)))).ok


def test_a_cell_at_a_kink_is_counted_and_not_compared() -> None:
    """At z = 0 relu bends: to the right of it the loss falls with slope -1, to the left not at all."""
    table = points(
        [1, 1, 1], 1, activation="relu", init={"scheme": "explicit", "W": [[[1.0]], [[1.0]]], "b": [[0.0]] * 2}
    )
    table["data"].update(x=[[0.0]], y=[[1.0]])
    result = check_gradients(Trainer(Lesson.from_table(table)))
    by_name = {array.name: array for array in result.arrays}
    assert result.ok
    assert (by_name["db1"].kinks, by_name["db1"].compared) == (1, 0)
    assert (by_name["dW1"].kinks, by_name["dW1"].compared) == (0, 1), "x is 0, so the weight moves nothing"
    assert (by_name["db2"].kinks, by_name["db2"].compared) == (0, 1)


def test_the_l1_loss_bends_where_output_and_target_meet() -> None:
    table = points([1, 1], 1, loss="l1", init={"scheme": "explicit", "W": [[[1.0]]], "b": [[0.0]]})
    table["data"].update(x=[[1.0]], y=[[1.0]])
    result = check_gradients(Trainer(Lesson.from_table(table)))
    assert [array.kinks for array in result.arrays] == [1, 1]
    assert result.ok


def test_averaged_bias_gradients_are_compared_with_the_average() -> None:
    table = points([3, 4, 2], 5, seed=1, optimizer={"bias_gradient": "mean"})
    trainer = Trainer(Lesson.from_table(table))
    assert check_gradients(trainer).ok
    trainer.finish_batch()
    assert np.allclose(trainer.tensors["db2"], trainer.tensors["delta2"].mean(0))


def test_large_arrays_are_sampled_the_same_way_each_time() -> None:
    trainer = Trainer(Lesson.from_table(points([60, 50, 2], 3, seed=1)))
    first, second = check_gradients(trainer), check_gradients(trainer)
    assert first == second
    sampled, whole = first.arrays[0], first.arrays[2]
    assert (sampled.cells, sampled.compared) == (3000, SAMPLE)
    assert whole.cells == whole.compared == 100 <= ALL_CELLS


def test_a_float32_lesson_is_checked_in_float64() -> None:
    lesson = Lesson.load("digits-sigmoid", {"run.executor": "numpy"})
    assert lesson.run.dtype == "float32"
    trainer = Trainer(lesson)
    trainer.run(20)
    assert check_gradients(trainer).ok


def test_without_torch_the_differences_remain(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def no_torch(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "torch":
            raise ImportError("no torch here")
        return real(name, *args, **kwargs)

    monkeypatch.delitem(sys.modules, "torch", raising=False)
    monkeypatch.setattr(builtins, "__import__", no_torch)
    result = check_gradients(Trainer(Lesson.load("toy-bias")))
    assert result.ok
    assert {array.max_rel_error_autograd for array in result.arrays} == {None}


def test_a_run_that_diverged_has_nothing_to_check() -> None:
    trainer = Trainer(Lesson.load("toy", {"optimizer.learning_rate": 10.0}))
    trainer.run(100)
    with pytest.raises(GradientCheckError, match="z3 is not a finite number"):
        check_gradients(trainer)
