"""Cells of the matrices and the network: chosen, typed, marked as edited, outlined as the sources of a number."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLineF, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QToolTip, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.lesson import Lesson
from engine.snapshot import Snapshot, State
from engine.trainer import Trainer
from gui import matrix
from gui.theme import DARK, LIGHT, Theme
from gui.views.network_view import NetworkView
from gui.views.tensors_view import TensorsView
from tests.gui.driven import Driven
from tests.gui.painted import count

Place = tuple[str, tuple[int, int]]
COLUMN, ROW = {"run.orientation": "column"}, {"run.orientation": "row"}
BOTH = pytest.mark.parametrize("turned", [COLUMN, ROW], ids=["column", "row"])
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def trainer_of(lesson: str, batches: int = 0, steps: int = 0, **overrides: object) -> Trainer:
    table = {key.replace("__", "."): value for key, value in overrides.items()}
    trainer = Trainer(Lesson.load(lesson, {"run.executor": "numpy", **table}))
    trainer.run(batches)
    for _ in range(steps):
        trainer.step()
    return trainer


def toy(steps: int = 22, **overrides: object) -> Snapshot:
    return Snapshot.of(trainer_of("toy-bias", steps=steps, **overrides), 1, State.PAUSED)


def digits(steps: int = 8, **overrides: object) -> Snapshot:
    return Snapshot.of(trainer_of("digits-sigmoid", batches=2, steps=steps, **overrides), 1, State.PAUSED)


class Hands:
    """A TensorsView in a window that has the keys, with what it has told."""

    def __init__(self, qtbot: QtBot, snapshot: Snapshot, theme: Theme = LIGHT) -> None:
        self.qtbot = qtbot
        self.window = QWidget()
        self.before = QLineEdit(self.window)
        self.view = TensorsView(self.window)
        self.after = QLineEdit(self.window)
        layout = QVBoxLayout(self.window)
        for widget in (self.before, self.view, self.after):
            layout.addWidget(widget)
        qtbot.addWidget(self.window)
        self.window.resize(1000, 480)
        self.view.apply_theme(theme)
        self.chosen: list[Place] = []
        self.edited: list[tuple[str, tuple[int, int], float]] = []
        self.view.cell_chosen.connect(lambda name, cell: self.chosen.append((name, cell)))
        self.view.cell_edited.connect(lambda name, cell, value: self.edited.append((name, cell, value)))
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.before.setFocus()
        self.view.show_snapshot(snapshot)

    def at(self, name: str, cell: tuple[int, int]) -> tuple[QWidget, QPoint]:
        """The widget that paints a cell, and the cell's middle in it."""
        point = self.view.cell_box(name, cell).center().toPoint()
        child = self.view.childAt(point)
        assert child is not None
        return child, child.mapFrom(self.view, point)

    def click(self, name: str, cell: tuple[int, int]) -> None:
        widget, point = self.at(name, cell)
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=point)

    def double_click(self, name: str, cell: tuple[int, int]) -> None:
        widget, point = self.at(name, cell)
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=point)
        self.qtbot.mouseDClick(widget, Qt.MouseButton.LeftButton, pos=point)

    def press(self, *keys: Qt.Key, control: bool = False) -> None:
        """Keys go to whichever widget has the focus."""
        modifier = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        for key in keys:
            focus = self.window.focusWidget()
            assert focus is not None
            self.qtbot.keyClick(focus, key, modifier)

    def type(self, text: str) -> None:
        self.qtbot.keyClicks(self.window.focusWidget(), text)

    @property
    def editor(self) -> QLineEdit | None:
        """The field over a cell, or None."""
        shown = [field for field in self.view.findChildren(QLineEdit) if field.isVisible()]
        assert len(shown) <= 1
        return shown[0] if shown else None

    def picture(self) -> QImage:
        return self.view.grab().toImage()

    def described(self) -> str:
        focus = self.view.focusProxy()
        assert focus is not None
        return focus.accessibleDescription()


def stored(snapshot: Snapshot, name: str) -> np.ndarray:
    """An array with two axes as it is stored: a bias is one row."""
    return np.atleast_2d(snapshot.tensors[name])


