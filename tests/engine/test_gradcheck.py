"""The gradient check accepts right gradients wherever training stands, and notices wrong ones."""

from __future__ import annotations

import builtins
import sys
import time
from dataclasses import replace
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
    CellCheck,
    GradientCheck,
    GradientCheckError,
    Note,
    Verdict,
    check_gradients,
)
from engine.lesson import Lesson
from engine.program import Phase
from engine.trainer import Trainer
from tests.engine.nets import Table, numpy_loss, parameters_of, points, random_nets


@settings(max_examples=100)
@given(
    random_nets(),
    st.integers(0, 30),
    st.sampled_from(("layers", "separate")),
    st.sampled_from(("same", "sum")),
    st.sampled_from(("float64", "float32")),
)
def test_right_gradients_are_right(table: Table, batches: int, nodes: str, gradient: str, dtype: str) -> None:
    table["network"]["nodes"], table["loss"]["gradient"], table["run"] = nodes, gradient, {"dtype": dtype}
    trainer = Trainer(Lesson.from_table(table))
    trainer.run(batches)
    for _ in range(3):  # to the end of the next batch's backward phase
        if trainer.halt is None:
            trainer.finish_phase()
    if trainer.halt is not None:
        return
    result = check_gradients(trainer)
    assert result.ok, result
    steps = [step for step in trainer.program.steps if step.phase is Phase.BACKWARD]
    assert [(array.name, array.step) for array in result.arrays] == [(step.write, step.index) for step in steps]
    for array in result.arrays:
        assert array.cells == trainer.tensors[array.name].size
        assert min(array.cells, 10) <= array.compared + array.kinks <= array.cells
        assert array.max_rel_error_autograd is not None


@pytest.mark.parametrize("lesson", ["toy", "toy-bias"])
@pytest.mark.parametrize("batches", [1, 2, 10, 50, 200, 2000])
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
    check = check_gradients(trainer)
    assert check.ok
    assert check.position == position
    assert [array.verdict for array in check.arrays] == [VERIFIED] * max(0, min(step - 7, 9)) + [PENDING] * max(
        0, min(16 - step, 9)
    )
    assert np.array_equal(trainer.tensors.vector, before)
    assert trainer.position == position
    assert len(trainer.metrics.loss) == int(step == 22)


VERIFIED, PENDING = Verdict.VERIFIED, Verdict.PENDING


def after_a_batch(table: Table) -> Trainer:
    trainer = Trainer(Lesson.from_table(table))
    trainer.finish_batch()
    return trainer


def cell_of(check: GradientCheck, name: str) -> CellCheck:
    array = check.of(name)
    assert array is not None
    assert array.sample is not None
    return array.sample


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
    assert check_gradients(after_a_batch(table)).ok
    if op == "tanh_backward":
        monkeypatch.setitem(ops.ACTIVATIONS, "tanh", (ops.tanh, WRONG[op]))
    elif op == "half_squared_error_gradient":
        monkeypatch.setitem(ops.LOSSES, "half_squared_error", (ops.half_squared_error, WRONG[op]))
    else:
        monkeypatch.setattr(ops, op, WRONG[op])
    result = check_gradients(after_a_batch(table))
    assert not result.ok
    wrong = [array for array in result.arrays if not array.ok]
    for array in wrong:
        assert array.max_rel_error_difference is not None
        assert array.max_rel_error_difference > TOLERANCE_DIFFERENCE
        assert array.max_rel_error_autograd is not None
        assert array.max_rel_error_autograd > TOLERANCE_AUTOGRAD


def test_one_wrong_cell_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def nearly(a_in: Any, delta: Any) -> Any:
        right = a_in.T @ delta
        right[0, 0] *= 1 + 1e-3
        return right

    monkeypatch.setattr(ops, "weight_gradient", nearly)
    assert not check_gradients(after_a_batch(points([3, 4, 2], 5, seed=1))).ok


def relu_at_zero(out: float) -> Trainer:
    """A net of one unit a layer that stands at z1 = 0, where relu bends; the target 1 is to be reached."""
    table = points(
        [1, 1, 1], 1, activation="relu", init={"scheme": "explicit", "W": [[[1.0]], [[out]]], "b": [[0.0]] * 2}
    )
    table["data"].update(x=[[0.0]], y=[[1.0]])
    return after_a_batch(table)


