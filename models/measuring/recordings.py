"""Recordings with their transcripts: a manifest, and the samples of each clip.

A manifest is a table separated by tabs with a head line; the columns `file` (relative to it) and `transcript`
are needed, `kind`, `speaker` and any others are kept. An empty transcript means: talk or noise that is none
of the phrases.
"""

from __future__ import annotations

import csv
import hashlib
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile

from skill.audio.samples import RATE_HZ, Floats
from skill.errors import AudioError, ModelError

Half = Literal["A", "B"]


@dataclass(frozen=True)
class Clip:
    """One recording of a manifest."""

    path: Path
    transcript: str  # small letters, NFC; "" = nothing that should be heard
    group: str  # the folder it lies in below the manifest: one collection
    speaker: str = ""
    kind: str = ""  # human, synthetic, neural-tts, …

    @property
    def half(self) -> Half:
        """A or B by a hash of the file's name: A for choosing between models, B for reporting."""
        return "A" if hashlib.sha256(self.path.name.encode()).digest()[-1] % 2 == 0 else "B"


def read_manifest(path: Path) -> list[Clip]:
    """The clips of a manifest, in its order. Raises ModelError naming file and line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path} can't be read as a manifest ({error}).") from error
    if not rows:
        raise ModelError(f"{path} lists no recordings.")
    if not {"file", "transcript"} <= set(rows[0]):
        raise ModelError(f"{path}, line 1: a manifest needs the columns file and transcript.")
    clips = []
    for number, row in enumerate(rows, 2):
        name, text = row["file"], row["transcript"]
        if not name or text is None:
            raise ModelError(f"{path}, line {number}: needs a file and a transcript (which may be empty).")
        parts = Path(name).parts
        clips.append(
            Clip(
                path.parent / name,
                unicodedata.normalize("NFC", " ".join(text.split())).lower(),
                parts[0] if len(parts) > 1 else path.parent.name,
                row.get("speaker") or "",
                row.get("kind") or "",
            )
        )
    return clips


def read_clip(path: Path) -> Floats:
    """Samples of a recording, full scale ±32768 as libvosk and Kaldi count.

    Raises AudioError when it isn't 16 kHz mono sound of some length.
    """
    try:
        samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, RuntimeError) as error:
        raise AudioError(f"{path} is no sound file that can be read ({error}).") from error
    if rate_hz != RATE_HZ:
        raise AudioError(f"{path} has {rate_hz} samples a second; convert it to {RATE_HZ}.")
    if samples.shape[1] != 1:
        raise AudioError(f"{path} has {samples.shape[1]} channels; convert it to one.")
    if not len(samples):
        raise AudioError(f"{path} is empty.")
    if not np.isfinite(samples).all():
        raise AudioError(f"{path} holds values that are no sound.")
    return np.asarray(samples[:, 0] * 32768, np.float32)


def speech_end_s(samples: Floats, below_peak_db: float = 30.0) -> float:
    """End of the last 20 ms frame within `below_peak_db` of the loudest one, in seconds."""
    frame = RATE_HZ // 50
    count = len(samples) // frame
    if count == 0:
        return len(samples) / RATE_HZ
    power = (samples[: count * frame].reshape(count, frame) ** 2).mean(axis=1)
    loud = np.flatnonzero(power >= power.max() * 10 ** (-below_peak_db / 10))
    return float((loud[-1] + 1) * frame / RATE_HZ)
