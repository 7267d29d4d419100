"""The compare dialog: what is typed, curves of real runs, the heatmap's numbers, where they part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QPoint, QPointF, Qt, QTranslator
from PySide6.QtGui import QAccessible, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QProgressBar, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from engine.compare import LockStep, parted
from engine.lesson import Lesson
from engine.sweep import varied_keys
from gui.axis import number
from gui.decimation import Smoothing
from gui.theme import DARK, LIGHT
from gui.views import compare_dialog, compare_job
from gui.views.compare_dialog import CompareDialog, suggested
from gui.views.compare_heat import HeatMap
from gui.views.compare_plot import ComparePlot, axis_of
from tests.gui.painted import near, texts_of

WAIT = 20_000


def toy(**overrides: Any) -> Lesson:
    return Lesson.load("toy-bias", {"run.executor": "numpy", "init.scheme": "normal", **overrides})


def digits(**overrides: Any) -> Lesson:
    return Lesson.load("digits-sigmoid", {"run.executor": "numpy", "evaluation.examples": 0, **overrides})


Opened = Callable[[Lesson], CompareDialog]


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Opened]:
    """A function that opens a dialog; at the end each is closed, which waits for its thread."""
    dialogs: list[CompareDialog] = []

    def open_one(lesson: Lesson) -> CompareDialog:
        dialog = CompareDialog(lesson)
        dialogs.append(dialog)
        with qtbot.waitExposed(dialog):
            dialog.show()
        return dialog

    yield open_one
    for dialog in dialogs:
        dialog.close()
        qtbot.waitUntil(lambda dialog=dialog: not dialog.isVisible(), timeout=WAIT)
        shiboken6.delete(dialog)


def of(dialog: CompareDialog, kind: type, name: str) -> Any:
    return next(w for w in dialog.findChildren(kind) if w.accessibleName() == name)


def button(dialog: CompareDialog, text: str) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if b.text() == text)


def texts(dialog: CompareDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def write(dialog: CompareDialog, name: str, text: str) -> None:
    line = of(dialog, QLineEdit, name)
    line.selectAll()
    QTest.keyClicks(line, text)


def compare(qtbot: QtBot, dialog: CompareDialog, key: str, values: str, batches: int = 60) -> None:
    """Train the runs, and wait for the first difference."""
    box = of(dialog, QComboBox, "What is different")
    box.setCurrentIndex(box.findData(key))
    write(dialog, "Its value in each run", values)
    of(dialog, QSpinBox, "Batches").setValue(batches)
    QTest.mouseClick(button(dialog, "Compare"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: button(dialog, "Compare").isVisible(), timeout=WAIT)


def shows(qtbot: QtBot, dialog: CompareDialog, expected: np.ndarray) -> None:
    """Wait until the heatmap has these numbers, to the last bit."""
    heat = dialog.findChildren(HeatMap)[0]
    qtbot.waitUntil(
        lambda: heat.values is not None and np.array_equal(heat.values, np.atleast_2d(expected)), timeout=WAIT
    )


# ---- what is typed ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ("0.1", "Give 2 to 4 values"),
        ("1,2,3,4,5", "Give 2 to 4 values"),
        ("0.1,0.1", "given twice"),
        ("0.1,-1", "optimizer.learning_rate = -1.0 must be > 0"),
        ("0.1,,0.2", "empty value"),
    ],
)
def test_what_cannot_be_compared_is_said_as_it_is_typed(qtbot: QtBot, opened: Opened, values: str, words: str) -> None:
    dialog = opened(toy())
    assert "2 runs: Learning rate η = 0.05 compared with 0.1." in texts(dialog)
    write(dialog, "Its value in each run", values)
    assert words in texts(dialog)
    assert not button(dialog, "Compare").isEnabled()
    write(dialog, "Its value in each run", "0.3,0.2,0.1")
    assert "3 runs: Learning rate η = 0.2 and 0.1 compared with 0.3." in texts(dialog)
    assert button(dialog, "Compare").isEnabled()


@pytest.mark.parametrize("name", list(varied_keys()))
def test_every_key_brings_two_values(name: str) -> None:
    lesson = digits()
    text = suggested(varied_keys()[name], lesson)
    assert len(text.split(", ")) == 2
    assert len(set(text.split(", "))) == 2


# ---- what is shown ----------------------------------------------------------------------------------------------


def test_curves_difference_and_parting_are_those_of_the_engine(qtbot: QtBot, opened: Opened) -> None:
    dialog = opened(toy())
    compare(qtbot, dialog, "optimizer.learning_rate", "0.1, 0.05, 0.01")
    lock = LockStep([toy(**{"optimizer.learning_rate": rate}) for rate in (0.1, 0.05, 0.01)])
    lock.advance(60)
    plot = dialog.findChildren(ComparePlot)[0]
    assert plot.batches == 60
    assert all(np.array_equal(shown, lock.losses(run)) for run, shown in enumerate(plot._curves))
    assert "All runs take the same examples in the same order. They start from the same weights" in texts(dialog)
    shows(qtbot, dialog, lock.difference("W1").T)  # this lesson's arrays are shown as columns
    assert toy().run.orientation == "column"
    most = float(lock.largest("W1").max())
    for amount in (float(f"{most / 100:.2e}"), float(f"{most / 2:.2e}")):
        write(dialog, "Amount by which they part", str(amount))
        batch = parted(lock.largest("W1"), amount)
        assert batch is not None
        said = f"W1: the runs first part by more than {number(amount, 4)} in batch {batch}."
        qtbot.waitUntil(lambda said=said: said in texts(dialog), timeout=WAIT)
    write(dialog, "Amount by which they part", "1000")
    assert f"W1: the runs never part by more than 1000; the largest difference is {number(most, 4)}." in texts(dialog)
    write(dialog, "Amount by which they part", "-1")
    assert "must be a number that is not negative" in texts(dialog)

    of(dialog, QComboBox, "Array whose difference is shown").setCurrentText("δ2")
    shows(qtbot, dialog, lock.difference("delta2").T)
    of(dialog, QComboBox, "Run that is taken from the first").setCurrentText("0.1 less 0.01")
    shows(qtbot, dialog, lock.difference("delta2", None, 0, 2).T)
    of(dialog, QSpinBox, "Batch whose difference is shown").setValue(7)
    shows(qtbot, dialog, lock.difference("delta2", 7, 0, 2).T)


def test_a_click_and_the_arrow_keys_choose_a_batch(qtbot: QtBot, opened: Opened) -> None:
    dialog = opened(toy())
    compare(qtbot, dialog, "optimizer.learning_rate", "0.1, 0.05")
    lock = LockStep([toy(), toy(**{"optimizer.learning_rate": 0.05})])
    lock.advance(60)
    plot, at = dialog.findChildren(ComparePlot)[0], of(dialog, QSpinBox, "Batch whose difference is shown")
    assert at.value() == 60
    where = QPoint(round(plot.x_of(20)), round(plot.areas[0].center().y()))
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=where)
    assert at.value() == 20
    shows(qtbot, dialog, lock.difference("W1", 20).T)
    for key, batch in ((Qt.Key.Key_Right, 21), (Qt.Key.Key_Left, 20), (Qt.Key.Key_Home, 1), (Qt.Key.Key_Left, 1)):
        QTest.keyClick(plot, key)
        assert at.value() == batch
    shows(qtbot, dialog, lock.difference("W1", 1).T)
    QTest.keyClick(plot, Qt.Key.Key_End)
    assert at.value() == 60


def test_a_cell_is_read_out_exactly(qtbot: QtBot, opened: Opened) -> None:
    dialog = opened(toy())
    compare(qtbot, dialog, "optimizer.learning_rate", "0.1, 0.05")
    lock = LockStep([toy(), toy(**{"optimizer.learning_rate": 0.05})])
    lock.advance(60)
    expected = lock.difference("W1").T
    shows(qtbot, dialog, expected)
    heat = dialog.findChildren(HeatMap)[0]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(heat, key)
    assert heat.cell == (1, 1)
    assert f"W1[1, 1]: {float(expected[1, 1])!r}" in texts(dialog)
    box = heat.box
    QTest.mouseMove(heat, QPoint(round(box.left() + 3), round(box.bottom() - 3)))
    qtbot.waitUntil(lambda: heat.cell == (2, 0), timeout=WAIT)


def test_what_is_the_same_is_told_honestly(qtbot: QtBot, opened: Opened) -> None:
    dialog = opened(digits())
    compare(qtbot, dialog, "init.seed", "0, 1", 20)
    said = texts(dialog)
    assert "in the same order, that of the first run" in said
    assert "the others shuffle them differently" in said
    assert "They start from different weights" in said
    compare(qtbot, dialog, "data.batch_size", "10, 20", 20)
    assert "because Batch size is different" in texts(dialog)
    arrays = of(dialog, QComboBox, "Array whose difference is shown")
    qtbot.waitUntil(lambda: arrays.count() == 5, timeout=WAIT)
    assert [arrays.itemText(i) for i in range(5)] == ["all weights and biases", "W1", "b1", "W2", "b2"]
    of(dialog, QComboBox, "Which curves").setCurrentText("train accuracy, smoothed")
    arrays.setCurrentText("all weights and biases")
    qtbot.waitUntil(lambda: "weights and biases: the runs first part" in texts(dialog), timeout=WAIT)
    assert dialog.findChildren(HeatMap)[0].values is None


def test_a_run_that_diverges_is_told(qtbot: QtBot, opened: Opened) -> None:
    dialog = opened(toy())
    compare(qtbot, dialog, "optimizer.learning_rate", "0.01, 9")
    assert "The run with 9 diverged (training stopped:" in texts(dialog)
    plot = dialog.findChildren(ComparePlot)[0]
    assert 1 <= plot.batches < 60


def test_a_run_can_be_opened(qtbot: QtBot, opened: Opened) -> None:
    dialog = opened(toy())
    wanted: list[Lesson] = []
    dialog.run_wanted.connect(wanted.append)
    assert not button(dialog, "Open in the debugger").isEnabled()
    compare(qtbot, dialog, "optimizer.momentum", "0, 0.5")
    of(dialog, QComboBox, "Run to be opened").setCurrentText("0.5")
    QTest.mouseClick(button(dialog, "Open in the debugger"), Qt.MouseButton.LeftButton)
    assert wanted == [toy(**{"optimizer.momentum": 0.5})]


def test_cancel_keeps_what_was_trained_and_closing_ends_the_thread(qtbot: QtBot, opened: Opened) -> None:
    dialog = opened(toy())
    of(dialog, QSpinBox, "Batches").setValue(1_000_000)
    QTest.mouseClick(button(dialog, "Compare"), Qt.MouseButton.LeftButton)
    bar = of(dialog, QProgressBar, "Progress of the runs")
    qtbot.waitUntil(lambda: bar.value() > 5, timeout=WAIT)
    assert bar.isVisible()
    QTest.mouseClick(button(dialog, "Cancel"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: button(dialog, "Compare").isVisible(), timeout=WAIT)
    plot = dialog.findChildren(ComparePlot)[0]
    assert 5 < plot.batches < 1_000_000
    QTest.mouseClick(button(dialog, "Compare"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bar.value() > 5, timeout=WAIT)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=WAIT)


@pytest.mark.parametrize(("executor", "waits"), [("numpy", True), ("compiled", False)])
def test_runs_in_plain_python_let_the_window_draw(
    qtbot: QtBot, opened: Opened, monkeypatch: pytest.MonkeyPatch, executor: str, waits: bool
) -> None:
    breaths: list[float] = []
    monkeypatch.setattr(compare_job.time, "sleep", breaths.append)
    dialog = opened(toy(**{"run.executor": executor}))
    compare(qtbot, dialog, "optimizer.learning_rate", "0.01, 0.02", 300)
    assert (compare_job.BREATH in breaths) is waits


def test_what_only_training_finds_is_told(qtbot: QtBot, opened: Opened) -> None:
    dialog = opened(digits(**{"data.drop_last": True}))
    compare(qtbot, dialog, "data.batch_size", "5000, 10")
    assert "data.batch_size = 5000 is more than the 1,497 examples" in texts(dialog)


def test_what_is_painted_stays_inside(qtbot: QtBot, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog = opened(toy())
    plot, heat = dialog.findChildren(ComparePlot)[0], dialog.findChildren(HeatMap)[0]
    assert any("here their curves are drawn over each other" in text.text for text in texts_of(plot, monkeypatch))
    compare(qtbot, dialog, "optimizer.learning_rate", "0.1, 0.099")
    qtbot.waitUntil(lambda: "W1: the runs" in texts(dialog), timeout=WAIT)
    for theme in (LIGHT, DARK):
        dialog.apply_theme(theme)
        painted = texts_of(plot, monkeypatch)
        said = {text.text for text in painted}
        assert {"0.1", "0.099", "batch", "loss · logarithmic"} <= said
        assert "largest difference of W1 from the first run · logarithmic" in said
        assert all(plot.rect().contains(text.box.toAlignedRect()) for text in painted)
        assert all(heat.rect().contains(text.box.toAlignedRect()) for text in texts_of(heat, monkeypatch))


def test_a_difference_or_loss_of_0_lies_at_the_edge_with_a_hollow_mark(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    plot = ComparePlot()
    qtbot.addWidget(plot)
    plot.resize(600, 420)
    curve = np.concatenate([10.0 ** -np.arange(20.0), np.zeros(20)])
    plot.show_curves(("0.1", "0.2"), (curve, curve + 1e-30), True)
    plot.show_difference("W1", np.concatenate([np.zeros(10), np.full(30, 0.5)]), 0.1, 11)
    assert plot.log
    said = [painted.text for painted in texts_of(plot, monkeypatch)]
    assert said.count("exactly 0, below a logarithmic axis") == 2
    upper, lower = plot.areas
    image = plot.grab().toImage()
    for area, batches in ((upper, (21, 40)), (lower, (1, 10))):  # the first and the last of each stretch
        for batch in batches:
            assert near(image, QPointF(plot.x_of(batch), area.bottom()), LIGHT.q("surface"))
    plot.show_batch(1)
    assert plot.numbers(25) == [
        (("batch 25", "text"),),
        (("0.1", "loss"), ("0", "text2")),
        (("0.2", "text"), ("1e-30", "text2")),
        (("difference", "text3"), ("0.5", "text2")),
    ]
    plot.show_curves(("0.1",), (curve[:20],), True)
    plot.show_difference("W1", np.full(20, 0.5), 0.1, 1)
    assert not any("exactly 0" in painted.text for painted in texts_of(plot, monkeypatch))


def test_pointer_and_keys_read_out_what_the_runs_have(
    qtbot: QtBot, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = opened(toy())
    compare(qtbot, dialog, "optimizer.learning_rate", "0.1, 0.05")
    lock = LockStep([toy(), toy(**{"optimizer.learning_rate": 0.05})])
    lock.advance(60)
    plot = dialog.findChildren(ComparePlot)[0]
    qtbot.waitUntil(lambda: "W1: the runs" in texts(dialog), timeout=WAIT)
    QTest.mouseMove(plot, QPoint(round(plot.x_of(20)), round(plot.areas[0].center().y())))
    qtbot.waitUntil(lambda: plot._pointed == 20, timeout=WAIT)
    painted = texts_of(plot, monkeypatch)
    expected = {number(float(lock.losses(run)[19]), 6) for run in (0, 1)}
    expected |= {"batch 20", number(float(lock.largest("W1")[19]), 6)}
    assert expected <= {one.text for one in painted}
    assert all(plot.rect().contains(one.box.toAlignedRect()) for one in painted)
    QTest.keyClick(plot, Qt.Key.Key_Home)
    assert "batch 1" in {one.text for one in texts_of(plot, monkeypatch)}
    assert f"batch 1: 0.1 {number(float(lock.losses(0)[0]), 6)}" in plot.accessibleDescription()


@pytest.mark.parametrize("by_button", [True, False])
def test_the_difference_is_copied(qtbot: QtBot, opened: Opened, by_button: bool) -> None:
    dialog = opened(toy())
    assert not button(dialog, "Copy").isEnabled()
    compare(qtbot, dialog, "optimizer.learning_rate", "0.1, 0.05")
    lock = LockStep([toy(), toy(**{"optimizer.learning_rate": 0.05})])
    lock.advance(60)
    expected = lock.difference("W1").T
    shows(qtbot, dialog, expected)
    heat = dialog.findChildren(HeatMap)[0]
    if by_button:
        menu = button(dialog, "Copy").menu()
        menu.aboutToShow.emit()
    else:
        at = heat.rect().center()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, heat.mapToGlobal(at))
        QGuiApplication.sendEvent(heat, event)
        menu = QApplication.activePopupWidget()
    texts_of_menu = [action.text() for action in menu.actions()]
    assert texts_of_menu[1] == "Copy the difference of W1 as TSV, for a spreadsheet"
    menu.actions()[1].trigger()
    read = np.array([[float(cell) for cell in line.split("\t")] for line in clipboard().splitlines()])
    assert np.array_equal(read, expected)
    menu.actions()[2].trigger()
    assert clipboard().startswith("\\Delta W_{1} = \\begin{bmatrix}")
    menu.close()
    of(dialog, QComboBox, "Array whose difference is shown").setCurrentText("all weights and biases")
    qtbot.waitUntil(lambda: not button(dialog, "Copy").isEnabled(), timeout=WAIT)


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_before_the_first_comparison_all_boxes_say_what_they_are_for(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = opened(toy())
    for kind in (ComparePlot, HeatMap):
        (said,) = (painted.text for painted in texts_of(dialog.findChildren(kind)[0], monkeypatch))
        assert "drawn" in said
    assert all(box.currentText() or box.placeholderText() for box in dialog.findChildren(QComboBox))


def test_keys_that_change_nothing_are_left_out(opened: Opened) -> None:
    dialog = opened(digits())
    box = of(dialog, QComboBox, "What is different")

    def offered() -> set[str]:
        return {box.itemData(i) for i in range(box.count()) if not box.view().isRowHidden(i)}

    assert {"data.noise", "data.decimal", "run.orientation", "evaluation.every", "init.low"}.isdisjoint(offered())
    assert {"optimizer.learning_rate", "data.normalize", "data.batch_size", "init.scheme"} <= offered()
    box.setCurrentIndex(box.findData("data.normalize"))
    dialog.set_lesson(Lesson.load("moons"))
    assert box.currentData() == "optimizer.learning_rate"
    assert "data.noise" in offered()
    assert of(dialog, QLineEdit, "Its value in each run").text().startswith("0.5")


class Chinese(QTranslator):
    """The phrases of the compare dialog whose order is another."""

    phrases: ClassVar = {
        "after batch {n}": "第 {n} 批之后",
        "{a} and {b}": "{a} 和 {b}",
        "{sentence} {next}": "{sentence}{next}",
    }

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str:
        return self.phrases.get(text, text)


def test_words_stand_where_another_language_has_them(qapp: QApplication, opened: Opened) -> None:
    translator = Chinese()
    qapp.installTranslator(translator)
    try:
        dialog = opened(toy())
        dialog.resize(dialog.minimumSize())
        write(dialog, "Its value in each run", "0.3,0.2,0.1")
        assert "= 0.2 和 0.1 compared with 0.3." in texts(dialog)
    finally:
        qapp.removeTranslator(translator)
    labels = {label.text(): label for label in dialog.findChildren(QLabel) if label.isVisible()}
    at = of(dialog, QSpinBox, "Batch whose difference is shown")
    assert labels["第"].geometry().right() < at.geometry().left()
    assert at.geometry().right() < labels["批之后"].geometry().left()


def test_a_seed_that_changes_nothing_is_told(opened: Opened) -> None:
    constant = toy(**{"init.scheme": "constant"})
    for lesson, changes in ((constant, False), (toy(), True)):
        dialog = opened(lesson)
        box = of(dialog, QComboBox, "What is different")
        box.setCurrentIndex(box.findData("init.seed"))
        assert ("The seed changes nothing here" in texts(dialog)) != changes


def test_each_value_is_smoothed_once(qtbot: QtBot, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often the curves are drawn while they grow, and whichever of them."""
    smoothed: list[int] = []

    class Counting(Smoothing):
        def of(self, values: Any) -> Any:
            smoothed.append(len(values) - len(self))
            return super().of(values)

    monkeypatch.setattr(compare_dialog, "Smoothing", Counting)
    monkeypatch.setattr(compare_job, "REFRESH", 0.0)  # a picture after each batch
    dialog = opened(digits())
    compare(qtbot, dialog, "optimizer.learning_rate", "0.1, 0.05", 50)
    plot, curves = dialog.findChildren(ComparePlot)[0], of(dialog, QComboBox, "Which curves")
    lock = LockStep([digits(**{"optimizer.learning_rate": rate}) for rate in (0.1, 0.05)])
    lock.advance(50)
    for text, values in (
        ("train accuracy, smoothed", lock.accuracies),
        ("loss", None),
        ("loss, smoothed", lock.losses),
    ):
        curves.setCurrentText(text)
        for run in (0, 1):
            expected = lock.losses(run) if values is None else Smoothing(0.0).of(values(run))
            assert np.array_equal(plot._curves[run], expected)
    assert sum(smoothed) == 2 * 2 * 50  # losses and accuracies of two runs


