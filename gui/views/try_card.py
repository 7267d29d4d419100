"""An experiment on the lesson's page: what one can find out, the buttons that do it, and what came of it."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.gradcheck import Verdict
from engine.snapshot import Answer, Snapshot
from gui.experiment import Experiment
from gui.lesson_pages import Button, RunBatches, Try
from gui.said import said
from gui.theme import mono_font, ui_font
from gui.views.flow import FlowLayout

FONTS = {
    "title": (17, 600), "heading": (13, 600), "section": (12, 600), "name": (13, 600), "result": (13, 600),
    "caption": (12, 400),
}  # fmt: skip
READING = (13, 400)  # type of everything else
LAST = 50  # batches over which a loss is averaged
CHINESE = re.compile("[\u4e00-\u9fff]")


class TryCard(QFrame):
    """An experiment: number, title, explanation, buttons, and what came of each, so that it can be compared.

    Signals
    -------
    pressed(Button) : the user wants it done.
    said() : there is something to be seen that was not there before.
    """

    pressed = Signal(object)
    said = Signal()

    def __init__(self, number: int, trial: Try, speak: str) -> None:
        super().__init__()
        self.setObjectName("try")
        title = trial.title.in_(speak)
        badge = text_label(str(number), "number")
        badge.setFixedSize(20, 20)
        badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(text_label(title, "name"), 1)
        buttons = FlowLayout()
        self._buttons: dict[QPushButton, Button] = {}
        for button in trial.buttons:
            widget = QPushButton(button.label.in_(speak))
            widget.setFont(ui_font(12.5, 500))
            widget.setCursor(Qt.CursorShape.PointingHandCursor)
            widget.setAccessibleName(f"{widget.text()} – {title}")
            widget.clicked.connect(self._press)
            self._buttons[widget] = button
            buttons.addWidget(widget)
        several = len(trial.buttons) > 1
        self._outcomes = {button: Outcome(button.label.in_(speak) if several else "") for button in trial.buttons}
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 11, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(text_label(trial.text.in_(speak), "text"))
        column.addLayout(buttons)
        for outcome in self._outcomes.values():
            outcome.said.connect(self.said)
            column.addWidget(outcome)

    def outcome(self, button: Button) -> Outcome:
        """Where it is said what comes of a button."""
        return self._outcomes[button]

    def clear(self) -> None:
        """Say nothing of earlier tries."""
        for outcome in self._outcomes.values():
            outcome.clear()

    @Slot()
    def _press(self) -> None:
        widget = self.sender()
        if isinstance(widget, QPushButton):
            self.pressed.emit(self._buttons[widget])


class Outcome(QWidget):
    """What came of a button: how far it is, the end, answers. Takes no room as long as there is nothing to say.

    Parameters
    ----------
    name : of the button, where other buttons' outcomes stand beside.

    Signals
    -------
    said() : there is something to be seen that was not there before.
    """

    said = Signal()

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self._name = name
        self._note, self._result = text_label("", "note"), text_label("", "result")
        self._note.setFont(mono_font(11))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for label in (self._note, self._result):
            column.addWidget(label)
            label.hide()
        self.hide()
        self.began: Button | None = None
        self._old_answer: Answer | None = None
        self._asked: tuple[Answer, int, int] | None = None  # the answer, and the batch and Step when it came

    def clear(self) -> None:
        """Say nothing of earlier tries."""
        self.began = self._asked = None
        self._say(self._result, "")
        self._say(self._note, "")

    def begin(self, button: Button, snapshot: Snapshot) -> None:
        """The button is being carried out."""
        self.began = button
        self._old_answer = snapshot.answer

    def leave(self) -> None:
        """Another button is next: what stands here is of the past."""
        if self._asked is not None:
            self._show_answer(self._asked[0], now=False)

    def show_snapshot(self, snapshot: Snapshot, experiment: Experiment) -> None:
        """Say how far it is, and the answers that have come."""
        if experiment.active and experiment.goal is not None and self._runs:
            words = {"b": f"{snapshot.position.batch:,}", "n": f"{experiment.goal:,}"}
            self._say(self._note, self._named(self.tr("batch {b} of {n}").format(**words)))
        answer = snapshot.answer
        if answer is not None and answer is not self._old_answer:
            at = (snapshot.position.batch, snapshot.position.step)
            if self._asked is None or self._asked[0] is not answer:
                self._asked = (answer, *at)
            self._show_answer(answer, now=self._asked[1:] == at)
        if snapshot.check is not None:
            self._show_check(snapshot)

    def settle(self, snapshot: Snapshot) -> None:
        """It is over: say where it has led."""
        if not self._runs:
            return
        parts = [self.tr("batch {b}").format(b=f"{snapshot.batches:,}")]
        changed = max((change.batch for change in snapshot.changes), default=1)  # what came before is another story
        # losses of image batches jump about
        last = min(snapshot.batches - changed + 1, LAST) if snapshot.lesson.classes else min(snapshot.batches, 1)
        if last > 0:
            value = f"{snapshot.metrics.loss.values(snapshot.batches - last, snapshot.batches).mean():.3g}"
            text = self.tr("loss {value}") if last == 1 else self.tr("loss {value}, mean of {n} batches")
            parts.append(text.format(value=value, n=last))
        if snapshot.tests:
            share = float(snapshot.metrics.test_accuracy.values(snapshot.tests - 1)[0])
            parts.append(self.tr("test accuracy {share} %").format(share=f"{100 * share:.1f}"))
        self._say(self._note, self._named(" · ".join(parts)))
        halt = snapshot.halt
        if halt is not None:
            words = {"b": f"{halt.position.batch:,}", "array": halt.array}
            text = self.tr("Diverged: in batch {b}, {array} is no longer a finite number.").format(**words)
            self._say(self._result, text, bad=True)

    def _named(self, text: str) -> str:
        return f"{self._name} · {text}" if self._name else text

    @property
    def _runs(self) -> bool:
        return self.began is not None and any(isinstance(do, RunBatches) for do in self.began.do)

    def _show_answer(self, answer: Answer, now: bool) -> None:
        x = ", ".join(f"{value:g}" for value in answer.x)
        if answer.output is None:
            self._say(self._result, self.tr("x = ({x}): the net has no finite answer").format(x=x), bad=True)
            return
        words = {"x": x, "output": ", ".join(map(spoken, answer.output))}
        if now:
            text = self.tr("x = ({x}): the net answers {output}").format(**words)
        else:
            assert self._asked is not None
            words["b"] = f"{self._asked[1]:,}"
            text = self.tr("x = ({x}): the net answered {output}, in batch {b}").format(**words)
        self._say(self._result, text)
        self._result.setToolTip(", ".join(map(repr, answer.output)))

    def _show_check(self, snapshot: Snapshot) -> None:
        check = snapshot.check
        assert check is not None
        errors = [e for array in check.arrays if (e := array.max_rel_error_difference) is not None]
        if check.error:
            text = said(check.error)
        elif not check.ok:
            names = ", ".join(array.name for array in check.arrays if not array.ok)
            text = self.tr("These gradients differ: {names}").format(names=names)
        elif errors:
            text = self.tr("Every gradient agrees; the largest relative error is {error}")
            text = text.format(error=f"{max(errors):.1g}")
        elif any(array.kinks for array in check.arrays):
            text = self.tr("Every number looked at lies at a kink of the loss, so none can be compared.")
        elif all(array.verdict is Verdict.PENDING for array in check.arrays):
            text = self.tr("This batch has not computed its gradients yet: there is nothing to compare.")
        else:
            text = self.tr("No gradient could be compared.")
        self._say(self._result, text, bad=bool(check.error) or not check.ok)

    def _say(self, label: QLabel, text: str, bad: bool = False) -> None:
        if text == label.accessibleName() and bad == bool(label.property("bad")):
            return
        news = text and label.isHidden()
        label.setText(text)
        label.setAccessibleName(text)
        label.setToolTip("")
        label.setVisible(bool(text))
        self.setVisible(not (self._result.isHidden() and self._note.isHidden()))
        if bad != bool(label.property("bad")):
            label.setProperty("bad", bad)
            label.style().unpolish(label)
            label.style().polish(label)
        if news:
            self.said.emit()


def spoken(value: float) -> str:
    """A number as one says it: six digits, and a point that tells it from a count."""
    text = f"{value:.6g}"
    return text if "." in text or "e" in text else text + ".0"


def text_label(text: str, part: str) -> QLabel:
    """A text that wraps. Running text gets more air between its lines."""
    label = QLabel()
    label.setObjectName(part)
    label.setWordWrap(part not in ("bullet", "number"))
    label.setFont(ui_font(*FONTS.get(part, READING)))
    airy = part == "text"
    label.setTextFormat(Qt.TextFormat.RichText if airy else Qt.TextFormat.PlainText)
    height = 135 if not CHINESE.search(text) else 112  # Chinese faces bring air of their own
    label.setText(f"<p style='line-height: {height}%; margin: 0'>{html.escape(text)}</p>" if airy else text)
    label.setAccessibleName(text)
    return label
