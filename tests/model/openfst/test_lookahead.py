from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from skill.model.openfst.fst import EPSILON, INFINITY, Fst, read_header, vector_bytes
from skill.model.openfst.lookahead import largest_input_label, lookahead_bytes, reachability, relabelled


def random_fst(seed: int, most_states: int = 60) -> Fst:
    dice = random.Random(seed)
    graph = Fst()
    size = dice.randint(3, most_states)
    for _ in range(size):
        graph.add_state(0.0 if dice.random() < 0.2 else INFINITY)
    for state in range(size):
        for _ in range(dice.randint(1, 4)):
            output = dice.choice([EPSILON, EPSILON, EPSILON, dice.randint(1, 12)])
            graph.add_arc(state, dice.randint(0, 9), output, dice.choice([0, 0.15]), dice.randrange(size))
    for arcs in graph.arcs:
        arcs.sort(key=lambda arc: (arc.ilabel, arc.olabel))
    return graph


def reachable_by_search(graph: Fst, state: int) -> tuple[set[int], bool]:
    """Plain search: labels that can come next, and whether an end can."""
    labels, ends, seen, agenda = set(), False, {state}, [state]
    while agenda:
        here = agenda.pop()
        ends = ends or graph.final[here] != INFINITY
        for arc in graph.arcs[here]:
            if arc.olabel != EPSILON:
                labels.add(arc.olabel)
            elif arc.nextstate not in seen:
                seen.add(arc.nextstate)
                agenda.append(arc.nextstate)
    return labels, ends


@pytest.mark.parametrize("seed", range(30))
def test_intervals_hold_exactly_the_labels_that_can_come_next(seed: int) -> None:
    graph = random_fst(seed)
    found = reachability(graph)
    for state in range(len(graph.arcs)):
        labels, ends = reachable_by_search(graph, state)
        want = {found.renumbered[label] for label in labels} | ({found.final_label} if ends else set())
        assert {n for begin, end in found.intervals[state] for n in range(begin, end)} == want


@pytest.mark.parametrize("seed", range(10))
def test_renumbering_is_one_to_one_and_leaves_the_graph_the_same(seed: int) -> None:
    graph = random_fst(seed)
    found = reachability(graph)
    assert len(set(found.renumbered.values())) == len(found.renumbered)
    back = {new: old for old, new in found.renumbered.items()} | {EPSILON: EPSILON}
    for before, after in zip(graph.arcs, relabelled(graph, found).arcs, strict=True):
        assert sorted(before) == sorted(arc._replace(olabel=back[arc.olabel]) for arc in after)
        assert [arc.olabel for arc in after] == sorted(arc.olabel for arc in after)


@pytest.mark.parametrize("seed", range(10))
def test_a_file_cut_anywhere_is_noticed(seed: int) -> None:
    data, _ = lookahead_bytes(random_fst(seed))
    assert largest_input_label(data) <= 9
    for length in random.Random(seed).sample(range(len(data)), 40):
        with pytest.raises(ValueError, match=r".+"):
            largest_input_label(data[:length])


def fstconvert() -> str | None:
    found = shutil.which("fstconvert")
    plugins = list(Path("/usr/lib").glob("*/fst/*/olabel_lookahead-fst.so"))
    return found if found and plugins else None


@pytest.mark.skipif(fstconvert() is None, reason="OpenFst's own tool with its plug-ins is not installed")
@pytest.mark.parametrize("seed", range(12))
def test_openfst_itself_writes_the_same_file(seed: int, tmp_path: Path) -> None:
    graph = random_fst(seed)
    (tmp_path / "in.fst").write_bytes(vector_bytes(graph))
    plugins = next(Path("/usr/lib").glob("*/fst/*/olabel_lookahead-fst.so")).parent
    subprocess.run(
        ["fstconvert", "--fst_type=olabel_lookahead", "--save_relabel_opairs=pairs", "in.fst", "out.fst"],
        cwd=tmp_path,
        env={**os.environ, "LD_LIBRARY_PATH": str(plugins)},
        check=True,
    )
    theirs = (tmp_path / "out.fst").read_bytes()
    ours, renumbered = lookahead_bytes(graph)
    lines = (tmp_path / "pairs").read_text().splitlines()
    pairs = {int(line.split()[0]): int(line.split()[1]) for line in lines}
    assert {label: pairs[label] for label in renumbered} == renumbered
    # OpenFst notes more properties than we look for (cycles, for one); all we note must be among them.
    assert read_header(ours).properties & ~read_header(theirs).properties == 0
    assert _without_properties(ours) == _without_properties(theirs)


def _without_properties(data: bytes) -> bytes:
    """`data` with the properties of both its headers blanked."""
    outer = read_header(data).size_bytes
    inner = outer + 4 + read_header(data, outer + 4).size_bytes
    blank = bytearray(data)
    for end in (outer, inner):
        blank[end - 32 : end - 24] = bytes(8)
    return bytes(blank)