def ringed(hands: Hands, name: str, cell: tuple[int, int], colour: QColor) -> int:
    """Pixels of a colour in the line around a cell."""
    box, image = hands.view.cell_box(name, cell), hands.picture()
    return count(image, box.adjusted(-2, -2, 3, 3), colour) - count(image, box.adjusted(3, 3, -3, -3), colour)


# ---- choosing ------------------------------------------------------------------------------------------------------


@BOTH
def test_a_click_tells_the_cell_as_it_is_stored(turned: dict[str, Any], qtbot: QtBot) -> None:
    snapshot = toy(steps=6, **turned)  # all forward arrays known, all others pending
    hands = Hands(qtbot, snapshot)
    for name in ("x", "y", "W1", "b1", "a2", "z3", "delta1", "dW2", "db2"):
        for cell in np.ndindex(*stored(snapshot, name).shape):
            hands.click(name, cell)
            assert hands.chosen[-1] == (name, cell)
            assert hands.view.chosen == (name, cell)


@BOTH
def test_a_pixel_of_a_heatmap_is_its_nearest_cell(turned: dict[str, Any], qtbot: QtBot) -> None:
    snapshot = digits(**turned)
    hands = Hands(qtbot, snapshot)
    for name in ("W1", "x", "delta1", "b1"):
        rows, columns = stored(snapshot, name).shape
        box = hands.view.box_of(name)
        for across, down in ((0.07, 0.08), (0.31, 0.72), (0.5, 0.5), (0.95, 0.93)):
            point = QPoint(int(box.left() + across * box.width()), int(box.top() + down * box.height()))
            widget = hands.view.childAt(point)
            assert widget is not None
            qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.mapFrom(hands.view, point))
            told, (row, column) = hands.chosen[-1]
            assert told == name
            x, y = (point.x() - box.left()) / box.width(), (point.y() - box.top()) / box.height()
            if turned is COLUMN:
                x, y = y, x
            assert abs((column + 0.5) / columns - x) <= 0.5 / columns + 1e-9, (name, across, down)
            assert abs((row + 0.5) / rows - y) <= 0.5 / rows + 1e-9, (name, across, down)


@THEMES
def test_the_ring_stays_on_its_cell(theme: Theme, qtbot: QtBot) -> None:
    """Through new Snapshots, and when the matrices are turned; out of focus it is quieter."""
    hands = Hands(qtbot, toy(), theme)
    assert ringed(hands, "dW2", (1, 0), theme.q("focus")) == 0
    hands.click("dW2", (1, 0))
    hands.view.show_snapshot(toy(steps=3))
    assert ringed(hands, "dW2", (1, 0), theme.q("focus")) > 60
    hands.before.setFocus()
    assert ringed(hands, "dW2", (1, 0), theme.q("focus")) == 0
    for snapshot in (toy(steps=14), toy(**ROW), toy(**COLUMN)):
        hands.view.show_snapshot(snapshot)
        assert ringed(hands, "dW2", (1, 0), theme.q("accent")) > 60
        other = (0, 1)
        assert ringed(hands, "dW2", (1, 0), theme.q("accent")) > 3 * ringed(hands, "dW2", other, theme.q("accent"))
    hands.view.show_snapshot(digits())
    assert hands.view.chosen is None, "another lesson's cells are others"


@THEMES
def test_a_heatmaps_ring_can_be_seen(theme: Theme, qtbot: QtBot) -> None:
    hands = Hands(qtbot, digits(), theme)
    hands.click("W1", (40, 20))
    assert hands.view.cell_box("W1", (40, 20)).height() < 6
    around = matrix.at_least(hands.view.cell_box("W1", (40, 20)), 12)
    assert count(hands.picture(), around, theme.q("focus")) > 12


def test_a_cell_chosen_elsewhere_has_the_ring_and_is_scrolled_to(qtbot: QtBot) -> None:
    deep = {"network.sizes": [64, 30, 20, 20, 20, 10], "optimizer.momentum": 0.5}
    hands = Hands(qtbot, digits(steps=1, **deep))
    hands.window.resize(1000, 300)
    hands.view.show_cell("b5", (0, 4))
    assert hands.chosen == [], "it has been told already"
    assert hands.view.chosen == ("b5", (0, 4))
    visible = QRectF(hands.view.rect()).adjusted(0, 82, 0, 0)
    assert visible.contains(hands.view.cell_box("b5", (0, 4)))
    hands.view.show_cell("loss", (0, 0))
    assert hands.view.cell_box("loss", (0, 0)).isEmpty(), "an array without a place has no ring"
    hands.picture()


