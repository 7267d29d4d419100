"""The window: panels side by side, fed by one Snapshot at a time; actions become commands to the bridge."""

from __future__ import annotations

import contextlib
import gc
import random
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QByteArray, QSettings, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QIcon,
)
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QInputDialog,
    QMainWindow,
    QMenu,
    QMessageBox,
    QSplitter,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from engine.breakpoints import with_step_toggled
from engine.data import CorruptData, MissingData
from engine.data.mnist import SETS
from engine.gradcheck import GradientCheck
from engine.history import MEGABYTES
from engine.last_batches import CALM_BATCHES
from engine.lesson import Lesson, LessonError
from engine.program import END
from engine.pytorch import NoDeviceError, NoTorchError
from engine.recording import Recording
from engine.snapshot import Notice, Snapshot, State
from engine.tensors import Array
from gui import actions, symbols
from gui.bridge import Bridge
from gui.dialogs import Dialogs
from gui.files import Files, Reading
from gui.lesson_pages import PageError, language, page_of, title_of
from gui.numbers import significant
from gui.said import said
from gui.tabs import TabMakers
from gui.theme import THEMES, Theme, palette, system_theme
from gui.views.curves_view import CurvesView
from gui.views.health_view import HealthView
from gui.views.inspector_view import InspectorView
from gui.views.message_bar import MessageBar
from gui.views.network_view import NetworkView
from gui.views.status_view import StatusView
from gui.views.tabbed_panel import Tab, TabbedPanel
from gui.views.tensors_view import TensorsView
from gui.views.timeline_view import TimelineView
from gui.views.toolbar import Toolbar

if TYPE_CHECKING:
    from gui.views.check_view import CheckDialog

MOST_LINES = 4  # of a message
PATIENCE = 400  # milliseconds after which the first lesson's outline stands in for its numbers
MEMORY = (16, 16_384)  # megabytes for checkpoints: the least and the most
MEMORY_SETTING = "checkpoint_megabytes"


def settle_memory() -> None:
    """Take what is there now out of the search for garbage: going through all of it stops every thread for 0.2 s."""
    gc.freeze()
    gc.enable()


def _remove(record: Path) -> None:
    with contextlib.suppress(OSError):
        record.unlink(missing_ok=True)


def _put_last(panels: tuple[QWidget, ...], window: QWidget) -> None:
    """Have Tab reach what is in some panels after everything else of their window, panel by panel."""
    others: list[QWidget] = []
    parts: dict[QWidget, list[QWidget]] = {panel: [] for panel in panels}
    widget = window.nextInFocusChain()
    while widget is not window:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:  # no other can be put in order
            home = next((panel for panel in panels if widget is panel or panel.isAncestorOf(widget)), None)
            (others if home is None else parts[home]).append(widget)
        widget = widget.nextInFocusChain()
    last = [widget for panel in panels for widget in parts[panel]]
    for first, second in pairwise([*others[-1:], *last]):
        if first.nextInFocusChain() is not second:
            QWidget.setTabOrder(first, second)


