"""The rate probe: closed forms, central differences, plain NumPy and torch; and nothing of the trainer's changes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.lesson import Lesson
from engine.probe import Probe, ProbeError, probe, ready_at
from engine.tensors import Tensors
from engine.trainer import Trainer
from tests.engine.nets import Arrays, Table, numpy_loss, parameters_of, points, random_nets, torch_loss


def of(trainer: Trainer, velocities: np.ndarray | None = None) -> Probe:
    v = np.zeros_like(trainer.start_parameters) if velocities is None else velocities
    return probe(trainer.lesson, trainer.program, trainer.tensors, trainer.start_parameters, v, trainer.position.step)


def at_gradients(table: Table, batches: int = 0) -> tuple[Trainer, np.ndarray]:
    """A trainer whose batch has all its gradients, and the velocities with which it began."""
    trainer = Trainer(Lesson.from_table(table))
    trainer.run(batches)
    velocities = trainer.tensors.velocities.copy()
    if batches:
        trainer.step()
    trainer.go_on_to(ready_at(trainer.program))
    return trainer, velocities


def arrays(trainer: Trainer, vector: np.ndarray) -> Arrays:
    """The parameters in a vector by name."""
    named = Tensors(trainer.tensors.layout, vector, trainer.tensors.batch)
    layout = trainer.tensors.layout
    return {name: named[name] for name, place in layout.places.items() if place.offset < layout.parameters}


def moved(trainer: Trainer, velocities: np.ndarray, rate: float) -> np.ndarray:
    """All parameters after an update at a rate, as the formulas of both momentum forms say."""
    g, optimizer = trainer.tensors.gradients, trainer.lesson.optimizer
    if optimizer.momentum == 0:
        return trainer.start_parameters - rate * g
    if optimizer.momentum_form == "torch":
        return trainer.start_parameters - rate * (optimizer.momentum * velocities + g)
    return trainer.start_parameters - (optimizer.momentum * velocities + rate * g)


def test_the_best_rate_of_a_parabola_is_known() -> None:
    """One identity layer: L(eta) is a parabola, so best = g.g / g.H.g and above twice that the loss rises."""
    trainer, _ = at_gradients(points([3, 2], 7, seed=3, bias=False))
    found = of(trainer)
    x, g = trainer.tensors["x"], trainer.tensors["dW1"]
    best = (g * g).sum() / ((x @ g) ** 2).sum()
    assert found.best_rate == pytest.approx(best, rel=1e-4)
    assert found.best_loss == pytest.approx(found.base_loss - best * (g * g).sum() / 2, rel=1e-7)
    assert found.rise_rate == pytest.approx(2 * best, rel=1e-4)
    assert found.slope == pytest.approx(-(g * g).sum(), rel=1e-12)
    assert not found.falls_to_the_end


def test_the_toy_by_hand() -> None:
    """Document 004: the first batch's loss is 2.53125, its gradient that of the document, its rate 0.1."""
    trainer = Trainer(Lesson.load("toy-bias", {"run.executor": "numpy"}))
    trainer.go_on_to(ready_at(trainer.program))
    found = of(trainer)
    square = sum((trainer.tensors[f"d{n}{k}"] ** 2).sum() for n in "Wb" for k in (1, 2, 3))
    assert (found.present_rate, found.base_loss) == (0.1, 2.53125)
    assert found.present_predicted == pytest.approx(2.53125 - 0.1 * square, rel=1e-12)
    trainer.finish_batch()
    trainer.step()
    trainer.finish_phase()
    trainer.finish_phase()
    prediction = trainer.tensors["a3"][0, 0]  # the only example again, after the update
    assert found.present_loss == (prediction - 1) ** 2 / 2, "to the bit what training then finds"


