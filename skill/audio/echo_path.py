"""Did a sound that was played come back in the microphone? Its level, its delay, and what was lost of its beginning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skill.audio.samples import LOWEST_DBFS, RATE_HZ, Samples, power_dbfs

_BAND_HZ = (300, 3800)
_CERTAIN = 14.0  # times the spread of what chance gives; another sentence of the same voice reaches 7
_LONGEST_DELAY_S = 4.0
_PIECE_S = 0.4
_PIECE_CERTAIN = 0.25  # of the usual likeness of a piece


@dataclass(frozen=True, slots=True)
class EchoPath:
    """How a played sound was heard."""

    came_back: bool
    delay_s: float = 0.0  # from the beginning of the recording to the beginning of the sound in it
    level_dbfs: float = LOWEST_DBFS  # of the recording while it sounds
    over_room_db: float = 0.0  # that above the recording's quiet tenth
    lost_start_s: float = 0.0  # so much of its beginning is missing: the device was asleep


def measure_path(played: Samples, heard: Samples) -> EchoPath:
    """`played` and the recording `heard`, both 16 kHz mono; the recording is the longer one.

    The likeness of both is taken over their whitened spectra (generalised cross-correlation with phase transform,
    Knapp & Carter 1976), so that neither a room's noise nor its colour matters.
    """
    if len(heard) <= len(played) or not played.any() or not heard.any():
        return EchoPath(False)
    likeness = _likeness(played, heard)
    places = likeness[: min(len(heard) - len(played), round(_LONGEST_DELAY_S * RATE_HZ))]
    at = int(np.argmax(np.abs(places)))
    spread = float(np.median(np.abs(places))) / 0.6745
    if abs(places[at]) < _CERTAIN * spread:
        return EchoPath(False)
    begins = min(at, len(heard) - len(played))
    during = _dbfs(heard[begins : begins + len(played)])
    frames = heard[: len(heard) // 320 * 320].reshape(-1, 320)
    room = float(np.quantile([_dbfs(frame) for frame in frames], 0.1))
    return EchoPath(True, begins / RATE_HZ, during, during - room, _lost_start_s(played, heard, begins))


def _likeness(played: Samples, heard: Samples) -> NDArray[np.float64]:
    count = 1 << (len(played) + len(heard)).bit_length()
    cross = np.fft.rfft(heard, count) * np.conj(np.fft.rfft(played, count))
    hertz = np.fft.rfftfreq(count, 1 / RATE_HZ)
    cross /= np.abs(cross) + 1e-9
    cross[(hertz < _BAND_HZ[0]) | (hertz > _BAND_HZ[1])] = 0
    return np.asarray(np.fft.irfft(cross, count))


def _lost_start_s(played: Samples, heard: Samples, begins: int) -> float:
    """Seconds of pieces at the beginning that do not stand in the recording where the rest stands."""
    size = round(_PIECE_S * RATE_HZ)
    found: list[
        tuple[float, float]
    ] = []  # begin of a piece with sound in it, its likeness at the place of the whole
    loud = 0.05 * float(np.abs(played.astype(np.float64)).max())
    for start in range(0, len(played) - size + 1, size // 4):
        piece = played[start : start + size]
        if np.sqrt(np.mean(piece.astype(np.float64) ** 2)) < loud:
            continue
        there = heard[max(0, begins + start - 160) : begins + start + size + 160]
        likeness = np.abs(_likeness(piece, there)[:320])
        found.append((start / RATE_HZ, float(likeness.max()) / (float(np.median(likeness)) + 1e-12)))
    usual = float(np.median([like for _, like in found])) if found else 0.0
    clear = [start_s for start_s, like in found if like >= _PIECE_CERTAIN * usual]
    first_s = found[0][0] if found else 0.0
    return max(0.0, clear[0] - first_s) if clear else 0.0


def _dbfs(samples: Samples) -> float:
    power = float(np.mean(samples.astype(np.float64) ** 2)) if len(samples) else 0.0
    return power_dbfs(power)
