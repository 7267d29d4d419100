"""The ladder of central differences, on functions of one number whose slope is known."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from engine.differences import TOLERANCE, Differences, Slope

EPS = 2.0**-52


def slope(f: Callable[[float], float], here: float, kinks: tuple[float, ...] = ()) -> Slope:
    def at(x: float) -> tuple[float, bytes]:
        return f(x), bytes(x > kink for kink in kinks)

    return Differences(at, f(here), EPS * abs(f(here)), 1e-9).slope(here)


@pytest.mark.parametrize(
    ("f", "here", "expected"),
    [
        (math.exp, 1.0, math.e),
        (math.sin, 1000.0, math.cos(1000.0)),
        (lambda x: 1e6 + x**2, 3.0, 6.0),
        (lambda x: math.tanh(1e5 * x), 1e-6, 1e5 / math.cosh(0.1) ** 2),
        (lambda x: x**3, 0.0, 0.0),
        (lambda x: 1e-200 * x, 2.0, 1e-200),
    ],
    ids=["exp", "sin", "beside a large number", "steep", "flat", "tiny"],
)
def test_a_smooth_slope_lies_within_its_blur(f: Callable[[float], float], here: float, expected: float) -> None:
    found = slope(f, here)
    assert found.value is not None
    assert found.sides is None
    assert abs(found.value - expected) <= found.blur + 1e-7 * abs(expected)
    assert found.blur <= max(1e-3 * abs(expected), 1e-6)


@pytest.mark.parametrize("far", [1e-2, 1e-4, 1e-5])
def test_near_a_kink_the_steps_become_smaller_than_the_way_to_it(far: float) -> None:
    found = slope(lambda x: max(2 * x, 0.0) + x, far, kinks=(0.0,))
    assert found.value == pytest.approx(3.0, rel=TOLERANCE)
    assert not found.at_kink


def test_at_a_kink_there_is_a_slope_to_each_side() -> None:
    found = slope(abs, 0.0, kinks=(0.0,))
    assert found.value is None
    assert found.sides == pytest.approx((-1.0, 1.0))


def test_a_kink_where_both_sides_are_alike_has_one_slope() -> None:
    found = slope(lambda x: max(x, 0.0) - max(-x, 0.0), 0.0, kinks=(0.0,))
    assert found.at_kink
    assert found.value == pytest.approx(1.0)


def test_a_corner_that_nothing_announces_is_not_taken_for_a_slope() -> None:
    found = slope(abs, 0.0)
    assert found.value is not None
    assert found.blur >= 0.5, "no one can tell"


def test_where_the_loss_is_not_finite_there_is_no_slope() -> None:
    assert slope(lambda x: math.nan, 1.0) == Slope(None, None)
    root = slope(lambda x: math.sqrt(x) if x >= 0 else math.nan, 1e-4)  # wide steps lead out of where it is defined
    assert root.value == pytest.approx(50.0, rel=1e-6)
