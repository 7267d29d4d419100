"""Colours, type sizes and colour maps, light and dark. No other module names a colour."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette

from engine.program import Phase


@dataclass(frozen=True, eq=False)  # compared and hashed as what it is: caches ask often
class Theme:
    """Colour tokens as hex strings; ``theme.q("text")`` is the QColor. Contrast: text >= 4.5, marks >= 3 on surface."""

    name: str
    surface: str
    bg: str
    sunken: str
    line: str
    line2: str
    ctl: str
    text: str
    text2: str
    text3: str
    disabled: str
    accent: str
    onaccent: str
    focus: str
    read: str
    readsoft: str
    write: str
    writesoft: str
    pos: str
    neg: str
    fwd: str
    fwdsoft: str
    loss: str
    losssoft: str
    bwd: str
    bwdsoft: str
    upd: str
    updsoft: str
    onphase: str
    ok: str
    oksoft: str
    warn: str
    warnsoft: str
    err: str
    errsoft: str
    ink: str
    paper: str
    diverging: str  # pyqtgraph's name of the map for signed values

    def q(self, token: str) -> QColor:
        """QColor of a token."""
        return QColor(getattr(self, token))

    def phase(self, phase: Phase) -> QColor:
        """Colour of a phase: outline, text, filled cell."""
        return self.q(_PHASE_TOKENS[phase])

    def phase_soft(self, phase: Phase) -> QColor:
        """Soft fill of a phase."""
        return self.q(_PHASE_TOKENS[phase] + "soft")


_PHASE_TOKENS = {Phase.FORWARD: "fwd", Phase.LOSS: "loss", Phase.BACKWARD: "bwd", Phase.UPDATE: "upd"}

LIGHT = Theme(
    name="light",
    surface="#FFFFFF", bg="#F6F7F9", sunken="#F6F7F9", line="#E2E5EA", line2="#C3C9D3", ctl="#878F9E",
    text="#1B2130", text2="#454E60", text3="#626C7E", disabled="#A5ACB8", accent="#1B2130", onaccent="#FFFFFF",
    focus="#5A41D9", read="#006B4F", readsoft="#E1F2EB", write="#C4069C", writesoft="#FCE7F7",
    pos="#C5401A", neg="#1D5FD0", fwd="#51637F", fwdsoft="#E9EDF3", loss="#8F6400", losssoft="#FBF1D9",
    bwd="#6540C8", bwdsoft="#EEE9FB", upd="#3F6212", updsoft="#EBF3DC", onphase="#FFFFFF",
    ok="#187833", oksoft="#E4F5E8", warn="#9A5B00", warnsoft="#FFF0D6", err="#C4201D", errsoft="#FDE8E7",
    ink="#12161F", paper="#FFFFFF", diverging="CET-D9",
)  # fmt: skip

DARK = Theme(
    name="dark",
    surface="#1A1E24", bg="#14171C", sunken="#14171C", line="#2C323B", line2="#454D5A", ctl="#768091",
    text="#E8EBF1", text2="#BBC2CE", text3="#949DAC", disabled="#5E6776", accent="#E8EBF1", onaccent="#14171C",
    focus="#A594FF", read="#35D6A0", readsoft="#11352A", write="#F56AE0", writesoft="#3D1C3A",
    pos="#FF8A65", neg="#6AA9FF", fwd="#9DB0CF", fwdsoft="#262E3B", loss="#E3B341", losssoft="#352C14",
    bwd="#B39DFF", bwdsoft="#2B2545", upd="#C2E67E", updsoft="#2A331B", onphase="#14171C",
    ok="#6FE08A", oksoft="#15301D", warn="#F0B03F", warnsoft="#38290F", err="#F9665F", errsoft="#3D1D1C",
    ink="#050608", paper="#FFFFFF", diverging="CET-D4",
)  # fmt: skip

THEMES = {"light": LIGHT, "dark": DARK}


def system_theme() -> Theme:
    """The theme that goes with the desktop's colour scheme."""
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return DARK if dark else LIGHT


# ---- values to colours ---------------------------------------------------------------------------------------

Rgb32 = npt.NDArray[np.uint32]
LEVELS = 256


@cache
def diverging_table(theme: Theme) -> Rgb32:
    """256 colours 0xffRRGGBB for values from -max to +max; the middle 85 % of the map, so that ends stay legible."""
    return _table(theme, np.linspace(0.075, 0.925, LEVELS))


