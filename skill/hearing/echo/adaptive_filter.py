"""The way of our own sound from the loudspeaker to the microphone, learned from both.

A partitioned frequency-domain adaptive filter whose step is a Kalman gain (Enzner and Vary, «Frequency-domain adaptive
Kalman filter for acoustic echo control in hands-free telephones», Signal Processing 86, 2006; in partitions: Kuech,
Mabande and Enzner, ICASSP 2014): it goes on learning the room while somebody speaks, without unlearning it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skill.audio.samples import FRAME_S, FRAME_SAMPLES, Samples

Spectra = NDArray[np.complex128]
Powers = NDArray[np.float64]
_BINS = FRAME_SAMPLES + 1
_STRIDE = 37  # has no factor in common with the frames that are kept: in turn each of them is met


@dataclass(frozen=True, slots=True)
class FilterTuning:
    """How the room is learned. `python -m tests.bench.own_voice.taken_out` prints what each of these numbers gains."""

    reach_s: float = 0.44  # the longest echo: delay of devices and air, and what the room adds
    forgetting: float = 0.998  # of the room, a frame: the clocks of two devices drift apart
    first_uncertainty: float = 0.003
    smoothing: float = 0.8  # of what isn't echo, a frame
    again: int = 1  # earlier frames, for each new one, that are learned from once more
    kept_s: float = 0.5  # so far back

    @property
    def parts(self) -> int:
        """Frames after a sound until its echo is over."""
        return round(self.reach_s / FRAME_S)


class AdaptiveFilter:
    """The loudspeaker's sound in, its echo out; learns from what the microphone heard."""

    def __init__(self, tuning: FilterTuning) -> None:
        self._tuning = tuning
        self.forget()

    def forget(self) -> None:
        """Another room, or another place in it."""
        self._room: Spectra = np.zeros((self._tuning.parts, _BINS), np.complex128)
        self._uncertainty: Powers = np.full((self._tuning.parts, _BINS), self._tuning.first_uncertainty)
        self.begin()

    def begin(self) -> None:
        """After a pause in which there was no echo."""
        self._played = np.zeros(2 * FRAME_SAMPLES)
        # of what was played, newest first
        self._spectra: Spectra = np.zeros((self._tuning.parts, _BINS), np.complex128)
        self._rest: Powers = np.zeros(_BINS)  # power of what isn't echo
        self._kept: deque[tuple[Spectra, Powers]] = deque(maxlen=round(self._tuning.kept_s / FRAME_S))
        self._next = 0

    def take_over(self, other: AdaptiveFilter) -> None:
        """What the other one has learned of the room."""
        self._room, self._uncertainty = other._room.copy(), other._uncertainty.copy()

    def follow(self, heard: Powers, played: Samples) -> tuple[Powers, Powers]:
        """Both of shape (320,) at 16 kHz → what is left of `heard`, and the echo that was taken off it."""
        self._played = np.concatenate([self._played[FRAME_SAMPLES:], played.astype(np.float64)])
        self._spectra = np.roll(self._spectra, 1, axis=0)
        self._spectra[0] = np.fft.rfft(self._played)
        echo = self._echo_of(self._spectra)
        rest = heard - echo
        self._rest = self._learn(self._spectra, rest)
        self._kept.append((self._spectra, heard))
        for _ in range(self._tuning.again):
            self._learn_again()
        return rest, echo

    def _learn_again(self) -> None:
        """From a frame of the last half second: a sentence is short, and the room may be new in each."""
        self._next = (self._next + _STRIDE) % len(self._kept)
        spectra, heard = self._kept[-1 - self._next]
        self._learn(spectra, heard - self._echo_of(spectra))

    def _echo_of(self, spectra: Spectra) -> Powers:
        return np.asarray(np.fft.irfft((self._room * spectra).sum(axis=0))[FRAME_SAMPLES:])

    def _learn(self, spectra: Spectra, rest: Powers) -> Powers:
        """Returns the power of what isn't echo, of each frequency."""
        tuning, parts = self._tuning, self._tuning.parts
        error = np.fft.rfft(np.concatenate([np.zeros(FRAME_SAMPLES), rest]))
        power = np.abs(spectra) ** 2
        other = tuning.smoothing * self._rest + (1 - tuning.smoothing) * np.abs(error) ** 2
        expected = (power * self._uncertainty).sum(axis=0) + 2 * other / parts
        step = self._uncertainty / (expected + 1e-10)
        self._uncertainty = tuning.forgetting**2 * (1 - 0.5 * step * power) * self._uncertainty
        self._uncertainty += (1 - tuning.forgetting**2) * np.abs(self._room) ** 2
        self._room += step * np.conj(spectra) * error
        impulse = np.fft.irfft(self._room, axis=1)
        impulse[:, FRAME_SAMPLES:] = 0.0
        self._room = np.fft.rfft(impulse, axis=1)
        return np.asarray(other)
