"""Build a network: a form with every key of a lesson, checked with every key stroke, and the net as a picture."""

from __future__ import annotations

import dataclasses
import functools
import math
import typing
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QMimeData, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.data.sources import PLANE_SETS, WIDTHS, classes_of
from engine.lesson import FORMAT, DataSpec, Lesson, LessonError
from engine.lesson_file import ONLY_WITH, applies, save
from gui.theme import Theme, mono_font, ui_font
from gui.views.build_fields import Choice, Part, PathField, TextField, Values, dress, field_for
from gui.views.build_layers import ACTIVATION, OUTPUT, SIZES, LayersField
from gui.views.build_look import style_sheet
from gui.views.build_numbers import MOST, NumbersPart, PointsField, WeightsField
from gui.views.build_picture import NetPicture, NetShape
from gui.views.build_sections import SectionList, SectionPage
from gui.views.build_words import id_of, key_in, key_name, section_name

MANY = 2_000  # numbers in tables: checking more takes longer than a frame, and waits for a pause in typing
PAUSE = 250  # milliseconds
WHERE = "lesson"  # begins every sentence of the check, and is cut off
MOST_IN_TITLE = 7  # widths
LARGE = 1.0  # gigabytes, from which on the need of memory is told
MOST_COUNTS = 6  # lines that are seen without scrolling
OPEN, FILE = "/open", "/file"  # in the box of lessons to start from; no id has a stroke


