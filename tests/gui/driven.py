"""A window with hands: keys, clicks, and waiting for what they bring about."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engine.lesson import Lesson
from engine.snapshot import Notice, Snapshot, State
from gui.main_window import MainWindow

WAIT = 10_000  # milliseconds: only a broken program takes that long


def digits_lesson(**overrides: object) -> Lesson:
    """The bundled digits, as tests train them: nothing to compile, and a known learning rate."""
    known = {"run.executor": "numpy", "optimizer.learning_rate": 0.1}
    return Lesson.load("digits-sigmoid", {**known, **overrides})


class Driven:
    """A MainWindow, and every Snapshot and Notice it has shown, in order."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot
        self.shown: list[Snapshot] = []
        self.notices: list[Notice] = []
        window.painted.connect(self.shown.append)
        window.bridge.notice.connect(self.notices.append)

    @property
    def now(self) -> Snapshot:
        """What the window shows."""
        return self.shown[-1]

    # ---- doing -----------------------------------------------------------------------------------------------

    def open(self, lesson: Lesson) -> None:
        self.window.open(lesson)

    def activate(self) -> None:
        """Make the window the one that gets the keys."""
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow, timeout=WAIT)

    def press(self, keys: str, on: QWidget | None = None) -> None:
        """Press a key combination, as in ``Ctrl+L``, on the window or on one of its widgets."""
        QTest.keySequence(on or self.window, QKeySequence(keys))

    def act(self, name: str) -> None:
        """Press the shortcut of an action."""
        self.press(self.window.actions_by_id[name].shortcut().toString())

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())

    def after(self, name: str) -> Snapshot:
        """Press an action's shortcut; the next Snapshot that is shown."""
        count = len(self.shown)
        self.act(name)
        self.qtbot.waitUntil(lambda: len(self.shown) > count, timeout=WAIT)
        return self.now

    # ---- waiting -----------------------------------------------------------------------------------------------

    def wait_for(self, good: Callable[[Snapshot], bool]) -> Snapshot:
        """Wait until the window shows a Snapshot of which ``good`` is true."""
        self.qtbot.waitUntil(lambda: bool(self.shown) and good(self.now), timeout=WAIT)
        return self.now

    def wait_for_step(self, step: int, batch: int = 1) -> Snapshot:
        return self.wait_for(
            lambda s: (s.position.batch, s.position.step) == (batch, step) and s.state is not State.RUNNING
        )

    def run_past(self, batch: int) -> Snapshot:
        """Run until a batch is behind; it goes on running."""
        if self.now.state is not State.RUNNING:
            self.act("run")
        return self.wait_for(lambda s: s.position.batch > batch and s.state is State.RUNNING)

    def pause(self) -> Snapshot:
        self.act("run")
        return self.wait_for(lambda s: s.state is State.PAUSED)

    # ---- reading -----------------------------------------------------------------------------------------------

    def button(self, name: str) -> QToolButton:
        """The toolbar's button of an action."""
        action = self.window.actions_by_id[name]
        return next(b for b in self.window.toolbar.findChildren(QToolButton) if b.defaultAction() is action)

    def readout(self) -> str:
        """The Position that the toolbar shows."""
        labels = self.window.toolbar.findChildren(QLabel)
        return next(label.text() for label in labels if label.accessibleName() == "Position")

    def labels(self) -> list[str]:
        """Every text of the toolbar."""
        return [label.text() for label in self.window.toolbar.findChildren(QLabel)]

    # ---- the end -----------------------------------------------------------------------------------------------

    def end(self) -> None:
        """Close and delete the window, so that nothing of it lives on into the next test."""
        if shiboken6.isValid(self.window):
            self.window.close()
            shiboken6.delete(self.window)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
