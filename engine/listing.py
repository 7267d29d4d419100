"""Listing: a lesson as a complete script, in plain NumPy or as a practitioner writes it in PyTorch.

A script needs nothing of Backstep. Run alone it trains the lesson from its start and arrives at the Trainer's numbers,
to rounding; the interface marks in it the line that executes the current Step.

It reflects the lesson it is given, with the values now in force. Where the learning rate or another value has been
changed during a run, no listing retraces that run: the script has the new value from its first batch on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal, get_args

from engine.data import mnist, toy_sets
from engine.data.code import IMPORTS, WIDTH, code_of_files, wrapped
from engine.data.sources import DIGITS_TRAIN, FULL_SCALE, MNIST_MEAN, MNIST_STD, classes_of
from engine.lesson import Lesson
from engine.ops import EPSILON
from engine.program import Phase, Program, Step, input_of

if TYPE_CHECKING:
    from engine.data.table import TableForm

Dialect = Literal["numpy", "torch"]

BATCHES = 3  # what a script trains unless its reader asks for more
FIRST_ROWS = 12
FIRST_NUMBERS = 60
"""So many rows of a matrix, and numbers of a row, has a listing that is not whole; the latter never fit on a line."""


@dataclass(frozen=True)
class Line:
    """A line of source, and the indices of the Steps that it executes."""

    text: str
    steps: tuple[int, ...] = ()

    def indented(self) -> Line:
        """The same line, one level deeper."""
        return Line(f"    {self.text}", self.steps) if self.text else self


@dataclass(frozen=True)
class Listing:
    """The lines of a script in order."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The whole source; ends with a newline."""
        return "".join(f"{line.text}\n" for line in self.lines)

    @cached_property
    def _line_of(self) -> dict[int, int]:
        return {index: number for number, line in enumerate(self.lines) for index in line.steps}

    def line_of(self, step: Step) -> int:
        """Which line executes a Step of the lesson's Program, counted from 0."""
        return self._line_of[step.index]


def listing(lesson: Lesson, dialect: Dialect, table: TableForm | None = None, whole: bool = True) -> Listing:
    """The code of a lesson.

    Parameters
    ----------
    lesson : what is trained, with the values now in force. Values changed during a run are not retraced (see above).
    dialect : ``"numpy"``: a line per Step, in the lesson's orientation. ``"torch"``: as a practitioner writes it,
        examples as rows in either orientation, on the CPU. There ``loss.backward()`` executes the backward Steps,
        except those that average a bias gradient, which torch does not.
    table : ``Dataset.table`` of the data that were loaded. Without it the CSV of a lesson is read here, which takes as
        long as reading takes; no other lesson has any.
    whole : False: to be looked at. Of a matrix in the lesson there are ``FIRST_ROWS`` rows and of those
        ``FIRST_NUMBERS`` numbers; comments say how many more there are. So it is short, and made in less than a
        millisecond, however much the lesson holds.

    Returns
    -------
    Listing
        A script that trains a few batches (``batches``) and prints the loss of each. MNIST it reads from the folder
        that holds ``MNIST/raw``: the environment variable ``BACKSTEP_DATA``, or else its first argument (in this
        order, because in a notebook the first argument is the notebook's own), or else where it is run.

    Raises
    ------
    ValueError : there is no such dialect.
    """
    if dialect not in get_args(Dialect):
        raise ValueError(f"dialect {dialect!r} is not known; allowed: {', '.join(get_args(Dialect))}")
    if not whole:  # sooner made than a large lesson is looked up
        return Listing(tuple(Script(lesson, dialect, table, whole).lines()))
    return _whole(lesson, dialect, table)


@lru_cache(maxsize=4)
def _whole(lesson: Lesson, dialect: Dialect, table: TableForm | None) -> Listing:
    return Listing(tuple(Script(lesson, dialect, table).lines()))


_FUNCTIONS = {
    "sin": "np.sin(np.pi * drawn)",
    "square": "drawn**2",
    "cube": "drawn**3",
    "abs": "np.abs(drawn)",
    "step": "np.where(drawn < 0, 0.0, 1.0)",
    "gaussian": "np.exp(-8 * drawn**2)",
}
"""``engine.data.toy_sets.FUNCTIONS`` as code."""


