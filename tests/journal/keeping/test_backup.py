"""Copies that were verified when they were made, kept sparsely, and put back whole."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from skill.errors import JournalError
from skill.journal.keeping.backup import (
    Backup,
    backups,
    copy_to,
    make_backup,
    newest_good,
    not_needed,
    restore_into,
)
from skill.journal.keeping.recovery import restore_journal
from skill.journal.storage.store import Journal
from tests.journal.conftest import AT_THREE, OSLO, a_night, many_nights


@pytest.fixture
def folder(database: Path) -> Path:
    return database.parent / "backups"


def test_a_copy_made_while_the_journal_is_in_use_holds_everything(
    journal: Journal, database: Path, folder: Path
):
    uuid = a_night(journal)
    backup = make_backup(database, folder, AT_THREE)
    assert backup.path.name == "journal-20260304T021200Z.db"
    assert backup.path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    with Journal.open(backup.path, zone=OSLO) as copy:
        assert copy.events(uuid) == journal.events(uuid)
        assert copy.episodes() == journal.episodes()


def test_a_file_of_a_day_that_never_was_hides_no_copy(database: Path, folder: Path):
    with Journal.open(database, zone=OSLO) as journal:
        a_night(journal)
    made = make_backup(database, folder, AT_THREE)
    (folder / "journal-20260230T010101Z.db").touch()
    assert [copy.path for copy in backups(folder)] == [made.path]


def test_a_copy_is_one_file(journal: Journal, database: Path, folder: Path):
    a_night(journal)
    make_backup(database, folder, AT_THREE)
    assert len(list(folder.iterdir())) == 1


def test_a_path_with_odd_characters(tmp_path: Path):
    source = tmp_path / "mor & far?#%20 æøå" / "journal.db"
    with Journal.open(source, zone=OSLO) as journal:
        uuid = a_night(journal)
        backup = make_backup(source, source.parent / "b", AT_THREE)
    with Journal.open(backup.path) as copy:
        assert copy.episode(uuid)


def test_a_damaged_journal_is_never_copied_over_good_backups(database: Path, folder: Path):
    with Journal.open(database, zone=OSLO) as journal:
        many_nights(journal, 40)
    good = make_backup(database, folder, AT_THREE)
    with database.open("r+b") as file:
        file.seek(database.stat().st_size // 2)
        file.write(b"\xa5" * 8192)
    with pytest.raises(JournalError, match=r"Sikkerhetskopi|skadet"):
        make_backup(database, folder, AT_THREE + timedelta(days=1))
    assert backups(folder) == (good,)
    assert [p.name for p in folder.iterdir()] == [good.path.name]


def nightly(days: int) -> list[Backup]:
    first = datetime(2024, 1, 1, 3, tzinfo=UTC)
    return [Backup(Path(f"{n}"), first + timedelta(days=n)) for n in range(days)]


def test_seven_days_four_weeks_and_twelve_months_are_kept():
    gone = set(not_needed(nightly(800)))
    kept = [b for b in nightly(800) if b not in gone]
    ages = [(kept[-1].at - b.at).days for b in kept]
    assert ages[-7:] == [6, 5, 4, 3, 2, 1, 0]
    assert len({b.at.strftime("%Y-%m") for b in kept}) == 12
    assert 7 + 11 <= len(kept) <= 7 + 4 + 12


def test_letting_go_every_night_never_leaves_many_nor_takes_the_last():
    left: list[Backup] = []
    for backup in nightly(400):
        left.append(backup)
        gone = set(not_needed(left))
        left = [b for b in left if b not in gone]
        assert left[-1] == backup
        assert len(left) <= 7 + 4 + 12
    assert (left[-1].at - left[0].at).days > 300


def test_restoring_brings_back_what_was_there_under_the_feet_of_a_reader(
    journal: Journal, database: Path, folder: Path
):
    first = a_night(journal)
    backup = make_backup(database, folder, AT_THREE)
    second = a_night(journal)
    restore_into(backup.path, database)
    journal.prepare()
    assert [s.uuid for s in journal.episodes()] == [first]
    third = a_night(journal)
    assert {s.uuid for s in journal.episodes()} == {first, third}
    assert second not in {s.uuid for s in journal.episodes()}
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize("content", [b"", b"half a file", b"SQLite format 3\0" + bytes(500)])
def test_nonsense_is_not_restored(journal: Journal, database: Path, tmp_path: Path, content: bytes):
    uuid = a_night(journal)
    nonsense = tmp_path / "x.db"
    nonsense.write_bytes(content)
    with pytest.raises(JournalError, match="ikke en sikkerhetskopi"):
        restore_into(nonsense, database)
    assert journal.episode(uuid)


def test_another_kind_of_database_is_not_restored(journal: Journal, database: Path, tmp_path: Path):
    uuid = a_night(journal)
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE photos (id)")
    with pytest.raises(JournalError, match="ikke en sikkerhetskopi"):
        restore_into(other, database)
    assert journal.episode(uuid)


def test_a_backup_of_a_newer_program_is_not_restored(journal: Journal, database: Path, tmp_path: Path):
    uuid = a_night(journal)
    newer = tmp_path / "newer.db"
    copy_to(database, newer)
    with sqlite3.connect(newer) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(JournalError, match="nyere utgave"):
        restore_into(newer, database)
    assert journal.episode(uuid)


class TestTheCommandThatRestores:
    """While nothing runs, and whatever the present journal is like."""

    def test_what_was_there_is_backed_up_and_the_chosen_copy_is_not_rotated_away(
        self, database: Path, folder: Path
    ):
        with Journal.open(database, zone=OSLO) as journal:
            first = a_night(journal)
            chosen = make_backup(database, folder, AT_THREE)
            second = a_night(journal)
        before = restore_journal(database, chosen.path, folder, AT_THREE + timedelta(hours=1))  # the same day
        assert chosen.path.exists()
        with Journal.open(database, zone=OSLO) as journal:
            assert [s.uuid for s in journal.episodes()] == [first]
        with Journal.open(folder / before, zone=OSLO) as kept:
            assert {s.uuid for s in kept.episodes()} == {first, second}

    def test_a_damaged_journal_is_put_aside(self, database: Path, folder: Path):
        with Journal.open(database, zone=OSLO) as journal:
            uuid = a_night(journal)
        chosen = make_backup(database, folder, AT_THREE)
        database.write_bytes(b"garbage" * 1000)
        before = restore_journal(database, chosen.path, folder, AT_THREE)
        assert (database.parent / before).read_bytes() == b"garbage" * 1000
        with Journal.open(database, zone=OSLO) as journal:
            assert journal.episode(uuid)

    def test_a_journal_of_a_newer_program_is_put_aside(self, database: Path, folder: Path):
        with Journal.open(database, zone=OSLO) as journal:
            uuid = a_night(journal)
        chosen = make_backup(database, folder, AT_THREE)
        with sqlite3.connect(database) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.close()
        assert restore_journal(database, chosen.path, folder, AT_THREE).startswith("journal.newer-")
        with Journal.open(database, zone=OSLO) as journal:
            assert journal.episode(uuid)

    def test_where_there_was_nothing(self, database: Path, folder: Path):
        with Journal.open(database, zone=OSLO) as journal:
            uuid = a_night(journal)
        chosen = make_backup(database, folder, AT_THREE)
        elsewhere = database.parent / "elsewhere" / "journal.db"
        assert restore_journal(elsewhere, chosen.path, folder, AT_THREE) == ""
        assert elsewhere.stat().st_mode & 0o777 == 0o600
        with Journal.open(elsewhere, zone=OSLO) as journal:
            assert journal.episode(uuid)


@pytest.mark.usefixtures("journal")
class TestClocksThatAreWrong:
    def test_a_copy_from_the_future_is_not_the_newest(self, database: Path, folder: Path):
        good = make_backup(database, folder, AT_THREE)
        make_backup(database, folder, AT_THREE.replace(year=2036))
        assert newest_good(folder, AT_THREE + timedelta(days=1)) == good

    def test_where_all_copies_lie_in_the_future_the_newest_of_them_is_used(
        self, database: Path, folder: Path
    ):
        make_backup(database, folder, AT_THREE)
        newer = make_backup(database, folder, AT_THREE + timedelta(days=1))
        assert newest_good(folder, datetime(1970, 1, 1, tzinfo=UTC)) == newer

    def test_a_copy_from_the_future_takes_no_other_ones_place(self):
        wrong = [Backup(Path("x"), datetime(2036, 1, n, tzinfo=UTC)) for n in range(1, 9)]
        now = nightly(30)[-1].at
        assert set(not_needed([*nightly(30), *wrong], now)) == set(not_needed(nightly(30)))

    def test_what_was_made_before_the_doubt_stays_and_the_rest_rotates(self):
        before = nightly(300)
        after = [
            Backup(Path(f"w{n}"), datetime(2036, 1, 1, tzinfo=UTC) + timedelta(days=n)) for n in range(60)
        ]
        gone = set(not_needed([*before, *after], after[-1].at, spare_until=before[-1].at))
        assert gone < set(after)
        assert len(after) - len(gone) <= 7 + 4 + 12

    def test_a_copy_that_was_asked_for_is_never_rotated_away(self, database: Path, folder: Path):
        asked = make_backup(database, folder, AT_THREE, by_hand=True)
        for day in range(1, 30):
            make_backup(database, folder, AT_THREE + timedelta(days=day))
        assert asked in backups(folder)
        assert backups(folder)[-1].kept
