"""What is said in the morning belongs to the night that ends, however often the service began anew meanwhile."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from skill.journal.times import night_of
from skill.service.duties.starting import close_what_was_open
from tests.service.typed import OSLO, TypedNight


class Home:
    """One installation over several days: a start is a new service over the same journal."""

    def __init__(self, folder: Path, sounds: Path) -> None:
        self._folder = folder
        self._sounds = sounds
        self._passed = timedelta()
        self.night = self._started()

    def _started(self) -> TypedNight:
        night = TypedNight(self._folder, self._sounds)
        night.clock.jump_wall(self._passed)
        close_what_was_open(night.journal, night.scribe, night.clock.wall(), lambda *_: None)
        return night

    def restart(self) -> None:
        self._passed += timedelta(seconds=self.night.clock.now_s())
        self.night.journal.close()
        self.night = self._started()

    def later(self, by: timedelta) -> None:
        """Time passes with the service on."""
        self.night.clock.jump_wall(by)
        self._passed += by

    def cramp(self) -> str:
        self.night.say("krampe i leggen")
        self.night.wait(6)
        self.night.say("det gikk over")
        self.night.wait(400)
        assert self.night.scribe.episode is None
        assert self.night.scribe.latest is not None
        return self.night.scribe.latest

    def morning(self) -> list[str | None]:
        """Episodes to which the rows of this morning belong."""
        before = {event.uuid for event in self.night.journal.all_events()}
        self.night.say("god morgen")
        self.night.wait(90)
        rows = [e for e in self.night.journal.all_events() if e.uuid not in before]
        assert any(row.kind == "routine_started" for row in rows)
        return [row.episode for row in rows]


@pytest.fixture
def home(tmp_path: Path, sounds: Path) -> Home:
    return Home(tmp_path, sounds)


@pytest.mark.parametrize("restarts", [0, 1, 3])
def test_the_morning_is_about_the_night_before_it(home: Home, restarts: int) -> None:
    episode = home.cramp()
    for _ in range(restarts):
        home.restart()
    home.later(timedelta(hours=4))
    assert set(home.morning()) == {episode}


@pytest.mark.parametrize("days", [1, 2, 7, 30])
@pytest.mark.parametrize("restart", [False, True])
def test_it_is_never_about_an_older_night(home: Home, days: int, restart: bool) -> None:
    episode = home.cramp()
    before = home.night.journal.episode(episode)
    home.later(timedelta(days=days, hours=4))
    if restart:
        home.restart()
    assert set(home.morning()) == {None}
    assert home.night.journal.episode(episode).version == before.version


def test_after_midnight_and_before_it_are_one_night(home: Home) -> None:
    home.later(timedelta(hours=-4))  # eleven in the evening
    episode = home.cramp()
    home.later(timedelta(hours=9))
    now = home.night.clock.wall().astimezone(OSLO)
    assert night_of(now) == home.night.journal.episode(episode).night
    assert set(home.morning()) == {episode}
