"""Parallel recordings: the same sound as it was, and as the bedside hears it. No labels, only sound.

What the pieces are made of: clips of the synthesis in a row, with pauses, and pieces of people's talk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

from models.training.acoustic.network import mfcc
from models.training.examples import augment
from models.training.examples.ear import load
from models.training.examples.people import disturbed
from models.training.speech.speak import Clip
from skill.audio.samples import RATE_HZ, Floats

Parallel = tuple[Tensor, Tensor]
"""MFCC [T, 40] in half precision as the bedside hears it, and as it was."""

COPIES: Final[dict[str, int]] = {"people": 12, "kokoro": 4, "papertek": 2, "espeak": 1}
ALONE: Final = 0.06  # share of the examples that hold no speech at all
AS_IT_WAS: Final = 0.15  # share that is not disturbed: what is heard in quiet must stay
SNR_DB: Final = (0.0, 25.0)
LONGEST_RT60_S: Final = 0.9
WETTEST: Final = 1.8  # energy of the room over that of the direct sound, as amplitude


def joined(clips: Sequence[Clip], work: Path, rng: Generator, seconds: float = 3.5) -> Iterator[Floats]:
    """The clips in random order, some in a row with pauses, about ``seconds`` long each time."""
    order = rng.permutation(len(clips))
    parts: list[Floats] = []
    length = 0
    for number in order:
        x = load(work / clips[number].file)
        gap = np.zeros(int(rng.uniform(0.05, 0.7) * RATE_HZ), np.float32)
        parts += [gap, x * np.float32(rng.uniform(0.5, 1.0))]
        length += len(gap) + len(x)
        if length >= seconds * RATE_HZ:
            yield np.concatenate([*parts, gap])
            parts, length = [], 0


def parallel(x: Floats, rng: Generator, others: Sequence[Floats]) -> Parallel:
    """One example of ``x``, at another pace: as it was, from across a bedroom, or the bedroom alone."""

    def other() -> Floats:
        return others[int(rng.integers(len(others)))]

    if rng.random() < 0.6:
        x = augment.resample(x, rng.uniform(0.84, 1.18))
    level = np.float32(np.exp(rng.uniform(np.log(0.02), np.log(0.9))))
    chance = rng.random()
    if chance < ALONE:
        heard = augment.background(len(x), rng, other) * np.float32(0.25 * level)
        x = np.zeros_like(x)
    elif chance < ALONE + AS_IT_WAS:
        heard = x * level
    else:
        heard = disturbed(x, rng, [other()], SNR_DB, LONGEST_RT60_S, WETTEST)
    return torch.from_numpy(mfcc(heard)).half(), torch.from_numpy(mfcc(x)).half()


def examples(
    clips: Sequence[Clip], people: Sequence[Floats], work: Path, seed: int, shard: int
) -> list[Parallel]:
    """Everything for one shard's clips and pieces of people's talk, ``COPIES`` times each."""
    torch.set_num_threads(1)
    rng = np.random.default_rng([seed, shard])
    engines = sorted({clip.engine for clip in clips})
    by_engine = {engine: [clip for clip in clips if clip.engine == engine] for engine in engines}
    others = [*people, *joined(list(clips[:400]), work, rng)]
    out = [parallel(x, rng, others) for _ in range(COPIES["people"]) for x in people]
    for engine, spoken in by_engine.items():
        for _ in range(COPIES[engine]):
            out += [parallel(x, rng, others) for x in joined(spoken, work, rng)]
    return out
