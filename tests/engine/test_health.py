"""Layer health: each number against its definition written out in NumPy, and what is remarked when."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.health import (
    Ailment,
    HealthSeries,
    LayerHealth,
    Remark,
    dead_share,
    findings,
    gradient_norm,
    health,
    remarks,
    saturated_share,
    update_ratio,
)
from engine.lesson import Lesson
from engine.program import Phase
from engine.tensors import Tensors
from engine.trainer import Trainer
from tests.engine.nets import Table, points, random_nets


def net(**sections: Any) -> Table:
    return points([3, 5, 4, 2], 6, seed=4, activation=["tanh", "relu"], **sections)


def trained(table: Table, batches: int = 3) -> Trainer:
    trainer = Trainer(Lesson.from_table(table))
    trainer.run(batches)
    return trainer


def test_the_toy_by_hand() -> None:
    """Document 004, first batch: dW3 = [[6.1875], [6.1875]], db3 = 2.25, W3 = 0.5, eta = 0.1."""
    trainer = Trainer(Lesson.load("toy-bias", {"run.executor": "numpy"}))
    trainer.finish_batch()
    rows = health(trainer.tensors, trainer.lesson)
    assert [row.layer for row in rows] == [1, 2, 3]
    assert rows[2].gradient_norm == pytest.approx(math.sqrt(2) * 6.1875, rel=1e-14)
    assert rows[2].update_ratio == pytest.approx(0.1 * 6.1875 / 0.5, rel=1e-12), "over the weights before the update"
    assert math.isnan(rows[2].dead)
    assert math.isnan(rows[2].saturated)


@settings(max_examples=60, deadline=None)
@given(random_nets(), st.sampled_from([0.0, 0.7]), st.sampled_from(["torch", "classic"]))
def test_norms_and_ratios_are_their_definitions(table: Table, momentum: float, form: str) -> None:
    """Against plain NumPy on what the batch really changed, before and after the update was made."""
    table["optimizer"].update(momentum=momentum, momentum_form=form)
    trainer = trained(table, 2)
    start = Tensors(trainer.tensors.layout, trainer.start_parameters.copy(), trainer.tensors.batch)
    rows = health(trainer.tensors, trainer.lesson)
    assume(all(row.update_ratio < 1e3 for row in rows))  # of weights that jump, only rounding is left
    everything = []
    for row in rows:
        k = row.layer
        gradients = [trainer.tensors[n].ravel() for n in (f"dW{k}", f"db{k}") if n in trainer.tensors]
        everything += gradients
        assert row.gradient_norm == pytest.approx(np.linalg.norm(gradients[0]), rel=1e-12, abs=1e-300)
        moved = np.linalg.norm(trainer.tensors[f"W{k}"] - start[f"W{k}"])
        # the weights moved, so their difference is exact but for the rounding of the weights
        assert row.update_ratio == pytest.approx(moved / np.linalg.norm(start[f"W{k}"]), rel=1e-7, abs=1e-14)
    assert gradient_norm(trainer.tensors) == pytest.approx(
        np.linalg.norm(np.concatenate(everything)), rel=1e-12, abs=1e-300
    )
    ends = trainer.program.phase_ends
    for done in range(ends[2], ends[3]):
        trainer.run_to(done)
        foreseen = health(trainer.tensors, trainer.lesson, trainer.program, done)
        assert [r.update_ratio for r in foreseen] == pytest.approx([r.update_ratio for r in rows], rel=1e-9, abs=1e-14)


def test_what_the_batch_has_yet_to_compute_is_no_number() -> None:
    trainer = trained(net())
    program = trainer.program
    trainer.step()
    step = next(s.index for s in program.steps if s.write == "db3")
    trainer.go_on_to(step)
    rows = health(trainer.tensors, trainer.lesson, program, step)
    assert [math.isnan(row.gradient_norm) for row in rows] == [True, True, False]
    assert [math.isnan(row.update_ratio) for row in rows] == [True, True, False]
    assert not math.isnan(rows[0].saturated)
    early = health(trainer.tensors, trainer.lesson, program, 1)
    assert all(math.isnan(value) for row in early for value in (row.dead, row.saturated, row.gradient_norm))
    before = next(s.index for s in program.steps if s.write == "dW3") - 1
    assert math.isnan(health(trainer.tensors, trainer.lesson, program, before)[2].gradient_norm)


def test_dead_units_are_off_for_every_example() -> None:
    trainer = trained(net())
    a = trainer.tensors["a2"]
    a[...] = 1.0
    a[:, 1] = 0.0
    a[:, 3] = 0.0
    a[5, 3] = 1e-9
    assert dead_share(trainer.tensors, trainer.lesson, 2) == 0.25
    assert math.isnan(dead_share(trainer.tensors, trainer.lesson, 1)), "a tanh is 0 only by chance"


@pytest.mark.parametrize(
    ("activation", "values", "share"),
    [
        ("sigmoid", [0.0, 0.02, 0.0201, 0.5, 0.9799, 0.98, 1.0, 0.7], 4 / 8),
        ("tanh", [-1.0, -0.98, -0.9799, 0.0, 0.02, 0.9799, 0.98, 1.0], 4 / 8),
    ],
)
def test_saturated_activations_are_near_an_end(activation: str, values: list[float], share: float) -> None:
    trainer = trained(points([3, 4, 2], 2, activation=activation))
    trainer.tensors["a1"][...] = np.array(values).reshape(2, 4)
    assert saturated_share(trainer.tensors, trainer.lesson, 1) == share
    assert math.isnan(saturated_share(trainer.tensors, trainer.lesson, 2)), "identity has no ends"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", ["huge", "tiny"])
def test_norms_hold_where_squares_overflow_or_underflow(dtype: str, size: str) -> None:
    trainer = trained(net(run={"dtype": dtype}))
    power = {"float32": 30, "float64": 200}[dtype] * (1 if size == "huge" else -1)
    trainer.tensors["W1"][...] = 2 * 10.0**power
    trainer.tensors["dW1"][...] = 10.0**power
    trainer.tensors["db1"][...] = 0
    assert gradient_norm(trainer.tensors, 1) == pytest.approx(math.sqrt(15) * 10.0**power, rel=1e-6)
    assert update_ratio(trainer.tensors, trainer.lesson, 1, ()) == pytest.approx(0.05 / 2, rel=1e-6)
    assert update_ratio(trainer.tensors, trainer.lesson, 1) == pytest.approx(0.05 / 2.05, rel=1e-6)


def test_nothing_over_nothing_is_nothing() -> None:
    trainer = trained(net())
    trainer.tensors["W1"][...] = 0
    assert update_ratio(trainer.tensors, trainer.lesson, 1, ()) == math.inf
    trainer.tensors["dW1"][...] = 0
    assert update_ratio(trainer.tensors, trainer.lesson, 1) == 0
    trainer.tensors["dW1"][0, 0] = math.nan
    assert math.isnan(update_ratio(trainer.tensors, trainer.lesson, 1))


def test_nothing_is_changed() -> None:
    trainer = trained(net(optimizer={"momentum": 0.5}))
    trainer.go_on_to(trainer.program.phase_ends[2])
    before = trainer.tensors.vector.tobytes()
    health(trainer.tensors, trainer.lesson, trainer.program, trainer.position.step)
    health(trainer.tensors, trainer.lesson)
    assert trainer.tensors.vector.tobytes() == before


# ---- remarks ---------------------------------------------------------------------------------------------------

WELL = tuple(LayerHealth(k, 1.0, 1e-3, math.nan, math.nan) for k in (1, 2, 3))
LESSON = Lesson.from_table(points([3, 5, 4, 2], 16))


def with_layer(k: int, **values: float) -> tuple[LayerHealth, ...]:
    return tuple(replace(row, **values) if row.layer == k else row for row in WELL)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (WELL, ()),
        (with_layer(1, saturated=0.87), (Remark(Ailment.SATURATED, 1, 0.87),)),
        (with_layer(1, saturated=0.2), ()),
        (with_layer(3, saturated=0.9), ()),
        (with_layer(2, dead=0.75), (Remark(Ailment.DEAD, 2, 0.75),)),
        (with_layer(2, update_ratio=0.5), (Remark(Ailment.FAST, 2, 0.5),)),
        (with_layer(2, update_ratio=math.inf), (Remark(Ailment.FAST, 2, math.inf),)),
        (with_layer(3, update_ratio=1e-6), (Remark(Ailment.SLOW, 3, 1e-6),)),
        (with_layer(3, update_ratio=0.0), ()),
        (with_layer(3, gradient_norm=math.inf), (Remark(Ailment.NOT_FINITE, 3, math.inf),)),
        (with_layer(1, gradient_norm=0.0, update_ratio=0.0), (Remark(Ailment.NO_GRADIENT, 1, 0.0),)),
        (with_layer(3, gradient_norm=math.nan), ()),
    ],
)
def test_what_is_remarked(rows: tuple[LayerHealth, ...], expected: tuple[Remark, ...]) -> None:
    assert remarks(rows, LESSON) == expected


def test_gradients_that_shrink_or_grow_by_layers() -> None:
    norms = (1e-3, 0.05, 1.6)
    rows = tuple(replace(row, gradient_norm=n) for row, n in zip(WELL, norms, strict=True))
    (remark,) = remarks(rows, LESSON)
    assert (remark.ailment, remark.layer, remark.value) == (Ailment.SHRINKING, 0, pytest.approx(40))
    grown = tuple(replace(row, gradient_norm=n) for row, n in zip(WELL, norms[::-1], strict=True))
    (remark,) = remarks(grown, LESSON)
    assert (remark.ailment, remark.value) == (Ailment.GROWING, pytest.approx(40))
    assert remarks([replace(row, gradient_norm=0.0) for row in WELL], LESSON) == (), "all is learned"


def test_the_worst_layer_is_named_and_a_small_batch_has_no_dead_units() -> None:
    rows = tuple(replace(row, dead=share) for row, share in zip(WELL, (0.5, 0.8, math.nan), strict=True))
    assert remarks(rows, LESSON) == (Remark(Ailment.DEAD, 2, 0.8),)
    assert findings(rows, LESSON) == (Remark(Ailment.DEAD, 1, 0.5), Remark(Ailment.DEAD, 2, 0.8))
    assert {remark.measure for remark in findings(rows, LESSON)} == {"dead"}
    slow = tuple(replace(row, update_ratio=r) for row, r in zip(WELL, (4e-6, 2e-6, 3e-6), strict=True))
    assert remarks(slow, LESSON) == (Remark(Ailment.SLOW, 2, 2e-6),)
    assert not remarks(slow, LESSON)[0].warning
    assert remarks(rows, LESSON.with_value("data.batch_size", 4)) == ()


def test_a_sigmoid_net_with_large_weights_is_found_saturated() -> None:
    table = points([20, 10, 10, 2], 16, activation="sigmoid", output="sigmoid", init={"std": 20.0})
    trainer = trained(table, 1)
    found = {remark.ailment: remark for remark in remarks(health(trainer.tensors, trainer.lesson), trainer.lesson)}
    a1 = trainer.tensors["a1"]
    assert found[Ailment.SATURATED].value == pytest.approx(((a1 <= 0.02) | (a1 >= 0.98)).mean(), abs=0.2)


# ---- over time -------------------------------------------------------------------------------------------------


def test_series_keep_every_value() -> None:
    series = HealthSeries(3)
    for batch in range(1, 2001):
        series.append(batch * 2, with_layer(2, gradient_norm=float(batch), dead=batch / 4000))
    assert len(series) == 2000
    assert series.batches().tolist() == [2.0 * b for b in range(1, 2001)]
    assert series.values(2, "gradient_norm").tolist() == [float(b) for b in range(1, 2001)]
    assert series.values(2, "dead", 10, 12).tolist() == [11 / 4000, 12 / 4000]
    assert np.isnan(series.values(1, "saturated")).all()
    assert (series.until(0), series.until(2), series.until(5), series.until(10_000)) == (0, 1, 2, 2000)


def test_a_reader_never_sees_more_of_a_measure_than_there_are_batches() -> None:
    series = HealthSeries(3)
    series.append(1, WELL)
    series._measures[1, "dead"].extend(0.5)  # half way through an append on another thread
    assert len(series.values(1, "dead")) == len(series.batches()) == 1
    assert len(series.values(1, "dead", 0, 5)) == 1


def test_updates_are_the_phase_that_is_looked_at() -> None:
    """With momentum a layer has two Steps; between them the velocity is new and the weights are old."""
    trainer = trained(net(optimizer={"momentum": 0.9, "momentum_form": "classic"}), 4)
    want = update_ratio(trainer.tensors, trainer.lesson, 1)
    step = next(s for s in trainer.program.steps if s.write == "vW1" and s.phase is Phase.UPDATE)
    trainer.run_to(step.index)
    assert health(trainer.tensors, trainer.lesson, trainer.program, step.index)[0].update_ratio == pytest.approx(want)
    wrong = update_ratio(trainer.tensors, trainer.lesson, 1, ())
    assert wrong != pytest.approx(want, rel=1e-3)
