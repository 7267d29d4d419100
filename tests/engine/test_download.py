"""Downloading MNIST from servers on this machine that behave well, badly, or not at all."""

from __future__ import annotations

import dataclasses
import errno
import gzip
import hashlib
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from engine.data import DataError, download, load_dataset
from engine.data.download import DownloadCancelled, Offline, Progress, download_set
from engine.data.mnist import FILES, KMNIST, MNIST, IdxFile, ImageSet, Packed

RAW = Path("MNIST", "raw")
IMAGES, LABELS = "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"
LABELS_FILE = LABELS.removesuffix(".gz")


@dataclass
class Server:
    """Serves ``/<behaviour>/<file>``."""

    port: int
    packed: dict[str, bytes]
    requests: list[str]
    release: threading.Event
    """Ends the silence of the behaviour "stall"."""

    def mirror(self, behaviour: str) -> str:
        return f"http://127.0.0.1:{self.port}/{behaviour}/"

    def resources(self, *names: str) -> list[tuple[str, str]]:
        return [(name, hashlib.md5(self.packed[name]).hexdigest()) for name in names or self.packed]


@pytest.fixture(scope="session")
def packed() -> dict[str, bytes]:
    """The real files, packed as a mirror would have them."""
    default = Path(__file__).resolve().parents[3] / "shared" / "data"
    raw = Path(os.environ.get("BACKSTEP_DATA", default)) / RAW
    if not raw.is_dir():
        pytest.skip(f"the real MNIST is not under {raw}; set BACKSTEP_DATA to the folder that holds {RAW}")
    return {f"{name}.gz": gzip.compress((raw / name).read_bytes(), compresslevel=1, mtime=0) for name in FILES}


@pytest.fixture
def server(packed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    requests: list[str] = []
    release = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            _, behaviour, name = self.path.split("/")
            body = packed[name]
            if behaviour == "absent":
                self.send_error(404)
                return
            if behaviour == "wrong":
                body = body[:-100] + bytes(100)
            if behaviour == "other":
                body = gzip.compress(b"something else", mtime=0)
            self.send_response(200)
            if behaviour != "unsized":
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            half = len(body) // 2
            self.wfile.write(body[:half])
            if behaviour == "stall":
                release.wait(30)
            if behaviour == "slow":
                time.sleep(0.3)
            if behaviour != "cut":
                self.wfile.write(body[half:])

        def log_message(self, *_: object) -> None:
            pass

    class QuietServer(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Clients that hang up are what some of the tests are about."""

    with QuietServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Server(http.server_address[1], packed, requests, release)
        release.set()
        http.shutdown()
        thread.join()


@pytest.fixture
def refused() -> Iterator[str]:
    """A mirror at a port that nobody listens at (bound, so that nobody else can start to)."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/"


def fetch(root: Path, server: Server, *mirrors: str, files: tuple[str, ...] = (IMAGES, LABELS)) -> list[Progress]:
    seen: list[Progress] = []
    download_set(MNIST, root, seen.append, threading.Event(), mirrors, resources=server.resources(*files))
    return seen


def left(root: Path) -> list[str]:
    return sorted(path.name for path in (root / RAW).iterdir())


def unpacked(server: Server, name: str) -> bytes:
    return gzip.decompress(server.packed[name])


def test_without_torchvision_it_is_fetched_all_the_same(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "published", lambda _: None)
    # packed here, so another checksum
    packed = {name: Packed(MNIST.packed[name].size, md5) for name, md5 in server.resources(LABELS)}
    here = dataclasses.replace(MNIST, mirrors=(server.mirror("good"),), packed=packed)
    download_set(here, tmp_path, lambda _: None, threading.Event())
    assert left(tmp_path) == [LABELS_FILE]
    assert server.requests == [f"/good/{LABELS}"]


def small_set(server: Server, monkeypatch: pytest.MonkeyPatch) -> ImageSet:
    """A set like KMNIST, of which nobody has published the checksum of the unpacked file, with two labels."""
    content = bytes([0, 0, 8, 1, 0, 0, 0, 2, 7, 3])
    body = gzip.compress(content, mtime=0)
    monkeypatch.setitem(server.packed, LABELS, body)
    return dataclasses.replace(
        KMNIST,
        files={LABELS_FILE: IdxFile((2,), None)},
        mirrors=(server.mirror("good"),),
        packed={LABELS: Packed(len(body), hashlib.md5(body).hexdigest())},
    )


def test_another_set_goes_where_torchvision_keeps_it(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "published", lambda _: None)
    which = small_set(server, monkeypatch)
    before = server.packed[LABELS]
    seen: list[Progress] = []
    damaged = tmp_path / "KMNIST" / "raw" / "t10k-labels-idx1-ubyte"
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 2, 7, 99]))  # no such label: fetched again
    download_set(which, tmp_path, seen.append, threading.Event())
    assert damaged.read_bytes() == gzip.decompress(before)
    assert seen[-1].bytes_done == seen[-1].bytes_total == len(before)
    download_set(which, tmp_path, seen.append, threading.Event())
    assert server.requests == [f"/good/{LABELS}"], "what is whole is kept"


