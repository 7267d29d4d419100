"""Files in the window: runs saved and opened to the same numbers, recent files, earlier runs, files dropped on it."""

from __future__ import annotations

import gc
import json
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QMenu, QMessageBox, QPushButton, QWidget

from engine.breakpoints import AtStep, with_added
from engine.lesson import LESSONS_DIR, Lesson
from engine.recording import Recording, RecordingError
from gui.background import Job, beside_the_window
from gui.views.csv_dialog import CsvDialog
from tests.gui.driven import WAIT, Driven, digits_lesson


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Answers the dialogs that ask for a file."""

    def answer(path: Path) -> None:
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
        monkeypatch.setattr(QFileDialog, "open", lambda dialog: dialog.fileSelected.emit(str(path)))

    return answer


def listed(driven: Driven, title: str) -> QMenu:
    """A menu in the file menu, made up as when it is looked at."""
    (menu,) = [m for m in driven.window.menuBar().findChildren(QMenu) if m.title() == title]
    menu.aboutToShow.emit()
    return menu


def drop(driven: Driven, *paths: Path) -> bool:
    """Drag files over the window and let go; whether it would take them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(50, 50).toPoint(), Qt.DropAction.CopyAction, data, *buttons)
    QApplication.sendEvent(driven.window, enter)
    if enter.isAccepted():
        QApplication.sendEvent(driven.window, QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, *buttons))
    return enter.isAccepted()


def saved(driven: Driven) -> None:
    """Wait until what was to be saved has been written, and that has been told."""
    told = driven.window.messages
    driven.qtbot.waitUntil(lambda: not driven.window.files.saving and told.text.startswith("Saved as"), timeout=WAIT)
    told.hide()


def opened(driven: Driven) -> None:
    """Wait until what was to be opened has been read."""
    driven.qtbot.waitUntil(lambda: not driven.window.files.opening, timeout=WAIT)


def test_a_saved_run_opens_to_the_same_numbers_and_the_same_window(
    toy: Driven, ask: Callable[[Path], None], tmp_path: Path
) -> None:
    bridge = toy.window.bridge
    bridge.run_to(22, 7)
    toy.wait_for_step(22, 7)
    bridge.set("optimizer.learning_rate", 0.05)
    bridge.run_to(9, 11)
    toy.wait_for_step(9, 11)
    bridge.set_breakpoints(with_added((), AtStep(12)))
    bridge.set_watches(("norm(dW2)",))
    toy.wait_for(lambda s: bool(s.breakpoints and s.watches))
    toy.act("show_stops")
    toy.act("log_axis")
    toy.window.splitters["across"].setSizes([900, 500])
    sizes = toy.window.splitters["across"].sizes()
    then = toy.now
    ask(tmp_path / "homework")
    toy.act("save")
    path = tmp_path / "homework.backstep"
    toy.qtbot.waitUntil(lambda: toy.window.messages.text == f"Saved as {path}.", timeout=WAIT)
    saved(toy)
    table = json.loads(path.read_text())  # a plain reader
    assert (table["batch"], table["step"], table["lesson"]["id"]) == (11, 9, "toy-bias")
    assert [(entry["key"], entry["new"]) for entry in table["log"]] == [("optimizer.learning_rate", 0.05)]
    toy.act("show_step")
    toy.act("log_axis")
    toy.window.splitters["across"].setSizes([700, 700])
    toy.open(Lesson.load("toy"))
    toy.wait_for(lambda s: s.lesson.id == "toy")
    ask(path)
    toy.act("open")
    again = toy.wait_for_step(9, 11)
    assert again.tensors.vector.tobytes() == then.tensors.vector.tobytes()
    assert [p.condition for p in again.breakpoints] == [AtStep(12)]
    assert [w.text for w in again.watches] == ["norm(dW2)"]
    assert toy.window.explanation.shown == "stops"
    assert toy.window.curves.arrangement()["loss_axis"] == "linear"
    assert toy.window.splitters["across"].sizes() == sizes
    toy.act("step")
    toy.wait_for_step(10, 11)
    toy.act("save")  # where it came from, without asking
    saved(toy)
    assert json.loads(path.read_text())["step"] == 10


