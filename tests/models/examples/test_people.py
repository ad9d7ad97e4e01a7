"""Pairs of people's speech: cut into pieces, disturbed without changing the pace, the same each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("torch", reason="PyTorch comes with the extra [training]")

from models.training.examples import people
from skill.audio.samples import RATE_HZ


def chirp(seconds: float) -> np.ndarray:
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return (0.5 * np.sin(2 * np.pi * (200 + 100 * t) * t)).astype(np.float32)


def test_recordings_are_cut_into_pieces_of_four_seconds(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "talk.flac", chirp(10.5), RATE_HZ)
    soundfile.write(tmp_path / "word.flac", chirp(0.6), RATE_HZ)
    lengths = [len(x) / RATE_HZ for x in people.pieces([tmp_path / "talk.flac", tmp_path / "word.flac"])]
    assert lengths == pytest.approx([4.0, 4.0, 2.5, 0.6])


def test_what_is_left_over_and_too_short_to_tell_anything_is_dropped(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "talk.flac", chirp(8.4), RATE_HZ)
    assert [len(x) for x in people.pieces([tmp_path / "talk.flac"])] == [4 * RATE_HZ, 4 * RATE_HZ]


def test_disturbed_speech_keeps_its_pace() -> None:
    quiet_then_loud = np.concatenate([np.zeros(RATE_HZ, np.float32), chirp(1.0)])
    for seed in range(20):
        y = people.disturbed(quiet_then_loud, np.random.default_rng(seed), [chirp(1.0)])
        assert len(y) == len(quiet_then_loud)
        assert np.isfinite(y).all() and np.abs(y).max() <= 0.9
        assert (y[RATE_HZ:] ** 2).mean() > (y[:RATE_HZ] ** 2).mean()


def test_the_same_seed_disturbs_the_same() -> None:
    first, second = (people.disturbed(chirp(1.0), np.random.default_rng(4), [chirp(0.5)]) for _ in range(2))
    np.testing.assert_array_equal(first, second)
