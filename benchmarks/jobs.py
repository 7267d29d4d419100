"""Backstep's side of the benchmarks: one measurement in a process of its own, its figures printed as JSON.

    python benchmarks/jobs.py {engine,travel,probe,window,step,blocked,check,formula,memory,start,bare} [--lesson L] ...

The jobs drive the window as a user would: it is shown, a lesson is opened, keys are pressed. Nothing of it is replaced;
painting is observed from outside by an event filter on the widgets that draw.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

LIMIT = 120.0  # seconds until a job that waits for the window gives up
QUIET = 0.02  # seconds without painting after which all that a key press led to has been painted


def give_up(why: str) -> NoReturn:
    """End at once: the engine thread would keep an orderly exit waiting."""
    print(why, file=sys.stderr, flush=True)
    os._exit(1)


def decide_threads(alone: bool = False) -> None:
    """As main.py does first of all, with a window or for training ``alone``."""
    from engine import threads

    threads.decide(alone)


def engine(args: argparse.Namespace) -> dict[str, float]:
    """Seconds per 10,000 batches of the Trainer, without a window, as ``main.py train`` runs it."""
    decide_threads(alone=True)
    from engine.lesson import Lesson, parse_override
    from engine.trainer import Trainer

    trainer = Trainer(Lesson.load(args.lesson, dict(map(parse_override, args.set))), data_dir=args.data_dir)
    trainer.prepare()
    trainer.run(10)
    start = time.perf_counter()
    trainer.run(args.batches)
    seconds = time.perf_counter() - start
    evaluations = len(trainer.metrics.test_accuracy)
    return {"seconds": seconds * 10_000 / args.batches, "evaluations": evaluations}


def travel(args: argparse.Namespace) -> dict[str, float]:
    """Milliseconds to stand at any step of any batch of a run of ``--batches``, and to go a step back."""
    decide_threads()
    import random

    from engine.lesson import Lesson
    from engine.trainer import Trainer

    trainer = Trainer(Lesson.load(args.lesson), data_dir=args.data_dir)
    trainer.prepare()
    trainer.run(args.batches)
    places = random.Random(0)

    def timed(go: Callable[[], object]) -> float:
        start = time.perf_counter()
        go()
        return (time.perf_counter() - start) * 1000

    jumps, backs = [], []
    for _ in range(200):
        batch, step = places.randint(1, args.batches), places.randint(0, len(trainer.program))
        jumps.append(timed(lambda batch=batch, step=step: trainer.seek(batch, step)))
    trainer.seek(args.batches, len(trainer.program))
    for _ in range(200):
        backs.append(timed(trainer.step_back))
    jumps, backs = sorted(jumps), sorted(backs)
    return {
        "jump": jumps[189],
        "jump_median": jumps[99],
        "back": backs[189],
        "back_longest": backs[-1],
        "megabytes": trainer.history.bytes / 2**20,
    }


def probe(args: argparse.Namespace) -> dict[str, float]:
    """Milliseconds that trying all learning rates on a batch takes: the median and the longest of 20 batches."""
    decide_threads()
    from engine.instruments import Instruments
    from engine.lesson import Lesson
    from engine.probe import ready_at
    from engine.trainer import Trainer

    trainer = Trainer(Lesson.load(args.lesson), data_dir=args.data_dir)
    trainer.prepare()
    times = []
    for _ in range(22):
        trainer.go_on_to(ready_at(trainer.program))
        start = time.perf_counter()
        made, why = Instruments().probe(trainer)
        times.append((time.perf_counter() - start) * 1000)
        if made is None:
            give_up(why)
        trainer.finish_batch()
    times = sorted(times[2:])
    return {"median": times[10], "longest": times[-1]}


class Stage:
    """The window on a lesson, as main.py opens it, with the paints of its panels counted.

    Attributes
    ----------
    paints : how often each panel has drawn itself.
    snapshot : the newest Snapshot the panels were given.
    """

    PANELS = ("network", "tensors", "inspector", "curves", "timeline")

    def __init__(self, args: argparse.Namespace) -> None:
        decide_threads()
        from PySide6.QtCore import QEvent, QEventLoop, QObject, QSettings
        from PySide6.QtTest import QTest

        from engine.lesson import Lesson
        from gui.app import make_application
        from gui.main_window import MainWindow

        self._wait = QEventLoop.ProcessEventsFlag.WaitForMoreEvents
        self.test = QTest
        self.app = make_application("en")
        self._folder = tempfile.TemporaryDirectory()
        settings = QSettings(str(Path(self._folder.name, "settings.ini")), QSettings.Format.IniFormat)
        self.window = MainWindow(args.data_dir, settings)
        self.window.resize(1600, 1000)
        self.paints = dict.fromkeys(self.PANELS, 0)
        self.snapshot: Any = None
        self.shown = 0
        paints, kind = self.paints, QEvent.Type.Paint

        class Counter(QObject):
            def __init__(self, name: str) -> None:
                super().__init__()
                self._name = name

            def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
                if event.type() == kind:
                    paints[self._name] += 1
                return False

        self._counters = [Counter(name) for name in self.PANELS]
        self.window.painted.connect(self._take)
        self.window.bridge.notice.connect(self._look_for_failure)
        self.window.show()
        self.window.activateWindow()  # shortcuts work in the active window only, and a bare display has no manager
        self.window.open(Lesson.load(args.lesson))
        self.until(lambda: self.snapshot is not None)
        for name, counter in zip(self.PANELS, self._counters, strict=True):
            drawing_widget(getattr(self.window, name)).installEventFilter(counter)
        self.settle(0.5)

    def _take(self, snapshot: object) -> None:
        self.snapshot = snapshot
        self.shown += 1

    def _look_for_failure(self, notice: Any) -> None:
        if notice.state == "failed":
            give_up(notice.text)

    def turn(self) -> None:
        """Let the event loop handle what has come in, or wait for something to come."""
        self.app.processEvents(self._wait)

    def until(self, done: Callable[[], bool]) -> None:
        """Turn the event loop until something is the case."""
        limit = time.perf_counter() + LIMIT
        while not done():
            if time.perf_counter() > limit:
                give_up("the window did not get there in time")
            self.turn()

    def settle(self, quiet: float = QUIET) -> float:
        """Turn the event loop until nothing was painted for a while. Returns when the last paint was finished."""
        last, before = time.perf_counter(), sum(self.paints.values())
        while time.perf_counter() - last < quiet:
            self.turn()
            now = sum(self.paints.values())
            if now != before:
                last, before = time.perf_counter(), now
        return last

    def press(self, key: str) -> None:
        """A real key press on the window."""
        from PySide6.QtCore import Qt

        self.test.keyClick(self.window, getattr(Qt.Key, f"Key_{key}"))

    def run_at_full_speed(self, warm_up: int) -> None:
        """Press Run at the highest speed and train so many batches."""
        self.window.toolbar.change_speed(100)
        self.press("F5")
        self.until(lambda: self.snapshot.position.batch >= warm_up)

    def train(self, batches: int) -> tuple[int, float, dict[str, int]]:
        """Go on in an event loop for so many batches.

        Returns
        -------
        (batches, seconds, paints per panel), from one shown Snapshot to another.
        """
        from PySide6.QtCore import QEventLoop

        loop = QEventLoop()  # the application's own would close the window at its end
        first = self.snapshot.position.batch
        paints, start = dict(self.paints), time.perf_counter()
        end: list[float] = []

        def look(snapshot: Any) -> None:
            if snapshot.position.batch >= first + batches and not end:
                end.append(time.perf_counter())
                loop.quit()

        guard = self.watch_progress()
        self.window.painted.connect(look)
        loop.exec()
        self.window.painted.disconnect(look)
        guard.stop()
        counted = {name: count - paints[name] for name, count in self.paints.items()}
        return self.snapshot.position.batch - first, end[0] - start, counted

    def watch_progress(self) -> Any:
        """A timer that ends the job when no new batch was shown for a while: a run that stalls is no figure."""
        from PySide6.QtCore import QTimer

        seen = [self.snapshot.position.batch]

        def look() -> None:
            if self.snapshot.position.batch == seen[0]:
                give_up(f"no progress after batch {seen[0]}: {self.snapshot.state}")
            seen[0] = self.snapshot.position.batch

        timer = QTimer(self.app)
        timer.timeout.connect(look)
        timer.start(10_000)
        return timer

    def close(self) -> None:
        """End as main.py does: the application released before the interpreter ends."""
        import shiboken6

        self.window.close()
        shiboken6.delete(self.window)
        shiboken6.delete(self.app)
        self._folder.cleanup()


def drawing_widget(panel: Any) -> Any:
    """The widget that draws a panel's picture: the largest visible one that no other widget covers."""
    from PySide6.QtWidgets import QWidget

    leaves = [
        widget
        for widget in (panel, *panel.findChildren(QWidget))
        if widget.isVisible() and not any(child.isVisible() for child in widget.findChildren(QWidget))
    ]
    return max(leaves, key=lambda widget: widget.visibleRegion().boundingRect().width() * widget.height())


