"""Runs in lock-step as curves over each other, and below how far apart they are."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.axis import Axis, number, round_values
from gui.decimation import Envelope
from gui.theme import LIGHT, Theme, mono_font, ui_font
from gui.views.approach_dialog import apart
from gui.views.sweep_look import Look, paint_text, use_line, width_of

Floats = npt.NDArray[np.float64]

LEFT, TOP, GAP, BOTTOM = 58.0, 26.0, 40.0, 40.0
LEAST_RIGHT, MOST_RIGHT = 20.0, 150.0
SHARE = 0.58  # of the height, for the curves
LOG_FROM = 20.0
DEEP = 1e-16  # of the largest: how far down a logarithmic axis goes
LABEL = 15.0


class ComparePlot(QWidget):
    """Curves above, the largest absolute difference below; a batch is chosen by a click or the arrow keys.

    Signals
    -------
    chosen(int) : a batch.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Curves of the runs: arrow keys choose the batch whose difference is shown"))
        self._theme: Theme = LIGHT
        self._names: tuple[str, ...] = ()
        self._curves: tuple[Floats, ...] = ()
        self._envelopes: tuple[Envelope, ...] = ()
        self._of_loss = True
        self._apart: Floats = np.empty(0)
        self._array = ""
        self._amount = math.nan
        self._parted: int | None = None
        self._batch = 0
        self._upper, self._lower = Axis(), Axis(-1.0, 0.0, True)
        self.apply_theme(LIGHT)

    def sizeHint(self) -> QSize:
        return QSize(560, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 260)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours and fonts of a theme."""
        self._theme = theme
        self._caption_font, self._name_font, self._tick_font = ui_font(11), ui_font(12), mono_font(11)
        self._mark_font = ui_font(11, 600)
        self.update()

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def show_curves(self, names: Sequence[str], curves: Sequence[Floats], of_loss: bool) -> None:
        """Draw a curve per run: its losses, or its accuracies."""
        self._names, self._curves, self._of_loss = tuple(names), tuple(curves), of_loss
        self._upper = axis_of(np.concatenate([*curves, np.empty(0)]), of_loss)
        self._envelopes = tuple(Envelope(positive=self._upper.log) for _ in curves)
        self.update()

    def show_difference(self, array: str, largest: Floats, amount: float, parted: int | None) -> None:
        """Draw how far apart an array is after each batch, the amount that counts, and where it is first exceeded."""
        self._array, self._apart, self._amount, self._parted = array, largest, amount, parted
        above = largest[np.isfinite(largest) & (largest > 0)]
        ends = [float(above.min()), float(above.max())] if len(above) else []
        if amount > 0 and math.isfinite(amount):
            ends.append(amount)
        if ends:
            self._lower = Axis.around(max(min(ends), DEEP * max(ends)), max(ends), True)
        self.update()

    def show_batch(self, batch: int) -> None:
        """Mark the batch whose difference is shown."""
        self._batch = batch
        self.update()

    @property
    def batches(self) -> int:
        """How many batches there are."""
        return len(self._curves[0]) if self._curves else 0

    @property
    def log(self) -> bool:
        """Whether the curves' axis is logarithmic."""
        return self._upper.log

    # ---- where things are --------------------------------------------------------------------------------------------

    @property
    def areas(self) -> tuple[QRectF, QRectF]:
        """The rectangles of the curves and of the difference."""
        names = [width_of(name, self._name_font) for name in self._names]
        right = min(max([LEAST_RIGHT, *(wide + 22 for wide in names)]), MOST_RIGHT)
        width, free = max(40.0, self.width() - LEFT - right), max(60.0, self.height() - TOP - GAP - BOTTOM)
        upper = QRectF(LEFT, TOP, width, free * SHARE)
        return upper, QRectF(LEFT, upper.bottom() + GAP, width, free * (1 - SHARE))

    def x_of(self, batch: float) -> float:
        """Where a batch lies across."""
        area = self.areas[0]
        return area.left() + (batch - 0.5) / max(1, self.batches) * area.width()

    def batch_at(self, x: float) -> int:
        """The batch nearest to a place across."""
        area = self.areas[0]
        return min(max(1, round((x - area.left()) / area.width() * self.batches + 0.5)), max(1, self.batches))

    @staticmethod
    def y_of(values: Floats, axis: Axis, area: QRectF) -> Floats:
        """How far down values lie; below a logarithmic axis on its edge."""
        places = np.where(values <= 0, 0.0, axis.place(values)) if axis.log else axis.place(values)
        return area.bottom() - np.clip(places, 0.0, 1.0) * area.height()

    # ---- mouse and keyboard ------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        upper, lower = self.areas
        if self.batches and upper.united(lower).contains(event.position()):
            self.chosen.emit(self.batch_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        far = max(1, self.batches // 20)
        moves = {
            Qt.Key.Key_Left: self._batch - 1,
            Qt.Key.Key_Right: self._batch + 1,
            Qt.Key.Key_PageUp: self._batch - far,
            Qt.Key.Key_PageDown: self._batch + far,
            Qt.Key.Key_Home: 1,
            Qt.Key.Key_End: self.batches,
        }
        if event.key() in moves and self.batches:
            self.chosen.emit(min(max(moves[Qt.Key(event.key())], 1), self.batches))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # ---- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.q("surface"))
        if self.hasFocus():
            use_line(painter, theme, "focus", 2)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        if not self.batches:
            painter.setFont(ui_font(13))
            painter.setPen(theme.q("text3"))
            text = self.tr("The curves of all runs are drawn here over each other.")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
            return
        upper, lower = self.areas
        self._paint_axis(painter, upper, self._upper, self.tr("loss") if self._of_loss else self.tr("train accuracy"))
        ends = [self._paint_curve(painter, upper, run) for run in range(len(self._curves))]
        self._paint_names(painter, upper, ends)
        if len(self._apart):
            caption = self.tr("largest difference of {array} from the first run").format(array=self._array)
            self._paint_axis(painter, lower, self._lower, caption)
            self._paint_apart(painter, lower)
        self._paint_batches(painter, lower)
        self._paint_chosen(painter)

    def _paint_axis(self, painter: QPainter, area: QRectF, axis: Axis, caption: str) -> None:
        theme = self._theme
        for place, text in axis.ticks(max(2, int(area.height() / 28))):
            y = area.bottom() - place * area.height()
            use_line(painter, theme, "line", 1)
            painter.drawLine(QLineF(area.left(), y, area.right(), y))
            at = QPointF(area.left() - 7 - width_of(text, self._tick_font), y + 4)
            paint_text(painter, theme, at, text, self._tick_font, "text3")
        use_line(painter, theme, "line2", 1)
        painter.drawLine(QLineF(area.left(), area.bottom(), area.right(), area.bottom()))
        scale = self.tr("logarithmic") if axis.log else self.tr("linear")
        paint_text(painter, theme, QPointF(8, area.top() - 9), f"{caption} · {scale}", self._caption_font, "text3")

    def _look(self, run: int) -> Look:
        return Look.of(run, "loss" if self._of_loss else "fwd")

    def _paint_curve(self, painter: QPainter, area: QRectF, run: int) -> float:
        """A run's curve; the height of its end."""
        values, look = self._curves[run], self._look(run)
        index, heights = self._envelopes[run].points(values, 0, len(values), max(10, int(area.width())))
        self._paint_points(painter, area, self._upper, index, heights, look)
        return float(self.y_of(values[-1:], self._upper, area)[0])

    def _paint_points(
        self, painter: QPainter, area: QRectF, axis: Axis, index: Floats, heights: Floats, look: Look
    ) -> None:
        xs = area.left() + (index + 0.5) / self.batches * area.width()
        ys = self.y_of(heights, axis, area)
        known = np.isfinite(ys)
        points = [QPointF(x, y) for x, y in zip(xs[known].tolist(), ys[known].tolist(), strict=True)]
        use_line(painter, self._theme, look.token, 1.75, look.dashes)
        if len(points) > 1:
            painter.drawPolyline(QPolygonF(points))
        elif points:
            painter.setBrush(self._theme.q(look.token))
            painter.drawEllipse(points[0], 3, 3)

    def _paint_apart(self, painter: QPainter, area: QRectF) -> None:
        theme = self._theme
        index, heights = Envelope().points(self._apart, 0, len(self._apart), max(10, int(area.width())))
        self._paint_points(painter, area, self._lower, index, heights, Look("text", (), 0))
        if self._amount > 0 and math.isfinite(self._amount):
            y = float(self.y_of(np.array([self._amount]), self._lower, area)[0])
            use_line(painter, theme, "bwd", 1, (3.0, 3.0))
            painter.drawLine(QLineF(area.left(), y, area.right(), y))
            text = number(self._amount, 3)
            paint_text(painter, theme, QPointF(area.right() + 6, y + 4), text, self._tick_font, "bwd")

    def _paint_names(self, painter: QPainter, area: QRectF, ends: list[float]) -> None:
        """Names of the runs at the ends of their curves, moved apart."""
        shown = sorted((y if math.isfinite(y) else area.bottom(), run) for run, y in enumerate(ends))
        tops = apart([y for y, _ in shown], LABEL, area)
        for y, (_, run) in zip(tops, shown, strict=True):
            look, x = self._look(run), area.right()
            use_line(painter, self._theme, look.token, 1.75, look.dashes)
            painter.drawLine(QLineF(x + 3, y, x + 14, y))
            paint_text(painter, self._theme, QPointF(x + 17, y + 4), self._names[run], self._name_font, "text2")

    def _paint_batches(self, painter: QPainter, area: QRectF) -> None:
        theme = self._theme
        wide = width_of(f"{self.batches:,}", self._tick_font) + 24
        most = max(2, int(area.width() / wide))
        values = round_values(0, self.batches, most) if self.batches > 1 else [1.0]
        for value in [1.0, *(v for v in values if v >= 1 and self.x_of(v) - self.x_of(1) > wide)]:
            if value.is_integer():
                x, text = self.x_of(value), f"{value:,.0f}"
                use_line(painter, theme, "line2", 1)
                painter.drawLine(QLineF(x, area.bottom(), x, area.bottom() + 4))
                at = QPointF(x - width_of(text, self._tick_font) / 2, area.bottom() + 16)
                paint_text(painter, theme, at, text, self._tick_font, "text3")
        text = self.tr("batch")
        at = QPointF(area.center().x() - width_of(text, self._caption_font) / 2, area.bottom() + 32)
        paint_text(painter, theme, at, text, self._caption_font, "text3")

    def _paint_chosen(self, painter: QPainter) -> None:
        """The batch whose difference is shown, and the one in which the runs part."""
        theme, (upper, lower) = self._theme, self.areas
        if self._parted is not None:
            x = self.x_of(self._parted)
            use_line(painter, theme, "bwd", 1.5, (3.0, 2.0))
            for area in (upper, lower):
                painter.drawLine(QLineF(x, area.top(), x, area.bottom()))
            text = self.tr("they part")
            wide = width_of(text, self._mark_font)
            left = min(max(x - wide / 2, LEFT), lower.right() - wide)
            paint_text(painter, theme, QPointF(left, upper.bottom() + 14), text, self._mark_font, "bwd")
        if 1 <= self._batch <= self.batches:
            x = self.x_of(self._batch)
            use_line(painter, theme, "accent", 2)
            for area in (upper, lower):
                painter.drawLine(QLineF(x, area.top(), x, area.bottom()))


def axis_of(values: Floats, of_loss: bool) -> Axis:
    """An axis for losses, logarithmic where they go far down, or for shares."""
    known = values[np.isfinite(values)]
    if not len(known):
        return Axis()
    if not of_loss:
        return Axis.around(0.0, 1.0)
    above = known[known > 0]
    if len(above) and known.min() >= 0:
        low = max(float(above.min()), DEEP * float(above.max()))
        if float(above.max()) / low >= LOG_FROM:
            return Axis.around(low, float(above.max()), True)
    return Axis.around(float(known.min()), float(known.max()))
