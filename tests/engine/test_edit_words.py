"""What an edit that cannot be is refused with: the cell and the shape as the lesson writes them."""

from __future__ import annotations

import pytest

from engine.lesson import Lesson, LessonError
from engine.trainer import Trainer


@pytest.mark.parametrize(
    ("cell", "row", "column"),
    [
        (
            ("W1", 5, 0),
            "W1[5, 0] does not exist: W1 of batch 1 is 2 x 3",
            "W1[0, 5] does not exist: W1 of batch 1 is 3 x 2",
        ),
        (
            ("W3", 0, 4),
            "W3[0, 4] does not exist: W3 of batch 1 is 2 x 1",
            "W3[4, 0] does not exist: W3 of batch 1 is 1 x 2",
        ),
        (
            ("b1", 0, 7),
            "b1[0, 7] does not exist: b1 of batch 1 is 1 x 3",
            "b1[7, 0] does not exist: b1 of batch 1 is 3 x 1",
        ),
        (("x", 0, 2), "x[0, 2] does not exist: x of batch 1 is 1 x 2", "x[2, 0] does not exist: x of batch 1 is 2 x 1"),
        (("y", 1, 0), "y[1, 0] does not exist: y of batch 1 is 1 x 1", "y[0, 1] does not exist: y of batch 1 is 1 x 1"),
    ],
)
def test_a_cell_is_named_as_the_lesson_writes_it(cell: tuple[str, int, int], row: str, column: str) -> None:
    trainer = Trainer(Lesson.load("toy-bias"))
    for orientation, sentence in (("row", row), ("column", column)):
        trainer.set("run.orientation", orientation)
        with pytest.raises(LessonError) as refused:
            trainer.edit(*cell, 1.0)
        assert str(refused.value) == sentence


def test_so_is_the_first_cell_of_a_row_that_is_too_long() -> None:
    trainer = Trainer(Lesson.load("toy-bias"))
    with pytest.raises(LessonError, match=r"^x\[2, 0\] does not exist: x of batch 1 is 2 x 1$"):
        trainer.edit_row("x", 0, [1.0, 2.0, 3.0])
