"""Executors: how the operations of a Program are run. All run the definitions of ``ops.py`` in Program order.

``numpy`` calls them one by one. ``compiled`` runs the same lines through numba in a loop that does not hold the
interpreter lock, so that a window can draw at the same time. ``torch`` (``engine/torch_executor.py``) runs them on
PyTorch's tensors, on the CPU or an accelerator. Stepping and running use the same calls, so within one executor they
agree bit for bit; between executors they agree to rounding.
"""

from __future__ import annotations

import ast
import importlib.util
import inspect
import logging
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import platformdirs

from engine import ops
from engine.files import write_atomically
from engine.lesson import Lesson, Run
from engine.program import Program
from engine.tensors import Array, Layout, Tensors

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rates:
    """The numbers that steer operations, by the names their parameters have in ``ops.py``."""

    share: float
    gradient_share: float
    learning_rate: float
    momentum: float

    @staticmethod
    def of(lesson: Lesson, batch: int) -> Rates:
        """The numbers of a lesson for a batch of so many examples."""
        shares = {"sum": 1.0, "mean": 1.0 / batch}
        return Rates(
            shares[lesson.loss.reduction],
            shares[lesson.gradient_reduction],
            lesson.optimizer.learning_rate,
            lesson.optimizer.momentum,
        )


@dataclass(frozen=True)
class Burst:
    """What a run of whole batches measured, an element per batch done.

    ``failed``: the batch after them met a value that is not finite. Which step wrote the first is known by doing its
    steps, from where it began.
    """

    loss: Array
    correct: Array
    prediction: Array
    failed: bool


class Executor(Protocol):
    """Runs the steps of a Program on Tensors."""

    def run_steps(self, tensors: Tensors, first: int, last: int, rates: Rates) -> int | None:
        """Run steps first … last (from 1, inclusive). Returns the step that wrote a non-finite value, or None."""
        ...

    def run_batches(self, tensors: Tensors, x: Array, y: Array, rows: Array, rates: Rates) -> Burst:
        """Run whole batches: ``rows`` (batches, m) says which rows of x and y each one uses."""
        ...


STEERING = tuple(field.name for field in fields(Rates))


@cache
def steering_of(op: Callable[..., Any]) -> tuple[str, ...]:
    """Names of the steering numbers that an operation takes."""
    return tuple(name for name in inspect.signature(op).parameters if name in STEERING)


def steering_numbers(op: Callable[..., Any], rates: Rates) -> dict[str, float]:
    """The steering numbers that an operation takes, by name."""
    return {name: getattr(rates, name) for name in steering_of(op)}


def run_carefully(
    run_batch: Callable[[], int | None], program: Program, tensors: Tensors, x: Array, y: Array, rows: Array
) -> Burst:
    """Whole batches by something that does the steps of one, and looks at everything that is written."""
    count, output = len(rows), tensors[f"a{program.steps[-1].layer}"]
    x_now, y_now, measured = tensors["x"], tensors["y"], tensors["loss"]
    loss, prediction = np.empty(count), np.empty(count)
    correct = np.empty(count, np.int64)
    for i, batch in enumerate(rows):
        x_now[...], y_now[...] = x[batch], y[batch]
        if run_batch() is not None:
            return Burst(loss[:i], correct[:i], prediction[:i], failed=True)
        loss[i], prediction[i] = measured, output[0, 0]
        correct[i] = (output.argmax(axis=1) == y_now.argmax(axis=1)).sum()
    return Burst(loss, correct, prediction, failed=False)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A call with its arrays at hand, and the step that it belongs to."""

    step: int
    op: Callable[..., Any]
    reads: tuple[Array, ...]
    numbers: dict[str, float]
    write: Array


class NumpyExecutor:
    """The plain way: one NumPy call after the other."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._batch: tuple[Tensors, int, Rates, list[_Ready]] | None = None  # where its arrays are, and its calls

    def _batch_ready(self, tensors: Tensors, rates: Rates) -> list[_Ready]:
        """The calls of a whole batch. An epoch may be one batch long, so they are kept for the next."""
        if self._batch is None or self._batch[0] is not tensors or self._batch[1:3] != (tensors.batch, rates):
            self._batch = tensors, tensors.batch, rates, self._ready(tensors, 1, len(self.program), rates)
        return self._batch[3]

    def _ready(self, tensors: Tensors, first: int, last: int, rates: Rates) -> list[_Ready]:
        return [
            _Ready(
                step.index,
                call.op,
                tuple(tensors[name] for name in call.reads),
                steering_numbers(call.op, rates),
                tensors[call.write],
            )
            for step in self.program.steps[first - 1 : last]
            for call in step.calls
        ]

    def run_steps(self, tensors: Tensors, first: int, last: int, rates: Rates) -> int | None:
        return _run(self._ready(tensors, first, last, rates))

    def run_batches(self, tensors: Tensors, x: Array, y: Array, rows: Array, rates: Rates) -> Burst:
        calls = self._batch_ready(tensors, rates)
        return run_carefully(lambda: _run(calls), self.program, tensors, x, y, rows)


