"""The matrices: every array of every lesson has its place, and what the Step writes can be seen."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from gui import symbols
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
