"""A sweep as one plot: the varied key across, what came of each run upwards, a point per run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import Enum
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.sweep import Result, Run, Sweep
from gui.axis import LOG_FROM, Axis, number
from gui.said import said
from gui.views.plot import LABEL, Diagram, Look, Row, apart, paint_marks, width_of
from gui.views.study_words import key_title, told_value, told_values

Floats = npt.NDArray[np.float64]

LEFT, TOP, BOTTOM = 58.0, 48.0, 42.0  # margins: numbers, the row of what diverged, the varied key
LEAST_RIGHT, MOST_RIGHT = 20.0, 190.0
NEAR = 14.0  # so near a point is pointed at
DEEP = 1e-12  # of the largest loss: how far down a logarithmic axis goes
CAPTION = 16.0  # its base line
MANY = 60  # points of a line, beyond which it is thinner, which is faster, too
CROSS = 4.5  # half of one


class Measure(Enum):
    """What is drawn upwards, with the name of the Result's attribute."""

    LOSS = "mean_loss"
    TRAIN_ACCURACY = "train_accuracy"
    TEST_ACCURACY = "test_accuracy"
    TEST_LOSS = "test_loss"

    @property
    def of_loss(self) -> bool:
        """Whether it is a loss, and no share."""
        return self in (Measure.LOSS, Measure.TEST_LOSS)


