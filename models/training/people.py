"""Speech of people without a transcript: pairs of it as it was and as a bedside microphone would hear it.

It has no labels; what the base network hears in the clean half is what the trained network is held to in the noisy one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
import torch
from numpy.random import Generator

from models.training import augment
from models.training.augment import RATE_HZ, Samples
from models.training.ear import hear, load
from models.training.fit import Pair
from models.training.network import Lower

PIECE_S: Final = 4.0
SHORTEST_S: Final = 0.5
COPIES: Final[Mapping[str, int]] = {"people": 3, "strangers": 1}
IN_ROOM: Final = 0.8
LONGEST_PAUSE_S: Final = 0.4
PAUSE_DB: Final = -35.0  # below the loud parts (95th percentile of 10 ms)


def without_long_pauses(x: Samples) -> Samples:
    """Of each pause only its beginning and end, ``LONGEST_PAUSE_S`` in all: what is said fills the piece."""
    hop = RATE_HZ // 100
    rows = x[: len(x) // hop * hop].reshape(-1, hop)
    if not len(rows):
        return x
    loud = 10 * np.log10((rows**2).mean(1) + 1e-12)
    quiet = loud < np.percentile(loud, 95) + PAUSE_DB
    half = int(LONGEST_PAUSE_S * 50)
    kept = np.ones(len(rows), bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet.astype(np.int8), [0]])))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        kept[start + half : max(start + half, end - half)] = False
    return rows[kept].reshape(-1)


def pieces(files: Sequence[Path]) -> list[Samples]:
    """The recordings less their long pauses, in pieces of at most 4 s, those of one recording about equally long.

    A recording that can't be read is left out: of thousands of files in a collection some are broken.
    """
    out: list[Samples] = []
    for file in files:
        try:
            x = without_long_pauses(load(file))
        except soundfile.LibsndfileError:
            continue
        if len(x) >= SHORTEST_S * RATE_HZ:
            out += np.array_split(x, math.ceil(len(x) / (PIECE_S * RATE_HZ)))
    return out


def disturbed(
    x: Samples, rng: Generator, others: Sequence[Samples], snr_db: tuple[float, float] = (5.0, 25.0),
    longest_rt60_s: float = 0.8, wettest: float = 1.1, rooms: Sequence[Samples] = (),
) -> Samples:  # fmt: skip
    """Room, colour, duvet, noise and level, but never another pace: frame by frame it is still ``x``.

    With ``rooms`` (rooms.py), most rooms are from there.
    """
    y = x
    if rng.random() < IN_ROOM:
        if rooms and rng.random() < augment.REAL_SIZED:
            y = augment.in_room(y, rooms[int(rng.integers(len(rooms)))])[: len(x)]
        else:
            y = augment.room(y, rng, rng.uniform(0.1, longest_rt60_s), rng.uniform(0.2, wettest))[: len(x)]
    if rng.random() < 0.4:
        tilt = rng.uniform(-0.65, 0.65)
        y = np.append(y[:1], y[1:] + tilt * y[:-1]).astype(np.float32)
    if rng.random() < augment.HARD.duvet:
        y = augment.band(y, None, rng.uniform(1200, 2800), 1)
    y = augment.noisy(y, rng, lambda: others[int(rng.integers(len(others)))], rng.uniform(*snr_db))
    level = np.exp(rng.uniform(np.log(0.02), np.log(0.9)))
    return (y / (np.abs(y).max() + 1e-6) * level).astype(np.float32)


def pairs(
    cut: Sequence[Samples], lower: Lower, seed: int, copies: int, rooms: Sequence[Samples]
) -> list[Pair]:
    """(disturbed, as it was) through the lower layers, ``copies`` of each piece, two in three at another pace."""
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    out: list[Pair] = []
    for x in cut:
        for _ in range(copies):
            was = augment.resample(x, rng.uniform(0.84, 1.18)) if rng.random() < 2 / 3 else x
            out.append((hear(lower, disturbed(was, rng, cut, rooms=rooms)), hear(lower, was)))
    return out
