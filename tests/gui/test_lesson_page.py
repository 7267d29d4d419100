"""The lesson's page: well-formed for every lesson, its buttons do what they say, its formulas lead to their Steps."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, QTranslator, Signal
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QMenu, QPushButton, QScrollBar, QTabBar

from engine.gradcheck import ArrayCheck, GradientCheck, Verdict
from engine.lesson import Lesson
from engine.program import Program
from engine.pytorch import NoTorchError
from engine.snapshot import Notice, Snapshot, State
from engine.trainer import Trainer
from gui import formulas, lesson_pages
from gui.app import TRANSLATIONS
from gui.experiment import Experiment
from gui.lesson_pages import (
    PAGES,
    AskNet,
    CheckGradients,
    Formula,
    GoTo,
    OpenLesson,
    Page,
    PageError,
    ResetRun,
    RunBatches,
    SetKey,
    TypeCell,
    build,
    page_of,
    parse,
    program_of,
    source_of,
    title_of,
)
from gui.theme import DARK, LIGHT
from gui.views.formula_card import FORMULA_PX, FormulaCard
from gui.views.lesson_page import LessonPage
from gui.views.try_card import Outcome, TryCard, spoken
from tests.gui.conftest import OpenWindow
from tests.gui.driven import WAIT, Driven, digits_lesson

CHINESE = re.compile("[\u4e00-\u9fff]")
WESTERN = re.compile("[\u4e00-\u9fff](?:[,;:!?]|\\.$)")


def page(name: str) -> Page:
    found = page_of(name)
    assert found is not None, f"resources/pages/{name}.toml is missing"
    return found


# ---- the files ---------------------------------------------------------------------------------------------------


def test_every_page_belongs_to_a_lesson_and_every_lesson_has_one() -> None:
    assert {path.stem for path in PAGES.glob("*.toml")} == set(Lesson.shipped())


def texts(value: object) -> Iterator[lesson_pages.Text]:
    """Every text of a page, however deep."""
    if isinstance(value, lesson_pages.Text):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from texts(getattr(value, name))


@pytest.mark.parametrize("name", Lesson.shipped())
def test_both_languages_are_what_they_say(name: str) -> None:
    for text in texts(page(name)):
        assert not CHINESE.search(text.en), text.en
        assert not WESTERN.search(text.zh), text.zh
        words = re.findall("[A-Za-z]{4,}", text.en)
        assert CHINESE.search(text.zh) or text.en == text.zh or len(words) < 3, f"not translated: {text.zh}"


@pytest.mark.parametrize("name", Lesson.shipped())
def test_an_experiment_says_every_number_that_it_sets(name: str) -> None:
    """But for those that the lesson has itself."""
    lesson = Lesson.load(name)
    for attempt in page(name).tries:
        for button in attempt.buttons:
            for do in button.do:
                if isinstance(do, SetKey) and type(do.value) in (int, float):
                    section, key = do.key.split(".")
                    if do.value == getattr(getattr(lesson, section), key):
                        continue
                    for language in lesson_pages.LANGUAGES:
                        words = " ".join(part.in_(language) for part in (attempt.title, attempt.text, button.label))
                        number = re.escape(f"{do.value:g}")
                        assert re.search(rf"(?<![\d.]){number}(?!\.?\d)", words), f"{do.key} = {do.value}: {words}"


@pytest.mark.parametrize("name", Lesson.shipped())
def test_every_shipped_lesson_has_a_title_of_its_own_in_each_language(name: str) -> None:
    lesson = Lesson.load(name)
    assert title_of(lesson, "en") == lesson.title
    others = {title_of(Lesson.load(other), "zh") for other in Lesson.shipped() if other != name}
    assert title_of(lesson, "zh") not in others
    assert CHINESE.search(title_of(lesson, "zh")) or "，" in title_of(lesson, "zh")
    assert not WESTERN.search(title_of(lesson, "zh"))
    for numbers in re.findall(r"\d+(?:-\d+)+", lesson.title):  # the net's
        assert numbers in title_of(lesson, "zh")
    words = not re.fullmatch(r"\d{3}_\w+", lesson.source)  # and no document
    assert bool(CHINESE.search(source_of(lesson, "zh"))) is words
    changed = lesson.with_value("optimizer.learning_rate", 0.03)
    assert title_of(changed, "zh") == title_of(lesson, "zh")


def test_a_lesson_of_the_users_own_keeps_its_title() -> None:
    shipped = Lesson.load("xor")
    mine = shipped.with_value("title", "My XOR")
    assert title_of(mine, "zh") == "My XOR"
    assert title_of(replace(shipped, id="mine"), "zh") == shipped.title
    assert source_of(replace(shipped, source="my notes"), "zh") == "my notes"


def test_a_page_that_cannot_be_read_takes_no_title_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lesson_pages, "PAGES", tmp_path)
    lesson_pages._names.cache_clear()
    try:
        (tmp_path / "xor.toml").write_text("title.zh = ", "utf-8")
        for name in ("xor", "moons"):  # malformed, and none
            assert title_of(Lesson.load(name), "zh") == Lesson.load(name).title
    finally:
        lesson_pages._names.cache_clear()


@pytest.mark.parametrize("name", Lesson.shipped())
def test_every_formula_finds_its_step_and_can_be_typeset(name: str, qapp: QApplication) -> None:
    lesson = Lesson.load(name)
    for formula in page(name).formulas:
        for part in formula.latex:
            assert formulas.renderer(part, FORMULA_PX, LIGHT).defaultSize().width() > 0, part
        if formula.linked:
            step = formula.step(program_of(formula, lesson))
            assert step is not None, formula.latex
            assert not formula.write or step.write == formula.write


@pytest.mark.parametrize("name", Lesson.shipped())
def test_every_step_of_a_lesson_has_a_formula(name: str) -> None:
    lesson = Lesson.load(name)
    program = Program.of(lesson)
    shown = {step.index for formula in page(name).formulas if (step := formula.step(program)) is not None}
    repeated = {step.index for step in program.steps if step.layer > 1 and step.phase in ("backward", "update")}
    for step in program.steps:
        if step.op != "identity" and not (name == "mnist-deep" and step.index in repeated):
            if name == "mnist-deep" and step.write in ("db1", "vb1", "b1"):
                continue  # the document writes W_i alone
            assert step.index in shown, step


def test_document_000s_sections_are_all_there_in_its_order() -> None:
    for name in ("mnist-sigmoid-777", "mnist-sigmoid-1"):
        numbers = [formula.section.en.split()[0] for formula in page(name).formulas]
        assert list(dict.fromkeys(numbers)) == ["1.1", "1.2", "2", "3.1", "3.2", "3.3", "3.4", "4"]
        wanted = "z1 a1 z2 a2 loss delta2 delta2 delta2 dW2 db2 delta1 delta1 dW1 db1 W1 b1 W2 b2"
        assert [formula.write for formula in page(name).formulas] == wanted.split()


def good() -> dict[str, Any]:
    return tomllib.loads((PAGES / "toy.toml").read_text("utf-8"))


def change(path: str, value: object) -> dict[str, Any]:
    """A good page with one thing changed, or taken out."""
    table = copy.deepcopy(good())
    *way, last = [int(key) if key.isdigit() else key for key in path.split("/")]
    at: Any = table
    for key in way:
        at = at[key]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return table


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        (change("colour", "red"), "p: unknown key 'colour'; allowed: about, look, try, formulas, title, source"),
        (change("title/en", "x"), "p: title: unknown key 'en'; allowed: zh"),
        (change("title/zh", 3), "p: title: zh: expected text, found 3"),
        (change("source", "x"), "p: source: expected a table, found 'x'"),
        (change("about", None), "p: 'about' is missing"),
        (change("about/zh", None), "p: about: 'zh' is missing"),
        (change("about/zh", " "), "p: about: zh: expected text, found ' '"),
        (change("about", "text"), "p: about: expected a table, found 'text'"),
        (change("look", []), "p: look: expected a list of at least 1, found 0"),
        (change("look/1/fr", "x"), "p: look 2: unknown key 'fr'; allowed: en, zh"),
        (change("try", []), "p: try: expected a list of at least 3, found 0"),
        (change("try/0/button/0/do/1", "jump 3"), "p: try 1: button 1: do 2: 'jump 3' is no command; allowed: reset, "),
        (change("try/0/button/1/en", None), "p: try 1: button 2: 'en' is missing"),
        (change("formulas/0/section", None), "p: formulas 1: the first formula needs a section"),
        (change("formulas/1/latex", 3), "p: formulas 2: latex: expected text, found 3"),
        (change("formulas/2/write", None), "p: formulas 3: name its Step by write, op or phase"),
        (
            change("formulas/2/when", ["data.source mnist"]),
            "p: formulas 3: when 1: 'set data.source mnist' is not",
        ),
        (
            change("formulas/2/when", ["optimizer.momentum 0.5", "optimizer.momentum_form heavy"]),
            "p: formulas 3: when 2: 'optimizer.momentum_form heavy': "
            "toy: optimizer.momentum_form = 'heavy' is not known; allowed: torch, classic",
        ),
    ],
)
def test_what_is_wrong_with_a_page_is_said_precisely(table: dict[str, Any], complaint: str) -> None:
    with pytest.raises(PageError, match="^" + re.escape(complaint)):
        build(table, "p", Lesson.load("toy"))


RATE = "toy: optimizer.learning_rate"


@pytest.mark.parametrize(
    ("commands", "complaint"),
    [
        (["set optimizer.learning_rate abc"], f"{RATE} must be a number, not 'abc'"),
        (["set optimizer.learning_rate nan"], f"{RATE} must be a finite number, not nan"),
        (["set optimizer.learning_rate -1"], f"{RATE} = -1.0 must be > 0"),
        (["set optimizer.momentum 1"], "toy: optimizer.momentum = 1.0 must be >= 0 and < 1"),
        (["set run.device cuda"], 'toy: run.device = "cuda" needs run.executor = "torch"'),
        (["open nolesson"], "there is no lesson 'nolesson'; the shipped lessons are toy-bias, toy, "),
        (["goto 1 nothing"], "toy has no step nothing; its 16 steps write z1, a1, z2, "),
        (["goto 1 17"], "toy has no step 17; its 16 steps write z1, a1, z2, "),
        (["ask 1"], "toy takes 2 numbers, not 1"),
        (["type b1 0 0 1"], "toy has no b1 to type into; it has W1, W2, W3"),
        (["type x 0 0 1"], "toy has no x to type into; it has W1, W2, W3"),
        (["type W1 2 0 1"], "W1 of toy is 2 x 3: no [2, 0]"),
        (["open mnist-deep", "goto 1 dW1", "goto 1 logp"], "mnist-deep has no step logp; its "),
    ],
)
def test_a_button_that_could_not_do_what_it_says_is_refused(commands: list[str], complaint: str) -> None:
    """Before anyone presses it: with place, value and what is allowed."""
    where = f"p: try 2: button 1: do {len(commands)}: {commands[-1]!r}: "
    with pytest.raises(PageError, match="^" + re.escape(where + complaint)):
        build(change("try/1/button/0/do", commands), "p", Lesson.load("toy"))


def test_a_button_goes_on_in_the_lesson_that_it_opens() -> None:
    commands = ["open mnist-deep", "goto 1 dW5", "set run.executor torch", "set run.device cuda"]
    build(change("try/1/button/0/do", commands), "p", Lesson.load("toy"))


DEEP = 5000


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("toy", "about = ", "cannot be read: "),
        ("toy", f"about = {'[' * DEEP}{']' * DEEP}", "cannot be read: nested too deeply"),
        ("toy", f"look = 1\ntry = 1\nformulas = 1\nabout.{'.'.join('a' * DEEP)} = 1", "about: unknown key 'a'"),
        (
            "toy",
            f"look = 1\ntry = 1\nformulas = 1\nabout.zh = 'x'\nabout.en.{'.'.join('a' * DEEP)} = 1",
            "about: en: expected text, found something too long to show",
        ),
        (
            "toy",
            f"about = 0x{'f' * DEEP}\nlook = 1\ntry = 1\nformulas = 1",
            "about: expected a table, found something too long",
        ),
        ("nolesson", "", "there is no lesson 'nolesson'; the shipped lessons are toy-bias, "),
    ],
    ids=["no TOML", "deep list", "deep keys", "deep text", "long number", "no lesson"],
)
def test_a_file_that_is_no_page_is_refused(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    path = tmp_path / f"{name}.toml"
    path.write_text(text)
    with pytest.raises(PageError, match="^" + re.escape(f"{path}: {complaint}")):
        lesson_pages.read(path)


@pytest.mark.parametrize(
    ("command", "meaning"),
    [
        ("reset", ResetRun()),
        ("set optimizer.learning_rate 0.05", SetKey("optimizer.learning_rate", 0.05)),
        ("set optimizer.momentum_form classic", SetKey("optimizer.momentum_form", "classic")),
        ("run 50", RunBatches(50)),
        ("goto 2 13", GoTo(2, 13)),
        ("goto 1 dW2", GoTo(1, "dW2")),
        ("type W1 0 2 -0.5", TypeCell("W1", 0, 2, -0.5)),
        ("ask 2 -0.5", AskNet((2.0, -0.5))),
        ("open toy", OpenLesson("toy")),
        ("check", CheckGradients()),
    ],
)
def test_the_commands_of_a_button(command: str, meaning: object) -> None:
    assert parse(command) == meaning


@pytest.mark.parametrize(
    "command",
    [
        "", "stop", "reset 1", "set optimizer.momentum", "set data.batch_size 3", "set nothing 1", "run", "run 0",
        "run -5", "run 2.5", "run 1 2", "goto 1", "goto 0 1", "goto 1 0", "goto 1 -2", "ask", "ask two", "ask nan",
        "ask 1 -inf", "ask 1e999", "type W1 0 0", "type W1 -1 0 1", "type W1 0 a 1",
        "type W1 0 0 nan", "open", "open toy bias", "check dW1",
    ],
)  # fmt: skip
def test_everything_else_is_no_command(command: str) -> None:
    with pytest.raises(PageError):
        parse(command)


def test_a_number_as_one_says_it() -> None:
    assert [spoken(value) for value in (2.0, 1.2633594, -0.0000123, 1e30)] == ["2.0", "1.26336", "-1.23e-05", "1e+30"]


DB1 = ArrayCheck("db1", "b1", 8, 3)


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        (
            [replace(DB1, kinks=3, verdict=Verdict.INCOMPARABLE), DB1],
            "Every number looked at lies at a kink of the loss, so none can be compared.",
        ),
        ([replace(DB1, kinks=3, verdict=Verdict.VERIFIED)], "Every number looked at lies at a kink of the loss, "),
        ([DB1, DB1], "This batch has not computed its gradients yet: there is nothing to compare."),
        ([replace(DB1, verdict=Verdict.INCOMPARABLE)], "No gradient could be compared."),
        (
            [replace(DB1, compared=1, kinks=2, max_rel_error_difference=3e-9, verdict=Verdict.VERIFIED), DB1],
            "Every gradient agrees; the largest relative error is 3e-09",
        ),
    ],
    ids=["kinks", "subgradients", "pending", "not finite", "one compared"],
)
def test_a_check_that_has_compared_nothing_does_not_say_that_gradients_agree(
    qapp: QApplication, arrays: list[ArrayCheck], said: str
) -> None:
    trainer = Trainer(Lesson.load("toy"))
    text = lesson_pages.Text("Check", "检验")
    outcome = Outcome()
    outcome.begin(lesson_pages.Button(text, (CheckGradients(),)), Snapshot.of(trainer, 1, State.PAUSED))
    check = GradientCheck(trainer.position, tuple(arrays))
    experiment = Experiment(Mock(), lambda lesson: True)
    outcome.show_snapshot(replace(Snapshot.of(trainer, 1, State.PAUSED), check=check), experiment)
    (label,) = [label for label in outcome.findChildren(QLabel) if label.objectName() == "result"]
    assert label.text().startswith(said)


# ---- the window --------------------------------------------------------------------------------------------------


def lesson_page(driven: Driven) -> LessonPage:
    """The window's, made if it has not been looked at yet."""
    page = driven.window.explanation.panel("lesson")
    assert isinstance(page, LessonPage)
    return page


