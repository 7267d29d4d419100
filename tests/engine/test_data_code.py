"""The lines of a script that read files, executed alone: they get what a lesson trains on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from engine.data import load_dataset
from engine.data.code import IMPORTS, code_of_files
from engine.lesson import DataSpec

PLAIN = "import os\nimport sys\nfrom pathlib import Path\nimport numpy as np\nimport torch\n"


def executed(spec: DataSpec, outputs: int, **how: Any) -> tuple[Any, Any]:
    code = "\n".join(code_of_files(spec, outputs, **how))
    needed = [line for use, line in IMPORTS.items() if use in code]
    namespace: dict[str, Any] = {}
    exec(PLAIN + "\n".join([*needed, code]), namespace)  # noqa: S102 - it is what the test is about
    assert not any("engine" in line for line in code.splitlines())
    return namespace["inputs"], namespace["targets"]


def check(spec: DataSpec, outputs: int) -> None:
    data = load_dataset(spec.source, spec=spec, outputs=outputs)
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


def test_csv_with_an_input_that_does_not_vary(tmp_path: Path) -> None:
    path = tmp_path / "constant.csv"
    path.write_text("a,b,y\n" + "".join(f"{i % 7},0.1,{i / 7}\n" for i in range(30)))
    check(DataSpec("csv", path=str(path), standardise=True), 1)


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
