"""Backstep against what a learner would run instead, and against the time a person notices: one table.

    python benchmarks/run.py [--data-dir DIR] [--rounds N] [--only NAME ...]

DIR holds MNIST/raw (default: the environment variable BACKSTEP_DATA, then Backstep's own data folder). Every
measurement is a process of its own; those that are compared take turns (A B A B ...), each ratio is taken within a
round, and the medians over the rounds are printed. The method of each figure is in README.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
BYTECODE = "PYTHONDONTWRITEBYTECODE"  # as a user has it, who keeps compiled sources; the silent round writes them
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
PEERS = {"numpy": 10_000, "autograd": 10_000, "notebook": 2_000}  # batches a round
DEEP = 600  # batches a round of the deep net
TRIALS = {
    "numpy": 10_000,
    "autograd": 1_000,
    "notebook": 200,
    "deep": 200,
}  # to find the thread count that suits a peer best
LIVE = 40_000  # batches a round with the window open: some seconds
QUIET_PERCENT = 15.0  # of all processors: below, the machine counts as quiet
CHILD_LIMIT = 1800  # seconds


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    name: str
    measured: str
    ratio: str
    target: str
    met: bool | None

    @staticmethod
    def failed(name: str, why: str) -> Row:
        return Row(name, why, "", "", None)


class MeasurementError(RuntimeError):
    """A measurement ended without a figure."""


class Bench:
    """Runs measurements in processes of their own.

    Parameters
    ----------
    data_dir : folder of MNIST given by the user, or None.
    rounds : how often measurements that are compared take turns.
    patience : seconds to wait, at most, before each measurement until other programs leave the processors alone.
    """

    def __init__(self, data_dir: Path | None, rounds: int, patience: float) -> None:
        self.rounds = rounds
        self._patience = patience
        self._disturbed = 0
        self._data = ["--data-dir", str(data_dir)] if data_dir else []
        self._threads: dict[str, str] = {}

    def _environment(self, threads: str = "default", screen: str = "offscreen") -> dict[str, str]:
        env = {name: value for name, value in os.environ.items() if name not in (BYTECODE, *THREADS)}
        if threads != "default":
            env |= dict.fromkeys(THREADS, threads)
        if screen == "offscreen":
            env["QT_QPA_PLATFORM"] = "offscreen"
        else:
            env.pop("QT_QPA_PLATFORM", None)
        return env

    def _child(self, script: str, *arguments: object, **environment: str) -> str:
        self.wait_for_quiet()
        command = [sys.executable, str(HERE / script), *map(str, arguments), *self._data]
        done = subprocess.run(
            command, env=self._environment(**environment), capture_output=True, text=True, timeout=CHILD_LIMIT
        )
        if done.returncode != 0 or not done.stdout.strip():
            last = (done.stderr.strip() or f"ended with status {done.returncode}").splitlines()[-1]
            raise MeasurementError(f"{arguments[0]}: {last}")
        return done.stdout.strip().splitlines()[-1]

    def wait_for_quiet(self) -> None:
        """Wait until other programs leave the processors alone, or until patience ends."""
        if self._patience <= 0:
            return
        import psutil

        end = time.monotonic() + self._patience
        while psutil.cpu_percent(interval=0.5) > QUIET_PERCENT:
            if time.monotonic() > end:
                self._disturbed += 1
                return

    @property
    def disturbed(self) -> int:
        """How many measurements began while other programs were busy, although patience had been asked for."""
        return self._disturbed

    def job(self, name: str, *arguments: object, screen: str = "offscreen") -> dict[str, Any]:
        """Figures of a job of jobs.py."""
        return dict(json.loads(self._child("jobs.py", name, *arguments, screen=screen)))

    def peer(self, name: str, batches: int | None = None) -> float:
        """Seconds per 10,000 batches of a loop of peers.py, with the thread count that suits it best."""
        if name not in self._threads:
            trials: dict[str, list[float]] = {"1": [], "default": []}
            for _ in range(3):
                for threads, seconds in trials.items():
                    seconds.append(self._peer(name, TRIALS[name], threads))
            self._threads[name] = min(trials, key=lambda threads: min(trials[threads]))
        return self._peer(name, batches or PEERS[name], self._threads[name])

    def _peer(self, name: str, batches: int, threads: str) -> float:
        return float(self._child("peers.py", name, "--batches", batches, threads=threads))

    def threads_of(self, name: str) -> str:
        """How many threads suited a peer best, in words."""
        return {"1": "1 thread", "default": "default threads"}[self._threads[name]]

    def until_ready(self, job: str, screen: str) -> float:
        """Seconds from starting a process until it says "ready"."""
        self.wait_for_quiet()
        start = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, str(HERE / "jobs.py"), job],
            env=self._environment(screen=screen), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as child:  # fmt: skip
            assert child.stdout is not None
            line = child.stdout.readline().strip()
            seconds = time.perf_counter() - start
            _, errors = child.communicate(timeout=60)
        if line != "ready" or child.returncode != 0:
            raise MeasurementError(
                f"{job}: {(errors.strip() or f'ended with status {child.returncode}').splitlines()[-1]}"
            )
        return seconds

    def in_turns(self, *measures: Callable[[], Any]) -> list[list[Any]]:
        """A list of results per measure, A B C A B C …; one silent round first, so that files and caches are warm."""
        for measure in measures:
            measure()
        results: list[list[Any]] = [[] for _ in measures]
        for number in range(self.rounds):
            for kept, measure in zip(results, measures, strict=True):
                kept.append(measure())
            print(f"  round {number + 1} of {self.rounds} done, load {load()}", file=sys.stderr)
        return results


def load() -> str:
    """Load average of the last minute, where the system has one."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "?"


