"""Commands are found in what is left of our own sentence, and our own voice is not one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from skill.audio.samples import FRAME_BYTES, FRAME_S, FRAME_SAMPLES
from skill.content.phrases import PhraseBook
from skill.events import Heard
from skill.hearing.accept.second_opinion import Opinion
from skill.hearing.over_own_voice.beside import Beside, bands
from skill.hearing.over_own_voice.spotting import OverOwnVoice

RNG = np.random.default_rng(3)
PERSON, OURS = b"\1" * FRAME_BYTES, b"\2" * FRAME_BYTES


class Believes:
    """Implements `SecondOpinion`: of what was heard a command explains so much, of our own sentence so much."""

    there = True

    def __init__(self, text: str, score: float, own: float = -6.0, ended_s: float = 1.2) -> None:
        self._of_heard = self._opinion(text, score, ended_s)
        self._of_ours = self._opinion(text, own, ended_s)
        self.asked: list[str] = []

    def _opinion(self, text: str, score: float, ended_s: float) -> Opinion:
        scores = {text: score}
        return Opinion(scores, scores, scores, {text: ended_s}, scores)

    def ask(self, grammar: str, sound: bytes) -> int:
        self.asked.append(grammar)
        return 2 if sound.startswith(OURS) else 1

    def answer(self, ticket: int) -> Opinion | None:
        return self._of_ours if ticket == 2 else self._of_heard


def a_frame(person: float, rest: float = 100.0) -> Beside:
    """Our echo at 1,000 (RMS), of which `rest` is left, and a person beside it."""
    echo = RNG.normal(0.0, 1000.0 * RNG.uniform(0.2, 1.8), FRAME_SAMPLES)
    left = RNG.normal(0.0, person, FRAME_SAMPLES) + rest / 1000.0 * echo
    heard = left + echo
    powers = (float(heard @ heard), float(left @ left), float(echo @ echo), float(left @ echo))
    return Beside(True, False, OURS, *powers, bands(left), bands(echo))


def spotted(
    second: Believes, book: PhraseBook, person: float = 1000.0, seconds: float = 2.0, **of_frame: float
) -> list[Heard]:
    over = OverOwnVoice(second, book)
    over.own_voice(True)
    found = []
    for number in range(round(seconds / FRAME_S)):
        over.told(a_frame(person, **of_frame))
        found.append(over.feed("speaking", PERSON, (number + 1) * FRAME_S))
    return [each for each in found if each is not None]


def test_a_persons_stop_is_found(book: PhraseBook) -> None:
    (heard,) = spotted(Believes("stopp", -0.2), book)
    assert (heard.intent.name, heard.phrase, heard.grammar) == ("stop", "stopp", "speaking")
    assert heard.at_s < 2.0


@pytest.mark.parametrize(
    ("text", "score", "found"),
    [
        ("stopp", -0.7, True),
        ("stopp", -1.0, False),  # so little explains much of our own voice
        ("vondt i brystet", -0.8, True),
        ("vondt i brystet", -1.7, False),
    ],
)
def test_it_must_be_heard_well(book: PhraseBook, text: str, score: float, found: bool) -> None:
    assert bool(spotted(Believes(text, score), book)) is found


def test_what_our_own_sentence_explains_nearly_as_well_is_ours(book: PhraseBook) -> None:
    assert not spotted(Believes("vondt i brystet", -0.5, own=-1.2), book)
    assert spotted(Believes("vondt i brystet", -0.5, own=-1.8), book)


def test_where_nothing_but_a_rest_of_our_own_voice_is_left_it_is_not_even_asked_about(
    book: PhraseBook,
) -> None:
    second = Believes("stopp", 0.0)
    assert not spotted(second, book, person=30.0)
    assert second.asked == []


def test_a_loud_rest_that_comes_and_goes_with_our_own_voice_is_ours(book: PhraseBook) -> None:
    assert not spotted(Believes("stopp", 0.0), book, person=10.0, rest=-600.0)


def test_other_ways_to_end_it_than_stop_are_in_too_many_sentences(book: PhraseBook) -> None:
    assert not spotted(Believes("slutt", 0.0), book)


def test_what_can_wait_for_the_end_of_a_sentence_is_not_sought_in_it(book: PhraseBook) -> None:
    assert not spotted(Believes("gjenta", 0.0), book)
    assert spotted(Believes("hjelp meg", 0.0), book)


def test_half_a_phrase_is_waited_for(book: PhraseBook) -> None:
    assert not spotted(Believes("stopp", 0.0, ended_s=0.1), book, seconds=0.28)


def test_it_is_found_once(book: PhraseBook) -> None:
    assert len(spotted(Believes("stopp", 0.0, ended_s=0.1), book, seconds=1.9)) == 1


def test_what_was_said_over_the_end_of_our_voice_is_still_found(book: PhraseBook) -> None:
    over = OverOwnVoice(Believes("stopp", 0.0, ended_s=0.46), book)
    over.own_voice(True)
    found = []
    for number in range(60):
        if number < 24:
            over.told(a_frame(1000.0))
        elif number == 24:
            over.own_voice(False)
        # the grammar of what comes after it is another one
        found.append(over.feed("speaking" if number < 24 else "check", PERSON, (number + 1) * FRAME_S))
    assert [each.grammar for each in found if each is not None] == ["speaking"]


def test_where_our_voice_is_not_taken_out_nothing_is_sought(book: PhraseBook) -> None:
    second = Believes("stopp", 0.0)
    over = OverOwnVoice(second, book)
    over.own_voice(True)
    for number in range(100):
        over.told(replace(a_frame(1000.0), taken_out=False))
        assert over.feed("speaking", PERSON, number * FRAME_S) is None
    assert second.asked == []
