"""The learning rate in the user's hand: by field, slider, wheel and keys, while it runs, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QPushButton, QSlider, QStyle, QStyleOptionSlider

from engine.lesson import Lesson
from engine.pytorch import NoTorchError, devices
from engine.snapshot import Snapshot, State
from gui.views.rate_field import HIGH, LOW, STEP, LogSlider, RateField, tidy
from gui.views.status_view import StatusView
from tests.gui.conftest import OpenWindow
from tests.gui.driven import Driven, digits_lesson

KEY = "optimizer.learning_rate"


def field(driven: Driven) -> RateField:
    return driven.window.toolbar.rate


def slider(driven: Driven) -> LogSlider:
    return driven.window.toolbar.rate_slider


def type_rate(driven: Driven, text: str) -> None:
    """Ctrl+L, the text, Enter."""
    driven.act("rate_field")
    assert field(driven).hasFocus()
    if text:
        driven.qtbot.keyClicks(field(driven), text)
    else:
        driven.press("Del", field(driven))
    driven.press("Return", field(driven))


def wheel(driven: Driven, notches: int) -> None:
    at = QPointF(field(driven).rect().center())
    event = QWheelEvent(
        at,
        QPointF(field(driven).mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(field(driven), event)


def by_field(driven: Driven) -> float:
    type_rate(driven, "0.03")
    return 0.03


def by_field_with_comma(driven: Driven) -> float:
    type_rate(driven, "0,025")
    return 0.025


def by_field_in_scientific_form(driven: Driven) -> float:
    type_rate(driven, "2e-2")
    return 0.02


def by_up_key(driven: Driven) -> float:
    driven.act("rate_field")
    driven.press("Up", field(driven))
    return tidy(0.1 * STEP)


def by_wheel(driven: Driven) -> float:
    wheel(driven, -1)
    return tidy(0.1 / STEP)


def by_slider_key(driven: Driven) -> float:
    slider(driven).setFocus()
    driven.press("PgDown", slider(driven))
    return 0.01


def by_slider_drag(driven: Driven) -> float:
    one, option = slider(driven), QStyleOptionSlider()
    one.initStyleOption(option)
    handle = one.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, one)
    start = handle.center()
    left = Qt.MouseButton.LeftButton
    driven.qtbot.mousePress(one, left, pos=start)
    driven.qtbot.mouseMove(one, start - QPoint(12, 0))
    driven.qtbot.mouseRelease(one, left, pos=start - QPoint(12, 0))
    value = field(driven).value()
    assert 0.01 < value < 0.1
    return value


def by_shortcut(driven: Driven) -> float:
    driven.act("rate_up")
    return tidy(0.1 * STEP)


HOW = [
    by_field, by_field_with_comma, by_field_in_scientific_form, by_up_key, by_wheel, by_slider_key, by_slider_drag,
    by_shortcut,
]  # fmt: skip


def in_use(snapshot: Snapshot) -> float:
    return snapshot.lesson.optimizer.learning_rate


@pytest.mark.parametrize("how", HOW, ids=lambda how: how.__name__)
def test_a_change_while_running_is_used_from_the_next_batch_and_resets_nothing(how, digits: Driven) -> None:
    before = digits.run_past(20)
    new = how(digits)
    digits.wait_for(lambda s: in_use(s) == new)
    digits.wait_for(lambda s: s.position.batch > s.changes[0].batch)
    paused = digits.pause()
    assert paused.generation == before.generation
    assert paused.batches > before.batches
    first, *others = paused.changes
    assert (first.key, first.old) == (KEY, 0.1)
    assert (others[-1] if others else first).new == new  # a drag passes through other values
    rates = paused.metrics.learning_rate.values(0, paused.batches)
    assert first.batch > before.position.batch
    assert (rates[: first.batch - 1] == 0.1).all()
    assert rates[first.batch - 1] == first.new
    assert rates[-1] == new
    assert f"in use: {new:.6g}" in digits.labels()
    assert field(digits).lineEdit().text() == f"{new:.6g}"
    assert field(digits).value() == new
    assert digits.window.isVisible()
    assert not digits.window.messages.isVisible()


@pytest.mark.parametrize("how", HOW, ids=lambda how: how.__name__)
def test_within_a_batch_the_old_rate_stays_in_use(how, toy: Driven) -> None:
    toy.act("step")
    toy.wait_for_step(1)
    new = how(toy)
    toy.wait_for(lambda s: s.wanted.get(KEY) == new)
    assert in_use(toy.now) == 0.1
    assert "in use: 0.1" in toy.labels()
    assert toy.now.changes == ()
    toy.act("finish_batch")
    done = toy.wait_for_step(22)
    assert in_use(done) == 0.1
    assert done.tensors["b3"][0] == 0.5 - 0.1 * 2.25  # as the document has it
    toy.act("step")
    toy.wait_for_step(1, batch=2)
    assert in_use(toy.now) == new
    assert [(c.batch, c.key, c.old, c.new) for c in toy.now.changes] == [(2, KEY, 0.1, new)]
    assert f"in use: {new:.6g}" in toy.labels()


@pytest.mark.parametrize(
    "text", ["NaN", "inf", "-inf", "-1", "0", "-0.0", "abc", "", "1e999", "1e-999", "1e300", "1e39", "1000001", "1,2,3"]
)
def test_what_is_no_rate_is_refused_in_place(text: str, toy: Driven) -> None:
    type_rate(toy, text)
    assert field(toy).lineEdit().text() == "0.1"
    assert field(toy).value() == 0.1
    assert field(toy).hasFocus()
    assert field(toy).marked
    assert field(toy).styleSheet() == ""  # which would take its buttons' look
    bar = toy.window.messages
    assert bar.isVisible()
    assert bar.text == f"Learning rate “{text}”: must be above 0 and at most 1e6, such as 0.05 or 1e-3; 0.1 stays."
    toy.after("step")
    assert in_use(toy.now) == 0.1
    assert toy.now.changes == ()
    assert dict(toy.now.wanted) == {}
    type_rate(toy, "0.2")  # and a good one is taken after it
    toy.wait_for(lambda s: s.wanted.get(KEY) == 0.2)
    assert not bar.isVisible()
    assert not field(toy).marked


def test_text_being_typed_is_left_alone_while_the_run_goes_on(digits: Driven) -> None:
    digits.run_past(20)
    digits.act("rate_field")
    digits.qtbot.keyClicks(field(digits), "0.0")
    batch = digits.now.position.batch
    digits.wait_for(lambda s: s.position.batch > batch)
    digits.qtbot.keyClicks(field(digits), "5")
    digits.press("Return", field(digits))
    digits.wait_for(lambda s: in_use(s) == 0.05)


def test_leaving_the_field_takes_what_was_typed(toy: Driven) -> None:
    toy.act("rate_field")
    toy.qtbot.keyClicks(field(toy), "0.3")
    toy.press("Tab", field(toy))
    toy.wait_for(lambda s: in_use(s) == 0.3)


def test_field_and_slider_agree_over_the_whole_reach(toy: Driven) -> None:
    slider(toy).setFocus()
    toy.press("Home", slider(toy))
    toy.wait_for(lambda s: in_use(s) == LOW)
    assert field(toy).lineEdit().text() == "1e-05"
    toy.press("End", slider(toy))
    toy.wait_for(lambda s: in_use(s) == HIGH)
    assert field(toy).lineEdit().text() == "10"
    for text, value in (("250", 250.0), ("1e-9", 1e-9)):  # beyond the slider's reach the field still takes them
        type_rate(toy, text)
        toy.wait_for(lambda s, value=value: in_use(s) == value)
        assert field(toy).value() == value
        assert slider(toy).value() in (slider(toy).minimum(), slider(toy).maximum())


def test_keys_at_the_end_of_all_numbers_never_make_a_rate_that_is_none(toy: Driven) -> None:
    for text, key, times in (("9e5", "Up", 30), ("1e-323", "Down", 30)):
        type_rate(toy, text)
        for _ in range(times):
            toy.press(key, field(toy))
        toy.qtbot.wait(50)
        assert 0 < field(toy).value() < float("inf")
    toy.act("finish_batch")
    toy.wait_for_step(22)


def test_momentum_is_used_from_the_next_batch(toy: Driven) -> None:
    (momentum,) = toy.window.toolbar.findChildren(QDoubleSpinBox)
    toy.act("step")
    toy.wait_for_step(1)
    toy.click(momentum)
    momentum.selectAll()
    toy.qtbot.keyClicks(momentum, "0.9")
    toy.press("Return", momentum)
    toy.wait_for(lambda s: s.wanted.get("optimizer.momentum") == 0.9)
    assert toy.now.lesson.optimizer.momentum == 0.0
    toy.act("finish_batch")
    toy.wait_for_step(22)
    toy.act("finish_batch")
    snapshot = toy.wait_for(lambda s: s.position.batch == 2 and s.position.step == len(s.program))
    assert snapshot.lesson.optimizer.momentum == 0.9
    assert len(snapshot.program) > 22  # velocities are steps of their own
    assert toy.readout() == f"epoch 2 · batch 2 · step {len(snapshot.program)}/{len(snapshot.program)}"


def test_switches_of_the_bottom_line_apply_from_the_next_batch(digits: Driven) -> None:
    choice = digits.window.status._choices["loss.reduction"]
    digits.act("step")
    digits.wait_for_step(1)
    mean = next(action for action in choice.menu().actions() if "mean" in action.text())
    mean.trigger()
    digits.wait_for(lambda s: s.wanted.get("loss.reduction") == "mean")
    assert "from the next batch" in choice.text()
    digits.act("finish_batch")
    digits.wait_for_step(15)
    digits.act("step")
    digits.wait_for(lambda s: s.lesson.loss.reduction == "mean")
    assert "mean over the batch" in choice.text()
    assert "from the next batch" not in choice.text()
    assert digits.now.state is State.PAUSED
    assert isinstance(slider(digits), QSlider)


NODES = {"network.nodes": "separate", "network.output": "softmax", "loss.name": "cross_entropy"}
SWITCHES: dict[str, tuple[dict[str, object], dict[str, str]]] = {
    "loss.reduction": ({}, {"sum": "loss: sum over the batch", "mean": "loss: mean over the batch"}),
    "loss.gradient": (
        NODES,
        {"same": "gradient: of the loss shown", "sum": "gradient: of the sum over the batch"},
    ),
    "optimizer.bias_gradient": ({}, {"same": "bias gradient: as the weights", "mean": "bias gradient: mean"}),
    "optimizer.momentum_form": (
        {"optimizer.momentum": 0.5},
        {"torch": "momentum: v = γv + g, W −= ηv", "classic": "momentum: v = γv + ηg, W −= v"},
    ),
    "evaluation.scale": (
        {"evaluation.examples": 200},
        {"same": "test: first 200 images, scaled as in training", "raw": "test: first 200 images, raw 0 to 16"},
    ),
}
"""What is to be set for a switch to be there, and what it says of each value."""


def value_of(snapshot: Snapshot, key: str) -> object:
    """What the lesson in force says of a key."""
    section, name = key.split(".")
    return getattr(getattr(snapshot.lesson, section), name)


@pytest.mark.parametrize("key", SWITCHES)
def test_every_switch_of_the_bottom_line_sends_what_it_says(key: str, open_window: OpenWindow) -> None:
    needed, texts = SWITCHES[key]
    first, second = texts
    driven = open_window(digits_lesson(**needed, **{key: first}))
    driven.wait_for(lambda s: value_of(s, key) == first)
    choice = driven.window.status._choices[key]
    assert choice.isVisible()
    for value in (second, first):
        driven.after("step")
        next(action for action in choice.menu().actions() if action.text() == texts[value]).trigger()
        driven.wait_for(lambda s, value=value: dict(s.wanted) == {key: value})
        assert choice.text() == f"{texts[value]} (from the next batch) ▾"
        assert value_of(driven.now, key) != value
        driven.after("finish_batch")
        driven.after("step")
        driven.wait_for(lambda s, value=value: value_of(s, key) == value)
        assert choice.text() == f"{texts[value]} ▾"
    assert [(change.key, change.new) for change in driven.now.changes] == [(key, second), (key, first)]


def test_the_bottom_line_names_what_document_000_decided(open_window: OpenWindow, mnist_dir: Path) -> None:
    lesson = Lesson.load("mnist-sigmoid-777", {"run.executor": "numpy"})
    driven = open_window(lesson, data_dir=mnist_dir)
    driven.wait_for(lambda s: s.lesson == lesson)
    said = {choice.text() for choice in driven.window.status._choices.values() if choice.isVisible()}
    assert said == {
        "numpy ▾",
        "loss: sum over the batch ▾",
        "bias gradient: mean ▾",
        "test: first 1,000 images, raw 0 to 255 ▾",
    }


PHRASES = {
    "first {n} images": "前 {n} 张图像",
    "first {n} examples": "前 {n} 个样本",
    "all images": "全部图像",
    "all examples": "全部样本",
    "test: {examples}, scaled as in training": "测试：{examples}，按训练方式缩放",
}


@pytest.mark.parametrize(
    ("lesson", "examples", "said"),
    [
        ("digits-sigmoid", 200, "前 200 张图像"),
        ("digits-sigmoid", -1, "全部图像"),
        ("moons", 20, "前 20 个样本"),
        ("moons", -1, "全部样本"),
    ],
)
def test_how_many_are_tested_is_one_phrase(
    lesson: str, examples: int, said: str, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A language that counts images in another way than examples can say both."""
    monkeypatch.setattr(StatusView, "tr", lambda _, text: PHRASES.get(text, text))
    driven = open_window(Lesson.load(lesson, {"evaluation.examples": examples, "run.executor": "numpy"}))
    driven.wait_for(lambda s: s.lesson.id == lesson)
    assert driven.window.status._choices["evaluation.scale"].text() == f"测试：{said}，按训练方式缩放 ▾"


