"""MNIST, Fashion-MNIST and KMNIST here: where they are looked for, whether their files are whole, reading them."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.data.errors import CorruptData, DataError, MissingData
from engine.files import at_home


@dataclass(frozen=True)
class IdxFile:
    """What one unpacked file must be: bytes in IDX form.

    The header is a magic number (0x0800 plus the number of axes) and the length of each axis, all as
    big-endian 32-bit integers; unsigned bytes follow, the last axis running fastest. ``md5`` is that of the
    unpacked file, None where nobody has published one; what is downloaded is held to that of the packed file.
    """

    shape: tuple[int, ...]
    md5: str | None

    @property
    def header(self) -> bytes:
        return b"".join(n.to_bytes(4, "big") for n in (0x0800 + len(self.shape), *self.shape))

    @property
    def size(self) -> int:
        """Length of the whole file in bytes."""
        return len(self.header) + math.prod(self.shape)


@dataclass(frozen=True)
class Packed:
    """What a server has of one file: its bytes, so that the total is known at once, and its MD5 checksum."""

    size: int
    md5: str


@dataclass(frozen=True)
class ImageSet:
    """One of the sets of 28 x 28 grey images in ten classes, as torchvision names and keeps it.

    Attributes
    ----------
    source : its name in a lesson.
    title : its name in a sentence.
    published : torchvision's class.
    files : the unpacked files by name.
    mirrors, packed : where torchvision fetches it, and what is there, for where there is no torchvision.
    classes : what the labels 0 to 9 mean.
    """

    source: str
    title: str
    published: str
    files: Mapping[str, IdxFile]
    mirrors: tuple[str, ...]
    packed: Mapping[str, Packed]
    classes: tuple[str, ...]

    @property
    def raw(self) -> Path:
        """Where the files lie below a data folder; torchvision's own layout."""
        return Path(self.published, "raw")

    def damaged(self, path: Path, problem: str) -> CorruptData:
        """The error that says so of a file."""
        return CorruptData(path, problem, self.source, self.title)


_SHAPES: dict[str, tuple[int, ...]] = {
    "train-images-idx3-ubyte": (60_000, 28, 28),
    "train-labels-idx1-ubyte": (60_000,),
    "t10k-images-idx3-ubyte": (10_000, 28, 28),
    "t10k-labels-idx1-ubyte": (10_000,),
}


def _packed(*files: tuple[int, str]) -> dict[str, Packed]:
    return {f"{name}.gz": Packed(*of_it) for name, of_it in zip(_SHAPES, files, strict=True)}


def _unpacked(*md5s: str | None) -> dict[str, IdxFile]:
    return {name: IdxFile(shape, md5) for (name, shape), md5 in zip(_SHAPES.items(), md5s, strict=True)}


