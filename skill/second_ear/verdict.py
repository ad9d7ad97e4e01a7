"""The question put to the second ear, and its answer."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skill.audio.samples import RATE_HZ
from skill.second_ear.features import Waveform
from skill.second_ear.own_layer import OwnLayer
from skill.second_ear.pronunciations import PhraseLexicon, best_of_ways, own_phrases, phrase_ways
from skill.second_ear.scoring import PhraseScores, better, score_phrases
from skill.second_ear.tree import SoundTree, sound_tree
from skill.second_ear.weights import Networks, load_networks

LONGEST_WINDOW_S = 6.0
STEP_S = 0.02
_TREES = 24  # grammar classes in three languages


@dataclass(frozen=True, slots=True)
class Verdict:
    """Phrase → score by the letter, in natural logarithms, 0 at best: see `scoring.PhraseScores` for the forms.

    ``likely``: not by the letter, only to compare phrases by.
    """

    whole: Mapping[str, float]
    ends: Mapping[str, float]
    anywhere: Mapping[str, float]
    ended_s: Mapping[str, float]  # of ``anywhere``, from the beginning of the sound
    likely: Mapping[str, float]
    cost_s: float  # seconds of a processor


class SecondEar:
    """Asked about up to 6 s of sound at a time. Not for two threads at once."""

    def __init__(
        self,
        networks: Networks,
        lexicon: PhraseLexicon,
        own_ways: PhraseLexicon | None = None,
        own_layer: OwnLayer | None = None,
    ) -> None:
        """What was learned of one person. ``own_ways``: whole phrase → more ways to say it. ``own_layer``: asked
        beside the one that everybody has; each phrase has the better answer of both, so nobody else is refused for it.
        """
        self._networks = networks
        self._own_layer = own_layer
        self._lexicon = lexicon
        self._own_ways = own_ways or {}
        self._tree = lru_cache(maxsize=_TREES)(self._make_tree)

    def _make_tree(self, phrases: tuple[str, ...]) -> SoundTree:
        phones = self._networks.phones
        own = {phrase: self._own_ways.get(phrase, ()) for phrase in phrases}
        return sound_tree(phrase_ways(phrases, self._lexicon, phones) | own_phrases(own, phones))

    def judge(self, samples: NDArray[np.int16] | NDArray[np.float32], phrases: Sequence[str]) -> Verdict:
        """How well do ``phrases`` explain ``samples`` (16 kHz; of more than 6 s, the last 6)?

        Raises:
            UnsayableWord: a word of a phrase is not in the lexicon.
        """
        began = time.process_time()
        window = samples[-int(LONGEST_WINDOW_S * RATE_HZ) :]
        before_s = (len(samples) - len(window)) / RATE_HZ
        tree = self._tree(tuple(dict.fromkeys(phrases)))
        found = self._scores(window, tree)

        def named(values: NDArray[np.float32]) -> dict[str, float]:
            return best_of_ways(dict(zip(tree.phrases, values.tolist(), strict=True)))

        ended = {p: before_s + STEP_S * int(at) for p, at in zip(tree.phrases, found.ended, strict=True)}
        better = best_of_ways(
            dict(zip(tree.phrases, zip(found.anywhere, ended.values(), strict=True), strict=True))
        )
        ended = {phrase: at_s for phrase, (_, at_s) in better.items()}
        cost_s = time.process_time() - began
        whole, ends, anywhere = (named(each) for each in (found.whole, found.ends, found.anywhere))
        return Verdict(whole, ends, anywhere, ended, named(found.likely), cost_s)

    def _scores(self, window: Waveform, tree: SoundTree) -> PhraseScores:
        if self._own_layer is None:
            return score_phrases(self._networks.log_probs(window), tree)
        sounded = self._networks.sounded(window)
        own = score_phrases(self._own_layer.log_probs(sounded), tree)
        return better(score_phrases(sounded.log_probs, tree), own)


def open_second_ear(
    folder: Path,
    lexicon_file: Path,
    own_ways: PhraseLexicon | None = None,
    own_layer: OwnLayer | None = None,
) -> SecondEar:
    """The second ear from its folder and the first ear's lexicon.tsv.

    Raises:
        SecondEarMissing: the weights are missing, truncated or foreign.
        OSError: the lexicon can't be read.
    """
    return SecondEar(load_networks(folder), ways_of_words(lexicon_file), own_ways, own_layer)


def ways_of_words(lexicon_file: Path) -> PhraseLexicon:
    """word → its ways. Raises OSError."""
    ways: dict[str, list[tuple[str, ...]]] = {}
    for line in lexicon_file.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            word, phones, *_ = line.split("\t")
            ways.setdefault(word, []).append(tuple(phones.split()))
    return ways
