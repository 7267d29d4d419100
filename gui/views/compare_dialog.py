"""Runs in lock-step: one thing different, curves over each other, the difference of any array, where they part."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from engine.compare import LEAST_RUNS, MOST_RUNS, PARAMETERS, Batches
from engine.lesson import Lesson, LessonError
from engine.sweep import Key, parse_values, varied_keys
from engine.tensors import oriented
from gui import symbols
from gui.axis import number
from gui.decimation import Smoothing
from gui.numbers import exact
from gui.theme import LIGHT, Theme, ui_font
from gui.views.compare_heat import HeatMap
from gui.views.compare_job import CompareJob, Course, Look, Seen
from gui.views.compare_plot import ComparePlot
from gui.views.sweep_look import bar, button, combo, dress, field, label, set_wrong, spin, told_value

POLL = 33  # milliseconds: one look at the thread per frame
MOST_BATCHES = 1_000_000
AMOUNT = "0.001"
SMOOTH = 50  # a smoothed curve is a mean over about one part in so many of the batches
FIRST_KEYS = (
    "optimizer.learning_rate",
    "optimizer.momentum",
    "optimizer.momentum_form",
    "init.scheme",
    "network.activation",
    "init.seed",
)


class CompareDialog(QDialog):
    """Trains two to four runs of a lesson that differ in one key, and shows where they part. It is not modal.

    Parameters
    ----------
    lesson : what is trained.
    data_dir : folder that holds MNIST/raw.

    Signals
    -------
    run_wanted(Lesson) : a run is to be opened in the debugger.
    """

    run_wanted = Signal(object)

    def __init__(self, lesson: Lesson, data_dir: Path | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data_dir = data_dir
        self._lesson = lesson
        self._lessons: tuple[Lesson, ...] = ()
        self._names: tuple[str, ...] = ()
        self._job: CompareJob | None = None
        self._ending: list[CompareJob] = []  # they are no longer asked, and have yet to end
        self._course: Course | None = None
        self._seen: Seen | None = None
        self._batch = 0
        self._closing = False
        self.setWindowTitle(self.tr("Compare runs"))
        self._make_fields()
        self._make_panels()
        self._lay_out()
        self._timer = QTimer(self, interval=POLL)
        self._timer.timeout.connect(self._poll)
        self.apply_theme(LIGHT)
        self.resize(1040, 680)
        self.set_lesson(lesson)
        self._show_running(False)
        self._show_course()

    # ---- what it is made of ------------------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self._title = label("", self, "told")
        self._key = combo(self.tr("What is different"), self)
        for name in dict.fromkeys((*FIRST_KEYS, *varied_keys())):
            self._key.addItem(name, name)
        self._key.currentIndexChanged.connect(self._choose_key)
        self._values = field(self.tr("Its value in each run"), self)
        self._values.textEdited.connect(self._explain)
        self._batches = spin(self.tr("Batches"), 1, MOST_BATCHES, 500, self)
        self._start = button(self.tr("Compare"), self)
        self._start.setObjectName("start")
        self._start.clicked.connect(self.start)
        self._cancel = button(self.tr("Cancel"), self)
        self._cancel.clicked.connect(self._stop)
        self._hint = label("", self, "hint")
        self._bar = bar(self.tr("Progress of the runs"), self)
        self._facts = label("", self)
        for text in (self._hint, self._facts):
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def _make_panels(self) -> None:
        self._left, self._right = QFrame(self, objectName="panel"), QFrame(self, objectName="panel")
        self._plot = ComparePlot(self._left)
        self._plot.chosen.connect(self.choose_batch)
        self._measure = combo(self.tr("Which curves"), self)
        for text, of_loss, smooth in (
            (self.tr("loss"), True, False),
            (self.tr("loss, smoothed"), True, True),
            (self.tr("train accuracy, smoothed"), False, True),
        ):
            self._measure.addItem(text, (of_loss, smooth))
        self._measure.currentIndexChanged.connect(self._draw_curves)
        self._amount = field(self.tr("Amount by which they part"), self)
        self._amount.setFixedWidth(96)
        self._amount.setText(AMOUNT)
        self._amount.textEdited.connect(self._draw_difference)
        self._parted = label("", self, "told")
        self._parted.setWordWrap(True)
        self._array = combo(self.tr("Array whose difference is shown"), self)
        self._other = combo(self.tr("Run that is taken from the first"), self)
        self._at = spin(self.tr("Batch whose difference is shown"), 1, 1, 1, self)
        self._at.setFixedWidth(96)
        for box in (self._array, self._other):
            box.currentIndexChanged.connect(self._ask)
        self._at.valueChanged.connect(self.choose_batch)
        self._heat = HeatMap(self._right)
        self._heat.pointed.connect(self._tell_cell)
        self._cell = label("", self)
        self._open_run = combo(self.tr("Run to be opened"), self)
        self._open = button(self.tr("Open in the debugger"), self)
        self._open.clicked.connect(self._want_run)
        self._close = button(self.tr("Close"), self)
        self._close.clicked.connect(self.close)

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(label(self.tr("Different"), self))
        first.addWidget(self._key)
        first.addWidget(self._values, 1)
        first.addWidget(label(self.tr("Batches"), self))
        first.addWidget(self._batches)
        first.addWidget(self._start)
        first.addWidget(self._cancel)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 0)
        head.setSpacing(8)
        head.addWidget(self._measure)
        head.addStretch(1)
        head.addWidget(label(self.tr("they part by more than"), self))
        head.addWidget(self._amount)
        left = QVBoxLayout(self._left)
        left.setContentsMargins(1, 1, 1, 8)
        left.setSpacing(4)
        left.addLayout(head)
        left.addWidget(self._plot, 1)
        said = QHBoxLayout()
        said.setContentsMargins(12, 0, 12, 0)
        said.addWidget(self._parted)
        left.addLayout(said)
        what = QHBoxLayout()
        what.setContentsMargins(12, 8, 12, 0)
        what.setSpacing(8)
        what.addWidget(self._array)
        what.addWidget(self._other, 1)
        when = QHBoxLayout()
        when.setContentsMargins(12, 0, 12, 0)
        when.setSpacing(8)
        when.addWidget(label(self.tr("after batch"), self))
        when.addWidget(self._at)
        when.addStretch(1)
        cell = QHBoxLayout()
        cell.setContentsMargins(12, 0, 12, 0)
        cell.addWidget(self._cell)
        right = QVBoxLayout(self._right)
        right.setContentsMargins(1, 1, 1, 8)
        right.setSpacing(8)
        right.addLayout(what)
        right.addLayout(when)
        right.addWidget(self._heat, 1)
        right.addLayout(cell)
        panels = QHBoxLayout()
        panels.setSpacing(8)
        panels.addWidget(self._left, 3)
        panels.addWidget(self._right, 2)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self._open_run)
        foot.addWidget(self._open)
        foot.addWidget(self._close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 16, 12)
        whole.setSpacing(8)
        whole.addWidget(self._title)
        whole.addLayout(first)
        whole.addWidget(self._hint)
        whole.addWidget(self._bar)
        whole.addWidget(self._facts)
        whole.addLayout(panels, 1)
        whole.addLayout(foot)
        self.setMinimumSize(860, 560)
        chain = (self._key, self._values, self._batches, self._start, self._cancel, self._measure, self._amount)
        rest = (self._plot, self._array, self._other, self._at, self._heat, self._open_run, self._open, self._close)
        for before, after in pairwise((*chain, *rest)):
            QWidget.setTabOrder(before, after)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours and fonts of a theme."""
        dress(self, theme)
        self._title.setFont(ui_font(13, 600))
        self._hint.setFont(ui_font(12))
        self._plot.apply_theme(theme)
        self._heat.apply_theme(theme)

    # ---- what is to be run -------------------------------------------------------------------------------------------

    def set_lesson(self, lesson: Lesson) -> None:
        """Compare runs of another lesson, unless some are under way. What is drawn stays until they start."""
        if self._running:
            return
        self._lesson = lesson
        self._title.setText(lesson.title)
        self._measure.model().item(2).setEnabled(lesson.classes)
        self._measure.setCurrentIndex(int(lesson.classes))  # of many batches of examples each, single losses wander
        self._choose_key()

    @property
    def _running(self) -> bool:
        return self._job is not None and (self._course is None or not self._course.finished)

    @Slot()
    def _choose_key(self) -> None:
        self._values.setText(suggested(varied_keys()[self._key.currentData()], self._lesson))
        self._explain()

    def _wanted(self) -> tuple[tuple[str, ...], tuple[Lesson, ...]]:
        """Names and lessons of the runs that the fields say. Raises LessonError with the sentence to show."""
        key = self._key.currentData()
        values = parse_values(key, self._values.text().strip())
        if not LEAST_RUNS <= len(values) <= MOST_RUNS:
            text = self.tr("Give {least} to {most} values, one for each run.")
            raise LessonError(text.format(least=LEAST_RUNS, most=MOST_RUNS))
        return tuple(told_value(v) for v in values), tuple(self._lesson.with_value(key, v) for v in values)

    @Slot()
    def _explain(self) -> None:
        try:
            names, _ = self._wanted()
        except LessonError as error:
            self._say(str(error).removeprefix(f"{self._lesson.id}: "), wrong=True)
            set_wrong(self._values, True)
            self._start.setEnabled(False)
            return
        set_wrong(self._values, False)
        others = self.tr(" and ").join(names[1:])
        text = self.tr("{n} runs: {key} = {others} compared with {first}.")
        key = self._key.currentData().rpartition(".")[2]
        self._say(text.format(n=len(names), key=key, others=others, first=names[0]))
        self._start.setEnabled(True)

    def _say(self, text: str, wrong: bool = False) -> None:
        self._hint.setText(text)
        set_wrong(self._hint, wrong)

    # ---- running -----------------------------------------------------------------------------------------------------

    @Slot()
    def start(self) -> None:
        """Train the runs that the fields say."""
        if self._running or not self._start.isEnabled():
            return
        self._let_go()
        self._names, self._lessons = self._wanted()
        self._course, self._seen, self._batch = None, None, 0
        self._job = CompareJob(self._lessons, self._batches.value(), self._data_dir)
        # however the window or the program ends, the thread must not go on without them
        self.destroyed.connect(self._job.close)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._job.close)
        self._bar.setRange(0, self._batches.value())
        self._bar.setValue(0)
        self._show_course()
        self._show_running(True)
        self._timer.start()

    def _let_go(self) -> None:
        """End the thread of the runs before."""
        if self._job is not None:
            self._job.close()
            self._ending.append(self._job)
            self._job = None

    @Slot()
    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancelled.set()
            self._cancel.setEnabled(False)

    @Slot()
    def _poll(self) -> None:
        self._ending = [job for job in self._ending if not job.ended()]
        job = self._job
        if job is not None:
            self._take(job)
        elif not self._ending:
            self._timer.stop()
            if self._closing:
                self._closing = False
                super().reject()

    def _take(self, job: CompareJob) -> None:
        if job.fault:
            self._say(job.fault.removeprefix(f"{self._lesson.id}: "), wrong=True)
            self._let_go()
            self._show_running(False)
            return
        if job.course is not self._course and job.course is not None:
            self._course = job.course
            self._bar.setValue(self._course.batches)
            self._show_course()
            if self._course.finished:
                self._show_running(False)
                self._begin_to_look()
        if job.seen is not self._seen and job.seen is not None:
            self._seen = job.seen
            self._show_seen()

    def _show_running(self, running: bool) -> None:
        self._bar.setVisible(running)
        self._cancel.setVisible(running)
        self._cancel.setEnabled(running)
        self._start.setVisible(not running)
        for widget in (self._key, self._values, self._batches):
            widget.setEnabled(not running)
        there = not running and self._course is not None and self._course.batches > 0
        for widget in (self._array, self._other, self._at, self._open_run, self._open):
            widget.setEnabled(there)

    # ---- what came of it ---------------------------------------------------------------------------------------------

    def _show_course(self) -> None:
        self._facts.setText("" if self._course is None else self.facts(self._course))
        self._facts.setVisible(self._course is not None)
        self._draw_curves()
        if self._course is None:
            self._parted.clear()
            self._cell.clear()
            self._plot.show_difference("", np.empty(0), math.nan, None)
            self._heat.show_values(
                None, self.tr("When the runs have ended, the difference of any array is shown here.")
            )

    def facts(self, course: Course) -> str:
        """What the runs have in common and what not, in sentences."""
        parts = []
        if course.facts.batches is Batches.SAME:
            parts.append(self.tr("All runs take the same examples in the same order."))
        elif course.facts.batches is Batches.HELD:
            parts.append(
                self.tr(
                    "All runs take the same examples in the same order, that of the first run. Opened by themselves, "
                    "the others shuffle them differently, because the order, too, comes from the seed."
                )
            )
        else:
            text = self.tr(
                "The runs take different batches, because {keys} is different: their curves, weights and biases can be "
                "compared, what belongs to a batch cannot."
            )
            parts.append(text.format(keys=", ".join(course.facts.keys)))
        if course.facts.same_start is True:
            parts.append(self.tr("They start from the same weights and biases."))
        elif course.facts.same_start is False:
            parts.append(self.tr("They start from different weights and biases."))
        else:
            parts.append(self.tr("Their weights have different shapes."))
        stopped = [(name, why) for name, why in zip(self._names, course.halts, strict=True) if why]
        for name, why in stopped:
            text = self.tr("The run with {name} diverged ({why}); all stand after batch {n}.")
            parts.append(text.format(name=name, why=why, n=f"{course.batches:,}"))
        return " ".join(parts)

    @Slot()
    def _draw_curves(self) -> None:
        course, (of_loss, smooth) = self._course, self._measure.currentData()
        curves = () if course is None else course.losses if of_loss else course.accuracies
        if smooth:
            weight = 1 - 1 / max(1.0, self._batches.value() / SMOOTH)
            curves = tuple(Smoothing(weight).of(values) for values in curves)
        self._plot.show_curves(self._names if course is not None else (), curves, of_loss)
        self._plot.show_batch(self._batch)

    def _begin_to_look(self) -> None:
        """Offer the arrays, and show one."""
        course = self._course
        assert course is not None
        with QSignalBlocker(self._other), QSignalBlocker(self._at), QSignalBlocker(self._open_run):
            self._other.clear()
            self._open_run.clear()
            for i, name in enumerate(self._names):
                self._open_run.addItem(name, i)
                if i:
                    self._other.addItem(self.tr("{first} less {other}").format(first=self._names[0], other=name), i)
            self._at.setRange(1, max(1, course.batches))
            self._batch = course.batches
            self._at.setValue(max(1, self._batch))
        self._plot.show_batch(self._batch)
        if course.batches:
            self._ask()
        else:
            self._heat.show_values(None, self.tr("No batch was finished by all runs."))

    def _offer_arrays(self, names: tuple[str, ...]) -> None:
        """The arrays that can be taken from each other, the chosen one kept where that is possible."""
        if [self._array.itemData(i) for i in range(1, self._array.count())] == list(names):
            return
        chosen = self._array.currentData()
        with QSignalBlocker(self._array):
            self._array.clear()
            self._array.addItem(self.tr("all weights and biases"), PARAMETERS)
            for name in names:
                self._array.addItem(symbols.plain(name), name)
            first = chosen if chosen in (*names, PARAMETERS) else "W1" if "W1" in names else PARAMETERS
            self._array.setCurrentIndex(self._array.findData(first))

    @Slot()
    def _ask(self) -> None:
        """Ask for the difference that the choosers say."""
        course, other = self._course, self._other.currentData()
        if course is None or not course.finished or not course.batches or other is None or self._job is None:
            return
        self._offer_arrays(course.arrays[other - 1])
        self._job.look(Look(self._array.currentData(), self._batch, other))

    @Slot(int)
    def choose_batch(self, batch: int) -> None:
        """Show the difference after another batch."""
        course = self._course
        if course is None or not course.finished or batch == self._batch or not 1 <= batch <= course.batches:
            return
        self._batch = batch
        with QSignalBlocker(self._at):
            self._at.setValue(batch)
        self._plot.show_batch(batch)
        self._ask()

    def _show_seen(self) -> None:
        seen = self._seen
        assert seen is not None
        if seen.fault:
            self._heat.show_values(None, seen.fault)
        elif seen.difference is None:
            self._heat.show_values(None, self.tr("Choose one array to see its difference cell by cell."))
        else:
            self._heat.show_values(oriented(seen.difference, self._lessons[0].run.orientation))
        self._tell_cell()
        self._draw_difference()

    @Slot()
    def _draw_difference(self) -> None:
        """The lower curve, and in words where the runs part."""
        seen = self._seen
        amount = self._typed_amount()
        set_wrong(self._amount, amount is None)
        if seen is None:
            return
        name = self.tr("weights and biases") if seen.look.array == PARAMETERS else symbols.plain(seen.look.array)
        beyond = np.flatnonzero(seen.largest > amount) if amount is not None else np.empty(0)
        parted = int(beyond[0]) + 1 if len(beyond) else None
        self._plot.show_difference(name, seen.largest, math.nan if amount is None else amount, parted)
        self._parted.setText(self._told(seen, name, amount, parted))
        self._plot.setAccessibleDescription(self._parted.text())

    def _typed_amount(self) -> float | None:
        try:
            amount = float(self._amount.text())
        except ValueError:
            return None
        return amount if math.isfinite(amount) and amount >= 0 else None

    def _told(self, seen: Seen, name: str, amount: float | None, parted: int | None) -> str:
        if seen.fault:
            return seen.fault
        if amount is None:
            return self.tr("The amount must be a number that is not negative.")
        told = number(amount, 4)
        if parted is not None:
            text = self.tr("{array}: the runs first part by more than {amount} in batch {n}.")
            return text.format(array=name, amount=told, n=f"{parted:,}")
        if not seen.complete:
            text = self.tr("{array}: looking, batch {n} of {total}…")
            total = 0 if self._course is None else self._course.batches
            return text.format(array=name, n=f"{len(seen.largest):,}", total=f"{total:,}")
        text = self.tr("{array}: the runs never part by more than {amount}; the largest difference is {x}.")
        return text.format(array=name, amount=told, x=number(float(seen.largest.max(initial=0.0)), 4))

    @Slot()
    def _tell_cell(self) -> None:
        seen, cell, values = self._seen, self._heat.cell, self._heat.values
        if seen is None or cell is None or values is None:
            self._cell.setText("")
        else:
            where = f"{symbols.plain(seen.look.array)}[{cell[0]}, {cell[1]}]"
            self._cell.setText(f"{where}: {exact(float(values[cell]))}")
        self._heat.setAccessibleDescription(self._cell.text())

    @Slot()
    def _want_run(self) -> None:
        at = self._open_run.currentData()
        if at is not None:
            self.run_wanted.emit(self._lessons[at])

    # ---- the end -----------------------------------------------------------------------------------------------------

    def reject(self) -> None:
        """Close, once the thread has ended; what is drawn is given up."""
        self._let_go()
        if not self._ending:
            super().reject()
            return
        self._closing = True
        self._timer.start()


def suggested(key: Key, lesson: Lesson) -> str:
    """The lesson's own value, and another."""
    section, name = key.name.split(".")
    value = getattr(getattr(lesson, section), name)
    if not key.numeric:
        others = [choice for choice in key.choices if choice != value]
        own = value if value in key.choices else key.choices[0]
        return f"{told_value(own)}, {told_value(next(c for c in others if c != own))}"
    if key.name == "optimizer.momentum":
        other: float = 0.9 if value < 0.9 else 0.0
    elif key.name == "init.seed":
        other = value + 1
    elif key.whole:
        other = 2 * value if value > 0 else 1
    else:
        other = value / 2 if value else 1.0
    return f"{told_value(value)}, {told_value(other)}"
