"""What must hold of a lesson beyond the types of its keys: ranges of some, agreement between them, fit to the data."""

from __future__ import annotations

import itertools
import re
import typing

import numpy as np

from engine.data.sources import FULL_SCALE, Dataset
from engine.faults import Faults, counted, cut, shown
from engine.lesson import FORMAT, MAX_IMAGE_SIDE, MAX_WIDTH, ON_DISK, SETTINGS, DataSpec, Lesson, Matrix, elsewhere
from engine.ops import FUSED_LOSSES


def check(lesson: Lesson, faults: Faults) -> None:
    """Look at each key alone, then at what must hold between keys that are right by themselves.

    Parameters
    ----------
    lesson : to be checked; a key that is among the faults already has some value that means nothing.
    faults : where what is found is added.
    """
    _check_alone(lesson, faults)
    for needed, rule in _BETWEEN:
        if faults.sound(*needed):
            for sentence in rule(lesson):
                faults.say(sentence)


def _check_alone(lesson: Lesson, faults: Faults) -> None:
    if faults.sound("format") and lesson.format != FORMAT:
        text = f"format = {shown(lesson.format)} is not known to this version, which reads format = {FORMAT}"
        faults.refuse("format", text)
    if faults.sound("id") and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", lesson.id):
        faults.refuse("id", f"id = {shown(lesson.id)} must be 1 to 64 letters, digits, '.', '_' or '-'")
    sizes = lesson.network.sizes
    odd = next((size for size in sizes if not 1 <= size <= MAX_WIDTH), None)
    if faults.sound("network.sizes") and len(sizes) < 2:
        text = f"network.sizes = {shown(list(sizes))} must name at least an input and one layer, as in [2, 1]"
        faults.refuse("network.sizes", text)
    elif odd is not None:
        text = f"network.sizes = {shown(list(sizes))}: {shown(odd)} is out of range, allowed 1 to {MAX_WIDTH:,}"
        faults.refuse("network.sizes", text)
    size = lesson.data.image_size
    if lesson.data.source == "images" and (len(size) != 2 or not all(1 <= side <= MAX_IMAGE_SIDE for side in size)):
        must = f"must be rows and columns, each 1 to {MAX_IMAGE_SIDE}, as in [28, 28]"
        faults.refuse("data.image_size", f"data.image_size = {shown(list(size))} {must}")


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
    if data.source in ON_DISK and not data.path:
        what = "the CSV file" if data.source == "csv" else "the folder that holds a folder of images per class"
        yield f"data.path is empty; it must name {what}"
    elif elsewhere(data.path):
        yield (
            f"data.path = {shown(data.path)} may name another computer, because it begins with two slashes; "
            "copy the data to this one and name them there"
        )


def _check_table(lesson: Lesson) -> Sentences:
    """What a CSV is told about itself."""
    data = lesson.data
    if data.source != "csv":
        return
    if data.decimal == data.separator == ",":
        yield 'data.separator and data.decimal are both ","; a number could not be told from two'
    targets = data.target if isinstance(data.target, tuple) else (data.target,)
    if not targets or len(set(targets)) != len(targets):
        yield f"data.target = {shown(list(targets))} must name a column, or several different ones"
    if len(targets) > 1 and data.kind == "class":
        yield f'data.kind = "class" needs one column, but data.target names {len(targets)}'
    for key, columns in (("target", targets), ("inputs", data.inputs)):
        if (odd := next((n for n in columns if isinstance(n, int) and n < 1), None)) is not None:
            yield f"data.{key} = {shown(odd)} is no column; they count from 1"
    if set(targets) & set(data.inputs):
        yield "data.inputs names the target; what is to be predicted cannot be an input"


