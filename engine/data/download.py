"""Fetch an image set: with progress, to be cancelled at any moment, and never leaving half a file behind."""

from __future__ import annotations

import gzip
import hashlib
import queue
import threading
import urllib.request
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError

from engine.data.errors import CorruptData, DataError
from engine.data.mnist import ImageSet, check_file
from engine.data.torchvision_compat import published

TIMEOUT = 20.0  # seconds without a single byte, after which a mirror is given up
CHUNK = 1 << 16  # bytes


class Offline(DataError):  # noqa: N818 - says what is the matter
    """No mirror could be reached at all."""


class DownloadCancelled(Exception):  # noqa: N818 - says what happened
    """The download ended because it was cancelled."""


@dataclass(frozen=True)
class Progress:
    """How far a download has come.

    Attributes
    ----------
    file : str
        Name of the file being fetched.
    bytes_done, bytes_total : int
        Over all the files that this download fetches, as packed on the server.
    """

    file: str
    bytes_done: int
    bytes_total: int


def download_set(
    which: ImageSet,
    root: Path,
    progress: Callable[[Progress], None],
    cancelled: threading.Event,
    mirrors: Sequence[str] | None = None,
    *,
    resources: Sequence[tuple[str, str]] | None = None,
    timeout: float = TIMEOUT,
) -> None:
    """Put the files of an image set that are missing or damaged into their folder, ``root/MNIST/raw`` for example.

    A file takes its final name, and the place of a damaged one, only when it is complete and checked.
    Files that are whole already are kept; those finished before an error or a cancellation stay.

    Parameters
    ----------
    which : ImageSet
        One of `mnist.SETS`.
    root : Path
        The data folder; made if need be.
    progress : callable
        Told of every piece that arrives, in the calling thread.
    cancelled : threading.Event
        Ends the download within about a tenth of a second when set, also while a server does not answer.
    mirrors : sequence of str, optional
        Addresses that file names are appended to, tried in turn; by default torchvision's, or the set's without it.
    resources : sequence of (str, str), optional
        (packed file's name, MD5 checksum); by default torchvision's, or the set's without it.
    timeout : float
        Seconds of silence after which a mirror is given up.

    Raises
    ------
    DownloadCancelled
        `cancelled` was set.
    Offline
        No connection to any mirror was possible.
    DataError
        No mirror served a file whole, or it could not be written.
    """
    if mirrors is None or resources is None:
        dataset = published(which.published)
        if mirrors is None:
            mirrors = which.mirrors if dataset is None else dataset.mirrors
        if resources is None:
            known = [(name, packed.md5) for name, packed in which.packed.items()]
            resources = known if dataset is None else dataset.resources
    download = _Download(which, root / which.raw, progress, cancelled, list(mirrors), timeout)
    try:
        download.run(resources)
    except OSError as error:
        # The network's own errors end as _MirrorFailed: what is left comes from the disk.
        raise DataError(
            f"{which.title} could not be written into {root / which.raw} ({error.strerror}); "
            "the bundled 8x8 digits can be used instead."
        ) from error


class _MirrorFailed(Exception):  # noqa: N818 - says what happened
    def __init__(self, reason: str, *, unreachable: bool = False) -> None:
        super().__init__(reason)
        self.unreachable = unreachable


_Inbox = queue.SimpleQueue[tuple[bytes, int | None] | _MirrorFailed]


