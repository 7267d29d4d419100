"""Files of the window: lessons and saved runs are opened, runs saved, the latest of both offered again."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QSettings, Slot
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from engine.lesson import Lesson, LessonError
from engine.recording import SUFFIX, Recording

MOST_RECENT, MOST_EARLIER = 10, 20
RECENT = "recent_files"
TABLES = (".csv", ".tsv")


class Window(Protocol):
    """What the files need of the window."""

    def open(self, lesson: Lesson) -> None: ...
    def reopen(self, recording: Recording) -> None: ...
    def record(self) -> Recording | None: ...
    def tell(self, text: str, kind: str) -> None: ...


class Files(QObject):
    """Opens and saves for a window, and remembers: the files last used, and the runs that were left for others."""

    def __init__(self, window: Window, settings: QSettings, parent: QWidget) -> None:
        super().__init__(parent)
        self._window, self._settings, self._parent = window, settings, parent
        self._path: Path | None = None  # where the present run was saved or comes from
        self._earlier: list[Recording] = []

    # ---- opening -----------------------------------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask for a file and open it."""
        kinds = self.tr("Lessons and saved runs (*.toml *{suffix});;All files (*)").format(suffix=SUFFIX)
        path, _ = QFileDialog.getOpenFileName(self._parent, self.tr("Open"), "", kinds)
        if path:
            self.open(Path(path))

    def open(self, path: Path) -> bool:
        """Open a lesson file or a saved run; what is wrong with it is said in the window. Returns whether it is one."""
        if path.suffix.lower() in TABLES:
            where = self.tr("{name} is a table of data: choose it in File, Build a network, under Data.")
            self._window.tell(where.format(name=path.name), "warn")
            return False
        try:
            found = Recording.load(path) if path.suffix == SUFFIX else Lesson.load(path)
        except LessonError as error:
            self._window.tell(str(error), "err")
            return False
        if isinstance(found, Recording):
            self._window.reopen(found)
            self._path = path
        else:
            self._window.open(found)
        self.remember(path)
        return True

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
