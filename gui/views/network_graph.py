"""The network as a picture of nodes and edges, and, for layers too wide for that, of blocks of cells."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath

from engine.program import Phase
from engine.snapshot import Snapshot
from gui import symbols
from gui.matrix import at_least
from gui.theme import number_colour
from gui.views.network_canvas import (
    BUNDLE_ABOVE,
    DASH,
    GRAPH_WIDTH,
    HEADER,
    MARGIN,
    TAG_HEIGHT,
    THIN_CASING_ABOVE,
    Canvas,
    Cells,
    Face,
    Hit,
    Tags,
    Values,
    cells_cell,
    cells_path,
    draw_cells,
    exact,
    halves,
    parse,
    peak,
    round_scale,
    short,
)

# ---- the picture ------------------------------------------------------------------------------------------------

_TITLE_BASELINE = HEADER + 13
_TAG_TOP = HEADER + 21
_TOP = HEADER + 43
_BOTTOM = 4
_RING_WIDTH = 2.5
_SMALLEST_WITH_NUMBERS = 22.0  # radius of the smallest coin that shows activation and error


class _Around(NamedTuple):
    """What stands around a coin, in pixels: the ring of what the Step reads or writes, the outline of a source, and,
    where there is room, the bias in a pill below with an outline of its own."""

    ring: float  # from the coin's rim to the middle of the ring
    source: float  # from the coin's rim to the outline of a half that a number came from
    gap: float = 0.0  # from the coin's rim to its pill
    height: float = 0.0  # of the pill; 0: no room for one
    outline: float = 0.0  # from the pill to its outline

    @property
    def above(self) -> float:
        """What must stay free above a coin so that its ring touches nothing."""
        return self.ring + _RING_WIDTH / 2

    @property
    def below(self) -> float:
        """What a coin's ring or its pill takes below it."""
        return self.gap + self.height + self.outline + 1 if self.height else self.above

    @property
    def slot(self) -> float:
        """Height of a coin without its radii, and a pixel between it and the next."""
        return self.above + self.below + 1


_ROOMY = _Around(ring=5.0, source=3.5, gap=10.0, height=18.0, outline=2.5)
_TIGHT = _Around(ring=1.75, source=-2.0, gap=4.5, height=13.0, outline=1.5)
_BARE = _Around(ring=5.0, source=3.5)


@dataclass(frozen=True)
class _Plan:
    """Where everything is."""

    columns: list[list[QPointF]]
    xs: list[float]
    radius: float
    around: _Around
    box: QRectF
    pitch: float

    def lowest(self, column: int) -> float:
        """The lower end of a column, with its biases."""
        return self.columns[column][-1].y() + self.radius + self.around.gap + self.around.height

    def edge(self, layer: int, i: int, j: int) -> QLineF:
        """The visible part of the connection from node i of the layer before to node j of a layer."""
        a, b = self.columns[layer - 1][i], self.columns[layer][j]
        full = QLineF(a, b)
        length = full.length() or 1.0
        gap = min((self.radius + self.around.above + 1.25) / length, 0.45)
        return QLineF(full.pointAt(gap), full.pointAt(1 - gap))

    def bundle(self, layer: int) -> QRectF:
        """A box around all edges of a layer, between the rings of its nodes."""
        before, after = self.columns[layer - 1], self.columns[layer]
        aside = self.radius + self.around.ring + 5
        top = min(before[0].y(), after[0].y()) - 8
        bottom = max(before[-1].y(), after[-1].y()) + 8
        return QRectF(QPointF(before[0].x() + aside, top), QPointF(after[0].x() - aside, bottom))


