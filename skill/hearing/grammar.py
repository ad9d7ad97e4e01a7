"""Phrases that are live in a dialogue state → the grammar that the recogniser is given."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from skill.content.phrases import Phrase, PhraseBook
from skill.hearing.recogniser import UNKNOWN, SpeechModel


@dataclass(frozen=True, slots=True)
class Grammar:
    """Entries for the recogniser, and the phrases that the model can't hear because it lacks their words."""

    entries: tuple[str, ...]
    missing: tuple[Phrase, ...]
    units: int  # how many phrases are single entries of the model's lexicon


def normalised(text: str) -> str:
    """One way to write a phrase: NFC, lower case, single spaces, unit tokens taken apart."""
    return " ".join(unicodedata.normalize("NFC", text).lower().replace("_", " ").split())


def unit(text: str) -> str:
    """The lexicon entry that stands for a whole phrase: its words joined by low lines."""
    return "_".join(normalised(text).split())


def build_grammar(phrases: Iterable[Phrase], model: SpeechModel) -> Grammar:
    """The grammar of these phrases. Nothing that the model doesn't know is passed on.

    A phrase that is one entry of the lexicon can't be recombined with words of others
    («jeg i i har krampe»), so units are preferred; else its words, if the model knows all of them.
    """
    entries: dict[str, None] = {}
    missing: list[Phrase] = []
    units = 0
    for phrase in phrases:
        text = normalised(phrase.text)
        if model.knows(unit(text)):
            entries[unit(text)] = None
            units += 1
        elif all(model.knows(word) for word in text.split()):
            entries[text] = None
        else:
            missing.append(phrase)
    if model.knows(UNKNOWN):
        entries[UNKNOWN] = None
    return Grammar(tuple(entries), tuple(missing), units)


def missing_phrases(book: PhraseBook, model: SpeechModel) -> tuple[Phrase, ...]:
    """All phrases of the book that the model can't hear, each once: what `doctor` and the tests ask for."""
    return build_grammar((phrase for name in book.grammars for phrase in book.live(name)), model).missing
