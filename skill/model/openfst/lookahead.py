"""HCLr.fst: a transducer that can tell which words are still reachable from each of its states.

Vosk composes the lexicon (HCLr.fst) with a grammar made at run time. To do that without blowing up it
needs to know, for each state of the lexicon, which words can come next; OpenFst keeps that as intervals of
word numbers beside the transducer (type "olabel_lookahead"), having renumbered the words so that the sets
become few intervals. This module does what `fstconvert --fst_type=olabel_lookahead` does: the same depth
first numbering, the same file, so that building a model needs no OpenFst installed.

Source: the published OpenFst headers label-reachable.h, state-reachable.h, matcher-fst.h, add-on.h.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skill.model.openfst.fst import (
    ARC,
    CONST_VERSION,
    EPSILON,
    INFINITY,
    Arc,
    Extent,
    Fst,
    const_bytes,
    header_bytes,
    properties,
    read_header,
)

_ADD_ON_MAGIC = 446681434
_FINAL = -1  # OpenFst's kNoLabel: "may end here" counts as one more label

Interval = tuple[int, int]  # half open: begin ≤ label < end


@dataclass(frozen=True)
class Reachability:
    """Which output labels each state can write next (after any number of epsilons)."""

    renumbered: dict[int, int]  # label of the given transducer → its number in HCLr.fst
    final_label: int  # number that stands for "can end"
    intervals: list[list[Interval]]  # per state, sorted, disjoint, not touching


def reachability(fst: Fst) -> Reachability:
    """Renumber the output labels of `fst` so that every state's reachable ones form few intervals."""
    graph, label_state = _label_graph(fst)
    component = _strong_components(graph)
    condensed: list[list[int]] = [[] for _ in range(max(component) + 1)]
    for state, successors in enumerate(graph):
        for successor in successors:
            if component[state] != component[successor]:
                condensed[component[state]].append(component[successor])
    leaves = {component[state] for state in label_state.values()}
    index, reach = _preorder_intervals(condensed, leaves, component[len(graph) - 1])
    renumbered = {label: index[component[state]] for label, state in label_state.items()}
    final_label = renumbered.pop(_FINAL, -1)
    return Reachability(renumbered, final_label, [reach[component[s]] for s in range(len(fst.arcs))])


def _label_graph(fst: Fst) -> tuple[list[list[int]], dict[int, int]]:
    """`fst` with each writing arc led to a leaf of its own label; the last state is a root above all."""
    label_state: dict[int, int] = {}
    graph: list[list[int]] = []
    next_leaf = len(fst.arcs)
    for arcs, final in zip(fst.arcs, fst.final, strict=True):
        successors = []
        for arc in arcs:
            if arc.olabel == EPSILON:
                successors.append(arc.nextstate)
                continue
            if arc.olabel not in label_state:
                label_state[arc.olabel] = next_leaf
                next_leaf += 1
            successors.append(label_state[arc.olabel])
        if final != INFINITY:
            if _FINAL not in label_state:
                label_state[_FINAL] = next_leaf
                next_leaf += 1
            successors.append(label_state[_FINAL])
        graph.append(successors)
    graph.extend([] for _ in label_state)
    entered = {successor for successors in graph for successor in successors}
    graph.append([state for state in range(len(graph)) if state not in entered])
    return graph, label_state


def _depth_first_roots(num_states: int, start: int) -> list[int]:
    """OpenFst's order of roots: the start state, then whatever is still unseen, ascending."""
    return [start, *range(num_states)]


def _strong_components(graph: list[list[int]]) -> list[int]:
    """Component of each state, numbered in topological order (Tarjan, without recursion)."""
    unseen = -1
    order = [unseen] * len(graph)
    low = [0] * len(graph)
    component = [unseen] * len(graph)
    open_states: list[int] = []
    seen = components = 0
    for root in _depth_first_roots(len(graph), len(graph) - 1):
        if order[root] != unseen:
            continue
        path = [(root, iter(graph[root]))]
        order[root] = low[root] = seen
        seen += 1
        open_states.append(root)
        while path:
            state, successors = path[-1]
            for successor in successors:
                if order[successor] == unseen:
                    order[successor] = low[successor] = seen
                    seen += 1
                    open_states.append(successor)
                    path.append((successor, iter(graph[successor])))
                    break
                if component[successor] == unseen:
                    low[state] = min(low[state], order[successor])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[state])
                if low[state] == order[state]:
                    first = len(open_states) - 1 - open_states[::-1].index(state)
                    for member in open_states[first:]:
                        component[member] = components
                    del open_states[first:]
                    components += 1
    return [components - 1 - c for c in component]


def _preorder_intervals(
    graph: list[list[int]], leaves: set[int], start: int
) -> tuple[dict[int, int], list[list[Interval]]]:
    """Number the leaves of an acyclic graph in the order a depth first walk meets them, from 1."""
    index: dict[int, int] = {}
    reach: list[list[Interval]] = [[] for _ in graph]
    seen = [False] * len(graph)

    def enter(state: int) -> None:
        seen[state] = True
        if state in leaves:
            index[state] = len(index) + 1
            reach[state].append((index[state], index[state] + 1))

    for root in _depth_first_roots(len(graph), start):
        if seen[root]:
            continue
        enter(root)
        path = [(root, iter(graph[root]))]
        while path:
            state, successors = path[-1]
            for successor in successors:
                if seen[successor]:
                    reach[state].extend(reach[successor])
                else:
                    enter(successor)
                    path.append((successor, iter(graph[successor])))
                    break
            else:
                path.pop()
                reach[state] = _normalised(reach[state])
                if path:
                    reach[path[-1][0]].extend(reach[state])
    return index, reach


