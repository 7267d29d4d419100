"""The lines of a script that read files, executed alone: they get what a lesson trains on."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.data import DataError, load_dataset
from engine.data.code import IMPORTS, code_of_files
from engine.lesson import DataSpec
from tests.engine.test_csv import tables

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


@pytest.mark.parametrize("odd", ["nan", "inf", "1_000", "-Infinity", "٣"])
@pytest.mark.parametrize("outputs", [2, 3])
def test_classes_that_are_words_to_the_engine_are_words_to_the_script(odd: str, outputs: int, tmp_path: Path) -> None:
    """Though Python's float() takes them for numbers, which come in another order."""
    path = tmp_path / "words.csv"
    names = ("10", "9", odd)[-outputs:]
    path.write_text("a;b;kind\n" + "".join(f"{i},5;{i % 5};{names[i % outputs]}\n" for i in range(24)), "utf-8")
    spec = DataSpec("csv", path=str(path), test_share=0.25)
    assert load_dataset("csv", spec=spec).class_names == tuple(sorted(names))
    check(spec, outputs)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=tables(), standardise=st.booleans())
def test_any_table_that_loads_is_read_the_same(content: bytes, standardise: bool, tmp_path: Path) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    spec = DataSpec("csv", path=str(path), standardise=standardise, test_share=0.25)
    try:
        outputs = load_dataset("csv", spec=spec).train_y.shape[1]
    except DataError:
        assume(False)
    check(spec, outputs)


def test_classes_of_any_text(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    names = ["it's", 'a "b"', "back\\slash", "two\nlines", "é\u2028", *(f"{i} is a long name" for i in range(9))]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("a", "kind"), *((i, names[i % len(names)]) for i in range(50))])
    check(DataSpec("csv", path=str(path)), len(names))


def test_what_was_found_in_a_file_needs_no_second_look(tmp_path: Path) -> None:
    path = tmp_path / "plants.csv"
    path.write_text(CSV)
    for how in ({"target": "kind"}, {"target": "code"}, {"target": "code", "kind": "number"}, {"target": (1, 5)}):
        spec = DataSpec("csv", path=str(path), inputs=(2, 3), **how)
        outputs = load_dataset("csv", spec=spec).train_y.shape[1]
        table = load_dataset("csv", spec=spec).table
        looked_up = list(code_of_files(spec, outputs, torch=False))
        path.rename(tmp_path / "elsewhere.csv")
        assert list(code_of_files(spec, outputs, torch=False, table=table)) == looked_up
        (tmp_path / "elsewhere.csv").rename(path)


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


def test_pictures_that_are_turned_transparent_or_of_sixteen_bits(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        colours = rng.integers(0, 256, (9, 7, 3), np.uint8)
        Image.fromarray(colours).save(tmp_path / "a" / f"turned{orientation}.png", exif=exif)
    Image.fromarray(rng.integers(0, 256, (5, 5, 4), np.uint8)).save(tmp_path / "b" / "clear.png")
    Image.fromarray(rng.integers(0, 256, (5, 5, 2), np.uint8)).save(tmp_path / "b" / "grey and clear.png")
    palette = Image.fromarray(rng.integers(0, 256, (5, 5, 3), np.uint8)).quantize(4)
    palette.save(tmp_path / "b" / "palette.png", transparency=1)
    deep = rng.integers(0, 65_536, (6, 5), np.uint16)
    deep[0] = (0, 128, 129, 65_406, 65_535)
    Image.fromarray(deep).save(tmp_path / "b" / "deep.png")
    Image.fromarray(deep).save(tmp_path / "b" / "deep.tif")
    Image.fromarray(deep.astype(np.int32)).save(tmp_path / "b" / "deep.pgm")
    for size in ((5, 6), (4, 3)):
        check(DataSpec("images", path=str(tmp_path), image_size=size), 2)