@settings(max_examples=60, deadline=None)
@given(random_nets(), st.sampled_from([0.0, 0.6]), st.sampled_from(["torch", "classic"]), st.integers(0, 2))
def test_losses_are_those_after_the_update(table: Table, momentum: float, form: str, batches: int) -> None:
    table["optimizer"].update(momentum=momentum, momentum_form=form)
    trainer, velocities = at_gradients(table, batches)
    found = of(trainer, velocities)
    x, y = np.array(table["data"]["x"]), np.array(table["data"]["y"])

    def loss(parameters: np.ndarray, precision: type = np.float64) -> float:
        wide = {name: array.astype(precision) for name, array in arrays(trainer, parameters).items()}
        with np.errstate(all="ignore"):
            value = numpy_loss(table, wide, x.astype(precision), y.astype(precision))
        return value if math.isfinite(value) else math.inf

    assert found.base_loss == pytest.approx(loss(trainer.start_parameters), rel=1e-9, abs=1e-12)
    assert found.present_rate in found.rates
    for rate, value in list(zip(found.rates, found.losses, strict=True))[::7]:
        if value < 1e6:  # beyond, sigmoids saturate to 0 and the textbook's logarithm of it to inf
            want = loss(moved(trainer, velocities, rate))
            assume(math.isfinite(want))
            if abs(loss(moved(trainer, velocities, rate), np.longdouble) - want) > 1e-8 * abs(want):
                continue  # a sigmoid near 0 or 1 takes the textbook's logarithm its figures
            assert value == pytest.approx(want, rel=1e-6, abs=1e-10)
    assert (np.diff(found.rates) > 0).all()


SMOOTH = ["identity", "sigmoid", "tanh", "softplus"]


@settings(max_examples=60, deadline=None)
@given(
    random_nets(),
    st.sampled_from([0.0, 0.6]),
    st.sampled_from(["torch", "classic"]),
    st.sampled_from(SMOOTH),
)
def test_the_straight_line_touches_the_loss(table: Table, momentum: float, form: str, activation: str) -> None:
    """Central differences of the loss at the start of the batch, along the way the update goes."""
    assume(table["loss"]["name"] != "l1")
    table["network"]["activation"] = activation
    table["optimizer"].update(momentum=momentum, momentum_form=form, learning_rate=0.01)
    trainer, velocities = at_gradients(table, 2)
    found = of(trainer, velocities)
    x, y = np.array(table["data"]["x"]), np.array(table["data"]["y"])
    origin = trainer.start_parameters
    away = moved(trainer, velocities, 0.0) - origin  # what the classic velocity does at rate 0
    direction = moved(trainer, velocities, 1.0) - moved(trainer, velocities, 0.0)

    def slope(along: np.ndarray) -> float:
        if not along.any():
            return 0.0
        h = 1e-4 / np.abs(along).max()
        ahead, behind = (numpy_loss(table, arrays(trainer, origin + s * h * along), x, y) for s in (1, -1))
        return (ahead - behind) / (2 * h)

    size = 1e-6 * max(1.0, abs(found.base_loss)) * max(1.0, float(np.abs(direction).max()))
    assert found.slope == pytest.approx(slope(direction), rel=1e-4, abs=size)
    line = found.base_loss + slope(away) + found.slope * found.rates
    np.testing.assert_allclose(found.predicted, line, rtol=1e-4, atol=1e-5 + size)
    assert found.present_predicted == pytest.approx(found.predicted[list(found.rates).index(0.01)], rel=1e-12)


def test_torch_finds_the_same_curve_of_a_relu_net() -> None:
    table = points(
        [5, 8, 6, 3], 12, seed=8, activation="relu", output="softmax", loss="cross_entropy", reduction="mean"
    )
    trainer, _ = at_gradients(table)
    found = of(trainer)
    x, y = (torch.tensor(table["data"][name], dtype=torch.float64) for name in "xy")
    leaves = {
        name: torch.tensor(array, requires_grad=True)
        for name, array in parameters_of(table, arrays(trainer, trainer.start_parameters)).items()
    }
    loss = torch_loss(table, leaves, x, y)
    loss.backward()
    assert found.base_loss == pytest.approx(loss.item(), rel=1e-12)
    assert found.slope == pytest.approx(-sum((leaf.grad**2).sum().item() for leaf in leaves.values()), rel=1e-10)
    for rate, value in zip(found.rates, found.losses, strict=True):
        after = {name: leaf.detach() - rate * leaf.grad for name, leaf in leaves.items()}
        assert value == pytest.approx(torch_loss(table, after, x, y).item(), rel=1e-9)
    assert found.best_rate is not None
    assert found.best_loss == found.losses.min()
    assert found.losses[found.rates < found.best_rate].max() <= found.base_loss
    assert found.rise_rate is not None
    between = (found.rates > found.best_rate) & (found.rates < found.rise_rate)
    assert (found.losses[between] <= found.base_loss).all()
    assert found.losses[list(found.rates).index(found.rise_rate)] > found.base_loss


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_nothing_of_the_trainers_changes(momentum: float, dtype: str) -> None:
    table = points([4, 6, 3], 5, activation="relu", optimizer={"momentum": momentum}, run={"dtype": dtype})
    trainer, velocities = at_gradients(table, 3)
    held = (trainer.tensors.vector, trainer.start_parameters, velocities)
    before = [array.tobytes() for array in held]
    found = of(trainer, velocities)
    assert [array.tobytes() for array in held] == before
    trainer.finish_batch()
    again = of(trainer, velocities)
    assert again.losses.tolist() == found.losses.tolist(), "the update makes no difference to what is asked"
    with pytest.raises(ValueError, match="read-only"):
        found.losses[0] = 0


