"""The composed graph beside OpenFst's own composition."""

from __future__ import annotations

from tests.hearing.recognise.onnx.child import needs_second_decoder, told_by

pytestmark = needs_second_decoder

BEST = """
import json, random, tempfile
from pathlib import Path
import kaldifst
from skill.hearing.recognise.onnx.bigram import Bigram
from skill.hearing.recognise.onnx.decoding_graph import GRAPH_SCALE, decoding_graph
from skill.model.openfst.fst import INFINITY, Fst, vector_bytes
from skill.model.openfst.lookahead import lookahead_bytes, reachability, read_lookahead, relabelled
from tests.model.openfst.test_lookahead import random_fst

def as_kaldifst(graph):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "graph.fst"
        file.write_bytes(vector_bytes(graph))
        return kaldifst.StdVectorFst.read(str(file))

def costs(graph):
    "Of the ten best paths."
    paths = kaldifst.shortest_path(graph, 10)
    if paths.num_states == 0:
        return []
    found = []
    for first in kaldifst.ArcIterator(paths, paths.start):
        cost, state = first.weight.value, first.nextstate
        while paths.num_arcs(state):
            (arc,) = kaldifst.ArcIterator(paths, state)
            cost, state = cost + arc.weight.value, arc.nextstate
        found.append(cost + paths.final(state).value)
    return sorted(found)

pairs = []
for seed in range(12):
    dice = random.Random(seed)
    graph = random_fst(seed)
    data, numbers = lookahead_bytes(graph)
    words = sorted(numbers.values())
    if not words:
        continue
    bigram = Bigram.of([[dice.choice(words) for _ in range(dice.randint(1, 3))] for _ in range(4)])
    grammar = Fst()
    for final in bigram.final:
        grammar.add_state(final)
    for source, word, cost, target in zip(bigram.source, bigram.word, bigram.cost, bigram.target):
        grammar.add_arc(int(source), int(word), int(word), float(cost), int(target))
    lexicon = as_kaldifst(relabelled(graph, reachability(graph)))
    kaldifst.arcsort(lexicon, "olabel")
    theirs = costs(kaldifst.compose(lexicon, as_kaldifst(grammar)))
    if not theirs:
        continue
    ours = decoding_graph(read_lookahead(data), bigram, 99)
    pairs.append([theirs, [(cost + ours.start_cost) / GRAPH_SCALE for cost in costs(ours.fst)]])
print(json.dumps(pairs))
"""


def test_every_path_costs_what_openfst_says() -> None:
    pairs = told_by(BEST)
    assert len(pairs) >= 6
    for theirs, ours in pairs:
        assert len(theirs) == len(ours)
        assert all(abs(a - b) < 1e-3 for a, b in zip(theirs, ours, strict=True)), (theirs, ours)
