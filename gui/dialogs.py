"""The dialogs that a window keeps: each is made when it is first wanted, and what stands in it stays."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from engine.lesson import Lesson
from engine.snapshot import Snapshot
from gui.theme import Theme

if TYPE_CHECKING:  # what is made when first wanted is imported then: the first picture does not wait for it
    from gui.main_window import MainWindow
    from gui.views.approach_dialog import ApproachDialog
    from gui.views.build_dialog import BuildDialog
    from gui.views.build_form import LessonForm
    from gui.views.check_view import CheckDialog
    from gui.views.compare_dialog import CompareDialog
    from gui.views.sweep_dialog import SweepDialog


class Dialogs:
    """The dialogs of a window that are not modal and outlive being closed.

    Attributes
    ----------
    checks : the gradient check's table, once it has been made.
    """

    def __init__(self, window: MainWindow, data_dir: Path | None) -> None:
        self._window = window
        self._data_dir = data_dir
        self.checks: CheckDialog | None = None
        self._approach: ApproachDialog | None = None
        self._builder: BuildDialog | None = None
        self._studies: dict[str, SweepDialog | CompareDialog] = {}  # of many runs

    def apply_theme(self, theme: Theme) -> None:
        """Put all that have been made into a theme's colours."""
        for dialog in (self.checks, self._approach, self._builder, *self._studies.values()):
            if dialog is not None:
                dialog.apply_theme(theme)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Hand a Snapshot on to those that draw it."""
        if self._approach is not None and self._approach.isVisible():
            self._approach.show_snapshot(snapshot)
        if self.checks is not None:
            self.checks.show_snapshot(snapshot)

    # ---- a network is built ------------------------------------------------------------------------------------------

    def build(self) -> None:
        """Put a lesson together, from the one that is open or another; what stands in the form stays there."""
        _bring_up(self._offering_builder())

    def go_on_building(self, values: dict[str, Any]) -> None:
        """Have the dialog of all keys go on with what stands in the panel."""
        builder = self._offering_builder()
        builder.go_on_with(values)
        _bring_up(builder)

    def build_on_table(self, path: Path) -> None:
        """Put a lesson together on a CSV, with its dialog on what is made of it."""
        builder = self._offering_builder()
        builder.take_table(path)
        _bring_up(builder)
        self.choose_csv(builder.form)

    def _offering_builder(self) -> BuildDialog:
        """The dialog, with the lesson that is open among those to start from."""
        lesson = self._window.lesson
        if self._builder is None:
            from gui.views.build_dialog import BuildDialog

            window = self._window
            self._builder = builder = BuildDialog(lesson, window.theme, window)
            builder.lesson_made.connect(window.open)
            builder.saved.connect(window.files.remember)
            builder.form.csv_wanted.connect(lambda: self.choose_csv(builder.form))
        self._builder.offer(lesson)
        return self._builder

    def choose_csv(self, form: LessonForm) -> None:
        """Choose a CSV for what is built in a form, beginning with the one that it names, if any."""
        from gui.views.csv_dialog import CsvDialog

        dialog = CsvDialog(self._window.theme, form.window, form.csv)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def take(data: dict[str, Any]) -> None:
            plan = dialog.plan
            assert plan is not None
            form.set_data({**data, "sizes": (plan.inputs, plan.outputs)})

        dialog.accepted_spec.connect(take)
        dialog.open()

    # ---- many runs ---------------------------------------------------------------------------------------------------

    def sweep(self, lesson: Lesson) -> None:
        """Train a lesson many times with a key varied."""
        from gui.views.sweep_dialog import SweepDialog

        self._study("sweep", SweepDialog, lesson)

    def compare(self, lesson: Lesson) -> None:
        """Train variants of a lesson on the same batches."""
        from gui.views.compare_dialog import CompareDialog

        self._study("compare", CompareDialog, lesson)

    def _study(self, name: str, kind: type[SweepDialog] | type[CompareDialog], lesson: Lesson) -> None:
        """Show a dialog of many runs; a run that is chosen in it is opened in the window."""
        if name not in self._studies:
            self._studies[name] = dialog = kind(lesson, self._data_dir, self._window)
            dialog.run_wanted.connect(self._window.open)
            dialog.apply_theme(self._window.theme)
        dialog = self._studies[name]
        if not dialog.isVisible():
            dialog.set_lesson(lesson)
        _bring_up(dialog)

    # ---- what the run tells ------------------------------------------------------------------------------------------

    def check(self) -> CheckDialog:
        """The gradient check's table."""
        if self.checks is None:
            from gui.views.check_view import CheckDialog

            window = self._window
            self.checks = CheckDialog(window, window.actions())
            self.checks.asked.connect(window.bridge.check)
            self.checks.step_chosen.connect(window.bridge.run_to)
            self.checks.apply_theme(window.theme)
        return self.checks

    def show_approach(self, snapshot: Snapshot | None) -> None:
        """How the norms grew until training stopped."""
        if self._approach is None:
            from gui.views.approach_dialog import ApproachDialog

            window = self._window
            self._approach = ApproachDialog(window)
            self._approach.apply_theme(window.theme)
            self._approach.place_wanted.connect(window.bridge.run_to)
            self._approach.back_wanted.connect(lambda: window.calm())
        if snapshot is not None:
            self._approach.show_snapshot(snapshot)
        _bring_up(self._approach)


def _bring_up(dialog: QDialog) -> None:
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
