"""What a picture shows: its texts with their places, its pixels, and Snapshots whose numbers a test has chosen."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QWidget

from engine.snapshot import Snapshot
from engine.tensors import Tensors


def with_values(snapshot: Snapshot, **arrays: object) -> Snapshot:
    """The same Snapshot with some arrays' values replaced."""
    tensors = Tensors(snapshot.tensors.layout, snapshot.tensors.vector.copy(), snapshot.tensors.batch)
    for name, values in arrays.items():
        tensors[name][...] = values
    return dataclasses.replace(snapshot, tensors=tensors)


# ---- texts -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Painted:
    """A text that a panel painted, and the box of its ink in pixels of the panel."""

    panel: QWidget
    text: str
    box: QRectF


def texts_of(widget: QWidget, monkeypatch: pytest.MonkeyPatch) -> list[Painted]:
    """Paint a window or a panel once; every text that is painted from Python on the way."""
    painted: list[Painted] = []
    draw = QPainter.drawText

    def note(painter: QPainter, where: QPointF | QRectF, *rest: Any) -> Any:
        text, metrics = rest[-1], QFontMetricsF(painter.font())
        at_point = isinstance(where, QPointF)
        box = metrics.tightBoundingRect(text).translated(where) if at_point else painter.boundingRect(where, *rest)
        painted.append(Painted(painter.device(), text, painter.transform().mapRect(QRectF(box))))
        return draw(painter, where, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(QPainter, "drawText", note)
        widget.grab()
    return painted


# ---- pixels ------------------------------------------------------------------------------------------------------


def near(image: QImage, at: QPointF, colour: QColor) -> bool:
    """Whether a pixel has a colour, up to rounding."""
    pixel = image.pixelColor(at.toPoint())
    return all(abs(a - b) <= 3 for a, b in zip(pixel.getRgb()[:3], colour.getRgb()[:3], strict=True))


def count(image: QImage, box: QRectF, colour: QColor) -> int:
    """Pixels of a box that have a colour exactly."""
    rect = box.toAlignedRect().intersected(image.rect())
    return sum(
        image.pixelColor(x, y).rgb() == colour.rgb()
        for x in range(rect.left(), rect.right())
        for y in range(rect.top(), rect.bottom())
    )


def count_around(image: QImage, box: QRectF, colour: QColor, width: float = 6) -> int:
    """Pixels of a colour in a frame of so many pixels outside a box."""
    return count(image, box.adjusted(-width, -width, width, width), colour) - count(image, box, colour)
