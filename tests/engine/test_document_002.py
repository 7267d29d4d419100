"""Document 002 on the real MNIST: torch.nn, CrossEntropyLoss and optim.SGD beside the manual backpropagation."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.data import load_dataset
from engine.lesson import Lesson
from engine.trainer import Trainer
from tests.engine.nets import points

SIZES = [784, 512, 256, 128, 64, 10]


def document_002(seed: int) -> torch.nn.Sequential:
    torch.manual_seed(seed)
    layers = [(torch.nn.Linear(a, b), torch.nn.ReLU()) for a, b in itertools.pairwise(SIZES)]
    return torch.nn.Sequential(*[module for pair in layers for module in pair][:-1])


@pytest.mark.parametrize("executor", ["numpy", "torch"])
def test_the_first_batches_are_the_documents(executor: str, mnist_dir: Path) -> None:
    data = load_dataset("mnist", data_dir=mnist_dir)
    assert data.train_labels is not None
    trainer = Trainer(Lesson.load("mnist-deep", {"run.executor": executor}), dataset=data)
    model = document_002(trainer.lesson.init.seed)
    criterion, optimizer = torch.nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.5)
    linear = [module for module in model if isinstance(module, torch.nn.Linear)]
    for k, module in enumerate(linear, start=1):
        assert np.array_equal(trainer.tensors[f"W{k}"], module.weight.detach().numpy().T), "torch's draws, to the bit"
        assert np.array_equal(trainer.tensors[f"b{k}"], module.bias.detach().numpy())
    for batch in range(20):
        if batch:
            trainer.step()
        rows = trainer.rows
        images = (torch.tensor(data.train_x[rows]).float().div(255) - 0.1307) / 0.3081
        outputs = model(images)
        outputs.retain_grad()
        loss = criterion(outputs, torch.tensor(data.train_labels[rows]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        trainer.finish_batch()
        assert outputs.grad is not None
        expected = {"z5": outputs.detach(), "loss": loss.detach(), "delta5": outputs.grad}
        for k, module in enumerate(linear, start=1):
            assert module.weight.grad is not None
            assert module.bias.grad is not None
            expected |= {f"W{k}": module.weight.detach().T, f"b{k}": module.bias.detach()}
            expected |= {f"dW{k}": module.weight.grad.T, f"db{k}": module.bias.grad}
            velocity = optimizer.state[module.weight]["momentum_buffer"]
            expected[f"vW{k}"] = velocity.T
        for name, tensor in expected.items():
            array = tensor.numpy()
            np.testing.assert_allclose(
                trainer.tensors[name], array, rtol=1e-3, atol=1e-4 * np.abs(array).max(), err_msg=f"{name}, {batch}"
            )


@pytest.mark.parametrize("form", ["torch", "classic"])
def test_both_forms_of_momentum_differ_only_after_the_rate_changed(form: str) -> None:
    """By the scalar formulas: v = γv + g, W -= ηv, and v = γv + ηg, W -= v."""
    table = points([1, 1], 1, optimizer={"momentum": 0.5, "momentum_form": form, "learning_rate": 0.1}, bias=False)
    trainer = Trainer(Lesson.from_table(table))
    x, y, w, v = table["data"]["x"][0][0], table["data"]["y"][0][0], float(trainer.tensors["W1"][0, 0]), 0.0
    other_w, other_v = w, 0.0
    for batch, rate in enumerate([0.1, 0.1, 0.1, 0.4, 0.4], start=1):
        if batch == 4:
            assert w == pytest.approx(other_w, rel=1e-13), "the same run while the rate stays"
            trainer.learning_rate = 0.4
        for this in (True, False):
            now, speed = (w, v) if this else (other_w, other_v)
            g = (now * x - y) * x
            if (form == "torch") is this:
                speed = 0.5 * speed + g
                now -= rate * speed
            else:
                speed = 0.5 * speed + rate * g
                now -= speed
            if this:
                w, v = now, speed
            else:
                other_w, other_v = now, speed
        trainer.run(1)
        np.testing.assert_allclose(trainer.tensors["W1"], w, rtol=1e-12)
        np.testing.assert_allclose(trainer.tensors["vW1"], v, rtol=1e-12)
    assert w != pytest.approx(other_w, rel=1e-3), "and another after it changed"


@pytest.mark.timeout(180)
def test_accuracy_after_the_first_epoch(mnist_dir: Path) -> None:
    trainer = Trainer(Lesson.load("mnist-deep"), data_dir=mnist_dir)
    trainer.run(938)
    right, total = trainer.evaluate()
    assert total == 10_000
    assert 0.86 <= right / total <= 0.91
    assert trainer.metrics.running_batch.values().tolist() == [300, 600, 900]
    means = trainer.metrics.running_loss.values()
    assert 2.0 < means[0] < 2.31, "about ln 10 = 2.30 at first"
    assert means[2] < means[1] < means[0]
