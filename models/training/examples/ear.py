"""Augmented copies of every clip, heard through the fixed lower layers and kept as half-precision tensors.

One second becomes 42 kB. Doing this once makes an epoch of training cost only the upper layers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
import torch
from numpy.random import Generator
from scipy.signal import resample_poly

from models.training.acoustic.fit import Example
from models.training.acoustic.network import Lower, mfcc
from models.training.examples import augment
from models.training.examples.augment import Hardship
from models.training.speech.speak import Clip
from skill.audio.samples import RATE_HZ, Floats

COPIES: Final[Mapping[str, float]] = {"kokoro": 3.0, "papertek": 0.8, "espeak": 0.8}
HARD_COPIES: Final[Mapping[str, float]] = {"kokoro": 1.0, "papertek": 0.25, "espeak": 0.15}
LONGEST_FRAMES: Final = 400


@dataclass(frozen=True)
class Copying:
    """How copies are made of clips: ``wanted`` of each, by the engine that said it."""

    seed: int
    wanted: Mapping[str, float] = field(default_factory=lambda: COPIES)
    hardship: Hardship = augment.USUAL


def load(path: Path) -> Floats:
    """16 kHz mono samples at a peak of 0.7."""
    x, rate = soundfile.read(path, dtype="float32")
    if x.ndim > 1:
        x = x.mean(1)
    if rate != RATE_HZ:
        x = resample_poly(x, RATE_HZ, rate).astype(np.float32)
    return np.asarray(x * (0.7 / (np.abs(x).max() + 1e-6)), np.float32)


def hear(lower: Lower, x: Floats) -> torch.Tensor:
    """Lower-layer output [T, 640] of samples."""
    with torch.no_grad():
        out: torch.Tensor = lower(torch.from_numpy(mfcc(x))[None])[0]
    return out.half()


def copies(
    clip: Clip,
    x: Floats,
    others: Callable[[], tuple[Clip, Floats]],
    rng: Generator,
    hardship: Hardship = augment.USUAL,
) -> tuple[Floats, list[str]]:
    """One varied copy and its labels: alone, joined with another clip, or beside a sound that is no phrase."""
    kind = rng.random()
    if kind < 0.14:
        other, y = others()
        x, labels = augment.joined([x, y], rng), [*clip.labels, "|", *other.labels]
    elif kind < 0.19:
        y = not_speech(others, rng)
        first = rng.random() < 0.5
        x = augment.joined([y, x] if first else [x, y], rng)
        labels = ["GBG", "|", *clip.labels] if first else [*clip.labels, "|", "GBG"]
    else:
        labels = list(clip.labels)
    return augment.bedside(x, rng, lambda: others()[1], hardship), labels


def not_speech(others: Callable[[], tuple[Clip, Floats]], rng: Generator) -> Floats:
    """Speech played backwards, or several voices at once: what ``[unk]`` should sound like."""
    if rng.random() < 0.5:
        y = np.ascontiguousarray(others()[1][::-1])
    else:
        length = int(rng.uniform(0.4, 2.0) * RATE_HZ)
        y = augment.babble(length, rng, lambda: others()[1], int(rng.integers(3, 7)))
    return (y / (np.abs(y).max() + 1e-6) * rng.uniform(0.3, 0.9)).astype(np.float32)


def cache(
    clips: Sequence[Clip],
    work: Path,
    lower: Lower,
    out: Path,
    how: Copying,
    part: tuple[int, int] = (0, 1),
) -> None:
    """Write the examples of ``part`` (which, of how many) to ``out`` (a list of Example), whole or not at all."""
    torch.set_num_threads(1)
    shard, shards = part
    rng = np.random.default_rng([how.seed, shard])
    order = rng.permutation(len(clips)) if len(clips) else np.zeros(0, np.int64)
    pool = [(clips[k], load(work / clips[k].file)) for k in order[:300]]

    def others() -> tuple[Clip, Floats]:
        return pool[int(rng.integers(len(pool)))]

    examples: list[Example] = []

    def keep(x: Floats, labels: Sequence[str], engine: str) -> None:
        h = hear(lower, x)
        if sum(p != "|" for p in labels) < len(h) <= LONGEST_FRAMES:
            examples.append((h, " ".join(labels), engine))

    mine = clips[shard::shards]
    for clip in mine:
        x = load(work / clip.file)
        times = how.wanted[clip.engine]
        for _ in range(int(times) + int(rng.random() < times % 1)):
            y, labels = copies(clip, x, others, rng, how.hardship)
            keep(y, labels, clip.engine)
        extra = rng.random()
        if extra < 0.02:
            quiet = augment.coloured_noise(int(rng.uniform(1, 3) * RATE_HZ), rng, rng.uniform(0, 2.2))
            keep((quiet * np.exp(rng.uniform(-8, -2))).astype(np.float32), [], "noise")
        elif extra < 0.06:
            keep(augment.bedside(not_speech(others, rng), rng, lambda: others()[1]), ["GBG"], "garbage")
    part = out.with_suffix(".part")
    torch.save(examples, part)
    part.rename(out)
