"""Teach the upper layers on cached outputs of the lower ones."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

from models.training.acoustic.network import Ear, Upper
from models.training.acoustic.topology import Topology, loss

PIECES: Final = 4  # of people's speech, 4 s each, beside each batch
Example = tuple[Tensor, str, str]
"""Lower-layer output [T, 640] in half precision, phones in one string, where it comes from."""


@dataclass(frozen=True)
class Plan:
    """How a training run goes. Rates are Adam's.

    ``pull`` is the L2 force back to the weights at the start; ``keep`` the weight of still hearing what the base
    network hears (``Kept``), in nats a frame. ``checkpoint``: written after every epoch, and resumed from.
    """

    epochs: int = 8
    frames_per_batch: int = 2400
    rate: float = 4e-4
    output_rate: float = 3e-3
    pull: float = 0.0
    keep: float = 0.0
    averaged_epochs: int = 3
    seed: int = 1
    threads: int = 2
    checkpoint: Path | None = None
    half_precision: bool = True  # bfloat16 in the matrix products: half the time where the processor has it


def batches(examples: Sequence[Example], frames: int, rnd: random.Random) -> list[list[int]]:
    """Indices grouped by similar length, about ``frames`` padded frames each, in random order."""
    order = sorted(range(len(examples)), key=lambda k: len(examples[k][0]) * rnd.uniform(0.9, 1.1))
    out: list[list[int]] = []
    group: list[int] = []
    for k in order:
        longest = max(len(examples[k][0]), max((len(examples[g][0]) for g in group), default=0))
        if group and longest * (len(group) + 1) > frames:
            out.append(group)
            group = []
        group.append(k)
    if group:
        out.append(group)
    rnd.shuffle(out)
    return out


def masked(x: Tensor, rnd: random.Random) -> Tensor:
    """SpecAugment in the hidden layer: up to two short stretches of time set to zero, some channels dropped."""
    frames = x.shape[1]
    for _ in range(rnd.randint(0, 2)):
        width = rnd.randint(1, 4)
        start = rnd.randint(0, max(0, frames - width))
        x[:, start : start + width] = 0
    if rnd.random() < 0.5:
        x = x * (torch.rand(x.shape[0], 1, x.shape[2]) > 0.08)
    return x


Pair = tuple[Tensor, Tensor]
"""Lower-layer outputs of one piece of people's speech as a bedside microphone hears it, and as it was: [T, 640]."""


def strayed(ear: Ear, narrow: Tensor, clean: Tensor, lengths: Tensor) -> Tensor:
    """Mean divergence a frame of what an upper part hears (its ``narrow``) from what ``ear`` hears in ``clean``."""
    want = ear.heard(clean)
    each = (want.exp() * (want - ear.sounds(narrow))).sum(-1)
    inside = torch.arange(clean.shape[1])[None] < lengths[:, None]
    return (each * inside).sum() / inside.sum()


def warm_cosine(step: int, total: int, warm_share: float = 0.05, lowest: float = 0.03) -> float:
    """Share of the rate at a step: a linear start over ``warm_share`` of all, then half a cosine to ``lowest``."""
    warm = min(1.0, (step + 1) / max(1, total * warm_share))
    return warm * (lowest + (1 - lowest) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / total))))