def test_numbers_that_differ_are_said(toy: Driven, ask: Callable[[Path], None], tmp_path: Path) -> None:
    toy.window.bridge.run_to(22, 3)
    toy.wait_for_step(22, 3)
    ask(tmp_path / "run.backstep")
    toy.act("save_as")
    saved(toy)
    table = json.loads((tmp_path / "run.backstep").read_text())
    (tmp_path / "run.backstep").write_text(json.dumps({**table, "digest": "0" * 64}))
    toy.act("open")
    toy.wait_for(lambda s: s.refusal.number > 0)
    assert "The numbers differ from the recording's" in toy.window.messages.text


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("run.backstep", "{", "is not a recording"),
        ("run.backstep", '{"backstep": 99}', "has format 99; this version reads format 1"),
        ("mine.toml", "format = 1", "mine.toml: id is missing"),
        ("nothing.toml", None, "nothing.toml"),
        ("mine.CSV", "a,b\n1,2\n", "mine.CSV is a table of data and no lesson."),
    ],
)
def test_what_cannot_be_opened_is_said_and_the_run_stays(
    name: str, content: str | None, says: str, toy: Driven, tmp_path: Path
) -> None:
    toy.window.bridge.run_to(12, 1)
    toy.wait_for_step(12)
    if content is not None:
        (tmp_path / name).write_text(content)
    assert drop(toy, tmp_path / name)
    opened(toy)
    assert says in toy.window.messages.text
    assert (toy.now.lesson.id, toy.now.position.step) == ("toy-bias", 12)


def test_a_folder_that_cannot_be_written_loses_nothing(
    toy: Driven, ask: Callable[[Path], None], tmp_path: Path
) -> None:
    toy.act("step")
    toy.wait_for_step(1)
    ask(tmp_path / "no such folder" / "run.backstep")
    toy.act("save")
    said = "cannot be written (No such file or directory); the run is as it was."
    toy.qtbot.waitUntil(lambda: said in toy.window.messages.text, timeout=WAIT)
    assert toy.now.position.step == 1


def test_files_that_were_used_are_offered_again(toy: Driven, ask: Callable[[Path], None], tmp_path: Path) -> None:
    assert [action.text() for action in listed(toy, "Open recent").actions()] == ["None yet"]
    mine = tmp_path / "mine.toml"
    mine.write_text((LESSONS_DIR / "toy.toml").read_text())
    assert drop(toy, mine)
    opened(toy)
    toy.wait_for(lambda s: s.lesson.id == "toy")
    ask(tmp_path / "run.backstep")
    toy.act("save")
    saved(toy)
    menu = listed(toy, "Open recent")
    assert [action.text() for action in menu.actions()] == ["&1  run.backstep", "&2  mine.toml"]
    menu.actions()[1].trigger()
    opened(toy)
    toy.wait_for(lambda s: s.lesson.id == "toy" and s.position.step == 0)
    assert [action.text() for action in listed(toy, "Open recent").actions()] == ["&1  mine.toml", "&2  run.backstep"]
    assert not drop(toy, mine, tmp_path / "run.backstep"), "one at a time"


def test_a_run_that_was_left_can_be_returned_to(toy: Driven) -> None:
    toy.window.bridge.run_to(9, 4)
    there = toy.wait_for_step(9, 4)
    toy.open(digits_lesson())
    toy.wait_for(lambda s: s.lesson.id == "digits-sigmoid")
    menu = listed(toy, "Earlier runs")
    assert [action.text() for action in menu.actions()] == ["Toy 2-3-2-1 with bias, batch 4, rate 0.1"]
    menu.actions()[0].trigger()
    back = toy.wait_for_step(9, 4)
    assert back.tensors.vector.tobytes() == there.tensors.vector.tobytes()
    toy.act("reset")
    toy.wait_for_step(0)
    assert len(listed(toy, "Earlier runs").actions()) == 1, "the same run is listed once, one not begun is not"


# ---- while a file is read --------------------------------------------------------------------------------------------


