"""A question to a database that may be frozen: never more than one of them waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from skill.background_call import BackgroundCall

T = TypeVar("T")


class OneQuestion(Generic[T]):
    """Safe from several threads: whoever asks while an answer is awaited awaits the same one."""

    def __init__(self, name: str, work: Callable[[], T]) -> None:
        self._name = name
        self._work = work
        self._asked: BackgroundCall[T] | None = None
        self._lock = threading.Lock()

    def answer(self, within_s: float) -> T | None:
        """None where it doesn't come in time. Raises what the work raised."""
        with self._lock:
            asked = self._asked = self._asked or BackgroundCall(self._name, self._work)
        if not asked.returned(within_s):
            return None
        with self._lock:
            if self._asked is asked:
                self._asked = None
        return asked.result()
