"""Predict, then reveal: true values as document 004 prints them, mistakes worked out by hand, any text as an answer."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.expression import Cell
from engine.lesson import Lesson
from engine.program import Phase
from engine.quiz import CHANCY, MOST_TERMS, Kind, Nothing, Question, Score, judge, question, question_at, read
from engine.snapshot import Snapshot, State
from engine.trainer import Trainer
from tests.engine.nets import points, random_nets


def trainer_of(table: dict[str, Any]) -> Trainer:
    return Trainer(Lesson.from_table(table))


def before(trainer: Trainer, write: str) -> Trainer:
    """Go on until the Step that writes an array comes next, in the batch that is under way."""
    step = next(s for s in trainer.program.steps if s.write == write)
    trainer.run_to(step.index - 1)
    return trainer


def at(trainer: Trainer, write: str, row: int = 0, column: int = 0) -> Question:
    asked = question_at(before(trainer, write), Cell(write, row, column))
    assert asked is not None
    return asked


def kind(asked: Question, typed: str | float) -> Kind | None:
    verdict = judge(asked, typed)
    assert not verdict.right
    assert verdict.expected == asked.value
    return verdict.kind


# ---- what document 004 prints ------------------------------------------------------------------------------------

PRINTED = [
    ("z1", 1.5), ("z2", 2.75), ("z3", 3.25), ("delta3", 2.25), ("delta2", 1.125), ("delta1", 1.125), ("W1", 0.3875),
    ("W2", 0.33125), ("W3", -0.11875), ("b1", 0.3875), ("b2", 0.3875), ("b3", 0.275),
]  # fmt: skip


@pytest.mark.parametrize(("write", "value"), PRINTED)
def test_the_documents_values_are_right(write: str, value: float) -> None:
    trainer = before(Trainer(Lesson.load("toy-bias")), write)
    for seed in range(5):
        asked = question(trainer, np.random.default_rng(seed))
        assert isinstance(asked, Question)
        assert (asked.step.write, asked.cell.name) == (write, write)
        assert asked.value == pytest.approx(value, rel=1e-12)
        assert judge(asked, str(value)).right
        assert judge(asked, value).right
        assert kind(asked, -value) in (Kind.SIGN, None)
        assert kind(asked, value + 0.5) is not Kind.FIGURES


def test_the_documents_mistakes() -> None:
    """Learning rate 0.1, W3 = 0.5, dW3 = 2.25 * 2.75 = 6.1875; delta2 = 2.25 * 0.5."""
    trainer = Trainer(Lesson.load("toy-bias"))
    assert kind(at(trainer, "W3"), "-5.6875") is Kind.RATE
    assert kind(at(trainer, "W3"), "1.11875") is Kind.SIGN
    assert kind(at(trainer, "W3"), "0.61875") is Kind.CHANGE
    assert kind(at(trainer, "W3"), "0.5") is Kind.UNCHANGED
    assert judge(at(trainer, "W3"), "-5.7").number == 0.1
    assert kind(at(trainer, "delta2"), "-0.2671875") is Kind.NEW_WEIGHTS  # 2.25 * -0.11875
    assert kind(at(trainer, "z3"), "2.75") is Kind.BIAS
    assert kind(at(trainer, "loss"), "5.0625") is Kind.HALF
    assert kind(at(trainer, "delta3"), "-2.25") is Kind.SIGN
    assert kind(at(trainer, "delta3"), "17") is None


def test_a_question_says_the_place_as_the_lesson_writes_it() -> None:
    column, row = Trainer(Lesson.load("toy-bias")), Trainer(Lesson.load("toy-bias", {"run.orientation": "row"}))
    assert at(column, "dW1", 0, 2).place == "[2, 0]"  # W is n_out x n_in
    assert at(row, "dW1", 0, 2).place == "[0, 2]"
    assert (at(column, "delta2", 0, 1).place, at(row, "delta2", 0, 1).place) == ("[1]", "[0, 1]")
    assert at(column, "loss").place == ""


def test_what_is_only_passed_on_and_what_is_not_known_yet_is_not_asked() -> None:
    trainer, random = before(Trainer(Lesson.load("toy-bias")), "a1"), np.random.default_rng(0)
    assert question(trainer, random) is Nothing.PASSED_ON
    trainer.finish_batch()
    assert question(trainer, random) is Nothing.BATCH_DONE
    assert question_at(trainer, Cell("z1", 0, 0)) is None
    trainer.step()
    assert question(trainer, random) is Nothing.PASSED_ON
    trainer.step()
    assert isinstance(question(trainer, random), Question)
    assert question_at(trainer, Cell("W1", 0, 0)) is None  # another step's
    assert question_at(trainer, Cell("z2", 0, 2)) is None  # no such cell
    halted = Trainer(Lesson.load("toy-bias", {"optimizer.learning_rate": 1e200}))
    halted.finish_batch()
    assert question(halted, random) is Nothing.BATCH_DONE
    while halted.halt is None:
        asked = question(halted, random)
        halted.step()
    assert asked is Nothing.NOT_FINITE
    assert question(halted, random) is Nothing.HALTED


# ---- each mistake, by hand --------------------------------------------------------------------------------------

X, Y = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([[1.0, 0.0], [0.25, 0.75]])
W1, B1 = np.array([[0.1, -0.4], [0.3, 0.2]]), np.array([0.05, -0.1])
W2, B2 = np.array([[0.5, 0.7], [-0.6, 0.9]]), np.array([0.2, -0.3])
Z1 = X @ W1 + B1
A1 = 1 / (1 + np.exp(-Z1))
SLOPE1 = A1 * (1 - A1)
Z2 = A1 @ W2 + B2
DELTA2 = Z2 - Y  # of half the squared error, summed
DW2 = A1.T @ DELTA2
DELTA1 = (DELTA2 @ W2.T) * SLOPE1
RATE = 0.05


def small(**overrides: Any) -> Trainer:
    """A 2-2-2 net on two examples in which every number is different, so that no two mistakes agree."""
    table = points([2, 2, 2], 2, activation="sigmoid", **overrides)
    table["init"] = {"scheme": "explicit", "W": [W1.tolist(), W2.tolist()], "b": [B1.tolist(), B2.tolist()]}
    table["data"].update(x=X.tolist(), y=Y.tolist())
    return trainer_of(table)


def test_mistakes_in_a_weighted_sum() -> None:
    asked = at(small(), "z1")
    assert judge(asked, "0.75").right  # 1 * 0.1 + 2 * 0.3 + 0.05
    assert kind(asked, "0.70") is Kind.BIAS
    assert kind(asked, "-0.65") is Kind.TRANSPOSE  # 1 * 0.1 + 2 * -0.4 + 0.05
    assert kind(asked, "-0.75") is Kind.SIGN
    assert kind(asked, "-0.2") is Kind.EXAMPLE  # 0.5 * 0.1 - 1 * 0.3 + 0.05
    assert judge(asked, "-0.2").number == 1
    assert judge(asked, "0.70").number == 0.05


def test_the_column_of_ones_is_the_bias() -> None:
    trainer = trainer_of(points([2, 3, 1], 2, bias="input-column"))
    W, x = trainer.tensors["W1"], trainer.tensors["x"]
    assert kind(at(trainer, "z1", 1, 2), float(x[1, 0] * W[0, 2] + x[1, 1] * W[1, 2])) is Kind.BIAS


def test_mistakes_in_an_activation() -> None:
    asked = at(small(), "a1")
    assert judge(asked, "0.68").right
    assert kind(asked, "0.75") is Kind.UNAPPLIED
    assert kind(asked, "0.321") is Kind.SIGN  # 1 / (1 + e^0.75)
    softmax = at(small(output="softmax", loss="cross_entropy"), "a2", 0, 1)
    assert judge(softmax, float(np.exp(Z2[0, 1]) / np.exp(Z2[0]).sum())).right
    assert kind(softmax, float(np.exp(Z2[0, 1]))) is Kind.NORMALISE
    assert kind(softmax, float(Z2[0, 1])) is Kind.UNAPPLIED


def test_mistakes_in_a_loss() -> None:
    total = float((DELTA2**2).sum())
    asked = at(small(), "loss")
    assert judge(asked, total / 2).right
    assert kind(asked, total) is Kind.HALF
    assert kind(asked, total / 4) is Kind.MEAN
    assert judge(asked, total / 4).number == 2
    mean = at(small(reduction="mean", loss="l1"), "loss")
    assert kind(mean, float(np.abs(DELTA2).sum())) is Kind.SUM


def test_mistakes_in_the_output_error() -> None:
    asked = at(small(), "delta2")
    assert kind(asked, -float(DELTA2[0, 0])) is Kind.SIGN
    assert kind(asked, float(DELTA2[0, 0]) / 2) is Kind.MEAN
    assert kind(asked, float(DELTA2[1, 0])) is Kind.EXAMPLE
    mean = at(small(reduction="mean"), "delta2")
    assert judge(mean, float(DELTA2[0, 0]) / 2).right
    assert kind(mean, float(DELTA2[0, 0])) is Kind.SUM


def test_a_slope_that_is_left_out_and_one_that_cancels() -> None:
    a = 1 / (1 + np.exp(-Z2))
    slope = a * (1 - a)
    with_slope = at(small(output="sigmoid"), "delta2", 1, 0)
    assert judge(with_slope, float((a - Y)[1, 0] * slope[1, 0])).right
    assert kind(with_slope, float((a - Y)[1, 0])) is Kind.SLOPE
    assert judge(with_slope, float((a - Y)[1, 0])).number == pytest.approx(slope[1, 0])
    without = at(small(output="sigmoid", loss="binary_cross_entropy"), "delta2", 1, 0)
    assert judge(without, float((a - Y)[1, 0])).right
    assert kind(without, float((a - Y)[1, 0] * slope[1, 0])) is Kind.EXTRA_SLOPE


def test_of_softmaxs_jacobian_only_the_diagonal() -> None:
    e = np.exp(Z2[0])
    a = e / e.sum()
    g = a - Y[0]
    asked = at(small(output="softmax"), "delta2")
    assert judge(asked, float(a[0] * (g[0] - g @ a))).right
    assert kind(asked, float(g[0] * a[0] * (1 - a[0]))) is Kind.DIAGONAL
    assert kind(asked, float(g[0])) is Kind.SLOPE


@pytest.mark.parametrize("loss", ["l1", "mse"])
def test_the_error_in_place_of_the_slope_of_the_loss(loss: str) -> None:
    random_targets = {"data": {"y": [[0.9, -2.0, 0.3]]}}
    trainer = trainer_of(points([2, 3], 1, loss=loss, **random_targets))
    before(trainer, "delta1")
    error = float(trainer.tensors["a1"][0, 1] + 2.0)
    asked = at(trainer, "delta1", 0, 1)
    assert judge(asked, float(np.sign(error)) if loss == "l1" else error * 2 / 3).right
    assert kind(asked, error) is Kind.LOSS_SLOPE


def test_mistakes_on_the_way_back() -> None:
    asked = at(small(), "delta1", 1, 0)
    assert judge(asked, float(DELTA1[1, 0])).right
    assert kind(asked, float((DELTA2 @ W2.T)[1, 0])) is Kind.SLOPE
    assert judge(asked, float((DELTA2 @ W2.T)[1, 0])).number == pytest.approx(SLOPE1[1, 0])
    assert kind(asked, float(((DELTA2 @ W2) * SLOPE1)[1, 0])) is Kind.TRANSPOSE
    assert kind(asked, float(((DELTA2 @ (W2 - RATE * DW2).T) * SLOPE1)[1, 0])) is Kind.NEW_WEIGHTS
    assert kind(asked, float(-DELTA1[1, 0])) is Kind.SIGN
    assert kind(asked, float(DELTA1[0, 0])) is Kind.EXAMPLE


def test_mistakes_in_the_gradients() -> None:
    asked = at(small(), "dW2", 0, 1)
    assert judge(asked, float(DW2[0, 1])).right
    assert kind(asked, float(DW2[1, 0])) is Kind.TRANSPOSE
    assert kind(asked, float((Z1.T @ DELTA2)[0, 1])) is Kind.UNAPPLIED
    assert kind(asked, float(DW2[0, 1]) / 2) is Kind.MEAN
    assert kind(asked, float(A1[1, 0] * DELTA2[1, 1])) is Kind.ONE_EXAMPLE
    assert judge(asked, float(A1[1, 0] * DELTA2[1, 1])).number == 1
    db2 = DELTA2.sum(axis=0)
    assert kind(at(small(), "db2"), float(db2[0]) / 2) is Kind.MEAN
    assert kind(at(small(), "db2"), float(DELTA2[0, 0])) is Kind.ONE_EXAMPLE
    assert kind(at(small(optimizer={"bias_gradient": "mean"}), "db2"), float(db2[0])) is Kind.SUM


def test_mistakes_in_an_update_with_momentum() -> None:
    trainer = small(optimizer={"momentum": 0.5})
    trainer.run(1)
    W, v = float(trainer.tensors["W2"][0, 1]), float(trainer.tensors["vW2"][0, 1])
    assert v == pytest.approx(DW2[0, 1])
    trainer.step()
    velocity = at(trainer, "vW2", 0, 1)
    dW = float(trainer.tensors["dW2"][0, 1])
    assert judge(velocity, 0.5 * v + dW).right
    assert kind(velocity, dW) is Kind.MOMENTUM
    assert kind(velocity, v + dW) is Kind.DECAY
    assert kind(velocity, 0.5 * v + RATE * dW) is Kind.OTHER_FORM
    assert kind(velocity, 0.5 * v - dW) is Kind.SIGN
    assert kind(velocity, v) is Kind.UNCHANGED
    update = at(trainer, "W2", 0, 1)
    assert judge(update, W - RATE * (0.5 * v + dW)).right
    assert kind(update, W - RATE * dW) is Kind.MOMENTUM
    assert kind(update, W - RATE * v) is Kind.OLD_VELOCITY
    assert kind(update, W - (0.5 * v + dW)) is Kind.RATE
    assert kind(update, W + RATE * (0.5 * v + dW)) is Kind.SIGN


def test_mistakes_in_the_classic_form_of_momentum() -> None:
    trainer = small(optimizer={"momentum": 0.5, "momentum_form": "classic"})
    trainer.run(1)
    W, v = float(trainer.tensors["W2"][0, 1]), float(trainer.tensors["vW2"][0, 1])
    trainer.step()
    velocity = at(trainer, "vW2", 0, 1)
    dW = float(trainer.tensors["dW2"][0, 1])
    assert judge(velocity, 0.5 * v + RATE * dW).right
    assert kind(velocity, 0.5 * v + dW) is Kind.RATE
    assert kind(velocity, RATE * dW) is Kind.MOMENTUM
    new = 0.5 * v + RATE * dW
    update = at(trainer, "W2", 0, 1)
    assert judge(update, W - new).right
    assert kind(update, W - RATE * new) is Kind.OTHER_FORM
    assert kind(update, W - v) is Kind.OLD_VELOCITY
    assert kind(update, new) is Kind.CHANGE


def test_mistakes_through_nodes_of_their_own() -> None:
    trainer = small(output="softmax", loss="cross_entropy", network={"nodes": "separate"})
    e = np.exp(Z2)
    a = e / e.sum(axis=1, keepdims=True)
    assert kind(at(trainer, "logp"), float(a[0, 0])) is Kind.UNAPPLIED
    assert kind(at(trainer, "dlogp"), "1") is Kind.SIGN
    assert kind(at(trainer, "da2"), "-1") is Kind.SLOPE  # not divided by a
    assert judge(at(trainer, "da2"), "-1").number == pytest.approx(1 / a[0, 0])
    assert kind(at(trainer, "delta2"), float(-1 / a[0, 0])) is Kind.SLOPE
    assert judge(at(trainer, "delta2"), float(a[0, 0] - 1)).right
    assert kind(at(trainer, "delta1"), float(((a - Y) @ W2.T)[0, 0])) is Kind.SLOPE


def test_a_missing_factor_is_named() -> None:
    """In document 004, dW2[1, 1] = delta2[1] a1[1] = 1.125 * 1.5, delta2 = 2.25 * 0.5, dW3 = 2.25 * 2.75."""
    asked = at(Trainer(Lesson.load("toy-bias")), "dW2", 1, 1)
    for typed, kept, missing, number in (("1.5", "a1[1]", "delta2[1]", 1.125), ("1.125", "delta2[1]", "a1[1]", 1.5)):
        verdict = judge(asked, typed)
        assert (verdict.kind, verdict.kept, verdict.missing) == (Kind.FACTOR, kept, missing)
        assert verdict.number == number
    back = judge(at(Trainer(Lesson.load("toy-bias")), "delta2", 0, 1), "2.25")
    assert (back.kind, back.kept, back.missing, back.number) == (Kind.FACTOR, "delta3[0]", "W3[0, 1]", 0.5)
    row = judge(at(Trainer(Lesson.load("toy-bias", {"run.orientation": "row"})), "dW3", 1, 0), "2.75")
    assert (row.kept, row.missing) == ("a2[0, 1]", "delta3[0, 0]")


def test_a_factor_missing_in_every_product() -> None:
    asked = at(small(), "dW2", 0, 1)
    lone = judge(asked, float(A1[:, 0].sum()))
    assert (lone.kind, lone.kept, lone.missing) == (Kind.FACTOR, "a1", "delta2")
    assert math.isnan(lone.number)
    summed = judge(at(small(), "z1", 1, 0), float(X[1].sum() + B1[0]))  # the bias stands beside it
    assert (summed.kind, summed.kept, summed.missing) == (Kind.FACTOR, "", "W1")
    back = judge(at(small(), "delta1", 1, 0), float(W2[0].sum() * SLOPE1[1, 0]))  # and the slope
    assert (back.kind, back.kept, back.missing) == (Kind.FACTOR, "", "delta2")


def test_the_slope_alone() -> None:
    trainer = small(output="softmax", loss="cross_entropy", network={"nodes": "separate"})
    asked = at(trainer, "delta1", 1, 0)
    verdict = judge(asked, float(SLOPE1[1, 0]))
    assert (verdict.kind, verdict.missing) == (Kind.FACTOR, "da1[1, 0]")
    assert verdict.number == pytest.approx(float(trainer.tensors["da1"][1, 0]))


# ---- figures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("1.125", True), ("1.13", True), ("1.12", True), ("1.1", True), ("1.14", False), ("1.2", False),
        ("1.124", False), ("1", False), ("9/8", True), ("2.25*0.5", True), ("2.25 × 0,5", True),
        ("(2 + 1/4) / 2", True),
        ("1.5^2/2", True), ("-9/8", False), ("9/-8", False), (" +1.1250 ", True), ("11.25e-1", True),
        ("１．１２５", True),
        ("1,125", True),
    ],
)  # fmt: skip
def test_an_answer_counts_to_the_figures_typed(typed: str, right: bool) -> None:
    assert judge(at(Trainer(Lesson.load("toy-bias")), "delta2"), typed).right is right


def test_rounding_up_to_a_power_of_ten_takes_its_unit_along() -> None:
    """tanh'(z) = 0.991 is 0.99 to two figures; 1.0 would be the slope forgotten."""
    table = points([1, 1], 1, output="tanh", loss="l1", data={"x": [[0.1]], "y": [[0.9]]})
    table["init"] = {"scheme": "explicit", "W": [[[0.93]]], "b": [[0.0]]}
    asked = at(trainer_of(table), "delta1")
    assert asked.value == pytest.approx(-0.99141, abs=1e-5)  # -(1 - tanh(0.093)^2)
    assert judge(asked, "-0.99").right
    assert kind(asked, "-1.0") is Kind.SLOPE


