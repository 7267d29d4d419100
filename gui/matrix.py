"""Painting a matrix: numbers in coloured cells while they fit, otherwise a heatmap."""

from __future__ import annotations

import math
from collections.abc import Collection
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from gui.numbers import brief, short
from gui.theme import Rgb32, Theme, colours, diverging_table, mono_font, number_colour, positive_table

Array = npt.NDArray[Any]

MIN_CELL = (44.0, 17.0)  # below this a cell's number hides
SAMPLED = 16_384  # cells from which the scale of a larger heatmap is taken
POOLED = 4  # rows, and columns, whose mean one cell of a heatmap shows at most
ROOMY = 56.0  # below this the numbers of neighbours would all but touch in the larger size
CHARACTER = 7.25  # width of a monospaced 12 px character
NARROW_CELL = 28.5  # where small numbers are asked for, this holds four characters
NARROW_CHARACTER = 6.62  # width of a monospaced 11 px character
MOST_OUTLINES = 200  # cells of one array that are outlined one by one
OUTLINED = 6.0  # a smaller cell is outlined together with its neighbours
LEAST_OUTLINE, LEAST_RING = 9.0, 8.0  # what is around a cell that is smaller
CORNER = 8.0  # legs of the triangle in the corner of an edited cell


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
    painter.setFont(mono_font(11 if width < ROOMY else 12, 500))
    gap = 2 if width < NARROW_CELL + 4 else 4  # the narrowest hold four characters, which all but touch
    characters = int((width - gap) / (NARROW_CHARACTER if narrow else CHARACTER))
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


# ---- what is said of single cells ------------------------------------------------------------------------------


def cell_box(box: QRectF, shape: tuple[int, int], row: int, column: int) -> QRectF:
    """The place of a cell in a matrix that fills ``box``."""
    width, height = box.width() / shape[1], box.height() / shape[0]
    return QRectF(box.x() + column * width, box.y() + row * height, width, height)


def at_least(box: QRectF, side: float) -> QRectF:
    """A box around the same centre that is nowhere smaller than ``side``."""
    more_x, more_y = (max(side - length, 0.0) / 2 for length in (box.width(), box.height()))
    return box.adjusted(-more_x, -more_y, more_x, more_y)


def _runs(indices: Collection[int]) -> list[tuple[int, int]]:
    """First and last of each run of consecutive numbers."""
    ordered = sorted(indices)
    breaks = [i for i, (a, b) in enumerate(pairwise(ordered), start=1) if b != a + 1]
    return [(ordered[i], ordered[j - 1]) for i, j in zip([0, *breaks], [*breaks, len(ordered)], strict=True)]


def outlines(box: QRectF, shape: tuple[int, int], cells: Collection[tuple[int, int]]) -> list[QRectF]:
    """Boxes that show which cells (row, column) of a matrix are meant: one around each, where that can be seen.

    More than ``MOST_OUTLINES`` of them are shown as the row, the column or the whole matrix they are in. Cells too
    small for a box of their own share it with their neighbours in the row or column that all of them are in.
    """
    meant = {(row, column) for row, column in cells if 0 <= row < shape[0] and 0 <= column < shape[1]}
    if not meant:
        return []
    rows, columns = {row for row, _ in meant}, {column for _, column in meant}
    if len(meant) > MOST_OUTLINES:
        top, bottom = (min(rows), max(rows)) if len(rows) == 1 else (0, shape[0] - 1)
        left, right = (min(columns), max(columns)) if len(columns) == 1 else (0, shape[1] - 1)
        ends = [((top, left), (bottom, right))]
    elif min(box.width() / shape[1], box.height() / shape[0]) >= OUTLINED:
        ends = [(place, place) for place in sorted(meant)]
    elif len(rows) == 1:
        (row,) = rows
        ends = [((row, first), (row, last)) for first, last in _runs(columns)]
    elif len(columns) == 1:
        (column,) = columns
        ends = [((first, column), (last, column)) for first, last in _runs(rows)]
    else:
        ends = [(place, place) for place in sorted(meant)]
    return [
        at_least(cell_box(box, shape, *first).united(cell_box(box, shape, *last)), LEAST_OUTLINE)
        for first, last in ends
    ]


def paint_outlines(painter: QPainter, path: QPainterPath, theme: Theme, token: str = "read") -> None:
    """A line along a path, in the colour of what is read but whole; on any colour it stands on the panel's own."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.q("surface"), 3))
    painter.drawPath(path)
    painter.setPen(QPen(theme.q(token), 1.5))
    painter.drawPath(path)


def paint_ring(painter: QPainter, cell: QRectF, theme: Theme, token: str) -> None:
    """The ring around the one chosen cell."""
    ring = at_least(cell, LEAST_RING)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(theme.q("surface"), 4), QPen(theme.q(token), 2)):
        painter.setPen(pen)
        painter.drawRoundedRect(ring, 3, 3)


def paint_corner(painter: QPainter, cell: QRectF, theme: Theme) -> None:
    """The triangle in the upper right corner of a cell that was edited."""
    corner = QPointF(cell.right() - 1, cell.top() + 1)
    if min(cell.width(), cell.height()) < OUTLINED:
        corner = cell.center()  # larger than its cell, it points at it
    triangle = QPolygonF([corner, corner - QPointF(CORNER, 0), corner + QPointF(0, CORNER)])
    painter.setPen(QPen(theme.q("surface"), 1))
    painter.setBrush(theme.q("warn"))
    painter.drawPolygon(triangle)