def test_pending_gradients_are_said() -> None:
    trainer = Trainer(Lesson.from_table(points([3, 4, 2], 5)))
    trainer.go_on_to(ready_at(trainer.program) - 2)
    with pytest.raises(ProbeError, match="2 steps are still to come"):
        of(trainer)
    trainer.go_on_to(ready_at(trainer.program))
    assert of(trainer).base_loss == float(trainer.tensors["loss"])


def test_a_gradient_that_is_no_number_is_said() -> None:
    trainer, _ = at_gradients(points([3, 4, 2], 5))
    trainer.tensors["db1"][0] = math.nan
    with pytest.raises(ProbeError, match="gradient is no longer a finite number"):
        of(trainer)


@pytest.mark.parametrize(("dtype", "rate"), [("float32", 1e37), ("float64", 1e60)])
def test_what_overflows_is_infinite(dtype: str, rate: float) -> None:
    table = points([3, 4, 4, 1], 5, activation="identity", run={"dtype": dtype}, optimizer={"learning_rate": rate})
    trainer, _ = at_gradients(table)
    found = of(trainer)
    assert math.isinf(found.losses[-1])
    assert not np.isnan(found.losses).any()
    assert math.isinf(found.present_loss)


def test_looks_further_where_the_rate_is_far_too_small_or_large() -> None:
    for rate, side in ((1e-5, -1), (2e4, 1)):
        table = points([3, 2], 7, seed=3, optimizer={"learning_rate": rate})
        found = of(at_gradients(table)[0])
        ordinary = of(at_gradients(points([3, 2], 7, seed=3))[0])
        assert found.best_rate == pytest.approx(ordinary.best_rate, rel=1e-3), "beyond a factor of 1000"
        assert (found.rates[-1] > rate * 1001) == (side < 0)
        assert (found.rates[0] < rate / 1001) == (side > 0)


def test_a_minimum_has_no_best_rate() -> None:
    table = points([2, 1], 1)
    trainer = Trainer(Lesson.from_table(table))
    output = trainer.forward(np.array(table["data"]["x"]))
    table["data"]["y"] = output.tolist()
    found = of(at_gradients(table)[0])
    assert (found.base_loss, found.slope, found.best_rate, found.rise_rate) == (0.0, 0.0, None, None)
    assert set(found.losses) == {0.0}


def test_momentum_that_goes_uphill_has_no_best_rate() -> None:
    trainer, _ = at_gradients(points([3, 2], 6, optimizer={"momentum": 0.9}))
    found = of(trainer, -5 * trainer.tensors.gradients)
    assert found.slope > 0
    assert found.best_rate is None
    assert found.best_loss == found.base_loss
    assert (found.losses > found.base_loss).all()


def test_a_loss_that_never_rises_again() -> None:
    """A sigmoid against a target of 1: the larger the step the better, up to the largest rate tried."""
    table: dict[str, Any] = points([2, 1], 4, output="sigmoid", data={"x": [[1, 1]] * 4, "y": [[1]] * 4})
    found = of(at_gradients(table)[0])
    assert found.rise_rate is None
    assert found.best_loss < 1e-6
