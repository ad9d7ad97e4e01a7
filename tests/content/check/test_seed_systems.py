"""Each of the 50 systems of the seed text is dealt with somewhere that exists."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from skill.content.check.seed_systems import TREATMENTS, System, load_systems, system_problems
from skill.paths import prompts_dir

SYSTEMS = load_systems(prompts_dir())


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    return Path(shutil.copytree(prompts_dir(), tmp_path / "prompts"))


def test_there_are_fifty_and_all_of_them_resolve() -> None:
    assert [system.number for system in SYSTEMS] == list(range(1, 51))
    assert [str(problem) for problem in system_problems(prompts_dir())] == []


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: f"{system.number}")
def test_a_system_has_a_verdict_and_a_treatment(system: System) -> None:
    assert system.verdict in ("OK", "PART", "NO", "AD", "GAP")
    assert system.treat and set(system.treat) <= set(TREATMENTS)
    assert system.where and system.name and system.source


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: f"{system.number}")
def test_what_is_unsound_or_advertising_is_kept_out(system: System) -> None:
    if system.verdict == "AD" or system.treat == ("NEVER",):
        assert any(place.startswith("forbidden:") for place in system.where)


@pytest.mark.parametrize(
    "old, new, message",
    [
        ('"page:tests"', '"page:test"', "system 39: «page:test» finnes ikke"),
        ('"forbidden:quinine"', '"forbidden:quinone"', "system 16: «forbidden:quinone» finnes ikke"),
        ('"text:sentences.toml#texts.afraid"', '"text:sentences.toml#texts.no"', "system 1: "),
        ('"danger:T1"', '"danger:T99"', "system 34: «danger:T99» finnes ikke"),
        ('"profile:pregnant"', '"profile:gravid"', "system 24: "),
        ('"event:place_set.side"', '"event:place_set.leg"', "system 42: "),
        ('source = "S18"', 'source = ""', "system 25: «source» mangler"),
        ("number = 50", "number = 51", "fra 1 til 50"),
        ('treat = ["NEVER"]', 'treat = ["MAYBE"]', "«MAYBE» er ukjent"),
        ('"page:restless-legs", ', "", "system 31 (WEB) er ikke gjort noe sted"),
    ],
)
def test_a_place_that_is_gone_is_noticed(prompts: Path, old: str, new: str, message: str) -> None:
    path = prompts / "seed_systems.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(message in problem.message for problem in system_problems(prompts))


def test_a_page_that_lacks_one_language_does_not_count(prompts: Path) -> None:
    (prompts / "en" / "learn" / "tests.md").unlink()
    assert any("system 39: «page:tests» finnes ikke" in p.message for p in system_problems(prompts))
