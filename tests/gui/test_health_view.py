"""The health strip: the numbers of the Snapshot, a plain sentence when something is off, room for many layers."""

from __future__ import annotations

import math
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from engine.health import Ailment, HealthSeries, LayerHealth, Remark, health
from engine.lesson import Lesson
from engine.snapshot import Snapshot, State
from engine.trainer import Trainer
from gui.theme import DARK, LIGHT, Theme
from gui.views.health_view import HEIGHT, SENTENCE, HealthView, percent
from tests.gui.driven import digits_lesson


@pytest.fixture
def view(qtbot: QtBot) -> HealthView:
    view = HealthView()
    qtbot.addWidget(view)
    view.resize(616, HEIGHT)
    view.show()
    return view


def snapshot_of(
    trainer: Trainer,
    rows: tuple[LayerHealth, ...] | None = None,
    series: HealthSeries | None = None,
    generation: int = 1,
) -> Snapshot:
    """A Snapshot with the layer health of its arrays, or with rows made up."""
    snapshot = Snapshot.of(trainer, generation, State.PAUSED)
    found = health(trainer.tensors, trainer.lesson, trainer.program, trainer.position.step)
    object.__setattr__(snapshot, "health", found if rows is None else rows)
    object.__setattr__(snapshot, "health_series", series)
    return snapshot


def rows(layers: int, **values: float) -> tuple[LayerHealth, ...]:
    """Layers that are well, the first with other values."""
    well: dict[str, Any] = {"gradient_norm": 1.0, "update_ratio": 1e-3, "dead": math.nan, "saturated": 0.1}
    return tuple(LayerHealth(k, **{**well, **(values if k == 1 else {})}) for k in range(1, layers + 1))


def count(view: HealthView, token: str, theme: Theme = LIGHT) -> int:
    """How many pixels have a theme's colour."""
    image = view.grab().toImage()
    wanted = QColor(getattr(theme, token)).rgb()
    return sum(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))


def test_the_toys_numbers_in_words(view: HealthView) -> None:
    """Document 004: W3 moves by 0.1 * 6.1875 in each of two cells of 0.5."""
    trainer = Trainer(Lesson.load("toy-bias", {"run.executor": "numpy"}))
    trainer.finish_batch()
    view.show_snapshot(snapshot_of(trainer))
    assert "layer 3: gradient norm 8.75, 6.19 a weight, update over weights 1.24" in view.accessibleDescription()
    assert view.sentence == "Layer 3: one update changes the weights by 124 % of their size"
    assert "dead" not in view.accessibleDescription()
    assert "saturated" not in view.accessibleDescription()


@pytest.mark.parametrize(
    ("remark", "words"),
    [
        (Remark(Ailment.SATURATED, 1, 0.87), "layer 1: 87 % of activations saturated"),
        (Remark(Ailment.SHRINKING, 0, 40.0), "gradients shrink 40-fold per layer"),
        (Remark(Ailment.GROWING, 0, 1234.0), "gradients grow 1,200-fold per layer on their way back"),
        (Remark(Ailment.DEAD, 2, 0.5), "layer 2: 50 % of units dead, off for the whole batch"),
        (Remark(Ailment.NO_GRADIENT, 2, 0.0), "no gradient reaches layer 2"),
        (Remark(Ailment.NOT_FINITE, 3, math.inf), "layer 3: the gradients are no longer finite numbers"),
        (Remark(Ailment.FAST, 2, math.inf), "layer 2: one update changes the weights by ∞ of their size"),
        (Remark(Ailment.SLOW, 2, 1e-6), "layer 2: an update changes less than 1/100,000 of the weights' size"),
    ],
)
def test_every_ailment_has_words(view: HealthView, remark: Remark, words: str) -> None:
    assert view.words(remark) == words


def test_every_ailment_has_been_tried() -> None:
    """The list above is complete."""
    marks = next(m for m in test_every_ailment_has_words.pytestmark if m.name == "parametrize")  # type: ignore[attr-defined]
    assert {remark.ailment for remark, _ in marks.args[1]} == set(Ailment)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_what_is_off_has_the_warning_colour_and_a_sentence(view: HealthView, theme: Theme) -> None:
    view.apply_theme(theme)
    trainer = Trainer(digits_lesson())
    view.show_snapshot(snapshot_of(trainer, rows(2)))
    assert view.sentence == ""
    assert count(view, "warn", theme) == 0
    view.show_snapshot(snapshot_of(trainer, rows(2, saturated=0.87, gradient_norm=0.01)))
    assert view.sentence == "Layer 1: 87 % of activations saturated, gradients shrink 100-fold per layer"
    assert count(view, "warn", theme) > 100, "two numbers, their triangles and the sentence"


