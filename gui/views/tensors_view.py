"""Tensors: every array of the batch as a matrix, a row per layer and a column per kind."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QLineEdit, QScrollArea, QToolTip, QVBoxLayout, QWidget

from engine.expression import Cell
from engine.history import Edit
from engine.program import Phase
from engine.snapshot import Snapshot, State
from engine.tensors import oriented
from gui import matrix, symbols
from gui.matrix_text import CopyMenu
from gui.numbers import exact, short
from gui.still import Still
from gui.theme import LIGHT, Theme, diverging_table, mono_font, ui_font
from gui.views.panel import PanelHeader

Array = npt.NDArray[Any]

HEAD = 40  # height of group names and symbols, which stay while the arrays scroll
TOP = 7
LAYER_GAP = 10
LABEL_HEIGHT = 28.0  # two lines: which layer, and what it is
PITCH = (64.0, 30.0)  # a cell with its number, at most
MIN_ROW = matrix.MIN_CELL[1]  # with more rows than fit, the arrays scroll and keep their numbers
MARGIN, BOTTOM = 16, 12
NAME_GAP = 9  # between an input's or a target's name and its cells, where its outline goes
OUTLINE = 3  # the outline sits outside the cells, on the panel's own colour, clear of that of the next layer
HEAT_CELL = 16.0  # a heatmap's cell, at most
SMALL = 12  # nets up to this width show numbers
TYPED = "xyWb"  # inputs, targets, weights and biases can be typed; everything else is computed from them
EDITOR_WIDTH, EDITOR_HEIGHT = 168.0, 26.0  # beside a heatmap's cell, and over a number's at least as high


@dataclass(frozen=True)
class Kind:
    """A column: name stem (``W`` becomes W1, W2 …), which group it stands in, values never negative.

    ``last`` : there is one such array, without a number, and it belongs to the last layer.
    """

    stem: str
    group: str
    unsigned: bool = False
    last: bool = False

    def name(self, layer: int, layers: int) -> str:
        """The array of a layer; empty where this kind has none."""
        if self.last:
            return self.stem if layer == layers else ""
        return f"{self.stem}{layer}"


PARAMETERS, FORWARD, BACKWARD, MOMENTUM = "parameters", "forward", "backward", "momentum"
KINDS = (
    Kind("W", PARAMETERS),
    Kind("b", PARAMETERS),
    Kind("z", FORWARD),
    Kind("a", FORWARD, unsigned=True),
    Kind("logp", FORWARD, last=True),
    Kind("dlogp", BACKWARD, last=True),
    Kind("da", BACKWARD),
    Kind("delta", BACKWARD),
    Kind("dW", BACKWARD),
    Kind("db", BACKWARD),
    Kind("vW", MOMENTUM),
    Kind("vb", MOMENTUM),
)


@dataclass(frozen=True)
class Spacing:
    """What the arrays leave free: the column of layer names, between kinds, between groups, before a kind with the
    name of input or target in front of it (and the outlines on both sides of the name); and the least pitch."""

    labels: int
    gap: int
    group_gap: int
    named_gap: int
    pitch: float

    def before(self, kind: Kind, previous: Kind) -> int:
        """Pixels between two columns."""
        gap = self.gap if kind.group == previous.group else self.group_gap
        return max(gap, self.named_gap) if kind.stem in ("z", "a") else gap


WIDE = Spacing(74, 22, 30, 27, matrix.MIN_CELL[0] + 2)
TIGHT = Spacing(56, 11, 16, 24, matrix.NARROW_CELL + 0.1)  # where numbers do not fit otherwise


@dataclass(frozen=True)
class Placed:
    """An array and where it is painted."""

    name: str
    kind: Kind
    box: QRectF
    shape: tuple[int, int]


def edits_in(snapshot: Snapshot) -> dict[Cell, Edit]:
    """Which cells have a typed number in the batch shown, and the last edit of each.

    A weight or a bias was typed for this batch and all that follow, an input or a target for its batch alone.
    """
    batch = snapshot.position.batch
    edits = [entry for entry in snapshot.entries if isinstance(entry, Edit)]
    edits = [edit for edit in edits if edit.batch == batch or (edit.of_parameter and edit.batch < batch)]
    return {Cell(edit.array, edit.row, edit.column): edit for edit in sorted(edits, key=lambda edit: edit.batch)}


class TensorsView(QWidget):
    """Panel with header, matrices and a read-out of the cell under the mouse.

    Cells are named as arrays are stored: rows are examples, W is n_in x n_out, b has the one row 0.

    Signals
    -------
    cell_chosen(str, (row, column)) : a click on a cell of any array, or Enter on it.
    cell_edited(str, (row, column), float) : a finite number was typed into a cell of W, b, x or y.
    """

    cell_chosen = Signal(str, object)
    cell_edited = Signal(str, object, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Tensors"))
        self._at = (0, 0)  # batch and step shown last
        self._header = PanelHeader(self.tr("Tensors"), self)
        self._canvas = _Canvas(self)
        self._canvas.cell_chosen.connect(self.cell_chosen)
        self._canvas.cell_edited.connect(self.cell_edited)
        self._canvas.moved.connect(self._follow)
        self._scroll = _Scroll(self)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its canvas has the keys
        self.setFocusProxy(self._canvas)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._canvas)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._heads = _Heads(self._canvas, self)
        layout.addWidget(self._header)
        layout.addWidget(self._heads)
        layout.addWidget(self._scroll, 1)
        self._legend = _Legend(self._header)
        self._header.add(self._legend)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw the arrays of a Snapshot."""
        self._canvas.show_snapshot(snapshot)
        caption = self.tr("every value the step can see")
        if snapshot.lesson.run.orientation == "row" and snapshot.tensors.batch > 1:
            caption = self.tr("rows are the {m} examples of the batch").format(m=snapshot.tensors.batch)
        elif snapshot.tensors.batch > 1:
            caption = self.tr("columns are the {m} examples of the batch").format(m=snapshot.tensors.batch)
        elif snapshot.step is not None and snapshot.step.phase is Phase.UPDATE:
            caption = self.tr("W, b as updated; z, a, δ, ∂W from before the update")
        if not self._canvas.numbers:
            caption += self.tr(" · each matrix has its own colour scale")
        self._header.set_caption(caption)
        at = (snapshot.position.batch, snapshot.position.step)
        if snapshot.state is not State.RUNNING:
            if at != self._at or not self._canvas.hasFocus():  # an edit leaves the view in place
                self._bring_into_view(snapshot)
            self.setAccessibleDescription(self.text_summary())
        self._at = at

    def _bring_into_view(self, snapshot: Snapshot) -> None:
        """Scroll to what the Step writes, where a deep net has more rows than the panel."""
        written = snapshot.step.write if snapshot.step else "x"
        if written in self._canvas.names:
            box = self._canvas.placed(written).box.adjusted(0, -LAYER_GAP, 0, LAYER_GAP).toRect()
            self._scroll.ensureVisible(0, box.center().y(), 0, box.height() // 2)

    @property
    def chosen(self) -> tuple[str, tuple[int, int]] | None:
        """The cell with the ring, or None."""
        cell = self._canvas.chosen
        return None if cell is None else (cell.name, (cell.row, cell.column))

    def show_cell(self, array: str, cell: tuple[int, int]) -> None:
        """Put the ring around a cell that was chosen elsewhere, and scroll to it; one without a place has none."""
        self._canvas.show_chosen(Cell(array, *cell))

    def show_sources(self, sources: Mapping[str, Sequence[tuple[int, int]]]) -> None:
        """Outline exactly these cells, by array, until told otherwise; ``{}`` takes the outlines away."""
        self._canvas.show_sources(sources)

    @Slot(QRectF)
    def _follow(self, box: QRectF) -> None:
        """Scroll to a cell."""
        at, margin = box.center().toPoint(), int(box.height() / 2) + LAYER_GAP
        self._scroll.ensureVisible(at.x(), at.y(), 0, margin)

    def apply_theme(self, theme: Theme) -> None:
        """Repaint in another theme's colours."""
        self._header.apply_theme(theme)
        self._legend.theme = theme
        self._canvas.apply_theme(theme)
        self._heads.update()
        self._legend.update()

    def text_summary(self) -> str:
        """The arrays in words: name, shape, and smallest and largest value or that it is pending."""
        return self._canvas.text_summary()

    def box_of(self, name: str) -> QRectF:
        """Where an array is painted, in this widget's coordinates."""
        placed = self._canvas.placed(name)
        origin = self._canvas.mapTo(self, QPoint(0, 0))
        return placed.box.translated(QPointF(origin))

    def cell_box(self, array: str, cell: tuple[int, int]) -> QRectF:
        """Where a cell is painted, in this widget's coordinates; an empty box where it is not."""
        box = self._canvas.cell_box(Cell(array, *cell))
        return QRectF() if box is None else box.translated(QPointF(self._canvas.mapTo(self, QPoint(0, 0))))


class _Legend(QWidget):
    """-max … +max, and what a pending cell looks like."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self.setFixedSize(250, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(mono_font(11))
            painter.setPen(self.theme.q("text3"))
            painter.drawText(QRectF(0, 0, 42, 24), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "-max")
            painter.drawImage(QRectF(48, 7, 90, 10), matrix.to_image(diverging_table(self.theme)[None, :]))
            painter.drawText(QRectF(144, 0, 40, 24), Qt.AlignmentFlag.AlignVCenter, "+max")
            painter.setPen(QPen(self.theme.q("line2"), 1))
            painter.setBrush(self.theme.q("sunken"))
            painter.drawRoundedRect(QRectF(186.5, 5.5, 14, 13), 2, 2)
            painter.setPen(self.theme.q("text3"))
            painter.drawText(QRectF(186, 5, 15, 13), Qt.AlignmentFlag.AlignCenter, "–")
            painter.setFont(ui_font(11))
            painter.drawText(QRectF(206, 0, 46, 24), Qt.AlignmentFlag.AlignVCenter, self.tr("pending"))


class _Heads(QWidget):
    """Names of groups and kinds, above the arrays; painted again only when they change."""

    def __init__(self, canvas: _Canvas, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self.setFixedHeight(HEAD)
        canvas.heads_changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._canvas.theme.q("surface"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._canvas.paint_heads(painter)


class _Scroll(QScrollArea):
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        canvas = self.widget()
        if isinstance(canvas, _Canvas):
            canvas.lay_out()


class CellEditor(QLineEdit):
    """A number being typed over a cell. Enter takes it if it is finite, Esc and leaving it do not.

    Signals
    -------
    typed(float) : Enter, with another finite number of the array's dtype.
    left(bool) : it is no longer needed; whether a key ended it, so that the keys are the panel's again.
    """

    typed = Signal(float)
    left = Signal(bool)

    def __init__(self, cell: Cell, value: Any, theme: Theme, parent: QWidget) -> None:
        super().__init__(repr(float(value)), parent)
        self.cell = cell
        self._old = float(value)
        self._dtype = np.asarray(value).dtype
        self._open = True
        self.wrong = False
        self.setFont(mono_font(12, 500))
        self.setAccessibleName(self.tr("New value of {name}").format(name=symbols.plain(cell.name)))
        self.apply_theme(theme)
        self.textEdited.connect(self._take_back)
        self.selectAll()

    def apply_theme(self, theme: Theme) -> None:
        """Its frame is that of the focus, or of an error."""
        self._theme = theme
        edge = theme.err if self.wrong else theme.focus
        self.setStyleSheet(
            f"QLineEdit {{ background: {theme.surface}; color: {theme.text}; border: 2px solid {edge};"
            f" border-radius: 3px; padding: 0 3px; selection-background-color: {theme.accent};"
            f" selection-color: {theme.onaccent}; }}"
        )

    def width_of_text(self) -> float:
        """What its text takes, with the frame."""
        return QFontMetricsF(self.font()).horizontalAdvance(self.text()) + 18

    def _number(self) -> float | None:
        """What is typed, or None where that is no finite number of the array's dtype."""
        try:
            value = float(self.text().strip().replace("−", "-"))
        except ValueError:
            return None
        with np.errstate(over="ignore"):
            fits = bool(np.isfinite(self._dtype.type(value)))
        return value if fits else None

    def _commit(self) -> None:
        value = self._number()
        if value is None:
            self._refuse()
            return
        self._close(True)
        if value != self._old:
            self.typed.emit(value)

    def _refuse(self) -> None:
        self.wrong = True
        self.apply_theme(self._theme)
        self.selectAll()
        text = self.tr(
            "Only a finite number can stand here, such as 0.5 or -2e-3, at most {most} in magnitude."
        ).format(most=f"{float(np.finfo(self._dtype).max):.2g}")
        QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), text, self)

    @Slot()
    def _take_back(self) -> None:
        if self.wrong:
            self.wrong = False
            self.apply_theme(self._theme)
            QToolTip.hideText()

    def _close(self, by_key: bool) -> None:
        if self._open:
            self._open = False
            self._take_back()  # a sentence about what was refused
            self.left.emit(by_key)

    def cancel(self) -> None:
        """Leave the old value."""
        self._close(False)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._ends(event):
            event.accept()
            return True
        return super().event(event)

    @staticmethod
    def _ends(event: QKeyEvent) -> bool:
        return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._ends(event):
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            self._close(True)
        else:
            self._commit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:  # its own context menu
            self.cancel()


