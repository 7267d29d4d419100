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
    lesson = outputs.snapshot.lesson
    if lesson.evaluation.scale == "raw" and lesson.data.normalize != "none" and outputs.tested:
        parts.append(tr("scaled as in training (the accuracy curve tests raw values)"))
    if snapshot.state is State.RUNNING:
        parts.append(tr("anew every few seconds"))
    return " · ".join(parts)
