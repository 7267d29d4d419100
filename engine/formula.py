r"""The formula of a Step: its parts, each with the LaTeX of its symbol and the array whose numbers belong to it.

What the Step writes stands inside ``\written{…}``, what it reads inside ``\read{…}``: the interface colours them.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine import ops
from engine.expression import slope
from engine.lesson import Lesson
from engine.program import Step, input_of
from engine.tensors import Array, oriented

_FUNCTIONS = {
    "sigmoid": r"\sigma",
    "tanh": r"\tanh",
    "relu": r"\operatorname{ReLU}",
    "leaky_relu": r"\operatorname{LReLU}",
    "softplus": r"\operatorname{softplus}",
    "softmax": r"\operatorname{softmax}",
    "softmax_epsilon": r"\operatorname{softmax}",
}


class Look(enum.Enum):
    """Which numbers of an array stand below its symbol."""

    WHOLE = "whole"
    TRANSPOSED = "transposed"
    SLOPE = "slope"  # the slope of the activation at z
    SOFTPLUS = "softplus"  # log(1 + e^z)
    EXAMPLE = "example"  # the one example that is looked at
    JACOBIAN = "jacobian"  # of softmax, for the one example that is looked at


@dataclass(frozen=True)
class Part:
    """A symbol or a sign of a formula.

    Attributes
    ----------
    latex : as it stands in the symbolic formula.
    array : the array whose numbers stand below the symbol; empty for a sign.
    look : which of its numbers.
    numeric : LaTeX of a sign among numbers: eta becomes 0.1.
    """

    latex: str
    array: str = ""
    look: Look = Look.WHOLE
    numeric: str = ""


def symbol(name: str, above: str = "") -> str:
    """An array's name as LaTeX: ``dW2`` is dL/dW_2, ``delta1`` is \\delta_1, ``vW1`` is v with subscript W_1.

    ``above`` stands at the upper right, where a transpose or the number of an example stands.
    """
    raised = f"^{{{above}}}" if above else ""
    if name == "loss":
        return "L" + raised
    if name in ("logp", "dlogp"):
        return rf"\log p{raised}" if name == "logp" else rf"\frac{{\partial L}}{{\partial \log p}}{raised}"
    letters, layer = name.rstrip("0123456789"), name.lstrip("abcdefghijklmnopqrstuvwxyzW")
    index = f"_{{{layer}}}" if layer else ""
    if letters == "delta":
        return rf"\delta{index}{raised}"
    if letters in ("dW", "db", "da") and above:
        return rf"\partial L / \partial {letters[1]}{index}{raised}"  # what is raised belongs to no fraction
    if letters in ("dW", "db", "da"):
        return rf"\frac{{\partial L}}{{\partial {letters[1]}{index}}}{raised}"
    if letters in ("vW", "vb"):
        return rf"v_{{{letters[1]}_{{{layer}}}}}{raised}"
    return letters + index + raised


def latex(step: Step, lesson: Lesson) -> str:
    """The symbolic formula of a Step, ``\\written{z_1} = \\read{W_1}\\,\\read{x} + \\read{b_1}`` in column form."""
    return "".join(part.latex for part in parts(step, lesson, 1))


def parts(step: Step, lesson: Lesson, batch: int) -> tuple[Part, ...]:
    """The formula of a Step from left to right; ``batch`` is the number of examples, m."""
    return tuple(_Formula(step, lesson, batch).parts())


def numbers(part: Part, lesson: Lesson, layer: int, arrays: Mapping[str, Array], example: int) -> Array:
    """The matrix that stands below a symbol, in the lesson's orientation.

    Parameters
    ----------
    layer : of the Step.
    arrays : as they were when the Step read them.
    example : the one that is looked at, where the part shows only one.
    """
    with np.errstate(all="ignore"):  # a diverged run is shown too
        found = oriented(_looked_at(part, lesson, layer, arrays, example), lesson.run.orientation)
    return found.T if part.look is Look.TRANSPOSED else found


def _looked_at(part: Part, lesson: Lesson, layer: int, arrays: Mapping[str, Array], example: int) -> Array:
    array = arrays[part.array]
    match part.look:
        case Look.SLOPE:
            return slope(lesson, layer, arrays)
        case Look.SOFTPLUS:
            return np.asarray(np.logaddexp(0, array))
        case Look.EXAMPLE:
            return array[example : example + 1]
        case Look.JACOBIAN:
            jacobian: Any = ops.softmax_jacobian
            return np.asarray(jacobian(array[example]))
        case _:
            return array


def _read(name: str, look: Look = Look.WHOLE) -> Part:
    above = {Look.TRANSPOSED: "T", Look.EXAMPLE: "(s)"}.get(look, "")
    return Part(rf"\read{{{symbol(name, above)}}}", name, look)


_TIMES = Part(r"\,", numeric=r"\cdot")
_CELLWISE = Part(r" \odot ")
_OPEN, _CLOSE = Part("("), Part(")")
_MINUS, _PLUS = Part(" - "), Part(" + ")
_EPSILON = Part(rf" + 10^{{{math.log10(ops.EPSILON):.0f}}}")


class _Formula:
    def __init__(self, step: Step, lesson: Lesson, batch: int) -> None:
        self.step, self.lesson, self.batch = step, lesson, batch
        self.column = lesson.run.orientation == "column"

    def parts(self) -> list[Part]:
        by_example = any(part.look in (Look.EXAMPLE, Look.JACOBIAN) for part in self.right_side())
        look = Look.EXAMPLE if by_example else Look.WHOLE
        written = symbol(self.step.write, "(s)" if by_example else "")
        return [Part(rf"\written{{{written}}}", self.step.write, look), Part(" = "), *self.right_side()]

    def right_side(self) -> list[Part]:
        k, op, reads = self.step.layer, self.step.op, self.step.reads
        match op:
            case "affine" | "linear":
                product = self.product(_read(f"W{k}"), _read(input_of(k)))
                return product if op == "linear" else [*product, _PLUS, _read(f"b{k}")]
            case "identity":
                return [_read(f"z{k}")]
            case function if function in _FUNCTIONS:
                return [Part(f"{_FUNCTIONS[function]}("), _read(f"z{k}"), _CLOSE]
            case "log":
                return [Part(r"\log ("), _read(f"a{k}"), _EPSILON, _CLOSE]
            case "output_error":
                return self.shared([_read(f"a{k}"), _MINUS, _read("y")], self.lesson.gradient_reduction)
            case "output_gradient":
                return self.loss_slope()
            case "output_delta":
                return self.output_delta()
            case "hidden_delta":
                return self.times_slope(self.back_through_weights())
            case "backward_through_weights":
                return self.back_through_weights()
            case "negative_log_likelihood_gradient":
                share = self.share(self.lesson.gradient_reduction)
                return [Part("-"), *share, _read("y")]
            case "log_backward":
                quotient = Part(" / (", numeric=r"\,/\,(")
                return [_read("dlogp"), quotient, _read(f"a{k}"), _EPSILON, _CLOSE]
            case "softmax_backward_jacobian":
                return self.through_softmax([_read(f"da{k}", Look.EXAMPLE)])
            case "weight_gradient":
                delta = f"delta{k}"
                if self.column:
                    return [_read(delta), _TIMES, _read(input_of(k), Look.TRANSPOSED)]
                return [_read(input_of(k), Look.TRANSPOSED), _TIMES, _read(delta)]
            case "bias_gradient" | "bias_gradient_mean":
                mean = self.share("mean") if op == "bias_gradient_mean" else []
                each = Part(rf"\read{{{symbol(f'delta{k}', '(s)')}}}", f"delta{k}")
                return [*mean, Part(r"\sum_{s} "), each]
            case "sgd":
                return [_read(reads[0]), Part(r" - \eta\,", numeric=f"- {self.eta}"), _read(reads[1])]
            case "velocity_torch":
                return [self.gamma, _read(reads[0]), _PLUS, _read(reads[1])]
            case "velocity_classic":
                rate = Part(r" + \eta\,", numeric=f"+ {self.eta}")
                return [self.gamma, _read(reads[0]), rate, _read(reads[1])]
            case "subtract":
                return [_read(reads[0]), _MINUS, _read(reads[1])]
        if op.endswith("_backward"):
            return self.times_slope([_read(f"da{k}")])
        return self.loss()

    # ---- numbers that steer ------------------------------------------------------------------------------------------

    @property
    def eta(self) -> str:
        return _written(self.lesson.optimizer.learning_rate)

    @property
    def gamma(self) -> Part:
        return Part(r"\gamma\,", numeric=_written(self.lesson.optimizer.momentum))

    def share(self, reduction: str) -> list[Part]:
        return [Part(r"\frac{1}{m} ", numeric=rf"\frac{{1}}{{{self.batch}}}")] if reduction == "mean" else []

    def shared(self, inner: list[Part], reduction: str) -> list[Part]:
        share = self.share(reduction)
        return [*share, _OPEN, *inner, _CLOSE] if share else inner

    # ---- pieces that several ops use ---------------------------------------------------------------------------------

    def product(self, W: Part, right: Part) -> list[Part]:
        return [W, _TIMES, right] if self.column else [right, _TIMES, W]

    def back_through_weights(self) -> list[Part]:
        k = self.step.layer
        return self.product(_read(f"W{k + 1}", Look.TRANSPOSED), _read(f"delta{k + 1}"))

    def times_slope(self, factor: list[Part]) -> list[Part]:
        k = self.step.layer
        name = self.lesson.activation(k)
        if name == "identity":
            return factor
        if name not in _FUNCTIONS:
            raise AssertionError(f"no formula for the slope of {name}")
        bracketed = factor if len(factor) == 1 or factor[0].latex.startswith(r"\frac") else [_OPEN, *factor, _CLOSE]
        return [*bracketed, _CELLWISE, Part(rf"\read{{{_FUNCTIONS[name]}'(z_{{{k}}})}}", f"z{k}", Look.SLOPE)]

    def through_softmax(self, g: list[Part]) -> list[Part]:
        """The Jacobian of softmax times dL/da, of one example."""
        a = symbol(f"a{self.step.layer}")
        label = rf"\read{{(\operatorname{{diag}}({a}) - {a}{symbol(f'a{self.step.layer}', 'T')})}}"
        jacobian = Part(label, f"a{self.step.layer}", Look.JACOBIAN)
        bracketed = g if len(g) == 1 else [_OPEN, *g, _CLOSE]
        return [jacobian, _TIMES, *bracketed] if self.column else [*bracketed, _TIMES, jacobian]

    def output_delta(self) -> list[Part]:
        if self.lesson.activation(self.step.layer) == "softmax":
            return self.through_softmax(self.loss_slope(Look.EXAMPLE))
        return self.times_slope(self.loss_slope())

    def loss_slope(self, look: Look = Look.WHOLE) -> list[Part]:
        """dL/da of the losses over the output."""
        error = [_read(f"a{self.step.layer}", look), _MINUS, _read("y", look)]
        reduction = self.lesson.gradient_reduction
        share = self.share(reduction)
        match self.lesson.loss.name:
            case "half_squared_error":
                return self.shared(error, reduction)
            case "mse":
                outputs = self.lesson.network.sizes[-1]
                return [*share, Part(r"\frac{2}{n}", numeric=rf"\frac{{2}}{{{outputs}}}"), _OPEN, *error, _CLOSE]
            case "l1":
                return [*share, Part(r"\operatorname{sign}("), *error, _CLOSE]
        raise AssertionError(f"no formula for the slope of {self.lesson.loss.name}")

    def loss(self) -> list[Part]:
        first, y = _read(self.step.reads[0]), _read("y")
        mean = self.lesson.loss.reduction == "mean"
        share = self.share(self.lesson.loss.reduction)
        match self.step.op:
            case "half_squared_error":
                half = Part(r"\frac{1}{2m} ", numeric=rf"\frac{{1}}{{2 \cdot {self.batch}}}")
                return [half if mean else Part(r"\frac{1}{2} "), Part(r"\sum ("), first, _MINUS, y, Part(")^2")]
            case "mse":
                outputs = Part(r"\frac{1}{n} ", numeric=rf"\frac{{1}}{{{self.lesson.network.sizes[-1]}}}")
                return [*share, outputs, Part(r"\sum ("), first, _MINUS, y, Part(")^2")]
            case "l1":
                return [*share, Part(r"\sum |"), first, _MINUS, y, Part("|")]
            case "cross_entropy":
                softmax = Part(r" \odot \log \operatorname{softmax}(")
                return [Part("-"), *share, Part(r"\sum "), y, softmax, first, _CLOSE]
            case "negative_log_likelihood":
                return [Part("-"), *share, Part(r"\sum "), y, _CELLWISE, first]
            case "binary_cross_entropy":
                grown = Part(
                    rf"\read{{\log(1 + e^{{{symbol(self.step.reads[0])}}})}}", self.step.reads[0], Look.SOFTPLUS
                )
                return [*share, Part(r"\sum ["), grown, _MINUS, y, _CELLWISE, first, Part("]")]
        raise AssertionError(f"no formula for {self.step.op}")


def _written(number: float) -> str:
    """A rate as LaTeX: 0.1, or 1 times ten to some power."""
    mantissa, _, exponent = f"{number:g}".partition("e")
    return mantissa if not exponent else rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
