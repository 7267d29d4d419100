"""One input: the fitted curve over the targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from gui.axis import Axis
from gui.views.data_points import (
    Plot,
    class_colour,
    feature_names,
    output_text,
    outputs_at,
    spread,
)

Array = npt.NDArray[Any]

PLACES = 300  # at which the net is asked
BEYOND = 1.0  # of the targets' extent: so far above and below them an output is followed
MOST_CURVES = 10


class FittedCurve(Plot):
    """The outputs over the only input, with the targets of all examples.

    The outputs of several classes have the colours of the classes; of several numbers one is shown.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._at = self._values = np.empty(0)
        self.setAccessibleName(self.tr("Fitted curve: arrow keys go from example to example"))

    def _arrange(self) -> None:
        assert self._points is not None
        self._across = Axis(*spread(self._points.x[:, 0]))
        self._up = Axis(*spread(self._targets()))

    def _compute(self) -> None:
        assert self._snapshot is not None
        assert self._points is not None
        self._at = np.linspace(self._across.low, self._across.high, PLACES)
        self._values = outputs_at(self._snapshot, self._at[:, None]).astype(np.float64)
        first, most = (0, MOST_CURVES) if self._points.classes is not None else (self.output, 1)
        self._values = self._values[:, first : first + most]
        low, high = spread(self._targets())
        room = BEYOND * (high - low)
        finite = self._values[np.isfinite(self._values)]
        if len(finite):  # in steps, so that the axis stands still while the curve moves
            grown = Axis.around(
                min(low, max(float(finite.min()), low - room)), max(high, min(float(finite.max()), high + room))
            )
            self._up = grown

    def _targets(self) -> Array:
        """Those that the vertical axis is for."""
        assert self._points is not None
        y = self._points.y
        return y if self._points.classes is not None else y[:, self.output]

    def _colour(self, output: int) -> QColor:
        assert self._points is not None
        several = self._values.shape[1] > 1
        return class_colour(self._theme, output) if several else self._theme.q("loss")

    def _paint_net(self, painter: QPainter) -> None:
        area = self.area
        painter.save()
        painter.setClipRect(area)
        x = area.left() + self._across.place(self._at) * area.width()
        for output in range(self._values.shape[1]):
            known = np.isfinite(self._values[:, output])
            y = area.bottom() - self._up.place(np.where(known, self._values[:, output], 0.0)) * area.height()
            y = np.clip(y, area.top() - 2 * area.height(), area.bottom() + 2 * area.height())
            places = zip(x[known].tolist(), y[known].tolist(), strict=True)
            line = QPolygonF([QPointF(*place) for place in places])
            for width, colour in ((4, self._theme.q("surface")), (2, self._colour(output))):
                painter.setPen(QPen(colour, width))
                painter.drawPolyline(line)
        painter.restore()
        painter.setPen(QPen(self._theme.q("line2"), 1))
        painter.drawLine(QLineF(area.left(), area.bottom(), area.right(), area.bottom()))
        if not np.isfinite(self._values).all():
            painter.setPen(self._theme.q("err"))
            painter.setFont(self._caption_font)
            text = self.tr("The outputs are no longer finite numbers.")
            painter.drawText(area, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)

    def _layers(self) -> tuple[Callable[[QPainter], None], ...]:
        return self._paint_points, self._paint_net  # many examples would hide the curve

    def _paint_key(self, painter: QPainter, x: float) -> float:
        points, count = self._points, self._values.shape[1]
        assert points is not None
        for output in range(count):
            painter.setPen(QPen(self._colour(output), 2))
            painter.drawLine(QLineF(x, 13, x + 18, 13))
            name = self._output_name() if count == 1 else f"ŷ: {points.names[output]}"
            x = self._text(painter, x + 23, 17, name, "text2") + 12
        return x - 8

    def _axis_names(self) -> tuple[str, str]:
        assert self._snapshot is not None
        return feature_names(self._snapshot.dataset)[0], self._output_name().replace("ŷ", "y")

    def _heights(self) -> Array:
        assert self._points is not None
        targets = self._targets()
        return targets if targets.ndim == 1 else targets.max(axis=1)

    def _reading(self, at: tuple[float, float]) -> str:
        assert self._snapshot is not None
        assert self._points is not None
        output = outputs_at(self._snapshot, np.array([[at[0]]]))[0]
        return f"x = {at[0]}   {output_text(output, self._points, self.output)}"
