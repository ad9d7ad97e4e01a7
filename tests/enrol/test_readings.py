"""What is read aloud: phrases that can be heard, in every language, and what a file's name says."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.content.phrases import PhraseBook, load_phrases
from skill.enrol.readings import load_readings, said_in
from skill.errors import ContentError
from skill.languages import LANGUAGES, Language
from skill.paths import prompts_dir
from tests.messages.in_english import raises_in_english


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_that_is_read_can_be_heard(language: Language) -> None:
    readings = load_readings(prompts_dir(), language, load_phrases(prompts_dir(), language))
    assert len(readings.start) >= 3
    assert "stopp" in readings.answers
    assert len(readings.ordinary) >= 30


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_ordinary_sentence_is_a_phrase_of_the_night(language: Language) -> None:
    book = load_phrases(prompts_dir(), language)
    readings = load_readings(prompts_dir(), language, book)
    assert not [text for text in (*readings.other, *readings.ordinary) if book.meaning(text, "idle")]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("krampe_i_leggen.wav", "krampe i leggen"),
        ("krampe_i_leggen_2.wav", "krampe i leggen"),
        ("Krampe i leggen nær 3.flac", "krampe i leggen"),
        ("jeg-har-krampe_far_1.wav", "jeg har krampe"),
        ("17.wav", ""),
    ],
)
def test_a_file_is_named_by_what_is_said(name: str, said: str) -> None:
    assert said_in(Path(name)) == said


def test_a_phrase_that_nobody_listens_for_is_named_with_its_line(tmp_path: Path, book: PhraseBook) -> None:
    text = (prompts_dir() / "enrol.toml").read_text("utf-8")
    (tmp_path / "enrol.toml").write_text(text.replace('"krampe i leggen"', '"krampe i hatten"', 1), "utf-8")
    with raises_in_english(ContentError, r"enrol\.toml, line \d+: “krampe i hatten” is no phrase"):
        load_readings(tmp_path, "nb", book)


def test_a_list_that_is_missing_is_named(tmp_path: Path, book: PhraseBook) -> None:
    text = (prompts_dir() / "enrol.toml").read_text("utf-8")
    (tmp_path / "enrol.toml").write_text(text.replace("answers =", "replies ="), "utf-8")
    with raises_in_english(ContentError, "the list “answers” is missing"):
        load_readings(tmp_path, "nb", book)
