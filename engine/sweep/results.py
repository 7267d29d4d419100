"""What came of the runs of a sweep: kept on disk as each ends, written as a table, the best of them."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.files import finite, read_at_most, whole_number, write_atomically
from engine.sweep.grid import Run, Sweep, SweepError, shown_value

MOST_BYTES = 256 * 2**20  # of a file of results
BEGINS = b'{"digest": "'  # every line of it


@dataclass(frozen=True)
class Result:
    """What came of a run. One that diverged is a result like any other.

    Attributes
    ----------
    digest, values : of its Run.
    batches : how many were finished.
    loss : of the last of them, or None where there is none.
    mean_loss : over the last tenth of the batches, which wanders less from batch to batch.
    train_accuracy : share classified rightly, each batch before its update, over the same batches; None without
        classes.
    test_accuracy : share of the test examples that ``evaluation.examples`` names, at the end; None where there is none.
    test_loss : of all test examples at the end, on the scale of a batch's; None where there are none. Results that were
        kept before it was measured have None, too.
    halted : why training stopped before its end, or "".
    seconds : it took, preparing included.
    curve : (batch, mean loss of the batches since the point before), at most ``CURVE_POINTS``.
    error : why the run could not be made, or ""; there are no numbers then.
    """

    digest: str
    values: Mapping[str, Any]
    batches: int = 0
    loss: float | None = None
    mean_loss: float | None = None
    train_accuracy: float | None = None
    test_accuracy: float | None = None
    test_loss: float | None = None
    halted: str = ""
    seconds: float = 0.0
    curve: tuple[tuple[int, float], ...] = ()
    error: str = ""

    def to_table(self) -> dict[str, Any]:
        """As plain JSON."""
        return {**vars(self), "values": dict(self.values), "curve": [list(point) for point in self.curve]}

    @staticmethod
    def from_table(table: Any) -> Result:
        """Read ``to_table`` back.

        Raises
        ------
        ValueError : it is something else.
        """
        kinds: dict[str, tuple[type, ...]] = {
            "digest": (str,), "values": (dict,), "batches": (int,), "halted": (str,), "seconds": (float, int),
            "curve": (list,), "error": (str,),
        }  # fmt: skip
        numbers = ("loss", "mean_loss", "train_accuracy", "test_accuracy", "test_loss")
        kinds |= dict.fromkeys(numbers, (float, int, type(None)))
        if not isinstance(table, dict) or set(table) | {"test_loss"} != set(kinds):
            raise ValueError("not a result")
        table = {"test_loss": None, **table}
        if not all(type(table[name]) in allowed for name, allowed in kinds.items()):
            raise ValueError("not a result")
        curve = [tuple(point) if isinstance(point, list) else () for point in table["curve"]]
        if not all(len(p) == 2 and type(p[0]) is int and type(p[1]) in (int, float) for p in curve):
            raise ValueError("not a curve")
        return Result(**{**table, "curve": tuple(curve)})


class ResultsFile:
    """Finished runs on disk, a line of JSON each, so that a sweep can go on where it was broken off.

    A run is known by its lesson, its number of batches and, where it learns from files, by what these are like. So the
    sweep that goes on may have other values than the one that was broken off: what both have in common is not run
    again, and nothing is forgotten.

    Parameters
    ----------
    path : the file.
    resume : read what is in it. Otherwise it must not have any result yet.

    Attributes
    ----------
    known : by digest, what is in it.

    Raises
    ------
    SweepError : it has results and ``resume`` was not said, is no such file, or cannot be read.
    OSError : it cannot be written.
    """

    def __init__(self, path: Path, resume: bool) -> None:
        self._path = path
        self.known: dict[str, Result] = {}
        content = self._read()
        if content.strip() and not resume:
            raise SweepError(
                f"{path} has results of a sweep already; --resume goes on with it, another --out leaves it alone"
            )
        lines = content.splitlines()
        for number, line in enumerate(lines, start=1):
            try:
                table = json.loads(line, parse_constant=_no_constant, parse_float=finite, parse_int=whole_number)
                result = Result.from_table(table)
                _line(result)  # half characters, which no text can hold, are refused
            except (ValueError, RecursionError) as error:
                torn = line.startswith(BEGINS) or BEGINS.startswith(line)
                if number == len(lines) and torn and not content.endswith(b"\n"):
                    break  # the program was ended while it wrote this line
                raise SweepError(f"{path}: line {number} is not the result of a run") from error
            self.known[result.digest] = result
        whole = b"".join(map(_line, self.known.values()))
        if whole != content:
            write_atomically(path, whole)

    def _read(self) -> bytes:
        try:
            content = read_at_most(self._path, MOST_BYTES)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise SweepError(f"{self._path} cannot be read: {error.strerror or error}") from error
        if len(content) > MOST_BYTES:
            raise SweepError(f"{self._path} is larger than {MOST_BYTES // 2**20} MB, the most that results may have")
        return content

    def add(self, result: Result) -> None:
        """Keep a result; it is on the disk when this returns. One that is an error is not kept: it is tried again."""
        if result.error:
            return
        self.known[result.digest] = result
        with self._path.open("ab") as file:
            file.write(_line(result))
            file.flush()
            os.fsync(file.fileno())


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _line(result: Result) -> bytes:
    return json.dumps(result.to_table(), allow_nan=False, ensure_ascii=False).encode() + b"\n"


COLUMNS = ("batches", "loss", "mean_loss", "train_accuracy", "test_accuracy", "test_loss", "halted", "seconds", "error")


def to_csv(sweep: Sweep, results: Mapping[str, Result]) -> bytes:
    """A row per run in the order of the sweep: the varied keys, then ``COLUMNS``; empty where nothing was measured.

    Numbers are written so that they read back as the same; lists as JSON. Runs without a result are left out.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*(axis.key for axis in sweep.axes), *COLUMNS])
    for run in sweep.runs:
        result = results.get(run.digest)
        if result is not None:
            writer.writerow([*map(shown_value, run.values.values()), *(getattr(result, name) for name in COLUMNS)])
    return text.getvalue().encode()


def best_of(sweep: Sweep, results: Mapping[str, Result]) -> Run | None:
    """The run with the least mean loss at its end among those that did not diverge."""
    left = [run for run in sweep.runs if run.digest in results]
    ends = {run.index: results[run.digest].mean_loss for run in left if not results[run.digest].halted}
    known = {index: loss for index, loss in ends.items() if loss is not None}
    return sweep.runs[min(known, key=lambda index: known[index])] if known else None