def test_too_few_figures_are_neither_right_nor_wrong() -> None:
    verdict = judge(at(Trainer(Lesson.load("toy-bias")), "delta2"), "1")
    assert verdict.kind is Kind.FIGURES
    assert not verdict.counts
    exact = Trainer(Lesson.load("toy", {"optimizer.learning_rate": 1.0}))
    assert judge(at(exact, "delta3"), "0.5").right  # which has no more


def test_an_update_must_be_told_from_the_old_value() -> None:
    """W = 0.5, dW = 1.125, rate 1e-4: 0.4998875, which is 0.50 to two figures and 0.500 to three."""
    asked = at(Trainer(Lesson.load("toy-bias", {"optimizer.learning_rate": 1e-4})), "W1")
    assert asked.figures == 4
    assert judge(asked, "0.4999").right
    assert kind(asked, "0.50") is Kind.UNCHANGED
    assert kind(asked, "0.5") is Kind.UNCHANGED
    assert kind(asked, "0.49") is None
    slow = before(Trainer(Lesson.load("toy-bias", {"optimizer.learning_rate": 1e-9})), "W1")
    assert question(slow, np.random.default_rng(0)) is Nothing.UNSEEN


def test_rounded_numbers_read_off_the_screen_are_good_enough() -> None:
    asked = at(small(), "delta1", 1, 0)
    assert judge(asked, DELTA1[1, 0] * 1.001).right
    assert not judge(asked, DELTA1[1, 0] * 1.01).right


