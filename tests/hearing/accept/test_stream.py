"""Which phrase is found in a stream of talk, by what the second ear gives each."""

from __future__ import annotations

from dataclasses import replace

from skill.content.phrases import PhraseBook
from skill.hearing.accept.second_opinion import LeastScores
from skill.hearing.accept.stream import Sought, nats, sought

LEAST = LeastScores(
    cry=-1.3, cry_alone=-0.9, word=-0.8, word_alone=-0.5, alarm=-1.2, alarm_alone=-0.8, answer=-2.5,
    answer_alone=-1.2, margin=0.3, agreed_nats=2.0, agreed_letter=0.2, stream=-1.0, risen=-1.0,
    stream_nats=13.0, end=-1.0, end_nats=13.0, amid_talk=-1.0, stream_stop=-0.7, stream_stop_nats=6.0,
)  # fmt: skip


def test_at_rest_cries_and_alarms_are_sought_and_in_relief_stop_and_alarms(book: PhraseBook) -> None:
    at_rest = {phrase.intent.name for phrase in sought("idle", book).values()}
    in_relief = {phrase.intent.name for phrase in sought("hold", book).values()}
    assert {"cramp", "help", "alarm"} <= at_rest
    assert {"alarm", "stop"} <= in_relief
    assert "cramp" not in in_relief
    assert not {"good_morning", "stop"} & at_rest  # «stopp» does nothing there
    assert "nei takk" not in sought("hold", book)  # it is said in any talk


def test_the_phrase_that_explains_most_is_found_and_not_a_part_of_it(book: PhraseBook) -> None:
    found = Sought(sought("idle", book), LEAST).in_stream(
        {"krampe": 0.0, "krampe i foten": -0.5, "å leggen": -0.9}
    )
    assert found.phrase is not None
    assert (found.phrase.text, found.score) == ("krampe i foten", -0.5)


def test_the_place_needs_less_where_the_cry_before_it_is_believed(book: PhraseBook) -> None:
    seeker = Sought(sought("idle", book), replace(LEAST, stream=-0.3, end=-1.0))
    heard = {"jeg har krampe": -0.1, "jeg har krampe i leggen": -0.6}
    found = seeker.in_stream(heard).phrase
    assert found is not None and found.text == "jeg har krampe i leggen"
    assert seeker.in_stream({"jeg har krampe i leggen": -0.6}).phrase is None
    too_far = seeker.in_stream(heard | {"jeg har krampe i leggen": -1.1}).phrase
    assert too_far is not None and too_far.text == "jeg har krampe"


def test_what_is_short_is_not_found_by_chance(book: PhraseBook) -> None:
    seeker = Sought(sought("idle", book), LEAST)
    assert seeker.in_stream({"krampe": 0.0, "å leggen": -0.2}).phrase is None
    assert seeker.in_stream({"jeg har krampe": -1.01}).phrase is None


def test_stop_has_its_own_least(book: PhraseBook) -> None:
    found = Sought(sought("hold", book), LEAST).in_stream({"stopp": -0.6})
    assert found.phrase is not None and found.phrase.intent.name == "stop"
    assert Sought(sought("hold", book), LEAST).in_stream({"stopp": -0.9}).phrase is None


def test_nats_grow_with_letters_and_not_with_spaces() -> None:
    assert nats("krampe i foten", -0.5) == 12 * 1.5
