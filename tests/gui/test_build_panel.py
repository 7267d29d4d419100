"""The panel in which the running network is changed: nothing happens until it is started, nothing typed is lost."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from engine.lesson import Lesson
from engine.lesson_file import ONLY_WITH
from engine.snapshot import Snapshot, State
from engine.trainer import Trainer
from gui.theme import DARK, LIGHT
from gui.views.build_dialog import BuildDialog
from gui.views.build_fields import ChoiceField, NumberField, PathField
from gui.views.build_grid import GridView
from gui.views.build_panel import BuildPanel
from gui.views.build_words import hint
from gui.views.csv_dialog import CsvDialog
from tests.engine.nets import points
from tests.gui.driven import Driven


def homework(**changes: object) -> Lesson:
    """A lesson of somebody's own: 2-3-1 on three points."""
    table = points([2, 3, 1], 3, activation="tanh") | {"id": "homework", "title": "Homework"}
    return Lesson.from_table(table, overrides=changes)


def snapshot_of(lesson: Lesson) -> Snapshot:
    return Snapshot.of(Trainer(lesson), 1, State.PAUSED)


@pytest.fixture(scope="module")
def shared(qapp: QApplication) -> Iterator[BuildPanel]:
    panel = BuildPanel()
    panel.resize(492, 318)
    panel.apply_theme(LIGHT)
    panel.show()
    yield panel
    panel.close()
    shiboken6.delete(panel)


@pytest.fixture
def panel(shared: BuildPanel) -> BuildPanel:
    shared.show_snapshot(snapshot_of(Lesson.load("toy-bias")))  # another one, so that nothing of the test before stays
    shared.show_snapshot(snapshot_of(homework()))
    assert shared.form.changes() == []
    return shared


def write(line: QLineEdit, text: str) -> None:
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClicks(line, text)


def line_of(panel: BuildPanel | BuildDialog, key: str) -> QLineEdit:
    part = panel.form.parts[key]
    assert isinstance(part, NumberField)
    return part.line


def box_of(panel: BuildPanel | BuildDialog, key: str) -> QComboBox:
    part = panel.form.parts[key]
    assert isinstance(part, ChoiceField)
    return part.box


def width_of(panel: BuildPanel, layer: int) -> QLineEdit:
    return panel.form.layers.rows[layer].width_line


def click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


# ---- what it shows ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["toy-bias", "xor", "curve", "digits-sigmoid", "mnist-deep"])
def test_it_shows_the_lesson_and_makes_the_same_again(shared: BuildPanel, name: str) -> None:
    lesson = Lesson.load(name)
    shared.form.show_lesson(lesson)
    made = shared.form.lesson
    assert made is not None
    same = {"id": made.id, "title": made.title, "source": name}
    assert made == dataclasses.replace(lesson, **same)
    assert shared.form.changes() == []
    assert not shared.start_button.isEnabled()
    counts = [lesson.width_in(k) * n + n * lesson.has_bias(k) for k, n in enumerate(lesson.network.sizes[1:], start=1)]
    assert shared.total.text() == f"{sum(counts):,} parameters"


def test_only_fields_that_mean_something_are_shown(panel: BuildPanel) -> None:
    for scheme, source in (("constant", "points"), ("normal", "xor"), ("explicit", "spiral"), ("uniform", "curve")):
        box_of(panel, "init.scheme").setCurrentText(scheme)
        box_of(panel, "data.source").setCurrentText(source)
        chosen = {"init.scheme": scheme, "data.source": source}
        for key, part in panel.form.parts.items():
            other, values = ONLY_WITH.get(key, ("init.scheme", (scheme,)))
            drawn = key != "init.seed" or scheme in ("normal", "uniform")
            assert part.isVisible() == (chosen[other] in values and drawn), (key, scheme, source)


def test_it_reads_as_compactly_as_the_panel_is(panel: BuildPanel) -> None:
    for size in ((480, 300), (530, 400)):
        panel.resize(*size)
        QApplication.processEvents()
        for part in panel.form.each:
            if part.isVisible():
                right = part.mapTo(panel, part.rect().topRight()).x()
                assert right < panel.width(), part.keys


