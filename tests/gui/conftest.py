"""Fixtures of the window's tests: one application off the screen, settings in a file of their own, no thread left."""

from __future__ import annotations

import gc
import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before any test makes an application

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QSettings, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.lesson import Lesson
from gui.app import make_application
from gui.main_window import MainWindow
from tests.gui.driven import Driven, digits_lesson

HERE = Path(__file__).parent
SHARED_DATA = HERE.parents[2] / "shared" / "data"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A warning of Qt fails a test, but for those that only say what the offscreen plug-in cannot do."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))
            item.add_marker(pytest.mark.filterwarnings("ignore:path is deprecated:DeprecationWarning"))  # ziamath's


@pytest.fixture(scope="session")
def qapp() -> Iterator[QApplication]:
    """The application as a user gets it: style, font, names. It ends before the interpreter does."""
    of_pytest = qInstallMessageHandler(None)
    app = make_application("en")
    qInstallMessageHandler(of_pytest)  # the application's own would only log a warning; here it is a failure
    yield app
    shiboken6.delete(app)  # left alive, it crashes at exit once numba has been imported


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Fails a test that leaves a thread running."""
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in before]
    assert not left, f"threads left running: {left}"


@pytest.fixture(scope="session")
def mnist_dir() -> Path:
    """The folder that holds MNIST/raw."""
    root = Path(os.environ.get("BACKSTEP_DATA", SHARED_DATA))
    if not (root / "MNIST" / "raw").is_dir():
        pytest.skip(f"the real MNIST is not under {root}; set BACKSTEP_DATA to the folder that holds MNIST/raw")
    return root


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """Settings that touch nothing of the user's."""
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


OpenWindow = Callable[..., Driven]


@pytest.fixture
def open_window(qtbot: QtBot, settings: QSettings) -> Iterator[OpenWindow]:
    """A function that opens a window on a lesson and waits for its first Snapshot; all are closed at the end."""
    opened: list[Driven] = []

    def open_one(
        lesson: Lesson | str = "toy-bias", *, size: tuple[int, int] = (1600, 1000), data_dir: Path | None = None
    ) -> Driven:
        settings.setValue("theme", settings.value("theme", "light"))
        driven = Driven(MainWindow(data_dir, settings), qtbot)
        opened.append(driven)
        driven.window.resize(*size)
        with qtbot.waitExposed(driven.window):
            driven.window.show()
        driven.activate()
        driven.open(Lesson.load(lesson) if isinstance(lesson, str) else lesson)
        return driven

    yield open_one
    for driven in opened:
        driven.end()
    gc.unfreeze()  # each window takes what is there out of the search for garbage: here many come and go


@pytest.fixture
def toy(open_window: OpenWindow) -> Driven:
    """A window that stands at the very start of toy-bias."""
    driven = open_window("toy-bias")
    driven.wait_for(lambda snapshot: snapshot.lesson.id == "toy-bias")
    return driven


@pytest.fixture
def digits(open_window: OpenWindow) -> Driven:
    """A window that stands at the very start of digits-sigmoid, which starts at full speed; nothing is compiled."""
    driven = open_window(digits_lesson())
    driven.wait_for(lambda snapshot: snapshot.lesson.id == "digits-sigmoid")
    return driven
