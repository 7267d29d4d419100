"""Pictures and films of the window, read back by readers that are not Qt."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import threading
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PIL import Image
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.breakpoints import AtBatch, with_added
from gui import film, pictures
from gui.film import ByBatches, Film
from gui.views.export_dialog import ExportDialog, Going, Kind
from tests.gui.driven import WAIT, Driven

FFMPEG_PIPES = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # left to be collected
SVG = "{http://www.w3.org/2000/svg}"


class Counter(QWidget):
    """A panel that shows a colour for each number, and the number as text."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.colour(self.number))
            painter.drawText(self.rect(), f"number {self.number}")

    @staticmethod
    def colour(number: int) -> QColor:
        return QColor.fromHsv(36 * number, 255, 255)


@pytest.fixture
def panels(qtbot: QtBot) -> Iterator[tuple[Counter, Counter]]:
    """Two of them beside each other, 101 x 60 and 80 x 60."""
    window = QWidget()
    layout = QHBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(10)
    found = Counter(), Counter()
    for panel, width in zip(found, (101, 80), strict=True):
        panel.setFixedSize(width, 60)
        layout.addWidget(panel)
    qtbot.addWidget(window)
    window.show()
    yield found
    window.close()


def counting(panels: tuple[Counter, Counter], until: int = 100) -> film.Advance:
    """Both count up at once, until a number."""

    def advance(done: Callable[[bool], None]) -> None:
        for panel in panels:
            panel.number += 1
        done(panels[0].number <= until)

    return advance


def near(pixel: tuple[int, ...], colour: QColor, within: int = 40) -> bool:
    return all(abs(a - b) <= within for a, b in zip(pixel[:3], colour.getRgb()[:3], strict=True))


# ---- pictures -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", pictures.SCALES)
def test_a_png_has_what_the_panel_shows(panels: tuple[Counter, Counter], scale: int) -> None:
    with Image.open(io.BytesIO(pictures.png(panels[0], scale))) as picture:
        assert picture.format == "PNG"
        assert picture.size == (101 * scale, 60 * scale)
        assert picture.convert("RGB").getpixel((100 * scale, 59 * scale)) == Counter.colour(0).getRgb()[:3]


