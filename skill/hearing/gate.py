"""Is someone speaking? Level above an adaptive floor first (nearly free), voice activity second."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import webrtcvad

from skill.hearing.frames import FRAME_S, LOWEST_DBFS, RATE_HZ, level_dbfs


@dataclass(frozen=True, slots=True)
class GateTuning:
    """Levels in dB relative to the floor, unless named dBFS."""

    open_db: float = 8.0  # a frame may be speech when it is this far above the floor
    close_db: float = 5.0  # and stays so until it sinks below this
    below_peak_db: float = 28.0  # within an utterance, this far below its recent peak is quiet: rooms ring
    lowest_open_dbfs: float = -62.0  # nothing softer opens the gate, however quiet the room
    lowest_floor_dbfs: float = -75.0
    floor_window_s: float = 4.0  # the floor is the lowest smoothed level of this long
    vad_mode: int = 2  # 0 lenient .. 3 strict
    clipped_share: float = 0.02  # of a frame's samples at full scale


@dataclass(frozen=True, slots=True)
class Sound:
    """What the gate thinks of one frame."""

    level_dbfs: float
    floor_dbfs: float
    voiced: bool  # loud enough and, outside an utterance, speech-like
    speech_like: bool  # by the voice activity detector; only asked when loud enough
    clipped: bool
    zero: bool  # every sample exactly 0: a muted or dead microphone


class Gate:
    """Feed it every frame; it remembers the room."""

    def __init__(self, tuning: GateTuning | None = None) -> None:
        self._tuning = tuning or GateTuning()
        self._vad = webrtcvad.Vad(self._tuning.vad_mode)
        self._smoothed = LOWEST_DBFS
        self._lowest: deque[float] = deque(maxlen=max(1, round(self._tuning.floor_window_s / 0.5)))
        self._running_lowest = 0.0
        self._frames = 0
        self._open = False
        self._peak = LOWEST_DBFS

    @property
    def floor_dbfs(self) -> float:
        known = min([*self._lowest, self._running_lowest]) if self._frames else LOWEST_DBFS
        return max(self._tuning.lowest_floor_dbfs, known)

    def feed(self, frame: bytes) -> Sound:
        tuning = self._tuning
        level = level_dbfs(frame)
        self._follow_floor(level)
        floor = self.floor_dbfs
        self._peak = max(level, self._peak - 20.0 * FRAME_S)
        if self._open:
            threshold = max(floor + tuning.close_db, self._peak - tuning.below_peak_db)
        else:
            threshold = floor + tuning.open_db
        loud = level >= max(threshold, tuning.lowest_open_dbfs)
        speech_like = loud and self._vad.is_speech(frame, RATE_HZ)
        return Sound(
            level_dbfs=level,
            floor_dbfs=floor,
            voiced=loud if self._open else speech_like,
            speech_like=speech_like,
            clipped=loud and _clipped(frame) > tuning.clipped_share,
            zero=level <= LOWEST_DBFS,
        )

    def within_utterance(self, running: bool) -> None:
        """Tell the gate whether an utterance runs: while it does, softer sound still belongs to it."""
        if running and not self._open:
            self._peak = LOWEST_DBFS
        self._open = running

    def _follow_floor(self, level: float) -> None:
        first = self._frames == 0
        self._smoothed = level if first else self._smoothed + 0.25 * (level - self._smoothed)
        self._running_lowest = self._smoothed if first else min(self._running_lowest, self._smoothed)
        self._frames += 1
        if self._frames % round(0.5 / FRAME_S) == 0:
            self._lowest.append(self._running_lowest)
            self._running_lowest = self._smoothed


def _clipped(frame: bytes) -> float:
    samples = memoryview(frame).cast("h")
    return sum(1 for sample in samples if sample >= 32700 or sample <= -32700) / len(samples)
