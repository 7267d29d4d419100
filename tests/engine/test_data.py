"""The data sources: what they serve, and that damaged or missing files are noticed and named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from engine import commands
from engine.data import SOURCES, WIDTHS, CorruptData, DataError, Dataset, MissingData, load_dataset
from engine.data.mnist import FILES, SETS, ImageSet, data_folders
from tests.engine.permissions import open_to_all, without_privileges

REPOSITORY = Path(__file__).resolve().parents[2]
RAW = Path("MNIST", "raw")


@pytest.fixture(scope="session")
def mnist_root() -> Path:
    root = Path(os.environ.get("BACKSTEP_DATA", REPOSITORY.parent / "shared" / "data"))
    if not (root / RAW).is_dir():
        pytest.skip(f"the real MNIST is not under {root}; set BACKSTEP_DATA to the folder that holds {RAW}")
    return root


@pytest.fixture(autouse=True)
def no_other_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The data folders of the machine that runs the tests stay out of them."""
    monkeypatch.delenv("BACKSTEP_DATA", raising=False)
    user_data = tmp_path / "user"
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: user_data)
    return user_data / "data"


@pytest.fixture
def copy(mnist_root: Path, tmp_path: Path) -> Path:
    """A data folder whose files a test may damage: the small ones copies, the large ones links."""
    root = tmp_path / "copy"
    (root / RAW).mkdir(parents=True)
    for source in (mnist_root / RAW).iterdir():
        if source.stat().st_size < 10**7:
            (root / RAW / source.name).write_bytes(source.read_bytes())
        else:
            (root / RAW / source.name).symlink_to(source)
    return root


WITHOUT_TORCH = """
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "torchvision"):
            raise ImportError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Hidden())
"""
"""What a fresh interpreter runs first to be one of a machine without PyTorch."""


def in_fresh_process(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=100)


def test_importing_is_cheap() -> None:
    heavy = "{'torch', 'torchvision', 'sklearn', 'scipy', 'numba', 'PIL', 'engine.data.table', 'engine.data.pictures'}"
    code = f"import sys, engine.lesson, engine.data.download; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_unknown_source_names_the_known_ones() -> None:
    with pytest.raises(DataError, match=r"'cifar'.*points, digits, mnist, fashion_mnist, kmnist, xor, .*csv, images"):
        load_dataset("cifar")


def assert_consistent(data: Dataset) -> None:
    for x, y, labels in (
        (data.train_x, data.train_y, data.train_labels),
        (data.test_x, data.test_y, data.test_labels),
    ):
        assert x.shape[1:] == data.train_x.shape[1:]
        assert y.shape == (len(x), data.train_y.shape[1])
        assert y.dtype == np.float64
        assert not x.flags.writeable
        assert not y.flags.writeable
        if labels is not None:
            assert labels.dtype == np.int64
            assert not labels.flags.writeable
            assert (y.argmax(axis=1) == labels).all()
            assert ((y == 0) | (y == 1)).all()
            assert (y.sum(axis=1) == 1).all()


class TestPoints:
    def test_are_served_as_given(self) -> None:
        data = load_dataset("points", points_x=[[1, 2], [3, 4], [5, 6]], points_y=[[0.1], [0.2], [0.3]])
        assert_consistent(data)
        assert data.train_x.tolist() == [[1, 2], [3, 4], [5, 6]]
        assert data.train_y.tolist() == [[0.1], [0.2], [0.3]]
        assert data.train_x.dtype == np.float64
        assert data.test_x.shape == (0, 2)
        assert data.test_y.shape == (0, 1)
        assert data.train_labels is None
        assert data.test_labels is None
        assert data.image_shape is None
        assert data.full_scale == 1

    def test_are_a_copy(self) -> None:
        mine = np.ones((1, 2))
        load_dataset("points", points_x=mine, points_y=mine)
        mine[0, 0] = 5  # would fail if the caller's array had been made read-only

    @pytest.mark.parametrize(
        ("x", "y", "says"),
        [
            (None, [[1]], "x of the points"),
            ([[1]], None, "y of the points"),
            ([[1], [2]], [[1]], "2 of x and 1 of y"),
            ([[1], [2, 3]], [[1], [2]], "not a table of numbers"),
            ([["a"]], [[1]], "not a table of numbers"),
            ([1, 2], [[1], [2]], r"shape \(2,\)"),
            ([], [], r"shape \(0,\)"),
            ([[np.inf]], [[1]], "not finite"),
        ],
    )
    def test_refused(self, x: object, y: object, says: str) -> None:
        with pytest.raises(DataError, match=says):
            load_dataset("points", points_x=x, points_y=y)  # type: ignore[arg-type]


