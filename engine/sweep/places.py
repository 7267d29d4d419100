"""Where the runs of a sweep are made: processes of this machine, or the workers of a Dask cluster.

The processes of this machine are those of joblib (its executor, loky), one pool for each. ``joblib.Parallel`` would
hand all results out by one iterator, which fails as a whole when a process is killed, and says nothing of whose fault
it was; so does a pool of several processes, whose other runs are lost with it. With a pool of its own, a process that
is killed costs the run that was in it a retry, and that run alone. On a cluster the tasks go to Dask's own client
rather than through joblib's backend for it, for the same reason: the scheduler then knows each run by itself, gives it
to another worker when its own is lost, and keeps the results of the others. Both give futures of
``concurrent.futures``, so what gives them their runs does not know which it has.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol

from engine import threads
from engine.sweep.grid import MOST_RUNS, SweepError, short
from engine.sweep.training import Order, work

ATTEMPTS = 3  # a run whose process was lost so often is given up
PARENT_SECONDS = 0.5  # between two looks of a process at whether there is anyone left to work for
CONNECT_SECONDS = 10
WORKER_SECONDS = 30
QUIET = "ignore:resource_tracker:UserWarning"


class LostError(RuntimeError):
    """The process that had a run is gone: killed, or out of memory."""


class Places(Protocol):
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


class Processes:
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
        with _deaf():
            future: Future[dict[str, Any]] = pool.submit(work, order)
        self._busy[future] = pool
        return future

    def _new_pool(self) -> Any:
        loky = importlib.import_module("joblib.externals.loky")
        _keep_quiet()
        alone = dict.fromkeys(threads.VARIABLES, "1")
        with _deaf():
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
        # All are told before any is waited for. The interpreter, where it is ending, waits for the threads of all pools
        # and lets nobody else wait meanwhile; and a second Ctrl-C may interrupt the waiting.
        managers = [getattr(pool, "_executor_manager_thread", None) for pool in self._pools]
        for pool in self._pools:
            pool.shutdown(wait=False, kill_workers=True)
        for manager in managers:
            if manager is not None:
                manager.join()
        self._pools, self._idle, self._busy = [], [], {}


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Processes that are started in here hear no Ctrl-C, no end of the terminal and no SIGTERM, which may go to all.

    Those that run would end in the middle of an import, with its traceback, or be taken for lost and begun again;
    loky's own, which clears up after them, before its time. All of them end with this one.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _keep_quiet() -> None:
    """Let loky do its clearing up without a word about it.

    A process of its own clears up the semaphores when this program is killed, and calls them leaked. And where neither
    psutil nor pgrep is there to look for processes that a worker has started, loky says so each time it ends one; the
    workers here start none.
    """
    if QUIET not in sys.warnoptions:  # loky's process takes these options over
        sys.warnoptions.append(QUIET)
    warnings.filterwarnings("ignore", "Failed to kill subprocesses", UserWarning)


def _settle_in(parent: int) -> None:
    """What a process does first: leave Ctrl-C to ``parent`` for good, and end when that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """End this process when its parent is gone without a word: killed, or its window closed in the middle."""
    while os.getppid() == parent:
        time.sleep(PARENT_SECONDS)
    os._exit(1)


class Cluster:
    """Workers of a Dask cluster. They all get their share at once, and the scheduler moves the runs of lost ones."""

    attempts = 1  # Dask itself gives a run to another worker, distributed.scheduler.allowed-failures times

    def __init__(self, address: str) -> None:
        distributed = load_distributed()
        for name in ("distributed", "distributed.client", "tornado.application"):  # a lost scheduler is told by us
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._address = address
        if not address.startswith(("tcp://", "tls://")):  # of any other kind distributed is long in despairing
            raise SweepError(f"{short(address)} names no Dask scheduler; it is named as in tcp://127.0.0.1:8786")
        try:
            self._client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError, TypeError) as error:
            raise SweepError(
                f"no Dask scheduler answers at {short(address)}; it is named as in tcp://127.0.0.1:8786"
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
