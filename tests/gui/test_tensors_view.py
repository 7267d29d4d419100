"""The matrices: every array of every lesson has its place, and what the Step writes can be seen."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtWidgets import QScrollArea

from gui import symbols
from gui.numbers import brief
from tests.gui.driven import Driven, digits_lesson

NODES = {"network.nodes": "separate", "network.output": "softmax", "loss.name": "cross_entropy"}
DEEP = {"network.sizes": [64, 30, 20, 20, 20, 10], "optimizer.momentum": 0.5}


def opened(open_window: Any, changed: dict[str, Any]) -> Driven:
    driven: Driven = open_window(digits_lesson(**changed))
    driven.wait_for(lambda snapshot: snapshot.lesson.id == "digits-sigmoid")
    driven.window.resize(1280, 800)
    return driven


@pytest.mark.parametrize("changed", [{}, NODES, DEEP], ids=["layers", "separate nodes", "deep"])
def test_every_array_that_a_step_touches_has_a_place_in_the_panel(changed: dict[str, Any], open_window: Any) -> None:
    driven = opened(open_window, changed)
    view = driven.window.tensors
    for step in driven.now.program.steps:
        driven.after("step")
        for name in {step.write, *step.reads} - {"loss"}:
            assert view.box_of(name).width() > 5, name
        if step.write != "loss":
            box = view.box_of(step.write)
            visible = view.rect().adjusted(0, 40, 0, 0)  # below the header
            assert visible.top() <= box.top(), step
            assert box.bottom() <= visible.bottom(), step


def test_headings_do_not_run_into_each_other(open_window: Any) -> None:
    driven = opened(open_window, NODES)
    view = driven.window.tensors
    boxes = sorted((view.box_of(name).left(), name) for name in ("logp", "dlogp", "da2", "delta2", "dW2"))
    for (left, name), (following, _) in pairwise(boxes):
        assert left + symbols.width(name.rstrip("2"), 16) < following, name


@pytest.mark.parametrize("size", [(1280, 800), (1600, 1000)], ids=["1280x800", "1600x1000"])
def test_turned_matrices_keep_their_numbers(size: tuple[int, int], open_window: Any) -> None:
    driven = open_window("toy-bias", size=size)
    driven.wait_for_step(0)
    view = driven.window.tensors
    assert view._canvas.numbers
    turned = driven.after("orientation")
    assert turned.lesson.run.orientation == "row"
    assert view._canvas.numbers
    for step in turned.program.steps:
        for name in {step.write, *step.reads} - {"loss"}:
            placed, box = view._canvas.placed(name), view.box_of(name)
            assert view.rect().contains(box.toAlignedRect()), name
            assert box.width() / placed.shape[1] >= 28, name  # four characters
            assert box.height() / placed.shape[0] >= 20, name


def test_the_headings_stay_while_the_arrays_scroll(open_window: Any) -> None:
    driven = opened(open_window, DEEP)
    view = driven.window.tensors
    (scroll,) = view.findChildren(QScrollArea)
    bar = scroll.verticalScrollBar()
    assert bar.maximum() > 0
    before = view.grab(view._heads.geometry()).toImage()
    bar.setValue(bar.maximum())
    assert view.grab(view._heads.geometry()).toImage() == before
    assert scroll.geometry().top() > view._heads.geometry().bottom()


@pytest.mark.parametrize(
    ("value", "characters", "text"),
    [
        (0.5, 4, "0.5"),
        (0.375, 4, ".375"),
        (-0.059375, 4, "-.06"),
        (1.453125, 4, "1.45"),
        (0.0001, 4, "1e-4"),
        (-12345.0, 4, "-1e4"),
        (0.0, 4, "0"),
        (float("nan"), 4, "nan"),
    ],
)
def test_brief_numbers_say_what_fits(value: float, characters: int, text: str) -> None:
    assert brief(value, characters) == text
