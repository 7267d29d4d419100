"""The curves: decimation that loses no spike, a crosshair that reads the truth, axes that survive any number."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.history import RunLog
from engine.lesson import Lesson
from engine.metrics import Metrics
from engine.snapshot import Snapshot, State
from engine.trainer import Position, Trainer
from gui.axis import Axis, last_batch_shown, number, round_values
from gui.decimation import BLOCK, Envelope, Plateaus, Smoothing, bin_size
from gui.theme import DARK, LIGHT, Theme
from gui.views.curves_view import CurvesView


@pytest.fixture
def view(qtbot: QtBot) -> CurvesView:
    view = CurvesView()
    qtbot.addWidget(view)
    view.resize(616, 328)
    view.show()
    qtbot.waitExposed(view)
    return view


@pytest.fixture
def toy() -> Trainer:
    trainer = Trainer(Lesson.load("toy-bias"))
    trainer.run(20)
    trainer.learning_rate = 0.05
    trainer.run(5)
    return trainer


@pytest.fixture(scope="module")
def digits() -> Trainer:
    trainer = Trainer(Lesson.load("digits-sigmoid", {"run.executor": "numpy", "evaluation.every": 10}))
    trainer.run(300)
    return trainer


def with_losses(snapshot: Snapshot, losses: object) -> Snapshot:
    """The snapshot with other losses, and rates and predictions as many."""
    metrics = Metrics.empty()
    values = np.asarray(losses, dtype=np.float64)
    metrics.loss.extend(values)
    for series in (metrics.epoch, metrics.learning_rate, metrics.train_accuracy, metrics.prediction):
        series.extend(np.full(len(values), 0.5))
    position = Position(1, len(values), len(snapshot.program))
    return replace(
        snapshot, metrics=metrics, batches=len(values), tests=0, position=position, log=RunLog(snapshot.lesson)
    )


def wheel(view: CurvesView, point: QPointF, delta: int = 240) -> None:
    view.grab()  # pyqtgraph zooms about what was last painted
    viewport = view._canvas.viewport()
    event = QWheelEvent(
        point,
        viewport.mapToGlobal(point),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def hover(view: CurvesView, batch: float) -> None:
    view._hover(QPointF(view._x_of(batch), view._plots[0].rect.center().y()))


# ---- decimation ------------------------------------------------------------------------------------------------

VALUES = st.lists(
    st.floats(-1e6, 1e6) | st.sampled_from([math.nan, math.inf, -math.inf, 0.0]), min_size=1, max_size=3000
)


@settings(deadline=None, max_examples=150)
@given(VALUES, st.integers(1, 60), st.integers(0, 3000), st.integers(1, 3000), st.integers(0, 500), st.booleans())
def test_decimation_against_a_plain_reference(
    numbers: list[float], columns: int, first: int, length: int, earlier: int, positive: bool
) -> None:
    values = np.array(numbers)
    envelope = Envelope(positive)
    envelope.points(values[:earlier], 0, earlier, 1)  # what was cached while the row was shorter must not harm
    last = min(first + length, len(values))
    index, y = envelope.points(values, first, first + length, columns)

    def kept(v: float) -> bool:
        return math.isfinite(v) and (v > 0 or not positive)

    if last <= first:
        assert len(index) == len(y) == 0
        return
    assert np.all(np.diff(index) >= 0)
    if last - first <= 2 * columns:
        assert index.tolist() == list(range(first, last))
        assert [None if math.isnan(v) else v for v in y] == [v if kept(v) else None for v in values[first:last]]
        return
    size = bin_size(last - first, columns)
    start, end = first // size * size, min(len(values), -(-last // size) * size)
    for position, i in ((0, start), (-1, end - 1)):
        assert index[position] == i
        assert y[position] == values[i] if kept(values[i]) else math.isnan(y[position])
    for k, begin in enumerate(range(start, end, size)):
        there = [v for v in values[begin : min(begin + size, end)] if kept(v)]
        pair = y[1 + 2 * k : 3 + 2 * k]
        if there:
            assert pair.tolist() == [min(there), max(there)]
        else:
            assert np.isnan(pair).all()
    assert len(y) <= 4 * columns + 6


def test_one_spike_among_a_million_is_drawn_and_a_frame_is_cheap() -> None:
    values = np.ones(1_000_000)
    values[654_321] = 7.0
    envelope = Envelope()
    envelope.points(values, 0, len(values), 500)
    begin = time.perf_counter()
    for _ in range(10):
        index, y = envelope.points(values, 0, len(values), 500)
    assert (time.perf_counter() - begin) / 10 < 0.02  # 0.1 ms alone; room for a busy machine
    assert y.max() == 7.0
    assert abs(index[y.argmax()] - 654_321) <= bin_size(len(values), 500)
    assert (index[0], index[-1]) == (0, 999_999)


def test_cached_blocks_serve_a_shorter_row() -> None:
    values = np.arange(BLOCK * 100, dtype=np.float64)
    envelope = Envelope()
    envelope.points(values, 0, len(values), 10)
    _, y = envelope.points(values[:3000], 0, 3000, 10)
    assert np.nanmax(y) == 2999


@pytest.mark.parametrize("weight", [0.6, 0.99])
def test_smoothing_is_the_debiased_mean_and_skips_what_is_no_number(weight: float) -> None:
    values = np.random.default_rng(1).random(700)
    values[[0, 5, 300]] = np.nan, np.inf, np.nan
    smoothing = Smoothing(weight)
    pieces = [smoothing.of(values[:n])[-1] for n in (1, 2, 130, 131, 700)]
    total = mass = 0.0
    expected = []
    for v in values:
        total, mass = weight * total, weight * mass
        if math.isfinite(v):
            total, mass = total + v, mass + 1
        expected.append(total / mass if mass else math.nan)
    np.testing.assert_allclose(smoothing.of(values), expected, rtol=1e-9)
    np.testing.assert_allclose(pieces, [expected[n - 1] for n in (1, 2, 130, 131, 700)], rtol=1e-9)


def test_plateaus_of_the_rate() -> None:
    values = np.repeat([0.1, 0.05, 0.1], [20, 1, 9])
    plateaus = Plateaus()
    for n in (1, 20, 21, 30, 5):
        starts, levels = plateaus.of(values[:n])
    assert starts.tolist() == [0]
    starts, levels = plateaus.of(values)
    assert starts.tolist() == [0, 20, 21]
    assert levels.tolist() == [0.1, 0.05, 0.1]


# ---- axes and numbers ------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.floats(-1e308, 1e308), st.floats(-1e308, 1e308), st.booleans())
def test_an_axis_holds_any_values(a: float, b: float, log: bool) -> None:
    if log:
        a, b = (max(abs(v), 1e-300) for v in (a, b))
    low, high = min(a, b), max(a, b)
    axis = Axis.around(low, high, log)
    places = axis.place(np.clip([low, high], -1e300, 1e300))
    assert np.all((places >= -1e-6) & (places <= 1 + 1e-6))
    assert 0 <= len(axis.ticks(5)) <= 8


@given(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300))
def test_an_axis_of_values_keeps_their_order_and_shows_them_all(a: float, b: float) -> None:
    low, high = sorted((a, b))
    axis = Axis.of_values(low, high)
    values = np.unique(np.clip([low, low / 2, low / 1e9, 0.0, 1.0, high / 1e9, high / 2, high], low, high))
    places = axis.place(values)
    assert ((places >= 0) & (places <= 1)).all()
    assert (np.diff(places) >= 0).all()
    ticks = axis.ticks(4)
    assert [p for p, _ in ticks] == sorted(p for p, _ in ticks)
    assert axis.folded or math.asinh(high) - math.asinh(low) < 9.22  # four powers of ten


def test_a_prediction_that_runs_away_leaves_what_came_before_in_sight() -> None:
    """Document 004 at rate 1: 3.25, -70.6 and 1.2e6 do not lie on one line because -1.8e49 comes after."""
    axis = Axis.of_values(-1.773e49, 1.2e6)
    places = axis.place(np.array([3.25, -70.6, 1.2e6, 1.0])).tolist()
    assert places[1] < places[3] - 0.02 < places[0] < places[2]
    assert [t for _, t in axis.ticks(4)] == ["-1e40", "-1e20", "0"]


@given(st.floats(-12, 12), st.floats(0.15, 20), st.integers(2, 6))
def test_a_log_axis_has_two_ticks_at_least(low: float, span: float, most: int) -> None:
    ticks = Axis(low, low + span, log=True).ticks(most)
    assert 2 <= len(ticks) <= most + 1
    assert len({text for _, text in ticks}) == len(ticks)
    places = [place for place, _ in ticks]
    assert places == sorted(places)
    for place, text in ticks:  # a tick stands where its text says
        assert abs(float(text) - 10 ** (low + place * span)) <= 0.006 * float(text)


def test_ticks_and_numbers_are_short() -> None:
    assert [t for _, t in Axis.around(1e-8, 2.0, log=True).ticks(4)] == ["1e-6", "0.001", "1"]
    assert round_values(0.0, 1.0, 5) == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert [number(v) for v in (2.53125, 8.749e-4, 0.0, math.nan, math.inf, 1e-30)] == [
        "2.53125", "8.749e-4", "0", "–", "∞", "1e-30",
    ]  # fmt: skip
    assert [last_batch_shown(n) for n in (1, 10, 11, 25, 10_000, 10_001)] == [10, 10, 11, 26, 10_000, 11_000]
    for n in range(1, 3000):
        assert n <= last_batch_shown(n) <= max(10, 1.12 * n)


# ---- the view --------------------------------------------------------------------------------------------------


def test_crosshair_reads_the_true_values(view: CurvesView, toy: Trainer) -> None:
    view.show_snapshot(Snapshot.of(toy, 1, State.PAUSED))
    assert view.readout()["loss"] == number(float(toy.metrics.loss.values()[24]))
    hover(view, 6.3)
    assert view.crosshair == 6
    assert view.readout() == {
        "loss": number(float(toy.metrics.loss.values()[5])),
        "prediction ŷ": number(float(toy.metrics.prediction.values()[5])),
        "learning rate": "0.1",
    }
    assert view._where.text() == "crosshair batch 6"
    hover(view, 21)
    assert view.readout()["learning rate"] == "0.05"
    QApplication.sendEvent(view._canvas, QEvent(QEvent.Type.Leave))
    assert view.crosshair is None
    assert view.readout()["loss"] == number(float(toy.metrics.loss.values()[24]))


def test_crosshair_reads_undecimated_values(view: CurvesView, toy: Trainer) -> None:
    losses = np.random.default_rng(0).random(50_000) + 0.1
    view.show_snapshot(with_losses(Snapshot.of(toy, 1, State.RUNNING, 500.0), losses))
    for batch in (1, 777, 25_001, 50_000):
        view.set_crosshair(batch)
        assert view.readout()["loss"] == number(float(losses[batch - 1]))


def test_crosshair_stays_on_its_batch_while_data_stream_in(view: CurvesView, toy: Trainer) -> None:
    view.show_snapshot(Snapshot.of(toy, 1, State.RUNNING, 30.0))
    hover(view, 6)
    before = view.readout()
    for _ in range(5):
        toy.run(40)
        view.show_snapshot(Snapshot.of(toy, 1, State.RUNNING, 30.0))
        assert view.crosshair == 6
        assert view.readout() == before


def test_mouse_over_the_plot_moves_the_crosshair(qtbot: QtBot, view: CurvesView, toy: Trainer) -> None:
    view.show_snapshot(Snapshot.of(toy, 1, State.PAUSED))
    y = round(view._plots[1].rect.center().y())
    qtbot.mouseMove(view._canvas.viewport(), QPoint(round(view._x_of(9)), y))
    assert view.crosshair == 9
    qtbot.mouseMove(view._canvas.viewport(), QPoint(view._canvas.width() - 5, y))
    assert view.crosshair is None


def test_keys_move_the_crosshair(qtbot: QtBot, view: CurvesView, toy: Trainer) -> None:
    view.show_snapshot(Snapshot.of(toy, 1, State.PAUSED))
    qtbot.keyClick(view._canvas, Qt.Key.Key_Left)
    assert view.crosshair == 24
    qtbot.keyClick(view._canvas, Qt.Key.Key_Home)
    assert view.crosshair == 1
    qtbot.keyClick(view._canvas, Qt.Key.Key_Escape)
    assert view.crosshair is None


def test_test_accuracy_is_the_last_one_measured(view: CurvesView, digits: Trainer) -> None:
    view.show_snapshot(Snapshot.of(digits, 1, State.PAUSED))
    view.set_crosshair(37)
    accuracy = digits.metrics.train_accuracy.values()[36]
    assert view.readout()["accuracy train"] == f"{accuracy:.3f}"
    assert view.readout()["accuracy test"] == f"{digits.metrics.test_accuracy.values()[2]:.3f}"
    test = view._plots[1].curves[1]
    assert view.value_at(test, 37)[1] == 30
    assert view._caption(test, *view.value_at(test, 37)) == "at 30"
    view.set_crosshair(5)
    assert view.readout()["accuracy test"] == "–"
    view.grab()


def test_the_test_loss_of_a_regression_stands_in_the_loss_plot(view: CurvesView, qtbot: QtBot) -> None:
    trainer = Trainer(Lesson.load("curve"))
    trainer.run(35)
    view.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    view.set_crosshair(28)
    test = view._plots[0].curves[1]
    assert view.value_at(test, 28) == (trainer.metrics.test_loss.values()[1], 20)
    assert view.readout()["loss test"] == number(float(trainer.metrics.test_loss.values()[1]))
    assert view._caption(test, *view.value_at(test, 28)) == "at 20"
    view.set_crosshair(9)
    assert view.readout()["loss test"] == "–", "not measured yet"
    assert "loss test" in view.text_summary()
    bare = Trainer(Lesson.load("curve", {"data.test_share": 0}))
    bare.run(12)
    view.show_snapshot(Snapshot.of(bare, 2, State.PAUSED))
    assert "loss test" not in view.readout()


def test_a_new_generation_clears(view: CurvesView, toy: Trainer) -> None:
    view.show_snapshot(Snapshot.of(toy, 1, State.PAUSED))
    view.set_crosshair(6)
    view._taken_by_hand()
    toy.reset()
    view.show_snapshot(Snapshot.of(toy, 2, State.PAUSED))
    assert view.crosshair is None
    assert view._following
    assert set(view.readout().values()) == {"–"}
    assert all(len(c.trace.getData()[0]) == 0 for p in view._plots for c in p.curves)
    assert view.text_summary() == "No batch is finished yet."


def test_a_single_batch_is_a_visible_point(view: CurvesView) -> None:
    trainer = Trainer(Lesson.load("toy-bias"))
    trainer.run(1)
    view.show_snapshot(Snapshot.of(trainer, 1, State.RUNNING, 1.0))
    picture = view._canvas.grab().toImage()
    for plot, token in zip(view._plots, ("loss", "fwd", "upd"), strict=True):
        (x,), (place,) = plot.curves[0].dots
        point = QPointF(view._x_of(x), plot.rect.bottom() - place * plot.rect.height()).toPoint()
        assert picture.pixelColor(point) == QColor(getattr(LIGHT, token))


def test_log_axis_with_zeros(view: CurvesView, toy: Trainer) -> None:
    snapshot = with_losses(Snapshot.of(toy, 1, State.PAUSED), [1.0, 0.1, 0.0, -1.0, 0.01, 0.0])
    view.show_snapshot(snapshot)
    _, y = view._plots[0].curves[0].trace.getData()
    assert np.isnan(y).tolist() == [False, False, True, True, False, True]
    assert view.readout()["loss"] == "0"
    view.grab()
    loss = view._plots[0].curves[0]
    assert view._caption(loss, 0.0, 6) == "not on a log axis"
    assert view._caption(loss, 0.1, 2) == ""
    view.set_log(False)
    assert view._caption(loss, 0.0, 6) == ""
    assert not np.isnan(view._plots[0].curves[0].trace.getData()[1]).any()
    view.set_log(True)
    view.show_snapshot(with_losses(snapshot, np.zeros(3000)))
    view.grab()
    assert view._plots[0].ticks == []


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("count", [6, 6000])
def test_numbers_that_are_none_do_not_break_the_plot(view: CurvesView, toy: Trainer, log: bool, count: int) -> None:
    losses = np.geomspace(1.0, 1e300, count)
    losses[count // 2] = np.nan
    losses[-2:] = np.inf, np.nan
    view.set_log(log)
    for weight in (0.0, 0.9):
        view.set_smoothing(weight)
        view.show_snapshot(with_losses(Snapshot.of(toy, 1, State.PAUSED), losses))
        view.grab()
        _, y = view._plots[0].curves[0].trace.getData()
        assert np.nanmax(y) <= 1
        assert np.nanmin(y) >= 0
    assert view.readout()["loss"] == "–"
    view.set_crosshair(count - 1)
    assert view.readout()["loss"] == "∞"
    view.grab()


def test_divergence_is_marked(view: CurvesView) -> None:
    trainer = Trainer(Lesson.load("toy-bias", {"optimizer.learning_rate": 10.0}))
    trainer.run(10)
    view.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    assert trainer.halt is not None
    batch = trainer.halt.position.batch
    picture = view._canvas.grab().toImage()
    point = QPoint(int(view._x_of(batch)), round(view._plots[-1].rect.bottom()) - 4)
    assert picture.pixelColor(point) == QColor(LIGHT.err)
    assert f"diverged at batch {batch}" in view.accessibleDescription()


def test_theme_change_restyles(view: CurvesView, toy: Trainer) -> None:
    view.show_snapshot(Snapshot.of(toy, 1, State.PAUSED))
    for theme in (DARK, LIGHT, DARK):
        view.apply_theme(theme)
        picture = view.grab().toImage()
        assert picture.pixelColor(4, 4) == QColor(theme.surface)
        assert picture.pixelColor(4, picture.height() - 4) == QColor(theme.surface)
        assert view._plots[0].curves[0].trace.opts["pen"].color() == QColor(theme.loss)


def test_zoom_stops_following_and_fit_returns(qtbot: QtBot, view: CurvesView, toy: Trainer) -> None:
    view.show_snapshot(Snapshot.of(toy, 1, State.RUNNING, 5.0))
    assert not view._fit_button.isEnabled()
    whole = view._view_range()
    wheel(view, view._plots[1].rect.center())
    low, high = view._view_range()
    assert whole[0] < low < high < whole[1]
    toy.run(100)
    view.show_snapshot(Snapshot.of(toy, 1, State.RUNNING, 5.0))
    assert view._view_range() == pytest.approx((low, high))
    assert view._plots[2].box.viewRange()[0] == pytest.approx([low, high], abs=0.1)
    view._fit_button.click()
    assert view._view_range()[1] > 125
    wheel(view, view._plots[0].rect.center())
    assert view._fit_button.isEnabled()
    qtbot.mouseDClick(view._canvas.viewport(), Qt.MouseButton.LeftButton, pos=view._plots[0].rect.center().toPoint())
    qtbot.waitUntil(lambda: view._following)
    assert view._view_range()[1] > 125


def test_dragging_pans_within_the_batches(qtbot: QtBot, view: CurvesView, toy: Trainer) -> None:
    view.show_snapshot(Snapshot.of(toy, 1, State.PAUSED))
    wheel(view, view._plots[0].rect.center(), 480)
    low, high = view._view_range()
    start = view._plots[0].rect.center().toPoint()
    viewport = view._canvas.viewport()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for dx in (10, 40, 80, 5000):
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(start + QPoint(dx, 0)),
            QPointF(viewport.mapToGlobal(start + QPoint(dx, 0))),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(viewport, event)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start + QPoint(80, 0))
    after = view._view_range()
    assert after[0] < low
    assert after[0] >= 0.5
    assert after[1] - after[0] == pytest.approx(high - low)


def test_changes_are_marked_and_told(view: CurvesView, toy: Trainer) -> None:
    toy.set("optimizer.momentum", 0.5)
    toy.run(5)
    view.show_snapshot(Snapshot.of(toy, 1, State.PAUSED))
    view.grab()
    assert [change.key for _, change in view._marks] == ["optimizer.momentum", "optimizer.learning_rate"]
    for box, change in view._marks:
        assert view.tooltip_at(box.center()) == f"before batch {change.batch}: {change.key} {change.old} → {change.new}"
    assert "before batch 21: optimizer.learning_rate 0.1 → 0.05" in view.accessibleDescription()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_a_change_of_the_rate_is_marked_where_it_took_effect(view: CurvesView, theme: Theme) -> None:
    """A diamond in the middle of the batches' axis; beside it, and where the rate stayed, there is none."""
    trainer = Trainer(Lesson.load("toy-bias"))
    trainer.run(20)
    trainer.learning_rate = 0.05
    trainer.run(20)
    view.apply_theme(theme)
    view.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    image = view.grab().toImage()
    area, (low, high) = view._area(), view._view_range()
    x = area.left() + (21 - low) / (high - low) * area.width()  # the first batch with the new rate
    assert area.left() + 0.3 * area.width() < x < area.left() + 0.7 * area.width()
    rate = view._plots[-1].rect

    def inked(at: QPointF) -> bool:
        """Whether a pixel is nearer to the colour of rates than to the ground."""

        def distance(colour: QColor) -> int:
            pixel = image.pixelColor(at.toPoint())
            return sum(abs(a - b) for a, b in zip(pixel.getRgb()[:3], colour.getRgb()[:3], strict=True))

        return distance(theme.q("upd")) < distance(theme.q("surface"))

    def has_diamond(around: float) -> bool:
        """A hollow one, as high as it is wide."""
        heights = range(int(rate.top()) - 6, int(rate.bottom()) + 7)
        corners = ((-4, 0), (4, 0), (0, -4), (0, 4))
        return any(
            not inked(QPointF(around, y)) and all(inked(QPointF(around + dx, y + dy)) for dx, dy in corners)
            for y in heights
        )

    assert any(has_diamond(x + shift) for shift in (-1, 0, 1))
    assert not any(has_diamond(column) for column in range(int(area.left()), int(area.right())) if abs(column - x) > 2)


