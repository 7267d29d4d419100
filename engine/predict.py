"""What a net says to any inputs with given parameters, and how its answers to many labelled examples are counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.data import Dataset
from engine.data.sources import MNIST_MEAN, MNIST_STD
from engine.lesson import Lesson
from engine.program import Phase, Program
from engine.tensors import Array

Whole = npt.NDArray[np.int64]


def as_inputs(raw: Array, lesson: Lesson, dataset: Dataset, normalize: str | None = None) -> Array:
    """Examples as the net receives them.

    Parameters
    ----------
    raw : (n, n_in) values in the source's own units, as in ``dataset.train_x``.
    lesson : its dtype, its normalisation and its column of ones count.
    dataset : the raw value that counts as 1 is ``dataset.full_scale``.
    normalize : in place of the lesson's ``data.normalize``; ``none`` for an evaluation of raw values.

    Returns
    -------
    A new array (n, n_in), or (n, n_in + 1) with the column of ones, in the lesson's dtype.
    """
    manner = lesson.data.normalize if normalize is None else normalize
    with np.errstate(over="ignore"):  # beyond the dtype it becomes infinite, as what the net makes of it
        x = np.array(raw, lesson.run.dtype)
    if manner != "none":
        x /= x.dtype.type(dataset.full_scale)
    if manner == "mnist":
        x -= x.dtype.type(MNIST_MEAN)
        x /= x.dtype.type(MNIST_STD)
    if lesson.network.bias == "input-column":
        x = np.concatenate([x, np.ones((len(x), 1), x.dtype)], axis=1)
    return x


AT_ONCE = 8192
"""Examples whose loss is computed together: what the layers hold of more would not fit into memory."""


def forward(program: Program, tensors: Mapping[str, Array], x: Array) -> Array:
    """Outputs (n, n_out) of a net for inputs x (n, n_in), by the forward Steps of its Program.

    Parameters
    ----------
    program : of the lesson.
    tensors : the parameters W1 b1 W2 b2 … by name; whatever else is in it is not read.
    x : as ``as_inputs`` makes them.
    """
    arrays: dict[str, Array] = {**tensors, "x": x}
    output = x
    with np.errstate(over="ignore", invalid="ignore"):
        for step in program.steps:
            if step.phase is Phase.FORWARD:
                for call in step.calls:
                    arrays[call.write] = call.op(*(arrays[name] for name in call.reads))
                if step.write.startswith("a"):
                    output = arrays[step.write]
    return output


def loss_of(program: Program, tensors: Mapping[str, Array], x: Array, y: Array, share: float) -> float:
    """Loss of a net's outputs for inputs x (n, n_in) with targets y (n, n_out), by the Program's own operations.

    Parameters
    ----------
    program, tensors, x : as for ``forward``.
    y : in the dtype of x.
    share : what the sum over the examples is multiplied by: 1 for the sum itself, 1/n for the mean.
    """
    total = 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        for first in range(0, len(x), AT_ONCE):
            part = slice(first, first + AT_ONCE)
            arrays: dict[str, Array] = {**tensors, "x": x[part], "y": y[part]}
            for step in program.steps:
                if step.phase is Phase.FORWARD or step.phase is Phase.LOSS:
                    steering = {"share": share} if step.phase is Phase.LOSS else {}
                    for call in step.calls:
                        arrays[call.write] = call.op(*(arrays[name] for name in call.reads), **steering)
            total += float(arrays["loss"])
    return total


def predict(lesson: Lesson, tensors: Mapping[str, Array], x: Array) -> Array:
    """Outputs (n, n_out) of a lesson's net for inputs x (n, n_in), with the parameters of ``tensors``.

    Examples
    --------
    >>> trainer = Trainer(Lesson.load("toy-bias"))
    >>> predict(trainer.lesson, trainer.tensors, np.array([[1.0, 1.0]]))
    array([[3.25]])
    """
    return forward(Program.of(lesson), tensors, x)


def surest(outputs: Array) -> tuple[Whole, Array]:
    """(predicted class, its output) of each example, (n,) each, from outputs (n, n_out).

    The class is where the largest output is. A single output, whose targets are 0 and 1, says class 1 above a half,
    else class 0, which has what it lacks to 1.
    """
    if outputs.shape[1] == 1:
        output = outputs[:, 0]
        predicted = (output > 0.5).astype(np.int64)
        return predicted, np.where(predicted, output, 1 - output)
    predicted = outputs.argmax(axis=1).astype(np.int64)
    return predicted, outputs[np.arange(len(outputs)), predicted]


def wrong_first(labels: Whole, predicted: Whole, confidence: Array) -> Whole:
    """Indices of examples: first those predicted wrongly, then the others, each part from most to least confident.

    Examples with the same confidence keep their order.
    """
    return np.lexsort((-np.asarray(confidence, np.float64), predicted == labels)).astype(np.int64)


def confusion(labels: Whole, predicted: Whole, classes: int) -> Whole:
    """How often an example of class i was taken for class j: (classes, classes), rows are the true classes."""
    counts: Any = np.bincount(labels * classes + predicted, minlength=classes * classes)
    matrix: Whole = counts.reshape(classes, classes).astype(np.int64)
    return matrix
