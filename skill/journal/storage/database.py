"""Opening the database: connections, pragmas, who may read the file, migrations, and what went wrong."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from skill.errors import JournalError
from skill.messages.message import Message

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
KNOWN_VERSIONS = ("0001", "0002")
"""Every schema that was ever released, oldest first; a test compares it with the migrations."""
SCHEMA_VERSION = KNOWN_VERSIONS[-1]


class DamagedJournal(JournalError):
    """The file is not a sound database; a backup is what helps."""


class NewerJournal(JournalError):
    """The schema is of a later version than this program knows."""


def private_folder(folder: Path) -> None:
    """Make `folder` and its missing parents, readable by their owner only; what exists is left as it is."""
    missing = [f for f in (folder, *folder.parents) if not f.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def private_file(path: Path) -> None:
    """See to it that `path` exists and that only its owner can read it."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)


def make_engine(path: Path, *, write: bool, busy_timeout_s: float) -> Engine:
    """An engine whose transactions are what they seem: a writer takes the write lock when it begins.

    Write-ahead log, every commit on the disk before it returns.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=1 if write else 4,
        max_overflow=0 if write else 12,
        connect_args={"timeout": busy_timeout_s},
    )

    @event.listens_for(engine, "connect")
    def _connected(dbapi: Any, _record: object) -> None:
        dbapi.isolation_level = None  # the transactions below are ours
        cursor = dbapi.cursor()
        if write:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA secure_delete=ON")  # what a person erases is gone from the disk too
        else:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _began(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def check_integrity(path: Path) -> None:
    """Refuse a file that SQLite itself finds faults in. A missing or empty file is a new journal."""
    if not path.exists() or path.stat().st_size == 0:
        return
    if _is_another_s(path):
        raise DamagedJournal(Message("journal.damaged", path=path))
    try:
        connection = sqlite3.connect(path, timeout=5.0)
        try:
            rows = connection.execute("PRAGMA quick_check(1)").fetchall()
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        if _damaged(error):
            raise DamagedJournal(Message("journal.damaged", path=path)) from error
        raise
    if rows != [("ok",)]:
        raise DamagedJournal(Message("journal.damaged", path=path))


def _is_another_s(path: Path) -> bool:
    """Tables, but none of ours: another program's database, or the write-ahead log of another one beside this file.

    SQLite takes such a log for this file's own, and when it is opened for writing nothing is left of what was there.
    Our own tables are made in one transaction, so there is no journal with some of them.
    """
    with contextlib.suppress(sqlite3.Error), contextlib.closing(read_only(path)) as connection:
        tables = {
            str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        return bool(tables) and "alembic_version" not in tables
    return False


def companions(path: Path) -> tuple[Path, ...]:
    """The files that SQLite keeps beside a database."""
    return tuple(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))


def read_only(path: Path) -> sqlite3.Connection:
    """A connection that can't change the file. Raises sqlite3.Error where there is none."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def schema_version(path: Path) -> str:
    """The schema version that a SQLite file says it has; "" when it isn't a journal. Raises sqlite3.Error."""
    connection = read_only(path)
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return ""
        raise
    finally:
        connection.close()
    return "" if row is None else str(row[0])


def migrate(connection: Connection) -> None:
    """Bring the schema to this program's version, in one transaction: all of it or nothing."""
    if connection.dialect.has_table(connection, "alembic_version"):
        rows = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
        present = {str(row[0]) for row in rows}
        if present == {SCHEMA_VERSION}:
            return
        if not present <= set(KNOWN_VERSIONS):
            raise NewerJournal(Message("journal.newer"))
    from alembic import command  # only here: it takes longer to import than the journal to open
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, SCHEMA_VERSION)


def _damaged(error: BaseException) -> bool:
    text = str(error).lower()
    return "malformed" in text or "not a database" in text or "disk image" in text or "encrypted" in text


def error_for(error: Exception, where: Path) -> JournalError:
    """The error to raise for what the driver raised."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return (DamagedJournal if _damaged(cause) else JournalError)(sentence_for(error, where))


def sentence_for(error: Exception, where: Path) -> Message:
    """What a database error means for the night, and what to do."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    text = str(cause).lower()
    if _damaged(cause):
        return Message("journal.damaged", path=where)
    if "full" in text or "no space" in text or "disk i/o" in text or "file too large" in text:
        return Message("journal.disk_full")
    if "locked" in text or "busy" in text:
        return Message("journal.locked")
    if "readonly" in text or "read-only" in text or "permission" in text or "unable to open" in text:
        return Message("journal.read_only", path=where)
    why = str(cause).splitlines()[0] if str(cause) else type(cause).__name__
    return Message("journal.unreachable", why=why)
