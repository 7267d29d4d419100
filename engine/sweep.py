"""Sweep: one lesson with some of its keys varied, many runs side by side, on this machine or on a Dask cluster.

Each run is a function of a plain table: the lesson with its values goes out, the measured numbers come back. What a
file says is never executed, and a worker can be lost without anything else being lost.

The processes of this machine are those of joblib (its executor, loky), one pool for each. ``joblib.Parallel`` would
hand all results out by one iterator, which fails as a whole when a process is killed, and says nothing of whose fault
it was; so does a pool of several processes, whose other runs are lost with it. With a pool of its own, a process that
is killed costs the run that was in it a retry, and that run alone. On a cluster the tasks go to Dask's own client
rather than through joblib's backend for it, for the same reason: the scheduler then knows each run by itself, gives it
to another worker when its own is lost, and keeps the results of the others. Both give futures of
``concurrent.futures``, so what follows does not know which it has.
"""

from __future__ import annotations

import asyncio
import csv
import dataclasses
import hashlib
import importlib
import io
import itertools
import json
import logging
import math
import os
import re
import threading
import time
import tomllib
import typing
from collections import deque
from collections.abc import Generator, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from engine import threads
from engine.data import DataError, Dataset, load_dataset
from engine.files import finite, read_at_most, whole_number, write_atomically
from engine.lesson import DataSpec, Lesson, LessonError
from engine.metrics import Values
from engine.trainer import Trainer

MOST_RUNS = 1_000
MOST_BYTES = 256 * 2**20  # of a file of results
BEGINS = b'{"digest": "'  # every line of it
MOST_BATCHES = 1_000_000_000
CURVE_POINTS = 200  # of a run's loss that are kept
TAIL = 10  # a mean at the end is taken over the last 1/TAIL of the batches
ATTEMPTS = 3  # a run whose process was lost so often is given up
DIGITS = 6  # of the values between the ends of a range, which are easier to read and to type again
POLL = 0.1  # seconds that a wish to stop waits at most
PARENT_SECONDS = 0.5  # between two looks of a process at whether there is anyone left to work for
CONNECT_SECONDS = 10
WORKER_SECONDS = 30

Order = dict[str, Any]
"""What a worker is given: ``lesson`` (a table), ``batches``, ``data_dir``. What it returns is a table, too."""


class SweepError(LessonError):
    """A sweep that cannot be made or cannot go on. The message is one sentence for the user."""


class LostError(RuntimeError):
    """The process that had a run is gone: killed, or out of memory."""


