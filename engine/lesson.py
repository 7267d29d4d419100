"""Lesson: what is trained, as frozen data, read from a TOML file and checked before anything runs."""

from __future__ import annotations

import dataclasses
import functools
import math
import os
import re
import tomllib
import types
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.sources import FULL_SCALE, PLANE_SETS, SOURCES, WIDTHS, Dataset, classes_of
from engine.data.toy_sets import FUNCTIONS, MOST_CLASSES, tested_of
from engine.files import read_at_most
from engine.ops import ACTIVATIONS, FUSED_LOSSES, LOSSES

FORMAT = 1
LESSONS_DIR = Path(__file__).resolve().parent.parent / "resources" / "lessons"
MAX_FILE_BYTES = 16 * 1024 * 1024

HIDDEN_ACTIVATIONS = tuple(name for name in ACTIVATIONS if name != "softmax")
OUTPUT_ACTIVATIONS = ("identity", "sigmoid", "tanh", "softmax")
LOSS_NAMES = (*LOSSES, *FUSED_LOSSES)
SCHEMES = (
    "constant",
    "normal",
    "uniform",
    "xavier_normal",
    "xavier_uniform",
    "kaiming_normal",
    "kaiming_uniform",
    "torch_linear",
    "explicit",
)
MAX_WIDTH = 65_536
EXECUTORS = ("numpy", "compiled", "torch")
DEVICES = ("cpu", "cuda", "mps")

SEPARATORS = ("auto", ",", ";", "|", "tab", "space")
MAX_IMAGE_SIDE = 256

Matrix = tuple[tuple[float, ...], ...]
Column = str | int
"""Of a CSV: its name, or its number, counted from 1."""


class LessonError(ValueError):
    """A lesson that cannot be used. The message is one sentence for the user: where, what, what is allowed."""


def _choice(*allowed: str, default: str) -> Any:
    return field(default=default, metadata={"allowed": allowed})


def _number(default: float, low: float = -math.inf, high: float = math.inf, *, open_low: bool = False) -> Any:
    return field(default=default, metadata={"range": (low, high, open_low)})


def _whole(default: int, low: int, high: int = 2**63 - 1) -> Any:
    return field(default=default, metadata={"range": (low, high, False)})


@dataclass(frozen=True)
class Network:
    """``sizes`` n_0 … n_K; ``activation`` of the hidden layers (one name, or one per hidden layer).

    ``nodes``: ``layers`` goes back from z to z; ``separate`` gives each operation a backward Step of its own.
    """

    sizes: tuple[int, ...] = ()
    activation: str | tuple[str, ...] = field(default="identity", metadata={"allowed": HIDDEN_ACTIVATIONS})
    output: str = _choice(*OUTPUT_ACTIVATIONS, default="identity")
    bias: bool | str = field(default=True, metadata={"allowed": (True, False, "input-column")})
    nodes: str = _choice("layers", "separate", default="layers")


@dataclass(frozen=True)
class Init:
    """How parameters start. ``mean``/``std`` for normal, ``low``/``high`` for uniform, ``W``/``b`` for explicit."""

    scheme: str = _choice(*SCHEMES, default="constant")
    value: float = _number(0.5)
    mean: float = _number(0.0)
    std: float = _number(1.0, 0.0)
    low: float = _number(-1.0)
    high: float = _number(1.0)
    W: tuple[Matrix, ...] = ()
    b: Matrix = ()
    rng: str = _choice("numpy", "torch", default="numpy")
    seed: int = _whole(0, 0)


@dataclass(frozen=True)
class Loss:
    name: str = _choice(*LOSS_NAMES, default="half_squared_error")
    reduction: str = _choice("sum", "mean", default="sum")
    gradient: str = _choice("same", "sum", default="same")


@dataclass(frozen=True)
class Optimizer:
    name: str = _choice("sgd", default="sgd")
    learning_rate: float = _number(0.1, 0.0, open_low=True)
    momentum: float = field(default=0.0, metadata={"below": (0.0, 1.0)})
    momentum_form: str = _choice("torch", "classic", default="torch")
    bias_gradient: str = _choice("same", "mean", default="same")