def test_a_flag_says_what_changed(view: CurvesView) -> None:
    trainer = Trainer(Lesson.load("toy-bias"))
    trainer.set("optimizer.momentum", 0.5)
    trainer.run(8)
    view.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    view.grab()
    ((box, change),) = view._marks
    assert change.batch == 1
    assert box.width() > 60  # with its text


def test_no_two_curves_look_alike(view: CurvesView) -> None:
    trainer = Trainer(Lesson.load("digits-sigmoid", {"run.executor": "numpy", "evaluation.running": 5}))
    trainer.run(6)
    view.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    tokens = [curve.token for plot in view._plots for curve in plot.curves]
    assert len(tokens) == 5
    assert len({getattr(LIGHT, token) for token in tokens}) == 5


def test_short_runs_have_even_ticks(view: CurvesView) -> None:
    trainer = Trainer(Lesson.load("toy-bias"))
    trainer.run(3)
    view.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    ticks = view._batch_ticks(400)
    assert ticks == [2, 4, 6, 8, 10]


def test_labels_of_many_changes_do_not_overlap(view: CurvesView, toy: Trainer) -> None:
    for i in range(60):
        toy.learning_rate = 0.01 + 0.0005 * (i % 7)
        toy.run(1 + i % 3)
    view.show_snapshot(Snapshot.of(toy, 1, State.PAUSED))
    view.grab()
    labelled = [(box, change) for box, change in view._marks if box.width() > 20]
    assert labelled[0][1] is toy.log.changes[-1]
    assert not any(a.intersects(b) for i, (a, _) in enumerate(labelled) for b, _ in labelled[:i])