@cache
def positive_table(theme: Theme) -> Rgb32:
    """256 colours for values from 0 to max: the positive half of the diverging map."""
    return _table(theme, np.linspace(0.5, 0.925, LEVELS))


@cache
def image_table(theme: Theme) -> Rgb32:
    """256 greys for input images: paper to ink in the light theme, ink to paper in the dark one."""
    low, high = (theme.paper, theme.ink) if theme is LIGHT else (theme.surface, theme.paper)
    ends = np.array([[c.red(), c.green(), c.blue()] for c in (QColor(low), QColor(high))], float)
    share = np.linspace(0, 1, LEVELS)[:, None]
    return _pack(np.rint(ends[0] * (1 - share) + ends[1] * share))


def _table(theme: Theme, where: npt.NDArray[np.float64]) -> Rgb32:
    return _pack(pg.colormap.get(theme.diverging).map(where, mode="byte")[:, :3])


def _pack(rgb: npt.NDArray[np.generic]) -> Rgb32:
    r, g, b = (rgb[:, i].astype(np.uint32) for i in range(3))
    return (0xFF000000 | (r << 16) | (g << 8) | b).astype(np.uint32)


def colours(values: npt.NDArray[np.floating], low: float, high: float, table: Rgb32) -> Rgb32:
    """Look values up in a table spread from low to high; values outside take the ends, NaN the middle."""
    centre, half = low / 2 + high / 2, high / 2 - low / 2 or 0.5
    known = np.clip(np.asarray(values, float), low, high)
    share = (known - centre) / half  # -1 to 1, without overflow however far a run has diverged
    if np.isnan(share).any():
        share = np.nan_to_num(share)
    return table[np.minimum((share + 1) * (LEVELS / 2), LEVELS - 1).astype(np.intp)]


def number_colour(theme: Theme, background: QColor) -> QColor:
    """Ink or paper, whichever contrasts more with a cell's colour."""
    return _ink_or_paper(theme, background.rgb())


@lru_cache(maxsize=4 * LEVELS)
def _ink_or_paper(theme: Theme, rgb: int) -> QColor:
    background = QColor.fromRgb(rgb)
    return max((QColor(theme.ink), QColor(theme.paper)), key=lambda colour: contrast(colour, background))


def contrast(a: QColor, b: QColor) -> float:
    """WCAG 2 contrast ratio of two colours, 1 to 21."""
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: QColor) -> float:
    channels = (colour.redF(), colour.greenF(), colour.blueF())
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


# ---- type ------------------------------------------------------------------------------------------------------


def ui_font(px: float, weight: int = 400) -> QFont:
    """The interface's sans in pixels, with tabular figures; weight 400 to 700."""
    font = QFont(QGuiApplication.font())
    font.setPixelSize(round(px))
    font.setWeight(QFont.Weight(weight))
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


@cache
def mono_font(px: float, weight: int = 400) -> QFont:
    """The interface's monospaced font in pixels, ligatures off; the same each time, so nobody changes it."""
    font = QFont(_mono_family())
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPixelSize(round(px))
    font.setWeight(QFont.Weight(weight))
    font.setFeature(QFont.Tag("liga"), 0)
    font.setFeature(QFont.Tag("calt"), 0)
    return font


@cache
def _mono_family() -> str:
    families = set(QFontDatabase.families())
    preferred = ("JetBrains Mono", "Cascadia Mono", "SF Mono", "Menlo", "DejaVu Sans Mono", "Consolas")
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    return next((name for name in preferred if name in families), system)


def palette(theme: Theme) -> QPalette:
    """Qt's own widgets in the theme's colours."""
    p = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: theme.bg, role.WindowText: theme.text, role.Base: theme.surface, role.AlternateBase: theme.bg,
        role.Text: theme.text, role.Button: theme.surface, role.ButtonText: theme.text,
        role.ToolTipBase: theme.surface, role.ToolTipText: theme.text, role.PlaceholderText: theme.text3,
        role.Highlight: theme.accent, role.HighlightedText: theme.onaccent, role.Link: theme.focus,
        role.BrightText: theme.err, role.Light: theme.surface, role.Midlight: theme.line, role.Mid: theme.line2,
        role.Dark: theme.ctl, role.Shadow: theme.line2,
    }  # fmt: skip
    for key, colour in pairs.items():
        p.setColor(key, QColor(colour))
    for key in (role.WindowText, role.Text, role.ButtonText):
        p.setColor(QPalette.ColorGroup.Disabled, key, QColor(theme.disabled))
    return p
