"""How a run came to diverge, on screen: a sentence that is true, curves in their places, ways to go and look."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from engine.last_batches import Approach, approach
from engine.lesson import Lesson
from engine.program import END, Phase
from engine.snapshot import Snapshot, State
from engine.trainer import Halt, Trainer
from gui.theme import DARK, LIGHT, Theme
from gui.views.approach_dialog import ApproachDialog, ApproachPlot, Pattern, Story, story_of
from gui.views.message_bar import MessageBar
from gui.views.plot import Look, apart, ys_of
from tests.gui.painted import near, texts_of


@pytest.fixture
def dialog(qtbot: QtBot) -> ApproachDialog:
    dialog = ApproachDialog()
    qtbot.addWidget(dialog)
    dialog.resize(640, 420)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def norms(gradients: list[list[float]], parameters: list[list[float]] | None = None, first: int = 1) -> Approach:
    """An Approach whose layers are the rows given; the loss of each batch is 10 times the first layer's gradient."""
    columns = np.array(gradients, float).T
    count = len(columns)
    weights = np.ones_like(columns) if parameters is None else np.array(parameters, float).T
    with np.errstate(over="ignore"):
        losses = 10 * columns[:, 0]
    return Approach(np.arange(first, first + count, dtype=float), losses, columns, weights)


def halted(rate: float = 1.5) -> Trainer:
    trainer = Trainer(Lesson.load("toy-bias", {"optimizer.learning_rate": rate, "run.executor": "numpy"}))
    trainer.run(100)
    assert trainer.halt is not None
    return trainer


def diverged(found: Approach | None = None, batch: int | None = None, rate: float = 1.5) -> Snapshot:
    """The toy where it diverged; or as if it had come to that as ``found`` says, in the batch after or in ``batch``."""
    trainer = halted(rate)
    snapshot = replace(Snapshot.of(trainer, 1, State.HALTED), approach=found or approach(trainer))
    if found is None:
        return snapshot
    assert trainer.halt is not None
    at = replace(trainer.halt.position, batch=batch or int(found.batches[-1]) + 1)
    return replace(snapshot, halt=replace(trainer.halt, position=at), position=at)


def texts(dialog: ApproachDialog) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]


def button(dialog: ApproachDialog, word: str) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if word in b.text())


def plot_of(dialog: ApproachDialog) -> ApproachPlot:
    return dialog.findChildren(ApproachPlot)[0]


def click(plot: ApproachPlot, batch: int) -> None:
    at = QPoint(round(plot.x_of(batch)), round(plot.areas[0].center().y()))
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=at)


# ---- what happened ---------------------------------------------------------------------------------------------------

FLAT = [0.5, 0.4, 0.6, 0.5, 0.4]


@pytest.mark.parametrize(
    ("found", "story"),
    [
        (norms([FLAT, [*FLAT[:2], 0.3, 5.0, 1e20]]), Story(Pattern.STEADY, 2, 2, 0.3, 1e20)),
        (norms([[0.2, 1.0, 30.0, 4.0, 1e9], FLAT]), Story(Pattern.UNEVEN, 1, 0, 0.2, 1e9)),
        (norms([FLAT, [*FLAT[:4], 1e50]]), Story(Pattern.JUMP, 2, 3, 0.5, 1e50)),
        (norms([FLAT, [0.3, 0.2, 0.5, 40.0, math.inf]]), Story(Pattern.STEADY, 2, 1, 0.2, math.inf)),
        (norms([[0.3, 0.2, 5.0, math.inf, math.inf]]), Story(Pattern.STEADY, 1, 1, 0.2, math.inf)),
        (norms([FLAT], [[3.0, 3.0, 3.0, 40.0, 1e5]]), Story(Pattern.WEIGHTS_GREW, 1, 2, 3.0, 1e5)),
        (norms([[5.9, 0.0]], [[6.0, 6e36]]), Story(Pattern.WEIGHTS_JUMP, 1, 0, 6.0, 6e36)),
        (norms([FLAT], [[2e5, 2e5, 2e5, 3e5, 4e5]]), Story(Pattern.WEIGHTS_LARGE, 1, -1, 2e5, 4e5)),
        (norms([FLAT]), Story(Pattern.UNSEEN)),
        (norms([[0.0, 0.0, 1.0]]), Story(Pattern.UNSEEN)),  # from 0, but to nothing large
        (norms([[3.0], [7.0]], [[5.0], [9e30]]), Story(Pattern.ONE_BATCH, 2, -1, 7.0, 9e30)),
    ],
)
def test_the_pattern(found: Approach, story: Story) -> None:
    assert story_of(found, Phase.FORWARD) == story


