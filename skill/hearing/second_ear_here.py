"""The second ear in this very process, answering at once: for recordings, the demo and the benchmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from skill.audio.samples import RATE_HZ
from skill.content.phrases import PhraseBook
from skill.hearing.accept.second_opinion import LeastScores, Opinion, in_stream, read_least_scores
from skill.hearing.accept.second_thoughts import StrictEar
from skill.hearing.accept.stream import sought
from skill.hearing.listener import Listener
from skill.hearing.personal import Personal
from skill.hearing.recognise.grammar import normalised
from skill.hearing.recognise.recogniser import SpeechModel
from skill.second_ear.verdict import LONGEST_WINDOW_S, SecondEar, open_second_ear

LEAST = "thresholds.toml"
KEPT_OPINIONS = 8


class SecondEarHere:
    """Implements `SecondOpinion`; ``cost_s`` adds up what the answers have cost."""

    there = True

    def __init__(self, ear: SecondEar, grammars: Mapping[str, Sequence[str]]) -> None:
        self._ear = ear
        self._grammars = grammars
        self._answers: dict[int, Opinion] = {}
        self._last = 0
        self.cost_s = 0.0

    def ask(self, grammar: str, sound: bytes) -> int:
        self._last += 1
        verdict = self._ear.judge(np.frombuffer(sound, np.int16), self._grammars[grammar])
        self.cost_s += verdict.cost_s
        opinion = Opinion(verdict.whole, verdict.ends, verdict.anywhere, verdict.ended_s, verdict.likely)
        self._answers[self._last] = opinion
        self._answers.pop(self._last - KEPT_OPINIONS, None)
        return self._last

    def answer(self, ticket: int) -> Opinion | None:
        return self._answers.get(ticket)


def judged_phrases(book: PhraseBook, lexicon: Path) -> dict[str, list[str]]:
    """Grammar class → the phrases that the second ear is asked about: those whose words are in lexicon.tsv.

    For each class also those that are sought in a stream, by its name there. Raises OSError.
    """
    words = {line.partition("\t")[0] for line in lexicon.read_text("utf-8").splitlines()}
    found: dict[str, list[str]] = {}
    for name in book.grammars:
        texts = (normalised(phrase.text) for phrase in book.live(name))
        found[name] = [text for text in texts if words.issuperset(text.split())]
        found[in_stream(name)] = [text for text in sought(name, book) if words.issuperset(text.split())]
    return found


def listener_with_both_ears(
    model: SpeechModel, book: PhraseBook, folder: Path, lexicon: Path, personal: Personal | None = None
) -> Listener:
    """A listener whose second ear (in ``folder``) answers at once; ``personal`` holds for that ear alone.

    Raises:
        SecondEarMissing: its weights are missing, truncated or foreign.
        ModelError: its thresholds can't be read.
    """
    personal = personal or Personal()
    ear = open_second_ear(folder, lexicon, personal.ways, personal.own_layer())
    least: LeastScores = personal.least_scores(read_least_scores(folder / LEAST))
    return Listener(model, book, second=StrictEar(SecondEarHere(ear, judged_phrases(book, lexicon)), least))


def try_second_ear(folder: Path, lexicon: Path) -> float:
    """Load it and let it judge the longest window there is; gives the seconds of a processor that this took.

    Raises:
        ModelError: its weights or thresholds are missing, truncated or foreign.
        OSError: the lexicon can't be read.
    """
    read_least_scores(folder / LEAST)
    ear = open_second_ear(folder, lexicon)
    sound = np.zeros(round(LONGEST_WINDOW_S * RATE_HZ), np.int16)
    ear.judge(sound, ["ja"])  # the first run of a network is slow
    return ear.judge(sound, ["ja"]).cost_s
