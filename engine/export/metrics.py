"""The curves of a run: as CSV, and as an event file for TensorBoard."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

from engine.export import ExportError, save, unwritable
from engine.metrics import Metrics, by_batch
from engine.pytorch import NoTorchError, load_torch

COLUMNS = ("batch", "epoch", "loss", "train_accuracy", "test_accuracy", "learning_rate")
EVENT_FILE = "events.out.tfevents.backstep"
"""One name, so that writing again replaces what was written; TensorBoard's own would tell the computer's name."""
TEST_LOSS = "test_loss"
"""A column more where a test loss was measured, which is where no accuracy is."""
TAGS = {"loss": "loss", "train_accuracy": "accuracy/train", "test_accuracy": "accuracy/test"}
TAGS |= {"learning_rate": "learning_rate", TEST_LOSS: "loss/test"}


def metrics_csv(metrics: Metrics, batches: int | None = None) -> bytes:
    """A row per finished batch under ``COLUMNS``; empty where a number was not measured, floats exact.

    ``TEST_LOSS`` is a column more, the last one, where one was measured.

    Parameters
    ----------
    metrics : of a run, which may go on meanwhile.
    batches : how many of its batches, as ``Snapshot.batches``; by default all that there are.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")  # None becomes an empty field, a float its shortest exact form
    columns, rows = _table(metrics, batches)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def _table(metrics: Metrics, batches: int | None) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Names of the columns, and the rows."""
    metrics = metrics if batches is None else metrics.until(batches)
    rows, losses = metrics.rows(), by_batch(metrics.test_loss_batch, metrics.test_loss)
    if not losses:
        return COLUMNS, rows
    return (*COLUMNS, TEST_LOSS), [(*row, losses.get(row[0])) for row in rows]


def write_events(metrics: Metrics, folder: Path, batches: int | None = None) -> Path:
    """Write the curves as ``EVENT_FILE`` into a folder, made where it is missing, by PyTorch's writer.

    Tags are the values of ``TAGS``, the step is the batch; TensorBoard keeps numbers as float32. ``batches`` is as in
    ``metrics_csv``.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ExportError : a package is missing, or the file cannot be written; an old one is untouched.
    """
    writer_of = _writer()
    path = folder / EVENT_FILE
    try:
        with tempfile.TemporaryDirectory() as aside:
            writer = writer_of(aside)
            try:
                columns, rows = _table(metrics, batches)
                for row in rows:
                    values = dict(zip(columns, row, strict=True))
                    for column, tag in TAGS.items():
                        if values.get(column) is not None:
                            writer.add_scalar(tag, values[column], values["batch"])
                writer.flush()
            finally:
                writer.close()
            (written,) = Path(aside).iterdir()
            content = written.read_bytes()
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from error
    save(path, content)
    return path


def _writer() -> Any:
    """The class ``SummaryWriter``.

    Raises
    ------
    ExportError : PyTorch or TensorBoard is not installed; the sentence says which.
    """
    try:
        load_torch()
    except NoTorchError as error:
        raise ExportError(f"TensorBoard's event files are written through PyTorch: {error}") from error
    try:
        from torch.utils.tensorboard import SummaryWriter
    except Exception as error:  # a broken installation fails in its own ways
        raise ExportError(
            "TensorBoard's event files need the package tensorboard, which is not installed here; "
            f"pip install tensorboard adds it ({' '.join(str(error).split())})"
        ) from error
    return SummaryWriter
