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

from engine.data.sources import FULL_SCALE, PLANE_SETS, SOURCES, WIDTHS, Dataset, classes_of
from engine.data.toy_sets import FUNCTIONS, MOST_CLASSES, tested_of
from engine.faults import Faults, cut, place, shown
from engine.faults import LessonError as LessonError
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

    @property
    def widths(self) -> tuple[int, tuple[int, ...]] | None:
        """Inputs, and the numbers of outputs that fit (none: not known), where known before the data are loaded.

        Two classes have two outputs, one-hot, or a single one.
        """
        if self.source == "images":
            return math.prod(self.image_size), ()
        if self.source in PLANE_SETS:
            n_in, classes = 2, classes_of(self)
        elif self.source in WIDTHS:
            n_in, classes = WIDTHS[self.source]
        else:
            return None
        return n_in, (1, 2) if classes == 2 else (classes,)


ON_DISK = ("csv", "images")
SETTINGS: dict[str, tuple[str, ...]] = {
    "x": ("points",),
    "y": ("points",),
    "seed": (*PLANE_SETS, "curve", *ON_DISK),
    "test_share": (*PLANE_SETS, "curve", *ON_DISK),
    "examples": (*PLANE_SETS, "curve"),
    "noise": (*PLANE_SETS, "curve"),
    "classes": ("spiral", "blobs"),
    "function": ("curve",),
    "path": ON_DISK,
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
                f"there is no lesson {shown(text)}; the shipped lessons are {', '.join(Lesson.shipped())}, "
                "and a path to a .toml file works too"
            )
        table, overrides = _read_toml(path), dict(overrides or {})
        if isinstance(data := table.get("data"), dict):
            _make_absolute(data, "path", path.parent)
        _make_absolute(overrides, "data.path", Path())
        return Lesson.from_table(table, where=place(path), overrides=overrides)

    @staticmethod
    def from_table(
        table: dict[str, Any], where: str = "lesson", overrides: typing.Mapping[str, Any] | None = None
    ) -> Lesson:
        """Build and check a lesson from nested dictionaries shaped like the file.

        Parameters
        ----------
        table : the lesson; it is left alone.
        where : begins every sentence on what is wrong.
        overrides : values by dotted key. With another ``data.source`` the settings that it does not have go, and
            the first of ``network.sizes`` follows it, unless they are among the overrides themselves.

        Raises
        ------
        LessonError : with a sentence for each fault, the first ``MAX_FAULTS`` of them.
        """
        overrides, faults = overrides or {}, Faults(where)
        if overrides:  # which are not to reach the caller's table
            table = {key: dict(value) if isinstance(value, dict) else value for key, value in table.items()}
        for key, value in overrides.items():
            _override(table, key, value, faults)
        if "data.source" in overrides:
            _follow_source(table, overrides)
        from engine.lesson_check import check  # which needs this module

        lesson = _build(Lesson, table, faults, "")
        assert isinstance(lesson, Lesson)
        check(lesson, faults)
        faults.end()
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
        from engine.lesson_check import check_fit  # which needs this module

        check_fit(self, dataset)

    def to_table(self) -> dict[str, Any]:
        """Nested dictionaries shaped like the file (lists for arrays)."""
        return typing.cast(dict[str, Any], _as_table(dataclasses.asdict(self)))


