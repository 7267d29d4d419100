"""A virtual screen, and a program on it: keys go in, pictures come out."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageGrab

PATIENCE = 60.0  # seconds: only a broken program takes that long

Colour = tuple[int, int, int]


def rgb(hexadecimal: str) -> Colour:
    """``#6540C8`` as (101, 64, 200)."""
    return tuple(bytes.fromhex(hexadecimal.lstrip("#")))  # type: ignore[return-value]


@dataclass(frozen=True)
class Screen:
    """An X display."""

    display: str

    def picture(self) -> Image.Image:
        """What is on the screen now."""
        return ImageGrab.grab(xdisplay=self.display).convert("RGB")

    def xdotool(self, *args: str) -> str:
        """Run xdotool on this display; its output, empty where it finds nothing."""
        done = subprocess.run(
            ["xdotool", *args], env={"DISPLAY": self.display}, capture_output=True, text=True, timeout=20, check=False
        )
        return done.stdout.strip()


class Program:
    """The window's process on a screen."""

    def __init__(self, process: subprocess.Popen[bytes], screen: Screen, errors: Path) -> None:
        self.process = process
        self.screen = screen
        self.errors = errors
        self.window = ""

    def wait(self, good: Callable[[], bool], what: str) -> None:
        """Wait until something is true; the program must be alive meanwhile."""
        end = time.monotonic() + PATIENCE
        while not good():
            assert self.process.poll() is None, f"ended with {self.process.returncode}: {self.output()}"
            assert time.monotonic() < end, f"waited in vain for {what}; {self.output()}"
            time.sleep(0.05)

    def wait_until_mapped(self) -> None:
        """Wait for the window, put it at the corner of the screen and give it the keyboard."""

        def mapped() -> bool:
            found = self.screen.xdotool("search", "--onlyvisible", "--name", "Backstep")
            self.window = found.splitlines()[0] if found else ""
            return bool(self.window)

        self.wait(mapped, "the window")
        self.screen.xdotool("windowmove", self.window, "0", "0")
        self.screen.xdotool("windowfocus", "--sync", self.window)

    def keys(self, *names: str) -> None:
        """Press keys as the keyboard would: ``F10``, ``ctrl+l``."""
        for name in names:
            self.screen.xdotool("key", "--clearmodifiers", name)

    def type(self, text: str) -> None:
        self.screen.xdotool("type", "--clearmodifiers", text)

    def end(self, seconds: float) -> int:
        """Wait for the process to end by itself; its exit status."""
        return self.process.wait(seconds)

    def output(self) -> str:
        """Everything it printed."""
        return self.errors.read_text()
