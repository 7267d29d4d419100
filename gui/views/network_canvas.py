"""What every drawing of a network needs: the painter, the theme, the Snapshot, what the current Step reads and writes
(``Canvas``), the tags that say so by name (``Tags``), and blocks of coloured cells (``Cells``).

The pictures are in ``network_graph.py`` and, for networks of images, in ``network_images.py``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPolygonF

from engine.snapshot import Snapshot
from gui import matrix, symbols
from gui.matrix import at_least
from gui.theme import LEVELS, Rgb32, Theme, colours, diverging_table, mono_font, ui_font

HEADER = 40
MARGIN = 16
EDGE_WIDTH = 6.0
EDGE_FLOOR = 0.75
THIN_CASING_ABOVE = 8  # edges
BUNDLE_ABOVE = 16  # edges: the bundle is outlined instead of each edge
GRAPH_WIDTH = 12  # nodes: a wider layer is drawn as a block of cells
DASH = "–"

Values = npt.NDArray[np.floating[Any]]


# ---- numbers as text -----------------------------------------------------------------------------------------


def short(value: float, chars: int) -> str:
    """A number in at most ``chars`` characters where that is possible, with as many figures as fit (up to six)."""
    value = float(value)
    if not math.isfinite(value):
        return f"{value}"
    if value == 0:
        return "0"
    text = ""
    for figures in range(6, 0, -1):
        for form in ("g", "e"):
            text = f"{value:.{figures if form == 'g' else figures - 1}{form}}"
            if "e" in text:
                mantissa, exponent = text.split("e")
                if "." in mantissa:
                    mantissa = mantissa.rstrip("0").rstrip(".")
                text = f"{mantissa}e{int(exponent)}"
            if len(text) <= chars:
                return text
        bare = f"{value:.{figures}g}".replace("0.", ".", 1)
        tight = chars <= 4 or figures <= 2  # two figures without the zero say more than one with it
        if abs(value) < 1 and tight and len(bare) <= chars and "e" not in bare:
            return bare
    return text


def exact(value: Any) -> str:
    """A number with every figure its type holds."""
    return str(value)


def peak(arrays: Iterable[Values | None]) -> float:
    """Largest finite magnitude in some arrays, 1 where there is none: what a colour scale ends at."""
    top = 0.0
    for array in arrays:
        if array is None or not array.size:
            continue
        low, high = float(array.min()), float(array.max())
        if not (math.isfinite(low) and math.isfinite(high)):
            finite = array[np.isfinite(array)]
            low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
        top = max(top, -low, high)
    return top or 1.0


def round_scale(top: float) -> float:
    """The next of 1, 2, 5 times a power of ten above a magnitude: an edge scale that stays put while weights move."""
    power = 10.0 ** math.floor(math.log10(top))
    scale = next((step * power for step in (1, 2, 5, 10) if step * power > top * (1 + 1e-9)), 10 * power)
    return scale if math.isfinite(scale) and scale > 0 else top


# ---- what a drawing needs ------------------------------------------------------------------------------------


MOST_WIDTHS = 2000


@dataclass(frozen=True)
class Face:
    """A font with its measures."""

    font: QFont
    metrics: QFontMetricsF
    cap: float
    known: dict[str, float] = field(default_factory=dict)

    def width(self, text: str) -> float:
        """Width of a text in pixels; most texts come again with the next picture, and measuring costs as painting."""
        width = self.known.get(text)
        if width is None:
            if len(self.known) >= MOST_WIDTHS:
                self.known.clear()
            width = self.known[text] = self.metrics.horizontalAdvance(text)
        return width


class Faces:
    """Fonts made once; making one costs more than drawing with it."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, float, int], Face] = {}

    def _face(self, kind: str, px: float, weight: int) -> Face:
        key = (kind, px, weight)
        if key not in self._made:
            if kind == "maths":
                font = QFont(symbols.math_family())
                font.setPixelSize(round(px))
            else:
                font = (ui_font if kind == "ui" else mono_font)(px, weight)
            metrics = QFontMetricsF(font)
            self._made[key] = Face(font, metrics, metrics.capHeight())
        return self._made[key]

    def ui(self, px: float, weight: int = 400) -> Face:
        return self._face("ui", px, weight)

    def mono(self, px: float, weight: int = 500) -> Face:
        return self._face("mono", px, weight)

    def maths(self, px: float) -> Face:
        return self._face("maths", px, 400)


