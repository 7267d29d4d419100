"""CSV files: how one is written, what is in it, and its columns as examples.

A file is UTF-8 text, with or without a byte order mark, of at most 64 MB, 1,000,000 rows and 1,000 columns. Nothing in
it is guessed silently: what was detected is told in a `Preview`, and the first thing that cannot be used is named with
file, line (as an editor counts them) and column.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.data.errors import DataError
from engine.data.sources import LARGEST, Dataset, in_classes
from engine.data.toy_sets import split, tested_of
from engine.files import at_home

if TYPE_CHECKING:
    from engine.lesson import Column, DataSpec

MOST_BYTES = 64 * 2**20
MOST_ROWS = 1_000_000
MOST_COLUMNS = 1_000
MOST_CLASSES = 1_000
AUTO_CLASSES = 20
"""So many different whole numbers at most are taken for classes where nobody says what they are."""
MOST_FAULTS = 5
"""So many ragged rows a preview tells of."""
HEAD = 50
"""Rows that a preview shows."""

SEPARATORS = {"tab": "\t", ";": ";", "|": "|", ",": ",", "space": " "}
"""The characters by their names in a lesson, those first that numbers and sentences hold least."""
_PIECE = 2**20  # bytes or characters of a file that are turned into text and lines together
_SAMPLE = 256 * 1024  # characters, and
_SAMPLE_ROWS = 100  # rows that detection looks at
_BLOCK = 4096  # rows that are turned into numbers at once
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_COMMA = str.maketrans({",": ".", ".": "?"})


class Layout(NamedTuple):
    """How a file is written: the separator's name (a key of `SEPARATORS`), the decimal sign, and whether it begins
    with a row of names."""

    separator: str
    decimal: str
    header: bool


class TableForm(NamedTuple):
    """How a file is written, and what a lesson takes from it: nothing in it is "auto" any more.

    Attributes
    ----------
    layout : of the file.
    targets, inputs : indices of columns, counted from 0.
    kind : class or number.
    words : the classes in their order, where their cells are not all numbers; () of numbers, which go by size.
    """

    layout: Layout
    targets: tuple[int, ...]
    inputs: tuple[int, ...]
    kind: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class PreviewColumn:
    """What a column holds.

    Attributes
    ----------
    number : counted from 1.
    name : from the header; "column 3" where there is none.
    numeric : whether every cell is a number.
    classes : its different cells in the order of classes; () where there are more than `MOST_CLASSES`.
    fault : where the first cell is that is no number, and what it says; "" of a numeric column.
    gap : where the first empty cell is; "" where none is.
    looks_numeric : whether the first cell is a number, so that a fault is more likely a slip than a column of words.
    auto_kind : what ``data.kind = "auto"`` makes of it as a target: class or number.
    """

    number: int
    name: str
    numeric: bool
    classes: tuple[str, ...]
    fault: str
    gap: str
    looks_numeric: bool
    auto_kind: str


class Plan(NamedTuple):
    """What a choice of columns comes to.

    Attributes
    ----------
    inputs, outputs : widths of the net; two classes may also have one output.
    kind : class or number.
    classes : the names of the classes.
    train, test : numbers of rows.
    fault : why it cannot be, in one sentence, or "".
    """

    inputs: int
    outputs: int
    kind: str
    classes: tuple[str, ...]
    train: int
    test: int
    fault: str


@dataclass(frozen=True)
class Preview:
    """What is known of a file before anything is chosen.

    Attributes
    ----------
    path : the file.
    encoding : "UTF-8" or "UTF-8 with a byte order mark".
    layout : as detected, or as it was given.
    columns : of the file.
    head : the first rows, cell by cell as they are written; ``lines`` are their line numbers.
    rows : how many there are, without the header.
    faults : rows that cannot be used, a sentence each; the first `MOST_FAULTS`.
    """

    path: Path
    encoding: str
    layout: Layout
    columns: tuple[PreviewColumn, ...]
    head: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    rows: int
    faults: tuple[str, ...]

    def plan(self, target: Sequence[int], inputs: Sequence[int], kind: str, test_share: float) -> Plan:
        """What comes of a choice; ``target`` and ``inputs`` are numbers of columns."""
        targets = [self.columns[number - 1] for number in target]
        tested = tested_of(self.rows, test_share) if self.rows else 0
        if kind == "auto":
            kind = targets[0].auto_kind if len(targets) == 1 else "number"
        classes = targets[0].classes if kind == "class" and targets else ()
        outputs = len(classes) if kind == "class" else len(targets)
        plan = Plan(len(inputs), outputs, kind, classes, self.rows - tested, tested, "")
        return plan._replace(fault=self._fault(plan, targets, inputs))

    def _fault(self, plan: Plan, targets: Sequence[PreviewColumn], inputs: Sequence[int]) -> str:
        if self.faults:
            return self.faults[0]
        if not targets or not inputs:
            return f"{self.path}: choose a target and at least one input."
        for number in inputs:
            if fault := self.columns[number - 1].fault:
                return fault
        if plan.kind == "class":
            return targets[0].gap or _class_fault(self.path, targets[0].number, targets[0].name, plan.classes)
        return next((target.fault for target in targets if target.fault), "")


def preview(path: Path | str, separator: str = "auto", decimal: str = "auto", header: bool | str = "auto") -> Preview:
    """Look through a file.

    Parameters
    ----------
    path : Path or str
    separator : str
        A key of `SEPARATORS`, or "auto".
    decimal : str
        "." or "," or "auto".
    header : bool or "auto"

    Raises
    ------
    DataError
        The file cannot be read, is not UTF-8 text, is empty, or is beyond a limit.
    """
    faults: list[str] = []

    def note(sentence: str) -> None:
        if len(faults) < MOST_FAULTS:
            faults.append(sentence)

    scanned = _scan(at_home(path), separator, decimal, header, note)
    return Preview(
        scanned.path,
        scanned.encoding,
        scanned.layout,
        tuple(column.described(scanned) for column in scanned.columns),
        tuple(scanned.head),
        tuple(scanned.lines[: len(scanned.head)]),
        len(scanned.lines),
        tuple(faults),
    )


def load_csv(spec: DataSpec, outputs: int | None = None) -> Dataset:
    """The examples of a CSV file, as the ``data`` section of a lesson wants them.

    Parameters
    ----------
    spec : DataSpec
        Of it ``path, target, inputs, kind, header, separator, decimal, test_share, seed, standardise``.
    outputs : int, optional
        As in `load_dataset`.

    Raises
    ------
    DataError
        The file cannot be used; names file, line and column.
    """
    path = at_home(spec.path)
    chosen: list[tuple[list[int], list[int]]] = []

    def choose(names: Sequence[str]) -> tuple[set[int], set[int]]:
        targets, inputs = _chosen(path, names, spec.target, spec.inputs)
        chosen.append((targets, inputs))
        return {*targets, *inputs}, set(targets)

    scanned = _scan(path, spec.separator, spec.decimal, spec.header, _refuse, choose)
    targets, inputs = chosen[0]
    x = np.stack([scanned.numbers(i) for i in inputs], axis=1)
    kind = spec.kind
    if kind == "auto":
        kind = scanned.columns[targets[0]].auto_kind(len(scanned.lines)) if len(targets) == 1 else "number"
    rows = split(len(x), spec.test_share, spec.seed)
    standardised = _mean_and_deviation(x[rows.train]) if spec.standardise else None
    if standardised is not None:
        x = (x - standardised[0]) / standardised[1]
    pair = (x[rows.train], x[rows.test])
    feature_names = tuple(scanned.columns[i].name for i in inputs)
    target_names = tuple(scanned.columns[i].name for i in targets)
    form = TableForm(scanned.layout, tuple(targets), tuple(inputs), kind, ())
    if kind == "class":
        labels, class_names = scanned.classes(targets[0])
        words = scanned.columns[targets[0]].fault is not None
        return in_classes(
            "csv",
            pair,
            (labels[rows.train], labels[rows.test]),
            class_names,
            outputs=outputs,
            feature_names=feature_names,
            target_names=target_names,
            standardised=standardised,
            table=form._replace(words=class_names if words else ()),
        )
    y = np.stack([scanned.numbers(i) for i in targets], axis=1)
    return Dataset(
        "csv",
        pair[0],
        y[rows.train],
        None,
        pair[1],
        y[rows.test],
        None,
        None,
        1.0,
        feature_names,
        (),
        target_names,
        standardised,
        form,
    )


def _mean_and_deviation(x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of each column; what does not vary is only moved to 0."""
    mean, deviation = x.mean(axis=0), x.std(axis=0)
    same = x.max(axis=0) == x.min(axis=0)  # of 0.1 many times, the mean is not exactly 0.1
    mean[same] = x[0, same]
    deviation[same | (deviation == 0)] = 1.0  # 0 also where the squares of differences are too small for any number
    return mean, deviation


