"""The sweep dialog: what is typed, what runs, what the plot shows, what can be opened."""

from __future__ import annotations

import csv
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QProgressBar, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from engine.lesson import Lesson
from engine.sweep import Axis, Result, Run, Sweep, SweepError, parse_values, seed_matters, train, varied_keys
from gui.axis import number
from gui.theme import DARK, LIGHT
from gui.views.sweep_dialog import SweepDialog, suggested
from gui.views.sweep_plot import TOP, Measure, SweepPlot
from tests.gui.painted import near, texts_of

WAIT = 20_000


def toy(**overrides: Any) -> Lesson:
    return Lesson.load("toy-bias", {"run.executor": "numpy", "init.scheme": "normal", **overrides})


class Steered:
    """In place of processes: says what a test wants, when it wants it."""

    def __init__(self) -> None:
        self.sweep: Sweep | None = None
        self.known: set[str] = set()
        self.places: dict[str, Any] = {}
        self.results: list[Result] = []
        self.go_on = threading.Semaphore(0)
        self.error: Exception | None = None

    def __call__(self, sweep: Sweep, known: set[str], **places: Any) -> Generator[Result, None, None]:
        self.sweep, self.known, self.places = sweep, set(known), places
        if self.error is not None:
            raise self.error
        for run in sweep.runs:
            while run.digest not in known and not self.go_on.acquire(timeout=0.01):
                if places["cancelled"].is_set():
                    return
            if run.digest not in known:
                yield made(run)


def made(run: Run) -> Result:
    """A loss that is the rate times the seed, and a run that diverges where the rate is 9."""
    rate, seed = run.lesson.optimizer.learning_rate, run.lesson.init.seed
    if rate == 9:
        return Result(run.digest, run.values, 3, 1e99, 1e99, halted="training stopped: z1")
    return Result(run.digest, run.values, 40, rate * seed, rate * seed, train_accuracy=1 / (1 + seed))


@pytest.fixture
def steered() -> Steered:
    return Steered()


@pytest.fixture
def dialog(qtbot: QtBot, steered: Steered) -> SweepDialog:
    dialog = SweepDialog(toy(), run=steered)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def of(dialog: SweepDialog, kind: type, name: str) -> Any:
    return next(w for w in dialog.findChildren(kind) if w.accessibleName() == name)


def button(dialog: SweepDialog, text: str) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if b.text() == text)