def ratios(ours: list[float], theirs: list[float]) -> float:
    """Median of the ratios within each round."""
    return median(a / b for a, b in zip(ours, theirs, strict=True))


# ---- the rows ------------------------------------------------------------------------------------------------------


def engine_rows(bench: Bench, screen: str) -> list[Row]:
    """784-30-10 without a window against the numpy loop."""
    ours, theirs = bench.in_turns(lambda: bench.job("engine")["seconds"], lambda: bench.peer("numpy"))
    ratio = ratios(ours, theirs)
    measured = f"{median(ours):.2f} s per 10,000 (numpy loop {median(theirs):.2f} s, {bench.threads_of('numpy')})"
    return [Row("no window / numpy loop", measured, f"{ratio:.2f}", "<= 1.0", ratio <= 1.0)]


def window_rows(bench: Bench, screen: str) -> list[Row]:
    """784-30-10 with everything shown against each of the loops."""
    live, *peers = bench.in_turns(
        lambda: bench.job("window", "--batches", LIVE, screen=screen),
        *((lambda name=name: bench.peer(name)) for name in PEERS),
    )
    theirs = dict(zip(PEERS, peers, strict=True))
    ours = [result["seconds"] for result in live]
    fps = [min(result["fps"][panel] for panel in ("network", "tensors", "curves")) for result in live]
    cpu = median(result["cpu_ms_per_picture"] for result in live)
    ratio, seconds = ratios(ours, theirs["numpy"]), f"{median(ours):.2f} s per 10,000"
    rows = [
        Row(
            "window open / numpy loop",
            f"{seconds} (numpy loop {median(theirs['numpy']):.2f} s, {bench.threads_of('numpy')})",
            f"{ratio:.2f}", "<= 1.5", ratio <= 1.5,
        ),
        Row("pictures a second while it trains",
            f"{median(fps):.1f} of the slowest panel ({cpu:.0f} ms of processor each)", "", ">= 30",
            median(fps) >= 30),
    ]  # fmt: skip
    for name, least in (("autograd", 4), ("notebook", 12)):
        times = ratios(theirs[name], ours)
        measured = f"{seconds} ({median(theirs[name]):.2f} s, {bench.threads_of(name)})"
        rows.append(Row(f"window open: times faster than {name}", measured, f"{times:.1f}", f">= {least}",
                        times >= least))  # fmt: skip
    return rows


def deep_rows(bench: Bench, screen: str) -> list[Row]:
    """784-512-256-128-64-10 without a window and with it against autograd and its optimizer."""
    lesson = ("--lesson", "mnist-deep")
    alone, live, theirs = bench.in_turns(
        lambda: bench.job("engine", *lesson, "--batches", DEEP, "--set", "evaluation.examples=0")["seconds"],
        lambda: bench.job("window", *lesson, "--batches", DEEP, "--warm-up", 300, screen=screen),
        lambda: bench.peer("deep", DEEP),
    )
    open_ = [result["seconds"] for result in live]
    fps = median(min(result["fps"][panel] for panel in ("network", "tensors", "curves")) for result in live)
    rows = []
    for name, ours, least in (("no window", alone, 1.0), (f"window open at {fps:.0f} pictures/s", open_, 0.85)):
        speed = ratios(theirs, ours)
        measured = f"{10_000 / median(ours):.0f} batches/s ({10_000 / median(theirs):.0f}, {bench.threads_of('deep')})"
        row = Row(f"deep net, {name}: speed of autograd", measured, f"{speed:.2f}", f">= {least}", speed >= least)
        rows.append(row)
    return rows