# ---- by keys -------------------------------------------------------------------------------------------------------


@BOTH
def test_arrow_keys_move_within_the_array_as_it_is_shown(turned: dict[str, Any], qtbot: QtBot) -> None:
    hands = Hands(qtbot, toy(**turned))
    hands.click("W1", (0, 0))  # 2 x 3 as stored
    right, down = (1, 0) if turned is COLUMN else (0, 1), (0, 1) if turned is COLUMN else (1, 0)
    hands.press(Qt.Key.Key_Right, Qt.Key.Key_Return)
    assert hands.chosen[1:] == [("W1", right)]
    hands.press(Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Enter)
    assert hands.chosen[-1] == ("W1", down)
    hands.press(*[Qt.Key.Key_Right] * 5, *[Qt.Key.Key_Down] * 5, Qt.Key.Key_Return)
    assert hands.chosen[-1] == ("W1", (1, 2)), "it does not leave the array"
    hands.press(*[Qt.Key.Key_Left] * 5, *[Qt.Key.Key_Up] * 5)
    assert hands.chosen[-1] == ("W1", (1, 2)), "and chooses with Enter alone"
    assert hands.view.chosen == ("W1", (1, 2))


def test_control_and_arrows_go_from_array_to_array_and_tab_leaves(qtbot: QtBot) -> None:
    snapshot = toy()
    hands = Hands(qtbot, snapshot)
    hands.press(Qt.Key.Key_Tab)
    assert hands.window.focusWidget() is hands.view.focusProxy()
    seen = []
    for _ in range(40):
        hands.press(Qt.Key.Key_Return)
        seen.append(hands.chosen[-1][0])
        hands.press(Qt.Key.Key_Right, control=True)
    arrays = set(snapshot.tensors) - {"loss", "vW1", "vb1", "vW2", "vb2", "vW3", "vb3"}
    assert set(seen) == arrays, "every array can be reached"
    assert len(set(seen[: len(arrays)])) == len(arrays)
    hands.press(Qt.Key.Key_Left, control=True)
    hands.press(Qt.Key.Key_Return)
    assert hands.chosen[-1][0] == seen[-1]
    hands.press(Qt.Key.Key_Tab)
    assert hands.window.focusWidget() is hands.after
    hands.press(Qt.Key.Key_Backtab)
    assert hands.window.focusWidget() is hands.view.focusProxy()
    hands.press(Qt.Key.Key_Backtab)
    assert hands.window.focusWidget() is hands.before


def test_what_has_the_ring_is_said(qtbot: QtBot) -> None:
    snapshot = toy(steps=12, **ROW)
    hands = Hands(qtbot, snapshot)
    hands.click("W1", (0, 0))
    hands.press(Qt.Key.Key_Down, Qt.Key.Key_Right)
    assert f"W1[1, 1] = {float(snapshot.tensors['W1'][1, 1])!r}" in hands.described()
    hands.click("delta1", (0, 2))
    assert "δ1" in hands.described()
    assert "not computed yet" in hands.described()
    later = toy(steps=16, **ROW)
    hands.view.show_snapshot(later)
    assert f"δ1[0, 2] = {float(later.tensors['delta1'][0, 2])!r}" in hands.described()


# ---- typing --------------------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(("name", "cell"), [("W2", (2, 1)), ("b1", (0, 2)), ("x", (0, 1)), ("y", (0, 0))])
def test_a_double_click_opens_a_field_with_the_exact_value(
    name: str, cell: tuple[int, int], turned: dict[str, Any], qtbot: QtBot
) -> None:
    snapshot = toy(**turned)
    hands = Hands(qtbot, snapshot)
    hands.double_click(name, cell)
    editor = hands.editor
    assert editor is not None
    assert editor.text() == repr(float(stored(snapshot, name)[cell]))
    assert editor.selectedText() == editor.text()
    field = QRectF(hands.view.mapFromGlobal(editor.mapToGlobal(QPoint())), editor.size())
    assert field.adjusted(-2, -2, 2, 2).contains(hands.view.cell_box(name, cell))
    assert QRectF(hands.view.rect()).contains(field)
    hands.type("-1.25e-3")
    hands.press(Qt.Key.Key_Return)
    assert hands.edited == [(name, cell, -0.00125)]
    assert hands.editor is None
    assert hands.window.focusWidget() is hands.view.focusProxy(), "the keys are the panel's again"


