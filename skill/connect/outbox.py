"""What waits to be sent, kept over restarts in a database of its own beside the journal."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from skill.connect.alerts import Alert
from skill.journal.times import from_text, to_text
from skill.messages.message import sentence_as_json, sentence_from_json
from skill.paths import UserPaths

MessageState = Literal["waiting", "unwanted", "sent", "seen", "given_up"]
FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 600.0
GIVEN_UP_AFTER = timedelta(hours=24)
KEPT = timedelta(days=7)
NAME_LENGTH = 60

_SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
  key TEXT PRIMARY KEY, alert TEXT NOT NULL, made_at TEXT NOT NULL, state TEXT NOT NULL, token TEXT NOT NULL UNIQUE,
  tries INTEGER NOT NULL DEFAULT 0, next_s REAL NOT NULL DEFAULT 0, trouble TEXT NOT NULL DEFAULT '""',
  sent_at TEXT, seen_at TEXT, seen_by TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL, at TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """One message and what became of it. `trouble`: why it could not be sent the last time; "" for nothing."""

    alert: Alert
    made_at: datetime
    state: MessageState
    token: str  # who knows it may say that the message was seen
    tries: int = 0
    trouble: str = ""
    sent_at: datetime | None = None
    seen_at: datetime | None = None
    seen_by: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """A remark of the sending process about itself."""

    sentence: str
    at: datetime


def outbox_file(paths: UserPaths) -> Path:
    return paths.data / "connect.db"


class Outbox:
    """Opened by the sending process and by the pages; each call is a transaction of its own. Raises sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, alert: Alert, now: datetime, *, wanted: bool = True) -> bool:
        """Keep it until it is sent; False where it was known already. Not wanted: known from now on, never sent."""
        row = (alert.key, _alert_text(alert), to_text(now), "waiting" if wanted else "unwanted")
        with self._open() as db:
            done = db.execute(
                "INSERT OR IGNORE INTO messages (key, alert, made_at, state, token) VALUES (?, ?, ?, ?, ?)",
                (*row, secrets.token_urlsafe(18)),
            )
            return done.rowcount > 0

    def due(self, now: datetime) -> QueuedMessage | None:
        """The next one to be tried, danger before everything else, then the oldest first.

        One that is to be tried later than any wait lasts failed while the clock stood far ahead.
        """
        now_s = now.timestamp()
        with self._open() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM messages WHERE state = 'waiting' AND (next_s <= ? OR next_s > ?)",
                (now_s, now_s + LONGEST_WAIT_S),
            ).fetchall()
        found = sorted(
            (_message(row) for row in rows), key=lambda m: (m.alert.kind not in _URGENT, m.made_at)
        )
        return found[0] if found else None

    def sent(self, key: str, now: datetime) -> None:
        """The receiver has taken it. Whether anybody has read it is another matter."""
        with self._open() as db:
            db.execute(
                "UPDATE messages SET state = 'sent', sent_at = ?, trouble = '\"\"' WHERE key = ? AND state = 'waiting'",
                (to_text(now), key),
            )

    def failed(self, message: QueuedMessage, trouble: str, now: datetime) -> None:
        """Try again later, ever more seldom; after a day no more."""
        wait_s = min(FIRST_WAIT_S * 2**message.tries, LONGEST_WAIT_S)
        state = "given_up" if now - message.made_at >= GIVEN_UP_AFTER else "waiting"
        with self._open() as db:
            db.execute(
                "UPDATE messages SET tries = tries + 1, next_s = ?, trouble = ?, state = ? WHERE key = ?",
                (now.timestamp() + wait_s, json.dumps(sentence_as_json(trouble)), state, message.alert.key),
            )

    def try_now(self) -> None:
        """The settings have changed: what waits is tried at once."""
        with self._open() as db:
            db.execute("UPDATE messages SET next_s = 0, tries = 0 WHERE state = 'waiting'")

    def seen(self, token: str, by: str, now: datetime) -> bool:
        """Somebody says that they have read it; False for a token that belongs to no message. The first name stays."""
        with self._open() as db:
            known = db.execute("SELECT 1 FROM messages WHERE token = ?", (token,)).fetchone()
            db.execute(
                "UPDATE messages SET state = 'seen', seen_at = ?, seen_by = ? WHERE token = ? AND state != 'seen'",
                (to_text(now), by.strip()[:NAME_LENGTH], token),
            )
            return known is not None

    def by_token(self, token: str) -> QueuedMessage | None:
        with self._open() as db:
            row = db.execute(f"SELECT {_COLUMNS} FROM messages WHERE token = ?", (token,)).fetchone()
        return _message(row) if row else None

    def latest(self, most: int = 20) -> tuple[QueuedMessage, ...]:
        """The newest first, without those that nobody wanted."""
        with self._open() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM messages WHERE state != 'unwanted' ORDER BY made_at DESC LIMIT ?",
                (most,),
            ).fetchall()
        return tuple(_message(row) for row in rows)

    def note(self, name: str, sentence: str, now: datetime) -> None:
        """Keep a remark by this name, instead of the one before; "" takes it away."""
        with self._open() as db:
            if sentence:
                text = json.dumps(sentence_as_json(sentence))
                db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?, ?)", (name, text, to_text(now)))
            else:
                db.execute("DELETE FROM notes WHERE name = ?", (name,))

    def noted(self) -> dict[str, Noted]:
        with self._open() as db:
            rows = db.execute("SELECT name, value, at FROM notes").fetchall()
        return {name: Noted(_sentence(value), from_text(at)) for name, value, at in rows}

    def began(self, now: datetime) -> datetime:
        """When somebody first wanted to be told: `now`, the first time this is asked."""
        with self._open() as db:
            db.execute("INSERT OR IGNORE INTO notes VALUES ('began', '\"\"', ?)", (to_text(now),))
            row = db.execute("SELECT at FROM notes WHERE name = 'began'").fetchone()
        return from_text(row[0])

    def forget_old(self, now: datetime) -> None:
        with self._open() as db:
            db.execute("DELETE FROM messages WHERE made_at < ?", (to_text(now - KEPT),))

    def forget_all(self) -> None:
        with self._open() as db:
            db.execute("DELETE FROM messages")
            db.execute("DELETE FROM notes")

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        new = not self.path.exists()
        if new:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))  # readable by its owner only
        db = sqlite3.connect(self.path, timeout=5.0, isolation_level=None)
        try:
            db.executescript("PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON;" + _SCHEMA)
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")
        finally:
            db.close()


