"""Every key: those of the menus and those of the panels, in columns that fit a small screen."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from gui import actions
from gui.theme import Theme, ui_font

MENUS = (("run",), ("view", "file"), ("help",))  # in each column; below the last stand the keys of the panels
APART = 26  # pixels between two columns
EDGE = 48  # of the screen that is left, for the dialog's frame and what the desktop has there


class ShortcutsDialog(QDialog):
    """Lists the keys. It fits 1280 x 800; on a smaller screen it scrolls."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self._theme = theme
        content = QWidget()
        content.setObjectName("keys")
        columns = QHBoxLayout(content)
        columns.setContentsMargins(20, 10, 20, 10)
        columns.setSpacing(APART)
        for menus in MENUS:
            rows = "".join(self._menu(menu) for menu in menus)
            if menus is MENUS[-1]:
                rows += "".join(map(self._panel, actions.PANEL_KEYS))
            label = QLabel(f"<table cellspacing='0' cellpadding='0'>{rows}</table>", content)
            label.setFont(ui_font(12))
            columns.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(self.windowTitle())
        scroll.setStyleSheet(
            f"QScrollArea, #keys {{ background: {theme.surface}; }} QLabel {{ color: {theme.text2}; }}"
        )
        scroll.setWidget(content)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        bottom = QHBoxLayout()
        bottom.setContentsMargins(20, 8, 20, 10)
        bottom.addWidget(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scroll, 1)
        layout.addLayout(bottom)
        whole = content.sizeHint() + QSize(2, bottom.sizeHint().height() + 2)
        room = self.screen().availableSize() - QSize(EDGE, EDGE)
        if whole.height() > room.height():
            whole += QSize(scroll.verticalScrollBar().sizeHint().width(), 0)
        self.resize(whole.boundedTo(room))

    def _menu(self, name: str) -> str:
        infos = [info for info in actions.ACTIONS if info.menu == name and info.shortcut]
        title = actions.tr(actions.MENUS[name]).partition("(")[0].replace("&", "")
        return self._group(title, ((actions.spoken((info.shortcut,)), actions.tr(info.text)) for info in infos))

    def _panel(self, panel: actions.PanelKeys) -> str:
        rows = ((actions.spoken(keys), actions.tr(text)) for keys, text in panel.keys)
        return self._group(actions.tr(panel.panel), rows)

    def _group(self, title: str, rows: Iterable[tuple[str, str]]) -> str:
        theme = self._theme
        lines = [
            "<tr><td valign='middle' style='padding: 1px 14px 1px 0'>"
            f"<b style='color: {theme.text}'>{escape(keys)}</b></td>"
            f"<td style='padding: 1px 0'>{escape(text)}</td></tr>"
            for keys, text in rows
        ]
        head = f"<tr><td colspan='2' style='padding: 7px 0 2px 0; color: {theme.text3}'>{escape(title)}</td></tr>"
        return head + "".join(lines)
