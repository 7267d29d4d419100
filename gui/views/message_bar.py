"""One line below the timeline for what the user must know now: halted, refused, preparing. Hidden when all is well."""

from __future__ import annotations

import time

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from gui.theme import LIGHT, Theme, mono_font, ui_font


class MessageBar(QWidget):
    """A sentence with a colour, perhaps buttons that help, and a cross to dismiss it.

    Signals
    -------
    helped(int) : a button was pressed; the first is 0.
    """

    MOST_BUTTONS = 3

    helped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme: Theme | None = None
        self._kind = "err"
        self._text = QLabel(self)
        self._text.setFont(ui_font(13, 500))
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._busy = BusyBar(self)
        self._buttons = [QPushButton(self) for _ in range(self.MOST_BUTTONS)]
        for i, button in enumerate(self._buttons):
            button.clicked.connect(lambda _, i=i: self.helped.emit(i))
        self._close = QToolButton(self)
        self._close.setText("✕")
        self._close.setAutoRaise(True)
        self._close.setMinimumSize(24, 24)
        self._close.setAccessibleName(self.tr("Dismiss"))
        self._close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 12, 6)
        for widget in (self._text, self._busy, *self._buttons, self._close):
            layout.addWidget(widget)
        self.hide()

    def tell(self, text: str, kind: str = "err", *buttons: str, busy: bool = False) -> None:
        """Show a sentence; ``kind`` is a colour token: err, warn, fwd. ``busy`` shows that something is under way."""
        if busy and not self.busy:
            self._busy.begin()
        self._kind = kind
        self._text.setText(text)
        for i, button in enumerate(self._buttons):
            button.setText(buttons[i] if i < len(buttons) else "")
            button.setVisible(i < len(buttons))
        self._busy.setVisible(busy)
        self._close.setVisible(not busy)
        self._restyle()
        self.show()

    @property
    def busy(self) -> bool:
        """Whether it says that something is under way."""
        return not self.isHidden() and not self._busy.isHidden()

    @property
    def text(self) -> str:
        """The sentence shown, or nothing."""
        return "" if self.isHidden() else self._text.text()

    def apply_theme(self, theme: Theme) -> None:
        """Colours of the line."""
        self._theme = theme
        self._restyle()

    def _restyle(self) -> None:
        if self._theme is None:
            return
        self._busy.theme = self._theme
        soft = getattr(self._theme, self._kind + "soft")
        colour = getattr(self._theme, self._kind)
        self.setStyleSheet(
            f"MessageBar {{ background: {soft}; border-bottom: 1px solid {colour}; }}"
            f"QLabel {{ color: {self._theme.text}; }} QToolButton {{ color: {self._theme.text2}; border: none; }}"
        )


class BusyBar(QWidget):
    """Something is under way, nobody knows how long: a piece that travels along a line, and the seconds so far."""

    SIZE = (176, 24)
    SECONDS = 44  # pixels for the number
    TRAVEL = 1.6  # seconds from one end to the other
    EVERY = 40  # milliseconds between two pictures

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self._begun = time.monotonic()
        self._timer = QTimer(self, interval=self.EVERY)
        self._timer.timeout.connect(self.update)
        self.setFixedSize(*self.SIZE)
        self.setAccessibleName(self.tr("Under way"))

    def begin(self) -> None:
        """Count from now."""
        self._begun = time.monotonic()

    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._begun

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        elapsed = self.elapsed()
        line = QRectF(self.SECONDS, self.height() / 2 - 3, self.width() - self.SECONDS, 6)
        there = elapsed / self.TRAVEL % 2
        left = line.left() + (there if there <= 1 else 2 - there) * line.width() * 0.7
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            for box, token in ((line, "line2"), (QRectF(left, line.top(), line.width() * 0.3, 6), "fwd")):
                painter.setBrush(self.theme.q(token))
                painter.drawRoundedRect(box, 3, 3)
            painter.setPen(self.theme.q("text2"))
            painter.setFont(mono_font(12))
            room = QRectF(0, 0, self.SECONDS - 8, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{elapsed:.0f} s")
