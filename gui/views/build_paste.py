"""Numbers out of pasted text: a spreadsheet's cells, CSV, LaTeX, Python's lists, what NumPy and PyTorch print.

Nothing is evaluated. The rule:

* Numbers are separated by blanks, commas, ``&`` and ``|``; a row ends with a line, with ``;`` or with ``\\\\``.
* Where there are several pairs of brackets, or one in another, every innermost pair is a row, over as many lines as it
  takes. Where there is ``\\\\``, ends of lines mean nothing.
* Where tabs separate the cells, or where each of several lines is as many numbers with ``;`` between them, a comma
  is a decimal comma.
* Around the numbers may stand what such texts bring along: ``W1 =``, ``np.array(…, dtype=float32)``, ``tensor(…)``,
  ``\\begin{bmatrix} … \\end{bmatrix}``, and a heading line without numbers. A number may be a fraction, ``1/3`` or
  ``\\frac{1}{3}``.
* Everything else is refused, in a sentence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from gui.views.words import tr

Rows = tuple[tuple[float, ...], ...]

LONGEST = 6 * 1024 * 1024  # characters: 200,000 numbers, as many as can be typed, with all of their digits

# Megabytes are pasted: no pattern may look at a part of the text again from each of its characters; and while one goes
# through all of the text, the window stands still, so that this is done only where there is something to be found.
_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_VALUE = re.compile(rf"({_NUMBER})(?:/({_NUMBER}))?")
_WITH_COMMA = re.compile(r"[-+]?\d+(?:,\d+)?(?:[eE][-+]?\d+)?|" + _NUMBER)
_SAME = str.maketrans("−–，；\u00a0\u202f\ufeff\r", "--,;   \n")
_LEFT_OUT = re.compile(r"\.\.\.|…|\\[lcvd]?dots")
_NAME = re.compile(r"[^=\n\[&]*=(?!=)")
_LETTER = re.compile(r"[A-Za-z]")
_CALL = re.compile(r"(?<![\w.])(?:\w++\.)*+(?:array|asarray|matrix|tensor|Tensor|FloatTensor|Parameter)\s*+\(")
_NOTE = re.compile(r"\b(?:dtype|requires_grad|device|grad_fn)\s*+=[^,)\]]+|Parameter containing:")
_ROW_END = re.compile(r"\\\\(?:\[[^\[\]]{0,20}\])?")
_FRACTION = re.compile(r"\\[td]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_LATEX = re.compile(
    r"\\begin\{[^{}]*\}(?:\{[lcr| ]*\})?|\\end\{[^{}]*\}|\\left|\\right|\\hline|\\[\[\],;:! ]|\\q?quad|\$"
)
_INNERMOST = re.compile(r"[\[({]([^\[\](){}]*)[\])}]")
_NESTED = re.compile(r"[\[({]\s*[\[({]")
_BRACKETS = re.compile(r"[\[\](){}]")
_GAP = re.compile(r",[ \t]*,|\t[ ]*\t(?=\S)")
_GAP_IN_LATEX = re.compile(r"&\s*&")
_BETWEEN = re.compile(r"[\s,&|]+")


class PasteError(ValueError):
    """A text that is no table of numbers. The message is a sentence for the user, translated."""


def parse(text: str, *, flat: bool = False) -> Rows:
    """The numbers of a text.

    Parameters
    ----------
    text : as it came from the clipboard.
    flat : a vector is wanted: one row, however the numbers are arranged.

    Returns
    -------
    At least one row; all rows have the same length, at least 1. All numbers are finite.

    Raises
    ------
    PasteError : there are no numbers, something is not a number, or rows are not equally long.
    """
    if len(text) > LONGEST:
        raise PasteError(tr("That is too much text: {n} MB at most.").format(n=LONGEST // 2**20))
    if any(sign in text for sign in ("...", "…", "dots")) and _LEFT_OUT.search(text):
        raise PasteError(tr("The text leaves numbers out (“…”): print all of them and copy again."))
    if any(_GAP.search(line) for line in text.split("\n")) or ("&" in text and _GAP_IN_LATEX.search(text)):
        raise PasteError(tr("A cell is empty: between two separators there must be a number."))
    rows = [[_value(cell, i) for cell in row] for i, row in enumerate(_cells(_bare(text)), start=1)]
    if not rows:
        raise PasteError(tr("There are no numbers in this text."))
    if flat:
        return (tuple(number for row in rows for number in row),)
    for i, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise PasteError(
                tr("All rows must be equally long; numbers in row 1: {first}, in row {i}: {n}.").format(
                    first=len(rows[0]), i=i, n=len(row)
                )
            )
    return tuple(tuple(row) for row in rows)


def _bare(text: str) -> str:
    """The text without what surrounds the numbers; ``;`` is what ends a row in LaTeX."""
    text = text.replace("\r\n", "\n").translate(_SAME).strip("\n ")
    if "=" in text and (name := _NAME.match(text)) and _LETTER.search(name[0]):
        text = text[name.end() :]
    if "=" in text or "containing" in text:
        text = _NOTE.sub("", text)
    if "(" in text:
        text, calls = _CALL.subn(" ", text)
        if calls:
            text = re.sub(r"[()]", " ", text)
    if "\\" in text or "$" in text:
        text = _FRACTION.sub(r"\1/\2", text)
        if r"\\" in text:
            text = _ROW_END.sub(";", text.replace("\n", " "))
        text = _LATEX.sub(" ", text)
    return text


def _cells(text: str) -> list[list[str]]:
    """Rows of texts, of which each should be a number; empty rows are gone."""
    if any(sign in text for sign in "[](){}"):
        groups = _INNERMOST.findall(text)
        if len(groups) > 1 or (groups and _NESTED.search(text)):
            outside = _split(_BRACKETS.sub(" ", _INNERMOST.sub(" ", text)).replace(";", " "))
            if outside:
                raise PasteError(tr("“{text}” stands outside of the brackets.").format(text=_cut(outside[0])))
            return [row for row in (_split(group.replace(";", " ")) for group in groups) if row]
        text = _BRACKETS.sub(" ", text)
    lines = [line for line in text.split("\n") if line.strip()]
    rows = _by_comma(lines)
    if rows is None:
        rows = [row for line in lines for part in line.split(";") if (row := _split(part))]
    headed = len(rows) > 1 and not any(_VALUE.fullmatch(cell) for cell in rows[0])
    return rows[1:] if headed else rows


def _by_comma(lines: Sequence[str]) -> list[list[str]] | None:
    """Rows of a table whose commas are decimal commas, with points in their place; None if it is none."""
    for mark, least in (("\t", 1), (";", 2)):
        rows = [[cell.strip() for cell in line.strip(" ").removesuffix(mark).split(mark)] for line in lines]
        numbers = all(_WITH_COMMA.fullmatch(cell) for row in rows for cell in row)
        widths = {len(row) for row in rows}
        if len(rows) >= least and len(widths) == 1 and max(widths) > 1 and numbers:
            return [[cell.replace(",", ".") for cell in row] for row in rows]
    return None


def _split(text: str) -> list[str]:
    return [cell.strip("\"'") for cell in _BETWEEN.split(text) if cell.strip("\"'")]


def _value(cell: str, row: int) -> float:
    match = _VALUE.fullmatch(cell)
    if match is None:
        raise PasteError(tr("Row {i}: “{text}” is not a number.").format(i=row, text=_cut(cell)))
    above, below = float(match[1]), float(match[2] or 1)
    number = above / below if below else math.inf
    if not math.isfinite(number):
        raise PasteError(tr("Row {i}: “{text}” is not a finite number.").format(i=row, text=_cut(cell)))
    return number


def _cut(text: str) -> str:
    return text if len(text) <= 24 else text[:23] + "…"
