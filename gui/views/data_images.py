"""Images: drawn by hand, browsed, and counted in a confusion matrix, each behind a small button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from engine.snapshot import Snapshot
from gui.theme import LIGHT, Theme, ui_font
from gui.views.data_browse import Browse
from gui.views.data_confusion import Confusion
from gui.views.data_draw import Draw
from gui.views.data_outputs import Asking
from gui.views.data_points import class_names
from gui.views.data_words import about
from gui.views.stops_look import scroll_bar

MARGIN = 16


class Images(QWidget):
    """Three views of a data set of images.

    Signals
    -------
    drawn(object) : an input to be run forward step by step, (n_in,) float64 in the source's own units.
    """

    drawn = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._snapshot: Snapshot | None = None
        self.draw, self.browse, self.confusion = Draw(), Browse(), Confusion()
        self.asking = Asking(self)
        self.asking.answered.connect(self._show_outputs)
        self.draw.drawn.connect(self.drawn)
        self.browse.opened.connect(self._open_image)
        self.browse.filtered.connect(self._say)
        self.confusion.opened.connect(self._open_cell)
        self._caption = QLabel(self, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._caption.setFont(ui_font(12))
        self._caption.setContentsMargins(MARGIN, 0, MARGIN, 6)
        self._buttons = QButtonGroup(self)
        line = QHBoxLayout()
        line.setContentsMargins(MARGIN, 0, MARGIN, 6)
        line.setSpacing(4)
        self._stack = QStackedLayout()
        pages = ((self.draw, self.tr("Draw")), (self.browse, self.tr("Browse")), (self.confusion, self.tr("Confusion")))
        for i, (page, name) in enumerate(pages):
            button = QToolButton(self)
            button.setText(name)
            button.setFont(ui_font(12))
            button.setCheckable(True)
            button.setFixedHeight(26)
            self._buttons.addButton(button, i)
            line.addWidget(button)
            self._stack.addWidget(page)
        line.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(line)
        layout.addWidget(self._caption)
        layout.addLayout(self._stack, 1)
        self._buttons.idClicked.connect(self.show_page)
        self._buttons.button(0).setChecked(True)

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Hand a Snapshot to the view that is shown; the others do nothing."""
        self._snapshot = snapshot
        if self._stack.currentWidget() is self.draw:
            self.asking.stop()
            self.draw.show_snapshot(snapshot)
            self._say()
        else:
            self.asking.show_snapshot(snapshot)
            self._show_outputs()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.asking.stop()

    @Slot(int)
    def show_page(self, index: int) -> None:
        """Show one of the views: 0 to draw, 1 to browse, 2 the confusion matrix."""
        self._buttons.button(index).setChecked(True)
        self._stack.setCurrentIndex(index)
        if self._snapshot is not None:
            self.show_snapshot(self._snapshot)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the classes."""
        snapshot = self._snapshot
        if snapshot is None:
            return ()
        return class_names(snapshot.dataset, snapshot.lesson.network.sizes[-1])

    @Slot()
    def _show_outputs(self) -> None:
        outputs, page = self.asking.outputs, self._stack.currentWidget()
        if page is self.draw or self._snapshot is None:
            return
        if page is self.browse:
            self.browse.show_outputs(outputs, self.names)
        else:
            known = outputs is not None and outputs.finite and outputs.labels is not None
            self.confusion.show_counts(outputs.confusion if known and outputs is not None else None, self.names)
        self._say()

    @Slot()
    def _say(self) -> None:
        """What is counted, of which examples, asked how: above the page, in as many lines as it takes."""
        outputs, page = self.asking.outputs, self._stack.currentWidget()
        self._caption.setVisible(page is not self.draw)
        if page is self.draw or self._snapshot is None:
            return
        said = about(outputs, self._snapshot, page is self.confusion)
        counted = self.browse.counted if page is self.browse else ""
        self._caption.setText(f"{counted} · {said}" if counted else said)

    @Slot(int)
    def _open_image(self, index: int) -> None:
        outputs = self.asking.outputs
        if outputs is None or outputs.labels is None:
            return
        name = self.tr("Image {index}: {true}").format(index=f"{index:,}", true=self.names[int(outputs.labels[index])])
        row = outputs.x[index]
        self.show_page(0)
        self.draw.show_example(row, name)

    @Slot(int, int)
    def _open_cell(self, true: int, predicted: int) -> None:
        self.show_page(1)
        self.browse.choose(true, predicted)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        t = theme
        self.setStyleSheet(
            f"Images, Images > QWidget {{ background: {t.surface}; }}"
            f"QLabel {{ color: {t.text2}; background: transparent; }}"
            f"QToolButton {{ color: {t.text2}; background: transparent; border: 1px solid transparent;"
            " border-radius: 4px; padding: 0 9px; }"
            f"QToolButton:hover {{ border-color: {t.ctl}; }}"
            f"QToolButton:checked {{ color: {t.text}; background: {t.bg}; border-color: {t.ctl}; }}"
            f"QToolButton:focus {{ border: 2px solid {t.focus}; padding: 0 8px; }}"
            f"QPushButton {{ background: {t.bg}; color: {t.text}; border: 1px solid {t.ctl};"
            " border-radius: 5px; padding: 0 12px; }"
            f"QPushButton:hover {{ background: {t.line}; }}"
            f"QPushButton:disabled {{ color: {t.disabled}; border-color: {t.line2}; }}"
            f"QPushButton:focus {{ border: 2px solid {t.focus}; padding: 0 11px; }}" + scroll_bar(t)
        )
        self._caption.setStyleSheet(f"color: {t.text3};")
        for page in (self.draw, self.browse, self.confusion):
            page.apply_theme(theme)
