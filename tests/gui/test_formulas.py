"""Formulas: the typesetter comes after the first picture, and what was drawn without it is drawn again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gui import formulas
from gui.lesson_pages import page_of
from gui.theme import LIGHT

ROOT = Path(__file__).parents[2]
DOCUMENT_000 = r"""
\mathbf{l}_1 = \mathbf{X} \cdot \mathbf{W}_1 + \mathbf{b}_1
\mathbf{a}_1 = \sigma(\mathbf{l}_1) = \frac{1}{1 + e^{-\mathbf{l}_1}}
\mathbf{l}_2 = \mathbf{a}_1 \cdot \mathbf{W}_2 + \mathbf{b}_2
\hat{\mathbf{Y}} = \sigma(\mathbf{l}_2) = \frac{1}{1 + e^{-\mathbf{l}_2}}
\mathcal{L} = \frac{1}{2} \| \hat{\mathbf{Y}} - \mathbf{Y} \|^2
\frac{\partial \mathcal{L}}{\partial \hat{\mathbf{Y}}} = \hat{\mathbf{Y}} - \mathbf{Y}
\frac{\partial \mathcal{L}}{\partial \mathbf{l}_2} = (\hat{\mathbf{Y}} - \mathbf{Y}) \cdot \sigma'(\mathbf{l}_2)
\sigma'(z) = \sigma(z)(1 - \sigma(z))
\frac{\partial \mathcal{L}}{\partial \mathbf{W}_2} = \mathbf{a}_1^T \cdot \frac{\partial \mathcal{L}}{\partial \mathbf{l}_2}
\frac{\partial \mathcal{L}}{\partial \mathbf{b}_2} = \text{mean}\left( \frac{\partial \mathcal{L}}{\partial \mathbf{l}_2}, \text{axis=0} \right)
\frac{\partial \mathcal{L}}{\partial \mathbf{a}_1} = \frac{\partial \mathcal{L}}{\partial \mathbf{l}_2} \cdot \mathbf{W}_2^T
\frac{\partial \mathcal{L}}{\partial \mathbf{l}_1} = \frac{\partial \mathcal{L}}{\partial \mathbf{a}_1} \cdot \sigma'(\mathbf{l}_1)
\frac{\partial \mathcal{L}}{\partial \mathbf{W}_1} = \mathbf{X}^T \cdot \frac{\partial \mathcal{L}}{\partial \mathbf{l}_1}
\frac{\partial \mathcal{L}}{\partial \mathbf{b}_1} = \text{mean}\left( \frac{\partial \mathcal{L}}{\partial \mathbf{l}_1}, \text{axis=0} \right)
\mathbf{W}_1 = \mathbf{W}_1 - \eta \cdot \frac{\partial \mathcal{L}}{\partial \mathbf{W}_1}
\mathbf{b}_1 = \mathbf{b}_1 - \eta \cdot \text{mean}\left( \frac{\partial \mathcal{L}}{\partial \mathbf{b}_1}, \text{axis=0} \right)
\mathbf{W}_2 = \mathbf{W}_2 - \eta \cdot \frac{\partial \mathcal{L}}{\partial \mathbf{W}_2}
\mathbf{b}_2 = \mathbf{b}_2 - \eta \cdot \text{mean}\left( \frac{\partial \mathcal{L}}{\partial \mathbf{b}_2}, \text{axis=0} \right)
"""  # noqa: E501 - as they stand there
"""The displayed formulas of document 000, in its order."""

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


def without_spaces(latex: str) -> str:
    return latex.replace(r"\ ", "").replace(" ", "")


@pytest.mark.parametrize("lesson", ["mnist-sigmoid-777", "mnist-sigmoid-1"])
def test_the_page_prints_document_000s_formulas_letter_by_letter(lesson: str) -> None:
    """And every one of them can be drawn."""
    page = page_of(lesson)
    assert page is not None
    shown = [formula.latex for formula in page.formulas]
    assert [without_spaces("".join(parts)) for parts in shown] == without_spaces(DOCUMENT_000).split("\n")[1:-1]
    for parts in shown:
        for latex in parts:
            assert formulas.renderer(latex, 15, LIGHT).isValid()