def _run(calls: Sequence[_Ready]) -> int | None:
    """Run calls; the step of the first that wrote a value that is not finite, or None."""
    # overflow is not an accident here: it is found by its result, named, and shown
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for call in calls:
            call.write[...] = call.op(*call.reads, **call.numbers)
            if not np.logical_and.reduce(np.isfinite(call.write), axis=None):
                return call.step
    return None


class CompiledExecutor:
    """The fast way: a table of calls, walked by one compiled loop that serves every lesson with these operations."""

    def __init__(self, program: Program) -> None:
        self.program = program
        used = {call.op for step in program.steps for call in step.calls}
        self._operations = tuple(op for op in OPERATIONS if op in used or op in SWITCHABLE)
        self._run = kernel(self._operations).run
        self._step_of = np.array([step.index for step in program.steps for _ in step.calls], np.int64)
        self._output = f"a{program.steps[-1].layer}"
        self._tables: tuple[Layout, Array, Array] | None = None

    def _tables_of(self, layout: Layout) -> tuple[Array, Array]:
        """The calls of the steps, and those of a whole batch."""
        if self._tables is None or self._tables[0] is not layout:
            table = self._table(layout)
            self._tables = layout, table, self._together(table)
        return self._tables[1:]

    def _table(self, layout: Layout) -> Array:
        """A row per call: opcode, then (offset, rows or 0 for the batch, columns) of write and up to 3 reads."""
        table = np.zeros((len(self._step_of), 1 + 4 * CELLS), np.int64)
        for row, call in zip(table, (c for step in self.program.steps for c in step.calls), strict=True):
            places = [layout.places[name] for name in (call.write, *call.reads)]
            cells = [n for place in places for n in (place.offset, place.rows, place.columns)]
            row[: 1 + len(cells)] = [self._operations.index(call.op), *cells]
        return table

    def _together(self, table: Array) -> Array:
        """The same calls for whole batches: updates of equally many cells take turns, a block of cells each.

        A velocity is then still in the processor's cache when its weights read it.
        """
        updates = [code for code, op in enumerate(self._operations) if op in UPDATES]
        rows: list[Array] = []
        for (size, is_update), group in groupby(table, lambda row: (row[2] * row[3], row[0] in updates)):
            calls = np.array(list(group))
            if not is_update or len(calls) == 1 or size <= BLOCK:
                rows.append(calls)
                continue
            for begin in range(0, size, BLOCK):
                block = calls.copy()
                block[:, 1::CELLS] += begin
                block[:, 2::CELLS], block[:, 3::CELLS] = 1, min(BLOCK, size - begin)
                rows.append(block)
        return np.concatenate(rows)

    def _call(
        self, tensors: Tensors, table: Array, begin: int, end: int, x: Array, y: Array, rows: Array, rates: Rates
    ) -> tuple[Burst, int]:
        """What was measured, and the call that met a value that is not finite, or -1."""
        layout, count = tensors.layout, max(len(rows), 1)
        numbers = np.array([getattr(rates, name) for name in STEERING], tensors.vector.dtype)
        offsets = np.array([layout.places[name].offset for name in ("x", "y", self._output, "loss")], np.int64)
        loss, correct, prediction = np.empty(count), np.empty(count, np.int64), np.empty(count)
        done, failed = self._run(
            tensors.vector, table, begin, end, tensors.batch, numbers, x, y, rows, offsets,
            loss, correct, prediction,
        )  # fmt: skip
        return Burst(loss[:done], correct[:done], prediction[:done], failed >= 0), failed

    def run_steps(self, tensors: Tensors, first: int, last: int, rates: Rates) -> int | None:
        begin = int(np.searchsorted(self._step_of, first))
        end = int(np.searchsorted(self._step_of, last, side="right"))
        here = tensors["x"], tensors["y"], np.empty((0, tensors.batch), np.int64)
        failed = self._call(tensors, self._tables_of(tensors.layout)[0], begin, end, *here, rates)[1]
        return None if failed < 0 else int(self._step_of[failed])

    def run_batches(self, tensors: Tensors, x: Array, y: Array, rows: Array, rates: Rates) -> Burst:
        table = self._tables_of(tensors.layout)[1]
        return self._call(tensors, table, 0, len(table), x, y, rows, rates)[0]


