"""Documents 000 and 001 on the real MNIST: their first batches number by number, and how well the net gets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.data import load_dataset
from engine.lesson import Lesson
from engine.trainer import Trainer

pytestmark = pytest.mark.timeout(120)
Weights = dict[str, torch.Tensor]


def sigmoid(x: torch.Tensor) -> torch.Tensor:
    return 1.0 / (1.0 + torch.exp(-x))


def sigmoid_prime(x: torch.Tensor) -> torch.Tensor:
    return sigmoid(x) * (1 - sigmoid(x))


def document_000(images: torch.Tensor, labels: torch.Tensor, seed: int) -> Iterator[Weights]:
    """Its training loop in its own words, with the shuffle that its DataLoader did at the time. Yields each batch."""
    torch.manual_seed(seed)
    learning_rate = 0.5
    w1, b1, w2, b2 = (torch.nn.init.normal_(torch.empty(s)) for s in ((784, 30), (30,), (30, 10), (10,)))
    while True:
        torch.empty((), dtype=torch.int64).random_()
        for rows in torch.randperm(len(images)).split(10):
            X = images[rows].float().div(255)
            Y = torch.zeros((10, 10)).scatter_(1, labels[rows].unsqueeze(1), 1)
            l1 = torch.add(torch.matmul(X, w1), b1)
            a1 = sigmoid(l1)
            l2 = torch.add(torch.matmul(a1, w2), b2)
            y_pred = sigmoid(l2)
            diff = y_pred - Y
            d_l2 = diff * sigmoid_prime(l2)
            d_b2 = d_l2
            d_w2 = torch.matmul(torch.transpose(a1, 0, 1), d_l2)
            d_a1 = torch.matmul(d_l2, torch.transpose(w2, 0, 1))
            d_l1 = d_a1 * sigmoid_prime(l1)
            d_b1 = d_l1
            d_w1 = torch.matmul(torch.transpose(X, 0, 1), d_l1)
            w1 = w1 - learning_rate * d_w1
            b1 = b1 - learning_rate * torch.mean(d_b1, 0)
            w2 = w2 - learning_rate * d_w2
            b2 = b2 - learning_rate * torch.mean(d_b2, 0)
            yield {
                "x": X, "y": Y, "z1": l1, "a1": a1, "z2": l2, "a2": y_pred, "loss": diff.square().sum() / 2,
                "delta2": d_l2, "dW2": d_w2, "db2": d_b2.mean(0), "delta1": d_l1, "dW1": d_w1, "db1": d_b1.mean(0),
                "W1": w1, "b1": b1, "W2": w2, "b2": b2,
            }  # fmt: skip


@pytest.mark.parametrize("seed", [777, 1], ids=["document 000", "document 001"])
@pytest.mark.parametrize("executor", ["numpy", "compiled"])
def test_the_first_batches_are_the_documents(executor: str, seed: int, mnist_dir: Path) -> None:
    """Documents 000 and 001 are one program with two seeds."""
    data = load_dataset("mnist", data_dir=mnist_dir)
    assert data.train_labels is not None
    loop = document_000(torch.tensor(data.train_x), torch.tensor(data.train_labels), seed)
    trainer = Trainer(Lesson.load(f"mnist-sigmoid-{seed}", {"run.executor": executor}), dataset=data)
    for batch in range(30):
        expected = {name: array.numpy() for name, array in next(loop).items()}
        trainer.finish_batch()
        assert np.array_equal(trainer.tensors["x"], expected["x"]), "the same examples, to the last bit"
        assert np.array_equal(trainer.tensors["y"], expected["y"])
        for name, array in expected.items():
            scale = np.abs(array).max()
            tolerance = 2e-6 if batch == 0 else 1e-3  # float32 roundings, which training magnifies
            np.testing.assert_allclose(trainer.tensors[name], array, rtol=1e-4, atol=tolerance * scale, err_msg=name)


def test_the_test_images_are_counted_as_the_document_counts_them(mnist_dir: Path) -> None:
    """The first 1,000, as raw pixels; and scaled as in training where the lesson says so, which is another number."""
    data = load_dataset("mnist", data_dir=mnist_dir)
    assert data.test_labels is not None
    counts = []
    for scale, divisor in (("raw", 1.0), ("same", 255.0)):
        overrides = {"run.executor": "numpy", "evaluation.scale": scale}
        trainer = Trainer(Lesson.load("mnist-sigmoid-777", overrides), dataset=data)
        trainer.run(300)
        W1, b1, W2, b2 = (trainer.tensors[name] for name in ("W1", "b1", "W2", "b2"))
        x = data.test_x[:1000].astype(np.float32) / np.float32(divisor)
        with np.errstate(over="ignore"):
            a1 = 1 / (1 + np.exp(-(x @ W1 + b1)))
            a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
        right = int((a2.argmax(1) == data.test_labels[:1000]).sum())
        assert trainer.evaluate() == (right, 1000)
        counts.append(right)
    assert counts[0] != counts[1], "so that a test of the other scale would be noticed"


def test_the_second_epoch_is_shuffled_as_the_documents(mnist_dir: Path) -> None:
    data = load_dataset("mnist", data_dir=mnist_dir)
    trainer = Trainer(Lesson.load("mnist-sigmoid-777"), dataset=data)
    trainer.run(6001)
    torch.manual_seed(777)
    for shape in ((784, 30), (30,), (30, 10), (10,)):
        torch.nn.init.normal_(torch.empty(shape))
    for _ in range(2):
        torch.empty((), dtype=torch.int64).random_()
        order = torch.randperm(60_000).numpy()
    assert (trainer.position.epoch, trainer.position.batch) == (2, 6001)
    assert trainer.rows.tolist() == order[:10].tolist()


def test_it_learns_as_well_as_the_document_says(mnist_dir: Path) -> None:
    """Counted as the document counts, on 1,000 raw test images: 736 after 1,000 batches, 920 after 10,000."""
    trainer = Trainer(Lesson.load("mnist-sigmoid-777"), data_dir=mnist_dir)
    assert trainer.run(10_000) == 10_000
    assert trainer.metrics.test_batch.values().tolist() == list(range(1000, 10_001, 1000))
    right = np.round(1000 * trainer.metrics.test_accuracy.values())
    assert 725 <= right[0] <= 805
    assert 890 <= right[-1] <= 930
    assert len(trainer.metrics.loss) == 10_000
