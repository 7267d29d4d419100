"""The engine thread: commands in, the latest message out, and gone within a second when asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import worker as worker_module
from engine.breakpoints import Crosses, SignChange, with_added
from engine.data import MissingData
from engine.executors import CompiledExecutor
from engine.gradcheck import Verdict, check_gradients
from engine.health import gradient_norm
from engine.history import Change, RunLog
from engine.lesson import Lesson
from engine.orders import Ask, Check, LookUp, Move, Open, Reset, RunTo, Set, SetBreakpoints, SetSpeed, SetWatches
from engine.recording import Recording
from engine.snapshot import Notice, Snapshot, State
from engine.speed import FULL_SPEED, Speed
from engine.trainer import Position, Trainer
from engine.worker import Autosave, Box, Message, Worker

RATE = "optimizer.learning_rate"


class Driver:
    """A worker, and what the interface would do with its box."""

    def __init__(self) -> None:
        self.worker = Worker()
        self.seen: list[Message] = []

    def __call__(self, *commands: Any) -> None:
        for command in commands:
            self.worker.send(command)

    def wait(self, until: Callable[[Message], bool], seconds: float = 20.0) -> Any:
        """Take messages until one is as wanted."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            message = self.worker.box.take()
            if message is None:
                time.sleep(0.001)
                continue
            self.worker.box.drawn()
            self.seen.append(message)
            if until(message):
                return message
        raise AssertionError(f"nothing of the kind in {seconds} s; the last of {len(self.seen)}: {self.seen[-1:]}")

    def open(self, lesson: str = "toy-bias", **overrides: Any) -> Snapshot:
        self(Open(Lesson.load(lesson, overrides)))
        found: Snapshot = self.wait(lambda m: isinstance(m, Snapshot))
        return found

    def at(self, batch: int, step: int) -> Snapshot:
        """The paused Snapshot at a place of the run."""
        found: Snapshot = self.wait(
            lambda m: (
                isinstance(m, Snapshot)
                and m.state is State.PAUSED
                and (m.position.batch, m.position.step) == (batch, step)
            )
        )
        return found


@pytest.fixture
def drive() -> Iterator[Driver]:
    driver = Driver()
    yield driver
    assert driver.worker.close(5.0), "the engine thread did not end"


def test_a_box_holds_only_the_latest() -> None:
    box, notices = Box(), [Notice(i, State.FAILED, Lesson.load("toy"), "") for i in range(3)]
    assert box.empty
    assert box.take() is None
    for notice in notices:
        box.put(notice)
    assert not box.empty
    assert box.take() is notices[-1]
    assert box.empty
    assert box.take() is None


@pytest.mark.parametrize(("executor", "short"), [("numpy", 0.0), ("compiled", 1.0)])
def test_a_run_in_plain_python_waits_for_its_picture_to_be_drawn(
    drive: Driver, monkeypatch: pytest.MonkeyPatch, executor: str, short: float
) -> None:
    """One that holds the interpreter would otherwise let the window draw a stroke now and then.

    So would a compiled one of batches so tiny that most of the time goes to what is around them.
    """
    monkeypatch.setattr(worker_module, "PATIENCE", 60.0)
    monkeypatch.setattr(worker_module, "SHORT", short)
    drive.open("toy-bias", **{"run.executor": executor})
    drive(SetSpeed(FULL_SPEED), Move.RUN)
    drive.wait(lambda m: isinstance(m, Snapshot) and m.batches > 50)
    box = drive.worker.box
    while (taken := box.take()) is None:
        time.sleep(0.001)
    assert isinstance(taken, Snapshot)
    time.sleep(0.3)
    assert box.empty, "it goes on while the window draws"
    box.drawn()
    drawn = drive.wait(lambda m: isinstance(m, Snapshot))
    assert drawn.batches > taken.batches
    drive(Move.PAUSE)
    drive.wait(lambda m: isinstance(m, Snapshot) and m.state is State.PAUSED)


def test_a_window_that_does_not_look_is_waited_for_once() -> None:
    box, notice = Box(), Notice(1, State.FAILED, Lesson.load("toy"), "")
    box.put(notice)
    box.wait_until_drawn(0.01)
    for _ in range(3):
        box.wait_until_drawn(3600.0)  # over at once, or the test never ends
    box.put(notice)
    box.drawn()  # before it was taken: another one was drawn
    waiting = threading.Thread(target=box.wait_until_drawn, args=(60.0,))
    waiting.start()
    waiting.join(0.1)
    assert waiting.is_alive(), "the next message is another matter"
    box.take()
    box.drawn()
    waiting.join(20.0)
    assert not waiting.is_alive()


