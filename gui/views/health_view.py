"""Layer health: a strip with the gradient norm, the update ratio and the dead or saturated share of every layer."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.health import Ailment, LayerHealth, Remark, findings, remarks
from engine.snapshot import Snapshot, State
from gui.numbers import short
from gui.theme import LIGHT, Theme, mono_font, ui_font

HEIGHT, SENTENCE = 46, 18  # of the strip; of the line below it that says what is off
PAD, GAP, HEAD_GAP = 16, 10, 6
TITLE = 44  # width of the strip's name
NAME = 22  # of a layer's name
WIDE = 56  # a number in a column of its own
BEFORE = 7  # from a dividing line to what follows
SMALL = 72  # a layer whose three numbers stand close together
SPARK, SPARK_LEAST = 48, 28  # widths of a small curve
SPARK_POINTS = 48
TRIANGLE = 9


def percent(share: float) -> str:
    """``34 %``; what is not nothing is not shown as 0 %."""
    if math.isnan(share):
        return "–"
    if math.isinf(share) or share >= 1e6:
        return "∞" if math.isinf(share) else f"{share:.0e} × 100 %"
    return "<1 %" if 0 < share < 0.005 else f"{100 * share:,.0f} %"


def _number(value: float) -> str:
    """Three digits, or as many as six characters hold: 0.113, 1.04, 1.3e-4."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞"
    if 0 < value < 1e-3 or value >= 1e5:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    return short(float(f"{value:.3g}"), 6)


