"""Nothing of the toolbar or the bottom line overlaps or is cut: every size, theme, lesson, state and language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, QRect, QTranslator
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QPushButton,
    QStyle,
    QStyleOptionComboBox,
    QToolButton,
    QWidget,
)

from engine.lesson import Lesson
from engine.snapshot import State
from engine.trainer import Position
from gui.app import TRANSLATIONS
from gui.views.toolbar import FULL
from tests.gui.conftest import OpenWindow
from tests.gui.driven import Driven, digits_lesson

SIZES = [(1280, 800), (1600, 1000)]
LESSONS = {"toy-bias": lambda: Lesson.load("toy-bias"), "digits-sigmoid": digits_lesson}


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """The interface in a language."""
    translator, name = QTranslator(), request.param
    if name != "en":
        path = TRANSLATIONS / f"backstep_{name}.qm"
        if not path.is_file():
            pytest.skip(f"there is no {path.name} yet")
        assert translator.load(str(path))
        qapp.installTranslator(translator)
    yield name
    qapp.removeTranslator(translator)


def box(widget: QWidget, within: QWidget) -> QRect:
    return QRect(widget.mapTo(within, QPoint(0, 0)), widget.size())


def visible(bar: QWidget) -> list[QWidget]:
    return [w for w in bar.findChildren(QWidget) if w.isVisible()]


def words(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return f"{type(widget).__name__} {(text() if callable(text) else '') or widget.accessibleName()!r}"


def overlaps(bar: QWidget) -> list[str]:
    """Pairs of controls, neither within the other, that cover each other."""
    found = []
    for a, b in combinations(visible(bar), 2):
        if a.isAncestorOf(b) or b.isAncestorOf(a):
            continue
        shared = box(a, bar) & box(b, bar)
        if shared.width() > 0 and shared.height() > 0:
            found.append(f"{words(a)} and {words(b)} share {shared.width()} x {shared.height()}")
    return found


def cut(bar: QWidget, numbers: bool) -> list[str]:
    """Controls whose text has no room, and whatever sticks out of the bar."""
    found = []
    for widget in visible(bar):
        wide, needed = widget.width(), 0
        if isinstance(widget, QLabel) and widget.text():
            needed = widget.fontMetrics().horizontalAdvance(widget.text())
            wide = widget.contentsRect().width()
            if widget.height() < widget.fontMetrics().height() - 2:
                found.append(f"{words(widget)} is {widget.height()} high")
        elif isinstance(widget, QToolButton | QPushButton):
            needed = widget.sizeHint().width()
        elif isinstance(widget, QComboBox) and not numbers:  # a title may end in an ellipsis, a number may not
            needed = widget.fontMetrics().horizontalAdvance(widget.currentText()) + 30
        if needed > wide:
            found.append(f"{words(widget)} has {wide} of {needed} px")
        if not bar.rect().contains(box(widget, bar)):
            found.append(f"{words(widget)} sticks out: {box(widget, bar)}")
    return found


def assert_tidy(driven: Driven, state: str, numbers: bool = False) -> None:
    """``numbers``: only numbers need all their room, as long as they are."""
    for _ in range(3):  # a text that grew lays out its box, that the bar
        QApplication.sendPostedEvents()
    for bar in (driven.window.toolbar, driven.window.status):
        assert overlaps(bar) == [], f"{state}: {type(bar).__name__}"
        assert cut(bar, numbers) == [], f"{state}: {type(bar).__name__}"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lesson", LESSONS)
def test_no_control_overlaps_and_no_text_is_cut(
    lesson: str, size: tuple[int, int], language: str, open_window: OpenWindow
) -> None:
    driven = open_window(LESSONS[lesson](), size=size)
    driven.wait_for(lambda s: s.lesson.id == lesson)
    assert (driven.window.width(), driven.window.height()) == size
    for theme in ("theme_dark", "theme_light"):
        driven.act(theme)
        assert_tidy(driven, f"at the start, {theme}")
    driven.act("step")
    driven.wait_for_step(1)
    assert_tidy(driven, "paused")
    driven.act("rate_up")
    driven.wait_for(lambda s: bool(s.wanted))
    assert_tidy(driven, "a new rate waits")
    driven.run_past(30 if lesson != "toy-bias" else 1)
    assert_tidy(driven, "running")
    driven.pause()
    assert_tidy(driven, "paused after a run")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_long_numbers_fit_too(size: tuple[int, int], language: str, open_window: OpenWindow) -> None:
    """Momentum, a mean, a rate of many digits, a million batches at full speed."""
    lesson = digits_lesson(
        **{
            "optimizer.learning_rate": 0.0123456,
            "optimizer.momentum": 0.9,
            "loss.reduction": "mean",
            "init.seed": 99999,
        }
    )
    driven = open_window(lesson, size=size)
    snapshot = driven.wait_for(lambda s: s.lesson.init.seed == 99999)
    (momentum,) = driven.window.toolbar.findChildren(QDoubleSpinBox)
    assert momentum.isVisible()
    assert momentum.value() == 0.9
    place = Position(5_587, 1_000_000, len(snapshot.program))
    for state, rate in ((State.RUNNING, 12345.6), (State.PAUSED, 0.0)):
        far = replace(snapshot, position=place, state=state, rate=rate, wanted={"optimizer.learning_rate": 0.0098765})
        driven.window.toolbar.show_snapshot(far)
        driven.window.status.show_snapshot(far)
        assert_tidy(driven, state, numbers=True)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_long_sentence_of_a_diverged_run_is_shown_whole(
    size: tuple[int, int], language: str, open_window: OpenWindow
) -> None:
    driven = open_window(Lesson.load("toy-bias", {"optimizer.learning_rate": 10.0}), size=size)
    driven.wait_for_step(0)
    for _ in range(FULL):
        driven.act("faster")
    driven.act("run")
    driven.wait_for(lambda s: s.halt is not None)
    QApplication.processEvents()
    bar = driven.window.messages
    (label,) = [w for w in bar.findChildren(QLabel) if w.isVisible()]
    assert label.heightForWidth(label.width()) <= label.height()
    assert overlaps(bar) == []
    assert_tidy(driven, "halted")


def test_the_longest_title_has_room(open_window: OpenWindow) -> None:
    bar = open_window("toy-bias", size=SIZES[0]).window.toolbar
    combo = bar.findChild(QComboBox)
    combo.setCurrentIndex(Lesson.shipped().index("mnist-sigmoid-1"))
    option = QStyleOptionComboBox()
    combo.initStyleOption(option)
    part = QStyle.SubControl.SC_ComboBoxEditField
    room = combo.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, combo)
    assert combo.fontMetrics().horizontalAdvance(combo.currentText()) <= room.width()


def test_growing_numbers_neither_move_nor_wait(digits: Driven) -> None:
    """While a run goes by, the read-out shows every text whole at once, and the toolbar is not laid out again."""
    bar = digits.window.toolbar
    digits.run_past(50)
    before = [widget.geometry() for widget in visible(bar) if not isinstance(widget, QLabel)]
    running = digits.pause()
    running = replace(running, state=State.RUNNING)
    # of a toy a batch is an epoch; where both have no room, the batch is said
    far = ((9, 9, 3.2), (88, 8_888, 888.0), (88, 888_888, 88_888.0), (19_410, 19_410, 1.0), (3_000_000, 3_000_000, 1.0))
    for epoch, batch, rate in far:
        bar.show_snapshot(replace(running, position=Position(epoch, batch, len(running.program)), rate=rate))
        assert f"batch {batch:,} · step" in digits.readout()
        for label in bar.findChildren(QLabel):  # no event was delivered since
            assert not label.isVisible() or label.width() >= label.sizeHint().width(), label.text()
    assert [widget.geometry() for widget in visible(bar) if not isinstance(widget, QLabel)] == before
    bar.show_snapshot(replace(running, position=Position(88, 88_888_888_888, len(running.program))))
    readout = next(label for label in bar.findChildren(QLabel) if label.accessibleName() == "Position")
    assert readout.width() >= readout.sizeHint().width()
    assert box(readout, bar).right() <= bar.width()
