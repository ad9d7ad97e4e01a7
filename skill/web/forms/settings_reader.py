"""The settings file as the pages see it: read again only when it has changed, saved without undoing others."""

from __future__ import annotations

import threading
from pathlib import Path

from skill.settings.file import Loaded, Stamp, read, save, stamp
from skill.settings.values import Settings

_UNREAD: Stamp = (-1, -1, -1)


class SettingsReader:
    """Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._seen: Stamp | None = _UNREAD
        self._loaded = Loaded(Settings())

    def read(self) -> Loaded:
        """The settings that hold now, and what is wrong in the file."""
        now = stamp(self._path)
        with self._lock:
            if now != self._seen:
                self._loaded, self._seen = read(self._path), now
            return self._loaded

    def save(self, after: Settings, before: Settings) -> None:
        """Write what differs between the two; what another page changed meanwhile stays. Raises SettingsError."""
        with self._lock:
            save(self._path, after, before)
            self._seen = _UNREAD
