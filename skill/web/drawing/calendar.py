"""Nights as weeks, for calendars. Pure."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from skill.journal.figures.statistics import severity
from skill.journal.storage.rows import Summary

BAD_FROM = 7  # pain or disturbed sleep, of 10: drawn as a bad night


@dataclass(frozen=True, slots=True)
class Day:
    """One night, named by its morning. `cramps` 0 with `no_data` means: not known."""

    night: date
    morning: date
    cramps: int
    worst: int | None
    no_data: bool
    elsewhere: bool  # not of the month or period that is drawn
    to_come: bool
    marks: tuple[str, ...] = ()  # sleep | stretched | started | stopped

    @property
    def look(self) -> str:
        """How it is drawn: none | some | bad | dark | later."""
        if self.to_come:
            return "later"
        if self.cramps:
            return "bad" if self.worst is not None and self.worst >= BAD_FROM else "some"
        return "dark" if self.no_data else "none"


Weeks = tuple[tuple[Day, ...], ...]


@dataclass(frozen=True)
class Known:
    """What is known of the nights up to `last`, the newest one."""

    episodes: Sequence[Summary]
    dark: frozenset[date]  # nights on which nobody listened
    last: date
    stretched: frozenset[date] = frozenset()  # nights whose evening had stretching
    medicines: Mapping[date, frozenset[str]] = field(default_factory=dict)  # day → started, stopped

    @cached_property
    def by_night(self) -> Mapping[date, list[Summary]]:
        found: dict[date, list[Summary]] = {}
        for episode in self.episodes:
            found.setdefault(episode.night, []).append(episode)
        return found

    def day(self, morning: date, *, elsewhere: bool) -> Day:
        """A night that is not over is drawn only when there was a cramp in it: none so far says nothing yet."""
        night = morning - timedelta(days=1)
        those = self.by_night.get(night, [])
        pains = [pain for pain in map(severity, those) if pain is not None]
        disturbed = any((e.sleep_disturbance or 0) >= BAD_FROM for e in those)
        marks = ("sleep",) * disturbed + ("stretched",) * (night in self.stretched)
        marks += tuple(sorted(self.medicines.get(morning, ())))
        to_come = night > self.last or (night == self.last and not those)
        worst = max(pains, default=None)
        return Day(night, morning, len(those), worst, night in self.dark, elsewhere, to_come, marks)


def month_of_nights(month: date, known: Known) -> Weeks:
    """The weeks of `month` (any day of it), Monday first, as mornings of nights."""
    return tuple(
        tuple(known.day(morning, elsewhere=morning.month != month.month) for morning in week)
        for week in Calendar().monthdatescalendar(month.year, month.month)
    )


def weeks_of_nights(since: date, until: date, known: Known) -> Weeks:
    """Whole weeks, Monday first, that hold the nights since..until."""
    first, last = since + timedelta(days=1), until + timedelta(days=1)
    monday = first - timedelta(days=first.weekday())
    number = (last - monday).days // 7 + 1
    return tuple(
        tuple(
            known.day(morning, elsewhere=not first <= morning <= last)
            for morning in (monday + timedelta(days=7 * week + day) for day in range(7))
        )
        for week in range(number)
    )


def marks_in(weeks: Sequence[Weeks]) -> tuple[str, ...]:
    """Which marks stand in any of these calendars, for the key."""
    there = {
        mark for each in weeks for week in each for day in week if not day.elsewhere for mark in day.marks
    }
    return tuple(mark for mark in ("sleep", "stretched", "started", "stopped") if mark in there)
