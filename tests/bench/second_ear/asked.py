"""The second ear alone, asked about one sound at a time while the apparatus is idle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from skill.audio.samples import RATE_HZ
from skill.content.phrases import Phrase, load_phrases
from skill.hearing.accept.second_opinion import Judge, LeastScores, Opinion, read_least_scores
from skill.hearing.accept.stream import Sought, sought
from skill.hearing.recognise.evidence import ASKED_FOR
from skill.hearing.recognise.grammar import normalised
from skill.hearing.second_ear_here import LEAST, judged_phrases
from skill.paths import models_dir, prompts_dir
from skill.second_ear.verdict import open_second_ear
from tests.bench.listening.common import Floats, at_level, pink, to_samples

ROOM_DBFS, SPEECH_DBFS = -62.0, -27.0
BEFORE_S, AFTER_S = 0.3, 0.5
KINDS: Final = ("alarm", "cry", "word")
NOTHING_FOUND: Final = (-99.0, "")


@dataclass(frozen=True)
class Asked:
    """``best``: kind → the best phrase of that kind, and its score by the letter. ``scores``: of every phrase."""

    best: Mapping[str, tuple[float, str]]
    scores: Mapping[str, float]
    alone: Phrase | None  # what would be believed if the first ear had heard nothing
    agreed: Phrase | None  # and if it had taken it for the best phrase of all
    cost_s: float


def kind_of(phrase: Phrase) -> str | None:
    """None for what breaks nothing while idle."""
    if phrase.intent.name == "stop":
        return None
    return "alarm" if phrase.intent.name in ASKED_FOR else "cry" if " " in phrase.text else "word"


class Idle:
    """Asks about every phrase that is live in idle."""

    def __init__(self, folder: Path, least: LeastScores | None = None) -> None:
        book = load_phrases(prompts_dir(), "nb")
        lexicon = models_dir() / "nb" / "lexicon.tsv"
        self._ear = open_second_ear(folder, lexicon)
        self.texts = judged_phrases(book, lexicon)["idle"]
        self.phrases = {normalised(phrase.text): phrase for phrase in book.live("idle")}
        self.least = least or read_least_scores(folder / LEAST)
        self._judge = Judge("idle", book.live("idle"), self.least, Sought(sought("idle", book), self.least))
        self._rng = np.random.default_rng(5)

    def ask(self, sound: Floats, level_dbfs: float = SPEECH_DBFS) -> Asked:
        """The sound at a level, in a faint room."""
        padded = np.pad(at_level(sound, level_dbfs), (round(BEFORE_S * RATE_HZ), round(AFTER_S * RATE_HZ)))
        padded = padded + at_level(pink(len(padded) / RATE_HZ + 0.1, self._rng), ROOM_DBFS)[: len(padded)]
        found = self._ear.judge(to_samples(padded), self.texts)
        opinion = Opinion(found.whole, found.ends, found.anywhere, found.ended_s, found.likely)
        best: dict[str, tuple[float, str]] = dict.fromkeys(KINDS, NOTHING_FOUND)
        for text, score in found.whole.items():
            kind = kind_of(self.phrases[text])
            if kind is not None and score > best[kind][0]:
                best[kind] = (score, text)
        first = self.phrases.get(max(best.values())[1])
        return Asked(
            best, found.whole, self._breaking(opinion, None), self._breaking(opinion, first), found.cost_s
        )

    def _breaking(self, opinion: Opinion, first: Phrase | None) -> Phrase | None:
        found = self._judge.of_utterance(opinion, first)
        phrase = first if found is None else found.phrase
        return phrase if phrase is not None and kind_of(phrase) else None
