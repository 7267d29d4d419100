"""Experiment: the commands of a lesson page's button, one after another, each once the one before has been answered."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from engine.history import Edit
from engine.lesson import Lesson, LessonError
from engine.program import Program
from engine.snapshot import Notice, Snapshot, State
from gui import lesson_pages as pages

log = logging.getLogger(__name__)


class Bridge(Protocol):
    """What an Experiment needs of the bridge."""

    def reset(self) -> None: ...
    def run_to(self, step: int, batch: int | None = None) -> None: ...
    def set(self, key: str, value: object) -> None: ...
    def edit(self, array: str, row: int, column: int, value: float) -> None: ...
    def ask(self, x: tuple[float, ...]) -> None: ...
    def check(self) -> None: ...


class Experiment(QObject):
    """Waits where it must: a run has to arrive, a reset or an opened lesson has to be on screen. The rest is queued.

    Whatever the user does meanwhile that takes the place of a run ends the experiment; changing the learning rate, the
    speed or asking the net does not.

    Signals
    -------
    ended() : everything is done, or training stopped, or something else was asked for.
    """

    ended = Signal()

    def __init__(self, bridge: Bridge, open_lesson: Callable[[str], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._open_lesson = open_lesson
        self._left: list[pages.Do] = []
        self._arrived: Callable[[Snapshot], bool] | None = None
        self._snapshot: Snapshot | None = None
        self._sending = False
        self.goal: int | None = None  # batch to which the present run goes

    @property
    def active(self) -> bool:
        """Whether there is something left to do or to wait for."""
        return bool(self._left) or self._arrived is not None

    def start(self, commands: tuple[pages.Do, ...], snapshot: Snapshot) -> None:
        """Carry out commands, from where a Snapshot stands; what was under way ends."""
        self.end()
        self._snapshot, self._left = snapshot, list(commands)
        self._go_on()

    @Slot()
    def interrupt(self) -> None:
        """A command took the place of what was going on: if it was not ours, this is the end."""
        if not self._sending:
            self.end()

    def end(self) -> None:
        """Do nothing more."""
        was_active = self.active
        self._left, self._arrived, self.goal = [], None, None
        if was_active:
            self.ended.emit()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Go on if this is what was waited for; end if the engine refused what was asked of it."""
        refused = self._snapshot is not None and snapshot.refusal.number > self._snapshot.refusal.number
        self._snapshot = snapshot
        if self._arrived is None:
            return
        if refused:
            self.end()
            return
        if self._arrived(snapshot):
            self._arrived, self.goal = None, None
            self._go_on()
        elif snapshot.halt is not None and self.goal is not None:
            self.end()

    @Slot(object)
    def show_notice(self, notice: Notice) -> None:
        """A lesson that cannot be opened ends the experiment."""
        if notice.state is State.FAILED:
            self.end()

    def _go_on(self) -> None:
        """Send commands up to the next one that has to be waited for."""
        self._sending = True
        try:
            while self._left and self._arrived is None:
                self._send(self._left.pop(0))
        finally:
            self._sending = False
        if not self.active:
            self.ended.emit()

    def _send(self, command: pages.Do) -> None:
        snapshot = self._snapshot
        assert snapshot is not None
        match command:
            case pages.ResetRun():
                self._arrived = lambda s: s.generation > snapshot.generation
                self._bridge.reset()
            case pages.OpenLesson(lesson):
                self._arrived = lambda s: s.generation > snapshot.generation and s.lesson.id == lesson
                if not self._open_lesson(lesson):
                    self.end()
            case pages.SetKey(key, value):
                self._set(snapshot, key, value)
            case pages.RunBatches(count):
                finished = snapshot.position.batch - int(snapshot.position.step < len(snapshot.program))
                self._run_to(finished + count, len(Program.of(_lesson_to_be(snapshot))))
            case pages.GoTo(batch, _):
                step = command.index(snapshot.program)
                if step is not None:
                    self._run_to(batch, step)
            case pages.TypeCell():
                self._type(snapshot, command)
            case pages.AskNet(x):
                self._bridge.ask(x)
            case pages.CheckGradients():
                self._bridge.check()

    def _set(self, snapshot: Snapshot, key: str, value: object) -> None:
        try:
            lesson = _lesson_to_be(snapshot).with_value(key, value)
        except LessonError as error:  # a page is for one lesson; this is another of the same name
            log.warning("%s", error)
            return
        section, name = key.split(".")
        self._arrived = lambda s: _lesson_to_be(s) == lesson
        self._bridge.set(key, getattr(getattr(lesson, section), name))  # as the lesson has it: a rate of 1 is 1.0

    def _type(self, snapshot: Snapshot, typed: pages.TypeCell) -> None:
        asked = (typed.array, typed.row, typed.column)

        def arrived(s: Snapshot) -> bool:
            edits = [entry for entry in s.entries[len(snapshot.entries) :] if isinstance(entry, Edit)]
            return any((edit.array, edit.row, edit.column) == asked for edit in edits)

        self._arrived = arrived
        self._bridge.edit(*asked, typed.value)

    def _run_to(self, batch: int, step: int) -> None:
        def arrived(s: Snapshot) -> bool:
            there = s.position.batch > batch or (s.position.batch, s.position.step) == (batch, step)
            return there and s.state is State.PAUSED

        self._arrived, self.goal = arrived, batch
        self._bridge.run_to(step, batch)


def _lesson_to_be(snapshot: Snapshot) -> Lesson:
    """The lesson with the changes that wait for the next batch."""
    return snapshot.lesson.with_values(snapshot.wanted)
