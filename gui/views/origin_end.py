"""Below the terms: what they add up to; in their place, where a trail ends: the number itself."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.provenance import Kind
from engine.snapshot import Snapshot
from gui.numbers import exact, significant
from gui.theme import LIGHT, Theme, mono_font, ui_font
from gui.views.origin_shown import Shown
from gui.views.origin_terms import SHARE, VALUE, Terms
from gui.views.origin_text import MARGIN, TEXT, Line, Run, draw, line_of, number, signed

MOST = 2**24 - 1  # what Qt takes for no limit
translate = QCoreApplication.translate


class SumRow(QWidget):
    """Below the terms: what they add up to, and that it is the cell's value."""

    def __init__(self, terms: Terms, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._terms = terms
        self._shown: Shown | None = None
        self.setFixedHeight(32)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_sum(self, shown: Shown) -> None:
        self._shown = shown
        self.setAccessibleName(shown.sum_text())
        found = shown.origin
        self.setToolTip(
            translate(
                "OriginView", "the terms come to {sum}\nthe cell is {cell}\nthe difference is {difference}"
            ).format(sum=exact(found.result), cell=exact(found.value), difference=exact(found.difference))
        )
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def line(self) -> Line:
        """What stands left of the value; how much was rounded where there is room to say so."""
        shown = self._shown
        if shown is None:
            return line_of(())
        found = shown.origin
        count = (
            translate("OriginView", "1 term")
            if len(found.terms) == 1
            else translate("OriginView", "{n} terms").format(n=f"{len(found.terms):,}")
        )
        runs = [Run("Σ ", "maths", "text"), Run(count, "words", "text2")]
        if found.over is not None:
            text = f" = {number(found.total)};  {number(found.over)} / {number(found.total)}"
            runs.append(Run(text, "mono", "text2"))
        runs += [Run(" = ", "mono", "text"), *shown.writer.cell(shown.place, "write")]
        if not found.agrees:
            runs.append(
                Run(
                    "  " + translate("OriginView", "✗ the terms come to {sum}").format(sum=signed(found.result)),
                    "words",
                    "err",
                )
            )
        elif found.difference:
            note = translate("OriginView", "but for {difference} of rounding").format(
                difference=significant(abs(found.difference), 2).replace("-", "−")
            )
            longer = line_of([*runs, Run("  " + note, "words", "text3")])
            if longer.width <= self._room():
                return longer
        return line_of(runs)

    def _room(self) -> float:
        at = self._terms.columns
        return at.value - VALUE - MARGIN if at is not None else 0.0

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, at = self._theme, self._terms.columns
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), theme.q("surface"))
            if self._shown is None or at is None:
                return
            painter.setPen(QPen(theme.q("ctl"), 1))
            painter.drawLine(QPointF(MARGIN, 0.5), QPointF(at.share, 0.5))
            found, line = self._shown.origin, self.line()
            draw(painter, QPointF(MARGIN, 21), line, theme)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.setFont(mono_font(TEXT + 1, 600))
            painter.setPen(theme.q("write"))
            value = QRectF(at.value - 1.4 * VALUE, 1, 1.4 * VALUE, 31)
            painter.drawText(value, right, signed(found.value))
            painter.setFont(ui_font(15, 700))
            painter.setPen(theme.q("ok" if found.agrees else "err"))
            painter.drawText(QRectF(at.share - SHARE, 1, SHARE, 31), right, "✓" if found.agrees else "✗")


class End(QWidget):
    """A number without terms: its value, and where it is a pixel, the image that it is in."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._shown: Shown | None = None
        self._pixel: tuple[int, int, tuple[int, int]] | None = None  # row, column, shape of the image
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def take(self, height: int | None) -> None:
        """Be so high, or take what room there is."""
        self.setMinimumHeight(height or 0)
        self.setMaximumHeight(height or MOST)

    def show_end(self, shown: Shown, snapshot: Snapshot) -> None:
        self._shown = shown
        self._pixel = None
        if shown.origin.kind is Kind.INPUT and snapshot.image_shape is not None:
            self._pixel = (*divmod(shown.origin.cell[1], snapshot.image_shape[1]), snapshot.image_shape)
        self.setAccessibleName(self.text())
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def text(self) -> str:
        shown = self._shown
        if shown is None:
            return ""
        name = shown.writer.name(shown.place)
        if shown.origin.kind is Kind.PENDING:
            return translate("OriginView", "{cell}: pending").format(cell=name)
        return f"{name} = {exact(shown.origin.value)}"

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, shown = self._theme, self._shown
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), theme.q("surface"))
            if shown is None:
                return
            x = float(MARGIN)
            if self._pixel is not None:
                x += self._paint_image(painter, shown, *self._pixel) + 24
            if self.hasFocus():
                painter.setPen(QPen(theme.q("focus"), 2))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(5, 3, -5, -5), 4, 4)
            line = line_of([*shown.writer.cell(shown.place, "write"), Run("  =  ", "mono", "text")], 22)
            draw(painter, QPointF(x, 40), line, theme, 22)
            painter.setFont(mono_font(18, 500))
            pending = shown.origin.kind is Kind.PENDING
            painter.setPen(theme.q("text3" if pending else "text"))
            painter.drawText(
                QPointF(x + line.width, 40), "–" if pending else exact(shown.origin.value).replace("-", "−")
            )

    def _paint_image(self, painter: QPainter, shown: Shown, row: int, column: int, shape: tuple[int, int]) -> float:
        """The image with a ring around the pixel; returns its width."""
        zoom = max(1, (self.height() - 24) // shape[0])
        box = QRectF(MARGIN, 12, shape[1] * zoom, shape[0] * zoom)
        painter.drawImage(box, shown.images.of(shown.origin.cell[0]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.q("line2"), 1))
        painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))
        ring = QRectF(box.x() + column * zoom, box.y() + row * zoom, zoom, zoom).adjusted(-2, -2, 2, 2)
        for colour, wide in ((QColor(self._theme.surface), 5.0), (QColor(self._theme.write), 2.5)):
            painter.setPen(QPen(colour, wide))
            painter.drawRect(ring)
        return box.width()