def test_every_field_can_be_reached_and_has_a_name(panel: BuildPanel) -> None:
    box_of(panel, "init.scheme").setCurrentText("uniform")
    panel.activateWindow()
    panel.form.layers.input.width_line.setFocus()
    seen: list[QWidget] = []
    while (now := QApplication.focusWidget()) is not None and now not in seen:
        seen.append(now)
        QTest.keyClick(now, Qt.Key.Key_Tab)
    wanted = [
        widget
        for kind in (QLineEdit, QComboBox, QAbstractButton, GridView)
        for widget in panel.findChildren(kind)
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert len(wanted) > 15
    assert [widget for widget in wanted if widget not in seen] == []
    for widget in wanted:
        assert widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()), widget


# ---- what is changed in it -------------------------------------------------------------------------------------------


def test_what_would_change_is_said_and_what_is_made_has_it(panel: BuildPanel) -> None:
    write(width_of(panel, 1), "5")
    write(line_of(panel, "optimizer.learning_rate"), "0.25")
    box_of(panel, "init.scheme").setCurrentText("xavier_normal")
    assert panel.state.text() == (
        "New: Sizes 2-3-1 → 2-5-1; Initialisation normal → xavier_normal; Learning rate 0.05 → 0.25"
    )
    made = panel.form.lesson
    changed = {"network.sizes": [2, 5, 1], "init.scheme": "xavier_normal", "optimizer.learning_rate": 0.25}
    assert made == dataclasses.replace(homework(**changed), init=made.init)
    assert made.init.scheme == "xavier_normal"
    assert panel.total.text() == f"{2 * 5 + 5 + 5 * 1 + 1} parameters"


def test_every_field_and_its_name_tell_what_it_does(panel: BuildPanel) -> None:
    for part in panel.form.each:
        assert part.toolTip().startswith(hint(part.keys[0])), part.keys
    (label,) = (label for label in panel.findChildren(QLabel) if label.text() == "Over the batch")
    assert label.toolTip().splitlines() == [hint("loss.reduction"), "loss.reduction"]


def test_nothing_lies_on_a_table_of_numbers(panel: BuildPanel) -> None:
    for scheme in ("normal", "explicit", "constant", "explicit"):
        box_of(panel, "init.scheme").setCurrentText(scheme)
        QApplication.processEvents()
    weights = panel.form.parts["init.W"]
    table = QRect(weights.mapTo(panel, QPoint(0, 0)), weights.size())
    others = [part for part in panel.form.each if part is not weights and part.isVisible()]
    assert weights.isVisible()
    assert weights.height() >= weights.sizeHint().height() > 100
    assert not [part.keys for part in others if QRect(part.mapTo(panel, QPoint(0, 0)), part.size()).intersects(table)]


def test_what_is_advised_stands_where_it_is_seen_to(panel: BuildPanel) -> None:
    sentence = "△ Layer 1: all weights of a layer start equal, so its units will stay equal."
    panel.show_snapshot(snapshot_of(homework(**{"init.scheme": "constant"})))
    assert panel.state.text() == sentence
    assert {name for name, line in panel.advice.items() if line.isVisible()} == {"init"}
    assert panel.advice["init"].label.text() == sentence
    box_of(panel, "data.source").setCurrentText("moons")
    assert {name for name, line in panel.advice.items() if line.isVisible()} == {"init", "data"}
    click(panel.advice["data"].button)
    assert panel.form.layers.output.activation.currentText() == "sigmoid"
    assert box_of(panel, "init.scheme").currentText() == "constant"
    click(panel.advice["init"].button)
    assert box_of(panel, "init.scheme").currentText() == "xavier_normal"
    assert not [line for line in panel.advice.values() if line.isVisible()]
    assert panel.start_button.isEnabled()


def test_nothing_happens_until_it_is_started(panel: BuildPanel) -> None:
    made: list[Lesson] = []
    panel.lesson_made.connect(made.append)
    write(width_of(panel, 1), "4")
    QTest.keyClick(width_of(panel, 1), Qt.Key.Key_Return)
    assert made == []
    click(panel.start_button)
    assert [lesson.network.sizes for lesson in made] == [(2, 4, 1)]
    panel.lesson_made.disconnect(made.append)


