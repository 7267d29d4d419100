"""Files are written whole or not at all, whatever stands in their place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.files import write_atomically

posix = pytest.mark.skipif(os.name != "posix", reason="permissions and links as POSIX has them")


@posix
def test_a_new_file_gets_the_permissions_that_any_new_file_gets(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_atomically(tmp_path / "new", b"content")
    assert (tmp_path / "new").read_bytes() == b"content"
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert sorted(os.listdir(tmp_path)) == ["new", "plain"]


@posix
def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_bytes(b"old")
    old.chmod(0o640)
    write_atomically(old, b"new")
    assert (old.read_bytes(), old.stat().st_mode & 0o777) == (b"new", 0o640)


@posix
def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "file", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_name_as_long_as_the_folder_takes(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    path.write_bytes(b"the folder takes it")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"


@posix
def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to(tmp_path / "round")
    for path in (tmp_path / "no folder" / "file", tmp_path, tmp_path / ("n" * 256), tmp_path / "round"):
        with pytest.raises(OSError):  # noqa: PT011 - each has words of the system's own
            write_atomically(path, b"content")
    assert os.listdir(tmp_path) == ["round"]
