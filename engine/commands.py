"""The sub-commands that need no window: lessons, train, sweep, trace, check."""

from __future__ import annotations

import argparse
import contextlib
import functools
import io
import json
import math
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from engine.data import DataError, MissingData
from engine.export import ExportError, save
from engine.export.arrays import npz
from engine.export.metrics import COLUMNS, metrics_csv
from engine.gradcheck import ArrayCheck, GradientCheck, GradientCheckError, Note, Verdict, check_gradients
from engine.lesson import EXECUTORS, Lesson, LessonError, parse_override
from engine.program import Phase
from engine.trainer import Trainer

if TYPE_CHECKING:
    from engine.sweep import Sweep

DONE, WRONG, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
POINTS_BATCHES = 50
LAST_BATCHES = 50  # whose mean loss is printed, as lesson pages have it
STORED = "a row per example and W as n_in x n_out (z = x W + b), however the window turns them"
MOST = 1_000_000_000
REFRESH = 0.1  # seconds between two updates of the progress bar, and the longest that Ctrl-C waits

Args = argparse.Namespace


class UsageError(ValueError):
    """What was asked for cannot be done. The message is one line for the user."""


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose refusals are one line, and which takes no abbreviated options."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"allow_abbrev": False, **options})

    def error(self, message: str) -> NoReturn:
        """Say what is wrong on one line of stderr and leave with status 2."""
        self.exit(BAD_INPUT, f"backstep: {_one_line(message)}; {self.prog} --help explains\n")


