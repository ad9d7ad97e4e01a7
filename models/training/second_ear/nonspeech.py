"""Sounds of a bedroom that are no words, made from noise and buzz: what the head learns as nothing.

The yardsticks use other generators (tests/bench/listening/bedroom.py) and recordings from sound packages, never these.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.random import Generator
from scipy.signal import lfilter

from models.training.examples.augment import band, coloured_noise, hum, snore
from skill.audio.samples import RATE_HZ, Floats


def _throat(x: Floats, rng: Generator, count: int = 3) -> Floats:
    """Through a few resonances side by side, as of a mouth that says no vowel for long."""
    out = np.zeros(len(x))
    for _ in range(count):
        radius = np.exp(-np.pi * rng.uniform(60, 500) / RATE_HZ)
        angle = 2 * np.pi * rng.uniform(180, 3800) / RATE_HZ
        out += rng.uniform(0.2, 1) * lfilter([1 - radius], [1, -2 * radius * np.cos(angle), radius**2], x)
    return out.astype(np.float32)


def _envelope(n: int, rise_s: float, fall_s: float) -> Floats:
    t = np.arange(n) / RATE_HZ
    return (np.minimum(1, t / rise_s) * np.exp(-np.maximum(0, t - rise_s) / fall_s)).astype(np.float32)


def _buzz(n: int, rng: Generator, low_hz: float, high_hz: float) -> Floats:
    """A glottis: pulses at a pitch that wanders and jitters."""
    steps = np.cumsum(rng.standard_normal(n // 160 + 2)) * rng.uniform(0, 3)
    pitch = rng.uniform(low_hz, high_hz) + np.interp(np.arange(n), np.arange(len(steps)) * 160, steps)
    phase = np.cumsum(np.clip(pitch, 40, 600) / RATE_HZ)
    return (np.diff(np.floor(phase), prepend=0) + 0.02 * rng.standard_normal(n)).astype(np.float32)


def cough(n: int, rng: Generator) -> Floats:
    """Bursts of noise through a throat, some with a voiced end."""
    y = np.zeros(n, np.float32)
    at = int(rng.uniform(0.05, 0.5) * RATE_HZ)
    for _ in range(int(rng.integers(1, 6))):
        size = int(rng.uniform(0.08, 0.4) * RATE_HZ)
        burst = coloured_noise(size, rng, rng.uniform(0, 1)) * _envelope(size, 0.005, rng.uniform(0.02, 0.15))
        burst += rng.uniform(0, 0.8) * 8 * _buzz(size, rng, 70, 350) * _envelope(size, 0.05, 0.1)
        burst = _throat(burst, rng)
        end = min(n, at + size)
        if end > at:
            y[at:end] += burst[: end - at]
        at += size + int(rng.uniform(0.02, 0.4) * RATE_HZ)
    return y


def groan(n: int, rng: Generator) -> Floats:
    """A voice without a word: one long sound through a still or slowly moving throat."""
    y = np.zeros(n, np.float32)
    size = min(n, int(rng.uniform(0.6, 2.5) * RATE_HZ))
    at = int(rng.uniform(0, max(1, n - size)))
    y[at : at + size] = _throat(_buzz(size, rng, 70, 320), rng, 4) * _envelope(
        size, rng.uniform(0.05, 0.5), rng.uniform(0.3, 1.5)
    )
    return y


def laugh(n: int, rng: Generator) -> Floats:
    """A row of like puffs, four to six a second, voiced or not."""
    y = np.zeros(n, np.float32)
    period = int(RATE_HZ / rng.uniform(3.5, 6.5))
    voiced = rng.uniform(0, 1)
    for at in range(int(0.1 * RATE_HZ), n - period, period):
        puff = coloured_noise(period, rng, 0.5) * (1 - voiced) + 10 * voiced * _buzz(period, rng, 100, 450)
        y[at : at + period] += puff * _envelope(period, 0.01, rng.uniform(0.03, 0.08))
    return _throat(y, rng)


def knocks(n: int, rng: Generator) -> Floats:
    """Doors, steps, things set down: short strikes that ring in furniture."""
    y = np.zeros(n, np.float32)
    for at in rng.integers(0, n, int(rng.integers(1, 14))):
        size = min(n - int(at), int(rng.uniform(0.03, 0.4) * RATE_HZ))
        strike = rng.standard_normal(size).astype(np.float32) * _envelope(
            size, 0.001, rng.uniform(0.003, 0.08)
        )
        y[at : at + size] += _throat(strike, rng, 2) * rng.uniform(0.2, 1)
    return y


def rustle(n: int, rng: Generator) -> Floats:
    """Bedding and paper: noise whose level flickers."""
    steps = np.abs(rng.standard_normal(n // 200 + 2)) ** rng.uniform(0.5, 3)
    flicker = np.interp(np.arange(n), np.arange(len(steps)) * 200, steps)
    return (
        band(coloured_noise(n, rng, rng.uniform(-0.3, 1.2)), rng.uniform(50, 900), None) * flicker
    ).astype(np.float32)


def tones(n: int, rng: Generator) -> Floats:
    """Alarm clocks, bells, tunes: rows of tones with harmonics."""
    y = np.zeros(n)
    size = int(rng.uniform(0.06, 0.6) * RATE_HZ)
    for at in range(0, n - size, size):
        if rng.random() < 0.2:
            continue
        t = np.arange(size) / RATE_HZ
        pitch = rng.uniform(100, 1800)
        y[at : at + size] += sum(
            rng.uniform(0, 1) / k * np.sin(2 * np.pi * pitch * k * t)
            for k in range(1, int(rng.integers(2, 8)))
        ) * np.exp(-t * rng.uniform(0, 10))
    return y.astype(np.float32)


def quiet(n: int, rng: Generator) -> Floats:
    """Steady noise of any colour."""
    return coloured_noise(n, rng, rng.uniform(-0.3, 2.3))


KINDS: Final[tuple[tuple[Callable[[int, Generator], Floats], float], ...]] = (
    (cough, 0.24), (groan, 0.1), (laugh, 0.1), (knocks, 0.14), (rustle, 0.1), (tones, 0.1), (snore, 0.08), (hum, 0.04),
    (quiet, 0.1),
)  # fmt: skip


def sound(rng: Generator) -> Floats:
    """One to five seconds of something that is no word, over faint noise, at any level in ±0.9."""
    n = int(rng.uniform(1.0, 5.0) * RATE_HZ)
    weights = np.array([share for _, share in KINDS])
    make = KINDS[int(rng.choice(len(KINDS), p=weights / weights.sum()))][0]
    y = make(n, rng)
    if rng.random() < 0.2:
        y = y / (np.abs(y).max() + 1e-6) + make(n, rng) / 2
    y = y / (np.abs(y).max() + 1e-6)
    y = y + coloured_noise(n, rng, rng.uniform(0, 2)) * 10 ** (-rng.uniform(15, 60) / 20)
    return (y / (np.abs(y).max() + 1e-6) * np.exp(rng.uniform(np.log(0.01), np.log(0.9)))).astype(np.float32)
