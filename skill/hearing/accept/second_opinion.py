"""What the second ear is asked, and what follows from its answer. Scores: natural logarithms by the letter, 0 at best.

Without an answer in time the first ear's own rules hold (`belief.py`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Protocol

from skill.content.phrases import Phrase
from skill.errors import ModelError
from skill.hearing.recognise.evidence import ASKED_FOR, needs_evidence
from skill.hearing.recognise.grammar import normalised


@dataclass(frozen=True, slots=True)
class Opinion:
    """Of one stretch of sound: phrase → how well it explains it.

    ``whole``: the phrase and silence, nothing else. ``ends``: anything may come before it. ``anywhere``: anything may
    come before and after. ``ended_s``: then, its end, in seconds from the beginning of the sound.
    """

    whole: Mapping[str, float]
    ends: Mapping[str, float]
    anywhere: Mapping[str, float]
    ended_s: Mapping[str, float]


class SecondOpinion(Protocol):
    """The second ear, wherever it runs. It never makes the listener wait."""

    @property
    def there(self) -> bool:
        """Can it be asked now?"""
        ...

    def ask(self, grammar: str, sound: bytes) -> int:
        """Ask about the phrases of a grammar class. The sound is 16-bit mono at 16 kHz; its last 6 s count."""
        ...

    def answer(self, ticket: int) -> Opinion | None:
        """What was found; None as long as nothing has come."""
        ...


class NoSecondEar:
    """There is no second ear: the first hears alone."""

    there = False

    def ask(self, grammar: str, sound: bytes) -> int:  # noqa: ARG002
        return 0

    def answer(self, ticket: int) -> Opinion | None:  # noqa: ARG002
        return None


@dataclass(frozen=True, slots=True)
class LeastScores:
    """What is needed to be believed. Set on DEV material by `python -m tests.bench.second_ear.thresholds`."""

    cry: float  # it begins relief or asks after the person, and the first ear took it for this, too
    cry_alone: float  # and the first ear took it for something else, or for nothing
    word: float  # one word: «krampe», «hjelp»
    word_alone: float
    alarm: float  # what follows is the 113 text
    alarm_alone: float
    before: float  # so much more when something else was said before the cry in the same breath
    spotted: float  # so much more amid a stream of talk that does not stop
    answer: float  # in a conversation, and the first ear took it for this, too
    answer_alone: float
    margin: float  # so much better must it be than every phrase with another meaning
    loudest_over: float = 0.0

    def of(self, phrase: Phrase, agreed: bool) -> float:
        """For a phrase that would break the night or bring the 113 text."""
        if phrase.intent.name in ASKED_FOR:
            return self.alarm if agreed else self.alarm_alone
        if " " in phrase.text:
            return self.cry if agreed else self.cry_alone
        return self.word if agreed else self.word_alone


def read_least_scores(file: Path) -> LeastScores:
    """Raises ModelError for a file that is missing or can't be understood."""
    try:
        told = tomllib.loads(file.read_text("utf-8"))["least"]
        return LeastScores(
            **{each.name: float(told[each.name]) for each in fields(LeastScores) if each.name in told}
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"Fila {file} er ødelagt ({error}). Apparatet hører med det første øret alene i natt. "
            "Installer Krampevakt på nytt."
        ) from error


@dataclass(frozen=True, slots=True)
class Finding:
    """The phrase that the second ear believes in, and how much speaks for it; None where it believes in none."""

    phrase: Phrase | None
    score: float


class Judge:
    """Turns opinions into findings for one grammar class."""

    def __init__(self, grammar: str, phrases: Iterable[Phrase], least: LeastScores) -> None:
        self._grammar = grammar
        self._phrases = {normalised(phrase.text): phrase for phrase in phrases}
        self._least = least

    def of_utterance(self, opinion: Opinion, first: Phrase | None) -> Finding:
        """After a clear pause. ``first``: what the first ear took it for."""
        found = self._best(opinion.whole, first, 0.0)
        if found.phrase is None:
            cries = self._best(opinion.ends, first, self._least.before, only_cries=True)
            return cries if cries.phrase is not None else found
        return found

    def in_a_stream(self, opinion: Opinion) -> Finding:
        """While somebody talks without a pause: cries and what cries danger, wherever they stand."""
        return self._best(opinion.anywhere, None, self._least.spotted, only_cries=True)

    def _best(
        self, scores: Mapping[str, float], first: Phrase | None, more: float, *, only_cries: bool = False
    ) -> Finding:
        best: tuple[float, Phrase] | None = None
        for text, phrase in self._phrases.items():
            score = scores.get(text)
            if score is None or (only_cries and not self._is_cry(phrase)):
                continue
            agreed = first is not None and first.intent == phrase.intent
            spare = score - self._needed(phrase, agreed) - more
            if best is None or spare > best[0]:
                best = spare, phrase
        if best is None:
            return Finding(None, 0.0)
        spare, phrase = best
        rival = max(
            (scores[t] for t, p in self._phrases.items() if t in scores and p.intent != phrase.intent),
            default=-99.0,
        )
        score = scores[normalised(phrase.text)]
        agreed = first is not None and first.intent == phrase.intent
        near = score - rival < self._least.margin and not agreed
        return Finding(None if spare < 0 or near else phrase, score)

    def _needed(self, phrase: Phrase, agreed: bool) -> float:
        if needs_evidence(self._grammar, phrase.intent.name):
            return self._least.of(phrase, agreed)
        return self._least.answer if agreed else self._least.answer_alone

    def _is_cry(self, phrase: Phrase) -> bool:
        return needs_evidence(self._grammar, phrase.intent.name) or phrase.intent.name == "stop"
