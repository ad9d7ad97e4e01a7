"""Weighted finite-state transducers in OpenFst's own files, as much of them as Vosk reads.

Written from the published file format (OpenFst 1.7 and 1.8; tropical semiring, "standard" arcs).
Little-endian, as on every machine that libvosk is built for.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np

INFINITY = math.inf
EPSILON = 0

_MAGIC = 2125659606
_SYMBOLS_MAGIC = 2125658996
_VERSION_VECTOR = 2
CONST_VERSION = 2  # the unaligned one
ARC = np.dtype([("ilabel", "<i4"), ("olabel", "<i4"), ("weight", "<f4"), ("nextstate", "<i4")])
_FLAG_INPUT_SYMBOLS, _FLAG_OUTPUT_SYMBOLS = 1, 2

# Property bits (fst/properties.h). A pair of bits that are both unset means "not known": allowed.
EXPANDED = 0x1
MUTABLE = 0x2
ACCEPTOR, NOT_ACCEPTOR = 0x10000, 0x20000
I_DETERMINISTIC, NOT_I_DETERMINISTIC = 0x40000, 0x80000
O_DETERMINISTIC, NOT_O_DETERMINISTIC = 0x100000, 0x200000
EPSILONS, NO_EPSILONS = 0x400000, 0x800000
I_EPSILONS, NO_I_EPSILONS = 0x1000000, 0x2000000
O_EPSILONS, NO_O_EPSILONS = 0x4000000, 0x8000000
I_LABEL_SORTED, NOT_I_LABEL_SORTED = 0x10000000, 0x20000000
O_LABEL_SORTED, NOT_O_LABEL_SORTED = 0x40000000, 0x80000000
WEIGHTED, UNWEIGHTED = 1 << 32, 2 << 32


class Arc(NamedTuple):
    """One transition: reads `ilabel`, writes `olabel` (0 = nothing), costs `weight` (−log probability)."""

    ilabel: int
    olabel: int
    weight: float
    nextstate: int


@dataclass
class Fst:
    """A transducer under construction: states are numbered from 0 in the order of `add_state`."""

    start: int = 0
    arcs: list[list[Arc]] = field(default_factory=list)
    final: list[float] = field(default_factory=list)  # cost of ending here; infinite = may not end here

    def add_state(self, final: float = INFINITY) -> int:
        self.arcs.append([])
        self.final.append(final)
        return len(self.arcs) - 1

    def add_arc(self, state: int, ilabel: int, olabel: int, weight: float, nextstate: int) -> None:
        self.arcs[state].append(Arc(ilabel, olabel, weight, nextstate))

    @property
    def num_arcs(self) -> int:
        return sum(map(len, self.arcs))


@dataclass(frozen=True)
class Header:
    """What the first bytes of an OpenFst file say."""

    fst_type: str
    arc_type: str
    version: int
    flags: int
    properties: int
    start: int
    num_states: int
    num_arcs: int
    size_bytes: int  # of the header itself


def read_header(data: bytes, offset: int = 0) -> Header:
    """The header at `offset`. Raises ValueError when there is none."""
    position = offset

    def take(form: str) -> int:
        nonlocal position
        (value,) = struct.unpack_from("<" + form, data, position)
        position += struct.calcsize("<" + form)
        return int(value)

    def text() -> str:
        nonlocal position
        length = take("i")
        if not 0 <= length <= 64:
            raise ValueError("not an OpenFst file")
        value = data[position : position + length].decode("ascii", "replace")
        position += length
        return value

    try:
        if take("i") != _MAGIC:
            raise ValueError("not an OpenFst file")
        fst_type, arc_type = text(), text()
        version, flags, bits = take("i"), take("i"), take("Q")
        start, num_states, num_arcs = take("q"), take("q"), take("q")
    except struct.error as error:
        raise ValueError("the file is cut short") from error
    return Header(fst_type, arc_type, version, flags, bits, start, num_states, num_arcs, position - offset)


def properties(fst: Fst) -> int:
    """The property bits that follow from a look at each state by itself."""
    acceptor = i_det = o_det = no_eps = no_i_eps = no_o_eps = i_sorted = o_sorted = unweighted = True
    for arcs, final in zip(fst.arcs, fst.final, strict=True):
        ilabels = [a.ilabel for a in arcs]
        olabels = [a.olabel for a in arcs]
        acceptor = acceptor and ilabels == olabels
        i_det = i_det and len(set(ilabels)) == len(ilabels)
        o_det = o_det and len(set(olabels)) == len(olabels)
        no_i_eps = no_i_eps and EPSILON not in ilabels
        no_o_eps = no_o_eps and EPSILON not in olabels
        no_eps = no_eps and not any(a.ilabel == EPSILON == a.olabel for a in arcs)
        i_sorted = i_sorted and all(x <= y for x, y in pairwise(ilabels))
        o_sorted = o_sorted and all(x <= y for x, y in pairwise(olabels))
        unweighted = unweighted and final in (0.0, INFINITY) and all(a.weight == 0.0 for a in arcs)
    bits = EXPANDED
    for holds, yes, no in (
        (acceptor, ACCEPTOR, NOT_ACCEPTOR),
        (i_det, I_DETERMINISTIC, NOT_I_DETERMINISTIC),
        (o_det, O_DETERMINISTIC, NOT_O_DETERMINISTIC),
        (no_eps, NO_EPSILONS, EPSILONS),
        (no_i_eps, NO_I_EPSILONS, I_EPSILONS),
        (no_o_eps, NO_O_EPSILONS, O_EPSILONS),
        (i_sorted, I_LABEL_SORTED, NOT_I_LABEL_SORTED),
        (o_sorted, O_LABEL_SORTED, NOT_O_LABEL_SORTED),
        (unweighted, UNWEIGHTED, WEIGHTED),
    ):
        bits |= yes if holds else no
    return bits


class Extent(NamedTuple):
    """What a file's head says of its size; start -1 for none."""

    start: int
    num_states: int
    num_arcs: int


