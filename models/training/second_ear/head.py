"""The head: hidden states of the encoder → phones (connectionist temporal classification, Graves et al. 2006)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from models.training.second_ear.examples import Example

WIDTH: Final = 512
BLANK: Final = 0


@dataclass(frozen=True)
class Plan:
    """How it is trained."""

    width: int = 288
    layers: int = 2
    passes: int = 16
    batch: int = 32
    rate: float = 2e-3
    dropout: float = 0.2
    seed: int = 0
    start: Path | None = (
        None  # what an earlier training kept: begun with, and what comes out is the mean of both
    )


class Head(nn.Module):
    """hidden [batch, steps, 512] → log probabilities [batch, steps, 1 + phones]; output 0 is the blank."""

    def __init__(self, outputs: int, plan: Plan) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(WIDTH))
        self.register_buffer("scale", torch.ones(WIDTH))
        self.narrow = nn.Linear(WIDTH, plan.width)
        self.beside = nn.ModuleList(
            nn.Conv1d(plan.width, plan.width, 3, padding=1) for _ in range(plan.layers)
        )
        self.out = nn.Linear(plan.width, outputs)
        self.drop = nn.Dropout(plan.dropout)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        return self.out(self.drop(self.beneath(hidden))).log_softmax(-1)

    def beneath(self, hidden: torch.Tensor) -> torch.Tensor:
        """What the last layer is given, [batch, steps, width]."""
        x = (hidden - self.mean) * self.scale
        x = functional.gelu(self.narrow(self.drop(x))).transpose(1, 2)
        for layer in self.beside:
            x = x + functional.gelu(layer(self.drop(x)))
        return x.transpose(1, 2)


class _WithBeneath(nn.Module):
    """Both of them, for one person's own last layer (skill/second_ear/own_layer.py)."""

    def __init__(self, head: Head) -> None:
        super().__init__()
        self.head = head

    def forward(self, hidden: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        beneath = self.head.beneath(hidden)
        return self.head.out(beneath).log_softmax(-1), beneath


def fit(
    examples: Sequence[Example], phones: Sequence[str], plan: Plan,
    report: Callable[[int, float, float], None] = lambda _pass, _loss, _seconds: None, kept: Path | None = None,
) -> Head:  # fmt: skip
    """Train on all examples; ``report`` is given pass, mean loss and seconds.

    ``kept``: a file that holds the state after each pass; when it is there, training goes on behind that pass.
    """
    torch.manual_seed(plan.seed)
    rng = np.random.default_rng(plan.seed)
    number = {phone: k + 1 for k, phone in enumerate(phones)}
    head = Head(len(phones) + 1, plan)
    some = np.concatenate([e.hidden for e in [examples[k] for k in rng.integers(0, len(examples), 1500)]])
    head.mean.copy_(torch.from_numpy(some.astype(np.float32).mean(0)))
    head.scale.copy_(1 / (torch.from_numpy(some.astype(np.float32).std(0)) + 1e-3))
    earlier = None if plan.start is None else torch.load(plan.start)["head"]
    if earlier is not None:
        head.load_state_dict(earlier)
    by_length = np.argsort([len(e.hidden) for e in examples], kind="stable")
    batches = [by_length[k : k + plan.batch] for k in range(0, len(examples), plan.batch)]
    optimiser = torch.optim.AdamW(head.parameters(), plan.rate, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, plan.rate, total_steps=plan.passes * len(batches) + 1
    )
    parts = {"head": head, "optimiser": optimiser, "schedule": schedule}
    first = _restored(kept, parts)
    for number_of_pass in range(first, plan.passes):
        began, total = time.monotonic(), 0.0
        torch.manual_seed(1000 * plan.seed + number_of_pass)  # as if it had not been stopped before
        for k in np.random.default_rng([plan.seed, number_of_pass]).permutation(len(batches)):
            total += _step(head, [examples[j] for j in batches[k]], number, optimiser)
            schedule.step()
        report(number_of_pass, total / max(1, len(batches)), time.monotonic() - began)
        if kept is not None:
            states = {name: part.state_dict() for name, part in parts.items()}
            torch.save({"passes": number_of_pass + 1, **states}, kept)
    if earlier is not None:
        head.load_state_dict({name: (each + earlier[name]) / 2 for name, each in head.state_dict().items()})
    head.eval()
    return head


def _restored(kept: Path | None, parts: Mapping[str, Any]) -> int:
    """Put the kept state into ``parts``; gives how many passes it has behind it."""
    if kept is None or not kept.exists():
        return 0
    states = torch.load(kept)
    for name, part in parts.items():
        part.load_state_dict(states[name])
    return int(states["passes"])


def _step(
    head: Head, batch: Sequence[Example], number: dict[str, int], optimiser: torch.optim.Optimizer
) -> float:
    steps = torch.tensor([len(example.hidden) for example in batch])
    hidden = torch.zeros(len(batch), int(steps.max()), WIDTH)
    for row, example in enumerate(batch):
        hidden[row, : len(example.hidden)] = torch.from_numpy(example.hidden.astype(np.float32))
    labels = [[number[p] for p in e.labels] for e in batch]
    with torch.autocast("cpu", torch.bfloat16):  # a third less time where the processor has it, the same loss
        outputs = head(hidden)
    loss = functional.ctc_loss(
        outputs.float().transpose(0, 1), torch.tensor([p for row in labels for p in row], dtype=torch.long), steps,
        torch.tensor([len(row) for row in labels]), blank=BLANK, zero_infinity=True,
    )  # fmt: skip
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(head.parameters(), 5.0)
    optimiser.step()
    return float(loss.detach())


def export(head: Head, out: Path) -> None:
    """Write the head as ONNX: hidden [1, steps, 512] → log_probs [1, steps, outputs], beneath [1, steps, width].

    Small enough to stay float.
    """
    names = ["hidden", "log_probs", "beneath"]
    torch.onnx.export(
        _WithBeneath(head).eval(), (torch.zeros(1, 100, WIDTH),), str(out),
        input_names=names[:1], output_names=names[1:], dynamic_axes={name: {1: "steps"} for name in names},
        dynamo=False, opset_version=17,
    )  # fmt: skip