def test_what_is_wrong_is_said_in_place_and_nothing_can_be_started(panel: BuildPanel) -> None:
    write(line_of(panel, "optimizer.learning_rate"), "-1")
    write(line_of(panel, "init.seed"), "a")
    write(width_of(panel, 1), "many")
    assert not panel.start_button.isEnabled()
    sentences = {
        "network.sizes": "network.sizes[1] must be a whole number, not 'many'",
        "init.seed": "init.seed must be a whole number, not 'a'",
        "optimizer.learning_rate": "optimizer.learning_rate = -1.0 must be > 0",
    }
    shown = {label.text(): label for label in panel.findChildren(QWidget, "fault") if label.isVisible()}
    assert set(shown) == set(sentences.values())
    for key, sentence in sentences.items():
        field, label = panel.form.parts[key], shown[sentence]
        below = label.mapTo(panel, label.rect().topLeft()).y() - field.mapTo(panel, field.rect().topLeft()).y()
        assert 0 < below < 200, key
    assert panel.state.text() == f"⚠ {sentences['network.sizes']} (and 2 more)"
    click(panel.revert_button)
    assert panel.form.faults == ()
    assert panel.form.lesson == homework()
    assert panel.form.changes() == []


def test_what_is_wrong_with_a_key_that_has_no_field_here_is_said_too(panel: BuildPanel) -> None:
    panel.show_snapshot(snapshot_of(Lesson.load("moons")))
    assert "evaluation.examples" not in panel.form.parts
    box_of(panel, "loss.name").setCurrentText("mse")
    write(width_of(panel, -1), "1")
    assert "evaluation.examples" in panel.state.text()
    assert not panel.start_button.isEnabled()


def test_the_net_can_be_fitted_to_the_data(panel: BuildPanel) -> None:
    assert not panel.fit_button.isVisible()
    box_of(panel, "data.source").setCurrentText("digits")
    click(panel.fit_button)
    made = panel.form.lesson
    assert made is not None
    assert made.network.sizes == (64, 3, 10)
    assert made.data.x == ()


# ---- Snapshots that arrive meanwhile ---------------------------------------------------------------------------------


def test_what_was_changed_stays_while_the_run_goes_on(panel: BuildPanel) -> None:
    trainer = Trainer(homework())
    panel.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    write(width_of(panel, 1), "4x")
    for _ in range(3):
        trainer.finish_batch()
        panel.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    trainer.set("optimizer.learning_rate", 0.5)
    trainer.finish_batch()
    panel.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    assert width_of(panel, 1).text() == "4x"
    assert line_of(panel, "optimizer.learning_rate").text() == "0.5"
    assert [change.key for change in panel.form.changes()] == ["network.sizes"]
    write(line_of(panel, "optimizer.learning_rate"), "0.125")
    trainer.set("optimizer.learning_rate", 0.75)
    trainer.finish_batch()
    panel.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    assert line_of(panel, "optimizer.learning_rate").text() == "0.125"
    assert ("optimizer.learning_rate", 0.75, 0.125) in panel.form.changes()


def test_a_reset_and_another_seed_keep_what_was_changed(panel: BuildPanel) -> None:
    write(width_of(panel, 1), "4")
    panel.show_snapshot(snapshot_of(homework()))
    panel.show_snapshot(snapshot_of(homework(**{"init.seed": 9})))
    assert line_of(panel, "init.seed").text() == "9"
    assert [change.key for change in panel.form.changes()] == ["network.sizes"]


def test_another_lesson_takes_its_place(panel: BuildPanel) -> None:
    write(width_of(panel, 1), "4")
    panel.show_snapshot(snapshot_of(Lesson.load("xor")))
    assert panel.form.changes() == []
    assert panel.form.table()["network"]["sizes"] == [2, 2, 1]
    panel.hide()
    panel.show_snapshot(snapshot_of(homework()))
    panel.show()
    assert panel.form.lesson == homework()


# ---- in the window ---------------------------------------------------------------------------------------------------