def test_what_computes_can_change_during_a_run(toy: Driven) -> None:
    status = toy.window.status
    executor, device = status._choices["run.executor"], status._choices["run.device"]
    assert executor.text() == "numpy ▾"
    assert device.isHidden(), "there is nothing to choose before PyTorch computes"
    toy.act("step")
    toy.wait_for_step(1)
    next(action for action in executor.menu().actions() if action.text() == "torch").trigger()
    toy.wait_for(lambda s: s.wanted.get("run.executor") == "torch")
    assert not toy.window.messages.busy
    toy.act("finish_batch")
    toy.wait_for_step(22)
    toy.act("finish_batch")
    snapshot = toy.wait_for(lambda s: s.position.batch == 2 and s.position.step == 22)
    assert snapshot.lesson.run.executor == "torch"
    assert executor.text() == "torch ▾"
    assert [(change.key, change.new) for change in snapshot.changes] == [("run.executor", "torch")]


def test_a_device_is_offered_where_there_is_one(toy: Driven, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.snapshot.devices", lambda: ("cpu", "cuda"))  # as on a machine with a card
    toy.open(Lesson.load("toy-torch"))
    toy.wait_for(lambda s: s.lesson.id == "toy-torch")
    choice = toy.window.status._choices["run.device"]
    assert choice.isVisible()
    assert [action.text() for action in choice.menu().actions() if action.isEnabled()] == ["cpu", "cuda"]
    cuda = next(action for action in choice.menu().actions() if action.text() == "cuda")
    cuda.trigger()  # and then it is gone
    toy.qtbot.waitUntil(lambda: "no CUDA device" in toy.window.messages.text, timeout=10_000)
    assert toy.now.lesson.run.device == "cpu"


def test_a_lesson_for_a_device_that_is_not_here_can_be_opened_on_the_cpu(toy: Driven) -> None:
    if "cuda" in devices():
        pytest.skip("this machine has a CUDA device")
    toy.open(Lesson.load("toy-torch", {"run.device": "cuda"}))
    toy.qtbot.waitUntil(lambda: "no CUDA device" in toy.window.messages.text, timeout=10_000)
    assert toy.window.windowTitle() == f"{toy.now.lesson.title} – Backstep", "the lesson that is still open"
    button = next(b for b in toy.window.messages.findChildren(QPushButton) if b.text() == "Open it on the cpu")
    toy.click(button)
    assert toy.wait_for(lambda s: s.lesson.id == "toy-torch").lesson.run.device == "cpu"
    assert toy.window.messages.isHidden()


def test_a_lesson_that_needs_pytorch_can_be_opened_without_it(toy: Driven, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise NoTorchError("PyTorch could not be loaded: libc10.so: cannot open shared object file")

    for name in ("engine.pytorch.load_torch", "engine.randomness.load_torch", "engine.torch_executor.load_torch"):
        monkeypatch.setattr(name, broken)
    toy.open(Lesson.load("toy-torch"))
    toy.qtbot.waitUntil(lambda: "could not be loaded" in toy.window.messages.text, timeout=10_000)
    button = next(b for b in toy.window.messages.findChildren(QPushButton) if b.text() == "Open it without PyTorch")
    toy.click(button)
    snapshot = toy.wait_for(lambda s: s.lesson.id == "toy-torch")
    assert (snapshot.lesson.run.executor, snapshot.lesson.init.rng) == ("numpy", "numpy")
    toy.act("finish_batch")
    toy.wait_for_step(22)
