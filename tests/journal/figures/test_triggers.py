"""The day before nights with cramp: small numbers stay numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from skill.journal.episode import Event
from skill.journal.figures.evenings import stretched_nights
from skill.journal.figures.extracts import EpisodeExtract
from skill.journal.figures.triggers import trigger_nights
from tests.journal.figures.test_statistics import cramp


def told(day: int, *triggers: str, answered: bool = True, stretched: str = "") -> EpisodeExtract:
    return EpisodeExtract(date(2026, 11, day), (), False, stretched, triggers, answered, (), "")


def episode(day: int, pain: int | None):
    return replace(cramp(day), night=date(2026, 11, day), pain_before=pain, pain_after=None)


def test_nobody_answered_gives_no_table():
    assert trigger_nights([told(3, answered=False)], [episode(3, 5)]) == ()


def test_nothing_special_is_an_answer_too():
    (everything,) = trigger_nights([told(3)], [episode(3, 5)])
    assert (everything.name, everything.nights, everything.cramps) == ("", 1, 1)


def test_nights_are_counted_and_not_cramps():
    both = [episode(3, 5), episode(3, 9)]
    _, alcohol = trigger_nights([told(3, "alcohol"), told(3, answered=False)], both)
    assert (alcohol.nights, alcohol.cramps) == (1, 2)


def test_a_usual_pain_is_named_from_three_nights_on():
    days = [told(day, "little_fluid") for day in (3, 4, 5)]
    pains = [episode(3, 2), episode(4, 9), episode(5, 5)]
    assert trigger_nights(days[:2], pains)[1].usual_pain is None
    assert trigger_nights(days, pains)[1].usual_pain == 5.0


def test_a_night_that_was_not_answered_for_is_no_night_without_the_trigger():
    everything, standing = trigger_nights(
        [told(3, "standing"), told(4, answered=False)], [episode(3, 5), episode(4, 5)]
    )
    assert (everything.nights, standing.nights) == (1, 1)


def test_an_evening_counts_once_and_one_that_nobody_told_of_not_at_all():
    row = Event(
        1, "u", cramp(3).started_at, "Europe/Oslo", "d", None, "routine_ended", {"outcome": "stopped"}
    )
    night = cramp(3).night
    assert stretched_nights([], []) == {}
    assert stretched_nights([told(3, stretched="no")], []) == {date(2026, 11, 3): False}
    led = stretched_nights([replace(told(3), night=night, stretched="yes")], [row])
    assert led == {night: True}
