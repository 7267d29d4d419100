"""Curves: loss, accuracy or prediction, and learning rate over the batches of a run.

Every value is kept; what is drawn is decimated to the columns of pixels at hand (`Envelope`), so that a spike of one
batch among a million stays visible and a frame costs the same however long the run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QActionGroup,
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QGraphicsItem,
    QHBoxLayout,
    QLabel,
    QMenu,
    QStyleOptionGraphicsItem,
    QToolButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from engine.history import Change
from engine.metrics import Metrics, Series
from engine.snapshot import Snapshot, State
from gui.axis import Axis, last_batch_shown, nice_step, number, short
from gui.changes import Changes, newest
from gui.decimation import Envelope, Plateaus, Smoothing, bin_size
from gui.theme import LIGHT, Theme, mono_font, ui_font

Floats = npt.NDArray[np.float64]

HEADER = 40
ENTRY, CAPTION = 33, 14  # height of a name and its value in the value column, and of the line below them
LEFT, TOP, BOTTOM, READOUT = 56, 14, 26, 124  # margins round the plots; the values stand in the right one
SPACING = 14
WEIGHTS = (0.0, 0.6, 0.9, 0.99)
FEW = 40  # up to so many batches in view, each one gets a dot
FINE = 1000  # up to so many points and pixels of rise and fall, a line is drawn 2 px wide and smooth


class Trace(pg.PlotCurveItem):
    """A line whose scene rectangle is that of its plot, whatever it shows: pyqtgraph measures it again with each."""

    def boundingRect(self) -> QRectF:
        box = self.getViewBox()
        return QRectF() if box is None else box.viewRect()


@dataclass
class Curve:
    """One series of a plot: what it is called, where its values come from, how it is drawn."""

    name: str
    token: str
    series: Callable[[Metrics], Series]
    at: Callable[[Metrics], Series] | None = None  # after which batch each value was measured; None: one per batch
    share: bool = False  # a share of 1, shown with three decimals
    smooth: bool = True
    trace: Trace = field(default_factory=Trace)
    mean: Trace = field(default_factory=Trace)
    envelopes: dict[bool, Envelope] = field(default_factory=dict)
    smoothing: Smoothing | None = None
    dots: tuple[Floats, Floats] = field(default_factory=lambda: (np.empty(0), np.empty(0)))

    def text(self, value: float, brief: bool = False) -> str:
        """A value as the readout shows it, with fewer digits where it is no measurement."""
        if self.share and math.isfinite(value):
            return f"{value:.3f}"
        return short(value) if brief else number(value)

    def clear(self) -> None:
        """Forget what was derived from another run's values."""
        self.envelopes = {False: Envelope(), True: Envelope(positive=True)}
        self.smoothing = None
        self.dots = (np.empty(0), np.empty(0))
        self.trace.setData([], [])
        self.mean.setData([], [])


@dataclass
class Plot:
    """One of the stacked plots."""

    box: pg.ViewBox
    curves: list[Curve]
    stretch: int
    axis: Axis = field(default_factory=Axis)
    ticks: list[tuple[float, str]] = field(default_factory=list)
    rect: QRectF = field(default_factory=QRectF)  # where it lies, in pixels of the canvas

    def measure(self) -> None:
        """Find out where the layout has put it."""
        self.rect = self.box.mapRectToScene(self.box.rect())


class _Layer(QGraphicsItem):
    """What is painted in pixels below or above all the plots."""

    def __init__(self, canvas: Canvas, paint: Callable[[QPainter], None], z: float) -> None:
        super().__init__()
        self._canvas, self._paint = canvas, paint
        self.setZValue(z)

    def boundingRect(self) -> QRectF:
        return QRectF(self._canvas.viewport().rect())

    def shape(self) -> QPainterPath:
        return QPainterPath()  # never under the mouse

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        self._paint(painter)

    def resized(self) -> None:
        self.prepareGeometryChange()


