"""Drawings as MNIST would have them: by what its makers say of it, and by its own images, which must survive."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import Dataset, load_dataset
from engine.drawing import box_of, centre_of_mass, fitted, on_light_ground
from engine.lesson import Lesson
from engine.trainer import Trainer

SHARED_DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="module")
def mnist() -> Dataset:
    root = Path(os.environ.get("BACKSTEP_DATA", SHARED_DATA))
    if not (root / "MNIST" / "raw").is_dir():
        pytest.skip(f"the real MNIST is not under {root}; set BACKSTEP_DATA to the folder that holds MNIST/raw")
    return load_dataset("mnist", data_dir=root)


@pytest.fixture(scope="module")
def test_images(mnist: Dataset) -> np.ndarray:
    return mnist.test_x[:300].reshape(-1, 28, 28)


@st.composite
def drawings(draw: st.DrawFn) -> np.ndarray:
    """Some thick lines anywhere on a pad of 140 pixels."""
    ink = np.zeros((140, 140))
    across = st.integers(6, 133)
    for _ in range(draw(st.integers(1, 4))):
        (top, left), (bottom, right) = draw(st.tuples(across, across)), draw(st.tuples(across, across))
        for share in np.linspace(0, 1, 200):
            y, x = round(top + share * (bottom - top)), round(left + share * (right - left))
            ink[y - 5 : y + 6, x - 5 : x + 6] = 1
    return ink


@given(drawings())
@settings(max_examples=40, deadline=None)
def test_a_drawing_is_fitted_as_mnist_was(ink: np.ndarray) -> None:
    image = fitted(ink, (28, 28), 255.0)
    assert image.shape == (28, 28)
    assert (image == np.rint(image)).all()
    assert 0 <= image.min() < image.max() <= 255
    box, was = box_of(image), box_of(ink)
    assert box is not None
    assert was is not None
    assert max(box.height, box.width) in (19, 20)  # an edge too faint to count as a grey may be lost
    share = min(was.height, was.width) / max(was.height, was.width)
    assert abs(min(box.height, box.width) - 20 * share) <= 2, "proportions are kept"
    ys, xs = np.mgrid[:28, :28]
    middle = (image * ys).sum() / image.sum(), (image * xs).sum() / image.sum()
    at_the_edge = box.top == 0 or box.left == 0 or box.top + box.height == 28 or box.left + box.width == 28
    assert at_the_edge or max(abs(middle[0] - 14), abs(middle[1] - 14)) <= 0.52  # greys are whole numbers
    covered = ink.sum() * (20 / max(was.height, was.width)) ** 2
    assert image.sum() / 255 == pytest.approx(covered, rel=0.02), "each grey is the share of a pixel that is covered"


@given(drawings(), st.integers(0, 200), st.integers(0, 200))
@settings(max_examples=15, deadline=None)
def test_where_it_is_drawn_does_not_matter(ink: np.ndarray, down: int, right: int) -> None:
    elsewhere = np.zeros((340, 340))
    elsewhere[down : down + 140, right : right + 140] = ink
    for shape, scale in (((28, 28), 255.0), ((8, 8), 16.0)):
        np.testing.assert_array_equal(fitted(elsewhere, shape, scale), fitted(ink, shape, scale))


@pytest.mark.parametrize("shape", [(28, 28), (8, 8), (32, 20)])
def test_blank_stays_blank(shape: tuple[int, int]) -> None:
    assert not fitted(np.zeros((280, 280)), shape, 255.0).any()


def test_images_of_mnist_stay_what_they_are(test_images: np.ndarray) -> None:
    """They are fitted and centred already: fitting them once more finds the same size and the same middle."""
    for image in test_images:
        np.testing.assert_array_equal(fitted(image / 255, (28, 28), 255.0), image)


def test_images_of_mnist_come_back_from_a_large_drawing(test_images: np.ndarray) -> None:
    for image in test_images[:20]:
        pad = np.zeros((300, 300))
        pad[3:283, 11:291] = np.kron(image / 255, np.ones((10, 10)))
        np.testing.assert_allclose(fitted(pad, (28, 28), 255.0), image, atol=1)


def test_the_middle_is_that_of_mnist(mnist: Dataset, test_images: np.ndarray) -> None:
    """But for two of its 70,000 images, the centre of mass is within half a pixel of the middle of pixel 14."""
    away = []
    for x in (mnist.train_x, mnist.test_x):
        images = x.reshape(-1, 28, 28)
        down, right = (images.sum(axis=axis, dtype=np.int64) @ np.arange(28) for axis in (2, 1))
        total = images.sum(axis=(1, 2), dtype=np.int64)
        away.append(np.maximum(abs(down / total - 14), abs(right / total - 14)))
    found = np.concatenate(away)
    assert len(found) == 70_000
    assert (found > 0.5).sum() == 2
    assert found.max() < 0.52
    for image, apart in zip(test_images, away[1], strict=False):
        assert max(abs(at - 14) for at in centre_of_mass(image)) == pytest.approx(apart)


def test_proportions_other_than_square_keep_their_ink() -> None:
    ink = np.zeros((200, 200))
    ink[10:190, 20:32] = 1
    ink[178:190, 20:120] = 1
    image = fitted(ink, (40, 20), 1.0)
    box = box_of(image)
    assert box is not None
    assert (box.height, box.width) in {(25, 14), (26, 14)}


def test_digits_reach_from_the_first_row_to_the_last() -> None:
    """As all 1,797 of scikit-learn's do; 238 of them touch an outermost column."""
    images = load_dataset("digits")
    theirs = np.concatenate([images.train_x, images.test_x]).reshape(-1, 8, 8)
    assert len(theirs) == 1797
    assert theirs[:, [0, -1], :].any(axis=2).all()
    assert theirs[:, :, [0, -1]].any(axis=(1, 2)).sum() == 238
    assert theirs[:, :, [0, -1]].sum() / theirs.sum() == pytest.approx(0.003, abs=5e-4)
    ink = np.zeros((280, 280))
    ink[40:240, 60:220] = 1
    ink[80:200, 100:180] = 0
    image = fitted(ink, (8, 8), 16.0)
    box = box_of(image)
    assert box is not None
    assert (box.top, box.height) == (0, 8)
    assert 5 <= box.width <= 6
    assert (image[:, [0, -1]] == 0).all()
    assert (image == np.rint(image)).all()
    assert image.max() <= 16