def _stacked(*widgets: QWidget) -> QWidget:
    """Widgets on top of each other, as one panel."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget)
    return box


def _base64(state: QByteArray) -> str:
    return state.toBase64().data().decode()


class MainWindow(QMainWindow):
    """Everything on screen.

    Parameters
    ----------
    data_dir : folder of image data given by the user, or None.
    settings : where theme, size and splitters are remembered.
    autosave : where the run is recorded while it goes on, or None.

    Signals
    -------
    painted(Snapshot) : every panel shows this Snapshot.
    """

    painted = Signal(object)

    def __init__(self, data_dir: Path | None, settings: QSettings, autosave: Path | None = None) -> None:
        super().__init__()
        self._data_dir = data_dir
        self._settings = settings
        self._snapshot: Snapshot | None = None
        self._generation = 0
        self._asked: Lesson | None = None  # to be opened
        self._lesson: Lesson | None = None  # opened
        self._wish: tuple[int, int] | None = None
        self._wish_sent = False
        self._refusal = ""
        self._halt_told = ""
        self._offered = ""
        self._waiting = ""  # for what the message bar says that the window waits
        self._taken_up: tuple[Path, int] | None = None  # a record, and the generation before its run
        self._refusals = 0  # of the engine's, how many were told
        self._remedies: tuple[Callable[[], object], ...] = ()
        self.calm: Callable[[], object] = lambda: None  # back to before training got out of hand, more slowly
        self.dialogs = Dialogs(self, data_dir)
        self._checked: GradientCheck | None = None
        self.setWindowTitle("Backstep")
        self.setWindowIcon(QIcon(actions.app_pixmap(64)))
        self.setMinimumSize(1280, 800)
        self.files = Files(self, settings, self)
        self.setAcceptDrops(True)
        self.actions_by_id = actions.build(self, self._slots())
        self._build_menus()
        self.bridge = Bridge(self, autosave)
        self.bridge.set_memory(self._memory)
        self._build_panels()
        self.bridge.snapshot.connect(self._show_snapshot)
        self.bridge.notice.connect(self._show_notice)
        self._connect()
        self._theme_choice = str(settings.value("theme", "system"))
        self._use_theme(self._theme_choice)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._restore()

    # ---- building ------------------------------------------------------------------------------------------------

    def _build_menus(self) -> None:
        for name, text in actions.MENUS.items():
            menu = self.menuBar().addMenu(actions.tr(text))
            for info in (info for info in actions.ACTIONS if info.menu == name):
                menu.addAction(self.actions_by_id[info.id])
                if info.id == "open":
                    self._add_list(menu, self.tr("Open recent"), self.files.fill_recent)
                elif info.id == "save_as":
                    self._add_list(menu, self.tr("Earlier runs"), self.files.fill_earlier)
        themes = QActionGroup(self)
        for name in ("theme_system", "theme_light", "theme_dark"):
            themes.addAction(self.actions_by_id[name])

    @staticmethod
    def _add_list(menu: QMenu, title: str, fill: Callable[[QMenu], None]) -> None:
        """A menu in a menu that is made up when it is looked at."""
        listed = menu.addMenu(title)
        listed.setToolTipsVisible(True)
        listed.aboutToShow.connect(lambda: fill(listed))

    def _build_panels(self) -> None:
        self.toolbar = Toolbar(self.actions_by_id, self)
        self.timeline = TimelineView(self)
        self.messages = MessageBar(self)
        self.network = NetworkView(self)
        self.tensors = TensorsView(self)
        self.inspector = InspectorView(self._settings, self)
        titles = {
            "step": self.tr("Step"),
            "lesson": self.tr("Lesson"),
            "origin": self.tr("Origin"),
            "rate": self.tr("Rate"),
            "stops": self.tr("Stops"),
            "predict": self.tr("Predict"),
            "data": self.tr("Data"),
            "build": self.tr("Build"),
        }
        tabs = {name: Tab(titles[name], make) for name, make in TabMakers(self).makers().items()}
        self.explanation = TabbedPanel(self.tr("Explanation"), tabs, self)
        self.curves, self.health = CurvesView(self), HealthView()
        self.status = StatusView(self)
        left, right = QSplitter(Qt.Orientation.Vertical), QSplitter(Qt.Orientation.Vertical)
        for panel in (self.network, self.tensors):
            left.addWidget(panel)
        for panel in (self.explanation, _stacked(self.curves, self.health)):
            right.addWidget(panel)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(left)
        across.addWidget(right)
        self.splitters = {"left": left, "right": right, "across": across}
        for splitter, share in ((left, (404, 404)), (right, (440, 368)), (across, (984, 616))):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
            splitter.setSizes(list(share))
            for i, part in enumerate(share):
                splitter.setStretchFactor(i, part)
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.toolbar, self.timeline, self.messages):
            layout.addWidget(widget)
        layout.addWidget(across, 1)
        layout.addWidget(self.status)
        self.setCentralWidget(page)

    @property
    def checks(self) -> CheckDialog | None:
        """The gradient check's table, once it has been made."""
        return self.dialogs.checks

    @property
    def views(self) -> tuple[QWidget, ...]:
        """Everything that draws a Snapshot."""
        return (
            self.toolbar, self.timeline, self.network, self.tensors, self.explanation, self.curves, self.health,
            self.status,
        )  # fmt: skip

    def _connect(self) -> None:
        self.toolbar.lesson_chosen.connect(self.open)
        self.toolbar.speed_chosen.connect(self.bridge.set_speed)
        self.toolbar.rate_chosen.connect(self.set_rate)
        self.toolbar.momentum_chosen.connect(self._set_momentum)
        self.toolbar.refused.connect(self._refuse_rate)
        self.timeline.run_to_step.connect(self.bridge.run_to)
        self.timeline.place_chosen.connect(self.bridge.run_to)
        self.timeline.line_chosen.connect(self.bridge.switch)
        for source in (self.timeline, self.inspector.code):
            source.stop_toggled.connect(self.toggle_stop)
        self.network.sample_shown.connect(self.inspector.show_example)
        for panel in (self.tensors, self.network):
            panel.cell_chosen.connect(self._show_origin)
        self.tensors.cell_edited.connect(self._edit)
        self.network.cell_chosen.connect(self.tensors.show_cell)
        self.explanation.findChild(QTabBar).currentChanged.connect(self._suggest_cell)
        self.inspector.check_wanted.connect(self.actions_by_id["check"].trigger)
        self.status.chosen.connect(self.bridge.set)
        self.messages.helped.connect(self._help)

    def _slots(self) -> dict[str, Callable[[], object]]:
        return {
            "open": self.files.choose,
            "build": self.dialogs.build,
            "save": self.files.save,
            "save_as": self.files.save_as,
            "export": self._export,
            "quit": self.close,
            "step_back": lambda: self.bridge.step_back(),
            "phase_back": lambda: self.bridge.phase_back(),
            "batch_back": lambda: self.bridge.batch_back(),
            "epoch_back": lambda: self.bridge.epoch_back(),
            "to_start": lambda: self.bridge.run_to(0, 1),
            "go_to": self._ask_place,
            "follow_live": lambda: self.bridge.follow_live(),
            "undo": lambda: self.bridge.undo(),
            "lines": lambda: self.timeline.show_lines(),
            "step": lambda: self.bridge.step(),
            "finish_phase": lambda: self.bridge.finish_phase(),
            "finish_batch": lambda: self.bridge.finish_batch(),
            "run": self._run_or_pause,
            "reset": self._reset,
            "reseed": self._reseed,
            "check": self._check_gradients,
            "sweep": lambda: self._study(self.dialogs.sweep),
            "compare": lambda: self._study(self.dialogs.compare),
            "memory": self._ask_memory,
            "toggle_stop": lambda: self.toggle_stop(self.timeline.ring),
            "faster": lambda: self.toolbar.change_speed(1),
            "slower": lambda: self.toolbar.change_speed(-1),
            "rate_up": lambda: self.toolbar.change_rate(2),
            "rate_down": lambda: self.toolbar.change_rate(0.5),
            "rate_field": self._focus_rate,
            "show_step": lambda: self.explanation.show_panel("step"),
            "show_lesson": lambda: self.explanation.show_panel("lesson"),
            "show_origin": lambda: self._turn_to("origin"),
            "show_rate": lambda: self._turn_to("rate"),
            "show_stops": lambda: self._turn_to("stops"),
            "predict": lambda: self._turn_to("predict"),
            "show_data": lambda: self._turn_to("data"),
            "show_build": lambda: self._turn_to("build"),
            "theme_system": lambda: self._use_theme("system"),
            "theme_light": lambda: self._use_theme("light"),
            "theme_dark": lambda: self._use_theme("dark"),
            "log_axis": lambda: self.curves.toggle_log(),
            "orientation": self._turn,
            "next_example": lambda: self.network.go_on(1),
            "previous_example": lambda: self.network.go_on(-1),
            "shortcuts": self._show_shortcuts,
            "about": self._show_about,
        }

    # ---- what comes from the engine --------------------------------------------------------------------------------

    @Slot(object)
    def _show_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        if snapshot.generation != self._generation:
            self._generation = snapshot.generation
            self._lesson = self._asked
            settle_memory()
            if self.messages.text not in (self._offered, self._waiting):
                self.messages.hide()
            if self._wish is not None and not self._wish_sent:
                self._wish_sent = True
                self.bridge.run_to(self._wish[1] or END, self._wish[0])
        elif self.messages.busy and self.messages.text != self._waiting:
            self.messages.hide()  # what was under way is done
        for view in self.views:
            view.show_snapshot(snapshot)
        if self._taken_up and snapshot.generation > self._taken_up[1] and snapshot.state is State.PAUSED:
            _remove(self._taken_up[0])  # it has arrived, and is recorded under this window's name
            self._taken_up = None
        self._enable_time_travel(snapshot)
        self._show_check(snapshot)
        if snapshot.halt is not None:
            self._tell_halt(snapshot)
        elif self._halt_told and self.messages.text == self._halt_told:
            self.messages.hide()  # one has gone back from there
        if snapshot.refusal.number != self._refusals:
            self._refusals = snapshot.refusal.number
            self.messages.tell(said(snapshot.refusal.text), "warn")
        self.painted.emit(snapshot)

    def _enable_time_travel(self, snapshot: Snapshot) -> None:
        """What leads somewhere else from here."""
        at = snapshot.position
        begun = (at.batch, at.step) != (1, 0)
        can = {name: begun for name in ("step_back", "phase_back", "batch_back", "epoch_back", "to_start")}
        behind = at.batch < snapshot.batches or (at.batch == snapshot.batches and at.step < len(snapshot.program))
        can["follow_live"] = snapshot.state is not State.RUNNING and behind
        can["undo"] = bool(snapshot.entries or snapshot.wanted)
        can["lines"] = len(snapshot.lines) > 1
        can["next_example"] = can["previous_example"] = snapshot.tensors.batch > 1
        for name, possible in can.items():
            self.actions_by_id[name].setEnabled(possible)

    @Slot(str, object)
    def _show_origin(self, array: str, cell: tuple[int, int]) -> None:
        """Tell where a number came from that was clicked."""
        self.explanation.panel("origin").show_cell(array, cell)  # first: opened with a cell, it takes no other
        self.explanation.show_panel("origin")

    @Slot()
    def _suggest_cell(self) -> None:
        """Open Origin with the cell that Step works out, as long as none has been chosen."""
        if self.explanation.shown == "origin":
            origin, cell = self.explanation.current, self.inspector.page.chosen
            if origin.place is None and cell is not None:
                origin.show_cell(cell.name, (cell.row, cell.column))

    @Slot(str, object, float)
    def _edit(self, array: str, cell: tuple[int, int], value: float) -> None:
        self.bridge.edit(array, *cell, value)

    @Slot(object)
    def run_forward(self, raw: Array) -> None:
        """Put an input of the user's own in place of the example shown, and stand before its first operation."""
        from engine.predict import as_inputs

        snapshot = self._snapshot
        if snapshot is None:
            return
        row = self.network.sample
        self.bridge.edit_row("x", row, tuple(as_inputs(raw[None], snapshot.lesson, snapshot.dataset)[0].tolist()))
        self.bridge.run_to(0)
        text = self.tr(
            "Your input has taken the place of example {n} of this batch; the target is still that example's. "
            "Step shows what the net does with it, Undo brings the example back."
        )
        self.messages.tell(text.format(n=row + 1), "fwd")

    @Slot(int)
    def show_training_example(self, index: int) -> None:
        """Show one of the training examples in the network, if it is in this batch; else say so."""
        from engine.predict import as_inputs

        snapshot = self._snapshot
        if snapshot is None:
            return
        wanted = as_inputs(snapshot.dataset.train_x[index : index + 1], snapshot.lesson, snapshot.dataset)[0]
        rows = np.flatnonzero((snapshot.tensors["x"] == wanted).all(axis=1))
        if len(rows):
            self.network.show_example(int(rows[0]))
        else:
            self.messages.tell(
                self.tr("Example {n} of the data is not in this batch.").format(n=f"{index + 1:,}"), "warn"
            )

    def _ask_place(self) -> None:
        if self._snapshot is not None:
            from gui.views.place_dialog import PlaceDialog

            dialog = PlaceDialog(self._snapshot, self.theme, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.chosen.connect(self.bridge.run_to)
            dialog.open()

    def _tell_halt(self, snapshot: Snapshot) -> None:
        halt = snapshot.halt
        assert halt is not None
        used = snapshot.lesson.optimizer.learning_rate
        if halt.array == "loss":
            what = self.tr("the loss")
        else:
            what = (
                self.tr("{array} (layer {layer})")
                if halt.unit is None
                else self.tr("{array} (layer {layer}, unit {unit})")
            )
        dtype = snapshot.lesson.run.dtype
        text = self.tr(
            "Training stopped in batch {batch} at learning rate {rate}: {what} is no longer a finite number (the "
            "largest of {dtype} is {largest}). Everything can still be looked at. Reset starts again at the lesson's "
            "rate, {start}."
        ).format(
            batch=f"{halt.position.batch:,}",
            rate=f"{used:g}",
            what=what.format(array=symbols.plain(halt.array), layer=halt.layer, unit=halt.unit),
            dtype=dtype,
            largest=significant(float(np.finfo(dtype).max), 2),
            start=f"{(self._lesson or snapshot.lesson).optimizer.learning_rate:g}",
        )
        self._halt_told = text
        if self.messages.text != text:
            back = max(1, halt.position.batch - CALM_BATCHES)
            calmer = self.tr("Back to batch {batch}, half the rate").format(batch=f"{back:,}")
            self.calm = lambda: self._go_back_at(back, used / 2)
            remedies: dict[str, Callable[[], object]] = {
                self.tr("Reset"): self.bridge.reset,
                calmer: self.calm,
                self.tr("How it came about"): lambda: self.dialogs.show_approach(self._snapshot),
            }
            self._tell(text, remedies)

    @Slot(object)
    def _show_notice(self, notice: Notice) -> None:
        self.toolbar.show_lesson(notice.lesson)
        self.toolbar.show_notice(notice)
        if notice.state is State.PREPARING:
            texts = {
                "compiling": self.tr("Preparing {lesson}: compiling its operations (about 15 s the first time)…"),
                "loading PyTorch": self.tr("Preparing {lesson}: loading PyTorch (some seconds)…"),
                "reading data": self.tr("Preparing {lesson}: reading its data…"),
            }
            self.messages.tell(texts[notice.text].format(lesson=title_of(notice.lesson, language())), "fwd", busy=True)
            if self._snapshot is None:
                QTimer.singleShot(PATIENCE, self, lambda: self._show_outline(notice.lesson))
            return
        settle_memory()
        self._taken_up = None
        self._tell(said(notice.text), self._remedies_for(notice))
        self._wish = None
        if self._snapshot is not None:  # the run that was open before is still there
            self.toolbar.show_lesson(self._snapshot.lesson)
            self.toolbar.show_snapshot(self._snapshot)
            self._name_window(self._snapshot.lesson)
            self._generation = notice.generation
        if isinstance(notice.cause, MissingData | CorruptData):
            self._offer_download(notice.cause)

    def _show_outline(self, lesson: Lesson) -> None:
        """Show what is known of the first lesson before it is prepared: its net, what it is about, its page."""
        if self._snapshot is not None or self._asked is None or self._asked.id != lesson.id:
            return
        self.network.show_outline(lesson)
        about = ""
        with contextlib.suppress(PageError):  # the page itself says so
            page = page_of(lesson.id)
            about = page.about.in_(language()) if page is not None else ""
        self.inspector.show_lesson(title_of(lesson, language()), about)
        self.explanation.panel("lesson").show_lesson(lesson)

    def _remedies_for(self, notice: Notice) -> dict[str, Callable[[], object]]:
        """What helps a lesson that could not be opened here."""
        lesson, cause = notice.lesson, notice.cause
        if isinstance(cause, NoDeviceError) and lesson.run.device != "cpu":
            return {self.tr("Open it on the cpu"): lambda: self.open(lesson.with_value("run.device", "cpu"))}
        if isinstance(cause, NoTorchError) and "torch" in (lesson.run.executor, lesson.init.rng):
            plain = lesson.with_value("run.device", "cpu").with_value("run.executor", "numpy")
            return {self.tr("Open it without PyTorch"): lambda: self.open(plain.with_value("init.rng", "numpy"))}
        return {}

    def _offer_download(self, cause: MissingData | CorruptData) -> None:
        from gui.views.download_dialog import DownloadDialog  # Python's HTTP client comes with it

        dialog = DownloadDialog(cause.root, said(str(cause)), self, source=cause.source)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._downloaded)
        dialog.open()

    @Slot()
    def _downloaded(self) -> None:
        from gui.views.download_dialog import DownloadDialog, Outcome

        dialog = self.sender()
        lesson = self._asked
        if not isinstance(dialog, DownloadDialog) or lesson is None:
            return
        if dialog.outcome is Outcome.DOWNLOADED:
            self.open(lesson)
        elif dialog.outcome is Outcome.DIGITS:
            digits = lesson.with_value("data.source", "digits")
            shape = "-".join(str(n) for n in digits.network.sizes)
            title = self.tr("Digits {shape}, in place of {name}").format(
                shape=shape, name=SETS[lesson.data.source].title
            )
            self.open(digits.with_value("title", title))

    # ---- what the user does ------------------------------------------------------------------------------------------

    def open(self, lesson: Lesson, at: tuple[int, int] | None = None) -> None:
        """Start a lesson; with ``at`` = (batch, step) go there first (step 0: the whole batch)."""
        self.files.leave()
        self._asked = lesson
        self._wish, self._wish_sent = at, False
        self._name_window(lesson)
        self.toolbar.show_lesson(lesson)
        self.toolbar.start_speed(lesson)
        self.bridge.open(lesson, self._data_dir)

    def reopen(self, recording: Recording) -> None:
        """Open a recorded run and go where it ended."""
        self.files.leave()
        self._arrange(recording.layout)
        lesson = recording.log.lesson
        self._asked, self._wish = lesson, None
        self._name_window(lesson)
        self.toolbar.show_lesson(lesson)
        self.toolbar.start_speed(lesson)
        self.bridge.open(lesson, self._data_dir, recording)

    @property
    def lesson(self) -> Lesson:
        """The lesson that is shown, with what has been changed in its run; before there is one, the first."""
        return self._snapshot.lesson if self._snapshot is not None else Lesson.load("toy-bias")

    def record(self) -> Recording | None:
        """The run and where it stands, to be saved or returned to; None as long as there is none."""
        snapshot = self._snapshot
        if snapshot is None or snapshot.generation != self._generation:
            return None
        texts = tuple(watch.text for watch in snapshot.watches)
        return Recording.of(snapshot, snapshot.breakpoints, texts, self._arrangement())

    def _arrangement(self) -> dict[str, str]:
        """Which panel is in front and how the room is shared, for a recording."""
        parts = {f"splitter/{name}": _base64(splitter.saveState()) for name, splitter in self.splitters.items()}
        return {**parts, "tab": self.explanation.shown, **self.curves.arrangement()}

    def _arrange(self, layout: Mapping[str, str]) -> None:
        """Arrange the window as a recording has it, as far as that can be understood."""
        for name, splitter in self.splitters.items():
            before = splitter.sizes()
            kept = QByteArray.fromBase64(layout.get(f"splitter/{name}", "").encode())
            if not splitter.restoreState(kept) or 0 in splitter.sizes():
                splitter.setSizes(before)  # it is none, or leaves a panel no room
        self.explanation.show_panel(layout.get("tab", self.explanation.shown))
        self.curves.arrange(layout)

    def tell(self, text: str, kind: str) -> None:
        """Say something below the timeline; of many lines the first few, and how many there are besides."""
        lines = text.splitlines()
        if (more := len(lines) - MOST_LINES) > 0:
            text = "\n".join([*lines[:MOST_LINES], self.tr("… and {n} more").format(n=more)])
        self.messages.tell(text, kind)

    def wait(self, text: str, cancel: Callable[[], object]) -> None:
        """Say that something is under way, with a button that gives it up."""
        self._waiting, self._remedies = text, (cancel,)
        self.messages.tell(text, "fwd", self.tr("Cancel"), busy=True)

    def offer_table(self, path: Path) -> None:
        """Say what a table of data is for, with a button that builds a network on it."""

        def build() -> None:
            self.messages.hide()
            self.dialogs.build_on_table(path)

        self._remedies = (build,)
        text = self.tr("{name} is a table of data and no lesson. A network can be built that learns it.")
        self.messages.tell(text.format(name=path.name), "fwd", self.tr("Build on it…"))

    def go_on(self) -> None:
        """What ``wait`` has said is no longer so."""
        if self._waiting and self.messages.text == self._waiting:
            self.messages.hide()
        self._waiting = ""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if len(event.mimeData().urls()) == 1 and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.files.open(Path(event.mimeData().urls()[0].toLocalFile()))

    def offer(self, leftover: Path) -> None:
        """Offer to take up a run that ended without being closed. Its record stays until that is done or refused."""
        reading = Reading(leftover, self, Recording.load)
        reading.done.connect(lambda recording: self._offer(leftover, recording))
        reading.failed.connect(lambda error: self._not_offered(leftover, error))

    @staticmethod
    def _not_offered(leftover: Path, error: LessonError) -> None:
        if not isinstance(error.__cause__, OSError):  # of another version, or damaged from outside
            _remove(leftover)

    def _offer(self, leftover: Path, recording: Recording) -> None:
        def take_up() -> None:
            self.messages.hide()
            self._taken_up = leftover, self._generation
            self.reopen(recording)

        def discard() -> None:
            self.messages.hide()
            _remove(leftover)

        text = self.tr("The last run ended without being closed: {lesson}, batch {batch}.").format(
            lesson=title_of(recording.log.lesson, language()), batch=f"{recording.batch:,}"
        )
        self._remedies = (take_up, discard)
        self.messages.tell(text, "fwd", self.tr("Take it up"), self.tr("Forget it"))
        self._offered = text

    def _name_window(self, lesson: Lesson) -> None:
        self.setWindowTitle(f"{title_of(lesson, language())} – Backstep")

    def reached(self, snapshot: Snapshot) -> bool:
        """Whether a Snapshot stands where ``open`` was asked to go, or where training stopped before."""
        if self._wish is None or snapshot.halt is not None:
            return True
        batch, step = self._wish
        return (snapshot.position.batch, snapshot.position.step) == (batch, step or len(snapshot.program))

    @Slot(str, result=bool)
    def open_lesson(self, name: str) -> bool:
        """Start a lesson by id or path; what is wrong with it is said in the window. Returns whether it is a lesson."""
        try:
            lesson = Lesson.load(name)
        except LessonError as error:
            self.tell(said(str(error)), "err")
            return False
        self.open(lesson)
        return True

    def _export(self) -> None:
        if self._snapshot is None:
            return
        from gui.views.export_dialog import ExportDialog, Going

        panels = {
            self.tr("Whole window"): self,
            self.tr("Timeline"): self.timeline,
            self.tr("Network"): self.network,
            self.tr("Tensors"): self.tensors,
            self.tr("Explanation"): self.explanation,
            self.tr("Curves"): self.curves,
            self.tr("Layer health"): self.health,
        }
        going = Going(self.bridge.run_to, self.painted)
        dialog = ExportDialog(self._snapshot, panels, self.theme, going, parent=self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.painted.connect(dialog.show_snapshot)
        dialog.open()

    def _run_or_pause(self) -> None:
        if self._snapshot is not None and self._snapshot.state in (State.RUNNING, State.LOOKING):
            self.bridge.pause()
        else:
            self.bridge.run()

    def _reset(self) -> None:
        self.files.leave()
        self.bridge.reset()

    def _reseed(self) -> None:
        lesson = self._lesson
        if lesson is not None and lesson.init.scheme in ("constant", "explicit") and not lesson.data.shuffle:
            text = self.tr("Nothing in this lesson is random: it starts from given weights, whatever the seed.")
            self.messages.tell(text, "warn")
            return
        self.files.leave()
        self.bridge.reseed(random.SystemRandom().randrange(1, 100_000))

    @Slot(str)
    def _refuse_rate(self, sentence: str) -> None:
        self._refusal = sentence
        self.messages.tell(sentence)

    @Slot(float)
    def set_rate(self, value: float) -> None:
        """Train with another learning rate from the next batch on."""
        if self.messages.text == self._refusal:
            self.messages.hide()  # the rate is good now
        self.bridge.set("optimizer.learning_rate", value)

    @Slot(float)
    def _set_momentum(self, value: float) -> None:
        self.bridge.set("optimizer.momentum", value)

    def _turn(self) -> None:
        if self._snapshot is not None:
            old = self._snapshot.wanted.get("run.orientation", self._snapshot.lesson.run.orientation)
            self.bridge.set("run.orientation", "row" if old == "column" else "column")

    def _check_gradients(self) -> None:
        self.dialogs.check().wait()
        self.dialogs.check().show()
        self.bridge.check()

    def _show_check(self, snapshot: Snapshot) -> None:
        """Open the table for a check of everything, whoever asked for it; for one of a single array if it is open."""
        check = snapshot.check
        new, self._checked = check is not self._checked, check
        if new and check is not None and check.asked is None:
            self.dialogs.check().show()
        self.dialogs.show_snapshot(snapshot)

    @Slot(int)
    def toggle_stop(self, step: int) -> None:
        """Set a breakpoint after a step of the batch, or take it away; 0 is none."""
        if self._snapshot is not None and step:
            self.bridge.set_breakpoints(with_step_toggled(self._snapshot.breakpoints, step))

    def _study(self, show: Callable[[Lesson], None]) -> None:
        """Show a dialog of many runs of the lesson that is open."""
        show(self._lesson or Lesson.load("toy-bias"))

    def _ask_memory(self) -> None:
        """How much the checkpoints of a run may take; remembered."""
        box = QInputDialog(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("Memory for checkpoints"))
        box.setLabelText(self.tr("MB that checkpoints may take. With less, going far back takes longer."))
        box.setInputMode(QInputDialog.InputMode.IntInput)
        box.setIntRange(*MEMORY)
        box.setIntValue(self._memory)
        box.intValueSelected.connect(self._set_memory)
        box.open()

    @property
    def _memory(self) -> int:
        kept = self._settings.value(MEMORY_SETTING, MEGABYTES)
        return min(max(int(kept), MEMORY[0]), MEMORY[1]) if str(kept).isdecimal() else MEGABYTES

    @Slot(int)
    def _set_memory(self, megabytes: int) -> None:
        self._settings.setValue(MEMORY_SETTING, megabytes)
        self.bridge.set_memory(megabytes)

    def _turn_to(self, name: str) -> None:
        self.explanation.show_panel(name).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _focus_rate(self) -> None:
        self.toolbar.rate.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.toolbar.rate.selectAll()

    def _tell(self, text: str, remedies: dict[str, Callable[[], object]]) -> None:
        """Say what went wrong, with a button for each thing that helps."""
        self._remedies = tuple(remedies.values())
        self.messages.tell(text, "err", *remedies)

    @Slot(int)
    def _help(self, button: int) -> None:
        self._remedies[button]()

    def _go_back_at(self, batch: int, rate: float) -> None:
        self.bridge.run_to(0, batch)
        self.bridge.set("optimizer.learning_rate", rate)

    def _show_shortcuts(self) -> None:
        from gui.views.shortcuts_dialog import ShortcutsDialog

        dialog = ShortcutsDialog(self.theme, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _show_about(self) -> None:
        from importlib.metadata import version  # not needed to open the window

        text = self.tr("Backstep {version}: a time-travelling debugger for neural-network training.")
        self._show_box(self.tr("About Backstep"), text.format(version=version("backstep")))

    def _show_box(self, title: str, text: str) -> None:
        box = QMessageBox(QMessageBox.Icon.NoIcon, title, text, QMessageBox.StandardButton.Close, self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    # ---- the order of Tab --------------------------------------------------------------------------------------------

    def focusNextPrevChild(self, next: bool) -> bool:
        """What a panel at the right consists of is made late; what stands below it comes after it all the same."""
        _put_last((self.curves, self.health, self.status), self)
        return super().focusNextPrevChild(next)

    # ---- look, memory, end -------------------------------------------------------------------------------------------

    def _use_theme(self, choice: str) -> None:
        self._theme_choice = choice if choice in THEMES else "system"
        self._settings.setValue("theme", self._theme_choice)
        self.actions_by_id[f"theme_{self._theme_choice}"].setChecked(True)
        self.apply_theme(THEMES.get(self._theme_choice) or system_theme())

    @Slot()
    def _system_changed(self) -> None:
        if self._theme_choice == "system":
            self.apply_theme(system_theme())

    def apply_theme(self, theme: Theme) -> None:
        """Put every panel into a theme's colours."""
        self.theme = theme
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.setPalette(palette(theme))
        self.setStyleSheet(
            f"QSplitter::handle {{ background: {theme.line}; }}"
            f"QMenuBar {{ background: {theme.bg}; color: {theme.text}; }}"
            f"QMenuBar::item:selected, QMenu::item:selected {{ background: {theme.line}; color: {theme.text}; }}"
            f"QToolTip {{ background: {theme.surface}; color: {theme.text}; border: 1px solid {theme.ctl}; }}"
        )
        for view in (*self.views, self.messages, self.dialogs):
            view.apply_theme(theme)
        if self._snapshot is not None:
            for view in self.views:
                view.show_snapshot(self._snapshot)

    def sizeHint(self) -> QSize:
        return QSize(1600, 1000)

    def _restore(self) -> None:
        geometry = self._settings.value("geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        else:
            screen = QGuiApplication.primaryScreen().availableSize()
            self.resize(min(1600, screen.width()), min(1000, screen.height()))
        for name, splitter in self.splitters.items():
            state = self._settings.value(f"splitter/{name}")
            if isinstance(state, QByteArray):
                splitter.restoreState(state)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._settings.setValue("geometry", self.saveGeometry())
        for name, splitter in self.splitters.items():
            self._settings.setValue(f"splitter/{name}", splitter.saveState())
        for dialog in self.findChildren(QDialog):
            dialog.close()
        self.hide()  # gone at once, whatever the engine is in the middle of
        self.bridge.close()
        event.accept()
