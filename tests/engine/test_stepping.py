"""Stepping, finishing phases and batches, and running in bursts: one Program, so the same bits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.lesson import EXECUTORS, Lesson
from engine.program import Phase, Program
from engine.trainer import Position, Trainer
from tests.engine.nets import Table, points, random_nets

pytestmark = pytest.mark.usefixtures("one_loop")

# 7 examples in batches of 3: two full batches and one of a single example, or two and a rest that is dropped
SHAPES = {
    "file order": {},
    "a short last batch, shuffled": {"shuffle": True},
    "the last batch dropped": {"shuffle": True, "drop_last": True},
    "a batch larger than the data": {"batch_size": 100},
}


def net(executor: str, rng: str = "numpy", **data: Any) -> Trainer:
    table = points(
        [3, 4, 4, 2],
        7,
        seed=5,
        activation=["relu", "sigmoid"],
        output="softmax",
        loss="cross_entropy",
        reduction="mean",
        optimizer={"momentum": 0.5},
        run={"executor": executor},
        init={"rng": rng},
        data={"batch_size": 3, **data},
    )
    return Trainer(Lesson.from_table(table))


def same(a: Trainer, b: Trainer) -> None:
    assert a.position == b.position
    assert np.array_equal(a.tensors.vector, b.tensors.vector)
    assert a.tensors.batch == b.tensors.batch
    for name, series in vars(a.metrics).items():
        assert np.array_equal(series.values(), getattr(b.metrics, name).values(), equal_nan=True), name


@pytest.mark.parametrize("rng", ["numpy", "torch"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("executor", EXECUTORS)
def test_stepping_is_running(executor: str, shape: str, rng: str) -> None:
    stepped, run = net(executor, rng, **SHAPES[shape]), net(executor, rng, **SHAPES[shape])
    for batch in range(1, 11):
        for _ in stepped.program.steps:
            stepped.step()
        run.run(1)
        assert run.position.batch == batch
        same(stepped, run)
    at_once = net(executor, rng, **SHAPES[shape])
    assert at_once.run(10) == 10
    same(at_once, run)


moves = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["step", "finish_phase", "finish_batch"])),
        st.tuples(st.sampled_from(["run", "burst"]), st.integers(1, 9)),
        st.tuples(st.sampled_from(["run_to", "go_on_to"]), st.integers(1, 20)),
    ),
    max_size=15,
)


@pytest.mark.parametrize("executor", EXECUTORS)
@settings(max_examples=40)
@given(moves=moves)
def test_any_mixture_of_moves_is_a_run(executor: str, moves: list[tuple[Any, ...]]) -> None:
    mixed, plain = net(executor, shuffle=True), net(executor, shuffle=True)
    for name, *arguments in moves:
        getattr(mixed, name)(*arguments)
    mixed.finish_batch()
    assert mixed.batch_done
    plain.run(mixed.position.batch)
    same(mixed, plain)


@settings(max_examples=40)
@given(random_nets(), st.sampled_from(EXECUTORS))
def test_random_nets_stepped_and_run(table: Table, executor: str) -> None:
    table["run"] = {"executor": executor}
    table["data"]["batch_size"] = 2
    stepped, run = Trainer(Lesson.from_table(table)), Trainer(Lesson.from_table(table))
    for _ in range(5 * len(stepped.program)):
        stepped.step()
    run.run(5)
    same(stepped, run)


def test_positions_count_steps_batches_and_epochs() -> None:
    t = net("numpy")
    assert (t.batches_per_epoch, t.position) == (3, Position(1, 1, 0))
    t.step()
    assert t.position == Position(1, 1, 1)
    t.finish_batch()
    assert t.position == Position(1, 1, len(t.program))
    t.step()
    assert t.position == Position(1, 2, 1)
    t.run(2)
    assert t.position == Position(1, 3, len(t.program))
    assert (t.tensors.batch, t.tensors["z1"].shape) == (1, (1, 4))
    t.step()
    assert t.position == Position(2, 4, 1)
    assert (t.tensors.batch, t.tensors["z1"].shape) == (3, (3, 4))
    t.run(300)
    assert t.position == Position(101, 303, len(t.program))


def test_finish_phase_stops_at_the_end_of_each_phase() -> None:
    t = net("numpy")
    seen = []
    for _ in range(5):
        t.finish_phase()
        seen.append(t.program.steps[t.position.step - 1].phase)
    assert seen == [Phase.FORWARD, Phase.LOSS, Phase.BACKWARD, Phase.UPDATE, Phase.FORWARD]
    assert t.position.batch == 2


def test_go_on_to_goes_on_to_the_next_batch() -> None:
    t = net("numpy")
    t.go_on_to(5)
    assert t.position == Position(1, 1, 5)
    t.go_on_to(3)
    assert t.position == Position(1, 2, 3)


@pytest.mark.parametrize("executor", EXECUTORS)
@settings(max_examples=25)
@given(
    before=st.integers(0, 7),
    places=st.lists(st.integers(0, 25), min_size=1, max_size=6),
    momentum=st.sampled_from([0.0, 0.5]),
)
def test_going_back_and_on_within_a_batch_changes_nothing(
    executor: str, before: int, places: list[int], momentum: float
) -> None:
    walked, straight = (net(executor, shuffle=True) for _ in range(2))
    for t in (walked, straight):
        t.set("optimizer.momentum", momentum)
        t.run(before)
    for place in places:
        walked.run_to(place)
        place = min(place, len(walked.program))
        assert (walked.position.batch, walked.position.step) == (max(1, before), place)
        fresh = net(executor, shuffle=True)
        fresh.set("optimizer.momentum", momentum)
        fresh.run(max(0, before - 1))
        if place:
            fresh.step()
            fresh.run_to(place)
            shown = set(walked.tensors) - walked.program.pending(place)
            for name in shown:
                assert np.array_equal(walked.tensors[name], fresh.tensors[name]), name
    walked.finish_batch() if not walked.batch_done else None
    if not straight.batch_done:
        straight.finish_batch()
    walked.run(5)
    straight.run(5)
    same(walked, straight)


def test_go_on_to_ends_where_the_next_batch_has_fewer_steps() -> None:
    """Switching momentum off takes the velocities' steps away, perhaps the very one that was asked for."""
    t = net("numpy")
    t.go_on_to(len(t.program))
    t.set("optimizer.momentum", 0.0)
    t.go_on_to(t.position.step)
    assert t.position == Position(1, 2, len(t.program))


