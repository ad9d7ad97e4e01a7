"""Letter to sound: learns spelling rules from pairs, reads its own file, needs no library."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.training.letters import LetterToSound, align, train

# made after one rule of Norwegian spelling: a doubled consonant shortens the vowel before it
PAIRS = [
    (first + vowel + last * times, [first, "ˈ" + vowel + ("ː" if times == 1 else ""), last])
    for first in "bdfhlmnrtv"
    for vowel in "aiy"
    for last in "klt"
    for times in (1, 2)
    if (first, last) != ("v", "k")
]


@pytest.fixture(scope="module")
def model() -> LetterToSound:
    return train(PAIRS, order=4)


def test_alignment_covers_all_letters_and_phones() -> None:
    cut = align("ski", ["ʂ", "ˈiː"], {}, 1.0)
    assert cut is not None
    assert "".join(letters for letters, _ in cut) == "ski"
    assert [p for _, phones in cut for p in phones] == ["ʂ", "ˈiː"]
    assert align("ski", ["ʂ", "ˈiː"], {}, None) is None


def test_what_it_was_taught_it_can_say(model: LetterToSound) -> None:
    right = sum(model.pronounce(word)[0][1] == phones for word, phones in PAIRS)
    assert right == len(PAIRS)


def test_double_consonant_shortens_the_vowel_in_an_unseen_word(model: LetterToSound) -> None:
    assert model.pronounce("vakk")[0][1] == ["v", "ˈa", "k"]
    assert model.pronounce("vak")[0][1] == ["v", "ˈaː", "k"]


def test_ways_come_best_first_and_differ(model: LetterToSound) -> None:
    ways = model.pronounce("vikk", n=3)
    assert [s for s, _ in ways] == sorted((s for s, _ in ways), reverse=True)
    assert len({tuple(p) for _, p in ways}) == len(ways)


def test_an_unseen_letter_gives_nothing(model: LetterToSound) -> None:
    assert model.pronounce("ж") == []


def test_saved_and_loaded_it_says_the_same(model: LetterToSound, tmp_path: Path) -> None:
    model.save(tmp_path / "letters.gz")
    again = LetterToSound.load(tmp_path / "letters.gz")
    assert [again.pronounce(w)[0][1] for w, _ in PAIRS] == [model.pronounce(w)[0][1] for w, _ in PAIRS]


def test_the_same_training_gives_the_same_bytes(tmp_path: Path) -> None:
    train(PAIRS, order=3).save(tmp_path / "a.gz")
    train(PAIRS, order=3).save(tmp_path / "b.gz")
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
