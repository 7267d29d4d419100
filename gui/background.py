"""Work beside the window: a thread that knows nothing of Qt, a timer that looks at it, and what came of it."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot

T = TypeVar("T")

TURN = 0.0002  # seconds that a thread which computes may keep the interpreter while the window wants it
POLL = 10  # milliseconds between two looks at the other thread


class _BesideTheWindow:
    """While threads compute in plain Python for long, the window's gets the interpreter soon whenever it wants it.

    Painting gives the interpreter away and takes it back many times. And what is read, millions of numbers, would be
    searched for garbage again and again, which stops every thread.
    """

    def __init__(self) -> None:
        self._lock, self._inside = threading.Lock(), 0
        self._before = sys.getswitchinterval(), gc.isenabled()

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._before = sys.getswitchinterval(), gc.isenabled()
                sys.setswitchinterval(TURN)
                gc.disable()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                sys.setswitchinterval(self._before[0])
                if self._before[1]:
                    gc.freeze()
                    gc.enable()


beside_the_window = _BesideTheWindow()


class Job(Generic[T]):
    """Something done in a thread of its own. It begins at once, and does not keep the program from ending.

    Parameters
    ----------
    work : what is done; it touches nothing of Qt.
    name : of the thread.

    Attributes
    ----------
    found : what came of it, once it has ended; None where it failed.
    error : what went wrong, once it has ended.
    """

    def __init__(self, work: Callable[[], T], name: str) -> None:
        self.found: T | None = None
        self.error: Exception | None = None
        self._work: Callable[[], T] | None = work
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def ended(self) -> bool:
        """Whether it is done; its thread is gone then."""
        return self.wait(0)

    def wait(self, seconds: float) -> bool:
        """Wait for its end, no longer than so many seconds; whether it is done."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        assert self._work is not None
        try:
            self.found = self._work()
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever began this says it
            self.error = error
        finally:
            self._work = None  # what it holds may be large


class Background(QObject):
    """A Job of some seconds of which one signal tells the end, in the window's thread. Afterwards it deletes itself.

    Parameters
    ----------
    work, name : of the Job.
    parent : with it this ends, and no signal comes any more.
    patience : seconds that the end of the parent waits for that of the work, as what writes a file needs it.

    Signals
    -------
    done(object) : what came of it.
    failed(object) : the Exception.
    """

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, work: Callable[[], object], name: str, parent: QObject, patience: float = 0.0) -> None:
        def beside() -> object:
            with beside_the_window:
                return work()

        super().__init__(parent)
        self.job = job = Job(beside, name)
        self._timer = QTimer(self, interval=POLL)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        if patience:
            self.destroyed.connect(lambda *_: job.wait(patience))

    def abandon(self) -> None:
        """It is not wanted any more: no signal comes. The thread goes on to its end, and what it has is dropped."""
        self._timer.stop()
        self.deleteLater()

    @Slot()
    def _look(self) -> None:
        job = self.job
        if not job.ended():
            return
        self.abandon()
        if job.error is None:
            self.done.emit(job.found)
        else:
            self.failed.emit(job.error)
