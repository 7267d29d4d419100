"""The Step inspector: what the current Step does, as title, sentence, formula, and the arrays it reads and writes."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from engine.formula import latex
from engine.program import Step
from engine.snapshot import Snapshot, State
from gui import formulas, matrix, step_text, symbols
from gui.theme import LIGHT, Theme, mono_font, ui_font
from gui.views.panel import PanelHeader
from gui.views.tensors_view import oriented

MARGIN = 16
FORMULA_PX = 25
CARD_GAP = 18
CELL = (64.0, 28.0)
HEAT = 120.0


class InspectorView(QWidget):
    """Panel explaining the Step just done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Step inspector"))
        self._header = PanelHeader(self.tr("Step"), self)
        self._next = _NextFormula(self._header)
        self._header.add(self._next)
        self._page = _Page(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(self._page, 1)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Explain the Step of a Snapshot."""
        total = len(snapshot.program)
        if snapshot.state is State.RUNNING and snapshot.position.step == total:
            caption = self.tr("running; each batch has {n} steps").format(n=total)
        else:
            caption = self.tr("{i} of {n}").format(i=snapshot.position.step, n=total)
        self._header.set_caption(caption)
        self._next.show_snapshot(snapshot)
        self._page.show_snapshot(snapshot)
        if snapshot.state is not State.RUNNING:
            self.setAccessibleDescription(self.text_summary())

    def apply_theme(self, theme: Theme) -> None:
        """Repaint in another theme's colours."""
        self._header.apply_theme(theme)
        for part in (self._next, self._page):
            part.theme = theme
            part.update()

    def text_summary(self) -> str:
        """Title, sentence and plain formula."""
        return self._page.text_summary()


class _NextFormula(QWidget):
    """ "next ∂L/∂b2" at the right of the header: where the next Step goes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self._step: Step | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setFixedWidth(110)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if self._step is not snapshot.next_step:
            self._step = snapshot.next_step
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._step is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        name = self._step.write
        x = self.width() - symbols.width(name, 16)
        symbols.draw(painter, x, 25, name, 16, self.theme.q("text2"))
        painter.setFont(ui_font(12))
        painter.setPen(self.theme.q("text3"))
        text = self.tr("next")
        painter.drawText(QPointF(x - 8 - painter.fontMetrics().horizontalAdvance(text), 24.5), text)


class _Page(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self._snapshot: Snapshot | None = None
        self._room = HEAT  # height that the arrays may take
        self._formulas_of: object = None

    def sizeHint(self) -> QSize:
        return QSize(480, 400)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.update()
        key = (snapshot.program, snapshot.lesson, self.theme)
        if snapshot.state is not State.RUNNING and key != self._formulas_of:
            self._formulas_of = key
            formulas.prepare((latex(step, snapshot.lesson) for step in snapshot.program.steps), FORMULA_PX, self.theme)

    def _titles(self, snapshot: Snapshot) -> tuple[str, str]:
        step = snapshot.step
        if step is not None:
            return step_text.title(step), step_text.sentence(step, snapshot.lesson)
        return self.tr("Before the first step"), self.tr(
            "The batch is loaded: x goes in, y is the target. Press Step to compute the first operation."
        )

    def text_summary(self) -> str:
        if self._snapshot is None:
            return ""
        name, sentence = self._titles(self._snapshot)
        step = self._snapshot.step
        return f"{name}. {sentence} {step.title if step else ''}"

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.q("surface"))
        snapshot = self._snapshot
        if snapshot is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        width = self.width() - 2 * MARGIN
        name, sentence = self._titles(snapshot)
        painter.setFont(ui_font(17, 600))
        painter.setPen(self.theme.q("text"))
        painter.drawText(QPointF(MARGIN, 24), name)
        painter.setFont(ui_font(12.5))
        painter.setPen(self.theme.q("text2"))
        flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop)
        box = painter.boundingRect(QRectF(MARGIN, 36, width, 60), flags, sentence)
        painter.drawText(box, flags, sentence)
        y = box.bottom() + 16
        step = snapshot.step or snapshot.next_step
        formula = latex(step, snapshot.lesson)
        drawn = formulas.draw(painter, QPointF(MARGIN, y), formula, FORMULA_PX, self.theme, width)
        if snapshot.step is None:
            return
        y = drawn.bottom() + 14
        painter.setPen(QPen(self.theme.q("line"), 1))
        painter.drawLine(QPointF(MARGIN, y), QPointF(MARGIN + width, y))
        self._paint_cards(painter, snapshot, step, y + 12)

    # ---- the arrays of the Step ------------------------------------------------------------------------------

    def _paint_cards(self, painter: QPainter, snapshot: Snapshot, step: Step, y: float) -> None:
        """What is written and what is read, side by side, wrapped to the next line when there is no room."""
        x, line_height = float(MARGIN), 0.0
        self._room = max(40.0, self.height() - y - 48)
        for name, token in [(step.write, "write"), *((n, "read") for n in step.reads if n != step.write)]:
            values = oriented(name, snapshot.tensors[name], snapshot.lesson.run.orientation)
            if values.ndim == 0:
                values = values.reshape(1, 1)
            size = self._card_size(values)
            width = max(size[0], 90.0)
            if x > MARGIN and x + width > self.width() - MARGIN:
                x, y, line_height = float(MARGIN), y + line_height + 14, 0.0
            if y + 24 + size[1] > self.height():
                return
            self._paint_card(painter, QPointF(x, y), name, token, values, size)
            x += width + CARD_GAP
            line_height = max(line_height, size[1] + 40)

    def _shows_numbers(self, values: npt.NDArray[Any]) -> bool:
        rows, columns = values.shape
        return rows <= 6 and columns * (matrix.MIN_CELL[0] + 2) <= self.width() - 2 * MARGIN - 10

    def _card_size(self, values: npt.NDArray[Any]) -> tuple[float, float]:
        rows, columns = values.shape
        if self._shows_numbers(values):
            return (
                columns * min(CELL[0], (self.width() - 2 * MARGIN - 10) / columns),
                rows * max(matrix.MIN_CELL[1], min(CELL[1], self._room / rows)),
            )
        side = min(HEAT, self._room)
        share = side / max(rows, columns)
        return max(14.0, min(side * 1.6, columns * share * 1.6)), max(14.0, rows * share)

    def _paint_card(
        self,
        painter: QPainter,
        at: QPointF,
        name: str,
        token: str,
        values: npt.NDArray[Any],
        size: tuple[float, float],
    ) -> None:
        colour = self.theme.q(token)
        painter.setFont(ui_font(11, 600))
        painter.setPen(colour)
        word = self.tr("writes") if token == "write" else self.tr("reads")
        painter.drawText(QPointF(at.x(), at.y() + 12), word)
        x = at.x() + painter.fontMetrics().horizontalAdvance(word) + 6
        x = symbols.draw(painter, x, at.y() + 12, name, 15, colour) + 8
        painter.setFont(mono_font(11))
        painter.setPen(self.theme.q("text3"))
        box = QRectF(at.x() + 5, at.y() + 24, *size)
        scale = matrix.scale_for(values) if self._shows_numbers(values) else matrix.heat_scale(values)
        matrix.paint(painter, box, values, scale, self.theme, unsigned=name.startswith("a"))
        painter.setPen(self.theme.q("text3"))
        painter.setFont(mono_font(11))
        shape = f"{values.shape[0]} × {values.shape[1]}"
        painter.drawText(QPointF(box.x(), box.bottom() + 15), shape)
        painter.setPen(QPen(colour, 1.5))
        for left, edge in ((box.left() - 3, 4), (box.right() + 3, -4)):  # brackets
            painter.drawLine(QPointF(left, box.top() - 2), QPointF(left, box.bottom() + 2))
            for end in (box.top() - 2, box.bottom() + 2):
                painter.drawLine(QPointF(left, end), QPointF(left + edge, end))
