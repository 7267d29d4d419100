"""The tasks of docs/guide.md, done in the real window with real keys; what came of them is read from the saved run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ImageChops

from gui.theme import LIGHT
from tests.e2e.screen import Program
from tests.e2e.test_window import area, quit_and_check, wait_for_cell

Start = Callable[..., Program]


class Learner:
    """Somebody at the keyboard."""

    def __init__(self, program: Program, folder: Path) -> None:
        self.program, self.folder, self._count = program, folder, 0

    def keys(self, *names: str) -> None:
        self.program.keys(*names)

    def type(self, text: str, *after: str) -> None:
        self.program.type(text)
        self.keys(*after)

    def dialog(self, title: str) -> None:
        """Wait for a dialog, which has the keyboard then."""
        screen = self.program.screen
        self.program.wait(lambda: bool(screen.xdotool("search", "--onlyvisible", "--name", title)), title)
        found = screen.xdotool("search", "--onlyvisible", "--name", title).splitlines()[0]
        screen.xdotool("windowfocus", "--sync", found)

    def back_to_the_window(self) -> None:
        self.program.screen.xdotool("windowfocus", "--sync", self.program.window)

    def saved(self) -> dict[str, Any]:
        """Save the run under a new name, and read the file."""
        self._count += 1
        path = self.folder / f"run{self._count}.backstep"
        self.keys("ctrl+shift+s")
        self.dialog("Save run")
        self.keys("ctrl+a")
        self.type(str(path), "Return")
        self.program.wait(path.exists, f"{path.name}")
        self.back_to_the_window()
        table: dict[str, Any] = json.loads(path.read_text())
        return table

    def stands_at(self, batch: int, step: int) -> None:
        table = self.saved()
        assert (table["batch"], table["step"]) == (batch, step)

    def changes_right_side(self, what: str, *keys: str) -> None:
        """Press keys; the panel at the right shows something else."""
        screen = self.program.screen
        before = area(screen.picture(), 0.63, 0.2, 1, 0.6)
        self.keys(*keys)
        self.program.wait(
            lambda: ImageChops.difference(before, area(screen.picture(), 0.63, 0.2, 1, 0.6)).getbbox() is not None, what
        )


@pytest.fixture
def learner(start: Start, tmp_path: Path) -> Learner:
    """At the window on toy-bias, in the light theme."""
    program = start()
    program.keys("ctrl+2")
    return Learner(program, tmp_path)


def test_step_break_go_back_and_change_the_rate(learner: Learner) -> None:
    learner.keys(*["F10"] * 12)  # 1: step to the gradient of W2
    wait_for_cell(learner.program, 12, LIGHT.bwd)
    learner.stands_at(1, 12)
    learner.keys("shift+F10", "shift+F10")  # 2: and back
    wait_for_cell(learner.program, 10, LIGHT.bwd)
    learner.keys("F9", "F5")  # 3: stop there whenever it comes
    wait_for_cell(learner.program, 14, LIGHT.bwd)
    wait_for_cell(learner.program, 10, LIGHT.bwd)
    learner.stands_at(2, 10)
    learner.keys("ctrl+l")  # 4: another learning rate
    learner.type("0.05", "Return")
    learner.keys("F12")
    wait_for_cell(learner.program, 22, LIGHT.upd)
    learner.keys("F10")
    wait_for_cell(learner.program, 1, LIGHT.fwd)
    changes = [(entry["batch"], entry["new"]) for entry in learner.saved()["log"]]
    assert changes == [(3, 0.05)]
    learner.keys("ctrl+j")  # 5: any batch
    learner.dialog("Go to")
    learner.type("2", "Return")
    learner.back_to_the_window()
    wait_for_cell(learner.program, 22, LIGHT.upd)
    learner.stands_at(2, 22)
    quit_and_check(learner.program)


def test_ask_try_and_predict(learner: Learner) -> None:
    learner.keys(*["F10"] * 16)
    wait_for_cell(learner.program, 16, LIGHT.bwd)
    learner.changes_right_side("what each rate would do", "alt+4")  # 6
    learner.changes_right_side("the next value", "alt+6")  # 7
    learner.changes_right_side("the answer", "Escape")
    learner.changes_right_side("breakpoints and watches", "alt+5")
    learner.changes_right_side("the lesson's page", "alt+2")
    quit_and_check(learner.program)


def test_save_build_and_return(learner: Learner) -> None:
    learner.keys("F12", "F12", "F10")
    wait_for_cell(learner.program, 1, LIGHT.fwd)
    learner.stands_at(3, 1)
    learner.keys("ctrl+n")  # 8: a network of one's own
    learner.dialog("Build a network")
    learner.keys("alt+s")
    learner.back_to_the_window()
    learner.keys("ctrl+o")  # 9: open the saved run again
    learner.dialog("Open")
    learner.type(str(learner.folder / "run1.backstep"), "Return")
    learner.back_to_the_window()
    wait_for_cell(learner.program, 1, LIGHT.fwd)
    learner.stands_at(3, 1)
    quit_and_check(learner.program)


def test_export_and_compare(learner: Learner) -> None:
    learner.keys(*["F10"] * 12)
    wait_for_cell(learner.program, 12, LIGHT.bwd)
    arrays = learner.folder / "toy.npz"
    learner.keys("ctrl+e")
    learner.dialog("Export")
    learner.keys("alt+a", "ctrl+a")
    learner.type(str(arrays), "Return")
    learner.program.wait(arrays.exists, "the arrays")
    with np.load(arrays, allow_pickle=False) as found:
        assert found["dW2"].tolist() == [[1.6875, 1.6875]] * 3  # document 004, as it is stored
        assert "dW1" not in found, "the batch has yet to compute it"
    learner.keys("Escape")
    learner.back_to_the_window()
    learner.keys("ctrl+shift+d")
    learner.dialog("Compare runs")
    learner.keys("Escape")
    learner.back_to_the_window()
    quit_and_check(learner.program)


def test_data_of_ones_own(start: Start, tmp_path: Path) -> None:
    rows = "".join(f"{i / 20},{(i * 7 % 20) / 20},{'high' if i > 10 else 'low'}\n" for i in range(20))
    (tmp_path / "mine.csv").write_text("a,b,kind\n" + rows)
    (tmp_path / "mine.toml").write_text(
        'format = 1\nid = "mine"\ntitle = "Mine"\n'
        'network = { sizes = [2, 4, 2], activation = "tanh", output = "softmax" }\n'
        'init = { scheme = "xavier_normal" }\nloss = { name = "cross_entropy", reduction = "mean" }\n'
        'data = { source = "csv", path = "mine.csv", target = "kind", batch_size = 8 }\n'
    )
    learner = Learner(start("--lesson", str(tmp_path / "mine.toml")), tmp_path)
    learner.keys("ctrl+2")
    learner.changes_right_side("the decision surface", "alt+7")  # 10
    learner.keys("F12")
    assert learner.saved()["lesson"]["data"]["source"] == "csv"
    quit_and_check(learner.program)
