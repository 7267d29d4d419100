"""The Chinese translation is whole, is what the program loads, reads as Chinese, and fits where it stands."""

from __future__ import annotations

import re
import shutil
import string
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTranslator
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QMenu, QSizePolicy, QWidget

from engine.lesson import Lesson
from engine.snapshot import Snapshot
from gui.app import TRANSLATIONS
from gui.lesson_pages import LANGUAGES, title_of
from gui.views.panel import Caption
from gui.views.toolbar import SPEEDS
from tests.gui.driven import Driven
from tests.gui.painted import Painted, texts_of

ROOT = Path(__file__).parents[2]
TS, QM = TRANSLATIONS / "backstep_zh.ts", TRANSLATIONS / "backstep_zh.qm"
CHINESE = re.compile("[\u4e00-\u9fff]")
WESTERN = re.compile("[\u4e00-\u9fff](?:[,;:!?]|\\.$)")
ENGLISH = re.compile(r"[A-Za-z]{2}")
ACCELERATOR = re.compile(r"&(\w)")
SYMBOL = re.compile(r"[ηγδ∂ŷ]|\b[WzvL]\b")
PATIENCE = 20_000  # milliseconds: while the toy runs at full speed the interpreter is the engine's most of the time
TOUCHING = 3  # pixels that two texts may share
SAME = {
    "{name} {old} → {new}",
    "{sentence} {next}",
    "-max",
    "+max",
    "{name} = {value}",
    ", ",
    "; ",
    ".",
    "PNG",
    "Markdown",
    "PDF, A4",
}  # in both languages


# ---- the files ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Message:
    context: str
    source: str
    translation: str
    finished: bool


def tool(name: str, *arguments: object) -> None:
    """Run one of Qt's translation tools, which pip puts next to the interpreter."""
    path = shutil.which(name, path=Path(sys.executable).parent)
    assert path is not None, f"{name} is missing"
    subprocess.run([path, *map(str, arguments)], check=True, capture_output=True, cwd=ROOT)


def messages(path: Path) -> list[Message]:
    found = []
    for context in ElementTree.parse(path).iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            found.append(
                Message(
                    context.findtext("name") or "",
                    message.findtext("source") or "",
                    translation.text or "",
                    translation.get("type") is None,
                )
            )
    return found


TRANSLATED = messages(TS)


def placeholders(text: str) -> list[str]:
    """The replacement fields of a format string, conversions and all."""
    return sorted(f"{name}:{form}" for _, name, form, _ in string.Formatter().parse(text) if name is not None)


def test_every_text_of_the_program_has_a_translation(tmp_path: Path) -> None:
    sources = [path.relative_to(ROOT) for folder in ("gui", "gui/views") for path in (ROOT / folder).glob("*.py")]
    alias = "QT_TRANSLATE_NOOP+=N"  # gui/actions.py calls it N
    tool("pyside6-lupdate", *sorted(sources), "-tr-function-alias", alias, "-ts", tmp_path / "now.ts")
    now = {(message.context, message.source) for message in messages(tmp_path / "now.ts")}
    assert {context for context, _ in now} >= {"", "actions", "MainWindow"}
    known = {(message.context, message.source) for message in TRANSLATED}
    assert sorted(now - known) == [], "not in backstep_zh.ts: run `make translations` and translate"
    assert sorted(known - now) == [], "no longer in the program: run `make translations`"


def faults(message: Message) -> list[str]:
    """What is wrong with a translation, whatever it says."""
    source, text = message.source, message.translation
    kept = (placeholders, ACCELERATOR.findall, SYMBOL.findall, lambda s: s.count("\n"), lambda s: s.endswith("…"))
    checks = {
        "unfinished": not message.finished,
        "not Chinese": not CHINESE.search(text) and source not in SAME,
        "Western punctuation": WESTERN.search(text.replace("(*", "")),
        "a placeholder, accelerator, symbol or ending is another": any(f(text) != f(source) for f in kept),
    }
    return [f"{message.context}: {source!r}: {name}" for name, wrong in checks.items() if wrong]


def test_every_translation_is_finished_and_keeps_what_must_stay() -> None:
    assert [fault for message in TRANSLATED for fault in faults(message)] == []


def test_the_program_loads_what_the_translator_wrote(tmp_path: Path) -> None:
    tool("pyside6-lrelease", TS, "-qm", tmp_path / "now.qm")
    assert QM.read_bytes() == (tmp_path / "now.qm").read_bytes(), "run `make translations`"


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[QTranslator]:
    translator = QTranslator()
    assert translator.load(str(QM))
    qapp.installTranslator(translator)
    yield translator
    qapp.removeTranslator(translator)


def test_every_translation_is_found_under_its_context(chinese: QTranslator) -> None:
    for message in TRANSLATED:
        assert QCoreApplication.translate(message.context, message.source) == message.translation


