"""The dialogs of many runs name the lesson in the window's language."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from engine.lesson import Lesson
from gui.app import TRANSLATIONS
from gui.lesson_pages import title_of
from gui.views.compare_dialog import CompareDialog
from gui.views.study import StudyDialog
from gui.views.sweep_dialog import SweepDialog


@pytest.mark.parametrize("kind", [CompareDialog, SweepDialog])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_lesson_has_the_title_of_the_windows_language(kind: type[StudyDialog], language: str, qtbot: QtBot) -> None:
    lesson, other = Lesson.load("toy-bias"), Lesson.load("xor")
    mine = other.with_value("title", "My XOR")
    translator = QTranslator()
    assert translator.load(str(TRANSLATIONS / "backstep_zh.qm"))
    if language == "zh":
        QApplication.installTranslator(translator)
    try:
        dialog = kind(lesson, None, None)
        qtbot.addWidget(dialog)
        titles = []
        for shown in (lesson, other, mine):
            dialog.set_lesson(shown)
            titles.append(dialog.findChildren(QLabel, "told")[0].text())
    finally:
        QApplication.removeTranslator(translator)
    assert titles == [title_of(lesson, language), title_of(other, language), "My XOR"]
    assert (titles[0] == lesson.title) is (language == "en")
