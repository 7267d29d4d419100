"""The sets that are drawn: their geometry, their noise, their split, and that a seed says all."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import Dataset, load_dataset
from engine.data.toy_sets import split
from engine.lesson import DataSpec, Lesson, LessonError
from engine.trainer import Trainer

DRAWN = ("xor", "moons", "circles", "spiral", "blobs", "curve")


def drawn(source: str, *, outputs: int | None = None, **spec: Any) -> Dataset:
    return load_dataset(source, spec=DataSpec(source, **spec), outputs=outputs)


def clean(source: str, **spec: Any) -> tuple[np.ndarray, np.ndarray]:
    """All examples without noise, and their labels."""
    data = drawn(source, noise=0.0, test_share=0.0, **spec)
    assert data.train_labels is not None
    return np.asarray(data.train_x), data.train_labels


# ---- what is drawn ----------------------------------------------------------------------------------------------


def test_four_points_of_xor_without_noise_are_the_truth_table() -> None:
    x, labels = clean("xor", examples=4)
    assert x.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert labels.tolist() == [0, 1, 1, 0]


def test_moons_are_two_half_circles() -> None:
    x, labels = clean("moons", examples=101)
    upper, lower = x[labels == 0], x[labels == 1]
    assert abs(len(upper) - len(lower)) <= 1
    np.testing.assert_allclose(np.hypot(*upper.T), 1)
    assert (upper[:, 1] >= -1e-9).all()
    np.testing.assert_allclose(np.hypot(*(lower - [1, 0.5]).T), 1)
    assert (lower[:, 1] <= 0.5 + 1e-9).all()


def test_circles_are_one_in_the_other() -> None:
    x, labels = clean("circles", examples=60)
    np.testing.assert_allclose(np.hypot(*x.T), np.where(labels == 0, 1.0, 0.5))


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_an_arm_of_the_spiral_goes_around_once(classes: int) -> None:
    x, labels = clean("spiral", examples=20 * classes, classes=classes)
    radius, angle = np.hypot(*x.T), np.arctan2(x[:, 1], x[:, 0])
    assert np.bincount(labels).tolist() == [20] * classes
    for k in range(classes):
        np.testing.assert_allclose(np.sort(radius[labels == k]), np.arange(1, 21) / 20, err_msg=f"arm {k}")
    turned = angle - 2 * math.pi * (radius + labels / classes)
    np.testing.assert_allclose(np.cos(turned), 1)


@pytest.mark.parametrize("classes", [2, 5])
def test_blobs_have_their_centres_on_a_circle_and_the_noise_as_deviation(classes: int) -> None:
    data = drawn("blobs", examples=20_000, classes=classes, noise=0.3, test_share=0.0)
    x, labels = np.asarray(data.train_x), data.train_labels
    for k in range(classes):
        angle = 2 * math.pi * k / classes
        of_k = x[labels == k]
        np.testing.assert_allclose(of_k.mean(axis=0), [math.cos(angle), math.sin(angle)], atol=0.03)
        np.testing.assert_allclose(of_k.std(axis=0), 0.3, atol=0.03)


@pytest.mark.parametrize(
    ("function", "formula"),
    [
        ("sin", lambda x: math.sin(math.pi * x)),
        ("square", lambda x: x * x),
        ("cube", lambda x: x * x * x),
        ("abs", abs),
        ("step", lambda x: float(x >= 0)),
        ("gaussian", lambda x: math.exp(-8 * x * x)),
    ],
)
def test_a_curve_is_its_function_plus_noise(function: str, formula: Any) -> None:
    data = drawn("curve", function=function, noise=0.0, examples=50)
    for x, y in ((data.train_x, data.train_y), (data.test_x, data.test_y)):
        assert ((x >= -1) & (x <= 1)).all()
        np.testing.assert_allclose(y[:, 0], [formula(value) for value in x[:, 0].tolist()], atol=1e-15)
    noisy = drawn("curve", function=function, noise=0.2, examples=20_000, test_share=0.0)
    rest = noisy.train_y[:, 0] - [formula(value) for value in noisy.train_x[:, 0].tolist()]
    np.testing.assert_allclose([rest.mean(), rest.std()], [0, 0.2], atol=0.01)


@pytest.mark.parametrize("source", ["xor", "moons", "circles", "spiral"])
def test_noise_moves_points_by_its_deviation(source: str) -> None:
    x, labels = clean(source, examples=3_000, seed=4)
    noisy = drawn(source, examples=3_000, seed=4, noise=0.05, test_share=0.0)
    assert (noisy.train_labels == labels).all()
    np.testing.assert_allclose(np.std(noisy.train_x - x, axis=0), 0.05, rtol=0.1)


# ---- what all have in common ------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", DRAWN)
def test_a_seed_says_all(source: str) -> None:
    one, same, other = (drawn(source, seed=seed) for seed in (3, 3, 4))
    for name in ("train_x", "train_y", "test_x", "test_y"):
        assert getattr(one, name).tobytes() == getattr(same, name).tobytes()
        assert getattr(one, name).dtype == np.float64
        assert not getattr(one, name).flags.writeable
    assert one.train_x.tobytes() != other.train_x.tobytes()


@pytest.mark.parametrize("source", [source for source in DRAWN if source != "curve"])
def test_classes_are_one_hot_or_one_column(source: str) -> None:
    data = drawn(source, classes=2)
    assert data.class_names == ("0", "1")
    assert data.feature_names == ("x1", "x2")
    assert data.train_labels is not None
    assert data.test_labels is not None
    for y, labels in ((data.train_y, data.train_labels), (data.test_y, data.test_labels)):
        assert y.tolist() == [[1 - label, label] for label in labels.tolist()]
    single = drawn(source, outputs=1, classes=2)
    assert single.train_y.tolist() == [[label] for label in data.train_labels.tolist()]
    assert (single.train_labels == data.train_labels).all()


def test_three_classes_keep_a_column_each() -> None:
    assert drawn("spiral", outputs=1, classes=3).train_y.shape[1] == 3


@settings(max_examples=50)
@given(st.integers(1, 300), st.floats(0, 0.999), st.integers(0, 2**32 - 1))
def test_a_split_deals_every_example_out_once(examples: int, share: float, seed: int) -> None:
    train, test = split(examples, share, seed)
    assert sorted([*train.tolist(), *test.tolist()]) == list(range(examples))
    assert len(train) >= 1
    assert abs(len(test) - share * examples) <= (0.5 if len(train) > 1 else 1)
    for part in (train, test):
        assert part.tolist() == sorted(part.tolist())
    again = split(examples, share, seed)
    assert (again.test == test).all()


def test_who_tests_is_drawn_from_the_seed() -> None:
    assert split(100, 0.2, 0).test.tolist() != split(100, 0.2, 1).test.tolist()
    tested = np.zeros(100)
    for seed in range(400):
        tested[split(100, 0.2, seed).test] += 1
    assert tested.min() > 40  # of 80 expected, with a deviation of 8
    assert tested.max() < 120


# ---- in a lesson ------------------------------------------------------------------------------------------------

MOONS: dict[str, Any] = {
    "format": 1,
    "id": "mine",
    "title": "Mine",
    "network": {"sizes": [2, 8, 2], "activation": "tanh", "output": "softmax"},
    "init": {"scheme": "xavier_normal"},
    "loss": {"name": "cross_entropy", "reduction": "mean"},
    "optimizer": {"learning_rate": 0.5},
    "data": {"source": "moons", "examples": 100, "batch_size": 20, "shuffle": True},
    "evaluation": {"every": 10, "examples": -1},
}


def lesson(**overrides: Any) -> Lesson:
    return Lesson.from_table(
        copy.deepcopy(MOONS), overrides={key.replace("__", "."): value for key, value in overrides.items()}
    )


def test_a_net_learns_the_moons() -> None:
    trainer = Trainer(lesson())
    assert (trainer.examples, len(trainer.dataset.test_x)) == (80, 20)
    assert trainer.lesson.classes
    trainer.run(batches=1000)
    right, total = trainer.evaluate()
    assert total == 20
    assert right >= 19
    assert trainer.metrics.train_accuracy.values()[-20:].mean() > 0.95


def test_a_net_with_one_output_learns_xor_without_an_accuracy() -> None:
    xor = {"data.source": "xor", "data.examples": 4, "data.noise": 0.0, "data.test_share": 0.0, "data.batch_size": 4}
    net = {"network.sizes": [2, 8, 1], "network.output": "sigmoid", "loss.name": "binary_cross_entropy"}
    trainer = Trainer(Lesson.from_table(MOONS, overrides={**xor, **net, "evaluation.examples": 0}))
    assert not trainer.lesson.classes
    assert trainer.dataset.train_y.tolist() == [[0], [1], [1], [0]]
    trainer.run(batches=500)
    assert np.isnan(trainer.metrics.train_accuracy.values()).all()
    np.testing.assert_allclose(trainer.forward(np.asarray(trainer.dataset.train_x)), [[0], [1], [1], [0]], atol=0.1)


def test_a_net_learns_a_curve() -> None:
    net = {"network.sizes": [1, 8, 1], "network.output": "identity", "loss.name": "mse", "evaluation.examples": 0}
    trainer = Trainer(
        Lesson.from_table(MOONS, overrides={**net, "data.source": "curve", "optimizer.learning_rate": 0.1})
    )
    assert not trainer.lesson.classes
    trainer.run(batches=4000)
    error = trainer.forward(np.asarray(trainer.dataset.test_x)) - trainer.dataset.test_y
    assert np.sqrt((error**2).mean()) < 0.2  # of which 0.1 is noise


@pytest.mark.parametrize(
    ("overrides", "parts"),
    [
        ({"network__sizes": [3, 8, 2]}, ["network.sizes = [3, 8, 2]", "'moons'", "2 inputs and 2 classes"]),
        ({"network__sizes": [2, 8, 3]}, ["[2, 8, 3]", "2 outputs, or 1 that is 0 or 1"]),
        ({"data__source": "spiral"}, ["[2, 8, 2]", "'spiral'", "2 inputs and 3 classes"]),
        ({"data__source": "curve", "loss__name": "mse"}, ["[1, 8, 2]", "'curve'", "1 input and 1 output"]),
        ({"data__source": "curve"}, ['"cross_entropy" is for classes', "curve", '"mse"']),
        ({"network__sizes": [2, 8, 1]}, ["cross_entropy", "binary_cross_entropy, or 2 outputs"]),
        (
            {"network__sizes": [2, 8, 1], "loss__name": "mse"},
            ["evaluation.examples = -1 must be 0", "one output has no accuracy"],
        ),
        ({"data__normalize": "unit"}, ["data.normalize", "images", "moons", '"none"']),
        ({"data__classes": 4}, ["data.classes belongs to", '"spiral", "blobs"', '"moons"']),
        ({"data__function": "cube"}, ['data.function belongs to data.source = "curve"']),
        ({"data__path": "a.csv"}, ["data.path belongs to", '"csv", "images"']),
        ({"data__x": [[1, 2]]}, ['data.x belongs to data.source = "points"']),
        ({"data__function": "tan"}, ["data.function", "'tan'", "sin, square"]),
        ({"data__classes": 11}, ["data.classes = 11", ">= 2", "<= 10"]),
        ({"data__examples": 3}, ["data.examples = 3", ">= 4"]),
        ({"data__noise": -0.1}, ["data.noise = -0.1", ">= 0"]),
        ({"data__test_share": 1.0}, ["data.test_share = 1.0", ">= 0 and < 1"]),
        ({"data__seed": 2**32}, ["data.seed", "<= 4"]),
    ],
)
def test_what_does_not_go_together_is_refused(overrides: dict[str, Any], parts: list[str]) -> None:
    with pytest.raises(LessonError) as caught:
        lesson(**overrides)
    for part in parts:
        assert part in str(caught.value)


def test_the_input_width_follows_the_drawn_data() -> None:
    table = copy.deepcopy(MOONS)
    table["network"]["sizes"], table["loss"]["name"], table["evaluation"] = [64, 8, 1], "mse", {}
    table["data"] = {"source": "digits"}
    assert Lesson.from_table(table, overrides={"data.source": "curve"}).network.sizes == (1, 8, 1)
    assert Lesson.from_table(table, overrides={"data.source": "moons"}).network.sizes == (2, 8, 1)


def test_data_without_tests_cannot_be_evaluated() -> None:
    with pytest.raises(LessonError, match=r"no test examples \(data\.test_share = 0\)"):
        Trainer(lesson(data__test_share=0.0))


def test_points_have_none_of_the_settings() -> None:
    with pytest.raises(LessonError, match=r"data\.noise belongs to"):
        Lesson.load("toy", {"data.noise": 0.3})
