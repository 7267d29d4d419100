"""A net before it exists: as a picture, columns of coins, and in numbers, how many parameters it would have."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gui.theme import Theme, mono_font, ui_font
from gui.views.build_fields import dress

MOST_UNITS = 12  # a column with more is drawn with ⋮ in its middle
DENSE = 60  # lines between two columns, from which on they are fainter
COLUMN = 56  # pixels: the least width of a layer's column, with its words above
SMALL_COLUMN = 16  # and without
HEADING = 62
RADIUS = 15.0
LARGE = 1.0  # gigabytes, from which on the need of memory is told
MOST_COUNTS = 6  # layers whose counts are seen without scrolling


@dataclass(frozen=True)
class NetShape:
    """What a picture shows.

    Attributes
    ----------
    sizes : n_0 … n_K; None where no width can be read.
    activations : of layers 1 … K.
    bias : True, False, or "input-column".
    """

    sizes: tuple[int | None, ...]
    activations: tuple[str, ...]
    bias: bool | str

    @property
    def parameters(self) -> tuple[int | None, ...]:
        """Weights and biases of each layer, None where a width is unknown."""
        found: list[int | None] = []
        for k, (n_in, n_out) in enumerate(itertools.pairwise(self.sizes)):
            if n_in is None or n_out is None:
                found.append(None)
            else:
                found.append((n_in + self._ones(k)) * n_out + (n_out if self.bias is True else 0))
        return tuple(found)

    def _ones(self, k: int) -> int:
        return int(k == 0 and self.bias == "input-column")

    def arithmetic(self, k: int) -> str:
        """How the parameters of layer k + 1 are counted: ``784·30 + 30 = 23,550``."""
        n_in, n_out, count = self.sizes[k], self.sizes[k + 1], self.parameters[k]
        if n_in is None or n_out is None or count is None:
            return "?"
        inputs = f"({n_in:,} + 1)" if self._ones(k) else f"{n_in:,}"
        bias = f" + {n_out:,}" if self.bias is True else ""
        return f"{inputs}·{n_out:,}{bias} = {count:,}"


def shown_units(units: int) -> list[int | None]:
    """Indices of the units that a column shows, None for the dots."""
    if units <= MOST_UNITS:
        return list(range(units))
    above = MOST_UNITS // 2
    return [*range(above), None, *range(units - (MOST_UNITS - 1 - above), units)]


class NetPicture(QWidget):
    """Columns of coins with the layers' names, widths and activations above; a small one without words."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, small: bool = False) -> None:
        super().__init__(parent)
        self.theme = theme
        self._shape: NetShape | None = None
        self._small = small
        self._heading, self._column = (4, SMALL_COLUMN) if small else (HEADING, COLUMN)
        self.setMinimumSize(*((90, 90) if small else (300, 200)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Picture of the net"))

    def sizeHint(self) -> QSize:
        return self.minimumSize() if self._small else QSize(420, 320)

    def show_net(self, shape: NetShape) -> None:
        """Draw another net."""
        self._shape = shape
        self.setAccessibleDescription("-".join("?" if n is None else str(n) for n in shape.sizes))
        self.update()

    def columns(self) -> list[int | None]:
        """Indices of the layers that are drawn, 0 the input; None for dots where there is no room for all."""
        assert self._shape is not None
        count, room = len(self._shape.sizes), max(3, self.width() // self._column)
        if count <= room:
            return list(range(count))
        left = room // 2
        return [*range(left), None, *range(count - (room - 1 - left), count)]

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._shape is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter, self._shape)

    def _paint(self, painter: QPainter, shape: NetShape) -> None:
        columns = self.columns()
        pitch = min(self.width() / len(columns), 150.0)
        start = (self.width() - pitch * len(columns)) / 2 + pitch / 2
        coins = [
            self._places(start + c * pitch, shape, layer) if layer is not None else []
            for c, layer in enumerate(columns)
        ]
        radius = self._radius(shape, pitch)
        for left, right in itertools.pairwise(coins):
            ends = [b for b, kind in right if kind]
            lines = [QLineF(a, b) for a, kind in left for b in ends if kind]
            painter.setPen(QPen(self.theme.q("line2" if len(lines) <= DENSE else "line"), 1))
            painter.drawLines(lines)
        for c, layer in enumerate(columns):
            x = start + c * pitch
            if layer is None:
                painter.setPen(self.theme.q("text2"))
                painter.setFont(ui_font(18))
                box = QRectF(x - 20, self._heading, 40, self.height() - self._heading)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "⋯")
                continue
            if not self._small:
                self._head(painter, QRectF(x - pitch / 2 + 2, 0, pitch - 4, HEADING), shape, layer)
            self._coins(painter, coins[c], radius)

    def _places(self, x: float, shape: NetShape, layer: int) -> list[tuple[QPointF, str]]:
        """Middles of a column's coins, with what is in them: nothing for the dots, 1 for the column of ones."""
        units = shape.sizes[layer]
        kinds = ["?"] if units is None else ["" if unit is None else "unit" for unit in shown_units(max(units, 0))]
        if layer == 0 and shape.bias == "input-column":
            kinds.append("1")
        room = self.height() - self._heading - 8
        pitch = min(room / (MOST_UNITS + 1) if len(kinds) > 6 else room / 7, 46.0)
        top = self._heading + room / 2 - pitch * (len(kinds) - 1) / 2
        return [(QPointF(x, top + i * pitch), kind) for i, kind in enumerate(kinds)]

    def _radius(self, shape: NetShape, pitch: float) -> float:
        most = max(len(shown_units(max(n or 1, 0))) for n in shape.sizes) + (shape.bias == "input-column")
        room = self.height() - self._heading - 8
        return max(3.0, min(RADIUS, 0.4 * room / (MOST_UNITS + 1 if most > 6 else 7), pitch * 0.24))

    def _coins(self, painter: QPainter, coins: list[tuple[QPointF, str]], radius: float) -> None:
        for middle, kind in coins:
            if not kind:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self.theme.q("text2"))
                for step in (-1, 0, 1):
                    painter.drawEllipse(middle + QPointF(0, step * radius * 0.6), 1.5, 1.5)
                continue
            painter.setPen(QPen(self.theme.q("ctl"), 1.5))
            painter.setBrush(self.theme.q("surface" if kind == "unit" else "sunken"))
            painter.drawEllipse(middle, radius, radius)
            if kind != "unit":
                painter.setPen(self.theme.q("text2"))
                painter.setFont(mono_font(max(9, math.floor(radius)), 500))
                box = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, kind)

    def _head(self, painter: QPainter, box: QRectF, shape: NetShape, layer: int) -> None:
        """Name, width and activation above a column."""
        last = len(shape.sizes) - 1
        name = self.tr("Input") if layer == 0 else self.tr("Layer {k}").format(k=layer)
        units = shape.sizes[layer]
        width = "?" if units is None else f"{units:,}"
        if layer == 0 and shape.bias == "input-column":
            width += " + 1"
        activation = shape.activations[layer - 1] if 0 < layer <= last else ""
        rows = (
            (name, ui_font(12, 600), "text"),
            (width, mono_font(13, 500), "text"),
            (activation, ui_font(11), "text2"),
        )
        top = box.top() + 6
        for text, font, token in rows:
            painter.setFont(font)
            painter.setPen(self.theme.q(token))
            metrics = QFontMetricsF(font)
            fitted = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(QRectF(box.left(), top, box.width(), 18), Qt.AlignmentFlag.AlignCenter, fitted)
            top += 18


