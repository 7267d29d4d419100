"""A Step's formula with its numbers: what stands where. Nothing here paints.

A formula is a row of Items, symbols above and matrices below. Matrices that do not fit keep their first and last rows
and columns, and those of the cell that is looked at; a formula that is too wide goes on in the next line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF

from engine.expression import Cell
from engine.formula import Look, Part
from gui.numbers import significant

Array = npt.NDArray[Any]
Shown = tuple[int | None, ...]  # indices of rows or columns; None stands for those left out

MOST = 6  # rows and columns of a matrix that is shown whole
GAP = (17.0, 10.0)  # width and height of the dots that stand for what is left out
BRACKET = 6.0  # at each side of a matrix
SIGN = 5.0  # at each side of a sign
APART = 10.0  # at each side of what stands apart
CAPTION = 14.0
LINE_GAP = 6.0
AXIS = 5.5  # of a formula above its baseline, where a minus stands
CLOSERS = (")", ")^2", "|", "]")


@dataclass(frozen=True)
class Sizes:
    """How large things are: symbols (a share of their type size), cells (height, type), captions below matrices;
    and significant digits.
    """

    symbol: float
    cell: float
    px: float
    captions: bool
    digits: int = 0


SIZES = (
    Sizes(1.0, 26, 13, True),
    Sizes(0.86, 22, 12, True),
    Sizes(0.8, 20, 12, False),
    Sizes(0.7, 18, 11, False),
    Sizes(0.58, 15, 11, False),
)


@dataclass(frozen=True, eq=False)
class Item:
    """A symbol with its matrix, or a sign.

    Attributes
    ----------
    part : as the engine has it.
    values : the matrix; None for a sign, and where the numbers are gone.
    token : the theme's colour: write, read or text.
    used : cells of the matrix that the chosen cell was found from, as shown.
    heat : as colours only.
    pending : the numbers are yet to be computed.
    note : words in place of a sign or, with a matrix, in place of its symbol.
    apart : begins something else, beside what is before it where there is room.
    """

    part: Part
    values: Array | None = None
    token: str = "text"
    used: tuple[tuple[int, int], ...] = ()
    heat: bool = False
    pending: bool = False
    note: str = ""
    apart: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        assert self.values is not None
        return (self.values.shape[0], self.values.shape[1])

    @property
    def shared(self) -> tuple[int | None, int | None]:
        """The row and the column that all used cells share."""
        rows, columns = {r for r, _ in self.used}, {c for _, c in self.used}
        return (rows.pop() if len(rows) == 1 else None, columns.pop() if len(columns) == 1 else None)


def place_in(cell: Cell, part: Part, orientation: str) -> tuple[int, int] | None:
    """Where a stored cell stands in the matrix below a part, or None if it stands in another."""
    layer = part.array[1:]
    names = {f"z{layer}", f"a{layer}"} if part.look is Look.SLOPE else {part.array}
    if cell.name not in names:
        return None
    if part.look in (Look.JACOBIAN, Look.SOFTPLUS):
        return None
    row = 0 if part.look is Look.EXAMPLE else cell.row
    turned = (orientation == "column") != (part.look is Look.TRANSPOSED)
    return (cell.column, row) if turned else (row, cell.column)


@cache
def picked(count: int, most: int, chosen: int | None) -> Shown:
    """Which of ``count`` rows or columns are shown when at most ``most`` can be: the first, the last, the chosen."""
    if count <= most:
        return tuple(range(count))
    chosen = chosen if chosen is not None and 0 <= chosen < count else None
    head = (most + 1) // 2
    kept = {*range(head), *range(count - (most - head), count)}
    if chosen is not None and chosen not in kept:
        kept.discard(head - 1)
        kept.add(chosen)
    shown: list[int | None] = []
    for before, index in pairwise((-1, *sorted(kept), count)):
        if index - before > 1:
            shown.append(None)
        shown.append(index)
    return tuple(shown[:-1])


@dataclass(frozen=True)
class Symbol:
    """Where a symbol's ink lies about the left end of its baseline, in the size it is typeset in."""

    left: float
    ascent: float
    width: float
    height: float


