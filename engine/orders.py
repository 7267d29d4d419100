"""Orders: what the interface asks of the engine thread. They can cross from thread to thread: none changes."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path
from typing import Any, NamedTuple

from engine.breakpoints import Breakpoints
from engine.lesson import Lesson
from engine.recording import Recording
from engine.speed import Speed


class Move(Enum):
    """Through the run, from where one stands."""

    STEP = auto()
    FINISH_PHASE = auto()
    FINISH_BATCH = auto()
    STEP_BACK = auto()
    PHASE_BACK = auto()
    BATCH_BACK = auto()
    EPOCH_BACK = auto()
    RUN = auto()
    PAUSE = auto()
    FOLLOW_LIVE = auto()
    """Stand where the run is, at the end of what is recorded, and watch it go on if it does."""


class Open(NamedTuple):
    """Start a lesson: a new run, a new generation. With a recording, do what it says and go where it ends."""

    lesson: Lesson
    data_dir: Path | None = None
    recording: Recording | None = None


class Reset(NamedTuple):
    """The same start again; with ``seed``, another start."""

    seed: int | None = None


class Edit(NamedTuple):
    """Let the present batch begin with another number in a cell (``Trainer.edit``)."""

    array: str
    row: int
    column: int
    value: float


class EditRow(NamedTuple):
    """The same for the first cells of a row, undone as one (``Trainer.edit_row``)."""

    array: str
    row: int
    values: tuple[float, ...]


class Undo(NamedTuple): ...


class Switch(NamedTuple):
    """Return to another line of the run."""

    line: int


class RunTo(NamedTuple):
    """Stand where ``step`` steps of batch ``batch`` are done: at once where the run has been, else by training on.

    Without a batch, on or back to ``step`` of the present one.
    """

    step: int
    batch: int | None = None


class SetSpeed(NamedTuple):
    speed: Speed


class Set(NamedTuple):
    """Change a key of the lesson from the next batch on (``trainer.LIVE_KEYS``)."""

    key: str
    value: Any


class Ask(NamedTuple):
    """Give the net an x of the user's own; ``Snapshot.answer`` is what it says."""

    x: tuple[float, ...]


class Check(NamedTuple):
    """Pause and check gradients where we stand: all, those of one array, or one cell of it (``Snapshot.check``)."""

    array: str | None = None
    cell: tuple[int, int] | None = None


class SetBreakpoints(NamedTuple):
    """Stop at these from now on; hits counted meanwhile stay."""

    breakpoints: Breakpoints


class SetWatches(NamedTuple):
    texts: tuple[str, ...]


class SetMemory(NamedTuple):
    """What the checkpoints of a run may take, this one and those opened later."""

    bytes: int


class ProbeRates(NamedTuple):
    """Try learning rates on the present batch (``Snapshot.probe``)."""


class LookUp(NamedTuple):
    """What the last batches did to a cell of a parameter (``Snapshot.ledger``)."""

    array: str
    cell: tuple[int, int]


class Close(NamedTuple): ...


class CheckAgain(NamedTuple):
    """PyTorch has been loaded for this check."""

    check: Check


Command = (
    Move
    | Open
    | Reset
    | Edit
    | EditRow
    | Undo
    | Switch
    | RunTo
    | SetSpeed
    | Set
    | Ask
    | Check
    | SetBreakpoints
    | SetWatches
    | SetMemory
    | ProbeRates
    | LookUp
    | CheckAgain
    | Close
)
ASIDE = (Set, SetSpeed, Ask, SetBreakpoints, SetWatches, SetMemory, ProbeRates, LookUp, CheckAgain)
"""Commands that do not take the place of a run to somewhere."""
