"""A clock that was set makes no nights that never were, and takes none away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from skill.journal.exchange.export import write_json
from skill.journal.exchange.importer import import_json
from skill.journal.figures.overview import nights
from skill.journal.keeping.lifecycle import mark_interrupted
from skill.journal.storage.store import Journal
from skill.journal.times import ClockReading
from skill.service.clock import VirtualClock
from tests.journal.conftest import OSLO

EVENING = datetime(2026, 11, 28, 20, tzinfo=UTC)


class Device:
    """What the service writes, with a clock that can be set and one that can't."""

    def __init__(self, journal: Journal, at: datetime) -> None:
        self.journal = journal
        self.clock = VirtualClock(at)

    def writes(self, kind: str, **data: str) -> None:
        self.journal.append(kind, data, None, self.clock.wall(), self.clock.reading())

    def is_alive(self) -> None:
        self.journal.alive(self.clock.wall(), self.clock.reading())

    def heard(self, days: int = 60) -> list[date]:
        """The nights with data among the last ones, seen now."""
        now = self.clock.wall().astimezone(OSLO)
        found = nights(self.journal, now.date() - timedelta(days=days), now.date(), now)
        return [night for night, state in found.items() if state in ("heard", "partly")]


@pytest.fixture
def early(journal: Journal) -> Iterator[Device]:
    """Started on 10 November by a clock that is 18 days behind; set right after 11 seconds."""
    device = Device(journal, EVENING - timedelta(days=18))
    device.writes("service_started")
    device.clock.advance(11)
    device.clock.jump_wall(timedelta(days=18))
    yield device


def test_eighteen_nights_that_never_were_are_none(early: Device):
    early.writes("service_stopped", reason="asked")
    assert early.heard() == []


def test_nor_while_it_still_runs(early: Device):
    early.is_alive()
    assert early.heard() == []


def test_the_night_after_the_clock_was_set_counts(early: Device):
    early.clock.advance(14 * 3600)
    early.writes("service_stopped", reason="asked")
    assert early.heard() == [date(2026, 11, 28)]


def test_a_start_in_1970_gives_the_night_that_was(journal: Journal):
    device = Device(journal, datetime(1970, 1, 1, tzinfo=UTC))
    device.writes("service_started")
    device.clock.advance(60)
    device.clock.jump_wall(EVENING - device.clock.wall())
    device.clock.advance(14 * 3600)
    device.is_alive()
    assert device.heard() == [date(2026, 11, 28)]


def test_a_run_in_1970_hides_none_of_the_nights_before_it(journal: Journal):
    device = Device(journal, EVENING)
    for _ in range(3):
        device.writes("service_started")
        device.clock.advance(14 * 3600)
        device.writes("service_stopped", reason="asked")
        device.clock.advance(10 * 3600)
    truly, known = device.clock.wall(), device.heard()
    device.clock.jump_wall(datetime(1970, 1, 1, tzinfo=UTC) - truly)
    device.writes("service_started")
    device.clock.advance(20)
    device.writes("service_stopped", reason="asked")
    device.clock.jump_wall(truly - device.clock.wall())
    assert len(known) == 3
    assert device.heard(days=20) == known


def test_a_clock_set_back_by_a_month_takes_no_night(journal: Journal):
    device = Device(journal, EVENING + timedelta(days=30))
    device.writes("service_started")
    device.clock.advance(60)
    device.clock.jump_wall(-timedelta(days=30))
    device.clock.advance(14 * 3600)
    device.writes("service_stopped", reason="asked")
    assert device.heard() == [date(2026, 11, 28)]


def test_a_power_cut_after_the_clock_was_set_is_dated_by_the_last_sign_of_life(early: Device):
    early.clock.advance(14 * 3600)
    early.is_alive()
    again = Device(early.journal, datetime(1970, 1, 1, tzinfo=UTC))
    mark_interrupted(again.journal, again.clock.wall())
    stopped = again.journal.device_events(kinds=["service_stopped"])[-1]
    assert stopped.at == early.clock.wall()
    assert early.heard() == [date(2026, 11, 28)]


@pytest.mark.parametrize("by_s", [-90, -5, 5, 90])
def test_a_leap_of_the_time_server_changes_nothing(journal: Journal, by_s: int):
    device = Device(journal, EVENING)
    device.writes("service_started")
    device.clock.advance(3600)
    device.clock.jump_wall(timedelta(seconds=by_s))
    device.clock.advance(13 * 3600)
    device.writes("service_stopped", reason="asked")
    assert device.heard() == [date(2026, 11, 28)]


@pytest.mark.parametrize(
    "evening", [datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 10, 24, 19, tzinfo=UTC)]
)
def test_summer_time_is_no_set_clock(journal: Journal, evening: datetime):
    device = Device(journal, evening)
    device.writes("service_started")
    device.clock.advance(14 * 3600)
    device.writes("service_stopped", reason="asked")
    assert device.heard() == [evening.date()]


def test_another_start_of_the_machine_proves_nothing(journal: Journal):
    journal.append("service_started", {}, None, EVENING, ClockReading("one", 10.0))
    journal.append(
        "service_stopped", {"reason": "asked"}, None, EVENING + timedelta(hours=14), ClockReading("two", 20.0)
    )
    device = Device(journal, EVENING + timedelta(days=1))
    assert device.heard() == [date(2026, 11, 28)]


def test_the_time_since_boot_survives_export_and_import(early: Device, tmp_path: Path):
    early.writes("service_stopped", reason="asked")
    out = StringIO()
    write_json(early.journal, out, early.clock.wall())
    out.seek(0)
    with Journal.open(tmp_path / "other.db", zone=OSLO) as other:
        import_json(other, out)
        assert [e.since_boot_s for e in other.all_events()] == [0.0, 11.0]
        assert {e.boot for e in other.all_events()} == {early.clock.reading().boot}
