"""A Step's formula with its numbers: what stands where. Nothing here paints.

A formula is a row of Items, symbols above and matrices below. Matrices that do not fit keep their first and last rows
and columns, and those of the cell that is looked at; a formula that is too wide goes on in the next line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain, islice, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF

from engine.expression import Cell
from engine.formula import Look, Part
from gui.numbers import significant

Array = npt.NDArray[Any]
Indices = tuple[int, ...]
Shown = tuple[int | None, ...]  # indices of rows or columns; None stands for those left out

MOST = 6  # rows and columns of a matrix that is shown whole
MOST_OF_ONE = 10  # numbers of a single example
AMPLE = 2  # of the choices of digits, how many leave numbers apart
GAP = (17.0, 10.0)  # width and height of the dots that stand for what is left out
BRACKET = 6.0  # at each side of a matrix
SIGN = 5.0  # at each side of a sign
CLOSE = 1.0  # between a bracket and the symbol in it
APART = 10.0  # at each side of what stands apart
CAPTION = 14.0
LINE_GAP = 6.0
AXIS = 5.5  # of a formula above its baseline, where a minus stands
CLOSERS = (")", ")^2", "|", "]")


@dataclass(frozen=True)
class Sizes:
    """How large things are: symbols (a share of their type size), cells (height, type), the room between symbols and
    matrices, captions below matrices, cells of a heatmap; and significant digits.
    """

    symbol: float
    cell: float
    px: float
    gap: float
    captions: bool
    heat: float
    digits: int = 0


SIZES = (
    Sizes(1.2, 31, 15, 12, True, 14),
    Sizes(1.0, 26, 13, 9, True, 12),
    Sizes(0.86, 22, 12, 6, True, 10),
    Sizes(0.8, 20, 12, 4, False, 9),
    Sizes(0.7, 18, 11, 4, False, 8),
    Sizes(0.58, 15, 11, 4, False, 7),
)
HEAT_SIZES = (*SIZES, *(replace(SIZES[-1], heat=heat) for heat in (6.0, 5.0)))  # of a formula with a heatmap
HEAT_CELLS = 10  # so many of a heatmap are as large as ``Sizes.heat`` says; where there are more, they are smaller


@dataclass(frozen=True, eq=False)
class Item:
    """A symbol with its matrix, or a sign.

    Attributes
    ----------
    part : as the engine has it.
    values : the matrix; None for a sign, and where the numbers are gone.
    token : the theme's colour: write, read or text.
    used : cells of the matrix that the chosen cell was found from, as shown.
    focus : rows and columns that are shown before others, the first before all; given none, those of the first of
        ``used``.
    pending : the numbers are yet to be computed.
    note : words in place of a sign or, with a matrix, in place of its symbol.
    apart : begins something else, beside what is before it where there is room.
    """

    part: Part
    values: Array | None = None
    token: str = "text"
    used: tuple[tuple[int, int], ...] = ()
    focus: tuple[Indices, Indices] = ((), ())
    pending: bool = False
    note: str = ""
    apart: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        assert self.values is not None
        return (self.values.shape[0], self.values.shape[1])

    @property
    def heat(self) -> bool:
        """Whether it is shown whole, in colours without numbers."""
        return self.part.look is Look.JACOBIAN and self.values is not None and max(self.shape) > MOST

    @property
    def most(self) -> int:
        """So many rows and columns are shown at most."""
        return MOST_OF_ONE if self.part.look is Look.EXAMPLE else MOST

    @property
    def wanted(self) -> tuple[Indices, Indices]:
        """Rows and columns that are shown before others."""
        row, column = ((self.used[0][0],), (self.used[0][1],)) if self.used else ((), ())
        return self.focus[0] or row, self.focus[1] or column

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
def picked(count: int, most: int, wanted: Indices) -> Shown:
    """Which of ``count`` rows or columns are shown when at most ``most`` can be: those wanted, then the ends."""
    if count <= most:
        return tuple(range(count))
    head, tail = range(count), range(count - 1, -1, -1)
    ends = chain.from_iterable(zip(head, tail, strict=True) if most % 2 else zip(tail, head, strict=True))
    order = dict.fromkeys(chain((index for index in wanted if 0 <= index < count), ends))
    shown: list[int | None] = []
    for before, index in pairwise((-1, *sorted(islice(order, most)), count)):
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


@dataclass(frozen=True)
class Piece:
    """An Item in one of the sizes: what it takes in a line, wherever it will stand.

    Attributes
    ----------
    width : of all of it, with the room at its sides.
    ascent, descent : of its symbol.
    tall : what it takes among the matrices.
    captioned : with its shape below.
    body, cell : width and height of the matrix and of one of its cells.
    """

    item: Item
    width: float
    ascent: float
    descent: float
    tall: float
    captioned: bool = False
    rows: Shown = ()
    columns: Shown = ()
    body: tuple[float, float] = (0.0, 0.0)
    cell: tuple[float, float] = (0.0, 0.0)


@dataclass
class Box:
    """An Item and where it is painted: row i of those shown begins at ``tops[i]``, column j at ``lefts[j]``."""

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
        self._lengths, self._piece_of = cache(self._characters), cache(self._piece)
        self._character, self._digits = character, digits

    def best(self, formulas: Sequence[Sequence[Item]], width: float, height: float) -> Laid:
        """The arrangement for a width, in a height if it can be: whole matrices rather than large ones."""
        chunks = [_chunks(formula) for formula in formulas]
        items = [item for formula in formulas for item in formula]
        matrices = [item for item in items if item.values is not None]
        if all(max(item.shape) <= MOST for item in matrices):
            for digits in self._digits:
                for sizes in SIZES:
                    style = replace(sizes, digits=digits)
                    lines = self._lines(chunks, width, style, MOST, MOST)
                    if _widest(lines) <= width and _height(lines, style) <= height:
                        return self._placed(lines, style)
        every, heat = _sizes_for(items), any(item.heat for item in items)
        least = self._least(chunks, width)
        whole = max((min(item.shape[0], item.most) for item in matrices if not item.heat), default=1)
        low = [
            (style, rows) for style in every for rows in range(whole, 0, -1) if _lowest(items, style, rows) <= height
        ]
        if heat:  # numbers of an example go before size, upright too
            low.sort(key=lambda sizes_and_rows: -sizes_and_rows[1])

        def fits(lines: list[list[Piece]]) -> bool:
            broken = heat and _heat_line(lines) > _heat_line(least)  # what a heatmap is multiplied with stays beside it
            more = heat and _of_formula(lines) <= _of_formula(least)  # numbers go before what stands apart beside them
            return (more or len(lines) <= len(least)) and _widest(lines) <= width and not broken

        most = max((min(item.shape[1], item.most) for item in matrices if not item.heat), default=1)
        # columns go before digits: with two digits a small update looks as if it changed nothing, or too much
        fewest = min(most, 1 if heat else 2)
        ample = [(columns, digits) for columns in range(most, fewest - 1, -1) for digits in self._digits[:AMPLE]]
        scarce = [(columns, digits) for columns in range(most, 0, -1) for digits in self._digits]
        for columns, digits in ample + scarce:
            if not fits(self._lines(chunks, width, replace(every[-1], digits=digits), 1, columns)):
                continue  # nor will anything larger
            too_wide: set[Sizes] = set()  # with fewer rows too
            for sizes, rows in low:
                if sizes in too_wide:
                    continue
                style = replace(sizes, digits=digits)
                lines = self._lines(chunks, width, style, rows, columns)
                if not fits(lines):
                    too_wide.add(sizes)
                elif _height(lines, style) <= height:
                    return self._placed(lines, style)
        for digits in self._digits:  # it is too tall, not too wide
            style = replace(every[-1], digits=digits)
            lines = self._lines(chunks, width, style, 1, 1)
            if fits(lines):
                return self._placed(lines, style)
        return self._placed(least, self._smallest(items))

    def least(self, formulas: Sequence[Sequence[Item]], width: float) -> float:
        """Height of the smallest arrangement."""
        smallest = self._smallest([item for formula in formulas for item in formula])
        return _height(self._least([_chunks(formula) for formula in formulas], width), smallest)

    def _smallest(self, items: Sequence[Item]) -> Sizes:
        return replace(_sizes_for(items)[-1], digits=self._digits[-1])

    def _least(self, chunks: list[list[list[Item]]], width: float) -> list[list[Piece]]:
        items = [item for formula in chunks for chunk in formula for item in chunk]
        return self._lines(chunks, width, self._smallest(items), 1, 1)

    # ---- what everything takes -------------------------------------------------------------------------------------

    def _lines(
        self, formulas: list[list[list[Item]]], width: float, sizes: Sizes, rows: int, columns: int
    ) -> list[list[Piece]]:
        """Lines of at most ``width`` where that can be, with matrices of at most so many rows and columns."""
        lines: list[list[Piece]] = []
        for chunks in formulas:
            left = -1.0  # each formula begins a line
            for chunk in chunks:
                pieces = [self._piece_of(item, sizes, *_clipped(item, rows, columns)) for item in chunk]
                wide = sum(piece.width for piece in pieces)
                if wide > left:
                    lines.append(pieces)
                    left = width - wide
                else:
                    lines[-1] += pieces
                    left -= wide
        return lines

    def _piece(self, item: Item, sizes: Sizes, rows: int, columns: int) -> Piece:
        """An Item, if it has a matrix with at most so many rows and columns."""
        ink = self._symbol_of(item.part.latex)
        ascent, descent = ink.ascent * sizes.symbol, (ink.height - ink.ascent) * sizes.symbol
        head = ink.width * sizes.symbol
        if item.note:
            ascent = descent = 0.0
            head = self._text_width(item.note)
        if item.values is None:
            numeric = self._symbol_of(item.part.numeric).width * sizes.symbol if item.part.numeric else 0.0
            return Piece(item, max(head, numeric) + 2 * SIGN, ascent, descent, self._sign_height(item, sizes))
        if item.heat:
            return self._heat_piece(item, sizes, head, ascent, descent)
        wanted = item.wanted
        shown = picked(item.shape[0], rows, wanted[0]), picked(item.shape[1], columns, wanted[1])
        lengths = self._lengths(item, sizes.digits)
        kept = [column for column in shown[1] if column is not None]
        longest = max(lengths[row, column] for row in shown[0] if row is not None for column in kept)
        cell = (max(26.0, longest * self._character * sizes.px + 8.0), sizes.cell)
        body = (_length(shown[1], cell[0], GAP[0]), _length(shown[0], cell[1], GAP[1]))
        captioned = sizes.captions or None in shown[0] or None in shown[1]
        caption = self._text_width(f"{item.shape[0]} × {item.shape[1]}") if captioned else 0.0
        width = max(head, body[0] + 2 * BRACKET, caption) + 2.0 + 2 * APART * item.apart
        return Piece(item, width, ascent, descent, body[1], captioned, *shown, body, cell)

    @staticmethod
    def _heat_piece(item: Item, sizes: Sizes, head: float, ascent: float, descent: float) -> Piece:
        """A heatmap. Without a caption of its own it reaches down to where those of the others end."""
        rows, columns = item.shape
        side = sizes.heat * HEAT_CELLS / max(rows, columns, HEAT_CELLS)
        body = (columns * side, rows * side)
        tall = body[1] if sizes.captions else body[1] - CAPTION
        width = max(head, body[0] + 2 * BRACKET) + 2.0
        shown = tuple(range(rows)), tuple(range(columns))
        return Piece(item, width, ascent, descent, tall, sizes.captions, *shown, body, (side, side))

    def _characters(self, item: Item, digits: int) -> dict[tuple[int, int], int]:
        """How many characters each number takes that any arrangement shows."""
        assert item.values is not None
        rows, columns = (_ever(count, wanted, item.most) for count, wanted in zip(item.shape, item.wanted, strict=True))
        if item.pending:
            return {(r, c): 1 for r in rows for c in columns}
        shown = item.values[np.ix_(rows, columns)].tolist()
        return {
            (r, c): len(significant(value, digits))
            for r, values in zip(rows, shown, strict=True)
            for c, value in zip(columns, values, strict=True)
        }

    # ---- one arrangement -------------------------------------------------------------------------------------------

    def _placed(self, lines: list[list[Piece]], sizes: Sizes) -> Laid:
        y = 0.0
        boxes: list[Box] = []
        for line in lines:
            boxes += self._place_line(line, y, sizes)
            y += _line_height(line, sizes.gap) + LINE_GAP
        whole = all(None not in box.rows and None not in box.columns for box in boxes)
        return Laid(tuple(boxes), sizes, y - LINE_GAP, len(lines), whole)

    def _place_line(self, line: list[Piece], y: float, sizes: Sizes) -> list[Box]:
        """The boxes of a line that begins at ``y``."""
        ascent, descent, tall = _extent(line)
        top = y + ascent + descent + sizes.gap
        x = 0.0
        boxes = []
        for piece in line:
            item, middle = piece.item, x + piece.width / 2
            box = Box(item, rows=piece.rows, columns=piece.columns, cell=piece.cell, width=piece.width)
            box.symbol = (
                self._centred(item.part.latex, middle, y + ascent, sizes)
                if not item.note
                else QPointF(middle - self._text_width(item.note) / 2, y + ascent)
            )
            if item.values is None:
                if item.note and tall:
                    box.sign = QPointF(box.symbol.x(), top + tall / 2 + 4)
                elif tall and not item.apart:
                    numeric = item.part.numeric or item.part.latex
                    box.sign = self._centred(numeric, middle, top + tall / 2 + AXIS * sizes.symbol, sizes)
            else:
                box.body = QRectF(middle - piece.body[0] / 2, top + (tall - piece.tall) / 2, *piece.body)
                box.lefts = _starts(box.body.x(), box.columns, box.cell[0], GAP[0])
                box.tops = _starts(box.body.y(), box.rows, box.cell[1], GAP[1])
            x += piece.width
            boxes.append(box)
        self._draw_together(boxes, sizes.symbol)
        return boxes

    def _draw_together(self, boxes: list[Box], scale: float) -> None:
        """Above wide matrices symbols stand far apart: a bracket, a function or a factor goes to what it belongs to."""
        for box, after in reversed(list(pairwise(boxes))):
            ink, beside = (self._symbol_of(one.item.part.latex) for one in (box, after))
            if _leads(box.item) and ink.width and not after.item.apart and not after.item.note:
                right = after.symbol.x() + beside.left * scale - CLOSE
                box.symbol.setX(max(box.symbol.x(), right - (ink.left + ink.width) * scale))
        for before, box in pairwise(boxes):
            ink, beside = (self._symbol_of(one.item.part.latex) for one in (box, before))
            if _closes(box.item):
                left = before.symbol.x() + (beside.left + beside.width) * scale + CLOSE
                box.symbol.setX(min(box.symbol.x(), left - ink.left * scale))

    def _sign_height(self, item: Item, sizes: Sizes) -> float:
        """What a sign takes among numbers, its axis in the middle."""
        ink = self._symbol_of(item.part.numeric or item.part.latex)
        return 2 * max(ink.ascent - AXIS, ink.height - ink.ascent + AXIS) * sizes.symbol

    def _centred(self, latex: str, middle: float, baseline: float, sizes: Sizes) -> QPointF:
        ink = self._symbol_of(latex)
        return QPointF(middle - (ink.left + ink.width / 2) * sizes.symbol, baseline)


def _sizes_for(items: Sequence[Item]) -> tuple[Sizes, ...]:
    return HEAT_SIZES if any(item.heat for item in items) else SIZES


def _heat_line(lines: list[list[Piece]]) -> int:
    return next(i for i, line in enumerate(lines) if any(piece.item.heat for piece in line))


def _of_formula(lines: list[list[Piece]]) -> int:
    """How many lines there are but for those that begin with what stands apart."""
    return sum(not line[0].item.apart for line in lines)


def _is_opening(item: Item) -> bool:
    """A sign that belongs to what follows it."""
    return item.values is None and not _closes(item)


def _closes(item: Item) -> bool:
    """A sign that belongs to what is before it."""
    return item.values is None and item.part.latex.strip() in CLOSERS


def _leads(item: Item) -> bool:
    """A sign that belongs to what follows it alone; one between two symbols has a space at either side."""
    between = item.part.latex.startswith(" ") and not item.part.latex.endswith("(")
    return _is_opening(item) and not item.note and not between


def _chunks(formula: Sequence[Item]) -> list[list[Item]]:
    """What a formula may be broken into: a line ends before the sign that joins two matrices."""
    chunks: list[list[Item]] = []
    for item in formula:
        joins = _is_opening(item) and not item.note
        after_matrix = bool(chunks) and not _is_opening(chunks[-1][-1])
        if not chunks or item.apart or (joins and after_matrix):
            chunks.append([])
        chunks[-1].append(item)
    return chunks


def _clipped(item: Item, rows: int, columns: int) -> tuple[int, int]:
    """At most so many rows and columns, as far as that makes a difference."""
    if item.values is None or item.heat:
        return (0, 0)
    return (min(rows, item.shape[0], item.most), min(columns, item.shape[1], item.most))


@cache
def _ever(count: int, wanted: Indices, most: int) -> list[int]:
    """Which of ``count`` rows or columns some arrangement shows that has at most so many."""
    return sorted({i for few in range(1, most + 1) for i in picked(count, few, wanted) if i is not None})


def _length(shown: Shown, size: float, gap: float) -> float:
    left_out = shown.count(None)
    return (len(shown) - left_out) * size + left_out * gap


def _lowest(items: Sequence[Item], sizes: Sizes, rows: int) -> float:
    """A height below which no line with the tallest matrix is, whatever its columns and digits."""
    tall = 0.0
    for item in items:
        if item.values is not None and not item.heat:
            tall = max(tall, _length(picked(item.shape[0], rows, item.wanted[0]), sizes.cell, GAP[1]))
    return 13.0 + 3.0 + sizes.gap + tall + 2


def _widest(lines: list[list[Piece]]) -> float:
    return max(sum(piece.width for piece in line) for line in lines)


def _extent(line: list[Piece]) -> tuple[float, float, float]:
    """Ascent and descent of a line's symbols, and the height of its matrices; 0 without any."""
    ascent = max(13.0, *(piece.ascent for piece in line))
    descent = max(3.0, *(piece.descent for piece in line))
    matrices = any(piece.item.values is not None for piece in line)
    return ascent, descent, max(piece.tall for piece in line) if matrices else 0.0


def _line_height(line: list[Piece], gap: float) -> float:
    ascent, descent, tall = _extent(line)
    if not tall:
        return ascent + descent + 3
    captions = CAPTION if any(piece.captioned for piece in line) else 0.0
    return ascent + descent + gap + tall + captions + 2


def _height(lines: list[list[Piece]], sizes: Sizes) -> float:
    return sum(_line_height(line, sizes.gap) for line in lines) + LINE_GAP * (len(lines) - 1)


def _starts(at: float, shown: Shown, size: float, gap: float) -> tuple[float, ...]:
    starts = []
    for index in shown:
        starts.append(at)
        at += gap if index is None else size
    return tuple(starts)
