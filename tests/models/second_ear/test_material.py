"""What the head is shown: nobody who is kept out, and sounds that are no words."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="scipy is needed for augmentation")

from models.training.second_ear.nonspeech import KINDS, sound
from models.training.second_ear.sayings import SHORTEST_WORD, alone, sayings
from models.training.speech.utterances import HELD_OUT_VOICES

WAYS = {
    "krampe": [["k", "r", "ɑ", "m", "p", "ə"]], "i": [["iː"]], "leggen": [["l", "e", "g", "ə", "n"]],
    "har": [["h", "ɑː", "r"]], "jeg": [["j", "æi"]],
}  # fmt: skip
EVERYDAY = [("kaffe", ["k", "ˈ", "ɑ", "f", "ə"]), ("avisen", ["ɑ", "v", "ˈ", "iː", "s", "ə", "n"])]


def test_every_phrase_is_said_twice_by_voices_that_are_not_kept_out() -> None:
    said = sayings(["krampe i leggen", "noe ukjent"], WAYS, [], EVERYDAY, ["a", "b", *HELD_OUT_VOICES])
    assert sum(each.text == "krampe i leggen" for each in said) == 2
    assert not any("ukjent" in each.text for each in said)
    assert not any(voice in each.voice for each in said for voice in HELD_OUT_VOICES)
    assert len({each.id for each in said}) == len(said)


def test_cries_and_answers_come_first_so_that_a_part_of_everything_has_them() -> None:
    ways = {**WAYS, "au": [["æʉ"]], "faen": [["f", "ɑː", "n"]], "ja": [["j", "ɑː"]], "nei": [["n", "æi"]]}
    said = sayings(["krampe i leggen", "jeg har krampe"], ways, [], EVERYDAY, ["a", "b"])
    kinds = [each.id[0] for each in said]
    assert kinds == sorted(kinds) and {"a", "k"} == set(kinds)
    first = [each.text for each in said if each.id[0] == "a"]
    assert any(text.startswith(("au ", "faen ")) and text.endswith(" krampe i leggen") for text in first)


def test_short_words_are_said_alone_in_each_of_their_ways_and_long_ones_are_not() -> None:
    ways = {**WAYS, "ja": [["j", "ɑː"], ["j", "ɑ"]]}
    said = alone(["krampe", "ja", "jeg har krampe"], ways)
    assert {each.text for each in said} == {"ja"}
    assert {tuple(each.labels) for each in said} == {("j", "ɑː"), ("j", "ɑ")}
    assert all(len(each.labels) < SHORTEST_WORD for each in said)


def test_it_is_the_same_each_time() -> None:
    one, other = (sayings(["jeg har krampe"], WAYS, [], EVERYDAY, ["a", "b"]) for _ in range(2))
    assert one == other


@pytest.mark.parametrize("kind", [make for make, _ in KINDS], ids=lambda make: make.__name__)
def test_every_kind_of_sound_can_be_heard_and_none_is_broken(kind: object) -> None:
    made = kind(16_000, np.random.default_rng(3))  # type: ignore[operator]
    assert len(made) == 16_000
    assert np.isfinite(made).all() and np.abs(made).max() > 0


def test_sounds_lie_within_full_scale_and_last_one_to_five_seconds() -> None:
    for seed in range(20):
        made = sound(np.random.default_rng(seed))
        assert 0 < np.abs(made).max() <= 0.91
        assert 16_000 <= len(made) <= 80_000
