"""The language model of a grammar, worked out by hand from libvosk's rules."""

from __future__ import annotations

import math
from collections import defaultdict

import pytest

from skill.hearing.recognise.onnx.bigram import Bigram

HALF = math.log(2)


def arcs(model: Bigram) -> dict[tuple[int, int], list[tuple[float, int]]]:
    found = defaultdict(list)
    for source, word, cost, target in zip(model.source, model.word, model.cost, model.target, strict=True):
        found[int(source), int(word)].append((round(float(cost), 6), int(target)))
    return found


def test_single_words_share_what_comes_after_them() -> None:
    model = Bigram.of([[7], [8], [7]])
    # after any: 7 twice, 8 once, an end three times; half of it put by
    assert model.final.tolist() == pytest.approx([math.log(6 / 3) + HALF, HALF])
    twice, once = round(math.log(6 / 2) + HALF, 6), round(math.log(6) + HALF, 6)
    fall_back = pytest.approx(HALF, abs=1e-5)
    found = arcs(model)
    assert found[0, 7][0] == (twice, 1) and found[0, 8][0] == (once, 1)
    assert [found[0, 7][1][0] - twice, found[0, 7][1][1]] == [fall_back, 0]


def test_words_of_a_phrase_lead_to_one_another() -> None:
    model = Bigram.of([[3, 5], [3]])
    found = arcs(model)
    state = found[0, 3][0][1]
    assert state not in (0, 1)
    # after 3: 5 once, an end once
    assert found[state, 5][0] == (round(math.log(2) + HALF, 6), 1)
    assert model.final[state] == pytest.approx(math.log(2) + HALF)
    assert (state, 3) not in found  # only by falling back to "after any"
