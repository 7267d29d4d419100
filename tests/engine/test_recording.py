"""Recordings: read back the same, refused when they are anything else, intact when the program is killed."""

from __future__ import annotations

import copy
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.breakpoints import AtStep, Crosses, SignChange, with_added
from engine.history import Change, Edit, RunLog
from engine.lesson import Lesson, LessonError
from engine.orders import Open
from engine.recording import Recording, RecordingError, digest_of
from engine.snapshot import Snapshot, State
from engine.trainer import LIVE_KEYS, Trainer
from engine.worker import Worker
from tests.engine.nets import points

ROOT = Path(__file__).resolve().parents[2]


def walked() -> Trainer:
    """A toy with a change of rate, an edit of a weight and one of the input."""
    t = Trainer(Lesson.load("toy-bias", {"optimizer.momentum": 0.3}))
    t.run(4)
    t.learning_rate = 0.05
    t.run(3)
    t.step()
    t.edit("W2", 0, 1, 0.25)
    t.edit("x", 0, 0, 2.0)
    t.run(2)
    t.set("optimizer.momentum_form", "classic")
    t.run(2)
    t.go_on_to(7)
    return t


def saved(tmp_path: Path) -> tuple[Trainer, Path]:
    t = walked()
    points = with_added(with_added((), AtStep(3)), Crosses("loss", "<", 1e-9))
    path = tmp_path / "run.json"
    Recording.of(t, points, ("abs(dW1).max()",)).save(path)
    return t, path


def test_the_orientation_in_which_cells_are_named_is_kept(tmp_path: Path) -> None:
    t = walked()
    t.set("run.orientation", "row")
    Recording.of(t, with_added((), SignChange("W2", 2, 1)), ("W2[2, 1]",)).save(tmp_path / "run.json")
    recording = Recording.load(tmp_path / "run.json")
    assert recording.log.lesson.run.orientation == "row"
    assert recording.log.entries == t.log.entries


def test_what_is_read_back_replays_to_the_same_numbers(tmp_path: Path) -> None:
    t, path = saved(tmp_path)
    table = json.loads(path.read_text())  # a plain reader
    assert [entry["kind"] for entry in table["log"]] == ["change", "edit", "edit", "change"]
    assert (table["batch"], table["step"]) == (t.position.batch, t.position.step)
    recording = Recording.load(path)
    assert recording == Recording.of(t, recording.breakpoints, ("abs(dW1).max()",))
    again = Trainer(recording.log.lesson)
    again.follow(recording.log)
    again.run(recording.batch - 1)
    again.go_on_to(recording.step)
    assert again.position == t.position
    assert again.tensors.vector.tobytes() == t.tensors.vector.tobytes()
    assert digest_of(again) == recording.digest
    assert again.metrics.loss.values().tolist() == t.metrics.loss.values().tolist()


def reopened(recording: Recording) -> Snapshot:
    worker, end = Worker(), time.monotonic() + 20
    try:
        worker.send(Open(recording.log.lesson, recording=recording))
        while time.monotonic() < end:
            message = worker.box.take()
            if isinstance(message, Snapshot) and message.state is State.PAUSED:
                return message
            time.sleep(0.002)
    finally:
        worker.close()
    raise AssertionError("it did not get there")


def test_the_engine_thread_reopens_it_with_all_that_hung_on_it(tmp_path: Path) -> None:
    t, path = saved(tmp_path)
    snapshot = reopened(Recording.load(path))
    assert snapshot.position == t.position
    assert snapshot.tensors.vector.tobytes() == t.tensors.vector.tobytes()
    assert [point.condition for point in snapshot.breakpoints] == [AtStep(3), Crosses("loss", "<", 1e-9)]
    assert [reading.text for reading in snapshot.watches] == ["abs(dW1).max()"]
    assert snapshot.entries == t.log.entries
    assert snapshot.refusal.text == ""


def test_numbers_that_differ_are_told(tmp_path: Path) -> None:
    _, path = saved(tmp_path)
    table = json.loads(path.read_text())
    table["digest"] = "0" * 64
    path.write_text(json.dumps(table))
    assert "differ from the recording's" in reopened(Recording.load(path)).refusal.text


