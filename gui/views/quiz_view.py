"""Predict, then reveal: what will one cell of the coming Step be? The learner types it before it is computed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QKeySequence,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.formula import latex
from engine.program import Phase, Step
from engine.quiz import Kind, Nothing, Question, Score, Verdict, judge, question, question_at
from engine.snapshot import Snapshot, State
from gui import formulas, step_text, symbols
from gui.numbers import significant
from gui.theme import LIGHT, Theme, mono_font, ui_font
from gui.views.inspector_expression import PX, Written, write_out
from gui.views.panel import PanelHeader

MARGIN = 16
FORMULA_PX, FORMULA_HEIGHT = 21, 68
LOW = 400  # pixels of height that everything needs at once
FIELD_HEIGHT = 34
EXAMPLES = "0.7   7/10   1.4*0.5"  # which no toy has for an answer
MARK = 24
DIGITS = range(6, 2, -1)  # of the numbers in what is worked out: as many as fit into so many lines
LINES = 5
IN_A_ROW = 3  # from here on it is said how many
SLOPES = {
    "sigmoid": "σ'(z)",
    "tanh": "tanh'(z)",
    "relu": "ReLU'(z)",
    "leaky_relu": "LReLU'(z)",
    "softplus": "softplus'(z)",
}


class QuizView(QWidget):
    """Panel that asks for a value of the coming Step, judges what is typed and keeps the score of each lesson.

    Enter checks; once the question is settled, or a wrong answer is left as it is, Enter goes on. Esc reveals.

    Signals
    -------
    step_wanted() : the learner wants the Step done.
    score_changed(Score) : a question more is behind.
    """

    step_wanted = Signal()
    score_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None, rng: np.random.Generator | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Predict"))
        self._random = rng or np.random.default_rng()
        self._snapshot: Snapshot | None = None
        self._stands: tuple[object, ...] | None = None  # where the question was asked
        self._asked: Question | Nothing | None = None
        self._scores: dict[str, Score] = {}
        self._counted = False  # whether this question is in the score
        self._settled = False  # right or revealed: nothing is left to type
        self._going = False  # to the next Step
        self._refused = ""  # the wrong answer, as it was typed
        self._header = PanelHeader(self.tr("Predict"), self)
        self._place = _text("small", 12)
        self._question = _Asking(self)
        self._nothing = _text("question", 15, 600)
        self._formula = _Formula(self)
        self.field = QLineEdit(self)
        self.field.setFont(mono_font(15, 500))
        self.field.setFixedHeight(FIELD_HEIGHT)
        self.field.textEdited.connect(self._typing)
        self.check = self._button(self.tr("Check"), self._check)
        self.reveal = self._button(self.tr("Reveal"), self._reveal)
        self.next = self._button(self.tr("Next step"), self._go_on)
        self._help = _text("small", 12)
        self.verdict = VerdictCard(self)
        self._lay_out()
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._shortcut(key, self._enter)
        self._shortcut(Qt.Key.Key_Escape, self._reveal)
        self._show_score()

    def _button(self, text: str, pressed: object) -> QPushButton:
        button = QPushButton(text, self, autoDefault=False)
        button.setFont(ui_font(13, 600))
        button.setFixedHeight(FIELD_HEIGHT)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(pressed)
        return button

    def _shortcut(self, key: Qt.Key, do: object) -> None:
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(do)

    def _lay_out(self) -> None:
        answer = QHBoxLayout()
        answer.setSpacing(8)
        answer.addWidget(self.field, 1)
        answer.addWidget(self.check)
        answer.addWidget(self.reveal)
        last = QHBoxLayout()
        last.setSpacing(8)
        last.addWidget(self._help, 1)
        last.addWidget(self.next)
        body = QVBoxLayout()
        body.setContentsMargins(MARGIN, 12, MARGIN, MARGIN)
        body.setSpacing(10)
        body.addWidget(self._place)
        body.addWidget(self._question)
        body.addWidget(self._nothing)
        body.addWidget(self._formula)
        body.addLayout(answer)
        body.addWidget(self.verdict)
        body.addLayout(last)
        body.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addLayout(body, 1)

    # ---- the question ------------------------------------------------------------------------------------------------

    @property
    def question(self) -> Question | None:
        """What is asked at present."""
        return self._asked if isinstance(self._asked, Question) else None

    @property
    def score(self) -> Score:
        """Of the lesson that is shown."""
        return self._scores.get(self._snapshot.lesson.id, Score()) if self._snapshot is not None else Score()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Ask about the Step that comes after a Snapshot; the same question as long as its value stays the same."""
        other = self._snapshot is None or self._snapshot.lesson.id != snapshot.lesson.id
        self._snapshot = snapshot
        if other:
            self._show_score()
        if not self.isVisible():  # asked when somebody looks
            return
        self._going = False
        running = snapshot.state is State.RUNNING
        stands = (running,) if running else (snapshot.generation, snapshot.position, snapshot.next_step)
        if stands == self._stands and (running or self._holds(snapshot)):
            return
        self._stands = stands
        self._asked = None if running else question(snapshot, self._random)
        self._counted = self._settled = False
        self._refused = ""
        self._ask(snapshot)

    def _holds(self, snapshot: Snapshot) -> bool:
        """Whether the question is still the same: a value may have been edited, the matrices turned."""
        if self.question is None:
            return question(snapshot, self._random) is self._asked
        again = question_at(snapshot, self.question.cell)
        return again is not None and (again.value, again.place) == (self.question.value, self.question.place)

    def _ask(self, snapshot: Snapshot) -> None:
        asked = self.question
        if asked is not None:
            words = self.tr("What will {cell} be?")
            said = words.format(cell=symbols.plain(asked.step.write) + asked.place)
            self._question.show_question(words, asked)
            self._question.setAccessibleName(said)
        else:
            said = self._reason()
            self._nothing.setText(said)
        self._question.setVisible(asked is not None)
        self._nothing.setVisible(asked is None)
        known = self._asked not in (None, Nothing.HALTED, Nothing.BATCH_DONE)
        if known:
            self._show_step(snapshot.next_step)
        for shown in (self._place, self._formula):
            shown.setVisible(known)
        self.field.setAccessibleName(said)
        self.field.clear()
        self.verdict.clear()
        self._arrange()

    def _show_step(self, step: Step) -> None:
        assert self._snapshot is not None
        words = {"i": step.index, "phase": step_text.phase_name(step.phase), "title": step_text.title(step)}
        self._place.setText(self.tr("Step {i} · {phase} · {title}").format(**words))
        self._formula.show_formula(latex(step, self._snapshot.lesson), step.title)

    def _reason(self) -> str:
        """Why nothing is asked."""
        match self._asked:
            case Nothing.HALTED:
                return self.tr("Training has stopped: no step comes next.")
            case Nothing.BATCH_DONE:
                return self.tr("The batch is done. The next step loads new examples.")
            case Nothing.PASSED_ON:
                return self.tr("Nothing to work out: each value passes on as it is.")
            case Nothing.NOT_FINITE:
                return self.tr("This step leaves the finite numbers. Watch what happens.")
            case Nothing.LONG:
                return self.tr("Too many numbers meet here to add them up by hand. Watch this one.")
            case Nothing.UNSEEN:
                return self.tr("This update is too small to be seen in six figures.")
            case _:
                return self.tr("Training runs. Pause it to predict what comes next.")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._snapshot is not None:
            self.show_snapshot(self._snapshot)

    # ---- what one can do ---------------------------------------------------------------------------------------------

    @Slot()
    def _typing(self) -> None:
        """Which button Enter presses; a wrong answer is not checked twice."""
        text = self.field.text()
        left = self.question is None or self._settled or (bool(self._refused) and text == self._refused)
        self.check.setEnabled(bool(text.strip()) and not left)
        for button, first in ((self.check, not left), (self.next, left)):
            if button.property("primary") != first:
                button.setProperty("primary", first)
                button.style().unpolish(button)
                button.style().polish(button)

    @Slot()
    def _enter(self) -> None:
        """Press the button that has the focus, or else do what comes next."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QPushButton):
            focus.click()
        elif self.next.property("primary"):
            self.next.click()
        else:
            self.check.click()

    @Slot()
    def _check(self) -> None:
        asked, text = self.question, self.field.text()
        if asked is None:
            return
        verdict = judge(asked, text)
        again = self._counted
        if verdict.counts:
            self._count(verdict.right)
            self._settled = verdict.right
            self._refused = "" if verdict.right else text
        self._say(verdict, again)
        self._arrange()
        self.field.setFocus()
        if not verdict.right:
            self.field.selectAll()

    @Slot()
    def _reveal(self) -> None:
        if self.question is None or self._settled:
            return
        self._count(False)
        self._settled = True
        self._tell(Words("=", "fwd", self.tr("Here is how it comes about."), worked=self.question))
        self._arrange()
        self.field.setFocus()

    @Slot()
    def _go_on(self) -> None:
        if not self._going:  # a second press waits for the Step; disabling the button would send the keys elsewhere
            self._going = True
            self.step_wanted.emit()

    def _count(self, right: bool) -> None:
        """Only the first answer to a question counts."""
        assert self._snapshot is not None
        if self._counted:
            return
        self._counted = True
        self._scores[self._snapshot.lesson.id] = self.score.after(right)
        self._show_score()
        self.score_changed.emit(self.score)

    # ---- what it says ------------------------------------------------------------------------------------------------

    def _show_score(self) -> None:
        score = self.score
        if not score.asked:
            text = self.tr("a value before it is computed")
        elif score.streak > 1:
            text = self.tr("{right} of {asked} right, {streak} in a row")
        else:
            text = self.tr("{right} of {asked} right")
        self._header.set_caption(text.format(right=score.right, asked=score.asked, streak=score.streak))

    def _tell(self, words: Words) -> None:
        assert self._snapshot is not None
        self.verdict.show_words(words, self._snapshot)
        self.field.setAccessibleDescription(self.verdict.accessibleName())

    def _say(self, verdict: Verdict, again: bool) -> None:
        asked = self.question
        assert asked is not None
        if verdict.right:
            row = self.score.streak
            if again:
                head = self.tr("Now it is right.")
            else:
                head = self.tr("Right, {n} in a row!").format(n=row) if row >= IN_A_ROW else self.tr("Right!")
            self._tell(Words("", "ok", head, worked=asked))
        elif verdict.kind is Kind.UNREADABLE:
            text = self.tr("Write a number such as 0.7, a fraction such as 7/10 or a calculation such as 1.4*0.5.")
            self._tell(Words("?", "fwd", self.tr("This does not read as a number."), text))
        elif verdict.kind is Kind.FIGURES:
            text = self.tr("Give it to {n} significant figures.").format(n=asked.figures)
            self._tell(Words("≈", "fwd", self.tr("Right so far."), text))
        else:
            self._tell(Words("≠", "warn", self.tr("Not quite."), self._hint(asked.step, verdict)))

    def _hint(self, step: Step, verdict: Verdict) -> str:
        """One sentence: which factor is wrong; where that cannot be told, what the Step does."""
        assert self._snapshot is not None
        lesson = self._snapshot.lesson
        activation = lesson.activation(step.layer)
        velocity, gradient = step.write.startswith("v"), step.op == "weight_gradient"
        match verdict.kind:
            case Kind.SLOPE if step.op == "log_backward":
                text = self.tr("You left out the slope of the logarithm, 1/a: {number} × …")
            case Kind.SLOPE if activation == "softmax":
                text = self.tr("You left out softmax: its slopes, a matrix, turn dL/da into dL/dz.")
            case Kind.SLOPE:
                text = self.tr("You left out the slope of the activation, {slope}: {number} × …")
            case Kind.EXTRA_SLOPE:
                text = self.tr("No slope belongs here: with this loss it cancels, and output minus target is left.")
            case Kind.DIAGONAL:
                text = self.tr("a(1 − a) is only one slope of softmax: the other logits move the loss too.")
            case Kind.LOSS_SLOPE if lesson.loss.name == "l1":
                text = self.tr("That is the error a − y itself: the slope of this loss is only its sign.")
            case Kind.LOSS_SLOPE:
                text = self.tr("That is the error a − y: the slope of the mean square is 2/n times as large.")
            case Kind.TRANSPOSE if gradient:
                text = self.tr("That is the cell with row and column swapped.")
            case Kind.TRANSPOSE if step.phase is Phase.FORWARD:
                text = self.tr("Rows and columns of the weights are swapped: take those that lead into this unit.")
            case Kind.TRANSPOSE:
                text = self.tr("The weights are to be transposed: going back, take those that lead out of this unit.")
            case Kind.NEW_WEIGHTS:
                text = self.tr("You used the weights after the update: the way back uses those of the way forward.")
            case Kind.RATE:
                text = self.tr("You left out the learning rate, η = {number}.")
            case Kind.MOMENTUM:
                text = self.tr("You left out the momentum: γ = {number} times the old velocity stays.")
            case Kind.DECAY:
                text = self.tr("Not all of the old velocity stays: multiply it by γ = {number}.")
            case Kind.OTHER_FORM if velocity:
                text = self.tr("The learning rate, {number}, comes later: in this form the update multiplies by it.")
            case Kind.OTHER_FORM:
                text = self.tr("The learning rate, {number}, is in the velocity already.")
            case Kind.OLD_VELOCITY:
                text = self.tr("You used the old velocity: take the one that has just been computed.")
            case Kind.UNCHANGED:
                text = self.tr("That is the value before the update.")
            case Kind.CHANGE:
                text = self.tr("That is the size of the step: take it away from the old value.")
            case Kind.BIAS:
                text = self.tr("You left out the bias: … {signed}")
            case Kind.UNAPPLIED if gradient:
                text = self.tr("You used z of the layer before: what came in here is a, after the activation.")
            case Kind.UNAPPLIED if step.op == "log":
                text = self.tr("That is the share itself: take its logarithm.")
            case Kind.UNAPPLIED:
                text = self.tr("That is z, the weighted sum: now apply the activation.")
            case Kind.NORMALISE:
                text = self.tr("Divide by the sum over all classes: the shares add up to 1.")
            case Kind.HALF:
                text = self.tr("You left out the factor 1/2 of this loss.")
            case Kind.FACTOR if math.isnan(verdict.number) and verdict.kept:
                text = self.tr("Those are the {kept} added up: each is to be multiplied by its {missing} first.")
            case Kind.FACTOR if math.isnan(verdict.number):
                text = self.tr("{missing} is missing: each number that is added up has it as a factor.")
            case Kind.FACTOR if verdict.kept:
                text = self.tr("That is {kept} alone: the factor {missing} = {number} is missing.")
            case Kind.FACTOR:
                text = self.tr("The factor {missing} = {number} is missing.")
            case Kind.SIGN if velocity:
                text = self.tr("The sign of the gradient is wrong: the velocity adds it.")
            case Kind.SIGN if step.phase is Phase.UPDATE:
                text = self.tr("The sign of the step is wrong: it goes against the gradient, so it is taken away.")
            case Kind.SIGN if step.op in ("output_error", "output_delta", "output_gradient"):
                text = self.tr("The size is right, the sign is not: the error is output minus target.")
            case Kind.SIGN if step.phase is Phase.FORWARD and step.op not in ("affine", "linear", "log"):
                text = self.tr("The sign of z is the wrong way round.")
            case Kind.SIGN:
                text = self.tr("The size is right, the sign is not.")
            case Kind.MEAN:
                text = self.tr("You divided by the {number} examples of the batch: here they are added up.")
            case Kind.SUM:
                text = self.tr("This is the mean over the batch: divide by its {number} examples.")
            case Kind.EXAMPLE:
                text = self.tr("That is the value of another example of the batch.")
            case Kind.ONE_EXAMPLE:
                text = self.tr("That is what a single example adds: take all of the batch together.")
            case _:
                return self.tr("What this step does: {sentence}").format(sentence=step_text.sentence(step, lesson))
        return text.format(
            number=significant(verdict.number, 4).replace("-", "−"),
            signed=("− " if verdict.number < 0 else "+ ") + significant(abs(verdict.number), 4),
            slope=SLOPES.get(activation, ""),
            kept=_named(verdict.kept),
            missing=_named(verdict.missing),
        )

    # ---- arrangement and look ----------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        """Show what can be done now; the focus stays in the panel if it is there."""
        focus = QApplication.focusWidget()
        inside = focus is not None and self.isAncestorOf(focus)
        asked = self.question is not None
        paused = self._snapshot is not None and self._snapshot.state is State.PAUSED
        self.next.setVisible(paused and (not asked or self._settled or bool(self._refused)))
        self.field.setVisible(asked)
        self.field.setReadOnly(self._settled)
        self.field.setPlaceholderText("" if self._settled else EXAMPLES)
        target = self.field if asked else self.next
        self.setFocusProxy(target)
        if inside:
            target.setFocus()
        self.check.setVisible(asked)
        self.reveal.setVisible(asked)
        self.reveal.setEnabled(not self._settled)
        if not asked or self._settled:
            help_text = self.tr("Enter goes on.") if paused else ""
        elif self._refused:
            help_text = self.tr("Try again, or go on with Enter. Esc reveals.")
        else:
            help_text = self.tr("A number, a fraction or a calculation. Enter checks, Esc reveals.")
        self._help.setText(help_text)
        if self.verdict.words is None:
            self.field.setAccessibleDescription(help_text)
        self._make_room()
        self._typing()

    def _make_room(self) -> None:
        """In a low panel what an answer was about gives way to what is said of it."""
        told_low = self.verdict.words is not None and self.height() < LOW
        for widget in (self._place, self._formula):
            widget.setVisible(self.question is not None and not told_low)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def apply_theme(self, theme: Theme) -> None:
        """Put the panel into a theme's colours."""
        for part in (self._question, self._formula):
            part.theme = theme
            part.update()
        self.verdict.apply_theme(theme)
        self._header.apply_theme(theme)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet(
            f"QuizView {{ background: {theme.surface}; }}"
            f"QLabel {{ color: {theme.text2}; background: transparent; }}"
            f"QLabel#question, QLabel#head {{ color: {theme.text}; }}"
            f"QLabel#small {{ color: {theme.text3}; }}"
            f"QLineEdit {{ background: {theme.surface}; color: {theme.text}; border: 1px solid {theme.ctl};"
            " border-radius: 5px; padding: 0 10px; }"
            f"QLineEdit:read-only {{ background: {theme.sunken}; color: {theme.text2}; }}"
            f"QLineEdit:focus {{ border: 2px solid {theme.focus}; padding: 0 9px; }}"
            f"QPushButton {{ background: {theme.bg}; color: {theme.text}; border: 1px solid {theme.ctl};"
            " border-radius: 5px; padding: 0 14px; }"
            f"QPushButton:hover {{ background: {theme.line}; }}"
            f"QPushButton:pressed {{ background: {theme.line2}; }}"
            f"QPushButton[primary=true] {{ background: {theme.accent}; color: {theme.onaccent};"
            f" border-color: {theme.accent}; }}"
            f"QPushButton[primary=true]:hover {{ background: {theme.text2}; }}"
            f"QPushButton:disabled, QPushButton[primary=true]:disabled {{ background: {theme.bg};"
            f" color: {theme.disabled}; border-color: {theme.line2}; }}"
            f"QPushButton:focus {{ border: 2px solid {theme.focus}; padding: 0 13px; }}"
        )