def test_digits() -> None:
    from sklearn.datasets import load_digits

    data = load_dataset("digits")
    assert_consistent(data)
    assert (data.train_x.shape, data.train_y.shape) == ((1497, 64), (1497, 10))
    assert (data.test_x.shape, data.test_y.shape) == ((300, 64), (300, 10))
    assert (data.train_x.min(), data.train_x.max(), data.full_scale) == (0, 16, 16)
    assert data.image_shape == (8, 8)
    bundled = load_digits()
    np.testing.assert_array_equal(np.vstack([data.train_x, data.test_x]), bundled.data)
    assert data.train_labels is not None
    assert data.test_labels is not None
    np.testing.assert_array_equal(np.hstack([data.train_labels, data.test_labels]), bundled.target)


@pytest.mark.parametrize("source", WIDTHS)
def test_widths_are_those_of_the_data(
    source: str, mnist_root: Path, tmp_path: Path, written: tuple[Path, Written]
) -> None:
    assert source in SOURCES
    root = mnist_root
    if source in SETS and source != "mnist":
        root = tmp_path
        lay_out(root, SETS[source], written)
    data = load_dataset(source, data_dir=root)
    assert (data.train_x.shape[1], data.train_y.shape[1]) == WIDTHS[source]


Written = dict[str, np.ndarray]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Written]:
    """Random images and labels in the IDX form, as large as a real set, and what is in each file."""
    folder, rng, values = tmp_path_factory.mktemp("set"), np.random.default_rng(5), {}
    for part, count in (("train", 60_000), ("t10k", 10_000)):
        images, labels = rng.integers(0, 256, (count, 784), np.uint8), rng.integers(0, 10, count, np.uint8)
        for name, magic, shape, array in (
            (f"{part}-images-idx3-ubyte", 2051, (count, 28, 28), images),
            (f"{part}-labels-idx1-ubyte", 2049, (count,), labels),
        ):
            header = b"".join(n.to_bytes(4, "big") for n in (magic, *shape))
            (folder / name).write_bytes(header + array.tobytes())
            values[name] = array
    return folder, values


def lay_out(root: Path, which: ImageSet, written: tuple[Path, Written]) -> None:
    """The files where torchvision keeps such a set."""
    folder = root / which.published / "raw"
    folder.mkdir(parents=True)
    for name in written[1]:
        (folder / name).symlink_to(written[0] / name)