class BuildDialog(QDialog):
    """Puts a lesson together. It is not modal; what stands in it stays when it is closed and shown again.

    Parameters
    ----------
    lesson : what stands in it first. Of a shipped lesson it makes one's own, with another id and title.
    theme : its colours.

    Signals
    -------
    lesson_made(Lesson) : it shall be started.
    saved(Path) : it has been written to a file.
    csv_wanted() : the user wants to choose a CSV; what comes of it is given to ``set_data``.
    """

    lesson_made = Signal(object)
    saved = Signal(object)
    csv_wanted = Signal()

    def __init__(self, lesson: Lesson, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Build a network"))
        self.setAcceptDrops(True)
        self.resize(1000, 680)
        self._theme = theme
        self._open: Lesson | None = None
        self._path: Path | None = None
        self._before: Values | None = None  # what stood here before another lesson was chosen
        self._edited = False  # since then
        self._lesson: Lesson | None = None
        self._fault: tuple[str | None, str] | None = None  # the key, and the sentence
        self._pages: dict[str, SectionPage] = {}
        self.parts: dict[str, Part] = {}
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._check)
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
        grid = QGridLayout(head)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(10)
        start = QHBoxLayout()
        start.setSpacing(8)
        start.addWidget(self.base, 1)
        start.addWidget(self.undo_button)
        places = (("title", 0, 2), ("id", 1, 0), ("source", 1, 2))
        for widget, row, column in ((self._named(self.tr("Start from")), 0, 0),):
            grid.addWidget(widget, row, column)
        grid.addLayout(start, 0, 1)
        for key, row, column in places:
            part = TextField(key, head)
            self._take(part)
            grid.addWidget(self._named(key_name(key)), row, column, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(part, row, column + 1, Qt.AlignmentFlag.AlignTop)
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
        for name, kind in typing.get_type_hints(Lesson).items():
            if dataclasses.is_dataclass(kind):
                self._add_section(name, typing.cast(type, kind))
        self.sections.currentRowChanged.connect(self._stack.setCurrentIndex)
        self.sections.setCurrentRow(0)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.sections)
        body.addWidget(self._stack, 11)
        body.addWidget(self._make_net(), 9)
        return body

    def _add_section(self, section: str, kind: type) -> None:
        """A page with a field for each key: the first, what belongs to its value, and then the others."""
        page = SectionPage(section_name(section), self)
        hints = typing.get_type_hints(kind)
        tables: tuple[tuple[tuple[str, ...], type[Part]], ...] = (
            ((SIZES, ACTIVATION, OUTPUT), LayersField),
            (("init.W", "init.b"), WeightsField),
            (("data.x", "data.y"), PointsField),
        )
        first, *others = dataclasses.fields(kind)
        others.sort(key=lambda f: (f.name != "path", f"{section}.{f.name}" not in ONLY_WITH))
        for f in (first, *others):
            key = f"{section}.{f.name}"
            if key in self.parts:
                continue
            made = next((part for keys, part in tables if key in keys), None)
            part = made(page) if made else field_for(key, f, hints[f.name], page)
            self._take(part)
            page.add(key_name(key), part, wide=made is not None)
        self._pages[section] = page
        self._stack.addWidget(page)
        self.sections.add(section_name(section))

    def _take(self, part: Part) -> None:
        for key in part.keys:
            self.parts[key] = part
        part.changed.connect(self._edit)
        if isinstance(part, PathField):
            part.wanted.connect(self._want_data)

    def _make_net(self) -> QWidget:
        net = QWidget(self)
        net.setObjectName("net")
        self.picture = NetPicture(self._theme, net)
        self.total, self.counts = QLabel(net), QLabel(net)
        self.total.setObjectName("total")
        self.total.setFont(ui_font(13, 600))
        self.counts.setObjectName("counts")
        self.counts.setFont(mono_font(12))
        self.counts.setTextFormat(Qt.TextFormat.PlainText)
        self.counts.setContentsMargins(0, 0, 0, 6)
        scroll = QScrollArea(net)
        scroll.setWidget(self.counts)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setAccessibleName(self.tr("Parameters of each layer"))
        self.counts.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._counts_scroll = scroll
        column = QVBoxLayout(net)
        column.setContentsMargins(8, 10, 8, 8)
        column.addWidget(self.picture, 1)
        for widget in (self.total, scroll):
            inset = QHBoxLayout()
            inset.setContentsMargins(8, 0, 0, 0)
            inset.addWidget(widget)
            column.addLayout(inset)
        return net

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
        self.fit_button = self._button(self.tr("Fit the net to the data"), self._fit, foot)
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
    def lesson(self) -> Lesson | None:
        """The lesson that the form makes, or None while something is wrong."""
        if self._pause.isActive():
            self._pause.stop()
            self._check()
        return self._lesson

    @property
    def fault(self) -> str:
        """What is wrong, or nothing."""
        return self._fault[1] if self._fault else ""

    def table(self) -> dict[str, Any]:
        """What stands in the form, shaped like a lesson file, without the keys that mean nothing beside the others."""
        values: Values = {}
        for part in self._each_part():
            values |= part.values()
        full = _nested(values)
        used = {key: value for key, value in values.items() if applies(key, full)}
        return {"format": FORMAT, **_nested(used)}

    def show_lesson(self, lesson: Lesson) -> None:
        """Put a lesson into the form. Of a shipped one only its content: id and title are made up anew."""
        shipped = lesson.id in Lesson.shipped()
        own = {"id": "", "title": "", "source": lesson.id} if shipped else {}
        self._put(_flat(lesson.to_table()) | own)
        self.base.setPlaceholderText(lesson.title)
        self._point_at(lesson.id)

    def offer(self, lesson: Lesson) -> None:
        """Have the lesson that is open in the window among those to start from."""
        self._open = lesson
        self._list_bases()

    def set_data(self, data: dict[str, Any]) -> None:
        """Take over keys of the ``data`` section, as they come from the dialog for a CSV; the others stay.

        A key ``sizes`` among them, (n_in, n_out), makes input and output of the net as wide.
        """
        data = dict(data)
        sizes = data.pop("sizes", None)
        values = {f"data.{key}": _listed(value) for key, value in data.items()}
        if unknown := sorted(set(values) - set(self.parts)):
            raise ValueError(f"no keys of a lesson: {unknown}")
        for part in self._each_part():
            part.show_values(values)
        if sizes is not None:
            self._layers.fit(*sizes)
        self._changed()

    @property
    def _layers(self) -> LayersField:
        return typing.cast(LayersField, self.parts[SIZES])

    def _each_part(self) -> list[Part]:
        return list(dict.fromkeys(self.parts.values()))

    def _put(self, values: Values) -> None:
        for part in self._each_part():
            part.show_values(values)
        self._changed()

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
            self._say(str(error), "err")
        else:
            self._path = Path(path)

    def _start_with(self, lesson: Lesson) -> None:
        if self._edited or self._before is None:  # lessons may be looked through: what was typed before is kept
            self._before = {}
            for part in self._each_part():
                self._before |= part.values()
        self.show_lesson(lesson)
        self._edited = False
        self.undo_button.setEnabled(True)

    def _undo(self) -> None:
        before, self._before = self._before, None
        self.undo_button.setEnabled(False)
        if before is not None:
            self._put(before)
            self._edited = True
            self._point_at(None)

    # ---- checking ----------------------------------------------------------------------------------------------------

    @Slot()
    def _edit(self) -> None:
        self._edited = True
        self._changed()

    def _changed(self) -> None:
        """Follow a change: what is shown at once, what is wrong at once or after a pause where that takes longer."""
        small = self._fit_form()
        self._show_net()
        self._lesson = None
        if small:
            self._pause.stop()
            self._check()
        else:
            self._pause.start()
            self._mark(None)
            self._say(self.tr("Checking…"), "busy")
            self._enable()

    def _fit_form(self) -> bool:
        """Show the fields that mean something now, fit the tables to the net; whether their numbers are few."""
        values: Values = {}
        for part in self._each_part():
            if not isinstance(part, NumbersPart):
                values |= part.values()
        table = _nested(values)
        count = 0
        for key, part in self.parts.items():
            if "." in key and key == part.keys[0]:
                shown = applies(key, table)
                self._pages[key.split(".")[0]].show_part(part, shown)
        sizes = values[SIZES]
        if all(type(n) is int and n >= 1 for n in sizes) and len(sizes) > 1:
            turned = values["run.orientation"] == "column"
            for part in self._each_part():
                if isinstance(part, WeightsField):
                    part.fit_net(sizes, values["network.bias"], turned=turned)
                elif isinstance(part, PointsField):
                    part.fit_net(sizes[0], sizes[-1])
        for part in self._each_part():
            if isinstance(part, NumbersPart) and applies(part.keys[0], table):
                count += part.count if part.count <= MOST else 0  # too many are not looked at
        shape = "-".join(str(n) for n in _few(sizes))
        title, name = (typing.cast(TextField, self.parts[key]) for key in ("title", "id"))
        title.stand_in(self.tr("My net {shape}").format(shape=shape))
        name.stand_in(id_of(title.values()["title"]))
        self._summarise(values)
        return count <= MANY

    def _summarise(self, values: Values) -> None:
        for row, (section, page) in enumerate(self._pages.items()):
            first = next(key for key in self.parts if key.startswith(f"{section}."))
            summary = "-".join(str(n) for n in values[SIZES]) if first == SIZES else str(values[first])
            if section == "optimizer":
                summary += f" · {values['optimizer.learning_rate']}"
            elif section == "evaluation":
                summary = self.tr("every {n}").format(n=summary)
            wrong = self._fault is not None and (self._fault[0] or "").startswith(f"{section}.")
            self.sections.describe(row, summary, wrong=wrong and page is not None)

    def _show_net(self) -> None:
        values = self._layers.values()
        sizes = tuple(n if type(n) is int and n >= 1 else None for n in values[SIZES])
        hidden = [row.activation.currentText() for row in self._layers.hidden]
        bias = self.parts["network.bias"].values()["network.bias"]
        shape = NetShape(sizes, (*hidden, values[OUTPUT]), bias)
        self.picture.show_net(shape)
        counts = shape.parameters
        lines = [
            self.tr("layer {k}: {arithmetic}").format(k=k + 1, arithmetic=shape.arithmetic(k))
            for k in range(len(counts))
        ]
        self.counts.setText("\n".join(lines))
        known = [n for n in counts if n is not None]
        unknown = len(known) < len(counts)
        text = self.tr("{n} parameters").format(n="?" if unknown else f"{sum(known):,}")
        width = np.dtype(self.parts["run.dtype"].values()["run.dtype"]).itemsize
        gigabytes = 2 * width * sum(known) / 1e9
        large = gigabytes >= LARGE
        if large:
            text += self.tr(", with their gradients about {n} GB").format(n=f"{gigabytes:,.0f}")
        self.total.setText(text)
        dress(self.total, "large", large)
        height = self.counts.sizeHint().height()
        self._counts_scroll.setFixedHeight(height if len(lines) <= MOST_COUNTS else height * MOST_COUNTS // len(lines))

    @Slot()
    def _check(self) -> None:
        """Have the whole form checked, and say what comes of it."""
        table = self.table()
        self._lesson = None
        fault: tuple[str | None, str] | None = None
        for part in self._each_part():
            if isinstance(part, NumbersPart) and applies(part.keys[0], table) and part.missing and fault is None:
                fault = (part.keys[0], part.missing)
        try:
            lesson = Lesson.from_table(table, where=WHERE)
        except LessonError as error:
            sentence = str(error).removeprefix(f"{WHERE}: ")
            key = key_in(sentence, self.parts.keys())
            if fault is None or key not in (None, "init.W", "init.b", "data.x", "data.y"):
                fault = (key, sentence)
        else:
            self._lesson = None if fault else lesson
        self._mark(fault)
        if fault:
            self._say(fault[1], "err")
        else:
            self._say(self.tr("Ready"), "ok")
        self._enable()

    def _mark(self, fault: tuple[str | None, str] | None) -> None:
        self._fault = fault
        wrong = self.parts.get(fault[0] or "") if fault else None
        for part in self._each_part():
            part.mark(fault[1] if fault and part is wrong else "")
        for row, section in enumerate(self._pages):
            summary = self.sections.item(row).toolTip()
            at = bool(fault and fault[0] and fault[0].startswith(f"{section}."))
            self.sections.describe(row, summary, wrong=at)

    def _enable(self) -> None:
        good = self._lesson is not None
        for button in (self.start_button, self.save_button):
            button.setEnabled(good)
        key = self._fault[0] if self._fault else None
        self.show_button.setVisible(key is not None)
        self.fit_button.setVisible(key == SIZES and self._fitting() is not None)

    def _say(self, text: str, kind: str) -> None:
        signs = {"ok": "✓ ", "err": "⚠ ", "busy": ""}
        self.state.setText(signs[kind] + text)
        dress(self.state, "kind", kind)

    # ---- what the user does ------------------------------------------------------------------------------------------

    def _show_fault(self) -> None:
        """Turn to the field that the sentence is about."""
        key = self._fault[0] if self._fault else None
        if key is None:
            return
        section, _, name = key.partition(".")
        if name:
            page = self._pages[section]
            self.sections.setCurrentRow(list(self._pages).index(section))
            page.ensureWidgetVisible(self.parts[key])
        self.parts[key].focus_first()

    def _fitting(self) -> tuple[int, int] | None:
        """Widths of input and output that the data ask for, where they are known before the data are read."""
        values = {key.removeprefix("data."): self.parts[key].values()[key] for key in self.parts if key[:5] == "data."}
        sizes, source = self._layers.values()[SIZES], values["source"]
        if source == "images":
            return math.prod(values["image_size"]), sizes[-1]
        if source in PLANE_SETS:
            classes = classes_of(DataSpec(source, classes=values["classes"]))
            return 2, 1 if classes == 2 and sizes[-1] == 1 else classes
        return WIDTHS.get(source)

    def _fit(self) -> None:
        widths = self._fitting()
        if widths is not None:
            self._layers.fit(*widths)

    @Slot()
    def _want_data(self) -> None:
        """A file or a folder for ``data.path``."""
        if self.parts["data.source"].values()["data.source"] == "csv":
            self.csv_wanted.emit()
            return
        chooser = QFileDialog(self, self.tr("Folder with a folder of images per class"))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.fileSelected.connect(lambda folder: self.set_data({"path": folder}))
        chooser.open()

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
            self._say(str(error), "err")
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
        self._theme = theme
        self.setStyleSheet(style_sheet(theme))
        self.sections.theme = self.picture.theme = theme
        self.sections.viewport().update()
        self.picture.update()
        for part in self._each_part():
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


def _nested(values: Values) -> dict[str, Any]:
    """``{"loss.name": …}`` as ``{"loss": {"name": …}}``."""
    table: dict[str, Any] = {}
    for key, value in values.items():
        section, _, name = key.rpartition(".")
        (table.setdefault(section, {}) if section else table)[name] = value
    return table


def _flat(table: dict[str, Any]) -> Values:
    """The other way round."""
    flat: Values = {}
    for name, value in table.items():
        flat |= {f"{name}.{key}": part for key, part in value.items()} if isinstance(value, dict) else {name: value}
    return flat


def _listed(value: Any) -> Any:
    """Tuples as the lists that a file has."""
    return [_listed(item) for item in value] if isinstance(value, tuple | list) else value


def _few(sizes: list[Any]) -> list[Any]:
    return sizes if len(sizes) <= MOST_IN_TITLE else [*sizes[: MOST_IN_TITLE - 2], "…", sizes[-1]]
