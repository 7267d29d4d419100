"""What a Step does, in words: a title and one plain sentence, translated."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from engine.lesson import Lesson
from engine.program import Phase, Step


def tr(text: str) -> str:
    """Translate in the empty context, where lupdate files what stands in no class."""
    return QCoreApplication.translate("", text)


def phase_name(phase: Phase) -> str:
    """Forward, Loss, Backward, Update."""
    names = {
        Phase.FORWARD: tr("Forward"),
        Phase.LOSS: tr("Loss"),
        Phase.BACKWARD: tr("Backward"),
        Phase.UPDATE: tr("Update"),
    }
    return names[phase]


def how_counted() -> str:
    """What the numbers in ``W1[0, 2]`` count from: said wherever a cell is named."""
    return tr("Layers count from 1, rows and columns of a cell from 0.")


def title(step: Step) -> str:
    """A few words naming the Step."""
    return _texts(step)[0].format(k=step.layer)


def sentence(step: Step, lesson: Lesson) -> str:
    """One plain sentence: what happens here and why."""
    text = _texts(step)[1]
    if step.phase is Phase.BACKWARD and step.op in ("hidden_delta", "output_delta"):
        text += "" if text.endswith("。") else " "  # a Chinese full stop brings its own room
        if lesson.activation(step.layer) == "identity":
            text += tr("The activation is the identity, so its slope is 1.")
        else:
            text += tr("Multiplying by the slope of the activation turns dL/da into dL/dz.")
    return text.format(k=step.layer, before=step.layer - 1, after=step.layer + 1)


def _texts(step: Step) -> tuple[str, str]:
    bias = step.write.lstrip("v").startswith("b")
    match step.op:
        case "affine":
            return tr("Weighted sum of layer {k}"), tr(
                "Each unit adds up its inputs, each times its weight, and adds its bias."
            )
        case "linear":
            return tr("Weighted sum of layer {k}"), tr("Each unit adds up its inputs, each times its weight.")
        case "identity":
            return tr("Activation of layer {k}"), tr("The identity: each value passes on as it is.")
        case "sigmoid":
            return tr("Activation of layer {k}"), tr("The sigmoid squeezes each sum into the range from 0 to 1.")
        case "tanh":
            return tr("Activation of layer {k}"), tr("The tanh squeezes each sum into the range from -1 to 1.")
        case "relu":
            return tr("Activation of layer {k}"), tr("ReLU lets positive sums pass and cuts negative ones to 0.")
        case "leaky_relu":
            return tr("Activation of layer {k}"), tr("Leaky ReLU lets positive sums pass and shrinks negative ones.")
        case "softplus":
            return tr("Activation of layer {k}"), tr("Softplus is a smooth version of ReLU, always above 0.")
        case "softmax" | "softmax_epsilon":
            return tr("Activation of layer {k}"), tr("Softmax turns the logits into shares that add up to 1.")
        case "log":
            return tr("Logarithm of the shares"), tr(
                "Taken by itself, as a node of the net; the tiny number added keeps log 0 away."
            )
        case "negative_log_likelihood":
            return tr("Loss"), tr("How surprised the net is by the true class: minus the logarithm of its share.")
        case "half_squared_error":
            return tr("Loss"), tr("Half the squared difference between output and target, added up: how wrong we are.")
        case "mse":
            return tr("Loss"), tr("The squared difference between output and target, averaged over the outputs.")
        case "l1":
            return tr("Loss"), tr("The distance between output and target, added up.")
        case "cross_entropy":
            return tr("Loss"), tr("How surprised the net is by the true class: minus the logarithm of its share.")
        case "binary_cross_entropy":
            return tr("Loss"), tr("How surprised the net is by each target, as if each output were a coin.")
        case "output_error":
            return tr("Error of the output layer"), tr(
                "With this pair of output and loss the slopes cancel: the error is output minus target."
            )
        case "output_delta":
            return tr("Error of the output layer"), tr("How the loss changes when the output's sum z changes a little.")
        case "output_gradient":
            return tr("Gradient of the output"), tr("How the loss changes when an output changes a little.")
        case "negative_log_likelihood_gradient":
            return tr("Gradient of the logarithms"), tr(
                "Only the logarithm of the true class is in the loss: the gradient is minus the target."
            )
        case "log_backward":
            return tr("Gradient of the shares"), tr(
                "The slope of the logarithm is one over the share: a small share of the true class pulls hard."
            )
        case "softmax_backward_jacobian":
            return tr("Error of layer {k}"), tr(
                "Every share depends on every logit: each example goes through a matrix of slopes."
            )
        case "backward_through_weights":
            return tr("Gradient of the activation of layer {k}"), tr(
                "The error of layer {after} flows back through the weights that carried the signal forward."
            )
        case "identity_backward":
            return tr("Error of layer {k}"), tr("The activation is the identity, so its slope is 1.")
        case op if op.endswith("_backward"):
            return tr("Error of layer {k}"), tr("Multiplying by the slope of the activation turns dL/da into dL/dz.")
        case "hidden_delta":
            return tr("Error of layer {k}"), tr(
                "The error of layer {after} flows back through the weights that carried the signal forward."
            )
        case "weight_gradient":
            return tr("Weight gradient of layer {k}"), tr(
                "Each weight's share of the blame: the error at its output × the signal at its input."
            )
        case "bias_gradient":
            return tr("Bias gradient of layer {k}"), tr(
                "A bias feeds its unit directly, so its gradient is the unit's error, summed over the batch."
            )
        case "bias_gradient_mean":
            return tr("Bias gradient of layer {k}"), tr(
                "The unit's error averaged over the batch, as the document does it (the exact gradient is the sum)."
            )
        case "velocity_torch" | "velocity_classic":
            name = tr("Velocity of the biases of layer {k}") if bias else tr("Velocity of the weights of layer {k}")
            return name, tr("Momentum remembers: part of the old velocity stays, the new gradient is added.")
        case "sgd" | "subtract":
            name = tr("Update of the biases of layer {k}") if bias else tr("Update of the weights of layer {k}")
            return name, tr("A small step downhill: the learning rate times the gradient is taken away.")
    raise AssertionError(f"no words for {step.op}")
