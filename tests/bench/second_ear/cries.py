"""True cries of synthetic voices that no training used, in the ways a night disturbs them. SYNTHETIC."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import soundfile
from scipy.linalg import solve_toeplitz
from scipy.signal import lfilter

from models.measuring.disturbance import Disturbance, disturbed
from models.training.speech import espeak
from models.training.speech.heldout import VOICES as KOKORO_VOICES
from models.training.speech.utterances import phrase, read_lexicon
from skill.audio.samples import RATE_HZ
from skill.paths import models_dir
from tests.bench.listening.common import Clip, Floats, load_clips, to_samples
from tests.bench.second_ear.asked import SPEECH_DBFS
from tests.bench.second_ear.sentences import VOICES as ESPEAK_VOICES

SOFT_DBFS = -46.0
_BLOCK, _ORDER = 400, 18  # samples, coefficients: 25 ms of a vocal tract
_ROOM_S = (0.3, 0.6)
DISTURBANCES: Final = {
    "pink noise, 10 dB": Disturbance(10.0, "pink", None, 0.0, 7),
    "room": Disturbance(None, "pink", _ROOM_S, 0.0, 7),
    "room and noise": Disturbance(10.0, "pink", _ROOM_S, 0.0, 7),
}
CONDITIONS: Final = ("clean", "soft", "whispered", *DISTURBANCES)


@dataclass(frozen=True)
class Cry:
    """One true cry under one condition."""

    text: str
    condition: str
    sound: Floats
    level_dbfs: float


def whispered(sound: Floats, rng: np.random.Generator) -> Floats:
    """The same vocal tract driven by noise (linear prediction, block by block)."""
    out = np.zeros(len(sound))
    window = np.hanning(_BLOCK)
    for at in range(0, len(sound) - _BLOCK, _BLOCK // 2):
        block = sound[at : at + _BLOCK] * window
        lags = np.correlate(block, block, "full")[_BLOCK - 1 : _BLOCK + _ORDER]
        if lags[0] < 1.0:
            continue
        lags[0] *= 1.001
        tract = solve_toeplitz(lags[:-1], lags[1:])
        spread = max(0.0, float(lags[0] - tract @ lags[1:])) / _BLOCK
        noise = rng.standard_normal(_BLOCK) * np.sqrt(spread)
        out[at : at + _BLOCK] += window * lfilter([1.0], np.r_[1.0, -tract], noise)
    return out


def in_conditions(clips: Sequence[Clip]) -> Iterator[Cry]:
    """Every clip under every condition."""
    for number, clip in enumerate(clips):
        sound = clip.sound.astype(np.float64)
        yield Cry(clip.text, "clean", sound, SPEECH_DBFS)
        yield Cry(clip.text, "soft", sound, SOFT_DBFS)
        yield Cry(clip.text, "whispered", whispered(sound, np.random.default_rng([3, number])), SPEECH_DBFS)
        for name, disturbance in DISTURBANCES.items():
            worse = disturbed(
                clip.sound.astype(np.float32), disturbance, f"{clip.voice}/{clip.text}", 0.2, 0.3
            )
            yield Cry(clip.text, name, worse.astype(np.float64), SPEECH_DBFS)


def by_neural_voices(which: str, folders: Sequence[Path], texts: Sequence[str]) -> list[Clip]:
    """Clips of the demo and of ``folders`` by the Kokoro voices of a set («dev», «test»)."""
    return [
        clip
        for clip in load_clips(folders)
        if clip.text in texts and (clip.voice in KOKORO_VOICES[which] or "_" not in clip.voice)
    ]


def by_espeak(which: str, texts: Sequence[str]) -> Iterator[Clip]:
    """Each text once, by the voices of a set in turn."""
    ways = read_lexicon(models_dir() / "nb" / "lexicon.tsv")
    rnd = Random(f"cries {which}")
    with TemporaryDirectory() as folder:
        wav = Path(folder) / "said.wav"
        for number, text in enumerate(texts):
            voice = ESPEAK_VOICES[which][number % len(ESPEAK_VOICES[which])]
            phones = espeak.speakable(phrase(text, ways, rnd, vary=False))
            try:
                espeak.say(phones, wav, voice, rnd.randint(115, 185), rnd.randint(20, 80))
            except subprocess.CalledProcessError:
                continue
            x, rate = soundfile.read(wav, dtype="float64")
            at = np.arange(int(len(x) * RATE_HZ / rate)) * rate / RATE_HZ
            yield Clip(text, voice, to_samples(20000 * np.interp(at, np.arange(len(x)), x) / np.abs(x).max()))
