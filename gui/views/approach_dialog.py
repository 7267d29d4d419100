"""How a run came to diverge: the norms and the loss of the last batches, in one sentence and as curves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPolygonF
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.last_batches import CALM_BATCHES, Approach
from engine.program import END, Phase
from engine.snapshot import Snapshot
from gui.axis import Axis, number, round_values
from gui.theme import LIGHT, Theme, ui_font
from gui.views.plot import Diagram, Look, apart, stacked, width_of, ys_of

Floats = npt.NDArray[np.float64]

DIGITS, MORE_DIGITS = 3, 9  # of a number in the sentence, and read out

GREW = 2.0  # decades; what grew less did not grow out of hand
NOTABLE = 0.1  # smaller norms are no size to grow from: a gradient may well be 0 in one batch and 1 in the next
FOOT = 0.1  # of a climb, in decades: what lies below is the level that it started from
LARGE = 1e4  # a norm of weights that no ordinary net has
BEYOND = 309.0  # log10 of what is more than any number can be


# ---- what happened ---------------------------------------------------------------------------------------------------


class Pattern(Enum):
    """What the last batches look like, as far as it is told apart."""

    FIRST_UPDATE = auto()  # nothing was finished; the first update overflowed
    FIRST_BATCH = auto()  # nothing was finished; not even an update came
    ONE_BATCH = auto()  # one was finished
    STEADY = auto()  # a gradient grew from batch to batch
    UNEVEN = auto()  # a gradient grew, with ups and downs
    JUMP = auto()  # a gradient grew in the last finished batch alone
    WEIGHTS_GREW = auto()  # gradients did not, weights did
    WEIGHTS_JUMP = auto()  # by one update
    WEIGHTS_LARGE = auto()  # nothing grew, and the weights are large
    UNSEEN = auto()  # nothing stands out


@dataclass(frozen=True)
class Story:
    """How it came about.

    Attributes
    ----------
    layer : of which a norm grew, or 0.
    since : index of the batch from which on it grew, counted in the batches of the Approach; -1 where nothing did.
    before, after : the norm in that batch and in the last.
    """

    pattern: Pattern
    layer: int = 0
    since: int = -1
    before: float = math.nan
    after: float = math.nan


def story_of(approach: Approach, phase: Phase) -> Story:
    """Find the pattern in the norms of the last batches.

    Parameters
    ----------
    approach : at least the batches that were finished before the halt.
    phase : of the step at which training halted.
    """
    count = len(approach.batches)
    if count == 0:
        return Story(Pattern.FIRST_UPDATE if phase is Phase.UPDATE else Pattern.FIRST_BATCH)
    last = approach.parameters[-1]
    if count == 1:
        k = int(np.nanargmax(last))
        return Story(Pattern.ONE_BATCH, k + 1, -1, float(approach.gradients[-1, k]), float(last[k]))
    for norms, one, steady, uneven in (
        (approach.gradients, Pattern.JUMP, Pattern.STEADY, Pattern.UNEVEN),
        (approach.parameters, Pattern.WEIGHTS_JUMP, Pattern.WEIGHTS_GREW, Pattern.WEIGHTS_GREW),
    ):
        rises = [_rise(norms[:, k]) for k in range(norms.shape[1])]
        k = int(np.argmax(rises))
        if rises[k] >= GREW:
            values = norms[:, k]
            since = _since(values)
            climbs = (values[since + 1 :] > values[since:-1]) | np.isinf(values[since + 1 :])
            pattern = one if since == count - 2 else steady if climbs.all() else uneven
            return Story(pattern, k + 1, since, float(values[since]), float(values[-1]))
    k = int(np.nanargmax(last))
    if last[k] >= LARGE:
        return Story(Pattern.WEIGHTS_LARGE, k + 1, -1, float(approach.parameters[0, k]), float(last[k]))
    return Story(Pattern.UNSEEN)


def _decades(norms: Floats) -> Floats:
    known = np.nan_to_num(norms, nan=NOTABLE, posinf=np.inf)
    return np.where(np.isinf(known), BEYOND, np.log10(np.clip(known, NOTABLE, np.finfo(np.float64).max)))


def _rise(norms: Floats) -> float:
    """By how many decades the last norm is above the least."""
    decades = _decades(norms)
    return float(decades[-1] - decades.min())


def _since(norms: Floats) -> int:
    """The batch from which on the norm climbed: the last one at its old level, or further back where that rose, too."""
    decades = _decades(norms)
    level = decades.min() + FOOT * (decades[-1] - decades.min())
    since = int(np.flatnonzero(decades[:-1] <= level)[-1])
    while since > 0 and norms[since - 1] < norms[since]:
        since -= 1
    return since


# ---- the dialog ------------------------------------------------------------------------------------------------------


class ApproachDialog(QDialog):
    """Where training stopped, how it came about in a sentence and as curves, and a way out. It is not modal.

    It goes on showing the run that diverged while the user looks at its batches, and closes once the run is another.

    Signals
    -------
    place_wanted(int, int) : step and batch to look at: END, or the step at which training halted.
    back_wanted() : go back, and halve the rate.
    """

    place_wanted = Signal(object, int)  # END is too large for the int of a signal
    back_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("How it came about"))
        self._run: tuple[int, int] | None = None  # generation and line of the run that is shown
        self._halt = 0, 0  # step and batch
        self._where, self._sentence = QLabel(self), QLabel(self)
        for label in (self._where, self._sentence):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._plot = ApproachPlot(self)
        self._plot.chosen.connect(self._go)
        self._hint = QLabel(self.tr("Click a batch to look at it."), self)
        self._back, self._close = QPushButton(self), QPushButton(self.tr("Close"), self)
        self._back.clicked.connect(self.back_wanted)
        self._back.setAutoDefault(False)  # Enter must not rewrite a run
        self._close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._hint)
        buttons.addStretch(1)
        buttons.addWidget(self._back)
        buttons.addWidget(self._close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 16, 12)
        whole.setSpacing(4)
        whole.addWidget(self._where)
        whole.addWidget(self._sentence)
        whole.addWidget(self._plot, 1)
        whole.addLayout(buttons)
        self.setMinimumSize(480, 380)
        self.resize(640, 460)
        self.apply_theme(LIGHT)
        self._close.setFocus()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show how this Snapshot's run came to its halt; one that stands elsewhere in the same run is marked."""
        run = snapshot.generation, snapshot.line
        if snapshot.approach is not None and snapshot.halt is not None:
            self._run = run
            self._tell(snapshot)
        elif run != self._run:
            self.close()
            return
        self._plot.show_place(snapshot.position.batch)

    def _tell(self, snapshot: Snapshot) -> None:
        approach, halt = snapshot.approach, snapshot.halt
        assert approach is not None
        assert halt is not None
        if halt.unit is None:
            text = self.tr("Stopped in batch {batch}: the loss is no longer a finite number.")
        else:
            text = self.tr(
                "Stopped in batch {batch}: {array} (layer {layer}, unit {unit}) is no longer a finite number."
            )
        batch = halt.position.batch
        self._halt = halt.position.step, batch
        self._where.setText(text.format(batch=f"{batch:,}", array=halt.array, layer=halt.layer, unit=halt.unit))
        story = story_of(approach, snapshot.program.steps[halt.position.step - 1].phase)
        self._sentence.setText(self.sentence(story, approach, batch, snapshot.lesson.optimizer.learning_rate))
        self._back.setText(
            self.tr("Back {n} batches, half the rate").format(n=CALM_BATCHES)
            if batch > CALM_BATCHES
            else self.tr("Back to batch {batch}, half the rate").format(batch=1)
        )
        self._hint.setVisible(len(approach.batches) > 0)
        self._plot.show_approach(approach, batch, story)
        said = f"{self._where.text()} {self._sentence.text()}"
        self.setAccessibleDescription(said)
        self._plot.setAccessibleDescription(said)

    def sentence(self, story: Story, approach: Approach, batch: int, rate: float) -> str:
        """What the curves say up to the batch of the halt, in plain words."""
        match story.pattern:
            case Pattern.FIRST_UPDATE:
                text = self.tr(
                    "It was the very first update: at learning rate {rate} it is larger than numbers can be."
                )
            case Pattern.FIRST_BATCH:
                text = self.tr(
                    "It was the very first batch, before any update: the start weights or inputs are too large."
                )
            case Pattern.ONE_BATCH:
                text = self.tr(
                    "One batch was enough: the gradient of layer {layer} had the norm {before}, and its update at "
                    "learning rate {rate} left the weights with the norm {after}."
                )
            case Pattern.STEADY:
                text = self.tr(
                    "In the last {n} batches the gradient of layer {layer} grew from {before} to {after}: every update "
                    "overshot more than the one before."
                )
            case Pattern.UNEVEN:
                text = self.tr(
                    "In the last {n} batches the gradient of layer {layer} grew from {before} to {after}, with ups and "
                    "downs: the updates overshot more and more."
                )
            case Pattern.JUMP:
                text = self.tr(
                    "It came suddenly: from batch {first} to batch {last} the gradient of layer {layer} jumped from "
                    "{before} to {after}. One update was far too large."
                )
            case Pattern.WEIGHTS_GREW:
                text = self.tr(
                    "In the last {n} batches the weights of layer {layer} grew from {before} to {after}, while no "
                    "gradient grew 100-fold."
                )
            case Pattern.WEIGHTS_JUMP:
                text = self.tr(
                    "It came suddenly: the update of batch {last} took the weights of layer {layer} from {before} to "
                    "{after}, at learning rate {rate}."
                )
            case Pattern.WEIGHTS_LARGE:
                text = self.tr(
                    "In the last {all} batches nothing grew 100-fold, but the weights of layer {layer} are large: "
                    "their norm was {before} and is {after}."
                )
            case Pattern.UNSEEN:
                text = self.tr(
                    "Up to batch {last} nothing stands out: no gradient and no weights grew 100-fold. It happened "
                    "within batch {batch}."
                )
        count, batches = len(approach.batches), approach.batches
        return text.format(
            layer=story.layer,
            before=self._told(story.before),
            after=self._told(story.after),
            rate=number(rate),
            n=count - 1 - story.since,
            all=count,
            first=f"{batches[-2]:,.0f}" if count > 1 else "",
            last=f"{batches[-1]:,.0f}" if count else "",
            batch=f"{batch:,}",
        )

    def _told(self, norm: float) -> str:
        """A norm; an infinite one may be finite, and only its square too large."""
        return self.tr("more than 1e154") if math.isinf(norm) else number(norm, DIGITS)

    @Slot(int)
    def _go(self, batch: int) -> None:
        step, halt = self._halt
        self.place_wanted.emit(step if batch == halt else END, batch)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours and fonts of a theme."""
        self.ensurePolished()  # Qt ignores a style sheet that takes the place of one before that
        t = theme
        self._plot.apply_theme(t)
        self._where.setFont(ui_font(13, 600))
        self._sentence.setFont(ui_font(13))
        self._hint.setFont(ui_font(11))
        for button in (self._back, self._close):
            button.setFont(ui_font(13, 600))
        self._where.setStyleSheet(f"color: {t.text};")
        self._hint.setStyleSheet(f"color: {t.text3};")
        self.setStyleSheet(
            f"ApproachDialog {{ background: {t.surface}; }}"
            f"QLabel {{ color: {t.text2}; background: transparent; }}"
            f"QPushButton {{ color: {t.text}; background: {t.surface}; border: 2px solid {t.ctl};"
            " border-radius: 6px; padding: 5px 14px; }"
            f"QPushButton:focus {{ border-color: {t.focus}; }}"
        )
        self._back.setStyleSheet(
            f"QPushButton {{ color: {t.onaccent}; background: {t.accent}; border-color: {t.accent}; }}"
            f"QPushButton:focus {{ border-color: {t.focus}; }}"
        )


# ---- the curves ------------------------------------------------------------------------------------------------------

LEFT, RIGHT = 52.0, 34.0  # margins of the plots: numbers of the axes, names of the layers
TOP, GAP, BOTTOM = 22.0, 26.0, 30.0
SHARE = 0.6  # of the height, for the gradients
DOTS_TO = 16  # batches up to which each has a dot
LABEL = 13.0  # between the names of two lines
THIN, THICK = 1.75, 3.0  # lines; the layer that the sentence names has the thickest


class ApproachPlot(Diagram):
    """Gradient norm of each layer above, loss below, over the same batches, both on logarithmic axes.

    What is infinite lies at the upper edge and what is 0 at the lower one, each with a triangle.

    Signals
    -------
    chosen(int) : a batch was clicked.
    """

    chosen = Signal(int)
    enters = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(
            self.tr("Gradient norms and loss of the last batches: arrow keys read them, Enter goes to a batch")
        )
        self.setMinimumHeight(200)
        self._approach: Approach | None = None
        self._story = Story(Pattern.UNSEEN)
        self._halt = self._place = 0  # batch of the halt, and the one that is looked at
        self._pointed: int | None = None  # the batch that is read out
        self._upper, self._lower = Axis(), Axis()

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def show_approach(self, approach: Approach, halt: int, story: Story) -> None:
        """Draw the batches before the one in which training halted."""
        if approach is not self._approach:
            self._pointed = None
        self._approach, self._halt, self._story = approach, halt, story
        self._upper, self._lower = axis_of(approach.gradients), axis_of(approach.losses)
        self.redraw()

    def show_place(self, batch: int) -> None:
        """Mark the batch that the window shows."""
        self._place = batch
        self.redraw()

    def note(self) -> str:
        if self._approach is not None and len(self._approach.batches):
            return ""
        return self.tr("No batch was finished before, so there is nothing to draw.")

    @property
    def batches(self) -> list[int]:
        """Those that can be pointed at: the finished ones and the one that training halted in."""
        assert self._approach is not None
        return [*self._approach.batches.astype(int).tolist(), self._halt]

    def numbers(self) -> list[tuple[str, ...]]:
        """What is read out: the batch, its loss, and per layer (name, gradient norm, norm of the weights)."""
        assert self._approach is not None
        assert self._pointed is not None
        title = self.tr("batch {n}").format(n=f"{self._pointed:,}")
        found = np.flatnonzero(self._approach.batches == self._pointed)
        if not len(found):
            return [(title,), (self.tr("training stopped here"),)]
        i = int(found[0])
        rows: list[tuple[str, ...]] = [
            (title,),
            (self.tr("loss"), number(float(self._approach.losses[i]), MORE_DIGITS)),
        ]
        rows.append(("", self.tr("gradient"), self.tr("weights")))
        pairs = zip(self._approach.gradients[i].tolist(), self._approach.parameters[i].tolist(), strict=True)
        rows += [(f"L{k}", _read(g), _read(p)) for k, (g, p) in enumerate(pairs, 1)]
        return rows

    # ---- where things are --------------------------------------------------------------------------------------------

    @property
    def areas(self) -> tuple[QRectF, QRectF]:
        """The rectangles of the gradients' curves and of the loss's."""
        return stacked(QRectF(self.rect()).adjusted(LEFT, TOP, -RIGHT, -BOTTOM), GAP, SHARE)

    def x_of(self, batch: float) -> float:
        """Where a batch lies across; half a batch is left on both sides."""
        assert self._approach is not None
        first = self.batches[0] - 0.5
        return LEFT + (batch - first) / (self._halt + 0.5 - first) * self.areas[0].width()

    def batch_at(self, x: float) -> int:
        """The batch nearest to a place across."""
        return min(self.batches, key=lambda batch: abs(self.x_of(batch) - x))

    # ---- mouse and keyboard ------------------------------------------------------------------------------------------

    def point_at(self, at: QPointF | None) -> bool:
        inside = at is not None and not self.note() and self.areas[0].united(self.areas[1]).contains(at)
        self._point(self.batch_at(at.x()) if at is not None and inside else None)
        return inside

    def _point(self, batch: int | None) -> None:
        if batch != self._pointed:
            self._pointed = batch
            self.redraw_over()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self.point_at(event.position()):
            super().mousePressEvent(event)
        else:
            self.enter()

    def go(self, by: float, key: int) -> None:
        batches = self.batches
        at = batches.index(self._pointed) if self._pointed in batches else len(batches)
        self._point(batches[int(min(max(at + by, 0), len(batches) - 1))])

    def enter(self) -> None:
        if self._pointed is not None:
            self.chosen.emit(self._pointed)

    # ---- painting ----------------------------------------------------------------------------------------------------

    def paint_still(self, painter: QPainter) -> None:
        approach, (upper, lower) = self._approach, self.areas
        assert approach is not None
        self._paint_ground(painter)
        self.paint_axis(painter, upper, self._upper, self.tr("gradient norm of each layer"), upper.top() - 7)
        self.paint_axis(painter, lower, self._lower, self.tr("loss"), lower.top() - 7)
        self._paint_batches(painter, lower)
        layers = range(1, approach.gradients.shape[1] + 1)
        for k in sorted(layers, key=lambda k: k == self._story.layer):  # the one that is named on top
            width = THICK if k == self._story.layer else THIN
            self._paint_line(painter, upper, self._upper, approach.gradients[:, k - 1], self._look(k), width)
        self._paint_line(painter, lower, self._lower, approach.losses, Look("loss"), 2.0)
        self._paint_names(painter, upper, approach)

    def paint_over(self, painter: QPainter) -> None:
        if self._pointed is not None:
            rows = [
                tuple((text, self._token(row, i, c)) for c, text in enumerate(row))
                for i, row in enumerate(self.numbers())
            ]
            self.paint_read_out(painter, self.x_of(self._pointed), self.areas, rows)

    def _token(self, row: tuple[str, ...], i: int, c: int) -> str:
        """The colour of a cell of what is read out."""
        if len(row) == 1:
            return "text"
        return "loss" if i == 1 else self._look(i - 2).token if i > 2 and c == 0 else "text2"

    @staticmethod
    def _look(layer: int) -> Look:
        return Look.of(layer - 1, "bwd")

    def _paint_ground(self, painter: QPainter) -> None:
        """The batches that the sentence speaks of, the one of the halt, and the one that is looked at."""
        assert self._approach is not None
        since, halt = self._story.since, self.x_of(self._halt)
        for area in self.areas:
            if since >= 0:
                left = self.x_of(float(self._approach.batches[since]))
                ground = QColor(self._theme.errsoft)
                ground.setAlphaF(0.55)
                painter.fillRect(QRectF(left, area.top(), halt - left, area.height()), ground)
            self.line(painter, "err", 1.5, (3.0, 2.0))
            painter.drawLine(QLineF(halt, area.top(), halt, area.bottom()))
            if self._place in self.batches[:-1]:
                x = self.x_of(self._place)
                self.line(painter, "accent", 2)
                painter.drawLine(QLineF(x, area.top(), x, area.bottom()))
        text = self.tr("stopped in batch {n}").format(n=f"{self._halt:,}")
        wide = width_of(text, self._mark_font)
        right = min(halt + wide / 2, self.width() - 4.0)
        self.text(painter, right - wide, self.areas[0].top() - 7, text, self._mark_font, "err")
        if self._place in self.batches[:-1]:
            text = self.tr("shown now")
            wide = width_of(text, self._mark_font)
            left = min(max(self.x_of(self._place) - wide / 2, LEFT), self.width() - 4.0 - wide)
            self.text(painter, left, self.areas[1].top() - 7, text, self._mark_font, "text")

    def _paint_batches(self, painter: QPainter, area: QRectF) -> None:
        """Numbers of batches below the lower plot."""
        first = self.batches[0]
        most = max(2, int(area.width() / (width_of(str(self._halt), self._tick_font) + 24)))
        values = round_values(first, self._halt, most) if self._halt > first else [float(first)]
        self.paint_ticks(painter, area, [(self.x_of(v), f"{v:.0f}") for v in values if v.is_integer()])
        text = self.tr("batch")
        wide = width_of(text, self._caption_font)
        self.text(painter, LEFT - 10 - wide, area.bottom() + 16, text, self._caption_font, "text3")

    def _paint_line(
        self, painter: QPainter, area: QRectF, axis: Axis, values: Floats, look: Look, width: float
    ) -> None:
        assert self._approach is not None
        xs = [self.x_of(batch) for batch in self._approach.batches.tolist()]
        ys = ys_of(values, axis, area).tolist()
        points = [QPointF(x, y) for x, y in zip(xs, ys, strict=True) if not math.isnan(y)]
        self.line(painter, look.token, width, look.dashes)
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.q(look.token))
        if len(values) <= DOTS_TO:
            for point in points:
                painter.drawEllipse(point, width / 2 + 1.5, width / 2 + 1.5)
        off = [1 if math.isinf(v) else -1 if v <= 0 else 0 for v in values.tolist()]
        for i, side in enumerate(off):
            inner = 0 < i < len(off) - 1 and off[i - 1] == off[i + 1] == side
            if side and not inner:  # the first and the last of several
                tip = QPointF(xs[i], area.top() - 2 if side > 0 else area.bottom() + 2)
                painter.drawPolygon(QPolygonF([tip, tip + QPointF(-5, 8 * side), tip + QPointF(5, 8 * side)]))

    def _paint_names(self, painter: QPainter, area: QRectF, approach: Approach) -> None:
        """Names of the layers at the right ends of their lines, moved apart, as many as there is room for."""
        layers = list(range(1, approach.gradients.shape[1] + 1))
        ends = {k: float(y) for k, y in zip(layers, ys_of(approach.gradients[-1], self._upper, area), strict=True)}
        room = max(1, int((area.height() + LABEL) / LABEL))
        if len(layers) > room:
            layers = sorted(layers, key=lambda k: (k != self._story.layer, k not in (1, len(ends)), k))[:room]
        layers.sort(key=lambda k: ends[k] if not math.isnan(ends[k]) else area.bottom())
        tops = apart([ends[k] if not math.isnan(ends[k]) else area.bottom() for k in layers], LABEL, area)
        end = self.x_of(float(approach.batches[-1]))
        inside = self.x_of(self._halt) - end > 40
        left = end + 16 if inside else self.x_of(self._halt) + 12
        for k, y in zip(layers, tops, strict=True):
            look = self._look(k)
            self.line(painter, look.token, 0.75)
            painter.drawLine(QLineF(end + 4 if inside else left - 9, ends[k] if inside else y, left - 2, y))
            font = self._mark_font if k == self._story.layer else self._caption_font
            self.text(painter, left, y + 4, f"L{k}", font, look.token)


def _read(norm: float) -> str:
    return "> 1e154" if math.isinf(norm) else number(norm, MORE_DIGITS)


def axis_of(values: Floats) -> Axis:
    """A logarithmic axis for all values that it can show."""
    known = values[np.isfinite(values) & (values > 0)]
    if not len(known):
        return Axis(-1.0, 1.0, log=True)
    return Axis.around(float(known.min()), float(known.max()), log=True)
