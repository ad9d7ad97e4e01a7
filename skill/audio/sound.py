"""A piece of mono sound, and what can be done with it without a device."""

from __future__ import annotations

import io
import math
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from skill.errors import AudioError

Samples = NDArray[np.int16]

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


def read_wav(source: Path | BinaryIO) -> Sound:
    """A 16-bit wav file of one or two channels (the first is taken), with the standard library alone."""
    name = source.name if isinstance(source, Path) else "lyden"
    try:
        with wave.open(str(source) if isinstance(source, Path) else source, "rb") as file:
            if file.getsampwidth() != 2:
                raise AudioError(f"{name} har {8 * file.getsampwidth()}-bits lyd; lagre den som 16-bits wav.")
            raw = np.frombuffer(file.readframes(file.getnframes()), "<i2")
            return Sound(raw[:: file.getnchannels()].astype(np.int16), file.getframerate())
    except (wave.Error, EOFError, ValueError) as error:
        raise AudioError(f"{name} er ikke en lesbar wav-fil ({error}); lag den på nytt.") from error
    except OSError as error:
        raise AudioError(f"{name} kan ikke leses ({error.strerror}).") from error


def wav_bytes(sound: Sound) -> bytes:
    """The sound as a whole 16-bit wav file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate_hz)
        file.writeframes(sound.samples.astype("<i2").tobytes())
    return buffer.getvalue()