def executor_for(run: Run, program: Program) -> Executor:
    """The executor that ``run.executor`` and ``run.device`` name, ready to run ``program``.

    Raises
    ------
    LessonError : PyTorch or the device is not here.
    """
    if run.executor == "torch":
        from engine.torch_executor import TorchExecutor  # PyTorch takes seconds to import

        return TorchExecutor(program, run.device)
    return CompiledExecutor(program) if run.executor == "compiled" else NumpyExecutor(program)


HELPERS = (ops.row_max, ops.row_sum, ops.softmax_jacobian)
"""What operations are made of."""
OPERATIONS: tuple[Callable[..., Any], ...] = tuple(
    value
    for value in vars(ops).values()
    if inspect.isfunction(value) and value.__module__ == ops.__name__ and value not in HELPERS
)
BACKWARD = tuple(backward for name, (_, backward) in ops.ACTIVATIONS.items() if name != "softmax")
UPDATES = (ops.sgd, ops.velocity_torch, ops.velocity_classic, ops.subtract)
CELLWISE = (
    *(op for name, pair in ops.ACTIVATIONS.items() if name != "softmax" for op in pair),
    *(ops.half_squared_error_gradient, ops.l1_gradient, ops.output_error),
    *(ops.log, ops.log_backward, ops.negative_log_likelihood_gradient),
    *UPDATES,
)
"""What is computed from the same cell of each array: the compiled loop then goes cell by cell."""
CELLS = 3
"""Numbers that say where an array is: its offset, rows and columns."""
BLOCK = 1 << 14
"""So many cells of velocities, gradients and weights fit into the cache of a processor core together."""
SWITCHABLE = (ops.bias_gradient, ops.bias_gradient_mean, *UPDATES)
"""Compiled into every loop, so that a switch during a run never waits for the compiler."""

