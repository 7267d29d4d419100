"""Changing the lesson and the theme: what is shown, what is kept, and what is said when it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QComboBox, QFileDialog, QPushButton, QWidget

from engine.data.mnist import FILES
from engine.lesson import LESSONS_DIR, Lesson
from engine.snapshot import State
from gui.main_window import MainWindow
from gui.theme import DARK, LIGHT, Theme, system_theme
from gui.views.download_dialog import DownloadDialog
from tests.gui.conftest import OpenWindow
from tests.gui.driven import WAIT, Driven, digits_lesson


def lessons(driven: Driven) -> QComboBox:
    combos = driven.window.toolbar.findChildren(QComboBox)
    return next(combo for combo in combos if combo.accessibleName() == "Lesson")


def choose_file(driven: Driven, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    driven.act("open")
    driven.qtbot.waitUntil(lambda: not driven.window.files.opening, timeout=WAIT)


def own_lesson(path: Path, **changes: str) -> Path:
    """toy-bias under another name, with lines of it changed."""
    text = (LESSONS_DIR / "toy-bias.toml").read_text()
    for old, new in {'id = "toy-bias"': 'id = "mine"', "Toy 2-3-2-1 with bias": "My own", **changes}.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
    return path


# ---- lessons -----------------------------------------------------------------------------------------------------


def test_lesson_chosen_with_the_keyboard(toy: Driven) -> None:
    combo = lessons(toy)
    titles = [Lesson.load(name).title for name in Lesson.shipped()]
    assert [combo.itemText(i) for i in range(combo.count())] == titles
    toy.act("finish_batch")
    toy.wait_for_step(22)
    combo.setFocus()
    generation = toy.now.generation
    toy.press("Up" if titles.index(Lesson.load("toy").title) < combo.currentIndex() else "Down", combo)
    snapshot = toy.wait_for(lambda s: s.lesson.id == "toy")
    assert snapshot.generation > generation
    assert (snapshot.batches, snapshot.position.step) == (0, 0)
    assert combo.currentText() == snapshot.lesson.title
    toy.act("step")
    toy.wait_for_step(1)


def test_another_lesson_while_running_starts_paused_at_its_own_speed(digits: Driven) -> None:
    digits.run_past(20)
    digits.open(Lesson.load("toy-bias"))
    snapshot = digits.wait_for(lambda s: s.lesson.id == "toy-bias")
    assert (snapshot.state, snapshot.position.step, snapshot.batches) == (State.PAUSED, 0, 0)
    assert "10 op/s" in digits.labels()
    assert digits.button("run").text() == "Run"
    digits.open(digits_lesson())
    digits.wait_for(lambda s: s.lesson.id == "digits-sigmoid")
    assert "10 op/s" not in digits.labels()


def test_a_users_own_file_is_opened_named_and_can_be_chosen_again(
    toy: Driven, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = own_lesson(tmp_path / "own.toml", **{"value = 0.5": "value = 0.25"})
    choose_file(toy, path, monkeypatch)
    toy.wait_for(lambda s: s.lesson.id == "mine")
    combo = lessons(toy)
    assert combo.currentText() == "My own"
    assert "My own" in toy.window.windowTitle()
    for name, title, first in (("toy-bias", "Toy 2-3-2-1 with bias", 0.5), ("mine", "My own", 0.25)):
        combo.showPopup()
        combo.view().setCurrentIndex(combo.model().index(combo.findText(title), 0))
        toy.press("Return", combo.view())
        snapshot = toy.wait_for(lambda s, name=name: s.lesson.id == name)
        assert snapshot.tensors["W1"][0, 0] == first
    assert combo.findText("My own") == combo.count() - 1  # listed once


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("format = 1\nid = 'broken", "own.toml"),
        ("format = 1\nid = 'mine'\ncolour = 3\n", "colour"),
        (None, "learning_rate"),
    ],
    ids=["not TOML", "unknown key", "rate of the wrong sign"],
)
def test_a_bad_lesson_file_is_said_and_the_run_kept(
    text: str | None, said: str, digits: Driven, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "own.toml"
    if text is None:
        own_lesson(path, **{"learning_rate = 0.1": "learning_rate = -1.0"})
    else:
        path.write_text(text)
    digits.run_past(20)
    before = digits.pause()
    index = lessons(digits).currentIndex()
    choose_file(digits, path, monkeypatch)
    lines = digits.window.messages.text.splitlines()  # one for each fault
    assert said in lines[0]
    assert all(str(path) in line for line in lines)
    assert all(len(line) < 300 for line in lines)
    assert lessons(digits).currentIndex() == index
    after = digits.after("step")
    assert after.generation == before.generation
    assert after.position.batch == before.position.batch + 1


def test_a_file_that_is_gone_is_said_and_the_run_kept(
    toy: Driven, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_file(toy, tmp_path / "nowhere.toml", monkeypatch)
    assert "nowhere.toml" in toy.window.messages.text
    assert toy.after("step").lesson.id == "toy-bias"


# ---- data that are missing ---------------------------------------------------------------------------------------


@pytest.fixture
def without_mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder without MNIST, on a machine that has it nowhere else."""
    for name in ("XDG_DATA_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.delenv("BACKSTEP_DATA", raising=False)
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def test_missing_mnist_offers_the_digits(open_window: OpenWindow, without_mnist: Path) -> None:
    overrides = {"run.executor": "numpy"}
    driven = open_window(Lesson.load("mnist-sigmoid-777", overrides), data_dir=without_mnist)
    qtbot, window = driven.qtbot, driven.window
    qtbot.waitUntil(lambda: bool(window.findChildren(DownloadDialog)), timeout=WAIT)
    (dialog,) = window.findChildren(DownloadDialog)
    assert dialog.isVisible()
    assert driven.notices[-1].state is State.FAILED
    assert "MNIST" in window.messages.text
    assert "NOT OPENED" in driven.labels()
    assert not any(driven.button(name).isEnabled() for name in ("step", "finish_phase", "finish_batch", "run", "reset"))
    (offer,) = [b for b in dialog.findChildren(QPushButton) if "digits" in b.text()]
    driven.click(offer)
    snapshot = driven.wait_for(lambda s: s.lesson.data.source == "digits")
    assert (snapshot.tensors["W1"].shape, snapshot.tensors["W2"].shape) == ((64, 30), (30, 10))
    assert snapshot.image_shape == (8, 8)
    assert not window.messages.isVisible()
    assert driven.button("step").isEnabled()
    qtbot.waitUntil(lambda: not window.findChildren(DownloadDialog), timeout=WAIT)
    driven.activate()
    driven.act("step")
    driven.wait_for_step(1)


def test_missing_mnist_closed_leaves_a_window_that_opens_other_lessons(
    open_window: OpenWindow, without_mnist: Path
) -> None:
    driven = open_window(Lesson.load("mnist-sigmoid-777", {"run.executor": "numpy"}), data_dir=without_mnist)
    driven.qtbot.waitUntil(lambda: bool(driven.window.findChildren(DownloadDialog)), timeout=WAIT)
    driven.press("Esc", driven.window.findChildren(DownloadDialog)[0])
    driven.qtbot.waitUntil(lambda: not driven.window.findChildren(DownloadDialog), timeout=WAIT)
    driven.activate()
    for name in ("theme_dark", "theme_light", "orientation", "log_axis", "rate_up"):
        driven.act(name)  # nothing to show, nothing to break
    driven.open(Lesson.load("toy-bias"))
    driven.wait_for(lambda s: s.lesson.id == "toy-bias")
    assert not driven.window.messages.isVisible()
    driven.act("step")
    driven.wait_for_step(1)


@pytest.mark.parametrize("damaged", [False, True], ids=["missing", "damaged"])
def test_downloaded_mnist_opens_the_lesson_that_was_asked_for(
    damaged: bool, open_window: OpenWindow, mnist_dir: Path, without_mnist: Path
) -> None:
    raw = without_mnist / "MNIST" / "raw"
    raw.mkdir(parents=True)
    if damaged:
        for name in FILES:
            (raw / name).symlink_to(mnist_dir / "MNIST" / "raw" / name)
        (raw / "t10k-labels-idx1-ubyte").unlink()
        (raw / "t10k-labels-idx1-ubyte").write_bytes(b"half of it")
    driven = open_window(Lesson.load("mnist-sigmoid-777", {"run.executor": "numpy"}), data_dir=without_mnist)
    driven.qtbot.waitUntil(lambda: bool(driven.window.findChildren(DownloadDialog)), timeout=WAIT)
    (dialog,) = driven.window.findChildren(DownloadDialog)
    assert ("t10k-labels-idx1-ubyte is damaged" in driven.window.messages.text) == damaged
    roots = []

    def arrive(root: Path, progress: object, cancelled: object) -> None:
        roots.append(root)
        for name in FILES:
            (root / "MNIST" / "raw" / name).unlink(missing_ok=True)
            (root / "MNIST" / "raw" / name).symlink_to(mnist_dir / "MNIST" / "raw" / name)

    dialog._download = arrive
    driven.click(next(b for b in dialog.findChildren(QPushButton) if b.text() == "Download"))
    snapshot = driven.wait_for(lambda s: s.lesson.id == "mnist-sigmoid-777")
    assert roots == [without_mnist]
    assert (snapshot.lesson.data.source, snapshot.image_shape) == ("mnist", (28, 28))
    assert snapshot.tensors["W1"].shape == (784, 30)
    assert not driven.window.messages.isVisible()
    driven.qtbot.waitUntil(lambda: not driven.window.findChildren(DownloadDialog), timeout=WAIT)
    driven.activate()
    driven.after("step")
    driven.wait_for_step(1)


# ---- themes ------------------------------------------------------------------------------------------------------


def commonest(widget: QWidget) -> str:
    """The colour that most of a widget's picture has."""
    image = widget.grab().toImage()
    counts: dict[int, int] = {}
    for y in range(0, image.height(), 3):
        for x in range(0, image.width(), 3):
            pixel = image.pixel(x, y)
            counts[pixel] = counts.get(pixel, 0) + 1
    return QColor(max(counts, key=lambda pixel: counts[pixel])).name().upper()


def assert_wears(window: MainWindow, theme: Theme) -> None:
    expected = {view: theme.surface for view in window.views}
    expected |= {window.toolbar: theme.bg, window.status: theme.bg, window.health: theme.sunken}
    seen = {type(view).__name__: commonest(view) for view in window.views}
    assert seen == {type(view).__name__: colour for view, colour in expected.items()}
    assert commonest(window.menuBar()) == theme.bg
    for splitter in window.splitters.values():
        handle = splitter.handle(1)
        centre = handle.mapTo(window, QPoint(handle.width() // 2, handle.height() // 2))
        assert window.grab().toImage().pixelColor(centre).name().upper() == theme.line


@pytest.mark.parametrize("lesson", ["toy", "digits"])
def test_every_panel_changes_its_colours_with_the_theme(lesson: str, request: pytest.FixtureRequest) -> None:
    driven: Driven = request.getfixturevalue(lesson)
    driven.act("finish_batch")
    driven.wait_for(lambda s: s.position.step == len(s.program))
    driven.window.messages.tell("A sentence.")
    assert_wears(driven.window, LIGHT)
    before = {view: view.grab().toImage() for view in driven.window.views}
    driven.act("theme_dark")
    assert_wears(driven.window, DARK)
    assert commonest(driven.window.messages) == DARK.errsoft
    driven.act("theme_light")
    assert_wears(driven.window, LIGHT)
    assert commonest(driven.window.messages) == LIGHT.errsoft
    assert [type(v).__name__ for v in before if v.grab().toImage() != before[v]] == []


def test_theme_of_the_system_is_followed_and_a_choice_is_not(toy: Driven, monkeypatch: pytest.MonkeyPatch) -> None:
    hints = QGuiApplication.styleHints()
    toy.act("theme_system")
    try:
        for scheme in (Qt.ColorScheme.Dark, Qt.ColorScheme.Light):
            monkeypatch.setattr("gui.main_window.system_theme", lambda s=scheme: DARK if s.name == "Dark" else LIGHT)
            hints.colorSchemeChanged.emit(scheme)
            assert toy.window.theme is (DARK if scheme == Qt.ColorScheme.Dark else LIGHT)
        toy.act("theme_light")
        monkeypatch.setattr("gui.main_window.system_theme", lambda: DARK)
        hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
        assert toy.window.theme is LIGHT
    finally:
        monkeypatch.undo()
    toy.act("theme_system")
    assert toy.window.theme is system_theme()


def test_theme_and_splitters_are_remembered(open_window: OpenWindow, settings: QSettings) -> None:
    first = open_window()
    first.wait_for(lambda s: True)
    first.act("theme_dark")
    first.window.splitters["across"].setSizes([700, 900])
    sizes = first.window.splitters["across"].sizes()
    first.window.close()
    second = open_window()
    second.wait_for(lambda s: True)
    assert second.window.theme is DARK
    assert second.window.actions_by_id["theme_dark"].isChecked()
    assert second.window.splitters["across"].sizes() == sizes


def test_settings_that_make_no_sense_do_no_harm(open_window: OpenWindow, settings: QSettings) -> None:
    for key in ("geometry", "splitter/left", "splitter/across", "theme"):
        settings.setValue(key, "rubbish")
    driven = open_window()
    driven.wait_for_step(0)
    assert driven.window.theme in (LIGHT, DARK)
    assert driven.window.isVisible()
