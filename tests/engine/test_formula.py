"""The parts of a formula, calculated as they stand with the numbers below them, come to what the Step wrote."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.formula import Part, latex, numbers, parts, symbol
from engine.lesson import Lesson
from engine.program import Program, Step
from engine.trainer import Trainer
from tests.engine.nets import NUMPY, Table, points, random_nets

SIGNS = {  # a sign among numbers, as Python
    r"\cdot": "@", r"\odot": "*", "-": "-", "+": "+", "(": "(", ")": ")", ")^2": ")**2", r"\,/\,(": "/(",
    r"\sum (": "total*(", r"\sum [": "total*(", "]": ")", r"\sum |": "total*(abs(", "|": "))", r"\sum": "total*",
    r"\sum_{s}": "over_examples*", r"\odot \log \operatorname{softmax}(": "*log_softmax(",
    r"\operatorname{sign}(": "sign(", r"+ 10^{-12}": "+1e-12", r"\log (": "log(",
    r"\sigma(": "sigmoid(", r"\tanh(": "tanh(", r"\operatorname{ReLU}(": "relu(",
    r"\operatorname{LReLU}(": "leaky_relu(", r"\operatorname{softplus}(": "softplus(",
    r"\operatorname{softmax}(": "softmax(",
}  # fmt: skip


class Reduce:
    """Σ, with the factor before it, applied to what stands after it: ``2 * total * x``."""

    def __init__(self, axis: int | None, factor: float = 1.0) -> None:
        self.axis, self.factor = axis, factor

    def __rmul__(self, factor: float) -> Reduce:
        return Reduce(self.axis, factor * self.factor)

    def __neg__(self) -> Reduce:
        return -1.0 * self

    def __mul__(self, array: np.ndarray) -> np.ndarray:
        return self.factor * array.sum(axis=self.axis, keepdims=True)


def python_of(part: Part, i: int) -> str:
    if part.array:
        return f"m[{i}]"
    sign = (part.numeric or part.latex).strip()
    if sign in SIGNS:
        return SIGNS[sign]
    fraction = re.sub(r"\\frac\{(.*?)\}\{(.*?)\}", r"(\1)/(\2)*", sign)
    power = re.sub(r" \\cdot 10\^\{(.*?)\}", r"e\1", fraction).replace(r"\cdot", "*")
    rate = re.fullmatch(r"([+-]? ?)([\d.e-]+)", power)
    return f"{rate[1]}{rate[2]}*" if rate else power


def worth(step: Step, trainer: Trainer, arrays: dict[str, np.ndarray], example: int) -> np.ndarray:
    """What the right side comes to, by plain NumPy."""
    lesson, column = trainer.lesson, trainer.lesson.run.orientation == "column"
    _, equals, *right = parts(step, lesson, trainer.tensors.batch)
    assert equals.latex == " = "
    matrices = {i: numbers(p, lesson, step.layer, arrays, example) for i, p in enumerate(right) if p.array}

    def by_rows(f):
        return lambda z: f(z.T).T if column else f(z)

    known = {
        **{name: by_rows(f) for name, f in NUMPY.items()},
        "m": matrices, "total": Reduce(None), "over_examples": Reduce(1 if column else 0), "abs": np.abs,
        "log": np.log, "sign": np.sign, "log_softmax": by_rows(lambda z: np.log(NUMPY["softmax"](z))),
    }  # fmt: skip
    text = "".join(python_of(part, i) for i, part in enumerate(right))
    text = re.sub(r"(total|over_examples)\*(.*)", r"\1*(\2)", text)  # a sum takes in all that follows
    return eval(text, {"__builtins__": {}}, known)  # noqa: S307


def check_batch(table: Table) -> None:
    trainer = Trainer(Lesson.from_table(table))
    example = trainer.tensors.batch - 1
    for _ in range(len(trainer.program)):
        old = {name: array.copy() for name, array in trainer.tensors.items()}
        step = trainer.step()
        arrays = {**trainer.tensors, **({step.write: old[step.write]} if step.write in step.reads else {})}
        written = parts(step, trainer.lesson, trainer.tensors.batch)[0]
        expected = numbers(written, trainer.lesson, step.layer, trainer.tensors, example)
        found = worth(step, trainer, arrays, example)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-13, err_msg=step.title)


@settings(max_examples=80, deadline=None)
@given(random_nets(), st.sampled_from(["row", "column"]), st.sampled_from(["layers", "separate"]))
def test_formulas_of_random_nets_come_to_what_was_written(table: Table, orientation: str, nodes: str) -> None:
    table["run"], table["network"]["nodes"] = {"orientation": orientation}, nodes
    check_batch(table)


@pytest.mark.parametrize("momentum_form", ["torch", "classic"])
@pytest.mark.parametrize("gradient", ["same", "sum"])
def test_shares_and_rates_are_the_present_ones(momentum_form: str, gradient: str) -> None:
    optimizer = {"momentum": 0.5, "momentum_form": momentum_form, "learning_rate": 1.5e-6, "bias_gradient": "mean"}
    table = points([2, 3, 2], 4, reduction="mean", activation="sigmoid", optimizer=optimizer)
    table["loss"]["gradient"] = gradient
    check_batch(table)


def test_the_toys_formulas_are_those_of_document_004() -> None:
    lesson = Lesson.load("toy-bias")
    formulas = {step.write: latex(step, lesson) for step in Program.of(lesson).steps}
    assert formulas["z1"] == r"\written{z_{1}} = \read{W_{1}}\,\read{x} + \read{b_{1}}"
    assert formulas["delta3"] == r"\written{\delta_{3}} = \read{a_{3}} - \read{y}"
    turned = lesson.with_value("run.orientation", "row")
    assert latex(Program.of(turned).steps[0], turned) == r"\written{z_{1}} = \read{x}\,\read{W_{1}} + \read{b_{1}}"


@pytest.mark.parametrize(("orientation", "shape"), [("row", (1, 3)), ("column", (3, 1))])
@pytest.mark.parametrize("nodes", ["layers", "separate"])
def test_the_formula_of_one_example_writes_that_example(nodes: str, orientation: str, shape: tuple[int, int]) -> None:
    """1 x 3 = 1 x 3 times 3 x 3, also in a batch of four."""
    loss = "half_squared_error" if nodes == "layers" else "cross_entropy"
    table = points([2, 3], 4, output="softmax", loss=loss, network={"nodes": nodes}, run={"orientation": orientation})
    trainer = Trainer(Lesson.from_table(table))
    while (step := trainer.step()).write != "delta1":
        pass
    written = parts(step, trainer.lesson, 4)[0]
    assert written.latex == r"\written{\delta_{1}^{(s)}}"
    found = numbers(written, trainer.lesson, 1, trainer.tensors, 2)
    assert found.shape == shape
    assert found.ravel().tolist() == trainer.tensors["delta1"][2].tolist()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("logp", r"\log p"),
        ("dlogp", r"\frac{\partial L}{\partial \log p}"),
        ("da2", r"\frac{\partial L}{\partial a_{2}}"),
        ("dW12", r"\frac{\partial L}{\partial W_{12}}"),
        ("vb1", "v_{b_{1}}"),
        ("delta3", r"\delta_{3}"),
        ("x", "x"),
        ("loss", "L"),
    ],
)
def test_symbols(name: str, expected: str) -> None:
    assert symbol(name) == expected