class GraphPainter(QObject):
    """Columns of nodes, edges between them, and the loss: what fits up to twelve nodes a layer, cells beyond."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tags = Tags(self)

    def paint(self, c: Canvas, width: float, height: float) -> None:
        """Paint everything below the panel's header."""
        wide = max(c.snapshot.lesson.network.sizes) > GRAPH_WIDTH
        loss_box = self._loss_box(c, width, height)
        if wide:
            self._paint_blocks(c, width, height, loss_box)
        else:
            self._paint_graph(c, self._plan(c, width, height, loss_box), width, height)

    # -- layout --

    def _loss_box(self, c: Canvas, width: float, height: float) -> QRectF:
        text = c.faces.maths(16).width(self._formula(c)) + 24
        w = min(max(text, 116.0 if width < 800 else 136.0), max(60.0, width * 0.3))
        h = 88.0 + (17 if c.snapshot.tensors.batch > 1 else 0)
        middle = (_TOP + height - 8) / 2
        return QRectF(width - MARGIN - w, max(_TOP, middle - h / 2), w, h)

    def _plan(self, c: Canvas, width: float, height: float, loss_box: QRectF) -> _Plan:
        counts = [c.snapshot.tensors["x"].shape[1], *c.snapshot.lesson.network.sizes[1:]]
        biases = c.snapshot.lesson.has_bias(1)
        usable = max(height - _BOTTOM - _TOP, 1.0)
        slot = usable / max(counts)
        with_pill = (_ROOMY, _TIGHT) if biases else ()
        around = next((a for a in with_pill if slot >= 2 * _SMALLEST_WITH_NUMBERS + a.slot), _BARE)
        radius = min(30.0, (slot - around.slot) / 2)
        left, right = MARGIN + 31.0 + (24 if width > 900 else 4), loss_box.left() - 50
        pitch = max((right - left) / (len(counts) - 1), 1.0)
        radius = max(4.0, min(radius, (pitch - 30) / 2))
        right = loss_box.left() - radius - (58 if width > 900 else 34)
        pitch = (right - left) / (len(counts) - 1)
        xs = [left + pitch * i for i in range(len(counts))]
        space = around.gap + around.height
        steps = [min(usable / n, 2 * radius + space + 20) for n in counts]
        middle = (_TOP + height - _BOTTOM) / 2 - (around.below - around.above) / 2
        columns = [
            [QPointF(x, middle + (i - (n - 1) / 2) * step) for i in range(n)]
            for x, n, step in zip(xs, counts, steps, strict=True)
        ]
        box = QRectF(loss_box)
        box.moveTop(max(_TOP, middle - box.height() / 2))
        return _Plan(columns, xs, radius, around, box, pitch)

    # -- the graph --

    def _paint_graph(self, c: Canvas, plan: _Plan, width: float, height: float) -> None:
        weights = {k: c.snapshot.tensors[f"W{k}"] for k in range(1, c.layers + 1)}
        scale = edge_scale(c.snapshot)
        self._edges(c, plan, weights, scale)
        self._link_to_loss(c, plan)
        if c.sources:
            self._source_edges(c, plan, weights, scale)
        self._nodes(c, plan)
        self._paint_loss(c, plan.box)
        if c.sources:
            self._source_boxes(c, plan)
        middles = {k: (plan.xs[k - 1] + plan.xs[k]) / 2 for k in weights}
        self._titles(c, plan.xs, middles, plan.box, plan.pitch, width)
        self._legends(c, plan, width, height)

    def _edges(self, c: Canvas, plan: _Plan, weights: dict[int, Values], scale: float) -> None:
        cased: list[tuple[int, str]] = []
        for k, W in weights.items():
            role = c.role(f"W{k}", f"dW{k}", f"vW{k}")
            if role and W.size <= BUNDLE_ABOVE:
                cased.append((k, role))
            else:
                self._layer_edges(c, plan, k, W, scale, "")
                c.outline(plan.bundle(k), role, 0, 6)
        for k, role in cased:  # cased ones on top
            self._layer_edges(c, plan, k, weights[k], scale, role)
        if c.phase is not Phase.BACKWARD:
            return
        for k in weights:
            written = f"dW{k}" in c.writes
            if written or (k > 1 and c.known(f"delta{k - 1}")):
                token = "write" if written else "bwd"
                n_in, n_out = len(plan.columns[k - 1]), len(plan.columns[k])
                if n_in * n_out > BUNDLE_ABOVE:  # one arrow a node that the error arrives at
                    for node in plan.columns[k - 1]:
                        at = QPointF(node.x() + plan.radius + plan.around.ring + 7, node.y())
                        c.arrow_head(at, QPointF(-1, 0), token, 10)
                    continue
                for i in range(n_in):
                    for j in range(n_out):
                        line = plan.edge(k, i, j)
                        if line.length() > 30:
                            at = line.pointAt(0.5 if n_in * n_out <= 2 else 0.26)
                            c.arrow_head(at, line.p1() - line.p2(), token, 11.0)

    def _layer_edges(self, c: Canvas, plan: _Plan, k: int, W: Values, scale: float, role: str) -> None:
        thin = W.size > THIN_CASING_ABOVE
        rows = W.tolist()
        for i, row in enumerate(rows):
            for j, weight in enumerate(row):
                line = plan.edge(k, i, j)
                c.edge(line, weight, scale, role, thin)
                c.hits.append(
                    Hit(
                        line,
                        lambda _, k=k, i=i, j=j: self._edge_tip(c, k, i, j),
                        cell=lambda _, k=k, i=i, j=j: c.weight(k, i, j),
                    )
                )

    def _source_edges(self, c: Canvas, plan: _Plan, weights: dict[int, Values], scale: float) -> None:
        """Weights that a number came from, cased more thinly than those that the Step reads."""
        edges = {(k, i, j) for _, letter, k, i, j in c.source_cells() if letter == "W"}
        for k, W in weights.items():
            ends = sorted((i, j) for layer, i, j in edges if layer == k and i < W.shape[0] and j < W.shape[1])
            if len(ends) > BUNDLE_ABOVE:
                path = QPainterPath()
                path.addRoundedRect(plan.bundle(k), 6, 6)
                c.outline_sources(path)
                continue
            for i, j in ends:
                c.edge(plan.edge(k, i, j), float(W[i, j]), scale, "read", thin=True)

    def _source_halves(self, c: Canvas) -> dict[tuple[int, int], set[bool]]:
        """Coins (layer, unit) with a value that a number came from: in the upper half (False), in the lower (True)."""
        halves: dict[tuple[int, int], set[bool]] = {}
        for _, letter, k, _, column in c.source_cells():
            if letter in ("x", "z", "a", "delta"):
                halves.setdefault((k, column), set()).add(letter == "delta")
        return halves

    def _source_boxes(self, c: Canvas, plan: _Plan) -> None:
        """Biases, target and loss that a number came from."""
        path = QPainterPath()
        for _, letter, k, _, column in c.source_cells():
            if letter in ("loss", "logp"):
                path.addRoundedRect(plan.box.adjusted(-4, -4, 4, 4), 8, 8)
            elif letter == "y":
                path.addRoundedRect(QRectF(plan.box.left() + 5, plan.box.top() + 60, plan.box.width() - 10, 18), 4, 4)
            elif letter == "b" and k < len(plan.columns) and column < len(plan.columns[k]):
                box = self._bias_box(c, plan.columns[k][column], plan, k, column)
                path.addRoundedRect(box.adjusted(-2, -2, 2, 2), box.height() / 2 + 2, box.height() / 2 + 2)
        c.outline_sources(path)

    def _link_to_loss(self, c: Canvas, plan: _Plan) -> None:
        y = plan.box.center().y()
        x = plan.xs[-1] + plan.radius + 4
        for node in plan.columns[-1]:
            start = QPointF(x, node.y())
            end = QPointF(
                plan.box.left() - 2, min(max(y + (node.y() - y) * 0.2, plan.box.top() + 8), plan.box.bottom())
            )
            c.painter.setPen(c.pen("ctl", 1.25))
            c.painter.drawLine(start, end)
            if c.phase is Phase.BACKWARD and c.known(f"delta{c.layers}"):
                line = QLineF(start, end)
                c.arrow_head(line.pointAt(0.3), start - end, "bwd", 11.0)

    def _nodes(self, c: Canvas, plan: _Plan) -> None:
        activations = [c.values("x")]
        stands_for_z = []
        for k in range(1, c.layers + 1):
            a = c.values(f"a{k}")
            z = c.values(f"z{k}") if a is None and plan.radius >= 26 else None
            activations.append(a if a is not None else z)
            stands_for_z.append(a is None and z is not None)
        deltas = [c.values(f"delta{k}") for k in range(1, c.layers + 1)]
        errors = [f"delta{k}" for k in range(1, c.layers + 1) if c.known(f"delta{k}")]
        a_scale, d_scale = peak(activations), peak(c.snapshot.tensors[name] for name in errors)  # all examples' errors
        texts = _Texts(c, plan.radius, activations, deltas)
        sources = self._source_halves(c)
        for i, at in enumerate(plan.columns[0]):
            value = activations[0][i]
            self._coin(c, at, plan.radius, texts, (value, a_scale), None)
            self._ring(c, at, plan, c.role("x"), whole=True)
            if (0, i) in sources:
                path = QPainterPath()
                path.addEllipse(_around(at, plan.radius + plan.around.source))
                c.outline_sources(path)
            tip = Hit(
                _around(at, plan.radius),
                lambda _, i=i: self._input_tip(c, i),
                cell=lambda _, i=i: ("x", c.sample, i),
            )
            c.hits.append(tip)
        for k in range(1, c.layers + 1):
            upper, lower = c.role(f"a{k}", f"z{k}"), c.role(f"delta{k}")
            pill_role = c.role(f"b{k}", f"db{k}", f"vb{k}")
            a, delta = activations[k], deltas[k - 1]
            shown = f"z{k}" if stands_for_z[k - 1] else f"a{k}"
            for i, at in enumerate(plan.columns[k]):
                top = (a[i] if a is not None else None, a_scale)
                bottom = (delta[i] if delta is not None else None, d_scale)
                self._coin(c, at, plan.radius, texts, top, bottom)
                if stands_for_z[k - 1]:
                    self._mark_z(c, at, plan.radius, top)
                self._ring(c, at, plan, upper)
                self._ring(c, at, plan, lower, lower=True)
                for below in sorted(sources.get((k, i), ())):
                    c.outline_sources(_half(at, plan.radius, plan.around.source, below))
                pill = self._bias(c, at, plan, k, i, pill_role) if c.snapshot.lesson.has_bias(k) else None
                if c.selected == (k, i):
                    c.painter.setPen(c.pen("accent", 2.5))
                    c.painter.setBrush(Qt.BrushStyle.NoBrush)
                    c.painter.drawEllipse(at, plan.radius, plan.radius)
                hit = Hit(
                    _around(at, plan.radius),
                    lambda _, k=k, i=i: self._node_tip(c, k, i),
                    lambda _, k=k, i=i: c.select(k, i),
                    halves(c, at.y() + _cut(plan.radius) * plan.radius, (shown, f"delta{k}"), i),
                )
                c.hits.append(hit)
                if pill is not None:
                    c.hits.append(self._bias_hit(c, pill, k, i))

    def _coin(
        self,
        c: Canvas,
        at: QPointF,
        r: float,
        texts: _Texts,
        top: tuple[float | None, float],
        bottom: tuple[float | None, float] | None,
    ) -> None:
        """A node: activation above, error below; an input has one value only."""
        p, box = c.painter, _around(at, r)
        cut = _cut(r)
        p.setPen(Qt.PenStyle.NoPen)
        fill = c.q("sunken") if top[0] is None else c.heat(*top)
        p.setBrush(fill)
        if bottom is None:
            p.drawEllipse(box)
            y = at.y()
        else:
            angle = round(math.degrees(math.asin(cut)) * 16)
            p.drawChord(box, -angle, 180 * 16 + 2 * angle)
            low = c.q("sunken") if bottom[0] is None else c.heat(*bottom)
            p.setBrush(low)
            p.drawChord(box, 180 * 16 + angle, 180 * 16 - 2 * angle)
            p.setPen(c.pen("ctl", 1.0))
            half = math.sqrt(1 - cut * cut) * r
            p.drawLine(QLineF(at.x() - half, at.y() + cut * r, at.x() + half, at.y() + cut * r))
            y = at.y() - (0.15 * r if cut else _TEXT_AT * r)
        p.setPen(c.pen("ctl", 1.5))
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.drawEllipse(box)
        if texts.upper is None:
            return
        face = texts.upper
        ink = c.q("text3") if top[0] is None else number_colour(c.theme, fill)
        c.text(face, at.x(), y + face.cap / 2, texts.of(top[0], face), ink, 0.5)
        if bottom is not None and texts.lower is not None:
            face = texts.lower
            ink = c.q("text3") if bottom[0] is None else number_colour(c.theme, low)
            c.text(face, at.x(), at.y() + _TEXT_AT * r + face.cap / 2, texts.of(bottom[0], face), ink, 0.5)

    def _mark_z(self, c: Canvas, at: QPointF, r: float, top: tuple[float | None, float]) -> None:
        ink = number_colour(c.theme, c.heat(top[0] or 0.0, top[1]))
        symbols.draw(c.painter, at.x() - symbols.width("z", 12) / 2, at.y() - r + 9.5, "z", 12, ink)

    def _ring(self, c: Canvas, at: QPointF, plan: _Plan, role: str, lower: bool = False, whole: bool = False) -> None:
        if not role:
            return
        c.painter.setPen(c.role_pen(role, _RING_WIDTH))
        c.painter.setBrush(Qt.BrushStyle.NoBrush)
        box = _around(at, plan.radius + plan.around.ring)
        if whole:
            c.painter.drawEllipse(box)
        else:
            c.painter.drawArc(box, (188 if lower else 8) * 16, 164 * 16)

    def _bias(self, c: Canvas, at: QPointF, plan: _Plan, k: int, i: int, role: str) -> QRectF:
        value = float(c.snapshot.tensors[f"b{k}"][i])
        token = "ctl" if value == 0 or not math.isfinite(value) else "pos" if value > 0 else "neg"
        p, box = c.painter, self._bias_box(c, at, plan, k, i)
        if not plan.around.height:
            p.setPen(c.pen("surface"))
            p.setBrush(c.q(token))
            p.drawEllipse(box)
            c.outline(box, role, 1.5, box.width() / 2)
            return box
        face = c.faces.mono(11)
        letter = symbols.width("b", 13)
        p.setPen(c.pen("ctl", 1.0))
        p.drawLine(QLineF(at.x(), at.y() + plan.radius, at.x(), box.top()))
        p.setPen(c.pen(token, 1.0))
        p.setBrush(c.q("surface"))
        p.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        symbols.draw(p, box.left() + 8, box.center().y() + 4.5, "b", 13, c.q("text2"))
        c.text(face, box.left() + 13 + letter, box.center().y() + face.cap / 2, short(value, 6), "text")
        c.outline(box, role, plan.around.outline, box.height() / 2 + plan.around.outline)
        return box

    def _bias_box(self, c: Canvas, at: QPointF, plan: _Plan, k: int, i: int) -> QRectF:
        """A bias' pill; where there is no room for numbers, a dot on the coin's rim, aside of the coin below."""
        if not plan.around.height:
            size = max(2.5, plan.radius * 0.22)
            aside = (plan.radius + size * 0.8) * math.sqrt(0.5)
            return _around(at + QPointF(aside, aside), size)
        text = short(float(c.snapshot.tensors[f"b{k}"][i]), 6)
        w = round(symbols.width("b", 13) + 5 + c.faces.mono(11).width(text) + 16)
        left, top = round(at.x() - w / 2), round(at.y() + plan.radius + plan.around.gap)
        return QRectF(left + 0.5, top + 0.5, w, plan.around.height)  # a line of one pixel, not two

    def _bias_hit(self, c: Canvas, box: QRectF, k: int, i: int) -> Hit:
        return Hit(at_least(box, 9), lambda _: self._bias_tip(c, k, i), cell=lambda _: (f"b{k}", 0, i))

    # -- loss --

    def _formula(self, c: Canvas) -> str:
        lesson = c.snapshot.lesson
        many = c.snapshot.tensors.batch > 1 or lesson.network.sizes[-1] > 1
        total = "Σ" if many else ""
        return {
            "half_squared_error": f"𝐿 = ½{total}(ŷ − 𝑦)²",
            "mse": "𝐿 = mean (ŷ − 𝑦)²" if many else "𝐿 = (ŷ − 𝑦)²",
            "l1": f"𝐿 = {total}|ŷ − 𝑦|",
            "cross_entropy": "𝐿 = −Σ 𝑦 ln ŷ",
            "binary_cross_entropy": "𝐿 = BCE(ŷ, 𝑦)",
        }.get(lesson.loss.name, "𝐿")

    def _paint_loss(self, c: Canvas, box: QRectF) -> None:
        p = c.painter
        p.setPen(c.pen("loss", 1.5))
        p.setBrush(c.q("surface"))
        p.drawRoundedRect(box, 6, 6)
        c.outline(box, c.role("loss"), 4, 8)
        x = box.center().x()
        maths, mono, ui = c.faces.maths(16), c.faces.mono(15, 600), c.faces.ui(12)
        formula = self._formula(c)
        if maths.width(formula) > box.width() - 8:
            formula = "𝐿"
        c.text(maths, x, box.top() + 25, formula, "text", 0.5)
        loss = c.values("loss")
        room = int((box.width() - 12) / mono.width("0"))
        text = DASH if loss is None else short(float(loss), min(room, 9))
        c.text(mono, x, box.top() + 50, text, "text3" if loss is None else "text", 0.5)
        target = c.values("y")
        assert target is not None
        words = self.tr("target y = {values}").format(values=_listed(target, 3))
        if ui.width(words) > box.width() - 10:
            words = self.tr("target y = {values}").format(values=_listed(target, 1))
        words = ui.metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width() - 8)
        drawn = c.text(ui, x, box.top() + 73, words, "text3", 0.5)
        if role := c.role("y"):
            c.outline(QRectF(x - drawn / 2 - 3, box.top() + 62, drawn + 6, 14), role, 2, 4)
        batch = c.snapshot.tensors.batch
        if batch > 1:
            mean = c.snapshot.lesson.loss.reduction == "mean"
            over = self.tr("mean over {count:,} examples") if mean else self.tr("sum over {count:,} examples")
            small = c.faces.ui(11)
            line = over.format(count=batch)
            if small.metrics.horizontalAdvance(line) > box.width() - 8:
                line = (self.tr("mean of {count:,}") if mean else self.tr("sum of {count:,}")).format(count=batch)
            c.text(small, x, box.top() + 92, line, "text3", 0.5)
        c.hits.append(Hit(box, lambda _: self._loss_tip(c), cell=lambda _: ("loss", 0, 0)))

    # -- words around it --

    def _titles(
        self, c: Canvas, xs: list[float], middles: dict[int, float], box: QRectF, pitch: float, width: float
    ) -> None:
        bold, small = c.faces.ui(13, 600), c.faces.ui(12)
        names = [self.tr("Input"), *(self.tr("Layer {number}").format(number=k) for k in range(1, len(xs)))]
        for k, (x, name) in enumerate(zip(xs, names, strict=True)):
            if bold.width(name) > pitch - 6:
                name = self.tr("In") if k == 0 else str(k)
            c.text(bold, x, _TITLE_BASELINE, name, "text", 0.5)
        c.text(bold, box.center().x(), _TITLE_BASELINE, self.tr("Loss"), "text", 0.5)

        def anchor(name: str) -> float | None:
            letter, layer = parse(name)
            if letter in ("y", "loss", "logp"):
                return box.center().x()
            return middles[layer] if letter == "W" else xs[layer]

        tags = self._tags.draw(c, anchor, _TAG_TOP, 8.0, width - 8.0)
        for k, x in enumerate(xs):
            if k == 0:
                w = symbols.width("x", 16)
            else:
                last = k == len(xs) - 1
                text = self.tr("output ŷ") if last else c.snapshot.lesson.activation(k)
                w = small.width(text)
            room = QRectF(x - w / 2 - 4, _TAG_TOP, w + 8, TAG_HEIGHT)
            if w > pitch - 6 or any(room.intersects(tag) for tag in tags):
                continue
            if k == 0:
                symbols.draw(c.painter, x - w / 2, _TAG_TOP + 14, "x", 16, c.q("text2"))
            else:
                c.text(small, x, _TAG_TOP + 14, text, "text3", 0.5)

    def _legends(self, c: Canvas, plan: _Plan, width: float, height: float) -> None:
        r = plan.radius
        below = plan.columns[0][-1].y() + r + 12
        second = plan.lowest(1) + 8
        face = c.faces.ui(12)
        first, next_ = self.tr("activation"), self.tr("error")
        words = max(face.width(first) + symbols.width("a", 14), face.width(next_) + symbols.width("delta", 14)) + 6
        left, top = float(MARGIN + 8), height - 48
        clear = left + 42 + words < plan.xs[1] - r - 34 or second < top
        c.coin_explained = below < top and clear
        if c.coin_explained:
            at = QPointF(left + 14, top + 20)
            legend_coin(c, at, 14)
            x = at.x() + 22
            end = x + c.text(face, x, top + 16, first, "text2") + 5
            symbols.draw(c.painter, end, top + 16, "a", 14, c.q("text2"))
            end = x + c.text(face, x, top + 32, next_, "text2") + 5
            symbols.draw(c.painter, end, top + 32, "delta", 14, c.q("text2"))
        if c.phase is Phase.BACKWARD:
            self._flow_legend(c, plan.box, width, height, plan.xs[-1] + r + 10, plan.lowest(-1) + 8)

    def _flow_legend(self, c: Canvas, box: QRectF, width: float, height: float, left: float, lowest: float) -> None:
        face, text = c.faces.ui(12), self.tr("error has flowed back through here")
        whole = face.width(text) + 18
        right, baseline = width - MARGIN, height - 20.0
        if lowest < baseline - 16 and whole < width - MARGIN - left + 120:
            c.arrow_head(QPointF(right - whole, baseline - 4), QPointF(-1, 0), "bwd", 11)
            c.text(face, right, baseline, text, "text2", 1.0)
            return
        lines = _wrapped(text, face, right - left - 18)
        top = height - 12 - 16 * (len(lines) - 1)
        if top - 14 < box.bottom() + 6:
            return
        widest = max(face.width(line) for line in lines)
        c.arrow_head(QPointF(right - widest - 18, top - 4), QPointF(-1, 0), "bwd", 11)
        for i, line in enumerate(lines):
            c.text(face, right - widest, top + 16 * i, line, "text2")

    # -- wide layers: blocks of cells --

    def _paint_blocks(self, c: Canvas, width: float, height: float, loss_box: QRectF) -> None:
        count = c.layers + 1
        left, right = float(MARGIN), loss_box.left() - 36
        pitch = max((right - left) / count, 1.0)
        gap = min(56.0, pitch * 0.36)
        block = max(pitch - gap, 4.0)
        xs = [left + pitch * k + block / 2 for k in range(count)]
        arrays = [c.values("x"), *(c.values(f"a{k}") for k in range(1, count))]
        deltas = [None, *(c.values(f"delta{k}") for k in range(1, count))]
        top, bottom = _TOP + 4.0, height - 30.0
        half = max((bottom - top - 44) / 2, 4.0)
        face = c.faces.ui(11)
        sizes = [c.snapshot.tensors["x"].shape[1], *c.snapshot.lesson.network.sizes[1:]]
        middle = top + half + 10
        for k, x in enumerate(xs):
            if k:
                start, end = QPointF(xs[k - 1] + block / 2 + 8, middle), QPointF(x - block / 2 - 8, middle)
                self._block_arrow(c, k, start, end)
            upper = Cells.fit(sizes[k], QRectF(x - block / 2, top, block, half if k else 2 * half + 22))
            self._block(c, upper, arrays[k], f"a{k}" if k else "x", pitch)
            c.outline(upper.box, c.role("x") if k == 0 else c.role(f"a{k}", f"z{k}"), 4, 4)
            self._block_hit(c, upper, k, f"a{k}" if k else "x")
            if k:
                lower = Cells.fit(sizes[k], QRectF(x - block / 2, top + half + 22, block, half))
                self._block(c, lower, deltas[k], f"delta{k}", pitch)
                c.outline(lower.box, c.role(f"delta{k}"), 4, 4)
                self._block_hit(c, lower, k, f"delta{k}")
                if c.selected is not None and c.selected[0] == k and c.selected[1] < sizes[k]:
                    for cells in (upper, lower):
                        _select_cell(c, cells.rect(c.selected[1]))
            if c.sources:
                path = cells_path(c, upper, ("a", "z") if k else ("x",), k)
                if k:
                    path.addPath(cells_path(c, lower, ("delta",), k))
                    path.addPath(self._arrow_path(c, k, xs[k - 1] + block / 2 + 8, x - block / 2 - 8, middle))
                c.outline_sources(path)
            per = upper.per
            text = self.tr("{count:,} nodes").format(count=sizes[k])
            if per > 1:
                text = self.tr("{count:,} nodes, {per:,} a cell").format(count=sizes[k], per=per)
            text = face.metrics.elidedText(text, Qt.TextElideMode.ElideRight, pitch - 4)
            c.text(face, x, height - 10, text, "text3", 0.5)
        self._paint_loss(c, loss_box)
        if any(letter in ("loss", "logp", "y") for _, letter, *_ in c.source_cells()):
            path = QPainterPath()
            path.addRoundedRect(loss_box.adjusted(-4, -4, 4, 4), 8, 8)
            c.outline_sources(path)
        start, end = QPointF(xs[-1] + block / 2 + 8, middle), QPointF(loss_box.left() - 4, middle)
        c.painter.setPen(c.pen("ctl", 1.25))
        c.painter.drawLine(start, end)
        if c.phase is Phase.BACKWARD and c.known(f"delta{c.layers}"):
            c.arrow_head(start, start - end, "bwd", 11)
        middles = {k: (xs[k - 1] + xs[k]) / 2 for k in range(1, count)}
        self._titles(c, xs, middles, loss_box, pitch, width)
        if c.phase is Phase.BACKWARD:
            self._flow_legend(c, loss_box, width, height, loss_box.left() - 10, height)

    def _block(self, c: Canvas, cells: Cells, values: Values | None, name: str, pitch: float) -> None:
        """Cells on a scale of their own, which is named below them."""
        scale = peak([values])
        draw_cells(c, cells, values, scale)
        face = c.faces.mono(11, 400)
        text = "" if values is None else f"±{short(scale, 5)}"
        symbol, x, y = symbols.width(name, 14), cells.box.center().x(), cells.box.bottom() + 18
        total = symbol + (6 + face.width(text) if text else 0)
        if total > pitch - 4:
            text, total = "", symbol
        symbols.draw(c.painter, x - total / 2, y, name, 14, c.q("text2"))
        if text:
            c.text(face, x - total / 2 + symbol + 6, y, text, "text3")

    def _block_hit(self, c: Canvas, cells: Cells, layer: int, name: str) -> None:
        tip, click = _cells_tip(c, cells, layer, self._unit_tip), self._cell_click(c, cells, layer)
        c.hits.append(Hit(cells.box, tip, click, cells_cell(c, cells, name)))

    def _arrow_path(self, c: Canvas, k: int, left: float, right: float, y: float) -> QPainterPath:
        """Around the arrow that stands for a layer's weights, where a number came from any of them."""
        path = QPainterPath()
        if any((letter, layer) == ("W", k) for _, letter, layer, *_ in c.source_cells()):
            path.addRoundedRect(QRectF(left - 2, y - 8, right - left + 4, 16), 4, 4)
        return path

    def _cell_click(self, c: Canvas, cells: Cells, layer: int) -> Callable[[QPointF], None] | None:
        if layer == 0:
            return None

        def click(at: QPointF) -> None:
            index = cells.index_at(at)
            if index is not None:
                c.select(layer, index)

        return click

    def _block_arrow(self, c: Canvas, k: int, start: QPointF, end: QPointF) -> None:
        back = c.phase is Phase.BACKWARD and (f"dW{k}" in c.writes or (k > 1 and c.known(f"delta{k - 1}")))
        role = c.role(f"W{k}", f"dW{k}", f"vW{k}")
        token = role or ("bwd" if back else "ctl")
        c.painter.setPen(c.role_pen(role) if role else c.pen(token, 1.5))
        c.painter.drawLine(start, end)
        tip = start if back else end
        c.arrow_head(tip, start - end if back else end - start, token, 10)
        w = symbols.width(f"W{k}", 15)
        if w < end.x() - start.x() + 8:
            middle = (start.x() + end.x()) / 2
            symbols.draw(c.painter, middle - w / 2, start.y() - 9, f"W{k}", 15, c.q("text2"))

    # -- exact values in words --

    def _line(self, c: Canvas, symbol: str, name: str, *index: int) -> str:
        known = c.known(name)
        value = exact(c.snapshot.tensors[name][index]) if known else self.tr("not computed yet in this batch")
        return self.tr("{name} = {value}").format(name=symbol, value=value) if known else f"{symbol}: {value}"

    def _input_tip(self, c: Canvas, i: int) -> str:
        title = self.tr("Input, node {node}").format(node=i)
        return f"{title}\n{self._line(c, 'x', 'x', c.sample, i)}"

    def _node_tip(self, c: Canvas, k: int, i: int) -> str:
        title = self.tr("Layer {layer}, node {node}").format(layer=k, node=i)
        lines = [title, self._line(c, "z", f"z{k}", c.sample, i), self._line(c, "a", f"a{k}", c.sample, i)]
        lines.append(self._line(c, "δ", f"delta{k}", c.sample, i))
        if c.snapshot.lesson.has_bias(k):
            lines += [self._line(c, "b", f"b{k}", i), self._line(c, "∂b", f"db{k}", i)]
        return "\n".join(lines)

    def _unit_tip(self, c: Canvas, k: int, i: int) -> str:
        return self._node_tip(c, k, i) if k else self._input_tip(c, i)

    def _bias_tip(self, c: Canvas, k: int, i: int) -> str:
        title = self.tr("Bias of layer {layer}, node {node}").format(layer=k, node=i)
        return "\n".join([title, self._line(c, "b", f"b{k}", i), self._line(c, "∂b", f"db{k}", i)])

    def _edge_tip(self, c: Canvas, k: int, i: int, j: int) -> str:
        if k == 1:
            title = self.tr("Input node {first} → layer {layer} node {second}").format(first=i, layer=k, second=j)
        else:
            title = self.tr("Layer {before} node {first} → layer {layer} node {second}")
            title = title.format(before=k - 1, first=i, layer=k, second=j)
        return "\n".join([title, self._line(c, "W", f"W{k}", i, j), self._line(c, "∂W", f"dW{k}", i, j)])

    def _loss_tip(self, c: Canvas) -> str:
        targets = ", ".join(exact(v) for v in c.snapshot.tensors["y"][c.sample][:20])
        name = c.snapshot.lesson.loss.name.replace("_", " ")
        return "\n".join([name, self._line(c, "L", "loss"), self.tr("target y = {values}").format(values=targets)])