@pytest.mark.parametrize("source", ["fashion_mnist", "kmnist"])
class TestTheOtherImageSets:
    def test_are_what_the_files_hold(self, source: str, tmp_path: Path, written: tuple[Path, Written]) -> None:
        lay_out(tmp_path, SETS[source], written)
        values = written[1]
        data = load_dataset(source, data_dir=tmp_path)
        assert_consistent(data)
        assert (data.name, data.image_shape, data.full_scale) == (source, (28, 28), 255)
        np.testing.assert_array_equal(data.train_x, values["train-images-idx3-ubyte"])
        np.testing.assert_array_equal(data.test_x, values["t10k-images-idx3-ubyte"])
        np.testing.assert_array_equal(data.train_labels, values["train-labels-idx1-ubyte"])
        np.testing.assert_array_equal(data.test_labels, values["t10k-labels-idx1-ubyte"])

    def test_are_torchvisions(self, source: str) -> None:
        """Folder, files, addresses, checksums and classes."""
        from engine.data.torchvision_compat import import_datasets

        which = SETS[source]
        published = getattr(import_datasets(), which.published)
        assert str(which.raw) == str(Path(published.__name__, "raw"))
        assert [(name, packed.md5) for name, packed in which.packed.items()] == published.resources
        assert list(which.mirrors) == published.mirrors
        assert list(which.classes) == published.classes

    def test_missing_names_the_set(self, source: str, tmp_path: Path) -> None:
        with pytest.raises(MissingData, match=f"^{SETS[source].title} was not found in .*can be downloaded") as caught:
            load_dataset(source, data_dir=tmp_path)
        assert (caught.value.root, caught.value.source) == (tmp_path, source)
        assert str(tmp_path / SETS[source].published / "raw") in str(caught.value)

    @pytest.mark.parametrize(
        ("name", "damage", "says"),
        [
            ("t10k-labels-idx1-ubyte", lambda good: good[:-1], "10,007 bytes long instead of 10,008"),
            (
                "t10k-labels-idx1-ubyte",
                lambda good: good[:-1] + b"\x0b",
                "the label 11, and there are only 0 to 9",
            ),
            ("t10k-labels-idx1-ubyte", lambda good: b"PK" + good[2:], "magic number is 0x504b0801"),
            ("t10k-images-idx3-ubyte", lambda good: good[:4] + good[8:12] * 3 + good[16:], "announces"),
        ],
    )
    def test_damage_is_noticed_and_named(
        self,
        source: str,
        tmp_path: Path,
        written: tuple[Path, Written],
        name: str,
        damage,  # type: ignore[no-untyped-def]
        says: str,
    ) -> None:
        lay_out(tmp_path, SETS[source], written)
        path = tmp_path / SETS[source].raw / name
        content = path.read_bytes()
        path.unlink()  # the file that it is a link to is whole
        path.write_bytes(damage(content))
        with pytest.raises(CorruptData, match=says) as caught:
            load_dataset(source, data_dir=tmp_path)
        assert (caught.value.path, caught.value.root, caught.value.source) == (path, tmp_path, source)
        assert f"{SETS[source].title} can be downloaded again" in str(caught.value)