class HealthView(QWidget):
    """The strip. With few layers every number has a caption of its own; with many, layers are narrow columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT + SENTENCE)
        self.setAccessibleName(self.tr("Layer health"))
        self._theme = LIGHT
        self._snapshot: Snapshot | None = None
        self._rows: tuple[LayerHealth, ...] = ()
        self._remarks: tuple[Remark, ...] = ()
        self._off: dict[tuple[int, str], Remark] = {}
        self._first = 0  # the first layer shown, where not all fit
        self._turned = 0
        self._boxes: list[tuple[QRectF, LayerHealth]] = []
        self.apply_theme(LIGHT)

    def sizeHint(self) -> QSize:
        return QSize(616, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(320, self.height())

    # ---- what is shown -------------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw the layer health of this Snapshot from now on."""
        fresh = self._snapshot is None or self._snapshot.generation != snapshot.generation
        self._snapshot = snapshot
        self._rows = snapshot.health
        self._remarks = remarks(self._rows, snapshot.lesson) if self._rows else ()
        self._off = {}
        for remark in findings(self._rows, snapshot.lesson) if self._rows else ():
            self._off.setdefault((remark.layer or 1, remark.measure), remark)
        if fresh:
            self._first = 0
        self._allow_scrolling()
        if snapshot.state is not State.RUNNING:
            self.setAccessibleDescription(self.text_summary())
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours and fonts of a theme."""
        self._theme = theme
        self._title_font, self._name_font = ui_font(12, 600), ui_font(13, 600)
        self._caption_font, self._sentence_font = ui_font(11), ui_font(12)
        self._small_font, self._small_bold = mono_font(11), mono_font(11, 600)
        self.update()

    @property
    def sentence(self) -> str:
        """What is off, in plain words, or nothing."""
        text = self._sentence_separator().join(self.words(remark) for remark in self._remarks)
        return text[:1].upper() + text[1:]

    def _sentence_separator(self) -> str:
        return self.tr(", ")

    def words(self, remark: Remark) -> str:
        """A remark in plain words."""
        value = remark.value
        texts = {
            Ailment.NOT_FINITE: self.tr("layer {layer}: the gradients are no longer finite numbers"),
            Ailment.SATURATED: self.tr("layer {layer}: {share} of activations saturated"),
            Ailment.DEAD: self.tr("layer {layer}: {share} of units dead, off for the whole batch"),
            Ailment.NO_GRADIENT: self.tr("no gradient reaches layer {layer}"),
            Ailment.SHRINKING: self.tr("gradients shrink {fold}-fold per layer"),
            Ailment.GROWING: self.tr("gradients grow {fold}-fold per layer on their way back"),
            Ailment.FAST: self.tr("layer {layer}: one update changes the weights by {share} of their size"),
            Ailment.SLOW: self.tr("layer {layer}: an update changes less than 1/100,000 of the weights' size"),
        }
        fold = "∞" if math.isinf(value) else f"{float(f'{value:.2g}'):,.0f}"
        return texts[remark.ailment].format(layer=remark.layer, share=percent(value), fold=fold)

    def text_summary(self) -> str:
        """The whole strip in words."""
        parts = [self._told(row) for row in self._rows]
        return "; ".join([*([self.sentence] if self.sentence else []), *parts])

    def _told(self, row: LayerHealth) -> str:
        """One layer's numbers in words, without those that it cannot have."""
        texts = [
            self.tr("gradient norm {value}, {each} a weight").format(
                value=_number(row.gradient_norm), each=_number(row.gradient_norm / math.sqrt(self._weights(row)))
            ),
            self.tr("update over weights {value}").format(value=_number(row.update_ratio)),
        ]
        if not math.isnan(row.dead):
            texts.append(self.tr("dead units {share}").format(share=percent(row.dead)))
        if not math.isnan(row.saturated):
            texts.append(self.tr("saturated {share}").format(share=percent(row.saturated)))
        return self.tr("layer {layer}").format(layer=row.layer) + ": " + ", ".join(texts)

    def _weights(self, row: LayerHealth) -> int:
        assert self._snapshot is not None
        return int(self._snapshot.tensors[f"W{row.layer}"].size)

    def tooltip_at(self, point: QPointF) -> str:
        """What a tooltip says at a point: a layer's numbers, or what the numbers are."""
        row = next((row for box, row in self._boxes if box.contains(point)), None)
        if row is not None:
            own = [self.words(r) for r in self._off.values() if (r.layer or 1) == row.layer]
            return "\n".join([self._told(row), *own])
        if point.y() >= HEIGHT and self.sentence:
            return self.sentence
        return self.tr(
            "‖∂W‖: length of the gradient of the layer's weights; a layer has it the longer, the more weights it has, "
            "so a layer's tooltip also says its root mean square, what one weight gets. ΔW/W: how far one update "
            "moves the weights, as a share of their size; about 0.001 is usual. Dead: relu units that are 0 for the "
            "whole batch. Saturated: activations within 0.02 of an end of sigmoid or tanh, where almost no gradient "
            "passes."
        )

    # ---- mouse and keyboard ----------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tooltip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._columns() >= len(self._rows):
            event.ignore()
            return
        self._turned += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._turned / 120)
        self._turned -= notches * 120
        self._scroll_to(self._first - notches)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: self._first - 1,
            Qt.Key.Key_Right: self._first + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self._rows),
        }
        if event.key() in moves:
            self._scroll_to(moves[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._allow_scrolling()

    def _scroll_to(self, first: int) -> None:
        self._first = min(max(0, first), max(0, len(self._rows) - self._columns()))
        self.update()

    def _allow_scrolling(self) -> None:
        """Only what has something to scroll to takes the focus."""
        crowded = self._columns() < len(self._rows)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if crowded else Qt.FocusPolicy.NoFocus)
        self._scroll_to(self._first)

    # ---- where everything goes ---------------------------------------------------------------------------------------

    def _measures(self) -> tuple[str, ...]:
        """The measures that some layer of this net has."""
        found = ["gradient_norm", "update_ratio"]
        lesson = self._snapshot.lesson if self._snapshot is not None else None
        names = {lesson.activation(row.layer) for row in self._rows} if lesson is not None else set()
        if "relu" in names:
            found.append("dead")
        if names & {"sigmoid", "tanh"}:
            found.append("saturated")
        return tuple(found)

    def _own(self, row: LayerHealth) -> tuple[str, ...]:
        """The measures that this layer can have."""
        assert self._snapshot is not None
        kind = {"relu": "dead", "sigmoid": "saturated", "tanh": "saturated"}.get(
            self._snapshot.lesson.activation(row.layer)
        )
        return ("gradient_norm", "update_ratio", *([kind] if kind else []))

    def _room(self, crowded: bool) -> float:
        return self.width() - 2 * PAD - (self._heads() if crowded else TITLE + GAP)

    def _heads(self) -> float:
        """Width of the column that names the rows of narrow columns."""
        title, metrics = QFontMetricsF(self._title_font), QFontMetricsF(self._caption_font)
        name, upper, lower = self._head_texts()
        above = title.horizontalAdvance(name) + HEAD_GAP + metrics.horizontalAdvance(upper)
        return max(above, metrics.horizontalAdvance(lower)) + GAP + 3

    def _head_texts(self) -> tuple[str, str, str]:
        ratio, *shares = [self._caption(measure, brief=True) for measure in self._measures()[1:]]
        lower = f"{ratio}·{'/'.join(shares)}" if shares else ratio
        return self.tr("Health"), self._caption("gradient_norm"), lower

    @property
    def crowded(self) -> bool:
        """Whether the layers are narrow columns, for want of room."""
        widest = max((len(self._own(row)) for row in self._rows), default=2)
        return len(self._rows) * (NAME + widest * WIDE) > self._room(False)

    def _columns(self) -> int:
        """How many layers are shown at once."""
        if not self.crowded:
            return max(1, len(self._rows))
        return max(1, min(len(self._rows), int(self._room(True) / SMALL)))

    def _caption(self, measure: str, brief: bool = False) -> str:
        if measure == "gradient_norm":
            return "‖∂W‖"
        if measure == "update_ratio":
            return "ΔW/W"
        if measure == "dead":
            return self.tr("dead")
        return self.tr("sat.") if brief else self.tr("saturated")

    # ---- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = self._theme
        painter.fillRect(self.rect(), t.q("sunken"))
        painter.fillRect(QRectF(0, 0, self.width(), 1), t.q("line"))
        self._boxes = []
        if not self._rows:
            self._text(painter, PAD, 28, self.tr("Layer health"), self._title_font, "text2")
        elif self.crowded:
            self._paint_crowded(painter)
        else:
            self._paint_wide(painter)
        if self._rows:
            self._paint_sentence(painter)
        if self.hasFocus():
            painter.setPen(QPen(t.q("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 4, 4)

    def _text(self, painter: QPainter, x: float, baseline: float, text: str, font: object, token: str) -> float:
        """Text from x on; returns where it ends."""
        painter.setFont(font)
        painter.setPen(self._theme.q(token))
        painter.drawText(QPointF(x, baseline), text)
        return x + QFontMetricsF(font).horizontalAdvance(text)

    def _paint_wide(self, painter: QPainter) -> None:
        """A caption above every number, layers side by side."""
        first, _, rest = self.tr("Layer health").partition(" ")
        self._text(painter, PAD, 21 if rest else 28, first, self._title_font, "text")
        self._text(painter, PAD, 36, rest, self._title_font, "text")
        widths = [NAME + len(self._own(row)) * WIDE for row in self._rows]
        room = self._room(False)
        spare = (room - sum(widths)) / len(widths)
        spark = min(SPARK, spare - 4) if spare - 4 >= SPARK_LEAST else 0.0
        stretch = (room - sum(widths) - spark * len(widths)) / sum(len(self._own(row)) for row in self._rows)
        brief = any(not self._fits(row, measure, WIDE + stretch) for row in self._rows for measure in self._own(row))
        x = PAD + TITLE + GAP
        for row in self._rows:
            own = self._own(row)
            width = NAME + len(own) * (WIDE + stretch) + spark
            painter.fillRect(QRectF(x - BEFORE, 8, 1, HEIGHT - 16), self._theme.q("line2"))
            self._boxes.append((QRectF(x - BEFORE, 0, width, HEIGHT), row))
            self._text(painter, x, 28, f"L{row.layer}", self._name_font, "text")
            at = x + NAME
            for measure in own:
                self._paint_measure(painter, at, row, measure, WIDE + stretch, brief)
                at += WIDE + stretch
                if measure == "gradient_norm" and spark:
                    self._paint_spark(painter, QRectF(at - max(0.0, stretch) - 4, 13, spark - 4, 24), row)
                    at += spark
            x += width

    def _fits(self, row: LayerHealth, measure: str, width: float) -> bool:
        """Whether a caption has room as it is, with its warning sign. If one has not, all are brief, for one look."""
        room = width - BEFORE - (TRIANGLE + 4 if self._token(row, measure) != "text" else 0)
        return QFontMetricsF(self._caption_font).horizontalAdvance(self._caption(measure)) <= room

    def _paint_measure(
        self, painter: QPainter, x: float, row: LayerHealth, measure: str, width: float, brief: bool
    ) -> None:
        token, tight = self._token(row, measure), width < WIDE + BEFORE
        caption = self._caption(measure, brief=brief)
        end = self._text(painter, x, 19, caption, self._caption_font, "text3")
        font = mono_font(12 if tight else 13, 600 if token != "text" else 400)
        self._text(painter, x, 37, self._value(row, measure), font, token)
        if token != "text":  # beside the caption, which is shorter than a number can be
            self._paint_triangle(painter, end + (2 if tight else 4), 19, TRIANGLE - (2 if tight else 0), token)

    def _paint_crowded(self, painter: QPainter) -> None:
        """Layers as narrow columns: the name and the gradient norm above, the rest below, captions at the left."""
        heads, count = self._heads(), self._columns()
        name, upper, lower = self._head_texts()
        end = self._text(painter, PAD, 20, name, self._title_font, "text")
        self._text(painter, end + HEAD_GAP, 20, upper, self._caption_font, "text3")
        self._text(painter, PAD, 37, lower, self._caption_font, "text3")
        width, left = self._room(True) / count, PAD + heads
        for i, row in enumerate(self._rows[self._first : self._first + count]):
            x = left + i * width
            painter.fillRect(QRectF(x - GAP / 2, 8, 1, HEIGHT - 16), self._theme.q("line2"))
            self._boxes.append((QRectF(x - GAP / 2, 0, width, HEIGHT), row))
            end = self._text(painter, x, 20, f"L{row.layer}", self._title_font, "text")
            tokens = [token for measure in self._own(row) if (token := self._token(row, measure)) != "text"]
            if tokens:  # beside the name: which number it is, colour and weight say
                self._paint_triangle(painter, end + 3, 20, TRIANGLE - 1, min(tokens))
                end += TRIANGLE + 2
            self._paint_close(painter, end + 5, 20, row, "gradient_norm")
            at = self._paint_close(painter, x, 37, row, "update_ratio")
            for measure in self._own(row)[2:]:
                at = self._text(painter, at, 37, "·" if width < 90 else " · ", self._small_font, "text3")
                self._paint_close(painter, at, 37, row, measure)
        if self._first > 0:
            self._paint_more(painter, left - GAP / 2 - 5, -1)
        if self._first + count < len(self._rows):
            self._paint_more(painter, self.width() - PAD + 4, 1)

    def _paint_close(self, painter: QPainter, x: float, baseline: float, row: LayerHealth, measure: str) -> float:
        """A small number; that something is off is said by weight and colour, and by the triangle beside the name."""
        token = self._token(row, measure)
        font = self._small_bold if token != "text" else self._small_font
        return self._text(painter, x, baseline, self._value(row, measure).replace(" %", "%"), font, token)

    def _paint_more(self, painter: QPainter, x: float, direction: int) -> None:
        """A small mark: more layers on this side."""
        painter.setPen(QPen(self._theme.q("text2"), 1.5))
        tip, y = x + 2.5 * direction, HEIGHT / 2
        back = x - 1.5 * direction
        painter.drawPolyline(QPolygonF([QPointF(back, y - 4), QPointF(tip, y), QPointF(back, y + 4)]))

    def _paint_triangle(self, painter: QPainter, x: float, baseline: float, size: float, token: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.q(token))
        painter.drawPolygon(
            QPolygonF([QPointF(x, baseline), QPointF(x + size, baseline), QPointF(x + size / 2, baseline - size + 0.5)])
        )

    def _paint_spark(self, painter: QPainter, box: QRectF, row: LayerHealth) -> None:
        """The gradient norm over the run, on a logarithmic scale of its own."""
        values = np.log10(self._history(row.layer, "gradient_norm"))
        if len(values) < 2:
            return
        low, high = float(values.min()), float(values.max())
        if high - low < 0.2:  # less is no rise or fall worth a picture
            low, high = (low + high) / 2 - 0.1, (low + high) / 2 + 0.1
        xs = np.linspace(box.left(), box.right() - 2, len(values))
        ys = box.bottom() - 2 - (values - low) / (high - low) * (box.height() - 4)
        points = [QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]
        painter.setPen(QPen(self._theme.q("bwd"), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.q("bwd"))
        painter.drawEllipse(points[-1], 2, 2)

    def _history(self, layer: int, measure: str) -> np.ndarray:
        """A few dozen of the positive values up to the Snapshot's batch, evenly spread, the last among them."""
        if self._snapshot is None or self._snapshot.health_series is None:
            return np.empty(0)
        series = self._snapshot.health_series
        values = series.values(layer, measure, 0, series.until(self._snapshot.position.batch))
        if len(values) > SPARK_POINTS:
            values = values[np.linspace(0, len(values) - 1, SPARK_POINTS).round().astype(int)]
        return values[np.isfinite(values) & (values > 0)]

    def _paint_sentence(self, painter: QPainter) -> None:
        baseline, room = HEIGHT + 9, self.width() - 2 * PAD
        if not self._remarks:
            if not any(math.isfinite(row.gradient_norm) for row in self._rows):
                return  # nothing of this batch is known yet
            self._text(painter, PAD, baseline, self.tr("Nothing is off now."), self._sentence_font, "text3")
            return
        x = float(PAD)
        token = "text2"
        if any(remark.warning for remark in self._remarks):
            token = self._severity(self._remarks[0])
            self._paint_triangle(painter, x, baseline, TRIANGLE, token)
            x += TRIANGLE + 5
        metrics = QFontMetricsF(self._sentence_font)
        text = metrics.elidedText(self.sentence, Qt.TextElideMode.ElideRight, room - (x - PAD))
        self._text(painter, x, baseline, text, self._sentence_font, token)

    # ---- words and colours -------------------------------------------------------------------------------------------

    def _value(self, row: LayerHealth, measure: str) -> str:
        value: float = getattr(row, measure)
        return percent(value) if measure in ("dead", "saturated") else _number(value)

    def _token(self, row: LayerHealth, measure: str) -> str:
        remark = self._off.get((row.layer, measure))
        return "text" if remark is None or not remark.warning else self._severity(remark)

    @staticmethod
    def _severity(remark: Remark) -> str:
        return "err" if remark.ailment is Ailment.NOT_FINITE else "warn"
