"""Array names as mathematical symbols: ``dW2`` as an italic ∂W with subscript 2, painted where a view needs one."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPainter

_NAME = re.compile(r"(d|v|)(W|b|z|a|x|y|delta|loss|logp)(\d*)$")
_LETTERS = {
    "delta": "𝛿", "W": "𝑊", "b": "𝑏", "z": "𝑧", "a": "𝑎", "x": "𝑥", "y": "𝑦", "loss": "𝐿", "logp": "log 𝑝",
}  # fmt: skip
_PREFIXES = {"d": "𝜕", "v": "𝑣", "": ""}


@cache
def math_family() -> str:
    """Family of the mathematical typeface that the formulas are set in, so that symbols match them."""
    spec = find_spec("ziamath")  # its font file alone: importing it would cost a tenth of a second at start
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"
    handle = QFontDatabase.addApplicationFont(str(path))
    families = QFontDatabase.applicationFontFamilies(handle)
    return families[0] if families else QFont().family()


def parts(name: str) -> tuple[str, str]:
    """(base, subscript) of an array's name: ``("𝜕𝑊", "2")`` for ``dW2``; velocities are 𝑣 with W in the subscript."""
    match = _NAME.fullmatch(name)
    if match is None:
        return name, ""
    prefix, letter, layer = match.groups()
    if prefix == "v":
        return _PREFIXES["v"], _LETTERS[letter] + layer
    return _PREFIXES[prefix] + _LETTERS[letter], layer


def plain(name: str) -> str:
    """An array's name for tooltips and accessible texts, in ordinary letters: ``∂W2``, ``δ1``."""
    match = _NAME.fullmatch(name)
    if match is None:
        return name
    prefix, letter, layer = match.groups()
    return (
        {"d": "∂", "v": "v", "": ""}[prefix] + {"delta": "δ", "loss": "L", "logp": "log p"}.get(letter, letter) + layer
    )


@cache
def _fonts(px: float) -> tuple[QFont, QFont]:
    base, sub = QFont(math_family()), QFont(math_family())
    base.setPixelSize(round(px))
    sub.setPixelSize(max(9, round(px * 0.68)))
    return base, sub


def width(name: str, px: float) -> float:
    """Width of a symbol in pixels."""
    base, sub = parts(name)
    fonts = _fonts(px)
    return QFontMetricsF(fonts[0]).horizontalAdvance(base) + QFontMetricsF(fonts[1]).horizontalAdvance(sub)


def draw(painter: QPainter, x: float, baseline: float, name: str, px: float, colour: QColor) -> float:
    """Paint a symbol with its left edge at x; returns the x after it."""
    base, sub = parts(name)
    base_font, sub_font = _fonts(px)
    painter.setPen(colour)
    painter.setFont(base_font)
    painter.drawText(QPointF(x, baseline), base)
    x += QFontMetricsF(base_font).horizontalAdvance(base)
    if sub:
        painter.setFont(sub_font)
        painter.drawText(QPointF(x, baseline + px * 0.2), sub)
        x += QFontMetricsF(sub_font).horizontalAdvance(sub)
    return x


def draw_centred(painter: QPainter, box: QRectF, name: str, px: float, colour: QColor) -> None:
    """Paint a symbol in the middle of a box."""
    x = box.center().x() - width(name, px) / 2
    draw(painter, x, box.center().y() + px * 0.28, name, px, colour)
