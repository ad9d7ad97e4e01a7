"""Was it a person who said the command over our own voice, or was that voice taken for one?

Set on DEV material (150 commands over an echo as loud, 1.3 hours of own voice; SYNTHETIC), as told by
`python -m tests.bench.own_voice.echo_table --canceller --show`. Scores are the second ear's: natural logarithms by the
letter, 0 at best.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from skill.content.phrases import Phrase
from skill.hearing.accept.second_opinion import LeastScores, Opinion
from skill.hearing.over_own_voice.beside import Beside, is_rest_of_ours, left_db
from skill.hearing.recognise.evidence import ASKED_FOR
from skill.hearing.recognise.grammar import normalised

_log = logging.getLogger(__name__)
NOTHING = float("-inf")  # a score


@dataclass(frozen=True, slots=True)
class WhoseVoiceTuning:
    """What tells our own voice from a person's."""

    # Our own sentence explains the command so nearly as well as what was heard, or a danger word so much better.
    nearly: float = 0.5
    clearly: float = 0.3
    # Where the echo is taken out, so well must it be heard, and so much of what was heard must be left of it. A person
    # as loud as the echo: −1.6 and more (47 of 50 commands; the others are found by `spotting`); −4.6 dB and more.
    heard: float = -1.6
    heard_alarm: float = -2.3
    least_left_db: float = -5.5
    # Where it is not, a person must be heard well, and far better than our own sentence explains it.
    drowned: float = -1.8
    drowned_nearly: float = 1.0


class WhoseVoice:
    """One command at a time."""

    def __init__(self, least: LeastScores | None, tuning: WhoseVoiceTuning | None = None) -> None:
        self._tuning = tuning or WhoseVoiceTuning()
        self._least_answer = least.answer if least is not None else NOTHING
        self._least_alarm = least.alarm if least is not None else NOTHING

    def is_rest(self, beside: Sequence[Beside]) -> bool:
        """By the sound alone: too little of it is left when ours is taken off, or what is left is like ours."""
        return left_db(beside) < self._tuning.least_left_db or is_rest_of_ours(beside)

    def is_ours(
        self,
        phrase: Phrase,
        opinion: Opinion,
        of_played: Opinion | None,
        beside: Sequence[Beside],
        drowned: bool,
    ) -> bool:
        """``opinion`` of what was heard, ``of_played`` of our own sound meanwhile, None where that isn't known.

        Where that is not known, nothing of the command is in the sound where the second ear does not hear it at all; a
        danger word or «stopp» is not doubted then.
        """
        text, tuning = normalised(phrase.text), self._tuning
        if beside and not drowned and self.is_rest(beside):
            return True
        score = opinion.ends.get(text)
        if score is None:
            return False
        if of_played is None:
            return score < self._least_answer and not must_not_be_missed(phrase)
        own = of_played.anywhere.get(text, NOTHING)
        _log.debug("%s: %.2f, ours %.2f, left %.1f dB", text, score, own, left_db(beside))
        if drowned:
            return score < tuning.drowned or own > score - tuning.drowned_nearly
        least = tuning.heard_alarm if phrase.intent.name in ASKED_FOR else tuning.heard
        if score < least:
            return True
        return own > score - tuning.nearly and own >= self._least_of_own(phrase, score)

    def _least_of_own(self, phrase: Phrase, score: float) -> float:
        """A danger word is only ours where our own sentence would be believed for one, or explains it much better."""
        if phrase.intent.name not in ASKED_FOR:
            return NOTHING
        return min(self._least_alarm, score + self._tuning.clearly)


def must_not_be_missed(phrase: Phrase) -> bool:
    """A danger word, or what ends it in one word."""
    return phrase.intent.name in ASKED_FOR or is_short_stop(phrase)


def is_short_stop(phrase: Phrase) -> bool:
    """«Stopp», and whatever else ends it in one word."""
    return phrase.intent.name == "stop" and " " not in phrase.text
