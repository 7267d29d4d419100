"""What is wrong with a lesson, in sentences that can be read, and the error that carries them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

MAX_FAULTS = 20  # of a lesson that are said one by one
MAX_PLACE = 160  # characters of a path in a sentence


class LessonError(ValueError):
    """A lesson that cannot be used. The message has a sentence for each fault, on a line of its own.

    Parameters
    ----------
    *faults : sentences for the user: where, what, what is allowed. They are kept as ``faults``.
    """

    def __init__(self, *faults: str) -> None:
        super().__init__(*faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(self.faults)


class Faults:
    """What is wrong with a lesson: sentences, in the order in which they are found, and the keys without a value."""

    def __init__(self, where: str) -> None:
        self.sentences: list[str] = []
        self._where = where
        self._wrong: set[str] = set()

    def say(self, sentence: str) -> None:
        """One more fault."""
        self.sentences.append(f"{self._where}: {sentence}")

    def refuse(self, key: str, sentence: str) -> None:
        """A fault because of which a key, or a whole section, has no value that anything else could be held against."""
        self.say(sentence)
        self._wrong.add(key)

    def sound(self, *keys: str) -> bool:
        """Whether all of these have the value that the lesson gives."""
        return not any(key in self._wrong or key.split(".")[0] in self._wrong for key in keys)

    def end(self) -> None:
        """Raise the LessonError, if there is anything to say."""
        first, more = self.sentences[:MAX_FAULTS], len(self.sentences) - MAX_FAULTS
        if more > 0:
            first.append(f"{self._where}: and {counted(more, 'more fault')}")
        if first:
            raise LessonError(*first)


def place(path: Path) -> str:
    """A path for a sentence: of one that is too long, the end."""
    text = str(path)
    return text if len(text) <= MAX_PLACE else "…" + text[1 - MAX_PLACE :]


def cut(text: str, most: int = 60) -> str:
    """A text of somebody else's for a sentence: on one line, and of a long one the beginning and the end."""
    text = text if text.isprintable() else repr(text)[1:-1]
    return text if len(text) <= most else f"{text[: most - 20]}…{text[-19:]}"


def shown(value: Any) -> str:
    """A value for a sentence."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, or nested thousands deep
        return f"a {type(value).__name__} too long to show"
    return text if len(text) <= 60 else text[:59] + "…"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 input, 2 inputs."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
