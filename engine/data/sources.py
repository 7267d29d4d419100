"""The data sources of a lesson, and the one form that all of them are served in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.data import mnist
from engine.data.errors import DataError

SOURCES = ("points", "digits", "mnist")
"""Every name that a lesson may give as ``data.source``."""

WIDTHS = {"digits": (64, 10), "mnist": (784, 10)}
"""(n_in, n_out) of the sources whose widths are known before they are loaded."""

DIGITS_TRAIN = 1497  # of scikit-learn's 1,797 digits; the last 300 test
FULL_SCALE = {"digits": 16.0, "mnist": 255.0}
"""The largest value of an input, by source."""
MNIST_MEAN, MNIST_STD = 0.1307, 0.3081
"""Of MNIST's training pixels on a scale from 0 to 1."""

Raw = NDArray[np.uint8] | NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Examples in the source's own units, in file order. All arrays are read-only.

    Attributes
    ----------
    name : str
        One of `SOURCES`.
    train_x, test_x : ndarray (n, n_in)
        Inputs as the source has them: uint8 0..255 for MNIST, float64 0..16 for digits, float64 for points.
    train_y, test_y : ndarray (n, n_out), float64
        Targets; one-hot where the source has classes.
    train_labels, test_labels : ndarray (n,), int64, or None
        Class of each example; None for regression.
    image_shape : (int, int) or None
        (rows, columns) if an input is a picture.
    full_scale : float
        The raw value that ``normalize = "unit"`` maps to 1.0.
    """

    name: str
    train_x: Raw
    train_y: NDArray[np.float64]
    train_labels: NDArray[np.int64] | None
    test_x: Raw
    test_y: NDArray[np.float64]
    test_labels: NDArray[np.int64] | None
    image_shape: tuple[int, int] | None
    full_scale: float

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False


def load_dataset(
    source: str,
    *,
    points_x: ArrayLike | None = None,
    points_y: ArrayLike | None = None,
    data_dir: Path | None = None,
) -> Dataset:
    """Load a data source.

    Parameters
    ----------
    source : str
        One of `SOURCES`.
    points_x, points_y : array_like (n, n_in), (n, n_out)
        The examples themselves; needed by "points", unused by the others.
    data_dir : Path, optional
        Folder holding ``MNIST/raw``, looked at before the usual ones (see `mnist.data_folders`).

    Raises
    ------
    DataError
        Unknown source, unusable points, or a `data_dir` that cannot be read.
    MissingData, CorruptData
        MNIST is not on this machine, or one of its files is damaged.
    """
    loaders: dict[str, Callable[[], Dataset]] = {
        "points": lambda: _points(points_x, points_y),
        "digits": _digits,
        "mnist": lambda: _mnist(data_dir),
    }
    if source not in loaders:
        raise DataError(f"There is no data source {source!r}; allowed are {', '.join(SOURCES)}.")
    return loaders[source]()


def _points(x: ArrayLike | None, y: ArrayLike | None) -> Dataset:
    inputs, targets = _matrix("x", x), _matrix("y", y)
    if len(inputs) != len(targets):
        raise DataError(f"Points need one y for each x; found {len(inputs)} of x and {len(targets)} of y.")
    return Dataset(
        name="points",
        train_x=inputs,
        train_y=targets,
        train_labels=None,
        test_x=np.empty((0, inputs.shape[1])),
        test_y=np.empty((0, targets.shape[1])),
        test_labels=None,
        image_shape=None,
        full_scale=1.0,
    )


def _matrix(name: str, value: ArrayLike | None) -> NDArray[np.float64]:
    allowed = "allowed is a list of rows of finite numbers, all equally long"
    try:
        matrix = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError(f"The {name} of the points is not a table of numbers; {allowed}.") from None
    if matrix.ndim != 2 or matrix.size == 0:
        raise DataError(f"The {name} of the points has the shape {matrix.shape}; {allowed}.")
    if not np.isfinite(matrix).all():
        raise DataError(f"The {name} of the points holds a number that is not finite; {allowed}.")
    return matrix


def _digits() -> Dataset:
    from sklearn.datasets import load_digits

    bunch: Any = load_digits()
    x, labels = bunch.data, bunch.target.astype(np.int64)
    return _classes(
        "digits",
        x[:DIGITS_TRAIN],
        labels[:DIGITS_TRAIN],
        x[DIGITS_TRAIN:],
        labels[DIGITS_TRAIN:],
        (8, 8),
        FULL_SCALE["digits"],
    )


def _mnist(data_dir: Path | None) -> Dataset:
    root = mnist.find(data_dir)
    train, test = mnist.read(root, train=True), mnist.read(root, train=False)
    return _classes("mnist", *train, *test, (28, 28), FULL_SCALE["mnist"])


def _classes(
    name: str,
    train_x: Raw,
    train_labels: NDArray[np.int64],
    test_x: Raw,
    test_labels: NDArray[np.int64],
    image_shape: tuple[int, int],
    full_scale: float,
) -> Dataset:
    one_hot = np.eye(WIDTHS[name][1])
    return Dataset(
        name=name,
        train_x=train_x,
        train_y=one_hot[train_labels],
        train_labels=train_labels,
        test_x=test_x,
        test_y=one_hot[test_labels],
        test_labels=test_labels,
        image_shape=image_shape,
        full_scale=full_scale,
    )
