"""Formulas in mathematical type: LaTeX to SVG by ziamath, drawn by Qt, kept while they are likely to come again.

The typesetter is imported after the first picture, which shows an empty box where its formula will be: importing it
takes a tenth of a second, and a formula a hundredth.
"""

from __future__ import annotations

import importlib
import sys
import weakref
from collections import deque
from collections.abc import Iterable
from functools import lru_cache

import shiboken6
from PySide6.QtCore import QByteArray, QCoreApplication, QPointF, QRectF, QSizeF, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from gui.theme import Theme

PARTS = ("ziafont", "latex2mathml.converter", "ziamath")  # an import each turn: no turn is long
REST = 50  # milliseconds before the first of them, in which the first picture is painted
ESTIMATE = (9.0, 2.4)  # width and height of a formula that is yet to be typeset, in its type size


@lru_cache(maxsize=512)
def renderer(latex: str, px: int, theme: Theme) -> QSvgRenderer:
    r"""The drawn formula. ``\written{…}`` and ``\read{…}`` take the theme's write and read colours.

    Raises
    ------
    ValueError : the typesetter cannot read the formula (a fault of this program, never of a user's file).
    """
    import ziamath

    ziamath.config.svg2 = False  # Qt draws nothing of SVG 2's <use>
    coloured = latex.replace(r"\written", rf"\color{{{theme.write}}}").replace(r"\read", rf"\color{{{theme.read}}}")
    svg = ziamath.Latex(coloured, size=px, color=theme.text).svg()
    drawn = QSvgRenderer(QByteArray(svg.encode()))
    if not drawn.isValid():
        raise ValueError(f"the formula {latex} could not be drawn")
    return drawn


def draw(painter: QPainter, at: QPointF, latex: str, px: int, theme: Theme, width: float | None = None) -> QRectF:
    """Paint a formula with its top left corner at a point, shrunk if it is wider than ``width``; returns its box.

    As long as there is no typesetter, nothing is painted, the box is a guess, and the widget that is being painted is
    painted again as soon as there is one.
    """
    if not _queue.ready:
        device = painter.device()
        _queue.start(device if isinstance(device, QWidget) else None)
        guess = QSizeF(ESTIMATE[0] * px, ESTIMATE[1] * px)
        return QRectF(at, guess.boundedTo(QSizeF(width, guess.height())) if width else guess)
    drawn = renderer(latex, px, theme)
    natural = QSizeF(drawn.defaultSize())
    share = min(1.0, width / natural.width()) if width else 1.0
    box = QRectF(at, natural * share)
    drawn.render(painter, box)
    return box


def ready(widget: QWidget) -> bool:
    """Whether formulas can be drawn; if not, the widget is painted again as soon as they can."""
    if not _queue.ready:
        _queue.start(widget)
    return _queue.ready


def extent(latex: str, px: int, theme: Theme) -> QRectF:
    """Where a formula's ink lies about the left end of its baseline."""
    return renderer(latex, px, theme).viewBoxF()


def draw_on_baseline(painter: QPainter, at: QPointF, latex: str, px: int, theme: Theme, scale: float) -> None:
    """Paint a formula, scaled, with the left end of its baseline at a point."""
    drawn = renderer(latex, px, theme)
    box = drawn.viewBoxF()
    drawn.render(painter, QRectF(at + box.topLeft() * scale, box.size() * scale))


def prepare(formulas: Iterable[str], px: int, theme: Theme) -> None:
    """Typeset formulas that will be drawn soon, one in each idle turn of the event loop, so that no step waits for it.

    They replace those of an earlier call that are still waiting. Nothing begins before the first picture.
    """
    _queue.fill([(latex, px, theme) for latex in formulas])


def hold(held: bool) -> None:
    """Let the formulas that are prepared wait, or go on with them: training has a better use for the processor."""
    _queue.hold(held)


def load() -> None:
    """Import the typesetter now: the next formula is drawn at once."""
    while not _queue.ready:
        _queue.load_part()


class _Queue:
    """What is left to do in idle turns: parts to import, widgets to paint again, formulas to typeset."""

    def __init__(self) -> None:
        self._parts = deque(name for name in PARTS if name not in sys.modules)
        self._waiting: list[weakref.ref[QWidget]] = []
        self._formulas: deque[tuple[str, int, Theme]] = deque()
        self._due = self._held = False

    @property
    def ready(self) -> bool:
        return not self._parts

    def load_part(self) -> None:
        importlib.import_module(self._parts.popleft())

    def start(self, widget: QWidget | None) -> None:
        if widget is not None and all(known() is not widget for known in self._waiting):
            self._waiting.append(weakref.ref(widget))
        self._schedule()

    def fill(self, formulas: list[tuple[str, int, Theme]]) -> None:
        self._formulas = deque(formulas)
        if self.ready:
            self._schedule()

    def hold(self, held: bool) -> None:
        self._held = held
        if self.ready:
            self._schedule()

    def _schedule(self) -> None:
        app = QCoreApplication.instance()
        next_formula = self._formulas and not self._held
        if app is not None and not self._due and (self._parts or self._waiting or next_formula):
            self._due = True
            QTimer.singleShot(REST if len(self._parts) == len(PARTS) else 0, app, self._turn)

    def _turn(self) -> None:
        self._due = False
        if self._parts:
            self.load_part()
        elif self._waiting:
            for known in self._waiting:
                widget = known()
                if widget is not None and shiboken6.isValid(widget):
                    widget.update()
            self._waiting = []
        elif self._formulas and not self._held:
            renderer(*self._formulas.popleft())
        self._schedule()


_queue = _Queue()