class Script:
    """The parts of a script. Dialects differ in few words here; their lines per Step are the functions below."""

    def __init__(self, lesson: Lesson, dialect: Dialect, table: TableForm | None = None, whole: bool = True) -> None:
        self.lesson = lesson
        self.table = table
        self.whole = whole
        self.steps = Program.of(lesson).steps
        self.torch = dialect == "torch"
        self.lib = "torch" if self.torch else "np"
        self.column = not self.torch and lesson.run.orientation == "column"
        self.float32 = lesson.run.dtype == "float32"
        # NumPy makes float64 unless told otherwise; PyTorch is told once, in its default dtype.
        self.dtype = ", dtype=np.float32" if self.float32 and not self.torch else ""
        self.draws = lesson.init.scheme not in ("constant", "explicit")
        data = lesson.data
        self.one_batch = data.source == "points" and not data.shuffle and data.batch_size >= len(data.x)
        layers = range(1, lesson.layers + 1)
        self.parameters = [f"{name}{k}" for k in layers for name in ("Wb" if lesson.has_bias(k) else "W")]
        self.phases = {phase: tuple(self._phase(phase)) for phase in Phase}
        lines = [line.text for phase in self.phases.values() for line in phase]
        self.needs_m = lesson.network.bias == "input-column" or any(re.search(r"\bm\b", line) for line in lines)

    def lines(self) -> Iterator[Line]:
        """The whole script."""
        body = [
            *self._settings(),
            *("", "# examples", *self._examples()),
            *("", "# parameters", *self._parameters(), ""),
        ]
        loop = [line.indented() for line in self._loop()]
        calls = "\n".join(line.text for line in loop)
        helpers = [] if self.torch else helpers_of(calls, self.lesson, self.column)
        code = "\n".join([*body, calls, *helpers])
        # The title is anyone's text: whatever might end the comment becomes a space.
        yield Line("# " + "".join(c if c.isprintable() else " " for c in self.lesson.title))
        yield from map(Line, imports_of(code))
        for helper in helpers:
            yield from map(Line, ["", "", *helper.splitlines()])
        yield from map(Line, ["", ""] if helpers else [""])
        yield from map(Line, body)
        yield Line("for batch in range(1, batches + 1):")
        yield from loop

    def _settings(self) -> Iterator[str]:
        lesson = self.lesson
        if not self.float32 and (self.torch or (self.draws and lesson.init.rng == "torch")):
            yield "torch.set_default_dtype(torch.float64)"
        yield f"learning_rate = {lesson.optimizer.learning_rate!r}"
        if lesson.optimizer.momentum:
            yield f"momentum = {lesson.optimizer.momentum!r}"
        if not self.one_batch:
            yield f"batch_size = {lesson.data.batch_size}"
        yield f"batches = {BATCHES}"

    # ---- examples --------------------------------------------------------------------------------------------

    def _examples(self) -> Iterator[str]:
        data = self.lesson.data
        match data.source:
            case "points" if self.one_batch:
                yield from self._matrix("x", data.x, self.column)
                yield from self._matrix("y", data.y, self.column)
                yield from self._completed()
                return
            case "points":
                yield from self._matrix("inputs", data.x)
                yield from self._matrix("targets", data.y)
            case "digits":
                array = "torch.tensor" if self.torch else ""
                yield "digits = load_digits()"
                yield f"inputs = {_call(array, f'digits.data[:{DIGITS_TRAIN}]')}"
                yield f"labels = {_call(array, f'digits.target[:{DIGITS_TRAIN}]')}"
                yield f"targets = {self.lib}.eye(10{self.dtype})[labels]"
            case "mnist" | "fashion_mnist" | "kmnist":
                array, index = ("torch.from_numpy", "labels.long()") if self.torch else ("", "labels")
                images = 'np.fromfile(raw / "train-images-idx3-ubyte", np.uint8, offset=16)'
                labels = 'np.fromfile(raw / "train-labels-idx1-ubyte", np.uint8, offset=8)'
                yield 'raw = Path(os.environ.get("BACKSTEP_DATA") or "".join(sys.argv[1:2]),'
                yield f'           "{mnist.SETS[data.source].raw.as_posix()}")'
                yield "if not raw.is_dir():"
                yield '    where = "set BACKSTEP_DATA to the folder that holds it, or name that folder"'
                yield '    sys.exit(f"{raw} is not there: {where} as the first argument")'
                yield f"inputs = {_call(array, images)}"
                yield "inputs = inputs.reshape(-1, 784)"
                yield f"labels = {_call(array, labels)}"
                yield f"targets = {self.lib}.eye(10{self.dtype})[{index}]"
            case "csv" | "images":
                outputs = self.lesson.network.sizes[-1]
                yield from code_of_files(data, outputs, torch=self.torch, dtype=self.dtype, table=self.table)
            case _:
                yield from self._drawn()
        count = "len(inputs) // batch_size" if data.drop_last else "math.ceil(len(inputs) / batch_size)"
        yield f"batches_per_epoch = {count}"

    def _drawn(self) -> Iterator[str]:
        """The sets of ``engine.data.toy_sets``, drawn as they are there; then those set aside to test are left out."""
        data = self.lesson.data
        n, noise, seed = data.examples, repr(data.noise), data.seed
        if data.source in ("spiral", "curve"):
            yield f"rng = np.random.default_rng({seed})"
        match data.source:
            case "xor":
                yield "corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])"
                yield f"corner = np.arange({n}) % 4"
                yield f"drawn = corners[corner] + np.random.default_rng({seed}).normal(0, {noise}, ({n}, 2))"
                yield "labels = np.isin(corner, (1, 2)).astype(int)"
            case "moons":
                yield f"drawn, labels = make_moons({n}, noise={noise}, random_state={seed})"
            case "circles":
                yield f"drawn, labels = make_circles({n}, noise={noise}, random_state={seed}, factor=0.5)"
            case "spiral":
                yield f"labels = np.arange({n}) % {data.classes}"
                yield f"along = (np.arange({n}) // {data.classes} + 1) / {-(-n // data.classes)}"
                yield f"angle = 2 * np.pi * ({toy_sets.TURNS} * along + labels / {data.classes})"
                yield "drawn = np.stack([along * np.cos(angle), along * np.sin(angle)], axis=1)"
                yield f"drawn = drawn + rng.normal(0, {noise}, ({n}, 2))"
                yield f"order = rng.permutation({n})"
                yield "drawn, labels = drawn[order], labels[order]"
            case "blobs":
                yield f"angle = 2 * np.pi * np.arange({data.classes}) / {data.classes}"
                yield "centers = np.stack([np.cos(angle), np.sin(angle)], axis=1)"
                yield f"drawn, labels, *_ = make_blobs({n}, centers=centers, cluster_std={noise}, random_state={seed})"
            case "curve":
                yield f"drawn = rng.uniform(-1, 1, ({n}, 1))"
                yield f"answers = {_FUNCTIONS[data.function]} + rng.normal(0, {noise}, drawn.shape)"
            case _:
                raise AssertionError(f"no listing reads {data.source}")
        tested = toy_sets.tested_of(n, data.test_share)
        yield f"train = np.sort(np.random.default_rng([{seed}, 1]).permutation({n})[{tested}:])  # the others test"
        array = "torch.tensor" if self.torch else ""
        yield f"inputs = {_call(array, 'drawn[train]')}"
        if data.source == "curve":
            answers = "answers[train]"
            if self.float32:
                answers += ".astype(np.float32)"
            yield f"targets = {_call(array, answers)}"
        else:
            yield from self._one_hot("labels[train]", classes_of(data))

    def _one_hot(self, labels: str, classes: int) -> Iterator[str]:
        """Targets by class: a column each, or whether it is class 1."""
        column = "[:, 1:]" if self.lesson.network.sizes[-1] == 1 and classes == 2 else ""
        yield f"targets = {self.lib}.eye({classes}{self.dtype}){column}[{labels}]"

    def _batch(self) -> Iterator[str]:
        """Inside the loop: the examples of the batch."""
        data, init = self.lesson.data, self.lesson.init
        rows = "i * batch_size:(i + 1) * batch_size"
        if data.shuffle and init.rng == "numpy":
            yield "epoch, i = divmod(batch - 1, batches_per_epoch)"
            yield "if i == 0:  # an epoch begins, in an order of its own"
            yield f"    order = np.random.default_rng([{init.seed}, epoch + 1]).permutation(len(inputs))"
        elif data.shuffle:
            yield "i = (batch - 1) % batches_per_epoch"
            yield "if i == 0:  # an epoch begins, in an order of its own"
            yield "    torch.empty((), dtype=torch.int64).random_()  # DataLoader's own draw"
            yield f"    order = torch.randperm(len(inputs)){'' if self.torch else '.numpy()'}"
        else:
            yield "i = (batch - 1) % batches_per_epoch"
        if data.shuffle:
            yield f"rows = order[{rows}]"
            rows = "rows"
        yield f"x = {self._scaled(f'inputs[{rows}]')}"
        yield f"y = targets[{rows}]{'.T' if self.column else ''}"
        yield from self._completed()

    def _scaled(self, x: str) -> str:
        """A batch of inputs in the lesson's dtype, scale and orientation."""
        data = self.lesson.data
        if data.source != "points":
            x += f".to(torch.{self.lesson.run.dtype})" if self.torch else f".astype(np.{self.lesson.run.dtype})"
        if data.normalize != "none":
            x += f" / {FULL_SCALE[data.source]:g}"
        if data.normalize == "mnist":
            x = f"({x} - {MNIST_MEAN}) / {MNIST_STD}"
        if not self.column:
            return x
        return f"{x}.T" if data.normalize == "none" else f"({x}).T"

    def _completed(self) -> Iterator[str]:
        """What follows once x and y are there."""
        if self.needs_m:
            yield "m = x.shape[1]" if self.column else "m = len(x)"
        if self.lesson.network.bias == "input-column":
            shape, stack = ((1, "m"), "vstack") if self.column else (("m", 1), "hstack")
            yield f"x = {self.lib}.{stack}([x, {self._filled('ones', shape)}])  # ones in place of biases"

    # ---- parameters ------------------------------------------------------------------------------------------

    def _parameters(self) -> Iterator[str]:
        lesson, init = self.lesson, self.lesson.init
        if init.rng == "torch" and (self.draws or lesson.data.shuffle):
            yield f"torch.manual_seed({init.seed})"
        elif self.draws:
            yield f"rng = np.random.default_rng({init.seed})"
        for k in range(1, lesson.layers + 1):
            if init.scheme == "explicit":
                yield from self._explicit(k)
            else:
                yield from self._initial(k)
        if self.torch:
            yield from wrapped("parameters = [", self.parameters, "]")
            yield from ("for p in parameters:", "    p.requires_grad_()")
        if lesson.optimizer.momentum:
            yield from (f"v{name} = {self.lib}.zeros_like({name})" for name in self.parameters)

    def _explicit(self, k: int) -> Iterator[str]:
        init = self.lesson.init
        yield from self._matrix(f"W{k}", init.W[k - 1], self.column)
        if self.lesson.has_bias(k) and self.column:
            yield from self._matrix(f"b{k}", [init.b[k - 1]], turn=True)
        elif self.lesson.has_bias(k):
            yield from self._vector(f"b{k}", init.b[k - 1])

    def _initial(self, k: int) -> Iterator[str]:
        """W and b of a layer by a scheme. Numbers are drawn for (n_in, n_out), whichever way W is stored."""
        init, n_in, n_out = self.lesson.init, self.lesson.width_in(k), self.lesson.network.sizes[k]
        W, b = (n_in, n_out), (n_out, 1) if self.column else (n_out,)
        bias = self._filled("zeros", b)
        match init.scheme:
            case "constant":
                weights = self._filled("full", W[::-1] if self.column else W, init.value)
                bias = self._filled("full", b, init.value)
            case "normal" | "uniform":
                numbers = (init.mean, init.std) if init.scheme == "normal" else (init.low, init.high)
                steered = ", ".join(repr(number).removesuffix(".0") for number in numbers)
                weights = self._draw(init.scheme, steered, W, self.column)
                bias = self._draw(init.scheme, steered, b)
            case "xavier_normal" | "kaiming_normal":
                yield f"std = math.sqrt(2 / {f'({n_in} + {n_out})' if init.scheme == 'xavier_normal' else n_in})"
                weights = self._draw("normal", "0, std", W, self.column)
            case "xavier_uniform" | "kaiming_uniform":
                yield f"bound = math.sqrt(6 / {f'({n_in} + {n_out})' if init.scheme == 'xavier_uniform' else n_in})"
                weights = self._draw("uniform", "-bound, bound", W, self.column)
            case "torch_linear":  # drawn for (n_out, n_in), as torch.nn.Linear stores it
                yield f"bound = 1 / math.sqrt({n_in})"
                weights = self._draw("uniform", "-bound, bound", W[::-1], not self.column)
                bias = self._draw("uniform", "-bound, bound", b)
            case _:
                raise AssertionError(f"no listing draws {init.scheme}")
        yield f"W{k} = {weights}"
        if self.lesson.has_bias(k):
            yield f"b{k} = {bias}"

    def _draw(self, what: str, numbers: str, shape: tuple[int, ...], turn: bool = False) -> str:
        turned = ".T" if turn else ""
        if self.lesson.init.rng == "torch":
            drawn = f"torch.empty({', '.join(map(str, shape))}).{what}_({numbers}){turned}"
            return drawn if self.torch else f"{drawn}.numpy()"
        drawn = f"rng.{what}({numbers}, {_shape(shape)}){turned}"
        if self.torch:
            return f"torch.tensor({drawn}{', dtype=torch.float32' if self.float32 else ''})"
        return f"{drawn}.astype(np.float32)" if self.float32 else drawn

    def _filled(self, how: str, shape: tuple[int | str, ...], *value: float) -> str:
        bare = self.torch and how == "full" and len(shape) == 1  # alone in refusing a number for a shape
        size = f"({shape[0]},)" if bare else _shape(shape)
        return f"{self.lib}.{how}({', '.join([size, *map(repr, value)])}{self.dtype})"

    def _vector(self, name: str, numbers: Sequence[float]) -> Iterator[str]:
        start, end = self._literal(name)
        return self._row(f"{start}[", numbers, f"]{end}")

    def _matrix(self, name: str, rows: Sequence[Sequence[float]], turn: bool = False) -> Iterator[str]:
        """A matrix on one line or, where that is too long, a row a line, long rows wrapped."""
        start, end = self._literal(name)
        if turn:
            rows = list(zip(*rows, strict=True))
        if len(rows) * len(rows[0]) <= WIDTH:  # numbers; of more a line has no room
            inside = ", ".join(f"[{', '.join(map(repr, row))}]" for row in rows)
            if len(start) + len(inside) + len(end) + 2 <= WIDTH:
                yield f"{start}[{inside}]{end}"
                return
        yield f"{start}["
        shown = rows if self.whole else rows[:FIRST_ROWS]
        for row in shown:
            yield from self._row("    [", row, "],")
        if more := len(rows) - len(shown):
            yield f"    # … {more:,} more row{'s' * (more > 1)}"
        yield f"]{end}"

    def _row(self, start: str, numbers: Sequence[float], end: str) -> Iterator[str]:
        if self.whole or len(numbers) <= FIRST_NUMBERS:
            yield from wrapped(start, map(repr, numbers), end)
            return
        more, margin = len(numbers) - FIRST_NUMBERS, start[: len(start) - len(start.lstrip())]
        *lines, last = wrapped(start, map(repr, numbers[:FIRST_NUMBERS]), end)
        yield from (*lines, f"{margin}    # … {more:,} more number{'s' * (more > 1)}", last)

    def _literal(self, name: str) -> tuple[str, str]:
        """What stands before and after the nested lists of an array."""
        return f"{name} = {'torch.tensor' if self.torch else 'np.array'}(", f"{self.dtype})"

    # ---- the loop --------------------------------------------------------------------------------------------

    def _loop(self) -> Iterator[Line]:
        if not self.one_batch:
            yield from map(Line, [*self._batch(), ""])
        for phase, lines in self.phases.items():
            yield from (Line(f"# {phase}"), *lines, Line(""))
        yield Line(f"print(batch, {'loss.item()' if self.torch else 'loss'})")

    def _phase(self, phase: Phase) -> Iterator[Line]:
        """The lines of a phase, indented as in the loop's body."""
        steps = [step for step in self.steps if step.phase is phase]
        if not self.torch:
            yield from (Line(_numpy(step, self.lesson, self.column), (step.index,)) for step in steps)
        elif phase is Phase.BACKWARD:
            yield from self._torch_backward(steps)
        elif phase is Phase.UPDATE:
            yield Line("with torch.no_grad():")
            yield from (Line(_torch(step, self.lesson), (step.index,)).indented() for step in steps)
        else:
            yield from (Line(_torch(step, self.lesson), (step.index,)) for step in steps)

    def _torch_backward(self, steps: Sequence[Step]) -> Iterator[Line]:
        averaged = [step for step in steps if step.op == "bias_gradient_mean"]
        by_autograd = tuple(step.index for step in steps if step not in averaged)
        yield from map(Line, ("for p in parameters:", "    p.grad = None  # backward adds to what is there"))
        if self.lesson.loss.reduction == "mean" and self.lesson.gradient_reduction == "sum":
            yield Line("(m * loss).backward()  # gradients of the sum over the batch", by_autograd)
        else:
            yield Line("loss.backward()", by_autograd)
        for step in averaged:
            yield Line(f"{step.write.removeprefix('d')}.grad /= m", (step.index,))


