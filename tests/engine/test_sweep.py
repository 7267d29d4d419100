"""Sweeps: the values, the runs against plain training, lost workers here and on a real Dask cluster, kept results."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import hashlib
import importlib.util
import io
import itertools
import json
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import commands
from engine.data import DataError
from engine.lesson import Lesson, LessonError
from engine.recording import Recording
from engine.sweep import (
    MOST_RUNS,
    Axis,
    Result,
    ResultsFile,
    Run,
    Sweep,
    SweepError,
    asked_for,
    best_of,
    check_data,
    counts,
    parse_vary,
    run_sweep,
    seed_matters,
    to_csv,
    train,
    varied_keys,
)
from engine.sweep import places as places_of
from engine.sweep.training import CURVE_POINTS, thinned
from engine.trainer import Trainer

REPOSITORY = Path(__file__).resolve().parents[2]
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
RATES = "optimizer.learning_rate=0.01,0.02,0.05,9"


def toy(**overrides: Any) -> Lesson:
    return Lesson.load("toy-bias", {"run.executor": "numpy", "init.scheme": "normal", **overrides})


def made(*texts: str, batches: int = 40, lesson: Lesson | None = None) -> Sweep:
    return Sweep.of(lesson or toy(), [parse_vary(text) for text in texts], batches)


# ---- values -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("optimizer.learning_rate=0.001:1:4", (0.001, 0.01, 0.1, 1.0)),
        ("optimizer.learning_rate = 1 : 0.01 : 3", (1.0, 0.1, 0.01)),
        ("optimizer.learning_rate=0.1:0.4:4:lin", (0.1, 0.2, 0.3, 0.4)),
        ("optimizer.momentum=0:0.9:4", (0.0, 0.3, 0.6, 0.9)),
        ("init.value=-1:1:3", (-1.0, 0.0, 1.0)),
        ("data.batch_size=1:64:7", (1, 2, 4, 8, 16, 32, 64)),
        ("data.batch_size=1:4:9", (1, 2, 3, 4)),
        ("init.seed=3,1,2", (3, 1, 2)),
        ("optimizer.learning_rate=1,0.5", (1.0, 0.5)),
        ("network.activation=tanh, relu", ("tanh", "relu")),
        ('network.activation="tanh"', ("tanh",)),
        ("data.shuffle=true,false", (True, False)),
        ("network.sizes=[2,3,1],[2,8,1]", ([2, 3, 1], [2, 8, 1])),
    ],
)
def test_values(text: str, values: tuple[Any, ...]) -> None:
    axis = parse_vary(text)
    assert axis.key == text.split("=")[0].strip()
    assert axis.values == values
    assert [type(value) for value in axis.values] == [type(value) for value in values]


@given(st.floats(1e-9, 1e3), st.floats(1.5, 1e6), st.integers(2, 40))
@settings(max_examples=40)
def test_a_range_above_zero_is_a_geometric_row(low: float, ratio: float, count: int) -> None:
    values = parse_vary(f"init.std={low!r}:{low * ratio!r}:{count}").values
    assert (values[0], values[-1], len(values)) == (low, low * ratio, count)
    steps = [math.log(b / a) for a, b in itertools.pairwise(values)]
    assert steps == pytest.approx([math.log(ratio) / (count - 1)] * (count - 1), abs=3e-5)


def test_a_narrow_range_keeps_all_its_values() -> None:
    assert len(set(parse_vary("init.value=1:1.0000001:50").values)) == 50


@given(st.integers(0, 40), st.integers(1, 40), st.integers(2, 60), st.sampled_from(["", ":lin"]))
@settings(max_examples=40)
def test_a_range_of_whole_numbers_may_ask_for_more_than_there_are(low: int, more: int, count: int, scale: str) -> None:
    text = f"{low}:{low + more}:{count}{scale}"
    values = parse_vary(f"init.seed={text}").values
    assert asked_for("init.seed", text) == count
    assert len(set(values)) == len(values) <= min(count, more + 1)
    assert (asked_for("init.std", f"1:{1 + more}:{count}"), asked_for("init.seed", "4,5")) == (count, 2)


@pytest.mark.parametrize(
    ("overrides", "axes", "matters"),
    [
        ({"init.scheme": "constant"}, (), False),
        ({"init.scheme": "constant"}, (Axis("init.scheme", ("constant", "normal")),), True),
        ({"init.scheme": "constant"}, (Axis("data.shuffle", (False, True)),), True),
        ({"init.scheme": "constant", "data.shuffle": True, "data.batch_size": 1}, (), True),
        ({"init.scheme": "normal"}, (Axis("init.scheme", ("constant",)),), False),
        ({"init.scheme": "normal"}, (), True),
    ],
)
def test_whether_the_seed_matters(overrides: dict[str, Any], axes: tuple[Axis, ...], matters: bool) -> None:
    """Against training: the same losses to the bit, or not."""
    points = {"data.x": [[1.0, 0.5], [0.0, 1.0], [2.0, -1.0]], "data.y": [[1.0], [0.0], [0.5]]}
    lesson = toy(**points, **overrides)
    assert seed_matters(lesson, axes) == matters
    runs = Sweep.of(lesson, [*axes, Axis("init.seed", (1, 2))], 4).runs
    losses = [train(run.lesson, 4)["curve"] for run in runs]
    assert any(one != other for one, other in zip(losses[::2], losses[1::2], strict=True)) == matters


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("optimizer.learning_rate", "write KEY=VALUES"),
        ("=1,2", "write KEY=VALUES"),
        ("init.seed=", "write KEY=VALUES"),
        ("init.seed=1,,2", "empty value"),
        ("init.seed=1,2,1", "given twice"),
        ("optimizer.learning_rate=1:2", "FROM:TO:COUNT"),
        ("optimizer.learning_rate=a:b:3", "FROM:TO:COUNT"),
        ("optimizer.learning_rate=1:2:3:cubic", "FROM:TO:COUNT"),
        ("optimizer.learning_rate=1:2:1", "2 to 1,000"),
        ("optimizer.learning_rate=1:2:1001", "2 to 1,000"),
        ("optimizer.learning_rate=1:1:3", "two different finite"),
        ("optimizer.learning_rate=1:inf:3", "two different finite"),
        ("optimizer.learning_rate=0:1:3:log", "above 0"),
    ],
)
def test_what_is_no_list_of_values_is_refused(text: str, words: str) -> None:
    with pytest.raises(SweepError, match=words):
        parse_vary(text)


@pytest.mark.parametrize(
    ("axes", "batches", "words"),
    [
        ([], 1, "needs a key"),
        ([Axis("init.seed", (1,)), Axis("init.seed", (2,))], 1, "init.seed is varied twice"),
        ([Axis("init.seed", tuple(range(40))), Axis("init.std", tuple(range(26)))], 1, "1,040 runs"),
        ([Axis("init.seed", (1,))], 0, "batches = 0"),
        ([Axis("init.seed", (1, -2))], 1, "init.seed = -2"),
        ([Axis("init.sed", (1,))], 1, "unknown key init.sed"),
        ([Axis("optimizer.momentum", (0.5, 1.0))], 1, "optimizer.momentum = 1.0"),
        ([Axis("loss.name", ("cross_entropy",))], 1, "needs network.output"),
    ],
)
def test_what_cannot_be_run_is_refused_before_anything_runs(axes: list[Axis], batches: int, words: str) -> None:
    with pytest.raises(LessonError, match=words):
        Sweep.of(toy(), axes, batches)


@pytest.mark.parametrize(
    ("batches", "epochs", "words"),
    [
        (None, None, "so many batches long, or so many epochs"),
        (5, 5, "so many batches long, or so many epochs"),
        (None, 0, "epochs = 0: allowed are 1 to 1,000,000"),
        (None, 1_000_001, "epochs = 1000001"),
    ],
)
def test_a_length_is_in_batches_or_in_epochs(batches: int | None, epochs: int | None, words: str) -> None:
    with pytest.raises(SweepError, match=words):
        Sweep.of(toy(), [Axis("init.seed", (1,))], batches, epochs)


def test_epochs_are_not_taken_for_batches() -> None:
    axis = [Axis("data.batch_size", (1, 2))]
    points = {"data.x": [[1.0, 0.5], [0.0, 1.0], [2.0, -1.0]], "data.y": [[1.0], [0.0], [0.5]]}
    by_batches, by_epochs = Sweep.of(toy(**points), axis, 4), Sweep.of(toy(**points), axis, epochs=4)
    assert len({run.digest for run in (*by_batches.runs, *by_epochs.runs)}) == 4
    assert (by_batches.examples_differ, by_epochs.examples_differ) == (True, False)
    assert not Sweep.of(toy(), [Axis("init.seed", (1,))], 4).examples_differ
    assert [result.batches for result in run_sweep(by_epochs, jobs=1)] == [12, 8]


@pytest.mark.parametrize("name", ["toy-bias", "moons", "curve", "digits-sigmoid"])
def test_a_key_that_does_not_count_changes_no_run(name: str) -> None:
    """Another value of it is refused, or all that is measured is the same to the bit."""
    lesson = Lesson.load(name, {"run.executor": "numpy", "evaluation.examples": 0})
    measured = {**train(lesson, 7), "seconds": 0.0}
    idle = [key for key in varied_keys().values() if not counts(key.name, lesson)]
    assert len(idle) > 5
    for key in idle:
        for value in key.choices or (3, 7):
            try:
                other = lesson.with_value(key.name, value if key.choices or key.whole else value / 10)
            except LessonError:
                continue
            assert {**train(other, 7), "seconds": 0.0} == measured, key.name


@pytest.mark.parametrize(
    ("name", "key", "varied", "expected"),
    [
        ("moons", "data.noise", (), True),
        ("digits-sigmoid", "data.noise", (), False),
        ("moons", "data.decimal", (), False),
        ("moons", "data.normalize", (), False),
        ("digits-sigmoid", "data.normalize", (), True),
        ("moons", "init.low", (), False),
        ("moons", "init.low", ("init.scheme",), True),
        ("moons", "optimizer.momentum_form", (), False),
        ("moons", "optimizer.momentum_form", ("optimizer.momentum",), True),
        ("curve", "evaluation.examples", (), False),
        ("moons", "evaluation.examples", (), True),
        ("moons", "run.orientation", (), False),
        ("moons", "optimizer.learning_rate", (), True),
    ],
)
def test_which_keys_count(name: str, key: str, varied: tuple[str, ...], expected: bool) -> None:
    assert counts(key, Lesson.load(name), varied) == expected


def test_every_combination_once_and_the_last_axis_runs_fastest() -> None:
    chosen = made("optimizer.learning_rate=0.1,0.2", "init.seed=7,8,9")
    expected = list(itertools.product((0.1, 0.2), (7, 8, 9)))
    assert [tuple(run.values.values()) for run in chosen.runs] == expected
    assert [(run.lesson.optimizer.learning_rate, run.lesson.init.seed) for run in chosen.runs] == expected
    assert len({run.digest for run in chosen.runs}) == 6
    assert [run.index for run in chosen.runs] == list(range(6))


def test_a_run_is_known_by_its_lesson_and_its_length() -> None:
    one, same = made("init.seed=1,2").runs[1], made("init.seed=2,3").runs[0]
    assert one.digest == same.digest
    assert made("init.seed=2", batches=41).runs[0].digest != one.digest
    assert made("init.seed=2", lesson=toy(**{"title": "another"})).runs[0].digest == one.digest


def table_of(path: Path, rows: int, low: float = 0.0) -> None:
    path.write_text("a,b,y\n" + "".join(f"{i / 8},{low + i % 3},{i % 2}\n" for i in range(rows)))


def on_csv(path: Path, **overrides: Any) -> Lesson:
    named = {"data.source": "csv", "data.path": str(path), "data.target": "y", "data.x": [], "data.y": []}
    return toy(**{**named, "data.test_share": 0.0, **overrides})


def known_by_path(run: Run, batches: int) -> str:
    """The digest of a run as it was when a file was known by its path alone, and still is where there is none."""
    table = {key: value for key, value in run.lesson.to_table().items() if key not in ("title", "source")}
    return hashlib.sha256(json.dumps([table, batches], sort_keys=True).encode()).hexdigest()


def test_a_run_on_a_file_is_known_by_what_the_file_is_like(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    table_of(path, 20)
    os.utime(path, ns=(0, 10**18))
    lesson = on_csv(path)
    digests = [run.digest for run in made("init.seed=1,2", lesson=lesson).runs]
    assert [run.digest for run in made("init.seed=1,2", lesson=lesson).runs] == digests
    os.utime(path, ns=(0, 10**18 + 1))  # written again, as long as before
    later = [run.digest for run in made("init.seed=1,2", lesson=lesson).runs]
    table_of(path, 30)
    os.utime(path, ns=(0, 10**18 + 1))
    longer = [run.digest for run in made("init.seed=1,2", lesson=lesson).runs]
    assert len({*digests, *later, *longer}) == 6
    path.unlink()  # on a cluster it may lie on the workers' machines alone
    run = made("init.seed=1", lesson=lesson).runs[0]
    assert run.digest == known_by_path(run, 40)
    run = made("init.seed=1").runs[0]
    assert run.digest == known_by_path(run, 40)


def test_a_run_on_pictures_is_known_by_all_of_them(tmp_path: Path) -> None:
    from PIL import Image

    for label, name in itertools.product(("one", "two"), ("a.png", "b.png")):
        (tmp_path / label).mkdir(exist_ok=True)
        Image.new("L", (2, 2), 7).save(tmp_path / label / name)
        os.utime(tmp_path / label / name, ns=(0, 10**18))
    named = {"data.source": "images", "data.path": str(tmp_path), "data.image_size": [2, 1], "data.x": [], "data.y": []}
    lesson = toy(**named)

    def digest() -> str:
        return made("init.seed=1", lesson=lesson).runs[0].digest

    digests = [digest(), digest()]
    assert digests[0] == digests[1]
    os.utime(tmp_path / "two" / "a.png", ns=(0, 10**18 + 1))
    digests.append(digest())
    (tmp_path / "two" / "a.png").rename(tmp_path / "one" / "c.png")
    digests.append(digest())
    assert len(set(digests)) == 3


def test_a_worker_that_lives_on_reads_a_file_that_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    lesson, ends = on_csv(path), []
    for low in (0.0, 0.0, 2.5):
        table_of(path, 20, low)
        trainer = Trainer(lesson)
        trainer.run(40)
        ends.append(trainer.metrics.loss.values()[-1])
        assert train(lesson, 40)["loss"] == ends[-1]
    assert ends[0] == ends[1] != ends[2]


def test_numbers_and_choices_can_be_varied() -> None:
    keys = varied_keys()
    assert keys["optimizer.learning_rate"].numeric
    assert not keys["optimizer.learning_rate"].whole
    assert keys["init.seed"].whole
    assert "torch" in keys["optimizer.momentum_form"].choices
    assert keys["data.shuffle"].choices == (False, True)
    assert "relu" in keys["network.activation"].choices
    assert "data.x" not in keys
    for key in keys.values():  # each is a key of the lesson file
        section, name = key.name.split(".")
        assert name in toy().to_table()[section]


# ---- a run ------------------------------------------------------------------------------------------------------


def digits(**overrides: Any) -> Lesson:
    known = {"run.executor": "numpy", "evaluation.examples": 100, "evaluation.every": 3}
    return Lesson.load("digits-sigmoid", {**known, **overrides})


def test_a_run_says_what_training_measures() -> None:
    lesson, batches = digits(), 55
    trainer = Trainer(lesson)
    trainer.run(batches)
    losses = trainer.metrics.loss.values()
    result = train(lesson, batches)
    assert result["batches"] == batches
    assert result["loss"] == losses[-1]
    assert result["mean_loss"] == pytest.approx(losses[-5:].mean(), rel=1e-14)
    assert result["train_accuracy"] == pytest.approx(trainer.metrics.train_accuracy.values()[-5:].mean(), rel=1e-14)
    right, total = trainer.evaluate()
    assert total == 100
    assert result["test_accuracy"] == right / total
    assert result["halted"] == ""
    assert result["curve"] == [(i + 1, loss) for i, loss in enumerate(losses.tolist())]


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_loss_of_the_test_examples_at_the_end(reduction: str) -> None:
    """Written out for a net 1-8-1 with tanh: the mean squared error of all of them, as many times as a batch has."""
    lesson = Lesson.load("curve", {"loss.reduction": reduction, "optimizer.learning_rate": 0.01})
    trainer = Trainer(lesson)
    trainer.run(30)
    W1, b1, W2, b2 = (trainer.tensors[name] for name in ("W1", "b1", "W2", "b2"))
    output = np.tanh(trainer.dataset.test_x @ W1 + b1) @ W2 + b2
    mean = float(((output - trainer.dataset.test_y) ** 2).mean())
    assert len(trainer.dataset.test_x) == 20
    assert train(lesson, 30)["test_loss"] == pytest.approx(mean * (10 if reduction == "sum" else 1), rel=1e-12)
    assert train(toy(), 3)["test_loss"] is None  # it has no test examples
    assert train(digits(), 3)["test_loss"] > 0
    assert train(lesson.with_value("optimizer.learning_rate", 1e9), 30)["test_loss"] is None


@pytest.mark.parametrize(("size", "drop", "batches"), [(10, False, 60), (64, False, 12), (64, True, 9)])
def test_a_run_may_be_so_many_epochs_long(size: int, drop: bool, batches: int) -> None:
    """Three of them, of the 200 training examples of the moons: 20 batches of 10, or 3 of 64 and one of 8."""
    lesson = Lesson.load("moons", {"data.batch_size": size, "data.drop_last": drop, "run.executor": "numpy"})
    whole, counted = train(lesson, epochs=3), train(lesson, batches)
    assert {**whole, "seconds": 0} == {**counted, "seconds": 0}
    assert whole["batches"] == batches


def test_a_run_that_diverges_is_a_result() -> None:
    result = train(toy(**{"optimizer.learning_rate": 9.0}), 40)
    trainer = Trainer(toy(**{"optimizer.learning_rate": 9.0}))
    trainer.run(40)
    assert result["halted"] == str(trainer.halt)
    assert result["batches"] == len(trainer.metrics.loss) < 40
    assert result["loss"] == trainer.metrics.loss.values()[-1]
    assert result["train_accuracy"] is None
    json.dumps(result, allow_nan=False)


@given(st.lists(st.floats(-1e308, 1e308), min_size=0, max_size=1000))
@settings(max_examples=30)
def test_a_thinned_curve_has_every_batch_in_one_mean(losses: list[float]) -> None:
    points = thinned(np.array(losses, float))
    assert len(points) <= CURVE_POINTS
    ends = [0, *(end for end, _ in points)]
    assert ends[-1] == len(losses)
    assert len({b - a for a, b in itertools.pairwise(ends[:-1])}) <= 1
    for (begin, end), (_, mean) in zip(itertools.pairwise(ends), points, strict=True):
        group = losses[begin:end]
        exact = math.fsum(value / len(group) for value in group)
        assert mean == pytest.approx(exact, rel=1e-9, abs=1e-12 * max(map(abs, group)))


# ---- side by side -----------------------------------------------------------------------------------------------


def by_values(results: list[Result]) -> dict[tuple[Any, ...], Result]:
    return {tuple(result.values.values()): result for result in results}


def same_numbers(one: Result, other: dict[str, Any]) -> bool:
    names = ("batches", "loss", "mean_loss", "train_accuracy", "test_accuracy", "test_loss", "halted")
    return all(getattr(one, name) == other[name] for name in names) and list(one.curve) == other["curve"]


def test_processes_give_the_numbers_of_this_one_and_leave_nothing() -> None:
    before, children = set(threading.enumerate()), worker_pids()
    chosen = made(RATES, "init.seed=1,2", batches=60)
    results = by_values(list(run_sweep(chosen, jobs=2)))
    assert len(results) == 8
    for run in chosen.runs:
        result = results[tuple(run.values.values())]
        assert result.digest == run.digest
        assert same_numbers(result, train(run.lesson, 60))
    assert [bool(result.halted) for result in results.values()].count(True) == 2
    assert set(threading.enumerate()) == before
    assert worker_pids() == children


def worker_pids() -> set[int]:
    """Worker processes of this one that are alive."""
    found = set()
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "popen_loky" in " ".join(child.cmdline()) and child.status() != psutil.STATUS_ZOMBIE:
                found.add(child.pid)
    return found


def test_what_is_known_is_not_run_again() -> None:
    chosen = made("init.seed=1,2,3")
    known = [run.digest for run in chosen.runs if run.values["init.seed"] != 2]
    assert [result.values["init.seed"] for result in run_sweep(chosen, known, jobs=2)] == [2]
    assert list(run_sweep(chosen, [run.digest for run in chosen.runs])) == []


def test_a_killed_process_costs_its_run_a_retry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process is killed in the middle of a run: all come to their end with the right numbers."""
    monkeypatch.setattr(places_of, "work", wait_in_seed_2)
    chosen = made("init.seed=1,2,3")
    in_background(lambda: psutil.Process(begun(tmp_path)[0]).kill())
    results = list(run_sweep(chosen, jobs=2, data_dir=tmp_path))
    assert len(begun(tmp_path)) == 2  # two processes had the run
    assert sorted(result.values["init.seed"] for result in results) == [1, 2, 3]
    for result in results:
        assert not result.error
        assert same_numbers(result, train(chosen.runs[result.values["init.seed"] - 1].lesson, 40))