class Slow:
    """Lets files named slow… be read only when ``go_on`` is set; who read them."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.threads: list[threading.Thread] = []
        self.load = Lesson.load

    def __call__(self, lesson: str | Path) -> Lesson:
        if isinstance(lesson, Path) and lesson.stem.startswith("slow"):
            self.threads.append(threading.current_thread())
            self.begun.set()
            assert self.go_on.wait(WAIT)
        return self.load(lesson)

    def end(self) -> None:
        """Let everything be read to its end."""
        self.go_on.set()
        for thread in self.threads:
            thread.join()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    reader = Slow()
    monkeypatch.setattr(Lesson, "load", staticmethod(reader))
    yield reader
    reader.end()


def named(folder: Path, name: str, lesson: str) -> Path:
    path = folder / name
    path.write_text((LESSONS_DIR / f"{lesson}.toml").read_text())
    return path


def cancel_button(driven: Driven) -> QPushButton:
    (button,) = [b for b in driven.window.messages.findChildren(QPushButton) if b.isVisible()]
    return button


def test_the_window_goes_on_while_a_file_is_read(toy: Driven, slow: Slow, tmp_path: Path) -> None:
    bar = toy.window.messages
    assert drop(toy, named(tmp_path, "slow.toml", "xor"))
    toy.qtbot.waitUntil(lambda: bar.text == "Opening slow.toml…", timeout=WAIT)
    assert bar.busy
    assert toy.after("step").position.step == 1
    assert bar.text == "Opening slow.toml…", "a Snapshot says nothing about the file"
    assert slow.threads[0] is not threading.main_thread()
    slow.go_on.set()
    toy.wait_for(lambda s: s.lesson.id == "xor")
    assert bar.text == ""
    assert [action.text() for action in listed(toy, "Open recent").actions()] == ["&1  slow.toml"]


def test_what_takes_long_to_read_can_be_given_up(toy: Driven, slow: Slow, tmp_path: Path) -> None:
    bar = toy.window.messages
    assert drop(toy, named(tmp_path, "slow.toml", "xor"))
    toy.qtbot.waitUntil(lambda: bar.busy, timeout=WAIT)
    assert cancel_button(toy).text() == "Cancel"
    toy.click(cancel_button(toy))
    assert bar.text == ""
    assert not toy.window.files.opening
    slow.end()
    assert toy.after("step").lesson.id == "toy-bias"
    assert [action.text() for action in listed(toy, "Open recent").actions()] == ["None yet"]


@pytest.mark.parametrize("meanwhile", ["a file", "a lesson"])
def test_what_is_opened_last_wins(meanwhile: str, toy: Driven, slow: Slow, tmp_path: Path) -> None:
    assert drop(toy, named(tmp_path, "slow.toml", "xor"))
    assert slow.begun.wait(WAIT)
    if meanwhile == "a file":
        assert drop(toy, named(tmp_path, "quick.toml", "moons"))
    else:
        toy.open(Lesson.load("moons"))
    toy.wait_for(lambda s: s.lesson.id == "moons")
    slow.end()
    assert toy.after("step").lesson.id == "moons"
    assert not toy.window.files.opening
    assert toy.window.messages.text == ""


def test_the_window_closes_while_a_file_is_read(toy: Driven, slow: Slow, tmp_path: Path) -> None:
    assert drop(toy, named(tmp_path, "slow.toml", "xor"))
    assert slow.begun.wait(WAIT)
    toy.end()
    assert slow.threads[0].is_alive(), "nobody waited for it"
    assert slow.threads[0].daemon, "nor does the end of the program"


def test_an_error_that_nobody_thought_of_is_said(
    toy: Driven, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(lesson: object) -> Lesson:
        raise MemoryError("no room")

    monkeypatch.setattr(Lesson, "load", staticmethod(broken))
    assert drop(toy, named(tmp_path, "mine.toml", "toy"))
    opened(toy)
    assert toy.window.messages.text == f"{tmp_path / 'mine.toml'}: cannot be read: no room"
    assert "reading" in caplog.text


# ---- while a file is written -----------------------------------------------------------------------------------------


class SlowSave:
    """Lets runs be written only when ``go_on`` is set; who wrote them, and whether ever two at once."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.threads: list[threading.Thread] = []
        self.save = Recording.save
        self.at_once = False

    def __call__(self, recording: Recording, path: Path) -> None:
        self.at_once |= any(thread.is_alive() for thread in self.threads)
        self.threads.append(threading.current_thread())
        self.begun.set()
        assert self.go_on.wait(WAIT / 1000)
        self.save(recording, path)


@pytest.fixture
def slow_save(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowSave]:
    writer = SlowSave()
    monkeypatch.setattr(Recording, "save", lambda *parts: writer(*parts))
    yield writer
    writer.go_on.set()
    for thread in writer.threads:
        thread.join()


def test_the_window_goes_on_while_a_run_is_written(
    toy: Driven, slow_save: SlowSave, ask: Callable[[Path], None], tmp_path: Path
) -> None:
    ask(tmp_path / "run.backstep")
    toy.act("save")
    toy.qtbot.waitUntil(lambda: toy.window.messages.text == "Saving run.backstep…", timeout=WAIT)
    assert toy.after("step").position.step == 1
    toy.act("save_as")  # the run as it stands now; of two files of one name, the later one stays
    slow_save.go_on.set()
    saved(toy)
    assert threading.main_thread() not in slow_save.threads
    assert not slow_save.at_once
    assert Recording.load(tmp_path / "run.backstep").step == 1


