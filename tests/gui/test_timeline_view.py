"""The timeline: cells that tell the truth about the batch, clicks and keys that ask for the right Step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.lesson import Lesson
from engine.program import Program
from engine.snapshot import Snapshot, State
from engine.trainer import Trainer
from gui import symbols
from gui.theme import DARK, LIGHT
from gui.views.timeline_view import Cells, TimelineView, round_above, symbol_size, tick_step


@pytest.fixture
def trainer() -> Trainer:
    return Trainer(Lesson.load("toy-bias"))


@pytest.fixture
def view(qtbot: QtBot) -> TimelineView:
    view = TimelineView()
    qtbot.addWidget(view)
    view.resize(1280, 104)
    view.show()
    return view


def centre(view: TimelineView, step: int) -> QPoint:
    assert view.cells is not None
    return view.cells.box(step).center().toPoint()


def colour(view: TimelineView, step: int) -> QColor:
    """The fill of a cell, away from its symbol and its corners."""
    assert view.cells is not None
    box = view.cells.box(step)
    return view.grab().toImage().pixelColor(QPoint(round(box.left() + 6), round(box.top() + 4)))


def test_click_asks_for_that_step(qtbot: QtBot, view: TimelineView, trainer: Trainer) -> None:
    view.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    for step in (1, 12, 22):
        with qtbot.waitSignal(view.run_to_step) as signal:
            qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=centre(view, step))
        assert signal.args == [step]


def test_click_beside_the_cells_asks_for_nothing(qtbot: QtBot, view: TimelineView, trainer: Trainer) -> None:
    view.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    with qtbot.assertNotEmitted(view.run_to_step):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(40, 80))
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(600, 27))
        qtbot.mouseClick(view, Qt.MouseButton.RightButton, pos=centre(view, 3))


def test_keyboard_moves_a_ring_and_enter_asks(qtbot: QtBot, view: TimelineView, trainer: Trainer) -> None:
    trainer.run_to(12)
    view.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(view, key)
    with qtbot.waitSignal(view.run_to_step) as signal:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert signal.args == [13]
    assert view.accessibleDescription() == str(trainer.program.steps[12])
    qtbot.keyClick(view, Qt.Key.Key_End)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    with qtbot.waitSignal(view.run_to_step) as signal:
        qtbot.keyClick(view, Qt.Key.Key_Enter)
    assert signal.args == [22]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_cells_show_done_current_and_to_come(view: TimelineView, trainer: Trainer, theme) -> None:
    trainer.run_to(12)
    view.apply_theme(theme)
    view.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    assert colour(view, 3) == QColor(theme.fwdsoft)
    assert colour(view, 7) == QColor(theme.losssoft)
    assert colour(view, 12) == QColor(theme.bwd)
    assert colour(view, 13) == QColor(theme.surface)
    assert colour(view, 22) == QColor(theme.surface)


def test_fast_run_pretends_no_steps(view: TimelineView, trainer: Trainer) -> None:
    trainer.run_to(12)
    view.show_snapshot(Snapshot.of(trainer, 1, State.RUNNING, rate=400.0))
    assert colour(view, 12) == QColor(LIGHT.bwdsoft)
    assert colour(view, 22) == QColor(LIGHT.updsoft)
    view.show_snapshot(Snapshot.of(trainer, 1, State.RUNNING, rate=2.0))
    assert colour(view, 12) == QColor(LIGHT.bwd)


def test_the_step_that_diverged_is_marked(view: TimelineView) -> None:
    trainer = Trainer(Lesson.load("toy-bias", {"optimizer.learning_rate": 10.0}))
    trainer.run(10)
    view.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    assert trainer.halt is not None
    assert colour(view, trainer.halt.position.step) == QColor(LIGHT.err)
    assert f"diverged at batch {trainer.halt.position.batch}" in view.accessibleDescription()


def test_tooltips_name_the_step_and_the_change(view: TimelineView, trainer: Trainer) -> None:
    trainer.run(20)
    trainer.learning_rate = 0.05
    trainer.run(5)
    view.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    view.grab()
    assert view.tooltip_at(QPointF(centre(view, 12))) == "12 Weight gradient of layer 2: dW2 = a1^T delta2"
    x = view._x_of(21)
    assert view.tooltip_at(QPointF(x, 20)) == "before batch 21: optimizer.learning_rate 0.1 → 0.05"
    assert view.tooltip_at(QPointF(300, 50)) == ""


def test_many_changes_are_drawn_without_harm(view: TimelineView, trainer: Trainer) -> None:
    for i in range(200):
        trainer.learning_rate = 0.01 + i / 10_000
        trainer.run(1)
    view.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    view.grab()
    assert view._flag_boxes[0][1] is trainer.log.changes[-1]
    assert view._flag_boxes[0][0].width() > 60  # the newest has its text
    spans = [box for box, _ in view._flag_boxes]
    assert not any(a.intersects(b) for i, a in enumerate(spans) for b in spans[:i])
    assert "→ 0.0299" in view.text_summary()


def test_run_lane_grows_in_jumps_and_starts_anew(view: TimelineView, trainer: Trainer) -> None:
    scales = []
    for _ in range(60):
        trainer.run(1)
        view.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
        scales.append(view._scale)
    assert sorted(set(scales)) == [20, 30, 40, 60]
    trainer.reset()
    view.show_snapshot(Snapshot.of(trainer, 2, State.PAUSED))
    assert view._scale == 20


def test_round_numbers() -> None:
    assert [round_above(n) for n in (0, 20, 21, 100, 101, 999, 1_000_000)] == [20, 20, 30, 100, 150, 1000, 1_000_000]
    for n in range(1, 5000):
        assert round_above(n) >= n
    assert [tick_step(20, 10), tick_step(6000, 12), tick_step(3, 10)] == [2, 500, 1]


@pytest.mark.parametrize("layers", [1, 3, 12])
def test_cells_always_fit(layers: int) -> None:
    overrides = {"network.sizes": [64, *[4] * (layers - 1), 10], "optimizer.momentum": 0.9}
    program = Program.of(Lesson.load("digits-sigmoid", overrides))
    cells = Cells.of(program, 112, 1264)
    assert cells.width >= 3
    assert cells.box(1).left() == 112
    assert cells.box(len(program)).right() == pytest.approx(1264)
    assert all(cells.at(cells.box(i).center()) == i for i in range(1, len(program) + 1))
    assert [phase for phase, *_ in cells.segments] == ["forward", "loss", "backward", "update"]


@pytest.mark.parametrize("name", Lesson.shipped())
def test_every_cell_of_every_lesson_names_its_step(name: str, qapp: QApplication) -> None:
    program = Program.of(Lesson.load(name))
    cells = Cells.of(program, 112, 1264)  # in the smallest window
    px = symbol_size(program, cells.width)
    assert px >= 11
    assert all(symbols.width(step.write, px) < cells.width for step in program.steps)
