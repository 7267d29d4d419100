"""What is copied is read back: by numpy, by Python's csv, by the typesetter."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PySide6.QtCore import QEvent, QPoint, QPointF
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from gui import formulas
from gui.matrix_text import CopyMenu, Form, add_copy_actions, as_latex, as_text, as_tsv
from gui.theme import LIGHT

FINITE = st.floats(allow_nan=False, allow_infinity=False, width=32)
MATRICES = arrays.arrays(
    st.sampled_from([np.float32, np.float64]), arrays.array_shapes(min_dims=2, max_dims=2), elements=FINITE
)


@settings(max_examples=40)
@given(MATRICES)
def test_tsv_reads_back_to_the_last_bit(values: np.ndarray) -> None:
    text = as_tsv(values)
    np.testing.assert_array_equal(np.loadtxt(io.StringIO(text), delimiter="\t", ndmin=2, dtype=values.dtype), values)
    rows = list(csv.reader(io.StringIO(text), delimiter="\t"))
    np.testing.assert_array_equal(np.array(rows, values.dtype), values)


@settings(max_examples=40)
@given(MATRICES)
def test_text_is_aligned_and_reads_back_to_its_digits(values: np.ndarray) -> None:
    lines = as_text(values).splitlines()
    assert len({len(line) for line in lines}) == 1
    read = np.loadtxt(io.StringIO("\n".join(lines)), ndmin=2)
    np.testing.assert_allclose(read, values.astype(float), rtol=5.1e-6, atol=1e-300)


def test_what_is_not_finite_is_written_too() -> None:
    values = np.array([[np.inf, -np.inf, np.nan]])
    np.testing.assert_array_equal(np.loadtxt(io.StringIO(as_tsv(values)), delimiter="\t", ndmin=2), values)
    np.testing.assert_array_equal(np.loadtxt(io.StringIO(as_text(values)), ndmin=2), values)


def test_latex_is_a_matrix_that_can_be_set() -> None:
    text = as_latex(np.array([[0.5, -1e-7], [0.0, 123456.0]], np.float32), "W2")
    assert text == "W_{2} = \\begin{bmatrix}\n  0.5 & -1 \\cdot 10^{-7} \\\\\n  0 & 123456\n\\end{bmatrix}\n"
    assert formulas.renderer(text, 16, LIGHT).isValid()


@pytest.mark.parametrize(
    ("form", "copied"),
    [
        (Form.TEXT, "1  3  5\n2  4  6\n"),
        (Form.TSV, "1\t3\t5\n2\t4\t6\n"),
        (Form.LATEX, "W_{1} = \\begin{bmatrix}\n  1 & 3 & 5 \\\\\n  2 & 4 & 6\n\\end{bmatrix}\n"),
    ],
)
def test_the_menu_copies_the_matrix_as_it_is_shown(qapp: QApplication, form: Form, copied: str) -> None:
    """Stored (n_in, n_out) = (3, 2); in column form it is shown, and copied, turned."""
    menu = QMenu()
    actions = add_copy_actions(menu, "W1", np.arange(1.0, 7.0).reshape(3, 2), "column")
    assert menu.actions() == actions
    assert [action.text() for action in actions] == [
        "Copy W1 as text", "Copy W1 as TSV, for a spreadsheet", "Copy W1 as LaTeX",
    ]  # fmt: skip
    next(action for action in actions if action.objectName() == f"copy_{form}").trigger()
    assert QGuiApplication.clipboard().text() == copied


@pytest.mark.parametrize("difference", [False, True])
def test_very_many_numbers_are_not_copied_and_it_is_said_where_to_have_them(
    qapp: QApplication, difference: bool
) -> None:
    QGuiApplication.clipboard().setText("as before")
    menu = QMenu()
    assert all(action.isEnabled() for action in add_copy_actions(menu, "x", np.zeros((1000, 100)), "row", difference))
    menu = QMenu()
    (action,) = add_copy_actions(menu, "x", np.zeros((1000, 101)), "row", difference)
    assert menu.actions() == [action]
    assert not action.isEnabled()
    what = "the difference of x" if difference else "x"
    assert action.text().startswith(f"Copy {what}: 101,000 numbers are too many for the clipboard")
    assert action.text().endswith("use Export, Arrays") != difference  # which has the arrays of the run alone
    action.trigger()
    assert QGuiApplication.clipboard().text() == "as before"


def test_the_difference_of_two_runs_is_called_so(qapp: QApplication) -> None:
    menu = QMenu()
    actions = add_copy_actions(menu, "dW1", np.array([[0.5]]), "row", difference=True)
    assert actions[0].text() == "Copy the difference of ∂W1 as text"
    actions[2].trigger()
    begun = "\\Delta \\frac{\\partial L}{\\partial W_{1}} = \\begin{bmatrix}\n  0.5\n"
    assert QGuiApplication.clipboard().text().startswith(begun)


def test_a_bias_and_a_single_number_are_matrices_too() -> None:
    assert as_tsv(np.array([1.0, 2.5])) == "1\t2.5\n"
    assert as_tsv(np.float32(0.1).reshape(())) == "0.1\n"


def test_a_heatmap_has_the_menu_on_a_right_click_and_on_the_menu_key(qtbot: QtBot) -> None:
    widget = QWidget()
    widget.resize(100, 60)
    qtbot.addWidget(widget)
    widget.show()

    def found(at: QPointF | None) -> tuple[str, np.ndarray, str] | None:
        if at is None:
            return "b1", np.array([5.0]), "row"
        return ("W1", np.array([[1.0, 2.0]]), "column") if at.x() < 50 else None

    CopyMenu(widget, found)

    def opened(reason: QContextMenuEvent.Reason, x: int) -> QMenu | None:
        at = QPoint(x, 30)
        QGuiApplication.sendEvent(widget, QContextMenuEvent(reason, at, widget.mapToGlobal(at)))
        popup = QApplication.activePopupWidget()
        return popup if isinstance(popup, QMenu) else None

    assert opened(QContextMenuEvent.Reason.Mouse, 80) is None
    for reason, copied in ((QContextMenuEvent.Reason.Mouse, "1\n2\n"), (QContextMenuEvent.Reason.Keyboard, "5\n")):
        menu = opened(reason, 10)
        assert menu is not None
        menu.actions()[1].trigger()
        assert QGuiApplication.clipboard().text() == copied
        menu.close()
        QGuiApplication.sendPostedEvents(menu, QEvent.Type.DeferredDelete)