def show(driven: Driven) -> None:
    """Bring the page to the front and wait until its formulas are typeset."""
    driven.act("show_lesson")
    driven.qtbot.waitUntil(lambda: lesson_page(driven).complete, timeout=WAIT)
    driven.qtbot.waitUntil(lambda: all(card.typeset_in is driven.window.theme for card in cards(driven)), timeout=WAIT)


def cards(driven: Driven) -> list[FormulaCard]:
    return lesson_page(driven).findChildren(FormulaCard)


def marked(driven: Driven) -> list[str]:
    return [card.step.write for card in cards(driven) if card.marked]


def press(driven: Driven, text: str) -> None:
    """Press a button of the page by its label, with the mouse, where it is."""
    (button,) = [b for b in lesson_page(driven).findChildren(QPushButton) if b.text() == text]
    lesson_page(driven)._scroll.ensureWidgetVisible(button)
    driven.click(button)


def news(driven: Driven) -> list[str]:
    """What the page says came of an experiment."""
    labels = lesson_page(driven).findChildren(QLabel)
    return [label.text() for label in labels if label.objectName() in ("result", "note") and label.isVisible()]


def wait_for_news(driven: Driven, part: str) -> str:
    driven.qtbot.waitUntil(lambda: any(part in text for text in news(driven)), timeout=WAIT)
    return next(text for text in news(driven) if part in text)


