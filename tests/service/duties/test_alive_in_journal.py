"""When the service was last known to run: every few minutes, and at once when the clock is set."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from skill.journal.figures.overview import nights
from skill.journal.storage.store import Journal
from skill.service.clock import VirtualClock
from skill.service.duties.signs_of_life import ALIVE_EVERY_S, AliveInJournal
from tests.journal.conftest import OSLO

EVENING = datetime(2026, 11, 28, 20, tzinfo=UTC)


class Running:
    def __init__(self, journal: Journal, at: datetime) -> None:
        self.journal = journal
        self.clock = VirtualClock(at)
        self.duty = AliveInJournal(journal, self.clock, lambda: False, lambda: None)
        journal.append("service_started", {}, None, self.clock.wall(), self.clock.reading())

    def a_second_passes(self) -> None:
        self.clock.advance(1.0)
        self.duty.turn()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "journal.db", zone=OSLO) as opened:
        yield opened


def test_it_is_written_every_few_minutes(journal: Journal) -> None:
    running = Running(journal, EVENING)
    running.a_second_passes()
    first = journal.last_alive()
    running.a_second_passes()
    assert journal.last_alive() == first
    running.clock.advance(ALIVE_EVERY_S)
    running.a_second_passes()
    assert journal.last_alive() == running.clock.wall()


@pytest.mark.parametrize("days", [18, 20_000])
def test_a_second_after_the_clock_was_set_no_night_is_added_also_in_the_middle_of_a_cramp(
    journal: Journal, days: int
) -> None:
    running = Running(journal, EVENING - timedelta(days=days))
    running.a_second_passes()
    running.clock.jump_wall(timedelta(days=days))
    running.a_second_passes()
    now = running.clock.wall().astimezone(OSLO)
    known = nights(journal, now.date() - timedelta(days=41), now.date(), now)
    assert [night for night, state in known.items() if state in ("heard", "partly")] == []
