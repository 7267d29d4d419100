"""The command line around the window: pictures without a display, and what is refused in one line."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import PySide6
import pytest
from PIL import Image

import main
from gui.theme import THEMES
from tests.e2e.conftest import ROOT, Run
from tests.e2e.screen import rgb


def assert_picture(path: Path, size: tuple[int, int], theme: str) -> None:
    """A PNG of that size, in the theme's colours, with a lot to see."""
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        assert picture.size == size
        colours = picture.convert("RGB").getcolors(size[0] * size[1])
    assert colours is not None
    assert max(colours)[1] in {rgb(THEMES[theme].surface), rgb(THEMES[theme].bg)}
    assert len(colours) > 200
    assert max(colours)[0] < 0.9 * size[0] * size[1]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (1600, 1000)])
def test_screenshot_of_the_toy(command: Run, tmp_path: Path, theme: str, size: tuple[int, int]) -> None:
    out = tmp_path / "shot.png"
    place = ("--batches", "2", "--step", "12")
    done = command("screenshot", "toy-bias", *place, "--size", f"{size[0]}x{size[1]}", "--theme", theme, "--out", out)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert_picture(out, size, theme)


@pytest.mark.parametrize(("theme", "size"), [("light", (1600, 1000)), ("dark", (1280, 800))])
def test_screenshot_of_mnist(command: Run, tmp_path: Path, mnist_dir: Path, theme: str, size: tuple[int, int]) -> None:
    out = tmp_path / "shot.png"
    numpy = ("--set", "run.executor=numpy", "--data-dir", mnist_dir)  # compiling would take longer than the picture
    place = ("--batches", "20", "--size", f"{size[0]}x{size[1]}", "--theme", theme)
    done = command("screenshot", "mnist-sigmoid-777", *place, *numpy, "--out", out)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert_picture(out, size, theme)


