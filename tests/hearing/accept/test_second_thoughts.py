"""What the second ear is asked, what it answers, and what holds where it does not answer."""

from __future__ import annotations

import pytest

from skill.audio.samples import FRAME_BYTES
from skill.content.phrases import PhraseBook
from skill.hearing.accept.intents import LivePhrases
from skill.hearing.accept.second_thoughts import SecondThoughts, StrictEar
from skill.hearing.accept.tuning import ListenerTuning
from skill.hearing.accept.utterance import Utterance
from skill.hearing.over_own_voice.beside import Beside
from tests.hearing.accept.test_stream import LEAST
from tests.hearing.test_both_ears import Silent


def thoughts(book: PhraseBook, second: StrictEar | None) -> SecondThoughts:
    live = {name: LivePhrases(book, name) for name in book.grammars}
    return SecondThoughts(second, book, live, ListenerTuning())


def said_over(book: PhraseBook, text: str, left: float) -> Utterance:
    """Of what was heard over our own voice, `left` is there when that is taken out."""
    beside = Beside(True, False, b"", heard=1e6, left=left * 1e6)
    utterance = Utterance(
        "speaking", [bytes(FRAME_BYTES)], 0.0, 1.0, voiced=50, over_own_voice=True, beside=[beside] * 50
    )
    utterance.understood = LivePhrases(book, "speaking").understand(text)
    assert utterance.understood is not None
    return utterance


SECOND_EARS = [None, StrictEar(Silent(), LEAST)]


@pytest.mark.parametrize("second", SECOND_EARS, ids=["none", "hangs"])
@pytest.mark.parametrize("text", ["stopp", "saktere", "vondt i brystet"])
def test_without_its_answer_a_rest_of_our_own_voice_is_no_command_and_a_person_is(
    text: str, second: StrictEar | None, book: PhraseBook
) -> None:
    for left, understood in ((0.5, True), (0.1, False)):
        utterance = said_over(book, text, left)
        ears = thoughts(book, second)
        ears.ask(utterance, 1.0)
        late_s = 1.0 + ListenerTuning().opinion_s
        assert ears.settled(utterance, late_s, "quiet")
        assert (utterance.understood is not None) == understood


@pytest.mark.parametrize("text", ["stopp", "vondt i brystet"])
def test_where_our_own_voice_is_not_known_what_the_first_ear_heard_holds(text: str, book: PhraseBook) -> None:
    utterance = said_over(book, text, 0.1)
    utterance.beside.clear()
    assert thoughts(book, None).settled(utterance, 1.0, "quiet")
    assert utterance.understood is not None
