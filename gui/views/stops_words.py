"""Breakpoints in words."""

from __future__ import annotations

from engine.breakpoints import AtBatch, AtStep, Condition, Crosses, NonFinite, SignChange, WatchCrosses
from gui.numbers import significant
from gui.views.words import tr

DIGITS = 6


def quantity_name(quantity: str) -> str:
    """One of the engine's ``QUANTITIES`` in words."""
    names = {
        "loss": tr("loss"),
        "train_accuracy": tr("training accuracy"),
        "test_accuracy": tr("test accuracy"),
        "gradient_norm": tr("gradient norm"),
        "update_ratio": tr("update/weight ratio"),
        "dead_share": tr("share of dead units"),
        "saturated_share": tr("share of saturated activations"),
    }
    return names[quantity]


def sentence(condition: Condition) -> str:
    """Where a breakpoint stops, as a sentence."""
    match condition:
        case AtStep():
            return tr("after step {step}").format(step=condition.step)
        case AtBatch():
            return tr("at the start of batch {batch}").format(batch=f"{condition.batch:,}")
        case NonFinite():
            return tr("a value is no finite number")
        case SignChange():
            cell = f"{condition.array}[{condition.row}, {condition.column}]"
            return tr("{cell} changes sign").format(cell=cell)
        case Crosses():
            what = quantity_name(condition.quantity)
            if condition.layer is not None:
                what = tr("{quantity} of layer {k}").format(quantity=what, k=condition.layer)
        case WatchCrosses():
            what = condition.watch
    text = tr("{quantity} below {value}") if condition.relation == "<" else tr("{quantity} above {value}")
    return text.format(quantity=what, value=significant(condition.value, DIGITS))