@dataclass(frozen=True)
class DataSpec:
    """Where the examples come from, and how they are dealt out. ``SETTINGS`` says which source has which key."""

    source: str = _choice(*SOURCES, default="points")
    x: Matrix = ()
    y: Matrix = ()
    batch_size: int = _whole(1, 1, 1_000_000)
    shuffle: bool = False
    drop_last: bool = False
    normalize: str = _choice("none", "unit", "mnist", default="none")
    seed: int = _whole(0, 0, 2**32 - 1)
    test_share: float = field(default=0.2, metadata={"below": (0.0, 1.0)})
    examples: int = _whole(200, 4, 100_000)
    noise: float = _number(0.1, 0.0, 10.0)
    classes: int = _whole(3, 2, MOST_CLASSES)
    function: str = _choice(*FUNCTIONS, default="sin")
    path: str = ""
    target: Column | tuple[Column, ...] = ""
    inputs: tuple[Column, ...] = ()
    kind: str = _choice("auto", "class", "number", default="auto")
    header: bool | str = field(default="auto", metadata={"allowed": (True, False, "auto")})
    separator: str = _choice(*SEPARATORS, default="auto")
    decimal: str = _choice("auto", ".", ",", default="auto")
    standardise: bool = False
    image_size: tuple[int, ...] = (28, 28)

    @property
    def known_examples(self) -> int:
        """How many there are to train on, where that follows from the lesson alone; else 0."""
        if self.source == "points":
            return len(self.x)
        return self.examples - tested_of(self.examples, self.test_share) if "examples" in self.settings else 0

    @property
    def settings(self) -> tuple[str, ...]:
        """The keys that only some sources have and that this one has."""
        return tuple(key for key, sources in SETTINGS.items() if self.source in sources)


_ON_DISK = ("csv", "images")
SETTINGS: dict[str, tuple[str, ...]] = {
    "x": ("points",),
    "y": ("points",),
    "seed": (*PLANE_SETS, "curve", *_ON_DISK),
    "test_share": (*PLANE_SETS, "curve", *_ON_DISK),
    "examples": (*PLANE_SETS, "curve"),
    "noise": (*PLANE_SETS, "curve"),
    "classes": ("spiral", "blobs"),
    "function": ("curve",),
    "path": _ON_DISK,
    **dict.fromkeys(("target", "inputs", "kind", "header", "separator", "decimal", "standardise"), ("csv",)),
    "image_size": ("images",),
}
"""Keys of ``data`` that only some sources have."""


@dataclass(frozen=True)
class Evaluation:
    every: int = _whole(1, 1)
    examples: int = _whole(0, -1)
    scale: str = _choice("same", "raw", default="same")
    running: int = _whole(0, 0)


@dataclass(frozen=True)
class Run:
    dtype: str = _choice("float64", "float32", default="float64")
    executor: str = _choice(*EXECUTORS, default="numpy")
    device: str = _choice(*DEVICES, default="cpu")
    autograd: bool = False
    orientation: str = _choice("row", "column", default="row")


