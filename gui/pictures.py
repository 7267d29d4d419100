"""A panel, or the whole window, as PNG and as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import shiboken6
from PySide6.QtCore import QBuffer, QByteArray, QPoint, QRect, QSize
from PySide6.QtGui import QImage, QPainter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget

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
    drawing = Drawing(widgets)
    while not drawing.go_on():
        pass
    return drawing.picture


class Drawing:
    """The same a panel at a time, because all panels of a window take longer than a frame.

    Parameters
    ----------
    widgets : of one window; they have to stay as they are until it is done.

    Attributes
    ----------
    picture : as far as it is drawn.
    """

    def __init__(self, widgets: Sequence[QWidget]) -> None:
        window = widgets[0].window()
        places = [QRect(widget.mapTo(window, QPoint()), widget.size()) for widget in widgets]
        whole = places[0]
        for place in places[1:]:
            whole = whole.united(place)
        even = QSize(whole.width() - whole.width() % 2, whole.height() - whole.height() % 2)  # as films want it
        self.picture = QImage(even, QImage.Format.Format_RGB32)
        self.picture.fill(window.palette().window().color())
        self._window, self._corner = window, whole.topLeft()
        background = QWidget.RenderFlag.DrawWindowBackground
        self._parts = [part for widget in widgets for part in _parts(widget, background)]

    def go_on(self) -> bool:
        """Draw one panel; returns whether that was the last."""
        widget, flags = self._parts.pop(0)
        if shiboken6.isValid(widget):
            at = widget.mapTo(self._window, QPoint()) - self._corner if widget is not self._window else -self._corner
            shown = widget.mask()  # empty without one, which stands for all of it
            with QPainter(self.picture) as painter:
                widget.render(painter, at + shown.boundingRect().topLeft(), shown, flags)
        return not self._parts


def _parts(widget: QWidget, flags: QWidget.RenderFlag) -> Iterator[tuple[QWidget, QWidget.RenderFlag]]:
    """What to draw, from the bottom up, and how: of a widget that only holds others, itself and then each of these."""
    if type(widget) is not QWidget and not isinstance(widget, QMainWindow | QSplitter):
        yield widget, flags | QWidget.RenderFlag.DrawChildren
        return
    yield widget, flags
    for child in widget.children():
        if isinstance(child, QWidget) and child.isVisibleTo(widget) and not child.isWindow():
            yield from _parts(child, QWidget.RenderFlag(0))
