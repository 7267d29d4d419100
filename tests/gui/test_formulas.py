"""Formulas: the typesetter comes after the first picture, and what was drawn without it is drawn again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FIRST_PICTURE = """
import sys
import main
from PySide6.QtCore import QSettings, QTimer
from gui.app import make_application
from gui.main_window import MainWindow
from engine.lesson import Lesson

app = make_application("en")
window = MainWindow(None, QSettings(sys.argv[1], QSettings.Format.IniFormat))
pictures = []

def ink(picture):
    # the formula stands in the upper half of the Step inspector, in the theme's colour of what is written
    page = window.inspector
    corner = page.mapTo(window, page.rect().topLeft())
    colour = window.theme.q("write").rgb()
    part = picture.copy(corner.x(), corner.y() + 40, page.width(), 140).toImage()
    return any(part.pixel(x, y) == colour for x in range(part.width()) for y in range(part.height()))

def painted(snapshot):
    late = {"ziamath", "torch", "numba"} & set(sys.modules)
    assert not late, f"imported before the first picture: {late}"
    first = window.grab()
    QTimer.singleShot(0, app, lambda: wait(first))

def wait(first):
    if "ziamath" not in sys.modules:
        QTimer.singleShot(5, app, lambda: wait(first))
        return
    print(ink(first), ink(window.grab()))
    app.exit()

window.painted.connect(painted)
window.show()
window.open(Lesson.load("toy-bias"))
app.exec()
window.close()
main.leave(0)
"""


def test_the_first_picture_does_not_wait_for_the_typesetter_and_gets_its_formula_afterwards(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FIRST_PICTURE, str(tmp_path / "settings.ini")],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == ["False", "True"]
