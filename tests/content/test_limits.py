"""Every number that steers the conversation stands once, in the one file that is reviewed."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import skill.dialogue
from skill.paths import prompts_dir

COUNTING = (0, 1, 2)  # first, next, third part: no limit of anything
STEERING = sorted(
    path
    for pattern in (
        "protocols/*.toml",
        "routines/*.toml",
        "questions.toml",
        "dangers.toml",
        "sentences.toml",
        "clock.toml",
    )
    for path in prompts_dir().glob(pattern)
)
MODULES = sorted(Path(skill.dialogue.__file__).parent.glob("*.py"))


def numbers(value: object) -> Iterator[float]:
    if isinstance(value, dict):
        for each in value.values():
            yield from numbers(each)
    elif isinstance(value, list):
        for each in value:
            yield from numbers(each)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


@pytest.mark.parametrize("path", STEERING, ids=lambda path: path.name)
def test_steps_and_questions_name_their_limits_and_hold_no_number(path: Path) -> None:
    assert list(numbers(tomllib.loads(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_the_dialogue_holds_no_number(path: Path) -> None:
    constants = [
        n.value for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Constant)
    ]
    assert [n for n in numbers(constants) if n not in COUNTING] == []


def test_the_search_finds_what_it_looks_for() -> None:
    assert len(STEERING) > 8 and len(MODULES) > 4
    assert 20 in list(numbers(tomllib.loads((prompts_dir() / "limits.toml").read_text(encoding="utf-8"))))