# ---- what can be varied ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """A key of the lesson that takes a single value.

    Attributes
    ----------
    name : dotted, as in ``optimizer.learning_rate``.
    numeric, whole : whether its value is a number, and a whole one.
    choices : all values that it may have, where they are few.
    """

    name: str
    numeric: bool
    whole: bool
    choices: tuple[Any, ...] = ()


@cache
def varied_keys() -> Mapping[str, Key]:
    """Every key that can be varied, in the order of the lesson file: numbers, choices, and true or false."""
    keys = {}
    sections = ((name, hint) for name, hint in typing.get_type_hints(Lesson).items() if dataclasses.is_dataclass(hint))
    for section, kind in sections:
        hints = typing.get_type_hints(kind)
        for field in dataclasses.fields(typing.cast(Any, kind)):
            name, hint = f"{section}.{field.name}", hints[field.name]
            choices = tuple(field.metadata.get("allowed", (False, True) if hint is bool else ()))
            if hint in (int, float):
                keys[name] = Key(name, True, hint is int)
            elif len(choices) > 1:
                keys[name] = Key(name, False, False, choices)
    return keys


@dataclass(frozen=True)
class Axis:
    """A key and the values it takes in turn."""

    key: str
    values: tuple[Any, ...]


def parse_vary(text: str) -> Axis:
    """Read ``KEY=VALUES``.

    VALUES is a range or a list. The range ``0.001:1:8`` is 8 values from 0.001 to 1, both included: evenly spaced on a
    logarithmic scale where both ends are above 0, on a linear one otherwise; ``0.1:0.9:5:lin`` (or ``:log``) says
    which. Values between the ends are rounded to 6 digits; a key that takes whole numbers has them rounded to those,
    each once. The list is separated by commas: ``init.seed=1,2,3``, ``network.activation=tanh,relu``,
    ``network.sizes=[2,3,1],[2,8,1]``.

    Raises
    ------
    SweepError : it is neither, the key is none, or there are too many values.

    Examples
    --------
    >>> parse_vary("optimizer.learning_rate=0.001:1:4")
    Axis(key='optimizer.learning_rate', values=(0.001, 0.01, 0.1, 1.0))
    """
    key, equals, values = (part.strip() for part in text.partition("="))
    if not equals or not key or not values:
        raise SweepError(f"--vary {_short(text)}: write KEY=VALUES, for example optimizer.learning_rate=0.001:1:8")
    return Axis(key, parse_values(key, values))


def parse_values(key: str, text: str) -> tuple[Any, ...]:
    """The values of ``parse_vary`` for a key; the key itself is looked up when a Sweep is made.

    Raises
    ------
    SweepError : as there.
    """
    known = varied_keys().get(key)
    if known is not None and known.numeric and ":" in text:
        return _range(known, text)
    if "#" in text or "\n" in text:  # TOML would take them for the end
        raise SweepError(f"{key}: {_short(text)}: a value has no # and no line break")
    try:
        values = tomllib.loads(f"values = [{text}]")["values"]
    except (ValueError, RecursionError):
        values = [_value(part.strip()) for part in text.split(",")]
    values = [float(v) if known and known.numeric and not known.whole and type(v) is int else v for v in values]
    if not values or any(value == "" for value in values):
        raise SweepError(f"{key}: {_short(text)} has an empty value; separate values by single commas")
    if len(values) > MOST_RUNS:
        raise SweepError(f"{key}: {len(values):,} values are too many; a sweep has at most {MOST_RUNS:,} runs")
    doubled = next((v for i, v in enumerate(values) if any(_same(v, w) for w in values[:i])), None)
    if doubled is not None:
        raise SweepError(f"{key}: {_short(str(doubled))} is given twice")
    return tuple(values)


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return text


def _range(key: Key, text: str) -> tuple[Any, ...]:
    wrong = SweepError(
        f"{key.name}: {_short(text)} is no range; write FROM:TO:COUNT, for example 0.001:1:8, or FROM:TO:COUNT:lin"
    )
    match = re.fullmatch(r"([^:]+):([^:]+):\s*(\d{1,9})\s*(?::\s*(lin|log)\s*)?", text)
    if match is None:
        raise wrong
    try:
        low, high, count = float(match[1]), float(match[2]), int(match[3])
    except ValueError:
        raise wrong from None
    if not (math.isfinite(low) and math.isfinite(high)) or low == high:
        raise SweepError(f"{key.name}: {_short(text)}: the ends of a range must be two different finite numbers")
    if not 2 <= count <= MOST_RUNS:
        raise SweepError(f"{key.name}: {_short(text)}: a range has 2 to {MOST_RUNS:,} values")
    positive = low > 0 and high > 0
    if match[4] == "log" and not positive:
        raise SweepError(f"{key.name}: {_short(text)}: a logarithmic range needs both ends above 0")
    spaced = np.geomspace if positive and match[4] != "lin" else np.linspace
    with np.errstate(all="ignore"):  # of ends that are as far apart as numbers go
        between = spaced(low, high, count)[1:-1].tolist()
    values = [low, *(float(f"{v:.{DIGITS}g}") for v in between), high]
    if len(set(values)) < count:
        values = [low, *between, high]
    return tuple(dict.fromkeys(map(round, values))) if key.whole else tuple(values)


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")


# ---- the sweep ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """One run of a sweep.

    Attributes
    ----------
    index : its place in the sweep.
    values : of the varied keys, in the order of the axes.
    lesson : what is trained.
    digest : of the lesson and the number of batches; two runs that have it in common have the same result.
    """

    index: int
    values: Mapping[str, Any]
    lesson: Lesson
    digest: str


@dataclass(frozen=True)
class Sweep:
    """All combinations of the axes' values, each trained for the same number of batches; the last axis runs fastest.

    Examples
    --------
    >>> axes = [parse_vary("optimizer.learning_rate=0.01:1:3"), parse_vary("init.seed=1,2")]
    >>> len(Sweep.of(Lesson.load("toy-bias"), axes, batches=50).runs)
    6
    """

    lesson: Lesson
    axes: tuple[Axis, ...]
    batches: int
    runs: tuple[Run, ...]

    @staticmethod
    def of(lesson: Lesson, axes: Sequence[Axis], batches: int) -> Sweep:
        """Check everything before anything runs.

        Raises
        ------
        SweepError : no axis, a key twice, more than ``MOST_RUNS`` runs, or a number of batches out of range.
        LessonError : a value that the lesson cannot have; the message names it.
        """
        if not axes:
            raise SweepError("a sweep needs a key to vary, for example optimizer.learning_rate=0.001:1:8")
        keys = [axis.key for axis in axes]
        doubled = next((key for i, key in enumerate(keys) if key in keys[:i]), None)
        if doubled is not None:
            raise SweepError(f"{doubled} is varied twice; give all its values at once")
        count = math.prod(len(axis.values) for axis in axes)
        if count > MOST_RUNS:
            raise SweepError(f"these values make {count:,} runs; a sweep has at most {MOST_RUNS:,}")
        if not 1 <= batches <= MOST_BATCHES:
            raise SweepError(f"batches = {batches}: allowed are 1 to {MOST_BATCHES:,}")
        runs = []
        for index, values in enumerate(itertools.product(*(axis.values for axis in axes))):
            chosen = dict(zip(keys, values, strict=True))
            varied = lesson.with_values(chosen)
            runs.append(Run(index, chosen, varied, _digest(varied, batches)))
        return Sweep(lesson, tuple(axes), batches, tuple(runs))


def _digest(lesson: Lesson, batches: int) -> str:
    table = {key: value for key, value in lesson.to_table().items() if key not in ("title", "source")}
    return hashlib.sha256(json.dumps([table, batches], sort_keys=True).encode()).hexdigest()


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
        kinds |= dict.fromkeys(("loss", "mean_loss", "train_accuracy", "test_accuracy"), (float, int, type(None)))
        if not isinstance(table, dict) or set(table) != set(kinds):
            raise ValueError("not a result")
        if not all(type(table[name]) in allowed for name, allowed in kinds.items()):
            raise ValueError("not a result")
        curve = [tuple(point) if isinstance(point, list) else () for point in table["curve"]]
        if not all(len(p) == 2 and type(p[0]) is int and type(p[1]) in (int, float) for p in curve):
            raise ValueError("not a curve")
        return Result(**{**table, "curve": tuple(curve)})


def train(lesson: Lesson, batches: int, data_dir: Path | None = None) -> dict[str, Any]:
    """One run from its beginning: what a ``Result`` says of it, but for ``digest`` and ``values``.

    The test examples are asked once, at the end.
    """
    began = time.perf_counter()
    quiet = lesson.with_value("evaluation.every", MOST_BATCHES + 1)
    dataset = _dataset(lesson.data, lesson.network.sizes[-1], data_dir)
    trainer = Trainer(quiet, dataset, checkpoint_bytes=0)
    trainer.run(batches)
    losses = trainer.metrics.loss.values()
    tail = max(1, len(losses) // TAIL)
    right, total = trainer.evaluate() if lesson.evaluation.examples != 0 and trainer.halt is None else (0, 0)
    return {
        "batches": len(losses),
        "loss": _last(losses[-1:]),
        "mean_loss": _last(losses[-tail:]),
        "train_accuracy": _last(trainer.metrics.train_accuracy.values()[-tail:]),
        "test_accuracy": right / total if total else None,
        "halted": "" if trainer.halt is None else str(trainer.halt),
        "seconds": time.perf_counter() - began,
        "curve": thinned(losses),
    }


@lru_cache(maxsize=2)
def _dataset(data: DataSpec, outputs: int, data_dir: Path | None) -> Dataset:
    """The data of all runs of a worker: reading MNIST takes as long as a short run."""
    points = {"points_x": data.x or None, "points_y": data.y or None}
    return load_dataset(data.source, **points, data_dir=data_dir, spec=data, outputs=outputs)


def _last(values: Values) -> float | None:
    """Their mean, scaled so that very large numbers do not overflow; None where it is no number."""
    if not len(values):
        return None
    top = float(np.abs(values).max())
    if not math.isfinite(top):
        return None
    return top * float((values / top).mean()) if top > 0 else 0.0


def thinned(losses: Values) -> list[tuple[int, float]]:
    """(last batch, mean) of groups of equally many batches, at most ``CURVE_POINTS``; the last group may be smaller."""
    size = max(1, math.ceil(len(losses) / CURVE_POINTS))
    ends = [min(begin + size, len(losses)) for begin in range(0, len(losses), size)]
    means = ((end, _last(losses[begin:end])) for begin, end in zip([0, *ends], ends, strict=False))
    return [(end, mean) for end, mean in means if mean is not None]


def work(order: Order) -> dict[str, Any]:
    """What a worker does: ``train`` by one thread. Faults of the lesson or the data come back as ``error``."""
    threadpoolctl = importlib.import_module("threadpoolctl")
    threadpoolctl.threadpool_limits(1)  # side by side, more threads in each only wait for each other
    folder = None if order["data_dir"] is None else Path(order["data_dir"])
    try:
        return train(Lesson.from_table(order["lesson"]), order["batches"], folder)
    except (LessonError, DataError) as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "there is not enough memory for this lesson"}


# ---- where runs go --------------------------------------------------------------------------------------------


class _Places(Protocol):
    """Processes that runs are given to. Futures of ``submit`` are to be read by ``result``."""

    attempts: int
    """How often a run is given to a process before it is given up."""

    @property
    def room(self) -> int:
        """How many runs more can be taken now."""

    def submit(self, order: Order) -> Future[dict[str, Any]]: ...

    def result(self, future: Future[dict[str, Any]]) -> dict[str, Any]:
        """What ``work`` returned. Raises LostError if its process is gone."""

    def close(self) -> None:
        """End what is running."""


class _Processes:
    """Processes of this machine, each a pool of joblib's of its own."""

    attempts = ATTEMPTS

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pools: list[Any] = []  # all there are: an interrupt in the middle must not lose one
        self._idle: list[Any] = []
        self._busy: dict[Future[dict[str, Any]], Any] = {}

    @property
    def room(self) -> int:
        return self._jobs - len(self._busy)

    def submit(self, order: Order) -> Future[dict[str, Any]]:
        while self._idle:
            pool = self._idle.pop()
            try:
                return self._give(pool, order)
            except BrokenProcessPool:  # it was lost while it had nothing to do
                self._drop(pool)
        return self._give(self._new_pool(), order)

    def _give(self, pool: Any, order: Order) -> Future[dict[str, Any]]:
        future: Future[dict[str, Any]] = pool.submit(work, order)
        self._busy[future] = pool
        return future

    def _new_pool(self) -> Any:
        loky = importlib.import_module("joblib.externals.loky")
        alone = dict.fromkeys(threads.VARIABLES, "1")
        pool = loky.ProcessPoolExecutor(1, env=alone, initializer=_settle_in, initargs=(os.getpid(),))
        self._pools.append(pool)
        return pool

    def _drop(self, pool: Any) -> None:
        pool.shutdown(wait=True)
        self._pools.remove(pool)

    def result(self, future: Future[dict[str, Any]]) -> dict[str, Any]:
        pool = self._busy.pop(future)
        try:
            table = future.result()
        except BrokenProcessPool as error:
            self._drop(pool)
            raise LostError from error
        except Exception:
            self._idle.append(pool)
            raise
        self._idle.append(pool)
        return table

    def close(self) -> None:
        for pool in self._pools:
            pool.shutdown(wait=True, kill_workers=True)
        self._pools, self._idle, self._busy = [], [], {}


