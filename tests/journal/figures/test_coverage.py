"""When the device listened. What isn't known is no data, and never a quiet night."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from skill.journal.episode import Event
from skill.journal.figures.coverage import Hours, listening, night_states, window
from skill.journal.figures.overview import figures, hours_of, nights
from skill.journal.keeping.lifecycle import mark_interrupted
from skill.journal.keeping.recovery import open_for_night
from skill.journal.storage.store import Journal
from skill.journal.times import seconds_between
from skill.settings.values import VoiceSettings
from tests.journal.conftest import a_night
from tests.journal.writing import add_by_hand, start_episode

OSLO = ZoneInfo("Europe/Oslo")


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=OSLO)


def row(kind: str, moment: datetime, device: str = "d") -> Event:
    return Event(0, "", moment, "Europe/Oslo", device, None, kind, {})


LATER = at(20, 12)


def states(*rows: Event, now: datetime = LATER, since: int = 3, until: int = 5) -> list[str]:
    found = night_states(listening(rows, now), date(2026, 3, since), date(2026, 3, until), now, Hours(), OSLO)
    return list(found.values())


def test_before_it_was_ever_started_there_is_no_data():
    assert states(row("service_started", at(4, 20))) == ["no_data", "heard", "heard"]


def test_it_counts_as_listening_until_it_stops():
    rows = [row("service_started", at(1, 20)), row("service_stopped", at(4, 12))]
    assert states(*rows) == ["heard", "no_data", "no_data"]


def test_deaf_for_most_of_the_night_is_no_data():
    rows = [row("service_started", at(1, 20)), row("deaf_from", at(4, 23)), row("hearing_again", at(5, 6))]
    assert states(*rows) == ["heard", "no_data", "heard"]


def test_deaf_for_a_few_hours_is_partly():
    rows = [row("service_started", at(1, 20)), row("deaf_from", at(4, 23)), row("hearing_again", at(5, 2))]
    assert states(*rows)[1] == "partly"


def test_deaf_for_a_minute_is_heard():
    rows = [
        row("service_started", at(1, 20)),
        row("deaf_from", at(4, 23)),
        row("hearing_again", at(4, 23, 1)),
    ]
    assert states(*rows)[1] == "heard"


def test_a_run_that_never_said_it_stopped_counts_up_to_its_last_row():
    rows = [
        row("service_started", at(3, 20)),
        row("hearing_again", at(4, 8)),
        row("service_started", at(5, 8)),
    ]
    assert states(*rows) == ["heard", "no_data", "heard"]


def test_tonight_is_not_over():
    assert states(row("service_started", at(1, 20)), now=at(6, 3)) == ["heard", "heard", "not_over"]


def test_two_devices_cover_for_each_other():
    rows = [
        row("service_started", at(1, 20), "a"), row("service_started", at(1, 21), "b"),
        row("deaf_from", at(3, 20), "a"), row("service_stopped", at(4, 20), "b"), row("hearing_again", at(4, 20), "a"),
    ]  # fmt: skip
    assert states(*rows) == ["heard", "heard", "heard"]


def test_a_clock_set_back_makes_no_negative_time():
    rows = [row("service_started", at(4, 20)), row("service_stopped", at(2, 20))]
    assert listening(rows, at(20, 12)) == ()


@pytest.mark.parametrize(
    ("night", "hours"), [(date(2026, 3, 28), 8), (date(2026, 10, 24), 10), (date(2026, 6, 1), 9)]
)
def test_the_hours_of_a_night_over_summer_time(night: date, hours: int):
    span = window(night, Hours(), OSLO)
    assert seconds_between(span.start, span.end) == hours * 3600


def test_quiet_hours_after_midnight_belong_to_the_same_night():
    span = window(date(2026, 6, 1), Hours(time(0, 30), time(8, 0)), OSLO)
    assert (span.start.day, span.end.day) == (2, 2)


def test_the_night_is_when_the_person_wants_quiet():
    assert hours_of(VoiceSettings(quiet_from="23:00", quiet_to="06:30")) == Hours(time(23, 0), time(6, 30))
    assert hours_of(VoiceSettings(quiet_from="00:00", quiet_to="00:00")) == Hours()


class TestInTheJournal:
    def test_nights_without_data_are_told_apart(self, journal: Journal):
        journal.append("service_started", {}, None, at(1, 20))
        journal.append("service_stopped", {"reason": "asked"}, None, at(4, 9))
        a_night(journal, at(3, 2))
        add_by_hand(journal, at(6, 2), None, at(6, 9))
        found = figures(journal, date(2026, 2, 27), date(2026, 3, 6), at(20, 12))
        assert [n.state for n in found.nights[2:5]] == ["heard", "heard", "heard"]
        assert found.nights_without_data == (
            date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 4), date(2026, 3, 6)
        )  # fmt: skip
        assert found.nights_logged == 4  # three heard, and the one that somebody wrote in
        assert found.cramps_per_week is None  # three nights are too few to tell

    def test_a_long_run_from_before_the_period_counts(self, journal: Journal):
        journal.append("service_started", {}, None, at(1, 20))
        journal.append("deaf_from", {"source": "microphone"}, None, at(8, 20))
        journal.append("hearing_again", {"source": "microphone"}, None, at(10, 20))
        found = nights(journal, date(2026, 3, 9), date(2026, 3, 10), at(20, 12))
        assert list(found.values()) == ["no_data", "heard"]

    def test_a_power_cut_is_dated_to_the_last_sign_of_life(self, journal: Journal):
        journal.append("service_started", {}, None, at(1, 20))
        uuid = start_episode(journal, at(3, 1))
        journal.append("said", {"keys": "x"}, uuid, at(3, 1, 1))
        journal.alive(at(3, 1, 4))
        assert mark_interrupted(journal, at(5, 9)) == 1
        journal.append("service_started", {}, None, at(5, 9))
        episode = journal.episode(uuid)
        assert episode.interrupted
        assert episode.ended_at == at(3, 1, 1)
        stopped = journal.device_events(kinds=["service_stopped"])[0]
        assert (stopped.at, stopped.text("reason")) == (at(3, 1, 4), "interrupted")
        found = nights(journal, date(2026, 3, 1), date(2026, 3, 5), at(20, 12))
        assert list(found.values()) == ["heard", "no_data", "no_data", "no_data", "heard"]

    def test_after_a_power_cut_nothing_counts_though_nothing_was_started_since(self, journal: Journal):
        """The pages alone, weeks later: no row tells of the cut, and no sign of life comes after it."""
        journal.append("service_started", {}, None, at(1, 20))
        journal.append("deaf_from", {"source": "microphone"}, None, at(3, 1, 3))
        journal.append("hearing_again", {"source": "microphone"}, None, at(3, 1, 5))
        journal.alive(at(3, 1, 4))
        found = nights(journal, date(2026, 3, 1), date(2026, 3, 4), at(20, 12))
        assert list(found.values()) == ["heard", "no_data", "no_data", "no_data"]

    def test_a_clean_stop_is_not_an_interruption(self, journal: Journal):
        journal.append("service_started", {}, None, at(1, 20))
        a_night(journal, at(2, 2))
        journal.append("service_stopped", {"reason": "asked"}, None, at(2, 9))
        assert mark_interrupted(journal, at(3, 9)) == 0
        assert len(journal.device_events()) == 2

    def test_an_episode_left_open_by_the_page_of_another_day_stays_as_written(self, journal: Journal):
        add_by_hand(journal, at(2, 2), None, at(2, 9))
        assert mark_interrupted(journal, at(3, 9)) == 0

    def test_marking_twice_marks_once(self, database: Path):
        with open_for_night(database, database.parent / "b", at(1, 20), zone=OSLO).journal as journal:
            journal.append("service_started", {}, None, at(1, 20))
            start_episode(journal, at(1, 21))
            assert mark_interrupted(journal, at(2, 9)) == 1
            assert mark_interrupted(journal, at(2, 9) + timedelta(minutes=1)) == 0