def texts(dialog: SweepDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def plot_of(dialog: SweepDialog) -> SweepPlot:
    return dialog.findChildren(SweepPlot)[0]


def choose(box: QComboBox, key: str) -> None:
    """Choose a key by what the lesson file calls it."""
    box.setCurrentIndex(box.findData(key))


def write(dialog: SweepDialog, name: str, text: str) -> None:
    line = of(dialog, QLineEdit, name)
    line.selectAll()
    QTest.keyClicks(line, text)


def click(dialog: SweepDialog, text: str) -> None:
    QTest.mouseClick(button(dialog, text), Qt.MouseButton.LeftButton)


def small(dialog: SweepDialog, rates: str = "0.1,0.2,9", seeds: str = "1,2") -> None:
    write(dialog, "Values of the key", rates)
    write(dialog, "Values of the second key", seeds)


def done(qtbot: QtBot, dialog: SweepDialog, steered: Steered, runs: int = 100) -> None:
    """Run what is typed."""
    click(dialog, "Start")
    steered.go_on.release(runs)
    qtbot.waitUntil(lambda: button(dialog, "Start").isVisible(), timeout=WAIT)


# ---- what is typed ----------------------------------------------------------------------------------------------


def test_it_begins_with_rates_and_seeds(dialog: SweepDialog) -> None:
    assert "24 runs: Learning rate η = 0.001, 0.0026827" in texts(dialog)
    assert "Seed = 1, 2, 3" in texts(dialog)
    assert button(dialog, "Start").isEnabled()
    assert not button(dialog, "Open in the debugger").isEnabled()
    assert not button(dialog, "Save as CSV…").isEnabled()


@pytest.mark.parametrize(
    ("rates", "seeds", "words"),
    [
        ("0.1:1", "1", "is no range"),
        ("0.1,,1", "1", "empty value"),
        ("-1", "1", "optimizer.learning_rate = -1.0 must be > 0"),
        ("0.1", "1.5", "init.seed must be a whole number"),
        ("0.1:1:40", "1:40:40:lin", "These are 1,600 runs; at most 1,000 are possible."),
    ],
)
def test_what_cannot_be_run_is_said_as_it_is_typed(dialog: SweepDialog, rates: str, seeds: str, words: str) -> None:
    small(dialog, rates, seeds)
    assert words in texts(dialog)
    assert not button(dialog, "Start").isEnabled()
    small(dialog)
    assert "6 runs" in texts(dialog)
    assert button(dialog, "Start").isEnabled()


def test_other_keys_bring_values_of_their_own(dialog: SweepDialog) -> None:
    keys = of(dialog, QComboBox, "Key to vary")
    choose(keys, "network.activation")
    assert "identity, sigmoid, tanh" in of(dialog, QLineEdit, "Values of the key").text()
    of(dialog, QComboBox, "Second key to vary").setCurrentText("nothing else")
    assert "6 runs: Activation = identity, sigmoid" in texts(dialog)
    assert not of(dialog, QLineEdit, "Values of the second key").isEnabled()
    choose(keys, "init.seed")
    choose(of(dialog, QComboBox, "Second key to vary"), "init.seed")
    assert "cannot be varied twice" in texts(dialog)


@pytest.mark.parametrize(
    "name", ["optimizer.learning_rate", "init.std", "data.batch_size", "init.mean", "data.shuffle"]
)
def test_suggested_values_can_be_run(name: str) -> None:
    values = parse_values(name, suggested(varied_keys()[name], toy()))
    assert len(Sweep.of(toy(), [Axis(name, values)], 10).runs) == len(values) > 1


def test_a_seed_that_changes_nothing_is_not_offered_and_told(qtbot: QtBot) -> None:
    lesson = Lesson.load("toy-bias", {"run.executor": "numpy"})
    assert not seed_matters(lesson)
    assert seed_matters(toy())
    dialog = SweepDialog(lesson, run=Steered())
    qtbot.addWidget(dialog)
    dialog.show()
    second = of(dialog, QComboBox, "Second key to vary")
    assert second.currentText() == "nothing else"
    choose(second, "init.seed")
    assert "The seed changes nothing here" in texts(dialog)


def test_keys_are_words_with_the_key_beside_them(dialog: SweepDialog) -> None:
    box = of(dialog, QComboBox, "Key to vary")
    rows = {box.itemText(i): i for i in range(box.count())}
    assert len(rows) == box.count() == len(varied_keys())  # no two have the same words
    at = rows["Learning rate η"]
    assert box.itemData(at) == box.itemData(at, Qt.ItemDataRole.ToolTipRole) == "optimizer.learning_rate"
    assert box.itemData(at, Qt.ItemDataRole.AccessibleTextRole) == "Learning rate η, optimizer.learning_rate"
    assert box.toolTip() == "optimizer.learning_rate"
    choose(box, "data.seed")
    assert (box.currentText(), box.toolTip()) == ("Data: Seed", "data.seed")
    assert not any("." in text for text in rows)


def offered(box: QComboBox) -> dict[str, bool]:
    """The keys that a chooser shows, and whether they can be chosen."""
    rows = (i for i in range(box.count()) if not box.view().isRowHidden(i))
    return {box.itemData(i): box.model().item(i).isEnabled() for i in rows}


def test_keys_that_change_nothing_are_left_out_and_those_that_could_are_grey(qtbot: QtBot) -> None:
    dialog = SweepDialog(Lesson.load("moons"), run=Steered())
    qtbot.addWidget(dialog)
    first, second = (of(dialog, QComboBox, name) for name in ("Key to vary", "Second key to vary"))
    for box in (first, second):
        keys = offered(box)
        assert {"data.decimal", "data.classes", "run.orientation", "data.function"}.isdisjoint(keys)
        chosen = ("data.noise", "optimizer.learning_rate", "init.low", "optimizer.momentum_form")
        assert [keys[key] for key in chosen] == [True, True, False, False]
    assert offered(second)[""]
    choose(first, "init.scheme")
    assert offered(second)["init.low"]
    choose(second, "init.low")
    assert "changes nothing" not in texts(dialog)
    choose(first, "data.noise")
    assert not offered(second)["init.low"]
    dialog.show()
    assert "Initialisation: From changes nothing here" in texts(dialog)
    dialog.set_lesson(Lesson.load("digits-sigmoid"))
    assert "data.noise" not in offered(first)
    assert offered(first)["data.normalize"]


def test_batch_sizes_are_compared_by_epochs(qtbot: QtBot, dialog: SweepDialog, steered: Steered) -> None:
    choose(of(dialog, QComboBox, "Key to vary"), "data.batch_size")
    note = "each run sees batches × batch size examples"
    assert note in texts(dialog)
    length, unit = (
        of(dialog, QSpinBox, "Length of each run"),
        of(dialog, QComboBox, "What the length of a run is counted in"),
    )
    length.setValue(40)
    unit.setCurrentText("epochs")
    assert (note in texts(dialog), length.value()) == (False, 10)
    length.setValue(3)
    unit.setCurrentText("batches")
    assert length.value() == 40
    unit.setCurrentText("epochs")
    assert length.value() == 3
    write(dialog, "Values of the key", "1,2")
    write(dialog, "Values of the second key", "1")
    done(qtbot, dialog, steered, 2)
    assert steered.sweep is not None
    assert (steered.sweep.batches, steered.sweep.epochs) == (None, 3)


@pytest.mark.parametrize(
    ("name", "overrides", "there"),
    [
        ("toy-bias", {}, [True, False, False, False]),
        ("curve", {}, [True, False, False, True]),
        ("moons", {}, [True, True, True, True]),
        ("moons", {"data.test_share": 0.0, "evaluation.examples": 0}, [True, True, False, False]),
        ("digits-sigmoid", {"evaluation.examples": 0}, [True, True, False, True]),
    ],
)
def test_what_can_be_measured_can_be_chosen(
    qtbot: QtBot, name: str, overrides: dict[str, Any], there: list[bool]
) -> None:
    dialog = SweepDialog(Lesson.load(name, overrides), run=Steered())
    qtbot.addWidget(dialog)
    model = of(dialog, QComboBox, "What is drawn upwards").model()
    assert [model.item(i).isEnabled() for i in range(model.rowCount())] == there


def test_the_test_loss_is_drawn_as_a_loss(qtbot: QtBot) -> None:
    sweep = Sweep.of(Lesson.load("curve"), [Axis("init.seed", (1, 2, 3))], 5)
    results = {run.digest: Result(run.digest, {}, 5, 0.5, 0.5, test_loss=10.0**-run.index) for run in sweep.runs}
    plot = SweepPlot()
    qtbot.addWidget(plot)
    plot.show_sweep(sweep, results, Measure.TEST_LOSS)
    assert [plot.height_of(run) for run in sweep.runs] == [1.0, 0.1, 0.01]
    ys = [plot.point_of(run).y() for run in sweep.runs]
    assert ys[1] - ys[0] == pytest.approx(ys[2] - ys[1])  # logarithmic
    assert "test loss 0.01" in plot.told(sweep.runs[2])


def test_a_chooser_shows_the_keys_in_its_list(dialog: SweepDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    box = of(dialog, QComboBox, "Second key to vary")
    box.showPopup()
    said = {painted.text for painted in texts_of(box.view().viewport(), monkeypatch)}
    box.hidePopup()
    assert {"optimizer.momentum", "init.seed"} <= said


@pytest.mark.parametrize(
    ("seeds", "words"),
    [
        ("1:3:9", "Seed = 1, 2, 3 · 1:3:9 asks for 9 values, of which 3 are different whole numbers"),
        ("1:3:3:lin", None),
        ("4,5", None),
    ],
)
def test_values_that_fall_together_are_told(dialog: SweepDialog, seeds: str, words: str | None) -> None:
    small(dialog, "0.1", seeds)
    assert (words or "runs: ") in texts(dialog)
    assert ("asks for" in texts(dialog)) == (words is not None)


# ---- running ----------------------------------------------------------------------------------------------------


def test_progress_comes_with_the_runs(qtbot: QtBot, dialog: SweepDialog, steered: Steered) -> None:
    small(dialog)
    of(dialog, QSpinBox, "Length of each run").setValue(40)
    click(dialog, "Start")
    qtbot.waitUntil(lambda: "0 of 6 runs" in texts(dialog), timeout=WAIT)
    bar = of(dialog, QProgressBar, "Progress of the sweep")
    assert bar.isVisible()
    for count in (1, 2):
        steered.go_on.release()
        qtbot.waitUntil(lambda count=count: f"{count} of 6 runs" in texts(dialog), timeout=WAIT)
        assert (bar.value(), bar.maximum()) == (count, 6)
    assert not of(dialog, QLineEdit, "Values of the key").isEnabled()
    steered.go_on.release(4)
    qtbot.waitUntil(lambda: "6 runs done; 2 diverged" in texts(dialog), timeout=WAIT)
    assert "least loss at the end, 0.1, with Learning rate η = 0.1, Seed = 1." in texts(dialog)
    assert not bar.isVisible()
    assert steered.sweep is not None
    assert steered.sweep.batches == 40
    assert (steered.places["dask"], steered.places["jobs"]) == (None, None)


def test_cancel_keeps_what_has_ended_and_start_runs_the_rest(
    qtbot: QtBot, dialog: SweepDialog, steered: Steered
) -> None:
    small(dialog)
    click(dialog, "Start")
    steered.go_on.release(2)
    qtbot.waitUntil(lambda: "2 of 6 runs" in texts(dialog), timeout=WAIT)
    click(dialog, "Cancel")
    qtbot.waitUntil(lambda: "Ended after 2 of 6 runs. Start goes on" in texts(dialog), timeout=WAIT)
    assert button(dialog, "Save as CSV…").isEnabled()
    done(qtbot, dialog, steered, 4)
    assert len(steered.known) == 2
    assert "6 runs done" in texts(dialog)


def test_closing_ends_it_first(qtbot: QtBot, dialog: SweepDialog, steered: Steered) -> None:
    click(dialog, "Start")
    qtbot.waitUntil(lambda: "0 of 24" in texts(dialog), timeout=WAIT)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=WAIT)
    assert steered.places["cancelled"].is_set()


def test_data_that_cannot_be_read_are_told_before_the_first_run(qtbot: QtBot, steered: Steered, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b,y\n" + "".join(f"{i},{i % 3},{i % 2}\n" for i in range(20)))
    table = {"data.source": "csv", "data.path": str(path), "data.target": "y", "data.x": [], "data.y": []}
    dialog = SweepDialog(toy(**table), run=steered)
    qtbot.addWidget(dialog)
    dialog.show()
    small(dialog)
    path.unlink()
    done(qtbot, dialog, steered)
    assert "t.csv cannot be read" in texts(dialog)
    assert steered.sweep is None


def test_a_cluster_is_named_by_its_address(qtbot: QtBot, dialog: SweepDialog, steered: Steered) -> None:
    small(dialog)
    of(dialog, QComboBox, "Where the runs are made").setCurrentText("on a Dask cluster")
    assert "Name the Dask scheduler" in texts(dialog)
    assert not button(dialog, "Start").isEnabled()
    assert not of(dialog, QSpinBox, "Processes side by side; 0 is one per processor").isVisible()
    write(dialog, "Address of the Dask scheduler", "tcp://10.0.0.1:8786")
    done(qtbot, dialog, steered)
    assert (steered.places["dask"], steered.places["jobs"]) == ("tcp://10.0.0.1:8786", None)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SweepError("no Dask scheduler answers at 'tcp://x'"), "no Dask scheduler answers at 'tcp://x'"),
        (OSError(28, "no space left"), "no space left"),
    ],
)
def test_what_goes_wrong_is_told(
    qtbot: QtBot, dialog: SweepDialog, steered: Steered, error: Exception, words: str
) -> None:
    steered.error = error
    small(dialog)
    done(qtbot, dialog, steered)
    assert words in texts(dialog)


