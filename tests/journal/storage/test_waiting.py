"""Events wait in order, on the disk too, and leave it when they are written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from skill.journal.episode import Event
from skill.journal.storage.spool import Spool
from skill.journal.storage.waiting import WRITE_RETRY_S, Waiting
from tests.journal.conftest import HandClock


def event(number: int) -> Event:
    at = datetime(2026, 3, 4, 3, number, tzinfo=UTC)
    return Event(0, f"uuid-{number}", at, "UTC", "device", None, "settings_changed", {"field": "x"})


def names(waiting: Waiting) -> list[str]:
    return [each.uuid for each in waiting.events]


def test_what_was_made_safe_is_there_after_a_power_cut(tmp_path: Path):
    waiting = Waiting(Spool(tmp_path / "spool"), HandClock())
    for number in (1, 2):
        waiting.add(event(number))
        waiting.make_safe()
    waiting.add(event(3))  # in memory only
    assert names(Waiting(Spool(tmp_path / "spool"), HandClock())) == ["uuid-1", "uuid-2"]


def test_making_safe_again_writes_nothing_twice(tmp_path: Path):
    waiting = Waiting(Spool(tmp_path / "spool"), HandClock())
    waiting.add(event(1))
    waiting.make_safe()
    waiting.make_safe()
    assert names(Waiting(Spool(tmp_path / "spool"), HandClock())) == ["uuid-1"]


def test_once_written_nothing_waits_anywhere(tmp_path: Path):
    waiting = Waiting(Spool(tmp_path / "spool"), HandClock())
    waiting.add(event(1))
    waiting.make_safe()
    waiting.clear()
    assert len(waiting) == 0
    assert len(Waiting(Spool(tmp_path / "spool"), HandClock())) == 0


def test_after_a_failure_the_database_is_left_alone_for_a_while():
    clock = HandClock()
    waiting = Waiting(None, clock)
    assert waiting.due
    waiting.put_off()
    assert not waiting.due
    clock.seconds += WRITE_RETRY_S
    assert waiting.due
    waiting.put_off()
    waiting.hurry()
    assert waiting.due
