"""Speech of people without a transcript: pairs of it as it was and as a bedside microphone would hear it.

It has no labels; what the base network hears in the clean half is what the trained network is held to in the noisy one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.random import Generator

from models.training.acoustic.fit import Pair
from models.training.acoustic.network import Lower
from models.training.examples import augment
from models.training.examples.ear import hear, load
from skill.audio.samples import RATE_HZ, Floats

PIECE_S: Final = 4.0
COPIES: Final = 3


def pieces(files: Sequence[Path]) -> list[Floats]:
    """The recordings cut into pieces of 4 s; the last of each may be shorter, but not under a second."""
    out: list[Floats] = []
    size = int(PIECE_S * RATE_HZ)
    for file in files:
        x = load(file)
        out += [x[at : at + size] for at in range(0, max(1, len(x) - RATE_HZ), size)]
    return out


def disturbed(
    x: Floats, rng: Generator, others: Sequence[Floats], snr_db: tuple[float, float] = (5.0, 25.0),
    longest_rt60_s: float = 0.8, wettest: float = 1.1,
) -> Floats:  # fmt: skip
    """Room, colour, duvet, noise and level, but never another pace: frame by frame it is still ``x``."""
    y = x
    if rng.random() < 0.6:
        y = augment.room(y, rng, rng.uniform(0.1, longest_rt60_s), rng.uniform(0.2, wettest))[: len(x)]
    if rng.random() < 0.4:
        tilt = rng.uniform(-0.65, 0.65)
        y = np.append(y[:1], y[1:] + tilt * y[:-1]).astype(np.float32)
    if rng.random() < augment.HARD.duvet:
        y = augment.band(y, None, rng.uniform(1200, 2800), 1)
    y = augment.noisy(y, rng, lambda: others[int(rng.integers(len(others)))], rng.uniform(*snr_db))
    level = np.exp(rng.uniform(np.log(0.02), np.log(0.9)))
    return (y / (np.abs(y).max() + 1e-6) * level).astype(np.float32)


def pairs(files: Sequence[Path], lower: Lower, seed: int) -> list[Pair]:
    """(disturbed, as it was) through the lower layers, three copies of each piece, two of them at another pace."""
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    cut = pieces(files)
    out: list[Pair] = []
    for x in cut:
        for copy in range(COPIES):
            was = augment.resample(x, rng.uniform(0.84, 1.18)) if copy else x
            out.append((hear(lower, disturbed(was, rng, cut)), hear(lower, was)))
    return out
