"""Lock-step: the runs are those that one would have alone, on the same batches, and they part where a loop says."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.compare import MOST_RUNS, PARAMETERS, Batches, CompareError, LockStep, parted
from engine.lesson import DataSpec, Lesson
from engine.program import END
from engine.trainer import Trainer


def toy(**overrides: Any) -> Lesson:
    return Lesson.load("toy-bias", {"run.executor": "numpy", "init.scheme": "normal", **overrides})


def digits(**overrides: Any) -> Lesson:
    return Lesson.load("digits-sigmoid", {"run.executor": "numpy", "evaluation.examples": 0, **overrides})


def alone(lesson: Lesson, batches: int) -> Trainer:
    trainer = Trainer(lesson)
    trainer.run(batches)
    return trainer


def with_start_of(lesson: Lesson, start: Lesson) -> Lesson:
    """A lesson that begins with the numbers that another one draws, written out."""
    trainer = Trainer(start)
    layers = range(1, start.layers + 1)
    W = [trainer.tensors[f"W{k}"].tolist() for k in layers]
    b = [trainer.tensors[f"b{k}"].tolist() for k in layers]
    return lesson.with_values({"init.scheme": "explicit", "init.W": W, "init.b": b})


# ---- the same batches -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("optimizer.learning_rate", 0.03),
        ("optimizer.momentum", 0.5),
        ("network.activation", "tanh"),
        ("loss.reduction", "mean"),
    ],
)
def test_one_thing_different_are_the_runs_that_one_has_alone(key: str, value: Any) -> None:
    lessons = [digits(), digits(**{key: value})]
    pair = LockStep(lessons)
    assert (pair.facts.batches, pair.facts.keys, pair.facts.same_start) == (Batches.SAME, (), True)
    assert pair.advance(30) == 30
    assert pair.advance(40) == 40
    for run, lesson in enumerate(lessons):
        trainer = alone(lesson, 70)
        assert np.array_equal(pair.losses(run), trainer.metrics.loss.values())
        assert np.array_equal(pair.accuracies(run), trainer.metrics.train_accuracy.values())


def test_another_seed_starts_from_other_numbers_and_takes_the_same_examples() -> None:
    """Against lessons with the drawn numbers written out and the first one's seed, whose order is thus the same."""
    lessons = [digits(), digits(**{"init.seed": 5}), digits(**{"init.seed": 6})]
    runs = LockStep(lessons)
    assert (runs.facts.batches, runs.facts.keys, runs.facts.same_start) == (Batches.HELD, (), False)
    runs.advance(200)  # into the second epoch
    assert runs.batches > Trainer(lessons[0]).batches_per_epoch
    for run, lesson in enumerate(lessons):
        assert np.array_equal(runs.losses(run), alone(with_start_of(lessons[0], lesson), 200).metrics.loss.values())
    assert (runs.difference("x", 170) == 0).all()
    assert (runs.difference("W1", 170, 0, 2) != 0).any()


def test_pytorchs_stream_too_gives_the_same_examples() -> None:
    """There the order depends on what was drawn before it, so another scheme alone would shuffle them."""
    first = digits(**{"init.rng": "torch"})
    pair = LockStep([first, first.with_value("init.scheme", "constant")])
    assert pair.facts.batches is Batches.HELD
    pair.advance(160)
    trainer = alone(first, 160)
    for batch in (1, 2, 149, 160):
        trainer.seek(batch, END)
        assert np.array_equal(pair.difference("x", batch), np.zeros_like(trainer.tensors["x"]))
    assert np.array_equal(pair.losses(0), trainer.metrics.loss.values())


def test_without_shuffling_a_seed_changes_the_start_alone() -> None:
    pair = LockStep([toy(), toy(**{"init.seed": 3})])
    assert (pair.facts.batches, pair.facts.same_start) == (Batches.SAME, False)


def test_other_batches_are_told_and_only_what_is_no_batchs_can_be_compared() -> None:
    pair = LockStep([digits(), digits(**{"data.batch_size": 20})])
    assert (pair.facts.batches, pair.facts.keys) == (Batches.DIFFERENT, ("data.batch_size",))
    pair.advance(5)
    for run, size in enumerate((10, 20)):
        assert np.array_equal(pair.losses(run), alone(digits(**{"data.batch_size": size}), 5).metrics.loss.values())
    assert pair.arrays() == ("W1", "b1", "W2", "b2")
    assert pair.difference("W1").shape == (64, 30)
    for array in ("x", "z1", "delta2", "dW1", "loss"):
        with pytest.raises(CompareError, match=rf"{array} belongs to a batch, and data\.batch_size make"):
            pair.difference(array)


