"""An enrolment led by a page: what is asked for, what is told of each recording, and what came of it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from skill.audio.samples import Samples
from skill.content.phrases import PhraseBook
from skill.enrol.both_ears import BothEars
from skill.enrol.comparing import EnrolmentRoom
from skill.enrol.takes import EnrolmentRefused
from skill.enrol.worker import lead
from skill.hearing.personal import read_personal
from skill.messages.message import sentence_from_json
from skill.settings.values import Settings
from tests.enrol.conftest import in_a_bedroom
from tests.hearing.speech import noise, pause, rendered
from tests.messages.in_english import raises_in_english

Line = Mapping[str, Any]
OTHER_VOICE = "nb+m7"
SKIP: Line = {"leave_out": True}


@pytest.fixture
def room(ears: BothEars, book: PhraseBook) -> EnrolmentRoom:
    """Compared with few sentences, by the ears that all tests share."""
    room = EnrolmentRoom(Settings(), most_ordinary=4)
    vars(room).update(ears=ears, book=book)
    return room


def sent(sound: Samples) -> Line:
    return {"sound": base64.b64encode(sound.astype("<i2").tobytes()).decode()}


def said(phrase: str, voice: str = "nb+f4") -> Line:
    return sent(in_a_bedroom(rendered(phrase, voice)))


def led(room: EnrolmentRoom, lines: Iterable[Line], personal: Path) -> list[Line]:
    told: list[Line] = []
    lead(room, lines, told.append, personal)
    return told


def sentences(line: Line) -> str:
    return " ".join(map(sentence_from_json, line["told"]))


def test_each_recording_that_is_no_use_is_told_of_and_asked_for_again(
    room: EnrolmentRoom, tmp_path: Path
) -> None:
    start = room.readings.start
    lines = [
        sent(pause(3.0)), sent(noise(3.0, -40.0)), said(room.readings.other[0]),
        said(start[1]), sent(rendered(start[2], "nb+f4")), SKIP,
    ]  # fmt: skip
    told: list[Line] = []
    with raises_in_english(EnrolmentRefused, "Twenty minutes"):
        lead(room, lines, told.append, tmp_path / "personal.json")
    numbers = [1, 1, 1, 2, 3, 3, 4]
    assert [(line["number"], line["phrase"]) for line in told] == [(n, start[n - 1]) for n in numbers]
    for line, words in zip(
        told,
        ("", "helt stille", "ingen stemme", "hoppes over", "", "før eller etter", "hoppes over"),
        strict=True,
    ):
        assert words in sentences(line) if words else not line["told"]
    assert not (tmp_path / "personal.json").exists()


def test_what_was_said_so_far_is_enough_when_the_person_says_so(room: EnrolmentRoom, tmp_path: Path) -> None:
    phrases = room.readings.start[:4]
    personal = tmp_path / "personal.json"
    told = led(room, [{"enough": True}, *map(said, phrases), {"enough": True}], personal)
    asking = [line for line in told if line["stage"] == "asking"]
    assert [line["enough"] for line in asking] == [False] * 5 + [True]
    assert told[-2]["number"] == told[-2]["of"]
    assert told[-1]["stage"] in ("kept", "no_gain")
    assert (told[-1]["stage"] == "kept") == personal.exists()
    assert "av 8 hørt før" in sentences(told[-1])
    read_personal(personal)


def test_two_people_are_told_and_nothing_is_stored(room: EnrolmentRoom, tmp_path: Path) -> None:
    start = room.readings.start
    lines = [*map(said, start[:3]), *(said(phrase, OTHER_VOICE) for phrase in start[3:5]), {"enough": True}]
    with raises_in_english(EnrolmentRefused, "two people"):
        led(room, lines, tmp_path / "personal.json")
    assert not (tmp_path / "personal.json").exists()


def test_only_what_starts_something_has_a_meaning_of_its_own(room: EnrolmentRoom, tmp_path: Path) -> None:
    readings = room.readings
    told: list[Line] = []
    with pytest.raises(EnrolmentRefused):
        lead(room, [SKIP] * 10, told.append, tmp_path / "personal.json")
    meant = {line["phrase"]: line["intent"] for line in told}
    assert {meant[phrase] for phrase in readings.start} == {"cramp"}
    assert {meant[phrase] for phrase in (*readings.other, "ja", "nei")} == {""}
