"""Trainer: where the Program is walked, a step or thousands of batches at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.data import Dataset, load_dataset
from engine.executors import Burst, Executor, Rates, executor_for
from engine.history import Change, RunLog
from engine.lesson import Lesson, LessonError, Optimizer
from engine.metrics import Metrics
from engine.program import Phase, Program, Step
from engine.randomness import Randomness
from engine.tensors import Array, Copies, Tensors

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


@dataclass(frozen=True)
class Position:
    """Where the debugger stands: batches count through the whole run; ``step`` is the number of steps done."""

    epoch: int
    batch: int
    step: int


@dataclass(frozen=True)
class Halt:
    """Training stopped at the first non-finite value: which array, of which layer, at which Position."""

    array: str
    layer: int
    position: Position

    def __str__(self) -> str:
        return (
            f"training stopped: {self.array} (layer {self.layer}) is no longer a finite number "
            f"in batch {self.position.batch:,}"
        )


class HaltedError(RuntimeError):
    """Stepping on after training diverged; ``Trainer.reset`` starts again."""


class Trainer:
    """One run of a lesson.

    Parameters
    ----------
    lesson : what to train.
    dataset : its data; loaded by ``lesson.data.source`` when not given.
    data_dir : where image sets lie (see ``engine.data``).

    Attributes
    ----------
    lesson : the lesson with the values now in force.
    program, tensors, position, metrics, log : as their classes say.
    before : the array that the last step overwrote, by name, as it was: an updated parameter or velocity, else empty.
    start_parameters : all parameters as one vector, as they were when the present batch began.
    halt : why training stopped, or None.

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
    """

    def __init__(self, lesson: Lesson, dataset: Dataset | None = None, data_dir: Path | None = None) -> None:
        points = lesson.data
        self.dataset = dataset or load_dataset(
            points.source, points_x=points.x or None, points_y=points.y or None, data_dir=data_dir
        )
        self._x = _inputs(self.dataset.train_x, self.dataset.full_scale, lesson, lesson.data.normalize)
        self._y = np.array(self.dataset.train_y, lesson.run.dtype)
        self.examples = len(self._x)
        if lesson.data.drop_last and self.examples < lesson.data.batch_size:
            raise LessonError(
                f"{lesson.id}: data.batch_size = {lesson.data.batch_size} is more than the {self.examples:,} "
                "examples and data.drop_last drops the only batch"
            )
        self._opened = lesson
        self._copies = Copies()
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
        self.metrics = Metrics.empty()
        self.log = RunLog(self.lesson)
        self.halt: Halt | None = None
        self._wanted: dict[str, Any] = {}
        self.position = Position(1, 1, 0)
        self.before: Mapping[str, Array] = {}
        self.start_parameters = self.tensors.parameters.copy()
        self._start_velocities = self.tensors.velocities.copy()
        self._load_batch()

    def prepare(self) -> None:
        """Do what the first step would otherwise wait for: compile the executor's loop, if it has one."""
        self._executor.run_steps(self.tensors, 1, 0, self._rates())

    def frozen(self) -> Tensors:
        """A read-only copy of all arrays as they are now, for another thread to look at."""
        return self._copies.of(self.tensors)

    # ---- where we are --------------------------------------------------------------------------------------

    @property
    def batches_per_epoch(self) -> int:
        size = self.tensors.layout.capacity
        return self.examples // size if self.lesson.data.drop_last else -(-self.examples // size)

    @property
    def rows(self) -> Array:
        """Which examples the present batch consists of: int64, (m,)."""
        rows: Array = self._rows_of(self.position.batch, 1)[0]
        return rows

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

    def _rates(self) -> Rates:
        return Rates.of(self.lesson, self.tensors.batch)

    @property
    def batch_done(self) -> bool:
        """Whether every step of the present batch is done."""
        return self.position.step == len(self.program)

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
        LessonError : not one of ``LIVE_KEYS``, or the value is not allowed; nothing changes.
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
        if key in ("run.executor", "run.device"):  # prepared, or refused where this machine cannot, here and now
            executor_for(wanted.run, Program.of(wanted)).run_steps(self.tensors, 1, 0, self._rates())
        self._wanted = wishes
        if self.position.step == 0 and not self._recorded:
            self._apply_wanted()
            self._keep_start()

    @property
    def wanted(self) -> dict[str, Any]:
        """Changes that wait for the next batch."""
        return dict(self._wanted)

    def _apply_wanted(self) -> None:
        before, self.lesson = self.lesson, self.lesson.with_values(self._wanted)
        changed = False
        for key, new in self._wanted.items():
            section, name = key.split(".")
            old = getattr(getattr(before, section), name)
            if old != new:
                self.log = self.log.with_change(Change(self.position.batch, key, old, new))
                changed = changed or key in PROGRAM_KEYS
        self._wanted = {}
        if changed:
            self._rebuild_program(before.optimizer)

    def _rebuild_program(self, before: Optimizer) -> None:
        self.program = Program.of(self.lesson)
        self._executor = executor_for(self.lesson.run, self.program)
        now, rates = self.lesson.optimizer, self.metrics.learning_rate.values()
        if now.momentum == 0:
            self.tensors.velocities[:] = 0  # turned on again, momentum starts from rest
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

        After training diverged, nothing.
        """
        if self.halt is not None:
            return
        step = min(step, len(self.program))
        if step < self.position.step:
            self._return_to_start()
        while self.halt is None and self.position.step < step:
            self.step()

    def step_back(self) -> None:
        """Undo the last step of the present batch; at its start, nothing."""
        self.run_to(max(0, self.position.step - 1))

    def go_on_to(self, step: int) -> None:
        """Go on until ``step`` steps of a batch are done: of this batch, or of the next if it is further on."""
        if self.position.step >= step:
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
        """Train up to ``limit`` batches without looking up: to the next evaluation or epoch at most.

        Returns how many batches were finished; less than one only when training diverged.
        """
        again = self._recorded
        if 0 < self.position.step < len(self.program) or again:
            self._finish_batch()
            return int(self.halt is None and not again)
        if self.halt is not None:
            return 0
        if self.batch_done:
            self._turn_to_next_batch()
        first = self.position.batch
        rows = self._rows_of(first, self._burst_length(first, limit))
        self.tensors.batch = rows.shape[1]
        burst = self._run_batches(rows)
        done = len(burst.loss)
        accuracy = burst.correct / self.tensors.batch if self.lesson.classes else np.full(done, np.nan)
        self._extend_metrics(burst.loss, accuracy, burst.prediction)
        if burst.failed_step is not None:
            self.position = replace(self.position, batch=first + done)
            self._stop_at(burst.failed_step)
            return done
        self.position = Position(self.position.epoch, first + done - 1, len(self.program))
        self._evaluate_if_due()
        return done

    def _run_batches(self, rows: Array) -> Burst:
        """The batches of a burst, the last by itself: what it starts from is kept, as for a batch that is stepped."""
        self.before = {}
        first = Burst.empty()
        if len(rows) > 1:
            first = self._executor.run_batches(self.tensors, self._x, self._y, rows[:-1], self._rates())
            if first.failed_step is not None:
                return first
        self._keep_start()
        return first.then(self._executor.run_batches(self.tensors, self._x, self._y, rows[-1:], self._rates()))

    def _burst_length(self, first: int, limit: int) -> int:
        index, every = (first - 1) % self.batches_per_epoch, self.lesson.evaluation.every
        full = self.examples // self.tensors.layout.capacity  # a shorter last batch makes a burst of its own
        left = full - index if index < full else 1
        if self.lesson.evaluation.examples != 0:
            left = min(left, every - (first - 1) % every)
        return max(1, min(limit, left))

    def _begin_next_batch(self) -> None:
        self._turn_to_next_batch()
        self._keep_start()
        self._load_batch()

    def _turn_to_next_batch(self) -> None:
        batch = self.position.batch + 1
        self.position = Position((batch - 1) // self.batches_per_epoch + 1, batch, 0)
        self._apply_wanted()

    def _keep_start(self) -> None:
        """Keep what the present batch starts from: the way back to its steps begins there."""
        self.start_parameters[:] = self.tensors.parameters
        if self.lesson.optimizer.momentum > 0:
            self._start_velocities[:] = self.tensors.velocities

    def _return_to_start(self) -> None:
        """Stand at the start of the present batch, as it was."""
        self.tensors.parameters[:] = self.start_parameters
        if self.lesson.optimizer.momentum > 0:
            self.tensors.velocities[:] = self._start_velocities
        self.before = {}
        self.position = replace(self.position, step=0)

    @property
    def _recorded(self) -> bool:
        """Whether the present batch was finished before, and its steps are gone through once more."""
        return not self.batch_done and len(self.metrics.loss) >= self.position.batch

    def _record_batch(self) -> None:
        if len(self.metrics.loss) >= self.position.batch:
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
        self.halt = Halt(failed.write, failed.layer, self.position)

    # ---- evaluation ----------------------------------------------------------------------------------------

    def _evaluate_if_due(self) -> None:
        evaluation = self.lesson.evaluation
        if evaluation.examples != 0 and self.position.batch % evaluation.every == 0:
            correct, total = self.evaluate()
            self.metrics.test_batch.extend(self.position.batch)
            self.metrics.test_accuracy.extend(correct / total)

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
            x = _inputs(dataset.test_x[:total], dataset.full_scale, self.lesson, scale)
            self._test_x = (scale, total, x)
        output = self.forward(self._test_x[2])
        return int((output.argmax(axis=1) == labels[:total]).sum()), total

    def forward(self, x: Array) -> Array:
        """Outputs (n, n_out) of the net for inputs x (n, n_in), by the forward steps of the Program."""
        arrays: dict[str, Array] = {**self.tensors, "x": x}
        with np.errstate(over="ignore", invalid="ignore"):
            for step in self.program.steps:
                if step.phase is Phase.FORWARD:
                    for call in step.calls:
                        arrays[call.write] = call.op(*(arrays[name] for name in call.reads))
        return arrays[f"a{self.lesson.layers}"]


def _inputs(raw: Array, full_scale: float, lesson: Lesson, normalize: str) -> Array:
    """Examples as the net receives them: (n, n_in) in the lesson's dtype, with a column of ones where asked for."""
    x = np.array(raw, lesson.run.dtype)
    if normalize != "none":
        x /= x.dtype.type(full_scale)
    if normalize == "mnist":  # mean and standard deviation of MNIST's training pixels
        x -= x.dtype.type(0.1307)
        x /= x.dtype.type(0.3081)
    if lesson.network.bias == "input-column":
        x = np.concatenate([x, np.ones((len(x), 1), x.dtype)], axis=1)
    return x
