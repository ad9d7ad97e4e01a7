"""How long a disk is waited for: one that hangs must not hold up who speaks and listens."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from skill.background_call import BackgroundCall

T = TypeVar("T")

PATIENCE_S = 1.5
"""A commit takes milliseconds, on a busy old card a second; a cry has to be answered within five."""


class Patience(Generic[T]):
    """Work on a disk, waited for that long. While work is late nothing more is begun."""

    def __init__(self, limit_s: float = PATIENCE_S) -> None:
        self._limit_s = limit_s
        self._lock = threading.Lock()
        self._late: BackgroundCall[T] | None = None

    @property
    def late(self) -> bool:
        """The disk hasn't come back from what it was asked last."""
        with self._lock:
            return self._late is not None and not self._late.returned()

    def call(self, work: Callable[[], T], otherwise: T) -> T:
        """What `work` gives, or raises; `otherwise` where it, or work before it, is late."""
        if self.late:
            return otherwise
        call = BackgroundCall("disk", work)
        if not call.returned(self._limit_s):
            with self._lock:
                self._late = call
            return otherwise
        return call.result()
