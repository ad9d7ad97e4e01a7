"""Who says a text is told as it is: the chosen speaker, or the engine that stands in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from skill.service.assembly import who_says
from skill.settings.values import Settings

SPOKEN, NEW = "Pust ut sakte.", "Dette har ingen lest inn ennå."


def chosen(**voice: str) -> Settings:
    return replace(Settings(), voice=replace(Settings().voice, **voice))


@pytest.mark.parametrize("speaker", ["woman", "man"])
def test_a_speaker_says_what_is_among_the_spoken_sentences(speaker: str) -> None:
    assert who_says(SPOKEN, chosen(speaker=speaker)) == speaker
    assert who_says(NEW, chosen(speaker=speaker)) == "pyttsx3"


def test_english_and_a_missing_pack_are_said_by_the_engine(tmp_path: Path) -> None:
    assert who_says(SPOKEN, replace(Settings(), language="en")) == "pyttsx3"
    assert who_says(SPOKEN, Settings(), tmp_path) == "pyttsx3"


def test_an_engine_that_was_chosen_says_everything() -> None:
    assert who_says(SPOKEN, chosen(speaker="engine")) == "pyttsx3"
    assert who_says(SPOKEN, chosen(engine="piper")) == "piper"
