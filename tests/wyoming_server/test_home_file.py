"""The file in which a person writes down the home."""

from __future__ import annotations

from pathlib import Path

import pytest

from skill.errors import ModelError
from skill.wyoming_server.home_file import Home, read_home


def written(folder: Path, text: str) -> Path:
    file = folder / "home.toml"
    file.write_text(text, "utf-8")
    return file


def test_rooms_floors_names_and_pronunciations_are_read_in_small_letters(tmp_path: Path) -> None:
    told = 'areas = ["Stua"]\nfloors = ["andre"]\n[names]\nlight = ["Åses  lampe"]\n'
    told += '[pronunciations]\n"Åses" = ["oː s ə s"]\n'
    expected = Home(("stua",), ("andre",), {"light": ("åses lampe",)}, {"åses": ("oː s ə s",)})
    assert read_home(written(tmp_path, told)) == expected


@pytest.mark.parametrize("told", [
    'areas = "stua"', "areas = [1]", "rooms = []", "areas = [", "names = 3", '[names]\nlight = "lampa"',
])  # fmt: skip
def test_what_is_no_home_is_refused_with_the_file_s_name(tmp_path: Path, told: str) -> None:
    with pytest.raises(ModelError, match=r"home\.toml"):
        read_home(written(tmp_path, told))


def test_a_name_must_be_written_as_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="tv2"):
        read_home(written(tmp_path, '[names]\nmedia_player = ["TV2"]\n'))


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere\.toml"):
        read_home(tmp_path / "nowhere.toml")
