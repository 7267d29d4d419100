"""Where a number came from: the terms that add up to a chosen cell, each factor a link further back, and the trail."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QFrame,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QToolButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from engine.expression import Cell, Piece, pieces
from engine.program import Phase
from engine.provenance import Factor, Formula, Kind, Origin, Push, Symbol, Term, indices, origin, pushes, sources
from engine.snapshot import Snapshot, State
from gui import matrix, symbols
from gui.numbers import brief, exact, short, significant
from gui.theme import LIGHT, Theme, colours, image_table, mono_font, ui_font
from gui.views.inspector_code import scroll_bars
from gui.views.network_images import MNIST_MEAN, MNIST_STD
from gui.views.panel import PanelHeader

Array = npt.NDArray[Any]

MARGIN = 16
DIGITS = 4
SYMBOL, EQUATION, TEXT, INDEX = 15, 17, 12, 11  # type sizes
ROW, TALL, THUMB_ROW = 26, 42, 32  # heights of a row: names beside numbers, above them, beside an image
NARROW = 520  # content width below which bars are short
VALUE, SHARE = 78, 52  # columns at the right
GAP = 12
CHARACTERS = 10  # of a value
MEASURED = 40  # terms whose width decides how all of them are written
LOW = 330  # height of the panel below which a list of all examples does without the strip of those that pushed most
MOST_PUSHERS = 5
THUMB, PITCH = 28, 37
LIVE_SHARE = 0.1  # of the time, at most, goes into following a run
EVERY = 0.1  # seconds between two pictures of a run, at least
translate = QCoreApplication.translate
BY_EXAMPLE = ("weight_gradient", "bias_gradient", "bias_gradient_mean")


@dataclass(frozen=True)
class Place:
    """A cell on the trail; ``old`` as it was when the batch began."""

    name: str
    cell: tuple[int, int]
    old: bool = False


# ---- text with symbols in it ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """Some text in one style; ``link`` is where a click on it leads."""

    text: str
    style: str  # symbol, index, mono, maths, words
    token: str
    link: Factor | None = None
    raised: bool = False
    x: float = 0.0
    width: float = 0.0


@dataclass(frozen=True)
class Line:
    """Runs beside each other."""

    runs: tuple[Run, ...]
    width: float

    @property
    def text(self) -> str:
        """As a screen reader says it."""
        text = ""
        for raised, group in groupby(self.runs, lambda run: run.raised and run.style != "words"):
            part = "".join(symbols.plain(run.text) if run.style == "symbol" else run.text for run in group)
            text += part if not raised else f"^{part}" if len(part) == 1 else f"^({part})"
        return text

    def link_at(self, x: float) -> Factor | None:
        """Where a click leads, ``x`` counted from the line's left end."""
        return next((run.link for run in self.runs if run.x <= x < run.x + run.width), None)


@lru_cache(maxsize=32)
def _font(style: str, px: int) -> QFont:
    if style == "maths":
        font = QFont(symbols.math_family())
        font.setPixelSize(px)
        return font
    return ui_font(px) if style == "words" else mono_font(px)


@lru_cache(maxsize=4096)
def _width(text: str, style: str, px: int) -> float:
    if style == "symbol":
        return symbols.width(text, px)
    return QFontMetricsF(_font(style, px)).horizontalAdvance(text)


def _px(run: Run, size: int) -> int:
    if run.style == "index" or run.raised:
        return INDEX
    return size if run.style in ("symbol", "maths") else TEXT


def _line(runs: Iterable[Run], size: int = SYMBOL) -> Line:
    placed: list[Run] = []
    x = 0.0
    for run in runs:
        width = _width(run.text, run.style, _px(run, size))
        placed.append(replace(run, x=x, width=width))
        x += width
    return Line(tuple(placed), x)


def _draw(
    painter: QPainter, at: QPointF, line: Line, theme: Theme, size: int = SYMBOL, lit: Factor | None = None
) -> None:
    """Paint a line, its baseline at ``at``; the links to ``lit`` underlined."""
    for run in line.runs:
        x, y, px = at.x() + run.x, at.y() - (5 if run.raised else 0), _px(run, size)
        colour = theme.q(run.token)
        if run.style == "symbol":
            symbols.draw(painter, x, y, run.text, px, colour)
        else:
            painter.setPen(colour)
            painter.setFont(_font(run.style, px))
            painter.drawText(QPointF(x, y), run.text)
        if lit is not None and run.link == lit:
            painter.setPen(QPen(colour, 1.5))
            painter.drawLine(QPointF(x, at.y() + 5), QPointF(x + run.width, at.y() + 5))


def _number(value: float) -> str:
    return significant(value, DIGITS)


def _signed(value: float) -> str:
    """A number to six digits, fewer where it is long, with a true minus."""
    text = significant(value, 6)
    return (text if len(text) <= CHARACTERS else short(value, CHARACTERS)).replace("-", "−")


