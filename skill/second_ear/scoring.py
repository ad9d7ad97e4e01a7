"""How much worse than the free best path is each phrase? Natural logarithms, by the letter; 0 is the best there is.

The outputs of the head are scored along the single best path of each phrase (Viterbi over the states of
connectionist temporal classification, Graves et al. 2006: each sound, and the blank after it). That tells a phrase
from anything else best. Which of several phrases it was, the sum over all paths tells better, over outputs that were
made softer before: a head that learnt from synthetic voices is surer of itself than it is right about people
(models/training/EXPERIMENTS.md, "Second ear").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skill.second_ear.tree import ROOT, SoundTree

Floats32 = NDArray[np.float32]
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
    whole, _, _ = _walk(relative, tree, free_before=False)
    ends, anywhere, ended = _walk(relative, tree, free_before=True)
    whole, ends, anywhere = (each / tree.letters for each in (whole, ends, anywhere))
    return PhraseScores(tree.phrases, whole, ends, anywhere, ended, _likely(relative, tree))


def _walk(
    relative: Floats32, tree: SoundTree, *, free_before: bool
) -> tuple[Floats32, Floats32, NDArray[np.int64]]:
    """Best scores at the end, best scores at any step, and that step, for each phrase."""
    nodes = len(tree.label)
    sound = np.full(nodes, IMPOSSIBLE, np.float32)  # the path is in this node's sound
    blank = np.full(nodes, IMPOSSIBLE, np.float32)  # it is in the blank after it
    blank[ROOT] = 0.0
    best = np.full(len(tree.leaves), IMPOSSIBLE, np.float32)
    ended = np.zeros(len(tree.leaves), np.int64)
    for step, row in enumerate(relative):
        from_sound = np.where(tree.repeats, IMPOSSIBLE, sound[tree.parent])
        entered = np.maximum(from_sound, blank[tree.parent])
        after = np.maximum(blank, sound) + row[BLANK_OUTPUT]
        sound = np.maximum(sound, entered) + row[tree.label]
        sound[ROOT] = IMPOSSIBLE
        blank = after
        if free_before:
            blank[ROOT] = 0.0
        at_leaves = sound[tree.leaves]
        better = at_leaves > best
        best[better] = at_leaves[better]
        ended[better] = step + 1
    at_end = np.maximum(sound, blank)[tree.leaves]
    return _by_phrase(at_end, tree), *_best_by_phrase(best, ended, tree)


def _likely(relative: Floats32, tree: SoundTree) -> Floats32:
    """The sum over all paths. It is kept as it is, not as a logarithm: it falls below the smallest number only for
    phrases that are 1,400 nats away from what was said."""
    softer = np.exp(relative.astype(np.float64) / SOFTNESS)
    sound = np.zeros(len(tree.label))
    blank = np.zeros(len(tree.label))
    blank[ROOT] = 1.0
    for row in softer:
        entered = np.where(tree.repeats, 0.0, sound[tree.parent]) + blank[tree.parent]
        after = (blank + sound) * row[BLANK_OUTPUT]
        sound = (sound + entered) * row[tree.label]
        sound[ROOT] = 0.0
        blank = after
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
