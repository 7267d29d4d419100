"""Predict, then reveal: asked, typed, judged, counted, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from engine.lesson import Lesson
from engine.quiz import Kind, Question, Score
from engine.snapshot import Snapshot, State
from engine.trainer import Trainer
from gui.theme import DARK, LIGHT, Theme
from gui.views.panel import PanelHeader
from gui.views.quiz_view import QuizView
from tests.engine.nets import points
from tests.gui.driven import digits_lesson
from tests.gui.painted import texts_of

WIDTHS = (616, 490)  # of the explanation panel at 1600x1000 and at 1280x800
HEIGHT = 420


class Learner:
    """A panel, the trainer it asks about, and hands on the keyboard."""

    def __init__(self, qtbot: QtBot) -> None:
        self.view = QuizView(rng=np.random.default_rng(2))
        qtbot.addWidget(self.view)
        self.view.resize(WIDTHS[0], HEIGHT)
        self.view.apply_theme(LIGHT)
        self.steps = 0
        self.scores: list[Score] = []
        self.view.step_wanted.connect(self._count_step)
        self.view.score_changed.connect(self.scores.append)
        with qtbot.waitExposed(self.view):
            self.view.show()
        self.view.activateWindow()

    def _count_step(self) -> None:
        self.steps += 1

    def open(self, lesson: Lesson | str, write: str = "") -> Question | None:
        """Stand before the Step that writes an array."""
        self.trainer = Trainer(Lesson.load(lesson) if isinstance(lesson, str) else lesson)
        if write:
            step = next(s for s in self.trainer.program.steps if s.write == write)
            self.trainer.run_to(step.index - 1)
        return self.look()

    def look(self, state: State = State.PAUSED) -> Question | None:
        self.view.show_snapshot(Snapshot.of(self.trainer, 1, state))
        self.view.setFocus()
        return self.view.question

    def type(self, text: str) -> None:
        self.view.field.selectAll()
        QTest.keyClicks(self.view.field, text)
        self.press(Qt.Key.Key_Return)

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.view, key)

    @property
    def said(self) -> str:
        return self.view.verdict.accessibleName()

    @property
    def caption(self) -> str:
        return self.view.findChild(PanelHeader).findChildren(QLabel)[1].text()


@pytest.fixture
def learner(qtbot: QtBot) -> Learner:
    return Learner(qtbot)


def mistaken(asked: Question | None, kind: Kind) -> str:
    assert asked is not None
    return repr(next(mistake.value for mistake in asked.mistakes if mistake.kind is kind))


# ---- answers -----------------------------------------------------------------------------------------------------


def test_a_right_answer_then_the_next_step(learner: Learner) -> None:
    asked = learner.open("toy-bias", "delta2")
    assert asked is not None
    assert learner.view.field.hasFocus()
    assert learner.view.field.accessibleName() == f"What will δ2{asked.place} be?"
    learner.type("9/8")
    assert learner.said.startswith("Right!")
    assert learner.said.endswith("0.5·2.25 = 1.125")
    assert learner.scores == [Score(1, 1, 1)]
    assert learner.steps == 0
    learner.press(Qt.Key.Key_Return)
    learner.press(Qt.Key.Key_Return)  # an impatient one
    assert learner.steps == 1
    learner.trainer.step()
    following = learner.look()
    assert following is not None
    assert following.step.write == "dW2"
    assert learner.view.field.text() == ""
    assert not learner.view.verdict.isVisible()
    assert learner.view.field.hasFocus()


def test_the_factor_that_is_wrong_is_named(learner: Learner) -> None:
    """The slope of the sigmoid at 0.75: 0.679179 * (1 - 0.679179) = 0.2179."""
    table = points([2, 2, 2], 1, activation="sigmoid")
    W = [[0.1, 0.1], [0.3, 0.3]]
    table["init"] = {"scheme": "explicit", "W": [W, [[0.5, 0.7], [-0.6, 0.9]]], "b": [[0.05, 0.05], [0.2, -0.3]]}
    table["data"].update(x=[[1.0, 2.0]], y=[[1.0, 0.0]])
    asked = learner.open(Lesson.from_table(table), "delta1")
    learner.type(mistaken(asked, Kind.SLOPE))
    assert learner.said == "Not quite. You left out the slope of the activation, σ'(z): 0.2179 × …"
    assert learner.scores == [Score(1, 0, 0)]


def test_a_missing_factor_is_named(learner: Learner) -> None:
    """dW2 = delta2 a1 = 1.125 * 1.5 wherever the cell is."""
    asked = learner.open("toy-bias", "dW2")
    row, column = asked.cell.column, asked.cell.row  # as the lesson writes them: W is n_out x n_in
    learner.type("1.5")
    assert learner.said == f"Not quite. That is a1[{column}] alone: the factor δ2[{row}] = 1.125 is missing."
    learner.type("1.125")
    assert learner.said == f"Not quite. That is δ2[{row}] alone: the factor a1[{column}] = 1.5 is missing."


def test_beside_a_cell_it_says_what_its_numbers_count_from(learner: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    def counted() -> list[str]:
        return [painted.text for painted in texts_of(learner.view, monkeypatch) if "from 0" in painted.text]

    for width in WIDTHS:
        learner.view.resize(width, HEIGHT)
        learner.open("toy-bias", "dW2")
        assert counted() == ["layers from 1, cells from 0"]
        learner.open("toy-bias", "loss")  # has no cells
        assert counted() == []


def test_one_may_try_again_but_only_the_first_answer_counts(learner: Learner) -> None:
    learner.open("toy-bias", "W3")
    learner.type("1.11875")
    assert "taken away" in learner.said
    learner.type("-0.11875")
    assert learner.said.startswith("Now it is right.")
    assert learner.scores == [Score(1, 0, 0)]
    learner.press(Qt.Key.Key_Return)
    assert learner.steps == 1


def test_a_wrong_answer_that_is_left_as_it_is_goes_on(learner: Learner) -> None:
    learner.open("toy-bias", "W3")
    learner.type("17")
    assert learner.steps == 0
    learner.press(Qt.Key.Key_Enter)
    assert learner.steps == 1


@pytest.mark.parametrize(("text", "said"), [("abc", "does not read as a number"), ("2", "Right so far.")])
def test_what_is_no_answer_costs_nothing(text: str, said: str, learner: Learner) -> None:
    learner.open("toy-bias", "delta3")
    learner.type(text)
    assert said in learner.said
    assert learner.scores == []
    learner.type("2.25")
    assert learner.said.startswith("Right!")
    assert learner.scores == [Score(1, 1, 1)]


def test_enter_on_an_empty_field_does_nothing(learner: Learner) -> None:
    learner.open("toy-bias", "delta3")
    learner.press(Qt.Key.Key_Return)
    assert (learner.said, learner.steps, learner.scores) == ("", 0, [])


def test_esc_reveals(learner: Learner) -> None:
    learner.open("toy-bias", "W3")
    learner.press(Qt.Key.Key_Escape)
    assert learner.said.endswith("= −0.11875")
    assert learner.view.field.isReadOnly()
    assert learner.scores == [Score(1, 0, 0)]
    learner.press(Qt.Key.Key_Escape)
    assert learner.scores == [Score(1, 0, 0)]
    learner.press(Qt.Key.Key_Return)
    assert learner.steps == 1


def test_the_buttons_do_what_the_keys_do(learner: Learner) -> None:
    view = learner.view
    learner.open("toy-bias", "W3")
    assert not view.check.isEnabled()
    QTest.keyClicks(view.field, "3")
    QTest.mouseClick(view.check, Qt.MouseButton.LeftButton)
    assert learner.said.startswith("Not quite.")
    assert not view.check.isEnabled()  # the same again would be no better
    view.reveal.setFocus()
    learner.press(Qt.Key.Key_Return)  # presses the button that has the focus
    assert learner.said.startswith("Here is how")
    assert learner.steps == 0
    QTest.mouseClick(view.next, Qt.MouseButton.LeftButton)
    assert learner.steps == 1


def test_the_score_of_each_lesson(learner: Learner) -> None:
    learner.open("toy-bias", "z1")
    for _ in range(3):
        learner.look()
        learner.type("1.5" if learner.trainer.position.step == 0 else str(learner.view.question.value))  # type: ignore[union-attr]
        learner.trainer.step()
        learner.trainer.step()  # past the identity
    assert learner.said.startswith("Right, 3 in a row!")
    assert learner.caption == "3 of 3 right, 3 in a row"
    learner.look()
    learner.type("-1")
    assert learner.caption == "3 of 4 right"
    learner.open("toy")
    assert learner.caption == "a value before it is computed"
    learner.open("toy-bias")
    assert learner.caption == "3 of 4 right"


# ---- what is asked -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("write", "said", "goes_on"),
    [("a1", "passes on", True), ("", "The batch is done", True)],
)
def test_where_nothing_is_asked_it_says_why(write: str, said: str, goes_on: bool, learner: Learner) -> None:
    learner.open("toy-bias", write)
    if not write:
        learner.trainer.finish_batch()
        learner.look()
    assert learner.view.question is None
    assert any(said in label.text() for label in learner.view.findChildren(QLabel) if label.isVisible())
    assert not learner.view.field.isVisible()
    assert learner.view.next.isVisible() == goes_on
    learner.press(Qt.Key.Key_Return)
    assert learner.steps == 1


def test_nothing_is_asked_while_training_runs_or_once_it_has_stopped(learner: Learner) -> None:
    learner.open("toy-bias", "z1")
    assert learner.look(State.RUNNING) is None
    assert not learner.view.next.isVisible()
    assert learner.look() is not None
    learner.open(Lesson.load("toy-bias", {"optimizer.learning_rate": 1e200}))
    learner.trainer.run(5)
    assert learner.trainer.halt is not None
    assert learner.look() is None
    assert not learner.view.next.isVisible()


def test_the_question_stays_until_its_value_is_another(learner: Learner) -> None:
    asked = learner.open(digits_lesson(), "delta2")
    assert asked is not None
    QTest.keyClicks(learner.view.field, "0.3")
    for _ in range(3):
        assert learner.look() is asked
    assert learner.view.field.text() == "0.3"
    learner.trainer.set("run.orientation", "column")
    turned = learner.look()
    assert turned is not None
    assert turned is not asked
    learner.trainer.tensors["y"][...] += 0.25  # edited
    edited = learner.look()
    assert edited is not None
    assert edited is not turned
    assert learner.view.field.text() == ""


def test_nothing_is_asked_while_nobody_looks(learner: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    learner.open("toy-bias", "z1")
    learner.view.hide()
    learner.trainer.step()
    learner.trainer.step()
    before = learner.view.question
    monkeypatch.setattr("gui.views.quiz_view.question", lambda *_: pytest.fail("asked"))
    learner.view.show_snapshot(Snapshot.of(learner.trainer, 1, State.PAUSED))
    assert learner.view.question is before
    monkeypatch.undo()
    learner.view.show()
    assert learner.view.question is not None
    assert learner.view.question.step.write == "z2"


# ---- what is said --------------------------------------------------------------------------------------------------

NETS: list[Callable[[], Lesson]] = [
    lambda: Lesson.load("toy-bias"),
    lambda: Lesson.from_table(points([3, 3, 3], 3, activation="sigmoid", reduction="mean", seed=1)),
    lambda: Lesson.from_table(points([3, 3, 3], 2, output="softmax", loss="cross_entropy", seed=2,
                                     optimizer={"momentum": 0.5}, network={"nodes": "separate"})),
    lambda: Lesson.from_table(points([3, 3, 3], 2, output="softmax", loss="cross_entropy", seed=2)),
    lambda: Lesson.from_table(points([2, 3, 3], 2, output="softmax", activation="relu", seed=3,
                                     optimizer={"momentum": 0.5, "momentum_form": "classic"})),
    lambda: Lesson.from_table(points([2, 3], 1, loss="l1", seed=4, data={"y": [[3.0, -2.0, 4.0]]})),
    lambda: Lesson.from_table(points([2, 3], 1, loss="mse", seed=4, data={"y": [[3.0, -2.0, 4.0]]})),
]  # fmt: skip


def test_every_kind_of_mistake_has_its_words(learner: Learner) -> None:
    heard: dict[Kind, set[str]] = {}
    for net in NETS:
        learner.open(net())
        for _ in range(2 * len(learner.trainer.program)):
            asked = learner.look()
            for mistake in asked.mistakes if asked is not None else ():
                learner.view.field.setText(repr(mistake.value))
                learner.view._check()
                said = learner.said
                if said.startswith("Not quite."):
                    assert said != "Not quite."
                    assert "{" not in said
                    assert "nan" not in said
                    heard.setdefault(mistake.kind, set()).add(said)
                elif learner.view.field.isReadOnly():
                    break  # within what an answer may be away
            learner.trainer.step()
    assert set(heard) == set(Kind) - {Kind.FIGURES, Kind.UNREADABLE}
    told_apart = {sentence for sentences in heard.values() for sentence in sentences}
    assert len(told_apart) > len(heard)


def inside(part: QWidget, view: QWidget) -> bool:
    box = QRect(part.mapTo(view, QPoint(0, 0)), part.size())
    return view.rect().contains(box)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("width", WIDTHS)
def test_everything_has_room(width: int, theme: Theme, learner: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    view = learner.view
    view.apply_theme(theme)
    view.resize(width, HEIGHT)
    assert learner.open(digits_lesson(), "delta1") is not None
    learner.press(Qt.Key.Key_Escape)
    QApplication.processEvents()
    shown = [part for part in view.findChildren(QWidget) if part.isVisible()]
    assert view.verdict in shown
    for part in shown:
        assert inside(part, view), part
    assert view.verdict.geometry().bottom() < view.next.geometry().top()
    arithmetic = [painted for painted in texts_of(view, monkeypatch) if view.verdict.isAncestorOf(painted.panel)]
    assert len(arithmetic) > 10
    for painted in arithmetic:
        assert painted.panel.rect().toRectF().adjusted(-1, -1, 1, 1).contains(painted.box), painted
    view.apply_theme(DARK if theme is LIGHT else LIGHT)  # what is said stays
    assert learner.said.startswith("Here is how")


def test_every_part_that_takes_the_focus_has_a_name(learner: Learner) -> None:
    learner.open("toy-bias", "delta2")
    learner.type("3")
    takes: list[Any] = [
        part
        for part in learner.view.findChildren(QWidget)
        if part.isVisible() and part.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert {learner.view.field, learner.view.reveal, learner.view.next} <= set(takes)
    for part in takes:
        assert part.accessibleName() or part.text(), part
    assert learner.view.field.accessibleDescription() == learner.said
