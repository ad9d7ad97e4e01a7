"""Templates without what may be any word, and what the sentences mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.errors import ModelError
from skill.wyoming_server.closed_intents import ClosedSentences, closed, read_intents
from skill.wyoming_server.home_file import Home
from tests.wyoming_server.conftest import HOME


@pytest.fixture(scope="module")
def known(templates_file: Path) -> ClosedSentences:
    return ClosedSentences(closed(read_intents(templates_file), HOME))


@pytest.mark.parametrize("text", [
    "krampe i leggen", "jeg har krampe på foten", "det er bedre nå", "tenn lampa", "lås døra",
    "tenn lampa om tjuefem minutter", "sett varmen til tjueto grader",
])  # fmt: skip
def test_sentences_of_the_templates_are_known(known: ClosedSentences, text: str) -> None:
    assert known.holds(text)


@pytest.mark.parametrize("text", [
    "krampe i magen", "tenn døra", "lås lampa", "tenn hva som helst", "lyset i andre etasje", "", "bedre",
    "sett varmen til tjueto og en halv grader",
])  # fmt: skip
def test_nothing_else_is(known: ClosedSentences, text: str) -> None:
    assert known.meaning(text) is None


def test_two_ways_to_say_the_same_mean_the_same(known: ClosedSentences) -> None:
    assert (
        known.meaning("krampe i foten")
        == known.meaning("jeg har krampe på foten")
        != known.meaning("det er bedre")
    )


def test_numbers_come_in_digits_since_home_assistant_knows_no_norwegian_number_words(
    known: ClosedSentences,
) -> None:
    assert known.with_digits("tenn lampa om tjuefem minutter") == "tenn lampa om 25 minutter"
    assert known.with_digits("krampe i foten") == "krampe i foten"


def test_a_folder_of_files_is_read_as_one(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("intents: {A: {data: [{sentences: [hei]}]}}", "utf-8")
    (tmp_path / "b.yaml").write_text(
        "intents: {B: {data: [{sentences: [hallo <du>]}]}}\nexpansion_rules: {du: (du|dere)}", "utf-8"
    )
    known = ClosedSentences(closed(read_intents(tmp_path), Home()))
    assert known.holds("hei") and known.holds("hallo dere")


def test_the_package_of_home_assistant_has_sentences_in_bokmål() -> None:
    home = Home(("stua",), ("andre",), {"light": ("leselampa",)})
    known = ClosedSentences(closed(read_intents(None), home))
    assert known.meaning("skru på leselampa") == known.meaning("slå på leselampa")
    assert known.holds("hva er klokka") and not known.holds("legg til melk i handlelista")


@pytest.mark.parametrize("told", [
    "intents: [", "- a", "intents: {A: {data: [{sentences: ['(hei']}]}}", "intents: {A: 3}",
    "intents: {A: {data: [{sentences: ['til {floor}']}]}}", "a: 3",
])  # fmt: skip
def test_templates_that_cannot_be_used_are_refused(tmp_path: Path, told: str) -> None:
    file = tmp_path / "nb.yaml"
    file.write_text(told, "utf-8")
    with pytest.raises(ModelError):
        closed(read_intents(file), Home())
