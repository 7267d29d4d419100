"""Breakpoints: what they stop at, that they stop once for each crossing, and that files hold nothing but data."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import breakpoints
from engine.breakpoints import (
    LAYER_QUANTITIES,
    QUANTITIES,
    AtBatch,
    AtStep,
    Breakpoint,
    BreakpointError,
    Condition,
    Crosses,
    NonFinite,
    SignChange,
    Stops,
    WatchCrosses,
    at_halt,
    at_step,
    first_hit,
    needs_arrays,
    next_batch,
    next_step,
    with_added,
    with_condition,
    with_enabled,
    with_hit,
    with_hits_of,
    without,
)
from engine.lesson import Lesson
from engine.metrics import Metrics
from engine.program import Program
from engine.tensors import Tensors
from engine.trainer import Trainer
from tests.engine.nets import points

ONE_OF_EACH: tuple[Condition, ...] = (
    AtStep(9),
    AtBatch(4217),
    Crosses("loss", "<", 0.1),
    Crosses("gradient_norm", ">", 10.0, 2),
    NonFinite(),
    SignChange("W2", 1, 0),
    WatchCrosses("abs(dW1).max()", ">", 0.5),
)


def numbered(*conditions: Condition) -> tuple[Breakpoint, ...]:
    found: tuple[Breakpoint, ...] = ()
    for condition in conditions:
        found = with_added(found, condition)
    return found


def net(**sections: Any) -> Lesson:
    table = points([3, 4, 5, 2], 6, activation=["relu", "tanh"], output="sigmoid", **sections)
    return Lesson.from_table(table)


def metrics_of(
    loss: list[float], accuracy: list[float] | None = None, tests: dict[int, float] | None = None
) -> Metrics:
    metrics = Metrics.empty()
    metrics.loss.extend(loss)
    metrics.train_accuracy.extend(accuracy if accuracy is not None else np.full(len(loss), np.nan))
    for batch, share in (tests or {}).items():
        metrics.test_batch.extend(batch)
        metrics.test_accuracy.extend(share)
    return metrics


# ---- words -----------------------------------------------------------------------------------------------------------


def test_each_says_in_plain_words_what_it_stops_at() -> None:
    assert [b.text for b in numbered(*ONE_OF_EACH)] == [
        "after step 9",
        "at the start of batch 4,217",
        "loss below 0.1",
        "gradient norm of layer 2 above 10",
        "a value is no finite number",
        "W2[1, 0] changes sign",
        "abs(dW1).max() above 0.5",
    ]
    assert Crosses("test_accuracy", ">", 0.95).text == "test accuracy above 0.95"
    assert Crosses("dead_share", ">", 0.5).text == "share of dead units above 0.5"
    assert Crosses("saturated_share", ">", 0.5, 1).text == "share of saturated activations of layer 1 above 0.5"


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: AtStep(0), "The step must be a whole number from 1, not 0."),
        (lambda: AtStep(True), "The step must be a whole number from 1, not True."),
        (lambda: AtBatch(-3), "The batch must be a whole number from 1, not -3."),
        (lambda: AtBatch(10**5000), "The batch must be a whole number from 1, not so large a number."),
        (lambda: Crosses("lose", "<", 1.0), "The quantity must be one of loss, train_accuracy, test_accuracy, "
         "gradient_norm, update_ratio, dead_share, saturated_share, not “lose”."),
        (lambda: Crosses("loss", "=", 1.0), "The relation must be one of <, >, not “=”."),
        (lambda: Crosses("loss", "<", math.nan), "The value must be a finite number such as 0.1, not nan."),
        (lambda: Crosses("loss", "<", 10**400), "The value must be a finite number such as 0.1, not so large a "
         "number."),
        (lambda: Crosses("loss", "<", "1"), "The value must be a finite number such as 0.1, not “1”."),  # type: ignore[arg-type]
        (lambda: Crosses("loss", "<", 1.0, 1), "The loss is that of the whole net; it has no layer."),
        (lambda: Crosses("dead_share", ">", 1.5), "The share of dead units cannot cross 1.5; it goes from 0 to 1."),
        (lambda: Crosses("train_accuracy", ">", 95), "The training accuracy cannot cross 95; it goes from 0 to 1."),
        (lambda: SignChange("W2", -1, 0), "The row must be a whole number from 0, not -1."),
        (lambda: SignChange("W2; x", 0, 0), "The array of a sign change must be a name such as W2."),
        (lambda: WatchCrosses("loss.real", ">", 0.0), "Character 5: .real is not known here; after a value can come "
         ".T, .max(), .min(), .sum(), .mean(), .std(), .argmax()."),
        (lambda: WatchCrosses(3, ">", 0.0), "The watch must be an expression such as abs(dW1).max()."),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_what_no_lesson_could_have_is_refused_at_once(make: Any, sentence: str) -> None:
    with pytest.raises(BreakpointError) as caught:
        make()
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        (AtStep(99), "There is no step 99; a batch of this lesson has steps 1 to 22."),
        (Crosses("gradient_norm", ">", 1.0, 4), "There is no layer 4; this lesson has layers 1 to 3."),
        (Crosses("train_accuracy", ">", 0.9), "This lesson has no classes, so there is no accuracy; stop at its loss "
         "instead."),
        (Crosses("dead_share", ">", 0.5, 2), "Layer 2 of this lesson is not relu, so there is no share of dead units."),
        (Crosses("saturated_share", ">", 0.5, 1), "Layer 1 of this lesson is not sigmoid or tanh, so there is no share "
         "of saturated activations."),
        (SignChange("W9", 0, 0), "There is no array W9"),
        (SignChange("W1", 3, 0), "There is no W1[3, 0]: rows go from 0 to 2, columns from 0 to 3."),
        (SignChange("b1", 1, 0), "There is no b1[1, 0]: rows go from 0 to 0, columns from 0 to 3."),
        (SignChange("a1", 6, 0), "There is no a1[6, 0]: rows go from 0 to 5, columns from 0 to 3."),
        (WatchCrosses("W9", ">", 0.0), "Character 1: there is no array W9"),
        (WatchCrosses("W1", ">", 0.0), "W1 is 3 x 4 numbers, not one"),
        (WatchCrosses("W1[3, 0]", ">", 0.0), "There is no [3, 0] in 3 x 4"),
    ],
)  # fmt: skip
def test_what_this_lesson_has_not_is_refused_with_what_it_has(condition: Condition, sentence: str) -> None:
    with pytest.raises(BreakpointError) as caught:
        condition.validate(net())
    assert str(caught.value).startswith(sentence)


def test_what_this_lesson_has_is_allowed() -> None:
    for condition in (
        AtStep(22),
        AtBatch(10**9),
        NonFinite(),
        Crosses("loss", ">", -1.0),
        *(Crosses(quantity, ">", 0.5) for quantity in LAYER_QUANTITIES),
        Crosses("dead_share", ">", 0.5, 1),
        Crosses("saturated_share", ">", 0.5, 3),
        SignChange("a1", 5, 3),
        SignChange("b1", 0, 3),
        SignChange("loss", 0, 0),
        WatchCrosses("norm(x.T @ delta1 - dW1) + batch + learning_rate", ">", 0.0),
    ):
        condition.validate(net())
    digits = Lesson.load("digits-sigmoid")
    Crosses("test_accuracy", ">", 0.9).validate(digits)
    with pytest.raises(BreakpointError, match="measures no test accuracy"):
        Crosses("test_accuracy", ">", 0.9).validate(digits.with_value("evaluation.examples", 0))
    with pytest.raises(BreakpointError, match="No layer of this lesson is relu"):
        Crosses("dead_share", ">", 0.5).validate(digits)


# ---- the list --------------------------------------------------------------------------------------------------------


def test_every_change_gives_a_new_list_and_leaves_the_old() -> None:
    start = numbered(AtStep(3), AtBatch(7))
    assert [b.id for b in start] == [1, 2]
    assert with_enabled(start, 2, False)[1] == Breakpoint(2, AtBatch(7), enabled=False)
    assert without(start, 1) == (Breakpoint(2, AtBatch(7)),)
    assert [b.id for b in with_added(without(start, 1), NonFinite())] == [2, 3], "a number is not given twice"
    counted = with_hit(with_hit(start, 1), 1)
    assert [b.hits for b in counted] == [2, 0]
    edited = with_condition(counted, 1, AtStep(4))
    assert edited == (Breakpoint(1, AtStep(4)), Breakpoint(2, AtBatch(7)))
    assert with_condition(counted, 1, AtStep(3)) == counted, "the same is no change"
    assert with_enabled(start, 9, False) == without(start, 9) == with_hit(start, 9) == start
    assert start == numbered(AtStep(3), AtBatch(7))


def test_no_two_have_one_condition() -> None:
    start = numbered(AtStep(3), AtBatch(7))
    with pytest.raises(BreakpointError, match="There is a breakpoint for that already: number 2"):
        with_added(start, AtBatch(7))
    with pytest.raises(BreakpointError, match="number 2"):
        with_condition(start, 1, AtBatch(7))


def test_hits_counted_meanwhile_are_kept_when_the_user_changes_the_list() -> None:
    shown = numbered(AtStep(3), AtBatch(7))
    wanted = with_condition(with_enabled(shown, 1, False), 2, AtBatch(8))
    counted = with_hit(with_hit(shown, 1), 2)
    assert with_hits_of(wanted, counted) == (Breakpoint(1, AtStep(3), False, 1), Breakpoint(2, AtBatch(8), True, 0))


# ---- files -----------------------------------------------------------------------------------------------------------


NAMES = st.sampled_from(("W1", "b2", "delta3"))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
CONDITIONS = st.one_of(
    st.builds(AtStep, st.integers(1, 10**6)),
    st.builds(AtBatch, st.integers(1, 2**53)),
    st.builds(Crosses, st.just("loss"), st.sampled_from("<>"), NUMBERS),
    st.builds(Crosses, st.sampled_from(QUANTITIES), st.sampled_from("<>"), st.floats(0, 1)),
    st.builds(
        Crosses,
        st.sampled_from(LAYER_QUANTITIES),
        st.sampled_from("<>"),
        st.floats(0, 1),
        st.integers(1, 9) | st.none(),
    ),
    st.just(NonFinite()),
    st.builds(SignChange, NAMES, st.integers(0, 99), st.integers(0, 99)),
    st.builds(WatchCrosses, NAMES.map("norm({})".format), st.sampled_from("<>"), NUMBERS),
)
POINTS = st.builds(Breakpoint, st.integers(1, 10**6), CONDITIONS, st.booleans(), st.integers(0, 10**9))


@given(POINTS)
def test_what_is_written_reads_back_the_same(point: Breakpoint) -> None:
    table = point.as_dict()
    assert all(type(value) in (str, int, float, bool) for value in table.values())
    assert Breakpoint.from_dict(json.loads(json.dumps(table))) == point


def test_the_form_is_flat_and_named() -> None:
    assert Breakpoint(2, Crosses("loss", "<", 0.1), False, 3).as_dict() == {
        "id": 2, "enabled": False, "hits": 3, "kind": "crosses", "quantity": "loss", "relation": "<", "value": 0.1,
    }  # fmt: skip
    whole = {"id": 1, "enabled": True, "hits": 0, "kind": "crosses", "quantity": "loss", "relation": "<", "value": 2}
    read = Breakpoint.from_dict(whole)
    assert isinstance(read.condition, Crosses)
    assert type(read.condition.value) is float


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.just("__import__('os')"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=3,
)


@given(POINTS, st.data())
def test_a_table_that_was_tampered_with_is_refused_or_is_a_breakpoint(point: Breakpoint, data: st.DataObject) -> None:
    table: dict[Any, Any] = point.as_dict()
    key = data.draw(st.sampled_from([*table, "extra", "layer", "__class__"]))
    if data.draw(st.booleans()):
        table.pop(key, None)
    else:
        table[key] = data.draw(JUNK)
    try:
        read = Breakpoint.from_dict(table)
    except BreakpointError:
        return
    assert Breakpoint.from_dict(read.as_dict()) == read


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": "shell"}, "The kind of a breakpoint must be one of step, batch, crosses, non_finite, sign, watch, "
         "not “shell”."),
        ({"kind": ["watch"]}, "The kind of a breakpoint must be one of step, batch, crosses, non_finite, sign, watch, "
         "not a list."),
        ({"watch": None}, "The watch must be an expression such as abs(dW1).max()."),
        ({"watch": "__import__('os').system('x')"}, "Character 12: the sign “'” has no meaning here"),
        ({"code": "1"}, "A breakpoint of kind watch has no code."),
        ({"hits": 1.5}, "The hits must be a whole number from 0, not 1.5."),
        ({"id": 0}, "The id must be a whole number from 1, not 0."),
        ({"enabled": 1}, "enabled must be true or false."),
        ({"value": "1"}, "The value must be a finite number such as 0.1, not “1”."),
    ],
)  # fmt: skip
def test_the_sentence_names_the_key(change: dict[str, Any], sentence: str) -> None:
    table = Breakpoint(1, WatchCrosses("loss", "<", 1.0)).as_dict()
    with pytest.raises(BreakpointError) as caught:
        Breakpoint.from_dict({**table, **change})
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize("key", ["id", "enabled", "hits", "watch", "relation", "value"])
def test_nothing_may_be_missing(key: str) -> None:
    table = Breakpoint(1, WatchCrosses("loss", "<", 1.0)).as_dict()
    del table[key]
    with pytest.raises(BreakpointError, match=f"A breakpoint of kind watch lacks its {key}"):
        Breakpoint.from_dict(table)
    with pytest.raises(BreakpointError, match="must be a table"):
        Breakpoint.from_dict([key])  # type: ignore[arg-type]


# ---- steps, batches, halts -------------------------------------------------------------------------------------------


def test_the_next_step_and_batch_to_stop_at() -> None:
    points_ = numbered(AtStep(9), AtStep(4), AtBatch(20), AtBatch(3), Crosses("loss", "<", 1.0))
    assert [next_step(points_, done) for done in (0, 3, 4, 8, 9, 22)] == [4, 4, 9, 9, None, None]
    assert [next_batch(points_, batch) for batch in (1, 2, 3, 19, 20)] == [3, 3, 20, 20, None]
    off = with_enabled(with_enabled(points_, 2, False), 4, False)
    assert (next_step(off, 0), next_batch(off, 1)) == (9, 20)
    assert at_step(points_, 9) == points_[0]
    assert at_step(points_, 8) is at_step(points_, 0) is at_step(off, 4) is None
    assert at_halt(points_) is None
    watching = with_added(points_, NonFinite())
    assert at_halt(watching) == watching[-1]
    assert at_halt(with_enabled(watching, 6, False)) is None


def test_which_conditions_look_at_arrays() -> None:
    assert [needs_arrays(condition) for condition in ONE_OF_EACH] == [False, False, False, True, False, True, True]
    assert {q for q in QUANTITIES if needs_arrays(Crosses(q, ">", 0.5))} == set(LAYER_QUANTITIES)


# ---- series ----------------------------------------------------------------------------------------------------------


def test_a_loss_stops_where_it_comes_to_be_below_and_not_while_it_stays_there() -> None:
    metrics = metrics_of([0.5, 0.2, 0.09, 0.05, 0.3, 0.08, 0.01])
    below = numbered(Crosses("loss", "<", 0.1))
    assert first_hit(below, metrics, 1, 7) == (3, below[0])
    assert first_hit(below, metrics, 4, 7) == (6, below[0]), "Run goes on from batch 3, and stops at the next crossing"
    assert first_hit(below, metrics, 4, 5) is None
    assert first_hit(below, metrics, 7, 7) is None
    assert first_hit(below, metrics_of([0.05, 0.04]), 1, 2) == (1, below[0]), "there is no batch before the first"
    assert first_hit(below, metrics_of([0.1, 0.1]), 1, 2) is None, "0.1 is not below 0.1"
    above = numbered(Crosses("loss", ">", 0.1))
    assert first_hit(above, metrics, 1, 7) == (1, above[0])
    assert first_hit(above, metrics, 2, 7) == (5, above[0])


def test_nan_lies_on_no_side() -> None:
    above = numbered(Crosses("train_accuracy", ">", 0.5))
    assert first_hit(above, metrics_of([1.0, 1.0]), 1, 2) is None, "a lesson without classes"
    assert first_hit(above, metrics_of([1.0] * 3, [0.9, math.nan, 0.9]), 2, 3) == (3, above[0])


def test_the_first_of_several_and_of_one_batch_the_batch_itself() -> None:
    metrics = metrics_of([0.5, 0.2, 0.09], [0.1, 0.8, 0.95])
    points_ = numbered(Crosses("loss", "<", 0.1), Crosses("train_accuracy", ">", 0.7), AtBatch(2), AtBatch(1))
    assert first_hit(points_, metrics, 1, 3) == (1, points_[3])
    assert first_hit(points_, metrics, 1, 3, begun=True) == (2, points_[2])
    assert first_hit(points_, metrics, 2, 3, begun=True) == (2, points_[1])
    assert first_hit(without(points_, 3), metrics, 2, 3) == (2, points_[1])
    assert first_hit(with_enabled(without(points_, 3), 2, False), metrics, 2, 3) == (3, points_[0])


def test_the_test_accuracy_is_compared_from_evaluation_to_evaluation() -> None:
    metrics = metrics_of([1.0] * 40, tests={10: 0.8, 20: 0.96, 30: 0.97, 40: 0.9})
    reached = numbered(Crosses("test_accuracy", ">", 0.95))
    assert first_hit(reached, metrics, 1, 40) == (20, reached[0])
    assert first_hit(reached, metrics, 20, 20) == (20, reached[0])
    assert first_hit(reached, metrics, 11, 19) is None
    assert first_hit(reached, metrics, 21, 40) is None
    below = numbered(Crosses("test_accuracy", "<", 0.95))
    assert first_hit(below, metrics, 11, 40) == (40, below[0])
    assert first_hit(below, metrics, 1, 40) == (10, below[0])


@given(st.lists(st.floats(0, 1) | st.just(math.nan), min_size=1, max_size=30), st.data())
def test_series_agree_with_a_loop_over_the_batches(losses: list[float], data: st.DataObject) -> None:
    limit = data.draw(st.sampled_from([0.3, 0.5, *losses[:1]]).filter(math.isfinite))
    relation = data.draw(st.sampled_from("<>"))
    first = data.draw(st.integers(1, len(losses)))
    last = data.draw(st.integers(first, len(losses)))

    def so(batch: int) -> bool:
        return losses[batch - 1] < limit if relation == "<" else losses[batch - 1] > limit

    expected = next((b for b in range(first, last + 1) if so(b) and (b == 1 or not so(b - 1))), None)
    points_ = numbered(Crosses("loss", relation, limit))
    assert first_hit(points_, metrics_of(losses), first, last) == (None if expected is None else (expected, points_[0]))


# ---- arrays ----------------------------------------------------------------------------------------------------------


def stand(lesson: Lesson, **arrays: Any) -> Tensors:
    """Arrays as a test wants them; the others are zero."""
    tensors = Tensors.zeros(lesson, lesson.data.batch_size)
    for name, values in arrays.items():
        tensors[name][...] = values
    return tensors


def hits(lesson: Lesson, conditions: tuple[Condition, ...], *batches: dict[str, Any]) -> list[int | None]:
    """Which breakpoint is hit after each batch."""
    stops, found = Stops(numbered(*conditions)), []
    for batch, arrays in enumerate(batches, start=1):
        stops, hit = stops.after_batch(stand(lesson, **arrays), lesson, batch, 1)
        found.append(None if hit is None else hit.id)
    return found


def test_a_gradient_norm_stops_where_it_comes_to_be_above() -> None:
    lesson = net()
    five = {"dW2": [[3, 0, 0, 0, 0], *[[0] * 5] * 3], "db3": [0, 4]}  # 3 in layer 2, 4 in layer 3: 5 in all
    batches = ({}, five, five, {}, five)
    assert hits(lesson, (Crosses("gradient_norm", ">", 4.99),), *batches) == [None, 1, None, None, 1]
    assert hits(lesson, (Crosses("gradient_norm", ">", 5.01),), *batches) == [None] * 5
    assert hits(lesson, (Crosses("gradient_norm", ">", 2.99, 2),), *batches) == [None, 1, None, None, 1]
    assert hits(lesson, (Crosses("gradient_norm", ">", 3.01, 2),), *batches) == [None] * 5
    assert hits(lesson, (Crosses("gradient_norm", "<", 4.99),), *batches) == [1, None, None, 1, None]


def test_shares_are_of_all_units_of_their_kind() -> None:
    lesson = net()  # 4 relu units, 5 tanh, 2 sigmoid
    a1 = np.ones((6, 4))
    a1[:, 0] = 0  # dead
    a1[:5, 1] = 0  # alive for one example
    a2, a3 = np.zeros((6, 5)), np.full((6, 2), 0.5)
    a2[0, :3] = 0.99, -0.985, 0.97  # 2 of 30 within 0.02 of an end
    a3[:, 0] = 0.01  # 6 of 12
    arrays = {"a1": a1, "a2": a2, "a3": a3}
    for quantity, layer, share in (
        ("dead_share", None, 1 / 4),
        ("dead_share", 1, 1 / 4),
        ("saturated_share", 2, 2 / 30),
        ("saturated_share", 3, 6 / 12),
        ("saturated_share", None, 8 / 42),
    ):
        tensors = stand(lesson, **arrays)
        assert Crosses(quantity, ">", 0.5, layer).measure(tensors, lesson) == pytest.approx(share, rel=1e-12), quantity
        assert hits(lesson, (Crosses(quantity, ">", share - 1e-9, layer),), arrays) == [1]
        assert hits(lesson, (Crosses(quantity, ">", share + 1e-9, layer),), arrays) == [None]
        assert hits(lesson, (Crosses(quantity, "<", share + 1e-9, layer),), arrays) == [1]
    assert math.isnan(Crosses("dead_share", ">", 0.5, 2).measure(tensors, lesson))


def test_the_update_ratio_is_that_of_the_layer_where_it_is_largest() -> None:
    """After W := W - 0.05 dW, with W = 1 everywhere before: the ratio is 0.05 |dW| / |W|."""
    lesson = net()
    arrays = {"dW1": 0.1, "dW2": 2.0, "dW3": 0.4, "W1": 1 - 0.005, "W2": 1 - 0.1, "W3": 1 - 0.02}
    for layer, ratio in ((1, 0.005), (2, 0.1), (3, 0.02), (None, 0.1)):
        found = Crosses("update_ratio", ">", 0.5, layer).measure(stand(lesson, **arrays), lesson)
        assert found == pytest.approx(ratio, rel=1e-9)


def test_a_cell_that_changes_sign_is_seen_also_when_it_comes_by_way_of_zero() -> None:
    lesson = net()

    def cell(value: float) -> dict[str, Any]:
        W = np.zeros((4, 5))
        W[2, 3] = value
        return {"W2": W}

    found = hits(lesson, (SignChange("W2", 2, 3),), *map(cell, (0, 1, 2, -1, -2, 0, -1, 0, 0, 3, math.nan, 3, -3)))
    assert found == [None, None, None, 1, None, None, None, None, None, 1, None, None, 1]
    assert hits(lesson, (SignChange("W2", 3, 2),), cell(1), cell(-1)) == [None, None]
    assert hits(lesson, (SignChange("b2", 0, 4),), {"b2": 1}, {"b2": -1}) == [None, 1]


def test_a_cell_of_an_example_that_a_short_batch_has_not_waits_for_the_next() -> None:
    lesson = net()
    stops = Stops(numbered(SignChange("a1", 5, 0)))
    for value, rows, expected in ((1.0, 6, False), (-1.0, 3, False), (-1.0, 6, True)):
        tensors = stand(lesson)
        tensors.batch = rows
        tensors["a1"][...] = value
        stops, hit = stops.after_batch(tensors, lesson, 1, 1)
        assert (hit is not None) is expected


def test_a_watch_stops_where_it_crosses_and_not_where_it_cannot_be_had() -> None:
    lesson = net()
    above = (WatchCrosses("abs(dW1).max() + batch", ">", 2.5),)  # batches 1, 2, 3 add their number
    assert hits(lesson, above, {"dW1": 0.2}, {"dW1": -0.6}, {"dW1": 0}) == [None, 1, None]
    assert hits(lesson, (WatchCrosses("W1[0, 0] / dW1[0, 0]", ">", 1.0),), {}, {"W1": 1}) == [None, 1], "nan, then inf"
    stops, hit = Stops(numbered(WatchCrosses("a1[5, 0]", "<", 1.0))), None
    tensors = stand(lesson)
    tensors.batch = 3
    stops, hit = stops.after_batch(tensors, lesson, 1, 1)
    assert hit is None
    assert hits(lesson, (WatchCrosses("W9", "<", 1.0),), {}) == [None]


def test_the_first_of_several_is_told_and_all_are_remembered() -> None:
    lesson = net()
    conditions = (WatchCrosses("b1[0]", ">", 1.0), WatchCrosses("b1[0]", ">", 0.5), SignChange("b1", 0, 0))
    assert hits(lesson, conditions, {"b1": -1}, {"b1": 2}, {"b1": 2}, {"b1": 0.7}, {"b1": -1}) == [
        None,
        1,
        None,
        None,
        3,
    ]


def test_disabled_ones_and_those_without_arrays_are_not_looked_at() -> None:
    lesson = net()
    conditions = (AtStep(1), AtBatch(1), Crosses("loss", "<", 1.0), NonFinite())
    assert not Stops(numbered(*conditions)).looking
    assert hits(lesson, conditions, {}, {}) == [None, None]
    one = numbered(SignChange("b1", 0, 0))
    assert Stops(one).looking
    off = with_enabled(one, 1, False)
    assert not Stops(off).looking
    stops, _ = Stops(off).after_batch(stand(lesson, b1=1), lesson, 1, 1)
    assert stops.memory == {}
    assert stops.after_batch(stand(lesson, b1=-1), lesson, 2, 1)[1] is None


def test_what_is_known_of_a_condition_outlives_changes_of_others_and_ends_with_its_own() -> None:
    lesson = net()
    sign, watch = SignChange("b1", 0, 0), WatchCrosses("b1[0]", "<", 0.0)
    stops = Stops(numbered(sign)).look(stand(lesson, b1=1), lesson, 1, 1)
    more = stops.with_breakpoints(numbered(sign, watch))
    after, hit = more.after_batch(stand(lesson, b1=-1), lesson, 2, 1)
    assert hit == more.breakpoints[0]
    assert after.after_batch(stand(lesson, b1=-1), lesson, 3, 1)[1] is None
    assert stops.forget().after_batch(stand(lesson, b1=-1), lesson, 2, 1)[1] is None, "no sign to change from"
    off_and_on = stops.with_breakpoints(with_enabled(stops.breakpoints, 1, False)).with_breakpoints(stops.breakpoints)
    assert off_and_on.after_batch(stand(lesson, b1=-1), lesson, 2, 1)[1] is None


def test_a_condition_that_holds_already_stops_only_when_nothing_is_known_of_the_batch_before() -> None:
    lesson = net()
    stops = Stops(numbered(WatchCrosses("b1[0]", ">", 0.0)))
    here = stand(lesson, b1=1)
    assert stops.after_batch(here, lesson, 1, 1)[1] is not None
    assert stops.look(here, lesson, 1, 1).after_batch(here, lesson, 2, 1)[1] is None


def test_a_real_run_stops_where_plain_numpy_finds_the_crossing() -> None:
    lesson = Lesson.load("toy-bias")
    conditions = (Crosses("gradient_norm", "<", 0.5), WatchCrosses("norm(dW1)", "<", 0.2))
    stops, found, norms = Stops(numbered(*conditions)), {}, []
    trainer = Trainer(lesson)
    for batch in range(1, 41):
        trainer.finish_batch()
        gradients = [trainer.tensors[f"d{name}{k}"].ravel() for k in (1, 2, 3) for name in "Wb"]
        norms.append((np.linalg.norm(np.concatenate(gradients)), np.linalg.norm(trainer.tensors["dW1"])))
        stops, hit = stops.after_batch(trainer.tensors, trainer.lesson, batch, trainer.position.epoch)
        if hit is not None:
            found.setdefault(hit.id, batch)
    expected = {
        number + 1: 1 + next(i for i, both in enumerate(norms) if both[number] < limit)
        for number, limit in enumerate((0.5, 0.2))
    }
    assert found == expected
    assert min(expected.values()) > 1


def test_a_halt_is_the_breakpoint_on_non_finite_values() -> None:
    """The executor stops by itself, in a burst too: nothing needs to look at the arrays for it."""
    trainer = Trainer(Lesson.load("toy-bias", {"optimizer.learning_rate": 10.0}))
    trainer.run(100)
    assert trainer.halt is not None
    assert at_halt(numbered(NonFinite())) is not None


def test_steps_that_are_stopped_at_exist_in_every_shipped_lesson() -> None:
    for name in Lesson.shipped():
        lesson = Lesson.load(name)
        last = len(Program.of(lesson))
        AtStep(last).validate(lesson)
        with pytest.raises(BreakpointError):
            AtStep(last + 1).validate(lesson)


def test_there_is_a_name_for_every_quantity() -> None:
    assert set(QUANTITIES) | set(breakpoints.RELATIONS) == set(breakpoints._WORDS)