def test_a_curve_that_grows_is_drawn_as_one_that_is_there_at_once(qtbot: QtBot) -> None:
    grown, whole = ComparePlot(), ComparePlot()
    values = np.abs(np.random.default_rng(5).normal(size=(2, 9000))) * np.geomspace(1, 1e-7, 9000)
    values[0, 300], values[1, 4000] = np.nan, 0.0
    for plot in (grown, whole):
        qtbot.addWidget(plot)
        plot.resize(600, 400)
    for count in (1, 5, 700, 5000, 9000):
        grown.show_curves(("0.1", "0.2"), tuple(values[:, :count]), True, grown=count > 1)
    whole.show_curves(("0.1", "0.2"), tuple(values), True)
    assert grown.log
    assert grown.grab().toImage() == whole.grab().toImage()
    grown.show_curves(("0.1",), (values[1] + 3,), True)
    assert not grown.log


def test_axes() -> None:
    assert axis_of(np.array([1.0, 0.5, np.nan]), True).log is False
    assert axis_of(np.array([1.0, 1e-9, 0.0]), True).log is True
    assert axis_of(np.array([0.2, 0.9]), False).log is False
    assert axis_of(np.array([]), True).log is False


def test_every_control_has_a_name(qtbot: QtBot, opened: Opened) -> None:
    dialog = opened(toy())
    for kind in (QPushButton, QComboBox, QLineEdit, QSpinBox, QProgressBar, ComparePlot, HeatMap):
        for widget in dialog.findChildren(kind):
            if widget.isVisible() and not isinstance(widget.parent(), QSpinBox):
                assert QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
