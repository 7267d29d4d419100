"""What the dialogs of many runs have in common: a lesson, runs in a thread, how they begin, end and are told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDialog, QStyleOptionViewItem, QWidget

from engine.lesson import Lesson, LessonError
from engine.sweep import counts, varied_keys
from gui.said import said
from gui.theme import Theme, ui_font
from gui.views.plot import Diagram
from gui.views.study_job import StudyJob
from gui.views.study_look import KeyRows, bar, button, combo, dress, label, set_wrong
from gui.views.study_words import key_title

POLL = 33  # milliseconds: one look at the thread per frame


class StudyDialog(QDialog):
    """A dialog that trains runs of a lesson in a thread. It is not modal, and closes when the thread has ended.

    Parameters
    ----------
    lesson : what is trained.
    data_dir : folder that holds MNIST/raw.

    Signals
    -------
    run_wanted(Lesson) : a run is to be opened in the debugger.
    """

    run_wanted = Signal(object)

    def __init__(self, lesson: Lesson, data_dir: Path | None, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._lesson, self._data_dir = lesson, data_dir
        self._closing = False  # as soon as the thread has ended
        self._timer = QTimer(self, interval=POLL)
        self._timer.timeout.connect(self._poll)
        self._title = label("", self, "told")
        self._hint = label("", self, "hint", long=True)
        self._bar = bar(self.tr("Progress of the runs"), self)
        self._cancel = button(self.tr("Cancel"), self)
        self._cancel.clicked.connect(self._stop)
        self._open = button(self.tr("Open in the debugger"), self)
        self._close = button(self.tr("Close"), self)
        self._close.clicked.connect(self.close)

    # ---- what a subclass says ----------------------------------------------------------------------------------------

    @Slot()
    def start(self) -> None:
        """Train the runs that the fields say."""
        raise NotImplementedError

    @Slot()
    def _stop(self) -> None:
        """Train no further."""
        raise NotImplementedError

    @Slot()
    def _poll(self) -> None:
        """Look at the thread."""
        raise NotImplementedError

    def _let_go(self) -> bool:
        """Before closing: let the thread end; says whether none is left."""
        raise NotImplementedError

    # ---- what it is made of ------------------------------------------------------------------------------------------

    def _start_button(self, text: str) -> None:
        self._start = button(text, self)
        self._start.setObjectName("start")
        self._start.clicked.connect(self.start)

    def _key_chooser(self, name: str, first: Iterable[str], nothing: str = "") -> QComboBox:
        """A chooser of a key of the lesson, some of them before all others; ``nothing`` names none of them."""
        box = combo(name, self)
        if nothing:
            box.addItem(nothing, "")
        for key in dict.fromkeys((*first, *varied_keys())):
            box.addItem(key_title(key), key)
            box.setItemData(box.count() - 1, key, Qt.ItemDataRole.ToolTipRole)
            box.setItemData(box.count() - 1, f"{key_title(key)}, {key}", Qt.ItemDataRole.AccessibleTextRole)
        rows = KeyRows(box)
        box.setItemDelegate(rows)
        widest = (rows.sizeHint(QStyleOptionViewItem(), box.model().index(i, 0)).width() for i in range(box.count()))
        box.view().setMinimumWidth(max(widest) + 24)
        box.currentIndexChanged.connect(lambda: box.setToolTip(box.currentData()))
        box.setToolTip(box.currentData())
        return box

    def _offer(self, box: QComboBox, others: Collection[str] = (), possible: Collection[str] = ()) -> None:
        """Leave out of a chooser the keys that change nothing in the lesson.

        Parameters
        ----------
        others : keys that are varied beside it.
        possible : those that could be; what would count with them is there, in grey.
        """
        for i in range(box.count()):
            key = box.itemData(i)
            there = not key or counts(key, self._lesson, others)
            box.model().item(i).setEnabled(there)
            box.view().setRowHidden(i, not there and not counts(key, self._lesson, possible))

    @staticmethod
    def _in_this_order(*widgets: QWidget) -> None:
        """The tab key goes through them like this."""
        for before, after in pairwise(widgets):
            QWidget.setTabOrder(before, after)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours and fonts of a theme."""
        dress(self, theme)
        self._title.setFont(ui_font(13, 600))
        self._hint.setFont(ui_font(12))
        for plot in self.findChildren(Diagram):
            plot.apply_theme(theme)

    # ---- what is told ------------------------------------------------------------------------------------------------

    def _explained(self, error: LessonError | str) -> str:
        """Why something cannot be, without the id of the lesson that stands above."""
        return said(str(error).removeprefix(f"{self._lesson.id}: "))

    def _hint_at(self, text: str, wrong: bool = False) -> None:
        """Say below the fields what they make; what cannot be made cannot be started."""
        self._hint.setText(text)
        set_wrong(self._hint, wrong)
        self._start.setEnabled(not wrong)

    def _seed_note(self) -> str:
        return self.tr("The seed changes nothing here: weights and order of examples are given.")

    def _show_running(self, running: bool) -> None:
        self._bar.setVisible(running)
        self._cancel.setVisible(running)
        self._cancel.setEnabled(running)
        self._start.setVisible(not running)

    # ---- the thread --------------------------------------------------------------------------------------------------

    def _watch(self, job: StudyJob) -> None:
        """Start a thread that does not go on without the window or the program, however these end."""
        self.destroyed.connect(job.close)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(job.close)
        job.start()
        self._closing = False
        self._timer.start()

    def reject(self) -> None:
        """Close, once the thread has ended."""
        if self._let_go():
            super().reject()
        else:
            self._closing = True
            self._timer.start()

    def _ended(self) -> None:
        """The thread has ended: close, where that was asked for."""
        self._timer.stop()
        if self._closing:
            self._closing = False
            super().reject()
