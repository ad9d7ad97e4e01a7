"""Safety, proved and not sampled: every rule of kind D over every reachable step of the dialogue.

Each walk below covers all states that its words can reach, in every order of words, noises, ends of sound and
timers; together they cover every protocol, question, danger sign and routine, and the people whose profiles
matter. The one walk with all words at once is too long for a test run: `tests/bench/prove.py`.
Which rule is held by which test: RULES.md beside this file.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from skill.dialogue.capabilities import Capabilities
from skill.dialogue.state import initial
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

SELDOM = (
    "call",
    "call:113",
    "call:contact",
    "afraid",
    "help",
    "side:left",
    "louder",
    "done",
    "came_back",
    "same",
)
PLACES = ("place", "cramp", "confirm_cramp", "standing")
CUES = ("cue", "fell", "on_floor", "stomach")
STARTS = ("help", "fell", "on_floor", "stomach", "call", "good_morning", "evening_routine", "confirm_cramp")


def _name(word: str) -> str:
    return word.partition(":")[0]


def calf_only(word: str) -> bool:
    return word == "cramp:calf" or (_name(word) not in (*PLACES, *CUES, *STARTS) and word not in SELDOM)


FEW = ("yes:clear", "no", "unsure", "better", "not_better", "stop", "alarm:breath")


def all_places(word: str) -> bool:
    return _name(word) in PLACES or word in (*FEW, "worse", "helper_here", "alarm:chest")


def with_cues(*cues: str) -> Callable[[str], bool]:
    return lambda word: word in (*FEW, "cramp:calf", *cues)


def other_starts(word: str) -> bool:
    return _name(word) in STARTS or word in (*FEW, "yes:weak", "unsure:little", "number:0", "repeat", "wait")


WALKS: dict[str, tuple[Callable[[str], bool], Capabilities, int]] = {
    "the calf, able to stand": (calf_only, ABLE, 2),
    "every place": (all_places, ABLE, 1),
    "every place, expecting": (all_places, EXPECTING, 1),
    "every place, frail": (all_places, FRAIL, 1),
    "other beginnings": (other_starts, NOBODY_SPECIAL, 1),
    "other beginnings, frail": (other_starts, FRAIL, 1),
    "dizzy, fainted, blood": (with_cues("cue:dizzy", "cue:fainted", "cue:blood"), ABLE, 1),
    "falls": (with_cues("fell", "on_floor", "cue:head"), ABLE, 1),
    "swelling, breath, chest": (with_cues("cue:swollen", "cue:short_breath", "cue:chest"), NOBODY_SPECIAL, 1),
    "cold, numb": (with_cues("cue:cold_foot", "cue:numb"), NOBODY_SPECIAL, 1),
    "cold, numb, as long since": (with_cues("cue:cold_foot", "cue:numb"), FRAIL, 1),
    "weak, bladder, jaw": (with_cues("cue:paralysed", "cue:cannot_pee", "cue:stiff_jaw"), NOBODY_SPECIAL, 1),
    "fever, urine, elsewhere": (with_cues("cue:fever", "cue:urine", "cue:elsewhere"), NOBODY_SPECIAL, 1),
    "snap, ill, stomach": (with_cues("cue:snap", "cue:ill", "stomach"), NOBODY_SPECIAL, 1),
    "head, belly, stomach, expecting": (
        with_cues("cue:headache", "cue:upper_belly", "stomach", "cue:dizzy"), EXPECTING, 1,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def walks() -> dict[str, Walk]:
    return {name: walk(able, ears(words), most_holds=holds) for name, (words, able, holds) in WALKS.items()}


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


@pytest.mark.parametrize("name", WALKS)
def test_everything_becomes_quiet_by_itself(walks: dict[str, Walk], name: str) -> None:
    circle = never_ends(walks[name].by_itself)
    assert not circle, "\n".join(map(str, circle))


@pytest.mark.parametrize("name", WALKS)
def test_what_comes_to_rest_by_itself_is_idle(walks: dict[str, Walk], name: str) -> None:
    ends = {after for following in walks[name].by_itself.values() for after in following}
    resting = {state for state in ends if state not in walks[name].by_itself}
    assert resting == {initial()}


def test_all_that_can_ever_be_said_is_reached(everything_said: set[tuple[tuple[str, ...], str]]) -> None:
    reached = {key for keys, _ in everything_said for key in keys}
    only_told_in_the_morning = {"ask.advice_followed", "morning.often"}  # need facts of earlier nights
    unreached = set(script().texts) - reached - only_told_in_the_morning
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
    for key in ("danger.113", "danger.legevakt", "danger.foden", "danger.no_contact"):
        assert CANNOT[language] in script(language).text(key)


@pytest.mark.parametrize("language", ["nn", "en"])
def test_the_steps_are_the_same_in_every_language(language: str) -> None:
    """What was proved for bokmål holds for all: the languages differ in their texts alone."""
    other, first = script(language), script("nb")
    for part in ("limits", "questions", "dangers", "cues", "protocols", "routines"):
        assert getattr(other, part) == getattr(first, part)
    assert set(other.texts) == set(first.texts)
