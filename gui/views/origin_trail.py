"""Above the terms: the trail of cells gone through, and the formula of the chosen one."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui import step_text
from gui.theme import LIGHT, Theme
from gui.views.origin_text import EQUATION, MARGIN, TEXT, Line, Place, Writer, draw, font, line_of

translate = QCoreApplication.translate


class Trail(QWidget):
    """The cells gone through, each a link; where there is no room for all, the first ones hide behind an ellipsis."""

    chosen = Signal(int)
    BETWEEN = 24.0
    ELLIPSIS = "…"

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._lines: list[Line] = []
        self._here = 0
        self._boxes: list[tuple[int, QRectF]] = []
        self._hovered: int | None = None
        self.setFixedHeight(30)
        self.setMouseTracking(True)
        self.setAccessibleName(translate("OriginView", "Trail"))
        self.setToolTip(step_text.how_counted())

    def show_trail(self, trail: list[Place], here: int, writer: Writer) -> None:
        self._lines = [
            line_of(writer.cell(place, "text" if i == here else "text2" if i < here else "text3"))
            for i, place in enumerate(trail)
        ]
        self._here = here
        self._place()
        self.setAccessibleDescription(self.text())
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def text(self) -> str:
        """The trail up to here, and what lies ahead."""
        return " › ".join(line.text for line in self._lines)

    def _place(self) -> None:
        """Boxes of the cells that fit, the present one among them."""
        room = self.width() - 2 * MARGIN - 2 * self.BETWEEN  # for an ellipsis at either end
        first, last = self._here, self._here
        used = self._lines[self._here].width if self._lines else 0.0
        for order in (range(self._here - 1, -1, -1), range(self._here + 1, len(self._lines))):
            for i in order:
                wide = self._lines[i].width + self.BETWEEN
                if used + wide > room:
                    break
                used += wide
                first, last = min(first, i), max(last, i)
        self._boxes = []
        x = MARGIN + 4 + (self.BETWEEN if first else 0.0)
        for i in range(first, last + 1 if self._lines else first):
            self._boxes.append((i, QRectF(x, 3, self._lines[i].width, 24)))
            x += self._lines[i].width + self.BETWEEN

    def box(self, index: int) -> QRectF:
        """Where a cell of the trail stands; empty where it is hidden."""
        return next((box for i, box in self._boxes if i == index), QRectF())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), self._theme.q("surface"))
            if not self._boxes:
                return
            first, last = self._boxes[0], self._boxes[-1]
            if first[0] > 0:
                self._paint_between(painter, first[1].left() - self.BETWEEN, self.ELLIPSIS)
            if last[0] < len(self._lines) - 1:
                self._paint_between(painter, last[1].right(), self.ELLIPSIS)
            for i, box in self._boxes:
                if i == self._here:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(self._theme.q("writesoft"))
                    painter.drawRoundedRect(box.adjusted(-5, 0, 5, 0), 4, 4)
                elif i == self._hovered:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(self._theme.q("line"))
                    painter.drawRoundedRect(box.adjusted(-5, 0, 5, 0), 4, 4)
                draw(painter, QPointF(box.x(), 20), self._lines[i], self._theme)
                if i < last[0]:
                    self._paint_between(painter, box.right(), "›")

    def _paint_between(self, painter: QPainter, x: float, text: str) -> None:
        painter.setFont(font("words", TEXT))
        painter.setPen(self._theme.q("text3"))
        painter.drawText(QRectF(x, 3, self.BETWEEN, 24), Qt.AlignmentFlag.AlignCenter, text)

    def _at(self, point: QPointF) -> int | None:
        return next((i for i, box in self._boxes if box.adjusted(-5, 0, 5, 0).contains(point)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and index is not None:
            self.chosen.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position())
        if index != self._hovered:
            self._hovered = index
            link = index is not None and index != self._here
            self.setCursor(Qt.CursorShape.PointingHandCursor if link else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()


class Equation(QWidget):
    """The formula in symbols, for the chosen cell; shrunk where it is wider than the panel."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._line = line_of(())
        self.setFixedHeight(30)
        self.setToolTip(step_text.how_counted())

    def show_formula(self, line: Line) -> None:
        self._line = line
        self.setAccessibleName(self.text())
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def text(self) -> str:
        return self._line.text

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), self._theme.q("surface"))
            share = min(1.0, (self.width() - 2 * MARGIN) / max(self._line.width, 1.0))
            painter.translate(MARGIN, 20)
            painter.scale(share, share)
            draw(painter, QPointF(0, 0), self._line, self._theme, EQUATION)
