"""Text with symbols in it: a cell or a term as a line of runs, each in its style, some of them links to a cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby

from PySide6.QtCore import QCoreApplication, QPointF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from engine.expression import Cell, Piece, pieces
from engine.provenance import Factor, Formula, Symbol, Term, indices
from engine.snapshot import Snapshot
from gui import symbols
from gui.numbers import short, significant
from gui.theme import Theme, mono_font, ui_font

MARGIN = 16
DIGITS = 4
SYMBOL, EQUATION, TEXT, INDEX = 15, 17, 12, 11  # type sizes
CHARACTERS = 10  # of a value
translate = QCoreApplication.translate


@dataclass(frozen=True)
class Place:
    """A cell on the trail.

    Attributes
    ----------
    old : as it was when the batch began.
    batch : where the trail went on in another batch, which one, to be told with the cell; else 0.
    """

    name: str
    cell: tuple[int, int]
    old: bool = False
    batch: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Run:
    """Some text in one style; ``link`` is where a click on it leads."""

    text: str
    style: str  # symbol, index, mono, maths, words
    token: str
    link: Factor | None = None
    raised: bool = False
    x: float = 0.0
    width: float = 0.0


@dataclass(frozen=True)
class Line:
    """Runs beside each other."""

    runs: tuple[Run, ...]
    width: float

    @property
    def text(self) -> str:
        """As a screen reader says it."""
        text = ""
        for raised, group in groupby(self.runs, lambda run: run.raised and run.style != "words"):
            part = "".join(symbols.plain(run.text) if run.style == "symbol" else run.text for run in group)
            text += part if not raised else f"^{part}" if len(part) == 1 else f"^({part})"
        return text

    def link_at(self, x: float) -> Factor | None:
        """Where a click leads, ``x`` counted from the line's left end."""
        return next((run.link for run in self.runs if run.x <= x < run.x + run.width), None)


@lru_cache(maxsize=32)
def font(style: str, px: int) -> QFont:
    if style == "maths":
        font = QFont(symbols.math_family())
        font.setPixelSize(px)
        return font
    return ui_font(px) if style == "words" else mono_font(px)


@lru_cache(maxsize=4096)
def text_width(text: str, style: str, px: int) -> float:
    if style == "symbol":
        return symbols.width(text, px)
    return QFontMetricsF(font(style, px)).horizontalAdvance(text)


def size_of(run: Run, size: int) -> int:
    if run.style == "index" or run.raised:
        return INDEX
    return size if run.style in ("symbol", "maths") else TEXT


def line_of(runs: Iterable[Run], size: int = SYMBOL) -> Line:
    placed: list[Run] = []
    x = 0.0
    for run in runs:
        width = text_width(run.text, run.style, size_of(run, size))
        placed.append(replace(run, x=x, width=width))
        x += width
    return Line(tuple(placed), x)


def draw(
    painter: QPainter, at: QPointF, line: Line, theme: Theme, size: int = SYMBOL, lit: Factor | None = None
) -> None:
    """Paint a line, its baseline at ``at``; the links to ``lit`` underlined."""
    for run in line.runs:
        x, y, px = at.x() + run.x, at.y() - (5 if run.raised else 0), size_of(run, size)
        colour = theme.q(run.token)
        if run.style == "symbol":
            symbols.draw(painter, x, y, run.text, px, colour)
        else:
            painter.setPen(colour)
            painter.setFont(font(run.style, px))
            painter.drawText(QPointF(x, y), run.text)
        if lit is not None and run.link == lit:
            painter.setPen(QPen(colour, 1.5))
            painter.drawLine(QPointF(x, at.y() + 5), QPointF(x + run.width, at.y() + 5))


def number(value: float) -> str:
    return significant(value, DIGITS)


def signed(value: float) -> str:
    """A number to six digits, fewer where it is long, with a true minus."""
    text = significant(value, 6)
    return (text if len(text) <= CHARACTERS else short(value, CHARACTERS)).replace("-", "−")


def percent(share: float) -> str:
    percent = 100 * share
    if percent == 0:
        return "0 %"
    if percent < 0.1:
        return "<0.1 %"
    return f"{percent:.0f} %" if percent >= 9.95 else f"{percent:.1f} %"


class Writer:
    """Writes cells and terms in a Snapshot's orientation."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._tensors, self._orientation = snapshot.tensors, snapshot.lesson.run.orientation

    def indices(self, name: str, cell: tuple[int, int]) -> str:
        return indices(name, *cell, self._orientation, self._tensors[name].shape)

    def cell(self, place: Place | Factor, token: str, link: Factor | None = None) -> list[Run]:
        """A cell by its name: symbol, indices, and whether it is an earlier one."""
        runs = [
            Run(place.name, "symbol", token, link),
            Run(self.indices(place.name, place.cell), "index", token, link),
        ]
        if place.old:
            runs.append(Run(" " + translate("OriginView", "old"), "words", token, link, raised=True))
        elif isinstance(place, Place) and place.batch:
            batch = translate("OriginView", "batch {n}").format(n=f"{place.batch:,}")
            runs.append(Run(" " + batch, "words", token, link, raised=True))
        return runs

    def name(self, place: Place | Factor) -> str:
        """A cell's name in ordinary letters: ``∂W2[1, 0]``."""
        text = symbols.plain(place.name) + self.indices(place.name, place.cell)
        return translate("OriginView", "{cell} before its update").format(cell=text) if place.old else text

    def terms_names(self, term: Term, slope: Factor | None) -> Line:
        """A term with the names of what it reads."""
        links = {Cell(f.name, *f.cell): f for f in term.factors}
        runs: list[Run] = []
        for piece in pieces(term.node, number, lambda cell: "?"):
            if piece.cell is not None and (link := links.get(piece.cell)):
                runs += [replace(run, raised=run.raised or piece.raised) for run in self.cell(link, "read", link)]
            else:
                runs.append(_plain_run(piece, slope))
        return line_of(runs)

    def terms_numbers(self, term: Term, slope: Factor | None) -> Line:
        """A term with its numbers."""
        links = {Cell(f.name, *f.cell): f for f in term.factors}
        runs = []
        for piece in pieces(term.node, number):
            link = links.get(piece.cell) if piece.cell is not None else None
            runs.append(
                Run(piece.text, "mono", "read", link, piece.raised) if link is not None else _plain_run(piece, slope)
            )
        return line_of(runs)

    def formula(self, formula: Formula) -> Line:
        """A formula in symbols."""
        runs: list[Run] = []
        for i, part in enumerate(formula):
            if isinstance(part, Symbol):
                runs.append(Run(part.name, "symbol", "read" if i else "write"))
                runs.append(Run(part.indices, "index", "read" if i else "write"))
                continue
            for bit in part.replace("Σ", "\0Σ").split("\0"):
                if bit.startswith("Σ"):
                    letters, _, rest = bit[1:].partition(" ")
                    runs.append(Run("Σ", "maths", "text"))
                    runs.append(Run(letters + " ", "index", "text2"))
                    bit = rest
                if bit:
                    runs.append(Run(bit, "maths", "text"))
        return line_of(runs, EQUATION)


def _plain_run(piece: Piece, slope: Factor | None) -> Run:
    """Text that is no cell; a slope found on the way leads to the cell that it was taken at."""
    link = slope if piece.found else None
    return Run(piece.text, "mono", "read" if link is not None else "text2", link, piece.raised)
