"""A home that can't be written: `export`, `doctor` and `web` open it all the same and say what is wrong."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from skill.files import replaced_when_whole
from skill.journal.keeping.reading import journal_to_read
from skill.journal.storage.store import Journal
from skill.paths import user_paths
from tests.journal.writing import start_episode

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    paths = user_paths(tmp_path / "home")
    paths.data.mkdir(parents=True)
    with Journal.open(paths.database_file) as journal:
        journal.append("episode_ended", {"reason": "relieved"}, start_episode(journal, AT), AT)
    return tmp_path / "home"


@pytest.fixture
def read_only(home: Path) -> Iterator[Path]:
    """Mounted read-only, for not even root may write then."""
    done = subprocess.run(["mount", "--bind", str(home), str(home)], capture_output=True, check=False)
    if (
        done.returncode
        or subprocess.run(
            ["mount", "-o", "remount,bind,ro", str(home)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("needs the right to mount")
    yield home
    subprocess.run(["umount", str(home)], check=False)


def krampevakt(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "skill", "--home", str(home), *words],
        capture_output=True, timeout=120, check=False, env={**os.environ, **more},
    )  # fmt: skip


def test_a_read_only_journal_is_exported(read_only: Path) -> None:
    done = krampevakt(read_only, "export")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["count"] == 2


def test_the_check_up_of_a_read_only_home_says_so_in_a_sentence(read_only: Path) -> None:
    done = krampevakt(read_only, "doctor", "--no-devices", LC_ALL="C")
    said = done.stdout.decode()
    assert b"Traceback" not in done.stderr
    assert done.returncode == 1
    assert "kan ikke skrives i" in " ".join(said.split())


def test_a_journal_that_can_be_written_is_read_where_it_lies(home: Path) -> None:
    with journal_to_read(user_paths(home).database_file) as journal:
        assert journal.where == user_paths(home).database_file


def test_an_export_over_an_older_file_is_all_or_nothing(tmp_path: Path) -> None:
    older = tmp_path / "netter.json"
    older.write_text("eldre", encoding="utf-8")
    with pytest.raises(OSError, match="plass"), replaced_when_whole(older) as file:
        file.write("ny, men halv")
        raise OSError(errno.ENOSPC, "ikke plass")
    assert older.read_text("utf-8") == "eldre"
    assert list(tmp_path.iterdir()) == [older]


def test_letters_that_the_terminal_lacks_are_exported_as_they_are(home: Path) -> None:
    paths = user_paths(home)
    with Journal.open(paths.database_file) as journal:
        (episode,) = journal.episodes()
        journal.change(episode.uuid, [("annotated", {"text": "Čáhppes beana … ŋ", "by": "person"})], AT)
    done = krampevakt(home, "export", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "Čáhppes beana … ŋ" in done.stdout.decode("utf-8")


def test_a_closed_pipe_is_no_traceback(home: Path) -> None:
    line = f"{sys.executable} -m skill --home {home} export | head -c 1"
    done = subprocess.run(["sh", "-c", line], capture_output=True, timeout=120, check=False)
    assert b"Traceback" not in done.stderr
