"""The examples of a CSV or of a folder of images as lines of a script that needs nothing of Backstep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from engine.data.errors import DataError
from engine.files import at_home

if TYPE_CHECKING:
    from engine.data.table import TableForm
    from engine.lesson import DataSpec

IMPORTS = {"csv.": "import csv", "os.": "import os", "Image.": "from PIL import Image, ImageOps"}
"""What the lines use beside NumPy, PyTorch, ``sys`` and ``Path``, and how it is imported."""


WIDTH = 88
"""Columns after which numbers and names are wrapped."""


def wrapped(start: str, items: Iterable[str], end: str) -> Iterator[str]:
    """``start``, the items, ``end``: on one line, or where that is too long, the items packed on lines of their own."""
    items = list(items)
    line = f"{start}{', '.join(items)}{end}"
    if len(line) <= WIDTH:
        yield line
        return
    yield start
    margin = start[: len(start) - len(start.lstrip())]
    line = f"{margin}    {items[0]},"
    for item in items[1:]:
        if len(line) + len(item) + 2 > WIDTH:
            yield line
            line = f"{margin}    {item},"
        else:
            line += f" {item},"
    yield from (line, f"{margin}{end}")


def code_of_files(
    data: DataSpec, outputs: int, *, torch: bool, dtype: str = "", table: TableForm | None = None
) -> Iterator[str]:
    """Lines that define ``inputs`` (n, n_in) and ``targets`` (n, n_out): the training examples in the source's order.

    Parameters
    ----------
    data : of the source csv or images.
    outputs : units of the net's last layer.
    torch : tensors in place of arrays.
    dtype : what follows the size in ``np.eye(10, dtype=np.float32)``: ``", dtype=np.float32"``, or nothing.
    table : ``Dataset.table`` of the CSV that was loaded: its columns and classes. Without it the file is read here;
        where that cannot be done, the script says why and ends.
    """
    if data.source == "images":
        yield from _images(data)
        yield from _as_arrays(max(outputs, 2), outputs, torch, dtype)
        return
    if table is None:
        from engine.data.table import load_csv

        try:
            table = load_csv(data, outputs).table
        except DataError as error:
            yield f"sys.exit({str(error)!r})"
            return
        assert table is not None
    yield from _csv(data, table)
    yield from _as_arrays(0 if table.kind == "number" else max(outputs, 2), outputs, torch, dtype)


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


def _csv(data: DataSpec, table: TableForm) -> Iterator[str]:
    from engine.data.table import SEPARATORS

    layout = table.layout
    blanks = ", skipinitialspace=True"
    sign = '.replace(",", ".")' if layout.decimal == "," else ""
    yield f"path = {str(at_home(data.path))!r}"
    yield 'with open(path, encoding="utf-8-sig", newline="") as file:'
    yield f"    rows = list(csv.reader(file, delimiter={SEPARATORS[layout.separator]!r}{blanks}))"
    yield "rows = [row for row in rows if len(row) > 1 or any(map(str.strip, row))]" + "[1:]" * layout.header
    yield f"inputs = np.array([[float(row[i]{sign}) for i in {list(table.inputs)}] for row in rows])"
    if table.words:
        cell = f"row[{table.targets[0]}].strip()"
        yield from wrapped("classes = (", map(repr, table.words), ")")
        yield "labels = {name: k for k, name in enumerate(classes)}"
        yield f"labels = np.array([labels[{cell}] for row in rows])"
    elif table.kind == "class":
        cell = f"row[{table.targets[0]}]{sign}"
        yield f"labels = np.unique([float({cell}) for row in rows], return_inverse=True)[1]  # by size"
    else:
        yield f"targets = np.array([[float(row[i]{sign}) for i in {list(table.targets)}] for row in rows])"
    yield from _split(data, "len(rows)")
    if data.standardise:
        yield "mean, deviation = inputs[train].mean(axis=0), inputs[train].std(axis=0)"
        yield "same = inputs[train].max(axis=0) == inputs[train].min(axis=0)"
        yield "mean[same] = inputs[train[0], same]  # what does not vary is only moved to 0"
        yield "deviation[same | (deviation == 0)] = 1"
        yield "inputs = (inputs - mean) / deviation"
    name = "labels" if table.kind == "class" else "targets"
    yield f"inputs, {name} = inputs[train], {name}[train]"


def _images(data: DataSpec) -> Iterator[str]:
    from engine.data.pictures import SUFFIXES

    rows, columns = data.image_size
    yield f"folder = Path({str(at_home(data.path))!r})"
    yield 'shown = [name for name in sorted(os.listdir(folder)) if name[0] != "."]'
    yield "classes = [name for name in shown if (folder / name).is_dir()]"
    yield f"suffixes = {SUFFIXES}"
    yield "inputs, labels = [], []"
    yield "for label, name in enumerate(classes):"
    yield "    for file in sorted(os.listdir(folder / name)):"
    yield '        if Path(file).suffix.lower() in suffixes and file[0] != ".":'
    yield "            with Image.open(folder / name / file) as picture:"
    yield "                picture = ImageOps.exif_transpose(picture)  # upright"
    yield '            if picture.mode[0] == "I":  # 16 bits become 8'
    yield "                deep = np.asarray(picture).astype(int)"
    yield "                picture = Image.fromarray(((deep + 128) // 257).astype(np.uint8))"
    yield "            if picture.has_transparency_data:  # shows white"
    yield '                white = Image.new("RGBA", picture.size, "white")'
    yield '                picture = Image.alpha_composite(white, picture.convert("RGBA"))'
    yield f'            grey = picture.convert("L").resize(({columns}, {rows}), Image.Resampling.BILINEAR)'
    yield "            inputs.append(np.asarray(grey).reshape(-1))"
    yield "            labels.append(label)"
    yield "inputs, labels = np.array(inputs), np.array(labels)"
    yield from _split(data, "len(inputs)")
    yield "inputs, labels = inputs[train], labels[train]"
