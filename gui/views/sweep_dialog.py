"""A sweep: what is varied, a progress bar while it runs in the background, and its plot."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from engine.files import write_atomically
from engine.lesson import Lesson, LessonError
from engine.sweep import (
    MOST_RUNS,
    Axis,
    Key,
    Result,
    Sweep,
    best_of,
    parse_values,
    run_sweep,
    shown_value,
    to_csv,
    varied_keys,
)
from gui.axis import number
from gui.theme import LIGHT, Theme, ui_font
from gui.views.sweep_job import Runner, SweepJob, Wish
from gui.views.sweep_look import bar, button, combo, dress, field, label, set_wrong, spin, told_value
from gui.views.sweep_plot import Measure, SweepPlot

POLL = 33  # milliseconds: one look at the thread per frame
RATE, SEED = "optimizer.learning_rate", "init.seed"
MOST_BATCHES_HERE = 10_000_000  # that the field takes
DRAWN_VALUES = 6  # of a list that are written out below the fields


class SweepDialog(QDialog):
    """Varies one key of a lesson, or two, and shows what came of every run as a point. It is not modal.

    Closing it while it runs ends the sweep; runs that have ended are kept, and Start runs only those that are missing,
    also of a sweep with more values.

    Parameters
    ----------
    lesson : what is varied.
    data_dir : folder that holds MNIST/raw.
    run : what runs a sweep.

    Signals
    -------
    run_wanted(Lesson) : a run is to be opened in the debugger.
    """

    run_wanted = Signal(object)

    def __init__(
        self,
        lesson: Lesson,
        data_dir: Path | None = None,
        parent: QWidget | None = None,
        run: Runner = run_sweep,
    ) -> None:
        super().__init__(parent)
        self._data_dir, self._run = data_dir, run
        self._lesson = lesson
        self._job: SweepJob | None = None
        self._closing = False
        self._sweep: Sweep | None = None
        self._known: dict[str, Result] = {}
        self.setWindowTitle(self.tr("Sweep"))
        self._make_fields()
        self._make_plot()
        self._lay_out()
        self._timer = QTimer(self, interval=POLL)
        self._timer.timeout.connect(self._poll)
        self.apply_theme(LIGHT)
        self.resize(820, 680)
        self.set_lesson(lesson)
        self._show_running(False)
        self._draw()

    # ---- what it is made of ------------------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self._title = label("", self, "told")
        self._keys = [combo(self.tr("Key to vary"), self), combo(self.tr("Second key to vary"), self)]
        self._fields = [field(self.tr("Values of the key"), self), field(self.tr("Values of the second key"), self)]
        for line in self._fields:
            line.textEdited.connect(self._explain)
        self._hint = label("", self, "hint")
        self._hint.setWordWrap(True)
        self._batches = spin(self.tr("Batches of each run"), 1, MOST_BATCHES_HERE, 2000, self)
        self._batches.valueChanged.connect(self._explain)
        self._place = combo(self.tr("Where the runs are made"), self)
        self._place.addItem(self.tr("on this machine"), False)
        self._place.addItem(self.tr("on a Dask cluster"), True)
        self._place.currentIndexChanged.connect(self._choose_place)
        self._jobs = spin(self.tr("Processes side by side; 0 is one per processor"), 0, 1024, 0, self)
        self._jobs.setSpecialValueText(self.tr("auto"))
        self._address = field(self.tr("Address of the Dask scheduler"), self)
        self._address.setPlaceholderText("tcp://127.0.0.1:8786")
        self._address.textEdited.connect(self._explain)
        self._start = button(self.tr("Start"), self)
        self._start.setObjectName("start")
        self._start.clicked.connect(self.start)
        self._cancel = button(self.tr("Cancel"), self)
        self._cancel.clicked.connect(self._stop)
        self._bar = bar(self.tr("Progress of the sweep"), self)
        self._state = label("", self, "told")
        self._state.setWordWrap(True)
        self._state.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for at in (0, 1):
            self._fill_keys(at)

    def _fill_keys(self, at: int) -> None:
        box = self._keys[at]
        if at == 1:
            box.addItem(self.tr("nothing else"), "")
        first = (RATE, "optimizer.momentum", SEED, "network.activation", "data.batch_size")
        for name in dict.fromkeys((*first, *varied_keys())):
            box.addItem(name, name)
        box.currentIndexChanged.connect(lambda: self._choose_key(at))

    def _make_plot(self) -> None:
        self._panel = QFrame(self, objectName="panel")
        self._plot = SweepPlot(self._panel)
        self._plot.chosen.connect(self._tell_chosen)
        self._plot.opened.connect(self._open)
        self._measures = combo(self.tr("What is drawn upwards"), self)
        for measure, text in (
            (Measure.LOSS, self.tr("loss at the end")),
            (Measure.TRAIN_ACCURACY, self.tr("train accuracy at the end")),
            (Measure.TEST_ACCURACY, self.tr("test accuracy at the end")),
        ):
            self._measures.addItem(text, measure)
        self._measures.currentIndexChanged.connect(self._draw)
        self._chosen = label(self.tr("Choose a point to see its run."), self)
        self._chosen.setWordWrap(True)
        self._open_button = button(self.tr("Open in the debugger"), self)
        self._open_button.clicked.connect(self._open)
        self._save = button(self.tr("Save as CSV…"), self)
        self._save.clicked.connect(self._ask_where_to_save)
        self._close = button(self.tr("Close"), self)
        self._close.clicked.connect(self.close)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        for row, text in enumerate((self.tr("Vary"), self.tr("and"))):
            grid.addWidget(label(text, self), row, 0)
            grid.addWidget(self._keys[row], row, 1)
            grid.addWidget(self._fields[row], row, 2)
        grid.setColumnStretch(2, 1)
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(label(self.tr("Batches"), self))
        where.addWidget(self._batches)
        where.addSpacing(8)
        where.addWidget(self._place)
        self._jobs_label = label(self.tr("processes"), self)
        where.addWidget(self._jobs)
        where.addWidget(self._jobs_label)
        where.addWidget(self._address, 100)
        where.addStretch(1)
        where.addWidget(self._cancel)
        where.addWidget(self._start)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 0)
        head.addWidget(self._measures)
        head.addStretch(1)
        head.addWidget(self._save)
        panel = QVBoxLayout(self._panel)
        panel.setContentsMargins(1, 1, 1, 1)
        panel.setSpacing(4)
        panel.addLayout(head)
        panel.addWidget(self._plot, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._chosen, 1)
        foot.addWidget(self._open_button)
        foot.addWidget(self._close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 16, 12)
        whole.setSpacing(8)
        whole.addWidget(self._title)
        whole.addLayout(grid)
        whole.addWidget(self._hint)
        whole.addLayout(where)
        whole.addWidget(self._bar)
        whole.addWidget(self._state)
        whole.addWidget(self._panel, 1)
        whole.addLayout(foot)
        self.setMinimumSize(640, 520)
        order = (self._keys[0], self._fields[0], self._keys[1], self._fields[1], self._batches, self._place, self._jobs)
        rest = (self._address, self._start, self._cancel, self._measures, self._save, self._plot, self._open_button)
        chain = (*order, *rest, self._close)
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours and fonts of a theme."""
        dress(self, theme)
        self._title.setFont(ui_font(13, 600))
        self._hint.setFont(ui_font(12))
        self._plot.apply_theme(theme)

    # ---- what is to be run -------------------------------------------------------------------------------------------

    def set_lesson(self, lesson: Lesson) -> None:
        """Vary another lesson, unless a sweep runs. What was found before is kept, and drawn until Start."""
        if self._job is not None:
            return
        self._lesson = lesson
        self._title.setText(lesson.title)
        second = SEED if seed_matters(lesson) else ""
        for at, key in enumerate((RATE, second)):
            with QSignalBlocker(self._keys[at]):
                self._keys[at].setCurrentIndex(max(0, self._keys[at].findData(key)))
            self._choose_key(at)
        model = self._measures.model()
        for i in range(1, self._measures.count()):
            possible = lesson.classes and (i < 2 or lesson.evaluation.examples != 0)
            model.item(i).setEnabled(possible)
            if not possible and self._measures.currentIndex() == i:
                self._measures.setCurrentIndex(0)

    def _choose_key(self, at: int) -> None:
        key = self._keys[at].currentData()
        self._fields[at].setEnabled(bool(key))
        self._fields[at].setText(suggested(varied_keys()[key], self._lesson) if key else "")
        self._fields[at].setCursorPosition(0)
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
            self._hint_at(str(error).removeprefix(f"{self._lesson.id}: "), wrong=True)
            return
        keys = [axis.key for axis in axes]
        count = math.prod(len(axis.values) for axis in axes)
        if len(set(keys)) < len(keys):
            self._hint_at(self.tr("The same key cannot be varied twice; give all its values at once."), wrong=True)
        elif count > MOST_RUNS:
            text = self.tr("These are {n} runs; at most {most} are possible.")
            self._hint_at(text.format(n=f"{count:,}", most=f"{MOST_RUNS:,}"), wrong=True)
        elif self._place.currentData() and not self._address.text().strip():
            self._hint_at(self.tr("Name the Dask scheduler by its address, as in tcp://127.0.0.1:8786."), wrong=False)
            self._start.setEnabled(False)
        else:
            values = "; ".join(written_out(axis) for axis in axes)
            runs = self.tr("{n} runs").format(n=f"{count:,}") if count > 1 else self.tr("1 run")
            notes = [f"{runs}: {values}"]
            if SEED in keys and not seed_matters(self._lesson):
                text = self.tr("The seed changes nothing here: weights and order of examples are given.")
                notes.append(text)
            self._hint_at(" · ".join(notes), wrong=False)

    def _hint_at(self, text: str, wrong: bool) -> None:
        self._hint.setText(text)
        set_wrong(self._hint, wrong)
        self._start.setEnabled(not wrong)

    # ---- running -----------------------------------------------------------------------------------------------------

    @Slot()
    def start(self) -> None:
        """Run what is not known yet of the sweep that the fields say."""
        if self._job is not None or not self._start.isEnabled():
            return
        cluster = bool(self._place.currentData())
        jobs, dask = (None, self._address.text().strip()) if cluster else (self._jobs.value() or None, None)
        wish = Wish(self._lesson, self._axes(), self._batches.value(), jobs, dask, self._data_dir)
        self._closing = False
        self._sweep = None
        self._known = {digest: result for digest, result in self._known.items() if not result.error}
        self._job = SweepJob(wish, set(self._known), self._run)
        # however the window or the program ends, the thread must not go on without them
        self.destroyed.connect(self._job.cancelled.set)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._job.cancelled.set)
        self._bar.setRange(0, 0)
        self._say(self.tr("Starting…"))
        self._show_running(True)
        self._timer.start()

    @Slot()
    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancelled.set()
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
        self._timer.stop()
        self._job = None
        self._show_running(False)
        if job.fault:
            self._say(job.fault.removeprefix(f"{self._lesson.id}: "), wrong=True)
        elif self._sweep is None or self._done < len(self._sweep.runs):
            text = self.tr("Ended after {done} of {total} runs. Start goes on with the others.")
            self._say(text.format(done=f"{self._done:,}", total=f"{len(self._sweep.runs) if self._sweep else 0:,}"))
        else:
            self._say(self._summary(self._sweep), wrong=any(r.error for r in self._known.values()))
        if self._closing:
            self._closing = False
            super().reject()

    def _summary(self, sweep: Sweep) -> str:
        results = [self._known[run.digest] for run in sweep.runs]
        halted, failed = sum(bool(r.halted) for r in results), [r for r in results if r.error]
        parts = [self.tr("{n} runs done").format(n=f"{len(results):,}")]
        if halted:
            parts.append(self.tr("{n} diverged").format(n=f"{halted:,}"))
        if failed:
            parts.append(
                self.tr("{n} could not be run: {why}").format(n=f"{len(failed):,}", why=failed[0].error.rstrip("."))
            )
        best = best_of(sweep, self._known)
        if best is not None:
            values = ", ".join(f"{key} = {told_value(value)}" for key, value in best.values.items())
            loss = self._known[best.digest].mean_loss
            assert loss is not None
            parts.append(
                self.tr("least loss at the end, {loss}, with {values}").format(loss=number(loss, 4), values=values)
            )
        return "; ".join(parts) + "."

    def _say(self, text: str, wrong: bool = False) -> None:
        self._state.setText(text)
        set_wrong(self._state, wrong)

    def _show_running(self, running: bool) -> None:
        self._bar.setVisible(running)
        self._state.setVisible(bool(self._state.text()))
        self._cancel.setVisible(running)
        self._cancel.setEnabled(running)
        self._start.setVisible(not running)
        for widget in (*self._keys, self._batches, self._place, self._jobs, self._address):
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
        self._open_button.setEnabled(run is not None)

    @Slot()
    def _open(self) -> None:
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
                self.tr("{path} cannot be written: {why}").format(path=path, why=error.strerror or error), wrong=True
            )
        self._state.show()

    # ---- the end -----------------------------------------------------------------------------------------------------

    def reject(self) -> None:
        """Close; while runs are under way, end them first and close as soon as they have ended."""
        if self._job is None:
            super().reject()
        else:
            self._closing = True
            self._stop()


def seed_matters(lesson: Lesson) -> bool:
    """Whether another seed makes another run."""
    return lesson.init.scheme not in ("constant", "explicit") or lesson.data.shuffle


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


def written_out(axis: Axis) -> str:
    """A key and its values, the middle ones of many left out."""
    values = [told_value(value) for value in axis.values]
    if len(values) > DRAWN_VALUES:
        values = [*values[: DRAWN_VALUES - 2], "…", values[-1]]
    return f"{axis.key.rpartition('.')[2]} = {', '.join(values)}"
