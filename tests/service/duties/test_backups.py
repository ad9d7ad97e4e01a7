"""The daily copy and the forgetting of old nights, on clocks that are right and on clocks that are not."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from skill.journal.keeping.backup import backups
from skill.journal.storage.store import Journal
from skill.paths import UserPaths, user_paths
from skill.service.clock import VirtualClock
from skill.service.duties.backups import BackupPlan, DailyBackup
from skill.service.ports import FaultReports
from tests.journal.writing import start_episode

TONIGHT = datetime(2026, 11, 28, 21, tzinfo=UTC)


class House:
    """A journal with one old night and one new, and the duty that keeps it."""

    def __init__(self, folder: Path) -> None:
        self.paths: UserPaths = user_paths(folder)
        self.paths.data.mkdir(parents=True)
        self.told: list[tuple[str, str]] = []
        self.journal = Journal.open(self.paths.database_file, zone=ZoneInfo("Europe/Oslo"))
        self.starts(TONIGHT - timedelta(days=400))
        for age in (400, 1):
            at = TONIGHT - timedelta(days=age)
            self.journal.append("episode_ended", {"reason": "relieved"}, start_episode(self.journal, at), at)

    def starts(self, at: datetime) -> None:
        self.journal.append("service_started", {"app": "1", "content": "c", "model": "m"}, None, at)

    def days(self, clock: VirtualClock, days: int, keep_days: int = 365) -> None:
        duty = DailyBackup(
            BackupPlan(self.paths, lambda: keep_days), self.journal, clock, lambda: True,
            FaultReports(lambda source, _, sentence, _cause="": self.told.append((source, sentence))),
            lambda: None,
        )  # fmt: skip
        for _ in range(days):
            duty.turn()
            for thread in threading.enumerate():
                if thread.name == "backup":
                    thread.join(60)
            clock.advance(86_400)


@pytest.fixture
def house(tmp_path: Path):
    made = House(tmp_path)
    yield made
    made.journal.close()


def test_an_old_night_is_announced_and_goes_a_week_later(house: House):
    house.starts(TONIGHT)
    clock = VirtualClock(TONIGHT)
    house.days(clock, 4)
    assert [source for source, _ in house.told] == ["journal"]
    assert "kramper i dem: 1" in house.told[0][1]
    assert len(house.journal.episodes()) == 2
    house.days(clock, 8)
    assert len(house.journal.episodes()) == 1


def test_a_start_in_2036_erases_nothing_and_says_so(house: House):
    house.starts(TONIGHT)
    house.days(VirtualClock(TONIGHT), 3)
    before = {backup.path.name for backup in backups(house.paths.backups)}
    wrong = TONIGHT.replace(year=2036)
    house.starts(wrong)
    house.told.clear()
    house.days(VirtualClock(wrong), 40)
    assert len(house.journal.episodes()) == 2
    assert before <= {backup.path.name for backup in backups(house.paths.backups)}
    assert house.told[0][0] == "clock"
    assert "kan ikke stemme" in house.told[0][1]


def test_copies_go_on_after_a_start_in_2036(house: House):
    house.starts(TONIGHT.replace(year=2036))
    house.days(VirtualClock(TONIGHT.replace(year=2036)), 3)
    house.starts(TONIGHT)
    house.days(VirtualClock(TONIGHT), 3)
    assert sum(backup.at.year == 2026 for backup in backups(house.paths.backups)) >= 2


def test_a_clock_set_back_ten_years_does_not_stop_the_copies(house: House):
    house.starts(TONIGHT)
    clock = VirtualClock(TONIGHT)
    house.days(clock, 2)
    clock.jump_wall(-timedelta(days=3650))
    house.days(clock, 3)
    assert any(backup.at.year == 2016 for backup in backups(house.paths.backups))
    assert len(house.journal.episodes()) == 2