@pytest.fixture
def toy_page(open_window: OpenWindow) -> Driven:
    driven = open_window("toy")
    driven.wait_for(lambda s: s.lesson.id == "toy")
    show(driven)
    return driven


def test_document_004_answers_two_to_two(toy_page: Driven) -> None:
    """The document prints 1 for (1, 1) and 2 for (2, 2) after 50 updates, and these weights."""
    press(toy_page, "Train 50 batches, ask (2, 2)")
    wait_for_news(toy_page, "x = (2, 2): the net answers 2.0")
    assert toy_page.now.position.batch == 50
    assert toy_page.now.tensors["W1"][0, 0] == pytest.approx(0.46395027)
    assert toy_page.now.tensors["W3"][0, 0] == pytest.approx(0.38714699)
    assert any("ask (2, 2) · batch 50 · loss " in text for text in news(toy_page))
    press(toy_page, "Train 50 batches, ask (1, 1)")
    wait_for_news(toy_page, "x = (1, 1): the net answers 1.0")
    wait_for_news(toy_page, "x = (2, 2): the net answered 2.0, in batch 50")
    press(toy_page, "η = 0.5")
    toy_page.wait_for_step(16, batch=50)
    assert not any("x = (" in text for text in news(toy_page)), "what was said of another experiment is gone"


