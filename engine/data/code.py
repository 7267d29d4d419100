"""The examples of a CSV or of a folder of images as lines of a script that needs nothing of Backstep."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from engine.data.errors import DataError
from engine.files import at_home

if TYPE_CHECKING:
    from engine.lesson import DataSpec

IMPORTS = {"csv.": "import csv", "Image.": "from PIL import Image"}
"""What the lines use beside NumPy, PyTorch, ``sys`` and ``Path``, and how it is imported."""


def code_of_files(data: DataSpec, outputs: int, *, torch: bool, dtype: str = "") -> Iterator[str]:
    """Lines that define ``inputs`` (n, n_in) and ``targets`` (n, n_out): the training examples in the source's order.

    Parameters
    ----------
    data : of the source csv or images.
    outputs : units of the net's last layer.
    torch : tensors in place of arrays.
    dtype : what follows the size in ``np.eye(10, dtype=np.float32)``: ``", dtype=np.float32"``, or nothing.

    A CSV is looked at to know what is "auto" in the lesson. Where that cannot be done, the script says why and ends.
    """
    if data.source == "images":
        yield from _images(data)
        number = False
    else:
        try:
            number = yield from _csv(data, outputs)
        except DataError as error:
            yield f"sys.exit({str(error)!r})"
            return
    yield from _as_arrays(0 if number else max(outputs, 2), outputs, torch, dtype)


def _as_arrays(classes: int, outputs: int, torch: bool, dtype: str) -> Iterator[str]:
    lib = "torch" if torch else "np"
    if torch:
        yield "inputs = torch.from_numpy(inputs)"
    if not classes and torch:
        yield "targets = torch.from_numpy(targets).to(torch.get_default_dtype())"
    elif not classes and dtype:
        yield "targets = targets.astype(np.float32)"
    elif classes:
        column = "[:, 1:]" if outputs == 1 else ""
        index = "torch.from_numpy(labels).long()" if torch else "labels"
        yield f"targets = {lib}.eye({classes}{dtype}){column}[{index}]"


def _split(data: DataSpec, count: str) -> Iterator[str]:
    """Which examples train; how many there are the script finds out."""
    yield f"tested = min(int({data.test_share!r} * {count} + 0.5), {count} - 1)"
    yield f"train = np.random.default_rng([{data.seed}, 1]).permutation({count})[tested:]"
    yield "train.sort()  # the others test"


def _csv(data: DataSpec, outputs: int) -> Generator[str, None, bool]:
    """Returns whether numbers are predicted."""
    from engine.data.table import SEPARATORS, outline, preview

    layout, targets, inputs = outline(data)
    kind = data.kind
    if kind == "auto":
        if len(targets) > 1:
            kind = "number"
        elif outputs > 1:
            kind = "class"
        else:  # two classes in one column, or numbers
            kind = preview(data.path, *layout).columns[targets[0]].auto_kind
    blanks = ", skipinitialspace=True"
    sign = '.replace(",", ".")' if layout.decimal == "," else ""
    yield f"path = {str(at_home(data.path))!r}"
    yield 'with open(path, encoding="utf-8-sig", newline="") as file:'
    yield f"    rows = list(csv.reader(file, delimiter={SEPARATORS[layout.separator]!r}{blanks}))"
    yield "rows = [row for row in rows if len(row) > 1 or any(map(str.strip, row))]" + "[1:]" * layout.header
    yield f"inputs = np.array([[float(row[i]{sign}) for i in {inputs}] for row in rows])"
    if kind == "class":
        yield f"cells = [row[{targets[0]}].strip() for row in rows]"
        yield "try:  # numbers by size, words by the alphabet"
        yield f"    labels = np.unique([float(cell{sign}) for cell in cells], return_inverse=True)[1]"
        yield "except ValueError:"
        yield "    labels = np.array([sorted(set(cells)).index(cell) for cell in cells])"
    else:
        yield f"targets = np.array([[float(row[i]{sign}) for i in {targets}] for row in rows])"
    yield from _split(data, "len(rows)")
    if data.standardise:
        yield "mean, deviation = inputs[train].mean(axis=0), inputs[train].std(axis=0)"
        yield "same = inputs[train].max(axis=0) == inputs[train].min(axis=0)"
        yield "mean[same] = inputs[train[0], same]  # what does not vary is only moved to 0"
        yield "deviation[same | (deviation == 0)] = 1"
        yield "inputs = (inputs - mean) / deviation"
    name = "labels" if kind == "class" else "targets"
    yield f"inputs, {name} = inputs[train], {name}[train]"
    return kind == "number"


def _images(data: DataSpec) -> Iterator[str]:
    from engine.data.pictures import SUFFIXES

    rows, columns = data.image_size
    yield f"folder = Path({str(at_home(data.path))!r})"
    yield 'classes = sorted(p.name for p in folder.iterdir() if p.is_dir() and p.name[0] != ".")'
    yield f"suffixes = {SUFFIXES}"
    yield "inputs, labels = [], []"
    yield "for label, name in enumerate(classes):"
    yield "    for path in sorted((folder / name).iterdir()):"
    yield '        if path.suffix.lower() in suffixes and path.name[0] != ".":'
    yield "            with Image.open(path) as picture:  # upright, opaque, at most 8 bits a colour"
    yield f'                grey = picture.convert("L").resize(({columns}, {rows}), Image.Resampling.BILINEAR)'
    yield "            inputs.append(np.asarray(grey).reshape(-1))"
    yield "            labels.append(label)"
    yield "inputs, labels = np.array(inputs), np.array(labels)"
    yield from _split(data, "len(inputs)")
    yield "inputs, labels = inputs[train], labels[train]"
