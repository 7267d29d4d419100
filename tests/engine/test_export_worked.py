"""A batch on paper: its numbers are read back from the Markdown and held against the run, and against the document."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.export import ExportError
from engine.export.worked import ROUNDINGS, Contents, Texts, blank, joined, markdown, number, shown, work_out
from engine.lesson import Lesson
from engine.program import Phase
from engine.snapshot import Snapshot, State
from engine.trainer import Trainer
from tests.engine.nets import random_nets

MATRIX = r"\\begin\{bmatrix\}.*?\\end\{bmatrix\}|-?[\d.]+(?: \\cdot 10\^\{-?\d+\})?"


def read(latex: str) -> np.ndarray:
    """A matrix from LaTeX, by a reader that knows nothing of the writer."""
    body = latex.removeprefix(r"\begin{bmatrix}").removesuffix(r"\end{bmatrix}")
    rows = [re.sub(r" \\cdot 10\^\{(-?\d+)\}", r"e\1", row) for row in body.split(r" \\ ")]
    return np.array([[float(cell) for cell in row.split(" & ")] for row in rows])


def results(text: str) -> list[str]:
    """What follows the last equals sign of each Step's second formula."""
    return re.findall(rf"^\$\$.+ = ({MATRIX})\$\$$", text.split("## Forward")[1], re.MULTILINE)


def test_document_004s_numbers_stand_on_the_page() -> None:
    trainer = Trainer(Lesson.load("toy-bias"))
    trainer.step()
    text = markdown(work_out(trainer))
    assert text.startswith("# Toy 2-3-2-1 with bias: batch 1 worked out\n\nEpoch 1, batch 1.")
    found = [read(latex) for latex in results(text)]
    assert len(found) == 22
    assert found[0].tolist() == [[1.5], [1.5], [1.5]]
    assert found[6].tolist() == [[2.53125]]
    assert found[8].tolist() == [[6.1875, 6.1875]]
    assert found[20].tolist() == [[-0.11875, -0.11875]]
    assert r"{b_{3}} = {0.5}- 0.1 \cdot {2.25} = 0.275$$" in text


@settings(max_examples=15)
@given(random_nets(), st.booleans(), st.booleans(), st.integers(0, 40))
def test_every_result_is_the_runs(table: dict[str, dict[str, object]], column: bool, momentum: bool, cut: int) -> None:
    table["optimizer"] |= {"learning_rate": 0.01, "momentum": 0.5 if momentum else 0.0}
    table["run"] = {"orientation": "column" if column else "row"}
    trainer = Trainer(Lesson.from_table(table))
    trainer.run(2)
    for _ in range(cut % len(trainer.program)):
        trainer.step()
    worked = work_out(Snapshot.of(trainer, 1, State.PAUSED))
    trainer.run_to(0)
    for step in worked.steps:
        trainer.step()
        array = trainer.tensors[step.step.write]
        plane = array.reshape(1, -1) if array.ndim < 2 else array
        plane = plane[:1] if step.by_example else plane
        np.testing.assert_array_equal(step.result, plane.T if column else plane, err_msg=str(step.step))
    written = [step.result for step in worked.steps]
    for latex, result in zip(results(markdown(worked)), written, strict=True):
        if max(result.shape) <= 6:
            np.testing.assert_allclose(read(latex), result, rtol=5.1e-6, atol=1e-300)


def test_blanks_leave_out_what_the_batch_computes_and_the_answers_follow() -> None:
    trainer = Trainer(Lesson.load("toy-bias", {"optimizer.momentum": 0.5}))
    trainer.run(2)
    worked = work_out(trainer)
    sheet, answers = markdown(worked, Contents.WITH_ANSWERS).split("## Answers")
    for given_ in ("0.3875", "-0.11875", "0.1", "0.5"):
        assert given_ in sheet
    computed = {number(float(v)) for step in worked.steps for v in step.result.ravel()}
    known = {number(float(v)) for _, values in worked.given for v in values.ravel()} | {"0.1", "0.5", "1", "2"}
    steps = sheet.split("## Forward")[1]
    for value in computed - known:
        assert not re.search(rf"(?<![\d.]){re.escape(value)}(?![\d.])", steps), value
        assert value in answers
    cells = sum(step.result.size for step in worked.steps)
    assert steps.count(blank(6)) > cells
    assert len(re.findall(r"^\d+\. \$", answers, re.MULTILINE)) == len(worked.steps)


