"""The sub-commands without a window: what they print, write and refuse."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import commands, ops
from engine.lesson import EXECUTORS, Lesson
from engine.pytorch import NoTorchError
from engine.trainer import Trainer

REPOSITORY = Path(__file__).resolve().parents[2]
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="devices and signals of Unix")
Captured = pytest.CaptureFixture[str]


def run(*words: Any) -> int:
    """A command line in this process; the status, whether returned or left with."""
    parser = commands.Parser(prog="main.py")
    commands.add_subcommands(parser.add_subparsers(required=True))
    try:
        args = parser.parse_args([str(word) for word in words])
        status: int = args.function(args)
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return status


def refused(capsys: Captured, *words: Any) -> str:
    """The one line with which a command line is refused."""
    assert run(*words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("backstep: ")
    assert err.endswith("\n")
    assert err.count("\n") == 1, err
    return err


def real(*words: Any, **options: Any) -> subprocess.CompletedProcess[str]:
    """A real ``python main.py``."""
    command = [sys.executable, "main.py", *map(str, words)]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False, **options)


# ---- lessons ----------------------------------------------------------------------------------------------------


def test_lessons_lists_ids_and_titles(capsys: Captured) -> None:
    assert run("lessons") == 0
    out, err = capsys.readouterr()
    assert err == ""
    listed = [tuple(line.split(maxsplit=1)) for line in out.splitlines()]
    assert listed == [(name, Lesson.load(name).title) for name in Lesson.shipped()]


# ---- train ------------------------------------------------------------------------------------------------------


def test_train_writes_the_arrays_that_document_004_prints(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "a.npz"
    assert run("train", "toy-bias", "--batches", 1, "--lr", 1, "--arrays", file) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "loss: 2.53125\n" in out
    with np.load(file, allow_pickle=False) as arrays:
        names = {f"{a}{k}" for a in ("W", "b", "dW", "db", "z", "a", "delta") for k in (1, 2, 3)} | {"x", "y", "loss"}
        assert set(arrays) == names
        shapes = {
            "W1": (2, 3),
            "b1": (3,),
            "dW2": (3, 2),
            "db3": (1,),
            "z1": (1, 3),
            "x": (1, 2),
            "y": (1, 1),
            "loss": (),
        }
        for name, shape in shapes.items():
            assert arrays[name].shape == shape, name
        after = {"W1": -0.625, "W2": -1.1875, "W3": -5.6875, "b1": -0.625, "b2": -0.625, "b3": -1.75}
        batch = {
            "z1": 1.5,
            "z2": 2.75,
            "z3": 3.25,
            "delta1": 1.125,
            "delta2": 1.125,
            "delta3": 2.25,
            "x": 1.0,
            "y": 1.0,
        }
        for name, value in (after | batch).items():
            assert np.unique(arrays[name]).tolist() == [value], name
        assert arrays["loss"] == 0.5 * 2.25**2


@pytest.mark.parametrize("momentum", [0, 0.9])
def test_velocities_are_written_where_there_is_momentum(momentum: float, tmp_path: Path) -> None:
    assert run("train", "toy", "--momentum", momentum, "--arrays", tmp_path / "a.npz") == 0
    with np.load(tmp_path / "a.npz", allow_pickle=False) as arrays:
        assert {name for name in arrays if name.startswith("v")} == ({"vW1", "vW2", "vW3"} if momentum else set())


def test_train_writes_a_row_per_batch(tmp_path: Path) -> None:
    file = tmp_path / "m.csv"
    options = ["--set", "evaluation.every=10", "--executor", "numpy", "--epochs", 2, "--seed", 3]
    assert run("train", "digits-sigmoid", *options, "--metrics", file) == 0
    rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["batch", "epoch", "loss", "train_accuracy", "test_accuracy", "learning_rate"]
    t = Trainer(Lesson.load("digits-sigmoid", {"evaluation.every": 10, "run.executor": "numpy", "init.seed": 3}))
    t.run(2 * t.batches_per_epoch)
    assert len(rows) == 1 + len(t.metrics.loss) == 1 + 2 * 149
    assert [float(row[2]) for row in rows[1:]] == t.metrics.loss.values().tolist(), "exact to the last bit"
    assert [row[0] for row in rows[1:]] == [str(i + 1) for i in range(298)]
    assert [row[1] for row in rows[1:]] == ["1"] * 149 + ["2"] * 149
    assert [bool(row[4]) for row in rows[1:]] == [i % 10 == 9 for i in range(298)]


def test_the_default_length(capsys: Captured, tmp_path: Path) -> None:
    for lesson, batches in (("toy", 50), ("digits-sigmoid", 149)):
        assert run("train", lesson, "--metrics", tmp_path / "m.csv") == 0
        assert len((tmp_path / "m.csv").read_text().splitlines()) == batches + 1
    assert "1 epoch of image data, 50 batches of points" in " ".join(real("train", "--help").stdout.split())


def test_train_prints_loss_and_accuracy(capsys: Captured) -> None:
    assert run("train", "digits-sigmoid", "--batches", 30, "--executor", "numpy") == 0
    t = Trainer(Lesson.load("digits-sigmoid", {"run.executor": "numpy"}))
    t.run(30)
    right, total = t.evaluate()
    out = capsys.readouterr().out
    assert f"loss: {t.metrics.loss.values()[-1]:.9g}" in out
    assert f"accuracy: {right / total:.6g} ({right:,} of {total:,} test examples" in out
    assert run("train", "digits-sigmoid", "--batches", 30, "--set", "evaluation.examples=0") == 0
    assert "of the last batch" in capsys.readouterr().out
    assert run("train", "toy") == 0
    assert "accuracy: none, a single output names no class" in capsys.readouterr().out


def test_train_prints_the_mean_loss_of_the_last_batches(capsys: Captured) -> None:
    for batches, last in ((120, 50), (3, 3)):
        t = Trainer(Lesson.load("spiral"))
        t.run(batches)
        assert run("train", "spiral", "--batches", batches) == 0
        (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("mean loss")]
        mean = sum(t.metrics.loss.values()[-last:].tolist()) / last
        assert line.endswith(f" (of the last {last} batches)")
        assert float(line.split()[2]) == pytest.approx(mean, rel=1e-8)
    assert run("train", "toy", "--batches", 1) == 0
    assert "mean loss" not in capsys.readouterr().out


def test_a_table_of_data_is_no_lesson(capsys: Captured) -> None:
    for command in ("train", "trace", "check"):
        sentence = refused(capsys, command, "iris.csv")
        assert "iris.csv is a table of data and no lesson" in sentence
        assert "--set data.source=csv --set data.path=iris.csv" in sentence


def test_every_fault_of_a_lesson_has_a_line_of_its_own(capsys: Captured) -> None:
    assert run("train", "toy", "--set", "optimizer.learning_rate=-1", "--set", "data.batch_size=0") == 2
    first, second = capsys.readouterr().err.splitlines()
    assert "optimizer.learning_rate = -1.0 must be > 0" in first
    assert "data.batch_size = 0 must be" in second


def test_train_prints_the_running_loss_as_document_002_does(capsys: Captured) -> None:
    """The mean of every so many batches, begun anew with each epoch: ``[1,   300] loss: 2.233``."""
    words = ["--epochs", 2, "--executor", "numpy", "--set", "evaluation.running=50"]
    assert run("train", "digits-sigmoid", *words) == 0
    t = Trainer(Lesson.load("digits-sigmoid", {"run.executor": "numpy"}))
    t.run(2 * 149)
    losses = t.metrics.loss.values()
    expected = []
    for epoch in (1, 2):
        running_loss = 0.0
        for i, loss in enumerate(losses[(epoch - 1) * 149 : epoch * 149].tolist()):
            running_loss += loss
            if i % 50 == 49:
                expected.append("[%d, %5d] loss: %.3f" % (epoch, i + 1, running_loss / 50))  # noqa: UP031 - its words
                running_loss = 0.0
    assert capsys.readouterr().out.splitlines()[:-4] == expected
    assert len(expected) == 4


def test_options_outrank_set(tmp_path: Path) -> None:
    options = ["--set", "optimizer.learning_rate=0.5", "--lr", 0.25, "--metrics", tmp_path / "m.csv"]
    assert run("train", "toy", "--batches", 1, *options) == 0
    assert (tmp_path / "m.csv").read_text().splitlines()[1].endswith(",0.25")


@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_run_that_diverges_is_reported_and_written(executor: str, tmp_path: Path, capsys: Captured) -> None:
    files = ["--metrics", tmp_path / "m.csv", "--arrays", tmp_path / "a.npz"]
    assert run("train", "toy", "--lr", 10, "--executor", executor, *files) == 0
    out, err = capsys.readouterr()
    assert err == "backstep: training stopped: z3 (layer 3, unit 0) is no longer a finite number in batch 5\n"
    assert "batches: 4\n" in out
    assert out.endswith("\ndiverged: z3 in batch 5, step 5\n")
    assert len((tmp_path / "m.csv").read_text().splitlines()) == 1 + 4
    with np.load(tmp_path / "a.npz", allow_pickle=False) as arrays:
        assert not np.isfinite(arrays["z3"]).all()


def test_a_lesson_file_of_ones_own(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('format=1\nid="mine"\ntitle="Mine"\nnetwork.sizes=[1,1]\ndata.x=[[1]]\ndata.y=[[1]]\n')
    for words in (["train"], ["trace", "--json"], ["check"]):
        assert run(words[0], path, *words[1:]) == 0
    assert capsys.readouterr().err == ""


# ---- refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [
        *[("--lr", bad, "finite number > 0") for bad in ("nan", "0", "-1", "inf", "1e999", "fast", "")],
        *[("--momentum", bad, ">= 0 and < 1") for bad in ("1", "-0.5", "nan", "much")],
        *[
            ("--batches", bad, "whole number from 1 to")
            for bad in ("0", "-5", "1e99", "1.5", "9" * 30, "9" * 5000, "all")
        ],
        *[("--epochs", bad, "whole number from 1 to") for bad in ("0", "-1", "x")],
        *[("--seed", bad, "whole number from 0 to") for bad in ("-1", "1.5", str(2**63))],
        ("--executor", "abacus", "numpy"),
    ],
)
def test_numbers_that_cannot_be_are_refused_by_name(option: str, value: str, allowed: str, capsys: Captured) -> None:
    sentence = refused(capsys, "train", "toy", option, value)
    assert option in sentence
    assert allowed in sentence
    assert repr(value if len(value) <= 40 else value[:37] + "...") in sentence


@pytest.mark.parametrize("command", ["train", "trace", "check"])
def test_bad_lessons_and_overrides(command: str, tmp_path: Path, capsys: Captured) -> None:
    assert "toy-bias" in refused(capsys, command, "toi")
    assert "cannot be read" in refused(capsys, command, tmp_path / "gone.toml")
    assert "KEY=VALUE" in refused(capsys, command, "toy", "--set", "nonsense")
    assert "half_squared_error" in refused(capsys, command, "toy", "--set", "loss.name=hinge")
    assert "> 0" in refused(capsys, command, "toy", "--set", "optimizer.learning_rate=0")
    assert "LESSON" in refused(capsys, command)
    assert "--speed" in refused(capsys, command, "toy", "--speed", "1")
    assert "--batch" in refused(capsys, command, "toy", "--batch", "1"), "options are not guessed"


def test_batches_or_epochs(capsys: Captured) -> None:
    assert "not allowed with" in refused(capsys, "train", "toy", "--batches", 1, "--epochs", 1)


def test_missing_data_names_what_helps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    import platformdirs

    monkeypatch.delenv("BACKSTEP_DATA", raising=False)
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: tmp_path)
    sentence = refused(capsys, "train", "mnist-sigmoid-777")
    assert "--data-dir" in sentence
    assert "--set data.source=digits" in sentence
    assert "nowhere" in refused(capsys, "train", "mnist-sigmoid-777", "--data-dir", tmp_path / "nowhere")


def test_every_mnist_lesson_runs_on_digits(capsys: Captured) -> None:
    for name in Lesson.shipped():
        if name.startswith("mnist"):
            options = ["--set", "data.source=digits", "--executor", "numpy", "--batches", 3]
            assert run("train", name, *options) == 0, name
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("option", ["--metrics", "--arrays"])
def test_outputs_are_tried_before_training(
    option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def no_training(*_: Any) -> None:
        raise AssertionError("training began")

    monkeypatch.setattr(commands, "_run", no_training)
    assert "no/such" in refused(capsys, "train", "toy", option, tmp_path / "no/such/file")
    assert "folder" in refused(capsys, "train", "toy", option, tmp_path)
    (tmp_path / "file").write_text("")
    assert "cannot be written" in refused(capsys, "train", "toy", option, tmp_path / "file" / "below")
    assert "cannot be written" in refused(capsys, "train", "toy", option, "a" * 5000)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_same_file_for_both_outputs(tmp_path: Path, capsys: Captured) -> None:
    assert "same file" in refused(capsys, "train", "toy", "--metrics", tmp_path / "f", "--arrays", tmp_path / "f")


@UNIX
def test_a_folder_that_may_not_be_written(capsys: Captured) -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own lies below one that only its owner may enter
        os.chmod(folder, 0o555)
        was = os.geteuid()
        if was == 0:
            os.seteuid(65534)  # root may write everywhere
        try:
            sentence = refused(capsys, "train", "toy", "--metrics", Path(folder, "m.csv"))
        finally:
            os.seteuid(was)
        os.chmod(folder, 0o755)
    assert "Permission denied" in sentence


@UNIX
def test_a_full_disk_is_said_in_one_line_and_the_device_stays(tmp_path: Path, capsys: Captured) -> None:
    assert "No space left" in refused(capsys, "train", "toy", "--metrics", "/dev/full")
    assert Path("/dev/full").is_char_device()
    assert run("train", "toy", "--arrays", "/dev/null") == 0
    assert Path("/dev/null").is_char_device()


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    file = tmp_path / "m.csv"
    file.write_text("old")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left" in refused(capsys, "train", "toy", "--metrics", file)
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


@UNIX
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "m.csv"
    link.symlink_to(tmp_path / "there" / "m.csv")
    assert run("train", "toy", "--metrics", link) == 0
    assert link.is_symlink()
    assert len((tmp_path / "there" / "m.csv").read_text().splitlines()) == 51


def test_too_little_memory_is_said(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def too_much(*_: Any, **__: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(commands, "Trainer", too_much)
    assert "memory" in refused(capsys, "train", "toy")


# ---- trace ------------------------------------------------------------------------------------------------------


def test_trace_has_what_document_004_prints(capsys: Captured) -> None:
    assert run("trace", "toy-bias", "--json", "--set", "optimizer.learning_rate=1.0") == 0
    out, err = capsys.readouterr()
    assert err == ""
    trace = json.loads(out)
    assert list(trace) == ["lesson", "batch", "steps"]
    assert (trace["lesson"], trace["batch"]) == ("toy-bias", 1)
    keys = ["index", "phase", "layer", "op", "title", "reads", "writes", "values"]
    assert all(list(step) == keys for step in trace["steps"])
    assert [step["index"] for step in trace["steps"]] == list(range(1, 23))
    assert all(list(step["values"]) == step["writes"] for step in trace["steps"])
    values = {name: value for step in trace["steps"] for name, value in step["values"].items()}
    assert values["z1"] == [[1.5, 1.5, 1.5]]
    assert values["z2"] == [[2.75, 2.75]]
    assert values["z3"] == [[3.25]]
    assert values["loss"] == 2.53125
    assert (values["delta3"], values["delta2"], values["delta1"]) == ([[2.25]], [[1.125] * 2], [[1.125] * 3])
    assert values["W1"] == [[-0.625] * 3] * 2
    assert values["b3"] == [-1.75]


def test_trace_is_exact_and_of_the_batch_asked_for(capsys: Captured) -> None:
    assert run("trace", "digits-sigmoid", "--batches", 7, "--json", "--set", "run.executor=numpy") == 0
    trace = json.loads(capsys.readouterr().out)
    assert trace["batch"] == 7
    t = Trainer(Lesson.load("digits-sigmoid", {"run.executor": "numpy"}))
    t.run(6)
    for step in trace["steps"]:
        t.step()
        (name,) = step["writes"]
        assert np.array_equal(np.array(step["values"][name], np.float32), t.tensors[name]), name


def test_trace_of_a_batch_that_diverges_ends_there_with_null(capsys: Captured) -> None:
    assert run("trace", "toy", "--batches", 5, "--json", "--set", "optimizer.learning_rate=10") == 0
    out, err = capsys.readouterr()
    assert "z3" in err
    steps = json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))["steps"]
    assert steps[-1]["values"] == {"z3": [[None]]}
    assert "z3" in refused(capsys, "trace", "toy", "--batches", 6, "--json", "--set", "optimizer.learning_rate=10")


def test_trace_for_people(capsys: Captured) -> None:
    assert run("trace", "toy") == 0
    out = capsys.readouterr().out
    assert "1 forward, layer 1: z1 = x W1\n" in out
    assert "[[1.5 1.5]]" in out


# ---- check ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lesson", ["toy", "toy-bias", "digits-sigmoid"])
def test_check_finds_right_gradients_right(lesson: str, capsys: Captured) -> None:
    assert run("check", lesson, "--batches", 3, "--json") == 0
    out, err = capsys.readouterr()
    assert err == ""
    check = json.loads(out)
    assert (check["lesson"], check["batches"], check["ok"]) == (lesson, 3, True)
    tensors = Trainer(Lesson.load(lesson)).tensors
    assert [a["name"] for a in check["arrays"]] == [name for name in tensors if name.startswith(("dW", "db"))]
    for array in check["arrays"]:
        assert array["cells"] == tensors[array["name"]].size
        assert 0 <= array["max_rel_error_difference"] <= 1e-4  # of float32 against float64
        assert 0 <= array["max_rel_error_autograd"] <= 1e-4
    steps = {step["name"]: step for step in check["steps"]}
    assert all(steps[array["name"]] == array for array in check["arrays"])


def test_check_has_an_entry_for_every_backward_step(capsys: Captured) -> None:
    words = ["--set", "data.source=digits", "--set", "run.executor=numpy", "--batches", 2]
    assert run("check", "mnist-numpy-autodiff", "--json", *words) == 0
    check = json.loads(capsys.readouterr().out)
    assert [(s["step"], s["name"]) for s in check["steps"]] == [
        (7, "dlogp"), (8, "da2"), (9, "delta2"), (10, "dW2"), (11, "da1"), (12, "delta1"), (13, "dW1"),
    ]  # fmt: skip
    first = check["steps"][0]
    assert first["sample"]["analytic"] == first["sample"]["autograd"] == -1.0
    assert (first["factor"], first["verdict"], check["no_torch"]) == (64.0, "verified", "")
    assert "takes the gradient of the sum" in first["notes"][0]
    assert run("check", "mnist-numpy-autodiff", *words) == 0
    assert "\nall: the oracles times the batch size" in capsys.readouterr().out


def test_check_says_what_a_kink_is(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "kink.toml"
    file.write_text(
        'format = 1\nid = "kink"\ntitle = "At the kink"\nnetwork = { sizes = [1, 1], bias = false }\n'
        'init = { value = 1.0 }\nloss = { name = "l1" }\ndata = { x = [[1.0]], y = [[1.0]] }\n'
    )
    assert run("check", file) == 0
    out = capsys.readouterr().out
    assert "all: at a kink: the gradient lies between the slopes to either side, a subgradient\n" in out
    row = out.splitlines()[2].split()
    assert row[1:9] == ["delta1", "0", "of", "1", "1", "–", "0.0e+00", "[0,"]
    assert row[10:] == ["0", "–", "0", "verified"]
    assert run("check", file, "--json") == 0
    for step in json.loads(capsys.readouterr().out)["steps"]:
        assert (step["compared"], step["kinks"], step["sample"]["difference"]) == (0, 1, None)
        assert step["max_rel_error_difference"] is None
        assert step["sample"]["slopes"] == pytest.approx([-1, 1])


def test_check_without_torch_says_why(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def missing(*_: Any) -> Any:
        raise NoTorchError("PyTorch could not be loaded: No module named 'torch'")

    monkeypatch.setattr("engine.gradcheck.autograd_gradients", missing)
    assert run("check", "toy") == 0
    out = capsys.readouterr().out
    assert "no torch" in out
    assert "PyTorch could not be loaded: No module named 'torch'\nall gradients agree\n" in out
    assert run("check", "toy", "--json") == 0
    check = json.loads(capsys.readouterr().out)
    assert {array["max_rel_error_autograd"] for array in check["arrays"]} == {None}


def test_check_finds_wrong_gradients_wrong(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr(ops, "weight_gradient", lambda a_in, delta: 1.01 * (a_in.T @ delta))
    assert run("check", "toy-bias", "--json") == 1
    check = json.loads(capsys.readouterr().out)
    assert check["ok"] is False
    wrong = {a["name"] for a in check["arrays"] if a["max_rel_error_autograd"] > 1e-6}
    assert wrong == {"dW1", "dW2", "dW3"}
    assert run("check", "toy-bias") == 1
    out = capsys.readouterr().out
    assert out.count("WRONG") == 3
    assert out.endswith("\nsome gradients are wrong\n")


def test_check_for_people(capsys: Captured) -> None:
    """The values of document 004 and what both oracles say of them, below heads that stand above their columns."""
    assert run("check", "toy-bias", "--set", "optimizer.learning_rate=1.0") == 0
    _, heads, *lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "all gradients agree"
    rows = {line.split()[1]: line for line in lines if line.endswith("verified")}
    hand = {"delta3": 2.25, "dW3": 6.1875, "db3": 2.25, "delta2": 1.125, "dW2": 1.6875, "db2": 1.125,
            "delta1": 1.125, "dW1": 1.125, "db1": 1.125}  # fmt: skip
    assert {name: float(row.split()[-4]) for name, row in rows.items()} == hand
    for name, row in rows.items():
        assert [float(text) for text in row.split()[-4:-1]] == pytest.approx([hand[name]] * 3, rel=1e-6)
        assert ("[0]" if name.startswith("db") else "[0, 0]") in row
    for word, text in (("cell", "[0, 0]"), ("analytic", "2.25"), ("kinks", "0")):
        end = heads.index(word) + len(word)
        assert rows["delta3"][:end].endswith(f" {text}")


def test_check_shows_the_cell_that_is_wrong_most(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    right = ops.weight_gradient

    def wrong(a_in: np.ndarray, delta: np.ndarray) -> np.ndarray:
        gradient = right(a_in, delta)
        gradient[-1, -1] *= 3
        return gradient

    monkeypatch.setattr(ops, "weight_gradient", wrong)
    assert run("check", "toy-bias") == 1
    row = next(line for line in capsys.readouterr().out.splitlines() if " dW2 " in line)
    assert "[2, 1]" in row
    assert [float(text) for text in row.split()[-4:-1]] == pytest.approx([3 * 1.6875, 1.6875, 1.6875])
    assert row.endswith("WRONG")


def test_check_without_torch_has_a_dash_in_its_column(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def missing(*_: Any) -> Any:
        raise NoTorchError("PyTorch could not be loaded: No module named 'torch'")

    monkeypatch.setattr("engine.gradcheck.autograd_gradients", missing)
    assert run("check", "toy-bias") == 0
    row = capsys.readouterr().out.splitlines()[2].split()
    assert (row[-4], row[-2:]) == ("2.25", ["–", "verified"])


def test_nothing_to_check_after_a_run_that_diverged(capsys: Captured) -> None:
    words = ["check", "toy", "--batches", 100, "--set", "optimizer.learning_rate=10"]
    assert "z3" in refused(capsys, *words)


# ---- progress ---------------------------------------------------------------------------------------------------


@UNIX
@pytest.mark.parametrize(
    ("words", "total"),
    [
        (("train", "toy", "--batches", "20000"), "20000"),
        (("trace", "toy", "--batches", "20001"), "20000"),
        (("check", "toy", "--batches", "20000"), "20000"),
        (("screenshot", "toy", "--batches", "4000", "--set", "run.executor=numpy", "--out", "/dev/null"), "4000"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_long_run_shows_a_progress_bar_on_a_terminal(words: tuple[str, ...], total: str) -> None:
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))  # in 0 columns there is no bar
    process = subprocess.Popen(
        [sys.executable, "main.py", *words], cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError), open(ours, "rb", buffering=0) as terminal:  # closed by the last who writes
        while part := terminal.read(4096):
            shown += part
    assert process.wait(60) == 0
    states = [line for line in shown.decode().split("\r") if "batches/s" in line]
    assert f"{total}/{total}" in states[-1]
    assert len(states) > 2, "it moves"


# ---- real processes ---------------------------------------------------------------------------------------------


def test_real_runs(tmp_path: Path) -> None:
    done = real("train", "toy-bias", "--batches", 1, "--lr", 0.1, "--arrays", tmp_path / "a.npz")
    assert (done.returncode, done.stderr) == (0, "")
    with np.load(tmp_path / "a.npz", allow_pickle=False) as arrays:
        assert np.round(np.unique(arrays["W3"]), 8).tolist() == [-0.11875]
    bad = real("train", "toy", "--lr", "nan")
    assert (bad.returncode, bad.stdout, bad.stderr.count("\n")) == (2, "", 1)
    assert "--lr" in bad.stderr
    assert real("lessons").stdout.startswith("toy-bias ")


@UNIX
def test_a_reader_that_leaves_is_no_error() -> None:
    piped = f"'{sys.executable}' main.py trace toy-bias --json | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", piped], cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == ("0\n", "")


@UNIX
def test_stdout_that_cannot_be_written() -> None:
    with open("/dev/full", "w") as full:
        command = [sys.executable, "main.py", "lessons"]
        done = subprocess.run(
            command, cwd=REPOSITORY, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert done.returncode == 2
    assert "No space left" in done.stderr
    assert done.stderr.count("\n") == 1


@UNIX
def test_ctrl_c_stops_with_130_and_leaves_no_half_file(tmp_path: Path) -> None:
    file = tmp_path / "m.csv"
    process = subprocess.Popen(
        [sys.executable, "main.py", "train", "toy", "--batches", "1000000000", "--metrics", str(file)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(3)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, "")
    assert err == "backstep: stopped by Ctrl-C\n"
    assert list(tmp_path.iterdir()) == []


def test_torch_is_not_imported_by_those_that_do_not_need_it() -> None:
    code = (
        "import sys; from engine import commands; p = commands.Parser(); "
        "commands.add_subcommands(p.add_subparsers()); a = p.parse_args(['train', 'toy']); a.function(a); "
        "print(sorted({'torch', 'numba', 'PySide6', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
