"""What the plots of a data set have in common: its examples and classes, the place of the plot, its axes and key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QComboBox, QWidget

from engine.data import Dataset
from engine.predict import as_inputs, forward
from engine.snapshot import Snapshot
from gui.axis import Axis
from gui.theme import Theme, mono_font, ui_font
from gui.views.plot import Diagram

Array = npt.NDArray[Any]

MOST_POINTS = 2_000  # of the training and of the test examples each; more would cover the picture
CLASS_TOKENS = ("neg", "pos", "upd", "bwd", "loss", "write", "read", "fwd", "err", "text2")
ROOM = 0.08  # around the examples, of their extent
SAME, TINY = 1e-9, 1e-100  # of their size, values that are not further apart are one; below, all are
NEAR = 8.0  # pixels at which a point is meant
KEY, TICKS, READOUT = 26.0, 20.0, 22.0  # heights of the lines above and below the plot
LEFT, RIGHT = 58.0, 16.0
MOST_WIDE = 190  # pixels of the choice among outputs
LONG_NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]\d+)?")


@dataclass(frozen=True, eq=False)
class Points:
    """The examples that are shown, training examples first.

    Attributes
    ----------
    asked : (n, n_in) as the data set has them; x : in the source's units, as they are read; y : (n, n_out) targets,
        all float64.
    test : (n,) whether it is a test example; index : (n,) its place in its part of the data.
    classes : (n,) int64, or None where the targets are numbers.
    names : of the classes; none where the targets are numbers.
    """

    asked: Array
    x: Array
    y: Array
    test: Array
    index: Array
    classes: Array | None
    names: tuple[str, ...]

    @staticmethod
    def of(dataset: Dataset) -> Points:
        """The first examples of a data set."""
        train, test = (slice(0, min(len(x), MOST_POINTS)) for x in (dataset.train_x, dataset.test_x))
        x = np.concatenate([dataset.train_x[train], dataset.test_x[test]]).astype(np.float64)
        y = np.concatenate([dataset.train_y[train], dataset.test_y[test]]).astype(np.float64)
        index = np.concatenate([np.arange(train.stop), np.arange(test.stop)])
        if dataset.train_labels is not None and dataset.test_labels is not None:
            classes: Array | None = np.concatenate([dataset.train_labels[train], dataset.test_labels[test]])
            names = class_names(dataset, y.shape[1])
        else:
            classes, names = _classes(y)
        return Points(x, dataset.in_source_units(x), y, np.arange(len(x)) >= train.stop, index, classes, names)


def _classes(y: Array) -> tuple[Array | None, tuple[str, ...]]:
    """Classes, and their names, of targets that are one-hot or single ones of just two values; else none."""
    if y.shape[1] > 1:
        one_hot = bool(np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all())
        return (y.argmax(axis=1), tuple(str(i) for i in range(y.shape[1]))) if one_hot else (None, ())
    values = np.unique(y)
    if len(values) != 2:
        return None, ()
    return (y[:, 0] == values[1]).astype(np.int64), tuple(f"{value:g}" for value in values)


def turning_value(points: Points) -> float | None:
    """Where a single output turns from one class to the other: between its targets; None where there are no classes."""
    if points.classes is None or points.y.shape[1] > 1:
        return None
    return float(np.unique(points.y).mean())


def class_colour(theme: Theme, index: int) -> QColor:
    """The colour of a class; of many, the colours come again."""
    return theme.q(CLASS_TOKENS[index % len(CLASS_TOKENS)])


def feature_names(dataset: Dataset) -> tuple[str, ...]:
    """Names of the inputs: the data set's own, or ``x[0]`` …"""
    return dataset.feature_names or tuple(f"x[{i}]" for i in range(dataset.train_x.shape[1]))


def class_names(dataset: Dataset, outputs: int) -> tuple[str, ...]:
    """Names of the classes: the data set's own, or their numbers."""
    return dataset.class_names or tuple(str(i) for i in range(max(2, outputs)))


