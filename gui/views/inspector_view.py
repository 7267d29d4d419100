"""The Step inspector: the current Step as title, sentence, formula with numbers, arithmetic of a cell, and code."""

from __future__ import annotations

import re

from PySide6.QtCore import QPointF, QSettings, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QLinearGradient, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.breakpoints import steps_of
from engine.gradcheck import ArrayCheck, Verdict
from engine.program import Step
from engine.snapshot import Snapshot, State
from gui import step_text, symbols
from gui.numbers import significant
from gui.theme import LIGHT, Theme, ui_font
from gui.views import check_view
from gui.views.inspector_code import CodeStrip, scroll_bars
from gui.views.inspector_formula import FormulaPage
from gui.views.panel import PanelHeader

MARGIN = 16
DIGITS = (None, *range(1, 9))  # None: as many as there is room for
DIGITS_SETTING = "inspector/digits"
GRADIENT = re.compile(r"delta\d+|d[Wba]\d+|dlogp")
CODE_SHARE = 0.3  # of the panel's height, at most
TIGHT, ROOMY = (0, 0, 4), (12, 4, 8)  # room above the title, below it, below the sentence
MORE, SLIGHT = 20, 4  # height of what says that there is more below; how much more needs no saying
LEAST_FOR_NEXT = 580  # width from which the header says what comes next, as the timeline does in any case
LEAST_ROOMY = 350  # height below the header


