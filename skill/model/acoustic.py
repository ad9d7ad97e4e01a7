"""final.mdl: which transition of which phone each transition number means, read from Kaldi's own file.

Only the head of the file (the transition model) is parsed, and the marks that show that the rest is there.
Source of the format: Kaldi's hmm-topology.cc and transition-model.cc (binary form).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from skill.errors import ModelError
from skill.messages.message import Message

_BINARY = b"\x00B"
_NETWORK, _NETWORK_END = b"<Nnet3> ", b"</Nnet3> "


@dataclass(frozen=True)
class Transition:
    """One numbered transition of the model."""

    phone: int  # from 1
    state: int  # of the phone's topology, from 0
    is_self_loop: bool
    output: int  # of the network, from 0 (Kaldi's pdf)


@dataclass(frozen=True)
class AcousticModel:
    """What a graph must agree with: `transitions[number - 1]` for transition numbers from 1."""

    transitions: tuple[Transition, ...]
    num_pdfs: int

    @property
    def num_phones(self) -> int:
        return max((t.phone for t in self.transitions), default=0)


class _Reader:
    def __init__(self, data: bytes, position: int) -> None:
        self.data, self.position = data, position

    def token(self, *expected: bytes) -> bytes:
        end = self.data.index(b" ", self.position, self.position + 64)
        found = self.data[self.position : end]
        if found not in expected:
            raise ValueError(f"expected {expected[0].decode()}, found {found[:20]!r}")
        self.position = end + 1
        return found

    def int32(self) -> int:
        if self.data[self.position] != 4:
            raise ValueError("a number is missing")
        (value,) = struct.unpack_from("<i", self.data, self.position + 1)
        self.position += 5
        return int(value)

    def skip_float(self) -> None:
        self.position += 1 + self.data[self.position]

    def int_vector(self) -> list[int]:
        count = self.int32()
        if not 0 <= count <= (len(self.data) - self.position) // 4:
            raise ValueError("a list is longer than the file")
        values = struct.unpack_from(f"<{count}i", self.data, self.position)
        self.position += 4 * count
        return list(values)


def read_acoustic_model(path: Path) -> AcousticModel:
    """Read `path`. Raises ModelError with one sentence when it isn't a whole Kaldi nnet3 model."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(
            Message("model.unreadable_and_incomplete", path=path, error=error.strerror)
        ) from error
    if not data.startswith(_BINARY + b"<TransitionModel> "):
        raise ModelError(Message("model.not_kaldi", path=path))
    try:
        model = _parse(_Reader(data, len(_BINARY)))
    except (ValueError, IndexError, struct.error) as error:
        raise ModelError(Message("model.damaged", path=path, error=error)) from error
    if _NETWORK not in data or _NETWORK_END not in data:
        raise ModelError(Message("model.cut_short", path=path))
    return model


def _parse(reader: _Reader) -> AcousticModel:
    reader.token(b"<TransitionModel>")
    reader.token(b"<Topology>")
    phones = reader.int_vector()
    phone_entry = reader.int_vector()
    count = reader.int32()
    is_hmm = count != -1  # −1 announces that self-loops have pdfs of their own ("chain")
    if not is_hmm:
        count = reader.int32()
    entries = [_topology_entry(reader, is_hmm) for _ in range(count)]
    reader.token(b"</Topology>")
    reader.token(b"<Tuples>", b"<Triples>")
    transitions: list[Transition] = []
    pdfs = 0
    for _ in range(reader.int32()):
        phone, state, forward_pdf = reader.int32(), reader.int32(), reader.int32()
        loop_pdf = forward_pdf if is_hmm else reader.int32()
        pdfs = max(pdfs, forward_pdf + 1, loop_pdf + 1)
        if phone not in phones:
            raise ValueError(f"phone {phone} has no topology")
        for next_state in entries[phone_entry[phone]][state]:
            is_loop = next_state == state
            output = loop_pdf if is_loop else forward_pdf
            transitions.append(Transition(phone, state, is_loop, output))
    return AcousticModel(tuple(transitions), pdfs)


def _topology_entry(reader: _Reader, is_hmm: bool) -> list[list[int]]:
    """Next states of each state of one topology."""
    states = []
    for _ in range(reader.int32()):
        reader.int32()  # class of the forward pdf
        if not is_hmm:
            reader.int32()  # class of the self-loop's pdf
        successors = []
        for _ in range(reader.int32()):
            successors.append(reader.int32())
            reader.skip_float()
        states.append(successors)
    return states
