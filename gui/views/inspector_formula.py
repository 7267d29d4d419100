"""The page of the Step inspector: the formula with its numbers; below it, one cell of the result worked out."""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import chain, product
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
    QTextLayout,
)
from PySide6.QtWidgets import QToolTip, QWidget

from engine import ops
from engine.expression import Cell, Expression, expression, label
from engine.formula import Look, Part, latex, numbers, parts, symbol
from engine.program import Phase, Step
from engine.snapshot import Snapshot, State
from engine.tensors import oriented
from gui import formulas, matrix, step_text, symbols
from gui.matrix_text import CopyMenu
from gui.numbers import exact, significant
from gui.theme import LIGHT, Theme, colours, mono_font, number_colour, ui_font
from gui.views.inspector_expression import LINE, Run, Written, write_out
from gui.views.inspector_expression import PX as TEXT_PX
from gui.views.inspector_numbers import CAPTION, GAP, SIGN, Box, Item, Laid, Layouter, Sizes, Symbol, place_in

Array = npt.NDArray[Any]

MARGIN = 16
SYMBOL_PX = 24
NOTE_PX = 12
TERMS = (8, 6, 5, 4, 3, 2)  # most terms of a sum, tried in this order
AUTO = (5, 4, 3, 2)  # significant digits, by the room there is
ENOUGH = 2  # so many of them are tried before the arithmetic takes one more line
LINES = 3  # of arithmetic, at most
SPACE = 8.0  # between formula and arithmetic
ABOVE, BETWEEN = 14.0, 12.0  # more room above the formula and the arithmetic, where nothing else needs it
JACOBIAN = "softmax_backward_jacobian"
BY_EXAMPLE = re.compile(r"(?:z|a|da|delta)\d+|d?logp")
NOTHING = 1e-3  # of the largest
NO_INK = Symbol(0.0, 0.0, 0.0, 0.0)


class Detail(enum.Enum):
    """How much is shown of what a formula is compared with."""

    WHOLE = "with its numbers"
    NAMED = "what it is, and how far off"
    ALONE = "only what torch.autograd says"


