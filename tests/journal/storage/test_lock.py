"""One instance at a time, wherever its lock can be; without any place for it the night goes on."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from skill.errors import AlreadyRunning
from skill.journal.storage.lock import InstanceLock


def nowhere_to_pass_files() -> str:
    raise FileNotFoundError("No usable temporary directory found")


def test_a_second_one_is_refused(tmp_path: Path) -> None:
    with InstanceLock(tmp_path / "lock"), pytest.raises(AlreadyRunning):
        InstanceLock(tmp_path / "lock").acquire()


def test_the_folder_for_passing_files_is_not_asked_for_while_the_file_can_be_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", nowhere_to_pass_files)
    with InstanceLock(tmp_path / "lock") as lock:
        assert not lock.trouble


def test_without_any_place_nothing_is_locked_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", nowhere_to_pass_files)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "none"))
    (tmp_path / "file").touch()
    with InstanceLock(tmp_path / "file" / "lock") as lock:
        assert lock.trouble


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such pipes here")
def test_a_pipe_in_its_place_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "lock")
    with InstanceLock(tmp_path / "lock"), pytest.raises(AlreadyRunning):
        InstanceLock(tmp_path / "lock").acquire()
