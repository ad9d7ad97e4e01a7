"""The journal's figures, fetched and counted: what pages and the doctor's summary begin with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from skill.journal.episode import Event
from skill.journal.figures.coverage import COVERAGE_KINDS, Hours, NightState, listening, night_states, window
from skill.journal.figures.statistics import Statistics, statistics
from skill.journal.storage.store import Journal
from skill.settings.values import VoiceSettings

ALIVE = "alive"  # no kind of row: it only dates
SIGN_LASTS = timedelta(minutes=10)
"""A service that runs gives a sign of life every three minutes."""


def hours_of(voice: VoiceSettings) -> Hours:
    """The night is when the person wants quiet; the usual hours where those are set the same."""
    start, end = time.fromisoformat(voice.quiet_from), time.fromisoformat(voice.quiet_to)
    return Hours(start, end) if start != end else Hours()


def nights(
    journal: Journal, since: date, until: date, now: datetime, hours: Hours | None = None
) -> dict[date, NightState]:
    """What is known of each night since..until: heard | partly | no_data | not_over. `now` is aware.

    A night with "no_data" is shown as that unless somebody wrote an episode in. Raises JournalError.
    """
    hours = hours or Hours()
    from_then = window(since, hours, journal.zone).start
    rows = journal.listening_events(from_then, COVERAGE_KINDS)
    alive_at, reading = journal.last_alive(), journal.last_alive_reading()
    if alive_at and reading:  # the newest sign that the device runs, as if it were a row
        still = Event(
            0, "", alive_at, "", journal.device, None, ALIVE, {}, reading.boot, reading.since_boot_s
        )
        rows = (*rows, still) if rows and rows[-1].boot == reading.boot else rows
    spans = listening(rows, _heard_until(rows, alive_at, now))
    return night_states(spans, since, until, now, hours, journal.zone)


def _heard_until(rows: Sequence[Event], alive_at: datetime | None, now: datetime) -> datetime:
    """When what still goes on ends: now, unless the last sign of life is too old for anything to run still.

    A power cut writes no row, and somebody may read the nights weeks later, with nothing running. A sign from before
    the last row tells nothing of what began with that row.
    """
    if alive_at is None or not rows or alive_at + SIGN_LASTS < rows[-1].at:
        return now
    return min(now, max(alive_at, rows[-1].at) + SIGN_LASTS)


def figures(
    journal: Journal, since: date, until: date, now: datetime, hours: Hours | None = None
) -> Statistics:
    """The figures of the nights since..until. Raises JournalError."""
    return statistics(journal.episodes(since, until), nights(journal, since, until, now, hours), since, until)