@pytest.mark.parametrize("drawn", [True, False])
def test_the_health_of_every_picture_is_kept_whoever_reads_it(drive: Driver, drawn: bool) -> None:
    drive.open("digits-sigmoid")
    drive(SetSpeed(FULL_SPEED), Move.RUN)
    for _ in range(5):
        picture = drive.wait(lambda m: isinstance(m, Snapshot) and m.batches > 0)
        if drawn:
            assert len(picture.health) == 2
    drive(Move.PAUSE)
    paused = drive.wait(lambda m: isinstance(m, Snapshot) and m.state is State.PAUSED)
    series = paused.health_series
    assert {m.position.batch for m in drive.seen if isinstance(m, Snapshot) and m.batch_done} <= set(
        series.batches().astype(int).tolist()
    )
    alone = Trainer(Lesson.load("digits-sigmoid"))
    norms = dict(zip(series.batches().astype(int).tolist(), series.values(1, "gradient_norm").tolist(), strict=True))
    for batch in sorted(norms)[:10]:
        alone.run(batch - alone.position.batch + int(not alone.batch_done))
        assert norms[batch] == pytest.approx(np.linalg.norm(alone.tensors["dW1"].astype(float)), rel=1e-5), batch


def test_a_compiled_run_goes_on_while_its_picture_is_drawn(drive: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "PATIENCE", 60.0)
    drive.open("digits-sigmoid")
    drive(SetSpeed(FULL_SPEED), Move.RUN)
    drive.wait(lambda m: isinstance(m, Snapshot) and m.batches > 50)
    box, end = drive.worker.box, time.monotonic() + 20
    for _ in range(3):  # none of them drawn
        while box.take() is None:
            assert time.monotonic() < end
            time.sleep(0.001)
    box.drawn()


def test_open_and_step(drive: Driver) -> None:
    first = drive.open()
    assert (first.state, first.position, first.generation) == (State.PAUSED, Position(1, 1, 0), 1)
    assert first.step is None
    assert first.next_step.title == "z1 = x W1 + b1"
    drive(Move.STEP)
    stepped = drive.at(1, 1)
    assert stepped.step is not None
    assert stepped.step.title == "z1 = x W1 + b1"
    assert stepped.tensors["z1"].tolist() == [[1.5, 1.5, 1.5]]
    assert "a1" in stepped.pending
    drive(Move.FINISH_PHASE)
    assert drive.at(1, 6).tensors["z3"].tolist() == [[3.25]]
    drive(Move.FINISH_BATCH)
    done = drive.at(1, 22)
    assert done.batches == 1
    assert first.tensors["W3"].tolist() == [[0.5], [0.5]], "a Snapshot never changes"
    with pytest.raises(ValueError, match="read-only"):
        done.tensors["W3"][0, 0] = 1
    drive(RunTo(7))
    assert drive.at(1, 7).step is not None
    drive(Move.STEP_BACK)
    assert drive.at(1, 6).batches == 1
    drive(RunTo(3, batch=10))
    assert drive.at(10, 3).batches == 9


def test_run_and_pause(drive: Driver) -> None:
    drive.open()
    drive(Move.RUN)
    drive.wait(lambda m: isinstance(m, Snapshot) and m.state is State.RUNNING and m.batches > 100)
    drive(Move.PAUSE)
    paused = drive.wait(lambda m: isinstance(m, Snapshot) and m.state is State.PAUSED)
    assert paused.position.batch == paused.batches == len(paused.metrics.loss)
    at = paused.position
    made_up = drive.wait(lambda m: isinstance(m, Snapshot) and len(m.health_series or ()) > 5)
    assert (made_up.position, made_up.state) == (at, State.PAUSED), "only what was read of the past has become more"
    time.sleep(0.2)
    assert drive.worker.box.empty, "then nothing happens while paused"
    assert len(paused.metrics.loss) == paused.batches
    plain = Trainer(Lesson.load("toy-bias"))
    plain.run(paused.batches)
    assert np.array_equal(plain.tensors.vector, paused.tensors.vector), "a paused state is exact"
    batches = [m.batches for m in drive.seen if isinstance(m, Snapshot)]
    assert batches == sorted(batches)
    drive(Move.STEP)
    assert drive.at(paused.batches + 1, 1)


def test_a_step_while_running_pauses(drive: Driver) -> None:
    drive.open()
    drive(Move.RUN, Move.FINISH_PHASE)
    stopped = drive.wait(lambda m: isinstance(m, Snapshot) and m.state is State.PAUSED)
    assert stopped.position.step == 6


