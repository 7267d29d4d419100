"""Runs in lock-step: one thing different, curves over each other, the difference of any array, where they part."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QMenu, QWidget

from engine.compare import LEAST_RUNS, MOST_RUNS, PARAMETERS, Batches, parted
from engine.lesson import Lesson, LessonError
from engine.sweep import Key, counts, parse_values, seed_matters, varied_keys
from engine.tensors import oriented
from gui import symbols
from gui.axis import number
from gui.decimation import Smoothing
from gui.lesson_pages import language, title_of
from gui.matrix_text import add_copy_actions
from gui.numbers import exact
from gui.said import said
from gui.theme import LIGHT
from gui.views.compare_heat import HeatMap
from gui.views.compare_job import CompareJob, Course, Look, Seen
from gui.views.compare_plot import ComparePlot
from gui.views.study import StudyDialog
from gui.views.study_look import button, column, combo, field, label, panel, row, set_wrong, spin
from gui.views.study_words import key_title, sentences, told_value

MOST_BATCHES = 1_000_000
AMOUNT = "0.001"
SMOOTH = 50  # a smoothed curve is a mean over about one part in so many of the batches
SEED = "init.seed"
FIRST_KEYS = (
    "optimizer.learning_rate",
    "optimizer.momentum",
    "optimizer.momentum_form",
    "init.scheme",
    "network.activation",
    SEED,
)


class CompareDialog(StudyDialog):
    """Trains two to four runs of a lesson that differ in one key, and shows where they part."""

    def __init__(self, lesson: Lesson, data_dir: Path | None = None, parent: QWidget | None = None) -> None:
        super().__init__(lesson, data_dir, parent)
        self._lessons: tuple[Lesson, ...] = ()
        self._names: tuple[str, ...] = ()
        self._job: CompareJob | None = None
        self._ending: list[CompareJob] = []  # they are no longer asked, and have yet to end
        self._course: Course | None = None
        self._seen: Seen | None = None
        self._batch = 0
        self._smoothed: dict[bool, tuple[Smoothing, ...]] = {}  # of losses (True) and of accuracies
        self._drawn: tuple[bool, bool] | None = None  # the curves that are there, of loss and smoothed
        self.setWindowTitle(self.tr("Compare runs"))
        self._make_fields()
        self._make_panels()
        self._lay_out()
        self.apply_theme(LIGHT)
        self.resize(1040, 680)
        self.set_lesson(lesson)
        self._show_running(False)
        self._show_course()

    # ---- what it is made of ------------------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self._key = self._key_chooser(self.tr("What is different"), FIRST_KEYS)
        self._key.currentIndexChanged.connect(self._choose_key)
        self._values = field(self.tr("Its value in each run"), self)
        self._values.textEdited.connect(self._explain)
        self._batches = spin(self.tr("Batches"), 1, MOST_BATCHES, 500, self)
        self._start_button(self.tr("Compare"))
        self._facts = label("", self, long=True)

    def _make_panels(self) -> None:
        self._left, self._right = panel(self), panel(self)
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
        self._parted = label("", self, "told", long=True)
        self._array = combo(self.tr("Array whose difference is shown"), self)
        self._other = combo(self.tr("Run that is taken from the first"), self)
        self._array.setPlaceholderText(self.tr("array"))
        self._other.setPlaceholderText(self.tr("which run less which"))
        self._at = spin(self.tr("Batch whose difference is shown"), 1, 1, 1, self)
        self._at.setFixedWidth(96)
        for box in (self._array, self._other):
            box.currentIndexChanged.connect(self._ask)
        self._at.valueChanged.connect(self.choose_batch)
        self._heat = HeatMap(self._right)
        self._heat.pointed.connect(self._tell_cell)
        self._cell = label("", self)
        self._copy = button(self.tr("Copy"), self)
        self._copy.setMenu(QMenu(self._copy))
        self._copy.menu().aboutToShow.connect(self._fill_copy_menu)
        self._open_run = combo(self.tr("Run to be opened"), self)
        self._open_run.setPlaceholderText(self.tr("run"))
        self._open.clicked.connect(self._want_run)

    def _lay_out(self) -> None:
        first = row(
            *(label(self.tr("Different"), self), self._key, (self._values, 1), label(self.tr("Batches"), self)),
            *(self._batches, self._start, self._cancel),
        )
        inside = (12, 0, 12, 0)
        apart = label(self.tr("they part by more than"), self)
        head = row(self._measure, None, apart, self._amount, margins=(12, 8, 12, 0))
        column(self._left, head, (self._plot, 1), row(self._parted, margins=inside), margins=(1, 1, 1, 8), spacing=4)
        what = row(self._array, (self._other, 1), margins=(12, 8, 12, 0))
        before, _, behind = self.tr("after batch {n}").partition("{n}")
        words = [label(text.strip(), self) for text in (before, behind)]
        for one in words:
            one.setVisible(bool(one.text()))
        when = row(words[0], self._at, words[1], None, self._copy, margins=inside)
        column(self._right, what, when, (self._heat, 1), row(self._cell, margins=inside), margins=(1, 1, 1, 8))
        panels = row((self._left, 3), (self._right, 2))
        foot = row(None, self._open_run, self._open, self._close)
        parts = (self._title, first, self._hint, self._bar, self._facts, (panels, 1), foot)
        column(self, *parts, margins=(16, 12, 16, 12))
        self.setMinimumSize(860, 560)
        self._in_this_order(
            *(self._key, self._values, self._batches, self._start, self._cancel, self._measure, self._amount),
            *(
                self._plot,
                self._array,
                self._other,
                self._at,
                self._copy,
                self._heat,
                self._open_run,
                self._open,
                self._close,
            ),
        )

    # ---- what is to be run -------------------------------------------------------------------------------------------

    def set_lesson(self, lesson: Lesson) -> None:
        """Compare runs of another lesson, unless some are under way. What is drawn stays until they start."""
        if self._running:
            return
        self._lesson = lesson
        self._title.setText(title_of(lesson, language()))
        self._offer(self._key)
        if not counts(self._key.currentData(), lesson):
            with QSignalBlocker(self._key):
                self._key.setCurrentIndex(0)
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
            self._hint_at(self._explained(error), wrong=True)
            set_wrong(self._values, True)
            return
        set_wrong(self._values, False)
        others = names[1]
        for name in names[2:]:
            others = self.tr("{a} and {b}").format(a=others, b=name)
        text = self.tr("{n} runs: {key} = {others} compared with {first}.")
        key = self._key.currentData()
        told = text.format(n=len(names), key=key_title(key), others=others, first=names[0])
        given = key == SEED and not seed_matters(self._lesson.with_value("data.shuffle", False))  # the order is one
        self._hint_at(sentences(told, self._seed_note()) if given else told)

    # ---- running -----------------------------------------------------------------------------------------------------

    @Slot()
    def start(self) -> None:
        """Train the runs that the fields say."""
        if self._running or not self._start.isEnabled():
            return
        self._let_go()
        self._names, self._lessons = self._wanted()
        self._course, self._seen, self._batch = None, None, 0
        weight = 1 - 1 / max(1.0, self._batches.value() / SMOOTH)
        self._smoothed = {of_loss: tuple(Smoothing(weight) for _ in self._lessons) for of_loss in (True, False)}
        self._job = CompareJob(self._lessons, self._batches.value(), self._data_dir)
        self._bar.setRange(0, self._batches.value())
        self._bar.setValue(0)
        self._show_course()
        self._show_running(True)
        self._watch(self._job)

    def _let_go(self) -> bool:
        """End the thread of the runs before; what is drawn is given up."""
        if self._job is not None:
            self._job.close()
            self._ending.append(self._job)
            self._job = None
        return not self._ending

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
            self._ended()

    def _take(self, job: CompareJob) -> None:
        if job.fault:
            self._hint_at(self._explained(job.fault), wrong=True)
            self._start.setEnabled(True)
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
        super()._show_running(running)
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
            self._plot.show_difference("", np.empty(0), math.nan, None)
            self._heat.show_values(
                None,
                self.tr(
                    "When the runs have ended, any array of one less that of another is drawn here as a heatmap, "
                    "after any batch: blue where it is less, red where it is more."
                ),
            )
            self._tell_cell()

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
            parts.append(text.format(keys=", ".join(map(key_title, course.facts.keys))))
        if course.facts.same_start is True:
            parts.append(self.tr("They start from the same weights and biases."))
        elif course.facts.same_start is False:
            parts.append(self.tr("They start from different weights and biases."))
        else:
            parts.append(self.tr("Their weights have different shapes."))
        stopped = [(name, why) for name, why in zip(self._names, course.halts, strict=True) if why]
        for name, why in stopped:
            text = self.tr("The run with {name} diverged ({why}); all stand after batch {n}.")
            parts.append(text.format(name=name, why=said(why), n=f"{course.batches:,}"))
        return sentences(*parts)

    @Slot()
    def _draw_curves(self) -> None:
        """Draw what is chosen; what has been smoothed or drawn before is not gone through again."""
        course, chosen = self._course, self._measure.currentData()
        if course is None:
            self._plot.show_curves((), (), True)
            self._drawn = None
            return
        of_loss, smooth = chosen
        plain = {True: course.losses, False: course.accuracies}
        smoothed = {
            kind: tuple(one.of(values) for one, values in zip(self._smoothed[kind], curves, strict=True))
            for kind, curves in plain.items()
        }
        curves = (smoothed if smooth else plain)[of_loss]
        self._plot.show_curves(self._names, curves, of_loss, grown=chosen == self._drawn)
        self._drawn = chosen
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
            for box in (self._other, self._open_run):
                box.setCurrentIndex(0)
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
        self._describe_plot()
        self._ask()

    def _show_seen(self) -> None:
        seen = self._seen
        assert seen is not None
        if seen.fault:
            self._heat.show_values(None, said(seen.fault))
        elif seen.difference is None:
            self._heat.show_values(None, self.tr("Choose one array to see its difference cell by cell."))
        else:
            values = oriented(seen.difference, self._lessons[0].run.orientation)
            self._heat.show_values(values, name=seen.look.array)
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
        first = None if amount is None else parted(seen.largest, amount)
        self._plot.show_difference(name, seen.largest, math.nan if amount is None else amount, first)
        self._parted.setText(self._told(seen, name, amount, first))
        self._describe_plot()

    def _describe_plot(self) -> None:
        there = 1 <= self._batch <= self._plot.batches
        self._plot.setAccessibleDescription(f"{self._parted.text()} {self._plot.told(self._batch) if there else ''}")

    def _typed_amount(self) -> float | None:
        try:
            amount = float(self._amount.text())
        except ValueError:
            return None
        return amount if math.isfinite(amount) and amount >= 0 else None

    def _told(self, seen: Seen, name: str, amount: float | None, first: int | None) -> str:
        if seen.fault:
            return said(seen.fault)
        if amount is None:
            return self.tr("The amount must be a number that is not negative.")
        told = number(amount, 4)
        if first is not None:
            text = self.tr("{array}: the runs first part by more than {amount} in batch {n}.")
            return text.format(array=name, amount=told, n=f"{first:,}")
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
        self._copy.setEnabled(values is not None)
        self._heat.setAccessibleDescription(self._cell.text())

    @Slot()
    def _fill_copy_menu(self) -> None:
        self._copy.menu().clear()
        matrix = self._heat.to_copy()
        if matrix is not None:
            add_copy_actions(self._copy.menu(), *matrix)

    @Slot()
    def _want_run(self) -> None:
        at = self._open_run.currentData()
        if at is not None:
            self.run_wanted.emit(self._lessons[at])


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
    elif key.name == SEED:
        other = value + 1
    elif key.whole:
        other = 2 * value if value > 0 else 1
    else:
        other = value / 2 if value else 1.0
    return f"{told_value(value)}, {told_value(other)}"