def test_another_set_is_named_in_its_errors(
    server: Server, tmp_path: Path, refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    which, resources = small_set(server, monkeypatch), server.resources(LABELS)
    with pytest.raises(Offline, match="made to fetch KMNIST"):
        download_set(which, tmp_path, lambda _: None, threading.Event(), [refused], resources=resources)


def test_all_files_arrive_and_load(server: Server, tmp_path: Path) -> None:
    root = tmp_path / "new" / "folder"
    seen = fetch(root, server, server.mirror("good"), files=())
    assert left(root) == sorted(FILES)
    assert load_dataset("mnist", data_dir=root).train_x.shape == (60_000, 784)
    done = [progress.bytes_done for progress in seen]
    assert done == sorted(done)
    assert done[-1] == seen[-1].bytes_total == sum(map(len, server.packed.values()))
    assert all(progress.bytes_done <= progress.bytes_total for progress in seen)
    assert list(dict.fromkeys(progress.file for progress in seen)) == list(server.packed)


def test_size_not_announced(server: Server, tmp_path: Path) -> None:
    seen = fetch(tmp_path, server, server.mirror("unsized"))
    assert left(tmp_path) == sorted(FILES)[:2]
    assert all(progress.bytes_done <= progress.bytes_total for progress in seen)


@pytest.mark.parametrize("behaviour", ["cut", "wrong", "absent"])
def test_next_mirror_helps(server: Server, tmp_path: Path, behaviour: str) -> None:
    fetch(tmp_path, server, server.mirror(behaviour), server.mirror("good"))
    assert left(tmp_path) == sorted(FILES)[:2]
    assert (tmp_path / RAW / LABELS_FILE).read_bytes() == unpacked(server, LABELS)
    # The mirror that served the first file is asked first for the second.
    assert server.requests == [f"/{behaviour}/{IMAGES}", f"/good/{IMAGES}", f"/good/{LABELS}"]


def test_next_mirror_helps_when_the_first_is_refused(server: Server, tmp_path: Path, refused: str) -> None:
    fetch(tmp_path, server, refused, server.mirror("good"))
    assert left(tmp_path) == sorted(FILES)[:2]


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [
        ("cut", r"cut after [\d,]+ of [\d,]+ bytes"),
        ("wrong", "wrong checksum"),
        ("absent", "answered 404 Not Found"),
    ],
)
def test_no_mirror_helps(server: Server, tmp_path: Path, behaviour: str, says: str) -> None:
    with pytest.raises(DataError, match=f"{IMAGES} could not be downloaded.*{says}") as caught:
        fetch(tmp_path, server, server.mirror(behaviour))
    assert not isinstance(caught.value, Offline)
    assert left(tmp_path) == []


def test_right_checksum_of_the_wrong_thing(server: Server, tmp_path: Path) -> None:
    """The unpacked file is checked as well."""
    server.packed = {**server.packed, LABELS: gzip.compress(b"something else", mtime=0)}
    with pytest.raises(DataError, match="does not unpack to MNIST"):
        fetch(tmp_path, server, server.mirror("other"), files=(LABELS,))
    assert left(tmp_path) == []


