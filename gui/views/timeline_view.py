"""The timeline: the run above (batches, changes), the present batch below (one cell per Step)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QEvent, QLineF, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip, QWidget

from engine.breakpoints import steps_of
from engine.history import Change, Edit, Entry, LineInfo, parting
from engine.program import END, Phase, Program, Step
from engine.snapshot import Snapshot, State
from gui import step_text, symbols
from gui.changes import RATE_KEY, Changes, last_until, oldest
from gui.still import Still
from gui.theme import LIGHT, Theme, ui_font

HEIGHT = 104
MARGIN = 16
LABELS = 96  # width of the column that names the lanes
TRACK_Y, TRACK_HEIGHT = 24, 8
BATCH_TOP = 52  # the batch lane with the names of its phases
CELL_Y, CELL_HEIGHT = 69, 24
GAP, PHASE_GAP = 2, 8  # between cells; that much more between phases
MIN_CELL = 3.0
SYMBOL_SIZES = (15, 13, 11)  # pixels; cells in which the smallest does not fit show no symbol
FOLLOW_RATE = 20.0  # batches per second above which single steps are not followed
CHECKPOINTS_APART, FLAGS_APART, MARKS_APART = 56.0, 12.0, 3.0  # pixels
MOST_LINES = 2
ROUND_LEADS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0)


def round_above(batches: int) -> int:
    """The next round number at or above ``batches``, 20 at least: the end of the run lane."""
    if batches <= 20:
        return 20
    power = 10.0 ** math.floor(math.log10(batches))
    return next(round(lead * power) for lead in ROUND_LEADS if round(lead * power) >= batches)


def tick_step(span: float, most: float) -> int:
    """A whole step of 1, 2 or 5 times a power of ten that puts at most ``most`` ticks on ``span``."""
    least = max(1.0, span / max(1.0, most))
    power = 10.0 ** math.floor(math.log10(least))
    return next(round(lead * power) for lead in (1, 2, 5, 10) if lead * power >= least * (1 - 1e-9))


def symbol_size(program: Program, width: float) -> int:
    """The largest size at which every Step's symbol fits into a cell of a width, 0 where none does."""
    names = {step.write for step in program.steps}
    return next((px for px in SYMBOL_SIZES if max(symbols.width(name, px) for name in names) <= width - 2), 0)


@dataclass(frozen=True)
class Cells:
    """Where the cells of a Program lie: ``lefts[i]`` of Step i + 1, all ``width`` wide."""

    lefts: tuple[float, ...]
    width: float
    segments: tuple[tuple[Phase, float, float], ...]  # phase, left, right

    @staticmethod
    def of(program: Program, left: float, right: float) -> Cells:
        """Spread the cells evenly from left to right; gaps give way before cells get narrower than 3 px."""
        steps = program.steps
        starts = [i for i, s in enumerate(steps) if i and s.phase != steps[i - 1].phase]
        room, count = max(1.0, right - left), len(steps)
        width = 0.0
        for gap, phase_gap in ((GAP, PHASE_GAP), (1, PHASE_GAP), (1, 4), (0, 4), (0, 0)):
            width = (room - gap * (count - 1) - phase_gap * len(starts)) / count
            if width >= MIN_CELL:
                break
        lefts, x = [], left
        for i in range(count):
            if i:
                x += width + gap + (phase_gap if i in starts else 0)
            lefts.append(x)
        bounds = [0, *starts, count]
        segments = tuple(
            (steps[first].phase, lefts[first], lefts[last - 1] + width) for first, last in pairwise(bounds)
        )
        return Cells(tuple(lefts), width, segments)

    def box(self, index: int) -> QRectF:
        """Rectangle of Step ``index`` (1 …)."""
        return QRectF(self.lefts[index - 1], CELL_Y, self.width, CELL_HEIGHT)

    def at(self, point: QPointF) -> int:
        """Index of the Step whose cell is at a point, 0 for none. Gaps between ops belong to the cell before them."""
        if not CELL_Y - 4 <= point.y() <= CELL_Y + CELL_HEIGHT + 4:
            return 0
        for i in range(len(self.lefts), 0, -1):
            if point.x() >= self.lefts[i - 1]:
                return i if point.x() <= self.lefts[i - 1] + self.width + GAP else 0
        return 0


