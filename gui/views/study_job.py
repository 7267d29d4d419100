"""The thread in which the runs of a dialog are waited for, so that the window never does."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod

from PySide6.QtCore import QCoreApplication

from engine.data import DataError
from engine.lesson import LessonError

MOST_LETTERS = 200  # of an error that nobody foresaw

_log = logging.getLogger(__name__)


class StudyJob(ABC):
    """Work under way: the thread writes, the dialog reads. A subclass sets what it needs, then calls ``start``.

    Attributes
    ----------
    fault : why it could not be done or could not go on, in a sentence, or "".
    cancelled : train no further.
    """

    def __init__(self, name: str) -> None:
        self.fault = ""
        self.cancelled = threading.Event()
        self._thread = threading.Thread(target=self._guarded, name=name)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Let the thread end; nobody waits for it."""
        self.cancelled.set()

    def ended(self) -> bool:
        """Whether nothing more comes."""
        if self._thread.is_alive():
            return False
        self._thread.join()
        return True

    @abstractmethod
    def _work(self) -> None:
        """What the thread does."""

    def _guarded(self) -> None:
        try:
            self._work()
        except (LessonError, DataError) as error:
            self.fault = str(error)
        except MemoryError:
            self.fault = QCoreApplication.translate("Study", "There is not enough memory for these runs.")
        except Exception as error:  # noqa: BLE001 - whatever it is, the dialog shows it
            _log.exception("%s failed", self._thread.name)
            text = QCoreApplication.translate("Study", "Something went wrong inside Backstep ({error}).")
            self.fault = text.format(error=f"{type(error).__name__}: {error}"[:MOST_LETTERS])
