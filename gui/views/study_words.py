"""Keys of the lesson in words, as the dialogs of many runs show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QCoreApplication

from engine.sweep import Axis, shown_value
from gui.views.build_words import key_name, section_name

ALONE = ("network", "optimizer", "data")
"""Sections whose keys have names that say enough without them."""


def key_title(key: str) -> str:
    """A dotted key as a student would name it, ``Learning rate η``; the section stands before it where it is needed."""
    names = {
        "network.activation": QCoreApplication.translate("Study", "Activation"),
        "network.output": QCoreApplication.translate("Study", "Output"),
        "optimizer.learning_rate": QCoreApplication.translate("Study", "Learning rate η"),
        "optimizer.momentum": QCoreApplication.translate("Study", "Momentum γ"),
        "init.seed": key_name("init.seed"),
        "init.scheme": section_name("init"),
        "loss.name": key_name("loss.name"),
        "data.seed": f"{section_name('data')}: {key_name('data.seed')}",
        "data.source": section_name("data"),
    }
    section = key.partition(".")[0]
    return names.get(key) or (key_name(key) if section in ALONE else f"{section_name(section)}: {key_name(key)}")


def sentences(*parts: str) -> str:
    """Sentences one after the other, with as much room between them as the language has."""
    told, *others = parts
    for part in others:
        told = QCoreApplication.translate("Study", "{sentence} {next}").format(sentence=told, next=part)
    return told


def told_value(value: object) -> str:
    """A value of a key as it is shown here."""
    return f"{value:g}" if type(value) is float else shown_value(value)


def told_values(values: Mapping[str, object] | Iterable[tuple[str, object]]) -> str:
    """What a run has of the varied keys: ``Learning rate η = 0.1, Seed = 1``."""
    pairs = values.items() if isinstance(values, Mapping) else values
    return ", ".join(f"{key_title(key)} = {told_value(value)}" for key, value in pairs)


def told_axis(axis: Axis, most: int) -> str:
    """A key and its values, the middle ones of many left out."""
    values = [told_value(value) for value in axis.values]
    if len(values) > most:
        values = [*values[: most - 2], "…", values[-1]]
    return f"{key_title(axis.key)} = {', '.join(values)}"
