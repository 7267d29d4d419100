"""What would this learning rate do: the loss of the present batch over the rate, with a flag to set the rate by."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF, QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from engine.probe import Probe, ready_at
from engine.snapshot import Snapshot, State
from gui.axis import LOG_FROM, Axis, number
from gui.changes import RATE_KEY
from gui.theme import LIGHT, Theme, mono_font, ui_font
from gui.views.panel import PanelHeader
from gui.views.plot import Diagram, width_of
from gui.views.rate_field import tidy

Floats = npt.NDArray[np.float64]

LEFT, RIGHT, BOTTOM = 54.0, 16.0, 36.0  # margins round the plot
NUMBERS = 40.0  # height of the row of numbers
LANES = 34.0  # between the numbers and the plot: the flag's and the markers' names
LANE = 15.0
GRIP = 9.0  # so near its line the flag is taken hold of without jumping
DIGITS, MOST_DIGITS = 4, 7
DEEP = 1e-4  # of the loss before the update: how far down such an axis goes
DASHED, DOTTED = (4.0, 2.0), (1.0, 2.0)
BEYOND = 30.0  # how much farther than what matters the rates go


def told_rate(rate: float) -> str:
    """A learning rate as it is shown everywhere here."""
    return number(rate, 3)


class ProbeView(QWidget):
    """The curve, what it says in one sentence, and the numbers at the flag; or why there is none yet.

    Signals
    -------
    rate_chosen(float) : the flag was put somewhere else.
    probe_wanted() : the panel is looked at, and the present batch could be probed but is not.
    run_to_step(int) : go on to the Step with which the gradients are complete.
    """

    rate_chosen = Signal(float)
    probe_wanted = Signal()
    run_to_step = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._snapshot: Snapshot | None = None
        self._asked: tuple[int, int, int] | None = None
        self._set: float | None = None  # asked for, and not yet answered by a Snapshot
        self._header = PanelHeader(self.tr("Learning rate"), self)
        self._sentence = QLabel(self)
        self._sentence.setWordWrap(True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._plot = RatePlot(self)
        self._plot.moved.connect(self._tell)
        self._plot.chosen.connect(self._choose)
        self._reason = QLabel(self)
        self._reason.setWordWrap(True)
        self._reason.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._go = QPushButton(self)
        self._go.clicked.connect(self._go_on)
        curve, reason = QWidget(self), QWidget(self)
        column = QVBoxLayout(curve)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._sentence)
        column.addWidget(self._plot, 1)
        self._sentence.setContentsMargins(16, 8, 16, 4)
        middle = QVBoxLayout(reason)
        middle.setContentsMargins(32, 0, 32, 24)
        middle.setSpacing(12)
        middle.addStretch(1)
        middle.addWidget(self._reason)
        middle.addWidget(self._go, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addStretch(1)
        self._pages = QStackedLayout()
        self._pages.addWidget(reason)
        self._pages.addWidget(curve)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._header)
        whole.addLayout(self._pages, 1)
        self.setAccessibleName(self.tr("What would this learning rate do"))
        self.apply_theme(LIGHT)

    def sizeHint(self) -> QSize:
        return QSize(616, 440)

    def minimumSizeHint(self) -> QSize:
        return QSize(400, 280)

    # ---- what is shown -------------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the probe of this Snapshot, or why it has none; ask for one where that would help."""
        self._snapshot = snapshot
        probe: Probe | None = getattr(snapshot, "probe", None)
        if probe is None:
            self._plot.forget()
            self._set = None
            self._explain(snapshot)
            self._want()
            return
        wanted = snapshot.wanted.get(RATE_KEY)
        if wanted is not None or probe is not self._plot.probe:
            self._set = None
        rate = wanted if wanted is not None else self._set if self._set is not None else probe.present_rate
        momentum = snapshot.lesson.optimizer.momentum > 0 and snapshot.lesson.optimizer.momentum_form == "torch"
        if probe is not self._plot.probe:
            self._plot.large_rate = large_rate(snapshot)
        self._plot.show_probe(probe, float(rate), momentum)
        self._caption(snapshot, wanted)
        self._tell()
        self._pages.setCurrentIndex(1)

    def _caption(self, snapshot: Snapshot, wanted: float | None) -> None:
        batch = snapshot.position.batch
        text = self.tr("batch {n}").format(n=f"{batch:,}")
        if wanted is not None:
            later = self.tr("{rate} from batch {n} on").format(rate=f"{wanted:g}", n=f"{batch + 1:,}")
            text = f"{text} · {later}"
        elif snapshot.position.step == len(snapshot.program):
            text = self.tr("batch {n} · update made").format(n=f"{batch:,}")
        self._header.set_caption(text)

    @property
    def available(self) -> bool:
        """Whether the present batch can be probed: it stands still and has all its gradients."""
        s = self._snapshot
        return s is not None and s.state is not State.RUNNING and s.position.step >= ready_at(s.program)

    def _explain(self, snapshot: Snapshot) -> None:
        """Say why there is no curve, and what to do about it."""
        self._header.set_caption("")
        step = 0
        if snapshot.state is State.RUNNING:
            text = self.tr("Training is running. Pause it, and every learning rate is tried on the batch it stops at.")
        elif self.available:
            text = self.tr("Trying learning rates…")
        elif snapshot.halt is not None:
            text = self.tr(
                "Training has stopped: {array} is no longer a finite number, so this batch has no gradient to follow. "
                "Reset, and start with a smaller rate."
            ).format(array=snapshot.halt.array)
        else:
            step = ready_at(snapshot.program)
            text = self.tr(
                "Batch {n} has not all its gradients yet. With step {step} they are complete, and every learning rate "
                "can be tried before the weights are changed."
            ).format(n=f"{snapshot.position.batch:,}", step=step)
            self._go.setText(self.tr("Go to step {step}").format(step=step))
        self._go.setVisible(step > 0)
        self._reason.setText(text)
        self.setAccessibleDescription(text)
        self._pages.setCurrentIndex(0)

    def _want(self) -> None:
        """Ask for a probe, once for each Position that is looked at."""
        s = self._snapshot
        if s is None or not self.available or not self.isVisible() or getattr(s, "probe", None) is not None:
            return
        where = (s.generation, s.position.batch, s.position.step)
        if where != self._asked:
            self._asked = where
            self.probe_wanted.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._asked = None
        self._want()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours and fonts of a theme."""
        self._theme = theme
        self._header.apply_theme(theme)
        self._plot.apply_theme(theme)
        self._sentence.setFont(ui_font(13))
        self._sentence.setMinimumHeight(2 * self._sentence.fontMetrics().lineSpacing() + 12)
        self._reason.setFont(ui_font(13))
        self._go.setFont(ui_font(13, 600))
        t = theme
        self.setStyleSheet(
            f"ProbeView, ProbeView > QWidget {{ background: {t.surface}; }}"
            f"QLabel {{ color: {t.text2}; background: transparent; }}"
            f"QPushButton {{ color: {t.onaccent}; background: {t.accent}; border: 2px solid {t.accent};"
            " border-radius: 6px; padding: 5px 14px; }"
            f"QPushButton:focus {{ border-color: {t.focus}; }}"
        )

    # ---- in words --------------------------------------------------------------------------------------------------

    @Slot()
    def _tell(self) -> None:
        text = self.sentence()
        self._sentence.setText(text)
        self.setAccessibleDescription(text)
        self._plot.setAccessibleDescription(text)

    def sentence(self) -> str:
        """What the curve says at the flag and beyond, in plain words."""
        probe = self._plot.probe
        if probe is None:
            return ""
        parts = [self._at_flag(probe), *self._elsewhere(probe)]
        return self.tr("; ").join(parts) + self.tr(".")

    def _at_flag(self, probe: Probe) -> str:
        loss, line = self._plot.loss, self._plot.predicted
        told = self._plot.told
        if math.isinf(loss):
            text = self.tr("At {rate} this batch's loss is no longer a finite number; it was {before}")
        elif told(loss) == told(probe.base_loss):
            text = self.tr("At {rate} this batch's loss stays at {before}; the straight-line prediction says {line}")
        elif loss < probe.base_loss:
            text = self.tr(
                "At {rate} this batch's loss falls from {before} to {after}; the straight-line prediction says {line}"
            )
        else:
            text = self.tr(
                "At {rate} this batch's loss rises from {before} to {after}; the straight-line prediction says {line}"
            )
        said = text.format(
            rate=told_rate(self._plot.rate), before=told(probe.base_loss), after=self._plot.loss_text, line=told(line)
        )
        if line < 0 and not math.isinf(loss):
            said = self.tr("{sentence}, and a loss cannot be negative: so far the slope does not carry").format(
                sentence=said
            )
        return said

    def _elsewhere(self, probe: Probe) -> list[str]:
        if probe.best_rate is None:
            if probe.slope == 0:
                return [self.tr("the gradient is 0, so no rate changes anything")]
            if probe.slope > 0:
                return [self.tr("momentum carries the weights uphill, so no rate lowers the loss")]
            return [self.tr("no rate tried lowers it")]
        best, large = told_rate(probe.best_rate), self._plot.large_rate
        text = self.tr("best rate here {rate}, for this one batch alone")
        if probe.falls_to_the_end:
            text = self.tr("it falls up to the largest rate tried, {rate}, for this one batch alone")
        parts = [text.format(rate=best)]
        if large is not None and large < max(probe.best_rate, self._plot.rate):
            text = self.tr("above {rate} one update changes weights of a layer by more than their size")
            parts.append(text.format(rate=told_rate(large)))
        if probe.rise_rate is not None and not probe.falls_to_the_end:
            parts.append(self.tr("above {rate} it rises").format(rate=told_rate(probe.rise_rate)))
        return parts

    # ---- what the user does ------------------------------------------------------------------------------------------

    @Slot(float)
    def _choose(self, rate: float) -> None:
        self._set = rate
        self.rate_chosen.emit(rate)

    @Slot()
    def _go_on(self) -> None:
        if self._snapshot is not None:
            self.run_to_step.emit(ready_at(self._snapshot.program))


class RatePlot(Diagram):
    """The numbers at the flag, and the plot with the flag to be moved by mouse and keys.

    The flag stops at the rates that were tried, so that every number shown was computed.

    Signals
    -------
    moved() : the flag stands somewhere else, perhaps only for the moment.
    chosen(float) : it was let go of at a rate, rounded to three digits.
    """

    moved = Signal()
    chosen = Signal(float)
    moves: ClassVar[Mapping[int, float]] = {
        **Diagram.moves,
        Qt.Key.Key_Down: -1,
        Qt.Key.Key_Up: 1,
        Qt.Key.Key_PageDown: -5,
        Qt.Key.Key_PageUp: 5,
    }
    caption_x = 16.0  # where the other texts of the panel begin

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(160)
        self.setAccessibleName(self.tr("Loss over learning rate: arrow keys move the rate"))
        self.probe: Probe | None = None
        self.rate = 0.1  # where the flag stands
        self.large_rate: float | None = None  # beyond it an update is larger than the weights of a layer
        self._held: float | None = None  # the rate at which it was taken hold of
        self._momentum = False
        self._across, self._up = Axis(-1.0, 0.0, True), Axis()

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def show_probe(self, probe: Probe, rate: float, momentum: bool) -> None:
        """Draw a probe with the flag at a rate; ``momentum``: the way goes along a velocity."""
        if probe is not self.probe:
            self.probe, self._held = probe, None
            self._across, self._up = across(probe), up(probe)
        self._momentum = momentum
        if self._held is None:
            self.rate = rate
        self.redraw()

    def forget(self) -> None:
        """There is no probe any more."""
        self.probe, self._held = None, None

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours and fonts of a theme."""
        self._value_font = mono_font(13, 600)
        super().apply_theme(theme)

    @property
    def tried(self) -> bool:
        """Whether the loss at the flag was computed, and is not read off the curve between two that were."""
        assert self.probe is not None
        return bool(np.isclose(self.probe.rates, self.rate, rtol=6e-4, atol=0).any())  # a chosen rate has three digits

    @property
    def _large_matters(self) -> bool:
        """Whether updates become larger than the weights before the loss rises."""
        rise = None if self.probe is None else self.probe.rise_rate
        return self.large_rate is not None and (rise is None or self.large_rate < rise)

    @property
    def loss(self) -> float:
        """The loss at the flag."""
        probe = self.probe
        assert probe is not None
        if self.rate == probe.present_rate:
            return probe.present_loss
        i = int(np.abs(np.log(probe.rates / self.rate)).argmin())
        if self.tried:
            return float(probe.losses[i])
        if not probe.rates[0] < self.rate < probe.rates[-1]:
            return math.nan
        return float(np.interp(math.log(self.rate), np.log(probe.rates), probe.losses))

    def told(self, loss: float) -> str:
        """A loss with digits enough to tell the one at the flag from the one before."""
        assert self.probe is not None
        before, digits = self.probe.base_loss, DIGITS
        if math.isfinite(self.loss) and self.loss != before:
            apart = abs(self.loss - before) / max(abs(self.loss), abs(before))
            digits = min(max(DIGITS, 2 - math.floor(math.log10(apart))), MOST_DIGITS)
        return number(loss, digits)

    @property
    def loss_text(self) -> str:
        """``loss`` as text; what was read off the curve says so."""
        return self.told(self.loss) if self.tried else f"≈{number(self.loss, 3)}"

    @property
    def predicted(self) -> float:
        """The straight line at the flag."""
        probe = self.probe
        assert probe is not None
        return probe.present_predicted + probe.slope * (self.rate - probe.present_rate)

    # ---- where things are --------------------------------------------------------------------------------------------

    @property
    def area(self) -> QRectF:
        """The rectangle of the curve."""
        top = NUMBERS + LANES
        return QRectF(LEFT, top, self.width() - LEFT - RIGHT, max(20.0, self.height() - top - BOTTOM))

    def x_of(self, rate: float) -> float:
        """Where a rate lies across."""
        return self.area.left() + self._across.place_one(rate) * self.area.width()

    def y_of(self, loss: float) -> float:
        """How far down a loss lies; beyond the plot where it does not fit."""
        return float(self._ys(np.array([loss]))[0])

    def _ys(self, losses: Floats) -> Floats:
        places = np.nan_to_num(self._up.place(np.where(np.isposinf(losses), 1e299, losses)), nan=-1.0)
        return self.area.bottom() - np.clip(places, -1.0, 2.0) * self.area.height()

    @property
    def stops(self) -> Floats:
        """The rates at which the flag can stand: those that were tried and can be seen."""
        assert self.probe is not None
        places = self._across.place(self.probe.rates)
        return self.probe.rates[(places >= -1e-9) & (places <= 1 + 1e-9)]

    def stop_at(self, x: float) -> float:
        """The stop nearest to a place across."""
        places = self.area.left() + self._across.place(self.stops) * self.area.width()
        return float(self.stops[np.abs(places - x).argmin()])

    # ---- mouse and keyboard ------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.probe is None or event.button() != Qt.MouseButton.LeftButton or event.position().y() < NUMBERS:
            super().mousePressEvent(event)
            return
        self._held = self.rate
        if abs(event.position().x() - self.x_of(self.rate)) > GRIP:
            self._move_to(self.stop_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.probe is None:
            return
        if self._held is not None:
            self._move_to(self.stop_at(event.position().x()))
        near = event.position().y() >= NUMBERS and abs(event.position().x() - self.x_of(self.rate)) <= GRIP
        moving = near or self._held is not None
        self.setCursor(Qt.CursorShape.SizeHorCursor if moving else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._held is not None:
            before, self._held = self._held, None
            if self.rate != before:
                self._let_go()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._held is not None:
            back, self._held = self._held, None
            self._move_to(back)
        else:
            super().keyPressEvent(event)

    def go(self, by: float, key: int) -> None:
        if self.probe is None:
            return
        stops = self.stops
        if math.isinf(by):
            found = stops[:1] if by < 0 else stops[-1:]
        elif by < 0:
            found = stops[stops < self.rate * (1 - 1e-9)][int(by) :][:1]
        else:
            found = stops[stops > self.rate * (1 + 1e-9)][: int(by)][-1:]
        for rate in found.tolist():
            self._move_to(rate)
            self._let_go()

    def _move_to(self, rate: float) -> None:
        if rate != self.rate:
            self.rate = rate
            self.redraw_over()
            self.moved.emit()

    def _let_go(self) -> None:
        assert self.probe is not None
        if self.rate != self.probe.present_rate:
            self.rate = tidy(self.rate)
        self.moved.emit()
        self.redraw_over()
        self.chosen.emit(self.rate)

    # ---- painting ----------------------------------------------------------------------------------------------------

    def paint_still(self, painter: QPainter) -> None:
        if self.probe is not None:
            self._paint_axes(painter)
            painter.save()
            painter.setClipRect(self.area.adjusted(0, -2, 0, 2))
            self._paint_curves(painter, self.probe)
            painter.restore()

    def paint_over(self, painter: QPainter) -> None:
        if self.probe is not None:
            self._paint_numbers(painter, self.probe)
            self._paint_best(painter, self.probe)
            self._paint_flag(painter, self.probe)
            self._paint_names(painter, self.probe)

    def paint_focus(self, painter: QPainter) -> None:
        """Nothing: the flag has the frame."""

    def numbers(self) -> list[tuple[str, str, str]]:
        """The row of numbers: (what, value, colour token) of each, in order."""
        difference = self.loss - self.predicted
        sign = ("" if self.tried else "≈") + ("+" if difference > 0 else "")
        return [
            (self.tr("learning rate"), told_rate(self.rate), "upd"),
            (self.tr("loss after"), self.loss_text, "loss"),
            (self.tr("straight line"), self.told(self.predicted), "fwd"),
            (self.tr("difference"), sign + number(difference, DIGITS), "text"),
        ]

    def _paint_numbers(self, painter: QPainter, probe: Probe) -> None:
        width = (self.width() - 32) / 4
        for i, (name, value, token) in enumerate(self.numbers()):
            x, at = 16 + i * width, 16 + i * width
            if token in ("loss", "fwd"):
                self.line(painter, token, 2, DASHED if token == "fwd" else ())
                painter.drawLine(QLineF(x, 12, x + 16, 12))
                at = x + 21
            self.text(painter, at, 16, name, self._caption_font, "text3")
            self.text(painter, x, 33, value, self._value_font, token)

    def _paint_axes(self, painter: QPainter) -> None:
        area = self.area
        self.paint_axis(painter, area, self._up, self.tr("loss"), area.top() - 8)
        ticks = self._across.ticks(max(2, int(area.width() / 60)))
        self.paint_ticks(painter, area, [(area.left() + p * area.width(), text) for p, text in ticks], grid=True)
        along = (
            self.tr("learning rate, along −velocity") if self._momentum else self.tr("learning rate, along −gradient")
        )
        wide = width_of(along, self._caption_font)
        self.text(painter, area.right() - wide, area.bottom() + 31, along, self._caption_font, "text3")

    def _paint_curves(self, painter: QPainter, probe: Probe) -> None:
        area = self.area
        if probe.rise_rate is not None:
            x = self.x_of(probe.rise_rate)
            ground = self._theme.q("errsoft")
            ground.setAlphaF(0.6)
            painter.fillRect(QRectF(x, area.top(), area.right() - x, area.height()), ground)
            self.line(painter, "err", 1.5, DOTTED)
            painter.drawLine(QLineF(x, area.top(), x, area.bottom()))
        if self._large_matters:
            x = self.x_of(self.large_rate)
            self.line(painter, "warn", 1.5, DOTTED)
            painter.drawLine(QLineF(x, area.top(), x, area.bottom()))
        before = self.y_of(probe.base_loss)
        self.line(painter, "ctl", 1, DOTTED)
        painter.drawLine(QLineF(area.left(), before, area.right(), before))
        rates = np.geomspace(10**self._across.low, 10**self._across.high, 240)
        line = probe.present_predicted + probe.slope * (rates - probe.present_rate)
        self.line(painter, "fwd", 2, DASHED)
        painter.drawPolyline(self._points(rates, line))
        self.line(painter, "loss", 2)
        painter.drawPolyline(self._points(probe.rates, probe.losses))

    def _points(self, rates: Floats, losses: Floats) -> QPolygonF:
        xs = self.area.left() + self._across.place(rates) * self.area.width()
        return QPolygonF([QPointF(x, y) for x, y in zip(xs.tolist(), self._ys(losses).tolist(), strict=True)])

    def _paint_best(self, painter: QPainter, probe: Probe) -> None:
        """A line and a diamond at the least loss."""
        area = self.area
        if probe.best_rate is not None:
            x = self.x_of(probe.best_rate)
            self.line(painter, "ok", 1.5, DASHED)
            painter.drawLine(QLineF(x, area.top(), x, area.bottom()))
            at = QPointF(x, min(max(self.y_of(probe.best_loss), area.top()), area.bottom()))
            painter.setPen(QPen(self._theme.q("surface"), 1.5))
            painter.setBrush(self._theme.q("ok"))
            diamond = [QPointF(0, -6), QPointF(6, 0), QPointF(0, 6), QPointF(-6, 0)]
            painter.drawPolygon(QPolygonF([at + corner for corner in diamond]))

    def _paint_names(self, painter: QPainter, probe: Probe) -> None:
        """The loss before, and above the plot the best rate left of its line and the rising one right of its own."""
        area, font, lane = self.area, self._mark_font, self.area.top() - 5
        text = self.tr("before {loss}").format(loss=self.told(probe.base_loss))
        y = min(max(self.y_of(probe.base_loss), area.top() + 14), area.bottom())
        self._halo_text(painter, area.left() + 6, y - 4, text, self._caption_font, "text3")
        if self._large_matters and area.left() <= self.x_of(self.large_rate) <= area.right():
            name = self.tr("update larger than the weights")
            x, wide = self.x_of(self.large_rate), width_of(name, self._caption_font)
            left = x + 5 if x + 9 + wide < area.right() else x - 5 - wide
            self._halo_text(painter, left, area.bottom() - 6, name, self._caption_font, "warn")
        limit = float(self.width())
        if probe.rise_rate is not None:
            name = self.tr("rises above {rate}").format(rate=told_rate(probe.rise_rate))
            limit = min(self.x_of(probe.rise_rate) + 2, self.width() - 4 - width_of(name, font))
            self._halo_text(painter, limit, lane, name, self._mark_font, "err")
        if probe.best_rate is not None:
            name = self.tr("best {rate}").format(rate=told_rate(probe.best_rate))
            wide = width_of(name, font)
            left = max(self.x_of(probe.best_rate) - wide - 2, area.left() - 8)
            self._halo_text(painter, min(left, limit - wide - 10), lane, name, self._mark_font, "ok")

    def _halo_text(self, painter: QPainter, x: float, baseline: float, text: str, font: QFont, token: str) -> None:
        """Text on a patch of the ground, over whatever is there."""
        metrics = QFontMetricsF(font)
        patch = QRectF(x - 2, baseline - metrics.ascent(), metrics.horizontalAdvance(text) + 4, metrics.height())
        ground = self._theme.q("surface")
        ground.setAlphaF(0.85)
        painter.fillRect(patch, ground)
        self.text(painter, x, baseline, text, font, token)

    def _paint_flag(self, painter: QPainter, probe: Probe) -> None:
        """The flag, the two values at its rate and the gap between them; a thin line where the rate in force is."""
        area, font = self.area, self._mark_font
        x, top = min(max(self.x_of(self.rate), area.left()), area.right()), NUMBERS + 4
        name = f"η {told_rate(self.rate)}"
        wide = width_of(name, font)
        left = x + 13 if x + 15 + wide < self.width() else x - 13 - wide
        present = self.x_of(probe.present_rate)
        if self.rate != probe.present_rate and area.left() <= present <= area.right():
            self.line(painter, "upd", 1)
            painter.drawLine(QLineF(present, area.top(), present, area.bottom()))
            self._dot(painter, present, probe.present_loss, "upd", hollow=True)
            note = self.tr("now {rate}").format(rate=told_rate(probe.present_rate))
            at = present - width_of(note, font) / 2
            if at > max(left + wide, x) + 8 or at + width_of(note, font) < min(left, x - 11) - 8:
                self.text(painter, at, top + 10, note, font, "text3")
        if self.hasFocus():
            self.line(painter, "focus", 2)
            painter.drawRoundedRect(QRectF(min(left, x) - 5, top - 4, abs(left - x) + wide + 10, 18), 4, 4)
        self.line(painter, "upd", 2)
        painter.drawLine(QLineF(x, top, x, area.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.q("upd"))
        side = 1 if left > x else -1
        painter.drawPolygon(QPolygonF([QPointF(x, top), QPointF(x + 10 * side, top + 5), QPointF(x, top + 10)]))
        self.text(painter, left, top + 10, name, self._mark_font, "upd")
        self._dot(painter, x, self.predicted, "fwd", hollow=True)
        self._dot(painter, x, self.loss, "loss", hollow=False)

    def _dot(self, painter: QPainter, x: float, loss: float, token: str, hollow: bool) -> None:
        """A value on its curve; nothing where it lies outside the plot."""
        y = self.y_of(loss)
        if math.isnan(loss) or not self.area.top() - 1 <= y <= self.area.bottom() + 1:
            return
        painter.setPen(QPen(self._theme.q(token if hollow else "surface"), 2 if hollow else 1.5))
        painter.setBrush(self._theme.q("surface" if hollow else token))
        painter.drawEllipse(QPointF(x, y), 4.5, 4.5)


# ---- how far is too far ----------------------------------------------------------------------------------------------


def large_rate(snapshot: Snapshot) -> float | None:
    """The rate from which on this batch's update changes the weights of some layer by more than their size.

    The update is s + eta d, with s = 0 and d = dW; with momentum d = gamma v + dW in PyTorch's form, s = gamma v in the
    classic one. |s + eta d| = |W| is a quadratic equation in eta. None where no layer has such a rate.
    """
    optimizer, rates = snapshot.lesson.optimizer, []
    gamma = optimizer.momentum
    for k in range(1, snapshot.lesson.layers + 1):
        W, d = snapshot.start[f"W{k}"].reshape(-1), snapshot.tensors[f"dW{k}"].reshape(-1)
        s = np.zeros_like(d)
        if gamma > 0 and optimizer.momentum_form == "torch":
            d = gamma * snapshot.start[f"vW{k}"].reshape(-1) + d
        elif gamma > 0:
            s = gamma * snapshot.start[f"vW{k}"].reshape(-1)
        a, b, c = float(d @ d), float(s @ d), float(s @ s) - float(W @ W)
        if 0 < a < math.inf and -math.inf < c < 0:  # of weights that are all 0 every update is larger
            rates.append((math.sqrt(b * b - a * c) - b) / a)
    return min(rates, default=None)


# ---- which part of the curve is shown --------------------------------------------------------------------------------


def across(probe: Probe) -> Axis:
    """The axis of rates: from well below all that matters to well beyond it, as far as rates were tried."""
    matters = [probe.present_rate, probe.best_rate, probe.rise_rate]
    known = [rate for rate in matters if rate is not None]
    low = max(float(probe.rates[0]), min(known) / (BEYOND * 10))
    high = min(float(probe.rates[-1]), max(known) * BEYOND)
    return Axis(math.log10(low), math.log10(high), log=True)


def up(probe: Probe) -> Axis:
    """The axis of losses: what lies between the best, the one before and the present one, and a little above."""
    losses = [probe.best_loss, probe.base_loss]
    if math.isfinite(probe.present_loss):
        losses.append(probe.present_loss)
    low, high = min(losses), max(losses)
    if high > 0 and high > LOG_FROM * low:
        low = max(low, probe.base_loss * DEEP) or high * DEEP
        return Axis.around(low, 5 * high, log=True)
    room = high - low or abs(high) or 1.0
    return Axis.around(low - 0.1 * room, high + 0.4 * room)
