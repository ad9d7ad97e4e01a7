"""Letting go of old nights, here and in the backups, when the person has chosen to."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, select

from skill.errors import JournalError
from skill.journal.keeping.backup import backups, copy_to, verify
from skill.journal.keeping.recovery import damaged_copies
from skill.journal.storage import tables
from skill.journal.storage.store import Journal
from skill.journal.times import night_bounds, night_of, to_text


def erase_old_nights(
    journal: Journal, keep_days: int, at: datetime, backup_folder: Path | None = None
) -> int:
    """Erase nights that began more than `keep_days` days before the night of `at`; how many episodes.

    0 keeps everything. Backups are cleaned too; a copy that can't be, and damaged journals put aside, go.
    Raises JournalError.
    """
    if keep_days <= 0:
        return 0
    first_kept = night_of(at.astimezone(journal.zone)) - timedelta(days=keep_days)
    erased = erase_before(journal, first_kept)
    for backup in backups(backup_folder) if backup_folder is not None else ():
        clean_backup(backup.path, journal, first_kept)
    for damaged in damaged_copies(journal.where):
        damaged.unlink(missing_ok=True)  # nobody can tell which nights are in it
    return erased


def erase_before(journal: Journal, first_kept: date) -> int:
    """Erase all episodes of nights before `first_kept`, and what the device noted before then."""
    noon, _ = night_bounds(first_kept, journal.zone)
    wanted = [
        s.uuid
        for s in journal.episodes(
            until=first_kept - timedelta(days=1), include_deleted=True, include_false_starts=True
        )
    ]

    def work(connection: Connection) -> None:
        _remove(connection, wanted)
        table = tables.events
        # The last start or stop before then stays: without it the first kept night would have no data.
        kept = (
            connection.execute(
                select(table.c.id)
                .where(
                    table.c.episode.is_(None),
                    table.c.at < to_text(noon),
                    table.c.kind.in_(("service_started", "service_stopped", "deaf_from", "hearing_again")),
                )
                .order_by(table.c.at.desc(), table.c.id.desc())
                .limit(2)
            )
            .scalars()
            .all()
        )
        connection.execute(
            delete(table).where(
                table.c.episode.is_(None), table.c.at < to_text(noon), table.c.id.not_in(kept)
            )
        )

    journal.transact(work)
    journal.checkpoint()
    return len(wanted)


def erase_episodes(journal: Journal, uuids: Sequence[str]) -> None:
    """Erase these episodes for good, unlike `deleted`, which can be undone. Raises JournalError."""
    journal.transact(lambda connection: _remove(connection, uuids))
    journal.checkpoint()


def _remove(connection: Connection, uuids: Sequence[str]) -> None:
    for start in range(0, len(uuids), 500):
        part = list(uuids[start : start + 500])
        connection.execute(delete(tables.events).where(tables.events.c.episode.in_(part)))
        connection.execute(delete(tables.episodes).where(tables.episodes.c.uuid.in_(part)))


def clean_backup(path: Path, journal: Journal, first_kept: date) -> None:
    """Erase the old nights in one backup, in a copy that then takes its place."""
    scratch = path.with_name(f".{path.name}.cleaning.db")
    try:
        verify(path)
        copy_to(path, scratch)
        with Journal.open(scratch, zone=journal.zone) as copy:
            if erase_before(copy, first_kept) == 0:
                return
        with contextlib.closing(sqlite3.connect(scratch)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("VACUUM")
        verify(scratch)
        scratch.replace(path)
    except (JournalError, sqlite3.Error, OSError):
        path.unlink(missing_ok=True)
    finally:
        for each in path.parent.glob(f"{scratch.name}*"):
            each.unlink(missing_ok=True)