@dataclass
class Box:
    """An Item and where it is painted. ``cells`` maps a shown (row, column) to its place."""

    item: Item
    symbol: QPointF = field(default_factory=QPointF)  # left end of the symbol's baseline
    sign: QPointF | None = None  # the same of the sign, or of a note, among numbers
    body: QRectF = field(default_factory=QRectF)
    rows: Shown = ()
    columns: Shown = ()
    lefts: tuple[float, ...] = ()
    tops: tuple[float, ...] = ()
    cell: tuple[float, float] = (0.0, 0.0)
    width: float = 0.0

    def cell_box(self, row: int, column: int) -> QRectF | None:
        """Where a cell is painted, or None if it is left out."""
        if row not in self.rows or column not in self.columns:
            return None
        return QRectF(self.lefts[self.columns.index(column)], self.tops[self.rows.index(row)], *self.cell)

    def cell_at(self, at: QPointF) -> tuple[int, int] | None:
        """Which cell is under a point."""
        if self.item.heat and self.body.contains(at):
            rows, columns = self.item.shape
            return (
                min(rows - 1, int((at.y() - self.body.y()) * rows / self.body.height())),
                min(columns - 1, int((at.x() - self.body.x()) * columns / self.body.width())),
            )
        for row, top in zip(self.rows, self.tops, strict=True):
            for column, left in zip(self.columns, self.lefts, strict=True):
                if row is not None and column is not None and QRectF(left, top, *self.cell).contains(at):
                    return row, column
        return None


@dataclass(frozen=True)
class Laid:
    """A formula laid out."""

    boxes: tuple[Box, ...]
    sizes: Sizes
    height: float
    lines: int
    whole: bool  # nothing is left out


