"""The lexicon that ships: every word of the product, in phones that the model has, the usual way first."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from models.training.speech.phones import SPEECH, VOWELS
from models.training.speech.utterances import read_lexicon
from skill.content.phrases import load_phrases
from skill.model.letters import read_letters
from skill.model.phrase_lists import grammars_from_book
from skill.paths import prompts_dir

NB = Path(__file__).parents[2] / "models" / "nb"
ROWS = [line.split("\t") for line in (NB / "lexicon.tsv").read_text("utf-8").splitlines()]
TAGS = {
    "standard", "nynorsk", "reduced", "formal", "ingressive", "dialect:nord", "dialect:trøndelag", "dialect:vest",
    "dialect:sør", "dialect:øst", "dialect:innlandet", "dialect:sunnmøre",
}  # fmt: skip


def test_every_line_has_word_phones_tag_and_note() -> None:
    assert {len(row) for row in ROWS} == {4}
    assert {row[2] for row in ROWS} <= TAGS


def test_only_phones_that_the_model_has() -> None:
    assert {p for row in ROWS for p in row[1].split()} <= set(SPEECH)


def test_no_way_is_listed_twice() -> None:
    assert [key for key, n in Counter((r[0], r[1]) for r in ROWS).items() if n > 1] == []


def test_words_are_composed_and_small() -> None:
    assert all(row[0] == unicodedata.normalize("NFC", row[0]).lower() for row in ROWS)


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_word_of_every_phrase_is_there_and_was_written_by_hand(language: str) -> None:
    by_hand = {row[0] for row in ROWS if "by hand" in row[3] or "looked through" in row[3]}
    grammars = grammars_from_book(load_phrases(prompts_dir(), language))
    words = {word for grammar in grammars for phrase in grammar.phrases for word in phrase.split()}
    assert sorted(words - by_hand) == []


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("krampe", "k r ɑ m p ə"), ("og", "oː"), ("jeg", "j æi"), ("sju", "ʂ ʉː"), ("nei", "n æi"),
        ("ikkje", "i ç ə"), ("vondt", "v u n t"), ("brystet", "b r y s t ə"), ("er", "æː r"), ("tærne", "t æː ɳ ə"),
    ],
)  # fmt: skip
def test_words_that_espeak_says_wrong_are_right_here(word: str, said: str) -> None:
    assert read_lexicon(NB / "lexicon.tsv")[word][0] == said.split()


def test_first_person_of_every_area_is_known() -> None:
    assert set(read_lexicon(NB / "lexicon.tsv")) >= {"jeg", "eg", "æ", "e", "ej", "je", "i"}


def test_words_without_a_vowel_are_few() -> None:
    # «mm» and reductions such as «n» for «en»
    mute = {row[0] for row in ROWS if not set(row[1].split()) & VOWELS}
    assert mute <= {"mm", "en", "hm", "sj", "hysj"}


def test_letter_to_sound_serves_a_word_that_nobody_wrote_down() -> None:
    (way, *_) = read_letters(NB / "letters.gz")(["krampevakten"])[0]
    assert "".join(way).startswith("krɑmpə")
