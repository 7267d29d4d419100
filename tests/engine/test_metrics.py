"""The series of a run lose nothing, and can be read while they grow."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.lesson import Lesson
from engine.metrics import Metrics, Series
from engine.trainer import Trainer
from tests.engine.nets import points


@given(st.lists(st.lists(st.floats(allow_nan=False), max_size=3000), max_size=6))
def test_what_is_appended_can_be_read_back(parts: list[list[float]]) -> None:
    series = Series()
    for part in parts:
        series.extend(part)
    everything = [value for part in parts for value in part]
    assert series.values().tolist() == everything
    assert len(series) == len(everything)
    assert series.values(2, 5).tolist() == everything[2:5]


def test_single_numbers_and_arrays_of_any_float_append() -> None:
    series = Series()
    series.extend(1.5)
    series.extend(np.float32(2.5))
    series.extend(np.array(3.5))
    series.extend(np.array([4.5, 5.5], np.float32))
    assert series.values().tolist() == [1.5, 2.5, 3.5, 4.5, 5.5]


def test_what_was_read_never_changes() -> None:
    series = Series()
    series.extend(range(1000))
    view = series.values()
    with pytest.raises(ValueError, match="read-only"):
        view[0] = 5
    for _ in range(10):
        series.extend(range(1000))
    assert view.tolist() == list(range(1000))


@pytest.mark.parametrize("moves", ["run", "step", "mixed"])
def test_one_number_per_batch(moves: str) -> None:
    t = Trainer(Lesson.from_table(points([2, 3, 1], 5, data={"batch_size": 2})))
    for i in range(40):
        if moves == "step" or (moves == "mixed" and i % 3):
            for _ in t.program.steps:
                t.step()
        else:
            t.run(1)
    for series in (t.metrics.loss, t.metrics.epoch, t.metrics.learning_rate, t.metrics.train_accuracy):
        assert len(series) == 40
    assert t.metrics.epoch.values().tolist() == [1 + i // 3 for i in range(40)]
    assert [row[0] for row in t.metrics.rows()] == list(range(1, 41))


def test_rows_are_the_documented_columns() -> None:
    lesson = Lesson.load("digits-sigmoid", {"run.executor": "numpy", "evaluation.every": 4, "evaluation.examples": 50})
    t = Trainer(lesson)
    t.run(160)
    rows = t.metrics.rows()
    assert len(rows) == 160
    for i, (batch, epoch, loss, train, test, rate) in enumerate(rows, start=1):
        assert (batch, epoch, rate) == (i, 1 + (i - 1) // t.batches_per_epoch, t.learning_rate)
        assert loss == t.metrics.loss.values()[i - 1]
        assert round(train * 10) == pytest.approx(train * 10), "a share of 10 examples"
        assert (test is not None) == (i % 4 == 0)
    right, total = t.evaluate()
    assert total == 50
    assert rows[-1][4] == right / total


def test_points_have_no_accuracy() -> None:
    t = Trainer(Lesson.load("toy"))
    t.run(3)
    assert [row[3:5] for row in t.metrics.rows()] == [(None, None)] * 3
    assert t.metrics.prediction.values()[0] == 1.5, "document 004 prints the first output"


def test_the_loss_is_that_of_the_batch_before_its_update() -> None:
    t = Trainer(Lesson.load("toy"))
    t.run(2)
    assert t.metrics.loss.values()[0] == 0.125


def test_reading_while_another_thread_appends() -> None:
    metrics, stop, trouble = Metrics.empty(), threading.Event(), []

    def read() -> None:
        try:
            while not stop.is_set():
                rows = metrics.rows()
                assert [row[2] for row in rows[-50:]] == [row[0] - 1 for row in rows[-50:]]
                assert all(row[4] in (None, row[0]) for row in rows[-50:])
                values = metrics.loss.values()
                assert values.tolist() == list(range(len(values)))
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            trouble.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for i in range(6000):
        for series in (metrics.epoch, metrics.learning_rate, metrics.train_accuracy, metrics.prediction):
            series.extend(1.0)
        metrics.loss.extend(i)
        if i % 100 == 99:
            metrics.test_batch.extend(i + 1)
            metrics.test_accuracy.extend(i + 1)
    stop.set()
    for reader in readers:
        reader.join()
    assert not trouble
    assert len(metrics.rows()) == 6000


@given(st.lists(st.integers(1, 7), min_size=1, max_size=6), st.integers(1, 9), st.integers(1, 20))
def test_the_running_loss_is_what_the_loop_of_document_002_prints(bursts: list[int], every: int, examples: int) -> None:
    table = points([2, 2], examples, data={"batch_size": 1}, evaluation={"running": every})
    trainer = Trainer(Lesson.from_table(table))
    for count in bursts:
        trainer.run(count)
    printed, running = [], 0.0
    for batch, loss in enumerate(trainer.metrics.loss.values().tolist()):
        index = batch % examples
        if index == 0:
            running = 0.0
        running += loss
        if index % every == every - 1:
            printed.append((batch + 1, running / every))
            running = 0.0
    assert trainer.metrics.running_batch.values().tolist() == [batch for batch, _ in printed]
    np.testing.assert_allclose(trainer.metrics.running_loss.values(), [mean for _, mean in printed], rtol=1e-9)


# ---- the test loss, where there is no accuracy ----------------------------------------------------------------------


def curve_losses(t: Trainer, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(n,) squared errors of the lesson ``curve``, written out."""
    p = {name: t.tensors[name].astype(np.float64) for name in ("W1", "b1", "W2", "b2")}
    return ((np.tanh(x @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"] - y) ** 2)[:, 0]


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_test_loss_is_measured_once_an_epoch_on_the_scale_of_a_batch(reduction: str) -> None:
    lesson = Lesson.load("curve", {"loss.reduction": reduction, "optimizer.learning_rate": 0.01})
    t = Trainer(lesson, data_dir=None)
    found = []
    for _ in range(3):
        t.run(10)
        losses = curve_losses(t, t.dataset.test_x, t.dataset.test_y)
        found.append(losses.mean() * (1 if reduction == "mean" else lesson.data.batch_size))
    assert t.batches_per_epoch == 8, "an epoch has fewer batches than lie between two measurements at least"
    assert t.metrics.test_loss_batch.values().tolist() == [10, 20, 30]
    np.testing.assert_allclose(t.metrics.test_loss.values(), found, rtol=1e-12)
    assert len(t.metrics.test_accuracy) == 0
    rare = Trainer(lesson.with_values({"data.batch_size": 2}))
    rare.run(100)
    assert rare.metrics.test_loss_batch.values().tolist() == [40, 80], "epochs of 40 batches"
    asked = Trainer(lesson.with_values({"evaluation.every": 25}))
    asked.run(60)
    assert asked.metrics.test_loss_batch.values().tolist() == [25, 50]


def test_stepping_running_and_going_back_measure_the_same_test_losses() -> None:
    ran, stepped = Trainer(Lesson.load("curve")), Trainer(Lesson.load("curve"))
    ran.run(40)
    for _ in range(40):
        stepped.step()
        stepped.finish_batch()
    expected = ran.metrics.test_loss.values().tolist()
    assert len(expected) == 4
    assert stepped.metrics.test_loss.values().tolist() == expected
    ran.seek(15)
    ran.run(30)
    assert ran.metrics.test_loss.values().tolist() == expected, "gone through once more, measured once"
    ran.seek(25)
    ran.learning_rate = 0.02
    assert ran.metrics.test_loss_batch.values().tolist() == [10, 20], "the other course of the run has those before"
    ran.run(10)
    assert ran.metrics.test_loss_batch.values().tolist() == [10, 20, 30]
    assert ran.metrics.test_loss.values()[:2].tolist() == expected[:2]
    assert ran.metrics.test_loss.values()[2] != expected[2]


def test_one_output_for_two_classes_has_a_test_loss() -> None:
    changes = {"network.sizes": [2, 4, 1], "network.output": "sigmoid", "loss.name": "binary_cross_entropy"}
    t = Trainer(Lesson.load("moons", {**changes, "evaluation.examples": 0, "run.executor": "numpy"}))
    t.run(max(10, t.batches_per_epoch))
    y, said = t.dataset.test_y, t.forward(t.dataset.test_x)
    expected = -(y * np.log(said) + (1 - y) * np.log(1 - said)).sum(axis=1)
    scale = 1 if t.lesson.loss.reduction == "mean" else t.lesson.data.batch_size
    assert t.metrics.test_loss.values()[-1] == pytest.approx(expected.mean() * scale, rel=1e-12)


def test_classes_and_points_have_no_test_loss() -> None:
    for t in (Trainer(Lesson.load("digits-sigmoid", {"run.executor": "numpy"})), Trainer(Lesson.load("toy"))):
        t.run(30)
        assert len(t.metrics.test_loss) == len(t.metrics.test_loss_batch) == 0
    bare = Trainer(Lesson.load("curve", {"data.test_share": 0}))
    bare.run(30)
    assert len(bare.metrics.test_loss) == 0
    assert np.isnan(bare.test_loss())
