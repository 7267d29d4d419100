"""MNIST on this machine: where to look for it, whether its files are whole, and reading them."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.data.errors import CorruptData, DataError, MissingData

RAW = Path("MNIST", "raw")
"""Where the files lie below a data folder; torchvision's own layout."""


@dataclass(frozen=True)
class IdxFile:
    """What one unpacked file must be: bytes in IDX form.

    The header is a magic number (0x0800 plus the number of axes) and the length of each axis, all as
    big-endian 32-bit integers; unsigned bytes follow, the last axis running fastest.
    """

    shape: tuple[int, ...]
    md5: str

    @property
    def header(self) -> bytes:
        return b"".join(n.to_bytes(4, "big") for n in (0x0800 + len(self.shape), *self.shape))

    @property
    def size(self) -> int:
        """Length of the whole file in bytes."""
        return len(self.header) + math.prod(self.shape)


FILES = {
    "train-images-idx3-ubyte": IdxFile((60_000, 28, 28), "6bbc9ace898e44ae57da46a324031adb"),
    "train-labels-idx1-ubyte": IdxFile((60_000,), "a25bea736e30d166cdddb491f175f624"),
    "t10k-images-idx3-ubyte": IdxFile((10_000, 28, 28), "2646ac647ad5339dbf082846283269ea"),
    "t10k-labels-idx1-ubyte": IdxFile((10_000,), "27ae3e4e09519cfbb04c329615203637"),
}


def data_folders(data_dir: Path | None = None) -> list[Path]:
    """The folders that may hold ``MNIST/raw``, in the order in which they are looked at.

    They are `data_dir`, the environment variable ``BACKSTEP_DATA``, and Backstep's folder for user data.
    Only `data_dir` has to exist. A download fills the first of the list.

    Raises
    ------
    DataError
        `data_dir` is not a folder that can be read.
    """
    import platformdirs

    folders = [platformdirs.user_data_path("Backstep", appauthor=False) / "data"]
    if from_environment := os.environ.get("BACKSTEP_DATA"):
        folders.insert(0, Path(from_environment).expanduser())
    if data_dir is not None:
        try:
            os.scandir(data_dir).close()
        except OSError as error:
            raise DataError(
                f"The data folder {data_dir} cannot be read ({error.strerror}); "
                f"allowed is an existing folder, in which {RAW} is looked for."
            ) from error
        folders.insert(0, data_dir)
    return folders


def find(data_dir: Path | None = None) -> Path:
    """The first data folder that holds MNIST, every file of it checked to the last byte.

    Parameters
    ----------
    data_dir : Path, optional
        As in `data_folders`.

    Raises
    ------
    MissingData
        No folder holds any file of MNIST.
    CorruptData
        The first folder that holds some does not hold all of them whole.
    DataError
        A folder cannot be read.
    """
    folders = data_folders(data_dir)
    for root in folders:
        present = _names_in(root / RAW)
        if not any(name in present or f"{name}.gz" in present for name in FILES):
            continue
        for name in FILES:
            if name in present:
                check_file(root / RAW / name, FILES[name])
            elif f"{name}.gz" in present:
                raise CorruptData(root / RAW / f"{name}.gz", "it was never unpacked, or arrived only in part")
            else:
                raise CorruptData(root / RAW / name, "it is missing beside the other files")
        return root
    raise MissingData(
        f"MNIST was not found in {', '.join(str(root / RAW) for root in folders)}; "
        "it can be downloaded, or the bundled 8x8 digits can be used instead.",
        root=folders[0],
    )


def _names_in(folder: Path) -> set[str]:
    try:
        return set(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return set()
    except OSError as error:
        raise DataError(f"The data folder {folder} cannot be read ({error.strerror}).") from error


def check_file(path: Path, expected: IdxFile) -> None:
    """Compare a file's header, length and MD5 checksum with what they must be.

    Raises
    ------
    CorruptData
        They differ; names the first difference.
    DataError
        The file cannot be read.
    """
    import hashlib  # OpenSSL comes with it, for which no start should wait

    try:
        with path.open("rb") as file:
            header = file.read(len(expected.header))
            size = path.stat().st_size
            if header[:4] != expected.header[:4] and len(header) >= 4:
                raise CorruptData(
                    path, f"its magic number is 0x{header[:4].hex()} instead of 0x{expected.header[:4].hex()}"
                )
            if size != expected.size:
                raise CorruptData(path, f"it is {size:,} bytes long instead of {expected.size:,}")
            if header != expected.header:
                counts = np.frombuffer(header[4:], ">u4").tolist()
                raise CorruptData(path, f"its header announces {counts} values instead of {list(expected.shape)}")
            file.seek(0)
            md5 = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}).") from error
    if md5 != expected.md5:
        raise CorruptData(path, f"its checksum is {md5} instead of {expected.md5}")


def read(root: Path, *, train: bool) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Read the 60,000 training or the 10,000 test examples, through torchvision where that can be imported.

    Parameters
    ----------
    root : Path
        A folder that `find` returned.
    train : bool
        Which of the two sets.

    Returns
    -------
    images : ndarray (n, 784), uint8, 0..255
    labels : ndarray (n,), int64, 0..9
    """
    from engine.data.torchvision_compat import published_mnist

    published = published_mnist()
    if published is None:
        part = "train" if train else "t10k"
        images = _read_idx(root, f"{part}-images-idx3-ubyte")
        return images.reshape(-1, 28 * 28), _read_idx(root, f"{part}-labels-idx1-ubyte").astype(np.int64)

    class Raw(published):  # type: ignore[misc, valid-type]
        # torchvision derives the first from the class's name. It prefers what it finds in the second, where
        # releases of years ago kept a copy in a form of their own, to the files that were checked.
        raw_folder = str(root / RAW)
        processed_folder = ""

    examples = Raw(root, train=train, download=False)
    return examples.data.numpy().reshape(-1, 28 * 28), examples.targets.numpy()


def _read_idx(root: Path, name: str) -> NDArray[np.uint8]:
    """The values of a file that `find` has checked; the array may be written to, as torchvision's may."""
    path = root / RAW / name
    try:
        return np.fromfile(path, np.uint8, offset=len(FILES[name].header)).reshape(FILES[name].shape)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}).") from error