def legend_coin(c: Canvas, at: QPointF, r: float) -> None:
    """A coin in the colours of the two phases that fill it."""
    c.painter.setPen(Qt.PenStyle.NoPen)
    c.painter.setBrush(c.q("fwdsoft"))
    c.painter.drawChord(_around(at, r), 0, 180 * 16)
    c.painter.setBrush(c.q("bwdsoft"))
    c.painter.drawChord(_around(at, r), 180 * 16, 180 * 16)
    c.painter.setPen(c.pen("ctl", 1.25))
    c.painter.setBrush(Qt.BrushStyle.NoBrush)
    c.painter.drawEllipse(at, r, r)
    c.painter.drawLine(QLineF(at.x() - r, at.y(), at.x() + r, at.y()))


def edge_scale(snapshot: Snapshot) -> float:
    """The weight whose edge is drawn at full width."""
    return round_scale(peak(snapshot.tensors[f"W{k}"] for k in range(1, snapshot.lesson.layers + 1)))


def _around(at: QPointF, r: float) -> QRectF:
    return QRectF(at.x() - r, at.y() - r, 2 * r, 2 * r)


def _cut(r: float) -> float:
    """Where a coin of a radius is divided, below its middle and in radii: one number leaves the error less room."""
    return 0.42 if 14 <= r < _SMALLEST_WITH_NUMBERS else 0.0


