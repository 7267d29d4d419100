"""CSV files: how they are taken apart, what becomes of their columns, and what is said of those that cannot be used."""

from __future__ import annotations

import copy
import io
import os
import re
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.data import DataError, Dataset, load_dataset, table
from engine.data.table import Layout, Preview, preview
from engine.data.toy_sets import split
from engine.lesson import DataSpec, Lesson, LessonError
from engine.trainer import Trainer
from tests.engine.permissions import open_to_all, without_privileges

FLOWERS = """\
length,width,kind
5.1,3.5,setosa
4.9,3.0,setosa
7.0,3.2,versicolor
6.4,3.2,versicolor
6.3,3.3,virginica
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_it(content: str | bytes, name: str = "data.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_it


def load(path: Path, outputs: int | None = None, **spec: Any) -> Dataset:
    return load_dataset("csv", spec=DataSpec("csv", path=str(path), **{"test_share": 0.0, **spec}), outputs=outputs)


def refusal(path: Path, **spec: Any) -> str:
    with pytest.raises(DataError) as caught:
        load(path, **spec)
    sentence = str(caught.value)
    assert str(path) in sentence
    assert "\n" not in sentence
    return sentence.replace(str(path), "FILE")


# ---- what is served ---------------------------------------------------------------------------------------------


def test_the_last_column_is_predicted_from_all_others(write: Write) -> None:
    data = load(write(FLOWERS))
    assert data.train_x.tolist() == [[5.1, 3.5], [4.9, 3.0], [7.0, 3.2], [6.4, 3.2], [6.3, 3.3]]
    assert data.train_labels is not None
    assert data.train_labels.tolist() == [0, 0, 1, 1, 2]
    assert data.train_y.tolist() == [[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert data.feature_names == ("length", "width")
    assert data.class_names == ("setosa", "versicolor", "virginica")
    assert data.target_names == ("kind",)
    assert (data.image_shape, data.full_scale, data.standardised) == (None, 1.0, None)
    assert data.test_x.shape == (0, 2)
    assert not data.train_x.flags.writeable


def test_columns_are_chosen_by_name_and_by_number(write: Write) -> None:
    path = write("id,a,b,c\nx,1,2,3\ny,4,5,6\nz,7,8,9.5\n")
    data = load(path, target=("c", 2), inputs=(3,))
    assert data.train_x.tolist() == [[2], [5], [8]]
    assert data.train_y.tolist() == [[3, 1], [6, 4], [9.5, 7]]
    assert (data.feature_names, data.target_names) == (("b",), ("c", "a"))
    assert data.train_labels is None
    assert data.class_names == ()


def test_two_classes_are_one_column_for_one_output(write: Write) -> None:
    path = write("x,y\n1,no\n2,yes\n3,no\n")
    assert load(path, outputs=1).train_y.tolist() == [[0], [1], [0]]
    assert load(path, outputs=2).train_y.tolist() == [[1, 0], [0, 1], [1, 0]]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["a", "b", "a", "b"], "class"),
        (["0", "1", "0", "1"], "class"),
        (["2", "1.0", "2.0", "1"], "class"),
        (["1", "2", "3", "4"], "number"),  # no value comes twice
        (["0.5", "1", "0.5", "1"], "number"),
        ([str(i % 20) for i in range(60)], "class"),
        ([str(i % 21) for i in range(60)], "number"),
    ],
)
def test_a_few_whole_numbers_are_classes_unless_the_lesson_says_otherwise(
    write: Write, cells: list[str], kind: str
) -> None:
    path = write("x,y\n" + "".join(f"{i},{cell}\n" for i, cell in enumerate(cells)))
    assert ("class" if load(path).class_names else "number") == kind
    if cells[0] != "a":
        assert load(path, kind="number").train_y[:, 0].tolist() == [float(cell) for cell in cells]
    classes = load(path, kind="class")
    names = list(classes.class_names)
    assert names == sorted(names, key=float if cells[0] != "a" else str)
    assert classes.train_labels is not None
    same = [float(cell) if cells[0] != "a" else cell for cell in cells]
    shown = [names[label] for label in classes.train_labels]
    assert [float(name) if cells[0] != "a" else name for name in shown] == same


def test_standardised_by_the_training_rows_alone(write: Write) -> None:
    rng = np.random.default_rng(2)
    rows = [[f"{a:.3f}", f"{100 * b:.3f}", "0.1"] for a, b in rng.normal(size=(40, 2))]
    path = write("a,b,constant,y\n" + "".join(",".join([*row, f"{i / 7:.4f}"]) + "\n" for i, row in enumerate(rows)))
    data = load(path, standardise=True, test_share=0.25, seed=5)
    train, test = split(40, 0.25, 5)
    assert data.standardised is not None
    mean, deviation = data.standardised
    for column in range(2):
        of_training = [float(rows[i][column]) for i in train]
        assert mean[column] == pytest.approx(statistics.fmean(of_training))
        assert deviation[column] == pytest.approx(statistics.pstdev(of_training))
    assert (mean[2], deviation[2]) == (0.1, 1)
    assert not data.train_x[:, 2].any(), "what does not vary is only moved to 0"
    assert not mean.flags.writeable
    np.testing.assert_allclose(data.train_x[:, :2].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(data.train_x[:, :2].std(axis=0), 1)
    np.testing.assert_allclose(data.test_x * deviation + mean, [[float(cell) for cell in rows[i]] for i in test])
    plain = load(path, test_share=0.25, seed=5)
    np.testing.assert_allclose(plain.train_x, data.train_x * deviation + mean)
    assert plain.standardised is None
    assert (plain.train_y == data.train_y).all(), "targets are left alone"


decimals = st.builds(
    lambda whole, exponent: float(f"{whole}e{exponent}"), st.integers(-(10**13), 10**13), st.integers(-30, 20)
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(decimals, min_size=3, max_size=12))
def test_standardised_inputs_are_told_as_the_file_has_them(write: Write, cells: list[float]) -> None:
    """Of 13 figures none is lost and none is added; what another number hides in the sum cannot come back."""
    largest = max(map(abs, cells))
    kept = [cell for cell in cells if cell == 0 or abs(cell) > 1e-2 * largest]
    path = write("a,y\n" + "".join(f"{cell!r},{i / 7}\n" for i, cell in enumerate(kept)))
    data = load(path, standardise=True, inputs=("a",), target="y")
    assert data.in_source_units(data.train_x)[:, 0].tolist() == kept
    assert data.in_source_units(data.train_x[0]).tolist() == kept[:1], "one example alone"


def test_iris_is_told_as_the_file_has_it(write: Write) -> None:
    from sklearn.datasets import load_iris

    x, kinds = load_iris(return_X_y=True)
    cells = (",".join(map(str, [*row, "xyz"[kind]])) for row, kind in zip(x.tolist(), kinds, strict=True))
    path = write("\n".join(["a,b,c,d,kind", *cells]))
    data = load(path, standardise=True, test_share=0.2)
    plain = load(path, test_share=0.2)
    np.testing.assert_array_equal(data.in_source_units(data.train_x), plain.train_x)
    np.testing.assert_array_equal(data.in_source_units(data.test_x), plain.test_x)
    assert plain.in_source_units(plain.train_x) is plain.train_x


@pytest.mark.parametrize("constant", ["0.1", "0.3", "-7.7", "7", "1e-9", "123456.789", "1e149"])
def test_a_test_row_that_differs_where_training_rows_do_not_keeps_its_distance(write: Write, constant: str) -> None:
    _, test = split(40, 0.25, 5)
    cells = [repr(float(constant) + (i == int(test[0]))) for i in range(40)]
    path = write("a,constant,y\n" + "".join(f"{i % 7},{cell},{i / 7:.4f}\n" for i, cell in enumerate(cells)))
    data = load(path, standardise=True, test_share=0.25, seed=5)
    assert not data.train_x[:, 1].any()
    assert data.test_x[0, 1] == float(cells[test[0]]) - float(constant)
    assert not data.test_x[1:, 1].any()


def test_rows_keep_the_order_of_the_file_on_either_side_of_the_split(write: Write) -> None:
    path = write("".join(f"{i},{i % 2}\n" for i in range(50)))
    data = load(path, test_share=0.3, seed=1)
    train, test = data.train_x[:, 0].tolist(), data.test_x[:, 0].tolist()
    assert (len(train), len(test)) == (35, 15)
    assert (train, test) == (sorted(train), sorted(test))
    assert sorted(train + test) == list(range(50))


finite = st.floats(-1e150, 1e150)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(finite, finite, st.sampled_from(["red", 'a "b"', "x;y", "l1\nl2", "café"])), min_size=2),
    st.sampled_from([(",", "."), (";", ","), (";", "."), ("tab", ","), ("|", "."), ("space", ",")]),
    st.booleans(),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)
def test_whatever_is_written_is_read_back(
    write: Write,
    rows: list[tuple[float, float, str]],
    how: tuple[str, str],
    header: bool,
    ending: str,
    marked: bool,
) -> None:
    separator = table.SEPARATORS[how[0]]

    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    lines = [[repr(a).replace(".", how[1]), repr(b).replace(".", how[1]), quoted(c)] for a, b, c in rows]
    if header:
        lines.insert(0, ["first", quoted("second one"), "third"])
    text = "".join(separator.join(line) + ending for line in lines)
    path = write(text.encode("utf-8-sig" if marked else "utf-8"))
    given_all: dict[str, Any] = {"separator": how[0], "decimal": how[1], "header": header}
    if len({c for _, _, c in rows}) > 1:
        data = load(path, kind="class", **given_all)
        assert data.train_x.tolist() == [[a, b] for a, b, _ in rows]
        assert data.train_labels is not None
        assert [data.class_names[label] for label in data.train_labels] == [c for _, _, c in rows]
    seen = preview(path, **given_all)
    assert seen.rows == len(rows)
    assert seen.encoding == ("UTF-8 with a byte order mark" if marked else "UTF-8")
    assert seen.faults == ()
    assert [column.numeric for column in seen.columns] == [True, True, False]


# ---- what is detected -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FLOWERS, (",", ".", True)),
        ("1;2;3\n4;5;6\n", (";", ".", False)),
        ("1,5;2,5\n2,5;3\n", (";", ",", False)),
        ("a;b\n1,5;2,5\n2,5;3\n", (";", ",", True)),
        ("1.5,2.5\n3,4\n", (",", ".", False)),
        ("1, 2, 3\n4, 5, 6\n", (",", ".", False)),
        ("1 2 3\n4  5 6 \n", ("space", ".", False)),
        ("1,5 2,5\n3 4\n", ("space", ",", False)),
        ("a\tb\n1,5\t2\n", ("tab", ",", True)),
        ("a|b\n1|2\n", ("|", ".", True)),
        ("name,what it is\nAnna,hello; world\nBob,one; two\n", (",", ".", True)),
        ('"a, b";c\n"x, y";1\n', (";", ".", True)),
        ("1\n2\n3\n", (",", ".", False)),
        ("x\n2\n3\n", (",", ".", True)),
        ("2020-01-01 10:00;1,5\n2020-01-01 11:00;2,5\n", (";", ",", False)),
        ("a;b\n1,5;2,5\n1,5;2,5;3\n" + "1,5;2,5\n" * 9, (";", ",", True)),  # ragged
    ],
)
def test_separator_decimal_sign_and_header_are_detected(
    write: Write, text: str, expected: tuple[str, str, bool]
) -> None:
    assert preview(write(text)).layout == Layout(*expected)


def test_what_is_given_is_not_detected(write: Write) -> None:
    path = write("1,5;2,5\n3,5;4,5\n")
    assert preview(path, separator=",").layout == (",", ".", False)
    assert preview(path, header=True).columns[0].name == "1,5"
    assert preview(path, decimal=".").layout.decimal == "."


def test_a_preview_shows_and_counts(write: Write) -> None:
    seen = preview(write(FLOWERS + "\n6.0,,virginica\n\n"))
    assert [(c.number, c.name, c.numeric, c.looks_numeric) for c in seen.columns] == [
        (1, "length", True, True),
        (2, "width", False, True),
        (3, "kind", False, False),
    ]
    assert seen.head[0] == ("5.1", "3.5", "setosa")
    assert seen.lines == (2, 3, 4, 5, 6, 8)
    assert seen.rows == 6
    assert seen.columns[2].classes == ("setosa", "versicolor", "virginica")
    assert "line 8, column 2" in seen.columns[1].fault


def test_a_preview_of_many_rows_shows_the_first(write: Write) -> None:
    seen = preview(write("a,b\n" + "".join(f"{i},1\n" for i in range(9_999))))
    assert (len(seen.head), seen.rows) == (table.HEAD, 9_999)
    assert seen.head[-1] == (f"{table.HEAD - 1}", "1")


def test_a_preview_tells_of_ragged_rows_and_goes_on(write: Write) -> None:
    seen = preview(write("a,b\n1,2\n3\n4,5\n6,7,8\n9,9\n"))
    assert seen.rows == 3
    assert [re.sub(".*, line", "line", fault) for fault in seen.faults] == [
        "line 3: the row has 1 cell, but line 1 has 2.",
        "line 5: the row has 3 cells, but line 1 has 2.",
    ]


def planned(write: Write, text: str, **choice: Any) -> tuple[Preview, Any]:
    seen = preview(write(text))
    return seen, seen.plan(**{"target": (3,), "inputs": (1, 2), "kind": "auto", "test_share": 0.2, **choice})


def test_a_plan_says_what_will_be_done_and_it_is(write: Write) -> None:
    seen, plan = planned(write, FLOWERS)
    assert plan == (2, 3, "class", ("setosa", "versicolor", "virginica"), 4, 1, "")
    data = load(seen.path, test_share=0.2)
    assert (len(data.train_x), len(data.test_x), data.train_y.shape[1]) == (plan.train, plan.test, plan.outputs)
    assert data.class_names == plan.classes
    _, plan = planned(write, FLOWERS, target=(1, 2), inputs=(2,))
    assert (plan.kind, plan.outputs) == ("number", 2)


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ({"inputs": ()}, "choose a target and at least one input"),
        ({"target": ()}, "choose a target and at least one input"),
        ({"inputs": (1, 3), "target": (2,)}, 'line 2, column 3 "kind": "setosa" is not a number'),
        ({"kind": "number"}, 'line 2, column 3 "kind": "setosa" is not a number'),
    ],
)
def test_a_plan_says_why_it_cannot_be(write: Write, choice: dict[str, Any], says: str) -> None:
    assert says in planned(write, FLOWERS, **choice)[1].fault


def test_a_plan_with_one_class_cannot_be(write: Write) -> None:
    assert "one class only, a" in planned(write, "x,y,z\n1,2,a\n3,4,a\n")[1].fault
    assert "line 3" in planned(write, "x,y,z\n1,2,a\n3,4,\n5,6,b\n")[1].fault


# ---- what is refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "spec", "says"),
    [
        ("a,b\n1,2\n3\n", {}, "FILE, line 3: the row has 1 cell, but line 1 has 2."),
        ("a,b\n\n1,2\n\n\n3,4,5\n", {}, "FILE, line 6: the row has 3 cells, but line 1 has 2."),
        ('a,b\n"1\n",2\n3\n', {}, "FILE, line 4: the row has 1 cell"),
        ("age,y\n1,2\n3,4\nold,5\n", {}, 'FILE, line 4, column 1 "age": "old" is not a number.'),
        ("age,y\n1,2\n,4\n", {}, 'FILE, line 3, column 1 "age": the cell is empty, not a number.'),
        ("age,y\n1,2\nnan,4\n", {}, '"nan" is not a number'),
        ("age,y\n1,2\n1e999,4\n", {}, '"1e999" is beyond 1e+150, the largest number that a CSV file may have'),
        (
            "age,y\n1,2\n3,4\n5,-1.01e150\n",
            {"kind": "number"},
            'FILE, line 4, column 2 "y": "-1.01e150" is beyond 1e+150',
        ),
        ("age,y\n1,2\n1_000,4\n", {}, '"1_000" is not a number'),
        ("age,y\n1,2\n١٢,4\n", {}, '"١٢" is not a number'),
        ("a;b\n1,5;2\n1.5;2\n", {"decimal": ","}, 'FILE, line 3, column 1 "a": "1.5" is not a number.'),
        ("1,2\nx,3\n", {"header": False}, 'FILE, line 2, column 1 "column 1": "x" is not a number.'),
        ("name,a,y\nAnna,1,2\n", {}, 'column 1 "name": "Anna" is not a number. A column of words can be left out'),
        (FLOWERS, {"kind": "number"}, 'FILE, line 2, column 3 "kind": "setosa" is not a number.'),
        ("x,y\n1,a\n2,\n3,b\n", {}, 'FILE, line 3, column 2 "y": the cell is empty, no class.'),
        ("x,y\n1,a\n2,a\n", {}, 'FILE, column 2 "y": one class only, a; there must be two.'),
        (FLOWERS, {"target": "sort"}, 'there is no column "sort" (data.target); there are "length", "width", "kind".'),
        (FLOWERS, {"target": 4}, "data.target = 4, but there are only 3 columns"),
        (FLOWERS, {"inputs": ("long",)}, 'there is no column "long" (data.inputs)'),
        (
            FLOWERS,
            {"inputs": (1, 1)},
            'FILE: column 1 "length" is named twice in data.inputs; it can be an input once.',
        ),
        (FLOWERS, {"inputs": ("width", "length", "width")}, 'FILE: column 2 "width" is named twice in data.inputs'),
        (FLOWERS, {"inputs": ("width", 2)}, 'FILE: column 2 "width" is named twice in data.inputs'),
        (FLOWERS, {"target": ("width", 2)}, 'FILE: column 2 "width" is named twice in data.target; it can be a target'),
        (FLOWERS, {"inputs": (1, 3)}, 'column 3 "kind" is both target and input'),
        ("a,a,y\n1,2,3\n", {"target": "a"}, 'columns 1 and 2 are both named "a" (data.target); give the number'),
        ("1\n2\n", {}, "every column is a target"),
        ("", {}, "FILE is empty."),
        (" \n\n", {}, "FILE is empty."),
        ('""\n', {}, "FILE is empty."),
        ("a,b\n", {}, "FILE has no rows below its header."),
        ('a,b\n1,"2\n3,4\n', {"separator": ","}, "FILE, line 2: the row cannot be taken apart"),
        ('a,b\n"1"x,2\n', {"separator": ","}, "FILE, line 2: the row cannot be taken apart"),
        (b"a,b\n1,2\nPK\x00\x01,3\n", {}, "FILE is not a text file: line 3 holds a byte of 0"),
        ("a,b\n1,2\n".encode("utf-16"), {}, "FILE is UTF-16 text; save it as UTF-8"),
        ("größe,b\n1,2\n".encode("latin-1"), {}, "byte 3 (0xf6, in line 1) does not belong there"),
        ("a,b\n1,2\n3,ä\n".encode("latin-1"), {}, "byte 11 (0xe4, in line 3)"),
        (b"\xef\xbb\xbfa,b\n1,\xff\n", {}, "byte 10 (0xff, in line 2)"),
        (b"\x89PNG\r\n\x1a\n", {}, "FILE is not UTF-8 text: byte 1 (0x89, in line 1)"),
        (",".join(["1"] * 1001) + "\n", {}, "FILE has 1,001 columns, more than the 1,000"),
    ],
)
def test_what_cannot_be_used_is_named(write: Write, text: str | bytes, spec: dict[str, Any], says: str) -> None:
    assert says in refusal(write(text), **spec)


def test_limits_are_said(write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(10**9)
    assert "larger than 64 MB" in refusal(large)
    path = write("a,b\n" + "1,2\n" * 10)
    monkeypatch.setattr(table, "MOST_ROWS", 10)
    assert len(load(path, kind="number").train_x) == 10
    monkeypatch.setattr(table, "MOST_ROWS", 9)
    assert "more than 9 rows" in refusal(path)
    many = write("".join(f"{i},c{i}\n" for i in range(1001)))
    monkeypatch.undo()
    assert "more than 1,000 different cells are too many for classes" in refusal(many)


@pytest.mark.skipif(sys.platform == "win32", reason="files cannot be closed this way on Windows")
def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    assert "cannot be read (No such file" in refusal(tmp_path / "gone.csv")
    assert "is not a file" in refusal(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert "is not a file" in refusal(tmp_path / "pipe"), "nobody waits for a pipe"
    closed = tmp_path / "closed.csv"
    closed.write_text(FLOWERS)
    closed.chmod(0)
    open_to_all(tmp_path)
    with without_privileges():
        assert "cannot be read (Permission denied)" in refusal(closed)


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """Rows of one width, most of their cells numbers; now and then one is not."""
    separator, ending = draw(st.sampled_from(",;\t| ")), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    numbers = st.sampled_from(["1", "2", "0.5", "-3e2", "+.25", " 7"])
    cells = numbers if draw(st.booleans()) else numbers | st.sampled_from(["a", "b", "", "nan", "1,5", '"c d"', "1_0"])
    width = draw(st.integers(2, 4))
    rows = draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=12))
    kinds = draw(st.sampled_from(["", "xy", "xyz", "12"]))
    ended = ([*row, kinds[i % len(kinds)]] if kinds else row for i, row in enumerate(rows))
    return "".join(separator.join(row) + ending for row in ended).encode()


ANY_TEXT = st.text(alphabet='ab1.,;"\n\r\t |-e', max_size=80).map(str.encode)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=120) | ANY_TEXT | tables())
def test_any_file_is_read_or_refused_in_a_sentence(write: Write, content: bytes) -> None:
    path = write(content)
    try:
        seen = preview(path)
    except DataError:
        refusal(path, test_share=0.2)
        return
    assert seen.rows >= 1
    assert all(len(row) == len(seen.columns) for row in seen.head)
    everything = range(1, len(seen.columns))
    if seen.plan((len(seen.columns),), tuple(everything), "auto", 0.2).fault:
        refusal(path, test_share=0.2)
    else:
        assert np.isfinite(load(path, test_share=0.2).train_x).all()


# ---- in a lesson ------------------------------------------------------------------------------------------------


def lesson_of(path: Path | str, **overrides: Any) -> Lesson:
    table: dict[str, Any] = {
        "format": 1,
        "id": "mine",
        "title": "Mine",
        "network": {"sizes": [2, 4, 3], "activation": "tanh", "output": "softmax"},
        "init": {"scheme": "xavier_normal"},
        "loss": {"name": "cross_entropy"},
        "data": {"source": "csv", "path": str(path), "batch_size": 2, "test_share": 0.2},
        "evaluation": {"examples": -1},
    }
    return Lesson.from_table(
        copy.deepcopy(table), overrides={key.replace("__", "."): value for key, value in overrides.items()}
    )


def test_a_net_is_trained_on_it(write: Write) -> None:
    rows = "".join(f"{np.cos(i)},{np.sin(i)},{'inside' if np.cos(i) > 0 else 'outside'}\n" for i in range(100))
    trainer = Trainer(lesson_of(write("x,y,where\n" + rows), network__sizes=[2, 4, 2], data__shuffle=True))
    assert trainer.lesson.classes
    assert trainer.dataset.class_names == ("inside", "outside")
    trainer.run(batches=400)
    right, total = trainer.evaluate()
    assert total == 20
    assert right >= 18


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        ({"network__sizes": [2, 4, 2]}, '2 inputs and 3 classes in "kind"; with [2, 4, 3] it would'),
        ({"network__sizes": [3, 4, 3]}, "network.sizes = [3, 4, 3] does not fit the data"),
        (
            {"network__sizes": [1, 2], "data__target": ["length", "width"], "evaluation__examples": 0},
            "line 2, column 3",
        ),
        (
            {
                "network__sizes": [1, 4, 2],
                "data__target": "length",
                "data__inputs": ["width"],
                "loss__name": "mse",
            },
            '1 input and 1 output, "length"; with [1, 4, 1] it would',
        ),
        ({"data__test_share": 0.0}, "evaluation.examples must be 0: the data have no test examples"),
        (
            {
                "network__sizes": [1, 1],
                "network__output": "sigmoid",
                "loss__name": "binary_cross_entropy",
                "data__target": "length",
                "data__inputs": ["width"],
                "evaluation__examples": 0,
            },
            "binary_cross_entropy needs targets from 0 to 1",
        ),
    ],
)
def test_what_does_not_fit_the_file_is_refused(write: Write, overrides: dict[str, Any], says: str) -> None:
    with pytest.raises((LessonError, DataError)) as caught:
        Trainer(lesson_of(write(FLOWERS), **overrides))
    assert says in str(caught.value)


def test_numbers_beyond_the_dtype_are_refused(write: Write) -> None:
    path = write("x,y\n1,1\n1e39,2.5\n3,3\n")
    net = {"network__sizes": [1, 1], "network__output": "identity", "loss__name": "mse", "evaluation__examples": 0}
    assert Trainer(lesson_of(path, **net)).examples == 2
    with pytest.raises(LessonError, match=r"1e\+39 in the data is beyond run\.dtype"):
        Trainer(lesson_of(path, **net, run__dtype="float32", data__test_share=0.0))


@pytest.mark.parametrize(
    ("overrides", "parts"),
    [
        ({"data__path": ""}, ["data.path is empty", "CSV"]),
        ({"data__target": []}, ["data.target = []", "a column"]),
        ({"data__target": ["a", "a"]}, ["data.target", "different"]),
        ({"data__target": 0}, ["data.target = 0", "count from 1"]),
        ({"data__target": True}, ["data.target must be text or a whole number or a list", "True"]),
        ({"data__inputs": [0]}, ["data.inputs = 0", "count from 1"]),
        ({"data__inputs": "a"}, ["data.inputs must be a list"]),
        ({"data__target": ["a", "b"], "data__kind": "class"}, ['data.kind = "class"', "names 2"]),
        ({"data__kind": "word"}, ["data.kind", "'word'", "auto, class, number"]),
        ({"data__header": "yes"}, ["data.header", "'yes'", "true, false, auto"]),
        ({"data__separator": ":"}, ["data.separator", "':'", "tab, space"]),
        ({"data__separator": ",", "data__decimal": ","}, ["data.separator and data.decimal"]),
        ({"data__normalize": "unit"}, ["data.normalize", "data.standardise"]),
        ({"data__examples": 5}, ["data.examples belongs to"]),
        ({"data__target": "a", "data__inputs": ["b", "a"]}, ["data.inputs names the target"]),
        ({"data__standardise": True, "evaluation__scale": "raw"}, ['evaluation.scale = "raw"', "data.standardise"]),
        (
            {"data__target": ["a", "b"]},
            ["evaluation.examples = -1 must be 0", "numbers have no accuracy"],
        ),
    ],
)
def test_settings_that_cannot_be(overrides: dict[str, Any], parts: list[str]) -> None:
    with pytest.raises(LessonError) as caught:
        lesson_of("a.csv", **overrides)
    for part in parts:
        assert part in str(caught.value)


def test_a_relative_path_is_looked_for_beside_the_lesson(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(FLOWERS, "flowers.csv")
    toml = write(
        'format = 1\nid = "mine"\ntitle = "Mine"\n[network]\nsizes = [2, 3]\n[data]\nsource = "csv"\n'
        'path = "flowers.csv"\ntarget = "kind"\n',
        "mine.toml",
    )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    read = Lesson.load(toml)
    assert read.data.path == str(tmp_path / "flowers.csv")
    assert len(Trainer(read).dataset.train_x) == 4
    (elsewhere / "other.csv").write_text(FLOWERS)
    assert Lesson.load(toml, {"data.path": "other.csv"}).data.path == str(elsewhere / "other.csv")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype_x", [("float64", 1e149), ("float64", 5e-324), ("float32", 1e38), ("float32", 1e-45)])
@pytest.mark.parametrize("standardise", [False, True])
def test_the_largest_and_smallest_numbers_are_trained_on_without_a_word_on_stderr(
    write: Write, dtype_x: tuple[str, float], standardise: bool
) -> None:
    dtype, x = dtype_x
    rows = "".join(f"{(-1) ** i * x!r},{i % 3 * x!r},{(-1) ** i * x * (i % 7 + 0.5) / 7!r}\n" for i in range(12))
    path = write("a,b,y\n" + rows)
    net = {"network__sizes": [2, 4, 1], "loss__name": "mse", "network__output": "identity", "evaluation__examples": 0}
    lesson = lesson_of(path, **net, run__dtype=dtype, data__standardise=standardise, data__kind="number")
    trainer = Trainer(lesson)
    trainer.run(30)
    assert trainer.halt is not None or len(trainer.metrics.loss) == 30


@given(st.text('a",\r\n \ufeffé中', max_size=60), st.integers(1, 9), st.booleans())
def test_a_text_taken_in_pieces_has_the_lines_of_the_whole(text: str, piece: int, marked: bool) -> None:
    with mock.patch.object(table, "_PIECE", piece):
        assert list(table._lines(text)) == list(io.StringIO(text, newline=""))
        content = text.encode("utf-8-sig" if marked else "utf-8")
        assert table._decoded(content) == content.decode("utf-8-sig")
        with pytest.raises(UnicodeDecodeError):
            table._decoded(content + b"\xc3")
