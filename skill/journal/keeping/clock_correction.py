"""When the machine's clock is set while it runs, what was written on the old clock is moved to the new one."""

from __future__ import annotations

from datetime import datetime

from skill.journal.set_clock import CLOCK_CORRECTED, CLOCK_SET_S, ahead_s, on_set_clock
from skill.journal.storage.store import Journal
from skill.journal.times import ClockReading


def move_to_set_clock(journal: Journal, at: datetime, reading: ClockReading) -> int:
    """Correct every episode that began since the machine started, on a clock other than the one of now.

    `at` and `reading` are the same moment, on a clock that is believed. Gives how many were corrected; a second call
    corrects none of them again. Raises JournalError.
    """
    now_ahead_s = at.timestamp() - reading.since_boot_s
    corrected = 0
    for uuid in journal.begun_since_boot(reading.boot):
        begun_ahead_s = ahead_s(on_set_clock(journal.events(uuid))[0])
        if begun_ahead_s is None or abs(now_ahead_s - begun_ahead_s) < CLOCK_SET_S:
            continue
        by_s = round(now_ahead_s - begun_ahead_s, 1)
        journal.append(CLOCK_CORRECTED, {"by_s": by_s}, uuid, at, reading)
        corrected += 1
    return corrected