_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_PLAIN, _CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


class _Canvas(QWidget):
    heads_changed = Signal()
    cell_chosen = Signal(str, object)
    cell_edited = Signal(str, object, float)
    moved = Signal(QRectF)  # to this cell, which ought to be seen

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self._snapshot: Snapshot | None = None
        self._placed: list[Placed] = []
        self._key: object = None
        self.numbers = True
        self._spacing = WIDE
        self._scales: dict[str, float] = {}
        self._still = Still()
        self._rows: list[tuple[int, float, float]] = []  # layer, top, height
        self.chosen: Cell | None = None
        self._cursor: Cell | None = None  # where the keys are, until Enter chooses it
        self._edits: dict[Cell, Edit] = {}
        self._sources: Mapping[str, Sequence[tuple[int, int]]] = {}
        self._source_path: QPainterPath | None = None  # made when it is first painted
        self.editor: CellEditor | None = None
        CopyMenu(self, self._to_copy)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(
            self.tr("Cells: arrow keys move, Ctrl+Left and Ctrl+Right change the array, Enter chooses, F2 edits")
        )

    def show_snapshot(self, snapshot: Snapshot) -> None:
        before, self._snapshot = self._snapshot, snapshot
        if before is not None and before.lesson.id != snapshot.lesson.id:
            self.chosen = self._cursor = None
        if self.editor is not None and before is not None and before.generation != snapshot.generation:
            self.editor.cancel()
        self.lay_out()
        self._take_scales(snapshot)
        self._edits = edits_in(snapshot) if snapshot.entries else {}
        if snapshot.state is not State.RUNNING:
            self._describe()
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        self.theme = theme
        if self.editor is not None:
            self.editor.apply_theme(theme)
        self.update()

    # ---- layout --------------------------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Place every array; done again only when the net, the batch size or the panel's size changes."""
        snapshot = self._snapshot
        if snapshot is None:
            return
        viewport = self.parentWidget().size()
        key = (snapshot.generation, snapshot.program, snapshot.lesson.run.orientation, snapshot.tensors.batch, viewport)
        if key == self._key:
            return
        self._key = key
        shapes = self._shapes(snapshot)
        widest = max(snapshot.lesson.network.sizes)
        self.numbers = widest <= SMALL and snapshot.tensors.batch <= SMALL
        self._place(shapes, viewport, snapshot)
        self._take_scales(snapshot)
        self._source_path = None
        if self.editor is not None:
            self._place_editor(self.editor)
        self.heads_changed.emit()

    def _shapes(self, snapshot: Snapshot) -> dict[str, tuple[int, int]]:
        """Shape as shown of every array that has a place, by name."""
        shapes: dict[str, tuple[int, int]] = {}
        momentum = snapshot.lesson.optimizer.momentum > 0
        names = ["x", "y"]
        for kind in KINDS:
            if kind.group != MOMENTUM or momentum:
                names += [kind.name(k, snapshot.lesson.layers) for k in range(1, snapshot.lesson.layers + 1)]
        for name in names:
            if name in snapshot.tensors:
                array = oriented(snapshot.tensors[name], snapshot.lesson.run.orientation)
                shapes[name] = (array.shape[0], array.shape[1])
        return shapes

    def _place(self, shapes: dict[str, tuple[int, int]], viewport: QSize, snapshot: Snapshot) -> None:
        layers = range(1, snapshot.lesson.layers + 1)
        kinds = [kind for kind in KINDS if any(kind.name(k, len(layers)) in shapes for k in layers)]
        widths = self._widths(kinds, shapes, layers, viewport.width())
        heights = self._heights(shapes, layers, viewport.height() - TOP - BOTTOM, widths)
        lefts: dict[str, float] = {}
        x = float(MARGIN + self._spacing.labels)
        for i, kind in enumerate(kinds):
            if i:
                x += self._spacing.before(kind, kinds[i - 1])
            lefts[kind.stem] = x
            x += widths[kind.stem]
        self._placed, self._rows = [], []
        y = float(TOP)
        for k, height in heights.items():
            self._rows.append((k, y, height))
            named = [("x", kinds_of("a")), ("y", kinds_of("z"))] if k == 0 else []
            named += [(kind.name(k, len(layers)), kind) for kind in kinds] if k else []
            for name, kind in named:
                if name not in shapes or kind.stem not in lefts:
                    continue
                rows, columns = shapes[name]
                if self.numbers:
                    size = (columns * self._pitch(widths, shapes, kind, layers), rows * self._row_pitch)
                else:
                    size = (min(widths[kind.stem], columns * HEAT_CELL), min(height, rows * HEAT_CELL))
                self._placed.append(Placed(name, kind, QRectF(lefts[kind.stem], y, *size), (rows, columns)))
            y += height + LAYER_GAP
        self.setMinimumHeight(int(y + BOTTOM - LAYER_GAP))

    def _columns(self, kind: Kind, shapes: dict[str, tuple[int, int]], layers: range) -> int:
        names = [kind.name(k, len(layers)) for k in layers]
        if self.numbers:  # as heatmaps, input and target take the width that their column has
            names += {"a": ["x"], "z": ["y"]}.get(kind.stem, [])
        return max(shapes[name][1] for name in names if name in shapes)

    def _widths(
        self, kinds: list[Kind], shapes: dict[str, tuple[int, int]], layers: range, width: float
    ) -> dict[str, float]:
        columns = {kind.stem: self._columns(kind, shapes, layers) for kind in kinds}
        for spacing in (WIDE, TIGHT) if self.numbers else ():
            self._spacing = spacing
            pitch = min(PITCH[0], self._room(kinds, width) / sum(columns.values()))
            if pitch >= spacing.pitch:
                return {stem: count * pitch for stem, count in columns.items()}
        self.numbers = False
        self._spacing = WIDE
        room = self._room(kinds, width)
        columns = {kind.stem: self._columns(kind, shapes, layers) for kind in kinds}
        # heatmaps get the width of their symbol, and share what is left by the root of their own: wide ones lead
        heads = {stem: symbols.width(stem, 16) for stem in columns}
        roots = {stem: min(count, 400) ** 0.5 * (1.5 if "W" in stem else 1.0) for stem, count in columns.items()}
        unit = max(room - sum(heads.values()), 100.0) / sum(roots.values())
        return {stem: heads[stem] + root * unit for stem, root in roots.items()}

    def _room(self, kinds: list[Kind], width: float) -> float:
        """What is left for the arrays of a panel's width."""
        gaps = sum(self._spacing.before(kind, previous) for previous, kind in pairwise(kinds))
        return width - self._spacing.labels - MARGIN * 2 - gaps

    def _pitch(self, widths: dict[str, float], shapes: dict[str, tuple[int, int]], kind: Kind, layers: range) -> float:
        return widths[kind.stem] / self._columns(kind, shapes, layers)

    def _heights(
        self, shapes: dict[str, tuple[int, int]], layers: range, room: float, widths: dict[str, float]
    ) -> dict[int, float]:
        """Height of the input's row (0) and of each layer's."""
        names = {k: [kind.name(k, len(layers)) for kind in KINDS] for k in layers}
        rows = {k: max(shapes[name][0] for name in names[k] if name in shapes) for k in layers}
        rows = {0: max(shapes["x"][0], shapes["y"][0]), **rows}
        room -= LAYER_GAP * len(layers)
        if self.numbers:
            self._row_pitch = min(PITCH[1], max(MIN_ROW, room / sum(rows.values())))
            return {k: count * self._row_pitch for k, count in rows.items()}
        roots = {k: min(count, 400) ** 0.5 for k, count in rows.items()}
        unit = max(room - LABEL_HEIGHT * len(rows), 6.0 * len(rows)) / sum(roots.values())
        return {k: LABEL_HEIGHT + root * unit for k, root in roots.items()}

    # ---- painting ------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.theme.q("surface"))
            if self._snapshot is not None:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._paint(painter, self._snapshot)

    def _paint(self, painter: QPainter, snapshot: Snapshot) -> None:
        if snapshot.state is State.RUNNING and not self.numbers:  # no number among the words beside heatmaps
            side = QRectF(0, 0, MARGIN + self._spacing.labels, self.height())
            key = (self._key, self.theme, snapshot.lesson.network)
            ground = self.theme.q("surface")
            self._still.draw(painter, side, key, ground, lambda p: self._paint_labels(p, snapshot))
        else:
            self._paint_labels(painter, snapshot)
        for placed in self._placed:
            if placed.name in snapshot.pending:
                matrix.paint_pending(painter, placed.box, *placed.shape, self.theme)
            else:
                values = oriented(snapshot.tensors[placed.name], snapshot.lesson.run.orientation)
                scale = self._scales[placed.kind.stem] if self.numbers else matrix.heat_scale(values)
                smallest = matrix.NARROW_CELL if self.numbers else matrix.MIN_CELL[0]
                matrix.paint(painter, placed.box, values, scale, self.theme, placed.kind.unsigned, smallest)
            if placed.name in ("x", "y"):
                y = min(placed.box.center().y(), placed.box.top() + 15) + 5
                left = placed.box.left() - symbols.width(placed.name, 16) - NAME_GAP
                symbols.draw(painter, left, y, placed.name, 16, self.theme.q("text"))
        step = snapshot.step
        if step is not None:
            for placed in self._placed:
                if placed.name == step.write:
                    self._outline(painter, placed.box, "write")
                elif placed.name in step.reads:
                    self._outline(painter, placed.box, "read")
        self._paint_marks(painter)

    def _paint_marks(self, painter: QPainter) -> None:
        """What is said of single cells: what a number came from, which one is chosen, which were typed."""
        if self._sources:
            if self._source_path is None:
                self._source_path = self._path_of_sources()
            matrix.paint_outlines(painter, self._source_path, self.theme)
        rings = {self.chosen: "accent"}
        if self.hasFocus():
            rings[self._cursor] = "focus"
        for ringed, token in rings.items():
            if ringed is not None and (box := self.cell_box(ringed)) is not None:
                matrix.paint_ring(painter, box, self.theme, token)
        for cell in self._edits:
            if (box := self.cell_box(cell)) is not None:
                matrix.paint_corner(painter, box, self.theme)

    def _path_of_sources(self) -> QPainterPath:
        path = QPainterPath()
        for placed in self._placed:
            cells = [self._turned(row, column) for row, column in self._sources.get(placed.name, ())]
            for box in matrix.outlines(placed.box, placed.shape, cells):
                path.addRoundedRect(box, 3, 3)  # in the gap between cells, clear of numbers
        return path

    def _take_scales(self, snapshot: Snapshot) -> None:
        """Colour scale of each kind of numbers, over all layers: one colour means one value within a column."""
        tops: dict[str, float] = {}
        for placed in self._placed if self.numbers else ():
            if placed.name not in snapshot.pending:
                top = matrix.largest(snapshot.tensors[placed.name])
                tops[placed.kind.stem] = max(tops.get(placed.kind.stem, 0.0), top)
        scales = {stem: matrix.scale_for(np.array([top])) for stem, top in tops.items()}
        if scales != self._scales:
            self._scales = scales
            self.heads_changed.emit()

    def _outline(self, painter: QPainter, box: QRectF, token: str) -> None:
        pen = QPen(self.theme.q(token), 2)
        if token == "read":
            pen.setDashPattern([3, 1.75])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(-OUTLINE, -OUTLINE, OUTLINE, OUTLINE), 4, 4)

    def paint_heads(self, painter: QPainter) -> None:
        """The words above the arrays: groups, kinds, the end of each colour scale."""
        groups = {
            PARAMETERS: (self.tr("Parameters"), "text2"),
            FORWARD: (self.tr("Forward"), "fwd"),
            BACKWARD: (self.tr("Backward"), "bwd"),
            MOMENTUM: (self.tr("Momentum"), "upd"),
        }
        columns: dict[str, QRectF] = {}
        for placed in self._placed:
            stem = placed.kind.stem
            columns[stem] = columns.get(stem, placed.box).united(placed.box)
        for group, (text, token) in groups.items():
            boxes = [columns[kind.stem] for kind in KINDS if kind.group == group and kind.stem in columns]
            if not boxes:
                continue
            left, right = boxes[0].left(), max(box.right() for box in boxes)
            painter.setFont(ui_font(11, 600))
            painter.setPen(self.theme.q(token))
            width = painter.fontMetrics().horizontalAdvance(text)
            painter.drawText(QPointF(left, 12), text)
            if right > left + width + 8:
                painter.drawLine(QPointF(left + width + 8, 8), QPointF(right, 8))
        for stem, box in columns.items():
            after = symbols.draw(painter, box.left(), 34, stem, 16, self.theme.q("text"))
            if stem in self._scales:
                text = "±" + short(self._scales[stem], 6)
                painter.setFont(mono_font(11))
                painter.setPen(self.theme.q("text3"))
                width = painter.fontMetrics().horizontalAdvance(text)
                if box.right() - width > after + 2:
                    painter.drawText(QPointF(box.right() - width, 33), text)

    def _paint_labels(self, painter: QPainter, snapshot: Snapshot) -> None:
        for k, top, height in self._rows:
            title = self.tr("Layer {k}").format(k=k) if k else self.tr("Example")
            detail = snapshot.lesson.activation(k).replace("_", " ") if k else self.tr("input, target")
            middle = top + height / 2
            painter.setFont(ui_font(12, 600))
            painter.setPen(self.theme.q("text"))
            painter.drawText(QPointF(MARGIN, middle - 2), title)
            painter.setFont(ui_font(11))
            painter.setPen(self.theme.q("text3"))
            if k and not self.numbers:
                detail += f", {snapshot.lesson.network.sizes[k]}"
            painter.drawText(QPointF(MARGIN, middle + 13), detail)

    # ---- reading a cell ------------------------------------------------------------------------------------

    @property
    def names(self) -> frozenset[str]:
        """Arrays that have a place."""
        return frozenset(p.name for p in self._placed)

    def placed(self, name: str) -> Placed:
        return next(p for p in self._placed if p.name == name)

    def _turned(self, row: int, column: int) -> tuple[int, int]:
        """Stored (row, column) as shown, and the other way round."""
        turned = self._snapshot is not None and self._snapshot.lesson.run.orientation == "column"
        return (column, row) if turned else (row, column)

    def cell_box(self, cell: Cell) -> QRectF | None:
        """Where a cell is painted, or None: not every array has a place, and a batch may be shorter."""
        placed = next((p for p in self._placed if p.name == cell.name), None)
        if placed is None:
            return None
        row, column = self._turned(cell.row, cell.column)
        inside = 0 <= row < placed.shape[0] and 0 <= column < placed.shape[1]
        return matrix.cell_box(placed.box, placed.shape, row, column) if inside else None

    def _to_copy(self, at: QPointF | None) -> tuple[str, Array, str] | None:
        """The matrix at a point, or where the keys are; one that this batch has yet to compute is none."""
        snapshot, cell = self._snapshot, self._here() if at is None else self.cell_at(at)
        if snapshot is None or cell is None or cell.name in snapshot.pending:
            return None
        return cell.name, snapshot.tensors[cell.name], snapshot.lesson.run.orientation

    def cell_at(self, at: QPointF) -> Cell | None:
        """The cell under a point; that of a heatmap whose cells are smaller than a pixel is the nearest."""
        placed = next((p for p in self._placed if p.box.contains(at)), None)
        if placed is None:
            return None
        rows, columns = placed.shape
        row = min(rows - 1, int((at.y() - placed.box.y()) * rows / placed.box.height()))
        column = min(columns - 1, int((at.x() - placed.box.x()) * columns / placed.box.width()))
        return Cell(placed.name, *self._turned(row, column))

    def cell_text(self, at: QPointF) -> str:
        """What stands under a point: array, indices, exact value; empty between arrays."""
        cell = self.cell_at(at)
        return "" if cell is None else self._text_of(cell)

    def _text_of(self, cell: Cell) -> str:
        snapshot = self._snapshot
        assert snapshot is not None
        rows, columns = self.placed(cell.name).shape
        name = symbols.plain(cell.name)
        if cell.name in snapshot.pending:
            return self.tr("{name} ({rows} × {columns}): not computed yet in this batch").format(
                name=name, rows=rows, columns=columns
            )
        row, column = self._turned(cell.row, cell.column)
        text = f"{name}[{row}, {column}] = {exact(self._value(cell))}"
        text += "\n" + self.tr("{rows} × {columns} matrix").format(rows=rows, columns=columns)
        edit = self._edits.get(cell)
        if edit is not None:
            edited = self.tr("edited before batch {batch}: {old} → {new}")
            text += "\n" + edited.format(batch=f"{edit.batch:,}", old=exact(edit.old), new=exact(edit.new))
        return text

    def _value(self, cell: Cell) -> Any:
        assert self._snapshot is not None
        return np.atleast_2d(self._snapshot.tensors[cell.name])[cell.row, cell.column]

    def _describe(self) -> None:
        """Say where the keys are, or what is chosen."""
        cell = self._cursor or self.chosen
        known = cell is not None and self.cell_box(cell) is not None
        self.setAccessibleDescription(self._text_of(cell) if known and cell is not None else "")

    # ---- choosing a cell -----------------------------------------------------------------------------------

    def show_sources(self, sources: Mapping[str, Sequence[tuple[int, int]]]) -> None:
        self._sources, self._source_path = sources, None
        self.update()

    def show_chosen(self, cell: Cell) -> None:
        """Put the ring around a cell, without telling of it."""
        self.chosen = self._cursor = cell
        self._go_to(cell)

    def _choose(self, cell: Cell) -> None:
        self.show_chosen(cell)
        self.cell_chosen.emit(cell.name, (cell.row, cell.column))

    def _go_to(self, cell: Cell) -> None:
        self._cursor = cell
        self._describe()
        self.update()
        if (box := self.cell_box(cell)) is not None:
            self.moved.emit(box)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if cell is not None:
            self._choose(cell)
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if cell is not None:
            self._edit(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._use_key(event):
            super().keyPressEvent(event)

    def _modifiers(self, event: QKeyEvent) -> Qt.KeyboardModifier:
        return event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier  # some systems' arrow keys have it

    def _is_ours(self, event: QKeyEvent) -> bool:
        """Whether a key does something here, so that no shortcut of the window takes it."""
        key, modifiers = event.key(), self._modifiers(event)
        if modifiers == _CONTROL:
            return key in (Qt.Key.Key_Left, Qt.Key.Key_Right)
        ours = (*_MOVES, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)
        return modifiers == _PLAIN and key in ours

    def _use_key(self, event: QKeyEvent) -> bool:
        cell = self._here()
        if cell is None or not self._is_ours(event):
            return False
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_F2:
            self._edit(cell)
        elif key not in _MOVES:
            self._choose(cell)
        elif self._modifiers(event) == _CONTROL:
            self._go_to(self._in_next_array(cell, _MOVES[key][1]))
        else:
            rows, columns = self.placed(cell.name).shape
            row, column = self._turned(cell.row, cell.column)
            row = min(max(row + _MOVES[key][0], 0), rows - 1)
            column = min(max(column + _MOVES[key][1], 0), columns - 1)
            self._go_to(Cell(cell.name, *self._turned(row, column)))
        return True

    def _here(self) -> Cell | None:
        """Where the keys are: at the last cell, or at the first of all."""
        if self._cursor is not None and self.cell_box(self._cursor) is not None:
            return self._cursor
        return Cell(self._placed[0].name, 0, 0) if self._placed else None

    def _in_next_array(self, cell: Cell, by: int) -> Cell:
        """The same place in the array to the right (1) or left (-1), row after row of the panel."""
        names = [p.name for p in sorted(self._placed, key=lambda p: (p.box.top(), p.box.left()))]
        placed = self.placed(names[(names.index(cell.name) + by) % len(names)])
        row, column = self._turned(cell.row, cell.column)
        return Cell(placed.name, *self._turned(min(row, placed.shape[0] - 1), min(column, placed.shape[1] - 1)))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._cursor = self._here()
        self._describe()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # ---- typing a number -----------------------------------------------------------------------------------

    def _edit(self, cell: Cell) -> None:
        """Open the field over a cell that can be typed."""
        if cell.name[0] not in TYPED or self.cell_box(cell) is None:
            return
        if self.editor is not None:
            self.editor.cancel()
        editor = CellEditor(cell, self._value(cell), self.theme, self)
        editor.typed.connect(lambda value: self.cell_edited.emit(cell.name, (cell.row, cell.column), value))
        editor.left.connect(self._close_editor)
        self.editor = editor
        self._go_to(cell)
        self._place_editor(editor)
        editor.show()
        editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _place_editor(self, editor: CellEditor) -> None:
        box = self.cell_box(editor.cell)
        if box is None:
            editor.cancel()
            return
        height = max(box.height(), EDITOR_HEIGHT)
        if self.numbers:
            width = max(box.width(), editor.width_of_text())
            left = box.left()
        else:
            width = EDITOR_WIDTH
            beside = max(box.width(), matrix.LEAST_RING) / 2 + 6
            left = box.center().x() + beside
            if left + width > self.width():
                left = box.center().x() - beside - width
        left = min(max(left, 2.0), self.width() - width - 2)
        top = min(max(box.center().y() - height / 2, 2.0), self.height() - height - 2)
        editor.setGeometry(QRect(round(left), round(top), math.ceil(width), math.ceil(height)))

    @Slot(bool)
    def _close_editor(self, by_key: bool) -> None:
        editor, self.editor = self.editor, None
        if editor is None:
            return
        if by_key:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        editor.hide()
        editor.deleteLater()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.cell_text(QPointF(event.pos()))
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        text = self.cell_text(event.position())
        if text:
            QToolTip.showText(event.globalPosition().toPoint(), text, self)
        else:
            QToolTip.hideText()

    def text_summary(self) -> str:
        snapshot = self._snapshot
        if snapshot is None:
            return ""
        lines = []
        for placed in self._placed:
            name, shape = symbols.plain(placed.name), f"{placed.shape[0]} × {placed.shape[1]}"
            if placed.name in snapshot.pending:
                lines.append(self.tr("{name} ({shape}) pending").format(name=name, shape=shape))
            else:
                values = snapshot.tensors[placed.name]
                low, high = float(np.min(values)), float(np.max(values))
                lines.append(
                    self.tr("{name} ({shape}) from {low} to {high}").format(
                        name=name, shape=shape, low=short(low, 8), high=short(high, 8)
                    )
                )
        return "; ".join(lines)


def kinds_of(stem: str) -> Kind:
    """The Kind whose column a stem names."""
    return next(kind for kind in KINDS if kind.stem == stem)
