"""What a learner would run instead of Backstep: the same training as three short scripts, timed.

    python benchmarks/peers.py {numpy,autograd,notebook,deep} [--batches N] [--data-dir DIR]

Each but the last trains 784-30-10, sigmoid, half the squared error, batch 10, rate 0.5, float32, on the real MNIST.
Printed are seconds per 10,000 batches; imports, reading the files and drawing the first parameters are not counted.

numpy     the shortest sensible loop: data in memory, gradients by hand
autograd  the same with torch.autograd and torch.optim.SGD, data in memory
notebook  gradients by hand in torch, batches from a DataLoader over torchvision's MNIST, as course notebooks do
deep      784-512-256-128-64-10, ReLU, cross-entropy, batch 64, momentum 0.5: torch.nn, autograd, optim.SGD
"""

from __future__ import annotations

import argparse
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
SHAPES = ((784, 30), (30,), (30, 10), (10,))
BATCH, RATE = 10, 0.5


def mnist_folder(data_dir: Path | None) -> Path:
    """The folder that holds MNIST/raw, looked for where Backstep looks."""
    sys.path.insert(0, str(ROOT))
    from engine.data.mnist import find

    return find(data_dir)


def read_mnist(root: Path) -> tuple[np.ndarray, np.ndarray]:
    """Training images as float32 0 … 1 (60000, 784), and their labels."""
    raw = root / "MNIST" / "raw"
    images = np.fromfile(raw / "train-images-idx3-ubyte", np.uint8)[16:].reshape(-1, 784)
    labels = np.fromfile(raw / "train-labels-idx1-ubyte", np.uint8)[8:].astype(np.int64)
    return images.astype(np.float32) / np.float32(255), labels


def numpy_loop(root: Path, batches: int) -> float:
    """Seconds for so many batches."""
    images, labels = read_mnist(root)
    targets = np.eye(10, dtype=np.float32)[labels]
    rng, rate = np.random.default_rng(0), np.float32(RATE)
    W1, b1, W2, b2 = (rng.standard_normal(shape, dtype=np.float32) for shape in SHAPES)
    order = rng.permutation(len(images))
    start = time.perf_counter()
    with np.errstate(over="ignore"):
        for i in range(batches):
            first = i * BATCH % len(order)
            rows = order[first : first + BATCH]
            x, y = images[rows], targets[rows]
            a1 = 1 / (1 + np.exp(-(x @ W1 + b1)))
            a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
            delta2 = (a2 - y) * a2 * (1 - a2)
            delta1 = (delta2 @ W2.T) * a1 * (1 - a1)
            W2 -= rate * (a1.T @ delta2)
            b2 -= rate * delta2.mean(axis=0)
            W1 -= rate * (x.T @ delta1)
            b1 -= rate * delta1.mean(axis=0)
    return time.perf_counter() - start


def autograd_loop(root: Path, batches: int) -> float:
    """Seconds for so many batches."""
    import torch

    torch.manual_seed(0)
    pixels, labels = read_mnist(root)
    images, targets = torch.from_numpy(pixels), torch.eye(10)[torch.from_numpy(labels)]
    parameters = [torch.randn(shape, requires_grad=True) for shape in SHAPES]
    W1, b1, W2, b2 = parameters
    optimizer = torch.optim.SGD(parameters, lr=RATE)
    order = torch.randperm(len(images))
    start = time.perf_counter()
    for i in range(batches):
        first = i * BATCH % len(order)
        rows = order[first : first + BATCH]
        output = torch.sigmoid(torch.sigmoid(images[rows] @ W1 + b1) @ W2 + b2)
        loss = 0.5 * ((output - targets[rows]) ** 2).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return time.perf_counter() - start


def notebook_loop(root: Path, batches: int) -> float:
    """Seconds for so many batches."""
    import torch

    sys.path.insert(0, str(ROOT))
    from engine.data.torchvision_compat import import_datasets

    datasets = import_datasets()
    from torchvision import transforms

    torch.manual_seed(0)
    examples = datasets.MNIST(str(root), train=True, transform=transforms.ToTensor())
    loader: Any = torch.utils.data.DataLoader(examples, batch_size=BATCH, shuffle=True, drop_last=True)
    W1, b1, W2, b2 = (torch.randn(shape) for shape in SHAPES)
    done, start = 0, time.perf_counter()
    while True:
        for image, label in loader:
            if done == batches:
                return time.perf_counter() - start
            x = image.view(-1, 784)
            y = torch.zeros(BATCH, 10).scatter_(1, label.unsqueeze(1), 1)
            a1 = 1 / (1 + torch.exp(-(x @ W1 + b1)))
            a2 = 1 / (1 + torch.exp(-(a1 @ W2 + b2)))
            delta2 = (a2 - y) * a2 * (1 - a2)
            delta1 = (delta2 @ W2.t()) * a1 * (1 - a1)
            W2, b2 = W2 - RATE * (a1.t() @ delta2), b2 - RATE * delta2.mean(0)
            W1, b1 = W1 - RATE * (x.t() @ delta1), b1 - RATE * delta1.mean(0)
            done += 1


def deep_loop(root: Path, batches: int) -> float:
    """Seconds for so many batches."""
    import torch

    torch.manual_seed(0)
    pixels, labels = read_mnist(root)
    images, targets = torch.from_numpy((pixels - np.float32(0.1307)) / np.float32(0.3081)), torch.from_numpy(labels)
    sizes = [784, 512, 256, 128, 64, 10]
    layers = [part for a, b in pairwise(sizes) for part in (torch.nn.Linear(a, b), torch.nn.ReLU())]
    model, criterion = torch.nn.Sequential(*layers[:-1]), torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.5)
    order = torch.randperm(len(images))
    start = time.perf_counter()
    for i in range(batches):
        rows = order[i * 64 % 59_000 :][:64]
        optimizer.zero_grad()
        criterion(model(images[rows]), targets[rows]).backward()
        optimizer.step()
    return time.perf_counter() - start


LOOPS = {"numpy": numpy_loop, "autograd": autograd_loop, "notebook": notebook_loop, "deep": deep_loop}


def main() -> None:
    """Time one loop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("loop", choices=LOOPS)
    parser.add_argument("--batches", type=int, default=10_000)
    parser.add_argument("--data-dir", type=Path, default=None)
    args = parser.parse_args()
    print(LOOPS[args.loop](mnist_folder(args.data_dir), args.batches) * 10_000 / args.batches)


if __name__ == "__main__":
    main()
