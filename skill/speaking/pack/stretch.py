"""Slower and faster without another pitch."""

from __future__ import annotations

import numpy as np

from skill.audio.sound import Sound, from_float, to_float

_PADDING_S = 0.2  # the library gives back whole frames only: without it the last sounds are lost


def stretched(sound: Sound, factor: float) -> Sound:
    """The sound `factor` times as long (WSOLA: pieces of the waveform laid over each other where they fit)."""
    if abs(factor - 1.0) < 0.01 or len(sound.samples) < sound.rate_hz // 10:
        return sound
    from audiotsm import wsola
    from audiotsm.io.array import ArrayReader, ArrayWriter

    out = ArrayWriter(1)
    padded = np.pad(to_float(sound), (0, round(_PADDING_S * sound.rate_hz)))
    wsola(1, speed=1 / factor).run(ArrayReader(padded[None].astype(np.float32)), out)
    wanted = round(factor * len(sound.samples))
    return from_float(out.data[0][:wanted].astype(np.float64), sound.rate_hz)
