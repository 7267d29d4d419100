"""One dialog for everything that a run can be exported as: what, its few options, where; and what came of it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QStandardPaths, Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.export import ExportError, save
from engine.export.arrays import left_out, npz
from engine.export.worked import ROUNDINGS
from engine.files import at_home
from engine.snapshot import Snapshot
from gui.background import Background
from gui.files import ask_where
from gui.pictures import SCALES
from gui.said import said
from gui.symbols import plain
from gui.theme import LIGHT, Theme

if TYPE_CHECKING:
    from engine.export.worked import Worked

_log = logging.getLogger(__name__)

LONGEST = 30.0  # seconds that the end of the window waits for a file that is being written
ENDINGS = (".npz", ".csv", ".png", ".svg", ".gif", ".mp4", ".py", ".pdf", ".md")
OTHER_ENDINGS = (".jpg", ".jpeg", ".txt", ".xlsx", ".docx", ".tex")  # of files that this is taken for by a slip
OTHER_WORDS = {"MainWindow": "Window", "TabbedPanel": "Explanation"}  # for what a class is not called after
MOST_NAMES = 12  # arrays that are named, of those left out


class Kind(Enum):
    """What can be exported."""

    ARRAYS = auto()
    METRICS = auto()
    PICTURE = auto()
    FILM = auto()
    CODE = auto()
    WORKED = auto()


@dataclass(frozen=True)
class Going:
    """How a film makes the run go on: ``Bridge.run_to``, and the window's signal that a Snapshot is painted."""

    run_to: Callable[[int, int], None]
    painted: Any


