"""Axes of the curves: from values to places between 0 and 1, round ticks, and numbers as a reader expects them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

HUGE = 1e300
FOLDED_FROM = math.log(1e4)  # from so many powers of ten on, what began near 1 would lie on one line of a straight axis
LOG_FROM = 20.0  # from this ratio of the largest to the least on, losses lie on a logarithmic axis


@dataclass(frozen=True)
class Axis:
    """A vertical axis: values from ``low`` to ``high`` are drawn from 0 to 1.

    ``log`` : ``low`` and ``high`` are logarithms to base 10. ``folded`` : they are inverse hyperbolic sines, which are
    straight about 0 and logarithmic far from it on both sides.
    """

    low: float = 0.0
    high: float = 1.0
    log: bool = False
    folded: bool = False

    @staticmethod
    def around(low: float, high: float, log: bool = False) -> Axis:
        """An axis for values from low to high, in steps coarse enough to stand still while values wander."""
        if not (math.isfinite(low) and math.isfinite(high)) or (log and low <= 0):
            return Axis(-1.0, 1.0, log)
        low, high = (min(max(v, -HUGE), HUGE) for v in (low, high))
        if log:
            low, high = math.log10(low), math.log10(high)
            grain = 0.25 if high - low > 1 else 0.05
        else:
            largest = max(abs(low), abs(high))
            if high - low <= 1e-9 * largest or largest < 1 / HUGE:
                pad = 0.1 * largest if largest > 1 / HUGE else 0.5
                low, high = low - pad, high + pad
            grain = nice_step((high - low) / 8)
        low, high = math.floor(low / grain + 1e-9) * grain, math.ceil(high / grain - 1e-9) * grain
        if high - low < 2 * grain:
            low, high = low - grain, high + grain
        pad = 0.04 * (high - low)
        return Axis(low - pad, high + pad, log)

    @staticmethod
    def of_values(low: float, high: float) -> Axis:
        """An axis for values of both signs: folded where they run away so far that the rest would lie on one line."""
        first, last = (math.asinh(min(max(v, -HUGE), HUGE)) for v in (low, high))
        if not FOLDED_FROM <= last - first < math.inf:
            return Axis.around(low, high)
        pad = 0.06 * (last - first)
        return Axis(first - pad, last + pad, folded=True)

    @staticmethod
    def of_losses(values: Floats, deep: float) -> Axis:
        """An axis for losses: logarithmic where they go far down and none is negative.

        Parameters
        ----------
        deep : share of the largest down to which a logarithmic axis goes; what is less has no place on it, nor has 0.
        """
        known = values[np.isfinite(values)]
        if not len(known):
            return Axis()
        lowest, highest = float(known.min()), float(known.max())
        if lowest >= 0 and highest > 0:
            low = max(float(known[known > 0].min()), deep * highest)
            if highest / low >= LOG_FROM:
                return Axis.around(low, highest, True)
        return Axis.around(lowest, highest)

    def place(self, values: Floats) -> Floats:
        """0 … 1 up the axis; NaN where a value cannot be shown."""
        if self.log:
            values = np.log10(values, out=np.full_like(values, np.nan), where=values > 0)
        elif self.folded:
            values = np.arcsinh(np.clip(values, -HUGE, HUGE))
        else:
            values = np.clip(values, -HUGE, HUGE)
        return (values - self.low) / (self.high - self.low)

    def place_one(self, value: float) -> float:
        """The same for a single value."""
        return float(self.place(np.array([value], float))[0])

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """(place, text) of at most ``most`` round values."""
        most = max(2, most)
        if self.log:
            values = self._log_values(most)
        else:
            values = self._folded_values(most) if self.folded else round_values(self.low, self.high, most)
        places = self.place(np.array(values, dtype=np.float64))
        return [(p, short(v)) for p, v in zip(places.tolist(), values, strict=True) if 0 <= p <= 1]

    def _log_values(self, most: int) -> list[float]:
        first, last = math.ceil(self.low), math.floor(self.high)
        spacing = next(s for s in (1, 2, 3, 4, 5, 10, 20, 25, 50, 100, 200, 500) if (last - first) // s < most)
        whole = [10.0**k for k in range(first, last + 1) if k % spacing == 0]
        if len(whole) >= 2:
            return whole
        return self._apart(whole, (self.high - self.low) / most)

    def _folded_values(self, most: int) -> list[float]:
        """0 and powers of ten on both sides of it, evenly apart."""
        total = (self.high - self.low) / math.log(10)
        spacing = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500) if total / s <= most)
        powers = [10.0**k for k in range(spacing, 301, spacing)]
        return [v for v in (*(-p for p in reversed(powers)), 0.0, *powers) if self.low <= math.asinh(v) <= self.high]

    def _apart(self, taken: list[float], gap: float) -> list[float]:
        """Values between the decades, the roundest first, as long as there is room between them."""
        decades = range(math.floor(self.low), math.ceil(self.high) + 1)
        for leads in ((1,), (5,), (2,), (3,), (1.5, 4, 6, 7, 8, 9), [i / 10 for i in range(10, 100)]):
            if len(leads) > 6 and len(taken) >= 2:  # two figures only where fewer would leave one tick
                break
            for value in [lead * 10.0**k for lead in leads for k in decades]:
                inside = self.low <= math.log10(value) <= self.high
                if inside and all(abs(math.log10(value / other)) >= 0.8 * gap for other in taken):
                    taken = [*taken, float(f"{value:.3g}")]
        return sorted(taken)


def nice_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is at least ``least``."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(lead * power for lead in (1, 2, 5, 10) if lead * power >= least * (1 - 1e-9))


def round_values(low: float, high: float, most: int) -> list[float]:
    """At most ``most`` evenly spaced round numbers from low to high."""
    step = nice_step((high - low) / most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    digits = max(0, -math.floor(math.log10(step)))
    return [round(k * step, digits) if digits < 300 else k * step for k in range(first, last + 1)]


def last_batch_shown(batches: int) -> int:
    """End of the horizontal axis: grows in jumps of some per cent, so that it stands still in between."""
    if batches <= 10:
        return 10
    power = 10 ** (len(str(batches)) - 2)
    grain = power * (1 if batches < 20 * power else 2 if batches < 50 * power else 5)
    return -(-batches // grain) * grain


def short(value: float) -> str:
    """A tick's number: ``0.05``, ``1e-8``, ``2,500`` written 2500."""
    return number(value, 3) if value == 0 or 1e-3 <= abs(value) < 1e5 else _exponent(f"{value:.2g}")


def number(value: float, digits: int = 6) -> str:
    """A value as the readout shows it: ``2.53125``, ``8.75e-4``, ``–`` where there is none."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == 0 or 1e-3 <= abs(value) < 10 ** max(5, digits):
        return f"{value:.{digits}g}" if abs(value) < 10**digits else f"{value:.0f}"
    return _exponent(f"{value:.{max(2, digits - 3)}e}")


def _exponent(text: str) -> str:
    """``8.7500e-04`` becomes ``8.75e-4``."""
    mantissa, mark, power = text.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{int(power)}" if mark else mantissa
