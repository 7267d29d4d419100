"""A run as a stand-alone script: the lesson's listing, what the user changed at its batches, and the same numbers.

The script needs NumPy or PyTorch, and nothing of Backstep. It trains from the start of the run to a Position and
compares every array that it then has with the run's, within a tolerance that it states.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, get_args

import numpy as np

from engine.data import Dataset
from engine.data.code import WIDTH, wrapped
from engine.export import ExportError
from engine.export.arrays import Place, arrays_at
from engine.history import Edit, Entry, RunLog
from engine.lesson import Lesson
from engine.listing import Dialect, Line, Script, helpers_of, imports_of
from engine.metrics import Metrics
from engine.ops import EPSILON
from engine.program import Phase
from engine.pytorch import NoTorchError, load_torch
from engine.tensors import Array, Tensors, oriented
from engine.trainer import Trainer

TOLERANCES = {"float64": 1e-9, "float32": 1e-3}
"""How far numbers may be apart, as a share of the largest of their array (of 1 if that is more): the last digits differ
between machines and between ways of writing a formula, and such differences grow from batch to batch."""
WHOLE = 60  # an array of more numbers is compared by some of them and by its norm
SAMPLED = 12
LONGEST = {"float64": 1000, "float32": 500}
"""So many batches at most are compared number by number, where bits may differ."""
WORK = 5e9
"""Multiplications at most, about, that finding out how fast rounding grows may take: some seconds."""
LOOKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""After which batches rounding is looked at, and losses are compared."""
REPORTED = 1000  # batches between two losses that are printed
SAME_BITS = {"identity", "sigmoid", "tanh", "relu", "softmax"}
"""Activations whose lines in a NumPy listing round as the engine's do."""


class MeasuredPlace(Place, Protocol):
    """A Position of a run that knows its losses and its data: a ``Trainer`` or a ``Snapshot``."""

    @property
    def metrics(self) -> Metrics: ...

    @property
    def dataset(self) -> Dataset: ...


def script(place: MeasuredPlace, entries: Sequence[Entry], dialect: Dialect = "numpy") -> str:
    """The source of a script that retraces a run.

    Parameters
    ----------
    place : where the run stands: a ``Trainer`` or a ``Snapshot``.
    entries : what the user did (``trainer.log.entries``, ``snapshot.entries``); what comes later than the Position
        is left out.
    dialect : ``"numpy"``, in the lesson's orientation, or ``"torch"``, as ``engine.listing`` writes them.

    Returns
    -------
    str
        It exits with status 0 where all numbers are the same, and raises AssertionError where one is not. In NumPy it
        compares every array of the Position, in PyTorch those that autograd leaves behind (no delta). Small arrays are
        compared number by number, of larger ones every so many and the norm. Where its operations round as the run's
        did, ``--exact`` asks for the same bits. Where they do not, rounding grows from batch to batch: of a run that is
        longer than ``sure_batches`` the losses up to there are compared, and of the arrays at the end it is only told
        how far apart they are.

    Raises
    ------
    ValueError : there is no such dialect.
    ExportError : the data come from a source that no script reads by itself.
    """
    if dialect not in get_args(Dialect):
        raise ValueError(f"dialect {dialect!r} is not known; allowed: {', '.join(get_args(Dialect))}")
    try:
        return "".join(f"{line.text}\n" for line in _RunScript(place, run_log(place, entries), dialect).lines())
    except AssertionError as error:  # of the listing, which knows the sources
        raise ExportError(f"{place.lesson.id}: this run cannot be written as a script: {error}") from error


def run_log(place: Place, entries: Sequence[Entry]) -> RunLog:
    """The log up to a Position. The lesson in it is the one that was opened: what was changed has its first value."""
    kept = tuple(entry for entry in entries if entry.batch <= place.position.batch)
    first: dict[str, Any] = {}
    for change in RunLog(place.lesson, kept).changes:
        first.setdefault(change.key, change.old)
    return RunLog(place.lesson.with_values(first), kept)


