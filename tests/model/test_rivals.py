"""What sounds nearly like a word of a phrase, but is not."""

from __future__ import annotations

from skill.model.rivals import blurred, rivals

WAYS = {
    "krampe": (("k", "r", "ɑ", "m", "p", "ə"), ("k", "r", "ɑ", "m", "p")),
    "leggen": (("l", "e", "g", "ə", "n"),),
    "veggen": (("v", "e", "g", "ə", "n"),),
    "i": (("i",),),
    "ikke": (("i", "k", "ə"),),
}


def ways_of(rival: str) -> set[str]:
    units = {unit.name: unit for unit in rivals(["krampe", "i", "leggen", "ikke"], WAYS)}
    return {" ".join(way) for way in units[rival].words[0]}


def test_each_word_of_some_length_has_one() -> None:
    assert [unit.name for unit in rivals(["krampe", "i", "leggen", "ikke"], WAYS)] == ["krampe~", "leggen~"]


def test_it_is_said_with_another_beginning() -> None:
    assert {"l ɑ m p ə", "s t ɑ m p ə", "f l ɑ m p ə"} <= ways_of("krampe~")


def test_it_is_never_said_like_a_word_that_is_meant() -> None:
    assert "k r ɑ m p ə" not in ways_of("krampe~") and "v e g ə n" not in ways_of("leggen~")


def test_what_a_room_blurs_is_no_rival() -> None:
    assert blurred(["k", "r", "ɑ", "m", "p", "ə"]) == blurred(["k", "ɑ", "m", "b"])
    assert "t r ɑ m p ə" not in ways_of("krampe~")
