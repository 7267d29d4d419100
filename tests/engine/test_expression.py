"""The written-out arithmetic of a cell: read back as text, it comes to what the Step wrote."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.expression import Cell, Piece, expression, label, pieces
from engine.lesson import Lesson
from engine.program import Step
from engine.trainer import Trainer
from tests.engine.nets import Table, points, random_nets

WORDS = {"e": math.e, "log": math.log, "tanh": math.tanh, "max": max, "sign": lambda v: float(np.sign(v)), "abs": abs}


def worth(written: tuple[Piece, ...]) -> float:
    """What a written expression comes to, read as a person would read it: exponents raised, [z > 0] is 1 or 0."""
    text, up = "", False
    for piece in written:
        if piece.raised != up:
            text += "**(" if piece.raised else ")"
            up = piece.raised
        text += piece.text
    text += ")" if up else ""
    text = text.replace("−", "-").replace("·", "*")
    text = re.sub(r"\|([^|]*)\|", r"abs(\1)", text)
    text = text.replace("[", "(").replace("]", ")")
    return float(eval(text, {"__builtins__": {}}, WORDS))  # noqa: S307


def cells_of(trainer: Trainer, step: Step, most: int = 4) -> list[tuple[int, int]]:
    """First, last and some cells between of what a Step wrote."""
    shape = np.atleast_2d(trainer.tensors[step.write]).shape
    every = list(np.ndindex(shape))
    return every[:: max(1, len(every) // most)] + every[-1:]


def check_batch(table: Table, terms: int | None, batches: int = 1) -> set[str]:
    """Every Step of a lesson: each cell's text comes to its value. Returns the ops that were seen."""
    trainer, seen = Trainer(Lesson.from_table(table)), set()
    for _ in range(batches * len(trainer.program)):
        old = {name: array.copy() for name, array in trainer.tensors.items()}
        step = trainer.step()
        before = {step.write: old[step.write]} if step.write in step.reads else {}
        seen.add(step.op)
        for row, column in cells_of(trainer, step):
            found = expression(step, trainer.lesson, trainer.tensors, before, row, column, terms)
            assert found.cell == Cell(step.write, row, column)
            value = float(np.atleast_2d(trainer.tensors[step.write])[row, column])
            assert found.value == value
            assert found.right is not None
            written = pieces(found.right, repr)
            assert worth(written) == pytest.approx(value, rel=1e-9, abs=1e-13), (step.title, written)
            for piece in written:  # a number that says where it stands, stands there
                if piece.cell is not None and piece.cell.name in step.reads:
                    known = np.atleast_2d(before.get(piece.cell.name, trainer.tensors[piece.cell.name]))
                    text = piece.text.strip("()").replace("−", "-")
                    assert float(text) == known[piece.cell.row, piece.cell.column]
    return seen


@settings(max_examples=60, deadline=None)
@given(random_nets(), st.sampled_from([None, 2, 3, 5]), st.sampled_from(["layers", "separate"]))
def test_the_text_comes_to_the_value_in_random_nets(table: Table, terms: int | None, nodes: str) -> None:
    table["network"]["nodes"] = nodes
    check_batch(table, terms)


EVERY_OPERATION = ["identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus"]


@pytest.mark.parametrize("terms", [None, 4])
@pytest.mark.parametrize("nodes", ["layers", "separate"])
def test_every_op_has_an_expression(nodes: str, terms: int | None) -> None:
    sizes = [3, *([4] * len(EVERY_OPERATION)), 3]
    seen = set()
    for output, loss in [
        ("softmax", "cross_entropy"),
        ("sigmoid", "binary_cross_entropy"),
        ("softmax", "mse"),
        ("tanh", "l1"),
        ("identity", "half_squared_error"),
    ]:
        for form in ("torch", "classic"):
            for bias in ("same", "mean"):
                optimizer = {"momentum": 0.9 * (bias == "same"), "momentum_form": form, "bias_gradient": bias}
                table = points(sizes, 5, activation=EVERY_OPERATION, output=output, loss=loss, optimizer=optimizer)
                table["network"]["nodes"], table["loss"]["reduction"] = nodes, "mean"
                table["loss"]["gradient"] = "sum" if bias == "same" else "same"
                seen |= check_batch(table, terms, batches=2)
                table["network"]["bias"] = False
                seen |= check_batch(table, terms)
    assert seen >= {"affine", "linear", "weight_gradient", "bias_gradient", "bias_gradient_mean", "sgd", "subtract"}
    assert seen >= {"velocity_torch", "velocity_classic", "output_error", *EVERY_OPERATION}
    if nodes == "separate":
        assert seen >= {"softmax_epsilon", "log", "negative_log_likelihood", "negative_log_likelihood_gradient"}
        assert seen >= {"log_backward", "softmax_backward_jacobian", "output_gradient", "backward_through_weights"}
        assert seen >= {f"{name}_backward" for name in EVERY_OPERATION}
    else:
        assert seen >= {"softmax", "hidden_delta", "output_delta", "cross_entropy", "mse", "l1"}


