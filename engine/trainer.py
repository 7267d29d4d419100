"""Trainer: where the Program is walked, a step or thousands of batches at a time."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.data import Dataset, load_dataset
from engine.executors import Executor, Rates, executor_for
from engine.history import MEGABYTES, Checkpoint, Edit, History, RunLog
from engine.lesson import Lesson, LessonError, Optimizer
from engine.metrics import Metrics
from engine.predict import as_inputs, forward, loss_of
from engine.program import END, Phase, Program, Step
from engine.randomness import Randomness
from engine.tensors import Array, Copies, Spare, Tensors, parameter_views

LIVE_KEYS = (
    "optimizer.learning_rate",
    "optimizer.momentum",
    "optimizer.momentum_form",
    "optimizer.bias_gradient",
    "loss.reduction",
    "loss.gradient",
    "evaluation.scale",
    "evaluation.examples",
    "evaluation.every",
    "evaluation.running",
    "run.executor",
    "run.device",
    "run.autograd",
    "run.orientation",
)
"""Keys of the lesson that may change during a run, from the next batch on."""
PROGRAM_KEYS = frozenset(
    {
        "optimizer.momentum",
        "optimizer.momentum_form",
        "optimizer.bias_gradient",
        "loss.reduction",
        "loss.gradient",
        "run.executor",
        "run.device",
    }
)
"""Those that change the Steps of a batch or what runs them."""
SHOWN_KEYS = frozenset({"run.orientation", "run.autograd"})
"""Those that change what is shown and no number of the run; they count at once."""
KEEP_SECONDS = 0.008
"""Checkpoints are so far apart: training that long again is not felt when one looks back."""
KEEP_LESS_OFTEN = 3
"""So many times as long without the interpreter: between bursts the engine waits for it while the window paints."""
KEEP_SHARE = 0.004
"""And so far that keeping them takes no more than this share of the time …"""
KEEP_AT_LAST = 0.4
"""… but for this: so many seconds of training are felt."""
TEST_LOSS_APART = 10
"""Batches between two measurements of the test loss, at least: it costs as much as some batches of a small net."""


@dataclass(frozen=True)
class Position:
    """Where the debugger stands: batches count through the whole run; ``step`` is the number of steps done."""

    epoch: int
    batch: int
    step: int


@dataclass(frozen=True)
class Halt:
    """Training stopped at the first non-finite value: which array, of which layer, at which Position.

    Attributes
    ----------
    row, column : its first cell that is not finite, in the order of the array; of z, a and delta the row is the
        example, of W and dW the input; the column is the unit of the layer. Both 0 for the loss, which is one number.
    """

    array: str
    layer: int
    position: Position
    row: int = 0
    column: int = 0

    @property
    def unit(self) -> int | None:
        """The unit of the layer, counted from 0 as everywhere; None for the loss, which belongs to no unit."""
        return None if self.array == "loss" else self.column

    def __str__(self) -> str:
        where = f"layer {self.layer}" if self.unit is None else f"layer {self.layer}, unit {self.unit}"
        return f"training stopped: {self.array} ({where}) is no longer a finite number in batch {self.position.batch:,}"


class HaltedError(RuntimeError):
    """Stepping on after training diverged; ``Trainer.reset`` starts again."""


class Trainer:
    """One run of a lesson.

    Parameters
    ----------
    lesson : what to train.
    dataset : its data; loaded by ``lesson.data.source`` when not given.
    data_dir : where image sets lie (see ``engine.data``).
    checkpoint_bytes : what the checkpoints of the history may take.

    Attributes
    ----------
    lesson : the lesson with the values now in force.
    program, tensors, position, history : as their classes say.
    before : the array that the last step overwrote, by name, as it was: an updated parameter or velocity, else empty.
    halt : why training stopped, or None.
    start_known : whether what the present batch started from is at hand; asked for, it is found in any case.

    Raises
    ------
    LessonError, DataError : the lesson does not fit its data, or the data cannot be had.

    Examples
    --------
    >>> trainer = Trainer(Lesson.load("toy-bias"))
    >>> trainer.step().title
    'z1 = x W1 + b1'
    >>> trainer.finish_phase()
    >>> trainer.tensors["z3"]
    array([[3.25]])
    >>> trainer.run(batches=100)
    100
    >>> trainer.seek(batch=40, step=6)  # bit for bit as it was
    """

    def __init__(
        self,
        lesson: Lesson,
        dataset: Dataset | None = None,
        data_dir: Path | None = None,
        checkpoint_bytes: int = MEGABYTES * 2**20,
    ) -> None:
        points = lesson.data
        self.dataset = dataset or load_dataset(
            points.source,
            points_x=points.x or None,
            points_y=points.y or None,
            data_dir=data_dir,
            spec=points,
            outputs=lesson.network.sizes[-1],
        )
        lesson.check_fit(self.dataset)
        self._x = as_inputs(self.dataset.train_x, lesson, self.dataset)
        self._y = np.array(self.dataset.train_y, lesson.run.dtype)
        self.examples = len(self._x)
        if lesson.data.drop_last and self.examples < lesson.data.batch_size:
            raise LessonError(
                f"{lesson.id}: data.batch_size = {lesson.data.batch_size} is more than the {self.examples:,} "
                "examples and data.drop_last drops the only batch"
            )
        self._opened = lesson
        self._checkpoint_bytes = checkpoint_bytes
        self._batch_seconds = 0.0  # what a batch takes
        self._keep_seconds = 0.0  # what a checkpoint takes
        self._copies, self._spare = Copies(), Spare()
        self._test_x: tuple[str, int, Array] | None = None  # scale, number, inputs
        self.reset()

    def reset(self, seed: int | None = None) -> None:
        """Start again: the same lesson, the same seed, the same numbers; or, given one, from another seed."""
        if seed is not None:
            self._opened = self._opened.with_value("init.seed", seed)
        self.lesson = self._opened
        self.program = Program.of(self.lesson)
        self.tensors = Tensors.zeros(self.lesson, min(self.lesson.data.batch_size, self.examples))
        self._randomness = Randomness(self.lesson)
        self._randomness.fill(self.tensors)
        self._executor: Executor = executor_for(self.lesson.run, self.program)
        self.history = History(self.lesson, self._checkpoint(1), self._checkpoint_bytes)
        self.halt: Halt | None = None
        self._wanted: dict[str, Any] = {}
        self.position = Position(1, 1, 0)
        self.before: Mapping[str, Array] = {}
        self._start_parameters = self.tensors.parameters.copy()
        self._start_velocities = self.tensors.velocities.copy()
        self.start_known = True
        self._load_batch()

    def prepare(self) -> None:
        """Do what the first step would otherwise wait for: compile the executor's loop, if it has one."""
        self._executor.run_steps(self.tensors, 1, 0, self._rates())

    def frozen(self) -> Tensors:
        """A read-only copy of all arrays as they are now, for another thread to look at."""
        return self._copies.of(self.tensors)

    def follow(self, log: RunLog) -> None:
        """Start again and do what a log says, batch by batch, when its batches come; nothing is trained yet.

        Raises
        ------
        LessonError : an example was typed that its batch has not, or test examples are asked for where there are none.
        """
        asked = next((c for c in log.changes if c.key == "evaluation.examples" and c.new != 0), None)
        if asked is not None:  # of all keys that change, what this one may be depends on the data
            log.lesson.with_value(asked.key, asked.new).check_fit(self.dataset)
        for edit in (entry for entry in log.entries if isinstance(entry, Edit) and not entry.of_parameter):
            if edit.row >= self._size_of(edit.batch):
                raise LessonError(f"{edit.array}[{edit.row}, {edit.column}] does not exist in batch {edit.batch:,}")
        self._opened = log.lesson
        self.reset()
        self.history.line.log = log
        self._stand_before(1)

    def observer(self) -> Trainer:
        """Another Trainer on the same run that walks through what is recorded while this one trains on.

        They have data, history, measurements and memory made ready for checkpoints in common, and nothing else; both
        belong to one thread.
        """
        other = copy.copy(self)
        other.tensors = Tensors(self.tensors.layout, self.tensors.vector.copy(), self.tensors.batch)
        other._start_parameters = self._start_parameters.copy()
        other._start_velocities = self._start_velocities.copy()
        other._executor = executor_for(self.lesson.run, self.program)
        other._copies = Copies()
        other._wanted = {}
        return other

    # ---- where we are --------------------------------------------------------------------------------------

    @property
    def log(self) -> RunLog:
        """What the user did in the present line of the run."""
        return self.history.line.log

    @property
    def metrics(self) -> Metrics:
        """What was measured in the present line of the run."""
        return self.history.line.metrics

    @property
    def start(self) -> Mapping[str, Array]:
        """W, b and v by name as they were when the present batch began; views, which the next batch overwrites."""
        self._find_start()
        return parameter_views(self.tensors.layout, self._start_parameters, self._start_velocities)

    @property
    def start_parameters(self) -> Array:
        """All weights and biases in one vector, as they were when the present batch began."""
        self._find_start()
        return self._start_parameters

    @property
    def start_velocities(self) -> Array:
        """The same of the velocities."""
        self._find_start()
        return self._start_velocities

    @property
    def batches_per_epoch(self) -> int:
        size = self.tensors.layout.capacity
        return self.examples // size if self.lesson.data.drop_last else -(-self.examples // size)

    @property
    def rows(self) -> Array:
        """Which examples the present batch consists of: int64, (m,)."""
        rows: Array = self._rows_of(self.position.batch, 1)[0]
        return rows

    def _size_of(self, batch: int) -> int:
        """How many examples a batch has: the last of an epoch may have fewer."""
        size = self.tensors.layout.capacity
        return min(size, self.examples - (batch - 1) % self.batches_per_epoch * size)

    def _rows_of(self, batch: int, count: int) -> Array:
        """Examples of ``count`` batches of one epoch that have equally many: (count, m)."""
        epoch, index = divmod(batch - 1, self.batches_per_epoch)
        size = self.tensors.layout.capacity
        order = self._randomness.order(epoch + 1, self.examples)[index * size : (index + count) * size]
        rows: Array = order.reshape(count, -1)
        return rows

    def _load_batch(self) -> None:
        rows = self.rows
        self.tensors.batch = len(rows)
        self.tensors["x"][...] = self._x[rows]
        self.tensors["y"][...] = self._y[rows]
        for edit in self.log.edits_at(self.position.batch):
            if not edit.of_parameter:
                self.tensors[edit.array][edit.row, edit.column] = edit.new

    def _rates(self) -> Rates:
        return Rates.of(self.lesson, self.tensors.batch)

    @property
    def batch_done(self) -> bool:
        """Whether every step of the present batch is done, and none of them stopped training."""
        return self.halt is None and self.position.step == len(self.program)

    @property
    def holds_interpreter(self) -> bool:
        """Whether batches are trained in plain Python, which lets no other thread go on meanwhile."""
        return self.lesson.run.executor == "numpy"

    # ---- what the user may change --------------------------------------------------------------------------

    @property
    def learning_rate(self) -> float:
        """The rate in force. Setting it takes effect at the next batch, never within one."""
        return self.lesson.optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self.set("optimizer.learning_rate", value)

    def set(self, key: str, value: Any) -> None:
        """Change a key of the lesson from the next batch on (at once if the present batch has not begun).

        Raises
        ------
        LessonError : not one of ``LIVE_KEYS``, or the value is not allowed or does not fit the data; nothing changes.
        """
        if key not in LIVE_KEYS:
            raise LessonError(f"{key} cannot change during a run; these can: {', '.join(LIVE_KEYS)}")
        if key in SHOWN_KEYS:
            self.lesson = self.lesson.with_value(key, value)
            return
        wishes = {**self._wanted, key: value}
        if key == "run.executor" and value != "torch":
            wishes["run.device"] = "cpu"  # the others know no other
        wanted = self.lesson.with_values(wishes)
        if key == "evaluation.examples":  # of all keys that change, what this one may be depends on the data
            wanted.check_fit(self.dataset)
        if key in ("run.executor", "run.device"):  # prepared, or refused where this machine cannot, here and now
            executor_for(wanted.run, Program.of(wanted)).run_steps(self.tensors, 1, 0, self._rates())
        self._wanted = wishes
        if self.position.step == 0:
            self._rewrite(self._log_with_wanted(self.log.until(self.position.batch)))

    @property
    def wanted(self) -> dict[str, Any]:
        """Changes that wait for the next batch."""
        return dict(self._wanted)

    def _log_with_wanted(self, log: RunLog) -> RunLog:
        """A log with the changes that wait, made before the present batch."""
        for key, new in self._wanted.items():
            log = log.with_change(self.position.batch, key, value_of(self.lesson, key), new)
        self._wanted = {}
        return log

    def edit(self, array: str, row: int, column: int, value: float) -> None:
        """Let the present batch begin with another number in a cell, and come back to the present step.

        A weight or a bias (row 0) keeps its new value; an input or a target has it in this batch alone. When the
        batch is done, it is the next one that begins so.

        Raises
        ------
        LessonError : no such cell, none that can be typed, or a number that its dtype cannot hold; nothing changes.
        """
        self._edit(array, row, {column: value})

    def edit_row(self, array: str, row: int, values: Sequence[float]) -> None:
        """The same for the first cells of a row, all together: an example of the user's own. One ``undo`` undoes it."""
        self._edit(array, row, dict(enumerate(values)))

    def _edit(self, array: str, row: int, values: Mapping[int, float]) -> None:
        if array not in self.tensors or array[0] not in "xyWb":
            raise LessonError(f"{array} cannot be typed; weights, biases, inputs and targets can")
        cells = np.atleast_2d(self.tensors[array])
        batch = self.position.batch + int(self.batch_done)
        rows = self._size_of(batch) if array in "xy" else cells.shape[0]
        new: dict[int, float] = {}
        for column, value in values.items():
            if not (0 <= row < rows and 0 <= column < cells.shape[1]):
                cell, shape = (row, column), (rows, cells.shape[1])
                if self.lesson.run.orientation == "column":  # as the lesson writes it, a bias as a column as well
                    cell, shape = cell[::-1], shape[::-1]
                raise LessonError(
                    f"{array}[{cell[0]}, {cell[1]}] does not exist: "
                    f"{array} of batch {batch:,} is {shape[0]} x {shape[1]}"
                )
            with np.errstate(over="ignore"):
                new[column] = float(cells.dtype.type(value))
            if not np.isfinite(new[column]):
                raise LessonError(f"{value} cannot be a number of {array}: {cells.dtype} holds finite numbers only")
        if self.batch_done:
            self._begin_next_batch()
        at, begun = self.position.batch, np.atleast_2d(self.start.get(array, self.tensors[array]))[row]
        edits = [Edit(at, array, row, c, float(begun[c]), v) for c, v in new.items() if len(new) == 1 or v != begun[c]]
        if edits:
            self._rewrite(self.log.until(at).with_edits(edits))

    def undo(self) -> bool:
        """Take back what the user did last, and stand at the batch before which it was done. Returns whether it was.

        The course of the run that had it stays as a line of its own where batches of it are finished.
        """
        if self._wanted:  # it has not come about yet
            self._wanted = {}
            return True
        if not self.log.entries:
            return False
        last = self.log.entries[-1]
        if last.batch != self.position.batch:
            self.seek(last.batch)
        self._rewrite(self.log.without_last())
        return True

    def switch(self, number: int) -> None:
        """Return to another line of the run, at the same place or at its end if it is shorter.

        Raises
        ------
        LessonError : there is no such line.
        """
        line = next((line for line in self.history.lines if line.number == number), None)
        if line is None:
            raise LessonError(f"there is no line {number} of this run")
        batch, step = self.position.batch, self.position.step
        self.history.line = line
        batch = min(batch, max(1, line.finished))
        self._stand_before(batch)
        self.run_to(step)

    def _rewrite(self, log: RunLog) -> None:
        """Let things go as another log says from the present batch on, and come back to the present step."""
        batch, step = self.position.batch, self.position.step
        if log != self.log.until(batch):
            self.history.rewrite(batch, log)
            self._stand_before(batch)
            self.run_to(step)

    def _rebuild_program(self, before: Optimizer) -> None:
        self.program = Program.of(self.lesson)
        self._executor = executor_for(self.lesson.run, self.program)
        now, rates = self.lesson.optimizer, self.metrics.learning_rate.values(0, self.position.batch - 1)
        if now.momentum == 0:
            self.tensors.velocities[:] = self._start_velocities[:] = 0  # turned on again, momentum starts from rest
        elif now.momentum_form != before.momentum_form and len(rates):
            # the same motion in the other form's unit: the classic velocity is eta times PyTorch's
            self.tensors.velocities[:] *= rates[-1] if now.momentum_form == "classic" else 1 / rates[-1]

    # ---- walking -------------------------------------------------------------------------------------------

    def step(self) -> Step:
        """Do the next step and return it.

        Raises
        ------
        HaltedError : training has diverged.
        """
        if self.halt is not None:
            raise HaltedError(str(self.halt))
        if self.batch_done:
            self._begin_next_batch()
        index = self.position.step + 1
        step = self.program.steps[index - 1]
        self.before = {step.write: self.tensors[step.write].copy()} if step.phase is Phase.UPDATE else {}
        failed = self._executor.run_steps(self.tensors, index, index, self._rates())
        self.position = replace(self.position, step=index)
        if failed is not None:
            self._stop_at(failed)
        elif self.batch_done:
            self._record_batch()
        return step

    def run_to(self, step: int) -> None:
        """Stand where ``step`` steps of the present batch are done (0: its start), further on or back.

        The way back is the batch once more from its start: the same operations on the same numbers, so each of its
        values is as it was, bit for bit.
        """
        step = min(step, len(self.program))
        if step < self.position.step:
            self._return_to_start()
        while self.halt is None and self.position.step < step:
            self.step()

    def seek(self, batch: int, step: int = 0) -> None:
        """Stand where ``step`` steps of a batch are done, in any batch of the run so far, bit for bit as it was.

        Changes that wait for the next batch are dropped, unless it is this that one goes to.

        Raises
        ------
        LessonError : the run has not got there.
        """
        finished = self.history.line.finished
        if not 1 <= batch <= finished + 1:
            raise LessonError(f"batch {batch:,} cannot be gone to: the run has {finished:,} finished batches")
        if batch == self.position.batch + 1 and self.batch_done:
            self._begin_next_batch()
        elif batch != self.position.batch:
            self._wanted = {}
            self._stand_before(batch)
        self.run_to(step)

    def step_back(self) -> None:
        """Undo the last step; at the first step of a batch, stand at the end of the batch before."""
        if self.position.step > 1 or self.position.batch == 1:
            self.run_to(max(0, self.position.step - 1))
        else:
            self.seek(self.position.batch - 1, END)

    def phase_back(self) -> None:
        """Stand at the end of the phase before."""
        ends = [end for end in self.program.phase_ends if end < self.position.step]
        if ends or self.position.batch == 1:
            self.run_to(max(ends, default=0))
        else:
            self.seek(self.position.batch - 1, END)

    def batch_back(self) -> None:
        """Stand at the end of the batch before."""
        if self.position.batch == 1:
            self.run_to(0)
        else:
            self.seek(self.position.batch - 1, END)

    def epoch_back(self) -> None:
        """Stand at the end of the epoch before."""
        batch = (self.position.epoch - 1) * self.batches_per_epoch
        if batch == 0:
            self.seek(1, 0)
        else:
            self.seek(batch, END)

    def _stand_before(self, batch: int) -> None:
        """Stand at the start of a batch that the run has got to, by the shortest way from a checkpoint or from here.

        Changes that wait go on waiting: they are for the batch after the one where the user stands, and for none on
        the way.
        """
        wanted, self._wanted = self._wanted, {}
        try:
            self._walk_to(batch)
        finally:
            self._wanted = wanted

    def _walk_to(self, batch: int) -> None:
        checkpoint = self.history.line.checkpoint_before(batch)
        here = self.position.batch
        if self.halt is not None or not checkpoint.batch <= here < batch:
            self._restore(checkpoint)
        while self.position.batch < batch - 1 or (self.position.batch < batch and not self.batch_done):
            if self.burst(batch - self.position.batch - int(self.batch_done)) == 0:
                return  # it diverged on the way, as it did before
        if self.position.batch < batch:
            self._begin_next_batch()

    def _restore(self, checkpoint: Checkpoint) -> None:
        """Stand at the start of a checkpoint's batch."""
        lesson = checkpoint.lesson.with_values({key: value_of(self.lesson, key) for key in SHOWN_KEYS})
        if any(value_of(lesson, key) != value_of(self.lesson, key) for key in PROGRAM_KEYS):
            self.program = Program.of(lesson)
            self._executor = executor_for(lesson.run, self.program)
        self.lesson = lesson
        self.tensors.parameters[:] = checkpoint.parameters
        self.tensors.velocities[:] = 0 if checkpoint.velocities is None else checkpoint.velocities
        self.halt = None
        self.before = {}
        self.position = self._at(checkpoint.batch)
        self._enter_batch()
        self._keep_start()
        self._load_batch()

    def _at(self, batch: int) -> Position:
        return Position((batch - 1) // self.batches_per_epoch + 1, batch, 0)

    def _checkpoint(self, batch: int) -> Checkpoint:
        """The state as it is now, before a batch."""
        began = time.perf_counter()
        groups = [self.tensors.parameters, *([self.tensors.velocities] if self.lesson.optimizer.momentum > 0 else [])]
        vector = self.tensors.parameters
        kept = np.concatenate(groups, out=self._spare.take(len(groups) * vector.size, vector.dtype))
        self._keep_seconds = time.perf_counter() - began
        parameters, *velocities = np.split(kept, len(groups))
        return Checkpoint(batch, self.lesson, parameters, velocities[0] if velocities else None)

    @property
    def _batches_between_checkpoints(self) -> int:
        alone = 1 if self.holds_interpreter else KEEP_LESS_OFTEN
        seconds = max(KEEP_SECONDS * alone, min(self._keep_seconds / KEEP_SHARE, KEEP_AT_LAST))
        return max(1, min(int(seconds / self._batch_seconds), 10_000)) if self._batch_seconds > 0 else 1

    def go_on_to(self, step: int) -> None:
        """Go on until ``step`` steps of a batch are done: of this batch, or of the next if it is further on."""
        if self.position.step >= min(step, len(self.program)):
            self._finish_batch()
            if self.halt is None and step > 0:
                self.step()
        while self.halt is None and self.position.step < min(step, len(self.program)):  # the next may have fewer steps
            self.step()

    def finish_phase(self) -> None:
        """Go on to the end of the present phase (at its end: of the next one)."""
        done = 0 if self.batch_done else self.position.step
        self.go_on_to(next(end for end in self.program.phase_ends if end > done))

    def finish_batch(self) -> None:
        """Go on to the end of the present batch (at its end: of the next one)."""
        if self.batch_done and self.halt is None:
            self.step()
        self._finish_batch()

    def _finish_batch(self) -> None:
        while self.halt is None and not self.batch_done:
            self.step()

    def run(self, batches: int) -> int:
        """Train ``batches`` batches more, the one under way counted as the first. Returns how many were done."""
        done = 0
        while done < batches and self.halt is None:
            done += self.burst(batches - done)
        return done

    def burst(self, limit: int) -> int:
        """Train up to ``limit`` batches without looking up: at most to the next evaluation, change or checkpoint.

        Batches that are recorded already are gone through once more, with the same numbers. What the last of several
        started from is not kept: to ask for it afterwards takes a while.

        Returns how many batches were finished; less than one only when training diverged.
        """
        if 0 < self.position.step < len(self.program):
            self._finish_batch()
            return int(self.halt is None)
        if self.halt is not None:
            return 0
        if self.batch_done:
            self._turn_to_next_batch()
        first = self.position.batch
        if any(not edit.of_parameter for edit in self.log.edits_at(first)):
            self._keep_start()
            self._load_batch()
            self._finish_batch()  # with examples of its own
            return int(self.halt is None)
        began = time.perf_counter()
        rows = self._rows_of(first, self._burst_length(first, limit))
        self.tensors.batch = rows.shape[1]
        self.before, self.start_known = {}, False
        if len(rows) == 1:
            self._keep_start()
        try:
            burst = self._executor.run_batches(self.tensors, self._x, self._y, rows, self._rates())
        except BaseException:  # no memory, a device that is gone: where that leaves the weights is where one stands
            self._keep_start()
            raise
        done = len(burst.loss)
        if first == self.history.line.finished + 1:
            accuracy = burst.correct / self.tensors.batch if self.lesson.classes else np.full(done, np.nan)
            self._extend_metrics(burst.loss, accuracy, burst.prediction)
        if done:
            self._batch_seconds = (time.perf_counter() - began) / done
        if burst.failed:
            self.position = replace(self.position, batch=first + done)
            self._stand_before(first + done)
            self._finish_batch()  # by its steps, to the one that stops it
            return done
        self.position = Position(self.position.epoch, first + done - 1, len(self.program))
        self._evaluate_if_due()
        return done

    def _burst_length(self, first: int, limit: int) -> int:
        index, every = (first - 1) % self.batches_per_epoch, self._tested_every
        full = self.examples // self.tensors.layout.capacity  # a shorter last batch makes a burst of its own
        left = full - index if index < full else 1
        finished = self.history.line.finished
        if first <= finished:
            left = min(left, finished - first + 1)
        elif every:
            left = min(left, every - (first - 1) % every)
        changes = self.log.next_after(first)
        if changes is not None:
            left = min(left, changes - first)
        return max(1, min(limit, left, self._batches_between_checkpoints))

    def _begin_next_batch(self) -> None:
        self._turn_to_next_batch()
        self._keep_start()
        self._load_batch()

    def _turn_to_next_batch(self) -> None:
        batch = self.position.batch + 1
        if batch - self.history.line.checkpoint_before(batch).batch >= self._batches_between_checkpoints:
            self.history.keep(self._checkpoint(batch))
        self.position, self.before = self._at(batch), {}
        if self._wanted:
            log = self._log_with_wanted(self.log.before(batch))
            if log != self.log.before(batch):
                self.history.rewrite(batch, log)
        self._enter_batch()

    def _enter_batch(self) -> None:
        """Change what the log says of the present batch, which has not begun."""
        changes = self.log.changes_at(self.position.batch)
        if changes:
            before = self.lesson
            self.lesson = before.with_values({change.key: change.new for change in changes})
            if any(change.key in PROGRAM_KEYS for change in changes):
                self._rebuild_program(before.optimizer)
        for edit in self.log.edits_at(self.position.batch):
            if edit.of_parameter:
                np.atleast_2d(self.tensors[edit.array])[edit.row, edit.column] = edit.new

    def _keep_start(self) -> None:
        """Keep what the present batch starts from: the way back to its steps begins there."""
        self._start_parameters[:] = self.tensors.parameters
        if self.lesson.optimizer.momentum > 0:
            self._start_velocities[:] = self.tensors.velocities
        self.start_known = True

    def _find_start(self) -> None:
        """Have what the present batch started from, where a burst ended with it: by walking through it once more."""
        if not self.start_known:
            step = self.position.step
            self._return_to_start()
            self.run_to(step)

    def _return_to_start(self) -> None:
        """Stand at the start of the present batch, as it was."""
        if not self.start_known:
            self._stand_before(self.position.batch)
            return
        self.tensors.parameters[:] = self._start_parameters
        if self.lesson.optimizer.momentum > 0:
            self.tensors.velocities[:] = self._start_velocities
        self.before = {}
        self.halt = None
        self.position = replace(self.position, step=0)

    def _record_batch(self) -> None:
        if self.position.batch != self.history.line.finished + 1:
            return  # it was finished before, with the same numbers
        K = self.lesson.layers
        output, y = self.tensors[f"a{K}"], self.tensors["y"]
        right = (output.argmax(axis=1) == y.argmax(axis=1)).mean() if self.lesson.classes else np.nan
        self._extend_metrics(self.tensors["loss"], right, output[0, 0])
        self._evaluate_if_due()

    def _extend_metrics(self, loss: Any, accuracy: Any, prediction: Any) -> None:
        count = np.size(loss)
        self.metrics.epoch.extend(np.full(count, self.position.epoch))
        self.metrics.learning_rate.extend(np.full(count, self.learning_rate))
        self.metrics.train_accuracy.extend(accuracy)
        self.metrics.prediction.extend(prediction)
        self.metrics.loss.extend(loss)
        if self.lesson.evaluation.running:
            self._extend_running_loss(len(self.metrics.loss) - count, self.lesson.evaluation.running)

    def _extend_running_loss(self, before: int, every: int) -> None:
        """Mean losses of the groups of ``every`` batches that ended after batch ``before``."""
        batches = np.arange(before + 1, len(self.metrics.loss) + 1)
        ends = batches[((batches - 1) % self.batches_per_epoch + 1) % every == 0]
        self.metrics.running_batch.extend(ends)
        self.metrics.running_loss.extend([self.metrics.loss.values(end - every, end).mean() for end in ends.tolist()])

    def _stop_at(self, step: int) -> None:
        self.position = replace(self.position, step=step)
        failed = self.program.steps[step - 1]
        array = np.atleast_2d(self.tensors[failed.write])
        cell = int(np.isfinite(array).argmin())  # the first that is not
        self.halt = Halt(failed.write, failed.layer, self.position, *divmod(cell, array.shape[1]))

    # ---- evaluation ----------------------------------------------------------------------------------------

    @property
    def _tested_every(self) -> int:
        """Batches from one measurement on the test examples to the next; 0 where there is none.

        The accuracy is measured as the lesson says. Where there is none, the loss is: no more often than once an epoch,
        because it takes all test examples. Where those are a fifth, that is a few percent of the training's time.
        """
        evaluation = self.lesson.evaluation
        if self.lesson.classes:
            return evaluation.every if evaluation.examples != 0 else 0
        if len(self.dataset.test_x) == 0:
            return 0
        return max(evaluation.every, self.batches_per_epoch, TEST_LOSS_APART)

    def _evaluate_if_due(self) -> None:
        every, metrics = self._tested_every, self.metrics
        if not every or self.position.batch % every:
            return
        measured = (metrics.test_batch if self.lesson.classes else metrics.test_loss_batch).values()
        if len(measured) and measured[-1] >= self.position.batch:
            return  # gone through once more
        if self.lesson.classes:
            correct, total = self.evaluate()
            accuracy = correct / total
            metrics.test_batch.extend(self.position.batch)
            metrics.test_accuracy.extend(accuracy)
        else:
            loss = self.test_loss()
            metrics.test_loss_batch.extend(self.position.batch)
            metrics.test_loss.extend(loss)

    def test_loss(self) -> float:
        """Loss of all test examples with the parameters as they are, to be compared with a batch's; NaN without any.

        Their mean; where the lesson sums over the batch, as many times that as a batch has examples.
        """
        x, y = self.dataset.test_x, self.dataset.test_y
        if len(x) == 0:
            return math.nan
        if self._test_x is None or self._test_x[:2] != ("same", len(x)):
            self._test_x = ("same", len(x), as_inputs(x, self.lesson, self.dataset))
        size = 1 if self.lesson.loss.reduction == "mean" else self.tensors.layout.capacity
        targets = np.asarray(y, self.lesson.run.dtype)
        return loss_of(self.program, self.tensors, self._test_x[2], targets, size / len(x))

    def evaluate(self) -> tuple[int, int]:
        """(number right, number asked) of the test examples, with the parameters as they are.

        ``evaluation.examples`` says how many (-1: all), ``evaluation.scale`` whether they are scaled as the training
        data are (``same``) or used as the file has them (``raw``, as documents 000 and 001 do).
        """
        evaluation, dataset = self.lesson.evaluation, self.dataset
        total = len(dataset.test_x) if evaluation.examples < 0 else min(evaluation.examples, len(dataset.test_x))
        scale = "none" if evaluation.scale == "raw" else self.lesson.data.normalize
        labels = dataset.test_labels
        if total == 0 or labels is None:
            return 0, 0
        if self._test_x is None or self._test_x[:2] != (scale, total):  # preparing costs as much as asking
            x = as_inputs(dataset.test_x[:total], self.lesson, dataset, scale)
            self._test_x = (scale, total, x)
        output = self.forward(self._test_x[2])
        return int((output.argmax(axis=1) == labels[:total]).sum()), total

    def forward(self, x: Array) -> Array:
        """Outputs (n, n_out) of the net for inputs x (n, n_in), by the forward steps of the Program."""
        return forward(self.program, self.tensors, x)


def value_of(lesson: Lesson, key: str) -> Any:
    """The value of a key such as ``optimizer.learning_rate``."""
    section, name = key.split(".")
    return getattr(getattr(lesson, section), name)
