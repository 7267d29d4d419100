"""The momentum ledger of a parameter: what each of the last batches did to it, and when to ask the engine for it."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from engine.last_batches import Ledger, LedgerRow
from engine.snapshot import Snapshot, State
from gui.numbers import exact, significant
from gui.theme import LIGHT, Theme, mono_font, ui_font
from gui.views.origin_text import INDEX, MARGIN, TEXT, Place, font, signed, text_width

HEAD, LINE = 28, 20  # heights
translate = QCoreApplication.translate


def parameter_of(name: str) -> str | None:
    """The parameter whose ledger an array is in: ``W2`` for ``W2``, ``vW2`` and ``dW2``; None for all others."""
    match = re.fullmatch(r"[dv]?([Wb]\d+)", name)
    return match[1] if match is not None else None


class LedgerSource:
    """Which rows are known of a cell, and whether the engine must be asked for others.

    A row is a fact of one line of the run: going back or forth on it needs no others but those that have come into
    reach. So the engine is asked when the cell, the line or the last finished batch is another.
    """

    def __init__(self) -> None:
        self._asked: tuple[Whose, int] | None = None
        self._before: Ledger | None = None  # what the Snapshot had when it was asked for: no answer to that
        self._known: tuple[Whose, Ledger] | None = None

    def rows(self, place: Place, snapshot: Snapshot) -> tuple[LedgerRow, ...]:
        """The rows of a cell, newest first.

        There are none for what is no parameter, while the engine runs, and until the first answer.
        """
        key, answer = _key(place, snapshot), snapshot.ledger
        if key is None:
            return ()
        whose, last = key
        asked = self._asked is not None and self._asked[0] == whose and answer is not self._before
        if asked and answer is not None and (answer.name, answer.cell) == whose[:2]:
            self._known = (whose, answer)
        known = self._known[1].rows if self._known is not None and self._known[0] == whose else ()
        return tuple(row for row in reversed(known) if row.batch <= last)

    def wanted(self, place: Place, snapshot: Snapshot) -> bool:
        """Whether it is time to ask."""
        key = _key(place, snapshot)
        return key is not None and key != self._asked

    def ask(self, place: Place, snapshot: Snapshot) -> tuple[str, tuple[int, int]]:
        """The parameter and the cell to ask for, which is noted."""
        key = _key(place, snapshot)
        assert key is not None
        self._asked, self._before = key, snapshot.ledger
        return key[0][:2]


Whose = tuple[str, tuple[int, int], int, int]


def _key(place: Place, snapshot: Snapshot) -> tuple[Whose, int] | None:
    """Whose ledger it is, in which line of which run, and up to which batch; None where there is none to ask for."""
    name, last = parameter_of(place.name), _last_batch(snapshot)
    if name is None or snapshot.state is State.RUNNING or last < 1:
        return None
    return (name, place.cell, snapshot.generation, snapshot.line), last


def _last_batch(snapshot: Snapshot) -> int:
    """The last batch that is finished where the Snapshot stands."""
    done = snapshot.position.step == len(snapshot.program)
    return snapshot.position.batch - (0 if done else 1)


class LedgerTable(QWidget):
    """A row for each batch, newest first: gradient, velocities where there are any, and by how much it changed.

    Signals
    -------
    chosen(int) : the batch of a row that was clicked, or on which Enter was pressed.
    reached(int, int) : top and height of a row that the keys have come to.
    """

    chosen = Signal(int)
    reached = Signal(int, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._rows: tuple[LedgerRow, ...] = ()
        self._row = 0
        self._hovered = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(translate("OriginView", "Last batches"))
        self.hide()

    def show_rows(self, rows: tuple[LedgerRow, ...]) -> None:
        """Take over the rows; without any the table hides."""
        if rows != self._rows:
            batch = self._rows[self._row].batch if self._rows else 0
            self._rows = rows
            self._row = next((i for i, row in enumerate(rows) if row.batch == batch), 0)
            self._hovered = -1
            self.setFixedHeight(HEAD + LINE * len(rows) + 6)
            self._describe()
        self.setVisible(bool(rows))
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    @property
    def rows(self) -> tuple[LedgerRow, ...]:
        """What is shown, newest first."""
        return self._rows

    @property
    def row(self) -> int:
        """The row that the keys have come to."""
        return self._row

    def row_box(self, i: int) -> QRectF:
        """Where a row is."""
        return QRectF(MARGIN - 6, HEAD + i * LINE, self.width() - 2 * MARGIN + 12, LINE)

    def headings(self) -> tuple[str, ...]:
        """Of the columns after the batch."""
        velocities = (translate("OriginView", "old velocity"), translate("OriginView", "new velocity"))
        return (
            translate("OriginView", "gradient"),
            *(velocities if self._moving else ()),
            translate("OriginView", "change"),
        )

    def cells(self, row: LedgerRow) -> tuple[str, ...]:
        """A row's numbers as they are written."""
        velocities = (signed(row.old_velocity), signed(row.new_velocity)) if row.momentum > 0 else ("–", "–")
        return (signed(row.gradient), *(velocities if self._moving else ()), signed(row.change))

    @property
    def _moving(self) -> bool:
        return any(row.momentum > 0 for row in self._rows)

    def text(self) -> str:
        """The table in words, a line for each batch."""
        return "\n".join(self._row_text(row) for row in self._rows)

    def _row_text(self, row: LedgerRow) -> str:
        told = ", ".join(f"{head} {cell}" for head, cell in zip(self.headings(), self.cells(row), strict=True))
        return translate("OriginView", "batch {n}: {what}").format(n=f"{row.batch:,}", what=told)

    def _describe(self) -> None:
        self.setAccessibleDescription(self._row_text(self._rows[self._row]) if self._rows else "")

    # ---- painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), theme.q("surface"))
            if not self._rows:
                return
            title = translate("OriginView", "Last batches")
            painter.setFont(ui_font(TEXT, 600))
            painter.setPen(theme.q("text"))
            painter.drawText(QPointF(MARGIN, HEAD - 8), title)
            painter.setFont(font("words", INDEX))
            painter.setPen(theme.q("text3"))
            self._write(painter, self.headings(), 4, HEAD - 4)
            painter.setPen(QPen(theme.q("line"), 1))
            painter.drawLine(QPointF(MARGIN, HEAD - 0.5), QPointF(self.width() - MARGIN, HEAD - 0.5))
            for i, row in enumerate(self._rows):
                self._paint_row(painter, i, row)

    def _paint_row(self, painter: QPainter, i: int, row: LedgerRow) -> None:
        theme, box = self._theme, self.row_box(i)
        if i == self._hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.q("line"))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 4, 4)
        if i == self._row and self.hasFocus():
            painter.setPen(QPen(theme.q("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
        painter.setFont(mono_font(TEXT))
        painter.setPen(theme.q("text2"))
        painter.drawText(QPointF(MARGIN, box.y() + 14), f"{row.batch:,}")
        painter.setPen(theme.q("text"))
        self._write(painter, self.cells(row), box.y(), LINE)

    def _write(self, painter: QPainter, texts: tuple[str, ...], y: float, height: float) -> None:
        """Texts of a row, each at the right end of its column."""
        first = MARGIN + text_width(translate("OriginView", "Last batches"), "words", TEXT)
        wide = (self.width() - MARGIN - first) / len(texts)
        for i, text in enumerate(texts):
            place = QRectF(first + i * wide, y, wide, height)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    # ---- choosing --------------------------------------------------------------------------------------------------

    def _select(self, row: int) -> None:
        if self._rows:
            self._row = max(0, min(row, len(self._rows) - 1))
            self._describe()
            box = self.row_box(self._row)
            top = 0 if self._row == 0 else round(box.top())  # the first row brings its headings with it
            self.reached.emit(top, round(box.bottom()) - top)
            self.update()

    def _at(self, point: QPointF) -> int:
        """The row under a point, or -1."""
        return next((i for i in range(len(self._rows)) if self.row_box(i).contains(point)), -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Up: self._row - 1,
            Qt.Key.Key_Down: self._row + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self._rows) - 1,
        }
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif event.key() in moves:
            self._select(moves[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._rows:
            self.chosen.emit(self._rows[self._row].batch)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._select(self._row)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and row >= 0:
            self._row = row
            self.chosen.emit(self._rows[row].batch)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._at(event.position())
        if row != self._hovered:
            self._hovered = row
            self.setCursor(Qt.CursorShape.PointingHandCursor if row >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            i = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._tip(self._rows[i]) if i >= 0 else "", self)
            return True
        return super().event(event)

    def _tip(self, row: LedgerRow) -> str:
        """The rate and the momentum of a batch, and what a click does."""
        rates = f"η = {significant(row.learning_rate, 6)}"
        if row.momentum > 0:
            rates += f", γ = {significant(row.momentum, 6)}"
        change = translate("OriginView", "change {exact}").format(exact=exact(row.change))
        return f"{rates}\n{change}\n" + translate("OriginView", "Click: go to the end of batch {n}").format(
            n=f"{row.batch:,}"
        )
