"""Every action as data: id, text, shortcut, icon, tip. Menus, toolbar and the README's table follow this list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QRectF, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QKeySequence, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from gui.theme import Theme

ICONS = Path(__file__).resolve().parent.parent / "resources" / "icons"


@dataclass(frozen=True)
class ActionInfo:
    """One thing the user can do. ``menu`` names the menu it stands in; ``checkable`` actions are switches."""

    id: str
    menu: str
    text: str
    shortcut: str
    tip: str
    icon: str = ""
    checkable: bool = False


N = QT_TRANSLATE_NOOP

ACTIONS = (
    ActionInfo(
        "open",
        "file",
        N("actions", "Open…"),
        "Ctrl+O",
        N("actions", "Open anyone's lesson or a saved run; both can be dropped on the window, too"),
    ),
    ActionInfo(
        "build",
        "file",
        N("actions", "Build a network…"),
        "Ctrl+N",
        N("actions", "Put a lesson together: layers, start, loss, optimizer, data; start it or save it"),
    ),
    ActionInfo(
        "save",
        "file",
        N("actions", "Save run"),
        "Ctrl+S",
        N("actions", "Save lesson, seed, changes, position, breakpoints and watches: it opens to the same numbers"),
    ),
    ActionInfo(
        "save_as", "file", N("actions", "Save run as…"), "Ctrl+Shift+S", N("actions", "Save the run in another file")
    ),
    ActionInfo(
        "export",
        "file",
        N("actions", "Export…"),
        "Ctrl+E",
        N("actions", "Arrays, metrics, pictures, a film, code or a worked example as a file"),
    ),
    ActionInfo("quit", "file", N("actions", "Quit"), "Ctrl+Q", N("actions", "Stop training and close the window")),
    ActionInfo(
        "step_back",
        "run",
        N("actions", "Step back"),
        "Shift+F10",
        N("actions", "Undo the last operation, also across batches; the run goes on if it trains"),
        "step-back",
    ),
    ActionInfo(
        "phase_back",
        "run",
        N("actions", "Back a phase"),
        "Shift+F11",
        N("actions", "Go back to the end of the phase before"),
    ),
    ActionInfo(
        "batch_back",
        "run",
        N("actions", "Back a batch"),
        "Shift+F12",
        N("actions", "Go back to the end of the batch before"),
    ),
    ActionInfo(
        "epoch_back",
        "run",
        N("actions", "Back an epoch"),
        "Ctrl+Shift+F12",
        N("actions", "Go back to the end of the epoch before"),
    ),
    ActionInfo(
        "to_start",
        "run",
        N("actions", "Go to the start"),
        "Ctrl+Home",
        N("actions", "Go back to before the first step of the run; what was recorded stays"),
    ),
    ActionInfo(
        "go_to",
        "run",
        N("actions", "Go to batch…"),
        "Ctrl+J",
        N("actions", "Type a batch to go to, back or on"),
    ),
    ActionInfo(
        "follow_live",
        "run",
        N("actions", "Go to the end, follow live"),
        "Ctrl+End",
        N("actions", "Go to the last batch of the run, and watch it if it trains on"),
    ),
    ActionInfo(
        "undo",
        "run",
        N("actions", "Undo the last change"),
        "Ctrl+Z",
        N("actions", "Take back the last change of a rate, a switch or a typed cell, and go to its batch"),
    ),
    ActionInfo(
        "lines",
        "run",
        N("actions", "Other lines of the run…"),
        "Ctrl+B",
        N("actions", "Return to what happened before a change in the past"),
    ),
    ActionInfo("step", "run", N("actions", "Step"), "F10", N("actions", "Do the next operation of the batch"), "step"),
    ActionInfo(
        "finish_phase",
        "run",
        N("actions", "Finish phase"),
        "F11",
        N("actions", "Go on to the end of forward, loss, backward or update"),
        "finish-phase",
    ),
    ActionInfo(
        "finish_batch",
        "run",
        N("actions", "Finish batch"),
        "F12",
        N("actions", "Go on until every step of this batch is done"),
        "finish-batch",
    ),
    ActionInfo(
        "run", "run", N("actions", "Run"), "F5", N("actions", "Train at the chosen speed until you pause"), "run"
    ),
    ActionInfo(
        "reset", "run", N("actions", "Reset"), "Ctrl+R", N("actions", "The same start again, bit for bit"), "reset"
    ),
    ActionInfo(
        "reseed", "run", N("actions", "Reseed"), "Ctrl+Shift+R", N("actions", "Start again from another random seed")
    ),
    ActionInfo(
        "check",
        "run",
        N("actions", "Check gradients"),
        "Ctrl+K",
        N("actions", "Hold every gradient of this batch against two independent computations"),
    ),
    ActionInfo(
        "sweep",
        "run",
        N("actions", "Sweep…"),
        "Ctrl+Shift+V",
        N("actions", "Train the lesson many times with a key varied, in the background, and see all runs in one plot"),
    ),
    ActionInfo(
        "compare",
        "run",
        N("actions", "Compare runs…"),
        "Ctrl+Shift+D",
        N("actions", "Train two or more runs on the same batches with one thing different, and see where they part"),
    ),
    ActionInfo(
        "toggle_stop",
        "run",
        N("actions", "Stop at this step"),
        "F9",
        N("actions", "Set a breakpoint after the step shown, or take it away"),
    ),
    ActionInfo(
        "memory",
        "run",
        N("actions", "Memory for checkpoints…"),
        "Ctrl+Shift+M",
        N("actions", "Say how much memory going back may take"),
    ),
    ActionInfo("faster", "run", N("actions", "Faster"), "Ctrl+Up", N("actions", "Run at the next higher speed")),
    ActionInfo("slower", "run", N("actions", "Slower"), "Ctrl+Down", N("actions", "Run at the next lower speed")),
    ActionInfo(
        "rate_up",
        "run",
        N("actions", "Higher learning rate"),
        "Ctrl+]",
        N("actions", "Raise the learning rate by 26 %"),
    ),
    ActionInfo(
        "rate_down",
        "run",
        N("actions", "Lower learning rate"),
        "Ctrl+[",
        N("actions", "Lower the learning rate by 21 %"),
    ),
    ActionInfo(
        "rate_field",
        "run",
        N("actions", "Type a learning rate"),
        "Ctrl+L",
        N("actions", "Put the cursor into the learning rate field"),
    ),
    ActionInfo(
        "show_step",
        "view",
        N("actions", "Explain the step"),
        "Alt+1",
        N("actions", "Show what the step does, at the right"),
    ),
    ActionInfo(
        "show_lesson",
        "view",
        N("actions", "Explain the lesson"),
        "Alt+2",
        N("actions", "Show the lesson's page, at the right: what to look at and to try, and its formulas"),
    ),
    ActionInfo(
        "show_origin",
        "view",
        N("actions", "Where a number came from"),
        "Alt+3",
        N("actions", "Show the terms of the number that was clicked, at the right"),
    ),
    ActionInfo(
        "show_rate",
        "view",
        N("actions", "What a learning rate would do"),
        "Alt+4",
        N("actions", "Show the loss of this batch over the learning rate, at the right"),
    ),
    ActionInfo(
        "show_stops",
        "view",
        N("actions", "Breakpoints and watches"),
        "Alt+5",
        N("actions", "Say where to stop and what to watch, at the right"),
    ),
    ActionInfo(
        "predict",
        "view",
        N("actions", "Predict the next value"),
        "Alt+6",
        N("actions", "Work out a value of the coming step yourself, then see it"),
    ),
    ActionInfo(
        "show_data",
        "view",
        N("actions", "Data panel"),
        "Alt+7",
        N("actions", "Show what the net makes of its data: surface or curve, a digit of your own, the test set"),
    ),
    ActionInfo(
        "show_build",
        "view",
        N("actions", "Build panel"),
        "Alt+8",
        N("actions", "Change layers, start, loss, optimizer and data of this network, for a new run, at the right"),
    ),
    ActionInfo(
        "theme_system",
        "view",
        N("actions", "Theme of the system"),
        "Ctrl+1",
        N("actions", "Follow the desktop"),
        "",
        True,
    ),
    ActionInfo("theme_light", "view", N("actions", "Light theme"), "Ctrl+2", N("actions", "Always light"), "", True),
    ActionInfo("theme_dark", "view", N("actions", "Dark theme"), "Ctrl+3", N("actions", "Always dark"), "", True),
    ActionInfo(
        "log_axis",
        "view",
        N("actions", "Logarithmic loss axis"),
        "Ctrl+G",
        N("actions", "Switch the loss axis between logarithmic and linear"),
    ),
    ActionInfo(
        "orientation",
        "view",
        N("actions", "Turn matrices"),
        "Ctrl+T",
        N("actions", "Switch between z = x W + b (rows are examples) and z = W x + b (columns are examples)"),
    ),
    ActionInfo(
        "next_example",
        "view",
        N("actions", "Next example of the batch"),
        "Ctrl+PgDown",
        N("actions", "Show the next example of the batch in the network; after the last comes the first"),
    ),
    ActionInfo(
        "previous_example",
        "view",
        N("actions", "Previous example of the batch"),
        "Ctrl+PgUp",
        N("actions", "Show the example before in the network; before the first comes the last"),
    ),
    ActionInfo("shortcuts", "help", N("actions", "Keyboard shortcuts"), "F1", N("actions", "List every shortcut")),
    ActionInfo("about", "help", N("actions", "About Backstep"), "", N("actions", "Version and licences")),
)
MENUS = {
    "file": N("actions", "&File"),
    "run": N("actions", "&Run"),
    "view": N("actions", "&View"),
    "help": N("actions", "&Help"),
}


@dataclass(frozen=True)
class PanelKeys:
    """What keys do in a panel that has the focus: (keys, what they do), the keys as in ``Ctrl+Left``."""

    panel: str
    keys: tuple[tuple[tuple[str, ...], str], ...]


ARROWS = ("Left", "Up", "Right", "Down")
PANEL_KEYS = (
    PanelKeys(
        N("actions", "Anywhere"),
        (
            (("Tab", "Shift+Tab"), N("actions", "On to the next control or panel, back")),
            (("Left", "Right"), N("actions", "On the tabs: another tab")),
        ),
    ),
    PanelKeys(
        N("actions", "In the matrices"),
        (
            (ARROWS, N("actions", "From cell to cell")),
            (("Ctrl+Left", "Ctrl+Right"), N("actions", "To another array")),
            (("Enter",), N("actions", "Where the number came from")),
            (("F2",), N("actions", "Type another number")),
            (("Esc",), N("actions", "Leave the number as it was")),
        ),
    ),
    PanelKeys(
        N("actions", "On the timeline"),
        (
            (("Left", "Right"), N("actions", "From step to step")),
            (("Home", "End"), N("actions", "To the first, the last step")),
            (("Enter",), N("actions", "Go to that step")),
            (("F9",), N("actions", "Stop there")),
        ),
    ),
    PanelKeys(
        N("actions", "At the right"),
        (
            (ARROWS, N("actions", "Step: another cell is worked out")),
            (("Up", "Down"), N("actions", "Origin: from term to term")),
            (("Enter",), N("actions", "Origin: where a factor came from")),
            (("Alt+Left", "Alt+Right"), N("actions", "Origin: back, forward")),
            (("Enter",), N("actions", "Predict: check, go on")),
            (("Esc",), N("actions", "Predict: reveal")),
            (("Left", "Right"), N("actions", "Curves: from batch to batch")),
        ),
    ),
)
_ARROW_SIGNS = {"Left": "←", "Up": "↑", "Right": "→", "Down": "↓"}


def spoken(keys: tuple[str, ...]) -> str:
    """Keys as they stand on the keyboard: ``Ctrl+←, Ctrl+→``."""
    said = []
    for portable in keys:
        last = portable.split("+")[-1]
        native = QKeySequence(portable).toString(QKeySequence.SequenceFormat.NativeText)
        if last in _ARROW_SIGNS:
            name = QKeySequence(last).toString(QKeySequence.SequenceFormat.NativeText)
            native = native.removesuffix(name) + _ARROW_SIGNS[last]
        said.append(native)
    return ", ".join(said)


def tr(text: str) -> str:
    """Translate in the context of this module."""
    return QCoreApplication.translate("actions", text)


def build(parent: QWidget, slots: dict[str, Callable[[], object]]) -> dict[str, QAction]:
    """QActions by id, each connected to its slot. Every ActionInfo needs a slot and every slot an ActionInfo."""
    if missing := set(slots) ^ {info.id for info in ACTIONS}:
        raise ValueError(f"actions and slots differ: {sorted(missing)}")
    built: dict[str, QAction] = {}
    for info in ACTIONS:
        action = QAction(tr(info.text), parent)
        action.setObjectName(info.id)
        action.setShortcut(QKeySequence(info.shortcut))
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{tr(info.tip)} ({keys})" if keys else tr(info.tip))
        action.setStatusTip(tr(info.tip))
        action.setCheckable(info.checkable)
        action.triggered.connect(_without_argument(slots[info.id]))
        parent.addAction(action)
        built[info.id] = action
    return built


def _without_argument(slot: Callable[[], object]) -> Callable[[bool], None]:
    def call(checked: bool = False) -> None:
        slot()

    return call


def icon(name: str, theme: Theme, px: int = 20) -> QIcon:
    """An icon of ``resources/icons`` in the theme's text colour, its disabled and its checked colour."""
    result = QIcon()
    for mode, state, token in (
        (QIcon.Mode.Normal, QIcon.State.Off, "text"),
        (QIcon.Mode.Disabled, QIcon.State.Off, "disabled"),
        (QIcon.Mode.Normal, QIcon.State.On, "onaccent"),
    ):
        result.addPixmap(_tinted(ICONS / f"{name}.svg", theme.q(token), px), mode, state)
    return result


def _tinted(path: Path, colour: QColor, px: int) -> QPixmap:
    pixmap = QPixmap(px * 2, px * 2)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        QSvgRenderer(str(path)).render(painter, QRectF(0, 0, px, px))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(0, 0, px, px, colour)
    return pixmap


def app_pixmap(px: int) -> QPixmap:
    """The program's mark, in its own colours."""
    pixmap = QPixmap(px * 2, px * 2)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        QSvgRenderer(str(ICONS / "app.svg")).render(painter, QRectF(0, 0, px, px))
    return pixmap
