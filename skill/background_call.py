"""A call that may not come back for minutes, or ever: of a sound driver, or of a disk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class BackgroundCall(Generic[T]):
    """Works in a thread of its own, so that who asked waits no longer than it wants to."""

    def __init__(self, name: str, work: Callable[[], T], after: BackgroundCall[object] | None = None) -> None:
        """`after`: begun when that one has come back."""
        self._work = work
        self._after = after
        self._made: T | None = None
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def returned(self, within_s: float = 0.0) -> bool:
        """Is it back, or does it come back within so many seconds?"""
        self._thread.join(within_s)
        return not self._thread.is_alive()

    def result(self) -> T:
        """What it gave, once it has returned. Raises what it raised."""
        if self._error is not None:
            raise self._error
        return self._made  # type: ignore[return-value]  # set, as it returned without an error

    def _run(self) -> None:
        if self._after is not None:
            self._after._thread.join()
        try:
            self._made = self._work()
        except Exception as error:  # handed to who asks for the result
            self._error = error