@pytest.mark.parametrize(
    ("phase", "pattern"),
    [(Phase.UPDATE, Pattern.FIRST_UPDATE), (Phase.FORWARD, Pattern.FIRST_BATCH), (Phase.BACKWARD, Pattern.FIRST_BATCH)],
)
def test_nothing_before(phase: Phase, pattern: Pattern) -> None:
    nothing = Approach(np.empty(0), np.empty(0), np.empty((0, 3)), np.empty((0, 3)))
    assert story_of(nothing, phase) == Story(pattern)


def test_a_long_calm_is_not_counted() -> None:
    """48 calm batches, then 10-fold each: the batches since are those that the curve climbs in."""
    calm = [0.5 + 0.1 * math.sin(i) for i in range(38)]
    found = norms([[*calm, *(10.0**k for k in range(12))]], first=4167)
    story = story_of(found, Phase.FORWARD)
    assert (story.pattern, story.after) == (Pattern.STEADY, 1e11)
    assert 36 <= story.since <= 38
    assert story.before < 1


# ---- what it says ----------------------------------------------------------------------------------------------------


def by_hand(batches: int) -> list[list[float]]:
    """Gradient norms (dW and db together) per batch and layer of toy-bias at rate 1.5: document 004's net."""
    W = [np.full((2, 3), 0.5), np.full((3, 2), 0.5), np.full((2, 1), 0.5)]
    b = [np.full(3, 0.5), np.full(2, 0.5), np.full(1, 0.5)]
    x, y, rows = np.ones(2), 1.0, []
    for _ in range(batches):
        a = [x]
        for k in range(3):
            a.append(a[-1] @ W[k] + b[k])
        delta = a[3] - y
        gradients = []
        for k in (2, 1, 0):
            gradients.insert(0, (np.outer(a[k], delta), delta))
            delta = W[k] @ delta
        for k, (dW, db) in enumerate(gradients):
            W[k], b[k] = W[k] - 1.5 * dW, b[k] - 1.5 * db
        rows.append([float(np.linalg.norm(dW)) for dW, _ in gradients])
    return rows


def test_the_toys_own_numbers(dialog: ApproachDialog) -> None:
    snapshot = diverged()
    dialog.show_snapshot(snapshot)
    rows = by_hand(4)
    assert f"{rows[0][0]:.3g} {rows[3][0]:.3g}" == "2.76 1.36e+117"
    assert max(range(3), key=lambda k: rows[3][k] / rows[0][k]) == 0
    assert texts(dialog)[:2] == [
        "Stopped in batch 5: z3 (layer 3, unit 0) is no longer a finite number.",
        "In the last 3 batches the gradient of layer 1 grew from 2.76 to 1.36e117: every update overshot more than the "
        "one before.",
    ]
    assert dialog.accessibleDescription() == " ".join(texts(dialog)[:2]) == plot_of(dialog).accessibleDescription()
    plot = plot_of(dialog)
    QTest.keyClick(plot, Qt.Key.Key_Home)
    read = dict((row[0], row[1]) for row in plot.numbers()[3:])
    assert {name: float(text) for name, text in read.items()} == pytest.approx(
        {f"L{k}": norm for k, norm in enumerate(rows[0], 1)}, rel=1e-8
    )


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            norms([[0.2, 1.0, 30.0, 4.0, 1e9]]),
            "In the last 4 batches the gradient of layer 1 grew from 0.2 to 1e9, with",
        ),
        (
            norms([[*FLAT[:4], 1e50]], first=7),
            "from batch 10 to batch 11 the gradient of layer 1 jumped from 0.5 to 1e50.",
        ),
        (norms([[0.2, 5.0, math.inf]]), "grew from 0.2 to more than 1e154: every update overshot more"),
        (
            norms([FLAT], [[3.0, 3.0, 3.0, 40.0, 1e5]]),
            "In the last 2 batches the weights of layer 1 grew from 3 to 1e5",
        ),
        (
            norms([[5.9, 0.0]], [[6.0, 6e36]]),
            "the update of batch 2 took the weights of layer 1 from 6 to 6e36, at learni",
        ),
        (
            norms([FLAT], [[2e5, 2e5, 2e5, 3e5, 4e5]]),
            "In the last 5 batches nothing grew 100-fold, but the weights of la",
        ),
        (
            norms([FLAT], first=3),
            "Up to batch 7 nothing stands out: no gradient and no weights grew 100-fold. It happened",
        ),
        (
            norms([[3.0]], [[9e30]]),
            "layer 1 had the norm 3, and its update at learning rate 1.5 left the weights with the",
        ),
    ],
)
def test_other_sentences(dialog: ApproachDialog, found: Approach, words: str) -> None:
    dialog.show_snapshot(diverged(found))
    assert words in texts(dialog)[1]
    assert "{" not in " ".join(texts(dialog))
    dialog.grab()