def check_rows(bench: Bench, screen: str) -> list[Row]:
    """A key press to the verdict of a full gradient check of the toy."""
    (results,) = bench.in_turns(lambda: bench.job("check", "--lesson", "toy-bias", "--batches", 30, screen=screen))
    middle, longest, first = (median(result[key] for result in results) for key in ("median", "longest", "first"))
    measured = f"{middle:.0f} ms (longest of 30 {longest:.0f} ms; the first, which imports PyTorch, {first:.0f} ms)"
    return [Row("gradient check of the toy, key press to badge", measured, "", "<= 100 ms", middle <= 100)]


def travel_rows(bench: Bench, screen: str) -> list[Row]:
    """Going to any batch, a step back, and trying learning rates."""
    rows = []
    for name, lesson, batches, jump, back in (
        ("toy, 3,000 batches", "toy-bias", 3_000, None, 16),
        ("784-30-10, 10,000 batches", "mnist-sigmoid-777", 10_000, 150, None),
        ("deep net, first epoch", "mnist-deep", 938, 500, None),
    ):
        (results,) = bench.in_turns(
            lambda lesson=lesson, batches=batches: bench.job("travel", "--lesson", lesson, "--batches", batches)
        )
        found = {key: median(result[key] for result in results) for key in results[0]}
        measured = (
            f"{found['jump']:.1f} ms at the 95th percentile of 200 jumps (median {found['jump_median']:.1f}), a step "
            f"back {found['back']:.1f} ms (longest {found['back_longest']:.1f}), {found['megabytes']:.0f} MB"
        )
        met = (jump is None or found["jump"] <= jump) and (back is None or found["back"] <= back)
        limits = [f"jump <= {jump} ms"] if jump else []
        limits += [f"back <= {back} ms"] if back else []
        rows.append(Row(f"time travel, {name}", measured, "", ", ".join(limits), met))
    for name, lesson, limit in (("toy", "toy-bias", 50), ("784-30-10", "mnist-sigmoid-777", 200)):
        (results,) = bench.in_turns(lambda lesson=lesson: bench.job("probe", "--lesson", lesson))
        middle, longest = (median(result[key] for result in results) for key in ("median", "longest"))
        measured = f"{middle:.1f} ms (longest of 20 {longest:.1f} ms)"
        rows.append(Row(f"learning rates tried, {name}", measured, "", f"<= {limit} ms", middle <= limit))
    return rows


def formula_rows(bench: Bench, screen: str) -> list[Row]:
    """The inspector's formula with its numbers."""
    rows = []
    for lesson in ("toy-bias", "toy-torch", "mnist-sigmoid-777", "mnist-deep", "mnist-numpy-autodiff"):
        (results,) = bench.in_turns(lambda lesson=lesson: bench.job("formula", "--lesson", lesson, screen=screen))
        new, middle, cached = (median(result[key] for result in results) for key in ("new", "new_median", "cached"))
        name = f"formula with numbers, {lesson}"
        measured = f"{new:.0f} ms slowest of a batch's steps (median {middle:.0f} ms)"
        rows.append(Row(name, measured, "", "<= 50 ms", new <= 50))
        rows.append(Row(f"{name}, once more", f"{cached:.1f} ms", "", "<= 5 ms", cached <= 5))
    return rows


def step_rows(bench: Bench, screen: str) -> list[Row]:
    """A key press to all panels painted."""
    rows = []
    limits = (("toy", "toy-bias", 33), ("MNIST", "mnist-sigmoid-777", 50))
    results = bench.in_turns(
        *((lambda lesson=lesson: bench.job("step", "--lesson", lesson, "--batches", 200, screen=screen))
          for _, lesson, _ in limits)
    )  # fmt: skip
    for (name, _, limit), result in zip(limits, results, strict=True):
        p95, middle, cpu = (median(r[key] for r in result) for key in ("p95", "median", "cpu_ms_per_step"))
        measured = f"{p95:.0f} ms at the 95th percentile of 200 steps (median {middle:.0f} ms, processor {cpu:.0f} ms)"
        rows.append(Row(f"key press to picture, {name}", measured, "", f"<= {limit} ms", p95 <= limit))
    return rows


