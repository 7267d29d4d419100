"""The engine thread: commands in through a queue, the latest Snapshot out through a box."""

from __future__ import annotations

import contextlib
import logging
import math
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from engine.breakpoints import Breakpoint, Breakpoints, Stops, turned, with_hits_of
from engine.data import DataError
from engine.gradcheck import GradientCheck, GradientCheckError, check_gradients, present_autograd
from engine.history import MEGABYTES, Line
from engine.instruments import Instruments
from engine.last_batches import Approach, Ledger, LedgerRow, approach, ledger_rows
from engine.lesson import Lesson, LessonError
from engine.orders import (
    ASIDE,
    Ask,
    Check,
    CheckAgain,
    Close,
    Command,
    Edit,
    EditRow,
    LookUp,
    Move,
    Open,
    ProbeRates,
    Reset,
    RunTo,
    Set,
    SetBreakpoints,
    SetMemory,
    SetSpeed,
    SetWatches,
    Switch,
    Undo,
)
from engine.program import END
from engine.pytorch import NoTorchError, load_torch, torch_is_loaded
from engine.recording import Recording, digest_of
from engine.snapshot import Answer, Notice, Refusal, Snapshot, State
from engine.speed import FULL_SPEED
from engine.stopping import Progress, burst, set_out, step
from engine.tensors import Array
from engine.trainer import SHOWN_KEYS, Position, Trainer

log = logging.getLogger(__name__)

FRAME = 0.030  # seconds that a burst of batches takes: less than a frame of the window, much more than publishing
WHILE_REOPENING = (Open, Close, Reset, SetSpeed, SetMemory, CheckAgain)
"""What can be asked while a recorded run is gone through: anything else would change what it is."""
MOST_HITS = 1000  # remembered
IDLE = 0.05  # seconds without a command after which the past is read
PLAIN_FRAME = 0.012  # the same where the batches hold the interpreter: the window can do nothing meanwhile
SHORT = 0.0003  # seconds; what trains for so long at a time spends most of it in plain Python too
PATIENCE = 0.1  # seconds that they wait at most for the window to have drawn
STACK_BYTES = 16 * 2**20  # numba and BLAS want more than the 512 KB a thread gets on macOS


Message = Snapshot | Notice


