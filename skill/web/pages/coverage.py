"""What is known of the nights of a calendar or a list: cramps, silence, stretching, medicines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from skill.journal.figures.evenings import EVENING, stretched_nights
from skill.journal.figures.medicines import load_stop_words, medicine_days
from skill.journal.figures.overview import hours_of, nights
from skill.journal.storage.rows import Summary
from skill.journal.times import night_bounds
from skill.web.drawing.calendar import Known
from skill.web.site import site


def nights_without_data(first: date, last: date) -> frozenset[date]:
    """Nights of first..last (both included) on which the device was off or deaf: not nights without a cramp."""
    the_site = site()
    begun = the_site.journal.first_night()
    if begun is None or begun > last:
        return frozenset()  # before the first cramp that anybody told of, nothing is missing
    states = nights(
        the_site.journal, max(first, begun), last, the_site.now(), hours_of(the_site.settings.voice)
    )
    return frozenset(night for night, state in states.items() if state == "no_data")


def known_nights(episodes: Sequence[Summary], first: date, last: date, dark: frozenset[date]) -> Known:
    """For a calendar of the nights first..last (both included); `last` is at most the night that it is now."""
    the_site = site()
    extracts = the_site.extracts.of(the_site.journal, episodes)
    begin, _ = night_bounds(first, the_site.zone)
    _, end = night_bounds(last, the_site.zone)
    evenings = stretched_nights(extracts, the_site.journal.routines(EVENING, begin, end))
    return Known(
        episodes,
        dark,
        last,
        stretched=frozenset(night for night, done in evenings.items() if done),
        medicines=medicine_marks(),
    )


def medicine_marks() -> dict[date, frozenset[str]]:
    """Day → "started", "stopped": as dated in the person's own list."""
    marks: dict[date, frozenset[str]] = {}
    text = site().settings.profile.medicines
    for each in medicine_days(text, stop_words(site().config.prompts)):
        what = "stopped" if each.stopped else "started"
        marks[each.day] = marks.get(each.day, frozenset()) | {what}
    return marks


@cache
def stop_words(prompts: Path) -> tuple[str, ...]:
    return load_stop_words(prompts)
