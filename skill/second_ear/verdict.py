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
from skill.second_ear.pronunciations import PhraseLexicon, phrase_ways
from skill.second_ear.scoring import score_phrases
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

    def __init__(self, networks: Networks, lexicon: PhraseLexicon) -> None:
        self._networks = networks
        self._lexicon = lexicon
        self._tree = lru_cache(maxsize=_TREES)(self._make_tree)

    def _make_tree(self, phrases: tuple[str, ...]) -> SoundTree:
        return sound_tree(phrase_ways(phrases, self._lexicon, self._networks.phones))

    def judge(self, samples: NDArray[np.int16] | NDArray[np.float32], phrases: Sequence[str]) -> Verdict:
        """How well do ``phrases`` explain ``samples`` (16 kHz; of more than 6 s, the last 6)?

        Raises:
            UnsayableWord: a word of a phrase is not in the lexicon.
        """
        began = time.process_time()
        window = samples[-int(LONGEST_WINDOW_S * RATE_HZ) :]
        before_s = (len(samples) - len(window)) / RATE_HZ
        tree = self._tree(tuple(dict.fromkeys(phrases)))
        found = score_phrases(self._networks.log_probs(window), tree)

        def named(values: NDArray[np.float32]) -> dict[str, float]:
            return dict(zip(tree.phrases, values.tolist(), strict=True))

        ended = {p: before_s + STEP_S * int(at) for p, at in zip(tree.phrases, found.ended, strict=True)}
        cost_s = time.process_time() - began
        whole, ends, anywhere = (named(each) for each in (found.whole, found.ends, found.anywhere))
        return Verdict(whole, ends, anywhere, ended, named(found.likely), cost_s)


def open_second_ear(folder: Path, lexicon_file: Path) -> SecondEar:
    """The second ear from its folder and the first ear's lexicon.tsv.

    Raises:
        SecondEarMissing: the weights are missing, truncated or foreign.
        OSError: the lexicon can't be read.
    """
    ways: dict[str, list[tuple[str, ...]]] = {}
    for line in lexicon_file.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            word, phones, *_ = line.split("\t")
            ways.setdefault(word, []).append(tuple(phones.split()))
    return SecondEar(load_networks(folder), ways)
