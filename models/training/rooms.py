"""Bedrooms as they sound: impulse responses from a pillow to a microphone, by pyroomacoustics.

The rooms that the model is measured in are made by other code (skill/model/disturbance.py), so none of them is learnt.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyroomacoustics as pra
from numpy.random import Generator

from models.training.augment import RATE_HZ, Samples

SMALLEST_M: Final = (2.2, 2.0, 2.1)
LARGEST_M: Final = (6.0, 5.0, 3.0)
RT60_S: Final = (0.25, 1.1)
FAR_M: Final = (0.5, 3.5)
FROM_WALLS_M: Final = 0.2
BANDS_HZ: Final = (125, 250, 500, 1000, 2000, 4000, 8000)
WALLS: Final = ("north", "south", "east", "west", "floor", "ceiling")
MOST_REFLECTIONS: Final = 45
SOUND_M_PER_S: Final = 343.0


def response(rng: Generator) -> Samples:
    """One bedroom, one pillow, one microphone; the direct sound is at time 0 with height 1."""
    size = rng.uniform(SMALLEST_M, LARGEST_M)
    rt60_s = rng.uniform(*RT60_S)
    # Eyring: the mean share of energy that a wall swallows
    surface = 2 * (size[0] * size[1] + size[0] * size[2] + size[1] * size[2])
    swallowed = 1 - np.exp(-0.161 * size.prod() / (surface * rt60_s))
    # carpets, curtains and bedding take more of the treble, thin walls and windows of the bass
    slope = np.exp(
        rng.normal(0.15, 0.3) * np.linspace(-1, 1, len(BANDS_HZ)) + rng.normal(0, 0.15, len(BANDS_HZ))
    )
    walls = {
        name: pra.Material({
            "description": name,
            "coeffs": np.clip(swallowed * slope * np.exp(rng.normal(0, 0.5)), 0.01, 0.98).tolist(),
            "center_freqs": list(BANDS_HZ),
        })
        for name in WALLS
    }  # fmt: skip
    reflections = min(MOST_REFLECTIONS, int(rt60_s * SOUND_M_PER_S / size.min()) + 1)
    room = pra.ShoeBox(size, fs=RATE_HZ, materials=walls, max_order=reflections, air_absorption=True)
    mouth = rng.uniform(FROM_WALLS_M, size - FROM_WALLS_M)
    mouth[2] = rng.uniform(0.4, 1.0)
    room.add_source(mouth)
    room.add_microphone(_near(mouth, size, rng))
    room.compute_rir()
    sound = np.asarray(room.rir[0][0], np.float32)
    # the direct sound comes first, but some reflections together may be louder
    early = np.abs(sound)
    first = int(np.flatnonzero(early > 0.3 * early.max())[0])
    first += int(early[first : first + 5].argmax())
    return sound[first:] / sound[first]


def bedrooms(rng: Generator, count: int) -> list[Samples]:
    """So many of them."""
    return [response(rng) for _ in range(count)]


def _near(mouth: np.ndarray, size: np.ndarray, rng: Generator) -> np.ndarray:
    """A place for the microphone inside the room, as far from the mouth as bedside tables and shelves are."""
    place = mouth
    for _ in range(50):
        way = rng.normal(size=3) * (1, 1, 0.4)
        place = mouth + way / np.linalg.norm(way) * np.exp(rng.uniform(*np.log(FAR_M)))
        if (place > FROM_WALLS_M / 2).all() and (place < size - FROM_WALLS_M / 2).all():
            return place
    return np.clip(mouth + np.array([0.3, 0, 0]), FROM_WALLS_M / 2, size - FROM_WALLS_M / 2)
