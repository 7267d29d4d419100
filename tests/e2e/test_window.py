"""A learner's minute with the real window: step, run, pause, set the rate, quit."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import pytest
from PIL import Image, ImageChops

from engine.lesson import Lesson
from engine.program import Program as Steps
from gui.theme import DARK, LIGHT
from gui.views.timeline_view import CELL_HEIGHT, CELL_Y, LABELS, MARGIN, Cells
from tests.e2e.screen import Colour, Program, rgb

WIDTH, HEIGHT = 1600, 1000
TOOLBAR = 64
Start = Callable[..., Program]

CELLS = Cells.of(Steps.of(Lesson.load("toy-bias")), LABELS + MARGIN, WIDTH - MARGIN)


def timeline_top(picture: Image.Image) -> int:
    """Where the timeline begins: below the menu bar, whose height is the desktop's choice, and the toolbar.

    The batch lane is found by its cells: the first row, from above, in which a cell of the forward phase is filled.
    """
    x = round(CELLS.lefts[0]) + 6
    soft = rgb(LIGHT.fwdsoft), rgb(DARK.fwdsoft), rgb(LIGHT.fwd), rgb(DARK.fwd)
    for y in range(TOOLBAR, 300):
        if picture.getpixel((x, y)) in soft and picture.getpixel((x, y + CELL_HEIGHT // 2)) in soft:
            return y - CELL_Y
    return -1


def cell(picture: Image.Image, step: int) -> Colour:
    """The fill of a Step's cell in the batch lane, away from its symbol and its corners."""
    top = timeline_top(picture)
    assert top > 0, "no timeline on the screen"
    return picture.getpixel((round(CELLS.lefts[step - 1]) + 6, top + CELL_Y + 4))  # type: ignore[return-value]


def area(picture: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """A part of the window, by shares of its width and height."""
    wide, high = picture.size
    return picture.crop((int(left * wide), int(top * high), int(right * wide), int(bottom * high)))


def flags(picture: Image.Image) -> bool:
    """Whether the run lane has a flag where the learning rate changed."""
    top = timeline_top(picture)
    lane = picture.crop((LABELS, top + 4, WIDTH - MARGIN, top + 20))
    return top > 0 and rgb(LIGHT.upd) in {colour for _, colour in lane.getcolors(lane.width * lane.height)}


def wait_for_cell(program: Program, step: int, colour: str) -> Image.Image:
    program.wait(
        lambda: timeline_top(p := program.screen.picture()) > 0 and cell(p, step) == rgb(colour), f"step {step}"
    )
    return program.screen.picture()


def quit_and_check(program: Program) -> None:
    """Ctrl+Q ends it within a second, with status 0 and nothing printed."""
    program.keys("ctrl+q")
    began = time.monotonic()
    assert program.end(10) == 0
    assert time.monotonic() - began < 1.0
    assert program.output() == ""


@pytest.fixture
def window(start: Start) -> Program:
    """The window on toy-bias in the light theme."""
    program = start()
    program.keys("ctrl+2")
    return program


def test_twelve_steps_then_a_run_then_a_rate_then_the_end(window: Program) -> None:
    for step in range(1, 13):
        window.keys("F10")
        if step == 1:
            wait_for_cell(window, 1, LIGHT.fwd)
    picture = wait_for_cell(window, 12, LIGHT.bwd)
    assert cell(picture, 1) == cell(picture, 6) == rgb(LIGHT.fwdsoft)
    assert cell(picture, 7) == rgb(LIGHT.losssoft)
    assert cell(picture, 11) == rgb(LIGHT.bwdsoft)
    assert cell(picture, 13) == cell(picture, 22) == rgb(LIGHT.surface)

    window.keys("F5")
    window.wait(
        lambda: timeline_top(p := window.screen.picture()) > 0 and cell(p, 12) != rgb(LIGHT.bwd), "the run to begin"
    )
    window.keys("F5")
    time.sleep(0.5)
    still = area(window.screen.picture(), 0, 0.03, 1, 1)
    time.sleep(0.5)
    assert ImageChops.difference(still, area(window.screen.picture(), 0, 0.03, 1, 1)).getbbox() is None

    window.keys("ctrl+r", "F12")
    before = wait_for_cell(window, 22, LIGHT.upd)
    assert not flags(before)
    window.keys("ctrl+l")
    window.type("0.05")
    window.keys("Return", "F12")
    window.wait(lambda: flags(window.screen.picture()), "the flag of the new rate")
    quit_and_check(window)


def test_the_dark_theme_by_its_key(window: Program) -> None:
    window.keys("F11")
    wait_for_cell(window, 6, LIGHT.fwd)
    window.keys("ctrl+3")
    picture = wait_for_cell(window, 6, DARK.fwd)
    assert cell(picture, 22) == rgb(DARK.surface)
    quit_and_check(window)


def test_a_click_on_the_timeline(window: Program) -> None:
    window.keys("F10")
    picture = wait_for_cell(window, 1, LIGHT.fwd)
    middle = round(CELLS.lefts[15] + CELLS.width / 2), timeline_top(picture) + CELL_Y + CELL_HEIGHT // 2
    window.screen.xdotool("mousemove", str(middle[0]), str(middle[1]), "click", "1")
    wait_for_cell(window, 16, LIGHT.bwd)
    quit_and_check(window)


def test_quitting_while_it_trains_as_fast_as_it_goes(start: Start) -> None:
    program = start("--lesson", "digits-sigmoid", "--set", "run.executor=numpy")
    program.keys("ctrl+2")
    before = program.screen.picture()
    program.wait(
        lambda: ImageChops.difference(area(before, 0.2, 0.5, 0.6, 1), tensors(program)).getbbox() is not None,
        "the lesson",
    )
    program.keys("F5")
    first = tensors(program)
    program.wait(lambda: ImageChops.difference(first, tensors(program)).getbbox() is not None, "the run")
    second = tensors(program)
    program.wait(lambda: ImageChops.difference(second, tensors(program)).getbbox() is not None, "the run to go on")
    quit_and_check(program)


def tensors(program: Program) -> Image.Image:
    return area(program.screen.picture(), 0.2, 0.5, 0.6, 1)


@pytest.mark.parametrize("request_to_end", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_in_the_terminal_and_a_request_to_end(window: Program, request_to_end: signal.Signals) -> None:
    window.keys("F5")
    window.wait(lambda: timeline_top(window.screen.picture()) > 0, "the run")
    window.process.send_signal(request_to_end)
    assert window.end(10) == 0
    assert window.output() == ""