def test_lessons_of_other_kinds_change_the_middle_plot(view: CurvesView, toy: Trainer, digits: Trainer) -> None:
    view.show_snapshot(Snapshot.of(toy, 1, State.PAUSED))
    view.show_snapshot(Snapshot.of(digits, 2, State.PAUSED))
    assert list(view.readout()) == ["loss", "accuracy train", "accuracy test", "learning rate"]
    table = Lesson.load("toy-bias").to_table()
    table["network"]["sizes"] = [2, 3, 2]
    table["data"]["y"] = [[1.0, 0.0]]
    two = Trainer(Lesson.from_table(table))
    two.run(3)
    view.show_snapshot(Snapshot.of(two, 3, State.PAUSED))
    assert list(view.readout()) == ["loss", "learning rate"]
    view.show_snapshot(Snapshot.of(toy, 4, State.PAUSED))
    assert list(view.readout()) == ["loss", "prediction ŷ", "learning rate"]
    view.grab()


def test_smoothing_follows_the_lesson_until_it_is_chosen(view: CurvesView, toy: Trainer, digits: Trainer) -> None:
    view.show_snapshot(Snapshot.of(digits, 1, State.PAUSED))
    assert len(view._plots[1].curves[0].mean.getData()[0]) > 100
    view.set_smoothing(0.0)
    view.show_snapshot(Snapshot.of(toy, 2, State.PAUSED))
    view.show_snapshot(Snapshot.of(digits, 3, State.PAUSED))
    assert len(view._plots[1].curves[0].mean.getData()[0]) == 0


def test_a_prediction_is_drawn_only_where_it_is_that_of_one_example(qtbot: QtBot) -> None:
    for shuffle, drawn in ((False, True), (True, False)):
        view = CurvesView()
        qtbot.addWidget(view)
        trainer = Trainer(Lesson.load("curve", {"data.shuffle": shuffle}))
        trainer.run(20)
        view.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
        names = {curve.name for plot in view._plots for curve in plot.curves}
        assert ("prediction ŷ" in names) is drawn
        assert "loss" in names