class Layouter:
    """Finds the largest arrangement of some formulas that fits.

    Parameters
    ----------
    symbol_of : measures a formula's LaTeX.
    numeric_of : the LaTeX of a sign as it stands among numbers.
    text_width : of a note in pixels.
    character : width of a digit at a type size of 1.
    digits : significant digits of a number, the first choice first.
    """

    def __init__(
        self,
        symbol_of: Callable[[str], Symbol],
        text_width: Callable[[str], float],
        character: float,
        digits: Sequence[int],
    ) -> None:
        self._symbol_of, self._text_width = cache(symbol_of), cache(text_width)
        self._longest = cache(self._characters)
        self._character, self._digits = character, digits

    def best(self, formulas: Sequence[Sequence[Item]], width: float, height: float) -> Laid:
        """The arrangement for a width, in a height if it can be: whole matrices rather than large ones."""
        styles = [replace(sizes, digits=digits) for digits in self._digits for sizes in SIZES]
        items = sum(len(formula) for formula in formulas)
        for sizes in styles:
            laid = self.lay_out(formulas, width, sizes, MOST, MOST, items)
            if laid is not None and not laid.whole:
                break  # too large at any size
            if laid is not None and laid.height <= height:
                return laid
        least = self.least(formulas, width)
        for columns in range(MOST, 0, -1):
            for sizes in styles:
                for rows in range(MOST, 1, -1):
                    laid = self.lay_out(formulas, width, sizes, rows, columns, least.lines)
                    if laid is None:
                        break  # fewer rows make it no narrower
                    if laid.height <= height:
                        return laid
        return least

    def least(self, formulas: Sequence[Sequence[Item]], width: float) -> Laid:
        """The smallest arrangement."""
        laid = self.lay_out(formulas, width, replace(SIZES[-1], digits=self._digits[-1]), 2, 1)
        assert laid is not None
        return laid

    # ---- one arrangement -------------------------------------------------------------------------------------------

    def lay_out(
        self,
        formulas: Sequence[Sequence[Item]],
        width: float,
        sizes: Sizes,
        rows: int,
        columns: int,
        most: int | None = None,
    ) -> Laid | None:
        """Place every item with matrices of at most so many rows and columns.

        With ``most``, None where that takes more lines or is too wide.
        """
        lines: list[list[Box]] = []
        for formula in formulas:
            lines += self._wrapped([self._box(item, sizes, rows, columns) for item in formula], width)
        widest = max(sum(box.width for box in line) for line in lines)
        if most is not None and (len(lines) > most or widest > width):
            return None
        y = 0.0
        for line in lines:
            y = self._place_line(line, y, sizes) + LINE_GAP
        boxes = [box for line in lines for box in line]
        whole = all(None not in box.rows and None not in box.columns for box in boxes)
        return Laid(tuple(boxes), sizes, y - LINE_GAP, len(lines), whole)

    def _box(self, item: Item, sizes: Sizes, rows: int, columns: int) -> Box:
        box = Box(item)
        head = self._head_width(item, sizes)
        if item.values is None:
            numeric = self._symbol_of(item.part.numeric).width * sizes.symbol if item.part.numeric else 0.0
            box.width = max(head, numeric) + 2 * SIGN
            return box
        if item.heat:
            side = min(10.0 * max(item.shape), 4 * sizes.cell)
            box.cell = (side / item.shape[1], side / item.shape[0])
            box.body.setSize(QRectF(0, 0, side, side).size())
        else:
            row, column = item.used[0] if item.used else (None, None)
            box.rows, box.columns = picked(item.shape[0], rows, row), picked(item.shape[1], columns, column)
            longest = self._longest(item, box.rows, box.columns, sizes.digits)
            box.cell = (max(26.0, longest * self._character * sizes.px + 8.0), sizes.cell)
            inner = sum(GAP[0] if c is None else box.cell[0] for c in box.columns)
            tall = sum(GAP[1] if r is None else box.cell[1] for r in box.rows)
            box.body.setSize(QRectF(0, 0, inner, tall).size())
        caption = 0.0
        if self._captioned(box, sizes):
            caption = self._text_width(f"{item.shape[0]} × {item.shape[1]}")
        box.width = max(head, box.body.width() + 2 * BRACKET, caption) + 2.0 + 2 * APART * item.apart
        return box

    def _head_width(self, item: Item, sizes: Sizes) -> float:
        if item.note:
            return self._text_width(item.note)
        return self._symbol_of(item.part.latex).width * sizes.symbol

    def _captioned(self, box: Box, sizes: Sizes) -> bool:
        return box.item.values is not None and (sizes.captions or None in box.rows or None in box.columns)

    def _characters(self, item: Item, rows: Shown, columns: Shown, digits: int) -> int:
        """How many characters the longest number takes."""
        if item.pending:
            return 1
        assert item.values is not None
        shown = item.values[np.ix_([r for r in rows if r is not None], [c for c in columns if c is not None])]
        return max(len(significant(value, digits)) for value in shown.ravel().tolist())

    def _wrapped(self, boxes: list[Box], width: float) -> list[list[Box]]:
        """Lines of at most ``width``, broken only before the sign that joins two matrices."""
        chunks: list[list[Box]] = []
        for box in boxes:
            joins = _is_opening(box.item) and not box.item.note
            after_matrix = bool(chunks) and not _is_opening(chunks[-1][-1].item)
            if not chunks or box.item.apart or (joins and after_matrix):
                chunks.append([])
            chunks[-1].append(box)
        lines: list[list[Box]] = []
        used = 0.0
        for chunk in chunks:
            wide = sum(box.width for box in chunk)
            if not lines or used + wide > width:
                lines.append([])
                used = 0.0
            lines[-1] += chunk
            used += wide
        return lines

    def _place_line(self, line: list[Box], y: float, sizes: Sizes) -> float:
        """Give the boxes of a line their places from ``y`` on; returns the lower end."""
        heads = [self._symbol_of(box.item.part.latex) for box in line if not box.item.note]
        ascent = max([13.0, *(s.ascent * sizes.symbol for s in heads)])
        descent = max([3.0, *((s.height - s.ascent) * sizes.symbol for s in heads)])
        tall = max([box.body.height() for box in line if box.item.values is not None], default=0.0)
        if tall:
            tall = max([tall, *(self._sign_height(box.item, sizes) for box in line if box.item.values is None)])
        top = y + ascent + descent + 4
        captions = CAPTION if any(self._captioned(box, sizes) for box in line) else 0.0
        x = 0.0
        for box in line:
            item, middle = box.item, x + box.width / 2
            box.symbol = (
                self._centred(item.part.latex, middle, y + ascent, sizes)
                if not item.note
                else QPointF(middle - self._text_width(item.note) / 2, y + ascent)
            )
            if item.values is None:
                if item.note:
                    box.sign = QPointF(box.symbol.x(), top + tall / 2 + 4)
                elif tall:
                    numeric = item.part.numeric or item.part.latex
                    box.sign = self._centred(numeric, middle, top + tall / 2 + AXIS * sizes.symbol, sizes)
            else:
                box.body.moveTo(middle - box.body.width() / 2, top + (tall - box.body.height()) / 2)
                box.lefts = _starts(box.body.x(), box.columns, box.cell[0], GAP[0])
                box.tops = _starts(box.body.y(), box.rows, box.cell[1], GAP[1])
            x += box.width
        return top + tall + captions + 2 if tall else y + ascent + descent + 3

    def _sign_height(self, item: Item, sizes: Sizes) -> float:
        """What a sign takes among numbers, its axis in the middle."""
        ink = self._symbol_of(item.part.numeric or item.part.latex)
        return 2 * max(ink.ascent - AXIS, ink.height - ink.ascent + AXIS) * sizes.symbol

    def _centred(self, latex: str, middle: float, baseline: float, sizes: Sizes) -> QPointF:
        ink = self._symbol_of(latex)
        return QPointF(middle - (ink.left + ink.width / 2) * sizes.symbol, baseline)


def _is_opening(item: Item) -> bool:
    """A sign that belongs to what follows it."""
    return item.values is None and item.part.latex.strip() not in CLOSERS


def _starts(at: float, shown: Shown, size: float, gap: float) -> tuple[float, ...]:
    starts = []
    for index in shown:
        starts.append(at)
        at += gap if index is None else size
    return tuple(starts)
