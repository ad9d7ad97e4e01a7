"""Named deadlines of the dialogue."""

from __future__ import annotations


class Timers:
    """At most one deadline for each name; they fire in the order of their deadlines."""

    def __init__(self) -> None:
        self._due_s: dict[str, float] = {}

    def start(self, timer: str, at_s: float) -> None:
        """Set or replace the deadline of `timer`."""
        self._due_s[timer] = at_s

    def cancel(self, timer: str) -> None:
        self._due_s.pop(timer, None)

    def clear(self) -> None:
        self._due_s.clear()

    def pop_due(self, now_s: float) -> str | None:
        """The timer whose deadline passed first, forgotten by this call; None when nothing is due."""
        if not self._due_s:
            return None
        timer = min(self._due_s, key=lambda name: self._due_s[name])
        if self._due_s[timer] > now_s:
            return None
        del self._due_s[timer]
        return timer

    def next_s(self) -> float | None:
        """When the next one is due, for the loop to sleep until."""
        return min(self._due_s.values(), default=None)
