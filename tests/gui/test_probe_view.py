"""The rate probe on screen: a sentence that is true, a flag that stops at rates that were tried, a rate that is set."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from engine.lesson import Lesson
from engine.probe import Probe, probe, ready_at
from engine.snapshot import Snapshot, State
from engine.trainer import Trainer
from gui.theme import DARK, LIGHT, Theme
from gui.views.probe_view import NUMBERS, ProbeView, large_rate
from tests.gui.driven import digits_lesson
from tests.gui.painted import texts_of

HAND = Probe(
    rates=np.array([0.01, 0.1, 0.5, 1.0, 2.3, 5.0, 9.1, 100.0]),
    losses=np.array([1.9, 1.7, 1.1, 0.9, 0.8, 1.0, 1.95, math.inf]),
    predicted=1.92 - 3.02 * np.array([0.01, 0.1, 0.5, 1.0, 2.3, 5.0, 9.1, 100.0]),
    present_rate=0.5,
    present_loss=1.1,
    present_predicted=0.41,
    base_loss=1.92,
    slope=-3.02,
    best_rate=2.3,
    best_loss=0.8,
    rise_rate=9.1,
)


@pytest.fixture
def view(qtbot: QtBot) -> ProbeView:
    view = ProbeView()
    qtbot.addWidget(view)
    view.resize(616, 440)
    with qtbot.waitExposed(view):
        view.show()
    return view


def toy(step: int = 16) -> Trainer:
    trainer = Trainer(Lesson.load("toy-bias", {"run.executor": "numpy"}))
    trainer.run_to(step)
    return trainer


def snapshot_of(trainer: Trainer, found: Probe | None = None, state: State = State.PAUSED) -> Snapshot:
    snapshot = Snapshot.of(trainer, 1, state)
    object.__setattr__(snapshot, "probe", found)
    return snapshot


def probe_of(trainer: Trainer) -> Probe:
    start = trainer.start_parameters
    return probe(trainer.lesson, trainer.program, trainer.tensors, start, np.zeros_like(start), trainer.position.step)


def says(view: ProbeView) -> str:
    return " ".join(label.text() for label in view.findChildren(QLabel) if label.isVisible())


def at(view: ProbeView, rate: float) -> QPoint:
    """A point on the line of a rate."""
    return QPoint(round(view._plot.x_of(rate)), round(view._plot.area.center().y()))


# ---- what it says ----------------------------------------------------------------------------------------------------


@pytest.fixture
def small_updates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights so large that no update is larger."""
    monkeypatch.setattr("gui.views.probe_view.large_rate", lambda _: None)


@pytest.mark.usefixtures("small_updates")
def test_the_sentence_at_the_present_rate(view: ProbeView) -> None:
    view.show_snapshot(snapshot_of(toy(), HAND))
    assert view.sentence() == (
        "At 0.5 this batch's loss falls from 1.92 to 1.1; the straight-line prediction says 0.41; best rate here "
        "2.3, for this one batch alone; above 9.1 it rises."
    )
    assert view.sentence() in says(view)
    assert view._plot.accessibleDescription() == view.accessibleDescription() == view.sentence()
    assert [(name, value) for name, value, _ in view._plot.numbers()] == [
        ("learning rate", "0.5"), ("loss after", "1.1"), ("straight line", "0.41"), ("difference", "+0.69"),
    ]  # fmt: skip


def test_the_toys_own_numbers(view: ProbeView) -> None:
    """Document 004: the loss is 2.53125 before the first update."""
    trainer = toy()
    view.show_snapshot(snapshot_of(trainer, probe_of(trainer)))
    assert view.sentence().startswith("At 0.1 this batch's loss falls from 2.531 to 0.5956;")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"present_loss": 2.5}, "At 0.5 this batch's loss rises from 1.92 to 2.5; the straight-line prediction says"),
        ({"present_loss": math.inf}, "At 0.5 this batch's loss is no longer a finite number; it was 1.92; best"),
        ({"present_loss": 1.92}, "At 0.5 this batch's loss stays at 1.92; the straight-line"),
        ({"present_loss": 1.9199}, "falls from 1.92 to 1.9199;"),
        (
            {"present_predicted": -8.733},
            "says -8.733, and a loss cannot be negative: so far the slope does not carry;",
        ),
        ({"present_predicted": 0.0}, "says 0; best"),
        ({"rise_rate": None}, "; best rate here 2.3, for this one batch alone."),
        (
            {"best_rate": 100.0, "rise_rate": None},
            " up to the largest rate tried, 100, for this one batch alone.",
        ),
        ({"best_rate": None, "rise_rate": None}, "; no rate tried lowers it."),
        ({"best_rate": None, "rise_rate": None, "slope": 2.0}, "; momentum carries the weights uphill, so no rate low"),
        ({"best_rate": None, "rise_rate": None, "slope": 0.0}, "; the gradient is 0, so no rate changes anything."),
    ],
)
@pytest.mark.usefixtures("small_updates")
def test_other_sentences(view: ProbeView, changes: dict[str, float | None], words: str) -> None:
    view.show_snapshot(snapshot_of(toy(), replace(HAND, **changes)))
    assert words in view.sentence()
    view.grab()