def test_the_answer_stands_where_one_can_see_it_and_says_when_it_has_aged(toy_page: Driven) -> None:
    press(toy_page, "Train 50 batches, ask (2, 2)")
    wait_for_news(toy_page, "answers")
    (label,) = [q for q in lesson_page(toy_page).findChildren(QLabel) if "the net answers" in q.text()]
    toy_page.qtbot.waitUntil(lambda: label.visibleRegion().boundingRect() == label.rect(), timeout=WAIT)
    toy_page.act("step")
    wait_for_news(toy_page, "x = (2, 2): the net answered 2.0, in batch 50")
    toy_page.act("reset")
    toy_page.qtbot.waitUntil(lambda: news(toy_page) == [], timeout=WAIT)


def test_too_high_a_rate_runs_away_and_the_page_says_so(toy_page: Driven) -> None:
    press(toy_page, "η = 3")
    snapshot = toy_page.wait_for(lambda s: s.halt is not None)
    assert snapshot.lesson.optimizer.learning_rate == 3
    assert [change.new for change in snapshot.changes] == [3.0]
    text = wait_for_news(toy_page, "Diverged")
    assert (
        text
        == f"Diverged: in batch {snapshot.halt.position.batch}, {snapshot.halt.array} is no longer a finite number."
    )
    press(toy_page, "η = 0.5")  # a halted run is no obstacle
    toy_page.wait_for_step(16, batch=50)
    wait_for_news(toy_page, "η = 0.5 · batch 50 · loss ")
    assert any(said.startswith("η = 3 · batch ") for said in news(toy_page)), "to be compared with"


