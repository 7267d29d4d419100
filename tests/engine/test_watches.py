"""Watches: what may be written computes what plain NumPy computes; what may not is refused, and nothing of it runs."""

from __future__ import annotations

import builtins
import math
import os
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.lesson import Lesson
from engine.tensors import Tensors
from engine.trainer import Trainer
from engine.watches import (
    MAX_CELLS,
    MAX_LENGTH,
    MAX_NESTING,
    SCALARS,
    Watch,
    WatchError,
    arrays_of,
    names_of,
    shapes_of,
)

A = np.array([[1.5, -2.0, 0.0], [4.0, 0.25, -8.0]])
B = np.array([[2.0, 1.0, 0.5], [-1.0, 4.0, 2.0]])
V = np.array([3.0, -1.0, 2.0])
ARRAYS: dict[str, np.ndarray] = {
    "W1": A,
    "dW1": B,
    "b1": V,
    "W2": A.T.copy(),
    "loss": np.array(0.5),
    "learning_rate": np.array(0.1),
}


def value(text: str, arrays: dict[str, np.ndarray] = ARRAYS) -> Any:
    return Watch.parse(text, arrays).value(arrays)


def refusal(text: str, names: Any = ARRAYS) -> str:
    with pytest.raises(WatchError) as caught:
        Watch.parse(text, names)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert len(sentence) < 400
    return sentence


# ---- what may be written ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abs(dW1).max()", 4.0),
        ("W2[2,1]", -8.0),
        ("W2[-1, -1]", -8.0),
        ("norm(b1)", math.sqrt(9 + 1 + 4)),
        ("norm(b1)/norm(W1[0])", math.sqrt(14) / math.sqrt(1.5**2 + 4)),
        ("W1[:,0].mean()", 2.75),
        ("(W1 > 0).mean()", 0.5),
        ("W1[0, 0] >= 1.5", 1.0),
        ("W1[0, 0] != 1.5", 0.0),
        ("0 < loss < 1", 1.0),
        ("0 < loss < 0.25", 0.0),
        ("sum(b1) + 1e1", 14.0),
        ("mean(b1) - min(b1)", 4 / 3 + 1),
        ("std(b1)", math.sqrt(26 / 9)),
        ("argmax(b1)", 0.0),
        ("W1.argmax()", 3.0),
        ("max(W1) * .5", 2.0),
        ("sqrt(loss * 8)", 2.0),
        ("exp(log(loss))", 0.5),
        ("-loss**2", -0.25),
        ("2**-3", 0.125),
        ("7 // 2 + 7 % 4", 6.0),
        ("b1 @ b1", 14.0),
        ("+learning_rate", 0.1),
        ("  loss  ", 0.5),
        ("1/0", math.inf),
        ("-1/0", -math.inf),
        ("9.0e307*9.9", math.inf),
        ("exp(1000)", math.inf),
    ],
)
def test_a_number(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("text", ["0/0", "log(-1)", "sqrt(0-1)", "5 % 0", "(0-8)**0.5"])
def test_what_has_no_value_is_nan_and_nobody_is_warned(text: str) -> None:
    assert math.isnan(value(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("W1", A),
        ("W1.T", A.T),
        ("W1 * dW1 - b1", A * B - V),
        ("W1 > 0", (A > 0).astype(float)),
        ("abs(W1)", np.abs(A)),
        ("W1[0]", A[0]),
        ("W1[:, 1:]", A[:, 1:]),
        ("W1[::-1, ::2]", A[::-1, ::2]),
        ("W1.max(axis=1)", A.max(1)),
        ("sum(W1, axis=0)", A.sum(0)),
        ("W1.argmax(axis=-1)", A.argmax(1)),
        ("norm(W1, axis=0)", np.sqrt((A**2).sum(0))),
        ("norm(W1, axis=1)", np.sqrt((A**2).sum(1))),
        ("W1 @ W2", A @ A.T),
        ("W1 @ b1", A @ V),
        ("b1 @ W2", V @ A.T),
    ],
)
def test_an_array(text: str, expected: np.ndarray) -> None:
    found = value(text)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-15)


