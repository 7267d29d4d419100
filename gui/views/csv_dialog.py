"""A CSV file as data: what is in it, what of it is used, and in words what will be done."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QBrush, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.data import DataError
from engine.data.table import Plan, Preview, preview
from gui.background import Background
from gui.said import said
from gui.theme import Theme, mono_font, palette, ui_font

_log = logging.getLogger(__name__)

MOST_SHOWN = 60  # columns of the table; every column is in the list beside it
MOST_NAMED = 6  # classes in the sentence
ROOM, WIDEST = 12, 220  # pixels of a column: beside its longest cell, and at most
_Index = QModelIndex | QPersistentModelIndex


class CsvDialog(QDialog):
    """Choose a CSV file and what of it trains a net.

    The file is read in a thread of its own whenever the way it is taken apart changes.

    Parameters
    ----------
    theme : Theme
    parent : QWidget, optional
    path : Path, optional
        A file to begin with.

    Signals
    -------
    accepted_spec(dict) : the keys of a lesson's ``data`` section with their values, nothing of it "auto"; `plan` then
        says the widths of the net.
    """

    accepted_spec = Signal(dict)

    def __init__(self, theme: Theme, parent: QWidget | None = None, path: Path | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Data from a CSV file"))
        self.setPalette(palette(theme))
        self.resize(940, 640)
        self._theme = theme
        self._path: Path | None = None
        self._job: Background | None = None
        self._wanted = False  # the way of taking it apart has changed since the job began
        self._preview: Preview | None = None
        self._plan: Plan | None = None

        self._file = QLineEdit(self, readOnly=True)
        self._file.setPlaceholderText(self.tr("No file chosen yet"))
        self._file.setAccessibleName(self.tr("CSV file"))
        self._choose = QPushButton(self.tr("Choose file…"), self, autoDefault=False)
        self._choose.clicked.connect(self._ask_for_file)
        self._found = _label(self, "text2")

        separators = {
            "auto": self.tr("auto"),
            ",": self.tr("comma ,"),
            ";": self.tr("semicolon ;"),
            "tab": self.tr("tab"),
            "|": self.tr("bar |"),
            "space": self.tr("space"),
        }
        decimals = {"auto": self.tr("auto"), ".": self.tr("point 1.5"), ",": self.tr("comma 1,5")}
        headers = {"auto": self.tr("auto"), True: self.tr("names"), False: self.tr("data")}
        kinds = {"auto": self.tr("auto"), "class": self.tr("class"), "number": self.tr("number")}
        self._separator = self._combo(self.tr("Separator"), separators)
        self._decimal = self._combo(self.tr("Decimal sign"), decimals)
        self._header = self._combo(self.tr("First row"), headers)
        self._target = self._combo(self.tr("Target"), {})
        self._kind = self._combo(self.tr("Target is a"), kinds)
        self._share = self._spin(self.tr("Rows to test"), 0, 90, 20)
        self._share.setSuffix(" %")
        self._seed = self._spin(self.tr("Seed of the split"), 0, 2**31 - 1, 0)
        self._standardise = QCheckBox(self.tr("Standardise the inputs"), self)
        self._standardise.setToolTip(
            self.tr("Takes the mean of the training rows out of each input and divides it by their deviation")
        )

        self._inputs = QListWidget(self)
        self._inputs.setAccessibleName(self.tr("Inputs"))
        self._inputs.setFixedWidth(210)
        self._model = _Model(theme, self)
        self._table = QTableView(self)
        self._table.setModel(self._model)
        self._table.setAccessibleName(self.tr("First rows of the file"))
        self._table.setFont(mono_font(12))
        self._table.horizontalHeader().setFont(ui_font(12))
        self._table.verticalHeader().setDefaultSectionSize(22)
        self._table.setSelectionMode(QTableView.SelectionMode.NoSelection)

        self._words = _label(self, "text")
        self._words.setFont(ui_font(13, 600))
        self._fault = _label(self, "err")
        self._fault.setStyleSheet(
            f"background: {theme.errsoft}; color: {theme.err}; border-radius: 4px; padding: 5px 8px;"
        )
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setText(self.tr("Use this data"))
        self._buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(self.tr("Cancel"))
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        for widget in (self._inputs, self._standardise):
            widget.setPalette(_with_visible_boxes(theme))
        self._lay_out()
        self._choose.setFocus()

        for combo in (self._separator, self._decimal, self._header):
            combo.currentIndexChanged.connect(self._read)
        self._target.currentIndexChanged.connect(self._target_changed)
        self._kind.currentIndexChanged.connect(self._say)
        self._share.valueChanged.connect(self._say)
        self._seed.valueChanged.connect(self._say)
        self._standardise.toggled.connect(self._say)
        self._inputs.itemChanged.connect(self._say)
        self._show_nothing("")
        if path is not None:
            self.open_file(path)

    # ---- how it looks ------------------------------------------------------------------------------------------------

    def _combo(self, name: str, items: dict[Any, str]) -> QComboBox:
        combo = QComboBox(self)
        combo.setAccessibleName(name)
        combo.setMinimumWidth(136)
        for data, text in items.items():
            combo.addItem(text, data)
        return combo

    def _spin(self, name: str, low: int, high: int, value: int) -> QSpinBox:
        spin = QSpinBox(self)
        spin.setRange(low, high)
        spin.setValue(value)
        spin.setAccessibleName(name)
        spin.setMinimumWidth(80)
        return spin

    def _lay_out(self) -> None:
        file = QHBoxLayout()
        file.addWidget(self._file, 1)
        file.addWidget(self._choose)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        fields = (
            self._separator,
            self._decimal,
            self._header,
            self._target,
            self._kind,
            self._share,
            self._seed,
        )
        for column, widget in enumerate(fields):
            caption = _label(self, "text3")
            caption.setText(widget.accessibleName())
            caption.setFont(ui_font(11))
            caption.setBuddy(widget)
            grid.addWidget(caption, 0, column)
            grid.addWidget(widget, 1, column)
            grid.setColumnStretch(column, int(widget is self._target))
        lists = QHBoxLayout()
        lists.setSpacing(12)
        for name, below, stretch in (
            (self._inputs.accessibleName(), self._inputs, 0),
            (self._table.accessibleName(), self._table, 1),
        ):
            caption = _label(self, "text3")
            caption.setText(name)
            caption.setFont(ui_font(11))
            part = QVBoxLayout()
            part.setSpacing(2)
            part.addWidget(caption)
            part.addWidget(below, 1)
            lists.addLayout(part, stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(10)
        layout.addLayout(file)
        layout.addWidget(self._found)
        layout.addLayout(grid)
        layout.addWidget(self._standardise)
        layout.addLayout(lists, 1)
        layout.addWidget(self._words)
        layout.addWidget(self._fault)
        layout.addWidget(self._buttons)

    # ---- reading -----------------------------------------------------------------------------------------------------

    @property
    def plan(self) -> Plan | None:
        """What the present choice comes to; None before a file has been read."""
        return self._plan

    def open_file(self, path: Path) -> None:
        """Begin with a file, all of its settings detected."""
        self._path = path
        self._file.setText(str(path))
        self._preview = None
        for combo in (self._separator, self._decimal, self._header, self._kind):
            with QSignalBlocker(combo):
                combo.setCurrentIndex(0)
        self._read()

    def _ask_for_file(self) -> None:
        folder = "" if self._path is None else str(self._path.parent)
        kinds = self.tr("Tables as text (*.csv *.tsv *.txt);;All files (*)")
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a CSV file"), folder, kinds)
        if name:
            self.open_file(Path(name))

    def _read(self) -> None:
        path = self._path
        if path is None:
            return
        if self._job is not None:
            self._wanted = True
            return
        self._wanted = False
        how = tuple(combo.currentData() for combo in (self._separator, self._decimal, self._header))
        self._job = Background(lambda: preview(path, *how), "csv", self)
        self._job.done.connect(self._end)
        self._job.failed.connect(self._end)
        self._found.setText(self.tr("Reading…"))
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(False)

    @Slot(object)
    def _end(self, found: Preview | Exception) -> None:
        self._job = None
        if self._wanted:
            self._read()
        elif isinstance(found, Preview):
            self._show(found)
        else:
            self._show_nothing(self._reason(found))

    def _reason(self, error: Exception) -> str:
        if isinstance(error, DataError):
            return str(error)
        _log.error("reading %s failed", self._path, exc_info=error)
        return self.tr("The file could not be read: {error}").format(error=error)

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def _show_nothing(self, reason: str) -> None:
        self._preview = self._plan = None
        self._model.show_preview(None)
        with QSignalBlocker(self._target), QSignalBlocker(self._inputs):
            self._target.clear()
            self._inputs.clear()
        self._name_detected(None)
        self._found.setText("")
        self._words.setText("")
        self._words.hide()
        self._tell_fault(reason)
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(False)

    def _show(self, seen: Preview) -> None:
        before, self._preview = self._preview, seen
        names = [column.name for column in seen.columns]
        keep = before is not None and [column.name for column in before.columns] == names
        target = self._target.currentData() if keep else len(names)
        with QSignalBlocker(self._target):
            self._target.clear()
            for column in seen.columns:
                self._target.addItem(column.name, column.number)
            self._target.setCurrentIndex(target - 1)
        self._name_detected(seen)
        self._found.setText(
            self.tr("{encoding} text; rows: {rows}, columns: {columns}").format(
                encoding=said(seen.encoding), rows=f"{seen.rows:,}", columns=f"{len(names):,}"
            )
        )
        self._model.show_preview(seen)
        if not keep:
            self._fill_inputs()
        self._table.resizeColumnsToContents()
        for column in range(self._model.columnCount()):
            width = min(self._table.columnWidth(column) + ROOM, WIDEST)
            self._table.setColumnWidth(column, width)
        self._say()

    def _name_detected(self, seen: Preview | None) -> None:
        """Write what was detected where it can be changed."""
        combos = (self._separator, self._decimal, self._header)
        for combo, value in zip(combos, (None, None, None) if seen is None else seen.layout, strict=True):
            text = self.tr("auto")
            if value is not None and combo.currentIndex() == 0:
                text = self.tr("auto: {value}").format(value=combo.itemText(_position(combo, value)))
            combo.setItemText(0, text)

    def _fill_inputs(self) -> None:
        """A line for each column, ticked unless it is the target or words."""
        assert self._preview is not None
        target = self._target.currentData()
        with QSignalBlocker(self._inputs):
            self._inputs.clear()
            for column in self._preview.columns:
                numeric = column.numeric or column.looks_numeric
                name = column.name if numeric else self.tr("{name} (words)").format(name=column.name)
                item = QListWidgetItem(name, self._inputs)
                item.setData(Qt.ItemDataRole.UserRole, column.number)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                used = column.number != target and numeric
                item.setCheckState(Qt.CheckState.Checked if used else Qt.CheckState.Unchecked)
        self._close_target()

    def _close_target(self) -> None:
        """The target cannot be ticked as an input."""
        target = self._target.currentData()
        with QSignalBlocker(self._inputs):
            for i in range(self._inputs.count()):
                item = self._inputs.item(i)
                is_target = item.data(Qt.ItemDataRole.UserRole) == target
                item.setFlags(
                    item.flags() & ~Qt.ItemFlag.ItemIsEnabled if is_target else item.flags() | Qt.ItemFlag.ItemIsEnabled
                )

    def _target_changed(self) -> None:
        if self._preview is not None:
            self._fill_inputs()
            self._say()

    def _chosen_inputs(self) -> tuple[int, ...]:
        items = (self._inputs.item(i) for i in range(self._inputs.count()))
        target = self._target.currentData()
        ticked = (item for item in items if item.checkState() is Qt.CheckState.Checked)
        return tuple(n for n in (item.data(Qt.ItemDataRole.UserRole) for item in ticked) if n != target)

    def _say(self) -> None:
        """What will be done, in words; or why it cannot be."""
        seen = self._preview
        if seen is None:
            return
        target, inputs = self._target.currentData(), self._chosen_inputs()
        share = self._share.value() / 100
        self._plan = plan = seen.plan((target,), inputs, self._kind.currentData(), share)
        kind = self.tr("class") if plan.kind == "class" else self.tr("number")
        by_itself = self._kind.currentIndex() == 0
        text = self.tr("auto: {value}").format(value=kind) if by_itself else self.tr("auto")
        self._kind.setItemText(0, text)
        self._model.show_roles(target, inputs)
        self._words.setText("" if plan.fault else self._sentence(plan))
        self._words.setVisible(not plan.fault)
        self._tell_fault(plan.fault)
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not plan.fault and self._job is None)

    def _sentence(self, plan: Plan) -> str:
        inputs = self.tr("1 input") if plan.inputs == 1 else self.tr("{n} inputs").format(n=f"{plan.inputs:,}")
        outputs = self.tr("1 number to predict")
        if plan.kind == "class":
            names = ", ".join(plan.classes[:MOST_NAMED]) + (", …" if len(plan.classes) > MOST_NAMED else "")
            outputs = self.tr("{n} classes ({names})").format(n=f"{len(plan.classes):,}", names=names)
        scaled = self.tr("not standardised")
        if self._standardise.isChecked():
            scaled = self.tr("inputs standardised by mean and deviation of the training rows")
        return self.tr("{inputs}, {outputs}; {train} rows to train, {test} to test; {scaled}.").format(
            inputs=inputs, outputs=outputs, train=f"{plan.train:,}", test=f"{plan.test:,}", scaled=scaled
        )

    def _tell_fault(self, reason: str) -> None:
        if self._path is not None:
            reason = reason.replace(str(self._path), self._path.name)  # the whole path stands above
        self._fault.setText(said(reason))
        self._fault.setVisible(bool(reason))

    # ---- done --------------------------------------------------------------------------------------------------------

    def accept(self) -> None:
        """Tell what was chosen, if it can be used."""
        seen, plan = self._preview, self._plan
        if seen is None or plan is None or plan.fault or self._job is not None:
            return
        inputs, target = self._chosen_inputs(), self._target.currentData()
        every = tuple(column.number for column in seen.columns if column.number != target)
        self.accepted_spec.emit(
            {
                "source": "csv",
                "path": str(seen.path.absolute()),
                "target": self._called(target),
                "inputs": [] if inputs == every else [self._called(number) for number in inputs],
                "kind": plan.kind,
                "header": seen.layout.header,
                "separator": seen.layout.separator,
                "decimal": seen.layout.decimal,
                "test_share": self._share.value() / 100,
                "seed": self._seed.value(),
                "standardise": self._standardise.isChecked(),
            }
        )
        super().accept()

    def _called(self, number: int) -> str | int:
        """A column by its name, where that tells it from the others."""
        assert self._preview is not None
        names = [column.name for column in self._preview.columns]
        name = names[number - 1]
        return name if self._preview.layout.header and names.count(name) == 1 else number


class _Model(QAbstractTableModel):
    """The first rows, below the name of each column and what it is used for; beside them the lines of the file."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._preview: Preview | None = None
        self._target = 0
        self._inputs: frozenset[int] = frozenset()

    def show_preview(self, seen: Preview | None) -> None:
        self.beginResetModel()
        self._preview = seen
        self._target, self._inputs = 0, frozenset()
        self.endResetModel()

    def show_roles(self, target: int, inputs: tuple[int, ...]) -> None:
        self._target, self._inputs = target, frozenset(inputs)
        if self._preview is not None:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if self._preview is None or parent.isValid() else len(self._preview.head)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if self._preview is None or parent.isValid() else min(len(self._preview.columns), MOST_SHOWN)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if self._preview is None:
            return None
        if orientation is Qt.Orientation.Vertical:
            return str(self._preview.lines[section]) if role == Qt.ItemDataRole.DisplayRole else None
        column = self._preview.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{column.name}\n{self._role_of(column.number)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.name
        return None

    def _role_of(self, number: int) -> str:
        if number == self._target:
            return self.tr("target")
        return self.tr("input") if number in self._inputs else self.tr("left out")

    def data(self, index: _Index, role: int = 0) -> Any:
        if self._preview is None:
            return None
        column = self._preview.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._preview.head[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.looks_numeric else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole:
            used = column.number in self._inputs or column.number == self._target
            return QBrush(self._theme.q("text" if used else "text3"))
        return None


def _position(combo: QComboBox, value: object) -> int:
    """Where a choice stands; Qt's own search takes False for 0 and "" alike."""
    return next(i for i in range(1, combo.count()) if combo.itemData(i) == value)


def _with_visible_boxes(theme: Theme) -> QPalette:
    """The style frames a box to tick in a darker shade of the window, which no one sees on a dark one."""
    p = palette(theme)
    p.setColor(QPalette.ColorRole.Window, theme.q("ctl").lighter(140))
    return p


def _label(parent: CsvDialog, token: str) -> QLabel:
    label = QLabel(parent, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    label.setStyleSheet(f"color: {getattr(parent._theme, token)};")
    return label
