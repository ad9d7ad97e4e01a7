"""A device's blocks can be of any size; what comes out must not show where they were cut."""

from __future__ import annotations

import numpy as np
import pytest

from skill.audio.resample import Resampler


@pytest.mark.parametrize("from_hz", [8_000, 22_050, 44_100, 48_000])
def test_the_same_samples_come_out_however_the_input_is_cut(from_hz: int) -> None:
    rng = np.random.default_rng(1)
    sound = rng.standard_normal(from_hz).astype(np.float32)
    whole = Resampler(from_hz, 16_000)
    expected = np.concatenate([whole.feed(sound), whole.flush()])
    pieces = Resampler(from_hz, 16_000)
    cuts = np.sort(rng.integers(0, from_hz, 50))
    given = np.concatenate([*[pieces.feed(block) for block in np.split(sound, cuts)], pieces.flush()])
    np.testing.assert_allclose(given, expected, atol=1e-6)


@pytest.mark.parametrize("from_hz", [8_000, 22_050, 44_100, 48_000])
def test_a_tone_keeps_its_place_and_gains_no_clicks(from_hz: int) -> None:
    resampler = Resampler(from_hz, 16_000)
    tone = np.sin(2 * np.pi * 1000 * np.arange(from_hz) / from_hz).astype(np.float32)
    out = np.concatenate([resampler.feed(block) for block in np.split(tone, np.arange(333, from_hz, 333))])
    expected = np.sin(2 * np.pi * 1000 * np.arange(len(out)) / 16_000)
    assert np.max(np.abs(out - expected)[200:-200]) < 0.005


def test_what_would_fold_back_is_taken_out() -> None:
    resampler = Resampler(48_000, 16_000)
    above = np.sin(2 * np.pi * 11_000 * np.arange(48_000) / 48_000).astype(np.float32)
    assert np.max(np.abs(resampler.feed(above)[200:])) < 0.01
