"""Going back in the window: the timeline is dragged, the past looked at while training goes on, places are typed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from engine.breakpoints import AtStep, with_added
from engine.lesson import Lesson
from engine.recording import Recording
from engine.snapshot import State
from engine.trainer import Trainer
from gui.app import Autosaves
from gui.place import LARGEST, Place, PlaceError
from gui.views.timeline_view import TRACK_Y
from tests.gui.driven import WAIT, Driven, digits_lesson


def on_the_lane(driven: Driven, batch: int) -> QPoint:
    return QPoint(round(driven.window.timeline._x_of(batch)), TRACK_Y + 4)


def test_the_timeline_is_dragged_through_the_run(toy: Driven) -> None:
    timeline = toy.window.timeline
    toy.window.bridge.run_to(12, 18)
    toy.wait_for_step(12, 18)
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, pos=on_the_lane(toy, 15))
    toy.wait_for_step(12, 15)  # the same step of another batch
    for batch in (11, 6, 3):
        QTest.mouseMove(timeline, on_the_lane(toy, batch))
        snapshot = toy.wait_for_step(12, batch)
        oracle = Trainer(Lesson.load("toy-bias"))
        for _ in range(batch - 1):
            oracle.finish_batch()
        oracle.go_on_to(12)
        assert np.array_equal(snapshot.tensors["dW2"], oracle.tensors["dW2"])
        assert snapshot.batches == 17
    QTest.mouseMove(timeline, on_the_lane(toy, 20))  # a drag does not train on
    toy.wait_for_step(12, 17)
    QTest.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=on_the_lane(toy, 20))
    toy.click(timeline, on_the_lane(toy, 20))  # a click does
    toy.wait_for_step(12, 20)


def test_looking_back_does_not_disturb_the_run(digits: Driven) -> None:
    digits.run_past(60)
    digits.act("batch_back")
    first = digits.wait_for(lambda s: s.state is State.LOOKING)
    assert first.live is not None
    assert digits.window.toolbar._readout is not None
    assert "LOOKING BACK" in digits.labels()
    digits.window.bridge.run_to(4, 21)
    looked = digits.wait_for(lambda s: s.position.batch == 21)
    later = digits.wait_for(lambda s: s.live is not None and s.live.batch > looked.batches + 50)
    assert (later.position.batch, later.position.step) == (21, 4)
    assert later.batches > looked.batches
    assert later.tensors.vector.tobytes() == looked.tensors.vector.tobytes()
    digits.act("step")
    digits.wait_for(lambda s: (s.position.batch, s.position.step) == (21, 5) and s.state is State.LOOKING)
    digits.act("follow_live")
    digits.wait_for(lambda s: s.state is State.RUNNING and s.position.batch > later.batches)
    digits.act("step_back")
    digits.wait_for(lambda s: s.state is State.LOOKING)
    digits.act("run")  # which is Pause
    paused = digits.wait_for(lambda s: s.state is State.PAUSED)
    alone = Trainer(digits_lesson())
    alone.run(paused.batches)
    assert alone.metrics.loss.values().tolist() == paused.metrics.loss.values().tolist()


def test_a_rate_set_while_looking_back_is_for_the_run_that_goes_on(digits: Driven) -> None:
    digits.run_past(30)
    digits.window.bridge.run_to(0, 5)
    digits.wait_for(lambda s: s.state is State.LOOKING and s.position.batch == 5)
    old = digits.now.lesson.optimizer.learning_rate
    digits.window.bridge.set("optimizer.learning_rate", old / 3)
    snapshot = digits.wait_for(lambda s: s.changes != ())
    assert len(snapshot.lines) == 1
    assert snapshot.changes[0].batch > 30
    assert snapshot.lesson.optimizer.learning_rate == old  # that of batch 5


def test_typing_a_cell_pauses_and_begins_a_line(toy: Driven) -> None:
    toy.window.bridge.run_to(22, 6)
    toy.wait_for_step(22, 6)
    toy.window.bridge.run_to(6, 3)
    toy.wait_for_step(6, 3)
    toy.window.bridge.edit("W1", 0, 0, 0.7)
    snapshot = toy.wait_for(lambda s: s.entries != ())
    assert (snapshot.position.batch, snapshot.position.step) == (3, 6)
    assert snapshot.tensors["W1"][0, 0] == snapshot.start["W1"][0, 0] == 0.7
    assert [line.finished for line in snapshot.lines] == [6, 2]
    toy.window.bridge.edit("W1", 0, 0, float("nan"))
    toy.wait_for(lambda s: "finite" in s.refusal.text)
    assert toy.window.messages.isVisible()
    assert toy.now.tensors["W1"][0, 0] == 0.7


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("4217", Place(4217)),
        (" batch 4,217 ", Place(4217)),
        ("4217.12", Place(4217, 12)),
        ("batch 3 step 0", Place(3, 0)),
        ("b7:2", Place(7, 2)),
        ("epoch 3", Place(13, 0)),
        ("第 12 批", Place(12)),
        ("批次 12", Place(12)),
        ("第 2 轮", Place(7, 0)),
    ],
)
def test_places_as_users_type_them(text: str, place: Place) -> None:
    assert Place.parse(text, batches_per_epoch=6) == place


@given(st.text(max_size=30))
def test_any_text_is_a_place_or_refused(text: str) -> None:
    try:
        place = Place.parse(text, 6)
    except PlaceError:
        return
    assert 1 <= place.batch <= LARGEST


def test_a_run_that_was_not_closed_is_offered_and_taken_up(open_window: Callable[..., Driven], tmp_path: Path) -> None:
    trainer = Trainer(Lesson.load("toy-bias"))
    trainer.run(12)
    trainer.learning_rate = 0.05
    trainer.run(30)
    trainer.go_on_to(9)
    leftover = tmp_path / "run-1.json"
    Recording.of(trainer, with_added((), AtStep(3)), ("loss",)).save(leftover)
    driven = open_window(Lesson.load("toy"))
    driven.wait_for_step(0)
    driven.window.offer(leftover)
    bar = driven.window.messages
    driven.qtbot.waitUntil(lambda: "Toy 2-3-2-1 with bias, batch 43" in bar.text, timeout=WAIT)
    take_up, forget = (b for b in bar.findChildren(QPushButton) if b.isVisible())
    assert (take_up.text(), forget.text()) == ("Take it up", "Forget it")
    driven.click(take_up)
    snapshot = driven.wait_for_step(9, 43)
    assert snapshot.tensors.vector.tobytes() == trainer.tensors.vector.tobytes()
    assert len(snapshot.breakpoints) == 1
    assert snapshot.lesson.optimizer.learning_rate == 0.05
    assert not leftover.exists()
    assert not bar.isVisible()


def test_a_record_that_cannot_be_read_is_not_offered(toy: Driven, tmp_path: Path) -> None:
    leftover = tmp_path / "run-1.json"
    leftover.write_text("{}")
    toy.window.offer(leftover)
    toy.qtbot.waitUntil(lambda: not leftover.exists(), timeout=WAIT)
    assert not toy.window.messages.isVisible()


def test_records_belong_to_the_windows_that_are_there(tmp_path: Path) -> None:
    mine = Autosaves(tmp_path)
    assert mine.path is not None
    assert mine.leftover is None
    mine.path.write_text("{}")
    gone = tmp_path / "run-999999999.json"
    gone.write_text("{}")
    other = Autosaves(tmp_path)
    assert other.leftover == gone
    file = tmp_path / "no folder"
    file.write_text("")
    assert Autosaves(file).path is None


def test_sources_are_outlined_while_their_panel_is_there(toy: Driven) -> None:
    toy.window.bridge.run_to(12)
    toy.wait_for_step(12)
    plain = toy.window.tensors.grab().toImage()
    toy.window.tensors.cell_chosen.emit("dW2", (0, 1))
    assert toy.window.explanation.panel("origin").isVisible()
    outlined = toy.window.tensors.grab().toImage()
    assert outlined != plain
    toy.act("show_step")
    hidden = toy.window.tensors.grab().toImage()
    assert hidden != outlined
    toy.act("show_origin")
    assert toy.window.tensors.grab().toImage() == outlined
