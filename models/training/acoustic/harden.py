"""The last step of learning: hear in noise and rooms what is heard in quiet, with every layer.

A finished network hears a clean recording; the same network, being taught, hears the same recording from across a
bedroom, and is taught to say the same. It needs no labels, so it can't learn the ways of synthetic speech in place of
people's, and it may move the lower layers, which no other step does: noise is told from speech there. (Teacher and
student on parallel data: Li, Seltzer, Wang, Zhao and Gong, Interspeech 2017.)
"""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.training.acoustic.fit import padded, warm_cosine
from models.training.acoustic.network import SUBSAMPLING, Lower, Upper
from models.training.acoustic.pupil import corrected
from models.training.examples.parallel import Parallel
from models.training.examples.taught import Taught


@dataclass(frozen=True)
class Hardening:
    """How a run goes. ``rate`` is Adam's; ``near`` the weight of staying near in the layer before the output.

    ``corrected`` is the share that the second ear's phones have in what is to be learnt, where a pair brings them
    (pupil.py); ``moved`` are the parameters that learn, by a part of their names, all if it is empty.

    A frame in which the teacher hears a phone counts ``1 + peak`` times: most frames are blank or silence. After
    ``most_steps`` it stops, in the middle of its schedule: what comes after that costs people (EXPERIMENTS.md).
    """

    epochs: int = 2
    most_steps: int = 300
    frames_per_batch: int = 4800
    rate: float = 1.5e-4
    near: float = 0.2
    peak: float = 4.0
    corrected: float = 0.0
    moved: tuple[str, ...] = ()
    seed: int = 1
    threads: int = 2
    half_precision: bool = True  # bfloat16 in the matrix products: half the time where the processor has it


class Whole(nn.Module):
    """Both parts as one network that may be taught everywhere: MFCC [B, T, 40] → (narrow, scores) at 30 ms."""

    def __init__(self, lower: Lower, upper: Upper) -> None:
        super().__init__()
        self.lower, self.upper = lower, upper
        # folded into the first layer, whose weights are what is taught
        self.lower.weight = nn.Parameter(self.lower.weight.clone())
        self.lower.bias = nn.Parameter(self.lower.bias.clone())

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        narrow = self.upper.narrow(self.lower(x))
        return narrow, self.upper.out(narrow)


def harden(
    lower: Lower,
    upper: Upper,
    examples: Sequence[Parallel | Taught],
    plan: Hardening,
    checkpoint: Path | None = None,
    report: Callable[[str], None] = print,
) -> tuple[Lower, Upper]:
    """A network that hears in the first of each pair what ``lower`` and ``upper`` hear in the second.

    Resumes from ``checkpoint`` (written every few hundred steps) if it exists.
    """
    torch.set_num_threads(plan.threads)
    teacher = Whole(copy.deepcopy(lower), copy.deepcopy(upper)).eval()
    student = Whole(copy.deepcopy(lower), copy.deepcopy(upper)).eval()
    for name, p in student.named_parameters():
        p.requires_grad_(not plan.moved or any(part in name for part in plan.moved))
    parameters = [p for p in student.parameters() if p.requires_grad]
    optimiser = torch.optim.Adam(parameters, lr=plan.rate, betas=(0.9, 0.98))
    steps = [group for epoch in range(plan.epochs) for group in _groups(examples, plan, epoch)]

    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: warm_cosine(step, len(steps), warm_share=0.03, lowest=0.02)
    )
    first = 0
    if checkpoint and checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        student.load_state_dict(saved["student"])
        optimiser.load_state_dict(saved["optimiser"])
        scheduler.load_state_dict(saved["scheduler"])
        first = saved["step"]
        report(f"resumed at step {first} of {len(steps)}")
    began, shown = time.monotonic(), [0.0, 0.0]
    last = min(plan.most_steps, len(steps)) - 1
    for number, group in enumerate(steps[first : last + 1], first):
        value, apart, distance = _difference(student, teacher, [examples[k] for k in group], plan)
        optimiser.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        scheduler.step()
        for k, seen in enumerate((apart, distance)):
            shown[k] = seen if number == first else 0.98 * shown[k] + 0.02 * seen
        if number % 50 == 0:
            passed = time.monotonic() - began
            report(f"step {number}/{len(steps)} apart {shown[0]:.4f} narrow {shown[1]:.4f} {passed:.0f} s")
        if checkpoint and (number % 300 == 299 or number == last):
            state = {"student": student.state_dict(), "optimiser": optimiser.state_dict(), "step": number + 1}
            torch.save({**state, "scheduler": scheduler.state_dict()}, checkpoint)
    return student.lower.eval(), student.upper.eval()


def _groups(examples: Sequence[Parallel | Taught], plan: Hardening, epoch: int) -> list[list[int]]:
    """Indices of one pass in batches of about ``frames_per_batch`` frames, alike in length, in random order."""
    rnd = random.Random(plan.seed * 1000 + epoch)
    order = sorted(range(len(examples)), key=lambda k: len(examples[k][0]) * rnd.uniform(0.9, 1.1))
    out: list[list[int]] = [[]]
    for k in order:
        if out[-1] and len(examples[k][0]) * (len(out[-1]) + 1) > plan.frames_per_batch:
            out.append([])
        out[-1].append(k)
    rnd.shuffle(out)
    return out


def _difference(
    student: Whole, teacher: Whole, batch: Sequence[Parallel | Taught], plan: Hardening
) -> tuple[Tensor, float, float]:
    """What is to be made small; the divergence a frame, and the distance in the narrow layer, as they are."""
    heard, _ = padded([pair[0].float() for pair in batch])
    was, lengths = padded([pair[1].float() for pair in batch])
    with torch.autocast("cpu", torch.bfloat16, enabled=plan.half_precision):
        with torch.no_grad():
            narrow_was, scores_was = teacher(was)
        narrow, scores = student(heard)
    want = F.log_softmax(scores_was.float(), -1)
    have = F.log_softmax(scores.float(), -1)
    frames = torch.div(lengths + SUBSAMPLING - 1, SUBSAMPLING, rounding_mode="floor")
    inside = (torch.arange(want.shape[1])[None] < frames[:, None]).float()
    target = want.exp()
    if plan.corrected:
        rows = [pair[2] if len(pair) == 3 else None for pair in batch]
        known = [k for k, row in enumerate(rows) if row is not None]
        if known:
            target[known] = corrected(
                want[known], frames[known], [rows[k] or "" for k in known], plan.corrected
            )
    each = (torch.xlogy(target, target) - target * have).sum(-1)
    # blank is output 0, silence output 1 (topology.py)
    weight = inside * (1 + plan.peak * (1 - target[..., :2].sum(-1)))
    wide = narrow_was.float().pow(2).mean()
    distance = ((narrow.float() - narrow_was.float()).pow(2).mean(-1) * inside).sum() / inside.sum() / wide
    value = (each * weight).sum() / inside.sum() + plan.near * distance
    return value, float((each.detach() * inside).sum() / inside.sum()), float(distance.detach())
