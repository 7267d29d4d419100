"""Document 003 on the real MNIST: its classes in its own words, batch by batch, and PyTorch beside them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine import ops
from engine.data import load_dataset
from engine.lesson import Lesson
from engine.program import Phase
from engine.trainer import Trainer

pytestmark = pytest.mark.usefixtures("one_loop")
Arrays = dict[str, np.ndarray]
EPSILON = 1e-12


def document_003(x: np.ndarray, label: np.ndarray, W1: np.ndarray, W2: np.ndarray) -> Arrays:
    """One training step: Matmul, Relu, Softmax, Log forward; Log, Softmax, Matmul, Relu, Matmul backward; update."""
    h1 = np.matmul(x, W1)
    h1_relu = np.where(h1 > 0, h1, np.zeros_like(h1))
    h2 = np.matmul(h1_relu, W2)
    x_exp = np.exp(h2 - np.max(h2, axis=-1, keepdims=True))
    out = x_exp / (np.sum(x_exp, axis=1, keepdims=True) + EPSILON)
    h2_log = np.log(out + EPSILON)
    loss = np.mean(np.sum(-h2_log * label, axis=1))
    h2_log_grad = 1.0 / (out + 1e-12) * -label
    h2_soft_grad = np.zeros_like(out)
    for n in range(len(out)):
        jacobian = np.diag(out[n]) - np.outer(out[n], out[n])
        h2_soft_grad[n] = np.dot(h2_log_grad[n], jacobian)
    h2_grad = np.matmul(h2_soft_grad, W2.T)
    W2_grad = np.matmul(h1_relu.T, h2_soft_grad)
    h1_relu_grad = np.where(h1 > 0, h2_grad, np.zeros_like(h2_grad))
    W1_grad = np.matmul(x.T, h1_relu_grad)
    return {
        "z1": h1, "a1": h1_relu, "z2": h2, "a2": out, "logp": h2_log, "loss": np.array(loss), "dlogp": -label,
        "da2": h2_log_grad, "delta2": h2_soft_grad, "da1": h2_grad, "delta1": h1_relu_grad,
        "dW1": W1_grad, "dW2": W2_grad, "W1": W1 - 1e-3 * W1_grad, "W2": W2 - 1e-3 * W2_grad,
    }  # fmt: skip


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return Lesson.load("mnist-numpy-autodiff", {"evaluation.examples": 0})


@pytest.mark.parametrize("executor", ["numpy", "compiled", "torch"])
def test_the_first_batches_are_the_documents(executor: str, lesson: Lesson, mnist_dir: Path) -> None:
    data = load_dataset("mnist", data_dir=mnist_dir)
    assert data.train_labels is not None
    trainer = Trainer(lesson.with_value("run.executor", executor), dataset=data)
    for batch in range(5):
        W1, W2 = trainer.tensors["W1"].copy(), trainer.tensors["W2"].copy()
        assert W1.shape == (785, 100)
        if batch:
            trainer.step()
        rows = trainer.rows
        images = (data.train_x[rows].astype(np.float64) / 255 - 0.1307) / 0.3081
        x = np.concatenate([images, np.ones((64, 1))], axis=1)
        expected = document_003(x, np.eye(10)[data.train_labels[rows]], W1, W2)
        trainer.finish_batch()
        np.testing.assert_allclose(trainer.tensors["x"], x, rtol=1e-14)
        for name, array in expected.items():
            scale = np.abs(array).max()
            np.testing.assert_allclose(trainer.tensors[name], array, rtol=1e-8, atol=1e-12 * scale, err_msg=name)


def test_every_node_has_a_backward_step_of_its_own(lesson: Lesson, mnist_dir: Path) -> None:
    trainer = Trainer(lesson.with_value("run.executor", "numpy"), data_dir=mnist_dir)
    written = [(step.op, step.write) for step in trainer.program.steps if step.phase is Phase.BACKWARD]
    assert written == [
        ("negative_log_likelihood_gradient", "dlogp"), ("log_backward", "da2"),
        ("softmax_backward_jacobian", "delta2"), ("weight_gradient", "dW2"), ("backward_through_weights", "da1"),
        ("relu_backward", "delta1"), ("weight_gradient", "dW1"),
    ]  # fmt: skip


def test_the_jacobian_and_the_vector_form_agree_to_1e_12() -> None:
    random = np.random.default_rng(3)
    z, g = random.normal(scale=4, size=(64, 10)), random.normal(size=(64, 10))
    s = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    by_jacobian, by_vector = ops.softmax_backward_jacobian(g, s), ops.softmax_backward(g, s)
    np.testing.assert_allclose(by_jacobian, by_vector, rtol=0, atol=1e-12)
    leaf = torch.tensor(z, requires_grad=True)
    torch.softmax(leaf, 1).backward(torch.tensor(g))
    assert leaf.grad is not None
    np.testing.assert_allclose(by_jacobian, leaf.grad.numpy(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(ops.softmax_jacobian(s[0]), np.diag(s[0]) - s[0][:, None] * s[0], atol=1e-16)


def test_a_probability_of_0_is_clamped_as_the_document_does() -> None:
    a, y = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    logp = ops.log(a)
    assert logp[0, 1] == pytest.approx(np.log(1e-12), rel=1e-15)
    assert ops.negative_log_likelihood(logp, y, 1.0) == pytest.approx(27.631021, abs=1e-6)
    g = ops.log_backward(ops.negative_log_likelihood_gradient(y, 1.0), a)
    assert g[0].tolist() == [0.0, -1e12]


def test_its_final_gradient_check_sign_and_all() -> None:
    """The document passes +label where PyTorch differentiates -log p: the same numbers with the other sign."""
    random = np.random.default_rng(1)
    x, W1, W2 = random.normal(size=(5, 6)), random.normal(size=(6, 5)), random.normal(size=(5, 6))
    label = np.eye(6)[[1, 0, 3, 5, 0]]
    table = {
        "format": 1, "id": "check", "title": "Check",
        "network": {"sizes": [6, 5, 6], "activation": "relu", "output": "softmax", "bias": False, "nodes": "separate"},
        "init": {"scheme": "explicit", "W": [W1.tolist(), W2.tolist()]},
        "loss": {"name": "cross_entropy", "reduction": "sum"},
        "data": {"x": x.tolist(), "y": label.tolist(), "batch_size": 5},
    }  # fmt: skip
    trainer = Trainer(Lesson.from_table(table))
    while trainer.position.step < trainer.program.phase_ends[2]:
        trainer.step()
    leaves = {name: torch.tensor(array, requires_grad=True) for name, array in (("W1", W1), ("W2", W2))}
    prob = torch.softmax(torch.relu(torch.tensor(x) @ leaves["W1"]) @ leaves["W2"], dim=1)
    prob.retain_grad()
    (-torch.sum(torch.tensor(label) * torch.log(prob))).backward()
    assert prob.grad is not None
    np.testing.assert_allclose(trainer.tensors["da2"], prob.grad.numpy(), rtol=1e-6)
    np.testing.assert_allclose(-trainer.tensors["da2"][label == 1], 1 / prob.detach().numpy()[label == 1], rtol=1e-6)
    for name, leaf in leaves.items():
        assert leaf.grad is not None
        np.testing.assert_allclose(trainer.tensors[f"d{name}"], leaf.grad.numpy(), rtol=1e-6, atol=1e-9)