def test_a_cell_at_a_kink_has_two_slopes_and_a_subgradient() -> None:
    """To the right of z1 = 0 the loss falls with slope -1, to the left not at all; relu takes the left one."""
    result = check_gradients(relu_at_zero(1.0))
    assert result.ok
    kinks = {array.name: (array.kinks, array.compared) for array in result.arrays}
    assert kinks == {"delta2": (0, 1), "dW2": (0, 1), "db2": (0, 1), "delta1": (1, 0), "dW1": (0, 1), "db1": (1, 0)}
    at_kink = cell_of(result, "db1")
    assert at_kink.slopes == pytest.approx((0.0, -1.0), abs=1e-6)
    assert at_kink.difference is None
    assert at_kink.analytic == at_kink.autograd == 0.0
    assert (at_kink.verdict, Note.SUBGRADIENT in at_kink.notes) == (VERIFIED, True)
    assert cell_of(result, "dW1").analytic == cell_of(result, "dW1").difference == 0.0, "x is 0: W1 moves nothing"


def test_a_kink_that_does_not_matter_is_compared_as_usual() -> None:
    """With W2 = 0 what relu does makes no difference: both slopes are 0."""
    check = check_gradients(relu_at_zero(0.0)).of("z1")
    assert check is not None
    assert (check.kinks, check.compared, check.verdict) == (0, 1, VERIFIED)
    assert check.sample is not None
    assert check.sample.slopes is None


def test_at_a_kink_a_value_beyond_both_slopes_is_not_called_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ops.ACTIVATIONS, "relu", (ops.relu, lambda g, z: np.where(z > 0, g, -g)))
    check = check_gradients(relu_at_zero(1.0), torch=False).of("b1")
    assert check is not None
    assert check.verdict is Verdict.INCOMPARABLE
    assert Note.KINK in check.notes
    both = check_gradients(relu_at_zero(1.0)).of("b1")
    assert both is not None
    assert both.verdict is Verdict.WRONG, "PyTorch takes the slope 0 there"


def test_where_the_chain_rule_fails_at_kinks_nothing_is_called_wrong() -> None:
    """Two leaky ReLUs in a row bend at 0 at once, one up, one down: the loss has one slope there, autodiff another."""
    init = {"scheme": "explicit", "W": [[[1.0]], [[-1.0]], [[1.0]]], "b": [[0.0]] * 3}
    table = points([1, 1, 1, 1], 1, activation="leaky_relu", init=init)
    table["data"].update(x=[[0.0]], y=[[1.0]])
    result = check_gradients(after_a_batch(table))
    assert result.ok
    cell = cell_of(result, "b1")
    assert cell.difference == pytest.approx(0.01, rel=1e-4)
    assert cell.analytic == cell.autograd == pytest.approx(0.0001)
    assert (cell.verdict, cell.notes) == (Verdict.INCOMPARABLE, (Note.KINK,))


def test_the_l1_loss_bends_where_output_and_target_meet() -> None:
    table = points([1, 1], 1, loss="l1", init={"scheme": "explicit", "W": [[[1.0]]], "b": [[0.0]]})
    table["data"].update(x=[[1.0]], y=[[1.0]])
    result = check_gradients(after_a_batch(table))
    assert [(array.kinks, array.verdict) for array in result.arrays] == [(1, VERIFIED)] * 3
    assert [array.max_rel_error_difference for array in result.arrays] == [None] * 3, "nothing was compared"
    assert cell_of(result, "dW1").slopes == pytest.approx((-1.0, 1.0), abs=1e-6)
    alone = check_gradients(after_a_batch(table), torch=False)
    assert [(array.max_rel_error_difference, array.verdict) for array in alone.arrays] == [
        (None, Verdict.INCOMPARABLE)
    ] * 3


def test_a_relu_that_is_off_is_said_to_be() -> None:
    table = points([1, 2, 1], 2, activation="relu", init={"scheme": "constant", "value": 1.0})
    table["data"].update(x=[[-3.0], [-2.0]], y=[[1.0], [1.0]])
    result = check_gradients(after_a_batch(table))
    for name in ("delta1", "dW1", "db1"):
        cell = cell_of(result, name)
        assert (cell.analytic, cell.difference, cell.autograd, cell.error) == (0.0, 0.0, 0.0, 0.0)
        assert (cell.verdict, cell.notes) == (VERIFIED, (Note.OFF,))


