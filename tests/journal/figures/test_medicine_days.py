"""Dates in a person's own list of medicines."""

from __future__ import annotations

from datetime import date

import pytest

from skill.journal.figures.medicines import load_stop_words, medicine_days
from skill.paths import prompts_dir

STOPPED = load_stop_words(prompts_dir())


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("Burinex 1 mg, siden 2024-03-01", [(date(2024, 3, 1), False)]),
        ("Burinex, begynte 1.3.2024", [(date(2024, 3, 1), False)]),
        ("Simvastatin 1.3.24 til 5.5.2026", [(date(2024, 3, 1), False), (date(2026, 5, 5), True)]),
        ("Simvastatin, sluttet: 5.5.2026", [(date(2026, 5, 5), True)]),
        ("tilskudd 5.5.2026", [(date(2026, 5, 5), False)]),
        ("Metformin 1.5 mg, 10.15 om kvelden", []),
        ("31.2.2026", []),
    ],
)
def test_a_date_begins_a_medicine_unless_a_word_before_it_ends_it(line: str, days: list[tuple[date, bool]]):
    assert [(each.day, each.stopped) for each in medicine_days(line, STOPPED)] == days


def test_the_oldest_date_comes_first_and_carries_its_line():
    found = medicine_days("Metformin 2.2.2026\nBurinex 1.1.2026", STOPPED)
    assert [each.text for each in found] == ["Burinex 1.1.2026", "Metformin 2.2.2026"]
