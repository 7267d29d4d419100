"""A run's script retraces it: run by a plain Python that knows nothing of Backstep, it finds the same numbers."""

from __future__ import annotations

import contextlib
import io
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.export import ExportError
from engine.export.script import LONGEST, run_log, same_bits, script
from engine.lesson import Lesson
from engine.listing import Dialect
from engine.snapshot import Snapshot, State
from engine.trainer import Trainer
from tests.engine.nets import Table, points, random_nets

DIALECTS: tuple[Dialect, ...] = get_args(Dialect)
SAID = re.compile(r"batch (\d+): the same numbers as in the run, at most (\S+) apart\n")


def source(trainer: Trainer, dialect: Dialect) -> str:
    return script(trainer, trainer.log.entries, dialect)


def alone(text: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script by another interpreter, elsewhere, without this folder on its path."""
    path = folder / "run.py"
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-I", "-W", "error", path.name, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)


def here(text: str, folder: Path) -> float:
    """Run a script in this process; how far its numbers are apart from the run's."""
    path = folder / "run.py"
    path.write_text(text, encoding="utf-8")
    torch.set_default_dtype(torch.float32)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        runpy.run_path(str(path))
    found = SAID.search(said.getvalue())
    assert found is not None
    return float(found[2])


def eventful(lesson: str, **values: object) -> Trainer:
    """A run with a new rate, momentum that begins, typed weights and inputs, and a Position in mid-batch."""
    trainer = Trainer(Lesson.load(lesson, {"run.executor": "numpy", **values}))
    trainer.run(3)
    trainer.learning_rate = 0.05
    trainer.run(2)
    trainer.set("optimizer.momentum", 0.5)
    trainer.run(2)
    trainer.edit("W2", 0, 1, 0.25)
    trainer.edit("x", 0, 1, 2.0)
    trainer.run(2)
    trainer.set("optimizer.momentum", 0.8)
    trainer.run(3)
    return trainer


# ---- alone ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("lesson", ["toy", "toy-bias", "digits-sigmoid"])
def test_alone_it_finds_the_numbers_of_an_eventful_run(lesson: str, dialect: Dialect, tmp_path: Path) -> None:
    trainer = eventful(lesson)
    ran = alone(source(trainer, dialect), tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    found = SAID.fullmatch(ran.stdout)
    assert found is not None
    assert int(found[1]) == trainer.position.batch == 12
    assert float(found[2]) < (1e-12 if trainer.lesson.run.dtype == "float64" else 1e-5)


def test_where_the_operations_are_the_engines_the_bits_are_too(tmp_path: Path) -> None:
    trainer = eventful("digits-sigmoid")
    assert same_bits(trainer.lesson, "numpy")
    ran = alone(source(trainer, "numpy"), tmp_path, "--exact")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.endswith("at most 0.0e+00 apart\n")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_another_number_anywhere_is_found(dialect: Dialect, tmp_path: Path) -> None:
    """A wrong weight, rate, or typed cell in the script: it says which array differs."""
    text = source(eventful("toy-bias"), dialect)
    for true, wrong in (
        (r"learning_rate = 0\.05", "learning_rate = 0.050001"),
        (r"= 0\.25  #", "= 0.250001  #"),
        (r"= 2\.0  #", "= 2.000001  #"),
        (r'(check\("b3", b3, \[+)', r"\g<1>0.000001 + "),
    ):
        changed, count = re.subn(true, wrong, text)
        assert count == 1, true
        with pytest.raises(AssertionError, match=r"Not equal to tolerance rtol=0, atol=1e-09\n(W|b)\d"):
            here(changed, tmp_path)


def test_mnist_is_read_from_the_folder_named(tmp_path: Path, mnist_dir: Path) -> None:
    trainer = Trainer(Lesson.load("mnist-sigmoid-1", {"run.executor": "numpy"}), data_dir=mnist_dir)
    trainer.run(3)
    trainer.learning_rate = 0.1
    trainer.run(2)
    ran = alone(source(trainer, "numpy"), tmp_path, str(mnist_dir))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert SAID.fullmatch(ran.stdout)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_long_run_is_held_to_its_first_losses_and_the_rest_is_told(
    dialect: Dialect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LONGEST, "float64", 20)
    trainer = Trainer(Lesson.load("toy-bias"))
    trainer.run(10)
    trainer.learning_rate = 0.05
    trainer.run(20)
    text = source(trainer, dialect)
    assert here(text, tmp_path) < 1e-12
    later, count = re.subn(r'(check\("W1", W1, \[\s*\[?)', r"\g<1>0.5 + ", text)  # another number at the end
    assert count == 1
    path = tmp_path / "later.py"
    path.write_text(later, encoding="utf-8")
    with contextlib.redirect_stdout(io.StringIO()) as said:
        runpy.run_path(str(path))
    assert said.getvalue() == "batch 30: led elsewhere by rounding, at most 5.0e-01 apart\n"
    with pytest.raises(AssertionError, match="loss of batch 2\n"):
        here(text.replace("learning_rate = 0.1\n", "learning_rate = 0.11\n"), tmp_path)


# ---- every run there can be --------------------------------------------------------------------------------------


@st.composite
def runs(draw: st.DrawFn) -> Trainer:
    """A random net, trained with random changes in between, standing anywhere, perhaps in its past."""
    table: Table = draw(random_nets())
    table["optimizer"] |= {"learning_rate": 0.01, "momentum": draw(st.sampled_from((0.0, 0.5)))}
    table["data"] |= {"batch_size": draw(st.integers(1, 4)), "shuffle": draw(st.booleans())}
    table["run"] = {"orientation": draw(st.sampled_from(("row", "column")))}
    trainer = Trainer(Lesson.from_table(table))
    changes = st.sampled_from(
        [
            ("optimizer.learning_rate", 0.02),
            ("optimizer.learning_rate", 0.005),
            ("optimizer.momentum", 0.0),
            ("optimizer.momentum", 0.75),
            ("optimizer.momentum_form", "classic"),
            ("optimizer.momentum_form", "torch"),
            ("optimizer.bias_gradient", "mean"),
            ("loss.reduction", "mean"),
            ("loss.gradient", "sum"),
            ("run.orientation", "column"),
        ]
    )
    for _ in range(draw(st.integers(0, 5))):
        trainer.run(draw(st.integers(0, 3)))
        if draw(st.booleans()):
            trainer.set(*draw(changes))
        else:
            array = draw(st.sampled_from([n for n in trainer.tensors if re.fullmatch(r"[Wb]\d|x|y", n)]))
            rows, columns = (1, *trainer.tensors[array].shape)[-2:] if array[0] in "Wb" else (1, 1)
            row, column = draw(st.integers(0, rows - 1)), draw(st.integers(0, columns - 1))
            trainer.edit(array, row, column, 0.25)
    for _ in range(draw(st.integers(0, 30))):
        if trainer.halt is None:
            trainer.step()
    if draw(st.booleans()):
        trainer.seek(draw(st.integers(1, trainer.history.line.finished + 1)), draw(st.integers(0, 30)))
    return trainer


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(runs())
def test_any_run_is_retraced(tmp_path: Path, trainer: Trainer) -> None:
    for dialect in DIALECTS:
        here(source(trainer, dialect), tmp_path)


def test_a_snapshot_in_the_past_of_a_run_is_the_position_it_shows(tmp_path: Path) -> None:
    trainer = eventful("toy-bias")
    trainer.seek(7, 4)
    snapshot = Snapshot.of(trainer, 1, State.PAUSED)
    assert run_log(snapshot, snapshot.entries).lesson == Lesson.load("toy-bias")
    text = script(snapshot, snapshot.entries)
    assert "up to step 4 of batch 7" in text
    assert "0.25" not in text, "what comes later"
    assert here(text, tmp_path) < 1e-12


def test_a_run_that_diverged_is_retraced_to_its_last_number(tmp_path: Path) -> None:
    lesson = Lesson.load("digits-sigmoid", {"run.executor": "numpy"})
    lesson = Lesson.from_table(points([2, 3, 1], 2, activation="identity", optimizer={"learning_rate": 1e5}), lesson.id)
    trainer = Trainer(lesson)
    trainer.run(400)
    assert trainer.halt is not None
    with pytest.warns(RuntimeWarning):
        here(source(trainer, "numpy"), tmp_path)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_run_on_files_is_retraced(dialect: Dialect, tmp_path: Path) -> None:
    """Also where classes look like numbers to Python, and where photographs are turned."""
    table = tmp_path / "words.csv"
    table.write_text("a,b,kind\n" + "".join(f"{i % 7},{i % 5},{('10', '9', 'nan')[i % 3]}\n" for i in range(30)))
    rng, exif = np.random.default_rng(0), Image.Exif()
    exif[0x0112] = 6
    for i in range(8):
        folder = tmp_path / "pictures" / "ab"[i % 2]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (6, 4), np.uint8)).save(folder / f"{i}.png", exif=exif)
    files = {"csv": {"path": str(table)}, "images": {"path": str(tmp_path / "pictures"), "image_size": [4, 3]}}
    for (kind, where), sizes in zip(files.items(), ([2, 4, 3], [12, 3, 2]), strict=True):
        net = {"sizes": sizes, "activation": "tanh", "output": "softmax"}
        lesson = {"format": 1, "id": kind, "title": kind, "network": net, "init": {"scheme": "xavier_normal"}}
        data = {"source": kind, "batch_size": 4, "shuffle": True, **where}
        trainer = Trainer(Lesson.from_table({**lesson, "loss": {"name": "cross_entropy"}, "data": data}))
        trainer.run(6)
        assert here(source(trainer, dialect), tmp_path) < 1e-12


def test_what_no_script_can_read_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(Lesson.load("toy"))

    def no_listing(*arguments: object) -> None:
        raise AssertionError("no listing reads clouds")

    monkeypatch.setattr("engine.listing.Script._examples", no_listing)
    with pytest.raises(ExportError, match="toy: this run cannot be written as a script: no listing reads clouds"):
        source(trainer, "numpy")
    with pytest.raises(ValueError, match="'pytorch' is not known; allowed: numpy, torch"):
        source(trainer, "pytorch")  # type: ignore[arg-type]


def test_the_title_of_a_lesson_cannot_become_code(tmp_path: Path) -> None:
    lesson = Lesson.load("toy").with_value("title", "t\nraise SystemExit(3)\u2028import os\x0c")
    trainer = Trainer(lesson)
    trainer.run(1)
    assert here(source(trainer, "numpy"), tmp_path) < 1e-12
