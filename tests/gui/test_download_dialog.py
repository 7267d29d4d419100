"""The download dialog, driven by mouse and keyboard against download functions that a test steers."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.data import DataError
from engine.data.download import DownloadCancelled, Progress, download_set
from engine.data.mnist import MNIST
from gui.views.download_dialog import DownloadDialog, Outcome

REASON = "MNIST is not on this machine yet."
FILE = "train-images-idx3-ubyte.gz"


class Steered:
    """A download that reports, goes on, fails and ends as the test says."""

    def __init__(self) -> None:
        self.calls = 0
        self.root: Path | None = None
        self.thread: threading.Thread | None = None
        self.report: Callable[[Progress], None] = lambda _: None
        self.started = threading.Event()
        self.go_on = threading.Event()
        self.error: Exception | None = None

    def __call__(self, root: Path, progress: Callable[[Progress], None], cancelled: threading.Event) -> None:
        self.calls += 1
        self.root, self.report, self.thread = root, progress, threading.current_thread()
        self.started.set()
        while not self.go_on.wait(0.01):
            if cancelled.is_set():
                raise DownloadCancelled
        if self.error is not None:
            raise self.error

    @property
    def running(self) -> bool:
        return self.thread is not None and self.thread.is_alive()


@pytest.fixture
def steered() -> Steered:
    return Steered()


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path, steered: Steered) -> DownloadDialog:
    dialog = DownloadDialog(tmp_path, REASON, download=steered)
    qtbot.addWidget(dialog)
    dialog.open()
    return dialog


def button(dialog: DownloadDialog, text: str) -> QPushButton:
    """The visible button of that text."""
    (found,) = [one for one in dialog.findChildren(QPushButton) if one.text() == text and one.isVisible()]
    return found


def buttons(dialog: DownloadDialog) -> set[str]:
    return {one.text() for one in dialog.findChildren(QPushButton) if one.isVisible()}


def texts(dialog: DownloadDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def click(qtbot: QtBot, dialog: DownloadDialog, text: str) -> None:
    qtbot.mouseClick(button(dialog, text), Qt.MouseButton.LeftButton)


def start(qtbot: QtBot, dialog: DownloadDialog, steered: Steered) -> None:
    click(qtbot, dialog, "Download")
    assert steered.started.wait(5)


def test_says_why_and_where(dialog: DownloadDialog, tmp_path: Path) -> None:
    assert REASON in texts(dialog)
    assert str(tmp_path / "MNIST" / "raw") in texts(dialog)
    assert buttons(dialog) == {"Download", "Use bundled digits", "Close"}
    assert button(dialog, "Download").isDefault()


@pytest.mark.parametrize(
    ("source", "title", "folder", "fetched"),
    [
        ("mnist", "MNIST", "MNIST", 12),
        ("fashion_mnist", "Fashion-MNIST", "FashionMNIST", 31),
        ("kmnist", "KMNIST", "KMNIST", 21),
    ],
)
def test_names_the_set(qtbot: QtBot, tmp_path: Path, source: str, title: str, folder: str, fetched: int) -> None:
    dialog = DownloadDialog(tmp_path, REASON, source=source)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.windowTitle() == f"Get {title}"
    assert f"About {fetched} MB to download; 55 MB will be kept in {tmp_path / folder / 'raw'}" in texts(dialog)


def test_every_control_has_an_accessible_name(dialog: DownloadDialog) -> None:
    for kind in (QPushButton, QLabel, QProgressBar):
        for widget in dialog.findChildren(kind):
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface.text(QAccessible.Text.Name)


def test_digits(qtbot: QtBot, dialog: DownloadDialog, steered: Steered) -> None:
    with qtbot.waitSignal(dialog.finished):
        click(qtbot, dialog, "Use bundled digits")
    assert dialog.outcome is Outcome.DIGITS
    assert steered.calls == 0


def test_close(qtbot: QtBot, dialog: DownloadDialog, steered: Steered) -> None:
    with qtbot.waitSignal(dialog.finished):
        click(qtbot, dialog, "Close")
    assert dialog.outcome is Outcome.CLOSED
    assert steered.calls == 0


def test_progress_then_done(qtbot: QtBot, dialog: DownloadDialog, steered: Steered, tmp_path: Path) -> None:
    start(qtbot, dialog, steered)
    assert buttons(dialog) == {"Cancel"}
    (bar,) = dialog.findChildren(QProgressBar)
    assert bar.isVisible()
    assert (bar.minimum(), bar.maximum()) == (0, 0)  # busy: nothing is known yet
    steered.report(Progress(FILE, 100_000, 11_600_000))
    steered.report(Progress(FILE, 2_300_000, 11_600_000))
    point = dialog.locale().decimalPoint()
    qtbot.waitUntil(lambda: f"2{point}3 of 11{point}6 MB — {FILE}" in texts(dialog))
    assert (bar.value(), bar.maximum()) == (2_300_000, 11_600_000)
    with qtbot.waitSignal(dialog.finished):
        steered.go_on.set()
    assert dialog.outcome is Outcome.DOWNLOADED
    assert steered.root == tmp_path
    assert not steered.running


def test_cancel_returns_to_the_offer(qtbot: QtBot, dialog: DownloadDialog, steered: Steered) -> None:
    start(qtbot, dialog, steered)
    click(qtbot, dialog, "Cancel")
    qtbot.waitUntil(lambda: "cancelled" in texts(dialog))
    assert not steered.running
    assert dialog.isVisible()
    assert buttons(dialog) == {"Download", "Use bundled digits", "Close"}
    steered.started.clear()
    start(qtbot, dialog, steered)
    with qtbot.waitSignal(dialog.finished):
        steered.go_on.set()
    assert dialog.outcome is Outcome.DOWNLOADED


def test_error_then_retry(qtbot: QtBot, dialog: DownloadDialog, steered: Steered) -> None:
    steered.error = DataError("The disk is full.")
    steered.go_on.set()
    start(qtbot, dialog, steered)
    qtbot.waitUntil(lambda: "The disk is full." in texts(dialog))
    assert buttons(dialog) == {"Retry", "Use bundled digits", "Close"}
    assert dialog.outcome is Outcome.CLOSED
    steered.error = None
    with qtbot.waitSignal(dialog.finished):
        click(qtbot, dialog, "Retry")
    assert dialog.outcome is Outcome.DOWNLOADED
    assert steered.calls == 2


def test_unforeseen_error_is_shown_and_logged(
    qtbot: QtBot, dialog: DownloadDialog, steered: Steered, caplog: pytest.LogCaptureFixture
) -> None:
    steered.error = ImportError("No module named 'torchvision'")
    steered.go_on.set()
    start(qtbot, dialog, steered)
    qtbot.waitUntil(lambda: "failed: No module named 'torchvision'" in texts(dialog))
    assert "Traceback" in caplog.text


def test_real_download_from_a_refusing_port(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        mirror = f"http://127.0.0.1:{bound.getsockname()[1]}/"
        dialog = DownloadDialog(
            tmp_path,
            REASON,
            download=lambda root, note, cancelled: download_set(MNIST, root, note, cancelled, [mirror]),
        )
        qtbot.addWidget(dialog)
        dialog.open()
        click(qtbot, dialog, "Download")
        qtbot.waitUntil(lambda: "No network connection" in texts(dialog), timeout=30_000)
    assert "Retry" in buttons(dialog)


@pytest.mark.parametrize("how", ["window", "escape"])
def test_closing_while_downloading(qtbot: QtBot, dialog: DownloadDialog, steered: Steered, how: str) -> None:
    start(qtbot, dialog, steered)
    with qtbot.waitSignal(dialog.finished):
        began = time.monotonic()
        if how == "window":
            dialog.close()
        else:
            qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert time.monotonic() - began < 0.1  # does not wait for the thread
        assert "Cancelling" in texts(dialog)
    assert dialog.outcome is Outcome.CLOSED
    assert not dialog.isVisible()
    assert not steered.running


def test_the_end_of_the_window_ends_the_thread(qtbot: QtBot, tmp_path: Path, steered: Steered) -> None:
    parent = QWidget()
    dialog = DownloadDialog(tmp_path, REASON, parent, steered)
    parent.show()
    dialog.open()
    start(qtbot, dialog, steered)
    delete(parent)
    qtbot.waitUntil(lambda: not steered.running)


def test_the_end_of_the_program_ends_the_thread(qtbot: QtBot, dialog: DownloadDialog, steered: Steered) -> None:
    start(qtbot, dialog, steered)
    application = QCoreApplication.instance()
    assert application is not None
    application.aboutToQuit.emit()
    qtbot.waitUntil(lambda: not steered.running)


def delete(thing: QObject) -> None:
    thing.deleteLater()
    QCoreApplication.sendPostedEvents(thing, QEvent.Type.DeferredDelete)
