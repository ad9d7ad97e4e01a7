"""New rows of the journal as they are written, read beside the service: read-only, and without ever holding it up."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from skill.journal.episode import Event
from skill.journal.times import from_text, night_of, to_text, zone_of

_COLUMNS = "id, uuid, at, zone, device, episode, kind, data, boot, since_boot_s"


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found. `anew`: the journal was opened, or put back from a copy: the rows begin at `since` again."""

    rows: tuple[Event, ...] = ()
    anew: bool = False


class JournalTail:
    """Follows one journal file. A file that is missing, locked or damaged gives nothing until it can be read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None
        self._file = 0  # inode: another one means that the journal was put back from a copy
        self._version = -1
        self._last_id = 0

    def look(self, since: datetime) -> Look:
        """Rows that this device wrote since the last look; at the first one, those not older than `since`."""
        try:
            return self._look(since)
        except (sqlite3.Error, OSError, ValueError):
            self.close()
            return Look()

    def alive_at(self) -> datetime | None:
        """When the service last gave a sign of life, as far as the journal says."""
        with contextlib.suppress(sqlite3.Error, ValueError):
            if self._db is not None:
                row = self._db.execute("SELECT value FROM meta WHERE key = 'alive_at'").fetchone()
                return from_text(row[0]) if row else None
        return None

    def device(self) -> str:
        """The name by which this journal's rows are known; "" while it can't be read."""
        with contextlib.suppress(sqlite3.Error):
            if self._db is not None:
                return _device(self._db)
        return ""

    def since_start(self) -> tuple[Event, ...]:
        """The device's own rows since its service last started, however long ago that was."""
        start = "SELECT max(id) FROM events WHERE kind = 'service_started' AND device = ?"
        query = f"SELECT {_COLUMNS} FROM events WHERE id >= ({start}) AND device = ? AND episode IS NULL ORDER BY id"
        with contextlib.suppress(sqlite3.Error, ValueError):
            if self._db is not None:
                device = _device(self._db)
                return tuple(_event(row) for row in self._db.execute(query, (device, device)))
        return ()

    def cramps_tonight(self, now: datetime) -> int | None:
        """How many cramps the night of `now` has had; None while the journal can't be read."""
        query = "SELECT count(*) FROM episodes WHERE night = ? AND NOT deleted AND NOT false_start"
        with contextlib.suppress(sqlite3.Error):
            if self._db is not None:
                return int(self._db.execute(query, (night_of(now).isoformat(),)).fetchone()[0])
        return None

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
        self._db, self._version, self._last_id = None, -1, 0

    def _look(self, since: datetime) -> Look:
        file = self._path.stat().st_ino
        anew = self._db is None or file != self._file
        if anew:
            self.close()
            self._db, self._file = (
                sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True),
                file,
            )
        db = self._db
        assert db is not None
        version = int(db.execute("PRAGMA data_version").fetchone()[0])
        if version == self._version:
            return Look()
        newest = int(db.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0])
        if newest < self._last_id:
            anew, self._last_id = True, 0
        query = f"SELECT {_COLUMNS} FROM events WHERE id > ? AND at >= ? AND device = ? ORDER BY id"
        found = db.execute(query, (self._last_id, to_text(since), _device(db))).fetchall()
        self._version, self._last_id = version, newest
        return Look(tuple(_event(row) for row in found), anew)


def _device(db: sqlite3.Connection) -> str:
    row = db.execute("SELECT value FROM meta WHERE key = 'device'").fetchone()
    return str(row[0]) if row else ""


def _event(row: tuple[object, ...]) -> Event:
    number, uuid, at, zone, device, episode, kind, data, boot, since_boot_s = row
    return Event(
        int(str(number)), str(uuid), from_text(str(at), zone_of(str(zone))), str(zone), str(device),
        None if episode is None else str(episode), str(kind), json.loads(str(data)), str(boot),
        None if since_boot_s is None else float(str(since_boot_s)),
    )  # fmt: skip
