"""Journal: the one door to the database. One writer, many readers; `append` returns after the commit."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from skill.errors import JournalError
from skill.events import JsonValue
from skill.journal.checks import check_event, storable
from skill.journal.episode import Event
from skill.journal.storage import database, tables
from skill.journal.storage.folding import rebuild_if_needed, set_value, value, write_events
from skill.journal.storage.patience import Patience
from skill.journal.storage.reader import NO_SUCH_EPISODE, JournalReader, NoSuchEpisode
from skill.journal.storage.spool import Spool
from skill.journal.storage.waiting import Waiting
from skill.journal.times import ClockReading, from_text, system_zone, to_text
from skill.messages.message import Message, sentence_of

__all__ = ["EpisodeChanged", "Journal", "NoSuchEpisode"]

BUSY_TIMEOUT_S = 2.0
"""How long a write waits for another program's lock."""

NIGHT_BUSY_TIMEOUT_S = 0.25
"""The same for the bedside service, which puts the event aside rather than keep a person waiting."""

CHANGED_MEANWHILE = Message("journal.changed_meanwhile")
_T = TypeVar("_T")
_TROUBLE = (SQLAlchemyError, sqlite3.Error, OSError)


class EpisodeChanged(JournalError):
    """Somebody else edited the episode since its version was read (two tabs, say)."""


