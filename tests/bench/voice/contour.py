"""The pitch of a rendered sentence led by Norwegian's two tonal accents, with WORLD (Morise et al. 2016).

East Norwegian as textbooks have it (Kristoffersen, The Phonology of Norwegian, 2000; not read anew for this): a phrase
begins with a stressed syllable and lasts to the next one. Accent 1 is low in the stressed vowel and rises to the end of
the phrase. Accent 2 begins the vowel high, falls to low at its end and rises from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LOW_ST, HIGH_ST, LAST_HIGH_ST = -3.0, 2.0, 0.5
DECLINATION_ST = 2.5  # from the first to the last sound
OWN_SHARE = 0.25  # of the engine's own movement that stays
_VOWELS = "ɑeiouʉyæøəɔ"
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StressedVowel:
    """Seconds of a stressed vowel and of its word's end, and the accent of its word (0: not known, said as 1)."""

    word: str
    accent: int
    begins_s: float
    ends_s: float
    word_ends_s: float


def stressed_vowel(
    word: str, accent: int, phones: Sequence[str], begin_s: float, end_s: float
) -> StressedVowel | None:
    """Where in its word the stressed vowel lies, by usual shares of sounds; None for a word without stress."""
    if "ˈ" not in phones:
        return None
    at = list(phones).index("ˈ")
    sounds = [phone for phone in phones if phone not in "ˈˌ"]
    at -= sum(phone == "ˌ" for phone in phones[:at])
    shares = np.array([_share(phone) for phone in sounds])
    edges = begin_s + (end_s - begin_s) * np.concatenate([[0.0], np.cumsum(shares) / shares.sum()])
    return StressedVowel(word, accent, float(edges[at]), float(edges[at + 1]), end_s)


def _share(phone: str) -> float:
    if phone[0] in _VOWELS:
        return 2.0 if phone.endswith("ː") or len(phone) > 1 else 1.2
    return 1.0


def contour_st(times_s: Floats, vowels: Sequence[StressedVowel]) -> Floats:
    """Semitones from the speaker's middle, at each time."""
    points: list[tuple[float, float]] = []
    for each, after in zip(vowels, [*vowels[1:], None], strict=True):
        middle_s = (each.begins_s + each.ends_s) / 2
        if each.accent == 2:
            points += [(each.begins_s, HIGH_ST), (each.ends_s + 0.03, LOW_ST)]
        else:
            points += [(middle_s, LOW_ST)]
        if after is None:
            points += [(float(times_s[-1]), LAST_HIGH_ST)]
        elif after.begins_s - 0.06 > points[-1][0]:
            points += [(after.begins_s - 0.06, HIGH_ST)]
    at_s, st = np.array(points).T
    order = np.argsort(at_s)
    drop = DECLINATION_ST * (0.5 - times_s / max(float(times_s[-1]), 0.1))
    return np.asarray(np.interp(times_s, at_s[order], st[order]) + drop)


def pitch(samples: Floats, rate_hz: int) -> tuple[Floats, Floats]:
    """F0 in Hz, 0 where there is none, and its times in s."""
    import pyworld

    f0, times_s = pyworld.dio(samples, rate_hz, f0_floor=60.0, f0_ceil=400.0)
    return np.asarray(pyworld.stonemask(samples, f0, times_s, rate_hz)), np.asarray(times_s)


def led(samples: Floats, rate_hz: int, vowels: Sequence[StressedVowel] | None) -> Floats:
    """The samples taken apart and put together by WORLD, with the pitch of these accents; None: with their own."""
    import pyworld

    f0, times_s = pitch(samples, rate_hz)
    envelope: Any = pyworld.cheaptrick(samples, f0, times_s, rate_hz)
    roughness: Any = pyworld.d4c(samples, f0, times_s, rate_hz)
    if vowels:
        voiced = f0 > 0
        own_st = 12 * np.log2(f0[voiced] / np.median(f0[voiced]))
        wanted = contour_st(times_s, vowels)[voiced] + OWN_SHARE * own_st
        f0 = f0.copy()
        f0[voiced] = np.median(f0[voiced]) * 2 ** (wanted / 12)
    return np.asarray(pyworld.synthesize(f0, envelope, roughness, rate_hz))
