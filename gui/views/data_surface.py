"""Two inputs: what the net says everywhere in their plane, as colours, with the examples on top."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget

from engine.snapshot import Snapshot
from gui.axis import Axis
from gui.axis import short as tick
from gui.matrix import largest, scale_for, to_image
from gui.theme import Rgb32, Theme, colours, diverging_table
from gui.views.data_points import (
    Plot,
    Points,
    class_colour,
    feature_names,
    output_text,
    outputs_at,
    spread,
    turning_value,
)

Array = npt.NDArray[Any]

GRIDS = (144, 324, 784, 1600, 4096, 9216)
"""Numbers of places at which the net is asked for a picture; the present one follows the time that takes."""
MOST_PRODUCTS = 2e7  # weights times places of a first picture, before any time is known
LONG, BRIEF = 0.006, 0.0012  # seconds of asking beyond which there are fewer places next time, below which more
MOST_PIXELS, MOST_VALUES = 50_000, 300_000  # of the picture, which Qt then enlarges; and outputs in all of them
SAME_UNIT = 4.0  # extents whose ratio is below this are drawn with one scale
PALE, FULL = 0.10, 0.70  # of a class's colour, where the net knows nothing and where it is certain


@lru_cache(maxsize=64)
def _between(count: int, pixels: int) -> Array:
    """(pixels, count) weights of the linear interpolation between places that lie from edge to edge."""
    at = (np.arange(pixels) + 0.5) / pixels * (count - 1)
    lower = np.minimum(at.astype(int), count - 2)
    weights = np.zeros((pixels, count))
    weights[np.arange(pixels), lower] = 1 - (at - lower)
    weights[np.arange(pixels), lower + 1] = at - lower
    return weights


@lru_cache(maxsize=32)
def _class_table(theme: Theme, index: int) -> Rgb32:
    """256 colours of a class, from next to nothing to certain."""
    share = np.linspace(PALE, FULL, 256)[:, None]
    ends = [np.array([q.red(), q.green(), q.blue()], float) for q in (theme.q("surface"), class_colour(theme, index))]
    r, g, b = np.rint(ends[0] * (1 - share) + ends[1] * share).astype(np.uint32).T
    return (0xFF000000 | (r << 16) | (g << 8) | b).astype(np.uint32)


def strength(outputs: Array, softmax: bool) -> Array:
    """How sure the largest of several outputs is, 0 to 1; of probabilities, 0 where all are equal."""
    top = outputs.max(axis=0)
    least = 1 / len(outputs) if softmax else 0.0
    share: Array = np.clip((top - least) / (1 - least), 0, 1)
    return share


class Surface(Plot):
    """The decision surface. A single output has the diverging colours around the value that decides; of several
    outputs the largest gives the colour, and how large it is the strength. Of several numbers one is shown.

    The net is asked on a grid, as fine as a frame has time for, and its outputs are interpolated in between.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._rung = len(GRIDS) - 2
        self._centre, self._scale = 0.0, 1.0
        self._decides = False
        self._broken = False
        self.setAccessibleName(self.tr("Decision surface: arrow keys go from example to example"))

    @property
    def grid(self) -> int:
        """At how many places the net is asked, about."""
        return GRIDS[self._rung]

    def show_snapshot(self, snapshot: Snapshot) -> None:
        before = self._snapshot
        if before is None or before.lesson.network != snapshot.lesson.network:
            weights = len(snapshot.tensors.parameters)
            fits = [i for i, places in enumerate(GRIDS[:-1]) if places * weights <= MOST_PRODUCTS]
            self._rung = max(fits, default=0)
        super().show_snapshot(snapshot)

    # ---- what is asked -----------------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        points = self._points
        assert points is not None
        (left, right), (low, high) = (spread(points.x[:, i]) for i in (0, 1))
        area = self.area
        if max(right - left, high - low) < SAME_UNIT * min(right - left, high - low):
            unit = max((right - left) / area.width(), (high - low) / area.height())
            more_x, more_y = (unit * area.width() - right + left) / 2, (unit * area.height() - high + low) / 2
            left, right, low, high = left - more_x, right + more_x, low - more_y, high + more_y
        self._across, self._up = Axis(left, right), Axis(low, high)

    def _compute(self) -> None:
        snapshot, points = self._snapshot, self._points
        assert snapshot is not None
        assert points is not None
        area = self.area
        rows = max(4, round((self.grid * area.height() / area.width()) ** 0.5))
        columns = max(4, round(self.grid / rows))
        x = np.linspace(self._across.low, self._across.high, columns)
        y = np.linspace(self._up.high, self._up.low, rows)
        begun = time.perf_counter()
        outputs = outputs_at(snapshot, np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2))
        self._adapt(time.perf_counter() - begun)
        values = outputs.T.reshape(-1, rows, columns).astype(np.float64)
        self._broken = not np.isfinite(values).all()
        self._image = QImage() if self._broken else to_image(self._colours(snapshot, points, values))

    def _adapt(self, seconds: float) -> None:
        if seconds > LONG:
            self._rung = max(0, self._rung - 1)
        elif seconds < BRIEF:
            self._rung = min(len(GRIDS) - 1, self._rung + 1)

    def _colours(self, snapshot: Snapshot, points: Points, values: Array) -> Rgb32:
        """(rows, columns) colours of the picture from the outputs (n_out, rows, columns) on the grid."""
        area = self.area
        pixels = min(MOST_PIXELS, MOST_VALUES / len(values))
        shrink = min(1.0, (pixels / (area.width() * area.height())) ** 0.5)
        height, width = max(4, round(area.height() * shrink)), max(4, round(area.width() * shrink))
        down, across = _between(values.shape[1], height), _between(values.shape[2], width)
        fine = down @ values @ across.T
        if len(values) > 1 and points.classes is not None:
            sure = strength(fine, snapshot.lesson.network.output == "softmax")
            taken = fine.argmax(axis=0)
            tables = np.stack([_class_table(self._theme, i) for i in range(len(values))])
            rgb: Rgb32 = tables[taken, np.minimum(sure * 256, 255).astype(np.intp)]
            self._decides = True
            return self._with_lines(rgb, taken)
        decision = turning_value(points)
        self._decides = decision is not None
        self._centre = decision or 0.0
        self._scale = self._scale_of(snapshot, points, values[self.output])
        shown = fine[self.output] - self._centre
        rgb = colours(shown, -self._scale, self._scale, diverging_table(self._theme))
        return self._with_lines(rgb, shown > 0) if self._decides else rgb

    def _scale_of(self, snapshot: Snapshot, points: Points, values: Array) -> float:
        """How far from the centre the colours reach: as far as targets can be, or as examples and outputs are."""
        if self._decides:
            reach = {"sigmoid": 0.5, "tanh": 1.0}.get(snapshot.lesson.network.output)
            return 1.4 * (reach or largest(points.y - self._centre))  # examples stand out from the surface
        return scale_for(np.array([largest(points.y[:, self.output]), largest(values)]) / 1.25)

    def _with_lines(self, rgb: Rgb32, taken: Array) -> Rgb32:
        """The picture with a line where the decision changes."""
        line = np.zeros(taken.shape, bool)
        line[:, 1:] |= taken[:, 1:] != taken[:, :-1]
        line[1:] |= taken[1:] != taken[:-1]
        rgb[line] = np.uint32(self._theme.q("text2").rgb())
        return rgb

    # ---- painting ----------------------------------------------------------------------------------------------------

    def _paint_net(self, painter: QPainter) -> None:
        area = self.area
        if self._broken:
            painter.fillRect(area, self._theme.q("sunken"))
            text = self.tr("The outputs are no longer finite numbers.")
            painter.setPen(self._theme.q("err"))
            painter.setFont(self._caption_font)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(area, self._image)
        painter.setPen(QPen(self._theme.q("line2"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)

    def _fill(self, index: int) -> Any:
        points = self._points
        assert points is not None
        if points.classes is not None:
            return super()._fill(index)
        value = np.array([[points.y[index, self.output] - self._centre]])
        rgb = colours(value, -self._scale, self._scale, diverging_table(self._theme))
        return self._theme.q("text").fromRgb(int(rgb[0, 0]))

    def _dots_key(self) -> object:
        return self._centre, self._scale

    def _dot(self, painter: QPainter, at: Any, colour: Any, hollow: bool) -> None:
        super()._dot(painter, at, colour, hollow)
        if self._points is not None and self._points.classes is None:  # pale as its target may be, it has an outline
            painter.setPen(QPen(self._theme.q("text"), 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, self._radius(), self._radius())

    def _paint_key(self, painter: QPainter, x: float) -> float:
        points, snapshot = self._points, self._snapshot
        assert points is not None
        assert snapshot is not None
        if points.classes is not None and points.y.shape[1] > 1:
            metrics = QFontMetricsF(self._caption_font)
            for i, name in enumerate(points.names):
                room = metrics.horizontalAdvance(name) + 26
                if x + room > self.width() - 130:
                    return self._text(painter, x, 17, "…", "text2")
                painter.fillRect(QRectF(x, 8, 10, 10), class_colour(self._theme, i))
                x = self._text(painter, x + 14, 17, name, "text2") + 12
            return x - 8
        low, high = self._centre - self._scale, self._centre + self._scale
        if self._decides:
            low, high = max(low, float(points.y.min())), min(high, float(points.y.max()))
        ends = [tick(low), tick(high)]
        if points.names and points.names != tuple(ends):
            ends = [f"{end} ({name})" for end, name in zip(ends, points.names, strict=False)]
        x = self._text(painter, x, 17, f"{self._output_name()}  {ends[0]}", "text2") + 6
        shown = np.linspace(low, high, 64)[None] - self._centre
        bar = to_image(colours(shown, -self._scale, self._scale, diverging_table(self._theme)))
        painter.drawImage(QRectF(x, 8, 90, 10), bar)
        if self._decides:
            painter.fillRect(QRectF(x + 44, 5, 1.5, 16), self._theme.q("text2"))
        x = self._text(painter, x + 96, 17, ends[1], "text2")
        if self._decides:
            x = self._text(painter, x + 12, 17, self.tr("line: {value}").format(value=tick(self._centre)), "text2")
        return x

    def _axis_names(self) -> tuple[str, str]:
        assert self._snapshot is not None
        names = feature_names(self._snapshot.dataset)
        return names[0], names[1]

    def _heights(self) -> Array:
        assert self._points is not None
        return self._points.x[:, 1]

    def _reading(self, at: tuple[float, float]) -> str:
        assert self._snapshot is not None
        assert self._points is not None
        output = outputs_at(self._snapshot, np.array([at]))[0]
        return f"x = ({at[0]}, {at[1]})   {output_text(output, self._points, self.output)}"