@pytest.mark.parametrize("name", ["z1", "a2", "delta3", "dW1", "db2"])
def test_what_is_computed_is_chosen_but_not_typed(name: str, qtbot: QtBot) -> None:
    hands = Hands(qtbot, toy())
    hands.double_click(name, (0, 0))
    hands.press(Qt.Key.Key_F2)
    assert hands.editor is None
    assert set(hands.chosen) == {(name, (0, 0))}


@pytest.mark.parametrize("end", ["escape", "focus", "same"])
def test_an_edit_that_is_left_changes_nothing(end: str, qtbot: QtBot) -> None:
    hands = Hands(qtbot, toy())
    hands.click("W1", (0, 0))
    hands.press(Qt.Key.Key_F2)
    assert hands.editor is not None
    if end == "same":
        hands.press(Qt.Key.Key_Return)
    else:
        hands.type("7")
        if end == "escape":
            hands.press(Qt.Key.Key_Escape)
        else:
            hands.after.setFocus()
    assert hands.editor is None
    assert hands.edited == []
    assert (hands.window.focusWidget() is hands.after) == (end == "focus")


@pytest.mark.parametrize("text", ["", "abc", "nan", "inf", "-inf", "1e999", "1,5", "0.5 0.5", "1e39"])
def test_what_is_no_finite_number_is_refused_in_place(text: str, qtbot: QtBot) -> None:
    snapshot = toy(**{"run.dtype": "float32"})
    hands = Hands(qtbot, snapshot)
    hands.click("W1", (1, 2))
    hands.press(Qt.Key.Key_F2)
    editor = hands.editor
    assert editor is not None
    err = LIGHT.q("err")
    assert count(editor.grab().toImage(), QRectF(editor.rect()), err) == 0
    hands.press(Qt.Key.Key_Delete)
    hands.type(text)
    hands.press(Qt.Key.Key_Return)
    assert hands.edited == []
    assert hands.editor is editor
    assert editor.selectedText() == text
    assert count(editor.grab().toImage(), QRectF(editor.rect()), err) > editor.width()
    assert "finite number" in QToolTip.text()
    assert "3.4e+38" in QToolTip.text()
    hands.press(Qt.Key.Key_Delete)
    hands.type("0")
    assert count(editor.grab().toImage(), QRectF(editor.rect()), err) == 0, "until it is mended"
    hands.press(Qt.Key.Key_Return)
    assert hands.edited == [("W1", (1, 2), 0.0)]


@BOTH
@pytest.mark.parametrize(("name", "cell"), [("W1", (63, 29)), ("W1", (0, 0)), ("b2", (0, 9)), ("x", (3, 60))])
def test_a_heatmaps_field_stands_beside_the_cell(
    name: str, cell: tuple[int, int], turned: dict[str, Any], qtbot: QtBot
) -> None:
    hands = Hands(qtbot, digits(**turned))
    hands.double_click(name, cell)
    editor = hands.editor
    assert editor is not None
    hands.type("0.25")
    canvas = editor.parentWidget()
    field = QRectF(hands.view.mapFromGlobal(editor.mapToGlobal(QPoint())), editor.size())
    assert canvas.rect().contains(editor.geometry())
    assert field.width() == 168
    assert not field.intersects(hands.view.cell_box(*hands.chosen[-1]))
    hands.press(Qt.Key.Key_Enter)
    assert hands.edited == [(*hands.chosen[-1], 0.25)]


def test_a_field_stays_open_while_training_goes_on(qtbot: QtBot) -> None:
    trainer = trainer_of("toy-bias")
    hands = Hands(qtbot, Snapshot.of(trainer, 1, State.RUNNING))
    hands.double_click("W2", (1, 1))
    hands.type("0.12")
    trainer.run(3)
    hands.view.show_snapshot(Snapshot.of(trainer, 1, State.RUNNING))
    assert hands.editor is not None
    hands.type("5")
    hands.press(Qt.Key.Key_Return)
    assert hands.edited == [("W2", (1, 1), 0.125)]
    hands.double_click("W2", (1, 1))
    hands.view.show_snapshot(Snapshot.of(trainer, 2, State.PAUSED))
    assert hands.editor is None, "of a run that is no longer there"


