"""What is kept of a training, and what a run says when there is nothing to learn from."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="PyTorch comes with the extra [training]")

from models.training.acoustic import teach  # noqa: E402
from models.training.pipeline import Run  # noqa: E402

NB = Path(__file__).parents[3] / "models/nb"


def test_a_share_of_the_way_between_two_networks() -> None:
    start, end = {"w": torch.tensor([0.0, 2.0])}, {"w": torch.tensor([1.0, 4.0])}
    assert torch.equal(teach.between(start, end, 0.5)["w"], torch.tensor([0.5, 3.0]))
    assert torch.equal(teach.between(start, end, 0.0)["w"], start["w"])
    assert torch.equal(teach.between(start, end, 1.0)["w"], end["w"])


def test_of_the_hardening_only_a_part_is_kept(tmp_path: Path) -> None:
    from models.training.acoustic.harden import Whole
    from models.training.acoustic.network import of_ours

    rng = torch.Generator().manual_seed(1)
    pair = (torch.randn(60, 40, generator=rng).half(), torch.randn(60, 40, generator=rng).half())
    torch.save([pair], tmp_path / "parallel_0_of_1.pt")
    run = Run(
        tmp_path, tmp_path / "out", NB / "lexicon.tsv", [], start=NB / "am/final.mdl", small=True, processes=1
    )
    teach.train(run)
    teach.refine(run)  # neither is needed to take a finished network further
    teach.harden(run)
    kept = torch.load(tmp_path / "hardened.pt", weights_only=True)["lower"]
    taught = torch.load(tmp_path / "harden_checkpoint.pt", weights_only=True)["student"]
    before = Whole(*of_ours(NB / "am/final.mdl")).state_dict()
    for name, weights in kept.items():
        whole = f"lower.{name}"
        expected = before[whole] + teach.HARDEN_KEPT * (taught[whole] - before[whole])
        torch.testing.assert_close(weights, expected, rtol=1e-4, atol=1e-6)
    assert not torch.equal(kept["weight"], before["lower.weight"])


def test_nothing_to_train_on_is_said() -> None:
    with pytest.raises(RuntimeError, match="speak and augment first"):
        teach.read([])


def test_the_second_training_is_the_careful_one() -> None:
    # a rate as high as the first one's made the network forget people (EXPERIMENTS.md)
    assert teach.REFINE.rate < teach.FIRST.rate / 4
    assert teach.REFINE.keep > 0
    assert 0 < teach.FIRST_KEPT < 1 and 0 < teach.REFINE_KEPT < 1
