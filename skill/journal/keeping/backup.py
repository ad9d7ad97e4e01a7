"""Nightly copies of the journal: made while it is in use, verified, rotated, and put back."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from skill.errors import JournalError
from skill.files import sync
from skill.journal.storage import database
from skill.journal.storage.database import DamagedJournal, NewerJournal, private_file, private_folder
from skill.messages.message import Message

DAYS, WEEKS, MONTHS = 7, 4, 12
"""The newest copy of each of the last days, weeks and months is kept."""

FROM_THE_FUTURE = timedelta(days=1)
"""A copy that is dated this much later than now was made while the clock was wrong."""

_NAME = re.compile(r"journal-(\d{8}T\d{6})Z(-kept)?\.db")

NOT_A_BACKUP = Message("journal.not_a_backup")


@dataclass(frozen=True, slots=True)
class Backup:
    """One verified copy."""

    path: Path
    at: datetime  # UTC
    kept: bool = False  # somebody asked for it: the rotation lets it be


def backups(folder: Path) -> tuple[Backup, ...]:
    """The copies in `folder`, newest first."""
    found = []
    if folder.is_dir():
        for path in folder.iterdir():
            match = _NAME.fullmatch(path.name)
            if match:
                with contextlib.suppress(ValueError):  # 30 February: renamed by hand, so none of ours
                    at = datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
                    found.append(Backup(path, at, bool(match[2])))
    return tuple(sorted(found, key=lambda backup: backup.at, reverse=True))


def newest_first(found: Iterable[Backup], now: datetime) -> tuple[Backup, ...]:
    """The newest first, as seen at `now`; copies from the future stand last, whatever date they bear."""
    return tuple(
        sorted(found, key=lambda b: (b.at <= now.astimezone(UTC) + FROM_THE_FUTURE, b.at), reverse=True)
    )


def make_backup(
    journal_file: Path,
    folder: Path,
    at: datetime,
    *,
    rotate: bool = True,
    by_hand: bool = False,
    spare_until: datetime | None = None,
) -> Backup:
    """Copy the journal as it is at this moment, verify the copy, and let go of copies that aren't needed.

    Nobody has to stop writing. Before a restore, `rotate` is False, lest the copy to be restored go.
    A copy made `by_hand` is never rotated away. While the clock is doubted, the copies up to `spare_until`
    neither go nor count. Raises JournalError; then there is no new file.
    """
    private_folder(folder)
    at = at.astimezone(UTC).replace(microsecond=0)
    path = folder / f"journal-{at:%Y%m%dT%H%M%S}Z{'-kept' if by_hand else ''}.db"
    copy_to(journal_file, path)
    if rotate:
        for old in not_needed(backups(folder), at, spare_until):
            old.path.unlink(missing_ok=True)
    return Backup(path, at, by_hand)


def copy_to(source: Path, target: Path) -> None:
    """A verified copy of the database `source` as the file `target`, all or nothing. Raises JournalError."""
    temporary = target.with_name(f".{target.name}.part")
    try:
        temporary.unlink(missing_ok=True)
        private_file(temporary)
        with (
            contextlib.closing(database.read_only(source)) as live,
            contextlib.closing(sqlite3.connect(temporary)) as copy,
        ):
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        verify(temporary)
        sync(temporary)
        temporary.replace(target)
        sync(target.parent)
    except (sqlite3.Error, OSError) as error:
        raise JournalError(Message("journal.backup_not_made", why=error)) from error
    finally:
        for each in (temporary, *database.companions(temporary)):
            with contextlib.suppress(OSError):
                each.unlink(missing_ok=True)


def verify(path: Path) -> None:
    """Raises DamagedJournal or NewerJournal unless `path` is a sound journal that this program can read."""
    try:
        if path.stat().st_size == 0:
            raise DamagedJournal(NOT_A_BACKUP)
        with contextlib.closing(database.read_only(path)) as connection:
            if connection.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
                raise DamagedJournal(NOT_A_BACKUP)
        version = database.schema_version(path)
    except (sqlite3.Error, OSError) as error:
        raise DamagedJournal(NOT_A_BACKUP) from error
    if not version:
        raise DamagedJournal(NOT_A_BACKUP)
    if version not in database.KNOWN_VERSIONS:
        raise NewerJournal(Message("journal.newer_backup"))


def not_needed(
    found: Iterable[Backup], now: datetime | None = None, spare_until: datetime | None = None
) -> tuple[Backup, ...]:
    """Those that are the newest of none of the last days, weeks or months that have any.

    Copies that were asked for, that lie in the future of `now`, or are no younger than `spare_until` are left alone.
    """
    latest = now.astimezone(UTC) + FROM_THE_FUTURE if now is not None else datetime.max.replace(tzinfo=UTC)
    rotating = [
        backup
        for backup in sorted(found, key=lambda backup: backup.at, reverse=True)
        if not backup.kept and backup.at <= latest and (spare_until is None or backup.at > spare_until)
    ]
    needed: set[Path] = set()
    for count, form in ((DAYS, "%Y-%m-%d"), (WEEKS, "%G-%V"), (MONTHS, "%Y-%m")):
        first: dict[str, Backup] = {}
        for backup in rotating:
            first.setdefault(backup.at.strftime(form), backup)
        needed |= {backup.path for backup in list(first.values())[:count]}
    return tuple(backup for backup in rotating if backup.path not in needed)


def newest_good(folder: Path, now: datetime) -> Backup | None:
    """The newest copy, as seen at `now`, that is sound and readable by this program."""
    for backup in newest_first(backups(folder), now):
        try:
            verify(backup.path)
        except JournalError:
            continue
        return backup
    return None


def restore_into(source: Path, journal_file: Path) -> None:
    """Make the journal what `source` holds, in one transaction that others may be reading across.

    For a journal file that is sound; a damaged one is put aside first (skill.journal.keeping.recovery). The caller
    backs up what is there before, and calls `Journal.prepare` afterwards. Raises JournalError.
    """
    verify(source)
    try:
        with (
            contextlib.closing(database.read_only(source)) as old,
            contextlib.closing(sqlite3.connect(journal_file, timeout=10.0)) as live,
        ):
            live.execute("PRAGMA synchronous=FULL")
            old.backup(live)
    except (sqlite3.Error, OSError) as error:
        raise database.error_for(error, journal_file) from error
