"""Our own voice is taken out of what the microphone hears, also in a room that is new."""

from __future__ import annotations

import numpy as np
import pytest

from skill.audio.samples import FRAME_SAMPLES, RATE_HZ, Samples
from skill.hearing.echo.canceller import Cleaned, EchoCanceller
from skill.hearing.echo.trust import EchoTrust
from tests.hearing.speech import noise, speech

SENTENCE = "Strekk ut beinet. Trekk tærne mot deg, og hold. Pust rolig. Det er bra. Vi holder litt til."


def heard_in(room: tuple[tuple[int, float], ...], played: Samples) -> Samples:
    """Echoes of it: each so many samples late, and so loud."""
    out = noise(len(played) / RATE_HZ, -70.0)[: len(played)].astype(np.float64)
    for late, gain in room:
        out[late:] += gain * played[: len(played) - late]
    return np.clip(out, -32768, 32767).astype(np.int16)


ONE_ROOM = ((1200, 0.5), (1500, 0.2), (2100, -0.1))
ANOTHER = ((2900, -0.4), (3300, 0.3), (4100, 0.1))


def cleaned(canceller: EchoCanceller, heard: Samples, played: Samples) -> list[Cleaned]:
    canceller.begin()
    return [
        canceller.clean(heard[at : at + FRAME_SAMPLES], played[at : at + FRAME_SAMPLES])
        for at in range(0, len(played) - FRAME_SAMPLES + 1, FRAME_SAMPLES)
    ]


def taken_off_db(heard: Samples, frames: list[Cleaned], part: slice) -> float:
    """How much softer it has become."""
    rest = np.concatenate([frame.rest for frame in frames])
    before = heard[: len(rest)].astype(np.float64)[part]
    return float(10 * np.log10((before @ before) / (rest[part] @ rest[part])))


@pytest.fixture(scope="module")
def sentence() -> Samples:
    return (speech(SENTENCE, rate_wpm=120) * 0.5).astype(np.int16)


SECOND_HALF = slice(3 * RATE_HZ, None)


def test_the_echo_is_taken_off(sentence: Samples) -> None:
    canceller, heard = EchoCanceller(), heard_in(ONE_ROOM, sentence)
    assert taken_off_db(heard, cleaned(canceller, heard, sentence), SECOND_HALF) > 15
    assert taken_off_db(heard, cleaned(canceller, heard, sentence), slice(None)) > 15


def test_a_new_room_is_known_within_the_first_sentence_in_it(sentence: Samples) -> None:
    canceller = EchoCanceller()
    for _ in range(3):
        cleaned(canceller, heard_in(ONE_ROOM, sentence), sentence)
    heard = heard_in(ANOTHER, sentence)
    frames = cleaned(canceller, heard, sentence)
    assert taken_off_db(heard, frames, SECOND_HALF) > 12
    assert any(frame.anew for frame in frames)


def test_in_the_same_room_nothing_begins_anew(sentence: Samples) -> None:
    canceller, heard = EchoCanceller(), heard_in(ONE_ROOM, sentence)
    cleaned(canceller, heard, sentence)
    assert not any(frame.anew for frame in cleaned(canceller, heard, sentence))


def test_what_came_before_the_room_was_known_is_cleaned_again_by_what_is_known_now(sentence: Samples) -> None:
    canceller, heard = EchoCanceller(), heard_in(ONE_ROOM, sentence)
    first = cleaned(canceller, heard, sentence)
    pieces = [
        (heard[at : at + FRAME_SAMPLES], sentence[at : at + FRAME_SAMPLES])
        for at in range(0, RATE_HZ, FRAME_SAMPLES)
    ]
    beginning = slice(RATE_HZ // 2, RATE_HZ)
    again = canceller.clean_again(pieces)
    assert taken_off_db(heard, again, beginning) > taken_off_db(heard, first, beginning) + 6


def test_a_person_is_left(sentence: Samples) -> None:
    canceller, heard = EchoCanceller(), heard_in(ONE_ROOM, sentence)
    cleaned(canceller, heard, sentence)
    person = (speech("det hjelper ikke", "nb+f2") * 0.3).astype(np.int16)
    at = 2 * RATE_HZ
    both = heard.copy()
    both[at : at + len(person)] += person
    rest = np.concatenate([frame.rest for frame in cleaned(canceller, both, sentence)])[at : at + len(person)]
    alike = np.corrcoef(rest, person)[0, 1]
    assert alike > 0.9


def trusted_at_s(trust: EchoTrust, canceller: EchoCanceller, heard: Samples, played: Samples) -> float | None:
    """When it was first."""
    trust.begin()
    for number, frame in enumerate(cleaned(canceller, heard, played)):
        trust.note(heard[number * FRAME_SAMPLES : (number + 1) * FRAME_SAMPLES], frame)
        if trust.trusted:
            return number * FRAME_SAMPLES / RATE_HZ
    return None


def test_where_it_was_proven_before_it_is_proven_again_beside_a_person(sentence: Samples) -> None:
    canceller, trust, heard = EchoCanceller(), EchoTrust(), heard_in(ONE_ROOM, sentence)
    assert trusted_at_s(trust, canceller, heard, sentence) is not None
    person = np.concatenate([speech("det hjelper ikke det her, det gjør bare vondt", "nb+f2")] * 3)
    both = heard.copy()
    length = min(len(person), len(both))
    both[:length] += (person[:length] * 0.3).astype(np.int16)
    at_s = trusted_at_s(trust, canceller, both, sentence)
    assert at_s is not None
    assert at_s < 1.5


def test_beside_a_person_it_is_not_proven_in_a_room_that_it_does_not_know(sentence: Samples) -> None:
    person = np.concatenate([speech("det hjelper ikke det her, det gjør bare vondt", "nb+f2")] * 3)
    both = heard_in(ONE_ROOM, sentence)
    length = min(len(person), len(both))
    both[:length] += (person[:length] * 0.3).astype(np.int16)
    at_s = trusted_at_s(EchoTrust(), EchoCanceller(), both[:length], sentence[:length])
    assert at_s is None or at_s > 3.0
