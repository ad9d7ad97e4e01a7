"""Speech for tests: espeak-ng from its wheel. SYNTHETIC; proves paths, not accuracy."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.signal import resample_poly

from skill.audio.samples import RATE_HZ, Samples
from tests.hearing.speaker import Speaker

_speaker = cache(Speaker)


@cache
def speech(text: str, voice: str = "nb", rate_wpm: int = 140, pitch: int = 50) -> Samples:
    """Like `rendered`, and remembered."""
    return rendered(text, voice, rate_wpm, pitch)


def rendered(text: str, voice: str = "nb", rate_wpm: int = 140, pitch: int = 50) -> Samples:
    """`text` spoken at about -20 dBFS, 16 kHz, without silence before or after."""
    rate_hz, said = _speaker().say(text, voice, rate_wpm, pitch)
    sound = resample_poly(said.astype(np.float64), RATE_HZ // 50, rate_hz // 50)
    loud = np.flatnonzero(np.abs(sound) > 0.01 * np.max(np.abs(sound)))
    sound = sound[loud[0] : loud[-1] + 1]
    sound *= 3276.8 / np.sqrt(np.mean(sound**2))
    return np.clip(sound, -32768, 32767).astype(np.int16)


def pause(seconds: float) -> Samples:
    """Digital silence."""
    return np.zeros(round(seconds * RATE_HZ), np.int16)


def noise(seconds: float, level_dbfs: float, seed: int = 0) -> Samples:
    """White noise of this RMS level, the same for the same seed."""
    rng = np.random.default_rng(seed)
    sound = rng.standard_normal(round(seconds * RATE_HZ)) * 32768 * 10 ** (level_dbfs / 20)
    return np.clip(sound, -32768, 32767).astype(np.int16)


def mixed(sound: Samples, room: Samples) -> Samples:
    """`sound` with `room` under it, repeated as long as needed."""
    under = np.resize(room, len(sound)).astype(np.int32)
    return np.clip(sound.astype(np.int32) + under, -32768, 32767).astype(np.int16)
