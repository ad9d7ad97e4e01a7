"""No room left: nothing is lost, and it is said in one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from skill.errors import JournalError
from skill.journal.keeping.backup import backups, make_backup
from skill.journal.keeping.recovery import open_for_night, spool_path
from skill.journal.storage.store import Journal
from tests.journal.conftest import AT_THREE, OSLO, HandClock, a_night, many_nights
from tests.journal.writing import start_episode


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True, check=False
        ).returncode
    )
    if not mounted:
        pytest.skip("needs the right to mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path) -> Path:
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    return ballast


def test_events_wait_in_the_room_taken_in_advance(tiny: Path):
    where, clock = tiny / "data" / "journal.db", HandClock()
    journal = open_for_night(where, tiny / "b", AT_THREE, zone=OSLO, now_s=clock).journal
    before = a_night(journal)
    ballast = fill(tiny)
    during = [a_night(journal) for _ in range(20)]
    assert "Disken er full" in journal.trouble
    assert journal.waiting > 0
    assert during[-1].encode() in spool_path(where).read_bytes()  # on the disk although it is full
    with pytest.raises(JournalError, match="Disken er full"):
        journal.change(before, [("annotated", {"text": "x" * 50_000, "by": "p"})], AT_THREE)
    ballast.unlink()
    clock.seconds += 5
    journal.flush()
    assert (journal.waiting, journal.trouble) == (0, "")
    assert {s.uuid for s in journal.episodes()} == {before, *during}
    assert all(journal.episode(uuid).ended_reason == "relieved" for uuid in during)
    journal.close()


def test_what_waits_is_there_after_a_restart_on_a_full_disk(tiny: Path):
    where = tiny / "data" / "journal.db"
    journal = open_for_night(where, tiny / "b", AT_THREE, zone=OSLO, now_s=HandClock()).journal
    ballast = fill(tiny)
    during = [a_night(journal) for _ in range(20)]
    del journal  # killed
    ballast.unlink()
    with open_for_night(where, tiny / "b", AT_THREE, zone=OSLO, now_s=HandClock()).journal as again:
        assert {s.uuid for s in again.episodes()} == set(during)


def test_a_backup_without_room_leaves_the_old_ones_and_no_rubbish(tiny: Path):
    where = tiny / "data" / "journal.db"
    with Journal.open(where, zone=OSLO) as journal:
        many_nights(journal, 30)
        good = make_backup(where, tiny / "b", AT_THREE)
        fill(tiny)
        with pytest.raises(JournalError, match="ble ikke laget"):
            make_backup(where, tiny / "b", AT_THREE.replace(hour=4))
    assert backups(tiny / "b") == (good,)
    assert [p.name for p in (tiny / "b").iterdir()] == [good.path.name]


def test_a_disk_full_from_the_very_beginning(tiny: Path):
    where = tiny / "data" / "journal.db"
    ballast = fill(tiny)
    opened = open_for_night(where, tiny / "b", AT_THREE, zone=OSLO, now_s=HandClock())
    uuid = start_episode(opened.journal, AT_THREE)
    assert opened.notices
    assert opened.journal.waiting == 1
    ballast.unlink()
    opened.journal.close()  # room again: closing writes in what waits
    with Journal.open(where, zone=OSLO) as journal:
        assert journal.episode(uuid)


def test_a_file_that_may_not_grow(database: Path):
    """A quota, played by a limit of the process."""
    child = (
        "import resource, signal, sys; from pathlib import Path; from datetime import UTC, datetime\n"
        "from skill.journal.keeping.recovery import open_for_night; from tests.journal.writing import start_episode\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "where = Path(sys.argv[1]); at = datetime(2026, 3, 4, 2, tzinfo=UTC)\n"
        "journal = open_for_night(where, where.parent / 'b', at).journal\n"
        "limit = 300_000; resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
        "for _ in range(60):\n"
        "    start_episode(journal, at, content='x' * 2000)\n"
        "print(journal.waiting, journal.trouble, flush=True); import os; os._exit(9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", child, database], capture_output=True, text=True, check=False
    )
    waiting, _, trouble = done.stdout.partition(" ")
    assert int(waiting) > 0, done
    assert trouble
    with open_for_night(
        database, database.parent / "b", AT_THREE, zone=OSLO, now_s=HandClock()
    ).journal as journal:
        assert len(journal.episodes()) == 60