def test_the_answers_may_stand_in_a_document_of_their_own_or_be_left_out() -> None:
    worked = work_out(Trainer(Lesson.load("toy-bias")))
    both, sheet, answers = (
        markdown(worked, part) for part in (Contents.WITH_ANSWERS, Contents.WORKSHEET, Contents.ANSWERS)
    )
    assert both == sheet + "\n" + answers[answers.index("## Answers") :]
    assert "2.53125" not in sheet
    assert "7. ${L} = 2.53125$" in answers
    assert answers.startswith("# Toy 2-3-2-1 with bias: batch 1 worked out\n")
    assert "Step " not in answers
    assert "Fill in" not in answers


@pytest.mark.parametrize("digits", ROUNDINGS)
def test_numbers_have_as_many_digits_as_are_asked_for(digits: int) -> None:
    trainer = Trainer(Lesson.load("xor"))
    trainer.run(3)
    worked = work_out(trainer, digits=digits)
    text = markdown(worked)
    assert f"rounded to {digits} significant digits" in text
    found = [read(latex) for latex in results(text)]
    for latex, step in zip(found, worked.steps, strict=True):
        np.testing.assert_allclose(latex, step.result, rtol=0.501 * 10 ** (1 - digits))
    most = max(len(n.lstrip("-0.").replace(".", "")) for n in re.findall(r"-?\d+\.\d+", text.split("## Forward")[1]))
    assert most == digits
    assert blank(digits) in markdown(worked, Contents.WORKSHEET)


def test_what_no_step_computes_is_named_where_it_is_to_be_filled_in() -> None:
    """The loss of XOR takes log(1 + e^z), the backward pass slopes: neither has a symbol of its own."""
    sheet = markdown(work_out(Trainer(Lesson.load("xor"))), Contents.WORKSHEET)
    steps = re.split("^### ", sheet, flags=re.MULTILINE)[1:]
    hints = {i: re.findall(r"^Blank (\d): \$(.*)\$$", step, re.MULTILINE) for i, step in enumerate(steps, 1)}
    assert hints[5] == [("1", r"{\log(1 + e^{z_{2}})}")]
    slopes = {i: found for i, found in hints.items() if found and i != 5}
    assert list(slopes.values()) == [[("2", r"{\tanh'(z_{1})}")]]
    assert "Blank" not in markdown(work_out(Trainer(Lesson.load("xor"))))


def test_large_matrices_keep_their_ends() -> None:
    assert shown(6) == (0, 1, 2, 3, 4, 5)
    assert shown(7) == (0, 1, 2, None, 4, 5, 6)
    trainer = Trainer(Lesson.load("digits-sigmoid", {"run.executor": "numpy"}))
    trainer.run(1)
    text = markdown(work_out(trainer))
    assert "first and last 3 rows and columns" in text
    first = re.search(r"W_\{1\} = (\\begin.*?\\end\{bmatrix\})\$\$", text)
    assert first is not None
    rows = first[1].split(r" \\ ")
    assert len(rows) == 7
    assert all(row.count("&") == 6 for row in rows)
    assert rows[3].count(r"\vdots") == 6


def test_the_words_of_another_language_stand_in_place_of_the_english() -> None:
    trainer = Trainer(Lesson.load("toy"))
    phases = dict.fromkeys(Phase, "阶段")
    texts = Texts(given="已知", phases=phases, step="第 {index} 步：{title}", steps={1: ("加权和", "每个单元。")})
    text = markdown(work_out(trainer, texts))
    assert "## 已知" in text
    assert "### 第 1 步：加权和\n\n每个单元。" in text
    assert "Forward" not in text


def test_a_chinese_full_stop_brings_its_own_room() -> None:
    assert joined(("每个单元。", "", "s = 1。")) == "每个单元。s = 1。"
    assert joined(("", "Each unit.", "Of one example.")) == "Each unit. Of one example."


def test_a_title_is_no_markup() -> None:
    lesson = Lesson.load("toy").with_value("title", "a*b*\n# <b>")
    first = markdown(work_out(Trainer(lesson))).splitlines()[0]
    assert first == r"# a\*b\* \# \<b\>: batch 1 worked out"


def test_a_running_run_is_refused_in_a_sentence() -> None:
    trainer = Trainer(Lesson.load("toy"))
    trainer.run(1)
    with pytest.raises(ExportError, match="pause it first"):
        work_out(Snapshot.of(trainer, 1, State.RUNNING))


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-0.0, "0"), (1e-7, r"1 \cdot 10^{-7}"), (2.53125, "2.53125"), (float("inf"), r"\infty")],
)
def test_a_number_as_latex(value: float, text: str) -> None:
    assert number(value) == text
