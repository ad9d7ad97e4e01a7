"""One thing is written in one way, and what isn't is found with file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from skill.content.check.reading import load_reading
from skill.content.check.wording import wording_problems
from skill.paths import prompts_dir

READING = load_reading(prompts_dir())


def test_what_ships_is_written_in_one_way() -> None:
    assert [str(problem) for problem in wording_problems(prompts_dir(), READING)] == []


@pytest.mark.parametrize(
    ("language", "text", "instead"),
    [
        ("nb", "Krampen slapp.", "krampa"),
        ("nb", "Ring legevakten nå.", "legevakta"),
        ("nb", "Det var en krampe i leggen.", "ei krampe"),
        ("nb", "Last denne siden på nytt.", "denne sida"),
        ("nn", "Krampar om natta.", "kramper"),
        ("nn", "Nokon får det ofte.", "nokre får"),
        ("en", "Are you coughing blood?", "coughing up blood"),
    ],
)
def test_another_way_to_write_it_is_found(language: str, text: str, instead: str) -> None:
    (message,) = READING.otherwise_written(text, language)
    assert f"«{instead}»" in message


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nb", "Krampa slapp for lenge siden."),
        ("nb", "Sidene er i gang. Krampene kom tilbake."),
        ("nn", "Er det nokon der? Krampene kjem."),
        ("en", "Do you feel numb anywhere?"),
    ],
)
def test_the_way_it_is_written_is_fine(language: str, text: str) -> None:
    assert list(READING.otherwise_written(text, language)) == []


def test_the_line_is_named_and_phrases_and_remarks_are_left_alone(tmp_path: Path) -> None:
    prompts = Path(shutil.copytree(prompts_dir(), tmp_path / "prompts"))
    path = prompts / "nb" / "collect.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[:0] = ["# krampen"]
    lines.append('phrases = ["krampen kom igjen"]')
    path.write_text("\n".join(lines), encoding="utf-8")
    assert list(wording_problems(prompts, READING)) == []
    settings = prompts / "settings.toml"
    text = settings.read_text(encoding="utf-8").replace("fra neste krampe", "til krampen er over", 1)
    settings.write_text(text, encoding="utf-8")
    (problem,) = wording_problems(prompts, READING)
    assert problem.path == settings and "«krampen» skrives «krampa»" in problem.message
    assert "krampen" in text.splitlines()[problem.line - 1]
