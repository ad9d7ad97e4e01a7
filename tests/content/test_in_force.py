"""A typo in the texts never silences a night."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from skill.content.in_force import content_version, load_contents
from skill.errors import ContentError
from skill.paths import prompts_dir


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    folder = tmp_path / "prompts"
    shutil.copytree(prompts_dir(), folder, ignore=shutil.ignore_patterns("clips"))
    return folder


def spoil(prompts: Path) -> None:
    calf = prompts / "protocols" / "calf.toml"
    calf.write_text(calf.read_text("utf-8").replace("[texts.B1]", "[texts.B1", 1), "utf-8")


def test_good_texts_are_in_force_and_a_copy_of_them_is_kept(prompts: Path, tmp_path: Path) -> None:
    contents = load_contents(prompts, "nb", tmp_path / "good")
    assert (contents.trouble, contents.folder) == ("", prompts)
    assert content_version(tmp_path / "good") == contents.version


def test_a_typo_brings_back_the_last_good_texts_and_says_which_file(prompts: Path, tmp_path: Path) -> None:
    before = load_contents(prompts, "nb", tmp_path / "good")
    spoil(prompts)
    after = load_contents(prompts, "nb", tmp_path / "good")
    assert after.script.texts == before.script.texts
    assert after.folder == tmp_path / "good"
    assert "calf.toml" in after.trouble


def test_without_a_last_good_copy_a_typo_is_an_error_that_names_the_file(prompts: Path) -> None:
    spoil(prompts)
    with pytest.raises(ContentError, match=r"calf\.toml"):
        load_contents(prompts, "nb")


def test_the_version_changes_with_any_word(prompts: Path) -> None:
    before = content_version(prompts)
    limits = prompts / "limits.toml"
    limits.write_text(limits.read_text("utf-8") + "\n# endret\n", "utf-8")
    assert content_version(prompts) != before


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_language_loads(language: str) -> None:
    assert load_contents(prompts_dir(), language).script.language == language


def test_an_unknown_language_gets_a_list_to_choose_from() -> None:
    with pytest.raises(ContentError, match="nb, nn, en"):
        load_contents(prompts_dir(), "se")
