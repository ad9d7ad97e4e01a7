"""Phrases as rows of the head's outputs, by the lexicon that the first ear has too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from skill.messages.message import Message

MOST_WAYS_OF_A_WORD = 4

PhraseLexicon = Mapping[str, Sequence[Sequence[str]]]  # word → ways, the usual one first
OWN_WAY = "\0"  # between a phrase and the number of a way to say the whole of it
Value = TypeVar("Value", float, tuple[float, float])
WordWays = tuple[tuple[int, ...], ...]  # of one word: each a row of outputs


class UnsayableWord(ValueError):
    """A phrase holds a word that no lexicon has; ``word`` names it."""

    def __init__(self, word: str, phrase: str) -> None:
        self.word = word
        super().__init__(Message("hearing.word_without_pronunciation", word=word, phrase=phrase))


def phrase_ways(
    phrases: Iterable[str], lexicon: PhraseLexicon, phones: Sequence[str]
) -> dict[str, list[WordWays]]:
    """phrase → its words, each with its ways as rows of outputs: phone k of ``phones`` is output k + 1.

    Raises:
        UnsayableWord: a word is not in the lexicon.
    """
    number = {phone: k + 1 for k, phone in enumerate(phones)}
    found: dict[str, list[WordWays]] = {}
    for phrase in dict.fromkeys(phrases):
        found[phrase] = []
        for word in phrase.split():
            ways = lexicon.get(word)
            if not ways:
                raise UnsayableWord(word, phrase)
            rows = (tuple(number[p] for p in way) for way in ways[:MOST_WAYS_OF_A_WORD])
            found[phrase].append(tuple(dict.fromkeys(rows)))
    return found


def own_phrases(own: PhraseLexicon, phones: Sequence[str]) -> dict[str, list[WordWays]]:
    """Phrase → ways in which one person says the whole of it, each as a phrase of one word beside the lexicon's.

    A row with a phone that isn't known is left out. `best_of_ways` puts together what belongs together.
    """
    number = {phone: k + 1 for k, phone in enumerate(phones)}
    return {
        f"{phrase}{OWN_WAY}{k}": [(tuple(number[phone] for phone in row),)]
        for phrase, rows in own.items()
        for k, row in enumerate(rows)
        if row and number.keys() >= set(row)
    }


def best_of_ways(values: Mapping[str, Value]) -> dict[str, Value]:
    """Of each phrase and the own ways of it, the largest value."""
    found: dict[str, Value] = {}
    for name, value in values.items():
        phrase = name.partition(OWN_WAY)[0]
        found[phrase] = max(found[phrase], value) if phrase in found else value
    return found