def test_real_processes_give_real_numbers(qtbot: QtBot) -> None:
    dialog = SweepDialog(toy())
    qtbot.addWidget(dialog)
    dialog.show()
    small(dialog, "0.01,9", "3")
    of(dialog, QSpinBox, "Length of each run").setValue(25)
    click(dialog, "Start")
    qtbot.waitUntil(lambda: "2 runs done; 1 diverged" in texts(dialog), timeout=WAIT)
    plot = plot_of(dialog)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.at is not None
    expected = train(toy(**{"optimizer.learning_rate": 0.01, "init.seed": 3}), 25)["mean_loss"]
    assert plot.height_of(plot.at) == expected
    assert f"loss {number(expected, 4)}" in texts(dialog)


# ---- the plot ---------------------------------------------------------------------------------------------------


def test_points_stand_where_their_numbers_say(qtbot: QtBot, dialog: SweepDialog, steered: Steered) -> None:
    small(dialog, "0.001,0.01,0.1,9")
    done(qtbot, dialog, steered)
    plot = plot_of(dialog)
    assert plot.log
    area, sweep = plot.area, steered.sweep
    assert sweep is not None
    points = {tuple(run.values.values()): plot.point_of(run) for run in sweep.runs}
    xs = [points[rate, 1].x() for rate in (0.001, 0.01, 0.1)]
    assert xs[1] - xs[0] == pytest.approx(xs[2] - xs[1])  # evenly on a logarithmic axis
    ys = [points[rate, 1].y() for rate in (0.001, 0.01, 0.1)]
    assert ys[0] > ys[1] > ys[2]  # the loss is the rate times the seed
    assert ys[0] - ys[1] == pytest.approx(ys[1] - ys[2])
    assert points[0.01, 2].y() < points[0.01, 1].y()
    assert all(area.contains(point) for (rate, _), point in points.items() if rate != 9)
    assert points[9.0, 1].y() < TOP  # diverged: above the plot, wherever its last loss would be
    assert len(plot.lines()) == 2


