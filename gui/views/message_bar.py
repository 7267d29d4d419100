"""One line below the timeline for what the user must know now: halted, refused, preparing. Hidden when all is well."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QToolButton, QWidget

from gui.theme import Theme, ui_font


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
        self._busy = QProgressBar(self)
        self._busy.setRange(0, 0)
        self._busy.setFixedWidth(140)
        self._busy.setTextVisible(False)
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
        soft = getattr(self._theme, self._kind + "soft")
        colour = getattr(self._theme, self._kind)
        self.setStyleSheet(
            f"MessageBar {{ background: {soft}; border-bottom: 1px solid {colour}; }}"
            f"QLabel {{ color: {self._theme.text}; }} QToolButton {{ color: {self._theme.text2}; border: none; }}"
        )
