"""While the first lesson is prepared, which takes long the first time, the window says what it can say of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.lesson import Lesson
from engine.snapshot import Notice, State
from gui.lesson_pages import page_of
from gui.main_window import MainWindow
from gui.theme import DARK, LIGHT
from gui.views.build_picture import NetPicture
from gui.views.message_bar import BusyBar, MessageBar
from gui.views.try_card import TryCard
from tests.gui.driven import WAIT, Driven

DEEP = Lesson.load("mnist-deep")


@pytest.fixture
def waiting(qtbot: QtBot, settings: QSettings) -> Iterator[Driven]:
    """A window that has been told that MNIST is being compiled, and no more."""
    settings.setValue("theme", "light")
    driven = Driven(MainWindow(None, settings), qtbot)
    driven.window.resize(1280, 800)
    driven.window.show()
    driven.window._asked = DEEP
    driven.window._show_notice(Notice(0, State.PREPARING, DEEP, "compiling"))
    yield driven
    driven.end()


def outlines(driven: Driven) -> list[NetPicture]:
    return [picture for picture in driven.window.network.findChildren(NetPicture) if picture.isVisible()]


def test_the_net_the_words_and_the_page_are_there(waiting: Driven) -> None:
    waiting.qtbot.waitUntil(lambda: outlines(waiting) != [], timeout=WAIT)
    (outline,) = outlines(waiting)
    assert outline.accessibleDescription() == "784-512-256-128-64-10"
    assert waiting.window.network.rect().contains(outline.geometry())
    said = [label.text() for label in waiting.window.inspector.findChildren(QLabel) if label.isVisible()]
    page = page_of("mnist-deep")
    assert page is not None
    assert {DEEP.title, page.about.en} <= set(said)
    waiting.act("show_lesson")
    shown = waiting.window.explanation.current
    waiting.qtbot.waitUntil(lambda: shown.complete, timeout=WAIT)
    assert page.about.en in shown.text_summary()
    assert page.tries[0].title.en in shown.text_summary()
    assert not any(card.isEnabled() for card in shown.findChildren(TryCard)), "there is nothing yet to try it on"


def test_the_first_snapshot_takes_its_place(waiting: Driven) -> None:
    waiting.qtbot.waitUntil(lambda: outlines(waiting) != [], timeout=WAIT)
    waiting.act("show_lesson")
    shown = waiting.window.explanation.current
    waiting.qtbot.waitUntil(lambda: shown.complete, timeout=WAIT)
    waiting.act("theme_dark")
    waiting.open(Lesson.load("toy-bias"))
    waiting.wait_for(lambda s: s.lesson.id == "toy-bias")
    assert outlines(waiting) == []
    waiting.qtbot.waitUntil(lambda: shown.complete, timeout=WAIT)
    assert "The net of six units once more" in shown.text_summary()
    assert all(card.isEnabled() for card in shown.findChildren(TryCard))
    waiting.act("show_step")
    said = [label.text() for label in waiting.window.inspector.findChildren(QLabel) if label.isVisible()]
    assert "Before the first step" in said


def test_a_page_that_was_there_before_its_run_goes_on_with_it(waiting: Driven) -> None:
    waiting.window._asked = Lesson.load("xor")
    waiting.window._show_notice(Notice(0, State.PREPARING, Lesson.load("xor"), "reading data"))
    waiting.act("show_lesson")
    shown = waiting.window.explanation.current
    waiting.qtbot.waitUntil(lambda: "truth table" in shown.text_summary() and shown.complete, timeout=WAIT)
    cards = shown.findChildren(TryCard)
    waiting.open(Lesson.load("xor"))
    waiting.wait_for(lambda s: s.lesson.id == "xor")
    assert shown.findChildren(TryCard) == cards
    assert all(card.isEnabled() for card in cards)
    assert any(card.isEnabled() for _, card in shown._cards), "formulas lead to their steps now"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_what_is_under_way_moves_and_counts(theme: object, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.apply_theme(theme)
    bar.resize(1280, 36)
    now = [100.0]
    monkeypatch.setattr("gui.views.message_bar.time.monotonic", lambda: now[0])
    bar.tell("Preparing…", "fwd", busy=True)
    busy = bar.findChild(BusyBar)
    qtbot.waitExposed(bar)
    pictures = []
    for now[0] in (100.0, 100.5, 112.0):
        pictures.append(busy.grab().toImage())
    assert busy.elapsed() == 12.0
    assert pictures[0] != pictures[1] != pictures[2]
    bar.tell("Preparing: reading its data…", "fwd", busy=True)
    assert busy.elapsed() == 12.0, "it is the same wait"
    bar.hide()
    bar.tell("Opening…", "fwd", busy=True)
    assert busy.elapsed() == 0.0