def spread(values: Array) -> tuple[float, float]:
    """The range that shows all values with some room around them; a single one, or what is as good as one, has at
    least 1 on either side.
    """
    low, high = float(values.min()), float(values.max())
    same = high - low <= SAME * max(abs(low), abs(high), TINY)
    room = max(1.0, abs(low)) if same else (high - low) * ROOM
    return low - room, high + room


def outputs_at(snapshot: Snapshot, x: Array) -> Array:
    """What the net says to inputs (n, n_in) in the source's units: (n, n_out) in its dtype."""
    if snapshot.dataset.standardised is not None:
        mean, deviation = snapshot.dataset.standardised
        x = (x - mean) / deviation
    return outputs_of(snapshot, x)


def outputs_of(snapshot: Snapshot, raw: Array) -> Array:
    """What the net says to inputs (n, n_in) as the data set has them, with the Snapshot's parameters."""
    x = as_inputs(raw, snapshot.lesson, snapshot.dataset)
    return forward(snapshot.program, snapshot.tensors, x)


def output_text(outputs: Array, points: Points, shown: int) -> str:
    """Outputs of one example as text, with every figure: of several classes the surest one, of numbers that shown."""
    if len(outputs) > 1 and points.classes is not None:
        top = int(outputs.argmax())
        return f"ŷ[{points.names[top]}] = {outputs[top]!s}"
    return f"ŷ = {outputs[0]!s}" if len(outputs) == 1 else f"ŷ[{shown}] = {outputs[shown]!s}"