@dataclass(frozen=True)
class Lesson:
    """One network, its initialisation, loss, optimizer, data and run (the file format of docs/lesson-format.md)."""

    format: int
    id: str
    title: str
    network: Network
    source: str = ""
    init: Init = Init()
    loss: Loss = Loss()
    optimizer: Optimizer = Optimizer()
    data: DataSpec = DataSpec()
    evaluation: Evaluation = Evaluation()
    run: Run = Run()

    @property
    def layers(self) -> int:
        """Number of layers K; layer k has W_k of shape (n_{k-1}, n_k)."""
        return len(self.network.sizes) - 1

    def activation(self, layer: int) -> str:
        """Name of the activation of layer 1 … K."""
        if layer == self.layers:
            return self.network.output
        hidden = self.network.activation
        return hidden if isinstance(hidden, str) else hidden[layer - 1]

    def has_bias(self, layer: int) -> bool:
        return self.network.bias is True

    def width_in(self, layer: int) -> int:
        """Inputs of layer k: n_{k-1}, plus the column of ones where the first layer's bias is an input column."""
        column = layer == 1 and self.network.bias == "input-column"
        return self.network.sizes[layer - 1] + int(column)

    @property
    def separate(self) -> bool:
        """Whether each operation has a backward Step of its own (``network.nodes``)."""
        return self.network.nodes == "separate"

    @property
    def gradient_reduction(self) -> str:
        """``sum`` or ``mean``: over the batch, in the loss whose gradient is taken."""
        return "sum" if self.loss.gradient == "sum" else self.loss.reduction

    @property
    def classes(self) -> bool:
        """Whether the data has class labels and an output for each, so that accuracy means something."""
        data = self.data
        if data.source in ("points", "curve") or self.network.sizes[-1] == 1:
            return False
        # a CSV: several columns are several numbers, one column with several outputs is a class
        return data.source != "csv" or not isinstance(data.target, tuple) or len(data.target) == 1

    @staticmethod
    def shipped() -> tuple[str, ...]:
        """Ids of the shipped lessons, in the order in which a beginner meets them."""
        first = (
            "toy-bias",
            "toy",
            "toy-torch",
            "xor",
            "curve",
            "moons",
            "spiral",
            "mnist-sigmoid-777",
            "mnist-sigmoid-1",
            "mnist-deep",
            "mnist-numpy-autodiff",
        )
        others = sorted({path.stem for path in LESSONS_DIR.glob("*.toml")} - set(first))
        return (*first, *others)

    @staticmethod
    def load(lesson: str | Path, overrides: typing.Mapping[str, Any] | None = None) -> Lesson:
        """Read a shipped lesson by id, or anyone's lesson file by path.

        Parameters
        ----------
        lesson : an id of ``Lesson.shipped()``, or the path of a TOML file.
        overrides : values by dotted key, ``{"optimizer.learning_rate": 0.05}``, applied before checking.

        A relative ``data.path`` is looked for in the folder of the file, one among the overrides in the current folder.

        Raises
        ------
        LessonError : unknown, unreadable, malformed or contradictory; the message says where and what is allowed.
        """
        text = str(lesson)
        if text in Lesson.shipped():
            path = LESSONS_DIR / f"{text}.toml"
        elif text.endswith(".toml") or "/" in text or "\\" in text or os.path.exists(text):
            path = Path(text)
        else:
            raise LessonError(
                f"there is no lesson {text!r}; the shipped lessons are {', '.join(Lesson.shipped())}, "
                "and a path to a .toml file works too"
            )
        table, overrides = _read_toml(path), dict(overrides or {})
        if isinstance(data := table.get("data"), dict):
            _make_absolute(data, "path", path.parent)
        _make_absolute(overrides, "data.path", Path())
        return Lesson.from_table(table, where=str(path), overrides=overrides)

    @staticmethod
    def from_table(
        table: dict[str, Any], where: str = "lesson", overrides: typing.Mapping[str, Any] | None = None
    ) -> Lesson:
        """Build and check a lesson from nested dictionaries shaped like the file."""
        overrides = overrides or {}
        if overrides:  # which are not to reach the caller's table
            table = {key: dict(value) if isinstance(value, dict) else value for key, value in table.items()}
        for key, value in overrides.items():
            _override(table, key, value, where)
        if "data.source" in overrides and "network.sizes" not in overrides:
            _fit_input_width(table)
        lesson = _build(Lesson, table, where, "")
        assert isinstance(lesson, Lesson)
        _check(lesson, where)
        return lesson

    def with_value(self, key: str, value: Any) -> Lesson:
        """The same lesson with one value changed, checked as if it had been read: ``("loss.reduction", "mean")``."""
        return self.with_values({key: value})

    def with_values(self, values: typing.Mapping[str, Any]) -> Lesson:
        """The same lesson with some values changed, by dotted key, checked together."""
        return Lesson.from_table(self.to_table(), where=self.id, overrides=values)

    def check_fit(self, dataset: Dataset) -> None:
        """Refuse data that turn out not to fit the net, the loss or the dtype, now that they are loaded.

        Raises
        ------
        LessonError : another number of inputs or outputs, targets that the loss cannot take, numbers that the dtype
            cannot hold, or no test examples where some are asked for.
        """
        _check_fit(self, dataset)

    def to_table(self) -> dict[str, Any]:
        """Nested dictionaries shaped like the file (lists for arrays)."""
        return typing.cast(dict[str, Any], _as_table(dataclasses.asdict(self)))


