"""Say the planned utterances and keep them as 16 kHz FLAC with one line each in spoken.jsonl; resumes where it was."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

from models.training.speech import espeak
from models.training.speech.utterances import Utterance
from skill.audio.samples import RATE_HZ
from skill.speaking.making.kokoro import SAMPLE_RATE_HZ, Kokoro, symbols


def silent(_done: int, _total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class Clip:
    """A spoken utterance: ``file`` below the work folder, ``labels`` with «|» between words."""

    file: str
    labels: tuple[str, ...]
    engine: str
    voice: str
    seconds: float
    text: str = ""


def trimmed(x: NDArray[np.float32], margin: int = 960) -> NDArray[np.float32]:
    """The part with sound in it (within 40 dB of the loudest 20 ms) and 60 ms round it, at a peak of 0.8."""
    energy = np.convolve(x.astype(np.float64) ** 2, np.ones(320) / 320, "same")
    loud = np.flatnonzero(energy > max(float(energy.max()) * 1e-4, 1e-8))
    if not len(loud):
        return np.zeros(0, np.float32)
    x = x[max(0, loud[0] - margin) : loud[-1] + margin]
    return (x * (0.8 / float(np.abs(x).max()))).astype(np.float32)


def read_clips(work: Path) -> list[Clip]:
    """All clips said so far."""
    out: list[Clip] = []
    for file in sorted(work.glob("spoken*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            raw = json.loads(line)
            out.append(Clip(**{**raw, "labels": tuple(raw["labels"])}))
    return out


def say_all(
    planned: Sequence[Utterance], engine: Kokoro, work: Path, shard: int = 0, shards: int = 1,
    progress: Callable[[int, int], None] = silent,
) -> None:  # fmt: skip
    """Render every ``shards``-th utterance with Kokoro; those already in spoken_<shard>.jsonl are left out."""
    folder = work / "spoken"
    folder.mkdir(parents=True, exist_ok=True)
    log = work / f"spoken_{shard}.jsonl"
    done = {Path(c.file).stem for c in read_clips(work)}
    mine = planned[shard::shards]
    with log.open("a", encoding="utf-8") as lines:
        for k, utterance in enumerate(mine):
            progress(k, len(mine))
            if utterance.id in done:
                continue
            text = symbols(utterance.phones, Random(utterance.id), r=utterance.r)
            x = engine.say(text, utterance.voice, utterance.speed)
            x = trimmed(resample_poly(x, RATE_HZ // 8000, SAMPLE_RATE_HZ // 8000).astype(np.float32))
            if not len(x):
                continue
            file = f"spoken/{utterance.id}.flac"
            soundfile.write(work / file, x, RATE_HZ)
            clip = Clip(
                file, tuple(utterance.labels), "kokoro", utterance.voice, len(x) / RATE_HZ, utterance.text
            )
            lines.write(json.dumps(clip.__dict__, ensure_ascii=False) + "\n")
            lines.flush()


def say_with_espeak(planned: Sequence[Utterance], work: Path, seed: int = 11) -> None:
    """The same texts from espeak-ng's variants, into spoken_espeak.jsonl."""
    folder = work / "spoken"
    folder.mkdir(parents=True, exist_ok=True)
    variants = [v for v in espeak.VARIANTS if v not in espeak.HELD_OUT]
    done = {Path(c.file).stem for c in read_clips(work)}
    with (work / "spoken_espeak.jsonl").open("a", encoding="utf-8") as lines:
        for utterance in planned:
            name = f"e_{utterance.id}"
            if name in done:
                continue
            rnd = Random(f"{seed} {utterance.id}")
            phones = espeak.speakable(utterance.phones)
            variant = rnd.choice(variants)
            wav = work / f"{name}.wav"
            try:
                espeak.say(phones, wav, variant, rnd.randint(105, 210), rnd.randint(10, 90))
                x, rate = soundfile.read(wav, dtype="float32")
            except (subprocess.CalledProcessError, RuntimeError):
                continue
            finally:
                wav.unlink(missing_ok=True)
            x = trimmed(resample_poly(x, RATE_HZ, rate).astype(np.float32)) if len(x) > 2000 else x[:0]
            if not len(x):
                continue
            soundfile.write(work / f"spoken/{name}.flac", x, RATE_HZ)
            labels = tuple(p for p in phones if p not in ("ˈ", "ˌ", ","))
            clip = Clip(f"spoken/{name}.flac", labels, "espeak", variant, len(x) / RATE_HZ, utterance.text)
            lines.write(json.dumps(clip.__dict__, ensure_ascii=False) + "\n")


def papertek(folder: Path, pronounce: Callable[[str], Sequence[str] | None]) -> Iterator[Clip]:
    """The clips of the papertek vocabulary, labelled by ``pronounce`` (word → phones)."""
    import csv
    import re

    for manifest in sorted(folder.rglob("manifest.tsv")):
        with manifest.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream, delimiter="\t"):
                labels: list[str] = []
                for word in re.findall("[a-zæøåéô]+", row["transcript"].lower()):
                    said = pronounce(word)
                    if not said:
                        labels = []
                        break
                    labels += (["|"] if labels else []) + list(said)
                if labels:
                    file = str(manifest.parent / row["file"])
                    yield Clip(
                        file, tuple(labels), "papertek", "alice", float(row["seconds"]), row["transcript"]
                    )
