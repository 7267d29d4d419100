r"""The formula of a Step as LaTeX, in the lesson's orientation.

What the Step writes stands inside ``\written{…}``, what it reads inside ``\read{…}``: the interface colours them.
"""

from __future__ import annotations

from engine.lesson import Lesson
from engine.program import Step, input_of

_FUNCTIONS = {
    "sigmoid": r"\sigma",
    "tanh": r"\tanh",
    "relu": r"\operatorname{ReLU}",
    "leaky_relu": r"\operatorname{LReLU}",
    "softplus": r"\operatorname{softplus}",
    "softmax": r"\operatorname{softmax}",
}


def symbol(name: str) -> str:
    """An array's name as LaTeX: ``dW2`` is dL/dW_2, ``delta1`` is \\delta_1, ``vW1`` is v with subscript W_1."""
    if name == "loss":
        return "L"
    letters, layer = name.rstrip("0123456789"), name.lstrip("abcdefghijklmnopqrstuvwxyzW")
    index = f"_{{{layer}}}" if layer else ""
    if letters == "delta":
        return rf"\delta{index}"
    if letters in ("dW", "db"):
        return rf"\frac{{\partial L}}{{\partial {letters[1]}{index}}}"
    if letters in ("vW", "vb"):
        return rf"v_{{{letters[1]}_{{{layer}}}}}"
    return letters + index


def latex(step: Step, lesson: Lesson) -> str:
    """The symbolic formula of a Step, ``\\written{z_1} = \\read{W_1}\\,\\read{x} + \\read{b_1}`` in column form."""
    return rf"\written{{{symbol(step.write)}}} = {_right_side(step, lesson)}"


def _read(name: str, transposed: bool = False) -> str:
    return rf"\read{{{symbol(name)}{'^{T}' if transposed else ''}}}"


def _right_side(step: Step, lesson: Lesson) -> str:
    k, column = step.layer, lesson.run.orientation == "column"
    a_in, W, delta = input_of(k), f"W{k}", f"delta{k}"
    match step.op:
        case "affine" | "linear":
            product = _product(_read(W), _read(a_in)) if column else _product(_read(a_in), _read(W))
            return product if step.op == "linear" else f"{product} + {_read(f'b{k}')}"
        case "identity":
            return _read(f"z{k}")
        case name if name in _FUNCTIONS:
            return rf"{_FUNCTIONS[name]}({_read(f'z{k}')})"
        case "half_squared_error" | "mse" | "l1" | "cross_entropy" | "binary_cross_entropy":
            return _loss(step, lesson)
        case "output_error":
            difference = rf"{_read(f'a{k}')} - {_read('y')}"
            return rf"\frac{{1}}{{m}}({difference})" if lesson.loss.reduction == "mean" else difference
        case "output_delta":
            return _times_slope(_loss_slope(lesson), k, lesson)
        case "hidden_delta":
            W_next, after = f"W{k + 1}", f"delta{k + 1}"
            if column:
                return _times_slope(_product(_read(W_next, True), _read(after)), k, lesson)
            return _times_slope(_product(_read(after), _read(W_next, True)), k, lesson)
        case "weight_gradient":
            if column:
                return _product(_read(delta), _read(a_in, True))
            return _product(_read(a_in, True), _read(delta))
        case "bias_gradient":
            return rf"\sum_{{s}} \read{{{symbol(delta)}^{{(s)}}}}"
        case "bias_gradient_mean":
            return rf"\frac{{1}}{{m}} \sum_{{s}} \read{{{symbol(delta)}^{{(s)}}}}"
        case "sgd":
            return rf"{_read(step.reads[0])} - \eta\,{_read(step.reads[1])}"
        case "velocity_torch":
            return rf"\gamma\,{_read(step.reads[0])} + {_read(step.reads[1])}"
        case "velocity_classic":
            return rf"\gamma\,{_read(step.reads[0])} + \eta\,{_read(step.reads[1])}"
        case "subtract":
            return rf"{_read(step.reads[0])} - {_read(step.reads[1])}"
    raise AssertionError(f"no formula for {step.op}")


def _product(left: str, right: str) -> str:
    return rf"{left}\,{right}"


def _times_slope(factor: str, k: int, lesson: Lesson) -> str:
    """factor, times the slope of layer k's activation in the terms in which ``ops.py`` computes it."""
    z, a, name = _read(f"z{k}"), _read(f"a{k}"), lesson.activation(k)
    if name == "identity":
        return factor
    bracketed = factor if factor.endswith(")") else f"({factor})"
    if name == "softmax":
        return rf"(\operatorname{{diag}}({a}) - {a}{a}^{{T}})\,{bracketed}"
    slopes = {
        "sigmoid": rf"{a} \odot (1 - {a})",
        "tanh": rf"(1 - {a}^2)",
        "relu": rf"[{z} > 0]",
        "leaky_relu": rf"\operatorname{{LReLU}}'({z})",
        "softplus": rf"\sigma({z})",
    }
    return rf"{bracketed} \odot {slopes[name]}"


def _share(lesson: Lesson) -> str:
    return r"\frac{1}{m} " if lesson.loss.reduction == "mean" else ""


def _loss(step: Step, lesson: Lesson) -> str:
    a, z, y = _read(f"a{step.layer}"), _read(f"z{step.layer}"), _read("y")
    share = _share(lesson)
    match lesson.loss.name:
        case "half_squared_error":
            return rf"\frac{{1}}{{2{'m' if share else ''}}} \sum ({a} - {y})^2"
        case "mse":
            return rf"{share}\frac{{1}}{{n}} \sum ({a} - {y})^2"
        case "l1":
            return rf"{share}\sum |{a} - {y}|"
        case "cross_entropy":
            return rf"-{share}\sum {y} \cdot \log \operatorname{{softmax}}({z})"
        case _:
            return rf"{share}\sum [\log(1 + e^{{{z}}}) - {y}\,{z}]"


def _loss_slope(lesson: Lesson) -> str:
    a, y = _read(f"a{lesson.layers}"), _read("y")
    share = _share(lesson)
    match lesson.loss.name:
        case "half_squared_error":
            return rf"{share}({a} - {y})" if share or lesson.network.output != "identity" else rf"{a} - {y}"
        case "mse":
            return rf"{share}\frac{{2}}{{n}}({a} - {y})"
        case _:
            return rf"{share}\operatorname{{sign}}({a} - {y})"
