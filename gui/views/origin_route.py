"""The trail of cells gone through, and in which batch each of them was looked at."""

from __future__ import annotations

from dataclasses import replace

from engine.program import END
from gui.views.origin_text import Place

Moment = tuple[int, int]
"""A step and a batch."""


class Route:
    """Cells, one of them the present one.

    A trail may go on in an earlier batch: the cell is then entered once more with that batch. On its way back it
    returns to the moment that was left. Where the user goes elsewhere in time by other means, all cells are simply
    those of the batch that is shown.
    """

    def __init__(self) -> None:
        self.places: list[Place] = []
        self.here = 0
        self._left: Moment | None = None  # before the trail first went to another batch
        self._awaited: int | None = None  # a batch that is on its way to the screen

    @property
    def place(self) -> Place | None:
        """The present cell."""
        return self.places[self.here] if self.places else None

    def begin(self, *places: Place) -> None:
        """A new trail, of one cell or of none."""
        self.places, self.here = list(places), 0
        self._left = self._awaited = None

    def follow(self, place: Place) -> None:
        """On to another cell; what had been gone back from is forgotten."""
        self.places[self.here + 1 :] = [place]
        self.here += 1

    def go_on_in(self, batch: int, now: Moment) -> Moment:
        """The present cell once more, at the end of another batch. Returns where to go in time."""
        present = self.places[self.here]
        again = Place(present.name, present.cell, batch=batch)
        if self._moment(self.here) in (None, self._left):
            self._left = now
        if present.batch:  # it was only passed through
            self.places[self.here :] = [again]
        else:
            self.follow(again)
        self._awaited = batch
        return END, batch

    def go_to(self, index: int) -> Moment | None:
        """To a cell of the trail. Returns where to go in time, or None where no other moment is wanted."""
        before, after = self._moment(self.here), self._moment(index)
        self.here = index
        if after is None or after == before:
            return None
        self._awaited = after[1]
        return after

    def arrive(self, batch: int) -> None:
        """A batch is on the screen."""
        moment = self._moment(self.here)
        if self._awaited is not None:
            self._awaited = None if batch == self._awaited else self._awaited
        elif moment is not None and moment[1] != batch:
            self.places = [replace(place, batch=0) for place in self.places]
            self._left = None

    def _moment(self, index: int) -> Moment | None:
        """When a cell of the trail was looked at; None where it does not matter."""
        batch = next((place.batch for place in reversed(self.places[: index + 1]) if place.batch), 0)
        return (END, batch) if batch else self._left
