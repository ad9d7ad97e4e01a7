"""Whole conversations, to be read as examples. P: what the person says (its meaning); D: what the device says."""

from __future__ import annotations

import itertools

import pytest

from skill.dialogue.capabilities import Capabilities
from skill.dialogue.state import initial
from tests.dialogue.night import Night
from tests.dialogue.world import script

LANGUAGES = ("nb", "nn", "en")


def night(language: str = "nb", facts: frozenset[str] = frozenset(), **able: object) -> Night:
    return Night(script(language), Capabilities(**able), state=initial(facts))  # type: ignore[arg-type]


def play(night: Night, conversation: str) -> Night:
    """Play a conversation written line by line, and check the device's side of it.

    `P word` the person says it now · `P …` something not understood · `... 12` that many seconds go by ·
    `D key key` the next thing said, which is waited for and listened to till its end ·
    `(quiet)` nothing more is ever said.
    """
    heard_of = 0
    for line in filter(None, map(str.strip, conversation.splitlines())):
        who, _, what = line.partition(" ")
        if who == "P":
            night = night.mumbles() if what == "…" else night.hears(what)
        elif who == "...":
            night.wait(float(what))
        elif who == "D":
            night.until_said(heard_of + 1).until_it_listens()
            assert " ".join(night.said[heard_of][1]) == what, f"\n{night}"
            heard_of += 1
        else:
            night.until_quiet()
            assert len(night.said) == heard_of, f"\n{night}"
    return night


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_goes_well(language: str) -> None:
    told = play(
        night(language),
        """
        P cramp:calf
        D here calf.B1
        D calf.B2 calf.B3
        D halfway
        D almost
        D ask.better
        P yes:clear
        D ease_foot after.G1
        D after.G2 after.G3
        D after.G4
        D ask.t1_chest
        P no
        D ask.t1_breath
        P no
        D ask.pain
        P number:7
        D good_night
        (quiet)
        """,
    )
    assert told.recorded("pain") == [{"score": 7, "when": "before"}]
    assert told.recorded("episode_ended") == [{"reason": "relieved"}]
    assert told.recorded("step_ended") == [{"protocol": "calf", "rung": "B3", "outcome": "better"}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_does_not_help(language: str) -> None:
    """Never the same variant again; massage only after «hoven» was denied; then T5 after six holds."""
    told = play(
        night(language, footboard=True, towel=True),
        """
        P cramp:calf
        D here calf.B1
        D calf.B2 calf.B3
        D halfway
        D almost
        D ask.better
        P no
        D hold_longer calf.B6 calf.B3
        D halfway
        D almost
        D ask.better
        P not_better
        D hold_longer calf.B7
        D halfway
        D almost
        D ask.better
        P same
        D hold_longer ask.t2
        P no
        D calf.B5
        D halfway
        D almost
        D ask.better
        P no
        D hold_longer calf.B8
        D halfway
        D almost
        D ask.better
        P no
        D ask.once_more
        P yes:clear
        D calf.B1
        D calf.B2 calf.B3
        D halfway
        D almost
        D ask.better
        P no
        D danger.long danger.legevakt
        D ask.t1_chest
        P no
        D ask.t1_breath
        P no
        (quiet)
        """,
    )
    assert "good_night" not in told.keys
    assert told.recorded("danger_sign")[0]["number"] == "116117"
    assert told.recorded("episode_ended") == [{"reason": "advised"}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_stop(language: str) -> None:
    told = play(
        night(language),
        """
        P cramp:calf
        D here calf.B1
        ... 1
        P stop
        (quiet)
        """,
    )
    assert told.recorded("episode_ended") == [{"reason": "stopped"}]
    assert told.grammar == "idle"


def test_after_a_stop_it_goes_on_only_when_asked_to() -> None:
    play(
        night(),
        """
        P cramp:calf
        D here calf.B1
        D calf.B2 calf.B3
        P stop
        ... 30
        P cramp:calf
        D calf.B2 calf.B3
        """,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_false_start(language: str) -> None:
    told = play(
        night(language),
        """
        P cramp:calf
        D here calf.B1
        P false_start
        D false_start
        (quiet)
        """,
    )
    assert told.recorded("marked_false_start") == [{}]
    assert told.recorded("episode_ended") == [{"reason": "false_start"}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_answers(language: str) -> None:
    """A false start, or too much pain to speak: two variants, one question, one farewell, and nothing more."""
    told = play(
        night(language),
        """
        P cramp:calf
        D here calf.B1
        D calf.B2 calf.B3
        D halfway
        D almost
        D ask.better
        D calf.B6 calf.B3
        D halfway
        D almost
        D quiet
        (quiet)
        """,
    )
    start_s, farewell = told.said[-1]
    assert start_s + sum(len(told.script.text(key).split()) for key in farewell) * 0.5 <= 90
    assert told.recorded("question_unanswered") == [{"question": "better"}]
    assert told.recorded("episode_ended") == [{"reason": "silence"}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_danger_sign(language: str) -> None:
    """The 113 text interrupts, and comes again until someone calls."""
    told = play(
        night(language, alarm_button=True, phone=True),
        """
        P cramp:calf
        D here calf.B1
        ... 1
        P alarm:chest
        D danger.113 danger.alarm_button danger.phone
        D danger.113 danger.alarm_button danger.phone
        P called
        D danger.called
        (quiet)
        """,
    )
    assert told.recorded("danger_sign")[0] == {
        "sign": "T0a",
        "advice": "danger.113 danger.alarm_button danger.phone",
        "number": "113",
    }
    assert told.recorded("advice_acknowledged") == [{"sign": "T0a"}]
    assert "good_night" not in told.keys


def test_nobody_calls() -> None:
    """After 15 s and 45 s, then every minute for five minutes, then silence."""
    told = night().hears("alarm:breath").until_quiet()
    times = [at_s for at_s, _ in told.said]
    length_s = len(told.script.text("danger.113").split()) * 0.5
    gaps = [round(b - a - length_s) for a, b in itertools.pairwise(times)]
    assert gaps == [15, 30, 60, 60, 60, 60, 60]
    assert told.recorded("episode_ended") == [{"reason": "advised"}]


def test_the_place_is_asked_for_only_when_it_was_not_said() -> None:
    play(
        night(),
        """
        P cramp
        D here place_unknown.A1
        D ask.place
        P place:foot
        D calf.B3
        D halfway
        D almost
        D ask.better
        P not_better
        D hold_longer ask.t2
        P no
        D foot.D2
        """,
    )


def test_a_cramp_in_front_gets_the_opposite_movement() -> None:
    play(
        night(),
        """
        P cramp:calf
        D here calf.B1
        D calf.B2 calf.B3
        P worse
        D relax_foot ask.front_or_back
        P place:front
        D shin.B10
        """,
    )


def test_standing_is_guarded() -> None:
    play(
        night(may_stand=True),
        """
        P cramp:calf
        D here calf.B1
        D calf.B2 calf.B3
        P not_better
        D hold_longer calf.B6 calf.B3
        P not_better
        D hold_longer ask.t2
        P unsure
        D danger.look
        D ask.steady
        P yes:clear
        D calf.C2
        D ask.dizzy_before_standing
        P no
        D calf.C4
        D calf.C5
        D calf.C6
        D halfway
        D almost
        D ask.better
        P yes:clear
        D calf.C7 after.G1
        """,
    )


@pytest.mark.parametrize("answer", ["yes", "yes:weak", "no", "unsure", "…"])
def test_only_a_clear_yes_makes_anybody_stand(answer: str) -> None:
    told = night(may_stand=True).hears("cramp:calf_standing").until_asked("better").hears("no")
    told.until_asked("steady")
    told = told.mumbles().until_it_listens().mumbles() if answer == "…" else told.hears(answer)
    told.until_quiet()
    assert not {"calf.C5", "calf.C6"} & set(told.keys)


def test_whoever_stands_but_should_not_is_seated() -> None:
    play(
        night(),
        """
        P cramp:calf_standing
        D here upright.A1
        D upright.sit
        D calf.B1
        """,
    )


def test_swelling_ends_the_exercises_and_chest_pain_makes_it_113() -> None:
    told = play(
        night(),
        """
        P cramp:calf
        D here calf.B1
        D calf.B2 calf.B3
        P not_better
        D hold_longer calf.B6 calf.B3
        P not_better
        D hold_longer ask.t2
        P …
        D ask.t2
        P unsure:little
        D danger.keep_still danger.legevakt
        D ask.t1_chest
        P yes
        D danger.113
        """,
    )
    assert [sign["sign"] for sign in told.recorded("danger_sign")] == ["T2", "T1"]


def test_help_alone() -> None:
    play(
        night(),
        """
        P help
        D ask.help_cramp
        P no
        D ask.hurt_or_ill
        P yes
        D danger.113
        """,
    )


def test_help_and_then_nothing() -> None:
    play(
        night(),
        """
        P help
        D ask.help_cramp
        D ask.help_cramp
        (quiet)
        """,
    )


def test_a_fall() -> None:
    play(
        night(),
        """
        P fell
        D ask.fall_head
        P no
        D ask.fall_hip
        P no
        D ask.fall_up
        P yes
        D danger.113
        """,
    )


def test_cramp_in_the_stomach() -> None:
    play(
        night(),
        """
        P stomach
        D danger.only_legs
        (quiet)
        """,
    )


def test_wait() -> None:
    play(
        night(),
        """
        P cramp:calf
        D here calf.B1
        D calf.B2 calf.B3
        P wait
        ... 60
        P next
        D calf.B2 calf.B3
        P wait
        D ask.are_you_there
        (quiet)
        """,
    )


def test_louder_acts_at_once_and_says_it_again() -> None:
    told = night().hears("cramp:calf").wait(1).hears("louder")
    assert told.adjusted == ["louder"]
    assert told.said[-1] == (1.0, ("calf.B1",))


def test_a_missed_answer_is_asked_for_once_more_slower_and_louder() -> None:
    told = night().hears("cramp:calf").until_asked("better").hears("no").until_asked("better").wait(7)
    assert told.said[-1][1] == ("ask.better",)
    assert told.styles[-1] == "slow_loud"


def test_the_cramp_comes_back() -> None:
    told = night().hears("cramp:calf").until_asked("better").hears("better").until_it_listens()
    told.hears("came_back")
    assert told.said[-1][1] == ("here", "calf.B1")
    assert told.recorded("episode_ended") == [{"reason": "relieved"}]
    assert len(told.recorded("episode_started")) == 2


def test_the_helper_is_spoken_to() -> None:
    play(
        night(),
        """
        P cramp:calf
        D here calf.B1
        D calf.B2 calf.B3
        P helper_here
        D ask.t2
        P no
        D calf.B11
        """,
    )


def test_pregnancy_sends_to_the_maternity_ward() -> None:
    told = (
        night(lower_threshold=True, may_massage=False, towel=True).hears("cramp:calf").until_asked("better")
    )
    told.hears("no").until_asked("better").hears("no").until_asked("t2").hears("unsure").until_it_listens()
    assert told.said[-1][1] == ("ask.t1_chest",) or "danger.foden" in told.keys
    assert told.recorded("danger_sign")[0]["number"] == "foden"


def test_the_morning() -> None:
    told = play(
        night(facts=frozenset({"advised_last_night"}), medicines=True),
        """
        P good_morning
        D morning.hello
        D ask.advice_followed
        P no
        D ask.sleep_disturbance
        P number:6
        D ask.soreness
        P number:2
        D ask.trigger_activity
        P yes
        D ask.trigger_fluid
        P no
        D ask.trigger_alcohol
        P yes
        D morning.medicine
        D ask.t12_tired
        P yes
        D danger.fastlege
        D ask.t7_fever
        P no
        D ask.t8_urine
        P no
        D ask.t9_elsewhere
        P no
        D morning.bye
        (quiet)
        """,
    )
    answers = {str(a["question"]): a["answer"] for a in told.recorded("morning_answer")}
    assert answers["advice_followed"] == "no"
    assert answers["sleep_disturbance"] == "6"
    assert answers["triggers"] == "activity alcohol"
    assert told.recorded("danger_sign")[0]["number"] == "fastlege"
    assert not told.recorded("episode_started")


@pytest.mark.parametrize("able", [{}, {"may_stand": True}])
def test_the_evening_stretches_both_legs_three_times_for_ten_seconds(able: dict[str, object]) -> None:
    told = night(**able).asks_for("evening").until_quiet()  # type: ignore[arg-type]
    stretches = [key for key in told.keys if "calf_" in key or "hamstring_" in key or "again" in key]
    assert len(stretches) == 12
    assert ("evening.calf_right_standing" in told.keys) == bool(able)
    assert 150 < told.now_s < 240
    assert told.recorded("routine_ended") == [{"routine": "evening", "outcome": "done"}]