@dataclass(frozen=True)
class Words:
    """What is said about an answer.

    Attributes
    ----------
    sign : in the disc at the left; a tick if empty.
    token : colour of the disc; with ``soft``, of the card.
    head, text : a few words in bold, a sentence.
    worked : the question whose arithmetic is shown.
    """

    sign: str
    token: str
    head: str
    text: str = ""
    worked: Question | None = None


class VerdictCard(QFrame):
    """A soft card with a sign, a few words in bold, a sentence or the arithmetic. Hidden while nothing is said."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("verdict")
        self.theme = LIGHT
        self.words: Words | None = None
        self._sign = _Sign(self)
        self._head = _text("head", 14, 600)
        self._text = _text("text", 13)
        self._worked = _Worked(self)
        column = QVBoxLayout()
        column.setSpacing(4)
        for part in (self._head, self._text, self._worked):
            column.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 11, 14, 12)
        row.setSpacing(11)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self.hide()

    def show_words(self, words: Words, snapshot: Snapshot) -> None:
        """Say something, to those who listen too."""
        self.words = words
        for label, text in ((self._head, words.head), (self._text, words.text)):
            label.setText(text)
            label.setVisible(bool(text))
        self._worked.setVisible(words.worked is not None)
        worked = self._worked.show_question(words.worked, snapshot) if words.worked is not None else ""
        self.setAccessibleName(" ".join(part for part in (words.head, words.text, worked) if part))
        self._dress()
        self.show()

    def clear(self) -> None:
        """Say nothing."""
        self.words = None
        self.setAccessibleName("")
        self.hide()

    def apply_theme(self, theme: Theme) -> None:
        self.theme = self._worked.theme = theme
        self._dress()

    def _dress(self) -> None:
        if self.words is not None:
            soft = getattr(self.theme, self.words.token + "soft")
            self.setStyleSheet(f"#verdict {{ background: {soft}; border: none; border-radius: 6px; }}")
            self._sign.show_sign(self.words.sign, self.theme.q(self.words.token), self.theme.q("onphase"))
            self._worked.update()


class _Worked(QWidget):
    """The arithmetic of a cell, wrapped."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self._shown: tuple[Question, Snapshot] | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_question(self, asked: Question, snapshot: Snapshot) -> str:
        """Write it out; returns it as one says it, in a single line."""
        self._shown = (asked, snapshot)
        self.updateGeometry()
        self.update()
        return self._written(math.inf).text

    def _written(self, width: float) -> Written:
        """As many digits as fit; in the end as many lines as it takes."""
        assert self._shown is not None
        asked, snapshot = self._shown
        for digits, most in (*((digits, LINES) for digits in DIGITS), (DIGITS[-1], None)):
            orientation = snapshot.lesson.run.orientation
            written = write_out(asked.worked, snapshot.tensors, orientation, digits, width, most)
            if written is not None:
                return written
        raise AssertionError("an expression takes some number of lines")

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(self._written(width).height) + 2 if self._shown is not None else 0

    def sizeHint(self) -> QSize:
        return QSize(300, self.heightForWidth(300))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._shown is None:
            return
        with QPainter(self) as painter:
            for run in self._written(self.width()).runs:
                x, baseline = run.box.x(), run.box.y() + (9 if run.raised else 14)
                colour = self.theme.q(run.token)
                if run.style == "symbol":
                    symbols.draw(painter, x, baseline, run.text, PX + 3, colour)
                    continue
                small = run.style == "small" or run.raised
                mono = mono_font(PX - 3 if small else PX, 500 if run.token == "write" else 400)
                painter.setFont(ui_font(PX - 1) if run.style == "words" else mono)
                painter.setPen(colour)
                painter.drawText(QPointF(x, baseline), run.text)


