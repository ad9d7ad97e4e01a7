"""Sound: levels, joining, rates."""

from __future__ import annotations

import pytest

from skill.audio.sound import Sound, join, resample, silence
from tests.speaking.tones import strongest_hz, tone


def test_levels_are_relative_to_full_scale() -> None:
    sound = tone(440, 1.0, level=0.5)
    assert sound.peak_dbfs == pytest.approx(-6.02, abs=0.05)
    assert sound.rms_dbfs == pytest.approx(-9.03, abs=0.05)
    assert silence(1.0, 8000).peak_dbfs == float("-inf")


def test_voiced_span_leaves_out_the_silence_around() -> None:
    sound = join([silence(0.1, 8000), tone(440, 0.2, rate_hz=8000), silence(0.3, 8000)])
    span = sound.voiced_span()
    assert span is not None
    assert span[0] / 8000 == pytest.approx(0.1, abs=0.001)
    assert span[1] / 8000 == pytest.approx(0.3, abs=0.001)
    assert silence(1.0, 8000).voiced_span() is None


def test_joined_sounds_have_the_pause_between_and_one_rate() -> None:
    joined = join([tone(440, 0.5, rate_hz=16_000), tone(440, 0.5, rate_hz=22_050)], pause_s=0.25)
    assert joined.rate_hz == 16_000
    assert joined.duration_s == pytest.approx(1.25, abs=0.001)
    assert not joined.samples[8000:12_000].any()


def test_another_rate_keeps_pitch_length_and_level() -> None:
    sound = resample(tone(1000, 1.0), 48_000)
    assert sound.rate_hz == 48_000
    assert sound.duration_s == pytest.approx(1.0, abs=0.001)
    assert strongest_hz(sound) == pytest.approx(1000, abs=2)
    assert sound.rms_dbfs == pytest.approx(tone(1000, 1.0).rms_dbfs, abs=0.1)


def test_what_a_lower_rate_cannot_hold_does_not_fold_back() -> None:
    folded = resample(tone(9800, 1.0), 16_000)
    without_clicks_at_its_ends = Sound(folded.samples[1000:-1000], folded.rate_hz)
    assert without_clicks_at_its_ends.rms_dbfs < -60
