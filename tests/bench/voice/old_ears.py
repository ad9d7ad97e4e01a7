"""A sentence as an old ear gets it: nothing above 3 kHz, and pink noise 10 dB below the speech."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

CUTOFF_HZ = 3000.0
NOISE_BELOW_DB = 10.0


def pink(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Pink noise (power falling 3 dB an octave from 50 Hz), at an RMS of 1."""
    spectrum = np.fft.rfft(rng.standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / 16000)
    shaped = np.fft.irfft(spectrum / np.sqrt(np.maximum(frequency, 50.0)), count)
    return np.asarray(shaped / np.sqrt(np.mean(shaped**2)))


def heard_by_old_ears(samples: NDArray[np.float64], rate_hz: int, seed: int) -> NDArray[np.float64]:
    """The samples low-passed and with noise 10 dB below their own level (where they are above −45 dBFS)."""
    sos = butter(8, CUTOFF_HZ, "low", fs=rate_hz, output="sos")
    dull = np.asarray(sosfiltfilt(sos, samples))
    voiced = np.abs(samples) > 10 ** (-45 / 20)
    level = float(np.sqrt(np.mean(dull[voiced] ** 2))) if voiced.any() else 0.0
    noise = pink(len(dull), np.random.default_rng(seed))
    return np.asarray(dull + noise * level * 10 ** (-NOISE_BELOW_DB / 20))
