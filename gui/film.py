"""The training as a film: panels are pictured while the run goes on, as an animated GIF or an MP4.

Pictures are taken in the window's thread, a panel a turn; another thread makes the film of them meanwhile. The file
appears when it is whole: after an error, or when it was cancelled, nothing of it is left.
"""

from __future__ import annotations

import contextlib
import io
import queue
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from engine.export import ExportError, save, unwritable
from engine.program import END
from engine.snapshot import Snapshot, State
from gui.background import Job
from gui.pictures import Drawing, together

FORMATS = (".gif", ".mp4")
MOST_FRAMES = 600
MOST_PIXELS = 400_000_000
"""Of all frames of a GIF together, which is held in memory, a byte a pixel."""
SPARSE, STRIP = 9, 64  # pixels: of so many one is looked at for a GIF's colours, and so many rows get them together
POLL = 20  # milliseconds between two looks at the other thread
LONGEST = 5.0  # seconds that the end of the window waits until nothing is left of an unfinished film
WAITING = 4  # frames that may wait for it

Advance = Callable[[Callable[[bool], None]], None]
"""Asks the run to go on to the next frame, and calls what it was given when the panels show it: with False where the
run goes no further."""


class Film(QObject):
    """One film in the making.

    Parameters
    ----------
    widgets : panels of one window; each stands in the picture where it stands in the window.
    path : ends in .gif or .mp4.
    frames, fps : how many pictures, and how many a second.
    advance : see ``Advance``.

    Signals
    -------
    progress(int) : so many frames are taken.
    finished(str) : the film was written; its path.
    failed(str) : it was not; one sentence.
    cancelled() : it was not wanted any more.
    """

    progress = Signal(int)
    finished = Signal(str)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(
        self,
        widgets: Sequence[QWidget],
        path: Path,
        frames: int,
        advance: Advance,
        fps: int = 10,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._widgets, self._path, self._frames, self._fps = list(widgets), path, frames, fps
        self._advance = advance
        self._taken = 0
        self._size = QSize()
        self._waiting: queue.Queue[bytes | None] = queue.Queue()
        self._stop = threading.Event()
        self._job: Job[None] | None = None
        self._timer = QTimer(self, interval=POLL)
        self._timer.timeout.connect(self._poll)

    @property
    def taken(self) -> int:
        """How many frames it has."""
        return self._taken

    def start(self) -> None:
        """Take the first picture, and go on from there.

        Raises
        ------
        ExportError : the film cannot be made: what is missing, or where it cannot be written.
        """
        first = together(self._widgets)
        self._size = first.size()
        making = _maker(self._path, self._frames, first, self._fps)
        _check_folder(self._path)
        job, stop = Job(lambda: self._make(making), "film"), self._stop
        self._job = job

        def end(*_: object) -> None:
            """Nobody looks any more: the window is closing."""
            stop.set()
            job.wait(LONGEST)

        self.destroyed.connect(end)
        self._timer.start()
        self._put(first)
        QTimer.singleShot(0, self, self._go_on)

    @Slot()
    def cancel(self) -> None:
        """Stop; ``cancelled`` follows when the other thread has ended."""
        self._stop.set()

    def _go_on(self) -> None:
        if self._stop.is_set():
            return
        if self._taken == self._frames:
            self._waiting.put(None)
        elif self._waiting.qsize() >= WAITING:
            QTimer.singleShot(POLL, self, self._go_on)
        else:
            self._advance(self._take)

    def _take(self, more: bool = True) -> None:
        """The panels show the next frame; or, without ``more``, the run goes no further."""
        if self._stop.is_set():
            return
        if not more:
            self._frames = self._taken
            QTimer.singleShot(0, self, self._go_on)
        else:
            self._draw(Drawing(self._widgets))

    def _draw(self, drawing: Drawing) -> None:
        """Picture a panel; the next one follows in another turn of the window's thread."""
        if self._stop.is_set():
            return
        if drawing.go_on():
            self._put(drawing.picture)
            QTimer.singleShot(0, self, self._go_on)
        else:
            QTimer.singleShot(0, self, lambda: self._draw(drawing))

    def _put(self, picture: QImage) -> None:
        if picture.size() != self._size:  # the window was made larger or smaller meanwhile
            mode = Qt.TransformationMode.SmoothTransformation
            picture = picture.scaled(self._size, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
        rgb = picture.convertToFormat(QImage.Format.Format_RGB888)
        width = 3 * rgb.width()
        lines = bytes(rgb.constBits())
        stride = rgb.bytesPerLine()
        if stride != width:
            lines = b"".join(lines[row * stride : row * stride + width] for row in range(rgb.height()))
        self._waiting.put(lines)
        self._taken += 1
        self.progress.emit(self._taken)

    # ---- the other thread ------------------------------------------------------------------------------------------

    def _make(self, making: _Maker) -> None:
        try:
            while (frame := self._next()) is not None:
                making.add(frame)
            if not self._stop.is_set():
                making.finish()
        finally:
            making.end()

    def _next(self) -> bytes | None:
        """The next frame; None after the last, or when the film is not wanted, which may be while this waits."""
        while not self._stop.is_set():
            with contextlib.suppress(queue.Empty):
                return self._waiting.get(timeout=POLL / 1000)
        return None

    def _poll(self) -> None:
        job = self._job
        if job is None or not job.ended():
            return
        self._timer.stop()
        cancelled = self._stop.is_set() and job.error is None
        self._stop.set()
        if cancelled:
            self.cancelled.emit()
        elif job.error is not None:
            self.failed.emit(str(_sentence(self._path, job.error)))
        else:
            self.finished.emit(str(self._path))


def _sentence(path: Path, error: Exception) -> ExportError:
    return error if isinstance(error, ExportError) else unwritable(path, error)


def _check_folder(path: Path) -> None:
    """Refuse what cannot be written before the run goes on, rather than after."""
    try:
        if path.is_dir():
            raise IsADirectoryError(None, "it is a folder; give the name of a file")
        tempfile.TemporaryFile(dir=path.resolve().parent).close()
    except (OSError, ValueError) as error:
        raise unwritable(path, error) from error


class _Maker(Protocol):
    def add(self, frame: bytes) -> None: ...
    def finish(self) -> None: ...
    def end(self) -> None: ...


def _maker(path: Path, frames: int, first: QImage, fps: int) -> _Maker:
    if not 1 <= frames <= MOST_FRAMES:
        text = QCoreApplication.translate("Film", "A film has 1 to {most} frames, not {frames}.")
        raise ExportError(text.format(most=MOST_FRAMES, frames=f"{frames:,}"))
    makers = {".gif": _Gif, ".mp4": _Mp4}
    if path.suffix.lower() not in makers:
        text = QCoreApplication.translate("Film", "{name}: a film's name ends in .gif or .mp4.")
        raise ExportError(text.format(name=path.name))
    return makers[path.suffix.lower()](path, frames, (first.width(), first.height()), fps)


class _Gif:
    """An animated GIF, by Pillow."""

    def __init__(self, path: Path, frames: int, size: tuple[int, int], fps: int) -> None:
        try:
            from PIL import Image
        except ImportError as error:
            text = QCoreApplication.translate(
                "Film", "A GIF needs the package pillow, which is not installed here; pip install pillow adds it."
            )
            raise ExportError(text) from error
        if frames * size[0] * size[1] > MOST_PIXELS:
            most = MOST_PIXELS // (size[0] * size[1])
            text = QCoreApplication.translate(
                "Film", "A GIF of {width} x {height} pixels can have {most} frames; choose fewer, or an MP4."
            )
            raise ExportError(text.format(width=size[0], height=size[1], most=f"{most:,}"))
        self._path, self._size, self._fps, self._image = path, size, fps, Image
        self._pictures: list[Any] = []

    def add(self, frame: bytes) -> None:
        """Reduce it to 256 colours of its own.

        Pillow lets no other thread on meanwhile, so it gets a part of the picture at a time: the colours are found in
        every ``SPARSE``-th pixel, so chosen that no line is missed, and laid on by strips.
        """
        image, none = self._image, self._image.Dither.NONE
        rgb = np.frombuffer(frame, np.uint8).reshape(self._size[1], self._size[0], 3)
        rows = np.arange(self._size[1])[:, None]
        columns = np.minimum(np.arange(0, self._size[0], SPARSE) + rows * 2 % SPARSE, self._size[0] - 1)
        colours = image.fromarray(rgb[rows, columns]).quantize(dither=none)
        picture = image.new("P", self._size)
        picture.putpalette(colours.getpalette())
        for top in range(0, self._size[1], STRIP):
            strip = image.fromarray(rgb[top : top + STRIP]).quantize(palette=colours, dither=none)
            picture.paste(strip, (0, top))
        self._pictures.append(picture)

    def finish(self) -> None:
        """Write it."""
        buffer = io.BytesIO()
        first, *others = self._pictures
        duration = round(1000 / self._fps)
        first.save(buffer, "GIF", save_all=True, append_images=others, duration=duration, loop=0)
        save(self._path, buffer.getvalue())

    def end(self) -> None:
        """Let go of the pictures."""
        self._pictures = []


class _Stopped(BaseException):
    """What a writer of frames takes for the wish to stop: an interrupt, and no error."""


class _Mp4:
    """An MP4 that every browser plays, by ffmpeg."""

    def __init__(self, path: Path, frames: int, size: tuple[int, int], fps: int) -> None:
        try:
            import imageio_ffmpeg
        except ImportError as error:
            text = QCoreApplication.translate(
                "Film",
                "An MP4 needs the package imageio-ffmpeg, which is not installed here; pip install imageio-ffmpeg adds "
                "it. A GIF does without it.",
            )
            raise ExportError(text) from error
        self._ffmpeg, self._path, self._count = imageio_ffmpeg, path, 0
        self._folder = tempfile.TemporaryDirectory(prefix="backstep-", ignore_cleanup_errors=True)
        self._part = Path(self._folder.name, "film.mp4")
        self._writer: Any = None
        self._arguments = {"size": size, "fps": fps, "macro_block_size": 2, "ffmpeg_log_level": "quiet"}

    def add(self, frame: bytes) -> None:
        """Hand a frame to ffmpeg."""
        if self._writer is None:
            self._writer = self._ffmpeg.write_frames(str(self._part), **self._arguments)
            self._writer.send(None)
        self._writer.send(frame)
        self._count += 1

    def finish(self) -> None:
        """End the film, see that all of it is there, and put it in its place."""
        self._writer.close()
        try:
            written = self._ffmpeg.count_frames_and_secs(str(self._part))[0]
        except (OSError, RuntimeError):
            written = 0
        if written != self._count:
            text = QCoreApplication.translate(
                "Film", "{path} cannot be written: the film broke off; the disk may be full."
            )
            raise ExportError(text.format(path=self._path))
        save(self._path, self._part.read_bytes())

    def end(self) -> None:
        """Stop ffmpeg, and leave nothing of an unfinished film."""
        if self._writer is not None:
            with contextlib.suppress(_Stopped, StopIteration, OSError):
                self._writer.throw(_Stopped)  # ffmpeg is ended at once; closed, it would encode what it has first
        self._folder.cleanup()


class ByBatches(QObject):
    """An ``Advance`` of the window's run: so many batches at a time, from where it stands.

    Parameters
    ----------
    run_to : sends the run to (step, batch), as ``Bridge.run_to``.
    painted : the window's signal that its panels show a Snapshot.
    begun : the Snapshot of the first frame.
    every : batches from frame to frame.
    """

    def __init__(
        self,
        run_to: Callable[[int, int], None],
        painted: Any,
        begun: Snapshot,
        every: int,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._run_to, self._every = run_to, every
        self._wanted, self._stood = begun.position.batch, (begun.position.batch, begun.position.step)
        self._done: Callable[[bool], None] | None = None
        painted.connect(self._look)

    def __call__(self, done: Callable[[bool], None]) -> None:
        """Go on, and call ``done`` when the window shows it."""
        self._done = done
        self._wanted += self._every
        self._run_to(END, self._wanted)

    @Slot(object)
    def _look(self, snapshot: Snapshot) -> None:
        """Whether it is there; a breakpoint, or a number that is not finite, stops the run somewhere else before."""
        if self._done is None or snapshot.state is State.RUNNING:
            return
        at = snapshot.position
        there = at.batch >= self._wanted and at.step == len(snapshot.program) and snapshot.halt is None
        if not there and snapshot.halt is None and (at.batch, at.step) == self._stood:
            return  # it has yet to set out
        done, self._done = self._done, None
        self._stood = at.batch, at.step
        QTimer.singleShot(0, self, lambda: done(there))
