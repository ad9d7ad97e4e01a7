"""Ways to render one sentence: the usual one first, others where the gate turns it down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from skill.speaking.making.kokoro import SAMPLE_RATE_HZ, usual_symbols
from skill.speaking.making.shaping import Samples64, level_curve

# Said before a sentence and cut away: begun in the middle of talk, a short sentence has no stray sounds before it.
CARRIER: Final = ("n", "ˈ", "oː", "|", "k", "o", "m", "ə", "r", "|", "d", "e", ".")
_SHORTEST_GAP_S = 0.06
_GAP_BELOW_DB = 35.0
_CARRIER_ENDS_S = (0.6, 1.8)


@dataclass(frozen=True, slots=True)
class RenderingWay:
    """`style`: a voice of the engine, or a mixture «a*0.7+b*0.3». `carrier`: said within talk and cut out."""

    name: str
    style: str
    speed: float
    carrier: bool = False


class SpeechEngine(Protocol):
    """Says a string of symbols in a style: samples at 24 kHz."""

    def say(self, text: str, voice: str, speed: float = 1.0) -> NDArray[np.float32]: ...


class NoCut(Exception):
    """The carrier could not be told from the sentence."""


def rendered(engine: SpeechEngine, sounds: Sequence[str], way: RenderingWay) -> NDArray[np.float64]:
    """Samples at 24 kHz of a sentence. Raises NoCut."""
    if not way.carrier:
        return engine.say(usual_symbols(sounds), way.style, way.speed).astype(np.float64)
    text = usual_symbols((*CARRIER, "|", *sounds))
    return after_carrier(engine.say(text, way.style, way.speed).astype(np.float64), SAMPLE_RATE_HZ)


def after_carrier(samples: Samples64, rate_hz: int) -> Samples64:
    """What comes after the quiet that ends the carrier: the longest one that begins in its time. Raises NoCut."""
    power = level_curve(samples, rate_hz)
    loud = np.flatnonzero(power > power.max(initial=0.0) * 10 ** (-_GAP_BELOW_DB / 10))
    began_s = loud[:-1] / rate_hz
    gaps = np.where((began_s > _CARRIER_ENDS_S[0]) & (began_s < _CARRIER_ENDS_S[1]), np.diff(loud), 0)
    if gaps.max(initial=0) < _SHORTEST_GAP_S * rate_hz:
        raise NoCut
    at = int(np.argmax(gaps))
    return samples[(int(loud[at]) + int(loud[at + 1])) // 2 :]