def forget_messages(paths: UserPaths) -> None:
    """Erase all that was or was to be sent: it tells of somebody's nights. Raises sqlite3.Error."""
    file = outbox_file(paths)
    if file.exists():
        Outbox(file).forget_all()


_COLUMNS = "alert, made_at, state, token, tries, trouble, sent_at, seen_at, seen_by"
_URGENT = ("danger", "no_answer")


def _alert_text(alert: Alert) -> str:
    fields = {"key": alert.key, "kind": alert.kind, "at": alert.at.isoformat()}
    return json.dumps(fields | {"sign": alert.sign, "number": alert.number, "advice": alert.advice})


def _message(row: tuple[str, str, MessageState, str, int, str, str | None, str | None, str]) -> QueuedMessage:
    text, made_at, state, token, tries, trouble, sent_at, seen_at, seen_by = row
    fields = json.loads(text)
    alert = Alert(**fields | {"at": datetime.fromisoformat(fields["at"])})
    return QueuedMessage(
        alert, from_text(made_at), state, token, tries, _sentence(trouble),
        from_text(sent_at, UTC) if sent_at else None, from_text(seen_at, UTC) if seen_at else None, seen_by,
    )  # fmt: skip


def _sentence(text: str) -> str:
    """A note of a newer version, whose message this one doesn't know, reads as nothing."""
    with contextlib.suppress(LookupError, ValueError, TypeError):
        return sentence_from_json(json.loads(text))
    return ""
