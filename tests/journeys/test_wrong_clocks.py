"""The whole service on a machine whose clock is wrong, is set or leaps (libfaketime): no night is lost or made up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from skill.journal.figures.overview import nights
from skill.journal.keeping.backup import make_backup
from skill.journal.storage.store import Journal
from tests.journal.writing import start_episode
from tests.needs import LIBFAKETIME, needs_faketime, needs_model
from tests.service.bedside_process import RunningService, recording

pytestmark = [needs_model, needs_faketime]
OSLO = ZoneInfo("Europe/Oslo")
SLEEP = Path(__file__).with_name("faked_time")
PATIENCE_S = 240.0  # of a busy machine
ONE_NIGHT = [(9.0, "kari", "krampe i leggen"), (12.0, "einar", "stopp")]


class FakedClock:
    """What the machine's clock shows; what counts the seconds since its start is left alone."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"

    def shows(self, at: datetime) -> None:
        """From now on, running at its usual pace."""
        ahead_s = (at - datetime.now(UTC)).total_seconds()
        self._file.write_text(f"{ahead_s:+.0f}\n", encoding="ascii")

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(LIBFAKETIME), "FAKETIME_TIMESTAMP_FILE": str(self._file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "Europe/Oslo", "PYTHONPATH": str(SLEEP),
        }  # fmt: skip


@pytest.fixture
def clock(tmp_path: Path) -> FakedClock:
    return FakedClock(tmp_path)


class Bedside:
    """The service beside somebody who cries; started by the test."""

    def __init__(self, folder: Path, clock: FakedClock) -> None:
        self.home = folder / "home"
        self._clock = clock
        self._night = recording(folder / "night.wav", ONE_NIGHT)
        self.service: RunningService | None = None

    def starts(self) -> RunningService:
        self.service = RunningService(self.home, self._night, self._clock.environment)
        return self.service

    def waits_for(self, kind: str, count: int = 1) -> None:
        assert self.service is not None
        service = self.service
        service.wait_for(lambda: service.kinds().count(kind) >= count, limit_s=PATIENCE_S)

    def ends(self) -> Journal:
        assert self.service is not None
        assert self.service.stop() == 0
        return Journal.open(self.home / "data" / "journal.db", zone=OSLO)


@pytest.fixture
def bedside(tmp_path: Path, clock: FakedClock) -> Iterator[Bedside]:
    made = Bedside(tmp_path, clock)
    yield made
    if made.service is not None and made.service.process.poll() is None:
        made.service.kill()


def with_data(journal: Journal, now: datetime) -> list[date]:
    local = now.astimezone(OSLO)
    states = nights(journal, local.date() - timedelta(days=41), local.date(), local)
    return [night for night, state in states.items() if state in ("heard", "partly")]


TRULY = datetime(2026, 11, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "shown",
    [
        datetime(1970, 1, 1, 0, 0, 10, tzinfo=UTC),
        TRULY - timedelta(days=18),
        datetime(2036, 5, 1, 1, tzinfo=UTC),
    ],
    ids=["1970", "fake-hwclock", "2036"],
)
def test_a_cramp_on_a_wrong_clock_is_moved_to_its_night_when_the_clock_is_set(
    shown: datetime, clock: FakedClock, bedside: Bedside
) -> None:
    clock.shows(shown)
    bedside.starts()
    bedside.waits_for("episode_started")
    clock.shows(TRULY)
    bedside.waits_for("clock_corrected")
    with bedside.ends() as journal:
        (episode,) = journal.episodes()
        assert episode.night == date(2026, 11, 28)
        assert abs((episode.started_at - TRULY).total_seconds()) < 300
        assert with_data(journal, TRULY + timedelta(days=1)) == []  # a minute is no night
        assert with_data(journal, TRULY) == []


