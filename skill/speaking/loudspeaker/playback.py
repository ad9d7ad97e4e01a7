"""The part of a live loudspeaker that runs in the sound card's callback: no locks, no waiting, no device.

The threads share it without a lock: the service writes `wanted`, the callback everything else.
"""

from __future__ import annotations

from queue import SimpleQueue

import numpy as np

from skill.audio.samples import Samples
from skill.audio.sound import Sound, resample
from skill.speaking.loudness import with_gain
from skill.speaking.loudspeaker.player import OnEnd, faded_out


class Playback:
    """One sound on its way to the loudspeaker."""

    def __init__(self, sound: Sound, gain_db: float, on_end: OnEnd, lead_s: float = 0.0) -> None:
        """`lead_s`: a sleeping device is woken for so long by a sound that nobody hears."""
        self._source = with_gain(sound, gain_db)
        self._lead_s = lead_s
        self._samples: Samples = np.zeros(0, np.int16)
        self._position = 0
        self._rate_hz = 0
        self.on_end = on_end
        self.cut_short = False
        self.ended_at_s: float | None = None  # when its last sample leaves the loudspeaker, once it is known

    def start_at(self, rate_hz: int) -> None:
        """Be ready to play from the start at the device's rate."""
        self._samples = np.concatenate(
            [_waking(self._lead_s, rate_hz), resample(self._source, rate_hz).samples]
        )
        self._position, self._rate_hz = 0, rate_hz

    @property
    def begun(self) -> bool:
        return self._position > 0 or self.cut_short

    @property
    def left(self) -> int:
        """Samples still to be played."""
        return len(self._samples) - self._position

    def cut(self) -> None:
        """Fade out now."""
        if not self.cut_short:
            self._samples = faded_out(self._samples[self._position :], self._rate_hz)
            self._position = 0
            self.cut_short = True

    def take(self, count: int) -> Samples:
        """The next samples, at most `count`."""
        piece = self._samples[self._position : self._position + count]
        self._position += len(piece)
        return piece


def _waking(seconds: float, rate_hz: int) -> Samples:
    """±1, turn about: some devices take exact zeros for no sound, and go on sleeping."""
    return np.resize(np.array([1, -1], np.int16), round(seconds * rate_hz))


class Mixer:
    """Fills the device's blocks from what is wanted; a change of mind fades the old sound first."""

    def __init__(self) -> None:
        self.wanted: Playback | None = None  # written by the service alone
        self.ended: SimpleQueue[Playback | None] = SimpleQueue()  # those whose last sample was handed over
        self._active: Playback | None = None

    def fill(self, block: Samples, rate_hz: int, heard_at_s: float) -> None:
        """Write the next block, shape (frames, channels); `heard_at_s` is when its first sample is heard."""
        block.fill(0)
        filled = 0
        wanted = self.wanted
        while filled < len(block):
            active = self._active
            if active is None or active.ended_at_s is not None:
                if wanted is None or wanted.ended_at_s is not None:
                    return
                active = self._active = wanted
            if active is not wanted:
                active.cut()
            piece = active.take(len(block) - filled)
            block[filled : filled + len(piece)] = piece[:, np.newaxis]
            filled += len(piece)
            if not active.left:
                active.ended_at_s = heard_at_s + filled / rate_hz
                self.ended.put(active)

    def drop(self) -> None:
        """Forget the sound that was interrupted by the loss of the device. Only while no callback runs."""
        self._active = None