def parse_override(text: str) -> tuple[str, Any]:
    """``"data.batch_size=4"`` to ``("data.batch_size", 4)``; a value that is no TOML value is taken as text."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise LessonError(f"--set {text!r}: write KEY=VALUE, for example --set data.batch_size=4")
    try:
        table = tomllib.loads(f"value = {value.strip()}")
    except (ValueError, RecursionError):
        table = {}
    return key.strip(), table["value"] if len(table) == 1 else value.strip()


def _as_table(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_table(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_as_table(item) for item in value]
    return value


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        content = read_at_most(path, MAX_FILE_BYTES)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise LessonError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if len(content) > MAX_FILE_BYTES:
        raise LessonError(f"{path}: larger than {MAX_FILE_BYTES // 2**20} MB, the most a lesson file may have")
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise LessonError(f"{path}: is not UTF-8 text (byte {error.start})") from error
    except (ValueError, RecursionError) as error:  # ValueError: also numbers of too many digits for Python
        raise LessonError(f"{path}: is not valid TOML: {error}") from error


def _make_absolute(table: dict[str, Any], key: str, folder: Path) -> None:
    """So that a path means the same file from wherever the lesson is used later."""
    if isinstance(path := table.get(key), str) and path and not path.startswith("~"):
        table[key] = os.path.abspath(folder / path)


def _fit_input_width(table: dict[str, Any]) -> None:
    """The input width follows the data. What is not shaped like a lesson is left for ``_build`` to refuse."""
    network, data = table.get("network"), table.get("data")
    if not isinstance(network, dict) or not isinstance(data, dict):
        return
    sizes = network.get("sizes")
    try:
        widths = _widths(_build(DataSpec, data, "", ""))
    except LessonError:
        return
    if isinstance(sizes, list) and sizes and widths is not None:
        network["sizes"] = [widths[0], *sizes[1:]]


def _widths(data: DataSpec) -> tuple[int, tuple[int, ...]] | None:
    """Inputs, and the numbers of outputs that fit (none: not known), where they are known before the data are loaded.

    Two classes have two outputs, one-hot, or a single one.
    """
    if data.source == "images":
        return math.prod(data.image_size), ()
    if data.source in PLANE_SETS:
        n_in, classes = 2, classes_of(data)
    elif data.source in WIDTHS:
        n_in, classes = WIDTHS[data.source]
    else:
        return None
    return n_in, (1, 2) if classes == 2 else (classes,)


def _override(table: dict[str, Any], key: str, value: Any, where: str) -> None:
    *sections, last = key.split(".")
    for section in sections:
        table = table.setdefault(section, {})
        if not isinstance(table, dict):
            raise LessonError(f"{where}: {key}: {section} is not a section")
    table[last] = value


# ---- from TOML values to the dataclasses, by their annotations ------------------------------------------------


def _build(cls: type, table: Any, where: str, prefix: str) -> Any:
    if not isinstance(table, dict):
        raise LessonError(f"{where}: {prefix.rstrip('.')} must be a section, not {_shown(table)}")
    fields = {f.name: f for f in dataclasses.fields(cls)}
    hints = _hints(cls)
    for key in table:
        if key not in fields:
            raise LessonError(f"{where}: unknown key {prefix}{key}; allowed here: {', '.join(fields)}")
    values: dict[str, Any] = {}
    for name, f in fields.items():
        key = prefix + name
        if name in table:
            if dataclasses.is_dataclass(hints[name]):
                values[name] = _build(typing.cast(type, hints[name]), table[name], where, key + ".")
            else:
                values[name] = _convert(table[name], hints[name], where, key)
                _check_allowed(values[name], f.metadata, where, key)
        elif f.default is dataclasses.MISSING:
            raise LessonError(f"{where}: {key} is missing")
    return cls(**values)


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    """Types of a section's fields; the lessons that come with the program are read when it starts."""
    return typing.get_type_hints(cls)


_WORDS = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}


def _convert(value: Any, hint: Any, where: str, key: str) -> Any:
    wrong = LessonError(f"{where}: {key} must be {_describe(hint)}, not {_shown(value)}")
    if isinstance(hint, types.UnionType):
        for option in typing.get_args(hint):
            try:
                return _convert(value, option, where, key)
            except LessonError:
                continue  # the next form the annotation allows
        raise wrong
    if typing.get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise wrong
        inner = typing.get_args(hint)[0]
        return tuple(_convert(item, inner, where, f"{key}[{i}]") for i, item in enumerate(value))
    if hint is float and type(value) in (int, float):
        try:
            number = float(value)
        except OverflowError:
            raise wrong from None
        if not math.isfinite(number):
            raise LessonError(f"{where}: {key} must be a finite number, not {_shown(value)}")
        return number
    if type(value) is not hint:
        raise wrong
    return value


