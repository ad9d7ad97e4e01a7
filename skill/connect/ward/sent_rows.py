"""What the ward has taken of a bed's journal, kept over restarts; and what of it is no longer in the journal."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from skill.connect.ward.wire import FIELDS, MOST_GONE, MOST_ROWS, Batch
from skill.journal.episode import Event
from skill.journal.times import from_text, zone_of

SETTLED_NS = 1_000_000_000
_KINDS = ", ".join(f"'{kind}'" for kind in FIELDS)
_OURS = f"device = ? AND kind IN ({_KINDS})"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS sent (uuid TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS cursor (device TEXT PRIMARY KEY, upto INTEGER NOT NULL);
"""


class SentRows:
    """Beside the journal, which is only read. Every method raises sqlite3.Error."""

    def __init__(self, journal: Path, kept: Path) -> None:
        self._journal = journal
        self._kept = kept

    def stamp(self) -> tuple[int, ...]:
        """The same for as long as the journal was not written, as far as its files tell: a look costs microseconds.

        () where that can't be told: a file that was written just now may be written again within the same tick of its
        clock and keep its size.
        """
        found: list[int] = []
        settled_ns = time.time_ns() - SETTLED_NS
        for path in (self._journal, self._journal.with_name(f"{self._journal.name}-wal")):
            with contextlib.suppress(OSError):
                stat = path.stat()
                if stat.st_mtime_ns > settled_ns:
                    return ()
                found += [stat.st_ino, stat.st_mtime_ns, stat.st_size]
        return tuple(found)

    def next_batch(self, now: datetime) -> Batch | None:
        """What has to be sent next, perhaps nothing but a sign of life; None while the journal says nothing."""
        with self._read() as journal, self._write() as kept:
            device = _device(journal)
            if not device:
                return None
            newest = int(journal.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0])
            after = _upto(kept, device)
            if newest < after:  # the journal was put back from a copy
                after = 0
            found = journal.execute(
                "SELECT id, uuid, at, zone, episode, kind, data FROM events "
                f"WHERE id > ? AND {_OURS} ORDER BY id LIMIT ?",
                (after, device, MOST_ROWS),
            ).fetchall()
            upto = newest if len(found) < MOST_ROWS else int(found[-1][0])
            rows = tuple(_event(row, device) for row in found)
            return Batch(uuid4().hex, device, after, upto, now, rows, _gone(journal, kept, device, after))

    def taken(self, batch: Batch) -> None:
        """The ward has all of it in its database."""
        with self._write() as kept:
            kept.executemany("INSERT OR IGNORE INTO sent VALUES (?)", [(row.uuid,) for row in batch.rows])
            kept.executemany("DELETE FROM sent WHERE uuid = ?", [(uuid,) for uuid in batch.gone])
            kept.execute("INSERT OR REPLACE INTO cursor VALUES (?, ?)", (batch.device, batch.upto))

    @contextlib.contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(f"{self._journal.absolute().as_uri()}?mode=ro", uri=True, timeout=1.0)
        try:
            yield db
        finally:
            db.close()

    @contextlib.contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        if not self._kept.exists():
            os.close(os.open(self._kept, os.O_CREAT | os.O_RDWR, 0o600))
        db = sqlite3.connect(self._kept, timeout=5.0)
        try:
            db.executescript("PRAGMA secure_delete=ON;" + _SCHEMA)
            with db:
                yield db
        finally:
            db.close()


def _gone(journal: sqlite3.Connection, kept: sqlite3.Connection, device: str, after: int) -> tuple[str, ...]:
    """Told by the counts first: rows of many years are compared only when some are missing."""
    there = int(
        journal.execute(f"SELECT count(*) FROM events WHERE id <= ? AND {_OURS}", (after, device)).fetchone()[
            0
        ]
    )
    if there >= int(kept.execute("SELECT count(*) FROM sent").fetchone()[0]):
        return ()
    present = {row[0] for row in journal.execute(f"SELECT uuid FROM events WHERE {_OURS}", (device,))}
    missing = (row[0] for row in kept.execute("SELECT uuid FROM sent ORDER BY uuid") if row[0] not in present)
    return tuple(uuid for uuid, _ in zip(missing, range(MOST_GONE), strict=False))


def _upto(kept: sqlite3.Connection, device: str) -> int:
    row = kept.execute("SELECT upto FROM cursor WHERE device = ?", (device,)).fetchone()
    return int(row[0]) if row else 0


def _device(journal: sqlite3.Connection) -> str:
    row = journal.execute("SELECT value FROM meta WHERE key = 'device'").fetchone()
    return str(row[0]) if row else ""


def _event(row: tuple[object, ...], device: str) -> Event:
    number, uuid, at, zone, episode, kind, data = row
    moment = from_text(str(at), zone_of(str(zone)))
    of_episode = None if episode is None else str(episode)
    return Event(
        int(str(number)), str(uuid), moment, str(zone), device, of_episode, str(kind), json.loads(str(data))
    )
