"""The Qt application: names, language, one visible path for errors, and an orderly end."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import traceback
from pathlib import Path
from types import FrameType, TracebackType

import platformdirs
import shiboken6
from PySide6.QtCore import (
    QBuffer,
    QCoreApplication,
    QLibraryInfo,
    QLocale,
    QLockFile,
    QMessageLogContext,
    QSettings,
    QTimer,
    QtMsgType,
    QTranslator,
    qInstallMessageHandler,
)
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from engine.commands import UsageError, write_output
from engine.lesson import Lesson
from engine.snapshot import Snapshot
from gui import formulas
from gui.main_window import MainWindow

log = logging.getLogger(__name__)

SETTLED = 900  # milliseconds after arriving, in which the engine reads what layer health was before
TRANSLATIONS = Path(__file__).resolve().parent.parent / "resources" / "translations"
QT_TEXTS = {"zh": "qtbase_zh_CN"}
CHINESE = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC")


def make_application(language: str | None = None) -> QApplication:
    """The one QApplication, in a language (None: the system's, English where there is no translation)."""
    qInstallMessageHandler(_log_qt)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Backstep")
    app.setOrganizationName("Backstep")
    app.setStyle("Fusion")
    app.aboutToQuit.connect(_close_windows)
    app.setFont(_font())
    code = language or QLocale.system().name()[:2]
    translator = QTranslator(app)
    if code != "en" and translator.load(str(TRANSLATIONS / f"backstep_{code}.qm")):
        app.installTranslator(translator)
        qt_texts = QTranslator(app)  # Close, Cancel and the like
        if qt_texts.load(QT_TEXTS[code], QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            app.installTranslator(qt_texts)
    return app


def _close_windows() -> None:
    """Close all windows, also hidden ones, which ``QApplication.quit`` does not close; its ``exit`` closes none.

    The engine thread of one that is left would wait for a command, and the interpreter for the thread.
    """
    for window in QApplication.topLevelWidgets():
        window.close()


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Qt's messages join the program's log. The screenless platform's remark on size hints says nothing to anyone."""
    if kind is QtMsgType.QtDebugMsg or message.startswith("This plugin does not support"):
        log.debug("Qt: %s", message)
    else:
        log.warning("Qt: %s", message)


def _font() -> QFont:
    families = set(QFontDatabase.families())
    preferred = ("Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans")
    family = next((name for name in preferred if name in families), None)
    font = QFont(family) if family else QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    # without this, a system in another language takes Japanese or traditional forms of the same characters
    font.setFamilies([font.family(), *(name for name in CHINESE if name in families)])
    font.setPixelSize(13)
    return font


def install_error_hooks(window: MainWindow) -> None:
    """An error nobody caught is logged with its traceback and shown as one sentence; the window goes on."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.error("".join(traceback.format_exception(kind, error, trace)))
        sentence = QCoreApplication.translate(
            "window", "Something went wrong inside Backstep ({error}). Your run is kept; Reset starts again."
        )
        text = sentence.format(error=f"{kind.__name__}: {error}"[:200])
        # a thread must not touch a widget: the text crosses as a timer event of the window's own thread
        QTimer.singleShot(0, window, lambda: window.messages.tell(text, "err"))

    def report_thread(args: threading.ExceptHookArgs) -> None:
        report(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)

    sys.excepthook = report
    threading.excepthook = report_thread


def close_on_signals(window: MainWindow) -> None:
    """Ctrl-C in the terminal and a request to end close the window, once what is going on, perhaps a paint, is done."""

    def end(number: int, frame: FrameType | None) -> None:
        QTimer.singleShot(0, window, window.close)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)


def run_window(document: Lesson | Path, data_dir: Path | None, language: str | None = None) -> int:
    """Open the window on a lesson or a saved run and stay until it is closed. Returns the exit status."""
    app = make_application(language)
    autosaves = Autosaves(Path(platformdirs.user_state_dir("Backstep", appauthor=False), "runs"))
    window = MainWindow(data_dir, QSettings(), autosaves.path)
    try:
        install_error_hooks(window)
        close_on_signals(window)
        window.show()
        if isinstance(document, Path):
            window.files.open(document)
        else:
            window.open(document)
        if autosaves.leftover is not None:
            window.offer(autosaves.leftover)
        return app.exec()
    finally:
        _end(app, window)


class Autosaves:
    """Where windows record their runs: a file each, with a lock that tells whether its window is still there.

    Attributes
    ----------
    path : for this window's run; None where the folder cannot be had, which is no reason not to open.
    leftover : the newest record of a window that is gone, or None.
    """

    def __init__(self, folder: Path) -> None:
        self.path: Path | None = None
        self.leftover: Path | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            records = sorted(filter(Path.is_file, folder.glob("run-*.json")), key=_age)
        except OSError as error:
            log.warning("runs cannot be recorded in %s (%s)", folder, error)
            return
        for record in records:
            lock = _lock(record)
            if lock.tryLock(0):
                self.leftover = record
                lock.unlock()
        path = folder / f"run-{os.getpid()}.json"
        self._lock = _lock(path)
        if self._lock.tryLock(0):
            self.path = path


def _age(record: Path) -> float:
    try:
        return record.stat().st_mtime
    except OSError:  # gone meanwhile
        return 0.0


def _lock(record: Path) -> QLockFile:
    lock = QLockFile(str(record.with_suffix(".lock")))
    lock.setStaleLockTime(0)  # what counts is whether its process lives, and not how long it has been there
    return lock


def take_screenshot(
    lesson: Lesson,
    data_dir: Path | None,
    out: Path,
    at: tuple[int, int] | None,
    size: tuple[int, int],
    theme: str | None,
    language: str,
) -> str:
    """Save a picture of the window at (batch, step). Returns what went wrong, or nothing.

    The window is the real one, drawn off the screen, its settings in a place of their own. On the way to a batch a
    progress bar stands on stderr, where that is a terminal.
    """
    from tempfile import TemporaryDirectory

    from tqdm import tqdm

    app = make_application(language)
    faults: list[str] = []
    with TemporaryDirectory() as folder:
        settings = QSettings(os.path.join(folder, "settings.ini"), QSettings.Format.IniFormat)
        settings.setValue("theme", theme or "light")
        window = MainWindow(data_dir, settings)
        window.resize(*size)
        window.show()

        bar = tqdm(total=at[0] if at else 0, unit=" batches", disable=None if at else True)  # None: on a terminal

        def look(snapshot: Snapshot) -> None:
            bar.update(snapshot.batches - bar.n)
            if window.reached(snapshot):
                QTimer.singleShot(SETTLED, app, app.quit)

        def give_up(notice: object) -> None:
            if getattr(notice, "state", None) == "failed":
                faults.append(getattr(notice, "text", ""))
                QTimer.singleShot(0, app, app.quit)

        window.painted.connect(look)
        window.bridge.notice.connect(give_up)
        window.open(lesson, at)
        app.exec()
        bar.close()
        formulas.load()
        if not faults:
            picture = (
                QBuffer()
            )  # Qt itself would write over the old file, and leave a part of the new one on a full disk
            window.grab().save(picture, "PNG")
            try:
                write_output(out, picture.data().data())
            except UsageError as error:
                faults.append(str(error))
        _end(app, window)
    return faults[0] if faults else ""


def _end(app: QApplication, window: MainWindow) -> None:
    """Close the window and release Qt before the interpreter ends.

    An application left alive at interpreter exit crashes once numba has been imported.
    """
    window.close()
    sys.excepthook = sys.__excepthook__
    threading.excepthook = threading.__excepthook__
    qInstallMessageHandler(None)
    shiboken6.delete(window)
    shiboken6.delete(app)
