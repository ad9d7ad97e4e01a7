"""A loudspeaker that writes a wav file in audio time: for recordings, demonstrations and tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from skill.audio.samples import Samples
from skill.audio.sound import Sound, resample
from skill.audio.wav import WavWriter
from skill.speaking.loudness import with_gain
from skill.speaking.loudspeaker.player import OnEnd, faded_out


class WavLoudspeaker:
    """Time passes only through `advance`. What played, silence included, goes to `path` if given."""

    def __init__(self, path: Path | None = None, rate_hz: int = 16_000) -> None:
        self._rate_hz = rate_hz
        self._file = WavWriter(path, rate_hz) if path is not None else None
        self._position = 0  # samples written since the start
        self._queue: Samples = np.zeros(0, np.int16)  # what is still to be played
        self._on_end: OnEnd | None = None
        self._completes = True

    @property
    def rate_hz(self) -> int:
        return self._rate_hz

    @property
    def hangs(self) -> bool:
        return False

    @property
    def now_s(self) -> float:
        """Audio time: seconds written."""
        return self._position / self._rate_hz

    @property
    def playing(self) -> bool:
        return self._on_end is not None

    def play(self, sound: Sound, gain_db: float, on_end: OnEnd) -> None:
        tail = faded_out(self._queue, self._rate_hz)
        self._end(False)
        self._queue = np.concatenate([tail, resample(with_gain(sound, gain_db), self._rate_hz).samples])
        self._on_end, self._completes = on_end, True

    def stop(self) -> None:
        if self._on_end is not None and self._completes:
            self._queue = faded_out(self._queue, self._rate_hz)
            self._completes = False

    def advance(self, seconds: float) -> Samples:
        """Let time pass; returns what sounded meanwhile, shape (round(seconds * rate_hz),)."""
        block = np.zeros(round(seconds * self._rate_hz), np.int16)
        start, filled = self._position, min(len(block), len(self._queue))
        block[:filled] = self._queue[:filled]
        self._queue = self._queue[filled:]
        if self._file is not None:
            self._file.write(block)
        self._position = start + len(block)
        if self._on_end is not None and not len(self._queue):
            self._end(self._completes, (start + filled) / self._rate_hz)
        return block

    def _end(self, completed: bool, at_s: float | None = None) -> None:
        on_end, self._on_end = self._on_end, None
        self._queue = self._queue[:0]
        if on_end is not None:
            on_end(completed, self.now_s if at_s is None else at_s)

    def close(self) -> None:
        self._end(False)
        if self._file is not None:
            self._file.close()
            self._file = None
