"""Soft tones while a stretch is held: one that rises and falls as a calm breath does, and one that says «I am here»."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from skill.audio.sound import Sound, from_float
from skill.content.script import TONES

RATE_HZ = 24_000
LEVEL_DBFS = (
    -23.0
)  # RMS where it is loudest: in all at least 5 dB below a calm sentence, so 11 below an alarm
_OVERTONE = 0.35  # an octave above, for a small loudspeaker and for old ears
_LOW_HZ, _HIGH_HZ = 260.0, 390.0  # a fifth
_RISES_S, _FALLS_S = 1.2, 1.8  # out is longer than in
_HERE_HZ, _HERE_S, _FADES_S = 330.0, 0.9, 0.25


@cache
def tone(key: str) -> Sound:
    """The sound of one of TONES; raises KeyError for another key. Made in a few milliseconds, and always the same."""
    return dict(zip(TONES, (_breathing, _here), strict=True))[key]()


def _breathing() -> Sound:
    up = np.linspace(0.0, 1.0, round(_RISES_S * RATE_HZ))
    down = np.linspace(1.0, 0.0, round(_FALLS_S * RATE_HZ))
    height = np.concatenate([up, down])
    smooth = 0.5 - 0.5 * np.cos(np.pi * height)
    return _sung(_LOW_HZ * (_HIGH_HZ / _LOW_HZ) ** smooth, np.sin(np.pi / 2 * height) ** 0.7)


def _here() -> Sound:
    times = np.arange(round(_HERE_S * RATE_HZ)) / RATE_HZ
    begins = np.minimum(1.0, times / 0.06)
    ends = np.minimum(1.0, (_HERE_S - times) / 0.1)
    return _sung(np.full(len(times), _HERE_HZ), begins * ends * np.exp(-times / _FADES_S / 2))


def _sung(pitch_hz: NDArray[np.float64], loudness: NDArray[np.float64]) -> Sound:
    """A sine of this pitch and loudness (0..1) in each sample, with its octave."""
    phase = 2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ
    wave = (np.sin(phase) + _OVERTONE * np.sin(2 * phase)) / np.sqrt((1 + _OVERTONE**2) / 2)
    return from_float(10 ** (LEVEL_DBFS / 20) * wave * loudness, RATE_HZ)
