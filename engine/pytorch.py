"""PyTorch, imported when it is first needed: that takes seconds, and everything else works without it."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

from engine.lesson import LessonError

DEVICES = {
    "cuda": "this PyTorch finds no CUDA device",
    "mps": "this PyTorch finds no Metal device",
}
"""Accelerators, and what to say where there is none."""


class NoTorchError(LessonError):
    """PyTorch is not installed or does not load. The message says so in one sentence."""


class NoDeviceError(LessonError):
    """PyTorch finds no such device here."""


def torch_is_loaded() -> bool:
    """Whether the next use of PyTorch is quick."""
    return "torch" in sys.modules


def load_torch() -> Any:
    """The module ``torch``.

    Raises
    ------
    NoTorchError : it cannot be imported, for whatever reason.
    """
    try:
        import torch

        torch.Generator, torch.inference_mode, torch.cuda, torch.backends  # noqa: B018 - half of an installation lacks them
    except (Exception, SystemExit) as error:  # a broken installation fails in its own ways, not only with ImportError
        reason = " ".join(str(error).split()) or type(error).__name__
        raise NoTorchError(f"PyTorch could not be loaded: {reason}") from error
    return torch


@cache
def devices() -> tuple[str, ...]:
    """The devices that PyTorch can compute on here: ``cpu``, and ``cuda`` or ``mps`` where there is one."""
    torch = load_torch()
    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return ("cpu", *(name for name in DEVICES if present[name]))


def require_device(device: str) -> None:
    """Raise a LessonError that says what is missing, if PyTorch or the device is not here."""
    try:
        load_torch()
    except NoTorchError as error:
        raise NoTorchError(f'run.executor = "torch": {error}. "numpy" and "compiled" do without it') from error
    if device not in devices():
        raise NoDeviceError(
            f'run.device = "{device}": {DEVICES[device]}; allowed here: {", ".join(devices())} '
            '("cpu" gives the same numbers to rounding)'
        )