class Canvas(pg.GraphicsLayoutWidget):
    """The plots' scene; passes on what the mouse, the keyboard and the window do."""

    hovered = Signal(object)  # QPointF, or None when the mouse has left
    resized = Signal()
    doubled = Signal()
    key = Signal(object)
    tip = Signal(object)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.hovered.emit(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.doubled.emit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()
        self.key.emit(event)
        if not event.isAccepted():
            QWidget.keyPressEvent(self, event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self.tip.emit(event)
            return True
        return super().viewportEvent(event)


class CurvesView(QWidget):
    """Stacked curves over the batches with one crosshair through all of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._snapshot: Snapshot | None = None
        self._following = True
        self._busy = False
        self._limits = (0, 0)
        self._log = True
        self._weight = 0.0
        self._weight_chosen = False
        self._crosshair: int | None = None
        self._arranged = ("", 0, False)  # the kind of the second plot, batches of a mean, whether there is a test loss
        self._plots: list[Plot] = []
        self._rates = Plateaus()
        self._marks: list[tuple[QRectF, Change]] = []
        self._changes = Changes.of(None)
        self._build()
        self.apply_theme(LIGHT)

    def sizeHint(self) -> QSize:
        return QSize(616, 328)

    def minimumSizeHint(self) -> QSize:
        return QSize(480, 170)

    # ---- building --------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setAccessibleName(self.tr("Curves"))
        self._title = QLabel(self.tr("Curves"))
        self._smooth_button = QToolButton()
        self._smooth_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._smooth_button.setAccessibleName(self.tr("Smoothing"))
        self._smooth_button.setToolTip(self.tr("Exponential smoothing; the unsmoothed values stay visible behind"))
        menu = QMenu(self._smooth_button)
        self._smooth_group = QActionGroup(menu)
        for weight in WEIGHTS:
            action = menu.addAction(f"{weight:g}" if weight else self.tr("off"))
            action.setCheckable(True)
            action.setData(weight)
            self._smooth_group.addAction(action)
        self._smooth_group.triggered.connect(lambda action: self.set_smoothing(action.data()))
        self._smooth_button.setMenu(menu)
        self._log_button = QToolButton()
        self._log_button.setText(self.tr("log"))
        self._log_button.setCheckable(True)
        self._log_button.setChecked(True)
        self._log_button.setAccessibleName(self.tr("Logarithmic loss axis"))
        self._log_button.setToolTip(self.tr("Logarithmic loss axis: values of zero and below are not drawn"))
        self._log_button.toggled.connect(self.set_log)
        self._fit_button = QToolButton()
        self._fit_button.setText(self.tr("fit"))
        self._fit_button.setAccessibleName(self.tr("Show all batches"))
        self._fit_button.setToolTip(self.tr("Show all batches and follow new ones (double-click)"))
        self._fit_button.clicked.connect(self.fit)
        self._where = QLabel()
        self._where.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

        header = QWidget()
        header.setObjectName("header")
        header.setFixedHeight(HEADER)
        row = QHBoxLayout(header)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(4)
        row.addWidget(self._title)
        row.addSpacing(12)
        for button in (self._smooth_button, self._log_button, self._fit_button):
            button.setFixedHeight(24)
            row.addWidget(button)
        row.addWidget(self._where, 1)

        self._canvas = Canvas()
        self._canvas.setFrameStyle(0)
        self._canvas.setMinimumSize(200, 130)
        self._canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._canvas.setAccessibleName(self.tr("Curves: arrow keys move the crosshair"))
        self._canvas.ci.layout.setContentsMargins(LEFT, TOP, READOUT, BOTTOM)
        self._canvas.ci.layout.setSpacing(SPACING)
        self._below = _Layer(self._canvas, self._paint_below, -1)
        self._above = _Layer(self._canvas, self._paint_above, 10)
        for layer in (self._below, self._above):
            self._canvas.scene().addItem(layer)
        self._canvas.hovered.connect(self._hover)
        self._canvas.resized.connect(self._resized)
        self._canvas.key.connect(self._key)
        self._canvas.tip.connect(self._tip)
        self._canvas.doubled.connect(self.fit)

        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self._canvas, 1)
        self._show_smoothing()

    def _arrange(self, snapshot: Snapshot) -> None:
        """Set up the plots that go with a lesson: accuracy for classes, prediction for one output, else neither.

        Nor where batches are shuffled: the prediction is that of the first example, and would be another's every time.
        """
        lesson = snapshot.lesson
        one = lesson.network.sizes[-1] == 1 and not lesson.data.shuffle
        kind = "classes" if lesson.classes else "one" if one else "many"
        running = snapshot.lesson.evaluation.running
        tested = not lesson.classes and snapshot.test_examples > 0
        if (kind, running, tested) == self._arranged:
            return
        self._arranged = kind, running, tested
        self._busy = True  # a new plot's ranges are not the user's doing
        self._canvas.clear()
        self._plots = []
        self._limits = (0, 0)
        losses = [Curve(self.tr("loss"), "loss", lambda m: m.loss)]
        if running:
            name = self.tr("mean of {n}").format(n=f"{running:,}")
            losses.append(Curve(name, "bwd", lambda m: m.running_loss, at=lambda m: m.running_batch, smooth=False))
        if tested:
            losses.append(
                Curve(self.tr("loss test"), "text", lambda m: m.test_loss, at=lambda m: m.test_loss_batch, smooth=False)
            )
        self._add_plot(5, *losses)
        if kind == "classes":
            train = Curve(self.tr("accuracy train"), "fwd", lambda m: m.train_accuracy, share=True)
            test = Curve(
                self.tr("accuracy test"),
                "text",
                lambda m: m.test_accuracy,
                at=lambda m: m.test_batch,
                share=True,
                smooth=False,
            )
            self._add_plot(4, train, test)
        elif kind == "one":
            self._add_plot(4, Curve(self.tr("prediction ŷ"), "fwd", lambda m: m.prediction))
        self._add_plot(2, Curve(self.tr("learning rate"), "upd", lambda m: m.learning_rate, smooth=False))
        self._busy = False

    def _add_plot(self, stretch: int, *curves: Curve) -> None:
        row = len(self._plots)
        box = self._canvas.addViewBox(row=row, col=0, enableMenu=False, defaultPadding=0.0)
        box.setMouseEnabled(x=True, y=False)
        box.disableAutoRange()
        box.setYRange(0, 1, padding=0)
        if self._plots:
            box.setXLink(self._plots[0].box)
        else:
            box.sigXRangeChanged.connect(self._zoomed)
        box.sigRangeChangedManually.connect(self._taken_by_hand)
        for curve in curves:
            curve.clear()
            for item in (curve.trace, curve.mean):
                box.addItem(item, ignoreBounds=True)
        self._canvas.ci.layout.setRowStretchFactor(row, stretch)
        self._plots.append(Plot(box, list(curves), stretch))

    @property
    def _kind(self) -> str:
        """Of the second plot: accuracy of ``classes``, the prediction of ``one`` output, no plot of ``many``."""
        return self._arranged[0]

    # ---- what is shown ---------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw this Snapshot from now on."""
        before = self._snapshot
        self._snapshot = snapshot
        self._arrange(snapshot)
        if before is None or before.generation != snapshot.generation or before.metrics is not snapshot.metrics:
            self._start_anew(snapshot, before)
        self._redraw()
        if snapshot.state is not State.RUNNING:
            summary = self.text_summary()
            self.setAccessibleDescription(summary)
            self._canvas.setAccessibleDescription(summary)

    def _start_anew(self, snapshot: Snapshot, before: Snapshot | None) -> None:
        for plot in self._plots:
            for curve in plot.curves:
                curve.clear()
        self._rates = Plateaus()
        self._crosshair = None
        self._following = True
        if not self._weight_chosen:  # batch accuracies of a classifier are too noisy to be read unsmoothed
            self._weight = 0.9 if snapshot.lesson.classes else 0.0
            self._show_smoothing()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours and fonts of a theme."""
        self._theme = theme
        self._tick_font, self._caption_font, self._mark_font = mono_font(11), ui_font(11), ui_font(11, 600)
        self._tick_metrics = QFontMetricsF(self._tick_font)
        self._mark_metrics = QFontMetricsF(self._mark_font)
        self._title.setFont(ui_font(13, 600))
        self._where.setFont(ui_font(12))
        for button in (self._smooth_button, self._log_button, self._fit_button):
            button.setFont(ui_font(12))
        t = theme
        self._canvas.setBackground(t.surface)
        self.setStyleSheet(
            f"CurvesView, CurvesView > QWidget {{ background: {t.surface}; }}"
            f"#header {{ border-bottom: 1px solid {t.line}; }}"
            f"QLabel {{ color: {t.text}; background: transparent; }}"
            f"QToolButton {{ color: {t.text2}; background: transparent; border: 1px solid transparent;"
            " border-radius: 4px; padding: 0 7px; }"
            f"QToolButton:hover {{ border-color: {t.ctl}; }}"
            f"QToolButton:checked {{ color: {t.text}; background: {t.bg}; border-color: {t.ctl}; }}"
            f"QToolButton:focus {{ border: 2px solid {t.focus}; padding: 0 6px; }}"
            f"QToolButton:disabled {{ color: {t.disabled}; }}"
            "QToolButton::menu-indicator { image: none; }"
            f"QMenu {{ color: {t.text}; background: {t.surface}; border: 1px solid {t.line2}; }}"
            f"QMenu::item:selected {{ color: {t.onaccent}; background: {t.accent}; }}"
        )
        self._where.setStyleSheet(f"color: {t.text2};")
        self._redraw()

    def text_summary(self) -> str:
        """What the curves show, in words: the last values, the changes, whether the run diverged."""
        snapshot = self._snapshot
        if snapshot is None:
            return ""
        if not snapshot.batches:
            return self.tr("No batch is finished yet.")
        parts = [self.tr("After {n} batches").format(n=f"{snapshot.batches:,}")]
        for plot in self._plots:
            for curve in plot.curves:
                value, _ = self.value_at(curve, snapshot.batches)
                if not math.isnan(value):
                    parts.append(f"{curve.name} {curve.text(value)}")
        losses = snapshot.metrics.loss.values(0, snapshot.batches)
        finite = losses[np.isfinite(losses)]
        if len(finite):
            low, high = number(float(finite.min())), number(float(finite.max()))
            parts.append(self.tr("loss between {low} and {high}").format(low=low, high=high))
        for change in snapshot.changes[-3:]:
            parts.append(self._describe(change))
        if snapshot.halt is not None:
            parts.append(self.tr("diverged at batch {n}").format(n=f"{snapshot.halt.position.batch:,}"))
        return "; ".join(parts) + "."

    def value_at(self, curve: Curve, batch: int) -> tuple[float, int]:
        """(value, batch it was measured at) of a curve: exactly at ``batch``, or at the last measurement before."""
        snapshot = self._snapshot
        assert snapshot is not None
        if curve.at is None:
            values = curve.series(snapshot.metrics).values(0, snapshot.batches)
            return (float(values[batch - 1]), batch) if 1 <= batch <= len(values) else (math.nan, batch)
        after, values = self._measured(curve)
        index = int(np.searchsorted(after, batch, side="right")) - 1
        return (float(values[index]), int(after[index])) if index >= 0 else (math.nan, batch)

    def _measured(self, curve: Curve) -> tuple[Floats, Floats]:
        """(after which batch, value) of a curve that is not measured at every batch, up to the Snapshot's last."""
        snapshot = self._snapshot
        assert snapshot is not None
        assert curve.at is not None
        values = curve.series(snapshot.metrics).values()
        after = curve.at(snapshot.metrics).values(0, len(values))
        count = int(np.searchsorted(after, snapshot.batches, side="right"))
        return after[:count], values[:count]

    @property
    def crosshair(self) -> int | None:
        """The batch under the crosshair, None when there is none."""
        return self._crosshair

    @property
    def shown_batch(self) -> int:
        """The batch whose values stand in the value column: the crosshair's, else where one stands, or the last."""
        if self._snapshot is None:
            return 0
        last = self._snapshot.batches
        return min(self._snapshot.position.batch if self._crosshair is None else self._crosshair, last)

    def readout(self) -> dict[str, str]:
        """Name and value of every curve, as the value column shows them."""
        if self._snapshot is None:
            return {}
        batch = self.shown_batch
        return {c.name: c.text(self.value_at(c, batch)[0]) for p in self._plots for c in p.curves}

    # ---- what the user does ----------------------------------------------------------------------------------

    def arrangement(self) -> dict[str, str]:
        """Axis and smoothing, as a recording keeps them."""
        return {"loss_axis": "log" if self._log else "linear", "smoothing": f"{self._weight:g}"}

    def arrange(self, kept: Mapping[str, str]) -> None:
        """Take axis and smoothing from what a recording kept; what is not understood changes nothing."""
        if kept.get("loss_axis") in ("log", "linear"):
            self.set_log(kept["loss_axis"] == "log")
        weights = {f"{weight:g}": weight for weight in WEIGHTS}
        if kept.get("smoothing") in weights:
            self.set_smoothing(weights[kept["smoothing"]])

    def toggle_log(self) -> None:
        """Switch the loss axis between logarithmic and linear."""
        self.set_log(not self._log)

    def set_log(self, on: bool) -> None:
        """Loss on a logarithmic axis, or a linear one."""
        self._log = on
        self._log_button.setChecked(on)
        self._redraw()

    def set_smoothing(self, weight: float) -> None:
        """Weight of the past in the smoothed curves, 0 for none."""
        self._weight, self._weight_chosen = weight, True
        self._show_smoothing()
        self._redraw()

    def fit(self) -> None:
        """Show all batches, and follow new ones."""
        self._following = True
        self._redraw()

    def set_crosshair(self, batch: int | None) -> None:
        """Put the crosshair on a batch (the nearest there is), or take it away."""
        last = self._snapshot.batches if self._snapshot is not None else 0
        batch = None if batch is None or not last else min(max(1, batch), last)
        if batch != self._crosshair:
            self._crosshair = batch
            self._repaint()

    def _show_smoothing(self) -> None:
        value = f"{self._weight:g}" if self._weight else self.tr("off")
        self._smooth_button.setText(self.tr("smooth {value} ▾").format(value=value))
        for action in self._smooth_group.actions():
            action.setChecked(action.data() == self._weight)

    def _hover(self, point: QPointF | None) -> None:
        area = self._area()
        if point is None or self._snapshot is None or not area.adjusted(-8, 0, 8, 0).contains(point):
            self.set_crosshair(None)
            return
        low, high = self._view_range()
        batch = low + (point.x() - area.left()) / area.width() * (high - low)
        first, last = math.ceil(low), max(math.ceil(low), math.floor(high))
        self.set_crosshair(min(max(round(batch), first), last))

    def _key(self, event: QKeyEvent) -> None:
        last = self._snapshot.batches if self._snapshot is not None else 0
        at = self._crosshair or last
        leap = max(1, last // 50) if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        moves = {Qt.Key.Key_Left: at - leap, Qt.Key.Key_Right: at + leap, Qt.Key.Key_Home: 1, Qt.Key.Key_End: last}
        if last and event.key() in moves:
            self.set_crosshair(moves[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Escape and self._crosshair is not None:
            self.set_crosshair(None)
        else:
            return
        event.accept()

    def _tip(self, event: QHelpEvent) -> None:
        text = self.tooltip_at(QPointF(event.pos()))
        if text:
            QToolTip.showText(event.globalPos(), text, self._canvas)
        else:
            QToolTip.hideText()

    def tooltip_at(self, point: QPointF) -> str:
        """What a tooltip says at a point of the canvas: the change whose mark is there."""
        return next((self._describe(change) for box, change in self._marks if box.contains(point)), "")

    def _describe(self, change: Change) -> str:
        return self.tr("before batch {batch}: {key} {old} → {new}").format(
            batch=f"{change.batch:,}", key=change.key, old=change.old, new=change.new
        )

    def _taken_by_hand(self) -> None:
        self._following = False
        self._redraw()

    def _zoomed(self) -> None:
        if not self._busy:  # not this view's own doing, so the user's
            self._taken_by_hand()

    def _resized(self) -> None:
        self._below.resized()
        self._above.resized()
        self._redraw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._redraw()

    # ---- drawing the curves ----------------------------------------------------------------------------------

    def _area(self) -> QRectF:
        """The rectangle round all plots, in pixels of the canvas."""
        return self._plots[0].rect.united(self._plots[-1].rect) if self._plots else QRectF()

    def _view_range(self) -> tuple[float, float]:
        low, high = self._plots[0].box.viewRange()[0]
        return low, high

    def _last(self) -> int:
        """The last batch that the horizontal axis has to hold."""
        assert self._snapshot is not None
        return max(self._snapshot.batches, self._snapshot.position.batch)

    def _redraw(self) -> None:
        """Bring curves and axes up to date with the Snapshot, the view's range and the theme."""
        snapshot = self._snapshot
        if snapshot is None or self._busy:
            return
        self._busy = True
        try:
            self._canvas.ci.layout.activate()
            for plot in self._plots:
                plot.measure()
            end = last_batch_shown(self._last())
            margin = 0.012 * (end - 1)
            if (end, len(self._plots)) != self._limits:
                self._limits = (end, len(self._plots))
                for plot in self._plots:
                    plot.box.setLimits(xMin=1 - margin, xMax=end + margin, minXRange=4.0)
            if self._following:
                self._plots[0].box.setXRange(1 - margin, end + margin, padding=0)
            low, high = self._view_range()
            columns = max(50, round(self._area().width()))
            for plot in self._plots:
                self._draw_plot(plot, low, high, columns)
                plot.box.updateMatrix()  # pyqtgraph would do it while painting, and then paint the plot once more
        finally:
            self._busy = False
        self._fit_button.setEnabled(not self._following)
        self._repaint()

    def _repaint(self) -> None:
        snapshot = self._snapshot
        if snapshot is None or not snapshot.batches:
            self._where.setText("")
        elif self._crosshair is None:
            self._where.setText(self.tr("batch {n}").format(n=f"{self.shown_batch:,}"))
        else:
            self._where.setText(self.tr("crosshair batch {n}").format(n=f"{self.shown_batch:,}"))
        self._below.update()
        self._above.update()

    def _draw_plot(self, plot: Plot, low: float, high: float, columns: int) -> None:
        assert self._snapshot is not None
        if plot is self._plots[-1]:
            self._draw_rate(plot, low, high, columns)
            return
        log = plot is self._plots[0] and self._log
        drawn = [self._points(curve, log, low, high, columns) for curve in plot.curves]
        values = [p[1] for p in drawn]
        target = self._target()
        if target is not None and plot is self._plots[1]:
            values.append(np.array([target]))
        lowest, highest = _extent(values)
        if self._kind == "classes" and plot is self._plots[1]:
            floor = min(0.9, math.floor(lowest * 10) / 10) if math.isfinite(lowest) else 0.0
            plot.axis = Axis(floor - 0.05 * (1 - floor), 1 + 0.05 * (1 - floor))
        elif plot is self._plots[1]:
            plot.axis = Axis.of_values(lowest, highest)
        else:
            plot.axis = Axis.around(lowest, highest, log)
        plot.ticks = [] if lowest > highest else plot.axis.ticks(int(plot.rect.height() // 22))
        if target is not None and plot is self._plots[1]:
            place, room = plot.axis.place_one(target), 13 / max(1.0, plot.rect.height())
            plot.ticks = [tick for tick in plot.ticks if abs(tick[0] - place) >= room] + [(place, short(target))]
        for curve, (x, y) in zip(plot.curves, drawn, strict=True):
            self._draw_curve(curve, plot.axis, x, y, low, high, columns)

    def _points(self, curve: Curve, log: bool, low: float, high: float, columns: int) -> tuple[Floats, Floats]:
        """(batches, values) of what to draw of a curve in view."""
        snapshot = self._snapshot
        assert snapshot is not None
        if curve.at is None:
            values = curve.series(snapshot.metrics).values(0, snapshot.batches)
            first, last = math.floor(low) - 2, math.ceil(high) + 1
            index, y = curve.envelopes[log].points(values, first, last, columns)
            return index + 1, y
        after, values = self._measured(curve)
        first = int(np.searchsorted(after, low)) - 1
        last = int(np.searchsorted(after, high, side="right")) + 1
        index, y = curve.envelopes[log].points(values, first, last, columns)
        return after[index.astype(np.intp)], y

    def _draw_curve(
        self, curve: Curve, axis: Axis, x: Floats, y: Floats, low: float, high: float, columns: int
    ) -> None:
        colour, place = self._theme.q(curve.token), axis.place(y)
        height = self._area().height()
        smoothed = curve.smooth and self._weight > 0
        if smoothed:
            faint = _mixed(colour, self._theme.q("surface"), 0.32)
            _set(curve.trace, x, place, faint, 1, False)
            mx, my = self._mean_points(curve, low, high, columns)
            mean = axis.place(my)
            _set(curve.mean, mx, mean, colour, 2, _is_fine(mean, height))
        else:
            fine = _is_fine(place, height)
            _set(curve.trace, x, place, colour, 2 if fine else 1, fine)
            _set(curve.mean, np.empty(0), np.empty(0), colour, 2, False)
        curve.dots = _dots(x, place) if not smoothed or len(x) <= 1 else (np.empty(0), np.empty(0))

    def _mean_points(self, curve: Curve, low: float, high: float, columns: int) -> tuple[Floats, Floats]:
        assert self._snapshot is not None
        if curve.smoothing is None or curve.smoothing.weight != self._weight:
            curve.smoothing = Smoothing(self._weight)
        values = curve.smoothing.of(curve.series(self._snapshot.metrics).values(0, self._snapshot.batches))
        first, last = max(0, math.floor(low) - 2), min(len(values), math.ceil(high) + 1)
        if last <= first:
            return np.empty(0), np.empty(0)
        size = bin_size(last - first, columns // 3)
        index = np.arange(-(-first // size) * size, last, size)
        index = np.unique(np.concatenate([[first], index, [last - 1]]))
        return index + 1.0, values[index]

    def _draw_rate(self, plot: Plot, low: float, high: float, columns: int) -> None:
        assert self._snapshot is not None
        curve = plot.curves[0]
        values = curve.series(self._snapshot.metrics).values(0, self._snapshot.batches)
        starts, levels = self._rates.of(values)
        first = max(0, int(np.searchsorted(starts + 1, low, side="right")) - 1)
        last = int(np.searchsorted(starts + 1, high, side="right"))
        starts, levels = starts[first:last] + 1, levels[first:last]
        if len(levels) > columns:
            x, y = self._points(curve, True, low, high, columns)
        elif len(levels):
            end = min(len(values), math.ceil(high) + 1)
            x = np.repeat(np.append(starts, end), 2)[1:-1]
            y = np.repeat(levels, 2)
        else:
            x, y = np.empty(0), np.empty(0)
        plot.axis = Axis.around(*_extent([y]), log=True)
        plot.ticks = []
        room = 13 / max(1.0, plot.rect.height())
        for level in dict.fromkeys(levels[::-1][:50].tolist()):
            place = plot.axis.place_one(level)
            if all(abs(place - other) >= room for other, _ in plot.ticks):
                plot.ticks.append((place, short(level)))
        fine = len(levels) <= 100
        _set(curve.trace, x, plot.axis.place(y), self._theme.q(curve.token), 2 if fine else 1, False)
        single = len(values) == 1
        curve.dots = (x[:1], plot.axis.place(y[:1])) if single else (np.empty(0), np.empty(0))

    def _target(self) -> float | None:
        """The one value that the prediction should reach; None where every batch has another."""
        snapshot = self._snapshot
        if snapshot is None or self._kind != "one" or snapshot.batches_per_epoch > 1 or snapshot.lesson.data.shuffle:
            return None
        return float(snapshot.tensors["y"][0, 0])

    # ---- painting in pixels ----------------------------------------------------------------------------------

    def _x_of(self, batch: float) -> float:
        area, (low, high) = self._area(), self._view_range()
        return area.left() + (batch - low) / (high - low) * area.width()

    def _paint_below(self, painter: QPainter) -> None:
        """Grid lines, ticks, the target."""
        if self._snapshot is None or not self._plots:
            return
        theme, area = self._theme, self._area()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(self._tick_font)
        rise = self._tick_metrics.ascent() / 2 - 1
        for plot in self._plots:
            rect = plot.rect
            for place, text in plot.ticks:
                y = rect.bottom() - place * rect.height()
                painter.setPen(QPen(theme.q("line"), 1))
                painter.drawLine(QLineF(rect.left(), round(y), rect.right(), round(y)))
                painter.setPen(theme.q("text3"))
                wide = self._tick_metrics.horizontalAdvance(text)
                painter.drawText(QPointF(rect.left() - 8 - wide, y + rise), text)
        if not self._plots[0].ticks and (self._log or not self._snapshot.batches):
            painter.setPen(theme.q("text3"))
            painter.setFont(self._caption_font)
            text = self.tr("the curves begin after the first batch")
            if self._snapshot.batches:
                text = self.tr("no loss above zero to draw on a log axis")
            painter.drawText(self._plots[0].rect, Qt.AlignmentFlag.AlignCenter, text)
            painter.setFont(self._tick_font)
        target = self._target()
        if target is not None:
            rect = self._plots[1].rect
            y = round(rect.bottom() - self._plots[1].axis.place_one(target) * rect.height())
            painter.setPen(QPen(theme.q("ctl"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QLineF(rect.left(), y, rect.right(), y))
        painter.setPen(theme.q("text3"))
        baseline, free = area.bottom() + 18, -math.inf
        for batch in self._batch_ticks(area.width()):
            text = f"{batch:,}"
            wide = self._tick_metrics.horizontalAdvance(text)
            x = min(self._x_of(batch) - wide / 2, area.right() + 6 - wide)
            if x >= free:
                painter.drawText(QPointF(x, baseline), text)
                free = x + wide + 8
        painter.setFont(self._caption_font)
        painter.drawText(QPointF(area.right() + 16, baseline), self.tr("batch"))

    def _batch_ticks(self, width: float) -> list[int]:
        low, high = self._view_range()
        step = max(1, round(nice_step((high - low) / max(2, width // 75))))
        ticks = [k * step for k in range(math.ceil(low / step), math.floor(high / step) + 1) if k > 0]
        if low > 1 or step == 2:  # 2, 4, 6: a 1 before them would stand in the way of the 2
            return ticks
        return [1, *(tick for tick in ticks if tick > 1 and tick - 1 >= 0.8 * step)]

    def _paint_above(self, painter: QPainter) -> None:
        """Dots, changes, playhead, crosshair, values."""
        snapshot = self._snapshot
        if snapshot is None or not self._plots:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._area()
        painter.save()
        painter.setClipRect(area.adjusted(-6, -TOP, 6, 6))
        head = snapshot.position.batch if snapshot.state is not State.RUNNING else None
        if snapshot.halt is None and head is not None:
            self._paint_playhead(painter, area, head)
        self._paint_dots(painter)
        if self._crosshair is not None and snapshot.batches:
            self._paint_crosshair_line(painter, area)
        self._paint_changes(painter, snapshot, area, head)
        if self._crosshair is not None and snapshot.batches:
            self._paint_crosshair_rings(painter)
        if snapshot.halt is not None:
            self._paint_halt(painter, area, snapshot.halt.position.batch)
        painter.restore()
        self._paint_readout(painter, area)
        if self._canvas.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.q("focus"), 2))
            painter.drawRoundedRect(QRectF(self._canvas.viewport().rect()).adjusted(1, 1, -1, -1), 4, 4)

    def _paint_dots(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for plot in self._plots:
            rect = plot.rect
            for curve in plot.curves:
                painter.setBrush(self._theme.q(curve.token))
                radius = 3.5 if len(curve.dots[0]) == 1 else 2.25
                for x, place in zip(curve.dots[0].tolist(), curve.dots[1].tolist(), strict=True):
                    painter.drawEllipse(QPointF(self._x_of(x), rect.bottom() - place * rect.height()), radius, radius)

    def _paint_playhead(self, painter: QPainter, area: QRectF, batch: int) -> None:
        x = self._x_of(batch)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.q("accent"))
        painter.drawRect(QRectF(x - 1, area.top() - 6, 2, area.height() + 6))
        shape = ((-5, -12), (5, -12), (5, -6), (1, -2), (-1, -2), (-5, -6))
        painter.drawPolygon(QPolygonF([QPointF(x + a, area.top() + b) for a, b in shape]))

    def _paint_halt(self, painter: QPainter, area: QRectF, batch: int) -> None:
        x, theme = self._x_of(batch), self._theme
        painter.setPen(QPen(theme.q("err"), 2))
        painter.drawLine(QLineF(x, area.top() - 8, x, area.bottom()))
        text = self.tr("diverged at batch {n}").format(n=f"{batch:,}")
        wide = self._mark_metrics.horizontalAdvance(text) + 12
        left = x + 6 if x + 6 + wide <= area.right() else x - 6 - wide
        box = QRectF(left, area.top() - 14, wide, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.q("errsoft"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(self._mark_font)
        painter.setPen(theme.q("err"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_changes(self, painter: QPainter, snapshot: Snapshot, area: QRectF, head: int | None) -> None:
        """Diamonds on the rate curve, flags for other changes; where they are too close, the newest is shown."""
        self._marks = []
        if self._changes.log is not snapshot.log:
            self._changes = Changes.of(snapshot.log)
        low, high = self._view_range()
        apart = 9 / area.width() * (high - low)
        shown = [newest(kind, low, high, apart) for kind in (self._changes.rates, self._changes.others)]
        rates = [(QPointF(self._x_of(c.batch), self._y_of_rate_change(c)), c) for c in shown[0]]
        others = [(self._x_of(c.batch), c) for c in shown[1]]
        head_x = math.inf if head is None else self._x_of(head)
        self._paint_flags(painter, others, area, head_x)
        labels = self._paint_rate_labels(painter, rates, area, head_x)
        painter.setPen(QPen(self._theme.q("upd"), 1.5))
        painter.setBrush(self._theme.q("surface"))
        for (point, change), label in zip(rates, labels, strict=True):
            corners = ((0, -4.5), (4.5, 0), (0, 4.5), (-4.5, 0))
            painter.drawPolygon(QPolygonF([point + QPointF(a, b) for a, b in corners]))
            self._marks.append((QRectF(point.x() - 5, point.y() - 5, 10, 10).united(label), change))

    def _y_of_rate_change(self, change: Change) -> float:
        plot = self._plots[-1]
        place = plot.axis.place_one(change.old)
        if not 0 <= place <= 1:  # no batch was trained with the old rate
            place = min(max(plot.axis.place_one(change.new), 0.0), 1.0)
        return plot.rect.bottom() - place * plot.rect.height()

    def _paint_flags(self, painter: QPainter, flags: Sequence[tuple[float, Change]], area: QRectF, head: float) -> None:
        """Flags (newest first) above the plots, each with what changed where nothing is in the way."""
        top, free = area.top(), area.right()
        painter.setFont(self._mark_font)
        for x, change in flags:
            painter.setPen(QPen(self._theme.q("text2"), 1))
            painter.setBrush(self._theme.q("text2"))
            painter.drawLine(QLineF(x, top - 8, x, top + 6))
            corners = ((0, -8), (8, -8), (6, -5), (8, -2), (0, -2))
            painter.drawPolygon(QPolygonF([QPointF(x + a, top + b) for a, b in corners]))
            mark = QRectF(x - 4, top - 10, 14, 18)
            old, new = (f"{v:g}" if isinstance(v, float) else str(v) for v in (change.old, change.new))
            text = f"{change.key.rpartition('.')[2].replace('_', ' ')} {old} → {new}"
            label = QRectF(x + 12, top - 14, self._mark_metrics.horizontalAdvance(text), 14)
            if label.right() + 6 <= free and not label.left() - 8 <= head <= label.right() + 8:
                painter.drawText(label, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
                mark = mark.united(label)
            free = x
            self._marks.append((mark, change))

    def _paint_rate_labels(
        self, painter: QPainter, rates: Sequence[tuple[QPointF, Change]], area: QRectF, head: float
    ) -> list[QRectF]:
        """Texts beside the diamonds (newest first), right or left of them, where no other change is in the way.

        The newest gets its text in any case.
        """
        painter.setFont(self._mark_font)
        boxes: list[QRectF] = []
        for i, (point, change) in enumerate(rates):
            x, y = point.x(), point.y()
            text = f"{change.old:g} → {change.new:g}"
            wide = self._mark_metrics.horizontalAdvance(text)
            newer = rates[i - 1][0].x() if i else math.inf
            older = rates[i + 1][0].x() if i + 1 < len(rates) else -math.inf
            inward = 10 if change.new < change.old else -10  # to the left the curve itself is at y
            right, left = QRectF(x + 9, y - 8, wide, 16), QRectF(x - 7 - wide, y + inward - 8, wide, 16)
            obstacles = (newer, head if head > x - 2 else math.inf)
            box = QRectF()
            if right.right() <= min(area.right(), *(o - 6 for o in obstacles)):
                box = right
            elif left.left() - 6 >= max(area.left() - 6, older):
                box = left
            elif i == 0:  # in the gap above the plot
                start = min(max(area.left(), x - wide / 2), area.right() - wide)
                box = QRectF(start, self._plots[-1].rect.top() - 15, wide, 14)
            if any(box.intersects(other) for other in boxes):
                box = QRectF()
            boxes.append(box)
            if not box.isNull():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._theme.q("surface"))
                painter.drawRect(box.adjusted(-2, 0, 2, 0))
                painter.setPen(self._theme.q("upd"))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        return boxes

    def _paint_crosshair_line(self, painter: QPainter, area: QRectF) -> None:
        x = self._x_of(self.shown_batch)
        pen = QPen(self._theme.q("text2"), 1)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.drawLine(QLineF(round(x) + 0.5, area.top() - 8, round(x) + 0.5, area.bottom()))

    def _paint_crosshair_rings(self, painter: QPainter) -> None:
        batch = self.shown_batch
        painter.setBrush(self._theme.q("surface"))
        for plot in self._plots:
            rect = plot.rect
            for curve in plot.curves:
                value, at = self.value_at(curve, batch)
                place = plot.axis.place_one(value) if math.isfinite(value) else math.nan
                if 0 <= place <= 1:
                    painter.setPen(QPen(self._theme.q(curve.token), 2))
                    painter.drawEllipse(QPointF(self._x_of(at), rect.bottom() - place * rect.height()), 4, 4)

    def _paint_readout(self, painter: QPainter, area: QRectF) -> None:
        """The value column: a swatch, name and value per curve, level with its plot."""
        theme, snapshot = self._theme, self._snapshot
        assert snapshot is not None
        batch = self.shown_batch
        entries: list[tuple[float, Curve, str, str]] = []
        for plot in self._plots:
            for curve in plot.curves:
                value, at = self.value_at(curve, batch) if batch else (math.nan, 0)
                entries.append((plot.rect.top() - 2, curve, curve.text(value), self._caption(curve, value, at)))
        heights = [ENTRY + CAPTION if entry[3] else ENTRY for entry in entries]
        room = area.height() + 8
        if sum(heights) > room:  # in a low window the names and values stay
            entries = [(*entry[:3], "") for entry in entries]
            heights = [min(ENTRY, room / len(entries))] * len(entries)
        tight = heights[0] < ENTRY
        rise, size = (10, 23) if tight else (12, 28), (11, 12) if tight else (12, 13)
        left, tops = area.right() + 16, _stack([entry[0] for entry in entries], heights, area)
        for top, (_, curve, value, caption) in zip(tops, entries, strict=True):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.q(curve.token))
            painter.drawRoundedRect(QRectF(left, top + 6, 10, 3), 1.5, 1.5)
            if curve.at is not None:  # measured now and then: a dot until there is a line
                painter.drawEllipse(QPointF(left + 5, top + 7.5), 3.5, 3.5)
            painter.setFont(ui_font(size[0]))
            painter.setPen(theme.q("text2"))
            log = curve is self._plots[0].curves[0] and self._log
            name = self.tr("{name} (log)").format(name=curve.name) if log else curve.name
            painter.drawText(QPointF(left + 16, top + rise[0]), name)
            painter.setFont(mono_font(size[1], 500))
            painter.setPen(theme.q("text"))
            painter.drawText(QPointF(left + 16, top + rise[1]), value)
            if caption:
                painter.setFont(self._caption_font)
                painter.setPen(theme.q("text3"))
                painter.drawText(QPointF(left + 16, top + 42), caption)

    def _caption(self, curve: Curve, value: float, at: int) -> str:
        if self._log and curve is self._plots[0].curves[0] and value <= 0:
            return self.tr("not on a log axis")
        if curve.at is not None and at and at != self.shown_batch:
            return self.tr("at {n}").format(n=f"{at:,}")
        if curve.smoothing is not None and self._weight > 0 and 1 <= at <= len(curve.smoothing):
            return self.tr("smooth {value}").format(value=curve.text(curve.smoothing[at], brief=True))
        if self._kind == "one" and curve is self._plots[1].curves[0]:
            target = self._target()
            return self.tr("first example") if target is None else self.tr("target y = {y}").format(y=number(target))
        return ""

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self._theme.q("surface"))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._canvas.setFocus(event.reason())


def _mixed(colour: QColor, ground: QColor, share: float) -> QColor:
    """A colour as it looks at this opacity on a ground; drawn opaque, long lines cost a fraction."""
    mix = (c * share + g * (1 - share) for c, g in zip(colour.getRgb()[:3], ground.getRgb()[:3], strict=True))
    return QColor(*(round(channel) for channel in mix))


def _set(item: Trace, x: Floats, y: Floats, colour: QColor, width: int, fine: bool) -> None:
    """Hand a line to pyqtgraph. Gaps are found here once, so that its own search can be skipped."""
    whole = not np.isnan(y).any()
    item.setData(
        x,
        y,
        pen=pg.mkPen(colour, width=width),
        connect="all" if whole else "finite",
        skipFiniteCheck=True,
        antialias=fine,
    )


def _is_fine(place: Floats, height: float) -> bool:
    """Whether a line is short enough to be drawn wide and smooth, which costs by its length."""
    return len(place) <= FINE and float(np.nansum(np.abs(np.diff(place)))) * height <= FINE


def _extent(rows: Sequence[Floats]) -> tuple[float, float]:
    """Smallest and largest finite value of several rows, infinite where there is none."""
    low, high = math.inf, -math.inf
    for row in rows:
        finite = row[np.isfinite(row)]
        if len(finite):
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    return low, high


def _dots(x: Floats, place: Floats) -> tuple[Floats, Floats]:
    """Points to mark by a dot: all where they are few, else those without a neighbour to draw a line to."""
    there = ~np.isnan(place)
    if len(x) > FEW:
        if there.all():
            return np.empty(0), np.empty(0)
        near = np.zeros_like(there)
        near[1:] |= there[:-1]
        near[:-1] |= there[1:]
        there &= ~near
    return x[there][-500:], place[there][-500:]


def _stack(tops: Sequence[float], heights: Sequence[float], area: QRectF) -> list[float]:
    """Move entries down, then up, until none overlaps and all are within the plots' height and the axis below."""
    placed: list[float] = []
    free = -math.inf
    for top, height in zip(tops, heights, strict=True):
        placed.append(max(top, free))
        free = placed[-1] + height
    limit = area.bottom() + 6
    for i in range(len(placed) - 1, -1, -1):
        placed[i] = min(placed[i], limit - heights[i])
        limit = placed[i]
    return placed
