"""The words of the dialog in which a network is built: names of keys, what a key takes, ids out of titles."""

from __future__ import annotations

import dataclasses
import math
import re
import unicodedata
from collections.abc import Collection, Sequence

from engine.lesson import Lesson
from gui.views.words import tr

LONGEST_ID = 64


def section_name(section: str) -> str:
    """A section of the lesson file as a heading."""
    names = {
        "network": tr("Network"),
        "init": tr("Initialisation"),
        "loss": tr("Loss"),
        "optimizer": tr("Optimizer"),
        "data": tr("Data"),
        "evaluation": tr("Evaluation"),
        "run": tr("Run"),
    }
    return names.get(section, section)


def key_name(key: str) -> str:
    """A dotted key as the label of its field; a key without words of its own is shown as it is in the file."""
    names = {
        "id": tr("Id"),
        "title": tr("Title"),
        "source": tr("Source"),
        "network.bias": tr("Bias"),
        "network.nodes": tr("Backward by"),
        "init.scheme": tr("Scheme"),
        "init.value": tr("Value"),
        "init.mean": tr("Mean"),
        "init.std": tr("Deviation"),
        "init.low": tr("From"),
        "init.high": tr("To"),
        "init.rng": tr("Generator"),
        "init.seed": tr("Seed"),
        "loss.name": tr("Loss"),
        "loss.reduction": tr("Over the batch"),
        "loss.gradient": tr("Gradient of"),
        "optimizer.name": tr("Optimizer"),
        "optimizer.learning_rate": tr("Learning rate"),
        "optimizer.momentum": tr("Momentum"),
        "optimizer.momentum_form": tr("Form of momentum"),
        "optimizer.bias_gradient": tr("Bias gradient"),
        "data.source": tr("Source"),
        "data.seed": tr("Seed"),
        "data.test_share": tr("Share for tests"),
        "data.examples": tr("Examples"),
        "data.noise": tr("Noise"),
        "data.classes": tr("Classes"),
        "data.function": tr("Function"),
        "data.path": tr("Where"),
        "data.target": tr("To be predicted"),
        "data.inputs": tr("Inputs"),
        "data.kind": tr("Kind of target"),
        "data.header": tr("Heading line"),
        "data.separator": tr("Separator"),
        "data.decimal": tr("Decimal mark"),
        "data.standardise": tr("Standardise"),
        "data.image_size": tr("Image size"),
        "data.batch_size": tr("Batch size"),
        "data.shuffle": tr("Shuffle"),
        "data.drop_last": tr("Drop a short batch"),
        "data.normalize": tr("Normalise"),
        "evaluation.every": tr("Every … batches"),
        "evaluation.examples": tr("Test examples"),
        "evaluation.scale": tr("Scale"),
        "evaluation.running": tr("Running mean of"),
        "run.dtype": tr("Numbers"),
        "run.executor": tr("Executor"),
        "run.device": tr("Device"),
        "run.autograd": tr("Autograd beside"),
        "run.orientation": tr("Orientation"),
    }
    return names.get(key) or key.rpartition(".")[2].replace("_", " ")


def change_text(key: str, old: object, new: object) -> str:
    """What another value of a key changes, in words as few as possible."""
    names = {
        "network.sizes": tr("Sizes"),
        "network.activation": tr("Activation"),
        "network.output": tr("Output"),
        "init.scheme": section_name("init"),
        "data.source": section_name("data"),
    }
    name = names.get(key) or key_name(key)
    before, after = (_value_text(key, value) for value in (old, new))
    return tr("{name} {old} → {new}").format(name=name, old=before, new=after) if before != after else name


def _value_text(key: str, value: object) -> str:
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, list):
        plain = not any(isinstance(item, list) for item in value)
        return ("-" if key == "network.sizes" else ", ").join(map(str, value)) if plain else "…"  # tables have no room
    return f"{value:g}" if isinstance(value, float) else str(value) or "–"


def hint(key: str) -> str:
    """What a key means, where its name and its values do not say it."""
    hints = {
        "network.nodes": tr("layers: from delta to delta; separate: every operation has a backward step of its own"),
        "network.bias": tr("input-column: a column of ones is appended to the inputs instead"),
        "init.rng": tr("torch: PyTorch's generator, for the numbers that its code would draw"),
        "loss.gradient": tr("sum: the gradient is that of the sum, although the loss shown is the mean"),
        "optimizer.momentum_form": tr("torch: v = γv + g, W −= ηv; classic: v = γv + ηg, W −= v"),
        "optimizer.bias_gradient": tr("mean: the error averaged over the batch"),
        "data.drop_last": tr("Whether examples that do not fill a last batch are left out of the epoch"),
        "data.normalize": tr("unit: 0 to 1; mnist: unit, then its mean and deviation taken out"),
        "data.target": tr('A column\'s name or number, or several as in ["a", "b"]'),
        "data.inputs": tr('Columns, as in ["a", "b"]; []: all the others'),
        "data.image_size": tr("Rows and columns, as in [28, 28]"),
        "evaluation.examples": tr("0: none; -1: all"),
        "evaluation.scale": tr("raw: tested on the numbers as the source has them"),
        "evaluation.running": tr("n: also the mean loss of every n batches; 0: no"),
        "run.executor": tr("numpy: at once; compiled: fast beside the window; torch: PyTorch without autograd"),
        "run.autograd": tr("Whether torch.autograd's gradients are shown beside those derived by hand"),
        "run.orientation": tr("row: z = x W + b; column: z = W x + b. It changes what is shown"),
    }
    return hints.get(key, "")


def rule(field: dataclasses.Field[object]) -> str:
    """What numbers a key takes, from what the lesson file's reader checks; nothing where any will do."""
    if bounds := field.metadata.get("range"):
        low, high, open_low = bounds
        parts = []
        if math.isfinite(low):
            parts.append(f"{'>' if open_low else '≥'} {low:g}")
        if math.isfinite(high) and high < 2**62:  # beyond, it is only that a file cannot hold it
            parts.append(f"≤ {high:,g}" if isinstance(high, float) else f"≤ {high:,}")
        return ", ".join(parts)
    if bounds := field.metadata.get("below"):
        low, high = bounds
        return f"≥ {low:g}, < {high:g}"
    return ""


def id_of(title: str, taken: Collection[str] | None = None) -> str:
    """An id out of a title: its letters and digits with ``-`` between, and a number where the id is taken.

    Parameters
    ----------
    title : any text.
    taken : ids that are not to be given once more; the shipped lessons' unless others are named.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    start = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: LONGEST_ID - 4].strip("-") or "my-lesson"
    taken = Lesson.shipped() if taken is None else taken
    if start not in taken:
        return start
    return next(name for n in range(2, len(taken) + 3) if (name := f"{start}-{n}") not in taken)


def keys_in(sentence: str, keys: Collection[str]) -> tuple[str, ...]:
    """The keys that a sentence on a lesson's fault names, in its order. One without a section stands at its start."""
    found = re.finditer(r"[A-Za-z_]+(?:\.[A-Za-z_]+)?", sentence)
    named = (match[0] for match in found if match[0] in keys and ("." in match[0] or match.start() == 0))
    return tuple(dict.fromkeys(named))


def few(sentences: Sequence[str]) -> str:
    """The first of several sentences, and how many there are besides."""
    more = len(sentences) - 1
    return sentences[0] if not more else tr("{sentence} (and {n} more)").format(sentence=sentences[0], n=more)
