"""One word among n, and people's own sentences as phrases."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.measuring.figures import Share
from models.measuring.second_ear.asking import Guessing, Heard, best_of


@dataclass(frozen=True)
class ClosedSet:
    """How many of the clips were right among n."""

    n: int
    right: Share
    wrong: tuple[tuple[str, str], ...]  # said, taken for


def among(heard: Sequence[Heard], n: int, seed: int, lexicon: Guessing, phones: Sequence[str]) -> ClosedSet:
    """For each clip its own transcript and n - 1 others of the same set, drawn by seed and file name."""
    texts = sorted({each.clip.transcript for each in heard})
    known = lexicon.of(texts)
    usable = [text for text in texts if all(word in known for word in text.split())]
    wrong: list[tuple[str, str]] = []
    tried = 0
    for each in heard:
        said = each.clip.transcript
        if said not in usable:
            continue
        draw = random.Random(f"{seed}:{n}:{each.clip.group}/{each.clip.path.name}")
        others = draw.sample([text for text in usable if text != said], min(n - 1, len(usable) - 1))
        best, _ = best_of(each.outputs, [said, *others], known, phones)
        tried += 1
        if best != said:
            wrong.append((said, best))
    return ClosedSet(n, Share(tried - len(wrong), tried), tuple(wrong))


@dataclass(frozen=True)
class Sentences:
    """People's sentences, some of them made phrases: scores by the letter, natural logarithms."""

    right: Share
    true_scores: tuple[float, ...]  # sorted
    false_scores: tuple[float, ...]  # the best phrase of each other sentence, sorted, highest first

    def at(self, least: float) -> tuple[Share, Share]:
        """Heard of the true, and others taken for one, at a threshold."""
        heard = sum(value >= least for value in self.true_scores)
        false = sum(value >= least for value in self.false_scores)
        return Share(heard, len(self.true_scores)), Share(false, len(self.false_scores))


def drawing(
    heard: Sequence[Heard], count: int, seed: int, lexicon: Guessing, phones: Sequence[str]
) -> Sentences:
    """Of sentences of two to five words, ``count`` are made phrases; every clip is then asked about all of them."""
    texts = sorted({each.clip.transcript for each in heard if 2 <= len(each.clip.transcript.split()) <= 5})
    known = lexicon.of(text for each in heard for text in [each.clip.transcript])
    texts = [text for text in texts if all(word in known for word in text.split())]
    phrases = random.Random(seed).sample(texts, min(count, len(texts)))
    right = 0
    true: list[float] = []
    false: list[float] = []
    for each in heard:
        best, scores = best_of(each.outputs, phrases, known, phones)
        if each.clip.transcript in phrases:
            right += best == each.clip.transcript
            true.append(scores[each.clip.transcript] if best == each.clip.transcript else -99.0)
        else:
            false.append(float(np.max(list(scores.values()))))
    return Sentences(Share(right, len(true)), tuple(sorted(true)), tuple(sorted(false, reverse=True)))
