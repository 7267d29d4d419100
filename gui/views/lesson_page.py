"""The lesson's page: what to look at, things to try with buttons that do them, and the document's formulas."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QScrollArea, QVBoxLayout, QWidget

from engine.formula import latex
from engine.lesson import Lesson
from engine.program import Program
from engine.snapshot import Snapshot, State
from gui import formulas, lesson_pages, step_text
from gui.experiment import Experiment
from gui.lesson_pages import Button, Formula, Page, PageError, Text, language, source_of, title_of
from gui.theme import LIGHT, Theme
from gui.views.formula_card import FormulaCard
from gui.views.panel import PanelHeader
from gui.views.try_card import Outcome, TryCard, text_label

log = logging.getLogger(__name__)

MARGIN = 16
DOCUMENT = re.compile("([0-9]{3})_[0-9a-f]{16}")  # a source that is a seed document: its number and its hash


class LessonPage(QWidget):
    """Panel with the page of the open lesson; where there is none, with the formulas of its Program.

    Parameters
    ----------
    experiment : carries out what a button asks for.

    Signals
    -------
    run_to_step(int) : a formula was pressed; go to its Step.
    stop_toggled(int) : stop after a formula's Step, or no longer.
    """

    run_to_step = Signal(int)
    stop_toggled = Signal(int)

    def __init__(self, experiment: Experiment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Lesson page"))
        self._theme = LIGHT
        self.experiment = experiment
        self._snapshot: Snapshot | None = None
        self._awaited: Lesson | None = None  # while it is prepared
        self._built: tuple[str, str] | None = None  # lesson and language
        self._program: Program | None = None
        self._cards: list[tuple[Formula, FormulaCard]] = []
        self._left: Iterator[None] | None = None  # of the page that is being built
        self._tried: TryCard | None = None  # on which a button was pressed last
        self._trying: Outcome | None = None  # says what comes of the experiment under way, or of the last one
        self._place: tuple[int, int] | None = None  # batch and Step that are marked
        self._following = False  # whether the marked formulas are kept in view, until the user looks elsewhere
        self._header = PanelHeader(self.tr("Lesson"), self)
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(self.tr("Lesson page"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(self._scroll, 1)
        self._builder = QTimer(self)
        self._builder.timeout.connect(self._build_one)
        self._typesetter = QTimer(self)
        self._typesetter.timeout.connect(self._typeset_one)
        self._news = QTimer(self, singleShot=True, interval=0)  # once what has been said has its place
        self._news.timeout.connect(self._reveal_news)
        self._reveal = QTimer(self, singleShot=True, interval=0)  # once the formulas have their places
        self._reveal.timeout.connect(self._reveal_marked)
        bar = self._scroll.verticalScrollBar()
        bar.rangeChanged.connect(lambda: self._reveal.start())  # typesetting moves what stands below
        bar.actionTriggered.connect(self._look_elsewhere)
        experiment.ended.connect(self._settle)

    def sizeHint(self) -> QSize:
        return QSize(480, 400)

    # ---- what is shown -------------------------------------------------------------------------------------------

    def show_lesson(self, lesson: Lesson) -> None:
        """Show the page of a lesson that is being prepared, as long as there is no Snapshot."""
        self._awaited = lesson
        wanted = (lesson.id, language())
        if self._snapshot is None and wanted != self._built and self.isVisible():
            self._built = wanted
            self._build(lesson, None)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the lesson's page, mark the formula of the Step, and say what comes of an experiment."""
        previous, self._snapshot = self._snapshot, snapshot
        wanted = (snapshot.lesson.id, language())
        if wanted != self._built:
            if not self.isVisible():  # built when somebody looks
                return
            self._built = wanted
            self._build(snapshot.lesson, snapshot)
        elif previous is not None and previous.generation != snapshot.generation and not self.experiment.active:
            self._forget()  # the run that an experiment has come to is gone
        if previous is None:
            for card in self.findChildren(TryCard):
                card.setEnabled(True)
        if snapshot.program is not self._program:
            self._program = snapshot.program
            for formula, card in self._cards:
                self._link(formula, card)
        if self._trying is not None:
            self._trying.show_snapshot(snapshot, self.experiment)
        self._mark(snapshot)

    def _mark(self, snapshot: Snapshot) -> None:
        at = snapshot.position
        everything = snapshot.state is State.RUNNING and at.step == len(snapshot.program)  # whole batches go by
        place = None if everything or at.step == 0 else (at.batch, at.step)
        moved, self._place = place != self._place, place
        for _, card in self._cards:
            self._mark_card(card)
        # a button must not go away from under the mouse: what it does is shown where it is
        if moved:
            self._following = not self.experiment.active
            self._reveal.start()

    def _mark_card(self, card: FormulaCard) -> None:
        card.mark(self._place is not None and card.step is not None and card.step.index == self._place[1])

    def _link(self, formula: Formula, card: FormulaCard) -> None:
        """Link a formula to its Step of the present Program."""
        card.show_step(formula.step(self._program) if self._program is not None else None)

    @Slot()
    def _look_elsewhere(self) -> None:
        self._following = False

    @Slot()
    def _reveal_marked(self) -> None:
        """Bring the marked formulas into view, the first of them above all."""
        if self._following and self.isVisible():
            for _, card in reversed(self._cards):
                if card.marked:
                    self._scroll.ensureWidgetVisible(card, 0, 32)

    @Slot()
    def _reveal_news(self) -> None:
        if self._trying is not None and self.isVisible():
            at = self._trying.rect().bottomLeft()
            point = self._trying.mapTo(self._scroll.widget(), at)
            self._scroll.ensureVisible(point.x(), point.y(), 0, 12)

    def text_summary(self) -> str:
        """The words of the page, line by line."""
        page = self._scroll.widget()
        return "\n".join(label.accessibleName() for label in page.findChildren(QLabel)) if page is not None else ""

    # ---- building ------------------------------------------------------------------------------------------------

    @property
    def complete(self) -> bool:
        """Whether all of the page is there."""
        return self._left is None

    def _build(self, lesson: Lesson, snapshot: Snapshot | None) -> None:
        """Put a new page in place of the old one: the top of it now, the rest card by card in idle turns."""
        speak = self._built[1] if self._built is not None else "en"
        self._cards, self._tried, self._program = [], None, None
        document = DOCUMENT.fullmatch(lesson.source)
        said = self.tr("Document {number}").format(number=document[1]) if document else source_of(lesson, speak)
        self._header.set_caption(said)
        content = QWidget()
        content.setObjectName("page")
        outer = QVBoxLayout(content)
        outer.setContentsMargins(MARGIN, 6, MARGIN, 20)
        column = QVBoxLayout()
        column.setSpacing(8)
        outer.addLayout(column)
        outer.addStretch(1)
        column.addWidget(text_label(title_of(lesson, speak), "title"))
        column.addWidget(self._heir(snapshot))
        page = self._page_of(lesson)
        self._left = self._rest(column, page, page.formulas if page is not None else _own_formulas(lesson), speak)
        next(self._left)
        self._scroll.setWidget(content)
        self._scroll.verticalScrollBar().setValue(0)
        self._builder.start(0)

    @Slot()
    def _build_one(self) -> None:
        """One card more; building and laying out all of a page at once would be felt."""
        if self._left is not None and next(self._left, self) is self:
            self._left = None
            self._builder.stop()
            self._reveal.start()
            self._wear()

    def _rest(self, column: QVBoxLayout, page: Page | None, those: tuple[Formula, ...], speak: str) -> Iterator[None]:
        """Add what stands below the title, a turn's work at a time."""
        if page is None:
            column.addWidget(text_label(self.tr("This lesson has no page of its own. These are its formulas."), "text"))
            yield
        else:
            yield from self._add_words(column, page, speak)
        yield from self._add_formulas(column, those, speak)

    def _heir(self, snapshot: Snapshot | None) -> Outcome:
        """A place at the top for what comes of an experiment that has opened this lesson from another's page."""
        outcome = Outcome()
        old, self._trying = self._trying, None
        if snapshot is not None and old is not None and old.began is not None and self.experiment.active:
            outcome.said.connect(self._news.start)
            outcome.begin(old.began, snapshot)
            self._trying = outcome
        return outcome

    def _page_of(self, lesson: Lesson) -> Page | None:
        try:
            return lesson_pages.page_of(lesson.id)
        except PageError as error:
            log.error("%s", error)
            return None

    def _add_words(self, column: QVBoxLayout, page: Page, speak: str) -> Iterator[None]:
        column.addWidget(text_label(page.about.in_(speak), "text"))
        yield
        column.addSpacing(6)
        column.addWidget(text_label(self.tr("What to look at"), "heading"))
        items = QVBoxLayout()
        items.setSpacing(3)
        for item in page.look:
            row = QHBoxLayout()
            row.setSpacing(8)
            bullet = text_label("•", "bullet")
            bullet.setAccessibleName("")
            row.addWidget(bullet, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(text_label(item.in_(speak), "text"), 1)
            items.addLayout(row)
        column.addLayout(items)
        yield
        column.addSpacing(6)
        column.addWidget(text_label(self.tr("Try it"), "heading"))
        for number, trial in enumerate(page.tries, 1):
            card = TryCard(number, trial, speak)
            card.setEnabled(self._snapshot is not None)
            card.pressed.connect(self._try)
            card.said.connect(self._news.start)
            column.addWidget(card)
            yield

    def _add_formulas(self, column: QVBoxLayout, those: tuple[Formula, ...], speak: str) -> Iterator[None]:
        column.addSpacing(6)
        column.addWidget(text_label(self.tr("Formulas"), "heading"))
        hint = self.tr("Press a formula: the debugger goes to the step that computes it.")
        column.addWidget(text_label(hint, "caption"))
        section = None
        for formula in those:
            assert formula.section is not None
            if formula.section != section:
                section = formula.section
                column.addSpacing(4)
                column.addWidget(text_label(section.in_(speak), "section"))
            card = FormulaCard(formula.latex, formula.note.in_(speak) if formula.note is not None else "")
            card.theme = self._theme
            card.clicked.connect(self._press_formula)
            card.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            card.customContextMenuRequested.connect(self._offer_stop)
            self._link(formula, card)
            self._mark_card(card)
            self._cards.append((formula, card))
            column.addWidget(card)
            yield

    # ---- what the user does ----------------------------------------------------------------------------------------

    @Slot()
    def _press_formula(self) -> None:
        card = self.sender()
        if isinstance(card, FormulaCard) and card.step is not None:
            self.run_to_step.emit(card.step.index)

    @Slot(QPoint)
    def _offer_stop(self, at: QPoint) -> None:
        """A menu on a formula, to stop after its step."""
        card = self.sender()
        if isinstance(card, FormulaCard) and card.step is not None:
            menu = QMenu(card)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            index = card.step.index
            action = menu.addAction(self.tr("Stop after step {n}, or no longer").format(n=index))
            action.triggered.connect(lambda _=False: self.stop_toggled.emit(index))
            menu.popup(card.mapToGlobal(at))

    @Slot(object)
    def _try(self, button: Button) -> None:
        card = self.sender()
        if self._snapshot is None or not isinstance(card, TryCard):
            return
        self.experiment.end()
        if self._tried is not card:
            self._forget()
        elif self._trying is not None:
            self._trying.leave()
        self._look_elsewhere()
        self._tried, self._trying = card, card.outcome(button)
        self._trying.clear()
        self._trying.begin(button, self._snapshot)
        self.experiment.start(button.do, self._snapshot)

    @Slot()
    def _settle(self) -> None:
        if self._trying is not None and self._snapshot is not None:
            self._trying.settle(self._snapshot)

    def _forget(self) -> None:
        for place in (self._tried, self._trying):
            if place is not None:
                place.clear()
        self._tried = self._trying = None

    # ---- typesetting and look --------------------------------------------------------------------------------------

    @Slot()
    def _typeset_one(self) -> None:
        """One formula in each idle turn of the event loop, and only while somebody can see it."""
        if self.complete and formulas.ready(self):
            for _, card in self._cards:
                if card.typeset_in is not self._theme:
                    card.typeset()
                    return
        self._typesetter.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Also painted when the typesetter has been loaded: now it can begin."""
        super().paintEvent(event)
        self._typesetter.start(0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._snapshot is not None:
            self.show_snapshot(self._snapshot)
        elif self._awaited is not None:
            self.show_lesson(self._awaited)
        self._reveal.start()
        self._typesetter.start(0)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._typesetter.stop()

    def apply_theme(self, theme: Theme) -> None:
        """Put the page into a theme's colours."""
        self._theme = theme
        self._header.apply_theme(theme)
        self.setStyleSheet(
            f"QScrollArea {{ background: {theme.surface}; border: none; border-top: 1px solid {theme.line}; }}"
            f"#page {{ background: {theme.surface}; }}"
            f"QLabel {{ color: {theme.text2}; background: transparent; }}"
            f"#title, #heading, #name {{ color: {theme.text}; }}"
            f"#section {{ color: {theme.text2}; }}"
            f"#caption, #bullet, #note {{ color: {theme.text3}; }}"
            f"#number {{ background: {theme.line}; color: {theme.text2}; border-radius: 10px; }}"
            f"#result {{ background: {theme.readsoft}; color: {theme.read}; border-radius: 4px; padding: 5px 8px; }}"
            f"#result[bad=true] {{ background: {theme.errsoft}; color: {theme.err}; }}"
            f"#try {{ background: {theme.surface}; border: 1px solid {theme.line}; border-radius: 6px; }}"
            f"QPushButton {{ background: {theme.bg}; color: {theme.text}; border: 1px solid {theme.ctl};"
            " border-radius: 5px; padding: 0 12px; min-height: 28px; }"
            f"QPushButton:hover {{ background: {theme.line}; }}"
            f"QPushButton:pressed {{ background: {theme.line2}; }}"
            f"QPushButton:focus {{ border: 2px solid {theme.focus}; padding: 0 11px; min-height: 26px; }}"
        )
        self._scroll.verticalScrollBar().setStyleSheet(
            "QScrollBar { background: transparent; width: 12px; margin: 0; }"
            f"QScrollBar::handle {{ background: {theme.line2}; border-radius: 4px; margin: 2px; min-height: 32px; }}"
            f"QScrollBar::handle:hover {{ background: {theme.ctl}; }}"
            "QScrollBar::add-line, QScrollBar::sub-line { height: 0; }"
            "QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }"
        )
        self._wear()

    def _wear(self) -> None:
        """The theme for what is painted by hand."""
        for _, card in self._cards:
            card.theme = self._theme
            card.update()
        if self.isVisible():
            self._typesetter.start(0)


def _own_formulas(lesson: Lesson) -> tuple[Formula, ...]:
    """A lesson's formulas as the Step inspector has them, a section per phase."""
    found = []
    for step in Program.of(lesson).steps:
        name = step_text.phase_name(step.phase)
        plain = latex(step, lesson).replace(r"\written", "").replace(r"\read", "")
        found.append(Formula(Text(name, name), (plain,), write=step.write, op=step.op))
    return tuple(found)
