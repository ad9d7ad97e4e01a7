"""A file is written whole, or the old one stays."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from skill.files import write_whole


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