# ---- text ------------------------------------------------------------------------------------------------------


_TEXTS = re.compile(r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*\"""")


def imports_of(code: str) -> Iterator[str]:
    """The imports that code needs, in the usual order."""
    groups = (
        {
            "csv.": IMPORTS["csv."],
            "math.": "import math",
            "os.": IMPORTS["os."],
            "sys.": "import sys",
            "Path(": "from pathlib import Path",
        },
        {
            "np.": "import numpy as np",
            "torch.": "import torch",
            "F.": "import torch.nn.functional as F",
            "Image.": IMPORTS["Image."],
            "load_digits(": "from sklearn.datasets import load_digits",
            "make_moons(": "from sklearn.datasets import make_moons",
            "make_circles(": "from sklearn.datasets import make_circles",
            "make_blobs(": "from sklearn.datasets import make_blobs",
        },
    )
    code = _TEXTS.sub("", code)
    for group in groups:  # what precedes a use is looked at behind it: so the search skips from one to the next
        lines = [line for use, line in group.items() if re.search("{0}(?<![\\w.]{0})".format(re.escape(use)), code)]
        if lines:
            yield from ("", *lines)


def _shape(shape: Sequence[int | str]) -> str:
    return str(shape[0]) if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def _call(function: str, argument: str) -> str:
    return f"{function}({argument})" if function else argument


# ---- a Step in NumPy -------------------------------------------------------------------------------------------


def helpers_of(code: str, lesson: Lesson, column: bool) -> list[str]:
    """Definitions of the functions that code calls and NumPy does not have."""
    axis = f"axis={0 if column else 1}, keepdims=True"
    turned = ".T" if column else ""
    product = "(np.diag(p) - np.outer(p, p)) @ g" if column else "g @ (np.diag(p) - np.outer(p, p))"
    whole = f"(e.sum({axis}) + {EPSILON!r})" if lesson.separate else f"e.sum({axis})"
    softmax_backward = (
        f"    # the Jacobian of each example, times its da\n"
        f"    return np.array([{product} for g, p in zip(da{turned}, a{turned})]){turned}"
        if lesson.separate
        else f"    return a * (da - (da * a).sum({axis}))"
    )
    sources = {
        "sigmoid": "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))",
        "leaky_relu": "def leaky_relu(z):\n    return np.where(z > 0, z, z / 100)",
        "leaky_relu_slope": "def leaky_relu_slope(z):\n    return np.where(z > 0, 1, 0.01).astype(z.dtype)",
        "softmax": f"def softmax(z):\n    e = np.exp(z - z.max({axis}))  # shifted, or e could overflow\n"
        f"    return e / {whole}",
        "log_softmax": f"def log_softmax(z):\n    z = z - z.max({axis})\n    return z - np.log(np.exp(z).sum({axis}))",
        "softmax_backward": f"def softmax_backward(da, a):\n{softmax_backward}",
    }
    return [source for name, source in sources.items() if re.search(rf"\b{name}\(", code)]


def _numpy(step: Step, lesson: Lesson, column: bool) -> str:
    """The line of a Step in NumPy."""
    k, write = step.layer, step.write
    a_in, W, z, a, da, delta = input_of(k), f"W{k}", f"z{k}", f"a{k}", f"da{k}", f"delta{k}"
    match step.op:
        case "affine":
            value = f"{_product(a_in, W, column)} + b{k}"
        case "linear":
            value = _product(a_in, W, column)
        case "identity":
            value = z
        case "sigmoid" | "leaky_relu" | "softmax":
            value = f"{step.op}({z})"
        case "softmax_epsilon":
            value = f"softmax({z})"
        case "tanh":
            value = f"np.tanh({z})"
        case "relu":
            value = f"np.maximum({z}, 0)"
        case "softplus":
            value = f"np.logaddexp(0, {z})"
        case "log":
            value = f"np.log({a} + {EPSILON!r})"
        case "half_squared_error" | "mse" | "l1" | "cross_entropy" | "binary_cross_entropy" | "negative_log_likelihood":
            value = _numpy_loss(step.op, lesson, column)
        case "output_error":
            value = _shared(f"{a} - y", lesson)
        case "output_gradient":
            value = _loss_gradient(lesson, column)
        case "output_delta":
            value = _times_slope(_loss_gradient(lesson, column), k, lesson)
        case "negative_log_likelihood_gradient":
            value = _shared("-y", lesson)
        case "log_backward":
            value = f"dlogp / ({a} + {EPSILON!r})"
        case "backward_through_weights":
            value = _product(f"delta{k + 1}", f"W{k + 1}.T", column)
        case "hidden_delta":
            value = _times_slope(_product(f"delta{k + 1}", f"W{k + 1}.T", column), k, lesson)
        case (
            "identity_backward"
            | "sigmoid_backward"
            | "tanh_backward"
            | "relu_backward"
            | "leaky_relu_backward"
            | "softplus_backward"
            | "softmax_backward_jacobian"
        ):
            value = _times_slope(da, k, lesson)
        case "weight_gradient":
            value = f"{delta} @ {a_in}.T" if column else f"{a_in}.T @ {delta}"
        case "bias_gradient" | "bias_gradient_mean":
            how = "sum" if step.op == "bias_gradient" else "mean"
            value = f"{delta}.{how}({'axis=1, keepdims=True' if column else 'axis=0'})"
        case _:
            return _update(step, step.reads[-1])
    return f"{write} = {value}"


def _product(a_in: str, W: str, column: bool) -> str:
    return f"{W} @ {a_in}" if column else f"{a_in} @ {W}"


def _shared(error: str, lesson: Lesson) -> str:
    """An error, or where the gradient is that of a mean, its share of the batch."""
    if lesson.gradient_reduction == "sum":
        return error
    return f"({error}) / m" if " " in error and not error.endswith(")") else f"{error} / m"


def _loss_gradient(lesson: Lesson, column: bool) -> str:
    """dL/da of the output a."""
    a = f"a{lesson.layers}"
    match lesson.loss.name:
        case "half_squared_error":
            return _shared(f"{a} - y", lesson)
        case "mse":
            mean = lesson.gradient_reduction == "mean"
            return f"2 * ({a} - y) / {a}.{'size' if mean else 'shape[0]' if column else 'shape[1]'}"
        case "l1":
            return _shared(f"np.sign({a} - y)", lesson)
    raise AssertionError(f"no gradient for {lesson.loss.name}")


def _times_slope(da: str, k: int, lesson: Lesson) -> str:
    """dL/da of layer k, times the slope of its activation."""
    z, a, name = f"z{k}", f"a{k}", lesson.activation(k)
    if name == "identity":
        return da
    if name == "softmax":
        return f"softmax_backward({da}, {a})"
    slopes = {
        "sigmoid": f"{a} * (1 - {a})",
        "tanh": f"(1 - {a} ** 2)",
        "relu": f"({z} > 0)",
        "leaky_relu": f"leaky_relu_slope({z})",
        "softplus": f"sigmoid({z})",
    }
    bracketed = f"({da})" if " @ " in da or da == f"{a} - y" else da
    return f"{bracketed} * {slopes[name]}"


def _numpy_loss(op: str, lesson: Lesson, column: bool) -> str:
    K, mean = lesson.layers, lesson.loss.reduction == "mean"
    z, a = f"z{K}", f"a{K}"
    if op == "mse":
        return f"(({a} - y) ** 2).mean({'' if mean else 'axis=0).sum(' if column else 'axis=1).sum('})"
    value = {
        "half_squared_error": f"(({a} - y) ** 2).sum() / 2",
        "l1": f"np.abs({a} - y).sum()",
        "cross_entropy": f"-(y * log_softmax({z})).sum()",
        "binary_cross_entropy": f"(np.logaddexp(0, {z}) - y * {z}).sum()",
        "negative_log_likelihood": "-(y * logp).sum()",
    }[op]
    return f"{value} / m" if mean else value


def _update(step: Step, gradient: str) -> str:
    """The line of an update, the same in both dialects but for what the gradient is called."""
    write = step.write
    match step.op:
        case "sgd":
            return f"{write} -= learning_rate * {gradient}"
        case "velocity_torch":
            return f"{write} = momentum * {write} + {gradient}"
        case "velocity_classic":
            return f"{write} = momentum * {write} + learning_rate * {gradient}"
        case "subtract":
            return f"{write} -= {gradient}"
    raise AssertionError(f"no line for {step.op}")


# ---- a Step in PyTorch -----------------------------------------------------------------------------------------


def _torch(step: Step, lesson: Lesson) -> str:
    """The line of a forward, loss or update Step in PyTorch."""
    k, write = step.layer, step.write
    a_in, W, z, a = input_of(k), f"W{k}", f"z{k}", f"a{k}"
    match step.op:
        case "affine":
            value = f"{a_in} @ {W} + b{k}"
        case "linear":
            value = f"{a_in} @ {W}"
        case "identity":
            value = z
        case "sigmoid" | "tanh" | "relu":
            value = f"torch.{step.op}({z})"
        case "leaky_relu":
            value = f"F.leaky_relu({z}, 0.01)"
        case "softplus":
            value = f"F.softplus({z}, threshold=40)"  # the default, 20, cuts off what float64 still tells apart
        case "softmax" | "softmax_epsilon":
            value = f"torch.softmax({z}, dim=1)"
        case "log":
            value = f"torch.log({a} + {EPSILON!r})"
        case "half_squared_error" | "mse" | "l1" | "cross_entropy" | "binary_cross_entropy" | "negative_log_likelihood":
            value = _torch_loss(step.op, lesson)
        case _:
            gradient = step.reads[-1]
            return _update(step, f"{gradient[1:]}.grad" if gradient.startswith("d") else gradient)
    return f"{write} = {value}"


def _torch_loss(op: str, lesson: Lesson) -> str:
    """A loss by torch's own function, whose mean is used where it is a mean over the batch alone."""
    K, mean = lesson.layers, lesson.loss.reduction == "mean"
    z, a, one_output = f"z{K}", f"a{K}", lesson.network.sizes[-1] == 1
    match op:
        case "mse" if mean:
            return f"F.mse_loss({a}, y)"
        case "l1" if mean and one_output:
            return f"F.l1_loss({a}, y)"
        case "cross_entropy" if mean:
            return f"F.cross_entropy({z}, y)"
    value = {
        "half_squared_error": f"(({a} - y) ** 2).sum() / 2",
        "mse": f'F.mse_loss({a}, y, reduction="sum") / {a}.shape[1]',
        "l1": f'F.l1_loss({a}, y, reduction="sum")',
        "cross_entropy": f'F.cross_entropy({z}, y, reduction="sum")',
        "binary_cross_entropy": f'F.binary_cross_entropy_with_logits({z}, y, reduction="sum")',
        "negative_log_likelihood": "-(y * logp).sum()",
    }[op]
    return f"{value} / m" if mean else value
