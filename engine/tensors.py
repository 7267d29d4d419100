"""Tensors: every named array of a net, in one vector."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.lesson import Lesson

Array = npt.NDArray[Any]


def plane(array: Array) -> Array:
    """Any array as a matrix: a vector is one row, a scalar one cell."""
    return array.reshape(1, -1) if array.ndim < 2 else array


def oriented(array: Array, orientation: str) -> Array:
    """An array as the lesson writes it: as stored (rows are examples, W is n_in x n_out) or, in column form, turned."""
    return plane(array).T if orientation == "column" else plane(array)


@dataclass(frozen=True)
class Place:
    """Where an array lies in the vector, in elements. ``rows`` is 0 for arrays with one row per example."""

    offset: int
    rows: int
    columns: int
    dimensions: int = 2

    def shape(self, batch: int) -> tuple[int, int]:
        """(rows, columns) when the batch has ``batch`` examples."""
        return (self.rows or batch, self.columns)


@dataclass(frozen=True)
class Layout:
    """Places of all arrays of a lesson.

    Order: parameters W1 b1 W2 b2 …, gradients dW1 db1 …, velocities vW1 vb1 … (each group contiguous and in the
    same order), then x, y, z1, a1, delta1 …, loss with room for ``capacity`` examples. With separate nodes also
    da1 … and, for cross-entropy, logp and dlogp.
    """

    places: Mapping[str, Place]
    capacity: int
    parameters: int
    size: int

    @staticmethod
    def of(lesson: Lesson, capacity: int) -> Layout:
        """The layout of a lesson whose batches have at most ``capacity`` examples."""
        places: dict[str, Place] = {}
        offset = 0

        def put(name: str, rows: int, columns: int, dimensions: int = 2) -> None:
            nonlocal offset
            places[name] = Place(offset, rows, columns, dimensions)
            offset += (rows or capacity) * columns

        layers = range(1, lesson.layers + 1)
        sizes = lesson.network.sizes
        for prefix in ("", "d", "v"):
            for k in layers:
                put(f"{prefix}W{k}", lesson.width_in(k), sizes[k])
                if lesson.has_bias(k):
                    put(f"{prefix}b{k}", 1, sizes[k], 1)
        parameters = offset // 3
        put("x", 0, lesson.width_in(1))
        put("y", 0, sizes[-1])
        for k in layers:
            for name in ("z", "a", "da", "delta") if lesson.separate else ("z", "a", "delta"):
                put(f"{name}{k}", 0, sizes[k])
        if lesson.separate and lesson.loss.name == "cross_entropy":
            put("logp", 0, sizes[-1])
            put("dlogp", 0, sizes[-1])
        put("loss", 1, 1, 0)
        return Layout(places, capacity, parameters, offset)


class Tensors(Mapping[str, Array]):
    """Named views into one vector: ``tensors["W1"]`` is (n_in, n_out), ``["b1"]`` (n_out,), ``["z1"]`` (m, n_out).

    ``batch`` is m, the number of examples of the present batch; a shorter last batch uses the first rows.
    """

    def __init__(self, layout: Layout, vector: Array, batch: int) -> None:
        self.layout = layout
        self.vector = vector
        self.batch = batch

    @staticmethod
    def zeros(lesson: Lesson, capacity: int) -> Tensors:
        """All arrays of a lesson, zero, in the lesson's dtype."""
        layout = Layout.of(lesson, capacity)
        return Tensors(layout, np.zeros(layout.size, lesson.run.dtype), capacity)

    def __getitem__(self, name: str) -> Array:
        place = self.layout.places[name]
        rows, columns = place.shape(self.batch)
        flat = self.vector[place.offset : place.offset + rows * columns]
        if place.dimensions == 2:
            return flat.reshape(rows, columns)
        return flat if place.dimensions == 1 else flat.reshape(())

    def __iter__(self) -> Iterator[str]:
        return iter(self.layout.places)

    def __len__(self) -> int:
        return len(self.layout.places)

    def _group(self, index: int) -> Array:
        n = self.layout.parameters
        return self.vector[index * n : (index + 1) * n]

    @property
    def parameters(self) -> Array:
        """All weights and biases as one vector, W1 b1 W2 b2 …"""
        return self._group(0)

    @property
    def gradients(self) -> Array:
        """All weight and bias gradients as one vector, in the order of ``parameters``."""
        return self._group(1)

    @property
    def velocities(self) -> Array:
        """All velocities as one vector, in the order of ``parameters``; zero without momentum."""
        return self._group(2)


def parameter_views(layout: Layout, parameters: Array, velocities: Array) -> dict[str, Array]:
    """Named views of W, b and v into vectors in the order of ``Tensors.parameters`` and ``Tensors.velocities``."""
    n = layout.parameters
    nothing = np.empty(0, parameters.dtype)
    groups = {"W": (parameters, 0), "b": (parameters, 0), "v": (velocities, 2 * n)}
    views = {}
    for name, place in layout.places.items():
        vector, begin = groups.get(name[0], (nothing, 0))
        if len(vector):
            rows, columns = place.shape(1)
            flat = vector[place.offset - begin : place.offset - begin + rows * columns]
            views[name] = flat.reshape(rows, columns) if place.dimensions == 2 else flat
    return views


class Copies:
    """Read-only copies of Tensors; the memory of those that nobody looks at any more is used again.

    A copy of a deep net takes megabytes, and fetching those from the system for every picture costs more time than
    copying does. Each copy is an array of its own over memory kept here, and every view of it holds on to that array:
    once the array is gone, so are they all.
    """

    MOST = 6  # in the box, on screen, being drawn, being made, and two that a view has yet to let go of

    def __init__(self) -> None:
        self._kept: list[tuple[Array, weakref.ref[Array]]] = []

    def of(self, tensors: Tensors) -> Tensors:
        """A copy that nothing changes as long as anyone holds it or a part of it."""
        vector = tensors.vector
        self._kept = [kept for kept in self._kept if (kept[0].shape, kept[0].dtype) == (vector.shape, vector.dtype)]
        free = next((kept for kept in self._kept if kept[1]() is None), None)
        memory = np.empty_like(vector) if free is None else free[0]
        memory[...] = vector
        copy = np.frombuffer(memory.data, vector.dtype)
        copy.flags.writeable = False
        others = [kept for kept in self._kept if kept is not free]
        self._kept = [*others[1 - self.MOST :], (memory, weakref.ref(copy))]
        return Tensors(tensors.layout, copy, tensors.batch)


class Spare:
    """Memory for what is kept next, made ready by another thread meanwhile.

    The system hands memory out when it is first written to, and for megabytes that takes many times as long as copying
    into memory that has been used.
    """

    LARGE = 2**20  # bytes from which a thread is worth its while

    def __init__(self) -> None:
        self._memory: Array | None = None
        self._thread: threading.Thread | None = None

    def take(self, size: int, dtype: np.dtype[Any]) -> Array:
        """So many numbers of any value."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        memory, self._memory = self._memory, None
        if memory is None or (memory.size, memory.dtype) != (size, dtype):
            memory = np.empty(size, dtype)
        if memory.nbytes >= self.LARGE:
            self._thread = threading.Thread(target=self._fetch, args=(size, dtype), name="memory", daemon=True)
            self._thread.start()
        return memory

    def _fetch(self, size: int, dtype: np.dtype[Any]) -> None:
        with contextlib.suppress(MemoryError):  # whoever takes it then meets that
            self._memory = np.ones(size, dtype)  # written to, which zeros are not