@UNIX
def test_what_ends_a_whole_group_of_processes_leaves_the_runs_to_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal sends Ctrl-C to all of them, and a system that ends a service SIGTERM: the first ends the others."""
    monkeypatch.setattr(places_of, "work", wait_in_seed_2)

    def send() -> None:
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            os.kill(begun(tmp_path)[0], number)
        (tmp_path / "go").touch()

    in_background(send)
    results = list(run_sweep(made("init.seed=1,2,3"), jobs=2, data_dir=tmp_path))
    assert len(begun(tmp_path)) == 1
    assert sorted(result.values["init.seed"] for result in results) == [1, 2, 3]


def wait_in_seed_2(order: dict[str, Any]) -> dict[str, Any]:
    """In place of ``work``: note the process, and wait in the middle of the run with seed 2 when it is made first."""
    folder = Path(order["data_dir"])
    if order["lesson"]["init"]["seed"] == 2:
        first = not begun(folder, wait=False)
        (folder / f"{time.monotonic_ns()}.part").write_text(str(os.getpid()))
        for part in folder.glob("*.part"):
            part.rename(part.with_suffix(".begun"))
        while first and not (folder / "go").exists():
            time.sleep(0.01)
    return train(Lesson.from_table(order["lesson"]), order["batches"])


def begun(folder: Path, wait: bool = True) -> list[int]:
    """The processes that have begun a run and noted it, the first of them waited for."""
    if wait:
        wait_until(lambda: any(folder.glob("*.begun")))
    return [int(file.read_text()) for file in sorted(folder.glob("*.begun"))]


def in_background(do: Callable[[], object]) -> None:
    threading.Thread(target=do, daemon=True).start()


@UNIX
def test_a_run_whose_process_always_dies_is_given_up_and_the_others_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places_of, "work", die_on_seed_2)
    results = by_values(list(run_sweep(made("init.seed=1,2,3"), jobs=2)))
    assert {values[0] for values, result in results.items() if not result.error} == {1, 3}
    assert "every time" in results[(2,)].error
    assert results[(2,)].loss is None


def die_on_seed_2(order: dict[str, Any]) -> dict[str, Any]:
    if order["lesson"]["init"]["seed"] == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return train(Lesson.from_table(order["lesson"]), order["batches"])


def test_what_only_the_data_can_refuse_is_an_error_of_the_run() -> None:
    lesson = digits(**{"data.drop_last": True})
    results = by_values(list(run_sweep(made("data.batch_size=10,5000", lesson=lesson), jobs=1)))
    assert "data.batch_size = 5000 is more than the 1,497 examples" in results[(5000,)].error
    assert results[(5000,)].loss is None
    assert not results[(10,)].error


@pytest.mark.parametrize(
    ("vary", "overrides", "words"),
    [
        ("data.batch_size=4000,5000", {"data.drop_last": True}, "data.batch_size = 4000 is more than the 1,497"),
        ("init.seed=1,2", {"data.source": "csv", "data.path": "/nowhere/t.csv"}, "t.csv cannot be read"),
        ("run.executor=torch", {"run.device": "cuda"}, "cuda"),
    ],
)
def test_what_only_the_data_can_refuse_of_all_runs_is_known_before_the_first(
    vary: str, overrides: dict[str, Any], words: str
) -> None:
    with pytest.raises((LessonError, DataError), match=words):
        check_data([run.lesson for run in made(vary, lesson=digits(**{"evaluation.examples": 0, **overrides})).runs])


@pytest.mark.parametrize("values", ["10,5000", "5000,10", "4000,5000,10"])
def test_what_only_the_data_can_refuse_of_some_runs_is_left_to_them(values: str) -> None:
    lesson = digits(**{"data.drop_last": True})
    check_data([run.lesson for run in made(f"data.batch_size={values}", lesson=lesson).runs])


def test_data_are_read_once_for_runs_that_have_them_in_common(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.sweep import training

    read: list[str] = []
    load = training.load_dataset
    monkeypatch.setattr(
        training, "load_dataset", lambda *words, **named: read.append(named["spec"].target) or load(*words, **named)
    )
    table = tmp_path / "t.csv"
    table_of(table, 20)
    lesson = on_csv(table)
    check_data([run.lesson for run in made("data.seed=1,2,3", RATES, lesson=lesson).runs])
    assert read == ["y"]
    check_data([lesson], go_on=lambda: False)
    assert read == ["y"]
    missing = [run.lesson for run in made("data.target=none,nothing", "data.batch_size=1,2", RATES, lesson=lesson).runs]
    check_data([*missing, lesson])
    assert read == ["y", "none", "nothing", "y"]
    with pytest.raises(DataError, match="none"):
        check_data(missing)
    read.clear()
    batches = made("data.batch_size=30,40,50", lesson=on_csv(table, **{"data.drop_last": True})).runs
    with pytest.raises(LessonError, match=r"data\.batch_size = 30 is more"):
        check_data([run.lesson for run in batches])
    assert read == ["y"]
    table.unlink()
    with pytest.raises(DataError, match=r"t\.csv cannot be read"):
        check_data([lesson])


def test_a_wish_to_stop_ends_it_and_its_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places_of, "work", wait_in_seed_2)
    cancelled, children = threading.Event(), worker_pids()
    in_background(lambda: begun(tmp_path) and cancelled.set())
    assert list(run_sweep(made("init.seed=2,3"), jobs=1, data_dir=tmp_path, cancelled=cancelled)) == []
    assert cancelled.is_set()
    assert worker_pids() == children


# ---- a real Dask cluster ----------------------------------------------------------------------------------------

DASK = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="dask and distributed, the extra named cluster, are missing"
)


class Cluster:
    """A scheduler and two workers on 127.0.0.1, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._env = folder, {**os.environ, "PYTHONPATH": str(REPOSITORY)}
        file = folder / "scheduler.json"
        self.processes = [self._start("scheduler", "--port", "0", "--scheduler-file", str(file))]
        wait_until(lambda: file.exists() and file.read_text().strip().endswith("}"))
        self.address: str = json.loads(file.read_text())["address"]
        self.processes += [
            self._start("worker", self.address, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
            for _ in range(2)
        ]

    def _start(self, kind: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--host", "127.0.0.1", "--no-dashboard"]
        with (self._folder / "log.txt").open("ab") as log:
            return subprocess.Popen([*command, *words], env=self._env, cwd=self._folder, stdout=log, stderr=log)

    def worker_pids(self) -> set[int]:
        return {process.pid for process in self.processes[1:] if process.poll() is None}

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


def wait_until(good: Callable[[], bool]) -> None:
    limit = time.monotonic() + 30
    while not good():
        assert time.monotonic() < limit
        time.sleep(0.02)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.close()


@DASK
@UNIX
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_cluster_that_loses_a_worker_half_way_loses_no_run(cluster: Cluster) -> None:
    chosen = made("init.seed=1:8:8:lin", batches=1500)
    results: list[Result] = []
    for result in run_sweep(chosen, dask=cluster.address):
        results.append(result)
        if len(results) == 3:
            victim = cluster.processes[1]
            victim.kill()
            victim.wait()
    assert len(cluster.worker_pids()) == 1
    assert sorted(result.values["init.seed"] for result in results) == list(range(1, 9))
    assert not any(result.error for result in results)
    last = results[-1]
    assert same_numbers(last, train(chosen.runs[last.values["init.seed"] - 1].lesson, 1500))


@DASK
@UNIX
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_scheduler_that_is_lost_ends_the_sweep_and_not_what_it_found(cluster: Cluster) -> None:
    runs = run_sweep(made("init.seed=1:8:8:lin", batches=1500), dask=cluster.address)
    results = [next(runs), next(runs)]
    cluster.processes[0].kill()
    with pytest.raises(SweepError, match=r"the Dask scheduler at .* is gone; what has ended is kept"):
        results.extend(runs)
    assert not any(result.error for result in results)


@DASK
def test_an_address_where_no_scheduler_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places_of, "CONNECT_SECONDS", 0.5)
    with pytest.raises(SweepError, match=r"no Dask scheduler answers at 'tcp://127\.0\.0\.1:1'"):
        next(run_sweep(made("init.seed=1"), dask="tcp://127.0.0.1:1"))


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SweepError, match=r"pip install 'backstep\[cluster\]'"):
        next(run_sweep(made("init.seed=1"), dask="tcp://127.0.0.1:8786"))


