"""Lessons are read as written or refused in one sentence that names the key, what was found and what is allowed."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.data import SOURCES
from engine.faults import MAX_FAULTS
from engine.lesson import EXECUTORS, DataSpec, Lesson, LessonError, parse_override
from engine.lesson_check import equal_layers
from engine.recording import Recording
from engine.trainer import Trainer

MINIMAL: dict[str, Any] = {
    "format": 1,
    "id": "mine",
    "title": "Mine",
    "network": {"sizes": [2, 3, 1]},
    "data": {"x": [[1.0, 2.0], [3, 4]], "y": [[0.0], [1.0]]},
}
TEXT = """
format = 1
id = "mine"
title = "Mine"
[network]
sizes = [2, 1]
[data]
x = [[1, 2]]
y = [[3.0]]
"""


def lesson(overrides: dict[str, Any] | None = None) -> Lesson:
    return Lesson.from_table(copy.deepcopy(MINIMAL), overrides=overrides)


def refusal(overrides: dict[str, Any]) -> str:
    with pytest.raises(LessonError) as caught:
        lesson(overrides)
    for sentence in caught.value.faults:
        assert sentence.startswith("lesson: ")
        assert "\n" not in sentence
        assert len(sentence) < 300
    assert str(caught.value) == "\n".join(caught.value.faults)
    return str(caught.value)


def test_what_a_file_does_not_say_has_the_documented_default() -> None:
    read = lesson()
    assert (read.source, read.network.activation, read.network.output, read.network.bias) == (
        "",
        *["identity"] * 2,
        True,
    )
    assert (read.loss.name, read.loss.reduction) == ("half_squared_error", "sum")
    assert (read.optimizer.learning_rate, read.optimizer.momentum, read.optimizer.momentum_form) == (0.1, 0.0, "torch")
    assert (read.data.batch_size, read.data.shuffle, read.data.drop_last) == (1, False, False)
    assert (read.run.dtype, read.run.executor) == ("float64", "numpy")
    assert read.data.x == ((1.0, 2.0), (3.0, 4.0)), "whole numbers are numbers"


@pytest.mark.parametrize(
    ("key", "value", "parts"),
    [
        # not known
        ("colour", 1, ["unknown key colour", "network"]),
        ("network.size", [1, 1], ["unknown key network.size", "sizes"]),
        ("optimizer.lr", 1.0, ["unknown key optimizer.lr", "learning_rate"]),
        ("format", 2, ["format = 2", "format = 1"]),
        ("network.activation", "step", ["network.activation", "'step'", "sigmoid", "leaky_relu"]),
        ("network.activation", "softmax", ["network.activation", "'softmax'", "sigmoid"]),
        ("network.activation", ["relu6"], ["network.activation", "'relu6'", "relu"]),
        ("network.output", "relu", ["network.output", "'relu'", "softmax"]),
        ("network.bias", "output-column", ["network.bias", "'output-column'", "true, false, input-column"]),
        ("init.scheme", "he", ["init.scheme", "'he'", "kaiming_normal"]),
        ("init.rng", "random", ["init.rng", "'random'", "numpy, torch"]),
        ("loss.name", "hinge", ["loss.name", "'hinge'", "half_squared_error", "binary_cross_entropy"]),
        ("loss.reduction", "max", ["loss.reduction", "'max'", "sum, mean"]),
        ("optimizer.name", "adam", ["optimizer.name", "'adam'", "sgd"]),
        ("optimizer.momentum_form", "nesterov", ["optimizer.momentum_form", "'nesterov'", "torch, classic"]),
        ("optimizer.bias_gradient", "max", ["optimizer.bias_gradient", "'max'", "same, mean"]),
        ("data.source", "cifar", ["data.source", "'cifar'", *SOURCES]),
        ("data.normalize", "0..1", ["data.normalize", "'0..1'", "none, unit, mnist"]),
        ("evaluation.scale", "big", ["evaluation.scale", "'big'", "same, raw"]),
        ("run.dtype", "float16", ["run.dtype", "'float16'", "float64, float32"]),
        ("run.executor", "gpu", ["run.executor", "'gpu'", *EXECUTORS]),
        ("run.device", "tpu", ["run.device", "'tpu'", "cpu"]),
        ("run.orientation", "tall", ["run.orientation", "'tall'", "row, column"]),
        # not of the right kind
        ("network", 5, ["network must be a section", "5"]),
        ("id", 5, ["id must be text", "5"]),
        ("format", "1", ["format must be a whole number", "'1'"]),
        ("format", True, ["format must be a whole number", "True"]),
        ("network.sizes", "2-3-1", ["network.sizes must be a list", "whole number", "'2-3-1'"]),
        ("network.sizes", [2, 3.0, 1], ["network.sizes[1]", "whole number", "3.0"]),
        ("network.bias", 1, ["network.bias must be true or false or text", "1"]),
        ("network.activation", 3, ["network.activation", "text", "3"]),
        ("data.shuffle", "yes", ["data.shuffle must be true or false", "'yes'"]),
        ("data.x", [1.0, 2.0], ["data.x[0] must be a list", "1.0"]),
        ("data.x", [[1.0, "two"]], ["data.x[0][1] must be a number", "'two'"]),
        ("data.x", [[1.0, True]], ["data.x[0][1] must be a number", "True"]),
        ("optimizer.learning_rate", "fast", ["optimizer.learning_rate must be a number", "'fast'"]),
        ("optimizer.learning_rate", [0.1], ["optimizer.learning_rate must be a number", "[0.1]"]),
        ("init.seed", 1.5, ["init.seed must be a whole number", "1.5"]),
        # out of range
        ("network.sizes", [], ["network.sizes", "[]"]),
        ("network.sizes", [2], ["network.sizes", "[2]", "at least"]),
        ("network.sizes", [2, 0, 1], ["network.sizes", "0 is out of range", "1 to 65,536"]),
        ("network.sizes", [2, 65_537, 1], ["network.sizes", "65537 is out of range", "1 to 65,536"]),
        ("network.sizes", [2, -3, 1], ["network.sizes", "-3 is out of range", "1 to 65,536"]),
        ("optimizer.learning_rate", 0.0, ["optimizer.learning_rate = 0.0", "> 0"]),
        ("optimizer.learning_rate", -0.1, ["optimizer.learning_rate = -0.1", "> 0"]),
        ("optimizer.learning_rate", math.inf, ["optimizer.learning_rate", "finite", "inf"]),
        ("optimizer.learning_rate", math.nan, ["optimizer.learning_rate", "finite", "nan"]),
        ("optimizer.learning_rate", 10**400, ["optimizer.learning_rate must be a number"]),
        ("optimizer.momentum", 1.0, ["optimizer.momentum = 1.0", ">= 0", "< 1"]),
        ("optimizer.momentum", -0.1, ["optimizer.momentum = -0.1", ">= 0", "< 1"]),
        ("data.batch_size", 0, ["data.batch_size = 0", ">= 1"]),
        ("data.batch_size", 10**7, ["data.batch_size = 10000000", "<= 1000000"]),
        ("data.x", [[1.0, math.inf], [3.0, 4.0]], ["data.x[0][1]", "finite", "inf"]),
        ("evaluation.every", 0, ["evaluation.every = 0", ">= 1"]),
        ("evaluation.examples", -2, ["evaluation.examples = -2", ">= -1"]),
        ("init.seed", -1, ["init.seed = -1", ">= 0"]),
        ("init.seed", 2**63, ["init.seed", ">= 0"]),
        ("init.std", -1.0, ["init.std = -1.0", ">= 0"]),
        ("id", "", ["id = ''", "1 to 64"]),
        ("id", "a b", ["id = 'a b'", "letters"]),
        ("id", "../up", ["id = '../up'", "letters"]),
    ],
)
def test_one_wrong_value(key: str, value: Any, parts: list[str]) -> None:
    sentence = refusal({key: value})
    for part in parts:
        assert part in sentence


@pytest.mark.parametrize(
    ("overrides", "parts"),
    [
        ({"network.activation": ["relu", "tanh"]}, ["network.activation", "2 activations", "1 hidden"]),
        ({"loss.name": "cross_entropy"}, ["cross_entropy", "softmax", "identity"]),
        ({"loss.name": "cross_entropy", "network.output": "sigmoid"}, ["cross_entropy", "softmax", "sigmoid"]),
        ({"loss.name": "binary_cross_entropy", "network.output": "softmax"}, ["sigmoid", "softmax"]),
        (
            {"loss.name": "cross_entropy", "network.output": "softmax", "data.y": [[0.5], [1.0]]},
            ["data.y[0]", "[0.5]", "add up to 1"],
        ),
        (
            {"loss.name": "binary_cross_entropy", "network.output": "sigmoid", "data.y": [[0.5], [1.5]]},
            ["data.y[1]", "[1.5]", "0 to 1"],
        ),
        ({"data.x": []}, ["data.x is empty", "at least one"]),
        ({"data.y": [[1.0]]}, ["data.x has 2", "data.y has 1"]),
        ({"data.x": [[1.0, 2.0], [3.0]]}, ["data.x[1] has 1", "2"]),
        ({"data.y": [[1.0, 2.0], [3.0, 4.0]]}, ["data.y[0] has 2", "1"]),
        ({"network.sizes": [3, 1]}, ["data.x[0] has 2", "3"]),
        ({"data.source": "mnist"}, ["network.sizes = [784, 3, 1]", "'mnist'", "network.sizes = [784, 3, 10] would"]),
        ({"data.source": "mnist", "data.x": [[1.0]]}, ["data.x", "points", "mnist"]),
        ({"data.source": "digits", "data.x": [], "data.y": []}, ["network.sizes", "digits", "64", "10"]),
        (
            {"data.source": "mnist", "data.x": [], "data.y": [], "network.sizes": [783, 10]},
            ["network.sizes", "mnist", "784", "10"],
        ),
        ({"data.normalize": "unit"}, ["data.normalize", "unit", "none"]),
        ({"data.drop_last": True, "data.batch_size": 3}, ["data.batch_size = 3", "2 examples", "drop_last"]),
        ({"evaluation.examples": 10}, ["evaluation.examples", "0 for points"]),
        ({"init.scheme": "explicit"}, ["init.W", "0 matrices", "2 layers"]),
        (
            {"init.scheme": "explicit", "init.W": [[[1.0]], [[1.0]]], "init.b": [[0.0] * 3, [0.0]]},
            ["init.W[0]", "2 rows of 3"],
        ),
        (
            {"init.scheme": "explicit", "init.W": [[[1.0] * 3] * 2, [[1.0]] * 3], "init.b": [[0.0] * 3]},
            ["init.b has 1", "2"],
        ),
        (
            {"init.scheme": "explicit", "init.W": [[[1.0] * 3] * 2, [[1.0]] * 3], "init.b": [[0.0], [0.0]]},
            ["init.b[0]", "3", "1"],
        ),
        ({"init.scheme": "uniform", "init.low": 1.0, "init.high": 0.0}, ["init.high = 0", "init.low = 1"]),
        ({"init.low": -1e308, "init.high": 1e308}, ["init.high - init.low", "1.798e+308"]),
        ({"run.dtype": "float32", "init.value": 1e39}, ["init.value = 1e+39", "float32", "3.403e+38"]),
        (
            {"run.dtype": "float32", "optimizer.learning_rate": 1e39},
            ["optimizer.learning_rate", "float32", "3.403e+38"],
        ),
        ({"run.dtype": "float32", "data.x": [[1.0, 2.0], [3.0, -1e39]]}, ["data.x = -1e+39", "float32", "3.403e+38"]),
    ],
)
def test_values_that_do_not_go_together(overrides: dict[str, Any], parts: list[str]) -> None:
    sentence = refusal(overrides)
    for part in parts:
        assert part in sentence


# ---- all that is wrong, at once ----------------------------------------------------------------------------------


def faults_of(table: dict[str, Any]) -> list[str]:
    """The sentences, without the place that begins each."""
    with pytest.raises(LessonError) as caught:
        Lesson.from_table(table)
    return [sentence.removeprefix("lesson: ") for sentence in caught.value.faults]


def test_all_faults_are_named_at_once_each_key_once() -> None:
    table = copy.deepcopy(MINIMAL)
    table |= {"id": "a b", "colour": 1, "loss": {"name": "hinge"}, "optimizer": {"learning_rate": -1, "lr": 2}}
    table["network"] |= {"sizes": [2, 0, 1], "activation": ["relu", "tanh"]}
    table["init"] = {"low": 1.0, "high": 0.0}
    table["run"] = {"device": "cuda"}
    wrong = [
        "unknown key colour",
        "loss.name = 'hinge'",
        "unknown key optimizer.lr",
        "optimizer.learning_rate = -1.0",
        "id = 'a b'",
        "network.sizes = [2, 0, 1]",
        "run.device",
        "init.high = 0",
    ]
    found = faults_of(table)
    assert len(found) == len(wrong)
    for begin in wrong:
        assert [sentence for sentence in found if sentence.startswith(begin)] != [], begin


SINGLE = {
    "title": 5,
    "id": "",
    "network.sizes": [2],
    "network.activation": "step",
    "network.output": "max",
    "init.scheme": "he",
    "loss.name": "hinge",
    "optimizer.learning_rate": 0,
    "data.batch_size": 0,
    "data.x": "none",
    "run.dtype": "float16",
    "evaluation.every": "often",
}


@settings(max_examples=60)
@given(st.lists(st.sampled_from(sorted(SINGLE)), min_size=1, unique=True))
def test_a_wrong_value_is_said_once_and_nothing_that_only_follows_from_it(keys: list[str]) -> None:
    table = copy.deepcopy(MINIMAL)
    for key in keys:
        section, _, name = key.rpartition(".")
        (table.setdefault(section, {}) if section else table)[name or key] = SINGLE[key]
    found = faults_of(table)
    assert sorted(sentence.split()[0] for sentence in found) == sorted(keys)


def test_faults_beyond_all_counting_are_counted() -> None:
    table = copy.deepcopy(MINIMAL) | {f"key{i}": i for i in range(1_000)}
    found = faults_of(table)
    assert len(found) == MAX_FAULTS + 1
    assert found[-1] == f"and {1_000 - MAX_FAULTS:,} more faults"
    assert faults_of(copy.deepcopy(MINIMAL) | {f"key{i}": i for i in range(MAX_FAULTS + 1)})[-1] == "and 1 more fault"


@pytest.mark.parametrize(
    "change",
    [
        {"k" * 10_000: 1},
        {"a\nb\x00" * 1_000: 1},
        {"id": "x" * 10_000},
        {"title": [1.0] * 100_000},
        {"network": {"sizes": [2, *[0] * 100_000]}},
        {"network": {"sizes": [2, 1], "activation": ["step"] * 100_000}},
        {"network": {"sizes": [2, 1], "y" * 10_000: 5}},
        {"data": {"x": [1.0] * 100_000, "y": [[1.0]]}},
        {"data": {"x": [[1.0]] * 100_000, "y": [[1.0] * 50_000]}},
        {"data": {"source": "z" * 10_000}},
        {"data": {"source": "csv", "path": "a.csv", "target": ["a" * 9_000, "a" * 9_000]}},
        {"network": "n" * 10_000},
    ],
    ids=lambda change: str(change)[:30],
)
def test_no_sentence_is_longer_than_can_be_read(change: dict[str, Any]) -> None:
    for sentence in faults_of(copy.deepcopy(MINIMAL) | change):
        assert len(sentence) < 300
        assert sentence.isprintable()


@pytest.mark.parametrize("name", ["a" * 5_000, "b/" * 3_000 + "c.toml"])
def test_nor_is_one_on_a_path(name: str) -> None:
    with pytest.raises(LessonError) as caught:
        Lesson.load(name)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("key", ["format", "id", "title", "network"])
def test_what_a_lesson_must_have(key: str) -> None:
    table = copy.deepcopy(MINIMAL)
    del table[key]
    with pytest.raises(LessonError, match=f"{key} is missing"):
        Lesson.from_table(table)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("network.sizes", [2, 65_536, 1]),
        ("network.activation", ["relu"]),
        ("network.bias", "input-column"),
        ("optimizer.learning_rate", 1),
        ("optimizer.momentum", 0.999999),
        ("data.batch_size", 1_000_000),
        ("init.seed", 2**63 - 1),
        ("init.std", 0.0),
        ("id", "a.B_c-9"),
    ],
)
def test_what_is_just_allowed(key: str, value: Any) -> None:
    lesson({key: value})


# ---- files ------------------------------------------------------------------------------------------------------


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(TEXT, encoding="utf-8")
    assert Lesson.load(path) == Lesson.load(str(path))
    assert Lesson.load(path).network.sizes == (2, 1)
    with pytest.raises(LessonError) as caught:
        Lesson.load(path, {"loss.name": "hinge"})
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("source", ["csv", "images"])
@pytest.mark.parametrize("start", ["//", "\\\\", "/\\", "\\/", "\\\\?\\UNC\\", "\\??\\UNC\\", "////"])
def test_a_file_cannot_name_data_on_another_computer(source: str, start: str, tmp_path: Path) -> None:
    path = f"{start}host/share/a.csv"
    with pytest.raises(LessonError, match=r"data\.path = .* may name another computer.*copy the data to this one"):
        lesson({"data.source": source, "data.path": path, "network.sizes": [784, 3, 2]})
    file = tmp_path / "mine.toml"
    data = f"source = '{source}'\npath = '{path}'"
    file.write_text(f"format = 1\nid = 'x'\ntitle = ''\n[network]\nsizes = [784, 2]\n[data]\n{data}")
    with pytest.raises(LessonError, match="may name another computer"):
        Lesson.load(file)


def test_nor_can_a_recording(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n" + "".join(f"{i},{i / 4}\n" for i in range(9)))
    table = MINIMAL | {"network": {"sizes": [1, 1]}, "data": {"source": "csv", "path": str(tmp_path / "a.csv")}}
    file = tmp_path / "run.backstep"
    Recording.of(Trainer(Lesson.from_table(table))).save(file)
    assert Recording.load(file).log.lesson.data.path == str(tmp_path / "a.csv")
    file.write_text(file.read_text().replace(str(tmp_path), "//host"))
    with pytest.raises(LessonError, match="may name another computer"):
        Recording.load(file)


@pytest.mark.parametrize("path", ["a//b.csv", "~//a.csv", "/a//b.csv", "a\\\\b.csv"])
def test_two_slashes_within_a_path_are_nothing_special(path: str) -> None:
    assert lesson({"data.source": "csv", "data.path": path}).data.path == path


def test_shipped_lessons_are_valid_and_named_as_their_files() -> None:
    assert {"toy", "toy-bias", "mnist-sigmoid-777", "mnist-sigmoid-1"} <= set(Lesson.shipped())
    for name in Lesson.shipped():
        read = Lesson.load(name)
        assert read.id == name
        assert Lesson.from_table(read.to_table()) == read, "table and lesson say the same"


@pytest.mark.parametrize("name", ["toi", "", "TOY", "toy bias", "a" * 5000, "\0", "ü"])
def test_an_unknown_lesson_names_the_known_ones(name: str) -> None:
    with pytest.raises(LessonError, match="toy-bias"):
        Lesson.load(name)


@pytest.mark.parametrize("name", ["gone.toml", "no/such/place", "a" * 5000 + ".toml", "\0.toml"])
def test_a_path_to_nothing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LessonError, match="cannot be read"):
        Lesson.load(name)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "is missing"),
        (b"format = ", "not valid TOML"),
        (b"format = 1\nformat = 1", "not valid TOML"),
        (b"\xff\xfe\x00binary", "not UTF-8"),
        (b"\x00\x01\x02", "not valid TOML"),
        (b"x = " + b"[" * 100_000, "not valid TOML"),
        (b"x = " + b"{a=" * 5_000, "not valid TOML"),
        (b"x = " + b"9" * 5_000, "not valid TOML"),
        (b"format = 0x" + b"f" * 5_000 + b'\nid="a"\ntitle="a"\n[network]\nsizes=[2,1]', "format"),
        (TEXT.replace("[2, 1]", "[0x" + "f" * 5_000 + ", 1]").encode(), "network.sizes"),
        (TEXT.replace("batch", "batch").encode() + b"batch_size = 0x" + b"f" * 5_000, "data.batch_size"),
        (TEXT.encode() + b"batch_size" + b".a" * 5_000 + b" = 1", "data.batch_size"),
        (b"format = 1979-05-27\nid = 1\n", "format"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_files_that_are_no_lessons(content: bytes, part: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.write_bytes(content)
    with pytest.raises(LessonError) as caught:
        Lesson.load(path)
    assert part in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    with path.open("wb") as file:
        file.truncate(10**9)
    with pytest.raises(LessonError, match="16 MB"):
        Lesson.load(path)


def test_a_folder_is_no_lesson(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match="cannot be read"):
        Lesson.load(tmp_path)


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="a device of Unix")
def test_an_endless_file_is_refused() -> None:
    with pytest.raises(LessonError, match="is not a file"):
        Lesson.load("/dev/zero")


# ---- overrides --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("data.batch_size=4", ("data.batch_size", 4)),
        ("optimizer.learning_rate = 0.5", ("optimizer.learning_rate", 0.5)),
        ("data.source=digits", ("data.source", "digits")),
        ('data.source="digits"', ("data.source", "digits")),
        ("network.sizes=[2, 3, 1]", ("network.sizes", [2, 3, 1])),
        ("network.bias=false", ("network.bias", False)),
        ("title=a=b", ("title", "a=b")),
        ("title=", ("title", "")),
    ],
)
def test_overrides_are_read_as_toml_or_else_as_text(text: str, expected: tuple[str, Any]) -> None:
    assert parse_override(text) == expected


@pytest.mark.parametrize("text", ["", "=", "=4", "data.batch_size", " = 4"])
def test_an_override_without_a_key_is_refused(text: str) -> None:
    with pytest.raises(LessonError, match="KEY=VALUE"):
        parse_override(text)


@given(st.text(max_size=60))
@example("a=" + "[" * 5_000)
@example("a=" + "9" * 5_000)
@example("a=1\nb=2")
def test_any_text_is_an_override_or_refused(text: str) -> None:
    try:
        key, _ = parse_override(text)
    except LessonError:
        return
    assert key


def test_the_input_width_follows_the_data() -> None:
    on_digits = Lesson.load("mnist-sigmoid-777", {"data.source": "digits"})
    assert on_digits.network.sizes == (64, 30, 10)
    with pytest.raises(LessonError, match=r"network\.sizes"):
        Lesson.load("mnist-sigmoid-777", {"data.source": "digits", "network.sizes": [784, 30, 10]})


@pytest.mark.parametrize("name", ["xor", "toy", "curve", "moons"])
def test_settings_of_the_old_source_go_with_it(name: str) -> None:
    old = Lesson.load(name)
    sizes = [64, *old.network.sizes[1:]]
    if sizes[-1] != 10:
        fitting = [*sizes[:-1], 10]
        with pytest.raises(LessonError) as caught:
            Lesson.load(name, {"data.source": "digits"})
        assert f"{sizes} does not fit" in str(caught.value)
        assert f"network.sizes = {fitting} would" in str(caught.value)
        sizes = fitting
    others = {"evaluation.examples": 0, "loss.name": "mse"}
    made = Lesson.load(name, {"data.source": "digits", "network.sizes": sizes, **others})
    assert made.data == DataSpec(
        "digits", batch_size=old.data.batch_size, shuffle=old.data.shuffle, drop_last=old.data.drop_last
    )
    assert old.with_values({"data.source": "digits", "network.sizes": sizes, **others}).data == made.data


def test_settings_that_the_new_source_has_too_stay() -> None:
    old = Lesson.load("moons", {"data.noise": 0.3, "data.examples": 60})
    assert old.with_value("data.source", "circles").data == dataclasses.replace(old.data, source="circles")
    assert old.with_value("data.source", "moons") == old
    with pytest.raises(LessonError, match=r"data\.noise belongs to .* not to \"digits\""):
        old.with_values({"data.source": "digits", "data.noise": 0.5})
    pictures = Lesson.load("mnist-deep")
    assert pictures.with_value("data.source", "fashion_mnist").data.normalize == pictures.data.normalize == "mnist"


def test_overrides_leave_the_callers_table_alone() -> None:
    table = copy.deepcopy(MINIMAL)
    Lesson.from_table(table, overrides={"optimizer.momentum": 0.5, "network.sizes": [2, 1]})
    assert table == MINIMAL


@pytest.mark.parametrize(
    "overrides",
    [
        {"data": 5, "data.source": "digits"},
        {"data.source": "digits", "data": 5},
        {"network": 5, "data.source": "digits"},
        {"network.sizes": 5, "data.source": "digits"},
        {"data.source": ["digits"]},
        {"data.source": {}},
        {"": 1},
        {"...": 1},
        {"network.sizes.x": 1},
        {"format.x": 1},
    ],
)
def test_odd_overrides_are_refused(overrides: dict[str, Any]) -> None:
    refusal(overrides)


# ---- anything at all --------------------------------------------------------------------------------------------

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["digits", "relu", 2**70]),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
KEYS = [
    (section, key)
    for section, keys in Lesson.load("toy").to_table().items()
    for key in (keys if isinstance(keys, dict) else [None])
]


def assert_lesson_or_refusal(table: Any, overrides: dict[str, Any] | None = None) -> None:
    try:
        read = Lesson.from_table(table, overrides=overrides)
    except LessonError:
        return
    assert Lesson.from_table(read.to_table()) == read


@settings(max_examples=300)
@given(
    st.dictionaries(st.sampled_from(sorted({section for section, _ in KEYS})) | st.text(max_size=3), values, max_size=8)
)
def test_any_table_is_a_lesson_or_refused(table: dict[str, Any]) -> None:
    assert_lesson_or_refusal(table)


@settings(max_examples=500)
@given(st.lists(st.tuples(st.sampled_from(KEYS), values), max_size=4))
def test_a_lesson_with_anything_in_place_of_some_values(changes: list[tuple[tuple[str, str | None], Any]]) -> None:
    table = Lesson.load("toy").to_table()
    for (section, key), value in changes:
        if key is None:
            table[section] = value
        elif isinstance(table[section], dict):
            table[section][key] = value
    assert_lesson_or_refusal(table)


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(st.sampled_from([s if k is None else f"{s}.{k}" for s, k in KEYS]) | st.text(), values), max_size=4
    )
)
def test_any_overrides_are_taken_or_refused(overrides: list[tuple[str, Any]]) -> None:
    assert_lesson_or_refusal(Lesson.load("toy").to_table(), dict(overrides))


@settings(max_examples=200)
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: (TEXT + text).encode("utf-8", "ignore")))
def test_any_file_is_a_lesson_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(content)
    with contextlib.suppress(LessonError):
        Lesson.load(path)


# ---- units that stay equal -------------------------------------------------------------------------------------------

W_EQUAL, W_OTHER = [[1.0, 1.0], [2.0, 2.0]], [[1.0, 1.0], [2.0, 2.5]]
OUT_EQUAL, OUT_OTHER = [[3.0], [3.0]], [[3.0], [4.0]]


@pytest.mark.parametrize(
    ("init", "equal"),
    [
        ({"scheme": "constant"}, (1,)),
        ({"scheme": "normal", "std": 0, "mean": 0.3}, (1,)),
        ({"scheme": "normal"}, ()),
        ({"scheme": "uniform", "low": 0.3, "high": 0.3}, (1,)),
        ({"scheme": "uniform"}, ()),
        ({"scheme": "xavier_normal"}, ()),
        ({"scheme": "explicit", "W": [W_EQUAL, OUT_EQUAL], "b": [[0.1, 0.1], [0.5]]}, (1,)),
        ({"scheme": "explicit", "W": [W_EQUAL, OUT_EQUAL], "b": [[0.1, 0.2], [0.5]]}, ()),
        ({"scheme": "explicit", "W": [W_OTHER, OUT_EQUAL], "b": [[0.1, 0.1], [0.5]]}, ()),
        ({"scheme": "explicit", "W": [W_EQUAL, OUT_OTHER], "b": [[0.1, 0.1], [0.5]]}, ()),
    ],
)
@pytest.mark.parametrize("activation", ["identity", "tanh"])
def test_units_said_to_stay_equal_do_and_the_others_part(
    init: dict[str, Any], equal: tuple[int, ...], activation: str
) -> None:
    made = Lesson.from_table(MINIMAL | {"network": {"sizes": [2, 2, 1], "activation": activation}, "init": init})
    assert equal_layers(made) == equal
    trainer = Trainer(made)
    for _ in range(3):
        trainer.finish_batch()
    W = trainer.tensors["W1"]
    assert bool(np.array_equal(W[:, 0], W[:, 1])) == bool(equal)


def test_a_layer_of_one_unit_has_none_that_could_be_equal() -> None:
    made = lesson({"network.sizes": [2, 3, 1, 2, 1], "init.scheme": "constant"})
    assert equal_layers(made) == (1, 3)