def test_the_sum_that_document_004_works_out_by_hand() -> None:
    trainer = Trainer(Lesson.load("toy-bias"))
    for _ in range(3):
        step = trainer.step()
    found = expression(step, trainer.lesson, trainer.tensors, {}, 0, 1)
    assert found.right is not None
    text = "".join(piece.text for piece in pieces(found.right, lambda v: f"{v:g}"))
    assert (text, found.value) == ("0.5·1.5 + 0.5·1.5 + 0.5·1.5 + 0.5", 2.75)
    named = pieces(found.right, repr, lambda cell: cell.name + label(cell, "column", trainer.tensors[cell.name].shape))
    assert "".join(piece.text for piece in named).startswith("W2[1, 0]·a1[0] + W2[1, 1]·a1[1]")


@pytest.mark.parametrize("orientation", ["row", "column"])
def test_through_the_jacobian_of_softmax_a_cell_is_the_sum_of_its_entries(orientation: str) -> None:
    table = points([2, 3], 1, output="softmax", loss="cross_entropy")
    table["network"]["nodes"] = "separate"
    trainer = Trainer(Lesson.from_table(table).with_value("run.orientation", orientation))
    while (step := trainer.step()).write != "delta1":
        pass
    found = expression(step, trainer.lesson, trainer.tensors, {}, 0, 2)
    assert found.right is not None
    named = "".join(piece.text for piece in pieces(found.right, repr, lambda cell: f"{cell.name}[{cell.column}]"))
    by_row = "da1[0]·J[0, 2] + da1[1]·J[1, 2] + da1[2]·J[2, 2]"
    assert named == (by_row if orientation == "row" else "J[2, 0]·da1[0] + J[2, 1]·da1[1] + J[2, 2]·da1[2]")
    a = trainer.tensors["a1"][0]
    entries = [float(p.text.strip("()").replace("−", "-")) for p in pieces(found.right, repr) if p.found]
    np.testing.assert_allclose(entries, (np.diag(a) - np.outer(a, a))[:, 2], rtol=1e-12)


def test_a_long_sum_keeps_its_ends_counts_the_rest_and_still_adds_up() -> None:
    random = np.random.default_rng(5)
    x = random.normal(size=(1, 784)) * (random.random((1, 784)) < 0.3)
    x[0, :100] = x[0, 700:] = 0  # as at the edges of a picture
    table = points([784, 3, 2], 1)
    table["data"]["x"] = x.tolist()
    trainer = Trainer(Lesson.from_table(table))
    step = trainer.step()
    found = expression(step, trainer.lesson, trainer.tensors, {}, 0, 2, terms=5)
    assert found.right is not None
    written = pieces(found.right, repr)
    (rest,) = [piece for piece in written if piece.rest]
    shown = {piece.cell.column for piece in written if piece.cell and piece.cell.name == "x"}
    inside = np.flatnonzero(x[0])
    assert rest.rest == 784 - 5
    assert shown == {*inside[:3], *inside[-2:]}
    expected = float((x @ trainer.tensors["W1"])[0, 2] + trainer.tensors["b1"][2])
    assert worth(written) == pytest.approx(expected, rel=1e-12)


def test_an_update_whose_old_value_is_gone_has_only_its_result() -> None:
    trainer = Trainer(Lesson.load("toy-bias"))
    trainer.run(1)
    step = trainer.program.steps[-1]
    found = expression(step, trainer.lesson, trainer.tensors, {}, 0, 0)
    assert (found.right, found.cells) == (None, ())
    assert found.value == trainer.tensors[step.write][0]


@pytest.mark.parametrize(
    ("orientation", "name", "shape", "text"),
    [
        ("row", "W1", (3, 4), "[1, 2]"),
        ("column", "W1", (3, 4), "[2, 1]"),
        ("row", "b1", (4,), "[2]"),
        ("column", "b1", (4,), "[2]"),
        ("column", "delta1", (1, 4), "[2]"),
        ("row", "delta1", (1, 4), "[0, 2]"),
        ("column", "dW3", (1, 4), "[2, 0]"),
        ("row", "vW3", (1, 4), "[0, 2]"),
    ],
)
def test_indices_are_those_of_the_lesson(orientation: str, name: str, shape: tuple[int, ...], text: str) -> None:
    row = 0 if len(shape) == 1 or shape[0] == 1 else 1
    assert label(Cell(name, row, 2), orientation, shape) == text
    assert label(Cell("loss", 0, 0), orientation, ()) == ""


@pytest.mark.parametrize("name", ["toy-bias", "toy-torch"])
def test_the_indices_are_valid_in_the_script(name: str) -> None:
    """Each place that is named holds its number in the arrays of the NumPy listing."""
    lesson = Lesson.load(name, {"run.executor": "numpy"})
    trainer = Trainer(lesson)
    for _ in range(16):
        step = trainer.step()
        found = expression(step, lesson, trainer.tensors, {}, 0, 0)
        for cell in (found.cell, *found.cells):
            stored = trainer.tensors[cell.name]
            turned = np.atleast_2d(stored).T if lesson.run.orientation == "column" and stored.ndim else stored
            indices = re.findall(r"\d+", label(cell, lesson.run.orientation, stored.shape))
            assert turned[tuple(map(int, indices))].item() == np.atleast_2d(stored)[cell.row, cell.column]