def test_zero_is_an_answer() -> None:
    table = points([2, 2], 1, output="identity")
    table["init"] = {"scheme": "explicit", "W": [[[1.0, 2.0], [3.0, 4.0]]], "b": [[0.0, 0.0]]}
    table["data"].update(x=[[1.0, 1.0]], y=[[4.0, 6.0]])
    asked = question(before(trainer_of(table), "delta1"), np.random.default_rng(0))
    assert isinstance(asked, Question)
    assert asked.value == 0
    assert judge(asked, "0").right
    assert judge(asked, "-0.0").right
    assert not judge(asked, "0.1").right


# ---- any text ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "nan", "inf", "-inf", "1e999", "1/0", "0**-1", "(-1)**0.5", "9**9**9**9", "__import__('os')",
     "W1", "1 2", "1,2,3", "1.2,3", "()", "((", "1" * 400, "2+" * 99 + "2" * 9, "True", "1j", "1_000", "1e", "1//2",
     "1%2",
     "1<2", "[1]", "1if 1 else 2", "\x00", "lambda: 1", "1e308*10", "~1", "not 1"],
)  # fmt: skip
def test_what_is_no_finite_number_is_not_read(text: str) -> None:
    assert read(text) is None
    verdict = judge(at(Trainer(Lesson.load("toy-bias")), "delta2"), text)
    assert (verdict.kind, verdict.right, verdict.counts) == (Kind.UNREADABLE, False, False)
    assert math.isnan(verdict.given)


