"""A piece of mono sound, and what can be done with it without a device."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skill.audio.samples import Samples

FULL_SCALE = 32767
QUIET = 16  # samples up to this (-66 dBFS) count as silence


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """Mono sound: `samples` has shape (n,), `rate_hz` of them a second."""

    samples: Samples
    rate_hz: int

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.rate_hz

    @property
    def peak_dbfs(self) -> float:
        """Level of the largest sample; -inf for silence."""
        return _dbfs(float(np.max(np.abs(self.samples.astype(np.int32)), initial=0)))

    @property
    def rms_dbfs(self) -> float:
        """Root mean square over the whole sound; -inf for silence."""
        wide = self.samples.astype(np.float64)
        return _dbfs(float(np.sqrt(np.mean(wide * wide))) if len(wide) else 0.0)

    def voiced_span(self) -> tuple[int, int] | None:
        """Index of the first audible sample and one past the last; None when all is silence."""
        audible = np.flatnonzero(np.abs(self.samples.astype(np.int32)) > QUIET)
        return (int(audible[0]), int(audible[-1]) + 1) if len(audible) else None


def _dbfs(amplitude: float) -> float:
    return 20 * math.log10(amplitude / FULL_SCALE) if amplitude > 0 else -math.inf


def from_float(samples: NDArray[np.float64], rate_hz: int) -> Sound:
    """Sound of floating-point samples where 1.0 is full scale; what is above is clipped."""
    scaled = np.clip(np.round(samples * FULL_SCALE), -FULL_SCALE, FULL_SCALE)
    return Sound(scaled.astype(np.int16), rate_hz)


def to_float(sound: Sound) -> NDArray[np.float64]:
    """The samples with 1.0 as full scale."""
    return sound.samples.astype(np.float64) / FULL_SCALE


def silence(duration_s: float, rate_hz: int) -> Sound:
    return Sound(np.zeros(round(duration_s * rate_hz), np.int16), rate_hz)


def join(sounds: Sequence[Sound], pause_s: float = 0.0) -> Sound:
    """One sound after the other with `pause_s` between; all are brought to the first one's rate."""
    if not sounds:
        raise ValueError("nothing to join")
    rate_hz = sounds[0].rate_hz
    pieces: list[Samples] = []
    for number, sound in enumerate(sounds):
        if number:
            pieces.append(silence(pause_s, rate_hz).samples)
        pieces.append(resample(sound, rate_hz).samples)
    return Sound(np.concatenate(pieces), rate_hz)


def resample(sound: Sound, rate_hz: int) -> Sound:
    """The same sound at another rate (polyphase filter, so nothing folds back into the audible range)."""
    if rate_hz == sound.rate_hz or not len(sound.samples):
        return Sound(sound.samples, rate_hz)
    from scipy.signal import resample_poly  # half a second to import: not before the microphone is open

    divisor = math.gcd(rate_hz, sound.rate_hz)
    return from_float(resample_poly(to_float(sound), rate_hz // divisor, sound.rate_hz // divisor), rate_hz)
