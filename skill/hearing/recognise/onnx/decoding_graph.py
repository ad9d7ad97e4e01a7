"""HCLr.fst composed with the language model of a grammar, as kaldi-decoder takes it.

libvosk composes while it decodes and looks ahead: a path pays for its next word little by little, as fewer and fewer
words remain that it can become. Here the same is done beforehand. Each state's potential is −log of the summed
probability of what may come next (from the intervals in HCLr.fst); the arcs pay the differences, so that the beam
prunes as libvosk's does, and what can't come to an end in this grammar has no probability and is left out.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skill.hearing.recognise.onnx.bigram import Bigram
from skill.model.openfst.fst import ARC, CONST_VERSION, EPSILON, EXPANDED, Extent, header_bytes
from skill.model.openfst.lookahead import LookaheadFst

GRAPH_SCALE = 0.9  # libvosk weighs the graph so beside the sound in every result (not in its search)


@dataclass(frozen=True)
class DecodingGraph:
    """`fst` is kaldifst's; `start_cost` is paid by every path through it and stands on no arc.

    To end is a transition of its own, `end`: kaldi-decoder's best path is always one that may end where there is any,
    and for the words so far it mustn't be.
    """

    fst: Any
    start_cost: float
    end: int


def _potentials(lexicon: LookaheadFst, grammar: Bigram, state: int) -> NDArray[np.float64]:
    """Of each state of the lexicon beside this state of the grammar; infinite where nothing can follow."""
    probability = np.zeros(max(int(lexicon.intervals.max()), int(grammar.word.max())) + 2)
    here = grammar.source == state
    np.add.at(probability, grammar.word[here] + 1, np.exp(-grammar.cost[here]))
    if lexicon.final_label > 0:
        probability[lexicon.final_label + 1] += np.exp(-grammar.final[state])
    below = np.cumsum(probability)
    reached = below[lexicon.intervals[:, 1]] - below[lexicon.intervals[:, 0]]
    total = np.zeros(len(lexicon.final))
    np.add.at(total, lexicon.interval_source, reached)
    with np.errstate(divide="ignore"):
        return -np.log(np.where(total > 1e-12, total, 0.0))


def _paired(lexicon: LookaheadFst, grammar: Bigram) -> NDArray[np.void]:
    """All arcs of the composition: from and to (lexicon, grammar) state, ilabel, olabel, cost."""
    ilabel, olabel = lexicon.arcs["ilabel"], lexicon.arcs["olabel"]
    silent, writing = np.flatnonzero(olabel == EPSILON), np.flatnonzero(olabel != EPSILON)
    states = len(grammar.final)
    first = np.tile(silent, states)
    stays = np.repeat(np.arange(states), len(silent))
    by_word = np.argsort(grammar.word, kind="stable")
    begin, end = (np.searchsorted(grammar.word[by_word], olabel[writing], side) for side in ("left", "right"))
    counts = end - begin
    second = np.repeat(writing, counts)
    within = np.arange(len(second)) - np.repeat(np.cumsum(counts) - counts, counts)
    moves = by_word[np.repeat(begin, counts) + within]
    arc = np.concatenate([first, second])
    out = np.empty(len(arc), [("from", "i8", 2), ("to", "i8", 2), ("labels", "i4", 2), ("cost", "f8")])
    out["from"][:, 0], out["to"][:, 0] = lexicon.arc_source[arc], lexicon.arcs["nextstate"][arc]
    out["from"][:, 1] = np.concatenate([stays, grammar.source[moves]])
    out["to"][:, 1] = np.concatenate([stays, grammar.target[moves]])
    out["labels"][:, 0], out["labels"][:, 1] = ilabel[arc], olabel[arc]
    out["cost"] = lexicon.arcs["weight"][arc]
    out["cost"][len(first) :] += grammar.cost[moves]
    return out


def decoding_graph(lexicon: LookaheadFst, grammar: Bigram, end: int) -> DecodingGraph:
    """`end`: a transition number that the network doesn't have. Needs the package `kaldifst`."""
    import kaldifst

    states = len(grammar.final)
    potential = np.stack([_potentials(lexicon, grammar, state) for state in range(states)], 1)
    alive = np.isfinite(potential)
    number = np.cumsum(alive).reshape(alive.shape) - 1
    paired = _paired(lexicon, grammar)
    before, after = tuple(paired["from"].T), tuple(paired["to"].T)
    kept = alive[before] & alive[after]
    paired, before, after = paired[kept], tuple(paired["from"][kept].T), tuple(paired["to"][kept].T)
    cost = paired["cost"] + potential[after] - potential[before]
    final = (lexicon.final[:, None] + grammar.final[None, :])[alive] - potential[alive]
    ending = np.flatnonzero(np.isfinite(final))
    source = np.concatenate([number[before], ending])
    arcs = np.empty(len(source), ARC)
    arcs["ilabel"], arcs["olabel"] = end, EPSILON
    arcs["ilabel"][: len(cost)], arcs["olabel"][: len(cost)] = paired["labels"].T
    arcs["weight"] = GRAPH_SCALE * np.concatenate([cost, final[ending]])
    arcs["nextstate"] = len(final)
    arcs["nextstate"][: len(cost)] = number[after]
    order = np.argsort(source, kind="stable")
    first = (lexicon.start, 0)
    fst = _const_fst(kaldifst, arcs[order], source[order], len(final) + 1, int(number[first]))
    return DecodingGraph(fst, GRAPH_SCALE * float(potential[first]), end)


def _const_fst(
    kaldifst: Any, arcs: NDArray[np.void], source: NDArray[np.int64], size: int, start: int
) -> Any:
    """Arcs in the order of their source; the last state is the only final one."""
    counts = np.bincount(source, minlength=size)
    states = np.zeros(size, "<f4,<u4,<u4,<u4,<u4")
    states["f0"] = np.inf
    states["f0"][-1] = 0.0
    states["f1"], states["f2"] = np.cumsum(counts) - counts, counts
    for name, label in (("f3", "ilabel"), ("f4", "olabel")):
        states[name] = np.bincount(source[arcs[label] == EPSILON], minlength=size)
    head = header_bytes("const", CONST_VERSION, 0, EXPANDED, Extent(start, size, len(arcs)))
    with tempfile.TemporaryDirectory(prefix="krampevakt-") as folder:  # it reads from files only
        file = Path(folder) / "graph.fst"
        file.write_bytes(head + states.tobytes() + arcs.tobytes())
        return kaldifst.StdConstFst.read(str(file))
