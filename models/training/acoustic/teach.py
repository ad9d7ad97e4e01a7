"""The steps in which the network learns: a long one from the base network, a careful one after it, one that teaches it
to hear in noise what it hears in quiet (harden.py), and one with the second ear as teacher (pupil.py).

After each only a part of what was learnt is kept, by a mean of weights: training speech is synthetic, and every pass
over it costs some of the ear for people that the base network came with (EXPERIMENTS.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

import torch

from models.training.acoustic import harden as hardening
from models.training.acoustic.fit import Example, Kept, Plan, fit, priors
from models.training.acoustic.network import Ear, Lower, Upper, base, of_ours
from models.training.acoustic.topology import SHIPPED
from models.training.examples import taught
from models.training.pipeline import PRIOR_SCALE, Run
from skill.second_ear.weights import load_networks

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST: Final = Plan(epochs=2, rate=4e-4, output_rate=3e-3, averaged_epochs=1)
# share of the way from the base network to the first training's result
FIRST_KEPT: Final = 0.42
REFINE: Final = Plan(epochs=1, rate=5e-5, output_rate=3e-4, keep=0.3, averaged_epochs=1)
# share of the way from what the first step left to the result of the second
REFINE_KEPT: Final = 0.5
# of the usual copies, beside all hard ones
USUAL_SHARE: Final = 0.15
HARDEN: Final = hardening.Hardening()
# share of the way from the finished network to the hardened one
HARDEN_KEPT: Final = 0.4
# the second ear as teacher, on people's talk; what is gained comes in the first fifty steps
PUPIL: Final = hardening.Hardening(corrected=0.5, most_steps=60, rate=1e-4, peak=1.0)
# share of the way to what it taught
PUPIL_KEPT: Final = 0.25
HARDEN_SMALL: Final[Mapping[str, Any]] = {"epochs": 1, "frames_per_batch": 1200}
SMALL: Final[Mapping[str, Any]] = {"epochs": 12, "rate": 4e-4, "output_rate": 3e-3, "frames_per_batch": 600}

Weights = dict[str, torch.Tensor]


def between(start: Mapping[str, torch.Tensor], end: Mapping[str, torch.Tensor], share: float) -> Weights:
    """Weights ``share`` of the way from start to end."""
    return {name: (1 - share) * start[name] + share * there for name, there in end.items()}


def read(files: Sequence[Path]) -> list[Any]:
    """All examples of the files. Raises RuntimeError where there are none."""
    found: list[Any] = [example for file in files for example in torch.load(file, weights_only=True)]
    if not found:
        raise RuntimeError("nothing to train on: run the steps speak and augment first")
    return found


def train(run: Run) -> None:
    """The upper layers on the usual copies, then back towards the base network → network.pt; resumes."""
    out = run.work / "network.pt"
    if run.start is not None or out.exists():
        return
    examples = read(sorted(run.work.glob("cache_*.pt")))
    _, upper = base(run.sources().base_network, SHIPPED.outputs, dropout=0.03)
    start = {name: p.clone() for name, p in upper.state_dict().items()}
    upper = _fitted(run, "train", upper, examples, FIRST)
    if not run.small:
        kept = between(start, upper.state_dict(), FIRST_KEPT)
        # the base network has no such output layer: the new one stays as it was trained
        kept.update({name: p for name, p in upper.state_dict().items() if name.startswith("out.")})
        upper.load_state_dict(kept)
    _save(upper, examples, out)


def refine(run: Run) -> None:
    """A pass in noise and rooms that keeps what the base network hears in people; half of it → refined.pt."""
    out = run.work / "refined.pt"
    if run.start is not None or out.exists():
        return
    examples = read(sorted(run.work.glob("hard_*.pt")))
    rnd = Random(run.seed)
    usual = read(sorted(run.work.glob("cache_*.pt")))
    examples += [example for example in usual if rnd.random() < USUAL_SHARE]
    _, upper = base(run.sources().base_network, SHIPPED.outputs)
    start = torch.load(run.work / "network.pt", weights_only=True)["upper"]
    upper.load_state_dict(start)
    heard = run.work / "people.pt"
    people = torch.load(heard, weights_only=True) if heard.exists() else []
    if not people:
        run.report("refine: no --people given, the base network's ear is kept on synthetic speech alone.")
    upper = _fitted(run, "refine", upper, examples, REFINE, Kept(Ear.of(run.sources().base_network), people))
    upper.load_state_dict(between(start, upper.state_dict(), REFINE_KEPT))
    _save(upper, examples, out)


def harden(run: Run) -> None:
    """All layers, on the same sounds in quiet and from across a bedroom → hardened.pt; resumes."""
    out = run.work / "hardened.pt"
    if out.exists():
        return
    lower, upper = _finished(run)
    examples = read(sorted(run.work.glob("parallel_*.pt")))
    plan = replace(HARDEN, seed=run.seed, threads=run.processes, **(HARDEN_SMALL if run.small else {}))
    hours = sum(len(heard) for heard, _ in examples) / 360_000
    run.report(f"harden: {len(examples)} examples, {hours:.2f} hours, {plan.epochs} epochs")
    learnt = hardening.harden(lower, upper, examples, plan, run.work / "harden_checkpoint.pt", run.report)
    _keep((lower, upper), learnt, HARDEN_KEPT, out)


def pupil(run: Run) -> None:
    """All layers, on people's talk that the second ear has labelled, in noise and rooms → pupil.pt; resumes."""
    out = run.work / "pupil.pt"
    if out.exists():
        return
    if run.teacher is None or run.people is None:
        run.report("pupil: needs --teacher and --people, the network stays as the step before left it.")
        return
    lower, upper = _hardened(run)
    labelled = run.work / "taught.pt"
    if not labelled.exists():
        networks = load_networks(run.teacher)
        found = taught.examples(
            sorted(run.people.rglob("*.flac")), networks.log_probs, networks.phones, run.seed
        )
        torch.save(found, labelled.with_suffix(".part"))
        labelled.with_suffix(".part").rename(labelled)
    examples = torch.load(labelled, weights_only=True)
    if not examples:
        run.report("pupil: the teacher was sure of no piece of talk, the network stays as it is.")
        return
    plan = replace(PUPIL, seed=run.seed, threads=run.processes, **(HARDEN_SMALL if run.small else {}))
    hours = sum(len(heard) for heard, _, _ in examples) / 360_000
    run.report(f"pupil: {len(examples)} examples, {hours:.2f} hours, {plan.epochs} epochs")
    learnt = hardening.harden(lower, upper, examples, plan, run.work / "pupil_checkpoint.pt", run.report)
    _keep((lower, upper), learnt, PUPIL_KEPT, out)


