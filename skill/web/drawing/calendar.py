"""A month of nights as weeks, for the calendar above the list. Pure."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from skill.journal.figures.statistics import severity
from skill.journal.storage.rows import Summary

BAD_FROM = 7  # pain, of 10: drawn as a bad night


@dataclass(frozen=True, slots=True)
class Day:
    """One night, named by its morning. `cramps` 0 with `heard` false means: not known."""

    night: date
    morning: date
    cramps: int
    worst: int | None
    no_data: bool
    elsewhere: bool  # of the month before or after
    to_come: bool

    @property
    def look(self) -> str:
        """How it is drawn: none | some | bad | dark | later."""
        if self.to_come:
            return "later"
        if self.cramps:
            return "bad" if self.worst is not None and self.worst >= BAD_FROM else "some"
        return "dark" if self.no_data else "none"


def month_of_nights(
    month: date, episodes: Sequence[Summary], dark: frozenset[date], last: date
) -> tuple[tuple[Day, ...], ...]:
    """The weeks of `month` (any day of it), Monday first, as mornings of nights. `last` is the newest night.

    A night that is not over is drawn only when there was a cramp in it: that none came so far says nothing yet.
    """
    by_night: dict[date, list[Summary]] = {}
    for episode in episodes:
        by_night.setdefault(episode.night, []).append(episode)

    def day(morning: date) -> Day:
        night = morning - timedelta(days=1)
        those = by_night.get(night, [])
        pains = [pain for pain in map(severity, those) if pain is not None]
        return Day(
            night, morning, len(those), max(pains, default=None), night in dark,
            morning.month != month.month, night > last or (night == last and not those),
        )  # fmt: skip

    return tuple(tuple(map(day, week)) for week in Calendar().monthdatescalendar(month.year, month.month))