class Journal(JournalReader):
    """Usable from several threads; close when done.

    `Journal.open` is for pages and commands: what can't be written raises JournalError.
    `skill.journal.keeping.recovery.open_for_night` gives the service one that keeps what can't be written now
    (`waiting` events, `trouble` the sentence) and writes it in, in order, as soon as it can.
    """

    def __init__(
        self,
        where: Path,
        zone: tzinfo,
        busy_timeout_s: float,
        spool: Spool | None = None,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(where, database.make_engine(where, write=False, busy_timeout_s=busy_timeout_s))
        self.zone = zone
        self.device = ""
        self._trouble = ""
        self._patience: Patience[int] = Patience()
        self._lock = threading.RLock()  # one writer
        self._writer = database.make_engine(where, write=True, busy_timeout_s=busy_timeout_s)
        self._ready = False
        self._waiting = Waiting(spool, now_s)

    @classmethod
    def open(
        cls, where: Path, *, zone: tzinfo | None = None, busy_timeout_s: float = BUSY_TIMEOUT_S
    ) -> Journal:
        """Open (make, check and migrate) the journal in this file. Raises JournalError."""
        journal = cls(where, zone or system_zone(), busy_timeout_s)
        try:
            journal.prepare()
        except JournalError:
            journal.close()
            raise
        return journal

    def close(self) -> None:
        """Write in what waits, if that can be done, and let go of the file."""
        if self._waiting:
            self._waiting.hurry()
            self.flush()
        self.release()

    def release(self) -> None:
        """Close every connection; the next use opens new ones."""
        self._writer.dispose()
        self._reader.dispose()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- the night -----------------------------------------------------------------------------------

    def append(
        self,
        kind: str,
        data: Mapping[str, JsonValue],
        episode_id: str | None,
        at: datetime,
        reading: ClockReading | None = None,
    ) -> int:
        """Add one row; its id, once it is committed. `at` is aware; `reading` is the same moment since boot.

        0 when it can't be written now and waits (only in a journal opened for the night), else JournalError.
        ValueError for a kind or field that doesn't exist.
        """
        event = self.event(kind, data, episode_id, at, reading)
        if self._waiting.spool is None:
            return self._commit([event])
        self._waiting.add(event)
        return self.flush()

    def flush(self) -> int:
        """Write in what waits, unless that was tried just now; id of the last row, or 0.

        A disk that doesn't come back is not waited for (`Patience`): it writes when it can, or at the next flush.
        """
        return self._patience.call(self._write_waiting, 0) if self._waiting else 0

    def _write_waiting(self) -> int:
        with self._lock:
            events = self._waiting.events
            if events and self._waiting.due:
                try:
                    last = self._commit(events, skip_known=True)
                except JournalError as error:
                    self._trouble = sentence_of(error)
                    self._waiting.put_off()
                else:
                    self._waiting.written(len(events))
                    self._trouble = ""
                    return last
            self._waiting.make_safe()
            return 0

    def forget_waiting(self) -> None:
        """Let go of what isn't in the database yet: the person wants to be forgotten."""
        with self._lock:
            self._waiting.clear()

    @property
    def waiting(self) -> int:
        """Events that aren't in the database yet."""
        return len(self._waiting)

    @property
    def trouble(self) -> str:
        """The sentence for a person; "" while rows are written."""
        return Message("journal.disk_hangs") if self._patience.late else self._trouble

    @trouble.setter
    def trouble(self, sentence: str) -> None:
        self._trouble = sentence

    def alive(self, at: datetime, reading: ClockReading | None = None) -> None:
        """Say now and then (every few minutes) that the service runs: so that a power cut can be dated."""

        def work() -> int:
            try:
                with self._lock, self._writer.begin() as connection:
                    set_value(connection, "alive_at", to_text(at))
                    known = f"{reading.since_boot_s} {reading.boot}" if reading else ""
                    set_value(connection, "alive_reading", known)
            except _TROUBLE:
                pass  # append tells of the trouble; this only dates it
            return 0

        self._patience.call(work, 0)

    def last_alive(self) -> datetime | None:
        """When `alive` was last said."""
        found = self._read(select(tables.meta.c.value).where(tables.meta.c.key == "alive_at"))
        return from_text(str(found[0][0]), self.zone) if found else None

    def last_alive_reading(self) -> ClockReading | None:
        """The same moment since the machine started, where it was said."""
        found = self._read(select(tables.meta.c.value).where(tables.meta.c.key == "alive_reading"))
        seconds, _, boot = str(found[0][0]).partition(" ") if found else ("", "", "")
        return ClockReading(boot, float(seconds)) if boot else None

    # --- a person's edits ----------------------------------------------------------------------------

    def change(
        self,
        episode_id: str,
        changes: Sequence[tuple[str, Mapping[str, JsonValue]]],
        at: datetime,
        expected_version: int | None = None,
    ) -> int:
        """A person's edits of one episode, all or none; the new version.

        Raises EpisodeChanged when it isn't at `expected_version` any more, NoSuchEpisode, JournalError.
        """
        events = [self.event(kind, data, episode_id, at) for kind, data in changes]

        def still_so(connection: Connection) -> None:
            query = select(tables.episodes.c.version).where(tables.episodes.c.uuid == episode_id)
            version = connection.execute(query).scalar_one_or_none()
            if version is None:
                raise NoSuchEpisode(NO_SUCH_EPISODE)
            if expected_version is not None and version != expected_version:
                raise EpisodeChanged(CHANGED_MEANWHILE)

        return self._commit(events, before=still_so)

    # --- within --------------------------------------------------------------------------------------

    def event(
        self,
        kind: str,
        data: Mapping[str, JsonValue],
        episode_id: str | None,
        at: datetime,
        reading: ClockReading | None = None,
    ) -> Event:
        """The event as it would be written, stamped with this device and zone."""
        check_event(kind, data)
        to_text(at)  # aware, or ValueError
        zone = at.tzinfo if isinstance(at.tzinfo, ZoneInfo) and at.tzinfo.key != "UTC" else self.zone
        name = zone.key if isinstance(zone, ZoneInfo) else "UTC"
        clean = {key: storable(each) for key, each in data.items()}
        return Event(
            0, str(uuid4()), at.astimezone(zone), name, self.device, episode_id, kind, clean,
            reading.boot if reading else "", reading.since_boot_s if reading else None,
        )  # fmt: skip

    def transact(self, work: Callable[[Connection], _T]) -> _T:
        """Run `work` in one write transaction, all of it or nothing. Raises JournalError."""
        try:
            with self._lock, self._writer.begin() as connection:
                return work(connection)
        except _TROUBLE as error:
            raise database.error_for(error, self.where) from error

    def prepare(self) -> None:
        """Make, check and migrate the database. Raises JournalError."""
        try:
            database.private_folder(self.where.parent)
            database.private_file(self.where)
            database.check_integrity(self.where)
        except _TROUBLE as error:
            raise database.error_for(error, self.where) from error

        def make_ready(connection: Connection) -> None:
            database.migrate(connection)
            self.device = value(connection, "device") or set_value(connection, "device", str(uuid4()))
            rebuild_if_needed(connection)

        self.transact(make_ready)
        self._ready = True

    def checkpoint(self, *, shrink: bool = False) -> None:
        """Move the write-ahead log into the file and empty it; `shrink` gives free room back too."""
        try:
            with self._lock, contextlib.closing(sqlite3.connect(self.where, timeout=5.0)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                if shrink:
                    connection.execute("VACUUM")
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except _TROUBLE as error:
            raise database.error_for(error, self.where) from error

    def _read(self, query: Any) -> Sequence[Any]:
        if not self._ready:
            self.prepare()
        return super()._read(query)

    def _commit(
        self,
        events: Sequence[Event],
        *,
        before: Callable[[Connection], None] = lambda _: None,
        skip_known: bool = False,
    ) -> int:
        if not self._ready:
            self.prepare()

        def work(connection: Connection) -> int:
            before(connection)
            return write_events(connection, events, self.device, skip_known=skip_known)

        return self.transact(work)