def _check_widths(lesson: Lesson) -> Sentences:
    """Input and output of the net against the data, where that is known before they are loaded."""
    data, sizes = lesson.data, lesson.network.sizes
    if (widths := data.widths) is None:
        return
    n_in, outputs = widths
    if sizes[0] != n_in or (outputs and sizes[-1] not in outputs):
        has = "which has " + counted(n_in, "input")
        if data.source == "curve":
            has += " and 1 output"
        elif outputs:
            has += " and " + counted(outputs[-1], "class", "classes")
            has += ", so 2 outputs, or 1 that is 0 or 1" if outputs == (1, 2) else ""
        last = sizes[-1] if not outputs or sizes[-1] in outputs else outputs[-1]
        has += f"; network.sizes = {shown([n_in, *sizes[1:-1], last])} would"
        yield f"network.sizes = {shown(list(sizes))} does not fit data.source = {data.source!r}, {has}"


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
        yield f"evaluation.examples = {shown(examples)} must be 0: {why}"


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
                f"data.{name}[{i}] has {len(rows[i])} numbers, but network.sizes = {shown(list(sizes))} "
                f"asks for {width}"
            )


def _check_targets(lesson: Lesson) -> Sentences:
    for i, row in enumerate(lesson.data.y if lesson.data.source == "points" else ()):
        if row and (wrong := _unfit_target(lesson.loss.name, row)):
            yield f"data.y[{i}] = {shown(list(row))}: {wrong}"
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


# ---- what is allowed, and yet worth a word ----------------------------------------------------------------------


def equal_layers(lesson: Lesson) -> tuple[int, ...]:
    """The hidden layers whose units start equal, and so stay equal for ever.

    Units of a layer compute the same where their weights in and their biases are the same, and get the same gradient
    where their weights out are the same, too.
    """
    init, sizes = lesson.init, lesson.network.sizes
    hidden = [k for k in range(1, lesson.layers) if sizes[k] > 1]
    if init.scheme == "explicit":
        return tuple(k for k in hidden if _same_units(init.W[k - 1], init.b[k - 1 : k], init.W[k]))
    same = {"constant": True, "normal": init.std == 0, "uniform": init.low == init.high}
    return tuple(hidden) if same.get(init.scheme) else ()


def _same_units(into: Matrix, biases: Matrix, out: Matrix) -> bool:
    """Whether columns of W_k, entries of b_k and rows of W_k+1 are all the same."""
    return all(len(set(row)) == 1 for row in (*into, *biases)) and all(row == out[0] for row in out)


# ---- what must hold of the data ---------------------------------------------------------------------------------


def check_fit(lesson: Lesson, dataset: Dataset) -> None:
    """Refuse data that turn out not to fit the lesson, now that they are loaded (`Lesson.check_fit`)."""
    faults = Faults(lesson.id)
    sizes, inputs, outputs = lesson.network.sizes, dataset.train_x.shape[1], dataset.train_y.shape[1]
    if (sizes[0], sizes[-1]) != (inputs, outputs):
        classes, has = len(dataset.class_names), counted(outputs, "output")
        if classes:
            has = counted(classes, "class", "classes")
            has += f" in {_named(dataset.target_names)}" if dataset.target_names else ""
        elif dataset.target_names:
            has += f", {_named(dataset.target_names)}"
        faults.say(
            f"network.sizes = {shown(list(sizes))} does not fit the data, which have {counted(inputs, 'input')} and "
            f"{has}; with {shown([inputs, *sizes[1:-1], outputs])} it would"
        )
    if lesson.evaluation.examples != 0 and len(dataset.test_x) == 0:
        faults.say("evaluation.examples must be 0: the data have no test examples (data.test_share = 0)")
    if lesson.loss.name in FUSED_LOSSES and not dataset.class_names:
        wrongs = ((row, _unfit_target(lesson.loss.name, row)) for row in dataset.train_y)
        for row, wrong in itertools.islice((found for found in wrongs if found[1]), 1):
            faults.say(f"a target is {shown(row.tolist())}: {wrong}")
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
    return ", ".join(f'"{cut(name, 40)}"' for name in names[:5]) + (", …" if len(names) > 5 else "")
