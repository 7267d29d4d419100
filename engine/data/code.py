"""The examples of a lesson as lines of a script that needs nothing of Backstep."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from engine.data import mnist
from engine.data.errors import DataError
from engine.data.sources import IMAGE_SETS, PLANE_SETS, classes_of
from engine.data.toy_sets import TURNS, tested_of

if TYPE_CHECKING:
    from engine.lesson import DataSpec

IMPORTS = {
    "csv.": "import csv",
    "Image.": "from PIL import Image",
    "make_blobs(": "from sklearn.datasets import make_blobs",
    "make_circles(": "from sklearn.datasets import make_circles",
    "make_moons(": "from sklearn.datasets import make_moons",
}
"""What the lines use beside NumPy, PyTorch, ``os``, ``sys`` and ``Path``, and how it is imported."""

_FORMULAS = {
    "sin": "np.sin(np.pi * inputs)",
    "square": "inputs**2",
    "cube": "inputs**3",
    "abs": "np.abs(inputs)",
    "step": "np.where(inputs < 0, 0.0, 1.0)",
    "gaussian": "np.exp(-8 * inputs**2)",
}


def examples_code(data: DataSpec, outputs: int, *, torch: bool, dtype: str = "") -> Iterator[str]:
    """Lines that define ``inputs`` (n, n_in) and ``targets`` (n, n_out): the training examples in file order.

    Parameters
    ----------
    data : of any source but points and digits.
    outputs : units of the net's last layer.
    torch : tensors in place of arrays.
    dtype : what follows the size in ``np.eye(10, dtype=np.float32)``: ``", dtype=np.float32"``, or nothing.

    A CSV is looked at to know what is "auto" in the lesson. Where that cannot be done, the script says why and ends.
    """
    if data.source in IMAGE_SETS:
        yield from _image_set(mnist.SETS[data.source])
        classes = 10
    elif data.source in PLANE_SETS:
        yield from _PLANE[data.source](data)
        yield from _split(data, f"{data.examples}", data.examples)
        yield "inputs, labels = inputs[train], labels[train]"
        classes = classes_of(data)
    elif data.source == "curve":
        yield from _curve(data)
        yield from _split(data, f"{data.examples}", data.examples)
        yield "inputs, targets = inputs[train], targets[train]"
        classes = 0
    elif data.source == "csv":
        try:
            number = yield from _csv(data, outputs)
        except DataError as error:
            yield f"sys.exit({str(error)!r})"
            return
        classes = 0 if number else max(outputs, 2)
    else:
        yield from _images(data)
        classes = max(outputs, 2)
    yield from _as_arrays(classes, outputs, torch, dtype)


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


def _split(data: DataSpec, count: str, examples: int | None = None) -> Iterator[str]:
    """Which examples train. Of a file only the script knows how many there are."""
    if examples is not None:
        tested = f"{tested_of(examples, data.test_share)}"
    else:
        tested = "tested"
        yield f"tested = min(int({data.test_share!r} * {count} + 0.5), {count} - 1)"
    yield f"train = np.random.default_rng([{data.seed}, 1]).permutation({count})[{tested}:]"
    yield "train.sort()  # the others test"


def _image_set(which: mnist.ImageSet) -> Iterator[str]:
    yield f'raw = Path(os.environ.get("BACKSTEP_DATA") or "".join(sys.argv[1:2]), "{which.raw.as_posix()}")'
    yield "if not raw.is_dir():"
    yield '    where = "set BACKSTEP_DATA to the folder that holds it, or name that folder"'
    yield '    sys.exit(f"{raw} is not there: {where} as the first argument")'
    yield 'inputs = np.fromfile(raw / "train-images-idx3-ubyte", np.uint8, offset=16).reshape(-1, 784)'
    yield 'labels = np.fromfile(raw / "train-labels-idx1-ubyte", np.uint8, offset=8)'


def _xor(data: DataSpec) -> Iterator[str]:
    yield f"corner = np.arange({data.examples}) % 4"
    yield "inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])[corner]"
    yield f"inputs += np.random.default_rng({data.seed}).normal(0, {data.noise!r}, inputs.shape)"
    yield "labels = np.isin(corner, (1, 2)).astype(int)"


def _moons(data: DataSpec) -> Iterator[str]:
    yield f"inputs, labels = make_moons({data.examples}, noise={data.noise!r}, random_state={data.seed})"


def _circles(data: DataSpec) -> Iterator[str]:
    how = f"noise={data.noise!r}, random_state={data.seed}, factor=0.5"
    yield f"inputs, labels = make_circles({data.examples}, {how})"


def _blobs(data: DataSpec) -> Iterator[str]:
    yield f"angle = 2 * np.pi * np.arange({data.classes}) / {data.classes}"
    yield "centres = np.stack([np.cos(angle), np.sin(angle)], axis=1)"
    yield "inputs, labels = make_blobs("
    yield f"    {data.examples}, centers=centres, cluster_std={data.noise!r}, random_state={data.seed}"
    yield ")"


def _spiral(data: DataSpec) -> Iterator[str]:
    longest = -(-data.examples // data.classes)
    yield f"labels = np.arange({data.examples}) % {data.classes}"
    yield f"along = (np.arange({data.examples}) // {data.classes} + 1) / {longest}"
    yield f"angle = 2 * np.pi * ({TURNS!r} * along + labels / {data.classes})"
    yield "inputs = np.stack([along * np.cos(angle), along * np.sin(angle)], axis=1)"
    yield f"drawn = np.random.default_rng({data.seed})"
    yield f"inputs += drawn.normal(0, {data.noise!r}, inputs.shape)"
    yield "mixed = drawn.permutation(len(inputs))"
    yield "inputs, labels = inputs[mixed], labels[mixed]"


_PLANE: dict[str, Callable[[DataSpec], Iterator[str]]] = {
    "xor": _xor,
    "moons": _moons,
    "circles": _circles,
    "spiral": _spiral,
    "blobs": _blobs,
}


def _curve(data: DataSpec) -> Iterator[str]:
    yield f"drawn = np.random.default_rng({data.seed})"
    yield f"inputs = drawn.uniform(-1, 1, ({data.examples}, 1))"
    yield f"targets = {_FORMULAS[data.function]} + drawn.normal(0, {data.noise!r}, inputs.shape)"


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
    yield f"path = {str(Path(data.path).expanduser())!r}"
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
        yield "deviation[deviation == 0] = 1"
        yield "inputs = (inputs - mean) / deviation"
    name = "labels" if kind == "class" else "targets"
    yield f"inputs, {name} = inputs[train], {name}[train]"
    return kind == "number"


def _images(data: DataSpec) -> Iterator[str]:
    from engine.data.pictures import SUFFIXES

    rows, columns = data.image_size
    yield f"folder = Path({str(Path(data.path).expanduser())!r})"
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
