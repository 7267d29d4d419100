"""The examples that pushed a cell most, up and down."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from engine.provenance import Push
from gui.numbers import brief, exact
from gui.theme import LIGHT, Theme, mono_font
from gui.views.origin_shown import Shown
from gui.views.origin_text import INDEX, MARGIN, TEXT, font, signed, text_width

MOST_PUSHERS = 5
THUMB, PITCH = 28, 37
translate = QCoreApplication.translate


class Strip(QWidget):
    """The examples that pushed the cell most, up and down: their images and by how much."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._shown: Shown | None = None
        self._boxes: list[tuple[Push, QRectF]] = []
        self.setFixedHeight(THUMB + 22)
        self.setAccessibleName(translate("OriginView", "The examples that pushed most"))
        self.setMouseTracking(True)

    def show_pushes(self, shown: Shown) -> None:
        self._shown = shown
        self._place()
        self.setAccessibleDescription(self.text())
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    @property
    def up(self) -> tuple[Push, ...]:
        """The examples that push up, most first."""
        found = self._shown.pushes if self._shown is not None else ()
        return tuple(push for push in found if push.value > 0)[:MOST_PUSHERS]

    @property
    def down(self) -> tuple[Push, ...]:
        """The examples that push down, most first."""
        found = self._shown.pushes if self._shown is not None else ()
        return tuple(push for push in reversed(found) if push.value < 0)[:MOST_PUSHERS]

    def text(self) -> str:
        if self._shown is None or not self._shown.pushes:
            return ""
        parts = []
        for name, group in ((translate("OriginView", "up"), self.up), (translate("OriginView", "down"), self.down)):
            told = ", ".join(f"{push.sample}: {signed(push.value)}" for push in group) or "–"
            parts.append(f"{name} {told}")
        return translate("OriginView", "Examples that pushed most: {which}").format(which="; ".join(parts))

    def _place(self) -> None:
        half = (self.width() - 2 * MARGIN) / 2
        self._boxes = []
        for left, group in ((MARGIN, self.up), (MARGIN + half, self.down)):
            room = half - self._label_width()
            pitch = min(PITCH + 6, room / MOST_PUSHERS)
            for i, push in enumerate(group):
                x = left + self._label_width() + i * pitch + (pitch - THUMB) / 2
                self._boxes.append((push, QRectF(round(x), 3, THUMB, THUMB)))

    def _label_width(self) -> float:
        widths = (
            text_width(text, "words", TEXT)
            for text in (translate("OriginView", "up") + " ▲", translate("OriginView", "down") + " ▼")
        )
        return max(widths) + 4

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.q("surface"))
            if self._shown is None:
                return
            painter.setFont(font("words", TEXT))
            half = (self.width() - 2 * MARGIN) / 2
            for left, text, token, group in (
                (MARGIN, translate("OriginView", "up") + " ▲", "pos", self.up),
                (MARGIN + half, translate("OriginView", "down") + " ▼", "neg", self.down),
            ):
                painter.setFont(font("words", TEXT))
                painter.setPen(theme.q(token))
                painter.drawText(QPointF(left, 3 + THUMB / 2 + 4), text)
                if not group:
                    painter.setPen(theme.q("text3"))
                    painter.drawText(QPointF(left + self._label_width() + 6, 3 + THUMB / 2 + 4), "–")
            for push, box in self._boxes:
                painter.drawImage(box, self._shown.images.of(push.sample))
                painter.setPen(QPen(theme.q("line2"), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))
                painter.setPen(theme.q("pos" if push.value > 0 else "neg"))
                painter.setFont(mono_font(INDEX))
                below = QRectF(box.x() - 10, box.bottom() + 2, box.width() + 20, 14)
                painter.drawText(below, Qt.AlignmentFlag.AlignCenter, brief(abs(push.value), 5).replace("-", "−"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for push, box in self._boxes:
            if box.contains(event.position()):
                self.chosen.emit(push.sample)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = QPointF(event.pos())
            push = next((push for push, box in self._boxes if box.contains(at)), None)
            if push is None:
                QToolTip.hideText()
            else:
                text = translate("OriginView", "example {s}: ").format(s=push.sample) + exact(push.value)
                QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)
