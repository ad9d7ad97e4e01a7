"""Safety, proved and not sampled: every rule of kind D over every reachable step of the dialogue.

Each walk below covers all states that its words can reach, in every order of words, noises, ends of sound and
timers; together they cover every protocol, question, danger sign and routine, and the people whose profiles
matter. The one walk with all words at once is too long for a test run: `tests/bench/prove.py`.
Which rule is held by which test: RULES.md beside this file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from skill.dialogue.capabilities import Capabilities
from skill.dialogue.state import Remembered, State, initial
from tests.dialogue.explore import Trip
from tests.dialogue.rules import CANNOT, _plain
from tests.dialogue.world import (
    ABLE,
    EXPECTING,
    FRAIL,
    NOBODY_SPECIAL,
    Walk,
    book,
    ears,
    never_ends,
    script,
    walk,
)

FEW = ("yes:clear", "no", "not_better", "better", "stop", "alarm:breath")


def _name(word: str) -> str:
    return word.partition(":")[0]


def only(*words: str) -> Callable[[str], bool]:
    """A few words of every kind, and these; a whole meaning when no value is given."""
    return lambda word: word in (*FEW, *words) or _name(word) in words


def again(word: str) -> bool:
    """A cramp whose place isn't said, and the answers that steer its relief."""
    return word in ("cramp", "yes:clear", "no", "worse", "better")


def after_a_fall(word: str) -> bool:
    """Somebody on the floor, all answers and another sign; a cramp is walked beside it, below."""
    return word in ("fell", "on_floor", "yes:clear", "no", "stop", "cue:head")


def amid_a_cramp(word: str) -> bool:
    return word in ("cramp:calf", "fell", "yes:clear", "no", "better")


def in_the_calf(word: str) -> bool:
    """Every word of a cramp whose place was said, but danger signs and other places."""
    elsewhere = ("place", "cramp", "confirm_cramp", "standing", "cue", "fell", "on_floor", "stomach", "call")
    return word == "cramp:calf" or _name(word) not in (*elsewhere, "help", "good_morning", "evening_routine")


WALKS: dict[str, tuple[Callable[[str], bool], Capabilities]] = {
    # a ladder to its end, with few words
    "the calf, able to stand": (only("cramp:calf", "unsure"), ABLE),
    "the calf, helped": (only("cramp:calf", "helper_here"), NOBODY_SPECIAL),
    "the calf, expecting": (only("cramp:calf", "unsure", "unsure:little"), EXPECTING),
    "standing already": (only("cramp:calf_standing"), ABLE),
    "standing, but should not": (only("cramp:calf_standing"), FRAIL),
    "the foot": (only("cramp:foot"), ABLE),
    "the back of the thigh": (only("cramp:thigh_back"), NOBODY_SPECIAL),
    "the thigh": (only("cramp:thigh", "worse", "place:front"), NOBODY_SPECIAL),
    "the front of the thigh": (only("cramp:thigh_front"), NOBODY_SPECIAL),
    "the front of the thigh, stiff": (only("cramp:thigh_front"), FRAIL),
    "the shin": (only("cramp:shin"), NOBODY_SPECIAL),
    # every word, every place
    "all words, the calf": (in_the_calf, NOBODY_SPECIAL),
    "every place": (only("place", "cramp", "standing", "worse"), ABLE),
    "other beginnings": (only("help", "stomach", "confirm_cramp", "place:calf"), NOBODY_SPECIAL),
    "calls": (only("cramp:calf", "call", "called", "wait"), FRAIL),
    "the evening": (only("evening_routine", "next", "done"), NOBODY_SPECIAL),
    "the evening, standing": (only("evening_routine"), ABLE),
    "the morning": (only("good_morning", "number:0", "unsure"), FRAIL),
    "someone else": (only("other_cramp", "worse", "a_little_better"), NOBODY_SPECIAL),
    "groans": (only("groan", "pain", "cannot"), NOBODY_SPECIAL),
    "never mind the words": (only("cramp:calf", "hush", "thanks", "good_night", "pain"), NOBODY_SPECIAL),
    "a tone instead of words": (only("cramp:calf", "hush"), replace(NOBODY_SPECIAL, in_the_hold="breathing")),
    # every danger sign
    "dizzy": (only("cramp:calf", "cue:dizzy"), NOBODY_SPECIAL),
    "fainted, blood": (only("cramp:calf", "cue:fainted", "cue:blood"), NOBODY_SPECIAL),
    "dizzy before standing": (only("cramp:calf_standing", "cue:dizzy"), ABLE),
    "falls": (after_a_fall, NOBODY_SPECIAL),
    "falls in the middle of a cramp": (amid_a_cramp, NOBODY_SPECIAL),
    "swelling": (only("cramp:calf", "cue:swollen", "unsure"), NOBODY_SPECIAL),
    "breath, chest": (only("cramp:calf", "cue:short_breath", "cue:chest"), NOBODY_SPECIAL),
    "cold, numb": (only("cramp:calf", "cue:cold_foot", "cue:numb"), NOBODY_SPECIAL),
    "cold, numb, since long": (only("cramp:calf", "cue:cold_foot", "cue:numb"), FRAIL),
    "weak, bladder": (only("cramp:calf", "cue:paralysed", "cue:cannot_pee"), NOBODY_SPECIAL),
    "fever, urine": (only("cramp:calf", "cue:fever", "cue:urine"), NOBODY_SPECIAL),
    "cramp elsewhere, jaw": (only("cramp:calf", "cue:elsewhere", "cue:stiff_jaw"), NOBODY_SPECIAL),
    "snap, ill": (only("cramp:calf", "cue:snap", "cue:ill", "stomach"), NOBODY_SPECIAL),
    "head, belly, expecting": (
        only("cramp:calf", "cue:headache", "cue:upper_belly", "stomach"),
        EXPECTING,
    ),
}

