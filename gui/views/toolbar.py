"""The debugger's toolbar: lesson, stepping, speed, learning rate, momentum, and where we are."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.lesson import Lesson
from engine.snapshot import Notice, Snapshot, State
from engine.speed import FULL_SPEED, Speed
from gui import actions
from gui.lesson_pages import language, title_of
from gui.step_text import phase_name
from gui.theme import Theme, mono_font, ui_font
from gui.views.rate_field import LogSlider, RateField
from gui.views.stops_view import sentence

NARROW = 1560  # below this width button labels hide and sliders are short
SPEEDS = (
    Speed("step", 1),
    Speed("step", 2),
    Speed("step", 5),
    Speed("step", 10),
    Speed("step", 30),
    Speed("batch", 5),
    Speed("batch", 20),
    Speed("batch", 100),
    FULL_SPEED,
)
CALM, FULL = 3, len(SPEEDS) - 1  # where toy lessons and image lessons start
BUTTONS = ("reset", "step_back", "step", "finish_phase", "finish_batch", "run")


class Toolbar(QWidget):
    """Signals carry what the user chose; what is shown comes from Snapshots alone."""

    lesson_chosen = Signal(object)
    speed_chosen = Signal(object)
    rate_chosen = Signal(float)
    momentum_chosen = Signal(float)
    refused = Signal(str)

    def __init__(self, built: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(64)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._actions = built
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(12)
        self._brand = self._make_brand(layout)
        self._lessons = self._make_lessons(layout)
        self._line(layout)
        self._buttons = [self._make_button(built[name], layout) for name in BUTTONS]
        self._line(layout)
        self._speed, self._speed_label = self._make_speed(layout)
        self.rate, self.rate_slider, self._rate_note = self._make_rate(layout)
        self._momentum = self._make_momentum(layout)
        layout.addStretch(1)
        self._readout = self._make_readout(layout)
        self._theme: Theme | None = None
        self._rate_waits = False  # another rate is wanted than the one in use
        self._state = State.PREPARING

    # ---- parts -------------------------------------------------------------------------------------------------

    def _make_brand(self, layout: QHBoxLayout) -> QLabel:
        mark = QLabel(self)
        mark.setPixmap(actions.app_pixmap(24))
        layout.addWidget(mark)
        name = QLabel("Backstep", self)
        name.setFont(ui_font(15, 600))
        layout.addWidget(name)
        return name

    def _labelled(self, text: str, layout: QHBoxLayout, *widgets: QWidget) -> tuple[QWidget, QLabel, QLabel]:
        """A column: label (and a note at its right) above widgets side by side."""
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 5, 0, 6)
        column.setSpacing(3)
        head = QHBoxLayout()
        label, note = QLabel(text, box), QLabel(box)
        label.setFont(ui_font(11))
        note.setFont(ui_font(11, 500))
        note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(label)
        head.addStretch(1)
        head.addWidget(note)
        column.addLayout(head)
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in widgets:
            widget.setParent(box)
            row.addWidget(widget)
        column.addLayout(row)
        layout.addWidget(box)
        return box, label, note

    def _make_lessons(self, layout: QHBoxLayout) -> QComboBox:
        combo = QComboBox()
        combo.setFixedHeight(30)
        combo.setMinimumWidth(150)  # a long title gives way to long numbers
        combo.setMaximumWidth(290)
        combo.setFont(ui_font(13, 500))
        combo.setAccessibleName(self.tr("Lesson"))
        for name in Lesson.shipped():
            lesson = Lesson.load(name)
            combo.addItem(title_of(lesson, language()), lesson)
        combo.activated.connect(self._choose_lesson)
        self._labelled(self.tr("Lesson"), layout, combo)
        return combo

    def _make_button(self, action: QAction, layout: QHBoxLayout) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(QSize(20, 20))
        button.setFont(ui_font(11, 500))
        button.setMinimumSize(52, 48)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.text())
        layout.addWidget(button)
        return button

    def _make_speed(self, layout: QHBoxLayout) -> tuple[QSlider, QLabel]:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, FULL)
        slider.setPageStep(1)
        slider.setFixedSize(140, 30)
        slider.setAccessibleName(self.tr("Speed of Run"))
        slider.setToolTip(self.tr("How fast Run goes: from one operation a second to as fast as it can"))
        slider.valueChanged.connect(self._choose_speed)
        _, _, note = self._labelled(self.tr("Speed"), layout, slider)
        return slider, note

    def _make_rate(self, layout: QHBoxLayout) -> tuple[RateField, LogSlider, QLabel]:
        field, slider = RateField(), LogSlider()
        field.setFixedSize(92, 30)
        slider.setFixedSize(130, 30)
        tip = self.tr("Learning rate: applies from the next batch; nothing is reset. Wheel and arrow keys work too.")
        field.setToolTip(tip)
        slider.setToolTip(tip)
        field.value_changed.connect(self._choose_rate)
        field.refused.connect(self.refused)
        slider.value_chosen.connect(self._choose_rate)
        _, _, note = self._labelled(self.tr("Learning rate η"), layout, field, slider)
        return field, slider, note

    def _make_momentum(self, layout: QHBoxLayout) -> QDoubleSpinBox:
        field = QDoubleSpinBox()
        field.setRange(0.0, 0.99)
        field.setSingleStep(0.05)
        field.setKeyboardTracking(False)
        field.setFixedSize(70, 30)
        field.setFont(mono_font(13, 500))
        field.setAccessibleName(self.tr("Momentum"))
        field.setToolTip(self.tr("Momentum γ, 0 to 0.99: applies from the next batch"))
        field.valueChanged.connect(self.momentum_chosen)
        self._labelled(self.tr("Momentum γ"), layout, field)
        return field

    def _make_readout(self, layout: QHBoxLayout) -> Readout:
        readout = Readout(self)
        readout.position.setAccessibleName(self.tr("Position"))
        layout.addWidget(readout)
        return readout

    def _line(self, layout: QHBoxLayout) -> None:
        line = QFrame(self)
        line.setFixedSize(1, 40)
        line.setObjectName("separator")
        layout.addWidget(line)

    # ---- what the user chooses -----------------------------------------------------------------------------------

    @Slot(int)
    def _choose_lesson(self, index: int) -> None:
        self.lesson_chosen.emit(self._lessons.itemData(index))

    @Slot(int)
    def _choose_speed(self, index: int) -> None:
        self._speed_label.setText(self.speed_text(SPEEDS[index]))
        self.speed_chosen.emit(SPEEDS[index])

    @Slot(float)
    def _choose_rate(self, value: float) -> None:
        self.rate.set_value(value)
        self.rate_slider.show_value(value)
        self.rate_chosen.emit(value)

    def change_rate(self, factor: float) -> None:
        """Multiply the learning rate, as the shortcuts do."""
        self.rate.stepBy(1 if factor > 1 else -1)

    def change_speed(self, by: int) -> None:
        """Move the speed by so many notches."""
        self._speed.setValue(self._speed.value() + by)

    def speed_text(self, speed: Speed) -> str:
        """A speed in words."""
        if speed.per_second == 0:
            return self.tr("full speed")
        if speed.unit == "step":
            return self.tr("{n} op/s").format(n=f"{speed.per_second:g}")
        return self.tr("{n} batches/s").format(n=f"{speed.per_second:g}")

    def start_speed(self, lesson: Lesson) -> None:
        """The speed a lesson opens with: slow enough to follow a toy, full for what takes many batches."""
        self._speed.setValue(CALM if lesson.data.source == "points" else FULL)
        self._choose_speed(self._speed.value())

    # ---- what is shown -------------------------------------------------------------------------------------------

    def show_lesson(self, lesson: Lesson) -> None:
        """Name the opened lesson; one from a file joins the list."""
        title = title_of(lesson, language())
        index = self._lessons.findText(title)
        if index < 0:
            self._lessons.addItem(title)
            index = self._lessons.count() - 1
        self._lessons.setItemData(index, lesson)
        self._lessons.setCurrentIndex(index)
        self._lessons.setToolTip(title)  # a long one may be cut
        self._readout.make_room(
            self._position_text(88_888, 888_888, 88, 88), self.tr("{n} batches/s").format(n=_rate_text(88_888))
        )

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show Position, state and the values the engine really used."""
        self._show_rate(snapshot)
        with QSignalBlocker(self._momentum):
            if not self._momentum.hasFocus():
                self._momentum.setValue(snapshot.wanted.get("optimizer.momentum", snapshot.lesson.optimizer.momentum))
        self._show_state(snapshot)

    def _position_text(self, epoch: int, batch: int, step: int, total: int) -> str:
        return self.tr("epoch {e} · batch {b} · step {s}/{n}").format(e=f"{epoch:,}", b=f"{batch:,}", s=step, n=total)

    def _show_rate(self, snapshot: Snapshot) -> None:
        used = snapshot.lesson.optimizer.learning_rate
        wanted = snapshot.wanted.get("optimizer.learning_rate", used)
        self._rate_note.setText(self.tr("in use: {rate}").format(rate=f"{used:.6g}"))
        later = self.tr("{rate} applies from the next batch on").format(rate=f"{wanted:.6g}")
        self._rate_note.setToolTip(later if wanted != used else "")
        if (wanted != used) is not self._rate_waits:
            self._rate_waits = wanted != used
            self._dress_rate_note()
        self.rate.set_value(wanted)
        self.rate_slider.show_value(wanted)

    def _dress_rate_note(self) -> None:
        """In the colour of updates while the field beside it already says another rate."""
        if self._theme is not None:
            self._rate_note.setStyleSheet(f"color: {self._theme.upd if self._rate_waits else self._theme.text2};")

    def _show_state(self, snapshot: Snapshot) -> None:
        step = snapshot.step
        match snapshot.state:
            case State.RUNNING:
                text, soft, colour = self.tr("RUNNING"), "oksoft", "ok"
                detail = self.tr("{n} batches/s").format(n=_rate_text(snapshot.rate)) if snapshot.rate else ""
            case State.PAUSED if snapshot.stopped is not None:
                text, soft, colour = self.tr("BREAKPOINT"), "errsoft", "err"
                detail = sentence(snapshot.stopped.condition)
            case State.LOOKING if snapshot.live is not None:
                text, soft, colour = self.tr("LOOKING BACK"), "oksoft", "ok"
                detail = self.tr("trains at {n}").format(n=f"{snapshot.live.batch:,}")
            case State.HALTED:
                text, soft, colour = self.tr("STOPPED"), "errsoft", "err"
                detail = self.tr("no longer finite")
            case _ if step is not None:
                token = {"forward": "fwd", "loss": "loss", "backward": "bwd", "update": "upd"}[step.phase]
                text, soft, colour = phase_name(step.phase).upper(), token + "soft", token
                detail = self.tr("layer {k}").format(k=step.layer)
            case _:
                text, soft, colour, detail = self.tr("READY"), "sunken", "text2", self.tr("nothing computed yet")
        at = snapshot.position
        position = self._position_text(at.epoch, at.batch, at.step, len(snapshot.program))
        brief = self.tr("batch {b} · step {s}/{n}").format(b=f"{at.batch:,}", s=at.step, n=len(snapshot.program))
        counting = snapshot.state is State.RUNNING
        self._readout.say(position, text, soft, colour, detail, brief=brief, counting=counting)
        self._set_state(snapshot.state)

    def show_notice(self, notice: Notice) -> None:
        """A lesson is being prepared: there is no Position yet."""
        failed = notice.state is State.FAILED
        text = self.tr("NOT OPENED") if failed else self.tr("PREPARING")
        title = self._readout.shortened(title_of(notice.lesson, language()))
        self._readout.say(title, text, "errsoft" if failed else "losssoft", "err" if failed else "loss", "")
        self._set_state(notice.state)

    def _set_state(self, state: State) -> None:
        if state is self._state:
            return
        self._state = state
        running = state in (State.RUNNING, State.LOOKING)
        run = self._actions["run"]
        run.setText(self.tr("Pause") if running else self.tr("Run"))
        self._buttons[-1].setAccessibleName(run.text())
        if self._theme is not None:
            run.setIcon(actions.icon("pause" if running else "run", self._theme))
        for name in ("step", "finish_phase", "finish_batch", "run"):
            self._actions[name].setEnabled(state in (State.PAUSED, State.RUNNING, State.LOOKING))
        for name in ("reset", "reseed"):
            self._actions[name].setEnabled(state not in (State.PREPARING, State.FAILED))

    # ---- look ----------------------------------------------------------------------------------------------------

    def apply_theme(self, theme: Theme) -> None:
        """Colours of the bar, its controls and icons."""
        self._theme = theme
        for info in actions.ACTIONS:
            if info.icon:
                name = "pause" if info.id == "run" and self._state in (State.RUNNING, State.LOOKING) else info.icon
                self._actions[info.id].setIcon(actions.icon(name, theme))
        self.rate.apply_theme(theme)
        self.setStyleSheet(
            f"Toolbar {{ background: {theme.bg}; border-bottom: 1px solid {theme.line}; }}"
            f"QLabel {{ color: {theme.text2}; background: transparent; }}"
            f"#position {{ color: {theme.text}; }}"
            f"#separator {{ background: {theme.line2}; border: none; }}"
            f"QToolButton {{ border: 1px solid transparent; border-radius: 6px; color: {theme.text}; padding: 3px; }}"
            f"QToolButton:hover {{ background: {theme.surface}; border-color: {theme.line2}; }}"
            f"QToolButton:pressed {{ background: {theme.line}; }}"
            f"QToolButton:focus {{ border: 2px solid {theme.focus}; }}"
            f"QToolButton:disabled {{ color: {theme.disabled}; }}"
        )
        self._brand.setStyleSheet(f"color: {theme.text};")
        self._dress_rate_note()
        self._readout.apply_theme(theme)

    def minimumSizeHint(self) -> QSize:
        """No width: what is wide now gives way when the window gets narrow."""
        return QSize(0, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if narrow else Qt.ToolButtonStyle.ToolButtonTextUnderIcon
        for button in self._buttons:
            button.setToolButtonStyle(style)
            button.setMinimumWidth(40 if narrow else max(52, button.sizeHint().width()))
        self._speed.setFixedWidth(70 if narrow else 110)
        self.rate_slider.setFixedWidth(58 if narrow else 100)
        self._brand.setVisible(not narrow)
        self.layout().setSpacing(10 if narrow else 12)


CHIP_PAD = 7


class Readout(QWidget):
    """Position above a coloured chip and a detail, at the right end.

    Thirty texts a second come here. The labels are placed by hand in a width that is there beforehand and stays, so
    that no number makes the toolbar lay itself out again, moves what stands beside it, or waits for its room.

    Attributes
    ----------
    position : the label of the first line.
    """

    GAP = 4
    CHIP_GAP = 6

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.position, self._chip, self._detail = QLabel(self), _Chip(self), QLabel(self)
        self.position.setObjectName("position")
        self.position.setFont(ui_font(13, 600))
        self._chip.setFont(ui_font(11, 600))
        self._detail.setFont(ui_font(12))
        self._detail.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._usual, self._usual_detail = 0, 0  # pixels
        self._room = 0
        self._counting = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def make_room(self, position: str, detail: str) -> None:
        """Take the width that texts as long as these will need."""
        self._usual = self._room = self.position.fontMetrics().horizontalAdvance(position)
        self._usual_detail = self._detail.fontMetrics().horizontalAdvance(detail)
        self.setFixedWidth(self._room)
        self._place()

    def shortened(self, text: str) -> str:
        """A text that takes no more than the usual width in the first line."""
        return self.position.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, self._usual)

    def beside(self, chip: str, text: str) -> str:
        """A detail that has room beside a chip."""
        room = self._room - self._chip.fontMetrics().horizontalAdvance(chip) - 2 * CHIP_PAD - self.CHIP_GAP
        return self._detail.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)

    def say(
        self, position: str, chip: str, soft: str, colour: str, detail: str, brief: str = "", counting: bool = False
    ) -> None:
        """Show three texts; ``soft`` and ``colour`` are the chip's colour tokens.

        Where the position has no room, ``brief`` stands in its place. While ``counting``, the detail is a number that
        changes all the time and the chip stands clear of it.
        """
        self._counting = counting
        whole = self.position.fontMetrics().horizontalAdvance(position) <= self._room
        self.position.setText(position if whole or not brief else brief)
        self.position.setToolTip("" if whole else position)
        self._chip.say(chip, soft, colour)
        self._detail.setText(self.beside(chip, detail))
        self._place()

    def apply_theme(self, theme: Theme) -> None:
        """The chip's colours; the labels' come with the toolbar's."""
        self._chip.theme = theme
        self._chip.update()
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        above, chip, detail = (label.sizeHint() for label in (self.position, self._chip, self._detail))
        beside = max(detail.width(), self._usual_detail if self._counting else 0)
        beside += self.CHIP_GAP if beside else 0
        height = above.height() + self.GAP + chip.height()
        right, top = self.width(), (self.height() - height) // 2
        self.position.setGeometry(right - above.width(), top, above.width(), above.height())
        top += above.height() + self.GAP
        self._detail.setGeometry(right - detail.width(), top, detail.width(), chip.height())
        self._chip.setGeometry(right - beside - chip.width(), top, chip.width(), chip.height())


class _Chip(QLabel):
    """A word on a soft ground. It paints itself: a new style sheet with every phase would cost a millisecond."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme: Theme | None = None
        self._tokens = ("sunken", "text2")

    def say(self, text: str, soft: str, colour: str) -> None:
        self.setText(text)
        if (soft, colour) != self._tokens:
            self._tokens = (soft, colour)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2 * CHIP_PAD, self.fontMetrics().height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.theme is None or not self.text():
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.q(self._tokens[0]))
            painter.drawRoundedRect(self.rect(), 4, 4)
            painter.setPen(self.theme.q(self._tokens[1]))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self.text())


def _rate_text(rate: float) -> str:
    return f"{rate:.2g}" if rate < 10 else f"{round(rate):,}"
