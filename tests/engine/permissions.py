"""Files that may not be read, although the tests may run as root."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def without_privileges() -> Iterator[None]:
    """Root may read everything, so tests of permissions stop being root for a moment."""
    if sys.platform == "win32":
        pytest.skip("folders cannot be made unreadable this way on Windows")
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(was)


def open_to_all(tmp_path: Path) -> None:
    """pytest keeps its folders to their owner; others need a way through them."""
    for folder in (tmp_path, *tmp_path.parents):
        if "pytest-of-" in str(folder):
            folder.chmod(0o755)