def test_accuracy_is_linear_and_of_runs_that_have_one(qtbot: QtBot, steered: Steered) -> None:
    dialog = SweepDialog(Lesson.load("digits-sigmoid", {"run.executor": "numpy"}), run=steered)
    qtbot.addWidget(dialog)
    dialog.show()
    small(dialog)
    done(qtbot, dialog, steered)
    of(dialog, QComboBox, "What is drawn upwards").setCurrentText("train accuracy at the end")
    plot, sweep = plot_of(dialog), steered.sweep
    assert sweep is not None
    assert plot.height_of(sweep.runs[0]) == 0.5
    assert plot.height_of(sweep.runs[1]) == pytest.approx(1 / 3)


def test_choices_stand_side_by_side(qtbot: QtBot, dialog: SweepDialog, steered: Steered) -> None:
    choose(of(dialog, QComboBox, "Key to vary"), "network.activation")
    write(dialog, "Values of the key", "tanh,relu,sigmoid")
    write(dialog, "Values of the second key", "1")
    done(qtbot, dialog, steered)
    plot, sweep = plot_of(dialog), steered.sweep
    assert sweep is not None
    xs = [plot.point_of(run).x() for run in sweep.runs]
    assert xs[1] - xs[0] == pytest.approx(xs[2] - xs[1])
    assert xs[0] < xs[1]


