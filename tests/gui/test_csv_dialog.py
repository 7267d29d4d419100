"""The dialog of CSV files: what it finds, what it says will be done, and what it hands on."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSpinBox,
    QTableView,
)
from pytestqt.qtbot import QtBot

from engine.lesson import Lesson
from engine.trainer import Trainer
from gui.theme import DARK, LIGHT, contrast
from gui.views import csv_dialog
from gui.views.csv_dialog import CsvDialog

PLANTS = "no;place;height;width;kind\n" + "".join(
    f"{i};field {i % 3};{i % 7},5;{i % 4},25;{('moss', 'fern')[i % 2]}\n" for i in range(1, 31)
)


@pytest.fixture
def plants(tmp_path: Path) -> Path:
    path = tmp_path / "plants.csv"
    path.write_text(PLANTS, encoding="utf-8")
    return path


class Opened:
    """The dialog, driven as a hand would."""

    def __init__(self, qtbot: QtBot, path: Path | None) -> None:
        self.qtbot = qtbot
        self.dialog = CsvDialog(LIGHT, None, path)
        qtbot.addWidget(self.dialog)
        self.specs: list[dict[str, Any]] = []
        self.dialog.accepted_spec.connect(self.specs.append)
        with qtbot.waitExposed(self.dialog):
            self.dialog.show()
        self.wait()

    def wait(self) -> None:
        self.qtbot.waitUntil(lambda: self.dialog._job is None)

    def named(self, kind: type, name: str) -> Any:
        (found,) = [widget for widget in self.dialog.findChildren(kind) if widget.accessibleName() == name]
        return found

    def choose(self, name: str, text: str) -> None:
        combo = self.named(QComboBox, name)
        combo.setCurrentIndex(next(i for i in range(combo.count()) if combo.itemText(i) == text))
        self.wait()

    def tick(self, column: str, on: bool) -> None:
        items = self.named(QListWidget, "Inputs")
        (item,) = items.findItems(column, Qt.MatchFlag.MatchStartsWith)
        item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def ticked(self) -> list[str]:
        items = self.named(QListWidget, "Inputs")
        every = [items.item(i) for i in range(items.count())]
        return [item.text() for item in every if item.checkState() is Qt.CheckState.Checked]

    @property
    def words(self) -> str:
        return "\n".join(label.text() for label in self.dialog.findChildren(QLabel) if label.isVisible())

    @property
    def button(self) -> QPushButton:
        (found,) = [one for one in self.dialog.findChildren(QPushButton) if one.text() == "Use this data"]
        return found

    def use(self) -> dict[str, Any]:
        self.qtbot.mouseClick(self.button, Qt.MouseButton.LeftButton)
        (spec,) = self.specs
        return spec


@pytest.fixture
def opened(qtbot: QtBot, plants: Path) -> Opened:
    return Opened(qtbot, plants)


def test_without_a_file_there_is_nothing_to_use(qtbot: QtBot) -> None:
    opened = Opened(qtbot, None)
    assert not opened.button.isEnabled()
    assert opened.dialog.plan is None
    opened.dialog.accept()
    assert opened.dialog.isVisible()
    assert opened.specs == []


def test_what_was_detected_is_said(opened: Opened) -> None:
    shown = {name: opened.named(QComboBox, name).currentText() for name in ("Separator", "Decimal sign", "First row")}
    assert shown == {"Separator": "auto: semicolon ;", "Decimal sign": "auto: comma 1,5", "First row": "auto: names"}
    assert opened.named(QComboBox, "Target").currentText() == "kind"
    assert opened.named(QComboBox, "Target is a").currentText() == "auto: class"
    assert "UTF-8 text; rows: 30, columns: 5" in opened.words
    assert opened.ticked() == ["no", "height", "width"]


def test_the_table_shows_the_file(opened: Opened) -> None:
    model = opened.named(QTableView, "First rows of the file").model()
    assert [model.headerData(i, Qt.Orientation.Horizontal) for i in range(5)] == [
        "no\ninput",
        "place\nleft out",
        "height\ninput",
        "width\ninput",
        "kind\ntarget",
    ]
    for row, line in enumerate(PLANTS.splitlines()[1:]):
        assert [model.data(model.index(row, column)) for column in range(5)] == line.split(";")
        assert model.headerData(row, Qt.Orientation.Vertical) == str(row + 2)


def test_what_will_be_done_is_said_and_handed_on(opened: Opened, plants: Path) -> None:
    opened.tick("no", False)
    assert "2 inputs, 2 classes (fern, moss); 24 rows to train, 6 to test; not standardised." in opened.words
    opened.named(QSpinBox, "Rows to test").setValue(50)
    opened.named(QSpinBox, "Seed of the split").setValue(9)
    opened.named(QCheckBox, "").setChecked(True)
    said = "15 rows to train, 15 to test; inputs standardised by mean and deviation of the training rows."
    assert said in opened.words
    assert opened.use() == {
        "source": "csv",
        "path": str(plants),
        "target": "kind",
        "inputs": ["height", "width"],
        "kind": "class",
        "header": True,
        "separator": ";",
        "decimal": ",",
        "test_share": 0.5,
        "seed": 9,
        "standardise": True,
    }
    assert not opened.dialog.isVisible()


def test_a_net_trains_on_what_was_handed_on(opened: Opened) -> None:
    opened.choose("Target", "height")
    opened.tick("no", False)
    spec, plan = opened.use(), opened.dialog.plan
    assert plan is not None
    assert (plan.inputs, plan.outputs, plan.kind) == (1, 1, "number")
    lesson = Lesson.from_table(
        {"format": 1, "id": "a", "title": "A", "network": {"sizes": [plan.inputs, plan.outputs]}, "data": spec}
    )
    data = Trainer(lesson).dataset
    assert (len(data.train_x), len(data.test_x)) == (plan.train, plan.test)
    assert (data.feature_names, data.target_names) == (("width",), ("height",))
    rows = {(float(i % 4) + 0.25, float(i % 7) + 0.5) for i in range(1, 31)}
    assert set(zip(data.train_x[:, 0].tolist(), data.train_y[:, 0].tolist(), strict=True)) <= rows


def test_the_target_is_no_input(opened: Opened) -> None:
    opened.choose("Target", "width")
    assert opened.ticked() == ["no", "height"]
    opened.choose("Target is a", "class")
    assert "4 classes (0,25, 1,25, 2,25, 3,25)" in opened.words
    assert "width\ntarget" in [
        opened.named(QTableView, "First rows of the file").model().headerData(i, Qt.Orientation.Horizontal)
        for i in range(5)
    ]


def test_all_columns_but_the_target_need_not_be_named(opened: Opened) -> None:
    opened.tick("no", False)
    opened.tick("place", True)
    assert 'plants.csv, line 2, column 2 "place": "field 1" is not a number.' in opened.words
    assert not opened.button.isEnabled()
    opened.choose("Target", "place")
    opened.tick("kind", False)
    opened.tick("no", True)
    assert opened.button.isEnabled()


def test_a_chosen_setting_takes_the_file_apart_anew(opened: Opened) -> None:
    opened.choose("Separator", "comma ,")
    assert "plants.csv, line 2: the row has 3 cells, but line 1 has 1." in opened.words
    assert not opened.button.isEnabled()
    opened.choose("Separator", "semicolon ;")
    opened.choose("First row", "data")
    assert "rows: 31, columns: 5" in opened.words
    assert opened.ticked() == [], "each column begins with a word"
    assert "choose a target and at least one input" in opened.words
    opened.choose("First row", "names")
    assert opened.ticked() == ["no", "height", "width"]
    assert opened.button.isEnabled()


def test_columns_without_names_are_handed_on_by_number(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    path.write_text("1,2,3\n4,5,6.5\n")
    opened = Opened(qtbot, path)
    opened.tick("column 1", False)
    spec = opened.use()
    assert (spec["target"], spec["inputs"], spec["header"]) == (3, [2], False)


def test_every_input_needs_no_list(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "plain.csv"
    path.write_text("a,a,b\n1,2,3\n4,5,6.5\n")
    opened = Opened(qtbot, path)
    spec = opened.use()
    assert (spec["target"], spec["inputs"]) == ("b", [])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "bad.csv is empty."),
        (b"\xff\xfea\0", "bad.csv is UTF-16 text"),
        (b"a,b\n1,2\n3\n", "bad.csv, line 3: the row has 1 cell, but line 1 has 2."),
        (b"a,b\n1,x\n3,\n", 'bad.csv, line 3, column 2 "b": the cell is empty, no class.'),
    ],
)
def test_what_cannot_be_used_is_said(qtbot: QtBot, tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    opened = Opened(qtbot, path)
    assert says in opened.words
    assert not opened.button.isEnabled()


def test_another_file_begins_anew(opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other.csv"
    other.write_text("x,y\n1,2.5\n2,3.5\n")
    opened.choose("Separator", "semicolon ;")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(other), ""))
    (button,) = [one for one in opened.dialog.findChildren(QPushButton) if one.text() == "Choose file…"]
    opened.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    opened.wait()
    assert opened.named(QLineEdit, "CSV file").text() == str(other)
    assert opened.named(QComboBox, "Separator").currentText() == "auto: comma ,"
    assert "1 input, 1 number to predict; 2 rows to train, 0 to test" in opened.words


def test_the_window_does_not_wait_for_a_long_file(qtbot: QtBot, plants: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, real = threading.Event(), csv_dialog.preview
    threads = []

    def slow(*how: Any) -> Any:
        threads.append(threading.current_thread())
        assert go_on.wait(10)
        return real(*how)

    monkeypatch.setattr(csv_dialog, "preview", slow)
    dialog = CsvDialog(LIGHT, None, plants)
    qtbot.addWidget(dialog)
    dialog.show()
    assert any(label.text() == "Reading…" for label in dialog.findChildren(QLabel))
    dialog._separator.setCurrentIndex(dialog._separator.findData("tab"))  # meanwhile: read once more, by this
    dialog._separator.setCurrentIndex(dialog._separator.findData(";"))
    go_on.set()
    qtbot.waitUntil(lambda: dialog._job is None)
    assert len(threads) == 2
    assert threading.main_thread() not in threads
    assert dialog._preview is not None
    assert dialog._preview.layout.separator == ";"


def test_an_unforeseen_error_is_shown_and_logged(
    qtbot: QtBot, plants: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise MemoryError("no more")

    monkeypatch.setattr(csv_dialog, "preview", broken)
    assert "could not be read: no more" in Opened(qtbot, plants).words
    assert "Traceback" in caplog.text


def test_every_control_has_a_name(opened: Opened) -> None:
    for kind in (QComboBox, QSpinBox, QListWidget, QTableView, QLineEdit, QCheckBox, QPushButton):
        for widget in opened.dialog.findChildren(kind):
            if widget.isVisible() and not isinstance(widget.parent(), QComboBox | QSpinBox | QTableView):
                assert QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name), widget


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_it_fits_the_smallest_window_in_both_themes(qtbot: QtBot, plants: Path, theme: Any) -> None:
    dialog = CsvDialog(theme, None, plants)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog._job is None)
    assert dialog.minimumSizeHint().width() <= 1280
    assert dialog.height() <= 800
    picture = dialog.grab().toImage()
    bits = picture.convertToFormat(picture.Format.Format_RGB32)
    pixels = np.frombuffer(bits.constBits(), np.uint32).reshape(bits.height(), bits.width())
    assert pixels[2, 2] & 0xFFFFFF == theme.q("bg").rgb() & 0xFFFFFF
    assert contrast(theme.q("text3"), theme.q("bg")) >= 4.5