MNIST = ImageSet(
    "mnist",
    "MNIST",
    "MNIST",
    _unpacked(
        "6bbc9ace898e44ae57da46a324031adb",
        "a25bea736e30d166cdddb491f175f624",
        "2646ac647ad5339dbf082846283269ea",
        "27ae3e4e09519cfbb04c329615203637",
    ),
    ("https://ossci-datasets.s3.amazonaws.com/mnist/", "http://yann.lecun.com/exdb/mnist/"),
    _packed(
        (9_912_422, "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
        (28_881, "d53e105ee54ea40749a09fcbcd1e9432"),
        (1_648_877, "9fb629c4189551a2d022fa330f9573f3"),
        (4_542, "ec29112dd5afa0611ce80d1b7f02629c"),
    ),
    tuple("0123456789"),
)
FASHION_MNIST = ImageSet(
    "fashion_mnist",
    "Fashion-MNIST",
    "FashionMNIST",
    _unpacked(None, None, None, None),
    ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
    _packed(
        (26_421_880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
        (29_515, "25c81989df183df01b3e8a0aad5dffbe"),
        (4_422_102, "bef4ecab320f06d8554ea6380940ec79"),
        (5_148, "bb300cfdad3c16e7a12a480ee83cd310"),
    ),
    (
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
)
KMNIST = ImageSet(
    "kmnist",
    "KMNIST",
    "KMNIST",
    _unpacked(None, None, None, None),
    ("http://codh.rois.ac.jp/kmnist/dataset/kmnist/",),
    _packed(
        (18_165_135, "bdb82020997e1d708af4cf47b453dcf7"),
        (29_497, "e144d726b3acfaa3e44228e80efcd344"),
        (3_041_136, "5c965bf0a639b31b8f53240b1b52f4d7"),
        (5_120, "7320c461ea6c1c855c0b718fb2a4b134"),
    ),
    ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
)
SETS = {one.source: one for one in (MNIST, FASHION_MNIST, KMNIST)}
FILES = MNIST.files
"""Of MNIST: the unpacked files by name."""
RAW = MNIST.raw
"""Of MNIST: where they lie below a data folder."""


def data_folders(data_dir: Path | None = None) -> list[Path]:
    """The folders that may hold image sets, ``MNIST/raw`` for example, in the order in which they are looked at.

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
        folders.insert(0, at_home(from_environment))
    if data_dir is not None:
        try:
            os.scandir(data_dir).close()
        except OSError as error:
            raise DataError(
                f"The data folder {data_dir} cannot be read ({error.strerror}); "
                f"allowed is an existing folder, in which {RAW} and the like are looked for."
            ) from error
        folders.insert(0, data_dir)
    return folders


def find(data_dir: Path | None = None, which: ImageSet = MNIST) -> Path:
    """The first data folder that holds a set, every file of it checked.

    MNIST is checked to the last byte, the others by their headers, lengths and labels.

    Parameters
    ----------
    data_dir : Path, optional
        As in `data_folders`.
    which : ImageSet
        One of `SETS`.

    Raises
    ------
    MissingData
        No folder holds any file of the set.
    CorruptData
        The first folder that holds some does not hold all of them whole.
    DataError
        A folder cannot be read.
    """
    folders = data_folders(data_dir)
    for root in folders:
        folder = root / which.raw
        present = _names_in(folder)
        if not any(name in present or f"{name}.gz" in present for name in which.files):
            continue
        for name in which.files:
            if name in present:
                check_file(folder / name, name, which)
            elif f"{name}.gz" in present:
                raise which.damaged(folder / f"{name}.gz", "it was never unpacked, or arrived only in part")
            else:
                raise which.damaged(folder / name, "it is missing beside the other files")
        return root
    raise MissingData(
        f"{which.title} was not found in {', '.join(str(root / which.raw) for root in folders)}; "
        "it can be downloaded, or the bundled 8x8 digits can be used instead.",
        root=folders[0],
        source=which.source,
    )


def _names_in(folder: Path) -> set[str]:
    try:
        return set(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return set()
    except OSError as error:
        raise DataError(f"The data folder {folder} cannot be read ({error.strerror}).") from error


def check_file(path: Path, name: str, which: ImageSet = MNIST) -> None:
    """Compare a file's header, length and, where it is known, MD5 checksum with what those of file `name` must be.

    Raises
    ------
    CorruptData
        They differ; names the first difference.
    DataError
        The file cannot be read.
    """
    import hashlib  # OpenSSL comes with it, for which no start should wait

    expected = which.files[name]
    try:
        with path.open("rb") as file:
            header = file.read(len(expected.header))
            size = path.stat().st_size
            if header[:4] != expected.header[:4] and len(header) >= 4:
                raise which.damaged(
                    path, f"its magic number is 0x{header[:4].hex()} instead of 0x{expected.header[:4].hex()}"
                )
            if size != expected.size:
                raise which.damaged(path, f"it is {size:,} bytes long instead of {expected.size:,}")
            if header != expected.header:
                counts = np.frombuffer(header[4:], ">u4").tolist()
                raise which.damaged(path, f"its header announces {counts} values instead of {list(expected.shape)}")
            if expected.md5 is None:
                if len(expected.shape) == 1 and (largest := max(file.read())) >= len(which.classes):
                    labels = f"only 0 to {len(which.classes) - 1}"
                    raise which.damaged(path, f"it holds the label {largest}, and there are {labels}")
                return
            file.seek(0)
            md5 = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}).") from error
    if md5 != expected.md5:
        raise which.damaged(path, f"its checksum is {md5} instead of {expected.md5}")


def read(root: Path, *, train: bool, which: ImageSet = MNIST) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Read the 60,000 training or the 10,000 test examples, through torchvision where that can be imported.

    Parameters
    ----------
    root : Path
        A folder that `find` returned for the set.
    train : bool
        Which of the two parts.
    which : ImageSet
        One of `SETS`.

    Returns
    -------
    images : ndarray (n, 784), uint8, 0..255
    labels : ndarray (n,), int64, 0..9
    """
    from engine.data.torchvision_compat import published

    part = "train" if train else "t10k"
    dataset = published(which.published)
    if dataset is None:
        images = _read_idx(root, f"{part}-images-idx3-ubyte", which).reshape(-1, 28 * 28)
        labels = _read_idx(root, f"{part}-labels-idx1-ubyte", which).astype(np.int64)
    else:

        class Raw(dataset):  # type: ignore[misc, valid-type]
            # torchvision derives the first from the class's name. It prefers what it finds in the second, where
            # releases of years ago kept a copy in a form of their own, to the files that were checked.
            raw_folder = str(root / which.raw)
            processed_folder = ""

        examples = Raw(root, train=train, download=False)
        images, labels = examples.data.numpy().reshape(-1, 28 * 28), examples.targets.numpy()
    return images, labels


def _read_idx(root: Path, name: str, which: ImageSet) -> NDArray[np.uint8]:
    """The values of a file that `find` has checked; the array may be written to, as torchvision's may."""
    path, expected = root / which.raw / name, which.files[name]
    try:
        return np.fromfile(path, np.uint8, offset=len(expected.header)).reshape(expected.shape)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}).") from error