def test_a_new_run_is_started_and_the_one_before_stays_in_the_list(toy: Driven) -> None:
    toy.after("finish_batch")
    toy.act("show_build")
    panel = toy.window.explanation.current
    assert isinstance(panel, BuildPanel)
    assert width_of(panel, 0).hasFocus()
    write(width_of(panel, 1), "5")
    toy.after("finish_batch")
    assert toy.now.lesson.network.sizes == (2, 3, 2, 1)
    assert toy.now.batches == 2
    toy.click(panel.start_button)
    new = toy.wait_for(lambda s: s.lesson.network.sizes == (2, 5, 2, 1))
    assert (new.position.batch, new.position.step) == (1, 0)
    assert (new.lesson.id, new.lesson.source) == ("my-net-2-5-2-1", "toy-bias")
    assert new.tensors["W1"].shape == (2, 5)
    assert panel.form.changes() == []
    menu = QMenu()
    toy.window.files.fill_earlier(menu)
    assert [action.text() for action in menu.actions()] == ["Toy 2-3-2-1 with bias, batch 2, rate 0.1"]
    menu.actions()[0].trigger()
    toy.wait_for(lambda s: s.lesson.id == "toy-bias" and s.batches == 2)
    assert panel.form.table()["network"]["sizes"] == [2, 3, 2, 1]


def test_more_opens_the_dialog_with_what_stands_here(toy: Driven) -> None:
    toy.act("show_build")
    panel = toy.window.explanation.current
    write(width_of(panel, 1), "6")
    write(line_of(panel, "optimizer.learning_rate"), "half typed")
    toy.click(panel.more_button)
    (dialog,) = toy.window.findChildren(BuildDialog)
    assert dialog.isVisible()
    assert dialog.form.values == panel.form.values
    assert line_of(dialog, "optimizer.learning_rate").text() == "half typed"
    assert not dialog.start_button.isEnabled()
    write(line_of(dialog, "optimizer.learning_rate"), "0.2")
    QTest.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    new = toy.wait_for(lambda s: s.lesson.network.sizes == (2, 6, 2, 1))
    assert new.lesson.optimizer.learning_rate == 0.2
    assert panel.form.changes() == []
    assert line_of(panel, "optimizer.learning_rate").text() == "0.2"


def test_choosing_data_begins_with_the_file_that_is_named(toy: Driven, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n" + "".join(f"{i},{i / 2}\n" for i in range(50)))
    toy.act("show_build")
    panel = toy.window.explanation.current
    box_of(panel, "data.source").setCurrentText("csv")
    field = panel.form.parts["data.path"]
    assert isinstance(field, PathField)
    write(field.line, str(tmp_path / "a.csv"))
    toy.click(field.choose_button)
    dialog = panel.findChild(CsvDialog) or toy.window.findChild(CsvDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.plan is not None)
    dialog.accept()
    qtbot.waitUntil(panel.start_button.isEnabled)
    assert panel.form.lesson.network.sizes == (1, 3, 2, 1)
    assert panel.form.lesson.data.path == str(tmp_path / "a.csv")


def test_a_net_is_built_on_a_table(toy: Driven, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n" + "".join(f"{i},{i / 2}\n" for i in range(50)))
    toy.window.dialogs.build_on_table(tmp_path / "a.csv")
    (builder,) = toy.window.findChildren(BuildDialog)
    (chooser,) = builder.findChildren(CsvDialog)
    qtbot.waitUntil(lambda: chooser.plan is not None)
    chooser.accept()
    qtbot.waitUntil(builder.start_button.isEnabled)
    assert builder.form.lesson.network.sizes == (1, 3, 2, 1)


def test_before_there_is_a_lesson_nothing_can_be_typed(qtbot: QtBot) -> None:
    panel = BuildPanel()
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    assert not width_of(panel, 0).isEnabled()
    panel.show_snapshot(snapshot_of(homework()))
    assert width_of(panel, 0).isEnabled()


def test_many_faults_of_a_file_are_told_in_few_lines(toy: Driven, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text("a = 1\nb = 2\nc = 3\nd = 4\ne = 5\nformat = 1\nid = 'x'\ntitle = ''\n[network]\nsizes = [2]\n")
    toy.window.files.open(path)
    qtbot.waitUntil(lambda: "unknown key" in toy.window.messages.text)
    lines = toy.window.messages.text.splitlines()
    assert [line.split(": ")[1].split(";")[0] for line in lines[:-1]] == [f"unknown key {key}" for key in "abcd"]
    assert lines[-1] == "… and 2 more"


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_it_wears_a_theme(panel: BuildPanel, theme: object) -> None:
    panel.apply_theme(theme)
    image = panel.grab().toImage()
    assert image.pixelColor(3, panel.height() - 3).name().upper() == theme.bg
    assert image.pixelColor(3, 60).name().upper() == theme.surface
