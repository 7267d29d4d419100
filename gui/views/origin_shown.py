"""An Origin ready to be painted: its terms written, its examples with their images, its words for a reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage

from engine.program import Phase
from engine.provenance import Origin, Push, Term
from engine.snapshot import Snapshot
from gui import matrix
from gui.theme import Theme, colours, image_table
from gui.views.network_images import MNIST_MEAN, MNIST_STD
from gui.views.origin_text import Line, Place, Writer, number, percent, signed

Array = npt.NDArray[Any]

BY_EXAMPLE = ("weight_gradient", "bias_gradient", "bias_gradient_mean")
translate = QCoreApplication.translate


class Images:
    """The input images of a Snapshot's batch, made when they are first asked for."""

    def __init__(self, snapshot: Snapshot, theme: Theme) -> None:
        self._snapshot, self._theme = snapshot, theme
        self._made: dict[int, QImage] = {}

    def __bool__(self) -> bool:
        return self._snapshot.image_shape is not None

    def of(self, sample: int) -> QImage:
        """The image of one row of the batch."""
        if sample not in self._made:
            height, width = self._snapshot.image_shape or (1, 1)
            x = self._snapshot.tensors["x"][:, : height * width]
            low, high = self._range(x)
            row = np.nan_to_num(x[sample], nan=low, posinf=low, neginf=low).reshape(height, width)
            self._made[sample] = matrix.to_image(colours(row, low, high, image_table(self._theme)))
        return self._made[sample]

    def _range(self, x: Array) -> tuple[float, float]:
        """What paper and ink are in the input's units."""
        match self._snapshot.lesson.data.normalize:
            case "unit":
                return 0.0, 1.0
            case "mnist":
                return -MNIST_MEAN / MNIST_STD, (1 - MNIST_MEAN) / MNIST_STD
        finite = x[np.isfinite(x)]
        return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


@dataclass(frozen=True)
class Shown:
    """An Origin, ready to be painted."""

    origin: Origin
    writer: Writer
    images: Images
    pushes: tuple[Push, ...] = ()
    lines: dict[int, tuple[Line, Line]] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        return Place(self.origin.name, self.origin.cell, self.origin.old)

    @property
    def by_example(self) -> bool:
        """Whether every term belongs to an example with an image."""
        step = self.origin.step
        return bool(self.images) and bool(self.origin.terms) and step is not None and step.op in BY_EXAMPLE

    def sample(self, term: Term) -> int:
        """The example that a term belongs to: the row of its delta."""
        return next(factor.cell[0] for factor in term.factors if factor.name.startswith("delta"))

    def written(self, i: int) -> tuple[Line, Line]:
        """A term in names and in numbers."""
        if i not in self.lines:
            term, step = self.origin.terms[i], self.origin.step
            slope = term.factors[-1] if term.factors and step is not None and step.phase is Phase.BACKWARD else None
            self.lines[i] = self.writer.terms_names(term, slope), self.writer.terms_numbers(term, slope)
        return self.lines[i]

    def share(self, i: int) -> float:
        """A term's share of all magnitudes."""
        whole = self.origin.magnitude
        return abs(self.origin.terms[i].value) / whole if whole else 0.0

    def row_text(self, i: int) -> str:
        """A term in words and numbers."""
        names, numbers = self.written(i)
        value = signed(self.origin.terms[i].value)
        text = names.text if names.text == numbers.text else f"{names.text} = {numbers.text}"
        text = text if numbers.text == value else f"{text} = {value}"
        if self.by_example:
            text = translate("OriginView", "example {s}: ").format(s=self.sample(self.origin.terms[i])) + text
        return f"{text}, {percent(self.share(i))}"

    def sum_text(self) -> str:
        """What the terms come to, in words and numbers."""
        found = self.origin
        text = (
            translate("OriginView", "{n} terms").format(n=f"{len(found.terms):,}")
            if len(found.terms) != 1
            else translate("OriginView", "1 term")
        )
        if found.over is not None:
            text += f" = {number(found.total)}, {number(found.over)} / {number(found.total)}"
        verdict = (
            "✓"
            if found.agrees
            else translate("OriginView", "✗ the terms come to {sum}").format(sum=signed(found.result))
        )
        return f"{text} = {self.writer.name(self.place)} = {signed(found.value)} {verdict}"