def test_each_example_comes_once_an_epoch() -> None:
    x = np.arange(7.0).reshape(7, 1)
    table = points([1, 1], 7, data={"x": x.tolist(), "batch_size": 3, "shuffle": True})
    t = Trainer(Lesson.from_table(table))
    epochs = []
    for _ in range(4):
        seen: list[float] = []
        for _ in range(3):
            t.finish_batch()
            seen += t.tensors["x"].ravel().tolist()
        assert sorted(seen) == x.ravel().tolist()
        epochs.append(seen)
    assert len({tuple(seen) for seen in epochs}) == 4, "a new order each epoch"


def test_the_program_lists_what_each_step_reads_and_writes() -> None:
    program = Program.of(Lesson.load("toy-bias"))
    assert [step.index for step in program.steps] == list(range(1, 23))
    phases = [step.phase for step in program.steps]
    assert [phases.count(phase) for phase in Phase] == [6, 1, 9, 6]
    written: set[str] = {"x", "y"} | {f"{kind}{k}" for kind in "Wb" for k in (1, 2, 3)}
    for step in program.steps:
        assert set(step.reads) <= written, f"{step.title} reads what is not there yet"
        written.add(step.write)


def test_a_step_changes_nothing_but_what_it_says_it_writes() -> None:
    for executor in EXECUTORS:
        t = net(executor)
        for _ in range(len(t.program)):
            before = {name: array.copy() for name, array in t.tensors.items()}
            step = t.step()
            changed = {name for name, array in t.tensors.items() if not np.array_equal(array, before[name])}
            assert changed <= {step.write}


def test_pending_names_what_the_batch_has_yet_to_compute() -> None:
    t = net("numpy")
    assert "z1" in t.program.pending(0)
    assert "W1" not in t.program.pending(0)
    t.finish_phase()
    pending = t.program.pending(t.position.step)
    assert "a3" not in pending
    assert {"loss", "delta3", "dW1"} <= pending
    assert not t.program.pending(len(t.program))


@pytest.mark.parametrize("executor", EXECUTORS)
def test_reset_is_the_same_start(executor: str) -> None:
    t, fresh = net(executor, shuffle=True), net(executor, shuffle=True)
    start = t.tensors.vector.copy()
    t.run(20)
    t.learning_rate = 0.7
    t.run(3)
    t.reset()
    assert np.array_equal(t.tensors.vector, start)
    assert (t.position, t.learning_rate, len(t.metrics.loss), t.log.changes) == (Position(1, 1, 0), 0.05, 0, ())
    t.run(20)
    fresh.run(20)
    same(t, fresh)
    t.reset(seed=9)
    assert not np.array_equal(t.tensors.vector, start)
    assert t.lesson.init.seed == 9


def test_a_picture_never_changes_and_its_memory_is_used_again_once_nobody_looks() -> None:
    t = net("numpy")
    t.step()
    held = t.frozen()
    part, kept = held["z1"][:1], held["z1"][:1].copy()  # a view of a view is enough to hold it
    addresses = set()
    for _ in range(20):
        t.step()
        addresses.add(t.frozen().vector.ctypes.data)
        assert np.array_equal(part, kept)
    del held
    t.run(20)
    for _ in range(20):
        t.frozen()
        assert np.array_equal(part, kept)
    assert len(addresses) <= 6
    pictures = []
    for _ in range(12):
        t.step()
        pictures.append((t.frozen(), t.tensors.vector.copy()))
    for picture, vector in pictures:
        assert np.array_equal(picture.vector, vector)
        with pytest.raises(ValueError, match="read-only"):
            picture["W1"][0, 0] = 1.0
