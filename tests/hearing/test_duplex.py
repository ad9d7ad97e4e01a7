"""A person is heard through our own voice, and our own voice isn't."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from skill.audio.samples import FRAME_S, FRAME_SAMPLES, Samples
from skill.events import Heard
from skill.hearing.duplex import Duplex
from skill.hearing.echo.own_sound import played
from skill.hearing.listener import HearingEvent, Listener
from tests.hearing.conftest import frames_of
from tests.hearing.speech import mixed, noise, pause, speech

SENTENCES = [
    "Strekk ut beinet. Trekk tærne mot deg, og hold. Pust rolig. Det er bra. Vi holder litt til.",
    "Er det bedre nå, eller gjør det like vondt? Sett foten mot fotgavlen, og press rolig.",
    "Legg deg på ryggen. Ta tak i leggen med begge hender, og stryk mot hjertet.",
]
LATE = 1200  # samples, from the loudspeaker into the microphone
Way = Callable[[Samples], Samples]


def through_the_room(sound: Samples) -> Samples:
    """A small loudspeaker, a late echo, and two walls."""
    driven = np.tanh(1.5 * sound / 32768) / 1.5 * 32768
    heard = np.zeros(len(sound) + LATE + 900)
    for late, gain in ((0, 1.0), (300, 0.3), (900, -0.2)):
        heard[LATE + late : LATE + late + len(sound)] += gain * driven
    return heard[: len(sound)].astype(np.int16)


def straight(sound: Samples) -> Samples:
    return np.concatenate([np.zeros(LATE, np.int16), sound])[: len(sound)]


class Room:
    """A device that speaks, and what its own microphone hears of that."""

    def __init__(self, listener: Listener) -> None:
        self.duplex = Duplex(listener)
        self.now_s = 0.0
        self._count = 0
        self._noise = noise(3.0, -62.0)
        self.hear(pause(1.0))

    def hear(self, sound: Samples, beside: Samples | None = None) -> list[HearingEvent]:
        events: list[HearingEvent] = []
        for number, frame in enumerate(frames_of(mixed(sound, self._noise))):
            if beside is not None:
                piece = beside[number * FRAME_SAMPLES : (number + 1) * FRAME_SAMPLES]
                self.duplex.played(played(1, self._count, self.now_s, piece))
            self._count += FRAME_SAMPLES
            self.now_s += FRAME_S
            events += self.duplex.feed(frame, self.now_s)
        return events

    def say(
        self, text: str, person: Samples | None = None, way: Way = through_the_room, told: bool = True
    ) -> list[HearingEvent]:
        """The device says it, and is told so or not; `person` begins 2.5 s later."""
        said = np.concatenate([speech(text, rate_wpm=120), pause(0.3)])
        there = way(said).astype(np.int32)
        if person is not None:
            there[40_000 : 40_000 + len(person)] += person
        self.duplex.listen("speaking")
        self.duplex.own_voice(True)
        events = self.hear(np.clip(there, -32768, 32767).astype(np.int16), said if told else None)
        self.duplex.own_voice(False)
        self.duplex.listen("idle")
        return events + self.hear(pause(1.0))


def heard(events: list[HearingEvent]) -> list[str]:
    return [event.intent.name for event in events if isinstance(event, Heard)]


@pytest.fixture
def room(listener: Listener) -> Room:
    return Room(listener)


@pytest.mark.parametrize(
    ("words", "means"),
    # «hjelp» alone, by this voice, is taken for «hva» by the weights of 2026-11-26
    [("hjelp meg", "help"), ("gjenta", "repeat"), ("vondt i brystet", "alarm"), ("får ikke puste", "alarm")],
)
def test_words_as_loud_as_our_own_voice_are_heard_through_it(room: Room, words: str, means: str) -> None:
    assert room.say(SENTENCES[0]) == room.say(SENTENCES[1]) == []
    assert room.duplex.trusted
    assert heard(room.say(SENTENCES[2], speech(words, "nb+f2"))) == [means]


def test_without_being_told_what_plays_it_is_as_strict_as_ever(room: Room) -> None:
    for sentence in SENTENCES:
        assert room.say(sentence, told=False) == []
    assert not room.duplex.trusted
    assert room.say(SENTENCES[2], speech("stopp"), told=False) == []


def test_our_own_voice_is_nothing_even_when_the_room_changes_while_it_sounds(room: Room) -> None:
    for turn in range(6):
        assert room.say(SENTENCES[turn % 3], way=through_the_room if turn % 2 else straight) == []


def test_pieces_that_come_too_late_cost_the_trust(room: Room) -> None:
    room.say(SENTENCES[0])
    assert room.duplex.trusted
    room.duplex.played(played(1, room._count - 3200, room.now_s - 0.2, speech("hold")[:640]))
    assert not room.duplex.trusted


def test_after_our_own_voice_every_frame_still_reaches_the_listener(listener: Listener) -> None:
    room = Room(listener)
    room.say(SENTENCES[0])
    assert listener.frames == round(room.now_s / FRAME_S)
