"""Both sides of a night as sound: when the device begins to be heard, and a wav file if wanted."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from skill.audio.samples import FRAME_S, RATE_HZ, Samples
from skill.audio.wav import WavWriter

AUDIBLE = 60  # samples above this (-55 dBFS) are sound
GAP_S = 0.2  # after so much silence a new sound begins


class Stereo:
    """The person on the left, the device on the right."""

    def __init__(self, path: Path | None) -> None:
        self._onsets_s: list[float] = []
        self._frames = 0
        self._sounding = False
        self._silent_frames = 0
        self._file = WavWriter(path, RATE_HZ, channels=2) if path is not None else None

    def add(self, heard: Samples, said: Samples) -> None:
        loud = np.flatnonzero(np.abs(said.astype(np.int32)) > AUDIBLE)
        if len(loud):
            if not self._sounding:
                self._onsets_s.append(self._frames * FRAME_S + int(loud[0]) / RATE_HZ)
            self._sounding, self._silent_frames = True, 0
        else:
            self._silent_frames += 1
            if self._silent_frames * FRAME_S >= GAP_S:
                self._sounding = False
        self._frames += 1
        if self._file is not None:
            self._file.write(np.stack([heard, said], axis=1))

    def first_sound_after(self, at_s: float) -> float | None:
        return next((onset for onset in self._onsets_s if onset > at_s), None)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