# ---- marks of what was typed -----------------------------------------------------------------------------------------


def marks(hands: Hands, snapshot: Snapshot, names: tuple[str, ...]) -> set[Place]:
    """Cells with the triangle: its colour in their upper right quarter."""
    image, warn = hands.picture(), hands.view._canvas.theme.q("warn")
    found = set()
    for name in names:
        for cell in np.ndindex(*stored(snapshot, name).shape):
            box = hands.view.cell_box(name, cell)
            corner = QRectF(box.center().x(), box.top(), box.width() / 2, box.height() / 2)
            if count(image, corner, warn) >= 10:
                found.add((name, cell))
    return found


@THEMES
@BOTH
def test_edited_cells_are_marked_as_long_as_the_edit_counts(turned: dict[str, Any], theme: Theme, qtbot: QtBot) -> None:
    trainer = trainer_of("toy-bias", **turned)
    names = ("x", "y", "W1", "W2", "b1", "b2", "z1", "dW1")
    hands = Hands(qtbot, Snapshot.of(trainer, 1, State.PAUSED), theme)

    def shown() -> set[Place]:
        snapshot = Snapshot.of(trainer, 1, State.PAUSED)
        hands.view.show_snapshot(snapshot)
        return marks(hands, snapshot, names)

    assert shown() == set()
    trainer.run(3)
    trainer.seek(3)
    old = float(trainer.tensors["W1"][1, 2])
    for name, row, column, value in (("W1", 1, 2, 0.5), ("W1", 1, 2, 0.7), ("b2", 0, 1, -0.25), ("x", 0, 0, 2.5)):
        trainer.edit(name, row, column, value)
    assert shown() == {("W1", (1, 2)), ("b2", (0, 1)), ("x", (0, 0))}
    hands.click("W1", (1, 2))
    assert f"edited before batch 3: {old!r} → 0.7" in hands.described()
    trainer.run(2)
    assert shown() == {("W1", (1, 2)), ("b2", (0, 1))}, "an example is its own batch's"
    trainer.seek(2)
    assert shown() == set(), "before it was typed"
    hands.click("W1", (1, 2))
    assert "edited" not in hands.described()


def test_a_heatmaps_edited_cell_is_marked(qtbot: QtBot) -> None:
    trainer = trainer_of("digits-sigmoid", batches=1)
    hands = Hands(qtbot, Snapshot.of(trainer, 1, State.PAUSED))
    trainer.edit("W1", 40, 20, 0.1)
    hands.view.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    around = matrix.at_least(hands.view.cell_box("W1", (40, 20)), 20)
    image = hands.picture()
    assert count(image, around, LIGHT.q("warn")) >= 10
    assert count(image, hands.view.box_of("W1"), LIGHT.q("warn")) == count(image, around, LIGHT.q("warn"))


# ---- outlines of sources ---------------------------------------------------------------------------------------------


def lined(image: QImage, box: QRectF, theme: Theme) -> set[tuple[int, int]]:
    """Pixels of a box that are rather the line's colour than another: a line of 1.5 px mixes with its ground."""
    want, rect = theme.q("read").getRgb()[:3], box.toAlignedRect().intersected(image.rect())
    return {
        (x, y)
        for x in range(rect.left(), rect.right() + 1)
        for y in range(rect.top(), rect.bottom() + 1)
        if all(abs(a - b) <= 70 for a, b in zip(image.pixelColor(x, y).getRgb()[:3], want, strict=True))
    }


def length_of(image: QImage, box: QRectF, theme: Theme) -> int:
    """How many of them are near a box's own line."""
    return len(lined(image, box.adjusted(-2, -2, 1, 1), theme) - lined(image, box.adjusted(3, 3, -4, -4), theme))


