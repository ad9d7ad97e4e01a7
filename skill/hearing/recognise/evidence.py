"""How surely was it this phrase, and not other talk that lies near it?

A recogniser that may only answer with phrases always has a nearest one. So before the night is broken, and before
emergency advice, the whole utterance is decoded again. As exactly this phrase, and as any row of sounds (`[unk]`):
what was really said explains the sound about as well as the free row does, which pays for each of its sounds; other
talk explains it far worse. The gain is divided by the letters of the phrase, since both grow with its length; the
same number tells a whole phrase from the beginning of another one. And, word for word, as the phrase with the word's
rival in its place (`krampe~`: all that misses the word by a little, skill/model/rivals.py): the sum over a phrase
hardly sees one wrong word in it, «lampe i leggen», and its rival does. The worst word counts.
How the numbers are set: `python -m tests.bench.listening.belief`. Other measures that were tried: EXPERIMENTS.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Protocol

from skill.errors import ModelError
from skill.messages.message import Message
from skill.vocabulary import RIVAL, UNKNOWN_WORD

ASKED_IN = frozenset({"idle"})  # nobody is expected to speak there
ASKED_FOR = frozenset({"alarm", "seizure_word"})  # in every grammar: what follows is the 113 text
# a cry: it begins relief, or asks after the person, or ends all
AT_ONCE = frozenset({"cramp", "help", "stop"})
MAY_BE_MISSING = frozenset({"rival", "other", "other_word"})
MOST_OVER_RIVALS = 6.0  # no single word speaks for a phrase, or against it, more than so much


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a phrase, in natural-log units."""

    per_letter: float  # its gain over any row of sounds, for each letter
    over_rivals: float = (
        0.0  # the least gain of one of its words over its rival; 0 where none of them has one
    )

    def weighed(self, rival: float) -> float:
        """Both as one number, `rival` being the weight of the second."""
        return self.per_letter + rival * max(-MOST_OVER_RIVALS, min(MOST_OVER_RIVALS, self.over_rivals))


@dataclass(frozen=True, slots=True)
class LeastEvidence:
    """What a model must reach to be believed, in natural-log units a letter: it hangs on the costs of its `[unk]`."""

    phrase: float  # two words and more of a cry
    word: float  # one word of it alone
    alarm: float  # an alarm phrase, in any grammar: missing one is worse
    talk: float = 0.0  # so much more of each while others talk or a television is on
    clear: float = 1.0  # from here on a phrase is acted on at the first quiet,
    unclear: float = 0.0  # and from here down only after a clear pause
    rival: float = 0.0  # weight of a word's gain over what sounds nearly like it
    other: float = 0.0  # what is no cry needs at least so much: «vondt i låret», «god morgen»;
    other_word: float = 0.0  # one word of it alone, so much: «krampe», which much other talk is near to

    def accepts(self, text: str, intent_name: str, evidence: Evidence, amid_talk: bool = False) -> bool:
        cry = self.phrase if " " in text else self.word
        kinds = {"phrase": cry, "word": cry, "alarm": self.alarm}  # what is no cry never needs less than one
        kinds |= {"other": max(cry, self.other), "other_word": max(cry, self.other_word)}
        least = kinds[kind_of(text, intent_name)]
        return evidence.weighed(self.rival) >= least + (self.talk if amid_talk else 0.0)

    def accepts_answer(self, text: str, evidence: Evidence) -> bool:
        """Of an answer amid talk: as much as of a cry in a quiet night, and no rivals are asked for."""
        return evidence.weighed(self.rival) >= (self.phrase if " " in text else self.word)


def kind_of(text: str, intent_name: str) -> str:
    """By which threshold of `LeastEvidence` it is judged."""
    if intent_name in ASKED_FOR:
        return "alarm"
    kind = "phrase" if " " in text else "word"
    return kind if intent_name in AT_ONCE else {"phrase": "other", "word": "other_word"}[kind]


class Scores(Protocol):
    """What is asked of a model here."""

    def knows(self, word: str) -> bool: ...

    def score(self, entry: str, samples: bytes) -> float: ...


def needs_evidence(grammar: str, intent_name: str) -> bool:
    return grammar in ASKED_IN or intent_name in ASKED_FOR


def per_letter(model: Scores, words: str, samples: bytes) -> float:
    """The gain of `words` (as the recogniser wrote them) over any row of sounds, for each letter.

    `samples` is the whole utterance: 16-bit, mono, 16 kHz.
    """
    letters = sum(
        character.isalpha() for token in words.split() if token != UNKNOWN_WORD for character in token
    )
    gain = model.score(words, samples) - model.score(UNKNOWN_WORD, samples)
    return gain / max(1, letters)


def over_rivals(model: Scores, text: str, samples: bytes) -> float:
    """The least gain of one of the words of `text` over its rival in its place; 0 where no word has one."""
    words = text.split()
    rivals = [(at, word + RIVAL) for at, word in enumerate(words) if model.knows(word + RIVAL)]
    if not rivals or not all(map(model.knows, words)):
        return 0.0
    as_said = model.score(text, samples)
    return min(
        as_said - model.score(" ".join([*words[:at], rival, *words[at + 1 :]]), samples)
        for at, rival in rivals
    )


def least_evidence(folder: Path) -> LeastEvidence | None:
    """What the model in `folder` asks for itself (`evidence` in phones.json); None for one that doesn't say.

    Raises ModelError for a file that can't be understood.
    """
    file = folder / "phones.json"
    if not file.is_file():
        return None
    try:
        told: Any = json.loads(file.read_text("utf-8")).get("evidence")
        if told is None:
            return None
        known = [
            each for each in fields(LeastEvidence) if each.name in told or each.name not in MAY_BE_MISSING
        ]
        return LeastEvidence(**{each.name: float(told[each.name]) for each in known})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(Message("hearing.model_evidence_broken", folder=folder)) from error