def cases() -> dict[str, Any]:
    return {
        "no table": 3,
        "another program's": {"a": 1},
        "a newer version": ("backstep", 2),
        "no log": ("log", None),
        "odd entry": ("log", [{"kind": "change"}]),
        "unknown key": (
            "log",
            [{"kind": "change", "batch": 2, "key": "network.sizes", "old": [2, 1], "new": [2, 2]}],
        ),
        "bad rate": (
            "log",
            [{"kind": "change", "batch": 2, "key": "optimizer.learning_rate", "old": 0.1, "new": -1}],
        ),
        "rate of a wrong type": (
            "log",
            [{"kind": "change", "batch": 2, "key": "optimizer.learning_rate", "old": 0.1, "new": {"a": []}}],
        ),
        "edit of a computed array": (
            "log",
            [{"kind": "edit", "batch": 2, "array": "z1", "row": 0, "column": 0, "old": 0, "new": 1}],
        ),
        "edit outside": (
            "log",
            [{"kind": "edit", "batch": 2, "array": "W1", "row": 9, "column": 0, "old": 0, "new": 1}],
        ),
        "edit to text": (
            "log",
            [{"kind": "edit", "batch": 2, "array": "W1", "row": 0, "column": 0, "old": 0, "new": "1"}],
        ),
        "edit beyond all numbers": (
            "log",
            [{"kind": "edit", "batch": 2, "array": "W1", "row": 0, "column": 0, "old": 0, "new": 10**400}],
        ),
        "half a character": ("digest", "\ud800"),
        "a batch that no run gets to": ("batch", 10**15),
        "batches out of order": (
            "log",
            [
                {"kind": "change", "batch": 5, "key": "optimizer.learning_rate", "old": 0.1, "new": 0.2},
                {"kind": "change", "batch": 4, "key": "optimizer.learning_rate", "old": 0.2, "new": 0.3},
            ],
        ),
        "batch 0": ("batch", 0),
        "half a batch": ("batch", 1.5),
        "a true step": ("step", True),
        "a lesson that is none": ("lesson", {"format": 1}),
        "a watch that runs code": ("watches", ["__import__('os').system('true')"]),
        "a watch of nothing": ("watches", [None]),
        "a breakpoint of nothing": ("breakpoints", [{}]),
        "an extra part": ("extra", 1),
    }


@pytest.mark.parametrize("name", cases())
def test_what_is_no_recording_is_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    _, path = saved(tmp_path)
    change, table = cases()[name], json.loads(path.read_text())
    if isinstance(change, tuple):
        table[change[0]] = change[1]
    else:
        table = change
    path.write_text(json.dumps(table))
    with pytest.raises(RecordingError) as caught:
        Recording.load(path)
    assert all(sentence.startswith(str(path)) for sentence in str(caught.value).split("\n"))
    str(caught.value).encode()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[" * 100_000, b'{"backstep": NaN}', b"{" + b" " * 100])
def test_files_that_are_no_json(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(content)
    with pytest.raises(RecordingError):
        Recording.load(path)
    with pytest.raises(RecordingError, match="cannot be read"):
        Recording.load(tmp_path)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_part_replaced_by_junk_is_refused_or_means_the_same_kind_of_thing(
    data: st.DataObject, tmp_path: Path
) -> None:
    _, path = saved(tmp_path)
    table = copy.deepcopy(json.loads(path.read_text()))
    part = data.draw(st.sampled_from(sorted(table)))
    if isinstance(table[part], list) and table[part] and data.draw(st.booleans()):
        index = data.draw(st.integers(0, len(table[part]) - 1))
        item = table[part][index]
        if isinstance(item, dict):
            item[data.draw(st.sampled_from(sorted(item)))] = data.draw(JUNK)
        else:
            table[part][index] = data.draw(JUNK)
    else:
        table[part] = data.draw(JUNK)
    path.write_text(json.dumps(table))
    try:
        recording = Recording.load(path)
    except RecordingError:
        return
    assert recording.batch >= 1


KILLED = """
import sys, time
from pathlib import Path
from engine.history import Change, RunLog
from engine.lesson import Lesson, LessonError
from engine.orders import Open, Move, Set
from engine.worker import Worker
worker = Worker(Path(sys.argv[1]))
worker.send(Open(Lesson.load("digits-sigmoid")))
worker.send(Move.RUN)
rate = 0.5
while True:
    time.sleep(0.02)
    rate = 0.9 * rate if rate > 0.01 else 0.5
    worker.send(Set("optimizer.learning_rate", rate))
    worker.box.take()
"""


def test_a_run_that_is_killed_leaves_a_log_that_is_whole(tmp_path: Path) -> None:
    for i in range(3):
        path = tmp_path / f"run-{i}.json"
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(path)], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}
        )
        end = time.monotonic() + 60
        while not (path.exists() and Recording.load(path).batch > 5) and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(0.1 * i)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        recording = Recording.load(path)
        assert recording.log.entries
        trainer = Trainer(recording.log.lesson)
        trainer.follow(recording.log)
        trainer.run(recording.batch - 1)
        trainer.go_on_to(recording.step)
        assert digest_of(trainer) == recording.digest
        assert len(list(tmp_path.glob("run-*.json"))) == i + 1


