"""Phrases on the outputs of a head: written by hand, so that the right answer is known."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from skill.second_ear.pronunciations import UnsayableWord, phrase_ways
from skill.second_ear.scoring import IMPOSSIBLE, SOFTNESS, score_phrases
from skill.second_ear.tree import sound_tree

BLANK, K, R, A, M, P = range(6)
PHONES = ("k", "r", "a", "m", "p")
LEXICON = {
    "kram": [["k", "r", "a", "m"]],
    "ram": [["r", "a", "m"]],
    "amma": [["a", "m", "m", "a"]],
    "pa": [["p", "a"], ["a", "p"]],
}


def outputs(row: list[int], surely: float = 0.94) -> np.ndarray:
    """Log probabilities of a row of outputs, one a step; the other outputs share what is left."""
    probabilities = np.full((len(row), 6), (1 - surely) / 5)
    probabilities[np.arange(len(row)), row] = surely
    return np.log(probabilities).astype(np.float32)


def scores(row: list[int], *phrases: str) -> dict[str, tuple[float, float, float]]:
    tree = sound_tree(phrase_ways(phrases, LEXICON, PHONES))
    found = score_phrases(outputs(row), tree)
    return {
        p: (w, e, a) for p, w, e, a in zip(tree.phrases, found.whole, found.ends, found.anywhere, strict=True)
    }


def test_a_phrase_that_is_the_free_best_path_costs_nothing() -> None:
    assert scores([BLANK, K, K, R, A, BLANK, M, BLANK], "kram")["kram"] == pytest.approx((0, 0, 0))


def test_what_comes_before_counts_against_the_whole_but_not_against_the_end() -> None:
    whole, ends, anywhere = scores([P, BLANK, A, BLANK, R, A, M, BLANK], "ram")["ram"]
    assert whole < -1 and ends == pytest.approx(0) and anywhere == pytest.approx(0)


def test_what_comes_after_counts_against_all_but_anywhere() -> None:
    whole, ends, anywhere = scores([BLANK, R, A, M, P, A, P], "ram")["ram"]
    assert whole < -1 and ends < -1 and anywhere == pytest.approx(0)


def test_one_sound_twice_in_a_row_needs_a_blank_between() -> None:
    assert scores([A, M, BLANK, M, A], "amma")["amma"][0] == pytest.approx(0)
    assert scores([A, M, M, M, A], "amma")["amma"][0] < -0.5


def test_the_better_way_of_a_word_counts() -> None:
    assert scores([BLANK, A, P, BLANK], "pa")["pa"][0] == pytest.approx(0)


def test_where_a_phrase_ends_is_told() -> None:
    tree = sound_tree(phrase_ways(["ram"], LEXICON, PHONES))
    assert score_phrases(outputs([P, R, A, M, P, P, P]), tree).ended[0] == 4


def every_path(log_probs: np.ndarray, labels: tuple[int, ...]) -> list[float]:
    """All paths of these sounds, by trying all there are."""
    found = []
    for path in product(range(log_probs.shape[1]), repeat=len(log_probs)):
        collapsed = [p for k, p in enumerate(path) if p != BLANK and (k == 0 or p != path[k - 1])]
        if tuple(collapsed) == labels:
            found.append(float(sum(log_probs[k, p] for k, p in enumerate(path))))
    return found


def test_it_finds_the_best_of_all_paths() -> None:
    rng = np.random.default_rng(5)
    tree = sound_tree({"a": [[(1, 2)]], "b": [[(2, 2)]], "c": [[(3,)]]})
    for _ in range(20):
        log_probs = np.log(rng.dirichlet(np.ones(4), 5)).astype(np.float32)
        free = float(log_probs.max(axis=1).sum())
        expected = [max(every_path(log_probs, way)) - free for way in ((1, 2), (2, 2), (3,))]
        assert score_phrases(log_probs, tree).whole * tree.letters == pytest.approx(expected, abs=1e-4)


def test_likely_is_the_sum_of_all_paths_over_softer_outputs() -> None:
    rng = np.random.default_rng(6)
    tree = sound_tree({"a": [[(1, 2)]], "b": [[(2, 2)]], "c": [[(3,)]]})
    for _ in range(20):
        log_probs = np.log(rng.dirichlet(np.ones(4), 5)).astype(np.float32)
        softer = (log_probs - log_probs.max(axis=1, keepdims=True)) / SOFTNESS
        expected = [SOFTNESS * np.logaddexp.reduce(every_path(softer, way)) for way in ((1, 2), (2, 2), (3,))]
        assert score_phrases(log_probs, tree).likely == pytest.approx(expected, abs=1e-4)


def test_what_cannot_be_said_in_so_short_a_time_is_impossible() -> None:
    tree = sound_tree({"a": [[(1, 2, 3)]], "b": [[(2,)]]})
    log_probs = np.log(np.full((2, 4), 0.25, np.float32))
    assert score_phrases(log_probs, tree).likely[0] == IMPOSSIBLE


def test_two_uncertain_sounds_together_are_likelier_than_one_that_is_a_little_surer() -> None:
    # the first is said at either of two places, the second only at one
    tree = sound_tree({"a": [[(1,)]], "b": [[(2,)]]})
    outputs = np.log(np.array([[0.5, 0.25, 0.0001], [0.5, 0.25, 0.0001], [0.5, 0.0001, 0.26]], np.float32))
    found = score_phrases(outputs, tree)
    assert found.whole[1] > found.whole[0]
    assert found.likely[0] > found.likely[1]


def test_a_word_without_pronunciation_is_refused_with_the_line_to_add() -> None:
    with pytest.raises(UnsayableWord, match=r"«plagg» i «kram plagg» .*lexicon.tsv: plagg, tabulator"):
        phrase_ways(["kram plagg"], LEXICON, PHONES)
