"""Phrases as one tree of sounds: what begins alike is walked once, so some hundred phrases cost a few milliseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
ROOT = 0


@dataclass(frozen=True, slots=True, eq=False)
class SoundTree:
    """Node 0 is the root, without a sound.

    ``label``: output of the head for each node. ``parent``: its node. ``repeats``: True where a node has the label of
    its parent, so that a blank must lie between them. ``leaves``: last nodes of all ways of all phrases;
    ``owner``: for each of these, the number of its phrase. ``depth``: sounds from the root to the node.
    """

    phrases: tuple[str, ...]
    label: Ints
    parent: Ints
    repeats: NDArray[np.bool_]
    leaves: Ints
    owner: Ints
    letters: NDArray[np.float32]  # of each phrase, without spaces


def sound_tree(ways: Mapping[str, Sequence[Sequence[int]]]) -> SoundTree:
    """The tree of phrase → ways to say it, each a row of labels (1 and up)."""
    children: list[dict[int, int]] = [{}]
    label, parent = [0], [ROOT]
    leaves: list[int] = []
    owner: list[int] = []
    for number, rows in enumerate(ways.values()):
        for row in dict.fromkeys(tuple(row) for row in rows):
            node = ROOT
            for sound in row:
                if sound not in children[node]:
                    children[node][sound] = len(label)
                    label.append(sound)
                    parent.append(node)
                    children.append({})
                node = children[node][sound]
            if node != ROOT:
                leaves.append(node)
                owner.append(number)
    labels, parents = np.array(label), np.array(parent)
    letters = [max(1, sum(c.isalpha() for c in phrase)) for phrase in ways]
    return SoundTree(
        tuple(ways), labels, parents, (labels == labels[parents]) & (parents != ROOT),
        np.array(leaves, np.int64), np.array(owner, np.int64), np.array(letters, np.float32),
    )  # fmt: skip
