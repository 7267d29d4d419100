"""Panels in one place, one of them shown: their names are tabs where a panel's title would stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QTabBar, QWidget

from engine.snapshot import Snapshot
from gui.theme import Theme, ui_font
from gui.views.panel import HEADER_HEIGHT, PanelHeader

LEFT = 16
GAP = 8  # between two tabs, whose texts have a pixel of room at each side


class Tab(NamedTuple):
    """A panel's name on screen and how it is made."""

    title: str
    make: Callable[[], QWidget]


class TabbedPanel(QWidget):
    """Panels that are made when first wanted: one that nobody has looked at takes no time, at the start or later.

    Every panel made gets every Snapshot; each has a PanelHeader, in which the tabs take the place of the title.
    """

    def __init__(self, name: str, tabs: dict[str, Tab], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._makers = tabs
        self._names = tuple(tabs)
        self._panels: dict[str, QWidget] = {}
        self._theme: Theme | None = None
        self._snapshot: Snapshot | None = None
        self._stack = QStackedLayout(self)
        self._tabs = _Tabs(tuple(tab.title for tab in tabs.values()), self)
        self._tabs.setAccessibleName(name)
        self._tabs.currentChanged.connect(self._show)
        self._tabs.move(LEFT, 0)
        self._show(0)

    @Slot(int)
    def _show(self, index: int) -> None:
        self._stack.setCurrentWidget(self.panel(self._names[index]))  # which puts it on top of everything
        self._tabs.raise_()

    def panel(self, name: str) -> QWidget:
        """One of the panels, by the key of its Tab."""
        if name not in self._panels:
            panel = self._panels[name] = self._makers[name].make()
            panel.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)  # the widest rules no other
            self._stack.addWidget(panel)
            self._tabs.raise_()
            for header in panel.findChildren(PanelHeader):
                header.make_room(LEFT + self._tabs.width())
            if self._theme is not None:
                panel.apply_theme(self._theme)
            if self._snapshot is not None:
                panel.show_snapshot(self._snapshot)
        return self._panels[name]

    @property
    def current(self) -> QWidget:
        """The panel that is shown."""
        return self._stack.currentWidget()

    @property
    def shown(self) -> str:
        """The key of the panel that is shown."""
        return self._names[self._tabs.currentIndex()]

    def show_panel(self, name: str) -> QWidget:
        """Bring one of the panels to the front, and return it; what is no key changes nothing."""
        if name not in self._makers:
            return self.current
        self._tabs.setCurrentIndex(self._names.index(name))
        return self.panel(name)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Hand a Snapshot on to every panel."""
        self._snapshot = snapshot
        for panel in self._panels.values():
            panel.show_snapshot(snapshot)

    def apply_theme(self, theme: Theme) -> None:
        """Put tabs and panels into a theme's colours."""
        self._theme = theme
        self._tabs.setStyleSheet(
            "QTabBar { background: transparent; border: none; }"
            f"QTabBar::tab {{ background: transparent; color: {theme.text3}; border: none; margin: 0 {GAP}px 0 0;"
            f" padding: 0 1px; height: {HEADER_HEIGHT - 3}px; border-bottom: 3px solid transparent; }}"
            f"QTabBar::tab:hover {{ color: {theme.text}; }}"
            f"QTabBar::tab:selected {{ color: {theme.text}; border-bottom-color: {theme.accent}; }}"
            f"QTabBar:focus::tab:selected {{ border-bottom-color: {theme.focus}; color: {theme.focus}; }}"
        )
        for panel in self._panels.values():
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
        width = sum(self.fontMetrics().horizontalAdvance(self.tabText(i)) + GAP + 3 for i in range(self.count()))
        return QSize(width, HEADER_HEIGHT)

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def tabSizeHint(self, index: int) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.tabText(index)) + GAP + 2, HEADER_HEIGHT)
