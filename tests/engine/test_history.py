"""Time travel: wherever one goes, everything is what a fresh run that does the same gets to, bit for bit."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine import trainer as trainer_module
from engine.history import Change, Checkpoint, Edit, History, RunLog
from engine.lesson import Lesson, LessonError
from engine.program import END, Phase
from engine.tensors import Spare
from engine.trainer import LIVE_KEYS, Position, Trainer, value_of

from .nets import points

EXECUTORS = ("numpy", "compiled")
SHOWN = ("W1", "b1", "vW1", "vb1", "W2", "b2")


def table(executor: str = "numpy", **sections: dict[str, Any]) -> dict[str, Any]:
    sections.setdefault("optimizer", {"learning_rate": 0.05, "momentum": 0.5})
    data = {"batch_size": 3, "shuffle": True, **sections.pop("data", {})}
    return points([2, 4, 2], 7, run={"executor": executor}, data=data, **sections)


def toy() -> Trainer:
    return Trainer(Lesson.load("toy-bias"))


def everything(t: Trainer) -> dict[str, bytes]:
    """All that has been computed of where a Trainer stands."""
    known = set(t.tensors) - t.program.pending(t.position.step)
    arrays = {name: t.tensors[name].tobytes() for name in sorted(known)}
    return arrays | {f"start {name}": array.tobytes() for name, array in t.start.items() if not name.startswith("v")}


def walk_afresh(opened: Lesson, log: RunLog, at: Position) -> Trainer:
    """The same run by nothing but what any user can do: set, type, step."""
    t = Trainer(opened)
    for batch in range(1, at.batch + 1):
        for entry in log.entries:
            if entry.batch != batch:
                continue
            if isinstance(entry, Change):
                t.set(entry.key, entry.new)  # the batch before is done, or this is the first
        if batch > 1 and at.step == 0 and batch == at.batch:
            t.seek(batch)
        for entry in log.entries:
            if entry.batch == batch and isinstance(entry, Edit):
                t.edit(entry.array, entry.row, entry.column, entry.new)
        if batch < at.batch:
            t.finish_batch()
        else:
            t.go_on_to(at.step) if t.position.batch < batch else t.run_to(at.step)
    return t


@pytest.mark.parametrize("executor", EXECUTORS)
class TestMachine:
    """Hypothesis drives a small net; after each act the state is held against a fresh walk by the log."""

    def test_any_sequence(self, executor: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(trainer_module, "KEEP_SECONDS", 1e-4)  # checkpoints a batch or a few apart
        monkeypatch.setattr(trainer_module, "KEEP_SHARE", 1e9)

        class Machine(RuleBasedStateMachine):
            looks = 0

            @initialize(momentum=st.sampled_from([0.0, 0.5]), rng=st.sampled_from(["numpy", "torch"]))
            def open(self, momentum: float, rng: str) -> None:
                optimizer = {"learning_rate": 0.05, "momentum": momentum}
                self.lesson = Lesson.from_table(table(executor, optimizer=optimizer, init={"rng": rng}))
                self.t = Trainer(self.lesson, checkpoint_bytes=20_000)

            @rule()
            def step(self) -> None:
                self.t.step()

            @rule()
            def step_back(self) -> None:
                before, state = self.t.position, everything(self.t)
                if before.step == 0:
                    return
                self.t.step_back()
                self.t.step()
                assert (self.t.position, everything(self.t)) == (before, state)
                self.t.step_back()

            @rule()
            def phase_back(self) -> None:
                self.t.phase_back()

            @rule()
            def batch_back(self) -> None:
                self.t.batch_back()

            @rule()
            def epoch_back(self) -> None:
                self.t.epoch_back()

            @rule()
            def finish_phase(self) -> None:
                self.t.finish_phase()

            @rule(batches=st.integers(1, 9))
            def run(self, batches: int) -> None:
                self.t.run(batches)

            @rule(share=st.floats(0, 1), step=st.integers(0, 30))
            def seek(self, share: float, step: int) -> None:
                finished = self.t.history.line.finished
                batch = 1 + round(share * finished)
                self.t.seek(batch, step)
                assert self.t.position.batch == batch
                assert self.t.position.step == min(step, len(self.t.program))

            @rule(rate=st.sampled_from([0.01, 0.1, 0.2]))
            def rate(self, rate: float) -> None:
                self.t.learning_rate = rate

            @rule(momentum=st.sampled_from([0.0, 0.5, 0.9]), form=st.sampled_from(["torch", "classic"]))
            def momentum(self, momentum: float, form: str) -> None:
                self.t.set("optimizer.momentum", momentum)
                self.t.set("optimizer.momentum_form", form)

            @rule(array=st.sampled_from(["W1", "b1", "W2", "x", "y"]), value=st.floats(-2, 2, width=32))
            def edit(self, array: str, value: float) -> None:
                step, batch, done = self.t.position.step, self.t.position.batch, self.t.batch_done
                self.t.edit(array, 0, 1, value)
                after = (batch + 1, 0) if done else (batch, step)
                assert (self.t.position.batch, self.t.position.step) == after

            @rule()
            def undo(self) -> None:
                entries, waiting = self.t.log.entries, bool(self.t.wanted)
                assert self.t.undo() == (waiting or bool(entries))
                if waiting:
                    assert self.t.log.entries == entries
                elif entries:
                    assert self.t.position.batch == entries[-1].batch
                    assert self.t.log.until(entries[-1].batch).entries == entries[:-1]
                assert not self.t.wanted

            @precondition(lambda self: len(self.t.history.lines) > 1)
            @rule(share=st.floats(0, 0.99))
            def switch(self, share: float) -> None:
                self.t.switch(int(share * len(self.t.history.lines)))

            @rule()
            def reset(self) -> None:
                self.t.reset()

            @invariant()
            def is_what_a_fresh_run_gets_to(self) -> None:
                self.looks += 1  # every other time as an observer: what nobody asked of the run, it has yet to find
                t = self.t.observer() if self.looks % 2 else self.t
                fresh = walk_afresh(self.lesson, t.log, t.position)
                assert fresh.position == t.position
                assert everything(fresh) == everything(t)
                assert [value_of(fresh.lesson, k) for k in LIVE_KEYS] == [value_of(t.lesson, k) for k in LIVE_KEYS]
                fresh.history.line.log = t.log  # the rest of the line, to compare what it measured
                fresh.run(t.history.line.finished - fresh.history.line.finished)
                for name, series in vars(t.metrics).items():
                    assert np.array_equal(series.values(), vars(fresh.metrics)[name].values(), equal_nan=True), name
                assert t.history.bytes <= 20_000 or all(len(n.checkpoints) <= 2 for n in t.history.lines)

        from hypothesis.stateful import run_state_machine_as_test

        too_slow = [HealthCheck.too_slow]
        run_state_machine_as_test(
            Machine,
            settings=settings(max_examples=25, stateful_step_count=14, deadline=None, suppress_health_check=too_slow),
        )


def test_back_by_step_phase_batch_and_epoch() -> None:
    t = Trainer(Lesson.from_table(table()))  # three batches an epoch
    last = len(t.program)
    t.run(7)
    t.step()
    t.step()
    t.step_back()
    assert t.position == Position(3, 8, 1)
    t.step_back()
    assert t.position == Position(3, 7, last)
    t.phase_back()
    assert t.program.steps[t.position.step - 1].phase is Phase.BACKWARD
    t.phase_back()
    t.phase_back()
    assert t.program.steps[t.position.step - 1].phase is Phase.FORWARD
    t.phase_back()
    assert t.position == Position(2, 6, last)
    t.batch_back()
    assert t.position == Position(2, 5, last)
    t.epoch_back()
    assert t.position == Position(1, 3, last)
    t.epoch_back()
    assert t.position == Position(1, 1, 0)
    for back in (t.step_back, t.phase_back, t.batch_back, t.epoch_back):
        back()
        assert t.position == Position(1, 1, 0)
    assert len(t.metrics.loss) == 7


def test_the_toy_back_at_its_documented_first_update() -> None:
    t = toy()
    t.run(50)
    t.seek(1, 22)
    assert np.allclose(t.tensors["W1"], 0.3875, rtol=0, atol=1e-15)
    assert np.allclose(t.tensors["W2"], 0.33125, rtol=0, atol=1e-15)
    t.seek(1, 8)
    assert t.tensors["delta3"].item() == 2.25
    assert np.allclose(t.tensors["W1"], 0.5, rtol=0)


def test_a_change_in_the_past_begins_a_line_and_keeps_the_old_one() -> None:
    t = toy()
    t.run(20)
    losses = t.metrics.loss.values().tolist()
    t.seek(11)
    t.learning_rate = 0.01
    assert [(n.number, n.parent, n.begins, n.finished) for n in t.history.infos()] == [(0, None, 1, 20), (1, 0, 11, 10)]
    assert t.log.entries == (Change(11, "optimizer.learning_rate", 0.1, 0.01),)
    t.run(30)
    assert t.metrics.loss.values(0, 10).tolist() == losses[:10]
    assert t.metrics.loss.values(11, 12) != losses[11]
    t.switch(0)
    assert t.history.line.number == 0
    assert t.position.batch == 20  # its last: it is shorter
    t.seek(20, 1000)
    assert t.metrics.loss.values().tolist() == losses
    assert t.learning_rate == 0.1
    with pytest.raises(LessonError, match="no line 7"):
        t.switch(7)


def test_undoing_a_change_in_the_past_brings_its_old_future_back() -> None:
    t = toy()
    t.run(12)
    losses = t.metrics.loss.values().tolist()
    t.seek(3, 9)
    t.edit("W2", 0, 0, 0.9)
    t.run(2)
    assert t.undo()
    assert t.history.line.number == 0
    assert t.metrics.loss.values().tolist() == losses
    assert len(t.history.lines) == 2
    t.seek(5)
    t.learning_rate = 0.3
    t.learning_rate = 0.1  # as it was
    assert t.history.line.number == 0


def test_going_on_without_a_change_keeps_to_the_line() -> None:
    t = toy()
    t.run(20)
    t.seek(5)
    t.learning_rate = 0.1  # it is that already
    t.run(30)
    assert len(t.history.lines) == 1
    assert len(t.metrics.loss) == 34


def test_what_was_never_reached_cannot_be_gone_to() -> None:
    t = toy()
    t.run(4)
    for batch in (0, -1, 6, 10**9):
        with pytest.raises(LessonError, match="cannot be gone to: the run has 4 finished batches"):
            t.seek(batch)
    t.seek(5)
    assert t.position == Position(5, 5, 0)


def test_a_diverged_run_is_gone_back_from_and_diverges_again() -> None:
    t = Trainer(Lesson.load("toy-bias", {"optimizer.learning_rate": 10.0}))
    t.run(100)
    assert t.halt is not None
    halt = t.halt
    state = everything(t)
    t.seek(halt.position.batch - 1, 3)
    assert t.halt is None
    t.run(100)
    assert t.halt == halt
    assert everything(t) == state
    t.step_back()
    assert t.halt is None
    t.step()
    assert t.halt == halt
    t.seek(1)
    t.learning_rate = 0.1
    t.run(50)
    assert t.halt is None
    assert len(t.history.lines) == 2


def test_an_edit_of_the_toy_by_hand() -> None:
    """x = (2, 2): z1 = 2·0.5 + 2·0.5 + 0.5 = 2.5 in that batch alone; then W1[0, 0] = 0.7 for good."""
    t = toy()
    t.run_to(6)
    t.edit("x", 0, 0, 2.0)
    t.edit("x", 0, 1, 2.0)
    assert t.position.step == 6
    assert t.tensors["z1"].tolist() == [[2.5] * 3]
    t.finish_batch()
    t.step()
    assert t.tensors["x"].tolist() == [[1.0, 1.0]]
    t.edit("W1", 0, 0, 0.7)
    assert t.start["W1"][0, 0] == t.tensors["W1"][0, 0] == 0.7
    assert t.tensors["z1"][0, 0] == 0.7 + t.start["W1"][1, 0] + t.start["b1"][0]
    old = t.log.entries[-1]
    assert isinstance(old, Edit)
    assert (old.batch, old.array, old.new) == (2, "W1", 0.7)
    assert t.undo()
    assert t.tensors["W1"][0, 0] == old.old
    for array, row, column, value in (("z1", 0, 0, 1.0), ("W1", 2, 0, 1.0), ("W9", 0, 0, 1.0), ("W1", 0, 0, np.inf)):
        before = copy.deepcopy(everything(t))
        with pytest.raises(LessonError):
            t.edit(array, row, column, value)
        assert everything(t) == before


def test_an_edit_of_a_batch_that_is_shorter() -> None:
    t = Trainer(Lesson.from_table(table()))  # 7 examples in batches of 3, 3 and 1
    t.run(2)
    before = t.position, everything(t)
    with pytest.raises(LessonError, match=r"x\[2, 0\] does not exist: x of batch 3 is 1 x 2"):
        t.edit("x", 2, 0, 1.0)
    assert (t.position, everything(t)) == before
    t.edit("x", 0, 0, 1.0)
    assert t.tensors["x"][0, 0] == 1.0
    beyond = RunLog(t.log.lesson, (Edit(3, "x", 1, 0, 0.0, 1.0),))
    with pytest.raises(LessonError, match="does not exist in batch 3"):
        t.follow(beyond)


def test_a_batch_that_halts_at_its_last_step_is_not_done() -> None:
    table_ = points([1, 1], 1, bias=False, loss="l1", optimizer={"learning_rate": 1e6}, run={"dtype": "float32"})
    table_["data"] |= {"x": [[1e33]], "y": [[0.0]]}
    t = Trainer(Lesson.from_table(table_))
    t.run(3)
    assert t.halt is not None
    assert t.halt.position.step == len(t.program)
    batch = t.position.batch
    t.edit("W1", 0, 0, 0.0)
    assert t.position.batch == batch
    entry = t.log.entries[-1]
    assert isinstance(entry, Edit)
    assert np.isfinite(entry.old)


@pytest.mark.parametrize("executor", EXECUTORS)
def test_what_the_last_batch_of_a_burst_started_from(executor: str) -> None:
    """A fresh run to the batch before ends with it; asking for it moves nothing, and a wish goes on waiting."""
    t, before = (Trainer(Lesson.from_table(table(executor))) for _ in range(2))
    t.run(23)
    before.run(22)
    t.set("optimizer.momentum", 0.9)
    place, arrays = t.position, t.tensors.vector.copy()
    assert np.array_equal(t.start_parameters, before.tensors.parameters)
    assert np.array_equal(t.start_velocities, before.tensors.velocities)
    assert (t.position, t.log.entries, t.wanted) == (place, (), {"optimizer.momentum": 0.9})
    assert np.array_equal(t.tensors.vector, arrays)
    t.step()
    assert t.log.changes == (Change(24, "optimizer.momentum", 0.5, 0.9),)


WAYS_BACK = {
    "a step": Trainer.step_back,
    "a phase": Trainer.phase_back,
    "the start": lambda t: t.run_to(0),
    "a batch": Trainer.batch_back,
    "an epoch": Trainer.epoch_back,
}


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("way", WAYS_BACK)
def test_back_from_the_end_of_a_burst(executor: str, way: str) -> None:
    t = Trainer(Lesson.from_table(table(executor)))
    t.run(11)
    t.learning_rate = 0.2
    t.step()
    t.run(10)  # the one under way, then a burst
    WAYS_BACK[way](t)
    assert everything(t) == everything(walk_afresh(t.log.lesson, t.log, t.position))


def test_an_observer_walks_through_the_past_while_the_run_goes_on() -> None:
    t, alone = (Trainer(Lesson.from_table(table("compiled"))) for _ in range(2))
    t.run(40)
    other = t.observer()
    for batch in (3, 17, 2, 39):
        other.seek(batch, 5)
        t.run(7)
        assert everything(other) == everything(walk_afresh(t.log.lesson, t.log, other.position))
    alone.run(68)
    assert everything(t) == everything(alone)
    assert t.metrics.loss.values().tolist() == alone.metrics.loss.values().tolist()


@pytest.mark.parametrize("entries", [0, 5])
def test_checkpoints_keep_within_their_memory(entries: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer_module, "KEEP_SECONDS", 0.0)
    monkeypatch.setattr(trainer_module, "KEEP_SHARE", 1e9)
    t = Trainer(Lesson.from_table(table("compiled")), checkpoint_bytes=30_000)
    for i in range(entries):  # lines share the memory
        t.run(60)
        t.seek(40)
        t.learning_rate = 0.01 * (i + 2)
    t.run(2000)
    assert t.history.bytes <= 30_000
    batches = [c.batch for c in t.history.line.checkpoints]
    assert batches[0] == 1
    assert batches == sorted(set(batches))
    assert len(batches) > 20
    assert max(b - a for a, b in zip(batches[-10:], batches[-9:], strict=False)) <= 4  # the newest stay close
    t.seek(1500, 4)
    assert everything(t) == everything(walk_afresh(t.log.lesson, t.log, t.position))


def test_memory_is_handed_out_once_and_in_the_size_and_dtype_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Spare, "LARGE", 64)
    spare, taken = Spare(), []
    for number, (size, dtype) in enumerate(
        [(100, "f4"), (100, "f4"), (100, "f8"), (7, "f4"), (100, "f4"), (100, "f4")]
    ):
        memory = spare.take(size, np.dtype(dtype))
        assert (memory.size, memory.dtype) == (size, dtype)
        memory[:] = number
        taken.append(memory)
    assert [set(memory.tolist()) for memory in taken] == [{n} for n in range(len(taken))]


def test_what_is_kept_in_memory_made_ready_is_what_a_fresh_run_gets_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Spare, "LARGE", 0)
    monkeypatch.setattr(trainer_module, "KEEP_SECONDS", 0.0)
    monkeypatch.setattr(trainer_module, "KEEP_AT_LAST", 0.0)  # before every batch
    trainer, fresh = toy(), toy()
    trainer.run(30)
    assert len(trainer.history.line.checkpoints) > 20
    expected = []
    for _ in range(30):
        fresh.go_on_to(END)
        expected.append(everything(fresh))
    for batch in range(30, 0, -1):  # each from a checkpoint: forward it would go on from the batch before
        trainer.seek(batch, END)
        assert everything(trainer) == expected[batch - 1], batch


def test_the_memory_of_checkpoints_is_bounded_over_100_000_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer_module, "KEEP_SECONDS", 0.0)  # as many as can be
    monkeypatch.setattr(trainer_module, "KEEP_SHARE", 0.5)
    t = Trainer(Lesson.from_table(table("compiled")), checkpoint_bytes=200_000)
    for done in range(10_000, 100_001, 10_000):
        t.run(10_000)
        assert len(t.metrics.loss) == done
        assert t.history.bytes <= 200_000
    state = everything(t)
    t.seek(54_321, 3)
    t.seek(100_000, END)
    assert everything(t) == state
    t.history.limit = 10_000
    assert t.history.bytes <= 10_000


def test_a_log_keeps_one_entry_a_place() -> None:
    log = RunLog(Lesson.load("toy"))
    log = log.with_change(3, "optimizer.learning_rate", 0.1, 0.2).with_change(3, "optimizer.learning_rate", 0.2, 0.3)
    assert log.entries == (Change(3, "optimizer.learning_rate", 0.1, 0.3),)
    log = log.with_edits([Edit(4, "W1", 0, 0, 0.5, 1.0)]).with_edits([Edit(4, "W1", 0, 0, 1.0, 2.0)])
    assert log.entries[1] == Edit(4, "W1", 0, 0, 0.5, 2.0)
    assert (log.next_after(1), log.next_after(3), log.next_after(4)) == (3, 4, None)
    assert log.before(4).entries == log.until(3).entries == log.entries[:1]
    assert log.with_change(3, "optimizer.learning_rate", 0.3, 0.1).changes == ()


places = st.tuples(st.integers(1, 6), st.integers(0, 3))


@settings(max_examples=100)
@given(st.lists(places, max_size=20))
def test_a_log_is_asked_by_batch(drawn: list[tuple[int, int]]) -> None:
    """In whatever order its entries were done."""
    lesson = Lesson.load("toy")
    entries = tuple(
        Change(batch, "optimizer.learning_rate", 0.1, float(i)) if what == 0 else Edit(batch, "W1", 0, 0, 0.0, float(i))
        for i, (batch, what) in enumerate(drawn)
    )
    log = RunLog(lesson, entries)
    for batch in range(8):
        here = [entry for entry in entries if entry.batch == batch]
        assert list(log.changes_at(batch)) == [entry for entry in here if isinstance(entry, Change)]
        assert list(log.edits_at(batch)) == [entry for entry in here if isinstance(entry, Edit)]
        assert log.next_after(batch) == min((e.batch for e in entries if e.batch > batch), default=None)


def test_a_long_log_is_gone_through_once_and_not_for_every_batch() -> None:
    class Counted(tuple[Edit, ...]):
        times = 0

        def __iter__(self) -> Iterator[Edit]:
            Counted.times += 1
            return super().__iter__()

    t = toy()
    t.follow(RunLog(t.lesson, Counted(Edit(batch, "W1", 0, 0, 0.0, 0.5) for batch in range(1, 300, 3))))
    before = Counted.times
    t.run(batches=300)
    assert Counted.times - before <= 3
    assert t.history.line.finished == 300


def test_the_last_checkpoint_of_a_line_is_never_given_up() -> None:
    lesson = Lesson.load("toy")
    state = np.zeros(100)
    history = History(lesson, Checkpoint(1, lesson, state, None), limit=1)
    for batch in range(2, 50):
        history.keep(Checkpoint(batch, lesson, state.copy(), None))
    assert [c.batch for c in history.line.checkpoints] == [1, 49]
    assert history.line.checkpoint_before(48).batch == 1


def test_an_example_of_ones_own_goes_in_as_one_and_is_undone_as_one() -> None:
    t = Trainer(Lesson.load("digits-sigmoid", {"run.executor": "numpy"}))
    t.run(3)
    t.go_on_to(5)
    before = t.tensors.vector.copy(), t.log
    mine = np.linspace(0.0, 1.0, 64)
    t.edit_row("x", 2, mine.tolist())
    assert (t.position.batch, t.position.step) == (4, 5)
    assert np.array_equal(t.tensors["x"][2], mine.astype(np.float32))
    z = t.tensors["x"] @ t.tensors["W1"] + t.tensors["b1"]
    assert np.allclose(t.tensors["z1"], z, rtol=1e-5, atol=1e-5)
    assert len(t.log.entries) > 30
    t.edit_row("y", 2, np.roll(t.tensors["y"][2], 1).tolist())
    t.edit("W1", 3, 3, 0.5)
    plain = Trainer(t.log.lesson)
    plain.follow(t.log)
    plain.run(3)
    plain.go_on_to(5)
    assert plain.tensors.vector.tobytes() == t.tensors.vector.tobytes()
    for entries in (2, 1, 0):
        assert t.undo()
        assert len({(e.array, e.row) for e in t.log.entries}) == entries
    assert t.log == before[1]
    assert t.tensors.vector.tobytes() == before[0].tobytes()
    with pytest.raises(LessonError, match="does not exist"):
        t.edit_row("x", 0, [0.0] * 65)
    with pytest.raises(LessonError, match="finite"):
        t.edit_row("x", 0, [math.nan])
    assert t.log == before[1]


def test_test_examples_can_be_asked_for_only_where_there_are_some() -> None:
    """A live change, and one that comes with the log of another's recording."""
    lesson = Lesson.from_table(
        {
            "format": 1,
            "id": "moons",
            "title": "Moons",
            "network": {"sizes": [2, 3, 2], "activation": "tanh", "output": "softmax"},
            "init": {"scheme": "xavier_normal"},
            "loss": {"name": "cross_entropy"},
            "data": {"source": "moons", "examples": 20, "test_share": 0.0, "batch_size": 5},
            "evaluation": {"examples": 0, "every": 1},
        }
    )
    t = Trainer(lesson)
    t.run(2)
    for asked in (-1, 3):
        with pytest.raises(LessonError, match=r"evaluation\.examples must be 0: the data have no test examples"):
            t.set("evaluation.examples", asked)
    assert t.wanted == {}
    t.run(2)
    log = RunLog(lesson, (Change(3, "evaluation.examples", 0, 0), Change(3, "evaluation.examples", 0, -1)))
    with pytest.raises(LessonError, match=r"evaluation\.examples must be 0: the data have no test examples"):
        t.follow(log)
    assert t.position == Position(1, 4, len(t.program)), "it stands where it stood"
    tested = Trainer(lesson.with_values({"data.test_share": 0.5, "data.batch_size": 2}))
    tested.set("evaluation.examples", -1)
    tested.run(3)
    assert tested.metrics.test_batch.values().tolist() == [1, 2, 3]
    assert len(tested.metrics.test_accuracy) == 3