class InspectorView(QWidget):
    """Panel explaining the Step just done.

    Signals
    -------
    check_wanted() : the gradients of the batch are to be checked.
    """

    check_wanted = Signal()

    def __init__(self, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Step inspector"))
        self._settings = settings
        self._snapshot: Snapshot | None = None
        self._header = PanelHeader(self.tr("Step"), self)
        self._next = _NextFormula(self._header)
        self.digits = self._make_digits()
        self._header.add(self.digits)
        self._header.add(self._next)
        self._title = QLabel(self)
        self._title.setFont(ui_font(17, 600))
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.badge = _Badge(self)
        self.badge.clicked.connect(self._wish_check)
        self._sentence = QLabel(self)
        self._sentence.setFont(ui_font(12.5))
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.page = FormulaPage(self)
        self._scroll = _Scroll(self.page, self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.code = CodeStrip(settings, self)
        self._lay_out()
        self.set_digits(_kept_digits(settings))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        self._top = top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self.badge)
        layout.addLayout(top)
        self._below_title = sentence = QHBoxLayout()
        sentence.addWidget(self._sentence)
        layout.addLayout(sentence)
        layout.addWidget(self._scroll, 1)
        below = QHBoxLayout()
        below.setContentsMargins(MARGIN, 2, MARGIN, 5)
        below.addWidget(self.code)
        layout.addLayout(below)

    def _make_digits(self) -> QToolButton:
        button = QToolButton(self._header)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFont(ui_font(12))
        button.setMinimumHeight(24)
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        group = QActionGroup(menu)
        for count in DIGITS:
            text = self.tr("{n} digits").format(n=count) if count else self.tr("Digits: auto")
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setData(count)
            group.addAction(action)
            menu.addAction(action)
        group.triggered.connect(lambda action: self.set_digits(action.data()))
        button.setMenu(menu)
        button.setToolTip(self.tr("Significant digits of the numbers"))
        button.setAccessibleName(self.tr("Significant digits of the numbers"))
        return button

    def set_digits(self, digits: int | None) -> None:
        """Write the numbers of the formula to so many significant digits, and remember it."""
        self._settings.setValue(DIGITS_SETTING, digits or 0)
        for action in self.digits.menu().actions():
            if action.data() == digits:
                action.setChecked(True)
                self.digits.setText(action.text() if digits else self.tr("Digits"))
        self.page.set_digits(digits)

    @Slot()
    def _wish_check(self) -> None:
        self.check_wanted.emit()

    # ---- what it shows -----------------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Explain the Step of a Snapshot."""
        self._snapshot = snapshot
        self.page.show_snapshot(snapshot)  # first: whatever else changes its room, it is this that is arranged for it
        total = len(snapshot.program)
        if snapshot.state is State.RUNNING and snapshot.position.step == total:
            caption = self.tr("running, {n} steps").format(n=total)
        else:
            caption = self.tr("{i} of {n}").format(i=snapshot.position.step, n=total)
        self._header.set_caption(caption)
        title, sentence = self._titles(snapshot)
        if title != self._title.text():
            self._title.setText(title)
        if sentence != self._sentence.text():
            self._sentence.setText(sentence)
        self._next.show_snapshot(snapshot)
        self.badge.show_check(snapshot)
        self.code.show_step(snapshot.lesson, snapshot.step, snapshot.tensors, snapshot.dataset.table)
        self.code.show_stops(steps_of(snapshot.breakpoints))
        self.layout().activate()  # a sentence of two lines leaves the page less room, now
        self.page.arrange()
        if snapshot.state is not State.RUNNING:
            self.setAccessibleDescription(self.text_summary())

    def show_lesson(self, title: str, about: str) -> None:
        """Say what a lesson is about that is being prepared, as long as there is no Snapshot."""
        if self._snapshot is None:
            self._title.setText(title)
            self._sentence.setText(about)

    def show_example(self, row: int) -> None:
        """Work out cells of another example of the batch: the one that the network shows."""
        self.page.show_example(row)

    def _titles(self, snapshot: Snapshot) -> tuple[str, str]:
        step = snapshot.step
        if step is not None:
            return step_text.title(step), step_text.sentence(step, snapshot.lesson)
        return self.tr("Before the first step"), self.tr(
            "The batch is loaded: x goes in, y is the target. Press Step to compute the first operation."
        )

    def apply_theme(self, theme: Theme) -> None:
        """Repaint in another theme's colours."""
        self._header.apply_theme(theme)
        self.setStyleSheet(f"InspectorView, InspectorView > QScrollArea {{ background: {theme.surface}; }}")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title.setStyleSheet(f"color: {theme.text};")
        self._sentence.setStyleSheet(f"color: {theme.text2};")
        self.digits.setStyleSheet(
            f"QToolButton {{ color: {theme.text2}; background: transparent; border: 1px solid {theme.line2};"
            " border-radius: 4px; padding: 2px 6px; }"
            f"QToolButton:hover {{ background: {theme.line}; }}"
            f"QToolButton:focus {{ border: 2px solid {theme.focus}; padding: 1px 5px; }}"
            "QToolButton::menu-indicator { image: none; width: 0; }"
        )
        self._scroll.setStyleSheet(scroll_bars(theme))
        self._scroll.more.theme = theme
        self._scroll.more.update()
        self._next.theme = theme
        self._next.update()
        self.badge.apply_theme(theme)
        self.code.apply_theme(theme)
        self.page.apply_theme(theme)

    def text_summary(self) -> str:
        """Title, sentence and plain formula."""
        if self._snapshot is None:
            return ""
        title, sentence = self._titles(self._snapshot)
        step = self._snapshot.step
        return f"{title}. {sentence} {step.title if step else ''}"

    def paintEvent(self, event: QPaintEvent) -> None:
        self.page.arrange_to_paint()  # once formulas can be drawn: places first, then pictures
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._next.setVisible(self.width() >= LEAST_FOR_NEXT)
        room = self.height() - self._header.height()
        above, between, below = ROOMY if room >= LEAST_ROOMY else TIGHT
        self._top.setContentsMargins(MARGIN, above, MARGIN, between)
        self._below_title.setContentsMargins(MARGIN, 0, MARGIN, below)
        self.code.show_lines(room * CODE_SHARE)


def _kept_digits(settings: QSettings) -> int | None:
    kept = str(settings.value(DIGITS_SETTING, ""))
    return next((digits for digits in DIGITS if kept == str(digits)), None)


class _Scroll(QScrollArea):
    """The page is arranged for the height that there is. Where it is taller, an arrow says that there is more below.

    The line that works out a cell stands below the viewport, where nothing scrolls.
    """

    def __init__(self, page: FormulaPage, parent: QWidget) -> None:
        super().__init__(parent)
        self._page = page
        self.more = _More(self)
        self.setWidget(page)
        page.line.setParent(self)
        page.arranged.connect(self._place_line)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._look_below)
        bar.rangeChanged.connect(self._look_below)

    @Slot()
    def _look_below(self) -> None:
        bar = self.verticalScrollBar()
        self.more.setVisible(bar.maximum() - bar.value() > SLIGHT)
        self.more.raise_()

    @Slot(int)
    def _place_line(self, formula: int) -> None:
        """Right below the formula, or at the lower edge where there is more of it than fits."""
        line = self._page.line
        top = self.height() - line.least_height
        if line.least_height:
            top = max(0, min(top, formula))
        line.setGeometry(0, top, self.width(), self.height() - top)
        line.setVisible(line.least_height > 0)
        self.setViewportMargins(
            0, 0, 0, self.height() - top
        )  # last: a scroll bar that goes or comes has it placed anew

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        view = self.viewport().geometry()
        self.more.setGeometry(view.left(), view.bottom() + 1 - MORE, view.width(), MORE)
        self._page.arrange()


