"""A message is data until it is shown: then it is a sentence in one language, all the way in."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from skill.errors import AudioError
from skill.messages.message import Message, in_language, sentence_as_json, sentence_from_json, sentence_of

GONE = Message("hearing.microphone_gives_no_sound", name="USB {x}")
LOST = Message("hearing.microphone_lost", what=GONE)


def test_as_a_plain_string_it_reads_in_bokmål() -> None:
    assert GONE == "Det kommer ikke lenger lyd fra mikrofonen «USB {x}»."


def test_it_is_shown_in_each_language() -> None:
    assert GONE.in_language("nb") == "Det kommer ikke lenger lyd fra mikrofonen «USB {x}»."
    assert GONE.in_language("nn") == "Det kjem ikkje lenger lyd frå mikrofonen «USB {x}»."
    assert GONE.in_language("en") == "No more sound comes from the microphone “USB {x}”."


def test_a_message_within_a_message_is_in_the_same_language() -> None:
    assert LOST.in_language("en").startswith(
        "No more sound comes from the microphone “USB {x}”. The device is deaf"
    )


def test_an_error_within_a_message_gives_its_own_message() -> None:
    failed = Message("service.part_fails", what="X", why=AudioError(GONE))
    assert "“USB {x}”" in failed.in_language("en")
    assert "No more sound" in failed.in_language("en")


def test_a_sentence_within_a_sentence_has_one_full_stop() -> None:
    silent = Message("speaking.not_said", voice="v", text="t", why=GONE)
    assert "“USB {x}”. Tonight" in silent.in_language("en")


def test_lines_are_shown_one_below_the_other() -> None:
    both = Message("speaking.not_said", voice="v", text="t", why=(GONE, "strange"))
    assert "“USB {x}”.\nstrange. Tonight" in both.in_language("en")


@pytest.mark.parametrize(
    "message",
    [LOST, Message("speaking.sound_too_short", duration_s=0.123, letters=7)],
    ids=["text", "numbers"],
)
def test_it_reaches_another_process_whole(message: Message) -> None:
    there = sentence_from_json(json.loads(json.dumps(sentence_as_json(message))))
    assert isinstance(there, Message)
    assert there.in_language("nn") == message.in_language("nn")


def test_copies_keep_key_and_values() -> None:
    for made in (copy.deepcopy(LOST), pickle.loads(pickle.dumps(LOST))):
        assert (made.key, made.values, made.in_language("en")) == (
            LOST.key,
            LOST.values,
            LOST.in_language("en"),
        )


def test_what_a_system_says_itself_stays_as_it_is() -> None:
    assert in_language("No space left on device", "nb") == "No space left on device"
    assert sentence_from_json(sentence_as_json("No space left")) == "No space left"
    assert sentence_of(OSError(28, "No space left")) == "[Errno 28] No space left"


def test_a_key_that_is_not_there_is_refused_where_it_is_written() -> None:
    with pytest.raises(LookupError):
        Message("hearing.no_such_thing")
    with pytest.raises(LookupError):
        Message("no_such_room.thing")
    with pytest.raises(LookupError):
        Message("hearing.microphone_lost")  # without what it needs