# ---- results as files -------------------------------------------------------------------------------------------


def result_of(run: Run, **numbers: Any) -> Result:
    return Result(run.digest, run.values, **{"batches": 40, "loss": 0.1, "mean_loss": 0.2, **numbers})


def test_kept_results_come_back_as_they_were(tmp_path: Path) -> None:
    chosen, path = made("init.seed=1,2,3"), tmp_path / "r.jsonl"
    file = ResultsFile(path, resume=False)
    assert not path.exists()
    results = [
        result_of(chosen.runs[0], curve=((1, 0.1), (40, 1e-300))),
        result_of(chosen.runs[1], loss=None, mean_loss=None, halted="training stopped: z1 …", batches=0),
        result_of(chosen.runs[2], error="no data"),
    ]
    for result in results:
        file.add(result)
    again = ResultsFile(path, resume=True).known
    assert list(again.values()) == results[:2]  # what could not be run is tried again


def test_results_that_were_kept_without_a_test_loss_are_read(tmp_path: Path) -> None:
    run, path = made("init.seed=1").runs[0], tmp_path / "r.jsonl"
    table = result_of(run, test_loss=0.25).to_table()
    assert Result.from_table(table).test_loss == 0.25
    del table["test_loss"]
    path.write_text(json.dumps(table) + "\n")
    assert ResultsFile(path, resume=True).known == {run.digest: result_of(run)}


