"""The sounds that are part of the package: there, current, audible, and few."""

from __future__ import annotations

import json
import tomllib

import pytest

from skill.content.script_reading import read_script
from skill.languages import Language
from skill.paths import prompts_dir
from skill.speaking.emergency import FOLDER, GENERAL, bundled
from skill.speaking.loudness import TARGET_LUFS, loudness_lufs
from skill.speaking.voices.voice import implausible

CHOSEN = tomllib.loads((prompts_dir() / "emergency_sounds.toml").read_text("utf-8"))
LANGUAGES: list[Language] = CHOSEN["languages"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_says_what_the_prompts_say_today(language: Language) -> None:
    """If this fails: python -m skill.speaking.make_emergency"""
    texts = read_script(prompts_dir(), language)[0].texts
    said = json.loads((FOLDER / language / "texts.json").read_text("utf-8"))
    assert said == {key: texts[key] for key in CHOSEN["keys"]}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", CHOSEN["keys"])
def test_each_is_audible_and_as_long_as_its_text(key: str, language: Language) -> None:
    sound = bundled().of_key(key, language)
    assert sound is not None
    text = json.loads((FOLDER / language / "texts.json").read_text("utf-8"))[key]
    assert implausible(sound, text, 120) == ""
    assert loudness_lufs(sound) == pytest.approx(TARGET_LUFS, abs=1.0)


def test_the_words_that_save_a_life_are_among_them() -> None:
    assert {GENERAL, "danger.113"} <= set(CHOSEN["keys"])


def test_nynorsk_falls_back_to_bokmaal() -> None:
    nynorsk, bokmaal = bundled().of_key("danger.113", "nn"), bundled().of_key("danger.113", "nb")
    assert nynorsk is not None
    assert bokmaal is not None
    assert nynorsk.duration_s == bokmaal.duration_s


def test_a_text_without_a_sound_gives_none() -> None:
    assert bundled().of_key("no.such.key", "nb") is None
