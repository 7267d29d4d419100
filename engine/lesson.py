"""Lesson: what is trained, as frozen data, read from a TOML file and checked before anything runs."""

from __future__ import annotations

import dataclasses
import functools
import itertools
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
MAX_FAULTS = 20  # of a lesson that are said one by one
MAX_PLACE = 160  # characters of a path in a sentence

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
    """A lesson that cannot be used. The message has a sentence for each fault, on a line of its own.

    Parameters
    ----------
    *faults : sentences for the user: where, what, what is allowed. They are kept as ``faults``.
    """

    def __init__(self, *faults: str) -> None:
        super().__init__(*faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(self.faults)


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
                f"there is no lesson {_shown(text)}; the shipped lessons are {', '.join(Lesson.shipped())}, "
                "and a path to a .toml file works too"
            )
        table, overrides = _read_toml(path), dict(overrides or {})
        if isinstance(data := table.get("data"), dict):
            _make_absolute(data, "path", path.parent)
        _make_absolute(overrides, "data.path", Path())
        return Lesson.from_table(table, where=_place(path), overrides=overrides)

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
        overrides, faults = overrides or {}, _Faults(where)
        if overrides:  # which are not to reach the caller's table
            table = {key: dict(value) if isinstance(value, dict) else value for key, value in table.items()}
        for key, value in overrides.items():
            _override(table, key, value, faults)
        if "data.source" in overrides:
            _follow_source(table, overrides)
        lesson = _build(Lesson, table, faults, "")
        assert isinstance(lesson, Lesson)
        _check(lesson, faults)
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
        _check_fit(self, dataset)

    def to_table(self) -> dict[str, Any]:
        """Nested dictionaries shaped like the file (lists for arrays)."""
        return typing.cast(dict[str, Any], _as_table(dataclasses.asdict(self)))


def parse_override(text: str) -> tuple[str, Any]:
    """``"data.batch_size=4"`` to ``("data.batch_size", 4)``; a value that is no TOML value is taken as text."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise LessonError(f"--set {_shown(text)}: write KEY=VALUE, for example --set data.batch_size=4")
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
    where = _place(path)
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
        raise LessonError(f"{where}: is not valid TOML: {_cut(str(error), 160)}") from error


def _make_absolute(table: dict[str, Any], key: str, folder: Path) -> None:
    """So that a path means the same file from wherever the lesson is used later."""
    if isinstance(path := table.get(key), str) and path and not path.startswith("~"):
        table[key] = os.path.abspath(folder / path)


def _follow_source(table: dict[str, Any], overrides: typing.Mapping[str, Any]) -> None:
    """Let the settings of another source go, and give the net as many inputs as the data have.

    What is not shaped like a lesson is left for ``_build`` to refuse.
    """
    network, data, faults = table.get("network"), table.get("data"), _Faults("")
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


def _override(table: dict[str, Any], key: str, value: Any, faults: _Faults) -> None:
    *sections, last = key.split(".")
    for section in sections:
        table = table.setdefault(section, {})
        if not isinstance(table, dict):
            faults.refuse(key, f"{_cut(key)}: {_cut(section)} is not a section")
            return
    table[last] = value


# ---- what is wrong --------------------------------------------------------------------------------------------


class _Faults:
    """What is wrong with a lesson: sentences, in the order in which they are found, and the keys without a value."""

    def __init__(self, where: str) -> None:
        self.sentences: list[str] = []
        self._where = where
        self._wrong: set[str] = set()

    def say(self, sentence: str) -> None:
        """One more fault."""
        self.sentences.append(f"{self._where}: {sentence}")

    def refuse(self, key: str, sentence: str) -> None:
        """A fault because of which a key, or a whole section, has no value that anything else could be held against."""
        self.say(sentence)
        self._wrong.add(key)

    def sound(self, *keys: str) -> bool:
        """Whether all of these have the value that the lesson gives."""
        return not any(key in self._wrong or key.split(".")[0] in self._wrong for key in keys)

    def end(self) -> None:
        """Raise the LessonError, if there is anything to say."""
        shown, more = self.sentences[:MAX_FAULTS], len(self.sentences) - MAX_FAULTS
        if more > 0:
            shown.append(f"{self._where}: and {_counted(more, 'more fault')}")
        if shown:
            raise LessonError(*shown)


def _place(path: Path) -> str:
    """A path for a sentence: of one that is too long, the end."""
    text = str(path)
    return text if len(text) <= MAX_PLACE else "…" + text[1 - MAX_PLACE :]


def _cut(text: str, most: int = 60) -> str:
    """A text of somebody else's for a sentence: on one line, and of a long one the beginning and the end."""
    text = text if text.isprintable() else repr(text)[1:-1]
    return text if len(text) <= most else f"{text[: most - 20]}…{text[-19:]}"


