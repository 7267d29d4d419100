"""Arrays and metrics are read back by others: numpy, pandas, TensorBoard."""

from __future__ import annotations

import csv
import io
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.export import ExportError, save
from engine.export.arrays import arrays_at, left_out, npz
from engine.export.metrics import COLUMNS, EVENT_FILE, metrics_csv, write_events
from engine.lesson import Lesson
from engine.metrics import Metrics
from engine.snapshot import Snapshot, State
from engine.trainer import Trainer
from tests.engine.nets import random_nets


def digits(**values: object) -> Trainer:
    return Trainer(Lesson.load("digits-sigmoid", {"run.executor": "numpy", "evaluation.every": 7, **values}))


def read(content: bytes) -> dict[str, np.ndarray]:
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return dict(file)


# ---- arrays -------------------------------------------------------------------------------------------------------


def test_document_004s_first_batch_reads_back() -> None:
    trainer = Trainer(Lesson.load("toy-bias", {"optimizer.learning_rate": 1.0}))
    trainer.finish_batch()
    arrays = read(npz(trainer))
    assert arrays["loss"].shape == ()
    assert arrays["loss"] == 2.53125
    assert arrays["z3"].tolist() == [[3.25]]
    assert arrays["W1"].shape == (2, 3)
    assert arrays["b1"].shape == (3,)
    assert not [name for name in arrays if name.startswith("v")], "there is no momentum"


@settings(max_examples=15)
@given(random_nets(), st.integers(0, 60), st.booleans())
def test_any_position_of_any_net_reads_back(table: dict[str, object], steps: int, momentum: bool) -> None:
    table["optimizer"] = {"learning_rate": 0.01, "momentum": 0.5 if momentum else 0.0}
    trainer = Trainer(Lesson.from_table(table))
    for _ in range(steps):
        if trainer.halt is None:
            trainer.step()
    arrays = read(npz(Snapshot.of(trainer, 1, State.PAUSED)))
    done = {step.write for step in trainer.program.steps[: trainer.position.step]}
    written = {step.write for step in trainer.program.steps}
    kept = {n for n in written if n[0] in "Wbv"}  # parameters and velocities always have a value
    assert set(arrays) == {"x", "y"} | done | kept
    for name, array in arrays.items():
        assert array.dtype == trainer.lesson.run.dtype
        np.testing.assert_array_equal(array, trainer.tensors[name], err_msg=name)


def test_what_the_batch_has_yet_to_compute_is_left_out_and_said() -> None:
    trainer = Trainer(Lesson.load("toy"))
    trainer.finish_batch()
    assert left_out(trainer) == ()
    trainer.step()
    assert left_out(trainer)[:4] == ("dW1", "dW2", "dW3", "a1")
    assert not set(left_out(trainer)) & set(arrays_at(trainer))
    assert {"x", "y", "W1", "z1"} <= set(arrays_at(trainer))


# ---- metrics ------------------------------------------------------------------------------------------------------


def test_metrics_read_back_by_python_and_pandas() -> None:
    trainer = digits()
    trainer.run(15)
    trainer.learning_rate = 0.25
    trainer.run(5)
    content = metrics_csv(trainer.metrics)
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert tuple(rows[0]) == COLUMNS
    assert [float(row["loss"]) for row in rows] == trainer.metrics.loss.values().tolist()
    assert [i for i, row in enumerate(rows, 1) if row["test_accuracy"]] == [7, 14]
    assert {row["learning_rate"] for row in rows[:15]} == {"0.5"}
    assert {row["learning_rate"] for row in rows[15:]} == {"0.25"}
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(io.BytesIO(content), engine="python")  # which reads numbers exactly
    assert frame["batch"].tolist() == list(range(1, 21))
    assert frame["loss"].tolist() == trainer.metrics.loss.values().tolist()
    np.testing.assert_array_equal(frame["train_accuracy"], trainer.metrics.train_accuracy.values())
    assert frame["test_accuracy"].notna().sum() == 2


def test_the_test_loss_of_a_regression_is_a_column_more() -> None:
    trainer = Trainer(Lesson.load("curve"))
    trainer.run(25)
    rows = list(csv.DictReader(io.StringIO(metrics_csv(trainer.metrics).decode())))
    assert tuple(rows[0]) == (*COLUMNS, "test_loss")
    assert {i: float(row["test_loss"]) for i, row in enumerate(rows, 1) if row["test_loss"]} == dict(
        zip((10, 20), trainer.metrics.test_loss.values().tolist(), strict=True)
    )


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=30))
def test_numbers_are_the_shortest_texts_that_read_back_to_the_same_doubles(values: list[float]) -> None:
    metrics = Metrics.empty()
    for value in values:
        for series in (metrics.epoch, metrics.learning_rate, metrics.train_accuracy, metrics.prediction):
            series.extend(1.0)
        metrics.loss.extend(value)
    rows = list(csv.DictReader(io.StringIO(metrics_csv(metrics).decode())))
    assert np.array([float(row["loss"]) for row in rows]).tobytes() == np.array(values).tobytes()
    assert [row["loss"] for row in rows] == [repr(value) for value in values]