def _half(at: QPointF, r: float, outside: float, lower: bool) -> QPainterPath:
    """Around a coin's upper or lower half, along the line that divides it."""
    path, box = QPainterPath(), _around(at, r + outside)
    angle = math.degrees(math.asin(_cut(r) * r / (r + outside)))
    start, sweep = (180 + angle, 180 - 2 * angle) if lower else (-angle, 180 + 2 * angle)
    path.arcMoveTo(box, start)
    path.arcTo(box, start, sweep)
    path.closeSubpath()
    return path


def _select_cell(c: Canvas, cell: QRectF) -> None:
    c.painter.setBrush(Qt.BrushStyle.NoBrush)
    c.painter.setPen(c.pen("surface", 4))
    c.painter.drawRect(cell)
    c.painter.setPen(c.pen("accent", 2))
    c.painter.drawRect(cell)


def _cells_tip(c: Canvas, cells: Cells, layer: int, tip: Callable[[Canvas, int, int], str]) -> Callable[[QPointF], str]:
    def text(at: QPointF) -> str:
        index = cells.index_at(at)
        return "" if index is None else tip(c, layer, index)

    return text


def _listed(values: Values, most: int) -> str:
    shown = [short(float(v), 6 if len(values) == 1 else 5) for v in values[:most]]
    return ", ".join(shown) + (" …" if len(values) > most else "")