def blocked_rows(bench: Bench, screen: str) -> list[Row]:
    """How long the window does not answer while training, in plain Python and in a compiled loop."""
    rows = []
    lessons = (("toy", "toy-bias"), ("MNIST", "mnist-sigmoid-777"))
    results = bench.in_turns(
        *((lambda lesson=lesson: bench.job("blocked", "--lesson", lesson, screen=screen)) for _, lesson in lessons)
    )
    for (name, _), result in zip(lessons, results, strict=True):
        longest, p99 = (median(r[key] for r in result) for key in ("longest", "p99"))
        measured = f"{longest:.0f} ms longest in 10 s (99th percentile of gaps {p99:.0f} ms)"
        rows.append(Row(f"GUI thread blocked while training, {name}", measured, "", "<= 50 ms", longest <= 50))
    return rows


def start_rows(bench: Bench, screen: str) -> list[Row]:
    """Process start to first Snapshot painted."""
    ours, theirs = bench.in_turns(lambda: bench.until_ready("start", screen), lambda: bench.until_ready("bare", screen))
    ratio = ratios(ours, theirs)
    measured = f"{median(ours):.2f} s (bare pyqtgraph window {median(theirs):.2f} s)"
    return [Row("start to first picture / bare window", measured, f"{ratio:.2f}", "<= 1.5", ratio <= 1.5)]


def memory_rows(bench: Bench, screen: str) -> list[Row]:
    """Growth over long runs; each is run once, since it takes minutes."""
    rows = []
    for name, lesson, batches, warm_up in (
        ("toy", "toy-bias", 1_000_000, 20_000),
        ("MNIST", "mnist-sigmoid-777", 100_000, 2_000),
    ):
        result = bench.job(
            "memory", "--lesson", lesson, "--batches", batches, "--warm-up", warm_up, screen=screen
        )  # fmt: skip
        measured = f"{result['growth']:.0f} MB (at most {result['peak']:.0f}), {result['rate']:,.0f} batches/s"
        rows.append(Row(f"memory over {batches:,} {name} batches", measured, "", "<= 100 MB", result["peak"] <= 100))
    return rows


SECTIONS: dict[str, Callable[[Bench, str], list[Row]]] = {
    "engine": engine_rows,
    "window": window_rows,
    "deep": deep_rows,
    "step": step_rows,
    "check": check_rows,
    "travel": travel_rows,
    "formula": formula_rows,
    "blocked": blocked_rows,
    "start": start_rows,
    "memory": memory_rows,
}


def screens() -> list[str]:
    """Where windows are opened: off the screen, and on a display besides where there is one."""
    return ["offscreen", "display"] if os.environ.get("DISPLAY") else ["offscreen"]


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table."""
    cells = [("row", "measured", "ratio", "must reach", "met"), ("---",) * 5]
    words = {True: "yes", False: "**no**", None: "failed"}
    cells += [(row.name, row.measured, row.ratio, row.target, words[row.met]) for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(5)]
    return "\n".join(
        "| " + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) + " |" for line in cells
    )


def main() -> int:
    """Measure and print. Status 1 when a row is missed or failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, default=None, metavar="DIR")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS), metavar="NAME",
                        help=f"of {', '.join(SECTIONS)}")  # fmt: skip
    parser.add_argument("--wait", type=float, default=0.0, metavar="SECONDS",
                        help="before each measurement, wait up to so long for a quiet machine")  # fmt: skip
    args = parser.parse_args()
    bench = Bench(args.data_dir, max(1, args.rounds), args.wait)
    print(
        f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, load {load()} at the start"
    )
    rows: list[Row] = []
    for name in args.only:
        needs_screen = name != "engine"
        for screen in screens() if needs_screen else ["offscreen"]:
            print(f"{name}{f' ({screen})' if needs_screen else ''} …", file=sys.stderr)
            try:
                found = SECTIONS[name](bench, screen)
            except (MeasurementError, subprocess.TimeoutExpired) as error:
                found = [Row.failed(name, str(error))]
            mark = " (on a display)" if screen == "display" else ""
            rows += [Row(row.name + mark, row.measured, row.ratio, row.target, row.met) for row in found]
    print(table(rows))
    print(f"windows: {' and '.join(screens())}; load {load()} at the end")
    if args.wait:
        print(f"{bench.disturbed} measurements began on a machine that was not quiet")
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