_KERNEL_HEAD = '''\
"""Written by Backstep from engine/ops.py; safe to delete. It is compiled once and kept beside this file."""

from types import FunctionType, ModuleType

import numpy as np
from numba import njit
from numba.extending import overload

from engine import ops
from engine.ops import EPSILON


def compiled(op):
    """An operation whose helpers are the compiled ones of this module."""
    return njit(nogil=True)(FunctionType(op.__code__, globals(), op.__name__))


@njit(nogil=True)
def choose(condition, yes, no):
    """A number of the first one's dtype: 0 is an integer, and with it numba would go by way of float64."""
    return yes if condition else as_type_of(yes, no)


def as_type_of(example, number): ...


@overload(as_type_of, inline="always")
def _as_type_of(example, number):
    of = example
    return lambda example, number: of(number)


numbers_only = ModuleType("numbers_only")  # np.where for a single number, which numba has for arrays alone
vars(numbers_only).update(vars(np), where=choose)


def compiled_for_cells(op):
    """An operation that is given one number of each array at a time."""
    return njit(nogil=True)(FunctionType(op.__code__, {"np": numbers_only, "EPSILON": EPSILON}, op.__name__))


@njit(nogil=True)
def view(vector, table, call, slot, batch):
    offset = table[call, 3 * slot + 1]
    rows = table[call, 3 * slot + 2]
    columns = table[call, 3 * slot + 3]
    if rows == 0:
        rows = batch
    return vector[offset : offset + rows * columns].reshape(rows, columns)


@njit(nogil=True)
def cells(vector, table, call, slot, batch):
    """The same array as one row of cells, over which simple loops become vector instructions."""
    array = view(vector, table, call, slot, batch)
    return array.reshape(array.size)


@njit(nogil=True)
def add_row(out, row):
    """Add one row to every row of out."""
    for r in range(out.shape[0]):
        for c in range(out.shape[1]):
            out[r, c] += row[0, c]


@njit(nogil=True)
def finite(values):
    """Whether every number is."""
    good = True
    for i in range(values.size):
        good &= (values[i] - values[i]) == 0  # inf - inf and nan - nan are nan
    return good


@njit(nogil=True)
def put(out, values):
    """Copy, and say whether every number is finite: one walk over memory for both."""
    good = True
    for i in range(out.size):
        out[i] = values[i]
        good &= (out[i] - out[i]) == 0  # inf - inf and nan - nan are nan
    return good


'''

_KERNEL_LOOP = '''

@njit(nogil=True, cache=True)
def run(vector, table, begin, end, batch, numbers, x, y, rows, offsets, loss, correct, prediction):
    """Calls begin ... end-1, once as things stand (rows empty), or once per row of rows with its examples."""
    n_in, n_out = x.shape[1], y.shape[1]
    x_now = vector[offsets[0] : offsets[0] + batch * n_in].reshape(batch, n_in)
    y_now = vector[offsets[1] : offsets[1] + batch * n_out].reshape(batch, n_out)
    output = vector[offsets[2] : offsets[2] + batch * n_out].reshape(batch, n_out)
    for i in range(len(loss)):
        if len(rows) > 0:
            for r in range(batch):
                put(x_now[r], x[rows[i, r]])
                put(y_now[r], y[rows[i, r]])
        for call in range(begin, end):
            opcode = table[call, 0]
            out = cells(vector, table, call, 0, batch)
'''

_KERNEL_TAIL = """
            if not good:
                return i, call
        loss[i] = vector[offsets[3]]
        prediction[i] = output[0, 0]
        right = 0
        for r in range(batch):
            right += output[r].argmax() == y_now[r].argmax()
        correct[i] = right
    return len(loss), -1
"""


def matrix_product(op: Callable[..., Any]) -> tuple[str, str, str | None] | None:
    """The factors and the row added to it, where an operation's formula is a matrix product and nothing else.

    Such a one is written where it belongs; any other is first made elsewhere and copied.
    """
    definition = ast.parse(inspect.getsource(op)).body[0]
    assert isinstance(definition, ast.FunctionDef)
    match definition.body[-1]:
        case ast.Return(ast.BinOp(left, ast.MatMult(), right)):
            return ast.unparse(left), ast.unparse(right), None
        case ast.Return(ast.BinOp(ast.BinOp(left, ast.MatMult(), right), ast.Add(), ast.Name(row))):
            return ast.unparse(left), ast.unparse(right), row
    return None


def _cell_loop(op: Callable[..., Any], arguments: list[str]) -> list[str]:
    """The loop over the cells of an operation's arrays.

    Where what is read first is what is written, that is said by its name ``out``: of two names for one array the
    compiler must fear that they overlap otherwise, and takes one number at a time.
    """
    return [
        "                good = True\n",
        "                for cell in range(out.size):\n",
        f"                    out[cell] = {op.__name__}({', '.join(arguments)})\n",
        "                    good &= (out[cell] - out[cell]) == 0\n",
    ]