ASKED = at(small(), "delta1", 1, 0)
ARITHMETIC = st.text(alphabet="0123456789.eE+-*/() ,^−×", max_size=60)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(), ARITHMETIC, st.floats().map(repr), st.integers().map(str)))
def test_no_text_is_too_much(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        verdict = judge(ASKED, text)
    assert verdict.expected == ASKED.value
    assert math.isfinite(verdict.given) or verdict.kind is Kind.UNREADABLE
    if verdict.right:
        assert verdict.given == pytest.approx(ASKED.value, rel=0.05)


@given(st.floats())
def test_no_number_is_too_much(value: float) -> None:
    assert judge(ASKED, value).right == (math.isfinite(value) and abs(value / ASKED.value - 1) < 2e-3)


@given(st.recursive(st.integers(1, 99).map(str), lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(
    lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"), max_leaves=8))  # fmt: skip
def test_arithmetic_is_worked_out_as_python_does(text: str) -> None:
    try:
        expected = float(eval(text))  # noqa: S307
    except ZeroDivisionError:
        assert read(text) is None
        return
    found = read(text)
    assert found is not None
    assert found[0] == pytest.approx(expected)


# ---- every step --------------------------------------------------------------------------------------------------


def sensible(asked: Question, trainer: Trainer) -> None:
    """The value is what the Step really writes; that value is right, and every mistake is found to be that mistake."""
    with np.errstate(all="ignore"):
        written = np.atleast_2d(trainer.tensors[asked.cell.name])[asked.cell.row, asked.cell.column]
    single = trainer.tensors.vector.dtype == np.float32
    assert asked.value == pytest.approx(float(written), rel=1e-5 if single else 1e-9, abs=1e-6 if single else 1e-12)
    assert judge(asked, asked.value).right
    assert judge(asked, f"{asked.value:.5e}").right
    assert asked.worked.value == asked.value
    values = [mistake.value for mistake in asked.mistakes]
    assert len(set(values)) == len(values)
    for mistake in asked.mistakes:
        verdict = judge(asked, mistake.value)
        if mistake.kind in CHANCY and verdict.right:
            continue  # another example with nearly the same value, or a factor near 1
        # a change of a millionth of the value itself is within what an answer may be away
        assert verdict.kind is mistake.kind or abs(mistake.value - asked.value) < 2e-6 * abs(asked.value)


def walk(trainer: Trainer, batches: int) -> set[Phase]:
    """Ask before every Step of some batches, look that nothing has been touched, and do the Step."""
    random, phases = np.random.default_rng(1), set()
    for _ in range(batches * len(trainer.program)):
        state = trainer.tensors.vector.tobytes()
        asked = question(trainer, random)
        assert trainer.tensors.vector.tobytes() == state
        if isinstance(asked, Question):
            assert question_at(trainer, asked.cell) == asked
        trainer.step()
        if trainer.halt is not None:
            break
        if isinstance(asked, Question):
            phases.add(asked.step.phase)
            sensible(asked, trainer)
    return phases


@pytest.mark.parametrize("lesson", ["toy-bias", "toy", "toy-torch", "digits-sigmoid"])
def test_every_step_of_a_lesson(lesson: str) -> None:
    executor = "torch" if lesson == "toy-torch" else "numpy"
    phases = walk(Trainer(Lesson.load(lesson, {"run.executor": executor})), 2)
    assert phases == set(Phase) - ({Phase.LOSS} if lesson == "digits-sigmoid" else set())


@settings(max_examples=60, deadline=None)
@given(random_nets(), st.sampled_from([0.0, 0.5]), st.sampled_from(["torch", "classic"]))
def test_every_step_of_any_net(table: dict[str, Any], momentum: float, form: str) -> None:
    table["optimizer"].update(momentum=momentum, momentum_form=form)
    walk(trainer_of(table), 2)


def test_a_snapshot_is_asked_like_the_trainer_it_shows() -> None:
    trainer = small(optimizer={"momentum": 0.5})
    for _ in range(len(trainer.program)):
        snapshot = Snapshot.of(trainer, 1, State.PAUSED)
        ours, theirs = (question(state, np.random.default_rng(7)) for state in (trainer, snapshot))
        assert ours == theirs
        trainer.step()


def test_in_large_matrices_only_short_sums_are_asked() -> None:
    for units, asked in ((64, True), (65, False)):
        trainer = trainer_of(points([2, units, 8, 1], 1))
        trainer.run_to(next(step.index for step in trainer.program.steps if step.write == "delta2"))
        found = question(trainer, np.random.default_rng(0))  # dW2 has a term an example: short in any case
        assert isinstance(found, Question)
        trainer.run_to(next(step.index for step in trainer.program.steps if step.write == "db2"))
        found = question(trainer, np.random.default_rng(0))  # delta1 has eight
        assert isinstance(found, Question) is asked


def test_long_sums_are_not_asked() -> None:
    trainer = trainer_of(points([MOST_TERMS + 1, 3], 1))
    assert question(trainer, np.random.default_rng(0)) is Nothing.LONG
    assert isinstance(question(trainer_of(points([MOST_TERMS, 3], 1)), np.random.default_rng(0)), Question)


def test_cells_that_are_nothing_are_asked_only_now_and_then() -> None:
    """Of ReLU some: there its slope may be forgotten."""
    trainer = before(trainer_of(points([4, 12, 3], 1, activation="relu", seed=3)), "delta1")
    z = trainer.tensors["z1"]
    assert 0 < (z > 0).sum() < z.size
    found = [question(trainer, np.random.default_rng(seed)) for seed in range(40)]
    zeros = [asked for asked in found if isinstance(asked, Question) and asked.value == 0]
    assert 0 < len(zeros) < 20
    assert all(asked.mistakes[0].kind is Kind.SLOPE for asked in zeros)
    assert len({asked.cell for asked in found if isinstance(asked, Question)}) > 5


def test_a_score() -> None:
    score = Score()
    for right in (True, True, False, True):
        score = score.after(right)
    assert score == Score(asked=4, right=3, streak=1)
