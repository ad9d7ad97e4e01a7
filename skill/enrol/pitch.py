"""Do two people speak? Told by how high the voice is: it finds a man and a woman, not two men."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skill.audio.samples import RATE_HZ, Samples

LOWEST_HZ, HIGHEST_HZ = 70.0, 400.0
APART = 1.35  # of four voices that cry, none has a wider gap between two of its cries than 1.23
LEAST_TAKES = 2  # of each
_WINDOW_S, _STEP_S = 0.05, 0.02
_PERIODIC = 0.6  # of the energy


def pitch_hz(sound: Samples) -> float | None:
    """The median pitch of what is periodic in it (autocorrelation); None where hardly anything is."""
    window, step = round(_WINDOW_S * RATE_HZ), round(_STEP_S * RATE_HZ)
    shortest, longest = int(RATE_HZ / HIGHEST_HZ), int(RATE_HZ / LOWEST_HZ)
    wide = sound.astype(np.float64)
    starts = range(0, len(wide) - window - longest, step)
    loudest = max((float(np.abs(wide[s : s + window]).mean()) for s in starts), default=0.0)
    found = []
    for start in starts:
        part = wide[start : start + window]
        if np.abs(part).mean() < 0.2 * loudest:
            continue
        lags = np.arange(shortest, longest + 1)
        later = np.lib.stride_tricks.sliding_window_view(wide[start + shortest :], window)[: len(lags)]
        like = later @ part / (np.sqrt((later**2).sum(axis=1) * float(part @ part)) + 1e-9)
        best = int(np.argmax(like))
        # the shortest period that is about as good: twice the period fits as well
        first = int(np.flatnonzero(like >= 0.9 * like[best])[0])
        top = first + int(np.argmax(like[first : first + 8]))
        if like[top] >= _PERIODIC:
            found.append(RATE_HZ / float(lags[top]))
    return float(np.median(found)) if len(found) >= 5 else None


def two_voices(pitches_hz: Sequence[float | None]) -> bool:
    """Do they fall into two groups that lie clearly apart?"""
    known = sorted(pitch for pitch in pitches_hz if pitch is not None)
    return any(
        known[place] >= APART * known[place - 1] for place in range(LEAST_TAKES, len(known) - LEAST_TAKES + 1)
    )