def _normalised(intervals: list[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for begin, end in sorted(set(intervals)):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def relabelled(fst: Fst, reach: Reachability) -> Fst:
    """`fst` with its output labels renumbered and the arcs of each state sorted by them."""
    out = Fst(fst.start, [], list(fst.final))
    for arcs in fst.arcs:
        renamed = [
            Arc(a.ilabel, reach.renumbered[a.olabel] if a.olabel else EPSILON, a.weight, a.nextstate)
            for a in arcs
        ]
        out.arcs.append(sorted(renamed, key=lambda arc: (arc.olabel, arc.ilabel)))
    return out


def lookahead_bytes(fst: Fst) -> tuple[bytes, dict[int, int]]:
    """HCLr.fst for `fst`, and the new number of each of its output labels."""
    reach = reachability(fst)
    inner = relabelled(fst, reach)
    intervals = [struct.pack("<q", len(reach.intervals))]
    for of_state in reach.intervals:
        intervals.append(struct.pack("<q", len(of_state)))
        intervals.extend(struct.pack("<ii", *interval) for interval in of_state)
        intervals.append(struct.pack("<i", sum(end - begin for begin, end in of_state)))
    data = b"".join(
        [
            header_bytes("olabel_lookahead", 1, 0, properties(inner), Extent(-1, 0, 0)),
            struct.pack("<i", _ADD_ON_MAGIC),
            const_bytes(inner),
            # An add-on follows; it has no part for input labels and one for output labels, which
            # looks at output labels and comes without the table of renumbered ones.
            struct.pack("<?????i", True, False, True, False, False, reach.final_label),
            *intervals,
        ]
    )
    return data, reach.renumbered


@dataclass(frozen=True)
class LookaheadFst:
    """A whole HCLr.fst as arrays: `final` per state, one entry per arc, one per interval of reachable labels."""

    start: int
    final: NDArray[np.float32]
    arc_source: NDArray[np.int64]
    arcs: NDArray[np.void]  # fields ilabel, olabel, weight, nextstate
    interval_source: NDArray[np.int64]
    intervals: NDArray[np.int32]  # rows of begin, end
    final_label: int


def read_lookahead(data: bytes) -> LookaheadFst:
    """Walk through a whole HCLr.fst.

    Raises ValueError when the file is cut short or inconsistent: libvosk would crash on it.
    """
    outer = read_header(data)
    try:
        (magic,) = struct.unpack_from("<i", data, outer.size_bytes)
        if magic != _ADD_ON_MAGIC:
            raise ValueError("no look-ahead in it")
        position = outer.size_bytes + 4
        inner = read_header(data, position)
        if inner.fst_type != "const" or inner.version != CONST_VERSION:
            raise ValueError(f"holds a transducer of type {inner.fst_type}")
        position += inner.size_bytes
        states = np.frombuffer(data, "<f4,<u4,<u4,<u4,<u4", inner.num_states, position)
        position += states.nbytes
        arcs = np.frombuffer(data, ARC, inner.num_arcs, position)
        position += arcs.nbytes
        if inner.num_arcs and int(arcs["nextstate"].max()) >= inner.num_states:
            raise ValueError("an arc leads nowhere")
        has_add_on, first, second = struct.unpack_from("<???", data, position)
        if not has_add_on or first or not second:
            raise ValueError("no look-ahead for words in it")
        position += 3
        _, keeps_table = struct.unpack_from("<??", data, position)
        position += 2
        if keeps_table:
            position += 8 + 8 * struct.unpack_from("<q", data, position)[0]
        final_label, sets = struct.unpack_from("<iq", data, position)
        position += 12
        if sets != inner.num_states:
            raise ValueError("its look-ahead is for another transducer")
        counts, intervals = [], []
        for _ in range(sets):
            (count,) = struct.unpack_from("<q", data, position)
            counts.append(count)
            intervals.append(data[position + 8 : position + 8 + 8 * count])
            position += 12 + 8 * count
    except struct.error as error:
        raise ValueError("the file is cut short") from error
    if position != len(data):
        raise ValueError("the file is cut short" if position > len(data) else "the file is too long")
    places = np.arange(inner.num_states)
    return LookaheadFst(
        inner.start, states["f0"], np.repeat(places, states["f2"]), arcs, np.repeat(places, counts),
        np.frombuffer(b"".join(intervals), "<i4").reshape(-1, 2), final_label,
    )  # fmt: skip


def largest_input_label(data: bytes) -> int:
    """The largest transition number in an HCLr.fst. Raises ValueError, as `read_lookahead` does."""
    arcs = read_lookahead(data).arcs
    return int(arcs["ilabel"].max()) if len(arcs) else 0
