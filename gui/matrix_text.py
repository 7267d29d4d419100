"""A matrix for the clipboard: as text, as TSV, as LaTeX."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from engine.formula import symbol
from engine.tensors import oriented, plane
from gui import symbols
from gui.numbers import exact, significant

Array = npt.NDArray[Any]
DIGITS = 6
MOST_NUMBERS = 100_000  # that are copied: writing them keeps the window waiting
Matrix = tuple[str, Array, str] | tuple[str, Array, str, bool]
"""Name, array as stored, orientation, and whether it is the difference of two such arrays."""
Found = Callable[[QPointF | None], Matrix | None]


class Form(StrEnum):
    """How a matrix is written. TEXT: aligned, to read; TSV: exact, for spreadsheets and NumPy; LATEX: for a paper."""

    TEXT = "text"
    TSV = "tsv"
    LATEX = "latex"


def as_text(values: Array) -> str:
    """Rows of right-aligned columns, every number to 6 significant digits."""
    cells = [[significant(float(value), DIGITS) for value in row] for row in plane(values)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "".join(f"{'  '.join(map(str.rjust, row, widths))}\n" for row in cells)


def as_tsv(values: Array) -> str:
    """Rows of numbers with tabs between them, each the shortest that reads back as the same number of its dtype."""
    matrix = plane(values)
    write = exact if matrix.dtype == np.float64 else str
    return "".join("\t".join(map(write, row)) + "\n" for row in matrix)


def as_latex(values: Array, name: str = "", difference: bool = False) -> str:
    """A whole ``bmatrix``, numbers to 6 significant digits, a row a line; with a name, ``W_{2} = …``.

    That of a difference of two arrays begins ``\\Delta W_{2} = …``.
    """
    from engine.export.worked import number  # no start of the window needs it

    rows = " \\\\\n".join("  " + " & ".join(number(float(value), DIGITS) for value in row) for row in plane(values))
    sign = r"\Delta " if difference else ""
    begun = f"{sign}{symbol(name)} = " if name else ""
    return f"{begun}\\begin{{bmatrix}}\n{rows}\n\\end{{bmatrix}}\n"


def written(values: Array, form: Form, name: str = "", difference: bool = False) -> str:
    """A matrix in one of the forms; a name is used by LaTeX alone."""
    if form is Form.LATEX:
        return as_latex(values, name, difference)
    return as_tsv(values) if form is Form.TSV else as_text(values)


def add_copy_actions(menu: QMenu, name: str, array: Array, orientation: str, difference: bool = False) -> list[QAction]:
    """Add an entry for each form to a menu; chosen, it copies the array as the heatmap shows it.

    Of more than ``MOST_NUMBERS`` numbers there is one entry, which cannot be chosen and says why.

    Parameters
    ----------
    name : of the array, as ``W2``.
    array : as it is stored; copied in the lesson's orientation.
    difference : it is that of two runs.
    """
    told = symbols.plain(name)
    if difference:
        told = QCoreApplication.translate("MatrixText", "the difference of {name}").format(name=told)
    if array.size > MOST_NUMBERS:
        text = QCoreApplication.translate("MatrixText", "Copy {name}: {n} numbers are too many for the clipboard")
        if not difference:  # the arrays of the run can be had as a file
            text = QCoreApplication.translate(
                "MatrixText", "Copy {name}: {n} numbers are too many for the clipboard; use Export, Arrays"
            )
        action = menu.addAction(text.format(name=told, n=f"{array.size:,}"))
        action.setEnabled(False)
        return [action]
    names = {
        Form.TEXT: QCoreApplication.translate("MatrixText", "Copy {name} as text"),
        Form.TSV: QCoreApplication.translate("MatrixText", "Copy {name} as TSV, for a spreadsheet"),
        Form.LATEX: QCoreApplication.translate("MatrixText", "Copy {name} as LaTeX"),
    }
    actions = []
    for form, text in names.items():
        action = menu.addAction(text.format(name=told))
        action.setObjectName(f"copy_{form}")
        action.triggered.connect(lambda _=False, form=form: copy(name, array, orientation, form, difference))
        actions.append(action)
    return actions


class CopyMenu(QObject):
    """The menu of a heatmap, on a right click and on the menu key: a matrix to the clipboard.

    Parameters
    ----------
    widget : which paints the heatmaps; it keeps this object.
    found : the matrix at a point of the widget, or, given None, the one where the keys are: name, array as stored and
        orientation, and whether it is a difference; None where there is nothing to copy.
    """

    def __init__(self, widget: QWidget, found: Found) -> None:
        super().__init__(widget)
        self._found = found
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QContextMenuEvent) or not isinstance(watched, QWidget):
            return False
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        matrix = self._found(QPointF(event.pos()) if by_mouse else None)
        if matrix is None:
            return False
        menu = QMenu(watched)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add_copy_actions(menu, *matrix)
        menu.popup(event.globalPos())
        return True


def copy(name: str, array: Array, orientation: str, form: Form, difference: bool = False) -> None:
    """Put an array on the clipboard, as the heatmap shows it."""
    QGuiApplication.clipboard().setText(written(oriented(array, orientation), form, name, difference))