def test_an_svg_has_its_text_as_text(panels: tuple[Counter, Counter]) -> None:
    root = ElementTree.fromstring(pictures.svg(panels[0], "Numbers"))
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 101 60"
    assert root.findtext(f"{SVG}title") == "Numbers"
    assert "number 0" in {"".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")}


def test_the_whole_window_and_its_panels_as_pictures(toy: Driven) -> None:
    toy.after("step")
    root = ElementTree.fromstring(pictures.svg(toy.window))
    words = {"".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")}
    assert {"Network", "Tensors", "Curves", "1.5"} <= words
    with Image.open(io.BytesIO(pictures.png(toy.window, 1))) as picture:
        whole = np.asarray(picture.convert("RGB"))
    assert whole.shape == (1000, 1600, 3)
    with Image.open(io.BytesIO(pictures.png(toy.window.tensors, 1))) as picture:
        part = np.asarray(picture.convert("RGB"))
    corner = toy.window.tensors.mapTo(toy.window, toy.window.tensors.rect().topLeft())
    rows, columns = part.shape[:2]
    same = whole[corner.y() : corner.y() + rows, corner.x() : corner.x() + columns] == part
    assert same.mean() > 0.999


# ---- films ----------------------------------------------------------------------------------------------------------


def test_a_gif_has_a_frame_for_each_number(panels: tuple[Counter, Counter], qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "run.gif"
    shot = Film(panels, path, 5, counting(panels), fps=5)
    seen: list[int] = []
    shot.progress.connect(seen.append)
    with qtbot.waitSignal(shot.finished, timeout=WAIT) as done:
        shot.start()
    assert done.args == [str(path)]
    assert seen == [1, 2, 3, 4, 5]
    assert os.listdir(tmp_path) == ["run.gif"]
    with Image.open(path) as gif:
        assert gif.n_frames == 5
        assert gif.size == (190, 60), "of 191 pixels, an even number"
        for number in range(5):
            gif.seek(number)
            assert gif.info["duration"] == 200
            frame = gif.convert("RGB")
            for x in (98, 185):
                assert near(frame.getpixel((x, 55)), Counter.colour(number), 3), (number, x)


@FFMPEG_PIPES
def test_an_mp4_is_read_back_frame_by_frame(panels: tuple[Counter, Counter], qtbot: QtBot, tmp_path: Path) -> None:
    reader = pytest.importorskip("imageio_ffmpeg")
    path = tmp_path / "run.mp4"
    shot = Film(panels[:1], path, 6, counting(panels), fps=12)
    with qtbot.waitSignal(shot.finished, timeout=WAIT):
        shot.start()
    assert os.listdir(tmp_path) == ["run.mp4"]
    command = [reader.get_ffmpeg_exe(), "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    read = subprocess.run(command, capture_output=True, check=True)
    assert b"100x60" in read.stderr
    assert b"12 fps" in read.stderr
    pictures_ = list(np.frombuffer(read.stdout, np.uint8).reshape(-1, 60, 100, 3))
    assert len(pictures_) == 6
    assert all(near(tuple(map(int, p[50, 90])), Counter.colour(n)) for n, p in enumerate(pictures_))


@FFMPEG_PIPES
@pytest.mark.parametrize("suffix", film.FORMATS)
def test_cancelled_nothing_is_left_and_the_old_file_stays(
    panels: tuple[Counter, Counter], suffix: str, qtbot: QtBot, tmp_path: Path
) -> None:
    if suffix == ".mp4":
        pytest.importorskip("imageio_ffmpeg")
    path = tmp_path / f"run{suffix}"
    path.write_bytes(b"old")
    shot = Film(panels, path, 50, counting(panels))
    shot.progress.connect(lambda count: shot.cancel() if count == 3 else None)
    with qtbot.waitSignal(shot.cancelled, timeout=WAIT):
        shot.start()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == [path.name]


def test_a_run_that_goes_no_further_ends_the_film(
    panels: tuple[Counter, Counter], qtbot: QtBot, tmp_path: Path
) -> None:
    shot = Film(panels, tmp_path / "run.gif", 50, counting(panels, until=2))
    with qtbot.waitSignal(shot.finished, timeout=WAIT):
        shot.start()
    with Image.open(tmp_path / "run.gif") as gif:
        assert gif.n_frames == 3


def test_a_full_disk_is_told_in_a_sentence(
    panels: tuple[Counter, Counter], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    path = tmp_path / "run.gif"
    path.write_bytes(b"old")
    shot = Film(panels, path, 2, counting(panels))
    with qtbot.waitSignal(shot.failed, timeout=WAIT) as told:
        shot.start()
    assert told.args == [f"{path} cannot be written: No space left on device"]
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["run.gif"]


@pytest.mark.parametrize(
    ("name", "frames", "said"),
    [
        ("run.avi", 2, "run.avi: a film's name ends in .gif or .mp4."),
        ("run.gif", 601, "A film has 1 to 600 frames, not 601."),
        ("missing/run.gif", 2, "run.gif cannot be written: No such file or directory"),
    ],
)
def test_what_cannot_become_a_film_is_refused(
    panels: tuple[Counter, Counter], name: str, frames: int, said: str, tmp_path: Path
) -> None:
    with pytest.raises(film.ExportError) as caught:
        Film(panels, tmp_path / name, frames, counting(panels)).start()
    assert str(caught.value).endswith(said)


def test_a_gif_that_memory_could_not_hold_is_refused(
    panels: tuple[Counter, Counter], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(film, "MOST_PIXELS", 190 * 60 * 3)
    with pytest.raises(film.ExportError, match="A GIF of 190 x 60 pixels can have 3 frames; choose fewer, or an MP4"):
        Film(panels, tmp_path / "run.gif", 4, counting(panels)).start()


@pytest.mark.parametrize(("suffix", "package"), [(".gif", "pillow"), (".mp4", "imageio-ffmpeg")])
def test_without_its_package_a_sentence_names_it(
    suffix: str, package: str, panels: tuple[Counter, Counter], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, {"pillow": "PIL", "imageio-ffmpeg": "imageio_ffmpeg"}[package], None)
    with pytest.raises(film.ExportError, match=f"pip install {package}"):
        Film(panels, tmp_path / f"run{suffix}", 2, counting(panels)).start()
    assert os.listdir(tmp_path) == []


def test_the_windows_run_becomes_a_film(toy: Driven, qtbot: QtBot, tmp_path: Path) -> None:
    window = toy.window
    advance = ByBatches(window.bridge.run_to, window.painted, toy.now, 2)
    shot = Film([window.tensors, window.curves], tmp_path / "run.gif", 4, advance)
    with qtbot.waitSignal(shot.finished, timeout=WAIT):
        shot.start()
    assert (toy.now.position.batch, toy.now.position.step) == (7, 22)
    with Image.open(tmp_path / "run.gif") as gif:
        assert gif.n_frames == 4


@FFMPEG_PIPES
@pytest.mark.parametrize("suffix", film.FORMATS)
def test_of_a_film_that_is_deleted_nothing_is_left(
    panels: tuple[Counter, Counter], suffix: str, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the window is closed, after which the process ends without waiting for any thread."""
    if suffix == ".mp4":
        pytest.importorskip("imageio_ffmpeg")
    path, drafts = tmp_path / "made" / f"run{suffix}", tmp_path / "drafts"
    path.parent.mkdir()
    drafts.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(drafts))
    shot = Film(panels, path, 50, counting(panels))
    with qtbot.waitSignal(shot.progress, check_params_cb=lambda count: count == 5, timeout=WAIT):
        shot.start()
    shiboken6.delete(shot)
    assert [thread.name for thread in threading.enumerate() if thread.name == "film"] == []
    assert (os.listdir(path.parent), os.listdir(drafts)) == ([], [])


def test_a_breakpoint_ends_a_film_and_is_named(toy: Driven, tmp_path: Path) -> None:
    window = toy.window
    breakpoints = with_added(with_added((), AtBatch(3)), AtBatch(8))
    window.bridge.set_breakpoints(breakpoints)
    window.bridge.run_to(22, 40)
    toy.wait_for(lambda s: s.stopped is not None)
    assert toy.now.position.batch == 3, "it sets out from a breakpoint"
    going = Going(window.bridge.run_to, window.painted)
    dialog = ExportDialog(toy.now, {"Tensors": window.tensors}, going=going, folder=tmp_path, parent=window)
    window.painted.connect(dialog.show_snapshot)
    dialog.kind = Kind.FILM
    dialog.choose(frames=6, every=2)
    dialog.start()
    toy.qtbot.waitUntil(lambda: not dialog.busy, timeout=WAIT)
    assert dialog.note.endswith("It has 3 of 6 frames: a breakpoint stopped the run in batch 8.")
    with Image.open(tmp_path / "toy-bias-film.gif") as gif:
        assert gif.n_frames == 3, "batches 3, 5 and 7"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_window_drawn_a_panel_at_a_time_looks_like_the_whole(toy: Driven, theme: str) -> None:
    toy.window.bridge.run_to(12, 3)
    toy.wait_for_step(12, 3)
    toy.window.actions_by_id[f"theme_{theme}"].trigger()
    window, drawing = toy.window, pictures.Drawing([toy.window])
    turns = 1
    while not drawing.go_on():
        turns += 1
    assert turns > len(window.views), "each panel has a turn of its own"
    assert drawing.picture == pictures.image(window)


def test_a_gif_keeps_the_colours_of_single_lines(tmp_path: Path) -> None:
    """A line of one pixel each way and a small square, in a picture of which most pixels are not looked at."""
    rgb = np.full((200, 320, 3), 255, np.uint8)
    rgb[:, 101] = (200, 0, 0)
    rgb[77] = (0, 0, 200)
    rgb[150:156, 200:206] = (0, 160, 0)
    maker = film._Gif(tmp_path / "lines.gif", 1, (320, 200), 10)
    maker.add(rgb.tobytes())
    maker.finish()
    with Image.open(tmp_path / "lines.gif") as picture:
        found = np.asarray(picture.convert("RGB"))
    np.testing.assert_array_equal(found, rgb)