def test_refused_is_offline(server: Server, tmp_path: Path, refused: str) -> None:
    with pytest.raises(Offline, match=r"No network connection could be made.*bundled 8x8 digits") as caught:
        fetch(tmp_path, server, refused, refused)
    assert "refused" in str(caught.value)
    assert left(tmp_path) == []


def test_unknown_host_is_offline(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such_host(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_host)
    with pytest.raises(Offline, match="Name or service not known"):
        fetch(tmp_path, server, "http://mnist.invalid/")


def test_slow_server_shows_progress_meanwhile(server: Server, tmp_path: Path) -> None:
    seen = fetch(tmp_path, server, server.mirror("slow"), files=(LABELS,))
    assert 0 < seen[0].bytes_done < seen[0].bytes_total
    assert left(tmp_path) == [LABELS_FILE]


def test_silent_server_is_given_up(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="timed out"):
        download_set(
            MNIST,
            tmp_path,
            lambda _: None,
            threading.Event(),
            [server.mirror("stall")],
            resources=server.resources(LABELS),
            timeout=0.2,
        )
    assert left(tmp_path) == []


def test_cancel_leaves_nothing_and_does_not_wait_for_the_server(server: Server, tmp_path: Path) -> None:
    cancelled = threading.Event()
    cancelled_at = 0.0

    def cancel_at_first_sight(_: Progress) -> None:
        nonlocal cancelled_at
        cancelled_at = time.monotonic()
        assert left(tmp_path) == [f"{IMAGES}.part"]
        cancelled.set()

    with pytest.raises(DownloadCancelled):
        download_set(
            MNIST,
            tmp_path,
            cancel_at_first_sight,
            cancelled,
            [server.mirror("stall")],
            resources=server.resources(IMAGES, LABELS),
        )
    assert time.monotonic() - cancelled_at < 0.5
    assert left(tmp_path) == []


def test_cancel_while_unpacking(server: Server, tmp_path: Path) -> None:
    cancelled = threading.Event()

    def cancel_when_all_is_there(progress: Progress) -> None:
        if progress.bytes_done == progress.bytes_total:
            cancelled.set()

    with pytest.raises(DownloadCancelled):
        download_set(
            MNIST,
            tmp_path,
            cancel_when_all_is_there,
            cancelled,
            [server.mirror("good")],
            resources=server.resources(LABELS),
        )
    assert left(tmp_path) == []


def test_only_what_is_damaged_is_fetched_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / RAW).mkdir(parents=True)
    labels = tmp_path / RAW / LABELS_FILE
    images = tmp_path / RAW / "t10k-images-idx3-ubyte"
    labels.write_bytes(b"damaged")
    images.write_bytes(unpacked(server, IMAGES))
    with pytest.raises(DataError):
        fetch(tmp_path, server, server.mirror("cut"))
    assert labels.read_bytes() == b"damaged"  # kept until there is something better
    seen = fetch(tmp_path, server, server.mirror("good"))
    assert labels.read_bytes() == unpacked(server, LABELS)
    assert seen[-1].bytes_total == len(server.packed[LABELS])
    assert server.requests == [f"/cut/{LABELS}", f"/good/{LABELS}"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("which", [f"{LABELS}.part", f"{LABELS_FILE}.part"])
def test_full_disk(server: Server, tmp_path: Path, which: str) -> None:
    (tmp_path / RAW).mkdir(parents=True)
    (tmp_path / RAW / which).symlink_to("/dev/full")
    with pytest.raises(DataError, match=rf"could not be written.*{os.strerror(errno.ENOSPC)}"):
        fetch(tmp_path, server, server.mirror("good"), files=(LABELS,))
    assert left(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be closed this way on Windows")
def test_folder_that_may_not_be_written(server: Server, tmp_path: Path) -> None:
    was = os.geteuid()
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    if was == 0:
        os.seteuid(65534)  # root may write everywhere
    try:
        with pytest.raises(DataError, match=r"could not be written.*Permission denied"):
            fetch(closed, server, server.mirror("good"), files=(LABELS,))
    finally:
        os.seteuid(was)


def test_file_in_the_way_of_the_folder(server: Server, tmp_path: Path) -> None:
    (tmp_path / "MNIST").touch()
    with pytest.raises(DataError, match="could not be written"):
        fetch(tmp_path, server, server.mirror("good"))
