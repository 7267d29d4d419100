"""The lines of a script that get the examples, executed alone: they get what a lesson trains on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from engine.data import load_dataset
from engine.data.code import IMPORTS, examples_code
from engine.lesson import DataSpec

PLAIN = "import os\nimport sys\nfrom pathlib import Path\nimport numpy as np\nimport torch\n"


def executed(spec: DataSpec, outputs: int, **how: Any) -> tuple[Any, Any]:
    code = "\n".join(examples_code(spec, outputs, **how))
    needed = [line for use, line in IMPORTS.items() if use in code]
    namespace: dict[str, Any] = {}
    exec(PLAIN + "\n".join([*needed, code]), namespace)  # noqa: S102 - it is what the test is about
    assert not any("engine" in line for line in code.splitlines())
    return namespace["inputs"], namespace["targets"]


def check(spec: DataSpec, outputs: int, data_dir: Path | None = None) -> None:
    data = load_dataset(spec.source, spec=spec, outputs=outputs, data_dir=data_dir)
    inputs, targets = executed(spec, outputs, torch=False)
    assert inputs.dtype == data.train_x.dtype
    np.testing.assert_array_equal(inputs, data.train_x)
    np.testing.assert_array_equal(targets, data.train_y)
    _, targets = executed(spec, outputs, torch=False, dtype=", dtype=np.float32")
    assert targets.dtype == np.float32
    inputs, targets = executed(spec, outputs, torch=True)
    assert isinstance(inputs, torch.Tensor)
    assert targets.dtype == torch.get_default_dtype()
    np.testing.assert_array_equal(inputs.numpy(), data.train_x)
    np.testing.assert_array_equal(targets.numpy(), data.train_y.astype(np.float32))


@pytest.mark.parametrize("source", ["xor", "moons", "circles", "spiral", "blobs"])
@pytest.mark.parametrize(("outputs", "share"), [(1, 0.2), (2, 0.0), (2, 0.5)])
def test_points_in_the_plane(source: str, outputs: int, share: float) -> None:
    classes = {"classes": 2} if source in ("spiral", "blobs") else {}
    check(DataSpec(source, examples=31, seed=3, noise=0.15, test_share=share, **classes), outputs)


@pytest.mark.parametrize("function", ["sin", "square", "cube", "abs", "step", "gaussian"])
def test_curves(function: str) -> None:
    check(DataSpec("curve", examples=40, function=function, seed=2), 1)


CSV = "no;height;width;kind;code\n" + "".join(
    f"{i};{i % 7},5; {i % 4},25;{('moss', ' fern')[i % 2]};{2 - i % 2}\n" for i in range(1, 31)
)


@pytest.mark.parametrize(
    ("spec", "outputs"),
    [
        ({"target": "kind", "inputs": (2, "width")}, 2),
        ({"target": "kind", "inputs": (2, "width"), "standardise": True, "seed": 4}, 1),
        ({"target": "code", "inputs": (1, 2, 3)}, 1),
        ({"target": "code", "inputs": (1, 2, 3), "kind": "number"}, 1),
        ({"target": ("height", "width"), "inputs": (1,), "test_share": 0.0}, 2),
        ({"target": "height", "inputs": ("no",), "separator": ";", "decimal": ",", "header": True}, 1),
    ],
)
def test_csv(spec: dict[str, Any], outputs: int, tmp_path: Path) -> None:
    path = tmp_path / "plants.csv"
    path.write_text(CSV, encoding="utf-8-sig")
    check(DataSpec("csv", path=str(path), **spec), outputs)


def test_csv_without_header(tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    path.write_text("1,2,3.5\n\n4,5,6.5\n7,8,9\n")
    check(DataSpec("csv", path=str(path), test_share=0.4), 1)


def test_a_file_that_is_gone_is_named_when_the_script_runs(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"gone\.csv cannot be read"):
        executed(DataSpec("csv", path=str(tmp_path / "gone.csv")), 1, torch=False)


@pytest.mark.parametrize("outputs", [1, 2])
def test_pictures(outputs: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name in ("a/1.png", "a/2.png", "b/3.png", "b/4.png", "b/.5.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (9, 7, 3), np.uint8)).save(tmp_path / name)
    (tmp_path / "b" / "notes.txt").touch()
    check(DataSpec("images", path=str(tmp_path), image_size=(4, 5), seed=1), outputs)


def test_fashion_mnist_is_read_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = tmp_path / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    images = np.random.default_rng(1).integers(0, 256, (5, 784), np.uint8)
    (raw / "train-images-idx3-ubyte").write_bytes(bytes(16) + images.tobytes())
    (raw / "train-labels-idx1-ubyte").write_bytes(bytes(8) + bytes([9, 0, 3, 3, 1]))
    monkeypatch.setenv("BACKSTEP_DATA", str(tmp_path))
    for as_torch in (False, True):
        inputs, targets = executed(DataSpec("fashion_mnist"), 10, torch=as_torch)
        np.testing.assert_array_equal(np.asarray(inputs), images)
        np.testing.assert_array_equal(np.asarray(targets), np.eye(10)[[9, 0, 3, 3, 1]])
    monkeypatch.setenv("BACKSTEP_DATA", str(tmp_path / "nowhere"))
    monkeypatch.setattr(sys, "argv", ["script.py"])
    with pytest.raises(SystemExit, match="set BACKSTEP_DATA"):
        executed(DataSpec("fashion_mnist"), 10, torch=False)


def test_no_line_is_too_wide() -> None:
    most = {"examples": 100_000, "noise": 0.12345678, "seed": 2**32 - 1}
    for source in ("xor", "moons", "circles", "spiral", "blobs", "curve", "kmnist"):
        for line in examples_code(DataSpec(source, **(most if source != "kmnist" else {})), 2, torch=True):
            assert len(line) <= 100
