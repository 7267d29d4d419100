"""Running: speeds, pause, reset, generations, a run that diverges, an end while it runs, and long painting."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QSlider

from engine import worker
from engine.lesson import Lesson
from engine.snapshot import Snapshot, State
from engine.trainer import Trainer
from gui import formulas, symbols
from gui.theme import LIGHT
from gui.views.toolbar import FULL, SPEEDS
from tests.gui.conftest import OpenWindow
from tests.gui.driven import WAIT, Driven, digits_lesson


def speed_slider(driven: Driven) -> QSlider:
    sliders = driven.window.toolbar.findChildren(QSlider)
    return next(slider for slider in sliders if slider.accessibleName() == "Speed of Run")


def parameters(snapshot: Snapshot) -> np.ndarray:
    return snapshot.tensors.parameters.copy()


# ---- run, pause, speed -------------------------------------------------------------------------------------------


def test_f5_runs_and_pauses(digits: Driven) -> None:
    digits.run_past(50)
    assert "RUNNING" in digits.labels()
    assert digits.button("run").text() == "Pause"
    assert digits.button("run").accessibleName() == "Pause"
    paused = digits.pause()
    assert digits.button("run").text() == "Run"
    assert "UPDATE" in digits.labels()
    digits.qtbot.wait(150)
    assert digits.now.position == paused.position  # nothing moves while paused
    assert digits.now.tensors.vector.tobytes() == paused.tensors.vector.tobytes()
    assert paused.batches == paused.position.batch == len(paused.metrics.loss)


def test_what_is_shown_after_a_run_is_what_a_loop_would_compute(digits: Driven) -> None:
    digits.run_past(50)
    paused = digits.pause()
    trainer = Trainer(digits_lesson())
    trainer.run(paused.position.batch)
    np.testing.assert_array_equal(parameters(paused), trainer.tensors.parameters)
    np.testing.assert_array_equal(paused.metrics.loss.values(0, paused.batches), trainer.metrics.loss.values())


def test_formulas_that_come_later_wait_for_the_end_of_a_run(digits: Driven) -> None:
    """What the steps of a batch will show is typeset while nothing else is to do, and a picture needs none of it."""
    formulas.load()
    digits.run_past(50)
    count = len(digits.shown)
    digits.qtbot.waitUntil(lambda: len(digits.shown) > count + 3, timeout=WAIT)  # the last step's formula is drawn now
    formulas.prepare([f"w_{{{i}}}" for i in range(40)], 15, LIGHT)
    before, count = formulas.renderer.cache_info().misses, len(digits.shown)
    digits.qtbot.waitUntil(lambda: len(digits.shown) > count + 10, timeout=WAIT)
    assert formulas.renderer.cache_info().misses == before
    digits.pause()
    digits.qtbot.waitUntil(lambda: formulas.renderer.cache_info().misses >= before + 40, timeout=WAIT)


def test_a_run_in_plain_python_hears_that_its_picture_is_drawn(toy: Driven, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits for that, and would stand still here if the window did not say so."""
    monkeypatch.setattr(worker, "PATIENCE", 60.0)
    speed_slider(toy).setValue(FULL)
    toy.run_past(300)
    toy.pause()


def test_run_goes_on_from_within_a_batch(toy: Driven) -> None:
    for step in range(1, 4):
        toy.act("step")
        toy.wait_for_step(step)
    toy.act("run")
    toy.wait_for(lambda s: s.position.step > 5)
    first = next(s for s in toy.shown if s.state is State.RUNNING)
    assert (first.position.batch, first.position.step) in ((1, 3), (1, 4))
    toy.act("step")  # steps out of the run, one step on
    paused = toy.wait_for(lambda s: s.state is State.PAUSED)
    count = len(toy.shown)
    toy.qtbot.wait(250)
    assert len(toy.shown) == count
    assert toy.now is paused


def test_speed_slider_from_one_operation_a_second_to_all_it_can(toy: Driven) -> None:
    slider = speed_slider(toy)
    slider.setFocus()
    toy.press("Home", slider)
    assert "1 op/s" in toy.labels()
    toy.act("run")
    first = toy.wait_for(lambda s: s.state is State.RUNNING and s.position.step >= 1)
    began = time.monotonic()
    toy.wait_for(lambda s: s.position.step == first.position.step + 1)
    assert time.monotonic() - began > 0.5  # slow enough to follow
    words = [toy.window.toolbar.speed_text(speed) for speed in SPEEDS]
    assert words[0] == "1 op/s"
    for word in words[1:]:
        toy.press("Right", slider)
        assert word in toy.labels()
    toy.wait_for(lambda s: s.position.batch > 2000)
    toy.press("Home", slider)
    toy.qtbot.wait(100)
    slow = toy.now.batches
    toy.qtbot.wait(300)
    assert toy.now.batches <= slow + 1
    assert toy.pause().state is State.PAUSED


