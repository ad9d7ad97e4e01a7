"""One person's own layer beside the one that everybody has."""

from __future__ import annotations

import numpy as np
import pytest

from skill.hearing.capture.microphone import WavMicrophone
from skill.paths import models_dir, prompts_dir
from skill.second_ear.own_layer import OwnLayer
from skill.second_ear.scoring import better, score_phrases
from skill.second_ear.tree import sound_tree
from skill.second_ear.verdict import open_second_ear
from skill.second_ear.weights import Sounded, head_id, load_networks

SHIPPED, LEXICON = models_dir() / "second_ear", models_dir() / "nb" / "lexicon.tsv"
CRY = np.frombuffer(b"".join(WavMicrophone(prompts_dir() / "demo/clips/kari/krampe_i_leggen.flac")), np.int16)
PHRASES = ("krampe i leggen", "krampe i foten", "jeg får ikke puste")
HEAD = "0123456789abcdef"


def test_a_change_of_nothing_changes_nothing() -> None:
    sounded = load_networks(SHIPPED).sounded(CRY)
    nothing = OwnLayer(HEAD, np.zeros((sounded.beneath.shape[1] + 1, sounded.log_probs.shape[1]), np.float32))
    assert np.allclose(nothing.log_probs(sounded), sounded.log_probs, atol=1e-5)


def test_it_gives_probabilities_that_follow_the_change() -> None:
    own = OwnLayer(HEAD, np.array([[0, 0, 0], [0, 2, 0], [0, 0, 1]], np.float32))
    third = np.log(np.full((2, 3), 1 / 3, np.float32))
    found = np.exp(own.log_probs(Sounded(third, np.array([[0, 1], [5, 0]], np.float32))))
    assert np.allclose(found.sum(axis=1), 1.0)
    assert found.argmax(axis=1).tolist() == [1, 2]


def test_what_was_written_is_read() -> None:
    own = OwnLayer(HEAD, np.random.default_rng(0).normal(0, 0.1, (13, 7)).astype(np.float32))
    again = OwnLayer.read(own.written())
    assert again.head == HEAD
    assert np.allclose(again.change, own.change, atol=1e-3)


@pytest.mark.parametrize(
    "broken",
    [
        "x",
        "a:b",
        "a:7:",
        f"{HEAD}:7:AAAA",
        f"{HEAD}:0:AAAA",
        f"{HEAD}:seven:AAAA",
        f"{HEAD}:1:!!!!",
        f"{HEAD}:1:AHw=",
    ],
)
def test_what_can_not_be_read_is_refused(broken: str) -> None:
    with pytest.raises(ValueError):
        OwnLayer.read(broken)


def test_of_both_layers_each_phrase_has_the_better_answer() -> None:
    """Whatever an own layer does, no phrase is explained worse than without it."""
    networks = load_networks(SHIPPED)
    sounded = networks.sounded(CRY)
    shape = (sounded.beneath.shape[1] + 1, sounded.log_probs.shape[1])
    wild = OwnLayer(head_id(SHIPPED), np.random.default_rng(1).normal(0, 0.2, shape).astype(np.float32))
    without = open_second_ear(SHIPPED, LEXICON).judge(CRY, PHRASES)
    found = open_second_ear(SHIPPED, LEXICON, own_layer=wild).judge(CRY, PHRASES)
    for form in ("whole", "ends", "anywhere", "likely"):
        before, after = getattr(without, form), getattr(found, form)
        assert all(after[phrase] >= before[phrase] - 1e-4 for phrase in PHRASES)


def test_the_end_of_a_phrase_is_that_of_the_better_answer() -> None:
    tree = sound_tree({"ja": [[(1, 2)]], "nei": [[(2, 1)]]})

    def said(*row: int) -> np.ndarray:
        probabilities = np.full((len(row), 3), 0.03)
        probabilities[np.arange(len(row)), row] = 0.94
        return np.log(probabilities).astype(np.float32)

    early, late = score_phrases(said(1, 2, 0, 0, 0, 0), tree), score_phrases(said(0, 0, 0, 0, 2, 1), tree)
    both = better(early, late)
    assert both.ended.tolist() == [2, 6]
    assert both.anywhere.tolist() == pytest.approx([0.0, 0.0])
