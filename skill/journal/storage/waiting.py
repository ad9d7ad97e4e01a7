"""The events that aren't in the database yet, in order: in memory, and on the disk where there is a spool."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from skill.journal.episode import Event
from skill.journal.storage.spool import Spool

WRITE_RETRY_S = 2.0
"""After a failure the database is left alone for this long."""


class Waiting:
    """A queue that outlives the process if its spool can be written.

    Any thread may add at any time, also while another one waits for a disk; the rest is for one thread at a time.
    """

    def __init__(self, spool: Spool | None, now_s: Callable[[], float]) -> None:
        self.spool = spool
        self._lock = threading.Lock()  # never held while anything is written
        self._events: list[Event] = []
        self._unsafe = 0  # of those, how many are in memory only
        self._now_s = now_s
        self._retry_at_s = 0.0
        if spool is not None:
            spool.prepare()
            self._events.extend(spool.read())

    def __len__(self) -> int:
        return len(self._events)

    @property
    def events(self) -> Sequence[Event]:
        """Those that wait now, in order."""
        with self._lock:
            return tuple(self._events)

    @property
    def due(self) -> bool:
        """Whether the database may be tried now."""
        return self._now_s() >= self._retry_at_s

    def add(self, event: Event) -> None:
        with self._lock:
            self._events.append(event)
            self._unsafe += 1

    def put_off(self) -> None:
        """The database could not be written: not again at once."""
        self._retry_at_s = self._now_s() + WRITE_RETRY_S

    def hurry(self) -> None:
        """Try at the next chance, however short a time ago it failed."""
        self._retry_at_s = 0.0

    def make_safe(self) -> None:
        """Put on the disk what is in memory only. Best effort."""
        with self._lock:
            unsafe = self._events[-self._unsafe :] if self._unsafe else []
        if unsafe and self.spool is not None and self.spool.add(unsafe):
            with self._lock:
                self._unsafe -= len(unsafe)

    def written(self, count: int) -> None:
        """So many of the first ones are in the database; what was added meanwhile goes on waiting."""
        with self._lock:
            del self._events[:count]
            self._unsafe = len(self._events)
        if self.spool is not None:
            self.spool.clear()

    def clear(self) -> None:
        """The person wants to be forgotten."""
        self.written(len(self._events))