def same_bits(lesson: Lesson, dialect: Dialect) -> bool:
    """Whether the script's operations are the engine's in the same order, so that one machine gives the same bits."""
    layers = range(1, lesson.layers + 1)
    return (
        dialect == "numpy"
        and lesson.run.executor == "numpy"
        and lesson.run.orientation == "row"
        and lesson.loss.name in ("half_squared_error", "l1")
        and lesson.loss.reduction == "sum"
        and lesson.init.scheme != "torch_linear"  # drawn for the transposed matrix, and so stored otherwise
        and not lesson.separate
        and {lesson.activation(k) for k in layers} <= SAME_BITS
    )


def sure_batches(place: MeasuredPlace, log: RunLog, dialect: Dialect) -> int:
    """How many batches of a run another way of rounding retraces: the run is trained twice, once nudged a little.

    MNIST's sigmoid net in float32 is 1e-5 apart after 500 batches, 1e-3 after 1,000, and nowhere the same after 3,000;
    a net that starts from large weights is so after 50. A twentieth of the tolerance counts as sure. For a script in
    PyTorch, the second time goes through PyTorch, whose functions round in ways of their own.
    """
    lesson = log.lesson.with_values({"run.executor": "numpy", "run.device": "cpu", "evaluation.examples": 0})
    ours = [e for e in log.entries if isinstance(e, Edit) or not e.key.startswith(("run.", "evaluation."))]
    nudge = 4 * float(np.finfo(lesson.run.dtype).eps)
    if lesson.separate and dialect == "torch":
        nudge = max(nudge, EPSILON)  # autograd differentiates softmax's epsilon too
    trainer = Trainer(lesson, place.dataset, checkpoint_bytes=0)
    work = 6 * trainer.tensors.parameters.size * trainer.tensors.batch  # of a batch
    most = min(place.position.batch, LONGEST[lesson.run.dtype], max(1, int(WORK / work)))
    looks = [*(look for look in LOOKS if look < most), most]
    plain = list(_walk(trainer, RunLog(lesson, tuple(ours)), 0.0, looks))  # one after the other: data may be large
    if dialect == "torch" and _torch_is_here():
        lesson = lesson.with_value("run.executor", "torch")
    nudged = _walk(trainer, RunLog(lesson, tuple(ours)), nudge, looks)
    losses, sure = place.metrics.loss.values(), 1
    for look, one, other in zip(looks, plain, nudged, strict=True):
        apart = _apart(one, other)
        if look <= len(losses):
            apart = max(apart, _share_apart(losses[look - 1 : look], one["loss"].astype(float)))
        if not apart <= TOLERANCES[lesson.run.dtype] / 20:
            break
        sure = look
    return sure


def _torch_is_here() -> bool:
    try:
        load_torch()
    except NoTorchError:
        return False
    return True


def _walk(trainer: Trainer, log: RunLog, nudge: float, looks: Sequence[int]) -> Iterator[Tensors]:
    """Train from the start, with parameters that are a share larger and smaller by turns; yields arrays on the way."""
    trainer.follow(log)
    parameters = trainer.tensors.parameters
    parameters *= (1 + np.resize([nudge, -nudge], parameters.size)).astype(parameters.dtype)
    done = 0
    for look in looks:
        trainer.run(look - done)
        done = look
        yield trainer.frozen()


def _apart(one: Tensors, other: Tensors) -> float:
    """How far the most different arrays are apart."""
    return max(_share_apart(one[name].astype(float), other[name].astype(float)) for name in one)


def _share_apart(one: Array, other: Array) -> float:
    """How far arrays are apart, as a share of the largest number."""
    if one.size != other.size:
        return math.inf  # one of the runs has diverged, in a batch of another size
    a, b = np.nan_to_num(one), np.nan_to_num(other)
    with np.errstate(over="ignore"):  # what has diverged may be at both ends of what there is
        return float(np.abs(a - b).max(initial=0.0) / np.abs(a).max(initial=1.0))


@dataclass(frozen=True)
class _Stretch:
    """Batches ``first`` to ``last`` whose Steps are the same; ``start`` are the lines before them."""

    first: int
    last: int
    listing: Script
    start: tuple[str, ...]


