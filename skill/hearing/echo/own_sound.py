"""What our own loudspeaker plays, laid beside what the microphone hears.

Both are counted in samples, so that what lies beside each other stays there: times only say where to begin. They are
read on one clock (`time.monotonic`; in audio time, the audio's), and each may be off by tens of milliseconds, which
the canceller learns together with the room.
"""

from __future__ import annotations

import base64
from collections import deque
from dataclasses import dataclass
from statistics import median

import numpy as np

from skill.audio.samples import FRAME_SAMPLES, RATE_HZ, Samples

LEAD_S = (
    0.04  # live, it is laid so much too early: a canceller can't learn an echo that comes before its sound
)
MOVED_S = 0.03  # times that have come to differ from the counting by more: a device has lost samples
SETTLED_PIECES = 9  # a third of a second: single times jump, and the first of a run most of all
CLOCK_FRAMES = 100
KEPT_S = 8.0
LONGEST_PIECE = 640  # samples: encoded it fits what a pipe takes in one go


@dataclass(frozen=True, slots=True)
class Played:
    """A piece of our own sound, 16 kHz mono, as the loudspeaker plays it."""

    run: int  # of the device, which has its own count of samples in each
    first: int  # number of its first sample
    at_s: float  # when that is heard
    sound: str  # its samples, base64 of 16-bit little-endian

    @property
    def samples(self) -> Samples:
        return np.frombuffer(base64.b64decode(self.sound), "<i2").astype(np.int16)


def played(run: int, first: int, at_s: float, samples: Samples) -> Played:
    return Played(run, first, at_s, base64.b64encode(samples.astype("<i2").tobytes()).decode())


class OwnSound:
    """Pieces in, and for each frame of the microphone the frame that was played beside it out."""

    def __init__(self, lead_s: float = 0.0) -> None:
        self._lead_s = lead_s
        self._ring: Samples = np.zeros(round(KEPT_S * RATE_HZ) // FRAME_SAMPLES * FRAME_SAMPLES, np.int16)
        self._read = 0  # samples of the microphone until now
        self._zeros_s: deque[float] = deque(
            maxlen=CLOCK_FRAMES
        )  # when its first sample was heard, by each frame
        self._run = -1
        self._origin = 0  # the microphone's sample beside the run's sample 0
        self._origins: deque[int] = deque(maxlen=SETTLED_PIECES)  # by each piece
        self.moved = 0  # times that it was laid anew; what was learned before doesn't hold
        self.late = 0  # pieces that came when the microphone had passed their place

    def put(self, piece: Played) -> None:
        """Before the first frame of the microphone there is no place for it yet."""
        if not self._zeros_s:
            return
        # the least delayed of the last frames: the others had to wait for a busy machine
        origin = round((piece.at_s - self._lead_s - min(self._zeros_s)) * RATE_HZ) - piece.first
        if piece.run != self._run:
            self._run = piece.run
            self._lay(origin)
        self._origins.append(origin)
        usual = round(median(self._origins))
        if len(self._origins) == SETTLED_PIECES and abs(usual - self._origin) > MOVED_S * RATE_HZ:
            self._lay(usual)
        self._write(self._origin + piece.first, piece.samples)

    def frame(self, ended_s: float) -> Samples:
        """Beside the microphone's next frame, which ended at `ended_s`."""
        place = self._read % len(self._ring)
        beside = self._ring[place : place + FRAME_SAMPLES].copy()
        self._ring[place : place + FRAME_SAMPLES] = 0
        self._read += FRAME_SAMPLES
        self._zeros_s.append(ended_s - self._read / RATE_HZ)
        return beside

    def _lay(self, origin: int) -> None:
        self._origin = origin
        self._origins.clear()
        self.moved += 1

    def _write(self, first: int, samples: Samples) -> None:
        missed = self._read - first
        if missed > 0:
            self.late += bool(samples[:missed].any())
            first, samples = self._read, samples[missed:]
        if first + len(samples) - self._read > len(self._ring):
            return
        self._ring[(first + np.arange(len(samples))) % len(self._ring)] = samples
