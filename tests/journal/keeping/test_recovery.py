"""Whatever has become of the file, the night begins, and what can be saved is saved."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from skill.errors import JournalError
from skill.journal.keeping.backup import make_backup
from skill.journal.keeping.recovery import open_for_night, spool_path
from skill.journal.storage.database import SCHEMA_VERSION, DamagedJournal, NewerJournal
from skill.journal.storage.store import Journal
from tests.journal.conftest import AT_THREE, OSLO, HandClock, a_night, many_nights


def night(database: Path, clock: HandClock | None = None):
    return open_for_night(
        database, database.parent / "backups", AT_THREE, zone=OSLO, now_s=clock or HandClock()
    )


def damage(database: Path) -> None:
    """Scribble over the middle of the file."""
    with database.open("r+b") as file:
        file.seek(database.stat().st_size // 2)
        file.write(b"\xa5" * 8192)


class TestDamage:
    def test_a_file_that_is_no_database_is_refused_by_the_pages(self, database: Path):
        database.parent.mkdir()
        database.write_bytes(b"not a database, but long enough to look like one" * 100)
        with pytest.raises(DamagedJournal, match="krampevakt restore"):
            Journal.open(database)

    def test_the_newest_good_backup_takes_its_place_and_newer_events_are_rescued(self, database: Path):
        with Journal.open(database, zone=OSLO) as journal:
            many_nights(journal, 40)
            make_backup(database, database.parent / "backups", AT_THREE + timedelta(days=40))
            last = a_night(journal, AT_THREE + timedelta(days=41))
            everything = {s.uuid for s in journal.episodes(include_false_starts=True)}
        damage(database)
        opened = night(database)
        with opened.journal as journal:
            assert {s.uuid for s in journal.episodes(include_false_starts=True)} == everything
            assert journal.episode(last).ended_reason == "relieved"
            a_night(journal)
        assert "Sikkerhetskopien fra 13.04.2026 er tatt i bruk" in opened.notices[0]
        assert len(list(database.parent.glob("journal.damaged-*.db"))) == 1

    def test_a_damaged_backup_is_passed_over(self, database: Path):
        backups = database.parent / "backups"
        with Journal.open(database, zone=OSLO) as journal:
            uuid = a_night(journal)
            make_backup(database, backups, AT_THREE)
        make_backup(database, backups, AT_THREE + timedelta(days=1)).path.write_bytes(b"torn")
        database.write_bytes(b"x" * 5000)
        opened = night(database)
        with opened.journal as journal:
            assert [s.uuid for s in journal.episodes()] == [uuid]
        assert "04.03.2026" in opened.notices[0]

    def test_without_a_backup_a_new_one_is_begun_with_what_can_be_read(self, database: Path):
        with Journal.open(database, zone=OSLO) as journal:
            many_nights(journal, 60)
        damage(database)
        opened = night(database)
        with opened.journal as journal:
            assert 0 < len(journal.episodes(include_false_starts=True)) <= 60
            a_night(journal)
        assert "En ny er begynt" in opened.notices[0]

    def test_a_journal_that_vanished_comes_back_from_its_backup(self, database: Path):
        with Journal.open(database, zone=OSLO) as journal:
            uuid = a_night(journal)
        make_backup(database, database.parent / "backups", AT_THREE)
        database.write_bytes(b"")
        with night(database).journal as journal:
            assert [s.uuid for s in journal.episodes()] == [uuid]

    def test_a_sound_journal_gives_no_notice(self, database: Path):
        with night(database).journal as journal:
            a_night(journal)
        opened = night(database)
        opened.journal.close()
        assert opened.notices == ()


def other_database(path: Path) -> sqlite3.Connection:
    """Of a program that keeps a write-ahead log; open, so that the log stays."""
    other = sqlite3.connect(path)
    other.executescript(
        "PRAGMA journal_mode=WAL; CREATE TABLE notes (text); INSERT INTO notes VALUES (zeroblob(9000))"
    )
    return other


class TestAnother:
    def test_a_log_left_over_from_another_database_takes_no_night(self, database: Path):
        """A copy was put in place by hand, and what lay beside the old file was left there."""
        with Journal.open(database, zone=OSLO) as journal:
            many_nights(journal, 10)
            everything = {s.uuid for s in journal.episodes(include_false_starts=True)}
        other = other_database(database.with_name("other.db"))
        for end in ("-wal", "-shm"):
            shutil.copy(f"{database.with_name('other.db')}{end}", f"{database}{end}")
        other.close()
        opened = night(database)
        with opened.journal as journal:
            assert {s.uuid for s in journal.episodes(include_false_starts=True)} == everything
        assert "hendelser er reddet" in opened.notices[0]

    def test_another_program_s_database_is_put_aside_as_it_is(self, database: Path):
        database.parent.mkdir()
        other_database(database).close()
        opened = night(database)
        with opened.journal as journal:
            a_night(journal)
            assert not journal.waiting
        (aside,) = database.parent.glob("journal.damaged-*.db")
        with contextlib.closing(sqlite3.connect(aside)) as kept:
            assert kept.execute("SELECT length(text) FROM notes").fetchone() == (9000,)
        assert aside.name in opened.notices[0]


class TestNewerProgram:
    def make_newer(self, database: Path) -> None:
        Journal.open(database, zone=OSLO).close()
        with sqlite3.connect(database) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")

    def test_it_is_refused_and_untouched(self, database: Path):
        self.make_newer(database)
        with pytest.raises(NewerJournal, match="nyere utgave av Krampevakt"):
            Journal.open(database)
        with sqlite3.connect(database) as connection:
            assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]

    def test_the_night_goes_on_and_is_written_in_once_the_program_is_up_to_date(self, database: Path):
        self.make_newer(database)
        opened = night(database)
        uuid = a_night(opened.journal)
        assert "nyere utgave" in opened.notices[0]
        with pytest.raises(JournalError, match="nyere utgave"):
            opened.journal.episodes()
        opened.journal.close()
        with sqlite3.connect(database) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (SCHEMA_VERSION,))
        with night(database).journal as journal:
            assert journal.episode(uuid).ended_reason == "relieved"


class TestLocked:
    def test_events_wait_and_are_written_in_order_when_the_lock_goes(self, database: Path):
        clock = HandClock()
        journal = night(database, clock).journal
        blocker = sqlite3.connect(database, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        uuid = a_night(journal)
        assert journal.waiting == 6
        assert "låst" in journal.trouble
        blocker.execute("ROLLBACK")
        blocker.close()
        assert journal.flush() == 0  # not before its time: nobody is kept waiting for a lock again and again
        clock.seconds += 2.0
        assert journal.flush() > 0
        assert (journal.waiting, journal.trouble) == (0, "")
        kinds = [event.kind for event in journal.events(uuid)]
        assert kinds[0] == "episode_started"
        assert kinds[-1] == "episode_ended"
        journal.close()

    def test_a_page_is_told_and_nothing_is_half_saved(self, database: Path):
        with Journal.open(database, zone=OSLO, busy_timeout_s=0.05) as journal:
            uuid = a_night(journal)
            blocker = sqlite3.connect(database, isolation_level=None)
            blocker.execute("BEGIN IMMEDIATE")
            with pytest.raises(JournalError, match="låst"):
                journal.change(uuid, [("annotated", {"text": "x", "by": "person"})], AT_THREE)
            blocker.execute("ROLLBACK")
            blocker.close()
            assert journal.episode(uuid).notes == ()

    def test_reading_goes_on_while_another_writes(self, database: Path):
        with Journal.open(database, zone=OSLO) as journal:
            a_night(journal)
            blocker = sqlite3.connect(database, isolation_level=None)
            blocker.execute("BEGIN IMMEDIATE")
            blocker.execute("DELETE FROM episodes")
            assert len(journal.episodes()) == 1
            blocker.execute("ROLLBACK")
            blocker.close()


class TestWaitingFile:
    def lock_out(self, database: Path) -> sqlite3.Connection:
        blocker = sqlite3.connect(database, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        return blocker

    def test_what_waits_survives_the_program(self, database: Path):
        journal = night(database).journal
        blocker = self.lock_out(database)
        uuid = a_night(journal)
        del journal  # killed: it never closes
        blocker.execute("ROLLBACK")
        blocker.close()
        with night(database).journal as again:
            assert [e.kind for e in again.events(uuid)][-1] == "episode_ended"
            assert len(again.events(uuid)) == 6
        with night(database).journal as third:
            assert len(third.events(uuid)) == 6  # written in once

    def test_nothing_stays_in_it_once_it_is_written_in(self, database: Path):
        clock = HandClock()
        journal = night(database, clock).journal
        blocker = self.lock_out(database)
        a_night(journal)
        waiting = spool_path(database)
        assert b"episode_started" in waiting.read_bytes()
        blocker.execute("ROLLBACK")
        blocker.close()
        clock.seconds += 2
        journal.flush()
        assert not waiting.read_bytes().strip(b"\0")
        assert waiting.stat().st_mode & 0o777 == 0o600
        journal.close()

    @pytest.mark.parametrize("cut", [1, 40, 150])
    def test_a_last_line_cut_off_by_a_power_failure_costs_that_line_only(self, database: Path, cut: int):
        journal = night(database).journal
        blocker = self.lock_out(database)
        uuid = a_night(journal)
        waiting = spool_path(database)
        content = waiting.read_bytes().rstrip(b"\0")
        waiting.write_bytes(content[:-cut])
        again = night(database).journal
        again.append("marked_false_start", {}, uuid, AT_THREE)
        blocker.execute("ROLLBACK")
        blocker.close()
        with night(database).journal as third:
            kinds = [e.kind for e in third.events(uuid)]
        lost = ["episode_ended"] if cut > 1 else []
        assert len(kinds) == 7 - len(lost)
        assert kinds[-1] == "marked_false_start"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user")
def test_a_folder_that_may_not_be_written(database: Path):
    """As a user without the right to write: said in one sentence, and the night goes on."""
    with Journal.open(database, zone=OSLO) as journal:
        a_night(journal)
    for folder in (database.parent, *database.parent.parents[:4]):
        folder.chmod(0o755)
    for file in database.parent.iterdir():
        file.chmod(0o644)
    child = (
        "import os, sys; sys.path.insert(0, os.getcwd())\n"
        "from pathlib import Path; from datetime import datetime, UTC\n"
        "from skill.journal.keeping.recovery import open_for_night; from skill.journal.storage.store import Journal\n"
        "from skill.errors import JournalError; from tests.journal.writing import start_episode\n"
        "import tempfile\n"  # all modules are read while that is still allowed
        "Journal.open(Path(tempfile.mkdtemp()) / 'x.db').close()\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "where = Path(sys.argv[1])\n"
        "try: Journal.open(where)\n"
        "except JournalError as error: print(error)\n"
        "opened = open_for_night(where, where.parent / 'backups', datetime.now(UTC))\n"
        "start_episode(opened.journal, datetime.now(UTC))\n"
        "print(opened.journal.waiting, opened.notices)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", child, database], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    first, second = done.stdout.splitlines()
    assert "kan ikke skrives" in first
    assert "skrivetilgang" in first
    assert second.startswith("1 (")
