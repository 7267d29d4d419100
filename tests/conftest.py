"""What every test shares."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import hypothesis
import pytest

# Imported when they are needed, these would keep what a test put in the place of engine.pytorch.load_torch.
import engine.autograd
import engine.export.metrics
import engine.export.script
import engine.torch_executor  # noqa: F401

# Numbers of a first call (imports, compiling) say nothing about an example, so no example has a deadline.
hypothesis.settings.register_profile("backstep", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("backstep")


@pytest.fixture(autouse=True)
def _torch_as_it_was() -> Iterator[None]:
    """A script that is run sets torch's defaults for itself, which here is the whole process."""
    yield
    torch = sys.modules.get("torch")
    if hasattr(torch, "set_default_dtype"):  # some tests put half of an installation in its place
        torch.set_default_dtype(torch.float32)
