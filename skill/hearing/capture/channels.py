"""Which of a device's channels is listened to: the one in which something rises most above its own noise.

A mean of all would lose two in antiphase, and mix in one that hums. A channel that is dead, or gives nothing but a
steady hum or hiss, never rises above itself.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from skill.audio.samples import Floats

_PIECE_S = 0.02
_BAND_HZ = (200, 4000)  # of speech
_FLOOR_S = 6.0  # a channel's noise is its softest level of this long
_LEAST_DBFS = -84.0  # softer is the converter's last bit
_FALL_DB_S = 0.2  # so slowly is it forgotten how loud somebody was in a channel
_BETTER_BY_DB = 6.0  # less is no reason to change


class ChannelChooser:
    """Feed it blocks of shape (n, channels); it gives the chosen channel, shape (n,)."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._size = round(rate_hz * _PIECE_S)
        width_hz = rate_hz / self._size
        self._band = slice(round(_BAND_HZ[0] / width_hz), round(min(_BAND_HZ[1], rate_hz / 2) / width_hz))
        self._window = np.hanning(self._size)[:, None]
        self._floors: deque[NDArray[np.float64]] = deque(maxlen=round(_FLOOR_S / 0.5))
        self._running = np.zeros(channels)
        self._smoothed: NDArray[np.float64] | None = None
        self._peaks = np.full(channels, _LEAST_DBFS)
        self._pieces = 0
        self._rest: Floats = np.zeros((0, channels), np.float32)
        self.chosen = 0

    def feed(self, block: Floats) -> Floats:
        """Looks at the whole block first, so that a recording's first second is heard in the right channel."""
        if block.shape[1] == 1:
            return np.asarray(block[:, 0])
        data = np.concatenate([self._rest, block])
        whole = len(data) - len(data) % self._size
        for start in range(0, whole, self._size):
            self._look(data[start : start + self._size])
        self._rest = data[whole:]
        before, self.chosen = self.chosen, self._best()
        if before == self.chosen:
            return np.asarray(block[:, self.chosen])
        fade = np.minimum(np.arange(len(block), dtype=np.float32) / self._size, 1.0)
        return np.asarray(block[:, before] * (1 - fade) + block[:, self.chosen] * fade, dtype=np.float32)

    def _look(self, piece: Floats) -> None:
        bins = np.fft.rfft(piece * self._window, axis=0)[self._band]
        power = (np.abs(bins) ** 2).sum(axis=0) * 2.0 / self._size**2 * 8.0 / 3.0
        level = np.maximum(_LEAST_DBFS, 10.0 * np.log10(power + 1e-12))
        first = self._smoothed is None
        smoothed = level if self._smoothed is None else self._smoothed + 0.25 * (level - self._smoothed)
        self._smoothed = smoothed
        self._running = smoothed if first else np.minimum(self._running, smoothed)
        self._peaks = np.maximum(smoothed, self._peaks - _FALL_DB_S * _PIECE_S)
        self._pieces += 1
        if self._pieces % round(0.5 / _PIECE_S) == 0:
            self._floors.append(self._running)
            self._running = smoothed

    def _best(self) -> int:
        if self._smoothed is None:
            return self.chosen
        floor = np.min(np.stack([*self._floors, self._running]), axis=0)
        rise = self._peaks - floor
        best = int(np.argmax(rise))
        return best if rise[best] > rise[self.chosen] + _BETTER_BY_DB else self.chosen