@THEMES
@BOTH
def test_exactly_the_sources_are_outlined(turned: dict[str, Any], theme: Theme, qtbot: QtBot) -> None:
    snapshot = dataclasses.replace(toy(**turned), position=toy(steps=0).position)  # no Step, no outline of its own
    hands = Hands(qtbot, snapshot, theme)
    plain = hands.picture()
    sources = {"W2": [(0, 0), (2, 1)], "delta2": [(0, 1)], "b1": [(0, 2)], "x": [(0, 0)]}
    hands.view.show_sources(sources)
    for again in (False, True):
        if again:
            hands.view.show_snapshot(dataclasses.replace(snapshot))
        image = hands.picture()
        for name in ("W1", "W2", "W3", "b1", "b2", "z1", "a2", "x", "delta1", "delta2", "dW2"):
            for cell in np.ndindex(*stored(snapshot, name).shape):
                box = hands.view.cell_box(name, cell)
                found = length_of(image, box, theme) - length_of(plain, box, theme)
                share = found / (2 * (box.width() + box.height()))
                meant = cell in sources.get(name, ())
                assert (share > 0.7) == meant, (name, cell, share)
    hands.view.show_sources({})
    assert hands.picture() == plain


def test_outlines_turn_with_the_matrices(qtbot: QtBot) -> None:
    hands = Hands(qtbot, toy(**COLUMN))
    hands.view.show_sources({"W1": [(0, 2)]})
    for turned in (COLUMN, ROW):
        snapshot = toy(**turned)
        hands.view.show_snapshot(snapshot)
        image = hands.picture()
        lengths = {
            cell: length_of(image, hands.view.cell_box("W1", cell), LIGHT)
            for cell in np.ndindex(*stored(snapshot, "W1").shape)
        }
        assert max(lengths, key=lambda cell: lengths[cell]) == (0, 2)


SHAPES = st.tuples(st.integers(1, 40), st.integers(1, 40))


