"""What the head learns from: clips disturbed, heard by the encoder, kept with their labels in shards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from models.training.examples.augment import FAR, HARD, USUAL, bedside, resample
from models.training.second_ear import nonspeech
from models.training.speech.speak import Clip
from skill.audio.samples import RATE_HZ, Floats
from skill.second_ear.features import filled, log_mel
from skill.second_ear.weights import steps_of

LONGEST_S = 6.0
HARDSHIPS = (USUAL, HARD, FAR)
SHARD = 1000  # examples a file: a stop loses no more than these
Hear = Callable[[Floats], NDArray[np.float32]]


@dataclass(frozen=True)
class Example:
    """hidden: float16 [steps of 20 ms, 512]; labels: phones without word marks, empty for what is no speech."""

    hidden: NDArray[np.float16]
    labels: tuple[str, ...]


def listener(encoder: Path) -> Hear:
    """Samples at 16 kHz → hidden [steps, 512], on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session: Any = onnxruntime.InferenceSession(str(encoder), options, providers=["CPUExecutionProvider"])

    def hear(samples: Floats) -> NDArray[np.float32]:
        hidden = session.run(None, {"mel": log_mel(filled(samples))[None]})[0][0]
        return np.asarray(hidden[: steps_of(samples)], np.float32)

    return hear


def read(path: Path) -> Floats:
    """A recording as mono float32 at 16 kHz."""
    x, rate = soundfile.read(path, dtype="float32")
    if x.ndim > 1:
        x = x.mean(axis=1)
    return x if rate == RATE_HZ else resample(x, rate / RATE_HZ)


def disturbed(
    clips: Sequence[Clip], root: Path, passes: int, rng: np.random.Generator
) -> Iterator[tuple[Floats, Clip]]:
    """Each clip ``passes`` times, shuffled: as usual at a bedside, harder, or far; too long ones are left out."""

    def other() -> Floats:
        return read(root / clips[int(rng.integers(len(clips)))].file)

    for number in rng.permutation(len(clips) * passes):
        clip = clips[number % len(clips)]
        x = bedside(read(root / clip.file), rng, other, HARDSHIPS[int(rng.integers(len(HARDSHIPS)))])
        if len(x) <= LONGEST_S * RATE_HZ:
            yield x, clip


def write(examples: Iterator[Example], folder: Path, name: str) -> None:
    """Shards NAME_000.npz, …; one that is there is not made again, its examples are skipped."""
    folder.mkdir(parents=True, exist_ok=True)
    batch: list[Example] = []
    number = 0
    for example in examples:
        batch.append(example)
        if len(batch) == SHARD:
            _store(batch, folder / f"{name}_{number:03d}.npz")
            batch, number = [], number + 1
    if batch:
        _store(batch, folder / f"{name}_{number:03d}.npz")


def _store(batch: Sequence[Example], path: Path) -> None:
    part = path.with_suffix(".part.npz")
    np.savez(
        part,
        steps=[len(example.hidden) for example in batch],
        labels=[" ".join(example.labels) for example in batch],
        hidden=np.concatenate([example.hidden for example in batch]),
    )
    part.rename(path)


def load(folder: Path) -> list[Example]:
    """All examples of all shards."""
    found: list[Example] = []
    for path in sorted(folder.glob("*_[0-9][0-9][0-9].npz")):
        data = np.load(path)
        ends = np.cumsum(data["steps"])
        hidden = data["hidden"]
        for end, steps, labels in zip(ends, data["steps"], data["labels"], strict=True):
            found.append(Example(hidden[end - steps : end], tuple(str(labels).split())))
    return found


def speech(clips: Sequence[Clip], root: Path, passes: int, seed: int, hear: Hear) -> Iterator[Example]:
    """Spoken examples."""
    for x, clip in disturbed(clips, root, passes, np.random.default_rng(seed)):
        labels = tuple(phone for phone in clip.labels if phone != "|")
        hidden = hear(x).astype(np.float16)
        if len(labels) < len(hidden):
            yield Example(hidden, labels)


def nothing(count: int, seed: int, hear: Hear) -> Iterator[Example]:
    """Sounds that are no words."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield Example(hear(nonspeech.sound(rng)).astype(np.float16), ())
