"""The numbers that document 004 prints: a 2-3-2-1 net with identity activations, walked step by step."""

from __future__ import annotations

import numpy as np
import pytest

from engine.lesson import Lesson
from engine.program import Phase
from engine.trainer import Trainer


def trainer(lesson: str, learning_rate: float = 0.1) -> Trainer:
    return Trainer(Lesson.load(lesson, {"optimizer.learning_rate": learning_rate}))


def shown(array: np.ndarray) -> set[float]:
    """The different values of an array, with the 8 decimals that the document shows."""
    return set(np.round(array, 8).ravel().tolist())


def test_toy_step_by_step() -> None:
    t = trainer("toy", 1.0)
    forward = {"z1": [1, 1, 1], "z2": [1.5, 1.5], "z3": [1.5]}
    backward = {"delta1": [0.25, 0.25, 0.25], "delta2": [0.25, 0.25], "delta3": [0.5]}
    update = {"W1": [[0.25] * 3] * 2, "W2": [[0.25] * 2] * 3, "W3": [[-0.25]] * 2}
    seen = {}
    for _ in range(len(t.program)):
        step = t.step()
        seen[step.write] = t.tensors[step.write].copy()
    for name, values in (forward | backward).items():
        assert seen[name].tolist() == [values], name
        if name.startswith("z"):
            assert np.array_equal(seen["a" + name[1:]], seen[name]), "the activation is the identity"
    for name, values in update.items():
        assert seen[name].tolist() == values, name
    assert seen["loss"] == 0.5 * 0.5**2
    assert t.tensors["W1"].tolist() == update["W1"]


def test_toy_bias_step_by_step() -> None:
    t = trainer("toy-bias", 1.0)
    t.finish_phase()
    assert [t.tensors[f"z{k}"].tolist() for k in (1, 2, 3)] == [[[1.5] * 3], [[2.75] * 2], [[3.25]]]
    t.finish_phase()
    assert t.tensors["loss"] == 0.5 * 2.25**2
    t.finish_phase()
    assert [t.tensors[f"delta{k}"].tolist() for k in (1, 2, 3)] == [[[1.125] * 3], [[1.125] * 2], [[2.25]]]
    t.finish_phase()
    assert [shown(t.tensors[f"W{k}"]) for k in (1, 2, 3)] == [{-0.625}, {-1.1875}, {-5.6875}]
    assert [shown(t.tensors[f"b{k}"]) for k in (1, 2, 3)] == [{-0.625}, {-0.625}, {-1.75}]


def test_toy_bias_one_update_at_the_lessons_own_rate() -> None:
    t = Trainer(Lesson.load("toy-bias"))
    assert t.learning_rate == 0.1
    t.finish_batch()
    assert [shown(t.tensors[f"W{k}"]) for k in (1, 2, 3)] == [{0.3875}, {0.33125}, {-0.11875}]
    assert [shown(t.tensors[f"b{k}"]) for k in (1, 2, 3)] == [{0.3875}, {0.3875}, {0.275}]


@pytest.mark.parametrize("executor", ["numpy", "compiled"])
def test_toy_after_50_updates(executor: str) -> None:
    t = Trainer(Lesson.load("toy", {"run.executor": executor}))
    t.run(50)
    assert [shown(t.tensors[f"z{k}"]) for k in (1, 2, 3)] == [{0.92790055}, {1.29149914}, {1.0}]
    assert [shown(t.tensors[f"W{k}"]) for k in (1, 2, 3)] == [{0.46395027}, {0.46395027}, {0.38714699}]
    assert np.round(t.forward(np.array([[2.0, 2.0]])), 8).tolist() == [[2.0]]


def test_toy_trained_asked_about_2_2() -> None:
    """The document's last question to the net without bias: twice the input gives twice every z."""
    t = trainer("toy")
    t.run(50)
    t.tensors.batch = 1
    t.tensors["x"][...] = 2.0
    for step in t.program.steps:
        if step.phase is Phase.FORWARD:
            for call in step.calls:
                t.tensors[call.write][...] = call.op(*(t.tensors[name] for name in call.reads))
    assert [shown(t.tensors[f"z{k}"]) for k in (1, 2, 3)] == [{1.85580109}, {2.58299827}, {2.0}]


def test_the_lessons_are_the_documents() -> None:
    for name, bias in (("toy", False), ("toy-bias", True)):
        lesson = Lesson.load(name)
        assert lesson.source == "004_a2d4b7a0ea5c50e7"
        assert lesson.network.sizes == (2, 3, 2, 1)
        assert lesson.network.bias is bias
        assert (lesson.data.x, lesson.data.y) == (((1.0, 1.0),), ((1.0,),))
        assert lesson.optimizer.learning_rate == 0.1


def test_the_documents_remarks() -> None:
    """Weights need not sum to one; too high a rate diverges; bias is not required."""
    without = trainer("toy")
    without.run(50)
    assert abs(without.tensors["z3"][0, 0] - 1) < 1e-8
    assert abs(without.tensors["W1"][:, 0].sum() - 1) > 0.05
    fast = trainer("toy", 10.0)
    fast.run(50)
    assert fast.halt is not None
