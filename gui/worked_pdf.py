"""A batch worked out, as PDF: A4 pages that a teacher can hand out, formulas in mathematical type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QGuiApplication, QPageSize, QPainter, QPdfWriter, QPen
from PySide6.QtSvg import QSvgRenderer

from engine.export.worked import Contents, Texts, Worked, WorkedStep, joined, shown
from engine.lesson import Lesson
from engine.program import Phase, Program
from engine.tensors import Array
from gui import formulas, step_text, symbols
from gui.numbers import significant
from gui.theme import LIGHT

DPI = 96
WIDTH, HEIGHT = 794.0, 1123.0  # A4 at 96 dots per inch
MARGIN, FOOT = 57.0, 40.0
ROOM = WIDTH - 2 * MARGIN
FORMULA_PX, NUMBER_PX = 17, 15
AXIS = 4.0  # of a formula above its baseline, where a minus stands
CELL = (19.0, 14.0)  # height and gap of cells
BLANK, NARROWEST = (28.0, 10.0, 10.5), 46.0  # of blank ones: height, gap and width for each character; the least width
DOTS = 16.0
BRACKET, INDENT = 7.0, 28.0
WIDEST = ROOM - INDENT - 120  # of a matrix: a symbol stands before it
CLOSERS = (")", ")^2", "|", "]")


def texts_for(program: Program, lesson: Lesson) -> Texts:
    """The words of a worked example in the interface's language."""

    return Texts(
        title=QCoreApplication.translate("Worked", "{lesson}: batch {batch} worked out"),
        place=QCoreApplication.translate("Worked", "Epoch {epoch}, batch {batch}. Examples in the batch: {examples}."),
        rate=QCoreApplication.translate("Worked", "Learning rate η = {rate}."),
        momentum=QCoreApplication.translate("Worked", "Momentum γ = {momentum}."),
        rounded=QCoreApplication.translate("Worked", "Numbers are rounded to {digits} significant digits."),
        elided=QCoreApplication.translate(
            "Worked", "Of larger matrices the first and last {ends} rows and columns are written."
        ),
        fill_in=QCoreApplication.translate(
            "Worked", "Fill in what is left blank. Each result is needed again further down."
        ),
        cancel=QCoreApplication.translate(
            "Worked",
            "Calculate with the numbers as printed; where they nearly cancel, the last digits of an answer may differ.",
        ),
        blank=QCoreApplication.translate("Worked", "Blank {n}:"),
        given=QCoreApplication.translate("Worked", "Given"),
        step=QCoreApplication.translate("Worked", "Step {index}: {title}"),
        example=QCoreApplication.translate("Worked", "Written for the first example of the batch, s = 1."),
        answers=QCoreApplication.translate("Worked", "Answers"),
        phases={phase: step_text.phase_name(phase) for phase in Phase},
        steps={step.index: (step_text.title(step), step_text.sentence(step, lesson)) for step in program.steps},
    )


def pdf(worked: Worked, contents: Contents = Contents.WORKED) -> bytes:
    """The whole document at once; ``drawing`` is the same in turns."""
    sheet = Sheet(worked, contents)
    for _ in sheet.drawing():
        pass
    return sheet.content


