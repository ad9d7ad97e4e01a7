"""Which phrase was it? Whole utterances only."""

from __future__ import annotations

import unicodedata

import pytest

from skill.content.phrases import PhraseBook
from skill.events import Intent
from skill.hearing.accept.intents import PATIENT, LivePhrases


@pytest.fixture(scope="module")
def idle(book: PhraseBook) -> LivePhrases:
    return LivePhrases(book, "idle")


@pytest.mark.parametrize(
    "words",
    [
        "krampe i leggen",
        "krampe_i_leggen",
        "Krampe i leggen",
        "krampe i leggen krampe i leggen",
        "krampe_i_leggen krampe_i_leggen",
        "jeg_har_krampe_i_leggen krampe_i_leggen",  # two ways to say the same
    ],
)
def test_one_meaning_from_first_word_to_last(idle: LivePhrases, words: str) -> None:
    understood = idle.understand(words)
    assert understood is not None and understood.phrase.intent == Intent("cramp", "calf")


@pytest.mark.parametrize(
    "words",
    [
        "",
        "[unk]",
        "krampe i leggen [unk]",
        "[unk] krampe_i_leggen",
        "han hadde krampe i leggen",
        "krampe_i_leggen krampe_i_foten",  # two meanings
        "i leggen",
        "leggen",
    ],
)
def test_anything_more_or_less_is_not_understood(idle: LivePhrases, words: str) -> None:
    assert idle.understand(words) is None


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("stopp", True),
        ("[unk] stopp [unk]", True),
        ("en et stopp", True),
        ("en to tre stopp", False),
        ("stopp en", False),
    ],
)
def test_over_our_own_voice_remains_of_it_may_come_first(idle: LivePhrases, words: str, heard: bool) -> None:
    assert (idle.understand_end(words) is not None) == heard


def test_letters_may_come_composed_or_not(book: PhraseBook) -> None:
    live = LivePhrases(book, "place")
    phrase = next(p for p in book.live("place") if "å" in p.text)
    understood = live.understand(unicodedata.normalize("NFD", phrase.text))
    assert understood is not None and understood.phrase == phrase


def test_the_start_of_another_phrase_may_go_on(idle: LivePhrases) -> None:
    krampe, stopp = idle.understand("krampe"), idle.understand("stopp")
    assert krampe is not None and krampe.may_go_on
    assert stopp is not None and not stopp.may_go_on


@pytest.mark.parametrize("grammar", ["idle", "hold", "better"])
def test_what_may_go_on_is_what_the_book_says(book: PhraseBook, grammar: str) -> None:
    live = LivePhrases(book, grammar)
    for phrase in book.live(grammar):
        understood = live.understand(phrase.text)
        assert understood is not None
        waited_for = phrase.intent.name in PATIENT.get(grammar, frozenset())
        assert understood.may_go_on == (waited_for or book.begins_another(phrase.text, grammar)), phrase.text


def test_a_number_that_may_be_half_of_a_longer_one_is_not_hurried(book: PhraseBook) -> None:
    live = LivePhrases(book, "number")
    short, long = live.understand("sånn en en"), live.understand("sånn en åtte")
    assert short is not None and short.may_go_on
    assert long is not None and long.may_go_on == book.begins_another("sånn en åtte", "number")


@pytest.mark.parametrize("answer", ["ja", "nei"])
def test_an_answer_to_a_danger_question_is_never_hurried(book: PhraseBook, answer: str) -> None:
    understood = LivePhrases(book, "yes_no").understand(answer)
    assert understood is not None and understood.may_go_on


def test_who_fell_is_waited_for_in_a_quiet_night(idle: LivePhrases) -> None:
    # «jeg har f…», and a breath, is more often «jeg har fått krampe»
    fallen = idle.understand("jeg har falt")
    assert fallen is not None and fallen.phrase.intent.name == "fell" and fallen.may_go_on
    cramp = idle.understand("jeg har fått krampe i leggen")
    assert cramp is not None and not cramp.may_go_on