class Writer:
    """Writes cells and terms in a Snapshot's orientation."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._tensors, self._orientation = snapshot.tensors, snapshot.lesson.run.orientation

    def indices(self, name: str, cell: tuple[int, int]) -> str:
        return indices(name, *cell, self._orientation, self._tensors[name].shape)

    def cell(self, place: Place | Factor, token: str, link: Factor | None = None) -> list[Run]:
        """A cell by its name: symbol, indices, and whether it is an earlier one."""
        runs = [
            Run(place.name, "symbol", token, link),
            Run(self.indices(place.name, place.cell), "index", token, link),
        ]
        return (
            [*runs, Run(" " + translate("OriginView", "old"), "words", token, link, raised=True)] if place.old else runs
        )

    def name(self, place: Place | Factor) -> str:
        """A cell's name in ordinary letters: ``∂W2[1, 0]``."""
        text = symbols.plain(place.name) + self.indices(place.name, place.cell)
        return translate("OriginView", "{cell} before its update").format(cell=text) if place.old else text

    def terms_names(self, term: Term, slope: Factor | None) -> Line:
        """A term with the names of what it reads."""
        links = {Cell(f.name, *f.cell): f for f in term.factors}
        runs: list[Run] = []
        for piece in pieces(term.node, _number, lambda cell: "?"):
            if piece.cell is not None and (link := links.get(piece.cell)):
                runs += [replace(run, raised=run.raised or piece.raised) for run in self.cell(link, "read", link)]
            else:
                runs.append(_plain_run(piece, slope))
        return _line(runs)

    def terms_numbers(self, term: Term, slope: Factor | None) -> Line:
        """A term with its numbers."""
        links = {Cell(f.name, *f.cell): f for f in term.factors}
        runs = []
        for piece in pieces(term.node, _number):
            link = links.get(piece.cell) if piece.cell is not None else None
            runs.append(
                Run(piece.text, "mono", "read", link, piece.raised) if link is not None else _plain_run(piece, slope)
            )
        return _line(runs)

    def formula(self, formula: Formula) -> Line:
        """A formula in symbols."""
        runs: list[Run] = []
        for i, part in enumerate(formula):
            if isinstance(part, Symbol):
                runs.append(Run(part.name, "symbol", "read" if i else "write"))
                runs.append(Run(part.indices, "index", "read" if i else "write"))
                continue
            for bit in part.replace("Σ", "\0Σ").split("\0"):
                if bit.startswith("Σ"):
                    letters, _, rest = bit[1:].partition(" ")
                    runs.append(Run("Σ", "maths", "text"))
                    runs.append(Run(letters + " ", "index", "text2"))
                    bit = rest
                if bit:
                    runs.append(Run(bit, "maths", "text"))
        return _line(runs, EQUATION)


def _plain_run(piece: Piece, slope: Factor | None) -> Run:
    """Text that is no cell; a slope found on the way leads to the cell that it was taken at."""
    link = slope if piece.found else None
    return Run(piece.text, "mono", "read" if link is not None else "text2", link, piece.raised)


# ---- the examples' images ---------------------------------------------------------------------------------------


class Images:
    """The input images of a Snapshot's batch, made when they are first asked for."""

    def __init__(self, snapshot: Snapshot, theme: Theme) -> None:
        self._snapshot, self._theme = snapshot, theme
        self._made: dict[int, QImage] = {}

    def __bool__(self) -> bool:
        return self._snapshot.image_shape is not None

    def of(self, sample: int) -> QImage:
        """The image of one row of the batch."""
        if sample not in self._made:
            height, width = self._snapshot.image_shape or (1, 1)
            x = self._snapshot.tensors["x"][:, : height * width]
            low, high = self._range(x)
            row = np.nan_to_num(x[sample], nan=low, posinf=low, neginf=low).reshape(height, width)
            self._made[sample] = matrix.to_image(colours(row, low, high, image_table(self._theme)))
        return self._made[sample]

    def _range(self, x: Array) -> tuple[float, float]:
        """What paper and ink are in the input's units."""
        match self._snapshot.lesson.data.normalize:
            case "unit":
                return 0.0, 1.0
            case "mnist":
                return -MNIST_MEAN / MNIST_STD, (1 - MNIST_MEAN) / MNIST_STD
        finite = x[np.isfinite(x)]
        return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


# ---- what is shown ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """An Origin, ready to be painted."""

    origin: Origin
    writer: Writer
    images: Images
    pushes: tuple[Push, ...] = ()
    lines: dict[int, tuple[Line, Line]] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        return Place(self.origin.name, self.origin.cell, self.origin.old)

    @property
    def by_example(self) -> bool:
        """Whether every term belongs to an example with an image."""
        step = self.origin.step
        return bool(self.images) and bool(self.origin.terms) and step is not None and step.op in BY_EXAMPLE

    def sample(self, term: Term) -> int:
        """The example that a term belongs to: the row of its delta."""
        return next(factor.cell[0] for factor in term.factors if factor.name.startswith("delta"))

    def written(self, i: int) -> tuple[Line, Line]:
        """A term in names and in numbers."""
        if i not in self.lines:
            term, step = self.origin.terms[i], self.origin.step
            slope = term.factors[-1] if term.factors and step is not None and step.phase is Phase.BACKWARD else None
            self.lines[i] = self.writer.terms_names(term, slope), self.writer.terms_numbers(term, slope)
        return self.lines[i]

    def share(self, i: int) -> float:
        """A term's share of all magnitudes."""
        whole = self.origin.magnitude
        return abs(self.origin.terms[i].value) / whole if whole else 0.0

    def row_text(self, i: int) -> str:
        """A term in words and numbers."""
        names, numbers = self.written(i)
        value = _signed(self.origin.terms[i].value)
        text = names.text if names.text == numbers.text else f"{names.text} = {numbers.text}"
        text = text if numbers.text == value else f"{text} = {value}"
        if self.by_example:
            text = translate("OriginView", "example {s}: ").format(s=self.sample(self.origin.terms[i])) + text
        return f"{text}, {_percent(self.share(i))}"

    def sum_text(self) -> str:
        """What the terms come to, in words and numbers."""
        found = self.origin
        text = (
            translate("OriginView", "{n} terms").format(n=f"{len(found.terms):,}")
            if len(found.terms) != 1
            else translate("OriginView", "1 term")
        )
        if found.over is not None:
            text += f" = {_number(found.total)}, {_number(found.over)} / {_number(found.total)}"
        verdict = (
            "✓"
            if found.agrees
            else translate("OriginView", "✗ the terms come to {sum}").format(sum=_signed(found.result))
        )
        return f"{text} = {self.writer.name(self.place)} = {_signed(found.value)} {verdict}"


