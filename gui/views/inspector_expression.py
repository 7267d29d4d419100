"""One cell's arithmetic as text that is placed and wrapped: ``z2[1] = 0.5·1.5 + … = 2.75``. Nothing here paints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any

import numpy.typing as npt
from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QFontMetricsF

from engine.expression import Cell, Expression, Number, Piece, Sum, label, pieces
from gui import symbols
from gui.numbers import significant
from gui.theme import mono_font, ui_font

Array = npt.NDArray[Any]

PX = 13
LINE = 18.0
INDENT = 22.0
NAMED = 3  # an expression of at most so many numbers is written with their names first
BREAKS = (" + ", " / ")


@dataclass(frozen=True)
class Run:
    """Some text in one style. ``box`` is where it stands, ``cell`` where its number comes from."""

    text: str
    style: str  # symbol, mono, small, words
    token: str
    cell: Cell | None = None
    raised: bool = False
    box: QRectF = field(default_factory=QRectF)


@dataclass(frozen=True)
class Written:
    """Runs in their places."""

    runs: tuple[Run, ...]
    height: float
    lines: int

    @property
    def text(self) -> str:
        """As a screen reader says it."""
        return "".join(symbols.plain(run.text) if run.style == "symbol" else run.text for run in self.runs)


@cache
def _metrics(style: str) -> QFontMetricsF:
    return QFontMetricsF({"mono": mono_font(PX), "small": mono_font(PX - 3), "words": ui_font(PX - 1)}[style])


def text_width(text: str, style: str) -> float:
    """Width of a run in pixels."""
    if style == "symbol":
        return _symbol_width(text)
    if style == "words":
        return _metrics(style).horizontalAdvance(text) + 4.0  # another font's glyphs may reach beyond their advance
    if text.isascii():
        return len(text) * _character(style)
    return _other_width(text, style)


@cache
def _symbol_width(name: str) -> float:
    return symbols.width(name, PX + 3)


@cache
def _character(style: str) -> float:
    return _metrics(style).horizontalAdvance("0")


@lru_cache(maxsize=256)
def _other_width(text: str, style: str) -> float:
    """Of text with signs that the font may have from another."""
    return _metrics(style).horizontalAdvance(text)


def write_out(
    expression: Expression,
    tensors: Mapping[str, Array],
    orientation: str,
    digits: int,
    width: float,
    most: int | None = None,
) -> Written | None:
    """Place an expression in lines of at most ``width``; None where it takes more than ``most`` of them."""

    def indices(cell: Cell) -> str:
        return label(cell, orientation, tensors[cell.name].shape)

    def named(cell: Cell, token: str) -> list[Run]:
        return [Run(cell.name, "symbol", token, cell), Run(indices(cell), "small", token, cell)]

    def number(value: float) -> str:
        return significant(value, digits)

    words: list[list[Run]] = [named(expression.cell, "write")]
    equals = Run(" = ", "mono", "text")
    right = expression.right
    while isinstance(right, Sum) and len(right.terms) == 1 and right.rest is None:
        right = right.terms[0]
    if right is not None:
        numbers = pieces(right, number)
        if len(expression.cells) <= NAMED and not any(piece.rest for piece in numbers):
            words.append([equals])
            for piece in pieces(right, number, lambda cell: "name"):
                runs = named(piece.cell, "read") if piece.cell else [Run(piece.text, "mono", _token(piece))]
                _append(words, [replace(run, raised=piece.raised) for run in runs])
        if not isinstance(right, Number):
            words.append([equals])
            for piece in numbers:
                run = Run(piece.text, "mono", _token(piece), piece.cell, piece.raised)
                if piece.rest:
                    more = QCoreApplication.translate("Inspector", "… {n} more terms: {sum} …")
                    run = Run(more.format(n=f"{piece.rest:,}", sum=piece.text), "words", "text3")
                _append(words, [run])
    words.append([equals, Run(number(expression.value).replace("-", "−"), "mono", "write", expression.cell)])
    return _wrap(words, width, most)


def _token(piece: Piece) -> str:
    return "read" if piece.cell or piece.found else "text2"


def _append(words: list[list[Run]], runs: list[Run]) -> None:
    """A word ends where a line may be broken."""
    if runs[0].text in BREAKS and not runs[0].raised:
        words.append([])
    words[-1] += runs


def _wrap(words: list[list[Run]], width: float, most: int | None) -> Written | None:
    widths = [
        [text_width(run.text, "small" if run.raised and run.style == "mono" else run.style) for run in word]
        for word in words
    ]
    if most is not None and sum(map(sum, widths)) > most * width:
        return None
    placed: list[Run] = []
    x, line = 0.0, 0
    for word, of_word in zip(words, widths, strict=True):
        if x > INDENT and x + sum(of_word) > width:
            x, line = INDENT, line + 1
        for run, wide in zip(word, of_word, strict=True):
            if x + wide > width and x > INDENT:  # a word longer than a line
                x, line = INDENT, line + 1
            placed.append(replace(run, box=QRectF(x, line * LINE, wide, LINE)))
            x += wide
        if most is not None and line >= most:
            return None
    return Written(tuple(placed), (line + 1) * LINE, line + 1)
