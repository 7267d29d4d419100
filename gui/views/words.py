"""Sentences that are made outside of any widget."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def tr(text: str) -> str:
    """Translate in the empty context, where lupdate files what stands in no class."""
    return QCoreApplication.translate("", text)
