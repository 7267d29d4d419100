"""Orders: what the interface asks of the engine thread. Frozen, so that they can cross from thread to thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.breakpoints import Breakpoints
from engine.lesson import Lesson
from engine.recording import Recording
from engine.speed import Speed


@dataclass(frozen=True)
class Open:
    """Start a lesson: a new run, a new generation. With a recording, do what it says and go where it ends."""

    lesson: Lesson
    data_dir: Path | None = None
    recording: Recording | None = None


@dataclass(frozen=True)
class Reset:
    """The same start again; with ``seed``, another start."""

    seed: int | None = None


@dataclass(frozen=True)
class StepOnce: ...


@dataclass(frozen=True)
class StepBack: ...


@dataclass(frozen=True)
class PhaseBack: ...


@dataclass(frozen=True)
class BatchBack: ...


@dataclass(frozen=True)
class EpochBack: ...


@dataclass(frozen=True)
class FollowLive:
    """Stand where the run is, at the end of what is recorded, and watch it go on if it does."""


@dataclass(frozen=True)
class Edit:
    """Let the present batch begin with another number in a cell (``Trainer.edit``)."""

    array: str
    row: int
    column: int
    value: float


@dataclass(frozen=True)
class Undo: ...


@dataclass(frozen=True)
class Switch:
    """Return to another line of the run."""

    line: int


@dataclass(frozen=True)
class FinishPhase: ...


@dataclass(frozen=True)
class FinishBatch: ...


@dataclass(frozen=True)
class RunTo:
    """Stand where ``step`` steps of batch ``batch`` are done: at once where the run has been, else by training on.

    Without a batch, on or back to ``step`` of the present one.
    """

    step: int
    batch: int | None = None


@dataclass(frozen=True)
class Run: ...


@dataclass(frozen=True)
class Pause: ...


@dataclass(frozen=True)
class SetSpeed:
    speed: Speed


@dataclass(frozen=True)
class Set:
    """Change a key of the lesson from the next batch on (``trainer.LIVE_KEYS``)."""

    key: str
    value: Any


@dataclass(frozen=True)
class Ask:
    """Give the net an x of the user's own; ``Snapshot.answer`` is what it says."""

    x: tuple[float, ...]


@dataclass(frozen=True)
class Check:
    """Pause and check gradients where we stand: all, those of one array, or one cell of it (``Snapshot.check``)."""

    array: str | None = None
    cell: tuple[int, int] | None = None


@dataclass(frozen=True)
class SetBreakpoints:
    """Stop at these from now on; hits counted meanwhile stay."""

    breakpoints: Breakpoints


@dataclass(frozen=True)
class SetWatches:
    texts: tuple[str, ...]


@dataclass(frozen=True)
class SetMemory:
    """What the checkpoints of a run may take, this one and those opened later."""

    bytes: int


@dataclass(frozen=True)
class ProbeRates:
    """Try learning rates on the present batch (``Snapshot.probe``)."""


@dataclass(frozen=True)
class LookUp:
    """What the last batches did to a cell of a parameter (``Snapshot.ledger``)."""

    array: str
    cell: tuple[int, int]


@dataclass(frozen=True)
class Close: ...


@dataclass(frozen=True)
class CheckAgain:
    """PyTorch has been loaded for this check."""

    check: Check


Command = (
    Open
    | Reset
    | StepOnce
    | StepBack
    | PhaseBack
    | BatchBack
    | EpochBack
    | FollowLive
    | Edit
    | Undo
    | Switch
    | FinishPhase
    | FinishBatch
    | RunTo
    | Run
    | Pause
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
