"""Sound → one of a home's sentences, or nothing: the first ear proposes, the second decides."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from skill.audio.samples import RATE_HZ, Samples
from skill.hearing.accept.second_opinion import read_least_scores
from skill.hearing.recognise.recogniser import VoskModel
from skill.hearing.second_ear_here import LEAST
from skill.second_ear.verdict import SecondEar, open_second_ear
from skill.vocabulary import UNKNOWN_WORD
from skill.wyoming_server.home_folder import LEXICON, read_home_folder

PROPOSALS = 30
WEIGHT = 0.5  # of the second ear's word beside the first's; best of 0 to 3 on 123 commands by four DEV voices
LONGEST_S = 15.0


@dataclass(frozen=True)
class CommandHeard:
    """``text``: numbers in digits; "" for what is none of the sentences. ``sentence``: the same in words.

    ``proposals``: of the first ear. ``score``: the second ear's, by the letter, 0 at best.
    """

    text: str
    sentence: str
    proposals: tuple[str, ...]
    score: float


NOTHING = CommandHeard("", "", (), float("-inf"))


class CommandEars:
    """Not for two threads at once."""

    def __init__(self, folder: Path, second_ear: Path) -> None:
        """Raises ModelError: a folder is missing something."""
        self._known, sentences = read_home_folder(folder)
        self.sentence_count = len(sentences)
        self._recogniser = VoskModel(folder).proposer([*sentences, UNKNOWN_WORD], PROPOSALS)
        self._second: SecondEar = open_second_ear(second_ear, folder / LEXICON)
        self._least = read_least_scores(second_ear / LEAST).cry

    def understand(self, samples: Samples) -> CommandHeard:
        """Samples at 16 kHz; longer than 15 s is no command."""
        if not len(samples) or len(samples) > LONGEST_S * RATE_HZ:
            return NOTHING
        heard = self._recogniser.propose(samples.tobytes())
        proposals = tuple(text for text in heard if UNKNOWN_WORD not in text and self._known.holds(text))
        if not proposals:
            return NOTHING
        verdict = self._second.judge(samples, proposals)
        best = max(proposals, key=lambda text: heard[text] + WEIGHT * verdict.likely[text])
        score = verdict.whole[best]
        if score < self._least:
            return CommandHeard("", "", proposals, score)
        return CommandHeard(self._known.with_digits(best), best, proposals, score)
