"""Making a clean recording worse in a repeatable way: another level, a room, noise."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

import numpy as np

from skill.audio.samples import RATE_HZ, Floats

Noise = Literal["white", "pink"]

_SOUND_M_PER_S = 343.0
_BEDROOM_M = np.array([4.2, 3.4, 2.4])
_EARLY_S = 0.05  # reflections are placed one by one so far; later they are a noise that dies away
_LOWEST_HZ = 100.0
_LIMIT = 32767.0


@dataclass(frozen=True)
class Disturbance:
    """What is done to each clip. Every clip gets its own room and noise, the same ones each time."""

    snr_db: float | None = None  # speech over noise, both over the whole clip
    noise: Noise = "white"
    rt60_s: tuple[float, float] | None = None  # reverberation time is drawn between these
    gain_db: float = 0.0
    seed: int = 0

    def __str__(self) -> str:
        parts = []
        if self.gain_db:
            parts.append(f"{self.gain_db:+.0f} dB level")
        if self.rt60_s is not None:
            parts.append(f"room RT60 {self.rt60_s[0]:g}–{self.rt60_s[1]:g} s")
        if self.snr_db is not None:
            parts.append(f"{self.noise} noise {self.snr_db:g} dB below")
        return ", ".join(parts) or "clean"


def disturbed(
    samples: Floats, disturbance: Disturbance, name: str, lead_s: float = 0.0, tail_s: float = 0.0
) -> Floats:
    """`samples` in a room, with quiet before and after, and noise over all of it, within ±32767."""
    digest = hashlib.sha256(f"{disturbance.seed}:{name}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(digest[:8], "little"))
    sound = samples.astype(np.float64) * 10 ** (disturbance.gain_db / 20)
    power = float((sound**2).mean())
    sound = np.pad(sound, (int(lead_s * RATE_HZ), int(tail_s * RATE_HZ)))
    if disturbance.rt60_s is not None:
        from scipy.signal import fftconvolve  # a second to import, and seldom needed

        response = room_response(float(rng.uniform(*disturbance.rt60_s)), rng)
        sound = fftconvolve(sound, response)[: len(sound)]
    if disturbance.snr_db is not None:
        noise = _noise(disturbance.noise, len(sound), rng)
        sound = sound + noise * np.sqrt(power / 10 ** (disturbance.snr_db / 10))
    return np.asarray(np.clip(sound, -_LIMIT, _LIMIT), np.float32)


def _noise(
    kind: Noise, length: int, rng: np.random.Generator
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Noise of power 1."""
    white = rng.standard_normal(length)
    if kind == "white":
        return white
    spectrum = np.fft.rfft(white)
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[0] = 0
    pink = np.fft.irfft(spectrum, length)
    return np.asarray(pink / np.sqrt((pink**2).mean()))


def room_response(rt60_s: float, rng: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Impulse response of a bedroom from a pillow to a bedside table, direct sound at time 0 with height 1.

    Image sources (Allen and Berkley 1979) for the first 50 ms, then noise that falls by 60 dB in `rt60_s`. Their
    reflections all have one sign, so what they add up to below 100 Hz is taken off, as they do; and the noise is as
    loud as the reflections before it one by one, not as their sum.
    """
    from scipy.signal import butter, lfilter  # a second to import, and seldom needed

    length, width, height = (float(side) for side in _BEDROOM_M)
    surface = 2 * (length * width + length * height + width * height)
    # Eyring: the share of energy that a wall throws back; its root is that of amplitude.
    reflected = float(np.sqrt(np.exp(-0.161 * length * width * height / (surface * rt60_s))))
    mouth = np.array([0.6, 1.7, 0.65]) + rng.uniform(-0.3, 0.3, 3)
    microphone = np.array([0.5, 0.7, 0.6]) + rng.uniform(-0.15, 0.15, 3)
    order = int(np.ceil(_EARLY_S * _SOUND_M_PER_S / (2 * _BEDROOM_M.min()))) + 1
    grid = np.arange(-order, order + 1)
    n = np.stack(np.meshgrid(grid, grid, grid, indexing="ij"), -1).reshape(-1, 3)
    response = np.zeros(int(rt60_s * RATE_HZ))
    begin = int(_EARLY_S * RATE_HZ)
    last_energy = 0.0  # of the reflections in the second half of the early part
    direct = float(np.linalg.norm(mouth - microphone))
    for mirrored in np.stack(np.meshgrid([0, 1], [0, 1], [0, 1], indexing="ij"), -1).reshape(-1, 3):
        image = (1 - 2 * mirrored) * mouth + 2 * n * _BEDROOM_M
        distance = np.linalg.norm(image - microphone, axis=1)
        bounces = np.abs(2 * n - mirrored).sum(axis=1)
        at = np.round((distance - direct) / _SOUND_M_PER_S * RATE_HZ).astype(int)
        height = direct / distance * reflected**bounces
        inside = (at >= 0) & (at < min(len(response), begin))
        np.add.at(response, at[inside], height[inside])
        last_energy += float((height[(at >= begin // 2) & (at < begin)] ** 2).sum())
    if len(response) > begin:
        # that level belongs to the middle of those reflections; time counts from there
        time = (np.arange(len(response) - begin) + begin / 4) / RATE_HZ
        level = np.sqrt(last_energy / (begin - begin // 2))
        response[begin:] += rng.standard_normal(len(time)) * level * 10 ** (-3 * time / rt60_s)
    b, a = butter(2, _LOWEST_HZ / (RATE_HZ / 2), "high")
    response = lfilter(b, a, response)
    return np.asarray(response / response[0])