class SweepPlot(Diagram):
    """A point per run; runs that have the same value of the other keys are joined by a line. One point is chosen.

    A run that diverged has a cross above the plot in place of a point.

    Attributes
    ----------
    numeric : whether the values of the first key are numbers; otherwise they stand side by side.

    Signals
    -------
    chosen(int) : another run is chosen: its index in the sweep.
    opened() : the chosen run is to be opened: Enter or a double click.
    """

    chosen = Signal(int)
    opened = Signal()
    moves: ClassVar[Mapping[int, float]] = {**Diagram.moves, Qt.Key.Key_Down: -1, Qt.Key.Key_Up: 1}
    enters = (Qt.Key.Key_Return, Qt.Key.Key_Enter)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Runs of the sweep: arrow keys choose one, Enter opens it"))
        self._sweep: Sweep | None = None
        self.numeric = True
        self._results: Mapping[str, Result] = {}
        self._measure = Measure.LOSS
        self._heights: dict[int, float] = {}  # of the runs that have one, by index
        self._at: int | None = None  # the chosen run
        self._pointed: Run | None = None  # the one that is read out
        self._across, self._up = Axis(), Axis()
        self._lines: list[tuple[str, list[Run]]] = []
        self._points: dict[int, QPointF] | None = None  # where runs are drawn, by index, at the present size

    def sizeHint(self) -> QSize:
        return QSize(700, 340)

    def minimumSizeHint(self) -> QSize:
        return QSize(360, 220)

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def show_sweep(self, sweep: Sweep | None, results: Mapping[str, Result], measure: Measure) -> None:
        """Draw what is known of a sweep; runs without a result are left out."""
        if sweep is not self._sweep:
            self._at = self._pointed = None
            self._lines = [] if sweep is None else lines_of(sweep)
            values = () if sweep is None else sweep.axes[0].values
            self.numeric = all(type(value) in (int, float) for value in values)
        self._sweep, self._results, self._measure, self._points = sweep, results, measure, None
        self._heights = {} if sweep is None else self._all_heights(sweep)
        if sweep is not None:
            self._across = self._axis_across(sweep)
            self._up = self._axis_up()
        self.redraw()

    def note(self) -> str:
        if self._sweep is not None and any(run.digest in self._results for run in self._sweep.runs):
            return ""
        return self.tr("Each run becomes a point here, as soon as it has ended.")

    @property
    def at(self) -> Run | None:
        """The chosen run."""
        return None if self._sweep is None or self._at is None else self._sweep.runs[self._at]

    def choose(self, index: int) -> None:
        """Choose a run."""
        if index != self._at:
            self._at = index
            self.redraw_over()
            self.chosen.emit(index)

    def result_of(self, run: Run) -> Result | None:
        """What came of a run, if it is known."""
        return self._results.get(run.digest)

    def height_of(self, run: Run) -> float | None:
        """The number that is drawn for a run; None where it has none, or diverged."""
        return self._heights.get(run.index)

    def _all_heights(self, sweep: Sweep) -> dict[int, float]:
        name, heights = self._measure.value, {}
        for run in sweep.runs:
            result = self._results.get(run.digest)
            if result is not None and not (result.halted or result.error):
                heights[run.index] = getattr(result, name)
        return {index: height for index, height in heights.items() if height is not None}

    @property
    def log(self) -> bool:
        """Whether the axis across is logarithmic."""
        return self._across.log

    def _axis_across(self, sweep: Sweep) -> Axis:
        values = sweep.axes[0].values
        if not self.numeric:
            return Axis(-0.5, len(values) - 0.5)
        low, high = float(min(values)), float(max(values))
        log = low > 0 and high / low >= LOG_FROM
        if log:
            low, high = math.log10(low), math.log10(high)
        pad = 0.05 * (high - low) or 0.5
        return Axis(low - pad, high + pad, log)

    def _axis_up(self) -> Axis:
        known = np.array(list(self._heights.values()))
        if self._measure.of_loss:
            return Axis.of_losses(known, DEEP)
        return Axis.around(float(known.min()), float(known.max())) if len(known) else Axis()

    def lines(self) -> list[tuple[str, list[Run]]]:
        """The runs in groups that have the values of all keys but the first in common, each with its name."""
        return self._lines

    @property
    def hue(self) -> str:
        """The colour token of what is measured."""
        return "loss" if self._measure.of_loss else "fwd"

    # ---- where things are --------------------------------------------------------------------------------------------

    @property
    def area(self) -> QRectF:
        """The rectangle of the plot."""
        names = [width_of(name, self._name_font) for name, _ in self.lines() if name]
        right = min(max([LEAST_RIGHT, *(wide + 36 for wide in names)]), MOST_RIGHT)
        return QRectF(LEFT, TOP, max(40.0, self.width() - LEFT - right), max(40.0, self.height() - TOP - BOTTOM))

    def point_of(self, run: Run) -> QPointF | None:
        """Where a run is drawn; above the plot where it diverged, nowhere without a result."""
        if self._points is None:
            self._points = self._all_points()
        return self._points.get(run.index)

    def _all_points(self) -> dict[int, QPointF]:
        if self._sweep is None:
            return {}
        area, first = self.area, self._sweep.axes[0]
        order = {value: float(value) for value in first.values} if self.numeric else None
        across, heights = [], []
        for run in self._sweep.runs:
            value = run.values[first.key]
            across.append(float(first.values.index(value)) if order is None else order[value])
            height = self.height_of(run)
            heights.append(math.nan if height is None else height)
        xs = area.left() + self._across.place(np.array(across)) * area.width()
        ys = np.clip(np.nan_to_num(self._up.place(np.array(heights))), 0.0, 1.0)
        points = {}
        for run, x, y, height in zip(self._sweep.runs, xs.tolist(), ys.tolist(), heights, strict=True):
            result = self.result_of(run)
            if result is None or (math.isnan(height) and not (result.halted or result.error)):
                continue
            points[run.index] = QPointF(x, TOP - 18 if math.isnan(height) else area.bottom() - y * area.height())
        return points

    def at_the_edge(self, run: Run) -> bool:
        """Whether a run's number lies below the end of the axis, as 0 does on a logarithmic one."""
        height = self.height_of(run)
        return height is not None and self._up.log and (height <= 0 or math.log10(height) < self._up.low)

    def run_at(self, at: QPointF) -> Run | None:
        """The run whose point is nearest, within reach."""
        if self._sweep is None:
            return None
        places = [(run, point) for run in self._sweep.runs if (point := self.point_of(run)) is not None]
        far = [(math.hypot(point.x() - at.x(), point.y() - at.y()), run) for run, point in places]
        nearest = min(far, key=lambda pair: pair[0], default=None)
        return nearest[1] if nearest is not None and nearest[0] <= NEAR else None

    # ---- mouse and keyboard ------------------------------------------------------------------------------------------

    def point_at(self, at: QPointF | None) -> bool:
        run = None if at is None else self.run_at(at)
        if run is not self._pointed:
            self._pointed = run
            self.redraw_over()
        return run is not None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        run = self.run_at(event.position())
        if run is not None and event.button() == Qt.MouseButton.LeftButton:
            self.choose(run.index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        run = self.run_at(event.position())
        if run is not None and event.button() == Qt.MouseButton.LeftButton:
            self.choose(run.index)
            self.opened.emit()

    def enter(self) -> None:
        if self._at is not None:
            self.opened.emit()

    def go(self, by: float, key: int) -> None:
        """Left, right and to the ends of a line; up and down to the next point at the same value."""
        known = [[run for run in runs if self.point_of(run) is not None] for _, runs in self.lines()]
        known = [runs for runs in known if runs]
        here = self.at
        if here is None or self.point_of(here) is None:  # it may have no number of what is measured now
            if known:
                self.choose(known[0][0].index)
            return
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            row = [run for runs in known for run in runs if abs(self._x_of(run) - self._x_of(here)) < 0.5]
            row.sort(key=lambda run: (-self._y_of(run), run.index))
        else:
            row = sorted(next(runs for runs in known if here in runs), key=self._x_of)
        self.choose(row[int(min(max(row.index(here) + by, 0), len(row) - 1))].index)

    def _x_of(self, run: Run) -> float:
        point = self.point_of(run)
        return math.nan if point is None else point.x()

    def _y_of(self, run: Run) -> float:
        point = self.point_of(run)
        return math.nan if point is None else point.y()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._points = None

    # ---- painting ----------------------------------------------------------------------------------------------------

    def paint_still(self, painter: QPainter) -> None:
        area = self.area
        self._paint_axes(painter, area)
        ends: list[tuple[float, str, Look]] = []
        for i, (name, runs) in enumerate(self.lines()):
            look = Look.of(i, self.hue)
            end = self._paint_line(painter, runs, look)
            if name and end is not None:
                ends.append((end, name, look))
        self._paint_crosses(painter, area)
        low = [run for run in self._sweep.runs if self.at_the_edge(run)] if self._sweep is not None else []
        if low:
            exact = any(self.height_of(run) == 0 for run in low)
            self.paint_zero_legend(painter, self.width() - 8.0, CAPTION, exact)
        self._paint_names(painter, area, ends)

    def paint_over(self, painter: QPainter) -> None:
        """The ring round the chosen run, and the numbers of the one that is pointed at."""
        run = self.at
        point = None if run is None else self.point_of(run)
        if point is not None:
            for token, width in (("surface", 4), ("accent", 2)):
                self.line(painter, token, width)
                painter.drawEllipse(point, 9, 9)
        pointed = None if self._pointed is None else self.point_of(self._pointed)
        if self._pointed is not None and pointed is not None:
            self.paint_read_out(painter, pointed.x(), [self.area], self.numbers(self._pointed))

    def caption(self) -> str:
        """What is drawn upwards, in words."""
        return {
            Measure.LOSS: self.tr("loss, mean of the last tenth of the batches"),
            Measure.TRAIN_ACCURACY: self.tr("train accuracy, mean of the last tenth of the batches"),
            Measure.TEST_ACCURACY: self.tr("test accuracy at the end"),
            Measure.TEST_LOSS: self.tr("test loss at the end"),
        }[self._measure]

    def _paint_axes(self, painter: QPainter, area: QRectF) -> None:
        assert self._sweep is not None
        scale = self.tr("logarithmic") if self._up.log else self.tr("linear")
        self.paint_axis(painter, area, self._up if self._heights else None, f"{self.caption()} · {scale}", CAPTION)
        axis = self._sweep.axes[0]
        if self.numeric:
            ticks = self._across.ticks(max(2, int(area.width() / 70)))
        else:
            ticks = [(self._across.place_one(float(i)), told_value(v)) for i, v in enumerate(axis.values)]
        self.paint_ticks(painter, area, [(area.left() + place * area.width(), text) for place, text in ticks])
        text = f"{key_title(axis.key)} · {self.tr('logarithmic')}" if self._across.log else key_title(axis.key)
        self.centred(painter, area.center().x(), area.bottom() + 34, text, self._caption_font, "text3")

    def _paint_line(self, painter: QPainter, runs: list[Run], look: Look) -> float | None:
        """The points of a group joined by a line, with gaps where a run has no number; the height of the last one."""
        stretches: list[list[QPointF]] = [[]]
        marks: dict[bool, list[QPointF]] = {False: [], True: []}
        for run in sorted(runs, key=self._x_or_index):
            point = self.point_of(run) if self.height_of(run) is not None else None
            if point is None:
                stretches.append([])
            else:
                stretches[-1].append(point)
                marks[self.at_the_edge(run)].append(point)
        known = [point for stretch in stretches for point in stretch]
        self.line(painter, look.token, 1.5 if len(known) <= MANY else 1.0, look.dashes)
        for stretch in stretches:
            if len(stretch) > 1:
                painter.drawPolyline(QPolygonF(stretch))
        for hollow, points in marks.items():
            if points:
                paint_marks(painter, self._theme, points, look, hollow=hollow)
        return known[-1].y() if known else None

    def _x_or_index(self, run: Run) -> tuple[float, int]:
        value = next(iter(run.values.values()))
        return (float(value), run.index) if self.numeric else (0.0, run.index)

    def _paint_crosses(self, painter: QPainter, area: QRectF) -> None:
        assert self._sweep is not None
        known = [(run, result) for run in self._sweep.runs if (result := self.result_of(run)) is not None]
        crossed = [(run, "warn" if result.error else "err") for run, result in known if result.halted or result.error]
        if not crossed:
            return
        diverged = any(token == "err" for _, token in crossed)
        text, token = (self.tr("diverged"), "err") if diverged else (self.tr("not run"), "warn")
        x = area.left() - 7 - width_of(text, self._caption_font)
        self.text(painter, max(4.0, x), TOP - 14, text, self._caption_font, token)
        self.line(painter, "line", 1)
        painter.drawLine(QLineF(area.left(), TOP - 7, area.right(), TOP - 7))
        for run, token in crossed:
            point = self.point_of(run)
            if point is not None:
                self.line(painter, token, 2)
                for side in (-CROSS, CROSS):
                    painter.drawLine(QLineF(point + QPointF(-CROSS, -side), point + QPointF(CROSS, side)))

    def _paint_names(self, painter: QPainter, area: QRectF, ends: list[tuple[float, str, Look]]) -> None:
        """Names of the lines at their right ends, moved apart, as many as there is room for."""
        ends = sorted(ends, key=lambda end: end[0])[: max(1, int(area.height() / LABEL))]
        tops = apart([end for end, _, _ in ends], LABEL, area)
        for y, (_, name, look) in zip(tops, ends, strict=True):
            x = area.right() + 12
            paint_marks(painter, self._theme, [QPointF(x, y)], look, 3.5)
            room = QFontMetricsF(self._name_font).elidedText(name, Qt.TextElideMode.ElideMiddle, self.width() - x - 13)
            self.text(painter, x + 9, y + 4, room, self._name_font, "text2")

    # ---- in words ----------------------------------------------------------------------------------------------------

    def told(self, run: Run) -> str:
        """A run and what came of it, in a line."""
        values = told_values(run.values)
        result = self.result_of(run)
        if result is None:
            return self.tr("{values}: not run yet").format(values=values)
        if result.error:
            return self.tr("{values}: could not be run: {why}").format(values=values, why=said(result.error))
        if result.halted:
            return self.tr("{values}: diverged after {n} batches: {why}").format(
                values=values, n=f"{result.batches:,}", why=said(result.halted)
            )
        parts = [text.format(x=value) for text, value in self._measured(result)]
        return f"{values}: {', '.join(parts)}"

    def _measured(self, result: Result) -> list[tuple[str, str]]:
        texts = (
            (self.tr("loss {x}"), result.mean_loss),
            (self.tr("train accuracy {x}"), result.train_accuracy),
            (self.tr("test accuracy {x}"), result.test_accuracy),
            (self.tr("test loss {x}"), result.test_loss),
        )
        return [(text, _number(value)) for i, (text, value) in enumerate(texts) if value is not None or i == 0]

    def numbers(self, run: Run) -> list[Row]:
        """What is read out of a run: the varied keys, and what was measured."""
        rows: list[Row] = [((f"{key_title(key)} = {told_value(value)}", "text"),) for key, value in run.values.items()]
        result = self.result_of(run)
        if result is None:
            return rows
        if result.halted or result.error:
            text = self.tr("not run") if result.error else self.tr("diverged")
            return [*rows, ((text, "warn" if result.error else "err"),)]
        return [*rows, *(((text.format(x="").strip(), "text3"), (x, "text2")) for text, x in self._measured(result))]


def lines_of(sweep: Sweep) -> list[tuple[str, list[Run]]]:
    """The runs of a sweep in groups that have the values of all keys but the first in common, each with its name."""
    groups: dict[str, list[Run]] = {}
    for run in sweep.runs:
        name = told_values(list(run.values.items())[1:])
        groups.setdefault(name, []).append(run)
    return list(groups.items())


def _number(value: float | None) -> str:
    return "–" if value is None else number(value, 4)