def test_commands_keep_their_order_and_consecutive_rates_become_one(drive: Driver) -> None:
    drive(
        Open(Lesson.load("toy-bias")),
        *(Set(RATE, rate) for rate in (0.2, 0.3, 0.02)),
        Move.FINISH_BATCH,
        Move.FINISH_BATCH,
        *(Set(RATE, rate) for rate in (0.03, 0.04)),
        Move.FINISH_BATCH,
        Set(RATE, 0.05),
        Move.STEP,
        Set(RATE, 0.06),
        Move.FINISH_BATCH,
        Move.FINISH_BATCH,
    )
    done = drive.at(5, 22)
    assert done.metrics.learning_rate.values().tolist() == [0.02, 0.02, 0.04, 0.05, 0.06]
    assert [(c.batch, c.old, c.new) for c in done.changes] == [
        (1, 0.1, 0.02),
        (3, 0.02, 0.04),
        (4, 0.04, 0.05),
        (5, 0.05, 0.06),
    ]


def test_a_rate_within_a_batch_waits_for_the_next(drive: Driver) -> None:
    drive.open()
    drive(Move.STEP, Set(RATE, 0.5))
    waiting = drive.wait(lambda m: isinstance(m, Snapshot) and bool(m.wanted))
    assert waiting.wanted == {RATE: 0.5}
    assert waiting.lesson.optimizer.learning_rate == 0.1
    drive(Move.FINISH_BATCH, Move.STEP)
    begun = drive.at(2, 1)
    assert begun.lesson.optimizer.learning_rate == 0.5
    assert begun.changes == (Change(2, RATE, 0.1, 0.5),)
    assert not begun.wanted


def test_a_rate_while_running_counts_without_a_pause(drive: Driver) -> None:
    drive.open()
    drive(Move.RUN)
    drive.wait(lambda m: isinstance(m, Snapshot) and m.batches > 10)
    drive(Set(RATE, 0.01))
    drive.wait(lambda m: isinstance(m, Snapshot) and m.lesson.optimizer.learning_rate == 0.01)
    drive(Move.PAUSE)
    paused = drive.wait(lambda m: isinstance(m, Snapshot) and m.state is State.PAUSED)
    (change,) = paused.changes
    rates = paused.metrics.learning_rate.values(0, paused.batches)
    assert set(rates[: change.batch - 1]) == {0.1}
    assert set(rates[change.batch - 1 :]) <= {0.01}


def test_reset_begins_a_new_generation_with_the_same_numbers(drive: Driver) -> None:
    first = drive.open("digits-sigmoid", **{"run.executor": "numpy"})
    drive(Move.FINISH_BATCH, Reset())
    again = drive.wait(lambda m: m.generation == first.generation + 1)
    assert again.position == Position(1, 1, 0)
    assert again.batches == 0
    assert np.array_equal(again.tensors.vector, first.tensors.vector)
    drive(Reset(seed=5))
    other = drive.wait(lambda m: m.generation == first.generation + 2)
    assert other.lesson.init.seed == 5
    assert not np.array_equal(other.tensors["W1"], first.tensors["W1"])
    assert len(first.metrics.loss) <= 1, "a new run has metrics of its own"


def test_another_lesson_is_another_generation(drive: Driver) -> None:
    first = drive.open("toy")
    second = drive.open("toy-bias")
    assert second.generation > first.generation
    assert second.lesson.id == "toy-bias"
    preparing = [m for m in drive.seen if isinstance(m, Notice)]
    assert all(m.state is State.PREPARING for m in preparing)


@pytest.mark.parametrize("way", [Move.RUN, Move.FINISH_BATCH])
def test_a_run_that_diverges_halts_and_can_be_reset(drive: Driver, way: Any) -> None:
    drive.open("toy", **{RATE: 10.0})
    drive(*[way] * 8)
    halted = drive.wait(lambda m: isinstance(m, Snapshot) and m.state is State.HALTED)
    assert halted.halt is not None
    assert (halted.halt.array, halted.position.batch) == ("z3", 5)
    drive(Move.RUN, Move.STEP, Move.FINISH_PHASE)
    assert drive.wait(lambda m: True).state is State.HALTED
    drive(Reset())
    reset = drive.wait(lambda m: isinstance(m, Snapshot) and m.halt is None)
    assert (reset.state, reset.position) == (State.PAUSED, Position(1, 1, 0))


def test_a_lesson_that_cannot_be_opened_says_why(
    drive: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import platformdirs

    monkeypatch.delenv("BACKSTEP_DATA", raising=False)
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: tmp_path)
    drive(Open(Lesson.load("mnist-sigmoid-777"), tmp_path))
    failed = drive.wait(lambda m: m.state is State.FAILED)
    assert isinstance(failed, Notice)
    assert isinstance(failed.cause, MissingData)
    assert failed.text == str(failed.cause)
    assert failed.lesson.id == "mnist-sigmoid-777"
    assert drive.open("toy").position == Position(1, 1, 0), "another lesson opens all the same"


