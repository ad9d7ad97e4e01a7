"""The recogniser is given what the phrase tables say, and nothing that its model doesn't know."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from skill.content.phrases import Phrase, PhraseBook
from skill.events import Intent
from skill.hearing.recognise.grammar import build_grammar, missing_phrases
from skill.hearing.recognise.recogniser import Recogniser, VoskModel


class Lexicon:
    """A model of which only the words are asked for."""

    least_evidence = None

    def __init__(self, *words: str) -> None:
        self.words = words

    def knows(self, word: str) -> bool:
        return word in self.words

    def recogniser(self, grammar: Sequence[str]) -> Recogniser:
        raise NotImplementedError

    def score(self, entry: str, samples: bytes) -> float:
        raise NotImplementedError


def phrase(text: str) -> Phrase:
    return Phrase(text, Intent("cramp", "calf"), "nb")


def test_a_phrase_that_is_one_entry_of_the_lexicon_is_preferred() -> None:
    lexicon = Lexicon("krampe", "i", "leggen", "krampe_i_leggen", "[unk]")
    built = build_grammar([phrase("krampe i leggen"), phrase("leggen")], lexicon)
    assert built.entries[:3] == ("krampe_i_leggen", "leggen", "[unk]")


def test_a_word_that_is_said_more_often_is_listed_so_many_times() -> None:
    built = build_grammar(
        [phrase("ja"), phrase("nja")], Lexicon("ja", "nja", "[unk]"), {"ja": 3, "nja": 1}.__getitem__
    )
    assert built.entries == ("ja", "ja", "ja", "nja", "[unk]")


def test_other_words_of_the_model_stand_beside_the_phrases() -> None:
    lexicon = Lexicon(
        "krampe_i_leggen", "vent", "[unk]", "vente", "ventetid", "vant", "hus", "i", "jeg", "god_natt"
    )
    built = build_grammar([phrase("krampe i leggen"), phrase("vent")], lexicon)
    assert built.entries[:3] == ("krampe_i_leggen", "vent", "[unk]")
    assert built.entries[3:] == ("hus", "jeg")  # no letter-neighbours of «vent», no letters, no other phrases
    assert built.decoys == 2


def test_no_other_word_that_ends_like_stop_stands_beside_it() -> None:
    lexicon = Lexicon("krampe_i_leggen", "stopp", "[unk]", "busstopp", "hus", "krampeleggen")
    stop = Phrase("stopp", Intent("stop", ""), "nb")
    built = build_grammar([phrase("krampe i leggen"), stop], lexicon)
    assert built.entries[3:] == ("hus", "krampeleggen")


def test_words_are_used_where_there_is_no_unit_and_unknown_words_are_never_passed_on() -> None:
    lexicon = Lexicon("krampe", "i", "leggen")
    built = build_grammar([phrase("krampe i leggen"), phrase("krampe i låret")], lexicon)
    assert built.entries == ("krampe i leggen",)
    assert [p.text for p in built.missing] == ["krampe i låret"]


@pytest.mark.parametrize("language", ["nb"])
def test_every_live_phrase_can_be_heard(model: VoskModel, book: PhraseBook, language: str) -> None:
    if not model.knows("krampe_i_leggen"):
        pytest.skip("this model was not made from the phrase tables")
    assert book.language == language
    assert [p.text for p in missing_phrases(book, model)] == []