class Box:
    """Holds only the latest message. The engine puts, the interface takes, and says when it has drawn it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._message: Message | None = None
        self._drawn = threading.Event()
        self._drawn.set()

    def put(self, message: Message) -> None:
        """Replace what is in the box."""
        with self._lock:
            self._message = message
            self._drawn.clear()

    def take(self) -> Message | None:
        """Empty the box."""
        with self._lock:
            message, self._message = self._message, None
            return message

    def drawn(self) -> None:
        """Say that what was taken is drawn."""
        with self._lock:
            if self._message is None:
                self._drawn.set()

    def wait_until_drawn(self, seconds: float) -> None:
        """Wait until the last message is drawn, no longer than so many seconds; if it takes longer, only once."""
        if not self._drawn.wait(seconds):
            self._drawn.set()  # nobody looks: a window at rest is woken once a second, or less often, by some systems

    @property
    def empty(self) -> bool:
        """Whether the interface has taken the last message."""
        return self._message is None


class _Lookup(NamedTuple):
    """A ledger in the making, of the batches of one line of the run."""

    array: str
    cell: tuple[int, int]
    line: Line
    rows: Iterator[LedgerRow]
    found: list[LedgerRow]

    @classmethod
    def begin(cls, trainer: Trainer, array: str, cell: tuple[int, int]) -> _Lookup:
        return cls(array, cell, trainer.history.line, ledger_rows(trainer, array, cell), [])


class Worker:
    """Owns the Trainer on a thread of its own. ``send`` and ``box`` are the only ways in and out.

    ``autosave`` is where the run is recorded while it goes on, for after a crash; an orderly close removes it.

    When the user looks back while training goes on, there are two: ``_trainer`` stands where the user looks, and
    ``_ahead`` trains.
    """

    def __init__(self, autosave: Path | None = None) -> None:
        self.box = Box()
        self._autosave = Autosave(autosave)
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._trainer: Trainer | None = None
        self._ahead: Trainer | None = None
        self._picture: Snapshot | None = None  # where the user looks while training goes on elsewhere
        self._opened: Open | None = None
        self._generation = 0
        self._running = False
        self._speed = FULL_SPEED
        self._burst = 1
        self._plain = False  # whether batches hold the interpreter nearly all the time
        self._due = 0.0
        self._goal: RunTo | None = None
        self._refusal = Refusal()
        self._no_torch = ""
        self._answer: Answer | None = None
        self._check: tuple[int, GradientCheck] | None = None
        self._autograd: tuple[tuple[int, int, Lesson], Mapping[str, Array] | None] | None = None
        self._stops = Stops()
        self._hits: tuple[int, ...] = ()  # batches in which a breakpoint stopped the run
        self._memory = MEGABYTES * 2**20
        self._reopening: Recording | None = None  # until the run is where it was recorded
        self._stopped: tuple[Position, Breakpoint] | None = None
        self._instruments = Instruments()
        self._probe_wanted: Position | None = None
        self._ledger: Ledger | None = None
        self._lookup: _Lookup | None = None  # what is being looked up for it
        self._approach: tuple[Position, Approach] | None = None
        self._pace = _Pace()
        self._closing = False
        self._quiet = False  # nothing was asked for a while
        self._ending = threading.Event()
        self._refused = False
        previous = threading.stack_size(STACK_BYTES)
        self._thread = threading.Thread(target=self._work, name="engine", daemon=False)
        self._thread.start()
        threading.stack_size(previous)

    def send(self, command: Command) -> None:
        """Queue a command; the next message in the box acknowledges it."""
        self._commands.put(command)

    def close(self, timeout: float = 0.7) -> bool:
        """Stop the thread and wait for it. Returns whether it ended in time."""
        self._ending.set()
        self.send(Close())
        self._thread.join(timeout)
        return not self._thread.is_alive()

    # ---- on the engine thread ------------------------------------------------------------------------------

    def _work(self) -> None:
        while not self._closing:
            try:
                self._turn()
            except Exception:  # noqa: BLE001 - a fault of ours is reported, and must not leave a window waiting for ever
                self._running, self._goal = False, None
                threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), self._thread)))
                self._publish()
        self._trainer = self._ahead = self._picture = None  # data and checkpoints go, whoever still holds the Worker

    def _turn(self) -> None:
        """Carry out what was asked, train a little, say where we are."""
        self._refused = False
        commands = self._next_commands()
        self._quiet = not commands
        for command in commands:
            if self._reopening is not None and not isinstance(command, WHILE_REOPENING):
                self._refuse("The run is being taken up; Reset gives it up.")
                continue
            if not isinstance(command, ASIDE):
                self._goal = None  # a new command takes the place of a run to somewhere
            try:
                self._carry_out(command)
            except LessonError as error:
                log.warning("%s refused: %s", command, error)
                self._refuse(str(error))
        if self._running and not self._closing:
            self._advance()
        if self._closing:  # nobody looks any more, and a picture of where a run stopped may take a while
            self._autosave.remove()
            return
        if (commands and not self._refused) or (self._running and self.box.empty):
            self._publish()
        if self._trainer is not None and self._read_past(self._trainer, idle=not commands):
            self._publish()
        if self._trainer is not None and self._reopening is None:
            trainer = self._ahead or self._trainer
            self._autosave.look(trainer, self._stops.breakpoints, self._instruments.watched, self._running)

    def _read_past(self, trainer: Trainer, idle: bool) -> bool:
        """Go on with what is read from batches gone by, for a moment. Returns whether there is news."""
        end = time.monotonic() + FRAME
        if self._lookup is not None:
            if self._lookup.line is not trainer.history.line:  # a change made another past of it
                self._lookup = _Lookup.begin(trainer, self._lookup.array, self._lookup.cell)
            for row in self._lookup.rows:
                self._lookup.found.append(row)
                if time.monotonic() > end:
                    return False
            self._ledger = Ledger(self._lookup.array, self._lookup.cell, tuple(self._lookup.found))
            self._lookup = None
            return True
        if idle and not self._running and self._reopening is None and self._instruments.lacks(trainer):
            return self._instruments.make_up(trainer, FRAME)
        return False

    def _refuse(self, text: str) -> None:
        self._refusal = Refusal(self._refusal.number + 1, text)

    def _next_commands(self) -> list[Command]:
        """Commands waiting now. When there is nothing else to do, wait for one; consecutive rate changes coalesce."""
        commands: list[Command] = []
        timeout = self._patience()
        try:
            commands.append(self._commands.get(block=timeout != 0.0, timeout=timeout))
            while True:
                command = self._commands.get_nowait()
                last = commands[-1]
                if isinstance(command, Set) and isinstance(last, Set) and command.key == last.key:
                    commands[-1] = command
                elif isinstance(command, RunTo) and isinstance(last, RunTo):
                    commands[-1] = command  # the timeline is being dragged
                else:
                    commands.append(command)
        except queue.Empty:
            return commands

    def _patience(self) -> float | None:
        """Seconds to wait for a command before the next thing is due; None: nothing is."""
        if self._lookup is not None:
            return 0.0
        if not self._running:
            gaps = self._trainer is not None and self._instruments.lacks(self._trainer)
            return (0.0 if self._quiet else IDLE) if gaps else None
        return 0.0 if self._goal is not None else max(0.0, self._due - time.monotonic())

    def _carry_out(self, command: Command) -> None:
        trainer = self._trainer
        match command:
            case Open():
                self._open(command)
            case Close():
                self._running, self._closing = False, True
            case SetMemory(most):
                self._memory = most
                if trainer is not None:
                    trainer.history.limit = most
            case SetSpeed(speed):
                self._speed, self._due = speed, time.monotonic()
            case _ if trainer is None:
                log.info("nothing to do for %s: no lesson is open", command)
            case Move.PAUSE:
                self._pause()
            case Reset(seed):
                self._reset(trainer, seed)
            case Set(key, value):
                self._set(trainer, key, value)
            case Ask(x):
                self._answer = Answer.to(x, trainer)
            case Check():
                if self._ahead is None:
                    self._pause()
                self._check_gradients(trainer, command, torch_is_loaded())
            case CheckAgain(check):
                waiting = self._valid_check()
                asked = None if check.array is None else (check.array, check.cell)
                if waiting is not None and waiting.loading_torch and waiting.asked == asked:
                    self._check_gradients(trainer, check, True)
            case SetBreakpoints(breakpoints):
                self._stops = self._stops.with_breakpoints(with_hits_of(breakpoints, self._stops.breakpoints))
            case SetWatches(texts):
                self._instruments.watch(texts, trainer)
            case ProbeRates():
                self._probe_wanted = trainer.position
            case LookUp(array, cell):
                self._lookup = _Lookup.begin(trainer, array, cell)
            case Move.RUN | Move.FOLLOW_LIVE:
                self._go_on(trainer, command)
            case Move.STEP_BACK | Move.PHASE_BACK | Move.BATCH_BACK | Move.EPOCH_BACK:
                self._go_back(self._looking(trainer), command)
            case Edit() | EditRow() | Undo() | Switch():
                self._halt_training()
                self._alter(trainer, command)
            case RunTo(step, batch):
                self._run_to(trainer, step, batch)
            case _ if trainer.halt is not None:
                log.info("nothing to do for %s: training has stopped", command)
            case Move.STEP | Move.FINISH_PHASE | Move.FINISH_BATCH:
                self._go_forward(trainer, command)

    # ---- where the user stands -----------------------------------------------------------------------------

    def _halt_training(self) -> None:
        """Stop training; the user stays where they look."""
        self._running, self._ahead = False, None

    def _pause(self) -> None:
        """Stop training; after a burst with one batch more, by itself, so that what it started from is at hand."""
        trainer = self._trainer
        if trainer is not None and self._running and self._ahead is None and not trainer.start_known:
            self._take(trainer, burst(trainer, self._stops, 1))
        self._halt_training()

    def _looking(self, trainer: Trainer) -> Trainer:
        """The Trainer to look back with: another one while training goes on, so that it is not disturbed."""
        if self._running and self._ahead is None:
            self._ahead, self._trainer = trainer, trainer.observer()
        assert self._trainer is not None
        return self._trainer

    def _go_on(self, trainer: Trainer, command: Move) -> None:
        """Train on from where the user stands; or stand where the run is."""
        if self._ahead is not None:
            self._trainer, self._ahead = self._ahead, None
        elif command is Move.FOLLOW_LIVE:
            if self._running:  # one is there
                return
            trainer.seek(max(1, trainer.history.line.finished), END)
        elif trainer.halt is None:
            self._running, self._due = True, time.monotonic()
            self._pace = _Pace()
            self._stops = set_out(trainer, self._stops)

    def _go_forward(self, trainer: Trainer, command: Move) -> None:
        """Step on; one who looks back gets no further than to where training is, and then follows it."""
        self._running = self._ahead is not None
        if self._ahead is not None:
            at, live = trainer.position, self._ahead.position
            batch = at.batch + int(trainer.batch_done)
            step = (0 if trainer.batch_done else at.step) + 1 if command is Move.STEP else len(trainer.program)
            if (batch, step) > (live.batch, live.step):
                self._go_on(trainer, Move.FOLLOW_LIVE)
                return
        match command:
            case Move.STEP:
                trainer.step()
            case Move.FINISH_PHASE:
                trainer.finish_phase()
            case Move.FINISH_BATCH:
                trainer.finish_batch()

    def _go_back(self, trainer: Trainer, command: Move) -> None:
        match command:
            case Move.STEP_BACK:
                trainer.step_back()
            case Move.PHASE_BACK:
                trainer.phase_back()
            case Move.BATCH_BACK:
                trainer.batch_back()
            case Move.EPOCH_BACK:
                trainer.epoch_back()

    def _alter(self, trainer: Trainer, command: Edit | EditRow | Undo | Switch) -> None:
        match command:
            case Edit(array, row, column, value):
                trainer.edit(array, row, column, value)
            case EditRow(array, row, values):
                trainer.edit_row(array, row, values)
            case Undo():
                trainer.undo()
            case Switch(line):
                trainer.switch(line)

    def _run_to(self, trainer: Trainer, step: int, batch: int | None) -> None:
        if batch is None:
            if self._ahead is None:
                self._pause()
            trainer.run_to(step)
        elif batch <= max(trainer.history.line.finished, trainer.position.batch):
            live = self._ahead or trainer
            if (
                self._running and batch >= live.position.batch
            ):  # ahead of a run that goes through its past: it stops there
                self._trainer = live
                self._halt_training()
                live.seek(batch, step)
            else:
                self._looking(trainer).seek(batch, step)
        else:
            if self._ahead is not None:
                trainer = self._ahead  # it is this one that goes on
                self._go_on(trainer, Move.FOLLOW_LIVE)
            if trainer.halt is None:
                self._running, self._goal = True, RunTo(step, batch)
                self._stops = set_out(trainer, self._stops)

    def _open(self, command: Open) -> None:
        """Prepare a lesson. The present run stays until that has succeeded, and goes on if it fails."""
        was_running, was_open = self._running, self._opened
        self._running, self._opened = False, command
        self._generation += 1
        lesson = command.lesson
        self._notice(State.PREPARING, "reading data")
        if "torch" in (lesson.run.executor, lesson.init.rng):
            self._say_preparing("torch")
        try:
            trainer = Trainer(lesson, data_dir=command.data_dir, checkpoint_bytes=self._memory)
            self._say_preparing(lesson.run.executor)
            if command.recording is not None:
                trainer.follow(command.recording.log)
            trainer.prepare()
        except Exception as error:
            text = str(error)
            if isinstance(error, MemoryError):
                text = "not enough memory for this lesson"
            elif not isinstance(error, LessonError | DataError):  # a fault of ours, or of this machine
                log.exception("%s could not be prepared", lesson.id)
                text = f"{lesson.title} could not be prepared ({type(error).__name__}: {error})"
            self._notice(State.FAILED, text, error)
            self._refused = True  # a Snapshot of the run that stays must not push the notice out of the box
            if self._trainer is not None:
                self._running, self._opened = was_running, was_open
            return
        self._trainer, self._ahead, self._answer, self._reopening = trainer, None, None, None
        self._forget(trainer)
        if command.recording is not None:
            self._reopen(trainer, command.recording)

    def _reopen(self, trainer: Trainer, recording: Recording) -> None:
        """Set everything as it was recorded, and go there."""
        self._stops = Stops()  # those recorded do not stop the way there
        self._instruments.watch(recording.watches, trainer)
        self._running, self._goal = True, RunTo(recording.step, recording.batch)
        self._reopening = recording

    def _say_preparing(self, executor: str) -> None:
        """Say what an executor makes the user wait for, if it does."""
        if executor == "compiled":
            self._notice(State.PREPARING, "compiling")
        elif executor == "torch" and not torch_is_loaded():
            self._notice(State.PREPARING, "loading PyTorch")

    def _set(self, trainer: Trainer, key: str, value: Any) -> None:
        """Change a key; an executor is prepared here and now, and refused if this machine cannot have it."""
        if key == "run.executor":
            self._say_preparing(value)
        before = trainer.lesson.run.orientation
        (self._ahead or trainer).set(key, value)
        if self._ahead is not None and key in SHOWN_KEYS:
            trainer.set(key, value)
        if trainer.lesson.run.orientation != before:  # cells have other names now
            self._stops = self._stops.with_breakpoints(turned(self._stops.breakpoints))
            self._instruments.forget_watched()
        if self._ahead is not None and trainer.position.batch >= self._ahead.position.batch:
            self._go_on(trainer, Move.FOLLOW_LIVE)  # what one looked at may have become another

    def _reset(self, trainer: Trainer, seed: int | None) -> None:
        self._halt_training()
        self._reopening = None
        self._generation += 1
        self._answer = None
        trainer.reset(seed)
        self._forget(trainer)

    def _forget(self, trainer: Trainer) -> None:
        """A run begins: what was read off the one before is gone."""
        self._stopped = self._probe_wanted = self._ledger = self._lookup = self._approach = None
        self._stops, self._hits = self._stops.forget(), ()
        self._instruments.begin(trainer)

    def _check_gradients(self, trainer: Trainer, command: Check, torch: bool) -> None:
        """Check; without torch at hand, its column follows when another thread has read it from disk."""
        try:
            check = check_gradients(trainer, command.array, command.cell, torch, self._ending.is_set)
        except GradientCheckError as error:
            check = GradientCheck(trainer.position, error=str(error))
        later = not torch and bool(check.arrays)
        self._check = self._generation, replace(check, loading_torch=later)
        if later:
            threading.Thread(target=self._load_torch, args=(command,), name="loading PyTorch").start()

    def _load_torch(self, command: Check) -> None:
        """Read torch from disk, then have the check made again. Without torch the check says why."""
        if self._ending.wait(0.1):  # the window shows what is there before the interpreter is busy importing
            return
        with contextlib.suppress(NoTorchError):
            load_torch()
        self.send(CheckAgain(command))

    def _autograd_now(self, trainer: Trainer) -> Mapping[str, Array] | None:
        """The batch's gradients by torch.autograd, where the lesson asks for them; computed once per batch."""
        if not trainer.lesson.run.autograd:
            return None
        batch = self._generation, trainer.position.batch, trainer.lesson
        if self._autograd is None or self._autograd[0] != batch:
            try:
                self._autograd = batch, present_autograd(trainer)
            except NoTorchError as error:
                self._autograd, self._no_torch = (batch, None), str(error)
        return self._autograd[1]

    def _notice(self, state: State, text: str, cause: Exception | None = None) -> None:
        assert self._opened is not None
        self.box.put(Notice(self._generation, state, self._opened.lesson, text, cause))

    def _advance(self) -> None:
        """One burst, or one step or batch at the chosen pace."""
        trainer = self._ahead or self._trainer
        assert trainer is not None
        if self._goal is not None:
            self._towards(trainer, self._goal)
        elif self._speed.per_second == 0.0:
            self._burst_of(trainer, self._burst)
        elif time.monotonic() >= self._due:
            steps = self._speed.unit == "step"
            progress = step(trainer, self._stops) if steps else burst(trainer, self._stops, 1)
            self._pace.count(1 / len(trainer.program) if steps else progress.done)
            self._take(trainer, progress)
            late = time.monotonic() - self._due
            self._due += max(1 / self._speed.per_second, late)  # after a stall, no catching up
        if trainer.halt is not None:
            self._halt_training()
            self._publish()

    def _take(self, trainer: Trainer, progress: Progress) -> None:
        """Remember what the breakpoints saw; stand where one was hit."""
        self._stops = progress.stops
        if progress.hit is not None:
            self._trainer, self._goal = trainer, None
            self._halt_training()
            self._stopped = trainer.position, progress.hit
            self._hits = (*self._hits[-MOST_HITS + 1 :], trainer.position.batch)
            self._publish()

    def _burst_of(self, trainer: Trainer, limit: int) -> None:
        """Train up to ``limit`` batches, and learn how many make a frame.

        Drawing lets go of the interpreter hundreds of times a picture. If it had to wait each time until a run in plain
        Python lets go of it, the window would stand still for a second: such a run waits for the window instead.
        """
        frame = FRAME
        if trainer.holds_interpreter or self._plain:
            frame = PLAIN_FRAME
            self.box.wait_until_drawn(PATIENCE)
        began, done, turns, limit = time.perf_counter(), 0, 0, min(limit, self._burst)
        while done < limit and self._running and trainer.halt is None:
            progress = burst(trainer, self._stops, limit - done)
            done, turns = done + progress.done, turns + 1
            self._take(trainer, progress)
            if time.perf_counter() - began > 2 * frame:
                break  # batches got slower: breakpoints that look at each, say
        seconds = time.perf_counter() - began
        self._plain = seconds < SHORT * turns
        self._burst = max(1, min(int(done * frame / seconds), 2 * self._burst, 1_000_000))
        self._pace.count(done)

    def _towards(self, trainer: Trainer, goal: RunTo) -> None:
        """A burst towards a Step of a batch, or at its last batch that Step itself."""
        assert goal.batch is not None
        finished = trainer.position.batch - int(not trainer.batch_done)
        if goal.batch - 1 > finished:
            self._burst_of(trainer, goal.batch - 1 - finished)
            return
        (trainer.run_to if trainer.position.batch == goal.batch else trainer.go_on_to)(goal.step)
        self._running, self._goal = False, None
        if self._reopening is not None:
            self._arrive(trainer, self._reopening)
        self._publish()

    def _arrive(self, trainer: Trainer, recording: Recording) -> None:
        """Be where the recording ends; say so if the numbers are others."""
        self._reopening, self._stops = None, Stops(recording.breakpoints)
        if recording.digest not in ("", digest_of(trainer)):
            self._refuse(
                "The numbers differ from the recording's: it was made on another machine or with other versions."
            )

    def _valid_check(self) -> GradientCheck | None:
        """The last check, if it was made where we stand."""
        if self._check is None or self._trainer is None:
            return None
        generation, check = self._check
        return check if (generation, check.position) == (self._generation, self._trainer.position) else None

    def _publish(self) -> None:
        trainer, ahead = self._trainer, self._ahead
        if trainer is None:
            return
        rate = self._pace.rate if self._running else 0.0
        if ahead is not None and self._picture is not None and self._picture.shows(trainer, self._generation):
            picture = self._picture.with_the_run_of(trainer)
        else:
            state = State.LOOKING if ahead is not None else State.RUNNING if self._running else State.PAUSED
            picture = Snapshot.of(trainer, self._generation, state)
        self._instruments.note(ahead or trainer, self._generation)
        if self._picture is not None:  # drawn by now, and its health read by the window's thread
            self._instruments.note_health(self._picture, self._picture.generation, self._picture.line)
        picture = replace(
            picture,
            rate=rate,
            live=None if ahead is None else ahead.position,
            wanted=(ahead or trainer).wanted,
            refusal=self._refusal,
            answer=self._answer,
            check=self._valid_check(),
            autograd=None if picture.state is State.RUNNING else self._autograd_now(trainer),
            no_torch=self._no_torch,
            breakpoints=self._stops.breakpoints,
            stopped=self._stopped[1] if self._stopped and self._stopped[0] == trainer.position else None,
            hits=self._hits,
            ledger=self._ledger,
            approach=self._approach_to(trainer),
            **self._instruments.read(trainer),
            **self._probed(trainer),
        )
        if picture.state is not State.RUNNING:
            self._instruments.note_health(ahead or picture, self._generation, (ahead or trainer).history.line.number)
        self._picture = picture
        self.box.put(picture)

    def _probed(self, trainer: Trainer) -> dict[str, Any]:
        """The probe of the learning rate, if it was asked for here."""
        if self._running or self._probe_wanted != trainer.position:
            return {}
        made, why = self._instruments.probe(trainer)
        return {"probe": made, "no_probe": why}

    def _approach_to(self, trainer: Trainer) -> Approach | None:
        """How it came to a halt; found once for each."""
        if trainer.halt is None:
            return None
        if self._approach is None or self._approach[0] != trainer.halt.position:
            self._approach = trainer.halt.position, approach(trainer)
        return self._approach[1]


