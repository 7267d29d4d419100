"""The network of the lesson that is running, in a panel: to be changed there, and started as a new run."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.lesson import Lesson
from engine.snapshot import Snapshot
from gui.theme import LIGHT, Theme, ui_font
from gui.views.build_fields import Part, dress
from gui.views.build_form import LessonForm
from gui.views.build_layers import SIZES
from gui.views.build_look import style_sheet
from gui.views.build_numbers import NumbersPart
from gui.views.build_picture import NetPicture, ParameterCount
from gui.views.build_sections import AdviceLine
from gui.views.build_words import change_text, few, key_name, section_name
from gui.views.flow import FlowLayout
from gui.views.panel import PanelHeader

MARGIN = 16
ROWS: dict[str, tuple[str, ...]] = {
    "loss": ("loss.name", "loss.reduction", "network.bias"),
    "init": ("init.scheme", "init.value", "init.mean", "init.std", "init.low", "init.high", "init.seed"),
    "optimizer": ("optimizer.name", "optimizer.learning_rate", "optimizer.momentum", "data.batch_size"),
    "data": (
        "data.source",
        "data.path",
        "data.examples",
        "data.noise",
        "data.classes",
        "data.function",
        "data.test_share",
        "data.seed",
        "data.normalize",
        "data.shuffle",
    ),
}
"""The fields that stand beside each other, row by row; a row is called by the section of its first."""
TABLES = ("init.W", "data.x")
"""Below the rows of these keys' sections, where they mean something."""
MOST_CHANGES = 4  # that are named one by one


class BuildPanel(QWidget):
    """Panel with the net, start, loss, optimizer and data of the lesson that is running.

    Of the Snapshot it reads ``lesson``. What is changed here stays until it is started or discarded, or until another
    lesson is opened.

    Attributes
    ----------
    form : the fields and what stands in them.

    Signals
    -------
    lesson_made(Lesson) : it shall be started.
    more_wanted(dict) : the dialog with all keys shall go on with these values.
    """

    lesson_made = Signal(object)
    more_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Build a network"))
        self._snapshot: Snapshot | None = None
        self._lesson: Lesson | None = None  # that is shown
        self._sections: list[_Row] = []
        self.advice: dict[str, AdviceLine] = {}  # by section
        self.form = LessonForm(self)
        self.form.changed.connect(self._show_values)
        self.form.checked.connect(self._show_verdict)
        self._header = PanelHeader(self.tr("Build"), self)
        self._body = QWidget(self)
        self._body.setObjectName("body")
        self._body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 1, 0, 0)  # the line below the tabs
        column.setSpacing(0)
        column.addWidget(self._make_page(), 1)
        column.addWidget(self._make_foot())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(self._body, 1)
        self._body.setEnabled(False)  # until there is a lesson
        self.setFocusProxy(self.form.layers.input.width_line)

    def sizeHint(self) -> QSize:
        return QSize(480, 300)

    # ---- building ----------------------------------------------------------------------------------------------------

    def _make_page(self) -> QScrollArea:
        page = QWidget(self)
        page.setObjectName("page")
        column = QVBoxLayout(page)
        column.setContentsMargins(MARGIN, 10, MARGIN, 10)
        column.setSpacing(10)
        column.addLayout(self._make_net(page))
        for section, keys in ROWS.items():
            row = _Row([self.form.place(key, page) for key in keys], page)
            self._sections.append(row)
            column.addWidget(row)
            for table in (key for key in TABLES if key.startswith(f"{section}.")):
                part = self.form.place(table, page)
                part.narrow()
                column.addWidget(part)
            self.advice[section] = AdviceLine(self.form, page, section)
            column.addWidget(self.advice[section])
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setAccessibleName(self.accessibleName())
        return scroll

    def _make_net(self, page: QWidget) -> QHBoxLayout:
        """The layers, and beside them the count of parameters and their picture."""
        layers = self.form.place(SIZES, page)
        layers.narrow()
        self.picture, self.total = NetPicture(LIGHT, page, small=True), ParameterCount(page)
        self.total.setFont(ui_font(12, 600))
        self.total.setWordWrap(True)
        self.total.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        beside = QVBoxLayout()
        beside.setContentsMargins(0, 5, 0, 0)
        beside.setSpacing(4)
        beside.addWidget(self.total)
        beside.addWidget(self.picture, 1)
        net = QHBoxLayout()
        net.setSpacing(10)
        net.addWidget(layers, 0, Qt.AlignmentFlag.AlignTop)
        net.addLayout(beside, 1)
        return net

    def _make_foot(self) -> QWidget:
        foot = QWidget(self)
        foot.setObjectName("feet")
        self.state = QLabel(foot)
        self.state.setObjectName("state")
        self.state.setWordWrap(True)
        self.state.setFont(ui_font(12))
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.start_button = self._button(self.tr("Start a new run"), self._start, foot)
        self.start_button.setObjectName("start")
        self.start_button.setToolTip(self.tr("The run before stays under File, Earlier runs"))
        self.fit_button = self._button("", self.form.fit_net, foot)
        self.fit_button.setToolTip(self.tr("Fit the net to the data"))
        self.revert_button = self._button(self.tr("Discard"), self.form.revert, foot)
        self.revert_button.setToolTip(self.tr("Back to the network that is running"))
        self.more_button = self._button(self.tr("More…"), self._want_more, foot)
        self.more_button.setToolTip(self.tr("All keys of the lesson, with what stands here, to be saved, too"))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.start_button)
        line.addWidget(self.fit_button)
        line.addStretch(1)
        line.addWidget(self.revert_button)
        line.addWidget(self.more_button)
        column = QVBoxLayout(foot)
        column.setContentsMargins(MARGIN, 6, MARGIN, 8)
        column.setSpacing(6)
        column.addWidget(self.state)
        column.addLayout(line)
        return foot

    def _button(self, text: str, clicked: Callable[[], object], parent: QWidget) -> QPushButton:
        button = QPushButton(text, parent)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: clicked())
        return button

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the lesson of a Snapshot, if it is another or has changed; what the user has changed here stays."""
        self._snapshot = snapshot
        if self.isVisible():
            self._follow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()
        self.form.look_again()

    def _follow(self) -> None:
        lesson = self._snapshot.lesson if self._snapshot is not None else None
        if lesson is None or lesson is self._lesson or lesson == self._lesson:
            return
        before, self._lesson = self._lesson, lesson
        self._body.setEnabled(True)
        if before is not None and _fixed(before) == _fixed(lesson):
            self.form.follow(before, lesson)
        else:
            self.form.show_lesson(lesson)

    @Slot()
    def _show_values(self) -> None:
        """Show the fields that mean something now, and the net."""
        for row in self._sections:
            row.arrange(self.form.used)
        for key in TABLES:
            part = self.form.parts[key]
            part.setVisible(self.form.used(part))
        self.picture.show_net(self.form.shape)
        self.total.show_net(self.form.shape, self.form.number_bytes)
        if self.form.busy:
            self._say(self.tr("Checking…"), "busy")
            self._enable(changed=True)

    @Slot()
    def _show_verdict(self) -> None:
        """Say what is wrong, or what a new run would have that the present one has not."""
        for row in self._sections:
            row.say()
        for line in self.advice.values():
            line.show_advice()
        changes = self.form.changes()
        if self.form.faults:
            self._say("⚠ " + few([fault.sentence for fault in self.form.faults]), "err")
        elif changes:
            texts = [change_text(*change) for change in changes]
            more = len(texts) - MOST_CHANGES
            shown = [*texts[:MOST_CHANGES], *([self.tr("{n} more").format(n=more)] if more > 0 else [])]
            self._say(self.tr("New: {changes}").format(changes="; ".join(shown)), "ok")
            self.state.setToolTip("\n".join(texts))
        elif self.form.advice:
            self._say("\n".join("△ " + one.sentence for one in self.form.advice), "warn")
        else:
            self._say(self.tr("The network that is running. What you change here becomes a new run."), "busy")
        self._enable(changed=bool(changes))

    def _enable(self, *, changed: bool) -> None:
        self.start_button.setEnabled(changed and self.form.lesson is not None)
        self.revert_button.setEnabled(changed)
        self.fit_button.setVisible(self.form.fitting is not None)
        if self.form.fitting is not None:
            self.fit_button.setText(self.tr("Use {sizes}").format(sizes=self.form.fitting_text))

    def _say(self, text: str, kind: str) -> None:
        self.state.setText(text)
        self.state.setToolTip(text)
        dress(self.state, "kind", kind)

    # ---- what the user does ------------------------------------------------------------------------------------------

    def _start(self) -> None:
        if (lesson := self.form.lesson) is not None:
            self.lesson_made.emit(lesson)

    def _want_more(self) -> None:
        self.more_wanted.emit(self.form.values)

    def apply_theme(self, theme: Theme) -> None:
        """Put the panel into a theme's colours."""
        self._header.apply_theme(theme)
        self._body.setStyleSheet(style_sheet(theme))
        self.picture.theme = theme
        self.picture.update()
        for part in self.form.each:
            if isinstance(part, NumbersPart):
                part.apply_theme(theme)


