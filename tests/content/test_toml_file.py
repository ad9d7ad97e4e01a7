"""TOML files know their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.content.toml_file import Problem, read_toml
from skill.errors import ContentError

TEXT = """\
# a remark with "krampe" in it
source = "S1"

[[group]]
intent = "stop"
phrases = ["stopp", "slutt"]

[[group]]
intent = "yes"
phrases = ["ja",
           "stopp"]

[texts.B1]
nb = "Strekk ut beinet."
"""


def file(tmp_path: Path, text: str = TEXT) -> Path:
    path = tmp_path / "a.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_is_found_by_name_and_by_number(tmp_path: Path) -> None:
    toml = read_toml(file(tmp_path))
    assert toml.table_line("group") == 4
    assert toml.table_line("group", 1) == 8
    assert toml.table_line("texts.B1") == 13
    assert toml.table_line("group", 2) == 0


def test_a_value_is_looked_for_inside_its_own_table(tmp_path: Path) -> None:
    toml = read_toml(file(tmp_path))
    assert toml.value_line("stopp", 4) == 6
    assert toml.value_line("stopp", 8) == 11
    assert toml.key_line("nb", 13) == 14


def test_what_cannot_be_found_falls_back_to_the_table(tmp_path: Path) -> None:
    toml = read_toml(file(tmp_path))
    assert toml.value_line("ja", 4) == 4
    assert toml.key_line("en", 13) == 13


def test_broken_toml_names_file_and_line(tmp_path: Path) -> None:
    path = file(tmp_path, 'a = "b"\nc = = 1\n')
    with pytest.raises(ContentError, match=rf"{path.name}:2: "):
        read_toml(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"gone\.toml"):
        read_toml(tmp_path / "gone.toml")


def test_a_problem_reads_as_file_line_and_message() -> None:
    assert str(Problem(Path("a.toml"), 3, "feil")) == "a.toml:3: feil"
    assert str(Problem(Path("a.toml"), 0, "feil")) == "a.toml: feil"
