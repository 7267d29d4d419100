"""Training that blows up: where it stops, what it says, and that everything can still be looked at."""

from __future__ import annotations

import numpy as np
import pytest

from engine.lesson import EXECUTORS, Lesson
from engine.program import Phase
from engine.trainer import HaltedError, Position, Trainer
from tests.engine.nets import points


def by_hand(rate: float) -> tuple[int, str]:
    """(batch, array) of the first value that is not finite, by the loop of document 004, where W is n_out x n_in."""
    x, y = np.ones(2), np.ones(1)
    W = [np.full((3, 2), 0.5), np.full((2, 3), 0.5), np.full((1, 2), 0.5)]
    with np.errstate(all="ignore"):
        for batch in range(1, 1000):
            a, values = [x], []
            for k in range(3):
                a.append(W[k] @ a[-1])
                values += [(f"z{k + 1}", a[-1]), (f"a{k + 1}", a[-1])]
            values.append(("loss", ((a[3] - y) ** 2).sum() / 2))
            delta = a[3] - y
            for k in (2, 1, 0):
                values.append((f"delta{k + 1}", delta))
                values.append((f"dW{k + 1}", np.outer(delta, a[k])))
                delta = W[k].T @ delta
            gradients = dict(values)
            for k in range(3):
                W[k] = W[k] - rate * gradients[f"dW{k + 1}"]
                values.append((f"W{k + 1}", W[k]))
            for name, value in values:
                if not np.isfinite(value).all():
                    return batch, name
    raise AssertionError("this rate does not diverge")


@pytest.mark.parametrize("rate", [3.0, 10.0, 1e3, 1e50, 1e150])
@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("way", ["run", "step", "finish_batch", "finish_phase"])
def test_it_stops_at_the_first_value_that_is_not_finite(executor: str, rate: float, way: str) -> None:
    batch, array = by_hand(rate)
    t = Trainer(Lesson.load("toy", {"optimizer.learning_rate": rate, "run.executor": executor}))
    if way == "run":
        done = t.run(5000)
        assert done == batch - 1
    else:
        while t.halt is None:
            getattr(t, way)()
    assert t.halt is not None
    assert (t.halt.array, t.halt.position.batch) == (array, batch)
    assert t.halt.layer == (3 if array == "loss" else int(array[-1]))
    assert t.halt.position == t.position
    for part in (array, f"layer {t.halt.layer}", f"batch {batch}"):
        assert part in str(t.halt)
    written = [step.write for step in t.program.steps[: t.position.step]]
    assert written[-1] == array
    for name in t.tensors:
        finite = np.isfinite(t.tensors[name]).all()
        assert finite == (name != array), f"{name}: only {array} may be broken"
    assert len(t.metrics.loss) == batch - 1
    assert np.isfinite(t.metrics.loss.values()).all()


def test_rate_10_as_the_document_says() -> None:
    t = Trainer(Lesson.load("toy", {"optimizer.learning_rate": 10.0}))
    assert t.run(50) < 50
    assert t.halt is not None


def test_afterwards_nothing_moves_and_everything_can_be_looked_at() -> None:
    t = Trainer(Lesson.load("toy-bias", {"optimizer.learning_rate": 10.0}))
    start = t.tensors.vector.copy()
    t.run(500)
    assert t.halt is not None
    stood, before = t.position, t.tensors.vector.copy()
    with pytest.raises(HaltedError, match="no longer a finite number"):
        t.step()
    t.finish_phase()
    t.finish_batch()
    t.run_to(3)
    assert (t.run(5), t.burst(5)) == (0, 0)
    assert t.position == stood
    assert np.array_equal(t.tensors.vector, before, equal_nan=True)
    assert {name: array.shape for name, array in t.tensors.items()}["W1"] == (2, 3)
    assert t.frozen()["W1"].flags.writeable is False
    t.learning_rate = 0.1  # the debugger's user reacts; it counts after a reset or not at all, but is no error
    t.reset()
    assert t.halt is None
    assert t.position == Position(1, 1, 0)
    assert np.array_equal(t.tensors.vector, start)
    assert t.learning_rate == 10.0


def test_executors_stop_alike_even_where_a_later_call_of_the_step_would_hide_it() -> None:
    """delta1 = (delta2 W2^T) * relu'(z1): the first call overflows, and the second would make it 0 again."""
    halts = []
    for executor in EXECUTORS:
        table = points(
            [1, 1, 1],
            1,
            activation="relu",
            bias=False,
            init={"scheme": "explicit", "W": [[[-1.0]], [[1e200]]]},
            data={"x": [[1.0]], "y": [[1e150]]},
            run={"executor": executor},
        )
        t = Trainer(Lesson.from_table(table))
        t.run(3)
        halts.append(t.halt)
    assert halts[0] is not None
    assert halts[0] == halts[1]
    assert halts[0].array == "delta1"
    assert halts[0].position == Position(1, 1, next(s.index for s in t.program.steps if s.write == "delta1"))


def test_a_number_beyond_the_dtype_is_a_halt_too() -> None:
    table = points([1, 1], 1, bias=False, run={"dtype": "float32"}, init={"scheme": "constant", "value": 1e38})
    table["data"].update(x=[[1e30]], y=[[0.0]])
    t = Trainer(Lesson.from_table(table))
    assert t.step().phase is Phase.FORWARD
    assert t.halt is not None
    assert t.halt.array == "z1"


