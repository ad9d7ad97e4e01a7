"""Which phrases are sought in a stream of talk that does not stop, and when one of them is believed.

A part of a phrase fits wherever the phrase does, by the letter even better («krampe» in «krampe i foten»). So what is
found is the phrase that explains most: each letter counts `FREE_NATS` less what it is worse than a free row of sounds.
And what is short fits much talk by chance, so that sum must reach a least, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from skill.content.phrases import Phrase, PhraseBook
from skill.hearing.accept.second_opinion import FREE_NATS, Around, LeastScores, SecondFinding, letters_in
from skill.hearing.recognise.evidence import ASKED_FOR
from skill.hearing.recognise.grammar import normalised

CRIES = frozenset({"cramp", "confirm_cramp", "help"})
STOP_WORD = "stop"  # of the ways to end it only «stopp»: «slutt», «nei takk», «slå av» are said in any talk


def nats(phrase: str, score: float) -> float:
    """What speaks for it in all, in natural logarithms."""
    return letters_in(phrase) * (score + FREE_NATS)


def sought(grammar: str, book: PhraseBook) -> dict[str, Phrase]:
    """Text → phrase: what cries danger, and at rest the cries that begin help, else «stopp»."""
    names = ASKED_FOR | (CRIES if grammar == "idle" else frozenset())
    live = {normalised(phrase.text): phrase for phrase in book.live(grammar)}
    return {
        text: phrase
        for text, phrase in live.items()
        if phrase.intent.name in names
        or (grammar != "idle" and phrase.intent.name == "stop" and text.startswith(STOP_WORD))
    }


@dataclass(frozen=True, slots=True)
class Sought:
    """The phrases that are sought while one grammar class is live."""

    phrases: Mapping[str, Phrase]
    least: LeastScores

    def text_of(self, phrase: Phrase) -> str:
        """As the second ear was asked about it."""
        return normalised(phrase.text)

    def in_stream(self, scores: Mapping[str, float], around: Around = "talk") -> SecondFinding:
        """``scores``: phrase → by the letter, wherever in the window it stands."""
        return self.find(scores, *self.least.at_end(around))

    def find(self, scores: Mapping[str, float], least: float, least_nats: float) -> SecondFinding:
        """What is needed of a cry: ``least`` by the letter, and ``least_nats`` in all."""
        believed = {
            text
            for text, phrase in self.phrases.items()
            if text in scores and self._is_enough(text, phrase, scores[text], least, least_nats)
        }
        if not believed:
            return SecondFinding(None, 0.0)
        text = max(
            believed | self._going_on(believed, scores), key=lambda text: (nats(text, scores[text]), text)
        )
        return SecondFinding(self.phrases[text], scores[text])

    def _going_on(self, believed: Set[str], scores: Mapping[str, float]) -> set[str]:
        """«Jeg har krampe» is believed: «… i leggen» only tells more of it, and needs less."""
        return {
            text
            for text in self.phrases
            if scores.get(text, float("-inf")) >= self.least.end
            and any(text.startswith(f"{begun} ") for begun in believed)
        }

    def _is_enough(self, text: str, phrase: Phrase, score: float, least: float, least_nats: float) -> bool:
        if phrase.intent.name == "stop":
            least, least_nats = self.least.stream_stop, self.least.stream_stop_nats
        return score >= least and nats(text, score) >= least_nats
