"""Recordings put to the second ear."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.measuring.disturbance import Disturbance, disturbed
from models.measuring.recordings import Clip, read_clip
from skill.model.letters import read_letters
from skill.second_ear.pronunciations import PhraseLexicon, phrase_ways
from skill.second_ear.scoring import score_phrases
from skill.second_ear.tree import sound_tree
from skill.second_ear.weights import Networks

Outputs = NDArray[np.float32]  # log probabilities [steps, outputs]
LEAD_S, TAIL_S = 0.3, 0.4  # quiet before and after a clip


@dataclass(frozen=True)
class Heard:
    """A clip and what the networks made of it."""

    clip: Clip
    outputs: Outputs


def hear_all(networks: Networks, clips: Iterable[Clip], disturbance: Disturbance) -> Iterator[Heard]:
    """Each clip once, with quiet round it, disturbed."""
    for clip in clips:
        sound = disturbed(read_clip(clip.path), disturbance, clip.path.name, LEAD_S, TAIL_S)
        yield Heard(clip, networks.log_probs((sound / 32768.0).astype(np.float32)))


class Guessing:
    """A lexicon that guesses by the spelling what it does not hold, as `model build` does."""

    def __init__(self, lexicon: Path, letters: Path) -> None:
        self._ways: dict[str, list[tuple[str, ...]]] = {}
        for line in lexicon.read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                word, phones, *_ = line.split("\t")
                self._ways.setdefault(word, []).append(tuple(phones.split()))
        self._guess = read_letters(letters)

    def of(self, phrases: Iterable[str]) -> PhraseLexicon:
        """Ways of every word of the phrases."""
        words = {word for phrase in phrases for word in phrase.split()}
        missing = sorted(word for word in words if word not in self._ways)
        for word, ways in zip(missing, self._guess(missing), strict=True):
            self._ways[word] = [tuple(way) for way in ways]
        return {word: self._ways[word] for word in words if self._ways.get(word)}


def best_of(
    outputs: Outputs, phrases: Sequence[str], lexicon: PhraseLexicon, phones: Sequence[str]
) -> tuple[str, Mapping[str, float]]:
    """The phrase that it was most likely, and every phrase's whole score by the letter."""
    tree = sound_tree(phrase_ways(phrases, lexicon, phones))
    found = score_phrases(outputs, tree)
    return tree.phrases[int(np.argmax(found.likely))], dict(
        zip(tree.phrases, found.whole.tolist(), strict=True)
    )