@st.composite
def expressions(draw: st.DrawFn, depth: int = 4) -> str:
    """Arithmetic that Python and NumPy read just so; whatever it is, the two must agree."""
    kind = draw(st.sampled_from(("leaf", "binary", "unary", "function", "compare"))) if depth else "leaf"
    inner = expressions(depth - 1) if depth else st.nothing()
    if kind == "binary":
        return f"({draw(inner)} {draw(st.sampled_from(('+', '-', '*', '/', '//', '%')))} {draw(inner)})"
    if kind == "unary":
        return f"-{draw(inner)}"
    if kind == "function":
        return f"{draw(st.sampled_from(('abs', 'sqrt', 'exp', 'log')))}({draw(inner)})"
    if kind == "compare":
        return f"(({draw(inner)} {draw(st.sampled_from(('<', '<=', '>', '>=', '==', '!=')))} {draw(inner)}) * 1.0)"
    return draw(st.sampled_from(("W1", "dW1", "b1", "loss", "1.5", "0.0", "3.0", "W1[1]", "W1[:, 2:]", "dW1.T.T")))


@given(expressions())
def test_arithmetic_agrees_with_python_over_the_same_arrays(text: str) -> None:
    names = {name: np.asarray(array, np.float64) for name, array in ARRAYS.items()}
    functions = {"abs": np.abs, "sqrt": np.sqrt, "exp": np.exp, "log": np.log}
    wrapped = text
    for number in ("1.5", "0.0", "3.0"):  # else Python divides by its own zero
        wrapped = wrapped.replace(number, f"number({number})")
    with np.errstate(all="ignore"):
        expected = eval(wrapped, {"__builtins__": {}, "number": np.float64, **functions}, names)  # noqa: S307
    np.testing.assert_array_equal(value(text), expected)


def test_it_calculates_in_double_precision_whatever_the_arrays_are() -> None:
    large = np.full((2, 3), 3e38, np.float32)
    assert value("W1.sum() / 6", {"W1": large}) == pytest.approx(float(np.float32(3e38)), rel=1e-12)
    assert value("norm(W1)", {"W1": large}) == pytest.approx(float(np.float32(3e38)) * math.sqrt(6), rel=1e-12)
    assert value("norm(W1)", {"W1": np.array([3e200, 4e200])}) == pytest.approx(5e200)
    assert value("norm(W1)", {"W1": np.zeros(4)}) == 0
    assert math.isnan(value("norm(W1)", {"W1": np.array([1.0, np.nan])}))
    assert value("norm(W1)", {"W1": np.array([1.0, -np.inf])}) == math.inf


def test_what_is_returned_is_no_view_of_the_net() -> None:
    array = A.copy()
    found = Watch("W1").value({"W1": array})
    assert isinstance(found, np.ndarray)
    array[0, 0] = 99
    assert found[0, 0] == 1.5


def test_it_says_what_it_reads() -> None:
    assert Watch("norm(delta2)/norm(delta3) + 1").needs == {"delta2", "delta3"}
    assert Watch("abs(1)").needs == frozenset()
    assert Watch("loss") == Watch(" loss ") != Watch("loss+0")
    assert Watch(" loss ").text == "loss"


def test_a_number_a_description_and_what_a_panel_shows() -> None:
    assert Watch("W1[0:1, 0:1]").number(ARRAYS) == 1.5, "one cell is one number, whatever its shape"
    assert Watch("W1[0:1, 0:1]").describe(ARRAYS) == "1.5"
    assert Watch("loss / 3").describe(ARRAYS) == "0.166667"
    assert Watch("W1").describe(ARRAYS) == "2 x 3, min -8, max 4"
    with pytest.raises(WatchError, match=r"W1 is 2 x 3 numbers, not one; pick a cell"):
        Watch("W1").number(ARRAYS)
    assert Watch("norm(dW1)").shown(ARRAYS, {"dW1"}) is None
    assert Watch("norm(W1[0])").shown(ARRAYS, {"dW1"}) == 2.5
    assert Watch("W1").shown(ARRAYS) == "2 x 3, min -8, max 4"
    assert Watch("W9").shown(ARRAYS) == "There is no array W9 in this lesson."


