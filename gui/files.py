"""Files of the window: lessons and saved runs are opened, runs saved, the latest of both offered again.

Reading takes up to some seconds, so another thread does it; nothing of Qt is touched there.
"""

from __future__ import annotations

import gc
import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QSettings, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from engine.lesson import Lesson, LessonError
from engine.recording import SUFFIX, Recording

_log = logging.getLogger(__name__)

MOST_RECENT, MOST_EARLIER = 10, 20
TURN = 0.0002  # seconds that a thread which reads may keep the interpreter while the window wants it
POLL = 10  # milliseconds between two looks at the other thread
PATIENCE = 200  # milliseconds after which it is said that something is being opened
RECENT = "recent_files"
TABLES = (".csv", ".tsv")


class Window(Protocol):
    """What the files need of the window."""

    def open(self, lesson: Lesson) -> None: ...
    def reopen(self, recording: Recording) -> None: ...
    def record(self) -> Recording | None: ...
    def tell(self, text: str, kind: str) -> None: ...
    def wait(self, text: str, cancel: Callable[[], object]) -> None: ...
    def go_on(self) -> None: ...


def read(path: Path) -> Lesson | Recording:
    """A lesson file or a saved run.

    Raises
    ------
    LessonError : it is neither, or cannot be read.
    """
    return Recording.load(path) if path.suffix == SUFFIX else Lesson.load(path)


class Reading(QObject):
    """One file that is being read in a thread of its own. It begins at once.

    Parameters
    ----------
    path : of the file.
    parent : with it this ends.
    reader : what reads it; nothing of the window may be touched there.

    Signals
    -------
    done(object) : what was read.
    failed(object) : the LessonError, which says why not; its cause may be an OSError.
    """

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, path: Path, parent: QObject, reader: Callable[[Path], object] = read) -> None:
        super().__init__(parent)
        self.path = path
        self._job = _Job(path, reader)
        self._timer = QTimer(self, interval=POLL)
        self._timer.timeout.connect(self._poll)
        self._timer.start()

    def abandon(self) -> None:
        """It is not wanted any more: nothing comes of it. The thread reads to its end, and what it has is dropped."""
        self._timer.stop()
        self.deleteLater()

    @Slot()
    def _poll(self) -> None:
        job = self._job
        if not job.ended():
            return
        self.abandon()
        if job.error is None:
            self.done.emit(job.found)
        elif isinstance(job.error, LessonError):
            self.failed.emit(job.error)
        else:
            _log.error("reading %s failed", self.path, exc_info=job.error)
            self.failed.emit(LessonError(f"{self.path}: cannot be read: {job.error or type(job.error).__name__}"))


class _Job:
    """The thread, which knows nothing of Qt. It does not keep the program from ending."""

    def __init__(self, path: Path, reader: Callable[[Path], object]) -> None:
        self.found: object = None
        self.error: Exception | None = None
        self._path, self._reader = path, reader
        self._thread = threading.Thread(target=self._run, name="reading", daemon=True)
        self._thread.start()

    def ended(self) -> bool:
        """Whether it is done; its thread is gone then."""
        if self._thread.is_alive():
            return False
        self._thread.join()
        return True

    def _run(self) -> None:
        with beside_the_window:
            try:
                self.found = self._reader(self._path)
            except Exception as error:  # noqa: BLE001 - whatever it is, the window says it
                self.error = error


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


