"""Opening the journal so that the night can begin, whatever has become of the file."""

from __future__ import annotations

import contextlib
import itertools
import json
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from sqlalchemy import Connection

from skill.errors import JournalError
from skill.journal.episode import Event
from skill.journal.keeping.backup import Backup, copy_to, make_backup, newest_good, restore_into, verify
from skill.journal.storage import database
from skill.journal.storage.database import DamagedJournal, NewerJournal
from skill.journal.storage.folding import write_events
from skill.journal.storage.spool import Spool
from skill.journal.storage.store import NIGHT_BUSY_TIMEOUT_S, Journal
from skill.journal.times import from_text, system_zone, zone_of
from skill.messages.message import Message, sentence_of


@dataclass(frozen=True, slots=True)
class OpenedJournal:
    """The journal, and what a person should be told about how it was found."""

    journal: Journal
    notices: tuple[str, ...] = ()


def open_for_night(
    path: Path,
    backups: Path,
    at: datetime,
    *,
    zone: tzinfo | None = None,
    now_s: Callable[[], float] = time.monotonic,
) -> OpenedJournal:
    """The journal for the bedside service. Never raises for what may be wrong with the file or the disk.

    A damaged file is put aside, the newest good backup put in its place, and what can still be read of the
    damaged one added to it. A journal that can't be opened at all keeps what it is told until it can.
    """
    zone = zone or system_zone()
    with contextlib.suppress(OSError):
        database.private_folder(path.parent)
    journal = Journal(path, zone, NIGHT_BUSY_TIMEOUT_S, Spool(spool_path(path)), now_s)
    try:
        if _is_gone(path) and newest_good(backups, at):
            raise DamagedJournal(Message("journal.damaged", path=path))
        journal.prepare()
        journal.flush()
    except DamagedJournal as damage:
        try:
            return OpenedJournal(journal, (_recover(journal, path, backups, at),))
        except (JournalError, OSError):
            journal.trouble = sentence_of(damage)
    except JournalError as error:
        journal.trouble = sentence_of(error)
    return OpenedJournal(journal, (journal.trouble,) if journal.trouble else ())


def spool_path(journal_file: Path) -> Path:
    """Where events wait when this journal can't be written."""
    return journal_file.with_name(f"{journal_file.stem}.waiting")


def restore_journal(journal_file: Path, source: Path, backups: Path, at: datetime) -> str:
    """Make the journal what `source` holds; what was there is backed up, or put aside where it is damaged.

    The name of the file that holds what was there, "" where there was nothing. While no service runs
    (`InstanceLock`). Raises JournalError; then nothing has changed.
    """
    verify(source)
    before = ""
    try:
        if not _is_gone(journal_file):
            database.check_integrity(journal_file)
            before = make_backup(journal_file, backups, at, rotate=False).path.name
        database.private_folder(journal_file.parent)
        database.private_file(journal_file)
        restore_into(source, journal_file)
    except (DamagedJournal, NewerJournal) as error:
        before = put_aside(journal_file, at, "newer" if isinstance(error, NewerJournal) else "damaged").name
        copy_to(source, journal_file)
    except (sqlite3.Error, OSError) as error:
        raise database.error_for(error, journal_file) from error
    Journal.open(journal_file).close()
    return before


def damaged_copies(journal_file: Path) -> tuple[Path, ...]:
    """What `put_aside` left over the years: a person who wants to be forgotten means these too."""
    found = (journal_file.parent.glob(f"{journal_file.stem}.{why}-*") for why in ("damaged", "newer"))
    return tuple(sorted(path for paths in found for path in paths))


def put_aside(journal_file: Path, at: datetime, why: str = "damaged") -> Path:
    """Rename a database that can't be used, with what lies beside it, so that it can still be looked into."""
    aside = journal_file.with_name(f"{journal_file.stem}.{why}-{at.astimezone(UTC):%Y%m%dT%H%M%S}Z.db")
    for old, new in zip(
        (journal_file, *database.companions(journal_file)), (aside, *database.companions(aside)), strict=True
    ):
        if old.exists():
            old.replace(new)
    return aside


def salvage(damaged: Path) -> tuple[Event, ...]:
    """The events that can still be read from a damaged file, in order: from both ends up to the damage.

    First of the file alone, for the write-ahead log beside it may be another's; then with the log.
    """
    found: dict[int, Event] = {}
    for how, order in itertools.product(("immutable=1", "mode=ro"), ("ASC", "DESC")):
        with (
            contextlib.suppress(sqlite3.Error, ValueError, TypeError, IndexError),
            contextlib.closing(
                sqlite3.connect(f"{damaged.resolve().as_uri()}?{how}", uri=True)
            ) as connection,
        ):
            connection.row_factory = sqlite3.Row
            for row in connection.execute(f"SELECT * FROM events ORDER BY id {order}"):
                zone, known = str(row["zone"]), row.keys()
                found[int(row["id"])] = Event(
                    int(row["id"]),
                    str(row["uuid"]),
                    from_text(row["at"], zone_of(zone)),
                    zone,
                    str(row["device"]),
                    row["episode"],
                    str(row["kind"]),
                    json.loads(row["data"]),
                    row["boot"] if "boot" in known else "",
                    row["since_boot_s"] if "boot" in known else None,
                )
    return tuple(found[key] for key in sorted(found))


def _is_gone(path: Path) -> bool:
    try:
        return not path.exists() or path.stat().st_size == 0
    except OSError:  # what may not be looked at is not gone
        return False


def _recover(journal: Journal, path: Path, backups: Path, at: datetime) -> str:
    journal.release()
    aside = put_aside(path, at)
    backup: Backup | None = newest_good(backups, at)
    if backup is not None:
        copy_to(backup.path, path)
    journal.prepare()
    events = salvage(aside)

    def add(connection: Connection) -> int:
        before = connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one()
        write_events(connection, events, journal.device, skip_known=True)
        return int(connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one()) - int(before)

    saved = journal.transact(add)
    journal.flush()
    if backup is None:
        return Message("journal.began_anew", saved=saved, aside=aside.name)
    day = backup.at.astimezone(journal.zone).strftime("%d.%m.%Y")
    return Message("journal.fell_back", day=day, saved=saved, aside=aside.name)
