"""The offer to download MNIST, Fashion-MNIST or KMNIST when it is missing or damaged."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from engine.data import DataError
from engine.data.download import DownloadCancelled, Progress, download_set
from engine.data.mnist import SETS
from gui.said import said

_log = logging.getLogger(__name__)

Download = Callable[[Path, Callable[[Progress], None], threading.Event], None]
"""A function such as `download_set` of one set."""

POLL = 33  # milliseconds: one look at the thread per frame


class Outcome(Enum):
    """What came of the offer."""

    DOWNLOADED = auto()
    DIGITS = auto()
    """The bundled digits shall be used instead."""
    CLOSED = auto()


class DownloadDialog(QDialog):
    """Says why an image set cannot be used and offers to download it or to use the bundled digits.

    Show it with ``open()`` and read `outcome` when ``finished`` is emitted. Closing it during a download
    cancels the download first; ``finished`` follows when its thread has ended.

    Parameters
    ----------
    root : Path
        The data folder to fill.
    reason : str
        One sentence: why the data cannot be used.
    parent : QWidget, optional
    download : callable, optional
        Does the work, in a thread of its own; by default it downloads the set.
    source : str
        Which set: mnist, fashion_mnist or kmnist.
    """

    def __init__(
        self,
        root: Path,
        reason: str,
        parent: QWidget | None = None,
        download: Download | None = None,
        source: str = "mnist",
    ) -> None:
        super().__init__(parent)
        which = SETS[source]
        self._title = which.title
        self._root = root
        self._download = download or partial(download_set, which)
        self._job: _Job | None = None
        self._closing = False
        self._outcome = Outcome.CLOSED
        self.setWindowTitle(self.tr("Get {name}").format(name=which.title))
        self.setMinimumWidth(480)

        self._message = _text_label(reason)
        fetched = sum(packed.size for packed in which.packed.values())
        kept = sum(file.size for file in which.files.values())
        self._status = _text_label(
            self.tr("About {fetched} MB to download; {kept} MB will be kept in {folder}").format(
                fetched=round(fetched / 1e6), kept=round(kept / 1e6), folder=root / which.raw
            )
        )
        self._bar = QProgressBar()
        self._bar.setAccessibleName(self.tr("Download progress"))
        self._download_button = self._button(self.tr("Download"), self._start)
        self._digits_button = self._button(self.tr("Use bundled digits"), self._use_digits)
        self._cancel_button = self._button(self.tr("Cancel"), self._cancel)
        self._close_button = self._button(self.tr("Close"), self.reject)

        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self._digits_button, self._close_button, self._cancel_button, self._download_button):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        for widget in (self._message, self._bar, self._status):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addLayout(buttons)

        self._timer = QTimer(self, interval=POLL)
        self._timer.timeout.connect(self._poll)
        self._show_running(False)

    @property
    def outcome(self) -> Outcome:
        """What came of the offer; CLOSED until something did."""
        return self._outcome

    def reject(self) -> None:
        """Close; during a download, cancel it and close as soon as its thread has ended."""
        if self._job is None:
            super().reject()
        else:
            self._closing = True
            self._cancel()

    def _button(self, text: str, clicked: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, autoDefault=False)
        button.clicked.connect(clicked)
        return button

    def _use_digits(self) -> None:
        self._outcome = Outcome.DIGITS
        self.accept()

    def _start(self) -> None:
        self._closing = False
        self._job = _Job(self._download, self._root)
        # However the window or the program ends, the thread must not go on without them.
        self.destroyed.connect(self._job.cancelled.set)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._job.cancelled.set)
        self._bar.setRange(0, 0)
        self._status.setText(self.tr("Connecting…"))
        self._show_running(True)
        self._timer.start()

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancelled.set()
            self._cancel_button.setEnabled(False)
            self._status.setText(self.tr("Cancelling…"))

    def _poll(self) -> None:
        job = self._job
        if job is None:
            return
        if not job.cancelled.is_set() and job.progress is not None:
            self._show_progress(job.progress)
        if not job.ended():
            return
        self._timer.stop()
        self._job = None
        self._show_running(False)
        if self._closing:
            super().reject()
        elif isinstance(job.error, DownloadCancelled):
            self._status.setText(self.tr("The download was cancelled."))
        elif job.error is not None:
            self._show_error(job.error)
        else:
            self._outcome = Outcome.DOWNLOADED
            self.accept()

    def _show_progress(self, progress: Progress) -> None:
        self._bar.setRange(0, progress.bytes_total)
        self._bar.setValue(progress.bytes_done)
        done, total = (
            self.locale().toString(count / 1e6, "f", 1) for count in (progress.bytes_done, progress.bytes_total)
        )
        self._status.setText(
            self.tr("{done} of {total} MB — {file}").format(done=done, total=total, file=progress.file)
        )

    def _show_error(self, error: Exception) -> None:
        if isinstance(error, DataError):
            self._message.setText(said(str(error)))
        else:
            _log.error("the download of %s failed", self._title, exc_info=error)
            self._message.setText(self.tr("The download failed: {error}").format(error=error))
        self._status.clear()
        self._download_button.setText(self.tr("Retry"))

    def _show_running(self, running: bool) -> None:
        self._bar.setVisible(running)
        self._cancel_button.setVisible(running)
        self._cancel_button.setEnabled(running)
        for button in (self._download_button, self._digits_button, self._close_button):
            button.setVisible(not running)
        first = self._cancel_button if running else self._download_button
        first.setDefault(True)
        first.setFocus()


class _Job:
    """One run of a download, in a thread that knows nothing of Qt: the thread writes, the dialog reads."""

    def __init__(self, download: Download, root: Path) -> None:
        self.progress: Progress | None = None  # the latest; replaced, never changed
        self.error: Exception | None = None
        self.cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(download, root), name="download")
        self._thread.start()

    def ended(self) -> bool:
        if self._thread.is_alive():
            return False
        self._thread.join()
        return True

    def _run(self, download: Download, root: Path) -> None:
        try:
            download(root, self._note, self.cancelled)
        except Exception as error:  # noqa: BLE001 - whatever it is, the dialog shows it
            self.error = error

    def _note(self, progress: Progress) -> None:
        self.progress = progress


def _text_label(text: str) -> QLabel:
    label = QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    # Paths and reasons are there to be copied, also with the keyboard.
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label
