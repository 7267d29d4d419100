"""The data sources of a lesson, and the one form that all of them are served in."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.data import mnist, toy_sets
from engine.data.errors import DataError

if TYPE_CHECKING:
    from engine.data.table import TableForm
    from engine.lesson import DataSpec

IMAGE_SETS = tuple(mnist.SETS)
PLANE_SETS = ("xor", "moons", "circles", "spiral", "blobs")
"""Points in the plane, in classes."""
SOURCES = ("points", "digits", *IMAGE_SETS, *PLANE_SETS, "curve", "csv", "images")
"""Every name that a lesson may give as ``data.source``."""

WIDTHS = (
    {"digits": (64, 10)}
    | dict.fromkeys(IMAGE_SETS, (784, 10))
    | dict.fromkeys(("xor", "moons", "circles"), (2, 2))
    | {"curve": (1, 1)}
)
"""(inputs, classes) of the sources of which these are always the same; of the curve (inputs, outputs)."""

DIGITS_TRAIN = 1497  # of scikit-learn's 1,797 digits; the last 300 test
FULL_SCALE = {"digits": 16.0} | dict.fromkeys((*IMAGE_SETS, "images"), 255.0)
"""The largest value of an input of the sources that are pictures."""
MNIST_MEAN, MNIST_STD = 0.1307, 0.3081
"""Of MNIST's training pixels on a scale from 0 to 1."""

LARGEST = 1e150
"""The largest magnitude of a number that the user's data may have: sums, squares and differences stay finite."""

Raw = NDArray[np.uint8] | NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Examples in the source's own units, in the order of the source. All arrays are read-only.

    Attributes
    ----------
    name : str
        One of `SOURCES`.
    train_x, test_x : ndarray (n, n_in)
        Inputs as the source has them: uint8 0..255 for MNIST and the like, float64 0..16 for digits, else float64.
        Where `standardised` is there, they are standardised.
    train_y, test_y : ndarray (n, n_out), float64
        Targets; where the source has classes one-hot, or, for a net with one output, a column of 0 and 1.
    train_labels, test_labels : ndarray (n,), int64, or None
        Class of each example; None for regression.
    image_shape : (int, int) or None
        (rows, columns) if an input is a picture.
    full_scale : float
        The raw value that ``normalize = "unit"`` maps to 1.0.
    feature_names : tuple of str
        A name for each input, () for pictures and for points typed in a lesson.
    class_names : tuple of str
        What the labels 0, 1, … mean; () for regression.
    target_names : tuple of str
        What is predicted, in a CSV: the column's name, or one for each output.
    standardised : (ndarray (n_in,), ndarray (n_in,)) or None
        Mean and deviation of each input over the training examples, which have been taken out of `train_x` and
        `test_x`: the source has ``x * deviation + mean``. The deviation of a constant input is given as 1.
    table : TableForm or None
        How the file of a CSV turned out to be written, and what of it was taken.
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
    feature_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    standardised: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None
    table: TableForm | None = None

    def __post_init__(self) -> None:
        for value in (*vars(self).values(), *(self.standardised or ())):
            if isinstance(value, np.ndarray):
                value.flags.writeable = False

    def in_source_units(self, x: NDArray[Any]) -> NDArray[Any]:
        """Inputs as the source has them: what standardising took out is put back.

        Parameters
        ----------
        x : ndarray (..., n_in)
            As in `train_x` and `test_x`.

        Returns
        -------
        ndarray (..., n_in)
            Rounded to the decimal places that standardising keeps, float64: 0.2 of a file is 0.2 again, and not
            0.19999999999999996. Of a cell with 17 figures, or much smaller than its column's mean, the last ones are
            lost. Where nothing was standardised, `x` itself.
        """
        if self.standardised is None:
            return x
        mean, deviation = self.standardised
        moved = x * deviation
        values = moved + mean
        unsure = 2 * np.finfo(np.float64).eps * (np.abs(moved) + np.abs(values))  # at least what four roundings do
        with np.errstate(divide="ignore"):
            places = np.floor(-np.log10(2 * unsure))
        pairs = zip(values.ravel().tolist(), places.ravel().tolist(), strict=True)
        rounded = [round(value, int(place)) if math.isfinite(place) else value for value, place in pairs]
        return np.array(rounded, np.float64).reshape(values.shape)


