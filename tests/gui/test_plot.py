"""The ground of the painted plots: what is painted when, what the keys do, where numbers lie, what is read out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.axis import Axis
from gui.theme import DARK, LIGHT
from gui.views.plot import Diagram, Look, paint_marks, stacked, ys_of
from tests.gui.painted import count, near, texts_of

BOX = QRectF(40, 20, 100, 60)


class Counted(Diagram):
    """Counts what is painted; a box that stands, a line that moves."""

    enters = (Qt.Key.Key_Return,)

    def __init__(self) -> None:
        super().__init__()
        self.still = self.over = 0
        self.x = 50.0
        self.told = ""
        self.heard: list[object] = []

    def note(self) -> str:
        return self.told

    def paint_still(self, painter: QPainter) -> None:
        self.still += 1
        painter.fillRect(BOX, self._theme.q("loss"))

    def paint_over(self, painter: QPainter) -> None:
        self.over += 1
        self.line(painter, "accent", 3)
        self.paint_upright(painter, self.x, [BOX])

    def go(self, by: float, key: int) -> None:
        self.heard.append(by)
        self.x += 10 * (by if math.isfinite(by) else 0)
        self.redraw_over()

    def enter(self) -> None:
        self.heard.append("enter")


@pytest.fixture
def plot(qtbot: QtBot) -> Counted:
    plot = Counted()
    qtbot.addWidget(plot)
    plot.resize(200, 120)
    with qtbot.waitExposed(plot):
        plot.show()
    plot.setFocus()
    plot.redraw()
    plot.grab()
    return plot


def test_what_moves_is_painted_over_a_picture_of_what_does_not(plot: Counted) -> None:
    QTest.keyClick(plot, Qt.Key.Key_Right)  # the picture is made
    plot.grab()
    before = plot.still
    for place in (70.0, 80.0, 90.0):
        QTest.keyClick(plot, Qt.Key.Key_Right)
        image = plot.grab().toImage()
        assert near(image, QPointF(place, 50), QColor(LIGHT.accent))
        assert near(image, QPointF(place - 10, 50), QColor(LIGHT.loss))  # the line before is gone
    assert plot.still == before
    for anew in (plot.redraw, lambda: plot.apply_theme(DARK), lambda: plot.resize(210, 120)):
        anew()
        plot.grab()
        QTest.keyClick(plot, Qt.Key.Key_Right)
        image = plot.grab().toImage()
        assert plot.still > before
        assert near(image, QPointF(45, 50), plot._theme.q("loss"))
        before = plot.still


def test_both_at_once_paints_everything(plot: Counted) -> None:
    for first, second in ((plot.redraw, plot.redraw_over), (plot.redraw_over, plot.redraw)):
        before = plot.still
        first()
        second()
        plot.grab()
        assert plot.still == before + 1


def test_keys(plot: Counted) -> None:
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Return, Qt.Key.Key_Up):
        QTest.keyClick(plot, key)
    assert plot.heard == [-1, 1, -math.inf, math.inf, "enter"]
    plot.told = "nothing yet"
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert len(plot.heard) == 5


def test_a_note_stands_where_there_is_nothing(plot: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    plot.told, before = "nothing yet", plot.over
    assert [painted.text for painted in texts_of(plot, monkeypatch)] == ["nothing yet"]
    assert plot.over == before
    assert count(plot.grab().toImage(), BOX, QColor(LIGHT.loss)) == 0


@pytest.mark.parametrize("x", [45.0, 120.0, 195.0])
def test_a_read_out_stays_inside_and_counts_what_it_leaves_out(
    plot: Counted, monkeypatch: pytest.MonkeyPatch, x: float
) -> None:
    rows = [(("batch 12", "text"),), *(((f"run {i}", "loss"), (f"0.{i}", "text2")) for i in range(20))]
    monkeypatch.setattr(Counted, "paint_over", lambda self, painter: self.paint_read_out(painter, x, [BOX], rows))
    painted = texts_of(plot, monkeypatch)
    said = [one.text for one in painted]
    assert said[:3] == ["batch 12", "run 0", "0.0"]
    shown = sum(text.startswith("run") for text in said)
    assert said[-1] == f"and {20 - shown} more"
    assert all(one.box.top() >= 0 and one.box.bottom() <= plot.height() for one in painted)


def test_where_numbers_lie() -> None:
    area = QRectF(0, 10, 100, 50)
    values = np.array([0.0, 1e-9, 1e-2, 1.0, 1e9, math.inf, math.nan, -1.0])
    ys = ys_of(values, Axis(-4.0, 0.0, log=True), area)
    np.testing.assert_allclose(ys, [60, 60, 35, 10, 10, 10, math.nan, 60])
    np.testing.assert_allclose(ys_of(np.array([0.0, 0.5, 2.0]), Axis(0.0, 1.0), area), [60, 35, 10])
    upper, lower = stacked(QRectF(5, 10, 200, 130), 30, 0.6)
    assert (upper, lower) == (QRectF(5, 10, 200, 60), QRectF(5, 100, 200, 40))


@pytest.mark.parametrize("mark", range(4))
def test_a_hollow_mark_has_the_ground_inside(qtbot: QtBot, mark: int) -> None:
    image = QImage(40, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    for x, hollow in ((10, False), (30, True)):
        paint_marks(painter, LIGHT, [QPointF(x, 10)], Look("loss", (), mark), 4.0, hollow)
    painter.end()
    assert near(image, QPointF(10, 10), QColor(LIGHT.loss))
    assert near(image, QPointF(30, 10), QColor(LIGHT.surface))
    assert count(image, QRectF(20, 0, 20, 20), QColor(LIGHT.surface)) < 400  # and a line around
