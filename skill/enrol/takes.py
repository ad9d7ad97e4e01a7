"""Recordings of one person: read, and refused with a reason where they can't be learned from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from skill.audio.samples import RATE_HZ, Samples
from skill.collect.take import quality
from skill.enrol.pitch import pitch_hz, two_voices
from skill.enrol.readings import Readings, said_in
from skill.errors import AudioError
from skill.hearing.capture.microphone import WavMicrophone
from skill.hearing.detect.gate import Gate
from skill.messages.message import Message

SOUNDS = (".wav", ".flac", ".ogg")
LEAST_START = 4  # recordings of start phrases; of fewer nothing can be learned and proved
_AROUND_S = 0.3  # of quiet that the second ear is used to
_LEAST_SPEECH_LIKE = 0.25  # of the voiced sound
_LEAST_VOICED_S = 0.2
_BELOW_PEAK_DB = 30.0


class EnrolmentRefused(AudioError):
    """What was recorded can't be learned from; nothing is stored."""


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """One recording, 16 kHz mono, cut to what was said."""

    text: str
    name: str
    sound: Samples


def read_takes(folder: Path, readings: Readings) -> list[Said]:
    """Every sound file of a folder, named by what is said in it.

    Raises:
        EnrolmentRefused: a name says no phrase, one is silent or noise, there are too few, or two people speak.
        AudioError: one can't be read.
    """
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SOUNDS)
    found = []
    for path in files:
        text = said_in(path)
        if text not in readings.known:
            known = ", ".join(f"«{each}»" for each in (*readings.start, *readings.answers))
            raise EnrolmentRefused(Message("enrol.name_unknown", file=path.name, known=known))
        found.append(usable(text, path.name, np.frombuffer(b"".join(WavMicrophone(path)), np.int16)))
    check_all(found, readings)
    return found


def usable(text: str, name: str, sound: Samples) -> Said:
    """One recording, cut close. Raises EnrolmentRefused for silence and for noise."""
    around = np.zeros(round(0.5 * RATE_HZ), np.int16)
    problem = quality(np.concatenate([around, sound, around]), RATE_HZ).problem
    if problem == "silent":
        raise EnrolmentRefused(Message("enrol.silent", name=name))
    if problem == "clipped":
        raise EnrolmentRefused(Message("enrol.clipped", name=name))
    if not _is_speech(sound):
        raise EnrolmentRefused(Message("enrol.no_speech", name=name))
    return Said(text, name, _cut(sound))


def check_all(takes: Sequence[Said], readings: Readings) -> None:
    """Enough of them, and of one person? Raises EnrolmentRefused."""
    count = sum(take.text in readings.start for take in takes)
    if count < LEAST_START:
        raise EnrolmentRefused(Message("enrol.too_few", count=count, least=LEAST_START))
    if two_voices([pitch_hz(take.sound) for take in takes if take.text not in readings.answers]):
        raise EnrolmentRefused(Message("enrol.two_people"))


def _is_speech(sound: Samples) -> bool:
    gate, voiced, like = Gate(), 0, 0
    quiet = np.random.default_rng(0).normal(0, 4, RATE_HZ).astype(np.int16)
    data = np.concatenate([quiet, sound]).tobytes()
    for start in range(0, len(data) - 639, 640):
        verdict = gate.feed(data[start : start + 640])
        voiced += verdict.voiced
        like += verdict.voiced and verdict.speech_like
    return voiced * 0.02 >= _LEAST_VOICED_S and like >= _LEAST_SPEECH_LIKE * voiced


def _cut(sound: Samples) -> Samples:
    """Without what is far softer than the loudest part at both ends."""
    window = RATE_HZ // 50
    parts = sound[: len(sound) // window * window].reshape(-1, window).astype(np.float64)
    levels = np.sqrt((parts**2).mean(axis=1))
    loud = np.flatnonzero(levels >= levels.max() * 10 ** (-_BELOW_PEAK_DB / 20))
    around = round(_AROUND_S * RATE_HZ)
    begin, end = max(0, int(loud[0]) * window - around), (int(loud[-1]) + 1) * window + around
    return sound[begin:end]