@given(SHAPES, st.data())
def test_large_cells_have_an_outline_each(shape: tuple[int, int], data: st.DataObject) -> None:
    every = [(row, column) for row in range(shape[0]) for column in range(shape[1])]
    cells = data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=200))
    box = QRectF(10, 20, 12.0 * shape[1], 10.0 * shape[0])
    found = matrix.outlines(box, shape, [*cells, (shape[0], 0), (-1, 0)])
    centres = {((b.center().y() - 20) // 10, (b.center().x() - 10) // 12) for b in found}
    assert centres == set(cells)
    assert len(found) == len(set(cells))
    assert all((b.width(), b.height()) == pytest.approx((12, 10)) for b in found)


def test_many_sources_are_their_row_their_column_or_their_array() -> None:
    box = QRectF(0, 0, 300, 784 * 8)
    (column,) = matrix.outlines(box, (784, 30), [(i, 7) for i in range(784)])
    assert (column.left(), column.width(), column.height()) == (70, 10, 784 * 8)
    (whole,) = matrix.outlines(box, (784, 30), [(i, j) for i in range(150) for j in (2, 4)])
    assert whole == box
    (row,) = matrix.outlines(QRectF(0, 0, 784 * 8, 300), (30, 784), [(7, i) for i in range(201)])
    assert (row.top(), row.height(), row.width()) == (70, 10, 784 * 8)
    assert len(matrix.outlines(box, (784, 30), [(i, 7) for i in range(200)])) == 200


def test_cells_too_small_for_a_box_share_it_with_their_neighbours() -> None:
    box = QRectF(0, 0, 784, 100)
    runs = matrix.outlines(box, (10, 784), [(3, i) for i in (*range(100, 180), *range(300, 400))])
    assert [(run.left(), run.right()) for run in runs] == [(100, 180), (300, 400)]
    assert matrix.outlines(box, (10, 784), []) == []


# ---- the network -----------------------------------------------------------------------------------------------------


class Net:
    """A NetworkView, with what it has told."""

    def __init__(self, qtbot: QtBot, snapshot: Snapshot, theme: Theme = LIGHT) -> None:
        self.qtbot = qtbot
        self.view = NetworkView()
        qtbot.addWidget(self.view)
        self.view.apply_theme(theme)
        self.view.resize(984, 404)
        self.chosen: list[Place] = []
        self.selected: list[tuple[int, int]] = []
        self.view.cell_chosen.connect(lambda name, cell: self.chosen.append((name, cell)))
        self.view.unit_selected.connect(lambda layer, unit: self.selected.append((layer, unit)))
        self.show(snapshot)

    def show(self, snapshot: Snapshot) -> QImage:
        self.view.show_snapshot(snapshot)
        return self.view.grab().toImage()

    def where(self, start: str) -> QRectF | QLineF:
        """The place of what has a tooltip that begins so."""
        for hit in self.view._hits:
            at = hit.where.center() if isinstance(hit.where, QRectF) else hit.where.pointAt(0.5)
            if hit.tip(at).startswith(start):
                return hit.where
        raise AssertionError(f"nothing says {start!r}")

    def box(self, start: str) -> QRectF:
        where = self.where(start)
        assert isinstance(where, QRectF)
        return where

    def click(self, at: QPointF) -> Place:
        before = len(self.chosen)
        self.qtbot.mouseClick(self.view, Qt.MouseButton.LeftButton, pos=at.toPoint())
        assert len(self.chosen) == before + 1, "one click, one cell"
        return self.chosen[-1]


SHARES = {"upper": QPointF(0, -12), "lower": QPointF(0, 12)}


def test_a_click_on_the_network_tells_the_cell_behind_it(qtbot: QtBot) -> None:
    net = Net(qtbot, toy())
    assert net.click(net.box("Input, node 1").center()) == ("x", (0, 1))
    for k, i in ((1, 2), (2, 0), (3, 0)):
        centre = net.box(f"Layer {k}, node {i}").center()
        assert net.click(centre + SHARES["upper"]) == (f"a{k}", (0, i))
        assert net.click(centre + SHARES["lower"]) == (f"delta{k}", (0, i))
        assert net.selected[-2:] == [(k, i), (k, i)], "the unit is chosen as ever"
        assert net.click(net.box(f"Bias of layer {k}, node {i}").center()) == (f"b{k}", (0, i))
    assert net.click(net.box("half squared error").center()) == ("loss", (0, 0))
    assert len(net.selected) == 6, "a bias, an input or the loss is no unit"


@pytest.mark.parametrize(("steps", "name"), [(11, "W2"), (12, "dW2"), (22, "dW2")])
def test_an_edge_is_its_weight_until_there_is_a_gradient(steps: int, name: str, qtbot: QtBot) -> None:
    """Step 12 is ∂W2 = a1ᵀ δ2."""
    net = Net(qtbot, toy(steps=steps))
    line = net.where("Layer 1 node 2 → layer 2 node 1")
    assert isinstance(line, QLineF)
    assert net.click(line.pointAt(0.15)) == (name, (2, 1))


def test_the_cells_are_those_of_the_example_shown(qtbot: QtBot) -> None:
    net = Net(qtbot, digits())
    net.view.sample = 4
    net.show(digits())
    unit = net.box("Layer 1, unit 3")
    assert net.click(unit.center() - QPointF(0, unit.height() / 4)) == ("a1", (4, 3))
    assert net.click(unit.center() + QPointF(0, unit.height() / 4)) == ("delta1", (4, 3))
    assert net.selected == [(1, 3), (1, 3)]
    row = net.box("Output 6")
    assert net.click(row.center()) == ("a2", (4, 6))
    assert net.click(QPointF(row.right() - 16, row.center().y())) == ("delta2", (4, 6))
    image = net.box("Input, row")
    pixel = QPointF(image.left() + (5 + 0.5) / 8 * image.width(), image.top() + (2 + 0.5) / 8 * image.height())
    assert net.click(pixel) == ("x", (4, 2 * 8 + 5))
    net.view.select_unit(1, 3)
    net.show(digits(steps=2))
    edge = net.where("Layer 1 unit 3 → layer 2 unit 0")
    assert isinstance(edge, QLineF)
    assert net.click(edge.pointAt(0.8)) == ("W2", (3, 0))


def test_a_wide_nets_cells_tell_theirs(qtbot: QtBot) -> None:
    rng = np.random.default_rng(1)
    table = {
        "network.sizes": [3, 20, 2], "data.x": rng.normal(size=(3, 3)).tolist(), "data.batch_size": 3,
        "data.y": rng.normal(size=(3, 2)).tolist(), "init.scheme": "normal", "init.std": 0.3,
    }  # fmt: skip
    snapshot = toy(steps=16, **table)
    net = Net(qtbot, snapshot)
    net.view.sample = 2
    net.show(snapshot)
    names = []
    for hit in [hit for hit in net.view._hits if isinstance(hit.where, QRectF) and hit.cell is not None]:
        assert isinstance(hit.where, QRectF)
        name, cell = net.click(hit.where.topLeft() + QPointF(2, 2))
        names.append(name)
        assert cell == ((0, 0) if name == "loss" else (2, 0))
    assert sorted(names) == ["a1", "a2", "delta1", "delta2", "loss", "x"]


@THEMES
@pytest.mark.parametrize(
    ("make", "sources", "showing"),
    [
        (
            toy,
            {"a1": [(0, 1)], "delta2": [(0, 0)], "b3": [(0, 0)], "x": [(0, 1)], "W3": [(1, 0)]},
            ["Layer 1, node 1", "Layer 2, node 0", "Bias of layer 3, node 0", "Input, node 1", "Layer 2 node 1 → "],
        ),
        (
            digits,
            {"a1": [(0, 4)], "delta2": [(0, 7)], "x": [(0, 20)], "W1": [(9, 2)]},
            ["Layer 1, unit 4", "Output 7", "Input, row", "Layer 1, unit 2"],
        ),
    ],
    ids=["toy", "digits"],
)
def test_the_network_outlines_what_shows_the_sources(
    make: Callable[[], Snapshot],
    sources: dict[str, list[tuple[int, int]]],
    showing: list[str],
    theme: Theme,
    qtbot: QtBot,
) -> None:
    snapshot = dataclasses.replace(make(), position=toy(steps=0).position)  # no Step, no outline of its own
    net = Net(qtbot, snapshot, theme)
    plain = net.show(snapshot)
    net.view.show_sources(sources)
    outlined = net.show(snapshot)
    wheres = [net.where(start) for start in showing]
    boxes = [w if isinstance(w, QRectF) else QRectF(w.p1(), w.p2()).normalized() for w in wheres]
    boxes = [box.adjusted(-8, -8, 8, 8) for box in boxes]
    for start, box in zip(showing, boxes, strict=True):
        assert len(lined(outlined, box, theme) - lined(plain, box, theme)) > 15, start
    mask = QImage(plain)
    for box in boxes:
        rect = box.toAlignedRect().intersected(plain.rect())
        for x in range(rect.left(), rect.right() + 1):
            for y in range(rect.top(), rect.bottom() + 1):
                mask.setPixel(x, y, outlined.pixel(x, y))
    assert mask == outlined, "and nothing else"
    net.view.show_sources({})
    assert net.show(snapshot) == plain


def test_sources_of_other_examples_are_not_the_networks(qtbot: QtBot) -> None:
    snapshot = digits()
    net = Net(qtbot, snapshot)
    plain = net.show(snapshot)
    net.view.show_sources({"a1": [(i, 4) for i in range(1, 5)]})
    assert net.show(snapshot) == plain
    net.view.sample = 3
    shown = net.show(snapshot)
    net.view.show_sources({})
    assert net.show(snapshot) != shown


# ---- in the window ---------------------------------------------------------------------------------------------------


def test_the_windows_shortcuts_work_where_the_cells_have_the_keys(toy: Driven) -> None:
    view = toy.window.tensors
    canvas = view.focusProxy()
    assert canvas is not None
    box = view._canvas.placed("W1").box
    toy.click(canvas, box.center().toPoint())
    assert canvas.hasFocus()
    QTest.keyClick(canvas, Qt.Key.Key_F10)
    toy.wait_for_step(1)
    assert view.chosen is not None


def test_a_matrix_is_copied_from_its_menu(qtbot: QtBot) -> None:
    snapshot = toy(steps=12)
    hands = Hands(qtbot, snapshot)
    widget, point = hands.at("dW2", (1, 0))
    QApplication.sendEvent(widget, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, widget.mapToGlobal(point)))
    (menu,) = widget.findChildren(QMenu)
    (tsv,) = [action for action in menu.actions() if action.objectName() == "copy_tsv"]
    tsv.trigger()
    copied = np.loadtxt(io.StringIO(QApplication.clipboard().text()), delimiter="\t")
    assert copied.tolist() == snapshot.tensors["dW2"].T.tolist()  # as it is shown: 2 x 3
    menu.close()
    widget, point = hands.at("dW1", (0, 0))  # pending
    QApplication.sendEvent(widget, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, widget.mapToGlobal(point)))
    QApplication.processEvents()
    assert not [menu for menu in widget.findChildren(QMenu) if menu.isVisible()]