def test_the_mean_loss_is_that_since_the_last_change(open_window: OpenWindow) -> None:
    driven = open_window(digits_lesson())
    driven.wait_for_step(0)
    show(driven)
    card = next(card for card in lesson_page(driven).findChildren(TryCard))
    rate = SetKey("optimizer.learning_rate", 0.2)
    twice = (ResetRun(), RunBatches(20), rate, RunBatches(10))
    for name, do, batches in (("one", (RunBatches(60),), 60), ("two", twice, 30)):
        button = lesson_pages.Button(lesson_pages.Text(name, name), do)
        card._outcomes[button] = Outcome(name)
        card.layout().addWidget(card._outcomes[button])
        card.pressed.emit(button)
        wait_for_news(driven, f"{name} · batch {batches} · ")
    losses = driven.now.metrics.loss.values(0, 30)
    assert any(f"loss {losses[20:].mean():.3g}, mean of 10 batches" in text for text in news(driven))
    assert any("mean of 50 batches" in text for text in news(driven))


def test_an_experiment_goes_on_in_the_lesson_that_it_opens(toy_page: Driven) -> None:
    press(toy_page, "Train the twin, ask (2, 2)")
    snapshot = toy_page.wait_for(lambda s: s.lesson.id == "toy-bias" and s.answer is not None)
    assert snapshot.position.batch == 50
    (answer,) = snapshot.answer.output
    assert 1.2 < answer < 1.3  # not twice the answer to (1, 1), which is 1
    wait_for_news(toy_page, f"x = (2, 2): the net answers {answer:.6g}")
    assert lesson_page(toy_page).isVisible()
    assert "Toy 2-3-2-1 with bias" in lesson_page(toy_page).text_summary()


def test_gradient_check_by_a_button(open_window: OpenWindow) -> None:
    driven = open_window("toy-bias")
    driven.wait_for_step(0)
    show(driven)
    press(driven, "Check the first batch")
    wait_for_news(driven, "Every gradient agrees; the largest relative error is")
    snapshot = driven.wait_for(lambda s: s.check is not None and not s.check.loading_torch)
    assert snapshot.check.ok