def _percent(share: float) -> str:
    percent = 100 * share
    if percent == 0:
        return "0 %"
    if percent < 0.1:
        return "<0.1 %"
    return f"{percent:.0f} %" if percent >= 9.95 else f"{percent:.1f} %"


# ---- the panel --------------------------------------------------------------------------------------------------


class OriginView(QWidget):
    """Panel that explains one cell.

    Signals
    -------
    sources_shown(object) : the cells that the shown one was computed from, name of array -> tuple of (row, column) as
        stored, for other views to outline; empty where there are none.
    cell_chosen(str, object) : the array and the (row, column) that the panel has turned to.
    """

    sources_shown = Signal(object)
    cell_chosen = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Origin of a number"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = LIGHT
        self._snapshot: Snapshot | None = None
        self._trail: list[Place] = []
        self._here = 0
        self._shown: Shown | None = None
        self._told: tuple[Place | None, object] = (None, {})
        self._next_live = 0.0  # when a running engine's Snapshot is next looked at
        self._stale = False
        self._header = PanelHeader(self.tr("Origin"), self)
        self.back = self._button("‹", self.tr("Back along the trail (Alt+Left)"), self.go_back)
        self.forward = self._button("›", self.tr("Forward along the trail (Alt+Right)"), self.go_forward)
        self._crumbs = _Trail(self)
        self._crumbs.chosen.connect(self._go_to)
        self._sentence = QLabel(self)
        self._sentence.setFont(ui_font(12.5))
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setContentsMargins(MARGIN, 2, MARGIN, 2)
        self._equation = _Equation(self)
        self._strip = _Strip(self)
        self.list = _Terms(self)
        self.list.followed.connect(self.follow)
        self.list.moved.connect(self._describe)
        self._strip.chosen.connect(self.list.select_sample)
        self._sum = _Sum(self.list, self)
        self._end = _End(self)
        self._lay_out()
        for keys, go in (("Alt+Left", self.go_back), ("Alt+Right", self.go_forward)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(go)
        self.setFocusProxy(self.list)
        self._say_nothing_chosen()

    def _button(self, text: str, tip: str, pressed: Any) -> QToolButton:
        button = QToolButton(self._header)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFont(ui_font(17, 600))
        button.setFixedSize(28, 26)
        button.clicked.connect(pressed)
        self._header.add(button)
        return button

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        self._stack = QStackedLayout()
        self._hint = QLabel(self)
        self._hint.setFont(ui_font(13))
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setContentsMargins(3 * MARGIN, 0, 3 * MARGIN, MARGIN)
        page = QWidget(self)
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for widget in (self._crumbs, self._sentence, self._equation, self._strip):
            rows.addWidget(widget)
        rows.addWidget(self.list, 100)
        rows.addWidget(self._sum)
        rows.addWidget(self._end, 100)
        rows.addStretch(1)  # a short list is followed by its sum at once
        self._stack.addWidget(self._hint)
        self._stack.addWidget(page)
        layout.addLayout(self._stack, 1)

    # ---- which cell -------------------------------------------------------------------------------------------------

    @property
    def place(self) -> Place | None:
        """The cell that is explained."""
        return self._trail[self._here] if self._trail else None

    @property
    def trail(self) -> tuple[Place, ...]:
        """The way here, and on where it has been gone back."""
        return tuple(self._trail)

    @property
    def shown(self) -> Origin | None:
        """What is on screen; None where no cell is chosen or the chosen one is not in this batch."""
        return self._shown.origin if self._shown is not None else None

    @Slot(str, object)
    def show_cell(self, name: str, cell: tuple[int, int]) -> None:
        """Explain a cell. One that the present cell was made of continues the trail, any other begins a new one.

        Parameters
        ----------
        cell : (row, column) in the array as it is stored; a vector is one row.
        """
        found = self.shown
        if self.place == Place(name, cell):
            return
        factors = [f for term in found.terms for f in term.factors] if found is not None else []
        link = next((f for f in factors if (f.name, f.cell) == (name, cell)), None)
        if link is not None:
            self.follow(link)
        else:
            self._trail, self._here = [Place(name, cell)], 0
            self._show()

    @Slot(object)
    def follow(self, factor: Factor) -> None:
        """Go on to a cell that the present one was made of."""
        place = Place(factor.name, factor.cell, factor.old)
        self._trail[self._here + 1 :] = [place]
        self._here += 1
        self._show_and_keep_focus()

    @Slot()
    def go_back(self) -> None:
        """To the cell before on the trail."""
        self._go_to(self._here - 1)

    @Slot()
    def go_forward(self) -> None:
        """On to the cell from which the trail was gone back."""
        self._go_to(self._here + 1)

    @Slot(int)
    def _go_to(self, index: int) -> None:
        if 0 <= index < len(self._trail) and index != self._here:
            self._here = index
            self._show_and_keep_focus()

    def _show_and_keep_focus(self) -> None:
        """What had the keys may hide; then what stands in its place has them."""
        had = self.list.hasFocus() or self._end.hasFocus()
        self._show()
        if had:
            (self._end if self.list.isHidden() else self.list).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Backspace:
            self.go_back()
        else:
            super().keyPressEvent(event)

    # ---- what it shows ----------------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Explain the same cell with a Snapshot's numbers. A running engine is followed now and then."""
        other = self._snapshot is not None and snapshot.lesson.id != self._snapshot.lesson.id
        self._snapshot = snapshot
        if other:
            self._trail, self._here = [], 0
        if not self.isVisible() or (snapshot.state is State.RUNNING and time.monotonic() < self._next_live):
            self._stale = True
            return
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._show()

    def apply_theme(self, theme: Theme) -> None:
        """Repaint in another theme's colours."""
        self._theme = theme
        self._header.apply_theme(theme)
        self._sentence.setStyleSheet(f"color: {theme.text2};")
        self._hint.setStyleSheet(f"color: {theme.text2};")
        self.setStyleSheet(
            f"OriginView {{ background: {theme.surface}; }}"
            f"QToolButton {{ color: {theme.text2}; background: transparent; border: 1px solid transparent;"
            " border-radius: 4px; padding-bottom: 3px; }"
            f"QToolButton:hover {{ background: {theme.line}; }}"
            f"QToolButton:disabled {{ color: {theme.disabled}; background: transparent; }}"
            f"QToolButton:focus {{ border: 2px solid {theme.focus}; }}"
        )
        for part in (self._crumbs, self._equation, self._strip, self.list, self._sum, self._end):
            part.apply_theme(theme)
        self._show()

    def text_summary(self) -> str:
        """The panel in words: trail, sentence, formula, the terms on screen, their sum."""
        shown, snapshot = self._shown, self._snapshot
        if shown is None or snapshot is None:
            return self._hint.text()
        lines = [self._crumbs.text(), self._sentence.text()]
        if shown.origin.terms:
            lines.append(self._equation.text())
            if not self._strip.isHidden():
                lines.append(self._strip.text())
            lines += [shown.row_text(i) for i in self.list.visible_rows()]
            lines.append(shown.sum_text())
        else:
            lines.append(self._end.text())
        return "\n".join(line for line in lines if line)

    def _show(self) -> None:
        self._stale = False
        begun = time.monotonic()
        snapshot, place = self._snapshot, self.place
        self._shown = None
        self.back.setEnabled(self._here > 0)
        self.forward.setEnabled(self._here < len(self._trail) - 1)
        if snapshot is None or place is None:
            self._say_nothing_chosen()
        elif not _exists(place, snapshot):
            self._say(self.tr("This batch has no such cell: the last batch of an epoch may be shorter."))
        else:
            self._explain(snapshot, place)
        self._tell(place)
        self._describe()
        spent = time.monotonic() - begun
        self._next_live = begun + max(EVERY, spent / LIVE_SHARE)

    @Slot()
    def _describe(self) -> None:
        if self._snapshot is None or self._snapshot.state is not State.RUNNING:
            self.setAccessibleDescription(self.text_summary())

    def _say_nothing_chosen(self) -> None:
        self._say(
            self.tr(
                "Click a number in the matrices or in the network: here you see what it was computed from, term by "
                "term, back to the input and the target."
            )
        )
        self._header.set_caption("")

    def _say(self, text: str) -> None:
        self._hint.setText(text)
        self._stack.setCurrentIndex(0)

    def _explain(self, snapshot: Snapshot, place: Place) -> None:
        start: Mapping[str, Array] = getattr(snapshot, "start", {})
        found = origin(
            place.name,
            place.cell,
            snapshot.tensors,
            snapshot.program,
            snapshot.lesson,
            snapshot.position,
            start,
            old=place.old,
        )
        images = Images(snapshot, self._theme)
        pushed: tuple[Push, ...] = ()
        if images and found.kind is Kind.STEP:
            pushed = pushes(place.name, place.cell, snapshot.tensors, snapshot.lesson)
        shown = Shown(found, Writer(snapshot), images, pushed)
        self._shown = shown
        self._stack.setCurrentIndex(1)
        self._header.set_caption(self.tr("batch {n}").format(n=f"{snapshot.position.batch:,}"))
        self._crumbs.show_trail(self._trail, self._here, shown.writer)
        self._sentence.setText(self._words(snapshot, shown))
        explained = bool(found.terms)
        self._equation.setVisible(explained)
        self._place_strip()
        self.list.setVisible(explained)
        self._sum.setVisible(explained)
        self._end.setVisible(not explained)
        if explained:
            self._equation.show_formula(shown.writer.formula(found.formula))
            self._strip.show_pushes(shown)
            self.list.show_terms(shown)
            self._sum.show_sum(shown)
        else:
            self._end.show_end(shown, snapshot)

    def _place_strip(self) -> None:
        """Show who pushed most, but where the list says the same and needs the room."""
        shown = self._shown
        self._strip.setVisible(
            shown is not None and bool(shown.pushes) and (not shown.by_example or self.height() >= LOW)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_strip()

    def _tell(self, place: Place | None) -> None:
        """Say what other views are to outline, once."""
        found = self.shown
        read = sources(found) if found is not None else {}
        before, outlined = self._told
        self._told = (place, read)
        if place is not None and place != before:
            self.cell_chosen.emit(place.name, place.cell)
        if read != outlined:
            self.sources_shown.emit(read)

    # ---- in words ----------------------------------------------------------------------------------------------------

    def _words(self, snapshot: Snapshot, shown: Shown) -> str:
        found = shown.origin
        match found.kind:
            case Kind.PENDING:
                return self.tr("Not computed yet in this batch: step {n} will do it.").format(
                    n=found.step.index if found.step is not None else 0
                )
            case Kind.GONE if snapshot.state is State.RUNNING:
                return self.tr("Pause to see it: the numbers that it was computed from are kept only then.")
            case Kind.GONE:
                return self.tr("The numbers that it was computed from have been overwritten and are not kept.")
            case Kind.INPUT:
                return self._input_words(snapshot, found)
            case Kind.ONE:
                return self.tr("The input that is always 1: its weights serve the first layer as biases.")
            case Kind.TARGET:
                return self.tr("A target: what example {s} should come out as. The trail ends here.").format(
                    s=found.cell[0]
                )
            case Kind.INITIAL:
                if found.name.startswith("v"):
                    return self.tr("A velocity starts at 0: nothing has moved yet. The trail ends here.")
                return self.tr("An initial value: no update has changed it yet. The trail ends here.")
            case Kind.LEFT:
                return self.tr("As the update of batch {n} left it. Go back to that batch to see how.").format(
                    n=f"{snapshot.position.batch - 1:,}"
                )
        return self._step_words(snapshot, found)

    def _input_words(self, snapshot: Snapshot, found: Origin) -> str:
        if snapshot.image_shape is not None:
            row, column = divmod(found.cell[1], snapshot.image_shape[1])
            return self.tr("A pixel of example {s}: row {row}, column {column}. The trail ends here.").format(
                s=found.cell[0], row=row, column=column
            )
        return self.tr("An input of example {s}. The trail ends here.").format(s=found.cell[0])

    def _step_words(self, snapshot: Snapshot, found: Origin) -> str:
        step, lesson = found.step, snapshot.lesson
        if step is None:
            return ""
        k = step.layer
        m, n = snapshot.tensors.batch, lesson.network.sizes[k]
        mean = lesson.gradient_reduction == "mean" and m > 1
        match step.op:
            case "affine":
                text = self.tr(
                    "Each of the {n} inputs of the layer adds its value times its weight, and the bias is added."
                )
                return text.format(n=f"{lesson.width_in(k):,}")
            case "linear":
                text = self.tr("Each of the {n} inputs of the layer adds its value times its weight.")
                return text.format(n=f"{lesson.width_in(k):,}")
            case "softmax" | "softmax_epsilon":
                text = self.tr("e to its own logit, divided by the sum of e to each of the {n} logits.")
                return text.format(n=n)
            case "hidden_delta" | "backward_through_weights":
                text = self.tr(
                    "Each of the {n} units of layer {after} sends its error back through the weight between them."
                )
                text = text.format(n=lesson.network.sizes[k + 1], after=k + 1)
                if step.op == "hidden_delta" and lesson.activation(k) != "identity":
                    text += self._and(self.tr("The slope of the activation is in every term."))
                return text
            case "output_error":
                text = self.tr("Output minus target: with this pair of output and loss the slopes cancel.")
                return text + (
                    self._and(self.tr("The loss is a mean over the {m} examples.")).format(m=m) if mean else ""
                )
            case "output_gradient":
                return self.tr("How the loss changes when this output changes a little.")
            case "output_delta" if lesson.activation(k) == "softmax":
                return self.tr("Each output adds its slope of the loss times J, how far its share follows this logit.")
            case "output_delta":
                text = self.tr("How the loss changes when this output changes a little.")
                if lesson.activation(k) != "identity":
                    text += self._and(self.tr("The slope of the activation is in every term."))
                return text
            case "softmax_backward_jacobian":
                return self.tr("Each output adds its gradient times J, how far its share follows this logit.")
            case "weight_gradient":
                if m == 1:
                    return self.tr("The one example of this batch gives its input times its error.")
                return self.tr("Each of the {m} examples of this batch adds its input times its error.").format(m=m)
            case "bias_gradient":
                if m == 1:
                    return self.tr("The one example of this batch gives its error.")
                return self.tr("Each of the {m} examples of this batch adds its error.").format(m=m)
            case "bias_gradient_mean":
                return self.tr("Each of the {m} examples of this batch adds its error, divided by {m}.").format(m=m)
            case "log":
                return self.tr("The logarithm of the share; the tiny ε keeps log 0 away.")
            case "log_backward":
                return self.tr("The slope of the logarithm is one over the share.")
            case "negative_log_likelihood_gradient":
                return self.tr("Only the logarithm of the true class is in the loss: the gradient is minus the target.")
            case "sgd":
                text = self.tr("The old value, less the learning rate η = {eta} times the {what}.")
                what = self.tr("velocity") if lesson.optimizer.momentum > 0 else self.tr("gradient")
                return text.format(eta=f"{lesson.optimizer.learning_rate:g}", what=what)
            case "subtract":
                return self.tr("The old value, less the velocity.")
            case "velocity_torch":
                text = self.tr("γ = {gamma} of the old velocity stays, and the gradient is added.")
                return text.format(gamma=f"{lesson.optimizer.momentum:g}")
            case "velocity_classic":
                text = self.tr("γ = {gamma} of the old velocity stays, and η = {eta} times the gradient is added.")
                optimizer = lesson.optimizer
                return text.format(gamma=f"{optimizer.momentum:g}", eta=f"{optimizer.learning_rate:g}")
        if step.phase is Phase.LOSS:
            return self._loss_words(step.op, m)
        if step.op == "identity":
            return self.tr("The identity passes the sum on as it is.")
        if step.op.endswith("_backward"):
            return self.tr("The gradient of the activation, times the slope of the activation.")
        return self.tr("The activation {name} of the unit's sum z.").format(name=step.op.replace("_", " "))

    def _loss_words(self, op: str, m: int) -> str:
        if op in ("cross_entropy", "negative_log_likelihood"):
            if m == 1:
                return self.tr("The surprise of the example: minus the logarithm of the share of its true class.")
            text = self.tr(
                "Each of the {m} examples adds its surprise: minus the logarithm of the share of its true class."
            )
            return text.format(m=m)
        if m == 1:
            return self.tr("Each output of the example adds how far it is from its target.")
        return self.tr("Each output of each of the {m} examples adds how far it is from its target.").format(m=m)

    def _and(self, sentence: str) -> str:
        """A further sentence; a Chinese full stop brings its own room."""
        return sentence if sentence.endswith("。") else " " + sentence


def _exists(place: Place, snapshot: Snapshot) -> bool:
    if place.name not in snapshot.tensors:
        return False
    shape = np.atleast_2d(snapshot.tensors[place.name]).shape
    return all(0 <= index < size for index, size in zip(place.cell, shape, strict=True))


# ---- the trail --------------------------------------------------------------------------------------------------


class _Trail(QWidget):
    """The cells gone through, each a link; where there is no room for all, the first ones hide behind an ellipsis."""

    chosen = Signal(int)
    BETWEEN = 24.0
    ELLIPSIS = "…"

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._lines: list[Line] = []
        self._here = 0
        self._boxes: list[tuple[int, QRectF]] = []
        self._hovered: int | None = None
        self.setFixedHeight(30)
        self.setMouseTracking(True)
        self.setAccessibleName(translate("OriginView", "Trail"))

    def show_trail(self, trail: list[Place], here: int, writer: Writer) -> None:
        self._lines = [
            _line(writer.cell(place, "text" if i == here else "text2" if i < here else "text3"))
            for i, place in enumerate(trail)
        ]
        self._here = here
        self._place()
        self.setAccessibleDescription(self.text())
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def text(self) -> str:
        """The trail up to here, and what lies ahead."""
        return " › ".join(line.text for line in self._lines)

    def _place(self) -> None:
        """Boxes of the cells that fit, the present one among them."""
        room = self.width() - 2 * MARGIN - 2 * self.BETWEEN  # for an ellipsis at either end
        first, last = self._here, self._here
        used = self._lines[self._here].width if self._lines else 0.0
        for order in (range(self._here - 1, -1, -1), range(self._here + 1, len(self._lines))):
            for i in order:
                wide = self._lines[i].width + self.BETWEEN
                if used + wide > room:
                    break
                used += wide
                first, last = min(first, i), max(last, i)
        self._boxes = []
        x = MARGIN + 4 + (self.BETWEEN if first else 0.0)
        for i in range(first, last + 1 if self._lines else first):
            self._boxes.append((i, QRectF(x, 3, self._lines[i].width, 24)))
            x += self._lines[i].width + self.BETWEEN

    def box(self, index: int) -> QRectF:
        """Where a cell of the trail stands; empty where it is hidden."""
        return next((box for i, box in self._boxes if i == index), QRectF())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), self._theme.q("surface"))
            if not self._boxes:
                return
            first, last = self._boxes[0], self._boxes[-1]
            if first[0] > 0:
                self._paint_between(painter, first[1].left() - self.BETWEEN, self.ELLIPSIS)
            if last[0] < len(self._lines) - 1:
                self._paint_between(painter, last[1].right(), self.ELLIPSIS)
            for i, box in self._boxes:
                if i == self._here:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(self._theme.q("writesoft"))
                    painter.drawRoundedRect(box.adjusted(-5, 0, 5, 0), 4, 4)
                elif i == self._hovered:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(self._theme.q("line"))
                    painter.drawRoundedRect(box.adjusted(-5, 0, 5, 0), 4, 4)
                _draw(painter, QPointF(box.x(), 20), self._lines[i], self._theme)
                if i < last[0]:
                    self._paint_between(painter, box.right(), "›")

    def _paint_between(self, painter: QPainter, x: float, text: str) -> None:
        painter.setFont(_font("words", TEXT))
        painter.setPen(self._theme.q("text3"))
        painter.drawText(QRectF(x, 3, self.BETWEEN, 24), Qt.AlignmentFlag.AlignCenter, text)

    def _at(self, point: QPointF) -> int | None:
        return next((i for i, box in self._boxes if box.adjusted(-5, 0, 5, 0).contains(point)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and index is not None:
            self.chosen.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position())
        if index != self._hovered:
            self._hovered = index
            link = index is not None and index != self._here
            self.setCursor(Qt.CursorShape.PointingHandCursor if link else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()


# ---- the equation -----------------------------------------------------------------------------------------------


class _Equation(QWidget):
    """The formula in symbols, for the chosen cell; shrunk where it is wider than the panel."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._line = _line(())
        self.setFixedHeight(30)

    def show_formula(self, line: Line) -> None:
        self._line = line
        self.setAccessibleName(self.text())
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def text(self) -> str:
        return self._line.text

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), self._theme.q("surface"))
            share = min(1.0, (self.width() - 2 * MARGIN) / max(self._line.width, 1.0))
            painter.translate(MARGIN, 20)
            painter.scale(share, share)
            _draw(painter, QPointF(0, 0), self._line, self._theme, EQUATION)


# ---- the examples that pushed most ------------------------------------------------------------------------------


class _Strip(QWidget):
    """The examples that pushed the cell most, up and down: their images and by how much."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._shown: Shown | None = None
        self._boxes: list[tuple[Push, QRectF]] = []
        self.setFixedHeight(THUMB + 22)
        self.setAccessibleName(translate("OriginView", "The examples that pushed most"))
        self.setMouseTracking(True)

    def show_pushes(self, shown: Shown) -> None:
        self._shown = shown
        self._place()
        self.setAccessibleDescription(self.text())
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    @property
    def up(self) -> tuple[Push, ...]:
        """The examples that push up, most first."""
        found = self._shown.pushes if self._shown is not None else ()
        return tuple(push for push in found if push.value > 0)[:MOST_PUSHERS]

    @property
    def down(self) -> tuple[Push, ...]:
        """The examples that push down, most first."""
        found = self._shown.pushes if self._shown is not None else ()
        return tuple(push for push in reversed(found) if push.value < 0)[:MOST_PUSHERS]

    def text(self) -> str:
        if self._shown is None or not self._shown.pushes:
            return ""
        parts = []
        for name, group in ((translate("OriginView", "up"), self.up), (translate("OriginView", "down"), self.down)):
            told = ", ".join(f"{push.sample}: {_signed(push.value)}" for push in group) or "–"
            parts.append(f"{name} {told}")
        return translate("OriginView", "Examples that pushed most: {which}").format(which="; ".join(parts))

    def _place(self) -> None:
        half = (self.width() - 2 * MARGIN) / 2
        self._boxes = []
        for left, group in ((MARGIN, self.up), (MARGIN + half, self.down)):
            room = half - self._label_width()
            pitch = min(PITCH + 6, room / MOST_PUSHERS)
            for i, push in enumerate(group):
                x = left + self._label_width() + i * pitch + (pitch - THUMB) / 2
                self._boxes.append((push, QRectF(round(x), 3, THUMB, THUMB)))

    def _label_width(self) -> float:
        widths = (
            _width(text, "words", TEXT)
            for text in (translate("OriginView", "up") + " ▲", translate("OriginView", "down") + " ▼")
        )
        return max(widths) + 4

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.q("surface"))
            if self._shown is None:
                return
            painter.setFont(_font("words", TEXT))
            half = (self.width() - 2 * MARGIN) / 2
            for left, text, token, group in (
                (MARGIN, translate("OriginView", "up") + " ▲", "pos", self.up),
                (MARGIN + half, translate("OriginView", "down") + " ▼", "neg", self.down),
            ):
                painter.setFont(_font("words", TEXT))
                painter.setPen(theme.q(token))
                painter.drawText(QPointF(left, 3 + THUMB / 2 + 4), text)
                if not group:
                    painter.setPen(theme.q("text3"))
                    painter.drawText(QPointF(left + self._label_width() + 6, 3 + THUMB / 2 + 4), "–")
            for push, box in self._boxes:
                painter.drawImage(box, self._shown.images.of(push.sample))
                painter.setPen(QPen(theme.q("line2"), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))
                painter.setPen(theme.q("pos" if push.value > 0 else "neg"))
                painter.setFont(mono_font(INDEX))
                below = QRectF(box.x() - 10, box.bottom() + 2, box.width() + 20, 14)
                painter.drawText(below, Qt.AlignmentFlag.AlignCenter, brief(abs(push.value), 5).replace("-", "−"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for push, box in self._boxes:
            if box.contains(event.position()):
                self.chosen.emit(push.sample)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = QPointF(event.pos())
            push = next((push for push, box in self._boxes if box.contains(at)), None)
            if push is None:
                QToolTip.hideText()
            else:
                text = translate("OriginView", "example {s}: ").format(s=push.sample) + exact(push.value)
                QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)


# ---- the terms --------------------------------------------------------------------------------------------------


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


class _Terms(QAbstractScrollArea):
    """The terms, largest first. Only the rows in sight are written and painted.

    Signals
    -------
    followed(object) : the Factor that was clicked.
    moved() : other rows are in sight.
    """

    followed = Signal(object)
    moved = Signal()

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

    def minimumSizeHint(self) -> QSize:
        return QSize(100, ROW)

    def show_terms(self, shown: Shown) -> None:
        """Show an Origin's terms; the same cell keeps its row."""
        same = self._shown is not None and self._shown.place == shown.place
        self._shown = shown
        if not same:
            self._row, self._factor = 0, 0
            self.verticalScrollBar().setValue(0)
        self._row = min(self._row, len(shown.origin.terms) - 1)
        self._factor = min(self._factor, max(0, len(self._links()) - 1))
        self._hovered = (-1, None)
        self._arrange()
        self._describe()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setStyleSheet(f"_Terms {{ background: {theme.surface}; }}" + scroll_bars(theme))
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
        self.setMaximumHeight(len(shown.origin.terms) * height)
        scroll = self.verticalScrollBar()
        scroll.setSingleStep(height)
        scroll.setPageStep(self.viewport().height())
        scroll.setRange(0, max(0, len(shown.origin.terms) * height - self.viewport().height()))
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self.moved.emit()

    def visible_rows(self) -> range:
        """The rows in sight, in part at least."""
        if self._shown is None or self._columns is None:
            return range(0)
        height, top = self._columns.height, self.verticalScrollBar().value()
        last = -(-(top + self.viewport().height()) // height)
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
            _draw(painter, QPointF(at.names, box.y() + 17), names, theme, lit=lit)
            _draw(painter, QPointF(at.numbers, box.y() + 35), numbers, theme, lit=lit)
        else:
            _draw(painter, QPointF(at.names, middle + 5), names, theme, lit=lit)
            if numbers.text != names.text:
                _draw(painter, QPointF(at.numbers, middle + 5), numbers, theme, lit=lit)
        painter.restore()
        painter.setFont(mono_font(TEXT, 500))
        painter.setPen(theme.q("text"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(at.value - VALUE, box.y(), VALUE, box.height()), right, _signed(term.value))
        painter.setFont(_font("words", INDEX))
        painter.setPen(theme.q("text3"))
        painter.drawText(QRectF(at.share - SHARE, box.y(), SHARE, box.height()), right, _percent(shown.share(i)))

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
        box, scroll = self.row_box(self._row), self.verticalScrollBar()
        if box.top() < 0:
            scroll.setValue(round(scroll.value() + box.top()))
        elif box.bottom() > self.viewport().height():
            scroll.setValue(round(scroll.value() + box.bottom() - self.viewport().height()))
        self._describe()
        self.viewport().update()

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
        if shown is None or at is None:
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
                    share=_percent(self._shown.share(row))
                )
            else:
                QToolTip.hideText()
                return True
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().viewportEvent(event)


class _Sum(QWidget):
    """Below the terms: what they add up to, and that it is the cell's value."""

    def __init__(self, terms: _Terms, parent: QWidget) -> None:
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
            return _line(())
        found = shown.origin
        count = (
            translate("OriginView", "1 term")
            if len(found.terms) == 1
            else translate("OriginView", "{n} terms").format(n=f"{len(found.terms):,}")
        )
        runs = [Run("Σ ", "maths", "text"), Run(count, "words", "text2")]
        if found.over is not None:
            text = f" = {_number(found.total)};  {_number(found.over)} / {_number(found.total)}"
            runs.append(Run(text, "mono", "text2"))
        runs += [Run(" = ", "mono", "text"), *shown.writer.cell(shown.place, "write")]
        if not found.agrees:
            runs.append(
                Run(
                    "  " + translate("OriginView", "✗ the terms come to {sum}").format(sum=_signed(found.result)),
                    "words",
                    "err",
                )
            )
        elif found.difference:
            note = translate("OriginView", "but for {difference} of rounding").format(
                difference=significant(abs(found.difference), 2).replace("-", "−")
            )
            longer = _line([*runs, Run("  " + note, "words", "text3")])
            if longer.width <= self._room():
                return longer
        return _line(runs)

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
            _draw(painter, QPointF(MARGIN, 21), line, theme)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.setFont(mono_font(TEXT + 1, 600))
            painter.setPen(theme.q("write"))
            value = QRectF(at.value - 1.4 * VALUE, 1, 1.4 * VALUE, 31)
            painter.drawText(value, right, _signed(found.value))
            painter.setFont(ui_font(15, 700))
            painter.setPen(theme.q("ok" if found.agrees else "err"))
            painter.drawText(QRectF(at.share - SHARE, 1, SHARE, 31), right, "✓" if found.agrees else "✗")


# ---- where a trail ends -----------------------------------------------------------------------------------------


class _End(QWidget):
    """A number without terms: its value, and where it is a pixel, the image that it is in."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._shown: Shown | None = None
        self._pixel: tuple[int, int, tuple[int, int]] | None = None  # row, column, shape of the image
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

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
            line = _line([*shown.writer.cell(shown.place, "write"), Run("  =  ", "mono", "text")], 22)
            _draw(painter, QPointF(x, 40), line, theme, 22)
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
