"""Folders of pictures: how each becomes grey numbers of one size, and what is said of those that cannot."""

from __future__ import annotations

import contextlib
import copy
import io
import os
import struct
import sys
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.data import DataError, Dataset, load_dataset, pictures
from engine.lesson import DataSpec, Lesson, LessonError
from engine.trainer import Trainer
from tests.engine.permissions import open_to_all, without_privileges

GREYS = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20


def png(rows: np.ndarray) -> bytes:
    """A grey PNG, written by hand."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    depth = 8 * rows.itemsize
    height, width = rows.shape
    lines = b"".join(b"\0" + row.astype(f">u{rows.itemsize}").tobytes() for row in rows)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes: cats with a, b, and dogs with c."""
    for name, shift in (("cats/a.png", 0), ("cats/b.PNG", 1), ("dogs/c.png", 2)):
        path = tmp_path / "pets" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(GREYS + np.uint8(shift)))
    return tmp_path / "pets"


def load(folder: Path, outputs: int | None = None, **spec: Any) -> Dataset:
    settings = {"test_share": 0.0, "image_size": (3, 4), **spec}
    return load_dataset("images", spec=DataSpec("images", path=str(folder), **settings), outputs=outputs)


def refusal(folder: Path, **spec: Any) -> str:
    with pytest.raises(DataError) as caught:
        load(folder, **spec)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert str(folder) in sentence
    return sentence.replace(str(folder), "FOLDER")


def one(folder: Path, name: str = "dogs/c.png") -> np.ndarray:
    """The picture that was put in place of the third."""
    data = load(folder)
    return np.asarray(data.train_x[2]).reshape(3, 4)


def test_subfolders_are_classes_and_pictures_examples(folder: Path) -> None:
    (folder / "notes.txt").write_text("no picture")
    (folder / "cats" / "Thumbs.db").write_bytes(b"neither")
    (folder / "cats" / ".hidden.png").write_bytes(b"nor this")
    (folder / ".git").mkdir()
    data = load(folder)
    assert data.train_x.dtype == np.uint8
    assert data.train_x.tolist() == [(GREYS + shift).reshape(-1).tolist() for shift in range(3)]
    assert data.class_names == ("cats", "dogs")
    assert data.train_y.tolist() == [[1, 0], [1, 0], [0, 1]]
    assert data.train_labels is not None
    assert data.train_labels.tolist() == [0, 0, 1]
    assert (data.image_shape, data.full_scale) == ((3, 4), 255)
    assert load(folder, outputs=1).train_y.tolist() == [[0], [0], [1]]


def test_sixteen_bits_become_eight(folder: Path) -> None:
    deep = (GREYS.astype(np.uint16) * 257) + np.uint16(90)
    (folder / "dogs" / "c.png").write_bytes(png(deep))
    np.testing.assert_array_equal(one(folder), np.round(deep / 257))


def test_colours_become_grey_by_their_weights(folder: Path) -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (3, 4, 3), np.uint8)
    Image.fromarray(rgb).save(folder / "dogs" / "c.png")
    np.testing.assert_allclose(one(folder), rgb @ [0.299, 0.587, 0.114], atol=1)


def test_what_is_transparent_shows_paper(folder: Path) -> None:
    rgba = np.zeros((3, 4, 4), np.uint8)
    rgba[0, :, 3] = (0, 85, 170, 255)
    Image.fromarray(rgba).save(folder / "dogs" / "c.png")
    np.testing.assert_allclose(one(folder)[0], [255, 170, 85, 0], atol=1)
    assert (one(folder)[1:] == 255).all()