def test_slow_run_shows_every_step(toy: Driven) -> None:
    toy.act("slower")  # 5 op/s
    count = len(toy.shown)
    toy.act("run")
    toy.wait_for(lambda s: s.position.step == 6)
    steps = [s.position.step for s in toy.shown[count:]]
    assert steps == sorted(steps)
    assert set(steps) - {0} == {1, 2, 3, 4, 5, 6}


# ---- reset and reseed --------------------------------------------------------------------------------------------


def test_reset_is_the_same_bit_for_bit_and_reseed_is_not(digits: Driven) -> None:
    start = parameters(digits.now)
    runs = []
    for action in ("reset", "reset", "reseed"):
        digits.after("finish_batch")
        digits.act("finish_batch")
        runs.append((parameters(digits.wait_for_step(15, batch=2)), digits.now.metrics.loss.values(0, 2).copy()))
        digits.after(action)
        digits.wait_for_step(0)
        assert digits.now.batches == 0
        assert (parameters(digits.now) == start).all() == (action == "reset")
    digits.after("finish_batch")
    digits.act("finish_batch")
    other = digits.wait_for_step(15, batch=2)
    for theirs, ours in zip(runs[0], runs[1], strict=True):
        assert theirs.tobytes() == ours.tobytes()
    assert parameters(other).tobytes() != runs[0][0].tobytes()
    assert f"seed {other.lesson.init.seed}" in digits.window.status._facts.text()


def test_reset_of_a_running_run_pauses_and_drops_the_past(digits: Driven) -> None:
    for _ in range(3):
        digits.run_past(20)
        old = digits.now.generation
        digits.act("reset")
        digits.wait_for(lambda s, old=old: s.generation == old + 1)
        assert (digits.now.state, digits.now.position.step, digits.now.batches) == (State.PAUSED, 0, 0)
        digits.qtbot.wait(60)
    generations = [snapshot.generation for snapshot in digits.shown]
    assert generations == sorted(generations)
    assert digits.now.batches == 0


def test_a_snapshot_of_an_older_generation_is_dropped(digits: Driven) -> None:
    old = digits.run_past(20)
    digits.after("reset")
    digits.wait_for_step(0)
    count = len(digits.shown)
    digits.window.bridge._worker.box.put(old)
    digits.qtbot.waitUntil(lambda: digits.window.bridge._worker.box.empty)
    digits.qtbot.wait(30)
    assert len(digits.shown) == count


def test_no_snapshot_changes_after_it_was_shown(toy: Driven) -> None:
    old, before = toy.now, parameters(toy.now)
    toy.after("finish_batch")
    np.testing.assert_array_equal(old.tensors.parameters, before)
    with pytest.raises(ValueError, match="read-only"):
        old.tensors["W1"][0, 0] = 1.0


# ---- a run that diverges -----------------------------------------------------------------------------------------


@pytest.fixture
def halted(open_window: OpenWindow) -> Driven:
    driven = open_window(Lesson.load("toy-bias", {"optimizer.learning_rate": 10.0}))
    driven.wait_for(lambda s: s.position.step == 0)
    while speed_slider(driven).value() < FULL:
        driven.act("faster")
    driven.act("run")
    driven.wait_for(lambda s: s.halt is not None)
    return driven


def offered(driven: Driven) -> dict[str, QPushButton]:
    """The buttons of the message, by their text."""
    return {b.text(): b for b in driven.window.messages.findChildren(QPushButton) if b.isVisible()}


def test_a_diverged_run_says_where_and_offers_reset(halted: Driven) -> None:
    halt, bar = halted.now.halt, halted.window.messages
    assert halt is not None
    assert halted.now.state is State.HALTED
    assert bar.isVisible()
    assert f"in batch {halt.position.batch:,}" in bar.text
    assert f"{symbols.plain(halt.array)} (layer {halt.layer}, unit {halt.column})" in bar.text
    assert "at learning rate 10:" in bar.text
    assert "the lesson's rate, 10." in bar.text
    assert not np.isfinite(halted.now.tensors[halt.array]).all()
    assert "STOPPED" in halted.labels()
    enabled = {name for name in ("step", "finish_phase", "finish_batch", "run") if halted.button(name).isEnabled()}
    assert enabled == set()
    for name in ("step", "finish_phase", "finish_batch", "run"):
        halted.act(name)
    halted.click(halted.window.timeline, halted.window.timeline.cells.box(22).center().toPoint())
    halted.qtbot.wait(100)
    assert halted.now.position == halt.position
    assert bar.isVisible()
    buttons = offered(halted)
    assert list(buttons) == ["Reset", "Back to batch 1, half the rate", "How it came about"]
    halted.click(buttons["Reset"])
    halted.wait_for(lambda s: s.halt is None and s.position.step == 0)
    assert not bar.isVisible()
    halted.act("step")
    halted.wait_for_step(1)
    halted.act("reset")
    halted.wait_for_step(0)


