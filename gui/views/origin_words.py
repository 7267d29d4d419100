"""What a chosen cell is, in a sentence."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from engine.history import Edit
from engine.program import Phase
from engine.provenance import Kind, Origin
from engine.snapshot import Snapshot, State
from gui.numbers import significant
from gui.views.origin_text import signed

DIGITS = 6  # of a rate in a sentence
translate = QCoreApplication.translate


def typed(snapshot: Snapshot, found: Origin) -> Edit | None:
    """The edit by which the present batch began with this very number, if it ends a trail."""
    if found.kind not in (Kind.LEFT, Kind.INITIAL):
        return None
    where = (snapshot.position.batch, found.name, *found.cell)
    edits = (entry for entry in snapshot.entries if isinstance(entry, Edit))
    return next((edit for edit in edits if (edit.batch, edit.array, edit.row, edit.column) == where), None)


def words(snapshot: Snapshot, found: Origin) -> str:
    """What a cell is, or how it came about."""
    edit = typed(snapshot, found)
    if edit is not None:
        return translate("OriginView", "Typed before batch {n}: {old} → {new}.").format(
            n=f"{edit.batch:,}", old=signed(edit.old), new=signed(edit.new)
        )
    match found.kind:
        case Kind.PENDING:
            return translate("OriginView", "Not computed yet in this batch: step {n} will do it.").format(
                n=found.step.index if found.step is not None else 0
            )
        case Kind.GONE if snapshot.state is State.RUNNING:
            return translate("OriginView", "Pause to see it: the numbers that it was computed from are kept only then.")
        case Kind.GONE:
            return translate(
                "OriginView", "The numbers that it was computed from have been overwritten and are not kept."
            )
        case Kind.INPUT:
            return _input_words(snapshot, found)
        case Kind.ONE:
            return translate("OriginView", "The input that is always 1: its weights serve the first layer as biases.")
        case Kind.TARGET:
            return translate(
                "OriginView", "A target: what example {s} should come out as. The trail ends here."
            ).format(s=found.cell[0])
        case Kind.INITIAL:
            if found.name.startswith("v"):
                return translate("OriginView", "A velocity starts at 0: nothing has moved yet. The trail ends here.")
            return translate("OriginView", "An initial value: no update has changed it yet. The trail ends here.")
        case Kind.LEFT:
            return translate("OriginView", "As the update of batch {n} left it.").format(
                n=f"{snapshot.position.batch - 1:,}"
            )
    return _step_words(snapshot, found)


def _input_words(snapshot: Snapshot, found: Origin) -> str:
    if snapshot.image_shape is not None:
        row, column = divmod(found.cell[1], snapshot.image_shape[1])
        return translate(
            "OriginView", "A pixel of example {s}: row {row}, column {column}. The trail ends here."
        ).format(s=found.cell[0], row=row, column=column)
    return translate("OriginView", "An input of example {s}. The trail ends here.").format(s=found.cell[0])


def _step_words(snapshot: Snapshot, found: Origin) -> str:
    step, lesson = found.step, snapshot.lesson
    if step is None:
        return ""
    k = step.layer
    m, n = snapshot.tensors.batch, lesson.network.sizes[k]
    mean = lesson.gradient_reduction == "mean" and m > 1
    match step.op:
        case "affine":
            text = translate(
                "OriginView",
                "Each of the {n} inputs of the layer adds its value times its weight, and the bias is added.",
            )
            return text.format(n=f"{lesson.width_in(k):,}")
        case "linear":
            text = translate("OriginView", "Each of the {n} inputs of the layer adds its value times its weight.")
            return text.format(n=f"{lesson.width_in(k):,}")
        case "softmax" | "softmax_epsilon":
            text = translate("OriginView", "e to its own logit, divided by the sum of e to each of the {n} logits.")
            return text.format(n=n)
        case "hidden_delta" | "backward_through_weights":
            text = translate(
                "OriginView",
                "Each of the {n} units of layer {after} sends its error back through the weight between them.",
            )
            if lesson.network.sizes[k + 1] == 1:
                text = translate(
                    "OriginView", "The one unit of layer {after} sends its error back through the weight between them."
                )
            text = text.format(n=lesson.network.sizes[k + 1], after=k + 1)
            if step.op == "hidden_delta" and lesson.activation(k) != "identity":
                text += _and(translate("OriginView", "The slope of the activation is in every term."))
            return text
        case "output_error":
            text = translate("OriginView", "Output minus target: with this pair of output and loss the slopes cancel.")
            return text + (
                _and(translate("OriginView", "The loss is a mean over the {m} examples.")).format(m=m) if mean else ""
            )
        case "output_gradient":
            return translate("OriginView", "How the loss changes when this output changes a little.")
        case "output_delta" if lesson.activation(k) == "softmax":
            return translate(
                "OriginView", "Each output adds its slope of the loss times J, how far its share follows this logit."
            )
        case "output_delta":
            text = translate("OriginView", "How the loss changes when this output changes a little.")
            if lesson.activation(k) != "identity":
                text += _and(translate("OriginView", "The slope of the activation is in every term."))
            return text
        case "softmax_backward_jacobian":
            return translate(
                "OriginView", "Each output adds its gradient times J, how far its share follows this logit."
            )
        case "weight_gradient":
            if m == 1:
                return translate("OriginView", "The one example of this batch gives its input times its error.")
            return translate(
                "OriginView", "Each of the {m} examples of this batch adds its input times its error."
            ).format(m=m)
        case "bias_gradient":
            if m == 1:
                return translate("OriginView", "The one example of this batch gives its error.")
            return translate("OriginView", "Each of the {m} examples of this batch adds its error.").format(m=m)
        case "bias_gradient_mean":
            return translate(
                "OriginView", "Each of the {m} examples of this batch adds its error, divided by {m}."
            ).format(m=m)
        case "log":
            return translate("OriginView", "The logarithm of the share; the tiny ε keeps log 0 away.")
        case "log_backward":
            return translate("OriginView", "The slope of the logarithm is one over the share.")
        case "negative_log_likelihood_gradient":
            return translate(
                "OriginView", "Only the logarithm of the true class is in the loss: the gradient is minus the target."
            )
        case "sgd":
            text = translate("OriginView", "The old value, less the learning rate η = {eta} times the {what}.")
            what = (
                translate("OriginView", "velocity")
                if lesson.optimizer.momentum > 0
                else translate("OriginView", "gradient")
            )
            return text.format(eta=significant(lesson.optimizer.learning_rate, DIGITS), what=what)
        case "subtract":
            return translate("OriginView", "The old value, less the velocity.")
        case "velocity_torch":
            text = translate("OriginView", "γ = {gamma} of the old velocity stays, and the gradient is added.")
            return text.format(gamma=significant(lesson.optimizer.momentum, DIGITS))
        case "velocity_classic":
            text = translate(
                "OriginView", "γ = {gamma} of the old velocity stays, and η = {eta} times the gradient is added."
            )
            optimizer = lesson.optimizer
            return text.format(
                gamma=significant(optimizer.momentum, DIGITS), eta=significant(optimizer.learning_rate, DIGITS)
            )
    if step.phase is Phase.LOSS:
        return _loss_words(step.op, m)
    if step.op == "identity":
        return translate("OriginView", "The identity passes the sum on as it is.")
    if step.op.endswith("_backward"):
        return translate("OriginView", "The gradient of the activation, times the slope of the activation.")
    return translate("OriginView", "The activation {name} of the unit's sum z.").format(name=step.op.replace("_", " "))


def _loss_words(op: str, m: int) -> str:
    if op in ("cross_entropy", "negative_log_likelihood"):
        if m == 1:
            return translate(
                "OriginView", "The surprise of the example: minus the logarithm of the share of its true class."
            )
        text = translate(
            "OriginView",
            "Each of the {m} examples adds its surprise: minus the logarithm of the share of its true class.",
        )
        return text.format(m=m)
    if m == 1:
        return translate("OriginView", "Each output of the example adds how far it is from its target.")
    return translate(
        "OriginView", "Each output of each of the {m} examples adds how far it is from its target."
    ).format(m=m)


def _and(sentence: str) -> str:
    """A further sentence; a Chinese full stop brings its own room."""
    return sentence if sentence.endswith("。") else " " + sentence
