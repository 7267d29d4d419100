"""What the dialogs of sweeps and comparisons have in common: style sheet and fields."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gui.theme import Theme, mono_font, palette, ui_font

HEIGHT = 30  # of a field and a button
KEY = Qt.ItemDataRole.UserRole  # of a chooser's row: the dotted key


def style_sheet(theme: Theme) -> str:
    """Of a dialog and everything in it."""
    field = f"background: {theme.surface}; color: {theme.text}; border: 1px solid {theme.ctl}; border-radius: 4px;"
    return (
        f"QDialog {{ background: {theme.bg}; }}"
        f"QLabel {{ color: {theme.text2}; background: transparent; }}"
        f"#told {{ color: {theme.text}; }} #hint {{ color: {theme.text3}; }}"
        f"#hint[wrong=true], #told[wrong=true] {{ color: {theme.err}; }}"
        f"QLineEdit, QSpinBox {{ {field} }} QLineEdit {{ padding: 0 6px; }} QSpinBox {{ padding: 0 2px; }}"
        f"QLineEdit:focus {{ border: 2px solid {theme.focus}; padding: 0 5px; }}"
        f"QSpinBox:focus {{ border: 2px solid {theme.focus}; padding: 0 1px; }}"
        f"QLineEdit[wrong=true] {{ border: 2px solid {theme.err}; padding: 0 5px; }}"
        "QSpinBox::up-button, QSpinBox::down-button { width: 0; border: none; }"  # told to have none, it hides its text
        "QSpinBox QLineEdit, QSpinBox QLineEdit:focus { border: none; padding: 0 4px; background: transparent; }"
        f"QLineEdit:disabled, QSpinBox:disabled {{ color: {theme.disabled}; border-color: {theme.line2}; }}"
        f"QPushButton {{ background: {theme.surface}; color: {theme.text}; border: 1px solid {theme.ctl};"
        " border-radius: 5px; padding: 0 12px; }"
        f"QPushButton:hover {{ background: {theme.line}; }} QPushButton:pressed {{ background: {theme.line2}; }}"
        f"QPushButton:focus {{ border: 2px solid {theme.focus}; padding: 0 11px; }}"
        f"QPushButton:disabled {{ color: {theme.disabled}; border-color: {theme.line2}; }}"
        f"#start {{ background: {theme.accent}; color: {theme.onaccent}; border-color: {theme.accent}; }}"
        f"#start:hover {{ background: {theme.text2}; }}"
        f"#start:focus {{ border: 2px solid {theme.focus}; }}"
        f"#start:disabled {{ background: {theme.line}; color: {theme.disabled}; border-color: {theme.line}; }}"
        f"QProgressBar {{ background: {theme.line}; border: none; border-radius: 3px; color: {theme.text}; }}"
        f"QProgressBar::chunk {{ background: {theme.accent}; border-radius: 3px; }}"
        f"#panel {{ background: {theme.surface}; border: 1px solid {theme.line}; }}"
    )


def dress(dialog: QWidget, theme: Theme) -> None:
    """Give a dialog the colours of a theme; choosers are Qt's own and take them from their palette."""
    dialog.setStyleSheet(style_sheet(theme))
    for widget in (dialog, *dialog.findChildren(QComboBox)):
        widget.setPalette(palette(theme))


def set_wrong(widget: QWidget, wrong: bool) -> None:
    """Frame a field, or colour a text, as what cannot be taken; or no longer."""
    if wrong != bool(widget.property("wrong")):
        widget.setProperty("wrong", wrong)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def combo(name: str, parent: QWidget) -> QComboBox:
    """A chooser with its accessible name."""
    box = QComboBox(parent)
    box.setFont(ui_font(13))
    box.setFixedHeight(HEIGHT)
    box.setAccessibleName(name)
    return box


def field(name: str, parent: QWidget) -> QLineEdit:
    """A line to type values in."""
    line = QLineEdit(parent)
    line.setFont(mono_font(13))
    line.setFixedHeight(HEIGHT)
    line.setAccessibleName(name)
    return line


def spin(name: str, low: int, high: int, value: int, parent: QWidget) -> QSpinBox:
    """A field for a whole number."""
    box = QSpinBox(parent)
    box.setFont(mono_font(13))
    box.setFixedHeight(HEIGHT)
    box.setRange(low, high)
    box.setGroupSeparatorShown(True)
    box.setValue(value)
    box.lineEdit().setTextMargins(5, 0, 0, 0)
    box.setAccessibleName(name)
    return box


def button(text: str, parent: QWidget) -> QPushButton:
    """A button that Enter in another field does not press."""
    made = QPushButton(text, parent)
    made.setFont(ui_font(13, 500))
    made.setFixedHeight(HEIGHT)
    made.setAutoDefault(False)
    return made


def label(text: str, parent: QWidget, name: str = "", long: bool = False) -> QLabel:
    """A text; ``name`` says how it is coloured. A long one takes several lines and can be copied."""
    made = QLabel(text, parent)
    made.setFont(ui_font(13))
    made.setObjectName(name)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if long:
        made.setWordWrap(True)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def panel(parent: QWidget) -> QFrame:
    """A framed part of a dialog."""
    return QFrame(parent, objectName="panel")


def bar(name: str, parent: QWidget) -> QProgressBar:
    """A progress bar without a text of its own."""
    made = QProgressBar(parent)
    made.setAccessibleName(name)
    made.setTextVisible(False)
    made.setFixedHeight(8)
    return made


class KeyRows(QStyledItemDelegate):
    """The rows of a chooser of keys: the words, and at the right the key as the lesson file has it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        super().paint(painter, option, index)
        painter.save()
        painter.setFont(mono_font(11))
        chosen = option.state & QStyle.StateFlag.State_Selected
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.PlaceholderText
        painter.setPen(option.palette.color(role))
        box = option.rect.adjusted(0, 0, -8, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, index.data(KEY) or "")
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        size = super().sizeHint(option, index)
        wide = QFontMetrics(mono_font(11)).horizontalAdvance(index.data(KEY) or "")
        return QSize(size.width() + wide + 28, max(size.height(), 24))


Item = QWidget | QLayout | tuple[QWidget | QLayout, int] | int | None
"""Of a row or column: a widget or a layout, one with its stretch, so many pixels, or None for what is left."""


def row(*items: Item, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QHBoxLayout:
    """Things side by side."""
    return _filled(QHBoxLayout(), items, margins, 8)


def column(parent: QWidget, *items: Item, margins: tuple[int, int, int, int], spacing: int = 8) -> None:
    """Things one above the other, in a widget."""
    _filled(QVBoxLayout(parent), items, margins, spacing)


def _filled(
    box: QHBoxLayout | QVBoxLayout, items: tuple[Item, ...], margins: tuple[int, int, int, int], spacing: int
) -> QHBoxLayout | QVBoxLayout:
    box.setContentsMargins(*margins)
    box.setSpacing(spacing)
    for item in items:
        one, stretch = item if isinstance(item, tuple) else (item, 0)
        if one is None:
            box.addStretch(1)
        elif isinstance(one, int):
            box.addSpacing(one)
        elif isinstance(one, QLayout):
            box.addLayout(one, stretch)
        else:
            box.addWidget(one, stretch)
    return box
