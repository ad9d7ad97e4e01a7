"""Phrases that are live in a dialogue state → the grammar that the recogniser is given."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial

from skill.content.phrases import Phrase, PhraseBook
from skill.hearing.recognise.recogniser import SpeechModel
from skill.vocabulary import UNKNOWN_WORD


@dataclass(frozen=True, slots=True)
class Grammar:
    """Entries for the recogniser, and the phrases that the model can't hear because it lacks their words."""

    entries: tuple[str, ...]  # phrases, `[unk]` if the model has it, decoys
    missing: tuple[Phrase, ...]
    units: int  # how many phrases are single entries of the model's lexicon
    decoys: int = 0


def normalised(text: str) -> str:
    """One way to write a phrase: NFC, lower case, single spaces, unit tokens taken apart."""
    return " ".join(unicodedata.normalize("NFC", text).lower().replace("_", " ").split())


def unit(text: str) -> str:
    """The lexicon entry that stands for a whole phrase: its words joined by low lines."""
    return "_".join(normalised(text).split())


def _once(_: str) -> int:
    return 1


def build_grammar(
    phrases: Iterable[Phrase], model: SpeechModel, times: Callable[[str], int] = _once
) -> Grammar:
    """The grammar of these phrases. Nothing that the model doesn't know is passed on.

    `times` says how many times more often than others a phrase is said: it is listed so many times, since libvosk
    estimates its language model from the list. Then «ja» wins over «nja» where both fit.

    A phrase that is one entry of the lexicon can't be recombined with words of others
    («jeg i i har krampe»), so units are preferred; else its words, if the model knows all of them.
    """
    entries: dict[str, int] = {}
    missing: list[Phrase] = []
    stops: set[str] = set()
    units = 0
    for phrase in phrases:
        text = normalised(phrase.text)
        if phrase.intent.name == "stop" and text.isalpha():
            stops.add(text)
        if model.knows(unit(text)):
            entries[unit(text)] = times(phrase.text)
            units += 1
        elif all(model.knows(word) for word in text.split()):
            entries[text] = times(phrase.text)
        else:
            missing.append(phrase)
    if model.knows(UNKNOWN_WORD):
        entries[UNKNOWN_WORD] = 1
    listed = [entry for entry, count in entries.items() for _ in range(count)]
    # «stopp stopp» was «stopp busstopp»
    others = (
        tuple(word for word in decoys(entries, model.words) if not word.endswith(tuple(stops)))
        if units
        else ()
    )
    return Grammar((*listed, *others), tuple(missing), units, len(others))


SHORT_WORD = 7  # letters; longer words are no rival to a one-word phrase


def decoys(entries: Iterable[str], words: Iterable[str]) -> Iterator[str]:
    """Words of the model that are no phrase: what else a person may have said.

    Without them any speech is pressed into the nearest phrase: «jeg» became «jeg datt» (measured; `[unk]` alone
    is too weak a rival). A word much like a one-word phrase («vente», «vent») would take its place, so those
    a letter or two away, and longer forms, are left out.
    """
    taken = set(entries)
    short = tuple(entry for entry in taken if entry.isalpha())
    near = frozenset(less for entry in short for less in _shortened(entry))
    stems = tuple(entry for entry in short if len(entry) >= 4)
    onsets = frozenset(entry[:2] for entry in short)  # «stader» took the place of a shouted «stopp»
    for word in words:
        if word in taken or not word.isalpha() or len(word) < 2 or word.startswith(stems):
            continue
        if len(word) <= SHORT_WORD and word[:2] in onsets:
            continue
        if near.isdisjoint(_shortened(word)):
            yield word


@lru_cache(maxsize=20_000)
def _shortened(word: str) -> frozenset[str]:
    """The word, and what is left when a letter goes, or two of four and more: what near words have in common."""
    once = {word[:i] + word[i + 1 :] for i in range(len(word))}
    twice = {less[:i] + less[i + 1 :] for less in once for i in range(len(less))} if len(word) >= 4 else set()
    return frozenset({word} | once | twice)


def build_grammars(book: PhraseBook, model: SpeechModel, names: Iterable[str]) -> dict[str, Grammar]:
    """Of each of these grammar classes."""
    return {name: build_grammar(book.live(name), model, partial(book.times, grammar=name)) for name in names}


def missing_phrases(book: PhraseBook, model: SpeechModel) -> tuple[Phrase, ...]:
    """All phrases of the book that the model can't hear, each once: what `doctor` and the tests ask for."""
    return build_grammar((phrase for name in book.grammars for phrase in book.live(name)), model).missing
