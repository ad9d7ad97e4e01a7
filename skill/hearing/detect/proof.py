"""Does the microphone hear? Proved by real sound, never by frames that arrive.

A muted source gives exact zeros, or the last bit of its converter flickering (±1, at times ±2 around an offset). The
softest room over the softest microphone that speech can be understood with moves more than that.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from skill.audio.samples import FRAME_S

REAL_SPAN = 6  # least distance from a frame's smallest sample to its largest
UNPROVED_AFTER_S = 30.0
GATED_UNPROVED_AFTER_S = 7200.0
"""For a device that suppresses noise itself: in a silent room it gives nothing for hours, and hears all the same."""
_WITHIN_FRAMES = 50
_REAL_FRAMES = 10  # of those: one click is no proof
_GAP_S = (1.0, UNPROVED_AFTER_S)  # nothing real for so long between real sounds: the work of a noise gate
_GAPS = 3
_GAPS_WITHIN_S = 600.0


@dataclass(frozen=True, slots=True)
class HearingProof:
    """Times are of the clock that the frames were fed with."""

    proved_at_s: float | None = None  # when real sound came last; None: never
    nothing_real_since_s: float | None = None  # set once there has been none for too long, until it is back


class RealSound:
    """Feed it every frame as it came from the device, before any gain."""

    def __init__(self, now_s: float) -> None:
        self._recent: deque[bool] = deque(maxlen=_WITHIN_FRAMES)
        self._gaps: deque[float] = deque(maxlen=_GAPS)
        self._proved_at_s: float | None = None
        self._silent_since_s = now_s
        self._unproved = False

    @property
    def proof(self) -> HearingProof:
        return HearingProof(self._proved_at_s, self._silent_since_s if self._unproved else None)

    def feed(self, frame: bytes, at_s: float) -> bool:
        """The frame that ended at `at_s`. True at the moment at which nothing real has come for too long."""
        samples = np.frombuffer(frame, np.int16)
        self._recent.append(int(samples.max()) - int(samples.min()) >= REAL_SPAN)
        if sum(self._recent) >= _REAL_FRAMES:
            self._note_gap(at_s - FRAME_S * _WITHIN_FRAMES)
            self._proved_at_s = self._silent_since_s = at_s
            self._unproved = False
            return False
        gated = len(self._gaps) == _GAPS and self._gaps[-1] - self._gaps[0] <= _GAPS_WITHIN_S
        limit_s = GATED_UNPROVED_AFTER_S if gated else UNPROVED_AFTER_S
        if self._unproved or at_s - self._silent_since_s < limit_s:
            return False
        self._gaps.clear()
        self._unproved = True
        return True

    def _note_gap(self, ended_s: float) -> None:
        if self._proved_at_s is not None and _GAP_S[0] <= ended_s - self._proved_at_s <= _GAP_S[1]:
            self._gaps.append(ended_s)
