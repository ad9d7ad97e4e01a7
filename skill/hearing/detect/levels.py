"""Brings a soft or far microphone to the level that the thresholds were made for, by the noise of the room.

The gain rises while the room is softer than `room_dbfs`, and never lifts the room above it, so that noise alone stays
below what opens the gate. It never lowers, and it leaves room for the loudest sound heard lately.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from skill.audio.samples import FRAME_S, LOWEST_DBFS, level_dbfs

_FULL_SCALE = 32767.0


@dataclass(frozen=True, slots=True)
class LevelTuning:
    room_dbfs: float = -70.0  # the room is brought to this level, at most; below the gate's least of -66
    most_db: float = 26.0
    least_room_dbfs: float = -92.0  # what is softer is the converter, not a room
    peak_dbfs: float = -9.0  # the loudest lately is brought to this level, at most
    rise_db_s: float = 3.0  # slower than the gate learns a new floor
    peak_fall_db_s: float = 0.05  # who cried out is still believed to be loud minutes later
    window_s: float = 12.0  # the room is the softest half second of this long


class Levels:
    """Feed it every frame; it gives the frame as it should be listened to."""

    def __init__(self, tuning: LevelTuning | None = None) -> None:
        self._tuning = tuning or LevelTuning()
        self._lowest: deque[float] = deque(maxlen=round(self._tuning.window_s / 0.5))
        self._half_second: list[float] = []
        self._peak_dbfs = LOWEST_DBFS
        self._held = False
        self.gain_db = 0.0

    def own_voice(self, playing: bool) -> None:
        """While our own voice sounds, the gain doesn't rise."""
        self._held = playing

    def feed(self, frame: bytes) -> bytes:
        """The frame (640 bytes) with gain."""
        samples = np.frombuffer(frame, np.int16)
        largest = int(max(-int(samples.min()), int(samples.max())))
        if largest == 0:
            return frame  # a microphone that is switched off says nothing of the room
        tuning = self._tuning
        self._peak_dbfs = max(
            20.0 * float(np.log10(largest / _FULL_SCALE)), self._peak_dbfs - tuning.peak_fall_db_s * FRAME_S
        )
        first = self._note_room(frame)
        before_db, wanted_db = self.gain_db, self._wanted_db()
        if first or wanted_db < before_db:
            self.gain_db = wanted_db
        elif not self._held:
            self.gain_db = min(wanted_db, before_db + tuning.rise_db_s * FRAME_S)
        if self.gain_db <= 0.0 and before_db <= 0.0:
            return frame
        ramp = np.linspace(before_db, self.gain_db, len(samples), dtype=np.float32)
        ramp = np.minimum(ramp, 20.0 * np.log10(_FULL_SCALE / largest))
        louder = samples * np.float32(10.0) ** (ramp / np.float32(20.0))
        return bytes(np.rint(louder).astype(np.int16).tobytes())

    def _note_room(self, frame: bytes) -> bool:
        """True when the room is known for the first time."""
        self._half_second.append(level_dbfs(frame))
        if len(self._half_second) < round(0.5 / FRAME_S):
            return False
        self._lowest.append(sum(self._half_second) / len(self._half_second))
        self._half_second.clear()
        return len(self._lowest) == 1

    def _wanted_db(self) -> float:
        if not self._lowest:
            return 0.0
        tuning = self._tuning
        room_dbfs = max(tuning.least_room_dbfs, min(self._lowest))
        below_peak_db = tuning.peak_dbfs - self._peak_dbfs
        return max(0.0, min(tuning.room_dbfs - room_dbfs, below_peak_db, tuning.most_db))