class Autosave:
    """Keeps a recording on disk: at once after a change, every few seconds while training."""

    SECONDS = 3.0
    AGAIN = 60.0  # after a refusal: a disk may have room again

    def __init__(self, path: Path | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._saved: tuple[object, ...] = ()
        self._at = self._not_before = -math.inf
        self._refused = False

    def look(self, trainer: Trainer, breakpoints: Breakpoints, watches: tuple[str, ...], running: bool) -> None:
        """Save, if there is something new and it is time. That a disk takes nothing is told once, until it does."""
        if self._path is None:
            return
        done = trainer.log, breakpoints, watches
        now, moved = self._clock(), (*done, trainer.position)
        if moved == self._saved or (done == self._saved[:3] and running and now - self._at < self.SECONDS):
            return
        if now < self._not_before:
            return
        try:
            Recording.of(trainer, breakpoints, watches).save(self._path)
        except (OSError, ValueError) as error:
            if not self._refused:
                log.warning("the run cannot be recorded in %s (%s); tried again each minute", self._path, error)
            self._refused, self._not_before = True, now + self.AGAIN
        else:
            self._refused, self._saved, self._at = False, moved, now

    def remove(self) -> None:
        """The run was closed in order."""
        if self._path is not None:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)


class _Pace:
    """Batches per second over about the last second."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since, self._done = clock(), 0.0
        self.rate = 0.0

    def count(self, batches: float) -> None:
        self._done += batches
        now = self._clock()
        if now - self._since >= 0.5:
            self.rate = self._done / (now - self._since)
            self._since, self._done = now, 0.0
