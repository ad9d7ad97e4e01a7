"""What the benchmarks of hearing share: clips, rooms, noises, a bedside in audio time."""

from __future__ import annotations

import argparse
import hashlib
import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.signal import fftconvolve

from models.measuring.figures import Share
from skill.audio.samples import FRAME_BYTES, FRAME_S, RATE_HZ, Samples
from skill.content.phrases import PhraseBook, load_phrases
from skill.events import Heard, Unclear
from skill.hearing.capture.microphone import WavMicrophone
from skill.hearing.listener import HearingEvent, Listener
from skill.hearing.recognise.recogniser import VoskModel
from skill.paths import models_dir, prompts_dir
from skill.settings.values import Audio, Settings
from skill.simulation.ears import make_listener

Floats = npt.NDArray[np.float64]


def arguments(description: str, minutes: float = 10.0) -> argparse.ArgumentParser:
    """--model, --minutes, --clips, --seed: the same for every benchmark."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--model", type=Path, default=models_dir() / "nb", help="Vosk folder")
    parser.add_argument("--minutes", type=float, default=minutes, help="of audio")
    parser.add_argument("--clips", type=Path, action="append", default=[], help="<voice>/<words_joined>.flac")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ears", choices=["first", "both"], default="both")
    return parser


@dataclass(frozen=True)
class Clip:
    """One utterance of one voice, 16 kHz, cut close."""

    text: str
    voice: str
    sound: Samples


def load_clips(folders: Iterable[Path]) -> list[Clip]:
    """All clips below the demo's folder and the given ones, each voice and wording once."""
    clips: dict[tuple[str, str], Clip] = {}
    for folder in [prompts_dir() / "demo" / "clips", *folders]:
        for path in sorted(folder.glob("*/*.flac")):
            text = path.stem.replace("_", " ")
            sound = np.frombuffer(b"".join(WavMicrophone(path)), np.int16)
            clips.setdefault((path.parent.name, text), Clip(text, path.parent.name, cut(sound)))
    return list(clips.values())


def cut(sound: Samples, below_peak_db: float = 40.0) -> Samples:
    """Without what is softer than this below the peak at both ends (10 ms windows)."""
    window = RATE_HZ // 100
    levels = np.array([rms(sound[i : i + window]) for i in range(0, len(sound) - window + 1, window)])
    loud = np.flatnonzero(levels > levels.max() * 10 ** (-below_peak_db / 20))
    return sound[loud[0] * window : (loud[-1] + 1) * window]


def rms(sound: npt.NDArray[np.generic]) -> float:
    return float(np.sqrt(np.mean(np.square(sound.astype(np.float64))) + 1e-12))


def at_level(sound: npt.NDArray[np.generic], dbfs: float) -> Floats:
    """Scaled to this RMS level."""
    return np.asarray(sound.astype(np.float64) * (32768 * 10 ** (dbfs / 20) / rms(sound)))


def to_samples(sound: Floats) -> Samples:
    return np.clip(sound, -32768, 32767).astype(np.int16)


def pink(seconds: float, rng: np.random.Generator, slope: float = 1.0) -> Floats:
    """Noise whose power falls with frequency to the power `slope`: 0 white, 1 pink, 2 brown."""
    count = round(seconds * RATE_HZ)
    spectrum = np.fft.rfft(rng.standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1 / RATE_HZ)
    spectrum /= np.maximum(hertz, 20.0) ** (slope / 2)
    return np.asarray(np.fft.irfft(spectrum, count))


def room_response(rt60_s: float, rng: np.random.Generator, direct_db: float = 6.0) -> Floats:
    """A made-up room: a direct path `direct_db` above an exponentially dying diffuse tail."""
    count = round(rt60_s * RATE_HZ)
    tail = rng.standard_normal(count) * np.exp(-6.9 * np.arange(count) / count)
    tail[: round(0.003 * RATE_HZ)] = 0.0
    tail *= 10 ** (-direct_db / 20) / math.sqrt(float(np.sum(tail**2)))
    tail[0] = 1.0
    return np.asarray(tail)


def in_room(sound: npt.NDArray[np.generic], response: Floats) -> Floats:
    return np.asarray(fftconvolve(sound.astype(np.float64), response))


def frames_of(sound: Samples) -> Iterator[bytes]:
    data = sound.tobytes()
    for start in range(0, len(data) - FRAME_BYTES + 1, FRAME_BYTES):
        yield data[start : start + FRAME_BYTES]


class Bedside:
    """A listener in audio time, with the wall time that each frame took it."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.now_s = 0.0
        self.work_s = 0.0

    def hear(self, sound: Samples) -> list[tuple[HearingEvent, float, float]]:
        """Events with the audio time at which they came and the wall time that their frame took."""
        events = []
        for frame in frames_of(sound):
            self.now_s += FRAME_S
            began_s = time.perf_counter()
            found = self.listener.feed(frame, self.now_s)
            took_s = time.perf_counter() - began_s
            self.work_s += took_s
            events += [(event, self.now_s, took_s) for event in found]
        return events


def verdicts(events: Iterable[tuple[HearingEvent, float, float]]) -> list[Heard | Unclear]:
    return [event for event, _, _ in events if isinstance(event, Heard | Unclear)]


def open_bedside(options: argparse.Namespace, language: str = "nb") -> tuple[Bedside, PhraseBook]:
    book = load_phrases(prompts_dir(), language)
    return Bedside(a_listener(options, VoskModel(options.model), book)), book


def a_listener(options: argparse.Namespace, model: VoskModel, book: PhraseBook) -> Listener:
    """With the ears that --ears asks for."""
    return make_listener(Settings(audio=Audio(second_ear=options.ears == "both")), model, book)


def model_hash(folder: Path) -> str:
    """Eight letters that change with the model, so that results of different ones are never mixed."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".md":
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:8]


def upper_bound(events: int, hours: float) -> float:
    """One-sided 95 % upper bound of a Poisson rate, an hour: 3.0 / hours for no events."""
    from scipy.stats import chi2

    return float(chi2.ppf(0.95, 2 * (events + 1)) / 2 / hours)


def wilson(hits: int, n: int) -> str:
    """Share with its 95 % Wilson interval."""
    return str(Share(hits, n)) if n else "none"


def figure(name: str, value: str, goal: str) -> None:
    """One line of a benchmark's result."""
    print(f"{name:<58} {value:<34} goal {goal}")
