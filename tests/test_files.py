"""A file is written whole, or the old one stays; what is no file is not waited for."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import psutil
import pytest

from skill.files import MOST_BYTES, read_json, read_small, write_whole


def test_it_replaces_what_was_there_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "a.json"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert [entry.name for entry in path.parent.iterdir()] == ["a.json"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_cannot_be_put_in_place_leaves_the_old_one_and_no_rest(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    (taken / "inside").mkdir(parents=True)
    with pytest.raises(OSError):
        write_whole(taken, b"new")
    assert (taken / "inside").is_dir()
    assert [entry.name for entry in tmp_path.iterdir()] == ["taken"]


def test_an_ordinary_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one\0two")
    assert read_small(path) == b"one\0two"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError) as refused:
        read_small(tmp_path / "pipe")
    assert refused.value.errno == errno.EINVAL


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there are no such devices here")
def test_nor_is_the_end_of_a_device(tmp_path: Path) -> None:  # noqa: ARG001
    with pytest.raises(OSError):
        read_small(Path("/dev/zero"))


def test_a_folder_and_a_file_without_measure_are_refused_and_no_handle_is_left(tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    for path, number in ((tmp_path, errno.EISDIR), (large, errno.EFBIG), (tmp_path / "none", errno.ENOENT)):
        with pytest.raises(OSError) as refused:
            read_small(path)
        assert refused.value.errno == number
    assert not [file for file in psutil.Process().open_files() if Path(file.path).is_relative_to(tmp_path)]


@pytest.mark.parametrize("content", [b"", b"\xff", b"[" * 200_000, b"nothing"])
def test_whatever_is_no_json_is_one_kind_of_error(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(ValueError):
        read_json(tmp_path / "a.json")
