"""Painting a matrix: numbers in coloured cells while they fit, otherwise a heatmap."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from gui.numbers import brief, short
from gui.theme import Rgb32, Theme, colours, diverging_table, mono_font, number_colour, positive_table

Array = npt.NDArray[Any]

MIN_CELL = (44.0, 20.0)  # below this a cell's number hides
SAMPLED = 16_384  # cells from which the scale of a larger heatmap is taken
POOLED = 4  # rows, and columns, whose mean one cell of a heatmap shows at most
CHARACTER = 7.25  # width of a monospaced 12 px character
NARROW_CELL = 28.5  # where small numbers are asked for, this holds four characters
NARROW_CHARACTER = 6.62  # width of a monospaced 11 px character


def to_image(rgb: Rgb32) -> QImage:
    """A QImage (rows, columns) of packed 0xffRRGGBB colours; it owns its pixels."""
    pixels = np.ascontiguousarray(rgb)
    rows, columns = pixels.shape
    return QImage(pixels.data, columns, rows, columns * 4, QImage.Format.Format_RGB32).copy()


def largest(values: Array) -> float:
    """Largest finite magnitude, the scale of a symmetric colour range; 0 for nothing but zeros."""
    top = _peak(values)
    return top if math.isfinite(top) else _peak(values[np.isfinite(values)])


def _peak(values: Array) -> float:
    """Largest magnitude; not finite where one of the values is not."""
    return float(max(values.max(initial=0), -values.min(initial=0)))


def heat_scale(values: Array) -> float:
    """Colour scale of a heatmap: 2.5 times the root mean square of its non-zero values, or the largest if less.

    A single far value would otherwise pale all others to white. Of a large array a sample, always of the same cells,
    says it well enough: all of a deep net's weights would take longer to look through than to paint.
    """
    if values.size > SAMPLED:
        values = values.ravel(order="K")[:: values.size // SAMPLED | 1]  # an odd stride walks through all columns
    top = _peak(values)
    if not math.isfinite(top):
        values = np.nan_to_num(values, posinf=0.0, neginf=0.0)
        top = _peak(values)
    if top == 0:
        return 1.0
    count = np.count_nonzero(values)
    share = values.ravel() / top  # squares of very large values must not overflow
    return min(top, 2.5 * top * float(np.sqrt(np.dot(share, share) / count)))


def scale_for(values: Array) -> float:
    """A round number (1, 2 or 5 times a power of ten) at least a quarter above the largest magnitude.

    Round, so that colours stay put while values drift; above, so that the largest cell is not all ink.
    """
    top = 1.25 * largest(values)
    if top <= 0:
        return 1.0
    if math.isinf(top):
        return largest(values)
    power = 10.0 ** math.floor(math.log10(top))
    return next((m * power for m in (1, 2, 5) if m * power >= top), 10 * power)


@lru_cache(maxsize=256)
def _bins(count: int, most: int) -> tuple[Array, Array]:
    """Where each of ``most`` bins over ``count`` cells begins, and how many cells it has."""
    edges = np.linspace(0, count, most, endpoint=False).astype(int)
    return edges, np.diff(np.append(edges, count))


def pool(values: Array, rows: int, columns: int) -> Array:
    """Mean-pool to at most (rows, columns), so that no cell is drawn smaller than it can be seen.

    Where very many cells share one, every second, third … row or column stands for its neighbours.
    """
    for axis, most in ((0, rows), (1, columns)):
        every = values.shape[axis] // (POOLED * max(most, 1))
        if every > 1:
            values = values[::every] if axis == 0 else values[:, ::every]
        count = values.shape[axis]
        if count > most > 0:
            edges, lengths = _bins(count, most)
            sums = np.add.reduceat(values, edges, axis=axis)
            values = sums / (lengths[:, None] if axis == 0 else lengths[None, :])
    return values


def table_for(values: Array, theme: Theme, unsigned: bool) -> tuple[Rgb32, bool]:
    """Colour table of an array, and whether it runs from 0 (activations that are never negative)."""
    from_zero = unsigned and bool((values >= 0).all())
    return (positive_table(theme) if from_zero else diverging_table(theme)), from_zero


def paint(
    painter: QPainter,
    box: QRectF,
    values: Array,
    scale: float,
    theme: Theme,
    unsigned: bool = False,
    smallest: float = MIN_CELL[0],
) -> None:
    """Fill ``box`` with a matrix (rows, columns) coloured over -scale … +scale (0 … scale when ``unsigned``).

    Cells narrower than ``smallest`` show no numbers.
    """
    rows, columns = values.shape
    width, height = box.width() / columns, box.height() / rows
    numbers = width >= smallest and height >= MIN_CELL[1] and rows * columns <= 600
    table, from_zero = table_for(values, theme, unsigned)
    if not numbers:
        shown = pool(values, int(box.height()), int(box.width() / 2) or 1)
        rgb = colours(shown, 0 if from_zero else -scale, scale, table)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(box, to_image(rgb))
        painter.setPen(QPen(theme.q("line2"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        return
    rgb = colours(values, 0 if from_zero else -scale, scale, table)
    narrow = width < MIN_CELL[0]
    painter.setFont(mono_font(11 if narrow else 12, 500))
    characters = int((width - 2) / NARROW_CHARACTER if narrow else (width - 4) / CHARACTER)
    written = brief if narrow else short
    edge = QPen(theme.q("line"), 1) if narrow else Qt.PenStyle.NoPen  # numbers that fill pale cells stand apart
    for r in range(rows):
        for c in range(columns):
            cell = QRectF(box.x() + c * width + 1, box.y() + r * height + 1, width - 2, height - 2)
            colour = QColor.fromRgb(int(rgb[r, c]))
            painter.setPen(edge)
            painter.setBrush(colour)
            painter.drawRoundedRect(cell, 2, 2)
            painter.setPen(number_colour(theme, colour))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, written(float(values[r, c]), characters))


def paint_pending(painter: QPainter, box: QRectF, rows: int, columns: int, theme: Theme) -> None:
    """The same place for an array that the batch has yet to compute: empty cells, a dash where numbers would be."""
    width, height = box.width() / columns, box.height() / rows
    painter.setPen(QPen(theme.q("line"), 1))
    painter.setBrush(theme.q("sunken"))
    if width < NARROW_CELL or height < MIN_CELL[1] or rows * columns > 600:
        painter.drawRect(box)
        if box.width() > 14 and box.height() > 14:
            painter.setPen(theme.q("text3"))
            painter.setFont(mono_font(12))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "–")
        return
    painter.setFont(mono_font(12))
    for r in range(rows):
        for c in range(columns):
            cell = QRectF(box.x() + c * width + 1.5, box.y() + r * height + 1.5, width - 3, height - 3)
            painter.setPen(QPen(theme.q("line"), 1))
            painter.drawRoundedRect(cell, 2, 2)
            painter.setPen(theme.q("text3"))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, "–")
