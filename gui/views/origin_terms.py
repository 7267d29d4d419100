"""The list of terms: a row each, largest first, chosen by mouse and keys."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from engine.provenance import Factor
from gui.numbers import exact
from gui.theme import LIGHT, Theme, mono_font
from gui.views.inspector_code import scroll_bars
from gui.views.origin_shown import Shown
from gui.views.origin_strip import THUMB
from gui.views.origin_text import INDEX, MARGIN, TEXT, draw, font, percent, signed

ROW, TALL, THUMB_ROW = 26, 42, 32  # heights of a row: names beside numbers, above them, beside an image
NARROW = 520  # content width below which bars are short
VALUE, SHARE = 78, 52  # columns at the right
GAP = 12
MEASURED = 40  # terms whose width decides how all of them are written
translate = QCoreApplication.translate


@dataclass(frozen=True)
class Columns:
    """Where the parts of a row stand; ``names`` and ``numbers`` are left edges, ``value`` and ``share`` right ones."""

    thumb: float
    bar: QRectF  # x and width
    names: float
    numbers: float
    value: float
    share: float
    tall: bool
    height: int


class Terms(QAbstractScrollArea):
    """The terms, largest first. Only the rows in sight are written and painted.

    Signals
    -------
    followed(object) : the Factor that was clicked.
    example_chosen(int) : the row of an example was chosen by the user.
    arranged() : the columns stand somewhere else.
    moved() : other rows are in sight.
    """

    followed = Signal(object)
    example_chosen = Signal(int)
    moved = Signal()
    arranged = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._shown: Shown | None = None
        self._columns: Columns | None = None
        self._row = 0
        self._factor = 0
        self._hovered: tuple[int, Factor | None] = (-1, None)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(translate("OriginView", "Terms"))
        self.setMinimumHeight(ROW)
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(self.moved)
        self._total: QWidget | None = None
        self._tail: QWidget | None = None

    def put_below(self, total: QWidget, tail: QWidget) -> None:
        """Put two widgets below the rows, to scroll with them; ``total`` stays in sight where there are too many.

        Both are children of the viewport and rule their own height.
        """
        self._total, self._tail = total, tail
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        return QSize(100, ROW)

    def show_terms(self, shown: Shown) -> None:
        """Show an Origin's terms; the same cell keeps its row."""
        same = self._shown is not None and self._shown.place == shown.place
        self._shown = shown
        if not same:
            self._row, self._factor = 0, 0
            self.verticalScrollBar().setValue(0)
        self._row = max(0, min(self._row, len(shown.origin.terms) - 1))
        self._factor = min(self._factor, max(0, len(self._links()) - 1))
        self._hovered = (-1, None)
        self._arrange()
        self._describe()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setStyleSheet(f"Terms {{ background: {theme.surface}; }}" + scroll_bars(theme))
        self.viewport().update()

    # ---- layout ----------------------------------------------------------------------------------------------------

    @property
    def columns(self) -> Columns | None:
        """Where the parts of a row stand."""
        return self._columns

    def _arrange(self) -> None:
        shown = self._shown
        if shown is None:
            return
        width = float(self.width() - 2 * MARGIN)
        thumb = THUMB + 8.0 if shown.by_example else 0.0
        bar = QRectF(MARGIN + thumb, 0, 96.0 if width > NARROW else 60.0, 0)
        share = self.width() - MARGIN
        value = share - SHARE
        names = bar.right() + GAP
        room = value - VALUE - names
        lines = [shown.written(i) for i in range(min(MEASURED, len(shown.origin.terms)))]
        wide = max((line.width for line, _ in lines), default=0.0)
        broad = max((line.width for _, line in lines), default=0.0)
        tall = wide + GAP + broad > room
        height = TALL if tall else THUMB_ROW if thumb else ROW
        numbers = names if tall else names + wide + GAP + max(0.0, min(28.0, (room - wide - GAP - broad) / 2))
        self._columns = Columns(MARGIN, bar, names, numbers, value, share, tall, height)
        whole = len(shown.origin.terms) * height + sum(map(_height, (self._total, self._tail)))
        self.setMaximumHeight(whole)
        scroll = self.verticalScrollBar()
        scroll.setSingleStep(height)
        scroll.setPageStep(self._room)
        scroll.setRange(0, max(0, whole - self.viewport().height()))
        self._place_below()
        self.viewport().update()
        self.arranged.emit()

    @property
    def _room(self) -> int:
        """Height in which rows are seen: what is below them may stand over some."""
        return max(0, self.viewport().height() - _height(self._total))

    def _place_below(self) -> None:
        if self._shown is None or self._columns is None or self._total is None or self._tail is None:
            return
        end = len(self._shown.origin.terms) * self._columns.height - self.verticalScrollBar().value()
        self._total.setGeometry(0, min(end, self._room), self.width(), self._total.height())
        self._tail.setGeometry(0, end + _height(self._total), self.width(), self._tail.height())

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._place_below()
        self.viewport().update()

    def reveal(self, top: int, height: int) -> None:
        """Scroll until a part of the viewport is in sight."""
        scroll = self.verticalScrollBar()
        if top < 0:
            scroll.setValue(scroll.value() + top)
        elif top + height > self.viewport().height():
            scroll.setValue(scroll.value() + top + height - self.viewport().height())

    @Slot(int, int)
    def reveal_tail(self, top: int, height: int) -> None:
        """Scroll until a part of what is at the very end is in sight."""
        if self._tail is not None:
            self.reveal(self._tail.y() + top, height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self.moved.emit()

    def visible_rows(self) -> range:
        """The rows in sight, in part at least."""
        if self._shown is None or self._columns is None:
            return range(0)
        height, top = self._columns.height, self.verticalScrollBar().value()
        last = -(-(top + self._room) // height)
        return range(top // height, min(len(self._shown.origin.terms), last))

    def row_box(self, i: int) -> QRectF:
        """Where a row is, in the viewport."""
        height = self._columns.height if self._columns is not None else ROW
        return QRectF(0, i * height - self.verticalScrollBar().value(), self.viewport().width(), height)

    def link_box(self, i: int, factor: Factor) -> QRectF:
        """Where the name of a factor stands in a row, in the viewport."""
        if self._shown is None or self._columns is None:
            return QRectF()
        box = self.row_box(i)
        for run in self._shown.written(i)[0].runs:
            if run.link == factor:
                return QRectF(self._columns.names + run.x, box.y() + 3, run.width, 18)
        return QRectF()

    # ---- painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        with QPainter(self.viewport()) as painter:
            painter.fillRect(self.viewport().rect(), theme.q("surface"))
            if self._shown is None or self._columns is None or not self._shown.origin.terms:
                return
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            finite = [abs(t.value) for t in self._shown.origin.terms[:MEASURED] if math.isfinite(t.value)]
            peak = max(finite, default=0.0) or 1.0
            signs = {t.value < 0 for t in self._shown.origin.terms if t.value}
            for i in self.visible_rows():
                self._paint_row(painter, i, self._columns, peak, both=len(signs) > 1, negative=signs == {True})

    def _paint_row(self, painter: QPainter, i: int, at: Columns, peak: float, *, both: bool, negative: bool) -> None:
        shown, theme = self._shown, self._theme
        if shown is None:
            return
        box, term = self.row_box(i), shown.origin.terms[i]
        if i == self._row:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.q("bg" if not self.hasFocus() else "line"))
            painter.drawRoundedRect(box.adjusted(MARGIN - 8, 1, -MARGIN + 8, -1), 4, 4)
        painter.setPen(QPen(theme.q("line"), 1))
        painter.drawLine(QPointF(MARGIN, box.bottom() - 0.5), QPointF(at.share, box.bottom() - 0.5))
        middle = box.center().y()
        if shown.by_example:
            picture = QRectF(at.thumb, round(middle - THUMB / 2), THUMB, THUMB)
            painter.drawImage(picture, shown.images.of(shown.sample(term)))
        self._paint_bar(painter, term.value / peak, at.bar, middle, both=both, negative=negative)
        names, numbers = shown.written(i)
        lit = self._lit(i)
        painter.save()
        painter.setClipRect(QRectF(at.names - 2, box.y(), at.value - VALUE - at.names + 8, box.height()))
        if at.tall:
            draw(painter, QPointF(at.names, box.y() + 17), names, theme, lit=lit)
            draw(painter, QPointF(at.numbers, box.y() + 35), numbers, theme, lit=lit)
        else:
            draw(painter, QPointF(at.names, middle + 5), names, theme, lit=lit)
            if numbers.text != names.text:
                draw(painter, QPointF(at.numbers, middle + 5), numbers, theme, lit=lit)
        painter.restore()
        painter.setFont(mono_font(TEXT, 500))
        painter.setPen(theme.q("text"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(at.value - VALUE, box.y(), VALUE, box.height()), right, signed(term.value))
        painter.setFont(font("words", INDEX))
        painter.setPen(theme.q("text3"))
        painter.drawText(QRectF(at.share - SHARE, box.y(), SHARE, box.height()), right, percent(shown.share(i)))

    def _paint_bar(
        self, painter: QPainter, share: float, bar: QRectF, middle: float, *, both: bool, negative: bool
    ) -> None:
        """From the zero line, which is in the middle where there are both signs."""
        zero = bar.center().x() if both else bar.right() if negative else bar.left()
        room = bar.width() / 2 if both else bar.width()
        length = max(1.0, min(abs(share), 1.0) * room) if math.isfinite(share) and share else 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.q("neg" if share < 0 else "pos"))
        x = zero - length if share < 0 else zero
        painter.drawRoundedRect(QRectF(x, middle - 5, length, 10), 1.5, 1.5)
        painter.setPen(QPen(self._theme.q("ctl"), 1))
        painter.drawLine(QPointF(round(zero) + 0.5, middle - 9), QPointF(round(zero) + 0.5, middle + 9))

    def _lit(self, i: int) -> Factor | None:
        """The factor of a row that is underlined: under the mouse, or chosen by keys."""
        if self._hovered[0] == i and self._hovered[1] is not None:
            return self._hovered[1]
        links = self._links()
        return links[self._factor] if i == self._row and self.hasFocus() and links else None

    # ---- choosing --------------------------------------------------------------------------------------------------

    @property
    def row(self) -> int:
        """The chosen row."""
        return self._row

    def _links(self) -> tuple[Factor, ...]:
        terms = self._shown.origin.terms if self._shown is not None else ()
        return terms[self._row].factors if terms else ()

    def select(self, row: int) -> None:
        """Choose a row and bring it into view."""
        if self._shown is None or not self._shown.origin.terms:
            return
        self._row = max(0, min(row, len(self._shown.origin.terms) - 1))
        self._factor = min(self._factor, max(0, len(self._links()) - 1))
        box = self.row_box(self._row)
        self.reveal(round(box.top()), round(box.height()) + _height(self._total))
        self._describe()
        self.viewport().update()
        if self._shown.by_example:
            self.example_chosen.emit(self._shown.sample(self._shown.origin.terms[self._row]))

    @Slot(int)
    def select_sample(self, sample: int) -> None:
        """Choose the row of an example."""
        shown = self._shown
        if shown is not None and shown.by_example:
            self.select(next(i for i, term in enumerate(shown.origin.terms) if shown.sample(term) == sample))

    def _describe(self) -> None:
        if self._shown is not None and self._shown.origin.terms:
            self.setAccessibleDescription(self._shown.row_text(self._row))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        page = max(1, len(self.visible_rows()) - 1)
        count = len(self._shown.origin.terms) if self._shown is not None else 0
        moves = {
            Qt.Key.Key_Up: self._row - 1,
            Qt.Key.Key_Down: self._row + 1,
            Qt.Key.Key_PageUp: self._row - page,
            Qt.Key.Key_PageDown: self._row + page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: count - 1,
        }
        key, links = event.key(), self._links()
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in moves:
            self.select(moves[key])
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and links:
            step = 1 if key == Qt.Key.Key_Right else -1
            self._factor = (self._factor + step) % len(links)
            self.viewport().update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if links:
                self.followed.emit(links[self._factor])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: Any) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def _at(self, point: QPointF) -> tuple[int, Factor | None]:
        """Row and factor under a point of the viewport; (-1, None) below the last row."""
        shown, at = self._shown, self._columns
        if shown is None or at is None or point.y() >= self._room:
            return -1, None
        i = int((point.y() + self.verticalScrollBar().value()) // at.height)
        if i not in range(len(shown.origin.terms)):
            return -1, None
        names, numbers = shown.written(i)
        if point.x() > at.value - VALUE:
            return i, None
        if at.tall:
            upper = point.y() - self.row_box(i).top() < at.height / 2
            return i, (names if upper else numbers).link_at(point.x() - at.names)
        return i, names.link_at(point.x() - at.names) or numbers.link_at(point.x() - at.numbers)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row, factor = self._at(event.position())
        if event.button() is not Qt.MouseButton.LeftButton or row < 0:
            return
        if factor is not None:
            self.followed.emit(factor)
        else:
            self.select(row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self._at(event.position())
        if found != self._hovered:
            self._hovered = found
            link = found[1] is not None
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if link else Qt.CursorShape.ArrowCursor)
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = (-1, None)
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._shown is not None:
            row, factor = self._at(QPointF(event.pos()))
            if factor is not None:
                text = f"{self._shown.writer.name(factor)} = {exact(factor.value)}"
            elif row >= 0:
                text = exact(self._shown.origin.terms[row].value)
                text += "\n" + translate("OriginView", "{share} of all magnitudes").format(
                    share=percent(self._shown.share(row))
                )
            else:
                QToolTip.hideText()
                return True
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().viewportEvent(event)


class Heads(QWidget):
    """Says above the terms what stands in the two columns at the right."""

    HEIGHT = 16

    def __init__(self, terms: Terms, parent: QWidget) -> None:
        super().__init__(parent)
        self._terms, self._theme = terms, LIGHT
        self.setFixedHeight(self.HEIGHT)
        terms.arranged.connect(self.update)

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        at = self._terms.columns
        if at is None:
            return
        with QPainter(self) as painter:
            painter.setFont(font("words", INDEX))
            painter.setPen(self._theme.q("text3"))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            for text, edge, width in (
                (translate("OriginView", "term"), at.value, VALUE),
                (translate("OriginView", "share"), at.share, SHARE),
            ):
                painter.drawText(QRectF(edge - width, 0, width, self.HEIGHT), right, text)


def _height(widget: QWidget | None) -> int:
    """What a widget takes; nothing where it is hidden."""
    return 0 if widget is None or widget.isHidden() else widget.height()
