"""Pairs of people's speech: cut into pieces, disturbed without changing the pace, the same each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("torch", reason="PyTorch comes with the extra [training]")

from models.training import people
from models.training.augment import RATE_HZ


def chirp(seconds: float) -> np.ndarray:
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return (0.5 * np.sin(2 * np.pi * (200 + 100 * t) * t)).astype(np.float32)


def test_recordings_are_cut_into_pieces_of_four_seconds_at_most(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "talk.flac", chirp(10.5), RATE_HZ)
    soundfile.write(tmp_path / "word.flac", chirp(0.6), RATE_HZ)
    lengths = [len(x) / RATE_HZ for x in people.pieces([tmp_path / "talk.flac", tmp_path / "word.flac"])]
    assert lengths == pytest.approx([3.5, 3.5, 3.5, 0.6])


def test_a_recording_too_short_to_tell_anything_is_dropped(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "click.flac", chirp(0.3), RATE_HZ)
    assert people.pieces([tmp_path / "click.flac"]) == []


def test_a_broken_recording_costs_only_itself(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "whole.flac", chirp(1.0), RATE_HZ)
    half = (tmp_path / "whole.flac").read_bytes()
    (tmp_path / "broken.flac").write_bytes(half[: len(half) // 2])
    assert len(people.pieces([tmp_path / "broken.flac", tmp_path / "whole.flac"])) == 1


def test_of_a_long_pause_only_the_ends_are_kept() -> None:
    short, long = np.zeros(int(0.3 * RATE_HZ), np.float32), np.zeros(3 * RATE_HZ, np.float32)
    x = people.without_long_pauses(np.concatenate([long, chirp(1.0), short, chirp(1.0), long]))
    assert len(x) / RATE_HZ == pytest.approx(2 * people.LONGEST_PAUSE_S + 2.3, abs=0.03)


def test_steady_sound_is_no_pause() -> None:
    assert len(people.without_long_pauses(chirp(2.0))) == 2 * RATE_HZ


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
