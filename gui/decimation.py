"""A growing row of numbers as the few points that a plot needs: extremes per column, smoothed values, plateaus."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from engine.metrics import Series

Floats = npt.NDArray[np.float64]

BLOCK = 64  # values per cached minimum and maximum


class Envelope:
    """Minimum and maximum per column of pixels of a growing row of numbers.

    Minima and maxima of blocks of 64 values are cached as the row grows, so a frame over a million values looks at
    some thousands of them. Columns are aligned to multiples of their width: they stay put while data stream in.

    Parameters
    ----------
    positive : leave values <= 0 out, for a logarithmic axis. Values that are not finite are always left out.
    """

    def __init__(self, positive: bool = False) -> None:
        self._positive = positive
        self._low, self._high = Series(), Series()

    def points(self, values: Floats, first: int, last: int, columns: int) -> tuple[Floats, Floats]:
        """(index, value) of what to draw of values[first:last], in order of index; NaN where nothing is to be drawn.

        Up to two values per column are returned as they are. Otherwise: the first value, minimum and maximum of each
        bin of 2^k values (at most a column wide), and the last value.
        """
        first, last = max(0, first), min(len(values), last)
        count = last - first
        if count <= 0:
            return np.empty(0), np.empty(0)
        if count <= 2 * columns:
            return np.arange(first, last, dtype=np.float64), self._kept(values[first:last], np.nan)
        size = bin_size(count, columns)
        start, end = first // size * size, min(len(values), -(-last // size) * size)
        low, high = self._bins(values, start, end, size)
        y = np.empty(2 * len(low) + 2)
        y[1:-1:2], y[2:-1:2] = low, high
        y[0], y[-1] = self._kept(values[[start, end - 1]], np.nan)
        y[1:-1][np.isinf(y[1:-1])] = np.nan  # bins without a value to draw
        x = np.empty_like(y)
        x[1:-1] = np.repeat(start + size * np.arange(len(low)) + (size - 1) / 2, 2)
        x[-2] = x[-3] = min(x[-2], end - 1)
        x[0], x[-1] = start, end - 1
        return x, y

    def _bins(self, values: Floats, start: int, end: int, size: int) -> tuple[Floats, Floats]:
        if size < BLOCK:
            done = start + (end - start) // size * size
            low, high = self._extremes(values[start:done], size)
        else:
            self._extend(values)
            blocks, per = min(len(values), end) // BLOCK, size // BLOCK
            bins = (blocks - start // BLOCK) // per
            span = slice(start // BLOCK, start // BLOCK + bins * per)
            low = self._low.values()[span].reshape(-1, per).min(axis=1)
            high = self._high.values()[span].reshape(-1, per).max(axis=1)
            done = start + bins * size
        if done < end:
            tail = self._extremes(values[done:end], end - done)
            low, high = np.append(low, tail[0]), np.append(high, tail[1])
        return low, high

    def _extend(self, values: Floats) -> None:
        """Cache the blocks that have become full. Blocks never change: what is appended stays as it is."""
        for begin in range(len(self._low) * BLOCK, len(values) // BLOCK * BLOCK, 4096 * BLOCK):
            end = min(begin + 4096 * BLOCK, len(values) // BLOCK * BLOCK)
            low, high = self._extremes(values[begin:end], BLOCK)
            self._low.extend(low)
            self._high.extend(high)

    def _extremes(self, values: Floats, size: int) -> tuple[Floats, Floats]:
        low = self._kept(values, np.inf).reshape(-1, size).min(axis=1)
        high = self._kept(values, -np.inf).reshape(-1, size).max(axis=1)
        return low, high

    def _kept(self, values: Floats, other: float) -> Floats:
        keep = np.isfinite(values)
        if self._positive:
            keep &= values > 0
        return np.where(keep, values, other)


def bin_size(count: int, columns: int) -> int:
    """The largest power of two that makes at least ``columns`` bins of ``count`` values."""
    return 1 << max(0, math.floor(math.log2(count / max(1, columns))))


class Smoothing:
    """Exponentially weighted mean of the values so far, without the pull towards zero at the start.

    s_i = sum_j w^(i-j) v_j / sum_j w^(i-j), over finite v_j only: a value that is no number changes nothing.
    """

    CHUNK = 128

    def __init__(self, weight: float) -> None:
        self.weight = weight
        self._done = Series()
        self._sum = self._mass = 0.0
        powers = weight ** np.arange(self.CHUNK + 1)
        lag = np.subtract.outer(np.arange(self.CHUNK), np.arange(self.CHUNK))
        self._decay = powers[1:]
        self._matrix = np.where(lag >= 0, powers[np.maximum(lag, 0)], 0.0)

    def __len__(self) -> int:
        return len(self._done)

    def __getitem__(self, batch: int) -> float:
        return float(self._done.values()[batch - 1])

    def of(self, values: Floats) -> Floats:
        """Smoothed values, as many; what was smoothed before is remembered."""
        new = values[len(self._done) :]
        if len(new):
            finite = np.isfinite(new)
            total = self._filter(np.where(finite, new, 0.0), self._sum)
            mass = self._filter(finite.astype(np.float64), self._mass)
            self._sum, self._mass = float(total[-1]), float(mass[-1])
            self._done.extend(np.divide(total, mass, out=np.full(len(new), np.nan), where=mass > 0))
        return self._done.values(0, len(values))

    def _filter(self, new: Floats, before: float) -> Floats:
        """r_i = w r_(i-1) + (1-w) v_i: within chunks by one matrix product, from chunk to chunk one by one."""
        chunks = np.zeros((-(-len(new) // self.CHUNK), self.CHUNK))
        chunks.reshape(-1)[: len(new)] = new * (1 - self.weight)
        rows = chunks @ self._matrix.T
        carried = np.empty(len(rows))
        for i, last in enumerate(rows[:, -1].tolist()):
            carried[i] = before
            before = last + self._decay[-1] * before
        rows += np.multiply.outer(carried, self._decay)
        return rows.reshape(-1)[: len(new)]


class Plateaus:
    """Where a growing row of numbers changes its value: the learning rate as its few steps."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._values: list[float] = []
        self._seen = 0

    def of(self, values: Floats) -> tuple[Floats, Floats]:
        """(index, value) at the start of each stretch of equal values."""
        new = values[max(0, self._seen - 1) :]
        if self._seen < len(values):
            changed = np.flatnonzero(new[1:] != new[:-1]) + 1 + max(0, self._seen - 1)
            if self._seen == 0:
                changed = np.append(0, changed)
            self._starts += changed.tolist()
            self._values += values[changed].tolist()
            self._seen = len(values)
        starts, levels = np.array(self._starts, dtype=np.float64), np.array(self._values)
        shown = starts < len(values)
        return starts[shown], levels[shown]
