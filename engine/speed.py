"""How fast Run goes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Speed:
    """So many units a second; ``unit`` is "step" or "batch"; 0 per second is as fast as it goes."""

    unit: str
    per_second: float


FULL_SPEED = Speed("batch", 0.0)
