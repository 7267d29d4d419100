"""Formulas in mathematical type: LaTeX to SVG by ziamath, drawn by Qt, kept while they are likely to come again."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgRenderer

from gui.theme import Theme


@lru_cache(maxsize=512)
def renderer(latex: str, px: int, theme: Theme) -> QSvgRenderer:
    r"""The drawn formula. ``\written{…}`` and ``\read{…}`` take the theme's write and read colours.

    Raises
    ------
    ValueError : the typesetter cannot read the formula (a fault of this program, never of a user's file).
    """
    import ziamath  # a fifth of a second: not before the first formula is on screen

    ziamath.config.svg2 = False  # Qt draws nothing of SVG 2's <use>
    coloured = latex.replace(r"\written", rf"\color{{{theme.write}}}").replace(r"\read", rf"\color{{{theme.read}}}")
    svg = ziamath.Latex(coloured, size=px, color=theme.text).svg()
    drawn = QSvgRenderer(QByteArray(svg.encode()))
    if not drawn.isValid():
        raise ValueError(f"the formula {latex} could not be drawn")
    return drawn


def size(latex: str, px: int, theme: Theme) -> QSizeF:
    """Width and height of a formula."""
    return QSizeF(renderer(latex, px, theme).defaultSize())


def draw(painter: QPainter, at: QPointF, latex: str, px: int, theme: Theme, width: float | None = None) -> QRectF:
    """Paint a formula with its top left corner at a point, shrunk if it is wider than ``width``; returns its box."""
    drawn = renderer(latex, px, theme)
    natural = QSizeF(drawn.defaultSize())
    share = min(1.0, width / natural.width()) if width else 1.0
    box = QRectF(at, natural * share)
    drawn.render(painter, box)
    return box