@dataclass(frozen=True)
class Hit:
    """Something under the mouse: where it is, the words about a point of it, and what a click there does.

    ``cell`` is the array's cell whose value stands at a point, as (name, row, column) in the stored orientation.
    """

    where: QRectF | QLineF
    tip: Callable[[QPointF], str]
    click: Callable[[QPointF], None] | None = None
    cell: Callable[[QPointF], tuple[str, int, int] | None] | None = None


_NAME = re.compile(r"([dv]?)(W|b|z|a|x|y|delta|loss|logp)(\d*)$")


def parse(name: str) -> tuple[str, int]:
    """(letter, layer) of an array's name: ``("W", 2)`` for ``dW2``."""
    match = _NAME.fullmatch(name)
    assert match is not None, name
    return match[2], int(match[3] or 0)


@dataclass
class Canvas:
    """One painting of one Snapshot.

    ``sample`` is the row of the batch that is shown, ``selected`` the chosen (layer, unit) or None;
    ``select`` and ``choose_sample`` are what clicks call; ``sources`` are cells to be outlined, by array.
    """

    painter: QPainter
    theme: Theme
    snapshot: Snapshot
    faces: Faces
    sample: int
    selected: tuple[int, int] | None
    select: Callable[[int, int], None]
    choose_sample: Callable[[int], None]
    sources: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict)
    hits: list[Hit] = field(default_factory=list)
    coin_explained: bool = True  # whether the picture says what a coin's halves are, or needs none said

    def __post_init__(self) -> None:
        self._colours: dict[str, QColor] = {}
        step = self.snapshot.step
        self.reads: tuple[str, ...] = step.reads if step else ()
        self.writes: tuple[str, ...] = step.writes if step else ()
        self.phase = step.phase if step else None

    # -- what the Snapshot says --

    @property
    def layers(self) -> int:
        return self.snapshot.lesson.layers

    def known(self, name: str) -> bool:
        """Whether an array exists and has been computed in this batch."""
        return name in self.snapshot.tensors and name not in self.snapshot.pending

    def values(self, name: str) -> Values | None:
        """An array (of one example, where it has a row per example), or None while it is pending."""
        if not self.known(name):
            return None
        array = self.snapshot.tensors[name]
        return array[self.sample] if parse(name)[0] in ("x", "y", "z", "a", "delta", "logp") else array

    def error_scale(self, layer: int) -> float:
        """Colour scale of a layer's error, that of the Tensors: all examples, so that a small error looks small."""
        name = f"delta{layer}"
        return matrix.heat_scale(self.snapshot.tensors[name]) if self.known(name) else 1.0

    def role(self, *names: str) -> str:
        """``"write"``, ``"read"`` or ``""``: what the current Step does with any of some arrays."""
        if any(name in self.writes for name in names):
            return "write"
        return "read" if any(name in self.reads for name in names) else ""

    def weight(self, layer: int, i: int, j: int) -> tuple[str, int, int]:
        """The cell behind an edge: the weight, and its gradient once it has been computed in this batch."""
        return (f"dW{layer}" if self.known(f"dW{layer}") else f"W{layer}", i, j)

    def source_cells(self) -> list[tuple[str, str, int, int, int]]:
        """Sources that can be seen, as (name, letter, layer, row, column): of the examples only the one shown."""
        found = []
        for name, cells in self.sources.items():
            letter, layer = parse(name)
            if name.startswith("da"):
                letter = "delta"  # both are the error of a unit
            per_example = letter in ("x", "y", "z", "a", "delta", "logp")
            found += [
                (name, letter, layer, row, column) for row, column in cells if not per_example or row == self.sample
            ]
        return found

    # -- painting --

    def outline_sources(self, path: QPainterPath) -> None:
        """The lines around what a number came from."""
        if not path.isEmpty():
            matrix.paint_outlines(self.painter, path, self.theme)

    def q(self, token: str) -> QColor:
        if token not in self._colours:
            self._colours[token] = self.theme.q(token)
        return self._colours[token]

    def heat(self, value: float, scale: float) -> QColor:
        """Colour of a signed value; a value that is no finite number has a neutral one."""
        if not math.isfinite(value):
            return self.q("line")
        index = (float(value) / scale + 1) * (LEVELS / 2)
        return QColor.fromRgb(int(diverging_table(self.theme)[int(min(max(index, 0), LEVELS - 1))]))

    def pen(self, token: str, width: float = 1.0, dashed: bool = False) -> QPen:
        pen = QPen(self.q(token), width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if dashed:
            pen.setDashPattern([6 / width, 3.5 / width])
        return pen

    def role_pen(self, role: str, width: float = 2.0) -> QPen:
        """Read is dashed, write is solid."""
        return self.pen(role, width, dashed=role == "read")

    def text(self, face: Face, x: float, baseline: float, text: str, token: str | QColor, align: float = 0.0) -> float:
        """Paint text with its left edge (align 0), middle (0.5) or right edge (1) at x; returns its width."""
        width = face.width(text)
        self.painter.setFont(face.font)
        self.painter.setPen(self.q(token) if isinstance(token, str) else token)
        self.painter.drawText(QPointF(x - width * align, baseline), text)
        return width

    def outline(self, box: QRectF, role: str, offset: float = 4.0, radius: float = 4.0) -> None:
        """The ring around a block that the current Step reads or writes."""
        if role:
            self.painter.setPen(self.role_pen(role))
            self.painter.setBrush(Qt.BrushStyle.NoBrush)
            self.painter.drawRoundedRect(box.adjusted(-offset, -offset, offset, offset), radius, radius)

    def edge(self, line: QLineF, weight: float, scale: float, role: str = "", thin: bool = False) -> None:
        """A connection: colour by sign, width by magnitude, cased where its weight or gradient is read or written."""
        finite = math.isfinite(weight)
        share = min(abs(float(weight)) / scale, 1.0) if finite else 0.0
        width = max(EDGE_FLOOR, EDGE_WIDTH * share)
        token = "ctl" if not finite or weight == 0 else "pos" if weight > 0 else "neg"
        if role and line.length() > 0:
            normal = line.normalVector().unitVector()
            offset = width / 2 + (1.5 if thin else 2.0)
            dx, dy = normal.dx() * offset, normal.dy() * offset
            halo = QPen(self.q("surface"), 2 * offset + 2)
            halo.setCapStyle(Qt.PenCapStyle.FlatCap)
            self.painter.setPen(halo)
            self.painter.drawLine(line)
            self.painter.setPen(self.role_pen(role, 1.0 if thin else 1.5))
            self.painter.drawLine(line.translated(dx, dy))
            self.painter.drawLine(line.translated(-dx, -dy))
        self.painter.setPen(self.pen(token, width, dashed=not finite))
        self.painter.drawLine(line)

    def arrow_head(self, tip: QPointF, direction: QPointF, token: str, size: float = 10.0) -> None:
        """A filled triangle that points along a direction."""
        length = math.hypot(direction.x(), direction.y()) or 1.0
        ux, uy = direction.x() / length, direction.y() / length
        back = QPointF(tip.x() - ux * size, tip.y() - uy * size)
        side = QPointF(-uy * size * 0.46, ux * size * 0.46)
        self.painter.setPen(self.pen("surface", 1.0))
        self.painter.setBrush(self.q(token))
        self.painter.drawPolygon(QPolygonF([tip, back + side, back - side]))


# ---- tags: what the current Step reads and writes, by name -----------------------------------------------------

TAG_HEIGHT = 20.0
_TAG_GAP = 6.0


class Tags(QObject):
    """The row of tags "reads a1", "writes ∂W2" above what they name."""

    def draw(
        self, c: Canvas, anchor: Callable[[str], float | None], y: float, left: float, right: float
    ) -> list[QRectF]:
        """Paint the tags in a row at y, each as near to its anchor as the others allow; returns their boxes."""
        clusters: dict[float, list[tuple[str, list[str]]]] = {}
        for role, names in (("read", c.reads), ("write", c.writes)):
            for name in names:
                x = anchor(name)
                if x is None:
                    continue
                tags = clusters.setdefault(x, [])
                if tags and tags[-1][0] == role:
                    tags[-1][1].append(name)
                else:
                    tags.append((role, [name]))
        if not clusters:
            return []
        order = sorted(clusters.items())
        for words in (True, False):
            sizes = [[self._width(c, tag, words) for tag in tags] for _, tags in order]
            widths = [sum(s) + 4 * (len(s) - 1) for s in sizes]
            starts = _spread([x for x, _ in order], widths, left, right)
            moved = max(abs(s + w / 2 - x) for (x, _), s, w in zip(order, starts, widths, strict=True))
            if moved <= 44 and starts[0] >= left:
                break
        boxes = []
        for (_, tags), tag_sizes, start in zip(order, sizes, starts, strict=True):
            x = start
            for tag, size in zip(tags, tag_sizes, strict=True):
                box = QRectF(x, y, size, TAG_HEIGHT)
                self._tag(c, box, tag, words)
                boxes.append(box)
                x += size + 4
        return boxes

    def _word(self, role: str) -> str:
        return self.tr("reads") if role == "read" else self.tr("writes")

    def _width(self, c: Canvas, tag: tuple[str, list[str]], words: bool) -> float:
        role, names = tag
        word = c.faces.ui(11, 600).width(self._word(role)) + 4 if words else 0
        return 12 + word + sum(symbols.width(name, 14) for name in names) + 5 * (len(names) - 1)

    def _tag(self, c: Canvas, box: QRectF, tag: tuple[str, list[str]], words: bool) -> None:
        role, names = tag
        c.painter.setPen(c.role_pen(role, 1.5) if role == "write" else _short_dash(c))
        c.painter.setBrush(c.q(role + "soft"))
        c.painter.drawRoundedRect(box, 4, 4)
        x, face = box.left() + 6, c.faces.ui(11, 600)
        if words:
            x += c.text(face, x, box.center().y() + face.cap / 2, self._word(role), role) + 4
        for name in names:
            x = symbols.draw(c.painter, x, box.center().y() + 4, name, 14, c.q(role)) + 5
        spoken = self.tr("this step reads {names}") if role == "read" else self.tr("this step writes {names}")
        text = spoken.format(names=", ".join(symbols.plain(name) for name in names))
        c.hits.append(Hit(box, lambda _: text))


def _short_dash(c: Canvas) -> QPen:
    pen = c.pen("read", 1.5)
    pen.setDashPattern([2.4, 1.6])
    return pen


def _spread(anchors: list[float], widths: list[float], left: float, right: float) -> list[float]:
    """Left edges of boxes in a row: centred on their anchors, pushed apart and back into the row."""
    starts: list[float] = []
    edge = left
    for x, w in zip(anchors, widths, strict=True):
        starts.append(max(edge, x - w / 2))
        edge = starts[-1] + w + _TAG_GAP
    limit = right
    for i in range(len(starts) - 1, -1, -1):
        starts[i] = min(starts[i], limit - widths[i])
        limit = starts[i] - _TAG_GAP
    return starts


# ---- cells -----------------------------------------------------------------------------------------------------


def signed_rgb(values: Values, scale: float, theme: Theme) -> Rgb32:
    """Colours of signed values; those that are no finite numbers get a neutral one."""
    table = diverging_table(theme)
    ordinary = scale > 1e-30 and values.size and math.isfinite(float(values.max()) - float(values.min()))
    if ordinary:  # two passes less over the first layer's weights
        share = np.clip(values * (LEVELS / 2 / scale) + LEVELS / 2, 0, LEVELS - 1)
        return table[share.astype(np.intp)]
    finite = np.isfinite(values)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        share = np.where(finite, values, 0) / scale
    rgb = colours(np.clip(share, -1, 1), -1.0, 1.0, table)
    rgb[~finite] = np.uint32(theme.q("line2").rgb())
    return rgb


def image_of(rgb: Rgb32) -> QImage:
    """A QImage that owns a copy of (rows, columns) colours."""
    pixels = np.ascontiguousarray(rgb)
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32).copy()


