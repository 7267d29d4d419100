"""What is said of a net that could be trained and yet will not learn, and of the file that its data come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from engine.data import Dataset
from engine.data.sources import WIDTHS
from engine.lesson import DataSpec
from engine.ops import FUSED_LOSSES
from gui.views.build_check import Answer, File
from gui.views.words import tr

MOST_NAMED = 6  # classes
SHARES = ("softmax", "sigmoid")  # outputs that can be read as shares of a class
STEEP = ("relu", "leaky_relu", "softplus")  # activations that Kaiming's schemes are made for


class Advice(NamedTuple):
    """Something worth a word.

    Attributes
    ----------
    section : of the lesson, in which it is seen to.
    sentence : what.
    values : what to do about it, by dotted key.
    """

    section: str
    sentence: str
    values: Mapping[str, Any]


def advice(choices: Mapping[str, Any], found: Answer) -> tuple[Advice, ...]:
    """All that is worth a word.

    Parameters
    ----------
    choices : what is chosen in the form, shaped like a lesson's file.
    found : what came of the check.
    """
    given = (_on_classes(choices, found.file), _on_equal_units(choices, found.equal))
    return tuple(one for one in given if one is not None)


def _on_classes(choices: Mapping[str, Any], file: File | None) -> Advice | None:
    """Of classes that are predicted as if they were numbers."""
    network, loss = choices["network"], choices["loss"]["name"]
    classes = _classes(choices["data"], file)
    if classes is None or network["output"] in SHARES or loss in FUSED_LOSSES:
        return None
    single = network["sizes"][-1] == 1 and classes in (2, 0)
    output, better = ("sigmoid", "binary_cross_entropy") if single else ("softmax", "cross_entropy")
    text = tr("The data are classes: {output} with {better} learns the share of each, {now} with {loss} only numbers.")
    sentence = text.format(output=output, better=better, now=network["output"], loss=loss)
    return Advice("data", sentence, {"network.output": output, "loss.name": better})


def _classes(data: Mapping[str, Any], file: File | None) -> object:
    """How many classes the data have; 0 where that is not known, None where they have none."""
    source = data["source"]
    if source == "csv":
        return (file is not None and file.dataset is not None and len(file.dataset.class_names)) or None
    if source in ("points", "curve"):
        return None
    return data["classes"] if "classes" in DataSpec(source).settings else WIDTHS.get(source, (0, 0))[1]


def _on_equal_units(choices: Mapping[str, Any], layers: tuple[int, ...]) -> Advice | None:
    if not layers:
        return None
    names = ", ".join(map(str, layers))
    text = tr("Layer {layers}: all weights of a layer start equal, so its units will stay equal.")
    hidden = choices["network"]["activation"]
    steep = set([hidden] if isinstance(hidden, str) else hidden) & set(STEEP)
    return Advice("init", text.format(layers=names), {"init.scheme": "kaiming_normal" if steep else "xavier_normal"})


def told(file: File | None) -> str:
    """What is in a file, in words, or nothing."""
    if file is None or file.dataset is None:
        return ""
    data = file.dataset
    n_in = data.train_x.shape[1]
    return tr("{inputs}, {outputs}; {train} rows to train, {test} to test.").format(
        inputs=tr("1 input") if n_in == 1 else tr("{n} inputs").format(n=f"{n_in:,}"),
        outputs=_outputs(data),
        train=f"{len(data.train_x):,}",
        test=f"{len(data.test_x):,}",
    )


def _outputs(data: Dataset) -> str:
    if not data.class_names:
        n_out = data.train_y.shape[1]
        return tr("1 number to predict") if n_out == 1 else tr("{n} numbers to predict").format(n=f"{n_out:,}")
    names = ", ".join(data.class_names[:MOST_NAMED]) + (", …" if len(data.class_names) > MOST_NAMED else "")
    return tr("{n} classes ({names})").format(n=f"{len(data.class_names):,}", names=names)
