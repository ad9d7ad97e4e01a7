from __future__ import annotations

import struct

import pytest

from skill.model.openfst import fst
from skill.model.openfst.fst import INFINITY, Arc, Fst


def two_states() -> Fst:
    graph = Fst()
    graph.add_state()
    graph.add_state(final=0.0)
    graph.add_arc(0, 1, 7, 0.5, 1)
    graph.add_arc(0, 2, 0, 0.0, 0)
    return graph


def test_a_const_file_reads_back_as_written() -> None:
    data = fst.const_bytes(two_states())
    found, size = fst.read_const(data)
    assert size == len(data)
    assert found.arcs == [[Arc(1, 7, 0.5, 1), Arc(2, 0, 0.0, 0)], []]
    assert found.final == [INFINITY, 0.0]


def test_the_header_tells_type_and_size() -> None:
    head = fst.read_header(fst.vector_bytes(two_states(), {"<eps>": 0, "å": 7}))
    assert (head.fst_type, head.arc_type, head.num_states, head.num_arcs) == ("vector", "standard", 2, 2)


def test_symbols_follow_the_header_in_utf8() -> None:
    data = fst.vector_bytes(two_states(), {"<eps>": 0, "å": 7})
    assert struct.pack("<i", 2) + "å".encode() + struct.pack("<q", 7) in data


@pytest.mark.parametrize("data", [b"", b"hello, I am a text", b"\xd6\xfd\xb2\x7e\x06\x00"])
def test_what_is_no_transducer_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"not an OpenFst file|cut short"):
        fst.read_header(data)


def test_properties_say_what_holds() -> None:
    props = fst.properties(two_states())
    assert props & fst.I_LABEL_SORTED and props & fst.NOT_O_LABEL_SORTED
    assert props & fst.WEIGHTED and props & fst.NOT_ACCEPTOR
    assert props & fst.O_EPSILONS and props & fst.NO_I_EPSILONS
