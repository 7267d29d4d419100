"""What the files that a lesson learns from are like, so that other content under the same name is told apart."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from engine.files import at_home
from engine.lesson import ON_DISK, DataSpec


def state_of(data: DataSpec) -> str:
    """A digest of name, size and time of the last change of each file that the data are read from.

    "" where they are in no file of the user's, or where it is not to be had: on a cluster it may lie on the machines of
    the workers alone.
    """
    if data.source not in ON_DISK:
        return ""
    path = at_home(data.path)
    try:
        files = [path] if data.source == "csv" else list(_in_folders(path))
        told = [(file.name, file.parent.name, *_size_and_time(file)) for file in files]
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return ""
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _in_folders(folder: Path) -> Iterator[Path]:
    """What the folders of a folder hold, by the alphabet."""
    for inside in sorted(path for path in folder.iterdir() if path.is_dir()):
        yield from (inside / name for name in sorted(os.listdir(inside)))


def _size_and_time(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_size, status.st_mtime_ns
