"""Files of the window: lessons and saved runs are opened, runs saved, the latest of both offered again.

Reading and writing take up to some seconds, so other threads do them; nothing of Qt is touched there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QSettings, Qt, QTimer, Slot
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from engine.lesson import Lesson, LessonError
from engine.recording import SUFFIX, Recording, RecordingError
from gui.background import Background, Job
from gui.lesson_pages import language, title_of
from gui.said import said

_log = logging.getLogger(__name__)

MOST_RECENT, MOST_EARLIER = 10, 20
PATIENCE = 200  # milliseconds after which it is said that something is being opened or saved
LONGEST = 30.0  # seconds that the end of the window waits for a run that is being saved
RECENT = "recent_files"
TABLES = (".csv", ".tsv")


class Window(Protocol):
    """What the files need of the window."""

    def open(self, lesson: Lesson) -> None: ...
    def reopen(self, recording: Recording) -> None: ...
    def record(self) -> Recording | None: ...
    def tell(self, text: str, kind: str) -> None: ...
    def offer_table(self, path: Path) -> None: ...
    def wait(self, text: str, cancel: Callable[[], object]) -> None: ...
    def go_on(self) -> None: ...


def read(path: Path) -> Lesson | Recording:
    """A lesson file or a saved run.

    Raises
    ------
    LessonError : it is neither, or cannot be read.
    """
    return Recording.load(path) if path.suffix == SUFFIX else Lesson.load(path)


class Reading(Background):
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

    def __init__(self, path: Path, parent: QObject, reader: Callable[[Path], object] = read) -> None:
        def work() -> object:
            try:
                return reader(path)
            except LessonError:
                raise
            except Exception as error:  # whatever it is, the window says it
                _log.exception("reading %s failed", path)
                raise LessonError(f"{path}: cannot be read: {error or type(error).__name__}") from error

        super().__init__(work, "reading", parent)
        self.path = path


def ask_where(
    parent: QWidget, title: str, path: Path, names: str, suffix: str, then: Callable[[Path], object]
) -> QFileDialog:
    """Ask for the name of a file to be written; it is asked about a file that is there already, with its suffix.

    Parameters
    ----------
    path : that is suggested.
    names : which files are shown, as ``"Saved runs (*.backstep)"``.
    suffix : of the file, where the name has none.
    then : gets the path.
    """
    chooser = QFileDialog(parent, title)
    chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    chooser.setNameFilter(names)
    chooser.setDefaultSuffix(suffix.removeprefix("."))
    chooser.selectFile(str(path))
    chooser.fileSelected.connect(lambda text: then(Path(text)))
    chooser.open()
    return chooser


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
        self._saving: Job[None] | None = None  # the last one
        self._run = 0  # which of the runs that were open here is

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
            self._window.offer_table(path)
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
        self._window.tell(said(str(error)), "err")

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
        if recording is not None:
            self._ask(self._path or Path(recording.log.lesson.id).with_suffix(SUFFIX))

    def _ask(self, suggested: Path) -> None:
        kinds = self.tr("Saved runs (*{suffix})").format(suffix=SUFFIX)
        ask_where(self._parent, self.tr("Save run"), suggested, kinds, SUFFIX, self._take)

    def _take(self, path: Path) -> None:
        """Save under a name that was chosen; what is no name of a saved run becomes one, if none is there already."""
        whole = path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
        if whole != path and whole.exists():
            self._ask(whole)  # about this one nobody has been asked
        else:
            self._write(whole)

    def _write(self, path: Path) -> None:
        recording = self._window.record()
        if recording is None:
            return
        before, run = self._saving, self._run

        def work() -> None:
            if before is not None:
                before.wait(LONGEST)  # of two files of one name, the later one stays
            recording.save(path)

        saving = Background(work, "saving", self, LONGEST)
        self._saving = saving.job
        slow = QTimer(saving, singleShot=True, interval=PATIENCE)
        slow.timeout.connect(lambda: self._window.tell(self.tr("Saving {name}…").format(name=path.name), "fwd"))
        slow.start()
        saving.done.connect(lambda _: self._saved(path, run))
        saving.failed.connect(lambda error: self._not_saved(path, error))

    @property
    def saving(self) -> bool:
        """Whether a run is being written."""
        return self._saving is not None and not self._saving.ended()

    def _saved(self, path: Path, run: int) -> None:
        if run == self._run:  # another one must not take its file
            self._path = path
        self.remember(path)
        self._window.tell(self.tr("Saved as {path}.").format(path=path), "ok")

    def _not_saved(self, path: Path, error: Exception) -> None:
        if isinstance(error, RecordingError):
            text = said(str(error))
        else:
            if not isinstance(error, OSError):
                _log.error("saving %s failed", path, exc_info=error)
            why = said(str(getattr(error, "strerror", None) or error or type(error).__name__))
            text = self.tr("{path} cannot be written ({why}); the run is as it was.").format(path=path, why=why)
        self._window.tell(text, "err")

    # ---- earlier runs ------------------------------------------------------------------------------------------------

    def leave(self) -> None:
        """Another run takes the place of the present one, which can be returned to."""
        self.give_up()
        recording = self._window.record()
        self._path = None
        self._run += 1
        if recording is not None and (recording.batch > 1 or recording.step or recording.log.entries):
            self._earlier = [recording, *(r for r in self._earlier if r != recording)][:MOST_EARLIER]

    def fill_earlier(self, menu: QMenu) -> None:
        """Offer the runs of this session that were left for others, the last one first."""
        menu.clear()
        for recording in self._earlier:
            lesson = recording.log.lesson
            text = self.tr("{lesson}, batch {batch}, rate {rate}").format(
                lesson=title_of(lesson, language()),
                batch=f"{recording.batch:,}",
                rate=f"{lesson.optimizer.learning_rate:g}",
            )
            action = menu.addAction(text.replace("&", "&&"))
            action.triggered.connect(lambda _=False, recording=recording: self._window.reopen(recording))
        self._say_if_empty(menu)

    def _say_if_empty(self, menu: QMenu) -> None:
        if menu.isEmpty():
            menu.addAction(self.tr("None yet")).setEnabled(False)
