"""A value in prompts/ that the program doesn't read is refused; a person would change it in vain."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from skill.content.check.readers import PACKAGE, unread, unread_problems
from skill.content.script_reading import load_script, read_script
from skill.dialogue.capabilities import Capabilities
from skill.paths import prompts_dir


def test_every_value_has_a_reader() -> None:
    assert unread(prompts_dir()) == ()


def test_every_capability_has_a_reader() -> None:
    program = "".join(path.read_text("utf-8") for path in (PACKAGE / "dialogue").rglob("*.py"))
    for name in Capabilities.__slots__:
        assert f"able.{name}" in program or f"capabilities.{name}" in program, name


def test_a_value_without_one_is_named(tmp_path: Path) -> None:
    package = tmp_path / "package"
    shutil.copytree(PACKAGE / "content", package / "content")  # a program that holds nothing and says nothing
    assert "max_relief_pregnant_s" in {each.name for each in unread(prompts_dir(), package)}


@pytest.mark.parametrize("key", ["times = 3", "rest = 10", 'rest_say = ["x"]'])
def test_a_key_that_would_be_swallowed_is_refused(key: str, tmp_path: Path) -> None:
    prompts = tmp_path / "prompts"
    shutil.copytree(prompts_dir(), prompts)
    after = prompts / "routines" / "after.toml"
    after.write_text(after.read_text("utf-8").replace('say = ["G1"]', f'say = ["G1"]\n{key}'), "utf-8")
    _, problems = read_script(prompts, "nb")
    assert any(f"«{key.split()[0]}» er ukjent" in str(problem) for problem in problems)


def test_more_questions_after_the_cramp_than_the_limit_are_refused(tmp_path: Path) -> None:
    prompts = tmp_path / "prompts"
    shutil.copytree(prompts_dir(), prompts)
    limits = prompts / "limits.toml"
    text = limits.read_text("utf-8")
    allowed = load_script(prompts, "nb").limits.max_questions_after
    assert f"[max_questions_after]\nvalue = {allowed}\n" in text
    limits.write_text(
        text.replace(f"[max_questions_after]\nvalue = {allowed}", "[max_questions_after]\nvalue = 0"), "utf-8"
    )
    _, problems = read_script(prompts, "nb")
    assert any("max_questions_after er 0" in str(problem) for problem in problems)
    assert list(unread_problems(prompts)) == []
