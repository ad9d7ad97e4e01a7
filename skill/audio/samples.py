"""The one audio format inside the hearing room: 20 ms frames of 16 kHz mono 16-bit samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
FRAME_S = 0.02
FRAME_SAMPLES = 320
FRAME_BYTES = 2 * FRAME_SAMPLES
SILENCE = bytes(FRAME_BYTES)
LOWEST_DBFS = -96.0

Samples = NDArray[np.int16]
Floats = NDArray[np.float32]


def level_dbfs(frame: bytes) -> float:
    """RMS level of a frame relative to a full-scale square wave; LOWEST_DBFS for digital silence."""
    samples = np.frombuffer(frame, np.int16).astype(np.float32)
    return power_dbfs(float(np.dot(samples, samples)) / max(1, samples.size))


def power_dbfs(power: float) -> float:
    """Level of a mean square of 16-bit samples, relative to a full-scale square wave; at least LOWEST_DBFS."""
    return max(LOWEST_DBFS, 10.0 * float(np.log10(power + 1e-9)) - 90.309)


def to_int16(samples: Floats) -> Samples:
    """Float samples in -1..1, clipped, as 16-bit integers."""
    scaled = np.clip(samples * 32768.0, -32768, 32767)
    return np.asarray(np.rint(scaled), dtype=np.int16)


class Framer:
    """Cuts any stream of 16 kHz mono samples into frames; keeps what is left over for the next call."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, samples: Samples) -> list[bytes]:
        data = self._rest + samples.tobytes()
        whole = len(data) - len(data) % FRAME_BYTES
        self._rest = data[whole:]
        return [data[i : i + FRAME_BYTES] for i in range(0, whole, FRAME_BYTES)]

    def flush(self) -> list[bytes]:
        """The last, incomplete frame, filled up with silence."""
        rest, self._rest = self._rest, b""
        return [rest + bytes(FRAME_BYTES - len(rest))] if rest else []
