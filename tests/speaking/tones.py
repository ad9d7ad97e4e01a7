"""A second real voice: tones instead of speech; tests need no synthesiser and can tell texts apart."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from skill.audio.sound import Sound, from_float
from skill.errors import VoiceError
from skill.languages import Language
from skill.speaking.voices.voice import Voice

RATE_HZ = 22_050


def tone(frequency_hz: float, duration_s: float, level: float = 0.2, rate_hz: int = RATE_HZ) -> Sound:
    """A sine, in full-scale units."""
    times = np.arange(round(duration_s * rate_hz)) / rate_hz
    return from_float(level * np.sin(2 * np.pi * frequency_hz * times), rate_hz)


def strongest_hz(sound: Sound) -> float:
    """The frequency with the most energy."""
    spectrum = np.abs(np.fft.rfft(sound.samples.astype(np.float64)))
    return float(np.argmax(spectrum) * sound.rate_hz / len(sound.samples))


class ToneVoice(Voice):
    """Each text has a pitch of its own; a word takes 60/rate seconds. `name` is its kind of voice."""

    def __init__(self, name: str = "tones", *, dumb: Sequence[str] = ()) -> None:
        """`dumb`: texts that it fails to speak, like a synthesiser that hangs on them."""
        self.name = name
        self.dumb = tuple(dumb)
        self.spoken: list[str] = []

    @staticmethod
    def pitch_hz(text: str) -> float:
        return 300.0 + zlib.crc32(text.encode()) % 200 * 10

    def fingerprint(self, text: str, language: Language, rate_wpm: int) -> str:
        return f"{self.name} {language} {rate_wpm} {text}"

    def render_many(
        self, texts: Sequence[str], language: Language, rate_wpm: int
    ) -> tuple[Sound | VoiceError, ...]:
        self.spoken += [f"{language}: {text}" for text in texts]
        return tuple(
            VoiceError(f"{self.name} can't say «{text}»")
            if text in self.dumb
            else tone(self.pitch_hz(text), len(text.split()) * 60 / rate_wpm)
            for text in texts
        )