def test_a_start_beyond_the_dtype_is_a_halt_too() -> None:
    init = {"scheme": "normal", "std": 3e38, "seed": 1}
    t = Trainer(Lesson.from_table(points([20, 20], 1, bias=False, run={"dtype": "float32"}, init=init)))
    assert not np.isfinite(t.tensors["W1"]).all()
    t.step()
    assert t.halt is not None
    assert t.halt.array == "z1"


@pytest.mark.parametrize("executor", EXECUTORS)
def test_what_a_relu_hides_stops_a_run_too(executor: str) -> None:
    """1e308 times an error of 100 is infinite; the second unit is off, so nothing of it reaches a weight."""
    table = points([1, 2, 1], 1, activation="relu", bias=False, run={"executor": executor})
    table["init"] = {"scheme": "explicit", "W": [[[1.0, -1.0]], [[1.0], [1e308]]]}
    table["data"] |= {"x": [[1.0]], "y": [[-100.0]]}
    t = Trainer(Lesson.from_table(table))
    assert t.run(5) == 0
    assert t.halt is not None
    assert (t.halt.array, t.halt.position.batch) == ("delta1", 1)


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("way", ["run", "step", "finish_batch"])
@pytest.mark.parametrize("momentum", [0.0, 0.5])
@pytest.mark.parametrize("rate", [1e-300, 1.0])
def test_a_gradient_is_named_and_not_the_update_it_spoils(
    executor: str, way: str, momentum: float, rate: float
) -> None:
    """dW1[0, 1] = x * W2[1] * sign(a - y) = 1e150 * 1e200, while z, a, loss and delta stay within 1e200."""
    table = points([1, 2, 1], 1, bias=False, activation="identity", loss="l1", run={"executor": executor})
    table["init"] = {"scheme": "explicit", "W": [[[0.0, 0.0]], [[1.0], [1e200]]]}
    table["data"] |= {"x": [[1e150]], "y": [[-1.0]]}
    table["optimizer"] = {"learning_rate": rate, "momentum": momentum}
    t = Trainer(Lesson.from_table(table))
    if way == "run":
        assert t.run(5) == 0
    else:
        while t.halt is None:
            getattr(t, way)()
    assert t.halt is not None
    assert (t.halt.array, t.halt.row, t.halt.unit, t.halt.position.batch) == ("dW1", 0, 1, 1)
    assert t.tensors["W1"].tolist() == [[0.0, 0.0]], "no update has come about"


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("way", ["run", "step"])
def test_the_first_cell_is_named(executor: str, way: str) -> None:
    """Of z1 = x W1, by hand: [[-0.5, 0, 0.5], [-1e100, 0, 1e308 * 1e100]], so example 1 and unit 2 are the first."""
    table = points([1, 3, 1], 3, bias=False, run={"executor": executor})
    table["init"] = {"scheme": "explicit", "W": [[[-1.0, 0.0, 1e308]], [[1.0], [1.0], [1.0]]]}
    table["data"] |= {"x": [[0.5], [1e100], [-1e100]], "y": [[0.0], [0.0], [0.0]]}
    t = Trainer(Lesson.from_table(table))
    t.run(5) if way == "run" else t.step()
    assert t.halt is not None
    assert (t.halt.array, t.halt.row, t.halt.column, t.halt.unit) == ("z1", 1, 2, 2)
    assert str(t.halt) == "training stopped: z1 (layer 1, unit 2) is no longer a finite number in batch 1"


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("bias", [False, True])
def test_a_weight_and_a_bias_have_their_cell_too(executor: str, bias: bool) -> None:
    """Net 2-2 without hidden layer, x = (0, x2), a - y = (0, -e): only unit 1 learns, W1[1, 1] and b1[1] of it.

    With x2 = 1 and e = 1e10 the rate 1e300 overflows W1[1, 1]; with x2 = 1e-20 it stays finite, and b1[1] overflows.
    """
    x2 = 1e-20 if bias else 1.0
    zeros = {"scheme": "explicit", "W": [[[0.0, 0.0], [0.0, 0.0]]]} | ({"b": [[0.0, 0.0]]} if bias else {})
    table = points([2, 2], 1, bias=bias, optimizer={"learning_rate": 1e300}, run={"executor": executor})
    table["init"] = zeros
    table["data"] |= {"x": [[0.0, x2]], "y": [[0.0, 1e10]]}
    t = Trainer(Lesson.from_table(table))
    t.run(2)
    assert t.halt is not None
    assert (t.halt.array, t.halt.row, t.halt.unit) == (("b1", 0, 1) if bias else ("W1", 1, 1))
    assert np.argwhere(~np.isfinite(t.tensors[t.halt.array])).tolist() == ([[1]] if bias else [[1, 1]])


@pytest.mark.parametrize("executor", EXECUTORS)
def test_the_loss_belongs_to_no_unit(executor: str) -> None:
    table = points([1, 2], 1, bias=False, run={"executor": executor})
    table["init"] = {"scheme": "explicit", "W": [[[0.0, 1e200]]]}
    table["data"] |= {"x": [[1.0]], "y": [[0.0, 0.0]]}
    t = Trainer(Lesson.from_table(table))
    t.run(2)
    assert t.halt is not None
    assert (t.halt.array, t.halt.row, t.halt.column, t.halt.unit) == ("loss", 0, 0, None)
    assert str(t.halt) == "training stopped: loss (layer 1) is no longer a finite number in batch 1"
