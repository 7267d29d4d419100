"""Outputs for any inputs: the trainer's own, bit for bit, and plain NumPy; orders and counts by plain loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.lesson import Lesson
from engine.predict import as_inputs, confusion, predict, surest, wrong_first
from engine.snapshot import Snapshot, State
from engine.trainer import Trainer
from tests.engine.nets import NUMPY, layer_names, parameters_of, random_nets, with_column


@given(random_nets(), st.integers(1, 9))
@settings(max_examples=25, deadline=None)
def test_outputs_are_those_of_the_trainer_and_of_plain_numpy(table: dict, examples: int) -> None:
    trainer = Trainer(Lesson.from_table(table, overrides={"optimizer.learning_rate": 1e-6}))  # far from diverging
    trainer.run(batches=2)
    snapshot = Snapshot.of(trainer, 1, State.PAUSED)
    raw = np.random.default_rng(3).normal(size=(examples, table["network"]["sizes"][0]))
    x = as_inputs(raw, snapshot.lesson, snapshot.dataset)
    found = predict(snapshot.lesson, snapshot.tensors, x)
    assert np.array_equal(found, trainer.forward(x), equal_nan=True)
    a, parameters = with_column(table, raw), parameters_of(table, trainer.tensors)
    for k, name in enumerate(layer_names(table), start=1):
        a = NUMPY[name](a @ parameters[f"W{k}"] + parameters.get(f"b{k}", 0))
    np.testing.assert_allclose(found, a, rtol=1e-9, atol=1e-9)


def test_document_004_predicts_3_25_before_training() -> None:
    trainer = Trainer(Lesson.load("toy-bias"))
    assert predict(trainer.lesson, trainer.tensors, np.array([[1.0, 1.0]])).tolist() == [[3.25]]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("normalize", ["none", "unit", "mnist"])
def test_inputs_are_those_of_training(normalize: str, dtype: str) -> None:
    """What the trainer put into its first batch, and the formulas with their constants written out."""
    changes = {"data.normalize": normalize, "run.dtype": dtype, "run.executor": "numpy", "data.shuffle": False}
    lesson = Lesson.load("digits-sigmoid", {**changes, "network.bias": "input-column"})
    trainer = Trainer(lesson)
    raw = trainer.dataset.train_x[:10]
    x = as_inputs(raw, lesson, trainer.dataset)
    assert x.dtype == dtype
    assert np.array_equal(x, trainer.tensors["x"])
    share = raw if normalize == "none" else raw / 16
    expected = (share - 0.1307) / 0.3081 if normalize == "mnist" else share
    np.testing.assert_allclose(x[:, :-1], expected, rtol=1e-5, atol=1e-6)
    assert (x[:, -1] == 1).all()
    np.testing.assert_array_equal(as_inputs(raw, lesson, trainer.dataset, "none")[:, :-1], raw)


def test_the_raw_examples_are_not_changed() -> None:
    raw = np.full((2, 64), 8.0)
    lesson = Lesson.load("digits-sigmoid", {"run.dtype": "float64", "run.executor": "numpy"})
    trainer = Trainer(lesson)
    predict(lesson, trainer.tensors, as_inputs(raw, lesson, trainer.dataset))
    assert (raw == 8).all()


ANSWERS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from([0.1, 0.5, 0.50001, 0.9])), min_size=1, max_size=30
)


@given(ANSWERS)
@settings(max_examples=50)
def test_wrong_ones_come_first_the_most_confident_before(answers: list[tuple[int, int, float]]) -> None:
    labels, predicted, confidence = (np.array(column) for column in zip(*answers, strict=True))
    expected = sorted(range(len(answers)), key=lambda i: (answers[i][0] == answers[i][1], -answers[i][2], i))
    assert wrong_first(labels, predicted, confidence).tolist() == expected


@given(ANSWERS)
@settings(max_examples=50)
def test_confusion_counts(answers: list[tuple[int, int, float]]) -> None:
    labels, predicted, _ = (np.array(column) for column in zip(*answers, strict=True))
    expected = [[sum(a[:2] == (true, said) for a in answers) for said in range(4)] for true in range(4)]
    assert confusion(labels, predicted, 4).tolist() == expected


def test_the_surest_class_and_its_output() -> None:
    predicted, confidence = surest(np.array([[0.1, 0.7, 0.2], [0.9, 0.0, 0.3]]))
    assert predicted.tolist() == [1, 0]
    assert confidence.tolist() == [0.7, 0.9]


def test_a_single_output_says_which_of_two_classes() -> None:
    predicted, confidence = surest(np.array([[0.875], [0.25], [0.5]]))
    assert predicted.tolist() == [1, 0, 0]
    assert confidence.tolist() == [0.875, 0.75, 0.5]
