"""Is a rendered sentence fit to be heard at night? Measured, not believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from skill.audio.sound import Sound, resample
from skill.second_ear.scoring import score_phrases
from skill.second_ear.tree import sound_tree
from skill.second_ear.weights import Networks
from skill.speaking.loudness import loudness_lufs
from skill.speaking.making.shaping import share_of_band
from skill.speaking.making.stranger import WINDOW_S, letter_errors

# Bounds of the gate. A sentence outside any of them is rendered in another way, and falls back if no way helps.
LEAST_SCORE = -1.6  # of the second ear, by the letter: how much worse than its free best path
GOOD_SCORE = -1.0  # below it other ways are tried too, and the best is kept
SHORTEST_S_LETTER, LONGEST_S_LETTER, LONGEST_MORE_S = 0.045, 0.15, 0.6
LONGEST_PAUSE_S = 0.45  # within a sentence without a comma
HIGHEST_PEAK_DBFS = -0.5
LEAST_BAND = 0.20  # of the energy between 0.5 and 4 kHz, when all was done to raise it
MOST_LETTER_ERRORS = 0.7  # by a stranger's ear that was never told what is said
# Whisper's own window is 30 s. In 10 s it costs a fifth and hears sentences much the same, some single words worse; so
# its own window is asked where many letters are wrong in the short one.
SHORT_WINDOW_S, MANY_ERRORS = 10.0, 0.4

Transcribe = Callable[[Sound, float], str]  # within so many seconds, silence added up to them
HeardAs = Callable[[str, Sound], str]  # sentence and its sound → the sentence that the sound is taken for


@dataclass(frozen=True, slots=True)
class Measured:
    """One rendering of one sentence, measured.

    `taken_for`: by the second ear. `heard_as`: by our own model. `errors`: share of letters that a stranger's ear got
    wrong. The last two are None where that judge was not asked.
    """

    taken_for: str
    score: float
    duration_s: float
    longest_pause_s: float
    peak_dbfs: float
    lufs: float
    band: float
    heard_as: str | None = None
    errors: float | None = None

    def faults(self, sentence: str) -> tuple[str, ...]:
        """What is wrong with it, in a few words each; () when it passes."""
        letters = _letters(sentence)
        fitting = (
            SHORTEST_S_LETTER * letters <= self.duration_s <= LONGEST_S_LETTER * letters + LONGEST_MORE_S
        )
        pause_s = LONGEST_PAUSE_S * (2 if any(mark in sentence[:-1] for mark in ",:–.") else 1)
        found = (
            (self.taken_for != sentence, f"taken for «{self.taken_for}»"),
            (self.heard_as not in (None, sentence), f"heard as «{self.heard_as}»"),
            (self.score < LEAST_SCORE, f"score {self.score:.2f}"),
            (not fitting, f"{self.duration_s:.2f} s for {letters} letters"),
            (self.longest_pause_s > pause_s, f"a pause of {self.longest_pause_s:.2f} s"),
            (self.peak_dbfs > HIGHEST_PEAK_DBFS, f"peak {self.peak_dbfs:.1f} dBFS"),
            (self.band < LEAST_BAND, f"{self.band:.0%} between 0.5 and 4 kHz"),
            ((self.errors or 0.0) > MOST_LETTER_ERRORS, f"{self.errors or 0:.0%} letter errors"),
        )
        return tuple(words for wrong, words in found if wrong)

    def good(self, sentence: str) -> bool:
        """Nothing is wrong with it, and no other way need be tried."""
        return not self.faults(sentence) and self.score >= GOOD_SCORE


class SentenceGate:
    """Measures renderings against all sentences of a language. Not for two threads at once."""

    def __init__(
        self, networks: Networks, sounds: Mapping[str, Sequence[str]], stranger: Transcribe | None = None,
        own_model: HeardAs | None = None,
    ) -> None:  # fmt: skip
        """`sounds`: sentence → its phones; marks among them are passed over. `stranger` and `own_model` are asked about
        every sound."""
        self._networks = networks
        self._stranger = stranger
        self._own_model = own_model
        number = {phone: k + 1 for k, phone in enumerate(networks.phones)}
        self._tree = sound_tree(
            {text: [[[number[p] for p in said if p in number]]] for text, said in sounds.items()}
        )

    @property
    def asks_a_stranger(self) -> bool:
        return self._stranger is not None

    @property
    def asks_our_model(self) -> bool:
        return self._own_model is not None

    def measure(self, sentence: str, sound: Sound) -> Measured:
        """`sound` as it is kept."""
        at_16k = resample(sound, 16_000).samples
        padded = np.pad(at_16k, 3200)
        scores = score_phrases(self._networks.log_probs(padded), self._tree).whole
        own = scores[self._tree.phrases.index(sentence)]
        measured = Measured(
            taken_for=self._tree.phrases[int(np.argmax(scores))] if own < scores.max() else sentence,
            score=round(float(own), 3),
            duration_s=round(sound.duration_s, 3),
            longest_pause_s=round(longest_pause_s(sound), 3),
            peak_dbfs=round(sound.peak_dbfs, 2),
            lufs=round(loudness_lufs(sound), 2),
            band=round(share_of_band(sound), 3),
        )
        return self.asked_too(sentence, sound, measured)

    def asked_too(self, sentence: str, sound: Sound, measured: Measured) -> Measured:
        """`measured`, and what those judges say of the sound who are here and were not asked about it."""
        if self._own_model and measured.heard_as is None:
            measured = replace(measured, heard_as=self._own_model(sentence, sound))
        if self._stranger and measured.errors is None:
            measured = replace(measured, errors=round(self._errors(sentence, sound, self._stranger), 3))
        return measured

    @staticmethod
    def _errors(sentence: str, sound: Sound, stranger: Transcribe) -> float:
        errors = letter_errors(sentence, stranger(sound, SHORT_WINDOW_S))
        return errors if errors <= MANY_ERRORS else letter_errors(sentence, stranger(sound, WINDOW_S))


def _letters(sentence: str) -> int:
    return sum(character.isalnum() for character in sentence)


def longest_pause_s(sound: Sound, below_db: float = 40.0) -> float:
    """The longest stretch inside a sound that is `below_db` under its loudest 20 ms."""
    width = max(1, round(0.02 * sound.rate_hz))
    wide = sound.samples.astype(np.float64) ** 2
    power = np.convolve(wide, np.ones(width) / width, "same")
    loud = np.flatnonzero(power > power.max(initial=0.0) * 10 ** (-below_db / 10))
    return float(np.max(np.diff(loud), initial=0)) / sound.rate_hz