@pytest.mark.parametrize(("dtype", "largest"), [("float64", "1.8e308"), ("float32", "3.4e38")])
def test_a_diverged_run_says_which_number_is_the_largest(dtype: str, largest: str, open_window: OpenWindow) -> None:
    """At rate 1 it is the loss that has no number first: it squares 1e154 and more."""
    driven = open_window(Lesson.load("toy-bias", {"optimizer.learning_rate": 1.0, "run.dtype": dtype}))
    driven.wait_for(lambda s: s.position.step == 0)
    driven.window.bridge.run_to(0, 30)
    halt = driven.wait_for(lambda s: s.halt is not None).halt
    assert halt is not None
    assert f"(the largest of {dtype} is {largest})" in driven.window.messages.text
    assert (halt.array == "loss") is (": the loss is no longer a finite number" in driven.window.messages.text)
    assert "loss (layer" not in driven.window.messages.text


def test_half_the_rate_at_a_time_leads_out_of_divergence(halted: Driven) -> None:
    rate = 10.0
    while halted.now.halt is not None:
        lines = len(halted.now.lines)
        halted.click(offered(halted)["Back to batch 1, half the rate"])
        halted.wait_for(lambda s: s.halt is None and s.position.step == 0 and s.changes != ())
        assert not halted.window.messages.isVisible()
        rate /= 2
        assert halted.now.lesson.optimizer.learning_rate == rate
        assert len(halted.now.lines) == lines + 1  # what diverged can be returned to
        halted.act("run")
        halted.wait_for(lambda s: s.halt is not None or s.position.batch > 200)
        assert halted.now.metrics.learning_rate.values()[0] == rate  # from the first batch on
        if halted.now.halt is not None:
            assert f"at learning rate {rate:g}:" in halted.window.messages.text
            assert "the lesson's rate, 10." in halted.window.messages.text
    assert 0.01 < rate < 5
    halted.pause()
    halted.act("reset")
    halted.wait_for(lambda s: s.position.step == 0 and s.batches == 0)
    assert halted.now.lesson.optimizer.learning_rate == 10.0


def test_a_second_divergence_is_told_again(halted: Driven) -> None:
    halted.act("reset")
    halted.wait_for(lambda s: s.halt is None)
    assert not halted.window.messages.isVisible()
    halted.act("run")
    halted.wait_for(lambda s: s.halt is not None)
    assert halted.window.messages.isVisible()


# ---- the end -----------------------------------------------------------------------------------------------------


def test_closing_while_running_ends_the_engine_within_a_second(digits: Driven) -> None:
    digits.run_past(100)
    engine = next(thread for thread in threading.enumerate() if thread.name == "engine")
    began = time.monotonic()
    digits.window.close()
    engine.join(5)
    assert time.monotonic() - began < 1.0
    assert not digits.window.isVisible()
    assert not engine.is_alive()


def test_an_unforeseen_error_is_said_in_the_window_which_goes_on(
    toy: Driven, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import sys

    from gui.app import install_error_hooks

    hooks = sys.excepthook, threading.excepthook
    try:
        install_error_hooks(toy.window)
        sys.excepthook(RuntimeError, RuntimeError("a fault"), None)
        toy.qtbot.waitUntil(lambda: "RuntimeError: a fault" in toy.window.messages.text)

        def fail() -> None:
            raise OSError("the disk")

        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        toy.qtbot.waitUntil(lambda: "OSError: the disk" in toy.window.messages.text)
    finally:
        sys.excepthook, threading.excepthook = hooks
    assert "Traceback" in caplog.text
    toy.act("step")
    toy.wait_for_step(1)


# ---- painting for long -------------------------------------------------------------------------------------------


class Paints(QObject):
    """Counts the pictures that a widget paints."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


@pytest.mark.parametrize(
    ("lesson", "speed", "frames"), [("toy", FULL - 1, 1000), ("digits", FULL - 1, 800), ("digits", FULL, 200)]
)
def test_two_thousand_pictures_of_the_window_while_it_trains(
    lesson: str, speed: int, frames: int, request: pytest.FixtureRequest
) -> None:
    """Some versions of PySide6 abort after a few hundred frames.

    Only some are at full speed: there the numpy executor and the painting take turns with the interpreter.
    """
    driven: Driven = request.getfixturevalue(lesson)
    window, paints = driven.window, Paints()
    while (notch := speed_slider(driven).value()) != speed:
        driven.act("faster" if notch < speed else "slower")
    for view in window.views:
        view.installEventFilter(paints)
    batch = driven.run_past(1).position.batch
    for frame in range(frames):
        if frame == frames // 2:
            driven.act("theme_dark")
        window.repaint()
        QApplication.processEvents()
    assert paints.count >= frames * (len(window.views) - 1)
    assert driven.now.position.batch > batch
    assert driven.now.state is State.RUNNING


def test_keys_are_not_lost_while_training_at_full_speed(digits: Driven) -> None:
    digits.run_past(20)
    for _ in range(5):
        digits.act("run")
        digits.qtbot.waitUntil(lambda: digits.now.state is State.PAUSED, timeout=WAIT)
        digits.act("run")
        digits.qtbot.waitUntil(lambda: digits.now.state is State.RUNNING, timeout=WAIT)
    digits.qtbot.keyClick(digits.window, Qt.Key.Key_F10)
    digits.wait_for(lambda s: s.state is State.PAUSED)
