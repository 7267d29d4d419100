"""What the engine says, in the language of the window.

The engine speaks English, to the command line as well. Here its sentences are found again by what they have in common,
as `gui.engine_sentences` lists it, and are said in the window's language with the same values in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from string import Formatter
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from gui.engine_sentences import OTHERS, PHRASES, SENTENCES

WORDS = frozenset({"what", "why", "allowed"})
"""Fields that hold words of the engine; all others hold names, numbers, paths and code."""
NUMBERS = frozenset({"n", "number", "line", "layer", "unit"})
"""Fields that hold one word: a phrase such as "change 3" does not begin a sentence."""
LONGEST = 2_000  # characters of a line: no sentence of the engine has as many
MOST_NAMES = 5  # before a sentence, as in "file: change 3: sentence"
DEEPEST = 6  # sentences in sentences
COLON, SEMICOLON = ": ", "; "


def said(sentence: str) -> str:
    """What the engine said, in the window's language.

    Parameters
    ----------
    sentence : in the engine's words; each line of several is a sentence by itself.

    Returns
    -------
    The same in the window's language, with the same names and numbers. What is none of the engine's sentences, and in
    English everything, is returned as it is.
    """
    if _translated(SENTENCES[0]) == SENTENCES[0]:
        return sentence
    return "\n".join(_told(line, 0) for line in sentence.split("\n"))


def _translated(text: str) -> str:
    return QCoreApplication.translate("Engine", text)


def _told(line: str, depth: int) -> str:
    """A line as it is told; itself, if it is no sentence that is known."""
    if len(line) > LONGEST or depth > DEEPEST:
        return line
    if (found := _found(line)) is not None:
        values = {name: _told(value, depth + 1) if name in WORDS else value for name, value in found.values.items()}
        return _translated(found.template).format_map(values)
    if depth and SEMICOLON in line:  # several reasons, as of servers that do not answer
        return SEMICOLON.join(_told(part, depth + 1) for part in line.split(SEMICOLON))
    at = -1
    for _ in range(MOST_NAMES):  # which stand before the sentence
        at = line.find(COLON, at + 1)
        if at < 0:
            break
        rest = line[at + len(COLON) :]
        if _found(rest) is not None:
            return _told(line[:at], depth + 1) + COLON + _told(rest, depth + 1)
    return line


# ---- finding a sentence again ----------------------------------------------------------------------------------------


class _Found(NamedTuple):
    """The template of a sentence, and what stands in its fields."""

    template: str
    values: Mapping[str, str]


class _Pattern(NamedTuple):
    """A template taken apart: the text before, between and after its fields, of which there is one less.

    Attributes
    ----------
    rarest : the longest of these texts; most lines do not have it, which is soon seen.
    """

    template: str
    texts: tuple[str, ...]
    names: tuple[str, ...]
    rarest: str


@cache
def _patterns() -> tuple[frozenset[str], tuple[_Pattern, ...]]:
    """The templates without fields, and the others, those with the most text first, because they fit the least."""
    plain, patterns = set(), []
    for template in (*SENTENCES, *PHRASES, *OTHERS):
        parts = list(Formatter().parse(template))
        names = tuple(name for _, name, _, _ in parts if name is not None)
        if not names:
            plain.add(template)
            continue
        texts = [text for text, _, _, _ in parts]
        if parts[-1][1] is not None:
            texts.append("")  # it ends with a field
        patterns.append(_Pattern(template, tuple(texts), names, max(texts, key=len)))
    patterns.sort(key=lambda pattern: -sum(map(len, pattern.texts)))
    return frozenset(plain), tuple(patterns)


@lru_cache(maxsize=1_000)
def _found(line: str) -> _Found | None:
    """The sentence that a line is."""
    plain, patterns = _patterns()
    if line in plain:
        return _Found(line, {})
    for pattern in patterns:
        if pattern.rarest in line and (values := _values(line, pattern.texts)) is not None:
            fields = dict(zip(pattern.names, values, strict=True))
            if not any(" " in value for name, value in fields.items() if name in NUMBERS):
                return _Found(pattern.template, fields)
    return None


def _values(line: str, texts: tuple[str, ...]) -> list[str] | None:
    """What stands between texts, which must follow one another in a line from its beginning to its end.

    Each field is as short as it can be, as with the ``+?`` of a regular expression, but in one pass through the line,
    however often a text comes in it.
    """
    first, *inner, last = texts
    end = len(line) - len(last)
    if not (line.startswith(first) and line.endswith(last)):
        return None
    values, begin = [], len(first)
    for text in inner:
        at = line.find(text, begin + 1, end)
        if at < 0:
            return None
        values.append(line[begin:at])
        begin = at + len(text)
    if begin >= end:
        return None
    values.append(line[begin:end])
    if not first and COLON in values[0]:
        return None  # a name that stands before the sentence
    return values
