"""Forgetting: afterwards the words are nowhere on the disk."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from skill.errors import AlreadyRunning
from skill.journal.keeping.backup import backups, make_backup
from skill.journal.keeping.erase import empty_journal, erase_everything
from skill.journal.keeping.forget import erase_episodes, erase_old_nights
from skill.journal.keeping.recovery import open_for_night
from skill.journal.storage.lock import InstanceLock
from skill.journal.storage.store import Journal
from skill.paths import UserPaths, user_paths
from skill.settings.file import save
from skill.settings.values import Settings
from tests.journal.conftest import AT_THREE, OSLO, a_night

SECRET = "hemmelighetenmin"


@pytest.fixture
def home(tmp_path: Path) -> UserPaths:
    return user_paths(tmp_path / "home")


def holds_secret(folder: Path) -> list[Path]:
    files = [p for p in folder.rglob("*") if p.is_file()] if folder.exists() else []
    return [p for p in files if SECRET.encode() in p.read_bytes()]


def annotate(journal: Journal, uuid: str) -> None:
    journal.change(uuid, [("annotated", {"text": SECRET, "by": "person"})], AT_THREE)


def live_in(home: UserPaths) -> Journal:
    journal = open_for_night(home.database_file, home.backups, AT_THREE, zone=OSLO).journal
    annotate(journal, a_night(journal))
    make_backup(home.database_file, home.backups, AT_THREE)
    save(home.settings_file, Settings())
    home.voice_cache.mkdir(parents=True)
    (home.voice_cache / f"{SECRET}.wav").write_bytes(b"RIFF" + SECRET.encode())
    (home.data / "journal.damaged-20260101T000000Z.db").write_text(SECRET)
    return journal


class TestEverything:
    def test_nothing_is_left(self, home: UserPaths):
        live_in(home).close()
        home.personal_file.write_text(SECRET)  # what was learned of the voice
        assert holds_secret(home.data)
        assert erase_everything(home) == ()
        assert not home.data.exists()
        assert not home.config.exists()
        assert not home.cache.exists()

    def test_also_after_the_program_was_killed_with_its_log_open(self, home: UserPaths):
        journal = live_in(home)
        assert (home.data / "journal.db-wal").exists()
        erase_everything(home)
        assert not home.data.exists()
        journal.close()

    def test_what_somebody_else_put_there_stays_and_is_named(self, home: UserPaths):
        live_in(home).close()
        photo = home.data / "ferie.jpg"
        photo.write_bytes(b"jpg")
        assert erase_everything(home) == (photo,)

    def test_not_while_the_service_runs(self, home: UserPaths):
        live_in(home).close()
        child = (
            "import sys; from pathlib import Path; from skill.journal.storage.lock import InstanceLock\n"
            "InstanceLock(Path(sys.argv[1])).acquire(); print('held', flush=True); sys.stdin.read()\n"
        )
        with subprocess.Popen(
            [sys.executable, "-c", child, home.lock_file], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as running:
            assert running.stdout is not None
            running.stdout.readline()
            with pytest.raises(AlreadyRunning, match=f"prosess {running.pid}"):
                erase_everything(home)
            assert holds_secret(home.data)
            running.kill()
        erase_everything(home)  # the dead let go
        assert not home.data.exists()


def test_the_same_process_may_take_the_lock_again_when_it_let_go(home: UserPaths):
    with InstanceLock(home.lock_file):
        pass
    with InstanceLock(home.lock_file):
        pass


def test_emptying_while_the_service_goes_on(home: UserPaths):
    journal = live_in(home)
    device = journal.device
    empty_journal(journal, home.backups)
    assert holds_secret(home.data) == []
    assert journal.episodes(include_deleted=True) == ()
    assert journal.device != device
    a_night(journal)
    assert len(journal.episodes()) == 1
    journal.close()


def test_one_episode_for_good(journal: Journal, database: Path):
    uuid = a_night(journal)
    other = a_night(journal)
    annotate(journal, uuid)
    erase_episodes(journal, [uuid])
    assert [s.uuid for s in journal.episodes(include_deleted=True)] == [other]
    assert holds_secret(database.parent) == []


class TestKeepingForSoManyDays:
    def test_older_nights_go_here_and_in_the_backups(self, journal: Journal, database: Path):
        folder = database.parent / "backups"
        old = a_night(journal, AT_THREE - timedelta(days=31))
        annotate(journal, old)
        just = a_night(journal, AT_THREE - timedelta(days=30))
        make_backup(database, folder, AT_THREE)
        assert erase_old_nights(journal, 30, AT_THREE, folder) == 1
        assert [s.uuid for s in journal.episodes()] == [just]
        (backup,) = backups(folder)
        with Journal.open(backup.path, zone=OSLO) as copy:
            assert [s.uuid for s in copy.episodes()] == [just]
        assert holds_secret(database.parent) == []

    def test_zero_keeps_all(self, journal: Journal):
        a_night(journal, AT_THREE - timedelta(days=4000))
        assert erase_old_nights(journal, 0, AT_THREE) == 0
        assert len(journal.episodes()) == 1

    def test_a_backup_that_cannot_be_cleaned_is_removed(self, journal: Journal, database: Path):
        folder = database.parent / "backups"
        a_night(journal, AT_THREE - timedelta(days=31))
        make_backup(database, folder, AT_THREE).path.write_bytes(SECRET.encode())
        erase_old_nights(journal, 30, AT_THREE, folder)
        assert backups(folder) == ()

    def test_that_the_device_was_on_is_not_forgotten(self, journal: Journal):
        journal.append("service_started", {"app": "1"}, None, AT_THREE - timedelta(days=90))
        journal.append("fault", {"sentence": "x"}, None, AT_THREE - timedelta(days=80))
        a_night(journal)
        erase_old_nights(journal, 30, AT_THREE)
        assert [e.kind for e in journal.device_events()] == ["service_started"]