def parse_override(text: str) -> tuple[str, Any]:
    """``"data.batch_size=4"`` to ``("data.batch_size", 4)``; a value that is no TOML value is taken as text."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise LessonError(f"--set {shown(text)}: write KEY=VALUE, for example --set data.batch_size=4")
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
    where = place(path)
    try:
        content = read_at_most(path, MAX_FILE_BYTES)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise LessonError(f"{where}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if len(content) > MAX_FILE_BYTES:
        raise LessonError(f"{where}: larger than {MAX_FILE_BYTES // 2**20} MB, the most a lesson file may have")
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise LessonError(f"{where}: is not UTF-8 text (byte {error.start})") from error
    except (ValueError, RecursionError) as error:  # ValueError: also numbers of too many digits for Python
        raise LessonError(f"{where}: is not valid TOML: {cut(str(error), 160)}") from error


def absolute(path: str, folder: Path) -> str:
    """A path to data as seen from a folder, so that it means the same from wherever it is used later.

    ``~`` stays the home of whoever uses it; what names another computer stays as it is, and is refused.
    """
    return path if not path or path.startswith("~") or elsewhere(path) else os.path.abspath(folder / path)


def elsewhere(path: str) -> bool:
    """Whether a path may name another computer, which Windows would contact, and log in at, by itself."""
    return re.match(r"[/\\]([/\\]|\?\?[/\\])", path) is not None


def _make_absolute(table: dict[str, Any], key: str, folder: Path) -> None:
    if isinstance(path := table.get(key), str):
        table[key] = absolute(path, folder)


def _follow_source(table: dict[str, Any], overrides: typing.Mapping[str, Any]) -> None:
    """Let the settings of another source go, and give the net as many inputs as the data have.

    What is not shaped like a lesson is left for ``_build`` to refuse.
    """
    network, data, faults = table.get("network"), table.get("data"), Faults("")
    if not isinstance(data, dict):
        return
    source = data.get("source")
    foreign = {key for key, sources in SETTINGS.items() if source not in sources}
    if source not in tuple(FULL_SCALE):
        foreign.add("normalize")
    for key in foreign & data.keys():
        if f"data.{key}" not in overrides:
            del data[key]
    widths = _build(DataSpec, data, faults, "data.").widths
    sizes = network.get("sizes") if isinstance(network, dict) else None
    if isinstance(sizes, list) and sizes and widths and not faults.sentences and "network.sizes" not in overrides:
        table["network"] = {**table["network"], "sizes": [widths[0], *sizes[1:]]}


def _override(table: dict[str, Any], key: str, value: Any, faults: Faults) -> None:
    *sections, last = key.split(".")
    for section in sections:
        table = table.setdefault(section, {})
        if not isinstance(table, dict):
            faults.refuse(key, f"{cut(key)}: {cut(section)} is not a section")
            return
    table[last] = value


# ---- from TOML values to the dataclasses, by their annotations ------------------------------------------------


def _build(cls: type, table: Any, faults: Faults, prefix: str) -> Any:
    """A section from its table. A key that is wrong has its default, or an empty value, and is among the faults."""
    hints = _hints(cls)
    if not isinstance(table, dict):
        section = prefix.rstrip(".")
        faults.refuse(section, f"{section} must be a section, not {shown(table)}")
        table = {}
    fields = {f.name: f for f in dataclasses.fields(cls)}
    for key in table:
        if key not in fields:
            faults.say(f"unknown key {prefix}{cut(str(key))}; allowed here: {', '.join(fields)}")
    values: dict[str, Any] = {}
    for name, f in fields.items():
        key, hint = prefix + name, hints[name]
        if name in table and dataclasses.is_dataclass(hint):
            values[name] = _build(typing.cast(type, hint), table[name], faults, key + ".")
        elif name in table:
            try:
                values[name] = _convert(table[name], hint, key)
                _check_allowed(values[name], f.metadata, key)
            except LessonError as error:
                faults.refuse(key, str(error))
                values.pop(name, None)
        elif f.default is dataclasses.MISSING:
            faults.refuse(key, f"{key} is missing")
        if name not in values and f.default is dataclasses.MISSING:
            values[name] = hint()
    return cls(**values)


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    """Types of a section's fields; the lessons that come with the program are read when it starts."""
    return typing.get_type_hints(cls)


_WORDS = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}


def _convert(value: Any, hint: Any, key: str) -> Any:
    """A value as the annotation has it. Raises a LessonError whose sentence begins with the key."""
    if isinstance(hint, types.UnionType):
        for option in typing.get_args(hint):
            try:
                return _convert(value, option, key)
            except LessonError:
                continue  # the next form the annotation allows
    elif typing.get_origin(hint) is tuple:
        if isinstance(value, list):
            inner = typing.get_args(hint)[0]
            return tuple(_convert(item, inner, f"{key}[{i}]") for i, item in enumerate(value))
    elif hint is float and type(value) in (int, float):
        try:
            number = float(value)
        except OverflowError:
            pass  # said below
        else:
            if not math.isfinite(number):
                raise LessonError(f"{key} must be a finite number, not {shown(value)}")
            return number
    elif type(value) is hint:
        return value
    raise LessonError(f"{key} must be {_describe(hint)}, not {shown(value)}")


def _describe(hint: Any) -> str:
    if isinstance(hint, types.UnionType):
        return " or ".join(_describe(option) for option in typing.get_args(hint))
    if typing.get_origin(hint) is tuple:
        return f"a list, each item {_describe(typing.get_args(hint)[0])}"
    return _WORDS[hint]


def _check_allowed(value: Any, rules: typing.Mapping[str, Any], key: str) -> None:
    if allowed := rules.get("allowed"):
        for item in value if isinstance(value, tuple) else (value,):
            if item not in allowed:
                names = ", ".join(str(a).lower() if isinstance(a, bool) else a for a in allowed)
                raise LessonError(f"{key} = {shown(item)} is not known; allowed: {names}")
    if bounds := rules.get("range"):
        low, high, open_low = bounds
        if not low <= value <= high or (open_low and value == low):
            sign = ">" if open_low else ">="
            upper = f" and <= {high}" if math.isfinite(high) else ""
            raise LessonError(f"{key} = {shown(value)} must be {sign} {low:g}{upper}")
    if bounds := rules.get("below"):
        low, high = bounds
        if not low <= value < high:
            raise LessonError(f"{key} = {shown(value)} must be >= {low:g} and < {high:g}")
