"""Phrases as one net of sounds: words that begin phrases alike are walked once, and so is what follows a word
whichever way it was said. Some hundred phrases cost a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
ROOT = 0


@dataclass(frozen=True, slots=True, eq=False)
class WayIn:
    """``nodes`` may be entered from ``source``, one for each; ``again``: places in both where these have the same
    label, so that a blank must lie between them."""

    nodes: Ints
    source: Ints
    again: Ints


@dataclass(frozen=True, slots=True, eq=False)
class SoundTree:
    """Node 0 is the root, without a sound.

    ``label``: output of the head for each node. ``parent``: the way into every node from the one before it, or from
    one of the ends of the word before; ``more``: ways in from its other ends. ``leaves``: last nodes of all phrases;
    ``owner``: for each of these, the number of its phrase.
    """

    phrases: tuple[str, ...]
    label: Ints
    parent: WayIn
    more: tuple[WayIn, ...]
    leaves: Ints
    owner: Ints
    letters: NDArray[np.float32]  # of each phrase, without spaces


@dataclass
class _Growing:
    label: list[int] = field(default_factory=lambda: [0])
    sources: list[list[int]] = field(default_factory=lambda: [[ROOT]])  # of each node
    ends: dict[tuple[tuple[tuple[int, ...], ...], ...], list[int]] = field(
        default_factory=lambda: {(): [ROOT]}
    )

    def after(self, words: tuple[tuple[tuple[int, ...], ...], ...]) -> list[int]:
        """Last nodes of these words, one after the other."""
        if words not in self.ends:
            self.ends[words] = self._word(words[-1], self.after(words[:-1]))
        return self.ends[words]

    def _word(self, ways: tuple[tuple[int, ...], ...], before: list[int]) -> list[int]:
        known: dict[tuple[int, ...], int] = {}
        ends = []
        for way in ways:
            node: list[int] = before
            for length in range(1, len(way) + 1):
                start = way[:length]
                if start not in known:
                    known[start] = len(self.label)
                    self.label.append(way[length - 1])
                    self.sources.append(node)
                node = [known[start]]
            ends += node
        return list(dict.fromkeys(ends))


def sound_tree(phrases: Mapping[str, Sequence[Sequence[Sequence[int]]]]) -> SoundTree:
    """The net of phrase → its words → ways to say each, rows of labels (1 and up)."""
    growing = _Growing()
    leaves: list[int] = []
    owner: list[int] = []
    for number, words in enumerate(phrases.values()):
        ends = growing.after(tuple(tuple(tuple(way) for way in ways) for ways in words))
        found = [end for end in ends if end != ROOT]
        leaves += found
        owner += [number] * len(found)
    label = np.array(growing.label)
    letters = [max(1, sum(c.isalpha() for c in phrase)) for phrase in phrases]
    return SoundTree(
        tuple(phrases), label, _way_in(label, growing.sources, 0),
        tuple(_way_in(label, growing.sources, k) for k in range(1, max(map(len, growing.sources)))),
        np.array(leaves, np.int64), np.array(owner, np.int64), np.array(letters, np.float32),
    )  # fmt: skip


def _way_in(label: Ints, sources: Sequence[Sequence[int]], number: int) -> WayIn:
    nodes = np.array([node for node, each in enumerate(sources) if len(each) > number])
    source = np.array([sources[node][number] for node in nodes])
    return WayIn(nodes, source, np.flatnonzero((label[nodes] == label[source]) & (source != ROOT)))
