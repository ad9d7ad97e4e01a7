"""Does the echo canceller do what it should? Only then the listener hears through it, and only what it must hear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skill.audio.samples import FRAME_S, FRAME_SAMPLES, RATE_HZ, Samples
from skill.hearing.echo.adaptive_filter import Powers
from skill.hearing.echo.canceller import Cleaned


@dataclass(frozen=True, slots=True)
class TrustTuning:
    """Levels in dB, powers over `memory_s`."""

    memory_s: float = 0.4
    proven_db: float = 12.0  # it takes so much off all that is heard: nobody speaks then
    proven_s: float = 0.6  # for so long: over less than that it may have learned these very sounds by heart
    # Where it was proven before, it is again if for so long
    again_s: float = 0.3
    echo_db: float = -10.0  # the echo that it takes off is at least this much of what is heard,
    astray: float = 0.2  # and no more of it, as amplitude, is still in what is left: also beside a person
    unlike: float = (
        0.35  # more likeness than this between what is left and the echo taken off: it takes off wrongly
    )
    wrong_share: float = 0.3  # and of the echo, as amplitude, is wrong
    worse_db: float = 1.0  # or it adds more than this


class EchoTrust:
    """Told of every frame that is cleaned; to be proven in each sentence, for the room may have changed since the last.

    A person who speaks over our voice also leaves much behind, but nothing that resembles the echo. So in a room in
    which it was proven before, they need not be silent for it to be proven again.
    """

    def __init__(self, tuning: TrustTuning | None = None) -> None:
        self._tuning = tuning or TrustTuning()
        self._keep = 1.0 - FRAME_S / self._tuning.memory_s
        self.lose()

    def lose(self) -> None:
        """What was learned of this room doesn't hold."""
        self._known = False
        self.begin()

    def begin(self) -> None:
        """Our own voice begins."""
        self._heard = self._rest = self._echo = self._alike = 0.0
        self._good = self._still_good = 0
        self.trusted = False

    def note(self, heard: Samples, cleaned: Cleaned, two_ears: bool = True) -> bool:
        """False when the canceller has proven wrong, and should begin anew.

        Where one ear hears alone, nobody else tells our voice from a person's: it has to be proven in silence.
        """
        keep, tuning, sound = self._keep, self._tuning, heard.astype(np.float64)
        self._heard = keep * self._heard + float(sound @ sound)
        self._rest = keep * self._rest + float(cleaned.rest @ cleaned.rest)
        self._echo = keep * self._echo + float(cleaned.echo @ cleaned.echo)
        self._alike = keep * self._alike + float(cleaned.rest @ cleaned.echo)
        self._known = self._known and not cleaned.anew
        good = self._rest < self._heard * 10 ** (-tuning.proven_db / 10)
        self._good = self._good + 1 if good else 0
        enough = self._echo > self._heard * 10 ** (tuning.echo_db / 10)
        still_good = self._known and enough and abs(self._alike) < tuning.astray * self._echo
        self._still_good = self._still_good + 1 if still_good else 0
        if self._good * FRAME_S >= tuning.proven_s:
            self._known = self.trusted = True
        if two_ears and self._known and max(self._good, self._still_good) * FRAME_S >= tuning.again_s:
            self.trusted = True
        if not self.trusted:
            return True
        alike = abs(self._alike)
        wrong = (
            alike > tuning.unlike * (self._rest * self._echo) ** 0.5
            and alike > tuning.wrong_share * self._echo
        )
        if wrong or self._rest > self._heard * 10 ** (tuning.worse_db / 10):
            self.lose()
            return False
        return True


@dataclass(frozen=True, slots=True)
class ResidueTuning:
    """Of a frame, in the speech band."""

    below_echo_db: float = 6.0  # what is left and softer than this below the echo taken off may be left of it
    fading_db: float = 2.0  # a frame: so fast the echo of a room dies away at the least
    band_hz: tuple[int, int] = (200, 4000)


class Residue:
    """Tells a person from what a canceller leaves of the echo in a room that has just changed.

    That can be as loud as a soft voice, and sound like speech, for it is; but it comes and goes with the echo.
    """

    def __init__(self, tuning: ResidueTuning | None = None) -> None:
        self._tuning = tuning or ResidueTuning()
        width_hz = RATE_HZ / FRAME_SAMPLES
        self._band = slice(*(round(hz / width_hz) for hz in self._tuning.band_hz))
        self._rest = self._echo = 0.0

    def note(self, cleaned: Cleaned) -> bool:
        """Told of every frame. Is the frame before this one, the sound of which comes now, no more than residue?"""
        tuning, rest_before = self._tuning, self._rest
        self._rest = self._power(cleaned.rest)
        self._echo = max(self._power(cleaned.echo), self._echo * 10 ** (-tuning.fading_db / 10))
        return rest_before < self._echo * 10 ** (-tuning.below_echo_db / 10)

    def _power(self, sound: Powers) -> float:
        bins = np.fft.rfft(sound)[self._band]
        return float(np.vdot(bins, bins).real)
