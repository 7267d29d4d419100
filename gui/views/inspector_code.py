"""The lesson as a script, around the line that executes the current Step."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSettings, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextOption,
)
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.lesson import Lesson
from engine.listing import Dialect, Listing, listing
from engine.program import Step
from engine.tensors import Tensors
from gui.theme import LIGHT, Theme, mono_font, ui_font

if TYPE_CHECKING:
    from engine.data.table import TableForm  # its parser takes a while to import

DIALECTS: dict[Dialect, str] = {"numpy": "NumPy", "torch": "PyTorch"}
PX = (11, 12)  # in a low panel, else
LOW = 110.0  # room for code below which the panel is low
FRAME = 3  # above and below the lines
BUTTON = (70, 24)
LINES = (5, 9)
SETTING = "inspector/dialect"
NOTE_GAP = 16  # between the marked line and the shapes at its right end
_PRODUCT = re.compile(r"(\w+)(\.T)? @ (\w+)(\.T)?")


def shapes_in(line: str, tensors: Tensors, column: bool) -> str:
    """Shapes of what a line of code multiplies as matrices, ``(2, 1) @ (1, 3)``; empty where it multiplies none.

    Parameters
    ----------
    line : of a Listing, in which arrays have the names of ``tensors``.
    column : whether the code has its arrays turned, an example a column.
    """
    product = _PRODUCT.search(line)
    if product is None or not {product[1], product[3]} <= set(tensors):
        return ""
    factors = []
    for name, turned in ((product[1], product[2]), (product[3], product[4])):
        rows, columns = tensors.layout.places[name].shape(tensors.batch)
        factors.append((columns, rows) if column != bool(turned) else (rows, columns))
    return " @ ".join(f"({rows}, {columns})" for rows, columns in factors)


def scroll_bars(theme: Theme) -> str:
    """A style sheet for slim scroll bars."""
    return (
        f"QScrollBar:vertical {{ background: transparent; width: 9px; margin: 0; }}"
        f"QScrollBar::handle:vertical {{ background: {theme.ctl}; border-radius: 3px; min-height: 20px; margin: 1px; }}"
        f"QScrollBar::handle:vertical:hover {{ background: {theme.text2}; }}"
        "QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical { height: 0; }"
        "QScrollBar::add-page:vertical, QScrollBar::sub-page:vertical { background: transparent; }"
    )


class CodeStrip(QFrame):
    """Code, and at its right the switch between dialects and a button that copies all of it.

    Signals
    -------
    stop_toggled(int) : the number of a line was pressed: stop at its Step, or no longer.
    """

    stop_toggled = Signal(int)

    def __init__(self, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._lesson: Lesson | None = None
        self._step: Step | None = None
        self._tensors: Tensors | None = None
        self._table: TableForm | None = None
        self._shown: Listing | None = None  # without most rows of large matrices
        known = {str(name): name for name in DIALECTS}
        self._dialect: Dialect = known.get(str(settings.value(SETTING, "")), "numpy")
        self.setObjectName("code")
        self.code = _Code(self)
        self.code.setAccessibleName(self.tr("The lesson as code"))
        self.code.line_pressed.connect(self._toggle)
        self._stops: dict[int, bool] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, FRAME, FRAME, FRAME)
        layout.setSpacing(4)
        layout.addWidget(self.code, 1)
        buttons = QVBoxLayout()
        buttons.setSpacing(2)
        layout.addLayout(buttons)
        self._group = QButtonGroup(self)
        self.dialect_buttons: dict[Dialect, QToolButton] = {}
        for dialect, name in DIALECTS.items():
            button = self._button(name, self.tr("Show the code in {dialect}").format(dialect=name), buttons)
            button.setCheckable(True)
            button.setChecked(dialect == self._dialect)
            self._group.addButton(button)
            button.clicked.connect(lambda _=False, chosen=dialect: self.choose(chosen))
            self.dialect_buttons[dialect] = button
        self.copy = self._button(self.tr("Copy"), self.tr("Copy the whole script"), buttons)
        self.copy.clicked.connect(self._copy)
        buttons.addStretch(1)

    def _button(self, text: str, tip: str, layout: QVBoxLayout) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFont(ui_font(11, 500))
        button.setFixedSize(*BUTTON)
        layout.addWidget(button)
        return button

    @property
    def dialect(self) -> Dialect:
        return self._dialect

    def choose(self, dialect: Dialect) -> None:
        """Switch the dialect, and remember it."""
        self._dialect = dialect
        self._settings.setValue(SETTING, dialect)
        self.dialect_buttons[dialect].setChecked(True)
        self._shown = None
        self._show()

    def show_step(
        self, lesson: Lesson, step: Step | None, tensors: Tensors | None = None, table: TableForm | None = None
    ) -> None:
        """Mark the line of a Step, with the shapes of what it multiplies at its end.

        ``table`` is that of the data set, where it is a CSV.
        """
        self._tensors = tensors
        if lesson is not self._lesson or step is not self._step or table is not self._table:
            if lesson is not self._lesson or table is not self._table:
                self._shown = None
            self._lesson, self._step, self._table = lesson, step, table
            self._show()
        self._note_shapes()

    def _note_shapes(self) -> None:
        marked, note = self.code.marked, ""
        if self._shown is not None and marked is not None and self._tensors is not None and self._lesson is not None:
            column = self._dialect == "numpy" and self._lesson.run.orientation == "column"
            note = shapes_in(self._shown.lines[marked].text, self._tensors, column)
        self.code.show_note(note)

    def show_stops(self, stops: dict[int, bool]) -> None:
        """Mark the lines of Steps that have a breakpoint; whether it is enabled, by Step."""
        if stops != self._stops:
            self._stops = stops
            self._mark_stops()

    def _mark_stops(self) -> None:
        if self._shown is not None:
            lines = enumerate(self._shown.lines)
            known = {n: [self._stops[i] for i in line.steps if i in self._stops] for n, line in lines}
            self.code.show_stops({n: any(enabled) for n, enabled in known.items() if enabled})

    @Slot(int)
    def _toggle(self, line: int) -> None:
        if self._shown is not None and (steps := self._shown.lines[line].steps):
            self.stop_toggled.emit(max(steps))

    def show_lines(self, room: float) -> None:
        """Take as many lines as fit into some height, within limits."""
        self.code.setFont(mono_font(PX[room >= LOW]))
        line = self.code.line_height
        count = min(max(int((room - 2 * FRAME) / line), LINES[0]), LINES[1])
        self.setFixedHeight(round(count * line) + 2 * FRAME + 2)

    def apply_theme(self, theme: Theme) -> None:
        self.code.apply_theme(theme)
        self.setStyleSheet(
            f"#code {{ background: {theme.sunken}; border: 1px solid {theme.line}; border-radius: 6px; }}"
            f"QToolButton {{ color: {theme.text2}; background: transparent; border: 1px solid transparent;"
            " border-radius: 4px; }"
            f"QToolButton:hover {{ background: {theme.line}; }}"
            f"QToolButton:checked {{ color: {theme.text}; background: {theme.surface};"
            f" border-color: {theme.ctl}; }}"
            f"QToolButton:focus {{ border: 2px solid {theme.focus}; }}" + scroll_bars(theme)
        )
        self._show()

    def _show(self) -> None:
        if self._lesson is not None:
            made = self._shown = self._shown or listing(self._lesson, self._dialect, self._table, whole=False)
            self.code.show_code(made.text, made.line_of(self._step) if self._step is not None else None)
            self._mark_stops()
            self._note_shapes()

    @Slot()
    def _copy(self) -> None:
        if self._lesson is not None:
            QGuiApplication.clipboard().setText(listing(self._lesson, self._dialect, self._table).text)


class _Code(QPlainTextEdit):
    """Read-only source with line numbers and one marked line.

    Signals
    -------
    line_pressed(int) : the number of a line, counted from 0, in the margin.
    """

    line_pressed = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self._marked: int | None = None
        self._stops: dict[int, bool] = {}
        self._shown = ""
        self._note = ""
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(mono_font(PX[1]))
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self._colours = _Colours(self.document())
        self._gutter = _Gutter(self)
        self.verticalScrollBar().valueChanged.connect(self._gutter.update)

    @property
    def line_height(self) -> float:
        return QFontMetricsF(self.font()).lineSpacing()

    @property
    def marked(self) -> int | None:
        """The marked line, counted from 0."""
        return self._marked

    def show_code(self, text: str, line: int | None) -> None:
        """Show a script with a line marked, in the middle."""
        if text != self._shown:
            self._shown = text
            self.setPlainText(text.rstrip("\n"))
            digits = len(str(self.document().blockCount()))
            self._gutter.room = round(22 + digits * self.fontMetrics().horizontalAdvance("0"))
            self.setViewportMargins(self._gutter.room, 0, 0, 0)
            self._place_gutter()
        self._marked = line
        self._mark()
        self._centre()

    @property
    def note(self) -> str:
        """What is said at the right end of the marked line, where there is room for it."""
        return self._note

    def show_note(self, note: str) -> None:
        """Say something at the right end of the marked line."""
        if note != self._note:
            self._note = note
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._note or self._marked is None:
            return
        block, metrics = self.document().findBlockByNumber(self._marked), QFontMetricsF(self.font())
        box = self.blockBoundingGeometry(block).translated(self.contentOffset())
        place = QRectF(box.left(), box.top(), self.viewport().width() - box.left() - NOTE_GAP / 2, self.line_height)
        if metrics.horizontalAdvance(f"{block.text()}{self._note}") + NOTE_GAP <= place.width():
            with QPainter(self.viewport()) as painter:
                painter.setFont(self.font())
                painter.setPen(self.theme.q("bwd"))
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._note)

    def show_stops(self, stops: dict[int, bool]) -> None:
        """Put a dot into the margin of these lines, hollow where the breakpoint is disabled."""
        if stops != self._stops:
            self._stops = stops
            self._gutter.update()

    def line_at(self, y: float) -> int | None:
        """The line at a height of the margin, counted from 0."""
        block = self.firstVisibleBlock()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if box.top() <= y < box.bottom():
                return block.blockNumber()
            block = block.next()
        return None

    def _mark(self) -> None:
        self.setExtraSelections([])
        if self._marked is not None:
            here = QTextEdit.ExtraSelection()
            here.format.setBackground(self.theme.q("bwdsoft"))
            here.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            here.cursor = QTextCursor(self.document().findBlockByNumber(self._marked))
            self.setExtraSelections([here])
        self._gutter.update()

    def _centre(self) -> None:
        if self._marked is not None:
            lines = int(self.viewport().height() / self.line_height)
            self.verticalScrollBar().setValue(self._marked - (lines - 1) // 2)
            self.horizontalScrollBar().setValue(0)

    def apply_theme(self, theme: Theme) -> None:
        self.theme = theme
        self._colours.apply_theme(theme)
        self.setStyleSheet(f"QPlainTextEdit {{ background: transparent; color: {theme.text}; }}")
        self._mark()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_gutter()
        self._centre()

    def _place_gutter(self) -> None:
        inside = self.contentsRect()
        self._gutter.setGeometry(QRect(inside.left(), inside.top(), self._gutter.room, inside.height()))

    def paint_gutter(self, painter: QPainter) -> None:
        """Line numbers; a bar and an arrow at the marked line."""
        painter.setFont(self.font())
        block = self.firstVisibleBlock()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if box.top() > self.height():
                return
            number, right = block.blockNumber(), self._gutter.room - 8
            if number == self._marked:
                painter.fillRect(QRect(0, round(box.top()), self._gutter.room, round(box.height())),
                                 self.theme.q("bwdsoft"))  # fmt: skip
                painter.fillRect(QRect(0, round(box.top()), 3, round(box.height())), self.theme.q("bwd"))
                middle = box.center().y()
                painter.setPen(QPen(Qt.PenStyle.NoPen))
                painter.setBrush(self.theme.q("bwd"))
                painter.drawPolygon(QPolygonF([QPointF(6, middle - 4), QPointF(12, middle), QPointF(6, middle + 4)]))
            if number in self._stops:
                painter.setPen(QPen(self.theme.q("err"), 1.5))
                painter.setBrush(self.theme.q("err" if self._stops[number] else "sunken"))
                painter.drawEllipse(QPointF(9, box.center().y()), 4, 4)
            painter.setPen(self.theme.q("text" if number == self._marked else "text3"))
            place = QRect(0, round(box.top()), right, round(box.height()))
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(number + 1))
            block = block.next()


class _Gutter(QWidget):
    def __init__(self, code: _Code) -> None:
        super().__init__(code)
        self._code = code
        self.room = 40
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(self.tr("Press a line's number: stop after its step, or no longer"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        line = self._code.line_at(event.position().y())
        if line is not None and event.button() == Qt.MouseButton.LeftButton:
            self._code.line_pressed.emit(line)

    def sizeHint(self) -> QSize:
        return QSize(self.room, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._code.paint_gutter(painter)


class _Colours(QSyntaxHighlighter):
    """Keywords, numbers, text and comments."""

    RULES = (
        (re.compile(r"\b(?:import|from|for|in|if|else|def|return|with|class|as|while|not|and|or|None|True|False)\b"),
         "bwd"),
        (re.compile(r"(?<![\w.])\d[\d_]*(?:\.\d*)?(?:e[+-]?\d+)?"), "neg"),
        (re.compile(r"\"[^\"]*\"|'[^']*'"), "upd"),
        (re.compile(r"#.*"), "text3"),
    )  # fmt: skip

    def apply_theme(self, theme: Theme) -> None:
        self._formats = {token: self._format(theme.q(token)) for _, token in self.RULES}
        self.rehighlight()

    @staticmethod
    def _format(colour: QColor) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(colour)
        return made

    def highlightBlock(self, text: str) -> None:
        formats = getattr(self, "_formats", None)
        if formats is None:
            return
        for pattern, token in self.RULES:
            for match in pattern.finditer(text):
                self.setFormat(match.start(), len(match.group()), formats[token])
