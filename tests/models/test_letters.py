"""Letter to sound: learns spelling rules from pairs, and writes what skill/model/letters.py reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.training.letters import align, save, train
from skill.model.letters import Spelling, read_letters

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
def model() -> Spelling:
    return train(PAIRS, order=4)


def test_alignment_covers_all_letters_and_phones() -> None:
    cut = align("ski", ["ʂ", "ˈiː"], {}, 1.0)
    assert cut is not None
    assert "".join(letters for letters, _ in cut) == "ski"
    assert [p for _, phones in cut for p in phones] == ["ʂ", "ˈiː"]
    assert align("ski", ["ʂ", "ˈiː"], {}, None) is None


def test_what_it_was_taught_it_can_say(model: Spelling) -> None:
    said = model([word for word, _ in PAIRS])
    assert said == [(tuple(phone.lstrip("ˈ") for phone in phones),) for _, phones in PAIRS]


def test_double_consonant_shortens_the_vowel_in_an_unseen_word(model: Spelling) -> None:
    assert model(["vakk", "vak"]) == [(("v", "a", "k"),), (("v", "aː", "k"),)]


def test_ways_come_best_first_and_differ(model: Spelling) -> None:
    ways = model.ways("vikk", 3)
    assert [s for s, _ in ways] == sorted((s for s, _ in ways), reverse=True)
    assert len({p for _, p in ways}) == len(ways)


def test_an_unseen_letter_gives_nothing(model: Spelling) -> None:
    assert model(["ж"]) == [()]


def test_saved_and_loaded_it_says_the_same(model: Spelling, tmp_path: Path) -> None:
    save(model, tmp_path / "letters.gz")
    words = [word for word, _ in PAIRS]
    assert read_letters(tmp_path / "letters.gz")(words) == model(words)


def test_the_same_training_gives_the_same_bytes(tmp_path: Path) -> None:
    save(train(PAIRS, order=3), tmp_path / "a.gz")
    save(train(PAIRS, order=3), tmp_path / "b.gz")
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
