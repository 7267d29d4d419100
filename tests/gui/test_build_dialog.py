"""Building a network: every key has a field that changes it alone, what is wrong is said, and nothing typed is lost."""

from __future__ import annotations

import dataclasses
import itertools
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shiboken6
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtCore import QItemSelectionModel, QMimeData, QPoint, QRect, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from engine.lesson import Lesson
from engine.lesson_file import ONLY_WITH, save
from engine.trainer import Trainer
from gui.theme import DARK, LIGHT, THEMES
from gui.views import build_check, build_form, build_numbers
from gui.views.build_check import Answer, Question
from gui.views.build_dialog import BuildDialog
from gui.views.build_fields import ChoiceField, NumberField, PathField, TextField, TextLine
from gui.views.build_grid import Grid, GridModel, GridView
from gui.views.build_layers import LayersField
from gui.views.build_paste import PasteError, Rows, parse
from gui.views.build_picture import MOST_UNITS, NetShape, shown_units
from gui.views.build_points import PointsField
from gui.views.build_weights import WeightsField
from gui.views.build_words import hint, id_of, keys_in
from tests.engine.nets import points
from tests.engine.test_lesson_file import lessons
from tests.gui.painted import texts_of

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

Table = dict[str, Any]


def homework(**sections: Table) -> Lesson:
    """A lesson of somebody's own: 2-3-1 on three points, everything given."""
    table = points([2, 3, 1], 3, activation="tanh")
    table |= {"id": "homework", "title": "Homework", "source": "week 3"}
    for name, values in sections.items():
        table.setdefault(name, {}).update(values)
    return Lesson.from_table(table)


@pytest.fixture(scope="module")
def shared(qapp: QApplication) -> Iterator[BuildDialog]:
    """One dialog for the tests that leave no trace in it once another lesson is shown."""
    dialog = BuildDialog(homework(), LIGHT)
    dialog.show()
    yield dialog
    dialog.close()
    shiboken6.delete(dialog)


@pytest.fixture
def dialog(shared: BuildDialog) -> BuildDialog:
    shared.show_lesson(homework())
    shared.sections.setCurrentRow(0)
    shared.show()
    return shared


@pytest.fixture
def fresh(qtbot: QtBot) -> BuildDialog:
    """A dialog of its own, for tests of what stays in it."""
    dialog = BuildDialog(homework(), LIGHT)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def flat(table: Table) -> Table:
    result: Table = {}
    for name, value in table.items():
        result |= {f"{name}.{key}": v for key, v in value.items()} if isinstance(value, dict) else {name: value}
    return result


def keys_of_a_lesson() -> list[str]:
    """Every dotted key, from the dataclasses."""
    found = []
    for f in dataclasses.fields(Lesson):
        part = getattr(homework(), f.name)
        inner = [f"{f.name}.{g.name}" for g in dataclasses.fields(part)] if dataclasses.is_dataclass(part) else [f.name]
        found += inner
    return found


KEYS = [key for key in keys_of_a_lesson() if key != "format"]
SECTIONS = {name: part for name, part in vars(homework()).items() if dataclasses.is_dataclass(part)}


def choose(box: QComboBox, text: str) -> None:
    """As a user does it, with the keyboard."""
    at = box.findText(text)
    assert at >= 0, f"{text} is not among the choices"
    while box.currentIndex() != at:
        QTest.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < at else Qt.Key.Key_Up)


def write(line: QLineEdit, text: str) -> None:
    """Replace what stands in a line by typing."""
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClicks(line, text)


def select(view: GridView, row: int, column: int) -> None:
    """Go to a cell, whatever keys were held before."""
    index = view.grid.index(row, column)
    view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def type_cell(view: GridView, row: int, column: int, text: str) -> None:
    select(view, row, column)
    QTest.keyClicks(view, text[0])
    (editor,) = (line for line in view.viewport().findChildren(QLineEdit) if line.isVisible())
    QTest.keyClicks(editor, text[1:])
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()  # the table takes the text over with an event of its own


def turn_to(dialog: BuildDialog, section: str) -> None:
    """Show a section's page."""
    dialog.sections.setCurrentRow(list(SECTIONS).index(section))


def spoken(dialog: BuildDialog, row: int) -> str:
    """What is read out of a section."""
    return str(dialog.sections.item(row).data(Qt.ItemDataRole.AccessibleTextRole))


def fault_of(dialog: BuildDialog) -> str:
    """The first thing that is wrong, or nothing."""
    faults = dialog.form.faults
    return faults[0].sentence if faults else ""


def line_of(dialog: BuildDialog, key: str) -> TextLine:
    part = dialog.parts[key]
    assert isinstance(part, NumberField | TextField)
    return part.line


def box_of(dialog: BuildDialog, key: str) -> QComboBox:
    part = dialog.parts[key]
    assert isinstance(part, ChoiceField)
    return part.box


def layers_of(dialog: BuildDialog) -> LayersField:
    part = dialog.parts["network.sizes"]
    assert isinstance(part, LayersField)
    return part


def weights_of(dialog: BuildDialog) -> WeightsField:
    part = dialog.parts["init.W"]
    assert isinstance(part, WeightsField)
    return part


def points_of(dialog: BuildDialog) -> PointsField:
    part = dialog.parts["data.x"]
    assert isinstance(part, PointsField)
    return part


