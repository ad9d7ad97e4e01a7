"""The journal's figures, fetched and counted: what pages and the doctor's summary begin with."""

from __future__ import annotations

from datetime import date, datetime, time

from skill.journal.episode import Event
from skill.journal.figures.coverage import COVERAGE_KINDS, Hours, NightState, listening, night_states, window
from skill.journal.figures.statistics import Statistics, statistics
from skill.journal.storage.store import Journal
from skill.settings.values import VoiceSettings

ALIVE = "alive"  # no kind of row: it only dates


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
    spans = listening(rows, now)
    return night_states(spans, since, until, now, hours, journal.zone)


def figures(
    journal: Journal, since: date, until: date, now: datetime, hours: Hours | None = None
) -> Statistics:
    """The figures of the nights since..until. Raises JournalError."""
    return statistics(journal.episodes(since, until), nights(journal, since, until, now, hours), since, until)
