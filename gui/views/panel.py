"""The header that every panel carries: title, caption, controls at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from gui.theme import Theme, ui_font

HEADER_HEIGHT = 40
LEAST_CAPTION = 12  # characters of a caption that is cut


class PanelHeader(QWidget):
    """A 40 px line: title in semibold, a caption in grey, then whatever is added at the right."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEADER_HEIGHT)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = QLabel(title, self)
        self._title.setFont(ui_font(13, 600))
        self._caption = Caption(self)
        self._caption.setFont(ui_font(12))
        self._caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._caption.setTextFormat(Qt.TextFormat.PlainText)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(10)
        layout.addWidget(self._title)
        layout.addWidget(self._caption, 1)

    def set_caption(self, text: str) -> None:
        """Change the caption; nothing happens when it is the same."""
        if text != self._caption.text():
            self._caption.setText(text)

    def make_room(self, width: int) -> None:
        """Leave room at the left, where something else stands in for the title."""
        self._title.hide()
        self.layout().setContentsMargins(width, 0, 16, 0)

    def add(self, widget: QWidget) -> None:
        """Put a control or legend at the right end."""
        self.layout().addWidget(widget)

    def apply_theme(self, theme: Theme) -> None:
        self.setStyleSheet(f"PanelHeader {{ background: {theme.surface}; }}")
        self._title.setStyleSheet(f"color: {theme.text};")
        self._caption.setStyleSheet(f"color: {theme.text3};")


class Caption(QLabel):
    """Says as much as there is room for; nothing where that would be less than a word."""

    def paintEvent(self, event: QPaintEvent) -> None:
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        if text != self.text() and len(text) < LEAST_CAPTION:
            return
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)
