"""Panels in one place, one of them shown: their names are tabs where a panel's title would stand."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QTabBar, QWidget

from engine.snapshot import Snapshot
from gui.theme import Theme, ui_font
from gui.views.panel import HEADER_HEIGHT, PanelHeader

LEFT = 16


class TabbedPanel(QWidget):
    """Every panel gets every Snapshot; each has a PanelHeader, in which the tabs take the place of the title."""

    def __init__(self, name: str, panels: dict[str, QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panels = tuple(panels.values())
        self._stack = QStackedLayout(self)
        self._tabs = _Tabs(tuple(panels), self)
        self._tabs.setAccessibleName(name)
        self._tabs.currentChanged.connect(self._show)
        for panel in self._panels:
            panel.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)  # the widest rules no other
            self._stack.addWidget(panel)
            for header in panel.findChildren(PanelHeader):
                header.make_room(LEFT + self._tabs.width())
        self._tabs.move(LEFT, 0)
        self._tabs.raise_()

    @Slot(int)
    def _show(self, index: int) -> None:
        self._stack.setCurrentIndex(index)  # which puts it on top of everything
        self._tabs.raise_()

    @property
    def current(self) -> QWidget:
        """The panel that is shown."""
        return self._stack.currentWidget()

    def show_panel(self, panel: QWidget) -> None:
        """Bring one of the panels to the front."""
        self._tabs.setCurrentIndex(self._panels.index(panel))

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Hand a Snapshot on to every panel."""
        for panel in self._panels:
            panel.show_snapshot(snapshot)

    def apply_theme(self, theme: Theme) -> None:
        """Put tabs and panels into a theme's colours."""
        self._tabs.setStyleSheet(
            "QTabBar { background: transparent; border: none; }"
            f"QTabBar::tab {{ background: transparent; color: {theme.text3}; border: none; margin: 0 13px 0 0;"
            f" padding: 0 1px; height: {HEADER_HEIGHT - 3}px; border-bottom: 3px solid transparent; }}"
            f"QTabBar::tab:hover {{ color: {theme.text}; }}"
            f"QTabBar::tab:selected {{ color: {theme.text}; border-bottom-color: {theme.accent}; }}"
            f"QTabBar:focus::tab:selected {{ border-bottom-color: {theme.focus}; color: {theme.focus}; }}"
        )
        for panel in self._panels:
            panel.apply_theme(theme)


class _Tabs(QTabBar):
    def __init__(self, titles: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setFont(ui_font(13, 600))
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setUsesScrollButtons(False)
        for title in titles:
            self.addTab(title)
        self.resize(self.sizeHint())

    def sizeHint(self) -> QSize:
        """Wide enough for the tabs in every theme: the style's own guess knows nothing of their margins."""
        width = sum(self.fontMetrics().horizontalAdvance(self.tabText(i)) + 16 for i in range(self.count()))
        return QSize(width, HEADER_HEIGHT)

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def tabSizeHint(self, index: int) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.tabText(index)) + 15, HEADER_HEIGHT)