def test_commands_without_a_lesson_are_no_error(drive: Driver) -> None:
    drive(Move.RUN, Move.PAUSE, Move.STEP, Move.FINISH_BATCH, Reset(), Set(RATE, 0.5), SetSpeed(Speed("batch", 5.0)))
    assert drive.open("toy").changes == ()


def test_speed_limits_batches_and_steps(drive: Driver) -> None:
    drive.open()
    began = time.monotonic()
    drive(SetSpeed(Speed("batch", 50.0)), Move.RUN)
    drive.wait(lambda m: isinstance(m, Snapshot) and m.batches >= 20)
    assert time.monotonic() - began > 0.3
    drive(Move.PAUSE)
    paused = drive.wait(lambda m: isinstance(m, Snapshot) and m.state is State.PAUSED)
    assert paused.batches < 200
    drive(SetSpeed(Speed("step", 100.0)), Move.RUN)
    steps = drive.wait(lambda m: isinstance(m, Snapshot) and m.position.step not in (0, 22))
    assert steps.state is State.RUNNING


@pytest.mark.parametrize("speed", [Speed("batch", 0.0), Speed("batch", 0.01), Speed("step", 0.01)])
def test_closing_while_running_takes_less_than_a_second(speed: Speed) -> None:
    driver = Driver()
    driver.open()
    driver(SetSpeed(speed), Move.RUN)
    driver.wait(lambda m: isinstance(m, Snapshot) and m.state is State.RUNNING)
    began = time.monotonic()
    assert driver.worker.close(1.0)
    assert time.monotonic() - began < 1.0


def test_closing_at_once_or_twice() -> None:
    worker = Worker()
    assert worker.close(1.0)
    assert worker.close(1.0)


def test_a_long_run_to_a_batch_can_be_paused_and_closed(drive: Driver) -> None:
    drive.open()
    drive(RunTo(3, 10_000_000))
    drive.wait(lambda m: isinstance(m, Snapshot) and m.state is State.RUNNING and m.position.batch > 100)
    drive(Set(RATE, 0.05))
    changed: Snapshot = drive.wait(lambda m: isinstance(m, Snapshot) and m.changes != ())
    assert changed.state is State.RUNNING, "a change of rate does not end the run"
    drive(Move.PAUSE)
    paused: Snapshot = drive.wait(lambda m: isinstance(m, Snapshot) and m.state is State.PAUSED)
    assert paused.position.batch < 10_000_000
    drive(RunTo(3, 10_000_000))
    assert drive.worker.close(1.0)


def test_a_value_that_is_not_allowed_changes_nothing_and_the_engine_goes_on(
    drive: Driver, caplog: pytest.LogCaptureFixture
) -> None:
    drive.open()
    drive(Set(RATE, -1.0), Reset(seed=-1), Move.STEP)
    snapshot = drive.at(1, 1)
    assert snapshot.lesson.optimizer.learning_rate == 0.1
    assert snapshot.refusal.number == 2
    assert "init.seed" in snapshot.refusal.text
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    assert "must be > 0" in caplog.text