@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_change_that_waits_is_for_the_next_batch_and_for_none_on_the_way_back(executor: str) -> None:
    """Typing goes through batches from a checkpoint on once more; so does a return to another line."""
    t = Trainer(Lesson.load("toy-bias", {"run.executor": executor}))
    t.run(300)
    t.step()
    t.learning_rate = 0.01
    t.edit("b1", 0, 0, 0.25)
    assert [(entry.batch, type(entry)) for entry in t.log.entries] == [(301, Edit)]
    assert t.wanted == {"optimizer.learning_rate": 0.01}
    assert len(t.history.lines) == 1, "no finished batch is another now"
    t.finish_batch()
    t.step()
    assert t.log.changes == (Change(302, "optimizer.learning_rate", 0.1, 0.01),)
    t.learning_rate = 0.02
    entries = t.log.entries
    t.switch(t.history.line.number)  # stands in batch 301, the last that is finished
    assert (t.log.entries, t.wanted) == (entries, {"optimizer.learning_rate": 0.02})


def test_a_burst_that_breaks_off_leaves_the_run_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    t = Trainer(Lesson.from_table(table("compiled")))
    t.run(20)
    t.learning_rate = 0.01
    with monkeypatch.context() as patch:
        patch.setattr(type(t._executor), "run_batches", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            t.run(5)
        assert np.array_equal(t.start_parameters, t.tensors.parameters), "nothing is walked through to say so"
    t.run(5)
    assert everything(t) == everything(walk_afresh(t.log.lesson, t.log, t.position))