class ExportDialog(QDialog):
    """Asks what to export, and exports it. Show it with ``open()``; it stays until it is closed.

    Parameters
    ----------
    snapshot : what is exported; ``show_snapshot`` brings a later one.
    panels : what can be pictured, by the name it is offered under.
    theme : of the window.
    going : how a film makes the run go on; without it no film is offered.
    folder : where files are suggested to be written; the user's documents if not given.

    Attributes
    ----------
    written : what the last export wrote, or None.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        panels: Mapping[str, QWidget],
        theme: Theme = LIGHT,
        going: Going | None = None,
        folder: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self.folder = folder or Path(documents or Path.home())
        self.written: Path | None = None
        self._snapshot, self._panels, self._going, self._theme = snapshot, dict(panels), going, theme
        self._job: Background | None = None  # what writes
        self._working: Background | None = None  # what works a batch out before it is drawn
        self._turns: Iterator[float] | None = None
        self._film: Any = None
        self._closing = False
        self._suggested = ""
        self.setWindowTitle(self.tr("Export"))
        self.setMinimumWidth(620)
        self._build()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._turn)
        self.apply_theme(theme)
        self.show_snapshot(snapshot)
        self._choose_kind()

    # ---- building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._list = QListWidget(self)
        self._list.setAccessibleName(self.tr("What to export"))
        self._pages = QStackedWidget(self)
        makers = {
            Kind.ARRAYS: (self.tr("Arrays"), self._arrays_page),
            Kind.METRICS: (self.tr("Metrics"), self._metrics_page),
            Kind.PICTURE: (self.tr("Picture"), self._picture_page),
            Kind.FILM: (self.tr("Film"), self._film_page),
            Kind.CODE: (self.tr("Code"), self._code_page),
            Kind.WORKED: (self.tr("Worked example, worksheet"), self._worked_page),
        }
        if self._going is None:
            del makers[Kind.FILM]
        for kind, (name, make) in makers.items():
            item = QListWidgetItem(name, self._list)
            item.setData(Qt.ItemDataRole.UserRole, kind)
            self._pages.addWidget(make())
        self._list.setCurrentRow(0)
        self._list.setFixedWidth(max(150, self._list.sizeHintForColumn(0) + 30))
        self._list.currentRowChanged.connect(self._choose_kind)
        for box in self._pages.findChildren(QComboBox):
            box.currentIndexChanged.connect(self._choose_form)

        self._path = QLineEdit(self)
        where = QLabel(self.tr("Save &as"), self)
        where.setBuddy(self._path)
        self._path.textEdited.connect(self._look_at_path)
        self._browse = QPushButton(self.tr("Choose…"), self, autoDefault=False)
        self._browse.clicked.connect(self._ask_path)
        self._note = _label("", self)
        self._note.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._note.setMinimumHeight(2 * self._note.fontMetrics().lineSpacing())
        self._bar = QProgressBar(self)
        self._bar.setAccessibleName(self.tr("Progress of the export"))
        self._bar.hide()
        self._start_button = QPushButton(self.tr("Export"), self)
        self._start_button.setDefault(True)
        self._start_button.clicked.connect(self.start)
        self._cancel_button = QPushButton(self.tr("Cancel"), self, autoDefault=False)
        self._cancel_button.clicked.connect(self.cancel)
        self._cancel_button.hide()
        self._close_button = QPushButton(self.tr("Close"), self, autoDefault=False)
        self._close_button.clicked.connect(self.reject)

        place = QHBoxLayout()
        place.setSpacing(10)
        for widget in (where, self._path, self._browse):
            place.addWidget(widget)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        for button in (self._close_button, self._cancel_button, self._start_button):
            buttons.addWidget(button)
        layout = QGridLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setHorizontalSpacing(20)
        layout.setVerticalSpacing(12)
        layout.addWidget(self._list, 0, 0)
        layout.addWidget(self._pages, 0, 1)
        layout.addLayout(place, 1, 0, 1, 2)
        layout.addWidget(self._note, 2, 0, 1, 2)
        layout.addWidget(self._bar, 3, 0, 1, 2)
        layout.addLayout(buttons, 4, 0, 1, 2)
        layout.setRowStretch(0, 1)

    def _page(self, *sentences: QLabel) -> tuple[QWidget, QFormLayout]:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for sentence in sentences:
            column.addWidget(sentence)
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.setHorizontalSpacing(12)
        column.addLayout(form)
        column.addStretch(1)
        return page, form

    def _choice(self, form: QFormLayout, name: str, choices: Mapping[str, str]) -> QComboBox:
        """A choice among texts, each with the word that stands for it in code."""
        box = QComboBox(self)
        for word, text in choices.items():
            box.addItem(text, word)
        form.addRow(name, box)
        return box

    def _number(self, form: QFormLayout, name: str, low: int, high: int, value: int) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(low, high)
        box.setValue(value)
        form.addRow(name, box)
        return box

    def _arrays_page(self) -> QWidget:
        self._arrays_said = _label("", self)
        said = self.tr("Every array as an NPZ file, under the names of the interface: numpy.load reads it.")
        turned = self.tr(
            "W is stored as n_in x n_out, with a row per example in z and a (z = x W + b), however the window turns "
            "them."
        )
        return self._page(_label(said, self), _label(turned, self), self._arrays_said)[0]

    def _metrics_page(self) -> QWidget:
        said = self.tr("Loss, accuracy and learning rate of every batch.")
        page, form = self._page(_label(said, self))
        self._metrics_form = self._choice(
            form,
            self.tr("&Format"),
            {"csv": self.tr("CSV, for spreadsheets and pandas"), "events": self.tr("TensorBoard, into a folder")},
        )
        return page

    def _picture_page(self) -> QWidget:
        page, form = self._page(_label(self.tr("A panel, or the whole window, as it is on screen."), self))
        self._picture_of = self._choice(form, self.tr("&Of"), {name: name for name in self._panels})
        self._picture_form = self._choice(
            form, self.tr("&Format"), {"png": self.tr("PNG"), "svg": self.tr("SVG, which can be enlarged")}
        )
        self._scale = self._choice(
            form,
            self.tr("&Size of a PNG"),
            dict(
                zip(
                    map(str, SCALES),
                    (self.tr("as on screen"), self.tr("twice"), self.tr("three times")),
                    strict=True,
                )
            ),
        )
        self._scale.setCurrentIndex(1)
        return page

    def _film_page(self) -> QWidget:
        said = self.tr("The training goes on from here while the chosen panels are filmed.")
        page, form = self._page(_label(said, self))
        self._film_of = QListWidget(self)
        self._film_of.setAccessibleName(self.tr("Panels in the film"))
        self._film_of.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        for number, name in enumerate(self._panels):
            item = QListWidgetItem(name, self._film_of)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Unchecked if number else Qt.CheckState.Checked)
        self._film_of.setMaximumHeight(150)
        form.addRow(self.tr("&Of"), self._film_of)
        self._film_form = self._choice(
            form, self.tr("&Format"), {"gif": self.tr("animated GIF"), "mp4": self.tr("MP4 film")}
        )
        self._frames = self._number(form, self.tr("F&rames"), 2, 600, 50)
        self._every = self._number(form, self.tr("&Batches per frame"), 1, 100_000, 1)
        self._speed = self._number(form, self.tr("Frames per secon&d"), 1, 30, 10)
        return page

    def _code_page(self) -> QWidget:
        said = self.tr(
            "A script of its own that trains the run again, with everything you changed, and compares its numbers with "
            "those here."
        )
        page, form = self._page(_label(said, self))
        self._dialect = self._choice(form, self.tr("Written &in"), {"numpy": "NumPy", "torch": "PyTorch"})
        return page

    def _worked_page(self) -> QWidget:
        said = self.tr(
            "The batch step by step, with formulas and numbers: a worked example. With blanks it is a worksheet to "
            "hand out."
        )
        page, form = self._page(_label(said, self))
        self._worked_form = self._choice(
            form, self.tr("&Format"), {"pdf": self.tr("PDF, A4"), "md": self.tr("Markdown")}
        )
        digits = {str(digits): self.tr("{n} significant digits").format(n=digits) for digits in ROUNDINGS}
        self._digits = self._choice(form, self.tr("&Numbers"), digits)
        self._digits.setCurrentIndex(self._digits.count() - 1)
        self._blanks = QCheckBox(self.tr("Worksheet: leave blan&ks to fill in"), self)
        form.addRow(self._blanks)
        self._answers = self._choice(
            form,
            self.tr("&Answers"),
            {
                "end": self.tr("at the end"),
                "apart": self.tr("in a file of their own"),
                "none": self.tr("left out"),
            },
        )
        self._answers.setEnabled(False)
        self._blanks.toggled.connect(self._answers.setEnabled)
        self._blanks.toggled.connect(self._look_at_path)
        return page

    # ---- what is chosen --------------------------------------------------------------------------------------------

    @property
    def kind(self) -> Kind:
        """What is chosen to be exported."""
        kind: Kind = self._list.currentItem().data(Qt.ItemDataRole.UserRole)
        return kind

    @kind.setter
    def kind(self, kind: Kind) -> None:
        for row in range(self._list.count()):
            if self._list.item(row).data(Qt.ItemDataRole.UserRole) is kind:
                self._list.setCurrentRow(row)

    @property
    def path(self) -> Path:
        """Where it will be written: a name that does not say what it is of gets its ending."""
        path = self._named()
        wanted = bool(self._path.text().strip()) and path.suffix.lower() not in {*ENDINGS, *OTHER_ENDINGS}
        return path.with_name(path.name + self._ending()) if wanted and _may_be_file(path) else path

    def _named(self) -> Path:
        """What is written in the field."""
        return self.folder / at_home(self._path.text().strip())

    @path.setter
    def path(self, path: Path) -> None:
        self._path.setText(str(path))
        self._look_at_path()

    @property
    def busy(self) -> bool:
        """Whether an export is under way."""
        return any(part is not None for part in (self._job, self._working, self._turns, self._film))

    def choose(self, **options: object) -> None:
        """Set options of the present kind by their words: ``form="svg"``, ``of="Network"``, ``blanks=True`` …

        Raises
        ------
        ValueError : there is no such word.
        """
        boxes = {
            Kind.METRICS: {"form": "_metrics_form"},
            Kind.PICTURE: {"form": "_picture_form", "of": "_picture_of", "scale": "_scale"},
            Kind.FILM: {"form": "_film_form", "frames": "_frames", "every": "_every", "speed": "_speed"},
            Kind.CODE: {"form": "_dialect"},
            Kind.WORKED: {
                "form": "_worked_form",
                "blanks": "_blanks",
                "answers": "_answers",
                "digits": "_digits",
            },
        }.get(self.kind, {})
        for name, value in options.items():
            box = getattr(self, boxes[name]) if name in boxes else None
            match box:
                case QComboBox() if box.findData(str(value)) >= 0:
                    box.setCurrentIndex(box.findData(str(value)))
                case QSpinBox() if isinstance(value, int):
                    box.setValue(value)
                case QCheckBox():
                    box.setChecked(bool(value))
                case _:
                    raise ValueError(f"{self.kind.name} has no option {name} = {value!r}")

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """What is exported from now on."""
        self._snapshot = snapshot
        at, missing = snapshot.position, [plain(name) for name in left_out(snapshot)]
        place = self.tr("They are as they stand after step {step} of batch {batch}.")
        said = place.format(step=at.step, batch=f"{at.batch:,}")
        if missing:
            text = self.tr("Left out, because the batch has yet to compute them: {names}.")
            if len(missing) > MOST_NAMES:
                text = self.tr("Left out, because the batch has yet to compute them: {names} and {more} more.")
            said += "" if said.endswith("。") else " "  # a Chinese full stop brings its own room
            said += text.format(names=", ".join(missing[:MOST_NAMES]), more=len(missing) - MOST_NAMES)
        self._arrays_said.setText(said)
        if not self.busy and not self._path.hasFocus() and self._path.text() == self._suggested:
            self._suggest()

    def _choose_kind(self) -> None:
        self._pages.setCurrentIndex(self._list.currentRow())
        self._choose_form()

    def _form(self) -> str:
        """The word of the format chosen."""
        boxes = {
            Kind.METRICS: "_metrics_form",
            Kind.PICTURE: "_picture_form",
            Kind.FILM: "_film_form",
            Kind.WORKED: "_worked_form",
        }
        if self.kind is Kind.CODE:
            return "py"
        return str(getattr(self, boxes[self.kind]).currentData()) if self.kind in boxes else "npz"

    def _ending(self) -> str:
        """That of the format chosen; a folder has none."""
        return "" if self._form() == "events" else f".{self._form()}"

    def _choose_form(self) -> None:
        """Another kind or format: of a name that the user has typed, the ending follows it; else one is suggested."""
        self._scale.setEnabled(self._picture_form.currentData() == "png")
        path = self._named()
        if self._path.text().strip() in ("", self._suggested):
            self._suggest()
        elif path.suffix.lower() in ENDINGS:
            self._path.setText(str(path.with_suffix(self._ending())))
        elif _may_be_file(path):
            self._path.setText(str(path.with_name(path.name + self._ending())))
        self._look_at_path()

    def _suggest(self) -> None:
        """Write a file name into the field, unless it stands there."""
        at, lesson = self._snapshot.position, self._snapshot.lesson.id
        words = {
            Kind.ARRAYS: f"batch{at.batch}-step{at.step}",
            Kind.METRICS: "metrics",
            Kind.PICTURE: _word_for(self._picture_of.currentData(), self._panels),
            Kind.FILM: "film",
            Kind.CODE: f"batch{at.batch}-{self._dialect.currentData()}",
            Kind.WORKED: f"batch{at.batch}-worked",
        }
        suggested = str(self.folder / f"{lesson}-{words[self.kind]}{self._ending()}")
        if suggested != self._path.text():
            self._suggested = suggested
            self._path.setText(suggested)

    @property
    def _apart(self) -> bool:
        """Whether the answers of a worksheet are written into a file of their own."""
        apart = self._blanks.isChecked() and self._answers.currentData() == "apart"
        return self.kind is Kind.WORKED and apart

    def _look_at_path(self) -> None:
        if self.busy:
            return
        text, named = "", self._form() != "events" and self._path.text().strip() != ""
        if named and _is_file(self.path):
            text = self.tr("This file is there already and will be replaced.")
        elif named and self._apart and _is_file(_answers_of(self.path)):
            text = self.tr("{name} is there already and will be replaced.").format(name=_answers_of(self.path).name)
        self._tell(text, "warn")

    def _ask_path(self) -> None:
        if self._form() == "events":
            found = QFileDialog.getExistingDirectory(self, self.tr("Folder for TensorBoard"), str(self.path.parent))
            if found:
                self.path = Path(found)
            return
        ending = self._ending()
        ask_where(self, self.tr("Export"), self.path, f"*{ending}", ending, lambda path: setattr(self, "path", path))

    # ---- exporting -------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Export what is chosen. What comes of it is said in the dialog."""
        if self.busy:
            return
        if not self._path.text().strip():
            self._tell(self.tr("Say where it is to be written."), "err")
            self._path.setFocus()
            return
        ending = f".{self._form()}"
        if self._form() != "events" and self.path.suffix.lower() in {*ENDINGS, *OTHER_ENDINGS} - {ending}:
            what = self.tr("What is written here is no {other}: let the name end in {ending}.")
            self._tell(what.format(other=self.path.suffix, ending=ending), "err")
            self._path.setFocus()
            return
        self.written = None
        if self._named() != self.path:
            self._path.setText(str(self.path))
        try:
            self._begin()
        except ExportError as error:
            self._film = self._turns = None
            self._tell(said(str(error)), "err")
        self._show_busy()

    def _begin(self) -> None:
        snapshot, path, form = self._snapshot, self.path, self._form()
        match self.kind:
            case Kind.ARRAYS:
                self._run(lambda: save(path, npz(snapshot)))
            case Kind.METRICS:
                from engine.export.metrics import EVENT_FILE, metrics_csv, write_events

                if form == "events":
                    self._run(lambda: write_events(snapshot.metrics, path, snapshot.batches), path / EVENT_FILE)
                else:
                    self._run(lambda: save(path, metrics_csv(snapshot.metrics, snapshot.batches)))
            case Kind.PICTURE:
                from gui import pictures

                widget = self._panels[self._picture_of.currentData()]
                if form == "svg":
                    content = pictures.svg(widget, self._picture_of.currentText())
                else:
                    content = pictures.png(widget, int(self._scale.currentData()))
                self._run(lambda: save(path, content))
            case Kind.FILM:
                self._begin_film(path)
            case Kind.CODE:
                from engine.export.script import script

                dialect = self._dialect.currentData()
                self._run(lambda: save(path, script(snapshot, snapshot.entries, dialect).encode()))
            case Kind.WORKED:
                self._begin_worked(path, form)

    def _begin_worked(self, path: Path, form: str) -> None:
        from engine.export.worked import Contents, markdown, work_out
        from gui.worked_pdf import Sheet, texts_for

        snapshot, digits = self._snapshot, int(self._digits.currentData())
        texts = texts_for(snapshot.program, snapshot.lesson)
        if not self._blanks.isChecked():
            documents = {path: Contents.WORKED}
        elif self._answers.currentData() == "end":
            documents = {path: Contents.WITH_ANSWERS}
        else:
            documents = {path: Contents.WORKSHEET}
        if self._apart:
            documents[_answers_of(path)] = Contents.ANSWERS

        def write(contents: Mapping[Path, bytes]) -> None:
            for where, content in contents.items():
                save(where, content)

        if form == "md":

            def work() -> None:
                worked = work_out(snapshot, texts, digits)
                write({where: markdown(worked, part).encode() for where, part in documents.items()})

            self._run(work)
            return

        def drawing(worked: Worked) -> Iterator[float]:
            sheets = {where: Sheet(worked, part) for where, part in documents.items()}
            for sheet in sheets.values():
                yield from sheet.drawing()
            self._run(lambda: write({where: sheet.content for where, sheet in sheets.items()}))

        def draw(worked: Worked) -> None:
            self._working, self._turns = None, drawing(worked)
            self._bar.setRange(0, 100)
            self._timer.start()

        self._bar.setRange(0, 0)
        self._working = Background(lambda: work_out(snapshot, texts, digits), "working out", self)
        self._working.done.connect(draw)
        self._working.failed.connect(lambda error: self._end_job(path, error))

    def _begin_film(self, path: Path) -> None:
        from gui.film import ByBatches, Film

        assert self._going is not None
        names = [
            self._film_of.item(row).text()
            for row in range(self._film_of.count())
            if self._film_of.item(row).checkState() is Qt.CheckState.Checked
        ]
        if not names:
            raise ExportError(self.tr("Choose at least one panel for the film."))
        advance = ByBatches(self._going.run_to, self._going.painted, self._snapshot, self._every.value(), self)
        widgets = [self._panels[name] for name in names]
        film = Film(widgets, path, self._frames.value(), advance, self._speed.value(), self)
        film.finished.connect(lambda: self._end_film(None, film.taken))
        film.failed.connect(self._end_film)
        film.cancelled.connect(lambda: self._end_film(""))
        film.progress.connect(self._bar.setValue)
        self._bar.setRange(0, self._frames.value())
        self._film = film
        film.start()

    def _end_film(self, error: str | None, taken: int = 0) -> None:
        """``error`` is None for a film that was written, empty for one that was cancelled."""
        self._film = None
        if error is None:
            self._done(self.path)
            if taken < self._frames.value():
                self._tell(f"{self._note.text()}\n{self._why_short(taken)}", "warn")
        else:
            self._tell(said(error) or self.tr("Cancelled; nothing was written."), "err" if error else "text2")
        self._show_busy()

    def _why_short(self, taken: int) -> str:
        """Why a film has no more frames."""
        if self._snapshot.halt is not None:
            text = self.tr("It has {taken} of {frames} frames: training stopped in batch {batch}.")
        else:
            text = self.tr("It has {taken} of {frames} frames: a breakpoint stopped the run in batch {batch}.")
        batch = self._snapshot.position.batch
        return text.format(taken=taken, frames=self._frames.value(), batch=f"{batch:,}")

    def _run(self, work: Callable[[], object], path: Path | None = None) -> None:
        """Do something in another thread; ``path`` is what it writes, if not the path chosen."""
        if self._turns is None:
            self._bar.setRange(0, 0)
        self._job = job = Background(work, "export", self, LONGEST)
        written = path or self.path
        job.done.connect(lambda _: self._end_job(written, None))
        job.failed.connect(lambda error: self._end_job(written, error))

    def _end_job(self, path: Path, error: Exception | None) -> None:
        self._job = self._working = None
        if error is None:
            self._done(path)
        elif isinstance(error, ExportError):
            self._tell(said(str(error)), "err")
        else:
            _log.error("the export failed", exc_info=error)
            text = self.tr("{path} was not written: {error}")
            self._tell(text.format(path=path, error=said(str(error or type(error).__name__))), "err")
        self._show_busy()

    def _turn(self) -> None:
        """A piece of drawing."""
        share = next(self._turns, None) if self._turns is not None else None
        if share is not None:
            self._bar.setValue(round(100 * share))
            return
        self._turns = None
        self._timer.stop()
        self._show_busy()

    def _done(self, path: Path) -> None:
        self.written = path
        self.folder = path.parent
        size = path.stat().st_size
        much = self.locale().formattedDataSize(size)
        text = self.tr("Written: {path} ({size})").format(path=path, size=much)
        if self._apart:
            text += "\n" + self.tr("The answers: {name}").format(name=_answers_of(path).name)
        self._tell(text, "ok")

    def cancel(self) -> None:
        """Give up a film or a drawing that is under way; nothing of it is left."""
        if self._film is not None:
            self._film.cancel()
        elif self._working is not None or self._turns is not None:
            if self._working is not None:
                self._working.abandon()
            self._timer.stop()
            self._working = self._turns = None
            self._tell(self.tr("Cancelled; nothing was written."), "text2")
            self._show_busy()
        self._cancel_button.setEnabled(False)

    def reject(self) -> None:
        """Close; what is under way is given up first, or, where it cannot be, waited for."""
        if self.busy:
            self._closing = True
            self.cancel()
        else:
            super().reject()

    def _show_busy(self) -> None:
        busy = self.busy
        if self._closing and not busy:
            self._closing = False
            super().reject()
            return
        if busy:
            self._tell(self.tr("Exporting…"), "text2")
            self._bar.setValue(0)
        self._bar.setVisible(busy)
        self._cancel_button.setVisible(busy)
        self._cancel_button.setEnabled(self._job is None)
        for widget in (self._start_button, self._close_button):
            widget.setVisible(not busy)
        for widget in (self._list, self._pages, self._path, self._browse):
            widget.setEnabled(not busy)

    # ---- look ------------------------------------------------------------------------------------------------------

    @property
    def note(self) -> str:
        """What the dialog says below the path."""
        return self._note.text()

    def _tell(self, text: str, token: str) -> None:
        self._note.setText(text)
        self._note.setStyleSheet(f"color: {getattr(self._theme, token)};")

    def apply_theme(self, theme: Theme) -> None:
        """Put what is said into a theme's colours."""
        self._theme = theme
        self.setStyleSheet(
            f"ExportDialog {{ background: {theme.surface}; }}"
            f"QListWidget, QLineEdit {{ background: {theme.surface}; color: {theme.text};"
            f" border: 1px solid {theme.ctl}; border-radius: 4px; padding: 4px; }}"
            f"QListWidget:focus, QLineEdit:focus {{ border: 2px solid {theme.focus}; padding: 3px; }}"
            f"QListWidget::item {{ padding: 4px 6px; border-radius: 3px; }}"
            f"QListWidget::item:selected {{ background: {theme.accent}; color: {theme.onaccent}; }}"
            f"QCheckBox::indicator, QListWidget::indicator {{ width: 12px; height: 12px; border-radius: 3px;"
            f" border: 1px solid {theme.ctl}; background: {theme.surface}; }}"
            f"QCheckBox::indicator:checked, QListWidget::indicator:checked {{ background: {theme.focus};"
            f" border-color: {theme.focus}; }}"
            f"QCheckBox::indicator:focus {{ border: 2px solid {theme.focus}; }}"
        )
        self._tell(self._note.text(), "text2")


def _word_for(name: str, panels: Mapping[str, QWidget]) -> str:
    """A panel's name as part of a file's: of plain letters in any language, as every disk and mailer takes them."""
    if name.isascii():
        words = name.split()
    else:
        kind = type(panels[name]).__name__
        words = re.findall("[A-Z][a-z]*", OTHER_WORDS.get(kind, kind.removesuffix("View")))
    return "-".join(words).lower()


def _answers_of(path: Path) -> Path:
    """Where the answers of a worksheet are written, if not at its end."""
    return path.with_name(f"{path.stem}-answers{path.suffix}")


def _may_be_file(path: Path) -> bool:
    """Whether a name is or can become that of a file: not a folder's, a device's, or none."""
    try:
        return bool(path.name) and (path.is_file() or not path.exists())
    except (OSError, ValueError):  # a name that no file can have; writing it says so
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _label(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
