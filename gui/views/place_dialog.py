"""Go to a batch by typing it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from engine.program import END
from engine.snapshot import Snapshot
from gui.place import Place, PlaceError
from gui.theme import Theme, mono_font


class PlaceDialog(QDialog):
    """Asks where to go.

    Signals
    -------
    chosen(int, int) : step and batch.
    """

    chosen = Signal(int, int)

    def __init__(self, snapshot: Snapshot, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Go to"))
        self._per_epoch = snapshot.batches_per_epoch
        self._field = QLineEdit(str(snapshot.position.batch), self)
        self._field.setFont(mono_font(13))
        self._field.setAccessibleName(self.tr("Batch to go to"))
        self._field.selectAll()
        self._field.setMinimumWidth(340)
        self._field.textEdited.connect(self._explain)
        self._note = QLabel(self)
        self._note.setWordWrap(True)
        self._theme = theme
        self._finished, self._steps = snapshot.batches, len(snapshot.program)
        hint = QLabel(self.tr('A batch such as 4217, a step of it such as 4217.12, or "epoch 3".'), self)
        hint.setStyleSheet(f"color: {theme.text3};")
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setText(self.tr("Go"))
        self._buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(self.tr("Cancel"))
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (hint, self._field, self._note, self._buttons):
            layout.addWidget(widget)
        self._explain()

    def _explain(self) -> None:
        """Say where that is, or what can be typed; the button works in the first case only."""
        place = self._place()
        token = "text2"
        if place is None:
            text, token = self.tr("That names no batch of a run."), "err"
        elif place.step is not None and place.step > self._steps:
            text, token = self.tr("Batches of this lesson have {n} steps.").format(n=self._steps), "err"
        elif place.batch > self._finished + 1:
            text = self.tr("Trains on until batch {n}.").format(n=f"{place.batch:,}")
        elif place.step is None:
            text = self.tr("The end of batch {n}, as it was.").format(n=f"{place.batch:,}")
        else:
            text = self.tr("Batch {n}, after step {step}, as it was.").format(n=f"{place.batch:,}", step=place.step)
        self._note.setText(text)
        self._note.setStyleSheet(f"color: {getattr(self._theme, token)};")
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(token != "err")

    def _place(self) -> Place | None:
        try:
            return Place.parse(self._field.text(), self._per_epoch)
        except PlaceError:
            return None

    def accept(self) -> None:
        """Go there, if it is a place."""
        place = self._place()
        if place is not None and (place.step is None or place.step <= self._steps):
            self.chosen.emit(END if place.step is None else place.step, place.batch)
            super().accept()