def test_keys_and_mouse_choose_a_run_and_open_it(qtbot: QtBot, dialog: SweepDialog, steered: Steered) -> None:
    small(dialog)
    done(qtbot, dialog, steered)
    plot, wanted = plot_of(dialog), []
    dialog.run_wanted.connect(wanted.append)
    QTest.keyClick(plot, Qt.Key.Key_Return)
    assert wanted == []  # nothing is chosen yet
    for key, values in (
        (Qt.Key.Key_Right, (0.1, 1)),
        (Qt.Key.Key_Right, (0.2, 1)),
        (Qt.Key.Key_Up, (0.2, 2)),
        (Qt.Key.Key_Up, (0.2, 2)),
        (Qt.Key.Key_Left, (0.1, 2)),
        (Qt.Key.Key_Left, (0.1, 2)),
        (Qt.Key.Key_Down, (0.1, 1)),
        (Qt.Key.Key_Right, (0.2, 1)),
        (Qt.Key.Key_Right, (9.0, 1)),
    ):
        QTest.keyClick(plot, key)
        assert plot.at is not None
        assert tuple(plot.at.values.values()) == values
    assert "Learning rate η = 9, Seed = 1: diverged after 3 batches: training stopped: z1" in texts(dialog)
    QTest.keyClick(plot, Qt.Key.Key_Return)
    assert steered.sweep is not None
    assert wanted == [steered.sweep.runs[4].lesson]
    at = plot.point_of(steered.sweep.runs[3])
    assert at is not None
    where = QPoint(round(at.x()) + 3, round(at.y()) - 3)
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=where)
    assert plot.at is steered.sweep.runs[3]
    assert "loss 0.4" in texts(dialog)
    assert len(wanted) == 1  # a click chooses, a double click opens
    QTest.mouseDClick(plot, Qt.MouseButton.LeftButton, pos=where)
    click(dialog, "Open in the debugger")
    assert wanted[1:] == [steered.sweep.runs[3].lesson] * 2
    assert plot.run_at(QPointF(5, 5)) is None