class TimelineView(QWidget):
    """Run lane and batch lane, drawn from the Snapshot.

    Signals
    -------
    run_to_step : the user asks to run until the Step with this index is done.
    place_chosen(int, int) : to stand where so many steps of a batch are done.
    line_chosen(int) : to return to another line of the run.
    stop_toggled(int) : to stop at a Step, or no longer.
    """

    stop_toggled = Signal(int)

    run_to_step = Signal(int)
    place_chosen = Signal(int, int)
    line_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Timeline"))
        self._theme = LIGHT
        self._snapshot: Snapshot | None = None
        self._program: Program | None = None
        self._cells: Cells | None = None
        self._symbol_px = 0
        self._scale = 20
        self._hover = 0
        self._focus = 0
        self._flag_boxes: list[tuple[QRectF, Change]] = []
        self._line_boxes: list[tuple[QRectF, LineInfo]] = []
        self._mark_boxes: list[tuple[QRectF, Entry]] = []
        self._dragged: tuple[int, int] | None = None  # batch the mouse pulls the playhead to, and the step to stand at
        self._changes = Changes.of(None)
        self._still = Still()
        self._set_fonts()

    def sizeHint(self) -> QSize:
        return QSize(1280, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(480, HEIGHT)

    # ---- what is shown -------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw this Snapshot from now on."""
        before = self._snapshot
        if before is None or before.generation != snapshot.generation:
            self._scale, self._focus, self._hover = 20, 0, 0
        self._snapshot = snapshot
        if self._changes.log is not snapshot.log:
            self._changes = Changes.of(snapshot.log)
        longest = max(line.finished for line in snapshot.lines)
        self._scale = max(self._scale, round_above(max(longest, snapshot.position.batch)))
        if self._program is not snapshot.program:
            self._program = snapshot.program
            self._cells = None
            self._focus = min(self._focus, len(snapshot.program))
            self._hover = 0
        if snapshot.state is not State.RUNNING:
            self.setAccessibleDescription(self.text_summary())
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours and fonts of a theme."""
        self._theme = theme
        self._set_fonts()
        self.update()

    def text_summary(self) -> str:
        """What the timeline shows, in words."""
        snapshot = self._snapshot
        if snapshot is None:
            return ""
        parts = [
            self.tr("{n} batches done, batch {batch}").format(
                n=f"{snapshot.batches:,}", batch=f"{snapshot.position.batch:,}"
            ),
            self.tr("step {step} of {steps}").format(step=snapshot.position.step, steps=len(snapshot.program)),
        ]
        if snapshot.step is not None:
            parts.append(self.tr("done: {step}").format(step=self._told(snapshot.step)))
        if snapshot.halt is not None:
            parts.append(self.tr("diverged at batch {n}").format(n=f"{snapshot.halt.position.batch:,}"))
        if rates := self._changes.rates:
            parts.append(
                self.tr("learning rate {old} → {new} before batch {n}").format(
                    old=f"{rates[-1].old:g}", new=f"{rates[-1].new:g}", n=f"{rates[-1].batch:,}"
                )
            )
        return "; ".join(parts)

    @property
    def follows_steps(self) -> bool:
        """Whether single steps are shown: not while batches fly by."""
        snapshot = self._snapshot
        return snapshot is not None and not (snapshot.state is State.RUNNING and snapshot.rate > FOLLOW_RATE)

    @property
    def cells(self) -> Cells | None:
        """Where the cells lie at the present size."""
        if self._cells is None and self._program is not None:
            self._cells = Cells.of(self._program, LABELS + MARGIN, self.width() - MARGIN)
            self._symbol_px = symbol_size(self._program, self._cells.width)
        return self._cells

    # ---- mouse and keyboard --------------------------------------------------------------------------------

    def batch_at(self, point: QPointF) -> int:
        """The batch of the run lane at a point, 0 where there is none."""
        if not 2 <= point.y() < BATCH_TOP - 4 or point.x() < LABELS or self._snapshot is None:
            return 0
        share = (point.x() - LABELS - MARGIN) / max(1.0, self.width() - LABELS - 2.0 * MARGIN)
        return max(1, min(round(share * self._scale), self._scale))

    def tick_at(self, point: QPointF) -> int:
        """The Step whose tick, the line below its cell, is at a point; 0 for none."""
        if self.cells is None or point.y() <= CELL_Y + CELL_HEIGHT:
            return 0
        return self.cells.at(QPointF(point.x(), CELL_Y + 1.0))

    @property
    def ring(self) -> int:
        """The Step that the keyboard is on."""
        return self._ring

    def mousePressEvent(self, event: QMouseEvent) -> None:
        batch, snapshot = self.batch_at(event.position()), self._snapshot
        if event.button() != Qt.MouseButton.LeftButton or not batch or snapshot is None:
            super().mousePressEvent(event)
            return
        step = END if snapshot.position.step == len(snapshot.program) else snapshot.position.step
        self._dragged = (0, step)
        self._pull_to(batch)

    def _pull_to(self, batch: int) -> None:
        """Ask for a batch, once; beyond the end of the run only a click leads, and not a drag."""
        assert self._snapshot is not None
        assert self._dragged is not None
        before, step = self._dragged
        if before:
            batch = min(batch, max(1, self._snapshot.batches))
        if batch != before:
            self._dragged = (batch, step)
            self.place_chosen.emit(step, batch)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None:
            share = (event.position().x() - LABELS - MARGIN) / max(1.0, self.width() - LABELS - 2.0 * MARGIN)
            self._pull_to(max(1, round(share * self._scale)))
            return
        self._set_hover(self.cells.at(event.position()) if self.cells else 0)
        if not self._hover and self.batch_at(event.position()):
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        elif not self._hover:
            self.unsetCursor()

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hover(0)
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.cells is None:
            super().mouseReleaseEvent(event)
            return
        if self._dragged is not None:
            self._dragged = None
            self.update()
            return
        if index := self.tick_at(event.position()):
            self.stop_toggled.emit(index)
        elif index := self.cells.at(event.position()):
            self._focus = index
            self.update()
            self.run_to_step.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, count, at = event.key(), len(self._program or ()), self._ring
        moves = {
            Qt.Key.Key_Left: max(1, at - 1),
            Qt.Key.Key_Right: min(count, at + 1),
            Qt.Key.Key_Home: 1,
            Qt.Key.Key_End: count,
        }
        if count and key in moves:
            self._set_focus_cell(moves[Qt.Key(key)])
        elif at and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.run_to_step.emit(at)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._focus = 0
        self.update()
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.tooltip_at(QPointF(event.pos()))
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def tooltip_at(self, point: QPointF) -> str:
        """What a tooltip says at a point: the Step of a cell, the change of a flag."""
        if self._program is not None and (index := self.tick_at(point)):
            return self.tr("Stop after step {n}, or no longer (F9)").format(n=index)
        if self.cells is not None and self._program is not None and (index := self.cells.at(point)):
            return self._told(self._program.steps[index - 1])
        for box, change in self._flag_boxes:
            if box.contains(point):
                return self.tr("before batch {batch}: {key} {old} → {new}").format(
                    batch=f"{change.batch:,}", key=change.key, old=change.old, new=change.new
                )
        for box, entry in self._mark_boxes:
            if box.contains(point):
                return self.tr("before batch {batch}: {what}").format(
                    batch=f"{entry.batch:,}", what=self._entry_text(entry)
                )
        for box, line in self._line_boxes:
            if box.contains(point):
                return self._line_text(line)
        if batch := self.batch_at(point):
            return self.tr("Go to batch {n}").format(n=f"{batch:,}")
        return ""

    def show_lines(self) -> None:
        """A menu of all lines of the run, below the run lane."""
        if self._snapshot is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for line in self._snapshot.lines:
            action = menu.addAction(self._line_text(line))
            action.setCheckable(True)
            action.setChecked(line.number == self._snapshot.line)
            action.triggered.connect(lambda _, number=line.number: self.line_chosen.emit(number))
        menu.popup(self.mapToGlobal(QPoint(LABELS + MARGIN, BATCH_TOP)))

    def _line_text(self, line: LineInfo) -> str:
        """A line of the run in words: where it begins, with what, how far it goes."""
        ends = self.tr("to batch {n}").format(n=f"{line.finished:,}")
        own = [entry for entry in line.entries if entry.batch >= line.begins]
        if line.parent is None and not own:
            return self.tr("Line {number}: {ends}").format(number=line.number + 1, ends=ends)
        if not own:
            return self.tr("Line {number}: from batch {begins}; {ends}").format(
                number=line.number + 1, begins=f"{line.begins:,}", ends=ends
            )
        told = "; ".join(self._entry_text(entry) for entry in own[:3])
        return self.tr("Line {number}: from batch {begins}, {told}; {ends}").format(
            number=line.number + 1, begins=f"{line.begins:,}", told=told, ends=ends
        )

    @staticmethod
    def _entry_text(entry: Entry) -> str:
        if isinstance(entry, Edit):
            return f"{entry.array}[{entry.row}, {entry.column}] {entry.old:.4g} → {entry.new:.4g}"
        name = "η" if entry.key == RATE_KEY else entry.key.partition(".")[2]
        return f"{name} {entry.old} → {entry.new}"

    @staticmethod
    def _told(step: Step) -> str:
        """A Step in a line: number, title, formula."""
        return f"{step.index} {step_text.title(step)}: {step.title}"

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._cells = None
        super().resizeEvent(event)

    def _set_hover(self, index: int) -> None:
        if index == self._hover:
            return
        self._hover = index
        if index:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.unsetCursor()
        self.update()

    @property
    def _ring(self) -> int:
        """The Step that the keyboard is on: where it was moved to, else the present one; 0 without a Program."""
        if self._focus or self._snapshot is None:
            return self._focus
        return max(1, self._snapshot.position.step)

    def _set_focus_cell(self, index: int) -> None:
        self._focus = index
        if self._program is not None:
            self.setAccessibleDescription(str(self._program.steps[index - 1]))
        self.update()

    # ---- painting ------------------------------------------------------------------------------------------

    def _set_fonts(self) -> None:
        self._name_font: QFont = ui_font(12, 600)
        self._small_font: QFont = ui_font(11)
        self._label_font: QFont = ui_font(11, 600)
        self._small = QFontMetricsF(self._small_font)
        self._label = QFontMetricsF(self._label_font)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, snapshot = self._theme, self._snapshot
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.q("surface"))
            painter.fillRect(0, HEIGHT - 1, self.width(), 1, theme.q("line"))
            if snapshot is None:
                return
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_labels(painter, snapshot)
            self._paint_run(painter, snapshot)
            if self.follows_steps or snapshot.state is not State.RUNNING:
                self._paint_batch(painter, snapshot)
            else:  # whole batches go by: every picture shows the same cells
                lane = QRectF(LABELS, BATCH_TOP, self.width() - LABELS, HEIGHT - 1 - BATCH_TOP)
                focus = self.hasFocus() and self._ring
                key = (snapshot.program, self.cells, self._hover, focus, theme, snapshot.breakpoints)
                self._still.draw(painter, lane, key, theme.q("surface"), lambda p: self._paint_batch(p, snapshot))

    def _paint_labels(self, painter: QPainter, snapshot: Snapshot) -> None:
        batch = self.tr("Batch {n}").format(n=f"{snapshot.position.batch:,}")
        run = self.tr("Run")
        if len(snapshot.lines) > 1:
            run = self.tr("Run, line {n}").format(n=snapshot.line + 1)
        rows = (
            (28, run, self._batches(snapshot.batches)),
            (77, batch, self.tr("{n} steps").format(n=len(snapshot.program))),
        )
        for y, name, detail in rows:
            painter.setFont(self._name_font)
            painter.setPen(self._theme.q("text"))
            painter.drawText(QPointF(MARGIN, y), name)
            painter.setFont(self._small_font)
            painter.setPen(self._theme.q("text3"))
            painter.drawText(QPointF(MARGIN, y + 16), detail)

    def _batches(self, count: int) -> str:
        return self.tr("1 batch") if count == 1 else self.tr("{n} batches").format(n=f"{count:,}")

    @property
    def _x_per_batch(self) -> float:
        return (self.width() - LABELS - 2 * MARGIN) / self._scale

    def _x_of(self, batch: float) -> float:
        return LABELS + MARGIN + batch * self._x_per_batch

    def _paint_run(self, painter: QPainter, snapshot: Snapshot) -> None:
        theme = self._theme
        left, right = float(LABELS + MARGIN), float(self.width() - MARGIN)
        track = QRectF(left, TRACK_Y, right - left, TRACK_HEIGHT)
        now = self._x_of(min(snapshot.batches, self._scale))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.q("line2"))
        painter.drawRoundedRect(track, 4, 4)
        if snapshot.batches:
            painter.setBrush(theme.q("text3"))
            painter.save()
            painter.setClipRect(QRectF(left, TRACK_Y, max(2.0, now - left), TRACK_HEIGHT))
            painter.drawRoundedRect(track, 4, 4)
            painter.restore()
        painter.setFont(self._small_font)
        painter.setPen(theme.q("text3"))
        for batch in range(0, self._scale + 1, tick_step(self._scale, (right - left) / 110)):
            text = f"{batch:,}"
            wide = self._small.horizontalAdvance(text)
            x = min(max(left, self._x_of(batch) - wide / 2), right - wide)
            painter.drawText(QPointF(x, TRACK_Y + TRACK_HEIGHT + 15), text)
        self._paint_lines(painter, snapshot)
        self._paint_checkpoints(painter, snapshot)
        head = self._x_of(min(snapshot.position.batch, self._scale))
        self._paint_flags(painter, snapshot, head)
        self._paint_marks(painter, snapshot)
        if snapshot.live is not None:
            self._paint_live(painter, self._x_of(min(snapshot.live.batch, self._scale)))
        self._paint_playhead(painter, head)

    def _paint_lines(self, painter: QPainter, snapshot: Snapshot) -> None:
        """The other lines below the track, the newest first, each from where it parts from this; two have room."""
        self._line_boxes = []
        others = [line for line in reversed(snapshot.lines) if line.number != snapshot.line]
        for i, line in enumerate(others[:MOST_LINES]):
            left = self._x_of(min(parting(snapshot.lines, snapshot.line, line.number), self._scale))
            right = max(left + 4.0, self._x_of(min(line.finished, self._scale)))
            y = TRACK_Y + TRACK_HEIGHT + 2.5 + 3 * i
            painter.setPen(QPen(self._theme.q("ctl"), 1.5))
            painter.drawLine(QLineF(left, y, right, y))
            painter.drawLine(QLineF(left, y, left - 3, TRACK_Y + TRACK_HEIGHT - 1))
            self._line_boxes.append((QRectF(left - 3, y - 2, right - left + 3, 4), line))

    def _paint_checkpoints(self, painter: QPainter, snapshot: Snapshot) -> None:
        """Small diamonds on the track, as many as keep apart."""
        painter.setPen(QPen(self._theme.q("surface"), 1))
        painter.setBrush(self._theme.q("ctl"))
        free, y = -math.inf, TRACK_Y + TRACK_HEIGHT / 2
        for batch in snapshot.checkpoints:
            x = self._x_of(batch)
            if batch > 1 and x >= free and batch <= self._scale:
                corners = (QPointF(x - 3.5, y), QPointF(x, y - 3.5), QPointF(x + 3.5, y), QPointF(x, y + 3.5))
                painter.drawPolygon(QPolygonF(corners))
                free = x + CHECKPOINTS_APART

    def _paint_live(self, painter: QPainter, x: float) -> None:
        """Where training is while the user looks back: a playhead that is not filled."""
        painter.setPen(QPen(self._theme.q("ok"), 1.5))
        painter.setBrush(self._theme.q("surface"))
        painter.drawEllipse(QPointF(x, TRACK_Y + TRACK_HEIGHT / 2), 4.5, 4.5)

    def _paint_marks(self, painter: QPainter, snapshot: Snapshot) -> None:
        """A tick at each change that is no learning rate, and at each typed cell; a dot where a breakpoint stopped."""
        self._mark_boxes = []
        painter.setPen(QPen(self._theme.q("warn"), 2))
        for entry in oldest(self._changes.marks, self._scale, MARKS_APART / self._x_per_batch):
            x = self._x_of(entry.batch)
            painter.drawLine(QLineF(x, TRACK_Y - 6, x, TRACK_Y - 1))
            self._mark_boxes.append((QRectF(x - 4, TRACK_Y - 9, 8, 10), entry))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.q("err"))
        for x in sorted({round(self._x_of(batch)) for batch in snapshot.hits if batch <= self._scale}):
            painter.drawEllipse(QPointF(x, TRACK_Y - 4), 3, 3)

    def _paint_playhead(self, painter: QPainter, x: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.q("accent"))
        top = 7.0
        shape = [(-5, 0), (5, 0), (5, 7), (1, 12), (1, 29), (-1, 29), (-1, 12), (-5, 7)]
        painter.drawPolygon(QPolygonF([QPointF(x + dx, top + dy) for dx, dy in shape]))

    def _paint_flags(self, painter: QPainter, snapshot: Snapshot, head: float) -> None:
        """Flags at learning-rate changes, the newest first; a text where nothing is in its way, the newest always."""
        left, right = float(LABELS + MARGIN), float(self.width() - MARGIN)
        flags: list[tuple[float, Change]] = []
        free = right  # how far left the next flag must stay
        while change := last_until(self._changes.rates, (free - left) / self._x_per_batch):
            x = self._x_of(change.batch)
            wide = self._label.horizontalAdvance(self._rate_text(change))
            room = x + 16 + wide < head - 6
            hemmed = not flags and not room and max(x, head) + 13 + wide > right  # the newest: text before it only
            free = min(x, head - 4) - wide - 22 if hemmed else x - FLAGS_APART
            flags.append((x, change))
        taken = [(head - 6, head + 6), *((x - 1, x + 9) for x, _ in flags)]
        self._flag_boxes = []
        painter.setFont(self._label_font)
        for x, change in flags:
            self._paint_flag(painter, x)
            text = self._rate_text(change)
            wide = self._label.horizontalAdvance(text)
            box = QRectF(x - 2, 4, 13, TRACK_Y + TRACK_HEIGHT)
            for start in (x + 13, max(x, head) + 13, min(x, head - 4) - 6 - wide):
                if abs(start - x) > wide + 40 or start < left or start + wide > right:
                    continue  # too far from its flag, or outside
                if all(start + wide + 3 < a or start - 3 > b for a, b in taken):
                    painter.setPen(self._theme.q("upd"))
                    painter.drawText(QPointF(start, 17), text)
                    taken.append((start, start + wide))
                    box = box.united(QRectF(start, 4, wide, 16))
                    break
            self._flag_boxes.append((box, change))

    @staticmethod
    def _rate_text(change: Change) -> str:
        return f"η {change.old:g} → {change.new:g}"

    def _paint_flag(self, painter: QPainter, x: float) -> None:
        colour = self._theme.q("upd")
        painter.setPen(QPen(colour, 1.5))
        painter.drawLine(QLineF(x, 7, x, TRACK_Y + TRACK_HEIGHT))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        corners = ((0, 0), (9, 0), (7, 3.5), (9, 7), (0, 7))
        painter.drawPolygon(QPolygonF([QPointF(x + a, 7 + b) for a, b in corners]))

    def _paint_batch(self, painter: QPainter, snapshot: Snapshot) -> None:
        cells, theme = self.cells, self._theme
        assert cells is not None
        follows = self.follows_steps
        done = snapshot.position.step if follows else len(snapshot.program)
        current = done if follows else 0
        for step in snapshot.program.steps:
            self._paint_cell(painter, step, cells.box(step.index), done, current)
        triangle = None
        if current:
            middle = cells.box(current).center().x()
            triangle = (middle - 5, middle + 5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._current_colour(snapshot.program.steps[current - 1]))
            painter.drawPolygon(QPolygonF([QPointF(middle - 5, 61), QPointF(middle + 5, 61), QPointF(middle, 67)]))
        self._paint_phases(painter, cells, triangle)
        self._paint_stops(painter, snapshot, cells)
        if self.hasFocus():
            painter.setPen(QPen(theme.q("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cells.box(self._ring).adjusted(-2, -2, 2, 2), 4, 4)

    def _paint_stops(self, painter: QPainter, snapshot: Snapshot, cells: Cells) -> None:
        """A dot below each Step that has a breakpoint, hollow where it is disabled."""
        for index, enabled in steps_of(snapshot.breakpoints).items():
            if index <= len(snapshot.program):
                painter.setPen(QPen(self._theme.q("err"), 1.5))
                painter.setBrush(self._theme.q("err" if enabled else "surface"))
                painter.drawEllipse(QPointF(cells.box(index).center().x(), CELL_Y + CELL_HEIGHT + 4), 3.5, 3.5)

    def _current_colour(self, step: Step) -> QColor:
        halted = self._snapshot is not None and self._snapshot.halt is not None
        return self._theme.q("err") if halted else self._theme.phase(step.phase)

    def _paint_cell(self, painter: QPainter, step: Step, box: QRectF, done: int, current: int) -> None:
        theme = self._theme
        colour = theme.phase(step.phase)
        if step.index == current:
            fill, ink = self._current_colour(step), theme.q("onphase")
        elif step.index <= done:
            fill, ink = theme.phase_soft(step.phase), colour
        else:
            fill, ink = theme.q("surface"), theme.q("text2")
        pending = step.index > done
        wide = box.width() >= 6
        edge = None
        if step.index == self._hover:
            edge = colour
        elif pending:
            edge = theme.q("line2")
        painter.setBrush(fill if wide or not pending else theme.q("line2"))
        if edge is not None and wide:
            painter.setPen(QPen(edge, 1))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box, 3 if wide else 0, 3 if wide else 0)
        if self._symbol_px:
            symbols.draw_centred(painter, box, step.write, self._symbol_px, ink)

    def _paint_phases(self, painter: QPainter, cells: Cells, triangle: tuple[float, float] | None) -> None:
        """Names above the segments (beside the triangle where it would cover one) and a line below each."""
        names = {
            Phase.FORWARD: self.tr("Forward"),
            Phase.LOSS: self.tr("Loss"),
            Phase.BACKWARD: self.tr("Backward"),
            Phase.UPDATE: self.tr("Update"),
        }
        painter.setFont(self._label_font)
        free = 0.0
        for phase, left, right in cells.segments:
            colour = self._theme.phase(phase)
            text, x = names[phase], max(left, free)
            wide = self._label.horizontalAdvance(text)
            if triangle is not None and x < triangle[1] + 3 and triangle[0] - 3 < x + wide:
                x = triangle[1] + 4
            painter.setPen(colour)
            painter.drawText(QPointF(x, 64), text)
            free = x + wide + 8
            painter.fillRect(QRectF(left, CELL_Y + CELL_HEIGHT + 3, right - left, 2), colour)