def copied(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


# ---- every key -------------------------------------------------------------------------------------------------------


def change(dialog: BuildDialog, key: str) -> None:
    """Another value for a key, given through its field. A key without a field known here fails."""
    part = dialog.parts[key]
    assert part.isVisibleTo(part.parentWidget()), f"the field of {key} is hidden"
    if key == "network.sizes":
        write(layers_of(dialog).hidden[0].width_line, "5")
    elif key == "network.activation":
        choose(layers_of(dialog).hidden[0].activation, "relu")
    elif key == "network.output":
        choose(layers_of(dialog).output.activation, "sigmoid")
    elif key == "init.W":
        type_cell(weights_of(dialog).weights, 1, 0, "-2.5")
    elif key == "init.b":
        type_cell(weights_of(dialog).biases, 0, 1, "-2.5")
    elif key == "data.x":
        type_cell(points_of(dialog).table, 1, 1, "-2.5")
    elif key == "data.y":
        type_cell(points_of(dialog).table, 1, 2, "-2.5")
    elif isinstance(part, ChoiceField):
        others = [i for i in range(part.box.count()) if i != part.box.currentIndex()]
        choose(part.box, part.box.itemText(others[0] if others else 0))
    elif isinstance(part, TextField):
        write(part.line, "another")
    else:
        assert isinstance(part, NumberField)
        write(
            part.line, {"data.target": "price", "data.inputs": '["a", "b"]', "data.image_size": "[8, 8]"}.get(key, "7")
        )


def test_every_key_of_a_lesson_has_a_field_and_every_field_a_key(dialog: BuildDialog) -> None:
    assert sorted(dialog.parts) == sorted(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_a_field_changes_its_key_and_no_other(dialog: BuildDialog, key: str) -> None:
    if key in ONLY_WITH:
        other, values = ONLY_WITH[key]
        choose(box_of(dialog, other), values[0])
    if "." in key:
        turn_to(dialog, key.split(".")[0])
    before = flat(dialog.form.table())
    change(dialog, key)
    after = flat(dialog.form.table())
    assert key in after
    if key in {other for other, _ in ONLY_WITH.values()}:  # with it, keys come and go
        before, after = ({k: v for k, v in t.items() if k not in ONLY_WITH} for t in (before, after))
    part = dialog.parts[key]
    only = isinstance(part, ChoiceField) and part.box.count() == 1
    assert [k for k in {**before, **after} if before.get(k) != after.get(k)] == ([] if only else [key])


def applicable(lesson: Lesson) -> Table:
    """A lesson's keys without those that mean nothing beside the others."""
    table = flat(lesson.to_table())
    return {k: v for k, v in table.items() if k not in ONLY_WITH or table[ONLY_WITH[k][0]] in ONLY_WITH[k][1]}


def plain(lesson: Lesson) -> Lesson:
    """With texts that one line can hold."""
    return dataclasses.replace(lesson, title="a title", source="somewhere")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lesson=lessons().map(plain))
def test_a_lesson_put_in_comes_out(dialog: BuildDialog, lesson: Lesson) -> None:
    dialog.show_lesson(lesson)
    assert fault_of(dialog) == ""
    assert dialog.lesson is not None
    assert applicable(dialog.lesson) == applicable(lesson)


@pytest.mark.parametrize("name", Lesson.shipped())
def test_a_shipped_lesson_becomes_ones_own(dialog: BuildDialog, name: str) -> None:
    choose(dialog.base, Lesson.load(name).title)
    made, shipped = dialog.lesson, Lesson.load(name)
    assert made is not None
    assert made.id not in Lesson.shipped()
    assert made.source == name
    shape = "-".join(map(str, shipped.network.sizes))
    assert made.title == f"My net {shape}"
    same = dataclasses.replace(shipped, id=made.id, title=made.title, source=made.source)
    assert applicable(made) == applicable(same)


# ---- what is wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        ("optimizer.learning_rate", "0", "optimizer.learning_rate = 0.0 must be > 0"),
        ("optimizer.learning_rate", "fast", "optimizer.learning_rate must be a number, not 'fast'"),
        ("optimizer.learning_rate", "", "optimizer.learning_rate must be a number, not ''"),
        ("optimizer.learning_rate", "nan", "optimizer.learning_rate must be a finite number"),
        ("optimizer.momentum", "1", "optimizer.momentum = 1.0 must be >= 0 and < 1"),
        ("init.seed", "1.5", "init.seed must be a whole number, not 1.5"),
        ("init.seed", "9" * 5000, "init.seed must be a whole number"),
        ("init.std", "-1", "init.std = -1.0 must be >= 0"),
        ("data.batch_size", "0", "data.batch_size = 0 must be >= 1"),
        ("evaluation.every", "often", "evaluation.every must be a whole number, not 'often'"),
        ("id", "two words", "id = 'two words' must be 1 to 64 letters"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_can_be_started(
    dialog: BuildDialog, key: str, text: str, sentence: str
) -> None:
    line = line_of(dialog, key)
    good = line.text()
    line.clear()
    line.insert(text) if len(text) > 99 else write(line, text)
    line.textEdited.emit(line.text())
    part = dialog.parts[key]
    assert sentence in part.fault
    assert sentence in dialog.state.text()
    assert [p for p in dialog.parts.values() if p.fault] == [part]
    marked = [i for i in range(dialog.sections.count()) if "wrong here" in spoken(dialog, i)]
    assert [list(SECTIONS)[i] for i in marked] == [key.split(".")[0]] * ("." in key)
    assert not dialog.start_button.isEnabled()
    assert not dialog.save_button.isEnabled()
    assert dialog.lesson is None
    assert line.text() == text
    QTest.mouseClick(dialog.show_button, Qt.MouseButton.LeftButton)
    assert line.hasFocus()
    write(line, good)
    assert fault_of(dialog) == part.fault == ""
    assert dialog.lesson == homework()


def test_what_was_typed_stays_whatever_else_is_changed(dialog: BuildDialog) -> None:
    write(line_of(dialog, "optimizer.learning_rate"), "0.0x")
    turn_to(dialog, "data")
    type_cell(points_of(dialog).table, 0, 0, "no number")
    choose(box_of(dialog, "init.scheme"), "uniform")
    write(line_of(dialog, "init.low"), "-3")
    choose(box_of(dialog, "init.scheme"), "constant")
    choose(box_of(dialog, "data.source"), "digits")
    write(layers_of(dialog).input.width_line, "1")
    write(layers_of(dialog).input.width_line, "2")
    choose(box_of(dialog, "data.source"), "points")
    choose(box_of(dialog, "init.scheme"), "uniform")
    assert line_of(dialog, "optimizer.learning_rate").text() == "0.0x"
    assert line_of(dialog, "init.low").text() == "-3"
    grid = points_of(dialog).table.grid
    assert grid.cell(0, 0) == "no number"
    assert [grid.cell(i, j) for i in range(3) for j in range(3)][1:] == [
        n for row in zip(homework().data.x, homework().data.y, strict=True) for n in (*row[0], *row[1])
    ][1:]


def test_a_number_may_have_a_comma(dialog: BuildDialog) -> None:
    write(line_of(dialog, "optimizer.learning_rate"), "0,025")
    assert dialog.lesson is not None
    assert dialog.lesson.optimizer.learning_rate == 0.025


def test_a_contradiction_between_fields_is_said_at_the_one_it_names(dialog: BuildDialog) -> None:
    dialog.show_lesson(homework(data={"y": [[1.0]] * 3}))  # which are shares that add up to 1
    choose(box_of(dialog, "loss.name"), "cross_entropy")
    assert (
        dialog.parts["loss.name"].fault
        == 'loss.name = "cross_entropy" needs network.output = "softmax", not "identity"'
    )
    both = [dialog.parts["loss.name"], dialog.parts["network.output"]]
    assert [part for part in dialog.form.each if part.concerned] == both[::-1]
    assert [bool(row.name.property("wrong")) for row in layers_of(dialog).rows] == [False, False, True]
    turn_to(dialog, "run")
    QTest.mouseClick(dialog.show_button, Qt.MouseButton.LeftButton)
    assert box_of(dialog, "loss.name").hasFocus()
    choose(layers_of(dialog).output.activation, "softmax")
    assert not any(part.concerned or part.fault for part in dialog.form.each)


def test_all_that_is_wrong_is_marked_at_once_and_show_goes_through_it(dialog: BuildDialog) -> None:
    write(line_of(dialog, "optimizer.learning_rate"), "0")
    write(line_of(dialog, "evaluation.every"), "often")
    write(layers_of(dialog).hidden[0].width_line, "three")
    keys = ["network.sizes", "optimizer.learning_rate", "evaluation.every"]
    assert [fault.key for fault in dialog.form.faults] == keys
    for part in dict.fromkeys(dialog.parts.values()):
        assert bool(part.fault) == any(part is dialog.parts[key] for key in keys)
    assert [i for i in range(dialog.sections.count()) if "wrong here" in spoken(dialog, i)] == [
        list(SECTIONS).index(key.split(".")[0]) for key in keys
    ]
    assert dialog.state.text() == "⚠ network.sizes[1] must be a whole number, not 'three' (and 2 more)"
    wrong = [row.width_line.property("wrong") for row in layers_of(dialog).rows]
    assert wrong == [False, True, False]
    lines = [line_of(dialog, key) for key in keys[1:]]
    for line in (layers_of(dialog).input.width_line, *lines, layers_of(dialog).input.width_line):
        QTest.mouseClick(dialog.show_button, Qt.MouseButton.LeftButton)
        assert line.hasFocus()
    write(line_of(dialog, "evaluation.every"), "3")
    assert dialog.parts["evaluation.every"].fault == ""
    assert dialog.state.text().endswith("(and 1 more)")


@pytest.mark.parametrize(("source", "sizes"), [("digits", [64, 3, 10]), ("mnist", [784, 3, 10])])
def test_the_net_can_be_fitted_to_the_data(dialog: BuildDialog, source: str, sizes: list[int]) -> None:
    assert not dialog.fit_button.isVisible()
    choose(box_of(dialog, "data.source"), source)
    assert "does not fit" in fault_of(dialog)
    QTest.mouseClick(dialog.fit_button, Qt.MouseButton.LeftButton)
    assert dialog.lesson is not None
    assert list(dialog.lesson.network.sizes) == sizes
    assert not dialog.fit_button.isVisible()


def test_the_keys_that_a_sentence_names() -> None:
    keys = {"network.sizes", "data.source", "id", "source"}
    assert keys_in("network.sizes = [2] does not fit data.source = 'digits'", keys) == ("network.sizes", "data.source")
    assert keys_in("id = 'a b' must be 1 to 64 letters", keys) == ("id",)
    assert keys_in("the source has no id", keys) == ()
    assert keys_in("data.source[0] must be a number, data.source[1] too", keys) == ("data.source",)


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        ("optimizer.learning_rate", "optimizer.learning_rate > 0"),
        ("optimizer.momentum", "optimizer.momentum ≥ 0, < 1"),
        ("data.batch_size", "data.batch_size ≥ 1, ≤ 1,000,000"),
        ("init.seed", "init.seed ≥ 0"),
        ("init.mean", "init.mean"),
        ("evaluation.examples", "evaluation.examples ≥ -1"),
    ],
)
def test_a_field_tells_its_key_and_what_it_takes(dialog: BuildDialog, key: str, rule: str) -> None:
    assert dialog.parts[key].toolTip().splitlines()[1:] == [rule]


