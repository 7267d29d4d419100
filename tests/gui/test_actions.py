"""Every action does what it says, by its key; every control can be reached and has a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QScrollArea,
    QScrollBar,
    QTabBar,
    QWidget,
)

from engine.breakpoints import AtStep
from engine.lesson import LESSONS_DIR, Lesson
from engine.recording import Recording
from engine.snapshot import Snapshot, State
from gui import actions
from gui.theme import DARK, LIGHT, system_theme
from gui.views.build_dialog import BuildDialog
from gui.views.compare_dialog import CompareDialog
from gui.views.export_dialog import ExportDialog
from gui.views.origin_text import Place
from gui.views.place_dialog import PlaceDialog
from gui.views.rate_field import STEP, tidy
from gui.views.shortcuts_dialog import ShortcutsDialog
from gui.views.sweep_dialog import SweepDialog
from gui.views.toolbar import CALM, SPEEDS
from tests.gui.driven import WAIT, Driven, digits_lesson

# ---- what each action does ---------------------------------------------------------------------------------------


def does_open(toy: Driven, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = (LESSONS_DIR / "toy-bias.toml").read_text()
    path = tmp_path / "mine.toml"
    path.write_text(text.replace('"toy-bias"', '"mine"').replace("value = 0.5", "value = 0.25"))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    toy.act("open")
    snapshot = toy.wait_for(lambda s: s.lesson.id == "mine")
    assert snapshot.tensors["W1"][0, 0] == 0.25
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    toy.act("open")  # cancelled: the lesson stays
    toy.after("step")
    assert toy.now.lesson.id == "mine"


def written(toy: Driven) -> None:
    """Wait until a run has been saved, which another thread does."""
    bar = toy.window.messages
    toy.qtbot.waitUntil(lambda: not toy.window.files.saving and bar.text.startswith("Saved as"), timeout=WAIT)
    bar.hide()


def saved_at(action: str, toy: Driven, path: Path, monkeypatch: pytest.MonkeyPatch) -> Recording:
    toy.after("finish_phase")
    monkeypatch.setattr(QFileDialog, "open", lambda dialog: dialog.fileSelected.emit(str(path)))
    toy.act(action)
    written(toy)
    return Recording.load(path)


def does_save(toy: Driven, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert saved_at("save", toy, tmp_path / "run.backstep", monkeypatch).step == 6
    monkeypatch.setattr(QFileDialog, "open", lambda dialog: pytest.fail("where is known: nobody asks"))
    toy.after("step")
    toy.act("save")
    written(toy)
    assert Recording.load(tmp_path / "run.backstep").step == 7


def does_save_as(toy: Driven, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert saved_at("save_as", toy, tmp_path / "run.backstep", monkeypatch).step == 6
    assert saved_at("save_as", toy, tmp_path / "other.backstep", monkeypatch).step == 7
    assert Recording.load(tmp_path / "run.backstep").step == 6


def does_build(toy: Driven) -> None:
    toy.after("step")
    toy.act("build")
    (dialog,) = toy.window.findChildren(BuildDialog)
    assert dialog.isVisible()
    mine = Lesson.load("toy-bias", {"init.value": 0.25})
    dialog.lesson_made.emit(mine)
    assert toy.wait_for(lambda s: s.position.step == 0).tensors["W1"][0, 0] == 0.25
    dialog.close()


def does_sweep(toy: Driven) -> None:
    toy.act("sweep")
    (dialog,) = toy.window.findChildren(SweepDialog)
    assert dialog.isVisible()
    dialog.run_wanted.emit(Lesson.load("toy-bias", {"optimizer.learning_rate": 0.03}))
    assert toy.wait_for(lambda s: s.lesson.optimizer.learning_rate == 0.03).position.step == 0
    dialog.close()


def does_compare(toy: Driven) -> None:
    toy.act("compare")
    (dialog,) = toy.window.findChildren(CompareDialog)
    assert dialog.isVisible()
    dialog.close()


def does_export(toy: Driven, tmp_path: Path) -> None:
    toy.after("finish_batch")
    toy.act("export")
    (dialog,) = toy.window.findChildren(ExportDialog)
    assert dialog.isVisible()
    dialog.close()


def does_show_data(toy: Driven) -> None:
    toy.act("show_data")
    assert toy.window.explanation.shown == "data"
    assert toy.window.explanation.panel("data").isVisible()


def does_show_build(toy: Driven) -> None:
    toy.act("show_build")
    assert toy.window.explanation.shown == "build"
    assert toy.window.explanation.panel("build").isVisible()


def does_quit(toy: Driven) -> None:
    toy.act("quit")
    assert not toy.window.isVisible()


def does_step(toy: Driven) -> None:
    assert toy.after("step").position.step == 1


def does_step_back(toy: Driven) -> None:
    toy.after("finish_phase")
    assert toy.after("step_back").position.step == 5


def walked(toy: Driven) -> Snapshot:
    """Two batches done, and six steps of the third."""
    toy.after("finish_batch")
    toy.after("finish_batch")
    snapshot = toy.after("finish_phase")
    assert (snapshot.position.batch, snapshot.position.step) == (3, 6)
    return snapshot


def place(snapshot: Snapshot) -> tuple[int, int]:
    return snapshot.position.batch, snapshot.position.step


def does_phase_back(toy: Driven) -> None:
    walked(toy)
    assert place(toy.after("phase_back")) == (2, 22)
    assert place(toy.after("phase_back")) == (2, 16)


def does_batch_back(toy: Driven) -> None:
    walked(toy)
    assert place(toy.after("batch_back")) == (2, 22)
    first = toy.after("batch_back")
    assert place(first) == (1, 22)
    assert np.allclose(first.tensors["W1"], 0.3875, rtol=0, atol=1e-15)


def does_epoch_back(toy: Driven) -> None:
    walked(toy)  # a batch of the toy is an epoch
    assert place(toy.after("epoch_back")) == (2, 22)


def does_to_start(toy: Driven) -> None:
    walked(toy)
    snapshot = toy.after("to_start")
    assert place(snapshot) == (1, 0)
    assert snapshot.batches == 2


def does_go_to(toy: Driven) -> None:
    walked(toy)
    toy.act("go_to")
    (dialog,) = toy.window.findChildren(PlaceDialog)
    (field,) = dialog.findChildren(QLineEdit)
    go = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    field.clear()
    for text in ("nowhere", "0", "", "1.5.7", "-3", "2.23"):
        field.setText(text)
        field.textEdited.emit(text)
        assert not go.isEnabled(), text
    field.clear()
    toy.qtbot.keyClicks(field, "batch 2.8")
    assert go.isEnabled()
    toy.press("Return", field)
    snapshot = toy.wait_for(lambda s: place(s) == (2, 8))
    assert snapshot.batches == 2


def does_follow_live(toy: Driven) -> None:
    walked(toy)
    toy.after("to_start")
    assert place(toy.after("follow_live")) == (2, 22)


def does_undo(toy: Driven) -> None:
    toy.after("finish_batch")
    toy.after("rate_up")
    assert toy.after("step").changes != ()
    snapshot = toy.after("undo")
    assert (place(snapshot), snapshot.changes, snapshot.lesson.optimizer.learning_rate) == ((2, 1), (), 0.1)


def does_lines(toy: Driven) -> None:
    walked(toy)
    toy.after("to_start")
    toy.after("rate_up")
    toy.act("lines")
    (menu,) = toy.window.timeline.findChildren(QMenu)
    texts = [action.text() for action in menu.actions()]
    assert texts == ["Line 1: to batch 2", "Line 2: from batch 1, η 0.1 → 0.126; to batch 0"]
    assert [action.isChecked() for action in menu.actions()] == [False, True]
    menu.actions()[0].trigger()
    assert toy.wait_for(lambda s: s.line == 0).batches == 2
    menu.close()


def does_memory(toy: Driven, settings: QSettings) -> None:
    toy.act("memory")
    (dialog,) = toy.window.findChildren(QInputDialog)
    assert dialog.intValue() == 256
    dialog.setIntValue(32)
    dialog.accept()
    assert int(settings.value("checkpoint_megabytes")) == 32
    toy.after("step")
    assert toy.window.bridge._worker._trainer.history.limit == 32 * 2**20


def does_toggle_stop(toy: Driven) -> None:
    toy.after("finish_phase")
    snapshot = toy.after("toggle_stop")
    assert [point.condition for point in snapshot.breakpoints] == [AtStep(6)]
    toy.act("run")
    stopped = toy.wait_for(lambda s: s.stopped is not None)
    assert place(stopped) == (2, 6)
    assert "BREAKPOINT" in toy.labels()
    assert toy.after("toggle_stop").breakpoints == ()


def does_finish_phase(toy: Driven) -> None:
    assert toy.after("finish_phase").position.step == 6


def does_finish_batch(toy: Driven) -> None:
    assert toy.after("finish_batch").position.step == 22


def does_run(toy: Driven) -> None:
    toy.act("run")
    toy.wait_for(lambda s: s.state is State.RUNNING and s.position.step > 1)
    assert toy.window.actions_by_id["run"].text() == "Pause"
    toy.act("run")
    toy.wait_for(lambda s: s.state is State.PAUSED)
    assert toy.window.actions_by_id["run"].text() == "Run"


def does_reset(toy: Driven) -> None:
    generation = toy.after("finish_batch").generation
    snapshot = toy.after("reset")
    assert (snapshot.generation, snapshot.position.step, snapshot.batches) == (generation + 1, 0, 0)
    assert snapshot.tensors["W1"][0, 0] == 0.5


def does_reseed(toy: Driven) -> None:
    toy.act("reseed")
    assert "Nothing in this lesson is random" in toy.window.messages.text
    toy.open(digits_lesson())
    before = toy.wait_for(lambda s: s.lesson.id == "digits-sigmoid")
    snapshot = toy.after("reseed")
    assert snapshot.generation == before.generation + 1
    assert snapshot.lesson.init.seed != before.lesson.init.seed
    assert (snapshot.tensors["W1"] != before.tensors["W1"]).all()


def does_check(toy: Driven) -> None:
    toy.after("finish_batch")
    toy.act("check")
    check = toy.wait_for(lambda s: s.check is not None and not s.check.loading_torch).check
    assert check is not None
    assert check.ok


def does_faster(toy: Driven) -> None:
    toy.act("faster")
    assert toy.window.toolbar.speed_text(SPEEDS[CALM + 1]) in toy.labels()


def does_slower(toy: Driven) -> None:
    toy.act("slower")
    assert toy.window.toolbar.speed_text(SPEEDS[CALM - 1]) in toy.labels()


def does_rate_up(toy: Driven) -> None:
    assert toy.after("rate_up").lesson.optimizer.learning_rate == tidy(0.1 * STEP) == 0.126


def does_rate_down(toy: Driven) -> None:
    assert toy.after("rate_down").lesson.optimizer.learning_rate == tidy(0.1 / STEP) == 0.0794


def does_rate_field(toy: Driven) -> None:
    toy.act("rate_field")
    field = toy.window.toolbar.rate
    assert field.hasFocus()
    assert field.lineEdit().selectedText() == "0.1"


def does_theme_system(toy: Driven, settings: QSettings) -> None:
    toy.act("theme_dark")
    toy.act("theme_system")
    assert toy.window.theme is system_theme()
    assert toy.window.actions_by_id["theme_system"].isChecked()
    assert settings.value("theme") == "system"


def does_theme_light(toy: Driven, settings: QSettings) -> None:
    toy.act("theme_dark")
    toy.act("theme_light")
    assert toy.window.theme is LIGHT
    assert toy.window.actions_by_id["theme_light"].isChecked()
    assert settings.value("theme") == "light"


def does_theme_dark(toy: Driven, settings: QSettings) -> None:
    toy.act("theme_dark")
    assert toy.window.theme is DARK
    assert toy.window.actions_by_id["theme_dark"].isChecked()
    assert settings.value("theme") == "dark"


def does_log_axis(toy: Driven) -> None:
    toy.after("finish_batch")
    before = toy.window.curves.grab().toImage()
    toy.act("log_axis")
    assert toy.window.curves.grab().toImage() != before
    toy.act("log_axis")
    assert toy.window.curves.grab().toImage() == before


def does_orientation(toy: Driven) -> None:
    assert "W2 (2 × 3)" in toy.window.tensors.text_summary()
    for expected in ("W2 (3 × 2)", "W2 (2 × 3)"):
        toy.after("orientation")
        assert expected in toy.window.tensors.text_summary()


def does_show_step(toy: Driven) -> None:
    toy.window.explanation.show_panel("lesson")
    toy.act("show_step")
    assert toy.window.inspector.isVisible()
    assert not toy.window.explanation.panel("lesson").isVisible()


def does_show_lesson(toy: Driven) -> None:
    toy.act("show_lesson")
    assert toy.window.explanation.panel("lesson").isVisible()
    assert not toy.window.inspector.isVisible()


def does_show_origin(toy: Driven) -> None:
    toy.act("show_origin")
    assert toy.window.explanation.panel("origin").isVisible()
    assert not toy.window.inspector.isVisible()


def test_origin_opens_with_the_cell_that_step_works_out(toy: Driven) -> None:
    toy.act("show_origin")
    origin = toy.window.explanation.panel("origin")
    assert origin.place is None  # before the first step there is none
    assert "arrows" in origin.text_summary()
    assert "Enter" in origin.text_summary()
    toy.act("show_step")
    toy.window.bridge.run_to(12)
    toy.wait_for_step(12)
    toy.window.inspector.page.choose(1, 0)
    toy.act("show_origin")
    assert origin.place == Place("dW2", (1, 0))
    assert origin.shown is not None
    assert QApplication.focusWidget() is origin.list
    toy.act("show_step")
    toy.window.inspector.page.choose(2, 1)
    toy.act("show_origin")
    assert origin.place == Place("dW2", (1, 0))  # one that has been chosen stays


def test_origin_opened_by_a_click_takes_the_cell_that_was_clicked(toy: Driven) -> None:
    toy.window.bridge.run_to(12)
    toy.wait_for_step(12)
    toy.window.tensors.cell_chosen.emit("delta2", (0, 1))
    origin = toy.window.explanation.panel("origin")
    assert toy.window.explanation.shown == "origin"
    assert origin.trail == (Place("delta2", (0, 1)),)


def does_show_rate(toy: Driven) -> None:
    toy.act("show_rate")
    assert toy.window.explanation.panel("rate").isVisible()
    assert not toy.window.inspector.isVisible()


def does_show_stops(toy: Driven) -> None:
    toy.act("show_stops")
    assert toy.window.explanation.panel("stops").isVisible()
    assert not toy.window.inspector.isVisible()


def does_predict(toy: Driven) -> None:
    toy.act("predict")
    assert toy.window.explanation.panel("predict").isVisible()
    assert not toy.window.inspector.isVisible()


def does_next_example(toy: Driven) -> None:
    assert not toy.window.actions_by_id["next_example"].isEnabled()  # its batch is one example
    toy.open(Lesson.load("xor"))
    toy.wait_for(lambda s: s.lesson.id == "xor")
    shown: list[int] = []
    toy.window.network.sample_shown.connect(shown.append)
    for _ in range(4):
        toy.act("next_example")
    assert shown == [1, 2, 3, 0]


def does_previous_example(toy: Driven) -> None:
    toy.open(Lesson.load("xor"))
    toy.wait_for(lambda s: s.lesson.id == "xor")
    for expected in (3, 2):
        toy.act("previous_example")
        assert toy.window.network.sample == expected


def does_shortcuts(toy: Driven) -> None:
    toy.act("shortcuts")
    (dialog,) = toy.window.findChildren(ShortcutsDialog)
    assert dialog.isVisible()
    said = "".join(label.text() for label in dialog.findChildren(QLabel))
    for info in actions.ACTIONS:
        assert not info.shortcut or f">{actions.spoken((info.shortcut,))}</b>" in said, info.id
    for panel in actions.PANEL_KEYS:
        assert panel.panel in said
        for keys, text in panel.keys:
            assert f">{actions.spoken(keys)}</b></td><td style='padding: 1px 0'>{text}</td>" in said
    whole = dialog.findChild(QScrollArea).widget().sizeHint()
    assert whole.width() <= 1280 - 60
    assert whole.height() <= 700 - 60
    assert dialog.height() <= toy.window.screen().availableSize().height()
    dialog.close()


def does_about(toy: Driven) -> None:
    toy.window.actions_by_id["about"].trigger()  # has no key
    (box,) = toy.window.findChildren(QMessageBox)
    assert box.isVisible()
    assert version("backstep") in box.text()
    box.close()


TESTS: dict[str, Callable[..., None]] = {
    name.removeprefix("does_"): test for name, test in list(globals().items()) if name.startswith("does_")
}


@pytest.mark.parametrize("info", actions.ACTIONS, ids=lambda info: info.id)
def test_every_action_does_what_it_says(
    info: actions.ActionInfo, toy: Driven, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: QSettings
) -> None:
    assert info.id in TESTS, f"the action {info.id} needs a function does_{info.id} here"
    test = TESTS[info.id]
    at_hand = {"monkeypatch": monkeypatch, "tmp_path": tmp_path, "settings": settings}
    names = test.__code__.co_varnames[1 : test.__code__.co_argcount]
    test(toy, **{name: at_hand[name] for name in names})


def test_no_test_of_an_action_that_is_gone() -> None:
    assert set(TESTS) == {info.id for info in actions.ACTIONS}


# ---- shortcuts ---------------------------------------------------------------------------------------------------


def test_shortcuts_are_unique_and_within_qts_sight(toy: Driven) -> None:
    ours = [a for a in toy.window.actions_by_id.values() if not a.shortcut().isEmpty()]
    keys = Counter(a.shortcut().toString() for a in ours)
    assert max(keys.values()) == 1, keys
    assert all(QKeySequence(info.shortcut).toString() for info in actions.ACTIONS if info.shortcut)
    for a in ours:
        for b in ours:
            if a is not b:
                none = QKeySequence.SequenceMatch.NoMatch
                assert a.shortcut().matches(b.shortcut()) == none, (a.text(), b.text())
    foreign = [
        action
        for widget in toy.window.findChildren(QWidget)
        for action in widget.actions()
        if not action.shortcut().isEmpty() and action not in ours and not isinstance(widget, QMenu)
    ]
    clashes = [action.text() for action in foreign if action.shortcut().toString() in keys]
    assert not clashes


def test_menus_hold_every_action_once(toy: Driven) -> None:
    in_menus = [
        action.objectName()
        for menu in toy.window.menuBar().findChildren(QMenu)
        for action in menu.actions()
        if action.objectName()
    ]
    assert Counter(in_menus) == Counter({info.id: 1 for info in actions.ACTIONS})


def test_menu_mnemonics_are_unique(toy: Driven) -> None:
    letters = [action.text().split("&")[1][0].lower() for action in toy.window.menuBar().actions()]
    assert len(set(letters)) == len(letters) == len(actions.MENUS)


def test_every_icon_has_a_file() -> None:
    for info in actions.ACTIONS:
        assert not info.icon or (actions.ICONS / f"{info.icon}.svg").is_file(), info.id


# ---- names for those who do not see the icons --------------------------------------------------------------------

CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox)
WITHIN = ("qt_spinbox", "qt_toolbar_ext", "qt_menubar_ext", "qt_scrollarea")  # parts of a control, made by Qt


def nameless(window: QWidget) -> list[str]:
    """The controls of a window that a screen reader could only call "button"; not those out of sight."""
    found = []
    for widget in window.findChildren(QWidget):
        inside = isinstance(widget, QScrollBar) or widget.objectName().startswith(WITHIN)
        within_combo = any(isinstance(p, QComboBox) for p in ancestors(widget))
        if not isinstance(widget, CONTROLS) or not widget.isVisible() or inside or within_combo:
            continue
        text = widget.text().strip("✕×▾▴… ") if isinstance(widget, QAbstractButton) else ""
        if not (widget.accessibleName() or text):
            found.append(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}")
    return found


def ancestors(widget: QWidget) -> list[QWidget]:
    found = []
    while (widget := widget.parentWidget()) is not None:
        found.append(widget)
    return found


@pytest.mark.parametrize("lesson", ["toy", "digits"])
def test_every_control_without_a_text_has_an_accessible_name(lesson: str, request: pytest.FixtureRequest) -> None:
    driven: Driven = request.getfixturevalue(lesson)
    driven.window.messages.tell("A sentence.", "err", "Reset")
    assert nameless(driven.window) == []


def test_every_panel_has_a_name_and_says_in_words_what_it_shows(toy: Driven) -> None:
    toy.after("finish_batch")
    for panel in (toy.window.timeline, toy.window.network, toy.window.tensors, toy.window.inspector, toy.window.curves):
        assert panel.accessibleName(), type(panel).__name__
        assert panel.accessibleDescription() == panel.text_summary() != "", type(panel).__name__


def test_tab_reaches_every_control_of_the_toolbar(toy: Driven) -> None:
    toolbar = toy.window.toolbar
    toolbar.findChild(QComboBox).setFocus()
    reached: set[QWidget] = set()
    for _ in range(40):
        toy.press("Tab", QApplication.focusWidget())
        widget = QApplication.focusWidget()
        assert widget is not None
        reached |= {widget, *ancestors(widget)}
    controls = [w for w in toolbar.findChildren(QWidget) if isinstance(w, CONTROLS) and w.isVisible() and w.isEnabled()]
    assert {type(w).__name__ for w in controls if w not in reached} == set()


@pytest.mark.parametrize("tab", ["lesson", "origin", "rate", "stops", "predict", "data"])
def test_tab_goes_from_the_tabs_into_the_panel_and_then_to_the_curves(tab: str, toy: Driven) -> None:
    """A panel is made when it is first looked at, after what stands below it."""
    window = toy.window
    window.bridge.run_to(16)  # the last gradient is there: now the loss over the rate can be drawn
    toy.wait_for_step(16)
    panel = window.explanation.show_panel(tab)
    takers = [w for w in panel.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    toy.qtbot.waitUntil(lambda: any(widget.isVisible() for widget in takers), timeout=WAIT)
    bar = window.explanation.findChild(QTabBar)
    bar.setFocus()
    way = []
    for _ in range(60):
        widget = QApplication.focusWidget()
        toy.press("Tab", widget)
        widget = QApplication.focusWidget()
        within = [name for name in ("explanation", "curves", "health", "status") if inside(widget, window, name)]
        way += within or ["other"]
        if way[-1] == "other":
            break
    places = list(dict.fromkeys(way))
    assert places == ["explanation", "curves", *(["health"] if "health" in way else []), "status", "other"]


def inside(widget: QWidget | None, window: QWidget, name: str) -> bool:
    panel = getattr(window, name)
    return widget is panel or (widget is not None and panel.isAncestorOf(widget))