class _Row(QWidget):
    """Fields beside each other, each below its name, and what is wrong in them below all."""

    def __init__(self, parts: list[Part], parent: QWidget) -> None:
        super().__init__(parent)
        self._names: dict[Part, QLabel] = {}
        self._cells = {part: self._cell(part, first=part is parts[0]) for part in parts}
        self._flow = FlowLayout(gap=10)
        self._fault = QLabel(self)
        self._fault.setObjectName("fault")
        self._fault.setWordWrap(True)
        self._fault.setFont(ui_font(12))
        self._fault.setTextFormat(Qt.TextFormat.PlainText)
        self._fault.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._flow)
        column.addWidget(self._fault)

    def _cell(self, part: Part, *, first: bool) -> QWidget:
        cell = QWidget(self)
        key = part.keys[0]
        name = QLabel(section_name(key.partition(".")[0]) if first else key_name(key), cell)
        name.setFont(ui_font(11.5, 600 if first else 400))
        name.setBuddy(part)
        name.setToolTip(part.toolTip())
        self._names[part] = name
        part.narrow()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(name)
        column.addWidget(part)
        return cell

    def arrange(self, used: Callable[[Part], bool]) -> None:
        """Show the fields that mean something, and close the gaps that the others leave."""
        while self._flow.takeAt(0):
            pass
        for part, cell in self._cells.items():
            cell.setVisible(used(part))
            if used(part):
                self._flow.addWidget(cell)
        self._flow.invalidate()

    def say(self) -> None:
        """Say what is wrong in the fields, and mark the names of those that have to do with what is wrong."""
        self._fault.setText("\n".join(part.fault for part in self._names if part.fault))
        for part, name in self._names.items():
            dress(name, "wrong", part.concerned)
        self._fault.setVisible(bool(self._fault.text()))


def _fixed(lesson: Lesson) -> tuple[object, ...]:
    """What does not change within a run, nor with Reseed: where this is another, another lesson has been opened."""
    return (
        lesson.id,
        lesson.title,
        lesson.network,
        dataclasses.replace(lesson.init, seed=0),
        lesson.loss.name,
        lesson.data,
    )