def test_a_chosen_run_that_has_no_point_any_more_leaves_the_keys_working(qtbot: QtBot) -> None:
    """Without test examples there is no test accuracy: the run that was chosen by its loss has no point there."""
    sweep = Sweep.of(Lesson.load("digits-sigmoid"), [Axis("evaluation.examples", (0, 10, 20))], 5)
    results = {
        run.digest: Result(run.digest, run.values, 5, 0.5, 0.5, test_accuracy=run.index / 4 if run.index else None)
        for run in sweep.runs
    }
    plot = SweepPlot()
    qtbot.addWidget(plot)
    plot.show_sweep(sweep, results, Measure.LOSS)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_End):
        plot.choose(0)
        plot.show_sweep(sweep, results, Measure.TEST_ACCURACY)
        QTest.keyClick(plot, key)
        assert plot.at is sweep.runs[1]
        QTest.keyClick(plot, Qt.Key.Key_Right)
        assert plot.at is sweep.runs[2]


def test_what_is_painted(qtbot: QtBot, dialog: SweepDialog, steered: Steered, monkeypatch: pytest.MonkeyPatch) -> None:
    plot = plot_of(dialog)
    assert any("Each run becomes a point" in painted.text for painted in texts_of(plot, monkeypatch))
    small(dialog)
    done(qtbot, dialog, steered)
    for theme in (LIGHT, DARK):
        dialog.apply_theme(theme)
        painted = texts_of(plot, monkeypatch)
        said = {text.text for text in painted}
        assert {"diverged", "Seed = 1", "Seed = 2", "Learning rate η · logarithmic"} <= said
        assert any(text.startswith("loss, mean of the last tenth") for text in said)
        inside = plot.rect()
        assert all(inside.contains(text.box.toAlignedRect()) for text in painted)
    plot.show_sweep(steered.sweep, {}, Measure.LOSS)
    assert any("Each run becomes a point" in painted.text for painted in texts_of(plot, monkeypatch))