class _More(QWidget):
    """The lower edge of what goes on below it: fading, with an arrow."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        front, back = self.theme.q("surface"), self.theme.q("surface")
        back.setAlpha(0)
        fading = QLinearGradient(0, 0, 0, self.height())
        fading.setColorAt(0, back)
        fading.setColorAt(0.7, front)
        x, y = self.width() / 2, self.height() - 8.0
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), fading)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.theme.q("text2"), 1.5))
            painter.drawPolyline([QPointF(x - 6, y), QPointF(x, y + 5), QPointF(x + 6, y)])


class _NextFormula(QWidget):
    """ "next ∂L/∂b2" at the right of the header: where the next Step goes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self._step: Step | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(100, 40)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if self._step is not snapshot.next_step:
            self._step = snapshot.next_step
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._step is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            name = self._step.write
            x = self.width() - symbols.width(name, 16)
            symbols.draw(painter, x, 25, name, 16, self.theme.q("text2"))
            painter.setFont(ui_font(12))
            painter.setPen(self.theme.q("text3"))
            text = self.tr("next")
            painter.drawText(QPointF(x - 8 - painter.fontMetrics().horizontalAdvance(text), 24.5), text)


class _Badge(QToolButton):
    """What the gradient check says of the gradient just computed; pressed, it asks for a check."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._verdict: Verdict | None = None
        self.setFont(ui_font(12, 600))
        self.setFixedHeight(24)
        self.hide()

    def show_check(self, snapshot: Snapshot) -> None:
        """Show the verdict on what the Step wrote; nothing where that is no gradient."""
        name = snapshot.step.write if snapshot.step is not None else ""
        self.setVisible(bool(GRADIENT.fullmatch(name)))
        found = None
        if snapshot.check is not None:
            found = next((check for check in snapshot.check.arrays if check.name == name), None)
        if found is not None and found.verdict is Verdict.PENDING:
            found = None
        self._verdict = found.verdict if found is not None else None
        text = check_view.verdict_text(self._verdict) if self._verdict is not None else self.tr("not checked")
        tip = self._details(found) if found is not None else ""
        tip = tip or self.tr("Check this gradient against central differences and torch.autograd")
        if (text, tip) != (self.text(), self.toolTip()):
            self.setText(text)
            self.setToolTip(tip)
            self.setAccessibleName(self.tr("Gradient check: {verdict}").format(verdict=text))
            self.setAccessibleDescription(tip)
            self._colour()

    def _details(self, check: ArrayCheck) -> str:
        error = check.max_rel_error_difference
        lines = [
            self.tr("Central differences: {n} of {cells} cells compared, largest relative error {error}").format(
                n=f"{check.compared:,}", cells=f"{check.cells:,}", error="–" if error is None else significant(error, 2)
            )
        ]
        if check.max_rel_error_autograd is not None:
            lines.append(
                self.tr("torch.autograd: all cells compared, largest relative error {error}").format(
                    error=significant(check.max_rel_error_autograd, 2)
                )
            )
        lines += [check_view.sentence(note) for note in check.notes]
        return "\n".join(lines)

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._colour()

    def _colour(self) -> None:
        theme = self._theme
        tokens = {Verdict.VERIFIED: "ok", Verdict.INCOMPARABLE: "warn", Verdict.WRONG: "err"}
        token = tokens.get(self._verdict) if self._verdict is not None else None
        front = theme.text3 if token is None else theme.q(token).name()
        back = "transparent" if token is None else theme.q(token + "soft").name()
        edge = theme.ctl if token is None else back
        self.setStyleSheet(
            f"QToolButton {{ color: {front}; background: {back}; border: 1px solid {edge}; border-radius: 4px;"
            " padding: 0 8px; }"
            f"QToolButton:hover {{ border-color: {theme.text2}; }}"
            f"QToolButton:focus {{ border: 2px solid {theme.focus}; padding: 0 7px; }}"
        )
