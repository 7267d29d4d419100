"""However the application ends, its engine thread ends with it, and so does the process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
import threading
from PySide6.QtCore import QCoreApplication, QSettings, QTimer
from engine.lesson import Lesson
from gui import app

way, end = sys.argv[1:]
show, lesson = app.MainWindow.show, Lesson.load("toy-bias")

def begin(window):
    window.painted.connect(lambda snapshot: QTimer.singleShot(0, lambda: leave(window)))
    show(window)

def leave(window):
    if end == "hidden":
        window.hide()
    (QCoreApplication.exit if end == "exit" else QCoreApplication.quit)()

def fail(window, *given):
    raise SystemExit(5)

app.MainWindow.show = begin
if end == "fails":
    app.MainWindow.open = fail
if way == "program":
    sys.exit(app.run_window(lesson, None, "en"))
application = app.make_application("en")
window = app.MainWindow(None, QSettings())
window.show()
window.open(lesson)
application.exec()
alive = [thread.name for thread in threading.enumerate()]
app._end(application, window)
sys.exit(alive != ["MainThread"])
"""


@pytest.mark.parametrize(
    ("way", "end", "status"),
    [("program", "fails", 5), *((way, end, 0) for way in ("program", "bare") for end in ("quit", "exit", "hidden"))],
)
def test_the_process_ends(tmp_path: Path, way: str, end: str, status: int) -> None:
    places = dict.fromkeys(("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(tmp_path))
    env = {**os.environ, **places, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(REPOSITORY)}
    found = subprocess.run(
        [sys.executable, "-c", SCRIPT, way, end], env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert (found.returncode, found.stderr) == (status, "")