class Sheet:
    """The document of a worked batch.

    Parameters
    ----------
    worked, contents : what stands in it; answers that follow a worksheet stand on pages of their own.
    """

    def __init__(self, worked: Worked, contents: Contents = Contents.WORKED) -> None:
        self._worked, self._contents = worked, contents
        self._buffer = QBuffer()
        self._y = MARGIN
        self._page = 1

    @property
    def content(self) -> bytes:
        """The PDF, once it is drawn."""
        return self._buffer.data().data()

    def drawing(self) -> Iterator[float]:
        """Draw it, a Step at a time; yields the share that is done. Typesetting takes most of the time."""
        worked, equations = self._worked, list(self._latex())
        formulas.load()
        for done, latex in enumerate(equations):
            _typeset(latex)
            yield 0.9 * done / len(equations)
        self._buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(self._buffer)
        writer.setResolution(DPI)
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        writer.setPageMargins(QMarginsF(0, 0, 0, 0))
        writer.setTitle(worked.heading)
        writer.setCreator("Backstep")
        self._writer, self._painter = writer, QPainter(writer)
        try:
            self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._foot()
            self._top()
            phase = None
            for step in worked.steps if self._contents is not Contents.ANSWERS else ():
                rows = [] if step.step.phase is phase else [_heading(worked.texts.phases[step.step.phase])]
                phase = step.step.phase
                self._put([*rows, *self._step(step)])
                yield 0.95
            if self._contents.answered:
                if self._contents is Contents.WITH_ANSWERS:
                    self._new_page()
                digits = worked.digits
                answers = ([_Text(f"{s.step.index}."), *_equation(s.symbol, s.result, digits)] for s in worked.steps)
                self._put_below(worked.texts.answers, _broken(answers, ROOM, 0.0, 22.0))
        finally:
            self._painter.end()
        yield 1.0

    # ---- pages -----------------------------------------------------------------------------------------------------

    def _new_page(self) -> None:
        self._writer.newPage()
        self._page += 1
        self._y = MARGIN
        self._foot()

    def _foot(self) -> None:
        painter = self._painter
        painter.setFont(_font(11))
        painter.setPen(LIGHT.q("text3"))
        box = QRectF(MARGIN, HEIGHT - MARGIN, ROOM, 18)
        left = QFontMetricsF(_font(11)).elidedText(self._worked.heading, Qt.TextElideMode.ElideRight, ROOM - 60)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft, left)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight, str(self._page))

    def _put(self, rows: Sequence[_Row]) -> None:
        """Rows that stay on one page, where one can hold them."""
        bottom = HEIGHT - MARGIN - FOOT
        if self._y + sum(row.height for row in rows) > bottom and self._y > MARGIN:
            self._new_page()
        for row in rows:
            if self._y + row.height > bottom and self._y > MARGIN:
                self._new_page()
            row.draw(self._painter, QPointF(MARGIN, self._y))
            self._y += row.height

    def _put_below(self, heading: str, rows: Sequence[_Row]) -> None:
        """Rows that may go on on the next page, below a heading that does not stand alone."""
        self._put([_heading(heading), rows[0]])
        for row in rows[1:]:
            self._put([row])

    def _latex(self) -> Iterator[str]:
        """Everything that has to be typeset."""
        yield from (f"{step.symbol} =" for step in self._worked.steps)
        if self._contents is Contents.ANSWERS:
            return
        yield from (f"{name} =" for name, _ in self._worked.given)
        for step in self._worked.steps:
            yield step.formula
            yield from (term.numeric for term in step.terms if term.values is None)
            yield from (latex for _, latex in self._hints(step))

    def _hints(self, step: WorkedStep) -> Iterator[tuple[int, str]]:
        return step.hints() if self._contents.blank else iter(())

    def _top(self) -> None:
        worked = self._worked
        rows: list[_Row] = [_Paragraph(worked.heading, 22, 600, after=6)]
        if self._contents.blank:
            name = QCoreApplication.translate("Worked", "Name")
            rows.append(_Paragraph(f"{name}  {'_' * 32}", 13, after=6))
        rows.append(_Paragraph(joined(worked.remarks(self._contents)), 13, token="text2", after=4))
        self._put(rows)
        if self._contents is not Contents.ANSWERS:
            given = (_equation(name, values, worked.digits) for name, values in worked.given)
            self._put_below(worked.texts.given, _broken(given, ROOM, 0.0, 22.0))

    def _step(self, step: WorkedStep) -> list[_Row]:
        texts, digits, blanks = self._worked.texts, self._worked.digits, self._contents.blank
        rows: list[_Row] = [
            _Paragraph(texts.step.format(index=step.step.index, title=step.title), 14, 600, before=10, after=1)
        ]
        said = joined((step.sentence, texts.example if step.by_example else ""))
        if said:
            rows.append(_Paragraph(said, 13, token="text2", after=1))
        rows.append(_Line([_Formula(step.formula)], INDENT))
        chunks: list[list[_Item]] = [[_Formula(rf"{step.symbol} =")]]
        for term in step.terms:
            if term.values is not None:
                chunks[-1].append(_Matrix(term.values, digits, blanks and not term.given, bracketed=True))
                continue
            if any(isinstance(item, _Matrix) for item in chunks[-1]) and term.latex not in CLOSERS:
                chunks.append([])
            chunks[-1].append(_Formula(term.numeric))
        chunks.append([_Formula("="), _Matrix(step.result, digits, blanks, token="write")])
        rows += _broken(chunks, ROOM - INDENT, INDENT, 0.0)
        for n, latex in self._hints(step):
            rows.append(_Line([_Text(texts.blank.format(n=n)), _Formula(latex)], INDENT))
        return rows


