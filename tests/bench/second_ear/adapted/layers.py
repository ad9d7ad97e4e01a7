"""The ways to fit a person's own last layer that are compared, and what answers then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from skill.second_ear.fitting import Fitting, Lesson, fitted
from skill.second_ear.own_layer import OwnLayer
from skill.second_ear.scoring import PhraseScores, better, score_phrases
from skill.second_ear.tree import SoundTree
from skill.second_ear.weights import Sounded


@dataclass(frozen=True)
class Way:
    name: str
    fitting: Fitting
    both: bool = False  # of this layer and the one that ships the better answer counts, as in the product


SHIPPED: Final = "shipped"
WAYS: Final = (
    Way("shift", Fitting(bias_only=True, pull=200.0, hold=0.0, rate=0.0014)),
    Way("layer", Fitting(hold=0.0)),
    Way("layer, held", Fitting()),
    Way("better of both", Fitting(), both=True),
)


@dataclass(frozen=True)
class Answering:
    """What is asked: the shipped layer (`own` is None), a person's own, or both."""

    own: OwnLayer | None = None
    both: bool = False

    def scores(self, sounded: Sounded, tree: SoundTree) -> PhraseScores:
        if self.own is None:
            return score_phrases(sounded.log_probs, tree)
        own = score_phrases(self.own.log_probs(sounded), tree)
        return better(score_phrases(sounded.log_probs, tree), own) if self.both else own


def answering(lessons: Sequence[Lesson], others: Sequence[Sounded], way: Way | None) -> Answering:
    if way is None:
        return Answering()
    own = OwnLayer("", fitted(lessons, others, way.fitting).astype(np.float32))
    return Answering(OwnLayer.read(own.written()), way.both)


def chosen(names: Sequence[str]) -> list[Way | None]:
    """The shipped layer first."""
    return [None, *(way for way in WAYS if way.name in names)]
