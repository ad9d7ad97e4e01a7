"""Cramps written while the machine's clock was not set: when they really came, as far as later rows tell.

Every row bears the time since the machine started, which nobody can set. Rows of the same start written after the clock
was set tell how much was missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from skill.journal.episode import Episode, Event
from skill.journal.figures.coverage import COVERAGE_KINDS
from skill.journal.set_clock import CLOCK_SET_S, on_set_clock
from skill.journal.storage.store import Journal
from skill.journal.times import seconds_between


def missing_time(first: Event, later: Iterable[Event]) -> timedelta | None:
    """How much later `first` really was than it says; None where nothing speaks against its clock.

    Only rows of the same start of the machine count, and of those the last one.
    """
    if not first.boot or first.since_boot_s is None:
        return None
    same = [row for row in later if row.boot == first.boot and row.since_boot_s is not None]
    if not same:
        return None
    last = max(same, key=lambda row: row.since_boot_s or 0.0)
    by_boot = (last.since_boot_s or 0.0) - first.since_boot_s
    gap_s = seconds_between(first.at, last.at) - by_boot
    return timedelta(seconds=round(gap_s)) if by_boot >= 0 and abs(gap_s) > CLOCK_SET_S else None


def proposed_start(journal: Journal, episode: Episode, events: tuple[Event, ...]) -> datetime | None:
    """When a cramp most likely began, where its clock was wrong and nobody has corrected it. Raises JournalError."""
    if episode.by_hand or not events or "started_at" in episode.edited_fields:
        return None
    first = on_set_clock(events)[0]  # what the service has moved already needs no proposal
    if not first.boot:
        return None
    rows = list(journal.device_events(kinds=COVERAGE_KINDS))
    alive_at, reading = journal.last_alive(), journal.last_alive_reading()
    if alive_at and reading:
        rows.append(
            Event(0, "", alive_at, "", journal.device, None, "", {}, reading.boot, reading.since_boot_s)
        )
    missing = missing_time(first, rows)
    return None if missing is None else episode.started_at + missing
