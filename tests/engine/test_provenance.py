"""Where a number came from: the terms add up to the cell, in every array, cell and Step; who pushed; the ledger."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.expression import pieces
from engine.last_batches import LedgerRow, ledger_row
from engine.lesson import Lesson
from engine.provenance import (
    Kind,
    Origin,
    Push,
    Symbol,
    origin,
    pushes,
    sources,
)
from engine.trainer import Position, Trainer
from tests.engine.nets import INPUT_COLUMN, Arrays, Table, points, random_nets, torch_loss, with_gradient_of

PARAMETERS = ("W", "b", "vW", "vb")


def kept(trainer: Trainer) -> Arrays:
    """Copies of the parameters and velocities as they are now."""
    return {name: a.copy() for name, a in trainer.tensors.items() if name.rstrip("0123456789") in PARAMETERS}


def plane(array: np.ndarray) -> np.ndarray:
    return np.atleast_2d(array)


def origin_of(
    trainer: Trainer, name: str, cell: tuple[int, int], start: Mapping[str, Any], *, old: bool = False
) -> Origin:
    return origin(name, cell, trainer.tensors, trainer.program, trainer.lesson, trainer.position, start, old=old)


def text(found: Origin) -> str:
    return "".join(part.name + part.indices if isinstance(part, Symbol) else part for part in found.formula)


def check(trainer: Trainer, name: str, start: Arrays) -> None:
    """Every cell of an array that a Step has written: the terms add up, and every factor is what it says."""
    step = next(step for step in trainer.program.steps if step.write == name)
    done = {step.write for step in trainer.program.steps[: trainer.position.step]}
    array = plane(trainer.tensors[name])
    eps = np.finfo(array.dtype).eps
    for cell in np.ndindex(array.shape):
        found = origin_of(trainer, name, cell, start)
        assert (found.name, found.cell, found.kind, found.step) == (name, cell, Kind.STEP, step)
        assert found.value == array[cell]
        assert found.agrees, (step.title, cell, found.difference, found.tolerance)
        # the tolerance is no free pass: it stays within rounding of what is added up and of what that is made of
        scale = max(found.magnitude, abs(found.value), 1.0)
        assert found.tolerance < 1e4 * eps * scale
        assert abs(found.difference) < 100 * eps * scale
        assert abs(found.total - sum(term.value for term in found.terms)) <= 1e-14 * found.magnitude
        sizes = [abs(term.value) for term in found.terms]
        assert sizes == sorted(sizes, reverse=True)
        for term in found.terms:
            for factor in term.factors:
                now = plane(trainer.tensors[factor.name])[factor.cell]
                if factor.old:
                    assert factor.name in done
                    assert factor.value == plane(start[factor.name])[factor.cell]
                elif step.op == "cross_entropy":  # found from z in double precision, without the roundings of a
                    assert factor.value == pytest.approx(now, rel=1e-4, abs=1e-30)
                else:
                    assert factor.value == now
                assert factor.name in step.reads or factor.name in (f"a{step.layer}", f"z{step.layer}", "y")
        read = {factor.name for term in found.terms for factor in term.factors}
        assert set(sources(found)) == read


def walk(table: Table, batches: int) -> None:
    """Each array just after its Step, and all of them once more at the end of each batch."""
    trainer = Trainer(Lesson.from_table(table))
    for _ in range(batches):
        start = kept(trainer)
        for _ in range(len(trainer.program)):
            check(trainer, trainer.step().write, start)
        for step in trainer.program.steps:
            check(trainer, step.write, start)


FORMS = st.fixed_dictionaries(
    {"momentum": st.sampled_from((0.0, 0.9)), "momentum_form": st.sampled_from(("torch", "classic"))}
)


@settings(max_examples=40)
@given(random_nets(), FORMS, st.sampled_from(("float64", "float32")), st.sampled_from(("row", "column")))
def test_terms_add_up_to_every_cell_of_random_nets(table: Table, form: Table, dtype: str, orientation: str) -> None:
    table["optimizer"] |= form
    table["run"] = {"dtype": dtype, "orientation": orientation}
    walk(table, batches=2)


ENDS = [
    ("softmax", "cross_entropy"),
    ("sigmoid", "binary_cross_entropy"),
    ("softmax", "mse"),
    ("softmax", "l1"),
    ("tanh", "l1"),
    ("identity", "half_squared_error"),
    ("sigmoid", "half_squared_error"),
]
EVERY = ["identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus"]


@pytest.mark.parametrize("nodes", ["layers", "separate"])
@pytest.mark.parametrize(("output", "loss"), ENDS)
def test_terms_add_up_for_every_operation(output: str, loss: str, nodes: str) -> None:
    for bias, form, reduction in ((True, "torch", "sum"), (INPUT_COLUMN, "classic", "mean"), (False, "torch", "mean")):
        optimizer = {"momentum": 0.9, "momentum_form": form, "bias_gradient": "mean" if form == "torch" else "same"}
        table = points([3, 4, 3, 4, 3, 4, 3, 3], 4, activation=EVERY, output=output, loss=loss, reduction=reduction,
                       bias=bias, optimizer=optimizer)  # fmt: skip
        table["network"]["nodes"] = nodes
        walk(table, batches=2)


def test_a_cell_that_its_terms_do_not_come_to_is_not_said_to_agree() -> None:
    trainer = Trainer(Lesson.load("toy-bias"))
    start = kept(trainer)
    trainer.finish_batch()
    assert origin_of(trainer, "dW2", (1, 0), start).agrees
    trainer.tensors["dW2"][1, 0] *= 1 + 1e-12
    found = origin_of(trainer, "dW2", (1, 0), start)
    assert not found.agrees
    assert found.difference == pytest.approx(1.5 * 1.125 * 1e-12, rel=1e-3)


# ---- the toy net, by the document's numbers ---------------------------------------------------------------------


@pytest.fixture
def toy() -> tuple[Trainer, Arrays]:
    """toy-bias after its first batch, and what it started from: W = b = 0.5, x = (1, 1), y = 1."""
    trainer = Trainer(Lesson.load("toy-bias", {"run.orientation": "row"}))
    start = kept(trainer)
    trainer.finish_batch()
    return trainer, start


def test_the_trail_from_an_updated_weight_back_to_the_input_with_the_documents_numbers(
    toy: tuple[Trainer, Arrays],
) -> None:
    trainer, start = toy
    eta = trainer.lesson.optimizer.learning_rate

    def numbers(name: str, cell: tuple[int, int]) -> list[tuple[float, list[tuple[str, tuple[int, int], float, bool]]]]:
        found = origin_of(trainer, name, cell, start)
        assert found.agrees
        return [(t.value, [(f.name, f.cell, f.value, f.old) for f in t.factors]) for t in found.terms]

    # delta3 = 2.25, delta2 = delta1 = 1.125, a1 = 1.5, a2 = 2.75, z3 = 3.25
    assert (
        numbers("W2", (0, 1))
        == [
            (pytest.approx(-eta * 1.6875), [("dW2", (0, 1), 1.6875, False)]),
            (0.5, [("W2", (0, 1), 0.5, True)]),
        ][:: 1 if eta * 1.6875 > 0.5 else -1]
    )
    assert numbers("dW2", (0, 1)) == [(1.6875, [("a1", (0, 0), 1.5, False), ("delta2", (0, 1), 1.125, False)])]
    assert numbers("delta2", (0, 1)) == [(1.125, [("delta3", (0, 0), 2.25, False), ("W3", (1, 0), 0.5, True)])]
    assert numbers("delta3", (0, 0)) == [
        (3.25, [("a3", (0, 0), 3.25, False)]),
        (-1.0, [("y", (0, 0), 1.0, False)]),
    ]
    assert numbers("a3", (0, 0)) == [(3.25, [("z3", (0, 0), 3.25, False)])]
    assert numbers("z3", (0, 0)) == [
        (1.375, [("a2", (0, 0), 2.75, False), ("W3", (0, 0), 0.5, True)]),
        (1.375, [("a2", (0, 1), 2.75, False), ("W3", (1, 0), 0.5, True)]),
        (0.5, [("b3", (0, 0), 0.5, True)]),
    ]
    assert numbers("z1", (0, 2)) == [
        (0.5, [("x", (0, 0), 1.0, False), ("W1", (0, 2), 0.5, True)]),
        (0.5, [("x", (0, 1), 1.0, False), ("W1", (1, 2), 0.5, True)]),
        (0.5, [("b1", (0, 2), 0.5, True)]),
    ]
    assert numbers("loss", (0, 0)) == [(2.25**2 / 2, [("a3", (0, 0), 3.25, False), ("y", (0, 0), 1.0, False)])]


def test_the_numbers_are_those_of_the_reference_file(toy: tuple[Trainer, Arrays]) -> None:
    path = Path(__file__).resolve().parents[3] / "shared" / "reference" / "seed_values.json"
    if not path.is_file():
        pytest.skip("the documents' values are not here")
    known = json.loads(path.read_text())["004_a2d4b7a0ea5c50e7.txt"]
    trainer, start = toy
    for part in ("bias_first_forward", "bias_first_backward"):
        for name, values in known[part].items():
            found = [origin_of(trainer, name, (0, j), start).result for j in range(len(values))]
            assert found == values, name


@pytest.mark.parametrize(
    ("name", "cell", "row", "column"),
    [
        ("z2", (0, 1), "z2[0, 1] = Σi a1[0, i]·W2[i, 1] + b2[1]", "z2[1] = Σi W2[1, i]·a1[i] + b2[1]"),
        ("a2", (0, 1), "a2[0, 1] = z2[0, 1]", "a2[1] = z2[1]"),
        ("loss", (0, 0), "loss = ½ (a3[0, 0] − y[0, 0])²", "loss = ½ (a3[0] − y[0])²"),
        ("delta3", (0, 0), "delta3[0, 0] = a3[0, 0] − y[0, 0]", "delta3[0] = a3[0] − y[0]"),
        ("delta1", (0, 2), "delta1[0, 2] = Σi delta2[0, i]·W2[2, i]", "delta1[2] = Σi W2[i, 2]·delta2[i]"),
        ("dW2", (2, 1), "dW2[2, 1] = a1[0, 2]·delta2[0, 1]", "dW2[1, 2] = delta2[1]·a1[2]"),
        ("db2", (0, 1), "db2[1] = delta2[0, 1]", "db2[1] = delta2[1]"),
        ("W2", (2, 1), "W2[2, 1] := W2[2, 1] − η·dW2[2, 1]", "W2[1, 2] := W2[1, 2] − η·dW2[1, 2]"),
    ],
)
def test_the_formula_of_a_cell_follows_the_lessons_orientation(
    toy: tuple[Trainer, Arrays], name: str, cell: tuple[int, int], row: str, column: str
) -> None:
    trainer, start = toy
    assert text(origin_of(trainer, name, cell, start)) == row
    trainer.set("run.orientation", "column")
    assert text(origin_of(trainer, name, cell, start)) == column


def test_a_batch_of_several_is_summed_over_s_and_slopes_are_named() -> None:
    table = points([2, 3, 2], 4, activation="tanh", output="softmax", loss="mse", reduction="mean")
    trainer = Trainer(Lesson.from_table(table))
    start = kept(trainer)
    trainer.finish_batch()
    texts = {step.write: text(origin_of(trainer, step.write, (0, 0), start)) for step in trainer.program.steps}
    assert texts["dW1"] == "dW1[0, 0] = Σs x[s, 0]·delta1[s, 0]"
    assert texts["db1"] == "db1[0] = Σs delta1[s, 0]"
    assert texts["delta1"] == "delta1[0, 0] = tanh′(z1[0, 0])·Σi delta2[0, i]·W2[0, i]"
    assert texts["delta2"] == "delta2[0, 0] = Σi 2·(a2[0, i] − y[0, i]) / 2 / 4·J[i, 0]"
    assert texts["a2"] == "a2[0, 0] = exp z2[0, 0] / (Σi exp z2[0, i])"
    assert texts["loss"] == "loss = Σs,i (a2[s, i] − y[s, i])² / 2 / 4"


def test_a_term_can_be_written_with_names_and_with_numbers() -> None:
    table = points([1, 1, 1], 1, activation="sigmoid", output="tanh", optimizer={"momentum": 0.5})
    trainer = Trainer(Lesson.from_table(table))
    start = kept(trainer)
    trainer.finish_batch()

    def written(name: str) -> list[str]:
        terms = origin_of(trainer, name, (0, 0), start).terms
        named = [pieces(t.node, lambda v: f"{v:.3g}", lambda c: c.name) for t in terms]
        return sorted("".join(piece.text for piece in line) for line in named)

    assert written("delta1") == ["delta2·W2·sigmoid′(z)"]
    assert written("W2") == ["W2", "−η·vW2"]
    assert written("vW2") == ["dW2", "γ·vW2"]


# ---- where trails end -------------------------------------------------------------------------------------------


def test_where_trails_end() -> None:
    table = points([2, 2, 1], 3, bias=INPUT_COLUMN, optimizer={"momentum": 0.5})
    trainer = Trainer(Lesson.from_table(table))
    start = kept(trainer)

    def kind(name: str, cell: tuple[int, int] = (0, 0), *, old: bool = False) -> Kind:
        found = origin_of(trainer, name, cell, start, old=old)
        if found.kind is not Kind.STEP:
            assert not found.terms
            assert not sources(found)
        return found.kind

    assert kind("x") is Kind.INPUT
    assert kind("x", (0, 2)) is Kind.ONE
    assert kind("y") is Kind.TARGET
    assert kind("W1") is kind("vW1") is Kind.INITIAL
    assert kind("z1") is kind("dW1") is Kind.PENDING
    while trainer.step().write != "W1":
        pass
    assert kind("W1") is kind("vW1") is kind("dW1") is Kind.STEP
    assert kind("W2") is Kind.INITIAL
    assert kind("W1", old=True) is Kind.INITIAL
    assert origin_of(trainer, "W1", (0, 0), start, old=True).value == start["W1"][0, 0]
    trainer.finish_batch()
    start = kept(trainer)
    trainer.step()
    assert kind("W1") is kind("vW1") is Kind.LEFT
    assert kind("z2") is Kind.PENDING
    trainer.finish_batch()
    assert kind("W1") is Kind.STEP
    assert kind("W1", old=True) is Kind.LEFT


def test_without_the_old_weights_what_came_from_them_is_gone_and_the_rest_is_not() -> None:
    trainer = Trainer(Lesson.load("toy-bias"))
    while trainer.step().write != "b1":
        pass
    kinds = {
        step.write: origin_of(trainer, step.write, (0, 0), {}).kind
        for step in trainer.program.steps[: trainer.position.step]
    }
    gone = {name for name, kind in kinds.items() if kind is Kind.GONE}
    assert gone == {"z1", "W1", "b1"}
    assert {kind for name, kind in kinds.items() if name not in gone} == {Kind.STEP}


def test_an_array_or_a_cell_that_does_not_exist() -> None:
    trainer = Trainer(Lesson.load("toy-bias"))
    with pytest.raises(KeyError):
        origin_of(trainer, "W9", (0, 0), {})
    with pytest.raises(IndexError):
        origin_of(trainer, "W1", (5, 0), {})


def test_a_run_that_diverged_is_explained_too() -> None:
    trainer = Trainer(Lesson.load("toy-bias", {"optimizer.learning_rate": 1e200}))
    start = kept(trainer)
    while trainer.halt is None:
        if trainer.batch_done:
            start = kept(trainer)
        trainer.step()
    for step in trainer.program.steps[: trainer.position.step]:
        for cell in np.ndindex(plane(trainer.tensors[step.write]).shape):
            assert origin_of(trainer, step.write, cell, start).value is not None
    assert not np.isfinite(trainer.tensors[trainer.halt.array]).all()
    assert origin_of(trainer, trainer.halt.array, (0, 0), start).agrees


def test_after_a_burst_the_last_batch_is_explained_from_what_it_started_with() -> None:
    table = points([3, 4, 2], 6, activation="sigmoid", optimizer={"momentum": 0.9}, data={"batch_size": 2})
    trainer, other = Trainer(Lesson.from_table(table)), Trainer(Lesson.from_table(table))
    trainer.run(5)
    for _ in range(4):
        other.finish_batch()
    start = kept(other)
    for step in trainer.program.steps:
        check(trainer, step.write, start)


# ---- pushes -----------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(random_nets(), st.data())
def test_pushes_are_the_gradients_of_the_examples_one_by_one(table: Table, data: st.DataObject) -> None:
    table["network"]["nodes"] = "layers"
    trainer = Trainer(Lesson.from_table(table))
    start = kept(trainer)
    trainer.finish_batch()
    x, y = (np.array(table["data"][name]) for name in ("x", "y"))
    m = len(x)
    name = data.draw(st.sampled_from(sorted(n for n in start if n[0] in "Wb")))
    rows, columns = plane(start[name]).shape
    cell = (data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1)))
    expected = []
    for s in range(m):
        leaves = {n: torch.tensor(a, requires_grad=True) for n, a in start.items() if n[0] in "Wb"}
        own = x[s : s + 1]
        if table["network"]["bias"] == INPUT_COLUMN:
            own = np.hstack([own, np.ones((1, 1))])
        torch_loss(table, leaves, torch.tensor(own), torch.tensor(y[s : s + 1])).backward()
        gradient = leaves[name].grad.numpy()
        of_mean = with_gradient_of(table)["loss"]["reduction"] == "mean"
        averaged = name[0] == "b" and table["optimizer"]["bias_gradient"] == "mean"
        expected.append(plane(gradient)[cell] / (m if of_mean else 1) / (m if averaged else 1))
    found = pushes(f"d{name}", cell, trainer.tensors, trainer.lesson)
    assert [p.value for p in found] == sorted((p.value for p in found), reverse=True)
    assert sorted(p.sample for p in found) == list(range(m))
    by_sample = [p.value for p in sorted(found, key=lambda p: p.sample)]
    np.testing.assert_allclose(by_sample, expected, rtol=1e-8, atol=1e-12)
    assert sum(by_sample) == pytest.approx(plane(trainer.tensors[f"d{name}"])[cell], rel=1e-9, abs=1e-12)
    moved = pushes(name, cell, trainer.tensors, trainer.lesson)
    change = plane(trainer.tensors[name] - start[name])[cell]
    assert sum(p.value for p in moved) == pytest.approx(change, rel=1e-6, abs=1e-12)
    eta = trainer.lesson.optimizer.learning_rate
    assert {p.sample: p.value for p in moved} == {p.sample: -eta * p.value for p in found}


def test_the_examples_that_push_a_weight_are_sorted_with_the_strongest_upwards_first() -> None:
    lesson = Lesson.from_table(
        points([1, 1], 3, bias=False, data={"x": [[1.0], [2.0], [-1.0]], "y": [[0.0], [0.0], [0.0]]})
    )
    trainer = Trainer(lesson)
    trainer.tensors["W1"][...] = 1.0
    trainer.finish_batch()
    # z = x, delta = z - y = x, the outer products are x² = 1, 4, 1; eta = 0.05
    assert pushes("dW1", (0, 0), trainer.tensors, lesson) == (Push(1, 4.0), Push(0, 1.0), Push(2, 1.0))
    assert pushes("W1", (0, 0), trainer.tensors, lesson) == (Push(0, -0.05), Push(2, -0.05), Push(1, -0.2))
    assert pushes("z1", (0, 0), trainer.tensors, lesson) == ()
    assert pushes("x", (0, 0), trainer.tensors, lesson) == ()


# ---- the ledger -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["torch", "classic"])
def test_the_ledger_of_three_batches_with_momentum(form: str) -> None:
    table = points([1, 1], 1, bias=True, optimizer={"momentum": 0.5, "momentum_form": form})
    table["data"] |= {"x": [[1.0]], "y": [[0.0]]}
    trainer = Trainer(Lesson.from_table(copy.deepcopy(table)))
    trainer.tensors["W1"][...] = 1.0
    trainer.tensors["b1"][...] = 0.0
    eta, gamma = 0.05, 0.5
    w, b, vw, vb = 1.0, 0.0, 0.0, 0.0
    for batch in (1, 2, 3):
        start = kept(trainer)
        trainer.finish_batch()
        gradient = w + b  # z = w·1 + b, delta = z - 0, a_in = 1
        unit = eta if form == "classic" else 1.0
        old, vw, vb = (vw, vb), gamma * vw + unit * gradient, gamma * vb + unit * gradient
        step = 1.0 if form == "classic" else eta
        w, b = w - step * vw, b - step * vb
        for name, was, now in (("W1", old[0], vw), ("b1", old[1], vb)):
            row = ledger_row(name, (0, 0), batch, start, trainer.tensors, trainer.lesson)
            assert row == LedgerRow(
                batch,
                pytest.approx(gradient),
                pytest.approx(was),
                pytest.approx(now),
                pytest.approx(-step * now),
                eta,
                gamma,
            )


def test_the_ledger_without_momentum_has_no_velocity() -> None:
    trainer = Trainer(Lesson.load("toy-bias"))
    start = kept(trainer)
    trainer.finish_batch()
    eta = trainer.lesson.optimizer.learning_rate
    row = ledger_row("b3", (0, 0), 1, start, trainer.tensors, trainer.lesson)
    assert row == LedgerRow(1, 2.25, 0.0, 0.0, pytest.approx(-eta * 2.25), eta, 0.0)
    assert trainer.position == Position(1, 1, len(trainer.program))
