"""The export dialog: what it writes is read back, and what cannot be written is said in it."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import threading
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from engine.export import metrics, worked
from engine.lesson import Lesson
from engine.snapshot import Snapshot, State
from engine.trainer import Trainer
from gui.theme import DARK, LIGHT
from gui.views.export_dialog import ExportDialog, Going, Kind
from tests.gui.driven import WAIT, Driven

Open = Callable[..., ExportDialog]


def trained() -> Trainer:
    trainer = Trainer(Lesson.load("toy-bias"))
    trainer.run(3)
    trainer.learning_rate = 0.05
    trainer.run(2)
    trainer.step()
    return trainer


@pytest.fixture
def panels(qtbot: QtBot) -> dict[str, QLabel]:
    found = {"Network": QLabel("a net"), "Tensors": QLabel("matrices")}
    for panel in found.values():
        panel.resize(80, 40)
        qtbot.addWidget(panel)
    return found


@pytest.fixture
def dialog(qtbot: QtBot, panels: dict[str, QLabel], tmp_path: Path) -> ExportDialog:
    """At step 1 of batch 6 of toy-bias."""
    found = ExportDialog(Snapshot.of(trained(), 1, State.PAUSED), panels, folder=tmp_path)
    qtbot.addWidget(found)
    found.show()
    return found


def export(dialog: ExportDialog, kind: Kind, **options: object) -> bytes:
    """Choose, press Export, wait; the content of what was written."""
    dialog.kind = kind
    dialog.choose(**options)
    dialog.start()
    wait(dialog)
    assert dialog.written is not None, dialog.note
    assert str(dialog.written) in dialog.note
    return dialog.written.read_bytes()


def wait(dialog: ExportDialog) -> None:
    for _ in range(WAIT // 5):
        if not dialog.busy:
            return
        QTest.qWait(5)
    pytest.fail("the export does not end")


def test_every_kind_is_written_and_read_back(dialog: ExportDialog, tmp_path: Path) -> None:
    trainer = trained()
    with np.load(io.BytesIO(export(dialog, Kind.ARRAYS)), allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["z1"], trainer.tensors["z1"])
        assert "z2" not in arrays
    rows = list(csv.DictReader(io.StringIO(export(dialog, Kind.METRICS, form="csv").decode())))
    assert [float(row["loss"]) for row in rows] == trainer.metrics.loss.values().tolist()
    with Image.open(io.BytesIO(export(dialog, Kind.PICTURE, of="Tensors", form="png", scale=3))) as picture:
        assert picture.size == (240, 120)
    root = ElementTree.fromstring(export(dialog, Kind.PICTURE, of="Network", form="svg"))
    assert "a net" in "".join(root.itertext())
    for dialect in ("numpy", "torch"):
        script = export(dialog, Kind.CODE, form=dialect).decode()
        assert "learning_rate = 0.05" in script
        assert ("import torch" in script) is (dialect == "torch")
    text = export(dialog, Kind.WORKED, form="md", blanks=True).decode()
    assert text.startswith("# Toy 2-3-2-1 with bias: batch 6 worked out")
    assert "## Answers" in text
    assert export(dialog, Kind.WORKED, form="pdf", blanks=False).startswith(b"%PDF-")
    assert sorted(os.listdir(tmp_path)) == [
        "toy-bias-batch6-numpy.py", "toy-bias-batch6-step1.npz", "toy-bias-batch6-torch.py",
        "toy-bias-batch6-worked.md", "toy-bias-batch6-worked.pdf", "toy-bias-metrics.csv", "toy-bias-network.svg",
        "toy-bias-tensors.png",
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["md", "pdf"])
def test_a_worksheet_has_its_answers_where_they_are_wanted(form: str, dialog: ExportDialog, tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")

    def text(content: bytes) -> str:
        if form == "md":
            return content.decode()
        return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).replace("\t", " ")

    answers = tmp_path / f"toy-bias-batch6-worked-answers.{form}"
    assert not dialog._answers.isEnabled(), "without blanks there is nothing to answer"
    assert "Answers" in text(export(dialog, Kind.WORKED, form=form, blanks=True, answers="end", digits=3))
    assert "3 significant digits" in text(dialog.written.read_bytes())
    assert not answers.exists()
    assert "Answers" not in text(export(dialog, Kind.WORKED, form=form, blanks=True, answers="none"))
    assert not answers.exists()
    answers.write_bytes(b"old")
    dialog.path = tmp_path / f"toy-bias-batch6-worked.{form}"
    dialog.written.unlink()
    dialog.choose(answers="apart")
    assert dialog.note == f"{answers.name} is there already and will be replaced."
    sheet = text(export(dialog, Kind.WORKED, form=form, blanks=True, answers="apart"))
    assert dialog.note.endswith(f"The answers: {answers.name}")
    assert "Answers" not in sheet
    assert "Answers" in text(answers.read_bytes())
    assert "Step 1" not in text(answers.read_bytes())


def test_it_says_how_the_arrays_are_stored(dialog: ExportDialog) -> None:
    """toy-bias is written with units as rows; its file has them as columns, as in every other lesson."""
    with np.load(io.BytesIO(export(dialog, Kind.ARRAYS)), allow_pickle=False) as arrays:
        assert arrays["W1"].shape == (2, 3)
        assert arrays["z1"].shape == (1, 3)
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "n_in x n_out, with a row per example in z and a (z = x W + b), however the window turns them" in said


def test_the_script_that_it_writes_runs_alone(dialog: ExportDialog, tmp_path: Path) -> None:
    export(dialog, Kind.CODE, form="numpy")
    ran = subprocess.run([sys.executable, "-I", str(dialog.written)], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("batch 6: the same numbers as in the run")


def test_tensorboard_gets_a_folder(dialog: ExportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What its reader finds in the file is tested where it is made; loading its packages takes seconds."""

    def events(series: object, folder: Path, batches: int) -> Path:
        assert batches == 5
        folder.mkdir()
        (folder / metrics.EVENT_FILE).write_bytes(b"events")
        return folder / metrics.EVENT_FILE

    monkeypatch.setattr(metrics, "write_events", events)
    assert export(dialog, Kind.METRICS, form="events") == b"events"
    assert dialog.written == tmp_path / "toy-bias-metrics" / "events.out.tfevents.backstep"