def test_the_first_update_can_be_enough(dialog: ApproachDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Document 004: the first gradient is 3.375 in size, and 1e308 times that is no number any more."""
    dialog.show_snapshot(diverged(rate=1e308))
    assert texts(dialog)[:2] == [
        "Stopped in batch 1: W3 (layer 3, unit 0) is no longer a finite number.",
        "It was the very first update: at learning rate 1e308 it is larger than numbers can be.",
    ]
    assert len(texts(dialog)) == 2  # no hint to click what is not there
    plot = plot_of(dialog)
    painted = [painted.text for painted in texts_of(plot, monkeypatch)]
    assert painted == ["No batch was finished before, so there is nothing to draw."]
    with_none: list[int] = []
    plot.chosen.connect(with_none.append)
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=plot.rect().center())
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert with_none == []


def test_the_loss_has_no_unit(dialog: ApproachDialog) -> None:
    snapshot = diverged()
    assert snapshot.halt is not None
    dialog.show_snapshot(replace(snapshot, halt=Halt("loss", 3, snapshot.halt.position)))
    assert texts(dialog)[0] == "Stopped in batch 5: the loss is no longer a finite number."


# ---- curves ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_curves_lie_where_the_numbers_are(dialog: ApproachDialog, theme: Theme) -> None:
    """Norms 1, 100, 1e4, 1e6 are evenly spaced on a logarithmic axis, and the loss is parallel to them."""
    dialog.apply_theme(theme)
    dialog.show_snapshot(diverged(norms([[1.0, 100.0, 1e4, 1e6]]), 5))
    plot = plot_of(dialog)
    image = plot.grab().toImage()
    found = plot._approach
    assert found is not None
    for area, axis, values, token in (
        (plot.areas[0], plot._upper, found.gradients[:, 0], "bwd"),
        (plot.areas[1], plot._lower, found.losses, "loss"),
    ):
        ys = ys_of(values, axis, area)
        assert np.diff(ys) == pytest.approx([(ys[3] - ys[0]) / 3] * 3)
        assert area.top() < ys[3] < ys[0] < area.bottom()
        for batch, y in zip((1, 2, 3, 4), ys.tolist(), strict=True):
            assert near(image, QPointF(plot.x_of(batch), y), theme.q(token))
    assert near(image, QPointF(8, 100), theme.q("surface"))
    assert near(dialog.grab().toImage(), QPointF(3, 3), theme.q("surface"))


def test_what_does_not_fit_lies_on_an_edge(dialog: ApproachDialog) -> None:
    dialog.show_snapshot(diverged(norms([[0.0, 2.0, 900.0, math.inf], [1.0, 1.0, 1.0, math.nan]])))
    plot = plot_of(dialog)
    area = plot.areas[0]
    ys = ys_of(np.array([0.0, math.inf, math.nan]), plot._upper, area)
    assert ys[:2].tolist() == [area.bottom(), area.top()]
    assert math.isnan(ys[2])
    image = plot.grab().toImage()
    assert near(image, QPointF(plot.x_of(1), area.bottom() - 4), QColor(LIGHT.bwd))
    assert near(image, QPointF(plot.x_of(4), area.top() + 4), QColor(LIGHT.bwd))


@pytest.mark.parametrize("value", [0.0, math.inf, 1e308, 1e-320])
@pytest.mark.parametrize("count", [1, 2, 50])
def test_any_numbers_are_painted(dialog: ApproachDialog, value: float, count: int) -> None:
    dialog.show_snapshot(diverged(norms([[value] * count] * 3)))
    QTest.keyClick(plot_of(dialog), Qt.Key.Key_Home)
    assert not dialog.grab().isNull()


def test_every_line_has_its_name_and_its_look(dialog: ApproachDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    found = norms([[0.1 * (k + 1)] * 49 + [1e9 * 1.01**k] for k in range(5)], first=4168)
    dialog.show_snapshot(diverged(found))
    painted = texts_of(plot_of(dialog), monkeypatch)
    names = {p.text: p.box for p in painted if p.text.startswith("L")}
    assert set(names) == {"L1", "L2", "L3", "L4", "L5"}
    boxes = list(names.values())
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])
    plot = plot_of(dialog)
    assert all(plot.x_of(4217) < box.left() and box.right() <= plot.width() for box in boxes)
    assert "stopped in batch 4,218" in {p.text for p in painted}
    for i, one in enumerate(painted):
        assert not any(one.box.intersects(other.box) for other in painted[:i]), one.text
    looks = {(look.token, look.dashes) for look in (Look.of(k, "bwd") for k in range(12))}
    assert len(looks) == 12


def test_of_too_many_layers_the_named_one_keeps_its_name(
    dialog: ApproachDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [[0.5] * 9 + [2.0] for _ in range(40)]
    rows[23][-1] = 1e12
    dialog.show_snapshot(diverged(norms(rows)))
    plot = plot_of(dialog)
    names = {p.text for p in texts_of(plot, monkeypatch) if p.text.startswith("L")}
    assert {"L24", "L1", "L40"} <= names
    assert 5 < len(names) < 40
    QTest.keyClick(plot, Qt.Key.Key_Home)
    read = texts_of(plot, monkeypatch)
    assert any(p.text.startswith("and ") for p in read)
    assert all(p.box.bottom() <= plot.height() for p in read)


def test_apart() -> None:
    area = QRectF(0, 0, 10, 40)
    assert apart([5.0, 20.0, 36.0], 10, area) == [5.0, 20.0, 36.0]
    assert apart([5.0, 5.0, 6.0], 10, area) == [5.0, 15.0, 25.0]
    assert apart([38.0, 39.0, 40.0], 10, area) == [20.0, 30.0, 40.0]


# ---- what the user does ----------------------------------------------------------------------------------------------


def test_hover_reads_exact_values(dialog: ApproachDialog) -> None:
    found = norms([[1.0, 2.0, 3.25e9], [4.0, 5.0, 6.0]], [[7.0, 8.0, 9.0], [10.0, 11.5, 12.0]], first=1200)
    dialog.show_snapshot(diverged(found))
    plot = plot_of(dialog)
    at = QPoint(round(plot.x_of(1201)) + 4, round(plot.areas[1].center().y()))
    QTest.mouseMove(plot, at)
    assert plot.numbers() == [
        ("batch 1,201",),
        ("loss", "20"),
        ("", "gradient", "weights"),
        ("L1", "2", "8"),
        ("L2", "5", "11.5"),
    ]
    QTest.mouseMove(plot, QPoint(round(plot.x_of(1203)), at.y()))
    assert plot.numbers() == [("batch 1,203",), ("training stopped here",)]
    QTest.mouseMove(plot, QPoint(5, 5))
    assert plot._pointed is None


def test_a_click_goes_to_the_end_of_the_batch(dialog: ApproachDialog) -> None:
    dialog.show_snapshot(diverged())
    places: list[tuple[int, int]] = []
    dialog.place_wanted.connect(lambda step, batch: places.append((step, batch)))
    plot = plot_of(dialog)
    click(plot, 2)
    click(plot, 5)  # where it stopped
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert places == [(END, 2), (5, 5)]  # z3 is the toy's fifth step


def test_keys_do_the_same(dialog: ApproachDialog) -> None:
    dialog.show_snapshot(diverged())
    places: list[int] = []
    dialog.place_wanted.connect(lambda _, batch: places.append(batch))
    plot = plot_of(dialog)
    QTest.keyClick(plot, Qt.Key.Key_Return)  # nothing is pointed at yet
    for key in ("Left", "Left", "Return", "Home", "Left", "Return", "Right", "Space", "End", "Right", "Enter"):
        QTest.keyClick(plot, getattr(Qt.Key, f"Key_{key}"))
    assert places == [4, 1, 2, 5]
    assert dialog.isVisible()
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_back_in_one_click(dialog: ApproachDialog) -> None:
    asked: list[bool] = []
    dialog.back_wanted.connect(lambda: asked.append(True))
    dialog.show_snapshot(diverged(norms([FLAT]), batch=21))
    QTest.mouseClick(button(dialog, "Back 20 batches, half the rate"), Qt.MouseButton.LeftButton)
    assert asked == [True]
    dialog.show_snapshot(diverged(norms([FLAT]), batch=20))  # there are not as many
    QTest.mouseClick(button(dialog, "Back to batch 1, half the rate"), Qt.MouseButton.LeftButton)
    assert asked == [True, True]
    QTest.mouseClick(button(dialog, "Close"), Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    assert not dialog.isModal()


def test_it_stays_while_one_looks_back_and_goes_with_its_run(
    dialog: ApproachDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = diverged()
    dialog.show_snapshot(snapshot)
    said, plot = texts(dialog), plot_of(dialog)
    assert "shown now" not in {p.text for p in texts_of(plot, monkeypatch)}
    trainer = halted()
    trainer.seek(3, END)
    back = Snapshot.of(trainer, 1, State.PAUSED)
    assert (back.approach, back.halt, back.position.batch) == (None, None, 3)
    dialog.show_snapshot(back)
    assert dialog.isVisible()
    assert texts(dialog) == said
    mark = next(p.box for p in texts_of(plot, monkeypatch) if p.text == "shown now")
    assert mark.center().x() == pytest.approx(plot.x_of(3), abs=2)
    dialog.show_snapshot(replace(back, line=back.line + 1))
    assert not dialog.isVisible()
    dialog.show()
    dialog.show_snapshot(replace(back, generation=2))
    assert not dialog.isVisible()


# ---- the bar that it is opened from ----------------------------------------------------------------------------------


def test_the_message_bar_has_room_for_three_buttons(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.apply_theme(LIGHT)
    names = ["Reset", "Back to batch 4,197, half the rate", "How it came about"]
    sentence = (
        "Training stopped in batch 4,217 at learning rate 0.0123: δ12 (layer 12, unit 143) is no longer a finite "
        "number (the largest of float64 is 1.8e308). Everything can still be looked at. Reset starts again at the "
        "lesson's rate, 0.1."
    )
    bar.tell(sentence, "err", *names)
    bar.resize(1280, bar.heightForWidth(1280))
    qtbot.waitExposed(bar)
    buttons = [b for b in bar.findChildren(QPushButton) if b.isVisible()]
    assert [b.text() for b in buttons] == names
    label = next(label for label in bar.findChildren(QLabel) if label.text() == sentence)
    line = label.fontMetrics().lineSpacing()
    assert line < label.heightForWidth(label.width()) <= label.height() < 3 * line  # two lines, whole
    for left, right in zip([label, *buttons], buttons, strict=False):
        assert left.geometry().right() < right.geometry().left()
    assert all(b.width() >= b.sizeHint().width() and b.height() >= b.sizeHint().height() for b in buttons)
    pressed: list[int] = []
    bar.helped.connect(pressed.append)
    QTest.mouseClick(buttons[2], Qt.MouseButton.LeftButton)
    assert pressed == [2]