def test_the_arrays_of_a_real_batch() -> None:
    trainer = Trainer(Lesson.load("toy-bias"))
    trainer.finish_batch()
    assert set(names_of(trainer.tensors)) == {*trainer.tensors, *SCALARS}
    arrays = arrays_of(trainer.tensors, trainer.lesson, 1, 1)
    for text, expected in {
        "z3": 3.25,  # document 004
        "delta3": 2.25,
        "dW3[0, 0]": 6.1875,
        "batch + epoch": 2.0,
        "W3[0, 1] + learning_rate * dW3[0, 1]": 0.5,
        "momentum": 0.0,
    }.items():
        assert Watch.parse(text, names_of(trainer.tensors)).number(arrays) == pytest.approx(expected), text


def test_arrays_are_read_as_the_lesson_writes_them() -> None:
    written = {
        "column": ("W2 @ a1 + b2 - z2", "W2[1, 2]", "b2[1, 0]"),
        "row": ("a1 @ W2 + b2 - z2", "W2[2, 1]", "b2[1]"),
    }
    for orientation, (nothing, weight, bias) in written.items():
        trainer = Trainer(Lesson.load("toy-bias", {"run.orientation": orientation}))
        trainer.run_to(4)
        trainer.tensors["W2"][2, 1] = 7.0
        trainer.tensors["b2"][1] = 9.0
        trainer.tensors["z2"][...] = trainer.tensors["a1"] @ trainer.tensors["W2"] + trainer.tensors["b2"]
        arrays = arrays_of(trainer.tensors, trainer.lesson, 1, 1)
        assert Watch(f"norm({nothing})").number(arrays) == 0
        assert (Watch(weight).number(arrays), Watch(bias).number(arrays)) == (7.0, 9.0)


def test_the_shapes_of_a_lesson_are_those_of_its_arrays() -> None:
    few = Lesson.load("toy-bias", {"data.batch_size": 500})  # but it has one example
    for lesson, rows in ((Lesson.load("toy-bias"), 1), (few, 1), (Lesson.load("mnist-deep"), 64)):
        tensors, shapes = Tensors.zeros(lesson, rows), shapes_of(lesson)
        expected = {name: array.shape for name, array in tensors.items()} | dict.fromkeys(SCALARS, ())
        if lesson.run.orientation == "column":  # a vector is a column, a matrix turned
            expected = {n: (*s[::-1], 1) if len(s) == 1 else s[::-1] for n, s in expected.items()}
        assert {name: array.shape for name, array in shapes.items()} == expected
        assert {array.dtype for array in shapes.values()} == {np.dtype(lesson.run.dtype)}


# ---- what may not ----------------------------------------------------------------------------------------------------


