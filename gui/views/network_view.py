"""Network panel: the net with its values, and what the current Step reads and writes in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QHelpEvent, QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from engine.lesson import Lesson
from engine.snapshot import Snapshot, State
from gui import symbols
from gui.matrix_text import CopyMenu
from gui.theme import LEVELS, Theme, diverging_table, system_theme
from gui.views.network_canvas import EDGE_WIDTH, GRAPH_WIDTH, MARGIN, Canvas, Faces, Hit, Values, short
from gui.views.network_graph import GraphPainter, edge_scale, legend_coin
from gui.views.network_images import ImagePainter

if TYPE_CHECKING:
    from gui.views.build_picture import NetPicture

_BASELINE = 25
_OUTLINE_TOP = 44
_NEAR = 5.0  # pixels: how near to an edge the mouse must be


class NetworkView(QWidget):
    """Draws a Snapshot: nodes and edges of a small net, cells of a wide one, images where the data are images.

    ``sample`` is the example of the batch that is shown; ``sample_shown(row)`` tells of another one,
    ``unit_selected(layer, unit)`` of a click on a unit, ``cell_chosen(array, (row, column))`` of the cell whose value
    is under the mouse at a click, as arrays are stored: rows are examples, W is n_in x n_out, b has the one row 0.
    """

    unit_selected = Signal(int, int)
    cell_chosen = Signal(str, object)
    sample_shown = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = system_theme()
        self._snapshot: Snapshot | None = None
        self._sample = 0
        self._selected: tuple[int, int] | None = None
        self._sources: Mapping[str, Sequence[tuple[int, int]]] = {}
        self._faces = Faces()
        self._hits: list[Hit] = []
        self._outline: NetPicture | None = None  # of a net that has no numbers yet
        self._graph = GraphPainter(self)
        self._images = ImagePainter(self)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Network"))
        CopyMenu(self, self._to_copy)

    # -- what is shown --

    def show_outline(self, lesson: Lesson) -> None:
        """Show the net of a lesson that is being prepared, as long as there is no Snapshot."""
        from gui.views.build_picture import NetPicture, NetShape  # hardly ever wanted

        if self._snapshot is not None:
            return
        if self._outline is None:
            self._outline = NetPicture(self._theme, self)
            self._place_outline()
            self._outline.show()
        activations = tuple(lesson.activation(k) for k in range(1, lesson.layers + 1))
        self._outline.show_net(NetShape(lesson.network.sizes, activations, lesson.network.bias))
        self.update()

    def _place_outline(self) -> None:
        if self._outline is not None:
            self._outline.setGeometry(MARGIN, _OUTLINE_TOP, self.width() - 2 * MARGIN, self.height() - _OUTLINE_TOP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_outline()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a Snapshot; everything drawn comes from it."""
        if self._outline is not None:
            self._outline.hide()
            self._outline.deleteLater()
            self._outline = None
        self._snapshot = snapshot
        if snapshot.state is not State.RUNNING:
            self.setAccessibleDescription(self.text_summary())
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme = theme
        self._faces = Faces()
        if self._outline is not None:
            self._outline.theme = theme
        self.update()

    @property
    def sample(self) -> int:
        """Which example of the batch is shown; the last one where the batch has fewer."""
        return min(self._sample, self._snapshot.tensors.batch - 1) if self._snapshot else self._sample

    @sample.setter
    def sample(self, value: int) -> None:
        self._sample = max(0, value)
        if self._snapshot is not None and self._snapshot.state is not State.RUNNING:
            self.setAccessibleDescription(self.text_summary())
        self.update()
        self.sample_shown.emit(self.sample)

    @property
    def selected(self) -> tuple[int, int] | None:
        """The chosen (layer, unit); in an image net there is always one."""
        if self._snapshot is None:
            return None
        sizes = self._snapshot.lesson.network.sizes
        if self._selected is not None and self._selected[0] < len(sizes):
            layer, unit = self._selected
            if unit < sizes[layer]:
                return self._selected
        return (max(1, len(sizes) - 2), 0) if self._snapshot.image_shape is not None else None

    def go_on(self, by: int) -> None:
        """Show the next example of the batch (1) or the one before (-1); after the last comes the first."""
        if self._snapshot is not None:
            self.show_example((self.sample + by) % self._snapshot.tensors.batch)

    def select_unit(self, layer: int, unit: int) -> None:
        """Choose a unit and tell so."""
        self._selected = (layer, unit)
        self.update()
        self.unit_selected.emit(layer, unit)

    def show_sources(self, sources: Mapping[str, Sequence[tuple[int, int]]]) -> None:
        """Outline what shows these cells, by array, until told otherwise; ``{}`` takes the outlines away.

        Of arrays with a row per example, those of the example shown.
        """
        self._sources = sources
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(984, 400)

    def minimumSizeHint(self) -> QSize:
        return QSize(480, 280)

    # -- painting --

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:  # ends also when something fails: Qt does not survive a painter left open
            painter.fillRect(self.rect(), self._theme.q("surface"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._snapshot is not None:
                self._paint(painter, self._snapshot)
            elif self._outline is not None:
                self._paint_heading(painter)

    def _paint_heading(self, painter: QPainter) -> None:
        """Above the outline."""
        bold, small = self._faces.ui(13, 600), self._faces.ui(12)
        title = self.tr("Network")
        for face, x, text, token in (
            (bold, float(MARGIN), title, "text"),
            (small, MARGIN + bold.width(title) + 12, self.tr("its numbers are being prepared"), "text3"),
        ):
            painter.setFont(face.font)
            painter.setPen(self._theme.q(token))
            painter.drawText(QPointF(x, _BASELINE), text)

    def _paint(self, painter: QPainter, snapshot: Snapshot) -> None:
        self._hits.clear()  # they know the last picture and it knows them: nothing else would let go of its Snapshot
        canvas = Canvas(
            painter=painter,
            theme=self._theme,
            snapshot=snapshot,
            faces=self._faces,
            sample=self.sample,
            selected=self.selected,
            select=self.select_unit,
            choose_sample=self._choose_sample,
            sources=self._sources,
        )
        picture = self._graph if snapshot.image_shape is None else self._images
        picture.paint(canvas, float(self.width()), float(self.height()))
        self._header(canvas)
        self._hits = canvas.hits

    def _header(self, c: Canvas) -> None:
        bold, small = c.faces.ui(13, 600), c.faces.ui(12)
        x = MARGIN + c.text(bold, MARGIN, _BASELINE, self.tr("Network"), "text") + 12
        x += c.text(small, x, _BASELINE, self._caption(c), "text3") + 12
        batch = c.snapshot.tensors.batch
        if batch > 1:
            text = self.tr("example {number:,} of {count:,}").format(number=c.sample + 1, count=batch)
            box = QRectF(x, 9, small.width(text) + 16, 22)
            c.painter.setPen(c.pen("ctl"))
            c.painter.setBrush(c.q("surface"))
            c.painter.drawRoundedRect(box, 4, 4)
            c.text(small, x + 8, _BASELINE - 0.5, text, "text2")
            tip = self.tr("Click to show the next example of the batch (Ctrl+PgDown)")
            following = (c.sample + 1) % batch
            c.hits.append(Hit(box.adjusted(-2, -3, 2, 3), lambda _: tip, lambda _: self._choose_sample(following)))
            x = box.right() + 12
        if c.snapshot.image_shape is None and max(c.snapshot.lesson.network.sizes) <= GRAPH_WIDTH:
            self._edge_legend(c, x)
        else:
            self._map_legend(c, x)

    def _caption(self, c: Canvas) -> str:
        at, state = c.snapshot.position, c.snapshot.state
        if state is State.RUNNING:
            text = self.tr("live, batch {batch:,}").format(batch=at.batch)
        elif state is State.HALTED:
            text = self.tr("stopped at step {step}, batch {batch:,}").format(step=at.step, batch=at.batch)
        elif at.step == 0 and at.batch == 1:
            text = self.tr("before the first step")
        elif at.step == 0:
            text = self.tr("before the first step of batch {batch:,}").format(batch=at.batch)
        else:
            text = self.tr("values after step {step}").format(step=at.step)
        if c.snapshot.image_shape is not None and (loss := c.values("loss")) is not None:
            text = self.tr("{state} · loss {loss}").format(state=text, loss=short(float(loss), 7))
        return text

    def _edge_legend(self, c: Canvas, left: float) -> None:
        scale = edge_scale(c.snapshot)
        mono, small = c.faces.mono(11, 400), c.faces.ui(12)
        word = self.tr("weight")
        for shares in ((-1.0, -0.5, 0.5, 1.0), (-1.0, 1.0)):
            labels = [f"{'+' if share > 0 else '-'}{short(abs(share) * scale, 6)}" for share in shares]
            total = small.width(word) + sum(22 + 6 + mono.width(label) + 16 for label in labels)
            if left + total <= self.width() - MARGIN:
                break
        else:
            return
        x = self.width() - MARGIN - total + 16
        if not c.coin_explained:
            self._coin_legend(c, left, x - 32)
        x += c.text(small, x - 16, _BASELINE, word, "text3")
        for share, label in zip(shares, labels, strict=True):
            c.painter.setPen(c.pen("pos" if share > 0 else "neg", EDGE_WIDTH * abs(share)))
            c.painter.drawLine(QLineF(x, _BASELINE - 4, x + 22, _BASELINE - 4))
            x += 28 + c.text(mono, x + 28, _BASELINE, label, "text2") + 16

    def _coin_legend(self, c: Canvas, left: float, right: float) -> None:
        """What a node's halves are, where the picture below has no room to say it."""
        small, above, below = c.faces.ui(12), self.tr("activation"), self.tr("error")
        words = small.width(above) + small.width(below) + symbols.width("a", 14) + symbols.width("delta", 14)
        total = 26 + words + 5 + 12 + 5
        if right - total < left:
            return
        x = right - total
        legend_coin(c, QPointF(x + 9, _BASELINE - 4), 9)
        x += 26 + c.text(small, x + 26, _BASELINE, above, "text3") + 5
        x = symbols.draw(c.painter, x, _BASELINE, "a", 14, c.q("text2")) + 12
        x += c.text(small, x, _BASELINE, below, "text3") + 5
        symbols.draw(c.painter, x, _BASELINE, "delta", 14, c.q("text2"))

    def _map_legend(self, c: Canvas, left: float) -> None:
        images = c.snapshot.image_shape is not None
        mono, small = c.faces.mono(11, 400), c.faces.ui(12)
        if images:
            scale = short(self._images.weight_scale(c.snapshot), 4)
            word, ends = self.tr("weight"), (f"≤ -{scale}", f"≥ {scale}")
        else:
            word, ends = self.tr("value"), (self.tr("-max"), self.tr("+max"))
        x = float(self.width() - MARGIN)
        if images and left < x - 420:
            for name, token in ((self.tr("error"), ""), (self.tr("activation"), "fwd")):
                x -= c.text(small, x, _BASELINE, name, "text2", 1.0) + 6
                bar = QRectF(x - 16, _BASELINE - 6, 16, 4) if token else QRectF(x - 16, _BASELINE - 8, 16, 8)
                if token:
                    c.painter.fillRect(bar, c.q(token))
                else:
                    self._gradient(c, bar)
                x = bar.left() - 14
        total = 96 + mono.width(ends[0]) + mono.width(ends[1]) + 24 + small.width(word)
        if x - total < left:
            return
        x -= c.text(mono, x, _BASELINE, ends[1], "text2", 1.0) + 6
        bar = QRectF(x - 96, _BASELINE - 9, 96, 10)
        self._gradient(c, bar)
        x = bar.left() - 6
        x -= c.text(mono, x, _BASELINE, ends[0], "text2", 1.0) + 10
        c.text(small, x, _BASELINE, word, "text3", 1.0)

    def _gradient(self, c: Canvas, bar: QRectF) -> None:
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        table = diverging_table(c.theme)
        for i in range(9):
            gradient.setColorAt(i / 8, int(table[round(i / 8 * (LEVELS - 1))]))
        c.painter.fillRect(bar, gradient)

    # -- the mouse --

    @Slot(int)
    def show_example(self, row: int) -> None:
        """Show another example of the batch."""
        if row != self.sample:
            self.sample = row

    def _choose_sample(self, sample: int) -> None:
        self.sample = sample

    def _hit_at(self, at: QPointF, wanted: Callable[[Hit], bool] = lambda _: True) -> Hit | None:
        for hit in reversed(self._hits):
            if isinstance(hit.where, QRectF) and hit.where.contains(at) and wanted(hit):
                return hit
        edges = [hit for hit in self._hits if isinstance(hit.where, QLineF) and wanted(hit)]
        nearest = min(edges, key=lambda hit: _distance(hit.where, at), default=None)
        return nearest if nearest is not None and _distance(nearest.where, at) <= _NEAR else None

    def _to_copy(self, at: QPointF | None) -> tuple[str, Values, str] | None:
        """The array whose cell is drawn at a point; one that this batch has yet to compute is none."""
        hit = None if at is None else self._hit_at(at, lambda hit: hit.cell is not None)
        cell = hit.cell(at) if hit is not None and hit.cell is not None and at is not None else None
        if cell is None or self._snapshot is None or cell[0] in self._snapshot.pending:
            return None
        return cell[0], self._snapshot.tensors[cell[0]], self._snapshot.lesson.run.orientation

    def tip_at(self, at: QPointF) -> str:
        """Exact values of what is painted at a point; empty where there is nothing."""
        hit = self._hit_at(at)
        return hit.tip(at) if hit is not None else ""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            assert isinstance(event, QHelpEvent)
            text = self.tip_at(QPointF(event.pos()))
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
                event.ignore()
            return True
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange):
            self._faces = Faces()
            self.update()
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        clickable = self._hit_at(event.position(), _answers)
        self.setCursor(Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        hit = self._hit_at(event.position(), _answers)
        if event.button() != Qt.MouseButton.LeftButton or hit is None:
            super().mousePressEvent(event)
            return
        event.accept()
        cell = hit.cell(event.position()) if hit.cell is not None else None  # before the click changes the picture
        if hit.click is not None:
            hit.click(event.position())
        if cell is not None:
            name, row, column = cell
            self.cell_chosen.emit(name, (row, column))

    # -- in words --

    def text_summary(self) -> str:
        """What is shown, in words."""
        if self._snapshot is None:
            return self.tr("No network yet.")
        s, sample = self._snapshot, self.sample
        sizes = "-".join(str(n) for n in s.lesson.network.sizes)
        parts = [self.tr("Network {sizes}.").format(sizes=sizes)]
        if s.tensors.batch > 1:
            parts.append(self.tr("Example {number} of {count}.").format(number=sample + 1, count=s.tensors.batch))
        target, output = s.tensors["y"][sample], f"a{s.lesson.layers}"
        if s.image_shape is not None:
            height, width = s.image_shape
            text = self.tr("Input image {height} by {width}, true label {label}.")
            parts.append(text.format(height=height, width=width, label=int(target.argmax())))
        else:
            parts.append(self.tr("Input {values}.").format(values=_few(s.tensors["x"][sample])))
        if output in s.pending:
            parts.append(self.tr("Outputs not computed yet."))
        elif s.image_shape is not None:
            values = s.tensors[output][sample]
            most = int(np.nan_to_num(values, nan=-np.inf).argmax())
            text = self.tr("Outputs {values}; largest for label {label}.")
            parts.append(text.format(values=_few(values), label=most))
        else:
            text = self.tr("Outputs {values}, target {target}.")
            parts.append(text.format(values=_few(s.tensors[output][sample]), target=_few(target)))
        if "loss" not in s.pending:
            parts.append(self.tr("Loss {value}.").format(value=short(float(s.tensors["loss"]), 9)))
        step = s.step
        if step is None:
            parts.append(self.tr("Before the first step of batch {batch}.").format(batch=s.position.batch))
        else:
            text = self.tr("After step {step} of {count}, which reads {reads} and writes {writes}.")
            reads = ", ".join(symbols.plain(name) for name in step.reads)
            writes = ", ".join(symbols.plain(name) for name in step.writes)
            parts.append(text.format(step=step.index, count=len(s.program), reads=reads, writes=writes))
        return " ".join(parts)


def _answers(hit: Hit) -> bool:
    """Whether a click does anything there."""
    return hit.click is not None or hit.cell is not None


def _few(values: np.ndarray, most: int = 12) -> str:
    words = [short(float(v), 7) for v in values[:most]]
    return ", ".join(words) + (" …" if len(values) > most else "")


def _distance(line: QLineF | QRectF, at: QPointF) -> float:
    """How far a point is from a line's segment."""
    assert isinstance(line, QLineF)
    dx, dy = line.dx(), line.dy()
    square = dx * dx + dy * dy
    t = 0.0 if square == 0 else ((at.x() - line.x1()) * dx + (at.y() - line.y1()) * dy) / square
    return QLineF(line.pointAt(min(max(t, 0.0), 1.0)), at).length()
