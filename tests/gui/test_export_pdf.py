"""The worked example as PDF, read back by a reader of PDF that is not Qt."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication

from engine.export.worked import ROUNDINGS, Contents, work_out
from engine.lesson import Lesson
from engine.program import Program
from engine.trainer import Trainer
from gui import worked_pdf
from gui.worked_pdf import HEIGHT, WIDTH, Sheet, pdf, texts_for

pypdf = pytest.importorskip("pypdf")


def trained(lesson: str, **values: object) -> Trainer:
    trainer = Trainer(Lesson.load(lesson, {"run.executor": "numpy", **values}))
    trainer.run(2)
    return trainer


def texts(content: bytes) -> list[str]:
    """The text of each page."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert all(abs(float(page.mediabox.width) * 96 / 72 - WIDTH) < 2 for page in reader.pages)
    assert all(abs(float(page.mediabox.height) * 96 / 72 - HEIGHT) < 2 for page in reader.pages)
    return [page.extract_text().replace("−", "-").replace("\t", " ") for page in reader.pages]


def test_the_pages_have_the_numbers_of_the_run_as_text(qapp: QApplication) -> None:
    trainer = trained("toy-bias")
    content = pdf(work_out(trainer))
    pages = texts(content)
    whole = "\n".join(pages)
    assert pypdf.PdfReader(io.BytesIO(content)).metadata.title == "Toy 2-3-2-1 with bias: batch 2 worked out"
    numbers = set(re.findall(r"-?\d+\.\d+", whole))
    for step in trainer.program.steps:
        for value in np.unique(trainer.tensors[step.write]):
            assert f"{value:.6g}" in numbers, step
    for index in range(1, 23):
        assert f"Step {index}:" in whole


def test_blanks_hide_the_results_until_the_answers(qapp: QApplication) -> None:
    trainer = trained("toy-bias")
    *sheet, answers = texts(pdf(work_out(trainer), Contents.WITH_ANSWERS))
    assert "Answers" in answers
    assert "Name" in sheet[0]
    for name in ("z1", "z2", "z3", "dW3", "delta1", "W1"):
        value = f"{trainer.tensors[name].flat[0]:.6g}"
        assert value in answers, name
        assert value not in "".join(sheet), name


def test_worksheet_and_answers_are_documents_of_their_own(qapp: QApplication) -> None:
    trainer = trained("xor")
    worked = work_out(trainer, digits=4)
    sheet = "".join(texts(pdf(worked, Contents.WORKSHEET)))
    answers = "".join(texts(pdf(worked, Contents.ANSWERS)))
    for name in ("z2", "delta2", "dW2", "W1"):
        value = f"{trainer.tensors[name].flat[0]:.4g}"
        assert value in answers, name
        assert value not in sheet, name
        assert f"{trainer.tensors[name].flat[0]:.5g}" not in answers, name
    assert "rounded to 4 significant digits" in sheet
    assert "Blank 1:" in sheet
    assert "Name" in sheet
    assert "Answers" not in sheet
    assert "Step 1" not in answers
    assert "Name" not in answers


def test_a_number_has_room_on_its_blank(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written by hand a character takes 2.5 mm; numbers have a sign, a zero and a point besides their digits."""
    lines: list[float] = []
    draw = QPainter.drawLine

    def watched(painter: QPainter, *ends: QPointF) -> None:
        lines.append(ends[1].x() - ends[0].x())
        draw(painter, *ends)

    monkeypatch.setattr(QPainter, "drawLine", watched)
    for digits in ROUNDINGS:
        lines.clear()
        pdf(work_out(trained("toy-bias"), digits=digits), Contents.WORKSHEET)
        assert min(lines) / 96 * 25.4 >= 2.5 * (digits + 3)


@pytest.mark.parametrize("contents", [Contents.WORKED, Contents.WORKSHEET])
def test_wide_matrices_stay_on_the_page(
    contents: Contents, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers as long as they can be, in every Step of a net with momentum: no line is wider than there is room."""
    widths: list[float] = []
    draw = worked_pdf._Line.draw

    def watched(line: worked_pdf._Line, painter: QPainter, at: QPointF) -> None:
        widths.append(line._indent + sum(item.width for item in line._items))
        draw(line, painter, at)

    monkeypatch.setattr(worked_pdf._Line, "draw", watched)
    trainer = trained("digits-sigmoid", **{"optimizer.momentum": 0.5, "init.scheme": "normal", "init.std": 1e-5})
    pages = texts(pdf(work_out(trainer, texts_for(trainer.program, trainer.lesson)), contents))
    assert sum(page.count("Step ") for page in pages) == len(trainer.program)
    assert max(widths) <= worked_pdf.ROOM


def test_it_is_drawn_in_turns(qapp: QApplication) -> None:
    sheet = Sheet(work_out(trained("toy")))
    shares = list(sheet.drawing())
    assert len(shares) > 20
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert sheet.content.startswith(b"%PDF-")


def test_every_step_has_words_of_the_interface(qapp: QApplication) -> None:
    lesson = Lesson.load("mnist-numpy-autodiff")
    program = Program.of(lesson)
    words = texts_for(program, lesson)
    assert set(words.steps) == {step.index for step in program.steps}
    assert all(title and sentence for title, sentence in words.steps.values())