def test_a_turned_photograph_stands_upright(folder: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    Image.fromarray(GREYS).save(folder / "dogs" / "c.png", exif=exif)
    np.testing.assert_array_equal(one(folder), GREYS[::-1, ::-1])


@pytest.mark.parametrize("kind", ["bmp", "gif", "tif", "webp", "pgm", "jpg"])
def test_other_formats(folder: Path, kind: str) -> None:
    (folder / "dogs" / "c.png").unlink()
    quality = {"quality": 100} if kind == "jpg" else {"lossless": True} if kind == "webp" else {}
    Image.fromarray(GREYS).save(folder / "dogs" / f"c.{kind}", **quality)
    np.testing.assert_allclose(one(folder), GREYS, atol=3 if kind == "jpg" else 0)


def test_a_picture_is_what_it_holds_not_what_it_is_called(folder: Path) -> None:
    (folder / "dogs" / "c.png").rename(folder / "dogs" / "c.jpg")
    np.testing.assert_array_equal(one(folder), GREYS + 2)


def test_other_sizes_are_averaged(folder: Path) -> None:
    large = np.kron(GREYS, np.ones((10, 10), np.uint8))  # each pixel 10 x 10 times
    (folder / "dogs" / "c.png").write_bytes(png(large))
    found = one(folder)
    np.testing.assert_allclose(found.mean(), GREYS.mean(), atol=1)
    np.testing.assert_allclose(found, GREYS, atol=25)
    assert load(folder, image_size=(2, 2)).train_x.shape == (3, 4)


def test_the_split_follows_the_seed(folder: Path) -> None:
    for i in range(7):
        (folder / "dogs" / f"d{i}.png").write_bytes(png(GREYS + np.uint8(3 + i)))
    data = load(folder, test_share=0.3, seed=2)
    assert (len(data.train_x), len(data.test_x)) == (7, 3)
    first = sorted([*data.train_x[:, 0].tolist(), *data.test_x[:, 0].tolist()])
    assert first == list(range(10))
    assert (load(folder, test_share=0.3, seed=2).test_x == data.test_x).all()


# ---- what is refused --------------------------------------------------------------------------------------------

GOOD = png(GREYS)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "FOLDER/dogs/c.png is empty."),
        (b"<html>", "FOLDER/dogs/c.png is not a picture, or its beginning is damaged; allowed are PNG, JPEG"),
        (GOOD[:30], "FOLDER/dogs/c.png is "),
        (GOOD[:45], "FOLDER/dogs/c.png is damaged: "),
        (GOOD[:45] + b"\xff" * 8 + GOOD[53:], "FOLDER/dogs/c.png is damaged: "),
        (b"P5\n100000 100000\n255\n", "FOLDER/dogs/c.png has more than the 50,000,000 pixels"),
        (b"P5\n10000 9000\n255\n", "FOLDER/dogs/c.png has more than the 50,000,000 pixels"),
        (b"P5\n4 3\n255\n123", "FOLDER/dogs/c.png is damaged: "),
        (b"P6\n4 three\n255\n", "FOLDER/dogs/c.png is "),
    ],
)
def test_damaged_files_are_named(folder: Path, content: bytes, says: str) -> None:
    (folder / "dogs" / "c.png").write_bytes(content)
    assert refusal(folder).startswith(says)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM"]), st.data())
def test_any_damage_is_read_over_or_named(folder: Path, kind: str, data: st.DataObject) -> None:
    buffer = io.BytesIO()
    Image.fromarray(np.kron(GREYS, np.ones((5, 5), np.uint8))).save(buffer, kind)
    content = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(1, len(content))) :]
    (folder / "dogs" / "c.png").write_bytes(content)
    with contextlib.suppress(DataError):
        assert one(folder).shape == (3, 4)
        return
    assert refusal(folder).startswith("FOLDER/dogs/c.png ")


def test_sixteen_bits_are_rounded_whatever_the_format(folder: Path) -> None:
    """All 65,536 values, in the ways that Pillow serves them."""
    deep = np.arange(65_536, dtype=np.uint16).reshape(256, 256)
    expected = np.round(deep / 257).reshape(-1)
    (folder / "dogs" / "c.png").unlink()
    for name in ("c.png", "c.tif", "c.pgm"):
        path = folder / "dogs" / name
        Image.fromarray(deep.astype(np.int32) if name == "c.pgm" else deep).save(path)
        np.testing.assert_array_equal(load(folder, image_size=(256, 256)).train_x[2], expected, err_msg=name)
        path.unlink()


def test_sixteen_bits_take_little_more_memory_than_the_picture(folder: Path) -> None:
    deep = np.full((1500, 1000), 40_000, np.uint16)
    (folder / "dogs" / "c.png").write_bytes(png(deep))
    load(folder)  # what is imported and kept for later is not counted
    tracemalloc.start()
    try:
        load(folder)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 3 * deep.nbytes


def test_too_little_memory_is_not_called_damage(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Image.Image, "convert", full)
    with pytest.raises(MemoryError):
        load(folder)


def test_thirty_two_bits_are_too_many(folder: Path) -> None:
    (folder / "dogs" / "c.png").unlink()
    Image.fromarray(np.full((3, 4), 0.5, np.float32)).save(folder / "dogs" / "c.tif")
    assert "FOLDER/dogs/c.tif has 32 bits per pixel" in refusal(folder)


