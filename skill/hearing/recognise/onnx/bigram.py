"""The language model that libvosk makes out of a grammar, without its epsilons.

libvosk counts pairs of words with half of each probability put by for single words (LanguageModelEstimator in
vosk-api's language_model.cc, order 2, discount 0.5). Where it may fall back from "after this word" to "after any",
here two arcs lead from the word before, one to each: the paths and their costs are the same.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DISCOUNT = 0.5
_END = 0  # no word has this number
_FALL_BACK = -math.log(1 - DISCOUNT)


@dataclass(frozen=True)
class Bigram:
    """An acceptor of word numbers: an entry per arc, sorted by state and word; it starts in state 0."""

    source: NDArray[np.int64]
    word: NDArray[np.int64]
    cost: NDArray[np.float64]  # −log probability
    target: NDArray[np.int64]
    final: NDArray[np.float64]  # per state; infinite = may not end here

    @staticmethod
    def of(sentences: Iterable[Sequence[int]]) -> Bigram:
        """Of word numbers, a sentence as often as it is listed."""
        after_any: Counter[int] = Counter()
        after: dict[int, Counter[int]] = {}
        for sentence in sentences:
            for word, following in zip(sentence, [*sentence[1:], _END], strict=True):
                after.setdefault(word, Counter())[following] += 1
            after_any[sentence[0]] += 1
        for counts in after.values():
            after_any.update(counts)
        # words that nothing but an end follows are alike, and share state 1
        number = {word: 1 for word, counts in after.items() if set(counts) == {_END}}
        states = [after_any, Counter({_END: 1})]
        for word in sorted(after.keys() - number.keys()):
            number[word] = len(states)
            states.append(after[word])
        arcs: list[tuple[int, int, float, int]] = []
        final = [math.inf] * len(states)
        for state, counts in enumerate(states):
            total = counts.total()
            for word, count in counts.items():
                cost = -math.log(DISCOUNT * count / total)
                if word == _END:
                    final[state] = cost
                else:
                    arcs += [(state, word, cost, number[word]), (state, word, cost + _FALL_BACK, 0)]
        source, words, costs, targets = zip(*sorted(arcs), strict=True)
        return Bigram(np.array(source), np.array(words), np.array(costs), np.array(targets), np.array(final))