def test_a_block_counts_the_pixels_that_are_on() -> None:
    """A solid square of 20 columns begins in the middle of a block of four: half of that block's pixels are on."""
    image = fitted(np.ones((40, 25)), (8, 8), 16.0)
    np.testing.assert_array_equal(image, np.tile([0, 8, 16, 16, 16, 16, 8, 0], (8, 1)))


def test_a_trained_net_reads_fitted_digits() -> None:
    """Digits of scikit-learn, enlarged and fitted again: most are still read as what they are."""
    lesson = Lesson.load("digits-sigmoid", {"run.executor": "numpy", "evaluation.examples": 0})
    trainer = Trainer(lesson)
    while trainer.position.batch < 1500:
        trainer.run(batches=500)
    dataset = trainer.dataset
    x, labels = dataset.test_x[:100], dataset.test_labels
    assert labels is not None
    again = np.array(
        [fitted(np.kron(row.reshape(8, 8) / 16, np.ones((20, 20))), (8, 8), 16.0).ravel() for row in x], np.float32
    )
    right = (trainer.forward(again / 16).argmax(axis=1) == labels[:100]).mean()
    assert right > 0.8


def test_the_ground_is_what_most_of_the_edges_are(test_images: np.ndarray) -> None:
    rows = test_images.reshape(len(test_images), -1)
    assert not on_light_ground(rows, (28, 28), 255.0)
    assert on_light_ground(255 - rows, (28, 28), 255.0)
