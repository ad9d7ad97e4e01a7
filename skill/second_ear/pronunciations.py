"""Phrases as rows of the head's outputs, by the lexicon that the first ear has too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, product

from skill.messages.message import Message

MOST_WAYS_OF_A_WORD = 4
MOST_WAYS_OF_A_PHRASE = 48

PhraseLexicon = Mapping[str, Sequence[Sequence[str]]]  # word → ways, the usual one first


class UnsayableWord(ValueError):
    """A phrase holds a word that no lexicon has; ``word`` names it."""

    def __init__(self, word: str, phrase: str) -> None:
        self.word = word
        super().__init__(Message("hearing.word_without_pronunciation", word=word, phrase=phrase))


def phrase_ways(
    phrases: Iterable[str], lexicon: PhraseLexicon, phones: Sequence[str]
) -> dict[str, list[tuple[int, ...]]]:
    """phrase → its ways as rows of outputs: phone k of ``phones`` is output k + 1.

    Raises:
        UnsayableWord: a word is not in the lexicon.
    """
    number = {phone: k + 1 for k, phone in enumerate(phones)}
    found: dict[str, list[tuple[int, ...]]] = {}
    for phrase in dict.fromkeys(phrases):
        choices: list[list[tuple[int, ...]]] = []
        for word in phrase.split():
            ways = lexicon.get(word)
            if not ways:
                raise UnsayableWord(word, phrase)
            choices.append([tuple(number[p] for p in way) for way in ways[:MOST_WAYS_OF_A_WORD]])
        rows = islice(product(*choices), MOST_WAYS_OF_A_PHRASE)
        found[phrase] = [tuple(sound for word in row for sound in word) for row in rows]
    return found