class ParameterCount(QLabel):
    """How many parameters a net would have, and the memory that they need where that is much."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("total")
        self.setFont(ui_font(13, 600))

    def show_net(self, shape: NetShape, number_bytes: int) -> None:
        """Count those of another net."""
        known = [n for n in shape.parameters if n is not None]
        unknown = len(known) < len(shape.parameters)
        text = self.tr("{n} parameters").format(n="?" if unknown else f"{sum(known):,}")
        gigabytes = 2 * number_bytes * sum(known) / 1e9
        if gigabytes >= LARGE:
            text += self.tr(", with their gradients about {n} GB").format(n=f"{gigabytes:,.0f}")
        self.setText(text)
        dress(self, "large", gigabytes >= LARGE)


class NetSummary(QWidget):
    """A net's picture, its count of parameters, and how they are counted layer by layer."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("net")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.picture, self.total, self.counts = NetPicture(theme, self), ParameterCount(self), QLabel(self)
        self.counts.setObjectName("counts")
        self.counts.setFont(mono_font(12))
        self.counts.setTextFormat(Qt.TextFormat.PlainText)
        self.counts.setContentsMargins(0, 0, 0, 6)
        self.counts.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._scroll = QScrollArea(self)
        self._scroll.setWidget(self.counts)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setAccessibleName(self.tr("Parameters of each layer"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 10, 8, 8)
        column.addWidget(self.picture, 1)
        for widget in (self.total, self._scroll):
            inset = QHBoxLayout()
            inset.setContentsMargins(8, 0, 0, 0)
            inset.addWidget(widget)
            column.addLayout(inset)

    def show_net(self, shape: NetShape, number_bytes: int) -> None:
        """Show another net."""
        self.picture.show_net(shape)
        self.total.show_net(shape, number_bytes)
        lines = [
            self.tr("layer {k}: {arithmetic}").format(k=k + 1, arithmetic=shape.arithmetic(k))
            for k in range(len(shape.parameters))
        ]
        self.counts.setText("\n".join(lines))
        height = self.counts.sizeHint().height()
        self._scroll.setFixedHeight(height if len(lines) <= MOST_COUNTS else height * MOST_COUNTS // len(lines))