def test_a_loss_of_0_lies_at_the_edge_with_a_hollow_mark(
    qtbot: QtBot, dialog: SweepDialog, steered: Steered, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(dialog, "0.1,0.2,0.3,0.4", "1")
    done(qtbot, dialog, steered)
    plot, sweep = plot_of(dialog), steered.sweep
    assert sweep is not None
    losses = (1.0, 1e-3, 0.0, 1e-2)
    results = {
        run.digest: Result(run.digest, run.values, 40, loss, loss) for run, loss in zip(sweep.runs, losses, strict=True)
    }
    plot.show_sweep(sweep, results, Measure.LOSS)
    said = {painted.text for painted in texts_of(plot, monkeypatch)}
    assert "exactly 0, below a logarithmic axis" in said
    point = plot.point_of(sweep.runs[2])
    assert point is not None
    assert point.y() == pytest.approx(plot.area.bottom())
    image = plot.grab().toImage()
    assert near(image, point, LIGHT.q("surface"))  # hollow, and the others are not
    for run in (sweep.runs[0], sweep.runs[1], sweep.runs[3]):
        other = plot.point_of(run)
        assert other is not None
        assert near(image, other, LIGHT.q("loss"))
    assert plot.told(sweep.runs[2]).endswith("loss 0")
    results[sweep.runs[2].digest] = Result(sweep.runs[2].digest, {}, 40, 0.5, 0.5)
    plot.show_sweep(sweep, results, Measure.LOSS)
    assert not any("exactly 0" in painted.text for painted in texts_of(plot, monkeypatch))


def test_the_point_under_the_pointer_is_read_out(
    qtbot: QtBot, dialog: SweepDialog, steered: Steered, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(dialog)
    done(qtbot, dialog, steered)
    plot, sweep = plot_of(dialog), steered.sweep
    assert sweep is not None
    for run, words in (
        (sweep.runs[3], {"Learning rate η = 0.2", "Seed = 2", "loss", "0.4", "train accuracy", "0.3333"}),
        (sweep.runs[4], {"Learning rate η = 9", "Seed = 1", "diverged"}),
    ):
        at = plot.point_of(run)
        assert at is not None
        QTest.mouseMove(plot, at.toPoint())
        qtbot.waitUntil(lambda run=run: plot._pointed is run, timeout=WAIT)
        painted = texts_of(plot, monkeypatch)
        assert words <= {one.text for one in painted}
        assert all(plot.rect().contains(one.box.toAlignedRect()) for one in painted)
    QTest.mouseMove(plot, QPoint(3, 3))
    qtbot.waitUntil(lambda: plot._pointed is None, timeout=WAIT)


def test_a_run_that_could_not_be_made_is_not_said_to_have_diverged(
    qtbot: QtBot, dialog: SweepDialog, steered: Steered, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(dialog, "0.1,0.2")
    done(qtbot, dialog, steered)
    plot, sweep = plot_of(dialog), steered.sweep
    assert sweep is not None
    failed = sweep.runs[3]
    results = {run.digest: made(run) for run in sweep.runs[:3]}
    results[failed.digest] = Result(failed.digest, failed.values, error="no data")
    plot.show_sweep(sweep, results, Measure.LOSS)
    said = {painted.text for painted in texts_of(plot, monkeypatch)}
    assert "not run" in said
    assert "diverged" not in said
    assert plot.told(failed).endswith("could not be run: no data")


def test_the_table_is_saved_or_it_is_told_why_not(
    qtbot: QtBot, dialog: SweepDialog, steered: Steered, tmp_path: Path
) -> None:
    small(dialog)
    done(qtbot, dialog, steered)
    dialog.save(tmp_path / "s.csv")
    rows = list(csv.DictReader((tmp_path / "s.csv").read_text().splitlines()))
    assert [(row["optimizer.learning_rate"], row["init.seed"]) for row in rows[:2]] == [("0.1", "1"), ("0.1", "2")]
    assert len(rows) == 6
    dialog.save(tmp_path / "missing" / "s.csv")
    assert "cannot be written: No such file" in texts(dialog)


def test_every_control_has_a_name(dialog: SweepDialog) -> None:
    for kind in (QPushButton, QComboBox, QLineEdit, QSpinBox, QProgressBar, SweepPlot):
        for widget in dialog.findChildren(kind):
            if widget.isVisible() and not isinstance(widget.parent(), QSpinBox):
                assert QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
