"""A folder of pictures, one subfolder per class."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.data.errors import DataError
from engine.data.sources import Dataset, in_classes
from engine.data.toy_sets import split
from engine.files import at_home

if TYPE_CHECKING:
    from engine.lesson import DataSpec

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm")
"""How the names of pictures end; other files are left alone."""
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
"""What a picture may be, whatever its name says."""
MOST_PICTURES = 100_000
MOST_CLASSES = 1_000
MOST_BYTES = 32 * 2**20
"""Of one file."""
MOST_PIXELS = 50_000_000
"""Of one picture as it is on disk."""
MOST_IN_ALL = 200_000_000
"""Pixels of all pictures as the net gets them."""
_PIXELS = 2**18  # of a picture that are turned from 16 bits to 8 together: wider numbers take much memory


def load_pictures(spec: DataSpec, outputs: int | None = None) -> Dataset:
    """The pictures of a folder as examples: grey, 0..255, all of one size.

    The subfolders of ``spec.path`` are the classes, by the alphabet, and the files in them its pictures, by their
    names. Colours become grey as Pillow weights them (0.299 red, 0.587 green, 0.114 blue), 16 bits become 8, what is
    transparent shows white, of an animation the first picture counts. A picture of another size is scaled to
    ``spec.image_size``, without regard to its proportions.

    Parameters
    ----------
    spec : DataSpec
        Of it ``path, image_size, test_share, seed``.
    outputs : int, optional
        As in `load_dataset`.

    Raises
    ------
    DataError
        A folder or file cannot be read, is not a picture, is damaged, or is beyond a limit; names it.
    """
    from PIL import Image

    # It warns on stderr of what is refused here in a sentence, very many pixels, and of what does not matter to a grey
    # picture: damaged notes of the camera, odd palettes. It knows no other way to be silent.
    warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
    warnings.filterwarnings("ignore", module=r"PIL\.")
    folder = at_home(spec.path)
    rows, columns = spec.image_size
    classes, files = _found(folder)
    if len(files) * rows * columns > MOST_IN_ALL:
        raise DataError(
            f"{folder}: {len(files):,} pictures of {rows} x {columns} are more than the {MOST_IN_ALL:,} pixels allowed "
            "in all; a smaller data.image_size helps."
        )
    x = np.empty((len(files), rows * columns), np.uint8)
    for i, (path, _) in enumerate(files):
        x[i] = _read(path, rows, columns).reshape(-1)
    labels = np.array([label for _, label in files], np.int64)
    train, test = split(len(x), spec.test_share, spec.seed)
    return in_classes(
        "images",
        (x[train], x[test]),
        (labels[train], labels[test]),
        classes,
        outputs=outputs,
        image_shape=(rows, columns),
    )


def _found(folder: Path) -> tuple[tuple[str, ...], list[tuple[Path, int]]]:
    """The classes, and every picture with the number of its class."""
    classes = [name for name in _names_in(folder) if (folder / name).is_dir()]
    if len(classes) < 2:
        found = f'only "{classes[0]}"' if classes else "none"
        raise DataError(f"{folder} must hold a folder of pictures for each of at least two classes; it holds {found}.")
    if len(classes) > MOST_CLASSES:
        raise DataError(f"{folder} holds {len(classes):,} folders, more than {MOST_CLASSES:,} classes are not allowed.")
    files: list[tuple[Path, int]] = []
    for label, name in enumerate(classes):
        inside = [folder / name / file for file in _names_in(folder / name) if Path(file).suffix.lower() in SUFFIXES]
        if not inside:
            raise DataError(f"{folder / name} holds no pictures; allowed are {', '.join(SUFFIXES)}.")
        files.extend((path, label) for path in inside)
        if len(files) > MOST_PICTURES:
            raise DataError(f"{folder} holds more than {MOST_PICTURES:,} pictures, the most allowed.")
    return tuple(classes), files


def _names_in(folder: Path) -> list[str]:
    """What a folder holds and does not hide, by the alphabet."""
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except (OSError, ValueError) as error:
        raise DataError(f"The folder {folder} cannot be read ({getattr(error, 'strerror', None) or error}).") from error


def _read(path: Path, rows: int, columns: int) -> NDArray[np.uint8]:
    """One picture, (rows, columns)."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    too_large = f"{path} has more than the {MOST_PIXELS:,} pixels that a picture may have."
    try:
        if not path.is_file():  # a pipe would keep us waiting
            raise DataError(f"{path} is not a file.")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise DataError(f"{path} is larger than {MOST_BYTES // 2**20} MB, the most that a picture may have.")
        if size == 0:
            raise DataError(f"{path} is empty.")
        with path.open("rb") as file:  # whoever may not read it is told so, and not that it is no picture
            try:
                with Image.open(file, formats=FORMATS) as picture:
                    if picture.width * picture.height > MOST_PIXELS:
                        raise DataError(too_large)
                    grey = _grey(path, ImageOps.exif_transpose(picture))
            except (DataError, MemoryError):
                raise
            except Image.DecompressionBombError:
                raise DataError(too_large) from None
            except UnidentifiedImageError:
                raise DataError(
                    f"{path} is not a picture, or its beginning is damaged; allowed are {', '.join(FORMATS)}."
                ) from None
            except Exception as error:  # decoders fail in their own ways
                reason = " ".join(str(error).split()) or type(error).__name__
                raise DataError(f"{path} is damaged: {reason}.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror or error}).") from error
    if grey.size != (columns, rows):
        grey = grey.resize((columns, rows), Image.Resampling.BILINEAR)
    return np.asarray(grey, np.uint8)


def _grey(path: Path, picture: Any) -> Any:
    """As 8 bits of grey."""
    from PIL import Image

    if picture.mode.startswith(("I", "F")):
        values = np.asarray(picture)
        if picture.mode == "F" or values.min() < 0 or values.max() > 65_535:
            raise DataError(f"{path} has 32 bits per pixel; allowed are pictures of up to 16.")
        grey = np.empty(values.shape, np.uint8)
        rows = max(1, _PIXELS // values.shape[1])
        for first in range(0, len(values), rows):
            deep = values[first : first + rows].astype(np.int32)
            grey[first : first + rows] = (deep + 128) // 257  # 65,535 becomes 255
        return Image.fromarray(grey)
    if picture.has_transparency_data:
        paper = Image.new("RGBA", picture.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(paper, picture.convert("RGBA"))
    return picture.convert("L")