ATTACKS = [
    "__class__",
    "__import__('os')",
    "().__class__.__bases__",
    "W1.__class__",
    "W1.__class__.__mro__",
    "W1.tofile",
    "W1.base",
    "W1.dtype.type",
    "W1.T.data",
    "W1.dump('x')",
    "W1.max",
    "W1.max.__self__",
    "abs.__self__",
    "open(W1)",
    "eval(W1)",
    "exec(loss)",
    "getattr(W1, loss)",
    "np.load(W1)",
    "f'{W1}'",
    "f'{__import__(0)}'",
    '"a" * 9',
    "'a'",
    "b'a'",
    "'''",
    "9**9**9",
    "9**9**9**9**9**9**9**9",
    "2**1e9",
    "2**101",
    "2**-101",
    "loss**loss",
    "W1**W1",
    "2**(50+50)",
    "[0]*1000000000",
    "(0,)*1000000000",
    "1<<100000000",
    "[1 for _ in W1]",
    "{1: 2}",
    "{1}",
    "(x for x in W1)",
    "lambda: 0",
    "(lambda: 0)()",
    "(a := 1)",
    "a = 1",
    "a == b = 1",
    "W1; W1",
    "W1\nW1",
    "W1\\\n+1",
    "W1 # no",
    "W1 if loss else b1",
    "W1 and b1",
    "not W1",
    "~W1",
    "W1 in b1",
    "W1 is W1",
    "True",
    "None",
    "...",
    "1j",
    "0x10",
    "0b1",
    "1_000",
    "0777",
    "1if 1else 1",
    "1.real",
    "1 .real",
    "1 2",
    "W1 W1",
    "W1[True]",
    "W1[None]",
    "W1[...]",
    "W1[loss]",
    "W1[W1]",
    "W1[W1 > 0]",
    "W1[0.5]",
    "W1[1e1]",
    "W1[()]",
    "W1[*b1]",
    "W1[0:1:0]",
    "W1[[0]]",
    "W1[0:loss]",
    "W1.max(1)",
    "W1.max(axis=2)",
    "W1.max(axis=loss)",
    "W1.max(axis=True)",
    "W1.max(axis=(0, 1))",
    "W1.max(out=W1)",
    "W1.max(axis=0, out=W1)",
    "W1.max(**W1)",
    "W1.max(*W1)",
    "max(*W1)",
    "max(W1, b1)",
    "max()",
    "abs(W1, axis=0)",
    "W1()",
    "W1.T()",
    "abs(W1)(W1)",
    "W1.norm()",
    "await W1",
    "yield",
    "yield W1",
    "print",
    "sum",
    "import os",
    "W1.",
    ".",
    "[",
    "W1[",
    "W1)",
    "(",
    "",
    " ",
    "\t",
    "\x00",
    "W1\x00",
    "W1\u2028",
    "W1\u00a0+ 1",
    "ｗ1",
    "Ｗ1",
    "W１",
    "W1 ＋ 1",
    "ªbs(W1)",
    "𝐖1",
    "W1\u200b",
    "\ufeffW1",
    "δ1",
    "W1²",
    "1e999",
    "9" * 400,
    "1" + "0" * 400,
    "-" * 499 + "1",
    "(" * 240 + "1" + ")" * 240,
    "W1" + ".T" * 200,
    "1" + "+1" * 200,
    "W1" + "[0]" * 150,
    "abs(" * 100 + "1" + ")" * 100,
    "1" + "**1" * 150,
    "1" * (MAX_LENGTH + 1),
    "W" * 500,
]


