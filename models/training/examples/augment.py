"""One clean clip in, one clip as a bedside microphone might have heard it out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator
from scipy.signal import butter, fftconvolve, lfilter

from skill.audio.samples import RATE_HZ, Floats


def resample(x: Floats, ratio: float) -> Floats:
    """Play ``ratio`` times as fast: rate, pitch and formants move together."""
    n = int(len(x) / ratio)
    return np.interp(np.arange(n) * ratio, np.arange(len(x)), x).astype(np.float32)


def room(x: Floats, rng: Generator, rt60_s: float, wet: float) -> Floats:
    """A made room: a few early reflections and an exponentially dying tail; ``wet`` = energy of the tail."""
    n = int(RATE_HZ * rt60_s)
    tail = rng.standard_normal(n) * np.exp(-6.9 * np.arange(n) / n)
    tail[: int(0.004 * RATE_HZ)] = 0
    for _ in range(6):
        tail[int(rng.uniform(0.002, 0.03) * RATE_HZ)] += rng.normal() * 0.5 * np.sqrt((tail**2).sum() / 6)
    # high frequencies die first
    tail = lfilter([1 - 0.45], [1, -0.45], tail)
    tail *= wet / (np.sqrt((tail**2).sum()) + 1e-9)
    tail[0] = 1.0
    out = fftconvolve(x, tail)
    return out[: len(x) + min(n, int(0.3 * RATE_HZ))].astype(np.float32)


def band(x: Floats, low_hz: float | None, high_hz: float | None, order: int = 2) -> Floats:
    """Butterworth high-pass at ``low_hz`` and low-pass at ``high_hz``."""
    y = x.astype(np.float64)
    if low_hz:
        b, a = butter(order, low_hz / (RATE_HZ / 2), "high")
        y = lfilter(b, a, y)
    if high_hz and high_hz < 7900:
        b, a = butter(order, high_hz / (RATE_HZ / 2), "low")
        y = lfilter(b, a, y)
    return y.astype(np.float32)


def coloured_noise(n: int, rng: Generator, exponent: float) -> Floats:
    """Noise with power ∝ 1/f^exponent, unit variance."""
    f = np.fft.rfftfreq(n, 1 / RATE_HZ)
    f[0] = f[1] if n > 1 else 1
    spectrum = (rng.standard_normal(len(f)) + 1j * rng.standard_normal(len(f))) * f ** (-exponent / 2)
    spectrum[f < 30] = 0
    y = np.fft.irfft(spectrum, n)
    return (y / (y.std() + 1e-9)).astype(np.float32)


def hum(n: int, rng: Generator) -> Floats:
    """Mains or fan hum: 50 Hz or a motor tone with harmonics, over faint noise."""
    t = np.arange(n) / RATE_HZ
    f0 = rng.choice([50.0, 100.0, rng.uniform(60, 240)])
    y = sum(
        rng.uniform(0, 1) / k * np.sin(2 * np.pi * f0 * k * t + rng.uniform(0, 6.28)) for k in range(1, 8)
    )
    y = y + 0.2 * coloured_noise(n, rng, 1.0)
    return (y / (y.std() + 1e-9)).astype(np.float32)


def snore(n: int, rng: Generator) -> Floats:
    """Breathing with a rattle: low-pass noise, amplitude-modulated at 20–70 Hz, rising and falling per breath."""
    t = np.arange(n) / RATE_HZ
    breath = np.clip(np.sin(2 * np.pi * t / rng.uniform(2.5, 5) + rng.uniform(0, 6.28)), 0.03, 1) ** 1.5
    rattle = 1 + rng.uniform(0.3, 1) * np.sign(np.sin(2 * np.pi * rng.uniform(20, 70) * t))
    y = band(coloured_noise(n, rng, 1.0), 60, rng.uniform(500, 2500)) * breath * rattle
    return (y / (y.std() + 1e-9)).astype(np.float32)


def babble(n: int, rng: Generator, clips: Callable[[], Floats], voices: int) -> Floats:
    """Several voices at once, each a random clip at a random place."""
    y = np.zeros(n, np.float32)
    for _ in range(voices):
        at = 0
        while at < n:
            clip = clips()
            start = at + int(rng.uniform(0, 0.3) * RATE_HZ)
            end = min(n, start + len(clip))
            if end > start:
                y[start:end] += clip[: end - start] / (clip.std() + 1e-6)
            at = start + len(clip)
    return y / (y.std() + 1e-9)


def whisper(x: Floats, rng: Generator) -> Floats:
    """Speech without a voice: linear-prediction spectra of 25 ms frames, driven by noise instead of the glottis."""
    size, hop, order = 400, 160, 16
    window = np.hanning(size)
    out = np.zeros(len(x) + size)
    noise = rng.standard_normal(len(x) + size)
    for at in range(0, max(1, len(x) - size), hop):
        frame = x[at : at + size] * window
        if len(frame) < size:
            break
        power = np.abs(np.fft.rfft(frame, 512)) ** 2 + 1e-7
        r = np.fft.irfft(power)[: order + 1]
        a = np.zeros(order + 1)
        a[0], error = 1.0, r[0] * 1.0001
        for k in range(1, order + 1):
            reflection = -(r[k] + a[1:k] @ r[k - 1 : 0 : -1]) / error
            a[1 : k + 1] = np.concatenate([a[1:k] + reflection * a[k - 1 : 0 : -1], [reflection]])
            error *= 1 - reflection**2
        excited = lfilter([np.sqrt(max(error, 1e-12))], a, noise[at : at + size] * window)
        out[at : at + size] += excited
    out = out[: len(x)]
    # whispering has little below 500 Hz
    y = band(out.astype(np.float32), rng.uniform(200, 500), None, 1)
    return (y / (np.abs(y).max() + 1e-6) * 0.5).astype(np.float32)


def background(n: int, rng: Generator, clips: Callable[[], Floats]) -> Floats:
    """Some background sound of unit variance."""
    kind = rng.random()
    if kind < 0.6:
        return coloured_noise(n, rng, rng.uniform(0, 2.2))
    if kind < 0.72:
        return hum(n, rng)
    if kind < 0.84:
        return snore(n, rng)
    return babble(n, rng, clips, int(rng.integers(3, 7)))


@dataclass(frozen=True)
class Hardship:
    """How often speech is made hard to hear: shares of clips in noise of 5–20 dB, in a room, under the duvet."""

    noisy: float = 0.3
    in_room: float = 0.5
    duvet: float = 0.08
    cut_close: float = 0.25
    longest_rt60_s: float = 0.7
    wettest: float = 1.1  # root of the tail's energy, beside a direct sound of 1
    worst_snr_db: float = 5.0


USUAL: Final = Hardship()
HARD: Final = Hardship(noisy=0.7, in_room=0.7, duvet=0.12, cut_close=0.1, longest_rt60_s=0.8)
# a bedroom by image sources (models/measuring/disturbance.py) has a tail of 1.6 to 3.2
FAR: Final = Hardship(
    noisy=0.8, in_room=0.85, duvet=0.1, cut_close=0.1, longest_rt60_s=0.8, wettest=2.6, worst_snr_db=3.0
)


def bedside(x: Floats, rng: Generator, clips: Callable[[], Floats], hardship: Hardship = USUAL) -> Floats:
    """The whole chain with random strengths; ``clips`` gives other speech for babble."""
    if rng.random() < 0.55:
        x = resample(x, rng.uniform(0.84, 1.18))
    if rng.random() < 0.06:
        x = whisper(x, rng)
    if rng.random() < hardship.in_room:
        x = room(x, rng, rng.uniform(0.1, hardship.longest_rt60_s), rng.uniform(0.2, hardship.wettest))
    if rng.random() < 0.5:
        tilt = rng.uniform(-0.65, 0.65)
        x = np.append(x[:1], x[1:] + tilt * x[:-1]).astype(np.float32)
    kind = rng.random()
    if kind < hardship.duvet:
        x = band(x, None, rng.uniform(1200, 2800), 1)  # under the duvet
    elif kind < hardship.duvet + 0.12:
        x = band(x, rng.uniform(100, 350), rng.uniform(3200, 5500))  # telephone, compressed sound
    elif kind < hardship.duvet + 0.27:
        x = band(x, rng.uniform(60, 250), None)
    before, after = rng.uniform(0.05, 0.9), rng.uniform(0.25, 1.1)
    tight = rng.random() < hardship.cut_close
    if tight:  # cut close, then digital silence, as in edited recordings
        x = noisy(x, rng, clips, rng.uniform(20, 50))
        x = np.pad(x, (int(before * RATE_HZ), int(after * RATE_HZ)))
    else:
        x = np.pad(x, (int(before * RATE_HZ), int(after * RATE_HZ)))
        loud = rng.random() < hardship.noisy
        x = noisy(x, rng, clips, rng.uniform(hardship.worst_snr_db, 20) if loud else rng.uniform(20, 50))
    level = np.exp(rng.uniform(np.log(0.01), np.log(0.9)))
    return (x / (np.abs(x).max() + 1e-6) * level).astype(np.float32)


def noisy(x: Floats, rng: Generator, clips: Callable[[], Floats], snr_db: float) -> Floats:
    """``x`` with some background ``snr_db`` below the loudness of its speech."""
    loud = np.sqrt((x**2).mean() / max(1e-3, np.mean(np.abs(x) > 0.02 * np.abs(x).max())))
    return (x + background(len(x), rng, clips) * loud * 10 ** (-snr_db / 20)).astype(np.float32)


def joined(clips: Sequence[Floats], rng: Generator) -> Floats:
    """Clips one after another with 0–0.5 s of quiet between them."""
    parts: list[Floats] = []
    for k, clip in enumerate(clips):
        if k:
            parts.append(np.zeros(int(rng.uniform(0, 0.5) * RATE_HZ), np.float32))
        parts.append(clip)
    return np.concatenate(parts)
