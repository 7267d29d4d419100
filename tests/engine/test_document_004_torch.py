"""Document 004, second half: nn.Linear, L1 loss and SGD in PyTorch beside the manual backpropagation."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine import ops
from engine.lesson import Lesson
from engine.trainer import Trainer

pytestmark = pytest.mark.usefixtures("one_loop")


@pytest.mark.parametrize("executor", ["numpy", "compiled", "torch"])
@pytest.mark.parametrize("seed", [0, 1, 7])
def test_fifty_epochs_are_the_documents(executor: str, seed: int) -> None:
    trainer = Trainer(Lesson.load("toy-torch", {"init.seed": seed, "run.executor": executor}))
    torch.manual_seed(seed)
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Linear(3, 2), torch.nn.Linear(2, 1))
    loss_fn, optimizer = torch.nn.L1Loss(), torch.optim.SGD(model.parameters(), lr=0.1)
    x, y = torch.tensor([[1.0, 1.0]]), torch.tensor([[1.0]])
    losses = []
    for _ in range(50):
        loss = loss_fn(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    trainer.run(50)
    np.testing.assert_allclose(trainer.metrics.loss.values(), losses, rtol=1e-3, atol=1e-5)
    for k in (1, 2, 3):
        np.testing.assert_allclose(trainer.tensors[f"W{k}"], model[k - 1].weight.detach().numpy().T, rtol=1e-4)
        np.testing.assert_allclose(trainer.tensors[f"b{k}"], model[k - 1].bias.detach().numpy(), rtol=1e-4, atol=1e-6)


def test_the_slope_of_the_l1_loss_is_a_sign_and_0_at_0() -> None:
    a, y = np.array([[3.0, 1.0, -2.0]]), np.array([[1.0, 1.0, 1.0]])
    assert ops.l1_gradient(a, y, 1.0).tolist() == [[1.0, 0.0, -1.0]]
    leaf = torch.tensor(a, requires_grad=True)
    torch.nn.L1Loss(reduction="sum")(leaf, torch.tensor(y)).backward()
    assert leaf.grad is not None
    assert leaf.grad.tolist() == [[1.0, 0.0, -1.0]]
