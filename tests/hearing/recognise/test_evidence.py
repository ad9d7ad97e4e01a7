"""A phrase is believed where its sounds explain what was heard; talk that lies near it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.content.phrases import Phrase
from skill.errors import ModelError
from skill.events import Intent
from skill.hearing.accept.belief import Doubts
from skill.hearing.recognise.evidence import (
    Evidence,
    LeastEvidence,
    least_evidence,
    needs_evidence,
    over_rivals,
    per_letter,
)
from skill.hearing.recognise.recogniser import VoskModel
from tests.hearing.speech import speech

LEAST = LeastEvidence(phrase=0.6, word=1.0, alarm=0.4)


class Told:
    """A model of which only the scores are asked for."""

    def __init__(self, **scores: float) -> None:
        self.scores = scores

    def knows(self, word: str) -> bool:
        return word in self.scores or any(word in entry.split() for entry in self.scores)

    def score(self, entry: str, samples: bytes) -> float:  # noqa: ARG002
        return self.scores[entry.strip("[]")]


def test_the_gain_over_any_row_of_sounds_is_counted_by_letters() -> None:
    assert per_letter(Told(i_foten=-20.0, unk=-32.0), "i_foten", b"") == pytest.approx(12 / 6)
    assert per_letter(Told(stopp=-20.0, unk=-15.0), "stopp", b"") == pytest.approx(-1.0)


def test_a_word_alone_needs_more_than_a_phrase() -> None:
    phrase, word = ("krampe i leggen", "cramp"), ("krampe", "cramp")
    assert LEAST.accepts(*phrase, Evidence(0.7)) and not LEAST.accepts(*word, Evidence(0.7))
    assert LEAST.accepts(*word, Evidence(1.0)) and not LEAST.accepts(*phrase, Evidence(0.5))


def test_what_is_no_cry_needs_more_and_never_less_than_one() -> None:
    least = LeastEvidence(phrase=0.6, word=1.0, alarm=0.4, other=0.9, other_word=1.5)
    for text, intent, enough in (
        ("krampe i leggen", "cramp", 0.6), ("hjelp", "help", 1.0), ("stopp", "stop", 1.0),
        ("vondt i låret", "confirm_cramp", 0.9), ("god morgen", "good_morning", 0.9), ("krampe", "confirm_cramp", 1.5),
    ):  # fmt: skip
        assert least.accepts(text, intent, Evidence(enough))
        assert not least.accepts(text, intent, Evidence(enough - 0.01))
    assert not LEAST.accepts("vondt i låret", "confirm_cramp", Evidence(0.5))


def test_an_answer_needs_no_more_than_a_cry() -> None:
    least = LeastEvidence(phrase=0.6, word=1.0, alarm=0.4, other=0.9, other_word=1.5)
    assert least.accepts_answer("nei", Evidence(1.0)) and not least.accepts_answer("nei", Evidence(0.99))
    assert least.accepts_answer("det er verre", Evidence(0.6))


def test_an_alarm_is_believed_on_less() -> None:
    alarm = ("får ikke puste", "alarm")
    assert LEAST.accepts(*alarm, Evidence(0.5)) and not LEAST.accepts(*alarm, Evidence(0.3))


def test_amid_talk_everything_needs_more() -> None:
    least = LeastEvidence(phrase=0.6, word=1.0, alarm=0.4, talk=0.4)
    cries = (("krampe i leggen", "cramp", 0.6), ("hjelp", "help", 1.0), ("får ikke puste", "alarm", 0.4))
    for text, intent, enough in cries:
        assert least.accepts(text, intent, Evidence(enough + 0.1))
        assert not least.accepts(text, intent, Evidence(enough + 0.1), amid_talk=True)
        assert least.accepts(text, intent, Evidence(enough + 0.5), amid_talk=True)


def test_amid_talk_what_is_said_again_needs_no_more() -> None:
    least, doubts = LeastEvidence(phrase=0.6, word=1.0, alarm=0.4, talk=0.4), Doubts(again_s=20.0)

    def believes(name: str, at_s: float, amid_talk: bool = True) -> bool:
        return doubts.believes(
            least, Phrase("det var to ord", Intent(name), "nb"), Evidence(0.7), at_s, amid_talk
        )

    assert believes("cramp", 0.0, amid_talk=False)
    assert not believes("cramp", 10.0) and not believes("alarm", 11.0)  # another meaning is no second time
    assert believes("alarm", 20.0)
    assert not believes("help", 60.0) and not believes("cramp", 62.0)
    assert believes("help", 64.0)  # also when something else was cried between
    assert not believes("alarm", 21.0)  # it has been heard: from here on it begins anew
    assert not believes("alarm", 42.0)  # too late to belong together


def test_the_worst_word_counts_against_what_sounds_nearly_like_it() -> None:
    model = Told(**{"vondt i brystet": -50.0, "vondt~ i brystet": -47.0, "vondt i brystet~": -58.0})
    assert over_rivals(model, "vondt i brystet", b"") == pytest.approx(-3.0)
    assert over_rivals(Told(**{"vondt i brystet": -50.0}), "vondt i brystet", b"") == 0.0


def test_a_rival_weighs_as_much_as_the_model_says_and_never_more_than_its_share() -> None:
    least = LeastEvidence(phrase=0.6, word=1.0, alarm=0.4, rival=0.1)
    assert least.accepts("krampe i leggen", "cramp", Evidence(0.5, over_rivals=2.0))
    assert not least.accepts("krampe i leggen", "cramp", Evidence(0.8, over_rivals=-3.0))
    assert least.accepts("krampe i leggen", "cramp", Evidence(1.25, over_rivals=-50.0))


def test_it_is_asked_for_where_nobody_is_expected_to_speak_and_before_any_alarm() -> None:
    assert needs_evidence("idle", "cramp") and needs_evidence("hold", "alarm")
    assert not needs_evidence("hold", "better")


def test_what_was_said_is_told_from_what_was_not(model: VoskModel) -> None:
    said = speech("krampe i leggen").tobytes()
    least = model.least_evidence
    assert least is not None
    right, wrong = (per_letter(model, unit, said) for unit in ("krampe_i_leggen", "får_ikke_puste"))
    assert least.accepts("krampe i leggen", "cramp", Evidence(right))
    assert not least.accepts("får ikke puste", "alarm", Evidence(wrong))


def test_a_foreign_model_without_such_numbers_is_not_doubted(tmp_path: Path) -> None:
    assert least_evidence(tmp_path) is None
    (tmp_path / "phones.json").write_text('{"phones": {}}')
    assert least_evidence(tmp_path) is None


@pytest.mark.parametrize("text", ["{", '{"evidence": {"phrase": 1, "word": 1}}', '{"evidence": 3}', "[]"])
def test_damaged_numbers_are_told_in_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "phones.json").write_text(text)
    with pytest.raises(ModelError, match=r"phones\.json"):
        least_evidence(tmp_path)
