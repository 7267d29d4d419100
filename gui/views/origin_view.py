"""Where a number came from: the terms that add up to a chosen cell, each factor a link further back, and the trail."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QLabel, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from engine.provenance import Factor, Kind, Origin, Push, origin, pushes, sources
from engine.snapshot import Snapshot, State
from gui.theme import LIGHT, Theme, ui_font
from gui.views.origin_end import End, SumRow
from gui.views.origin_shown import Images, Shown
from gui.views.origin_strip import Strip
from gui.views.origin_terms import Terms
from gui.views.origin_text import MARGIN, Place, Writer
from gui.views.origin_trail import Equation, Trail
from gui.views.origin_words import words
from gui.views.panel import PanelHeader

LOW = 330  # height of the panel below which a list of all examples does without the strip of those that pushed most
LIVE_SHARE = 0.1  # of the time, at most, goes into following a run
EVERY = 0.1  # seconds between two pictures of a run, at least


class OriginView(QWidget):
    """Panel that explains one cell.

    Signals
    -------
    sources_shown(object) : the cells that the shown one was computed from, name of array -> tuple of (row, column) as
        stored, for other views to outline; empty where there are none.
    cell_chosen(str, object) : the array and the (row, column) that the panel has turned to.
    """

    sources_shown = Signal(object)
    cell_chosen = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Origin of a number"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = LIGHT
        self._snapshot: Snapshot | None = None
        self._trail: list[Place] = []
        self._here = 0
        self._shown: Shown | None = None
        self._told: tuple[Place | None, object] = (None, {})
        self._next_live = 0.0  # when a running engine's Snapshot is next looked at
        self._stale = False
        self._header = PanelHeader(self.tr("Origin"), self)
        self.back = self._button("‹", self.tr("Back along the trail (Alt+Left)"), self.go_back)
        self.forward = self._button("›", self.tr("Forward along the trail (Alt+Right)"), self.go_forward)
        self._crumbs = Trail(self)
        self._crumbs.chosen.connect(self._go_to)
        self._sentence = QLabel(self)
        self._sentence.setFont(ui_font(12.5))
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setContentsMargins(MARGIN, 2, MARGIN, 2)
        self._equation = Equation(self)
        self._strip = Strip(self)
        self.list = Terms(self)
        self.list.followed.connect(self.follow)
        self.list.moved.connect(self._describe)
        self._strip.chosen.connect(self.list.select_sample)
        self._sum = SumRow(self.list, self)
        self._end = End(self)
        self._lay_out()
        for keys, go in (("Alt+Left", self.go_back), ("Alt+Right", self.go_forward)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(go)
        self.setFocusProxy(self.list)
        self._say_nothing_chosen()

    def _button(self, text: str, tip: str, pressed: Any) -> QToolButton:
        button = QToolButton(self._header)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFont(ui_font(17, 600))
        button.setFixedSize(28, 26)
        button.clicked.connect(pressed)
        self._header.add(button)
        return button

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        self._stack = QStackedLayout()
        self._hint = QLabel(self)
        self._hint.setFont(ui_font(13))
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setContentsMargins(3 * MARGIN, 0, 3 * MARGIN, MARGIN)
        page = QWidget(self)
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for widget in (self._crumbs, self._sentence, self._equation, self._strip):
            rows.addWidget(widget)
        rows.addWidget(self.list, 100)
        rows.addWidget(self._sum)
        rows.addWidget(self._end, 100)
        rows.addStretch(1)  # a short list is followed by its sum at once
        self._stack.addWidget(self._hint)
        self._stack.addWidget(page)
        layout.addLayout(self._stack, 1)

    # ---- which cell -------------------------------------------------------------------------------------------------

    @property
    def place(self) -> Place | None:
        """The cell that is explained."""
        return self._trail[self._here] if self._trail else None

    @property
    def trail(self) -> tuple[Place, ...]:
        """The way here, and on where it has been gone back."""
        return tuple(self._trail)

    @property
    def shown(self) -> Origin | None:
        """What is on screen; None where no cell is chosen or the chosen one is not in this batch."""
        return self._shown.origin if self._shown is not None else None

    @Slot(str, object)
    def show_cell(self, name: str, cell: tuple[int, int]) -> None:
        """Explain a cell. One that the present cell was made of continues the trail, any other begins a new one.

        Parameters
        ----------
        cell : (row, column) in the array as it is stored; a vector is one row.
        """
        found = self.shown
        if self.place == Place(name, cell):
            return
        factors = [f for term in found.terms for f in term.factors] if found is not None else []
        link = next((f for f in factors if (f.name, f.cell) == (name, cell)), None)
        if link is not None:
            self.follow(link)
        else:
            self._trail, self._here = [Place(name, cell)], 0
            self._show()

    @Slot(object)
    def follow(self, factor: Factor) -> None:
        """Go on to a cell that the present one was made of."""
        place = Place(factor.name, factor.cell, factor.old)
        self._trail[self._here + 1 :] = [place]
        self._here += 1
        self._show_and_keep_focus()

    @Slot()
    def go_back(self) -> None:
        """To the cell before on the trail."""
        self._go_to(self._here - 1)

    @Slot()
    def go_forward(self) -> None:
        """On to the cell from which the trail was gone back."""
        self._go_to(self._here + 1)

    @Slot(int)
    def _go_to(self, index: int) -> None:
        if 0 <= index < len(self._trail) and index != self._here:
            self._here = index
            self._show_and_keep_focus()

    def _show_and_keep_focus(self) -> None:
        """What had the keys may hide; then what stands in its place has them."""
        had = self.list.hasFocus() or self._end.hasFocus()
        self._show()
        if had:
            (self._end if self.list.isHidden() else self.list).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Backspace:
            self.go_back()
        else:
            super().keyPressEvent(event)

    # ---- what it shows ----------------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Explain the same cell with a Snapshot's numbers. A running engine is followed now and then."""
        other = self._snapshot is not None and snapshot.lesson.id != self._snapshot.lesson.id
        self._snapshot = snapshot
        if other:
            self._trail, self._here = [], 0
        if not self.isVisible() or (snapshot.state is State.RUNNING and time.monotonic() < self._next_live):
            self._stale = True
            return
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._show()

    def apply_theme(self, theme: Theme) -> None:
        """Repaint in another theme's colours."""
        self._theme = theme
        self._header.apply_theme(theme)
        self._sentence.setStyleSheet(f"color: {theme.text2};")
        self._hint.setStyleSheet(f"color: {theme.text2};")
        self.setStyleSheet(
            f"OriginView {{ background: {theme.surface}; }}"
            f"QToolButton {{ color: {theme.text2}; background: transparent; border: 1px solid transparent;"
            " border-radius: 4px; padding-bottom: 3px; }"
            f"QToolButton:hover {{ background: {theme.line}; }}"
            f"QToolButton:disabled {{ color: {theme.disabled}; background: transparent; }}"
            f"QToolButton:focus {{ border: 2px solid {theme.focus}; }}"
        )
        for part in (self._crumbs, self._equation, self._strip, self.list, self._sum, self._end):
            part.apply_theme(theme)
        self._show()

    def text_summary(self) -> str:
        """The panel in words: trail, sentence, formula, the terms on screen, their sum."""
        shown, snapshot = self._shown, self._snapshot
        if shown is None or snapshot is None:
            return self._hint.text()
        lines = [self._crumbs.text(), self._sentence.text()]
        if shown.origin.terms:
            lines.append(self._equation.text())
            if not self._strip.isHidden():
                lines.append(self._strip.text())
            lines += [shown.row_text(i) for i in self.list.visible_rows()]
            lines.append(shown.sum_text())
        else:
            lines.append(self._end.text())
        return "\n".join(line for line in lines if line)

    def _show(self) -> None:
        self._stale = False
        begun = time.monotonic()
        snapshot, place = self._snapshot, self.place
        self._shown = None
        self.back.setEnabled(self._here > 0)
        self.forward.setEnabled(self._here < len(self._trail) - 1)
        if snapshot is None or place is None:
            self._say_nothing_chosen()
        elif not _exists(place, snapshot):
            self._say(self.tr("This batch has no such cell: the last batch of an epoch may be shorter."))
        else:
            self._explain(snapshot, place)
        self._tell(place)
        self._describe()
        spent = time.monotonic() - begun
        self._next_live = begun + max(EVERY, spent / LIVE_SHARE)

    @Slot()
    def _describe(self) -> None:
        if self._snapshot is None or self._snapshot.state is not State.RUNNING:
            self.setAccessibleDescription(self.text_summary())

    def _say_nothing_chosen(self) -> None:
        self._say(
            self.tr(
                "Click a number in the matrices or in the network: here you see what it was computed from, term by "
                "term, back to the input and the target."
            )
        )
        self._header.set_caption("")

    def _say(self, text: str) -> None:
        self._hint.setText(text)
        self._stack.setCurrentIndex(0)

    def _explain(self, snapshot: Snapshot, place: Place) -> None:
        found = origin(
            place.name,
            place.cell,
            snapshot.tensors,
            snapshot.program,
            snapshot.lesson,
            snapshot.position,
            snapshot.start,
            old=place.old,
        )
        images = Images(snapshot, self._theme)
        pushed: tuple[Push, ...] = ()
        if images and found.kind is Kind.STEP:
            pushed = pushes(place.name, place.cell, snapshot.tensors, snapshot.lesson)
        shown = Shown(found, Writer(snapshot), images, pushed)
        self._shown = shown
        self._stack.setCurrentIndex(1)
        self._header.set_caption(self.tr("batch {n}").format(n=f"{snapshot.position.batch:,}"))
        self._crumbs.show_trail(self._trail, self._here, shown.writer)
        self._sentence.setText(words(snapshot, shown))
        explained = bool(found.terms)
        self._equation.setVisible(explained)
        self._place_strip()
        self.list.setVisible(explained)
        self._sum.setVisible(explained)
        self._end.setVisible(not explained)
        if explained:
            self._equation.show_formula(shown.writer.formula(found.formula))
            self._strip.show_pushes(shown)
            self.list.show_terms(shown)
            self._sum.show_sum(shown)
        else:
            self._end.show_end(shown, snapshot)

    def _place_strip(self) -> None:
        """Show who pushed most, but where the list says the same and needs the room."""
        shown = self._shown
        self._strip.setVisible(
            shown is not None and bool(shown.pushes) and (not shown.by_example or self.height() >= LOW)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_strip()

    def _tell(self, place: Place | None) -> None:
        """Say what other views are to outline, once."""
        found = self.shown
        read = sources(found) if found is not None else {}
        before, outlined = self._told
        self._told = (place, read)
        if place is not None and place != before:
            self.cell_chosen.emit(place.name, place.cell)
        if read != outlined:
            self.sources_shown.emit(read)


def _exists(place: Place, snapshot: Snapshot) -> bool:
    if place.name not in snapshot.tensors:
        return False
    shape = np.atleast_2d(snapshot.tensors[place.name]).shape
    return all(0 <= index < size for index, size in zip(place.cell, shape, strict=True))