def test_folders_that_hold_too_little(folder: Path, tmp_path: Path) -> None:
    assert "cannot be read (No such file" in refusal(tmp_path / "gone")
    assert "cannot be read (Not a directory)" in refusal(folder / "cats" / "a.png")
    assert "holds none" in refusal(folder / "cats")
    (folder / "birds").mkdir()
    assert refusal(folder).startswith("FOLDER/birds holds no pictures; allowed are .png, .jpg")
    (tmp_path / "single" / "only").mkdir(parents=True)
    assert 'holds only "only"' in refusal(tmp_path / "single")


def test_limits_are_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (folder / "dogs" / "c.png").open("wb") as file:
        file.truncate(10**9)
    assert "larger than 32 MB" in refusal(folder)
    for name, most, says in (
        ("MOST_PICTURES", 2, "more than 2 pictures"),
        ("MOST_CLASSES", 1, "holds 2 folders, more than 1 classes"),
        ("MOST_IN_ALL", 35, "3 pictures of 3 x 4 are more than the 35 pixels"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(pictures, name, most)
            assert says in refusal(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be closed this way on Windows")
def test_what_may_not_be_read(folder: Path, tmp_path: Path) -> None:
    open_to_all(tmp_path)
    (folder / "dogs" / "c.png").chmod(0)
    with without_privileges():
        assert "FOLDER/dogs/c.png cannot be read (Permission denied)" in refusal(folder)
    (folder / "dogs").chmod(0)
    with without_privileges():
        assert "The folder FOLDER/dogs cannot be read (Permission denied)" in refusal(folder)
    (folder / "dogs").chmod(0o755)
    (folder / "dogs" / "c.png").unlink()
    os.mkfifo(folder / "dogs" / "c.png")
    assert "FOLDER/dogs/c.png is not a file" in refusal(folder), "nobody waits for a pipe"


# ---- in a lesson ------------------------------------------------------------------------------------------------

PETS: dict[str, Any] = {
    "format": 1,
    "id": "pets",
    "title": "Pets",
    "network": {"sizes": [12, 3, 2], "activation": "tanh", "output": "softmax"},
    "init": {"scheme": "xavier_normal"},
    "loss": {"name": "cross_entropy"},
    "data": {"source": "images", "image_size": [3, 4], "normalize": "unit", "test_share": 0.0},
}


def pets(folder: Path, **overrides: Any) -> Lesson:
    changes = {"data.path": str(folder), **{key.replace("__", "."): value for key, value in overrides.items()}}
    return Lesson.from_table(copy.deepcopy(PETS), overrides=changes)


def test_a_net_is_trained_on_them(folder: Path) -> None:
    trainer = Trainer(pets(folder))
    assert trainer.lesson.classes
    np.testing.assert_allclose(trainer.tensors["x"], GREYS.reshape(1, -1) / 255)
    trainer.run(batches=3)


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        (
            {"network__sizes": [13, 2]},
            "[13, 2] does not fit data.source = 'images', which has 12 inputs",
        ),
        ({"data__image_size": [3]}, "data.image_size = [3] must be rows and columns, each 1 to 256"),
        ({"data__image_size": [3, 0]}, "data.image_size = [3, 0] must be"),
        ({"data__image_size": [3, 257]}, "data.image_size = [3, 257] must be"),
        ({"data__path": ""}, "data.path is empty; it must name the folder"),
        ({"data__target": "a"}, 'data.target belongs to data.source = "csv"'),
    ],
)
def test_settings_that_cannot_be(folder: Path, overrides: dict[str, Any], says: str) -> None:
    with pytest.raises(LessonError) as caught:
        pets(folder, **overrides)
    assert says in str(caught.value)


def test_other_numbers_of_classes_are_refused(folder: Path) -> None:
    with pytest.raises(LessonError, match=r"12 inputs and 2 classes; with \[12, 3, 2\] it would"):
        Trainer(pets(folder, network__sizes=[12, 3, 10]))


@pytest.mark.filterwarnings("error")
def test_what_a_camera_noted_wrongly_is_not_told_on_stderr(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = folder / "cats" / "d.jpg"
    damaged = b"Exif\0\0MM\0*\0\0\0\x08\0\x05\x01\x12\0\x03"
    Image.fromarray(np.full((3, 4), 90, np.uint8)).save(path, exif=damaged)
    with pytest.warns(UserWarning, match="EXIF"), Image.open(path) as picture:
        picture.getexif()  # as Pillow itself has it
    assert len(load(folder).train_x) == 4
    assert capfd.readouterr().err == ""
