"""A drawn figure becomes a picture such as the data set's own are: as large, as thick, in the same place.

MNIST [1]_ was made from black and white images of NIST: "size normalized to fit in a 20x20 pixel box while preserving
their aspect ratio", with "grey levels as a result of the anti-aliasing technique used by the normalization algorithm",
then "centered in a 28x28 image by computing the center of mass of the pixels, and translating the image so as to
position this point at the center of the 28x28 field". The translation is by whole pixels, and the centre is the middle
of the pixel in row 14, column 14, counted from 0: in 69,998 of the 70,000 images the centre of mass is within half a
pixel of it, in the other two within 0.52.

The digits of scikit-learn are those of UCI [2]_: bitmaps of 32x32, "divided into nonoverlapping blocks of 4x4", in each
of which the pixels that are on are counted, which gives 8x8 whole numbers from 0 to 16. In every one of them the figure
reaches from the first row to the last. In 238 of the 1,797 it touches an outermost column, where 0.3 % of all ink lies:
NIST's program had stretched it to the whole height and to about 20 columns in the middle.

.. [1] Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits"; Y. LeCun, L. Bottou, Y. Bengio,
   P. Haffner, "Gradient-based learning applied to document recognition", Proc. IEEE 86(11), 1998, section III.A.
.. [2] E. Alpaydin, C. Kaynak, "Optical recognition of handwritten digits", UCI Machine Learning Repository, 1998.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.tensors import Array

MNIST_BOX = 20 / 28
"""Share of a picture's sides that the box takes into which a figure is fitted, but for the 8x8 digits."""
DIGITS_SHAPE = (8, 8)
BLOCK = 4
"""Pixels of the bitmap, across and down, of which a pixel of the 8x8 digits says how many are on."""
DIGITS_WIDTH = 20
"""Columns of that bitmap which a figure takes at most."""
MOST_STRETCH = 2.0
"""So many times as much as its width the height of a figure is stretched at most: a dash does not become a block."""


class Place(NamedTuple):
    """A box in a picture, in pixels from its upper left corner."""

    top: int
    left: int
    height: int
    width: int


def on_light_ground(images: Array, image_shape: tuple[int, int], full_scale: float) -> bool:
    """Whether images (n, rows * columns) are dark on light, as scans are, and not light on dark, as MNIST is.

    What most of the pixels along the edges are decides.
    """
    pictures = np.asarray(images).reshape(-1, *image_shape)
    edges = np.concatenate([pictures[:, [0, -1], :].ravel(), pictures[:, :, [0, -1]].ravel()])
    return bool(np.median(edges) > full_scale / 2)


def fitted(ink: Array, image_shape: tuple[int, int], full_scale: float) -> Array:
    """A figure as the data set would have it.

    Parameters
    ----------
    ink : (h, w), how much of each pixel of the drawing is covered, 0 to 1; at best several times as large as the
        picture.
    image_shape : (rows, columns) of the data set's pictures. (8, 8) is done as the UCI digits were, any other as
        MNIST was, in a box of 20/28 of its sides.
    full_scale : the value of a pixel that is wholly covered, in the source's units.

    Returns
    -------
    (rows, columns) whole numbers from 0 to ``full_scale``, float64; all 0 where there is no ink.
    """
    figure = _cropped(np.asarray(ink, np.float64))
    if figure is None:
        return np.zeros(image_shape)
    share = _as_digits(figure) if image_shape == DIGITS_SHAPE else _as_mnist(figure, image_shape)
    return np.rint(share * full_scale)


def box_of(picture: Array) -> Place | None:
    """The box of whole pixels around the ink of a picture; None where there is none."""
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    if not len(rows):
        return None
    top, left = int(rows[0]), int(columns[0])
    return Place(top, left, int(rows[-1]) - top + 1, int(columns[-1]) - left + 1)


def centre_of_mass(picture: Array) -> tuple[float, float]:
    """(row, column) of the centre of mass of a picture's values; 0 is the middle of the first pixel.

    The picture must not be blank.
    """
    total = picture.sum()
    rows, columns = picture.sum(axis=1), picture.sum(axis=0)
    return float(rows @ np.arange(len(rows)) / total), float(columns @ np.arange(len(columns)) / total)


def _cropped(ink: Array) -> Array | None:
    box = box_of(ink)
    if box is None:
        return None
    cropped: Array = ink[box.top : box.top + box.height, box.left : box.left + box.width]
    return cropped


def _as_mnist(figure: Array, shape: tuple[int, int]) -> Array:
    """Scaled into the box, proportions kept, then moved by whole pixels: the centre of mass goes to the middle.

    All ink stays in the picture: of a figure whose centre of mass is so far to one side that it would leave it, the
    centre of mass comes only as near to the middle as that allows.
    """
    height, width = figure.shape
    box = [max(1, round(side * MNIST_BOX)) for side in shape]
    scale = min(box[0] / height, box[1] / width)
    small = _resampled(figure, max(1.0, scale * height), max(1.0, scale * width))
    picture = np.zeros(shape)
    middle = centre_of_mass(small)
    top, left = (
        min(max(side // 2 - int(np.floor(at + 0.5)), 0), side - length)
        for side, at, length in zip(shape, middle, small.shape, strict=True)
    )
    picture[top : top + small.shape[0], left : left + small.shape[1]] = small
    return picture


def _as_digits(figure: Array) -> Array:
    """Stretched over the height of a bitmap, in its middle across, and the pixels counted that are on."""
    rows, columns = (side * BLOCK for side in DIGITS_SHAPE)
    height, width = figure.shape
    across = min(rows / height, DIGITS_WIDTH / width)
    down = min(rows / height, MOST_STRETCH * across)
    small = _resampled(figure, max(1.0, down * height), max(1.0, across * width))
    bitmap = np.zeros((rows, columns))
    top, left = (rows - small.shape[0]) // 2, (columns - small.shape[1]) // 2
    bitmap[top : top + small.shape[0], left : left + small.shape[1]] = small >= 0.5
    blocks: Array = bitmap.reshape(DIGITS_SHAPE[0], BLOCK, DIGITS_SHAPE[1], BLOCK).mean(axis=(1, 3))
    return blocks


def _resampled(figure: Array, height: float, width: float) -> Array:
    """A figure at another size, in as many whole pixels as that takes: each is the mean of the ink in its area."""
    small: Array = np.clip(_areas(figure.shape[0], height) @ figure @ _areas(figure.shape[1], width).T, 0, 1)
    return small


def _areas(count: int, length: float) -> Array:
    """What share of each of ``count`` pixels in a row, together ``length`` long, lies in each pixel of length 1."""
    whole = int(np.ceil(length - 1e-9))
    margin = (whole - length) / 2  # what is left over lies on both sides
    edges = margin + np.arange(count + 1) * (length / count)
    left, right = np.arange(whole)[:, None], np.arange(1, whole + 1)[:, None]
    shares: Array = np.clip(np.minimum(edges[1:], right) - np.maximum(edges[:-1], left), 0, None)
    return shares