def test_every_field_tells_in_a_sentence_what_it_does(dialog: BuildDialog) -> None:
    assert len({hint(key) for key in KEYS}) == len(KEYS)
    for key in KEYS:
        assert re.fullmatch(r"[A-Z][^\n]{20,}\.", hint(key)), key
        part = dialog.parts[key]
        assert part.toolTip().splitlines()[0] == hint(part.keys[0])
        assert part.accessibleDescription() == part.toolTip()


# ---- layers ----------------------------------------------------------------------------------------------------------


def net(dialog: BuildDialog) -> tuple[list[int], Any]:
    table = dialog.form.table()["network"]
    return table["sizes"], table["activation"]


def test_layers_are_added_moved_and_taken_away_with_the_keyboard(dialog: BuildDialog) -> None:
    layers = layers_of(dialog)
    QTest.keyClick(layers.add_button, Qt.Key.Key_Space)
    assert net(dialog) == ([2, 3, 3, 1], "tanh")
    added = layers.hidden[1]
    assert added.width_line.hasFocus()
    QTest.keyClicks(added.width_line, "7")
    choose(added.activation, "relu")
    assert net(dialog) == ([2, 3, 7, 1], ["tanh", "relu"])
    QTest.keyClick(added.up, Qt.Key.Key_Space)
    assert net(dialog) == ([2, 7, 3, 1], ["relu", "tanh"])
    assert not added.up.isEnabled()
    QTest.keyClick(added.down, Qt.Key.Key_Space)
    QTest.keyClick(layers.hidden[0].away, Qt.Key.Key_Space)
    assert net(dialog) == ([2, 7, 1], "relu")
    QTest.keyClick(added.away, Qt.Key.Key_Space)
    assert net(dialog) == ([2, 1], "relu")
    assert dialog.lesson is not None
    assert dialog.lesson.network.sizes == (2, 1)


# ---- the picture -----------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 900), min_size=2, max_size=7), st.sampled_from((True, False, "input-column")))
@settings(max_examples=60)
def test_parameters_are_counted(sizes: list[int], bias: bool | str) -> None:
    shape = NetShape(tuple(sizes), ("tanh",) * (len(sizes) - 1), bias)
    widened = [sizes[0] + (bias == "input-column"), *sizes[1:-1]]
    weights = [np.empty((n_in, n_out)).size for n_in, n_out in zip(widened, sizes[1:], strict=True)]
    biases = [np.empty(n).size if bias is True else 0 for n in sizes[1:]]
    assert shape.parameters == tuple(w + b for w, b in zip(weights, biases, strict=True))
    for k, count in enumerate(shape.parameters):
        assert count is not None
        left, right = shape.arithmetic(k).replace(",", "").replace("·", "*").split(" = ")
        assert re.fullmatch(r"[\d+*() ]+", left)
        sums = [
            int(np.prod([sum(map(int, f.strip("()").split(" + "))) for f in re.split(r"\*", t)])) for t in _terms(left)
        ]
        assert sum(sums) == int(right) == count


def _terms(text: str) -> list[str]:
    """Summands outside of brackets."""
    return re.split(r" \+ (?![^(]*\))", text)


def test_the_counts_and_the_picture_follow_what_is_typed(dialog: BuildDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog.show_lesson(Lesson.load("mnist-sigmoid-1"))
    assert dialog.net.counts.text().split("\n") == ["layer 1: 784·30 + 30 = 23,550", "layer 2: 30·10 + 10 = 310"]
    assert dialog.net.total.text() == "23,860 parameters"
    texts = [painted.text for painted in texts_of(dialog.net.picture, monkeypatch)]
    assert texts[-9:] == ["Input", "784", "", "Layer 1", "30", "sigmoid", "Layer 2", "10", "sigmoid"]
    write(layers_of(dialog).hidden[0].width_line, "3O")
    assert dialog.net.counts.text().split("\n") == ["layer 1: ?", "layer 2: ?"]
    assert dialog.net.total.text() == "? parameters"
    assert "?" in [painted.text for painted in texts_of(dialog.net.picture, monkeypatch)]


def test_the_memory_of_a_very_large_net_is_told(dialog: BuildDialog) -> None:
    write(layers_of(dialog).input.width_line, "60000")
    write(layers_of(dialog).hidden[0].width_line, "50000")
    count = 60_000 * 50_000 + 50_000 + 50_000 + 1
    assert dialog.net.total.text() == f"{count:,} parameters, with their gradients about {2 * 8 * count / 1e9:.0f} GB"
    choose(box_of(dialog, "run.dtype"), "float32")
    assert dialog.net.total.text().endswith(f"about {2 * 4 * count / 1e9:.0f} GB")
    write(layers_of(dialog).hidden[0].width_line, "50")
    assert dialog.net.total.text() == f"{60_000 * 50 + 50 + 50 + 1:,} parameters"


@given(st.integers(1, 70_000))
@settings(max_examples=40)
def test_many_units_are_left_out_in_the_middle(units: int) -> None:
    shown = shown_units(units)
    kept = [unit for unit in shown if unit is not None]
    assert len(shown) <= MOST_UNITS
    assert (None in shown) == (units > MOST_UNITS)
    assert (kept[0], kept[-1]) == (0, units - 1)
    assert kept == sorted(set(kept))


def test_a_deep_net_is_left_out_in_the_middle_and_nothing_of_it_overlaps(
    dialog: BuildDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = points([2, *[3] * 20, 1], 1, activation="leaky_relu")
    dialog.show_lesson(Lesson.from_table(table))
    columns = dialog.net.picture.columns()
    assert (columns[0], columns[-1]) == (0, 21)
    assert None in columns
    boxes = [painted.box for painted in texts_of(dialog.net.picture, monkeypatch) if painted.text]
    assert not [
        1 for a, b in itertools.combinations(boxes, 2) if a.intersected(b).width() * a.intersected(b).height() > 3
    ]


# ---- numbers ---------------------------------------------------------------------------------------------------------


def formats(W: np.ndarray) -> dict[str, str]:
    """A matrix as it is pasted from elsewhere, every digit of it."""
    rows = [[repr(float(v)) for v in row] for row in W]
    with np.printoptions(floatmode="unique", threshold=10**6, precision=17):
        printed = {"numpy": repr(W), "numpy printed": str(W)}
    latex = " \\\\\n".join(" & ".join(row) for row in rows)
    torch.set_printoptions(precision=17, sci_mode=False)
    return printed | {
        "tsv": "\n".join("\t".join(row) for row in rows) + "\n",
        "csv": "\r\n".join(",".join(row) for row in rows),
        "csv with semicolons": "\n".join(";".join(row) for row in rows),
        "blanks": "\n".join("  ".join(row) for row in rows),
        "latex": "W_1 = \\begin{bmatrix}\n" + latex + "\n\\end{bmatrix}",
        "latex array": "$\\left(\\begin{array}{" + "c" * W.shape[1] + "}" + latex + "\\end{array}\\right)$",
        "python": f"W1 = {[[float(v) for v in row] for row in W]}",
        "matlab": "[" + "; ".join(" ".join(row) for row in rows) + "]",
        "numpy call": f"np.array({W.tolist()}, dtype=np.float64)",
    }


NAMES = list(formats(np.ones((2, 2))))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15, deadline=None)
@given(W=arrays(np.float64, st.tuples(st.integers(2, 4), st.integers(2, 5)), elements=st.floats(-1e9, 1e9)))
def test_pasted_text_is_read_to_the_last_digit(name: str, W: np.ndarray) -> None:
    assert np.array_equal(np.array(parse(formats(W)[name])), W)


@given(st.text(st.sampled_from("0123456789.,;-+e[](){}&|\\ \n\tab'\"=/_…"), max_size=60))
@settings(max_examples=300)
def test_whatever_is_pasted_numbers_or_a_sentence_come_of_it(text: str) -> None:
    for flat_wanted in (False, True):
        try:
            rows = parse(text, flat=flat_wanted)
        except PasteError:
            continue
        else:
            assert np.isfinite(np.array(rows)).all()
            assert np.array(rows).ndim == 2


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("0,5;1,25\n2;3", [[0.5, 1.25], [2, 3]]),
        ("0,5\t1\n2\t-3,5", [[0.5, 1], [2, -3.5]]),
        ("1 2; 3 4", [[1, 2], [3, 4]]),
        ("1;2;3", [[1], [2], [3]]),
        (r"\begin{pmatrix} \frac{1}{4} & −2 \\[2pt] 1/2 & 0 \end{pmatrix}", [[0.25, -2], [0.5, 0]]),
        ("x1,x2,y\n1,2,3", [[1, 2, 3]]),
        (repr(torch.tensor([[0.5, -1.5]], requires_grad=True)), [[0.5, -1.5]]),
        ("Parameter containing:\n" + repr(torch.tensor([[0.5], [2.0]])), [[0.5], [2]]),
        ("[[0.1, 0.2],\n [0.3, 0.4]]"[1:], [[0.1, 0.2], [0.3, 0.4]]),
        ("{1, 2}", [[1, 2]]),
    ],
)
def test_special_texts(text: str, rows: list[list[float]]) -> None:
    assert np.array_equal(np.array(parse(text)), np.array(rows))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no numbers"),
        ("1 2\n3", "All rows must be equally long; numbers in row 1: 2, in row 2: 1."),
        ("1 two", "Row 1: “two” is not a number."),
        ("[[1 2 ... 9]\n [1 2 ... 9]]", "leaves numbers out"),
        ("1,,2", "A cell is empty"),
        ("1e999 2", "not a finite number"),
        ("1/0", "not a finite number"),
        ("nan 1", "“nan” is not a number"),
        ("[[1, 2], [3, 4]] + [1, 2] * 3", "outside of the brackets"),
        ("__import__('os').remove('x')", "outside of the brackets"),
        ("np.zeros((2, 3))", "outside of the brackets"),
    ],
)
def test_texts_that_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(PasteError, match=re.escape(sentence)):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 300_000,
        "1" + " " * 300_000 + "2",
        "1.25e-05, " * 30_000,
        "1" * 300_000 + "x",
        "a." * 150_000,
        "1 " + r"\\[" * 100_000,
        "dtype " * 50_000,
        "[" * 300_000,
        "tensor" * 50_000,
        ", " * 150_000,
    ],
    ids=["letters", "blanks", "numbers", "digits", "names", "row ends", "notes", "brackets", "calls", "commas"],
)
def test_a_long_text_is_read_once_and_not_from_each_of_its_characters(text: str) -> None:
    try:
        found = [str(len(row)) for row in parse(text)]
    except PasteError as error:
        found = [str(error)]
    assert max(map(len, found)) < 100