NET = {"network.output": "identity", "loss.name": "mse", "evaluation.examples": 0, "run.executor": "numpy"}
OTHERS: dict[str, tuple[str, Any]] = {
    "source": ("moons", "circles"),
    **dict.fromkeys(("x", "y"), ("points", [[0.5, 0.25], [1.0, -1.0]])),
    "batch_size": ("moons", 7),
    "shuffle": ("moons", False),
    "drop_last": ("moons", True),
    "seed": ("moons", 3),
    "test_share": ("moons", 0.5),
    "examples": ("moons", 100),
    "noise": ("moons", 0.4),
    "classes": ("spiral", 2),
    "function": ("curve", "step"),
    "path": ("csv", "other.csv"),
    "target": ("csv", "b"),
    "inputs": ("csv", ["b"]),
    "kind": ("csv", "class"),
    "header": ("csv", True),
    "separator": ("csv", ","),
    "decimal": ("csv", "."),
    "standardise": ("csv", True),
    "image_size": ("images", [2, 3]),
}
"""For each setting of the data a source that has it, and another value than it begins with."""


def on_source(source: str, folder: Path) -> Lesson:
    """A small net on any source, its data written where it needs some."""
    table = "".join(f"{i},{i % 3 + 0.25},{i % 2}\n" for i in range(20))
    for name, text in (("data.csv", table), ("other.csv", table.replace("1,", "2,"))):
        (folder / name).write_text("a,b,c\n" + text)
    for label in ("one", "two"):
        (folder / "images" / label).mkdir(parents=True)
        for i in range(6):
            pixels = np.full((6, 6), 20 * i + (label == "two"), np.uint8)
            Image.fromarray(pixels).save(folder / "images" / label / f"{i}.png")
    data: dict[str, dict[str, Any]] = {
        "points": {"data.x": [[1.0, 2.0], [3.0, 4.0]], "data.y": [[0.1, 0.2], [0.3, 0.4]]},
        "csv": {"data.path": str(folder / "data.csv"), "data.target": "c", "data.inputs": ["a"]},
        "images": {"data.path": str(folder / "images"), "data.image_size": [3, 2]},
        "spiral": {"network.sizes": [2, 4, 3]},
        "curve": {"network.sizes": [1, 4, 1]},
    }
    sizes = {"csv": [1, 4, 1], "images": [6, 4, 2]}.get(source, [2, 4, 2])
    settings = {"network.sizes": sizes, "data.source": source, **data.get(source, {})}
    return Lesson.load("moons", {"init.scheme": "normal", "init.std": 0.1, **NET, **settings})


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(DataSpec) if field.name != "normalize"])
def test_other_data_are_told_whatever_makes_them_other(name: str, tmp_path: Path) -> None:
    """And each run is the one that one has alone, on its own data."""
    source, value = OTHERS[name]
    first = on_source(source, tmp_path)
    if name == "path":
        value = str(tmp_path / value)
    values: dict[str, Any] = {f"data.{name}": value}
    if name in ("kind", "classes"):
        values["network.sizes"] = [first.network.sizes[0], 4, 2]
    lessons = [first, first.with_values(values)]
    pair = LockStep(lessons)
    assert (pair.facts.batches, pair.facts.keys) == (Batches.DIFFERENT, (f"data.{name}",))
    assert pair.advance(12) == 12
    for run, lesson in enumerate(lessons):
        assert np.array_equal(pair.losses(run), alone(lesson, 12).metrics.loss.values())


def test_one_output_beside_two_for_two_classes() -> None:
    """0 and 1 in one column are the same examples as one-hot targets in two; each run has its own targets."""
    sizes = {"network.output": "sigmoid", "loss.name": "binary_cross_entropy", "evaluation.examples": 0}
    one = Lesson.load("moons", {**sizes, "network.sizes": [2, 8, 1], "run.executor": "numpy", "data.shuffle": True})
    two = one.with_value("network.sizes", [2, 8, 2])
    for lessons in ([one, two], [two, one]):
        pair = LockStep(lessons)
        assert pair.facts.keys == ()
        pair.advance(20)
        assert (pair.difference("x") == 0).all()
        with pytest.raises(CompareError, match=r"y is \d+ x \d in run 1 and"):
            pair.difference("y")
        assert np.array_equal(pair.losses(0), alone(lessons[0], 20).metrics.loss.values())
    held = LockStep([two, one.with_value("init.seed", 7)])
    held.advance(20)
    assert held.facts.batches is Batches.HELD
    assert (held.difference("x") == 0).all()


# ---- differences ------------------------------------------------------------------------------------------------


def test_a_difference_is_one_run_less_the_other_after_any_batch() -> None:
    lessons = [digits(), digits(**{"optimizer.learning_rate": 0.5})]
    pair = LockStep(lessons)
    pair.advance(25)
    trainers = [alone(lesson, 25) for lesson in lessons]
    for batch in (1, 13, 25):
        for trainer in trainers:
            trainer.seek(batch, END)
        for name in ("W1", "b2", "delta1", "dW2", "x", "loss"):
            a, b = (np.asarray(trainer.tensors[name], np.float64) for trainer in trainers)
            assert np.array_equal(pair.difference(name, batch), a - b)
            assert np.array_equal(pair.difference(name, batch, 1, 0), b - a)
    assert np.array_equal(pair.difference("W1"), pair.difference("W1", 25))
    assert pair.advance(5) == 5  # having looked back changes nothing
    assert np.array_equal(pair.losses(1), alone(lessons[1], 30).metrics.loss.values())


