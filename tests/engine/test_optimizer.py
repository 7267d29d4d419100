"""Momentum in both forms, and what may be changed while training runs: from the next batch on, never within one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.history import Change
from engine.lesson import Lesson, LessonError
from engine.trainer import LIVE_KEYS, Trainer
from tests.engine.nets import Arrays, Table, autograd, parameters_of, points, torch_loss

RATES = [0.05, 0.2, 0.01]


def net(**optimizer: Any) -> Table:
    return points([3, 4, 2], 6, seed=2, activation="tanh", optimizer=optimizer, data={"batch_size": 3})


def batch(table: Table, index: int) -> tuple[np.ndarray, np.ndarray]:
    rows = slice(3 * (index % 2), 3 * (index % 2) + 3)
    return np.array(table["data"]["x"])[rows], np.array(table["data"]["y"])[rows]


def assert_parameters(trainer: Trainer, expected: Arrays) -> None:
    for name, array in expected.items():
        np.testing.assert_allclose(trainer.tensors[name], array, rtol=1e-10, atol=1e-13, err_msg=name)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_torch_form_is_torch_optim_sgd(momentum: float) -> None:
    table = net(momentum=momentum, momentum_form="torch")
    trainer = Trainer(Lesson.from_table(table))
    leaves = {
        name: torch.tensor(array, requires_grad=True) for name, array in parameters_of(table, trainer.tensors).items()
    }
    sgd = torch.optim.SGD(leaves.values(), lr=0.05, momentum=momentum)
    for i in range(60):
        trainer.learning_rate = sgd.param_groups[0]["lr"] = RATES[i // 20]
        trainer.run(1)
        sgd.zero_grad()
        x, y = batch(table, i)
        torch_loss(table, leaves, torch.tensor(x), torch.tensor(y)).backward()
        sgd.step()
    assert_parameters(trainer, {name: leaf.detach().numpy() for name, leaf in leaves.items()})


def by_hand(table: Table, parameters: Arrays, plan: list[dict[str, Any]]) -> Arrays:
    """A training loop as one would write it: ``plan`` has the values in force for each batch."""
    v = {name: np.zeros_like(array) for name, array in parameters.items()}
    for i, now in enumerate(plan):
        if i and now["momentum_form"] != plan[i - 1]["momentum_form"]:  # the same motion, in the other form's unit
            eta = plan[i - 1]["learning_rate"]
            v = {name: speed * eta if now["momentum_form"] == "classic" else speed / eta for name, speed in v.items()}
        x, y = batch(table, i)
        _, gradients = autograd({**table, "loss": {**table["loss"], "reduction": now["reduction"]}}, parameters, x, y)
        for name, g in gradients.items():
            if name.startswith("b") and now["bias_gradient"] == "mean":
                g = g / len(x)
            eta, gamma = now["learning_rate"], now["momentum"]
            if gamma == 0:
                v[name] = np.zeros_like(g)
                parameters[name] = parameters[name] - eta * g
            elif now["momentum_form"] == "classic":
                v[name] = gamma * v[name] + eta * g
                parameters[name] = parameters[name] - v[name]
            else:
                v[name] = gamma * v[name] + g
                parameters[name] = parameters[name] - eta * v[name]
    return parameters


START = {"learning_rate": 0.05, "momentum": 0.5, "momentum_form": "torch", "bias_gradient": "same", "reduction": "sum"}


def test_classic_form_is_the_loop_one_would_write() -> None:
    table = net(momentum=0.9, momentum_form="classic")
    trainer = Trainer(Lesson.from_table(table))
    plan = [{**START, "momentum": 0.9, "momentum_form": "classic", "learning_rate": RATES[i // 20]} for i in range(60)]
    expected = by_hand(table, parameters_of(table, trainer.tensors), plan)
    for now in plan:
        trainer.learning_rate = now["learning_rate"]
        trainer.run(1)
    assert_parameters(trainer, expected)


def test_the_two_forms_differ_only_once_the_rate_changes() -> None:
    results = []
    for form in ("torch", "classic"):
        trainer = Trainer(Lesson.from_table(net(momentum=0.9, momentum_form=form)))
        trainer.run(10)
        before = trainer.tensors["W1"].copy()
        trainer.learning_rate = 0.5
        trainer.run(3)
        results.append((before, trainer.tensors["W1"].copy()))
    np.testing.assert_allclose(results[0][0], results[1][0], rtol=1e-12)
    assert np.abs(results[0][1] - results[1][1]).max() > 1e-3


def test_changing_the_form_at_a_constant_rate_changes_nothing() -> None:
    plain, switched = (Trainer(Lesson.from_table(net(momentum=0.9))) for _ in range(2))
    plain.run(30)
    for form in ("classic", "torch", "classic"):
        switched.run(7)
        switched.set("optimizer.momentum_form", form)
    switched.run(9)
    np.testing.assert_allclose(switched.tensors.parameters, plain.tensors.parameters, rtol=1e-12)


changes = st.one_of(
    st.tuples(st.just("optimizer.learning_rate"), st.floats(1e-4, 0.3)),
    st.tuples(st.just("optimizer.momentum"), st.sampled_from([0.0, 0.3, 0.9])),
    st.tuples(st.just("optimizer.momentum_form"), st.sampled_from(["torch", "classic"])),
    st.tuples(st.just("optimizer.bias_gradient"), st.sampled_from(["same", "mean"])),
    st.tuples(st.just("loss.reduction"), st.sampled_from(["sum", "mean"])),
)


@settings(max_examples=60)
@given(st.lists(st.lists(st.tuples(st.integers(0, 30), changes), max_size=3), min_size=1, max_size=8))
def test_changes_at_any_step_count_from_the_next_batch_on(script: list[list[tuple[int, tuple[str, Any]]]]) -> None:
    """``script``: for each batch, the changes made in it, each after so many of its steps."""
    table = net(momentum=0.5)
    trainer = Trainer(Lesson.from_table(table))
    parameters = parameters_of(table, trainer.tensors)
    now, plan = dict(START), []
    for made in script:
        later = {}
        if trainer.batch_done:
            trainer.step()  # into the next batch, with what was asked for in the last one
        for after, (key, value) in sorted(made, key=lambda m: m[0]):
            while trainer.position.step < after and not trainer.batch_done:
                trainer.step()
            name = key.partition(".")[2]
            (now if trainer.position.step == 0 else later)[name] = value
            trainer.set(key, value)
        if not trainer.batch_done:
            trainer.finish_batch()
        plan.append(dict(now))
        now.update(later)
    assert_parameters(trainer, by_hand(table, parameters, plan))


@pytest.mark.parametrize("after", [1, 7, 15, 16, 17])
def test_a_rate_changed_within_a_batch_leaves_that_batch_alone(after: int) -> None:
    changed, plain = Trainer(Lesson.load("toy-bias")), Trainer(Lesson.load("toy-bias"))
    changed.run_to(after)
    changed.learning_rate = 5.0
    assert changed.learning_rate == 0.1
    assert changed.wanted == {"optimizer.learning_rate": 5.0}
    changed.finish_batch()
    plain.finish_batch()
    assert np.array_equal(changed.tensors.vector, plain.tensors.vector)
    changed.step()
    assert changed.learning_rate == 5.0
    assert changed.wanted == {}
    assert changed.log.changes == (Change(2, "optimizer.learning_rate", 0.1, 5.0),)


def test_before_the_first_step_of_a_batch_a_change_counts_at_once() -> None:
    trainer = Trainer(Lesson.load("toy"))
    trainer.learning_rate = 1.0
    trainer.finish_batch()
    assert trainer.tensors["W3"].tolist() == [[-0.25], [-0.25]]
    assert trainer.metrics.learning_rate.values().tolist() == [1.0]


def test_the_last_of_several_changes_counts_and_is_logged_once() -> None:
    trainer = Trainer(Lesson.load("toy"))
    trainer.run(3)
    for rate in (0.2, 0.3, 0.4):
        trainer.learning_rate = rate
    trainer.run(1)
    assert trainer.log.changes == (Change(4, "optimizer.learning_rate", 0.1, 0.4),)
    assert trainer.metrics.learning_rate.values().tolist() == [0.1, 0.1, 0.1, 0.4]


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf"), "fast", None, True, [0.1]])
def test_a_rate_that_cannot_be_is_refused_and_changes_nothing(value: Any) -> None:
    trainer = Trainer(Lesson.load("toy"))
    with pytest.raises(LessonError, match=r"optimizer\.learning_rate"):
        trainer.learning_rate = value
    assert trainer.learning_rate == 0.1
    assert trainer.wanted == {}
    trainer.run(1)
    assert trainer.metrics.learning_rate.values().tolist() == [0.1]


def test_what_cannot_change_during_a_run_is_refused_with_what_can() -> None:
    trainer = Trainer(Lesson.load("toy"))
    with pytest.raises(LessonError) as caught:
        trainer.set("network.sizes", [2, 1])
    assert "network.sizes" in str(caught.value)
    assert all(key in str(caught.value) for key in LIVE_KEYS)
