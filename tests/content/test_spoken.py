"""No spoken text slips past the checks, and each knows what is live while it plays."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.content.script_reading import load_script
from skill.content.spoken import SpokenText, spoken_texts
from skill.paths import prompts_dir


def texts(tmp_path: Path, **files: str) -> dict[str, SpokenText]:
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return {text.key: text for _, found in spoken_texts(tmp_path) for text in found}


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_everything_that_the_script_can_say_is_looked_at(language: str) -> None:
    looked_at = {t.words.get(language) for _, found in spoken_texts(prompts_dir()) for t in found}
    script = load_script(prompts_dir(), language)
    assert {key for key, text in script.texts.items() if text not in looked_at} == set()


def test_a_text_knows_its_line_source_and_date(tmp_path: Path) -> None:
    found = texts(
        tmp_path, a='compared = "2026-11-23"\n\n[texts.x]\nnb = "Ja."\nen = "Yes."\nsource = "S1"\n'
    )
    assert found["texts.x"].line == 3
    assert (found["texts.x"].source, found["texts.x"].compared) == ("S1", "2026-11-23")
    assert dict(found["texts.x"].words) == {"nb": "Ja.", "en": "Yes."}


def test_while_a_text_plays_the_speaking_class_is_live_unless_something_says_otherwise(
    tmp_path: Path,
) -> None:
    found = texts(
        tmp_path,
        a='[texts.x]\nnb = "A"\n[texts.y]\nnb = "B"\n[[items]]\nsay = ["x"]\nlive = "speaking_medicine"\n',
        b='[questions.q]\nnb = "C?"\nlive = "speaking_chest"\n',
    )
    assert found["texts.x"].live == ("speaking_medicine",)
    assert found["texts.y"].live == ("speaking",)
    assert found["questions.q"].live == ("speaking_chest",)


def test_a_text_said_in_two_ways_is_checked_against_both(tmp_path: Path) -> None:
    found = texts(
        tmp_path,
        a='[texts.x]\nnb = "A"\n',
        b='[[items]]\nsay = ["x"]\nlive = "hold"\n[[items]]\nsay = ["x"]\n',
    )
    assert set(found["texts.x"].live) == {"hold", "speaking"}


def test_web_pages_settings_and_phrases_are_not_spoken() -> None:
    names = {file.path.name for file, _ in spoken_texts(prompts_dir())}
    assert "calf.toml" in names and "dangers.toml" in names
    assert not names & {"web.toml", "settings.toml", "start.toml", "intents.toml", "forbidden.toml"}
