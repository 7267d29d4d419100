"""Of thousands of changes, those that a picture has room for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.history import Change, Edit, Entry, RunLog
from engine.lesson import Lesson
from gui.changes import RATE_KEY, Changes, last_until, newest, oldest

BATCHES = st.lists(st.integers(1, 60), max_size=40).map(sorted)


def changes(batches: list[int]) -> list[Change]:
    return [Change(batch, RATE_KEY, i, i + 1) for i, batch in enumerate(batches)]


@given(BATCHES, st.integers(0, 60), st.integers(0, 70), st.sampled_from([0.5, 1.0, 2.5, 7.0]))
def test_the_newest_that_keep_apart(batches: list[int], low: int, high: int, apart: float) -> None:
    expected: list[Change] = []
    for change in reversed(changes(batches)):
        if low <= change.batch <= high and (not expected or change.batch <= expected[-1].batch - apart):
            expected.append(change)
    assert newest(changes(batches), low, high, apart) == expected


@given(BATCHES, st.integers(0, 70), st.sampled_from([0.5, 1.0, 2.5, 7.0]))
def test_the_oldest_that_keep_apart(batches: list[int], high: int, apart: float) -> None:
    expected: list[Change] = []
    for change in changes(batches):
        if change.batch <= high and (not expected or change.batch >= expected[-1].batch + apart):
            expected.append(change)
    assert list(oldest(changes(batches), high, apart)) == expected


@given(BATCHES, st.integers(0, 70))
def test_the_last_up_to_a_batch(batches: list[int], batch: int) -> None:
    until = [change for change in changes(batches) if change.batch <= batch]
    assert last_until(changes(batches), batch) == (until[-1] if until else None)


def test_a_log_is_sorted_by_what_was_done_and_when() -> None:
    rate, momentum = Change(9, RATE_KEY, 0.1, 0.2), Change(5, "optimizer.momentum", 0.0, 0.5)
    typed = Edit(2, "W1", 0, 0, 0.5, 0.6)
    entries: tuple[Entry, ...] = (rate, momentum, typed)
    made = Changes.of(RunLog(Lesson.load("toy"), entries))
    assert (list(made.rates), list(made.others), list(made.marks)) == ([rate], [momentum], [typed, momentum])
    assert Changes.of(None).marks == []