def test_a_line_that_was_cut_off_is_run_again_and_those_before_are_not(tmp_path: Path) -> None:
    chosen, path = made("init.seed=1,2"), tmp_path / "r.jsonl"
    file = ResultsFile(path, resume=False)
    for run in chosen.runs:
        file.add(result_of(run))
    path.write_bytes(path.read_bytes()[:-20])
    file = ResultsFile(path, resume=True)
    assert list(file.known) == [chosen.runs[0].digest]
    file.add(result_of(chosen.runs[1]))
    assert list(ResultsFile(path, resume=True).known) == [run.digest for run in chosen.runs]


@pytest.mark.parametrize(
    "content", [b"lesson = 1\n", b"[]\n", b'{"digest": 1}\n', b"\xff\xfe\n", b"[" * 100_000 + b"\n", b"NaN\n{}\n"]
)
def test_a_file_that_is_something_else_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(content)
    for resume, words in ((True, "line 1 is not"), (False, "--resume")):
        with pytest.raises(SweepError, match=words):
            ResultsFile(path, resume)
    assert path.read_bytes() == content


def test_the_table_reads_back(tmp_path: Path) -> None:
    chosen = made("network.sizes=[2,3,2,1],[2,4,4,1]", "optimizer.learning_rate=0.1,0.2", "data.shuffle=true")
    results = {run.digest: result_of(run, loss=0.1 + 1e-17 * run.index, halted="a, b\nc") for run in chosen.runs[:3]}
    rows = list(csv.reader(io.StringIO(to_csv(chosen, results).decode())))
    keys = ["network.sizes", "optimizer.learning_rate", "data.shuffle"]
    assert rows[0] == [
        *keys,
        "batches",
        "loss",
        "mean_loss",
        "train_accuracy",
        "test_accuracy",
        "test_loss",
        "halted",
        "seconds",
        "error",
    ]
    assert len(rows) == 4
    assert rows[3][:3] == ["[2, 4, 4, 1]", "0.1", "true"]
    for row, run in zip(rows[1:], chosen.runs, strict=False):
        assert float(row[4]) == results[run.digest].loss
        assert row[6:10] == ["", "", "", "a, b\nc"]


