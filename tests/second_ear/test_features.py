"""Features as Whisper was trained on them."""

from __future__ import annotations

import numpy as np
import pytest

from skill.second_ear.features import MELS, RATE_HZ_16K, filled, log_mel


def tone(hertz: float, seconds: float = 1.0, level: float = 0.3) -> np.ndarray:
    at = np.arange(round(seconds * RATE_HZ_16K)) / RATE_HZ_16K
    return (level * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


@pytest.mark.parametrize(("samples", "frames"), [(16_000, 100), (96_000, 600), (161, 2), (80, 1), (1, 1)])
def test_there_is_one_feature_for_each_hundredth_of_a_second(samples: int, frames: int) -> None:
    assert log_mel(np.ones(samples, np.float32)).shape == (MELS, frames)


@pytest.mark.parametrize(
    ("seconds", "in_all_s"), [(0.0, 3.0), (1.2, 3.0), (2.5, 3.0), (2.9, 3.4), (6.0, 6.5)]
)
def test_a_short_sound_has_silence_behind_it_as_whisper_learnt(seconds: float, in_all_s: float) -> None:
    sound = np.ones(int(seconds * RATE_HZ_16K), np.int16)
    whole = filled(sound)
    assert len(whole) == round(in_all_s * RATE_HZ_16K)
    assert whole.dtype == sound.dtype
    assert whole[: len(sound)].all() and not whole[len(sound) :].any()


def test_nothing_at_all_is_one_feature_without_a_level() -> None:
    assert np.ptp(log_mel(np.zeros(0, np.int16))) == 0


def test_a_higher_tone_lies_in_a_higher_band() -> None:
    loudest = [int(log_mel(tone(hertz))[:, 50].argmax()) for hertz in (200, 500, 1000, 2000, 4000, 7000)]
    assert loudest == sorted(set(loudest))


def test_a_thousand_hertz_lie_where_slaneys_scale_has_them() -> None:
    # 80 bands from 0 to 45.25 mel; 1,000 Hz are 15 mel, so the 26th or 27th centre
    assert int(log_mel(tone(1000))[:, 50].argmax()) in (25, 26)


def test_integers_and_floats_are_the_same_sound() -> None:
    x = tone(440)
    as_integers = log_mel((x * 32768).astype(np.int16))
    assert as_integers[:, 10:90] == pytest.approx(log_mel(x)[:, 10:90], abs=0.2)


def test_what_is_more_than_80_db_below_the_loudest_counts_as_silence() -> None:
    x = np.concatenate([tone(440), np.zeros(16_000, np.float32)])
    mel = log_mel(x)
    assert mel.min() == pytest.approx(mel.max() - 2.0, abs=1e-4)  # 8 powers of ten, a quarter of each
