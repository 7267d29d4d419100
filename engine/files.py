"""Writing files so that a reader sees the old file or the whole new one, never a part."""

from __future__ import annotations

import contextlib
import errno
import math
import os
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` by way of a temporary file beside it.

    A link stays one: the file that it leads to is replaced. An old file's permissions are kept.

    Raises
    ------
    OSError : the folder is missing or not writable, or the disk is full; the old file is untouched.
    """
    path = Path(os.path.realpath(path))
    part = path.parent / f".backstep-{os.urandom(8).hex()}.part"  # its own short name: path's may be the longest
    try:
        with part.open("xb") as file:
            with contextlib.suppress(FileNotFoundError):
                part.chmod(path.stat().st_mode & 0o777)  # before there is anything to read
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def read_at_most(path: Path, most: int) -> bytes:
    """Up to ``most`` + 1 bytes of a file: one more than allowed tells that it is too large.

    Raises
    ------
    OSError : it cannot be read, or is no file: a pipe would be waited for, and a device never ends.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is not a file")
    with path.open("rb") as file:
        return file.read(most + 1)


def at_home(path: str | Path) -> Path:
    """A path in which ``~`` is the user's folder; one of a user who is not known here stays as it is written."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def finite(text: str) -> float:
    """A number of a JSON file; ``parse_float`` of ``json.loads``, which takes 1e999 for infinity otherwise."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large for a number")
    return number


def whole_number(text: str) -> int:
    """A whole number of a JSON file, of as many digits as any that is meant; ``parse_int`` of ``json.loads``."""
    if len(text) > 19:
        raise ValueError(f"{text[:19]}… has too many digits")
    return int(text)
