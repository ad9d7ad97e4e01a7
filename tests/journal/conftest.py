"""A journal on a real disk, and a clock that only this test moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from skill.journal.storage.folding import write_many
from skill.journal.storage.store import Journal
from tests.journal.made_up_years import Years, made_up
from tests.journal.writing import start_episode

OSLO = ZoneInfo("Europe/Oslo")
AT_THREE = datetime(2026, 3, 4, 3, 12, tzinfo=OSLO)


class HandClock:
    """Monotonic seconds, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal.db"


@pytest.fixture
def journal(database: Path) -> Iterator[Journal]:
    with Journal.open(database, zone=OSLO) as opened:
        yield opened


def a_night(journal: Journal, at: datetime = AT_THREE, place: str = "calf") -> str:
    """One whole, ordinary episode; its uuid."""
    uuid = start_episode(journal, at, intent="cramp", value=place, place=place, side="left", language="nb")
    journal.append("step_started", {"protocol": place, "rung": "B2"}, uuid, at)
    journal.append("step_ended", {"protocol": place, "rung": "B2", "outcome": "better"}, uuid, at)
    journal.append("question_asked", {"question": "t1_chest"}, uuid, at)
    journal.append("question_answered", {"question": "t1_chest", "answer": "no"}, uuid, at)
    journal.append("episode_ended", {"reason": "relieved"}, uuid, at)
    return uuid


def many_nights(journal: Journal, episodes: int) -> None:
    """Made-up nights up to AT_THREE, written in at once."""
    events = tuple(
        made_up(AT_THREE, journal.device, Years(days=episodes, episodes=episodes, events=20 * episodes))
    )
    journal.transact(lambda connection: write_many(connection, events))
