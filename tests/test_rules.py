"""The table of safety rules is complete, its tests exist, and every rule is broken somewhere to see them fail."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.broken_rules import BREAKS, Break
from tests.dialogue.test_broken import FAULTS

TESTS = Path(__file__).parent
ROW = re.compile(r"^\| (\d+) \| ([A-Z, ]+) \| .+ \| (.+) \|$", re.M)
TABLE = [(int(n), kinds.split(", "), re.findall(r"`([^`]+)`", held))
         for n, kinds, held in ROW.findall((TESTS / "RULES.md").read_text(encoding="utf-8"))]  # fmt: skip


def test_all_twenty_six_stand_in_the_table() -> None:
    assert [number for number, _, _ in TABLE] == list(range(1, 27))


def test_every_test_named_there_exists() -> None:
    assert [file for _, _, held in TABLE for file in held if not (TESTS / file).is_file()] == []


@pytest.mark.parametrize(
    ("number", "kinds", "held"), TABLE, ids=lambda x: str(x) if isinstance(x, int) else ""
)
def test_each_rule_is_broken_once_for_each_of_its_kinds(
    number: int, kinds: list[str], held: list[str]
) -> None:
    broken = {each.kind for each in BREAKS if each.rule == number}
    if any(rule == number for rule, _ in FAULTS):
        broken.add("D")
    assert broken == set(kinds)
    named = (test for each in BREAKS if each.rule == number for test in each.noticed_by)
    noticing = {test.partition("::")[0].removeprefix("tests/") for test in named}
    assert noticing <= set(held)


@pytest.mark.parametrize("wrong", BREAKS, ids=lambda b: f"{b.rule}-{b.what}")
def test_a_break_still_fits_the_project(wrong: Break) -> None:
    """What is changed is there, and the tests that should notice it are too."""
    assert wrong.old in (TESTS.parent / wrong.file).read_text(encoding="utf-8")
    assert wrong.old != wrong.new
    for test in wrong.noticed_by:
        file, _, name = test.partition("::")
        assert f"def {name}" in (TESTS.parent / file).read_text(encoding="utf-8")