def used_home(home: Path, now: datetime) -> tuple[set[str], dict[str, bytes]]:
    """Three nights with a cramp and a backup after each: the episodes, and the backups as they are."""
    paths = home / "data", home / "data" / "backups"
    paths[0].mkdir(parents=True, mode=0o700)
    uuids = set()
    with Journal.open(paths[0] / "journal.db", zone=OSLO) as journal:
        for days in (5, 4, 3):
            at = now - timedelta(days=days)
            journal.append("service_started", {"app": "0.2"}, None, at - timedelta(hours=5))
            uuids.add(uuid := start_episode(journal, at))
            journal.append("episode_ended", {"reason": "relieved"}, uuid, at + timedelta(minutes=5))
            journal.append("service_stopped", {"reason": "asked"}, None, at + timedelta(hours=6))
            make_backup(paths[0] / "journal.db", paths[1], at + timedelta(hours=7))
    return uuids, {path.name: path.read_bytes() for path in paths[1].iterdir()}


@pytest.mark.parametrize("year", [2036, 1970])
def test_a_boot_in_another_year_erases_no_night_and_leaves_the_backups_alone(
    year: int, clock: FakedClock, bedside: Bedside
) -> None:
    now = TRULY
    uuids, backups = used_home(bedside.home, now)
    (bedside.home / "config").mkdir()
    (bedside.home / "config" / "settings.toml").write_text("[privacy]\nkeep_days = 365\n", encoding="utf-8")
    folder = bedside.home / "data" / "backups"
    clock.shows(now.replace(year=year, day=1))
    bedside.starts()
    bedside.waits_for("episode_started", count=4)
    if year > now.year:  # its backup is due at once, and made on a clock that is in doubt
        assert bedside.service is not None
        bedside.service.wait_for(lambda: len(list(folder.glob("journal-*.db"))) > len(backups), PATIENCE_S)
    with bedside.ends() as journal:
        assert uuids < {episode.uuid for episode in journal.episodes()}
        assert {name: (folder / name).read_bytes() for name in backups} == backups

    clock.shows(now)
    service = bedside.starts()
    service.wait_for(lambda: bool(list(folder.glob(f"journal-{now:%Y%m%d}*.db"))), PATIENCE_S)
    with bedside.ends() as journal:
        assert uuids < {episode.uuid for episode in journal.episodes()}
        assert len(with_data(journal, now)) == 3


@pytest.mark.parametrize(
    ("turns", "night"),
    [
        (datetime(2026, 3, 29, 1, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), date(2026, 10, 24)),
    ],
    ids=["summer time begins", "summer time ends"],
)  # fmt: skip
def test_a_cramp_while_summer_time_begins_or_ends_belongs_to_its_night_and_lasts_as_long_as_it_did(
    turns: datetime, night: date, clock: FakedClock, bedside: Bedside
) -> None:
    clock.shows(turns - timedelta(seconds=25))
    bedside.starts()
    bedside.waits_for("episode_started")
    bedside.waits_for("episode_ended")
    with bedside.ends() as journal:
        (episode,) = journal.episodes()
        assert episode.night == night
        assert 0 < (episode.duration_s or 0) < 300
        assert not [row for row in journal.all_events() if row.kind == "clock_corrected"]


def test_a_leap_of_the_time_server_changes_nothing(clock: FakedClock, bedside: Bedside) -> None:
    clock.shows(TRULY)
    service = bedside.starts()
    bedside.waits_for("episode_started")
    clock.shows(TRULY + timedelta(seconds=90))
    service.wait_for(lambda: "said" in service.kinds(), PATIENCE_S)
    clock.shows(TRULY - timedelta(seconds=5))
    bedside.waits_for("episode_ended")
    with bedside.ends() as journal:
        (episode,) = journal.episodes()
        assert 0 < (episode.duration_s or 0) < 300
        kinds = {row.kind for row in journal.all_events()}
        assert "clock_corrected" not in kinds
        assert not any(
            "klokk" in row.text("sentence").casefold() for row in journal.all_events() if row.kind == "fault"
        )