def test_the_window_does_not_end_before_its_run_is_written(
    toy: Driven,
    slow_save: SlowSave,
    ask: Callable[[Path], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, wait = tmp_path / "run.backstep", Job.wait

    def waited(job: Job[object], seconds: float) -> bool:
        """It goes on when somebody waits for it, and not before."""
        if seconds:
            slow_save.go_on.set()
        return wait(job, seconds)

    monkeypatch.setattr(Job, "wait", waited)
    ask(path)
    toy.act("save")
    assert slow_save.begun.wait(WAIT / 1000)
    toy.window.close()
    assert not path.exists()
    toy.end()
    assert Recording.load(path).batch == 1


def test_a_run_that_is_opened_meanwhile_does_not_take_the_file(
    toy: Driven, slow_save: SlowSave, ask: Callable[[Path], None], tmp_path: Path
) -> None:
    ask(tmp_path / "run.backstep")
    toy.act("save")
    assert slow_save.begun.wait(WAIT / 1000)
    toy.open(Lesson.load("xor"))
    toy.wait_for(lambda s: s.lesson.id == "xor")
    slow_save.go_on.set()
    saved(toy)
    ask(tmp_path / "other.backstep")
    toy.act("save")  # it asks
    saved(toy)
    assert Recording.load(tmp_path / "run.backstep").log.lesson.id == "toy-bias"
    assert Recording.load(tmp_path / "other.backstep").log.lesson.id == "xor"


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (RecordingError("the lesson names a path that is no text"), "the lesson names a path that is no text"),
        (MemoryError("no room"), "run.backstep cannot be written (no room); the run is as it was."),
    ],
)
def test_whatever_keeps_a_run_from_being_written_is_said(
    error: Exception,
    says: str,
    toy: Driven,
    ask: Callable[[Path], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(Recording, "save", broken)
    ask(tmp_path / "run.backstep")
    toy.act("save")
    toy.qtbot.waitUntil(lambda: toy.window.messages.text.endswith(says), timeout=WAIT)


@pytest.mark.parametrize(("typed", "there"), [("run", "run.backstep"), ("run.v2", "run.v2.backstep")])
def test_no_run_is_replaced_unasked(typed: str, there: str, toy: Driven, tmp_path: Path) -> None:
    """Typed without its ending, as everybody does."""
    (tmp_path / there).write_text("precious")
    toy.act("save_as")
    (dialog,) = toy.window.findChildren(QFileDialog)
    dialog.setDirectory(str(tmp_path))
    (line,) = dialog.findChildren(QLineEdit, "fileNameEdit")
    line.setText(typed)
    asked: list[str] = []

    def refuse() -> None:
        (box,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()]
        asked.append(box.text())
        box.button(QMessageBox.StandardButton.No).click()

    def answer() -> None:
        """The dialog asks in a loop of its own; where it does not, the same dialog comes up once more."""
        for other in toy.window.findChildren(QFileDialog):
            if other is not dialog and other.isVisible():
                QTimer.singleShot(0, other, refuse)
                other.accept()

    if typed == "run":
        QTimer.singleShot(0, dialog, refuse)
    dialog.accept()
    answer()
    assert len(asked) == 1
    assert there in asked[0]
    assert not toy.window.files.saving
    assert (tmp_path / there).read_text() == "precious"
    for left in toy.window.findChildren(QFileDialog):
        left.reject()


def test_the_interpreter_is_left_as_it_was() -> None:
    before = sys.getswitchinterval(), gc.isenabled()

    def fail() -> None:
        with beside_the_window:
            with beside_the_window:
                assert sys.getswitchinterval() < before[0]
                assert not gc.isenabled()
            assert sys.getswitchinterval() < before[0], "another thread still reads"
            raise ValueError("damaged")

    with pytest.raises(ValueError, match="damaged"):
        fail()
    assert (sys.getswitchinterval(), gc.isenabled()) == before


def text_of(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel))


def test_a_network_is_built_on_a_table_that_was_dropped(toy: Driven, tmp_path: Path) -> None:
    table = tmp_path / "flowers.csv"
    table.write_text("long,wide,kind\n" + "".join(f"{i},{i % 3},{'ab'[i % 2]}\n" for i in range(20)))
    toy.window.files.open(table)
    toy.qtbot.waitUntil(lambda: "flowers.csv is a table of data" in toy.window.messages.text, timeout=WAIT)
    (button,) = [b for b in toy.window.messages.findChildren(QPushButton) if b.text() == "Build on it…"]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    toy.qtbot.waitUntil(lambda: bool(toy.window.findChildren(CsvDialog)), timeout=WAIT)
    (dialog,) = toy.window.findChildren(CsvDialog)
    toy.qtbot.waitUntil(lambda: "2 inputs, 2 classes" in text_of(dialog), timeout=WAIT)
    assert not toy.window.messages.isVisible()
    dialog.reject()
