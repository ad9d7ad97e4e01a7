"""Where a prompt begins and ends: no first word clipped, no waiting for it either."""

from __future__ import annotations

import numpy as np

from skill.audio.sound import Sound

LEAD_IN_S = 0.010  # silence before the first audible sample, always the same
TAIL_S = 0.060  # silence after the last one: voices end softly below the threshold


def trimmed(sound: Sound) -> Sound:
    """The sound with exactly LEAD_IN_S of silence before its first audible sample and TAIL_S after the last.

    Nothing audible is removed: the threshold is -66 dBFS, below any voice's first breath.
    """
    span = sound.voiced_span()
    if span is None:
        return sound
    lead = np.zeros(round(LEAD_IN_S * sound.rate_hz), np.int16)
    tail = np.zeros(round(TAIL_S * sound.rate_hz), np.int16)
    return Sound(np.concatenate([lead, sound.samples[span[0] : span[1]], tail]), sound.rate_hz)
