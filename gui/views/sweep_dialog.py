"""A sweep: what is varied, a progress bar while it runs in the background, and its plot."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QFileDialog, QGridLayout, QWidget

from engine.files import write_atomically
from engine.lesson import Lesson, LessonError
from engine.sweep import (
    MOST_EPOCHS,
    MOST_RUNS,
    Axis,
    Key,
    Result,
    Sweep,
    asked_for,
    best_of,
    counts,
    parse_values,
    run_sweep,
    seed_matters,
    shown_value,
    to_csv,
    varied_keys,
)
from gui.axis import number
from gui.lesson_pages import language, title_of
from gui.said import said
from gui.theme import LIGHT
from gui.views.study import StudyDialog
from gui.views.study_look import button, column, combo, field, label, panel, row, set_wrong, spin
from gui.views.study_words import key_title, told_axis, told_values
from gui.views.sweep_job import Runner, SweepJob, Wish
from gui.views.sweep_plot import Measure, SweepPlot

RATE, SEED = "optimizer.learning_rate", "init.seed"
MOST_BATCHES_HERE = 10_000_000  # that the field takes
DRAWN_VALUES = 6  # of a list that are written out below the fields


class SweepDialog(StudyDialog):
    """Varies one key of a lesson, or two, and shows what came of every run as a point. It is not modal.

    Closing it while it runs ends the sweep; runs that have ended are kept, and Start runs only those that are missing,
    also of a sweep with more values.

    Parameters
    ----------
    lesson, data_dir : as in StudyDialog.
    run : what runs a sweep.
    """

    def __init__(
        self,
        lesson: Lesson,
        data_dir: Path | None = None,
        parent: QWidget | None = None,
        run: Runner = run_sweep,
    ) -> None:
        super().__init__(lesson, data_dir, parent)
        self._run = run
        self._job: SweepJob | None = None
        self._sweep: Sweep | None = None
        self._known: dict[str, Result] = {}
        self.setWindowTitle(self.tr("Sweep"))
        self._make_fields()
        self._make_plot()
        self._lay_out()
        self.apply_theme(LIGHT)
        self.resize(820, 680)
        self.set_lesson(lesson)
        self._show_running(False)
        self._draw()

    # ---- what it is made of ------------------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        first = (RATE, "optimizer.momentum", SEED, "network.activation", "data.batch_size")
        self._keys = [
            self._key_chooser(self.tr("Key to vary"), first),
            self._key_chooser(self.tr("Second key to vary"), first, self.tr("nothing else")),
        ]
        for at, box in enumerate(self._keys):
            box.currentIndexChanged.connect(lambda _, at=at: self._choose_key(at))
        self._fields = [field(self.tr("Values of the key"), self), field(self.tr("Values of the second key"), self)]
        for line in self._fields:
            line.textEdited.connect(self._explain)
        self._length = spin(self.tr("Length of each run"), 1, MOST_BATCHES_HERE, 2000, self)
        self._length.valueChanged.connect(self._explain)
        self._other_length = 10  # of the unit that is not chosen
        self._unit = combo(self.tr("What the length of a run is counted in"), self)
        self._unit.addItem(self.tr("batches"), False)
        self._unit.addItem(self.tr("epochs"), True)
        self._unit.currentIndexChanged.connect(self._choose_unit)
        self._place = combo(self.tr("Where the runs are made"), self)
        self._place.addItem(self.tr("on this machine"), False)
        self._place.addItem(self.tr("on a Dask cluster"), True)
        self._place.currentIndexChanged.connect(self._choose_place)
        self._jobs = spin(self.tr("Processes side by side; 0 is one per processor"), 0, 1024, 0, self)
        self._jobs.setSpecialValueText(self.tr("auto"))
        self._address = field(self.tr("Address of the Dask scheduler"), self)
        self._address.setPlaceholderText("tcp://127.0.0.1:8786")
        self._address.textEdited.connect(self._explain)
        self._start_button(self.tr("Start"))
        self._bar.setAccessibleName(self.tr("Progress of the sweep"))
        self._state = label("", self, "told", long=True)

    def _make_plot(self) -> None:
        self._panel = panel(self)
        self._plot = SweepPlot(self._panel)
        self._plot.chosen.connect(self._tell_chosen)
        self._plot.opened.connect(self._open_chosen)
        self._measures = combo(self.tr("What is drawn upwards"), self)
        for measure, text in (
            (Measure.LOSS, self.tr("loss at the end")),
            (Measure.TRAIN_ACCURACY, self.tr("train accuracy at the end")),
            (Measure.TEST_ACCURACY, self.tr("test accuracy at the end")),
            (Measure.TEST_LOSS, self.tr("test loss at the end")),
        ):
            self._measures.addItem(text, measure)
        self._measures.currentIndexChanged.connect(self._draw)
        self._chosen = label(self.tr("Choose a point to see its run."), self)
        self._chosen.setWordWrap(True)
        self._open.clicked.connect(self._open_chosen)
        self._save = button(self.tr("Save as CSV…"), self)
        self._save.clicked.connect(self._ask_where_to_save)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        for at, text in enumerate((self.tr("Vary"), self.tr("and"))):
            grid.addWidget(label(text, self), at, 0)
            grid.addWidget(self._keys[at], at, 1)
            grid.addWidget(self._fields[at], at, 2)
        grid.setColumnStretch(2, 1)
        self._jobs_label = label(self.tr("processes"), self)
        where = row(
            *(label(self.tr("Each run"), self), self._length, self._unit, 8, self._place, self._jobs, self._jobs_label),
            *((self._address, 100), None, self._cancel, self._start),
        )
        head = row(self._measures, None, self._save, margins=(12, 8, 12, 0))
        column(self._panel, head, (self._plot, 1), margins=(1, 1, 1, 1), spacing=4)
        foot = row((self._chosen, 1), self._open, self._close)
        parts = (self._title, grid, self._hint, where, self._bar, self._state, (self._panel, 1), foot)
        column(self, *parts, margins=(16, 12, 16, 12))
        self.setMinimumSize(640, 520)
        self._in_this_order(
            *(self._keys[0], self._fields[0], self._keys[1], self._fields[1]),
            *(self._length, self._unit, self._place, self._jobs),
            *(self._address, self._start, self._cancel, self._measures, self._save, self._plot, self._open),
            self._close,
        )

    # ---- what is to be run -------------------------------------------------------------------------------------------

    def set_lesson(self, lesson: Lesson) -> None:
        """Vary another lesson, unless a sweep runs. What was found before is kept, and drawn until Start."""
        if self._job is not None:
            return
        self._lesson = lesson
        self._title.setText(title_of(lesson, language()))
        second = SEED if seed_matters(lesson) else ""
        for at, key in enumerate((RATE, second)):
            with QSignalBlocker(self._keys[at]):
                self._keys[at].setCurrentIndex(max(0, self._keys[at].findData(key)))
            self._choose_key(at)
        tested = lesson.data.source != "points" and lesson.data.test_share > 0  # the default where it has none
        model = self._measures.model()
        for i in range(1, self._measures.count()):
            possible = {
                Measure.TRAIN_ACCURACY: lesson.classes,
                Measure.TEST_ACCURACY: lesson.classes and lesson.evaluation.examples != 0,
                Measure.TEST_LOSS: tested,
            }[self._measures.itemData(i)]
            model.item(i).setEnabled(possible)
            if not possible and self._measures.currentIndex() == i:
                self._measures.setCurrentIndex(0)

    def _choose_key(self, at: int) -> None:
        key = self._keys[at].currentData()
        self._offer(self._keys[1 - at], (key,), varied_keys().keys() - {"data.source"})
        self._fields[at].setEnabled(bool(key))
        self._fields[at].setText(suggested(varied_keys()[key], self._lesson) if key else "")
        self._fields[at].setCursorPosition(0)
        self._explain()

    @Slot()
    def _choose_unit(self) -> None:
        """Each unit keeps its own length."""
        length, epochs = self._other_length, self._unit.currentData()
        self._other_length = self._length.value()
        with QSignalBlocker(self._length):
            self._length.setRange(1, MOST_EPOCHS if epochs else MOST_BATCHES_HERE)
            self._length.setValue(length)
        self._explain()

    @Slot()
    def _choose_place(self) -> None:
        cluster = bool(self._place.currentData())
        self._jobs.setVisible(not cluster)
        self._jobs_label.setVisible(not cluster)
        self._address.setVisible(cluster)
        self._explain()

    def _axes(self) -> tuple[Axis, ...]:
        """What the fields say. Raises LessonError with the sentence to show; the field it is about is framed."""
        axes = []
        for box, line in zip(self._keys, self._fields, strict=True):
            set_wrong(line, False)
            key = box.currentData()
            if key:
                try:
                    axes.append(Axis(key, parse_values(key, line.text().strip())))
                    for value in axes[-1].values[:1]:
                        self._lesson.with_value(key, value)
                except LessonError:
                    set_wrong(line, True)
                    raise
        return tuple(axes)

    @Slot()
    def _explain(self) -> None:
        """Say what the fields make, or why they make nothing; Start works in the first case only."""
        try:
            axes = self._axes()
        except LessonError as error:
            self._hint_at(self._explained(error), wrong=True)
            return
        keys = [axis.key for axis in axes]
        count = math.prod(len(axis.values) for axis in axes)
        if len(set(keys)) < len(keys):
            self._hint_at(self.tr("The same key cannot be varied twice; give all its values at once."), wrong=True)
        elif count > MOST_RUNS:
            text = self.tr("These are {n} runs; at most {most} are possible.")
            self._hint_at(text.format(n=f"{count:,}", most=f"{MOST_RUNS:,}"), wrong=True)
        elif self._place.currentData() and not self._address.text().strip():
            self._hint_at(self.tr("Name the Dask scheduler by its address, as in tcp://127.0.0.1:8786."))
            self._start.setEnabled(False)
        else:
            values = "; ".join(told_axis(axis, DRAWN_VALUES) for axis in axes)
            runs = self.tr("{n} runs").format(n=f"{count:,}") if count > 1 else self.tr("1 run")
            self._hint_at(" · ".join([f"{runs}: {values}", *self._notes(axes)]))

    def _notes(self, axes: tuple[Axis, ...]) -> list[str]:
        """What may not be meant."""
        notes = []
        for axis, line in zip(axes, self._fields, strict=False):
            text = line.text().strip()
            asked = asked_for(axis.key, text)
            if len(axis.values) < asked:
                note = self.tr("{range} asks for {asked} values, of which {n} are different whole numbers")
                notes.append(note.format(range=text, asked=f"{asked:,}", n=f"{len(axis.values):,}"))
        if any(axis.key == SEED for axis in axes) and not seed_matters(self._lesson, axes):
            notes.append(self._seed_note())
        keys = [axis.key for axis in axes]
        for key in keys:
            if not counts(key, self._lesson, keys):
                notes.append(self.tr("{key} changes nothing here").format(key=key_title(key)))
        if "data.batch_size" in keys and not self._unit.currentData():
            notes.append(self.tr("each run sees batches × batch size examples; counted in epochs, all see as many"))
        return notes

    # ---- running -----------------------------------------------------------------------------------------------------

    @Slot()
    def start(self) -> None:
        """Run what is not known yet of the sweep that the fields say."""
        if self._job is not None or not self._start.isEnabled():
            return
        cluster = bool(self._place.currentData())
        jobs, dask = (None, self._address.text().strip()) if cluster else (self._jobs.value() or None, None)
        length = self._length.value()
        batches, epochs = (None, length) if self._unit.currentData() else (length, None)
        wish = Wish(self._lesson, self._axes(), batches, epochs, jobs, dask, self._data_dir)
        self._sweep = None
        self._known = {digest: result for digest, result in self._known.items() if not result.error}
        self._job = SweepJob(wish, set(self._known), self._run)
        self._bar.setRange(0, 0)
        self._say(self.tr("Starting…"))
        self._show_running(True)
        self._watch(self._job)

    @Slot()
    def _stop(self) -> None:
        if self._job is not None:
            self._job.close()
            self._cancel.setEnabled(False)
            self._say(self.tr("Ending the runs under way…"))

    @Slot()
    def _poll(self) -> None:
        job = self._job
        if job is None:
            return
        ended = job.ended()
        came = job.take()
        for result in came:
            self._known[result.digest] = result
        if self._sweep is None and job.sweep is not None:
            self._sweep = job.sweep
            self._draw()
        elif came:
            self._draw()
        self._show_progress(job)
        if ended:
            self._end(job)

    def _show_progress(self, job: SweepJob) -> None:
        if self._sweep is None or job.cancelled.is_set():
            return
        done, total = self._done, len(self._sweep.runs)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._say(self.tr("{done} of {total} runs").format(done=f"{done:,}", total=f"{total:,}"))

    @property
    def _done(self) -> int:
        return 0 if self._sweep is None else sum(run.digest in self._known for run in self._sweep.runs)

    def _end(self, job: SweepJob) -> None:
        self._job = None
        self._show_running(False)
        if job.fault:
            self._say(self._explained(job.fault), wrong=True)
        elif self._sweep is None or self._done < len(self._sweep.runs):
            text = self.tr("Ended after {done} of {total} runs. Start goes on with the others.")
            self._say(text.format(done=f"{self._done:,}", total=f"{len(self._sweep.runs) if self._sweep else 0:,}"))
        else:
            self._say(self._summary(self._sweep), wrong=any(r.error for r in self._known.values()))
        self._ended()

    def _summary(self, sweep: Sweep) -> str:
        results = [self._known[run.digest] for run in sweep.runs]
        halted, failed = sum(bool(r.halted) for r in results), [r for r in results if r.error]
        parts = [self.tr("{n} runs done").format(n=f"{len(results):,}")]
        if halted:
            parts.append(self.tr("{n} diverged").format(n=f"{halted:,}"))
        if failed:
            parts.append(
                self.tr("{n} could not be run: {why}").format(
                    n=f"{len(failed):,}", why=said(failed[0].error).rstrip(".。")
                )
            )
        best = best_of(sweep, self._known)
        if best is not None:
            loss = self._known[best.digest].mean_loss
            assert loss is not None
            parts.append(
                self.tr("least loss at the end, {loss}, with {values}").format(
                    loss=number(loss, 4), values=told_values(best.values)
                )
            )
        return "; ".join(parts) + "."

    def _say(self, text: str, wrong: bool = False) -> None:
        self._state.setText(text)
        set_wrong(self._state, wrong)

    def _show_running(self, running: bool) -> None:
        super()._show_running(running)
        self._state.setVisible(bool(self._state.text()))
        for widget in (*self._keys, self._length, self._unit, self._place, self._jobs, self._address):
            widget.setEnabled(not running)
        for box, line in zip(self._keys, self._fields, strict=True):
            line.setEnabled(not running and bool(box.currentData()))
        if not running:
            self._choose_place()

    # ---- what came of it ---------------------------------------------------------------------------------------------

    @Slot()
    def _draw(self) -> None:
        self._plot.show_sweep(self._sweep, self._known, self._measures.currentData())
        self._tell_chosen()
        self._save.setEnabled(self._done > 0)
        self._plot.setAccessibleDescription(self._state.text())

    @Slot()
    def _tell_chosen(self) -> None:
        run = self._plot.at
        text = self.tr("Choose a point to see its run.") if run is None else self._plot.told(run)
        self._chosen.setText(text)
        self._plot.setAccessibleDescription(text)
        self._open.setEnabled(run is not None)

    @Slot()
    def _open_chosen(self) -> None:
        run = self._plot.at
        if run is not None:
            self.run_wanted.emit(run.lesson)

    @Slot()
    def _ask_where_to_save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save the runs"), "sweep.csv", "CSV (*.csv)")
        if name:
            self.save(Path(name))

    def save(self, path: Path) -> None:
        """Write a row per run; where that fails, say why."""
        if self._sweep is None:
            return
        try:
            write_atomically(path, to_csv(self._sweep, self._known))
            self._say(self.tr("Saved in {path}.").format(path=path))
        except OSError as error:
            self._say(
                self.tr("{path} cannot be written: {why}").format(path=path, why=said(str(error.strerror or error))),
                wrong=True,
            )
        self._state.show()

    def _let_go(self) -> bool:
        """While runs are under way, end them first."""
        self._stop()
        return self._job is None


def suggested(key: Key, lesson: Lesson) -> str:
    """Values to begin with: around the lesson's own, or all there are."""
    section, name = key.name.split(".")
    value = getattr(getattr(lesson, section), name)
    if not key.numeric:
        return ", ".join(shown_value(choice) for choice in key.choices)
    if key.name == SEED:
        return "1, 2, 3"
    if key.name == RATE:
        return "0.001:1:8"
    if key.name == "optimizer.momentum":
        return "0, 0.5, 0.9"
    if key.whole:
        low = max(1, value)
        return f"{low}, {2 * low}, {4 * low}"
    return f"{value / 4:g}:{value * 4:g}:5" if value > 0 else "0:1:5"
