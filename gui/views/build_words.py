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
    if isinstance(value, list | tuple):
        plain = not any(isinstance(item, list | tuple) for item in value)
        return ("-" if key == "network.sizes" else ", ").join(map(str, value)) if plain else "…"  # tables have no room
    return f"{value:g}" if isinstance(value, float) else str(value) or "–"


def hint(key: str) -> str:
    """What a key does, and what is allowed where its field does not show that; in one sentence."""
    hints = {
        "id": tr(
            "The short name by which the lesson's file and runs are told apart: letters, digits, '.', '_' and '-'."
        ),
        "title": tr("The name of the lesson in the window; one that is empty is made up from the layers."),
        "source": tr("Where the lesson comes from, for whoever reads its file."),
        "network.sizes": tr(
            "The widths of the layers: how many numbers go in, how many units each layer has, how many come out."
        ),
        "network.activation": tr("What a hidden layer applies to its weighted sums."),
        "network.output": tr(
            "What the last layer applies to its weighted sums; classes want softmax, or sigmoid for one output."
        ),
        "network.bias": tr(
            "Whether each layer adds a bias; input-column: a column of ones is appended to the inputs instead."
        ),
        "network.nodes": tr(
            "How the way back is divided: layers, from delta to delta; separate, every operation has a step of its own."
        ),
        "init.scheme": tr(
            "How weights and biases start: all the same (constant), typed by you (explicit), or drawn at random."
        ),
        "init.value": tr("The number at which every weight and bias starts."),
        "init.mean": tr("The mean of the normal distribution from which weights and biases are drawn."),
        "init.std": tr("The standard deviation of the normal distribution from which weights and biases are drawn."),
        "init.low": tr("The smallest number that can be drawn."),
        "init.high": tr("The largest number that can be drawn."),
        "init.W": tr("The weights and biases of each layer, to be typed or pasted."),
        "init.b": tr("The biases of each layer, to be typed or pasted."),
        "init.rng": tr("What draws the random numbers: numpy, or torch for those that PyTorch's code would draw."),
        "init.seed": tr("Fixes what is drawn: the weights at the start, and the order of examples that are shuffled."),
        "loss.name": tr(
            "What measures how wrong the outputs are; cross_entropy needs softmax, binary_cross_entropy sigmoid."
        ),
        "loss.reduction": tr("Whether the losses of the examples in a batch are added up (sum) or averaged (mean)."),
        "loss.gradient": tr(
            "What the gradient is taken of: same, the loss that is shown; sum, the sum although the mean is shown."
        ),
        "optimizer.name": tr("How the gradient changes the weights; sgd takes learning rate times gradient away."),
        "optimizer.learning_rate": tr("How far each update goes: the factor η of the gradient."),
        "optimizer.momentum": tr("How much of the update before goes into the next one: the factor γ, 0 for none."),
        "optimizer.momentum_form": tr(
            "Which formula momentum follows: torch, v = γv + g, W −= ηv; classic, v = γv + ηg, W −= v."
        ),
        "optimizer.bias_gradient": tr(
            "What changes the biases: same, their gradient; mean, the error averaged over the batch."
        ),
        "data.source": tr(
            "Where the examples come from: typed (points), drawn, ready-made (mnist …), or your files (csv, images)."
        ),
        "data.x": tr("The examples, a row each with inputs x and targets y, to be typed or pasted."),
        "data.y": tr("The targets of the examples, to be typed or pasted."),
        "data.seed": tr("Fixes which points are drawn and which examples test; the net has a seed of its own."),
        "data.test_share": tr("The share of the examples that is never trained on, but tests the net."),
        "data.examples": tr("How many points are drawn, those that test included."),
        "data.noise": tr("How far the points are shifted at random: a standard deviation, 0 for none."),
        "data.classes": tr("How many classes there are, an arm or a cloud of points for each."),
        "data.function": tr("The function whose curve is to be learned."),
        "data.path": tr("Where the data are: a CSV file, or a folder that holds a folder of images for each class."),
        "data.target": tr(
            'The column to be predicted, by name or number, or several as in ["a", "b"]; empty for the last one.'
        ),
        "data.inputs": tr('The columns that go into the net, as in ["a", "b"]; [] for all the others.'),
        "data.kind": tr("Whether the target is a class or a number; auto looks at its cells."),
        "data.header": tr("Whether the first row holds the names of the columns."),
        "data.separator": tr("What stands between the cells of a row."),
        "data.decimal": tr("What stands before the decimals of a number: a point or a comma."),
        "data.standardise": tr(
            "Whether each input has its mean taken out and is divided by its deviation, both of the training rows."
        ),
        "data.image_size": tr("The rows and columns to which every image is scaled, as in [28, 28]."),
        "data.batch_size": tr("How many examples go through the net before each update."),
        "data.shuffle": tr("Whether the examples come in a new order in every epoch."),
        "data.drop_last": tr("Whether examples that do not fill a last batch are left out of the epoch."),
        "data.normalize": tr(
            "How pixels are scaled: unit, 0 to 1; mnist, unit with its mean and deviation taken out; none, not at all."
        ),
        "evaluation.every": tr("After how many batches the net is tested."),
        "evaluation.examples": tr("How many test examples are used: 0 for none, -1 for all."),
        "evaluation.scale": tr("How test inputs are scaled: same, as in training; raw, as the source has them."),
        "evaluation.running": tr("Over how many batches the loss is averaged besides; 0 for not at all."),
        "run.dtype": tr("How exact the numbers are: float64 has about 16 digits, float32 about 7."),
        "run.executor": tr(
            "What computes: numpy at once; compiled, fast beside the window; torch, PyTorch without autograd."
        ),
        "run.device": tr("Where it is computed: on the processor (cpu), or with torch on a graphics card (cuda, mps)."),
        "run.autograd": tr("Whether torch.autograd's gradients are shown beside those derived by hand."),
        "run.orientation": tr("How it is shown: row, z = x W + b; column, z = W x + b; nothing is computed otherwise."),
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
