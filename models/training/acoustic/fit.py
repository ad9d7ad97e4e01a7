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
    network hears (``fit``'s ``ear``), in nats a frame.
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


def fit(
    upper: Upper,
    topology: Topology,
    examples: Sequence[Example],
    plan: Plan,
    checkpoint: Path | None = None,
    report: Callable[[str], None] = print,
    ear: Ear | None = None,
    people: Sequence[Pair] = (),
) -> Upper:
    """Train in place and return the network with the mean of the last epochs' weights.

    With an ``ear`` and ``plan.keep``, what it hears is kept: in the examples, and in unlabelled speech of ``people``.
    Resumes from ``checkpoint`` (written after every epoch) if it exists.
    """
    torch.set_num_threads(plan.threads)
    torch.manual_seed(plan.seed)
    rnd = random.Random(plan.seed)
    chains = {text: topology.compile(text.split()) for text in {e[1] for e in examples}}
    start = {name: p.detach().clone() for name, p in upper.named_parameters() if not name.startswith("out.")}
    trunk = [p for name, p in upper.named_parameters() if not name.startswith("out.")]
    groups = [
        {"params": trunk, "lr": plan.rate},
        {"params": list(upper.out.parameters()), "lr": plan.output_rate},
    ]
    optimiser = torch.optim.Adam(groups, betas=(0.9, 0.98))
    per_epoch = len(batches(examples, plan.frames_per_batch, random.Random(0)))
    total = plan.epochs * per_epoch

    scheduler = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: warm_cosine(step, total))
    means: dict[str, Tensor] = {}
    first_epoch = 0
    if checkpoint and checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        upper.load_state_dict(saved["upper"])
        optimiser.load_state_dict(saved["optimiser"])
        scheduler.load_state_dict(saved["scheduler"])
        first_epoch, means = saved["epoch"], saved["means"]
        report(f"resumed after epoch {first_epoch}")
    quick = torch.autocast("cpu", torch.bfloat16, enabled=plan.half_precision)
    began = time.monotonic()
    running: float | None = None
    drift: float | None = None
    for epoch in range(first_epoch, plan.epochs):
        upper.train()
        rnd = random.Random(plan.seed * 1000 + epoch)
        groups_ = batches(examples, plan.frames_per_batch, rnd)
        for step, group in enumerate(groups_):
            x, lengths = padded([examples[k][0] for k in group])
            with quick:
                narrow = upper.narrow(masked(x.clone(), rnd))
                scores = upper.out(narrow)
            logp = F.log_softmax(scores.float(), -1)
            each = loss(logp, lengths, [chains[examples[k][1]] for k in group])
            value = each.sum() / lengths.sum()
            if ear is not None and plan.keep:
                with quick:
                    apart = strayed(ear, narrow, x, lengths)
                    if people:
                        some = rnd.sample(list(people), min(PIECES, len(people)))
                        near, long = padded([noisy for noisy, _ in some])
                        was, _ = padded([clean for _, clean in some])
                        apart = apart + strayed(ear, upper.narrow(near), was, long)
                value = value + plan.keep * apart
                drift = (
                    float(apart.detach()) if drift is None else 0.98 * drift + 0.02 * float(apart.detach())
                )
            if plan.pull:
                for name, p in upper.named_parameters():
                    if name in start:
                        value = value + plan.pull * ((p - start[name]) ** 2).sum()
            optimiser.zero_grad()
            value.backward()
            torch.nn.utils.clip_grad_norm_(upper.parameters(), 1.0)
            optimiser.step()
            scheduler.step()
            now = float(each.detach().sum() / lengths.sum())
            running = now if running is None else 0.98 * running + 0.02 * now
            if step % 50 == 0:
                strays = "" if drift is None else f" apart {drift:.4f}"
                passed = f"{time.monotonic() - began:.0f} s"
                report(f"epoch {epoch} {step}/{len(groups_)} loss/frame {running:.4f}{strays} {passed}")
        if epoch >= plan.epochs - plan.averaged_epochs:
            share = 1.0 / min(plan.averaged_epochs, plan.epochs)
            for name, p in upper.state_dict().items():
                means[name] = means.get(name, torch.zeros_like(p)) + share * p
        if checkpoint:
            state = {"upper": upper.state_dict(), "optimiser": optimiser.state_dict(), "means": means}
            torch.save({**state, "scheduler": scheduler.state_dict(), "epoch": epoch + 1}, checkpoint)
    upper.load_state_dict(means)
    return upper.eval()


def priors(upper: Upper, examples: Sequence[Example]) -> Tensor:
    """Mean posterior of every output over the examples [outputs]."""
    total = torch.zeros(upper.out.out_features)
    frames = 0
    with torch.no_grad():
        for h, _, _ in examples:
            total += F.softmax(upper(h.float()[None]), -1)[0].sum(0)
            frames += len(h)
    return total / max(1, frames)
