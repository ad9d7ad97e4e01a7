"""How fast and how loud: settings, the hour, and what the person asked for."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.errors import SettingsError
from skill.settings.values import VoiceSettings
from skill.speaking.delivery import RATES_WPM, Delivery, Wish, delivery_of, is_quiet_hours

VOICE = VoiceSettings(quiet_from="22:00", quiet_to="07:00", day_volume_db=0.0, night_volume_db=-6.0)


@pytest.mark.parametrize(
    ("now", "quiet"),
    [("21:59:59", False), ("22:00", True), ("00:00", True), ("06:59:59", True), ("07:00", False)],
)
def test_quiet_hours_cross_midnight(now: str, quiet: bool) -> None:
    assert is_quiet_hours(VOICE, time.fromisoformat(now)) is quiet


@pytest.mark.parametrize(
    ("now", "quiet"), [("12:59", False), ("13:00", True), ("14:59", True), ("15:00", False)]
)
def test_quiet_hours_within_a_day(now: str, quiet: bool) -> None:
    assert (
        is_quiet_hours(VoiceSettings(quiet_from="13:00", quiet_to="15:00"), time.fromisoformat(now)) is quiet
    )


def test_equal_ends_mean_no_quiet_hours() -> None:
    assert not is_quiet_hours(VoiceSettings(quiet_from="22:00", quiet_to="22:00"), time(22, 0))


def test_a_wrong_time_of_day_is_a_settings_error() -> None:
    with pytest.raises(SettingsError, match="ti på elleve"):
        is_quiet_hours(VoiceSettings(quiet_from="ti på elleve"), time(22, 0))


def test_the_night_is_softer_than_the_day() -> None:
    delivery = Delivery()
    assert delivery.gain_db("calm", VOICE, time(3, 0)) == -6.0
    assert delivery.gain_db("calm", VOICE, time(12, 0)) == 0.0


def test_an_alarm_is_as_loud_by_night_as_by_day_and_louder_than_calm() -> None:
    delivery = Delivery()
    assert delivery.gain_db("alarm", VOICE, time(3, 0)) == delivery.gain_db("alarm", VOICE, time(12, 0))
    assert delivery.gain_db("alarm", VOICE, time(12, 0)) > delivery.gain_db("calm", VOICE, time(12, 0))


def test_asked_again_it_is_slower_and_louder() -> None:
    delivery = Delivery(rate_wpm=120)
    assert delivery.rate_for("slow_loud") < delivery.rate_for("calm")
    assert delivery.gain_db("slow_loud", VOICE, time(3, 0)) > delivery.gain_db("calm", VOICE, time(3, 0))


def test_each_wish_is_heard_at_once() -> None:
    usual = Delivery(rate_wpm=120)
    assert usual.adjusted("slower").rate_for("calm") < 120 < usual.adjusted("faster").rate_for("calm")
    assert usual.adjusted("louder").extra_db > 0 > usual.adjusted("softer").extra_db


@pytest.mark.parametrize("setting", [1, 60, 95, 120, 133, 400])
def test_any_rate_of_the_settings_becomes_one_that_exists(setting: int) -> None:
    assert delivery_of(VoiceSettings(rate_wpm=setting)).rate_wpm in RATES_WPM


def test_the_default_is_120_words_a_minute() -> None:
    assert delivery_of(VoiceSettings()).rate_for("calm") == 120


@given(st.lists(st.sampled_from(["slower", "faster", "louder", "softer"]), max_size=40))
def test_no_row_of_wishes_leaves_the_range(wishes: list[Wish]) -> None:
    delivery = Delivery()
    for wish in wishes:
        delivery = delivery.adjusted(wish)
    assert delivery.rate_for("calm") in RATES_WPM
    assert delivery.rate_for("slow_loud") in RATES_WPM
    assert -12.0 <= delivery.extra_db <= 12.0
