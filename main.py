"""Backstep: the window by default, or a sub-command. Thread counts and import order are decided here, first."""

from __future__ import annotations

import os
import sys

from engine import threads

threads.decide(alone=sys.argv[1:2] == ["train"])

import argparse
import gc
import logging
from pathlib import Path
from typing import Any, NoReturn

from engine import commands
from engine.lesson import Lesson, LessonError, parse_override
from engine.recording import SUFFIX, Recording

QT_PACKAGES = {  # library -> Debian and Ubuntu package; Fedora's names are close enough to search for
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libfreetype.so.6": "libfreetype6",
    "libX11.so.6": "libx11-6",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
XCB_PACKAGES = {  # what Qt's window plug-in for X11 needs besides; without one of them Qt aborts
    "libxcb.so.1": "libxcb1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}


def fail(sentence: str) -> NoReturn:
    """A line on stderr for each sentence, exit status 2."""
    for line in sentence.splitlines():
        print(f"backstep: {line}", file=sys.stderr)
    sys.exit(2)


def check_qt(offscreen: bool) -> None:
    """Say which system package is missing before Qt would abort without a word."""
    if not sys.platform.startswith("linux"):
        return
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    on_x11 = not offscreen and platform in ("", "xcb")
    if on_x11 and not platform and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        fail("there is no display to open a window on; 'train', 'trace', 'check' and 'screenshot' work without one")
    needed = QT_PACKAGES | (XCB_PACKAGES if on_x11 and os.environ.get("DISPLAY") else {})
    missing = dict.fromkeys(package for library, package in needed.items() if not _loads(library))
    if missing:
        fail(f"a system library that Qt needs is missing; install it with: sudo apt install {' '.join(missing)}")
    display = os.environ.get("DISPLAY")
    if on_x11 and display and not os.environ.get("WAYLAND_DISPLAY") and not _display_answers():
        fail(f"the display {display} does not answer; 'train', 'trace', 'check' and 'screenshot' work without one")


def _loads(library: str) -> bool:
    import ctypes

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def leave(status: int) -> NoReturn:
    """End the process now.

    Qt has been released in order before. What an interpreter does at its end would take up to a second once torch
    is imported, and would wait for an engine thread that is reading data or compiling.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _display_answers() -> bool:
    """Whether the X server named by DISPLAY lets us in; where it does not, Qt aborts."""
    import ctypes

    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # not for us to judge
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = (ctypes.c_char_p, ctypes.c_void_p)
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = (ctypes.c_void_p,)
    connection = xcb.xcb_connect(None, None)
    fault = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return bool(fault == 0)


def window(args: argparse.Namespace) -> int:
    """Open the window."""
    gc.disable()  # until the first picture: importing leaves no garbage, and searching for it takes up to half a second
    name, overrides = args.window_lesson or "toy-bias", dict(args.window_set)
    document: Lesson | Path
    if name.endswith(SUFFIX):
        if overrides:
            fail("--set does not go with a saved run, which is what it was")
        Recording.load(Path(name))  # what is wrong with it is said here, before there is a window
        document = Path(name)
    else:
        document = Lesson.load(name, overrides)
    import engine.worker  # noqa: F401  (before Qt, which looks into the source of whatever is imported after it)

    check_qt(offscreen=False)
    from gui.app import run_window

    leave(run_window(document, args.window_data_dir, args.window_lang))


def screenshot(args: argparse.Namespace) -> int:
    """Save the window as a picture."""
    lesson = Lesson.load(args.lesson, dict(args.set))
    try:
        commands.check_outputs(args.out)
    except commands.UsageError as error:
        fail(f"--out {error}")
    if args.step is not None and args.batches == 0:
        args.batches = 1
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    check_qt(offscreen=True)
    from engine.program import Program
    from gui.app import take_screenshot

    total = len(Program.of(lesson))
    if args.step is not None and not 1 <= args.step <= total:
        fail(f"--step {args.step}: a batch of {lesson.id} has steps 1 to {total}")
    at = (args.batches, args.step or 0) if args.batches else None
    fault = take_screenshot(lesson, args.data_dir, args.out, at, args.size, args.theme, args.lang or "en")
    if fault:
        print(f"backstep: {fault}", file=sys.stderr)
    leave(2 if fault else 0)


def _size(text: str) -> tuple[int, int]:
    try:
        width, height = (int(part) for part in text.lower().split("x"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: write WIDTHxHEIGHT, for example 1600x1000") from None
    if not (1280 <= width <= 8192 and 800 <= height <= 8192):
        raise argparse.ArgumentTypeError(f"{text!r}: allowed are 1280x800 to 8192x8192")
    return width, height


def _count(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: must be a whole number") from None
    if not 0 <= value <= 10_000_000:
        raise argparse.ArgumentTypeError(f"{text!r}: allowed are 0 to 10000000")
    return value


def _override(text: str) -> tuple[str, Any]:
    try:
        return parse_override(text)
    except LessonError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def build_parser() -> argparse.ArgumentParser:
    """The command line: the window, or a sub-command."""
    parser = commands.Parser(
        prog="backstep",
        description="A debugger for the training of neural networks that goes forward and back, "
        "operation by operation. Without a sub-command it opens the window.",
    )
    parser.add_argument(
        "--lesson",
        dest="window_lesson",
        metavar="LESSON",
        help=f"id, lesson file or saved run (*{SUFFIX}); default toy-bias",
    )
    folder = "folder that holds MNIST/raw"
    parser.add_argument("--data-dir", dest="window_data_dir", type=Path, default=None, metavar="DIR", help=folder)
    lang, change = "language; default: the system's", "override a key of the lesson file; may be repeated"
    parser.add_argument("--lang", dest="window_lang", choices=("en", "zh"), default=None, help=lang)
    parser.add_argument(
        "--set", dest="window_set", type=_override, action="append", default=[], metavar="KEY=VALUE", help=change
    )
    parser.set_defaults(function=window)
    sub = parser.add_subparsers(metavar="COMMAND")
    commands.add_subcommands(sub)
    text = "save the window as a picture, no display needed"
    shot = sub.add_parser("screenshot", help=text, description=text + ".")
    shot.add_argument("lesson", metavar="LESSON", help="id of a shipped lesson, or path of a lesson file")
    shot.add_argument("--batches", type=_count, default=0, metavar="N", help="stand at batch N; default: the start")
    shot.add_argument("--step", type=_count, default=None, metavar="K", help="stand at step K of it; default: its end")
    size = "of the window in pixels, 1280x800 to 8192x8192; default: 1600x1000"
    shot.add_argument("--size", type=_size, default=(1600, 1000), metavar="WxH", help=size)
    shot.add_argument("--theme", choices=("light", "dark"), default="light", help="its colours; default: light")
    shot.add_argument("--lang", choices=("en", "zh"), default="en", help="its language; default: en")
    shot.add_argument("--set", type=_override, action="append", default=[], metavar="KEY=VALUE", help=change)
    shot.add_argument("--data-dir", type=Path, default=None, metavar="DIR", help=folder)
    shot.add_argument("--out", type=Path, required=True, metavar="F.png", help="where it is written")
    shot.set_defaults(function=screenshot)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run a command line; returns the exit status."""
    logging.basicConfig(level=os.environ.get("BACKSTEP_LOG", "WARNING"), format="backstep: %(message)s")
    parser = build_parser()
    arguments = sys.argv[1:] if argv is None else argv
    if len(arguments) == 1 and arguments[0].endswith((".toml", SUFFIX)):  # a desktop hands over the file alone
        arguments = ["--lesson", *arguments]
    args = parser.parse_args(arguments)
    before = [name for name in ("lesson", "data_dir", "lang", "set") if getattr(args, f"window_{name}")]
    if before and args.function is not window:
        option = f"--{before[0].replace('_', '-')}"
        alone = option == "--lang"
        where = "of these only screenshot takes it, behind its name" if alone else "write it behind the sub-command"
        parser.error(f"{option} before a sub-command belongs to the window; {where}")
    try:
        status: int = args.function(args)
    except LessonError as error:
        fail(str(error))
    return status


if __name__ == "__main__":
    sys.exit(main())