# ---- what stands on a page: rows, and the items of a line ----------------------------------------------------------


class _Row:
    height = 0.0

    def draw(self, painter: QPainter, at: QPointF) -> None:
        """Paint it with its top left corner at a point."""


class _Paragraph(_Row):
    """Text, wrapped."""

    def __init__(
        self, text: str, px: float, weight: int = 400, *, token: str = "text", before: float = 0, after: float = 0
    ) -> None:
        self._text, self._font, self._token, self._before = text, _font(px, weight), token, before
        flags = int(Qt.TextFlag.TextWordWrap)
        box = QFontMetricsF(self._font).boundingRect(QRectF(0, 0, ROOM, 10_000), flags, text)
        self._box = QRectF(0, before, ROOM, box.height() + 2)
        self.height = before + box.height() + 2 + after

    def draw(self, painter: QPainter, at: QPointF) -> None:
        painter.setFont(self._font)
        painter.setPen(LIGHT.q(self._token))
        painter.drawText(self._box.translated(at), int(Qt.TextFlag.TextWordWrap), self._text)


def _heading(text: str) -> _Row:
    return _Paragraph(text, 17, 600, before=16, after=2)


class _Item:
    """A part of a line, about the axis of its formula: ``above`` and ``below`` it, ``width`` with its sides."""

    width = above = below = 0.0

    def draw(self, painter: QPainter, at: QPointF) -> None:
        """Paint it with the left end of its axis at a point."""


class _Formula(_Item):
    """Typeset LaTeX."""

    SIDE = 4.0

    def __init__(self, latex: str) -> None:
        self._drawn = _typeset(latex)
        box = self._drawn.viewBoxF()
        self.width = box.width() + 2 * self.SIDE
        self.above, self.below = max(0.0, -box.top() - AXIS), max(0.0, box.bottom() + AXIS)
        self._box = box.translated(-box.left(), 0)

    def draw(self, painter: QPainter, at: QPointF) -> None:
        self._drawn.render(painter, self._box.translated(at + QPointF(self.SIDE, AXIS)))


@lru_cache(maxsize=512)
def _typeset(latex: str) -> QSvgRenderer:
    """A formula for paper: what the typesetter only fills, Qt's PDF would also stroke, and so make it bold."""
    import ziamath

    ziamath.config.svg2 = False  # Qt draws nothing of SVG 2's <use>
    svg = ziamath.Latex(latex.strip(), size=FORMULA_PX, color=LIGHT.text).svg()
    return QSvgRenderer(QByteArray(svg.replace("<svg ", '<svg stroke-opacity="0" ', 1).encode()))


class _Text(_Item):
    """The number of an answer."""

    def __init__(self, text: str) -> None:
        self._text, self._font = text, _font(13, 600)
        self.width = QFontMetricsF(self._font).horizontalAdvance(text) + 6
        self.above, self.below = 12.0, 8.0

    def draw(self, painter: QPainter, at: QPointF) -> None:
        painter.setFont(self._font)
        painter.setPen(LIGHT.q("text"))
        painter.drawText(at + QPointF(0, AXIS), self._text)


