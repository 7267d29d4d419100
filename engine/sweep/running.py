"""A sweep under way: its runs are given out, its results come back in the order in which they end."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from typing import Any

from engine.sweep.grid import Run, Sweep
from engine.sweep.places import Cluster, LostError, Places, Processes, processors
from engine.sweep.results import Result

POLL = 0.1  # seconds that a wish to stop waits at most


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
    places: Places = Cluster(dask) if dask is not None else Processes(min(jobs or processors(), len(left)))
    running: dict[Future[dict[str, Any]], tuple[Run, int]] = {}
    folder = None if data_dir is None else str(data_dir.resolve())
    try:
        while left or running:
            while left and places.room:
                run, attempt = left.popleft()
                length = {"batches": sweep.batches, "epochs": sweep.epochs}
                order = {"lesson": run.lesson.to_table(), **length, "data_dir": folder}
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
