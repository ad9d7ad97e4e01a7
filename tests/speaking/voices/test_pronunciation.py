"""Words are said as Norwegians say them: data, and a comparison with the lexicon for every prompt."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from models.measuring.voice.phoneme_trace import trace
from models.measuring.voice.spoken_agreement import Phones, disagreements, phones, words
from skill.content.script_reading import read_script
from skill.errors import ContentError
from skill.paths import models_dir, prompts_dir
from skill.speaking.voices.pronunciation import Respelling, load_respelling

TABLE = Respelling({"nb": {"det": "[[de:]]", "leggen": "leggæn"}, "nn": {"det": "[[dE]]", "ikkje": "itje"}})


def test_whole_words_are_replaced_whatever_their_case() -> None:
    assert TABLE.apply("Det er i leggen.", "nb") == "[[de:]] er i leggæn."
    assert TABLE.apply("Detaljer om leggene", "nb") == "Detaljer om leggene"


def test_nynorsk_has_its_own_words_and_those_of_bokmaal() -> None:
    assert TABLE.apply("det ikkje leggen", "nn") == "[[dE]] itje leggæn"
    assert TABLE.apply("ikkje", "nb") == "ikkje"


def test_other_languages_are_left_alone() -> None:
    assert TABLE.apply("det leggen", "en") == "det leggen"


def test_what_is_phonemes_already_is_left_alone() -> None:
    assert TABLE.apply("[[de:]] [[l'Eg:@n]]", "nb") == "[[de:]] [[l'Eg:@n]]"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("[nb\nord = 1", "line 1"),
        ("ord = 'x'", "tabell"),
        ("[nb]\nord = 1", "nb.ord"),
        ("[nb]\nord = ''", "nb.ord"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(tmp_path: Path, content: str, why: str) -> None:
    file = tmp_path / "pronunciation.toml"
    file.write_text(content, "utf-8")
    with pytest.raises(ContentError, match=r"pronunciation\.toml.*" + why):
        load_respelling(file)


@pytest.mark.parametrize(
    ("traced", "expected"),
    [
        ("l_'E_g:_@_n", ("l", "e", "g", "ə", "n")),
        ("v_'U_n_n_t", ("v", "u", "n", "t")),
        ("b_'aI_n_@", ("b", "æi", "n", "ə")),
        ("t_'a:_n._@", ("t", "æː", "ɳ", "ə")),
        ("k_R_'A_m_p_a#", ("k", "r", "ɑ", "m", "p", "ɐ")),
        ("'O_p:__:__:", ("o", "p")),
    ],
)
def test_a_trace_is_read_as_phones(traced: str, expected: Phones) -> None:
    assert phones(traced) == expected


def test_a_wrong_word_is_found_and_named() -> None:
    lexicon = {"og": [("oː",), ("o",)], "foten": [("f", "uː", "t", "ə", "n")]}
    (wrong,) = disagreements(["Og foten."], ["'u:_g f_'u:_t_@_n"], lexicon)
    assert (wrong.word, wrong.said) == ("og", ("uː", "g"))


def lexicon() -> dict[str, list[Phones]]:
    """The speech model's, and the words of the prompts that it may lack."""
    ways: dict[str, list[Phones]] = {}
    for file in (models_dir() / "nb" / "lexicon.tsv", Path(__file__).with_name("prompt_words.tsv")):
        if file.is_file():
            with file.open(encoding="utf-8", newline="") as lines:
                for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                    if row and not row[0].startswith("#"):
                        ways.setdefault(row[0], []).append(tuple(row[1].split()))
    return ways


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_word_of_every_prompt_is_said_as_the_lexicon_has_it(language: str) -> None:
    """A new word in a prompt: add how it is said to prompt_words.tsv, and mend it in pronunciation.toml if needed."""
    script, _ = read_script(prompts_dir(), language)
    texts = sorted(set(script.texts.values()))
    pronunciation = load_respelling(prompts_dir() / "pronunciation.toml")
    spelled = [pronunciation.apply(text, language) for text in texts]  # type: ignore[arg-type]
    wrong = disagreements(texts, trace(spelled), lexicon())
    assert {(one.word, " ".join(one.said), one.wished) for one in wrong} == set()


@pytest.mark.parametrize("word", ["krampe", "og", "tærne", "beinet", "hoven", "vanlig", "bedre", "har"])
def test_the_comparison_finds_what_espeak_gets_wrong(word: str) -> None:
    assert disagreements([word], trace([word]), lexicon())


def test_words_are_the_same_for_the_table_and_the_comparison() -> None:
    text = "Én–én, sju: 113 ikke-sant «Ta»!"
    table = {word: f"<{word}>" for word in words(text)}
    assert Respelling({"nb": table}).apply(text, "nb") == "<én>–<én>, <sju>: <113> <ikke-sant> «<ta>»!"