def test_the_best_run_did_not_diverge() -> None:
    chosen = made("init.seed=1,2,3,4")
    ends = {1: ("", 0.5), 2: ("stopped", 0.1), 3: ("", 0.2)}
    results = {
        run.digest: result_of(run, halted=ends[seed][0], mean_loss=ends[seed][1])
        for run in chosen.runs
        if (seed := run.values["init.seed"]) in ends
    }
    best = best_of(chosen, results)
    assert best is not None
    assert best.values == {"init.seed": 3}
    assert best_of(chosen, {}) is None


# ---- the command ------------------------------------------------------------------------------------------------


def command(*words: Any) -> int:
    parser = commands.Parser(prog="main.py")
    commands.add_subcommands(parser.add_subparsers(required=True))
    try:
        args = parser.parse_args([str(word) for word in words])
        return int(args.function(args))
    except SystemExit as leaving:
        return int(leaving.code or 0)


SWEEP = ("sweep", "toy-bias", "--set", "run.executor=numpy", "--vary", RATES, "--batches", 30, "--jobs", 2)


def test_the_command_writes_a_row_per_run_and_resumes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "s.csv"
    assert command(*SWEEP, "--out", out) == 0
    said, err = capsys.readouterr()
    assert err == ""
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert [row["optimizer.learning_rate"] for row in rows] == ["0.01", "0.02", "0.05", "9.0"]
    for row in rows[:3]:
        trainer = Trainer(Lesson.load("toy-bias", {"optimizer.learning_rate": float(row["optimizer.learning_rate"])}))
        trainer.run(30)
        assert float(row["loss"]) == trainer.metrics.loss.values()[-1]
        assert (row["batches"], row["halted"], row["error"]) == ("30", "", "")
    assert "training stopped" in rows[3]["halted"]
    assert said.splitlines()[:2] == ["runs: 4", "diverged: 1"]
    best = min(rows[:3], key=lambda row: float(row["mean_loss"]))
    assert said.splitlines()[2].startswith(f"least mean loss at the end: {float(best['mean_loss']):.6g} with")
    assert said.splitlines()[2].endswith(f"optimizer.learning_rate = {best['optimizer.learning_rate']}")

    first, kept = out.read_bytes(), tmp_path / "s.csv.jsonl"
    lines = kept.read_bytes().splitlines(keepends=True)
    assert command(*SWEEP, "--out", out) == 2
    assert "--resume" in capsys.readouterr().err
    kept.write_bytes(b"".join(lines[:2]))
    out.unlink()
    assert command(*SWEEP, "--out", out, "--resume") == 0
    again = list(csv.DictReader(out.read_text().splitlines()))
    assert kept.read_bytes().startswith(b"".join(lines[:2]))
    assert [{**row, "seconds": ""} for row in again] == [{**row, "seconds": ""} for row in rows]
    assert first.splitlines()[0] == out.read_bytes().splitlines()[0]


