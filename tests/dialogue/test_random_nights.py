"""Nights that nobody thought of: random words, noise and silences, in real order of time."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.dialogue.machine import step
from skill.dialogue.state import initial
from skill.events import Listen, Record, Spoken, TimerFired
from tests.dialogue.explore import Transition, possible
from tests.dialogue.night import Night
from tests.dialogue.rules import RULES, Law
from tests.dialogue.world import FRAIL, PEOPLE, book, ears, script, written

NIGHTS = 1000
PATHS, STEPS = 60, 80

every_word = sorted({written(phrase.intent) for phrase in book().phrases})
happening = st.one_of(
    st.tuples(st.just("word"), st.sampled_from(every_word)),
    st.tuples(st.just("noise"), st.just("")),
    st.tuples(st.just("voice"), st.just("")),
    st.tuples(st.just("wait"), st.sampled_from(["0.3", "2", "7", "25", "70", "130"])),
)


def live_now(night: Night) -> set[str]:
    """The meanings that the recogniser could deliver at this moment."""
    grammar = night.state.live if night.speaking else night.grammar
    return {written(phrase.intent) for phrase in book().live(grammar)}


def let_happen(night: Night, kind: str, what: str) -> None:
    if kind == "word" and what in live_now(night):
        night.hears(what)
    elif kind == "noise":
        night.mumbles()
    elif kind == "voice":
        night.begins_to_speak()
    elif kind == "wait":
        night.wait(float(what))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(PEOPLE)), st.lists(happening, max_size=40))
def test_whatever_happens_it_ends_quietly_and_is_written_down(
    person: str, happenings: list[tuple[str, str]]
) -> None:
    night = Night(script(), PEOPLE[person])
    for kind, what in happenings:
        let_happen(night, kind, what)
        assert night.grammar in book().grammars
        assert night.state.live in book().grammars
    night.until_quiet()
    assert night.state.scene == "idle"
    assert night.grammar == "idle"
    assert len(night.recorded("episode_started")) == len(night.recorded("episode_ended"))
    assert len(night.recorded("step_ended")) <= len(night.recorded("step_started"))
    assert len(night.recorded("routine_started")) == len(night.recorded("routine_ended"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["noise", "voice", "wait"]), max_size=30))
def test_noise_alone_never_starts_anything(noises: list[str]) -> None:
    night = Night(script())
    for kind in noises:
        let_happen(night, kind, "7")
    assert not night.said
    assert not night.records


def advice(night: Night) -> list[Record]:
    return [
        r for r in night.records if r.kind == "danger_sign" and r.data["number"] in ("113", "116117", "foden")
    ]


def test_a_thousand_nights_of_sleep_and_television_bring_no_advice() -> None:
    """Snoring, a television, a partner who talks: noise, and any single word that isn't a cry for help."""
    chance = random.Random(20261123)
    triggering = {
        "alarm",
        "seizure_word",
        "call",
        "help",
        "cramp",
        "confirm_cramp",
        "other_cramp",
        "groan",
        "fell",
        "on_floor",
        "stomach",
    }
    harmless = [word for word in every_word if word.partition(":")[0] not in triggering]
    found = 0
    for number in range(NIGHTS):
        night = Night(script(), FRAIL if number % 2 else PEOPLE["nobody special"])
        for _ in range(40):
            kind = chance.choice(["noise", "voice", "wait", "word"])
            let_happen(night, kind, chance.choice(harmless) if kind == "word" else "25")
        night.until_quiet()
        found += len(advice(night))
    assert found == 0


def test_a_thousand_false_starts_that_nobody_answers_bring_no_advice() -> None:
    """The television says «krampe i leggen», and people go on sleeping: voices, but no answer to any question."""
    chance = random.Random(113)
    for number in range(NIGHTS):
        night = Night(script(), list(PEOPLE.values())[number % len(PEOPLE)])
        night.wait(chance.uniform(0, 600)).hears(
            chance.choice(["cramp:calf", "cramp", "help", "confirm_cramp"])
        )
        for _ in range(chance.randrange(6)):
            night.wait(chance.uniform(0, 30)).begins_to_speak()
        began_s = night.said[0][0]
        night.until_quiet()
        assert not advice(night), f"\n{night}"
        assert night.said[-1][0] - began_s <= 90, f"\n{night}"


@pytest.mark.parametrize("person", sorted(PEOPLE))
def test_one_danger_word_alone_only_ever_asks(person: str) -> None:
    """T0b: single words never act alone, whoever says them and whenever."""
    for word in (w for w in every_word if w.partition(":")[0] in ("cue", "fell", "on_floor")):
        for seconds in (1.0, 12.0, 33.0):
            night = Night(script(), PEOPLE[person]).hears("cramp:calf").wait(seconds)
            if word in live_now(night):
                night.hears(word)
            night.until_quiet()
            assert not advice(night), f"{word}\n{night}"


@pytest.mark.parametrize("person", sorted(PEOPLE))
def test_random_paths_through_everything_keep_every_rule(person: str) -> None:
    """All words, all places and the full number of holds at once: deeper than the walks, but only sampled."""
    chance = random.Random(person)
    able, hearing = PEOPLE[person], ears(lambda _: True)
    law = Law(script(), able, book(), step)
    for _ in range(PATHS):
        state, grammar = initial(), "idle"
        for _ in range(STEPS):
            events = list(possible(state, hearing.words(state, grammar)))
            timely = [e for e in events if isinstance(e, Spoken | TimerFired)]
            event = chance.choice(timely if timely and chance.random() < 0.6 else events)
            after, effects = step(state, event, script(), able)
            t = Transition(state, event, after, effects)
            broken = [f"rule {n}: {what}" for n, rule in RULES.items() for what in rule(t, law)]
            assert not broken, f"{broken}\n{state}\n{event}\n{after}"
            grammar = next((e.grammar for e in reversed(effects) if isinstance(e, Listen)), grammar)
            state = after