def _wrapped(text: str, face: Face, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and face.width(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


_TEXT_AT = 0.36  # of the radius: how far above and below the middle a coin's numbers stand


class _Texts:
    """One size of number for all coins: the largest at which three figures of every value fit."""

    def __init__(self, c: Canvas, r: float, upper: list[Values | None], lower: list[Values | None]) -> None:
        self._radius = r
        self.upper: Face | None = None
        self.lower: Face | None = None
        if r >= _SMALLEST_WITH_NUMBERS:
            self.upper = self._fitting(c, upper, (14, 13, 12, 11), 600)
            self.lower = self._fitting(c, lower, (12, 11), 500)
        elif r >= 14:
            self.upper = c.faces.mono(11, 600)

    def _room(self, face: Face) -> int:
        r = self._radius
        far = (_TEXT_AT if r >= _SMALLEST_WITH_NUMBERS else 0.15) * r + face.cap / 2
        return max(1, int((2 * math.sqrt(max(r * r - far * far, 0)) - 2) / face.width("0")))

    def _fitting(self, c: Canvas, arrays: list[Values | None], sizes: tuple[int, ...], weight: int) -> Face:
        values = [float(v) for array in arrays if array is not None for v in array]
        for px in sizes:
            face = c.faces.mono(px, weight)
            room = self._room(face)
            if all(_faithful(value, short(value, room)) for value in values):
                return face
        return face

    def of(self, value: float | None, face: Face) -> str:
        return DASH if value is None else short(value, self._room(face))


def _faithful(value: float, text: str) -> bool:
    return not math.isfinite(value) or abs(float(text) - value) <= 0.002 * abs(value)
