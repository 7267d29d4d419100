"""The test images one after the other: the wrong ones first, the most confident of them first."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from gui.theme import LIGHT, Theme, mono_font, ui_font
from gui.views.data_draw import painted
from gui.views.data_outputs import Outputs

Array = npt.NDArray[Any]

MARGIN = 16
PICTURE = 56.0  # side of an image
PITCH = (70.0, 98.0)  # of the cells
ANY = -1


def filtered(outputs: Outputs, true: int, predicted: int) -> Array:
    """Indices of the examples of a true class that were taken for a predicted one, in the order of browsing.

    ``ANY`` stands for every class.
    """
    assert outputs.labels is not None
    order = outputs.order
    keep = np.ones(len(order), bool)
    if true != ANY:
        keep &= outputs.labels[order] == true
    if predicted != ANY:
        keep &= outputs.predicted[order] == predicted
    return order[keep]


def certainty(output: float) -> str:
    """An output in few characters which keep the order of those that are nearly 1: ``0.9981``, ``1−2.4e-5``."""
    text = f"{output:.4f}"
    if text != "1.0000" or output == 1:
        return text.replace("-", "−")
    return f"1{1 - output:+.1e}".replace("+", "−").replace("e-0", "e-") if output < 1 else text


class Browse(QWidget):
    """Filters, and the images that pass them.

    Attributes
    ----------
    counted : how many of those that pass are wrong, and what comes first, in a sentence; empty before any is known.

    Signals
    -------
    filtered() : others pass.
    opened(int) : the example, counted from 0 in file order, that was double-clicked.
    """

    filtered = Signal()
    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._outputs: Outputs | None = None
        self._names: tuple[str, ...] = ()
        self.counted = ""
        self.true, self.predicted = QComboBox(self), QComboBox(self)
        self.sheet = Sheet(self)
        self.sheet.opened.connect(self.opened)
        self._labels = []
        line = QHBoxLayout()
        line.setContentsMargins(MARGIN, 0, MARGIN, 4)
        line.setSpacing(6)
        for box, text in ((self.true, self.tr("true")), (self.predicted, self.tr("predicted"))):
            label = QLabel(text, self)
            label.setFont(ui_font(12))
            label.setBuddy(box)
            box.setFont(ui_font(12))
            box.setAccessibleName(text)
            box.setMinimumWidth(64)
            box.currentIndexChanged.connect(self._filter)
            self._labels.append(label)
            line.addWidget(label)
            line.addWidget(box)
            line.addSpacing(8)
        line.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(line)
        layout.addWidget(self.sheet, 1)

    def show_outputs(self, outputs: Outputs | None, names: tuple[str, ...]) -> None:
        """Show the examples in the order that these outputs give them; None while there are none."""
        self._outputs = outputs
        if names != self._names:
            self._names = names
            for box in (self.true, self.predicted):
                box.blockSignals(True)
                box.clear()
                box.addItem(self.tr("any"), ANY)
                for i, name in enumerate(names):
                    box.addItem(name, i)
                box.blockSignals(False)
        self._filter()

    def choose(self, true: int, predicted: int) -> None:
        """Show those of one class that were taken for one; ``ANY`` for every class."""
        for box, wanted in ((self.true, true), (self.predicted, predicted)):
            box.setCurrentIndex(wanted + 1)
        self.sheet.verticalScrollBar().setValue(0)

    @property
    def shown(self) -> Array:
        """Indices of the examples that pass the filters, in order."""
        return self.sheet.indices

    @Slot()
    def _filter(self) -> None:
        outputs = self._outputs
        if outputs is None or not outputs.finite:
            self.sheet.show_examples(None, np.empty(0, int), self._names)
            self.counted = ""
        else:
            indices = filtered(outputs, self.true.currentData(), self.predicted.currentData())
            self.sheet.show_examples(outputs, indices, self._names)
            assert outputs.labels is not None
            wrong = int((outputs.labels[indices] != outputs.predicted[indices]).sum())
            text = self._order_text(outputs)
            self.counted = text.format(count=f"{len(indices):,}", wrong=f"{wrong:,}")
        self.filtered.emit()

    def _order_text(self, outputs: Outputs) -> str:
        """Only of probabilities the largest is the surest."""
        if outputs.values.shape[1] == 1:
            return self.tr("{wrong} of {count} wrong, the furthest from 0.5 first")
        if outputs.snapshot.lesson.network.output == "softmax":
            return self.tr("{wrong} of {count} wrong, the surest first")
        return self.tr("{wrong} of {count} wrong, the largest output first")

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.sheet.apply_theme(theme)
        for label in self._labels:
            label.setStyleSheet(f"color: {theme.text2};")


class Sheet(QAbstractScrollArea):
    """Images in rows with their labels; only those in sight are painted. Arrow keys move, Enter opens.

    Signals
    -------
    opened(int) : the example that was double-clicked.
    """

    opened = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAccessibleName(self.tr("Images: arrow keys move, Enter opens one in the drawing pad"))
        self.verticalScrollBar().setSingleStep(int(PITCH[1] / 2))
        self.indices: Array = np.empty(0, int)
        self._outputs: Outputs | None = None
        self._names: tuple[str, ...] = ()
        self._theme = LIGHT
        self._chosen = 0

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 120)

    def show_examples(self, outputs: Outputs | None, indices: Array, names: tuple[str, ...]) -> None:
        """Show these examples in this order."""
        self._outputs, self.indices, self._names = outputs, indices, names
        self._chosen = min(self._chosen, max(0, len(indices) - 1))
        self._measure()
        self.viewport().update()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.viewport().update()

    # ---- places ------------------------------------------------------------------------------------------------------

    @property
    def columns(self) -> int:
        """Images in a row."""
        return max(1, int((self.viewport().width() - MARGIN) / PITCH[0]))

    def _measure(self) -> None:
        rows = -(-len(self.indices) // self.columns)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, int(rows * PITCH[1]) - self.viewport().height()))
        bar.setPageStep(max(1, self.viewport().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def _box(self, place: int) -> QRectF:
        row, column = divmod(place, self.columns)
        return QRectF(MARGIN + column * PITCH[0], row * PITCH[1] - self.verticalScrollBar().value(), *PITCH)

    def _in_sight(self) -> range:
        first = int(self.verticalScrollBar().value() / PITCH[1]) * self.columns
        rows = int(self.viewport().height() / PITCH[1]) + 2
        return range(first, min(len(self.indices), first + rows * self.columns))

    def _place_at(self, at: QPointF) -> int | None:
        return next((place for place in self._in_sight() if self._box(place).contains(at)), None)

    # ---- words -------------------------------------------------------------------------------------------------------

    def text_of(self, place: int) -> str:
        """An image in words."""
        outputs = self._outputs
        assert outputs is not None
        assert outputs.labels is not None
        index = int(self.indices[place])
        true, predicted = int(outputs.labels[index]), int(outputs.predicted[index])
        text = self.tr("Image {index}: {true}. The net says {predicted}, with output {output}.")
        other = ""
        if true != predicted and outputs.values.shape[1] > 1:
            text = self.tr("Image {index}: {true}. The net says {predicted}, with output {output}; {true} has {other}.")
            other = str(outputs.values[index, true])
        return text.format(
            index=f"{index:,}",
            true=self._names[true],
            predicted=self._names[predicted],
            output=str(outputs.said[index]),
            other=other,
        )

    # ---- mouse and keyboard ------------------------------------------------------------------------------------------

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._place_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.text_of(place) if place is not None else "", self)
            return True
        return bool(super().viewportEvent(event))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if place is not None:
            self._choose(place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if place is not None:
            self.opened.emit(int(self.indices[place]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        page = self.columns * max(1, int(self.viewport().height() / PITCH[1]))
        moves = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self.columns,
            Qt.Key.Key_Down: self.columns,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -len(self.indices),
            Qt.Key.Key_End: len(self.indices),
        }
        if len(self.indices) and event.key() in moves:
            self._choose(min(max(self._chosen + moves[Qt.Key(event.key())], 0), len(self.indices) - 1))
        elif len(self.indices) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(int(self.indices[self._chosen]))
        else:
            super().keyPressEvent(event)

    def _choose(self, place: int) -> None:
        self._chosen = place
        box, bar = self._box(place), self.verticalScrollBar()
        if box.top() < 0:
            bar.setValue(int(bar.value() + box.top()))
        elif box.bottom() > self.viewport().height():
            bar.setValue(int(bar.value() + box.bottom() - self.viewport().height()) + 1)
        self.setAccessibleDescription(self.text_of(place))
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    # ---- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), self._theme.q("surface"))
        if self._outputs is None:
            return
        if not len(self.indices):
            painter.setPen(self._theme.q("text3"))
            painter.setFont(ui_font(13))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, self.tr("No such images."))
            return
        for place in self._in_sight():
            self._paint_image(painter, self._outputs, place)

    def _paint_image(self, painter: QPainter, outputs: Outputs, place: int) -> None:
        snapshot, index = outputs.snapshot, int(self.indices[place])
        shape = snapshot.image_shape
        assert shape is not None
        assert outputs.labels is not None
        box = self._box(place)
        zoom = PICTURE / max(shape)
        frame = QRectF(box.left() + 3, box.top() + 4, shape[1] * zoom, shape[0] * zoom)
        painter.drawImage(frame, painted(outputs.x[index].reshape(shape), snapshot.dataset.full_scale, self._theme))
        true, predicted = int(outputs.labels[index]), int(outputs.predicted[index])
        wrong = true != predicted
        painter.setPen(QPen(self._theme.q("err" if wrong else "line2"), 1.5 if wrong else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame.adjusted(-0.5, -0.5, 0.5, 0.5))
        if self.hasFocus() and place == self._chosen:
            painter.setPen(QPen(self._theme.q("focus"), 2))
            painter.drawRect(frame.adjusted(-2.5, -2.5, 2.5, 2.5))
        font = ui_font(12, 600)
        metrics = QFontMetricsF(font)
        text = f"{self._names[true]} → {self._names[predicted]}" if wrong else f"{self._names[true]} ✓"
        painter.setFont(font)
        painter.setPen(self._theme.q("err" if wrong else "ok"))
        line = QRectF(box.left() - 2, frame.bottom() + 3, PITCH[0] - 4, 16)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, shown)
        painter.setFont(mono_font(11))
        painter.setPen(self._theme.q("text2"))
        painter.drawText(line.translated(0, 15), Qt.AlignmentFlag.AlignCenter, certainty(float(outputs.said[index])))