def padded(rows: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Rows [T, D] as one tensor [B, longest T, D] (the last frame repeated), and their lengths [B]."""
    lengths = torch.tensor([len(row) for row in rows])
    x = torch.zeros(len(rows), int(lengths.max()), rows[0].shape[1])
    for k, row in enumerate(rows):
        x[k, : len(row)] = row
        x[k, len(row) :] = row[-1]
    return x, lengths


@dataclass(frozen=True)
class Kept:
    """The network must go on hearing what ``ear`` hears: in the examples, and in unlabelled speech of ``people``."""

    ear: Ear
    people: Sequence[Pair] = ()


def fit(
    upper: Upper,
    topology: Topology,
    examples: Sequence[Example],
    plan: Plan,
    report: Callable[[str], None] = print,
    kept: Kept | None = None,
) -> Upper:
    """Train in place and return the network with the mean of the last epochs' weights.

    Resumes from ``plan.checkpoint`` (written after every epoch) if it exists.
    """
    torch.set_num_threads(plan.threads)
    torch.manual_seed(plan.seed)
    training = _Training(upper, topology, examples, plan, kept)
    if plan.checkpoint and plan.checkpoint.exists():
        training.resume(plan.checkpoint)
        report(f"resumed after epoch {training.epoch}")
    while training.epoch < plan.epochs:
        training.one_epoch(report)
        if plan.checkpoint:
            training.save(plan.checkpoint)
    upper.load_state_dict(training.means)
    return upper.eval()


class _Training:
    """A network on its way: the optimiser, the mean of the weights, and how far it has come."""

    def __init__(
        self, upper: Upper, topology: Topology, examples: Sequence[Example], plan: Plan, kept: Kept | None
    ) -> None:
        self._upper, self._examples, self._plan = upper, examples, plan
        self._kept = kept if plan.keep else None
        self._chains = {text: topology.compile(text.split()) for text in {e[1] for e in examples}}
        trunk = {name: p for name, p in upper.named_parameters() if not name.startswith("out.")}
        self._start = {name: p.detach().clone() for name, p in trunk.items()}
        groups = [
            {"params": list(trunk.values()), "lr": plan.rate},
            {"params": list(upper.out.parameters()), "lr": plan.output_rate},
        ]
        self._optimiser = torch.optim.Adam(groups, betas=(0.9, 0.98))
        total = plan.epochs * len(batches(examples, plan.frames_per_batch, random.Random(0)))
        self._scheduler = torch.optim.lr_scheduler.LambdaLR(
            self._optimiser, lambda step: warm_cosine(step, total)
        )
        self._quick = torch.autocast("cpu", torch.bfloat16, enabled=plan.half_precision)
        self._began = time.monotonic()
        self._running: float | None = None  # loss a frame, smoothed
        self._drift: float | None = None
        self.means: dict[str, Tensor] = {}
        self.epoch = 0

    def resume(self, checkpoint: Path) -> None:
        saved = torch.load(checkpoint, weights_only=True)
        self._upper.load_state_dict(saved["upper"])
        self._optimiser.load_state_dict(saved["optimiser"])
        self._scheduler.load_state_dict(saved["scheduler"])
        self.epoch, self.means = saved["epoch"], saved["means"]

    def save(self, checkpoint: Path) -> None:
        parts = {"upper": self._upper, "optimiser": self._optimiser, "scheduler": self._scheduler}
        state = {name: part.state_dict() for name, part in parts.items()}
        torch.save({**state, "means": self.means, "epoch": self.epoch}, checkpoint)

    def one_epoch(self, report: Callable[[str], None]) -> None:
        plan = self._plan
        self._upper.train()
        rnd = random.Random(plan.seed * 1000 + self.epoch)
        groups = batches(self._examples, plan.frames_per_batch, rnd)
        for step, group in enumerate(groups):
            self._step([self._examples[k] for k in group], rnd)
            if step % 50 == 0:
                strays = "" if self._drift is None else f" apart {self._drift:.4f}"
                passed = f"{time.monotonic() - self._began:.0f} s"
                report(
                    f"epoch {self.epoch} {step}/{len(groups)} loss/frame {self._running:.4f}{strays} {passed}"
                )
        if self.epoch >= plan.epochs - plan.averaged_epochs:
            share = 1.0 / min(plan.averaged_epochs, plan.epochs)
            for name, p in self._upper.state_dict().items():
                self.means[name] = self.means.get(name, torch.zeros_like(p)) + share * p
        self.epoch += 1

    def _step(self, some: Sequence[Example], rnd: random.Random) -> None:
        x, lengths = padded([example[0] for example in some])
        with self._quick:
            narrow = self._upper.narrow(masked(x.clone(), rnd))
            scores = self._upper.out(narrow)
        logp = F.log_softmax(scores.float(), -1)
        each = loss(logp, lengths, [self._chains[example[1]] for example in some])
        value = each.sum() / lengths.sum()
        if self._kept is not None:
            with self._quick:
                apart = self._apart(self._kept, narrow, x, lengths, rnd)
            value = value + self._plan.keep * apart
            self._drift = _smoothed(self._drift, float(apart.detach()))
        if self._plan.pull:
            for name, p in self._upper.named_parameters():
                if name in self._start:
                    value = value + self._plan.pull * ((p - self._start[name]) ** 2).sum()
        self._optimiser.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(self._upper.parameters(), 1.0)
        self._optimiser.step()
        self._scheduler.step()
        self._running = _smoothed(self._running, float(each.detach().sum() / lengths.sum()))

    def _apart(self, kept: Kept, narrow: Tensor, x: Tensor, lengths: Tensor, rnd: random.Random) -> Tensor:
        apart = strayed(kept.ear, narrow, x, lengths)
        if kept.people:
            some = rnd.sample(list(kept.people), min(PIECES, len(kept.people)))
            near, long = padded([noisy for noisy, _ in some])
            was, _ = padded([clean for _, clean in some])
            apart = apart + strayed(kept.ear, self._upper.narrow(near), was, long)
        return apart


def _smoothed(before: float | None, now: float) -> float:
    return now if before is None else 0.98 * before + 0.02 * now


def priors(upper: Upper, examples: Sequence[Example]) -> Tensor:
    """Mean posterior of every output over the examples [outputs]."""
    total = torch.zeros(upper.out.out_features)
    frames = 0
    with torch.no_grad():
        for h, _, _ in examples:
            total += F.softmax(upper(h.float()[None]), -1)[0].sum(0)
            frames += len(h)
    return total / max(1, frames)