def load_dataset(
    source: str,
    *,
    points_x: ArrayLike | None = None,
    points_y: ArrayLike | None = None,
    data_dir: Path | None = None,
    spec: DataSpec | None = None,
    outputs: int | None = None,
) -> Dataset:
    """Load a data source.

    Parameters
    ----------
    source : str
        One of `SOURCES`.
    points_x, points_y : array_like (n, n_in), (n, n_out)
        The examples themselves; needed by "points", unused by the others.
    data_dir : Path, optional
        Folder holding ``MNIST/raw`` and the like, looked at before the usual ones (see `mnist.data_folders`).
    spec : DataSpec, optional
        The ``data`` section of a lesson, for the sources that have settings; by default the settings' defaults.
    outputs : int, optional
        Units of the net's last layer. 1 asks for targets of 0 and 1 in place of one-hot ones where there are two
        classes.

    Raises
    ------
    DataError
        Unknown source, unusable points, a CSV or a picture that cannot be used, or a `data_dir` that cannot be read.
    MissingData, CorruptData
        An image set is not on this machine, or one of its files is damaged.
    """
    if source not in SOURCES:
        raise DataError(f"There is no data source {source!r}; allowed are {', '.join(SOURCES)}.")
    if spec is None:
        from engine.lesson import DataSpec  # which needs this module

        spec = DataSpec(source)
    if source == "points":
        return _points(points_x, points_y)
    if source == "digits":
        return _digits()
    if source in IMAGE_SETS:
        return _image_set(mnist.SETS[source], data_dir)
    if source == "csv":
        from engine.data.table import load_csv

        return load_csv(spec, outputs)
    if source == "images":
        from engine.data.pictures import load_pictures

        return load_pictures(spec, outputs)
    return _drawn(source, spec, outputs)


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
    if (number := float(np.abs(matrix).max())) > LARGEST:
        raise DataError(f"The {name} of the points holds {number:g}; allowed are numbers up to {LARGEST:g}.")
    return matrix


def _digits() -> Dataset:
    from sklearn.datasets import load_digits

    bunch: Any = load_digits()
    x, labels = bunch.data, bunch.target.astype(np.int64)
    return in_classes(
        "digits",
        (x[:DIGITS_TRAIN], x[DIGITS_TRAIN:]),
        (labels[:DIGITS_TRAIN], labels[DIGITS_TRAIN:]),
        tuple("0123456789"),
        image_shape=(8, 8),
    )


def _image_set(which: mnist.ImageSet, data_dir: Path | None) -> Dataset:
    root = mnist.find(data_dir, which)
    train_x, train_labels = mnist.read(root, train=True, which=which)
    test_x, test_labels = mnist.read(root, train=False, which=which)
    return in_classes(which.source, (train_x, test_x), (train_labels, test_labels), which.classes, image_shape=(28, 28))


def classes_of(spec: DataSpec) -> int:
    """Number of classes of a set of `PLANE_SETS`."""
    return spec.classes if spec.source in ("spiral", "blobs") else 2


def _drawn(source: str, spec: DataSpec, outputs: int | None) -> Dataset:
    """A set that is drawn from the seed."""
    how = (spec.examples, spec.noise, spec.seed)
    draw: dict[str, Callable[[], toy_sets.Drawn]] = {
        "xor": lambda: toy_sets.xor(*how),
        "moons": lambda: toy_sets.moons(*how),
        "circles": lambda: toy_sets.circles(*how),
        "spiral": lambda: toy_sets.spiral(*how, spec.classes),
        "blobs": lambda: toy_sets.blobs(*how, spec.classes),
        "curve": lambda: toy_sets.curve(*how, spec.function),
    }
    x, y, labels = draw[source]()
    train, test = toy_sets.split(len(x), spec.test_share, spec.seed)
    if labels is not None:
        names = tuple(str(k) for k in range(classes_of(spec)))
        return in_classes(
            source,
            (x[train], x[test]),
            (labels[train], labels[test]),
            names,
            outputs=outputs,
            feature_names=("x1", "x2"),
        )
    assert y is not None
    return Dataset(
        source, x[train], y[train], None, x[test], y[test], None, None, 1.0, ("x",), (), (f"{spec.function}(x)",)
    )


def in_classes(
    name: str,
    x: tuple[Raw, Raw],
    labels: tuple[NDArray[np.int64], NDArray[np.int64]],
    class_names: tuple[str, ...],
    *,
    outputs: int | None = None,
    image_shape: tuple[int, int] | None = None,
    feature_names: tuple[str, ...] = (),
    target_names: tuple[str, ...] = (),
    standardised: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None,
    table: TableForm | None = None,
) -> Dataset:
    """The Dataset of a source with classes; ``x`` and ``labels`` are pairs, to train and to test."""
    one_hot = np.eye(len(class_names))
    if outputs == 1 and len(class_names) == 2:
        one_hot = one_hot[:, 1:]  # one column: is it class 1?
    return Dataset(
        name=name,
        train_x=x[0],
        train_y=one_hot[labels[0]],
        train_labels=labels[0],
        test_x=x[1],
        test_y=one_hot[labels[1]],
        test_labels=labels[1],
        image_shape=image_shape,
        full_scale=FULL_SCALE.get(name, 1.0),
        feature_names=feature_names,
        class_names=class_names,
        target_names=target_names,
        standardised=standardised,
        table=table,
    )
