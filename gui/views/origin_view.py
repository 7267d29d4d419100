"""Where a number came from: the terms that add up to a chosen cell, each factor a link further back, and the trail."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QLabel, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from engine.provenance import Factor, Kind, Origin, Push, origin, pushes, sources
from engine.snapshot import Snapshot, State
from gui.theme import LIGHT, Theme, ui_font
from gui.views.origin_end import End, SumRow
from gui.views.origin_ledger import LedgerSource, LedgerTable
from gui.views.origin_route import Route
from gui.views.origin_shown import Images, Shown
from gui.views.origin_strip import Strip
from gui.views.origin_terms import Heads, Terms
from gui.views.origin_text import MARGIN, Place, Writer
from gui.views.origin_trail import Equation, Trail
from gui.views.origin_words import typed, words
from gui.views.panel import PanelHeader

LOW = 330  # height of the panel below which a list of all examples does without the strip of those that pushed most
LIVE_SHARE = 0.1  # of the time, at most, goes into following a run
EVERY = 0.1  # seconds between two pictures of a run, at least
PATIENCE = 150  # milliseconds that a cell's last batches stay the same before newer ones are looked up
LOW_END = 64  # height of a number without terms above a ledger


class OriginView(QWidget):
    """Panel that explains one cell.

    Signals
    -------
    sources_shown(object) : the cells that the shown one was computed from, name of array -> tuple of (row, column) as
        stored, for other views to outline; empty where there are none.
    cell_chosen(str, object) : the array and the (row, column) that the panel has turned to.
    place_wanted(object, int) : the step and the batch to go to; the step may be ``END``.
    example_wanted(int) : the example of the batch that is spoken of.
    ledger_wanted(str, object) : a parameter and the cell of which the engine is to look up the last batches.
    """

    sources_shown = Signal(object)
    cell_chosen = Signal(str, object)
    place_wanted = Signal(object, int)  # END is too large for the int of a signal
    example_wanted = Signal(int)
    ledger_wanted = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Origin of a number"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = LIGHT
        self._snapshot: Snapshot | None = None
        self._route = Route()
        self._ledgers = LedgerSource()
        self._asking = QTimer(self, singleShot=True, interval=PATIENCE)
        self._asking.timeout.connect(self._ask)
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
        self.link = QToolButton(self)
        self.link.setObjectName("link")
        self.link.setFont(ui_font(12.5))
        self.link.setCursor(Qt.CursorShape.PointingHandCursor)
        self.link.clicked.connect(self._go_before)
        self._equation = Equation(self)
        self._strip = Strip(self)
        self.list = Terms(self)
        self.list.followed.connect(self.follow)
        self.list.moved.connect(self._describe)
        self.list.example_chosen.connect(self.example_wanted)
        self._heads = Heads(self.list, self)
        self._strip.chosen.connect(self.list.select_sample)
        self._sum = SumRow(self.list, self.list.viewport())
        self.ledger = LedgerTable(self.list.viewport())
        self.ledger.chosen.connect(self._go_on_in)
        self.ledger.reached.connect(self.list.reveal_tail)
        self.list.put_below(self._sum, self.ledger)
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
        rows.addWidget(self._crumbs)
        rows.addWidget(self._sentence)
        rows.addWidget(self.link, 0, Qt.AlignmentFlag.AlignLeft)
        rows.addWidget(self._equation)
        rows.addWidget(self._strip)
        rows.addWidget(self._heads)
        rows.addWidget(self._end, 100)
        rows.addWidget(self.list, 100)
        rows.addStretch(1)  # a short list takes no more than it needs
        self._stack.addWidget(self._hint)
        self._stack.addWidget(page)
        layout.addLayout(self._stack, 1)

    # ---- which cell -------------------------------------------------------------------------------------------------

    @property
    def place(self) -> Place | None:
        """The cell that is explained."""
        return self._route.place

    @property
    def trail(self) -> tuple[Place, ...]:
        """The way here, and on where it has been gone back."""
        return tuple(self._route.places)

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
            self._route.begin(Place(name, cell))
            self._show()

    @Slot(object)
    def follow(self, factor: Factor) -> None:
        """Go on to a cell that the present one was made of."""
        self._route.follow(Place(factor.name, factor.cell, factor.old))
        self._show()

    @Slot()
    def go_back(self) -> None:
        """To the cell before on the trail."""
        self._go_to(self._route.here - 1)

    @Slot()
    def go_forward(self) -> None:
        """On to the cell from which the trail was gone back."""
        self._go_to(self._route.here + 1)

    @Slot(int)
    def _go_to(self, index: int) -> None:
        if 0 <= index < len(self._route.places) and index != self._route.here:
            moment = self._route.go_to(index)
            if moment is None:
                self._show()
            else:
                self.place_wanted.emit(*moment)  # the Snapshot of that moment will show it

    @Slot()
    def _go_before(self) -> None:
        """On to the update of the batch before, which left the number as it is."""
        if self._snapshot is not None:
            self._go_on_in(self._snapshot.position.batch - 1)

    @Slot(int)
    def _go_on_in(self, batch: int) -> None:
        """Go on with the same cell at the end of another batch."""
        snapshot = self._snapshot
        if snapshot is None or self.place is None:
            return
        at = snapshot.position
        if (at.batch, at.step) != (batch, len(snapshot.program)):
            self.place_wanted.emit(*self._route.go_on_in(batch, (at.step, at.batch)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Backspace:
            self.go_back()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.link.isVisible():
            self._go_before()
        else:
            super().keyPressEvent(event)

    # ---- what it shows ----------------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Explain the same cell with a Snapshot's numbers. A running engine is followed now and then."""
        other = self._snapshot is not None and snapshot.lesson.id != self._snapshot.lesson.id
        self._snapshot = snapshot
        if other:
            self._route.begin()
        self._route.arrive(snapshot.position.batch)
        if not self.isVisible() or (snapshot.state is State.RUNNING and time.monotonic() < self._next_live):
            self._stale = True
            return
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._show()
        _, outlined = self._told
        if outlined:
            self.sources_shown.emit(outlined)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._told[1]:
            self.sources_shown.emit({})  # outlines of something that is not there would puzzle

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
            f"#link {{ color: {theme.focus}; padding: 1px 6px; margin-left: {MARGIN - 11}px; }}"
            "#link:hover { text-decoration: underline; background: transparent; }"
        )
        for part in (
            self._crumbs,
            self._equation,
            self._strip,
            self._heads,
            self.list,
            self._sum,
            self.ledger,
            self._end,
        ):
            part.apply_theme(theme)
        self._show()

    def text_summary(self) -> str:
        """The panel in words: trail, sentence, formula, the terms on screen, their sum."""
        shown, snapshot = self._shown, self._snapshot
        if shown is None or snapshot is None:
            return self._hint.text()
        lines = [self._crumbs.text(), self._sentence.text(), "" if self.link.isHidden() else self.link.text()]
        if shown.origin.terms:
            lines.append(self._equation.text())
            if not self._strip.isHidden():
                lines.append(self._strip.text())
            lines += [shown.row_text(i) for i in self.list.visible_rows()]
            lines.append(shown.sum_text())
        else:
            lines.append(self._end.text())
        if self.ledger.rows:
            lines += [self.ledger.accessibleName(), self.ledger.text()]
        return "\n".join(line for line in lines if line)

    def _show(self) -> None:
        self._stale = not self.isVisible()
        begun = time.monotonic()
        snapshot, place = self._snapshot, self.place
        self._shown = None
        self._asking.stop()
        self.back.setEnabled(self._route.here > 0)
        self.forward.setEnabled(self._route.here < len(self._route.places) - 1)
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
        if self.ledger.rows:
            self._asking.start()  # batch after batch is not looked up while the user walks on
        else:
            self._ask()

    @Slot()
    def _ask(self) -> None:
        """Ask for the last batches of the cell, where they are not known and somebody sees them."""
        place, snapshot = self.place, self._snapshot
        if self._shown is None or place is None or snapshot is None or not self.isVisible():
            return
        if self._ledgers.wanted(place, snapshot):
            self.ledger_wanted.emit(*self._ledgers.ask(place, snapshot))

    @Slot()
    def _describe(self) -> None:
        if self._snapshot is None or self._snapshot.state is not State.RUNNING:
            self.setAccessibleDescription(self.text_summary())

    def _say_nothing_chosen(self) -> None:
        self._say(
            self.tr(
                "Click a number in the matrices or in the network: here you see what it was computed from, term by "
                "term, back to the input and the target.\n\n"
                "With the keys: Tab to the matrices, arrows to a number, Enter."
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
        self._crumbs.show_trail(self._route.places, self._route.here, shown.writer)
        self._sentence.setText(words(snapshot, found))
        had = any(part.hasFocus() for part in (self.list, self._end, self.link, self.ledger))
        followed = found.kind is Kind.LEFT and typed(snapshot, found) is None
        self.link.setText(self.tr("Go to batch {n}").format(n=f"{snapshot.position.batch - 1:,}"))
        self.link.setAccessibleName(self.link.text())
        self.link.setVisible(followed)
        rows = self._ledgers.rows(place, snapshot)
        self.ledger.show_rows(rows)
        explained = bool(found.terms)
        self._equation.setVisible(explained)
        self._place_strip()
        listed = explained or bool(rows)
        self.list.setVisible(listed)
        self._sum.setVisible(explained)
        self._end.setVisible(not explained)
        self._end.take(LOW_END if rows else None)
        if listed:
            self.list.show_terms(shown)
        if explained:
            self._equation.show_formula(shown.writer.formula(found.formula))
            self._strip.show_pushes(shown)
            self._sum.show_sum(shown)
        else:
            self._end.show_end(shown, snapshot)
        if (
            had and not self.ledger.hasFocus()
        ):  # what had the keys may have gone: then what stands in its place has them
            (self.list if explained else self._end).setFocus()

    def _place_strip(self) -> None:
        """Show who pushed most, but where the list says the same and needs the room."""
        shown = self._shown
        self._heads.setVisible(shown is not None and bool(shown.origin.terms) and self.height() >= LOW)
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
            if _of_an_example(place.name):
                self.example_wanted.emit(place.cell[0])
        if read != outlined:
            self.sources_shown.emit(read)


def _of_an_example(name: str) -> bool:
    """Whether an array has a row for every example of the batch."""
    return name in ("x", "y") or name.rstrip("0123456789") in ("z", "a", "da", "dlogp", "delta", "logp")


def _exists(place: Place, snapshot: Snapshot) -> bool:
    if place.name not in snapshot.tensors:
        return False
    shape = np.atleast_2d(snapshot.tensors[place.name]).shape
    return all(0 <= index < size for index, size in zip(place.cell, shape, strict=True))
