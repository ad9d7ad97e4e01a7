"""Evenings with stretching, and the six weeks that they are tried for, from what was led and what was told. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from skill.journal.episode import Event
from skill.journal.figures.extracts import EpisodeExtract
from skill.journal.times import night_of, zone_of

EVENING = "evening"
WEEK_QUESTION, END_QUESTION, GOES_ON_QUESTION = "programme_week", "programme_end", "programme_goes_on"
CHANGES = ("fewer", "same", "more")  # cramps, than before
WEEKS = 6  # Hallegraeff 2012 stretched for six weeks
WEEK = timedelta(days=7)
ANEW_AFTER = timedelta(days=28)  # without an evening of stretching: the next one begins another six weeks


def stretched_nights(extracts: Sequence[EpisodeExtract], routines: Sequence[Event]) -> Mapping[date, bool]:
    """Night → whether its evening had stretching; a night about which nothing is known isn't there.

    An evening counts once, whether the device led the stretching or the person told of it. Where nobody answered,
    nothing is known.
    """
    found: dict[date, bool] = {}
    for each in extracts:
        if each.stretched:
            found[each.night] = found.get(each.night, False) or each.stretched == "yes"
    for event in routines:
        if event.text("outcome") != "silence":
            night = _night(event)
            found[night] = found.get(night, False) or event.text("outcome") == "done"
    return found


def unanswered_nights(told: Mapping[date, bool], routines: Sequence[Event]) -> frozenset[date]:
    """Nights whose evening was asked about and about which nothing is known all the same."""
    return frozenset(_night(event) for event in routines) - set(told)


@dataclass(frozen=True, slots=True)
class Programme:
    """Six weeks of evening stretching, from the first evening that somebody confirmed."""

    began: date
    evenings: int  # until now, at most six weeks of them
    done: int  # of these, confirmed
    weekly: Mapping[
        int, str
    ]  # week, from 1 → one of CHANGES, or unsure; weeks without an answer aren't there
    left: bool  # the person did not want to go on after it

    def week_due(self, night: date) -> bool:
        """Is this week's question still to be answered?"""
        week = (night - self.began) // WEEK
        return 1 <= week < WEEKS and week not in self.weekly

    def end_due(self, night: date) -> bool:
        """Are the six weeks over, and was it not asked yet what came of them?"""
        return (night - self.began) // WEEK >= WEEKS and WEEKS not in self.weekly


def programme(told: Mapping[date, bool], answers: Sequence[Event], tonight: date) -> Programme | None:
    """The latest one, as known on the evening of `tonight`; None when nobody has stretched.

    `told`: as of `stretched_nights`. `answers`: rows of the kind programme_answer, by time.
    """
    done = sorted(night for night, stretched in told.items() if stretched and night <= tonight)
    if not done:
        return None
    breaks = [after for before, after in itertools.pairwise(done) if after - before > ANEW_AFTER]
    began = breaks[-1] if breaks else done[0]
    last = min(tonight, began + WEEKS * WEEK - timedelta(days=1))
    weekly: dict[int, str] = {}
    left = False
    for event in answers:
        night, question = _night(event), event.text("question")
        if night < began:
            continue
        if question == WEEK_QUESTION:
            weekly[max(1, min((night - began) // WEEK, WEEKS - 1))] = event.text("answer")
        elif question == END_QUESTION:
            weekly[WEEKS] = event.text("answer")
        elif question == GOES_ON_QUESTION:
            left = event.text("answer") == "no" and done[-1] <= night
    return Programme(
        began=began,
        evenings=(last - began).days + 1,
        done=sum(began <= night <= last for night in done),
        weekly=weekly,
        left=left,
    )


def _night(event: Event) -> date:
    return night_of(event.at.astimezone(zone_of(event.zone)))
