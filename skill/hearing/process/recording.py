"""A short recording for the service: what the microphone gave, before any gain. It is never written down."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import numpy as np

from skill.audio.samples import FRAME_S, Samples

LONGEST_S = 20.0


@dataclass(frozen=True, slots=True)
class RecordSound:
    """Command: record so much from now on."""

    seconds: float


@dataclass(frozen=True, slots=True)
class RecordedSound:
    """Answer: 16 kHz mono."""

    sound: str  # base64 of 16-bit little-endian

    @property
    def samples(self) -> Samples:
        return np.frombuffer(base64.b64decode(self.sound), "<i2").astype(np.int16)


class SoundTaker:
    """Feed it every frame."""

    def __init__(self) -> None:
        self._frames: list[bytes] = []
        self._wanted = 0

    def begin(self, seconds: float) -> None:
        self._frames, self._wanted = [], round(min(seconds, LONGEST_S) / FRAME_S)

    def feed(self, frame: bytes) -> RecordedSound | None:
        """The recording, with its last frame."""
        if not self._wanted:
            return None
        self._frames.append(frame)
        if len(self._frames) < self._wanted:
            return None
        sound = base64.b64encode(b"".join(self._frames)).decode()
        self._frames, self._wanted = [], 0
        return RecordedSound(sound)
