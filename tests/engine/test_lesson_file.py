"""A lesson saved as a file: another reader finds the same lesson in it, and a person can read it."""

from __future__ import annotations

import copy
import dataclasses
import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import lesson_file
from engine.lesson import Lesson, LessonError
from engine.lesson_file import applies, save, text_of
from tests.engine.nets import points, random_nets

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
SECTIONS = {name: part for name, part in vars(Lesson.load("toy")).items() if dataclasses.is_dataclass(part)}
KEYS = {f"{name}.{f.name}" for name, part in SECTIONS.items() for f in dataclasses.fields(part)}


@st.composite
def lessons(draw: st.DrawFn) -> Lesson:
    """Valid lessons with any title, any numbers, and explicit weights in some."""
    table = draw(random_nets())
    table |= {"id": draw(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True))}
    table |= {"title": draw(TEXTS), "source": draw(TEXTS)}
    table["init"] |= {"std": abs(draw(FINITE)), "mean": draw(FINITE), "seed": draw(st.integers(0, 2**63 - 1))}
    table["optimizer"] |= {"learning_rate": draw(st.floats(5e-324, 1e300)), "momentum": draw(st.floats(0, 0.999))}
    table["data"] |= {"batch_size": draw(st.integers(1, 9)), "shuffle": draw(st.booleans())}
    table["evaluation"] = {"every": draw(st.integers(1, 10**6)), "running": draw(st.integers(0, 500))}
    table["run"] = {"orientation": draw(st.sampled_from(("row", "column"))), "autograd": draw(st.booleans())}
    if draw(st.booleans()):
        sizes = table["network"]["sizes"]
        column = table["network"]["bias"] == "input-column"
        table["init"] |= {
            "scheme": "explicit",
            "W": [
                [[draw(FINITE) for _ in range(n)] for _ in range(sizes[k] + (column and k == 0))]
                for k, n in enumerate(sizes[1:])
            ],
            "b": [[draw(FINITE) for _ in range(n)] for n in sizes[1:]] if table["network"]["bias"] is True else [],
        }
    return Lesson.from_table(table)


@settings(max_examples=60, deadline=None)
@given(lessons())
def test_another_reader_finds_the_same_lesson(lesson: Lesson) -> None:
    assert Lesson.from_table(tomllib.loads(text_of(lesson))) == lesson


@pytest.mark.parametrize("name", Lesson.shipped())
def test_a_shipped_lesson_saved_and_loaded_is_the_same(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a lesson.toml"
    save(Lesson.load(name), path)
    assert Lesson.load(path) == Lesson.load(name)


def test_the_file_says_what_matters_and_a_matrix_looks_like_one() -> None:
    table = points([2, 3, 1], 2, bias=False)
    table["init"] = {"scheme": "explicit", "W": [[[1, 2, 3], [-4, 0.5, 1e-9]], [[1], [2], [3]]]}
    table["data"] |= {"x": [[0, 1], [1, 0]], "y": [[1], [0]]}
    assert text_of(Lesson.from_table(table)) == (
        """format = 1
id = "random"
title = "Random net"

[network]
sizes = [2, 3, 1]
activation = "tanh"
output = "identity"
bias = false

[init]
scheme = "explicit"
W = [
    [
        [1.0, 2.0, 3.0],
        [-4.0, 0.5, 1e-09],
    ],
    [
        [1.0],
        [2.0],
        [3.0],
    ],
]

[loss]
name = "half_squared_error"
reduction = "sum"

[optimizer]
name = "sgd"
learning_rate = 0.05

[data]
source = "points"
x = [
    [0.0, 1.0],
    [1.0, 0.0],
]
y = [
    [1.0],
    [0.0],
]
batch_size = 2

[run]
dtype = "float64"
executor = "numpy"
orientation = "row"
"""
    )


@pytest.mark.parametrize(
    ("scheme", "said"),
    [("constant", {"value"}), ("normal", {"mean", "std"}), ("uniform", {"low", "high"}), ("torch_linear", set())],
)
def test_the_numbers_of_the_scheme_are_said_and_those_of_no_other(scheme: str, said: set[str]) -> None:
    table = points([2, 1], 1)
    table["init"] = {"scheme": scheme}
    assert set(tomllib.loads(text_of(Lesson.from_table(table)))["init"]) == {"scheme"} | said


def test_data_beside_the_file_are_named_from_there_and_found_there(tmp_path: Path) -> None:
    folder = tmp_path / "homework"
    (folder / "tables").mkdir(parents=True)
    table = points([2, 1], 1)
    for where, written in (
        (folder / "tables" / "a.csv", "tables/a.csv"),
        (tmp_path / "b.csv", str(tmp_path / "b.csv")),
        (tmp_path / "homework 2" / "c.csv", str(tmp_path / "homework 2" / "c.csv")),
    ):
        table["data"] = {"source": "csv", "path": str(where), "target": "price"}
        lesson = Lesson.from_table(table)
        save(lesson, folder / "lesson.toml")
        assert tomllib.loads((folder / "lesson.toml").read_text())["data"]["path"] == written
        assert Lesson.load(folder / "lesson.toml") == lesson


def test_what_only_goes_with_something_is_said_of_keys_that_exist() -> None:
    assert set(lesson_file.SAID) <= KEYS
    for key, (other, values) in lesson_file.ONLY_WITH.items():
        assert {key, other} <= KEYS
        section, name = other.split(".")
        allowed = next(f for f in dataclasses.fields(SECTIONS[section]) if f.name == name)
        assert set(values) <= set(allowed.metadata["allowed"])
    assert applies("init.W", {"init": {"scheme": "explicit"}})
    assert not applies("init.W", {"init": {"scheme": "normal"}})
    assert not applies("init.W", {})
    assert applies("init.seed", {})


# ---- what can go wrong -----------------------------------------------------------------------------------------------


def test_an_older_file_is_replaced_as_a_whole_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "lesson.toml"
    path.write_text("# " + "longer than the lesson " * 1000)
    path.chmod(0o640)
    save(Lesson.load("toy"), path)
    assert Lesson.load(path) == Lesson.load("toy")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lesson.toml"
    save(Lesson.load("toy"), path)
    before = path.read_bytes()
    monkeypatch.setattr("engine.lesson_file.MAX_FILE_BYTES", 300)
    with pytest.raises(LessonError, match=r"lesson\.toml: would have .* MB; the most a lesson file may have is"):
        save(Lesson.load("toy-bias"), path)
    monkeypatch.undo()
    with pytest.raises(OSError, match="No such file"):
        save(Lesson.load("toy"), tmp_path / "missing" / "lesson.toml")
    assert path.read_bytes() == before


def test_half_a_character_is_refused_in_a_sentence(tmp_path: Path) -> None:
    lesson = dataclasses.replace(Lesson.load("toy"), title="half \ud83d a face")
    with pytest.raises(LessonError, match="a character that no file can have") as caught:
        save(dataclasses.replace(lesson, source="long " * 1_000), tmp_path / "lesson.toml")
    assert r"half \ud83d a face" in str(caught.value)
    assert len(str(caught.value)) < 300
    assert not list(tmp_path.iterdir())


def test_saving_changes_nothing_of_the_lesson() -> None:
    lesson = Lesson.load("toy-bias")
    before: dict[str, Any] = copy.deepcopy(lesson.to_table())
    text_of(lesson)
    assert lesson.to_table() == before
