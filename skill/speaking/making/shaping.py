"""A rendered sentence made ready: cut out, made clear for old ears, its ends softened."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skill.audio.sound import Sound, from_float, to_float

Samples64 = NDArray[np.float64]

EDGE_BELOW_DB = 38.0  # what is so far below the loudest 10 ms is no part of the sentence
_BEFORE_S, _AFTER_S, _FADE_S = 0.025, 0.04, 0.01
_CLARITY_FROM_HZ, _CLARITIES_DB = (
    800.0,
    (10.0, 12.0, 14.0, 16.0),
)  # a shelf
_RUMBLE_HZ = 90.0
ENOUGH_IN_BAND = 0.40  # of the energy between 0.5 and 4 kHz; espeak-ng has half of its energy there


def level_curve(samples: Samples64, rate_hz: int, window_s: float = 0.01) -> Samples64:
    """Power over time, smoothed over `window_s`, one value a sample."""
    width = max(1, round(window_s * rate_hz))
    return np.convolve(samples**2, np.ones(width) / width, "same")


def spoken_part(samples: Samples64, rate_hz: int) -> slice:
    """From just before the first to just after the last sound of a sentence; all of it when it is silent."""
    power = level_curve(samples, rate_hz)
    loud = np.flatnonzero(power > power.max(initial=0.0) * 10 ** (-EDGE_BELOW_DB / 10))
    if not len(loud):
        return slice(0, len(samples))
    first = int(loud[0]) - round(_BEFORE_S * rate_hz)
    return slice(max(0, first), min(len(samples), int(loud[-1]) + round(_AFTER_S * rate_hz)))


def faded(samples: Samples64, rate_hz: int) -> Samples64:
    """The samples rising from and falling to nothing, so that a cut is not heard as a click."""
    length = min(round(_FADE_S * rate_hz), len(samples) // 2)
    out = samples.copy()
    ramp = np.linspace(0.0, 1.0, length, endpoint=False)
    out[:length] *= ramp
    out[len(out) - length :] *= ramp[::-1]
    return out


def clear(samples: Samples64, rate_hz: int, clarity_db: float = _CLARITIES_DB[0]) -> Samples64:
    """More of what is understood by (above 800 Hz), nothing of what only hums (below 90 Hz)."""
    from scipy.signal import butter, sosfilt

    rumble = butter(2, _RUMBLE_HZ, "high", fs=rate_hz, output="sos")
    above = butter(1, _CLARITY_FROM_HZ, "high", fs=rate_hz, output="sos")
    cleaned = sosfilt(rumble, samples)
    return np.asarray(cleaned + (10 ** (clarity_db / 20) - 1.0) * sosfilt(above, cleaned))


def shaped(samples: Samples64, rate_hz: int) -> Sound:
    """A rendering as it is kept, before its loudness is set."""
    part = samples[spoken_part(samples, rate_hz)]
    ends = faded(part, rate_hz)
    made = _at_peak(ends, rate_hz)
    for clarity_db in _CLARITIES_DB:
        made = _at_peak(clear(ends, rate_hz, clarity_db), rate_hz)
        if share_of_band(made) >= ENOUGH_IN_BAND:
            break
    return made


def _at_peak(samples: Samples64, rate_hz: int) -> Sound:
    peak = float(np.max(np.abs(samples), initial=0.0))
    return from_float(samples * (0.7 / peak) if peak else samples, rate_hz)


def share_of_band(sound: Sound, low_hz: float = 500.0, high_hz: float = 4000.0) -> float:
    """How much of the energy lies between two frequencies, 0 to 1."""
    power = np.abs(np.fft.rfft(to_float(sound))) ** 2
    frequency = np.fft.rfftfreq(len(sound.samples), 1 / sound.rate_hz)
    total = float(power.sum())
    return float(power[(frequency >= low_hz) & (frequency <= high_hz)].sum()) / total if total else 0.0
