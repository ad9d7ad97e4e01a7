"""Fitting: every example is met once a pass, the loss falls, and what the base network hears can be kept."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch comes with the extra [training]")

from models.training.acoustic.fit import Example, Kept, Plan, batches, fit, padded, priors, strayed  # noqa: E402
from models.training.acoustic.network import LOWER_LAYERS, Ear, Upper  # noqa: E402
from models.training.acoustic.topology import Topology, loss  # noqa: E402

WIDTH, NARROW, SOUNDS = 12, 5, 7
TOPOLOGY = Topology.of("ctc", ("SIL", "GBG", "ɑ", "k"))


def components(seed: int = 3) -> dict[str, dict[str, np.ndarray]]:
    """A network of the base network's build, but small and drawn at random."""
    rng = np.random.default_rng(seed)

    def drawn(*shape: int) -> np.ndarray:
        return (0.3 * rng.standard_normal(shape)).astype(np.float32)

    def norm(size: int) -> dict[str, np.ndarray]:
        one = np.ones(size, np.float32)
        return {"<StatsMean>": 0 * one, "<StatsVar>": one, "<TargetRms>": one[:1], "<Epsilon>": 0 * one[:1]}

    out: dict[str, dict[str, np.ndarray]] = {}
    for k in range(2 + LOWER_LAYERS, 13):
        name = f"tdnnf{k}"
        out[f"{name}.linear"] = {"<TimeOffsets>": np.array([-3, 0]), "<LinearParams>": drawn(4, 2 * WIDTH)}
        affine = {
            "<TimeOffsets>": np.array([0, 3]),
            "<LinearParams>": drawn(WIDTH, 8),
            "<BiasParams>": drawn(WIDTH),
        }
        out[f"{name}.affine"], out[f"{name}.batchnorm"] = affine, norm(WIDTH)
    out["prefinal-l"] = {"<Params>": drawn(6, WIDTH)}
    out["prefinal-chain.affine"] = {"<LinearParams>": drawn(10, 6), "<BiasParams>": drawn(10)}
    out["prefinal-chain.batchnorm1"], out["prefinal-chain.batchnorm2"] = norm(10), norm(NARROW)
    out["prefinal-chain.linear"] = {"<Params>": drawn(NARROW, 10)}
    return out


def upper() -> Upper:
    torch.manual_seed(0)
    return Upper(components(), TOPOLOGY.outputs)  # type: ignore[arg-type]


def ear() -> Ear:
    generator = torch.Generator().manual_seed(5)
    weight = torch.randn(SOUNDS, NARROW, generator=generator)
    return Ear(Upper(components(), 1).eval(), weight, torch.zeros(SOUNDS))  # type: ignore[arg-type]


def examples(n: int = 24) -> list[Example]:
    """Two words, told apart by which channels are loud."""
    generator = torch.Generator().manual_seed(1)
    found = []
    for k in range(n):
        word = "k ɑ" if k % 2 else "ɑ"
        h = torch.randn(8 + k % 5, WIDTH, generator=generator) * 0.1
        h[2:4, 0 if k % 2 else 1] += 3.0
        found.append((h, word, "made"))
    return found


def silent(_line: str) -> None:
    pass


def loss_of(network: Upper, some: list[Example]) -> float:
    x, lengths = padded([h for h, _, _ in some])
    with torch.no_grad():
        logp = torch.log_softmax(network(x), -1)
    return float(loss(logp, lengths, [TOPOLOGY.compile(text.split()) for _, text, _ in some]).sum())


def test_every_example_is_in_one_batch() -> None:
    some = examples()
    groups = batches(some, 40, random.Random(0))
    assert sorted(k for group in groups for k in group) == list(range(len(some)))
    assert all(max(len(some[k][0]) for k in group) * len(group) <= 40 or len(group) == 1 for group in groups)


def test_padding_repeats_the_last_frame() -> None:
    x, lengths = padded([torch.ones(2, 3), torch.full((4, 3), 2.0)])
    assert x.shape == (2, 4, 3) and lengths.tolist() == [2, 4]
    assert torch.equal(x[0], torch.ones(4, 3))


def test_the_loss_falls() -> None:
    network = upper()
    before = loss_of(network.eval(), examples())
    plan = Plan(epochs=8, frames_per_batch=60, rate=3e-3, output_rate=3e-2, averaged_epochs=1, threads=1)
    fit(network, TOPOLOGY, examples(), plan, report=silent)
    assert loss_of(network, examples()) < 0.6 * before


def distance(network: Upper, judge: Ear) -> float:
    x, lengths = padded([h for h, _, _ in examples()])
    with torch.no_grad():
        return float(strayed(judge, network.narrow(x), x, lengths))


def test_the_untrained_network_has_not_strayed() -> None:
    assert distance(upper().eval(), ear()) == pytest.approx(0.0, abs=1e-6)


def test_what_the_base_network_hears_is_kept_when_asked_for() -> None:
    strays = {}
    for keep in (0.0, 5.0):
        plan = Plan(6, 60, rate=3e-3, output_rate=3e-2, keep=keep, averaged_epochs=1, threads=1)
        strays[keep] = distance(fit(upper(), TOPOLOGY, examples(), plan, silent, Kept(ear())), ear())
    assert strays[5.0] < 0.3 * strays[0.0]


def test_noisy_speech_of_people_is_heard_more_like_it_was() -> None:
    generator = torch.Generator().manual_seed(9)
    clean = [torch.randn(10, WIDTH, generator=generator) for _ in range(8)]
    people = [(h + 0.8 * torch.randn(h.shape, generator=generator), h) for h in clean]
    near, lengths = padded([noisy for noisy, _ in people])
    was, _ = padded(clean)

    def apart(network: Upper) -> float:
        with torch.no_grad():
            return float(strayed(ear(), network.narrow(near), was, lengths))

    plan = Plan(12, 60, rate=3e-3, output_rate=3e-2, keep=5.0, averaged_epochs=1, threads=1)
    taught = fit(upper(), TOPOLOGY, examples(), plan, silent, Kept(ear(), people))
    assert apart(taught) < 0.8 * apart(upper().eval())


def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    lines: list[str] = []
    plan = Plan(epochs=2, frames_per_batch=60, averaged_epochs=1, threads=1)
    done = fit(upper(), TOPOLOGY, examples(), replace(plan, checkpoint=tmp_path / "checkpoint.pt"), silent)
    again = fit(
        upper(), TOPOLOGY, examples(), replace(plan, checkpoint=tmp_path / "checkpoint.pt"), lines.append
    )
    assert lines == ["resumed after epoch 2"]
    assert all(torch.equal(p, q) for p, q in zip(done.parameters(), again.parameters(), strict=True))


def test_priors_are_shares_of_time() -> None:
    found = priors(upper().eval(), examples())
    assert float(found.sum()) == pytest.approx(1.0, abs=1e-4)
    assert bool((found > 0).all())
