"""Does one text sound as if it held another? By the lexicon of the speech model, else by the letters.

Needed because the device hears its own voice: what can be heard while a prompt plays must not be in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Way = tuple[str, ...]  # one way to say a word: its phones, or its letters
_Place = tuple[int, int, int]  # in a sentence: which word, in which way, which phone of it

_MOST_WAYS = 256  # a phrase of ten words, each with three ways to say it, has 59,049

_WORD = re.compile(r"[^\W\d_]+")
_STOP = re.compile(r"[.!?:;…–]+")
_NOT_PHONES = re.compile(r"[ˈˌ'ˑ0-9.]")


def sentences(text: str) -> tuple[tuple[str, ...], ...]:
    """The sentences of `text`, each as its words in lower case. A colon or dash ends one, a comma doesn't."""
    parts = (tuple(_WORD.findall(part.lower())) for part in _STOP.split(text))
    return tuple(part for part in parts if part)


@dataclass(frozen=True)
class Sounds:
    """How words are said. A word without a line in the lexicon is taken by its letters."""

    lexicon: Mapping[str, tuple[Way, ...]] = field(default_factory=dict)
    _wanted: dict[str, list[tuple[Way, ...]]] = field(
        default_factory=dict, compare=False, repr=False
    )  # seen before

    def ways(self, word: str) -> tuple[Way, ...]:
        return self.lexicon.get(word) or (tuple(word),)

    def ways_of_phrase(self, phrase: str) -> frozenset[Way]:
        """The ways to say all of `phrase`; of a very long list only the first ones."""
        ways: list[Way] = [()]
        for word in phrase.split():
            ways = [(*before, *way) for before in ways for way in self.ways(word)][:_MOST_WAYS]
        return frozenset(ways)

    def holds(self, text: str, phrase: str) -> bool:
        """Is `phrase` said somewhere inside a sentence of `text`, also inside its words?"""
        return any(self.held(text, [phrase]))

    def held(self, text: str, phrases: Iterable[str]) -> Iterator[str]:
        """Those of `phrases` that are said somewhere inside a sentence of `text`."""
        prepared = [_Sentence([self.ways(word) for word in words]) for words in sentences(text)]
        for phrase in phrases:
            wanted = self._wanted.get(phrase)
            if wanted is None:
                wanted = self._wanted[phrase] = [self.ways(word) for word in phrase.split()]
            if any(sentence.holds(wanted) for sentence in prepared):
                yield phrase


class _Sentence:
    """A sentence as a net of phones: its words in order, each in all its ways."""

    def __init__(self, words: Sequence[tuple[Way, ...]]) -> None:
        self._words = words
        self._starts: dict[str, list[_Place]] = {}  # by phone
        for number, ways in enumerate(words):
            for way, phones in enumerate(ways):
                for at, phone in enumerate(phones):
                    self._starts.setdefault(phone, []).append((number, way, at))

    def holds(self, phrase: Sequence[tuple[Way, ...]]) -> bool:
        return any(
            self._goes_on(start, phrase, 0, wanted, 0)
            for wanted, phones in enumerate(phrase[0])
            for start in self._starts.get(phones[0], ())
        )

    def _goes_on(
        self, start: _Place, phrase: Sequence[tuple[Way, ...]], q: int, wanted: int, done: int
    ) -> bool:
        """Do the phones from `start` on say the phrase from its word q, in way `wanted`, from `done` on?"""
        word, way, at = start
        here, phones = self._words[word][way], phrase[q][wanted]
        while done < len(phones) and at < len(here):
            if here[at] != phones[done]:
                return False
            at, done = at + 1, done + 1
        if done == len(phones):
            if q + 1 == len(phrase):
                return True
            return any(
                self._goes_on((word, way, at), phrase, q + 1, other, 0) for other in range(len(phrase[q + 1]))
            )
        return word + 1 < len(self._words) and any(
            self._goes_on((word + 1, other, 0), phrase, q, wanted, done)
            for other in range(len(self._words[word + 1]))
        )


def read_sounds(lexicon: Path | None) -> Sounds:
    """From a lexicon.tsv (word, phones, tag, note between tabs; # begins a remark); letters without one."""
    if lexicon is None or not lexicon.is_file():
        return Sounds()
    found: dict[str, list[Way]] = {}
    for line in lexicon.read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        if line.startswith("#") or len(fields) < 2:
            continue
        way = tuple(_NOT_PHONES.sub("", phone) for phone in fields[1].split())
        ways = found.setdefault(fields[0], [])
        if way not in ways:
            ways.append(way)
    return Sounds({word: tuple(ways) for word, ways in found.items()})
