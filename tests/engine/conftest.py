"""Fixtures of the engine's tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import executors

SHARED_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def mnist_dir() -> Path:
    """The folder that holds MNIST/raw."""
    root = Path(os.environ.get("BACKSTEP_DATA", SHARED_DATA))
    if not (root / "MNIST" / "raw").is_dir():
        pytest.skip(f"the real MNIST is not under {root}; set BACKSTEP_DATA to the folder that holds MNIST/raw")
    return root


@pytest.fixture(scope="module")
def one_loop() -> Iterator[None]:
    """Compile every operation into one loop, so that many different nets wait for the compiler once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(executors, "SWITCHABLE", executors.OPERATIONS)
        yield