def test_the_same_screenshot_twice_is_the_same(command: Run, tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        assert (
            command("screenshot", "toy-bias", "--batches", "1", "--step", "5", "--out", tmp_path / name).returncode == 0
        )
    with Image.open(tmp_path / "a.png") as a, Image.open(tmp_path / "b.png") as b:
        assert a.tobytes() == b.tobytes()


def test_screenshot_leaves_no_settings(command: Run, tmp_path: Path) -> None:
    command("screenshot", "toy-bias", "--out", tmp_path / "a.png")
    assert [path.name for path in (tmp_path / "XDG_CONFIG_HOME").rglob("*") if path.is_file()] == []


SHOT = ("screenshot", "toy-bias", "--out", "/tmp/never.png")
FAULTS = {
    "unknown lesson": (("screenshot", "nonsense", "--out", "a.png"), "nonsense"),
    "unknown lesson of the window": (("--lesson", "nonsense"), "nonsense"),
    "size without a height": ((*SHOT, "--size", "1600"), "WIDTHxHEIGHT"),
    "size of words": ((*SHOT, "--size", "bigxsmall"), "WIDTHxHEIGHT"),
    "size too small": ((*SHOT, "--size", "640x480"), "1280x800"),
    "size too large": ((*SHOT, "--size", "9000x9000"), "8192"),
    "step too far": ((*SHOT, "--step", "23"), "1 to 22"),
    "step 0": ((*SHOT, "--step", "0"), "1 to 22"),
    "step of words": ((*SHOT, "--step", "two"), "whole number"),
    "negative batches": ((*SHOT, "--batches", "-1"), "0 to"),
    "unknown theme": ((*SHOT, "--theme", "pink"), "pink"),
    "unknown language": ((*SHOT, "--lang", "xx"), "xx"),
    "no --out": (("screenshot", "toy-bias"), "--out"),
    "missing folder": (("screenshot", "toy-bias", "--out", "/nonexistent/a.png"), "/nonexistent"),
    "a folder that takes no file, said before 10,000,000 batches": (
        ("screenshot", "toy-bias", "--batches", "10000000", "--out", "/proc/never.png"),
        "/proc/never.png cannot be written",
    ),
    "a full disk": (("screenshot", "toy-bias", "--out", "/dev/full"), "/dev/full cannot be written: No space left"),
    "a folder as file": (("screenshot", "toy-bias", "--out", "/tmp"), "/tmp"),
    "an override of no key": ((*SHOT, "--set", "optimizer.speed=1"), "speed"),
    "an override without a value": ((*SHOT, "--set", "optimizer"), "optimizer"),
    "an unknown option": ((*SHOT, "--colour"), "--colour"),
    "an unknown command": (("paint",), "paint"),
    "no display": ((), "there is no display"),
    "no MNIST": (
        ("screenshot", "mnist-sigmoid-777", "--data-dir", "/nonexistent", "--out", "/tmp/never.png"),
        "MNIST",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_done_is_said_in_one_line(fault: str, command: Run) -> None:
    arguments, said = FAULTS[fault]
    done = command(*arguments)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("backstep: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_disk_that_fills_up_leaves_the_old_picture(home: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "shot.png"
    out.write_text("keep")
    before = sorted(path.name for path in tmp_path.iterdir())
    code = (
        "import errno, os, sys\n"
        "def full(*_): raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))\n"
        "os.fsync = full\n"
        "import main\n"
        f"main.main(['screenshot', 'toy-bias', '--out', {str(out)!r}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=home, capture_output=True, text=True, timeout=100, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"backstep: {out} cannot be written: No space left on device\n"
    assert out.read_text() == "keep"
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("run.backstep", "{", "is not a recording"),
        ("none.backstep", None, "cannot be read"),
        ("mine.toml", "format = 1", "id is missing"),
    ],
)
def test_a_file_that_a_desktop_hands_over_and_is_none(
    name: str, content: str | None, says: str, command: Run, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    done = command(tmp_path / name)
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()  # one for each fault
    assert all(line.startswith(f"backstep: {tmp_path / name}: ") for line in lines)
    assert says in lines[0]


def test_a_display_that_is_not_there_is_said_in_one_line(command: Run) -> None:
    done = command(DISPLAY=":987")
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("backstep: the display :987 does not answer")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux takes these libraries from the system")
@pytest.mark.parametrize(
    ("library", "package", "command"),
    [
        ("libEGL.so.1", "libegl1", ["screenshot", "toy-bias", "--out", "/tmp/never.png"]),
        ("libxcb-cursor.so.0", "libxcb-cursor0", []),
    ],
)
def test_a_missing_system_library_is_named_with_its_package(
    library: str,
    package: str,
    command: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setattr(main, "_loads", lambda name: name != library)
    with pytest.raises(SystemExit) as ended:
        main.main(command)
    monkeypatch.undo()
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert (
        said.err
        == f"backstep: a system library that Qt needs is missing; install it with: sudo apt install {package}\n"
    )


WITH_PYTHON = {"libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "libgcc_s.so.1", "libstdc++.so.6"}
"""Without these neither Python nor NumPy would start; and the loader itself."""


def needed_by(*files: Path) -> set[str]:
    """The system's libraries that some files of PySide6 need, directly and by way of the libraries it brings along."""
    package = Path(PySide6.__file__).parent
    own = {
        path.name: path
        for path in (package.parent / "shiboken6", package, package / "Qt" / "lib")
        for path in path.glob("*.so*")
    }
    system: set[str] = set()
    seen: set[Path] = set()
    todo = [package / file for file in files]
    while todo:
        path = todo.pop()
        seen.add(path)
        said = subprocess.run(["readelf", "-d", path], capture_output=True, text=True, check=True, env={"LC_ALL": "C"})
        for name in re.findall(r"\(NEEDED\).*\[(.+)\]", said.stdout):
            if name not in own:
                system.add(name)
            elif own[name] not in seen:
                todo.append(own[name])
    return {name for name in system if name not in WITH_PYTHON and not name.startswith("ld-linux")}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux takes these libraries from the system")
@pytest.mark.skipif(shutil.which("readelf") is None, reason="readelf is not installed: sudo apt install binutils")
def test_every_library_that_qt_needs_is_known_with_its_package() -> None:
    modules = [Path(f"Qt{name}.abi3.so") for name in ("Core", "Gui", "Widgets", "Svg")]
    plugins = Path("Qt", "plugins", "platforms")
    drawing = needed_by(*modules, plugins / "libqoffscreen.so")
    assert {"libEGL.so.1", "libfontconfig.so.1"} <= drawing
    assert drawing <= set(main.QT_PACKAGES)
    assert "libxcb-cursor.so.0" in needed_by(*modules, plugins / "libqxcb.so")
    assert needed_by(*modules, plugins / "libqxcb.so") <= set(main.QT_PACKAGES | main.XCB_PACKAGES)


def test_every_command_explains_itself(command: Run) -> None:
    for name in ("", "screenshot", "train", "trace", "check", "lessons"):
        done = command(*filter(None, [name]), "--help")
        assert done.returncode == 0
        assert done.stderr == ""
        assert "usage:" in done.stdout
