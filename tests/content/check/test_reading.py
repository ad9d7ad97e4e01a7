"""Sentences that can be taken in half asleep."""

from __future__ import annotations

import pytest

from skill.content.check.reading import load_reading
from skill.paths import prompts_dir

READING = load_reading(prompts_dir())


def complaints(text: str, language: str = "nb") -> list[str]:
    return list(READING.complaints(text, language))


@pytest.mark.parametrize(
    "text, language",
    [
        ("Strekk ut beinet. Trekk tærne opp mot deg.", "nb"),
        ("Sett hele foten mot enden av senga. Press rolig.", "nb"),
        ("Ring legevakten, én én seks – én én sju. Jeg kan ikke ringe for deg.", "nb"),
        ("Legg handkleet rundt foten. Dra roleg mot deg.", "nn"),
        ("Hold like that. Breathe calmly.", "en"),
    ],
)
def test_one_action_a_sentence_is_fine(text: str, language: str) -> None:
    assert complaints(text, language) == []


@pytest.mark.parametrize(
    "text, language",
    [
        ("Strekk ut beinet og trekk tærne mot deg.", "nb"),
        ("Legg handkleet rundt foten og dra mot deg.", "nn"),
        ("Straighten the leg and pull your toes up.", "en"),
        ("Hold slik mens pust går.", "nb"),
    ],
)
def test_two_actions_in_a_sentence_are_one_too_many(text: str, language: str) -> None:
    assert any("to handlinger" in complaint for complaint in complaints(text, language))


def test_two_things_that_are_not_actions_may_be_joined() -> None:
    assert complaints("Legg handa på hofta og kneet.") == []


def test_more_than_twelve_words_are_too_many() -> None:
    twelve = "en to tre fire fem seks sju åtte ni ti elleve tolv"
    assert complaints(twelve + ".") == []
    assert any("13 ord" in complaint for complaint in complaints(twelve + " tretten."))
    assert complaints(twelve + ". Tretten.") == []
