"""What the network's outputs mean, and the summed-path loss over them.

Three topologies were compared (EXPERIMENTS.md); each phone is a short list of states:
``two``  an entering state and a staying state of its own: nothing can hide in a phone for nothing
``hmm``  one state for both
``ctc``  an entering state and a blank shared by all phones
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from models.training.speech.phones import GARBAGE, SILENCE, SPEECH

MAX_JUMP: Final = 3
BLANK_WEIGHT: Final = 0.85


@dataclass(frozen=True)
class Topology:
    """``enter[phone]`` and ``stay[phone]`` are output indices."""

    kind: str
    enter: dict[str, int]
    stay: dict[str, int]
    outputs: int

    @staticmethod
    def of(kind: str, phones: Sequence[str] = (SILENCE, GARBAGE, *SPEECH)) -> Topology:
        """Topology "two", "hmm" or "ctc" over the phones (silence and garbage first)."""
        if kind == "two":
            # silence has no beginning worth telling
            enter = {p: max(0, 2 * k - 1) for k, p in enumerate(phones)}
            stay = {p: 2 * k for k, p in enumerate(phones)}
            return Topology(kind, enter, stay, 2 * len(phones) - 1)
        if kind == "hmm":
            same = {p: k for k, p in enumerate(phones)}
            return Topology(kind, same, same, len(phones))
        if kind == "ctc":
            enter = {p: k + 1 for k, p in enumerate(phones)}
            stay = {p: k + 1 if p in (SILENCE, GARBAGE) else 0 for k, p in enumerate(phones)}
            return Topology(kind, enter, stay, len(phones) + 1)
        raise ValueError(f"unknown topology {kind!r}")

    def compile(self, phones: Sequence[str]) -> Chain:
        """The states of an utterance: silence may stand at both ends and wherever ``phones`` has «|»."""
        pdf: list[int] = []
        loop: list[bool] = []
        optional: list[bool] = []

        def add(output: int, again: bool, may_miss: bool) -> None:
            pdf.append(output)
            loop.append(again)
            optional.append(may_miss)

        add(self.enter[SILENCE], True, True)
        for phone in phones:
            if phone == "|":
                add(self.enter[SILENCE], True, True)
            elif self.enter[phone] == self.stay[phone]:
                add(self.enter[phone], True, False)
            else:
                add(self.enter[phone], False, False)
                add(self.stay[phone], True, True)
        add(self.enter[SILENCE], True, True)
        n = len(pdf)
        jumps = np.zeros((MAX_JUMP + 1, n))
        # staying in a shared blank costs a little, so that a silence is learnt as silence and not as blank
        shared = self.stay[SILENCE] != 0 and self.kind == "ctc"
        jumps[0] = [
            (BLANK_WEIGHT if shared and o == 0 else 1.0) if again else 0.0
            for o, again in zip(pdf, loop, strict=True)
        ]
        for state in range(n):
            for jump in range(1, MAX_JUMP + 1):
                before = state - jump
                jumps[jump, state] = before >= 0 and all(optional[before + 1 : state])
        first = [k for k in range(n) if all(optional[:k])]
        last = [k for k in range(n) if all(optional[k + 1 :])]
        return Chain(np.asarray(pdf), jumps, np.asarray(first), np.asarray(last))


SHIPPED: Final = Topology.of("ctc")


@dataclass(frozen=True)
class Chain:
    """States of one utterance: ``pdf`` [S], ``jumps`` [4, S], entry and exit states.

    ``jumps[k, s]`` is the weight of coming to s from k states back, 0 = not allowed.
    """

    pdf: NDArray[np.int64]
    jumps: NDArray[np.float64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]


Packed = tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def pack(chains: Sequence[Chain]) -> Packed:
    """Chains padded to one size: pdf [B, S], jumps [4, B, S], entry [B, S], exit [B, S] (1 where allowed)."""
    size = max(len(c.pdf) for c in chains)
    pdf = np.zeros((len(chains), size), np.int64)
    jumps = np.zeros((MAX_JUMP + 1, len(chains), size))
    first = np.zeros((len(chains), size))
    last = np.zeros((len(chains), size))
    for b, chain in enumerate(chains):
        n = len(chain.pdf)
        pdf[b, :n] = chain.pdf
        jumps[:, b, :n] = chain.jumps
        first[b, chain.first] = 1.0
        last[b, chain.last] = 1.0
    return pdf, jumps, first, last


def occupancies(
    logp: NDArray[np.float32], lengths: NDArray[np.int64], packed: Packed
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Forward-backward with a scale per frame: (log likelihood [B], state occupancy [B, T, S])."""
    pdf, jumps, first, last = packed
    batch, frames, _ = logp.shape
    scores = np.take_along_axis(logp, pdf[:, None, :].repeat(frames, 1), 2).astype(np.float64)
    peak = scores.max(2)
    p = np.exp(scores - peak[:, :, None])
    alpha = np.zeros_like(p)
    total = np.zeros(batch)
    tiny = 1e-290
    for t in range(frames):
        if t == 0:
            a = first * p[:, 0]
        else:
            before = alpha[:, t - 1]
            a = before * jumps[0]
            for k in range(1, MAX_JUMP + 1):
                a[:, k:] += before[:, :-k] * jumps[k][:, k:]
            a *= p[:, t]
        scale = a.sum(1)
        alive = t < lengths
        total += np.where(alive, np.log(scale + tiny) + peak[:, t], 0.0)
        alpha[:, t] = a / (scale + tiny)[:, None]
    beta = np.zeros_like(p)
    b = np.zeros_like(last)
    for t in range(frames - 1, -1, -1):
        if t < frames - 1:
            ahead = b * p[:, t + 1]
            b = ahead * jumps[0]
            for k in range(1, MAX_JUMP + 1):
                b[:, :-k] += (ahead * jumps[k])[:, k:]
            b /= b.max(1, keepdims=True) + tiny
        ends = lengths - 1 == t
        if ends.any():
            b[ends] = last[ends]
        beta[:, t] = b
    at_end = np.take_along_axis(alpha, (lengths - 1)[:, None, None].repeat(alpha.shape[2], 2), 1)[:, 0]
    total += np.log((at_end * last).sum(1) + tiny)
    gamma = alpha * beta
    gamma /= gamma.sum(2, keepdims=True) + tiny
    gamma *= (np.arange(frames)[None, :] < lengths[:, None])[:, :, None]
    return total, gamma


