"""What the second ear is asked, and what follows from its answer. Scores: natural logarithms by the letter, 0 at best.

Without an answer in time the first ear's own rules hold (`belief.py`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Literal, Protocol

from skill.content.phrases import Phrase
from skill.errors import ModelError
from skill.hearing.recognise.evidence import ASKED_FOR, ASKED_IN, needs_evidence
from skill.hearing.recognise.grammar import normalised
from skill.messages.message import Message

# what is heard around an utterance: nothing; others who talk; talk above whose level it has risen
Around = Literal["quiet", "talk", "risen"]
FREE_NATS = 2.0  # amid other sound a letter that is worse than this speaks against the phrase


@dataclass(frozen=True, slots=True)
class Opinion:
    """Of one stretch of sound: phrase → how well it explains it.

    ``whole``: the phrase and silence, nothing else. ``ends``: anything may come before it. ``anywhere``: anything may
    come before and after. ``ended_s``: then, its end, in seconds from the beginning of the sound. ``likely``: in all,
    not by the letter: which phrase it was, if it was one of them.
    """

    whole: Mapping[str, float]
    ends: Mapping[str, float]
    anywhere: Mapping[str, float]
    ended_s: Mapping[str, float]
    likely: Mapping[str, float]


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


def in_stream(grammar: str) -> str:
    """By this name the second ear is asked about those phrases of a class that are sought in a stream."""
    return f"{grammar} in a stream"


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
    answer: float  # in a conversation, and the first ear took it for this, too
    answer_alone: float
    margin: float  # so much better must it be than every phrase with another meaning
    # Of answers, the one that the first ear took it for too counts for so much more; and so much for each letter.
    agreed_nats: float
    agreed_letter: float
    amid_talk: float  # what breaks the night or brings 113, while others talk, and the first ear took it for this, too
    stream: float  # and where it did not, or talk runs on before and after it (stream.py);
    risen: float  # the same, of what has risen above the level of the talk;
    stream_nats: float  # and so much in all
    end: float  # a cry or what cries danger that ends what was said in one breath, while nobody else talks,
    end_nats: float  # and so much in all
    stream_stop: float  # «stopp» there
    stream_stop_nats: float

    def of(self, phrase: Phrase, agreed: bool) -> float:
        """For a phrase that would break the night or bring the 113 text."""
        if phrase.intent.name in ASKED_FOR:
            return self.alarm if agreed else self.alarm_alone
        if " " in phrase.text:
            return self.cry if agreed else self.cry_alone
        return self.word if agreed else self.word_alone

    def amid(self, phrase: Phrase, agreed: bool, around: Around) -> float:
        """For such a phrase while others talk: much talk comes near one, and what is short comes near by chance."""
        if agreed and around == "risen":
            return self.of(phrase, agreed)
        if agreed:
            return self.amid_talk if " " in phrase.text else self.stream
        return max(self.at_end(around)[0], self.stream_nats / letters_in(phrase.text) - FREE_NATS)

    def at_end(self, around: Around) -> tuple[float, float]:
        """Of what ends a breath, or stands amid running talk: by the letter, and in all."""
        if around == "quiet":
            return self.end, self.end_nats
        return (self.risen if around == "risen" else self.stream), self.stream_nats


def read_least_scores(file: Path) -> LeastScores:
    """Raises ModelError for a file that is missing or can't be understood."""
    try:
        told = tomllib.loads(file.read_text("utf-8"))["least"]
        return LeastScores(
            **{each.name: float(told[each.name]) for each in fields(LeastScores) if each.name in told}
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(Message("hearing.second_ear_scores_broken", file=file, error=error)) from error


@dataclass(frozen=True, slots=True)
class SecondFinding:
    """The phrase that the second ear believes in, and how much speaks for it; None where it believes in none.

    ``doubted``: only the talk around it speaks against it: it has to be said again.
    """

    phrase: Phrase | None
    score: float
    doubted: bool = False


class InOtherSound(Protocol):
    """Looks for cries that have other sound before them (`stream.Sought`)."""

    def find(self, scores: Mapping[str, float], least: float, least_nats: float) -> SecondFinding: ...


class Judge:
    """Turns opinions into findings for one grammar class."""

    def __init__(
        self, grammar: str, phrases: Iterable[Phrase], least: LeastScores, sought: InOtherSound
    ) -> None:
        self._grammar = grammar
        self._phrases = {normalised(phrase.text): phrase for phrase in phrases}
        self._least = least
        self._sought = sought

    def of_utterance(
        self, opinion: Opinion, first: Phrase | None, around: Around = "quiet"
    ) -> SecondFinding | None:
        """After a clear pause. ``first``: what the first ear took it for.

        «Å herregud, nå fikk jeg krampe i leggen»: where the whole is no phrase, its end may be one. None where it has
        nothing to say: a short answer in a conversation stands as the first ear heard it, unless another one is
        clearly better; only what would break the night or bring the 113 text must please both ears.
        """
        if first is not None and normalised(first.text) not in opinion.whole:
            return None  # it doesn't know how this phrase is said
        if around == "talk" and self._grammar not in ASKED_IN:
            around = "quiet"  # in a conversation the one who talked just now is the person
        found = self._best(opinion, first, around)
        if found.phrase is None:
            found = self._sought.find(opinion.ends, *self._least.at_end(around))
        if found.phrase is None and around != "quiet":
            found = self._doubted(opinion, first)
        asked_for = first is not None and not needs_evidence(self._grammar, first.intent.name)
        return None if found.phrase is None and asked_for else found

    def _doubted(self, opinion: Opinion, first: Phrase | None) -> SecondFinding:
        """What both ears would believe in if nobody else talked."""
        found = self._best(opinion, first, "quiet")
        if found.phrase is None or not agrees(found.phrase, first):
            return SecondFinding(None, found.score)
        return replace(found, doubted=True)

    def _best(self, opinion: Opinion, first: Phrase | None, around: Around) -> SecondFinding:
        """The most likely of what explains it well enough; what the first ear took it for is believed sooner."""
        scores, likely = opinion.whole, opinion.likely
        needed = {
            text: self._needed(phrase, agrees(phrase, first), around)
            for text, phrase in self._phrases.items()
            if text in scores
        }
        well_enough = [text for text, least in needed.items() if scores[text] >= least]
        if not well_enough:
            return SecondFinding(None, max((scores[text] for text in needed), default=0.0))
        text = max(well_enough, key=lambda text: likely[text] + self._for_it(text, needed[text], first))
        phrase = self._phrases[text]
        rivals = (likely[t] for t in needed if self._phrases[t].intent != phrase.intent)
        ahead = (likely[text] - max(rivals, default=float("-inf"))) / letters_in(text)
        near = ahead < self._least.margin and not agrees(phrase, first)
        return SecondFinding(None if near else phrase, scores[text])

    def _for_it(self, text: str, needed: float, first: Phrase | None) -> float:
        """What else speaks for it than its sound, in natural logarithms.

        At rest the first ear's word weighs as much as it lowers what is needed. Between answers it weighs little: of
        two that both explain the sound well the second ear knows better which it was («ikke krampe», «jeg har krampe»).
        """
        if self._grammar in ASKED_IN:
            return -needed * letters_in(text)
        if not agrees(self._phrases[text], first):
            return 0.0
        return self._least.agreed_nats + self._least.agreed_letter * letters_in(text)

    def _needed(self, phrase: Phrase, agreed: bool, around: Around) -> float:
        least = self._least
        if not needs_evidence(self._grammar, phrase.intent.name):
            return least.answer if agreed else least.answer_alone
        alone = least.of(phrase, agreed)
        return alone if around == "quiet" else max(alone, least.amid(phrase, agreed, around))


def letters_in(phrase: str) -> int:
    """Without spaces."""
    return max(1, sum(character.isalpha() for character in phrase))


def agrees(phrase: Phrase, first: Phrase | None) -> bool:
    """Did the first ear hear the same meaning? Where the 113 text follows, the same words.

    Whoever cries danger is heard by both with the same words (183 of 184, DEV); «jeg får ikke boka» is «puste» to the
    one and «luft» to the other.
    """
    if first is None or first.intent != phrase.intent:
        return False
    return phrase.intent.name not in ASKED_FOR or normalised(first.text) == normalised(phrase.text)
