"""Loudness: every prompt equally loud (EBU R128), no sample ever clipped."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skill.audio.sound import Sound, from_float, to_float

TARGET_LUFS = -20.0  # leaves 19 dB above for peaks, so that a calm prompt is never touched by the limiter
CEILING_DBFS = -1.0
_LOOK_S = 0.005
_MEASURED_S = 3.0  # a shorter sound is repeated to this length: R128's blocks are 400 ms long


def loudness_lufs(sound: Sound) -> float:
    """Integrated loudness (EBU R128, ITU-R BS.1770-4) of the voiced part; -inf for silence."""
    span = sound.voiced_span()
    if span is None:
        return float("-inf")
    import pyloudnorm

    voiced = to_float(sound)[span[0] : span[1]]
    wanted = round(_MEASURED_S * sound.rate_hz)
    if len(voiced) < wanted:
        voiced = np.tile(voiced, -(-wanted // len(voiced)))
    return float(pyloudnorm.Meter(sound.rate_hz).integrated_loudness(voiced))


def levelled(sound: Sound, target_lufs: float = TARGET_LUFS) -> Sound:
    """The sound at the target loudness, peaks limited."""
    measured = loudness_lufs(sound)
    return with_gain(sound, target_lufs - measured) if np.isfinite(measured) else sound


def with_gain(sound: Sound, gain_db: float) -> Sound:
    """The sound louder or softer by `gain_db`; peaks above the ceiling are limited, not clipped."""
    if gain_db == 0.0 and sound.peak_dbfs <= CEILING_DBFS:
        return sound
    return from_float(_limited(to_float(sound) * 10 ** (gain_db / 20), sound.rate_hz), sound.rate_hz)


def _limited(samples: NDArray[np.float64], rate_hz: int) -> NDArray[np.float64]:
    """A look-ahead limiter: the gain falls smoothly before a peak comes and rises smoothly after it."""
    ceiling = 10 ** (CEILING_DBFS / 20)
    if np.max(np.abs(samples), initial=0.0) <= ceiling:
        return samples
    from scipy.ndimage import maximum_filter1d, uniform_filter1d

    window = 2 * round(_LOOK_S * rate_hz) + 1
    peaks = maximum_filter1d(np.abs(samples), 2 * window - 1)
    gain = uniform_filter1d(ceiling / np.maximum(peaks, ceiling), window)
    limited: NDArray[np.float64] = samples * gain
    return limited