class Files(QObject):
    """Opens and saves for a window, and remembers: the files last used, and the runs that were left for others."""

    def __init__(self, window: Window, settings: QSettings, parent: QWidget) -> None:
        super().__init__(parent)
        self._window, self._settings, self._parent = window, settings, parent
        self._path: Path | None = None  # where the present run was saved or comes from
        self._earlier: list[Recording] = []
        self._reading: Reading | None = None
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE)
        self._patience.timeout.connect(self._say_reading)

    # ---- opening -----------------------------------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask for a file and open it."""
        kinds = self.tr("Lessons and saved runs (*.toml *{suffix});;All files (*)").format(suffix=SUFFIX)
        path, _ = QFileDialog.getOpenFileName(self._parent, self.tr("Open"), "", kinds)
        if path:
            self.open(Path(path))

    def open(self, path: Path) -> None:
        """Open a lesson file or a saved run when it has been read; what is wrong with it is said in the window.

        The window goes on meanwhile. If something else is opened before, that is what is wanted.
        """
        self.give_up()
        if path.suffix.lower() in TABLES:
            where = self.tr("{name} is a table of data: choose it in File, Build a network, under Data.")
            self._window.tell(where.format(name=path.name), "warn")
            return
        reading = self._reading = Reading(path, self)
        reading.done.connect(self._opened)
        reading.failed.connect(self._refused)
        self._patience.start()

    @property
    def opening(self) -> bool:
        """Whether a file is being read."""
        return self._reading is not None

    @Slot()
    def give_up(self) -> None:
        """Read no further what was to be opened."""
        if self._reading is not None:
            self._reading.abandon()
            self._end_reading()

    def _end_reading(self) -> Path:
        assert self._reading is not None
        path, self._reading = self._reading.path, None
        self._patience.stop()
        self._window.go_on()
        return path

    @Slot()
    def _say_reading(self) -> None:
        if self._reading is not None:
            text = self.tr("Opening {name}…").format(name=self._reading.path.name)
            self._window.wait(text, self.give_up)

    @Slot(object)
    def _opened(self, found: Lesson | Recording) -> None:
        path = self._end_reading()
        if isinstance(found, Recording):
            self._window.reopen(found)
            self._path = path
        else:
            self._window.open(found)
        self.remember(path)

    @Slot(object)
    def _refused(self, error: LessonError) -> None:
        self._end_reading()
        self._window.tell(str(error), "err")

    def fill_recent(self, menu: QMenu) -> None:
        """Offer the files last used, the last one first."""
        menu.clear()
        paths = self._recent()
        for number, path in enumerate(paths, 1):
            action = menu.addAction(f"&{number % 10}  {path.name}")
            action.setToolTip(str(path))
            action.triggered.connect(lambda _=False, path=path: self.open(path))
        self._say_if_empty(menu)

    def _recent(self) -> list[Path]:
        kept = self._settings.value(RECENT) or []
        texts = [kept] if isinstance(kept, str) else kept if isinstance(kept, list) else []
        return [Path(str(text)) for text in texts[:MOST_RECENT]]

    @Slot(object)
    def remember(self, path: Path) -> None:
        """Put a file first among those last used."""
        path = path.absolute()
        others = [other for other in self._recent() if other != path]
        self._settings.setValue(RECENT, [str(p) for p in (path, *others)][:MOST_RECENT])

    # ---- saving ------------------------------------------------------------------------------------------------------

    @Slot()
    def save(self) -> None:
        """Save the run where it was saved before; ask where if it was not."""
        if self._path is None:
            self.save_as()
        else:
            self._write(self._path)

    @Slot()
    def save_as(self) -> None:
        """Ask where to save the run."""
        recording = self._window.record()
        if recording is None:
            return
        name = self._path or Path(recording.log.lesson.id).with_suffix(SUFFIX)
        kinds = self.tr("Saved runs (*{suffix})").format(suffix=SUFFIX)
        text, _ = QFileDialog.getSaveFileName(self._parent, self.tr("Save run"), str(name), kinds)
        if text:
            path = Path(text)
            self._write(path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX))

    def _write(self, path: Path) -> None:
        recording = self._window.record()
        if recording is None:
            return
        try:
            recording.save(path)
        except OSError as error:
            why = self.tr("{path} cannot be written ({why}); the run is as it was.")
            self._window.tell(why.format(path=path, why=error.strerror or error), "err")
            return
        self._path = path
        self.remember(path)
        self._window.tell(self.tr("Saved as {path}.").format(path=path), "ok")

    # ---- earlier runs ------------------------------------------------------------------------------------------------

    def leave(self) -> None:
        """Another run takes the place of the present one, which can be returned to."""
        self.give_up()
        recording = self._window.record()
        self._path = None
        if recording is not None and (recording.batch > 1 or recording.step or recording.log.entries):
            self._earlier = [recording, *(r for r in self._earlier if r != recording)][:MOST_EARLIER]

    def fill_earlier(self, menu: QMenu) -> None:
        """Offer the runs of this session that were left for others, the last one first."""
        menu.clear()
        for recording in self._earlier:
            lesson = recording.log.lesson
            text = self.tr("{lesson}, batch {batch}, rate {rate}").format(
                lesson=lesson.title, batch=f"{recording.batch:,}", rate=f"{lesson.optimizer.learning_rate:g}"
            )
            action = menu.addAction(text.replace("&", "&&"))
            action.triggered.connect(lambda _=False, recording=recording: self._window.reopen(recording))
        self._say_if_empty(menu)

    def _say_if_empty(self, menu: QMenu) -> None:
        if menu.isEmpty():
            menu.addAction(self.tr("None yet")).setEnabled(False)
