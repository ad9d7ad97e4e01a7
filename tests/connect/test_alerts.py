"""What others are told, from rows as the journal holds them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from skill.connect.alerts import Alert, Watched, row_seen, time_passed
from skill.journal.episode import Event

OSLO = ZoneInfo("Europe/Oslo")
THREE = datetime(2026, 11, 23, 3, 0, tzinfo=OSLO)


def row(kind: str, after_s: float = 0, episode: str | None = None, **data: str) -> Event:
    at = THREE + timedelta(seconds=after_s)
    return Event(1, f"{kind}-{after_s:g}", at, "Europe/Oslo", "bed", episode, kind, data)


def danger(after_s: float = 0, number: str = "113") -> Event:
    return row("danger_sign", after_s, "e", sign="T1", number=number, advice="113")


def told(*rows: Event, until_s: float = 0, alive_s: float | None = None) -> list[tuple[str, float]]:
    """Kind and second of each alert, after these rows and this much time."""
    watched, found = Watched(), []
    for each in rows:
        watched, alerts = row_seen(watched, each)
        found += alerts
    alive = None if alive_s is None else THREE + timedelta(seconds=alive_s)
    watched, alerts = time_passed(watched, THREE + timedelta(seconds=until_s), alive)
    return [(alert.kind, (alert.at - THREE).total_seconds()) for alert in (*found, *alerts)]


def test_a_danger_sign_with_a_number_is_told_at_once() -> None:
    watched, alerts = row_seen(Watched(), danger())
    assert alerts == (Alert("danger_sign-0:danger", "danger", THREE, "T1", "113", "113"),)
    assert watched.unanswered


def test_one_without_a_number_to_call_is_not() -> None:
    assert told(danger(number=""), until_s=999) == []


def test_silence_after_113_is_told_after_two_minutes() -> None:
    assert told(danger(), until_s=119) == [("danger", 0)]
    assert told(danger(), until_s=120) == [("danger", 0), ("no_answer", 0)]


def test_the_silence_is_told_once_though_danger_was_said_again() -> None:
    assert told(danger(), danger(60), until_s=900) == [("danger", 0), ("danger", 60), ("no_answer", 0)]


def test_any_word_of_the_person_is_an_answer() -> None:
    assert told(danger(), row("heard", 30, "e"), until_s=999) == [("danger", 0)]
    assert told(danger(), row("advice_acknowledged", 30, "e"), until_s=999) == [("danger", 0)]


def test_a_repeated_advice_or_a_word_in_another_episode_is_none() -> None:
    later = (row("advice_repeated", 30, "e"), row("heard", 40, "another"))
    assert told(danger(), *later, until_s=999) == [("danger", 0), ("no_answer", 0)]


def test_silence_is_not_waited_for_after_an_advice_that_can_wait() -> None:
    assert told(danger(number="fastlege"), until_s=999) == [("danger", 0)]


def test_deafness_is_told_after_ten_minutes_and_once() -> None:
    deaf = row("deaf_from", source="microphone")
    assert told(deaf, until_s=599) == []
    assert told(deaf, until_s=600) == [("deaf", 0)]
    assert told(deaf, row("pain", 700, "e"), until_s=9999) == [("deaf", 0)]


def test_that_it_hears_again_is_told_to_whoever_was_told_that_it_did_not() -> None:
    deaf = row("deaf_from", source="microphone")
    assert told(deaf, row("hearing_again", 300), until_s=9999) == []
    assert told(deaf, row("hearing_again", 900), until_s=9999) == [("deaf", 0), ("hears_again", 900)]


def test_a_microphone_that_was_switched_off_is_no_deafness() -> None:
    off = '{"key": "service.microphone_switched_off", "values": {}}'
    assert told(row("deaf_from", message=off), until_s=9999) == []


def test_a_service_that_is_restarted_for_deafness_every_minute_is_deaf_from_the_first_time() -> None:
    rows = [row("deaf_from", 0)]
    for minute in range(1, 11):
        rows += [row("service_started", 60 * minute), row("deaf_from", 60 * minute + 10)]
    assert told(*rows, until_s=620) == [("deaf", 0)]


def test_one_that_hears_after_its_restart_is_no_longer_deaf() -> None:
    assert told(row("deaf_from"), row("service_started", 300), until_s=9999) == []
    found = told(row("deaf_from"), row("service_started", 700), until_s=9999)
    assert found == [("deaf", 0), ("hears_again", 9999)]


def test_a_service_without_a_sign_of_life_is_told_of() -> None:
    assert told(row("service_started"), until_s=900, alive_s=240) == [("silent", 240)]
    assert told(row("service_started"), until_s=800, alive_s=240) == []


def test_one_that_was_stopped_on_purpose_is_not() -> None:
    rows = (row("deaf_from"), row("service_started"), row("service_stopped", 60, reason="asked"))
    assert told(*rows, until_s=9999, alive_s=60) == []


def test_the_same_rows_give_the_same_keys() -> None:
    assert row_seen(Watched(), danger())[1][0].key == row_seen(Watched(), danger())[1][0].key