def test_every_context_is_one_the_program_asks_for() -> None:
    """lupdate takes the x of ``x.tr("…")`` for the context, Qt takes the class of x: such a text would stay English."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "gui").rglob("*.py"))
    asked = {*re.findall(r"^class (\w+)", code, re.MULTILINE), *re.findall(r'\btranslate\(\s*"(\w*)"', code)}
    assert {message.context for message in TRANSLATED} <= asked


# ---- the window --------------------------------------------------------------------------------------------------

NAMES = (
    r"\b(Backstep|MNIST|toml|numpy|compiled|float32|float64|sigmoid|identity|max|inf|nan|NumPy|PyTorch|torch|autograd|cpu|cuda|mps"
    r"|Ctrl|Alt|Shift|Up|Down|PgUp|PgDown|Home|End)\b"
)


def names(snapshot: Snapshot) -> re.Pattern[str]:
    """What stays as it is: names, and what the engine and the lessons say in their own words."""
    lessons = [Lesson.load(name) for name in Lesson.shipped()]
    titles = [title_of(lesson, language) for lesson in lessons for language in LANGUAGES]
    steps = [text for step in snapshot.program.steps for text in (str(step), step.title)]
    longest_first = sorted([*titles, *steps, "optimizer.learning_rate"], key=len, reverse=True)
    return re.compile("|".join([*map(re.escape, longest_first), NAMES]))


def said(window: QWidget) -> Iterator[str]:
    """What the controls of a window say, to those who see them and to those who do not."""
    yield window.windowTitle()
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() and not isinstance(widget, QMenu):
            continue
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget.text()
        if isinstance(widget, QComboBox):
            yield from (widget.itemText(i) for i in range(widget.count()))
        yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
        for action in widget.actions():
            yield from (action.text(), action.toolTip(), action.statusTip())


def cut_off(window: QWidget) -> Iterator[str]:
    """Labels and buttons with less room than their text needs."""
    for widget in window.findChildren(QWidget):
        if isinstance(widget, Caption):
            continue  # which says as much as there is room for
        if isinstance(widget, QLabel | QAbstractButton) and widget.isVisible() and widget.text():
            free = isinstance(widget, QLabel) and (
                widget.wordWrap() or widget.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Ignored
            )
            longest = max(map(widget.fontMetrics().horizontalAdvance, widget.text().split()))
            needed = longest if free else widget.sizeHint().width()
            if needed > widget.width():
                yield f"{widget.text()!r} needs {needed} px and has {widget.width()}"


def colliding(painted: list[Painted]) -> Iterator[str]:
    """Texts that leave their panel or run into another text."""
    for one in painted:
        name = f"{type(one.panel).__name__}: {one.text!r}"
        width = QWidget.width(one.panel) if isinstance(one.panel, QWidget) else one.panel.width()
        if one.box.left() < -1 or one.box.right() > width + 1:  # ink is rounded to whole pixels
            yield f"{name} leaves its panel"
        for other in painted:
            shared = other.box.intersected(one.box)  # a sum's parts touch, and an index hangs below its letter
            if other is not one and other.panel is one.panel and min(shared.width(), shared.height()) > TOUCHING:
                yield f"{name} runs into {other.text!r}"


def walk(driven: Driven, far: int = 1000) -> Iterator[None]:
    """Go through the states of a window: ready, half-way, a new rate waiting, running, and, for a toy, diverged."""
    yield
    for _ in range(3):
        driven.after("finish_phase")
    yield
    driven.after("finish_batch")
    driven.after("finish_batch")
    driven.after("rate_up")
    yield
    for _ in SPEEDS:
        driven.act("faster")
    driven.run_past(far)
    yield
    driven.pause()
    if not driven.now.lesson.classes:
        driven.after("reset")
        driven.window.toolbar.rate_chosen.emit(1e6)
        driven.act("run")
        driven.wait_for(lambda snapshot: snapshot.halt is not None)
        yield


@pytest.mark.parametrize("lesson", ["toy-bias", "digits-sigmoid"])
def test_the_window_speaks_chinese_and_has_room_for_it(
    lesson: str, chinese: QTranslator, open_window: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    driven: Driven = open_window(Lesson.load(lesson, {"run.executor": "numpy"}))
    driven.wait_for(lambda snapshot: snapshot.lesson.id == lesson)
    allowed = names(driven.now)
    wrong: set[str] = set()
    shown = bool(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))

    def fits() -> None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        assert not shown or list(cut_off(driven.window)) == []

    for _ in walk(driven):
        for size in ((1280, 800), (1600, 1000)):
            driven.window.resize(*size)
            driven.qtbot.waitUntil(fits, timeout=PATIENCE)
            painted = texts_of(driven.window, monkeypatch)
            texts = {*said(driven.window), *(p.text for p in painted)}
            assert "重置" in texts
            wrong |= {f"English: {text!r}" for text in texts if ENGLISH.search(allowed.sub("", text))}
            wrong |= {f"{size}: {fault}" for fault in colliding(painted) if shown}
    assert sorted(wrong) == []


@pytest.mark.parametrize("lesson", ["toy-bias", "toy-torch", "digits-sigmoid", "mnist-deep", "mnist-numpy-autodiff"])
def test_no_painted_text_runs_into_another(lesson: str, open_window: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    overrides: dict[str, object] = {"run.executor": "numpy"}
    if Lesson.load(lesson).data.source == "mnist":
        overrides["data.source"] = "digits"
    driven: Driven = open_window(Lesson.load(lesson, overrides))
    driven.wait_for(lambda snapshot: snapshot.lesson.id == lesson)
    wrong: set[str] = set()
    for _ in walk(driven, 100):
        for size in ((1280, 800), (1600, 1000)):
            driven.window.resize(*size)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
            wrong |= {f"{size}: {fault}" for fault in colliding(texts_of(driven.window, monkeypatch))}
    assert sorted(wrong) == []
