"""Slows down guessing: after a few wrong PINs a caller waits, longer each time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

FREE_TRIES = 5
FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 900.0
EVERYONE_TRIES = 30  # wrong PINs from all addresses together before everyone but this machine waits
_FORGET_AFTER_S = 3600.0
_MOST_CALLERS = 1000


@dataclass
class _Caller:
    failures: int = 0
    blocked_until_s: float = 0.0
    last_s: float = 0.0


@dataclass
class Throttle:
    """`clock` is monotonic seconds. Safe to use from several threads."""

    clock: Callable[[], float]
    _callers: dict[str, _Caller] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait_s(self, caller: str, shared: str = "") -> float:
        """Seconds until `caller` (and the group `shared`, if any) may try again; 0.0 means now."""
        now = self.clock()
        with self._lock:
            waits = [
                self._callers[name].blocked_until_s - now
                for name in (caller, shared)
                if name in self._callers
            ]
        return max(0.0, *waits, 0.0) if waits else 0.0

    def failed(self, caller: str, shared: str = "") -> None:
        now = self.clock()
        with self._lock:
            self._forget(now)
            self._count(caller, now, FREE_TRIES)
            if shared:
                self._count(shared, now, EVERYONE_TRIES)

    def succeeded(self, caller: str) -> None:
        with self._lock:
            self._callers.pop(caller, None)

    def _count(self, name: str, now: float, free: int) -> None:
        entry = self._callers.setdefault(name, _Caller())
        entry.failures += 1
        entry.last_s = now
        over = entry.failures - free
        if over >= 0:
            entry.blocked_until_s = now + min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(over, 10))

    def _forget(self, now: float) -> None:
        old = [
            n
            for n, c in self._callers.items()
            if now - c.last_s > _FORGET_AFTER_S and c.blocked_until_s < now
        ]
        for name in old:
            del self._callers[name]
        while len(self._callers) >= _MOST_CALLERS:
            del self._callers[min(self._callers, key=lambda n: self._callers[n].last_s)]
