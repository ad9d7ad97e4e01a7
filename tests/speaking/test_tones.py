"""The tones that can be heard while a stretch is held: soft, without clicks, and never as loud as an alarm."""

from __future__ import annotations

from datetime import time
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from skill.audio.sound import to_float
from skill.content.script import TONES
from skill.settings.values import VoiceSettings
from skill.speaking.cache import PromptCache
from skill.speaking.delivery import Delivery, delivery_of
from skill.speaking.loudness import TARGET_LUFS, loudness_lufs
from skill.speaking.tones import tone
from tests.speaking.tones import ToneVoice

SOFTER_DB = 4.0


def pitch_hz(samples: np.ndarray, rate_hz: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * rate_hz / len(samples))


@pytest.mark.parametrize("key", TONES)
def test_a_tone_is_softer_than_a_sentence_and_can_still_be_heard(key: str) -> None:
    assert TARGET_LUFS - 12 < loudness_lufs(tone(key)) <= TARGET_LUFS - SOFTER_DB


@pytest.mark.parametrize("key", TONES)
@pytest.mark.parametrize(
    ("day_db", "night_db", "now"), [*product((-30.0, 0.0, 12.0), (-30.0, 0.0, 12.0), (time(3), time(13)))]
)
def test_no_setting_makes_it_as_loud_as_an_alarm(key: str, day_db: float, night_db: float, now: time) -> None:
    voice = VoiceSettings(day_volume_db=day_db, night_volume_db=night_db)
    for delivery in (delivery_of(voice), Delivery(extra_db=12.0), Delivery(extra_db=-12.0)):
        alarm_lufs = TARGET_LUFS + delivery.gain_db("alarm", voice, now)
        assert loudness_lufs(tone(key)) + delivery.gain_db("calm", voice, now) <= alarm_lufs - 6 - SOFTER_DB


@pytest.mark.parametrize("key", TONES)
def test_it_begins_and_ends_without_a_click(key: str) -> None:
    samples = to_float(tone(key))
    assert max(abs(samples[0]), abs(samples[-1])) < 0.001
    assert np.max(np.abs(np.diff(samples))) < 0.02


def test_the_breathing_tone_rises_and_falls_more_slowly_than_it_rose() -> None:
    sound = tone("tone.breathing")
    samples, rate_hz = to_float(sound), sound.rate_hz
    quarter = rate_hz // 4
    starts = range(0, len(samples) - quarter, quarter // 2)
    pitches = [pitch_hz(samples[at : at + quarter], rate_hz) for at in starts]
    highest = int(np.argmax(pitches))
    assert pitches[0] < pitches[highest] > pitches[-1]
    assert highest < len(pitches) / 2


def test_a_tone_needs_no_voice(tmp_path: Path) -> None:
    cache = PromptCache(tmp_path, ToneVoice(), {}, "nb")
    assert cache.sound(("tone.here",), 120).duration_s == tone("tone.here").duration_s
