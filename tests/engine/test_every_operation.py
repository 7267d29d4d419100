"""Whatever can be trained with can be explained and checked: formula, arithmetic, code, and torch.autograd know it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import lesson as lessons
from engine import ops
from engine.autograd import autograd_gradients
from engine.expression import expression
from engine.formula import latex
from engine.lesson import Lesson
from engine.listing import listing
from engine.program import Program
from engine.trainer import Trainer
from tests.engine.nets import Table, points
from tests.engine.test_expression import check_batch as check_arithmetic
from tests.engine.test_formula import check_batch as check_formulas
from tests.engine.test_listing import check as check_code

FORMS = next(f.metadata["allowed"] for f in dataclasses.fields(lessons.Optimizer) if f.name == "momentum_form")
NODES = ("layers", "separate")


def check_autograd(table: Table) -> None:
    """The twin in plain torch finds the gradients that the lesson computes."""
    lesson = Lesson.from_table(table)
    trainer = Trainer(lesson)
    for _ in range(3):  # up to the end of backward
        trainer.finish_phase()
    theirs = autograd_gradients(lesson, trainer.tensors, lesson.gradient_reduction)
    for step in trainer.program.steps:
        if step.phase == "backward":
            np.testing.assert_allclose(trainer.tensors[step.write], theirs[step.write], rtol=1e-8, atol=1e-11)


def check(table: Table, folder: Path) -> None:
    check_formulas(table)
    check_arithmetic(table, None)
    check_code(table, folder, batches=2)
    check_autograd(table)


@pytest.mark.parametrize("nodes", NODES)
@pytest.mark.parametrize("name", ops.ACTIVATIONS)
def test_every_activation_is_known_everywhere(name: str, nodes: str, tmp_path: Path) -> None:
    where = {"output": name} if name in lessons.OUTPUT_ACTIVATIONS else {}
    hidden = {"activation": name} if name in lessons.HIDDEN_ACTIVATIONS else {}
    assert where or hidden
    check(points([2, 3, 2], 4, **where, **hidden, network={"nodes": nodes}), tmp_path)


@pytest.mark.parametrize("nodes", NODES)
@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("name", [*ops.LOSSES, *ops.FUSED_LOSSES])
def test_every_loss_is_known_everywhere(name: str, reduction: str, nodes: str, tmp_path: Path) -> None:
    output = ops.FUSED_LOSSES[name][1] if name in ops.FUSED_LOSSES else "tanh"
    check(points([2, 3], 4, output=output, loss=name, reduction=reduction, network={"nodes": nodes}), tmp_path)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_momentum_is_known_everywhere(form: str, tmp_path: Path) -> None:
    optimizer = {"momentum": 0.5, "momentum_form": form}
    check(points([2, 3], 4, optimizer=optimizer), tmp_path)


# ---- what would be forgotten -------------------------------------------------------------------------------------


def swish(z: Any) -> Any:
    return z / (1 + np.exp(-z))


def swish_backward(g: Any, z: Any) -> Any:
    s = 1 / (1 + np.exp(-z))
    return g * (s + z * s * (1 - s))


def l3(a: Any, y: Any, share: float) -> Any:
    return share * (np.abs(a - y) ** 3).sum()


def l3_gradient(a: Any, y: Any, gradient_share: float) -> Any:
    return gradient_share * 3 * (a - y) * np.abs(a - y)


def formulas_of(lesson: Lesson, trainer: Trainer) -> None:
    for step in trainer.program.steps:
        latex(step, lesson)


def arithmetic_of(lesson: Lesson, trainer: Trainer) -> None:
    for step in trainer.program.steps:
        expression(step, lesson, trainer.tensors, {step.write: trainer.tensors[step.write]}, 0, 0)


def code_of(lesson: Lesson, trainer: Trainer) -> None:
    listing(lesson, "numpy")


def torch_of(lesson: Lesson, trainer: Trainer) -> None:
    autograd_gradients(lesson, trainer.tensors, "sum")


EXPLAINERS = [formulas_of, arithmetic_of, code_of, torch_of]


@pytest.mark.parametrize("explain", EXPLAINERS)
@pytest.mark.parametrize("nodes", NODES)
def test_an_activation_that_only_ops_knows_is_taken_for_no_other(
    explain: Callable[[Lesson, Trainer], None], nodes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ops.ACTIVATIONS, "swish", (swish, swish_backward))
    lesson = Lesson.from_table(points([2, 3, 2], 4, network={"nodes": nodes}))
    explain(lesson, Trainer(lesson))
    lesson = dataclasses.replace(lesson, network=dataclasses.replace(lesson.network, activation="swish"))
    with pytest.raises((AssertionError, KeyError), match="swish"):
        explain(lesson, Trainer(lesson))


@pytest.mark.parametrize("explain", EXPLAINERS)
@pytest.mark.parametrize("nodes", NODES)
def test_a_loss_that_only_ops_knows_is_taken_for_no_other(
    explain: Callable[[Lesson, Trainer], None], nodes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ops.LOSSES, "l3", (l3, l3_gradient))
    lesson = Lesson.from_table(points([2, 3, 2], 4, network={"nodes": nodes}))
    lesson = dataclasses.replace(lesson, loss=dataclasses.replace(lesson.loss, name="l3"))
    with pytest.raises((AssertionError, KeyError), match="l3"):
        explain(lesson, Trainer(lesson))


@pytest.mark.parametrize("op", ["output_delta", "hidden_delta", "sgd"])
@pytest.mark.parametrize("explain", EXPLAINERS[:2])
def test_a_part_that_is_not_known_is_said(explain: Callable[[Lesson, Trainer], None], op: str) -> None:
    """Each by itself: the steps before it would be missed first."""
    lesson = Lesson.from_table(points([2, 3, 2], 4))
    trainer = Trainer(lesson)
    (step, *_) = [step for step in trainer.program.steps if step.op == op]
    if op == "sgd":
        step, other = dataclasses.replace(step, op="adam"), lesson
    elif op == "output_delta":
        other = dataclasses.replace(lesson, loss=dataclasses.replace(lesson.loss, name="l3"))
    else:
        other = dataclasses.replace(lesson, network=dataclasses.replace(lesson.network, activation="swish"))
    trainer.program = Program((step,))
    with pytest.raises(AssertionError, match=r"adam|l3|swish"):
        explain(other, trainer)
