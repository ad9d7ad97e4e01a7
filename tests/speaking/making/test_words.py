"""Sentences become sounds by the table; nothing is spelled out by the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.commands.making.voice import guesser, sentences_in
from skill.errors import VoiceError
from skill.languages import Language
from skill.paths import models_dir, prompts_dir
from skill.speaking.making.kokoro import TABLE, stressed_on_first, usual_symbols
from skill.speaking.making.words import SpokenWords, UnsayableSentence, read_words

WORDS = SpokenWords(
    {"hold": ("h", "ˈ", "o", "l"), "der": ("d", "ˈ", "æː", "r"), "slapp av": ("s", "ɑ"), "slapp": ("x",)}
)


def test_words_are_parted_and_a_sentence_ends() -> None:
    assert " ".join(WORDS.sounds("Hold der")) == "h ˈ o l | d ˈ æː r ."


@pytest.mark.parametrize(("mark", "sound"), [(",", ","), (" –", ","), (":", ","), ("!", ".")])
def test_a_mark_is_a_pause(mark: str, sound: str) -> None:
    assert " ".join(WORDS.sounds(f"Hold{mark} der?")) == f"h ˈ o l {sound} | d ˈ æː r ?"


def test_several_words_go_before_the_words_themselves() -> None:
    assert WORDS.sounds("Slapp av.") == ("s", "ɑ", ".")


def test_a_word_that_nobody_knows_is_named() -> None:
    with pytest.raises(UnsayableSentence, match=r"«zokk».*«Hold zokk\.»"):
        WORDS.sounds("Hold zokk.")


def test_a_guess_serves_words_that_the_table_lacks() -> None:
    assert SpokenWords({}, lambda word: list(word)).sounds("Ab.") == ("a", "b", ".")


@pytest.mark.parametrize("line", ["hold\tnb", "hold\tnb\t ", "hold"])
def test_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "words.tsv").write_text(f"# remark\n\n{line}\n", "utf-8")
    with pytest.raises(VoiceError, match="linje 3"):
        read_words(tmp_path / "words.tsv", "nb")


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_entry_of_the_shipped_table_is_in_sounds_that_the_engine_has(language: Language) -> None:
    for sounds in read_words(models_dir() / "voices" / "words.tsv", language).values():
        assert usual_symbols(sounds)


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_sentence_of_the_texts_can_be_said(language: Language) -> None:
    words = SpokenWords(read_words(models_dir() / "voices" / "words.tsv", language), guesser())
    for sentence in sentences_in(prompts_dir(), language):
        assert usual_symbols(words.sounds(sentence))


def test_an_unknown_word_is_stressed_on_its_first_vowel() -> None:
    assert stressed_on_first(("s", "t", "r", "e", "k")) == ("s", "t", "r", "ˈ", "e", "k")
    assert all(stressed_on_first((phone,)) for phone in TABLE)
