"""Build a network: a form with every key of a lesson, checked with every key stroke, and the net as a picture."""

from __future__ import annotations

import functools
import typing
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.lesson import Lesson, LessonError
from engine.lesson_file import save
from gui.theme import Theme, ui_font
from gui.views.build_fields import Choice, Part, Values, dress
from gui.views.build_form import SECTIONS, TABLES, LessonForm, keys_of
from gui.views.build_layers import SIZES
from gui.views.build_look import style_sheet
from gui.views.build_numbers import NumbersPart
from gui.views.build_picture import NetSummary
from gui.views.build_sections import SectionList, SectionPage
from gui.views.build_words import few, key_name, section_name

OPEN, FILE = "/open", "/file"  # in the box of lessons to start from; no id has a stroke


class BuildDialog(QDialog):
    """Puts a lesson together. It is not modal; what stands in it stays when it is closed and shown again.

    Parameters
    ----------
    lesson : what stands in it first. Of a shipped lesson it makes one's own, with another id and title.
    theme : its colours.

    Attributes
    ----------
    form : the fields and what stands in them.

    Signals
    -------
    lesson_made(Lesson) : it shall be started.
    saved(Path) : it has been written to a file.
    """

    lesson_made = Signal(object)
    saved = Signal(object)

    def __init__(self, lesson: Lesson, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Build a network"))
        self.setAcceptDrops(True)
        self.resize(1000, 680)
        self.form = LessonForm(self)
        self.form.edited.connect(self._remember_edit)
        self.form.changed.connect(self._show_values)
        self.form.checked.connect(self._show_verdict)
        self._open: Lesson | None = None
        self._path: Path | None = None
        self._before: Values | None = None  # what stood here before another lesson was chosen
        self._edited = False  # since then
        self._told = 0  # the fault that Show turns to next
        self._pages: dict[str, SectionPage] = {}
        self.net = NetSummary(theme, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._make_head())
        layout.addLayout(self._make_body(), 1)
        layout.addWidget(self._make_foot())
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self, self._save_as)
        self.apply_theme(theme)
        self._list_bases()
        self.show_lesson(lesson)

    # ---- building ----------------------------------------------------------------------------------------------------

    def _make_head(self) -> QWidget:
        head = QWidget(self)
        head.setObjectName("head")
        self.base = Choice(self.tr("Start from"), head)
        self.base.activated.connect(self._choose_base)
        self.undo_button = self._button(self.tr("Undo"), self._undo, head)
        self.undo_button.setToolTip(self.tr("Back to what stood here before another lesson was chosen"))
        self.undo_button.setEnabled(False)
        start = QHBoxLayout()
        start.setSpacing(8)
        start.addWidget(self.base, 1)
        start.addWidget(self.undo_button)
        grid = QGridLayout(head)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(10)
        grid.addWidget(self._named(self.tr("Start from")), 0, 0)
        grid.addLayout(start, 0, 1)
        for key, row, column in (("title", 0, 2), ("id", 1, 0), ("source", 1, 2)):
            grid.addWidget(self._named(key_name(key)), row, column, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self.form.place(key, head), row, column + 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self.parts["source"].setToolTip(self.tr("Where the lesson comes from"))
        return head

    def _named(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setFont(ui_font(13))
        label.setFixedHeight(30)
        return label

    def _make_body(self) -> QHBoxLayout:
        self.sections, self._stack = SectionList(self), QStackedWidget(self)
        for section in SECTIONS:
            page = self._pages[section] = SectionPage(section_name(section), self)
            for part in dict.fromkeys(self.form.place(key, page) for key in keys_of(section)):
                page.add(key_name(part.keys[0]), part, wide=isinstance(part, tuple(kind for _, kind in TABLES)))
            self._stack.addWidget(page)
            self.sections.add(section_name(section))
        self.sections.currentRowChanged.connect(self._stack.setCurrentIndex)
        self.sections.setCurrentRow(0)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.sections)
        body.addWidget(self._stack, 11)
        body.addWidget(self.net, 9)
        return body

    def _make_foot(self) -> QWidget:
        foot = QWidget(self)
        foot.setObjectName("feet")
        self.state = QLabel(foot)
        self.state.setObjectName("state")
        self.state.setWordWrap(True)
        self.state.setFont(ui_font(13))
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.show_button = self._button(self.tr("Show"), self._show_fault, foot)
        self.show_button.setToolTip(self.tr("Go to the field that this is about"))
        self.fit_button = self._button(self.tr("Fit the net to the data"), self.form.fit_net, foot)
        self.save_button = self._button(self.tr("Save as…"), self._save_as, foot)
        self.close_button = self._button(self.tr("Close"), self.close, foot)
        self.start_button = self._button(self.tr("Start"), self._start, foot)
        self.start_button.setObjectName("start")
        self.start_button.setToolTip(self.tr("Start a new run of this lesson"))
        line = QHBoxLayout(foot)
        line.setContentsMargins(16, 10, 16, 10)
        line.setSpacing(8)
        line.addWidget(self.state, 1)
        for button in (self.show_button, self.fit_button, self.save_button, self.close_button, self.start_button):
            line.addWidget(button)
        foot.setMinimumHeight(60)
        return foot

    def _button(self, text: str, clicked: typing.Callable[[], object], parent: QWidget) -> QPushButton:
        button = QPushButton(text, parent)
        button.setAutoDefault(False)  # Enter in a field must not start a run
        button.clicked.connect(lambda: clicked())
        return button

    # ---- what stands in it -------------------------------------------------------------------------------------------

    @property
    def parts(self) -> dict[str, Part]:
        """The fields by dotted key."""
        return self.form.parts

    @property
    def lesson(self) -> Lesson | None:
        """The lesson that the form makes, or None while something is wrong."""
        return self.form.lesson

    def show_lesson(self, lesson: Lesson) -> None:
        """Put a lesson into the form. Of a shipped one only its content: id and title are made up anew."""
        self.form.show_lesson(lesson)
        self.base.setPlaceholderText(lesson.title)
        self._point_at(lesson.id)

    def go_on_with(self, values: Values) -> None:
        """Take over what stands in another form; what stood here can be had again."""
        self._remember()
        self.form.put(values)
        self._edited = True
        self.base.setPlaceholderText(self.tr("The Build panel"))
        self._point_at(None)

    def offer(self, lesson: Lesson) -> None:
        """Have the lesson that is open in the window among those to start from."""
        self._open = lesson
        self._list_bases()

    # ---- lessons to start from ---------------------------------------------------------------------------------------

    def _list_bases(self) -> None:
        now = self.base.currentData()
        self.base.clear()
        if self._open is not None:
            self.base.addItem(self.tr("The open lesson: {title}").format(title=self._open.title), OPEN)
        for name in Lesson.shipped():
            self.base.addItem(_shipped_title(name), name)
        self.base.insertSeparator(self.base.count())
        self.base.addItem(self.tr("Open file…"), FILE)
        self._point_at(now)

    def _point_at(self, choice: object) -> None:
        self.base.setCurrentIndex(-1 if choice is None else self.base.findData(choice))

    @Slot(int)
    def _choose_base(self, index: int) -> None:
        choice = self.base.itemData(index)
        if choice == FILE:
            self._point_at(None)
            chooser = QFileDialog(self, self.tr("Start from a lesson file"))
            chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            chooser.setNameFilters([self.tr("Lessons (*.toml)"), self.tr("All files (*)")])
            chooser.fileSelected.connect(self.start_from)
            chooser.open()
        elif choice == OPEN and self._open is not None:
            self._start_with(self._open)
            self._point_at(OPEN)
        elif choice:
            self._start_with(Lesson.load(choice))

    @Slot(str)
    def start_from(self, path: str) -> None:
        """Take a lesson file as the start; what is wrong with it is said, and the form stays as it was."""
        try:
            self._start_with(Lesson.load(Path(path)))
        except LessonError as error:
            self._say(few(error.faults), "err")
        else:
            self._path = Path(path)

    def _start_with(self, lesson: Lesson) -> None:
        self._remember()
        self.show_lesson(lesson)
        self._edited = False

    def _remember(self) -> None:
        """Keep what stands here, to be returned to."""
        if self._edited or self._before is None:  # lessons may be looked through: what was typed before is kept
            self._before = self.form.values
        self.undo_button.setEnabled(True)

    def _undo(self) -> None:
        before, self._before = self._before, None
        self.undo_button.setEnabled(False)
        if before is not None:
            self.form.put(before)
            self._edited = True
            self._point_at(None)

    # ---- what is said ------------------------------------------------------------------------------------------------

    @Slot()
    def _remember_edit(self) -> None:
        self._edited = True

    @Slot()
    def _show_values(self) -> None:
        """Show the fields that mean something now, and the net."""
        for page in self._pages.values():
            for part in page.parts:
                page.show_part(part, self.form.used(part))
        self.net.show_net(self.form.shape, self.form.number_bytes)
        if self.form.busy:
            self._say(self.tr("Checking…"), "busy")
            self._enable()

    @Slot()
    def _show_verdict(self) -> None:
        """Say what came of the check."""
        self._told = 0
        self._summarise()
        for page in self._pages.values():
            page.mark()
        if self.form.faults:
            self._say(few([fault.sentence for fault in self.form.faults]), "err")
        else:
            self._say(self.tr("Ready"), "ok")
        self._enable()

    def _summarise(self) -> None:
        """Tell in the list of sections what is chosen in each, and where something is wrong."""
        values = self.form.values
        for row, section in enumerate(self._pages):
            first = keys_of(section)[0]
            summary = "-".join(str(n) for n in values[SIZES]) if first == SIZES else str(values[first])
            if section == "optimizer":
                summary += f" · {values['optimizer.learning_rate']}"
            elif section == "evaluation":
                summary = self.tr("every {n}").format(n=summary)
            wrong = any((fault.key or "").startswith(f"{section}.") for fault in self.form.faults)
            self.sections.describe(row, summary, wrong=wrong)

    def _enable(self) -> None:
        for button in (self.start_button, self.save_button):
            button.setEnabled(self.form.ready)
        self.show_button.setVisible(any(fault.key for fault in self.form.faults))
        self.fit_button.setVisible(self.form.fitting is not None)

    def _say(self, text: str, kind: str) -> None:
        signs = {"ok": "✓ ", "err": "⚠ ", "busy": ""}
        self.state.setText(signs[kind] + text)
        dress(self.state, "kind", kind)

    # ---- what the user does ------------------------------------------------------------------------------------------

    def _show_fault(self) -> None:
        """Turn to the field that a sentence is about; once more, to that of the next."""
        keys = list(dict.fromkeys(fault.key for fault in self.form.faults if fault.key))
        if not keys:
            return
        key = keys[self._told % len(keys)]
        self._told += 1
        section, _, name = key.partition(".")
        if name:
            self.sections.setCurrentRow(list(self._pages).index(section))
            self._pages[section].ensureWidgetVisible(self.parts[key])
        self.parts[key].focus_first()

    def _start(self) -> None:
        lesson = self.lesson
        if lesson is not None:
            self.lesson_made.emit(lesson)
            self.close()

    def _save_as(self) -> None:
        lesson = self.lesson
        if lesson is None:
            return
        chooser = QFileDialog(self, self.tr("Save the lesson"))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setNameFilter(self.tr("Lessons (*.toml)"))
        chooser.setDefaultSuffix("toml")
        chooser.selectFile(str(self._path or f"{lesson.id}.toml"))
        chooser.fileSelected.connect(lambda path: self.save_to(Path(path)))
        chooser.open()

    def save_to(self, path: Path) -> None:
        """Write the lesson to a file, and say what came of it."""
        lesson = self.lesson
        if lesson is None:
            return
        try:
            save(lesson, path)
        except LessonError as error:
            self._say(few(error.faults), "err")
        except OSError as error:
            text = self.tr("{path} could not be written: {reason}")
            self._say(text.format(path=path, reason=error.strerror or error), "err")
        else:
            self._path = path
            self._say(self.tr("Saved as {path}").format(path=path), "ok")
            self.saved.emit(path)

    # ---- Qt ----------------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_lesson(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if path := dropped_lesson(event.mimeData()):
            event.acceptProposedAction()
            self.start_from(path)

    def apply_theme(self, theme: Theme) -> None:
        """Put the dialog into a theme's colours."""
        self.setStyleSheet(style_sheet(theme))
        self.sections.theme = self.net.picture.theme = theme
        self.sections.viewport().update()
        self.net.picture.update()
        for part in self.form.each:
            if isinstance(part, NumbersPart):
                part.apply_theme(theme)


@functools.cache
def _shipped_title(name: str) -> str:
    return Lesson.load(name).title


def dropped_lesson(mime: QMimeData) -> str:
    """The path of the one lesson file that is dragged, or nothing."""
    urls = mime.urls()
    path = urls[0].toLocalFile() if len(urls) == 1 else ""
    return path if path.lower().endswith(".toml") else ""
