"""The data as the net sees them: decision surface, fitted curve, images to draw and to browse, or a table."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from engine.snapshot import Snapshot, State
from gui.theme import LIGHT, Theme
from gui.views.data_curve import FittedCurve
from gui.views.data_images import Images
from gui.views.data_outputs import same_parameters
from gui.views.data_surface import Surface
from gui.views.data_table import Table
from gui.views.panel import PanelHeader

Page = Surface | FittedCurve | Images | Table
LIVE_SHARE = 0.35  # of the time, at most, goes into following a run


class DataView(QWidget):
    """Panel that shows the data set of a lesson together with what the net makes of it now.

    Of the Snapshot it reads ``dataset``, ``lesson``, ``program``, ``tensors`` and where the run stands. While it is
    hidden it keeps the last Snapshot and does nothing.

    Signals
    -------
    example_wanted(int) : the training example, counted from 0 in file order, that was clicked.
    drawn(object) : an input to be run forward step by step, (n_in,) float64 in the source's own units.
    """

    example_wanted = Signal(int)
    drawn = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Data"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = LIGHT
        self._snapshot: Snapshot | None = None
        self._shown: Snapshot | None = None
        self._stale = False
        self._next_live = 0.0  # when a running engine's Snapshot is next looked at
        self._pages: dict[str, Page] = {}
        self._header = PanelHeader(self.tr("Data"), self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        self._stack = QStackedLayout()
        layout.addLayout(self._stack, 1)

    def sizeHint(self) -> QSize:
        return QSize(616, 440)

    @property
    def page(self) -> QWidget | None:
        """What is below the header."""
        return self._stack.currentWidget()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a Snapshot's data. A running engine is followed as often as there is time for.

        While one looks back at a run that goes on, Snapshots of one place come all the time; it is shown once.
        """
        before, self._snapshot = self._snapshot, snapshot
        if not self._stale and self._shown is not None and _shows_the_same(self._shown, snapshot):
            return
        live = snapshot.state in (State.RUNNING, State.LOOKING)
        follows = live and before is not None and before.generation == snapshot.generation
        if not self.isVisible() or (follows and time.monotonic() < self._next_live):
            self._stale = True
            return
        self._show(snapshot)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale and self._snapshot is not None:
            self._show(self._snapshot)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._stale = True  # what was under way has been given up

    def apply_theme(self, theme: Theme) -> None:
        """Repaint in another theme's colours."""
        self._theme = theme
        self._header.apply_theme(theme)
        self.setStyleSheet(f"DataView {{ background: {theme.surface}; }}")
        for page in self._pages.values():
            page.apply_theme(theme)

    def _show(self, snapshot: Snapshot) -> None:
        self._stale, self._shown = False, snapshot
        begun = time.monotonic()
        page = self._page_for(snapshot)
        page.show_snapshot(snapshot)
        self._stack.setCurrentWidget(page)
        self._header.set_caption(self._caption(snapshot))
        self._next_live = begun + (time.monotonic() - begun) / LIVE_SHARE

    def _page_for(self, snapshot: Snapshot) -> Page:
        inputs = snapshot.dataset.train_x.shape[1]
        if snapshot.image_shape is not None:
            return self._made("images", self._make_images)
        if inputs <= 2:
            return self._made("curve", self._make_curve) if inputs == 1 else self._made("surface", self._make_surface)
        return self._made("table", Table)

    def _made(self, name: str, make: Callable[[], Page]) -> Page:
        if name not in self._pages:
            page = self._pages[name] = make()
            page.apply_theme(self._theme)
            self._stack.addWidget(page)
        return self._pages[name]

    def _make_surface(self) -> Surface:
        surface = Surface()
        surface.example_wanted.connect(self.example_wanted)
        return surface

    def _make_curve(self) -> FittedCurve:
        curve = FittedCurve()
        curve.example_wanted.connect(self.example_wanted)
        return curve

    def _make_images(self) -> Images:
        images = Images()
        images.drawn.connect(self.drawn)
        return images

    def _caption(self, snapshot: Snapshot) -> str:
        text = self.tr("{train} + {test} test")
        if not snapshot.test_examples:
            text = self.tr("{train} training examples")
        return text.format(train=f"{snapshot.examples:,}", test=f"{snapshot.test_examples:,}")


def _shows_the_same(a: Snapshot, b: Snapshot) -> bool:
    """Whether both look back at the same place."""
    return a.state is b.state is State.LOOKING and a.lesson is b.lesson and same_parameters(a, b)
