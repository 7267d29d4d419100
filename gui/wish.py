"""What the user has changed and the engine does not know yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Wish(Generic[T]):
    """The user's latest wish, until the engine's answer has caught up with it.

    Several changes may be under way at once. What a Snapshot says counts when it is the answer to the last of them, or
    something that nobody here has asked for.
    """

    def __init__(self, start: T, key: Callable[[T], object]) -> None:
        self.value = start
        self._key = key
        self._heard: object = key(start)
        self._sent: list[object] = []

    def change(self, value: T) -> None:
        """The user wants this."""
        self.value = value
        self._sent.append(self._key(value))

    def hear(self, value: T) -> bool:
        """The engine says this; whether it is what counts now."""
        key = self._key(value)
        if key in self._sent:
            del self._sent[: self._sent.index(key) + 1]
        elif key != self._heard:
            self._sent.clear()
        self._heard = key
        if not self._sent:
            self.value = value
        return not self._sent

    def forget(self) -> None:
        """Nothing is under way any more."""
        self._sent.clear()
