"""The device hears itself and doesn't listen to itself; a person who speaks over it is heard."""

from __future__ import annotations

import numpy as np
import pytest

from skill.audio.samples import Samples
from skill.events import Heard, SpeechBegan, Unclear
from tests.hearing.conftest import Bedside
from tests.hearing.speech import pause, speech

PROMPTS = [
    "Strekk ut beinet. Trekk tærne mot deg, og hold.",
    "Pust rolig. Det er bra. Vi holder litt til.",
    "Er det bedre nå, eller gjør det like vondt?",
]


def softer(sound: Samples, db: float) -> Samples:
    return (sound * 10 ** (-db / 20)).astype(np.int16)


def over(prompt: Samples, person: Samples, at_s: float) -> Samples:
    both = prompt.astype(np.int32)
    start = round(at_s * 16_000)
    both[start : start + len(person)] += person
    return np.clip(both, -32768, 32767).astype(np.int16)


def say(bedside: Bedside, sound: Samples) -> list[object]:
    """The device speaks, and the microphone hears `sound`."""
    bedside.listener.own_voice(True)
    bedside.listener.listen("speaking")
    events = bedside.hear(sound)
    bedside.listener.own_voice(False)
    bedside.listener.listen("hold")
    return [*events]


@pytest.mark.parametrize("echo_db", [0, 10, 20])
def test_nothing_that_the_device_says_is_an_event(bedside: Bedside, echo_db: float) -> None:
    for prompt in PROMPTS:
        assert say(bedside, softer(speech(prompt, rate_wpm=120), echo_db)) == []
        assert bedside.hear(pause(1.5)) == []


def test_a_command_over_the_voice_is_heard_when_the_echo_is_softer(bedside: Bedside) -> None:
    echo = softer(speech(PROMPTS[0] + " " + PROMPTS[1], rate_wpm=120), 20)
    events = say(bedside, over(echo, speech("saktere"), 3.0))
    assert [(e.phrase, e.grammar) for e in events if isinstance(e, Heard)] == [("saktere", "speaking")]
    assert not [e for e in events if isinstance(e, SpeechBegan | Unclear)]


def test_an_answer_given_at_once_is_heard_whole(bedside: Bedside) -> None:
    say(bedside, softer(speech(PROMPTS[2], rate_wpm=120), 10))
    events = bedside.hear(pause(0.15), speech("neste"), pause(1.0))
    assert [(e.phrase, e.grammar) for e in events if isinstance(e, Heard)] == [("neste", "hold")]


def test_the_ringing_of_the_room_is_not_an_answer(bedside: Bedside) -> None:
    say(bedside, softer(speech(PROMPTS[2], rate_wpm=120), 10))
    assert bedside.hear(softer(speech("nei"), 10)[:4800], pause(1.5)) == []


def test_what_is_drowned_by_the_voice_is_dropped(bedside: Bedside) -> None:
    bedside.hear(speech("krampe"))
    say(bedside, softer(speech(PROMPTS[0], rate_wpm=120), 10))
    assert not [e for e in bedside.hear(pause(1.5)) if isinstance(e, Heard)]


def broken_off(bedside: Bedside, begun_s: float, voice_s: float, echo_db: float = 20) -> list[object]:
    """Somebody speaks in a hold; after `begun_s` our voice begins with a calm word, and is broken off."""
    bedside.listener.listen("hold")
    words = speech("det hjelper ikke")
    echo = softer(speech(PROMPTS[1], rate_wpm=120), echo_db)
    begun, ended = round(begun_s * 16_000), round((begun_s + voice_s) * 16_000)
    events = bedside.hear(words[:begun])
    events += say(bedside, over(words[begun:ended], echo[: ended - begun], 0.0))
    return [*events, *bedside.hear(words[ended:], pause(1.5))]


@pytest.mark.parametrize("begun_s", [0.04, 0.1, 0.2, 0.35])
@pytest.mark.parametrize("voice_s", [0.0, 0.1, 0.3])
def test_what_was_begun_before_our_voice_is_heard_whole_when_that_gives_way(
    bedside: Bedside, begun_s: float, voice_s: float
) -> None:
    events = broken_off(bedside, begun_s, voice_s)
    assert [type(e) for e in events] == [SpeechBegan, Heard]
    assert [(e.intent.name, e.grammar) for e in events if isinstance(e, Heard)] == [("not_better", "hold")]


def test_our_voice_that_does_not_give_way_drowns_it(bedside: Bedside) -> None:
    assert not [e for e in broken_off(bedside, 0.05, 0.6) if isinstance(e, Heard)]


def test_a_click_before_our_voice_makes_no_words_of_it(bedside: Bedside) -> None:
    bedside.hear(speech("krampe")[:480])
    events = [*say(bedside, softer(speech(PROMPTS[1], rate_wpm=120), 10)), *bedside.hear(pause(1.5))]
    assert not [e for e in events if isinstance(e, Heard | Unclear)]


def test_only_the_grammar_of_the_moment_is_heard_over_the_voice(bedside: Bedside) -> None:
    echo = softer(speech(PROMPTS[0] + " " + PROMPTS[1], rate_wpm=120), 20)
    assert not [e for e in say(bedside, over(echo, speech("neste"), 3.0)) if isinstance(e, Heard)]