class _RunScript:
    def __init__(self, place: MeasuredPlace, log: RunLog, dialect: Dialect) -> None:
        self.place, self.log, self.dialect = place, log, dialect
        self.torch = dialect == "torch"
        self.column = not self.torch and place.lesson.run.orientation == "column"
        at = place.position
        self.cut = at.step if at.step < len(place.program) else None  # steps done of a batch that is not finished
        self.last = at.batch
        self.lessons = self._lessons()
        self.exact = all(same_bits(lesson, dialect) for lesson in self.lessons.values())
        self.sure = at.batch if self.exact else sure_batches(place, log, dialect)
        self.long = at.batch > self.sure
        self.stretches = self._stretches()
        listings = [stretch.listing for stretch in self.stretches]
        typed = any(isinstance(entry, Edit) and not entry.of_parameter for entry in log.entries)
        for listing in listings:  # what is prepared once has to serve them all
            listing.needs_m = any(other.needs_m for other in listings)
            listing.one_batch = listing.one_batch and not typed

    # ---- what was in force when ------------------------------------------------------------------------------------

    def _lessons(self) -> dict[int, Lesson]:
        """The lessons in force by their first batch."""
        lesson, found = self.log.lesson, {}
        for batch in sorted({1, *(change.batch for change in self.log.changes)}):
            lesson = lesson.with_values({change.key: change.new for change in self.log.changes_at(batch)})
            found[batch] = lesson
        return found

    def _stretches(self) -> list[_Stretch]:
        found: list[_Stretch] = []
        before: Lesson | None = None
        for batch, lesson in self.lessons.items():
            listing = Script(lesson, self.dialect, self.place.dataset.table)
            if before is None or listing.phases != found[-1].listing.phases:
                if found:
                    found[-1] = replace(found[-1], last=batch - 1)
                start = self._switch(before, lesson, listing) if before is not None else []
                found.append(_Stretch(batch, self.last, listing, (*start, *self._typed(batch, "Wb"))))
            before = lesson
        return found

    def _switch(self, old: Lesson, new: Lesson, listing: Script) -> list[str]:
        """What changes between two lessons, velocities first: they are converted with the rate of the batch before."""
        was, now, lines = old.optimizer, new.optimizer, []
        velocities = [f"v{name}" for name in listing.parameters]
        if now.momentum and not was.momentum:
            lines += [f"{v} = {listing.lib}.zeros_like({v[1:]})" for v in velocities]
        elif now.momentum and now.momentum_form != was.momentum_form:
            rate = "learning_rate" if now.momentum_form == "classic" else "1 / learning_rate"
            lines += [f"{v} *= {rate}  # the same motion, in the other form's unit" for v in velocities]
        if now.learning_rate != was.learning_rate:
            lines.append(f"learning_rate = {now.learning_rate!r}")
        if now.momentum and now.momentum != was.momentum:
            lines.append(f"momentum = {now.momentum!r}")
        return lines

    def _typed(self, batch: int, arrays: str) -> list[str]:
        """The cells that were typed for a batch, of the arrays that begin with one of some letters."""
        edits = [edit for edit in self.log.edits_at(batch) if edit.array[0] in arrays]
        lines = [f"{self._cell(edit)} = {edit.new!r}  # typed, before {edit.old!r}" for edit in edits]
        if not lines:
            return []
        if arrays == "xy":  # which else would stay in the data
            copied = dict.fromkeys(edit.array for edit in edits)
            return [*(f"{name} = {name}.{'clone' if self.torch else 'copy'}()" for name in copied), *lines]
        return ["with torch.no_grad():", *(f"    {line}" for line in lines)] if self.torch else lines

    def _cell(self, edit: Edit) -> str:
        place: tuple[int, ...] = (edit.column, edit.row) if self.column else (edit.row, edit.column)
        if edit.array[0] == "b" and not self.column:
            place = (edit.column,)
        return f"{edit.array}[{', '.join(map(str, place))}]"

    # ---- the script ------------------------------------------------------------------------------------------------

    def lines(self) -> Iterator[Line]:
        """All of it."""
        head, arrays = self.stretches[0].listing, list(self._checks())
        examples, parameters = list(head._examples()), list(head._parameters())
        settings = [line for line in head._settings() if not line.startswith("batches = ")]
        body = [line for stretch in self.stretches for line in self._stretch(stretch)]
        calls = "\n".join(line.text for line in body)
        check = self._check()
        helpers = [] if self.torch else helpers_of(calls, head.lesson, self.column)
        prepared = [
            *(*settings, *self._tolerance(), "apart = []"),
            *("", "# examples", *examples), *("", "# parameters", *parameters, ""),
        ]  # fmt: skip
        code = "\n".join([*prepared, calls, *helpers, check, *arrays])
        # The title is anyone's text: whatever might end the comment becomes a space.
        yield Line("# " + "".join(c if c.isprintable() else " " for c in head.lesson.title))
        yield from map(Line, self._where())
        yield from map(Line, imports_of(code))
        for source in (*helpers, check):
            yield from map(Line, ["", "", *source.splitlines()])
        yield from map(Line, ["", "", *prepared])
        yield from body
        yield from map(Line, ["# the same numbers as in the run", *arrays])
        if self.long:
            yield Line(
                'same = "the same numbers as in the run" if max(apart) <= tolerance else "led elsewhere by rounding"'
            )
        same = "{same}" if self.long else "the same numbers as in the run"
        yield Line(f'print(f"batch {{batch}}: {same}, at most {{max(apart):.1e}} apart")')

    def _where(self) -> Iterator[str]:
        at = self.place.position
        done = f"batch {at.batch:,}" if self.cut is None else f"step {at.step} of batch {at.batch:,}"
        yield f"# A run of Backstep up to {done}. At its end the script compares its numbers with those of the run."

    def _tolerance(self) -> Iterator[str]:
        tolerance = TOLERANCES[self.place.lesson.run.dtype]
        if self.exact:
            yield f'tolerance = 0.0 if "--exact" in sys.argv else {tolerance!r}  # on one machine even the bits agree'
            return
        yield f"tolerance = {tolerance!r}  # of the largest number of an array: rounding differs"
        if self.long:
            losses = self.place.metrics.loss.values()
            yield f"sure = {self.sure}  # batches; after more of them rounding has grown, perhaps into other numbers"
            shown = (f"{n}: {_text(losses[n - 1])}" for n in LOOKS if n <= self.sure)
            yield from wrapped("losses = {", shown, "}")

    def _stretch(self, stretch: _Stretch) -> Iterator[Line]:
        """The lines before a stretch, the loop over its whole batches, and the one that is not finished."""
        whole = stretch.last if self.cut is None or stretch.last < self.last else self.last - 1
        partial = whole < stretch.last
        yield from map(Line, stretch.start)
        if stretch.first <= whole:
            last = whole + 1
            yield Line(f"for batch in range({stretch.first}, {last}):")
            inner = [*self._changes(stretch, stretch.first + 1, whole), *self._batch(stretch, stretch.first, whole)]
            if self.long and stretch.first <= self.sure:
                inner += [
                    Line("if batch in losses:"),
                    Line('    check(f"loss of batch {batch}", loss, losses[batch])'),
                    Line(""),
                ]
            if self.last > REPORTED:
                loss = "loss.item()" if self.torch else "loss"
                inner += [Line(f"if batch % {REPORTED} == 0:"), Line(f"    print(batch, {loss})"), Line("")]
            yield from (line.indented() for line in inner)
        if partial:
            yield Line(f"batch = {self.last}  # up to step {self.cut}")
            begun = stretch.first < self.last
            if begun:
                yield from map(Line, self._change_at(self.last))
            yield from self._batch(stretch, self.last, self.last, self.cut)

    def _changes(self, stretch: _Stretch, first: int, last: int) -> Iterator[Line]:
        """What the user changed before batches within a stretch."""
        for batch in sorted({entry.batch for entry in self.log.entries}):
            lines = self._change_at(batch) if first <= batch <= last else []
            if lines:
                yield Line(f"if batch == {batch}:")
                yield from (Line(line).indented() for line in lines)

    def _change_at(self, batch: int) -> list[str]:
        """Rate and momentum that are new in a batch, and the parameters that were typed."""
        if batch not in self.lessons:
            return self._typed(batch, "Wb")
        old = self.lessons[max(b for b in self.lessons if b < batch)]
        return [*self._switch(old, self.lessons[batch], self.stretches[0].listing), *self._typed(batch, "Wb")]

    def _batch(self, stretch: _Stretch, first: int, last: int, cut: int | None = None) -> Iterator[Line]:
        """One batch: its examples, then its Steps, of which ``cut`` may leave some undone."""
        listing = stretch.listing
        loaded = [] if listing.one_batch else [Line(line) for line in listing._batch()]
        for batch in sorted({entry.batch for entry in self.log.entries if first <= entry.batch <= last}):
            lines = self._typed(batch, "xy")
            if lines and first == last:
                loaded += map(Line, lines)
            elif lines:
                loaded += [Line(f"if batch == {batch}:"), *(Line(line).indented() for line in lines)]
        if loaded:
            yield from (*loaded, Line(""))
        for phase in Phase:
            lines_of = [line for line in listing.phases[phase] if not line.steps or _begun(line, cut)]
            if any(line.steps for line in lines_of):
                yield from (Line(f"# {phase}"), *lines_of, Line(""))

    # ---- the comparison --------------------------------------------------------------------------------------------

    def _check(self) -> str:
        array = "found.detach().numpy()" if self.torch else "np.asarray(found)"
        sure, deep = ("    if batch <= sure:\n", "    ") if self.long else ("", "")
        return (
            "def check(name, found, expected, every=0, norm=None):\n"
            '    """Compare an array with the run\'s; of a large one every so many numbers, and its norm."""\n'
            f"    found = {array}\n"
            "    if every:\n"
            '        check_numbers(f"norm of {name}", np.linalg.norm(found.astype(float)), norm, 1e-9)\n'
            "        found = found.ravel()[::every]\n"
            "    check_numbers(name, found, np.asarray(expected, found.dtype))\n"
            "\n\n"
            "def check_numbers(name, found, expected, least=0.0):\n"
            "    largest = np.abs(np.nan_to_num(expected, posinf=0.0, neginf=0.0)).max(initial=1.0)\n"
            f"{sure}"
            f"    {deep}within = max(tolerance, least) * largest\n"
            f"    {deep}np.testing.assert_allclose(found, expected, rtol=0, atol=within, err_msg=name)\n"
            "    apart.append(np.abs(np.nan_to_num(found) - np.nan_to_num(expected)).max() / largest)"
        )

    def _checks(self) -> Iterator[str]:
        """A comparison of each array, in the shape that the script has it in."""
        for name, array in arrays_at(self.place).items():
            if not self.torch or self._kept_by_torch(name):
                found = f"{name[1:]}.grad" if self.torch and name[:2] in ("dW", "db") else name
                yield from self._comparison(name, found, self._shaped(array))

    def _kept_by_torch(self, name: str) -> bool:
        """Whether autograd leaves an array behind: what went forward, and the gradients of parameters."""
        return not name.startswith(("delta", "da", "dlogp"))

    def _shaped(self, array: Array) -> Array:
        return oriented(array, "column") if self.column and array.ndim else array

    def _comparison(self, name: str, found: str, array: Array) -> Iterator[str]:
        call = f'check("{name}", {found}, '
        if array.size > WHOLE:
            every = -(-array.size // SAMPLED)
            norm = float(np.linalg.norm(array.astype(float)))
            yield from wrapped(f"{call}[", _texts(array.ravel()[::every]), f"], {every}, {_text(norm)})")
        elif array.ndim == 0:
            yield f"{call}{_text(array)})"
        elif array.ndim == 1:
            yield from wrapped(f"{call}[", _texts(array), "])")
        else:
            rows = [list(_texts(row)) for row in array]
            whole = ", ".join(f"[{', '.join(row)}]" for row in rows)
            line = f"{call}[{whole}])"
            if len(line) <= WIDTH:
                yield line
                return
            yield f"{call}["
            for row in rows:
                yield from wrapped("    [", row, "],")
            yield "])"


def _begun(line: Line, cut: int | None) -> bool:
    return cut is None or min(line.steps) <= cut


def _texts(numbers: Iterable[Any]) -> Iterator[str]:
    return map(_text, numbers)


def _text(number: Any) -> str:
    """The shortest text that reads back as the same number of its dtype."""
    return str(number) if math.isfinite(number) else f'float("{number}")'
