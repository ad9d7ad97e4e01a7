"""Streaming sample-rate conversion without clicks at block borders."""

from __future__ import annotations

from math import ceil, gcd

import numpy as np

from skill.audio.samples import Floats


class Resampler:
    """Polyphase FIR from `from_hz` to `to_hz`; the same samples come out however the input is cut."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        from scipy.signal import firwin  # 30 MB and 0.3 s: only where a device can't do 16 kHz

        common = gcd(from_hz, to_hz)
        self._up, self._down = to_hz // common, from_hz // common
        widest = max(self._up, self._down)
        half = 10 * self._down * ceil(widest / self._down)
        taps = firwin(2 * half + 1, 0.95 / widest, window=("kaiser", 6.0)) * self._up
        self._taps = np.asarray(taps, dtype=np.float32)
        history = ceil(len(taps) / self._up / self._down) * self._down
        self._past: Floats = np.zeros(history, dtype=np.float32)
        self._waiting: Floats = np.zeros(0, dtype=np.float32)
        self._delay = half // self._down  # output samples that the filter lags behind; not given out
        self._tail = ceil(half / self._up / self._down) * self._down

    def feed(self, samples: Floats) -> Floats:
        """As many output samples as the input so far allows; the rest waits for the next call."""
        from scipy.signal import upfirdn

        data = np.concatenate([self._waiting, samples])
        ready = len(data) - len(data) % self._down
        block, self._waiting = data[:ready], data[ready:]
        if not ready:
            return np.zeros(0, dtype=np.float32)
        window = np.concatenate([self._past, block])
        first = len(self._past) * self._up // self._down
        count = ready * self._up // self._down
        out = upfirdn(self._taps, window, self._up, self._down)[first : first + count]
        self._past = window[-len(self._past) :]
        skipped = min(self._delay, len(out))
        self._delay -= skipped
        return np.asarray(out[skipped:], dtype=np.float32)

    def flush(self) -> Floats:
        """What the filter still holds at the end of a recording."""
        padding = self._tail + (-len(self._waiting)) % self._down
        return self.feed(np.zeros(padding, dtype=np.float32))