class _Sign(QWidget):
    """A disc with a sign, or with a tick."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(MARK, MARK)
        self._sign, self._colour, self._ink = "", QColor(), QColor()

    def show_sign(self, sign: str, colour: QColor, ink: QColor) -> None:
        self._sign, self._colour, self._ink = sign, colour, ink
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour)
            painter.drawEllipse(QRectF(self.rect()))
            if self._sign:
                painter.setPen(self._ink)
                painter.setFont(ui_font(15, 600))
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._sign)
                return
            tick = QPainterPath(QPointF(7, 12.5))
            tick.lineTo(10.5, 16)
            tick.lineTo(17, 8.5)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(
                QPen(self._ink, 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
            )
            painter.drawPath(tick)


class _Asking(QWidget):
    """ "What will W1[0, 1] be?", with the array's symbol in mathematical type; beside it what they count from."""

    HEIGHT, PX, SYMBOL_PX, SMALL_PX, APART = 30, 17, 21, 12, 16

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self._words: tuple[str, str, str] | None = None  # before the symbol, the symbol's array, after it
        self.counted = ""  # said where there is room
        self.setFixedHeight(self.HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_question(self, words: str, asked: Question) -> None:
        """``words`` have ``{cell}`` where the symbol stands."""
        before, after = words.split("{cell}")
        self._words = (before, asked.step.write, asked.place + after)
        self.counted = self.tr("layers from 1, cells from 0") if asked.place else ""
        self.setToolTip(step_text.how_counted() if asked.place else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._words is None:
            return
        before, name, after = self._words
        colour, font, baseline = self.theme.q("text"), ui_font(self.PX, 600), self.HEIGHT - 10.0
        with QPainter(self) as painter:
            painter.setFont(font)
            painter.setPen(colour)
            painter.drawText(QPointF(0, baseline), before)
            x = painter.fontMetrics().horizontalAdvance(before)
            x = symbols.draw(painter, x, baseline, name, self.SYMBOL_PX, self.theme.q("write"))
            painter.setFont(font)
            painter.setPen(colour)
            painter.drawText(QPointF(x + 1, baseline), after)
            x += painter.fontMetrics().horizontalAdvance(after) + self.APART
            painter.setFont(ui_font(self.SMALL_PX))
            if x + painter.fontMetrics().horizontalAdvance(self.counted) <= self.width():
                painter.setPen(self.theme.q("text3"))
                painter.drawText(QPointF(x, baseline), self.counted)


class _Formula(QWidget):
    """The formula of a Step in symbols alone, shrunk where there is no room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self._latex = ""
        self.setFixedHeight(FORMULA_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_formula(self, latex: str, plain: str) -> None:
        self._latex = latex
        self.setAccessibleName(plain)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, FORMULA_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(QPen(self.theme.q("line"), 1))
            painter.setBrush(self.theme.q("sunken"))
            painter.drawRoundedRect(box, 6, 6)
            if not self._latex or not formulas.ready(self):
                return
            drawn = formulas.renderer(self._latex, FORMULA_PX, self.theme)
            natural = QSizeF(drawn.defaultSize())
            room = box.adjusted(14, 6, -14, -6)
            size = natural * min(1.0, room.width() / natural.width(), room.height() / natural.height())
            drawn.render(painter, QRectF(QPointF(room.x(), room.center().y() - size.height() / 2), size))


def _named(cell: str) -> str:
    """A cell or an array in ordinary letters: ``δ2[1]`` for ``delta2[1]``."""
    array, bracket, place = cell.partition("[")
    return symbols.plain(array) + bracket + place


def _text(part: str, px: float, weight: int = 400) -> QLabel:
    label = QLabel()
    label.setObjectName(part)
    label.setFont(ui_font(px, weight))
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
