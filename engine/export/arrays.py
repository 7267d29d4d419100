"""Every array at a Position, as an NPZ that ``numpy.load`` reads without pickle."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from engine.lesson import Lesson
from engine.program import Program
from engine.tensors import Array


class Place(Protocol):
    """A Position with its arrays: a ``Trainer`` or a ``Snapshot``."""

    @property
    def lesson(self) -> Lesson: ...

    @property
    def program(self) -> Program: ...

    @property
    def position(self) -> Any: ...  # its class lies in the trainer's module, which nothing here needs

    @property
    def tensors(self) -> Mapping[str, Array]: ...


def arrays_at(place: Place) -> dict[str, Array]:
    """The arrays of a Position by name, without those that the present batch has yet to compute or never computes.

    Returns
    -------
    dict
        ``W1 (n_in, n_out)``, ``b1 (n_out,)``, ``z1 a1 delta1 (m, n_out)``, ``dW1 db1`` …, ``x``, ``y`` and ``loss ()``,
        in the lesson's dtype; with momentum also ``vW1 vb1`` … Views, not copies.
    """
    written = {step.write for step in place.program.steps} - place.program.pending(place.position.step)
    return {name: array for name, array in place.tensors.items() if name in written or name[0] in "xyWb"}


def left_out(place: Place) -> tuple[str, ...]:
    """Names of the arrays that ``arrays_at`` leaves out because the batch has yet to compute them, in their order."""
    pending = place.program.pending(place.position.step)
    return tuple(name for name in place.tensors if name in pending)


def npz(place: Place) -> bytes:
    """The content of an NPZ file with ``arrays_at`` a Position."""
    buffer = io.BytesIO()
    arrays: dict[str, Any] = arrays_at(place)
    np.savez(buffer, **arrays)
    return buffer.getvalue()
