"""The loss sums over exactly the state paths that the topology allows."""

from __future__ import annotations

import itertools

import pytest

torch = pytest.importorskip("torch", reason="PyTorch comes with the extra [training]")

from models.training.acoustic.topology import Topology, loss  # noqa: E402
from models.training.speech.phones import GARBAGE, SILENCE  # noqa: E402

PHONES = (SILENCE, GARBAGE, "ɑ", "k")


def paths(topology: Topology, phones: list[str], frames: int) -> list[tuple[int, ...]]:
    """All output sequences of ``frames`` frames, written out by hand from the definition."""
    out = []

    def walk(at: int, so_far: tuple[int, ...], units: list[tuple[str, bool]]) -> None:
        if len(so_far) == frames:
            if all(optional for _, optional in units[at:]):
                out.append(so_far)
            return
        for nxt in range(at, len(units)):
            if not all(optional for _, optional in units[at:nxt]):
                break
            phone = units[nxt][0]
            for length in range(1, frames - len(so_far) + 1):
                stay = (topology.stay[phone],) * (length - 1)
                walk(nxt + 1, (*so_far, topology.enter[phone], *stay), units)

    walk(0, (), [(SILENCE, True), *((p, False) for p in phones), (SILENCE, True)])
    return out


@pytest.mark.parametrize("kind", ["two", "hmm"])
def test_loss_is_the_sum_over_all_paths(kind: str) -> None:
    topology = Topology.of(kind, PHONES)
    torch.manual_seed(4)
    logp = torch.log_softmax(torch.randn(1, 5, topology.outputs), -1)
    total = torch.logsumexp(
        torch.stack([sum(logp[0, t, o] for t, o in enumerate(p)) for p in paths(topology, ["ɑ", "k"], 5)]), 0
    )
    found = loss(logp, torch.tensor([5]), [topology.compile(["ɑ", "k"])])
    assert float(found[0]) == pytest.approx(-float(total), rel=1e-4)


def test_ctc_kind_agrees_with_pytorch_where_there_is_no_silence() -> None:
    topology = Topology.of("ctc", PHONES)
    torch.manual_seed(1)
    logits = torch.randn(2, 9, topology.outputs)
    logits[:, :, topology.enter[SILENCE]] = -1e4
    logp = torch.log_softmax(logits, -1)
    targets = [topology.enter["ɑ"], topology.enter["k"]]
    # a blank before the first phone is silence's place in our topology, so PyTorch's first frame is held to the phone
    logp_first = logp.clone()
    logp_first[:, 0, 0] = -1e4
    want = torch.nn.functional.ctc_loss(
        logp_first.transpose(0, 1), torch.tensor([targets, targets]), torch.tensor([9, 9]), torch.tensor([2, 2]),
        reduction="none",
    )  # fmt: skip
    found = loss(logp, torch.tensor([9, 9]), [topology.compile(["ɑ", "k"])] * 2)
    # ours lets a phone be entered once; PyTorch's also lets its symbol repeat
    assert torch.all(found >= want - 1e-3)


def test_gradient_is_right() -> None:
    topology = Topology.of("two", PHONES)
    torch.manual_seed(2)
    raw = torch.randn(1, 6, topology.outputs, requires_grad=True)
    chains = [topology.compile(["k", "|", "ɑ"])]
    loss(torch.log_softmax(raw, -1), torch.tensor([6]), chains).sum().backward()
    for t, k in itertools.product((0, 3, 5), (0, 3)):
        step = torch.zeros_like(raw)
        step[0, t, k] = 1e-2
        with torch.no_grad():
            up = loss(torch.log_softmax(raw + step, -1), torch.tensor([6]), chains)
            down = loss(torch.log_softmax(raw - step, -1), torch.tensor([6]), chains)
        assert raw.grad is not None
        assert float(raw.grad[0, t, k]) == pytest.approx(float((up - down)[0]) / 2e-2, abs=2e-3)


def test_padding_changes_nothing() -> None:
    topology = Topology.of("two", PHONES)
    logp = torch.log_softmax(torch.randn(1, 6, topology.outputs), -1)
    longer = torch.cat([logp, torch.zeros(1, 4, topology.outputs)], 1)
    chains = [topology.compile(["k", "ɑ"])]
    assert float(loss(longer, torch.tensor([6]), chains)) == pytest.approx(
        float(loss(logp, torch.tensor([6]), chains)), rel=1e-5
    )


def test_too_few_frames_for_the_phones_counts_nothing() -> None:
    topology = Topology.of("two", PHONES)
    logp = torch.log_softmax(torch.randn(1, 2, topology.outputs), -1)
    assert float(loss(logp, torch.tensor([2]), [topology.compile(["k", "ɑ", "k"])])) == 0.0


def test_an_empty_utterance_is_silence() -> None:
    topology = Topology.of("two", PHONES)
    logp = torch.log_softmax(torch.randn(1, 4, topology.outputs), -1)
    found = loss(logp, torch.tensor([4]), [topology.compile([])])
    assert float(found) >= -float(logp[0, :, topology.enter[SILENCE]].sum()) - 0.1 - 4 * 0.7