def test_tensorboard_reads_its_event_file(tmp_path: Path) -> None:
    reader = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    trainer = digits()
    trainer.run(20)
    for _ in range(2):  # the second time in place of the first
        assert write_events(trainer.metrics, tmp_path / "run") == tmp_path / "run" / EVENT_FILE
    assert os.listdir(tmp_path / "run") == [EVENT_FILE]
    events = reader.EventAccumulator(str(tmp_path / "run"), size_guidance={"scalars": 0})
    events.Reload()
    assert set(events.Tags()["scalars"]) == {"loss", "accuracy/train", "accuracy/test", "learning_rate"}
    loss = events.Scalars("loss")
    assert [event.step for event in loss] == list(range(1, 21))
    np.testing.assert_array_equal([e.value for e in loss], trainer.metrics.loss.values().astype(np.float32))
    assert [event.step for event in events.Scalars("accuracy/test")] == [7, 14]


@pytest.mark.parametrize(("package", "named"), [("tensorboard", "pip install tensorboard"), ("torch", "PyTorch")])
def test_without_a_package_a_sentence_names_it(
    package: str, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in [name for name in sys.modules if name.startswith(("tensorboard", "torch.utils.tensorboard"))]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ExportError, match=named) as caught:
        write_events(Trainer(Lesson.load("toy")).metrics, tmp_path / "run")
    assert "\n" not in str(caught.value)
    assert os.listdir(tmp_path) == []


# ---- writing ------------------------------------------------------------------------------------------------------


def test_a_full_disk_leaves_the_old_file_and_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "arrays.npz"
    path.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match=r"arrays.npz cannot be written: No space left on device$"):
        save(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["arrays.npz"]


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "geteuid"), reason="permissions of Unix")
def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    if os.geteuid() == 0:  # whom no permission stops
        monkeypatch.setattr("pathlib.Path.open", _denied)
    with pytest.raises(ExportError, match=r"f.csv cannot be written: Permission denied$"):
        save(closed / "f.csv", b"new")
    assert os.listdir(closed) == []


def _denied(*args: object, **options: object) -> tuple[int, str]:
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize("name", ["missing/f.csv", "x" * 300, "nul\0.csv"])
def test_a_path_that_cannot_be_is_one_sentence(name: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be written: "):
        save(tmp_path / name, b"new")
    assert os.listdir(tmp_path) == []


def test_a_folder_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="it is a folder; give the name of a file"):
        save(tmp_path, b"new")
    assert tmp_path.is_dir()


@pytest.mark.parametrize("outputs", [2, 1])
def test_a_run_that_goes_on_does_not_make_an_export_longer(outputs: int, tmp_path: Path) -> None:
    """A Snapshot's series grow with the run; what is exported of it ends where it was taken."""
    table = {
        "format": 1,
        "id": "moons",
        "title": "Moons",
        "network": {"sizes": [2, 3, outputs], "activation": "tanh", "output": ("sigmoid", "softmax")[outputs - 1]},
        "init": {"scheme": "xavier_normal"},
        "loss": {"name": ("binary_cross_entropy", "cross_entropy")[outputs - 1]},
        "data": {"source": "moons", "examples": 40, "batch_size": 10},
        "evaluation": {"examples": -1 if outputs == 2 else 0, "every": 10},
    }
    trainer = Trainer(Lesson.from_table(table))
    trainer.run(30)
    snapshot, then = Snapshot.of(trainer, 1, State.RUNNING), metrics_csv(trainer.metrics)
    trainer.run(40)
    assert metrics_csv(snapshot.metrics, snapshot.batches) == then
    assert len(metrics_csv(snapshot.metrics).splitlines()) == 71
    rows = list(csv.DictReader(io.StringIO(then.decode())))
    measured = "test_accuracy" if outputs == 2 else "test_loss"
    assert [int(row["batch"]) for row in rows if row[measured]] == [10, 20, 30]
    reader = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    write_events(snapshot.metrics, tmp_path, snapshot.batches)
    events = reader.EventAccumulator(str(tmp_path), size_guidance={"scalars": 0})
    events.Reload()
    assert [event.step for event in events.Scalars("loss")] == list(range(1, 31))
