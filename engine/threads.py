"""How many threads the matrix products of NumPy's BLAS may take. It has to be said before NumPy is imported."""

from __future__ import annotations

import os

VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
MOST = 4  # more only wait for each other on matrices of this size


def decide(alone: bool) -> None:
    """One thread beside a window, which needs processors of its own; ``alone``, as many as help. What is set, stays."""
    count = min(os.cpu_count() or 1, MOST) if alone else 1
    for variable in VARIABLES:
        os.environ.setdefault(variable, str(count))
