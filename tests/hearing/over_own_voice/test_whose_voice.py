"""Was it a person who said the command, or was our own voice taken for one?"""

from __future__ import annotations

import pytest

from skill.content.phrases import Phrase, PhraseBook
from skill.hearing.accept.second_opinion import Opinion
from skill.hearing.over_own_voice.beside import Beside
from skill.hearing.over_own_voice.whose_voice import WhoseVoice
from tests.hearing.accept.test_stream import LEAST


def opinion(text: str, score: float) -> Opinion:
    scores = {text: score}
    return Opinion(scores, scores, scores, {text: 1.0}, scores)


def phrase(book: PhraseBook, text: str) -> Phrase:
    return next(each for each in book.live("speaking") if each.text == text)


def is_ours(
    book: PhraseBook, text: str, score: float, own: float, *, left: float = 0.5, drowned: bool = False
) -> bool:
    beside = [Beside(not drowned, False, b"", heard=1e6, left=left * 1e6)]
    return WhoseVoice(LEAST).is_ours(
        phrase(book, text), opinion(text, score), opinion(text, own), beside, drowned
    )


@pytest.mark.parametrize("text", ["stopp", "saktere", "vondt i brystet"])
def test_what_is_heard_well_and_our_sentence_does_not_sound_like_is_a_persons(
    book: PhraseBook, text: str
) -> None:
    assert not is_ours(book, text, -0.8, -4.0)
    assert not is_ours(book, text, -0.8, -4.0, drowned=True)


@pytest.mark.parametrize("text", ["stopp", "saktere", "vondt i brystet"])
def test_where_next_to_nothing_of_the_sound_is_left_it_is_ours(book: PhraseBook, text: str) -> None:
    assert is_ours(book, text, -0.8, -4.0, left=0.1)


@pytest.mark.parametrize("text", ["stopp", "saktere", "vondt i brystet"])
def test_nor_is_it_a_persons_where_our_sentence_is_not_known(book: PhraseBook, text: str) -> None:
    rest = [Beside(True, False, b"", heard=1e6, left=1e5)]
    assert WhoseVoice(LEAST).is_ours(phrase(book, text), opinion(text, -0.8), None, rest, False)


@pytest.mark.parametrize(("text", "score"), [("stopp", -1.9), ("saktere", -2.6), ("vondt i brystet", -2.6)])
def test_what_the_second_ear_hardly_hears_is_ours(book: PhraseBook, text: str, score: float) -> None:
    assert is_ours(book, text, score, -6.0)


def test_where_our_voice_is_not_taken_out_more_is_needed(book: PhraseBook) -> None:
    assert not is_ours(book, "saktere", -1.5, -2.1)
    assert is_ours(book, "saktere", -1.5, -2.1, drowned=True)
    assert is_ours(book, "saktere", -1.0, -1.9, drowned=True)


def test_a_danger_word_is_ours_only_where_our_sentence_explains_it_much_better(book: PhraseBook) -> None:
    assert not is_ours(book, "vondt i brystet", -2.0, -2.1)
    assert is_ours(book, "vondt i brystet", -2.2, -1.5)


def test_where_our_sentence_is_not_known_stop_and_danger_are_not_doubted(book: PhraseBook) -> None:
    for text, ours in (("saktere", True), ("stopp", False), ("vondt i brystet", False)):
        judged = WhoseVoice(LEAST).is_ours(phrase(book, text), opinion(text, -6.0), None, [], True)
        assert judged is ours
