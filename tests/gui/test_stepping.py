"""Stepping through the document's batch with the keyboard: its numbers, in every panel, from one Snapshot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QToolTip

from gui import symbols
from gui.views.toolbar import Toolbar
from tests.gui.driven import Driven, digits_lesson

PHASES = ["FORWARD"] * 6 + ["LOSS"] + ["BACKWARD"] * 9 + ["UPDATE"] * 6
TITLES = [
    ("z1", "Weighted sum of layer 1"), ("a1", "Activation of layer 1"),
    ("z2", "Weighted sum of layer 2"), ("a2", "Activation of layer 2"),
    ("z3", "Weighted sum of layer 3"), ("a3", "Activation of layer 3"),
    ("loss", "Loss"),
    ("delta3", "Error of the output layer"), ("dW3", "Weight gradient of layer 3"), ("db3", "Bias gradient of layer 3"),
    ("delta2", "Error of layer 2"), ("dW2", "Weight gradient of layer 2"), ("db2", "Bias gradient of layer 2"),
    ("delta1", "Error of layer 1"), ("dW1", "Weight gradient of layer 1"), ("db1", "Bias gradient of layer 1"),
    ("W1", "Update of the weights of layer 1"), ("b1", "Update of the biases of layer 1"),
    ("W2", "Update of the weights of layer 2"), ("b2", "Update of the biases of layer 2"),
    ("W3", "Update of the weights of layer 3"), ("b3", "Update of the biases of layer 3"),
]  # fmt: skip
DOCUMENT = {  # what document 004 prints, by the Step that writes it
    "z1": 1.5, "a1": 1.5, "z2": 2.75, "a2": 2.75, "z3": 3.25, "a3": 3.25, "loss": 2.53125,
    "delta3": 2.25, "dW3": 6.1875, "db3": 2.25,
    "delta2": 1.125, "dW2": 1.6875, "db2": 1.125,
    "delta1": 1.125, "dW1": 1.125, "db1": 1.125,
    "W1": 0.3875, "b1": 0.3875, "W2": 0.33125, "b2": 0.3875, "W3": -0.11875, "b3": 0.275,
}  # fmt: skip


def arrays(driven: Driven) -> dict[str, str]:
    """What the tensors panel says in words, by array."""
    return {part.split(" (")[0]: part for part in driven.window.tensors.text_summary().split("; ")}


def test_22_presses_of_f10_show_the_document(toy: Driven) -> None:
    window = toy.window
    assert len(TITLES) == len(PHASES) == len(toy.now.program) == 22
    assert window.inspector.text_summary().startswith("Before the first step. ")
    assert {name for name, text in arrays(toy).items() if "pending" not in text} == {
        "x", "y", "W1", "b1", "W2", "b2", "W3", "b3",
    }  # fmt: skip
    for index, (name, title) in enumerate(TITLES, start=1):
        shown = symbols.plain(name)
        if index <= 16 and name != "loss":
            assert arrays(toy)[shown].endswith(" pending")
        toy.press("F10")
        snapshot = toy.wait_for_step(index)
        assert snapshot.step is not None
        assert snapshot.step.write == name
        np.testing.assert_allclose(snapshot.tensors[name], DOCUMENT[name], rtol=1e-15)
        assert toy.readout() == f"epoch 1 · batch 1 · step {index}/22"
        assert PHASES[index - 1] in toy.labels()
        assert f"layer {snapshot.step.layer}" in toy.labels()
        assert window.inspector.text_summary().startswith(title + ". ")
        assert window.inspector.text_summary().endswith(snapshot.step.title)
        if name != "loss":
            value = f"{DOCUMENT[name]:g}"
            assert arrays(toy)[shown].endswith(f" from {value} to {value}")
    for name, value in DOCUMENT.items():
        np.testing.assert_allclose(toy.now.tensors[name], value, rtol=1e-15)
    toy.press("F10")
    toy.wait_for_step(1, batch=2)
    assert toy.readout() == "epoch 2 · batch 2 · step 1/22"
    assert arrays(toy)["a1"].endswith(" pending")


def test_every_view_gets_the_very_same_snapshot(toy: Driven, monkeypatch: pytest.MonkeyPatch) -> None:
    got: dict[str, list[int]] = {}
    for view in toy.window.views:
        name, original = type(view).__name__, view.show_snapshot
        got[name] = []

        def spy(snapshot: object, name: str = name, original: object = original) -> None:
            got[name].append(id(snapshot))
            original(snapshot)

        monkeypatch.setattr(view, "show_snapshot", spy)
    count = len(toy.shown)
    for index in range(1, 6):
        toy.press("F10")
        toy.wait_for_step(index)
    toy.run_past(1)
    toy.pause()
    expected = [id(snapshot) for snapshot in toy.shown[count:]]
    assert len(got) == 8
    assert all(seen == expected for seen in got.values())


def test_finish_phase(toy: Driven) -> None:
    for end in (6, 7, 16, 22):
        toy.press("F11")
        toy.wait_for_step(end)
    toy.press("F11")
    toy.wait_for_step(6, batch=2)


def test_finish_batch(toy: Driven) -> None:
    toy.press("F10")
    toy.wait_for_step(1)
    toy.press("F12")
    toy.wait_for_step(22)
    toy.press("F12")
    toy.wait_for_step(22, batch=2)
    assert toy.now.batches == 2


def test_toolbar_buttons_do_what_their_keys_do(toy: Driven) -> None:
    toy.click(toy.button("step"))
    toy.wait_for_step(1)
    toy.click(toy.button("finish_phase"))
    toy.wait_for_step(6)
    toy.click(toy.button("finish_batch"))
    toy.wait_for_step(22)
    toy.click(toy.button("run"))
    toy.wait_for(lambda s: s.position.batch >= 2)
    toy.click(toy.button("run"))
    toy.wait_for(lambda s: s.state == "paused")
    toy.click(toy.button("reset"))
    toy.wait_for_step(0)


def test_the_shortcut_of_a_step_works_wherever_the_focus_is(toy: Driven) -> None:
    toolbar: Toolbar = toy.window.toolbar
    for index, widget in enumerate((toolbar.rate, toolbar.rate_slider, toy.window.timeline), start=1):
        widget.setFocus()
        toy.press("F10", widget)
        toy.wait_for_step(index)


def test_timeline_click_runs_to_that_step(toy: Driven) -> None:
    timeline = toy.window.timeline
    seen = {}
    for step in (12, 22, 5, 12, 1):  # on, and back: the same batch, the same numbers
        toy.click(timeline, timeline.cells.box(step).center().toPoint())
        toy.wait_for_step(step, 1)
        values = toy.now.tensors[toy.now.program.steps[step - 1].write].tolist()
        assert seen.setdefault(step, values) == values
    assert seen[5] == [[3.25]]
    assert toy.now.batches == 1


def test_step_back_undoes_operation_by_operation(toy: Driven) -> None:
    back = toy.window.actions_by_id["step_back"]
    assert not back.isEnabled()
    toy.after("finish_batch")
    weights = []
    for step in range(21, -1, -1):
        toy.after("step_back")
        assert (toy.now.position.batch, toy.now.position.step) == (1, step)
        weights.append(toy.now.tensors["W1"][0, 0])
    assert (weights[0], weights[-1]) == (0.3875, 0.5)
    assert not back.isEnabled()
    toy.after("finish_batch")
    assert toy.now.tensors["b3"].tolist() == [0.275]


def test_the_cell_under_the_mouse_reads_exactly(toy: Driven) -> None:
    toy.press("F12")
    toy.wait_for_step(22)
    canvas = toy.window.tensors._canvas

    def text(name: str, row: int, column: int) -> str:
        placed = canvas.placed(name)
        rows, columns = placed.shape
        box = placed.box
        x, y = (column + 0.5) * box.width() / columns, (row + 0.5) * box.height() / rows
        return canvas.cell_text(box.topLeft() + QPointF(x, y))

    assert text("W2", 1, 2) == "W2[1, 2] = 0.33125\n2 × 3 matrix"
    assert text("W1", 2, 0) == "W1[2, 0] = 0.3875\n3 × 2 matrix"
    assert text("W3", 0, 1) == f"W3[0, 1] = {float(toy.now.tensors['W3'][1, 0])!r}\n1 × 2 matrix"
    assert text("delta1", 0, 0) == "δ1[0, 0] = 1.125\n3 × 1 matrix"
    assert text("x", 1, 0) == "x[1, 0] = 1\n2 × 1 matrix"
    toy.press("F10")
    toy.wait_for_step(1, batch=2)
    assert text("dW1", 0, 0) == "∂W1 (3 × 2): not computed yet in this batch"
    assert canvas.cell_text(QPointF(1, 1)) == ""


def test_the_mouse_over_a_cell_shows_its_value(toy: Driven) -> None:
    toy.press("F12")
    toy.wait_for_step(22)
    canvas = toy.window.tensors._canvas
    toy.qtbot.mouseMove(canvas, QPoint(2, 2))
    toy.qtbot.mouseMove(canvas, canvas.placed("delta3").box.center().toPoint())
    toy.qtbot.waitUntil(lambda: QToolTip.text() == "δ3[0, 0] = 2.25\n1 × 1 matrix")
    QToolTip.hideText()


def test_another_example_in_the_network_is_worked_out_by_the_inspector(open_window: Any) -> None:
    driven: Driven = open_window(digits_lesson())
    driven.wait_for(lambda snapshot: snapshot.lesson.id == "digits-sigmoid")
    driven.after("step")
    driven.window.network.sample = 3
    chosen = driven.window.inspector.page.chosen
    assert chosen is not None
    assert (chosen.name, chosen.row) == ("z1", 3)
