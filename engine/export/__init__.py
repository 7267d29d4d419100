"""Export: what leaves a run as a file that others read: arrays, metrics, a script, a worked example.

Each module makes the whole content of a file as bytes or text; ``save`` writes it so that an old file is either
replaced by the whole new one or stays as it was.
"""

from __future__ import annotations

from pathlib import Path

from engine.files import write_atomically


class ExportError(ValueError):
    """What was asked for cannot be exported. The message is one sentence for the user."""


def save(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; a device or a pipe stays what it is.

    Raises
    ------
    ExportError : it cannot be written (a full disk, a folder without permission); the old file is untouched.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(None, "it is a folder; give the name of a file")
        if path.exists() and not path.is_file():
            path.write_bytes(content)  # a device or a pipe: it must not be replaced by a file
        else:
            write_atomically(path, content)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise unwritable(path, error) from error


def unwritable(path: Path, error: Exception) -> ExportError:
    """The sentence for a file that cannot be written."""
    return ExportError(f"{path} cannot be written: {getattr(error, 'strerror', None) or error}")
