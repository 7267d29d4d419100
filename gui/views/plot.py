"""What all painted plots have in common: ground, axes, names, crosshair and read-out, keys, and the marks on lines."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.axis import Axis
from gui.theme import LIGHT, Theme, mono_font, ui_font

Floats = npt.NDArray[np.float64]
Row = tuple[tuple[str, str], ...]
"""Of a read-out: (text, colour token) of each cell. A single one is a heading."""

TICK_EVERY = 28.0  # pixels between two numbers of an upright axis, at least
LABEL = 15.0  # between the names of two lines
ROW = 16.0  # of a read-out


class Diagram(QWidget):
    """The ground of a plot. A subclass says where things are and paints its lines.

    Hovering and moving by keys paint only what ``paint_over`` does; the rest is kept as a picture until ``redraw``.
    """

    moves: ClassVar[Mapping[int, float]] = {
        Qt.Key.Key_Left: -1,
        Qt.Key.Key_Right: 1,
        Qt.Key.Key_Home: -math.inf,
        Qt.Key.Key_End: math.inf,
    }
    """By how many stops a key goes on."""
    caption_x: ClassVar[float] = 8.0
    enters: ClassVar[tuple[int, ...]] = ()
    """Keys that choose where one stands. They are kept from a dialog's buttons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._picture: QPixmap | None = None  # what does not move, from the first hovering on
        self._kept = False  # whether the picture is enough for the next painting
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.apply_theme(LIGHT)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours and fonts of a theme."""
        self._theme = theme
        self._caption_font, self._mark_font = ui_font(11), ui_font(11, 600)
        self._name_font, self._tick_font = ui_font(12), mono_font(11)
        self.redraw()

    # ---- what a subclass says ----------------------------------------------------------------------------------------

    def note(self) -> str:
        """What stands in the place of a plot that has nothing to show; nothing where it has."""
        return ""

    def paint_still(self, painter: QPainter) -> None:
        """Paint what neither hovering nor keys change."""

    def paint_over(self, painter: QPainter) -> None:
        """Paint what they do."""

    def paint_focus(self, painter: QPainter) -> None:
        """Show that the keys go here."""
        self.line(painter, "focus", 2)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)

    def go(self, by: float, key: int) -> None:
        """Go so many stops on, as far as there are any; infinitely many: to an end."""

    def enter(self) -> None:
        """Choose where one stands."""

    def point_at(self, at: QPointF | None) -> bool:
        """Follow the pointer, or let it go; says whether a click there does something."""
        return False

    # ---- mouse and keyboard ------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        clickable = self.point_at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if not self.note() and key in self.moves:
            self.go(self.moves[key], key)
        elif not self.note() and key in self.enters:
            self.enter()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # ---- painting ----------------------------------------------------------------------------------------------------

    def redraw(self) -> None:
        """Paint everything anew."""
        self._picture = None
        self.update()

    def redraw_over(self) -> None:
        """Paint anew what moves."""
        self._kept = True
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        kept, self._kept = self._kept, False
        painter, note = QPainter(self), self.note()
        if kept and not note:
            painter.drawPixmap(QPointF(), self._still())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        else:
            self._begin(painter)
            if note:
                painter.setFont(ui_font(13))
                painter.setPen(self._theme.q("text3"))
                box = QRectF(self.rect()).adjusted(16, 16, -16, -16)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, note)
            else:
                self.paint_still(painter)
        if not note:
            self.paint_over(painter)
        if self.hasFocus():
            self.paint_focus(painter)

    def _begin(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self._theme.q("surface"))

    def _still(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        size = self.size() * ratio
        if self._picture is None or self._picture.size() != size:
            self._picture = QPixmap(size)
            self._picture.setDevicePixelRatio(ratio)
            painter = QPainter(self._picture)
            self._begin(painter)
            self.paint_still(painter)
            painter.end()
        return self._picture

    def line(self, painter: QPainter, token: str, width: float, dashes: tuple[float, ...] = ()) -> None:
        """Draw outlines from now on, with a line."""
        pen = QPen(self._theme.q(token), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if dashes:
            pen.setDashPattern(dashes)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def text(self, painter: QPainter, x: float, baseline: float, text: str, font: QFont, token: str) -> None:
        """Write, from a place on a base line on."""
        painter.setFont(font)
        painter.setPen(self._theme.q(token))
        painter.drawText(QPointF(x, baseline), text)

    def centred(self, painter: QPainter, x: float, baseline: float, text: str, font: QFont, token: str) -> None:
        """Write with the middle at a place, or as near to it as the right edge lets."""
        wide = width_of(text, font)
        self.text(painter, min(x - wide / 2, self.width() - wide - 2), baseline, text, font, token)

    def paint_axis(self, painter: QPainter, area: QRectF, axis: Axis | None, caption: str, caption_y: float) -> None:
        """Upwards numbers, grid lines and what they are, where there is an axis; the base line."""
        self.text(painter, self.caption_x, caption_y, caption, self._caption_font, "text3")
        for place, text in axis.ticks(max(2, int(area.height() / TICK_EVERY))) if axis is not None else ():
            y = area.bottom() - place * area.height()
            self.line(painter, "line", 1)
            painter.drawLine(QLineF(area.left(), y, area.right(), y))
            x = area.left() - 7 - width_of(text, self._tick_font)
            self.text(painter, x, y + 4, text, self._tick_font, "text3")
        self.line(painter, "line2", 1)
        painter.drawLine(QLineF(area.left(), area.bottom(), area.right(), area.bottom()))

    def paint_ticks(
        self, painter: QPainter, area: QRectF, ticks: Iterable[tuple[float, str]], grid: bool = False
    ) -> None:
        """Numbers below an area at places across, those left out that would touch the one before."""
        last = -math.inf
        for x, text in ticks:
            self.line(painter, "line" if grid else "line2", 1)
            painter.drawLine(QLineF(x, area.top() if grid else area.bottom(), x, area.bottom() + 4))
            half = width_of(text, self._tick_font) / 2
            if x - half > last + 8:
                self.centred(painter, x, area.bottom() + 16, text, self._tick_font, "text3")
                last = x + half

    def paint_upright(self, painter: QPainter, x: float, areas: Iterable[QRectF]) -> None:
        """A line down through areas."""
        for area in areas:
            painter.drawLine(QLineF(x, area.top(), x, area.bottom()))

    def paint_zero_legend(self, painter: QPainter, right: float, baseline: float, exact: bool = True) -> None:
        """What the hollow marks at the lower edge of a logarithmic axis are, ending at a place."""
        text = self.tr("exactly 0, below a logarithmic axis") if exact else self.tr("too small for this axis")
        left = right - width_of(text, self._caption_font)
        paint_marks(painter, self._theme, [QPointF(left - 9, baseline - 4)], Look("text3"), 3.0, hollow=True)
        self.text(painter, left, baseline, text, self._caption_font, "text3")

    def paint_read_out(self, painter: QPainter, x: float, areas: Sequence[QRectF], rows: Sequence[Row]) -> None:
        """A line through the areas, and a box with numbers beside it; rows that there is no room for are counted."""
        self.line(painter, "ctl", 1, (3.0, 3.0))
        self.paint_upright(painter, x, areas)
        most = max(4, int((self.height() - 20) / ROW))
        if len(rows) > most:
            rows = [*rows[: most - 1], ((self.tr("and {n} more").format(n=len(rows) - most + 1), "text"),)]
        tables = [row for row in rows if len(row) > 1]
        columns = [
            max((width_of(row[c][0], self._tick_font) for row in tables if len(row) > c), default=0.0)
            for c in range(max(map(len, rows)))
        ]
        heading = max((width_of(row[0][0], self._mark_font) for row in rows if len(row) == 1), default=0.0)
        wide = max(heading, sum(columns) + 14 * (len(columns) - 1)) + 20
        left = x - 12 - wide if x - 12 - wide > 4 else max(4.0, min(x + 12, self.width() - wide - 4))
        top = min(areas[0].top() + 6, self.height() - 14 - ROW * len(rows))
        self.line(painter, "ctl", 1)
        painter.setBrush(self._theme.q("surface"))
        painter.drawRoundedRect(QRectF(left, top, wide, ROW * len(rows) + 10), 4, 4)
        for i, row in enumerate(rows):
            baseline, at = top + 17 + i * ROW, left + 10
            if len(row) == 1:
                self.text(painter, at, baseline, row[0][0], self._mark_font, row[0][1])
                continue
            for c, (text, token) in enumerate(row):
                aside = columns[c] - width_of(text, self._tick_font) if c else 0.0
                self.text(painter, at + aside, baseline, text, self._tick_font, token)
                at += columns[c] + 14


# ---- places ----------------------------------------------------------------------------------------------------------


def stacked(box: QRectF, gap: float, share: float) -> tuple[QRectF, QRectF]:
    """Two areas one above the other with a gap between; the upper has a share of the height."""
    free = max(40.0, box.height() - gap)
    upper = QRectF(box.left(), box.top(), max(20.0, box.width()), free * share)
    return upper, QRectF(upper.left(), upper.bottom() + gap, upper.width(), free * (1 - share))


def ys_of(values: Floats, axis: Axis, area: QRectF) -> Floats:
    """How far down values lie; what does not fit lies on an edge, as 0 does on a logarithmic axis; NaN nowhere."""
    places = axis.place(values)
    if axis.log:
        places = np.where(values <= 0, 0.0, places)
    ys: Floats = area.bottom() - np.clip(places, 0.0, 1.0) * area.height()
    return ys


def apart(wanted: list[float], gap: float, area: QRectF) -> list[float]:
    """Places near those wanted (in rising order), ``gap`` apart, within an area as far as they fit."""
    places = list(wanted)
    for i in range(1, len(places)):
        places[i] = max(places[i], places[i - 1] + gap)
    limit = area.bottom()
    for i in reversed(range(len(places))):
        places[i] = min(places[i], limit)
        limit = places[i] - gap
    return places


def width_of(text: str, font: QFont) -> float:
    """Of a text, in pixels."""
    return QFontMetricsF(font).horizontalAdvance(text)


# ---- lines and their marks -------------------------------------------------------------------------------------------

MARKS = 4
DASHES: tuple[tuple[float, ...], ...] = ((), (5.0, 2.5), (1.5, 2.0), (6.0, 2.0, 1.5, 2.0))


@dataclass(frozen=True)
class Look:
    """How the line of one run, layer or value is drawn: hue, dashes and shape of its points; twelve differ."""

    token: str
    dashes: tuple[float, ...] = ()
    mark: int = 0

    @staticmethod
    def of(index: int, hue: str) -> Look:
        """The look of line 0, 1, …; the first is whole and in the hue of what is measured."""
        tokens = (hue, "text", "text3")
        return Look(tokens[index % len(tokens)], DASHES[index % len(DASHES)], index % MARKS)


def paint_marks(
    painter: QPainter, theme: Theme, points: Iterable[QPointF], look: Look, radius: float = 4.0, hollow: bool = False
) -> None:
    """Points of a line, drawn once and stamped: circles, squares, diamonds or triangles.

    Parameters
    ----------
    hollow : as what lies elsewhere than its number says.
    """
    half, ratio = radius + 3, painter.device().devicePixelRatioF()
    stamp = QPixmap(round(2 * half * ratio), round(2 * half * ratio))
    stamp.setDevicePixelRatio(ratio)
    stamp.fill(Qt.GlobalColor.transparent)
    inner = QPainter(stamp)
    inner.setRenderHint(QPainter.RenderHint.Antialiasing)
    inner.setPen(QPen(theme.q(look.token), 1.5) if hollow else QPen(theme.q("surface"), 1))
    inner.setBrush(theme.q("surface" if hollow else look.token))
    r, centre = radius, QPointF(half, half)
    if look.mark == 0:
        inner.drawEllipse(centre, r, r)
    elif look.mark == 1:
        inner.drawRect(QRectF(half - r, half - r, 2 * r, 2 * r).adjusted(0.5, 0.5, -0.5, -0.5))
    else:
        corners = ((0, -r - 1), (r + 1, 0), (0, r + 1), (-r - 1, 0)) if look.mark == 2 else (
            (0, -r - 1), (r + 1, r), (-r - 1, r)
        )  # fmt: skip
        inner.drawPolygon(QPolygonF([centre + QPointF(*corner) for corner in corners]))
    inner.end()
    for point in points:
        painter.drawPixmap(point - centre, stamp)
