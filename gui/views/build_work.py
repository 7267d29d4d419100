"""Questions that are asked with every key stroke, and answered in another thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from gui.background import Background

Task = Callable[[], object]
"""It touches nothing of the window."""


class Latest(QObject):
    """Does one task after the other in another thread; of those that are asked for meanwhile, only the last.

    Signals
    -------
    done(object) : what came of the last task that was asked for.
    """

    done = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._running = self._wanted = False
        self._next: Task | None = None

    @property
    def busy(self) -> bool:
        """Whether something is to come."""
        return self._wanted

    def ask(self, task: Task) -> None:
        """Do this, and nothing that was asked for before."""
        self._wanted, self._next = True, task
        if not self._running:
            self._begin()

    def forget(self) -> None:
        """Nothing is wanted any more of what was asked for."""
        self._wanted, self._next = False, None

    def _begin(self) -> None:
        assert self._next is not None
        task, self._next, self._running = self._next, None, True
        work = Background(task, "building", self)
        work.done.connect(self._end)
        work.failed.connect(self._fail)

    @Slot(object)
    def _end(self, result: object) -> None:
        self._running = False
        if self._next is not None:
            self._begin()
        elif self._wanted:
            self._wanted = False
            self.done.emit(result)

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        """Nothing is expected to go wrong: whoever catches what nobody does says it."""
        self._running = self._wanted = False
        raise error
