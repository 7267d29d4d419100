"""Build a network: a form with every key of a lesson, checked with every key stroke, and the net as a picture."""

from __future__ import annotations

import functools
import typing
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut, QShowEvent
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
from gui import files
from gui.background import Background
from gui.files import Reading
from gui.lesson_pages import language, title_of
from gui.said import said
from gui.theme import Theme, ui_font
from gui.views.build_fields import Choice, Part, Values, dress
from gui.views.build_form import SECTIONS, TABLES, LessonForm, keys_of
from gui.views.build_layers import SIZES
from gui.views.build_look import style_sheet
from gui.views.build_numbers import NumbersPart
from gui.views.build_picture import NetSummary
from gui.views.build_sections import AdviceLine, SectionList, SectionPage
from gui.views.build_words import few, hint, key_name, section_name

PATIENCE = 10.0  # seconds that the end of the program waits for a file to be written
LESSON = ".toml"
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
        self.setMinimumWidth(880)  # fields and tables beside the picture
        self.resize(1000, 680)
        self.form = LessonForm(self)
        self.form.edited.connect(self._remember_edit)
        self.form.changed.connect(self._show_values)
        self.form.checked.connect(self._show_verdict)
        self._open: Lesson | None = None
        self._path: Path | None = None  # of the file that the lesson was read from, or saved as
        self._before: tuple[Values, Path | None] | None = None  # what stood here before another lesson was chosen
        self._reading: Reading | None = None
        self._writing: Background | None = None
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
            label = self._named(key_name(key))
            label.setToolTip(hint(key))
            grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self.form.place(key, head), row, column + 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
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
        self.fit_button = self._button("", self.form.fit_net, foot)
        self.fit_button.setToolTip(self.tr("Fit the net to the data"))
        self.save_button = self._button(self.tr("Save as…"), self._save_as, foot)
        self.close_button = self._button(self.tr("Close"), self.close, foot)
        self.start_button = self._button(self.tr("Start"), self._start, foot)
        self.start_button.setObjectName("start")
        self.start_button.setToolTip(self.tr("Start a new run of this lesson"))
        self.advice = AdviceLine(self.form, foot)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.state, 1)
        for button in (self.show_button, self.fit_button, self.save_button, self.close_button, self.start_button):
            line.addWidget(button)
        column = QVBoxLayout(foot)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(8)
        column.addWidget(self.advice)
        column.addLayout(line)
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
        self.base.setPlaceholderText(title_of(lesson, language()))
        self._point_at(lesson.id)

    def go_on_with(self, values: Values) -> None:
        """Take over what stands in another form; what stood here can be had again."""
        self._remember()
        self.form.put(values)
        self._edited, self._path = True, None
        self.base.setPlaceholderText(self.tr("The Build panel"))
        self._point_at(None)

    def take_table(self, path: Path) -> None:
        """Take a CSV for the data; the rest of what stands here stays."""
        self.form.set_data({"source": "csv", "path": str(path)})
        self.sections.setCurrentRow(list(self._pages).index("data"))

    def offer(self, lesson: Lesson) -> None:
        """Have the lesson that is open in the window among those to start from."""
        self._open = lesson
        self._list_bases()

    # ---- lessons to start from ---------------------------------------------------------------------------------------

    def _list_bases(self) -> None:
        now = self.base.currentData()
        self.base.clear()
        if self._open is not None:
            self.base.addItem(self.tr("The open lesson: {title}").format(title=title_of(self._open, language())), OPEN)
        for name in Lesson.shipped():
            self.base.addItem(_shipped_title(name, language()), name)
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
        """Take a lesson file as the start when it has been read.

        What is wrong with it is said, and the form stays as it was.
        """
        if self._reading is not None:
            self._reading.abandon()
        self._reading = reading = Reading(Path(path), self, Lesson.load)
        reading.done.connect(self._start_with_file)
        reading.failed.connect(self._refuse_file)
        self._say(self.tr("Opening {name}…").format(name=Path(path).name), "busy")

    @Slot(object)
    def _start_with_file(self, lesson: Lesson) -> None:
        assert self._reading is not None
        path, self._reading = self._reading.path, None
        self._start_with(lesson, path)

    @Slot(object)
    def _refuse_file(self, error: LessonError) -> None:
        self._reading = None
        self._say(few([said(fault) for fault in error.faults]), "err")

    def _start_with(self, lesson: Lesson, path: Path | None = None) -> None:
        if self._reading is not None:
            self._reading.abandon()
            self._reading = None
        self._remember()
        self.show_lesson(lesson)
        self._edited, self._path = False, path

    def _remember(self) -> None:
        """Keep what stands here, to be returned to."""
        if self._edited or self._before is None:  # lessons may be looked through: what was typed before is kept
            self._before = self.form.values, self._path
        self.undo_button.setEnabled(True)

    def _undo(self) -> None:
        before, self._before = self._before, None
        self.undo_button.setEnabled(False)
        if before is not None:
            values, self._path = before
            self.form.put(values)
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
        self.advice.show_advice()
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
            button.setEnabled(self.form.lesson is not None)
        self.show_button.setVisible(any(fault.key for fault in self.form.faults))
        self.fit_button.setVisible(self.form.fitting is not None)
        if self.form.fitting is not None:
            self.fit_button.setText(self.tr("Use {sizes}").format(sizes=self.form.fitting_text))

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
        if lesson is None or self._writing is not None:
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
        """Write the lesson to a file; what comes of it is said when it is done."""
        lesson = self.lesson
        if lesson is None or self._writing is not None:
            return
        self._say(self.tr("Saving…"), "busy")
        self._writing = Background(lambda: save(lesson, path), "writing", self, PATIENCE)
        self._writing.done.connect(lambda: self._say_written(path))
        self._writing.failed.connect(lambda error: self._say_not_written(path, error))

    def _say_written(self, path: Path) -> None:
        self._path, self._writing = path, None
        self._say(self.tr("Saved as {path}").format(path=path), "ok")
        self.saved.emit(path)

    def _say_not_written(self, path: Path, error: Exception) -> None:
        self._writing = None
        if isinstance(error, LessonError):
            self._say(few([said(fault) for fault in error.faults]), "err")
            return
        text = self.tr("{path} could not be written: {reason}")
        reason = said(str(getattr(error, "strerror", None) or error))
        self._say(text.format(path=path, reason=reason), "err")

    # ---- Qt ----------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.form.look_again()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if path := dropped_file(event.mimeData()):
            event.acceptProposedAction()
            if path.lower().endswith(LESSON):
                self.start_from(path)
            else:
                self.take_table(Path(path))

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
def _shipped_title(name: str, spoken: str) -> str:
    return title_of(Lesson.load(name), spoken)


def dropped_file(mime: QMimeData) -> str:
    """The path of the one lesson file or table that is dragged, or nothing."""
    urls = mime.urls()
    path = urls[0].toLocalFile() if len(urls) == 1 else ""
    return path if path.lower().endswith((LESSON, *files.TABLES)) else ""
