"""How loud is the sound that does not stop, and does something rise clearly above it?

Where others talk, a cry is not preceded by quiet: it begins with a jump in level, and ends where the talk is heard
again.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from skill.audio.samples import FRAME_S


@dataclass(frozen=True, slots=True)
class RunningTalkTuning:
    """Levels in dB, of the speech band."""

    memory_s: float = 4.0
    least_s: float = 3.0  # of sound before it; less may be the beginning of a phrase
    share: float = 0.9  # nearly all of it has been softer than its level
    rise_db: float = 5.0  # so much above that level,
    rising: int = 4  # of as many frames and one more, begins something
    within_db: float = 2.0  # what has begun goes on as long as it is so much above it


class RunningTalk:
    """Fed with every frame while somebody talks."""

    def __init__(self, tuning: RunningTalkTuning | None = None) -> None:
        self._tuning = tuning or RunningTalkTuning()
        self._levels: deque[float] = deque(maxlen=round(self._tuning.memory_s / FRAME_S))
        self._newest: deque[float] = deque(maxlen=self._tuning.rising + 1)

    def forget(self) -> None:
        """It has become quiet."""
        self._levels.clear()
        self._newest.clear()

    def rises(self, band_dbfs: float) -> float | None:
        """One frame more. The level of the talk below, in dBFS, where something has just risen above it."""
        tuning = self._tuning
        if len(self._newest) == self._newest.maxlen:
            self._levels.append(self._newest[0])
        self._newest.append(band_dbfs)
        if len(self._levels) * FRAME_S < tuning.least_s:
            return None
        lowest = min(self._levels) + tuning.rise_db
        if sum(level > lowest for level in self._newest) < tuning.rising:
            return None
        talk_dbfs = float(np.quantile(self._levels, tuning.share))
        risen = sum(level >= talk_dbfs + tuning.rise_db for level in self._newest)
        return talk_dbfs if risen >= tuning.rising else None

    def is_above(self, band_dbfs: float, talk_dbfs: float | None) -> bool:
        """Does this frame still belong to what has risen above talk of that level? None: it rose above none."""
        return talk_dbfs is None or band_dbfs >= talk_dbfs + self._tuning.within_db
