"""What follows from both ears' words about one utterance."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from skill.content.phrases import PhraseBook
from skill.errors import ModelError
from skill.hearing.accept.second_opinion import (
    Around,
    Judge,
    LeastScores,
    Opinion,
    letters_in,
    read_least_scores,
)
from skill.hearing.accept.stream import Sought, sought
from skill.paths import models_dir
from tests.hearing.accept.test_stream import LEAST

AMID_TALK = replace(LEAST, stream=-0.3, risen=-0.5)
AROUND: tuple[Around, ...] = get_args(Around)


def judge(book: PhraseBook, grammar: str, least: LeastScores = LEAST) -> Judge:
    return Judge(grammar, book.live(grammar), least, Sought(sought(grammar, book), least))


def opinion(
    book: PhraseBook,
    grammar: str,
    ends: dict[str, float] | None = None,
    likelier: dict[str, float] | None = None,
    **whole: float,
) -> Opinion:
    """Scores by the letter; ``likelier``: of these phrases, in all, where it is not the same."""
    told = {text.replace("_", " "): score for text, score in whole.items()}
    everything = {phrase.text: -9.0 for phrase in book.live(grammar)} | told
    likely = {text: letters_in(text) * score for text, score in everything.items()} | (likelier or {})
    ended_s = dict.fromkeys(everything, 1.0)
    return Opinion(everything, everything | (ends or {}), everything, ended_s, likely)


def said(book: PhraseBook, grammar: str, first: str | None, **whole: float) -> str | None:
    """What both ears make of it; None where the second has nothing to say, "" where it believes in nothing."""
    phrases = {phrase.text: phrase for phrase in book.live(grammar)}
    found = judge(book, grammar).of_utterance(
        opinion(book, grammar, **whole), phrases[first] if first else None
    )
    return None if found is None else found.phrase.text if found.phrase else ""


def test_a_cry_must_please_both_ears_or_the_second_one_much(book: PhraseBook) -> None:
    assert said(book, "idle", "krampe i leggen", krampe_i_leggen=-1.2) == "krampe i leggen"
    assert said(book, "idle", None, krampe_i_leggen=-1.2) == ""
    assert said(book, "idle", None, krampe_i_leggen=-0.5) == "krampe i leggen"


def test_for_the_113_text_both_ears_must_hear_the_same_words(book: PhraseBook) -> None:
    heard = {"jeg_får_ikke_luft": -1.1, "jeg_får_ikke_puste": -2.0}
    assert said(book, "idle", "jeg får ikke luft", **heard) == "jeg får ikke luft"
    assert said(book, "idle", "jeg får ikke puste", **heard) == ""


def amid_talk(book: PhraseBook, around: Around, first: str | None, **whole: float) -> str:
    """What is believed: at once, when it is said again, or never."""
    phrases = {phrase.text: phrase for phrase in book.live("idle")}
    heard = opinion(book, "idle", **whole)
    found = judge(book, "idle", AMID_TALK).of_utterance(heard, phrases[first] if first else None, around)
    if found is None or found.phrase is None:
        return "never"
    return "said again" if found.doubted else "at once"


@pytest.mark.parametrize(
    ("around", "first", "score", "believed"),
    [
        ("quiet", "krampe i leggen", -1.2, "at once"),
        ("talk", "krampe i leggen", -0.9, "at once"),
        ("talk", "krampe i leggen", -1.2, "said again"),
        ("risen", "krampe i leggen", -1.2, "at once"),
        ("quiet", None, -0.8, "at once"),
        ("risen", None, -0.4, "at once"),
        ("risen", None, -0.6, "never"),
        ("talk", None, -0.2, "at once"),
        ("talk", None, -0.4, "never"),
    ],
)
def test_while_others_talk_more_must_speak_for_a_cry(
    book: PhraseBook, around: Around, first: str | None, score: float, believed: str
) -> None:
    assert amid_talk(book, around, first, krampe_i_leggen=score) == believed


def test_while_others_talk_what_is_short_comes_by_chance(book: PhraseBook) -> None:
    assert amid_talk(book, "quiet", None, jeg_falt=-0.2) == "at once"
    assert amid_talk(book, "talk", None, jeg_falt=-0.2) == "never"
    assert amid_talk(book, "talk", "hjelp", hjelp=-0.4) == "said again"
    assert amid_talk(book, "talk", "hjelp", hjelp=-0.2) == "at once"


def test_while_others_talk_more_must_speak_for_a_cry_at_the_end_of_a_sentence(book: PhraseBook) -> None:
    heard = opinion(book, "idle", ends={"krampe i leggen": -0.45})
    found = {around: judge(book, "idle", AMID_TALK).of_utterance(heard, None, around) for around in AROUND}
    assert [around for around, each in found.items() if each is not None and each.phrase is not None] == [
        "quiet",
        "risen",
    ]


def test_in_a_conversation_a_danger_word_needs_no_more_after_other_words(book: PhraseBook) -> None:
    def believed(grammar: str) -> bool:
        phrases = {phrase.text: phrase for phrase in book.live(grammar)}
        heard = opinion(book, grammar, vondt_i_brystet=-1.1)
        found = judge(book, grammar, AMID_TALK).of_utterance(heard, phrases["vondt i brystet"], "talk")
        return found is not None and found.phrase is not None and not found.doubted

    assert believed("hold")
    assert not believed("idle")


def test_while_others_talk_an_answer_needs_no_more(book: PhraseBook) -> None:
    phrases = {phrase.text: phrase for phrase in book.live("yes_no")}
    found = judge(book, "yes_no").of_utterance(opinion(book, "yes_no", ja=-2.0), phrases["ja"], "talk")
    assert found is not None and found.phrase is not None and not found.doubted


def test_what_only_the_first_ear_takes_for_a_cry_is_none(book: PhraseBook) -> None:
    assert said(book, "idle", "jeg får ikke luft", jeg_får_ikke_luft=-2.3) == ""


def test_an_answer_stands_as_the_first_ear_heard_it_unless_another_is_clearly_better(
    book: PhraseBook,
) -> None:
    assert said(book, "yes_no", "ja", ja=-2.8) is None
    assert said(book, "yes_no", "ja", ja=-2.8, nei=0.0) == "nei"


def test_of_two_answers_that_explain_it_well_enough_the_likelier_one_is_taken(book: PhraseBook) -> None:
    heard = opinion(book, "yes_no", ja=-0.2, nei=-0.3, likelier={"nei": 4.0})
    found = judge(book, "yes_no").of_utterance(heard, None)
    assert found is not None and found.phrase is not None and found.phrase.text == "nei"


def test_of_two_answers_that_are_near_none_is_taken_for_the_other(book: PhraseBook) -> None:
    heard = opinion(book, "yes_no", ja=-0.2, nei=-0.2, likelier={"nei": 0.3})
    found = judge(book, "yes_no").of_utterance(heard, None)
    assert found is not None and found.phrase is None


def test_a_negation_that_the_first_ear_lost_is_found_where_the_second_hears_it_clearly(
    book: PhraseBook,
) -> None:
    heard = {"jeg_har_krampe": -1.1, "ikke_krampe": -0.6}
    assert said(book, "hold", "jeg har krampe", **heard) == "ikke krampe"


def test_of_two_answers_that_lie_near_the_first_ear_decides(book: PhraseBook) -> None:
    heard = {"jeg_har_krampe": -0.8, "ikke_krampe": -0.7}
    assert said(book, "hold", "jeg har krampe", **heard) == "jeg har krampe"


def test_a_danger_word_in_a_conversation_must_please_both_ears(book: PhraseBook) -> None:
    assert said(book, "hold", "vondt i brystet", vondt_i_brystet=-2.0) == ""


def test_a_short_cry_at_the_end_of_a_sentence_may_be_chance(book: PhraseBook) -> None:
    heard = opinion(book, "idle", ends={"krampe igjen": -0.9})
    assert letters_in("krampe igjen") * (2.0 - 0.9) < LEAST.end_nats
    found = judge(book, "idle").of_utterance(heard, None)
    assert found is not None and found.phrase is None


def test_a_cry_at_the_end_of_a_breath_is_found(book: PhraseBook) -> None:
    heard = opinion(book, "idle", ends={"fikk krampe i leggen": -0.4, "krampe i leggen": -0.2})
    found = judge(book, "idle").of_utterance(heard, None)
    assert found is not None and found.phrase is not None and found.phrase.intent.name == "cramp"


def test_a_phrase_that_it_does_not_know_is_left_to_the_first_ear(book: PhraseBook) -> None:
    phrase = next(iter(book.live("idle")))
    assert judge(book, "idle").of_utterance(Opinion({}, {}, {}, {}, {}), phrase) is None


def test_the_thresholds_that_ship_can_be_read_and_damaged_ones_are_told_of(tmp_path: Path) -> None:
    assert read_least_scores(models_dir() / "second_ear/thresholds.toml").stream_nats > 0
    (tmp_path / "thresholds.toml").write_text("[least]\ncry = -1.0\n", "utf-8")
    with pytest.raises(ModelError, match="hører med det første øret alene"):
        read_least_scores(tmp_path / "thresholds.toml")
