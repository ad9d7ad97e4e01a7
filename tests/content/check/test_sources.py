"""Every source can be followed: it names a row of SOURCES.md, and a mistake is found with file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from skill.content.check.sources import link_of, read_sources, source_problems
from skill.content.toml_file import Problem
from skill.paths import prompts_dir

PAGE = """\
# Kildene

| | kilde | lest | hva |
|---|---|---|---|
| <a id="S1"></a>S1 | [NHI](https://nhi.no/) | 2026-11-23 | Hva som hjelper; NHI selv viser til T19.7 og N07. |
| <a id="S2"></a>S2 | Boka | 2026-11-23 | Mer. |
| <a id="T2"></a>T2 | hoven legg | 116 117 | S1, S2 |
"""


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    (tmp_path / "SOURCES.md").write_text(PAGE, encoding="utf-8")
    return tmp_path


def write(prompts: Path, name: str, text: str) -> Path:
    path = prompts / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def found(prompts: Path) -> list[Problem]:
    return list(source_problems(prompts))


# --- what ships ------------------------------------------------------------------------------------------


def test_every_source_that_ships_can_be_followed() -> None:
    assert [str(problem) for problem in source_problems(prompts_dir())] == []


def test_the_page_holds_all_sources_and_all_rules_with_a_day_each() -> None:
    rows, problems = read_sources(prompts_dir())
    assert problems == ()
    assert {f"S{number}" for number in range(1, 43)} <= set(rows)
    assert {f"R{number}" for number in range(1, 27)} | {"R20b"} <= set(rows)
    assert {f"K{number}" for number in range(1, 14)} <= set(rows)
    assert all(row.read is not None for row in rows.values() if row.name.startswith("S"))


def test_what_has_no_address_is_listed_as_not_verified() -> None:
    text = (prompts_dir() / "SOURCES.md").read_text(encoding="utf-8")
    without = {
        match[1]
        for match in re.finditer(r'^\| <a id="(S\w+)"></a>\S+ \|([^|]*)\|', text, re.M)
        if "](http" not in match[2]
    }
    listed = set(re.findall(r"S\d+\w?", text[text.rindex("Fulle adresser for") :]))
    assert without and without <= listed


def test_a_source_leads_to_the_address_of_its_row(prompts: Path) -> None:
    rows, _ = read_sources(prompts)
    assert link_of("NHI: Leggkramper (S1)", rows) == "https://nhi.no/"
    assert link_of("Boka (S2)", rows) is None
    assert link_of("Begge (S2, S1)", rows) == "https://nhi.no/"
    assert link_of("alminnelig kunnskap [G]", rows) is None


# --- what is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "S1",
        "S1, S2",
        "T2; S1 (hold)",
        "S1-S2",
        "[D]",
        "vår egen ordlyd [G]",
        "Norsk legemiddelhåndbok T19.7 (S2)",
    ],
)
def test_a_source_that_stands_on_the_page_is_fine(prompts: Path, source: str) -> None:
    write(prompts, "a.toml", f'[texts.B1]\nnb = "Hold."\nsource = "{source}"\n')
    assert found(prompts) == []


def test_an_unknown_source_is_refused_with_file_and_line(prompts: Path) -> None:
    path = write(
        prompts, "protocols/a.toml", '# source = "S99"\n[texts.B1]\nnb = "Hold."\nsource = "T2; S77"\n'
    )
    (problem,) = found(prompts)
    assert (problem.path, problem.line) == (path, 4) and "S77 står ikke i SOURCES.md" in problem.message


def test_a_source_inside_one_line_is_looked_at_too(prompts: Path) -> None:
    write(prompts, "limits.toml", 'hold_s = { value = 20, source = "S78" }\n')
    assert [problem.line for problem in found(prompts)] == [1]


def test_the_reasons_of_what_is_forbidden_are_looked_at_but_need_no_source(prompts: Path) -> None:
    write(prompts, "forbidden.toml", 'why = "Kan skade (S79)."\n')
    assert len(found(prompts)) == 1
    write(prompts, "forbidden.toml", 'why = "Apparatet kan ikke vite det."\n')
    assert found(prompts) == []


def test_words_alone_are_no_source(prompts: Path) -> None:
    write(prompts, "a.toml", 'source = "et blad"\n')
    assert "viser ikke til noe i SOURCES.md" in found(prompts)[0].message


def test_a_page_that_is_not_shipped_is_no_source(prompts: Path) -> None:
    write(prompts, "a.toml", 'source = "CONTENT T2"\n')
    assert "ikke følger med" in found(prompts)[0].message


def test_the_sources_of_a_knowledge_page_are_followed(prompts: Path) -> None:
    text = '+++\ntitle = "A"\nsources = ["NHI (S1)",\n "Boka (S80)"]\n+++\nTekst.\n'
    path = write(prompts, "nb/learn/a.md", text)
    assert [(problem.path, problem.line) for problem in found(prompts)] == [(path, 4)]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2026-11-23 | Mer", "i fjor | Mer", "S2 mangler datoen"),
        ('<a id="S2"></a>S2', '<a id="S1"></a>S1', "S1 står to ganger"),
        ('<a id="T2"></a>T2', '<a id="T3"></a>T2', "heter T2, men ankeret «T3»"),
        ("S1, S2 |", "S1, S81 |", "T2 viser til S81"),
    ],
)
def test_a_mistake_on_the_page_itself_is_named(prompts: Path, old: str, new: str, message: str) -> None:
    write(prompts, "SOURCES.md", PAGE.replace(old, new))
    assert any(message in problem.message for problem in found(prompts))


def test_without_the_page_nothing_can_be_followed(tmp_path: Path) -> None:
    assert "kan ikke leses" in found(tmp_path)[0].message
