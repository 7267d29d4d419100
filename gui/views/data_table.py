"""Any other data: a table of the test examples with targets and outputs, the worst first."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from engine.snapshot import Snapshot
from gui.numbers import short
from gui.theme import LIGHT, Theme, mono_font, ui_font
from gui.views.data_outputs import Asking, Outputs
from gui.views.data_points import class_names, feature_names
from gui.views.data_words import about
from gui.views.stops_look import scroll_bar

Index = QModelIndex | QPersistentModelIndex
CHARACTERS = 7  # of a number
MARGIN = 16
MOST_ROWS = 100  # that are kept


class Table(QWidget):
    """A sentence and the table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._snapshot: Snapshot | None = None
        self.asking = Asking(self)
        self.asking.answered.connect(self._show_outputs)
        self.model = Examples(self)
        self._sentence = QLabel(self)
        self._sentence.setFont(ui_font(12))
        self._sentence.setContentsMargins(MARGIN, 0, MARGIN, 6)
        self._sentence.setWordWrap(True)
        self.table = QTableView(self)
        self.table.setAccessibleName(self.tr("Examples with targets and outputs, the worst first"))
        self.table.setModel(self.model)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(22)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.horizontalHeader().setDefaultSectionSize(78)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setFont(mono_font(11))
        self.table.horizontalHeader().setFont(ui_font(11, 600))
        self.table.setTabKeyNavigation(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._sentence)
        layout.addWidget(self.table, 1)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Ask the net of a Snapshot for all test examples."""
        self._snapshot = snapshot
        self.asking.show_snapshot(snapshot)
        self._show_outputs()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.asking.stop()

    @Slot()
    def _show_outputs(self) -> None:
        outputs = self.asking.outputs
        assert self._snapshot is not None
        self._sentence.setText(about(outputs, self._snapshot, accuracy=True))
        if outputs is not self.model.outputs:
            self.model.show_outputs(outputs)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        t = theme
        self.model.theme = theme
        self.setStyleSheet(
            f"Table, QTableView {{ background: {t.surface}; color: {t.text}; }}"
            f"QLabel {{ color: {t.text2}; background: transparent; }}"
            f"QHeaderView {{ background: {t.surface}; }}"
            f"QHeaderView::section {{ background: {t.surface}; color: {t.text3}; border: none;"
            f" border-bottom: 1px solid {t.line}; padding: 3px 8px; }}"
            f"QTableView {{ selection-background-color: {t.bg}; selection-color: {t.text}; }}"
            f"QTableView:focus {{ selection-background-color: {t.focus}; selection-color: {t.surface}; }}"
            + scroll_bar(t)
        )


class Examples(QAbstractTableModel):
    """A row per example, the worst first: number, targets, outputs, error, inputs; with classes their names."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.outputs: Outputs | None = None
        self.theme = LIGHT
        self._heads: tuple[str, ...] = ()
        self._names: tuple[str, ...] = ()
        self._rows: dict[int, tuple[Any, ...]] = {}  # those asked for last; a row has up to a thousand columns

    def show_outputs(self, outputs: Outputs | None) -> None:
        """Show these outputs; None while there are none."""
        self.beginResetModel()
        self.outputs = outputs
        self._rows.clear()
        self._heads = ()
        if outputs is not None:
            count, dataset = outputs.y.shape[1], outputs.snapshot.dataset
            self._names = class_names(dataset, count)
            several = [f"[{i}]" for i in range(count)] if count > 1 else [""]
            if outputs.labels is not None:
                heads = [self.tr("true"), self.tr("predicted"), self.tr("output")]
            else:
                heads = [*("y" + i for i in several), *("ŷ" + i for i in several), self.tr("error")]
            self._heads = (self.tr("example"), *heads, *feature_names(dataset))
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self.outputs is None else len(self.outputs.values)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._heads[section]
        return None

    def row(self, place: int) -> tuple[Any, ...]:
        """The values of a row, in the order of the columns."""
        outputs = self.outputs
        assert outputs is not None
        i = int(outputs.order[place])
        if outputs.labels is not None:
            true, predicted = self._names[int(outputs.labels[i])], self._names[int(outputs.predicted[i])]
            said: tuple[Any, ...] = (true, predicted, float(outputs.said[i]))
        else:
            said = (*outputs.y[i].tolist(), *outputs.values[i].tolist(), float(outputs.errors[i]))
        return (i, *said, *outputs.snapshot.dataset.in_source_units(outputs.x[i]).tolist())

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.outputs is None or role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.TextAlignmentRole,
            Qt.ItemDataRole.ForegroundRole,
        ):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ForegroundRole:
            i = int(self.outputs.order[index.row()])
            labels = self.outputs.labels
            wrong = index.column() == 2 and labels is not None and labels[i] != self.outputs.predicted[i]
            return self.theme.q("err") if wrong else None
        if index.row() not in self._rows:
            if len(self._rows) > MOST_ROWS:
                self._rows.clear()
            self._rows[index.row()] = self.row(index.row())
        value = self._rows[index.row()][index.column()]
        if isinstance(value, float):
            return str(value) if role == Qt.ItemDataRole.ToolTipRole else short(value, CHARACTERS)
        return f"{value:,}" if isinstance(value, int) else str(value)
