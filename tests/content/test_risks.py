"""prompts/RISKS.md: every hazard has a measure, and a test that is really there to hold it."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from skill.paths import prompts_dir

PROJECT = Path(__file__).parents[2]
COLUMNS = (
    "nr",
    "alvor",
    "fare",
    "hvordan den kan oppstå",
    "tiltak",
    "prøven som holder det",
    "det som står igjen",
)


class Risk(NamedTuple):
    """One row."""

    number: str
    severity: str
    hazard: str
    cause: str
    measure: str
    tests: tuple[str, ...]  # path::name
    rest: str


def read(text: str) -> list[Risk]:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line[:3] == "| H"
    ]
    return [Risk(*row[:5], tuple(re.findall(r"`([^`]+)`", row[5])), row[6]) for row in rows]


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def missing(risk: Risk) -> list[str]:
    """The named tests that don't exist."""
    gone = []
    for name in risk.tests:
        path, _, function = name.partition("::")
        file = PROJECT / path
        if not file.is_file() or not function.startswith("test_") or function not in names_in(file):
            gone.append(name)
    return gone


TEXT = (prompts_dir() / "RISKS.md").read_text(encoding="utf-8")
RISKS = read(TEXT)


def test_the_table_has_its_columns_and_at_least_forty_rows_numbered_in_order() -> None:
    assert "| " + " | ".join(COLUMNS) + " |" in TEXT
    assert len(RISKS) >= 40
    assert [risk.number for risk in RISKS] == [f"H{number}" for number in range(1, len(RISKS) + 1)]


def test_the_wrong_113_comes_first_and_then_the_missed_one() -> None:
    hazards = list(dict.fromkeys(risk.hazard for risk in RISKS))
    assert hazards[:2] == ["Feil 113", "Uteblitt 113"]


@pytest.mark.parametrize("risk", RISKS, ids=lambda risk: f"{risk.number} {risk.hazard}")
def test_a_hazard_says_how_what_is_done_and_what_is_left(risk: Risk) -> None:
    assert risk.severity in "ABC" and risk.cause and risk.measure and risk.rest


@pytest.mark.parametrize("risk", RISKS, ids=lambda risk: f"{risk.number} {risk.hazard}")
def test_the_tests_that_hold_it_are_there(risk: Risk) -> None:
    assert risk.tests, f"{risk.number} names no test"
    assert missing(risk) == [], f"{risk.number}: mend the row in prompts/RISKS.md, or bring the test back"


def test_a_row_whose_test_is_gone_is_found() -> None:
    row = "| H1 | A | Fare | hvordan | tiltak | `tests/content/test_risks.py::test_that_is_gone` | – |"
    (risk,) = read(row)
    assert missing(risk) == ["tests/content/test_risks.py::test_that_is_gone"]
    (other,) = read(row.replace("test_risks", "test_nothing"))
    assert missing(other) == ["tests/content/test_nothing.py::test_that_is_gone"]


def test_every_rule_of_the_dialogue_that_guards_a_life_stands_behind_some_hazard() -> None:
    named = {rule for risk in RISKS for rule in re.findall(r"R\d+b?", risk.measure)}
    assert {"R1", "R5", "R6", "R7", "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R16"} <= named