def test_a_sweep_on_a_file_that_has_changed_is_not_resumed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor are runs that were kept when a file was known by its path alone; the results of others are kept beside."""
    path, out = tmp_path / "t.csv", tmp_path / "s.csv"
    table_of(path, 20)
    data = ("data.source=csv", f"data.path={path}", "data.target=y", "data.test_share=0")
    settings = [word for setting in (*data, "run.executor=numpy") for word in ("--set", setting)]
    words = ("sweep", "toy-bias", *settings, "--vary", RATES, "--batches", 30, "--jobs", 1, "--out", out)

    def losses() -> list[str]:
        return [row["loss"] for row in csv.DictReader(out.read_text().splitlines())]

    assert command(*words) == 0
    before, kept = losses(), tmp_path / "s.csv.jsonl"
    table_of(path, 26, 1.0)
    assert command(*words, "--resume") == 0
    after = losses()
    assert len(kept.read_bytes().splitlines()) == 8
    assert all(one != other for one, other in zip(before, after, strict=True))
    trainer = Trainer(on_csv(path, **{"init.scheme": "constant", "optimizer.learning_rate": 0.02}))
    trainer.run(30)
    assert float(after[1]) == trainer.metrics.loss.values()[-1]

    old = [Result.from_table(json.loads(line)) for line in kept.read_bytes().splitlines()[:4]]
    sweep = made(RATES, lesson=on_csv(path, **{"init.scheme": "constant"}), batches=30)
    digests = [known_by_path(run, 30) for run in sweep.runs]
    named = [dataclasses.replace(result, digest=digest) for result, digest in zip(old, digests, strict=True)]
    kept.write_text("".join(json.dumps(result.to_table()) + "\n" for result in named))
    assert command(*words, "--resume") == 0
    assert losses() == after
    assert [result.digest for result in ResultsFile(kept, resume=True).known.values()][:4] == digests
    capsys.readouterr()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--vary", "init.seed=1,1"), "given twice"),
        (("--vary", "init.sed=1"), "unknown key"),
        (("--vary", "init.seed=1:1000:1000:lin", "--vary", "init.std=1,2"), "2,000 runs"),
        ((), "--vary"),
        (("--vary", "init.seed=1", "--jobs", "0"), "--jobs"),
        (("--vary", "init.seed=1", "--jobs", "2", "--dask", "tcp://127.0.0.1:1"), "not allowed with"),
        (("--vary", "init.seed=1", "--set", "run.device=cuda"), "run.device"),
        (("--vary", "init.seed=1", "--set", "data.source=mnist", "--data-dir", "nowhere"), "mnist"),
    ],
)
def test_the_command_refuses_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    assert command("sweep", "toy-bias", *words, "--out", tmp_path / "s.csv") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert sentence in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "sentences"),
    [
        (
            ("--vary", "init.seed=1:3:9"),
            ["of the 9 values that the range '1:3:9' asks for, 3 are different: 1, 2, 3", "init.seed changes nothing"],
        ),
        (("--vary", "init.seed=1,2", "--set", "init.scheme=normal"), []),
        (("--vary", "init.seed=1:3:3:lin", "--set", "init.scheme=normal"), []),
        (("--vary", "data.batch_size=1,2"), ["each run sees batches x batch size examples"]),
    ],
)
def test_the_command_says_what_may_not_be_meant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentences: list[str]
) -> None:
    assert command("sweep", "toy-bias", *words, "--batches", 1, "--jobs", 1, "--out", tmp_path / "s.csv") == 0
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == len(sentences)
    assert all(sentence in line for sentence, line in zip(sentences, lines, strict=True))


@pytest.mark.parametrize("values", ["10,5000", "5000,10"])
def test_a_value_that_only_the_data_can_refuse_costs_its_own_run_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], values: str
) -> None:
    out = tmp_path / "s.csv"
    words = ("--vary", f"data.batch_size={values}", "--set", "data.drop_last=true", "--set", "run.executor=numpy")
    assert command("sweep", "digits-sigmoid", *words, "--batches", 2, "--jobs", 1, "--out", out) == 1
    said, err = capsys.readouterr()
    assert "not made: 1" in said.splitlines()
    assert "1 of 2 runs could not be made" in err
    assert "data.batch_size = 5000 is more than the 1,497 examples" in err
    rows = {row["data.batch_size"]: row for row in csv.DictReader(out.read_text().splitlines())}
    assert rows["5000"]["error"].endswith("drops the only batch")
    assert (rows["10"]["error"], rows["10"]["batches"]) == ("", "2")


def test_the_command_refuses_a_sweep_of_which_no_run_can_be_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--vary", "data.batch_size=4000,5000", "--set", "data.drop_last=true")
    assert command("sweep", "digits-sigmoid", *words, "--out", tmp_path / "s.csv") == 2
    assert "data.batch_size = 4000 is more than the 1,497 examples" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_command_takes_epochs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, words = tmp_path / "s.csv", ("--vary", "data.batch_size=10,64", "--set", "run.executor=numpy", "--jobs", 1)
    assert command("sweep", "moons", *words, "--epochs", 2, "--out", out) == 0
    assert capsys.readouterr().err == ""
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert [row["batches"] for row in rows] == ["40", "8"]
    assert all(float(row["test_loss"]) > 0 for row in rows)
    assert command("sweep", "moons", *words, "--epochs", 2, "--batches", 2, "--out", out) == 2
    assert "not allowed with" in capsys.readouterr().err


def test_the_command_says_which_folder_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("sweep", "toy-bias", "--vary", "init.seed=1", "--out", tmp_path / "no" / "s.csv") == 2
    assert str(tmp_path / "no" / "s.csv") in capsys.readouterr().err


@UNIX
@pytest.mark.parametrize(("sent", "status", "told"), [("SIGINT", 130, "Ctrl-C"), ("SIGTERM", 143, "SIGTERM")])
def test_a_signal_keeps_what_is_finished_and_says_how_to_go_on(
    tmp_path: Path, sent: str, status: int, told: str
) -> None:
    """A terminal sends it to all processes; none but the first says anything."""
    out = tmp_path / "s.csv"
    words = [
        "--vary",
        "optimizer.learning_rate=9,0.001,0.002",
        "--batches",
        "1000000",
        "--jobs",
        "2",
        "--out",
        str(out),
    ]
    main = [sys.executable, "main.py", "sweep", "toy-bias", "--set", "run.executor=numpy", *map(str, words)]
    process = subprocess.Popen(
        main, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    kept = tmp_path / "s.csv.jsonl"
    wait_until(lambda: kept.exists() and kept.read_bytes().endswith(b"\n"))  # the first diverges at once
    os.killpg(process.pid, getattr(signal, sent))
    said, err = process.communicate(timeout=20)
    assert (process.returncode, said) == (status, "")
    assert err.startswith(f"backstep: stopped by {told}; 1 of 3 runs are kept")
    assert "--resume" in err
    assert err.count("\n") == 1
    assert [result.values for result in ResultsFile(kept, resume=True).known.values()] == [
        {"optimizer.learning_rate": 9.0}
    ]
    assert not out.exists()


@UNIX
def test_processes_do_not_outlive_a_program_that_is_killed(tmp_path: Path) -> None:
    words = ["--vary", "init.seed=1,2", "--batches", "1000000", "--jobs", "2", "--out", str(tmp_path / "s.csv")]
    main = [sys.executable, "main.py", "sweep", "toy-bias", "--set", "run.executor=numpy", *words]
    process = subprocess.Popen(main, cwd=REPOSITORY, stderr=subprocess.PIPE, text=True)
    children: list[psutil.Process] = []

    def started() -> bool:
        children[:] = [c for c in psutil.Process(process.pid).children() if "popen_loky" in " ".join(c.cmdline())]
        return len(children) == 2 and all(child.cpu_times().user > 0.2 for child in children)

    wait_until(started)
    process.kill()
    err = process.communicate(timeout=20)[1]  # ends when the last of them has
    gone, alive = psutil.wait_procs(children, timeout=20)
    assert len(gone) == 2
    assert not alive
    assert "init.seed changes nothing" in err
    assert err.count("\n") == 1  # nothing of semaphores


def test_limits_are_those_that_are_told() -> None:
    assert MOST_RUNS == 1000
    assert len(made(f"init.seed=1:{MOST_RUNS}:{MOST_RUNS}:lin", batches=1).runs) == MOST_RUNS


@pytest.mark.parametrize("name", ["xor", "moons", "curve", "digits-sigmoid", "toy-bias"])
def test_a_run_of_a_sweep_is_what_training_alone_is(name: str) -> None:
    """To the bit, and on the lesson's own data: examples, noise, seed, columns of the targets."""
    key = "data.noise" if name in ("xor", "moons", "curve") else "optimizer.learning_rate"
    plain = {"evaluation.examples": 0, "run.executor": "numpy"}
    lesson = Lesson.load(name, plain)
    sweep_of = Sweep.of(lesson, [parse_vary(f"{key}=0.02,0.3")], 30)
    found = {r.digest: r for r in run_sweep(sweep_of, jobs=1)}
    losses = []
    for run in sweep_of.runs:
        alone = Trainer(run.lesson)
        alone.run(30)
        losses.append(alone.metrics.loss.values()[-1])
        assert found[run.digest].loss == losses[-1]
    assert losses[0] != losses[1]


def test_notes_of_somebody_else_are_not_taken_for_a_line_that_broke_off(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    for content in ("my only notes", "\x00" * 100, '{"digest": "a", "loss": 1e999}\n', '{"digest": "\\ud800"}\n'):
        path.write_text(content)
        with pytest.raises(SweepError, match="is not the result of a run"):
            ResultsFile(path, resume=True)
        assert path.read_text() == content
    path.write_text('{"digest": "a1b2')  # this is one
    assert ResultsFile(path, resume=True).known == {}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_nobody_waits_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SweepError, match="it is not a file"):
        ResultsFile(tmp_path / "pipe", resume=True)
    for read in (Lesson.load, Recording.load):
        with pytest.raises(LessonError, match="it is not a file"):
            read(tmp_path / "pipe")


@pytest.mark.parametrize("text", ["1, 2] # x", "1]\n[evil]\nx = [1"])
def test_nothing_of_what_was_typed_is_left_out(text: str) -> None:
    with pytest.raises(SweepError, match="no # and no line break"):
        parse_vary(f"init.value={text}")
