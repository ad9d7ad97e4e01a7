"""How much worse than the free best path is each phrase? Natural logarithms, by the letter; 0 is the best there is.

The outputs of the head are scored along the single best path of each phrase (Viterbi over the states of
connectionist temporal classification, Graves et al. 2006: each sound, and the blank after it). That tells a phrase
from anything else best. Which of several phrases it was, the sum over all paths tells better, over outputs that were
made softer before: a head that learnt from synthetic voices is surer of itself than it is right about people
(models/training/EXPERIMENTS.md, "Second ear").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from skill.second_ear.tree import ROOT, SoundTree, WayIn

Floats32 = NDArray[np.float32]
Real = TypeVar("Real", np.float32, np.float64)
BLANK_OUTPUT = 0
IMPOSSIBLE = -1e9
SOFTNESS = 2.0  # logarithms are divided by it before the sum, the sum's is multiplied by it


@dataclass(frozen=True, slots=True, eq=False)
class PhraseScores:
    """For each phrase of a tree, shape (phrases,), by the letter.

    ``whole``: the window holds the phrase and silence, nothing else. ``ends``: anything may come before it.
    ``anywhere``: anything may come before and after; ``ended``: then, the step of 20 ms at which its last sound
    is over. ``likely``: the whole again, all its paths together and not by the letter: compare phrases by it, but
    it can't be set beside anything else.
    """

    phrases: tuple[str, ...]
    whole: Floats32
    ends: Floats32
    anywhere: Floats32
    ended: NDArray[np.int64]
    likely: Floats32


def score_phrases(log_probs: Floats32, tree: SoundTree) -> PhraseScores:
    """Score every phrase of ``tree`` on ``log_probs``, shape (steps, outputs)."""
    relative = log_probs - log_probs.max(axis=1, keepdims=True)
    forms, ended = _walk(relative, tree)
    whole, ends, anywhere = (each / tree.letters for each in forms)
    return PhraseScores(tree.phrases, whole, ends, anywhere, ended, _likely(relative, tree))


def better(one: PhraseScores, other: PhraseScores) -> PhraseScores:
    """Of the same phrases on two outputs for the same sound: for each the larger."""
    return PhraseScores(
        one.phrases,
        np.maximum(one.whole, other.whole),
        np.maximum(one.ends, other.ends),
        np.maximum(one.anywhere, other.anywhere),
        np.where(other.anywhere > one.anywhere, other.ended, one.ended),
        np.maximum(one.likely, other.likely),
    )


def _walk(relative: Floats32, tree: SoundTree) -> tuple[tuple[Floats32, ...], NDArray[np.int64]]:
    """Best scores of each phrase: whole, at the end, at any step; and that step.

    Both columns are walked at once: in the first nothing comes before the phrase, in the second anything may.
    """
    nodes = len(tree.label)
    sound = np.full((nodes, 2), IMPOSSIBLE, np.float32)  # the path is in this node's sound
    blank = np.full((nodes, 2), IMPOSSIBLE, np.float32)  # it is in the blank after it
    blank[ROOT] = 0.0
    best = np.full(len(tree.leaves), IMPOSSIBLE, np.float32)
    ended = np.zeros(len(tree.leaves), np.int64)
    for step, row in enumerate(relative):
        here = np.maximum(sound, blank)
        np.maximum(sound, _entered(here, blank, tree), out=sound)
        sound += np.stack([row, row], axis=1).take(tree.label, axis=0)
        sound[ROOT] = IMPOSSIBLE
        blank = here + row[BLANK_OUTPUT]
        blank[ROOT, 1] = 0.0
        at_leaves = sound[:, 1].take(tree.leaves)
        better = at_leaves > best
        best[better] = at_leaves[better]
        ended[better] = step + 1
    whole, ends = np.maximum(sound, blank)[tree.leaves].T
    anywhere, ended = _best_by_phrase(best, ended, tree)
    return (_by_phrase(whole, tree), _by_phrase(ends, tree), anywhere), ended


def _entered(here: NDArray[Real], blank: NDArray[Real], tree: SoundTree) -> NDArray[Real]:
    """What each node would have if it were entered now, from the best of the nodes that it may be entered from."""
    entered = _from(here, blank, tree.parent)
    for way_in in tree.more:
        entered[way_in.nodes] = np.maximum(entered[way_in.nodes], _from(here, blank, way_in))
    return entered


def _from(here: NDArray[Real], blank: NDArray[Real], way_in: WayIn) -> NDArray[Real]:
    found = here.take(way_in.source, axis=0)
    found[way_in.again] = blank[way_in.source[way_in.again]]
    return found


def _likely(relative: Floats32, tree: SoundTree) -> Floats32:
    """The sum over all paths. It is kept as it is, not as a logarithm: it falls below the smallest number only for
    phrases that are 1,400 nats away from what was said. Of several ways to say a word the best at each step goes on:
    a phrase is not likelier because the lexicon has many ways for it."""
    softer = np.exp(relative.astype(np.float64) / SOFTNESS)
    sound = np.zeros(len(tree.label))
    blank = np.zeros(len(tree.label))
    blank[ROOT] = 1.0
    for row in softer:
        here = sound + blank
        sound = (sound + _entered(here, blank, tree)) * row.take(tree.label)
        sound[ROOT] = 0.0
        blank = here * row[BLANK_OUTPUT]
    with np.errstate(divide="ignore"):
        nats = SOFTNESS * np.log((sound + blank)[tree.leaves])
    return _by_phrase(np.maximum(nats, IMPOSSIBLE).astype(np.float32), tree)


def _by_phrase(of_leaves: Floats32, tree: SoundTree) -> Floats32:
    found = np.full(len(tree.phrases), IMPOSSIBLE, np.float32)
    np.maximum.at(found, tree.owner, of_leaves)
    return found


def _best_by_phrase(
    of_leaves: Floats32, ended: NDArray[np.int64], tree: SoundTree
) -> tuple[Floats32, NDArray[np.int64]]:
    order = np.argsort(of_leaves, kind="stable")
    found = np.full(len(tree.phrases), IMPOSSIBLE, np.float32)
    when = np.zeros(len(tree.phrases), np.int64)
    found[tree.owner[order]] = of_leaves[order]  # the last written, so the best, stays
    when[tree.owner[order]] = ended[order]
    return found, when