def test_a_fault_while_a_lesson_is_opened_is_told_and_the_run_goes_on(
    drive: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive.open()
    drive(Move.RUN)
    drive.wait(lambda m: isinstance(m, Snapshot) and m.state is State.RUNNING and m.batches > 10)

    def broken(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "/somewhere")

    with monkeypatch.context() as patch:
        patch.setattr("engine.worker.Trainer", broken)
        drive(Open(Lesson.load("toy")))
        notice: Notice = drive.wait(lambda m: isinstance(m, Notice) and m.state is State.FAILED)
    assert "could not be prepared (PermissionError" in notice.text
    later = drive.wait(lambda m: isinstance(m, Snapshot) and m.state is State.RUNNING)
    assert later.lesson.id == "toy-bias"


def test_a_lesson_that_cannot_be_opened_leaves_the_run_as_it_was(drive: Driver, tmp_path: Path) -> None:
    drive.open()
    drive(Move.STEP)
    before = drive.at(1, 1)
    lesson = Lesson.load("mnist-sigmoid-777").with_value("data.source", "digits")
    bad = lesson.with_value("data.drop_last", True).with_value("data.batch_size", 5000)
    drive(Open(bad))
    notice: Notice = drive.wait(lambda m: isinstance(m, Notice) and m.state is State.FAILED)
    assert "data.batch_size = 5000" in notice.text
    drive(Move.STEP)
    after = drive.at(1, 2)
    assert after.generation == notice.generation > before.generation
    assert np.array_equal(after.tensors["z1"], before.tensors["z1"])


def test_a_fault_of_the_engine_is_reported_and_the_thread_lives_on(
    drive: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[str] = []
    monkeypatch.setattr(
        "threading.excepthook", lambda args: reported.append(f"{args.exc_type.__name__} {args.thread.name}")
    )
    drive.open()
    with monkeypatch.context() as broken:
        broken.setattr(Trainer, "step", lambda self: 1 // 0)
        drive(Move.STEP)
        drive.at(1, 0)
    assert reported == ["ZeroDivisionError engine"]
    drive(Move.STEP)
    assert drive.at(1, 1).step is not None


# ---- questions --------------------------------------------------------------------------------------------------


def answered(message: Message) -> bool:
    return isinstance(message, Snapshot) and message.answer is not None


def checked(message: Message) -> bool:
    return isinstance(message, Snapshot) and message.check is not None and not message.check.loading_torch


def test_the_net_answers_with_the_parameters_it_has_now(drive: Driver) -> None:
    assert drive.open("toy").answer is None
    drive(Ask((1.0, 1.0)))
    answer = drive.wait(answered).answer
    assert (answer.x, answer.output, answer.error) == ((1.0, 1.0), (1.5,), "")  # document 004 without biases
    drive(Move.FINISH_BATCH)
    later = drive.at(1, 16)
    assert later.answer == answer, "it stays until the next question"
    drive(Ask((1.0, 1.0)))
    assert drive.wait(lambda m: answered(m) and m.answer != answer).answer.output[0] < 1.5


@pytest.mark.parametrize(
    ("x", "error"),
    [
        ((), "The net takes 2 numbers, not 0."),
        ((1.0, 2.0, 3.0), "The net takes 2 numbers, not 3."),
        ((1.0, float("nan")), "Every number must be finite."),
        ((1e308, 1e308), "The output is not a finite number."),
    ],
)
def test_a_question_that_has_no_answer_is_refused_in_a_sentence(drive: Driver, x: Any, error: str) -> None:
    drive.open("toy", **{"init.value": 3.0})
    drive(Ask(x))
    answer = drive.wait(answered).answer
    assert (answer.output, answer.error) == (None, error)


@pytest.mark.parametrize("command", [Reset(), Open(Lesson.load("toy-bias"))])
def test_an_answer_is_forgotten_with_its_run(drive: Driver, command: Any) -> None:
    drive.open("toy")
    drive(Ask((1.0, 1.0)))
    before = drive.wait(answered)
    drive(command)
    assert drive.wait(lambda m: isinstance(m, Snapshot) and m.generation > before.generation).answer is None


def test_a_question_adds_the_input_column_itself_and_does_not_end_a_run(drive: Driver) -> None:
    drive.open("toy", **{"network.bias": "input-column"})
    drive(Move.RUN)
    drive.wait(lambda m: isinstance(m, Snapshot) and m.state is State.RUNNING)
    drive(Ask((1.0, 1.0)))
    asked = drive.wait(answered)
    assert asked.state is State.RUNNING
    assert len(asked.answer.output) == 1


def test_a_check_belongs_to_its_position(drive: Driver) -> None:
    drive.open()
    drive(Move.FINISH_BATCH, Check())
    found = drive.wait(checked)
    assert found.check == check_gradients(_after_a_batch())
    assert found.check.position == found.position
    drive(Set(RATE, 0.05))
    assert drive.wait(lambda m: bool(m.wanted)).check is found.check, "nothing has moved"
    drive(Move.STEP)
    assert drive.at(2, 1).check is None
    drive(Check())
    assert {array.verdict for array in drive.wait(checked).check.arrays} == {Verdict.PENDING}
    drive(Reset())
    assert drive.wait(lambda m: m.position.step == 0).check is None


def _after_a_batch() -> Trainer:
    trainer = Trainer(Lesson.load("toy-bias"))
    trainer.finish_batch()
    return trainer


def test_a_check_of_one_cell(drive: Driver) -> None:
    drive.open()
    drive(Move.FINISH_BATCH, Check("W3", (1, 0)))
    check = drive.wait(checked).check
    assert check.asked == ("W3", (1, 0))
    (array,) = check.arrays
    assert (array.name, array.sample.cell, array.sample.analytic) == ("dW3", (1, 0), 2.25 * 2.75)
    drive(Check("W9"))
    assert drive.wait(lambda m: checked(m) and m.check.error).check.error == "this lesson has no array W9"


def test_a_check_pauses_a_run(drive: Driver) -> None:
    drive.open()
    drive(Move.RUN)
    drive.wait(lambda m: isinstance(m, Snapshot) and m.batches > 10)
    drive(Check())
    found = drive.wait(checked)
    assert found.state is State.PAUSED
    assert {array.verdict for array in found.check.arrays} == {Verdict.VERIFIED}


def test_after_a_divergence_there_is_nothing_to_check(drive: Driver) -> None:
    drive.open("toy", **{RATE: 10.0})
    drive(*[Move.FINISH_BATCH] * 8)
    drive.wait(lambda m: isinstance(m, Snapshot) and m.state is State.HALTED)
    drive(Check())
    check = drive.wait(checked).check
    assert (check.arrays, check.error) == ((), "z3 is not a finite number, so there are no gradients to check")


def test_closing_gives_up_a_check_that_would_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.gradcheck.BUDGET", 60.0)
    driver = Driver()
    driver.open("digits-sigmoid", **{"run.executor": "numpy", "data.batch_size": 200})
    driver(Move.FINISH_BATCH, Check())
    driver.wait(lambda m: True)
    time.sleep(0.2)
    began = time.monotonic()
    assert driver.worker.close(1.0)
    assert time.monotonic() - began < 1.0


def test_while_torch_is_being_loaded_the_differences_are_there_already_and_steps_go_on(
    drive: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    loading = threading.Event()
    monkeypatch.setattr("engine.worker.torch_is_loaded", lambda: False)
    monkeypatch.setattr("engine.worker.load_torch", lambda: loading.wait(20))
    drive.open()
    drive(Move.FINISH_BATCH, Check())
    first = drive.wait(lambda m: isinstance(m, Snapshot) and m.check is not None and m.position.step == 22).check
    assert first.loading_torch
    assert {(array.verdict, array.max_rel_error_autograd) for array in first.arrays} == {(Verdict.VERIFIED, None)}
    drive(Move.STEP, Move.STEP)
    drive.at(2, 2)
    drive(Move.FINISH_BATCH, Check("W1"), Check())
    loading.set()
    second = drive.wait(checked)
    assert second.position.batch == 2
    assert len(second.check.arrays) == 9
    assert all(array.max_rel_error_autograd is not None for array in second.check.arrays)
    wait_for_the_end_of("loading PyTorch")


def wait_for_the_end_of(name: str) -> None:
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join(10)


def test_autograds_gradients_come_along_where_the_lesson_wants_them(drive: Driver) -> None:
    first = drive.open("toy-torch")
    assert first.autograd is not None
    drive(Move.FINISH_BATCH)
    done = drive.at(1, 22)
    assert done.autograd is first.autograd, "found once per batch"
    for name in ("delta3", "dW3", "db3", "delta1", "dW1"):
        assert done.autograd[name] == pytest.approx(done.tensors[name], rel=1e-5)
    drive(Move.STEP)
    assert drive.at(2, 1).autograd is not first.autograd
    drive(Move.RUN)
    assert drive.wait(lambda m: isinstance(m, Snapshot) and m.state is State.RUNNING).autograd is None
    assert drive.open("toy").autograd is None


def test_what_an_update_overwrote_is_kept_beside_it(drive: Driver) -> None:
    first = drive.open()
    drive(Move.FINISH_PHASE, Move.FINISH_PHASE, Move.FINISH_PHASE)
    assert drive.at(1, 16).before == {}
    drive(Move.STEP)
    updated = drive.at(1, 17)
    assert list(updated.before) == ["W1"]
    assert np.array_equal(updated.before["W1"], first.tensors["W1"])
    assert not np.array_equal(updated.tensors["W1"], first.tensors["W1"])
    with pytest.raises(ValueError, match="read-only"):
        updated.before["W1"][0, 0] = 1


def test_turning_the_matrices_renames_the_cells_and_not_what_they_are(drive: Driver) -> None:
    drive.open()
    drive(SetBreakpoints(with_added((), SignChange("W3", 0, 1))), SetWatches(("W3[0, 1]",)))
    drive(Move.RUN)
    stopped = drive.wait(lambda m: isinstance(m, Snapshot) and m.stopped is not None)
    assert stopped.position.batch == 1  # 0.5 - 0.1 * 6.1875 < 0
    drive(Set("run.orientation", "row"))
    turned = drive.wait(lambda m: isinstance(m, Snapshot) and m.lesson.run.orientation == "row")
    assert [point.condition for point in turned.breakpoints] == [SignChange("W3", 1, 0)]
    (reading,) = turned.watches
    assert "no [0, 1] in 2 x 1" in str(reading.value)
    assert not len(reading.series)


# ---- looking back ------------------------------------------------------------------------------------------------


def assert_follows_its_log(snapshot: Snapshot) -> None:
    """Everything shown is what a fresh run that does what the log says gets to."""
    fresh = Trainer(snapshot.lesson)
    log = RunLog(Lesson.load("toy-bias"), snapshot.entries)
    fresh.follow(log)
    fresh.run(snapshot.position.batch - 1)
    if snapshot.position.batch > 1:
        fresh.go_on_to(snapshot.position.step)
    else:
        fresh.run_to(snapshot.position.step)
    assert fresh.position == snapshot.position
    for name in set(fresh.tensors) - snapshot.pending:
        assert np.array_equal(fresh.tensors[name], snapshot.tensors[name]), name
    fresh.run(snapshot.batches - len(fresh.metrics.loss))
    assert snapshot.metrics.loss.values(0, snapshot.batches).tolist() == fresh.metrics.loss.values().tolist()
    assert snapshot.metrics.epoch.values(0, snapshot.batches).tolist() == fresh.metrics.epoch.values().tolist()


def test_a_run_that_goes_through_its_past_is_not_overtaken(drive: Driver) -> None:
    drive.open()
    drive(RunTo(22, 60))
    drive.at(60, 22)
    drive(RunTo(22, 20))
    drive.at(20, 22)
    drive(SetSpeed(Speed("batch", 50.0)), Move.RUN)
    drive.wait(lambda m: m.state is State.RUNNING and m.position.batch >= 22)
    drive(RunTo(5, 50))
    there = drive.at(50, 5)  # it stops where one wants to look
    assert_follows_its_log(there)
    drive(Set(RATE, 0.01), Move.FINISH_BATCH)
    assert_follows_its_log(drive.at(50, 22))
    drive(Move.FINISH_BATCH)
    last = drive.at(51, 22)
    assert_follows_its_log(last)
    assert [line.finished for line in last.lines] == [60, 51]


def test_who_looks_back_comes_no_further_than_training(drive: Driver) -> None:
    drive.open()
    drive(Move.FINISH_BATCH, SetSpeed(Speed("step", 1.0)), Move.RUN, Move.STEP_BACK)
    drive.wait(lambda m: m.state is State.LOOKING)
    drive(Move.FINISH_BATCH, Move.FINISH_BATCH)
    live = drive.wait(lambda m: m.state is State.RUNNING)
    assert live.batches <= 2
    drive(Move.FINISH_BATCH, Move.FINISH_BATCH, Set(RATE, 0.01), Move.FINISH_BATCH)
    paused = drive.wait(lambda m: m.state is State.PAUSED and m.entries != ())
    assert_follows_its_log(paused)


def test_while_a_recorded_run_is_taken_up_nothing_changes_it(drive: Driver) -> None:
    trainer = Trainer(Lesson.load("toy-bias"))
    trainer.run(40)
    trainer.learning_rate = 0.05
    trainer.run(4000)
    recording = Recording.of(trainer)
    drive(Open(recording.log.lesson, recording=recording), Move.PAUSE, Set(RATE, 0.3), Move.STEP)
    snapshot = drive.wait(lambda m: isinstance(m, Snapshot) and m.state is State.PAUSED)
    assert snapshot.position == trainer.position
    assert snapshot.entries == trainer.log.entries
    assert "being taken up" in snapshot.refusal.text
    assert np.array_equal(snapshot.tensors.vector, trainer.tensors.vector)


def test_a_lookup_goes_on_beside_what_is_asked_meanwhile(drive: Driver) -> None:
    drive.open()
    drive(RunTo(22, batch=40))
    drive.at(40, 22)
    drive(LookUp("W2", (0, 1)), Move.STEP)
    answer = drive.wait(lambda m: isinstance(m, Snapshot) and m.ledger is not None)
    assert (answer.ledger.name, answer.ledger.cell) == ("W2", (0, 1))
    assert [row.batch for row in answer.ledger.rows] == list(range(21, 41))
    assert answer.position.batch == 41


def test_a_lookup_of_nothing_is_refused(drive: Driver) -> None:
    drive.open()
    for array, cell in (("z1", (0, 0)), ("W9", (0, 0)), ("W1", (2, 0))):
        drive(LookUp(array, cell))
        drive.wait(lambda m, array=array: f"{array}[" in m.refusal.text)


def test_a_lookup_begins_anew_when_its_past_becomes_another(drive: Driver) -> None:
    drive.open()
    drive(RunTo(22, batch=30))
    drive.at(30, 22)
    drive(Check(), LookUp("W1", (0, 0)), RunTo(0, batch=5), Set(RATE, 0.01))  # all wait while the check is made
    answer = drive.wait(lambda m: isinstance(m, Snapshot) and m.ledger is not None)
    assert [row.batch for row in answer.ledger.rows] == [1, 2, 3, 4]
    assert answer.position.batch == 5


def test_what_holds_where_training_is_does_not_stop_one_who_comes_back_from_the_past(drive: Driver) -> None:
    drive.open()
    drive(RunTo(22, batch=60))
    assert gradient_norm(drive.at(60, 22).tensors, 1) < 1
    drive(SetBreakpoints(with_added((), Crosses("gradient_norm", "<", 1.0, 1))))
    drive(SetSpeed(Speed("batch", 0.01)), Move.RUN, RunTo(22, batch=1))
    there = drive.wait(lambda m: m.state is State.LOOKING and m.position.batch == 1)
    assert gradient_norm(there.tensors, 1) > 1
    drive(RunTo(22, batch=200))
    assert drive.at(200, 22).hits == ()


def test_following_a_run_that_one_is_with_changes_nothing(drive: Driver) -> None:
    drive.open()
    drive(RunTo(3, batch=10))
    drive.at(10, 3)
    drive(SetSpeed(Speed("step", 0.01)), Move.RUN)
    begun = drive.wait(lambda m: m.state is State.RUNNING).position
    drive(Move.FOLLOW_LIVE, Move.PAUSE)
    assert drive.wait(lambda m: m.state is State.PAUSED).position in (begun, Position(10, 10, 4), Position(10, 10, 5))


def test_a_disk_that_took_nothing_is_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    trainer, now = Trainer(Lesson.load("toy-bias")), 0.0
    record = tmp_path / "not yet there" / "run.json"
    saves = Autosave(record, clock=lambda: now)

    def look(after: float) -> bool:
        nonlocal now
        now += after
        trainer.run(1)
        saves.look(trainer, (), (), running=True)
        return record.exists()

    assert [look(10), look(10)] == [False, False]
    record.parent.mkdir()
    assert not look(10), "a disk that is full is not asked every few seconds"
    assert look(60)
    assert Recording.load(record).batch == trainer.position.batch == 4
    assert caplog.text.count("cannot be recorded") == 1
    record.unlink()
    assert look(Autosave.SECONDS), "from here on it is as before"


def test_a_pause_has_what_its_batch_started_from_at_hand(drive: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding it would train the batches since the last checkpoint once more, while the user waits."""
    found: list[bool] = []
    find = Trainer._find_start
    monkeypatch.setattr(Trainer, "_find_start", lambda trainer: (found.append(trainer.start_known), find(trainer))[1])
    drive.open("digits-sigmoid", **{"run.executor": "compiled"})
    drive(SetSpeed(FULL_SPEED), Move.RUN)
    drive.wait(lambda m: isinstance(m, Snapshot) and m.position.batch > 100)
    drive(Move.PAUSE)
    paused = drive.wait(lambda m: isinstance(m, Snapshot) and m.state is State.PAUSED)
    assert found
    assert all(found)
    alone = Trainer(paused.log.lesson)
    alone.run(paused.position.batch - 1)
    for name in ("W1", "b1", "W2", "b2"):
        assert np.array_equal(paused.start[name], alone.tensors[name])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_executor_that_fails_is_told_and_the_engine_goes_on(drive: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    drive.open("moons", **{"run.executor": "compiled"})
    drive(SetSpeed(FULL_SPEED), Move.RUN)
    drive.wait(lambda m: isinstance(m, Snapshot) and m.position.batch > 200)
    with monkeypatch.context() as patch:
        patch.setattr(CompiledExecutor, "run_batches", lambda *_: 1 / 0)
        drive.wait(lambda m: isinstance(m, Snapshot) and m.state is State.PAUSED)
    assert {failure.exc_type for failure in told} == {ZeroDivisionError}
    drive(Move.FINISH_BATCH)
    drive.wait(lambda m: isinstance(m, Snapshot) and m.position.step == len(m.program))


def test_the_end_waits_for_no_last_picture(drive: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """To have what its batch started from may mean to train for seconds, where checkpoints are far apart."""
    drive.open("digits-sigmoid", **{"run.executor": "compiled"})
    drive(SetSpeed(FULL_SPEED), Move.RUN)
    drive.wait(lambda m: isinstance(m, Snapshot) and m.position.batch > 100)
    asked: list[Trainer] = []
    monkeypatch.setattr(Trainer, "_find_start", asked.append)
    assert drive.worker.close(5.0)
    assert asked == []