@pytest.fixture
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anything that would get at the system fails the test."""

    def never(*args: object, **kwargs: object) -> None:
        raise AssertionError("something ran")

    for name in ("eval", "exec", "open"):
        monkeypatch.setattr(builtins, name, never)
    monkeypatch.setattr(os, "system", never)


@pytest.mark.parametrize("text", ATTACKS)
@pytest.mark.usefixtures("no_way_out")
def test_what_is_not_allowed_is_refused(text: str) -> None:
    refusal(text)


@given(st.text(max_size=60))
@example("W1" * 3)
def test_any_text_is_refused_or_is_arithmetic_over_the_arrays(text: str) -> None:
    _refused_or_computed(text)


ALPHABET = "W1b.T[]():,+-*/%@<>=!0123456789e_ axissumnormabslambda'\"{}\\#;~^&|"


@given(st.text(alphabet=ALPHABET, max_size=80))
def test_any_text_of_the_allowed_letters_is_refused_or_computed(text: str) -> None:
    _refused_or_computed(text)


PIECES = (
    *ARRAYS,
    "abs(",
    "norm(",
    "max(",
    ")",
    "[0]",
    "[0,1]",
    "[:, 1:]",
    ".T",
    ".max()",
    ".sum(axis=0)",
    ".__class__",
)
PIECES += ("+", "-", "*", "/", "**2", "**", "@", "<", "==", "1", "0.5", "1e300", "(", ",", "if", "lambda:", "for", "'")


@given(st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join))
def test_any_sequence_of_parts_is_refused_or_computed(text: str) -> None:
    _refused_or_computed(text)


def _refused_or_computed(text: str) -> None:
    before = {name: array.copy() for name, array in ARRAYS.items()}
    try:
        watch = Watch.parse(text, ARRAYS)
        found = np.asarray(watch.value(ARRAYS))
    except WatchError:
        pass
    else:
        assert found.dtype.kind == "f"
        assert watch.needs <= set(ARRAYS)
        assert watch.describe(ARRAYS)
    for name, array in before.items():
        np.testing.assert_array_equal(array, ARRAYS[name])


def test_nesting_up_to_the_limit_is_read_and_beyond_it_refused() -> None:
    assert value("-" * (MAX_NESTING - 1) + "loss") == -0.5
    assert "deeper than 40" in refusal("-" * MAX_NESTING + "loss")


def test_deep_nesting_is_refused_where_python_itself_is_nearly_at_its_end() -> None:
    def deeper(levels: int) -> str:
        return deeper(levels - 1) if levels else refusal("-" * 499 + "1")

    used = 0
    frame: Any = sys._getframe()
    while frame is not None:
        frame, used = frame.f_back, used + 1
    assert "deeper" in deeper(sys.getrecursionlimit() - used - 60)


def test_the_length_limit_counts_every_character() -> None:
    inside = "(loss" + " " * (MAX_LENGTH - 6) + ")"
    assert value(inside) == 0.5
    assert refusal(inside[:-1] + " )") == "The expression has 501 characters; 500 are allowed."


def test_a_product_that_is_not_an_array_of_the_net_is_limited() -> None:
    wide = {"W1": np.broadcast_to(np.zeros(()), (1, 40_000)), "W2": np.broadcast_to(np.zeros(()), (40_000, 1))}
    with pytest.raises(WatchError, match=f"1,600,000,000 numbers; {MAX_CELLS:,} are allowed"):
        value("W1 + W2", wide)
    with pytest.raises(WatchError, match="numbers; "):
        value("W1 < W2", wide)
    with pytest.raises(WatchError, match="numbers; "):
        value("0 < W1 < W2", wide)
    with pytest.raises(WatchError, match="numbers; "):
        value("W2 @ W1", wide)
    square = {"W1": np.broadcast_to(np.zeros(()), (2000, 2000))}
    with pytest.raises(WatchError, match="takes too long for every batch"):
        value("W1 @ W1", square)


def test_arrays_that_are_large_themselves_can_be_watched() -> None:
    """A full batch may have more cells than an expression may make of smaller ones."""
    whole = {"W1": np.broadcast_to(np.float32(-2), (MAX_CELLS + 1, 1))}
    assert value("abs(W1).max()", whole) == 2
    assert value("(W1 < 0).mean()", whole) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("W9 + 1", "Character 1: there is no array W9; there are W1–W2, dW1, b1, loss, learning_rate."),
        ("1 + W9", "Character 5: there is no array W9; there are W1–W2, dW1, b1, loss, learning_rate."),
        ("W1.shape", "Character 3: .shape is not known here; after a value can come .T, .max(), .min(), .sum(), "
         ".mean(), .std(), .argmax()."),
        ("1 + det(W1)", "Character 5: there is no function det; functions are abs, sqrt, exp, log, norm, max, min, "
         "sum, mean, std, argmax."),
        ("δ1", "Character 1: the sign “δ” has no meaning here; write delta."),
        ("loss = 1", "Character 6: = 1 cannot be read here; write an expression such as norm(dW1) / norm(W1)."),
    ],
)  # fmt: skip
def test_the_sentence_says_what_is_wrong_where_and_what_is_allowed(text: str, sentence: str) -> None:
    assert refusal(text) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("W1[2, 0]", "There is no [2, 0] in 2 x 3; rows and columns count from 0."),
        ("W1[0][0][0]", "There is no [0] in a number; rows and columns count from 0."),
        ("W1[9:]", "[9:] picks no cell of 2 x 3; rows and columns count from 0."),
        ("W1[" + "9" * 30 + ", 0]", "There is no [" + "9" * 30 + ", 0] in 2 x 3; rows and columns count from 0."),
        ("b1.max(axis=1)", "max along axis 1 in b1.max(axis=1): 3 has no such axis."),
        ("W1 + W2", "2 x 3 and 3 x 2 do not go together in W1 + W2; shapes must be equal, or one a row, a column or a "
         "number."),
        ("W1 @ dW1", "2 x 3 @ 2 x 3 in W1 @ dW1: the columns of the left must be as many as the rows of the right."),
        ("W1 @ 2", "2 x 3 @ a number in W1 @ 2: the columns of the left must be as many as the rows of the right."),
    ],
)  # fmt: skip
def test_what_only_the_arrays_can_tell(text: str, sentence: str) -> None:
    with pytest.raises(WatchError) as caught:
        value(text)
    assert str(caught.value) == sentence