# ---- which columns ----------------------------------------------------------------------------------------------


def _chosen(
    path: Path, names: Sequence[str], target: Column | tuple[Column, ...], inputs: Sequence[Column]
) -> tuple[list[int], list[int]]:
    """Indices of the targets and of the inputs; by default the last column, and all others."""
    wanted = target if isinstance(target, tuple) else (target,)
    targets = [len(names) - 1] if wanted == ("",) else [_column(path, names, one, "target") for one in wanted]
    chosen = [_column(path, names, one, "inputs") for one in inputs]
    for columns, key, what in ((targets, "target", "a target"), (chosen, "inputs", "an input")):
        if (often := Counter(columns).most_common(1)) and often[0][1] > 1:
            raise DataError(f"{path}: {_name(often[0][0], names)} is named twice in data.{key}; it can be {what} once.")
    if both := set(targets) & set(chosen):
        raise DataError(f"{path}: {_name(both.pop(), names)} is both target and input; it can be only one of them.")
    chosen = chosen or [i for i in range(len(names)) if i not in targets]
    if not chosen:
        raise DataError(f"{path}: every column is a target; at least one must be left as an input.")
    return targets, chosen


def _column(path: Path, names: Sequence[str], wanted: Column, key: str) -> int:
    if isinstance(wanted, int):
        if wanted > len(names):
            raise DataError(f"{path}: data.{key} = {wanted}, but there are only {len(names)} columns.")
        return wanted - 1
    found = [i for i, name in enumerate(names) if name == wanted]
    if not found:
        known = ", ".join(f'"{name}"' for name in names[:20]) + (", …" if len(names) > 20 else "")
        raise DataError(f'{path}: there is no column "{wanted}" (data.{key}); there are {known}.')
    if len(found) > 1:
        numbers = " and ".join(str(i + 1) for i in found)
        raise DataError(f'{path}: columns {numbers} are both named "{wanted}" (data.{key}); give the number instead.')
    return found[0]