STARTS: dict[str, tuple[Callable[[str], bool], Capabilities, State]] = {
    # what is known of earlier nights: where the cramp was and what helped; the mornings, each in its turn
    **{
        f"again: {place}": (
            again,
            NOBODY_SPECIAL,
            initial(remembered=Remembered(place, ladder, "")),
        )
        for place, ladder in (
            ("calf", "calf"),
            ("foot", "foot"),
            ("shin", "shin"),
            ("thigh_back", "thigh_back"),
            ("thigh_front", "thigh_front"),
        )
    },
    **{
        f"evening: {fact}": (
            only("evening_routine", "compare:fewer", "compare:same", "same", "unsure"),
            NOBODY_SPECIAL,
            initial(frozenset({fact})),
        )
        for fact in ("programme_week", "programme_end", "programme_left")
    },
    **{
        f"morning: {' '.join(sorted(facts))}": (
            only("good_morning", "number:0", "unsure"),
            FRAIL,
            initial(facts=frozenset({"cramp_tonight", *facts})),
        )
        for facts in (
            ("morning_0",),
            ("morning_1",),
            ("morning_2",),
            ("morning_3",),
            ("advised_last_night", "morning_0"),
            ("frequent_cramps", "morning_2"),
        )
    },
}


@pytest.fixture(scope="module")
def walks() -> dict[str, Walk]:
    plain = {name: walk(able, ears(words), Trip()) for name, (words, able) in WALKS.items()}
    return plain | {name: walk(able, ears(words), Trip(s)) for name, (words, able, s) in STARTS.items()}


@pytest.fixture(scope="module")
def everything_said(walks: dict[str, Walk]) -> set[tuple[tuple[str, ...], str]]:
    return {pair for found in walks.values() for pair in found.said}


def test_every_step_keeps_every_rule(walks: dict[str, Walk], record_property: Callable[..., None]) -> None:
    states = sum(found.states for found in walks.values())
    transitions = sum(found.transitions for found in walks.values())
    record_property("states", states)
    record_property("transitions", transitions)
    print("\n" + "\n".join(f"{n:34} {w.states:7,} states {w.transitions:9,} steps" for n, w in walks.items()))
    print(f"{'together':34} {states:7,} states {transitions:9,} steps")
    assert not any(found.broken for found in walks.values()), "\n".join(w.report for w in walks.values())


@pytest.mark.parametrize("name", [*WALKS, *STARTS])
def test_everything_becomes_quiet_by_itself(walks: dict[str, Walk], name: str) -> None:
    circle = never_ends(walks[name].by_itself)
    assert not circle, "\n".join(map(str, circle))


@pytest.mark.parametrize("name", [*WALKS, *STARTS])
def test_what_comes_to_rest_by_itself_is_idle(walks: dict[str, Walk], name: str) -> None:
    ends = {after for following in walks[name].by_itself.values() for after in following}
    resting = {state for state in ends if state not in walks[name].by_itself}
    assert resting == {STARTS[name][2] if name in STARTS else initial()}


def test_all_that_can_ever_be_said_is_reached(everything_said: set[tuple[tuple[str, ...], str]]) -> None:
    reached = {key for keys, _ in everything_said for key in keys}
    said_by_the_device_of_itself = {"deaf", "back_again", "voice_failing", "self_test", "self_test_failed"}
    at_other_hours = {key for key in script().texts if key.startswith("clock.")}
    unreached = set(script().texts) - reached - at_other_hours - said_by_the_device_of_itself
    assert not unreached, f"texts that nothing says: {sorted(unreached)}"


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_no_live_phrase_occurs_in_what_is_said(
    everything_said: set[tuple[tuple[str, ...], str]], language: str
) -> None:
    """Rule 25 in each language, by spelling; by pronunciation it is a check of the content files."""
    heard_in_it = {
        (phrase.text, said)
        for keys, live in everything_said
        for said in [_plain(" ".join(script(language).text(key) for key in keys))]
        for phrase in book(language).live(live)
        if f" {phrase.text} " in f" {said} "
    }
    assert not heard_in_it


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_113_text_says_in_each_language_that_it_cannot_call(language: str) -> None:
    for key in ("danger.113", "danger.legevakt", "danger.foden", "danger.no_contact", "danger.cannot_call"):
        assert CANNOT[language] in script(language).text(key)


@pytest.mark.parametrize("language", ["nn", "en"])
def test_the_steps_are_the_same_in_every_language(language: str) -> None:
    """What was proved for bokmål holds for all: the languages differ in their texts alone."""
    other, first = script(language), script("nb")
    for part in ("limits", "questions", "dangers", "cues", "protocols", "routines"):
        assert getattr(other, part) == getattr(first, part)
    assert set(other.texts) == set(first.texts)