def _describe(hint: Any) -> str:
    if isinstance(hint, types.UnionType):
        return " or ".join(_describe(option) for option in typing.get_args(hint))
    if typing.get_origin(hint) is tuple:
        return f"a list, each item {_describe(typing.get_args(hint)[0])}"
    return _WORDS[hint]


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, or nested thousands deep
        return f"a {type(value).__name__} too long to show"
    return text if len(text) <= 60 else text[:57] + "..."


def _check_allowed(value: Any, rules: typing.Mapping[str, Any], where: str, key: str) -> None:
    if allowed := rules.get("allowed"):
        for item in value if isinstance(value, tuple) else (value,):
            if item not in allowed:
                names = ", ".join(str(a).lower() if isinstance(a, bool) else a for a in allowed)
                raise LessonError(f"{where}: {key} = {_shown(item)} is not known; allowed: {names}")
    if bounds := rules.get("range"):
        low, high, open_low = bounds
        if not low <= value <= high or (open_low and value == low):
            sign = ">" if open_low else ">="
            upper = f" and <= {high}" if math.isfinite(high) else ""
            raise LessonError(f"{where}: {key} = {_shown(value)} must be {sign} {low:g}{upper}")
    if bounds := rules.get("below"):
        low, high = bounds
        if not low <= value < high:
            raise LessonError(f"{where}: {key} = {_shown(value)} must be >= {low:g} and < {high:g}")


# ---- what must hold between keys ------------------------------------------------------------------------------


def _check(lesson: Lesson, where: str) -> None:
    def refuse(sentence: str) -> typing.NoReturn:
        raise LessonError(f"{where}: {sentence}")

    if lesson.format != FORMAT:
        refuse(f"format = {_shown(lesson.format)} is not known to this version, which reads format = {FORMAT}")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", lesson.id):
        refuse(f"id = {_shown(lesson.id)} must be 1 to 64 letters, digits, '.', '_' or '-'")
    sizes = lesson.network.sizes
    if len(sizes) < 2:
        refuse(f"network.sizes = {list(sizes)} must name at least an input and one layer, as in [2, 1]")
    for size in sizes:
        if not 1 <= size <= MAX_WIDTH:
            refuse(f"network.sizes = {_shown(list(sizes))}: {_shown(size)} is out of range, allowed 1 to {MAX_WIDTH:,}")
    hidden = lesson.network.activation
    if isinstance(hidden, tuple) and len(hidden) != lesson.layers - 1:
        refuse(
            f"network.activation names {len(hidden)} activations for {lesson.layers - 1} hidden layers; "
            "give one name, or one per hidden layer"
        )
    _check_loss(lesson, refuse)
    if lesson.run.device != "cpu" and lesson.run.executor != "torch":
        refuse(f'run.device = "{lesson.run.device}" needs run.executor = "torch", not "{lesson.run.executor}"')
    if lesson.run.device == "mps" and lesson.run.dtype == "float64":
        refuse('run.device = "mps" has no float64; use run.dtype = "float32"')
    _check_data(lesson, refuse)
    if lesson.init.scheme == "explicit":
        _check_explicit(lesson, refuse)
    if lesson.init.high < lesson.init.low:
        refuse(f"init.high = {lesson.init.high:g} must not be below init.low = {lesson.init.low:g}")
    _check_magnitudes(lesson, refuse)


Refuse = typing.Callable[[str], typing.NoReturn]


def _check_loss(lesson: Lesson, refuse: Refuse) -> None:
    loss, output = lesson.loss.name, lesson.network.output
    if loss in FUSED_LOSSES and output != (needed := FUSED_LOSSES[loss][1]):
        refuse(f'loss.name = "{loss}" needs network.output = "{needed}", not "{output}"')


