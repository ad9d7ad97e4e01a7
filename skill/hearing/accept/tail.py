"""The moment after our own voice: the room still rings, so nothing begins; somebody may be speaking already."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from skill.hearing.detect.gate import FrameVerdict

LOWEST = float("-inf")


@dataclass(frozen=True, slots=True)
class TailTuning:
    """What is as loud all through it as what is heard when it is over was begun while our own voice still sounded."""

    lasts_s: float = 0.35  # after the true end of our own voice
    frames: int = 6  # a level is the loudest voiced frame of so many: consonants are soft
    ring_db: float = 17.0  # so far, and farther, a room rings down meanwhile
    before: int = 6  # frames before our own voice ended, of which one at least
    sounds_db: float = 8.0  # was so far above the floor, else nothing had begun


class Tail:
    """Told of every frame."""

    def __init__(self, tuning: TailTuning | None = None) -> None:
        self._tuning = tuning or TailTuning()
        self._ended = False  # at the next frame it is known when
        self._until_s = LOWEST
        self._before: deque[float] = deque(maxlen=self._tuning.before)  # above the floor
        self._levels: deque[float] = deque(maxlen=self._tuning.frames)
        self._something_sounded = False
        self._lowest_dbfs = 0.0

    def begin(self, gave_way: bool = False) -> None:
        """Our own voice has ended; if it gave way to somebody, they were heard from their beginning."""
        self._ended = True
        self._something_sounded = not gave_way and max(self._before, default=0.0) >= self._tuning.sounds_db
        self._lowest_dbfs = 0.0
        self._levels.clear()

    def note(self, sound: FrameVerdict, at_s: float) -> None:
        """A frame that ended at `at_s`."""
        if self._ended:
            self._ended, self._until_s = False, at_s + self._tuning.lasts_s
        self._before.append(sound.above_floor_db)
        self._levels.append(sound.band_dbfs if sound.voiced else LOWEST)
        if len(self._levels) == self._tuning.frames:
            self._lowest_dbfs = min(self._lowest_dbfs, max(self._levels))

    def runs(self, at_s: float) -> bool:
        """Does the room still ring?"""
        return at_s < self._until_s

    def is_spoken_through(self, sound: FrameVerdict) -> bool:
        """Was what is heard in this frame begun while our own voice sounded, and has not ceased since?"""
        return self._something_sounded and self._lowest_dbfs >= sound.band_dbfs - self._tuning.ring_db