def kernel_source(operations: tuple[Callable[..., Any], ...]) -> str:
    """The compiled loop as source: a branch per operation."""
    lines = [_KERNEL_HEAD]
    lines += [
        f"{op.__name__} = compiled{'_for_cells' if op in CELLWISE else ''}(ops.{op.__name__})\n"
        for op in (*HELPERS, *operations)
        if not matrix_product(op)
    ]
    lines.append(_KERNEL_LOOP)
    scalar = [ops.negative_log_likelihood, *(loss for loss, _ in (*ops.LOSSES.values(), *ops.FUSED_LOSSES.values()))]
    for code, op in enumerate(operations):
        lines.append(f"            {'elif' if code else 'if'} opcode == {code}:\n")
        arrays = [name for name in inspect.signature(op).parameters if name not in STEERING]
        numbers = [f"numbers[{STEERING.index(name)}]" for name in steering_of(op)]
        places = [f"(vector, table, call, {slot}, batch)" for slot in range(1, len(arrays) + 1)]
        if op in CELLWISE:  # a number at a time: nothing is allocated, and each number is fetched once
            lines += [f"                read{n} = cells{place}\n" for n, place in enumerate(places)]
            lines += [f"                number{n} = {number}\n" for n, number in enumerate(numbers)]
            others = [f"read{n}[cell]" for n in range(1, len(places))] + [f"number{n}" for n in range(len(numbers))]
            elsewhere, in_place = _cell_loop(op, ["read0[cell]", *others]), _cell_loop(op, ["out[cell]", *others])
            if op in UPDATES:
                lines += in_place
            elif op in BACKWARD:  # of g, which became delta where the lesson has no array of its own for it
                lines.append("                if table[call, 1] == table[call, 4]:\n")
                lines += [f"    {line}" for line in in_place]
                lines.append("                else:\n")
                lines += [f"    {line}" for line in elsewhere]
            else:
                lines += elsewhere
            continue
        if product := matrix_product(op):
            left, right, row = product
            lines += [f"                {name} = view{place}\n" for name, place in zip(arrays, places, strict=True)]
            lines.append("                product = view(vector, table, call, 0, batch)\n")
            lines.append(f"                np.dot({left}, {right}, product)\n")
            lines += [f"                add_row(product, {row})\n"] if row else []
            # in a whole batch the update meets what is not finite in a gradient: a walk over memory less
            unless_met_later = "len(rows) > 0 or " if op is ops.weight_gradient else ""
            lines.append(f"                good = {unless_met_later}finite(out)\n")
            continue
        value = f"{op.__name__}({', '.join([f'view{place}' for place in places] + numbers)})"
        if op in scalar:
            lines.append(f"                out[0] = {value}\n                good = (out[0] - out[0]) == 0\n")
        else:
            lines.append(f"                good = put(out, {value}.reshape(out.size))\n")
    lines.append(_KERNEL_TAIL)
    return "".join(lines)


def _keep(path: Path, source: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != source:
        write_atomically(path, source.encode())
    return path


@cache
def kernel(operations: tuple[Callable[..., Any], ...]) -> Any:
    """The module of the compiled loop. numba keeps what it compiles on disk, which it does only for real files.

    The file's name carries a digest of its source and of ``ops.py``, so a change of either compiles anew.
    """
    import hashlib  # OpenSSL comes with it, for which no start should wait

    source = kernel_source(operations)
    digest = hashlib.sha256((source + inspect.getsource(ops)).encode()).hexdigest()[:16]
    name = f"backstep_kernel_{digest}.py"
    try:
        path = _keep(Path(platformdirs.user_cache_dir("Backstep"), "kernels", name), source)
    except OSError as error:  # a folder that cannot be written: compiled for this time alone
        log.warning("compiled loops cannot be kept (%s)", error)
        path = _keep(Path(tempfile.mkdtemp(prefix="backstep-"), name), source)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # numba's disk cache looks the module up by name
    spec.loader.exec_module(module)
    return module