def paint_upwards(painter: QPainter, centre: QPointF, text: str) -> None:
    """Write along a vertical axis: from below, turned; Chinese stands upright, character below character."""
    metrics = QFontMetricsF(painter.font())
    painter.save()
    painter.translate(centre)
    if any(unicodedata.east_asian_width(character) in "WF" for character in text):
        high = metrics.height()
        for i, character in enumerate(text):
            box = QRectF(-high, (i - len(text) / 2) * high, 2 * high, high)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, character)
    else:
        painter.rotate(-90)
        wide, high = metrics.horizontalAdvance(text) + 2, 2 * metrics.height()
        painter.drawText(QRectF(-wide / 2, -high / 2, wide, high), Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


class Plot(Diagram):
    """A plot with the examples in it, a key above, what is under the pointer below. The subclass paints the net.

    Arrow keys go from example to example, Home and End to the first and the last, Enter chooses one. Of several numbers
    that are predicted one is shown, which is chosen in ``outputs``; the first to begin with.

    Signals
    -------
    example_wanted(int) : the training example that was clicked.
    """

    example_wanted = Signal(int)

    moves: ClassVar[Mapping[int, float]] = {**Diagram.moves, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
    enters: ClassVar[tuple[int, ...]] = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    _snapshot: Snapshot | None = None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: Points | None = None
        self._across, self._up = Axis(), Axis()
        self._pointer: QPointF | None = None
        self._chosen: int | None = None  # a point, by the keyboard
        self._pixels: tuple[object, QPixmap] = (None, QPixmap())
        self.outputs = QComboBox(self)
        self.outputs.setAccessibleName(self.tr("Output that is shown"))
        self.outputs.setToolTip(self.tr("The net predicts several numbers; one of them is shown"))
        self.outputs.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.outputs.setMaximumWidth(MOST_WIDE)
        self.outputs.setFont(ui_font(11))
        self.outputs.hide()
        self.outputs.currentIndexChanged.connect(self._choose_output)

    # ---- what subclasses say -----------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        """Find the axes for the examples and the size."""
        raise NotImplementedError

    def _compute(self) -> None:
        """Ask the net."""
        raise NotImplementedError

    def _paint_net(self, painter: QPainter) -> None:
        raise NotImplementedError

    def _paint_key(self, painter: QPainter, x: float) -> float:
        """Paint what the colours mean from x on; the x after it."""
        raise NotImplementedError

    def _heights(self) -> Array:
        """(n,) value of each example on the vertical axis, more than one where it has several targets."""
        raise NotImplementedError

    def _reading(self, at: tuple[float, float]) -> str:
        """What is to be said of a place in the plot."""
        raise NotImplementedError

    def _fill(self, index: int) -> QColor:
        """The colour of an example."""
        assert self._points is not None
        classes = self._points.classes
        return self._theme.q("fwd") if classes is None else class_colour(self._theme, int(classes[index]))

    def _axis_names(self) -> tuple[str, str]:
        """Of the horizontal and of the vertical axis."""
        raise NotImplementedError

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Ask the net of a Snapshot, and draw what it says."""
        before, self._snapshot = self._snapshot, snapshot
        if before is None or before.dataset is not snapshot.dataset:
            self._points = Points.of(snapshot.dataset)
            self._offer_outputs(snapshot.dataset, self._points)
            self._chosen = None
            self._pixels = (None, QPixmap())
            self._arrange()
        self._compute()
        self.redraw()

    # ---- which output ------------------------------------------------------------------------------------------------

    def _offer_outputs(self, dataset: Dataset, points: Points) -> None:
        """Of several numbers let one be chosen."""
        count = points.y.shape[1]
        several = points.classes is None and count > 1
        names = dataset.target_names if len(dataset.target_names) == count else ("",) * count
        with QSignalBlocker(self.outputs):
            self.outputs.clear()
            for i, name in enumerate(names if several else ()):
                self.outputs.addItem(f"ŷ[{i}]  {name}".rstrip())
        self.outputs.setVisible(several)
        self._place_outputs()

    def _place_outputs(self) -> None:
        size = self.outputs.sizeHint().boundedTo(QSize(MOST_WIDE, int(KEY) - 2))
        self.outputs.setGeometry(self.width() - int(RIGHT) - size.width(), 1, size.width(), size.height())

    @property
    def output(self) -> int:
        """Which of several outputs that are numbers is shown; else 0."""
        return max(0, self.outputs.currentIndex())

    @Slot()
    def _choose_output(self) -> None:
        self._pixels = (None, QPixmap())
        self._fit()

    def _output_name(self) -> str:
        """``ŷ``, or of several numbers that which is shown: ``ŷ[2]``."""
        return f"ŷ[{self.output}]" if self.outputs.count() else "ŷ"

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._read_font = mono_font(12)
        if self._snapshot is not None and self.isVisible():
            self._compute()

    @property
    def area(self) -> QRectF:
        """Where the plot itself is."""
        return QRectF(
            LEFT, KEY, max(20.0, self.width() - LEFT - RIGHT), max(20.0, self.height() - KEY - TICKS - READOUT - 2)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_outputs()
        if self.isVisible():
            self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Fill a size, or a theme, that came while nobody looked or comes now."""
        if self._snapshot is not None:
            self._arrange()
            self._compute()
            self.redraw()

    def place(self, x: float, y: float) -> QPointF:
        """The pixel of a value."""
        area = self.area
        return QPointF(
            area.left() + self._across.place_one(x) * area.width(),
            area.bottom() - self._up.place_one(y) * area.height(),
        )

    def value(self, at: QPointF) -> tuple[float, float]:
        """The values of a pixel, rounded to what a pixel can tell apart."""
        area = self.area
        shares = ((at.x() - area.left()) / area.width(), (area.bottom() - at.y()) / area.height())
        found = []
        for share, axis, length in zip(shares, (self._across, self._up), (area.width(), area.height()), strict=True):
            step = (axis.high - axis.low) / length
            digits = -int(np.floor(np.log10(step)))
            found.append(round(axis.low + share * (axis.high - axis.low), digits))
        return found[0], found[1]

    # ---- examples ----------------------------------------------------------------------------------------------------

    def _places(self) -> Array:
        """(n, 2) pixels of the examples."""
        assert self._points is not None
        area = self.area
        x = area.left() + self._across.place(self._points.x[:, 0]) * area.width()
        return np.stack([x, area.bottom() - self._up.place(self._heights()) * area.height()], axis=1)

    def example_at(self, at: QPointF) -> int | None:
        """The example at a pixel, the nearest of those that are near."""
        away = np.hypot(*(self._places() - (at.x(), at.y())).T)
        nearest = int(away.argmin())
        return nearest if away[nearest] <= NEAR else None

    def _radius(self) -> float:
        assert self._points is not None
        return 4.5 if len(self._points.x) <= 400 else 3.5

    def _dot(self, painter: QPainter, at: QPointF, colour: QColor, hollow: bool) -> None:
        radius = self._radius()
        painter.setPen(QPen(self._theme.q("surface"), 1.2))
        painter.setBrush(colour)
        painter.drawEllipse(at, radius, radius)
        if hollow:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.q("surface"))
            painter.drawEllipse(at, radius - 2, radius - 2)

    def _paint_points(self, painter: QPainter) -> None:
        """The examples, painted once and copied until something about them changes."""
        assert self._points is not None
        ratio = self.devicePixelRatioF()
        key = (self._points, self._theme, self.size(), ratio, self._across, self._up, self._dots_key())
        if key != self._pixels[0]:
            pixels = QPixmap(self.size() * ratio)
            pixels.setDevicePixelRatio(ratio)
            pixels.fill(Qt.GlobalColor.transparent)
            with QPainter(pixels) as own:
                own.setRenderHint(QPainter.RenderHint.Antialiasing)
                own.setClipRect(self.area.adjusted(-6, -6, 6, 6))
                places = self._places().tolist()
                for i in np.argsort(~self._points.test, kind="stable").tolist():  # training examples on top
                    self._dot(own, QPointF(*places[i]), self._fill(i), bool(self._points.test[i]))
            self._pixels = (key, pixels)
        painter.drawPixmap(0, 0, self._pixels[1])

    def _dots_key(self) -> object:
        """What the colours of the examples depend on besides the theme."""
        return None

    # ---- painting ----------------------------------------------------------------------------------------------------

    def paint_still(self, painter: QPainter) -> None:
        """Axes, what the net says, and the examples."""
        if self._points is not None:
            self._paint_axes(painter)
            for paint in self._layers():
                paint(painter)
            self._paint_key_line(painter)

    def paint_over(self, painter: QPainter) -> None:
        """A ring around the example that is meant, and what is read there."""
        if self._points is None:
            return
        marked = self._marked()
        if marked is not None:
            at = QPointF(*self._places()[marked])
            for width, token in ((4, "surface"), (2, "text")):
                self.line(painter, token, width)
                painter.drawEllipse(at, self._radius() + 4, self._radius() + 4)
        reads = marked is not None or self._pointer is not None
        font = self._read_font if reads else self._caption_font
        self._text(painter, 16, self.height() - 8, self._fitting(self.readout(), font), "text2", font)

    def paint_focus(self, painter: QPainter) -> None:
        """Around the plot itself."""
        self.line(painter, "focus", 2)
        painter.drawRect(self.area.adjusted(-2, -2, 2, 2))

    def _layers(self) -> tuple[Callable[[QPainter], None], ...]:
        """What is painted in the plot, from the bottom up."""
        return self._paint_net, self._paint_points

    def _marked(self) -> int | None:
        """The example that is pointed at, or chosen by the keyboard."""
        if self._pointer is not None:
            return self.example_at(self._pointer)
        return self._chosen if self.hasFocus() else None

    def readout(self) -> str:
        """What the line below the plot says."""
        snapshot, points = self._snapshot, self._points
        if snapshot is None or points is None:
            return ""
        marked = self._marked()
        if marked is not None:
            return self._point_text(snapshot, points, marked)
        if self._pointer is not None and self.area.contains(self._pointer):
            return self._reading(self.value(self._pointer))
        return self.tr("Point anywhere to read inputs and output; click a point to turn to that example.")

    def _fitting(self, text: str, font: QFont) -> str:
        """What is read with every figure, or, rather than without its end, with as many as there is room for."""
        for digits in range(9, 2, -1):
            if QFontMetricsF(font).horizontalAdvance(text) <= self.width() - 24:
                break
            text = LONG_NUMBER.sub(lambda found, digits=digits: f"{float(found[0]):.{digits}g}", text)
        return text

    def _point_text(self, snapshot: Snapshot, points: Points, index: int) -> str:
        where = self.tr("Test {n}:") if points.test[index] else self.tr("Example {n}:")
        values = ", ".join(str(v) for v in points.x[index])
        if points.classes is not None:
            target = points.names[int(points.classes[index])]
        else:
            target = str(points.y[index, self.output])
        said = output_text(outputs_of(snapshot, points.asked[index : index + 1])[0], points, self.output)
        wanted = self._output_name().replace("ŷ", "y")
        return f"{where.format(n=points.index[index])} x = ({values})  {wanted} = {target}  {said}"

    def _text(self, painter: QPainter, x: float, baseline: float, text: str, token: str, font: Any = None) -> float:
        font = font or self._caption_font
        metrics = QFontMetricsF(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width() - x - 8)
        painter.setFont(font)
        painter.setPen(self._theme.q(token))
        painter.drawText(QPointF(x, baseline), shown)
        return x + metrics.horizontalAdvance(shown)

    def _paint_key_line(self, painter: QPainter) -> None:
        assert self._points is not None
        painter.save()
        if not self.outputs.isHidden():
            painter.setClipRect(QRectF(0, 0, self.outputs.x() - 6, KEY))
        x = self._paint_key(painter, 16.0) + 14
        for name, hollow in ((self.tr("training"), False), (self.tr("test"), True)):
            if hollow and not self._points.test.any():
                continue
            self._dot(painter, QPointF(x + 4, 13), self._theme.q("fwd"), hollow)
            x = self._text(painter, x + 13, 17, name, "text3") + 12
        painter.restore()

    def _paint_axes(self, painter: QPainter) -> None:
        area, metrics = self.area, QFontMetricsF(self._tick_font)
        line = QPen(self._theme.q("line"), 1)
        for share, text in self._up.ticks(max(2, int(area.height() / 40))):
            y = area.bottom() - share * area.height()
            painter.setPen(line)
            painter.drawLine(QLineF(area.left() - 4, y, area.right(), y))
            wide = metrics.horizontalAdvance(text)
            self._text(painter, area.left() - 7 - wide, y + 4, text, "text3", self._tick_font)
        across, up = self._axis_names()
        name_width = QFontMetricsF(self._caption_font).horizontalAdvance(across)
        for share, text in self._across.ticks(max(2, int(area.width() / 70))):
            x = area.left() + share * area.width()
            painter.setPen(line)
            painter.drawLine(QLineF(x, area.top(), x, area.bottom() + 4))
            half = metrics.horizontalAdvance(text) / 2
            if x + half < area.right() - name_width - 6:
                self._text(painter, x - half, area.bottom() + 16, text, "text3", self._tick_font)
        self._text(painter, area.right() - name_width, area.bottom() + 16, across, "text2")
        painter.setFont(self._caption_font)
        painter.setPen(self._theme.q("text2"))
        paint_upwards(painter, QPointF(9, area.center().y()), up)

    # ---- mouse and keyboard ------------------------------------------------------------------------------------------

    def point_at(self, at: QPointF | None) -> bool:
        """Read what is there; whether an example is."""
        self._pointer = at
        self.redraw_over()
        return at is not None and self._points is not None and self.example_at(at) is not None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self.cursor().shape() == Qt.CursorShape.ArrowCursor:
            self.setCursor(Qt.CursorShape.CrossCursor)  # there is something to be read everywhere

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._points is not None:
            self._choose(self.example_at(event.position()))

    def _choose(self, index: int | None) -> None:
        if index is not None and self._points is not None:
            self._chosen = index
            self.redraw_over()
            if not self._points.test[index]:
                self.example_wanted.emit(int(self._points.index[index]))

    def go(self, by: float, key: int) -> None:
        """Go to the next example or the one before, round and round; or to an end."""
        if self._points is None:
            return
        count = len(self._points.x)
        if np.isinf(by):
            self._chosen = 0 if by < 0 else count - 1
        else:
            start = self._chosen if self._chosen is not None else (-1 if by > 0 else 0)
            self._chosen = int(start + by) % count
        self._pointer = None
        self.setAccessibleDescription(self.readout())
        self.redraw_over()

    def enter(self) -> None:
        """Turn to the example that is chosen."""
        self._choose(self._chosen)
