from __future__ import annotations

from pathlib import Path

import pytest

from skill.errors import ModelError
from skill.model import espeak
from skill.model.lexicon import Entry, Lexicon, Pronouncer, read_lexicon
from skill.model.similarity import phone_distance, sounds_alike, ways_of
from tests.messages.in_english import raises_in_english


def way(phones: str) -> tuple[str, ...]:
    return tuple(phones.split())


PHONES = frozenset(way("ɑ e i o u ʉ y æ ø ə ɑː eː iː ʉː øː k r m p l g j n t s ʂ ʈ ɳ b h v f d øy æi"))


def lexicon(*lines: str) -> Lexicon:
    return Lexicon(tuple(Entry(line.split(maxsplit=1)[0], tuple(line.split()[1:])) for line in lines))


LEGGKRAMPE = lexicon("legg l e g", "krampe k r ɑ m p ə", "krampe k r ɑ m p ɑ", "natt n ɑ t", "bord b uː r")


def test_the_file_gives_each_word_its_ways_in_order(tmp_path: Path) -> None:
    file = tmp_path / "lexicon.tsv"
    file.write_text("# remark\njeg\tj æi\tbm\tNAOB\njeg\te\ttrønder\town\n\njeg\tj æi\tbm\ttwice\n")
    found = read_lexicon(file, PHONES)
    assert found.by_word["jeg"] == (("j", "æi"), ("e",))
    assert found.entries[1].tag == "trønder"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("jeg", "line 2: needs a word"),
        ("jeg\tj Q", "line 2: “Q” is no phone"),
        ("a\u030a\te", "line 2: .*NFC"),
    ],
)
def test_a_wrong_line_is_named(line: str, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / "lexicon.tsv"
    file.write_text("ja\tj ɑː\n" + line + "\n")
    with raises_in_english(ModelError, match=sentence):
        read_lexicon(file, PHONES)


def test_the_lexicon_comes_before_all_guesses() -> None:
    (found,) = Pronouncer(LEGGKRAMPE, PHONES).pronounce(["krampe"]).values()
    assert found.origin == "lexicon" and len(found.ways) == 2


def test_a_compound_is_said_as_its_parts() -> None:
    (found,) = Pronouncer(LEGGKRAMPE, PHONES).pronounce(["leggkrampe"]).values()
    assert (found.origin, found.ways) == ("compound", (("l", "e", "g", "k", "r", "ɑ", "m", "p", "ə"),))


def test_the_s_between_the_parts_is_said() -> None:
    (found,) = Pronouncer(LEGGKRAMPE, PHONES).pronounce(["nattsbord"]).values()
    assert found.ways == (("n", "ɑ", "t", "s", "b", "uː", "r"),)


def test_a_trained_guesser_comes_before_espeak() -> None:
    pronouncer = Pronouncer(LEGGKRAMPE, PHONES, letters=lambda words: [(("h", "ʉː", "s"),) for _ in words])
    (found,) = pronouncer.pronounce(["hus"]).values()
    assert (found.origin, found.ways) == ("letters", (("h", "ʉː", "s"),))


def test_espeak_is_the_last_resort() -> None:
    found = Pronouncer(LEGGKRAMPE, PHONES).pronounce(["hus"])
    assert found["hus"].origin == "espeak-ng" and found["hus"].ways == (("h", "ʉː", "s"),)


def test_without_guessing_only_the_lexicon_counts() -> None:
    with raises_in_english(ModelError, match="«hus», «mus»"):
        Pronouncer(LEGGKRAMPE, PHONES, guess=False).pronounce(["krampe", "hus", "mus"])


def test_a_word_that_nothing_can_say_is_named() -> None:
    with raises_in_english(ModelError, match="No pronunciation is known for «hus»; add a line"):
        Pronouncer(LEGGKRAMPE, frozenset("k r")).pronounce(["hus"])


@pytest.mark.parametrize(
    ("said", "phones"),
    [
        ("h_'u-:_s", "h ʉː s"),
        ("k_'A_R_t", "k ɑ ʈ"),
        ("b_'A_R_n", "b ɑ ɳ"),
        ("f_'W_R_S_t", "f ø ʂ t"),
        ("h_'O_n_n", "h o n"),
        ("k_R_'A_m_p_a#__! i: l_'E_g:_@_n", "k r ɑ m p ə iː l e g ə n"),
        ("'Yy_a#", "øy ə"),
        ("j_'Y:_R", "j øː r"),
    ],
)
def test_espeak_symbols_become_phones(said: str, phones: str) -> None:
    assert espeak.to_phones(said, PHONES) == tuple(phones.split())


def test_a_poorer_phone_set_gets_the_next_best_phone() -> None:
    assert espeak.to_phones("h_'u-:_s", frozenset(way("h ʉ s"))) == ("h", "ʉ", "s")
    assert espeak.to_phones("k_'A_R_t", frozenset(way("k ɑ r t"))) == ("k", "ɑ", "r", "t")


def test_length_weighs_less_than_another_sound() -> None:
    tak, takk, tog = way("t ɑː k"), way("t ɑ k"), way("t o g")
    assert 0 < phone_distance(tak, takk) < phone_distance(tak, tog)
    assert phone_distance(tak, tak) == 0
    assert phone_distance(tak, []) == 3


def test_homophones_are_found_unless_they_mean_the_same() -> None:
    units = {"jul": [("j", "ʉː", "l")], "hjul": [way("j ʉː l"), way("h j ʉː l")], "sol": [way("s uː l")]}
    assert [(p.first, p.second, p.distance) for p in sounds_alike(units, 0.0)] == [("hjul", "jul", 0.0)]
    assert sounds_alike(units, 0.0, same_meaning=lambda a, b: {a, b} == {"jul", "hjul"}) == []


def test_near_ones_come_with_their_distance_and_the_ways() -> None:
    units = {"bedre": [way("b eː d r ə")], "begge": [way("b e g ə")], "ja": [("j", "ɑ")]}
    (pair,) = sounds_alike(units, within=2.0)
    assert (pair.first, pair.second) == ("bedre", "begge") and 1.0 < pair.distance <= 2.0


def test_a_phrase_is_compared_in_all_ways_of_its_words() -> None:
    assert ways_of([[("j", "æi"), ("e",)], [("h", "ɑː", "r")]]) == [way("j æi h ɑː r"), way("e h ɑː r")]
