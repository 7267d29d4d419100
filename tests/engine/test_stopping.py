"""Run stops where a breakpoint says, whatever the speed, and goes on from there."""

from __future__ import annotations

import numpy as np
import pytest

from engine.breakpoints import (
    AtBatch,
    AtStep,
    Breakpoint,
    Condition,
    Crosses,
    NonFinite,
    SignChange,
    Stops,
    WatchCrosses,
    with_added,
)
from engine.instruments import PAST, Instruments
from engine.last_batches import APPROACH_BATCHES, LEDGER_BATCHES, approach, ledger
from engine.lesson import Lesson, LessonError
from engine.program import END
from engine.stopping import Progress, burst, set_out, step
from engine.trainer import Trainer

from .nets import points


def toy(**overrides: object) -> Trainer:
    return Trainer(Lesson.load("toy-bias", overrides))


def at(trainer: Trainer) -> tuple[int, int]:
    return trainer.position.batch, trainer.position.step


def stops_at(*conditions: Condition) -> Stops:
    breakpoints: tuple[Breakpoint, ...] = ()
    for condition in conditions:
        breakpoints = with_added(breakpoints, condition)
    return Stops(breakpoints)


def run(trainer: Trainer, stops: Stops, limit: int = 10_000, by_step: bool = False) -> Progress:
    """Run until something stops it, or until so many batches are done."""
    stops, done = set_out(trainer, stops), 0
    while done < limit and trainer.halt is None:
        progress = step(trainer, stops) if by_step else burst(trainer, stops, limit - done)
        stops, done = progress.stops, done + progress.done
        if progress.hit is not None:
            return progress
    return Progress(done, stops)


SPEEDS = pytest.mark.parametrize("by_step", [False, True], ids=["bursts", "steps"])


@SPEEDS
def test_a_step_of_every_batch(by_step: bool) -> None:
    t, stops = toy(), stops_at(AtStep(8), AtStep(22))
    places = []
    for _ in range(4):
        progress = run(t, stops, by_step=by_step)
        stops = progress.stops
        places.append(at(t))
    assert places == [(1, 8), (1, 22), (2, 8), (2, 22)]
    assert [b.hits for b in stops.breakpoints] == [2, 2]
    assert t.tensors["delta3"].item() != 2.25
    t.seek(1, 0)
    run(t, stops, by_step=by_step)
    assert at(t) == (1, 8)  # in what is recorded, too
    assert t.tensors["delta3"].item() == 2.25


@SPEEDS
def test_the_start_of_a_batch(by_step: bool) -> None:
    t = toy()
    progress = run(t, stops_at(AtBatch(7)), by_step=by_step)
    assert at(t) == (7, 0)
    assert progress.hit is not None
    assert len(t.metrics.loss) == 6
    progress = run(t, progress.stops, limit=5, by_step=by_step)
    assert progress.hit is None
    assert at(t) == (11, 22)


@SPEEDS
def test_a_loss_crosses_where_the_series_says(by_step: bool) -> None:
    t, straight = toy(), toy()
    straight.run(60)
    losses = straight.metrics.loss.values()
    first = int(np.flatnonzero(losses < 1e-6)[0]) + 1
    progress = run(t, stops_at(Crosses("loss", "<", 1e-6)), by_step=by_step)
    assert progress.hit is not None
    assert at(t) == (first, 22)
    progress = run(t, progress.stops, limit=40, by_step=by_step)
    assert progress.hit is None  # it stays below: Run goes on
    assert at(t) == (first + 40, 22)


@SPEEDS
def test_arrays_are_looked_at_after_every_batch(by_step: bool) -> None:
    """By hand: the sign of W3[0, 0] and the norm of all gradients, batch by batch."""
    lesson = Lesson.from_table(points([2, 4, 2], 7, seed=3, data={"batch_size": 3, "shuffle": True}))
    walked, norms, signs = Trainer(lesson), [], []
    for _ in range(300):
        walked.finish_batch()
        gradients = [walked.tensors[f"d{kind}{k}"].ravel() for k in (1, 2) for kind in "Wb"]
        norms.append(float(np.sqrt(sum((g * g).sum() for g in gradients))))
        signs.append(float(np.sign(walked.tensors["W2"][1, 0])))
    level = float(np.median(norms[5:]))
    crossed = next(i + 1 for i in range(1, 300) if norms[i] < level <= norms[i - 1])
    t = Trainer(lesson)
    t.finish_batch()
    run(t, stops_at(Crosses("gradient_norm", "<", level)), by_step=by_step)
    if norms[0] >= level:
        assert t.position.batch == crossed
    changes = [i + 1 for i in range(1, 300) if signs[i] * signs[i - 1] < 0]
    t = Trainer(lesson)
    t.finish_batch()
    progress = run(t, stops_at(SignChange("W2", 1, 0)), limit=299, by_step=by_step)
    assert (t.position.batch if progress.hit else None) == (changes[0] if changes else None)


def test_a_watch_crosses() -> None:
    t, straight = toy(), toy()
    sums = []
    for _ in range(40):
        straight.finish_batch()
        sums.append(float(np.abs(straight.tensors["dW1"]).max()))
    first = next(i + 1 for i in range(1, 40) if sums[i] < 1e-3 <= sums[i - 1])
    run(t, stops_at(WatchCrosses("abs(dW1).max()", "<", 1e-3)))
    assert at(t) == (first, 22)


