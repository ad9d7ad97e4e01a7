"""What events add up to. No database: the fold is a pure function."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.events import EVENT_FIELDS, JsonValue
from skill.journal.episode import Episode, Event
from skill.journal.fold import fold
from skill.journal.times import from_text, night_bounds, night_of, seconds_between, to_text

OSLO = ZoneInfo("Europe/Oslo")
AT = datetime(2026, 3, 4, 3, 0, tzinfo=OSLO)


def rows(*told: tuple[str, dict[str, JsonValue]] | str, at: datetime = AT) -> list[Event]:
    """Events ten seconds apart; a bare kind has no data."""
    found = []
    for number, each in enumerate(told):
        kind, data = (each, {}) if isinstance(each, str) else each
        moment = (at.astimezone(UTC) + timedelta(seconds=10 * number)).astimezone(OSLO)
        found.append(
            Event(number + 1, str(UUID(int=number)), moment, "Europe/Oslo", "device", "episode", kind, data)
        )
    return found


def folded(*told: tuple[str, dict[str, JsonValue]] | str, at: datetime = AT) -> Episode:
    episode = fold(
        rows(("episode_started", {"place": "calf", "side": "left", "language": "nb"}), *told, at=at)
    )
    assert episode is not None
    return episode


ENDED = ("episode_ended", {"reason": "relieved"})


class TestTheNight:
    def test_it_has_a_beginning_and_an_end(self):
        episode = folded(ENDED)
        assert (episode.duration_s, episode.open, episode.ended_reason) == (10, False, "relieved")

    def test_nothing_without_a_beginning(self):
        assert fold(rows(("said", {"keys": "x"}), ENDED)) is None
        assert fold([]) is None

    def test_the_place_follows_what_was_said_later_but_silence_changes_nothing(self):
        episode = folded(
            ("place_set", {"place": "foot", "side": ""}), ("place_set", {"place": "", "side": "right"})
        )
        assert (episode.place, episode.side) == ("foot", "right")

    def test_steps_keep_their_outcome(self):
        episode = folded(
            ("step_started", {"protocol": "calf", "rung": "B2"}),
            ("step_ended", {"protocol": "calf", "rung": "B2", "outcome": "same"}),
            ("step_started", {"protocol": "calf", "rung": "B2"}),
        )
        assert [(s.rung, s.outcome, s.ended_at is None) for s in episode.steps] == [
            ("B2", "same", False),
            ("B2", "", True),
        ]

    def test_a_false_start_by_either_way(self):
        assert folded("marked_false_start").false_start
        assert folded(("episode_ended", {"reason": "false_start"})).false_start

    def test_an_interruption_ends_it_at_its_last_sign_of_life(self):
        events = rows(
            "episode_started", ("said", {"keys": "b2"}), ("episode_ended", {"reason": "interrupted"})
        )
        late = Event(
            9,
            "x",
            AT + timedelta(hours=5),
            "Europe/Oslo",
            "d",
            "episode",
            *("episode_ended", {"reason": "interrupted"}),
        )
        episode = fold([*events[:2], late])
        assert episode is not None
        assert episode.interrupted
        assert episode.ended_at == AT + timedelta(seconds=10)
        assert episode.duration_s is None

    def test_a_clock_set_back_in_between_gives_no_duration(self):
        started, ended = rows("episode_started", ENDED)
        episode = fold(
            [
                started,
                Event(2, "x", AT - timedelta(hours=1), "Europe/Oslo", "d", "episode", ended.kind, ended.data),
            ]
        )
        assert episode is not None
        assert episode.duration_s is None


class TestQuestions:
    """Not asked, not answered, and answered are three different things."""

    def test_not_asked(self):
        assert folded(ENDED).question("t2").state == "not_asked"

    def test_asked_and_nobody_answered(self):
        episode = folded(("question_asked", {"question": "t2"}), ("question_unanswered", {"question": "t2"}))
        assert (episode.question("t2").state, episode.question("t2").answer) == ("not_answered", "")

    def test_asked_and_cut_off(self):
        assert folded(("question_asked", {"question": "t2"})).question("t2").state == "not_answered"

    def test_answered(self):
        episode = folded(
            ("question_asked", {"question": "t2"}), ("question_answered", {"question": "t2", "answer": "no"})
        )
        assert (episode.question("t2").state, episode.question("t2").answer) == ("answered", "no")

    def test_asking_again_without_an_answer_takes_nothing_away(self):
        episode = folded(
            ("question_answered", {"question": "t2", "answer": "yes"}),
            ("question_unanswered", {"question": "t2"}),
        )
        assert episode.question("t2").answer == "yes"

    def test_the_morning_may_answer_what_the_night_did_not(self):
        episode = folded(
            ("question_unanswered", {"question": "t2"}),
            ("morning_answer", {"question": "t2", "answer": "no"}),
        )
        assert episode.question("t2").answer == "no"
        assert episode.question("t2").in_the_morning

    def test_a_morning_answer_that_is_a_field(self):
        episode = folded(("morning_answer", {"question": "sleep_disturbance", "answer": "7"}))
        assert episode.sleep_disturbance == 7

    def test_a_person_may_take_an_answer_back(self):
        episode = folded(
            ("question_answered", {"question": "t2", "answer": "yes"}),
            ("edited", {"field": "question:t2", "value": "", "by": "person"}),
        )
        assert episode.question("t2").state == "not_answered"


class TestDangerSigns:
    SIGN = ("danger_sign", {"sign": "T2", "advice": "adv_t2", "number": "116117"})

    def test_a_sign_stands_with_its_advice_and_is_not_asked_about_yet(self):
        (sign,) = folded(self.SIGN).danger_signs
        assert (sign.sign, sign.advice, sign.number, sign.followed.state) == (
            "T2",
            "adv_t2",
            "116117",
            "not_asked",
        )

    def test_repeated_and_acknowledged(self):
        (sign,) = folded(
            self.SIGN, ("advice_repeated", {"sign": "T2"}), ("advice_acknowledged", {"sign": "T2"})
        ).danger_signs
        assert (sign.repeated, sign.acknowledged) == (1, True)

    @pytest.mark.parametrize("question", ["advice_followed", "advice_followed:T2"])
    def test_whether_it_was_followed_is_told_in_the_morning(self, question: str):
        (sign,) = folded(self.SIGN, ("morning_answer", {"question": question, "answer": "yes"})).danger_signs
        assert (sign.followed.state, sign.followed.answer) == ("answered", "yes")

    def test_of_two_signs_only_the_one_asked_about(self):
        other = ("danger_sign", {"sign": "T6", "advice": "", "number": ""})
        episode = folded(
            self.SIGN, other, ("morning_answer", {"question": "advice_followed:T6", "answer": "no"})
        )
        assert [s.followed.state for s in episode.danger_signs] == ["not_asked", "answered"]


class TestAPersonsEdits:
    def edit(self, field: str, value: str) -> Episode:
        return folded(ENDED, ("edited", {"field": field, "value": value, "by": "person"}))

    def test_the_night_follows_a_corrected_start(self):
        episode = self.edit("started_at", to_text(datetime(2026, 3, 5, 23, 0, tzinfo=OSLO)))
        assert episode.night == date(2026, 3, 5)
        assert episode.edited_fields == ("started_at",)

    def test_a_danger_sign_of_the_night_goes_with_a_cramp_that_is_moved(self):
        moved = ("edited", {"field": "started_at", "value": to_text(AT + timedelta(days=2)), "by": "person"})
        sign = ("danger_sign", {"sign": "T6", "advice": "", "number": "113"})
        stayed, went = folded(sign, ENDED), folded(sign, ENDED, moved)
        assert went.danger_signs[0].at - stayed.danger_signs[0].at == timedelta(days=2)
        assert went.danger_signs[0].at > went.started_at

    def test_a_danger_sign_of_another_day_stays_where_it_was(self):
        first, edit = rows(
            ("episode_started", {}),
            ("edited", {"field": "started_at", "value": to_text(AT + timedelta(days=2)), "by": "person"}),
        )
        (sign,) = rows(("danger_sign", {"sign": "T9", "advice": "", "number": ""}), at=AT + timedelta(days=3))
        episode = fold([first, sign, edit])
        assert episode is not None
        assert episode.danger_signs[0].at == sign.at

    @pytest.mark.parametrize("value", ["", "yesterday", "0001-01-01T00:00:00Z", "2026-03-04T03:00:00"])
    def test_nonsense_for_a_start_changes_nothing(self, value: str):
        assert self.edit("started_at", value).started_at == AT

    @pytest.mark.parametrize(
        ("value", "score"), [("7", 7), ("", None), ("11", None), ("-1", None), ("1e999", None)]
    )
    def test_pain(self, value: str, score: int | None):
        assert self.edit("pain_before", value).pain_before == score

    def test_it_was_a_cramp_after_all(self):
        episode = folded(
            "marked_false_start", ("edited", {"field": "false_start", "value": "false", "by": "person"})
        )
        assert not episode.false_start

    def test_an_unknown_field_is_left_alone(self):
        assert self.edit("uuid", "x").uuid == "episode"

    def test_notes_are_added_changed_and_taken_away(self):
        note = ("annotated", {"text": "drømte", "by": "person"})
        assert [n.text for n in folded(ENDED, note).notes] == ["drømte"]
        uuid = str(UUID(int=2))
        changed = ("edited", {"field": f"note:{uuid}", "value": "våknet", "by": "kari"})
        assert [(n.text, n.by) for n in folded(ENDED, note, changed).notes] == [("våknet", "kari")]
        gone = ("edited", {"field": f"note:{uuid}", "value": "", "by": "person"})
        assert folded(ENDED, note, gone).notes == ()

    def test_deleted_and_brought_back(self):
        assert folded(("deleted", {"by": "person"})).deleted
        assert not folded(("deleted", {"by": "person"}), ("restored", {"by": "person"})).deleted

    def test_written_in_by_hand(self):
        started = datetime(2026, 2, 1, 1, 0, tzinfo=OSLO)
        episode = fold(
            rows(
                (
                    "added_by_hand",
                    {"started_at": to_text(started), "ended_at": "", "place": "foot", "side": "", "by": "p"},
                )
            )
        )
        assert episode is not None
        assert (episode.by_hand, episode.started_at, episode.night) == (True, started, date(2026, 1, 31))
        assert episode.duration_s is None

    def test_what_happens_later_does_not_make_the_night_longer(self):
        episode = folded(
            ENDED,
            ("annotated", {"text": "x", "by": "p"}),
            ("morning_answer", {"question": "q", "answer": "1"}),
        )
        assert episode.duration_s == 10


class TestNights:
    """A night belongs to the evening it began, by the clock on the wall."""

    @pytest.mark.parametrize(
        ("at", "night"),
        [
            (datetime(2026, 3, 3, 23, 59), date(2026, 3, 3)),
            (datetime(2026, 3, 4, 0, 0), date(2026, 3, 3)),
            (datetime(2026, 3, 4, 11, 59), date(2026, 3, 3)),
            (datetime(2026, 3, 4, 12, 0), date(2026, 3, 4)),
            (datetime(2026, 3, 29, 2, 59), date(2026, 3, 28)),  # a time that doesn't exist
            (datetime(2026, 10, 25, 2, 30), date(2026, 10, 24)),
            (datetime(2026, 1, 1, 3, 0), date(2025, 12, 31)),
        ],
    )
    def test_the_evening_it_began(self, at: datetime, night: date):
        assert night_of(at.replace(tzinfo=OSLO)) == night

    @pytest.mark.parametrize(
        ("night", "hours"), [(date(2026, 3, 28), 23), (date(2026, 10, 24), 25), (date(2026, 6, 1), 24)]
    )
    def test_summer_time_makes_nights_of_23_and_25_hours(self, night: date, hours: int):
        start, end = night_bounds(night, OSLO)
        assert seconds_between(start, end) == hours * 3600

    def test_a_cramp_across_the_hour_that_comes_twice(self):
        start = datetime(2026, 10, 25, 2, 55, tzinfo=OSLO)  # summer time; ten minutes later it is 02:05 again
        later = (start.astimezone(UTC) + timedelta(minutes=10)).astimezone(OSLO)
        assert later.hour == 2
        assert later.minute == 5
        first, last = rows("episode_started", ENDED, at=start)
        episode = fold([first, Event(2, "x", later, last.zone, "d", "episode", last.kind, last.data)])
        assert episode is not None
        assert episode.duration_s == 600

    def test_a_cramp_across_the_hour_that_never_comes(self):
        start = datetime(2026, 3, 29, 1, 55, tzinfo=OSLO)
        later = (start.astimezone(UTC) + timedelta(minutes=10)).astimezone(OSLO)
        assert later.hour == 3
        first, last = rows("episode_started", ENDED, at=start)
        episode = fold([first, Event(2, "x", later, last.zone, "d", "episode", last.kind, last.data)])
        assert episode is not None
        assert episode.duration_s == 600

    @given(st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)))
    def test_every_moment_lies_within_its_night(self, moment: datetime):
        at = moment.replace(tzinfo=UTC).astimezone(OSLO)
        start, end = night_bounds(night_of(at), OSLO)
        assert to_text(start) <= to_text(at) < to_text(end)

    @given(st.datetimes(timezones=st.just(UTC)))
    def test_a_moment_comes_back_from_its_text_and_texts_sort_like_moments(self, moment: datetime):
        assert from_text(to_text(moment)) == moment
        assert (to_text(moment) < to_text(AT)) == (moment < AT)

    def test_a_text_without_a_zone_is_no_moment(self):
        with pytest.raises(ValueError, match="time zone"):
            from_text("2026-03-04T03:00:00")


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        ["place", "started_at", "pain_before", "calf", "yes", "T2", "note:x", "question:t2", to_text(AT)]
    ),
)
events = st.builds(
    lambda kind, values: (kind, dict(zip(EVENT_FIELDS[kind], values, strict=False))),
    st.sampled_from(sorted(EVENT_FIELDS)),
    st.lists(scalars, max_size=8),
)


@given(st.lists(events, max_size=25))
def test_whatever_the_rows_say_they_fold(told: list[tuple[str, dict[str, JsonValue]]]):
    episode = folded(*told)
    assert episode.version == len(told) + 1
    assert all(q.state in ("answered", "not_answered") for q in episode.questions)
    for score in (episode.pain_before, episode.pain_after, episode.sleep_disturbance):
        assert score is None or 0 <= score <= 10


@given(st.lists(events, max_size=25), st.integers(0, 25))
def test_a_night_cut_off_anywhere_is_a_readable_night(told: list[tuple[str, dict[str, JsonValue]]], cut: int):
    """The beginning of a night's rows folds to the beginning of its story: steps and signs are never fewer later."""
    part, whole = folded(*told[:cut]), folded(*told)
    assert [s.rung for s in whole.steps][: len(part.steps)] == [s.rung for s in part.steps]
    assert [d.sign for d in whole.danger_signs][: len(part.danger_signs)] == [
        d.sign for d in part.danger_signs
    ]


def test_folding_is_the_same_every_time():
    dice = random.Random(1)
    told = [("question_answered", {"question": f"q{dice.randrange(5)}", "answer": "no"}) for _ in range(50)]
    assert folded(*told) == folded(*told)


class TestTakenBack:
    def test_a_withdrawn_row_says_nothing_of_the_facts(self):
        sign = ("danger_sign", {"sign": "T8", "advice": "", "number": "116117"})
        told = rows("episode_started", ("morning_answer", {"question": "t8", "answer": "yes"}), sign)
        gone = rows(("withdrawn", {"events": f"{told[1].uuid} {told[2].uuid}", "by": "person"}))[0]
        gone = Event(9, str(UUID(int=9)), gone.at, gone.zone, gone.device, gone.episode, gone.kind, gone.data)
        episode = fold([*told, gone])
        assert episode is not None
        assert episode.danger_signs == ()
        assert episode.question("t8").state == "not_asked"
        again = Event(
            10, str(UUID(int=10)), gone.at, gone.zone, gone.device, gone.episode, "withdrawn",
            {"events": gone.uuid, "by": "person"},
        )  # fmt: skip
        back = fold([*told, gone, again])
        assert back is not None
        assert len(back.danger_signs) == 1