def add_subcommands(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add lessons, train, sweep, trace and check.

    Each sets ``args.function``, which takes ``args`` and returns the status.

    Parameters
    ----------
    subparsers : of a ``Parser``, so that the sub-commands refuse on one line too.
    """

    def add(name: str, function: Callable[[Args], int], text: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = subparsers.add_parser(name, help=text, description=text + ".")
        parser.set_defaults(function=function)
        return parser

    add("lessons", lessons, "list the shipped lessons, an id and a title a line")

    parser = add("train", train, "train a lesson without a window")
    _add_lesson(parser)
    length = parser.add_mutually_exclusive_group()
    _add_batches(
        length, f"how many batches (default: 1 epoch of image data, {POINTS_BATCHES} batches of points)", default=None
    )
    _add_epochs(length, "how many epochs instead")
    rate = _number("a finite number > 0", lambda x: 0 < x < math.inf)
    parser.add_argument("--lr", type=rate, metavar="X", help="learning rate, in place of the lesson's")
    momentum = _number("a number >= 0 and < 1", lambda x: 0 <= x < 1)
    parser.add_argument("--momentum", type=momentum, metavar="X", help="momentum, in place of the lesson's")
    parser.add_argument("--seed", type=_whole(0, 2**63 - 1), metavar="S", help="seed, in place of the lesson's")
    parser.add_argument("--executor", choices=EXECUTORS, help="how operations run, in place of the lesson's")
    parser.add_argument("--metrics", type=Path, metavar="F.csv", help=f"write a row per batch: {','.join(COLUMNS)}")
    parser.add_argument(
        "--arrays", type=Path, metavar="F.npz", help=f"write every array after the last batch; {STORED}"
    )

    parser = add("sweep", sweep, "train a lesson many times with some of its keys varied, side by side")
    _add_lesson(parser)
    parser.add_argument(
        "--vary",
        action="append",
        required=True,
        metavar="KEY=VALUES",
        help="a key and its values: FROM:TO:COUNT, logarithmic where both ends are above 0, else linear "
        "(FROM:TO:COUNT:lin or :log says which), or a list, as in init.seed=1,2,3; may be repeated",
    )
    length = parser.add_mutually_exclusive_group()
    _add_batches(length, f"how many batches each (default: {POINTS_BATCHES})", default=None)
    _add_epochs(length, "how many epochs each instead, so that all see as many examples whatever their batch size")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="F.csv", help="write a row per run; F.csv.jsonl keeps finished runs"
    )
    parser.add_argument("--resume", action="store_true", help="go on with the sweep whose finished runs are kept")
    place = parser.add_mutually_exclusive_group()
    place.add_argument(
        "--jobs", type=_whole(1, 1024), metavar="N", help="processes of this machine (default: one per processor)"
    )
    place.add_argument("--dask", metavar="ADDRESS", help="a Dask scheduler, as tcp://host:8786, whose workers do it")

    parser = add("trace", trace, f"print the steps of a batch and the values they write; {STORED}")
    _add_lesson(parser)
    _add_batches(parser, "which batch (default: 1, the first)", default=1)
    parser.add_argument("--json", action="store_true", help="as JSON; a value that is not finite becomes null")

    parser = add("check", check, "check every gradient against central differences and torch.autograd")
    _add_lesson(parser)
    _add_batches(parser, "after how many batches (default: 1)", default=1)
    parser.add_argument("--json", action="store_true", help="as JSON")


def _add_lesson(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("lesson", metavar="LESSON", help="id of a shipped lesson, or path of a lesson file")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="override a key of the lesson file, as in --set data.source=digits; may be repeated",
    )
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="folder that holds MNIST/raw")


def _add_epochs(parser: argparse._ActionsContainer, text: str) -> None:
    parser.add_argument("--epochs", type=_whole(1, MOST), metavar="N", help=text)


def _add_batches(parser: argparse._ActionsContainer, text: str, default: int | None) -> None:
    parser.add_argument("--batches", type=_whole(1, MOST), metavar="N", default=default, help=text)


def _whole(low: int, high: int) -> Callable[[str], int]:
    def convert(text: str) -> int:
        with contextlib.suppress(ValueError):
            if low <= (number := int(text)) <= high:
                return number
        raise argparse.ArgumentTypeError(f"must be a whole number from {low} to {high:,}, not {_short(text)}")

    return convert


def _number(allowed: str, fits: Callable[[float], bool]) -> Callable[[str], float]:
    def convert(text: str) -> float:
        with contextlib.suppress(ValueError):
            if fits(number := float(text)):
                return number
        raise argparse.ArgumentTypeError(f"must be {allowed}, not {_short(text)}")

    return convert


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")


def _one_line(text: str) -> str:
    return " ".join(text.split())


# ---- what surrounds every command -----------------------------------------------------------------------------


def _command(work: Callable[[Args], int]) -> Callable[[Args], int]:
    """Turn what the user can cause into one line on stderr and a status; anything else is a bug and stays one."""

    @functools.wraps(work)
    def command(args: Args) -> int:
        try:
            return work(args)
        except MissingData as error:
            return _refuse(f"{error} Say where it is with --data-dir, or use the digits with --set data.source=digits.")
        except (LessonError, DataError, UsageError, GradientCheckError) as error:
            return _refuse(str(error))
        except MemoryError:
            return _refuse("there is not enough memory for this lesson; smaller network.sizes or data.batch_size help")
        except KeyboardInterrupt:
            _complain("stopped by Ctrl-C")
            return INTERRUPTED

    return command


def _refuse(sentence: str) -> int:
    _complain(sentence)
    return BAD_INPUT


def _complain(sentence: str) -> None:
    """A line for each sentence: a lesson may have several faults."""
    with contextlib.suppress(OSError):  # stderr may be closed; the status still tells
        for line in sentence.splitlines():
            print(f"backstep: {_one_line(line)}", file=sys.stderr, flush=True)


def _say(text: str) -> None:
    """Print to stdout. A reader that has seen enough (``| head``) is no error."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that lacks a letter of a title
    try:
        print(text, flush=True)
    except OSError as error:
        _discard_stdout()
        if not isinstance(error, BrokenPipeError):
            raise UsageError(f"standard output cannot be written: {error.strerror or error}") from error


def _discard_stdout() -> None:
    # the interpreter flushes once more when it ends, and would report the same error again
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


# ---- lessons --------------------------------------------------------------------------------------------------


@_command
def lessons(args: Args) -> int:
    """Print id and title of every shipped lesson."""
    ids = Lesson.shipped()
    width = max(map(len, ids), default=0)
    _say("\n".join(f"{name:{width}}  {Lesson.load(name).title}" for name in ids))
    return DONE


# ---- train ----------------------------------------------------------------------------------------------------


@_command
def train(args: Args) -> int:
    """Train, print the final loss and accuracy, and write what was asked for.

    A run that diverges is a result like any other: it is reported on stderr, and the files are written.
    """
    check_outputs(args.metrics, args.arrays)
    trainer = _open(
        args,
        {
            "optimizer.learning_rate": args.lr,
            "optimizer.momentum": args.momentum,
            "init.seed": args.seed,
            "run.executor": args.executor,
        },
    )
    batches = args.batches
    if batches is None:
        epochs = args.epochs or (1 if trainer.lesson.classes else None)
        batches = POINTS_BATCHES if epochs is None else epochs * trainer.batches_per_epoch
    _run(trainer, batches)
    if trainer.halt is not None:
        _complain(str(trainer.halt))
    if args.metrics is not None:
        write_output(args.metrics, metrics_csv(trainer.metrics))
    if args.arrays is not None:
        write_output(args.arrays, npz(trainer))
    _say(_summary(trainer))
    if trainer.halt is not None:
        at = trainer.halt.position
        _say(f"diverged: {trainer.halt.array} in batch {at.batch}, step {at.step}")
    return DONE


def _open(args: Args, options: dict[str, Any] | None = None) -> Trainer:
    return Trainer(_lesson(args, options or {}), data_dir=args.data_dir)


def _lesson(args: Args, options: Mapping[str, Any]) -> Lesson:
    """The lesson that is named, with what ``--set`` and the other options change; None among these changes nothing."""
    if args.lesson.lower().endswith((".csv", ".tsv")):
        raise UsageError(
            f"{args.lesson} is a table of data and no lesson; name a lesson, say xor, "
            f"and --set data.source=csv --set data.path={args.lesson}"
        )
    overrides = dict(parse_override(text) for text in args.set)
    return Lesson.load(args.lesson, overrides | {key: value for key, value in options.items() if value is not None})


def _run(trainer: Trainer, batches: int) -> None:
    """Train with a progress bar on stderr, where that is a terminal."""
    from tqdm import tqdm

    trainer.prepare()
    done, burst = 0, 1
    with tqdm(total=batches, unit=" batches", disable=None) as bar:
        while done < batches and trainer.halt is None:
            began = time.perf_counter()
            finished = trainer.burst(min(burst, batches - done))
            seconds = time.perf_counter() - began
            done += finished
            burst = max(1, min(2 * burst, int(finished * REFRESH / seconds)))
            bar.update(finished)


def _summary(trainer: Trainer) -> str:
    losses, shares = trainer.metrics.loss, trainer.metrics.train_accuracy
    lines = [*_running_loss(trainer), f"batches: {len(losses)}"]
    lines.append(f"loss: {losses.values()[-1]:.9g}" if len(losses) else "loss: none, no batch was finished")
    if (last := min(LAST_BATCHES, len(losses))) > 1:
        lines.append(f"mean loss: {losses.values(len(losses) - last).mean():.9g} (of the last {last} batches)")
    if not trainer.lesson.classes:
        alone = trainer.lesson.network.sizes[-1] == 1
        lines.append(f"accuracy: none, {'a single output names no class' if alone else 'the targets are no classes'}")
    elif trainer.lesson.evaluation.examples != 0:
        right, total = trainer.evaluate()
        raw = ", on raw pixels" if trainer.lesson.evaluation.scale == "raw" else ""
        lines.append(f"accuracy: {right / total:.6g} ({right:,} of {total:,} test examples{raw})")
    elif len(shares):
        lines.append(f"accuracy: {shares.values()[-1]:.6g} (of the last batch, before its update)")
    return "\n".join(lines)


def _running_loss(trainer: Trainer) -> list[str]:
    """A line for every so many batches, as document 002 prints them."""
    series, per_epoch = (trainer.metrics.running_batch, trainer.metrics.running_loss), trainer.batches_per_epoch
    groups = zip(*(values.values().tolist() for values in series), strict=True)
    places = ((divmod(int(batch) - 1, per_epoch), mean) for batch, mean in groups)
    return [f"[{epoch + 1}, {index + 1:5}] loss: {mean:.3f}" for (epoch, index), mean in places]


def check_outputs(*paths: Path | None) -> None:
    """Refuse outputs that cannot be written now, rather than after hours of training.

    Raises
    ------
    UsageError : names the path and what stands against it.
    """
    asked = [path for path in paths if path is not None]
    if len({path.absolute() for path in asked}) < len(asked):
        raise UsageError(f"--metrics and --arrays name the same file {asked[0]}; give each its own")
    for path in asked:
        try:
            if path.is_dir():
                raise IsADirectoryError(None, "it is a folder; give the name of a file")
            if path.exists() and not os.access(path, os.W_OK):
                raise PermissionError(None, "it is write-protected")
            if path.is_file() or not path.exists():
                tempfile.TemporaryFile(dir=path.resolve().parent).close()
        except (OSError, ValueError) as error:
            raise _unwritable(path, error) from error


def write_output(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; a device or a pipe stays what it is.

    Raises
    ------
    UsageError : it cannot be written, for instance because the disk is full; the old file is untouched.
    """
    try:
        save(path, content)
    except ExportError as error:
        raise UsageError(str(error)) from error


def _unwritable(path: Path, error: Exception) -> UsageError:
    return UsageError(f"{path} cannot be written: {getattr(error, 'strerror', None) or error}")


# ---- sweep ----------------------------------------------------------------------------------------------------


@_command
def sweep(args: Args) -> int:
    """Train the combinations of the varied keys, write a row for each, and print how many diverged and which is best.

    Each run that ends is kept at once, in a file beside ``--out``. Status 1 when some runs could not be made.
    """
    from tqdm import tqdm

    from engine.sweep import ResultsFile, Sweep, best_of, check_data, parse_vary, run_sweep, shown_value, to_csv

    lesson = _lesson(args, {})
    axes = [parse_vary(text) for text in args.vary]
    batches = POINTS_BATCHES if args.batches is None and args.epochs is None else args.batches
    wanted = Sweep.of(lesson, axes, batches, args.epochs)
    kept = args.out.with_name(args.out.name + ".jsonl")
    check_outputs(args.out)
    check_outputs(kept)
    if args.dask is None:
        check_data((run.lesson for run in wanted.runs), args.data_dir)
    try:
        file = ResultsFile(kept, args.resume)
    except OSError as error:
        raise _unwritable(kept, error) from error
    for note in _sweep_notes(wanted, args.vary):
        _complain(note)
    digests = {run.digest for run in wanted.runs}
    results = {digest: result for digest, result in file.known.items() if digest in digests}
    with (
        _stopped_gently() as stopped,
        tqdm(total=len(wanted.runs), initial=len(results), unit=" runs", disable=None) as bar,
    ):
        runs = run_sweep(wanted, results, jobs=args.jobs, dask=args.dask, data_dir=args.data_dir, cancelled=stopped)
        for result in runs:
            try:
                file.add(result)
            except OSError as error:
                runs.close()
                raise _unwritable(kept, error) from error
            results[result.digest] = result
            bar.update()
    if stopped.is_set() and len(results) < len(wanted.runs):
        done = len(digests & set(file.known))
        _complain(
            f"stopped by {stopped.by}; {done:,} of {len(wanted.runs):,} runs are kept in {kept}, "
            "and the same command with --resume goes on with the others"
        )
        return 128 + stopped.number
    write_output(args.out, to_csv(wanted, results))
    failed = [result for result in results.values() if result.error]
    _say(f"runs: {len(wanted.runs)}")
    _say(f"diverged: {sum(bool(result.halted) for result in results.values())}")
    if failed:
        _say(f"not made: {len(failed)}")
    best = best_of(wanted, results)
    if best is not None:
        values = ", ".join(f"{key} = {shown_value(value)}" for key, value in best.values.items())
        _say(f"least mean loss at the end: {results[best.digest].mean_loss:.6g} with {values}")
    if failed:
        _complain(f"{len(failed):,} of {len(wanted.runs):,} runs could not be made; one of them: {failed[0].error}")
        return WRONG
    return DONE


def _sweep_notes(wanted: Sweep, texts: Sequence[str]) -> Iterator[str]:
    """What a sweep makes that may not be what was meant, a sentence each."""
    from engine.sweep import asked_for, seed_matters

    lesson, axes = wanted.lesson, wanted.axes
    for axis, text in zip(axes, texts, strict=True):
        values = text.partition("=")[2].strip()
        asked, count = asked_for(axis.key, values), len(axis.values)
        if count < asked:
            shown = ", ".join(map(str, axis.values if count <= 6 else (*axis.values[:4], "…", axis.values[-1])))
            yield (
                f"{axis.key} takes whole numbers: of the {asked:,} values that the range {_short(values)} asks for, "
                f"{count:,} are different: {shown}"
            )
    if any(axis.key == "init.seed" for axis in axes) and not seed_matters(lesson, axes):
        yield (
            f"init.seed changes nothing in {lesson.id}, whose weights and order of examples are given: "
            "runs that differ in it alone are the same"
        )
    if wanted.examples_differ:
        yield (
            "each run sees batches x batch size examples, so a larger data.batch_size sees more of them; "
            "with --epochs N all see as many"
        )


class _Stop(threading.Event):
    """A wish to stop, and the signal it came by."""

    number = signal.SIGINT

    @property
    def by(self) -> str:
        return "Ctrl-C" if self.number == signal.SIGINT else signal.Signals(self.number).name


@contextlib.contextmanager
def _stopped_gently() -> Iterator[_Stop]:
    """An event that Ctrl-C sets, so that nothing is interrupted in the middle; a second Ctrl-C is as everywhere.

    So do the wish of the system to end, and the end of the terminal.
    """
    stopped = _Stop()

    def note(number: int, frame: object) -> None:
        signal.signal(number, before[number])
        stopped.number = signal.Signals(number)
        stopped.set()

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in (getattr(signal, name) for name in names)}
    for number, handler in before.items():
        if number == signal.SIGINT or handler is not signal.SIG_IGN:  # nohup has a sweep go on without its terminal
            signal.signal(number, note)
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


# ---- trace ----------------------------------------------------------------------------------------------------


@_command
def trace(args: Args) -> int:
    """Print the steps of one batch with what each wrote, exact to the last bit; null stands for inf and nan."""
    trainer = _open(args)
    if args.batches > 1:
        _run(trainer, args.batches - 1)
        if trainer.halt is not None:
            raise UsageError(f"{trainer.halt}, so there is no batch {args.batches:,} to trace")
    steps = []
    for _ in range(len(trainer.program)):
        step = trainer.step()
        entry = {
            "index": step.index,
            "phase": str(step.phase),
            "layer": step.layer,
            "op": step.op,
            "title": step.title,
            "reads": list(step.reads),
            "writes": list(step.writes),
            "values": {name: _finite(trainer.tensors[name].tolist()) for name in step.writes},
        }
        steps.append(entry)
        if not args.json:
            where = f"loss, layer {step.layer}" if step.phase is Phase.LOSS else f"{step.phase}, layer {step.layer}"
            shown = np.array2string(trainer.tensors[step.write], threshold=60, prefix="    ")
            _say(f"{step.index:3} {where}: {step.title}\n    {shown}")
        if trainer.halt is not None:
            _complain(str(trainer.halt))
            break
    if args.json:
        result = {"lesson": trainer.lesson.id, "batch": args.batches, "steps": steps}
        _say(json.dumps(result, allow_nan=False, ensure_ascii=False))
    return DONE


def _finite(value: Any) -> Any:
    """Nested lists with None in place of what JSON cannot say."""
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return value if math.isfinite(value) else None


# ---- check ----------------------------------------------------------------------------------------------------


@_command
def check(args: Args) -> int:
    """Check the gradients of a batch, as training computed them. Status 1 when one is wrong."""
    trainer = _open(args)
    _run(trainer, args.batches)
    if trainer.halt is not None:
        raise UsageError(f"{trainer.halt}, so there are no gradients to check after batch {args.batches:,}")
    result = check_gradients(trainer)
    _say(_check_json(trainer, args.batches, result) if args.json else _check_table(result))
    return DONE if result.ok else WRONG


def _check_json(trainer: Trainer, batches: int, result: GradientCheck) -> str:
    """``arrays`` has the gradients of the parameters, in their order; ``steps`` those of every backward Step."""
    steps = {array.name: _check_entry(array) for array in result.arrays}
    report = {
        "lesson": trainer.lesson.id,
        "batches": batches,
        "ok": result.ok,
        "no_torch": result.no_torch,
        "arrays": [steps[name] for name in trainer.tensors if name.startswith(("dW", "db"))],
        "steps": list(steps.values()),
    }
    return json.dumps(report, allow_nan=False, ensure_ascii=False)


def _check_entry(array: ArrayCheck) -> dict[str, Any]:
    sample = array.sample
    assert sample is not None
    return {
        "name": array.name,
        "step": array.step,
        "cells": array.cells,
        "compared": array.compared,
        "kinks": array.kinks,
        "max_rel_error_difference": _finite_or_none(array.max_rel_error_difference),
        "max_rel_error_autograd": _finite_or_none(array.max_rel_error_autograd),
        "verdict": str(array.verdict),
        "factor": array.factor,
        "notes": [str(note) for note in array.notes],
        "sample": {
            "cell": list(sample.cell),
            "analytic": _finite_or_none(sample.analytic),
            "difference": _finite_or_none(sample.difference),
            "slopes": None if sample.slopes is None else _finite(list(sample.slopes)),
            "autograd": _finite_or_none(sample.autograd),
        },
    }


def _finite_or_none(value: float | None) -> Any:
    return None if value is None else _finite(value)


def _check_table(result: GradientCheck) -> str:
    """A row per backward Step, and what is worth knowing below.

    A row has the largest relative errors of its array, and one cell (the worst of those that are wrong, or else the
    largest) as the lesson and the two oracles have it.
    """
    widths = (4, 9, 22, 6, 11, 11, 12, 14, 14, 14)
    heads = ("step", "array", "compared", "kinks", "error", "error", "cell", "analytic", "difference", "autograd")
    above = ("", "", "", "", "difference", "autograd")
    lines = [_row(above, widths), f"{_row(heads, widths)}  verdict"]
    noted: dict[Note, list[str]] = {}
    for array in result.arrays:
        sample = array.sample
        assert sample is not None
        texts = (
            str(array.step),
            array.name,
            f"{array.compared:,} of {array.cells:,}",
            f"{array.kinks:,}",
            _figure(array.max_rel_error_difference, ".1e"),
            "no torch" if array.max_rel_error_autograd is None else f"{array.max_rel_error_autograd:.1e}",
            str(list(sample.cell)),
            *(_figure(value, ".7g") for value in (sample.analytic, sample.difference, sample.autograd)),
        )
        lines.append(f"{_row(texts, widths)}  {array.verdict}")
        for note in array.notes:
            noted.setdefault(note, []).append(array.name)
    for note, names in noted.items():
        lines.append(f"{'all' if len(names) == len(result.arrays) else ', '.join(names)}: {note}")
    if result.no_torch:
        lines.append(result.no_torch)
    if not result.ok:
        lines.append("some gradients are wrong")
    elif all(array.verdict is Verdict.VERIFIED for array in result.arrays):
        lines.append("all gradients agree")
    else:
        lines.append("no gradient is wrong, but not all could be compared")
    return "\n".join(lines)


def _row(texts: Sequence[str], widths: Sequence[int]) -> str:
    """A line of a table: the array's name, the second text, to the left, all others to the right."""
    cells = (
        f"  {text:{width - 2}}" if i == 1 else f"{text:>{width}}"
        for i, (text, width) in enumerate(zip(texts, widths, strict=False))
    )
    return "".join(cells).rstrip()


def _figure(value: float | None, form: str) -> str:
    """A number, or a dash where there is none."""
    return "–" if value is None else format(value, form)