def test_the_sentences_line_has_its_room_always(view: HealthView) -> None:
    trainer = Trainer(digits_lesson())
    for snapshot in (snapshot_of(trainer, rows(2, saturated=0.9)), snapshot_of(trainer, rows(2))):
        view.show_snapshot(snapshot)
        assert view.height() == HEIGHT + SENTENCE, "the curves above do not jump"
    assert count(view, "warn") == 0


def test_a_slow_update_is_no_warning(view: HealthView) -> None:
    view.show_snapshot(snapshot_of(Trainer(digits_lesson()), rows(2, update_ratio=1e-6)))
    assert view.sentence.startswith("Layer 1: an update changes less")
    assert count(view, "warn") == 0


def test_pending_numbers_are_dashes(view: HealthView) -> None:
    trainer = Trainer(Lesson.load("toy-bias", {"run.executor": "numpy"}))
    trainer.run_to(10)
    view.show_snapshot(snapshot_of(trainer))
    assert "layer 1: gradient norm –, – a weight, update over weights –" in view.accessibleDescription()
    assert "layer 3: gradient norm 8.75" in view.accessibleDescription()


@pytest.mark.parametrize("width", [490, 616])
def test_five_layers_fit(view: HealthView, width: int) -> None:
    trainer = Trainer(digits_lesson(**{"network.sizes": [64, 12, 11, 10, 9, 10], "network.activation": "relu"}))
    trainer.finish_batch()
    view.resize(width, HEIGHT)
    view.show_snapshot(snapshot_of(trainer))
    view.grab()
    assert view.crowded
    assert [row.layer for _, row in view._boxes] == [1, 2, 3, 4, 5]
    assert view._boxes[-1][0].right() <= width
    assert view.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_more_layers_than_fit_are_scrolled_to(qtbot: QtBot, view: HealthView) -> None:
    trainer = Trainer(digits_lesson(**{"network.sizes": [64, *[8] * 11, 10]}))
    view.resize(490, HEIGHT)
    view.show_snapshot(snapshot_of(trainer, rows(12)))
    view.grab()
    shown = [row.layer for _, row in view._boxes]
    assert shown == list(range(1, len(shown) + 1))
    assert len(shown) < 12
    qtbot.keyClick(view, Qt.Key.Key_End)
    view.grab()
    assert [row.layer for _, row in view._boxes][-1] == 12
    qtbot.keyClick(view, Qt.Key.Key_Left)
    view.grab()
    assert [row.layer for _, row in view._boxes][-1] == 11
    view.resize(2400, view.height())
    view.grab()
    assert [row.layer for _, row in view._boxes] == list(range(1, 13)), "with room for all, all are there"


def test_a_layers_tooltip_tells_its_numbers_in_full(view: HealthView) -> None:
    view.show_snapshot(snapshot_of(Trainer(digits_lesson()), rows(2, saturated=0.87)))  # W1: 64 x 30, 1/sqrt(1920)
    view.grab()
    first = view._boxes[0][0].center()
    assert view.tooltip_at(first) == (
        "layer 1: gradient norm 1, 0.0228 a weight, update over weights 0.001, saturated 87 %\n"
        "layer 1: 87 % of activations saturated"
    )
    assert "how far one update moves the weights" in view.tooltip_at(QPointF(4, 4))
    assert view.tooltip_at(QPointF(40, HEIGHT + 8)) == view.sentence


def test_the_small_curve_ends_at_the_snapshots_batch(view: HealthView) -> None:
    trainer, series = Trainer(digits_lesson()), HealthSeries(2)
    for batch in range(1, 401):
        series.append(batch, rows(2, gradient_norm=float(batch)))
    trainer.run(3)
    view.show_snapshot(snapshot_of(trainer, rows(2), series))
    assert view._history(1, "gradient_norm").tolist() == [1.0, 2.0, 3.0], "what is later is another time"
    assert count(view, "bwd") > 5
    trainer.run(397)
    view.show_snapshot(snapshot_of(trainer, rows(2), series))
    history = view._history(1, "gradient_norm")
    assert (history[0], history[-1], len(history)) == (1.0, 400.0, 48)


def test_without_health_it_says_its_name(view: HealthView) -> None:
    snapshot = Snapshot.of(Trainer(digits_lesson()), 1, State.PAUSED)
    object.__setattr__(snapshot, "health", ())
    view.show_snapshot(snapshot)
    assert view.text_summary() == ""
    image = view.grab().toImage()
    assert image.pixelColor(QPoint(300, 24)) == QColor(LIGHT.sunken)


def test_shares_as_text() -> None:
    shares = [percent(share) for share in (0.0, 0.001, 0.34, 1.0, 12.5, math.inf, math.nan)]
    assert shares == ["0 %", "<1 %", "34 %", "100 %", "1,250 %", "∞", "–"]
