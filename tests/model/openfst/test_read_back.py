"""Our files read by another implementation: kaldifst, which is OpenFst itself.

In a process of its own: two builds of OpenFst in one process can hang at import.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from skill.model.openfst.fst import Fst, vector_bytes

pytestmark = pytest.mark.skipif(find_spec("kaldifst") is None, reason="kaldifst is not installed")

READ = """
import json, sys, kaldifst
fst = kaldifst.StdVectorFst.read(sys.argv[1])
arcs = [
    [state, arc.ilabel, arc.olabel, round(arc.weight.value, 4), arc.nextstate]
    for state in range(fst.num_states) for arc in kaldifst.ArcIterator(fst, state)
]
final = [state for state in range(fst.num_states) if fst.final(state).value != float("inf")]
symbols = fst.input_symbols
found = {"start": fst.start, "states": fst.num_states, "arcs": arcs, "final": final,
         "symbols": None if symbols is None else [symbols.find(number) for number in range(symbols.num_symbols())]}
print(json.dumps(found))
"""


def read_elsewhere(file: Path) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", READ, str(file)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def test_a_vector_file_is_read_back_with_its_arcs_weights_and_symbols(tmp_path: Path) -> None:
    graph = Fst()
    graph.add_state()
    graph.add_state(final=0.0)
    graph.add_arc(0, 1, 1, 0.5, 1)
    graph.add_arc(0, 2, 0, 0.25, 0)
    (tmp_path / "Gr.fst").write_bytes(vector_bytes(graph, {"<eps>": 0, "å": 1, "b": 2}))
    found = read_elsewhere(tmp_path / "Gr.fst")
    assert (found["start"], found["states"], found["final"]) == (0, 2, [1])
    assert found["arcs"] == [[0, 1, 1, 0.5, 1], [0, 2, 0, 0.25, 0]]


def test_the_grammar_of_a_built_model_is_read_back_whole(whistled_model: Path) -> None:
    found = read_elsewhere(whistled_model / "graph/Gr.fst")
    words = (whistled_model / "graph/words.txt").read_text("utf-8").splitlines()
    arcs = found["arcs"]
    assert isinstance(arcs, list)
    assert {arc[1] for arc in arcs} == {int(line.split()[1]) for line in words} - {0}


def test_a_file_that_is_cut_short_is_read_by_neither(tmp_path: Path, whistled_model: Path) -> None:
    data = (whistled_model / "graph/Gr.fst").read_bytes()
    (tmp_path / "cut.fst").write_bytes(data[: len(data) // 2])
    done = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path / "cut.fst")], capture_output=True, timeout=120, check=False
    )
    assert done.returncode != 0