def _keep(before: tuple[Lower, Upper], after: tuple[Lower, Upper], share: float, out: Path) -> None:
    kept = {
        name: between(was.state_dict(), now.state_dict(), share)
        for name, was, now in zip(("lower", "upper"), before, after, strict=True)
    }
    torch.save(kept, out)


def _hardened(run: Run) -> tuple[Lower, Upper]:
    """The network that is to be the pupil: what the hardening left, or ``run.start``."""
    left = run.work / "hardened.pt"
    lower, upper = _finished(run)
    if left.exists():
        saved = torch.load(left, weights_only=True)
        lower.load_state_dict(saved["lower"])
        upper.load_state_dict(saved["upper"])
    return lower, upper


def _finished(run: Run) -> tuple[Lower, Upper]:
    """The network to harden, with the priors taken off: ``run.start``, or what the step before left."""
    if run.start is not None:
        return of_ours(run.start)
    saved = torch.load(run.work / "refined.pt", weights_only=True)
    lower, upper = base(run.sources().base_network, SHIPPED.outputs)
    upper.load_state_dict(saved["upper"])
    with torch.no_grad():
        upper.out.bias -= PRIOR_SCALE * torch.log(saved["priors"].clamp(min=1e-4))
    return lower, upper


def _fitted(
    run: Run, name: str, upper: Upper, examples: Sequence[Example], plan: Plan, kept: Kept | None = None,
) -> Upper:  # fmt: skip
    plan = replace(
        plan, seed=run.seed, threads=run.processes, checkpoint=run.work / f"{name}_checkpoint.pt",
        **(SMALL if run.small else {}),
    )  # fmt: skip
    hours = sum(len(h) for h, _, _ in examples) * 0.03 / 3600
    run.report(f"{name}: {len(examples)} examples, {hours:.2f} hours, {plan.epochs} epochs")
    return fit(upper, SHIPPED, examples, plan, run.report, kept)


def _save(upper: Upper, examples: Sequence[Example], out: Path) -> None:
    some = Random(0).sample(list(examples), min(600, len(examples)))
    torch.save({"upper": upper.state_dict(), "priors": priors(upper.eval(), some)}, out)
