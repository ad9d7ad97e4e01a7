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
    `D key key` the next thing said, calm words in a hold left out; it is waited for and listened to ·
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
            night.until_spoken(heard_of + 1).until_it_listens()
            assert " ".join(night.spoken[heard_of][1]) == what, f"\n{night}"
            heard_of += 1
        else:
            night.until_quiet()
            assert len(night.spoken) == heard_of, f"\n{night}"
    return night


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_goes_well(language: str) -> None:
    """Toes first, in one breath; one question; over within 25 s."""
    told = play(
        night(language),
        """
        P cramp:calf
        D calf.B2 calf.B1 calf.B3
        D ask.better
        P yes:clear
        D ease_foot after.G1
        D after.G4
        D good_night
        (quiet)
        """,
    )
    assert told.recorded("episode_ended") == [{"reason": "relieved"}]
    assert told.recorded("step_ended") == [{"protocol": "calf", "rung": "B3", "outcome": "better"}]
    assert told.recorded("question_asked") == [{"question": "better"}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_does_not_help(language: str) -> None:
    """Never the same variant again; towel and massage only after «hoven» was denied; then from the start again."""
    told = play(
        night(language, footboard=True, towel=True),
        """
        P cramp:calf
        D calf.B2 calf.B1 calf.B3
        D ask.better
        P no
        D something_else calf.B6 calf.B3
        D ask.better
        P not_better
        D something_else calf.B7
        D ask.better
        P same
        D something_else calf.B12
        D ask.better
        P no
        D something_else calf.B13
        D ask.better
        P no
        D something_else ask.t2
        P no
        D calf.B5
        D ask.better
        P no
        D something_else calf.B8
        D ask.better
        P no
        D ask.once_more
        P yes:clear
        D calf.B2 calf.B1 calf.B3
        D ask.better
        P no
        D something_else calf.B6 calf.B3
        """,
    )
    assert "good_night" not in told.keys
    assert not told.recorded("danger_sign")


def test_whoever_says_that_it_does_not_help_is_never_wished_good_night() -> None:
    told = night().hears("cramp:shin")
    for _ in range(4):
        told.until_asked("better").hears("not_better")
    told.until_asked("once_more").hears("no").until_quiet()
    assert told.keys[-4:] == ["unrelieved.usual", "unrelieved.whom", "here", "unrelieved.stays"]
    assert "good_night" not in told.keys


def test_ten_minutes_without_improvement_are_said_once_and_help_goes_on() -> None:
    told = night().hears("cramp:calf")
    while told.now_s < 900:
        told.wait(20).hears("not_better")
    assert told.keys.count("danger.long") == 1
    at_s = next(at_s for at_s, keys in told.said if "danger.long" in keys)
    assert 600 <= at_s <= 640
    assert told.state.scene in ("telling", "holding", "asking")


def test_a_cramp_that_is_getting_better_is_never_told_that_it_has_lasted_long() -> None:
    told = night().hears("cramp:calf")
    while told.now_s < 900:
        told.wait(20).hears("a_little_better")
    assert "danger.long" not in told.keys


@pytest.mark.parametrize("language", LANGUAGES)
def test_stop(language: str) -> None:
    told = play(
        night(language),
        """
        P cramp:calf
        D calf.B2 calf.B1 calf.B3
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
        D calf.B2 calf.B1 calf.B3
        P stop
        ... 30
        P cramp:calf
        D calf.B2 calf.B1 calf.B3
        """,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_false_start(language: str) -> None:
    told = play(
        night(language),
        """
        P cramp:calf
        D calf.B2 calf.B1 calf.B3
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
        D calf.B2 calf.B1 calf.B3
        D ask.better
        D calf.B6 calf.B3
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
        D calf.B2 calf.B1 calf.B3
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
        D calf.B2 calf.B1 calf.B3
        D ask.place
        P place:foot
        D calf.B3
        D ask.better
        P not_better
        D something_else foot.D7
        """,
    )


def test_a_cramp_in_front_gets_the_opposite_movement() -> None:
    play(
        night(),
        """
        P cramp:calf
        D calf.B2 calf.B1 calf.B3
        P place:front
        D relax_foot shin.B10
        """,
    )


def test_standing_is_guarded() -> None:
    play(
        night(may_stand=True),
        """
        P cramp:calf
        D calf.B2 calf.B1 calf.B3
        P not_better
        D something_else calf.B6 calf.B3
        P not_better
        D something_else calf.B12
        P not_better
        D something_else calf.B13
        P not_better
        D something_else ask.t2
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
        D upright.A1
        D upright.sit
        D calf.B2 calf.B1 calf.B3
        """,
    )


def test_swelling_ends_the_exercises_and_chest_pain_makes_it_113() -> None:
    told = play(
        night(),
        """
        P cramp:calf
        D calf.B2 calf.B1 calf.B3
        P cue:swollen
        D ask.t2
        P …
        D answer_plainly ask.t2
        P yes
        D danger.keep_still danger.legevakt
        D ask.t1_chest
        P yes
        D danger.113
        """,
    )
    assert [sign["sign"] for sign in told.recorded("danger_sign")] == ["T2", "T1"]


def test_help_alone() -> None:
    """«Hjelp» and three groans: the stretch first, the question while it is held, and nothing frightening."""
    play(
        night(),
        """
        P help
        D calf.B2 calf.B1 calf.B3
        D ask.help_cramp
        P …
        P …
        P …
        D ask.better
        """,
    )


def test_help_but_not_for_a_cramp() -> None:
    play(
        night(),
        """
        P help
        D calf.B2 calf.B1 calf.B3
        D ask.help_cramp
        P no
        D ask.hurt_or_ill
        P yes
        D danger.113
        """,
    )


def test_no_chain_of_unclear_answers_reaches_the_113_text() -> None:
    play(
        night(),
        """
        P help
        D calf.B2 calf.B1 calf.B3
        D ask.help_cramp
        P no
        D ask.hurt_or_ill
        P …
        D answer_plainly ask.hurt_or_ill
        P …
        D danger.if_113
        """,
    )


def test_pain_is_no_reason_to_let_go() -> None:
    play(
        night(),
        """
        P cramp:calf
        D calf.B2 calf.B1 calf.B3
        P pain
        D pain_holds
        D ask.better
        """,
    )


def test_a_little_is_asked_after() -> None:
    play(
        night(),
        """
        P cramp:calf
        D calf.B2 calf.B1 calf.B3
        P cue:short_breath
        D ask.t1_breath
        P unsure:little
        D more_than_usual
        P no
        D calf.B2 calf.B1 calf.B3
        """,
    )


def test_a_word_about_swelling_asks_about_the_chest_when_the_cramp_is_over() -> None:
    told = night().hears("cramp:calf").wait(8).hears("cue:swollen").until_asked("t2").hears("no")
    told.until_asked("better").hears("yes").until_asked("t1_chest").hears("no").until_asked(
        "t1_breath"
    ).hears("no")
    told.until_quiet()
    again = told.hears("cramp:calf").until_asked("better").hears("yes").until_quiet()
    assert again.keys.count("ask.t1_chest") == 1  # once a night


def test_a_risk_of_a_clot_asks_too() -> None:
    night(clot_risk=True).hears("cramp:calf").until_asked("better").hears("yes").until_asked("t1_chest")


def test_the_113_text_has_a_way_back() -> None:
    told = play(
        night(),
        """
        P alarm:chest
        D danger.113
        P no
        D emergency_ends
        (quiet)
        """,
    )
    told = play(
        night(),
        """
        P alarm:chest
        D danger.113
        P cramp:calf
        D calf.B2 calf.B1 calf.B3
        """,
    )
    assert len(told.recorded("episode_started")) == 2


def test_the_partner_is_spoken_to() -> None:
    play(
        night(),
        """
        P other_cramp:partner
        D partner.P1 partner.P2
        D ask.better
        P better
        D partner.P4 after.G1
        """,
    )


def test_has_cramps_may_also_be_a_seizure() -> None:
    play(
        night(),
        """
        P other_cramp:partner_unsure
        D partner.P1 partner.P2
        D ask.whole_body
        P yes
        D danger.113
        """,
    )


def test_the_second_cramp_knows_the_first() -> None:
    told = (
        night()
        .hears("cramp:calf")
        .until_asked("better")
        .hears("no")
        .until_asked("better")
        .hears("yes")
        .until_quiet()
    )
    told.hears("confirm_cramp")
    assert told.said[-1][1] == ("calf.B6", "calf.B3", "again_leg")
    told.until_asked("better").hears("yes").until_quiet()
    assert told.keys.count("after.G4") == 1


def test_whoever_wants_no_words_gets_none_while_holding() -> None:
    told = night().hears("cramp:calf").until_it_listens().hears("hush").until_asked("better")
    assert not [key for key in told.keys if key.startswith("company_")]


def test_something_is_said_about_every_eight_seconds_and_never_twice_the_same() -> None:
    told = night().hears("cramp:calf").until_asked("better").hears("no").until_asked("better")
    company = [(at_s, keys[0]) for at_s, keys in told.said if keys[0].startswith("company_")]
    assert len(company) >= 4
    assert all(a != b for (_, a), (_, b) in itertools.pairwise(company))


def company(told: Night) -> list[float]:
    """When the calm words began."""
    return [at_s for at_s, keys in told.said if keys[0].startswith("company_")]


def in_the_hold() -> Night:
    """The first calm word has been said; the next one comes eight seconds after it."""
    told = night().hears("cramp:calf").until_it_listens()
    while not company(told):
        told.wait(0.1)
    return told.until_it_listens()


def test_a_calm_word_waits_for_whoever_speaks() -> None:
    told = in_the_hold()
    due_s = company(told)[0] + 8.0
    told.wait(due_s - told.now_s - 1.0).begins_to_speak().wait(2.5)
    assert len(company(told)) == 1
    told.mumbles()
    assert company(told)[1:] == [told.now_s]  # now that they have finished
    assert told.now_s == pytest.approx(due_s + 1.5)


def test_a_calm_word_comes_after_four_seconds_of_speech_all_the_same() -> None:
    told = in_the_hold()
    due_s = company(told)[0] + 8.0
    told.wait(due_s - told.now_s - 1.0).begins_to_speak().wait(4.1)
    assert company(told)[1] == pytest.approx(due_s + 3.0)


def test_speech_that_goes_on_and_on_delays_a_calm_word_only_once() -> None:
    told = in_the_hold()
    due_s = company(told)[0] + 8.0
    told.wait(due_s - told.now_s - 1.0).begins_to_speak()
    for _ in range(6):
        told.wait(0.7).begins_to_speak()
    assert company(told)[1] == pytest.approx(due_s + 3.0, abs=0.6)


def test_a_calm_word_breaks_off_for_whoever_had_begun_before_it() -> None:
    told = in_the_hold()
    told.wait(company(told)[0] + 8.05 - told.now_s)
    assert told.speaking
    told.begins_to_speak()
    assert not told.speaking
    told.wait(1.0).hears("not_better")
    assert told.said[-1][1][0] == "something_else"


def test_a_calm_word_gives_way_to_an_answer_to_what_was_said() -> None:
    told = night().hears("cramp:calf").until_it_listens().wait(7.5).begins_to_speak().wait(1.5).hears("pain")
    assert told.said[-1][1] == ("pain_holds",)
    told.until_it_listens().wait(1.0)
    assert told.said[-1][1] == ("pain_holds",)


@pytest.mark.parametrize("before_s", [0.5, 2.0, 4.0])
def test_an_answer_to_pain_is_said_to_its_end_when_the_hold_is_over_meanwhile(before_s: float) -> None:
    """«Ja, det gjør vondt. Hold der.» is not cut off by «Er det bedre?»."""
    told = night().hears("cramp:calf").until_it_listens()
    ends_s = told.now_s + 20.0
    told.wait(ends_s - before_s - told.now_s).hears("pain")
    began_s, lasts_s = told.now_s, told.seconds(("pain_holds",))
    assert began_s + lasts_s > ends_s
    told.until_asked("better")
    assert told.said[-2:] == [(began_s, ("pain_holds",)), (began_s + lasts_s, ("ask.better",))]


def test_no_calm_word_is_said_over_an_answer() -> None:
    told = in_the_hold()
    told.wait(company(told)[0] + 7.5 - told.now_s).hears("pain")
    told.wait(told.seconds(("pain_holds",)) - 0.1)
    assert told.speaking
    assert told.said[-1][1] == ("pain_holds",)


def test_whoever_speaks_over_an_answer_at_the_end_of_a_hold_is_heard() -> None:
    told = night().hears("cramp:calf").until_it_listens().wait(19.0).hears("pain").wait(2.0)
    assert told.speaking
    told.begins_to_speak()
    assert not told.speaking
    told.wait(1.0).hears("better")
    assert told.said[-1][1][0] == "ease_foot"


def test_the_end_of_a_hold_waits_for_whoever_speaks() -> None:
    told = night().hears("cramp:calf").until_it_listens()
    told.wait(19.5).begins_to_speak().wait(2.0)
    assert told.state.scene == "holding"
    assert told.mumbles().said[-1][1] == ("ask.better",)
    answered = night().hears("cramp:calf").until_it_listens()
    answered.wait(19.5).begins_to_speak().wait(1.5).hears("better")
    assert "ask.better" not in answered.until_quiet().keys


def test_what_is_asked_in_the_hold_does_not_break_off() -> None:
    told = night().hears("cramp").until_said(2)
    assert told.said[-1][1] == ("ask.place",)
    assert told.begins_to_speak().speaking


def in_between(told: Night) -> list[tuple[str, float]]:
    """What is heard while something is held, and how much softer it is than what is said else."""
    said = zip(told.said, told.softer_db, strict=True)
    return [
        (keys[0], softer_db) for (_, keys), softer_db in said if keys[0].startswith(("company_", "tone."))
    ]


@pytest.mark.parametrize("chosen", ["breathing", "here"])
def test_whoever_has_chosen_a_tone_hears_it_instead_of_words_softer_each_time(chosen: str) -> None:
    told = (
        night(in_the_hold=chosen).hears("cramp:calf").until_asked("better").hears("no").until_asked("better")
    )
    first, second, *later = in_between(told)
    assert (first, second) == ((f"tone.{chosen}", 0.0), (f"tone.{chosen}", 2.0))
    assert {key for key, _ in later} == {f"tone.{chosen}"}
    assert later[0][1] == 0.0  # the next stretch
    assert [softer_db for _, softer_db in in_between(night().hears("cramp:calf").until_asked("better"))] == [
        0.0,
        2.0,
    ]


def test_a_tone_is_silenced_by_the_same_word_as_words() -> None:
    told = (
        night(in_the_hold="breathing")
        .hears("cramp:calf")
        .until_it_listens()
        .hears("hush")
        .until_asked("better")
    )
    assert in_between(told) == []


def test_out_of_reach() -> None:
    play(
        night(),
        """
        P cramp:calf
        D calf.B2 calf.B1 calf.B3
        P cannot
        D easier calf.B6 calf.B3
        """,
    )


def test_two_groans_are_asked_after_softly() -> None:
    told = night().hears("groan").wait(10).hears("groan")
    assert told.said[-1][1] == ("ask.is_it_cramp",)
    alone = night().hears("groan").wait(30).hears("groan")
    assert not alone.said


def test_the_side_is_written_down_and_never_asked_for() -> None:
    told = night().hears("cramp:calf_left").until_quiet()
    assert told.recorded("episode_started")[0]["side"] == "left"


def test_help_and_then_nothing() -> None:
    told = night().hears("help").until_quiet()
    assert told.keys[:3] == ["calf.B2", "calf.B1", "calf.B3"]
    assert told.said[-1][1] == ("quiet",)
    assert told.said[-1][0] <= 90


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
        D danger.get_help_up danger.legevakt_number danger.cannot_call
        D ask.try_getting_up
        P yes:clear
        D advised.U1
        D advised.U2
        D advised.U3
        D advised.U4
        D advised.U5
        (quiet)
        """,
    )


def test_nobody_is_led_up_from_the_floor_without_two_clear_answers() -> None:
    unsure = night().hears("fell").until_quiet()
    assert not [key for key in unsure.keys if key.startswith("advised.U")]
    silent = night().hears("fell").until_asked("fall_hip").hears("no").until_asked("fall_up").hears("yes")
    assert "ask.try_getting_up" not in silent.until_quiet().keys


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
        D calf.B2 calf.B1 calf.B3
        P wait
        ... 60
        P next
        D calf.B2 calf.B1 calf.B3
        P wait
        D ask.are_you_there
        (quiet)
        """,
    )


def test_louder_acts_at_once_and_says_it_again() -> None:
    told = night().hears("cramp:calf").wait(1).hears("louder")
    assert told.adjusted == ["louder"]
    assert told.said[-1] == (1.0, ("calf.B2", "calf.B1", "calf.B3"))


def test_a_missed_answer_is_asked_for_once_more_slower_and_louder() -> None:
    told = night().hears("cramp:calf").until_asked("better").hears("no").until_asked("better").wait(7)
    assert told.said[-1][1] == ("ask.better",)
    assert told.styles[-1] == "slow_loud"


def test_the_cramp_comes_back() -> None:
    told = night().hears("cramp:calf").until_asked("better").hears("better").until_it_listens()
    told.hears("came_back")
    assert told.said[-1][1] == ("calf.B2", "calf.B1", "calf.B3", "again_leg")
    assert told.recorded("episode_ended") == [{"reason": "relieved"}]
    assert len(told.recorded("episode_started")) == 2


def test_the_helper_is_spoken_to() -> None:
    play(
        night(),
        """
        P cramp:calf
        D calf.B2 calf.B1 calf.B3
        P helper_here
        D calf.B11
        D ask.better
        P no
        D something_else calf.B11
        """,
    )


def test_pregnancy_sends_to_the_maternity_ward() -> None:
    told = night(lower_threshold=True, may_massage=False, towel=True).hears("cramp:calf").wait(8)
    told.hears("cue:swollen").until_asked("t2").hears("yes").until_quiet()
    assert told.recorded("danger_sign")[0]["number"] == "foden"


def test_the_morning() -> None:
    """Of this night only; at most three questions; danger signs only when the night gave reason."""
    told = play(
        night(facts=frozenset({"advised_last_night", "cramp_tonight"}), medicines=True),
        """
        P good_morning
        D morning.hello
        D ask.advice_followed
        P no
        D ask.t12_swollen
        P no
        D ask.sleep_disturbance
        P number:6
        D morning.bye
        (quiet)
        """,
    )
    answers = {str(a["question"]): a["answer"] for a in told.recorded("morning_answer")}
    assert answers["advice_followed"] == "no"
    assert answers["sleep_disturbance"] == "6"
    assert not told.recorded("episode_started")


def test_a_morning_without_a_cramp_is_a_greeting() -> None:
    assert night().hears("good_morning").until_quiet().keys == ["morning.hello", "morning.bye"]


@pytest.mark.parametrize("turn", ["morning_0", "morning_1", "morning_2", "morning_3"])
def test_the_questions_of_the_morning_take_turns(turn: str) -> None:
    told = night(facts=frozenset({"cramp_tonight", turn})).hears("good_morning")
    for _ in range(40):
        told.wait(2).hears("no" if told.grammar == "yes_no" else "number:0")
    assert 2 <= len(told.recorded("question_asked")) <= 3


@pytest.mark.parametrize("able", [{}, {"may_stand": True}])
def test_the_evening_stretches_both_legs_three_times_for_ten_seconds(able: dict[str, object]) -> None:
    told = night(**able).asks_for("evening").until_asked("evening_ready").hears("yes")  # type: ignore[arg-type]
    told.until_asked("evening_done").hears("yes").until_quiet()
    stretches = [key for key in told.keys if "calf_" in key or "hamstring_" in key or "again" in key]
    assert len(stretches) == 12
    assert ("evening.calf_right_standing" in told.keys) == bool(able)
    assert 150 < told.now_s < 260
    assert told.recorded("routine_ended") == [{"routine": "evening", "outcome": "done"}]


def test_an_empty_room_is_asked_twice_and_nothing_is_logged_as_done() -> None:
    told = night().asks_for("evening").until_quiet()
    assert told.keys == ["ask.evening_ready", "ask.evening_ready"]
    assert told.said[1][0] - told.said[0][0] > 200
    assert told.recorded("routine_ended") == [{"routine": "evening", "outcome": "silence"}]


def test_stretches_that_nobody_confirms_are_not_done() -> None:
    told = night().asks_for("evening").until_asked("evening_ready").hears("yes").until_quiet()
    assert told.recorded("routine_ended") == [{"routine": "evening", "outcome": "silence"}]


@pytest.mark.parametrize("answer", ["no", "done", "stop"])
def test_whoever_does_not_want_to_stretch_has_declined(answer: str) -> None:
    told = night().asks_for("evening").until_asked("evening_ready").hears(answer).until_quiet()
    assert told.recorded("routine_ended") == [{"routine": "evening", "outcome": "declined"}]
    later = night().asks_for("evening").until_said(2).until_it_listens().hears("no").until_quiet()
    assert later.recorded("routine_ended") == [{"routine": "evening", "outcome": "declined"}]


def test_stretches_that_were_not_done_after_all_are_declined_and_those_broken_off_stopped() -> None:
    told = night().asks_for("evening").until_asked("evening_ready").hears("yes")
    told.until_asked("evening_done").hears("no").until_quiet()
    assert told.recorded("routine_ended") == [{"routine": "evening", "outcome": "declined"}]
    stopped = night().asks_for("evening").until_asked("evening_ready").hears("yes").wait(20).hears("stop")
    assert stopped.until_quiet().recorded("routine_ended") == [{"routine": "evening", "outcome": "stopped"}]


def stretched(*facts: str) -> Night:
    """An evening of the six weeks, confirmed."""
    told = night(facts=frozenset(facts)).asks_for("evening").until_asked("evening_ready").hears("yes")
    return told.until_asked("evening_done").hears("yes")


@pytest.mark.parametrize(
    ("said", "answer"),
    [("compare:fewer", "fewer"), ("compare:same", "same"), ("same", "same"), ("compare:more", "more")],
)
def test_once_a_week_it_asks_whether_there_are_fewer(said: str, answer: str) -> None:
    told = stretched("programme_week").until_asked("programme_week").hears(said).until_quiet()
    assert told.recorded("programme_answer") == [{"question": "programme_week", "answer": answer}]
    assert told.keys[-1] == "evening.bye"
    assert "ask.programme_week" not in stretched().until_quiet().keys


def test_a_question_of_the_week_that_nobody_answers_spoils_nothing() -> None:
    told = stretched("programme_week").until_quiet()
    assert told.recorded("question_unanswered") == [{"question": "programme_week"}]
    assert told.recorded("routine_ended") == [{"routine": "evening", "outcome": "done"}]


def test_after_six_weeks_it_says_honestly_that_it_does_not_help_and_leaves_the_choice() -> None:
    told = stretched("programme_end").until_asked("programme_end").hears("compare:same")
    told.until_asked("programme_goes_on").hears("no").until_quiet()
    assert {"programme_not_helped.no_help", "programme_not_helped.doctor"} <= set(told.keys)
    assert [row["answer"] for row in told.recorded("programme_answer")] == ["same", "no"]
    assert told.recorded("routine_ended") == [{"routine": "evening", "outcome": "done"}]


def test_after_six_weeks_with_fewer_cramps_it_promises_nothing() -> None:
    told = stretched("programme_end").until_asked("programme_end").hears("compare:fewer").until_quiet()
    assert told.keys[-2:] == ["programme_helped.fewer", "evening.bye"]
    assert "ask.programme_goes_on" not in told.keys


def test_whoever_left_it_is_not_reminded_and_may_ask_for_it() -> None:
    left = frozenset({"programme_left"})
    assert not night(facts=left).asks_for("evening").until_quiet().said
    assert night(facts=left).hears("evening_routine").keys == ["ask.evening_ready"]
