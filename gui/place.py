"""Places of a run as a user types them: "4217", "batch 4,217", "4217.12" (its step 12), "epoch 3"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BATCH = re.compile(
    r"(?:batch|b|第|批次?)?\s*(?P<batch>\d[\d,_]*)\s*批?(?:\s*[.:/·]?\s*(?:step|s|步骤?|第)?\s*(?P<step>\d+)\s*步?)?",
    re.I,
)
_EPOCH = re.compile(r"(?:epoch|e|轮次?|第)\s*(?P<epoch>\d[\d,_]*)\s*轮?", re.I)
LARGEST = 10**9


class PlaceError(ValueError):
    """What was typed names no place of a run. The text is for programs; the window words its own."""


@dataclass(frozen=True)
class Place:
    """A batch, and how many of its steps are done; ``step`` None: all of them."""

    batch: int
    step: int | None = None

    @staticmethod
    def parse(text: str, batches_per_epoch: int) -> Place:
        """Read a place; an epoch is the start of its first batch.

        Raises
        ------
        PlaceError : it is none.
        """
        text = text.strip()
        if (found := _EPOCH.fullmatch(text)) and not text.endswith("批"):
            batch, step = (_number(found["epoch"]) - 1) * batches_per_epoch + 1, 0
        elif found := _BATCH.fullmatch(text):
            batch, step = _number(found["batch"]), None if found["step"] is None else _number(found["step"])
        else:
            raise PlaceError(f"{text!r} names no batch")
        if not 1 <= batch <= LARGEST:
            raise PlaceError(f"batch {batch} is not between 1 and {LARGEST}")
        return Place(batch, step)


def _number(text: str) -> int:
    return int(text.replace(",", "").replace("_", ""))
