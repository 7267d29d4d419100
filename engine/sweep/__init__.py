"""Sweep: one lesson with some of its keys varied, many runs side by side, on this machine or on a Dask cluster.

Each run is a function of a plain table: the lesson with its values goes out, the measured numbers come back. What a
file says is never executed, and a worker can be lost without anything else being lost.

``grid`` reads what is varied and makes the runs, ``on_disk`` tells apart the files that they learn from, ``training``
is one of them, ``places`` are the processes that they are given to, ``running`` gives them out, and ``results`` keeps
what came of them.
"""

from engine.sweep.grid import (
    MOST_BATCHES,
    MOST_EPOCHS,
    MOST_RUNS,
    Axis,
    Key,
    Run,
    Sweep,
    SweepError,
    asked_for,
    counts,
    parse_values,
    parse_vary,
    seed_matters,
    shown_value,
    varied_keys,
)
from engine.sweep.results import COLUMNS, Result, ResultsFile, best_of, to_csv
from engine.sweep.running import run_sweep
from engine.sweep.training import check_data, train

__all__ = [
    "COLUMNS",
    "MOST_BATCHES",
    "MOST_EPOCHS",
    "MOST_RUNS",
    "Axis",
    "Key",
    "Result",
    "ResultsFile",
    "Run",
    "Sweep",
    "SweepError",
    "asked_for",
    "best_of",
    "check_data",
    "counts",
    "parse_values",
    "parse_vary",
    "run_sweep",
    "seed_matters",
    "shown_value",
    "to_csv",
    "train",
    "varied_keys",
]
