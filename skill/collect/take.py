"""Is a take usable? Level, clipping, length, and whether all of it is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Take = npt.NDArray[np.int16]  # mono
TakeProblem = Literal["silent", "quiet", "clipped", "cut_begin", "cut_end", "short"]

_FULL_SCALE = 32768.0
_CLIPPED_FROM = 32700
_MOST_CLIPPED = 0.001  # of the samples of the loud part
_FRAME_S = 0.02
_EDGE_S = 0.06  # speech this close to an end has been cut
_SHORTEST_S = 1.0
_OVER_NOISE_DB = 9.0  # speech over the room's own noise, also when whispered


@dataclass(frozen=True)
class Quality:
    """What was found in a take."""

    seconds: float
    level_dbfs: float  # loudest 20 ms
    noise_dbfs: float  # the quiet tenth of it
    problem: TakeProblem | None


def quality(take: Take, rate_hz: int) -> Quality:
    """Measure a take; `problem` is the first thing that makes it unusable."""
    seconds = len(take) / rate_hz
    frame = int(_FRAME_S * rate_hz)
    count = len(take) // frame
    if seconds < _SHORTEST_S:
        return Quality(seconds, -np.inf, -np.inf, "short")
    frames = take[: count * frame].reshape(count, frame).astype(np.float64)
    level_db = 20 * np.log10(np.sqrt((frames**2).mean(axis=1)) / _FULL_SCALE + 1e-9)
    loudest, noise = float(level_db.max()), float(np.quantile(level_db, 0.1))
    return Quality(seconds, loudest, noise, _problem(take, level_db, loudest, noise))


def _problem(
    take: Take, level_db: npt.NDArray[np.float64], loudest: float, noise: float
) -> TakeProblem | None:
    if not take.any() or loudest < -85:
        return "silent"
    if np.count_nonzero(np.abs(take.astype(np.int32)) >= _CLIPPED_FROM) > _MOST_CLIPPED * len(take):
        return "clipped"
    speech = level_db > max(noise + _OVER_NOISE_DB, loudest - 25)
    edge = round(_EDGE_S / _FRAME_S)
    if loudest < noise + _OVER_NOISE_DB:
        return "quiet"
    if speech[:edge].any():
        return "cut_begin"
    if speech[-edge:].any():
        return "cut_end"
    return None