@dataclass(frozen=True)
class Cells:
    """How n values are laid out as cells in a box, row by row; ``per`` of them share a cell if there is no room."""

    left: float
    top: float
    cell: float
    columns: int
    rows: int
    per: int
    count: int

    @property
    def box(self) -> QRectF:
        return QRectF(self.left, self.top, self.columns * self.cell, self.rows * self.cell)

    def rect(self, index: int) -> QRectF:
        """The cell of a value."""
        row, column = divmod(index // self.per, self.columns)
        return QRectF(self.left + column * self.cell, self.top + row * self.cell, self.cell, self.cell)

    def index_at(self, at: QPointF) -> int | None:
        """The (first) value of the cell under a point."""
        column, row = int((at.x() - self.left) // self.cell), int((at.y() - self.top) // self.cell)
        index = (row * self.columns + column) * self.per
        return index if 0 <= column < self.columns and row >= 0 and index < self.count else None

    @staticmethod
    def fit(count: int, box: QRectF, largest: int = 18) -> Cells:
        """The largest whole-pixel cells of at least 2 x 2 that fit; below that, values share a cell."""
        width, height = max(2.0, box.width()), max(2.0, box.height())
        cell = max(2, min(largest, int(math.sqrt(width * height / count)) + 1))
        while cell > 2 and (width // cell) * (height // cell) < count:
            cell -= 1
        room = max(1, int(width // cell)) * max(1, int(height // cell))
        per = -(-count // room)
        shown = -(-count // per)
        rows = max(1, int(height // cell))
        columns = -(-shown // rows)
        rows = -(-shown // columns)
        left = math.floor(box.center().x() - columns * cell / 2)
        top = math.floor(box.center().y() - rows * cell / 2)
        return Cells(left, top, cell, columns, rows, per, count)


def draw_cells(c: Canvas, cells: Cells, values: Values | None, scale: float) -> None:
    """Paint values as cells; pending ones as an empty block with an en dash."""
    box = cells.box
    if values is None:
        c.painter.setPen(c.pen("line2"))
        c.painter.setBrush(c.q("sunken"))
        c.painter.drawRect(box)
        face = c.faces.mono(12)
        if box.height() >= 14:
            c.text(face, box.center().x(), box.center().y() + 4, DASH, "text3", 0.5)
        return
    if cells.per > 1:
        padded = np.zeros(cells.columns * cells.rows * cells.per)
        padded[: len(values)] = values
        counts = np.clip(len(values) - np.arange(0, padded.size, cells.per), 1, cells.per)
        with np.errstate(over="ignore", invalid="ignore"):
            values = padded.reshape(-1, cells.per).sum(axis=1) / counts
        values = values[: -(-cells.count // cells.per)]
    rgb = np.zeros(cells.columns * cells.rows, np.uint32)
    rgb[: len(values)] = signed_rgb(values, scale, c.theme)
    c.painter.drawImage(box, image_of(rgb.reshape(cells.rows, cells.columns)))
    c.painter.setPen(c.pen("surface"))
    if cells.cell >= 6:
        for i in range(1, cells.columns):
            x = box.left() + i * cells.cell
            c.painter.drawLine(QLineF(x, box.top(), x, box.bottom()))
        for i in range(1, cells.rows):
            y = box.top() + i * cells.cell
            c.painter.drawLine(QLineF(box.left(), y, box.right(), y))
    c.painter.setPen(c.pen("line2"))
    c.painter.setBrush(Qt.BrushStyle.NoBrush)
    c.painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))


def halves(
    c: Canvas, middle: float, names: tuple[str, str], unit: int
) -> Callable[[QPointF], tuple[str, int, int] | None]:
    """The cell at a point of a unit: of one array above its middle, of another below."""
    return lambda at: (names[at.y() > middle], c.sample, unit)


def cells_cell(c: Canvas, cells: Cells, name: str) -> Callable[[QPointF], tuple[str, int, int] | None]:
    """The cell of an array at a point of a block."""

    def cell(at: QPointF) -> tuple[str, int, int] | None:
        index = cells.index_at(at)
        return None if index is None else (name, c.sample, index)

    return cell


def cells_path(c: Canvas, cells: Cells, letters: Iterable[str], layer: int) -> QPainterPath:
    """Around the cells of a block that are sources; around the whole block where they are many or too small to see."""
    path, wanted = QPainterPath(), set(letters)
    indices = {column for _, letter, k, _, column in c.source_cells() if letter in wanted and k == layer}
    indices = {index for index in indices if index < cells.count}
    visible = cells.cell >= matrix.LEAST_OUTLINE and len(indices) <= matrix.MOST_OUTLINES
    if visible or len(indices) <= 3:
        for index in sorted(indices):
            box = at_least(cells.rect(index), matrix.LEAST_OUTLINE)
            path.addRoundedRect(box, 2, 2)
    else:
        path.addRoundedRect(cells.box.adjusted(-1, -1, 1, 1), 2, 2)
    return path