def _settle_in(parent: int) -> None:
    """What a process does first: leave Ctrl-C, which a terminal sends to all, to ``parent``, and end when that ends."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """End this process when its parent is gone without a word: killed, or its window closed in the middle."""
    while os.getppid() == parent:
        time.sleep(PARENT_SECONDS)
    os._exit(1)


class _Cluster:
    """Workers of a Dask cluster. They all get their share at once, and the scheduler moves the runs of lost ones."""

    attempts = 1  # Dask itself gives a run to another worker, distributed.scheduler.allowed-failures times

    def __init__(self, address: str) -> None:
        distributed = load_distributed()
        for name in ("distributed", "distributed.client", "tornado.application"):  # a lost scheduler is told by us
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._address = address
        if not address.startswith(("tcp://", "tls://")):  # of any other kind distributed is long in despairing
            raise SweepError(f"{_short(address)} names no Dask scheduler; it is named as in tcp://127.0.0.1:8786")
        try:
            self._client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError, TypeError) as error:
            raise SweepError(
                f"no Dask scheduler answers at {_short(address)}; it is named as in tcp://127.0.0.1:8786"
            ) from error
        try:
            self._client.wait_for_workers(1, timeout=WORKER_SECONDS)
        except TimeoutError as error:
            self._client.close()
            raise SweepError(
                f"the Dask scheduler at {address} has no workers; start one with: dask worker {address}"
            ) from error
        self._killed: type[Exception] = distributed.KilledWorker
        self._tasks: dict[Future[dict[str, Any]], Any] = {}

    @property
    def room(self) -> int:
        return MOST_RUNS

    def submit(self, order: Order) -> Future[dict[str, Any]]:
        future: Future[dict[str, Any]] = Future()

        def hand_over(task: Any) -> None:
            try:
                future.set_result(task.result())
            except BaseException as error:  # noqa: BLE001 - whatever it is, ``result`` raises it
                future.set_exception(error)

        task = self._client.submit(work, order, pure=False)
        self._tasks[future] = task  # a task that nobody holds is not run
        task.add_done_callback(hand_over)
        return future

    def result(self, future: Future[dict[str, Any]]) -> dict[str, Any]:
        del self._tasks[future]
        try:
            return future.result()
        except self._killed as error:
            raise LostError from error
        except (CancelledError, asyncio.CancelledError, OSError, TimeoutError) as error:
            raise SweepError(
                f"the Dask scheduler at {self._address} is gone; what has ended is kept, the rest can be run later"
            ) from error
        except ModuleNotFoundError as error:
            raise SweepError(f"a Dask worker cannot import {error.name}; Backstep has to be installed there") from error

    def close(self) -> None:
        self._client.cancel(list(self._tasks.values()))
        self._client.close()


def load_distributed() -> Any:
    """The module ``distributed``, Dask's scheduler and workers.

    Raises
    ------
    SweepError : it is not installed; the message says how to install it.
    """
    try:
        return importlib.import_module("distributed")
    except ImportError as error:
        raise SweepError(
            "a Dask cluster needs the packages dask and distributed, the extra named cluster; install them with: "
            "pip install 'backstep[cluster]'"
        ) from error


def processors() -> int:
    """How many processes run side by side where nothing else is said: the processors this program may use."""
    joblib = importlib.import_module("joblib")
    return max(1, int(joblib.cpu_count()))


# ---- running it -----------------------------------------------------------------------------------------------


def run_sweep(
    sweep: Sweep,
    known: Iterable[str] = (),
    *,
    jobs: int | None = None,
    dask: str | None = None,
    data_dir: Path | None = None,
    cancelled: threading.Event | None = None,
) -> Generator[Result, None, None]:
    """Run what is not known yet; yields each Result when it is there, in the order in which runs end.

    Closing the iterator, or setting ``cancelled``, ends the runs that are under way. (On a cluster a worker finishes
    the one it has; nobody waits for it.)

    Parameters
    ----------
    known : digests of the runs whose results are there already.
    jobs : processes of this machine; as many as processors where it is None.
    dask : the address of a Dask scheduler, ``tcp://host:8786``, whose workers do it instead.
    data_dir : folder that holds MNIST/raw, also on the machines of the workers.

    Raises
    ------
    SweepError : Dask is missing or does not answer, or the scheduler is lost.
    """
    done = set(known)
    left = deque((run, 1) for run in sweep.runs if run.digest not in done)
    if not left:
        return
    places: _Places = _Cluster(dask) if dask is not None else _Processes(min(jobs or processors(), len(left)))
    running: dict[Future[dict[str, Any]], tuple[Run, int]] = {}
    folder = None if data_dir is None else str(data_dir.resolve())
    try:
        while left or running:
            while left and places.room:
                run, attempt = left.popleft()
                order = {"lesson": run.lesson.to_table(), "batches": sweep.batches, "data_dir": folder}
                running[places.submit(order)] = run, attempt
            ended, _ = wait(running, timeout=POLL, return_when=FIRST_COMPLETED)
            if cancelled is not None and cancelled.is_set():
                return
            for future in ended:
                run, attempt = running.pop(future)
                try:
                    table = places.result(future)
                except LostError:
                    if attempt < places.attempts:
                        left.append((run, attempt + 1))
                        continue
                    table = {"error": "its process was lost every time it was tried: killed, or out of memory"}
                yield Result.from_table({**Result(run.digest, run.values).to_table(), **table, "curve": _lists(table)})
    finally:
        places.close()


def _lists(table: Mapping[str, Any]) -> list[list[Any]]:
    return [list(point) for point in table.get("curve", ())]


# ---- results as files -----------------------------------------------------------------------------------------


class ResultsFile:
    """Finished runs on disk, a line of JSON each, so that a sweep can go on where it was broken off.

    A run is known by its lesson and its number of batches. So the sweep that goes on may have other values than the
    one that was broken off: what both have in common is not run again, and nothing is forgotten.

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


COLUMNS = ("batches", "loss", "mean_loss", "train_accuracy", "test_accuracy", "halted", "seconds", "error")


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


def shown_value(value: Any) -> str:
    """A value of a key as a lesson file or ``--vary`` has it, without quotes."""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, list) else str(value)


def best_of(sweep: Sweep, results: Mapping[str, Result]) -> Run | None:
    """The run with the least mean loss at its end among those that did not diverge."""
    left = [run for run in sweep.runs if run.digest in results]
    ends = {run.index: results[run.digest].mean_loss for run in left if not results[run.digest].halted}
    known = {index: loss for index, loss in ends.items() if loss is not None}
    return sweep.runs[min(known, key=lambda index: known[index])] if known else None