@SPEEDS
def test_a_value_that_is_no_number(by_step: bool) -> None:
    t = toy(**{"optimizer.learning_rate": 10.0})
    progress = run(t, stops_at(NonFinite()), by_step=by_step)
    assert t.halt is not None
    assert progress.hit is not None
    assert progress.hit.condition == NonFinite()


def test_what_is_disabled_does_not_stop() -> None:
    t = toy()
    off = Stops((Breakpoint(1, AtStep(3), enabled=False), Breakpoint(2, AtBatch(5), enabled=False)))
    assert run(t, off, limit=12) == Progress(12, off)
    assert at(t) == (12, 22)


def test_the_ledger_of_the_last_batches() -> None:
    t, walked = (toy(**{"optimizer.momentum": 0.5}) for _ in range(2))
    rows = []
    for _ in range(30):
        before = walked.tensors["W2"][0, 1], walked.tensors["vW2"][0, 1]
        walked.finish_batch()
        after = walked.tensors["W2"][0, 1], walked.tensors["vW2"][0, 1]
        rows.append((walked.tensors["dW2"][0, 1], before[1], after[1], after[0] - before[0]))
    t.run(30)
    t.seek(29, 5)
    found = ledger(t, "W2", (0, 1))
    assert at(t) == (29, 5)
    assert [row.batch for row in found.rows] == list(range(28 - LEDGER_BATCHES + 1, 29))
    for row in found.rows:
        assert (row.gradient, row.old_velocity, row.new_velocity, row.change) == rows[row.batch - 1]


def test_how_a_run_came_to_diverge() -> None:
    t, walked = (toy(**{"optimizer.learning_rate": 1.5}) for _ in range(2))
    t.run(500)
    assert t.halt is not None
    halt = t.position
    found = approach(t)
    assert t.position == halt
    finished = len(t.metrics.loss)
    assert found.batches.tolist() == list(range(max(1, finished - APPROACH_BATCHES + 1), finished + 1))
    assert found.losses.tolist() == t.metrics.loss.values()[-len(found.losses) :].tolist()
    walked.run(finished - 1)
    walked.finish_batch()
    for k in (1, 2, 3):
        norm = np.sqrt((walked.tensors[f"dW{k}"] ** 2).sum())
        assert np.isclose(found.gradients[-1, k - 1], norm, rtol=1e-12)
    assert found.gradients[-1].max() > 1e3 * found.gradients[0].max()


def test_instruments_keep_one_reading_a_batch_and_never_go_back() -> None:
    t, instruments = toy(), Instruments()
    instruments.begin(t)
    with pytest.raises(LessonError, match="W9"):
        instruments.watch(("W9.max()",), t)
    instruments.watch(("W1[0, 0]", "delta1", "loss"), t)
    for batch in (3, 5, 2, 7):
        if batch > len(t.metrics.loss):
            t.run(batch - t.position.batch)
        t.seek(batch, END)
        instruments.note(t, 1)
        instruments.note_health(t, 1, t.history.line.number)
    readings = instruments.read(t)["watches"]
    assert [reading.text for reading in readings] == ["W1[0, 0]", "delta1", "loss"]
    straight = toy()
    expected = []
    for batch in range(1, 8):
        straight.finish_batch()
        if batch in (3, 5, 7):
            expected.append(straight.tensors["W1"][0, 0])
    assert readings[0].series.tolist() == expected
    assert readings[0].value == expected[-1]
    assert isinstance(readings[1].value, str)
    t.seek(7, 3)
    assert instruments.read(t)["watches"][2].value is None  # pending
    t.seek(4)
    t.learning_rate = 0.3  # a line of its own
    t.finish_batch()
    instruments.note(t, 1)
    instruments.note_health(t, 1, t.history.line.number)
    assert len(instruments.read(t)["watches"][0].series) == 1
    assert instruments.read(t)["health_series"].batches().tolist() == [4]


def test_a_watch_that_comes_late_gets_a_past_and_so_does_health() -> None:
    t, instruments = toy(), Instruments()
    t.run(2000)
    instruments.begin(t)
    instruments.note(t, 1)
    instruments.note_health(t, 1, t.history.line.number)
    instruments.watch(("W1[0, 0]", "delta1"), t)
    before = t.tensors.vector.copy(), t.position
    assert instruments.lacks(t)
    while not instruments.make_up(t, 0.01):
        assert instruments.lacks(t)
    assert not instruments.lacks(t)
    assert (t.tensors.vector.tobytes(), t.position) == (before[0].tobytes(), before[1])
    found = instruments.read(t)
    batches = found["health_series"].batches().astype(int).tolist()
    assert 5 < len(batches) <= PAST + 1
    assert batches == sorted(set(batches))
    assert batches[0] == 1
    straight, weights, norms = toy(), [], []
    for batch in range(1, 2001):
        straight.finish_batch()
        if batch in batches:
            weights.append(straight.tensors["W1"][0, 0])
            norms.append(float(np.sqrt((straight.tensors["dW2"].astype(float) ** 2).sum())))
    assert found["watches"][0].series.tolist() == weights[:-1]  # the present one was read before it was watched
    assert found["health_series"].values(2, "gradient_norm") == pytest.approx(norms, rel=1e-12)
    assert not instruments.make_up(t, 0.01), "what is no number is not tried for ever"
