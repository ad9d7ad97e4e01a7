"""Augmentation keeps sound finite, in range and repeatable, and does what its names say."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="scipy is needed for augmentation")

from models.training.examples import augment
from skill.audio.samples import RATE_HZ, Floats

RATE = RATE_HZ


def tone(hz: float = 200.0, seconds: float = 0.5) -> Floats:
    t = np.arange(int(seconds * RATE)) / RATE
    return (0.5 * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def strongest_hz(x: Floats) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(x))) * RATE / len(x))


def test_bedside_is_finite_in_range_and_longer_than_the_clip() -> None:
    for seed in range(30):
        out = augment.bedside(tone(), np.random.default_rng(seed), lambda: tone(300))
        assert np.isfinite(out).all()
        assert np.abs(out).max() <= 1.0
        assert len(out) > 0.5 * RATE / 1.2 + 0.25 * RATE


def test_hard_copies_are_noisier_than_usual_ones() -> None:
    def quietest(hardship: augment.Hardship) -> float:
        """Level of the quietest tenth of a clip against its loudest, median over clips, in dB."""
        found = []
        for seed in range(40):
            x = augment.bedside(tone(), np.random.default_rng(seed), lambda: tone(300), hardship)
            power = np.sort([(part**2).mean() for part in np.array_split(x, 30)])
            found.append(10 * np.log10((power[:3].mean() + 1e-12) / power[-1]))
        return float(np.median(found))

    assert quietest(augment.HARD) > quietest(augment.USUAL) + 5


def test_the_same_seed_gives_the_same_sound() -> None:
    a = augment.bedside(tone(), np.random.default_rng(3), lambda: tone(300))
    b = augment.bedside(tone(), np.random.default_rng(3), lambda: tone(300))
    np.testing.assert_array_equal(a, b)


def test_faster_is_shorter_and_higher() -> None:
    out = augment.resample(tone(200), 1.25)
    assert len(out) == pytest.approx(0.4 * RATE, abs=2)
    assert strongest_hz(out) == pytest.approx(250, abs=5)


def test_a_room_keeps_the_direct_sound_and_adds_a_tail() -> None:
    click = np.zeros(1600, np.float32)
    click[100] = 1
    out = augment.room(click, np.random.default_rng(1), 0.3, 0.8)
    assert out[100] == pytest.approx(1.0, abs=1e-3)
    assert 0.3 < float((out[101:] ** 2).sum()) < 1.0


def test_the_duvet_takes_the_high_frequencies() -> None:
    low, high = (np.abs(augment.band(tone(hz), None, 1500, 1)).max() for hz in (200.0, 6000.0))
    assert low > 4 * high


def test_whisper_has_no_pitch() -> None:
    voiced = tone(150, 1.0) + 0.3 * tone(450, 1.0)
    spectrum = np.abs(np.fft.rfft(augment.whisper(voiced, np.random.default_rng(0)))) ** 2
    # a tone puts nearly all energy into a few bins, noise spreads it
    assert np.sort(spectrum)[-6:].sum() / spectrum.sum() < 0.3


def test_noise_is_of_unit_strength_and_its_colour_is_heard() -> None:
    rng = np.random.default_rng(5)
    white, brown = augment.coloured_noise(RATE, rng, 0.0), augment.coloured_noise(RATE, rng, 2.0)
    assert white.std() == pytest.approx(1, abs=0.01)
    half = len(np.fft.rfft(white)) // 2
    share = [
        float((np.abs(np.fft.rfft(x))[half:] ** 2).sum() / (np.abs(np.fft.rfft(x)) ** 2).sum())
        for x in (white, brown)
    ]
    assert share[0] > 0.4
    assert share[1] < 0.01


def test_joined_clips_keep_their_order() -> None:
    out = augment.joined([tone(200), tone(400)], np.random.default_rng(0))
    assert strongest_hz(out[: RATE // 2]) == pytest.approx(200, abs=5)
    assert strongest_hz(out[-RATE // 2 :]) == pytest.approx(400, abs=5)
