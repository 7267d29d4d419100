"""What is said of the net's outputs for all test examples."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication

from engine.snapshot import Snapshot, State
from gui.views.data_outputs import Outputs


def tr(text: str) -> str:
    """Translate in the empty context, where lupdate files what stands in no class."""
    return QCoreApplication.translate("", text)


def about(outputs: Outputs | None, snapshot: Snapshot, accuracy: bool = False) -> str:
    """Which examples were asked, with the parameters of which batch, and how many were right."""
    if outputs is None:
        return tr("Asking the net…")
    if not outputs.finite:
        return tr("The outputs are no longer finite numbers.")
    at = outputs.snapshot.position
    count = f"{len(outputs.values):,}"
    parts = []
    if accuracy and outputs.labels is not None:
        right = float(np.mean(outputs.labels == outputs.predicted))
        parts.append(tr("{share} right").format(share=f"{100 * right:.2f} %"))
    inside = 0 < at.step < len(outputs.snapshot.program)
    where = tr("batch {batch}, step {step}") if inside else tr("batch {batch}")
    parts.append(where.format(batch=f"{at.batch:,}", step=at.step))
    parts.append((tr("{n} test examples") if outputs.tested else tr("{n} training examples")).format(n=count))
    parts += _otherwise_in_the_curve(outputs)
    if snapshot.state is State.RUNNING:
        parts.append(tr("anew every few seconds"))
    return " · ".join(parts)


def _otherwise_in_the_curve(outputs: Outputs) -> list[str]:
    """Why the accuracy curve has another number, where it has: it tests the first examples alone, or raw values."""
    lesson, count = outputs.snapshot.lesson, len(outputs.values)
    if not outputs.tested:
        return []
    asked = count if lesson.evaluation.examples < 0 else min(lesson.evaluation.examples, count)
    raw = lesson.evaluation.scale == "raw" and lesson.data.normalize != "none"
    if raw and asked < count:
        text = tr("scaled as in training (the accuracy curve tests the first {n}, with raw values)")
    elif raw:
        text = tr("scaled as in training (the accuracy curve tests raw values)")
    else:
        text = tr("the accuracy curve tests the first {n}")
    return [text.format(n=f"{asked:,}")] if asked and (raw or asked < count) else []
