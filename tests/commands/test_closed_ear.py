"""Our own model as a judge: it tells the sentences of the voice from one another, and nothing else is known to it."""

from __future__ import annotations

import pytest

from skill.commands.making.closed_ear import ClosedSetEar
from skill.paths import models_dir
from skill.speaking.pack.manifest import read_pack, read_spoken
from tests.speaking.tones import tone

SENTENCES = ("Strekk ut beinet.", "Hold der.", "Er det bedre?", "Takk.")
SHIPPED = models_dir() / "voices" / "nb" / "man"
pytestmark = pytest.mark.skipif(
    not (SHIPPED.is_dir() and (models_dir() / "nb/am/final.mdl").exists()),
    reason="needs the model and the spoken sentences",
)


@pytest.fixture(scope="module")
def ear() -> ClosedSetEar:
    return ClosedSetEar(models_dir() / "nb", SENTENCES)


@pytest.mark.parametrize("sentence", SENTENCES[:3])
def test_a_sentence_is_heard_as_itself(ear: ClosedSetEar, sentence: str) -> None:
    sound = read_spoken(SHIPPED, read_pack(SHIPPED).sentences[sentence])
    assert ear.heard_as(sentence, sound) == sentence


def test_a_sound_that_says_another_sentence_is_heard_as_that(ear: ClosedSetEar) -> None:
    sound = read_spoken(SHIPPED, read_pack(SHIPPED).sentences["Hold der."])
    assert ear.heard_as("Strekk ut beinet.", sound) == "Hold der."


def test_one_sound_after_another_is_heard_alone(ear: ClosedSetEar) -> None:
    said = read_pack(SHIPPED).sentences
    for sentence in ("Hold der.", "Er det bedre?", "Hold der."):
        assert ear.heard_as(sentence, read_spoken(SHIPPED, said[sentence])) == sentence


def test_silence_is_no_sentence(ear: ClosedSetEar) -> None:
    assert ear.heard_as("Hold der.", tone(400, 1.0, level=0.0)) == ""