def test_a_vector_is_read_however_it_is_arranged() -> None:
    assert parse("1\n2\n3", flat=True) == parse("[1 2\n 3]", flat=True) == ((1.0, 2.0, 3.0),)


@pytest.mark.parametrize("orientation", ["row", "column"])
@pytest.mark.parametrize("name", ["tsv", "csv", "latex", "python", "numpy"])
def test_pasted_weights_arrive_in_the_stored_orientation(dialog: BuildDialog, name: str, orientation: str) -> None:
    W = [np.array([[1.5, -2.0, 3.0], [0.25, 5.0, -6.0]]), np.array([[7.0], [8.0], [9.5]])]
    b = [np.array([0.1, 0.2, 0.3]), np.array([-1.0])]
    choose(box_of(dialog, "run.orientation"), orientation)
    choose(box_of(dialog, "init.scheme"), "explicit")
    turn_to(dialog, "init")
    assert "W1: type or paste its numbers; still missing: 6." in dialog.parts["init.W"].fault
    assert not dialog.start_button.isEnabled()
    field = weights_of(dialog)
    for k in (0, 1):
        field.layer.setCurrentIndex(k)
        field.weights.setFocus()
        shown = W[k] if orientation == "row" else W[k].T
        assert field.weights.grid.shape == shown.shape
        copied(formats(shown)[name])
        QTest.keyClick(field.weights, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        field.biases.setFocus()
        copied("\n".join(map(repr, b[k].tolist())))
        QTest.mouseClick(field.paste_button, Qt.MouseButton.LeftButton)
        assert field.note.text() == f"b{k + 1}: {b[k].size} of {b[k].size} numbers pasted."
    made = dialog.lesson
    assert made is not None
    assert made.run.orientation == orientation
    for k in (0, 1):
        assert np.array_equal(np.array(made.init.W[k]), W[k])
        assert np.array_equal(np.array(made.init.b[k]), b[k])


def explicit(dialog: BuildDialog) -> WeightsField:
    choose(box_of(dialog, "init.scheme"), "explicit")
    turn_to(dialog, "init")
    field = weights_of(dialog)
    field.weights.setFocus()
    return field


def test_what_does_not_fit_is_said_and_changes_nothing(dialog: BuildDialog) -> None:
    field = explicit(dialog)
    copied("1 2\n3 4\n5 6")
    QTest.mouseClick(field.paste_button, Qt.MouseButton.LeftButton)
    assert field.note.text() == "W1 is 2 × 3 here (rows × columns), the text 3 × 2: it does not fit. Turned, it does."
    assert field.weights.grid.cell(0, 0) == ""
    copied("")
    QTest.mouseClick(field.offer_button, Qt.MouseButton.LeftButton)
    assert field.note.text() == "W1: 6 of 6 numbers pasted."
    assert field.offer_button.text() == "Go to b1"
    assert dialog.form.table()["init"]["W"][0] == [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]
    field.weights.selectAll()
    QTest.keyClick(field.weights, Qt.Key.Key_Delete)
    assert dialog.form.table()["init"]["W"][0] == [[""] * 3] * 2
    copied("1 2\n3 4\n5 6")
    QTest.mouseClick(field.turned_button, Qt.MouseButton.LeftButton)
    assert field.note.text() == "W1: 6 of 6 numbers pasted."
    assert dialog.form.table()["init"]["W"][0] == [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]
    copied("1 2 3 4\n5 6 7 8")
    QTest.mouseClick(field.paste_button, Qt.MouseButton.LeftButton)
    assert field.note.text().endswith("the text 2 × 4: it does not fit.")
    copied("one two")
    QTest.mouseClick(field.paste_button, Qt.MouseButton.LeftButton)
    assert field.note.text() == "Row 1: “one” is not a number."
    assert dialog.form.table()["init"]["W"][0] == [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]


def test_what_draws_numbers_is_hidden_where_none_are_drawn_and_kept(dialog: BuildDialog) -> None:
    dialog.show_lesson(homework(init={"rng": "torch", "seed": 7}))
    turn_to(dialog, "init")
    fields = [dialog.parts[key] for key in ("init.rng", "init.seed")]
    for scheme, drawn in (("explicit", False), ("normal", True), ("constant", False), ("torch_linear", True)):
        choose(box_of(dialog, "init.scheme"), scheme)
        assert [part.isVisible() for part in fields] == [drawn] * 2
    choose(box_of(dialog, "init.scheme"), "constant")
    assert dialog.lesson is not None
    assert (dialog.lesson.init.rng, dialog.lesson.init.seed) == ("torch", 7)
    choose(box_of(dialog, "data.shuffle"), "yes")  # the order of the examples is drawn from it, too
    assert all(part.isVisible() for part in fields)


def test_a_part_of_a_matrix_is_pasted_from_the_selected_cell_on(dialog: BuildDialog) -> None:
    field = explicit(dialog)
    QTest.mouseClick(field.zero_button, Qt.MouseButton.LeftButton)
    assert dialog.lesson is not None
    select(field.weights, 0, 1)
    copied("8 9")
    QTest.mouseClick(field.paste_button, Qt.MouseButton.LeftButton)
    assert dialog.form.table()["init"]["W"][0] == [[0.0, 8.0, 9.0], [0.0, 0.0, 0.0]]
    assert field.note.text() == "W1: 2 of 6 numbers pasted."
    field.weights.selectAll()
    QTest.keyClick(field.weights, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "0\t8\t9\n0\t0\t0"
    select(field.weights, 0, 2)
    QTest.keyClick(field.weights, Qt.Key.Key_Delete)
    assert "still missing: 1" in fault_of(dialog)


def test_what_is_missing_is_shown(dialog: BuildDialog) -> None:
    field = explicit(dialog)
    copied("1 2 3\n4 5 6")
    QTest.mouseClick(field.paste_button, Qt.MouseButton.LeftButton)
    field.biases.setFocus()
    copied("7 8 9")
    QTest.mouseClick(field.paste_button, Qt.MouseButton.LeftButton)
    assert fault_of(dialog) == "W2: type or paste its numbers; still missing: 3."
    turn_to(dialog, "run")
    QTest.mouseClick(dialog.show_button, Qt.MouseButton.LeftButton)
    assert field.weights.hasFocus()
    assert field.layer.currentText() == "Layer 2"
    assert field.weights.grid.shape == (3, 1)


def test_one_table_after_the_other_is_pasted(dialog: BuildDialog) -> None:
    field = explicit(dialog)
    texts = {"W1": "1 2 3\n4 5 6", "b1": "7 8 9", "W2": "1\n2\n3", "b2": "4"}
    for name, text in texts.items():
        if name != "W1":
            assert field.offer_button.text() == f"Go to {name}"
            assert fault_of(dialog).startswith(f"{name}: type or paste its numbers")
            QTest.mouseClick(field.offer_button, Qt.MouseButton.LeftButton)
        view = field.weights if name.startswith("W") else field.biases
        assert view.hasFocus()
        copied(text)
        QTest.keyClick(view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert not field.offer_button.isVisible()
    assert dialog.lesson is not None
    assert dialog.lesson.init.W == (((1, 2, 3), (4, 5, 6)), ((1,), (2,), (3,)))
    assert dialog.lesson.init.b == ((7, 8, 9), (4,))


def test_weights_of_a_layer_that_shrinks_and_grows_again_are_still_there(dialog: BuildDialog) -> None:
    field = explicit(dialog)
    copied("1 2 3\n4 5 6")
    QTest.mouseClick(field.paste_button, Qt.MouseButton.LeftButton)
    write(layers_of(dialog).hidden[0].width_line, "2")
    assert dialog.form.table()["init"]["W"][0] == [[1.0, 2.0], [4.0, 5.0]]
    write(layers_of(dialog).hidden[0].width_line, "3")
    assert dialog.form.table()["init"]["W"][0] == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    choose(box_of(dialog, "network.bias"), "input-column")
    assert dialog.form.table()["init"]["W"][0] == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], ["", "", ""]]
    assert not field.biases.isVisible()


def test_a_net_too_large_to_be_typed_is_said_to_be(dialog: BuildDialog) -> None:
    explicit(dialog)
    write(layers_of(dialog).input.width_line, "500")
    write(layers_of(dialog).hidden[0].width_line, "65536")
    assert "too many weights to be typed: 200,000 at most" in fault_of(dialog)
    assert not [view for view in weights_of(dialog).findChildren(GridView) if view.isVisible()]
    write(layers_of(dialog).hidden[0].width_line, "3")
    write(layers_of(dialog).input.width_line, "2")
    assert "still missing: 6" in fault_of(dialog)
    assert weights_of(dialog).weights.isVisible()
    assert weights_of(dialog).biases.isVisible()


# ---- beside the window -----------------------------------------------------------------------------------------------


def many_weights(dialog: BuildDialog) -> None:
    """More numbers than are looked at with every key stroke."""
    field = explicit(dialog)
    write(layers_of(dialog).hidden[0].width_line, "900")
    QTest.mouseClick(field.zero_button, Qt.MouseButton.LeftButton)


def test_many_numbers_are_checked_after_a_pause_in_another_thread(
    dialog: BuildDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []

    def answer(question: Question) -> Answer:
        threads.append(threading.current_thread())
        return build_check.answer(question)

    monkeypatch.setattr(build_form, "answer", answer)
    write(line_of(dialog, "optimizer.learning_rate"), "0.5")
    assert set(threads) == {threading.main_thread()}
    many_weights(dialog)
    threads.clear()
    write(line_of(dialog, "optimizer.learning_rate"), "0.25")
    assert dialog.state.text() == "Checking…"
    assert dialog.lesson is None
    assert not dialog.start_button.isEnabled()
    qtbot.waitUntil(dialog.start_button.isEnabled)
    assert len(threads) == 1
    assert threading.main_thread() not in threads
    assert dialog.lesson is not None
    assert dialog.lesson.optimizer.learning_rate == 0.25
    assert dialog.lesson.init.W[0] == ((0.0,) * 900,) * 2
    write(line_of(dialog, "optimizer.learning_rate"), "-1")
    qtbot.waitUntil(lambda: "optimizer.learning_rate = -1.0 must be > 0" in fault_of(dialog))


def test_what_is_typed_during_a_check_is_what_is_checked_last(
    dialog: BuildDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_weights(dialog)
    qtbot.waitUntil(dialog.start_button.isEnabled)
    begun, go_on = threading.Event(), threading.Event()

    def slow(question: Question) -> Answer:
        begun.set()
        assert go_on.wait(30)
        return build_check.answer(question)

    monkeypatch.setattr(build_form, "answer", slow)
    write(line_of(dialog, "optimizer.learning_rate"), "0.25")
    qtbot.waitUntil(begun.is_set)
    write(line_of(dialog, "optimizer.learning_rate"), "0.75")
    assert dialog.lesson is None
    with qtbot.waitSignal(dialog.form.checked):
        go_on.set()
    assert dialog.lesson is not None
    assert dialog.lesson.optimizer.learning_rate == 0.75


def test_a_dialog_that_goes_while_something_is_to_come_takes_nothing_along(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = BuildDialog(homework(), LIGHT)
    many_weights(dialog)
    qtbot.waitUntil(dialog.start_button.isEnabled)
    made = dialog.lesson
    dialog.save_to(tmp_path / "mine.toml")
    write(line_of(dialog, "optimizer.learning_rate"), "0.25")
    qtbot.waitUntil(lambda: not dialog.form._pause.isActive())  # it is being checked
    dialog.close()
    shiboken6.delete(dialog)
    qtbot.waitUntil((tmp_path / "mine.toml").exists)
    assert Lesson.load(tmp_path / "mine.toml") == made


def test_the_program_does_not_end_before_a_file_is_written(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    code = f"""
import os
import shiboken6
from pathlib import Path
from PySide6.QtCore import QTimer
from gui.app import make_application
from gui.theme import LIGHT
from gui.views import build_dialog
from engine.lesson import Lesson
import time
app = make_application("en")
dialog = build_dialog.BuildDialog(Lesson.load("xor"), LIGHT)
save = build_dialog.save
build_dialog.save = lambda *args: (time.sleep(0.3), save(*args))
dialog.save_to(Path({str(path)!r}))
QTimer.singleShot(0, app.quit)
app.exec()
shiboken6.delete(dialog)
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=100)
    assert Lesson.load(path).network == Lesson.load("xor").network


def test_a_long_text_is_read_in_another_thread(
    dialog: BuildDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []

    def read(text: str, *, flat: bool = False) -> Rows:
        threads.append(threading.current_thread())
        return parse(text, flat=flat)

    monkeypatch.setattr(build_numbers, "parse", read)
    field = explicit(dialog)
    write(layers_of(dialog).hidden[0].width_line, "900")
    W = np.random.default_rng(0).normal(size=(2, 900))
    copied("\n".join("\t".join(map(repr, row)) for row in W.tolist()))
    QTest.mouseClick(field.paste_button, Qt.MouseButton.LeftButton)
    assert field.note.text() == "Reading…"
    field.layer.setCurrentIndex(1)
    qtbot.waitUntil(lambda: field.note.text() == "W1: 1,800 of 1,800 numbers pasted.")
    assert threading.main_thread() not in threads
    assert field.layer.currentIndex() == 0
    assert np.array_equal(dialog.form.table()["init"]["W"][0], W)
    copied("\n".join("\t".join(map(repr, row)) for row in (2 * W).tolist()))
    QTest.mouseClick(field.paste_button, Qt.MouseButton.LeftButton)
    dialog.form.put({"optimizer.learning_rate": 0.5})  # as a run tells it
    qtbot.waitUntil(lambda: field.note.text() == "W1: 1,800 of 1,800 numbers pasted.")
    assert np.array_equal(dialog.form.table()["init"]["W"][0], 2 * W)
    copied("\n".join("\t".join(map(repr, row)) for row in W.tolist()) + " x")
    QTest.mouseClick(field.paste_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: field.note.text() == "Row 2: “x” is not a number.")
    write(layers_of(dialog).hidden[0].width_line, "3")


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(1, 3), st.integers(1, 3)), max_size=6),
    st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_cells_stand_where_they_were_put(blocks: list[tuple[int, int, int, int]], turned: bool) -> None:
    x, y = Grid(), Grid()
    x.take([["", "", ""]] * 5)
    y.take([["", ""]] * 5)
    model, shown = GridModel(None), np.full((5, 5), "", dtype=object)
    model.show_grids((x, y), str, str, turned=turned)
    for number, (row, column, rows, columns) in enumerate(blocks):
        rows, columns = min(rows, 5 - row), min(columns, 5 - column)
        block = [[float(number * 100 + i * 10 + j) for j in range(columns)] for i in range(rows)]
        shown[row : row + rows, column : column + columns] = block
        model.put(row, column, block)
        assert [[model.cell(i, j) for j in range(5)] for i in range(5)] == shown.tolist()
        both = np.hstack([np.array(grid.matrix(), dtype=object) for grid in (x, y)])
        assert (both.T if turned else both).tolist() == shown.tolist()
        assert x.missing + y.missing == (shown == "").sum()
    y.fill(0.0)
    assert y.missing == 0


# ---- points ----------------------------------------------------------------------------------------------------------


def test_points_are_typed(dialog: BuildDialog) -> None:
    turn_to(dialog, "data")
    field = points_of(dialog)
    QTest.mouseClick(field.add_button, Qt.MouseButton.LeftButton)
    assert "still missing: 3" in field.fault
    for column, text in enumerate(("0.5", "-1", "2e-3")):
        type_cell(field.table, 3, column, text)
    made = dialog.lesson
    assert made is not None
    assert made.data.x == (*homework().data.x, (0.5, -1.0))
    assert made.data.y == (*homework().data.y, (0.002,))
    select(field.table, 1, 0)
    QTest.mouseClick(field.remove_button, Qt.MouseButton.LeftButton)
    assert dialog.lesson is not None
    assert dialog.lesson.data.x == (homework().data.x[0], homework().data.x[2], (0.5, -1.0))
    assert dialog.lesson.data.y == (homework().data.y[0], homework().data.y[2], (0.002,))
    select(field.table, 2, 1)
    QTest.mouseClick(field.remove_button, Qt.MouseButton.LeftButton)
    assert dialog.lesson is not None
    QTest.mouseClick(field.add_button, Qt.MouseButton.LeftButton)
    assert [field.table.grid.cell(2, j) for j in range(3)] == ["", "", ""]


def test_points_are_pasted_with_or_without_their_targets(dialog: BuildDialog) -> None:
    turn_to(dialog, "data")
    field = points_of(dialog)
    copied("x1,x2,y1\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    QTest.mouseClick(field.paste_button, Qt.MouseButton.LeftButton)
    assert field.note.text() == "Pasted: 4 × 3 numbers."
    assert dialog.lesson is not None
    assert dialog.lesson.data.x == ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
    assert dialog.lesson.data.y == ((0.0,), (1.0,), (1.0,), (0.0,))
    select(field.table, 3, 2)
    copied("5\n6\n7")
    QTest.keyClick(field.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "still missing: 4" in fault_of(dialog)
    assert dialog.form.table()["data"]["y"] == [[0.0], [1.0], [1.0], [5.0], [6.0], [7.0]]
    copied("1 2")
    QTest.mouseClick(field.paste_button, Qt.MouseButton.LeftButton)
    assert field.note.text() == "An example has 3 numbers here, 2 of x and 1 of y; rows of the text have 2."


# ---- what comes of it ------------------------------------------------------------------------------------------------


def test_start_gives_the_lesson(dialog: BuildDialog, qtbot: QtBot) -> None:
    write(layers_of(dialog).hidden[0].width_line, "4")
    with qtbot.waitSignal(dialog.lesson_made) as made:
        QTest.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    assert made.args == [homework(network={"sizes": [2, 4, 1]})]
    assert not dialog.isVisible()


def test_enter_in_a_field_starts_nothing(dialog: BuildDialog, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(dialog.lesson_made):
        QTest.keyClick(line_of(dialog, "title"), Qt.Key.Key_Return)
    assert dialog.isVisible()


def test_a_saved_lesson_is_a_lesson_file(fresh: BuildDialog, qtbot: QtBot, tmp_path: Path) -> None:
    QTest.keyClick(fresh, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    chooser = fresh.findChild(QFileDialog)
    assert chooser is not None
    assert chooser.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    assert Path(chooser.selectedFiles()[0]).name == "homework.toml"
    path = tmp_path / "mine.toml"
    with qtbot.waitSignal(fresh.saved) as saved:
        chooser.fileSelected.emit(str(path))
    chooser.close()
    assert saved.args == [path]
    assert Lesson.load(path) == homework()
    assert tomllib.loads(path.read_text())["title"] == "Homework"
    assert fresh.state.text() == f"✓ Saved as {path}"


def test_a_file_that_cannot_be_written_is_said(dialog: BuildDialog, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.assertNotEmitted(dialog.saved):
        dialog.save_to(tmp_path / "missing" / "mine.toml")
        qtbot.waitUntil(lambda: dialog.state.text() != "Saving…")
    assert "could not be written: No such file or directory" in dialog.state.text()
    assert dialog.start_button.isEnabled()


def drop(dialog: BuildDialog, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    dialog.dropEvent(QDropEvent(QPoint(5, 5), action, data, Qt.MouseButton.LeftButton, none))


def test_a_lesson_file_is_a_start_and_can_be_undone(fresh: BuildDialog, qtbot: QtBot, tmp_path: Path) -> None:
    other = homework(network={"sizes": [2, 8, 1]}, optimizer={"learning_rate": 0.75})
    other = dataclasses.replace(other, id="other", title="Other")
    save(other, tmp_path / "other.toml")
    write(line_of(fresh, "optimizer.learning_rate"), "half typed")
    assert not fresh.undo_button.isEnabled()
    drop(fresh, tmp_path / "other.toml")
    qtbot.waitUntil(lambda: fresh.lesson == other)
    QTest.mouseClick(fresh.undo_button, Qt.MouseButton.LeftButton)
    assert line_of(fresh, "optimizer.learning_rate").text() == "half typed"
    assert line_of(fresh, "title").text() == "Homework"
    assert net(fresh)[0] == [2, 3, 1]


def test_a_file_that_is_no_lesson_is_said_and_the_form_stays(fresh: BuildDialog, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("format = 1\nid = 'a'\n")
    drop(fresh, tmp_path / "bad.toml")
    qtbot.waitUntil(lambda: "title is missing" in fresh.state.text())
    assert fresh.lesson == homework()
    (tmp_path / "note.txt").write_text("")
    before = fresh.state.text()
    drop(fresh, tmp_path / "note.txt")
    assert fresh.state.text() == before


def test_a_file_is_offered_only_to_the_lesson_that_came_from_it(
    fresh: BuildDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    save(homework(network={"sizes": [2, 8, 1]}), tmp_path / "week 3.toml")
    drop(fresh, tmp_path / "week 3.toml")
    qtbot.waitUntil(lambda: net(fresh)[0] == [2, 8, 1])

    def offered() -> str:
        QTest.mouseClick(fresh.save_button, Qt.MouseButton.LeftButton)
        (chooser,) = fresh.findChildren(QFileDialog)
        name = Path(chooser.selectedFiles()[0]).name
        chooser.close()
        shiboken6.delete(chooser)
        return name

    assert offered() == "week 3.toml"
    choose(fresh.base, Lesson.load("xor").title)
    assert offered() == "my-net-2-2-1.toml"
    QTest.mouseClick(fresh.undo_button, Qt.MouseButton.LeftButton)
    assert offered() == "homework.toml"


def test_the_open_lesson_is_among_those_to_start_from(fresh: BuildDialog) -> None:
    fresh.offer(homework(network={"sizes": [2, 9, 1]}))
    write(line_of(fresh, "title"), "half a ti")
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):  # past a shipped one, which is shown meanwhile
        QTest.keyClick(fresh.base, key)
    assert fresh.base.currentText() == "The open lesson: Homework"
    assert net(fresh)[0] == [2, 9, 1]
    QTest.mouseClick(fresh.undo_button, Qt.MouseButton.LeftButton)
    assert net(fresh)[0] == [2, 3, 1]
    assert line_of(fresh, "title").text() == "half a ti"


FLOWERS = "length,width,kind\n" + "".join(f"{i},{i * i},{('rose', 'lily', 'iris')[i % 3]}\n" for i in range(30))
PRICES = "a,b,price\n" + "".join(f"{i},{i % 7},{i / 8}\n" for i in range(40))


def test_a_csv_is_asked_for_and_taken_over(dialog: BuildDialog, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(PRICES)
    choose(box_of(dialog, "data.source"), "csv")
    turn_to(dialog, "data")
    assert "data.path is empty" in dialog.parts["data.path"].fault
    write(line_of(dialog, "data.batch_size"), "5")
    with qtbot.waitSignal(dialog.form.csv_wanted):
        QTest.mouseClick(dialog.parts["data.path"].choose_button, Qt.MouseButton.LeftButton)
    data = {"source": "csv", "path": str(tmp_path / "a.csv"), "target": ("price",), "inputs": ("a", 2)}
    dialog.form.set_data(data | {"sizes": (2, 1)})
    qtbot.waitUntil(dialog.start_button.isEnabled)
    made = dialog.lesson
    assert made is not None
    assert {key: getattr(made.data, key) for key in data} == data
    assert made.data.batch_size == 5
    with pytest.raises(ValueError, match=r"no keys of a lesson: \['data.colour'\]"):
        dialog.form.set_data({"colour": 1})


def path_field(dialog: BuildDialog) -> PathField:
    part = dialog.parts["data.path"]
    assert isinstance(part, PathField)
    return part


def settled(dialog: BuildDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not dialog.form.busy)


def test_a_csv_that_is_typed_is_looked_at_and_the_net_can_be_made_to_fit_it(
    dialog: BuildDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "flowers.csv").write_text(FLOWERS)
    dialog.show_lesson(Lesson.load("toy-bias"))
    choose(box_of(dialog, "data.source"), "csv")
    turn_to(dialog, "data")
    write(path_field(dialog).line, str(tmp_path / "flowers.csv"))
    settled(dialog, qtbot)
    assert path_field(dialog).note.text() == "2 inputs, 3 classes (iris, lily, rose); 24 rows to train, 6 to test."
    sentence = (
        "network.sizes = [2, 3, 2, 1] does not fit the data, which have 2 inputs and 3 classes in "
        '"kind"; with [2, 3, 2, 3] it would'
    )
    assert dialog.parts["network.sizes"].fault == sentence
    assert dialog.state.text() == f"⚠ {sentence}"
    assert not dialog.start_button.isEnabled()
    assert dialog.fit_button.text() == "Use 2-3-2-3"
    QTest.mouseClick(dialog.fit_button, Qt.MouseButton.LeftButton)
    assert dialog.state.text() == "✓ Ready"
    assert dialog.advice.label.text().splitlines() == [
        "△ The data are classes: softmax with cross_entropy learns the share of each, "
        "identity with half_squared_error only numbers.",
        "△ Layer 1, 2: all weights of a layer start equal, so its units will stay equal.",
    ]
    assert dialog.advice.button.text() == "Use softmax, cross_entropy, xavier_normal"
    QTest.mouseClick(dialog.advice.button, Qt.MouseButton.LeftButton)
    assert not dialog.advice.isVisible()
    made = dialog.lesson
    assert made is not None
    assert (made.network.sizes, made.network.output) == ((2, 3, 2, 3), "softmax")
    assert (made.loss.name, made.init.scheme) == ("cross_entropy", "xavier_normal")
    trainer = Trainer(made)
    trainer.finish_batch()
    assert len(set(trainer.tensors["W1"][0].tolist())) == 3
    write(line_of(dialog, "data.target"), "colour")
    settled(dialog, qtbot)
    assert 'there is no column "colour"' in dialog.parts["data.target"].fault
    assert path_field(dialog).note.isHidden()
    write(line_of(dialog, "data.target"), "width")
    write(line_of(dialog, "data.inputs"), '["length"]')
    settled(dialog, qtbot)
    assert path_field(dialog).note.text() == "1 input, 1 number to predict; 24 rows to train, 6 to test."
    assert dialog.fit_button.text() == "Use 1-3-2-1"


def test_a_csv_that_has_changed_is_read_again_when_the_form_is_shown_again(
    fresh: BuildDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(PRICES)
    drop(fresh, tmp_path / "a.csv")
    settled(fresh, qtbot)
    fresh.close()
    (tmp_path / "a.csv").write_text(FLOWERS)
    fresh.show()
    settled(fresh, qtbot)
    assert "3 classes" in path_field(fresh).note.text()
    assert not fresh.start_button.isEnabled()


def test_a_csv_that_is_dropped_becomes_the_data(fresh: BuildDialog, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "a.CSV").write_text(PRICES)
    write(line_of(fresh, "optimizer.learning_rate"), "0.125")
    drop(fresh, tmp_path / "a.CSV")
    assert path_field(fresh).isVisible()
    settled(fresh, qtbot)
    assert fresh.lesson is not None
    assert fresh.lesson.data.path == str(tmp_path / "a.CSV")
    assert fresh.lesson.optimizer.learning_rate == 0.125


def test_a_csv_of_two_classes_fits_one_output_and_two(dialog: BuildDialog, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "two.csv").write_text(FLOWERS.replace("iris", "rose"))
    choose(box_of(dialog, "data.source"), "csv")
    write(path_field(dialog).line, str(tmp_path / "two.csv"))
    settled(dialog, qtbot)
    assert dialog.state.text() == "✓ Ready"
    assert dialog.advice.button.text() == "Use sigmoid, binary_cross_entropy"
    write(layers_of(dialog).output.width_line, "2")
    settled(dialog, qtbot)
    assert dialog.state.text() == "✓ Ready"
    assert dialog.advice.button.text() == "Use softmax, cross_entropy"
    write(layers_of(dialog).output.width_line, "3")
    settled(dialog, qtbot)
    assert dialog.fit_button.text() == "Use 2-3-2"


@pytest.mark.parametrize("form", ["{path}", '"{path}"', "'{path}'", " {path} ", "file://{path}"])
def test_a_path_is_taken_as_it_is_copied_elsewhere(
    dialog: BuildDialog, qtbot: QtBot, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a b.csv").write_text(PRICES)
    choose(box_of(dialog, "data.source"), "csv")
    for path in (tmp_path / "a b.csv", Path("a b.csv")):
        if path.is_absolute() or "file:" not in form:
            copied(form.format(path=path))
            path_field(dialog).line.selectAll()
            QTest.keyClick(path_field(dialog).line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
            settled(dialog, qtbot)
            assert dialog.lesson is not None
            assert dialog.lesson.data.path == str(tmp_path / "a b.csv")
            assert dialog.form.csv == tmp_path / "a b.csv"


def test_a_csv_that_cannot_be_read_is_said_at_its_path(dialog: BuildDialog, qtbot: QtBot, tmp_path: Path) -> None:
    choose(box_of(dialog, "data.source"), "csv")
    for name, content, part in (("none.csv", None, "No such file"), ("bad.csv", "a,b\n1,2\n1,x,3\n", "line 3")):
        if content is not None:
            (tmp_path / name).write_text(content)
        write(path_field(dialog).line, str(tmp_path / name))
        settled(dialog, qtbot)
        assert part in path_field(dialog).fault
        assert not dialog.start_button.isEnabled()
    assert path_field(dialog).note.isHidden()
    (tmp_path / "bad.csv").write_text(PRICES)  # it is mended, and anything is changed
    write(line_of(dialog, "evaluation.every"), "2")
    settled(dialog, qtbot)
    assert dialog.start_button.isEnabled()


@pytest.mark.parametrize("path", ["//host/share/a.csv", "\\\\host\\share\\a.csv", "file://host/share/a.csv"])
def test_a_path_on_another_computer_is_refused_and_never_opened(
    dialog: BuildDialog, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_check, "load_dataset", lambda *_, **__: pytest.fail("it is opened"))
    choose(box_of(dialog, "data.source"), "csv")
    write(path_field(dialog).line, path)
    assert not dialog.form.busy
    assert "may name another computer" in path_field(dialog).fault
    assert dialog.form.csv is None


def test_units_that_will_stay_equal_are_a_word_worth_and_no_fault(dialog: BuildDialog) -> None:
    dialog.show_lesson(Lesson.load("toy"))
    sentence = "△ Layer 1, 2: all weights of a layer start equal, so its units will stay equal."
    assert (dialog.advice.label.text(), dialog.state.text()) == (sentence, "✓ Ready")
    assert dialog.advice.isVisible()
    choose(layers_of(dialog).hidden[0].activation, "relu")
    assert dialog.advice.button.text() == "Use kaiming_normal"
    QTest.mouseClick(dialog.advice.button, Qt.MouseButton.LeftButton)
    assert not dialog.advice.isVisible()
    assert dialog.lesson is not None
    assert dialog.lesson.init.scheme == "kaiming_normal"
    explicit(dialog)
    QTest.mouseClick(weights_of(dialog).zero_button, Qt.MouseButton.LeftButton)
    assert dialog.advice.label.text() == sentence
    type_cell(weights_of(dialog).weights, 0, 1, "1")
    assert dialog.advice.label.text() == sentence.replace("1, 2", "2")


@pytest.mark.parametrize("name", [name for name in Lesson.shipped() if not name.startswith("toy")])
def test_nothing_is_advised_of_a_shipped_lesson_that_learns(dialog: BuildDialog, name: str) -> None:
    dialog.show_lesson(Lesson.load(name))
    assert dialog.form.advice == ()


@pytest.mark.parametrize(("source", "count"), [("digits", 10), ("spiral", 3), ("moons", 2)])
def test_classes_of_any_source_are_advised_on(dialog: BuildDialog, source: str, count: int) -> None:
    choose(box_of(dialog, "data.source"), source)
    if dialog.fit_button.isVisible():
        QTest.mouseClick(dialog.fit_button, Qt.MouseButton.LeftButton)
    better = "sigmoid, binary_cross_entropy" if count == 2 else "softmax, cross_entropy"
    assert dialog.advice.button.text() == f"Use {better}"
    QTest.mouseClick(dialog.advice.button, Qt.MouseButton.LeftButton)
    assert dialog.state.text() == "✓ Ready"


def test_a_size_of_images_that_is_half_typed_is_said(dialog: BuildDialog) -> None:
    choose(box_of(dialog, "data.source"), "images")
    write(path_field(dialog).line, "/folder")
    write(layers_of(dialog).input.width_line, "many")
    for text in ("[28, abc", "[28, 1.5]", "[28, true]", "28", '["a", 2]', "[]"):
        write(line_of(dialog, "data.image_size"), text)
        assert "data.image_size" in dialog.parts["data.image_size"].fault
        assert not dialog.start_button.isEnabled()
        assert not dialog.fit_button.isVisible()
    write(line_of(dialog, "data.image_size"), "[4, 3]")
    QTest.mouseClick(dialog.fit_button, Qt.MouseButton.LeftButton)
    assert net(dialog)[0] == [12, 3, 1]
    choose(box_of(dialog, "data.source"), "spiral")
    write(line_of(dialog, "data.classes"), "x")
    assert not dialog.fit_button.isVisible()
    write(line_of(dialog, "data.classes"), "4")
    assert dialog.fit_button.text() == "Use 2-3-4"


def test_a_folder_of_images_is_asked_for(fresh: BuildDialog, tmp_path: Path) -> None:
    choose(box_of(fresh, "data.source"), "images")
    turn_to(fresh, "data")
    QTest.mouseClick(fresh.parts["data.path"].choose_button, Qt.MouseButton.LeftButton)
    chooser = fresh.findChild(QFileDialog)
    assert chooser is not None
    assert chooser.fileMode() == QFileDialog.FileMode.Directory
    chooser.fileSelected.emit(str(tmp_path))
    chooser.close()
    QTest.mouseClick(fresh.fit_button, Qt.MouseButton.LeftButton)
    assert fresh.lesson is not None
    assert fresh.lesson.data.path == str(tmp_path)
    assert fresh.lesson.network.sizes == (28 * 28, 3, 1)


def test_what_stands_in_another_form_is_taken_over_and_can_be_undone(fresh: BuildDialog) -> None:
    values = fresh.form.values_of(Lesson.load("xor")) | {
        "optimizer.learning_rate": "0.0x",
        "network.sizes": [2, "y", 1],
    }
    write(line_of(fresh, "title"), "half a ti")
    fresh.go_on_with(values)
    assert fresh.form.values == values
    assert line_of(fresh, "optimizer.learning_rate").text() == "0.0x"
    assert layers_of(fresh).hidden[0].width_line.text() == "y"
    assert line_of(fresh, "title").placeholderText() == "My net 2-y-1"
    QTest.mouseClick(fresh.undo_button, Qt.MouseButton.LeftButton)
    assert line_of(fresh, "title").text() == "half a ti"
    assert net(fresh)[0] == [2, 3, 1]


def test_a_title_that_was_made_up_follows_the_net_in_a_saved_lesson_too(dialog: BuildDialog) -> None:
    dialog.show_lesson(Lesson.load("toy"))
    made = dialog.lesson
    assert made is not None
    dialog.show_lesson(made)
    assert dialog.lesson == made
    write(layers_of(dialog).hidden[0].width_line, "8")
    assert dialog.lesson is not None
    assert dialog.lesson.title == "My net 2-8-2-1"
    assert dialog.lesson.id == "my-net-2-8-2-1"


# ---- ids -------------------------------------------------------------------------------------------------------------


@given(st.text(max_size=90))
@settings(max_examples=80)
def test_any_title_gives_an_id(title: str) -> None:
    made = id_of(title)
    assert ID.fullmatch(made)
    assert made not in Lesson.shipped()


@pytest.mark.parametrize(
    ("title", "made"),
    [
        ("My net 2-3-1", "my-net-2-3-1"),
        ("Übung 4: Größe", "ubung-4-groe"),
        ("我的网络", "my-lesson"),
        ("Toy", "toy-2"),
        ("../../etc/passwd", "etc-passwd"),
    ],
)
def test_ids_look_like_their_titles(title: str, made: str) -> None:
    assert id_of(title) == made


def test_the_id_follows_the_title_until_it_is_typed(dialog: BuildDialog) -> None:
    dialog.show_lesson(Lesson.load("toy"))
    write(line_of(dialog, "title"), "Week three")
    assert dialog.lesson is not None
    assert (dialog.lesson.title, dialog.lesson.id) == ("Week three", "week-three")
    write(line_of(dialog, "id"), "w3")
    write(line_of(dialog, "title"), "Week four")
    assert (dialog.lesson.title, dialog.lesson.id) == ("Week four", "w3")


# ---- for everybody ---------------------------------------------------------------------------------------------------


def reachable(dialog: BuildDialog) -> Iterator[QWidget]:
    """What the tabulator comes by."""
    dialog.sections.setFocus()
    seen: set[int] = set()
    while (now := QApplication.focusWidget()) is not None and id(now) not in seen:
        seen.add(id(now))
        yield now
        QTest.keyClick(now, Qt.Key.Key_Tab)


def test_everything_is_reached_by_the_keyboard_and_has_a_name(fresh: BuildDialog) -> None:
    choose(box_of(fresh, "init.scheme"), "explicit")
    QTest.mouseClick(weights_of(fresh).zero_button, Qt.MouseButton.LeftButton)
    for row in range(fresh.sections.count()):
        fresh.sections.setCurrentRow(row)
        found = list(reachable(fresh))
        wanted = [
            widget
            for kind in (QLineEdit, QComboBox, QAbstractButton, GridView)
            for widget in fresh.findChildren(kind)
            if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        assert len(wanted) > 8
        assert [widget for widget in wanted if widget not in found] == []
        for widget in wanted:
            assert widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()), widget


def test_no_field_lies_on_another(fresh: BuildDialog) -> None:
    choose(box_of(fresh, "init.scheme"), "explicit")
    for section in SECTIONS:
        turn_to(fresh, section)
        QApplication.processEvents()
        shown = [part for part in fresh.form.each if part.isVisible() and part.keys[0].startswith(f"{section}.")]
        assert shown
        boxes = [QRect(part.mapTo(fresh, QPoint(0, 0)), part.size()) for part in shown]
        assert not [1 for a, b in itertools.combinations(boxes, 2) if a.intersects(b)], section


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_it_wears_a_theme(fresh: BuildDialog, theme: Any) -> None:
    fresh.apply_theme(theme)
    image = fresh.grab().toImage()
    net_corner = fresh.net.picture.mapTo(fresh, QPoint(2, fresh.net.picture.height() - 2))
    assert image.pixelColor(net_corner).name().upper() == theme.surface
    assert image.pixelColor(3, fresh.height() - 3).name().upper() == theme.bg
    other = next(t for t in THEMES.values() if t is not theme)
    fresh.apply_theme(other)
    assert fresh.grab().toImage().pixelColor(net_corner).name().upper() == other.surface