def _check_data(lesson: Lesson, refuse: Refuse) -> None:
    data = lesson.data
    defaults = DataSpec()
    for key, sources in SETTINGS.items():
        if data.source not in sources and getattr(data, key) != getattr(defaults, key):
            names = ", ".join(f'"{source}"' for source in sources)
            refuse(f'data.{key} belongs to data.source = {names}, not to "{data.source}"')
    if data.source not in FULL_SCALE and data.normalize != "none":
        is_csv = data.source == "csv"
        instead = (
            "data.standardise does it for a CSV" if is_csv else f'the source "{data.source}" is used as it is: "none"'
        )
        refuse(f'data.normalize = "{data.normalize}" is for images; {instead}')
    if data.source == "points":
        _check_points(lesson, refuse)
        return
    _check_settings(data, refuse)
    if data.standardise and lesson.evaluation.scale == "raw":
        refuse('evaluation.scale = "raw" needs data.standardise = false, which scales the test rows too')
    if data.source == "curve" and lesson.loss.name in FUSED_LOSSES:
        refuse(f'loss.name = "{lesson.loss.name}" is for classes; a curve has numbers, as "mse" takes them')
    if (widths := _widths(data)) is not None:
        _check_widths(lesson, *widths, refuse)
    if not lesson.classes and lesson.evaluation.examples != 0:
        why = "one output has no accuracy" if lesson.network.sizes[-1] == 1 else "numbers have no accuracy"
        refuse(f"evaluation.examples = {lesson.evaluation.examples} must be 0: {why}")


def _check_settings(data: DataSpec, refuse: Refuse) -> None:
    """What the sources on disk are told about themselves."""
    size = data.image_size
    if len(size) != 2 or not all(1 <= side <= MAX_IMAGE_SIDE for side in size):
        refuse(
            f"data.image_size = {_shown(list(size))} must be rows and columns, each 1 to {MAX_IMAGE_SIDE}, "
            "as in [28, 28]"
        )
    if data.source in _ON_DISK and not data.path:
        what = "the CSV file" if data.source == "csv" else "the folder that holds a folder of images per class"
        refuse(f"data.path is empty; it must name {what}")
    if data.decimal == data.separator == ",":
        refuse('data.separator and data.decimal are both ","; a number could not be told from two')
    targets = data.target if isinstance(data.target, tuple) else (data.target,)
    if not targets or len(set(targets)) != len(targets):
        refuse(f"data.target = {_shown(list(targets))} must name a column, or several different ones")
    if len(targets) > 1 and data.kind == "class":
        refuse(f'data.kind = "class" needs one column, but data.target names {len(targets)}')
    for key, columns in (("target", targets), ("inputs", data.inputs)):
        for column in columns:
            if isinstance(column, int) and column < 1:
                refuse(f"data.{key} = {column} is no column; they count from 1")
    if set(targets) & set(data.inputs):
        refuse("data.inputs names the target; what is to be predicted cannot be an input")


def _check_widths(lesson: Lesson, n_in: int, outputs: tuple[int, ...], refuse: Refuse) -> None:
    """``outputs``: how many may be, none where that is not known yet."""
    sizes, source = lesson.network.sizes, lesson.data.source
    if sizes[0] != n_in or (outputs and sizes[-1] not in outputs):
        has = "which has " + _counted(n_in, "input")
        if source == "curve":
            has += " and 1 output"
        elif outputs:
            has += " and " + _counted(outputs[-1], "class", "classes")
            has += ", so 2 outputs, or 1 that is 0 or 1" if outputs == (1, 2) else ""
        refuse(f"network.sizes = {_shown(list(sizes))} does not fit data.source = {source!r}, {has}")
    if sizes[-1] == 1 and lesson.loss.name == "cross_entropy":
        refuse(
            "one output that is 0 or 1 does not go with cross_entropy, which needs a share for each class; "
            "use binary_cross_entropy, or 2 outputs"
        )


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _check_points(lesson: Lesson, refuse: Refuse) -> None:
    data, sizes = lesson.data, lesson.network.sizes
    if not data.x:
        refuse("data.x is empty; give at least one example, as in x = [[1.0, 1.0]]")
    if len(data.x) != len(data.y):
        refuse(f"data.x has {len(data.x)} examples but data.y has {len(data.y)}; they must be as many")
    for name, rows, width in (("x", data.x, sizes[0]), ("y", data.y, sizes[-1])):
        for i, row in enumerate(rows):
            if len(row) != width:
                refuse(
                    f"data.{name}[{i}] has {len(row)} numbers, but network.sizes = {_shown(list(sizes))} "
                    f"asks for {width}"
                )
    for i, row in enumerate(data.y):
        if wrong := _unfit_target(lesson.loss.name, row):
            refuse(f"data.y[{i}] = {_shown(list(row))}: {wrong}")
    if data.drop_last and len(data.x) < data.batch_size:
        refuse(
            f"data.batch_size = {data.batch_size} is more than the {len(data.x)} examples and data.drop_last "
            "drops the only batch"
        )
    if lesson.evaluation.examples != 0:
        refuse("evaluation.examples must be 0 for points, which have no test examples")


