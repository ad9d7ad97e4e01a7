"""Every prompt equally loud, none clipped, none with a clipped first word."""

from __future__ import annotations

import numpy as np
import pytest

from skill.audio.sound import Sound, join, silence
from skill.speaking.loudness import CEILING_DBFS, TARGET_LUFS, levelled, loudness_lufs, with_gain
from skill.speaking.trimming import LEAD_IN_S, trimmed
from tests.speaking.tones import strongest_hz, tone


@pytest.mark.parametrize("level", [0.003, 0.05, 0.5])
@pytest.mark.parametrize("duration_s", [0.15, 0.6, 4.0])
def test_faint_and_strong_short_and_long_become_equally_loud(level: float, duration_s: float) -> None:
    assert loudness_lufs(levelled(tone(800, duration_s, level))) == pytest.approx(TARGET_LUFS, abs=0.3)


def test_silence_around_does_not_change_how_loud_a_prompt_is() -> None:
    spoken = tone(800, 0.3)
    padded = join([silence(0.5, spoken.rate_hz), spoken, silence(2.0, spoken.rate_hz)])
    assert loudness_lufs(padded) == pytest.approx(loudness_lufs(spoken), abs=0.1)


def test_silence_stays_silence() -> None:
    assert not levelled(silence(1.0, 22_050)).samples.any()


@pytest.mark.parametrize("gain_db", [0.0, 6.0, 30.0])
def test_no_peak_passes_the_ceiling(gain_db: float) -> None:
    assert with_gain(tone(500, 1.0, level=0.99), gain_db).peak_dbfs <= CEILING_DBFS + 0.01


def test_the_limiter_rounds_no_corners() -> None:
    """A limited sine is still a sine: its overtones stay 40 dB below it; clipping gives -10 dB."""
    limited = with_gain(tone(500, 1.0, level=0.5), 12.0)
    middle = limited.samples[2000:-2000].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    peak = int(np.argmax(spectrum))
    assert strongest_hz(limited) == pytest.approx(500, abs=2)
    assert 20 * np.log10(np.max(spectrum[2 * peak :]) / spectrum[peak]) < -40


def test_quiet_parts_keep_their_level_when_a_peak_is_limited() -> None:
    sound = join([tone(500, 0.5, 0.1), tone(500, 0.1, 0.9), tone(500, 0.5, 0.1)])
    louder = with_gain(sound, 6.0)
    start = Sound(louder.samples[:8000], louder.rate_hz)
    assert start.peak_dbfs == pytest.approx(-14.0, abs=0.1)


def test_the_first_word_comes_after_a_known_moment_and_is_whole() -> None:
    breath, word = tone(300, 0.05, 0.002), tone(300, 0.5, 0.3)
    soft_start = join([silence(0.2, 22_050), breath, word, silence(0.5, 22_050)])
    result = trimmed(soft_start)
    span = result.voiced_span()
    assert span is not None
    assert span[0] == round(LEAD_IN_S * result.rate_hz)
    assert (span[1] - span[0]) / result.rate_hz == pytest.approx(0.55, abs=0.002)
    assert LEAD_IN_S <= 0.020