def _name(index: int, names: Sequence[str]) -> str:
    return f'column {index + 1} "{names[index]}"'


def _cell_fault(path: Path, decimal: str, line: int, number: int, name: str, cell: str) -> str:
    what = f'"{_short(cell)}" is not a number' if cell.strip() else "the cell is empty, not a number"
    if _is_number(cell, decimal):
        what = f'"{_short(cell)}" is beyond {LARGEST:g}, the largest number that a CSV file may have'
    return f'{path}, line {line:,}, column {number} "{name}": {what}.'


def _class_fault(path: Path, number: int, name: str, classes: Sequence[str]) -> str:
    where = f'{path}, column {number} "{name}"'
    if not classes:
        return f"{where}: more than {MOST_CLASSES:,} different cells are too many for classes."
    return f"{where}: one class only, {classes[0]}; there must be two." if len(classes) == 1 else ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:37] + "…"


# ---- the file as text -------------------------------------------------------------------------------------------


def _text_of(path: Path) -> tuple[str, str]:
    """The text of a file, and the name of its encoding."""
    try:
        if path.exists() and not path.is_file():
            raise DataError(f"{path} is not a file.")
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise DataError(f"{path} cannot be read ({getattr(error, 'strerror', None) or error}).") from error
    if len(content) > MOST_BYTES:
        raise DataError(f"{path} is larger than {MOST_BYTES // 2**20} MB, the most that a CSV file may have.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(f"{path} is UTF-16 text; save it as UTF-8.")
    marked = content.startswith(b"\xef\xbb\xbf")
    try:
        try:
            text = _decoded(content)
        except UnicodeDecodeError:
            text = content.decode("utf-8-sig")  # it fails there too, and then knows the place in the whole
    except UnicodeDecodeError as error:
        at = error.start + 3 * marked  # the mark is cut off before it counts
        line = content.count(b"\n", 0, at) + 1
        raise DataError(
            f"{path} is not UTF-8 text: byte {at + 1:,} (0x{content[at]:02x}, in line {line:,}) does not belong there; "
            "save the file as UTF-8."
        ) from error
    if (at := text.find("\0")) >= 0:
        raise DataError(f"{path} is not a text file: line {text.count(chr(10), 0, at) + 1:,} holds a byte of 0.")
    if not text or text.isspace():
        raise DataError(f"{path} is empty.")
    return text, "UTF-8 with a byte order mark" if marked else "UTF-8"


def _decoded(content: bytes) -> str:
    """UTF-8 as text, a piece at a time: of 64 MB at once every other thread would wait for."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    pieces = range(0, len(content), _PIECE)
    return "".join([*(decoder.decode(content[first : first + _PIECE]) for first in pieces), decoder.decode(b"", True)])


def _lines(text: str) -> Iterator[str]:
    """The lines of a text with their endings, which are \\n, \\r\\n or \\r, a piece of it at a time."""
    ending, first = "\n" if "\n" in text else "\r", 0
    while first < len(text):
        end = text.find(ending, first + _PIECE) + 1 or len(text)
        yield from io.StringIO(text[first:end], newline="")
        first = end


def _records(path: Path, text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a file that are not blank, each with the line it begins in, counted from 1."""
    reader = csv.reader(_lines(text), delimiter=separator, skipinitialspace=True, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise DataError(f"{path}, line {line:,}: the row cannot be taken apart ({error}).") from error
        if separator == " " and len(cells) > 1 and not cells[-1]:
            cells.pop()  # a blank at the end of the line
        if len(cells) > 1 or (cells and cells[0].strip()):
            yield line, cells


# ---- how it is written ------------------------------------------------------------------------------------------


def _layout_of(path: Path, text: str, separator: str, decimal: str, header: bool | str) -> Layout:
    """Fill in what is "auto".

    Of all separators with each decimal sign the pair wins that scores highest over the first 100 rows: the share of
    rows with the commonest number of cells (at least 2), times 1 plus the share of the cells that are numbers. The
    first of equals is taken, in the order of `SEPARATORS`, the point before the comma; a comma where none will do.
    The first row is a header if none of its cells is a number.
    """
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
    best, chosen = 0.0, (separator if separator != "auto" else ",", decimal if decimal != "auto" else ".")
    for name in SEPARATORS if separator == "auto" else (separator,):
        rows: list[list[str]] = []
        try:
            rows.extend(cells for _, cells in itertools.islice(_records(path, sample, SEPARATORS[name]), _SAMPLE_ROWS))
        except DataError:
            continue  # quotes that do not end, with this separator
        if not rows:
            continue
        width, common = Counter(map(len, rows)).most_common(1)[0]
        if width < 2 and separator == "auto":
            continue
        cells = [cell for row in rows for cell in row]
        for sign in (".", ",") if decimal == "auto" else (decimal,):
            if sign != name:
                numeric = sum(_is_number(cell, sign) for cell in cells) / len(cells)
                score = common / len(rows) * (1 + numeric)
                if score > best:
                    best, chosen = score, (name, sign)
    name, sign = chosen
    if header == "auto":
        _, first = next(_records(path, text, SEPARATORS[name]), (1, [""]))
        header = not any(_is_number(cell, sign) for cell in first)
    return Layout(name, sign, bool(header))


def _is_number(cell: str, decimal: str) -> bool:
    return _NUMBER.fullmatch(_plain(cell, decimal)) is not None


def _plain(cell: str, decimal: str) -> str:
    cell = cell.strip()
    return cell.translate(_COMMA) if decimal == "," else cell


# ---- what is in it ----------------------------------------------------------------------------------------------


def _refuse(sentence: str) -> None:
    raise DataError(sentence)


@dataclass
class _Scanned:
    path: Path
    encoding: str
    layout: Layout
    columns: list[_Column]
    head: list[tuple[str, ...]]
    lines: list[int]

    def numbers(self, index: int) -> NDArray[np.float64]:
        column = self.columns[index]
        if column.fault is not None:
            hint = "" if column.looks_numeric else " A column of words can be left out: data.inputs names the others."
            raise DataError(_cell_fault(self.path, self.layout.decimal, *self.place(column, column.fault)) + hint)
        return np.concatenate(column.blocks)

    def place(self, column: _Column, fault: tuple[int, str]) -> tuple[int, int, str, str]:
        """Line, column, its name, and the cell."""
        return self.lines[fault[0]], column.index + 1, column.name, fault[1]

    def classes(self, index: int) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """Labels from 0, and the names of the classes in their order."""
        column = self.columns[index]
        if column.gap is not None:
            raise DataError(self.gap(column))
        names = column.class_names()
        if fault := _class_fault(self.path, index + 1, column.name, names):
            raise DataError(fault)
        if column.fault is None:  # 1 and 1.0 are one class
            return np.unique(np.concatenate(column.blocks), return_inverse=True)[1].astype(np.int64), names
        of = {name: k for k, name in enumerate(names)}
        return np.array([of[text] for text in column.texts], np.int64), names

    def gap(self, column: _Column) -> str:
        if column.gap is None:
            return ""
        line = self.lines[column.gap]
        return f'{self.path}, line {line:,}, column {column.index + 1} "{column.name}": the cell is empty, no class.'


@dataclass
class _Column:
    """A column as it is read, block after block."""

    index: int
    name: str
    decimal: str
    keep: bool  # its numbers
    keep_texts: bool
    blocks: list[NDArray[np.float64]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    distinct: set[str] = field(default_factory=set)
    fault: tuple[int, str] | None = None  # row and text of the first cell that is no number
    gap: int | None = None  # row of the first empty cell
    whole: bool = True
    looks_numeric: bool = False

    def take(self, cells: Sequence[str], first_row: int) -> None:
        plain = [_plain(cell, self.decimal) for cell in cells]
        if first_row == 0:
            self.looks_numeric = _NUMBER.fullmatch(plain[0]) is not None
        if self.gap is None and "" in plain:
            self.gap = first_row + plain.index("")
        if self.fault is None:
            values = _numbers(plain)
            if values is None:
                bad = next(i for i, cell in enumerate(plain) if _numbers([cell]) is None)
                self.fault = (first_row + bad, cells[bad])
                self.blocks.clear()
            else:
                self.whole = self.whole and bool((values == np.floor(values)).all())
                if self.keep:
                    self.blocks.append(values)
        if len(self.distinct) <= MOST_CLASSES:
            self.distinct.update(map(str.strip, cells))
        if self.keep_texts:
            self.texts.extend(map(str.strip, cells))

    def auto_kind(self, rows: int) -> str:
        """Words are classes; so are a few whole numbers, if each comes at least twice on average."""
        if self.fault is not None:
            return "class"
        few = 0 < len(self.class_names()) <= min(AUTO_CLASSES, rows / 2)
        return "class" if self.whole and few else "number"

    def class_names(self) -> tuple[str, ...]:
        """Numbers by size, words by the alphabet; () where there are too many."""
        if len(self.distinct) > MOST_CLASSES:
            return ()
        if self.fault is not None:
            return tuple(sorted(self.distinct))
        shortest: dict[float, str] = {}
        for text in sorted(self.distinct, key=lambda text: (len(text), text)):
            shortest.setdefault(float(_plain(text, self.decimal)), text)
        return tuple(shortest[value] for value in sorted(shortest))

    def described(self, scanned: _Scanned) -> PreviewColumn:
        fault = ""
        if self.fault is not None:
            fault = _cell_fault(scanned.path, self.decimal, *scanned.place(self, self.fault))
        return PreviewColumn(
            self.index + 1,
            self.name,
            self.fault is None,
            self.class_names(),
            fault,
            scanned.gap(self),
            self.looks_numeric,
            self.auto_kind(len(scanned.lines)),
        )


def _names_of(first: Sequence[str], layout: Layout) -> list[str]:
    """The columns' names, by the first row."""
    return [(cell.strip() if layout.header else "") or f"column {i}" for i, cell in enumerate(first, start=1)]


def _numbers(cells: Sequence[str]) -> NDArray[np.float64] | None:
    """All cells as numbers, or None where one is none."""
    try:
        values = np.array(cells, np.float64)
    except ValueError:
        return None
    together = "".join(cells)
    if "_" in together or not together.isascii():  # 1_000 and other scripts' digits, which Python takes
        return None
    return values if (np.abs(values) <= LARGEST).all() else None


def _scan(
    path: Path,
    separator: str,
    decimal: str,
    header: bool | str,
    note: Callable[[str], None],
    choose: Callable[[Sequence[str]], tuple[set[int], set[int]]] | None = None,
) -> _Scanned:
    """Go through a file once.

    ``note`` is told of each row that has not as many cells as the first, which is then left out. ``choose`` says, given
    the names, of which columns the numbers are kept, and of which the texts; without it all are looked at and none is
    kept.
    """
    text, encoding = _text_of(path)
    layout = _layout_of(path, text, separator, decimal, header)
    records = _records(path, text, SEPARATORS[layout.separator])
    first_line, first = next(records, (0, []))
    if not first:
        raise DataError(f"{path} is empty.")
    width = len(first)
    if width > MOST_COLUMNS:
        raise DataError(f"{path} has {width:,} columns, more than the {MOST_COLUMNS:,} that a CSV file may have.")
    names = _names_of(first, layout)
    if not layout.header:
        records = itertools.chain([(first_line, first)], records)
    every = set(range(width))
    numbers, texts = (every, set()) if choose is None else choose(names)
    columns = [
        _Column(i, name, layout.decimal, choose is not None and i in numbers, i in texts)
        for i, name in enumerate(names)
    ]
    looked_at = [column for column in columns if column.index in numbers]
    head: list[tuple[str, ...]] = []
    lines: list[int] = []
    ragged: list[str] = []

    def fitting() -> Iterator[list[str]]:
        for line, cells in records:
            if len(cells) == width:
                if len(lines) == MOST_ROWS:
                    raise DataError(f"{path} has more than {MOST_ROWS:,} rows, the most that a CSV file may have.")
                lines.append(line)
                yield cells
            else:
                count = f"{len(cells)} cell" + "s" * (len(cells) != 1)
                fault = f"{path}, line {line:,}: the row has {count}, but line {first_line:,} has {width}."
                ragged[:] = ragged or [fault]
                note(fault)

    rows = fitting()
    done = 0
    while block := list(itertools.islice(rows, _BLOCK)):
        head.extend(map(tuple, block[: HEAD - len(head)]))
        for column in looked_at:
            column.take([cells[column.index] for cells in block], done)
        done += len(block)
    if not lines and ragged:
        raise DataError(ragged[0])
    if not lines:
        raise DataError(f"{path} has no rows" + (" below its header." if layout.header else "."))
    return _Scanned(path, encoding, layout, columns, head, lines)
