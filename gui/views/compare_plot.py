"""Runs in lock-step as curves over each other, and below how far apart they are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPolygonF
from PySide6.QtWidgets import QWidget

from gui.axis import Axis, number, round_values
from gui.decimation import Envelope
from gui.views.plot import LABEL, Diagram, Look, Row, apart, paint_marks, stacked, width_of, ys_of

Floats = npt.NDArray[np.float64]

LEFT, TOP, GAP, BOTTOM = 58.0, 26.0, 40.0, 40.0
LEAST_RIGHT, MOST_RIGHT = 20.0, 150.0
SHARE = 0.58  # of the height, for the curves
DEEP = 1e-36  # of the largest: how far down a logarithmic axis goes; a loss of rounding errors is 1e-32
MARK_GAP = 12.0  # pixels, in which there is one mark at most
DIGITS = 6  # of a number that is read out
FAR = 20  # a page of batches is so small a part of them
MANY = 300  # points of a line, beyond which it is thinner: Qt paints those very much faster


class ComparePlot(Diagram):
    """Curves above, the largest absolute difference below; a batch is chosen by a click or the arrow keys.

    Signals
    -------
    chosen(int) : a batch.
    """

    chosen = Signal(int)

    moves: ClassVar[Mapping[int, float]] = {**Diagram.moves, Qt.Key.Key_PageUp: -FAR, Qt.Key.Key_PageDown: FAR}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Curves of the runs: arrow keys choose the batch whose difference is shown"))
        self._names: tuple[str, ...] = ()
        self._curves: tuple[Floats, ...] = ()
        self._envelopes: tuple[Envelope, ...] = ()
        self._extremes: Floats = np.empty(0)  # of the curves
        self._of_loss = True
        self._apart: Floats = np.empty(0)
        self._array = ""
        self._amount = math.nan
        self._parted: int | None = None
        self._batch = 0
        self._pointed: int | None = None  # the batch that is read out
        self._upper, self._lower = Axis(), Axis(-1.0, 0.0, True)

    def sizeHint(self) -> QSize:
        return QSize(560, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 260)

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def show_curves(self, names: Sequence[str], curves: Sequence[Floats], of_loss: bool, grown: bool = False) -> None:
        """Draw a curve per run: its losses, or its accuracies.

        Parameters
        ----------
        grown : they begin with what was shown before, which is not looked at again.
        """
        known = [len(curve) for curve in self._curves] if grown else [0] * len(curves)
        if not grown:
            self._envelopes = tuple(Envelope() for _ in curves)
            self._extremes = np.empty(0)
        self._names, self._curves, self._of_loss = tuple(names), tuple(curves), of_loss
        new = [curve[count:] for curve, count in zip(curves, known, strict=True)]
        self._extremes = extremes(np.concatenate([self._extremes, *new]))
        self._upper = axis_of(self._extremes, of_loss)
        self._pointed = None
        self.redraw()

    def show_difference(self, array: str, largest: Floats, amount: float, parted: int | None) -> None:
        """Draw how far apart an array is after each batch, the amount that counts, and where it is first exceeded."""
        self._array, self._apart, self._amount, self._parted = array, largest, amount, parted
        above = largest[np.isfinite(largest) & (largest > 0)]
        ends = [float(above.min()), float(above.max())] if len(above) else []
        if amount > 0 and math.isfinite(amount):
            ends.append(amount)
        if ends:
            self._lower = Axis.around(max(min(ends), DEEP * max(ends)), max(ends), True)
        self.redraw()

    def show_batch(self, batch: int) -> None:
        """Mark the batch whose difference is shown."""
        self._batch = batch
        self.redraw_over()

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
        return stacked(QRectF(self.rect()).adjusted(LEFT, TOP, -right, -BOTTOM), GAP, SHARE)

    def x_of(self, batch: float) -> float:
        """Where a batch lies across."""
        area = self.areas[0]
        return area.left() + (batch - 0.5) / max(1, self.batches) * area.width()

    def batch_at(self, x: float) -> int:
        """The batch nearest to a place across."""
        area = self.areas[0]
        return min(max(1, round((x - area.left()) / area.width() * self.batches + 0.5)), max(1, self.batches))

    # ---- mouse and keyboard ------------------------------------------------------------------------------------------

    def point_at(self, at: QPointF | None) -> bool:
        upper, lower = self.areas
        inside = at is not None and not self.note() and upper.united(lower).contains(at)
        self._read(self.batch_at(at.x()) if at is not None and inside else None)
        return inside

    def _read(self, batch: int | None) -> None:
        if batch != self._pointed:
            self._pointed = batch
            self.redraw_over()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.point_at(event.position()):
            self.chosen.emit(self.batch_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.mousePressEvent(event)

    def go(self, by: float, key: int) -> None:
        by = by if abs(by) != FAR else math.copysign(max(1, self.batches // FAR), by)
        batch = int(min(max(self._batch + by, 1), self.batches))
        self._read(batch)
        self.chosen.emit(batch)

    # ---- painting ----------------------------------------------------------------------------------------------------

    def note(self) -> str:
        return (
            ""
            if self.batches
            else self.tr(
                "Compare trains the runs on the same batches; here their curves are drawn over each other, "
                "and below how far they are apart after each batch."
            )
        )

    def paint_still(self, painter: QPainter) -> None:
        upper, lower = self.areas
        self._paint_axis(painter, upper, self._upper, self.tr("loss") if self._of_loss else self.tr("train accuracy"))
        ends = [self._paint_curve(painter, upper, run) for run in range(len(self._curves))]
        self._paint_names(painter, upper, ends)
        if len(self._apart):
            caption = self.tr("largest difference of {array} from the first run").format(array=self._array)
            self._paint_axis(painter, lower, self._lower, caption)
            self._paint_apart(painter, lower)
        self._paint_batches(painter, lower)
        self._paint_parted(painter)
        if self._upper.log:
            self._paint_zeros(painter, upper, [(curve, self._look(i)) for i, curve in enumerate(self._curves)])
        self._paint_zeros(painter, lower, [(self._apart, Look("text"))])

    def paint_over(self, painter: QPainter) -> None:
        """The batch whose difference is shown, and the numbers of the one that is pointed at."""
        if 1 <= self._batch <= self.batches:
            self.line(painter, "accent", 2)
            self.paint_upright(painter, self.x_of(self._batch), self.areas)
        if self._pointed is not None:
            self.paint_read_out(painter, self.x_of(self._pointed), self.areas, self.numbers(self._pointed))

    def numbers(self, batch: int) -> list[Row]:
        """What is read out: the batch, what each run has there, and how far they are apart."""
        rows: list[Row] = [((self.tr("batch {n}").format(n=f"{batch:,}"), "text"),)]
        for run, (name, curve) in enumerate(zip(self._names, self._curves, strict=True)):
            rows.append(((name, self._look(run).token), (number(float(curve[batch - 1]), DIGITS), "text2")))
        if batch <= len(self._apart):
            rows.append(((self.tr("difference"), "text3"), (number(float(self._apart[batch - 1]), DIGITS), "text2")))
        return rows

    def told(self, batch: int) -> str:
        """The same in a line."""
        (title,), *rows = self.numbers(batch)
        return f"{title[0]}: {', '.join(f'{name} {value}' for (name, _), (value, _) in rows)}"

    def _paint_axis(self, painter: QPainter, area: QRectF, axis: Axis, caption: str) -> None:
        scale = self.tr("logarithmic") if axis.log else self.tr("linear")
        self.paint_axis(painter, area, axis, f"{caption} · {scale}", area.top() - 9)

    def _look(self, run: int) -> Look:
        return Look.of(run, "loss" if self._of_loss else "fwd")

    def _paint_curve(self, painter: QPainter, area: QRectF, run: int) -> float:
        """A run's curve; the height of its end."""
        values, look = self._curves[run], self._look(run)
        index, heights = self._envelopes[run].points(values, 0, len(values), max(10, int(area.width())))
        self._paint_points(painter, area, self._upper, index, heights, look)
        return float(ys_of(values[-1:], self._upper, area)[0])

    def _paint_points(
        self, painter: QPainter, area: QRectF, axis: Axis, index: Floats, heights: Floats, look: Look
    ) -> None:
        xs = area.left() + (index + 0.5) / self.batches * area.width()
        ys = ys_of(heights, axis, area)
        known = np.isfinite(ys)
        points = [QPointF(x, y) for x, y in zip(xs[known].tolist(), ys[known].tolist(), strict=True)]
        self.line(painter, look.token, 1.75 if len(points) <= MANY else 1.0, look.dashes)
        if len(points) > 1:
            painter.drawPolyline(QPolygonF(points))
        elif points:
            painter.setBrush(self._theme.q(look.token))
            painter.drawEllipse(points[0], 3, 3)

    def _paint_zeros(self, painter: QPainter, area: QRectF, rows: Sequence[tuple[Floats, Look]]) -> None:
        """Hollow marks at the lower edge where values begin and cease to be exactly 0, as many as there is room for."""
        for values, look in rows:
            zero = np.concatenate([[False], values == 0, [False]])
            ends = np.flatnonzero(zero[1:] != zero[:-1])
            ends[1::2] -= 1  # the last batch of each stretch
            xs = area.left() + (ends + 0.5) / max(1, self.batches) * area.width()
            xs = xs[np.unique(xs // MARK_GAP, return_index=True)[1]]
            points = [QPointF(x, area.bottom()) for x in xs.tolist()]
            paint_marks(painter, self._theme, points, look, hollow=True)
        if any((values == 0).any() for values, _ in rows):
            self.paint_zero_legend(painter, area.right(), area.top() - 9)

    def _paint_apart(self, painter: QPainter, area: QRectF) -> None:
        index, heights = Envelope().points(self._apart, 0, len(self._apart), max(10, int(area.width())))
        self._paint_points(painter, area, self._lower, index, heights, Look("text"))
        if self._amount > 0 and math.isfinite(self._amount):
            y = float(ys_of(np.array([self._amount]), self._lower, area)[0])
            self.line(painter, "bwd", 1, (3.0, 3.0))
            painter.drawLine(QLineF(area.left(), y, area.right(), y))
            text = number(self._amount, 3)
            self.text(painter, area.right() + 6, y + 4, text, self._tick_font, "bwd")

    def _paint_names(self, painter: QPainter, area: QRectF, ends: list[float]) -> None:
        """Names of the runs at the ends of their curves, moved apart."""
        shown = sorted((y if math.isfinite(y) else area.bottom(), run) for run, y in enumerate(ends))
        tops = apart([y for y, _ in shown], LABEL, area)
        for y, (_, run) in zip(tops, shown, strict=True):
            look, x = self._look(run), area.right()
            self.line(painter, look.token, 1.75, look.dashes)
            painter.drawLine(QLineF(x + 3, y, x + 14, y))
            self.text(painter, x + 17, y + 4, self._names[run], self._name_font, "text2")

    def _paint_batches(self, painter: QPainter, area: QRectF) -> None:
        wide = width_of(f"{self.batches:,}", self._tick_font) + 24
        most = max(2, int(area.width() / wide))
        values = round_values(0, self.batches, most) if self.batches > 1 else []
        values = [1.0, *(v for v in values if v >= 1 and v.is_integer() and self.x_of(v) - self.x_of(1) > wide)]
        self.paint_ticks(painter, area, [(self.x_of(v), f"{v:,.0f}") for v in values])
        self.centred(painter, area.center().x(), area.bottom() + 32, self.tr("batch"), self._caption_font, "text3")

    def _paint_parted(self, painter: QPainter) -> None:
        """The batch in which the runs part."""
        if self._parted is not None:
            x, (upper, lower) = self.x_of(self._parted), self.areas
            self.line(painter, "bwd", 1.5, (3.0, 2.0))
            self.paint_upright(painter, x, (upper, lower))
            text = self.tr("they part")
            wide = width_of(text, self._mark_font)
            left = min(max(x - wide / 2, LEFT), lower.right() - wide)
            self.text(painter, left, upper.bottom() + 14, text, self._mark_font, "bwd")


def extremes(values: Floats) -> Floats:
    """The values that an axis depends on: the least, the largest, and the least above 0, as far as there are any."""
    known = values[np.isfinite(values)]
    above = known[known > 0]
    ends = [*([known.min(), known.max()] if len(known) else []), *([above.min()] if len(above) else [])]
    return np.array(ends, float)


def axis_of(values: Floats, of_loss: bool) -> Axis:
    """An axis for losses, logarithmic where they go far down, or for shares."""
    if of_loss:
        return Axis.of_losses(values, DEEP)
    return Axis.around(0.0, 1.0) if np.isfinite(values).any() else Axis()