def window(args: argparse.Namespace) -> dict[str, Any]:
    """Seconds per 10,000 batches at full speed with the window open, and how often each panel was painted a second."""
    stage = Stage(args)
    stage.run_at_full_speed(args.warm_up)
    shown, busy = stage.shown, time.thread_time()
    batches, seconds, paints = stage.train(args.batches)
    busy = time.thread_time() - busy
    result = {
        "seconds": seconds * 10_000 / batches,
        "fps": {name: round(count / seconds, 1) for name, count in paints.items()},
        "cpu_ms_per_picture": round(busy * 1000 / (stage.shown - shown), 1),
        "platform": stage.app.platformName(),
    }
    stage.close()
    return result


def step(args: argparse.Namespace) -> dict[str, Any]:
    """Milliseconds from a press of F10 until the panels have been painted: the 95th percentile over ``--batches``."""
    stage = Stage(args)
    times, busy = [], 0.0
    for i in range(10 + args.batches):
        if i == 10:
            busy = time.thread_time()
        before, stage.snapshot = stage.snapshot, None
        start = time.perf_counter()
        stage.press("F10")
        stage.until(lambda: stage.snapshot is not None)
        if stage.snapshot.position == before.position:
            give_up(f"F10 led nowhere at {before.position}")
        times.append((stage.settle() - start) * 1000)
    times = sorted(times[10:])
    result = {
        "p95": times[math.ceil(0.95 * len(times)) - 1],
        "median": times[len(times) // 2],
        "longest": times[-1],
        "cpu_ms_per_step": round((time.thread_time() - busy) * 1000 / len(times), 1),
        "platform": stage.app.platformName(),
    }
    stage.close()
    return result


def blocked(args: argparse.Namespace) -> dict[str, Any]:
    """Longest time, in milliseconds, between two ticks of a 1 ms timer in the GUI thread while training."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    stage = Stage(args)
    stage.run_at_full_speed(2_000)
    ticks: list[tuple[float, float]] = []  # time of day, processor time of this thread
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: ticks.append((time.perf_counter(), time.thread_time())))
    timer.start(1)
    loop = QEventLoop()
    QTimer.singleShot(int(args.seconds * 1000), loop.quit)
    loop.exec()
    timer.stop()
    turns = sorted(((b[0] - a[0]) * 1000, (b[1] - a[1]) * 1000) for a, b in pairwise(ticks))
    gaps = [gap for gap, _ in turns]
    result = {
        "longest": gaps[-1],
        "cpu_ms_of_longest": round(turns[-1][1], 1),
        "ten_longest": [(round(gap), round(busy)) for gap, busy in turns[-10:]],
        "most_cpu_ms": round(max(busy for _, busy in turns), 1),
        "p99": gaps[int(0.99 * len(gaps))],
        "over_50": sum(gap > 50 for gap in gaps),
        "median": gaps[len(gaps) // 2],
        "ticks": len(ticks),
        "pictures": stage.shown,
        "platform": stage.app.platformName(),
    }
    del timer
    stage.close()
    return result


def check(args: argparse.Namespace) -> dict[str, Any]:
    """Milliseconds from a press of Ctrl+K until the badge and the table of the gradient check are painted."""
    from PySide6.QtGui import QKeySequence

    stage = Stage(args)
    times = []
    for i in range(2 + args.batches):
        stage.press("F12")
        batch = i + 1
        stage.until(lambda batch=batch: stage.snapshot.position.batch == batch and stage.snapshot.step is not None)
        stage.settle()
        start = time.perf_counter()
        stage.test.keySequence(stage.window, QKeySequence("Ctrl+K"))
        stage.until(lambda: stage.snapshot.check is not None and not stage.snapshot.check.loading_torch)
        stage.window.checks.repaint()
        times.append((stage.settle() - start) * 1000)
    first, times = times[0], sorted(times[2:])
    result = {"median": times[len(times) // 2], "longest": times[-1], "first": first}
    stage.close()
    return result


def formula(args: argparse.Namespace) -> dict[str, float]:
    """Milliseconds until the inspector has painted a Step that is new to it, and the same once more."""
    stage = Stage(args)
    stage.press("F12")
    stage.settle(1.0)  # the formulas are typeset meanwhile
    snapshots = []
    for _ in stage.snapshot.program.steps:
        stage.snapshot = None
        stage.press("F10")
        stage.until(lambda: stage.snapshot is not None)
        stage.settle()
        snapshots.append(stage.snapshot)
    new, again = [], []
    panel = drawing_widget(stage.window.inspector)
    for snapshot in snapshots:
        start = time.perf_counter()
        stage.window.inspector.show_snapshot(snapshot)
        new.append((stage.settle() - start) * 1000)
        start = time.perf_counter()
        panel.repaint()
        again.append((time.perf_counter() - start) * 1000)
    stage.close()
    return {"new": max(new), "new_median": sorted(new)[len(new) // 2], "cached": max(again)}


def memory(args: argparse.Namespace) -> dict[str, Any]:
    """Growth of the process in MB over ``--batches`` batches with the window open, after a warm-up."""
    import gc

    import psutil

    process = psutil.Process()
    stage = Stage(args)
    stage.run_at_full_speed(args.warm_up)
    gc.collect()
    before, started, rate = process.memory_info().rss, time.perf_counter(), 0.0
    first, peak, trail = stage.snapshot.position.batch, 0, []
    done = 0
    while done < args.batches:
        stage.train(max(1, min(args.batches // 10, args.batches - done)))
        done = stage.snapshot.position.batch - first
        now = process.memory_info().rss - before
        peak = max(peak, now)
        trail.append(round(now / 1e6, 1))
        rate = done / (time.perf_counter() - started)
    gc.collect()
    result = {"growth": (process.memory_info().rss - before) / 1e6, "peak": peak / 1e6, "trail": trail, "rate": rate}
    stage.close()
    return result


def start(args: argparse.Namespace) -> dict[str, Any]:
    """What ``python main.py`` does, until the panels have painted the first Snapshot. Prints "ready" then."""
    main = importlib.import_module("main")  # first, as when it is run
    from PySide6.QtCore import QEvent, QObject, QTimer

    import gui.app

    waiting = set(Stage.PANELS)

    class Watched(gui.app.MainWindow):
        """The same window, which says when it is ready and closes itself."""

        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            self._filters: list[QObject] = []
            self.painted.connect(self._first)

        def _first(self, _: object) -> None:
            if not self._filters:
                for name in Stage.PANELS:
                    self._filters.append(Filter(name))
                    drawing_widget(getattr(self, name)).installEventFilter(self._filters[-1])

        def ready(self) -> None:
            print("ready", flush=True)
            self.close()

    class Filter(QObject):
        def __init__(self, name: str) -> None:
            super().__init__()
            self._name = name

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
            if event.type() == QEvent.Type.Paint and self._name in waiting:
                waiting.discard(self._name)
                if not waiting:  # this paint is still to happen: a zero timer comes after it
                    QTimer.singleShot(0, watched.window().ready)
            return False

    gui.app.MainWindow = Watched  # type: ignore[misc]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = folder  # no remembered geometry or theme
        main.main([])
    return {}


def bare(args: argparse.Namespace) -> dict[str, Any]:
    """The least that is a window with a plot: pyqtgraph's, until it has been painted. Prints "ready" then."""
    import pyqtgraph as pg
    from PySide6.QtCore import QEvent, QObject, QTimer

    class Filter(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
            if event.type() == QEvent.Type.Paint:
                QTimer.singleShot(0, ready)
            return False

    def ready() -> None:
        print("ready", flush=True)
        widget.close()
        app.quit()

    app = pg.mkQApp()
    widget = pg.PlotWidget()
    widget.resize(1600, 1000)
    widget.plot([1.0, 3.0, 2.0])
    watch = Filter()
    widget.viewport().installEventFilter(watch)
    widget.show()
    app.exec()
    return {}


JOBS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    job.__name__: job for job in (engine, travel, probe, window, step, blocked, check, formula, memory, start, bare)
}


def main() -> None:
    """Do one job."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", choices=JOBS)
    parser.add_argument("--lesson", default="mnist-sigmoid-777")
    parser.add_argument("--batches", type=int, default=10_000)
    parser.add_argument("--warm-up", type=int, default=2_000)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="engine only")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--data-dir", type=Path, default=None)
    parser.add_argument("--profile", type=Path, help="write what cProfile saw of the GUI thread to this file")
    args = parser.parse_args()
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if args.profile:
        import cProfile

        profile = cProfile.Profile()
        result = profile.runcall(JOBS[args.job], args)
        profile.dump_stats(args.profile)
    else:
        result = JOBS[args.job](args)
    if result:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
