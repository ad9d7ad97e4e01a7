"""Made-up sounds of a bedroom at night. Nothing here is a recording."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from skill.audio.samples import RATE_HZ
from tests.bench.listening.common import Floats, at_level, pink


def resonant(sound: Floats, hertz: float, width_hz: float) -> Floats:
    """Through one resonance, as of a throat or a piece of furniture."""
    radius = np.exp(-np.pi * width_hz / RATE_HZ)
    return np.asarray(
        lfilter([1 - radius], [1, -2 * radius * np.cos(2 * np.pi * hertz / RATE_HZ), radius**2], sound)
    )


def swell(count: int, rise: float) -> Floats:
    """Up during the share `rise`, then down: 0..1..0."""
    at = np.arange(count) / count
    return np.asarray(np.minimum(at / rise, (1 - at) / (1 - rise)))


def snore(rng: np.random.Generator) -> Floats:
    """One breath in that rattles at 25-70 Hz, and a softer one out."""
    parts = []
    for seconds, level in [(rng.uniform(0.8, 1.6), 1.0), (rng.uniform(0.6, 1.2), rng.uniform(0.1, 0.6))]:
        count = round(seconds * RATE_HZ)
        rattle = 1 + np.sign(np.sin(2 * np.pi * rng.uniform(25, 70) * np.arange(count) / RATE_HZ))
        breath = rng.standard_normal(count) * rattle * swell(count, 0.4)
        throat = resonant(breath, rng.uniform(200, 600), 200) + 0.4 * resonant(
            breath, rng.uniform(900, 1800), 400
        )
        parts += [level * throat, np.zeros(round(rng.uniform(0.2, 0.8) * RATE_HZ))]
    return np.concatenate(parts)


def cough(rng: np.random.Generator) -> Floats:
    """One to four bursts with a voiced end."""
    parts = []
    for _ in range(int(rng.integers(1, 5))):
        count = round(rng.uniform(0.15, 0.35) * RATE_HZ)
        decay = np.exp(-np.arange(count) / RATE_HZ / rng.uniform(0.04, 0.1))
        buzz = np.sign(np.sin(2 * np.pi * rng.uniform(90, 220) * np.arange(count) / RATE_HZ)) * swell(
            count, 0.7
        )
        burst = rng.standard_normal(count) * decay + 0.3 * buzz
        parts += [
            resonant(burst, rng.uniform(400, 1000), 200) + resonant(burst, rng.uniform(1200, 2500), 300)
        ]
        parts += [np.zeros(round(rng.uniform(0.05, 0.3) * RATE_HZ))]
    return np.concatenate(parts)


def moan(rng: np.random.Generator) -> Floats:
    """A voice without words."""
    count = round(rng.uniform(0.4, 1.8) * RATE_HZ)
    pitch_hz = rng.uniform(80, 240) * (1 + rng.uniform(-0.2, 0.2) * np.linspace(0, 1, count))
    buzz = np.sign(np.sin(2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ)) * swell(count, 0.3)
    vowel = resonant(buzz, rng.uniform(300, 800), 100) + 0.6 * resonant(buzz, rng.uniform(800, 2200), 150)
    return np.asarray(vowel)


def knocks(rng: np.random.Generator) -> Floats:
    """A creaking bed, a door, something set down."""
    sound = np.zeros(round(rng.uniform(0.3, 1.5) * RATE_HZ))
    for at in rng.integers(0, len(sound) - 2000, int(rng.integers(1, 8))):
        knock = rng.standard_normal(2000) * np.exp(-np.arange(2000) / rng.uniform(80, 500))
        sound[at : at + 2000] += resonant(knock, rng.uniform(100, 2000), 80)
    return sound


def car(rng: np.random.Generator) -> Floats:
    """Passing by."""
    seconds = rng.uniform(4, 12)
    sound = pink(seconds, rng, 2.0)
    return np.asarray(sound * swell(len(sound), rng.uniform(0.3, 0.6)) ** 2)


def music(rng: np.random.Generator) -> Floats:
    """Chords and a tune from next door."""
    beat = round(rng.uniform(0.25, 0.6) * RATE_HZ)
    root_hz = rng.uniform(110, 330)
    scale = np.array([0, 2, 4, 5, 7, 9, 11, 12])
    out = []
    for _ in range(int(rng.integers(8, 24))):
        at = np.arange(beat) / RATE_HZ
        note = np.zeros(beat)
        for step in rng.choice(scale, 3):
            hertz = root_hz * 2 ** (step / 12)
            note += sum(np.sin(2 * np.pi * hertz * k * at) / k for k in range(1, 6))
        out.append(note * np.exp(-at * rng.uniform(1, 6)))
    return np.concatenate(out)


def duvet(rng: np.random.Generator) -> Floats:
    """Rustling."""
    sound = pink(rng.uniform(0.5, 2.5), rng, 0.5)
    flutter = np.abs(np.interp(np.arange(len(sound)), np.arange(0, len(sound), 800),
                               rng.standard_normal(len(range(0, len(sound), 800)))))  # fmt: skip
    return np.asarray(sound * flutter)


SOUNDS = {
    "snore": snore,
    "cough": cough,
    "moan": moan,
    "knocks": knocks,
    "car": car,
    "music": music,
    "duvet": duvet,
}


def night(seconds: float, rng: np.random.Generator) -> Floats:
    """A stretch of one night: steady noise of -75..-45 dBFS and, every few seconds, one of the sounds.

    About every fourth stretch is snored through.
    """
    count = round(seconds * RATE_HZ)
    sound = at_level(pink(seconds, rng, rng.uniform(0.0, 2.0)), rng.uniform(-75, -45))[:count]
    names = list(SOUNDS)
    snoring = rng.random() < 0.25
    at = 0
    while True:
        at += round((rng.uniform(0.2, 1.5) if snoring else rng.exponential(8.0)) * RATE_HZ)
        name = "snore" if snoring and rng.random() < 0.9 else str(rng.choice(names))
        event = at_level(SOUNDS[name](rng), rng.uniform(-50, -16))
        if at + len(event) >= count:
            return sound
        sound[at : at + len(event)] += event
        at += len(event)