class FormulaPage(QWidget):
    """Formula with numbers. A click or the arrow keys choose the cell that ``line`` works out.

    Signals
    -------
    arranged(height) : of the formula, for the room that there is for it and the line.
    """

    arranged = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        CopyMenu(self, self.matrix_at)
        self.theme = LIGHT
        self.digits: int | None = None
        self._snapshot: Snapshot | None = None
        self._chosen: dict[str, tuple[int, int]] = {}  # cell of each array, as stored
        self._telling: tuple[int, int] | None = None  # cell, of the Step that is shown
        self._example = 0
        self._laid: Laid | None = None
        self._room = (0, 0)  # that it is laid out for
        self._origin = QPointF(MARGIN, 0)  # of the formula
        self.line = ArithmeticLine()
        self._picture: QPixmap | None = None
        self._prepared: object = None
        self.setAccessibleName(self.tr("Formula with numbers"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(480, 200)

    # ---- what it shows -----------------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the Step of a Snapshot, once ``arrange`` is called."""
        if self._snapshot is not None and snapshot.generation != self._snapshot.generation:
            self._chosen.clear()
        self._snapshot = snapshot
        self._laid = self._picture = self._telling = None
        self.update()
        key = (snapshot.program, snapshot.lesson, self.theme)
        formulas.hold(snapshot.state is State.RUNNING and snapshot.position.step == len(snapshot.program))
        if snapshot.state is not State.RUNNING and key != self._prepared:
            self._prepared = key
            batch = snapshot.tensors.batch
            every = (part for step in snapshot.program.steps for part in parts(step, snapshot.lesson, batch))
            typeset = [text for part in every for text in (part.latex, part.numeric) if text.strip("\\, ")]
            typeset += [latex(s, snapshot.lesson) for s in snapshot.program.steps if s.phase is Phase.UPDATE]
            jacobians = [step for step in snapshot.program.steps if step.op == JACOBIAN]
            typeset += [_other_way(step.layer, brief) for step in jacobians for brief in (False, True)]
            formulas.prepare(dict.fromkeys(typeset), SYMBOL_PX, self.theme)

    def set_digits(self, digits: int | None) -> None:
        """Write numbers to so many significant digits; None: as many of some as there is room for."""
        self.digits = digits
        self._arrange_again()

    def apply_theme(self, theme: Theme) -> None:
        self.theme = self.line.theme = theme
        self._arrange_again()

    @property
    def step(self) -> Step | None:
        """The Step just done; before the first the one that comes."""
        return (self._snapshot.step or self._snapshot.next_step) if self._snapshot else None

    @property
    def chosen(self) -> Cell | None:
        """The cell that is worked out, as stored; None before the first Step."""
        snapshot = self._snapshot
        if snapshot is None or snapshot.step is None:
            return None
        name = snapshot.step.write
        array = np.atleast_2d(snapshot.tensors[name])
        place = self._chosen.get(name)
        if place is None or place[0] >= array.shape[0] or place[1] >= array.shape[1]:
            if self._telling is None:
                self._telling = self._telling_cell(snapshot, snapshot.step)
            place = self._telling
        return Cell(name, *place)

    def _telling_cell(self, snapshot: Snapshot, step: Step) -> tuple[int, int]:
        """The cell that is worked out first, a cell that something happens to.

        Of outputs and what belongs to them it is one of the example shown: its true class, else the first neuron. Where
        that is nothing beside the others (a pixel that is always black, a class that is certain), the largest.
        """
        updated = step.write in step.reads
        array = np.atleast_2d(snapshot.tensors[step.reads[1] if updated else step.write])
        first = (0, 0)
        rows = array
        if BY_EXAMPLE.fullmatch(step.write):
            row = min(self._example, len(array) - 1)
            first, rows = (row, 0), array[row : row + 1]
            y = snapshot.tensors["y"]
            if snapshot.lesson.loss.name == "cross_entropy" and step.layer == snapshot.lesson.layers:
                first = (row, int(y[row].argmax()))
        if not abs(array[first]) < NOTHING * matrix.largest(rows):
            return first
        row, column = divmod(int(np.nan_to_num(np.abs(rows), posinf=0.0).argmax()), rows.shape[1])
        return first[0] + row, column

    def show_example(self, row: int) -> None:
        """Work out cells of another example of the batch."""
        if row != self._example:
            self._example, self._telling = row, None
            self._chosen = {name: place for name, place in self._chosen.items() if not BY_EXAMPLE.fullmatch(name)}
            self._arrange_again()

    def choose(self, row: int, column: int) -> None:
        """Work out a cell of the written array, given as stored."""
        cell = self.chosen
        if cell is not None:
            self._chosen[cell.name] = (row, column)
            self._arrange_again()

    def text_summary(self) -> str:
        """The arithmetic of the chosen cell."""
        written = self.line.written
        return written.text if written is not None else ""

    def box_of(self, name: str) -> Box:
        """Where the matrix of an array is painted."""
        assert self._laid is not None
        return next(box for box in self._laid.boxes if box.item.part.array == name and box.item.values is not None)

    def cell_box(self, cell: Cell) -> QRectF | None:
        """Where a stored cell of the written array is painted, in this widget's coordinates."""
        assert self._snapshot is not None
        box, chosen = self.box_of(cell.name), self.chosen
        if box.item.part.look is Look.EXAMPLE and chosen is not None and cell.row != chosen.row:
            return None
        place = place_in(cell, box.item.part, self._snapshot.lesson.run.orientation)
        found = box.cell_box(*place) if place is not None else None
        return found.translated(self._origin) if found is not None else None

    # ---- arranging ---------------------------------------------------------------------------------------------------

    def arrange(self) -> None:
        """Arrange everything for the room there is, unless that has been done."""
        if self.isVisible():
            self.arrange_to_paint()

    def arrange_to_paint(self) -> None:
        """The same for a picture, also of a window that is hidden."""
        if self._snapshot is not None and formulas.ready(self):
            room = (self.width(), self._area_height())
            if self._laid is None or room != self._room:
                self._room, self._picture = room, None
                self._arrange(self._snapshot)
            self.update()

    def _area_height(self) -> int:
        """Of what the formula and its line share: the scroll area with the margin below its viewport."""
        return self.parentWidget().parentWidget().height()

    def _arrange_again(self) -> None:
        self._laid = self._picture = None
        self.arrange()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._picture = None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.arrange()

    def _arrange(self, snapshot: Snapshot) -> None:
        """As much arithmetic as the smallest formula leaves room for, then the largest formula above it.

        Where that is too little, what is compared with the result is named, its numbers left out; then softmax's other
        way goes, rather than that its Jacobian scrolls.
        """
        width, height = max(80.0, self.width() - 2.0 * MARGIN), self._area_height() - 2.0
        choices = (self.digits,) if self.digits else AUTO
        layouter = self._layouter(choices)
        found = self._expression(snapshot, TERMS[0])
        made = self._formulas(snapshot, found)
        if found is not None and layouter.least(made, width) + SPACE + LINE > height:
            made = self._formulas(snapshot, found, Detail.NAMED)
        written, below = None, 0.0
        if found is not None:
            lines = (height - layouter.least(made, width) - SPACE) / LINE
            most = min(max(int(lines), 1), LINES)
            written, digits = self._write(snapshot, width, most, choices)
            below = written.height + SPACE
            if layouter.least(made, width) + below > height:
                made = self._formulas(snapshot, found, Detail.ALONE)
            if digits < choices[0]:
                layouter = self._layouter(choices[choices.index(digits) :])
        self._laid = layouter.best(made, width, height - below)
        if found is not None and self._laid.sizes.digits < digits:  # a number is the same wherever it stands
            written, _ = self._write(snapshot, width, written.lines, (self._laid.sizes.digits,))
            below = written.height + SPACE
        spare = max(0.0, height - below - self._laid.height)
        self._origin = QPointF(MARGIN, min(ABOVE, spare / 4))
        self.line.show_written(written, snapshot)
        self.setMinimumHeight(int(self._laid.height + 2))
        self.arranged.emit(int(self._origin.y() + self._laid.height + 2 + min(BETWEEN, spare / 4)))
        if snapshot.state is not State.RUNNING:
            self.setAccessibleDescription(self.text_summary())

    def _layouter(self, digits: Sequence[int]) -> Layouter:
        return Layouter(self._symbol, self._note_width, _character(), digits)

    def _write(self, snapshot: Snapshot, width: float, lines: int, choices: Sequence[int]) -> tuple[Written, int]:
        """The arithmetic of the chosen cell, with as many terms as there are lines for; and its digits.

        It takes one more line rather than fewer digits than numbers are told apart by.
        """
        orientation = snapshot.lesson.run.orientation
        expressions = cache(lambda terms: self._expression(snapshot, terms))
        for more, digits in chain(product((0,), choices[:ENOUGH]), product((1, LINES), choices)):
            for terms in TERMS:
                written = write_out(expressions(terms), snapshot.tensors, orientation, digits, width, lines + more)
                if written is not None:
                    return written, digits
        written = write_out(expressions(TERMS[-1]), snapshot.tensors, orientation, choices[-1], width)
        assert written is not None
        return written, choices[-1]

    def _symbol(self, latex: str) -> Symbol:
        if not latex.strip("\\, "):
            return NO_INK
        ink = formulas.extent(latex, SYMBOL_PX, self.theme)
        return Symbol(ink.left(), -ink.top(), ink.width(), ink.height())

    def _note_width(self, text: str) -> float:
        return QFontMetricsF(ui_font(NOTE_PX, 600)).horizontalAdvance(text)

    def _expression(self, snapshot: Snapshot, terms: int) -> Expression | None:
        cell, step = self.chosen, snapshot.step
        if cell is None or step is None:
            return None
        return expression(step, snapshot.lesson, snapshot.tensors, snapshot.before, cell.row, cell.column, terms)

    def _formulas(
        self, snapshot: Snapshot, found: Expression | None, detail: Detail = Detail.WHOLE
    ) -> list[list[Item]]:
        """The formula, and below it what it is compared with."""
        step = snapshot.step or snapshot.next_step
        lesson, example = snapshot.lesson, found.cell.row if found is not None else 0
        every = parts(step, lesson, snapshot.tensors.batch)
        if found is not None and found.right is None:
            symbols_only = Item(Part(latex(step, lesson)))  # in one piece: nothing below it moves its parts
            values = oriented(snapshot.tensors[step.write], lesson.run.orientation)
            written = self._written_item(every[0], values, found)
            gone = Item(Part(""), note=self.tr("The old values are kept only while you step."), apart=True)
            if detail is Detail.WHOLE:
                return [[symbols_only], [written], [gone]]
            return [[symbols_only], [written, gone]]
        arrays = {**snapshot.tensors, **snapshot.before} if snapshot.before else snapshot.tensors
        items = []
        for i, part in enumerate(every):
            if not part.array:
                items.append(Item(part))
            elif i == 0:
                values = numbers(part, lesson, step.layer, snapshot.tensors, example)
                items.append(self._written_item(part, values, found))
            else:
                values = numbers(part, lesson, step.layer, arrays, example)
                used = self._used(part, found, lesson.run.orientation)
                items.append(Item(part, values, "read", used))
        if found is not None and any(part.look is Look.JACOBIAN for part in every):
            items = self._focused(items, found, lesson.run.orientation)
        if found is None:
            return [items]
        items += self._comparisons(snapshot, step, found, detail, items[0])
        missing = self._without_torch(snapshot, step)
        return [items, *([Item(Part(""), note=line)] for line in missing)]

    @staticmethod
    def _focused(items: list[Item], found: Expression, orientation: str) -> list[Item]:
        """The formula of softmax's Jacobian, its numbers those that the chosen one comes from, then the largest."""
        written, j = items[0], found.cell.column
        (jacobian,) = (item.values for item in items if item.part.look is Look.JACOBIAN)
        read = [item for item in items if item.part.look is Look.EXAMPLE and item is not written]
        shares = [item.values.ravel() for item in read if item.values is not None]
        assert jacobian is not None
        assert written.values is not None
        with np.errstate(all="ignore"):
            terms = (shares[0] - sum(shares[1:], np.zeros(len(jacobian)))) * jacobian[:, j]
        largest = _largest_first(terms)
        others = (j, *largest[1:], *_largest_first(written.values.ravel()))
        of_sum, of_result = tuple(dict.fromkeys((*largest[:1], *others))), tuple(dict.fromkeys((j, *largest, *others)))
        made = []
        for item in items:
            if item.values is not None:
                across = of_sum if item in read else of_result
                down = of_sum if item.part.look is Look.JACOBIAN else (0,)
                item = replace(item, focus=(across, down) if orientation == "column" else (down, across))
            made.append(item)
        return made

    def _written_item(self, part: Part, values: Array, found: Expression | None) -> Item:
        if found is None:
            return Item(part, values, "write", pending=True)
        assert self._snapshot is not None
        place = place_in(found.cell, part, self._snapshot.lesson.run.orientation)
        return Item(part, values, "write", (place,) if place is not None else ())

    def _used(self, part: Part, found: Expression | None, orientation: str) -> tuple[tuple[int, int], ...]:
        if found is None:
            return ()
        if part.look is Look.JACOBIAN:
            j = found.cell.column
            return ((j, 0), (j, 1)) if orientation == "column" else ((0, j), (1, j))
        places = (place_in(cell, part, orientation) for cell in found.cells)
        return tuple(place for place in places if place is not None)

    def _comparisons(
        self, snapshot: Snapshot, step: Step, found: Expression, detail: Detail, written: Item
    ) -> list[Item]:
        """What torch.autograd says, and softmax's other way: of the same numbers as those of ``written``."""
        made: list[Item] = []
        brief = detail is not Detail.WHOLE
        lesson, tensors, s, ours = snapshot.lesson, snapshot.tensors, found.cell.row, written.values
        assert ours is not None
        if snapshot.autograd is not None and step.write in snapshot.autograd:
            part = replace(written.part, latex="")
            theirs = numbers(part, lesson, step.layer, {step.write: np.asarray(snapshot.autograd[step.write])}, s)
            card = replace(written, part=part, values=None if brief else theirs, token="text2")
            card = replace(card, note="torch.autograd", apart=True)
            made += [card, self._distance(theirs, ours)]
        if step.op == JACOBIAN and detail is not Detail.ALONE:
            k = step.layer
            vector: Any = ops.softmax_backward
            with np.errstate(all="ignore"):
                values = vector(tensors[f"da{k}"][s : s + 1], tensors[f"a{k}"][s : s + 1])
            values = oriented(values, lesson.run.orientation)
            part = replace(written.part, latex=_other_way(k, brief))
            card = replace(written, part=part, values=None if brief else values, token="text2", apart=True)
            made += [card, self._distance(values, ours)]
        return made

    def _without_torch(self, snapshot: Snapshot, step: Step) -> list[str]:
        """Why torch.autograd says nothing, in lines as long as there is room for."""
        wanted = snapshot.lesson.run.autograd and step.phase is Phase.BACKWARD
        if snapshot.autograd is not None or not snapshot.no_torch or not wanted:
            return []
        text = self.tr("torch.autograd: PyTorch could not be loaded")
        layout = QTextLayout(text, ui_font(NOTE_PX, 600))
        layout.beginLayout()
        lines = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(80.0, self.width() - 2.0 * MARGIN) - 2 * SIGN)
            lines.append(text[line.textStart() : line.textStart() + line.textLength()].strip())
        layout.endLayout()
        return lines

    def _distance(self, theirs: Array, ours: Array) -> Item:
        with np.errstate(all="ignore"):
            far = float(np.abs(theirs - ours).max(initial=0))
        text = self.tr("differs by {value}").format(value=significant(far, 2))
        return Item(Part(""), note=text)

    # ---- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None and self._snapshot is not None and formulas.ready(self):
            if self._laid is None:
                self.arrange_to_paint()
            self._picture = self._paint_picture()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.theme.q("surface"))
            if self._picture is not None:
                painter.drawPixmap(0, 0, self._picture)

    def _paint_picture(self) -> QPixmap:
        """All of it, painted once: what is merely uncovered again costs nothing."""
        assert self._laid is not None
        sharp = self.devicePixelRatioF()
        picture = QPixmap(self.size() * sharp)
        picture.setDevicePixelRatio(sharp)
        picture.fill(self.theme.q("surface"))
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
            painter.translate(self._origin)
            for box in self._laid.boxes:
                self._paint_box(painter, box, self._laid)
        return picture

    def _paint_box(self, painter: QPainter, box: Box, laid: Laid) -> None:
        item, scale = box.item, laid.sizes.symbol
        if item.note:
            painter.setFont(ui_font(NOTE_PX, 600 if item.values is not None else 400))
            painter.setPen(self.theme.q("text2"))
            painter.drawText(box.sign if box.sign is not None else box.symbol, item.note)
        elif item.part.latex.strip("\\, "):
            formulas.draw_on_baseline(painter, box.symbol, item.part.latex, SYMBOL_PX, self.theme, scale)
        if item.values is not None:
            self._paint_matrix(painter, box, laid)
        elif box.sign is not None and not item.note:
            numeric = item.part.numeric or item.part.latex
            formulas.draw_on_baseline(painter, box.sign, numeric, SYMBOL_PX, self.theme, scale)

    def _paint_matrix(self, painter: QPainter, box: Box, laid: Laid) -> None:
        item, colour = box.item, self.theme.q(box.item.token)
        assert item.values is not None
        unsigned = item.part.array.startswith("a") and item.part.look is not Look.JACOBIAN
        self._paint_cells(painter, box, laid.sizes, unsigned)
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        body = box.body
        for left, edge in ((body.left() - 4, 4), (body.right() + 4, -4)):
            painter.drawPolyline([
                QPointF(left + edge, body.top() - 2), QPointF(left, body.top() - 2),
                QPointF(left, body.bottom() + 2), QPointF(left + edge, body.bottom() + 2),
            ])  # fmt: skip
        self._paint_marks(painter, box)
        if laid.sizes.captions or None in box.rows or None in box.columns:
            painter.setFont(mono_font(11))
            painter.setPen(self.theme.q("text3"))
            text = f"{item.shape[0]} × {item.shape[1]}"
            place = QRectF(body.center().x() - 60, body.bottom() + 2, 120, CAPTION)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_cells(self, painter: QPainter, box: Box, sizes: Sizes, unsigned: bool) -> None:
        values = box.item.values
        assert values is not None
        if box.item.heat:
            matrix.paint(painter, box.body, values, matrix.heat_scale(values), self.theme, unsigned, smallest=math.inf)
            return
        rows, columns = [r for r in box.rows if r is not None], [c for c in box.columns if c is not None]
        shown = values[np.ix_(rows, columns)]
        table, from_zero = matrix.table_for(shown, self.theme, unsigned)
        scale = matrix.scale_for(values)
        rgb = colours(shown, 0 if from_zero else -scale, scale, table)
        painter.setFont(mono_font(sizes.px, 500))
        for i, row in enumerate(rows):
            for j, column in enumerate(columns):
                cell = box.cell_box(row, column)
                assert cell is not None
                cell.adjust(1, 1, -1, -1)
                if box.item.pending:
                    painter.setPen(QPen(self.theme.q("line"), 1))
                    painter.setBrush(self.theme.q("sunken"))
                    painter.drawRoundedRect(cell, 2, 2)
                    painter.setPen(self.theme.q("text3"))
                    painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, "–")
                    continue
                colour = QColor.fromRgb(int(rgb[i, j]))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawRoundedRect(cell, 2, 2)
                painter.setPen(number_colour(self.theme, colour))
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, significant(float(shown[i, j]), sizes.digits))
        self._paint_dots(painter, box)

    def _paint_dots(self, painter: QPainter, box: Box) -> None:
        """⋯ in each row, ⋮ in each column, ⋱ where both are left out."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.q("text3"))
        for row, top in zip(box.rows, box.tops, strict=True):
            for column, left in zip(box.columns, box.lefts, strict=True):
                if row is not None and column is not None:
                    continue
                x = left + (GAP[0] if column is None else box.cell[0]) / 2
                y = top + (GAP[1] if row is None else box.cell[1]) / 2
                across, down = 4.0 if column is None else 0.0, 3.3 if row is None else 0.0
                for i in (-1, 0, 1):
                    painter.drawEllipse(QPointF(x + i * across, y + i * down), 1.1, 1.1)

    def _paint_marks(self, painter: QPainter, box: Box) -> None:
        """The chosen cell; in what was read, the row, column or cell that it was found from."""
        item = box.item
        if not item.used:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if item.token != "read":
            cell = box.cell_box(*item.used[0])
            if cell is not None:
                painter.setPen(QPen(self.theme.q("surface"), 3))
                painter.drawRoundedRect(cell.adjusted(1, 1, -1, -1), 3, 3)
                painter.setPen(QPen(self.theme.q("focus" if self.hasFocus() else "accent"), 2))
                painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
            return
        strip = self._strip(box)
        if strip is not None:
            if item.heat:
                strip.adjust(-1, -1, 1, 1)  # its cells are hardly wider than the dashes
            pen = QPen(self.theme.q("read"), 1.5)
            pen.setDashPattern([3, 2])
            painter.setPen(pen)
            painter.drawRoundedRect(strip, 3, 3)

    def _strip(self, box: Box) -> QRectF | None:
        """Around the cells used, where they are one cell, or in one row or column."""
        row, column = box.item.shared
        if row is None and column is None:
            return None
        whole = box.body
        if row is not None and row in box.rows:
            top = box.tops[box.rows.index(row)]
            whole = QRectF(whole.x(), top, whole.width(), box.cell[1])
        if column is not None and column in box.columns:
            left = box.lefts[box.columns.index(column)]
            whole = QRectF(left, whole.y(), box.cell[0], whole.height())
        return whole

    # ---- choosing and reading a cell ---------------------------------------------------------------------------------

    def _box_at(self, at: QPointF) -> tuple[Box, tuple[int, int]] | None:
        if self._laid is None:
            return None
        inside = at - self._origin
        for box in self._laid.boxes:
            place = box.cell_at(inside) if box.item.values is not None else None
            if place is not None:
                return box, place
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        hit = self._box_at(event.position())
        if hit is not None and self._snapshot is not None and hit[0].item.token != "read" and not hit[0].item.pending:
            row, column = self._in_array(*hit)
            turned = self._snapshot.lesson.run.orientation == "column"
            self.choose(*((column, row) if turned else (row, column)))
        super().mousePressEvent(event)

    def _in_array(self, box: Box, place: tuple[int, int]) -> tuple[int, int]:
        """Where a cell of a matrix stands in the whole array, which may have more examples than the one shown."""
        chosen, (row, column) = self.chosen, place
        if box.item.part.look is not Look.EXAMPLE or chosen is None or self._snapshot is None:
            return place
        return (row, chosen.row) if self._snapshot.lesson.run.orientation == "column" else (chosen.row, column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        cell = self.chosen
        move = moves.get(Qt.Key(event.key()))
        if cell is None or move is None or self._snapshot is None or event.modifiers():
            super().keyPressEvent(event)
            return
        turned = self._snapshot.lesson.run.orientation == "column"
        down, right = (move[1], move[0]) if turned else move
        rows, columns = np.atleast_2d(self._snapshot.tensors[cell.name]).shape
        self.choose(min(max(cell.row + down, 0), rows - 1), min(max(cell.column + right, 0), columns - 1))
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._picture = None
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._picture = None
        self.update()

    def matrix_at(self, at: QPointF | None) -> tuple[str, Array, str] | None:
        """The matrix under a point, as it is shown, or the written one; for the clipboard."""
        if self._snapshot is None or self._laid is None or self.step is None:
            return None
        if at is None:
            name = self.step.write
            return name, self._snapshot.tensors[name], self._snapshot.lesson.run.orientation
        hit = self._box_at(at)
        if hit is None or hit[0].item.pending or hit[0].item.values is None:
            return None
        return hit[0].item.part.array, hit[0].item.values, "row"

    def value_text(self, at: QPointF) -> str:
        """The exact value under a point, with its place; empty between numbers."""
        snapshot = self._snapshot
        hit = self._box_at(at)
        if snapshot is None:
            return ""
        if hit is not None and not hit[0].item.pending:
            box, place = hit
            assert box.item.values is not None
            row, column = self._in_array(box, place)
            return f"{self._item_name(box.item)}[{row}, {column}] = {exact(box.item.values[place])}"
        return ""

    @staticmethod
    def _item_name(item: Item) -> str:
        name = symbols.plain(item.part.array)
        forms = {
            Look.TRANSPOSED: "{}ᵀ",
            Look.SLOPE: "φ′({})",
            Look.SOFTPLUS: "log(1 + exp {})",
            Look.JACOBIAN: "diag({0}) − {0}{0}ᵀ",
        }
        return f"torch.autograd {name}" if item.note else forms.get(item.part.look, "{}").format(name)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            _show_tip(event, self.value_text(QPointF(event.pos())), self)
            return True
        return super().event(event)


class ArithmeticLine(QWidget):
    """The chosen cell worked out. It has a place of its own, so that its result never scrolls out of sight."""

    def __init__(self) -> None:
        super().__init__()
        self.theme = LIGHT
        self.written: Written | None = None
        self._snapshot: Snapshot | None = None

    @property
    def least_height(self) -> int:
        """With the room above it; 0 where there is nothing to work out."""
        return int(self.written.height + SPACE) if self.written is not None else 0

    def show_written(self, written: Written | None, snapshot: Snapshot) -> None:
        self.written, self._snapshot = written, snapshot
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.theme.q("surface"))
            painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
            painter.translate(MARGIN, SPACE)
            for run in self.written.runs if self.written is not None else ():
                self._paint_run(painter, run)

    def _paint_run(self, painter: QPainter, run: Run) -> None:
        colour = self.theme.q(run.token)
        x, baseline = run.box.x(), run.box.y() + 14
        if run.raised:
            baseline -= 5
        if run.style == "symbol":
            symbols.draw(painter, x, baseline, run.text, TEXT_PX + 3, colour)
            return
        small = run.style == "small" or run.raised
        if run.style == "words":
            painter.setFont(ui_font(TEXT_PX - 1))
        else:
            painter.setFont(mono_font(TEXT_PX - 3 if small else TEXT_PX, 500 if run.token == "write" else 400))
        painter.setPen(colour)
        painter.drawText(QPointF(x, baseline), run.text)

    def value_text(self, at: QPointF) -> str:
        """The exact value of the number under a point, with its place; empty between numbers."""
        snapshot, inside = self._snapshot, at - QPointF(MARGIN, SPACE)
        if snapshot is None or self.written is None:
            return ""
        for run in self.written.runs:
            if run.cell is not None and run.box.contains(inside):
                array = snapshot.tensors[run.cell.name]
                place = label(run.cell, snapshot.lesson.run.orientation, array.shape)
                if run.token != "write":
                    array = snapshot.before.get(run.cell.name, array)
                value = np.atleast_2d(array)[run.cell.row, run.cell.column]
                return f"{symbols.plain(run.cell.name)}{place} = {exact(value)}"
        return ""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            _show_tip(event, self.value_text(QPointF(event.pos())), self)
            return True
        return super().event(event)


def _show_tip(event: QHelpEvent, text: str, widget: QWidget) -> None:
    if text:
        QToolTip.showText(event.globalPos(), f"{text}\n{step_text.how_counted()}", widget)
    else:
        QToolTip.hideText()


def _other_way(layer: int, brief: bool) -> str:
    """The error of a softmax layer without its Jacobian, as LaTeX; in brief of whichever example it is."""
    above = "" if brief else "(s)"
    a = symbol(f"a{layer}", above)
    g = rf"\partial L / \partial {a}"
    return rf"\read{{{a}}} \odot (\read{{g}} - \read{{g}} \cdot \read{{{a}}}),\; g = \read{{{g}}}"


def _largest_first(values: Array) -> tuple[int, ...]:
    """Where the numbers are that are not 0."""
    sizes = np.nan_to_num(np.abs(values))
    return tuple(int(i) for i in np.argsort(-sizes, kind="stable") if sizes[i] > 0)


def _character() -> float:
    """Width of a digit at a type size of 1."""
    return QFontMetricsF(mono_font(100, 500)).horizontalAdvance("0") / 100
