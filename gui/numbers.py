"""Numbers as text: short in a cell, exact on hover."""

from __future__ import annotations

import math


def short(value: float, characters: int) -> str:
    """As many significant digits as fit into ``characters``; exact when everything fits.

    ``-0.0006`` becomes ``-6e-4`` where it has no room.
    """
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if value == 0:
        return "0"
    text = ""
    for digits in range(12, 0, -1):
        text = f"{value:.{digits}g}"
        if "e" in text:
            mantissa, exponent = text.split("e")
            text = f"{mantissa}e{int(exponent)}"
        if len(text) <= characters:
            return text
    mantissa, exponent = f"{value:.0e}".split("e")
    return min(text, f"{mantissa}e{int(exponent)}", key=len)


def brief(value: float, characters: int) -> str:
    """As ``short``, where room is scarce: ``-.06`` or ``1e-4`` if that says more in so many characters."""
    if value == 0 or not math.isfinite(value):
        return short(value, characters)
    for digits in range(characters, 0, -1):
        plain = f"{value:.{digits}g}"
        if "e" in plain:
            plain = short(float(plain), len(plain))
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        for text in (plain, plain.replace("0.", ".", 1) if abs(value) < 1 else plain, f"{mantissa}e{int(exponent)}"):
            if len(text) <= characters:
                return text
    return text


def significant(value: float, digits: int) -> str:
    """A number to so many significant digits, without trailing zeros: 0.1667, 1.5, -3e-12."""
    if not math.isfinite(value):
        return short(value, 4)
    text = f"{value:.{digits}g}"
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else "0" if value == 0 else text


def exact(value: float) -> str:
    """The shortest text that reads back as the same number."""
    return repr(float(value)) if not float(value).is_integer() or abs(value) >= 1e16 else f"{value:.0f}"
