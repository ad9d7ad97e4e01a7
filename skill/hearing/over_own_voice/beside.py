"""What the listener is told of a frame in which our own sound can be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skill.audio.samples import FRAME_SAMPLES, RATE_HZ

# What a person leaves beside our own voice lies below all of these (60 commands over an echo as loud, DEV: likeness to
# 0.25, following to 0.77, once; SYNTHETIC)
MOST_LIKENESS: Final = 0.3
MOST_FOLLOWING: Final = 0.75
MOST_GAINED_DB: Final = 1.0
GAINED_FRAMES: Final = 5
OF_MEAN_POWER: Final = 0.03  # of a frame: what is that much softer than the others says nothing of the filter
FEWEST: Final = 5  # frames with an echo, to tell whether anything follows it
LEAST_POWER: Final = 1e3  # of a band: softer is silence
Bands = tuple[float, ...]
EDGES_HZ: Final = (150, 350, 550, 800, 1100, 1500, 2000, 2700, 3600, 5000, 7000)
_EDGES: Final = [round(hz * FRAME_SAMPLES / RATE_HZ) for hz in EDGES_HZ]
_WINDOW: Final = np.hanning(FRAME_SAMPLES)
SILENT: Final = (0.0,) * (len(EDGES_HZ) - 1)


@dataclass(frozen=True, slots=True)
class Beside:
    """Powers are sums over the squares of its 320 samples."""

    taken_out: bool  # our own sound is; else the frame is what the microphone gave
    residue: bool  # what is left may be no more than a rest of it
    played: bytes  # what our loudspeaker played then
    heard: float = 1.0  # power by the microphone,
    left: float = 1.0  # when the predicted echo is taken off it,
    echo: float = 0.0  # of that echo,
    alike: float = 0.0  # and the sum of the products of what is left and the echo
    left_bands: Bands = SILENT  # power in each band of what is left,
    echo_bands: Bands = SILENT  # and of the predicted echo


def left_db(frames: Iterable[Beside], floor: float = 0.0) -> float:
    """How much of what was heard is left: about 0 where a person speaks, far below where only we do.

    ``floor``: power that is added to both, so that where hardly anything sounds nothing is told.
    """
    heard = left = floor
    for frame in frames:
        heard, left = heard + frame.heard, left + frame.left
    return 10.0 * math.log10((left + 1.0) / (heard + 1.0))


def likeness(frames: Iterable[Beside]) -> float:
    """Of what is left and the echo, 0 to 1: near 0 where the right echo was taken off, whoever speaks beside it."""
    left = echo = alike = 0.0
    for frame in frames:
        left, echo, alike = left + frame.left, echo + frame.echo, alike + frame.alike
    return abs(alike) / math.sqrt((left + 1.0) * (echo + 1.0))


def bands(sound: NDArray[np.float64]) -> Bands:
    """Powers of a frame (320,) between `EDGES_HZ`."""
    spectrum = np.abs(np.fft.rfft(sound * _WINDOW)) ** 2
    return tuple(np.add.reduceat(spectrum, _EDGES)[:-1].tolist())


def follows_echo(frames: Sequence[Beside]) -> float:
    """Does what is left come and go with the echo, in time and in pitch? Correlation of the levels, 1 if it does.

    A person's words don't; a rest of our own voice does, also where the filter that took it out was poor.
    """
    ours = [frame for frame in frames if frame.echo > 0.0]
    if len(ours) < FEWEST:
        return 0.0
    left = np.log(np.array([frame.left_bands for frame in ours]) + LEAST_POWER)
    echo = np.log(np.array([frame.echo_bands for frame in ours]) + LEAST_POWER)
    left, echo = left - left.mean(axis=0), echo - echo.mean(axis=0)
    return float((left * echo).sum() / (np.sqrt((left**2).sum() * (echo**2).sum()) + 1e-9))


def most_gained_db(frames: Sequence[Beside], length: int) -> float:
    """By so much taking the echo off made it louder, for so many frames: much, if that echo had moved."""
    floor = OF_MEAN_POWER * length * sum(frame.heard for frame in frames) / max(1, len(frames))
    return max(left_db(frames[at : at + length], floor) for at in range(max(1, len(frames) - length + 1)))


def is_rest_of_ours(place: Sequence[Beside], around: Sequence[Beside] = ()) -> bool:
    """Is what is left in a place, and around it, a rest of our own voice, since the echo taken off was a wrong one?"""
    return (
        likeness(place) > MOST_LIKENESS
        or follows_echo(place) > MOST_FOLLOWING
        or follows_echo(around) > MOST_FOLLOWING
        or most_gained_db(place, GAINED_FRAMES) > MOST_GAINED_DB
    )
