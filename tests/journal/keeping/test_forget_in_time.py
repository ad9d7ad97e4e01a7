"""Old nights go when they are due, were announced, and a grace time is over; in the backups later still."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from skill.journal.keeping.backup import backups, make_backup
from skill.journal.keeping.forget_in_time import Forgotten, forget_in_time, nights_due
from skill.journal.storage.store import Journal
from tests.journal.conftest import AT_THREE, OSLO, a_night


@pytest.fixture
def folder(database: Path) -> Path:
    return database.parent / "backups"


def daily(journal: Journal, folder: Path, days: range, keep_days: int = 30) -> list[Forgotten]:
    return [forget_in_time(journal, keep_days, AT_THREE + timedelta(days=n), folder) for n in days]


def in_backup(folder: Path) -> int:
    with Journal.open(backups(folder)[0].path, zone=OSLO) as copy:
        return len(copy.episodes())


def test_announced_first_then_here_then_in_the_backups(journal: Journal, database: Path, folder: Path):
    a_night(journal, AT_THREE - timedelta(days=100))
    a_night(journal)
    make_backup(database, folder, AT_THREE)
    turns = daily(journal, folder, range(7))
    assert (turns[0].newly_due, turns[0].leaves_at) == (1, AT_THREE + timedelta(days=7))
    assert [turn.newly_due for turn in turns[1:]] == [0] * 6
    assert len(journal.episodes()) == 2
    assert daily(journal, folder, range(7, 8))[0].erased == 1
    assert len(journal.episodes()) == 1
    assert in_backup(folder) == 2
    daily(journal, folder, range(8, 15))
    assert in_backup(folder) == 1


def test_a_clock_that_leaps_a_year_for_a_day_takes_nothing(journal: Journal, folder: Path):
    a_night(journal, AT_THREE - timedelta(days=20))
    daily(journal, folder, range(10))
    assert daily(journal, folder, range(365, 368))[0].newly_due == 1
    daily(journal, folder, range(10, 14))
    assert len(journal.episodes()) == 1


def test_many_turns_in_one_day_are_no_grace_time(journal: Journal, folder: Path):
    a_night(journal, AT_THREE - timedelta(days=100))
    for minute in range(50):
        forget_in_time(journal, 30, AT_THREE + timedelta(minutes=minute), folder)
    assert len(journal.episodes()) == 1


def test_choosing_to_keep_more_within_the_grace_time_saves_them(journal: Journal, folder: Path):
    a_night(journal, AT_THREE - timedelta(days=100))
    daily(journal, folder, range(6))
    daily(journal, folder, range(6, 20), keep_days=365)
    daily(journal, folder, range(20, 25), keep_days=0)
    assert len(journal.episodes()) == 1
    assert daily(journal, folder, range(25, 26))[0].newly_due == 1  # announced anew


def test_a_night_a_day_is_not_announced_each_day(journal: Journal, folder: Path):
    for day in range(60):
        a_night(journal, AT_THREE - timedelta(days=day))
    turns = daily(journal, folder, range(20))
    assert turns[0].newly_due > 0
    assert not any(turn.newly_due for turn in turns[1:])
    assert turns[-1].erased == 1


def test_how_many_nights_would_go_can_be_asked_before(journal: Journal):
    a_night(journal, AT_THREE - timedelta(days=40))
    a_night(journal, AT_THREE - timedelta(days=40))
    a_night(journal, AT_THREE - timedelta(days=50))
    assert (nights_due(journal, 30, AT_THREE), nights_due(journal, 0, AT_THREE)) == (2, 0)