@pytest.mark.parametrize("offset", [0.0, 1000.0])
def test_a_small_loss_between_large_terms_is_known_to_be_blurred(
    offset: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after long training: the terms of the cross-entropy total thousands, what they leave is 1e-3 or less.

    Few random nudges of so few sums often happen to change nothing, which is no proof of precision.
    """
    monkeypatch.setattr("engine.gradcheck.NUDGES", 2)
    for margin in (10.0, 17.0, 26.0, 30.0):
        for seed in range(6):
            random = np.random.default_rng(seed)
            y = np.eye(4)[random.integers(0, 4, 64)]
            margins = np.full((64, 1), margin)
            margins[0] = 4.0  # one example is not yet learnt
            x = np.hstack([margins * y, random.normal(size=(64, 2))])
            W = np.vstack([np.eye(4), random.normal(size=(2, 4))])
            init = {"scheme": "explicit", "W": [W.tolist()], "b": [[offset] * 4]}
            table = points([6, 4], 64, output="softmax", loss="cross_entropy", reduction="mean", init=init)
            table["data"].update(x=x.tolist(), y=y.tolist())
            assert check_gradients(after_a_batch(table)).ok, (margin, seed)


@pytest.mark.parametrize(
    ("weights", "x"), [([[2.0, -9.0]], -3.0), ([[7.0, -8.0]], 3.0), ([[5.0, -6.0, 5.0]], -4.0), ([[9.0, 0.0]], 4.0)]
)
@pytest.mark.parametrize("target", [0, 1])
def test_a_saturated_softmax_as_a_node_of_its_own_is_blurred_by_what_follows_it(
    weights: list[list[float]], x: float, target: int
) -> None:
    """The probability is 1 to the last digit whatever enters, and log(p + 1e-12) is rounded in units of 1's."""
    table = points(
        [1, len(weights[0])], 1, output="softmax", loss="cross_entropy", bias=False, network={"nodes": "separate"},
        init={"scheme": "explicit", "W": [weights]},
    )  # fmt: skip
    table["data"].update(x=[[x]], y=[np.eye(len(weights[0]))[target].tolist()])
    result = check_gradients(after_a_batch(table))
    assert {array.verdict for array in result.arrays} == {VERIFIED}, result


@pytest.mark.parametrize("weight", [5e-5, 3e-5, -3e-5, -5e-5, 1e-6])
@pytest.mark.parametrize("nodes", ["layers", "separate"])
def test_a_loss_that_turns_within_the_largest_step_is_looked_at_more_closely(weight: float, nodes: str) -> None:
    """An input of a million turns the loss from flat to steep within a millionth of its weight."""
    init = {"scheme": "explicit", "W": [[[0.0, weight]]]}
    table = points([1, 2], 1, output="softmax", loss="half_squared_error", bias=False, init=init)
    table["network"]["nodes"] = nodes
    table["data"].update(x=[[1e6]], y=[[1.0, 0.0]])
    result = check_gradients(after_a_batch(table))
    assert {array.verdict for array in result.arrays} == {VERIFIED}, result


def test_averaged_bias_gradients_are_compared_with_the_average() -> None:
    trainer = after_a_batch(points([3, 4, 2], 5, seed=1, optimizer={"bias_gradient": "mean"}))
    result = check_gradients(trainer)
    assert result.ok
    assert np.allclose(trainer.tensors["db2"], trainer.tensors["delta2"].mean(0))
    factors = {array.name: (array.factor, Note.MEAN in array.notes) for array in result.arrays}
    assert factors["db1"] == factors["db2"] == (1 / 5, True)
    assert factors["dW1"] == factors["delta2"] == (1.0, False)


@pytest.mark.parametrize("nodes", ["layers", "separate"])
def test_the_gradient_of_the_sum_beside_the_mean_loss_is_compared_with_the_batch_size_between(nodes: str) -> None:
    table = points([3, 4, 2], 5, seed=1, reduction="mean", network={"nodes": nodes})
    table["loss"]["gradient"] = "sum"
    result = check_gradients(after_a_batch(table))
    assert result.ok
    assert {(array.factor, Note.SUM in array.notes) for array in result.arrays} == {(5.0, True)}
    table["optimizer"]["bias_gradient"] = "mean"
    both = check_gradients(after_a_batch(table))
    assert both.ok
    assert {array.name: array.factor for array in both.arrays if array.factor != 5.0} == {"db1": 1.0, "db2": 1.0}


def separate(seed: int = 1, std: float = 0.8) -> Table:
    """Softmax and logarithm as nodes of their own, on one-hot targets."""
    table = points([3, 4, 3], 5, activation="relu", output="softmax", loss="cross_entropy", seed=seed)
    table["network"]["nodes"] = "separate"
    table["init"]["std"] = std
    table["data"]["y"] = np.eye(3)[[0, 1, 2, 0, 1]].tolist()
    return table


def test_separate_nodes_are_checked_one_by_one() -> None:
    result = check_gradients(after_a_batch(separate()))
    assert [array.name for array in result.arrays] == [
        "dlogp", "da2", "delta2", "dW2", "db2", "da1", "delta1", "dW1", "db1",
    ]  # fmt: skip
    assert {array.verdict for array in result.arrays} == {VERIFIED}
    for array in result.arrays:
        assert array.compared + array.kinks == array.cells


def test_a_probability_of_nothing_meets_the_epsilon_of_the_logarithm() -> None:
    """p = 0 exactly: its log is log(1e-12), with slope 1e12, and the Softmax behind lets nothing of that through."""
    table = separate(std=200.0)
    result = check_gradients(after_a_batch(table))
    assert result.ok, result
    check = result.of("a2")
    assert check is not None
    assert check.sample is not None
    trainer = after_a_batch(table)
    p, y = trainer.tensors["a2"], trainer.tensors["y"]
    clamped = [tuple(int(i) for i in cell) for cell in np.argwhere((p == 0) & (y > 0))]
    assert clamped
    for cell in clamped:
        one = check_gradients(trainer, "a2", cell).arrays[0].sample
        assert one is not None
        assert one.analytic == -1e12
        assert one.difference == pytest.approx(-1e12, rel=1e-5)
        assert (one.verdict, Note.EPSILON in one.notes) == (VERIFIED, True)
        behind = check_gradients(trainer, "z2", cell).arrays[0].sample
        assert behind is not None
        assert behind.verdict is VERIFIED


# ---- one array, one cell -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["W1", "b1", "z1", "a1", "W2", "b2", "z2", "a2"])
def test_any_cell_of_any_array_by_either_of_its_names(by: str) -> None:
    trainer = after_a_batch(points([3, 4, 2], 5, seed=1))
    name = {"W": "dW", "b": "db", "z": "delta", "a": "da"}[by[0]] + by[1]
    shape = trainer.tensors[by].shape
    for cell in np.ndindex(shape if len(shape) == 2 else (1, *shape)):
        check = check_gradients(trainer, by, cell)
        assert check == replace(check_gradients(trainer, name, cell), asked=(by, cell))
        (array,) = check.arrays
        assert (array.name, array.by, array.verdict, array.compared) == (name, by, VERIFIED, 1)
        assert array.sample is not None
        assert array.sample.cell == cell[-len(shape) :]
        if name in trainer.tensors:
            assert array.sample.analytic == trainer.tensors[name][array.sample.cell]
        assert array.sample.analytic == pytest.approx(array.sample.difference, rel=1e-6, abs=1e-9)


def test_what_the_lesson_does_not_compute_is_shown_by_the_oracles_alone() -> None:
    table = points([3, 4, 2], 5, seed=1)
    trainer = after_a_batch(table)
    x = np.array(table["data"]["x"])
    start = parameters_of(table, Trainer(Lesson.from_table(table)).tensors)
    for cell in np.ndindex(x.shape):
        found = check_gradients(trainer, "x", cell).arrays[0]
        assert (found.name, found.step, found.verdict) == ("dx", 0, Verdict.INCOMPARABLE)
        assert found.sample is not None
        assert found.sample.analytic is None
        assert found.sample.difference == pytest.approx(found.sample.autograd, rel=1e-6, abs=1e-9)
        moved = [x + h * (np.arange(x.size) == cell[0] * 3 + cell[1]).reshape(x.shape) for h in (1e-4, -1e-4)]
        up, down = (numpy_loss(table, start, at, np.array(table["data"]["y"])) for at in moved)
        assert found.sample.difference == pytest.approx((up - down) / 2e-4, rel=1e-4, abs=1e-7)


def test_a_softmax_output_beside_the_loss_is_said_not_to_matter() -> None:
    trainer = after_a_batch(points([3, 2], 2, output="softmax", loss="cross_entropy"))
    found = check_gradients(trainer, "a1").arrays[0]
    assert found.verdict is Verdict.INCOMPARABLE
    assert {Note.NO_GRADIENT, Note.UNUSED} <= set(found.notes)
    assert found.sample is not None
    assert found.sample.difference == 0.0


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (("W9", None), "this lesson has no array W9"),
        (("logp", None), "this lesson has no array logp"),
        (("y", None), "y has no gradient to check"),
        (("loss", None), "loss has no gradient to check"),
        (("vW1", None), "vW1 has no gradient to check"),
        (("W1", (3, 0)), r"dW1 has no cell \(3, 0\): it is 3 × 4"),
        (("W1", (0, -1)), r"dW1 has no cell \(0, -1\)"),
        (("b1", (0, 4)), r"db1 has no cell \(0, 4\): it is 4"),
    ],
)
def test_what_cannot_be_checked_is_said(asked: Any, sentence: str) -> None:
    with pytest.raises(GradientCheckError, match=sentence):
        check_gradients(after_a_batch(points([3, 4, 2], 5, seed=1)), *asked)