def test_a_formula_leads_to_its_step_and_the_step_marks_its_formula(toy_page: Driven) -> None:
    (card,) = [card for card in cards(toy_page) if card.step.write == "dW2"]
    lesson_page(toy_page)._scroll.ensureWidgetVisible(card)
    toy_page.click(card)
    toy_page.wait_for(lambda s: s.step is not None and s.step.write == "dW2")
    assert marked(toy_page) == ["dW2"]
    assert "Weight gradient of layer 2" in card.accessibleName()
    lesson_page(toy_page)._scroll.verticalScrollBar().setValue(0)
    seen = []
    for _ in range(3):
        toy_page.after("step")
        seen += marked(toy_page)
        (card,) = [card for card in cards(toy_page) if card.marked]
        toy_page.qtbot.waitUntil(lambda card=card: card.visibleRegion().boundingRect() == card.rect(), timeout=WAIT)
    assert seen == ["delta1", "dW1", "W1"]


def test_the_page_comes_up_with_the_formula_of_the_step(open_window: OpenWindow) -> None:
    """Formulas take their height only when they are typeset; whoever scrolls meanwhile is left alone."""
    driven = open_window(digits_lesson())
    driven.wait_for_step(0)
    driven.act("show_step")
    for step in (7, 11):
        driven.window.bridge.run_to(step)
        driven.wait_for_step(step)
        show(driven)
        card = next(card for card in cards(driven) if card.marked)
        driven.qtbot.waitUntil(lambda card=card: card.visibleRegion().boundingRect() == card.rect(), timeout=WAIT)
        driven.act("show_step")
    show(driven)
    bar = lesson_page(driven)._scroll.verticalScrollBar()
    bar.triggerAction(QScrollBar.SliderAction.SliderToMinimum)
    driven.act("show_step")
    show(driven)
    driven.act("theme_dark")
    show(driven)
    assert bar.value() == 0


def test_formulas_are_pressed_with_the_keyboard_too(toy_page: Driven) -> None:
    for key, number, written in (("Space", 1, "z2"), ("Return", 2, "z3")):
        card = cards(toy_page)[number]
        card.setFocus()
        toy_page.press(key, card)
        toy_page.wait_for(lambda s, written=written: s.step is not None and s.step.write == written)


def test_several_formulas_of_one_step_are_marked_together(open_window: OpenWindow) -> None:
    driven = open_window(digits_lesson())
    driven.wait_for_step(0)
    show(driven)
    driven.window.bridge.run_to(6)
    driven.wait_for_step(6)
    assert marked(driven) == ["delta2"] * 3
    driven.run_past(20)
    assert marked(driven) == [], "whole batches go by"
    driven.pause()
    assert marked(driven) == ["b2"]


