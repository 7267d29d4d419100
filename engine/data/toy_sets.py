"""Small sets that are drawn, not loaded: points in the plane in classes, and curves of one input."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


class Drawn(NamedTuple):
    """Examples as they were drawn, before any are set aside.

    Attributes
    ----------
    x : ndarray (n, n_in)
    y : ndarray (n, 1), or None
        Of a curve; None of points in classes.
    labels : ndarray (n,), or None
        Class of each example, from 0; None of a curve.
    """

    x: Floats
    y: Floats | None
    labels: Whole | None


FUNCTIONS: dict[str, Callable[[Floats], Floats]] = {
    "sin": lambda x: np.sin(np.pi * x),
    "square": lambda x: x**2,
    "cube": lambda x: x**3,
    "abs": np.abs,
    "step": lambda x: np.where(x < 0, 0.0, 1.0),
    "gaussian": lambda x: np.exp(-8 * x**2),
}
"""Of x from -1 to 1: sin(pi x), x^2, x^3, |x|, 0 below 0 and 1 from there on, exp(-8 x^2)."""

TURNS = 1.0
"""How often an arm of the spiral goes around."""
MOST_CLASSES = 10
"""Arms of a spiral, or blobs."""


def xor(examples: int, noise: float, seed: int) -> Drawn:
    """The corners (0, 0), (0, 1), (1, 0), (1, 1) in turn, moved by noise; class 1 where one coordinate is 1.

    Without noise, four examples are the truth table itself.
    """
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    corner = np.arange(examples) % 4
    x = corners[corner] + _normal(seed, noise, (examples, 2))
    return _points(x, np.isin(corner, (1, 2)))


def moons(examples: int, noise: float, seed: int) -> Drawn:
    """Two half circles of radius 1 that reach into each other, as scikit-learn draws them."""
    from sklearn.datasets import make_moons

    return _points(*make_moons(examples, noise=noise, random_state=seed))


def circles(examples: int, noise: float, seed: int) -> Drawn:
    """A circle of radius 1 (class 0) around one of radius 0.5 (class 1), as scikit-learn draws them."""
    from sklearn.datasets import make_circles

    return _points(*make_circles(examples, noise=noise, random_state=seed, factor=0.5))


def spiral(examples: int, noise: float, seed: int, classes: int) -> Drawn:
    """An arm per class from near the centre to radius 1: r = t, angle = 2 pi (TURNS t + k / classes), t in (0, 1]."""
    rng = np.random.default_rng(seed)
    labels = np.arange(examples) % classes
    along = (np.arange(examples) // classes + 1) / -(-examples // classes)
    angle = 2 * np.pi * (TURNS * along + labels / classes)
    x = np.stack([along * np.cos(angle), along * np.sin(angle)], axis=1) + rng.normal(0, noise, (examples, 2))
    order = rng.permutation(examples)  # drawn from the centre outwards
    return _points(x[order], labels[order])


def blobs(examples: int, noise: float, seed: int, classes: int) -> Drawn:
    """Round clouds, their centres evenly on the unit circle and ``noise`` the deviation, as scikit-learn draws them."""
    from sklearn.datasets import make_blobs

    angle = 2 * np.pi * np.arange(classes) / classes
    centres = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x, labels, *_ = make_blobs(examples, centers=centres, cluster_std=noise, random_state=seed)
    return _points(x, labels)


def curve(examples: int, noise: float, seed: int, function: str) -> Drawn:
    """x evenly drawn from -1 to 1 and y = f(x) plus noise; f is one of `FUNCTIONS`."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, (examples, 1))
    return Drawn(x, FUNCTIONS[function](x) + rng.normal(0, noise, x.shape), None)


def _normal(seed: int, deviation: float, shape: tuple[int, int]) -> Floats:
    return np.random.default_rng(seed).normal(0, deviation, shape)


def _points(x: Floats, labels: NDArray[np.generic]) -> Drawn:
    return Drawn(x, None, labels.astype(np.int64))


class Split(NamedTuple):
    """Which examples train and which test: row numbers, each in the order of the source."""

    train: Whole
    test: Whole


def split(examples: int, test_share: float, seed: int) -> Split:
    """Set test examples aside at random.

    ``round(test_share * examples)`` of them, the half rounded up and at least one left to train, are drawn from
    the seed. Both parts keep the order of the source.
    """
    tested = tested_of(examples, test_share)
    order = np.random.default_rng([seed, 1]).permutation(examples)  # [seed] alone has drawn the examples
    return Split(np.sort(order[tested:]), np.sort(order[:tested]))


def tested_of(examples: int, test_share: float) -> int:
    """How many of so many examples test."""
    return min(int(test_share * examples + 0.5), examples - 1)
