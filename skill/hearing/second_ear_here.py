"""The second ear in this very process, answering at once: for recordings, the demo and the benchmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from skill.content.phrases import PhraseBook
from skill.hearing.accept.second_opinion import LeastScores, Opinion, read_least_scores
from skill.hearing.listener import Listener
from skill.hearing.recognise.grammar import normalised
from skill.hearing.recognise.recogniser import SpeechModel
from skill.second_ear.verdict import SecondEar, open_second_ear

LEAST = "thresholds.toml"


class SecondEarHere:
    """Implements `SecondOpinion`; ``cost_s`` adds up what the answers have cost."""

    there = True

    def __init__(self, ear: SecondEar, grammars: Mapping[str, Sequence[str]]) -> None:
        self._ear = ear
        self._grammars = grammars
        self._answer: tuple[int, Opinion] | None = None
        self._last = 0
        self.cost_s = 0.0

    def ask(self, grammar: str, sound: bytes) -> int:
        self._last += 1
        verdict = self._ear.judge(np.frombuffer(sound, np.int16), self._grammars[grammar])
        self.cost_s += verdict.cost_s
        opinion = Opinion(verdict.whole, verdict.ends, verdict.anywhere, verdict.ended_s)
        self._answer = self._last, opinion
        return self._last

    def answer(self, ticket: int) -> Opinion | None:
        return self._answer[1] if self._answer is not None and self._answer[0] == ticket else None


def judged_phrases(book: PhraseBook, knows: SpeechModel) -> dict[str, list[str]]:
    """Grammar class → the phrases that the second ear is asked about: those whose words the first ear has too."""
    found: dict[str, list[str]] = {}
    for name in book.grammars:
        texts = (normalised(phrase.text) for phrase in book.live(name))
        found[name] = [text for text in texts if all(map(knows.knows, text.split()))]
    return found


def listener_with_both_ears(model: SpeechModel, book: PhraseBook, folder: Path, lexicon: Path) -> Listener:
    """A listener whose second ear (in ``folder``) answers at once.

    Raises:
        SecondEarMissing: its weights are missing, truncated or foreign.
        ModelError: its thresholds can't be read.
    """
    ear = open_second_ear(folder, lexicon)
    least: LeastScores = read_least_scores(folder / LEAST)
    return Listener(model, book, second=SecondEarHere(ear, judged_phrases(book, model)), least=least)
