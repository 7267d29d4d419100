"""The bridge: the only module that touches the engine thread. Commands go in, a timer pulls Snapshots out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot

from engine.breakpoints import Breakpoints
from engine.lesson import Lesson
from engine.orders import (
    ASIDE,
    Ask,
    Check,
    Command,
    Edit,
    EditRow,
    LookUp,
    Move,
    Open,
    ProbeRates,
    Reset,
    RunTo,
    Set,
    SetBreakpoints,
    SetMemory,
    SetSpeed,
    SetWatches,
    Switch,
    Undo,
)
from engine.recording import Recording
from engine.snapshot import Notice, Snapshot, State
from engine.speed import Speed
from engine.worker import Worker

POLL_MS = 4  # a paused step shows at once
DRAWN = QEvent.Type(QEvent.registerEventType())
FRAME_MS = 25  # while running, at most 40 pictures a second


class Bridge(QObject):
    """Owns the Worker for the window.

    Signals
    -------
    snapshot(Snapshot) : a new picture of the run. Only of the newest generation.
    notice(Notice) : a lesson is being prepared, or could not be.
    taken_over() : a command was sent that takes the place of a run to somewhere.
    """

    snapshot = Signal(object)
    notice = Signal(object)
    taken_over = Signal()

    def __init__(self, parent: QObject | None = None, autosave: Path | None = None) -> None:
        super().__init__(parent)
        self._worker = Worker(autosave)
        self._generation = 0
        self._state = State.PAUSED
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._pull)
        self._timer.start(POLL_MS)

    @Slot()
    def _pull(self) -> None:
        now = time.monotonic()
        if self._state in (State.RUNNING, State.LOOKING) and (now - self._last) * 1000 < FRAME_MS:
            return
        message = self._worker.box.take()
        if message is None:
            return
        # it comes after what the message lets be painted, which is posted with LowEventPriority
        QCoreApplication.postEvent(self, QEvent(DRAWN), Qt.EventPriority.LowEventPriority.value - 1)
        if message.generation < self._generation:
            return
        self._generation, self._state, self._last = message.generation, message.state, now
        if isinstance(message, Snapshot):
            self.snapshot.emit(message)
        elif isinstance(message, Notice):
            self.notice.emit(message)

    def customEvent(self, event: QEvent) -> None:
        if event.type() == DRAWN:
            self._worker.box.drawn()

    def _send(self, command: Command) -> None:
        self._last = 0.0  # the answer to a command is not held back
        self._worker.send(command)
        if not isinstance(command, ASIDE):
            self.taken_over.emit()

    def open(self, lesson: Lesson, data_dir: Path | None, recording: Recording | None = None) -> None:
        self._send(Open(lesson, data_dir, recording))

    def reset(self) -> None:
        self._send(Reset())

    def reseed(self, seed: int) -> None:
        self._send(Reset(seed))

    def step(self) -> None:
        self._send(Move.STEP)

    def step_back(self) -> None:
        self._send(Move.STEP_BACK)

    def phase_back(self) -> None:
        self._send(Move.PHASE_BACK)

    def batch_back(self) -> None:
        self._send(Move.BATCH_BACK)

    def epoch_back(self) -> None:
        self._send(Move.EPOCH_BACK)

    def follow_live(self) -> None:
        self._send(Move.FOLLOW_LIVE)

    def edit(self, array: str, row: int, column: int, value: float) -> None:
        self._send(Edit(array, row, column, value))

    def edit_row(self, array: str, row: int, values: tuple[float, ...]) -> None:
        self._send(EditRow(array, row, values))

    def undo(self) -> None:
        self._send(Undo())

    def switch(self, line: int) -> None:
        self._send(Switch(line))

    def finish_phase(self) -> None:
        self._send(Move.FINISH_PHASE)

    def finish_batch(self) -> None:
        self._send(Move.FINISH_BATCH)

    def run_to(self, step: int, batch: int | None = None) -> None:
        self._send(RunTo(step, batch))

    def run(self) -> None:
        self._send(Move.RUN)

    def pause(self) -> None:
        self._send(Move.PAUSE)

    def set_speed(self, speed: Speed) -> None:
        self._send(SetSpeed(speed))

    def set(self, key: str, value: Any) -> None:
        self._send(Set(key, value))

    def ask(self, x: tuple[float, ...]) -> None:
        self._send(Ask(x))

    def check(self, array: str | None = None, cell: tuple[int, int] | None = None) -> None:
        self._send(Check(array, cell))

    def set_breakpoints(self, breakpoints: Breakpoints) -> None:
        self._send(SetBreakpoints(breakpoints))

    def set_watches(self, texts: tuple[str, ...]) -> None:
        self._send(SetWatches(texts))

    def set_memory(self, megabytes: int) -> None:
        self._send(SetMemory(megabytes * 2**20))

    def probe_rates(self) -> None:
        self._send(ProbeRates())

    def look_up(self, array: str, cell: tuple[int, int]) -> None:
        self._send(LookUp(array, cell))

    def close(self) -> bool:
        """Stop the engine thread. Returns whether it ended in time."""
        self._timer.stop()
        return self._worker.close()
