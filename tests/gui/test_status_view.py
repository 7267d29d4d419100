"""The bottom line: what cannot be chosen is grey and says why."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QTranslator
from PySide6.QtGui import QAccessible, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from engine.lesson import Lesson
from engine.pytorch import DEVICES, NoTorchError
from gui.app import TRANSLATIONS
from gui.said import said
from tests.gui.driven import Driven


def tip_of(toy: Driven, choice: Any, text: str) -> str:
    """What the tooltip of a row of a choice's menu says: nothing where the row is not grey."""
    menu = choice.menu()
    action = next(action for action in menu.actions() if action.text() == text)
    menu.popup(toy.window.mapToGlobal(QPoint(100, 100)))
    at = menu.actionGeometry(action).center()
    QToolTip.hideText()
    toy.qtbot.waitUntil(lambda: not QToolTip.isVisible())
    QApplication.sendEvent(menu, QHelpEvent(QEvent.Type.ToolTip, at, menu.mapToGlobal(at)))
    told = QToolTip.text() if QToolTip.isVisible() else ""
    QToolTip.hideText()
    menu.close()
    assert bool(told) is not action.isEnabled()
    return told


@pytest.mark.parametrize(
    ("present", "greyed"),
    [
        (("cpu",), {"cuda": "this PyTorch finds no CUDA device", "mps": "this PyTorch finds no Metal device"}),
        (("cpu", "cuda"), {"mps": "this PyTorch finds no Metal device"}),
        (("cpu", "cuda", "mps"), {}),
    ],
)
def test_a_grey_device_says_why(
    present: tuple[str, ...], greyed: dict[str, str], toy: Driven, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.snapshot.devices", lambda: present)
    toy.open(Lesson.load("toy-torch"))
    toy.wait_for(lambda s: s.lesson.id == "toy-torch")
    choice = toy.window.status._choices["run.device"]
    assert choice.isVisible()
    for device in DEVICES:
        assert tip_of(toy, choice, device) == greyed.get(device, "")
    accessible = QAccessible.queryAccessibleInterface(choice).text(QAccessible.Text.Description)
    assert [f"{device}: {why}" for device, why in greyed.items()] == accessible.split("\n")[1:]


def test_a_grey_device_says_why_in_the_language_of_the_window(toy: Driven, monkeypatch: pytest.MonkeyPatch) -> None:
    translator = QTranslator()
    assert translator.load(str(TRANSLATIONS / "backstep_zh.qm"))
    monkeypatch.setattr("engine.snapshot.devices", lambda: ("cpu",))
    QApplication.installTranslator(translator)
    try:
        toy.open(Lesson.load("toy-torch"))
        toy.wait_for(lambda s: s.lesson.id == "toy-torch")
        assert tip_of(toy, toy.window.status._choices["run.device"], "cuda") == said(DEVICES["cuda"])
        assert said(DEVICES["cuda"]) != DEVICES["cuda"]
    finally:
        QApplication.removeTranslator(translator)


def test_torch_is_grey_once_it_is_known_that_it_does_not_load(toy: Driven, monkeypatch: pytest.MonkeyPatch) -> None:
    why = "PyTorch could not be loaded: libc10.so: cannot open shared object file"

    def broken(*_: Any) -> None:
        raise NoTorchError(why)

    monkeypatch.setattr("engine.worker.present_autograd", broken)
    choice = toy.window.status._choices["run.executor"]
    assert tip_of(toy, choice, "torch") == "", "nobody has tried to load it"
    toy.window.bridge.set("run.autograd", True)
    toy.wait_for(lambda s: s.no_torch == why)
    assert tip_of(toy, choice, "torch") == why
    assert choice.accessibleDescription().endswith(f"torch: {why}")
    assert tip_of(toy, choice, "compiled") == ""


def test_a_refused_choice_is_no_longer_ticked(toy: Driven, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise NoTorchError("PyTorch could not be loaded: no torch here")

    for name in ("engine.pytorch.load_torch", "engine.torch_executor.load_torch"):
        monkeypatch.setattr(name, broken)
    choice = toy.window.status._choices["run.executor"]
    next(action for action in choice.menu().actions() if action.text() == "torch").trigger()
    toy.wait_for(lambda s: s.refusal.number > 0)
    assert [action.text() for action in choice.menu().actions() if action.isChecked()] == ["numpy"]
