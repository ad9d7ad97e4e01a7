"""Log-mel features as Whisper takes them (Radford et al. 2022, section 2.2), without any other library than numpy."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE_HZ_16K = 16_000
HOP = 160  # samples: one feature each 10 ms
FFT = 400
MELS = 80
_BREAK_HZ, _STEP_HZ, _LOG_STEP = 1000.0, 200.0 / 3.0, np.log(6.4) / 27.0  # Slaney's mel scale

QUIET_AFTER_S, SHORTEST_S = 0.5, 3.0

Mel = NDArray[np.float32]
Waveform = NDArray[np.float32] | NDArray[np.int16]


def filled(samples: Waveform) -> Waveform:
    """The samples (16 kHz) with digital silence behind them: half a second, and 3 s in all at least.

    Whisper learnt on windows of 30 s filled up in this way; a word that fills its window is strange to it
    (models/training/EXPERIMENTS.md, "Second ear").
    """
    least = int(SHORTEST_S * RATE_HZ_16K)
    behind = max(int(QUIET_AFTER_S * RATE_HZ_16K), least - len(samples))
    return np.concatenate([samples, np.zeros(behind, samples.dtype)])


def log_mel(samples: Waveform) -> Mel:
    """Features, shape (80, ceil(n / 160)), of n samples at 16 kHz: float in ±1, or 16-bit integers.

    The loudest band of the window sets the floor 80 dB below it, so the level of a recording has no influence.
    """
    x = samples.astype(np.float32)
    if samples.dtype == np.int16:
        x /= 32768.0
    frames = max(1, -(-len(x) // HOP))
    padded = np.pad(x, (FFT // 2, FFT // 2 + HOP), mode="reflect") if len(x) > FFT else np.pad(x, FFT)
    windows = np.lib.stride_tricks.sliding_window_view(padded, FFT)[::HOP][:frames]
    power = np.abs(np.fft.rfft(windows * _hann(), axis=1)).astype(np.float32) ** 2
    mel = np.log10(np.maximum(power @ _filters(), 1e-10))
    mel = (np.maximum(mel, mel.max() - 8.0) + 4.0) / 4.0
    return np.ascontiguousarray(mel.T, dtype=np.float32)


@cache
def _hann() -> NDArray[np.float32]:
    return (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(FFT) / FFT)).astype(np.float32)


def _to_mel(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    above = _BREAK_HZ / _STEP_HZ + np.log(np.maximum(hz, 1e-9) / _BREAK_HZ) / _LOG_STEP
    return np.where(hz < _BREAK_HZ, hz / _STEP_HZ, above)


def _to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    start = _BREAK_HZ / _STEP_HZ
    return np.where(mel < start, mel * _STEP_HZ, _BREAK_HZ * np.exp(_LOG_STEP * (mel - start)))


@cache
def _filters() -> NDArray[np.float32]:
    """Triangles of equal area, shape (201, 80), from 0 to 8,000 Hz."""
    bins = np.linspace(0.0, RATE_HZ_16K / 2, FFT // 2 + 1)
    edges = _to_hz(np.linspace(0.0, float(_to_mel(np.array(RATE_HZ_16K / 2))), MELS + 2))
    rise = (bins[:, None] - edges[None, :-2]) / np.diff(edges)[None, :-1]
    fall = (edges[None, 2:] - bins[:, None]) / np.diff(edges)[None, 1:]
    area = 2.0 / (edges[2:] - edges[:-2])
    return (np.maximum(0.0, np.minimum(rise, fall)) * area).astype(np.float32)