def test_what_cannot_be_compared_is_refused_in_a_sentence() -> None:
    wider = toy(**{"network.sizes": [2, 4, 2, 1]})
    pair = LockStep([toy(), wider])
    assert pair.facts.same_start is None
    pair.advance(3)
    for call, words in (
        (lambda: pair.difference("W1"), "W1 is 2 x 3 in run 1 and 2 x 4 in run 2"),
        (lambda: pair.largest(PARAMETERS), "W1 is 2 x 3 in run 1 and 2 x 4 in run 2"),
        (lambda: pair.difference("W9"), "run 1 has no array W9"),
        (lambda: pair.difference("vW1"), "vW1 is not computed in run 1, which has no momentum"),
        (lambda: pair.difference("b3", 4), "batch 4 is not finished; the runs have 3"),
        (lambda: pair.difference("b3", 0), "batch 0 is not finished"),
    ):
        with pytest.raises(CompareError, match=words):
            call()
    assert "W1" not in pair.arrays()
    assert {"b3", "a2", "loss"} < set(pair.arrays())
    no_bias = LockStep([toy(), toy(**{"network.bias": False})])
    with pytest.raises(CompareError, match="run 2 has no array b1"):
        no_bias.largest(PARAMETERS)
    for count in (0, 1, MOST_RUNS + 1):
        with pytest.raises(CompareError, match=f"{count} runs cannot be compared"):
            LockStep([toy()] * count)


def test_a_run_that_diverges_stops_all_at_the_same_batch() -> None:
    lessons = [toy(**{"optimizer.learning_rate": 9.0}), toy(**{"optimizer.learning_rate": 0.01})]
    finished = len(alone(lessons[0], 100).metrics.loss)
    assert 1 < finished < 100
    for order in (lessons, lessons[::-1]):
        pair = LockStep(order)
        assert pair.advance(100) == finished
        assert pair.advance(100) == 0
        assert [halt is None for halt in pair.halts] == [lesson is lessons[1] for lesson in order]
        assert len(pair.losses(0)) == len(pair.losses(1)) == finished
        assert np.isfinite(pair.difference("loss"))
        assert len(pair.largest("W1")) == finished


# ---- where they part --------------------------------------------------------------------------------------------


def apart(lessons: list[Lesson], names: list[str], batches: int) -> list[float]:
    """Written out: both runs a batch at a time, and the largest difference after each."""
    trainers = [Trainer(lesson) for lesson in lessons]
    found = []
    for _ in range(batches):
        for trainer in trainers:
            trainer.finish_batch()
        arrays = ([np.asarray(t.tensors[n], np.float64) for n in names] for t in trainers)
        found.append(max(float(np.abs(a - b).max()) for a, b in zip(*arrays, strict=True)))
    return found


@given(
    rate=st.floats(0.001, 0.2),
    amount=st.floats(0, 0.5),
    array=st.sampled_from(["W1", "b3", "delta2", "loss", "z1", PARAMETERS]),
)
@settings(max_examples=25)
def test_they_part_where_a_plain_loop_says(rate: float, amount: float, array: str) -> None:
    lessons = [toy(), toy(**{"optimizer.learning_rate": rate})]
    names = [array] if array != PARAMETERS else ["W1", "b1", "W2", "b2", "W3", "b3"]
    expected = apart(lessons, names, 20)
    pair = LockStep(lessons)
    pair.advance(20)
    first = next((i for i, value in enumerate(expected, 1) if value > amount), None)
    assert parted(pair.largest(array), amount) == first
    assert pair.largest(array) == pytest.approx(expected, rel=1e-12, abs=0)


def test_runs_that_are_the_same_never_part_and_those_further_on_are_looked_at_again() -> None:
    pair = LockStep([toy(), toy()])
    pair.advance(150)
    assert parted(pair.largest(PARAMETERS), 0.0) is None
    pair = LockStep([toy(), toy(**{"optimizer.learning_rate": 0.099})])
    expected = apart([*pair.lessons], ["W1"], 40)
    amount = max(expected[:2])
    first = next((i for i, value in enumerate(expected, 1) if value > amount), None)
    assert first is not None
    pair.advance(2)
    assert parted(pair.largest("W1"), amount) is None
    pair.advance(38)
    assert parted(pair.largest("W1"), amount) == first


def test_looking_for_it_can_be_broken_off() -> None:
    pair = LockStep([toy(), toy(**{"optimizer.learning_rate": 0.09})])
    pair.advance(500)
    seen: list[int] = []

    def go_on(batch: int) -> bool:
        seen.append(batch)
        return batch < 128

    assert len(pair.largest("W1", go_on=go_on)) == 128
    assert seen == [0, 64, 128]
    assert len(pair.largest("W1")) == 500
