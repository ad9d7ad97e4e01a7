"""Single sounds of a bedroom, one at a time: made up here, or from the sound packages of a distribution.

apt-get download sound-theme-freedesktop childsplay-alphabet-sounds-nb … && dpkg -x PACKAGE.deb FOLDER
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import soundfile

from skill.audio.samples import RATE_HZ
from tests.bench.listening.bedroom import SOUNDS, resonant, swell
from tests.bench.listening.common import Floats

SUFFIXES: Final = {".flac", ".wav", ".ogg", ".oga", ".opus"}
LONGEST_S: Final = 5.5


def sneeze(rng: np.random.Generator) -> Floats:
    """A voiced breath in, then a hiss that dies."""
    before, after = (round(rng.uniform(*span) * RATE_HZ) for span in ((0.2, 0.7), (0.25, 0.7)))
    buzz = np.sign(np.sin(2 * np.pi * rng.uniform(100, 350) * np.arange(before) / RATE_HZ)) * swell(
        before, 0.8
    )
    breath = resonant(
        0.4 * buzz + rng.standard_normal(before) * swell(before, 0.9), rng.uniform(500, 900), 150
    )
    hiss = rng.standard_normal(after) * np.exp(-np.arange(after) / RATE_HZ / rng.uniform(0.06, 0.2))
    burst = resonant(hiss, rng.uniform(1800, 3800), 900) + 0.5 * resonant(hiss, rng.uniform(500, 1100), 250)
    return np.concatenate([rng.uniform(0.1, 0.6) * breath, 2 * burst])


def laugh(rng: np.random.Generator) -> Floats:
    """A row of voiced puffs through one vowel, falling."""
    vowel, parts = rng.uniform(500, 900), []
    pitch_hz = rng.uniform(110, 380)
    for number in range(int(rng.integers(3, 12))):
        count = round(rng.uniform(0.1, 0.22) * RATE_HZ)
        at = np.arange(count) / RATE_HZ
        buzz = np.sign(np.sin(2 * np.pi * pitch_hz * 0.97**number * at)) * swell(count, 0.25)
        puff = 0.7 * buzz + 0.5 * rng.standard_normal(count) * np.exp(-at / 0.03)
        parts += [resonant(puff, vowel, 120) + 0.5 * resonant(puff, 2.1 * vowel, 200)]
        parts += [np.zeros(round(rng.uniform(0.02, 0.1) * RATE_HZ))]
    return np.concatenate(parts)


def door(rng: np.random.Generator) -> Floats:
    """A hinge that creaks, and the door that closes."""
    count = round(rng.uniform(0.3, 1.5) * RATE_HZ)
    rate = np.cumsum(
        rng.uniform(30, 300) * (1 + 0.5 * np.sin(np.arange(count) / RATE_HZ * rng.uniform(2, 9)))
    )
    clicks = np.diff(np.floor(rate / RATE_HZ), prepend=0.0)
    creak = resonant(clicks, rng.uniform(600, 2500), 60) + resonant(clicks, rng.uniform(1500, 3500), 90)
    slam = rng.standard_normal(4000) * np.exp(-np.arange(4000) / rng.uniform(200, 900))
    return np.concatenate([30 * creak, np.zeros(2000), 4 * resonant(slam, rng.uniform(80, 400), 90)])


KINDS: Final[dict[str, Callable[[np.random.Generator], Floats]]] = {
    **SOUNDS, "sneeze": sneeze, "laugh": laugh, "door": door,
}  # fmt: skip


def made_up(count: int, seed: int) -> Iterator[tuple[str, Floats]]:
    """Kinds in turn, each sound another."""
    names = list(KINDS)
    for number in range(count):
        name = names[number % len(names)]
        yield (
            f"{name} {number}",
            KINDS[name](np.random.default_rng([seed, number]))[: round(LONGEST_S * RATE_HZ)],
        )


def recorded(folder: Path) -> Iterator[tuple[str, Floats]]:
    """Every sound file below ``folder``: mono at 16 kHz, its first 5.5 s; silent and broken ones are left out."""
    for path in sorted(each for each in folder.rglob("*") if each.suffix in SUFFIXES and each.is_file()):
        try:
            x, rate = soundfile.read(path, dtype="float64", always_2d=True)
        except soundfile.LibsndfileError:
            continue
        mono = x.mean(axis=1)[: round(LONGEST_S * rate)]
        if len(mono) > rate // 20 and mono.any():
            at = np.arange(int(len(mono) * RATE_HZ / rate)) * rate / RATE_HZ
            yield path.stem, np.asarray(32768 * np.interp(at, np.arange(len(mono)), mono))
