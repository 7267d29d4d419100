"""The panels behind the tabs at the right: each is made and connected when it is first looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from gui.main_window import MainWindow


class TabMakers:
    """Makes the panels of a window. Their modules are imported then: the first picture does not wait for them."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def makers(self) -> dict[str, Callable[[], QWidget]]:
        """How each panel is made, by its key, in the order of the tabs."""
        return {
            "step": lambda: self._window.inspector,
            "lesson": self._lesson_page,
            "origin": self._origin,
            "rate": self._probe,
            "stops": self._stops,
            "predict": self._quiz,
            "data": self._data,
            "build": self._build,
        }

    def _lesson_page(self) -> QWidget:
        from gui.experiment import Experiment
        from gui.views.lesson_page import LessonPage

        window, bridge = self._window, self._window.bridge
        experiment = Experiment(bridge, window.open_lesson, window)
        bridge.taken_over.connect(experiment.interrupt)
        bridge.notice.connect(experiment.show_notice)
        window.painted.connect(experiment.show_snapshot)
        page = LessonPage(experiment)
        page.run_to_step.connect(bridge.run_to)
        page.stop_toggled.connect(window.toggle_stop)
        return page

    def _origin(self) -> QWidget:
        from gui.views.origin_view import OriginView

        window, origin = self._window, OriginView()
        origin.cell_chosen.connect(window.tensors.show_cell)
        origin.sources_shown.connect(window.tensors.show_sources)
        origin.sources_shown.connect(window.network.show_sources)
        origin.example_wanted.connect(window.network.show_example)
        origin.place_wanted.connect(window.bridge.run_to)
        origin.ledger_wanted.connect(window.bridge.look_up)
        return origin

    def _probe(self) -> QWidget:
        from gui.views.probe_view import ProbeView

        probe = ProbeView()
        probe.rate_chosen.connect(self._window.set_rate)
        probe.probe_wanted.connect(self._window.bridge.probe_rates)
        probe.run_to_step.connect(self._window.bridge.run_to)
        return probe

    def _stops(self) -> QWidget:
        from gui.views.stops_view import StopsView

        stops = StopsView()
        stops.breakpoints_changed.connect(self._window.bridge.set_breakpoints)
        stops.watches_changed.connect(self._window.bridge.set_watches)
        return stops

    def _quiz(self) -> QWidget:
        from gui.views.quiz_view import QuizView

        quiz = QuizView()
        quiz.step_wanted.connect(self._window.bridge.step)
        return quiz

    def _data(self) -> QWidget:
        from gui.views.data_view import DataView

        data = DataView()
        data.drawn.connect(self._window.run_forward)
        data.example_wanted.connect(self._window.show_training_example)
        return data

    def _build(self) -> QWidget:
        from gui.views.build_panel import BuildPanel

        window, panel = self._window, BuildPanel()
        panel.lesson_made.connect(window.open)
        panel.more_wanted.connect(window.dialogs.go_on_building)
        panel.form.csv_wanted.connect(lambda: window.dialogs.choose_csv(panel.form))
        return panel