@pytest.mark.parametrize(
    "momentum",
    [{}, {"optimizer.momentum": 0.9}, {"optimizer.momentum": 0.9, "optimizer.momentum_form": "classic"}],
)
def test_from_which_rate_on_an_update_is_larger_than_the_weights(view: ProbeView, momentum: dict[str, object]) -> None:
    """Against updates that are really made at a rate a little smaller and a little larger."""
    trainer = Trainer(Lesson.load("xor", {"run.executor": "numpy", **momentum}))
    trainer.run(4)
    trainer.seek(4, ready_at(trainer.program))
    view.show_snapshot(snapshot_of(trainer, HAND))
    large = view._plot.large_rate
    assert large is not None
    for rate in (0.999 * large, 1.001 * large):
        trainer.seek(4, 0)
        trainer.learning_rate = rate
        before = {name: trainer.start[name].copy() for name in ("W1", "W2")}
        trainer.finish_batch()
        changes = [
            np.linalg.norm(trainer.tensors[name] - before[name]) / np.linalg.norm(before[name]) for name in before
        ]
        assert (max(changes) > 1) == (rate > large)


def test_it_is_said_where_the_best_rate_or_the_flag_is_beyond(view: ProbeView, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "; above {} one update changes weights of a layer by more than their size; above 9.1 it rises."
    snapshot = snapshot_of(toy(), HAND)
    for large, said in ((1.25, True), (2.5, False), (0.4, True)):
        monkeypatch.setattr("gui.views.probe_view.large_rate", lambda _, large=large: large)
        view.show_snapshot(snapshot_of(toy()))
        view.show_snapshot(snapshot)
        assert (words.format(large) in view.sentence()) == said
        painted = {text.text: text.box for text in texts_of(view._plot, monkeypatch)}
        assert view._plot.rect().contains(painted["update larger than the weights"].toAlignedRect())
    monkeypatch.setattr("gui.views.probe_view.large_rate", lambda _: None)
    view.show_snapshot(snapshot_of(toy()))
    view.show_snapshot(snapshot)
    assert "update larger than the weights" not in {text.text for text in texts_of(view._plot, monkeypatch)}


def test_weights_of_0_have_no_size_to_be_compared_with() -> None:
    trainer = Trainer(Lesson.load("toy-bias", {"run.executor": "numpy", "init.value": 0.0}))
    trainer.run_to(16)
    assert large_rate(snapshot_of(trainer)) is None


def test_close_losses_have_digits_enough_to_differ(view: ProbeView) -> None:
    view.show_snapshot(snapshot_of(toy(), replace(HAND, base_loss=2.299941, present_loss=2.299387)))
    assert "falls from 2.29994 to 2.29939;" in view.sentence()


def test_a_typed_rate_between_two_that_were_tried_is_marked(view: ProbeView) -> None:
    trainer = toy()
    trainer.learning_rate = 0.7
    view.show_snapshot(snapshot_of(trainer, HAND))
    assert "At 0.7 this batch's loss falls from 1.92 to ≈1" in view.sentence()
    assert "0.7 from batch 2 on" in says(view)
    assert view._plot.numbers()[-1][1].startswith("≈+")


# ---- the flag --------------------------------------------------------------------------------------------------------


def test_dragging_shows_the_value_and_sets_it_on_release(qtbot: QtBot, view: ProbeView) -> None:
    view.show_snapshot(snapshot_of(toy(), HAND))
    chosen: list[float] = []
    view.rate_chosen.connect(chosen.append)
    QTest.mousePress(view._plot, Qt.MouseButton.LeftButton, pos=at(view, 0.5))
    QTest.mouseMove(view._plot, at(view, 2.2))
    assert "At 2.3 this batch's loss falls from 1.92 to 0.8;" in says(view)
    QTest.mouseMove(view._plot, at(view, 5.1))
    assert "At 5 this batch's loss falls from 1.92 to 1;" in says(view)
    assert chosen == []
    QTest.mouseRelease(view._plot, Qt.MouseButton.LeftButton, pos=at(view, 5.1))
    assert chosen == [5.0]
    view.show_snapshot(snapshot_of(toy(), HAND))
    assert view._plot.rate == 5.0, "until the engine answers, the flag stays"


def test_a_click_beside_the_flag_takes_it_there(qtbot: QtBot, view: ProbeView) -> None:
    view.show_snapshot(snapshot_of(toy(), HAND))
    with qtbot.waitSignal(view.rate_chosen) as signal:
        qtbot.mouseClick(view._plot, Qt.MouseButton.LeftButton, pos=at(view, 9.0))
    assert signal.args == [9.1]
    with qtbot.assertNotEmitted(view.rate_chosen):
        qtbot.mouseClick(view._plot, Qt.MouseButton.LeftButton, pos=at(view, 9.1))
        qtbot.mouseClick(view._plot, Qt.MouseButton.RightButton, pos=at(view, 1.0))
        qtbot.mouseClick(view._plot, Qt.MouseButton.LeftButton, pos=QPoint(300, int(NUMBERS) - 8))


def test_escape_takes_a_drag_back(qtbot: QtBot, view: ProbeView) -> None:
    view.show_snapshot(snapshot_of(toy(), HAND))
    with qtbot.assertNotEmitted(view.rate_chosen):
        QTest.mousePress(view._plot, Qt.MouseButton.LeftButton, pos=at(view, 0.5))
        QTest.mouseMove(view._plot, at(view, 5.0))
        qtbot.keyClick(view._plot, Qt.Key.Key_Escape)
        assert view._plot.rate == 0.5
        QTest.mouseRelease(view._plot, Qt.MouseButton.LeftButton, pos=at(view, 5.0))
    assert "At 0.5" in says(view)


def test_arrow_keys_go_from_stop_to_stop(qtbot: QtBot, view: ProbeView) -> None:
    view.show_snapshot(snapshot_of(toy(), HAND))
    chosen: list[float] = []
    view.rate_chosen.connect(chosen.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(view._plot, key)
    assert chosen == [1.0, 2.3, 1.0, 0.5, 0.1]
    qtbot.keyClick(view._plot, Qt.Key.Key_End)
    assert chosen[-1] == 100.0
    qtbot.keyClick(view._plot, Qt.Key.Key_Right)
    assert len(chosen) == 6, "there is nothing beyond"
    assert "no longer a finite number" in says(view)


def test_what_is_set_has_three_digits(qtbot: QtBot, view: ProbeView) -> None:
    rates = HAND.rates.copy()
    rates[4] = 2.3004567
    view.show_snapshot(snapshot_of(toy(), replace(HAND, rates=rates, best_rate=2.3004567)))
    with qtbot.waitSignal(view.rate_chosen) as signal:
        qtbot.mouseClick(view._plot, Qt.MouseButton.LeftButton, pos=at(view, 2.3))
    assert signal.args == [2.3]
    assert "to 0.8;" in view.sentence(), "the loss there is the one that was computed, not ≈"


def test_a_wish_for_the_next_batch_keeps_the_flag(view: ProbeView) -> None:
    trainer = toy()
    trainer.learning_rate = 1.0
    view.show_snapshot(snapshot_of(trainer, HAND))
    assert view._plot.rate == 1.0
    assert "1 from batch 2 on" in says(view)
    other = toy()
    other.finish_batch()
    view.show_snapshot(snapshot_of(other, replace(HAND, present_loss=1.2)))
    assert view._plot.rate == 0.5, "another probe, and no wish"
    assert "batch 1 · update made" in says(view)


# ---- where there is none ---------------------------------------------------------------------------------------------


def test_before_the_gradients_it_says_why_and_goes_there(qtbot: QtBot, view: ProbeView) -> None:
    trainer = toy(9)
    with qtbot.assertNotEmitted(view.probe_wanted):
        view.show_snapshot(snapshot_of(trainer))
    assert "Batch 1 has not all its gradients yet. With step 16 they are complete" in says(view)
    assert view.accessibleDescription() in says(view)
    button = view.findChild(QPushButton)
    assert button.text() == "Go to step 16"
    with qtbot.waitSignal(view.run_to_step) as signal:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert signal.args == [ready_at(trainer.program)] == [16]


def test_running_and_halted_say_so(qtbot: QtBot, view: ProbeView) -> None:
    with qtbot.assertNotEmitted(view.probe_wanted):
        view.show_snapshot(snapshot_of(toy(), state=State.RUNNING))
    assert "Training is running. Pause it" in says(view)
    assert not view.findChild(QPushButton).isVisible()
    trainer = Trainer(Lesson.load("toy-bias", {"run.executor": "numpy", "optimizer.learning_rate": 10.0}))
    trainer.run(20)
    assert trainer.halt is not None
    view.show_snapshot(snapshot_of(trainer))
    assert f"Training has stopped: {trainer.halt.array} is no longer a finite number" in says(view)


def test_asks_once_when_it_is_seen(qtbot: QtBot) -> None:
    view = ProbeView()
    qtbot.addWidget(view)
    asked: list[int] = []
    view.probe_wanted.connect(lambda: asked.append(1))
    trainer = toy()
    view.show_snapshot(snapshot_of(trainer))
    assert asked == [], "nobody looks"
    with qtbot.waitExposed(view):
        view.show()
    assert asked == [1]
    view.show_snapshot(snapshot_of(trainer))
    assert asked == [1]
    assert "Trying learning rates" in says(view)
    view.show_snapshot(snapshot_of(trainer, HAND))
    assert asked == [1]
    trainer.finish_batch()
    view.show_snapshot(snapshot_of(trainer))
    assert asked == [1, 1]


# ---- the picture -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("size", [(616, 440), (490, 330)])
def test_curve_and_markers_are_where_they_belong(view: ProbeView, theme: Theme, size: tuple[int, int]) -> None:
    view.apply_theme(theme)
    view.resize(*size)
    view.show_snapshot(snapshot_of(toy(), HAND))
    plot = view._plot
    image = plot.grab().toImage()

    def near(rate: float, loss: float) -> set[str]:
        """Colours of the pixels round a point of the plot."""
        x, y = round(plot.x_of(rate)), round(plot.y_of(loss))
        return {image.pixelColor(x + i, y + j).name() for i in range(-6, 7) for j in range(-6, 7)}

    def colour(token: str) -> str:
        return QColor(getattr(theme, token)).name()

    assert colour("loss") in near(0.5, 1.1)
    assert colour("loss") in near(1.0, 0.9)
    assert colour("fwd") in near(0.5, 0.41)
    assert colour("ok") in near(2.3, 0.8)
    assert colour("upd") in near(0.5, 1.5)
    assert colour("loss") not in near(2.3, 1.5)
    inside = plot.area.adjusted(-1, -1, 1, 1)
    assert all(inside.contains(at(view, rate)) for rate in plot.stops.tolist())


def test_the_axes_show_what_matters(view: ProbeView) -> None:
    trainer = toy()
    found = probe_of(trainer)
    view.show_snapshot(snapshot_of(trainer, found))
    plot = view._plot
    assert plot._up.log, "from 2.5 down to next to nothing"
    assert plot.area.contains(at(view, found.best_rate or 0))
    assert plot.area.top() < plot.y_of(found.present_loss) < plot.area.bottom()
    view.show_snapshot(snapshot_of(trainer, HAND))
    assert not plot._up.log
    assert plot.y_of(math.inf) < plot.area.top()


def test_a_real_net_is_drawn_without_complaint(view: ProbeView) -> None:
    for overrides in ({}, {"optimizer.momentum": 0.9}, {"optimizer.learning_rate": 1e-30}, {"init.value": 0.0}):
        trainer = Trainer(digits_lesson(**overrides))
        trainer.go_on_to(ready_at(trainer.program))
        view.show_snapshot(snapshot_of(trainer, probe_of(trainer)))
        view.grab()
        assert view.sentence().endswith(".")


def test_a_loss_of_nothing_is_drawn(view: ProbeView) -> None:
    zero = replace(
        HAND, losses=np.zeros(8), base_loss=0.0, present_loss=0.0, best_loss=0.0, best_rate=None, rise_rate=None,
        slope=0.0, present_predicted=0.0,
    )  # fmt: skip
    view.show_snapshot(snapshot_of(toy(), zero))
    view.grab()
    assert view.sentence().startswith("At 0.5 this batch's loss stays at 0;")
