"""The gradient check as a table: a row per backward Step, its gradient beside what two oracles find."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction, QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.gradcheck import ArrayCheck, GradientCheck, Note, Verdict
from engine.snapshot import Snapshot
from gui import symbols
from gui.numbers import short
from gui.said import said
from gui.theme import Theme, mono_font, ui_font

DIGITS = 12  # characters of a value: enough to see a difference in the sixth digit
ROW, PAD = 28, 8
GRADIENT, VERDICT = 1, 8  # columns that are looked up


class CheckDialog(QDialog):
    """Stays open beside the window, which goes on as before.

    Signals
    -------
    asked(object, object) : the name of an array or None, and a cell of it or None, are to be checked.
    step_chosen(int) : the window shall go to this Step.
    """

    asked = Signal(object, object)
    step_chosen = Signal(int)

    def __init__(self, parent: QWidget, actions: Iterable[QAction] = ()) -> None:
        super().__init__(parent)
        self.addActions(list(actions))  # the window's keys work here too
        self.setWindowTitle(self.tr("Gradient check"))
        self._theme: Theme | None = None
        self._snapshot: Snapshot | None = None
        self._check: GradientCheck | None = None
        self._orientation = "row"
        self._badge = QLabel(self)
        self._badge.setFont(ui_font(13, 600))
        self._badge.setAccessibleName(self.tr("Result"))
        self._where = QLabel(self)
        self._where.setFont(ui_font(12))
        self._table = _Table(self._headers(), self)
        self._table.setAccessibleName(self.tr("Gradient check"))
        self._table.chosen.connect(self._go)
        self._table.currentCellChanged.connect(self._explain)
        self._table.explain_columns(self._column_tips())
        legend = QLabel(
            self.tr(
                "Each row compares one cell of a gradient, written [row, column] from 0. Differences: the loss with "
                "that number a little higher less the loss with it a little lower, over the distance. Autograd: "
                "PyTorch's gradient. Rel. error: how far off they are, as a share of the value. "
                "Click a row to go to its step."
            ),
            self,
        )
        legend.setFont(ui_font(12))
        legend.setWordWrap(True)
        self._notes = QLabel(self)
        self._notes.setFont(ui_font(12))
        self._notes.setWordWrap(True)
        self._notes.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._notes.setMinimumHeight(2 * self._notes.fontMetrics().height() + 4)
        self._array = QComboBox(self)
        self._array.setAccessibleName(self.tr("What to check"))
        self._array.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._cell = QLineEdit(self)
        self._cell.setAccessibleName(self.tr("Cell"))
        self._cell.setPlaceholderText(self.tr("cell: row, column"))
        self._cell.setFixedWidth(150)
        self._array.currentIndexChanged.connect(lambda index: self._cell.setEnabled(index > 0))
        self._again = self._button(self.tr("Check"), self._ask)
        self._again.setDefault(True)  # Enter in the fields
        copy = self._button(self.tr("Copy as text"), self.copy)
        close = self._button(self.tr("Close"), self.close)
        copy_action = QAction(self)
        copy_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy_action.triggered.connect(self.copy)
        self._table.addAction(copy_action)
        copy_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self._badge)
        top.addWidget(self._where, 1)
        for widget in (self._array, self._cell, self._again):
            bottom.addWidget(widget)
        bottom.addStretch(1)
        for widget in (copy, close):
            bottom.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addLayout(top)
        layout.addWidget(self._table, 1)
        layout.addWidget(legend)
        layout.addWidget(self._notes)
        layout.addLayout(bottom)
        self._cell.setEnabled(False)
        self.resize(self.sizeHint())  # else Qt takes less on a small screen, and cuts columns

    def _button(self, text: str, clicked: object) -> QPushButton:
        button = QPushButton(text, self, autoDefault=False)
        button.clicked.connect(clicked)
        return button

    def _headers(self) -> list[str]:
        return [
            self.tr("Step"),
            self.tr("Gradient"),
            self.tr("Cell"),
            self.tr("Here"),
            self.tr("Differences"),
            self.tr("Autograd"),
            self.tr("Rel. error"),
            self.tr("Cells compared"),
            self.tr("Verdict"),
        ]

    def _column_tips(self) -> list[str]:
        return [
            self.tr("Number of the step that computes the gradient"),
            self.tr("How the loss changes with the array of that name"),
            self.tr("Row and column of the number compared, from 0: the largest of the gradient, or the farthest off"),
            self.tr("The value that the lesson's step has computed"),
            self.tr(
                "Central difference: (loss with the number a little higher − loss with it a little lower) / distance. "
                "Two values at a kink: the slopes to its left and right"
            ),
            self.tr("The gradient that PyTorch computes by itself"),
            self.tr(
                "The larger distance of the two from the value here, divided by the larger of the two numbers "
                "compared, or by 1/100 of the gradient's largest cell if that is more. 0: they agree in every digit"
            ),
            self.tr("A difference takes two forward passes for every number, so of large arrays it compares a sample"),
            self.tr("Verified when both agree with the value here as closely as rounding lets them"),
        ]

    def sizeHint(self) -> QSize:
        return QSize(960, 560)

    # ---- what comes from the window --------------------------------------------------------------------------------

    def wait(self) -> None:
        """Say that a check is under way; the table stays until it is done."""
        self._say(self.tr("Checking…"), "fwd")

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take over a check that is new; say when the table is of another Position than the window."""
        fresh = self._snapshot is None or snapshot.program is not self._snapshot.program
        self._snapshot = snapshot
        if fresh:
            self._offer(snapshot)
        turned = snapshot.lesson.run.orientation != self._orientation
        self._orientation = snapshot.lesson.run.orientation
        if snapshot.check is not None and (snapshot.check is not self._check or turned):
            self._check = snapshot.check
            self._fill(snapshot.check)
        self._locate()

    def apply_theme(self, theme: Theme) -> None:
        """Colours of the table and all around it."""
        self._theme = theme
        self.setStyleSheet(
            f"CheckDialog {{ background: {theme.bg}; }} QLabel {{ color: {theme.text2}; }}"
            f"QTableWidget {{ background: {theme.surface}; color: {theme.text}; gridline-color: {theme.line};"
            f" border: 1px solid {theme.line}; selection-background-color: {theme.fwdsoft}; }}"
            f"QTableWidget:focus {{ border: 1px solid {theme.focus}; }}"
            f"QHeaderView::section {{ background: {theme.sunken}; color: {theme.text2}; border: none;"
            f" border-bottom: 1px solid {theme.line2}; padding: 5px 8px; }}"
        )
        self._table.marks = theme.q("focus")
        if self._check is not None:
            self._fill(self._check)
        self._say(self._badge.text(), str(self._badge.property("kind") or "fwd"))

    # ---- what the user does ----------------------------------------------------------------------------------------

    @Slot()
    def _ask(self) -> None:
        name = self._array.currentData()
        cell = self._asked_cell(name) if name else None
        if cell == ():
            self._cell.setFocus()
            self._cell.selectAll()
            self._say(self.tr("A cell is two whole numbers from 0, row and column, as in 0, 2"), "warn")
            return
        self.wait()
        self.asked.emit(name, cell)

    def _asked_cell(self, name: str) -> tuple[int, int] | tuple[()] | None:
        """The cell in the field as it is stored; None without one; () when it is none."""
        text = self._cell.text().strip().strip("[]()")
        if not text:
            return None
        parts = [part.strip() for part in text.replace("，", ",").split(",")]
        if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
            return ()
        row, column = (int(part) for part in parts)
        assert self._snapshot is not None
        shape = self._snapshot.tensors[name].shape
        turned = self._orientation == "column"
        stored = (column, row) if turned else (row, column)
        rows, columns = (1, shape[0]) if len(shape) == 1 else shape
        return stored if stored[0] < rows and stored[1] < columns else ()

    @Slot()
    def copy(self) -> None:
        """Put the table on the clipboard, a line per row, columns apart by tabs."""
        QGuiApplication.clipboard().setText(self.as_text())

    def as_text(self) -> str:
        """The result, the table and what is said of each row."""
        lines = [f"{self._badge.text()}  {self._where.text()}".strip(), "\t".join(self._headers())]
        for row in range(self._table.rowCount()):
            lines.append("\t".join(self._table.item(row, column).text() for column in range(len(self._headers()))))
        arrays = self._check.arrays if self._check is not None else ()
        lines += [f"{symbols.plain(array.name)}: {sentence(note)}" for array in arrays for note in array.notes]
        return "\n".join(lines)

    @Slot(int)
    def _go(self, row: int) -> None:
        if self._check is not None and 0 <= row < len(self._check.arrays) and self._check.arrays[row].step:
            self.step_chosen.emit(self._check.arrays[row].step)

    # ---- showing ---------------------------------------------------------------------------------------------------

    def _offer(self, snapshot: Snapshot) -> None:
        """Fill the list of what can be checked."""
        chosen = self._array.currentData()
        self._array.blockSignals(True)
        self._array.clear()
        self._array.addItem(self.tr("every backward step"), None)
        for name in snapshot.tensors:
            if name == "logp" or name[0] in "xzaWb":
                self._array.addItem(self.tr("by {name}").format(name=symbols.plain(name)), name)
        self._array.setCurrentIndex(max(0, self._array.findData(chosen) if chosen else 0))
        self._array.blockSignals(False)
        self._cell.setEnabled(self._array.currentIndex() > 0)

    def _fill(self, check: GradientCheck) -> None:
        self._table.setRowCount(len(check.arrays))
        for row, array in enumerate(check.arrays):
            for column, text in enumerate(self._cells(array, check)):
                self._table.setItem(row, column, self._item(text, column, array.verdict))
        self._say(*self._result(check))
        bad = next((row for row, array in enumerate(check.arrays) if not array.ok), 0)
        self._table.setCurrentCell(bad, 0)
        self._table.fit()
        self._explain(bad)

    def _cells(self, array: ArrayCheck, check: GradientCheck) -> list[str]:
        sample = array.sample
        start = [str(array.step or "–"), symbols.plain(array.name)]
        if sample is None:
            return [*start, "", "", "", "", "", f"{array.cells:,}", verdict_text(array.verdict)]
        cell = (0, *sample.cell)[-2:]
        row, column = cell[::-1] if self._orientation == "column" else cell
        if sample.slopes is not None:
            difference = " | ".join(short(slope, DIGITS // 2) for slope in sample.slopes)
        else:
            difference = _number(sample.difference)
        whole = array.compared + array.kinks == array.cells or (check.asked is not None and check.asked[1] is not None)
        count = f"{array.compared:,} / {array.cells:,}"
        if array.kinks:
            count = self.tr("{count}; at kinks: {kinks}").format(count=count, kinks=f"{array.kinks:,}")
        if not whole and array.max_rel_error_autograd is not None:
            count = self.tr("{count}; autograd: all").format(count=count)
        return [
            *start,
            f"[{row}, {column}]",
            _number(sample.analytic),
            difference,
            "…" if check.loading_torch else _number(sample.autograd),
            "–" if sample.error is None else f"{sample.error:.1e}" if sample.error else "0",
            count,
            verdict_text(array.verdict),
        ]

    def _item(self, text: str, column: int, verdict: Verdict) -> QTableWidgetItem:
        item = QTableWidgetItem(text)
        numeric = column not in (GRADIENT, VERDICT)
        item.setFont(mono_font(12) if numeric else ui_font(13, 600 if column == VERDICT else 500))
        side = Qt.AlignmentFlag.AlignRight if numeric else Qt.AlignmentFlag.AlignLeft
        item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        if self._theme is not None:
            if verdict is Verdict.WRONG:
                item.setBackground(self._theme.q("errsoft"))
            if column == VERDICT:
                item.setForeground(self._theme.q(_TOKENS[verdict]))
            elif verdict is Verdict.PENDING:
                item.setForeground(self._theme.q("text3"))
        return item

    def _result(self, check: GradientCheck) -> tuple[str, str]:
        """The result in a few words, and its colour."""
        if check.error:
            return f"✗ {said(check.error)}", "err"
        verdicts = [array.verdict for array in check.arrays]
        total, wrong, good = len(verdicts), verdicts.count(Verdict.WRONG), verdicts.count(Verdict.VERIFIED)
        if wrong:
            first = next(array.name for array in check.arrays if not array.ok)
            text = self.tr("✗ {count} of {total} gradients WRONG, the first is {name}")
            return text.format(count=wrong, total=total, name=symbols.plain(first)), "err"
        if verdicts.count(Verdict.PENDING) == total:
            return self.tr("Not computed yet in this batch; differences and autograd say what is to come"), "warn"
        text = self.tr("✓ {count} of {total} gradients verified").format(count=good, total=total)
        bent = sum(array.verdict is Verdict.VERIFIED and not array.compared for array in check.arrays)
        if bent:
            text += self.tr(", {count} of them at kinks alone").format(count=bent)
        return (text, "ok") if good else (self.tr("Not comparable"), "warn")

    def _say(self, text: str, kind: str) -> None:
        self._badge.setText(text)
        self._badge.setProperty("kind", kind)
        self._badge.setVisible(bool(text))
        if self._theme is not None:
            colour, soft = getattr(self._theme, kind), getattr(self._theme, kind + "soft")
            self._badge.setStyleSheet(
                f"color: {colour}; background: {soft}; border: 1px solid {colour};border-radius: 4px; padding: 3px 8px;"
            )

    def _locate(self) -> None:
        check, snapshot = self._check, self._snapshot
        if check is None or snapshot is None:
            return
        text = self.tr("batch {batch}, after step {step}").format(
            batch=f"{check.position.batch:,}", step=check.position.step
        )
        if check.loading_torch:
            text += " · " + self.tr("loading PyTorch…")
        elif check.no_torch:
            text += " · " + said(check.no_torch)
        if snapshot.check is None:
            text += " · " + self.tr("the run has moved on")
        self._where.setText(text)

    @Slot(int)
    def _explain(self, row: int, *_: int) -> None:
        """Below the table, what is worth knowing about the row."""
        arrays = self._check.arrays if self._check is not None else ()
        if not 0 <= row < len(arrays):
            self._notes.clear()
            return
        array = arrays[row]
        told = [sentence(note) for note in array.notes]
        if not array.ok:
            told.insert(0, self.tr("Wrong: differences or autograd find another value. The cell is the farthest off."))
        elif array.sample is not None and array.sample.error == 0 and array.sample.analytic and self._bends_once():
            told.append(
                self.tr("Along this one number the loss is a line or a parabola, so differences have no error: 0.")
            )
        self._notes.setText("\n".join(f"{symbols.plain(array.name)}: {text}" for text in told))

    def _bends_once(self) -> bool:
        """Whether the loss is of the second degree at most in each number, for which central differences are exact."""
        if self._snapshot is None:
            return False
        lesson = self._snapshot.lesson
        return lesson.loss.name in ("half_squared_error", "mse", "l1") and all(
            lesson.activation(layer) in ("identity", "relu", "leaky_relu") for layer in range(1, lesson.layers + 1)
        )


class _Table(QTableWidget):
    """Rows to be clicked, or chosen by Enter.

    Signals
    -------
    chosen(int) : a row.
    """

    chosen = Signal(int)

    def __init__(self, headers: list[str], parent: QWidget) -> None:
        super().__init__(0, len(headers), parent)
        self.marks = QColor()
        self.setItemDelegate(_RowDelegate(self))
        self.setHorizontalHeaderLabels(headers)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setFont(ui_font(12, 600))
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setResizeContentsPrecision(-1)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header.setStretchLastSection(True)
        for column in range(len(headers)):
            side = Qt.AlignmentFlag.AlignLeft if column in (GRADIENT, VERDICT) else Qt.AlignmentFlag.AlignRight
            self.horizontalHeaderItem(column).setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self.cellClicked.connect(lambda row, column: self.chosen.emit(row))

    def explain_columns(self, tips: list[str]) -> None:
        """Say in each column's tooltip what stands there."""
        for column, tip in enumerate(tips):
            self.horizontalHeaderItem(column).setToolTip(tip)

    def fit(self) -> None:
        """Be wide enough for every column."""
        widths = [self.sizeHintForColumn(column) for column in range(self.columnCount())]
        header = self.horizontalHeader()
        widths = [max(width, header.sectionSizeHint(column)) for column, width in enumerate(widths)]
        self.setMinimumWidth(sum(widths) + 2 + self.verticalScrollBar().sizeHint().width())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentRow() >= 0:
            self.chosen.emit(self.currentRow())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QEvent) -> None:
        super().focusInEvent(event)
        if self.currentRow() < 0 and self.rowCount():
            self.setCurrentCell(0, 0)


class _RowDelegate(QStyledItemDelegate):
    """Marks the chosen row by a line above and below, so that its colours stay what they mean."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return super().sizeHint(option, index) + QSize(2 * PAD, 0)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        background = index.data(Qt.ItemDataRole.BackgroundRole)
        if background is not None:
            painter.fillRect(option.rect, background)
        box = QRect(option.rect)
        plain = QStyleOptionViewItem(option)
        plain.state &= ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus)
        plain.rect = box.adjusted(PAD, 0, -PAD, 0)
        super().paint(painter, plain, index)
        if selected:
            painter.setPen(self.parent().marks)
            painter.drawLine(box.topLeft(), box.topRight())
            painter.drawLine(box.bottomLeft(), box.bottomRight())


_TOKENS = {Verdict.VERIFIED: "ok", Verdict.INCOMPARABLE: "warn", Verdict.WRONG: "err", Verdict.PENDING: "text3"}


def tr(text: str) -> str:
    """Translate in the empty context, where lupdate files what stands in no class."""
    return QCoreApplication.translate("", text)


def verdict_text(verdict: Verdict) -> str:
    """A verdict with its mark: a tick, a cross."""
    texts = {
        Verdict.VERIFIED: tr("✓ verified"),
        Verdict.INCOMPARABLE: tr("– not comparable"),
        Verdict.WRONG: tr("✗ WRONG"),
        Verdict.PENDING: tr("not computed yet"),
    }
    return texts[verdict]


def sentence(note: Note) -> str:
    """A note as a sentence."""
    texts = {
        Note.KINK: tr(
            "The loss has a kink here, where a ReLU switches on or the error of an l1 loss is 0: its slope to the left "
            "is not that to the right. The backward phase picks one side for each function on its own, and the product "
            "need not be a slope of the whole, as here. So there is nothing to compare."
        ),
        Note.SUBGRADIENT: tr(
            "The loss has a kink here, where a ReLU switches on or the error of an l1 loss is 0: it has one slope to "
            "the left and another to the right. The value here lies between them, as it should: a subgradient."
        ),
        Note.OFF: tr("The ReLU is off here, so nothing flows through it: the gradient is exactly 0."),
        Note.ROUNDING: tr("What differs is only rounding, as measured by nudging every number by its last digit."),
        Note.FLIPPED: tr(
            "A value lies so near a kink that rounding puts it on one side here and on the other in the comparison."
        ),
        Note.SUM: tr(
            "The loss shown is the mean over the batch, but the lesson takes the gradient of the sum. Differences and "
            "autograd start from the mean, so they are multiplied by the number of examples."
        ),
        Note.MEAN: tr(
            "The lesson averages its bias gradient over the batch. Differences and autograd find the sum, so they are "
            "divided by the number of examples."
        ),
        Note.EPSILON: tr("The probability is below the 1e-12 that the logarithm adds, so 1e-12 sets the slope."),
        Note.NO_GRADIENT: tr("The lesson computes no such gradient; differences and autograd do."),
        Note.UNUSED: tr("The loss does not depend on it: it is taken of z directly."),
        Note.NOT_FINITE: tr("Not a finite number, so there is nothing to compare."),
    }
    return texts[note]


def _number(value: float | None) -> str:
    return "–" if value is None else short(value, DIGITS)
