"""The network as pictures, where its input is an image: what it sees, what each unit looks for, what comes out."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath

from engine.data.sources import MNIST_MEAN, MNIST_STD
from engine.program import Phase
from engine.snapshot import Snapshot
from gui import matrix, symbols
from gui.theme import Theme, colours, image_table
from gui.views.network_canvas import (
    DASH,
    HEADER,
    MARGIN,
    THIN_CASING_ABOVE,
    Canvas,
    Cells,
    Hit,
    Tags,
    Values,
    cells_cell,
    cells_path,
    draw_cells,
    exact,
    halves,
    image_of,
    parse,
    peak,
    short,
    signed_rgb,
)

MOST_UNITS = 100  # unit images shown at once
STRONGEST = 12  # edges drawn to a hidden layer of cells
MOST_PIXELS = 12  # weights of one unit that are outlined in its image; of more, the image is

_TITLE_BASELINE = HEADER + 12
_TAG_TOP = HEADER + 18
_TOP = HEADER + 47.0


@dataclass(frozen=True)
class _Plan:
    """Where everything is."""

    image: QRectF
    thumbs: QRectF
    per_row: int
    thumb_rows: int
    units: QRectF
    extras: list[QRectF]
    outputs: QRectF
    gap: QRectF

    @property
    def thumbs_shown(self) -> int:
        return self.per_row * self.thumb_rows


class ImagePainter(QObject):
    """Input image and batch on the left, the first layer's units as images, outputs as bars on the right."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tags = Tags(self)
        self._snapshot: Snapshot | None = None
        self._theme: Theme | None = None
        self._made: dict[tuple[object, ...], QImage] = {}
        self._scale = 1.0

    # -- images, made once per Snapshot --

    def _image(self, c: Canvas, key: tuple[object, ...], make: Callable[[], QImage]) -> QImage:
        if self._snapshot is not c.snapshot or self._theme is not c.theme:
            self._take(c.snapshot)
            self._made.clear()
            self._theme = c.theme
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def _take(self, snapshot: Snapshot) -> None:
        if self._snapshot is not snapshot:
            self._snapshot = snapshot
            self._made.clear()
            self._scale = _unit_scale(_unit_weights(snapshot))

    def weight_scale(self, snapshot: Snapshot) -> float:
        """The end of the unit images' colour scale: weights beyond it have the full colour."""
        self._take(snapshot)
        return self._scale

    def _unit_atlas(self, c: Canvas) -> QImage:
        """All unit images below each other."""
        height, width = c.snapshot.image_shape or (1, 1)

        def make() -> QImage:
            weights = _unit_weights(c.snapshot)
            rgb = signed_rgb(weights, self.weight_scale(c.snapshot), c.theme)
            return image_of(rgb.T.reshape(weights.shape[1] * height, width))

        return self._image(c, ("units",), make)

    def _examples(self, c: Canvas, first: int, count: int) -> QImage:
        """Input images of some examples below each other."""
        height, width = c.snapshot.image_shape or (1, 1)

        def make() -> QImage:
            x = c.snapshot.tensors["x"][:, : height * width]
            low, high = _grey_range(c.snapshot, x)
            some = np.nan_to_num(x[first : first + count], nan=low, posinf=low, neginf=low)
            rgb = colours(some, low, high, image_table(c.theme))
            return image_of(rgb.reshape(len(some) * height, width))

        return self._image(c, ("x", first, count), make)

    # -- layout --

    def _plan(self, c: Canvas, width: float, height: float) -> _Plan:
        image_h, image_w = c.snapshot.image_shape or (1, 1)
        bottom = height - 12
        left = float(MARGIN + (12 if width > 900 else 0))
        column = max(24.0, min(200.0, width * 0.2))
        per_row = max(1, int((column + 6) // 38)) if column < 190 else 5
        rows = 1 if c.snapshot.tensors.batch <= per_row or height < 300 else 2
        strip = 26 + rows * 36
        room = max(8.0, bottom - _TOP - strip - 6)
        zoom = min(column / image_w, room / image_h)
        if zoom > 4 and (zoom - int(zoom)) * image_w <= 10:
            zoom = int(zoom)
        image = QRectF(left, _TOP, round(image_w * zoom), round(image_h * zoom))
        thumbs = QRectF(left, image.bottom() + 8, column, strip)
        arrow = 60.0 if width > 800 else 34.0
        out_w = min(188.0, max(40.0, width * 0.2))
        out_x = width - MARGIN - out_w
        gap = max(20.0, min(112.0, width * 0.11))
        start = left + max(column, image.width()) + arrow
        middle = c.layers - 2
        share = 0.0
        if middle > 0:
            share = min(70.0 * middle, (out_x - gap - start) * 0.5)
        end = max(start + 24, out_x - gap - share)
        units = QRectF(start, _TOP, end - start, max(8.0, bottom - _TOP))
        extras = []
        for i in range(middle):
            slot = share / middle
            w = max(4.0, slot - 24)
            extras.append(QRectF(end + slot * (i + 1) - w, _TOP, w, units.height()))
        last = extras[-1].right() if extras else end
        outputs = QRectF(out_x, _TOP, out_w, units.height())
        return _Plan(
            image, thumbs, per_row, rows, units, extras, outputs, QRectF(last, _TOP, out_x - last, units.height())
        )

    # -- the picture --

    def paint(self, c: Canvas, width: float, height: float) -> None:
        """Paint everything below the panel's header."""
        plan = self._plan(c, width, height)
        self._input(c, plan)
        self._batch(c, plan)
        self._weights_arrow(c, plan)
        grid = self._grid(c, plan.units)
        cells = self._cells(c, plan)
        self._edges(c, plan, grid, cells)
        self._units(c, plan, grid)
        self._hidden(c, plan, cells)
        self._outputs(c, plan)
        self._names(c, plan, grid, width)
        if c.sources:
            self._outline_sources(c, plan, grid, cells)

    def _input(self, c: Canvas, plan: _Plan) -> None:
        image = self._examples(c, c.sample, 1)
        c.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        c.painter.drawImage(plan.image, image)
        c.painter.setPen(c.pen("ctl"))
        c.painter.setBrush(Qt.BrushStyle.NoBrush)
        c.painter.drawRect(plan.image.adjusted(-0.5, -0.5, 0.5, 0.5))
        c.outline(plan.image, c.role("x"))
        height, width = c.snapshot.image_shape or (1, 1)

        def pixel(at: QPointF) -> tuple[int, int]:
            column = min(int((at.x() - plan.image.left()) / plan.image.width() * width), width - 1)
            row = min(int((at.y() - plan.image.top()) / plan.image.height() * height), height - 1)
            return row, column

        def tip(at: QPointF) -> str:
            row, column = pixel(at)
            index = row * width + column
            text = self.tr("Input, row {row}, column {column}\nx[{index}] = {value}")
            value = exact(c.snapshot.tensors["x"][c.sample, index])
            return text.format(row=row, column=column, index=index, value=value)

        def cell(at: QPointF) -> tuple[str, int, int]:
            row, column = pixel(at)
            return "x", c.sample, row * width + column

        c.hits.append(Hit(plan.image, tip, cell=cell))

    def _batch(self, c: Canvas, plan: _Plan) -> None:
        batch, shown = c.snapshot.tensors.batch, plan.thumbs_shown
        if batch < 2:
            return
        small = c.faces.ui(12)
        first = c.sample // shown * shown
        count = min(shown, batch - first)
        height, width = c.snapshot.image_shape or (1, 1)
        wrong = self._wrong(c)
        y = plan.thumbs.top() + 14
        text = self.tr("Batch of {count:,}").format(count=batch)
        if batch > shown:
            text = self.tr("{first:,}–{last:,} of {count:,}").format(first=first + 1, last=first + count, count=batch)
        words = c.text(small, plan.thumbs.left(), y, text, "text2")
        if batch > shown:
            following = first + shown if first + shown < batch else 0
            tip = self.tr("Click to show the next examples of the batch")
            where = QRectF(plan.thumbs.left() - 4, y - 17, words + 8, 24)
            c.hits.append(Hit(where, lambda _: tip, lambda _: c.choose_sample(following)))
        if wrong is not None and wrong.any():
            text = self.tr("{count:,} wrong").format(count=int(wrong.sum()))
            if words + small.width(text) + 8 < plan.thumbs.width():
                c.text(small, plan.thumbs.right(), y, text, "err", 1.0)
        atlas = self._examples(c, first, count)
        pitch = (plan.thumbs.width() - 30) / max(plan.per_row - 1, 1)
        scale = 28 / max(height, width)
        c.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 2)
        for i in range(count):
            row, column = divmod(i, plan.per_row)
            frame = QRectF(round(plan.thumbs.left() + column * pitch), y + 9 + row * 36, 30, 30)
            box = QRectF(0, 0, width * scale, height * scale)
            box.moveCenter(frame.center())
            c.painter.drawImage(box, atlas, QRectF(0, i * height, width, height))
            chosen = first + i == c.sample
            c.painter.setPen(c.pen("accent", 2) if chosen else c.pen("line2"))
            c.painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = frame.adjusted(-1, -1, 1, 1) if chosen else frame.adjusted(0.5, 0.5, -0.5, -0.5)
            c.painter.drawRoundedRect(ring, 2, 2)
            is_wrong = wrong is not None and bool(wrong[first + i])
            if is_wrong:
                c.painter.setPen(c.pen("surface", 1.5))
                c.painter.setBrush(c.q("err"))
                c.painter.drawEllipse(frame.topRight() + QPointF(-1, 1), 4.5, 4.5)
            c.hits.append(
                Hit(
                    frame.adjusted(-2, -2, 2, 2),
                    lambda _, i=first + i: self._example_tip(c, i),
                    lambda _, i=first + i: c.choose_sample(i),
                )
            )

    def _wrong(self, c: Canvas) -> np.ndarray | None:
        """Which examples of the batch the net gets wrong, or None while outputs are pending."""
        name = f"a{c.layers}"
        if not c.known(name):
            return None
        output = c.snapshot.tensors[name]
        return (output.argmax(axis=1) != c.snapshot.tensors["y"].argmax(axis=1)) | ~np.isfinite(output).all(axis=1)

    def _weights_arrow(self, c: Canvas, plan: _Plan) -> None:
        left, right = plan.image.right() + 12, plan.units.left() - 10
        y = plan.image.center().y()
        if right - left < 14:
            return
        role = c.role("W1", "dW1", "vW1")
        back = c.phase is Phase.BACKWARD and "dW1" in c.writes
        token = role or "ctl"
        c.painter.setPen(c.role_pen(role) if role else c.pen("ctl", 1.5))
        c.painter.drawLine(QLineF(left, y, right, y))
        ends = (QPointF(left, y), QPointF(right, y))
        c.arrow_head(ends[0] if back else ends[1], QPointF(-1 if back else 1, 0), token, 10)
        w = symbols.width("W1", 16)
        if w <= right - left + 8:
            symbols.draw(c.painter, (left + right) / 2 - w / 2, y - 9, "W1", 16, c.q("text2"))

    # -- first layer --

    def _grid(self, c: Canvas, area: QRectF) -> list[QRectF]:
        """Boxes of the unit images, as large as the space allows; a bar's height is left below each."""
        height, width = c.snapshot.image_shape or (1, 1)
        count = min(c.snapshot.lesson.network.sizes[1], MOST_UNITS)
        best: tuple[float, int] = (0.0, 1)
        for columns in range(1, count + 1):
            rows = -(-count // columns)
            zoom = min((area.width() / columns - 3) / width, (area.height() / rows - 12) / height)
            if zoom > best[0]:
                best = (zoom, columns)
        zoom, columns = best
        w, h = max(2.0, math.floor(width * zoom)), max(2.0, math.floor(height * zoom))
        rows = -(-count // columns)
        pitch_x = min(area.width() / columns, w + 8)
        pitch_y = min(area.height() / rows, h + 14)
        left = area.left() + (area.width() - pitch_x * columns + pitch_x - w) / 2
        return [
            QRectF(
                round(left + (i % columns) * pitch_x),
                round(area.top() + (i // columns) * pitch_y),
                w,
                h,
            )
            for i in range(count)
        ]

    def _units(self, c: Canvas, plan: _Plan, grid: list[QRectF]) -> None:
        height, width = c.snapshot.image_shape or (1, 1)
        atlas = self._unit_atlas(c)
        a, delta = c.values("a1"), c.values("delta1")
        a_scale, d_scale, signed = _bar_scale(c, 1, a), c.error_scale(1), _signed(c, 1)
        p = c.painter
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, grid[0].width() < 2 * width)
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        bar_h = 4.0 if grid[0].height() >= 20 else 2.0
        swatch = 7.0 if delta is not None and grid[0].width() >= 30 else 0.0
        track, fill = c.q("line"), c.q("fwd")
        for i, box in enumerate(grid):
            p.drawImage(box, atlas, QRectF(0, i * height, width, height))
            bar = QRectF(box.left(), box.bottom() + 2, box.width() - (swatch + 2 if swatch else 0), bar_h)
            p.fillRect(bar, track)
            if a is not None:
                p.fillRect(_share_of(bar, float(a[i]), a_scale, signed), fill)
            if swatch and delta is not None:
                end = QRectF(box.right() - swatch, bar.top(), swatch, bar_h)
                p.fillRect(end, c.heat(float(delta[i]), d_scale))
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        for i, box in enumerate(grid):
            c.hits.append(
                Hit(
                    box.adjusted(0, 0, 0, 2 + bar_h),
                    lambda _, i=i: self._unit_tip(c, 1, i),
                    lambda _, i=i: c.select(1, i),
                    halves(c, box.center().y(), ("a1", "delta1"), i),
                )
            )
        if c.selected is not None and c.selected[0] == 1 and c.selected[1] < len(grid):
            box = grid[c.selected[1]]
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.setPen(c.pen("surface", 4))
            p.drawRect(box)
            p.setPen(c.pen("accent", 2))
            p.drawRect(box)
        whole = QRectF(grid[0].left(), grid[0].top(), 0, 0)
        for box in grid:
            whole = whole.united(box.adjusted(0, 0, 0, 2 + bar_h))
        reads = any(_is_of(name, 1) for name in c.reads)
        writes = any(_is_of(name, 1) for name in c.writes)
        c.outline(whole, "read" if reads else "", 4)
        c.outline(whole, "write" if writes else "", 7 if reads else 4, 6)

    # -- further hidden layers --

    def _cells(self, c: Canvas, plan: _Plan) -> dict[int, Cells]:
        sizes = c.snapshot.lesson.network.sizes
        return {k: Cells.fit(sizes[k], box, 14) for k, box in enumerate(plan.extras, start=2)}

    def _hidden(self, c: Canvas, plan: _Plan, cells: dict[int, Cells]) -> None:
        for k, layout in cells.items():
            values = c.values(f"a{k}")
            draw_cells(c, layout, values, peak([values]))
            reads = any(_is_of(name, k) for name in c.reads)
            writes = any(_is_of(name, k) for name in c.writes)
            c.outline(layout.box, "read" if reads else "", 4)
            c.outline(layout.box, "write" if writes else "", 7 if reads else 4, 6)
            if c.selected is not None and c.selected[0] == k:
                box = layout.rect(c.selected[1])
                c.painter.setBrush(Qt.BrushStyle.NoBrush)
                c.painter.setPen(c.pen("accent", 2))
                c.painter.drawRect(box.adjusted(-1, -1, 1, 1))

            def tip(at: QPointF, layout: Cells = layout, k: int = k) -> str:
                index = layout.index_at(at)
                return "" if index is None else self._unit_tip(c, k, index)

            def click(at: QPointF, layout: Cells = layout, k: int = k) -> None:
                index = layout.index_at(at)
                if index is not None:
                    c.select(k, index)

            c.hits.append(Hit(layout.box, tip, click, cells_cell(c, layout, f"a{k}")))

    # -- edges from the chosen unit --

    def _edges(self, c: Canvas, plan: _Plan, grid: list[QRectF], cells: dict[int, Cells]) -> None:
        if c.selected is None or c.selected[0] >= c.layers:
            return
        layer, unit = c.selected
        W = c.snapshot.tensors[f"W{layer + 1}"]
        weights = W[unit]
        if layer == 1:
            if unit >= len(grid):
                return
            origin = self._way_out(c, grid, unit)
        else:
            block = cells[layer]
            origin = QPointF(block.box.right() + 2, block.rect(unit).center().y())
        if layer + 1 == c.layers:
            rows = self._rows(c, plan.outputs)
            targets = {j: QPointF(plan.outputs.left() - 6, box.center().y()) for j, box in enumerate(rows)}
        else:
            strongest = np.argsort(-np.abs(np.nan_to_num(weights)))[:STRONGEST]
            layout = cells[layer + 1]
            targets = {int(j): QPointF(layout.rect(int(j)).left(), layout.rect(int(j)).center().y()) for j in strongest}
        scale = peak([W])
        role = c.role(f"W{layer + 1}", f"dW{layer + 1}", f"vW{layer + 1}")
        back = c.phase is Phase.BACKWARD and (f"dW{layer + 1}" in c.writes or c.known(f"delta{layer}"))
        sources = {
            column for _, letter, k, row, column in c.source_cells() if (letter, k, row) == ("W", layer + 1, unit)
        }
        for j, end in targets.items():
            line = QLineF(origin, end)
            thin = j in sources or len(targets) > THIN_CASING_ABOVE
            c.edge(line, float(weights[j]), scale, "read" if j in sources else role, thin)
            if back:
                c.arrow_head(line.pointAt(0.62), line.p1() - line.p2(), role if role == "write" else "bwd", 8)
            c.hits.append(
                Hit(
                    line,
                    lambda _, j=j: self._edge_tip(c, layer, unit, j),
                    cell=lambda _, j=j: c.weight(layer + 1, unit, j),
                )
            )

    def _way_out(self, c: Canvas, grid: list[QRectF], unit: int) -> QPointF:
        """Where a unit's edges begin: at its right, or, past its neighbours, at the end of the lane below its row."""
        box, right = grid[unit], max(b.right() for b in grid)
        if box.right() >= right - 1:
            return QPointF(box.right() + 2, box.center().y())
        lane = box.bottom() + (9.0 if box.height() >= 20 else 6.0)
        end = QPointF(right + 8, lane)
        c.painter.setPen(c.pen("accent", 1.5))
        c.painter.drawPolyline([QPointF(box.right(), box.bottom()), QPointF(box.right(), lane), end])
        return end

    # -- outputs --

    def _rows(self, c: Canvas, box: QRectF) -> list[QRectF]:
        count = c.snapshot.lesson.network.sizes[-1]
        shown = max(1, min(count, int(box.height() // 15)))
        pitch = min(36.0, box.height() / shown)
        return [QRectF(box.left(), box.top() + i * pitch, box.width(), pitch) for i in range(shown)]

    def _outputs(self, c: Canvas, plan: _Plan) -> None:
        K, p = c.layers, c.painter
        a, delta, y = c.values(f"a{K}"), c.values(f"delta{K}"), c.values("y")
        assert y is not None
        truth = int(y.argmax())
        rows = self._rows(c, plan.outputs)
        a_scale, d_scale, signed = _bar_scale(c, K, a), c.error_scale(K), _signed(c, K)
        px = 13 if rows[0].height() >= 20 else 11
        mono, ui = c.faces.mono(px), c.faces.ui(px, 500)
        swatch = self._swatch(rows[0])
        label = ui.width(str(len(rows) - 1)) + 16
        number = mono.width("00.00")
        bold = c.faces.ui(px, 700)
        for j, row in enumerate(rows):
            middle = row.center().y()
            if j == truth:
                chip = row.adjusted(0, min(2.0, row.height() * 0.08), 0, -min(2.0, row.height() * 0.08))
                p.setPen(c.role_pen(role) if (role := c.role("y")) else c.pen("ok", 1.5))
                p.setBrush(c.q("oksoft"))
                p.drawRoundedRect(chip, 4, 4)
            face, token = (bold, "ok") if j == truth else (ui, "text")
            c.text(face, row.left() + 9, middle + face.cap / 2, str(j), token)
            swatch = self._swatch(row)
            error = swatch.left() - 4
            text = DASH if a is None else _two_decimals(float(a[j]))
            right = swatch.left() - 8
            c.text(mono, right, middle + mono.cap / 2, text, "text" if a is not None else "text3", 1.0)
            bar = QRectF(row.left() + label, middle - 4, right - number - 6 - row.left() - label, 8)
            if bar.width() > 8:
                p.fillRect(bar, c.q("line"))
                if a is not None:
                    p.fillRect(_share_of(bar, float(a[j]), a_scale, signed), c.q("accent" if j == truth else "fwd"))
            p.setPen(c.pen("line2"))
            p.setBrush(c.q("sunken") if delta is None else c.heat(float(delta[j]), d_scale))
            p.drawRoundedRect(swatch, 2, 2)
            if delta is None:
                c.text(c.faces.mono(11), swatch.center().x(), middle + 4, DASH, "text3", 0.5)
            c.hits.append(
                Hit(
                    row,
                    lambda _, j=j: self._unit_tip(c, K, j, truth == j),
                    lambda _, j=j: c.select(K, j),
                    lambda at, j=j, x=error: (f"a{K}" if at.x() < x else f"delta{K}", c.sample, j),
                )
            )
        if c.selected is not None and c.selected[0] == K and c.selected[1] < len(rows):
            p.setPen(c.pen("accent", 2))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRoundedRect(rows[c.selected[1]].adjusted(1, 1, -1, -1), 4, 4)
        if K > 1:
            whole = rows[0].united(rows[-1])
            reads = any(_is_of(name, K) for name in c.reads)
            writes = any(_is_of(name, K) for name in c.writes)
            c.outline(whole, "read" if reads else "", 1)
            c.outline(whole, "write" if writes else "", 4 if reads else 1, 6)

    @staticmethod
    def _swatch(row: QRectF) -> QRectF:
        """Where an output's error is, at the right end of its row."""
        height = min(14, row.height() - 4)
        return QRectF(row.right() - 26, row.center().y() - height / 2, 18, height)

    # -- what a number came from --

    def _outline_sources(self, c: Canvas, plan: _Plan, grid: list[QRectF], cells: dict[int, Cells]) -> None:
        """Outline pixels, weights in the units' images, units, cells and outputs that are sources."""
        path, K, rows = QPainterPath(), c.layers, self._rows(c, plan.outputs)
        height, width = c.snapshot.image_shape or (1, 1)
        pixels: list[tuple[int, int]] = []
        weights: dict[int, list[tuple[int, int]]] = {}
        boxes: list[QRectF] = []
        for _, letter, k, row, column in c.source_cells():
            if letter == "x":
                pixels.append(divmod(column, width))
            elif letter == "W":
                if k == 1 and column < len(grid):
                    weights.setdefault(column, []).append(divmod(row, width))
            elif k == 1 < K and letter != "b" and column < len(grid):
                boxes.append(grid[column].adjusted(-2, -2, 2, 7))
            elif k in (0, K) and letter not in ("b", "loss") and column < len(rows):
                boxes.append(self._output_part(rows[column], letter))
        boxes += matrix.outlines(plan.image, (height, width), pixels)
        for unit, places in weights.items():
            few = len(places) <= MOST_PIXELS
            boxes += matrix.outlines(grid[unit], (height, width), places) if few else [grid[unit]]
        for box in boxes:
            path.addRoundedRect(box, 2, 2)
        for k, layout in cells.items():
            path.addPath(cells_path(c, layout, ("a", "z", "delta"), k))
        c.outline_sources(path)

    def _output_part(self, row: QRectF, letter: str) -> QRectF:
        """The part of an output's row where an array's value stands."""
        swatch = self._swatch(row)
        if letter == "delta":
            return swatch.adjusted(-3, -2, 3, 2)
        if letter == "y":
            return QRectF(row.left() + 3, row.top() + 2, 20, row.height() - 4)
        return QRectF(QPointF(row.left() + 24, row.top() + 2), QPointF(swatch.left() - 5, row.bottom() - 2))

    # -- titles and tags --

    def _names(self, c: Canvas, plan: _Plan, grid: list[QRectF], width: float) -> None:
        lesson, K = c.snapshot.lesson, c.layers
        bold, small = c.faces.ui(13, 600), c.faces.ui(12)
        self._input_title(c, plan)
        left = min(box.left() for box in grid)
        end = max(box.right() for box in grid)
        limit = (plan.extras[0].left() if plan.extras else plan.gap.right()) - 6
        x = left + c.text(bold, left, _TITLE_BASELINE, self.tr("Layer {number}").format(number=1), "text") + 8
        count, activation = lesson.network.sizes[1], lesson.activation(1)
        if count > len(grid):
            text = self.tr("first {shown} of {count:,} {activation} units")
            text = text.format(shown=len(grid), count=count, activation=activation)
        else:
            text = self.tr("{count} {activation} units").format(count=count, activation=activation)
        if x + small.width(text) < limit:
            x += c.text(small, x, _TITLE_BASELINE, text, "text3")
        for k, box in enumerate(plan.extras, start=2):
            name = self.tr("Layer {number}").format(number=k)
            if bold.width(name) > box.width() + 18:
                name = str(k)
            c.text(bold, box.center().x(), _TITLE_BASELINE, name, "text", 0.5)
        x_out = plan.outputs.left()
        if K > 1:
            name = self.tr("Layer {number}").format(number=K)
            c.text(bold, x_out + 8, _TITLE_BASELINE, name, "text")
            words = self.tr("output ŷ")
            if 16 + bold.width(name) + small.width(words) + 8 < plan.outputs.width():
                c.text(small, plan.outputs.right() - 8, _TITLE_BASELINE, words, "text3", 1.0)
        else:
            c.text(bold, x_out + 8, _TITLE_BASELINE, self.tr("Output ŷ"), "text")
        if c.selected is not None and c.selected[0] < K and not plan.extras:
            text = self.tr("from unit {unit}").format(unit=c.selected[1])
            middle = (end + x_out) / 2
            if middle - small.width(text) / 2 > x + 8 and middle + small.width(text) / 2 < x_out:
                c.text(small, middle, _TITLE_BASELINE, text, "text3", 0.5)
        centres = {1: (left + end) / 2, K: plan.outputs.center().x()} if K > 1 else {1: (left + end) / 2}
        for k, box in enumerate(plan.extras, start=2):
            centres[k] = box.center().x()
        between = {1: centres[1]}
        for k in range(2, K + 1):
            between[k] = plan.gap.center().x() if k == K else (plan.extras[k - 2].left() - 12)

        def anchor(name: str) -> float | None:
            letter, layer = parse(name)
            if letter == "x":
                return plan.image.center().x()
            if letter in ("y", "loss", "logp"):
                return plan.outputs.center().x()
            return between[layer] if letter == "W" else centres[layer]

        self._tags.draw(c, anchor, _TAG_TOP, 8.0, width - 8.0)

    def _input_title(self, c: Canvas, plan: _Plan) -> None:
        bold, small = c.faces.ui(13, 600), c.faces.ui(12)
        y = c.values("y")
        assert y is not None
        label = str(int(y.argmax()))
        x = plan.image.left() + c.text(bold, plan.image.left(), _TITLE_BASELINE, self.tr("Input"), "text") + 10
        chip = QRectF(0, 0, bold.width(label) + 12, 20)
        end = plan.thumbs.right()
        chip.moveTopRight(QPointF(end, _TITLE_BASELINE - 15))
        words = self.tr("true label")
        size = "{} × {}".format(*(c.snapshot.image_shape or (1, 1)))
        c.painter.setPen(c.pen("ok", 1.25))
        c.painter.setBrush(c.q("oksoft"))
        c.painter.drawRoundedRect(chip, 4, 4)
        c.text(bold, chip.center().x(), _TITLE_BASELINE - 0.5, label, "ok", 0.5)
        c.outline(chip, c.role("y"), 2.5, 6)
        left = chip.left() - 6 - small.width(words)
        if left > x:
            c.text(small, left, _TITLE_BASELINE, words, "text2")
            if x + small.width(size) + 10 < left:
                c.text(small, x, _TITLE_BASELINE, size, "text3")

    # -- exact values in words --

    def _value(self, c: Canvas, symbol: str, name: str, *index: int) -> str:
        if not c.known(name):
            return self.tr("{name}: not computed yet in this batch").format(name=symbol)
        return self.tr("{name} = {value}").format(name=symbol, value=exact(c.snapshot.tensors[name][index]))

    def _unit_tip(self, c: Canvas, k: int, i: int, truth: bool = False) -> str:
        last = k == c.layers
        if last:
            lines = [self.tr("Output {unit} (layer {layer})").format(unit=i, layer=k)]
        else:
            lines = [self.tr("Layer {layer}, unit {unit}").format(unit=i, layer=k)]
        for symbol, name in (("z", f"z{k}"), ("a", f"a{k}"), ("δ", f"delta{k}")):
            lines.append(self._value(c, symbol, name, c.sample, i))
        if c.snapshot.lesson.has_bias(k):
            lines.append(self._value(c, "b", f"b{k}", i))
        if last:
            lines.append(self.tr("target {value}").format(value=exact(c.snapshot.tensors["y"][c.sample, i])))
        if truth:
            lines.append(self.tr("the true label"))
        return "\n".join(lines)

    def _edge_tip(self, c: Canvas, layer: int, unit: int, j: int) -> str:
        title = self.tr("Layer {before} unit {first} → layer {layer} unit {second}")
        lines = [title.format(before=layer, first=unit, layer=layer + 1, second=j)]
        lines.append(self._value(c, "W", f"W{layer + 1}", unit, j))
        lines.append(self._value(c, "∂W", f"dW{layer + 1}", unit, j))
        return "\n".join(lines)

    def _example_tip(self, c: Canvas, i: int) -> str:
        label = int(c.snapshot.tensors["y"][i].argmax())
        text = self.tr("Example {number:,}, true label {label}").format(number=i + 1, label=label)
        name = f"a{c.layers}"
        if c.known(name):
            answer = int(c.snapshot.tensors[name][i].argmax())
            text += "\n" + self.tr("the net says {label}").format(label=answer)
        return text


def _unit_scale(weights: Values) -> float:
    """2.5 times the root mean square, or the largest where that is less: a few large ones shall not pale the rest."""
    top = peak([weights])
    with np.errstate(over="ignore"):
        spread = 2.5 * float(np.sqrt(np.mean(np.square(weights, dtype=np.float64)))) if weights.size else top
    return spread if 0 < spread < top else top


def _unit_weights(snapshot: Snapshot) -> Values:
    """Incoming weights of the units shown: (pixels, units); without the bias where it is an input column."""
    height, width = snapshot.image_shape or (1, 1)
    return snapshot.tensors["W1"][: height * width, :MOST_UNITS]


def _grey_range(snapshot: Snapshot, x: Values) -> tuple[float, float]:
    """What black and white are in the input's present units."""
    how = snapshot.lesson.data.normalize
    if how == "unit":
        return 0.0, 1.0
    if how == "mnist":
        return -MNIST_MEAN / MNIST_STD, (1 - MNIST_MEAN) / MNIST_STD
    finite = x[np.isfinite(x)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def _bar_scale(c: Canvas, layer: int, a: Values | None) -> float:
    """The activation that fills a bar: 1 where it cannot be more."""
    bounded = c.snapshot.lesson.activation(layer) in ("sigmoid", "softmax", "tanh")
    return 1.0 if bounded else peak([a])


def _signed(c: Canvas, layer: int) -> bool:
    """Whether a layer's activation can be negative, so that its bars start in the middle."""
    return c.snapshot.lesson.activation(layer) not in ("sigmoid", "softmax", "relu", "softplus")


def _share_of(bar: QRectF, value: float, scale: float, signed: bool) -> QRectF:
    """The filled part of a bar: from the left, or to either side of the middle."""
    if not math.isfinite(value):
        return QRectF(bar.left(), bar.top(), 0, bar.height())
    share = min(max(value / scale, -1.0), 1.0)
    if signed:
        middle, reach = bar.center().x(), bar.width() / 2 * share
        return QRectF(middle + min(reach, 0), bar.top(), max(abs(reach), 1.0), bar.height())
    return QRectF(bar.left(), bar.top(), max(bar.width() * share, 1.0), bar.height())


def _two_decimals(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    if abs(value) >= 99.995:
        return short(value, 5)
    text = f"{value:.2f}"
    return text[1:] if float(text) == 0 and text.startswith("-") else text


def _is_of(name: str, layer: int) -> bool:
    """Whether an array is drawn in a layer's block; weights of later layers are drawn as edges."""
    letter, of = parse(name)
    return of == layer and (letter != "W" or layer == 1)