def test_large_arrays_are_sampled_the_same_way_each_time() -> None:
    trainer = after_a_batch(points([60, 50, 2], 3, seed=1))
    first, second = check_gradients(trainer), check_gradients(trainer)
    assert first == second
    sampled, whole = first.of("dW1"), first.of("dW2")
    assert sampled is not None
    assert whole is not None
    assert (sampled.cells, sampled.compared) == (3000, SAMPLE)
    assert whole.cells == whole.compared == 100 <= ALL_CELLS


def test_a_deep_net_is_checked_by_fewer_cells_in_the_time_there_is() -> None:
    sizes = [784, 512, 256, 128, 64, 10]
    table = points(sizes, 64, activation="relu", output="softmax", loss="cross_entropy", reduction="mean")
    table["init"] = {"scheme": "torch_linear", "seed": 1}
    table["run"] = {"dtype": "float32"}
    trainer = after_a_batch(table)
    began = time.perf_counter()
    result = check_gradients(trainer)
    assert time.perf_counter() - began < 15.0, "about 2 s where nothing else runs"
    assert result.ok, result
    for array in result.arrays:
        assert 2 <= array.compared + array.kinks <= array.cells


def test_a_wrong_cell_that_no_difference_was_taken_of_is_found_by_autograd_and_then_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nearly(a_in: Any, delta: Any) -> Any:
        right = a_in.T @ delta
        right[-1, -1] *= 1 + 1e-3
        return right

    monkeypatch.setattr(ops, "weight_gradient", nearly)
    result = check_gradients(after_a_batch(points([60, 50, 2], 3, seed=1)))
    assert [array.name for array in result.arrays if array.verdict is Verdict.WRONG] == ["dW2", "dW1"]
    wrong = cell_of(result, "dW1")
    assert wrong.cell == (59, 49)
    assert wrong.difference is not None
    assert wrong.error_difference == pytest.approx(1e-3, rel=0.01)


