"""Does one text sound as if it held another? By the lexicon of the speech model, else by the letters.

Needed because the device hears its own voice: what can be heard while a prompt plays must not be in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

Way = tuple[str, ...]  # one way to say a word: its phones, or its letters

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
        wanted = [self.ways(word) for word in phrase.split()]
        return any(_said_within([self.ways(word) for word in words], wanted) for words in sentences(text))


def _said_within(prompt: Sequence[tuple[Way, ...]], phrase: Sequence[tuple[Way, ...]]) -> bool:
    @cache
    def match(p: int, way: int, at: int, q: int, wanted: int, done: int) -> bool:
        """Do the phones from (word p, way, at) on say the phrase from (word q, wanted, done) on?"""
        if done == len(phrase[q][wanted]):
            if q + 1 == len(phrase):
                return True
            return any(match(p, way, at, q + 1, other, 0) for other in range(len(phrase[q + 1])))
        if at == len(prompt[p][way]):
            return p + 1 < len(prompt) and any(
                match(p + 1, other, 0, q, wanted, done) for other in range(len(prompt[p + 1]))
            )
        same = prompt[p][way][at] == phrase[q][wanted][done]
        return same and match(p, way, at + 1, q, wanted, done + 1)

    return any(
        match(p, way, at, 0, wanted, 0)
        for p, ways in enumerate(prompt)
        for way in range(len(ways))
        for at in range(len(ways[way]))
        for wanted in range(len(phrase[0]))
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