def test_an_orderly_close_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    worker = Worker(path)
    worker.send(Open(Lesson.load("toy")))
    end = time.monotonic() + 20
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.01)
    assert Recording.load(path).log.lesson.id == "toy"
    assert worker.close(5)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_takes_nothing_does_not_stop_the_run(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    worker = Worker(tmp_path / "no such folder" / "run.json")
    worker.send(Open(Lesson.load("toy")))
    end = time.monotonic() + 20
    while not isinstance(worker.box.take(), Snapshot) and time.monotonic() < end:
        time.sleep(0.01)
    assert worker.close(5)
    assert caplog.text.count("cannot be recorded") == 1


@pytest.mark.parametrize("old", [None, {}, [], "1e999"])
def test_what_was_before_a_change_is_checked_too(old: Any, tmp_path: Path) -> None:
    _, path = saved(tmp_path)
    table = json.loads(path.read_text())
    table["log"][0]["old"] = old
    text = json.dumps(table)
    path.write_text(text.replace('"1e999"', "1e999"))
    with pytest.raises(RecordingError):
        Recording.load(path)


def test_more_than_can_be_looked_through_is_refused(tmp_path: Path) -> None:
    _, path = saved(tmp_path)
    table = json.loads(path.read_text())
    change = table["log"][0]
    for part, many, says in (("log", [change] * 10_001, "10,001 changes"), ("watches", ["loss"] * 101, "101 watches")):
        path.write_text(json.dumps({**table, part: many}))
        with pytest.raises(RecordingError, match=says):
            Recording.load(path)


def refused_to_save(recording: Recording, path: Path) -> str:
    """What is said where a run cannot be saved; an old file stays as it is."""
    path.write_text("what was there")
    with pytest.raises(RecordingError) as caught:
        recording.save(path)
    assert path.read_text() == "what was there"
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    said = str(caught.value)
    assert "\n" not in said
    said.encode()
    return said


def test_a_path_that_is_no_utf_8_is_told_before_anything_is_written(tmp_path: Path) -> None:
    table = {
        "format": 1,
        "id": "table",
        "title": "A table",
        "network": {"sizes": [2, 2]},
        "init": {"scheme": "xavier_normal"},
        "data": {"source": "csv", "path": "/home/me/caf\udce9/plants.csv"},
    }
    said = refused_to_save(Recording(RunLog(Lesson.from_table(table)), 1, 0), tmp_path / "run.json")
    assert "caf\\udce9/plants.csv" in said
    assert len(said) < 300


def test_what_could_not_be_read_back_is_not_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.recording.MAX_ENTRIES", 1000)
    monkeypatch.setattr("engine.recording.MAX_CHANGES", 100)
    path, lesson = tmp_path / "run.json", Lesson.load("toy")
    rates = tuple(Change(2 + i, "optimizer.learning_rate", 0.1, 0.2) for i in range(101))
    edits = tuple(Edit(i // 6 + 1, "W1", i % 2, i // 2 % 3, 0.0, 1.0) for i in range(1001))
    log = RunLog(lesson)
    for recording, says in (
        (Recording(RunLog(lesson, rates), 1, 0), "101 changes of the lesson"),
        (Recording(RunLog(lesson, edits), 1, 0), "1,001 changes; a recording has at most 1,000"),
        (Recording(log, 1, 0, watches=("loss",) * 101), "101 watches"),
        (Recording(log, 1, 0, layout={str(i): "" for i in range(33)}), "layout"),
        (Recording(log, 1, 0, layout={"tab": "x" * 4097}), "layout"),
        (Recording(log, 10**9 + 1, 0), "batch must be a whole number"),
    ):
        assert says in refused_to_save(recording, path)
    most = (
        Recording(RunLog(lesson, edits[:-1]), 1, 0, watches=("loss",) * 100, layout={"a": "x" * 4096}),
        Recording(RunLog(lesson, rates[:-1]), 10**9, 0),
    )
    for recording in most:
        recording.save(path)
        assert Recording.load(path) == recording
    monkeypatch.setattr("engine.recording.MAX_BYTES", path.stat().st_size - 1)
    assert "MB; the most a recording may have" in refused_to_save(most[1], path)


VALUES = st.sampled_from(
    [0, 1, -1, 5, 0.3, 0.95, 1e-9, 3e38, 1e39, True, False, "", "mean", "sum", "same", "raw", "classic", "torch", "cpu",
     "cuda", "mps", "column", "compiled", "numpy", 10**30]
) | st.floats(allow_nan=False, allow_infinity=False)  # fmt: skip
LESSONS = {
    "points": lambda: Lesson.from_table(points([2, 3, 1], 5, run={"dtype": "float32"})),
    "explicit": lambda: Lesson.load("toy-torch"),
    "digits": lambda: Lesson.load("digits-sigmoid"),
    "curve": lambda: Lesson.load("curve"),
}


@pytest.mark.parametrize("name", LESSONS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=st.lists(st.tuples(st.sampled_from(LIVE_KEYS), VALUES), min_size=1, max_size=8))
def test_a_log_is_accepted_as_the_lesson_accepts_its_changes_one_by_one(
    name: str, wishes: list[tuple[str, Any]], tmp_path: Path
) -> None:
    lesson = now = LESSONS[name]()
    kept, refused = [], False
    for batch, (key, new) in enumerate(wishes, 2):
        kept.append(Change(batch, key, 0, new))
        try:
            now = now.with_value(key, new)
        except LessonError:
            refused = True
            break
    path = tmp_path / "run.json"
    Recording(RunLog(lesson, tuple(kept)), 1, 0).save(path)
    if refused:
        with pytest.raises(RecordingError, match=f"change {len(kept)}: "):
            Recording.load(path)
    else:
        assert Recording.load(path).log == RunLog(lesson, tuple(kept))


def test_a_recording_reads_as_lines(tmp_path: Path) -> None:
    lesson = Lesson.from_table({**points([2, 2, 1], 3), "title": 'Ein "Titel", 中文\u2028\n'})
    changes = tuple(Change(batch, "optimizer.learning_rate", 0.1, 0.1 / batch) for batch in (2, 3, 5))
    recording = Recording(RunLog(lesson, changes), 7, 2, layout={"tab": "[1, 2], [3]"})
    recording.save(tmp_path / "run.json")
    text = (tmp_path / "run.json").read_text(encoding="utf-8")
    table = json.loads(text)
    assert table["lesson"] == lesson.to_table()
    assert [entry["new"] for entry in table["log"]] == [change.new for change in changes]
    lines = text.split("\n")
    for item in (*table["log"], *table["lesson"]["data"]["x"]):
        assert json.dumps(item) in [line.strip().removesuffix(",") for line in lines]
    assert Recording.load(tmp_path / "run.json") == recording