# ---- dtypes, torch, divergence -----------------------------------------------------------------------------------


@pytest.mark.parametrize("executor", ["numpy", "compiled", "torch"])
def test_a_float32_lesson_is_held_against_float64_within_its_own_rounding(executor: str) -> None:
    trainer = Trainer(Lesson.load("digits-sigmoid", {"run.executor": executor}))
    assert trainer.lesson.run.dtype == "float32"
    trainer.run(20)
    result = check_gradients(trainer)
    assert {array.verdict for array in result.arrays} == {VERIFIED}
    assert any(Note.ROUNDING in array.notes for array in result.arrays)


@pytest.mark.parametrize("lesson", ["toy-bias", "digits-sigmoid"])
def test_a_derivative_off_by_a_percent_is_wrong_in_both_dtypes(lesson: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = ops.sigmoid_backward
    monkeypatch.setitem(ops.ACTIVATIONS, "sigmoid", (ops.sigmoid, lambda g, a: 1.01 * right(g, a)))
    trainer = Trainer(Lesson.load(lesson, {"run.executor": "numpy", "network.activation": "sigmoid"}))
    trainer.run(3)
    result = check_gradients(trainer)
    assert not result.ok
    verdicts = {array.name: array.verdict for array in result.arrays}
    assert verdicts["delta1"] is verdicts["dW1"] is Verdict.WRONG


def test_without_torch_the_differences_remain(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def no_torch(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "torch":
            raise ImportError("no torch here")
        return real(name, *args, **kwargs)

    monkeypatch.delitem(sys.modules, "torch", raising=False)
    monkeypatch.setattr(builtins, "__import__", no_torch)
    trainer = Trainer(Lesson.load("toy-bias"))
    trainer.run(1)
    result = check_gradients(trainer)
    assert result.ok
    assert {array.max_rel_error_autograd for array in result.arrays} == {None}
    assert {array.verdict for array in result.arrays} == {VERIFIED}
    assert result.no_torch == "PyTorch could not be loaded: no torch here"


def test_a_run_that_diverged_has_nothing_to_check() -> None:
    trainer = Trainer(Lesson.load("toy", {"optimizer.learning_rate": 10.0}))
    trainer.run(100)
    with pytest.raises(GradientCheckError, match="z3 is not a finite number"):
        check_gradients(trainer)


# ---- what is told ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [0, 4, 7])
def test_before_a_gradient_is_computed_the_oracles_say_what_it_will_be(step: int) -> None:
    """The toy by hand: dW1 is 2.25 * 0.5 * 0.5 in every cell, before and after the batch computes it."""
    trainer = Trainer(Lesson.load("toy-bias"))
    trainer.finish_batch()
    trainer.step()
    trainer.seek(1, step)
    for array in check_gradients(trainer).arrays:
        assert array.verdict is Verdict.PENDING
        assert array.sample is not None
        assert (array.sample.analytic, array.sample.error) == (None, None)
        assert array.sample.difference == pytest.approx(array.sample.autograd, rel=1e-9)
        if array.name == "dW1":
            assert array.sample.autograd == pytest.approx(1.125 * 1.0)
    trainer.finish_batch()
    assert {array.verdict for array in check_gradients(trainer).arrays} == {Verdict.VERIFIED}


def test_a_relative_error_is_that_of_the_numbers_shown() -> None:
    """Both oracles find the same number, so their errors are the same, and a pencil finds it again."""
    trainer = Trainer(Lesson.load("toy-torch", {"run.executor": "numpy"}))
    trainer.finish_batch()
    seen = 0
    for array in check_gradients(trainer).arrays:
        sample = array.sample
        assert sample is not None
        assert sample.analytic is not None
        for oracle, error in ((sample.difference, sample.error_difference), (sample.autograd, sample.error_autograd)):
            assert oracle is not None
            assert error == pytest.approx(abs(sample.analytic - oracle) / max(abs(sample.analytic), abs(oracle)))
            seen += error > 0
        assert array.max_rel_error_autograd >= sample.error_autograd
        assert array.max_rel_error_difference >= sample.error_difference
    assert seen > 4, "float32 against float64 differs"


def test_a_cell_that_is_next_to_nothing_is_held_against_its_array() -> None:
    """Of a gradient like [1, 1e-12] the second, computed as 0, is not wrong by 100 %."""
    table = points([2, 1], 1, bias=False, init={"scheme": "explicit", "W": [[[0.5], [0.0]]]})
    table["data"] |= {"x": [[1.0, 1e-12]], "y": [[-0.5]]}
    trainer = Trainer(Lesson.from_table(table))
    trainer.finish_batch()
    (array,) = (a for a in check_gradients(trainer, "W1", (1, 0)).arrays)
    assert array.verdict is Verdict.VERIFIED
    assert array.sample is not None
    assert array.sample.analytic == pytest.approx(1e-12)
    assert array.sample.error == pytest.approx(0, abs=1e-9)


def test_a_unit_at_zero_is_not_said_to_be_off() -> None:
    """All weights 0: z2 is exactly 0, at the kink, and nothing arrives since W3 is 0."""
    lesson = Lesson.load("toy-bias", {"network.activation": "relu", "init.value": 0.0})
    trainer = Trainer(lesson)
    trainer.finish_batch()
    for array in check_gradients(trainer).arrays:
        assert Note.OFF not in array.notes