def _unfit_target(loss: str, row: typing.Sequence[float]) -> str:
    """Why a loss cannot take a target, or nothing."""
    if loss == "cross_entropy" and (min(row) < 0 or abs(sum(row) - 1) > 1e-6):
        return "cross_entropy needs shares >= 0 that add up to 1"
    if loss == "binary_cross_entropy" and not all(0 <= t <= 1 for t in row):
        return "binary_cross_entropy needs targets from 0 to 1"
    return ""


def _check_fit(lesson: Lesson, dataset: Dataset) -> None:
    def refuse(sentence: str) -> typing.NoReturn:
        raise LessonError(f"{lesson.id}: {sentence}")

    sizes, inputs, outputs = lesson.network.sizes, dataset.train_x.shape[1], dataset.train_y.shape[1]
    if (sizes[0], sizes[-1]) != (inputs, outputs):
        classes, has = len(dataset.class_names), _counted(outputs, "output")
        if classes:
            has = _counted(classes, "class", "classes")
            has += f" in {_named(dataset.target_names)}" if dataset.target_names else ""
        elif dataset.target_names:
            has += f", {_named(dataset.target_names)}"
        refuse(
            f"network.sizes = {_shown(list(sizes))} does not fit the data, which have {_counted(inputs, 'input')} and "
            f"{has}; with {[inputs, *sizes[1:-1], outputs]} it would"
        )
    if lesson.evaluation.examples != 0 and len(dataset.test_x) == 0:
        refuse("evaluation.examples must be 0: the data have no test examples (data.test_share = 0)")
    if lesson.loss.name in FUSED_LOSSES and not dataset.class_names:
        for row in dataset.train_y:
            if wrong := _unfit_target(lesson.loss.name, row):
                refuse(f"a target is {_shown(row.tolist())}: {wrong}")
    if lesson.loss.name == "cross_entropy" and dataset.class_names and outputs == 1:
        _check_widths(lesson, inputs, (), refuse)
    largest = float(np.finfo(lesson.run.dtype).max)
    for name in ("train_x", "train_y", "test_x", "test_y"):
        values = getattr(dataset, name)
        if values.size and (number := float(np.abs(values).max())) > largest:
            refuse(f'{number:g} in the data is beyond run.dtype = "{lesson.run.dtype}", allowed up to {largest:.4g}')


def _named(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names[:5]) + (", …" if len(names) > 5 else "")


def _check_magnitudes(lesson: Lesson, refuse: Refuse) -> None:
    """Refuse numbers that the dtype cannot hold: they would be infinite before the first step."""
    largest = float(np.finfo(lesson.run.dtype).max)
    init, data = lesson.init, lesson.data
    single = {f"init.{name}": getattr(init, name) for name in ("value", "mean", "std", "low", "high")}
    single["optimizer.learning_rate"] = lesson.optimizer.learning_rate
    matrices: dict[str, Matrix] = {"data.x": data.x, "data.y": data.y, "init.b": init.b}
    matrices |= {f"init.W[{k}]": W for k, W in enumerate(init.W)}
    numbers = [*single.items(), *((key, n) for key, matrix in matrices.items() for row in matrix for n in row)]
    for key, number in [*numbers, ("init.high - init.low", init.high - init.low)]:
        if abs(number) > largest:
            refuse(f'{key} = {number:g} is beyond run.dtype = "{lesson.run.dtype}", allowed up to {largest:.4g}')


def _check_explicit(lesson: Lesson, refuse: Refuse) -> None:
    init = lesson.init
    if len(init.W) != lesson.layers:
        refuse(f"init.W has {len(init.W)} matrices for {lesson.layers} layers; give one per layer")
    biases = lesson.layers if lesson.network.bias is True else 0
    if len(init.b) != biases:
        refuse(f"init.b has {len(init.b)} vectors; this network needs {biases}")
    for k in range(1, lesson.layers + 1):
        rows, columns = lesson.width_in(k), lesson.network.sizes[k]
        found = [len(row) for row in init.W[k - 1]]
        if len(found) != rows or any(n != columns for n in found):
            refuse(f"init.W[{k - 1}] must have {rows} rows of {columns} numbers (W{k} is n_in x n_out)")
        if biases and len(init.b[k - 1]) != columns:
            refuse(f"init.b[{k - 1}] must have {columns} numbers, not {len(init.b[k - 1])}")
