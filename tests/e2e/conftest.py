"""A real screen: one Xvfb per session, and the program as a user starts it, with a home of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.screen import Program, Screen

ROOT = Path(__file__).resolve().parents[2]
SHARED_DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    """A virtual display of 1600 x 1000 on a free number; it always ends with the session."""
    for tool in ("Xvfb", "xdotool"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed: sudo apt install xvfb xdotool")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=(write,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()  # Xvfb picks a free one, and writes it when it is ready
        if not number:
            pytest.skip("Xvfb does not start here")
        yield Screen(f":{number}")
    finally:
        server.terminate()
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment whose settings, cache and data are private; no display, no Qt platform, no data folder."""
    unset = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "BACKSTEP_DATA", "BACKSTEP_LOG", "PYTHONWARNINGS"}
    env = {name: value for name, value in os.environ.items() if name not in unset}
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"):
        folder = tmp_path / name
        folder.mkdir(mode=0o700)
        env[name] = str(folder)
    return {**env, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def command(home: dict[str, str]) -> Run:
    """A function that runs ``python main.py ...`` to its end."""

    def run(*args: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "main.py", *map(str, args)],
            cwd=ROOT,
            env={**home, **env},
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    return run


@pytest.fixture
def start(screen: Screen, home: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """A function that starts the window with arguments and waits until it is on the screen."""
    started: list[Program] = []

    def one(*args: str) -> Program:
        errors = tmp_path / f"stderr-{len(started)}"
        with errors.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, "main.py", "--lang", "en", *args],
                cwd=ROOT,
                env={**home, "DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb"},
                stdout=file,
                stderr=file,
            )
        program = Program(process, screen, errors)
        started.append(program)
        program.wait_until_mapped()
        return program

    yield one
    for program in started:
        if program.process.poll() is None:
            program.process.kill()
            program.process.wait()


@pytest.fixture(scope="session")
def mnist_dir() -> Path:
    """The folder that holds MNIST/raw."""
    root = Path(os.environ.get("BACKSTEP_DATA", SHARED_DATA))
    if not (root / "MNIST" / "raw").is_dir():
        pytest.skip(f"the real MNIST is not under {root}; set BACKSTEP_DATA to the folder that holds MNIST/raw")
    return root