def test_formulas_of_another_setting_wait_for_it(open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    """With momentum the Program has velocities: formulas for them find their Steps as soon as there are any."""
    extra = (
        Formula(
            page("toy").formulas[0].section, ("v",), op="velocity_torch", when=(SetKey("optimizer.momentum", 0.9),)
        ),
    )
    changed = Page(page("toy").about, page("toy").look, page("toy").tries, extra)
    monkeypatch.setattr(lesson_pages, "page_of", lambda name: changed)
    driven = open_window("toy")
    driven.wait_for_step(0)
    show(driven)
    assert [card.isEnabled() for card in cards(driven)] == [False]
    driven.window.bridge.set("optimizer.momentum", 0.9)
    driven.qtbot.waitUntil(lambda: cards(driven)[0].isEnabled(), timeout=WAIT)
    assert cards(driven)[0].step.write == "vW1"
    assert extra[0].step(program_of(extra[0], Lesson.load("toy"))) is not None


def test_the_user_takes_over_from_an_experiment(open_window: OpenWindow) -> None:
    driven = open_window(digits_lesson())
    driven.wait_for_step(0)
    show(driven)
    experiment = lesson_page(driven).experiment
    experiment.start((RunBatches(50_000_000), AskNet((0.0,) * 64)), driven.now)
    driven.wait_for(lambda s: s.state is State.RUNNING and s.position.batch > 1)
    driven.act("rate_up")
    driven.wait_for(lambda s: bool(s.changes))
    assert experiment.active, "a new rate is no other errand"
    with driven.qtbot.waitSignal(experiment.ended, timeout=WAIT):
        driven.act("run")
    driven.wait_for(lambda s: s.state is State.PAUSED)
    assert not experiment.active
    assert driven.now.answer is None


def test_a_lesson_that_cannot_be_opened_ends_the_experiment(toy_page: Driven, tmp_path: Path) -> None:
    experiment = lesson_page(toy_page).experiment
    toy_page.window._data_dir = tmp_path
    broken = Lesson.load("digits-sigmoid", {"data.drop_last": True, "data.batch_size": 5000})
    experiment._open_lesson = lambda name: toy_page.window.open(broken)
    with toy_page.qtbot.waitSignal(experiment.ended, timeout=WAIT):
        experiment.start((OpenLesson("digits-sigmoid"), RunBatches(5)), toy_page.now)
    assert not experiment.active


class FakeBridge(QObject):
    """Notes what it is asked to do, and does nothing."""

    sent = Signal(object)

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments: self.sent.emit((name, *arguments))


def test_where_a_run_ends_follows_from_where_it_begins(toy: Driven) -> None:
    from gui.experiment import Experiment

    bridge, asked = FakeBridge(), []
    bridge.sent.connect(asked.append)
    for keys, goal in ((0, 3), (1, 3), (22, 4)):
        while toy.now.position.step < keys:
            toy.after("step")
        Experiment(bridge, print).start((RunBatches(3),), toy.now)
        assert asked.pop() == ("run_to", 22, goal)


def test_only_one_part_of_a_formula_is_typeset_in_a_turn_and_only_when_it_is_seen(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    driven = open_window("toy-bias")
    driven.wait_for_step(0)
    calls: list[str] = []
    typeset = FormulaCard.typeset
    monkeypatch.setattr(FormulaCard, "typeset", lambda card: (calls.append(card._latex), typeset(card)))
    driven.after("finish_batch")
    assert cards(driven) == [], "a page that nobody sees is not even built"
    formulas.load()
    driven.window.explanation.show_panel("lesson")
    built = []
    while not lesson_page(driven).complete:
        built.append(len(cards(driven)))
        lesson_page(driven)._build_one()
    assert built[0] == 0
    assert {after - before for before, after in pairwise(built)} == {0, 1}, "one card in each turn"
    assert len(cards(driven)) == len(page("toy-bias").formulas)
    assert marked(driven) == ["b3"], "built when the debugger stood there already"
    assert calls == []
    while len(calls) < len(page("toy-bias").formulas):
        before = len(calls)
        lesson_page(driven)._typeset_one()
        assert len(calls) - before == 1
    assert all(card.typeset_in is LIGHT for card in cards(driven))
    driven.act("show_step")
    driven.act("theme_dark")
    assert not lesson_page(driven)._typesetter.isActive()
    show(driven)
    assert all(card.typeset_in is DARK for card in cards(driven))


def test_tabs_by_key_and_mouse_and_the_tab_stays_when_another_lesson_opens(toy: Driven) -> None:
    panel, tabs = toy.window.explanation, toy.window.explanation.findChild(QTabBar)
    shown = [tabs.tabText(i) for i in range(tabs.count())]
    assert shown == ["Step", "Lesson", "Origin", "Rate", "Stops", "Predict", "Data", "Build"]
    assert panel.current is toy.window.inspector
    toy.qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(1).center())
    assert panel.current is lesson_page(toy)
    assert not tabs.visibleRegion().isEmpty()
    toy.open(Lesson.load("toy"))
    toy.wait_for(lambda s: s.lesson.id == "toy")
    assert panel.current is lesson_page(toy)
    assert "Toy 2-3-2-1 without bias" in lesson_page(toy).text_summary()
    tabs.setFocus()
    toy.press("Left", tabs)
    assert panel.current is toy.window.inspector


def test_a_lesson_of_ones_own_shows_the_formulas_of_its_steps(open_window: OpenWindow) -> None:
    driven = open_window(Lesson.load("toy").with_value("id", "mine"))
    driven.wait_for(lambda s: s.lesson.id == "mine")
    show(driven)
    assert [card.step.index for card in cards(driven)] == list(range(1, 17))
    assert "This lesson has no page of its own" in lesson_page(driven).text_summary()


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    translator = QTranslator()
    assert translator.load(str(TRANSLATIONS / "backstep_zh.qm"))
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


@pytest.mark.parametrize("name", ["toy", "digits-sigmoid"])
def test_the_page_speaks_chinese(name: str, chinese: None, open_window: OpenWindow) -> None:
    driven = open_window(Lesson.load(name, {"run.executor": "numpy"}))
    driven.wait_for(lambda s: s.lesson.id == name)
    show(driven)
    said = lesson_page(driven).text_summary()
    assert page(name).about.zh in said
    captions = {label.text() for label in lesson_page(driven).findChildren(QLabel)}
    assert ("文档 004" in captions) == (name == "toy")
    for trial in page(name).tries:
        assert trial.title.zh in said
        assert trial.text.zh in said
    assert "动手试试" in said
    buttons = {button.text() for button in lesson_page(driven).findChildren(QPushButton)}
    assert buttons == {button.label.zh for trial in page(name).tries for button in trial.buttons}


def test_a_chinese_window_calls_the_lessons_by_their_chinese_titles(chinese: None, open_window: OpenWindow) -> None:
    driven = open_window("spiral")
    driven.wait_for(lambda s: s.lesson.id == "spiral")
    box = driven.window.toolbar.findChild(QComboBox)
    assert box.currentText() == "螺旋 2-12-12-3，tanh"
    titles = [box.itemText(i) for i in range(box.count())]
    assert titles == [title_of(Lesson.load(name), "zh") for name in Lesson.shipped()]
    assert driven.window.windowTitle() == "螺旋 2-12-12-3，tanh – Backstep"
    show(driven)
    captions = {label.text() for label in lesson_page(driven).findChildren(QLabel)}
    assert {"螺旋 2-12-12-3，tanh", "三条臂，各绕一圈"} <= captions
    driven.after("step")
    driven.window._show_notice(Notice(driven.now.generation, State.PREPARING, driven.now.lesson, "reading data"))
    assert "螺旋" in driven.window.messages.text
    driven.open(Lesson.load("xor"))
    driven.wait_for(lambda s: s.lesson.id == "xor")
    menu = QMenu()
    driven.window.files.fill_earlier(menu)
    assert menu.actions()[0].text().startswith("螺旋 2-12-12-3，tanh")
    own = Lesson.load("xor").with_value("title", "My XOR")
    driven.open(own)
    driven.wait_for(lambda s: s.lesson.title == "My XOR")
    assert box.currentText() == "My XOR"


@pytest.mark.parametrize("size", [(1280, 800), (1600, 1000)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", [name for name in Lesson.shipped() if "mnist" not in name])
def test_nothing_of_the_page_is_cut(name: str, size: tuple[int, int], open_window: OpenWindow) -> None:
    driven = open_window(Lesson.load(name, {"run.executor": "numpy"}), size=size)
    driven.wait_for(lambda s: s.lesson.id == name)
    show(driven)
    content = lesson_page(driven)._scroll.widget()
    driven.qtbot.waitUntil(lambda: all(c.heightForWidth(c.width()) <= c.height() for c in cards(driven)), timeout=WAIT)
    assert content.width() <= lesson_page(driven)._scroll.viewport().width()
    for label in content.findChildren(QLabel):
        if label.isVisible():
            assert label.heightForWidth(label.width()) <= label.height(), label.text()
    for button in content.findChildren(QPushButton):
        assert button.width() >= button.sizeHint().width(), button.text()
        assert button.accessibleName().startswith(button.text())
        assert button.parentWidget().rect().contains(button.geometry())


@pytest.mark.parametrize(
    "refused",
    [lesson_pages.OpenLesson("nolesson"), lesson_pages.SetKey("run.executor", "torch")],
    ids=["no such lesson", "no torch"],
)
def test_an_experiment_ends_where_the_engine_refuses(
    refused: lesson_pages.Do, toy: Driven, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise NoTorchError("PyTorch could not be loaded: No module named 'torch'")

    monkeypatch.setattr("engine.pytorch.load_torch", broken)
    experiment = lesson_page(toy).experiment
    experiment.start((refused, lesson_pages.RunBatches(5)), toy.now)
    toy.qtbot.waitUntil(lambda: not experiment.active, timeout=10_000)
    assert toy.window.messages.text
    assert toy.now.batches == 0


def test_a_button_types_into_a_cell_and_breaks_the_symmetry(toy_page: Driven) -> None:
    press(toy_page, "All at 0.5")
    alike = toy_page.wait_for_step(16, batch=20).tensors["a1"][0]
    np.testing.assert_array_equal(alike, alike[0])
    assert alike[0] == pytest.approx(0.928, abs=5e-4)
    press(toy_page, "W₁[0, 0] = 0.6")
    toy_page.wait_for(lambda s: s.state is State.PAUSED and s.position.batch == 20 and bool(s.entries))
    first, second, third = toy_page.now.tensors["a1"][0]
    assert (first, second) == (pytest.approx(1.025, abs=5e-4), pytest.approx(0.924, abs=5e-4))
    assert second == third
