"""A formula of the document as a button: pressed, the debugger goes to the Step that computes it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QTextDocument
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from engine.program import Step
from gui import formulas, step_text, symbols
from gui.theme import LIGHT, Theme, ui_font

FORMULA_PX = 19
SIDE, EDGE = 16, 9  # room left and right of a formula, above and below it
GAP = 6.0  # between the parts of a formula, and between its lines
PLACE = 74  # at the right: number and symbol of the Step
LEAST = 24.0  # height of a formula's line, and of a formula that is yet to be typeset


class FormulaCard(QAbstractButton):
    """A formula, at its right the Step, below it perhaps a note. Marked while the debugger stands on its Step.

    Typesetting a part of a formula costs a hundredth of a second, so it is the page that says when (``typeset``). Parts
    stand side by side as long as there is room.
    """

    def __init__(self, latex: tuple[str, ...], note: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self._latex = latex
        self._note = note
        self._step: Step | None = None
        self._marked = False
        self._set_in: Theme | None = None  # the theme of which ``_done`` parts are typeset
        self._done = 0
        self._boxes: list[QRectF] = []  # of every part, about the left end of its baseline
        self._note_heights: dict[int, float] = {}  # by width of the card; a layout asks more than once
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.show_step(None)

    # ---- what it shows -------------------------------------------------------------------------------------------

    @property
    def step(self) -> Step | None:
        """The Step of the present Program that computes the formula."""
        return self._step

    @property
    def marked(self) -> bool:
        """Whether the debugger stands on the Step."""
        return self._marked

    def show_step(self, step: Step | None) -> None:
        """Link to a Step of the present Program, or to none."""
        if step is self._step and self.accessibleName():
            return
        self._step = step
        self.setEnabled(step is not None)
        self.setCursor(Qt.CursorShape.PointingHandCursor if step is not None else Qt.CursorShape.ArrowCursor)
        if step is None:
            name, tip = self.tr("Formula without a step"), ""
        else:
            words = {"i": step.index, "title": step_text.title(step), "formula": step.title}
            name = self.tr("Step {i}, {title}: {formula}").format(**words)
            tip = self.tr("Go to step {i}: {title}").format(**words)
        self.setAccessibleName(name)
        self.setAccessibleDescription(self._note)
        self.setToolTip(tip)
        self.update()

    def mark(self, marked: bool) -> None:
        """Show that the debugger stands here, or no longer."""
        if marked != self._marked:
            self._marked = marked
            self.update()

    # ---- typesetting ---------------------------------------------------------------------------------------------

    @property
    def typeset_in(self) -> Theme | None:
        """The theme in whose colours all of the formula is at hand."""
        return self._set_in if self._done == len(self._latex) else None

    def typeset(self) -> None:
        """Typeset one part more in the colours of the present theme."""
        if self._set_in is not self.theme:
            self._set_in, self._done = self.theme, 0
        box = formulas.renderer(self._latex[self._done], FORMULA_PX, self.theme).viewBoxF()
        if self._done == len(self._boxes):
            self._boxes.append(box)
        self._done += 1
        if self._done == len(self._latex):
            self.updateGeometry()
            self.update()

    # ---- layout and painting -------------------------------------------------------------------------------------

    def _lines(self, width: float) -> tuple[list[QRectF], float]:
        """Where the parts stand in a card of a width, from the formula's top left corner, and how high that is."""
        room = width - 2 * SIDE - PLACE
        if len(self._boxes) < len(self._latex):
            return [], LEAST
        lines: list[list[QRectF]] = [[]]
        x = 0.0
        for box in self._boxes:
            part = QRectF(box.topLeft(), box.size() * min(1.0, room / box.width()))
            if lines[-1] and x + part.width() > room:
                lines.append([])
                x = 0.0
            part.moveLeft(x)
            lines[-1].append(part)
            x += part.width() + GAP
        placed: list[QRectF] = []
        y = 0.0
        for line in lines:
            top, bottom = min(part.top() for part in line), max(part.bottom() for part in line)
            height = max(LEAST, bottom - top)
            baseline = y + (height - (bottom - top)) / 2 - top
            placed += [part.translated(0, baseline) for part in line]
            y += height + GAP
        return placed, y - GAP

    def _note_document(self, width: float) -> QTextDocument:
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(ui_font(12))
        document.setPlainText(self._note)
        document.setTextWidth(width - 2 * SIDE)
        return document

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if self._note and width not in self._note_heights:
            self._note_heights[width] = self._note_document(width).size().height() + 4
        return round(self._lines(width)[1] + self._note_heights.get(width, 0) + 2 * EDGE)

    def sizeHint(self) -> QSize:
        return QSize(400, self.heightForWidth(400))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 2 * EDGE + round(LEAST))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_card(painter, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
            width = float(self.width())
            places, height = self._lines(width)
            if self.typeset_in is self.theme:
                for latex, place in zip(self._latex, places, strict=True):
                    formulas.renderer(latex, FORMULA_PX, self.theme).render(painter, place.translated(SIDE, EDGE))
            if self._note:
                self._paint_note(painter, width, EDGE + height + 4)
            self._paint_place(painter, width, EDGE + height / 2)

    def _paint_note(self, painter: QPainter, width: float, top: float) -> None:
        painter.save()
        painter.translate(SIDE, top)
        document = self._note_document(width)
        context = document.documentLayout().PaintContext()
        context.palette.setColor(context.palette.ColorRole.Text, self.theme.q("text2"))
        document.documentLayout().draw(painter, context)
        painter.restore()

    def _paint_card(self, painter: QPainter, box: QRectF) -> None:
        under = self.underMouse() and self.isEnabled()
        edge = "write" if self._marked else "ctl" if under else "line"
        painter.setPen(QPen(self.theme.q(edge), 1))
        painter.setBrush(self.theme.q("writesoft" if self._marked else "sunken"))
        painter.drawRoundedRect(box, 6, 6)
        if self._marked:
            painter.save()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.q("write"))
            painter.setClipRect(QRectF(0, 0, 5, self.height()))
            painter.drawRoundedRect(self.rect(), 6, 6)
            painter.restore()
        if self.hasFocus():
            painter.setPen(QPen(self.theme.q("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)

    def _paint_place(self, painter: QPainter, width: float, middle: float) -> None:
        """ "12 ∂W2" at the right: where clicking leads."""
        step = self._step
        if step is None:
            return
        colour = self.theme.q("write") if self._marked else self.theme.phase(step.phase)
        x = width - SIDE - symbols.width(step.write, 15)
        symbols.draw(painter, x, middle + 5, step.write, 15, colour)
        painter.setFont(ui_font(11))
        painter.setPen(self.theme.q("text3"))
        number = str(step.index)
        painter.drawText(QPointF(x - 8 - painter.fontMetrics().horizontalAdvance(number), middle + 4.5), number)

    def enterEvent(self, event: object) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: object) -> None:
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it too, as it does a link."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.isEnabled():
            self.click()
            return
        super().keyPressEvent(event)
