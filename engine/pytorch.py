"""PyTorch, imported when it is first needed: that takes seconds, and everything else works without it."""

from __future__ import annotations

import sys
from typing import Any

from engine.lesson import LessonError


class NoTorchError(LessonError):
    """PyTorch is not installed or does not load. The message says so in one sentence."""


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
    except Exception as error:  # a broken installation fails in its own ways, not only with ImportError
        reason = " ".join(str(error).split()) or type(error).__name__
        raise NoTorchError(f"PyTorch could not be loaded: {reason}") from error
    return torch
