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
PLACE = 74  # at the right: number and symbol of the Step
UNSET_HEIGHT = 24.0  # of a formula that is yet to be typeset


class FormulaCard(QAbstractButton):
    """A formula, at its right the Step, below it perhaps a note. Marked while the debugger stands on its Step.

    Typesetting costs a hundredth of a second, so it is the page that says when (``typeset``).
    """

    def __init__(self, latex: str, note: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self._latex = latex
        self._note = note
        self._step: Step | None = None
        self._marked = False
        self._set_in: Theme | None = None
        self._size = QSize(0, round(UNSET_HEIGHT))
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
        """The theme in whose colours the formula is at hand."""
        return self._set_in

    def typeset(self) -> None:
        """Typeset the formula in the colours of the present theme."""
        size = formulas.renderer(self._latex, FORMULA_PX, self.theme).defaultSize()
        self._set_in = self.theme
        if size != self._size:
            self._size = size
            self.updateGeometry()
        self.update()

    # ---- layout and painting -------------------------------------------------------------------------------------

    def _share(self, width: float) -> float:
        """How much of its natural size a formula has in a card of a width."""
        return min(1.0, (width - 2 * SIDE - PLACE) / max(self._size.width(), 1))

    def _note_document(self, width: float) -> QTextDocument:
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(ui_font(12))
        document.setPlainText(self._note)
        document.setTextWidth(width - 2 * SIDE)
        return document

    def _formula_height(self, width: float) -> float:
        return max(UNSET_HEIGHT, self._size.height() * self._share(width))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        note = self._note_document(width).size().height() + 4 if self._note else 0
        return round(self._formula_height(width) + note + 2 * EDGE)

    def sizeHint(self) -> QSize:
        return QSize(400, self.heightForWidth(400))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 2 * EDGE + round(UNSET_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        self._paint_card(painter, box)
        width = float(self.width())
        height = self._formula_height(width)
        if self._set_in is self.theme:
            drawn = formulas.renderer(self._latex, FORMULA_PX, self.theme)
            share = self._share(width)
            top = EDGE + (height - self._size.height() * share) / 2
            drawn.render(painter, QRectF(QPointF(SIDE, top), drawn.defaultSize().toSizeF() * share))
        if self._note:
            painter.save()
            painter.translate(SIDE, EDGE + height + 4)
            document = self._note_document(width)
            context = document.documentLayout().PaintContext()
            context.palette.setColor(context.palette.ColorRole.Text, self.theme.q("text2"))
            document.documentLayout().draw(painter, context)
            painter.restore()
        self._paint_place(painter, width, EDGE + height / 2)

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