def test_metrics_end_where_the_snapshot_stands(qtbot: QtBot, tmp_path: Path) -> None:
    """However far the run, whose series it shares, has gone since."""
    trainer = trained()
    dialog = ExportDialog(Snapshot.of(trainer, 1, State.RUNNING), {"Network": QLabel()}, folder=tmp_path)
    qtbot.addWidget(dialog)
    trainer.run(3)
    assert len(export(dialog, Kind.METRICS, form="csv").decode().splitlines()) == 1 + 5


def test_it_says_what_is_left_out_of_the_arrays(dialog: ExportDialog) -> None:
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "after step 1 of batch 6" in said
    assert "yet to compute them: ∂W1, ∂b1," in said
    assert "z3 and 3 more." in said
    trainer = trained()
    trainer.finish_batch()
    dialog.show_snapshot(Snapshot.of(trainer, 1, State.PAUSED))
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "after step 22 of batch 6" in said
    assert "yet to compute" not in said


@pytest.mark.parametrize("kind", [Kind.ARRAYS, Kind.METRICS, Kind.PICTURE, Kind.CODE, Kind.WORKED])
def test_a_folder_that_is_not_there_is_told_in_place(kind: Kind, dialog: ExportDialog, tmp_path: Path) -> None:
    dialog.kind = kind
    path = tmp_path / "missing" / dialog.path.name
    dialog.path = path
    dialog.start()
    wait(dialog)
    assert dialog.note == f"{path} cannot be written: No such file or directory"
    assert dialog.written is None
    assert dialog.isVisible()
    assert os.listdir(tmp_path) == []


