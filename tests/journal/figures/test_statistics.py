"""The figures of a period, and what is left unsaid when too little is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from skill.journal.figures.coverage import NightState
from skill.journal.figures.statistics import Statistics, statistics
from skill.journal.storage.rows import Summary

OSLO = ZoneInfo("Europe/Oslo")
FIRST = date(2026, 3, 1)


def cramp(day: int = 0, hour: int = 3, **what: object) -> Summary:
    """One episode of night FIRST + day."""
    started = datetime(2026, 3, 2, hour, tzinfo=OSLO) + timedelta(days=day)
    plain = Summary(
        uuid=f"{day}-{hour}", version=1, device="d", started_at=started, ended_at=None, zone="Europe/Oslo",
        night=FIRST + timedelta(days=day), place="calf", side="left", pain_before=None, pain_after=None,
        sleep_disturbance=None, duration_s=None, ended_reason="relieved", steps=(), danger_signs=(), notes=0,
        false_start=False, deleted=False, by_hand=False,
    )  # fmt: skip
    return replace(plain, **what)  # type: ignore[arg-type]


def count(*episodes: Summary, days: int = 28, state: NightState = "heard") -> Statistics:
    until = FIRST + timedelta(days=days - 1)
    states = {FIRST + timedelta(days=n): state for n in range(days)}
    return statistics(episodes, states, FIRST, until)


def test_two_cramps_in_one_night_are_one_night_with_cramp():
    found = count(cramp(0, 1), cramp(0, 4), cramp(3))
    assert (found.episodes, found.nights_with_cramp, found.nights_logged) == (3, 2, 28)
    assert found.cramps_per_week == 0.75


def test_nights_without_data_are_not_quiet_nights():
    found = count(cramp(0), days=28, state="no_data")
    assert found.nights_logged == 1
    assert len(found.nights_without_data) == 27
    assert found.cramps_per_week is None


def test_three_cramps_in_one_heard_night_are_not_21_a_week():
    found = count(cramp(0, 1), cramp(0, 2), cramp(0, 5), days=1)
    assert (found.nights_with_cramp, found.nights_logged, found.cramps_per_week) == (1, 1, None)


def test_a_rate_is_made_of_heard_nights_only():
    states: dict[date, NightState] = {FIRST + timedelta(days=n): "heard" for n in range(7)}
    written_in = [cramp(day, by_hand=True) for day in range(8, 14)]
    found = statistics([cramp(2), *written_in], states, FIRST, FIRST + timedelta(days=13))
    assert (found.nights_logged, found.cramps_per_week) == (13, 1)


def test_nothing_known_gives_no_figures():
    found = count(days=7, state="no_data")
    assert found.cramps_per_week is None
    assert found.usual_hour is None
    assert (found.pain, found.duration_s, found.longest, found.worst, found.helped_most) == (None,) * 5
    assert found.trend.direction == "unknown"


def test_the_usual_hour_also_around_midnight():
    found = count(*(cramp(day, hour) for day, hour in enumerate((23, 0, 0, 1, 5))))
    assert found.usual_hour == 0
    assert found.hours[0] == 2
    assert sum(found.hours) == 5


def test_two_cramps_are_too_few_for_a_usual_hour():
    assert count(cramp(0), cramp(1)).usual_hour is None


def test_the_worst_and_the_longest_say_which_they_were():
    found = count(
        cramp(0, pain_before=4, duration_s=60.0), cramp(1, pain_before=9, pain_after=2, duration_s=30.0),
        cramp(2, duration_s=300.0),
    )  # fmt: skip
    assert found.worst is not None
    assert (found.worst.uuid, found.worst.value) == ("1-3", 9)
    assert found.longest is not None
    assert (found.longest.uuid, found.longest.value) == ("2-3", 300)
    assert found.duration_s is not None
    assert (found.duration_s.median, found.duration_s.worst, found.duration_s.known) == (60, 300, 3)
    assert found.pain is not None
    assert (found.pain.median, found.pain.known) == (6.5, 2)


def test_what_helped_most_needs_more_than_luck():
    once = ("calf", "B5", "better")
    often = [("calf", "B2", outcome) for outcome in ("better",) * 8 + ("same",) * 2]
    found = count(cramp(0, steps=(once,)), *(cramp(day + 1, steps=(step,)) for day, step in enumerate(often)))
    assert found.helped_most is not None
    assert (found.helped_most.rung, found.helped_most.better, found.helped_most.tried) == ("B2", 8, 10)


def test_a_step_with_no_answer_is_neither_success_nor_failure():
    found = count(
        cramp(0, steps=(("calf", "B2", "unanswered"), ("calf", "B3", ""), ("calf", "B5", "stopped")))
    )
    assert found.effects == ()


def test_a_step_that_never_helped_is_not_what_helped():
    found = count(*(cramp(day, steps=(("calf", "B2", "worse"),)) for day in range(5)))
    assert found.helped_most is None


def test_a_clear_change_is_a_trend():
    more = count(*(cramp(day) for day in range(20, 40)), days=40)
    assert more.trend.direction == "more"
    assert more.trend.earlier_per_week == 0
    assert more.trend.later_per_week == 7
    assert count(*(cramp(day) for day in range(20)), days=40).trend.direction == "fewer"


def test_what_chance_makes_is_no_trend():
    found = count(cramp(1), cramp(5), cramp(9), cramp(25), cramp(30), days=40)
    assert found.trend.direction == "same"


def test_a_fortnight_is_too_short_for_a_trend():
    assert count(*(cramp(day) for day in range(14)), days=14).trend.direction == "unknown"


def test_place_and_side():
    found = count(cramp(0), cramp(1), cramp(2, place="foot", side="right"), cramp(3, place="", side=""))
    assert found.places == {("calf", "left"): 2, ("foot", "right"): 1, ("", ""): 1}


def test_what_lies_outside_the_period_is_left_out():
    assert count(cramp(50), days=28).episodes == 0


@given(
    st.lists(
        st.builds(
            cramp,
            st.integers(0, 60),
            st.integers(0, 23),
            pain_before=st.one_of(st.none(), st.integers(0, 10)),
            duration_s=st.one_of(st.none(), st.floats(0, 1e5)),
            ended_reason=st.sampled_from(["relieved", "interrupted"]),
        ),
        max_size=40,
    ),
    st.integers(1, 61),
)
def test_the_figures_agree_with_one_another(episodes: list[Summary], days: int):
    found = count(*episodes, days=days)
    assert found.nights_with_cramp <= min(found.episodes, found.nights_logged)
    assert (
        sum(found.hours)
        == found.episodes
        == sum(found.places.values())
        == sum(n.episodes for n in found.nights)
    )
    assert len(found.nights) == days == found.nights_logged + len(found.nights_without_data)
