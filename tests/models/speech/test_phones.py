"""The phone inventory, and the way from NoFAbet to it."""

from __future__ import annotations

import pytest

from models.training.speech.phones import GARBAGE, NOFABET, SILENCE, SPEECH, VOWELS, from_nofabet


def test_every_nofabet_symbol_ends_in_phones_that_we_have() -> None:
    assert {phone for phones in NOFABET.values() for phone in phones} <= set(SPEECH)


def test_vowel_length_is_kept_apart_because_it_tells_words_apart() -> None:
    tak, takk = from_nofabet("T AA1 K"), from_nofabet("T AH1 K")
    assert tak == ["t", "ˈ", "ɑː", "k"]
    assert takk == ["t", "ˈ", "ɑ", "k"]


def test_retroflexes_and_syllabic_consonants() -> None:
    assert from_nofabet("B AA1 RN") == ["b", "ˈ", "ɑː", "ɳ"]
    assert from_nofabet("L EH1 G NX0") == ["l", "ˈ", "e", "g", "ə", "n"]


def test_secondary_stress_is_marked_apart() -> None:
    assert from_nofabet("L EH1 G K R AH3 M P AX0").count("ˌ") == 1


def test_an_unknown_symbol_is_refused() -> None:
    with pytest.raises(KeyError):
        from_nofabet("QQ1")


def test_silence_and_garbage_are_not_speech() -> None:
    assert not {SILENCE, GARBAGE} & set(SPEECH)
    assert set(SPEECH) >= VOWELS
    assert len(set(SPEECH)) == len(SPEECH)
