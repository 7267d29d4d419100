"""Parts of a picture kept as pixels look as if they had been painted, and are painted again when they must be."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication

from engine.lesson import Lesson
from engine.snapshot import State
from gui.still import Still

GROUND = QColor("white")
BOX = QRectF(10, 6, 60, 20)


def picture(still: Still | None, key: object, ink: str, painted: list[object], box: QRectF = BOX) -> QImage:
    """A line through a box, painted, or by way of a Still."""

    def paint(painter: QPainter) -> None:
        painted.append(key)
        painter.setPen(QPen(QColor(ink), 2))
        painter.drawLine(QPointF(12.5, 8), QPointF(66, 22.25))

    image = QImage(80, 40, QImage.Format.Format_RGB32)
    image.fill(GROUND)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if still is None:
            paint(painter)
        else:
            still.draw(painter, box, key, GROUND, paint)
    return image


def test_it_is_painted_once_for_each_key_and_looks_the_same(qapp: QApplication) -> None:
    still, painted = Still(), []
    for key, ink in (("a", "red"), ("a", "red"), ("b", "blue"), ("b", "blue")):
        assert picture(still, key, ink, painted) == picture(None, key, ink, [])
    assert painted == ["a", "b"]
    picture(still, "b", "blue", painted, BOX.adjusted(0, 0, 4, 0))
    assert painted == ["a", "b", "b"], "another box is another picture"


@pytest.mark.parametrize("panel", ["timeline", "tensors"])
def test_a_running_panel_shows_what_it_would_paint_anew(
    digits: Any, panel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits.run_past(200)
    digits.pause()
    running = digits.shown[-2]
    assert running.state is State.RUNNING
    view = getattr(digits.window, panel)
    view.show_snapshot(digits.now)
    view.grab()
    view.show_snapshot(running)
    kept = view.grab().toImage()

    def anew(self: Still, painter: QPainter, box: QRectF, key: object, ground: QColor, paint: Any) -> None:
        paint(painter)

    monkeypatch.setattr(Still, "draw", anew)
    assert view.grab().toImage() == kept


def test_a_kept_panel_follows_theme_and_lesson(digits: Any) -> None:
    digits.run_past(200)
    pictures = [digits.window.timeline.grab().toImage()]
    digits.act("theme_dark")
    pictures.append(digits.window.timeline.grab().toImage())
    digits.open(Lesson.load("toy-bias"))
    digits.wait_for(lambda s: s.lesson.id == "toy-bias")
    pictures.append(digits.window.timeline.grab().toImage())
    corners = [image.pixelColor(300, 100).name() for image in pictures[:2]]
    assert corners == ["#ffffff", digits.window.theme.surface.lower()]
    assert pictures[1] != pictures[2]
