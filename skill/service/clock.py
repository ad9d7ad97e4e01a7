"""Time comes in through one door, so that a night can be run in seconds and a test never sleeps."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Two readings of the same moment."""

    def now_s(self) -> float:
        """Monotonic seconds: for holds, timers and the audio stream. Never jumps."""
        ...

    def wall(self) -> datetime:
        """Aware UTC time: for the journal. May jump when the system's clock is set."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now_s(self) -> float:
        return time.monotonic()

    def wall(self) -> datetime:
        return datetime.now(UTC)


class VirtualClock:
    """Stands still until it is told to move: audio time for recordings, demos and tests."""

    def __init__(self, wall: datetime) -> None:
        if wall.tzinfo is None:
            raise ValueError("a virtual clock needs an aware start time")
        self._start = wall.astimezone(UTC)
        self._now_s = 0.0
        self._jump = timedelta()

    def now_s(self) -> float:
        return self._now_s

    def wall(self) -> datetime:
        return self._start + timedelta(seconds=self._now_s) + self._jump

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("time only goes forward")
        self._now_s += seconds

    def jump_wall(self, by: timedelta) -> None:
        """The system's clock is set (NTP, a person): monotonic time does not notice."""
        self._jump += by
