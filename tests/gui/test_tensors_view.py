"""The matrices: every array of every lesson has its place, and what the Step writes can be seen."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QScrollArea

from gui import symbols
from gui.numbers import brief
from gui.theme import DARK, LIGHT, Theme, colours, diverging_table
from tests.gui.driven import Driven, digits_lesson
from tests.gui.painted import count_around, near, texts_of, with_values

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


# ---- what the cells show ------------------------------------------------------------------------------------------


def cell(box: QRectF, shape: tuple[int, int], row: int, column: int) -> QRectF:
    """The place of a cell in a matrix that fills a box."""
    height, width = box.height() / shape[0], box.width() / shape[1]
    return QRectF(box.x() + column * width, box.y() + row * height, width, height)


def colour_of(value: float, scale: float, theme: Theme) -> QColor:
    return QColor.fromRgb(int(colours(np.array([value]), -scale, scale, diverging_table(theme))[0]))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("orientation", ["column", "row"])
def test_every_cell_has_the_colour_and_the_number_of_its_value(
    orientation: str, theme: Theme, toy: Driven, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values of both signs in arrays of all three phases; a colour scale is a round number a quarter above them."""
    toy.after("finish_batch")
    toy.window.resize(1600, 1000)
    toy.act("theme_dark" if theme is DARK else "theme_light")
    if toy.now.lesson.run.orientation != orientation:
        toy.after("orientation")
    W1, dW2 = np.array([[0.8, -0.8, 0.4], [0.0, -0.2, 0.05]]), np.array([[3.0, -0.5], [1.25, -3.0], [0.0, 0.75]])
    b2, delta1, z1 = np.array([-0.3, 0.2]), np.array([[1.5, -1.0, 0.25]]), np.array([[-7.5, 2.0, 4.0]])
    rest = dict.fromkeys(("W2", "W3", "b1", "b3", "z2", "z3", "delta2", "delta3", "dW1", "dW3"), 0.01)
    view = toy.window.tensors
    view.show_snapshot(with_values(toy.now, **rest, W1=W1, b2=b2, z1=z1, delta1=delta1, dW2=dW2))
    texts = [one for one in texts_of(view, monkeypatch) if one.panel is view._canvas]
    image = view.grab().toImage()
    for name, stored, scale in (
        ("W1", W1, 1.0), ("b2", b2[None], 0.5), ("z1", z1, 10.0), ("delta1", delta1, 2.0), ("dW2", dW2, 5.0),
    ):  # fmt: skip
        shown = stored.T if orientation == "column" else stored
        for (row, column), value in np.ndenumerate(shown):
            place = cell(view.box_of(name), shown.shape, row, column)
            where = (name, row, column)
            assert near(image, place.topLeft() + QPointF(4, 3), colour_of(value, scale, theme)), where
            place = cell(view._canvas.placed(name).box, shown.shape, row, column)
            (text,) = [one.text for one in texts if place.contains(one.box.center())]
            assert float(text) == pytest.approx(value, abs=0.004), where


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_a_heatmap_is_its_values_in_colour(theme: Theme, digits: Driven) -> None:
    """Left half of W1's rows large, the rest nothing: whichever way the matrix is turned, one half has one colour."""
    digits.act("theme_dark" if theme is DARK else "theme_light")
    W1 = np.zeros((64, 30))
    W1[:, :15], W1[:, 15:] = 0.4, -0.1
    scale = 0.4  # the largest, where that is less than 2.5 times the root mean square
    view = digits.window.tensors
    for _ in range(2):
        view.show_snapshot(with_values(digits.now, W1=W1))
        image, box = view.grab().toImage(), view.box_of("W1")
        across = digits.now.lesson.run.orientation == "row"
        for share, value in ((0.2, 0.4), (0.45, 0.4), (0.55, -0.1), (0.8, -0.1)):
            x, y = (share, 0.3) if across else (0.3, share)
            at = QPointF(box.x() + x * box.width(), box.y() + y * box.height())
            assert near(image, at, colour_of(value, scale, theme)), (across, share)
        digits.after("orientation")


@pytest.mark.parametrize("lesson", ["toy", "digits"])
def test_what_is_pending_leaves_no_trace_of_the_batch_before(lesson: str, request: pytest.FixtureRequest) -> None:
    driven: Driven = request.getfixturevalue(lesson)
    driven.after("finish_batch")
    driven.after("step")
    snapshot, view = driven.wait_for_step(1, batch=2), driven.window.tensors
    assert {"a2", "delta1", "dW1", "db2"} <= snapshot.pending
    before = view.grab().toImage()
    view.show_snapshot(with_values(snapshot, **dict.fromkeys(snapshot.pending, 9.0)))
    assert view.grab().toImage() == before
    view.show_snapshot(with_values(snapshot, z1=9.0))
    assert view.grab().toImage() != before, "and what has been computed does"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("step", [1, 12, 17])
def test_what_the_step_reads_and_writes_is_outlined_and_nothing_else(step: int, theme: Theme, toy: Driven) -> None:
    toy.act("theme_dark" if theme is DARK else "theme_light")
    toy.window.bridge.run_to(step)
    snapshot = toy.wait_for_step(step)
    assert snapshot.step is not None
    view = toy.window.tensors
    image = view.grab().toImage()
    found = {}
    for name in view._canvas.names:
        box = view.box_of(name)
        found[name] = tuple(count_around(image, box, theme.q(token), 5) > 20 for token in ("read", "write"))
    reads, write = set(snapshot.step.reads) & set(found), snapshot.step.write
    assert reads
    assert found == {name: (name in reads and name != write, name == write) for name in found}


# ---- where they stand ---------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("lesson", ["toy-bias", "xor"])
def test_with_more_rows_than_fit_the_numbers_stay(
    lesson: str, open_window: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    driven = open_window(lesson, size=(1280, 800))
    driven.wait_for_step(0)
    driven.window.messages.tell("A line of words that takes its room from the panels.", "err")
    driven.window.bridge.run_to(2)
    snapshot = driven.wait_for_step(2)
    view = driven.window.tensors
    texts = [one.text for one in texts_of(view, monkeypatch) if one.panel is view._canvas]
    numbers = sum(bool(re.fullmatch(r"-?\d*\.?\d+", text)) for text in texts)
    known = [placed for placed in view._canvas._placed if placed.name not in snapshot.pending]
    assert numbers == sum(placed.shape[0] * placed.shape[1] for placed in known)


def test_after_an_update_it_is_said_that_old_values_stand_beside_new_ones(toy: Driven) -> None:
    def captions() -> list[str]:
        return [label.text() for label in toy.window.tensors.findChildren(QLabel)]

    toy.after("finish_batch")
    assert "W, b as updated; z, a, δ, ∂W from before the update" in captions()
    toy.after("step")
    assert "every value the step can see" in captions()