class TestMnist:
    def test_is_what_the_files_hold(self, mnist_root: Path) -> None:
        data = load_dataset("mnist", data_dir=mnist_root)
        assert_consistent(data)
        assert data.image_shape == (28, 28)
        assert (data.train_x.max(), data.full_scale) == (255, 255)
        for part, x, labels in (
            ("train", data.train_x, data.train_labels),
            ("t10k", data.test_x, data.test_labels),
        ):
            images = np.fromfile(mnist_root / RAW / f"{part}-images-idx3-ubyte", np.uint8)[16:]
            assert x.dtype == np.uint8
            np.testing.assert_array_equal(x, images.reshape(-1, 784))
            np.testing.assert_array_equal(
                labels, np.fromfile(mnist_root / RAW / f"{part}-labels-idx1-ubyte", np.uint8)[8:]
            )
        assert (len(data.train_x), len(data.test_x)) == (60_000, 10_000)

    @pytest.mark.parametrize("lesson", ["mnist-numpy-autodiff", "mnist-sigmoid-777"])
    def test_without_torch_the_lessons_train_on_the_same_numbers(
        self, lesson: str, mnist_root: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        words = [lesson, "--batches", "2", "--executor", "numpy", "--set", "init.rng=numpy"]
        words += ["--data-dir", str(mnist_root)]
        done = in_fresh_process(f"{WITHOUT_TORCH}\nimport main\nsys.exit(main.main(['train', *{words!r}]))")
        assert (done.returncode, done.stderr) == (0, "")
        parser = commands.Parser()
        commands.add_subcommands(parser.add_subparsers())
        args = parser.parse_args(["train", *words])
        assert args.function(args) == 0
        assert done.stdout == capsys.readouterr().out

    def test_without_torch_the_arrays_are_those_that_torchvision_reads(self, mnist_root: Path) -> None:
        """Digests of both sets, read in a process without torch and in one with it; and the log says so once."""
        code = (
            "import hashlib, logging, sys\nfrom pathlib import Path\nfrom engine.data import mnist\n"
            "logging.basicConfig(level='INFO')\n"
            "for train in (True, False):\n"
            f"    for array in mnist.read(Path({str(mnist_root)!r}), train=train):\n"
            "        array[0] = array[0]\n"  # a Dataset takes that right away itself, from an array that has it
            "        print(array.shape, array.dtype, hashlib.sha256(array.tobytes()).hexdigest())\n"
            "print('torch' in sys.modules)"
        )
        without, plain = in_fresh_process(WITHOUT_TORCH + code), in_fresh_process(code)
        assert (without.returncode, plain.returncode) == (0, 0), without.stderr
        assert without.stdout.endswith("False\n")
        assert plain.stdout.endswith("True\n")
        assert without.stdout.splitlines()[:4] == plain.stdout.splitlines()[:4]
        assert without.stderr.count("torchvision could not be loaded (No module named 'torch") == 1

    def test_environment_names_a_folder(self, mnist_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BACKSTEP_DATA", str(mnist_root))
        assert load_dataset("mnist").test_x.shape == (10_000, 784)

    def test_old_processed_copy_is_not_trusted(self, copy: Path) -> None:
        processed = copy / "MNIST" / "processed"
        processed.mkdir()
        for name in ("training.pt", "test.pt"):
            (processed / name).write_bytes(b"half-written")
        assert load_dataset("mnist", data_dir=copy).train_x.shape == (60_000, 784)

    @pytest.mark.parametrize("name", [name for name in FILES if name != "train-images-idx3-ubyte"])
    @pytest.mark.parametrize(
        ("damage", "says"),
        [
            (lambda good: b"", "0 bytes long"),
            (lambda good: good[:2], "2 bytes long"),
            (lambda good: good[:-1], "bytes long instead of"),
            (lambda good: good + b"\0", "bytes long instead of"),
            (lambda good: b"<htm" + good[4:], "magic number is 0x3c68746d"),
            (lambda good: good[:4] + b"\0\0\0\1" + good[8:], r"announces \[1\b"),
            (lambda good: good[:-9] + bytes([good[-9] ^ 1]) + good[-8:], "checksum"),
        ],
        ids=["empty", "stub", "truncated", "too long", "magic", "count", "flipped bit"],
    )
    def test_damage_is_noticed_and_named(self, copy: Path, name: str, damage, says: str) -> None:  # type: ignore[no-untyped-def]
        path = copy / RAW / name
        path.write_bytes(damage(path.read_bytes()))
        with pytest.raises(CorruptData, match=says) as caught:
            load_dataset("mnist", data_dir=copy)
        assert caught.value.path == path
        assert caught.value.root == copy
        assert str(path) in str(caught.value)
        assert "downloaded again" in str(caught.value)

    def test_missing_file_beside_others(self, copy: Path) -> None:
        path = copy / RAW / "t10k-labels-idx1-ubyte"
        path.unlink()
        with pytest.raises(CorruptData, match="missing beside") as caught:
            load_dataset("mnist", data_dir=copy)
        assert caught.value.path == path

    def test_half_downloaded_archive(self, tmp_path: Path) -> None:
        path = tmp_path / RAW / "train-images-idx3-ubyte.gz"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"\x1f\x8b half of it")
        with pytest.raises(CorruptData, match="never unpacked, or arrived only in part") as caught:
            load_dataset("mnist", data_dir=tmp_path)
        assert caught.value.path == path

    def test_missing_everywhere(self, tmp_path: Path, no_other_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BACKSTEP_DATA", str(tmp_path / "nowhere"))
        with pytest.raises(MissingData, match="can be downloaded") as caught:
            load_dataset("mnist", data_dir=tmp_path)
        looked_at = [tmp_path, tmp_path / "nowhere", no_other_data]
        assert data_folders(tmp_path) == looked_at
        assert caught.value.root == tmp_path
        assert caught.value.source == "mnist"
        for folder in looked_at:
            assert str(folder / RAW) in str(caught.value)

    def test_later_folder_serves_when_the_first_is_empty(
        self, mnist_root: Path, tmp_path: Path, no_other_data: Path
    ) -> None:
        no_other_data.parent.mkdir()
        no_other_data.symlink_to(mnist_root)
        assert load_dataset("mnist", data_dir=tmp_path).image_shape == (28, 28)

    def test_named_folder_must_exist(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match=r"nowhere cannot be read \(.*\); allowed is an existing folder"):
            load_dataset("mnist", data_dir=tmp_path / "nowhere")

    def test_named_folder_must_be_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(DataError, match="file cannot be read"):
            load_dataset("mnist", data_dir=tmp_path / "file")

    def test_unreadable_folder(self, tmp_path: Path) -> None:
        (tmp_path / "closed").mkdir(mode=0)
        with (
            without_privileges(),
            pytest.raises(DataError, match=r"closed cannot be read \(Permission denied\)"),
        ):
            load_dataset("mnist", data_dir=tmp_path / "closed")

    def test_unreadable_file(self, tmp_path: Path) -> None:
        path = tmp_path / RAW / "train-images-idx3-ubyte"
        path.parent.mkdir(parents=True)
        path.touch(mode=0)
        open_to_all(tmp_path)
        with without_privileges(), pytest.raises(DataError, match=r"train-images.*cannot be read \(Perm"):
            load_dataset("mnist", data_dir=tmp_path)


class TestTorchvision:
    def run(self, code: str) -> str:
        done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def test_serves_beside_any_torch_and_says_so_once(self) -> None:
        """In a fresh process, after somebody else's plain import may have failed half way."""
        said = self.run(
            "import logging\n"
            "logging.basicConfig(level='INFO')\n"
            "try:\n    import torchvision\n    print('matches')\n"
            "except RuntimeError:\n    print('does not match')\n"
            "from engine.data.torchvision_compat import import_datasets\n"
            "assert import_datasets() is import_datasets()\n"
            "import torchvision\n"
            "print(len(torchvision.datasets.MNIST.resources))\n"
        )
        assert "\n4\n" in said or said.startswith("matches\n4")
        assert said.count("was built for another torch") == (1 if "does not match" in said else 0)

    def test_other_failures_are_passed_on(self, tmp_path: Path) -> None:
        (tmp_path / "torchvision").mkdir()
        (tmp_path / "torchvision" / "__init__.py").write_text("raise RuntimeError('something else')")
        said = self.run(
            f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
            "from engine.data.torchvision_compat import import_datasets\n"
            "try:\n    import_datasets()\n"
            "except RuntimeError as error:\n    print('passed on:', error)\n"
        )
        assert "passed on: something else" in said

    def test_an_operator_that_stays_missing_ends_the_attempts(self, tmp_path: Path) -> None:
        (tmp_path / "torchvision").mkdir()
        (tmp_path / "torchvision" / "__init__.py").write_text(
            "raise RuntimeError('operator torchvision::nms does not exist')"
        )
        said = self.run(
            f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
            "from engine.data.torchvision_compat import import_datasets\n"
            "try:\n    import_datasets()\n"
            "except RuntimeError as error:\n    print('passed on:', error)\n"
        )
        assert "passed on: operator" in said