def header_bytes(fst_type: str, version: int, flags: int, props: int, extent: Extent) -> bytes:
    """The head of a file of OpenFst's, for tropical weights."""
    name = fst_type.encode("ascii")
    return (
        struct.pack("<ii", _MAGIC, len(name))
        + name
        + struct.pack("<i8s", 8, b"standard")
        + struct.pack("<iiQqqq", version, flags, props, *extent)
    )


def _extent(fst: Fst) -> Extent:
    return Extent(fst.start, len(fst.arcs), fst.num_arcs)


def const_bytes(fst: Fst) -> bytes:
    """`fst` as a file of type "const": one table of states, one of arcs."""
    head = header_bytes("const", CONST_VERSION, 0, properties(fst), _extent(fst))
    states = np.zeros(len(fst.arcs), dtype="<f4,<u4,<u4,<u4,<u4")
    states["f0"] = fst.final
    counts = np.fromiter((len(a) for a in fst.arcs), np.uint32, len(fst.arcs))
    states["f1"] = np.concatenate([[0], np.cumsum(counts)[:-1]]) if len(counts) else 0
    states["f2"] = counts
    states["f3"] = [sum(a.ilabel == EPSILON for a in arcs) for arcs in fst.arcs]
    states["f4"] = [sum(a.olabel == EPSILON for a in arcs) for arcs in fst.arcs]
    return head + states.tobytes() + _arc_table(arc for arcs in fst.arcs for arc in arcs)


def vector_bytes(fst: Fst, output_symbols: Mapping[str, int] | None = None) -> bytes:
    """`fst` as a file of type "vector", with its output symbol table when one is given."""
    flags = 0 if output_symbols is None else _FLAG_OUTPUT_SYMBOLS
    out = [
        header_bytes(
            "vector",
            _VERSION_VECTOR,
            flags,
            properties(fst) | MUTABLE,
            _extent(fst),
        )
    ]
    if output_symbols is not None:
        out.append(_symbol_table(output_symbols))
    for arcs, final in zip(fst.arcs, fst.final, strict=True):
        out.append(struct.pack("<fq", final, len(arcs)))
        out.append(_arc_table(arcs))
    return b"".join(out)


def _arc_table(arcs: Iterable[Arc]) -> bytes:
    return np.array(list(arcs), dtype="<i4,<i4,<f4,<i4").tobytes()


def _symbol_table(symbols: Mapping[str, int], name: str = "words") -> bytes:
    out = [struct.pack("<ii", _SYMBOLS_MAGIC, len(name)), name.encode()]
    out.append(struct.pack("<qq", max(symbols.values()) + 1, len(symbols)))
    for symbol, number in sorted(symbols.items(), key=lambda item: item[1]):
        encoded = symbol.encode("utf-8")
        out.append(struct.pack("<i", len(encoded)) + encoded + struct.pack("<q", number))
    return b"".join(out)


def read_const(data: bytes) -> tuple[Fst, int]:
    """The transducer of a "const" file that begins at byte 0, and the number of bytes it took."""
    head = read_header(data)
    if head.fst_type != "const" or head.version != CONST_VERSION:
        raise ValueError(f"type {head.fst_type!r} version {head.version} is not an unaligned const file")
    states = np.frombuffer(data, "<f4,<u4,<u4,<u4,<u4", head.num_states, head.size_bytes)
    offset = head.size_bytes + states.nbytes
    table = np.frombuffer(data, "<i4,<i4,<f4,<i4", head.num_arcs, offset)
    arcs = [Arc(*row) for row in table.tolist()]
    fst = Fst(head.start)
    for final, first, count, _, _ in states.tolist():
        fst.arcs.append(arcs[first : first + count])
        fst.final.append(final)
    return fst, offset + table.nbytes


def check_vector(data: bytes) -> None:
    """Walk through a whole "vector" file. Raises ValueError when it is cut short or inconsistent."""
    head = read_header(data)
    position = head.size_bytes
    try:
        for flag in (_FLAG_INPUT_SYMBOLS, _FLAG_OUTPUT_SYMBOLS):
            if head.flags & flag:
                _, position = _read_symbols(data, position)
        for _ in range(head.num_states):
            (arcs,) = struct.unpack_from("<q", data, position + 4)
            position += 12 + 16 * arcs
    except struct.error as error:
        raise ValueError("the file is cut short") from error
    if position != len(data):
        raise ValueError("the file is cut short" if position > len(data) else "the file is too long")


def read_output_symbols(data: bytes) -> dict[str, int]:
    """The output symbol table of a file of any type; empty if it has none. Raises ValueError."""
    head = read_header(data)
    position = head.size_bytes
    try:
        if head.flags & _FLAG_INPUT_SYMBOLS:
            _, position = _read_symbols(data, position)
        return _read_symbols(data, position)[0] if head.flags & _FLAG_OUTPUT_SYMBOLS else {}
    except struct.error as error:
        raise ValueError("the file is cut short") from error


def _read_symbols(data: bytes, position: int) -> tuple[dict[str, int], int]:
    magic, name = struct.unpack_from("<ii", data, position)
    if magic != _SYMBOLS_MAGIC:
        raise ValueError("its symbol table is missing")
    position += 8 + name
    _, count = struct.unpack_from("<qq", data, position)
    position += 16
    symbols = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<i", data, position)
        position += 4 + length
        symbol = data[position - length : position].decode("utf-8")
        (symbols[symbol],) = struct.unpack_from("<q", data, position)
        position += 8
    return symbols, position
