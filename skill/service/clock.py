"""Time comes in through one door, so that a night can be run in seconds and a test never sleeps."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from skill.journal.times import ClockReading


class Clock(Protocol):
    """Two readings of the same moment."""

    def now_s(self) -> float:
        """Monotonic seconds: for holds, timers and the audio stream. Never jumps."""
        ...

    def wall(self) -> datetime:
        """Aware UTC time: for the journal. May jump when the system's clock is set."""
        ...

    def reading(self) -> ClockReading:
        """Seconds since the machine started, time asleep included: what the wall clock is checked against."""
        ...


def _boot_name() -> str:
    """The kernel's name for this start; where it has none, one that no other run of this program shares."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()[:40]
    except (OSError, ValueError):
        return str(uuid4())


def _since_boot_s() -> float:
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class SystemClock:
    """The machine's own clocks."""

    def __init__(self) -> None:
        self._boot = _boot_name()

    def reading(self) -> ClockReading:
        return ClockReading(self._boot, _since_boot_s())

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
        self._boot = f"virtual-{uuid4().hex[:16]}"

    def reading(self) -> ClockReading:
        return ClockReading(self._boot, self._now_s)

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
