"""«This phone is mine»: browsers that stay logged in for months, through restarts, until somebody withdraws it.

Kept in a file of the installation's own; of the secret that a browser holds, only a hash is in it.
"""

from __future__ import annotations

import json
import secrets
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from skill.files import read_json, write_whole

REMEMBERED = timedelta(days=180)
SEEN_EVERY = timedelta(days=1)
"""How often it is written down that a browser was here."""
MOST_DEVICES = 40


@dataclass(frozen=True, slots=True)
class KnownBrowser:
    """One browser that need not log in. `opened_by`: a fingerprint of the PIN it logged in with, then."""

    name: str  # iphone | android | windows | mac | linux | other
    secret_hash: str
    opened_by: str
    began_at: str  # ISO 8601, UTC
    seen_at: str

    @property
    def began(self) -> datetime:
        return datetime.fromisoformat(self.began_at)

    @property
    def seen(self) -> datetime:
        return datetime.fromisoformat(self.seen_at)

    @property
    def key(self) -> str:
        """By which it is withdrawn."""
        return self.secret_hash[:16]


def fingerprint_of(pin_hash: str) -> str:
    return sha256(b"device" + pin_hash.encode()).hexdigest()


def browser_name(user_agent: str) -> str:
    """What kind of machine a browser says it runs on."""
    names = (("iPhone", "iphone"), ("iPad", "iphone"), ("Android", "android"), ("Windows", "windows"),
             ("Mac OS", "mac"), ("Linux", "linux"))  # fmt: skip
    return next((name for part, name in names if part in user_agent), "other")


class KnownBrowsers:
    """Usable from several threads. A file that can't be read holds nobody; what can't be written is forgotten."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._known: list[KnownBrowser] = _read(path)

    def all(self) -> tuple[KnownBrowser, ...]:
        """The last seen first."""
        with self._lock:
            return tuple(sorted(self._known, key=lambda each: each.seen, reverse=True))

    def remember(self, user_agent: str, pin_hash: str, now: datetime) -> str:
        """The secret for the browser to keep."""
        secret, at = secrets.token_urlsafe(32), now.astimezone(UTC).isoformat(timespec="seconds")
        new = KnownBrowser(browser_name(user_agent), _hash(secret), fingerprint_of(pin_hash), at, at)
        with self._lock:
            kept = sorted(self._known, key=lambda each: each.seen)[-(MOST_DEVICES - 1) :]
            self._write([*kept, new])
        return secret

    def opened_by(self, secret: str, pin_hashes: tuple[str, ...], now: datetime) -> str:
        """Which of `pin_hashes` this browser's log-in still stands for; "" where it isn't known any more."""
        if not secret:
            return ""
        wanted = _hash(secret)
        with self._lock:
            found = next((each for each in self._known if each.secret_hash == wanted), None)
            if found is None or now - found.began > REMEMBERED:
                return ""
            by = next((h for h in pin_hashes if h and fingerprint_of(h) == found.opened_by), "")
            if by and now - found.seen > SEEN_EVERY:
                seen = replace(found, seen_at=now.astimezone(UTC).isoformat(timespec="seconds"))
                self._write([seen if each is found else each for each in self._known])
            return by

    def withdraw(self, key: str) -> bool:
        """Let one go, by its key; False where nobody has it."""
        with self._lock:
            kept = [each for each in self._known if each.key != key]
            gone = len(kept) < len(self._known)
            if gone:
                self._write(kept)
            return gone

    def forget(self, secret: str) -> None:
        """The browser itself logs out."""
        if secret:
            self.withdraw(_hash(secret)[:16])

    def _write(self, known: list[KnownBrowser]) -> None:
        self._known = known
        with suppress(OSError):
            write_whole(self._path, json.dumps([asdict(each) for each in known]).encode())


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _read(path: Path) -> list[KnownBrowser]:
    try:
        known = [KnownBrowser(**row) for row in read_json(path)]
        return [each for each in known if each.began.tzinfo is not None and each.seen.tzinfo is not None]
    except (OSError, ValueError, TypeError):
        return []