def test_a_full_disk_leaves_the_old_file(dialog: ExportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    dialog.path = tmp_path / "old.npz"
    dialog.path.write_bytes(b"old")
    dialog.path = tmp_path / "old.npz"
    assert dialog.note == "This file is there already and will be replaced."
    monkeypatch.setattr(os, "fsync", full)
    dialog.start()
    wait(dialog)
    assert dialog.note.endswith("old.npz cannot be written: No space left on device")
    assert (tmp_path / "old.npz").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["old.npz"]


def test_a_running_run_cannot_be_worked_out_and_says_so(dialog: ExportDialog) -> None:
    dialog.show_snapshot(Snapshot.of(trained(), 1, State.RUNNING))
    for form in ("pdf", "md"):
        dialog.kind = Kind.WORKED
        dialog.choose(form=form)
        dialog.start()
        wait(dialog)
        assert "pause it first" in dialog.note


def test_without_a_name_it_asks_for_one(dialog: ExportDialog) -> None:
    dialog._path.setText("  ")
    dialog.start()
    assert dialog.note == "Say where it is to be written."


def test_a_name_that_ends_as_another_kind_is_refused(dialog: ExportDialog, tmp_path: Path) -> None:
    dialog.kind = Kind.WORKED
    for name in ("sheet.md", "sheet.JPG"):
        dialog.path = tmp_path / name
        dialog.start()
        assert not dialog.busy
        assert "let the name end in .pdf" in dialog.note
        assert not (tmp_path / name).exists()


def test_a_name_of_ones_own_keeps_its_stem(dialog: ExportDialog, tmp_path: Path) -> None:
    dialog.path = tmp_path / "mine.v2.npz"
    dialog.kind = Kind.PICTURE
    assert dialog.path == tmp_path / "mine.v2.png"
    dialog.choose(form="svg")
    assert dialog.path == tmp_path / "mine.v2.svg"
    with pytest.raises(ValueError, match="no option form = 'bmp'"):
        dialog.choose(form="bmp")


def going_on(trainer: Trainer, dialog: ExportDialog) -> None:
    """A batch later, as in a run that goes on behind the dialog."""
    trainer.finish_batch()
    trainer.step()
    dialog.show_snapshot(Snapshot.of(trainer, 1, State.RUNNING))


def field(dialog: ExportDialog) -> QLineEdit:
    (found,) = [line for line in dialog.findChildren(QLineEdit) if line.parent() is dialog]
    return found


def test_a_name_that_is_typed_while_training_runs_stays_as_typed(dialog: ExportDialog, tmp_path: Path) -> None:
    trainer, line = trained(), field(dialog)
    line.selectAll()
    for key, typed in zip("r/", ("r", "r/"), strict=True):
        QTest.keyClicks(line, key)
        going_on(trainer, dialog)
        assert line.text() == typed
    for text in ("", "/", "/tmp/..", "result"):
        line.selectAll()
        QTest.keyClicks(line, text) if text else QTest.keyClick(line, Qt.Key.Key_Delete)
        going_on(trainer, dialog)
        assert line.text() == text
        dialog._list.setFocus()
        going_on(trainer, dialog)
        assert line.text() == text
    dialog.start()
    wait(dialog)
    assert line.text() == str(tmp_path / "result.npz") == str(dialog.written)
    going_on(trainer, dialog)
    assert dialog.note.startswith("Written: "), "what came of it stays to be read"
    assert os.listdir(tmp_path) == ["result.npz"]


def test_a_suggested_name_follows_the_run_unless_it_is_being_changed(dialog: ExportDialog) -> None:
    trainer, line = trained(), field(dialog)
    going_on(trainer, dialog)
    assert dialog.path.name == "toy-bias-batch7-step1.npz"
    line.setFocus()
    line.setCursorPosition(3)
    going_on(trainer, dialog)
    assert (dialog.path.name, line.cursorPosition()) == ("toy-bias-batch7-step1.npz", 3)
    dialog._list.setFocus()
    going_on(trainer, dialog)
    assert dialog.path.name == "toy-bias-batch9-step1.npz"
    export(dialog, Kind.ARRAYS)
    going_on(trainer, dialog)
    assert dialog.path.name == "toy-bias-batch10-step1.npz"
    assert dialog.note.startswith("Written: "), "what came of it stays to be read"


def test_a_file_that_is_chosen_is_asked_about_with_its_ending(
    dialog: ExportDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog.kind = Kind.PICTURE
    (button,) = [b for b in dialog.findChildren(QPushButton) if b.text() == "Choose…"]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    (chooser,) = dialog.findChildren(QFileDialog)
    assert chooser.defaultSuffix() == "png"
    assert chooser.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    assert chooser.selectedFiles() == [str(tmp_path / "toy-bias-network.png")]
    chooser.selectFile(str(tmp_path / "mine"))
    chooser.accept()
    assert dialog.path == tmp_path / "mine.png"


@pytest.mark.parametrize("name", ["/", "..", "."])
def test_what_names_no_file_is_told_and_not_added_to(name: str, dialog: ExportDialog) -> None:
    field(dialog).setText(name)
    for kind in (Kind.PICTURE, Kind.ARRAYS):
        dialog.kind = kind
        dialog.start()
        wait(dialog)
        assert dialog.note.endswith("it is a folder; give the name of a file")


def test_that_a_file_is_there_is_told_of_the_name_with_its_ending(dialog: ExportDialog, tmp_path: Path) -> None:
    (tmp_path / "old.npz").touch()
    field(dialog).selectAll()
    QTest.keyClicks(field(dialog), "old")
    assert dialog.note == "This file is there already and will be replaced."


def test_a_drawing_can_be_cancelled(dialog: ExportDialog, qtbot: QtBot, tmp_path: Path) -> None:
    dialog.kind = Kind.WORKED
    dialog.start()
    assert dialog.busy
    qtbot.mouseClick(
        next(b for b in dialog.findChildren(QPushButton) if b.text() == "Cancel"), Qt.MouseButton.LeftButton
    )
    wait(dialog)
    assert dialog.note == "Cancelled; nothing was written."
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("form", ["pdf", "md"])
def test_a_batch_is_worked_out_beside_the_window(
    form: str, dialog: ExportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 60,000 examples it takes most of a second."""
    threads, real = [], worked.work_out

    def noted(*parts: Any) -> worked.Worked:
        threads.append(threading.current_thread())
        return real(*parts)

    monkeypatch.setattr(worked, "work_out", noted)
    export(dialog, Kind.WORKED, form=form)
    assert threads
    assert threading.main_thread() not in threads


def test_a_batch_that_is_being_worked_out_can_be_given_up(
    dialog: ExportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, real = threading.Event(), worked.work_out
    threads = []

    def slow(*parts: Any) -> worked.Worked:
        threads.append(threading.current_thread())
        assert go_on.wait(WAIT / 1000)
        return real(*parts)

    monkeypatch.setattr(worked, "work_out", slow)
    dialog.kind = Kind.WORKED
    dialog.start()
    assert dialog.busy
    dialog.cancel()
    assert not dialog.busy
    assert dialog.note == "Cancelled; nothing was written."
    go_on.set()
    threads[0].join()
    assert os.listdir(tmp_path) == []


def test_closed_while_it_works_it_gives_up_first(dialog: ExportDialog, tmp_path: Path) -> None:
    dialog.kind = Kind.WORKED
    dialog.start()
    dialog.reject()
    wait(dialog)
    assert not dialog.isVisible()
    assert os.listdir(tmp_path) == []


def test_a_film_of_the_windows_run(toy: Driven, tmp_path: Path) -> None:
    window = toy.window
    panels = {"Network": window.network, "Curves": window.curves}
    going = Going(lambda step, batch: window.bridge.run_to(step, batch), window.painted)
    dialog = ExportDialog(toy.now, panels, DARK, going, tmp_path, window)
    toy.qtbot.addWidget(dialog)
    dialog.open()
    content = export(dialog, Kind.FILM, frames=4, every=3)
    with Image.open(io.BytesIO(content)) as gif:
        assert gif.n_frames == 4
    assert toy.now.position.batch == 10
    for row in range(2):
        dialog._film_of.item(row).setCheckState(Qt.CheckState.Unchecked)
    dialog.start()
    assert dialog.note == "Choose at least one panel for the film."
    dialog._film_of.item(1).setCheckState(Qt.CheckState.Checked)
    dialog.choose(frames=500)
    dialog.start()
    dialog.reject()
    wait(dialog)
    assert not dialog.isVisible()


def test_without_a_run_to_go_on_no_film_is_offered(dialog: ExportDialog) -> None:
    words = [dialog._list.item(row).text() for row in range(dialog._list.count())]
    assert words == ["Arrays", "Metrics", "Picture", "Code", "Worked example, worksheet"]


def test_every_control_has_a_name_and_the_themes_apply(dialog: ExportDialog) -> None:
    dialog.apply_theme(LIGHT)
    assert dialog._list.accessibleName()
    assert all(button.text() for button in dialog.findChildren(QPushButton))


def test_suggested_names_are_ascii_in_any_language(toy: Driven, qtbot: QtBot, tmp_path: Path) -> None:
    window = toy.window
    panels = {"整个窗口": window, "网络": window.network, "解释": window.explanation, "曲线": window.curves}
    dialog = ExportDialog(toy.now, panels, folder=tmp_path)
    qtbot.addWidget(dialog)
    dialog.kind = Kind.PICTURE
    suggested = []
    for name in panels:
        dialog.choose(of=name)
        suggested.append(dialog.path.name)
    words = ("window", "network", "explanation", "curves")
    assert suggested == [f"toy-bias-{word}.png" for word in words]