class SummedPaths(torch.autograd.Function):
    """−log of the sum over all state paths, its gradient −occupancy."""

    @staticmethod
    def forward(ctx: Any, logp: torch.Tensor, lengths: torch.Tensor, packed: Packed) -> torch.Tensor:
        total, gamma = occupancies(logp.detach().numpy(), lengths.numpy(), packed)
        good = total > -600.0 * logp.shape[1] / 30
        gamma[~good] = 0.0
        index = torch.from_numpy(packed[0])[:, None, :].expand(-1, logp.shape[1], -1)
        grad = torch.zeros_like(logp).scatter_add_(2, index, -torch.from_numpy(gamma.astype(np.float32)))
        ctx.save_for_backward(grad)
        return torch.from_numpy(np.where(good, -total, 0.0).astype(np.float32))

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        (grad,) = ctx.saved_tensors
        return grad * grads[0][:, None, None], None, None


def loss(logp: torch.Tensor, lengths: torch.Tensor, chains: Sequence[Chain]) -> torch.Tensor:
    """Negative log likelihood per utterance [B]; ``logp`` [B, T, outputs] log-softmax, ``lengths`` [B] frames."""
    result: torch.Tensor = SummedPaths.apply(logp, lengths, pack(chains))  # type: ignore[no-untyped-call]
    return result
