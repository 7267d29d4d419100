"""Central differences of a loss along one number, by a ladder of ever smaller steps, with an estimate of their error.

Each step is halved once, which tells how far the difference is from the slope, and the two are extrapolated. Where a
kink lies between the points of even a small step, there are two slopes, one to each side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

TOLERANCE = 1e-5  # relative errors up to this are none
STEPS = tuple(2.0**-n for n in (10, 13, 17, 20, 24, 28, 32, 36, 40, 44, 48, 52))
"""Relative steps of the differences. Halving once and extrapolating leaves an error of order step^4, so the best step
is near eps^(1/5) = 7e-4; the smaller ones serve where the loss bends sharply or a kink is near."""
ONE_SIDED = 2.0**-20  # the relative step to either side of a kink
SMOOTH = 4  # so many of the steps are tried before a kink that stays between the two points counts as one
MARGIN = 8.0  # how much more than measured rounding is taken to be

At = Callable[[float], tuple[float, bytes]]


@dataclass(frozen=True)
class Slope:
    """What differences found: ``value`` or, at a kink with different slopes to its sides, ``sides``, left and right.

    Neither where the loss near by is not a finite number.

    Attributes
    ----------
    blur : how far from the truth that may be.
    at_kink : ``value`` is the same to both sides of a kink.
    """

    value: float | None
    sides: tuple[float, float] | None
    blur: float = 0.0
    at_kink: bool = False


@dataclass(frozen=True)
class Differences:
    """Slopes of a loss along one number.

    Parameters
    ----------
    at : the loss with the number at a value, not finite where there is none, and on which sides of their kinks its
        functions then are: equal at two points that no kink separates.
    loss : where the number stands.
    rounding : how far rounding alone may move that loss.
    least : slopes below this are nothing.
    """

    at: At
    loss: float
    rounding: float
    least: float

    def slope(self, here: float) -> Slope:
        """The slope where the number stands."""
        size = max(1.0, abs(here))
        best, crossed = None, False
        for number, step in enumerate(STEPS):
            h = step * size
            (up, side_up), (down, side_down) = self.at(here + h), self.at(here - h)
            if not (np.isfinite(up) and np.isfinite(down)):
                continue
            if side_up != side_down:
                crossed = True
                if number >= SMOOTH - 1:
                    break
                continue
            whole, bend = (up - down) / ((here + h) - (here - h)), up - 2 * self.loss + down
            h /= 2
            resolution = self._rounding_near(up, down) / h
            if best is not None and resolution >= best.blur:
                break  # smaller steps only make it worse
            up, down = self.at(here + h)[0], self.at(here - h)[0]
            half = (up - down) / ((here + h) - (here - h))
            # Half the step bends a smooth loss a quarter, but half where it turns a corner between the points.
            corner = abs(4 * (up - 2 * self.loss + down) - bend) / (2 * h)
            slope, unsure = (4 * half - whole) / 3, max(abs(half - whole), corner)
            if unsure <= 1e-4 * max(abs(slope), self.least):
                return Slope(slope, None, resolution)
            if best is None or unsure + resolution < best.blur:
                best = Slope(slope, None, unsure + resolution)
            if unsure <= resolution:
                break
        if best is not None:
            return best
        return self._one_sided(here, size) if crossed else Slope(None, None)

    def _one_sided(self, here: float, size: float) -> Slope:
        """The slopes to the left and to the right of a kink, or one slope where both are the same."""
        h, middle = ONE_SIDED * size, self.at(here)[0]
        sides, losses = [], [middle]
        for sign in (-1, 1):
            points = here + sign * h, here + sign * h / 2
            losses += [self.at(point)[0] for point in points]
            whole, half = ((loss - middle) / (point - here) for loss, point in zip(losses[-2:], points, strict=True))
            sides.append(2 * half - whole)
        left, right = sides
        resolution = 4 * self._rounding_near(*losses) / h
        if abs(left - right) <= TOLERANCE * max(abs(left), abs(right)) + resolution:
            return Slope((left + right) / 2, None, resolution, at_kink=True)
        return Slope(None, (left, right), resolution)

    def _rounding_near(self, *losses: float) -> float:
        """How far rounding alone may move a loss, taken where it may be much larger than at the start."""
        return self.rounding + MARGIN * float(np.finfo(np.float64).eps) * max(map(abs, losses))
