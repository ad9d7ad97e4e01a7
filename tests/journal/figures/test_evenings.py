"""The six weeks of evening stretching: what counts, what is due, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest

from skill.journal.episode import Event
from skill.journal.figures.evenings import (
    END_QUESTION,
    EVENING,
    GOES_ON_QUESTION,
    WEEK_QUESTION,
    Programme,
    programme,
    stretched_nights,
    unanswered_nights,
)
from skill.journal.figures.tonight import read_tonight
from skill.journal.storage.store import Journal
from tests.journal.conftest import OSLO

BEGAN = date(2026, 3, 2)


def evening(days: int) -> datetime:
    return datetime(2026, 3, 2, 21, 30, tzinfo=OSLO) + timedelta(days=days)


def row(kind: str, days: int, **data: str) -> Event:
    return Event(1, "u", evening(days), "Europe/Oslo", "d", None, kind, data)


def ended(days: int, outcome: str) -> Event:
    return row("routine_ended", days, routine=EVENING, outcome=outcome)


def answered(days: int, question: str, answer: str) -> Event:
    return row("programme_answer", days, question=question, answer=answer)


def of(told: Mapping[date, bool], answers: list[Event], days: int) -> Programme:
    found = programme(told, answers, BEGAN + timedelta(days=days))
    assert found is not None
    return found


def every(days: int, until: int) -> dict[date, bool]:
    return {BEGAN + timedelta(days=day): True for day in range(0, until, days)}


def test_an_evening_that_nobody_answered_is_no_evening_without_stretching() -> None:
    rows = [
        ended(0, "done"),
        ended(1, "declined"),
        ended(2, "silence"),
        ended(3, "stopped"),
        ended(0, "silence"),
    ]
    told = stretched_nights([], rows)
    assert told == {BEGAN: True, BEGAN + timedelta(days=1): False, BEGAN + timedelta(days=3): False}
    assert unanswered_nights(told, rows) == {BEGAN + timedelta(days=2)}


def test_it_begins_with_the_first_evening_that_was_confirmed() -> None:
    assert programme({BEGAN: False}, [], BEGAN) is None
    told = {BEGAN - timedelta(days=1): False, BEGAN: True, BEGAN + timedelta(days=1): False}
    found = of(told, [], 3)
    assert (found.began, found.evenings, found.done) == (BEGAN, 4, 1)


def test_after_four_weeks_without_any_it_begins_anew() -> None:
    told = {BEGAN: True, BEGAN + timedelta(days=28): True, BEGAN + timedelta(days=57): True}
    assert of(told, [], 60).began == BEGAN + timedelta(days=57)
    assert of(told, [], 40).began == BEGAN


@pytest.mark.parametrize(("days", "due"), [(6, False), (7, True), (13, True), (41, True), (42, False)])
def test_the_week_is_asked_about_once_it_is_over(days: int, due: bool) -> None:
    assert of(every(1, 43), [], days).week_due(BEGAN + timedelta(days=days)) is due


def test_a_week_that_was_answered_is_not_asked_about_again() -> None:
    found = of(every(1, 43), [answered(8, WEEK_QUESTION, "fewer")], 9)
    assert not found.week_due(BEGAN + timedelta(days=13))
    assert found.week_due(BEGAN + timedelta(days=14))
    assert found.weekly == {1: "fewer"}


def test_six_weeks_end_it_and_what_comes_later_does_not_count() -> None:
    found = of(every(2, 60), [], 50)
    assert found.end_due(BEGAN + timedelta(days=42))
    assert not found.end_due(BEGAN + timedelta(days=41))
    assert (found.evenings, found.done) == (42, 21)
    assert not of(every(2, 60), [answered(44, END_QUESTION, "same")], 50).end_due(BEGAN + timedelta(days=50))


def test_who_leaves_it_is_left_in_peace_until_they_stretch_again() -> None:
    answers = [answered(42, END_QUESTION, "same"), answered(42, GOES_ON_QUESTION, "no")]
    assert of(every(1, 43), answers, 45).left
    assert not of(every(1, 45), answers, 45).left
    assert not of(every(1, 43), [answered(42, GOES_ON_QUESTION, "yes")], 45).left


def test_the_conversation_is_told_what_is_due(journal: Journal) -> None:
    def facts(days: int) -> set[str]:
        found = read_tonight(journal, evening(days), OSLO).facts
        return {fact for fact in found if fact.startswith("programme")}

    assert facts(0) == set()
    for day in (0, 7):
        journal.append("routine_ended", {"routine": EVENING, "outcome": "done"}, None, evening(day))
    assert facts(6) == set()
    assert facts(8) == {"programme_week"}
    journal.append("programme_answer", {"question": WEEK_QUESTION, "answer": "same"}, None, evening(8))
    assert facts(9) == set()
    assert facts(42) == {"programme_end"}
    journal.append("programme_answer", {"question": END_QUESTION, "answer": "more"}, None, evening(42))
    journal.append("programme_answer", {"question": GOES_ON_QUESTION, "answer": "no"}, None, evening(42))
    assert facts(43) == {"programme_left"}