class _Download:
    def __init__(
        self,
        which: ImageSet,
        folder: Path,
        progress: Callable[[Progress], None],
        cancelled: threading.Event,
        mirrors: list[str],
        timeout: float,
    ) -> None:
        self.which = which
        self.folder = folder
        self.progress = progress
        self.cancelled = cancelled
        self.mirrors = mirrors
        self.timeout = timeout
        self.arrived: dict[str, int] = {}  # bytes by packed file, as is the next
        self.sizes: dict[str, int] = {}

    def run(self, resources: Sequence[tuple[str, str]]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        wanted = [(packed, md5) for packed, md5 in resources if not self.is_whole(_unpacked(packed))]
        self.sizes = {packed: self.which.packed[packed].size for packed, _ in wanted}
        for packed, md5 in wanted:
            self.fetch(packed, md5)

    def is_whole(self, name: str) -> bool:
        path = self.folder / name
        if not path.exists():
            return False
        try:
            check_file(path, name, self.which)
        except CorruptData:
            return False
        return True

    def fetch(self, packed: str, md5: str) -> None:
        """Get one file from the first mirror that serves it whole."""
        part = self.folder / f"{packed}.part"
        failures: list[_MirrorFailed] = []
        try:
            for mirror in self.mirrors:
                try:
                    self.receive(mirror, packed, part, md5)
                    self.unpack(part, _unpacked(packed))
                except _MirrorFailed as failure:
                    failures.append(failure)
                else:
                    # The files to come are first asked for where this one was found.
                    self.mirrors.remove(mirror)
                    self.mirrors.insert(0, mirror)
                    return
        finally:
            part.unlink(missing_ok=True)
        reasons = "; ".join(f"{mirror}: {failure}" for mirror, failure in zip(self.mirrors, failures, strict=True))
        if all(failure.unreachable for failure in failures):
            raise Offline(
                f"No network connection could be made to fetch {self.which.title} ({reasons}); "
                "the bundled 8x8 digits can be used instead."
            )
        raise DataError(f"{packed} could not be downloaded ({reasons}); it can be tried again later.")

    def receive(self, mirror: str, packed: str, part: Path, md5: str) -> None:
        arrived = 0
        digest = hashlib.md5(usedforsecurity=False)
        with part.open("wb") as file:
            for chunk, size in self.chunks(mirror + packed):
                file.write(chunk)
                digest.update(chunk)
                arrived += len(chunk)
                self.note(packed, arrived, size)
        if size is not None and arrived < size:
            raise _MirrorFailed(f"the connection was cut after {arrived:,} of {size:,} bytes")
        if digest.hexdigest() != md5:
            raise _MirrorFailed("what arrived has the wrong checksum")

    def note(self, packed: str, arrived: int, size: int | None) -> None:
        self.arrived[packed] = arrived
        self.sizes[packed] = max(arrived, self.sizes[packed] if size is None else size)
        self.progress(Progress(packed, sum(self.arrived.values()), sum(self.sizes.values())))

    def chunks(self, url: str) -> Iterator[tuple[bytes, int | None]]:
        """The pieces of a file as they arrive, each with the size of the whole if known; the last is empty.

        A thread of its own waits for the network: neither a name look-up nor a silent server can be
        interrupted, so cancelling leaves it behind, to end at its time limit. It touches only the inbox.
        """
        inbox: _Inbox = queue.SimpleQueue()
        abandoned = threading.Event()
        threading.Thread(target=_listen, args=(url, self.timeout, inbox, abandoned), daemon=True).start()
        try:
            last = False
            while not last:
                if self.cancelled.is_set():
                    raise DownloadCancelled
                try:
                    item = inbox.get(timeout=0.1)
                except queue.Empty:
                    continue
                if isinstance(item, _MirrorFailed):
                    raise item
                yield item
                last = not item[0]
        finally:
            abandoned.set()

    def unpack(self, part: Path, name: str) -> None:
        """Unpack `part`, check the result, and only then give it its final name."""
        unpacked = self.folder / f"{name}.part"
        try:
            with gzip.open(part) as source, unpacked.open("wb") as target:
                while chunk := source.read(1 << 20):
                    if self.cancelled.is_set():
                        raise DownloadCancelled
                    target.write(chunk)
            check_file(unpacked, name, self.which)
            unpacked.replace(self.folder / name)
        except (gzip.BadGzipFile, EOFError, zlib.error, CorruptData) as error:
            raise _MirrorFailed(f"what arrived does not unpack to {self.which.title}") from error
        finally:
            unpacked.unlink(missing_ok=True)


def _unpacked(packed: str) -> str:
    return packed.removesuffix(".gz")


def _listen(url: str, timeout: float, inbox: _Inbox, abandoned: threading.Event) -> None:
    """Put the pieces of a file into `inbox`, last an empty one; or the reason why there are no more."""
    reached = False
    try:
        with urllib.request.urlopen(url, timeout=timeout) as response:
            reached = True
            length = response.headers["Content-Length"]
            size = None if length is None else int(length)
            while chunk := response.read1(CHUNK):
                if abandoned.is_set():
                    return
                inbox.put((chunk, size))
            inbox.put((b"", size))
    except HTTPError as error:
        inbox.put(_MirrorFailed(f"the server answered {error.code} {error.reason}"))
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)  # urllib wraps what went wrong with the connection
        inbox.put(_MirrorFailed(str(reason) or type(reason).__name__, unreachable=not reached))