class _Matrix(_Item):
    """Numbers in brackets, or blanks; a single one without brackets. Of a large one, its ends."""

    def __init__(
        self, values: Array, digits: int, blank: bool = False, *, bracketed: bool = False, token: str = "text"
    ) -> None:
        self._blank, self._token = blank, token
        self._rows, self._columns = (shown(count) for count in values.shape)
        self._single = values.shape == (1, 1)
        height, gap = BLANK[:2] if blank else CELL
        for figures in range(digits, min(digits, 3) - 1, -1):  # fewer where long numbers would leave the page
            self._texts = {
                (i, j): significant(float(values[i, j]), figures).replace("-", "−")
                for i in self._rows
                for j in self._columns
                if i is not None and j is not None
            }
            wide = max(NARROWEST, BLANK[2] * (figures + 3))  # a sign, a zero and a point
            self._widths = [DOTS if j is None else wide if blank else self._widest(j) for j in self._columns]
            if sum(self._widths) + gap * len(self._widths) <= WIDEST:
                break
        self._round = self._single and bracketed and not blank and self._texts[0, 0].startswith("−")
        self._heights = [DOTS if i is None else height for i in self._rows]
        self._gap = gap
        side = 0.0 if self._single and not self._round else BRACKET
        self._side = side
        self.width = sum(self._widths) + gap * (len(self._widths) - 1) + 2 * side + 6
        self.above = self.below = sum(self._heights) / 2 + 3

    def _widest(self, column: int) -> float:
        metrics = QFontMetricsF(_number_font())
        return max(metrics.horizontalAdvance(self._texts[i, column]) for i in self._rows if i is not None)

    def draw(self, painter: QPainter, at: QPointF) -> None:
        top = at.y() - sum(self._heights) / 2
        box = QRectF(at.x() + 3, top - 1, self.width - 6, sum(self._heights) + 2)
        if self._side and not self._round:
            painter.setPen(QPen(LIGHT.q("text"), 1))
            for x, inward in ((box.left(), 4), (box.right(), -4)):
                ends = [(x + inward, box.top()), (x, box.top()), (x, box.bottom()), (x + inward, box.bottom())]
                painter.drawPolyline([QPointF(*end) for end in ends])
        painter.setFont(_number_font())
        y = top
        for i, height in zip(self._rows, self._heights, strict=True):
            x = at.x() + 3 + self._side
            for j, width in zip(self._columns, self._widths, strict=True):
                self._draw_cell(painter, QRectF(x, y, width, height), i, j)
                x += width + self._gap
            y += height

    def _draw_cell(self, painter: QPainter, cell: QRectF, i: int | None, j: int | None) -> None:
        painter.setPen(LIGHT.q("text3" if self._blank else self._token))
        if i is None or j is None:
            dots = "⋱" if i is None and j is None else "⋮" if i is None else "⋯"
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, dots)
        elif self._blank:
            painter.setPen(QPen(LIGHT.q("ctl"), 1))
            painter.drawLine(cell.bottomLeft() - QPointF(0, 5), cell.bottomRight() - QPointF(0, 5))
        else:
            text = self._texts[i, j]
            box = cell.adjusted(-BRACKET, 0, BRACKET, 0)
            if self._round:
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"({text})")
            else:
                painter.drawText(cell, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


class _Line(_Row):
    """Items side by side, on one axis."""

    def __init__(self, items: Sequence[_Item], indent: float = 0.0) -> None:
        self._items, self._indent = items, indent
        self._above = max(item.above for item in items) + 4
        self.height = self._above + max(item.below for item in items) + 3

    def draw(self, painter: QPainter, at: QPointF) -> None:
        x = at.x() + self._indent
        for item in self._items:
            item.draw(painter, QPointF(x, at.y() + self._above))
            x += item.width


class _Space(_Item):
    """Room between what stands in one line without belonging together."""

    def __init__(self, width: float) -> None:
        self.width = width


def _broken(
    chunks: Iterator[list[_Item]] | Sequence[list[_Item]], room: float, indent: float, gap: float
) -> list[_Row]:
    """Chunks in lines that are no wider than there is room; none is taken apart."""
    lines: list[list[_Item]] = [[]]
    used = 0.0
    for chunk in chunks:
        wide = sum(item.width for item in chunk)
        if lines[-1] and used + gap + wide > room:
            lines.append([])
            used = 0.0
        elif lines[-1] and gap:
            lines[-1].append(_Space(gap))
            used += gap
        lines[-1] += chunk
        used += wide
    return [_Line(line, indent) for line in lines if line]


def _equation(symbol: str, values: Array, digits: int) -> list[_Item]:
    return [_Formula(f"{symbol} ="), _Matrix(values, digits)]


def _font(px: float, weight: int = 400) -> QFont:
    font = QFont(QGuiApplication.font())
    for feature in ("calt", "liga"):  # a reader of the PDF does not know other shapes of a letter as that letter
        font.setFeature(QFont.Tag(feature), 0)
    font.setPixelSize(round(px))
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)  # paper has no pixels
    return font


@cache
def _number_font() -> QFont:
    font = QFont(symbols.math_family())
    font.setPixelSize(NUMBER_PX)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