def _shown(value: Any) -> str:
    """A value for a sentence."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, or nested thousands deep
        return f"a {type(value).__name__} too long to show"
    return text if len(text) <= 60 else text[:59] + "…"


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


# ---- from TOML values to the dataclasses, by their annotations ------------------------------------------------


def _build(cls: type, table: Any, faults: _Faults, prefix: str) -> Any:
    """A section from its table. A key that is wrong has its default, or an empty value, and is among the faults."""
    hints = _hints(cls)
    if not isinstance(table, dict):
        section = prefix.rstrip(".")
        faults.refuse(section, f"{section} must be a section, not {_shown(table)}")
        table = {}
    fields = {f.name: f for f in dataclasses.fields(cls)}
    for key in table:
        if key not in fields:
            faults.say(f"unknown key {prefix}{_cut(str(key))}; allowed here: {', '.join(fields)}")
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
                raise LessonError(f"{key} must be a finite number, not {_shown(value)}")
            return number
    elif type(value) is hint:
        return value
    raise LessonError(f"{key} must be {_describe(hint)}, not {_shown(value)}")


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
                raise LessonError(f"{key} = {_shown(item)} is not known; allowed: {names}")
    if bounds := rules.get("range"):
        low, high, open_low = bounds
        if not low <= value <= high or (open_low and value == low):
            sign = ">" if open_low else ">="
            upper = f" and <= {high}" if math.isfinite(high) else ""
            raise LessonError(f"{key} = {_shown(value)} must be {sign} {low:g}{upper}")
    if bounds := rules.get("below"):
        low, high = bounds
        if not low <= value < high:
            raise LessonError(f"{key} = {_shown(value)} must be >= {low:g} and < {high:g}")


# ---- what must hold between keys ------------------------------------------------------------------------------


def _check(lesson: Lesson, faults: _Faults) -> None:
    """Each key alone, then what must hold between keys that are right by themselves."""
    _check_alone(lesson, faults)
    for needed, check in _BETWEEN:
        if faults.sound(*needed):
            for sentence in check(lesson):
                faults.say(sentence)


def _check_alone(lesson: Lesson, faults: _Faults) -> None:
    if faults.sound("format") and lesson.format != FORMAT:
        text = f"format = {_shown(lesson.format)} is not known to this version, which reads format = {FORMAT}"
        faults.refuse("format", text)
    if faults.sound("id") and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", lesson.id):
        faults.refuse("id", f"id = {_shown(lesson.id)} must be 1 to 64 letters, digits, '.', '_' or '-'")
    sizes = lesson.network.sizes
    odd = next((size for size in sizes if not 1 <= size <= MAX_WIDTH), None)
    if faults.sound("network.sizes") and len(sizes) < 2:
        text = f"network.sizes = {_shown(list(sizes))} must name at least an input and one layer, as in [2, 1]"
        faults.refuse("network.sizes", text)
    elif odd is not None:
        text = f"network.sizes = {_shown(list(sizes))}: {_shown(odd)} is out of range, allowed 1 to {MAX_WIDTH:,}"
        faults.refuse("network.sizes", text)
    size = lesson.data.image_size
    if lesson.data.source == "images" and (len(size) != 2 or not all(1 <= side <= MAX_IMAGE_SIDE for side in size)):
        must = f"must be rows and columns, each 1 to {MAX_IMAGE_SIDE}, as in [28, 28]"
        faults.refuse("data.image_size", f"data.image_size = {_shown(list(size))} {must}")


Sentences = typing.Iterator[str]


def _check_activations(lesson: Lesson) -> Sentences:
    hidden = lesson.network.activation
    if isinstance(hidden, tuple) and len(hidden) != lesson.layers - 1:
        yield (
            f"network.activation names {len(hidden)} activations for {lesson.layers - 1} hidden layers; "
            "give one name, or one per hidden layer"
        )


def _check_loss(lesson: Lesson) -> Sentences:
    loss, output = lesson.loss.name, lesson.network.output
    if loss in FUSED_LOSSES and output != (needed := FUSED_LOSSES[loss][1]):
        yield f'loss.name = "{loss}" needs network.output = "{needed}", not "{output}"'


def _check_device(lesson: Lesson) -> Sentences:
    run = lesson.run
    if run.device != "cpu" and run.executor != "torch":
        yield f'run.device = "{run.device}" needs run.executor = "torch", not "{run.executor}"'
    if run.device == "mps" and run.dtype == "float64":
        yield 'run.device = "mps" has no float64; use run.dtype = "float32"'


def _check_settings(lesson: Lesson) -> Sentences:
    """That the source has the keys that are given, and which of them it needs."""
    data, defaults = lesson.data, DataSpec()
    for key, sources in SETTINGS.items():
        if data.source not in sources and getattr(data, key) != getattr(defaults, key):
            names = ", ".join(f'"{source}"' for source in sources)
            yield f'data.{key} belongs to data.source = {names}, not to "{data.source}"'
    if data.source not in FULL_SCALE and data.normalize != "none":
        is_csv = data.source == "csv"
        instead = (
            "data.standardise does it for a CSV" if is_csv else f'the source "{data.source}" is used as it is: "none"'
        )
        yield f'data.normalize = "{data.normalize}" is for images; {instead}'
    if data.standardise and lesson.evaluation.scale == "raw":
        yield 'evaluation.scale = "raw" needs data.standardise = false, which scales the test rows too'


def _check_path(lesson: Lesson) -> Sentences:
    data = lesson.data
    if data.source in _ON_DISK and not data.path:
        what = "the CSV file" if data.source == "csv" else "the folder that holds a folder of images per class"
        yield f"data.path is empty; it must name {what}"


def _check_table(lesson: Lesson) -> Sentences:
    """What a CSV is told about itself."""
    data = lesson.data
    if data.source != "csv":
        return
    if data.decimal == data.separator == ",":
        yield 'data.separator and data.decimal are both ","; a number could not be told from two'
    targets = data.target if isinstance(data.target, tuple) else (data.target,)
    if not targets or len(set(targets)) != len(targets):
        yield f"data.target = {_shown(list(targets))} must name a column, or several different ones"
    if len(targets) > 1 and data.kind == "class":
        yield f'data.kind = "class" needs one column, but data.target names {len(targets)}'
    for key, columns in (("target", targets), ("inputs", data.inputs)):
        if (odd := next((n for n in columns if isinstance(n, int) and n < 1), None)) is not None:
            yield f"data.{key} = {_shown(odd)} is no column; they count from 1"
    if set(targets) & set(data.inputs):
        yield "data.inputs names the target; what is to be predicted cannot be an input"


def _check_widths(lesson: Lesson) -> Sentences:
    """Input and output of the net against the data, where that is known before they are loaded."""
    data, sizes = lesson.data, lesson.network.sizes
    if (widths := data.widths) is None:
        return
    n_in, outputs = widths
    if sizes[0] != n_in or (outputs and sizes[-1] not in outputs):
        has = "which has " + _counted(n_in, "input")
        if data.source == "curve":
            has += " and 1 output"
        elif outputs:
            has += " and " + _counted(outputs[-1], "class", "classes")
            has += ", so 2 outputs, or 1 that is 0 or 1" if outputs == (1, 2) else ""
        last = sizes[-1] if not outputs or sizes[-1] in outputs else outputs[-1]
        has += f"; network.sizes = {_shown([n_in, *sizes[1:-1], last])} would"
        yield f"network.sizes = {_shown(list(sizes))} does not fit data.source = {data.source!r}, {has}"


def _check_one_output(lesson: Lesson) -> Sentences:
    if lesson.data.widths is not None and lesson.network.sizes[-1] == 1 and lesson.loss.name == "cross_entropy":
        yield _ONE_OUTPUT


_ONE_OUTPUT = (
    'loss.name = "cross_entropy" needs a share for each class, not one output that is 0 or 1; '
    "use binary_cross_entropy, or 2 outputs"
)


def _check_numbers(lesson: Lesson) -> Sentences:
    """What does not go with targets that are numbers."""
    if lesson.data.source == "curve" and lesson.loss.name in FUSED_LOSSES:
        yield f'loss.name = "{lesson.loss.name}" is for classes; a curve has numbers, as "mse" takes them'


def _check_evaluation(lesson: Lesson) -> Sentences:
    examples = lesson.evaluation.examples
    if examples == 0 or lesson.classes:
        return
    if lesson.data.source == "points":
        yield "evaluation.examples must be 0 for points, which have no test examples"
    else:
        why = "one output has no accuracy" if lesson.network.sizes[-1] == 1 else "numbers have no accuracy"
        yield f"evaluation.examples = {_shown(examples)} must be 0: {why}"


def _check_points(lesson: Lesson) -> Sentences:
    data, sizes = lesson.data, lesson.network.sizes
    if data.source != "points":
        return
    if not data.x:
        yield "data.x is empty; give at least one example, as in x = [[1.0, 1.0]]"
    elif len(data.x) != len(data.y):
        yield f"data.x has {len(data.x)} examples but data.y has {len(data.y)}; they must be as many"
    for name, rows, width in (("x", data.x, sizes[0]), ("y", data.y, sizes[-1])):
        if (i := next((i for i, row in enumerate(rows) if len(row) != width), None)) is not None:
            yield (
                f"data.{name}[{i}] has {len(rows[i])} numbers, but network.sizes = {_shown(list(sizes))} "
                f"asks for {width}"
            )


def _check_targets(lesson: Lesson) -> Sentences:
    for i, row in enumerate(lesson.data.y if lesson.data.source == "points" else ()):
        if row and (wrong := _unfit_target(lesson.loss.name, row)):
            yield f"data.y[{i}] = {_shown(list(row))}: {wrong}"
            return


def _check_batch(lesson: Lesson) -> Sentences:
    data = lesson.data
    if data.source == "points" and data.drop_last and 0 < len(data.x) < data.batch_size:
        yield (
            f"data.batch_size = {data.batch_size} is more than the {len(data.x)} examples and data.drop_last "
            "drops the only batch"
        )


def _unfit_target(loss: str, row: typing.Sequence[float]) -> str:
    """Why a loss cannot take a target, or nothing."""
    if loss == "cross_entropy" and (min(row) < 0 or abs(sum(row) - 1) > 1e-6):
        return "cross_entropy needs shares >= 0 that add up to 1"
    if loss == "binary_cross_entropy" and not all(0 <= t <= 1 for t in row):
        return "binary_cross_entropy needs targets from 0 to 1"
    return ""


def _check_explicit(lesson: Lesson) -> Sentences:
    init = lesson.init
    if init.scheme != "explicit":
        return
    if len(init.W) != lesson.layers:
        yield f"init.W has {len(init.W)} matrices for {lesson.layers} layers; give one per layer"
    biases = lesson.layers if lesson.network.bias is True else 0
    if len(init.b) != biases:
        yield f"init.b has {len(init.b)} vectors; this network needs {biases}"
    for k in range(1, lesson.layers + 1):
        rows, columns = lesson.width_in(k), lesson.network.sizes[k]
        if len(init.W) == lesson.layers:
            found = [len(row) for row in init.W[k - 1]]
            if len(found) != rows or any(n != columns for n in found):
                yield f"init.W[{k - 1}] must have {rows} rows of {columns} numbers (W{k} is n_in x n_out)"
        if len(init.b) == biases > 0 and len(init.b[k - 1]) != columns:
            yield f"init.b[{k - 1}] must have {columns} numbers, not {len(init.b[k - 1])}"


def _check_range(lesson: Lesson) -> Sentences:
    if lesson.init.high < lesson.init.low:
        yield f"init.high = {lesson.init.high:g} must not be below init.low = {lesson.init.low:g}"


def _check_magnitudes(lesson: Lesson) -> Sentences:
    """Numbers that the dtype cannot hold: they would be infinite before the first step. One for each key."""
    largest = float(np.finfo(lesson.run.dtype).max)
    init, data = lesson.init, lesson.data
    numbers: dict[str, typing.Iterable[float]] = {
        f"init.{name}": (getattr(init, name),) for name in ("value", "mean", "std", "low", "high")
    }
    numbers["optimizer.learning_rate"] = (lesson.optimizer.learning_rate,)
    matrices: dict[str, Matrix] = {"data.x": data.x, "data.y": data.y, "init.b": init.b}
    matrices |= {f"init.W[{k}]": W for k, W in enumerate(init.W)}
    numbers |= {key: itertools.chain.from_iterable(matrix) for key, matrix in matrices.items()}
    numbers["init.high - init.low"] = (init.high - init.low,)
    for key, values in numbers.items():
        if (number := next((n for n in values if abs(n) > largest), None)) is not None:
            yield f'{key} = {number:g} is beyond run.dtype = "{lesson.run.dtype}", allowed up to {largest:.4g}'


_BETWEEN: tuple[tuple[tuple[str, ...], typing.Callable[[Lesson], Sentences]], ...] = (
    (("network.sizes", "network.activation"), _check_activations),
    (("network.output", "loss.name"), _check_loss),
    (("run.device", "run.executor", "run.dtype"), _check_device),
    (("data.source",), _check_settings),
    (("data.source", "data.x", "data.y", "network.sizes"), _check_points),
    (("data.source", "data.y", "loss.name"), _check_targets),
    (("data.source", "data.x", "data.batch_size", "data.drop_last"), _check_batch),
    (("data.source", "data.path"), _check_path),
    (("data.source", "data.target", "data.inputs"), _check_table),
    (("data.source", "loss.name"), _check_numbers),
    (("data.source", "data.classes", "data.image_size", "network.sizes"), _check_widths),
    (("data.source", "network.sizes", "loss.name"), _check_one_output),
    (("data.source", "data.target", "network.sizes", "evaluation.examples"), _check_evaluation),
    (("init.scheme", "init.W", "init.b", "network.sizes", "network.bias"), _check_explicit),
    (("init.low", "init.high"), _check_range),
    (("run.dtype",), _check_magnitudes),
)
"""What must hold between keys, with the keys that have to be right by themselves for it to mean anything."""


# ---- what must hold of the data ---------------------------------------------------------------------------------


def _check_fit(lesson: Lesson, dataset: Dataset) -> None:
    faults = _Faults(lesson.id)
    sizes, inputs, outputs = lesson.network.sizes, dataset.train_x.shape[1], dataset.train_y.shape[1]
    if (sizes[0], sizes[-1]) != (inputs, outputs):
        classes, has = len(dataset.class_names), _counted(outputs, "output")
        if classes:
            has = _counted(classes, "class", "classes")
            has += f" in {_named(dataset.target_names)}" if dataset.target_names else ""
        elif dataset.target_names:
            has += f", {_named(dataset.target_names)}"
        faults.say(
            f"network.sizes = {_shown(list(sizes))} does not fit the data, which have {_counted(inputs, 'input')} and "
            f"{has}; with {_shown([inputs, *sizes[1:-1], outputs])} it would"
        )
    if lesson.evaluation.examples != 0 and len(dataset.test_x) == 0:
        faults.say("evaluation.examples must be 0: the data have no test examples (data.test_share = 0)")
    if lesson.loss.name in FUSED_LOSSES and not dataset.class_names:
        wrongs = ((row, _unfit_target(lesson.loss.name, row)) for row in dataset.train_y)
        for row, wrong in itertools.islice((found for found in wrongs if found[1]), 1):
            faults.say(f"a target is {_shown(row.tolist())}: {wrong}")
    if lesson.loss.name == "cross_entropy" and dataset.class_names and outputs == sizes[-1] == 1:
        faults.say(_ONE_OUTPUT)
    largest = float(np.finfo(lesson.run.dtype).max)
    beyond = [
        number
        for values in (dataset.train_x, dataset.train_y, dataset.test_x, dataset.test_y)
        if values.size and (number := float(np.abs(values).max())) > largest
    ]
    if beyond:
        faults.say(f'{beyond[0]:g} in the data is beyond run.dtype = "{lesson.run.dtype}", allowed up to {largest:.4g}')
    faults.end()


def _named(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{_cut(name, 40)}"' for name in names[:5]) + (", …" if len(names) > 5 else "")
