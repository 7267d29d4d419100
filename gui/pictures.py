"""A panel, or the whole window, as PNG and as SVG."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QByteArray, QPoint, QRect, QSize
from PySide6.QtGui import QImage, QPainter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

SCALES = (1, 2, 3)
"""Pixels per pixel of the screen that a PNG may have."""


def png(widget: QWidget, scale: int = 2) -> bytes:
    """A widget and all in it as it stands, drawn with ``scale`` pixels for each of the screen's."""
    buffer = QBuffer()
    image(widget, scale).save(buffer, "PNG")
    return buffer.data().data()


def image(widget: QWidget, scale: int = 1) -> QImage:
    """The same as an image."""
    picture = QImage(widget.size() * scale, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(scale)
    picture.fill(widget.palette().window().color())
    widget.render(picture, QPoint(), QRegion())
    return picture


def svg(widget: QWidget, title: str = "") -> bytes:
    """A widget as SVG: text stays text, lines stay lines; heatmaps are pictures within it."""
    buffer = QBuffer()
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # the older one knows no clipping
    generator.setOutputDevice(buffer)
    generator.setSize(widget.size())
    generator.setViewBox(QRect(QPoint(), widget.size()))
    generator.setTitle(title or widget.accessibleName() or widget.windowTitle())
    generator.setDescription("Backstep")
    painter = QPainter(generator)
    try:
        painter.fillRect(QRect(QPoint(), widget.size()), widget.palette().window().color())
        widget.render(painter, QPoint(), QRegion())
    finally:
        painter.end()
    return QByteArray(buffer.data()).data()


def together(widgets: Sequence[QWidget]) -> QImage:
    """Several widgets of one window in one image, each where it stands in the window."""
    window = widgets[0].window()
    places = [QRect(widget.mapTo(window, QPoint()), widget.size()) for widget in widgets]
    whole = places[0]
    for place in places[1:]:
        whole = whole.united(place)
    even = QSize(whole.width() - whole.width() % 2, whole.height() - whole.height() % 2)  # as films want it
    picture = QImage(even, QImage.Format.Format_RGB32)
    picture.fill(window.palette().window().color())
    painter = QPainter(picture)
    try:
        for widget, place in zip(widgets, places, strict=True):
            painter.drawImage(place.topLeft() - whole.topLeft(), image(widget))
    finally:
        painter.end()
    return picture
