"""Parts of a picture that stay as they are from one Snapshot to the next, kept as pixels while a run goes on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPixmap


class Still:
    """A part of a picture that is painted once and then copied until its key is another.

    A copy costs what two words cost to paint. It is worth while only where pictures follow each other quickly.
    """

    def __init__(self) -> None:
        self._key: object = None
        self._pixels = QPixmap()

    def draw(
        self, painter: QPainter, box: QRectF, key: object, ground: QColor, paint: Callable[[QPainter], object]
    ) -> None:
        """Show what ``paint`` paints in ``box``, in the coordinates of ``painter``, on a ground of one colour.

        ``paint`` is called when ``key``, the box, the ground or the screen's pixel ratio are not those of the last
        time.
        """
        part, ratio = box.toAlignedRect(), painter.device().devicePixelRatio()
        whole = (key, QRect(part), ratio, ground.rgba(), painter.renderHints())
        if whole != self._key:
            self._pixels = QPixmap(part.size() * ratio)
            self._pixels.setDevicePixelRatio(ratio)
            self._pixels.fill(ground)
            with QPainter(self._pixels) as own:
                own.setRenderHints(painter.renderHints())
                own.translate(-part.topLeft())
                paint(own)
            self._key = whole
        painter.drawPixmap(part.topLeft(), self._pixels)
